"""Whatever happens to a case, in whatever order: its chain holds and its projection equals a replay of its events."""

from __future__ import annotations

import contextlib
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grievance.accounts.operations import create_staff
from grievance.cases.record import CaseEvent, CaseHistory
from grievance.cases.states import COMPLAINANT, EventKind, Move, Outcome, TransitionNotAllowed, staff_actor
from grievance.cases.transitions import move, record
from grievance.cases.verify import verify_cases
from tests.support.places import WEDNESDAY, file_case, make_site

MOVES = tuple(sorted(frozenset(Move) - {Move.MERGE, Move.PROCEED_UNANSWERED}))
"""Without the two whose further facts (the target, the verdict of silence) their operations write to the case."""

WORDLESS = (EventKind.NOTE_ADDED, EventKind.FILE_ADDED, EventKind.CLOCK_REMINDED)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from((*MOVES, *WORDLESS)), max_size=14), hours=st.integers(0, 400))
def test_projection_equals_replay_whatever_happens(session: Session, steps: list[Move | EventKind], hours: int) -> None:
    with session.begin_nested() as example:
        staff = create_staff(
            session, name="Persona Uno", email="uno@x.example", password_hash="x", by=None, at=WEDNESDAY
        )
        case = file_case(session, make_site(session)).case
        done = 1
        for number, step in enumerate(steps, start=1):
            at = WEDNESDAY + timedelta(hours=hours * number)
            with contextlib.suppress(TransitionNotAllowed):
                if isinstance(step, EventKind):
                    record(session, case, step, by=staff_actor(staff.id), at=at)
                else:
                    by = COMPLAINANT if step is Move.WITHDRAW else staff_actor(staff.id)
                    finding = Outcome.UPHELD if step is Move.PROPOSE_RESPONSE else None
                    move(session, case, step, by=by, at=at, outcome=finding)
                done += 1
        session.flush()

        assert session.scalar(select(func.count()).select_from(CaseEvent)) == done
        assert session.scalar(select(func.count()).select_from(CaseHistory)) == done
        assert list(verify_cases(session)) == []
        example.rollback()
