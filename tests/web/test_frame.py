"""What surrounds every page: language, headers, caching, compression, errors. On an app with nothing else in it."""

from __future__ import annotations

import gzip
import io
import logging
from datetime import UTC, date, datetime

import pytest
from flask import Blueprint, Flask, Response, abort, g, redirect, render_template_string, session, url_for
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFProtect
from structlog.testing import capture_logs

from grievance.core.i18n import ENGLISH, SPANISH
from grievance.core.paths import templates_dir, translations_dir
from grievance.web import formats
from grievance.web.compression import gzip_padded, register_compression
from grievance.web.errors import ErrorWords, register_errors, translate
from grievance.web.lang import babel_locale, current_lang, localized, register_languages, twins, url_for_lang
from grievance.web.page import Page
from grievance.web.security import allow, register_security
from grievance.web.static_files import FOLDER, register_static
from tests.support.html import faults

LONG = "Los camiones pasan toda la noche. " * 40
KEPT = {"Cache-Control": "public, max-age=300"}


class CaseClosed(Exception):
    """A domain error with a page of its own."""


CLOSED = ErrorWords(409, _l("This case is closed"), _l("It ended."), _l("You can open a new one."))


def frame() -> Page:
    return Page(lang=current_lang(), site_name="Cerro Imaginario", home_url=f"/{current_lang()}/", twins=twins())


def report(site: str) -> str:
    return f"{current_lang()} {site} {url_for('pages.report', site=site)}"


def send_report(site: str) -> str:
    return " ".join(twin.url for twin in twins())


def summary(year: int, quarter: int) -> str:
    return " ".join(twin.url for twin in twins())


def show_twins() -> str:
    return " ".join(twin.url for twin in twins())


def long_text() -> str:
    return f"<p>{LONG}</p>"


def open_page() -> Response:
    return Response(f"<p>{LONG}</p>", headers=KEPT)


def open_page_with_form() -> Response:
    return Response(render_template_string("{{ csrf_token() }}"), headers=KEPT)


def remember() -> str:
    session["seen"] = "yes"
    return "ok"


def scripted() -> str:
    return render_template_string("{{ script_url('look.css') }}")


def widened() -> str:
    allow("img-src", "data:")
    return "ok"


def fail() -> str:
    raise CaseClosed


def break_down() -> str:
    raise RuntimeError("Duermo en el campamento")


def give_up(status: int) -> str:
    abort(status)


def leave() -> ResponseReturnValue:
    return redirect("/elsewhere")


def make_app(*, https: bool = False, testing: bool = True) -> Flask:
    app = Flask("grievance.web", template_folder=str(templates_dir()), static_folder=None)
    app.config.update(SECRET_KEY="only for this test", TESTING=testing)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(translations_dir())
    register_compression(app)
    register_static(app)
    register_security(app, https=https)
    register_languages(app)
    Babel(app, locale_selector=babel_locale)
    CSRFProtect(app)
    register_errors(app, frame)
    pages = Blueprint("pages", "pages")
    localized(pages, "report", report, es="/<site>/reclamo", en="/<site>/report")
    localized(pages, "send_report", send_report, es="/<site>/reclamo", en="/<site>/report", methods=("POST",))
    localized(pages, "summary", summary, es="/<int:year>-t<int:quarter>", en="/<int:year>-q<int:quarter>")
    translate(pages, {CaseClosed: CLOSED})
    for view in (
        long_text,
        open_page,
        open_page_with_form,
        remember,
        scripted,
        widened,
        fail,
        break_down,
        leave,
        show_twins,
    ):
        pages.add_url_rule(f"/{view.__name__}", view.__name__, view, methods=("GET", "POST"))
    pages.add_url_rule("/give_up/<int:status>", "give_up", give_up)
    pages.add_url_rule("/only_forms", "only_forms", show_twins, methods=("POST",))
    app.register_blueprint(pages)
    return app


@pytest.fixture
def client() -> FlaskClient:
    return make_app().test_client()


def token(client: FlaskClient) -> dict[str, str]:
    return {"csrf_token": client.get("/open_page_with_form").text}


