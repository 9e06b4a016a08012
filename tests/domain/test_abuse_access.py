"""The keys of a case in hostile hands: a colleague who knows the reference, a stranger who types other people's numbers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grievance.cases import attempts, identity
from grievance.cases.intake import Filing
from grievance.cases.states import Channel, Reach
from grievance.complainants import access, door
from grievance.complainants.access import FREE_TRIES, AccessGranted, AccessRefused, AccessSlowed
from grievance.complainants.door import Phone
from grievance.core.i18n import SPANISH
from grievance.core.phone import parse_phone
from grievance.messaging import threads
from grievance.messaging.models import OutboundMessage, Thread
from tests.support.casework import NUMBER, THURSDAY, Room, file_text
from tests.support.places import LINE, file_case

WRONG = "0000-0000-0000-0000"


def test_nobody_who_knows_the_reference_can_lock_the_person_out(session: Session, room: Room) -> None:
    """Staff and colleagues see references: a wrong try every quarter of an hour must not close the case to its owner."""
    filed = file_case(session, room.site)
    assert filed.code is not None
    at = THURSDAY
    for _ in range(FREE_TRIES + 6):
        access.open_with_code(session, filed.case.reference, WRONG, at=at)
        at += timedelta(minutes=15)
    at -= timedelta(minutes=15)
    assert isinstance(access.open_with_code(session, filed.case.reference, WRONG, at=at), AccessSlowed)

    opened = access.open_with_code(session, filed.case.reference, filed.code.reveal(), at=at)

    assert isinstance(opened, AccessGranted)


def test_nor_out_of_a_code_that_was_asked_for_by_text(session: Session, room: Room) -> None:
    filed, _ = file_text(session, room.site)
    issued = access.issue_one_use_code(session, filed.case, complainant=filed.complainant, at=THURSDAY)
    for _ in range(FREE_TRIES):
        access.open_with_code(session, issued.reference, WRONG, at=THURSDAY)

    first = access.open_with_code(session, issued.reference, issued.code.reveal(), at=THURSDAY)
    second = access.open_with_code(session, issued.reference, issued.code.reveal(), at=THURSDAY)

    assert isinstance(first, AccessGranted)
    assert isinstance(second, AccessRefused)


def _codes_sent(session: Session) -> int:
    session.flush()
    names = select(func.count()).where(OutboundMessage.text_name == "verify_number")
    return session.execute(names).scalar_one()


def test_many_forms_do_not_make_us_flood_somebodys_phone(session: Session, room: Room) -> None:
    """Filing is open to all, so a stranger can file again and again with the number of somebody else."""
    filing = Filing(words="Entra polvo", locale=SPANISH, channel=Channel.WEB)
    phone = Phone(parse_phone(NUMBER), LINE)

    filed = [
        door.file_grievance(session, room.site, filing, files=(), phone=phone, at=THURSDAY + timedelta(minutes=minute))
        for minute in range(10)
    ]

    assert _codes_sent(session) == identity.CODES_PER_DAY
    # Nobody's filing is refused for it; the later ones go on without a phone.
    assert len({one.case.reference for one in filed}) == 10
    assert filed[-1].complainant.thread_id is None


def test_asking_again_and_again_gives_no_more_guesses_than_there_are_codes(session: Session, room: Room) -> None:
    filed = file_case(session, room.site)
    number = parse_phone(NUMBER)
    for minute in range(identity.CODES_PER_DAY):
        at = THURSDAY + timedelta(minutes=minute)
        identity.add_phone(session, filed.case, filed.complainant, number, line=LINE, at=at)

    with pytest.raises(identity.TooManyCodes):
        identity.add_phone(
            session, filed.case, filed.complainant, number, line=LINE, at=THURSDAY + timedelta(minutes=30)
        )
    next_day = THURSDAY + timedelta(hours=25)
    identity.add_phone(session, filed.case, filed.complainant, number, line=LINE, at=next_day)

    assert _codes_sent(session) == identity.CODES_PER_DAY + 1


def test_a_line_of_ours_is_nobodys_phone(session: Session, room: Room) -> None:
    """Two lines that answer each other would never stop."""
    filed = file_case(session, room.site)

    with pytest.raises(identity.OwnLine):
        identity.add_phone(session, filed.case, filed.complainant, parse_phone(LINE), line=LINE, at=THURSDAY)


def test_whoever_typed_a_number_without_proving_it_cannot_lift_its_stop(session: Session, room: Room) -> None:
    """Forgetting the number would forget that its owner asked for silence."""
    thread = threads.open_thread(session, line=LINE, number=NUMBER, site_id=room.site.id, locale=SPANISH)
    threads.note_looked(thread)
    thread.last_inbound_at = thread.verified_at = THURSDAY
    threads.stop(session, thread, by="person", at=THURSDAY)
    stranger = file_case(session, room.site)
    identity.add_phone(session, stranger.case, stranger.complainant, parse_phone(NUMBER), line=LINE, at=THURSDAY)

    identity.delete_contact(session, stranger.case, stranger.complainant, at=THURSDAY)

    found = threads.find(session, line=LINE, number=NUMBER)
    assert found is not None
    assert found.opted_out_at == THURSDAY
    assert stranger.complainant.thread_id is None


def test_a_number_that_never_wrote_to_us_is_still_forgotten(session: Session, room: Room) -> None:
    filed = file_case(session, room.site)
    identity.add_phone(session, filed.case, filed.complainant, parse_phone(NUMBER), line=LINE, at=THURSDAY)
    thread = session.get_one(Thread, filed.complainant.thread_id)

    identity.delete_contact(session, filed.case, filed.complainant, at=THURSDAY)

    assert thread.number_sealed is None
    assert filed.complainant.reach == Reach.PAGE


def test_whoever_only_typed_a_number_does_not_keep_its_owner_from_deleting_it(session: Session, room: Room) -> None:
    own, thread = file_text(session, room.site)
    stranger = file_case(session, room.site)
    identity.add_phone(session, stranger.case, stranger.complainant, parse_phone(NUMBER), line=LINE, at=THURSDAY)

    identity.delete_contact(session, own.case, own.complainant, at=THURSDAY)

    assert thread.number_sealed is None


def test_deleting_a_number_does_not_begin_its_count_anew(session: Session, room: Room) -> None:
    stranger = file_case(session, room.site)
    sent = 0
    for _ in range(10):
        try:
            identity.add_phone(
                session, stranger.case, stranger.complainant, parse_phone(NUMBER), line=LINE, at=THURSDAY
            )
        except identity.TooManyCodes:
            continue
        sent += 1
        identity.delete_contact(session, stranger.case, stranger.complainant, at=THURSDAY)

    assert sent == identity.CODES_PER_DAY


def test_references_that_do_not_exist_are_not_remembered_for_ever(session: Session, room: Room) -> None:
    for number in range(20):
        access.open_with_code(session, f"nothing {number}", WRONG, at=THURSDAY)
    session.flush()

    too_early = attempts.forget_attempts(session, at=THURSDAY + timedelta(hours=23), limit=100)
    forgotten = attempts.forget_attempts(session, at=THURSDAY + timedelta(hours=25), limit=100)

    assert (too_early, forgotten) == (0, 20)
