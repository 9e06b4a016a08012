"""Filing on the web: without a cookie, without losing a word, once."""

from __future__ import annotations

import gzip
import io
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

import pytest
from flask import Flask
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from grievance.core.db import Database
from grievance.crypto.fields import unseal_value
from grievance.runtime import Runtime
from grievance.web.complainant.throttle import FREE_TRIES
from tests.support import complainant as person
from tests.support import dom
from tests.support.clock import Clock
from tests.support.complainant import REPORT, WORDS, photo, rows, send_form
from tests.support.places import WEDNESDAY, make_site
from tests.support.web import Browser

FIRST_VIEW_BYTES = 30_000
FIRST_VIEW_REQUESTS = 4


@pytest.fixture(autouse=True)
def site(database: Database) -> None:
    with database.begin() as session:
        make_site(session)


def words_kept(database: Database) -> list[str]:
    with database.read() as session:
        return [
            unseal_value(session, "submission", "words", row["public_id"], row["words_sealed"]) or ""
            for row in rows(database, "submission")
        ]


@pytest.mark.parametrize("lang", ["es", "en"])
def test_looking_and_writing_set_no_cookie(browser: Browser, lang: str) -> None:
    pages = {
        "es": ["/", "/es/", "/es/cerro-imaginario/reclamo", "/es/otras-vias", "/es/datos", "/es/accesibilidad"],
        "en": ["/en/", REPORT, "/en/other-routes", "/en/privacy", "/en/accessibility"],
    }

    for path in pages[lang]:
        browser.open(path)
        assert browser.cookies == {}, path


@pytest.mark.parametrize("path", ["/es/cerro-imaginario/reclamo", REPORT])
def test_the_first_view_is_light(app: Flask, path: str) -> None:
    client = app.test_client()
    headers = {"Accept-Encoding": "gzip"}
    page = client.get(path, headers=headers)
    html = gzip.decompress(page.data).decode()

    loaded = re.findall(r'<(?:link[^>]*rel="(?:stylesheet|icon)"[^>]*href|script[^>]*src|img[^>]*src)="([^"]+)"', html)
    loaded += re.findall(r'<link[^>]*href="([^"]+)"[^>]*rel="(?:stylesheet|icon)"', html)
    answers = [page, *(client.get(urljoin("http://localhost", each), headers=headers) for each in sorted(set(loaded)))]

    # What goes over the wire: bodies as compressed, and the headers in their plain form.
    size = sum(len(answer.data) + len(str(answer.headers)) for answer in answers)
    assert all(answer.status_code == 200 for answer in answers)
    assert 2 <= len(answers) <= FIRST_VIEW_REQUESTS
    assert size <= FIRST_VIEW_BYTES, f"{size} bytes"


def test_the_page_loads_nothing_from_elsewhere(browser: Browser) -> None:
    page = browser.open(REPORT)

    assert re.findall(r'(?:src|href)="https?://[^"]+\.(?:js|css|png|woff2?)', page.html) == []
    assert "default-src 'none'" in page.response.headers["Content-Security-Policy"]
    assert page.response.headers["Cache-Control"] == "no-store"
    assert page.response.headers["Referrer-Policy"] == "no-referrer"


def test_the_page_promises_the_date_that_the_calendar_gives(browser: Browser, clock: Clock) -> None:
    page = browser.open(REPORT)

    # Filed on Wednesday 2 September 2026; two business days on is Friday the 4th.
    assert page.has("by Friday 4 September at the latest")


def test_only_words_are_needed_and_the_receipt_says_everything(
    browser: Browser, clock: Clock, database: Database
) -> None:
    receipt = send_form(browser, clock)

    keys = person.keys_on(receipt)
    [case] = rows(database, "cases")
    assert keys.reference == case["reference"]
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}", keys.code)
    assert case["confidentiality"] == "anonymous"
    assert receipt.has("Friday 4 September")
    assert receipt.has("The two people who read every grievance first.")
    assert receipt.has("Anonymous: we have neither your name nor your phone.")
    assert [node for node in receipt.all(".routes a") if node.attrs["href"].startswith("https://www.dt.gob.cl")]
    assert words_kept(database) == [WORDS]


