"""An answer goes to the question that was put last and has been read, and what was said of reprisals to nobody else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grievance.cases import after_checks, endings, feedback, handling, resolution
from grievance.cases.hiding import HANDLED_ORIGIN
from grievance.cases.models import Case, CaseMessage, HiddenFrom, Submission
from grievance.cases.queries import site_of
from grievance.cases.record import Survey, Task
from grievance.cases.rights_record import AfterCheck
from grievance.cases.states import Outcome
from grievance.cases.transitions import load_for_change
from grievance.core import clock as system_clock
from grievance.core.db import Database
from grievance.crypto.fields import unseal
from grievance.deadlines.working_days import local_date
from grievance.desk.tasks import finish, tasks
from grievance.messaging.models import Thread
from grievance.referrals import handing, sending, steps
from grievance.referrals.contents import sendable_filings
from grievance.referrals.kinds import Body, ReferralStep
from grievance.referrals.models import Referral, ReferralConsent
from grievance.referrals.words_since import WordsUnread
from tests.support.casework import Room, by, make_room, sort, viewer_of
from tests.support.clock import Clock
from tests.support.phone import Phone, make_sms_app, parameters, post
from tests.support.places import file_case

WORDS = "Entra polvo a la casa todos los dias"
PUNISHED = "Si, mi jefe me cambio de turno y me quito el bono por haber reclamado"
STATES = ["open", "closed", "appealed"]
LANGUAGES = ["es", "en"]


@pytest.fixture
def room(database: Database) -> Room:
    """Return the staff of a site with one line."""
    with database.begin() as session:
        return make_room(session)


@pytest.fixture
def app(database: Database, room: Room, tmp_path: Path) -> Flask:
    """Return an application for that site."""
    return make_sms_app(database, tmp_path)


def answer_it(phone: Phone, room: Room) -> None:
    """Let the handler answer the first case."""
    at = system_clock.now()
    with phone.database.begin() as session:
        case = first_case(session)
        sort(session, room, case, at=at)
        handling.acknowledge(session, case, words="La leyo Hugo.", by=by(room.handler), at=at)
        resolution.propose_response(
            session, case, outcome=Outcome.UPHELD, words="Regaremos el camino.", by=by(room.handler), at=at
        )
    phone.receive()


def first_case(session: Session) -> Case:
    found: Case = load_for_change(session, session.scalars(select(Case.id).order_by(Case.id)).first() or 0)
    return found


def weeks_later(phone: Phone, clock: Clock, days: int) -> str:
    """Let the days pass and the worker ask; return what the person reads."""
    clock.forward(timedelta(days=days))
    with phone.database.begin() as session:
        after_checks.ask_checks(session, at=system_clock.now(), limit=10)
    return "".join(phone.receive()[-1:])


def asked_of_reprisals(phone: Phone, room: Room, clock: Clock, state: str, language: str = "es") -> Phone:
    """Take a case through to the question about reprisals."""
    phone.text(WORDS)
    phone.text("4")
    answer_it(phone, room)
    phone.text("1")
    with phone.database.begin() as session:
        resolution.close(session, first_case(session), words="Regamos.", by=by(room.handler), at=system_clock.now())
    phone.receive()
    if state == "open":
        phone.text("sigue el polvo")
        phone.text("1")
        assert phone.case().status == "under_review"
    if state == "appealed":
        phone.text("APELAR")
    phone.text("English" if language == "en" else "Español")
    if "1 " in weeks_later(phone, clock, 29):
        phone.text("1")
    question = weeks_later(phone, clock, 2)
    assert "1 no, 2" in question
    return phone


def linked(phone: Phone) -> list[Case]:
    with phone.database.read() as session:
        return list(session.scalars(select(Case).where(Case.type == "retaliation")))


def answers(phone: Phone) -> list[bool | None]:
    with phone.database.read() as session:
        about = [kind.value for kind in after_checks.ABOUT_REPRISALS]
        return list(
            session.scalars(
                select(AfterCheck.said_yes).where(AfterCheck.answered_at.is_not(None), AfterCheck.kind.in_(about))
            )
        )


def said_in_origin(phone: Phone) -> tuple[str, int]:
    """Return the status of the first case and how many messages of the person stand in it."""
    origin = phone.cases()[0]
    with phone.database.read() as session:
        count = select(func.count()).where(CaseMessage.case_id == origin.id, CaseMessage.is_from_person.is_(True))
        return origin.status, session.execute(count).scalar_one()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("said", [PUNISHED, "si", "Si.", "2"])
def test_a_yes_to_the_question_about_reprisals_opens_a_case_of_its_own(
    phone: Phone, room: Room, clock: Clock, state: str, language: str, said: str
) -> None:
    asked_of_reprisals(phone, room, clock, state, language)
    before = said_in_origin(phone)

    (reply,) = phone.text(said if language == "es" or len(said) > 3 else {"si": "yes", "Si.": "Yes."}.get(said, said))

    (case,) = linked(phone)
    assert case.reference in reply
    assert case.is_restricted
    assert answers(phone) == [True]
    assert said_in_origin(phone) == before
    with phone.database.read() as session:
        words = unseal(session, session.scalars(select(Submission).where(Submission.case_id == case.id)).one(), "words")
        hidden = select(HiddenFrom.staff_id).where(HiddenFrom.case_id == case.id, HiddenFrom.reason == HANDLED_ORIGIN)
        assert session.scalars(hidden).all() == [room.handler.staff_id]
    assert (words == PUNISHED) is (said == PUNISHED)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES)
def test_a_digit_that_was_not_offered_is_asked_about_once_and_answers_nothing_else(
    phone: Phone, room: Room, clock: Clock, state: str, language: str
) -> None:
    asked_of_reprisals(phone, room, clock, state, language)
    before = said_in_origin(phone)

    (again,) = phone.text("3")

    assert "1 no, 2" in again
    assert (answers(phone), linked(phone), said_in_origin(phone)) == ([], [], before)
    phone.text("3")
    assert len(linked(phone)) == 1, "said twice: a person looks at it, who is not the one in charge"
    assert said_in_origin(phone) == before


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("said", ["1", "No."])
def test_a_no_opens_nothing(phone: Phone, room: Room, clock: Clock, state: str, language: str, said: str) -> None:
    asked_of_reprisals(phone, room, clock, state, language)
    before = said_in_origin(phone)

    phone.text(said)

    assert (answers(phone), linked(phone), said_in_origin(phone)) == ([False], [], before)


def test_no_survey_and_no_other_question_takes_the_place_of_the_one_about_reprisals(
    phone: Phone, room: Room, clock: Clock
) -> None:
    asked_of_reprisals(phone, room, clock, "closed")
    with phone.database.begin() as session:
        assert feedback.ask_due(session, at=system_clock.now(), limit=10) == 0
    phone.text("IDIOMA")
    phone.text(PUNISHED)

    assert answers(phone) == [True], "what the person began comes first, and pushes nothing away"
    with phone.database.read() as session:
        assert session.scalars(select(Survey.verdict)).all() == [None]


def test_a_response_that_comes_meanwhile_makes_digits_unclear_until_each_is_asked_again(
    phone: Phone, room: Room, clock: Clock
) -> None:
    asked_of_reprisals(phone, room, clock, "open")
    propose_another(phone, room)

    (again,) = phone.text("1")
    assert (answers(phone), phone.case().status) == ([], "response_proposed")
    assert "1 no, 2 si" in again
    *_, still = phone.text("1")
    assert (answers(phone), phone.case().status) == ([False], "response_proposed")
    assert "1 si, 2 en parte, 3 no" in still
    phone.text("3")

    assert phone.case().status == "under_review"


def propose_another(phone: Phone, room: Room) -> None:
    with phone.database.begin() as session:
        resolution.propose_response(
            session,
            first_case(session),
            outcome=Outcome.UPHELD,
            words="Otro riego.",
            by=by(room.handler),
            at=system_clock.now(),
        )
    phone.receive()


def write_unanswered(phone: Phone, body: str) -> None:
    """Send a text; what answers it has not gone out yet."""
    assert post(phone.app, "/sms/inbound", parameters(body, number=phone.number)).status_code == 200


def test_a_second_slip_counts_only_once_the_question_was_put_again(phone: Phone, room: Room, clock: Clock) -> None:
    asked_of_reprisals(phone, room, clock, "closed")

    write_unanswered(phone, "3")
    write_unanswered(phone, "3")
    assert linked(phone) == []

    phone.receive()
    phone.text("3")
    assert len(linked(phone)) == 1


def test_a_digit_stays_unclear_until_the_question_was_put_again(phone: Phone, room: Room, clock: Clock) -> None:
    asked_of_reprisals(phone, room, clock, "open")
    propose_another(phone, room)

    write_unanswered(phone, "1")
    write_unanswered(phone, "1")
    assert answers(phone) == [], "neither has read to which question the digit belongs"

    phone.receive()
    phone.text("1")
    assert answers(phone) == [False]


@pytest.mark.parametrize("said", ["No.", "si"])
def test_a_yes_or_no_in_words_is_unclear_as_well(phone: Phone, room: Room, clock: Clock, said: str) -> None:
    asked_of_reprisals(phone, room, clock, "open")
    propose_another(phone, room)

    (again,) = phone.text(said)

    assert "1 no, 2 si" in again
    assert (answers(phone), linked(phone), phone.case().status) == ([], [], "response_proposed")


def test_what_was_meant_for_another_question_says_nothing_about_reprisals(
    phone: Phone, room: Room, clock: Clock
) -> None:
    asked_of_reprisals(phone, room, clock, "closed")
    phone.text("IDIOMA")
    phone.text("1")

    (again,) = phone.text("1")
    assert answers(phone) == [], "the digit for the language, pressed twice"
    assert "1 no, 2 si" in again
    phone.text("1")

    assert answers(phone) == [False]


def test_a_no_to_another_question_opens_nothing(phone: Phone, room: Room, clock: Clock) -> None:
    asked_of_reprisals(phone, room, clock, "closed")
    phone.text("DATOS")

    (again,) = phone.text("No")

    assert "1 no, 2 si" in again
    assert (answers(phone), linked(phone)) == ([], [])


def test_an_appeal_with_words_is_filed_without_them(phone: Phone, room: Room, clock: Clock) -> None:
    asked_of_reprisals(phone, room, clock, "closed")
    before = said_in_origin(phone)

    phone.text("Apelar, y ademas me despidieron")

    assert len(linked(phone)) == 1
    assert said_in_origin(phone) == before


def ask_consent(phone: Phone, room: Room) -> None:
    at = system_clock.now()
    with phone.database.begin() as session:
        case = first_case(session)
        if case.classified_at is None:
            sort(session, room, case, at=at)
        filings = [row.public_id for row, _ in sendable_filings(session, case)]
        sending.ask(session, case, body=Body.HEALTH, filings=filings, reason="Es suyo.", by=by(room.handler), at=at)


def consent_of(phone: Phone) -> str | None:
    with phone.database.read() as session:
        return session.scalars(select(ReferralConsent.answer)).one()


def send_it(phone: Phone, room: Room) -> None:
    at = system_clock.now()
    with phone.database.begin() as session:
        case, referral = first_case(session), session.scalars(select(Referral)).one()
        on = local_date(at, site_of(session, case).time_zone)
        handing.hand_out(session, case, referral.public_id, may_open_identity=True, by=by(room.handler), at=at)
        steps.note_step(session, case, referral.public_id, ReferralStep.SENT, on=on, by=by(room.handler), at=at)


@pytest.fixture
def consenting(phone: Phone, room: Room) -> Phone:
    """Return a phone that is asked whether its case may be sent."""
    phone.text(WORDS)
    phone.text("4")
    ask_consent(phone, room)
    phone.receive()
    return phone


def test_nobody_is_asked_to_consent_while_the_question_about_reprisals_waits(
    phone: Phone, room: Room, clock: Clock
) -> None:
    asked_of_reprisals(phone, room, clock, "closed")

    with pytest.raises(sending.QuestionWaits):
        ask_consent(phone, room)


def test_nobody_consents_before_the_question_has_been_sent(phone: Phone, room: Room, clock: Clock) -> None:
    phone.text(WORDS)
    phone.text("4")
    clock.forward(timedelta(hours=11))
    ask_consent(phone, room)
    phone.receive()
    phone.text("1")
    assert consent_of(phone) is None, "it is eleven at night, and the text goes out at nine"

    clock.forward(timedelta(hours=12))
    phone.receive()
    phone.text("1")

    assert consent_of(phone) == "without_name"


def test_a_name_goes_only_with_a_second_digit(consenting: Phone) -> None:
    (confirm,) = consenting.text("2")
    assert "nombre y fono" in confirm
    assert consent_of(consenting) is None

    consenting.text("2")
    assert consent_of(consenting) is None
    consenting.text("1")

    assert consent_of(consenting) == "with_name"


def test_a_digit_changes_the_mind_until_it_is_sent(consenting: Phone, clock: Clock) -> None:
    consenting.text("1")
    clock.forward(timedelta(days=40))

    consenting.text("3")

    assert consent_of(consenting) == "no"


def test_a_digit_for_one_sending_answers_no_later_one(consenting: Phone, room: Room, clock: Clock) -> None:
    consenting.text("1")
    consenting.text("BAJA")
    at = system_clock.now()
    with consenting.database.begin() as session:
        case, dropped = first_case(session), session.scalars(select(Referral)).one()
        on = local_date(at, site_of(session, case).time_zone)
        steps.note_step(session, case, dropped.public_id, ReferralStep.DROPPED, on=on, by=by(room.handler), at=at)
    clock.forward(timedelta(hours=1))
    ask_consent(consenting, room)
    consenting.receive()

    consenting.text("1")

    with consenting.database.read() as session:
        said = select(ReferralConsent.answer).order_by(ReferralConsent.id)
        assert session.scalars(said).all() == ["without_name", None], "no text has asked about the second one"


def test_a_digit_pressed_twice_turns_no_no_into_a_yes(consenting: Phone) -> None:
    consenting.text("3")
    consenting.text("IDIOMA")
    consenting.text("1")

    consenting.text("1")

    assert consent_of(consenting) == "no"


def test_words_after_a_yes_put_it_on_hold_until_somebody_has_read_them(
    consenting: Phone, room: Room, clock: Clock
) -> None:
    consenting.text("1")
    clock.forward(timedelta(hours=1))
    (reply,) = consenting.text("mejor no lo manden")
    assert "3 no" in reply, "it says how to say no by a digit"
    with pytest.raises(WordsUnread):
        send_it(consenting, room)

    with consenting.database.begin() as session:
        assert "read_first" in session.scalars(select(Task.kind).where(Task.done_at.is_(None))).all()
        handling.mark_read(session, first_case(session), by=by(room.handler), at=system_clock.now())
        assert "read_first" not in session.scalars(select(Task.kind).where(Task.done_at.is_(None))).all()
    send_it(consenting, room)


def test_words_that_join_another_case_of_the_person_put_it_on_hold_too(
    consenting: Phone, room: Room, clock: Clock
) -> None:
    consenting.text("1")
    clock.forward(timedelta(hours=1))
    consenting.text("NUEVO tampoco hay agua")
    consenting.text("y lo otro mejor no lo manden")
    with pytest.raises(WordsUnread):
        send_it(consenting, room)

    with consenting.database.begin() as session:
        viewer = viewer_of(session, room.handler)
        (task,) = [one for one in tasks(session, viewer) if one.kind == "read_first"]
        finish(session, viewer, task.public_id, at=system_clock.now())
    send_it(consenting, room)


@pytest.mark.parametrize("said", ["7", "si pero quiero que sea antes"])
def test_what_is_no_answer_is_kept_and_the_reply_says_once_how_to_answer(phone: Phone, room: Room, said: str) -> None:
    phone.text(WORDS)
    phone.text("4")
    answer_it(phone, room)

    (how,) = phone.text(said)
    (second,) = phone.text(said)

    assert "1 si, 2 en parte, 3 no" in how
    assert "2 en parte" not in second
    assert said_in_origin(phone) == ("response_proposed", 2)
    phone.text("1")
    assert phone.case().status == "remedy_underway"


def test_a_question_whose_text_does_not_go_out_is_not_waited_for(phone: Phone, room: Room) -> None:
    phone.text(WORDS)
    phone.text("4")
    phone.text("BAJA")
    answer_it(phone, room)

    with phone.database.read() as session:
        assert session.scalars(select(Thread.pending)).all() == [None]


def test_words_about_reprisals_reach_nobody_who_works_the_case_it_was_merged_into(
    phone: Phone, database: Database, room: Room, clock: Clock
) -> None:
    asked_of_reprisals(phone, room, clock, "open")
    with database.begin() as session:
        # Filed before, so that nobody's answer comes later for the joining.
        earlier = system_clock.now() - timedelta(days=60)
        origin, other = first_case(session), file_case(session, room.site, at=earlier).case
        sort(session, room, other, at=system_clock.now(), handler=room.second_handler)
        endings.merge(session, origin, other, reason="Lo mismo", by=by(room.coordinator), at=system_clock.now())
        into_id = other.id
    phone.receive()

    phone.text(PUNISHED)

    (case,) = linked(phone)
    with database.read() as session:
        said = select(func.count()).where(CaseMessage.case_id == into_id, CaseMessage.is_from_person.is_(True))
        hidden = set(session.scalars(select(HiddenFrom.staff_id).where(HiddenFrom.case_id == case.id)))
        assert session.execute(said).scalar_one() == 0
    assert {room.handler.staff_id, room.second_handler.staff_id} <= hidden