class TestLanguage:
    @pytest.mark.parametrize(
        ("address", "says"),
        [
            ("/es/mina/reclamo", "es mina /es/mina/reclamo"),
            ("/en/mina/report", "en mina /en/mina/report"),
        ],
    )
    def test_an_address_decides_the_language_and_links_stay_in_it(
        self, client: FlaskClient, address: str, says: str
    ) -> None:
        assert client.get(address).text == says

    def test_words_of_one_language_are_no_address_in_the_other(self, client: FlaskClient) -> None:
        assert client.get("/en/mina/reclamo").status_code == 404

    def test_the_twin_of_a_quarter_has_the_words_of_its_language(self, client: FlaskClient) -> None:
        assert client.get("/es/2026-t3").text == "/es/2026-t3 /en/2026-q3"

    def test_the_twin_keeps_the_query_whatever_it_is_called(self, client: FlaskClient) -> None:
        assert client.get("/en/2026-q3?show=late&endpoint=x&_anchor=y").text == (
            "/es/2026-t3?show=late&endpoint=x&_anchor=y /en/2026-q3?show=late&endpoint=x&_anchor=y"
        )

    def test_the_twin_of_an_answer_to_a_form_is_the_page_of_the_form(self, client: FlaskClient) -> None:
        answer = client.post("/es/mina/reclamo?x=1", data=token(client))

        assert answer.text == "/es/mina/reclamo /en/mina/report"

    def test_an_answer_to_a_form_without_a_page_has_the_home_pages_as_twins(self, client: FlaskClient) -> None:
        assert client.post("/only_forms", data=token(client)).text == "/es/ /en/"

    def test_a_page_without_a_language_in_its_address_is_asked_for_by_name(self, client: FlaskClient) -> None:
        assert client.get("/show_twins?a=1").text == "/show_twins?lang=es&a=1 /show_twins?lang=en&a=1"

    @pytest.mark.parametrize(
        ("header", "lang"),
        [("en-GB,en;q=0.9", "en"), ("es-CL", "es"), ("pt-BR", "es-CL"), ("", "es-CL"), ("qu,en;q=0.5", "en")],
    )
    def test_where_the_address_says_nothing_the_browser_decides(
        self, client: FlaskClient, header: str, lang: str
    ) -> None:
        html = client.get("/nothing-here", headers={"Accept-Language": header}).text

        assert f'<html lang="{lang}' in html

    def test_an_error_page_speaks_the_language_of_its_address(self, client: FlaskClient) -> None:
        assert '<html lang="en"' in client.get("/en/nothing/here", headers={"Accept-Language": "es"}).text

    def test_another_language_can_be_asked_for_by_name(self) -> None:
        app = make_app()
        with app.test_request_context("/es/mina/reclamo"):
            app.preprocess_request()

            assert url_for_lang("pages.report", ENGLISH, site="mina") == "/en/mina/report"


class TestHeaders:
    def test_a_page_may_run_nothing_and_load_only_what_is_ours(self, client: FlaskClient) -> None:
        policy = client.get("/long_text").headers["Content-Security-Policy"]

        assert policy == (
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; "
            "base-uri 'none'"
        )

    def test_only_the_page_with_a_script_may_run_it(self, client: FlaskClient) -> None:
        assert "script-src 'self'" in client.get("/scripted").headers["Content-Security-Policy"]
        assert "script-src" not in client.get("/long_text").headers["Content-Security-Policy"]

    def test_widening_adds_to_what_a_directive_already_allows(self, client: FlaskClient) -> None:
        assert "img-src 'self' data:;" in client.get("/widened").headers["Content-Security-Policy"]

    @pytest.mark.parametrize("address", ["/long_text", "/es/nothing", "/leave", "/es/mina/reclamo"])
    def test_no_page_is_kept_by_anyone_unless_it_says_so(self, client: FlaskClient, address: str) -> None:
        assert client.get(address).headers["Cache-Control"] == "no-store"

    def test_every_answer_carries_the_headers(self, client: FlaskClient) -> None:
        for address in ("/long_text", "/es/nothing", "/leave", "/give_up/503"):
            headers = client.get(address).headers
            assert headers["X-Content-Type-Options"] == "nosniff", address
            assert headers["Referrer-Policy"] == "no-referrer", address
            assert "geolocation=()" in headers["Permissions-Policy"], address
            assert headers["Cross-Origin-Resource-Policy"] == "same-origin", address

    def test_https_is_insisted_on_only_where_there_is_https(self) -> None:
        assert "Strict-Transport-Security" not in make_app().test_client().get("/long_text").headers
        assert (
            "max-age=31536000"
            in make_app(https=True).test_client().get("/long_text").headers["Strict-Transport-Security"]
        )

    def test_reading_sets_no_cookie(self, client: FlaskClient) -> None:
        assert "Set-Cookie" not in client.get("/long_text").headers

    def test_the_cookie_belongs_to_this_host_alone_and_no_script_reads_it(self) -> None:
        cookie = make_app(https=True).test_client().get("/remember", base_url="https://localhost").headers["Set-Cookie"]

        assert cookie.startswith("__Host-session=")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
        assert "Domain" not in cookie

    @pytest.mark.parametrize("origin", ["cross-site", "same-site"])
    def test_a_form_from_another_site_is_refused_before_anything_is_read(
        self, client: FlaskClient, origin: str
    ) -> None:
        assert client.post("/long_text", headers={"Sec-Fetch-Site": origin}).status_code == 403

    def test_a_form_is_accepted_over_https_without_a_referrer(self) -> None:
        client = make_app(https=True).test_client()
        token = client.get("/open_page_with_form", base_url="https://localhost").text

        answer = client.post("/long_text", base_url="https://localhost", data={"csrf_token": token})

        assert answer.status_code == 200


