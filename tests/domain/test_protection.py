"""Protective measures and corrective actions: somebody answers, somebody else verifies, and nobody has to remember."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.cases import handling, protection, remedies, resolution
from grievance.cases.models import Case
from grievance.cases.protection import MeasureNotFound
from grievance.cases.record import CaseEvent, Clock, Task
from grievance.cases.remedies import AlreadyDone, CorrectiveActionNotFound, CorrectiveKind, NotDone, SamePerson
from grievance.cases.states import Outcome
from grievance.cases.track_record import ProtectiveMeasure
from grievance.cases.track_states import MeasureKind
from grievance.cases.verify import verify_cases
from grievance.cases.waiver import WaiverOfRights
from grievance.deadlines.standards import CaseType
from grievance.desk.page_parts import undertakings
from grievance.rounds.timers import sweep
from tests.support.casework import Room, by, local, sort, sorted_case
from tests.support.people import Person
from tests.support.places import WEDNESDAY, file_case

DUE = date(2026, 9, 11)
"""A Friday; two business days before it is Wednesday 9 September 2026."""
WORDS = "Otro bus desde mañana, con igual sueldo."


@pytest.fixture
def case(session: Session, room: Room) -> Case:
    return sorted_case(session, room).case


def measure(
    session: Session,
    room: Room,
    case: Case,
    *,
    words: str = WORDS,
    owner: Person | None = None,
    due_on: date = DUE,
) -> ProtectiveMeasure:
    return protection.add_measure(
        session,
        case,
        kind=MeasureKind.TRANSPORT,
        words=words,
        owner_id=(owner or room.handler).staff_id,
        due_on=due_on,
        by=by(room.coordinator),
        at=WEDNESDAY,
    )


def tasks(session: Session, case: Case) -> list[tuple[str, int | None, bool]]:
    session.flush()
    rows = session.scalars(select(Task).where(Task.case_id == case.id).order_by(Task.id))
    return [(row.kind, row.assigned_to_id, row.done_at is not None) for row in rows]


def test_a_measure_is_noted_taken_and_verified_by_somebody_else(session: Session, room: Room, case: Case) -> None:
    one = measure(session, room, case)

    with pytest.raises(NotDone):
        protection.verify_measure(session, case, one.public_id, by=by(room.coordinator), at=local(7))
    protection.record_measure_done(
        session, case, one.public_id, evidence="Lista del bus.", by=by(room.handler), at=local(7)
    )
    with pytest.raises(SamePerson):
        protection.verify_measure(session, case, one.public_id, by=by(room.handler), at=local(8))
    protection.verify_measure(session, case, one.public_id, by=by(room.coordinator), at=local(8))

    [part] = undertakings(session, ProtectiveMeasure, case.id)
    assert (part.words, part.evidence, part.verified_by) == (WORDS, "Lista del bus.", room.coordinator.name)
    assert tasks(session, case) == [("verify_measure", None, True)]
    assert list(verify_cases(session)) == []


def test_whoever_answers_for_it_never_verifies_it_even_if_another_did_it(
    session: Session, room: Room, case: Case
) -> None:
    one = measure(session, room, case, owner=room.coordinator)
    protection.record_measure_done(session, case, one.public_id, evidence="Visto.", by=by(room.handler), at=local(7))

    with pytest.raises(SamePerson):
        protection.verify_measure(session, case, one.public_id, by=by(room.coordinator), at=local(8))


def test_nothing_is_done_or_verified_twice_or_on_another_case(session: Session, room: Room, case: Case) -> None:
    one = measure(session, room, case)
    other = file_case(session, room.site).case
    protection.record_measure_done(session, case, one.public_id, evidence="Visto.", by=by(room.handler), at=local(7))

    with pytest.raises(AlreadyDone):
        protection.record_measure_done(session, case, one.public_id, evidence="Otra.", by=by(room.handler), at=local(7))
    with pytest.raises(MeasureNotFound):
        protection.record_measure_done(
            session, other, one.public_id, evidence="Otra.", by=by(room.handler), at=local(7)
        )
    protection.verify_measure(session, case, one.public_id, by=by(room.coordinator), at=local(8))
    with pytest.raises(AlreadyDone):
        protection.verify_measure(session, case, one.public_id, by=by(room.second_triager), at=local(8))


def test_whoever_answers_is_reminded_before_and_when_late_once_each(session: Session, room: Room, case: Case) -> None:
    measure(session, room, case)

    def opened() -> list[str]:
        found = [kind for kind, owner, _ in tasks(session, case) if owner == room.handler.staff_id]
        return [kind for kind in found if "measure" in kind]

    sweep(session, at=local(8), limit=100)
    early = opened()
    for day in (9, 10, 11):
        sweep(session, at=local(day), limit=100)
    before = opened()
    for day in (12, 13):
        sweep(session, at=local(day), limit=100)

    assert early == []
    assert before == ["do_measure"]
    assert opened() == ["do_measure", "measure_late"]


def test_what_is_done_is_never_reminded_of_and_settles_what_was(session: Session, room: Room, case: Case) -> None:
    one = measure(session, room, case)
    sweep(session, at=local(10), limit=100)

    protection.record_measure_done(session, case, one.public_id, evidence="Visto.", by=by(room.handler), at=local(10))
    sweep(session, at=local(14), limit=100)

    assert ("do_measure", room.handler.staff_id, True) in tasks(session, case)
    assert "measure_late" not in [kind for kind, _, _ in tasks(session, case)]


@pytest.mark.parametrize("kind", [CaseType.RETALIATION, CaseType.HARASSMENT])
def test_a_measure_in_time_meets_the_date_for_protecting(session: Session, room: Room, kind: CaseType) -> None:
    case = file_case(session, room.site).case
    sort(session, room, case, type=kind)

    measure(session, room, case, owner=room.investigator, due_on=WEDNESDAY.date())

    met = session.scalars(select(Clock.met_at).where(Clock.case_id == case.id, Clock.name == "protect")).one()
    assert met == WEDNESDAY


def test_a_corrective_action_is_verified_by_somebody_else(session: Session, room: Room, case: Case) -> None:
    action = remedies.add_corrective_action(
        session,
        case,
        kind=CorrectiveKind.CORRECTIVE,
        words="Riego de noche.",
        owner_id=room.handler.staff_id,
        due_on=DUE,
        by=by(room.coordinator),
        at=WEDNESDAY,
    )
    with pytest.raises(NotDone):
        remedies.verify_corrective_action(session, case, action.public_id, by=by(room.coordinator), at=local(8))
    sweep(session, at=local(14), limit=100)
    remedies.complete_corrective_action(
        session, case, action.public_id, evidence="Fotos.", by=by(room.handler), at=local(14, 13)
    )
    with pytest.raises(SamePerson):
        remedies.verify_corrective_action(session, case, action.public_id, by=by(room.handler), at=local(15))
    with pytest.raises(CorrectiveActionNotFound):
        remedies.verify_corrective_action(session, case, "nothing", by=by(room.coordinator), at=local(15))
    remedies.verify_corrective_action(session, case, action.public_id, by=by(room.coordinator), at=local(15))

    assert action.verified_by_id == room.coordinator.staff_id
    of_action = [row for row in tasks(session, case) if "action" in row[0]]
    assert of_action == [("action_late", room.handler.staff_id, True), ("verify_action", None, True)]
    kinds = session.scalars(select(CaseEvent.kind).where(CaseEvent.case_id == case.id)).all()
    assert "corrective_action_verified" in kinds


WAIVER = "Le pagamos si usted renuncia a toda acción legal."


def test_nothing_told_or_promised_asks_for_the_giving_up_of_a_right(session: Session, room: Room, case: Case) -> None:
    handler = by(room.handler)
    handling.acknowledge(session, case, words="Lo leí.", by=handler, at=local(3))

    with pytest.raises(WaiverOfRights):
        handling.send_message(session, case, words=WAIVER, by=handler, at=local(3))
    with pytest.raises(WaiverOfRights):
        measure(session, room, case, words=WAIVER)
    with pytest.raises(WaiverOfRights):
        resolution.propose_response(session, case, outcome=Outcome.UPHELD, words=WAIVER, by=handler, at=local(3))
    with pytest.raises(WaiverOfRights):
        resolution.propose_response(
            session,
            case,
            outcome=Outcome.UPHELD,
            words="Le pagamos el bono.",
            remedies=[resolution.Promise("El bono, en full and final settlement.")],
            by=handler,
            at=local(3),
        )
    # What somebody else asked for may be written down.
    handling.add_note(session, case, words=f"La contratista le escribió: {WAIVER}", by=handler, at=local(3))
