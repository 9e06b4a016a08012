"""What auditors see: who looked at what, by every filter, as a file, and whether the record stands."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from grievance.accounts import audit
from grievance.accounts.audit import KINDS, AuditAction, AuditKind
from grievance.accounts.models import AuditEntry, Staff
from grievance.accounts.permissions import Duty
from grievance.cases import identity, whole_check
from grievance.cases.models import Case
from grievance.cases.record import CaseEvent
from grievance.cases.verify import make_daily_root
from grievance.cli.worker import check_records
from grievance.core import clock
from grievance.core.db import Database
from grievance.deadlines.standards import CaseType
from grievance.runtime import Runtime
from grievance.web.staff.account_words import ACTIONS, AUDIT_KINDS
from tests.support.casework import Room, by, sort, sorted_case
from tests.support.desk import at_desk, staffed_room
from tests.support.people import make_staff
from tests.support.places import file_case
from tests.support.web import Browser, Seen

TRAIL = "/en/staff/audit"
FILE = f"{TRAIL}/audit-trail.csv"


@pytest.fixture
def auditor(app: Flask, room: Room) -> Browser:
    return at_desk(app, room.auditor)


def open_both(database: Database, room: Room) -> tuple[str, str]:
    """Let the handler open the identity of a plain case, and the investigator that of a restricted one."""
    with database.begin() as session:
        plain, restricted = sorted_case(session, room).case, file_case(session, room.site).case
        sort(session, room, restricted, type=CaseType.HARASSMENT)
        for case, person in ((plain, room.handler), (restricted, room.investigator)):
            identity.open_identity(session, case, reason="Llamar.", by=by(person), at=clock.now())
        return plain.reference, restricted.reference


def rows(page: Seen) -> list[str]:
    return [row.text for row in page.all("main tbody tr")]


def saved(browser: Browser, address: str = FILE) -> list[dict[str, str]]:
    text = browser.open(address).response.get_data(as_text=True)
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def check_whole(runtime: Runtime) -> int:
    steps = 0
    while check_records(runtime):
        steps += 1
    return steps


def test_a_case_out_of_sight_is_there_as_restricted_and_nothing_else(
    auditor: Browser, database: Database, room: Room
) -> None:
    plain, restricted = open_both(database, room)

    page = auditor.open(f"{TRAIL}?action=kind:identities")

    assert len(rows(page)) == 2
    assert plain in page.text
    assert "[Restricted]" in page.text
    assert restricted not in page.html
    with database.read() as session:
        assert session.scalars(select(Case.public_id).where(Case.reference == restricted)).one() not in page.html


def test_restricted_is_said_in_spanish_too(app: Flask, database: Database, room: Room) -> None:
    open_both(database, room)

    assert "[Restringido]" in at_desk(app, room.auditor, lang="es").open("/es/equipo/auditoria").text


def test_a_case_is_found_by_its_number_only_by_who_may_see_it(auditor: Browser, database: Database, room: Room) -> None:
    plain, restricted = open_both(database, room)

    found, hidden, unknown = (
        rows(auditor.open(f"{TRAIL}?reference={reference}")) for reference in (plain.lower(), restricted, "7K3Q-9F2M")
    )

    assert len(found) == 1
    assert hidden == unknown == []


def test_lines_about_the_same_restricted_case_are_found_without_its_number(
    auditor: Browser, database: Database, room: Room
) -> None:
    _, restricted = open_both(database, room)
    with database.begin() as session:
        case = session.scalars(select(Case).where(Case.reference == restricted)).one()
        identity.open_identity(session, case, reason="Otra vez.", by=by(room.investigator), at=clock.now())
    auditor.open(f"{TRAIL}?action=kind:identities")
    address = next(node.attrs["href"] for node in auditor.page.all("main tbody a") if "same=" in node.attrs["href"])

    assert len(rows(auditor.open(address))) == 2


def test_lines_of_another_site_are_found_by_nobody_from_here(auditor: Browser, database: Database, room: Room) -> None:
    with database.begin() as session:
        other = staffed_room(session, slug="puerto-imaginario", line=None)
        case = sorted_case(session, other).case
        identity.open_identity(session, case, reason="Llamar.", by=by(other.handler), at=clock.now())
        line = session.scalars(select(AuditEntry.seq).where(AuditEntry.action == "identity_opened")).one()

    for query in ("action=kind:identities", f"same={line}", f"reference={case.reference}"):
        assert rows(auditor.open(f"{TRAIL}?{query}")) == [], query
        assert saved(auditor, f"{FILE}?{query}") == [], query


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("action=kind:identities", 2),
        ("action=identity_opened", 2),
        ("action=kind:exports", 0),
        ("action=kind:permissions&since=2026-01-05&until=2026-01-05", 20),
        ("action=kind:permissions&site=cerro-imaginario", 9),
        ("action=kind:sign_ins&since=2026-02-01", 1),
        ("until=2020-01-01", 0),
    ],
)
def test_every_filter_does_what_it_says(
    auditor: Browser, database: Database, room: Room, query: str, count: int
) -> None:
    open_both(database, room)

    assert len(saved(auditor, f"{FILE}?{query}")) == count


def test_a_time_that_ends_before_it_begins_is_said(auditor: Browser) -> None:
    assert auditor.open(f"{TRAIL}?since=2026-02-01&until=2026-01-01").errors
    assert auditor.open(f"{FILE}?since=2026-02-01&until=2026-01-01", status=422).errors


def test_a_file_is_safe_in_a_spreadsheet_and_leaves_a_line(auditor: Browser, database: Database, room: Room) -> None:
    with database.begin() as session:
        session.execute(update(Staff).where(Staff.id == room.handler.staff_id).values(name='=HYPERLINK("x")'))
    open_both(database, room)

    lines = saved(auditor, f"{FILE}?action=kind:identities")

    assert {line["who"] for line in lines} == {'\'=HYPERLINK("x")', room.investigator.name}
    assert not [cell for line in lines for cell in line.values() if cell.startswith(("=", "+", "-", "@"))]
    last = saved(auditor)[0]
    assert (last["code"], last["who"]) == ("audit_exported", room.auditor.name)
    assert last["details"] == "action=kind:identities; lines=2"


def test_no_free_words_get_into_the_trail_with_a_file(auditor: Browser, database: Database, room: Room) -> None:
    open_both(database, room)

    saved(auditor, f"{FILE}?same=Fulano+Imaginario+lo+hizo")

    assert "Fulano" not in saved(auditor)[0]["details"]


def test_a_file_tells_no_more_than_the_page(auditor: Browser, database: Database, room: Room) -> None:
    _, restricted = open_both(database, room)
    with database.begin() as session:
        case = session.scalars(select(Case).where(Case.reference == restricted)).one()
        codes = {"staff": room.handler.staff_id, "reason": "respondent"}
        audit.record(
            session,
            actor_id=room.triager.staff_id,
            action="hiding_lifted",
            subject_kind="case",
            subject=case.public_id,
            site_id=case.site_id,
            codes=codes,
            at=clock.now(),
        )

    line = saved(auditor, f"{FILE}?action=hiding_lifted")[0]

    assert (line["about"], line["details"]) == ("[Restricted]", "")


def test_filtering_is_reading_too(app: Flask, database: Database, room: Room) -> None:
    at_desk(app, room.auditor).open(f"{TRAIL}?action=case_viewed&before=999")

    with database.read() as session:
        assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq.desc())).first() == "audit_viewed"


@pytest.mark.parametrize("duty", [duty for duty in Duty if duty is not Duty.AUDITOR])
def test_nobody_else_saves_the_trail_or_checks_it(app: Flask, database: Database, room: Room, duty: Duty) -> None:
    with database.begin() as session:
        site = None if duty is Duty.ADMINISTRATOR else room.site
        person = make_staff(session, name="Rosa Mamani", duties={duty: site})
    browser = at_desk(app, person)

    browser.open(FILE, status=403)
    browser.open("/en/staff/account")
    browser.post(f"{TRAIL}/check", {}, with_token=True, status=403)


def test_the_whole_record_is_checked_by_the_worker_while_the_auditor_goes_on(
    auditor: Browser, database: Database, room: Room, runtime: Runtime
) -> None:
    open_both(database, room)
    assert auditor.open(TRAIL).has("It was never checked whole.")

    auditor.submit("Check the whole record")
    assert auditor.page.has("A check is running: 0 of ")
    assert check_whole(runtime) > 3
    page = auditor.open(TRAIL)

    assert page.has("Everything holds.")
    assert page.has("2 cases and all daily roots")
    assert not page.all(".notice--late")
    with database.read() as session:
        asked = session.scalars(select(AuditEntry).where(AuditEntry.action == "record_check_asked")).one()
        assert asked.actor_id == room.auditor.staff_id


def test_asking_twice_runs_once(auditor: Browser, database: Database, runtime: Runtime) -> None:
    auditor.open(TRAIL)
    token = auditor.token()
    for _ in range(2):
        auditor.post(f"{TRAIL}/check", {"csrf_token": token})

    with database.read() as session:
        actions = session.scalars(select(AuditEntry.action).where(AuditEntry.action == "record_check_asked")).all()
    assert len(actions) == 1
    assert check_whole(runtime) > 0
    assert check_whole(runtime) == 0


def test_a_step_done_twice_counts_once(database: Database, room: Room) -> None:
    with database.begin() as session:
        whole_check.ask(session, by=room.auditor.staff_id, at=clock.now())
    with database.read() as session:
        steps = [whole_check.look(session) for _ in range(2)]
    with database.begin() as session:
        kept = [whole_check.keep(session, step, at=clock.now()) for step in steps if step is not None]

    assert kept == [True, False]


def test_a_case_that_was_rewritten_is_told_in_plain_words_and_without_its_number(
    auditor: Browser, database: Database, room: Room, runtime: Runtime
) -> None:
    plain, restricted = open_both(database, room)
    with database.begin() as session:
        for reference in (plain, restricted):
            case_id = session.scalars(select(Case.id).where(Case.reference == reference)).one()
            wanted = (CaseEvent.case_id == case_id, CaseEvent.seq == 2)
            session.execute(update(CaseEvent).where(*wanted).values(actor_id=room.publisher.staff_id))
    auditor.open(TRAIL)
    auditor.submit("Check the whole record")
    check_whole(runtime)

    page = auditor.open(TRAIL)

    assert page.has(f"Case {plain}: step 2 of its history was changed or removed.")
    assert page.has("Case [Restricted]: step 2 of its history was changed or removed.")
    assert page.has("Let nobody change, repair or delete anything")
    assert page.has("2 places do not hold.")
    assert restricted not in page.html


def test_an_old_line_that_was_changed_is_found_by_the_whole_check(
    auditor: Browser, database: Database, runtime: Runtime
) -> None:
    with database.begin() as session:
        for number in range(600):
            audit.record(
                session, actor_id=None, action="case_viewed", subject_kind="case", subject=f"c{number}", at=clock.now()
            )
        session.execute(update(AuditEntry).where(AuditEntry.seq == 3).values(subject="other"))
    assert not auditor.open(TRAIL).all(".notice--late")

    auditor.submit("Check the whole record")
    check_whole(runtime)

    assert auditor.open(TRAIL).has("Line 3 of the audit trail was changed after it was written.")


def test_an_end_that_was_cut_off_shows_at_once(auditor: Browser, database: Database) -> None:
    with database.begin() as session:
        make_daily_root(session, on=(clock.now() - timedelta(days=1)).date(), at=clock.now())
        last, _ = audit.head(session)
        session.execute(delete(AuditEntry).where(AuditEntry.seq > last - 2))

    page = auditor.open(TRAIL)

    assert page.has("something that it holds was changed or removed.")


def test_every_action_has_words_and_every_kind_a_name() -> None:
    assert set(ACTIONS) == set(AuditAction)
    assert set(AUDIT_KINDS) == set(AuditKind)
    listed = [action for kind in KINDS.values() for action in kind]
    assert len(listed) == len(set(listed))
