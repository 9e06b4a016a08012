"""`record` and `move`: order, chain and projection, on a real database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.cases.models import Case
from grievance.cases.record import CaseEvent, CaseHistory
from grievance.cases.states import (
    COMPLAINANT,
    SYSTEM,
    EventKind,
    MessageKind,
    Move,
    Status,
    Told,
    TransitionNotAllowed,
    staff_actor,
)
from grievance.cases.transitions import (
    BY_ITSELF,
    CaseChanged,
    HappenedOutOfOrder,
    check_version,
    load_for_change,
    move,
    record,
)
from tests.support.places import WEDNESDAY, file_case, make_site

LATER = WEDNESDAY + timedelta(days=1)


@pytest.fixture
def case(session: Session) -> Case:
    return file_case(session, make_site(session)).case


def test_withdrawing_ends_the_case_with_its_own_outcome(session: Session, case: Case) -> None:
    move(session, case, Move.WITHDRAW, by=COMPLAINANT, at=LATER)
    session.flush()

    assert (case.status, case.outcome, case.is_open, case.ended_at) == ("withdrawn", "withdrawn", False, LATER)
    last = session.scalars(select(CaseHistory).order_by(CaseHistory.seq.desc())).first()
    assert last is not None
    assert (last.seq, last.status, last.outcome) == (2, "withdrawn", "withdrawn")


@pytest.mark.parametrize(
    ("step", "by"),
    [
        pytest.param(Move.CLOSE, SYSTEM, id="nothing closes by itself"),
        pytest.param(Move.ACKNOWLEDGE, COMPLAINANT, id="a complainant does not acknowledge"),
        pytest.param(Move.PROCEED_UNANSWERED, SYSTEM, id="no response waits"),
    ],
)
def test_what_the_table_does_not_name_is_refused(session: Session, case: Case, step: Move, by: object) -> None:
    with pytest.raises(TransitionNotAllowed):
        move(session, case, step, by=by, at=LATER)  # type: ignore[arg-type]  # parametrised

    assert case.status == Status.RECEIVED


def test_a_harassment_case_cannot_be_out_of_scope(session: Session, case: Case) -> None:
    case.type = "harassment"

    with pytest.raises(TransitionNotAllowed):
        move(session, case, Move.DECLARE_OUT_OF_SCOPE, by=staff_actor(1), at=LATER)


def test_each_event_follows_the_one_before(session: Session, case: Case) -> None:
    for day in range(1, 4):
        record(session, case, EventKind.CLOCK_REMINDED, by=SYSTEM, at=WEDNESDAY + timedelta(days=day))
    session.flush()

    events = session.scalars(select(CaseEvent).order_by(CaseEvent.seq)).all()
    assert [event.seq for event in events] == [1, 2, 3, 4]
    assert case.chain_head == events[-1].digest
    assert len({event.digest for event in events}) == 4


def test_an_event_a_little_early_is_set_level_and_one_long_before_is_refused(session: Session, case: Case) -> None:
    record(session, case, EventKind.CLOCK_REMINDED, by=SYSTEM, at=LATER)
    level = record(session, case, EventKind.CLOCK_REMINDED, by=SYSTEM, at=LATER - timedelta(seconds=2))
    assert level.happened_at == LATER

    with pytest.raises(HappenedOutOfOrder):
        record(session, case, EventKind.CLOCK_REMINDED, by=SYSTEM, at=LATER - timedelta(minutes=6))


def test_a_form_shown_before_another_change_is_told(session: Session, case: Case) -> None:
    shown = case.changed_seq
    move(session, case, Move.WITHDRAW, by=COMPLAINANT, at=LATER)
    session.flush()

    with pytest.raises(CaseChanged):
        check_version(load_for_change(session, case.id), shown)


@pytest.mark.parametrize("kind", sorted(BY_ITSELF))
def test_a_form_is_not_refused_for_what_happens_by_itself(session: Session, case: Case, kind: EventKind) -> None:
    shown = case.changed_seq
    codes = {"what": MessageKind.ACKNOWLEDGEMENT, "how": Told.DELIVERED} if kind is EventKind.TOLD else None
    record(session, case, kind, by=SYSTEM, at=LATER, codes=codes)
    session.flush()

    check_version(load_for_change(session, case.id), shown)


def test_a_form_is_refused_for_what_the_person_wrote_meanwhile(session: Session, case: Case) -> None:
    shown = case.changed_seq
    record(session, case, EventKind.MESSAGE_FROM_PERSON, by=COMPLAINANT, at=LATER)
    record(session, case, EventKind.CLOCK_REMINDED, by=SYSTEM, at=LATER)
    session.flush()

    with pytest.raises(CaseChanged):
        check_version(load_for_change(session, case.id), shown)
