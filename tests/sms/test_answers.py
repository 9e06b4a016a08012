"""What comes after the site has answered: accepting, rating, writing again, reopening. All by digits and plain words."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from grievance.cases import after_checks, feedback, handling, resolution
from grievance.cases.models import Case, CaseMessage, ProposedResponse
from grievance.cases.record import CaseEvent, Survey, Task
from grievance.cases.rights_record import AfterCheck, Appeal
from grievance.cases.states import Outcome
from grievance.cases.transitions import load_for_change
from grievance.core import clock as system_clock
from grievance.core.db import Database
from grievance.crypto.fields import unseal
from grievance.deadlines.working_days import local_date
from grievance.referrals import sending, steps
from grievance.referrals.kinds import Body, ReferralStep
from grievance.referrals.models import ReferralConsent
from tests.support.casework import Room, by, make_room, sort
from tests.support.clock import Clock
from tests.support.phone import Phone, make_sms_app
from tests.support.sending_on import asked as asked_to_send
from tests.support.sending_on import sent

WORDS = "Entra polvo a la casa todos los dias"


@pytest.fixture
def room(database: Database) -> Room:
    """Return the staff of a site with one line."""
    with database.begin() as session:
        return make_room(session)


@pytest.fixture
def app(database: Database, room: Room, tmp_path: Path) -> Flask:
    """Return an application for that site."""
    return make_sms_app(database, tmp_path)


def work(phone: Phone, room: Room, step: str) -> list[str]:
    """Let the staff do one thing to the case, and return what the person hears of it."""
    at = system_clock.now()
    with phone.database.begin() as session:
        case = load_for_change(session, session.scalars(select(Case.id).order_by(Case.id)).first() or 0)
        if step == "answered":
            sort(session, room, case, at=at)
            handling.acknowledge(session, case, words="La leyo Hugo.", by=by(room.handler), at=at)
            resolution.propose_response(
                session, case, outcome=Outcome.UPHELD, words="Regaremos el camino.", by=by(room.handler), at=at
            )
        elif step == "closed":
            resolution.close(session, case, words="Ya regamos.", by=by(room.handler), at=at)
        elif step == "referred":
            sort(session, room, case, at=at)
            actor = by(room.triager)
            found = sent(session, case, by=actor, at=at, body=Body.OTHER, body_name="la municipalidad")
            steps.refer(session, case, referral_public_id=found.public_id, reason="Es de ellos.", by=actor, at=at)
        elif step == "asked to send":
            sort(session, room, case, at=at)
            asked_to_send(session, case, by=by(room.handler), at=at)
        elif step == "not sent after all":
            found = sending.require_current(session, case)
            on = local_date(at, room.site.time_zone)
            steps.note_step(session, case, found.public_id, ReferralStep.DROPPED, on=on, by=by(room.handler), at=at)
        elif step == "asked":
            assert feedback.ask_due(session, at=at, limit=10) == 1
    return phone.receive()


@pytest.fixture
def answered(phone: Phone, room: Room) -> Phone:
    """Return a phone whose case has been answered."""
    phone.text(WORDS)
    phone.text("3")
    assert len(work(phone, room, "answered")) == 2
    return phone


@pytest.fixture
def closed(answered: Phone, room: Room) -> Phone:
    """Return a phone whose case has been closed."""
    answered.text("1")
    work(answered, room, "closed")
    return answered


@pytest.fixture
def asked(closed: Phone, room: Room, clock: Clock) -> Phone:
    """Return a phone that has been asked how it went."""
    clock.forward(timedelta(days=8))
    (question,) = work(closed, room, "asked")
    assert "1" in question
    assert "5" in question
    return closed


def test_response_comes_with_its_three_answers(answered: Phone) -> None:
    response = answered.heard[-1]

    assert "Regaremos el camino." in response
    assert re.search("1 (si|yes), 2 .*, 3 no", response)


@pytest.mark.parametrize(
    ("said", "answer", "status"),
    [
        ("1", "accepted", "remedy_underway"),
        ("si", "accepted", "remedy_underway"),
        ("2", "partly", "remedy_underway"),
        ("3", "rejected", "under_review"),
        ("NO", "rejected", "under_review"),
    ],
)
def test_one_digit_answers_the_response(answered: Phone, said: str, answer: str, status: str) -> None:
    (thanks,) = answered.text(said)

    with answered.database.read() as session:
        response = session.scalars(select(ProposedResponse)).one()
    assert (response.answer, response.answer_source) == (answer, "sms")
    assert answered.case().status == status
    assert answered.case().reference in thanks


def test_words_instead_of_a_digit_join_the_case_and_the_question_stays(answered: Phone) -> None:
    answered.text("pero cuando van a regar?")
    answered.text("1")

    assert answered.case().status == "remedy_underway"


def test_response_can_still_be_answered_after_another_question(answered: Phone) -> None:
    answered.text("IDIOMA")
    answered.text("1")
    answered.text("3")

    assert answered.case().status == "under_review"


def test_text_after_the_end_is_kept_and_offers_to_reopen(closed: Phone) -> None:
    (offer,) = closed.text("todavia hay polvo")

    assert closed.case().status == "closed"
    assert "1" in offer
    with closed.database.read() as session:
        assert session.scalars(select(Task.kind)).all() == ["look_at_reopening"]


def test_digit_one_then_reopens(closed: Phone) -> None:
    closed.text("todavia hay polvo")
    (answer,) = closed.text("1")

    assert closed.case().status == "under_review"
    assert closed.case().reopened_count == 1
    assert closed.case().reference in answer


def test_reopening_keeps_what_was_written_once(closed: Phone) -> None:
    closed.text("todavia hay polvo")
    closed.text("1")

    with closed.database.read() as session:
        from_person = session.scalars(select(CaseMessage.id).where(CaseMessage.is_from_person.is_(True))).all()
    assert len(from_person) == 1


def test_text_long_after_the_end_opens_a_case_that_follows(closed: Phone, clock: Clock) -> None:
    clock.forward(timedelta(days=91))

    (answer, *_rest) = closed.text("hay polvo otra vez")

    first, second = closed.cases()
    assert first.reference in answer
    assert second.reference in answer
    with closed.database.read() as session:
        codes = session.scalars(select(CaseEvent.codes).where(CaseEvent.case_id == second.id)).all()
    assert {"follows": first.public_id} in codes


def test_referred_case_can_be_reopened_too(phone: Phone, room: Room) -> None:
    phone.text(WORDS)
    *_, told = work(phone, room, "referred")
    phone.text("pero ellos no contestan")
    phone.text("1")

    assert "La municipalidad" in told
    assert phone.case().status == "under_review"


def survey_of(phone: Phone) -> tuple[int | None, int | None, int | None]:
    with phone.database.read() as session:
        survey = session.scalars(select(Survey)).one()
        return survey.process_rating, survey.outcome_rating, survey.verdict


def test_ratings_and_verdict_come_one_by_one(asked: Phone) -> None:
    (second,) = asked.text("4")
    (third,) = asked.text("5")
    (thanks,) = asked.text("1")

    assert survey_of(asked) == (4, 5, 1)
    assert asked.case().verdict == "satisfied"
    assert asked.case().verdict_source == "sms"
    assert asked.case().reference in thanks
    assert len({second, third, thanks}) == 3


@pytest.mark.parametrize("said", ["4 5 2", "452", "4/5/2", "4, 5, 2"])
def test_all_answers_may_come_at_once(asked: Phone, said: str) -> None:
    asked.text(said)

    assert survey_of(asked) == (4, 5, 2)
    assert asked.case().verdict == "partly"


@pytest.mark.parametrize("said", ["9", "0", "4 5 7"])
def test_digit_that_was_not_offered_is_a_message(asked: Phone, said: str) -> None:
    before = asked.case().unread_count
    asked.text(said)

    assert survey_of(asked) == (None, None, None)
    assert asked.case().unread_count == before + 1


def test_rating_is_taken_after_words_that_offered_to_reopen(asked: Phone) -> None:
    asked.text("gracias por todo")
    asked.text("5")

    assert survey_of(asked) == (5, None, None)
    assert asked.case().status == "closed"


def test_silence_changes_nothing(asked: Phone, clock: Clock) -> None:
    clock.forward(timedelta(days=60))

    assert asked.case().verdict is None


def ask_weeks_later(phone: Phone, clock: Clock, days: int) -> str:
    """Let the days pass and the worker ask; return what the person reads."""
    clock.forward(timedelta(days=days))
    with phone.database.begin() as session:
        after_checks.ask_checks(session, at=system_clock.now(), limit=10)
    return phone.receive()[-1]


def test_a_digit_says_that_it_holds(closed: Phone, clock: Clock) -> None:
    question = ask_weeks_later(closed, clock, 29)
    (thanks,) = closed.text("1")

    assert "1" in question
    assert closed.case().reference in thanks
    with closed.database.read() as session:
        assert [(row.kind, row.said_yes, row.source) for row in session.scalars(select(AfterCheck)) if row.source] == [
            ("held", True, "sms")
        ]


def test_a_digit_tells_of_a_reprisal_and_opens_a_case_in_the_same_thread(closed: Phone, clock: Clock) -> None:
    ask_weeks_later(closed, clock, 29)
    closed.text("1")
    ask_weeks_later(closed, clock, 2)
    (opened,) = closed.text("2")

    with closed.database.read() as session:
        linked = session.scalars(select(Case).where(Case.type == "retaliation")).one()
        assert linked.reference in opened
        assert linked.is_restricted


def test_words_instead_of_a_digit_are_kept_and_the_question_stays(closed: Phone, clock: Clock) -> None:
    ask_weeks_later(closed, clock, 29)
    closed.text("no se que decir")
    closed.text("2")

    with closed.database.read() as session:
        assert session.scalars(select(AfterCheck.said_yes).where(AfterCheck.answered_at.is_not(None))).all() == [False]


@pytest.mark.parametrize(
    ("said", "why"), [("APELAR", None), ("apelar no estoy de acuerdo", "apelar no estoy de acuerdo")]
)
def test_appeal_by_text_is_filed_with_its_reason(closed: Phone, said: str, why: str | None) -> None:
    (answer,) = closed.text(said)

    with closed.database.read() as session:
        appeal = session.scalars(select(Appeal)).one()
        assert (appeal.source, unseal(session, appeal, "words")) == ("sms", why)
    assert closed.case().reference in answer
    assert closed.case().status == "closed"


def test_the_reason_of_an_appeal_in_a_second_text_joins_it(closed: Phone) -> None:
    """We asked for it: then it asks for no other reopening, which a "1" would do over the head of the reviewer."""
    closed.text("APELAR")
    (answer,) = closed.text("no estoy de acuerdo porque sigue igual")
    closed.text("1")

    assert closed.case().reference in answer
    assert "reabrir" not in answer.lower()
    assert closed.case().status == "closed"


def test_second_appeal_is_answered_and_changes_nothing(closed: Phone) -> None:
    closed.text("APELAR")
    closed.text("APELAR")

    with closed.database.read() as session:
        assert len(session.scalars(select(Appeal.id)).all()) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [("1", "without_name"), ("3", "no"), ("si", "without_name"), ("No", "no")],
)
def test_a_digit_says_whether_the_case_may_be_sent_elsewhere(phone: Phone, room: Room, text: str, said: str) -> None:
    phone.text(WORDS)
    phone.text("3")
    asking = work(phone, room, "asked to send")[-1]
    assert re.fullmatch(
        r"Caso \S{9}: ¿podemos enviar sus palabras a SMA\? Responda 1 si, sin su nombre; 2 si, con nombre y fono; 3 no\.",
        asking,
    )

    (thanks,) = phone.text(text)

    assert thanks.startswith("Anotamos su respuesta en el caso")
    with phone.database.read() as session:
        row = session.scalars(select(ReferralConsent)).one()
        assert (row.answer, row.source) == (said, "sms")


@pytest.mark.parametrize("text", ["4", "11", "Pero a quien se lo mandan?"])
def test_what_is_no_answer_about_sending_is_a_message_and_agrees_to_nothing(
    phone: Phone, room: Room, text: str
) -> None:
    phone.text(WORDS)
    phone.text("3")
    work(phone, room, "asked to send")

    phone.text(text)

    with phone.database.read() as session:
        assert session.scalars(select(ReferralConsent.answer)).all() == [None]


def test_a_digit_that_comes_when_nothing_is_asked_any_more_agrees_to_nothing(phone: Phone, room: Room) -> None:
    phone.text(WORDS)
    phone.text("3")
    work(phone, room, "asked to send")
    phone.text("3")
    work(phone, room, "not sent after all")

    phone.text("1")

    with phone.database.read() as session:
        assert session.scalars(select(ReferralConsent.answer)).all() == ["no"]
