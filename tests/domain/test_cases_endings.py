"""Leaving by another door: told why, counted apart, and duplicates joined without losing anybody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.cases import endings, handling, resolution, telling, triage
from grievance.cases.models import HiddenFrom
from grievance.cases.queries import (
    case_by_reference_in_thread,
    complainant_of_thread,
    open_cases_of_thread,
    own_reference,
)
from grievance.cases.record import CaseEvent, Survey
from grievance.cases.resolution import SourceMissing
from grievance.cases.states import COMPLAINANT, Source, TransitionNotAllowed
from grievance.complainants import access
from grievance.complainants.follow_up import follow_up
from grievance.crypto.fields import unseal
from grievance.deadlines.standards import CaseType
from grievance.desk.case_page import case_page
from grievance.messaging.models import OutboundMessage
from grievance.referrals import steps
from grievance.referrals.kinds import Body
from grievance.referrals.sending import NobodyAgreed, ReferralNotFound
from tests.support.casework import (
    NEXT_WEEK,
    THURSDAY,
    Room,
    by,
    close,
    file_text,
    hear_from,
    last_row,
    make_room,
    messages_to,
    propose,
    send_texts,
    sort,
    sorted_case,
    texts_to,
    viewer_of,
)
from tests.support.places import file_case
from tests.support.sending_on import asked, sent


def test_a_referral_tells_why_and_where(session: Session, room: Room) -> None:
    filed, thread = file_text(session, room.site)
    sort(session, room, filed.case)

    to = "Municipalidad, oficina de caminos"
    found = sent(session, filed.case, by=by(room.handler), at=THURSDAY, body=Body.OTHER, body_name=to)

    steps.refer(
        session,
        filed.case,
        referral_public_id=found.public_id,
        reason="El camino es público.",
        by=by(room.handler),
        at=THURSDAY,
    )

    message = messages_to(session, filed)[-1]
    assert unseal(session, message, "words") == "El camino es público.\n\nMunicipalidad, oficina de caminos"
    assert texts_to(session, thread)[-1] == "left_referred"
    assert (filed.case.status, filed.case.outcome, filed.case.next_due_at) == ("referred", "referred", None)
    assert session.scalars(select(Survey.case_id)).all() == [filed.case.id]
    send_texts(session, at=THURSDAY)
    assert last_row(session, filed.case).outcome_told_at == THURSDAY
    assert last_row(session, filed.case).resolved_at is None


def test_a_case_ends_as_referred_only_after_it_was_sent_with_a_yes(session: Session, room: Room) -> None:
    filed, other = sorted_case(session, room), sorted_case(session, room)
    actor = by(room.handler)
    waits = asked(session, filed.case, by=actor, at=THURSDAY)
    elsewhere = sent(session, other.case, by=actor, at=THURSDAY)

    for public_id, refusal in (
        (waits.public_id, NobodyAgreed),
        (elsewhere.public_id, ReferralNotFound),
        ("", ReferralNotFound),
    ):
        with pytest.raises(refusal):
            steps.refer(session, filed.case, referral_public_id=public_id, reason="x", by=actor, at=THURSDAY)
    assert filed.case.is_open


def test_out_of_scope_can_be_reopened_by_the_person(session: Session, room: Room) -> None:
    filed = sorted_case(session, room)
    endings.declare_out_of_scope(
        session, filed.case, reason="No es de la faena.", elsewhere="", by=by(room.handler), at=THURSDAY
    )

    resolution.reopen(session, filed.case, reason=None, by=COMPLAINANT, at=NEXT_WEEK)

    assert filed.case.status == "under_review"


def test_harassment_never_leaves_by_these_doors(session: Session, room: Room) -> None:
    filed = file_case(session, room.site)
    sort(session, room, filed.case, type=CaseType.HARASSMENT)
    actor = by(room.investigator)
    told_before = messages_to(session, filed)

    with pytest.raises(TransitionNotAllowed):
        steps.refer(session, filed.case, referral_public_id="x", reason="y", by=actor, at=THURSDAY)
    with pytest.raises(TransitionNotAllowed):
        endings.declare_out_of_scope(session, filed.case, reason="y", elsewhere="x", by=actor, at=THURSDAY)

    assert messages_to(session, filed) == told_before


def test_the_person_withdraws_and_gets_no_survey(session: Session, room: Room) -> None:
    filed = sorted_case(session, room)

    endings.withdraw(
        session,
        filed.case,
        source=Source.WEB_CODE,
        reason="Ya se arregló",
        by=COMPLAINANT,
        at=THURSDAY,
        complainant_id=filed.complainant.id,
    )

    assert (filed.case.status, filed.case.next_due_at) == ("withdrawn", None)
    assert messages_to(session, filed) == []
    assert session.scalars(select(Survey)).all() == []


def test_staff_withdraw_only_with_paper_or_witness_and_confirm_it(session: Session, room: Room) -> None:
    filed = sorted_case(session, room)
    with pytest.raises(SourceMissing):
        endings.withdraw(session, filed.case, source=Source.SMS, by=by(room.handler), at=THURSDAY)

    endings.withdraw(
        session,
        filed.case,
        source=Source.SIGNED_PAPER,
        reason="Nos trajo una carta firmada.",
        by=by(room.handler),
        at=THURSDAY,
    )

    assert [message.kind for message in messages_to(session, filed)] == ["reason"]


def test_a_duplicate_is_joined_and_its_person_told(session: Session, room: Room) -> None:
    kept, (double, thread) = sorted_case(session, room), file_text(session, room.site)
    sort(session, room, double.case)

    endings.merge(session, double.case, kept.case, reason="Es lo mismo.", by=by(room.coordinator), at=THURSDAY)

    assert double.case.status == "merged"
    assert (last_row(session, double.case).merged_into, last_row(session, kept.case).submissions) == (
        kept.case.public_id,
        2,
    )
    assert kept.case.submission_count == 2
    # It goes on under the number that the person has; whose the other is, is nobody else's to know.
    assert double.case.reference in texts_body(session, thread.id)
    assert kept.case.reference not in texts_body(session, thread.id)
    assert double.submission.filed_as_case_id == double.case.id
    # Whatever the person texts from now on reaches the case that is worked.
    assert open_cases_of_thread(session, thread.id) == [kept.case]
    assert case_by_reference_in_thread(session, thread.id, double.case.reference) == kept.case
    assert case_by_reference_in_thread(session, thread.id, kept.case.reference) == kept.case
    person = complainant_of_thread(session, kept.case.id, thread.id)
    assert person is not None
    assert own_reference(session, person) == double.case.reference


def texts_body(session: Session, thread_id: int) -> str:
    row = session.scalars(
        select(OutboundMessage).where(OutboundMessage.thread_id == thread_id).order_by(OutboundMessage.id.desc())
    ).first()
    assert row is not None
    return unseal(session, row, "body") or ""


def test_words_of_merged_people_stand_in_one_thread_and_stay_apart_for_each(session: Session, room: Room) -> None:
    kept, double = sorted_case(session, room), sorted_case(session, room, words="Lo mismo digo yo")
    handling.send_message(session, double.case, words="¿Qué noche?", by=by(room.handler), at=THURSDAY)
    endings.merge(session, double.case, kept.case, reason="Es lo mismo.", by=by(room.coordinator), at=NEXT_WEEK)
    later = NEXT_WEEK + timedelta(days=1)
    hear_from(session, double, "El martes", at=later)
    handling.send_message(session, kept.case, words="Gracias a los dos", by=by(room.handler), at=later)

    page = case_page(session, viewer_of(session, room.handler), kept.case.reference, now=later, writing=lambda: session)
    assert [part.words for part in page.thread] == ["¿Qué noche?", "Es lo mismo.", "El martes", "Gracias a los dos"]
    assert [len(part.deliveries) for part in page.thread] == [1, 1, 0, 2]
    assert {part.words for part in page.submissions} == {"Entra polvo a la casa", "Lo mismo digo yo"}

    first = follow_up(session, kept.case, kept.complainant, now=later)
    second = follow_up(session, kept.case, double.complainant, now=later)
    assert [message.words for message in first.messages] == ["Gracias a los dos"]
    assert [message.words for message in second.messages] == [
        "¿Qué noche?",
        "Es lo mismo.",
        "El martes",
        "Gracias a los dos",
    ]
    assert (second.reference, second.is_merged, second.words) == (double.case.reference, True, "Lo mismo digo yo")
    # What happened to the other's case before is none of this person's business.
    assert [step.code for step in second.steps if step.state != "next"] == ["received", "merged"]


def test_reference_and_code_of_a_merged_case_keep_working(session: Session, room: Room) -> None:
    kept, double = sorted_case(session, room), sorted_case(session, room)
    endings.merge(session, double.case, kept.case, reason="Es lo mismo.", by=by(room.coordinator), at=THURSDAY)
    assert double.code is not None

    granted = access.open_with_code(session, double.case.reference, double.code.reveal(), at=NEXT_WEEK)

    assert isinstance(granted, access.AccessGranted)
    assert (granted.case.id, granted.complainant.id) == (kept.case.id, double.complainant.id)
    assert access.reopen_access(session, double.case.id, double.complainant.id) == (kept.case, double.complainant)


def test_from_whom_one_is_hidden_both_are(session: Session, room: Room) -> None:
    kept, double = sorted_case(session, room), file_case(session, room.site)
    said = [triage.RespondentSaid(staff_id=room.second_handler.staff_id)]
    sort(session, room, double.case, respondents=said)

    endings.merge(session, double.case, kept.case, reason="Es lo mismo.", by=by(room.coordinator), at=THURSDAY)

    rows = session.execute(select(HiddenFrom.case_id, HiddenFrom.staff_id)).all()
    assert (kept.case.id, room.second_handler.staff_id) in [tuple(row) for row in rows]


def test_what_may_not_be_merged(session: Session, room: Room) -> None:
    elsewhere = make_room(session, slug="puerto-imaginario", line=None)
    case, ended, restricted = sorted_case(session, room), sorted_case(session, room), file_case(session, room.site)
    sort(session, room, restricted.case, type=CaseType.HARASSMENT)
    close(session, room, ended.case)
    far = sorted_case(session, elsewhere)
    actor, at = by(room.coordinator), NEXT_WEEK + timedelta(days=2)

    with pytest.raises(endings.SameCase):
        endings.merge(session, case.case, case.case, reason="x", by=actor, at=at)
    for one, into in ((case, ended), (case, far), (restricted, case)):
        with pytest.raises(endings.NotMergeable):
            endings.merge(session, one.case, into.case, reason="x", by=actor, at=at)
    endings.merge(session, case.case, restricted.case, reason="x", by=actor, at=at)
    assert case.case.status == "merged"


def test_one_of_several_people_cannot_withdraw_for_all(session: Session, room: Room) -> None:
    kept, double = sorted_case(session, room), sorted_case(session, room)
    endings.merge(session, double.case, kept.case, reason="Es lo mismo.", by=by(room.coordinator), at=THURSDAY)

    with pytest.raises(endings.OthersFiledToo):
        endings.withdraw(session, kept.case, source=Source.WEB_CODE, by=COMPLAINANT, at=NEXT_WEEK)
    assert not follow_up(session, kept.case, kept.complainant, now=NEXT_WEEK).can_withdraw


def test_a_delivery_after_the_merge_belongs_to_the_chain_of_its_own_case(session: Session, room: Room) -> None:
    kept, (double, _) = sorted_case(session, room), file_text(session, room.site)
    sort(session, room, double.case)
    propose(session, room, double.case)
    endings.merge(session, double.case, kept.case, reason="Es lo mismo.", by=by(room.coordinator), at=NEXT_WEEK)

    send_texts(session, at=NEXT_WEEK + timedelta(hours=1))
    telling.note_seen(session, kept.case, double.complainant, at=NEXT_WEEK + timedelta(hours=2))

    told = session.scalars(select(CaseEvent.case_id).where(CaseEvent.kind == "told")).all()
    assert set(told) == {double.case.id}
    assert open_cases_of_thread(session, double.complainant.thread_id or 0) == [kept.case]


def test_no_promise_moves_to_a_later_day_by_joining_cases(session: Session, room: Room) -> None:
    early = sorted_case(session, room).case
    later = sorted_case(session, room, at=NEXT_WEEK).case

    with pytest.raises(endings.DateWouldMove):
        endings.merge(session, early, later, reason="Lo mismo", by=by(room.handler), at=NEXT_WEEK)
    assert early.is_open

    endings.merge(session, later, early, reason="Lo mismo", by=by(room.handler), at=NEXT_WEEK)
    assert later.merged_into_id == early.id
