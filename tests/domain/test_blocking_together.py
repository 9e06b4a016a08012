"""Blocking in a case of several people: one person's words, before and after, and nobody else's."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts.permissions import NotPermitted
from grievance.cases import appeals, endings, handling, identity, resolution
from grievance.cases.files import StoredFile
from grievance.cases.intake import Filed, Filing
from grievance.cases.models import Case, Complainant, Submission
from grievance.cases.queries import CaseNotFound, attachment_for, for_change
from grievance.cases.resolution import Answer
from grievance.cases.states import COMPLAINANT, Channel, Confidentiality, Source
from grievance.cases.verify import verify_cases
from grievance.cases.visibility import CaseAction
from grievance.complainants import assisted, collective, door, voices
from grievance.core.i18n import SPANISH
from grievance.crypto.fields import BLOCKED, reading_blocked, unseal
from grievance.desk import search
from grievance.desk.case_page import case_page
from grievance.desk.queries import DeskFilter, Show, Whose, desk
from grievance.messaging.models import OutboundMessage, Thread
from grievance.privacy import answer_blocking, answers
from grievance.privacy.request_kinds import DataRight, Field, Proof
from grievance.privacy.request_record import DataRequest
from grievance.privacy.requests import Asked, open_request, request_of
from tests.support.casework import NEXT_WEEK, Room, by, close, file_text, propose, send_texts, sort, sorted_case
from tests.support.casework import viewer_of as viewer
from tests.support.people import Person
from tests.support.places import WEDNESDAY

HOUR = timedelta(hours=1)
LATER = WEDNESDAY + timedelta(hours=2)
SECRET, OPEN = "zarzaparrilla", "manzanilla"
"""A word that only the person who is blocked says, and one that only somebody else says."""

Together = tuple[Case, Complainant, Complainant]
"""One case, who asks that his or her words are blocked, and who does not."""


def _merged(session: Session, room: Room, gone: Filed, stays: Filed) -> None:
    endings.merge(session, gone.case, stays.case, reason="Lo mismo", by=by(room.handler), at=WEDNESDAY + HOUR)
    session.flush()


def merged_away(session: Session, room: Room) -> Together:
    mine, other = (
        sorted_case(session, room, words=SECRET, place=f"Casa {SECRET}"),
        sorted_case(session, room, words=OPEN),
    )
    _merged(session, room, mine, other)
    return other.case, mine.complainant, other.complainant


def merged_into(session: Session, room: Room) -> Together:
    mine, other = (
        sorted_case(session, room, words=SECRET, place=f"Casa {SECRET}"),
        sorted_case(session, room, words=OPEN),
    )
    _merged(session, room, other, mine)
    return mine.case, mine.complainant, other.complainant


def joined(session: Session, room: Room, case: Case, words: str) -> Complainant:
    code = collective.open_code(session, case, line=None, by=by(room.handler), at=WEDNESDAY + HOUR)
    found = collective.look_up_on_web(session, room.site.id, code, at=WEDNESDAY + HOUR)
    assert isinstance(found, collective.Invitation)
    filing = Filing(words=words, locale=SPANISH, channel=Channel.WEB, form_key=secrets.token_urlsafe(8))
    filed = collective.join(session, found, filing, at=WEDNESDAY + HOUR).filed
    assert filed is not None
    return filed.complainant


def began(session: Session, room: Room) -> Together:
    mine = sorted_case(session, room, words=SECRET, place=f"Casa {SECRET}")
    return mine.case, mine.complainant, joined(session, room, mine.case, OPEN)


def joined_later(session: Session, room: Room) -> Together:
    other = sorted_case(session, room, words=OPEN)
    return other.case, joined(session, room, other.case, SECRET), other.complainant


def joined_without_words(session: Session, room: Room) -> Together:
    other = sorted_case(session, room, words=OPEN)
    return other.case, joined(session, room, other.case, ""), other.complainant


WAYS = [merged_away, merged_into, began, joined_later, joined_without_words]


def block(session: Session, room: Room, officer: Person, person: Complainant) -> tuple[Case, DataRequest]:
    asked = Asked(right=DataRight.BLOCKING, words="Bloqueen", locale=SPANISH, channel=Channel.WEB)
    filed = open_request(session, room.site, asked, people=[(person, Proof.CODE)], by=COMPLAINANT, at=LATER)
    request = request_of(session, filed.case)
    assert request is not None
    answer_blocking.block(session, filed.case, request, by=by(officer), at=LATER)
    session.flush()
    return filed.case, request


def shown(session: Session, room: Room, case: Case) -> str:
    found = case_page(session, viewer(session, room.handler), case.reference, now=LATER, writing=lambda: session)
    return str(dataclasses.asdict(found))


def writes(session: Session, case: Case, person: Complainant, words: str) -> None:
    door.write(session, case, person, words=words, files=[], locale=SPANISH, at=LATER)


def rejects(session: Session, case: Case, person: Complainant, words: str) -> None:
    answered = {"answer": Answer.REJECTED, "source": Source.WEB_CODE, "reason": words}
    voices.answer_response(session, case, person, **answered, locale=SPANISH, at=NEXT_WEEK + HOUR)  # type: ignore[arg-type]  # of answer_response


def appeals_against(session: Session, case: Case, person: Complainant, words: str) -> None:
    at = NEXT_WEEK + timedelta(days=2)
    appeals.file_appeal(session, case, person=person, words=words, source=Source.WEB_CODE, at=at)


def has_file_named(session: Session, case: Case, person: Complainant, words: str) -> None:
    stored = StoredFile(f"key-{words}", f"{words}.jpg", "image/jpeg", 8)
    door.write(session, case, person, words="Va una foto", files=[stored], locale=SPANISH, at=LATER)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("tells", [writes, rejects, appeals_against, has_file_named])
def test_what_the_person_says_later_is_blocked_and_what_the_other_says_is_not(
    session: Session,
    room: Room,
    officer: Person,
    way: Callable[[Session, Room], Together],
    tells: Callable[[Session, Case, Complainant, str], None],
) -> None:
    case, mine, other = way(session, room)
    block(session, room, officer, mine)
    writes(session, case, other, OPEN)
    if tells is rejects:
        propose(session, room, case)
    if tells is appeals_against:
        close(session, room, case)

    tells(session, case, mine, SECRET)
    session.flush()

    page = shown(session, room, case)
    assert SECRET not in page
    assert BLOCKED in page
    assert page.count(OPEN) >= 2
    assert list(verify_cases(session)) == []


@pytest.mark.parametrize("way", WAYS)
def test_the_other_is_worked_with_on_and_the_person_reads_everything_of_his_or_her_own(
    session: Session, room: Room, officer: Person, way: Callable[[Session, Room], Together]
) -> None:
    case, mine, _other = way(session, room)
    block(session, room, officer, mine)
    writes(session, case, mine, f"Otra vez {SECRET}")
    for_change(session, viewer(session, room.handler), case.reference, CaseAction.NOTE)

    handling.send_message(session, case, words="Para ambas", by=by(room.handler), at=LATER)

    assert "Para ambas" in shown(session, room, case)
    seen = door.show(session, case.id, mine.id, at=LATER)
    assert {f"Otra vez {SECRET}", "Para ambas"} <= {message.words for message in seen.messages}


@pytest.mark.parametrize("way", WAYS)
def test_search_finds_the_other_and_not_the_person(
    session: Session, room: Room, officer: Person, way: Callable[[Session, Room], Together]
) -> None:
    case, mine, other = way(session, room)
    handling_at = {"locale": SPANISH, "channel": Channel.WEB, "at": WEDNESDAY + HOUR}
    handling.receive_message(session, case, words=SECRET, complainant_id=mine.id, **handling_at)  # type: ignore[arg-type]  # of receive_message
    search.index_pending(session, at=LATER, limit=20)
    block(session, room, officer, mine)
    writes(session, case, mine, SECRET)
    writes(session, case, other, OPEN)
    search.index_pending(session, at=LATER, limit=20)

    def found(word: str) -> bool:
        asked_for = DeskFilter(show=Show.ALL, whose=Whose.SITE, q=word)
        return bool(desk(session, viewer(session, room.coordinator), asked_for, now=LATER).rows)

    assert (found(SECRET), found(OPEN)) == (False, True)


@pytest.mark.parametrize("way", WAYS)
def test_a_file_without_a_name_that_comes_later_is_opened_by_nobody(
    session: Session, room: Room, officer: Person, way: Callable[[Session, Room], Together]
) -> None:
    case, mine, _other = way(session, room)
    block(session, room, officer, mine)
    submission = session.scalars(select(Submission).where(Submission.complainant_id == mine.id)).one()
    stored = StoredFile("a-key", "", "image/jpeg", 8)
    file = handling.attach(session, case, stored, internal=False, by=COMPLAINANT, at=LATER, submission=submission)
    session.flush()

    with pytest.raises(CaseNotFound):
        attachment_for(
            session, viewer(session, room.handler), case.reference, file.public_id, now=LATER, writing=lambda: session
        )


def test_words_that_are_corrected_while_they_are_blocked_stay_blocked(
    session: Session, room: Room, officer: Person
) -> None:
    mine = sorted_case(session, room, name=f"Ana {SECRET}", confidentiality=Confidentiality.NAMED)
    other = sorted_case(session, room, words=OPEN)
    _merged(session, room, mine, other)
    block(session, room, officer, mine.complainant)
    wrong = Asked(
        right=DataRight.RECTIFICATION,
        words="Mal",
        wanted=f"Eva {SECRET}",
        corrects=Field.NAME,
        locale=SPANISH,
        channel=Channel.WEB,
    )
    people = [(mine.complainant, Proof.CODE)]
    filed = open_request(session, room.site, wrong, people=people, by=COMPLAINANT, at=LATER)
    request = request_of(session, filed.case)
    assert request is not None

    answers.correct(session, filed.case, request, value=f"Eva {SECRET}", by=by(officer), at=LATER)

    opened = identity.open_identity(session, other.case, reason="Para llamar", by=by(room.handler), at=LATER)
    assert [one.name for one in opened] == [BLOCKED, None]
    with reading_blocked(session):
        assert unseal(session, mine.complainant, "name") == f"Eva {SECRET}"


def test_who_joins_a_case_that_was_blocked_is_read_and_the_case_can_be_worked_again(
    session: Session, room: Room, officer: Person
) -> None:
    mine = sorted_case(session, room, words=SECRET, place=f"Casa {SECRET}")
    handling.add_note(session, mine.case, words=f"Nota {SECRET}", by=by(room.handler), at=WEDNESDAY)
    code = collective.open_code(session, mine.case, line=None, by=COMPLAINANT, at=WEDNESDAY)
    block(session, room, officer, mine.complainant)
    with pytest.raises(NotPermitted):
        for_change(session, viewer(session, room.handler), mine.case.reference, CaseAction.NOTE)

    found = collective.look_up_on_web(session, room.site.id, code, at=LATER)
    assert isinstance(found, collective.Invitation)
    filing = Filing(words=OPEN, locale=SPANISH, channel=Channel.WEB, form_key="joins")
    filed = collective.join(session, found, filing, at=LATER).filed
    assert filed is not None
    writes(session, mine.case, filed.complainant, f"Y más {OPEN}")
    writes(session, mine.case, mine.complainant, f"Y más {SECRET}")

    page = shown(session, room, mine.case)
    assert SECRET not in page
    assert page.count(OPEN) >= 2
    for_change(session, viewer(session, room.handler), mine.case.reference, CaseAction.NOTE)


@pytest.mark.parametrize("way", WAYS)
def test_where_everybody_asked_the_whole_case_is_blocked_and_each_is_let_read_by_itself(
    session: Session, room: Room, officer: Person, way: Callable[[Session, Room], Together]
) -> None:
    case, mine, other = way(session, room)
    handling.add_note(session, case, words="Nota de quien lo ve", by=by(room.handler), at=WEDNESDAY + HOUR)
    block(session, room, officer, mine)
    assert "Nota de quien lo ve" in shown(session, room, case)
    about, request = block(session, room, officer, other)
    whole = shown(session, room, case)
    assert not any(word in whole for word in (SECRET, OPEN, "Nota de quien lo ve"))

    answer_blocking.unblock(session, about, request, by=by(officer), at=LATER)
    session.flush()

    after = shown(session, room, case)
    assert OPEN in after
    assert SECRET not in after
    for_change(session, viewer(session, room.handler), case.reference, CaseAction.NOTE)


@pytest.mark.parametrize("way", WAYS)
def test_let_read_again_everything_is_there_that_came_meanwhile(
    session: Session, room: Room, officer: Person, way: Callable[[Session, Room], Together]
) -> None:
    case, mine, _other = way(session, room)
    about, request = block(session, room, officer, mine)
    writes(session, case, mine, f"Mientras tanto {SECRET}")

    answer_blocking.unblock(session, about, request, by=by(officer), at=LATER)
    session.flush()

    page = shown(session, room, case)
    assert f"Mientras tanto {SECRET}" in page
    assert BLOCKED not in page


def test_the_line_of_whoever_began_is_read_by_nobody_then_or_later(
    session: Session, room: Room, officer: Person
) -> None:
    case, mine, _other = began(session, room)
    door.give_code(session, case, mine, line=f"Antes {SECRET}", at=LATER)
    block(session, room, officer, mine)

    def lines() -> list[str | None]:
        code = voices.joining_of(session, case)
        assert code is not None
        assert code.code is not None
        found = collective.look_up_on_web(session, room.site.id, code.code, at=LATER)
        assert isinstance(found, collective.Invitation)
        return [code.line, found.line]

    assert lines() == [BLOCKED, None]

    door.give_code(session, case, mine, line=f"Después {SECRET}", at=LATER)

    assert lines() == [BLOCKED, None]
    passing = door.joining(session, case.id, mine.id)
    assert passing is not None
    assert passing.opened is not None
    assert passing.opened.line == f"Después {SECRET}"


def test_a_line_that_staff_wrote_stays(session: Session, room: Room, officer: Person) -> None:
    case, mine, _other = began(session, room)
    collective.open_code(session, case, line="Turnos largos", by=by(room.handler), at=LATER)

    block(session, room, officer, mine)

    found = voices.joining_of(session, case)
    assert found is not None
    assert found.line == "Turnos largos"


def test_words_that_are_read_back_are_not_copied_into_a_text(session: Session, room: Room, officer: Person) -> None:
    mine, thread = file_text(session, room.site, words=f"No pagan {SECRET}", read_back=assisted.ASKED)
    sort(session, room, mine.case)
    other = sorted_case(session, room, words=OPEN)
    _merged(session, room, mine, other)
    mine.complainant.verified_at = WEDNESDAY
    block(session, room, officer, mine.complainant)

    assisted.ask_read_back(session, other.case, mine.complainant, at=LATER)

    session.flush()
    last = session.scalars(
        select(OutboundMessage).where(OutboundMessage.thread_id == thread.id).order_by(OutboundMessage.id.desc())
    ).first()
    assert last is not None
    assert last.text_name == "read_back_long"
    assert SECRET not in (unseal(session, last, "body") or "")
    send_texts(session, at=LATER)
    assert session.get_one(Thread, thread.id).pending == "read_back"


def test_a_response_that_staff_record_for_somebody_is_nobodys_words(session: Session, room: Room) -> None:
    case, *_people = began(session, room)
    propose(session, room, case)

    resolution.answer_response(
        session,
        case,
        answer=Answer.REJECTED,
        source=Source.SIGNED_PAPER,
        reason="Dijo que no",
        by=by(room.handler),
        at=NEXT_WEEK + HOUR,
    )

    assert "Dijo que no" in shown(session, room, case)
