"""The web key of a case, and who the person is: codes, slow-down, identity, phones."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from grievance.accounts.models import AuditEntry
from grievance.cases import identity
from grievance.cases.intake import Filed
from grievance.cases.models import Complainant
from grievance.cases.queries import open_cases_of_thread
from grievance.cases.record import AccessAttempt, CaseEvent, OneUseCode
from grievance.cases.states import Confidentiality, Reach
from grievance.complainants import access
from grievance.complainants.access import FREE_TRIES, AccessGranted, AccessRefused, AccessSlowed
from grievance.complainants.follow_up import follow_up
from grievance.core.phone import parse_phone
from grievance.crypto.fields import unseal
from grievance.messaging import inbox
from grievance.messaging.models import InboundMessage, OutboundMessage, Thread
from tests.support.casework import (
    NEXT_WEEK,
    NUMBER,
    THURSDAY,
    Room,
    by,
    file_text,
    sorted_case,
    texts_to,
)
from tests.support.places import LINE, file_case

WRONG = "0000-0000-0000-0000"


def _code(filed: Filed) -> str:
    assert filed.code is not None
    return filed.code.reveal()


def test_reference_and_code_open_the_case_however_they_are_typed(session: Session, room: Room) -> None:
    filed = file_case(session, room.site)
    spellings = [
        (filed.case.reference, _code(filed)),
        (filed.case.reference.lower(), _code(filed).lower().replace("-", "")),
        (f" {filed.case.reference.replace('-', ' ')} ", _code(filed).replace("-", " ")),
    ]

    for reference, code in spellings:
        granted = access.open_with_code(session, reference, code, at=THURSDAY)
        assert isinstance(granted, AccessGranted)
        assert (granted.case, granted.complainant) == (filed.case, filed.complainant)


def test_unknown_reference_and_wrong_code_look_the_same_and_cost_the_same(session: Session, room: Room) -> None:
    filed, other = file_case(session, room.site), file_case(session, room.site)
    session.flush()
    tries = {
        "wrong code": (filed.case.reference, WRONG),
        "code of another case": (filed.case.reference, _code(other)),
        "no code at all": (filed.case.reference, "hola"),
        "unknown reference": ("7K3Q-9F2M", _code(filed)),
        "no reference at all": ("¿?", _code(filed)),
    }
    statements: dict[str, list[str]] = {}

    for name, (reference, code) in tries.items():
        seen: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object, seen: list[str] = seen) -> None:
            seen.append(statement)

        bind = session.connection()
        event.listen(bind, "before_cursor_execute", note)
        answer = access.open_with_code(session, reference, code, at=THURSDAY)
        session.flush()
        event.remove(bind, "before_cursor_execute", note)
        statements[name] = seen
        assert answer == AccessRefused(), name

    assert len({tuple(found) for found in statements.values()}) == 1


@pytest.mark.parametrize("known", [True, False], ids=["a reference that exists", "one that does not"])
def test_guessing_is_slowed_more_and_more(session: Session, room: Room, known: bool) -> None:
    filed = file_case(session, room.site)
    reference = filed.case.reference if known else "7K3Q-9F2M"
    for _ in range(FREE_TRIES):
        assert isinstance(access.open_with_code(session, reference, WRONG, at=THURSDAY), AccessRefused)

    assert access.open_with_code(session, reference, WRONG, at=THURSDAY) == AccessSlowed(30)
    # Waiting is no failure: it does not add to the wait.
    after = THURSDAY + timedelta(seconds=31)
    assert isinstance(access.open_with_code(session, reference, WRONG, at=after), AccessRefused)
    assert access.open_with_code(session, reference, WRONG, at=after) == AccessSlowed(60)


def test_the_right_code_never_waits_and_clears_the_slate(session: Session, room: Room) -> None:
    filed = file_case(session, room.site)
    for _ in range(FREE_TRIES):
        access.open_with_code(session, filed.case.reference, WRONG, at=THURSDAY)

    slowed = access.open_with_code(session, filed.case.reference, WRONG, at=THURSDAY)
    opened = access.open_with_code(session, filed.case.reference, _code(filed), at=THURSDAY)

    assert isinstance(slowed, AccessSlowed)
    assert isinstance(opened, AccessGranted)
    assert session.scalars(select(AccessAttempt.failures)).all() == [0]


def test_the_longest_wait_is_a_quarter_of_an_hour_and_a_day_forgets(session: Session, room: Room) -> None:
    filed = file_case(session, room.site)
    at = THURSDAY
    for _ in range(FREE_TRIES + 12):
        access.open_with_code(session, filed.case.reference, WRONG, at=at)
        at += timedelta(minutes=15)
    at -= timedelta(minutes=15)

    slowed = access.open_with_code(session, filed.case.reference, WRONG, at=at)
    next_day = access.open_with_code(session, filed.case.reference, WRONG, at=at + timedelta(hours=25))

    assert slowed == AccessSlowed(900)
    assert isinstance(next_day, AccessRefused)


def test_a_code_asked_for_by_text_opens_once_within_a_day(session: Session, room: Room) -> None:
    filed, _ = file_text(session, room.site)
    person = filed.complainant
    first = access.issue_one_use_code(session, filed.case, complainant=person, at=THURSDAY)
    late = access.issue_one_use_code(session, filed.case, complainant=person, at=THURSDAY)

    def use(issued: access.IssuedCode, at: datetime) -> object:
        return access.open_with_code(session, issued.reference, issued.code.reveal(), at=at)

    assert isinstance(use(first, THURSDAY), AccessGranted)
    assert isinstance(use(first, THURSDAY), AccessRefused)
    assert isinstance(use(late, THURSDAY + timedelta(hours=24, seconds=1)), AccessRefused)
    assert first.code.reveal().encode() not in session.scalars(select(OneUseCode.code_digest)).all()


def test_a_visit_leads_only_to_the_persons_own_case(session: Session, room: Room) -> None:
    mine, other = file_case(session, room.site), file_case(session, room.site)

    assert access.reopen_access(session, mine.case.id, mine.complainant.id) == (mine.case, mine.complainant)
    for case_id, person_id in ((mine.case.id, other.complainant.id), (9999, mine.complainant.id), (mine.case.id, 9999)):
        with pytest.raises(access.AccessGone):
            access.reopen_access(session, case_id, person_id)


def test_opening_an_identity_is_written_down_and_shown_to_the_person(session: Session, room: Room) -> None:
    _, thread = file_text(session, room.site)
    filed = sorted_case(
        session,
        room,
        name="Persona Ficticia",
        email="persona@example.org",
        confidentiality=Confidentiality.NAMED,
        reach=Reach.NOTICES,
        thread_id=thread.id,
    )
    filed.complainant.verified_at = THURSDAY

    found = identity.open_identity(session, filed.case, reason="Para visitarla", by=by(room.handler), at=THURSDAY)

    assert [(one.name, one.phone, one.email) for one in found] == [
        ("Persona Ficticia", "+56 9 8765 1234", "persona@example.org")
    ]
    assert "Ficticia" not in repr(found)
    line = session.scalars(select(AuditEntry).where(AuditEntry.action == "identity_opened")).one()
    assert (line.actor_id, line.subject) == (room.handler.staff_id, filed.case.public_id)
    shown = follow_up(session, filed.case, filed.complainant, now=THURSDAY).openings
    assert [(one.staff_name, one.reason) for one in shown] == [(room.handler.name, "Para visitarla")]


@pytest.mark.parametrize("reason", ["", "   "])
def test_no_identity_without_a_reason(session: Session, room: Room, reason: str) -> None:
    filed = sorted_case(session, room)

    with pytest.raises(identity.ReasonMissing):
        identity.open_identity(session, filed.case, reason=reason, by=by(room.handler), at=THURSDAY)
    assert session.scalars(select(AuditEntry).where(AuditEntry.action == "identity_opened")).all() == []


def _sent_code(session: Session, person: Complainant) -> str:
    return unseal(session, person, "code") or pytest.fail("no code waits")


def test_a_number_gets_nothing_but_its_code_until_it_is_confirmed(session: Session, room: Room) -> None:
    filed = file_case(session, room.site)
    identity.add_phone(session, filed.case, filed.complainant, parse_phone(NUMBER), line=LINE, at=THURSDAY)
    thread = session.get_one(Thread, filed.complainant.thread_id)
    assert texts_to(session, thread) == ["verify_number"]
    assert open_cases_of_thread(session, thread.id) == []
    assert session.scalars(select(OutboundMessage.wipe_when_sent)).all() == [True]
    assert follow_up(session, filed.case, filed.complainant, now=THURSDAY).phone_waits_for_code

    code = _sent_code(session, filed.complainant)
    identity.confirm_phone(session, filed.case, filed.complainant, f" {code} ", at=THURSDAY)

    assert (filed.complainant.reach, filed.complainant.verified_at) == ("notices", THURSDAY)
    assert open_cases_of_thread(session, thread.id) == [filed.case]
    assert texts_to(session, thread) == ["verify_number", "number_verified"]
    assert session.scalars(select(CaseEvent.kind).order_by(CaseEvent.id.desc())).first() == "contact_added"


def test_a_code_is_guessed_five_times_at_most(session: Session, room: Room) -> None:
    filed = file_case(session, room.site)
    identity.add_phone(session, filed.case, filed.complainant, parse_phone(NUMBER), line=LINE, at=THURSDAY)
    code = _sent_code(session, filed.complainant)
    wrong = f"{(int(code) + 1) % 10**6:06d}"

    for _ in range(identity.CODE_TRIES):
        with pytest.raises(identity.CodeWrong):
            identity.confirm_phone(session, filed.case, filed.complainant, wrong, at=THURSDAY)

    with pytest.raises(identity.CodeExpired):
        identity.confirm_phone(session, filed.case, filed.complainant, code, at=THURSDAY)


def test_a_code_lives_a_quarter_of_an_hour_and_is_not_sent_in_floods(session: Session, room: Room) -> None:
    filed = file_case(session, room.site)
    number = parse_phone(NUMBER)
    identity.add_phone(session, filed.case, filed.complainant, number, line=LINE, at=THURSDAY)
    with pytest.raises(identity.CodeJustSent):
        identity.add_phone(
            session, filed.case, filed.complainant, number, line=LINE, at=THURSDAY + timedelta(seconds=59)
        )

    late = THURSDAY + identity.CODE_LIVES + timedelta(seconds=1)
    with pytest.raises(identity.CodeExpired):
        identity.confirm_phone(session, filed.case, filed.complainant, _sent_code(session, filed.complainant), at=late)
    identity.add_phone(session, filed.case, filed.complainant, number, line=LINE, at=late)


def test_whoever_texts_keeps_the_number_that_opens_the_case(session: Session, room: Room) -> None:
    filed, _ = file_text(session, room.site)

    with pytest.raises(identity.AlreadyTexting):
        identity.add_phone(session, filed.case, filed.complainant, parse_phone("+56987655678"), line=LINE, at=THURSDAY)


def test_deleted_contact_details_are_gone_and_the_code_still_opens(session: Session, room: Room) -> None:
    filed = file_case(session, room.site, name="Persona Ficticia", email="persona@example.org")
    identity.add_phone(session, filed.case, filed.complainant, parse_phone(NUMBER), line=LINE, at=THURSDAY)
    thread = session.get_one(Thread, filed.complainant.thread_id)

    identity.delete_contact(session, filed.case, filed.complainant, at=THURSDAY)

    assert thread.number_sealed is None
    seen = follow_up(session, filed.case, filed.complainant, now=NEXT_WEEK)
    assert (seen.has_name, seen.has_email, seen.has_phone, seen.can_delete_contact) == (False, False, False, False)
    found = identity.open_identity(session, filed.case, reason="x", by=by(room.triager), at=THURSDAY)
    assert [(one.name, one.phone, one.email) for one in found] == [(None, None, None)]
    assert isinstance(access.open_with_code(session, filed.case.reference, _code(filed), at=NEXT_WEEK), AccessGranted)


def test_a_number_with_another_case_stays_with_that_one(session: Session, room: Room) -> None:
    by_text, thread = file_text(session, room.site)
    by_web = file_case(session, room.site, reach=Reach.NOTICES, thread_id=thread.id)

    identity.delete_contact(session, by_web.case, by_web.complainant, at=THURSDAY)

    assert thread.number_sealed is not None
    assert open_cases_of_thread(session, thread.id) == [by_text.case]


def test_texts_that_came_from_a_deleted_number_lose_it_too(session: Session, room: Room) -> None:
    filed, thread = file_text(session, room.site)
    for number, message_id in ((NUMBER, "SM1"), ("+56987655678", "SM2")):
        inbox.record(
            session,
            provider="fake",
            provider_message_id=message_id,
            line=LINE,
            number=number,
            body="hola",
            media=(),
            opt_out_type=None,
            at=THURSDAY,
        )
    session.execute(update(InboundMessage).values(state="handled"))

    identity.delete_contact(session, filed.case, filed.complainant, at=THURSDAY)

    rows = session.execute(
        select(InboundMessage.provider_message_id, InboundMessage.number_sealed.is_(None)).order_by(InboundMessage.id)
    ).all()
    assert [tuple(row) for row in rows] == [("SM1", True), ("SM2", False)]
    digests = session.scalars(select(InboundMessage.number_digest).order_by(InboundMessage.id)).all()
    assert (digests[0] == thread.number_digest, digests[1] == thread.number_digest) == (True, False)