def test_everything_that_can_be_said_is_kept(browser: Browser, clock: Clock, database: Database) -> None:
    page = browser.open(REPORT)
    area = page.all("select[name=area] option")[1].attrs["value"]

    send_form(
        browser,
        clock,
        category="noise",
        area=area,
        place="Behind the north gate",
        occurred_on="2026-08-30",
        group="contractor_worker",
        concerns_handlers=True,
    )

    [case], [complainant] = rows(database, "cases"), rows(database, "complainant")
    assert (str(case["occurred_on"]), complainant["said_group"]) == ("2026-08-30", "contractor_worker")
    assert case["area_id"] is not None
    assert case["category_id"] is not None
    assert case["is_restricted"]
    assert "north gate" not in person.everything(database)


def test_the_same_form_sent_twice_is_one_case_with_the_same_receipt(
    browser: Browser, clock: Clock, database: Database
) -> None:
    form = browser.open(REPORT)
    clock.forward(person.A_MINUTE)
    first = person.keys_on(browser.submit(form="r", words=WORDS))
    browser.page = form
    clock.forward(person.A_MINUTE)

    again = browser.submit(form="r", words=WORDS)

    assert person.keys_on(again) == first
    assert len(rows(database, "cases")) == len(rows(database, "submission")) == 1


def _send_again(browser: Browser, clock: Clock, words: str = WORDS, status: int = 200) -> Any:
    """Open a form, send it, and send the very same form once more."""
    form = browser.open(REPORT)
    clock.forward(person.A_MINUTE)
    browser.submit(form="r", words=WORDS)
    browser.page = form
    return browser.submit(form="r", words=words, status=status)


def test_the_same_form_with_other_words_loses_neither(browser: Browser, clock: Clock, database: Database) -> None:
    shown = _send_again(browser, clock, words="Something else altogether", status=409)

    assert shown.has("You already sent a grievance from this page")
    assert shown.one("textarea").text == "Something else altogether"
    clock.forward(person.A_MINUTE)
    browser.submit(form="r")
    assert words_kept(database) == [WORDS, "Something else altogether"]


def test_the_code_is_shown_for_an_hour_and_not_longer(browser: Browser, clock: Clock) -> None:
    send_form(browser, clock)
    clock.forward(timedelta(minutes=59))
    assert len(browser.open("/en/receipt").all(".key")) == 2

    clock.forward(timedelta(minutes=2))

    assert browser.open("/en/receipt", status=404).has("There is no receipt to show here")


def test_a_form_found_after_the_code_was_saved_opens_nothing(browser: Browser, clock: Clock) -> None:
    form = browser.open(REPORT)
    clock.forward(person.A_MINUTE)
    browser.submit(form="r", words=WORDS)
    browser.submit("Go on to my case", saved=True)
    browser.open("/en/follow-up")
    browser.submit("Leave my case")
    browser.page = form

    receipt = browser.submit(form="r", words=WORDS)

    assert len(receipt.all(".key")) == 1
    assert browser.open("/en/follow-up").h1 == "Follow up your case"


def test_the_receipt_asks_to_have_been_saved(browser: Browser, clock: Clock) -> None:
    send_form(browser, clock)

    asked = browser.submit("Go on to my case", status=422)

    assert asked.errors == ["Tick this once you have written both down: we cannot give you the code again."]
    assert len(asked.all(".key")) == 2


def test_an_error_keeps_everything_that_was_typed(browser: Browser, clock: Clock, database: Database) -> None:
    page = send_form(browser, clock, reach="sms", phone="9 0000 000", group="neighbour", place="North", status=422)

    assert page.errors == ["The phone number lacks a digit. Write all 9, for example 9 0000 0000."]
    assert page.title.startswith("Error:")
    assert "Nobody can sleep." in page.one("textarea").text
    assert page.one("#place").attrs["value"] == "North"
    assert page.one("#phone").attrs["value"] == "9 0000 000"
    assert [node.attrs["value"] for node in page.all("input") if "checked" in node.attrs] == ["neighbour", "sms", "no"]
    assert rows(database, "cases") == []