class TestCaching:
    def test_a_page_that_is_the_same_for_everybody_may_be_kept(self, client: FlaskClient) -> None:
        assert client.get("/open_page").headers["Cache-Control"] == KEPT["Cache-Control"]

    def test_a_page_with_a_form_is_never_kept_even_when_it_asks_to_be(self, client: FlaskClient) -> None:
        client.get("/open_page_with_form")
        second = client.get("/open_page_with_form")  # the session exists already: only the token tells

        assert second.headers["Cache-Control"] == "no-store"

    def test_a_static_file_is_named_after_its_content_and_kept_for_a_year(self, client: FlaskClient) -> None:
        address = client.get("/scripted").text
        answer = client.get(address)

        assert answer.data == (FOLDER / "look.css").read_bytes()
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
        assert "Set-Cookie" not in answer.headers

    def test_a_static_file_travels_compressed(self, client: FlaskClient) -> None:
        answer = client.get(client.get("/scripted").text, headers={"Accept-Encoding": "gzip, br"})

        assert answer.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(answer.data) == (FOLDER / "look.css").read_bytes()
        assert len(answer.data) < 8_000

    @pytest.mark.parametrize("name", ["look.css", "look.000000000000.css", "../security.py"])
    def test_only_current_names_are_found(self, client: FlaskClient, name: str) -> None:
        assert client.get(f"/static/{name}").status_code == 404


class TestCompression:
    def test_a_long_page_is_compressed_for_browsers_that_take_it(self, client: FlaskClient) -> None:
        answer = client.get("/long_text", headers={"Accept-Encoding": "gzip"})

        assert answer.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(answer.data).decode() == long_text()
        assert int(answer.headers["Content-Length"]) == len(answer.data) < 400

    @pytest.mark.parametrize("header", ["", "br", "gzip;q=0"])
    def test_others_get_the_page_as_it_is(self, client: FlaskClient, header: str) -> None:
        answer = client.get("/long_text", headers={"Accept-Encoding": header})

        assert "Content-Encoding" not in answer.headers
        assert answer.headers["Vary"] == "Accept-Encoding"

    def test_a_short_page_is_left_alone(self, client: FlaskClient) -> None:
        assert "Content-Encoding" not in client.get("/widened", headers={"Accept-Encoding": "gzip"}).headers

    def test_what_another_site_asks_for_in_our_session_is_not_compressed(self, client: FlaskClient) -> None:
        foreign = {"Accept-Encoding": "gzip", "Sec-Fetch-Site": "cross-site"}
        before = client.get("/long_text", headers=foreign)
        client.get("/remember")
        after = client.get("/long_text", headers=foreign)

        assert before.headers.get("Content-Encoding") == "gzip"
        assert "Content-Encoding" not in after.headers

    def test_the_same_page_has_many_lengths(self) -> None:
        sizes = {len(gzip_padded(LONG.encode())) for _ in range(200)}

        assert len(sizes) > 40
        assert max(sizes) - min(sizes) < 100

    def test_the_padding_is_skipped_by_readers(self) -> None:
        assert gzip.GzipFile(fileobj=io.BytesIO(gzip_padded(b"words"))).read() == b"words"


