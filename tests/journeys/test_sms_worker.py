"""A worker with a basic phone: from the first text to the rating, and the staff who answer."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.support.handset import conversation, first_reference, text
from tests.support.installation import Installation
from tests.support.visitor import Visitor, act, days_ahead, staff, visiting

WORDS = {
    "es": "Hace un mes que no nos pagan las horas extra del turno de noche y nadie responde",
    "en": "We have not been paid the overtime of the night shift for a month and nobody answers us",
}
NUMBERS = {"es": "+56900071001", "en": "+56900071002"}
NOTED = "Thank you. We noted it in your case %(reference)s."
ANSWER_NOTED = "Thank you. We noted in case %(reference)s that you accept our response."
HOW_WERE_YOU_TREATED = (
    "%(site)s, case %(reference)s: how did we treat you, from 1 (very badly) to 5 (very well)? You need not answer."
)
WHAT_CAME_OF_IT = "And what came of it, from 1 (very bad) to 5 (very good)?"
WAS_IT_SOLVED = "Last question: was it solved? 1 yes, 2 in part, 3 no."
THANK_YOU = "Thank you. We noted your answers in case %(reference)s."
"""Texts of ours, as `messaging.wording` has them."""


def test_a_worker_texts_and_is_answered_until_the_rating_is_back(
    chromium: Browser, own_installation: Installation, lang: str, scripts: bool
) -> None:
    number = NUMBERS[lang]
    assert own_installation.text(number, "not genuine", is_signed=False) == 403
    assert own_installation.text(number, WORDS[lang]) == 200

    with visiting(chromium, own_installation, lang, scripts=scripts) as phone:
        phone.open(conversation(phone, number))
        phone.wait_for("4 prefiero no decir" if lang == "es" else "4 rather not say")
        reference = first_reference(phone)
        text(phone, number, "2", expects=phone.t(NOTED, reference=reference))

        with staff(chromium, own_installation, "celia", lang, scripts=scripts) as triager:
            triager.open(triager.address("/equipo/triaje", "/staff/triage"))
            triager.see(WORDS[lang])
            act(
                triager,
                reference,
                "classify",
                category="Sueldo y contrato" if lang == "es" else "Pay and contract",
                type="labour",
                severity="2",
                handler="Elena",
            )
        with staff(chromium, own_installation, "elena", lang, scripts=scripts) as handler:
            _answer(handler, phone, reference, number)
            with staff(chromium, own_installation, "karina", lang, scripts=scripts) as coordinator:
                act(coordinator, reference, "verify_remedy", remedy=PROMISE[lang])
            act(handler, reference, "close", words=CLOSING[lang])
        phone.open(conversation(phone, number))
        phone.wait_for(CLOSING[lang])

        own_installation.later(days=9)
        phone.open(conversation(phone, number))
        phone.wait_for(phone.t(HOW_WERE_YOU_TREATED, site="Cerro Imaginario", reference=reference))
        text(phone, number, "4", expects=phone.t(WHAT_CAME_OF_IT))
        text(phone, number, "5", expects=phone.t(WAS_IT_SOLVED))
        text(phone, number, "1", expects=phone.t(THANK_YOU, reference=reference))

    with staff(chromium, own_installation, "elena", lang, scripts=scripts) as handler:
        handler.open(handler.address(f"/equipo/casos/{reference}", f"/staff/cases/{reference}"))
        handler.see(handler.t("Satisfied"))


ACKNOWLEDGEMENT = {"es": "Soy Elena y estoy a cargo de su caso", "en": "I am Elena and I am on your case"}
RESPONSE = {"es": "Las horas se deben y se pagan este mes", "en": "The hours are owed and will be paid this month"}
PROMISE = {"es": "Pago de las horas extra", "en": "Payment of the overtime"}
CLOSING = {"es": "Las horas fueron pagadas", "en": "The hours have been paid"}


def _answer(handler: Visitor, phone: Visitor, reference: str, number: str) -> None:
    lang = handler.lang
    handler.see(reference)
    act(handler, reference, "acknowledge", words=ACKNOWLEDGEMENT[lang])
    phone.open(conversation(phone, number))
    phone.wait_for(ACKNOWLEDGEMENT[lang])
    act(handler, reference, "start_review")
    act(
        handler,
        reference,
        "propose_response",
        outcome="upheld",
        words=RESPONSE[lang],
        remedy_a=PROMISE[lang],
        remedy_a_by=days_ahead(handler, 10),
    )
    phone.open(conversation(phone, number))
    phone.wait_for(RESPONSE[lang])
    text(phone, number, "1", expects=phone.t(ANSWER_NOTED, reference=reference))
    act(handler, reference, "record_remedy_done", remedy=PROMISE[lang], evidence="Liquidaciones / pay slips")
