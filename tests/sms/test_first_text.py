"""The first text already is a grievance; nothing more is needed, and nothing sent is lost."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from grievance.cases.models import Complainant, Submission
from grievance.cases.record import CaseEvent
from grievance.crypto.fields import unseal
from grievance.messaging.models import InboundMessage, OutboundMessage, Thread
from tests.support.desk import counted
from tests.support.phone import Phone, parameters, post

WORDS = "hace 3 semanas q los camiones pasan toda la noche x atras del campamento no se puede dormir"


def test_first_text_opens_a_case_with_the_words_as_they_came(phone: Phone) -> None:
    phone.text(WORDS)

    with phone.database.read() as session:
        (submission,) = session.scalars(select(Submission))
        assert unseal(session, submission, "words") == WORDS
        assert submission.channel == "sms"


def test_receipt_names_the_case_its_date_and_the_number_to_call_in_danger(phone: Phone) -> None:
    receipt, _question = phone.text(WORDS)

    assert phone.case().reference in receipt
    # 20 business days after Wednesday 2 September 2026, with the holidays of 18 September in between.
    assert "01-10-2026" in receipt
    assert "+56900000000" in receipt


def test_then_one_question_is_asked_that_need_not_be_answered(phone: Phone) -> None:
    _receipt, question = phone.text(WORDS)

    assert "1 " in question
    assert "4 " in question


def test_answer_to_who_are_you_goes_to_the_person_and_opens_nothing(phone: Phone) -> None:
    phone.text(WORDS)

    (answer,) = phone.text("2")

    with phone.database.read() as session:
        assert session.scalars(select(Complainant.said_group)).all() == ["contractor_worker"]
    assert phone.case().reference in answer


def test_answer_that_does_not_fit_is_a_message_to_the_case(phone: Phone) -> None:
    phone.text(WORDS)

    (answer,) = phone.text("7")

    assert phone.case().unread_count == 2
    assert phone.case().reference in answer


def test_text_in_clear_english_is_answered_in_english(phone: Phone) -> None:
    receipt, _question = phone.text("The trucks pass behind the camp all night and we cannot sleep")

    assert "we received your grievance" in receipt


def test_english_command_is_clear_enough_too(phone: Phone) -> None:
    (answer,) = phone.text("Help")

    assert "becomes a case" in answer
    assert phone.cases() == []


@pytest.mark.parametrize(
    "words",
    ["ñandú °º “quotes” — …", "قرية", "😀" * 300, "x" * 1600, "a\x00b", "línea\nlínea\r\nlínea", "   .   "],
    ids=["not in GSM-7", "another script", "emoji", "as long as may be", "a NUL", "several lines", "spaces around"],
)
def test_whatever_is_written_is_stored_as_it_came(phone: Phone, words: str) -> None:
    phone.text(words)

    with phone.database.read() as session:
        (stored,) = session.scalars(select(InboundMessage))
        assert unseal(session, stored, "body") == words


def test_picture_without_words_is_a_grievance_too(phone: Phone) -> None:
    phone.text("", NumMedia="1", MediaUrl0="https://api.twilio.com/x/Media/ME1", MediaContentType0="image/jpeg")

    with phone.database.read() as session:
        (stored,) = session.scalars(select(InboundMessage))
        assert (stored.media_state, stored.subject) == ("waiting", phone.case().public_id)


def test_empty_text_is_answered_with_the_way_and_opens_nothing(phone: Phone) -> None:
    (answer,) = phone.text("")

    assert "NUEVO" in answer or "NEW" in answer
    assert phone.cases() == []


def test_number_is_kept_sealed_and_what_the_provider_guesses_is_not_kept(phone: Phone) -> None:
    phone.text(WORDS)

    with phone.database.read() as session:
        rows = [*session.scalars(select(Thread)), *session.scalars(select(InboundMessage))]
        kept = " ".join(repr(value) for row in rows for value in vars(row).values())
    assert phone.number not in kept
    assert "11111111" not in kept
    assert "Calama" not in kept


def test_text_to_a_line_of_no_site_is_kept_in_the_tray_and_not_answered(phone: Phone) -> None:
    phone.line = "+56922222222"

    assert phone.text(WORDS) == []

    with phone.database.read() as session:
        (stored,) = session.scalars(select(InboundMessage))
        assert stored.state == "unrouted"
        assert unseal(session, stored, "body") == WORDS


def test_every_text_is_sent_in_one_part(phone: Phone) -> None:
    phone.text(WORDS)

    with phone.database.read() as session:
        assert set(session.scalars(select(OutboundMessage.segments))) == {1}


def test_first_event_of_the_case_is_its_receipt(phone: Phone) -> None:
    phone.text(WORDS)

    with phone.database.read() as session:
        kinds = session.scalars(select(CaseEvent.kind).order_by(CaseEvent.id)).all()
    assert kinds == ["received"]


def test_same_text_twice_under_one_id_is_one_case_with_one_answer(phone: Phone) -> None:
    first = phone.text(WORDS, MessageSid="SM" + "1" * 32)

    again = phone.text(WORDS, MessageSid="SM" + "1" * 32)

    assert len(first) == 2
    assert again == []
    assert len(phone.cases()) == 1


def test_first_text_costs_few_statements(phone: Phone) -> None:
    phone.text(WORDS)
    other = Phone(phone.app, number="+56922222222")

    with counted(phone.database) as statements:
        assert post(other.app, "/sms/inbound", parameters(WORDS, number=other.number)).status_code == 200

    # Two BEGIN and a savepoint with its release among them. A number above this one means a query per row somewhere.
    assert len(statements) <= 20


def test_whatsapp_is_a_thread_of_its_own_with_the_same_number(phone: Phone) -> None:
    phone.text(WORDS)
    phone.number, phone.line = f"whatsapp:{phone.number}", f"whatsapp:{phone.line}"
    assert phone.text(WORDS) == []  # the line "whatsapp:…" belongs to no site here: kept in the tray

    with phone.database.read() as session:
        stored = session.scalars(select(InboundMessage).order_by(InboundMessage.id)).all()
        assert re.fullmatch(r"whatsapp:\+\d+", stored[1].line)
        assert stored[0].number_digest == stored[1].number_digest