class TestErrors:
    @pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 410, 413, 429, 500, 502, 503])
    @pytest.mark.parametrize("lang", ["es", "en"])
    def test_each_http_error_is_a_sound_page_with_its_own_status(
        self, client: FlaskClient, status: int, lang: str
    ) -> None:
        answer = client.get(f"/give_up/{status}?lang={lang}")

        assert answer.status_code == status
        assert faults(answer.text) == []

    def test_an_error_says_what_to_do_next_and_leads_home(self, client: FlaskClient) -> None:
        html = client.get("/en/nothing/at/all").text

        assert "<h1>There is no page here</h1>" in html
        assert "Check the address" in html
        assert '<a href="/en/">Go to the start page</a>' in html

    def test_a_domain_error_is_answered_from_the_table_of_its_blueprint(self, client: FlaskClient) -> None:
        answer = client.get("/fail?lang=en")

        assert (answer.status_code, "<h1>This case is closed</h1>" in answer.text) == (409, True)

    def test_an_unforeseen_error_shows_a_reference_and_nothing_else(self) -> None:
        client = make_app(testing=False).test_client()

        with capture_logs() as lines:
            answer = client.get("/break_down?lang=en")

        assert answer.status_code == 500
        assert [line["event"] for line in lines] == ["request_failed"]
        assert f'<strong class="key">{lines[0]["request_id"]}</strong>' in answer.text
        assert "campamento" not in answer.text
        assert "RuntimeError" not in answer.text

    def test_an_unforeseen_error_is_logged_once(self, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.DEBUG), capture_logs() as lines:
            make_app(testing=False).test_client().get("/break_down")

        assert len(lines) == 1
        assert caplog.records == []

    def test_an_error_after_the_view_has_answered_is_told_like_any_other(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        app = make_app(testing=False)
        commits = iter([RuntimeError("Duermo en el campamento")])

        def commit(response: Response) -> Response:
            for error in commits:
                raise error
            return response

        app.after_request(commit)

        with caplog.at_level(logging.DEBUG), capture_logs() as lines:
            answer = app.test_client().get("/long_text?lang=en")

        assert (answer.status_code, len(lines), caplog.records) == (500, 1, [])
        assert f'<strong class="key">{lines[0]["request_id"]}</strong>' in answer.text
        assert "Content-Security-Policy" in answer.headers

    def test_under_test_an_unforeseen_error_is_seen(self, client: FlaskClient) -> None:
        with pytest.raises(RuntimeError):
            client.get("/break_down")

    def test_an_answered_error_is_marked_for_the_unit_of_work(self) -> None:
        seen: list[bool] = []
        app = make_app()
        app.teardown_request(lambda _error: seen.append(g.get("failed", False)))

        app.test_client().get("/fail")
        app.test_client().get("/long_text")

        assert seen == [True, False]

    def test_a_form_without_its_token_is_told_that_the_page_was_open_too_long(self, client: FlaskClient) -> None:
        answer = client.post("/long_text?lang=en")

        assert answer.status_code == 400
        assert "<h1>This page was open for too long</h1>" in answer.text

    def test_being_too_quick_says_when_to_come_back(self, client: FlaskClient) -> None:
        assert client.get("/give_up/429").headers["Retry-After"] == "60"

    def test_a_refused_method_still_names_the_allowed_ones(self, client: FlaskClient) -> None:
        answer = client.get("/only_forms")

        assert (answer.status_code, set(answer.allow)) == (405, {"POST", "OPTIONS"})

    def test_a_redirect_is_not_an_error(self, client: FlaskClient) -> None:
        assert client.get("/leave").headers["Location"] == "/elsewhere"


SANTIAGO = "America/Santiago"
# 3 September 2026, 00:14 UTC; Chile is at UTC-4 until the first Saturday of September.
EVENING = datetime(2026, 9, 3, 0, 14, tzinfo=UTC)
TODAY = date(2026, 9, 29)


class TestFormats:
    @pytest.mark.parametrize(
        ("words", "expected"),
        [
            (formats.day(date(2026, 10, 16), SPANISH, today=TODAY), "viernes 16 de octubre"),
            (formats.day(date(2026, 10, 16), ENGLISH, today=TODAY), "Friday 16 October"),
            (formats.day(date(2027, 1, 4), SPANISH, today=TODAY), "lunes 4 de enero de 2027"),
            (formats.day(date(2026, 10, 16), ENGLISH), "Friday 16 October 2026"),
            (formats.day(EVENING, SPANISH, tz=SANTIAGO, today=TODAY), "miércoles 2 de septiembre"),
            (formats.day_short(EVENING, SPANISH, tz=SANTIAGO, today=TODAY), "2 sept"),
            (formats.day_short(EVENING, ENGLISH, tz=SANTIAGO, today=TODAY, weekday=True), "Wed 2 Sep"),
            (formats.day_short(date(2025, 12, 1), ENGLISH, today=TODAY), "1 Dec 2025"),
            (formats.moment(EVENING, SPANISH, tz=SANTIAGO), "miércoles 2 de septiembre de 2026, 20:14"),
            (formats.moment(EVENING, ENGLISH, tz=SANTIAGO, today=TODAY), "Wednesday 2 September, 20:14"),
            (formats.moment_short(EVENING, SPANISH, tz=SANTIAGO, today=TODAY), "2 sept, 20:14"),
        ],
    )
    def test_dates_read_like_speech(self, words: str, expected: str) -> None:
        assert words == expected

    @pytest.mark.parametrize(
        ("words", "expected"),
        [
            (formats.number(1200, SPANISH), "1.200"),
            (formats.number(1200, ENGLISH), "1,200"),
            (formats.number(0.5, SPANISH, 1), "0,5"),
            (formats.number(7, ENGLISH, 2), "7.00"),
            (formats.file_size(12, SPANISH), "1 kB"),
            (formats.file_size(350_400, SPANISH), "350 kB"),
            (formats.file_size(4_600_000, SPANISH), "4,6 MB"),
            (formats.file_size(5_000_000, ENGLISH), "5 MB"),
            (formats.lang_name("es", SPANISH), "Español"),
            (formats.lang_name("es", ENGLISH), "Spanish"),
            (formats.lang_name("xx", ENGLISH), "xx"),
        ],
    )
    def test_numbers_and_names_follow_the_language(self, words: str, expected: str) -> None:
        assert words == expected

    @pytest.mark.parametrize(
        ("items", "expected"),
        [
            ([], ""),
            (["polvo"], "polvo"),
            (["polvo", "ruido"], "polvo y ruido"),
            (["polvo", "ruido", "agua"], "polvo, ruido y agua"),
            (["agua", "inodoros"], "agua e inodoros"),
            (["agua", "Hidráulica"], "agua e Hidráulica"),
            (["agua", "hielo"], "agua y hielo"),
            (["agua y luz", "gas"], "agua y luz y gas"),
        ],
    )
    def test_spanish_lists_join_as_they_are_spoken(self, items: list[str], expected: str) -> None:
        assert formats.list_and(items, SPANISH) == expected

    def test_english_lists_have_no_comma_before_the_last(self) -> None:
        assert formats.list_and(["dust", "noise", "water"], ENGLISH) == "dust, noise and water"

    @pytest.mark.parametrize("tz", [None, SANTIAGO])
    def test_an_instant_without_a_place_is_refused(self, tz: str | None) -> None:
        moment = EVENING if tz is None else EVENING.replace(tzinfo=None)

        with pytest.raises(formats.ZoneMissing):
            formats.day(moment, SPANISH, tz=tz)

    def test_filters_speak_the_language_of_the_page(self) -> None:
        app = make_app()
        text = "{{ at|moment(tz) }} {{ on|day }} {{ 1200|number }} {{ ['a', 'b']|list_and }} {{ 'es'|lang_name }}"
        with app.test_request_context("/en/x"):
            app.preprocess_request()
            said = render_template_string(
                text,
                at=EVENING,
                tz=SANTIAGO,
                on=date(2026, 10, 16),
                page=Page(lang=ENGLISH, site_name="", home_url="", today=TODAY),
            )

        assert said == "Wednesday 2 September, 20:14 Friday 16 October 1,200 a and b Spanish"
