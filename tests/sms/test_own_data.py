"""Asking by text about one's own data: one word and one digit, for the cases of that number and no others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from grievance.cases.models import Complainant
from grievance.privacy.request_record import DataRequest, DataRequestPerson
from tests.support.clock import Clock
from tests.support.phone import Phone

WORDS = "Entra polvo a la casa todos los dias"


@pytest.fixture
def known(phone: Phone) -> Phone:
    """Return a phone with one open case, the question answered."""
    phone.text(WORDS)
    phone.text("3")
    return phone


def asked(phone: Phone) -> list[tuple[str, int]]:
    """Return the requests there are, each with how many people it is proven to speak for."""
    with phone.runtime.database.read() as session:
        return [
            (
                row.right,
                len(session.scalars(select(DataRequestPerson.id).where(DataRequestPerson.request_id == row.id)).all()),
            )
            for row in session.scalars(select(DataRequest).order_by(DataRequest.id))
        ]


def test_a_word_and_a_digit_open_a_request_with_its_date(known: Phone) -> None:
    (question,) = known.text("DATOS")
    (answer,) = known.text("1")

    assert "1" in question
    assert asked(known) == [("access", 1)]
    request = known.cases()[-1]
    assert request.type == "data_rights"
    assert request.reference in answer
    assert f"CODIGO {request.reference}" in answer


def test_in_english_too(known: Phone) -> None:
    known.text("DATA")
    (answer,) = known.text("3")

    assert asked(known) == [("erasure", 1)]
    assert "your request about your data" in answer


def test_asking_twice_for_the_same_opens_one_request(known: Phone) -> None:
    known.text("DATOS")
    (first,) = known.text("1")
    known.text("DATOS")
    (second,) = known.text("1")

    assert first == second
    assert asked(known) == [("access", 1)]


def test_the_word_inside_a_sentence_is_a_grievance(known: Phone) -> None:
    known.text("los datos de mi contrato estan malos")

    assert asked(known) == []


def test_the_phone_of_somebody_else_speaks_for_nobody(known: Phone, phone_of: Callable[[str], Phone]) -> None:
    stranger, mine = phone_of("+56933333333"), known.case()

    stranger.text(f"DATOS {mine.reference}")
    stranger.text("DATOS")
    stranger.text("1")

    with known.runtime.database.read() as session:
        people = session.scalars(
            select(Complainant.case_id).join(DataRequestPerson, DataRequestPerson.complainant_id == Complainant.id)
        ).all()
    assert mine.id not in people


def test_a_number_silent_for_a_year_gets_nothing_of_what_was_before(known: Phone, clock: Clock) -> None:
    clock.forward(timedelta(days=400))

    known.text("DATOS")
    known.text("1")

    assert asked(known) == [("access", 0)]
