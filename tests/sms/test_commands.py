"""Whole-message commands, in both languages; everything else is a message."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from grievance.cases.record import OneUseCode
from grievance.complainants import access
from grievance.crypto.fields import unseal
from grievance.messaging.models import InboundMessage, OutboundMessage
from grievance.sites.operations import add_line
from grievance.sites.queries import site_by_slug
from tests.support.clock import Clock
from tests.support.phone import Phone
from tests.support.places import make_site

WORDS = "Entra polvo a la casa todos los dias"


@pytest.fixture
def known(phone: Phone) -> Phone:
    """Return a phone with one open case, the question answered."""
    phone.text(WORDS)
    phone.text("3")
    return phone


def test_status_names_the_case_and_its_date(known: Phone) -> None:
    (answer,) = known.text("Estado")

    assert known.case().reference in answer
    assert "01-10-2026" in answer


def test_status_of_a_case_of_somebody_else_says_nothing(known: Phone, phone_of: Callable[[str], Phone]) -> None:
    stranger = phone_of("+56933333333")

    (about_a_real_one,) = stranger.text(f"ESTADO {known.case().reference}")
    (about_none,) = stranger.text("ESTADO 7K3Q-9F2M")

    assert about_a_real_one == about_none


def test_status_without_a_case_opens_none(phone: Phone) -> None:
    (answer,) = phone.text("ESTADO")

    assert phone.cases() == []
    assert "no" in answer.lower()


def test_mistyped_reference_is_told(known: Phone) -> None:
    (answer,) = known.text("ESTADO 7K3Q-9F2X")

    assert "7K3Q-9F2M" in answer


def test_reference_alone_asks_for_its_status(known: Phone) -> None:
    (answer,) = known.text(known.case().reference.lower())

    assert known.case().reference in answer


def test_several_cases_are_listed(known: Phone) -> None:
    known.text("NUEVO los baños del campamento estan malos")

    (answer,) = known.text("ESTADO")

    assert all(case.reference in answer for case in known.cases())


@pytest.mark.parametrize("words", ["Nuevo: los baños estan malos", "NEW the toilets are broken"])
def test_text_that_begins_with_new_opens_a_case_of_its_own(known: Phone, words: str) -> None:
    known.text(words)

    assert len(known.cases()) == 2


def test_new_alone_makes_a_case_of_the_next_text(known: Phone) -> None:
    known.text("NUEVO")
    known.text("los baños estan malos")

    assert len(known.cases()) == 2


def test_next_text_joins_the_open_case(known: Phone) -> None:
    (answer,) = known.text("y también hay ruido")

    assert known.case().unread_count == 2
    assert known.case().reference in answer


def test_text_that_names_another_case_joins_that_one(known: Phone) -> None:
    first = known.case()
    known.text("NUEVO los baños estan malos")

    known.text(f"sobre el caso {first.reference}: sigue igual")

    assert [case.unread_count for case in known.cases()] == [2, 1]


def test_with_several_open_cases_the_answer_says_how_to_name_another(known: Phone) -> None:
    known.text("NUEVO los baños estan malos")

    (answer,) = known.text("nadie vino")

    assert known.cases()[1].reference in answer
    assert re.search("otro|another", answer)


def test_language_is_asked_then_kept(known: Phone) -> None:
    known.text("IDIOMA")
    known.text("2")

    (answer,) = known.text("ESTADO")

    assert answer.startswith("Case ")
    assert known.case().locale == "en"


def test_chosen_language_stays_whatever_language_is_written(known: Phone) -> None:
    known.text("English")
    known.text("hay mucho polvo en la casa y los niños estan enfermos por el polvo")

    (answer,) = known.text("ESTADO")

    assert answer.startswith("Case ")


def test_withdrawing_asks_first(known: Phone) -> None:
    known.text("RETIRAR")

    assert known.case().is_open


@pytest.mark.parametrize("yes", ["1", "si", "Sí", "S"])
def test_withdrawing_takes_a_clear_yes(known: Phone, yes: str) -> None:
    known.text("RETIRAR")
    (answer,) = known.text(yes)

    assert known.case().status == "withdrawn"
    assert known.case().reference in answer


@pytest.mark.parametrize("other", ["2", "no", "YES", "mejor que no, sigan viendo mi caso"])
def test_anything_else_keeps_the_case(known: Phone, other: str) -> None:
    known.text("RETIRAR")
    known.text(other)

    assert known.case().status == "received"


def test_withdrawing_with_several_cases_asks_which(known: Phone) -> None:
    known.text("NUEVO los baños estan malos")
    first, second = known.cases()

    (answer,) = known.text("RETIRAR")
    known.text(f"RETIRAR {second.reference}")
    known.text("1")

    assert first.reference in answer
    assert [case.status for case in known.cases()] == ["received", "withdrawn"]


def test_question_of_withdrawing_expires_after_a_day(known: Phone, clock: Clock) -> None:
    known.text("RETIRAR")
    clock.forward(timedelta(hours=25))
    known.text("1")

    assert known.case().status == "received"


def test_code_opens_the_case_on_the_web_once(known: Phone) -> None:
    (answer,) = known.text("CODIGO")
    code = re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", answer)
    assert code is not None

    with known.database.begin() as session:
        at = session.scalars(select(OneUseCode.expires_at)).one() - timedelta(hours=1)
        granted = access.open_with_code(session, known.case().reference, code[0], at=at)
        again = access.open_with_code(session, known.case().reference, code[0], at=at)

    assert isinstance(granted, access.AccessGranted)
    assert not isinstance(again, access.AccessGranted)


def test_text_with_the_code_is_wiped_once_sent(known: Phone) -> None:
    known.text("CODIGO")

    with known.database.read() as session:
        row = session.scalars(select(OutboundMessage).where(OutboundMessage.text_name == "code")).one()
    assert row.state == "sent"
    assert row.body_sealed is None


def test_access_code_sent_to_us_is_erased_and_the_person_is_told(known: Phone) -> None:
    told, _joined = known.text("mi codigo es 4FQ2-8KZM-1VXC-7TRB sigue el polvo")

    with known.database.read() as session:
        stored = session.scalars(select(InboundMessage).order_by(InboundMessage.id.desc())).first()
        assert stored is not None
        assert unseal(session, stored, "body") == "mi codigo es [****] sigue el polvo"
    assert re.search("borr|erased", told)


def test_access_code_alone_joins_nothing(known: Phone) -> None:
    (told,) = known.text("4FQ2-8KZM-1VXC-7TRB")

    assert known.case().unread_count == 1
    assert re.search("borr|erased", told)


def test_appeal_word_leads_to_a_person_and_to_the_authorities(known: Phone) -> None:
    (answer,) = known.text("APELAR")

    assert known.case().reference in answer
    assert re.search("autoridades|authorities", answer)


def test_appeal_with_its_reason_joins_the_case(known: Phone) -> None:
    known.text("Apelar no estoy de acuerdo porque nadie vino")

    assert known.case().unread_count == 2


@pytest.mark.parametrize(
    "words", ["NO ME DEN DE BAJA", "please stop the trucks", "estado del camino muy malo", "quiero un codigo de vestir"]
)
def test_sentence_with_a_command_in_it_is_a_grievance(phone: Phone, words: str) -> None:
    phone.text(words)

    assert len(phone.cases()) == 1


def test_number_silent_for_a_year_is_asked_for_its_reference_first(known: Phone, clock: Clock) -> None:
    reference = known.case().reference
    clock.forward(timedelta(days=366))

    (unproven,) = known.text("ESTADO")
    (proven,) = known.text(f"ESTADO {reference}")
    (later,) = known.text("ESTADO")

    assert reference not in unproven
    assert reference in proven
    assert reference in later


def test_number_silent_for_a_year_opens_a_case_of_its_own(known: Phone, clock: Clock) -> None:
    clock.forward(timedelta(days=366))

    answers = known.text("hola, tengo un problema con el agua de mi casa")

    assert len(known.cases()) == 2
    assert not any(known.cases()[0].reference in answer for answer in answers)


def test_line_of_two_sites_asks_which_and_moves_the_case(phone: Phone) -> None:
    with phone.database.begin() as session:
        first = site_by_slug(session, "cerro-imaginario")
        second = make_site(session, slug="puerto-imaginario", line=None)
        phone.line = "+56944444444"
        add_line(session, phone.line, sites=[first, second])
        second_id = second.id

    _receipt, which = phone.text(WORDS)
    noted, who = phone.text("2")

    assert "2 Puerto Imaginario" in which
    assert phone.case().site_id == second_id
    assert phone.case().reference in noted
    assert "1 " in who


def test_once_the_site_is_known_the_next_case_starts_there(phone: Phone) -> None:
    with phone.database.begin() as session:
        second = make_site(session, slug="puerto-imaginario", line=None)
        phone.line = "+56944444444"
        add_line(session, phone.line, sites=[site_by_slug(session, "cerro-imaginario"), second])
        second_id = second.id
    phone.text(WORDS)
    phone.text("2")

    (receipt,) = phone.text("NUEVO los baños estan malos")

    assert phone.cases()[1].site_id == second_id
    assert "Puerto Imaginario" in receipt