def test_nothing_written_is_an_error_that_says_what_to_do(browser: Browser, clock: Clock) -> None:
    page = send_form(browser, clock, words=" \n ", status=422)

    assert page.errors == ["Write what happened, even in a few words."]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("2026-09-02", "2026-09-02"), ("1-9-2026", "2026-09-01"), ("31/08/2026", "2026-08-31"), ("", "None")],
    ids=["today", "as written here", "with slashes", "none"],
)
def test_a_past_date_is_read_as_people_write_it(
    browser: Browser, clock: Clock, database: Database, typed: str, kept: str
) -> None:
    send_form(browser, clock, occurred_on=typed)

    assert str(rows(database, "cases")[0]["occurred_on"]) == kept


@pytest.mark.parametrize("typed", ["2026-09-03", "yesterday", "31-02-2026", "01-01-0026"])
def test_a_date_that_cannot_be_is_asked_again(browser: Browser, clock: Clock, typed: str) -> None:
    page = send_form(browser, clock, occurred_on=typed, status=422)

    assert len(page.errors) == 1
    assert "Nobody can sleep." in page.one("textarea").text


def test_what_is_today_is_decided_at_the_site(browser: Browser, clock: Clock, database: Database) -> None:
    # 01:30 UTC on the 3rd is still the evening of the 2nd in Chile.
    clock.to(WEDNESDAY.replace(day=3, hour=1, minute=30))

    send_form(browser, clock, occurred_on="2026-09-03", status=422)

    assert rows(database, "cases") == []


def test_a_photo_is_kept_without_what_it_hides(
    browser: Browser, clock: Clock, database: Database, runtime: Runtime
) -> None:
    sent = photo()

    send_form(browser, clock, files={"files": [sent]})

    [attachment] = rows(database, "attachment")
    kept = runtime.storage.get(attachment["storage_key"])
    assert b"Nobody's telephone" in sent[0]
    assert b"Nobody's telephone" not in kept
    assert dict(Image.open(io.BytesIO(kept)).getexif()) == {}
    assert not attachment["is_internal"]


def test_a_file_survives_an_error_in_the_form(
    browser: Browser, clock: Clock, database: Database, runtime: Runtime
) -> None:
    page = send_form(browser, clock, words="", files={"files": [photo("gate.jpg")]}, status=422)
    assert page.has("gate.jpg")
    assert page.has("Already received")

    browser.submit(form="r", words=WORDS)

    [attachment] = rows(database, "attachment")
    assert runtime.storage.get(attachment["storage_key"]).startswith(b"\xff\xd8\xff")


def test_a_kept_file_can_be_left_out(browser: Browser, clock: Clock, database: Database) -> None:
    send_form(browser, clock, words="", files={"files": [photo()]}, status=422)

    browser.submit(form="r", words=WORDS, kept=False)

    assert rows(database, "attachment") == []
    assert len(rows(database, "cases")) == 1


def test_a_kept_file_cannot_be_moved_into_another_form(browser: Browser, clock: Clock, database: Database) -> None:
    page = send_form(browser, clock, words="", files={"files": [photo()]}, status=422)
    token = page.one("input[name=kept]").attrs["value"]
    other = browser.open(REPORT)
    clock.forward(person.A_MINUTE)

    answer = browser.post(
        REPORT,
        {"words": WORDS, "form_key": other.one("input[name=form_key]").attrs["value"], "kept": token},
        status=422,
    )

    assert answer.errors == ["A file that you had added is no longer here. Please choose it again."]
    assert rows(database, "attachment") == []


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "map.svg", "of a kind we cannot receive"),
        (b"<html><script>alert(1)</script>", "photo.jpg", "of a kind we cannot receive"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "IMG_1.HEIC", "is a HEIC photo"),
        (b"", "cloud.jpg", "is empty"),
    ],
    ids=["svg", "html called jpg", "heic", "empty"],
)
def test_a_file_that_cannot_be_kept_is_named_and_the_words_stay(
    browser: Browser, clock: Clock, database: Database, content: bytes, name: str, says: str
) -> None:
    page = send_form(browser, clock, files={"files": [(content, name, "image/jpeg"), photo("good.jpg")]}, status=422)

    [error] = page.errors
    assert name in error
    assert says in error
    assert "Nobody can sleep." in page.one("textarea").text
    assert page.has("good.jpg")
    browser.submit(form="r")
    assert len(rows(database, "attachment")) == 1


