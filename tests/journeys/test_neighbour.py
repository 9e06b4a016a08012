"""A neighbour without a name files on the web with a photo, comes back with the code, and says how it ended."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image
from playwright.sync_api import Browser, Route

from tests.support.installation import PORT, Installation
from tests.support.photo import photo
from tests.support.visitor import PHONE, Visitor, act, days_ahead, staff, visiting

WORDS = {
    "es": "Los camiones del puerto botan mineral en la curva y cuando hay viento entra a la escuela",
    "en": "The lorries of the port spill ore at the bend and with the wind it blows into the school",
}
MESSAGE = {"es": "Hoy pasó otra vez, a las diez", "en": "It happened again today, at ten"}
ACKNOWLEDGEMENT = {"es": "Mañana reviso la curva con la escuela", "en": "I will look at the bend with the school"}
RESPONSE = {"es": "Los camiones irán tapados", "en": "The lorries will be covered"}
PROMISE = {"es": "Carpas en todos los camiones", "en": "Covers on every lorry"}
CLOSING = {"es": "Los camiones van tapados", "en": "The lorries are covered now"}


WRITING_MILLISECONDS = 4_000
"""Whoever fills in the form faster than any hand is asked to press the button again."""


@dataclass(frozen=True)
class Keys:
    """What the person keeps."""

    reference: str
    code: str


def test_a_neighbour_files_with_a_photo_and_comes_back_with_the_code(
    chromium: Browser, installation: Installation, lang: str, scripts: bool
) -> None:
    with visiting(chromium, installation, lang, scripts=scripts, size={**PHONE, "width": 320}) as neighbour:
        keys = _file(neighbour)
        assert neighbour.page.context.cookies(), "the receipt is kept by a cookie, set only with the form"
        _enter(neighbour, keys)
        neighbour.see(WORDS[lang])
        neighbour.send(neighbour.page.locator("form[enctype]"), words=MESSAGE[lang])
        neighbour.see(MESSAGE[lang])

        _handle(chromium, installation, keys.reference, lang, scripts=scripts)

        _enter(neighbour, keys)
        neighbour.see(CLOSING[lang])
        rating = neighbour.page.locator("section[aria-labelledby=opinion] form")
        neighbour.send(rating, verdict="2", treatment="4", result="3")
        neighbour.see(neighbour.t("Partly satisfied"))


def test_an_error_keeps_what_was_typed_and_the_file(
    chromium: Browser, installation: Installation, lang: str, scripts: bool
) -> None:
    with visiting(chromium, installation, lang, scripts=scripts) as neighbour:
        neighbour.open(neighbour.address(f"/{PORT}/reclamo", f"/{PORT}/report"))
        _attach(neighbour)
        neighbour.send(place="La curva", words="   ", status=422)

        assert neighbour.page.locator("[name=place]").input_value() == "La curva"
        neighbour.see("curva.jpg")


def test_a_lost_answer_is_no_harm_sending_again_shows_the_one_receipt(
    chromium: Browser, installation: Installation, lang: str, scripts: bool
) -> None:
    with visiting(chromium, installation, lang, scripts=scripts) as neighbour:
        neighbour.open(neighbour.address(f"/{PORT}/reclamo", f"/{PORT}/report"))
        neighbour.fill(neighbour.page.locator("main form"), words=WORDS[lang])
        neighbour.page.wait_for_timeout(WRITING_MILLISECONDS)
        received = _lose_the_answer(neighbour)
        neighbour.send()

        assert _keys(neighbour).reference in received


def _lose_the_answer(neighbour: Visitor) -> str:
    """Send the form over a network that drops the answer; return what the answer said."""
    answers = []

    def drop(route: Route) -> None:
        answers.append(route.fetch().text())
        route.abort("aborted")

    neighbour.page.route("**/*", drop)
    neighbour.page.locator("main form button[type=submit]").first.click(no_wait_after=True)
    neighbour.page.wait_for_timeout(WRITING_MILLISECONDS)
    neighbour.page.unroute("**/*")
    return answers[-1]


def _file(neighbour: Visitor) -> Keys:
    neighbour.open(neighbour.address(f"/{PORT}/reclamo", f"/{PORT}/report"))
    assert neighbour.page.context.cookies() == [], "no cookie before the form needs one"
    _attach(neighbour)
    neighbour.page.wait_for_timeout(WRITING_MILLISECONDS)
    neighbour.send(words=WORDS[neighbour.lang])
    keys = _keys(neighbour)
    neighbour.send(neighbour.page.locator("form.saved"), saved=True)
    return keys


def _attach(neighbour: Visitor) -> None:
    neighbour.page.locator("input[type=file]").set_input_files(
        {"name": "curva.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    )


def _keys(neighbour: Visitor) -> Keys:
    reference, code = (words.replace("\n", "-") for words in neighbour.page.locator("strong.key").all_inner_texts())
    return Keys(reference, code)


def _enter(neighbour: Visitor, keys: Keys) -> None:
    neighbour.page.context.clear_cookies()
    neighbour.open(neighbour.address("/seguimiento", "/follow-up"))
    neighbour.send(reference=keys.reference, code=keys.code)
    neighbour.see(keys.reference)


def _handle(chromium: Browser, installation: Installation, reference: str, lang: str, *, scripts: bool) -> None:
    with staff(chromium, installation, "dante", lang, scripts=scripts) as triager:
        about = "Polvo y aire" if lang == "es" else "Dust and air"
        act(triager, reference, "classify", category=about, type="environment", severity="2", handler="Gaspar")
    with staff(chromium, installation, "gaspar", lang, scripts=scripts) as handler:
        act(handler, reference, "acknowledge", words=ACKNOWLEDGEMENT[lang])
        handler.see(MESSAGE[lang])
        _photo_is_clean(handler)
        promise = {"remedy_a": PROMISE[lang], "remedy_a_by": days_ahead(handler, 10)}
        act(handler, reference, "propose_response", outcome="upheld", words=RESPONSE[lang], **promise)
        act(handler, reference, "record_answer", answer="accepted", source="witnessed")
        act(handler, reference, "record_remedy_done", remedy=PROMISE[lang], evidence="Visto / seen")
        with staff(chromium, installation, "lautaro", lang, scripts=scripts) as coordinator:
            act(coordinator, reference, "verify_remedy", remedy=PROMISE[lang])
        act(handler, reference, "close", words=CLOSING[lang])


def _photo_is_clean(handler: Visitor) -> None:
    address = handler.page.get_by_role("link", name="curva.jpg").first.get_attribute("href")
    answer = handler.page.request.get(f"{handler.installation.address}{address}")

    assert answer.headers["content-disposition"].startswith("attachment")
    assert b"Secret Camera" not in answer.body()
    assert not Image.open(io.BytesIO(answer.body())).getexif()
