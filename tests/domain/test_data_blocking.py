"""Blocking: no page and no file shows staff the words, the person still reads them, and nothing is lost."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts.permissions import Duty, NotPermitted
from grievance.cases import clocks, endings, handling, identity
from grievance.cases.files import StoredFile
from grievance.cases.intake import Filed, Filing
from grievance.cases.newcomers import hide_from_newcomer
from grievance.cases.queries import CaseNotFound, attachment_for, attachment_of_person, for_change
from grievance.cases.record import WordDigest
from grievance.cases.states import COMPLAINANT, Channel, Confidentiality
from grievance.cases.verify import verify_cases
from grievance.cases.visibility import CaseAction
from grievance.complainants import collective
from grievance.complainants.door import joining, show, write
from grievance.complainants.letter import letter_of_submission
from grievance.complainants.proof import ProofNotFound, proof_of_person, proof_of_submission
from grievance.core.i18n import SPANISH
from grievance.crypto import rotation
from grievance.crypto.fields import BLOCKED, reading_blocked, seal, unseal
from grievance.desk import search
from grievance.desk.case_page import case_page
from grievance.desk.queries import DeskFilter, Show, Whose, desk
from grievance.privacy import answer_blocking, answers
from grievance.privacy.request_kinds import DataRight, Proof
from grievance.privacy.request_record import DataRequest
from grievance.privacy.requests import Asked, open_request, request_of
from grievance.referrals.contents import asked_of, preview
from grievance.referrals.kinds import Body
from grievance.referrals.sending import ask, one_of_case
from tests.support.casework import Room, by, file_text, hear_from, sort, sorted_case, viewer_of
from tests.support.people import Person, make_staff
from tests.support.places import WEDNESDAY, file_case
from tests.support.sending_on import asked

LATER = WEDNESDAY + timedelta(days=2)
SECRET = "zarzaparrilla"


def wordy_case(session: Session, room: Room) -> Filed:
    """Return a case in which the same word stands everywhere."""
    filed = sorted_case(
        session,
        room,
        words=f"uno {SECRET}",
        place=f"dos {SECRET}",
        name=f"Tres {SECRET}",
        confidentiality=Confidentiality.NAMED,
    )
    keeper = by(room.handler)
    handling.summarise(
        session, filed.case, title=f"cuatro {SECRET}", summary=f"cinco {SECRET}", by=keeper, at=WEDNESDAY
    )
    handling.add_note(session, filed.case, words=f"seis {SECRET}", by=keeper, at=WEDNESDAY)
    handling.send_message(session, filed.case, words=f"siete {SECRET}", by=keeper, at=WEDNESDAY)
    identity.open_identity(session, filed.case, reason=f"ocho {SECRET}", by=keeper, at=WEDNESDAY)
    search.index_pending(session, at=LATER, limit=10)
    return filed


def blocked(session: Session, room: Room, officer: Person, about: Filed) -> tuple[Filed, DataRequest]:
    asked = Asked(right=DataRight.BLOCKING, words="Bloqueen", locale=SPANISH, channel=Channel.WEB)
    people = [(about.complainant, Proof.CODE)]
    filed = open_request(session, room.site, asked, people=people, by=COMPLAINANT, at=LATER)
    request = request_of(session, filed.case)
    assert request is not None
    answer_blocking.block(session, filed.case, request, by=by(officer), at=LATER)
    session.flush()
    return filed, request


def text_of(value: Any) -> str:
    return str(dataclasses.asdict(value))


@pytest.mark.parametrize("part", ["handler", "triager", "coordinator", "auditor"])
def test_no_page_shows_anybody_of_the_staff_a_word(session: Session, room: Room, officer: Person, part: str) -> None:
    about = wordy_case(session, room)
    person: Person = getattr(room, part)
    viewer = viewer_of(session, person)
    before = case_page(session, viewer, about.case.reference, now=LATER, writing=lambda: session)
    assert SECRET in text_of(before)

    blocked(session, room, officer, about)

    page = case_page(session, viewer, about.case.reference, now=LATER, writing=lambda: session)
    assert SECRET not in text_of(page)
    assert page.submissions[0].words == BLOCKED
    assert SECRET not in text_of(desk(session, viewer, DeskFilter(show=Show.ALL), now=LATER))


def test_its_words_are_not_found_any_more(session: Session, room: Room, officer: Person) -> None:
    about = wordy_case(session, room)
    viewer = viewer_of(session, room.coordinator)
    found = DeskFilter(show=Show.ALL, whose=Whose.SITE, q=SECRET)
    assert desk(session, viewer, found, now=LATER).rows != ()

    blocked(session, room, officer, about)
    search.index_pending(session, at=LATER, limit=10)

    assert desk(session, viewer, found, now=LATER).rows == ()
    assert session.scalars(select(WordDigest.case_id).where(WordDigest.case_id == about.case.id)).all() == []


def test_what_stands_for_blocked_words_finds_no_case(session: Session, room: Room, officer: Person) -> None:
    about = wordy_case(session, room)
    blocked(session, room, officer, about)

    search.index_case(session, about.case, at=LATER)

    asked_for = DeskFilter(show=Show.ALL, whose=Whose.SITE, q="bloqueado")
    assert desk(session, viewer_of(session, room.coordinator), asked_for, now=LATER).rows == ()


def test_the_person_still_reads_what_he_or_she_told(session: Session, room: Room, officer: Person) -> None:
    about = wordy_case(session, room)

    blocked(session, room, officer, about)

    shown = show(session, about.case.id, about.complainant.id, at=LATER)
    assert shown.words == f"uno {SECRET}"
    assert [message.words for message in shown.messages] == [f"siete {SECRET}"]


def test_whoever_is_asked_for_consent_reads_what_it_is_about(session: Session, room: Room, officer: Person) -> None:
    about = wordy_case(session, room)
    asked(session, about.case, by=by(room.handler), at=WEDNESDAY, reason=f"nueve {SECRET}")

    blocked(session, room, officer, about)

    (shown,) = asked_of(session, about.case, about.complainant, SPANISH)
    assert shown.reason == f"nueve {SECRET}"
    assert [one.words for one in shown.package.filings] == [f"uno {SECRET}"]


def test_what_comes_while_it_is_blocked_is_blocked_too(session: Session, room: Room, officer: Person) -> None:
    about = wordy_case(session, room)
    blocked(session, room, officer, about)

    hear_from(session, about, f"nueve {SECRET}", at=LATER)

    viewer = viewer_of(session, room.handler)
    page = case_page(session, viewer, about.case.reference, now=LATER, writing=lambda: session)
    assert SECRET not in text_of(page)


@pytest.mark.parametrize(
    "action",
    [CaseAction.NOTE, CaseAction.SUMMARISE, CaseAction.PROPOSE_RESPONSE, CaseAction.OPEN_IDENTITY, CaseAction.ATTACH],
)
def test_nobody_works_on_with_it(session: Session, room: Room, officer: Person, action: CaseAction) -> None:
    about = wordy_case(session, room)
    for_change(session, viewer_of(session, room.handler), about.case.reference, action)

    blocked(session, room, officer, about)

    with pytest.raises(NotPermitted):
        for_change(session, viewer_of(session, room.handler), about.case.reference, action)


def test_unblocked_it_is_as_it_was_and_the_chain_holds(session: Session, room: Room, officer: Person) -> None:
    about = wordy_case(session, room)
    viewer = viewer_of(session, room.handler)
    before = case_page(session, viewer, about.case.reference, now=LATER, writing=lambda: session)
    filed, request = blocked(session, room, officer, about)

    answer_blocking.unblock(session, filed.case, request, by=by(officer), at=LATER)
    session.flush()

    after = case_page(session, viewer, about.case.reference, now=LATER, writing=lambda: session)
    assert (after.title, after.summary, after.place) == (before.title, before.summary, before.place)
    assert after.submissions == before.submissions
    assert after.notes == before.notes
    assert list(verify_cases(session)) == []


def test_the_chain_holds_while_it_is_blocked(session: Session, room: Room, officer: Person) -> None:
    blocked(session, room, officer, wordy_case(session, room))

    assert list(verify_cases(session)) == []


def test_blocking_meets_its_date_and_asks_for_proof_first(session: Session, room: Room, officer: Person) -> None:
    about = wordy_case(session, room)
    filed, _request = blocked(session, room, officer, about)
    clock = next(clock for clock in clocks.of(session, filed.case.id) if clock.name == "block")
    assert clock.met_at == LATER
    asked = Asked(right=DataRight.BLOCKING, words="Bloqueen", locale=SPANISH, channel=Channel.WEB)
    unproven = open_request(session, room.site, asked, by=COMPLAINANT, at=LATER)
    request = request_of(session, unproven.case)
    assert request is not None

    with pytest.raises(answers.NotProven):
        answer_blocking.block(session, unproven.case, request, by=by(officer), at=LATER)


def test_of_a_case_of_several_only_ones_own_words_are_blocked(session: Session, room: Room, officer: Person) -> None:
    mine = sorted_case(session, room, words="Lo mío")
    other = sorted_case(session, room, words="Lo de otra persona")
    endings.merge(
        session, mine.case, other.case, reason="Lo mismo", by=by(room.handler), at=WEDNESDAY + timedelta(hours=1)
    )
    session.flush()

    blocked(session, room, officer, mine)

    viewer = viewer_of(session, room.handler)
    page = case_page(session, viewer, other.case.reference, now=LATER, writing=lambda: session)
    assert {part.words for part in page.submissions} == {BLOCKED, "Lo de otra persona"}


def test_keys_are_rotated_under_the_cover_and_it_stays_blocked(session: Session, room: Room, officer: Person) -> None:
    about = wordy_case(session, room)
    blocked(session, room, officer, about)

    assert rotation.left_to_seal(session) == 0
    viewer = viewer_of(session, room.handler)
    page = case_page(session, viewer, about.case.reference, now=LATER, writing=lambda: session)
    assert SECRET not in text_of(page)


def merged(session: Session, room: Room) -> tuple[Filed, Filed]:
    """Return two filings of one case, the second being what remains."""
    mine = sorted_case(session, room, words=f"Lo mío {SECRET}")
    other = sorted_case(session, room, words="Lo de otra persona")
    at = WEDNESDAY + timedelta(hours=1)
    endings.merge(session, mine.case, other.case, reason="Lo mismo", by=by(room.handler), at=at)
    session.flush()
    return mine, other


def test_the_place_of_a_case_that_was_merged_is_blocked_with_the_person(
    session: Session, room: Room, officer: Person
) -> None:
    mine, _other = merged(session, room)
    seal(session, mine.case, "place", f"mi casa {SECRET}")
    filed, request = blocked(session, room, officer, mine)

    assert unseal(session, mine.case, "place") == BLOCKED
    answer_blocking.unblock(session, filed.case, request, by=by(officer), at=LATER)
    assert unseal(session, mine.case, "place") == f"mi casa {SECRET}"


def test_no_paper_is_made_of_words_that_are_blocked(session: Session, room: Room, officer: Person) -> None:
    about = wordy_case(session, room)
    before = proof_of_person(session, about.case, about.complainant)
    blocked(session, room, officer, about)

    with pytest.raises(ProofNotFound):
        proof_of_submission(session, about.case.id, about.submission.public_id)
    with pytest.raises(ProofNotFound):
        letter_of_submission(session, about.case.id, about.submission.public_id)
    with reading_blocked(session):
        assert proof_of_person(session, about.case, about.complainant) == before


def test_nothing_of_a_person_who_is_blocked_goes_to_an_outside_body(
    session: Session, room: Room, officer: Person
) -> None:
    mine, other = merged(session, room)
    filings = [mine.submission.public_id, other.submission.public_id]
    sent = ask(
        session, other.case, body=Body.HEALTH, filings=filings, reason="Es de ellos", by=by(room.handler), at=LATER
    )
    blocked(session, room, officer, mine)

    package = preview(session, other.case, one_of_case(session, other.case, sent.public_id))

    assert [filing.words for filing in package.filings] == ["Lo de otra persona"]
    with reading_blocked(session):
        (mine_of_it,) = asked_of(session, other.case, mine.complainant, SPANISH)
    assert [filing.words for filing in mine_of_it.package.filings] == [f"Lo mío {SECRET}"]


@pytest.mark.parametrize("name", ["foto.jpg", ""])
def test_a_file_of_a_person_who_is_blocked_is_opened_by_nobody(
    session: Session, room: Room, officer: Person, name: str
) -> None:
    mine, other = merged(session, room)
    stored = StoredFile("a-key", name, "image/jpeg", 8)
    file = handling.attach(
        session, mine.case, stored, internal=False, by=COMPLAINANT, at=LATER, submission=mine.submission
    )
    session.flush()
    viewer, reference = viewer_of(session, room.handler), other.case.reference
    attachment_for(session, viewer, reference, file.public_id, now=LATER, writing=lambda: session)

    blocked(session, room, officer, mine)

    with pytest.raises(CaseNotFound):
        attachment_for(session, viewer, reference, file.public_id, now=LATER, writing=lambda: session)
    with reading_blocked(session):
        attachment_of_person(session, other.case, mine.complainant, file.public_id)


def test_the_person_still_has_the_code_to_pass_on(session: Session, room: Room, officer: Person) -> None:
    about = wordy_case(session, room)
    code = collective.open_code(session, about.case, line="Polvo", by=COMPLAINANT, at=LATER)

    blocked(session, room, officer, about)

    passing = joining(session, about.case.id, about.complainant.id)
    assert passing is not None
    assert passing.opened == collective.OpenCode(code, "Polvo", LATER)
    found = collective.look_up_on_web(session, room.site.id, code, at=LATER)
    assert isinstance(found, collective.Invitation)
    assert found.line is None


def test_unblocked_nothing_stays_covered_because_somebody_joined_meanwhile(
    session: Session, room: Room, officer: Person
) -> None:
    about = wordy_case(session, room)
    code = collective.open_code(session, about.case, line=None, by=COMPLAINANT, at=LATER)
    filed, request = blocked(session, room, officer, about)
    invitation = collective.look_up_on_web(session, room.site.id, code, at=LATER)
    assert isinstance(invitation, collective.Invitation)
    collective.join(session, invitation, Filing(words="Yo también", locale=SPANISH, channel=Channel.WEB), at=LATER)

    answer_blocking.unblock(session, filed.case, request, by=by(officer), at=LATER)
    session.flush()

    viewer = viewer_of(session, room.handler)
    page = case_page(session, viewer, about.case.reference, now=LATER, writing=lambda: session)
    assert BLOCKED not in text_of(page)
    assert page.title == f"cuatro {SECRET}"


def test_the_number_of_a_person_who_is_blocked_is_opened_by_nobody(
    session: Session, room: Room, officer: Person
) -> None:
    mine, _thread = file_text(session, room.site)
    sort(session, room, mine.case)
    other = sorted_case(session, room, words="Lo de otra persona")
    at = WEDNESDAY + timedelta(hours=1)
    endings.merge(session, mine.case, other.case, reason="Lo mismo", by=by(room.handler), at=at)
    session.flush()
    why = {"reason": "Para llamar", "by": by(room.handler), "at": LATER}
    assert [one.phone is None for one in identity.open_identity(session, other.case, **why)] == [False, True]  # type: ignore[arg-type]  # of open_identity

    blocked(session, room, officer, mine)

    assert [one.phone for one in identity.open_identity(session, other.case, **why)] == [None, None]  # type: ignore[arg-type]  # as above


def test_what_a_person_sends_twice_while_it_is_blocked_is_kept_once(
    session: Session, room: Room, officer: Person
) -> None:
    about = wordy_case(session, room)
    blocked(session, room, officer, about)
    case, person = about.case, about.complainant

    both = [write(session, case, person, words="¿Y?", files=[], locale=SPANISH, at=LATER) for _ in range(2)]

    assert both[0] is both[1]


def test_whoever_is_named_in_blocked_words_is_kept_out_like_anybody_named(
    session: Session, room: Room, officer: Person
) -> None:
    about = file_case(session, room.site, words="La jefa Tramontana me grita")
    blocked(session, room, officer, about)
    late = make_staff(session, name="Eva Tramontana", duties={Duty.TRIAGER: room.site}, with_second_factor=False)

    assert len(hide_from_newcomer(session, late.staff_id, at=LATER)) == 1