def test_a_file_of_more_than_ten_megabytes_is_named_and_the_words_stay(
    app: Flask, browser: Browser, clock: Clock
) -> None:
    key = browser.open(REPORT).one("input[name=form_key]").attrs["value"]
    big = FileStorage(io.BytesIO(b"%PDF-" + b"x" * (10 * 1024 * 1024)), filename="big.pdf")
    # Encoded here: the test client would leave a temporary file open.
    boundary, body = encode_multipart({"words": WORDS, "form_key": key, "files": big})

    answer = browser.client.post(REPORT, data=body, content_type=f"multipart/form-data; boundary={boundary}")

    page = dom.read(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert "“big.pdf” weighs 10.5 MB." in page.one("#error-summary").text
    assert "Nobody can sleep." in page.one("textarea").text


def test_a_sixth_file_is_left_out_and_said(browser: Browser, clock: Clock) -> None:
    page = send_form(browser, clock, files={"files": [photo(f"{n}.jpg") for n in range(6)]}, status=422)

    assert page.errors == ["At most 5 files fit. The others were left out; you can add them later."]
    assert len(page.all("input[name=kept]")) == 5


def test_what_is_far_too_big_is_answered_in_words(app: Flask, browser: Browser) -> None:
    claimed = {"CONTENT_LENGTH": str(60 * 1024 * 1024)}
    answer = app.test_client().post(REPORT, data={"words": WORDS}, environ_overrides=claimed)

    assert answer.status_code == 413
    assert "fewer or smaller files" in answer.get_data(as_text=True)


@pytest.mark.parametrize("how", ["honeypot", "too quick", "no key", "key of nobody"])
def test_what_looks_like_a_program_is_asked_once_more_and_loses_nothing(
    browser: Browser, clock: Clock, database: Database, how: str
) -> None:
    page = browser.open(REPORT)
    clock.forward(timedelta(seconds=1) if how == "too quick" else person.A_MINUTE)
    key = page.one("input[name=form_key]").attrs["value"]
    sent = {
        "words": WORDS,
        "website": "https://example.com" if how == "honeypot" else "",
        "form_key": {"no key": "", "key of nobody": "AAAA"}.get(how, key),
    }

    asked = browser.post(REPORT, sent, status=422)

    assert asked.errors == ["Please press “Send grievance” once more. That tells us that a person is sending it."]
    assert rows(database, "cases") == []
    clock.forward(person.A_MINUTE)
    browser.submit(form="r")
    assert words_kept(database) == [WORDS]


def test_a_form_sent_from_another_site_is_refused(app: Flask, clock: Clock, database: Database) -> None:
    stranger = Browser(app, headers={"Sec-Fetch-Site": "cross-site"})

    stranger.post(REPORT, {"words": WORDS}, status=403)

    assert rows(database, "submission") == []


def test_control_signs_are_dropped_and_letters_of_every_script_stay(
    browser: Browser, clock: Clock, database: Database
) -> None:
    send_form(browser, clock, words="Polvo\x00 y\x07 ruido — 灰尘 🚛 n\u0303")

    assert words_kept(database) == ["Polvo y ruido — 灰尘 🚛 ñ"]


def test_a_very_long_word_is_kept(browser: Browser, clock: Clock, database: Database) -> None:
    send_form(browser, clock, words="á" * 20_000)

    assert words_kept(database) == ["á" * 20_000]


def test_more_than_fits_is_not_cut_but_given_back(browser: Browser, clock: Clock, database: Database) -> None:
    page = send_form(browser, clock, words="a" * 20_001, status=422)

    assert page.errors[0].startswith("This is longer than 20000 characters.")
    assert page.one("textarea").text == "a" * 20_001
    assert rows(database, "cases") == []


def test_markup_in_words_is_shown_as_text(browser: Browser, clock: Clock) -> None:
    page = send_form(browser, clock, words="<script>alert(1)</script>", phone="9", status=422)

    assert "<script>alert" not in page.html


def test_no_address_is_stored(app: Flask, browser: Browser, clock: Clock, database: Database) -> None:
    browser.client.environ_base["REMOTE_ADDR"] = "203.0.113.9"

    person.file_and_save(browser, clock)

    assert "203.0.113.9" not in person.everything(database)


def test_a_flood_from_one_address_is_slowed_and_not_refused(
    app: Flask, browser: Browser, clock: Clock, database: Database
) -> None:
    slept: list[float] = []
    app.extensions["complainant_throttle"].sleep = slept.append

    for _ in range(FREE_TRIES + 1):
        send_form(browser, clock, words=WORDS)

    assert slept == [0.5]
    assert len(rows(database, "cases")) == FREE_TRIES + 1


def test_a_site_that_does_not_exist_has_no_form(browser: Browser) -> None:
    browser.open("/es/otra-faena/reclamo", status=404)
    browser.open("/es/equipo/reclamo", status=404)


def test_a_phone_is_asked_to_prove_itself_before_anything_is_sent(
    browser: Browser, clock: Clock, database: Database
) -> None:
    receipt = send_form(browser, clock, reach="sms", phone="9 8111 2233")

    [text], [complainant] = rows(database, "outbound_message"), rows(database, "complainant")
    assert text["text_name"] == "verify_number"
    assert complainant["verified_at"] is None
    assert receipt.has("Your phone has to be confirmed")
    assert "981112233" not in person.everything(database).replace(" ", "")


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"phone": "9 8765 4321"}, "You wrote a phone but chose to leave no details. Choose SMS, or clear the phone."),
        ({"reach": "sms"}, "Write your phone, or choose the code without notices."),
        ({"name": "Ana"}, "You wrote your name but chose not to give it. Choose yes, or clear the name."),
        ({"gives_name": "yes"}, "Write your name, or choose not to give it."),
    ],
    ids=["phone beside anonymous", "texts without phone", "name beside no", "yes without name"],
)
def test_a_contradiction_is_asked_and_never_decided_for_the_person(
    browser: Browser, clock: Clock, fields: dict[str, str], error: str
) -> None:
    page = send_form(browser, clock, **fields, status=422)

    assert page.errors == [error]


