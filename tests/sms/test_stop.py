"""Stop words stop all texts to a number and never touch its cases. Too many texts are kept, and answered once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from grievance.cases.record import CaseEvent
from grievance.messaging.models import InboundMessage, OutboundMessage, Thread
from tests.support.clock import Clock
from tests.support.phone import Phone, deliver

WORDS = "Entra polvo a la casa todos los dias"


def kinds_of(phone: Phone) -> list[str]:
    with phone.database.read() as session:
        return list(session.scalars(select(CaseEvent.kind).order_by(CaseEvent.id)))


def stopped_by(phone: Phone) -> str | None:
    with phone.database.read() as session:
        return session.scalars(select(Thread.opted_out_by)).one()


@pytest.mark.parametrize("word", ["BAJA", "alto", "Parar.", "STOP", "unsubscribe"])
def test_stop_word_stops_the_texts_and_leaves_the_case_open(phone: Phone, word: str) -> None:
    phone.text(WORDS)

    (last,) = phone.text(word)

    assert "START" in last
    assert phone.case().is_open
    assert kinds_of(phone)[-1] == "unreachable_by_text"
    assert phone.text("sigue el polvo") == []
    assert phone.case().unread_count == 2


def test_carrier_that_answered_by_itself_leaves_nothing_to_say(phone: Phone) -> None:
    phone.text(WORDS)

    assert phone.text("STOP", OptOutType="STOP") == []
    assert stopped_by(phone) == "carrier"


def test_alta_lifts_our_stop(phone: Phone) -> None:
    phone.text(WORDS)
    phone.text("BAJA")

    (answer,) = phone.text("ALTA")

    assert "SMS" in answer
    assert stopped_by(phone) is None
    assert kinds_of(phone)[-1] == "reachable_by_text"


def test_alta_cannot_lift_the_carriers_stop_and_says_what_can(phone: Phone) -> None:
    phone.text(WORDS)
    phone.text("STOP", OptOutType="STOP")

    (answer,) = phone.text("ALTA")

    assert "START" in answer
    assert stopped_by(phone) == "carrier"


@pytest.mark.parametrize("word", ["START", "UNSTOP", "YES"])
def test_carriers_own_words_lift_its_stop(phone: Phone, word: str) -> None:
    phone.text(WORDS)
    phone.text("STOP", OptOutType="STOP")
    phone.text(word)

    assert stopped_by(phone) is None


def test_yes_without_a_stop_is_a_message(phone: Phone) -> None:
    phone.text(WORDS)
    phone.text("YES")

    assert phone.case().unread_count == 2


def test_writing_again_does_not_lift_a_stop(phone: Phone) -> None:
    phone.text(WORDS)
    phone.text("BAJA")
    phone.text("quiero saber de mi caso por favor")

    assert stopped_by(phone) == "person"


def test_texts_that_wait_when_the_stop_comes_are_held(phone: Phone) -> None:
    phone.text("BAJA")  # nothing has been sent yet but this answer
    phone.text(WORDS)

    with phone.database.read() as session:
        states = dict(session.execute(select(OutboundMessage.text_name, OutboundMessage.state)).all())
    assert states["receipt"] == "held"
    assert deliver(phone.runtime) == []


def test_more_than_ten_texts_an_hour_are_all_kept_and_answered_once_more(phone: Phone) -> None:
    answers = [phone.text(f"{WORDS} numero {n}") for n in range(14)]

    assert [len(some) for some in answers] == [2, *[1] * 10, 0, 0, 0]
    assert phone.case().unread_count == 14
    with phone.database.read() as session:
        assert set(session.scalars(select(InboundMessage.state))) == {"handled"}


def test_a_new_case_gets_its_reference_also_beyond_the_limit(phone: Phone) -> None:
    for n in range(12):
        phone.text(f"{WORDS} numero {n}")

    (receipt,) = phone.text("NUEVO: otra cosa distinta, el agua sale sucia")

    assert phone.cases()[-1].reference in receipt
    assert phone.text("y esto ya no se contesta") == []


def test_auto_reply_on_the_other_side_ends_in_silence(phone: Phone) -> None:
    heard = phone.text("Estoy manejando, le respondo luego")
    for _ in range(40):
        if not heard:
            break
        heard = phone.text("Estoy manejando, le respondo luego")

    assert heard == []


def test_after_an_hour_answers_come_again(phone: Phone, clock: Clock) -> None:
    for n in range(12):
        phone.text(f"{WORDS} numero {n}")
    clock.forward(timedelta(minutes=61))

    assert len(phone.text("y ahora?")) == 1
