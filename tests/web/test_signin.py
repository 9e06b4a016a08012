"""Signing in: two factors, nothing replayed, nobody guessed, nobody kept out."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from grievance.accounts import credentials
from grievance.accounts.audit import AuditAction
from grievance.accounts.models import AuditEntry, Staff, StaffSession
from grievance.accounts.permissions import Duty
from grievance.core import clock
from grievance.core.db import Database
from tests.support.people import PASSWORD, SECRET, Person, code_now, make_staff, sign_in
from tests.support.web import Browser, Seen

SIGN_IN = "/es/equipo/entrar"
DESK_URL = "/es/equipo/personas"


@pytest.fixture
def rosa(database: Database) -> Person:
    """An administrator of every site."""
    with database.begin() as session:
        return make_staff(session, name="Rosa Mamani", duties={Duty.ADMINISTRATOR: None})


@pytest.fixture
def newcomer(database: Database) -> Person:
    """A staff member who never signed in."""
    with database.begin() as session:
        return make_staff(session, name="Iris Soto", duties={Duty.ADMINISTRATOR: None}, with_second_factor=False)


def give_password(browser: Browser, email: str, password: str, *, status: int = 200) -> Seen:
    browser.open(SIGN_IN)
    return browser.submit(form=0, status=status, email=email, password=password)


def give_code(browser: Browser, code: str, *, status: int = 200) -> Seen:
    return browser.submit(form=0, status=status, code=code)


def actions(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))


def travel(seconds: float) -> time_machine.travel:
    return time_machine.travel(clock.now() + timedelta(seconds=seconds), tick=False)


def test_password_and_code_open_the_desk(browser: Browser, rosa: Person, database: Database) -> None:
    page = sign_in(browser, rosa)

    assert page.url == DESK_URL
    assert "Rosa Mamani" in page.one("footer").text
    assert actions(database)[-1] == AuditAction.SIGNED_IN


@pytest.mark.parametrize("lang", ["es", "en"])
def test_signing_in_works_in_both_languages(browser: Browser, rosa: Person, lang: str) -> None:
    page = sign_in(browser, rosa, lang=lang)

    assert page.lang.startswith(lang)


def test_a_password_alone_opens_nothing(browser: Browser, rosa: Person) -> None:
    give_password(browser, rosa.email, rosa.password)

    assert browser.open(DESK_URL).url.startswith(SIGN_IN)


def test_the_page_asked_for_comes_after_signing_in(browser: Browser, rosa: Person) -> None:
    browser.open("/es/equipo/cuenta")
    browser.submit(form=0, email=rosa.email, password=rosa.password)

    assert give_code(browser, code_now(rosa)).url == "/es/equipo/cuenta"


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "/es/equipo/\\example.org", "/es/"])
def test_a_link_cannot_lead_elsewhere_after_signing_in(browser: Browser, rosa: Person, elsewhere: str) -> None:
    browser.open(SIGN_IN)
    browser.page.one("input[name=next]").attrs["value"] = elsewhere
    browser.submit(form=0, email=rosa.email, password=rosa.password, next=elsewhere)

    assert give_code(browser, code_now(rosa)).url == DESK_URL


def test_a_code_works_once(app: Flask, rosa: Person) -> None:
    with travel(0):
        first, second = Browser(app), Browser(app)
        give_password(first, rosa.email, rosa.password)
        give_password(second, rosa.email, rosa.password)
        code = code_now(rosa)

        assert give_code(first, code).url == DESK_URL
        assert give_code(second, code, status=422).errors


def test_an_earlier_code_is_refused_after_a_later_one(app: Flask, rosa: Person) -> None:
    with travel(0):
        earlier = credentials.code_at(SECRET, clock.now() - timedelta(seconds=30))
        first, second = Browser(app), Browser(app)
        give_password(first, rosa.email, rosa.password)
        give_code(first, code_now(rosa))
        give_password(second, rosa.email, rosa.password)

        assert give_code(second, earlier, status=422).errors


@pytest.mark.parametrize(("seconds", "is_accepted"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_a_clock_may_differ_by_half_a_minute(browser: Browser, rosa: Person, seconds: int, is_accepted: bool) -> None:
    with travel(0):
        give_password(browser, rosa.email, rosa.password)
        code = credentials.code_at(SECRET, clock.now() + timedelta(seconds=seconds))

        give_code(browser, code, status=200 if is_accepted else 422)

        assert (browser.url == DESK_URL) == is_accepted


def test_unknown_and_wrong_look_the_same(app: Flask, rosa: Person) -> None:
    wrong = give_password(Browser(app), rosa.email, "not the password", status=422)
    unknown = give_password(Browser(app), "nobody@example.org", "not the password", status=422)

    assert wrong.errors == unknown.errors != []
    assert strip_typed(wrong.html, rosa.email) == strip_typed(unknown.html, "nobody@example.org")


def test_a_closed_account_looks_like_a_wrong_password(app: Flask, rosa: Person, database: Database) -> None:
    with database.begin() as session:
        session.get_one(Staff, rosa.staff_id).active = False

    closed = give_password(Browser(app), rosa.email, rosa.password, status=422)
    wrong = give_password(Browser(app), "nobody@example.org", "x", status=422)

    assert closed.errors == wrong.errors


def test_after_three_wrong_tries_the_right_password_waits(app: Flask, rosa: Person) -> None:
    with travel(0) as moment:
        browser = Browser(app)
        for _ in range(3):
            give_password(browser, rosa.email, "wrong", status=422)

        give_password(browser, rosa.email, rosa.password, status=422)
        moment.shift(6)

        assert give_password(browser, rosa.email, rosa.password).url == "/es/equipo/codigo"


def test_the_wait_is_never_longer_than_a_minute(app: Flask, rosa: Person) -> None:
    with travel(0) as moment:
        browser = Browser(app)
        for _ in range(12):
            give_password(browser, rosa.email, "wrong", status=422)
            moment.shift(61)

        assert give_password(browser, rosa.email, rosa.password).url == "/es/equipo/codigo"


def test_nobody_keeps_the_owner_out_of_a_known_device(app: Flask, rosa: Person) -> None:
    with travel(0) as moment:
        own = Browser(app)
        sign_in(own, rosa)
        own.submit(form="/equipo/salir")
        moment.shift(60)
        for _ in range(4):
            give_password(Browser(app), rosa.email, "wrong", status=422)

        give_password(Browser(app), rosa.email, rosa.password, status=422)

        assert give_password(own, rosa.email, rosa.password).url == "/es/equipo/codigo"


def test_an_hour_of_tries_at_an_address_keeps_its_owner_out_of_nothing(app: Flask, rosa: Person) -> None:
    with travel(0) as moment:
        own, attacker = Browser(app), Browser(app)
        sign_in(own, rosa)
        own.submit(form="/equipo/salir")
        attacker.open(SIGN_IN)
        token = attacker.token()
        for minute in range(60):
            moment.shift(60)
            fields = {"email": rosa.email, "password": f"guess {minute}", "csrf_token": token}
            attacker.client.post(SIGN_IN, data=fields, headers=attacker.headers)

        # A second after the last try. The known device needs what it always needs.
        assert give_password(own, rosa.email, rosa.password).url == "/es/equipo/codigo"
        assert give_code(own, code_now(rosa)).url == DESK_URL
        # The new telephone is refused once, says so, and takes password and code together.
        moment.shift(60)
        for _ in range(5):
            give_password(attacker, rosa.email, "wrong", status=422)
        new = Browser(app, headers={"X-Forwarded-For": "192.0.2.7"})
        give_password(new, rosa.email, rosa.password, status=422)
        assert new.submit(form=0, email=rosa.email, password=rosa.password, code=code_now(rosa)).url == DESK_URL


def test_password_and_code_together_tell_nothing_when_one_is_wrong(app: Flask, rosa: Person) -> None:
    with travel(0):
        answers = []
        for email, password, code in (
            (rosa.email, "wrong", code_now(rosa)),
            (rosa.email, rosa.password, "000000"),
            ("nobody@example.org", "wrong", code_now(rosa)),
        ):
            browser = Browser(app)
            give_password(browser, email, "wrong", status=422)
            page = browser.submit(form=0, email=email, password=password, code=code, status=422)
            answers.append(strip_typed(page.html, email).replace(code, ""))

        assert answers[0] == answers[1] == answers[2]


def test_guessing_codes_with_the_password_in_hand_waits_all_the_same(app: Flask, rosa: Person) -> None:
    with travel(0) as moment:
        browser = Browser(app)
        give_password(browser, rosa.email, "wrong", status=422)
        for _ in range(3):
            browser.submit(form=0, email=rosa.email, password=rosa.password, code="000000", status=422)

        browser.submit(form=0, email=rosa.email, password=rosa.password, code=code_now(rosa), status=422)
        moment.shift(6)

        assert browser.submit(form=0, email=rosa.email, password=rosa.password, code=code_now(rosa)).url == DESK_URL


def test_the_page_asked_for_comes_after_both_at_once(app: Flask, rosa: Person) -> None:
    browser = Browser(app)
    browser.open("/es/equipo/cuenta")
    browser.submit(form=0, email=rosa.email, password="wrong", status=422)

    page = browser.submit(form=0, email=rosa.email, password=rosa.password, code=code_now(rosa))

    assert page.url == "/es/equipo/cuenta"


def test_a_newcomer_is_not_kept_from_a_first_password_that_nobody_can_guess(app: Flask, newcomer: Person) -> None:
    with travel(0):
        for _ in range(5):
            give_password(Browser(app), newcomer.email, "wrong", status=422)

        assert give_password(Browser(app), newcomer.email, newcomer.password).url == "/es/equipo/preparar"


def test_whoever_floods_an_office_does_not_keep_its_known_devices_out(app: Flask, rosa: Person) -> None:
    own, attacker = Browser(app), Browser(app)
    sign_in(own, rosa)
    own.submit(form="/equipo/salir")
    attacker.open(SIGN_IN)
    fields = {"email": rosa.email, "password": "", "csrf_token": attacker.token()}
    last = [attacker.client.post(SIGN_IN, data=fields, headers=attacker.headers).status_code for _ in range(61)][-1]

    assert last == 429
    assert give_password(own, rosa.email, rosa.password).url == "/es/equipo/codigo"


def test_wrong_codes_make_the_account_wait_too(app: Flask, rosa: Person) -> None:
    with travel(0) as moment:
        browser = Browser(app)
        give_password(browser, rosa.email, rosa.password)
        for _ in range(3):
            give_code(browser, "000000", status=422)

        give_code(browser, code_now(rosa), status=422)
        moment.shift(31)

        assert give_code(browser, code_now(rosa)).url == DESK_URL


def test_a_right_password_does_not_wipe_wrong_codes(app: Flask, rosa: Person, database: Database) -> None:
    browser = Browser(app)
    give_password(browser, rosa.email, rosa.password)
    give_code(browser, "000000", status=422)
    give_password(browser, rosa.email, rosa.password)

    with database.read() as session:
        assert session.get_one(Staff, rosa.staff_id).code_failed_count == 1


def test_one_network_cannot_try_without_end(browser: Browser, rosa: Person) -> None:
    browser.open(SIGN_IN)
    token = browser.token()
    tries = [
        browser.client.post(
            SIGN_IN, data={"email": "", "password": "", "csrf_token": token}, headers=browser.headers
        ).status_code
        for _ in range(61)
    ]

    assert tries == [422] * 60 + [429]


def test_without_its_token_no_form_is_taken(browser: Browser, rosa: Person) -> None:
    answer = browser.post(SIGN_IN, {"email": rosa.email, "password": rosa.password}, status=400)

    assert browser.open(DESK_URL).url.startswith(SIGN_IN)
    assert answer.status == 400


def test_a_recovery_code_works_once(app: Flask, newcomer: Person) -> None:
    codes = recovery_codes_after_first_sign_in(Browser(app), newcomer)

    first = sign_in_with_recovery_code(Browser(app), newcomer, codes[0])
    again = sign_in_with_recovery_code(Browser(app), newcomer, codes[0], status=422)

    assert first.url == "/es/equipo/cuenta"
    assert again.errors
    assert sign_in_with_recovery_code(Browser(app), newcomer, codes[1].upper().replace("-", " ")).url == first.url


def test_recovery_codes_are_not_kept_readable(app: Flask, newcomer: Person, database: Database) -> None:
    codes = recovery_codes_after_first_sign_in(Browser(app), newcomer)

    with database.read() as session:
        kept = session.get_one(Staff, newcomer.staff_id).mf_recovery_codes or []

    assert len(kept) == 10
    assert not set(kept) & {code.replace("-", "") for code in codes}


def test_the_first_sign_in_sets_password_and_second_factor(
    browser: Browser, newcomer: Person, database: Database
) -> None:
    codes = recovery_codes_after_first_sign_in(browser, newcomer)

    assert len(set(codes)) == 10
    assert browser.open("/es/equipo").url == DESK_URL
    with database.read() as session:
        assert session.get_one(Staff, newcomer.staff_id).tf_totp_secret is not None
    # The first password is void, the chosen one holds.
    give_password(Browser(browser.app), newcomer.email, newcomer.password, status=422)
    assert give_password(Browser(browser.app), newcomer.email, "cobre y lluvia 41").url == "/es/equipo/codigo"


def test_the_code_that_set_the_factor_up_is_used_up(app: Flask, newcomer: Person) -> None:
    with travel(0):
        browser = Browser(app)
        recovery_codes_after_first_sign_in(browser, newcomer)
        secret = secret_shown.pop()
        give_password(browser_two := Browser(app), newcomer.email, "cobre y lluvia 41")

        assert give_code(browser_two, credentials.code_at(secret, clock.now()), status=422).errors


@pytest.mark.parametrize(
    "password", ["short", "aaaaaaaaaaaaaaaa", "iris.soto and more", "x" * 129], ids=["short", "same", "e-mail", "long"]
)
def test_a_weak_password_is_refused_at_the_first_sign_in(browser: Browser, newcomer: Person, password: str) -> None:
    give_password(browser, newcomer.email, newcomer.password)

    page = browser.submit(form=0, status=422, new_password=password, again=password, code=code_of_page(browser.page))

    assert page.errors


def test_the_set_up_page_is_no_way_around_a_second_factor(browser: Browser, rosa: Person) -> None:
    give_password(browser, rosa.email, rosa.password)

    assert browser.open("/es/equipo/preparar").url.startswith(SIGN_IN)


def test_the_cookie_of_before_is_worth_nothing_after(app: Flask, rosa: Person) -> None:
    browser = Browser(app)
    browser.open(SIGN_IN)
    planted = browser.cookies["session"]
    sign_in(browser, rosa)

    stranger = Browser(app)
    stranger.client.set_cookie("session", planted)

    assert browser.cookies["session"] != planted
    assert stranger.open(DESK_URL).url.startswith(SIGN_IN)


def test_nothing_planted_before_signing_in_is_there_after(app: Flask, rosa: Person) -> None:
    browser = Browser(app)
    with browser.client.session_transaction() as planted:
        planted["planted"] = "x"
        planted["csrf_token"] = "0" * 40

    sign_in(browser, rosa)

    with browser.client.session_transaction() as kept:
        assert "planted" not in kept
        assert "signing_in" not in kept
        assert kept.get("csrf_token") != "0" * 40


def test_a_copied_cookie_dies_with_the_sign_out(app: Flask, rosa: Person) -> None:
    browser = Browser(app)
    sign_in(browser, rosa)
    copied = browser.cookies["session"]
    browser.submit(form="/equipo/salir")

    thief = Browser(app)
    thief.client.set_cookie("session", copied)

    assert thief.open(DESK_URL).url.startswith(SIGN_IN)


def test_signing_out_everywhere_reaches_every_device(app: Flask, rosa: Person) -> None:
    telephone, computer = Browser(app), Browser(app)
    sign_in(telephone, rosa)
    sign_in(computer, rosa)

    computer.open("/es/equipo/cuenta")
    computer.submit(form="salir-en-todas-partes")

    assert telephone.open(DESK_URL).url.startswith(SIGN_IN)
    assert computer.open(DESK_URL).url.startswith(SIGN_IN)


def test_one_device_can_be_signed_out_from_another(app: Flask, rosa: Person) -> None:
    telephone, computer = Browser(app), Browser(app)
    sign_in(telephone, rosa)
    sign_in(computer, rosa)

    computer.open("/es/equipo/cuenta")
    computer.submit(form="/cuenta/sesiones/")

    assert telephone.open(DESK_URL).url.startswith(SIGN_IN)
    assert computer.open(DESK_URL).url == DESK_URL


def test_nobody_signs_out_the_device_of_another(app: Flask, rosa: Person, newcomer: Person, database: Database) -> None:
    browser = Browser(app)
    sign_in(browser, rosa)
    recovery_codes_after_first_sign_in(other := Browser(app), newcomer)
    with database.read() as session:
        theirs = session.scalars(select(StaffSession.public_id).where(StaffSession.staff_id == newcomer.staff_id)).one()

    browser.open("/es/equipo/cuenta")
    browser.post(f"/es/equipo/cuenta/sesiones/{theirs}", {}, with_token=True)

    assert other.open(DESK_URL).url == DESK_URL


def test_a_new_password_signs_the_other_devices_out(app: Flask, rosa: Person) -> None:
    telephone, computer = Browser(app), Browser(app)
    sign_in(telephone, rosa)
    sign_in(computer, rosa)

    computer.open("/es/equipo/cuenta/clave")
    computer.submit(form="/clave", present=PASSWORD, new_password="cobre y lluvia 41", again="cobre y lluvia 41")

    assert computer.url == "/es/equipo/cuenta"
    assert telephone.open(DESK_URL).url.startswith(SIGN_IN)


def test_changing_the_password_needs_the_present_one(browser: Browser, rosa: Person) -> None:
    sign_in(browser, rosa)

    browser.open("/es/equipo/cuenta/clave")
    page = browser.submit(
        form="/clave", status=422, present="not mine", new_password="cobre y lluvia 41", again="cobre y lluvia 41"
    )

    assert page.errors


def test_new_recovery_codes_need_the_password(browser: Browser, rosa: Person) -> None:
    sign_in(browser, rosa)

    browser.open("/es/equipo/cuenta/codigos")
    refused = browser.submit(form="/codigos", status=422, password="not mine")
    shown = browser.submit(form="/codigos", password=PASSWORD)

    assert refused.errors
    assert len(shown.all("main ol .code")) == 10


@pytest.mark.parametrize(
    ("pauses", "is_in"),
    [([29 * 60], True), ([31 * 60], False), ([29 * 60] * 3, True), ([25 * 60] * 29, False)],
    ids=["29 minutes idle", "31 minutes idle", "used now and then", "after 12 hours of use"],
)
def test_a_session_ends_by_itself(browser: Browser, rosa: Person, pauses: list[int], is_in: bool) -> None:
    with travel(0) as moment:
        sign_in(browser, rosa)
        for pause in pauses:
            moment.shift(pause)
            browser.open(DESK_URL)

        assert (browser.url == DESK_URL) == is_in


def test_somebody_deactivated_is_out_at_once(browser: Browser, rosa: Person, database: Database) -> None:
    sign_in(browser, rosa)
    with database.begin() as session:
        session.get_one(Staff, rosa.staff_id).active = False

    assert browser.open(DESK_URL).url.startswith(SIGN_IN)


def test_the_pages_of_a_signed_in_person_are_kept_by_nobody(browser: Browser, rosa: Person) -> None:
    page = sign_in(browser, rosa)

    assert page.response.headers["Cache-Control"] == "no-store"


def test_passwords_made_by_commands_are_read_by_the_library(app: Flask) -> None:
    from flask_security import verify_password

    hashed = credentials.hash_password("ñandú y cobre 12", salt=app.config["SECURITY_PASSWORD_SALT"])

    with app.test_request_context("/"):
        assert verify_password(credentials.normalise("ñandú y cobre 12"), hashed)
        assert not verify_password("nandu y cobre 12", hashed)


def test_pages_of_others_neither_read_nor_set_the_session(app: Flask) -> None:
    page = Browser(app).open("/es/no-existe", status=404)

    assert "Cookie" not in page.response.headers.get("Vary", "")
    assert "Set-Cookie" not in page.response.headers


def test_no_page_of_the_library_is_served(app: Flask) -> None:
    rules = {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("security.")}

    assert rules == set()


secret_shown: list[str] = []


def code_of_page(page: Seen) -> str:
    """Return the code that an authenticator shows which was given the key on the set-up page."""
    secret = page.one("main .key").text.replace("-", "").replace(" ", "")
    secret_shown.append(secret)
    return credentials.code_at(secret, clock.now())


def recovery_codes_after_first_sign_in(browser: Browser, person: Person) -> list[str]:
    secret_shown.clear()
    give_password(browser, person.email, person.password)
    page = browser.submit(
        form=0, new_password="cobre y lluvia 41", again="cobre y lluvia 41", code=code_of_page(browser.page)
    )
    return [node.text for node in page.all("main ol .code")]


def sign_in_with_recovery_code(browser: Browser, person: Person, code: str, *, status: int = 200) -> Seen:
    give_password(browser, person.email, "cobre y lluvia 41")
    browser.open("/es/equipo/codigo-de-respaldo")
    return browser.submit(form=0, status=status, code=code)


def strip_typed(html: str, email: str) -> str:
    """Return a page without what differs for everybody: the token and the address typed."""
    lines = [line for line in html.splitlines() if "csrf_token" not in line]
    return "\n".join(lines).replace(email, "…")
