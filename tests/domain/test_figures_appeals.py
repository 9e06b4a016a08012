"""How many outcomes were appealed, and in how many appeals the person was right: worked by hand, and at the edges."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts.permissions import Duty
from grievance.cases import appeals, endings, resolution
from grievance.cases.models import Case, Complainant
from grievance.cases.rights_record import Appeal
from grievance.cases.side_tracks import AppealResult
from grievance.cases.states import COMPLAINANT, SYSTEM, EventKind, Move, Outcome, Source
from grievance.cases.transitions import move, record
from grievance.crypto.fields import new_public_id
from grievance.deadlines.standards import CaseType
from grievance.metrics.counting import count
from grievance.metrics.handling import appealed, appeals_upheld
from grievance.metrics.inputs import Counts, Scope
from grievance.metrics.periods import Quarter
from grievance.metrics.results import Basis
from grievance.publishing import summaries
from grievance.publishing.bulletin import figures_of
from grievance.publishing.checking import check
from grievance.sites.models import Site
from tests.support.casework import NEXT_WEEK, Room, accept, by, close, make_room, propose, sort, sorted_case
from tests.support.figures import AFTER, Q3, STAFF, grievance, noon, reopen, resolve
from tests.support.people import Person, make_staff
from tests.support.places import file_case, make_site

Q4 = Quarter(2026, 4)
TOLD = NEXT_WEEK
"""Wednesday 9 September 2026: the days to appeal end on Friday 9 October."""
NONE: dict[str, int] = {}


@pytest.fixture
def room(session: Session) -> Room:
    return make_room(session)


@pytest.fixture
def reviewer(session: Session, room: Room) -> Person:
    return make_staff(session, name="Rita Imaginaria", duties={Duty.REVIEWER: room.site}, with_second_factor=False)


def counted(session: Session, site: Site, quarter: Quarter, known_at: datetime | None = None) -> Counts:
    session.flush()
    scope = Scope(site.slug, quarter, site.time_zone, known_at or datetime(2027, 1, 15, tzinfo=UTC))
    return count(session, site.id, scope)


def without_zeros(counts: Counts) -> dict[str, int]:
    return {name: number for name, number in counts.appeals.items() if number}


def file_appeal(session: Session, case: Case, *, at: datetime) -> None:
    person = session.scalars(select(Complainant).where(Complainant.case_id == case.id).order_by(Complainant.id)).first()
    assert person is not None
    appeals.file_appeal(session, case, person=person, words=None, source=Source.WEB_CODE, at=at)


def decide(session: Session, case: Case, reviewer: Person, result: AppealResult, *, at: datetime) -> None:
    appeals.decide_appeal(session, case, result=result, words="Lo miré todo.", by=by(reviewer), at=at)


def closed_case(session: Session, room: Room) -> Case:
    """Return a case received on 2 September, answered on the 9th and closed on the 10th."""
    case = sorted_case(session, room).case
    close(session, room, case)
    session.flush()
    return case


def of_two_people(session: Session, room: Room) -> Case:
    case = closed_case(session, room)
    session.add(Complainant(case_id=case.id, public_id=new_public_id(), reach="page", created_at=TOLD))
    return case


def answer_again(session: Session, room: Room, case: Case) -> None:
    """Answer a reopened case on the 14th and close it on the 15th."""
    case.handler_id = room.second_handler.staff_id
    propose(session, room, case, at=TOLD + timedelta(days=5))
    accept(session, case, at=TOLD + timedelta(days=5, hours=1))
    resolution.close(session, case, words="Otra vez.", by=by(room.second_handler), at=TOLD + timedelta(days=6))


def play_the_quarter(session: Session, room: Room, reviewer: Person) -> None:
    """Six cases, worked by hand in the tests that follow."""
    two_days, three_days = TOLD + timedelta(days=2), TOLD + timedelta(days=3)
    dismissed = of_two_people(session, room)
    file_appeal(session, dismissed, at=two_days)
    decide(session, dismissed, reviewer, AppealResult.DISMISSED, at=three_days)
    upheld = closed_case(session, room)
    file_appeal(session, upheld, at=two_days)
    decide(session, upheld, reviewer, AppealResult.PARTLY_UPHELD, at=three_days)
    answer_again(session, room, upheld)
    under_way = closed_case(session, room)
    file_appeal(session, under_way, at=two_days)
    resolution.reopen(session, under_way, reason=None, by=by(room.coordinator), at=three_days)
    closed_case(session, room)
    harassment = file_case(session, room.site).case
    sort(session, room, harassment, type=CaseType.HARASSMENT, at=harassment.recorded_at)
    propose(session, room, harassment)
    accept(session, harassment)
    resolution.close(session, harassment, words="Cerramos.", by=by(room.triager), at=TOLD + timedelta(days=1))
    withdrawn = sorted_case(session, room).case
    endings.withdraw(session, withdrawn, source=Source.WEB_CODE, by=COMPLAINANT, at=two_days)
    session.flush()


def test_appeals_are_worked_out_by_hand_once_their_days_have_passed(
    session: Session, room: Room, reviewer: Person
) -> None:
    play_the_quarter(session, room, reviewer)

    found = counted(session, room.site, Q4)

    # Told: one each to four cases that were answered once, and one more to the case answered again. Appealed: the one
    # dismissed, the one upheld in part, and the one that somebody opened again while its appeal waited.
    assert without_zeros(found) == {"notices": 5, "appealed": 3, "partly_upheld": 1, "dismissed": 1, "waiting": 1}
    figure = appealed(Basis(found))
    assert (figure.numerator, figure.denominator) == (3, 5)
    figure = appeals_upheld(Basis(found))
    assert (figure.numerator, figure.denominator, figure.exclusions) == (1, 2, {"appeals_waiting": 1})


def test_while_the_days_run_an_outcome_enters_no_share_and_is_shown(
    session: Session, room: Room, reviewer: Person
) -> None:
    play_the_quarter(session, room, reviewer)

    found = counted(session, room.site, Q3)

    assert without_zeros(found) == {
        "running": 5,
        "running_appealed": 3,
        "partly_upheld": 1,
        "dismissed": 1,
        "waiting": 1,
    }
    assert appealed(Basis(found)).denominator == 0


def test_of_a_case_of_two_people_the_second_cannot_appeal_the_same_outcome(
    session: Session, room: Room, reviewer: Person
) -> None:
    case = of_two_people(session, room)
    file_appeal(session, case, at=TOLD + timedelta(days=2))

    with pytest.raises(appeals.NotAppealable):
        file_appeal(session, case, at=TOLD + timedelta(days=3))

    assert without_zeros(counted(session, room.site, Q4)) == {"notices": 1, "appealed": 1, "waiting": 1}


def test_without_outcomes_there_is_nothing_to_count(session: Session) -> None:
    found = counted(session, make_site(session), Q3)

    assert without_zeros(found) == {}
    assert (appealed(Basis(found)).numerator, appealed(Basis(found)).denominator) == (0, 0)
    assert (appeals_upheld(Basis(found)).numerator, appeals_upheld(Basis(found)).denominator) == (0, 0)


def filed(session: Session, site: Site, at: datetime, **facts: Any) -> Case:
    """Return a case that was acknowledged as soon as it came."""
    return grievance(session, site, at, acknowledged_at=at, **facts)


def in_time(session: Session, site: Site) -> None:
    resolve(session, filed(session, site, noon(8, 1)), noon(8, 31))


def a_day_later(session: Session, site: Site) -> None:
    resolve(session, filed(session, site, noon(8, 1)), noon(9, 1))


def just_before_midnight(session: Session, site: Site) -> None:
    resolve(session, filed(session, site, noon(8, 1)), datetime(2026, 9, 1, 3, 59, tzinfo=UTC))


def closed_long_after_it_was_told(session: Session, site: Site) -> None:
    case = filed(session, site, noon(5, 1))
    move(session, case, Move.PROPOSE_RESPONSE, by=STAFF, at=noon(6, 1), outcome=Outcome.UPHELD)
    record(session, case, EventKind.TOLD, by=SYSTEM, at=noon(6, 1), codes={"what": "outcome", "how": "delivered"})
    move(session, case, Move.ACCEPT_RESPONSE, by=COMPLAINANT, at=noon(6, 2))
    move(session, case, Move.CLOSE, by=STAFF, at=noon(7, 2))


def from_an_old_register(session: Session, site: Site) -> None:
    case = filed(session, site, noon(5, 1), recorded_at=noon(9, 1))
    codes = {"what": "outcome", "how": "handed_over"}
    move(session, case, Move.PROPOSE_RESPONSE, by=STAFF, at=noon(9, 1), happened_at=noon(6, 1), outcome=Outcome.UPHELD)
    record(session, case, EventKind.TOLD, by=SYSTEM, at=noon(9, 1), happened_at=noon(6, 1), codes=codes)
    move(session, case, Move.ACCEPT_RESPONSE, by=COMPLAINANT, at=noon(9, 1), happened_at=noon(6, 1))
    move(session, case, Move.CLOSE, by=STAFF, at=noon(9, 1), happened_at=noon(6, 2))


def closed_more_than_a_year_ago(session: Session, site: Site) -> None:
    resolve(session, filed(session, site, noon(8, 1, year=2025)), noon(9, 30, year=2025))


def nobody_was_told(session: Session, site: Site) -> None:
    case = filed(session, site, noon(7, 1))
    move(session, case, Move.PROPOSE_RESPONSE, by=STAFF, at=noon(7, 9), outcome=Outcome.UPHELD)
    move(session, case, Move.ACCEPT_RESPONSE, by=COMPLAINANT, at=noon(7, 9))
    move(session, case, Move.CLOSE, by=STAFF, at=noon(7, 10))


def a_question(session: Session, site: Site) -> None:
    resolve(session, filed(session, site, noon(7, 1), case_type="question"), noon(7, 9))


def reopened_within_its_days(session: Session, site: Site) -> None:
    case = filed(session, site, noon(7, 1))
    resolve(session, case, noon(7, 9))
    reopen(session, case, noon(7, 12))


EDGES: dict[str, tuple[Callable[[Session, Site], None], dict[str, int]]] = {
    "told on 31 August, so that 30 September is the last day": (in_time, {"notices": 1}),
    "told on 1 September": (a_day_later, {"running": 1}),
    "told a minute before 1 September": (just_before_midnight, {"notices": 1}),
    "closed when the days had passed": (closed_long_after_it_was_told, {"no_window": 1}),
    "taken over from an old register": (from_an_old_register, {"no_window": 1}),
    "closed a day before the twelve months": (closed_more_than_a_year_ago, NONE),
    "closed without telling": (nobody_was_told, NONE),
    "a question": (a_question, NONE),
    "opened again within its days, by the person": (reopened_within_its_days, {"notices": 1}),
}


@pytest.mark.parametrize(("story", "expected"), EDGES.values(), ids=EDGES)
def test_which_outcomes_count(
    session: Session, story: Callable[[Session, Site], None], expected: dict[str, int]
) -> None:
    site = make_site(session)
    story(session, site)

    assert without_zeros(counted(session, site, Q3)) == expected


@pytest.mark.parametrize(
    ("decided_at", "expected"),
    [
        (datetime(2025, 10, 1, 2, 59, tzinfo=UTC), NONE),
        (datetime(2025, 10, 1, 3, 0, tzinfo=UTC), {"upheld": 1}),
        (datetime(2026, 10, 1, 2, 59, tzinfo=UTC), {"upheld": 1}),
        (datetime(2026, 10, 1, 3, 0, tzinfo=UTC), {"waiting": 1}),
    ],
    ids=["a minute before the twelve months", "as they begin", "in the last minute", "after the quarter"],
)
def test_decisions_count_in_the_twelve_months_in_which_they_were_made(
    session: Session, decided_at: datetime, expected: dict[str, int]
) -> None:
    site = make_site(session)
    case = filed(session, site, noon(7, 1, year=2025))
    resolve(session, case, noon(8, 20, year=2025))
    person = session.scalars(select(Complainant.id).where(Complainant.case_id == case.id)).one()
    filed_at = noon(9, 10, year=2025)
    session.add(
        Appeal(public_id="a" * 22, case_id=case.id, complainant_id=person, source="web_code", filed_at=filed_at)
    )
    record(session, case, EventKind.APPEALED, by=COMPLAINANT, at=filed_at, codes={"appeal": "a" * 22})
    codes = {"appeal": "a" * 22, "result": "upheld"}
    record(session, case, EventKind.APPEAL_DECIDED, by=STAFF, at=decided_at, codes=codes)

    assert without_zeros(counted(session, site, Q3)) == expected


def test_a_decision_recorded_after_freezing_moves_nothing(session: Session, room: Room, reviewer: Person) -> None:
    play_the_quarter(session, room, reviewer)

    before = counted(session, room.site, Q4, known_at=TOLD + timedelta(days=2, hours=1))

    assert before.appeals["dismissed"] == before.appeals["partly_upheld"] == 0


def test_they_are_frozen_with_the_quarter_and_hold_when_checked(session: Session, room: Room, reviewer: Person) -> None:
    play_the_quarter(session, room, reviewer)

    frozen = summaries.freeze(session, room.site, Q3, by=room.publisher.staff_id, at=AFTER)

    figure = figures_of(frozen.figures)["M6.appealed"]
    assert (figure.version, figure.window) == (1, "twelve_months")
    assert (figure.exclusions, figure.parts) == (
        {"appeal_running": 5, "no_window": 0},
        {"running_appealed": 3},
    )
    assert figures_of(frozen.figures)["M6.upheld"].parts == {
        "appeal_upheld": 0,
        "appeal_partly_upheld": 1,
        "appeal_dismissed": 1,
    }
    assert check(session, frozen).faults == ()
