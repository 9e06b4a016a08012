"""Joining by text: the word, the code, words of one's own; guesses wait, and nothing that was written is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from grievance.accounts.models import DutyGrant
from grievance.cases import handling, resolution
from grievance.cases.filing_record import JoinedAnswer
from grievance.cases.models import Case, Submission
from grievance.cases.states import COMPLAINANT, Outcome
from grievance.cases.transitions import load_for_change
from grievance.complainants import collective
from grievance.core import clock as system
from grievance.crypto.fields import unseal
from grievance.sites.queries import site_by_slug
from tests.support.casework import Room, by, make_room, sort
from tests.support.clock import Clock
from tests.support.phone import Phone

WRONG = "T5R-8WN-2X"


@pytest.fixture
def room(phone: Phone) -> Room:
    """Return staff of the site that the line serves."""
    with phone.database.begin() as session:
        room = make_room(session, slug="puerto-imaginario", line=None)
        here = site_by_slug(session, "cerro-imaginario")
        session.execute(update(DutyGrant).values(site_id=here.id))
        return replace(room, site=here)


@pytest.fixture
def code(phone: Phone, room: Room) -> str:
    """Somebody has filed by text, it was sorted, and has a code."""
    phone.text("Catorce horas sin descanso en el campamento")
    phone.text("4")
    with phone.database.begin() as session:
        case = load_for_change(session, session.scalars(select(Case.id)).one())
        sort(session, room, case, at=system.now())
        return collective.open_code(session, case, line=None, by=COMPLAINANT, at=system.now())


def main_case(phone: Phone) -> Case:
    return phone.cases()[0]


@pytest.mark.parametrize("word", ["UNIRME", "unirme", "Unirse", "JOIN"])
def test_the_word_and_the_code_join(phone_of: Callable[[str], Phone], phone: Phone, code: str, word: str) -> None:
    other = phone_of("+56922222222")

    (answer,) = other.text(f"{word} {code.lower()}")

    own = phone.cases()[1]
    assert own.reference in answer
    assert main_case(phone).reference not in answer
    assert main_case(phone).submission_count == 2
    assert own.merged_into_id == main_case(phone).id


def test_words_after_the_code_are_kept_as_ones_own(phone_of: Callable[[str], Phone], phone: Phone, code: str) -> None:
    phone_of("+56922222222").text(f"UNIRME {code}: a nosotros tampoco nos pagan las horas")

    with phone.database.read() as session:
        last = session.scalars(select(Submission).order_by(Submission.id.desc())).first()
        assert last is not None
        assert unseal(session, last, "words") == "a nosotros tampoco nos pagan las horas"


def test_a_wrong_code_and_a_closed_one_get_the_same_answer_and_open_nothing(
    phone_of: Callable[[str], Phone], phone: Phone, code: str
) -> None:
    other = phone_of("+56922222222")
    with phone.database.begin() as session:
        case = load_for_change(session, main_case(phone).id)
        collective.close_code(session, case, by=COMPLAINANT, at=system.now())

    closed, unknown = other.text(f"UNIRME {code}"), other.text("UNIRME T5R-8WN-2Q")

    assert closed == unknown
    assert len(phone.cases()) == 1


def test_words_with_a_wrong_code_are_a_grievance_all_the_same(
    phone_of: Callable[[str], Phone], phone: Phone, code: str
) -> None:
    answers = phone_of("+56922222222").text("UNIRME T5R-8WN-2Q nos hacen trabajar de noche")

    assert len(answers) >= 2
    assert len(phone.cases()) == 2
    assert phone.cases()[1].merged_into_id is None


def test_guessing_waits_and_another_phone_does_not(
    phone_of: Callable[[str], Phone], phone: Phone, code: str, clock: Clock
) -> None:
    guesser = phone_of("+56922222222")
    for _ in range(collective.FREE_TRIES):
        guesser.text(f"UNIRME {WRONG}")

    (waits,) = guesser.text(f"UNIRME {code}")
    assert main_case(phone).submission_count == 1
    assert "hora" in waits

    phone_of("+56933333333").text(f"UNIRME {code}")
    assert main_case(phone).submission_count == 2
    clock.forward(timedelta(hours=2))
    guesser.text(f"UNIRME {code}")
    assert main_case(phone).submission_count == 3


def test_the_word_alone_is_explained_and_sentences_are_grievances(phone: Phone) -> None:
    (how,) = phone.text("UNIRME")
    assert "T5R-8WN-2Q" in how
    assert phone.cases() == []

    phone.text("Unirme al sindicato me costo el puesto")
    assert len(phone.cases()) == 1


def test_joining_twice_changes_nothing(phone_of: Callable[[str], Phone], phone: Phone, code: str) -> None:
    other = phone_of("+56922222222")
    other.text(f"UNIRME {code}")

    (again,) = other.text(f"UNIRME {code}")

    assert phone.cases()[1].reference in again
    assert main_case(phone).submission_count == 2


def test_who_joined_answers_for_nobody_else(
    phone_of: Callable[[str], Phone], phone: Phone, code: str, room: Room
) -> None:
    other = phone_of("+56922222222")
    other.text(f"UNIRME {code}")
    with phone.database.begin() as session:
        case = load_for_change(session, main_case(phone).id)
        handling.acknowledge(session, case, words="Lo leimos", by=by(room.handler), at=system.now())
        resolution.propose_response(
            session, case, outcome=Outcome.UPHELD, words="Habra descanso", by=by(room.handler), at=system.now()
        )
    phone.receive()

    (noted,) = other.text("1")

    assert main_case(phone).status == "response_proposed"
    assert "propia" in noted or "own" in noted
    with phone.database.read() as session:
        assert session.scalars(select(JoinedAnswer.answer)).all() == ["accepted"]
    phone.text("3")
    assert main_case(phone).status == "under_review"


def test_a_later_text_of_who_joined_goes_to_the_case_and_to_nobody_else(
    phone_of: Callable[[str], Phone], phone: Phone, code: str
) -> None:
    other = phone_of("+56922222222")
    other.text(f"UNIRME {code}")
    phone.heard.clear()

    other.text("Ayer volvio a pasar")

    assert phone.heard == []
    assert main_case(phone).unread_count >= 1
    assert len(phone.cases()) == 2
