"""Taking an import back: as if the file had never been brought, but for the cases that somebody worked since."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from time import sleep

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grievance.accounts.audit import AuditAction
from grievance.accounts.models import AuditEntry
from grievance.accounts.permissions import Duty, Viewer
from grievance.cases import handling, queries
from grievance.cases.models import Case, Complainant, Submission
from grievance.cases.queries import CaseNotFound
from grievance.cases.record import CaseEvent, Clock, Notice, RegisterEntry, RegisterImport, WordDigest
from grievance.cases.states import staff_actor
from grievance.cases.transitions import load_for_change
from grievance.cases.verify import make_daily_root, verify_cases
from grievance.cases.visibility import CaseAction
from grievance.core.db import Database
from grievance.desk import search
from grievance.desk.queries import DeskFilter, Show, Whose, desk
from grievance.metrics.counting import count
from grievance.metrics.inputs import Scope
from grievance.metrics.periods import Quarter
from grievance.registers.importing import ImportMoved
from grievance.registers.undoing import (
    OPEN_FOR,
    TooLateToUndo,
    ask_undo,
    finish_undo,
    may_undo,
    plan,
    undo_batch,
)
from grievance.rounds.timers import sweep
from grievance.sites.models import Site
from tests.support.people import make_staff
from tests.support.places import make_site
from tests.support.registers import NOW, line, taken_over

LATER = NOW + timedelta(hours=3)


@pytest.fixture
def triager(session: Session, site: Site) -> int:
    return make_staff(session, name="Rosa Inventada", duties={Duty.TRIAGER: site}).staff_id


def lines(count: int, **more: str) -> list[dict[str, str]]:
    return [
        line(**{"Número de registro": f"{number}/2026", "Nombre": "Nadie Inventado", **more}) for number in range(count)
    ]


def undone(session: Session, taken: RegisterImport, *, by: int | None = None, at: datetime = LATER) -> list[int]:
    """Take an import back the way the worker does, and return the size of each batch."""
    ask_undo(session, taken, by=by, at=at)
    sizes = []
    while gone := undo_batch(session, taken, at=at):
        sizes.append(gone)
    finish_undo(session, taken, at=at)
    return sizes


def case_of(session: Session, number: str) -> Case:
    return session.scalars(select(Case).join(RegisterEntry).where(RegisterEntry.number == number)).one()


def on_desk(session: Session, site: Site, staff_id: int) -> list[str]:
    viewer = Viewer(staff_id, {site.id: frozenset({Duty.TRIAGER, Duty.COORDINATOR})})
    page = desk(session, viewer, DeskFilter(show=Show.ALL, whose=Whose.SITE), now=LATER, limit=100)
    return [row.reference for row in page.rows]


def test_what_nobody_worked_is_gone_from_every_list_and_its_chain_still_holds(
    session: Session, site: Site, triager: int
) -> None:
    taken = taken_over(session, site, lines(23, Tipo="Consulta o sugerencia"), by=triager)
    make_daily_root(session, on=NOW.date(), at=NOW)
    search.index_pending(session, at=NOW, limit=100)
    assert len(on_desk(session, site, triager)) == 23

    assert undone(session, taken, by=triager) == [10, 10, 3]

    assert (taken.state, taken.undone_count) == ("undone", 23)
    assert on_desk(session, site, triager) == []
    assert list(verify_cases(session)) == []
    assert (
        session.scalars(select(func.count()).select_from(CaseEvent).where(CaseEvent.kind == "import_undone")).one()
        == 23
    )
    assert session.scalars(select(CaseEvent.actor_id).where(CaseEvent.kind == "import_undone").distinct()).all() == [
        triager
    ]


def test_words_and_people_of_what_is_taken_back_are_erased(session: Session, site: Site) -> None:
    taken = taken_over(session, site, lines(2, Título="Polvo", Resumen="Camiones"))
    search.index_pending(session, at=NOW, limit=100)

    undone(session, taken)

    assert set(session.scalars(select(Submission.words_sealed))) == {None}
    assert set(session.scalars(select(Complainant.name_sealed))) == {None}
    assert {(case.title_sealed, case.summary_sealed) for case in session.scalars(select(Case))} == {(None, None)}
    assert session.scalars(select(func.count()).select_from(WordDigest)).one() == 0


def test_who_works_a_case_at_the_same_instant_keeps_it(database: Database) -> None:
    with database.begin() as unit:
        here = make_site(unit)
        somebody = make_staff(unit, name="Rosa Inventada", duties={Duty.TRIAGER: here}).staff_id
        taken = taken_over(unit, here, lines(2), by=somebody)
        ask_undo(unit, taken, by=somebody, at=LATER)
        import_id, worked_id = taken.id, case_of(unit, "0/2026").id

    def take_back() -> int:
        with database.begin() as unit:
            return undo_batch(unit, unit.get_one(RegisterImport, import_id), at=LATER)

    with ThreadPoolExecutor(1) as pool:
        with database.begin() as unit:
            case = load_for_change(unit, worked_id)
            undoing = pool.submit(take_back)
            sleep(0.5)  # until it waits for the lock
            handling.add_note(unit, case, words="La llamé", by=staff_actor(somebody), at=LATER)
        assert undoing.result() == 1

    with database.read() as reading:
        assert reading.get_one(Case, worked_id).undone_at is None
        assert reading.scalars(select(Submission.words_sealed).where(Submission.case_id == worked_id)).one()


def test_what_somebody_worked_stays_and_is_named(session: Session, site: Site, triager: int) -> None:
    taken = taken_over(session, site, lines(3), by=triager)
    worked = case_of(session, "1/2026")
    handling.add_note(session, worked, words="La llamé", by=staff_actor(triager), at=LATER)
    viewer = Viewer(triager, {site.id: frozenset({Duty.TRIAGER})})
    stranger = Viewer(triager, {})

    before = plan(session, taken.id, viewer)
    undone(session, taken, by=triager)

    assert (before.goes, before.stays, before.references) == (2, 1, (worked.reference,))
    assert plan(session, taken.id, stranger).references == ()
    assert on_desk(session, site, triager) == [worked.reference]
    assert queries.for_change(session, viewer, worked.reference, CaseAction.NOTE).id == worked.id
    assert list(verify_cases(session)) == []


def test_what_the_clock_did_by_itself_keeps_nothing(session: Session, site: Site) -> None:
    taken = taken_over(session, site, [line(**{"Recibido el": NOW.date().isoformat()})])
    much_later = NOW + timedelta(days=200)
    sweep(session, at=much_later, limit=50)
    taken.finished_at = much_later

    undone(session, taken, at=much_later + timedelta(hours=1))

    assert taken.undone_count == 1
    assert session.scalars(select(Clock).where(Clock.met_at.is_(None), Clock.cancelled_at.is_(None))).all() == []
    assert session.scalars(select(Notice).where(Notice.case_id.is_not(None))).all() == []
    sweep(session, at=much_later + timedelta(days=400), limit=50)
    assert list(verify_cases(session)) == []


def test_an_undone_case_answers_like_one_that_never_was(session: Session, site: Site, triager: int) -> None:
    taken = taken_over(session, site, lines(1))
    reference = case_of(session, "0/2026").reference
    viewer = Viewer(triager, {site.id: frozenset({Duty.TRIAGER})})

    undone(session, taken)

    with pytest.raises(CaseNotFound):
        queries.for_change(session, viewer, reference, CaseAction.NOTE)


def test_the_file_can_be_brought_again_and_what_stayed_is_left_as_it_is(
    session: Session, site: Site, triager: int
) -> None:
    taken = taken_over(session, site, lines(3))
    worked = case_of(session, "1/2026")
    handling.add_note(session, worked, words="La llamé", by=staff_actor(triager), at=LATER)
    undone(session, taken)

    again = taken_over(session, site, lines(3), at=LATER + timedelta(hours=1))

    assert (again.opened_count, again.known_count) == (2, 1)
    assert case_of(session, "1/2026").id == worked.id
    assert list(verify_cases(session)) == []


@pytest.mark.parametrize(
    ("after", "may"),
    [(timedelta(0), True), (OPEN_FOR - timedelta(seconds=1), True), (OPEN_FOR, False), (timedelta(days=40), False)],
)
def test_an_import_can_be_taken_back_for_a_day(session: Session, site: Site, after: timedelta, may: bool) -> None:
    taken = taken_over(session, site, lines(1))
    at = NOW + after

    assert may_undo(taken, at=at) is may
    if may:
        ask_undo(session, taken, by=None, at=at)
        assert taken.state == "undoing"
    else:
        with pytest.raises(TooLateToUndo):
            ask_undo(session, taken, by=None, at=at)


def test_what_was_asked_for_in_time_goes_on_after_the_day(session: Session, site: Site) -> None:
    taken = taken_over(session, site, lines(12))
    ask_undo(session, taken, by=None, at=LATER)
    undo_batch(session, taken, at=LATER)
    taken.state = "failed"

    ask_undo(session, taken, by=None, at=NOW + timedelta(days=3))

    assert undo_batch(session, taken, at=NOW + timedelta(days=3)) == 2


def test_nothing_is_taken_back_twice_nor_before_it_is_asked_for(session: Session, site: Site) -> None:
    taken = taken_over(session, site, lines(1))
    with pytest.raises(ImportMoved):
        undo_batch(session, taken, at=LATER)

    undone(session, taken)

    for again in (lambda: ask_undo(session, taken, by=None, at=LATER), lambda: undo_batch(session, taken, at=LATER)):
        with pytest.raises(ImportMoved):
            again()


def test_every_step_stands_in_the_audit_trail_with_who_and_how_many(session: Session, site: Site, triager: int) -> None:
    taken = taken_over(session, site, lines(2), by=triager)

    undone(session, taken, by=triager)

    found = session.scalars(
        select(AuditEntry).where(AuditEntry.action == AuditAction.REGISTER_UNDONE).order_by(AuditEntry.seq)
    ).all()
    assert [(one.actor_id, one.codes["step"], one.codes.get("undone"), one.codes.get("kept")) for one in found] == [
        (triager, "asked", None, None),
        (triager, "done", 2, 0),
    ]
    assert "Inventado" not in repr([one.codes for one in found])


def test_figures_pass_over_what_was_taken_back_and_a_frozen_quarter_stays_what_it_was(
    session: Session, site: Site
) -> None:
    taken = taken_over(session, site, lines(4, **{"Recibido el": "2026-08-03", "Tipo": "Molestia menor"}))

    def scope(known_at: datetime) -> Scope:
        return Scope(site=site.slug, quarter=Quarter(2026, 3), time_zone=site.time_zone, known_at=known_at)

    before = count(session, site.id, scope(LATER - timedelta(minutes=1)))

    undone(session, taken)

    as_known_then = count(session, site.id, scope(LATER - timedelta(minutes=1)))
    now = count(session, site.id, scope(LATER + timedelta(minutes=1)))
    assert as_known_then == before
    assert (before.account["received"], now.account["received"], now.account["spam_or_test"]) == (4, 0, 0)