def test_a_name_is_kept_sealed_and_makes_the_case_named(browser: Browser, clock: Clock, database: Database) -> None:
    send_form(browser, clock, gives_name="yes", name="Persona Inventada")

    assert rows(database, "cases")[0]["confidentiality"] == "named"
    assert "Persona Inventada" not in person.everything(database)


def test_without_a_number_of_ours_nobody_is_offered_texts(app: Flask, clock: Clock, database: Database) -> None:
    with database.begin() as session:
        make_site(session, slug="sin-linea", line=None)

    page = Browser(app).open("/en/sin-linea/report")

    assert page.all("#phone") == []
    assert [node.attrs["value"] for node in page.all("input[name=reach]")] == ["code"]


def test_a_browser_without_cookies_is_told_how_to_get_its_receipt(app: Flask, clock: Clock) -> None:
    page = Browser(app).open("/en/receipt", status=404)

    assert page.has("go back and press “Send grievance” again")


def test_a_reprisal_link_opens_the_form_with_its_category(browser: Browser) -> None:
    page = browser.open(f"{REPORT}?about=retaliation")

    [chosen] = [node for node in page.all("select[name=category] option") if "selected" in node.attrs]
    assert chosen.attrs["value"] == "retaliation"


def test_the_root_follows_the_language_of_the_browser(app: Flask) -> None:
    client = app.test_client()

    led = {lang: client.get("/", headers={"Accept-Language": lang}).headers["Location"] for lang in ("en-GB", "es-CL")}

    assert led == {"en-GB": "/en/", "es-CL": "/es/"}
    assert "Accept-Language" in client.get("/").headers["Vary"]


def test_with_several_sites_the_start_page_asks_which(app: Flask, database: Database) -> None:
    with database.begin() as session:
        make_site(session, slug="puerto-imaginario", line=None)

    page = Browser(app).open("/en/")

    assert [node.text for node in page.all("h3")] == ["Cerro Imaginario", "Puerto Imaginario"]
