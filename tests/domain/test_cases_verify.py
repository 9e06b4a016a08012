"""What was rewritten, cut, moved or exchanged behind our back is found; erased words are no fault."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from grievance.cases import endings, feedback, handling, identity, remedies, resolution, triage, unanswered
from grievance.cases.models import Case, CaseMessage, Remedy, Submission
from grievance.cases.record import CaseEvent, CaseHistory, DailyRoot
from grievance.cases.resolution import Promise
from grievance.cases.states import COMPLAINANT, Source
from grievance.cases.verify import Finding, make_daily_root, verify_cases
from grievance.crypto.fields import seal
from grievance.deadlines.standards import CaseType
from grievance.rounds.timers import sweep
from tests.support.casework import (
    NEXT_WEEK,
    THURSDAY,
    Room,
    accept,
    by,
    close,
    file_text,
    local,
    propose,
    send_texts,
    sort,
    sorted_case,
)
from tests.support.places import file_case

LATER = NEXT_WEEK + timedelta(days=2)


def _findings(session: Session) -> list[Finding]:
    session.flush()
    return list(verify_cases(session))


def _full_life(session: Session, room: Room) -> None:
    """Take cases through every operation that writes an event."""
    filed = file_case(session, room.site, name="Persona Ficticia")
    sort(session, room, filed.case, severity=3)
    handling.summarise(session, filed.case, title="Uno", summary="x", by=by(room.handler), at=THURSDAY)
    handling.summarise(session, filed.case, title="Dos", summary="y", by=by(room.handler), at=THURSDAY)
    handling.add_note(session, filed.case, words="nota", by=by(room.handler), at=THURSDAY)
    propose(session, room, filed.case, remedies=[Promise("Sellar la puerta")])
    accept(session, filed.case)
    remedy = session.scalars(select(Remedy)).one()
    remedies.record_remedy_done(session, filed.case, remedy.public_id, evidence="foto", by=by(room.handler), at=LATER)
    remedies.verify_remedy(session, filed.case, remedy.public_id, by=by(room.coordinator), at=LATER)
    resolution.close(session, filed.case, words="Fin", by=by(room.coordinator), at=LATER)
    feedback.rate(
        session, filed.case, filed.complainant, process=5, outcome=4, verdict=1, source=Source.WEB_CODE, at=LATER
    )
    resolution.reopen(session, filed.case, reason=None, by=COMPLAINANT, at=LATER)
    identity.open_identity(session, filed.case, reason="Visita", by=by(room.handler), at=LATER)
    identity.delete_contact(session, filed.case, filed.complainant, at=LATER)

    texted, _ = file_text(session, room.site)
    sort(session, room, texted.case)
    propose(session, room, texted.case)
    send_texts(session, at=NEXT_WEEK)
    double = sorted_case(session, room)
    endings.merge(session, double.case, texted.case, reason="Igual", by=by(room.coordinator), at=LATER)
    unanswered.proceed_unanswered(session, at=local(30), limit=10)
    spam = file_case(session, room.site)
    triage.mark_spam(session, spam.case, by=by(room.triager), at=THURSDAY)
    triage.unmark_spam(session, spam.case, by=by(room.triager), at=THURSDAY)
    restricted = file_case(session, room.site)
    said = [triage.RespondentSaid(staff_id=room.second_handler.staff_id)]
    sort(session, room, restricted.case, type=CaseType.HARASSMENT, respondents=said)
    triage.lift_hiding(
        session,
        restricted.case,
        room.second_handler.staff_id,
        reason="Otra persona del mismo apellido",
        by=by(room.triager),
        at=THURSDAY,
    )
    sweep(session, at=local(30), limit=100)


def test_all_that_the_operations_write_holds(session: Session, room: Room) -> None:
    _full_life(session, room)
    make_daily_root(session, on=date(2026, 9, 30), at=local(30))

    assert _findings(session) == []


def test_erased_words_are_no_fault(session: Session, room: Room) -> None:
    _full_life(session, room)
    for submission in session.scalars(select(Submission)):
        submission.words_sealed = None
    for message in session.scalars(select(CaseMessage)):
        message.words_sealed = None

    assert _findings(session) == []


def _case(session: Session) -> Case:
    return session.scalars(select(Case).order_by(Case.id)).first() or pytest.fail("no case")


def _change_code(session: Session, case: Case) -> None:
    session.execute(
        update(CaseEvent)
        .where(CaseEvent.case_id == case.id, CaseEvent.kind == "classified")
        .values(codes={"type": "nuisance", "severity": 1})
    )


def _backdate(session: Session, case: Case) -> None:
    session.execute(
        update(CaseEvent)
        .where(CaseEvent.case_id == case.id, CaseEvent.kind == "acknowledged")
        .values(happened_at=THURSDAY - timedelta(hours=20))
    )


def _cut_last(session: Session, case: Case) -> None:
    last = session.scalars(
        select(CaseEvent.id).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq.desc())
    ).first()
    session.execute(delete(CaseEvent).where(CaseEvent.id == last))


def _cut_middle(session: Session, case: Case) -> None:
    session.execute(delete(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.seq == 3))


def _exchange_words(session: Session, case: Case) -> None:
    submission = session.scalars(select(Submission).where(Submission.case_id == case.id)).first()
    assert submission is not None
    seal(session, submission, "words", "Otra cosa muy distinta")


def _move_words(session: Session, case: Case) -> None:
    del case
    rows = session.scalars(select(Submission).order_by(Submission.id)).all()
    rows[0].words_sealed = rows[1].words_sealed


def _polish_history(session: Session, case: Case) -> None:
    session.execute(update(CaseHistory).where(CaseHistory.case_id == case.id, CaseHistory.seq > 2).values(severity=1))


def _polish_case(session: Session, case: Case) -> None:
    session.execute(text("UPDATE cases SET outcome = 'not_upheld' WHERE id = :id"), {"id": case.id})
    session.expire_all()


@pytest.mark.parametrize(
    ("harm", "checks"),
    [
        (_change_code, {"chain", "projection"}),
        (_backdate, {"chain", "projection"}),
        (_cut_last, {"head", "projection"}),
        (_cut_middle, {"chain", "projection"}),
        (_exchange_words, {"words"}),
        (_move_words, {"words"}),
        (_polish_history, {"projection"}),
        (_polish_case, {"case"}),
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else "",
)
def test_what_was_tampered_with_is_found(
    session: Session, room: Room, harm: Callable[[Session, Case], None], checks: set[str]
) -> None:
    first, second = sorted_case(session, room), sorted_case(session, room)
    propose(session, room, first.case)
    close(session, room, second.case)
    assert _findings(session) == []

    harm(session, _case(session))

    found = _findings(session)
    assert {finding.check for finding in found} == checks
    assert {finding.subject for finding in found} == {first.case.public_id}


def test_a_chain_cut_with_its_head_shows_in_the_daily_root(session: Session, room: Room) -> None:
    filed = sorted_case(session, room)
    propose(session, room, filed.case)
    make_daily_root(session, on=date(2026, 9, 9), at=NEXT_WEEK)
    events = session.scalars(select(CaseEvent).where(CaseEvent.case_id == filed.case.id).order_by(CaseEvent.seq)).all()
    last, before = events[-1], events[-2]

    # Somebody with the keyed digest of the link before cuts the last link everywhere.
    session.execute(delete(CaseHistory).where(CaseHistory.case_id == filed.case.id, CaseHistory.seq == last.seq))
    session.execute(delete(CaseEvent).where(CaseEvent.id == last.id))
    filed.case.event_count, filed.case.chain_head = before.seq, before.digest

    assert [(finding.check, finding.subject) for finding in _findings(session) if finding.check == "root"] == [
        ("root", "2026-09-09")
    ]


def test_a_day_has_one_root_and_each_holds_the_one_before(session: Session, room: Room) -> None:
    filed = sorted_case(session, room)
    first = make_daily_root(session, on=date(2026, 9, 2), at=THURSDAY)
    again = make_daily_root(session, on=date(2026, 9, 2), at=THURSDAY)
    handling.add_note(session, filed.case, words="x", by=by(room.handler), at=THURSDAY)
    second = make_daily_root(session, on=date(2026, 9, 3), at=NEXT_WEEK)

    assert again.id == first.id
    assert (first.case_count, second.case_count, len(second.heads)) == (1, 1, 1)
    assert _findings(session) == []

    session.execute(update(DailyRoot).where(DailyRoot.id == first.id).values(root=b"\0" * 32))
    session.expire_all()
    assert {finding.subject for finding in _findings(session)} == {"2026-09-02", "2026-09-03"}
