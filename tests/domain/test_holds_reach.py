"""No way around a legal hold: whatever erases, sweeps or takes back finds the whole of what was merged under it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.cases import endings, handling, identity, mailing, triage
from grievance.cases.files import StoredFile
from grievance.cases.held import HeldByLaw, is_held
from grievance.cases.intake import Filed, Filing
from grievance.cases.models import Attachment, Case, CaseMessage
from grievance.cases.queries import for_change
from grievance.cases.record import RegisterEntry, RegisterImport, Survey
from grievance.cases.states import COMPLAINANT, SYSTEM, Channel, Confidentiality
from grievance.cases.visibility import CaseAction
from grievance.complainants import collective
from grievance.core.i18n import SPANISH
from grievance.crypto.fields import seal, unseal
from grievance.messaging import inbox
from grievance.messaging.models import InboundMessage, InboundState, OutboundMessage, Thread
from grievance.metrics.tally import unlink
from grievance.privacy import holds, sweep
from grievance.privacy.erasure import Basis, erase_case_words, erase_person
from grievance.privacy.erasure_log import Again, erase_again
from grievance.registers import undoing
from tests.support.casework import NUMBER, Room, by, file_text, make_room, send_texts, sort, sorted_case, viewer_of
from tests.support.places import LINE, WEDNESDAY, file_case

HOUR = timedelta(hours=1)
MERGED_AT = WEDNESDAY + HOUR
LATE = WEDNESDAY + timedelta(days=6 * 366)
SECRET = "zarzaparrilla"


@dataclass
class Held:
    """One case under a hold: two filings, of which one came by text and was merged away."""

    room: Room
    gone: Filed
    stays: Filed
    thread: Thread
    inbound: InboundMessage
    later: InboundMessage
    file: Attachment


def text_in(session: Session, words: str, *, number: str = NUMBER, at: datetime = WEDNESDAY) -> InboundMessage:
    inbound_id = inbox.record(
        session,
        provider="twilio",
        provider_message_id=secrets.token_hex(8),
        line=LINE,
        number=number,
        body=words,
        media=(),
        opt_out_type=None,
        at=at,
    )
    return session.get_one(InboundMessage, inbound_id)


def _together(session: Session) -> Held:
    room = make_room(session)
    inbound = text_in(session, SECRET)
    gone, thread = file_text(
        session, room.site, words=SECRET, inbound_message_id=inbound.id, confidentiality=Confidentiality.CONFIDENTIAL
    )
    inbox.settle(inbound, InboundState.HANDLED, subject=gone.case.public_id, at=WEDNESDAY)
    sort(session, room, gone.case)
    stays = sorted_case(session, room, words="Lo de otra persona", name="Ana", confidentiality=Confidentiality.NAMED)
    handling.acknowledge(session, gone.case, words=f"Leímos: {SECRET}", by=by(room.handler), at=WEDNESDAY)
    send_texts(session, at=WEDNESDAY)
    stored = StoredFile("a-key", "foto.jpg", "image/jpeg", 8)
    file = handling.attach(
        session, gone.case, stored, internal=False, by=COMPLAINANT, at=WEDNESDAY, submission=gone.submission
    )
    seal(session, gone.case, "title", f"Título {SECRET}")
    seal(session, stays.complainant, "email", "ana@ejemplo.invalid")
    endings.merge(session, gone.case, stays.case, reason="Lo mismo", by=by(room.handler), at=MERGED_AT)
    later = text_in(session, f"Otra vez {SECRET}", at=MERGED_AT)
    handling.receive_message(
        session,
        gone.case,
        words=f"Otra vez {SECRET}",
        complainant_id=gone.complainant.id,
        channel=Channel.SMS,
        locale=SPANISH,
        at=MERGED_AT,
        inbound_message_id=later.id,
    )
    # As a text whose case the dialogue did not note: the message knows it all the same.
    inbox.settle(later, InboundState.HANDLED, subject=None, at=MERGED_AT)
    session.add(
        Survey(case_id=stays.case.id, kind="satisfaction", ask_at=MERGED_AT, closes_at=MERGED_AT, process_rating=2)
    )
    end(session, stays.case)
    return Held(room, gone, stays, thread, inbound, later, file)


def end(session: Session, case: Case) -> None:
    case.status, case.is_open, case.ended_at, case.last_message_at = "closed", False, MERGED_AT, MERGED_AT
    session.flush()


def place(session: Session, room: Room, case: Case) -> None:
    holds.place(session, case, reason="Juicio", by=by(room.triager), at=MERGED_AT)
    session.flush()


def sweep_all(session: Session) -> int:
    opinions = sum(unlink(session, one, at=LATE) for one in sweep.due_opinions(session, at=LATE, limit=50))
    cases = sum(sweep.erase_due(session, one, at=LATE) for one in sweep.due_cases(session, at=LATE, limit=50))
    texts = sum(sweep.erase_texts(session, at=LATE) for _ in range(3))
    session.flush()
    session.expire_all()
    return opinions + cases + texts


def _by_time(session: Session, held: Held) -> None:
    assert sweep_all(session) == 0


def _of_the_case(session: Session, held: Held) -> None:
    with pytest.raises(HeldByLaw):
        erase_case_words(session, held.stays.case, basis=Basis.REQUEST, by=SYSTEM, at=LATE)


def _of_the_merged_case(session: Session, held: Held) -> None:
    with pytest.raises(HeldByLaw):
        erase_case_words(session, held.gone.case, basis=Basis.REQUEST, by=SYSTEM, at=LATE)


def _of_one_person(session: Session, held: Held) -> None:
    for person in (held.gone.complainant, held.stays.complainant):
        with pytest.raises(HeldByLaw):
            erase_person(session, person, basis=Basis.REQUEST, by=SYSTEM, at=LATE)


def _after_a_restore(session: Session, held: Held) -> None:
    for filed in (held.gone, held.stays):
        assert erase_again(session, "case", filed.case.public_id, at=LATE) is Again.HELD
        assert erase_again(session, "complainant", filed.complainant.public_id, at=LATE) is Again.HELD


def _contact_by_the_person(session: Session, held: Held) -> None:
    with pytest.raises(HeldByLaw):
        identity.delete_contact(session, held.stays.case, held.gone.complainant, at=LATE)


def _address_by_the_person(session: Session, held: Held) -> None:
    with pytest.raises(HeldByLaw):
        mailing.delete_address(session, held.stays.case, held.stays.complainant, at=LATE)


def _another_case_of_the_same_number(session: Session, held: Held) -> None:
    """The number goes with the last case that needs it, and with it what was said on the thread."""
    other, _thread = file_text(session, held.room.site, words="Otra cosa", at=MERGED_AT)
    held.gone.complainant.thread_id = None
    other.case.type = "labour"
    end(session, other.case)
    assert sweep_all(session) >= 1
    assert other.case.erased_at is not None


def _marked_as_spam(session: Session, held: Held) -> None:
    triage.mark_spam(session, held.stays.case, by=by(held.room.triager), at=MERGED_AT)
    assert sweep_all(session) == 0


WAYS: Sequence[Callable[[Session, Held], None]] = (
    _by_time,
    _of_the_case,
    _of_the_merged_case,
    _of_one_person,
    _after_a_restore,
    _contact_by_the_person,
    _address_by_the_person,
    _another_case_of_the_same_number,
    _marked_as_spam,
)


def left(session: Session, held: Held) -> dict[str, object]:
    """Return everything that a hold has to keep, as it stands."""
    session.flush()
    session.expire_all()
    went = session.scalars(select(OutboundMessage).where(OutboundMessage.thread_id == held.thread.id)).all()
    said = session.scalars(
        select(CaseMessage)
        .where(CaseMessage.case_id.in_([held.gone.case.id, held.stays.case.id]))
        .order_by(CaseMessage.id)
    )
    return {
        "filings": [unseal(session, filed.submission, "words") for filed in (held.gone, held.stays)],
        "title of the merged case": unseal(session, held.gone.case, "title"),
        "messages": [unseal(session, row, "words") for row in said],
        "texts that came": [unseal(session, row, "body") for row in (held.inbound, held.later)],
        "texts that went": sorted(str(unseal(session, row, "body")) for row in went),
        "file": (unseal(session, held.file, "filename"), held.file.storage_key),
        "name": unseal(session, held.stays.complainant, "name"),
        "e-mail": unseal(session, held.stays.complainant, "email"),
        "rating": session.scalars(select(Survey.process_rating)).one(),
    }


def numbers(session: Session, held: Held) -> dict[str, object]:
    """Return by what the number of the person is known and found."""
    return {
        "number": unseal(session, held.thread, "number"),
        "digest": held.thread.number_digest,
        "of texts": [(unseal(session, row, "number"), row.number_digest) for row in (held.inbound, held.later)],
    }


@pytest.mark.parametrize("where", ["gone", "stays"])
@pytest.mark.parametrize("way", WAYS)
def test_nothing_that_was_merged_under_a_hold_is_erased(
    session: Session, way: Callable[[Session, Held], None], where: str
) -> None:
    held = _together(session)
    place(session, held.room, getattr(held, where).case)
    before, known = left(session, held), numbers(session, held)

    way(session, held)

    assert left(session, held) == before
    if way is not _another_case_of_the_same_number:
        assert numbers(session, held) == known


def test_without_the_hold_the_same_sweep_takes_all_of_it(session: Session) -> None:
    held = _together(session)

    assert sweep_all(session) >= 1

    assert left_words(session, held) == [None, None, None, None]
    assert session.scalars(select(Survey.process_rating)).all() == [None]


def test_raw_texts_of_what_was_merged_go_after_a_year_unless_a_hold_covers_it(session: Session) -> None:
    held = _together(session)
    year = WEDNESDAY + timedelta(days=370)
    place(session, held.room, held.stays.case)
    assert sweep.erase_texts(session, at=year) == 0

    holds.lift(session, held.stays.case, reason="Terminó", by=by(held.room.second_triager), at=year)

    assert sweep.erase_texts(session, at=year) >= 3


def left_words(session: Session, held: Held) -> list[str | None]:
    return [
        unseal(session, held.gone.submission, "words"),
        unseal(session, held.inbound, "body"),
        unseal(session, held.later, "body"),
        unseal(session, held.gone.case, "title"),
    ]


@pytest.mark.parametrize("where", ["gone", "stays"])
def test_lifted_where_it_was_placed_the_time_of_everything_counts_again(session: Session, where: str) -> None:
    held = _together(session)
    case = getattr(held, where).case
    place(session, held.room, case)
    assert sweep_all(session) == 0

    viewer = viewer_of(session, held.room.second_triager)
    found = for_change(session, viewer, case.reference, CaseAction.LIFT_HOLD)
    holds.lift(session, found, reason="Terminó", by=by(held.room.second_triager), at=LATE)

    assert sweep_all(session) >= 1
    assert left_words(session, held) == [None, None, None, None]


def test_a_merge_of_a_merge_is_under_the_hold_from_either_end(session: Session) -> None:
    held = _together(session)
    held.stays.case.is_open, held.stays.case.status = True, "acknowledged"
    last = sorted_case(session, held.room, words="La tercera")
    endings.merge(session, held.stays.case, last.case, reason="También", by=by(held.room.handler), at=MERGED_AT + HOUR)
    end(session, last.case)

    place(session, held.room, held.gone.case)

    assert [is_held(session, one.case.id) for one in (held.gone, held.stays, last)] == [True, True, True]
    assert sweep_all(session) == 0


def test_a_filing_that_is_taken_out_of_a_case_under_hold_is_not_swept_as_spam(session: Session) -> None:
    room = make_room(session)
    begun = sorted_case(session, room, words="La primera")
    code = collective.open_code(session, begun.case, line=None, by=COMPLAINANT, at=WEDNESDAY)
    found = collective.look_up_on_web(session, room.site.id, code, at=WEDNESDAY)
    assert isinstance(found, collective.Invitation)
    filing = Filing(words=SECRET, locale=SPANISH, channel=Channel.WEB, form_key="joins")
    filed = collective.join(session, found, filing, at=WEDNESDAY).filed
    assert filed is not None
    place(session, room, begun.case)

    public_ids = [filed.submission.public_id]
    collective.remove(session, begun.case, public_ids, reason="Broma", by=by(room.handler), at=MERGED_AT)

    assert sweep_all(session) == 0
    assert unseal(session, filed.submission, "words") == SECRET


def test_an_import_that_is_taken_back_leaves_what_is_under_a_hold(session: Session) -> None:
    room = make_room(session)
    taken = RegisterImport(
        public_id="an-import-public-id-22",
        site_id=room.site.id,
        state="undoing",
        file_digest="0" * 64,
        created_at=WEDNESDAY,
        opened_count=2,
    )
    session.add(taken)
    session.flush()
    cases = [file_case(session, room.site, by=SYSTEM, words=SECRET) for _ in range(2)]
    for number, filed in enumerate(cases):
        session.add(RegisterEntry(site_id=room.site.id, number=str(number), import_id=taken.id, case_id=filed.case.id))
    place(session, room, cases[0].case)

    assert undoing.plan(session, taken.id).stays == 1
    assert undoing.undo_batch(session, taken, at=WEDNESDAY) == 1

    session.expire_all()
    assert [unseal(session, filed.submission, "words") for filed in cases] == [SECRET, None]


def test_the_stored_bytes_of_a_file_under_a_hold_keep_their_row(session: Session) -> None:
    held = _together(session)
    place(session, held.room, held.stays.case)
    sweep_all(session)

    keys = session.scalars(select(Attachment.storage_key).where(Attachment.case_id == held.gone.case.id)).all()

    assert keys == ["a-key"]
