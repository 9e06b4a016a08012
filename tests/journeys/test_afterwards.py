"""After a case is closed: the person appeals by text and somebody else decides; weeks later a reprisal is told."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.support.handset import REFERENCE, first_reference, hear, text
from tests.support.installation import Installation
from tests.support.visitor import Visitor, act, case_address, staff, visiting

WORDS = {
    "es": "El bus de vuelta del turno deja botados a los del casino y nadie responde por eso",
    "en": "The bus back from the shift leaves the canteen people behind and nobody answers for it",
}
ANSWER = {"es": "El bus pasa a la hora convenida", "en": "The bus passes at the time agreed"}
CLOSING = {"es": "No encontramos una falta", "en": "We found no fault"}
LOOKING = {
    "es": "Soy Nicanor y nunca vi su caso. Leo todo",
    "en": "I am Nicanor and never saw your case. I read it all",
}
DECIDED = {"es": "Usted tiene razón: se abre de nuevo", "en": "You are right: it opens again"}
AGREED = {"es": "Vamos a poner un segundo bus", "en": "We will send a second bus"}
APPEAL = {"es": "APELAR", "en": "APPEAL"}
NUMBERS = {
    "appeal": {"es": "+56900075001", "en": "+56900075002"},
    "reprisal": {"es": "+56900075003", "en": "+56900075004"},
}

SURVEY = (
    "%(site)s, case %(reference)s: how did we treat you, from 1 (very badly) to 5 (very well)? You need not answer."
)
SURVEY_OUTCOME = "And what came of it, from 1 (very bad) to 5 (very good)?"
SURVEY_VERDICT = "Last question: was it solved? 1 yes, 2 in part, 3 no."
SURVEY_THANKS = "Thank you. We noted your answers in case %(reference)s."
HELD = "%(site)s, case %(reference)s: does what was agreed still hold? Answer 1 yes, 2 no."
CHECK_THANKS = "Thank you for answering about case %(reference)s."
WORSE = (
    "%(site)s, case %(reference)s: has anybody treated you worse for complaining? Answer 1 no, 2 yes. "
    "Whoever handled your case will not see it."
)
"""Texts of ours, as `messaging.wording` has them."""

SITE = "Cerro Imaginario"


def test_an_appeal_by_text_is_decided_by_somebody_who_never_saw_the_case(
    chromium: Browser, own_installation: Installation, lang: str, scripts: bool
) -> None:
    number = NUMBERS["appeal"][lang]
    with visiting(chromium, own_installation, lang, scripts=scripts) as phone:
        reference = _closed_without_finding(chromium, own_installation, phone, number, scripts=scripts)
        begun, _, _ = phone.t(
            "Somebody who never handled case %(reference)s will look at it again and decide by %(due_on)s. "
            "If you like, write us why you do not agree.",
            reference=reference,
            due_on="\0",
        ).partition("\0")
        text(phone, number, f"{APPEAL[lang]} {reference}", expects=begun)

        with staff(chromium, own_installation, "elena", lang, scripts=scripts) as handler:
            handler.open(case_address(handler, reference))
            assert handler.page.locator("#do-decide_appeal").count() == 0
        with staff(chromium, own_installation, "karina", lang, scripts=scripts) as coordinator:
            coordinator.open(case_address(coordinator, reference))
            assert coordinator.page.locator("#do-decide_appeal").count() == 0
        with staff(chromium, own_installation, "nicanor", lang, scripts=scripts) as reviewer:
            act(reviewer, reference, "acknowledge_appeal", words=LOOKING[lang])
            hear(phone, number, LOOKING[lang])
            act(reviewer, reference, "decide_appeal", result="upheld", words=DECIDED[lang])
        hear(phone, number, DECIDED[lang])

    with staff(chromium, own_installation, "karina", lang, scripts=scripts) as coordinator:
        coordinator.open(case_address(coordinator, reference))
        assert coordinator.page.locator("#do-assign").count() == 1, "whoever answered before does not answer again"
    with staff(chromium, own_installation, "elena", lang, scripts=scripts) as handler:
        handler.open(case_address(handler, reference), status=404)


def test_a_reprisal_told_weeks_later_opens_a_case_that_the_first_handler_never_sees(
    chromium: Browser, own_installation: Installation, lang: str, scripts: bool
) -> None:
    number = NUMBERS["reprisal"][lang]
    with visiting(chromium, own_installation, lang, scripts=scripts) as phone:
        reference = _closed_without_finding(chromium, own_installation, phone, number, scripts=scripts)
        own_installation.later(days=9)
        hear(phone, number, phone.t(SURVEY, site=SITE, reference=reference))
        text(phone, number, "2", expects=phone.t(SURVEY_OUTCOME))
        text(phone, number, "1", expects=phone.t(SURVEY_VERDICT))
        text(phone, number, "3", expects=phone.t(SURVEY_THANKS, reference=reference))

        own_installation.later(days=24)
        hear(phone, number, phone.t(HELD, site=SITE, reference=reference))
        text(phone, number, "1", expects=phone.t(CHECK_THANKS, reference=reference))
        own_installation.later(hours=2)
        hear(phone, number, phone.t(WORSE, site=SITE, reference=reference))
        text(phone, number, "2", expects="Abrimos el caso" if lang == "es" else "We opened case")
        second = (set(REFERENCE.findall(phone.words())) - {reference}).pop()

    for name in ("elena", "karina", "nicanor", "quintina"):
        with staff(chromium, own_installation, name, lang, scripts=scripts) as outsider:
            outsider.open(case_address(outsider, second), status=404)
            if name == "elena":
                outsider.open(case_address(outsider, reference))
                assert second not in outsider.words()
    with staff(chromium, own_installation, "celia", lang, scripts=scripts) as triager:
        triager.open(case_address(triager, second))
        triager.see(reference)


def _closed_without_finding(
    chromium: Browser, installation: Installation, phone: Visitor, number: str, *, scripts: bool
) -> str:
    """Let a case come by text, be answered in the negative, rejected by nobody, and be closed by its handler."""
    lang = phone.lang
    assert installation.text(number, WORDS[lang]) == 200
    hear(phone, number, "4 prefiero no decir" if lang == "es" else "4 rather not say")
    reference = first_reference(phone)
    camp = "Campamento" if lang == "es" else "Camp"
    with staff(chromium, installation, "celia", lang, scripts=scripts) as triager:
        act(triager, reference, "classify", category=camp, type="labour", severity="2", handler="Elena")
    with staff(chromium, installation, "elena", lang, scripts=scripts) as handler:
        act(handler, reference, "acknowledge", words=AGREED[lang])
        act(handler, reference, "start_review")
        act(handler, reference, "propose_response", outcome="not_upheld", words=ANSWER[lang])
        hear(phone, number, ANSWER[lang])
        noted = phone.t("Thank you. We noted in case %(reference)s that you accept our response.", reference=reference)
        text(phone, number, "1", expects=noted)
        act(handler, reference, "close", words=CLOSING[lang])
    hear(phone, number, CLOSING[lang])
    return reference
