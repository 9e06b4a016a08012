"""The desk: the right cases in the right order, page by page, at a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from grievance.cases import clocks, endings, handling, triage
from grievance.cases.models import Case
from grievance.cases.states import Group
from grievance.deadlines.standards import CaseType
from grievance.desk.queries import (
    BadCursor,
    Count,
    DeskFilter,
    DeskPage,
    Show,
    Whose,
    desk,
    desk_counts,
    untriaged,
)
from grievance.desk.search import index_pending, sought
from tests.support.casework import (
    NEXT_WEEK,
    THURSDAY,
    Room,
    by,
    close,
    file_text,
    hear_from,
    local,
    propose,
    sort,
    sorted_case,
    viewer_of,
)
from tests.support.people import Person
from tests.support.places import WEDNESDAY, file_case


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    session.flush()
    bind = session.connection()
    event.listen(bind, "before_cursor_execute", note)
    yield seen
    event.remove(bind, "before_cursor_execute", note)


def _desk(session: Session, person: Person, **facts: object) -> DeskPage:
    now = facts.pop("now", THURSDAY)
    after = facts.pop("after", None)
    limit = facts.pop("limit", 25)
    wanted = DeskFilter(**facts)  # type: ignore[arg-type]  # facts are those of DeskFilter
    return desk(session, viewer_of(session, person), wanted, now=now, after=after, limit=limit)  # type: ignore[arg-type]


def _references(page: DeskPage) -> list[str]:
    return [row.reference for row in page.rows]


def test_what_is_due_first_stands_first(session: Session, room: Room) -> None:
    labour, safety = file_case(session, room.site).case, file_case(session, room.site).case
    sort(session, room, labour, type=CaseType.LABOUR)
    sort(session, room, safety, type=CaseType.SAFETY)

    page = _desk(session, room.handler)

    assert _references(page) == [safety.reference, labour.reference]


def test_a_row_says_what_is_due_and_where_it_came_from(session: Session, room: Room) -> None:
    filed, _ = file_text(session, room.site, said_group=Group.CONTRACTOR_WORKER)
    sort(session, room, filed.case)
    handling.summarise(session, filed.case, title="Sobretiempo impago", summary="", by=by(room.handler), at=WEDNESDAY)

    row = _desk(session, room.handler, now=local(8)).rows[0]

    assert (row.title, row.channel, row.said_group) == ("Sobretiempo impago", "sms", "contractor_worker")
    assert (row.next_due_clock, row.due_on and row.due_on.isoformat()) == ("acknowledge", "2026-09-04")
    # Due Friday 4 September; on Tuesday 8 late by two business days.
    assert (row.working_days_left, row.is_late) == (-2, True)
    assert (row.handler_name, row.site_name) == (room.handler.name, room.site.name)


def test_pages_go_forth_and_back_over_equals_and_cases_without_a_date(session: Session, room: Room) -> None:
    for number in range(7):
        case = sorted_case(session, room, at=WEDNESDAY + timedelta(minutes=number)).case
        if number % 3 == 0:
            clocks.stop_all(session, case, at=THURSDAY)
    everything = _references(_desk(session, room.handler))
    assert len(everything) == 7

    first = _desk(session, room.handler, limit=3)
    second = _desk(session, room.handler, limit=3, after=first.next_cursor)
    third = _desk(session, room.handler, limit=3, after=second.next_cursor)
    back = _desk(session, room.handler, limit=3, after=third.previous_cursor)
    start = _desk(session, room.handler, limit=3, after=back.previous_cursor)

    assert _references(first) + _references(second) + _references(third) == everything
    assert (first.previous_cursor, third.next_cursor) == (None, None)
    assert _references(back) == _references(second)
    assert _references(start) == _references(first)
    assert start.previous_cursor is None


@pytest.mark.parametrize("cursor", ["x", "eyJ9", "W10=", "Ím", "WyJub3QgYSBkYXRlIiwgMSwgZmFsc2Vd"])
def test_a_cursor_that_is_none_is_refused(session: Session, room: Room, cursor: str) -> None:
    with pytest.raises(BadCursor):
        _desk(session, room.handler, after=cursor)


def test_views_of_the_desk(session: Session, room: Room) -> None:
    new, waiting, closed, read = (sorted_case(session, room) for _ in range(4))
    propose(session, room, waiting.case, at=THURSDAY)
    close(session, room, closed.case)
    handling.mark_read(session, read.case, by=by(room.handler), at=THURSDAY)
    now = NEXT_WEEK + timedelta(days=2)

    def shown(show: Show) -> set[str]:
        return set(_references(_desk(session, room.handler, show=show, now=now)))

    open_ones = {filed.case.reference for filed in (new, waiting, read)}
    assert shown(Show.OPEN) == open_ones
    assert shown(Show.CLOSED) == {closed.case.reference}
    assert shown(Show.ALL) == open_ones | {closed.case.reference}
    assert shown(Show.WAITING) == {waiting.case.reference}
    assert shown(Show.NEW) == {new.case.reference, read.case.reference}
    assert shown(Show.UNREAD) == {filed.case.reference for filed in (new, waiting, closed)}
    assert shown(Show.LATE) == {new.case.reference, read.case.reference}


def test_due_this_week_is_seven_days_from_now(session: Session, room: Room) -> None:
    case = sorted_case(session, room).case

    assert _references(_desk(session, room.handler, show=Show.WEEK)) == [case.reference]
    assert _references(_desk(session, room.handler, show=Show.WEEK, now=WEDNESDAY - timedelta(days=9))) == []


def test_whose_desk(session: Session, room: Room) -> None:
    mine, hers, nobodys = (sorted_case(session, room).case for _ in range(3))
    triage.assign(session, hers, room.second_handler.staff_id, by=by(room.coordinator), at=THURSDAY)
    triage.assign(session, nobodys, None, by=by(room.coordinator), at=THURSDAY)

    def of(person: Person, whose: Whose) -> set[str]:
        return set(_references(_desk(session, person, whose=whose)))

    assert of(room.handler, Whose.MINE) == {mine.reference}
    assert of(room.handler, Whose.SITE) == {mine.reference}
    assert of(room.coordinator, Whose.SITE) == {mine.reference, hers.reference, nobodys.reference}
    assert of(room.coordinator, Whose.UNASSIGNED) == {nobodys.reference}
    assert of(room.coordinator, Whose.MINE) == set()
    narrowed = _desk(session, room.coordinator, whose=Whose.SITE, handler=room.second_handler.public_id)
    assert _references(narrowed) == [hers.reference]


def test_an_investigators_desk_has_the_cases_named_on(session: Session, room: Room) -> None:
    case = file_case(session, room.site).case
    sort(session, room, case, type=CaseType.HARASSMENT, handler=room.triager)
    triage.name_investigator(session, case, room.investigator.staff_id, by=by(room.triager), at=THURSDAY)

    assert _references(_desk(session, room.investigator)) == [case.reference]


def test_search_by_reference_and_by_words_sees_only_what_the_viewer_sees(session: Session, room: Room) -> None:
    mine = sorted_case(session, room, words="Los camiones levantan polvo en el camino").case
    hers = sorted_case(session, room, words="Polvo y camiones de noche").case
    triage.assign(session, hers, room.second_handler.staff_id, by=by(room.coordinator), at=THURSDAY)
    assert index_pending(session, at=THURSDAY, limit=10) == 2

    def found(person: Person, q: str) -> set[str]:
        return set(_references(_desk(session, person, whose=Whose.SITE, q=q)))

    assert found(room.handler, "camiones POLVÓ") == {mine.reference}
    assert found(room.coordinator, "polvo camiones") == {mine.reference, hers.reference}
    assert found(room.coordinator, "polvo noche") == {hers.reference}
    assert found(room.coordinator, "polvo lluvia") == set()
    assert found(room.handler, hers.reference.lower()) == set()
    assert found(room.coordinator, hers.reference.lower()) == {hers.reference}


@pytest.mark.parametrize(("rare", "is_rare"), [(2, False), (3, True)])
def test_a_common_word_and_a_rare_one_find_the_same(session: Session, room: Room, rare: int, is_rare: bool) -> None:
    cases = [sorted_case(session, room, words=f"polvo número {number}").case for number in range(3)]
    sorted_case(session, room, words="polvo solo")
    index_pending(session, at=THURSDAY, limit=10)

    words = sought(session, "polvo número", rare=rare)

    assert words.is_rare is is_rare
    assert set(session.scalars(select(Case.id).where(words.condition))) == {case.id for case in cases}


def test_new_words_are_indexed_and_names_and_notes_never(session: Session, room: Room) -> None:
    filed = sorted_case(session, room, name="Persona Ficticia")
    index_pending(session, at=THURSDAY, limit=10)
    hear_from(session, filed, "ahora retumba", at=THURSDAY)
    handling.add_note(session, filed.case, words="confidencialmente", by=by(room.handler), at=THURSDAY)

    assert index_pending(session, at=NEXT_WEEK, limit=10) == 1
    assert index_pending(session, at=NEXT_WEEK, limit=10) == 0
    assert _references(_desk(session, room.handler, q="retumba")) == [filed.case.reference]
    assert _references(_desk(session, room.handler, q="ficticia")) == []
    assert _references(_desk(session, room.handler, q="confidencialmente")) == []


def test_indexing_does_not_refuse_a_form_that_is_open(session: Session, room: Room) -> None:
    case = sorted_case(session, room).case
    session.flush()
    version = case.version

    index_pending(session, at=THURSDAY, limit=10)
    session.flush()

    assert session.get_one(Case, case.id, populate_existing=True).version == version


def test_spam_stands_on_no_desk_but_in_the_tray(session: Session, room: Room) -> None:
    case = file_case(session, room.site).case
    triage.mark_spam(session, case, by=by(room.triager), at=THURSDAY)

    assert _references(_desk(session, room.triager, whose=Whose.SITE, show=Show.ALL)) == []
    tray = untriaged(session, viewer_of(session, room.triager), now=THURSDAY)
    assert [(row.reference, row.is_spam) for row in tray.rows] == [(case.reference, True)]


def test_the_tray_is_for_triagers_and_shows_how_the_words_begin(session: Session, room: Room) -> None:
    long = file_case(session, room.site, words="a" * 200).case
    sorted_case(session, room)

    tray = untriaged(session, viewer_of(session, room.triager), now=THURSDAY)

    assert [(row.reference, row.words_start, row.working_days_left) for row in tray.rows] == [
        (long.reference, "a" * 160, 1)
    ]
    for person in (room.coordinator, room.handler, room.auditor, room.administrator):
        assert untriaged(session, viewer_of(session, person), now=THURSDAY).rows == ()


def test_a_merged_case_leaves_the_desk_whole(session: Session, room: Room) -> None:
    kept, double = sorted_case(session, room).case, sorted_case(session, room).case
    endings.merge(session, double, kept, reason="Es lo mismo.", by=by(room.coordinator), at=THURSDAY)

    page = _desk(session, room.handler)
    closed = _desk(session, room.handler, show=Show.CLOSED)

    assert [(row.reference, row.submission_count) for row in page.rows] == [(kept.reference, 2)]
    assert [row.channel for row in closed.rows] == ["web"]


def test_counts_are_those_of_the_views_in_one_statement(session: Session, room: Room) -> None:
    for _ in range(3):
        sorted_case(session, room)
    file_case(session, room.site)
    viewer = viewer_of(session, room.handler)

    with statements(session) as seen:
        counts = desk_counts(session, viewer, now=NEXT_WEEK)

    assert len(seen) == 1
    assert (counts.open, counts.late, counts.new) == (Count(3, is_capped=False),) * 3
    assert counts.untriaged == Count(0, is_capped=False)
    triagers = desk_counts(session, viewer_of(session, room.triager), whose=Whose.SITE, now=NEXT_WEEK)
    assert triagers.untriaged == Count(1, is_capped=False)
    assert triagers.open == Count(4, is_capped=False)


def test_a_page_takes_six_statements_however_many_rows(session: Session, room: Room) -> None:
    needed = {}
    for rows in (1, 30):
        while len(_desk(session, room.handler, limit=100).rows) < rows:
            sorted_case(session, room)
        viewer = viewer_of(session, room.handler)
        session.expunge_all()
        with statements(session) as seen:
            page = desk(session, viewer, DeskFilter(q="polvo" if rows == 1 else ""), now=THURSDAY, limit=100)
            desk_counts(session, viewer, now=THURSDAY)
        assert len(page.rows) == (0 if rows == 1 else 30)
        needed[rows] = len(seen)

    assert max(needed.values()) <= 6, needed
