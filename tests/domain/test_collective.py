"""A grievance of several people: a code to pass on, and everybody who joins with a filing of his or her own."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grievance.cases import endings, feedback, handling, telling, triage
from grievance.cases.filing_record import JoinCode
from grievance.cases.intake import Filed, Filing
from grievance.cases.models import Case, CaseMessage, Complainant, HiddenFrom, ProposedResponse, Submission
from grievance.cases.queries import own_reference
from grievance.cases.record import Survey, Task
from grievance.cases.resolution import Answer, NoResponseWaiting
from grievance.cases.states import COMPLAINANT, SYSTEM, Channel, Reach, Source, Told
from grievance.cases.verify import verify_cases
from grievance.complainants import access, collective, door, voices
from grievance.complainants.collective import CodeGone, Invitation, Joined, NoSuchCode, Slowed
from grievance.core.i18n import SPANISH
from grievance.crypto import codes
from grievance.crypto.fields import unseal
from grievance.deadlines.standards import CaseType
from grievance.messaging import threads
from grievance.messaging.models import Thread
from grievance.metrics.counting import count
from grievance.metrics.inputs import Scope
from grievance.metrics.periods import Quarter
from grievance.privacy.erasure import Basis, erase_case_words
from tests.support.casework import (
    NEXT_WEEK,
    THURSDAY,
    Room,
    by,
    close,
    file_text,
    last_row,
    local,
    make_room,
    messages_to,
    propose,
    send_texts,
    sort,
    sorted_case,
    texts_to,
)
from tests.support.places import LINE

LINE_SHOWN = "Turnos de más de doce horas en el campamento"


@pytest.fixture
def begun(session: Session, room: Room) -> Filed:
    return sorted_case(session, room, words="Nos hacen trabajar catorce horas, dice la señora Pérez")


def give_code(session: Session, filed: Filed, *, line: str | None = LINE_SHOWN, at: datetime = THURSDAY) -> str:
    return collective.open_code(session, filed.case, line=line, by=COMPLAINANT, at=at)


def invited(session: Session, room: Room, code: str, *, at: datetime = THURSDAY) -> Invitation:
    found = collective.look_up_on_web(session, room.site.id, code, at=at)
    assert isinstance(found, Invitation), found
    return found


def web_filing(words: str = "", **facts: object) -> Filing:
    plain = {"words": words, "locale": SPANISH, "channel": Channel.WEB, "form_key": secrets.token_urlsafe(8)}
    return Filing(**{**plain, **facts})  # type: ignore[arg-type]  # facts are those of Filing


def join(session: Session, room: Room, code: str, words: str = "", *, at: datetime = THURSDAY) -> Filed:
    joined = collective.join(session, invited(session, room, code, at=at), web_filing(words), at=at)
    assert joined.filed is not None
    return joined.filed


def join_by_phone(
    session: Session, room: Room, code: str, number: str, *, at: datetime = THURSDAY
) -> tuple[Joined, Thread]:
    thread = threads.open_thread(session, line=LINE, number=number, site_id=room.site.id, locale=SPANISH)
    thread.verified_at = at
    filing = web_filing(channel=Channel.SMS, reach=Reach.TEXTS, thread_id=thread.id, wants_code=False, form_key=None)
    return collective.join(session, invited(session, room, code, at=at), filing, at=at), thread


def test_whoever_joins_gets_a_reference_a_code_and_a_submission_of_the_case(
    session: Session, room: Room, begun: Filed
) -> None:
    joined = join(session, room, give_code(session, begun), "A mí también")

    assert joined.submission.case_id == joined.complainant.case_id == begun.case.id
    assert begun.case.submission_count == 2
    assert joined.code is not None
    granted = access.open_with_code(session, joined.case.reference, joined.code.reveal(), at=THURSDAY)
    assert isinstance(granted, access.AccessGranted)
    assert (granted.case_id, granted.complainant_id) == (begun.case.id, joined.complainant.id)
    assert own_reference(session, joined.complainant) == joined.case.reference != begun.case.reference
    assert list(verify_cases(session)) == []


def test_a_join_is_counted_as_a_submission_and_as_no_case(session: Session, room: Room, begun: Filed) -> None:
    joined = join(session, room, give_code(session, begun))

    assert last_row(session, begun.case).submissions == 2
    alone = last_row(session, joined.case)
    assert (alone.status, alone.submissions, alone.is_counted) == ("merged", 0, False)


def test_whoever_joins_reads_nothing_of_the_case_nor_of_the_others(session: Session, room: Room, begun: Filed) -> None:
    handling.send_message(session, begun.case, words="Señora Pérez, la llamamos.", by=by(room.handler), at=THURSDAY)
    code = give_code(session, begun)
    first = join(session, room, code, "Palabras de la primera persona", at=THURSDAY)
    second = join(session, room, code, "Palabras de la segunda persona", at=THURSDAY)

    shown = door.show(session, begun.case.id, second.complainant.id, at=NEXT_WEEK)

    everything = str(asdict(shown))
    assert "segunda" in everything
    for secret in ("Pérez", "catorce", "primera", begun.case.reference, first.case.reference):
        assert secret not in everything


def test_who_began_the_case_reads_nothing_of_those_who_join(session: Session, room: Room, begun: Filed) -> None:
    joined = join(session, room, give_code(session, begun), "Palabras de otra persona")

    everything = str(asdict(door.show(session, begun.case.id, begun.complainant.id, at=NEXT_WEEK)))

    assert "otra persona" not in everything
    assert joined.case.reference not in everything


def test_everybody_gets_each_message_from_then_on(session: Session, room: Room, begun: Filed) -> None:
    code = give_code(session, begun)
    on_web = join(session, room, code)
    by_text, thread = join_by_phone(session, room, code, "+56955555555")
    assert by_text.filed is not None

    handling.send_message(session, begun.case, words="Hablamos con la empresa.", by=by(room.handler), at=NEXT_WEEK)

    for filed in (begun, on_web, by_text.filed):
        assert len(messages_to(session, filed)) == 1
    assert texts_to(session, thread)[-1] == "message"
    shown = door.show(session, begun.case.id, on_web.complainant.id, at=NEXT_WEEK)
    assert [message.words for message in shown.messages] == ["Hablamos con la empresa."]


def test_whoever_stopped_the_texts_becomes_a_task(session: Session, room: Room, begun: Filed) -> None:
    _joined, thread = join_by_phone(session, room, give_code(session, begun), "+56955555555")
    threads.stop(session, thread, by="person", at=THURSDAY)
    telling.note_unreachable(session, thread, at=THURSDAY)

    handling.send_message(session, begun.case, words="Hablamos con la empresa.", by=by(room.handler), at=NEXT_WEEK)

    assert texts_to(session, thread) == []
    assert session.scalars(select(Task.kind)).all() == ["reach_person"]


def test_a_phone_that_cannot_be_reached_becomes_a_task(session: Session, room: Room, begun: Filed) -> None:
    join_by_phone(session, room, give_code(session, begun), "+56955555555")
    handling.send_message(session, begun.case, words="Hablamos con la empresa.", by=by(room.handler), at=NEXT_WEEK)

    send_texts(session, at=NEXT_WEEK, status="undelivered", error_code="30005")

    assert session.scalars(select(Task.kind)).all() == ["reach_person"]


def test_the_same_phone_joins_once(session: Session, room: Room, begun: Filed) -> None:
    code = give_code(session, begun)
    first, _thread = join_by_phone(session, room, code, "+56955555555")

    again, _thread = join_by_phone(session, room, code, "+56955555555", at=NEXT_WEEK)

    assert again == Joined(first.reference, None)
    assert begun.case.submission_count == 2


def test_who_began_the_case_by_text_cannot_join_it(session: Session, room: Room) -> None:
    filed, _thread = file_text(session, room.site, number="+56955555555")
    sort(session, room, filed.case)

    again, _thread = join_by_phone(session, room, give_code(session, filed), "+56955555555")

    assert again == Joined(filed.case.reference, None)


@pytest.mark.parametrize("kind", [CaseType.HARASSMENT, CaseType.RETALIATION, CaseType.INTEGRITY, CaseType.QUESTION])
def test_no_code_for_what_is_delicate_or_no_grievance(session: Session, room: Room, kind: CaseType) -> None:
    filed = sorted_case(session, room)
    triage.classify(session, filed.case, type=kind, category_id=None, severity=3, by=by(room.triager), at=THURSDAY)

    with pytest.raises(collective.NotJoinable):
        give_code(session, filed)


def test_no_code_before_a_person_has_sorted_the_case(session: Session, room: Room) -> None:
    filed, _thread = file_text(session, room.site)

    with pytest.raises(collective.NotJoinable):
        give_code(session, filed)


def test_unknown_closed_and_dead_codes_look_the_same(session: Session, room: Room, begun: Filed) -> None:
    closed = give_code(session, begun)
    collective.close_code(session, begun.case, by=COMPLAINANT, at=THURSDAY)
    other = sorted_case(session, room)
    of_restricted = give_code(session, other)
    triage.restrict(session, other.case, by=by(room.triager), at=THURSDAY)
    ended = sorted_case(session, room)
    of_ended = give_code(session, ended)
    close(session, room, ended.case)
    unknown = codes.new_join_code(secrets.randbits)

    said = [
        collective.look_up_on_web(session, room.site.id, code, at=NEXT_WEEK)
        for code in (closed, of_restricted, of_ended, unknown, "T5R-8WN-2Q", "", "no es un código")
    ]

    assert said == [NoSuchCode()] * 7


def test_a_code_is_found_however_it_is_written_but_at_its_own_site_alone(
    session: Session, room: Room, begun: Filed
) -> None:
    code = give_code(session, begun)
    elsewhere = make_room(session, slug="puerto-imaginario", line="+56987654320")

    assert invited(session, room, f" {code.lower().replace('-', ' ')} ").line == LINE_SHOWN
    assert collective.look_up_on_web(session, elsewhere.site.id, code, at=THURSDAY) == NoSuchCode()


def test_renewing_closes_the_code_before(session: Session, room: Room, begun: Filed) -> None:
    before = give_code(session, begun)

    after = give_code(session, begun, line=None)

    assert collective.look_up_on_web(session, room.site.id, before, at=THURSDAY) == NoSuchCode()
    assert invited(session, room, after).line is None
    opened = collective.code_of(session, begun.case)
    assert opened is not None
    assert (opened.code, opened.line) == (after, None)


def test_a_code_closed_between_looking_and_joining_is_gone(session: Session, room: Room, begun: Filed) -> None:
    invitation = invited(session, room, give_code(session, begun))
    collective.close_code(session, begun.case, by=by(room.handler), at=THURSDAY)

    with pytest.raises(CodeGone):
        collective.join(session, invitation, web_filing(), at=THURSDAY)
    with pytest.raises(collective.NoOpenCode):
        collective.close_code(session, begun.case, by=by(room.handler), at=THURSDAY)


def test_codes_are_renewed_only_so_often(session: Session, begun: Filed) -> None:
    for _ in range(collective.MOST_CODES):
        give_code(session, begun, line=None)

    with pytest.raises(collective.TooManyCodes):
        give_code(session, begun)


def test_neither_code_nor_line_stands_readable_in_the_database(session: Session, begun: Filed) -> None:
    code = give_code(session, begun)

    row = session.scalars(select(JoinCode)).one()

    for kept in (row.code_sealed, row.line_sealed, row.code_digest):
        assert kept is not None
        assert code.replace("-", "").encode() not in kept
        assert code.encode() not in kept
        assert LINE_SHOWN.encode() not in kept
    collective.close_code(session, begun.case, by=COMPLAINANT, at=THURSDAY)
    assert row.code_sealed is None


def test_a_phone_that_guesses_waits_even_with_the_right_code_and_nobody_else_does(
    session: Session, room: Room, begun: Filed
) -> None:
    code = give_code(session, begun)
    wrong = codes.new_join_code(secrets.randbits)

    def look(text: str, thread_id: int, at: datetime) -> object:
        return collective.look_up_by_text(session, [room.site.id], text, thread_id=thread_id, at=at)

    said = [look(wrong, 1, THURSDAY) for _ in range(collective.FREE_TRIES)]

    assert said == [NoSuchCode()] * collective.FREE_TRIES
    assert isinstance(look(code, 1, THURSDAY), Slowed)
    assert isinstance(look(code, 2, THURSDAY), Invitation)
    assert isinstance(look(code, 1, THURSDAY + timedelta(hours=2)), Invitation)


def test_guesses_on_the_web_wait_and_nobody_is_kept_out_by_them(session: Session, room: Room, begun: Filed) -> None:
    code = give_code(session, begun)
    wrong = [codes.new_join_code(secrets.randbits) for _ in range(collective.FREE_TRIES_ON_WEB + 1)]

    said = [collective.look_up_on_web(session, room.site.id, one, at=THURSDAY) for one in wrong]

    assert said[:-1] == [NoSuchCode()] * collective.FREE_TRIES_ON_WEB
    assert isinstance(said[-1], Slowed)
    assert isinstance(collective.look_up_on_web(session, room.site.id, code, at=THURSDAY), Invitation)


def test_whoever_joined_cannot_answer_for_who_began(session: Session, room: Room, begun: Filed) -> None:
    joined = join(session, room, give_code(session, begun))
    propose(session, room, begun.case)

    voices.answer_response(
        session,
        begun.case,
        joined.complainant,
        answer=Answer.ACCEPTED,
        source=Source.WEB_CODE,
        reason="Me parece bien",
        locale=SPANISH,
        at=NEXT_WEEK,
    )

    assert begun.case.status == "response_proposed"
    mine = door.show(session, begun.case.id, joined.complainant.id, at=NEXT_WEEK)
    theirs = door.show(session, begun.case.id, begun.complainant.id, at=NEXT_WEEK)
    assert mine.response is not None
    assert (mine.response.answer, mine.response.can_answer) == ("accepted", False)
    assert theirs.response is not None
    assert (theirs.response.answer, theirs.response.can_answer) == (None, True)
    assert voices.voices_of(session, begun.case).answers == {"accepted": 1}
    assert list(verify_cases(session)) == []


def test_what_who_began_answers_is_not_told_to_whoever_joined(session: Session, room: Room, begun: Filed) -> None:
    joined = join(session, room, give_code(session, begun))
    propose(session, room, begun.case)
    facts = {"answer": Answer.REJECTED, "source": Source.WEB_CODE, "locale": SPANISH, "at": NEXT_WEEK}

    voices.answer_response(session, begun.case, begun.complainant, reason="No alcanza", **facts)  # type: ignore[arg-type]  # as named

    shown = door.show(session, begun.case.id, joined.complainant.id, at=NEXT_WEEK)
    assert begun.case.status == "under_review"
    assert "No alcanza" not in str(asdict(shown))
    assert "response_rejected" not in {step.code for step in shown.steps}
    with pytest.raises(NoResponseWaiting):
        voices.answer_response(session, begun.case, joined.complainant, **facts)  # type: ignore[arg-type]  # as named


def test_everybody_has_an_opinion_of_his_or_her_own(session: Session, room: Room, begun: Filed) -> None:
    joined = join(session, room, give_code(session, begun))
    close(session, room, begun.case)
    at = NEXT_WEEK + timedelta(days=10)

    feedback.rate(session, begun.case, joined.complainant, process=1, verdict=3, source=Source.WEB_CODE, at=at)
    feedback.rate(session, begun.case, begun.complainant, process=5, verdict=1, source=Source.WEB_CODE, at=at)

    assert begun.case.verdict == "satisfied"
    mine = door.show(session, begun.case.id, joined.complainant.id, at=at)
    assert mine.survey is not None
    assert (mine.survey.process_rating, mine.survey.verdict, mine.verdict) == (1, 3, "not_satisfied")
    assert door.show(session, begun.case.id, begun.complainant.id, at=at).verdict == "satisfied"
    assert voices.voices_of(session, begun.case).verdicts == {3: 1}
    feedback.rate(session, begun.case, joined.complainant, verdict=1, source=Source.WEB_CODE, at=at)
    assert session.scalars(select(func.count()).select_from(Survey)).one() == 2
    with pytest.raises(feedback.RatingOutOfRange):
        feedback.rate(session, begun.case, joined.complainant, verdict=4, source=Source.WEB_CODE, at=at)


def test_those_who_joined_by_text_are_asked_too_and_who_began_decides(
    session: Session, room: Room, begun: Filed
) -> None:
    _joined, thread = join_by_phone(session, room, give_code(session, begun), "+56955555555")
    close(session, room, begun.case)
    send_texts(session, at=NEXT_WEEK + timedelta(days=1))

    feedback.ask_due(session, at=local(21, 12), limit=10)

    assert texts_to(session, thread)[-1] == "survey_process"
    send_texts(session, at=local(21, 12))
    assert threads.waiting_for(thread, at=local(21, 12)) is threads.Question.RATE_PROCESS


def test_nobody_withdraws_for_the_others(session: Session, room: Room, begun: Filed) -> None:
    join(session, room, give_code(session, begun))

    with pytest.raises(endings.OthersFiledToo):
        endings.withdraw(session, begun.case, source=Source.WEB_CODE, by=COMPLAINANT, at=NEXT_WEEK)


def test_joins_that_are_no_grievance_are_removed_with_a_reason(session: Session, room: Room, begun: Filed) -> None:
    code = give_code(session, begun)
    spam = join(session, room, code, "Compre zapatos baratos")
    real = join(session, room, code, "A mí también")

    collective.remove(
        session, begun.case, [spam.submission.public_id], reason="Publicidad", by=by(room.handler), at=NEXT_WEEK
    )

    assert begun.case.submission_count == last_row(session, begun.case).submissions == 2
    assert [one.public_id for one in collective.joined_filings(session, begun.case.id)] == [real.submission.public_id]
    assert spam.case.is_spam
    handling.send_message(session, begun.case, words="Hablamos.", by=by(room.handler), at=NEXT_WEEK)
    assert messages_to(session, spam) == []
    shown = door.show(session, spam.case.id, spam.complainant.id, at=NEXT_WEEK)
    assert shown.messages == ()
    assert list(verify_cases(session)) == []


def test_what_a_removed_person_said_of_how_it_went_leaves_the_figures(
    session: Session, room: Room, begun: Filed
) -> None:
    joined, thread = join_by_phone(session, room, give_code(session, begun), "+56955550077")
    spam = joined.filed
    assert spam is not None
    close(session, room, begun.case)
    send_texts(session, at=local(18))
    threads.settle(thread)
    feedback.ask_due(session, at=local(25), limit=10)
    send_texts(session, at=local(25))
    for person, rating in ((spam.complainant, 5), (begun.complainant, 2)):
        feedback.rate(session, begun.case, person, process=rating, source=Source.WEB_CODE, at=local(26))

    def counted() -> dict[str, int]:
        session.flush()
        known_at = local(10, month=12)
        found = count(session, room.site.id, Scope(room.site.slug, Quarter(2026, 4), room.site.time_zone, known_at))
        return {name: found.surveys[name] for name in ("asked", "answered", "process_5", "process_2")}

    assert counted() == {"asked": 2, "answered": 2, "process_5": 1, "process_2": 1}
    collective.remove(
        session, begun.case, [spam.submission.public_id], reason="Publicidad", by=by(room.handler), at=local(27)
    )

    assert counted() == {"asked": 1, "answered": 1, "process_5": 0, "process_2": 1}
    assert list(verify_cases(session)) == []


def test_what_a_removed_person_wrote_meanwhile_is_erased_with_the_filing(
    session: Session, room: Room, begun: Filed
) -> None:
    spam = join(session, room, give_code(session, begun), "Compre zapatos baratos")
    for person, words in ((spam.complainant, "Soy Fulana Inventada"), (begun.complainant, "¿Y lo nuestro?")):
        handling.receive_message(
            session,
            begun.case,
            words=words,
            complainant_id=person.id,
            channel=Channel.WEB,
            locale=SPANISH,
            at=THURSDAY,
        )
    collective.remove(
        session, begun.case, [spam.submission.public_id], reason="Publicidad", by=by(room.handler), at=NEXT_WEEK
    )

    erase_case_words(session, spam.case, basis=Basis.RETENTION, by=SYSTEM, at=NEXT_WEEK)

    session.expire_all()
    said = select(CaseMessage).where(CaseMessage.is_from_person.is_(True)).order_by(CaseMessage.id)
    assert [unseal(session, row, "words") for row in session.scalars(said)] == [None, "¿Y lo nuestro?"]
    assert list(verify_cases(session)) == []


def test_only_what_came_by_a_code_can_be_removed(session: Session, room: Room, begun: Filed) -> None:
    join(session, room, give_code(session, begun))

    for public_ids in ([begun.submission.public_id], ["nope"], []):
        with pytest.raises(collective.JoinNotFound):
            collective.remove(session, begun.case, public_ids, reason="x", by=by(room.handler), at=NEXT_WEEK)
    assert begun.case.submission_count == 2


def test_words_that_name_a_staff_member_hide_the_case_and_a_triager_is_asked_to_look(
    session: Session, room: Room, begun: Filed
) -> None:
    surname = room.handler.name.split()[-1]

    join(session, room, give_code(session, begun), f"Fue {surname} quien nos obligó")

    hidden = session.scalars(select(HiddenFrom.staff_id).where(HiddenFrom.case_id == begun.case.id)).all()
    assert room.handler.staff_id in hidden
    assert "look_at_join" in session.scalars(select(Task.kind)).all()


def test_a_code_keeps_leading_to_the_case_that_its_case_was_joined_to(
    session: Session, room: Room, begun: Filed
) -> None:
    code = give_code(session, begun)
    target = sorted_case(session, room)
    endings.merge(session, begun.case, target.case, reason="Es lo mismo", by=by(room.handler), at=THURSDAY)

    joined = join(session, room, code, at=NEXT_WEEK)

    assert joined.submission.case_id == target.case.id
    assert target.case.submission_count == 3


def test_people_and_filings_are_counted_apart(session: Session, room: Room, begun: Filed) -> None:
    code = give_code(session, begun)
    for _ in range(3):
        join(session, room, code)

    counted = select(func.count()).select_from(Case).where(Case.submission_count > 1, Case.merged_into_id.is_(None))
    assert session.scalars(counted).one() == 1
    assert session.scalars(select(func.count()).select_from(Submission)).one() == 4
    assert session.scalars(select(func.sum(Complainant.people_count))).one() == 4


def test_a_message_told_to_those_who_joined_counts_each_by_itself(session: Session, room: Room, begun: Filed) -> None:
    joined = join(session, room, give_code(session, begun))
    (message,) = handling.send_message(session, begun.case, words="x", by=by(room.handler), at=NEXT_WEEK)[1:]

    telling.note_seen(session, begun.case, joined.complainant, at=NEXT_WEEK)

    assert message.told in {Told.POSTED.value, Told.SEEN.value}
    assert message.complainant_id == joined.complainant.id


def say_of_response(session: Session, filed: Filed, case: Case, answer: Answer) -> None:
    voices.answer_response(
        session, case, filed.complainant, answer=answer, source=Source.WEB_CODE, locale=SPANISH, at=NEXT_WEEK
    )
    session.flush()


@pytest.fixture
def three(session: Session, room: Room) -> tuple[Filed, Filed, Filed]:
    """Three people who each filed the same, put together in the first case, with a response that waits."""
    first, second, third = (sorted_case(session, room) for _ in range(3))
    for other in (second, third):
        endings.merge(session, other.case, first.case, reason="Es lo mismo", by=by(room.handler), at=THURSDAY)
    propose(session, room, first.case)
    session.flush()
    return first, second, third


def test_a_response_is_accepted_once_everybody_who_began_the_case_has(
    session: Session, room: Room, three: tuple[Filed, Filed, Filed]
) -> None:
    case = three[0].case
    say_of_response(session, three[1], case, Answer.ACCEPTED)
    say_of_response(session, three[2], case, Answer.PARTLY)

    part = voices.joining_of(session, case)
    assert part is not None
    assert (case.status, part.answered, part.asked) == ("response_proposed", 2, 3)
    shown = [door.show(session, case.id, one.complainant.id, at=NEXT_WEEK).response for one in three]
    assert [(one.answer, one.can_answer) for one in shown if one] == [
        (None, True),
        ("accepted", False),
        ("partly", False),
    ]
    say_of_response(session, three[0], case, Answer.ACCEPTED)
    response = session.scalars(select(ProposedResponse)).one()
    assert (case.status != "response_proposed", response.answer) == (True, "partly")
    assert list(verify_cases(session)) == []


def test_one_no_of_whoever_began_the_case_returns_it_to_review(
    session: Session, room: Room, three: tuple[Filed, Filed, Filed]
) -> None:
    case = three[0].case
    say_of_response(session, three[1], case, Answer.ACCEPTED)

    say_of_response(session, three[2], case, Answer.REJECTED)

    assert case.status == "under_review"
    pages = [door.show(session, case.id, one.complainant.id, at=NEXT_WEEK) for one in three]
    assert [page.response.answer for page in pages if page.response] == [None, "accepted", "rejected"]
    assert ["response_rejected" in {step.code for step in page.steps} for page in pages] == [False, False, True]
    assert list(verify_cases(session)) == []
