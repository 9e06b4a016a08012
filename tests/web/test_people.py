"""Pages of administrators and auditors, and the demo's authenticator."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from grievance.accounts import audit, credentials, queries
from grievance.accounts.models import AuditEntry, StaffSession
from grievance.accounts.permissions import Action, Duty
from grievance.core import clock
from grievance.core.db import Database
from grievance.sites import operations as sites
from grievance.sites.models import CompanyKind
from tests.support.people import SECRET, Person, make_staff, sign_in
from tests.support.web import Browser
from tests.support.web_app import make_app, make_runtime


@dataclass(frozen=True)
class Place:
    """Two sites with an administrator of both, one of the first, a handler of the second, and an auditor."""

    cerro_id: int
    salar_id: int
    admin: Person
    admin_of_cerro: Person
    handler_of_salar: Person
    auditor: Person


@pytest.fixture
def place(database: Database) -> Place:
    with database.begin() as session:
        operator = sites.create_operator(session, name="Minera Imaginaria")
        cerro = sites.create_site(session, operator, slug="cerro", name="Cerro Imaginario", sms_name="Cerro")
        salar = sites.create_site(session, operator, slug="salar", name="Salar Imaginario", sms_name="Salar")
        company = sites.add_company(session, operator, name="Cocina Ficticia", kind=CompanyKind.CONTRACTOR)
        sites.add_unit(session, cerro, company, name="Casino")
        return Place(
            cerro.id,
            salar.id,
            make_staff(session, name="Rosa Mamani", duties={Duty.ADMINISTRATOR: None}),
            make_staff(session, name="Iris Soto", duties={Duty.ADMINISTRATOR: cerro}),
            make_staff(session, name="Luis Vera", duties={Duty.HANDLER: salar}),
            make_staff(session, name="Ana Ríos", email="ana@example.org", duties={Duty.AUDITOR: cerro}),
        )


def add_elena(browser: Browser) -> str:
    """Add a staff member through the pages; return the first password."""
    browser.open("/es/equipo/personas/agregar")
    page = browser.submit(form="/agregar", name="Elena Cruz", surname="Cruz", email="Elena@Example.org", locale="es")
    return page.one("main dl").all("dd")[1].text


def test_a_new_person_gets_a_first_password_shown_once(browser: Browser, place: Place, database: Database) -> None:
    sign_in(browser, place.admin)

    first = add_elena(browser)

    assert not browser.open("/es/equipo/personas").has(first)
    elena = Browser(browser.app)
    elena.open("/es/equipo/entrar")
    assert elena.submit(form=0, email="elena@example.org", password=first).url == "/es/equipo/preparar"


def test_an_address_in_use_is_said_and_the_rest_is_kept(browser: Browser, place: Place) -> None:
    sign_in(browser, place.admin)

    browser.open("/es/equipo/personas/agregar")
    page = browser.submit(
        form="/agregar", status=422, name="Otro Luis", surname="", email=place.handler_of_salar.email, locale="en"
    )

    assert page.errors
    assert page.one("#name").attrs["value"] == "Otro Luis"


@pytest.mark.parametrize("email", ["elena", "elena@", "@example.org", "elena cruz@example.org", "elena@example"])
def test_what_is_no_address_is_refused(browser: Browser, place: Place, email: str) -> None:
    sign_in(browser, place.admin)
    browser.open("/es/equipo/personas/agregar")

    assert browser.submit(form="/agregar", status=422, name="Elena", email=email).errors


def test_a_unit_brings_its_company(browser: Browser, place: Place, database: Database) -> None:
    sign_in(browser, place.admin)
    page = browser.open("/es/equipo/personas/agregar")
    casino = page.one("#unit").all("option")[1].attrs["value"]

    browser.submit(form="/agregar", name="Elena Cruz", email="e@example.org", unit=casino, heads_unit=True)

    with database.read() as session:
        line = next(line for line in queries.staff_list(session) if line.email == "e@example.org")
        staff = queries.staff_by_public_id(session, line.public_id)
        assert (staff.company_id is not None, staff.unit_id is not None, staff.heads_unit) == (True, True, True)


def test_a_duty_is_granted_and_taken_away(browser: Browser, place: Place, database: Database) -> None:
    sign_in(browser, place.admin)
    browser.open(f"/es/equipo/personas/{place.handler_of_salar.public_id}")

    browser.submit(form="/funciones", duty="triager", site="cerro")

    with database.read() as session:
        assert queries.viewer(session, place.handler_of_salar.staff_id).may(Action.TRIAGE, place.cerro_id)
    browser.submit(form=form_of(browser, "Cerro Imaginario"))
    with database.read() as session:
        assert not queries.viewer(session, place.handler_of_salar.staff_id).may(Action.TRIAGE, place.cerro_id)


def test_nobody_is_offered_their_own_duties(browser: Browser, place: Place) -> None:
    sign_in(browser, place.admin)
    page = browser.open(f"/es/equipo/personas/{place.admin.public_id}")

    assert [form for form in page.forms if form.up("main")] == []
    own = f"/es/equipo/personas/{place.admin.public_id}"
    for address, values in (
        ("funciones", {"duty": "triager", "site": "cerro"}),
        ("cerrar", {}),
        ("segundo-factor", {}),
    ):
        browser.open(own)
        browser.post(f"{own}/{address}", values, with_token=True, status=409)


def test_only_administrators_are_offered_every_site(browser: Browser, place: Place) -> None:
    sign_in(browser, place.admin)
    browser.open(f"/es/equipo/personas/{place.handler_of_salar.public_id}")

    assert browser.submit(form="/funciones", status=422, duty="triager", site="all").errors
    browser.submit(form="/funciones", status=200, duty="administrator", site="all")


def test_an_administrator_of_one_site_stays_there(browser: Browser, place: Place) -> None:
    sign_in(browser, place.admin_of_cerro)
    there = f"/es/equipo/personas/{place.handler_of_salar.public_id}"
    page = browser.open(there)

    assert [option.attrs["value"] for option in page.one("#site").all("option")] == ["cerro"]
    browser.post(f"{there}/funciones", {"duty": "triager", "site": "salar"}, with_token=True, status=422)
    browser.open(there)
    browser.post(f"{there}/cerrar", {}, with_token=True, status=403)
    browser.open(there)
    browser.post(f"{there}/segundo-factor", {}, with_token=True, status=403)


def test_a_closed_account_is_signed_out_and_can_be_opened_again(app: Flask, place: Place) -> None:
    admin, luis = Browser(app), Browser(app)
    sign_in(luis, place.handler_of_salar)
    sign_in(admin, place.admin)

    admin.open(f"/es/equipo/personas/{place.handler_of_salar.public_id}")
    admin.submit(form="/cerrar")
    assert luis.open("/es/equipo/cuenta").url.startswith("/es/equipo/entrar")

    admin.submit(form="/abrir")
    assert sign_in(luis, place.handler_of_salar).url.startswith("/es/equipo/casos")


def test_somebody_who_lost_the_authenticator_begins_again(app: Flask, place: Place) -> None:
    admin, luis = Browser(app), Browser(app)
    sign_in(admin, place.admin)

    admin.open(f"/es/equipo/personas/{place.handler_of_salar.public_id}/segundo-factor")
    first = admin.submit(form="/segundo-factor").one("main dl").all("dd")[1].text

    luis.open("/es/equipo/entrar")
    luis.submit(form=0, status=422, email=place.handler_of_salar.email, password=place.handler_of_salar.password)
    assert luis.submit(form=0, email=place.handler_of_salar.email, password=first).url == "/es/equipo/preparar"


def test_unknown_people_are_not_found(browser: Browser, place: Place) -> None:
    sign_in(browser, place.admin)

    browser.open("/es/equipo/personas/nobody", status=404)
    browser.open("/es/equipo/personas/%00", status=404)


@pytest.mark.parametrize("lang", ["es", "en"])
def test_the_trail_shows_who_did_what_in_both_languages(browser: Browser, place: Place, lang: str) -> None:
    sign_in(browser, place.auditor, lang=lang)

    page = browser.open("/es/equipo/auditoria" if lang == "es" else "/en/staff/audit")

    assert page.has("Ana Ríos")
    assert page.has("Luis Vera")


def test_reading_the_trail_leaves_a_line(browser: Browser, place: Place, database: Database) -> None:
    sign_in(browser, place.auditor)
    browser.open("/es/equipo/auditoria")

    with database.read() as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)).one()
        assert (last.action, last.actor_id) == ("audit_viewed", place.auditor.staff_id)


def test_the_trail_is_filtered_and_turned_by_address(browser: Browser, place: Place, database: Database) -> None:
    with database.begin() as session:
        for number in range(120):
            audit.record(
                session, actor_id=None, action="case_viewed", subject_kind="case", subject=f"c{number}", at=clock.now()
            )
    sign_in(browser, place.auditor)

    browser.open("/es/equipo/auditoria")
    browser.submit(form="auditoria", action="case_viewed")
    seen = [row.text for row in browser.page.all("main tbody tr")]
    while older := [node for node in browser.page.all("main a") if node.attrs.get("rel") == "next"]:
        browser.open(older[0].attrs["href"])
        seen += [row.text for row in browser.page.all("main tbody tr")]

    assert len(seen) == len(set(seen)) == 120
    assert "action=case_viewed" in browser.url


def test_a_day_in_the_filter_is_a_day_at_the_site(browser: Browser, place: Place) -> None:
    sign_in(browser, place.auditor)
    today = clock.now() - timedelta(hours=4)

    page = browser.open(f"/es/equipo/auditoria?since={today:%Y-%m-%d}&until={today + timedelta(days=1):%Y-%m-%d}")
    assert page.all("main tbody tr")
    assert not browser.open("/es/equipo/auditoria?until=2020-01-01").all("main tbody tr")


@pytest.mark.parametrize("query", ["before=x", "after=-1", "before=99999999999999", "since=never", "action=nothing"])
def test_an_address_made_up_by_hand_does_no_harm(browser: Browser, place: Place, query: str) -> None:
    sign_in(browser, place.auditor)

    assert browser.open(f"/es/equipo/auditoria?{query}").h1


def test_a_changed_line_is_shown_as_such(browser: Browser, place: Place, database: Database) -> None:
    with database.begin() as session:
        session.execute(update(AuditEntry).where(AuditEntry.seq == 2).values(subject="other"))
    sign_in(browser, place.auditor)

    page = browser.open("/es/equipo/auditoria")

    assert len(page.all("main .notice--late")) == 1


def test_the_demo_shows_codes_that_work(app: Flask, place: Place, tmp_path: Path) -> None:
    people = [
        {
            "name": place.admin.name,
            "email": place.admin.email,
            "password": place.admin.password,
            "totp_secret": SECRET,
            "duties": ["administrator"],
            "site": "",
        }
    ]
    (tmp_path / "demo-credentials.json").write_text(json.dumps(people), encoding="utf-8")
    browser = Browser(app)

    page = browser.open("/es/demo/codigos")

    password, code = (node.text for node in page.all("main tbody .code"))
    browser.open("/es/equipo/entrar")
    browser.submit(form=0, email=place.admin.email, password=password)
    assert browser.submit(form=0, code=code).url == "/es/equipo/personas"
    assert code == credentials.code_at(SECRET, clock.now())


def test_in_production_there_is_no_such_page(database: Database, tmp_path: Path) -> None:
    app = make_app(make_runtime(database, tmp_path, mode="production"))

    for address in ("/es/demo/codigos", "/en/demo/codes"):
        assert app.test_client().get(address, base_url="https://localhost").status_code == 404
        assert address not in {rule.rule for rule in app.url_map.iter_rules()}


def test_a_leaver_is_signed_out_by_an_administrator(app: Flask, place: Place, database: Database) -> None:
    admin, telephone, computer = Browser(app), Browser(app), Browser(app)
    sign_in(telephone, place.handler_of_salar)
    sign_in(computer, place.handler_of_salar)
    sign_in(admin, place.admin)
    address = f"/es/equipo/personas/{place.handler_of_salar.public_id}"

    admin.open(address)
    admin.submit(form=form_of(admin, "Firefox, Android"))
    assert [telephone.open("/es/equipo/cuenta").url, computer.open("/es/equipo/cuenta").url].count(
        "/es/equipo/cuenta"
    ) == 1
    admin.submit(form=f"{address}/sesiones")

    for browser in (telephone, computer):
        assert browser.open("/es/equipo/cuenta").url.startswith("/es/equipo/entrar")
    assert admin.page.has("En ninguna parte por ahora.")
    with database.read() as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)).one()
    assert (last.action, last.actor_id, last.subject) == (
        "session_ended",
        place.admin.staff_id,
        place.handler_of_salar.public_id,
    )


def test_an_administrator_of_one_site_signs_nobody_of_another_out(app: Flask, place: Place) -> None:
    victim, admin = Browser(app), Browser(app)
    sign_in(victim, place.handler_of_salar)
    sign_in(admin, place.admin_of_cerro)
    admin.open("/es/equipo/cuenta")

    admin.post(f"/es/equipo/personas/{place.handler_of_salar.public_id}/sesiones", {}, with_token=True, status=403)

    assert victim.open("/es/equipo/cuenta").url == "/es/equipo/cuenta"


def test_closing_an_account_ends_its_sessions_on_record_too(app: Flask, place: Place, database: Database) -> None:
    sign_in(Browser(app), place.handler_of_salar)
    sign_in(admin := Browser(app), place.admin)
    admin.open(f"/es/equipo/personas/{place.handler_of_salar.public_id}")
    admin.submit(form="/cerrar")

    with database.read() as session:
        rows = session.scalars(
            select(StaffSession.ended_at).where(StaffSession.staff_id == place.handler_of_salar.staff_id)
        ).all()
    assert rows
    assert None not in rows


def test_a_session_says_when_it_was_last_used(app: Flask, place: Place, database: Database) -> None:
    with time_machine.travel(clock.now(), tick=False) as moment:
        sign_in(browser := Browser(app), place.auditor)
        moment.shift(4 * 60)
        browser.open("/es/equipo/cuenta")
        moment.shift(20 * 60)
        browser.open("/es/equipo/cuenta")

        assert browser.open("/es/equipo/cuenta").has("última actividad")
        with database.read() as session:
            row = session.scalars(select(StaffSession).where(StaffSession.staff_id == place.auditor.staff_id)).one()
            assert (row.last_seen_at or row.started_at) - row.started_at == timedelta(minutes=24)


def form_of(browser: Browser, text: str) -> int:
    """Return the number of the form whose list item has this text."""
    for number, form in enumerate(browser.page.forms):
        item = form.up("li")
        if item is not None and form.up("main") is not None and text in item.text:
            return number
    raise AssertionError(text)


def test_an_administrator_says_where_somebody_belongs(browser: Browser, place: Place, database: Database) -> None:
    sign_in(browser, place.admin)
    person = f"/en/staff/people/{place.auditor.public_id}"
    assert "None noted" in browser.open(person).all("main dl")[0].text

    page = browser.open(f"{person}/place")
    unit = page.one("#unit").all("option")[1].attrs["value"]
    refused = browser.submit(form="/place", status=422, unit=unit, heads_unit=True)
    assert refused.has("Say why.")
    page = browser.submit(form="/place", unit=unit, heads_unit=True, reason="new_post")

    assert page.url == person
    assert "Casino (heads it)" in page.all("main dl")[0].text
    assert "Cocina Ficticia" in page.all("main dl")[0].text
    # The form is filled in with what stands there.
    options = browser.open(f"{person}/place").one("#unit").all("option")
    assert [option.attrs["value"] for option in options if "selected" in option.attrs] == [unit]
    with database.read() as session:
        assert session.scalars(select(AuditEntry).where(AuditEntry.action == "staff_moved")).one().codes["reason"]


def test_nobody_says_where_they_belong_themselves_nor_of_another_site(app: Flask, place: Place) -> None:
    cerro = Browser(app)
    sign_in(cerro, place.admin_of_cerro)

    cerro.open(f"/es/equipo/personas/{place.admin_of_cerro.public_id}/lugar", status=409)
    cerro.open(f"/es/equipo/personas/{place.handler_of_salar.public_id}/lugar", status=403)
