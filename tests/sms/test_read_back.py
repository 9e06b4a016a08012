"""Whether what staff wrote down is right: asked by text of whoever wants that, answered with one digit."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from grievance.accounts.permissions import Duty
from grievance.cases.intake import Filing
from grievance.cases.models import Complainant, Submission
from grievance.cases.record import Task
from grievance.cases.states import Channel, Reach, staff_actor
from grievance.complainants import assisted
from grievance.complainants.door import Phone as Number
from grievance.core import clock as system
from grievance.core.i18n import SPANISH
from grievance.core.phone import PhoneNumber
from grievance.crypto.fields import BLOCKED, cover, unseal
from grievance.sites.queries import site_by_slug
from tests.support.people import make_staff
from tests.support.phone import NUMBER, Phone
from tests.support.places import LINE

SHORT = "No nos pagan las horas extra."
LONG = "No nos pagan las horas extra del turno de noche desde abril. " * 4


def record(phone: Phone, words: str, *, duty: Duty = Duty.TRIAGER, read_back: str = "asked") -> list[str]:
    """Record what somebody told at the desk, and confirm the phone; return what came to it after the digits."""
    with phone.database.begin() as session:
        site = site_by_slug(session, "cerro-imaginario")
        clerk = make_staff(session, name="Irma Ventanilla", duties={duty: site}, with_second_factor=False)
        filing = Filing(
            words=words,
            locale=SPANISH,
            channel=Channel.WALK_IN,
            reach=Reach.PAGE,
            form_key="key",
            recorded_by_id=clerk.staff_id,
            read_back=read_back,
        )
        number = Number(PhoneNumber(NUMBER), LINE)
        by, now = staff_actor(clerk.staff_id), system.now()
        filed = assisted.record_intake(session, site, filing, phone=number, by=by, at=now, happened_at=now)
        digits = unseal(session, filed.complainant, "code") or ""
    before = phone.receive()
    assert not any(words[:20] in text for text in before), "nothing of the words before the phone is confirmed"
    with phone.database.begin() as session:
        assisted.confirm_digits(session, "key", digits, staff_id=clerk.staff_id, at=system.now())
    return phone.receive()


def said(phone: Phone) -> str | None:
    with phone.database.read() as session:
        return session.scalars(select(Submission.read_back)).one()


def test_short_words_go_whole_and_one_says_that_they_are_right(phone: Phone) -> None:
    texts = record(phone, SHORT)
    assert SHORT in texts[-1]

    (answer,) = phone.text("1")

    assert said(phone) == "right"
    assert phone.case().reference in answer
    with phone.database.read() as session:
        assert session.scalars(select(Task.kind)).all() == []


def test_long_words_stay_on_the_page(phone: Phone) -> None:
    texts = record(phone, LONG)

    assert "horas extra" not in texts[-1]
    assert phone.case().reference in texts[-1]


@pytest.mark.parametrize(("duty", "is_theirs"), [(Duty.TRIAGER, True), (Duty.INTAKE, False)])
def test_two_gives_a_task_to_who_wrote_it_or_to_those_who_may_see_the_case(
    phone: Phone, duty: Duty, is_theirs: bool
) -> None:
    record(phone, SHORT, duty=duty)

    phone.text("2")

    assert said(phone) == "wrong"
    with phone.database.read() as session:
        task = session.scalars(select(Task)).one()
        assert task.kind == "correct_words"
        assert (task.assigned_to_id is not None) is is_theirs


def test_the_digit_counts_once_and_other_words_are_a_message(phone: Phone) -> None:
    record(phone, SHORT)
    phone.text("Falta decir que fue en abril")
    assert said(phone) == "asked"

    phone.text("2")
    phone.text("1")

    assert said(phone) == "wrong"


def test_nobody_is_asked_who_did_not_want_it(phone: Phone) -> None:
    texts = record(phone, SHORT, read_back="confirmed")

    assert not any(SHORT in text for text in texts)
    phone.text("1")
    assert said(phone) == "confirmed"


def test_nothing_goes_to_a_phone_that_was_never_confirmed(phone: Phone) -> None:
    record(phone, SHORT, read_back="confirmed")
    with phone.database.begin() as session:
        person = session.scalars(select(Complainant)).one()
        session.scalars(select(Submission)).one().read_back = "asked"
        person.verified_at = None
        assisted.ask_read_back(session, session.get_one(type(phone.case()), phone.case().id), person, at=system.now())

    assert phone.receive() == []


def test_blocked_words_are_not_copied_into_a_text_nor_is_what_stands_for_them(phone: Phone) -> None:
    record(phone, SHORT)
    with phone.database.begin() as session:
        submission = session.scalars(select(Submission)).one()
        cover(submission, "words")
        person = session.scalars(select(Complainant)).one()
        assisted.ask_read_back(session, session.get_one(type(phone.case()), phone.case().id), person, at=system.now())

    (text,) = phone.receive()

    assert BLOCKED not in text
    assert SHORT not in text
    assert phone.case().reference in text
