"""Opening a case: everything that belongs to it is there at once, sealed, chained and timed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grievance.cases.intake import (
    RECEIPT_SHOWN,
    FormKeyReused,
    NotYetHappened,
    confirm_saved,
    filed_with_key,
    forget_receipt_codes,
    receipt_code,
)
from grievance.cases.models import Case, HiddenFrom, Submission
from grievance.cases.record import CaseEvent, CaseHistory, Clock
from grievance.cases.states import Channel
from grievance.crypto.fields import commitment_of, unseal
from grievance.deadlines.standards import ClockName
from tests.support.places import WEDNESDAY, file_case, make_site


def test_a_filing_makes_case_words_clocks_event_and_projection(session: Session) -> None:
    filed = file_case(session, make_site(session), words="Entra polvo a la casa, ñandú 😀")

    assert unseal(session, filed.submission, "words") == "Entra polvo a la casa, ñandú 😀"
    event = session.scalars(select(CaseEvent)).one()
    assert (event.seq, event.kind) == (1, "received")
    assert event.words_mac == commitment_of(session, filed.submission, "words")
    assert filed.case.chain_head == event.digest
    projected = session.scalars(select(CaseHistory)).one()
    assert projected.acknowledge_due_at == min(clock.due_at for clock in filed.clocks)
    assert filed.case.next_due_at == projected.acknowledge_due_at


def test_an_unclassified_case_gets_the_dates_of_its_table(session: Session) -> None:
    filed = file_case(session, make_site(session))

    # Wednesday 2 September 2026: +2 business days is Friday 4; +4 is Tuesday 8.
    assert filed.due_on(ClockName.ACKNOWLEDGE) == date(2026, 9, 4)
    assert filed.due_on(ClockName.FIRST_CONTACT) == date(2026, 9, 8)
    # +20: 3,4,7-11,14-17 (11th of the count on the 17th), 18 is a holiday, 21-25, 28-30, 1 October.
    assert filed.due_on(ClockName.RESOLVE) == date(2026, 10, 1)


def test_the_database_file_shows_neither_words_nor_names(session: Session) -> None:
    filed = file_case(
        session, make_site(session), words="secreto inconfundible", name="Persona Ficticia", place="pieza 14"
    )
    session.flush()

    for table in ("submission", "complainant", "cases", "case_event", "case_history"):
        rows = session.connection().exec_driver_sql(f"SELECT * FROM {table}").all()
        assert rows
        for hidden in ("inconfundible", "Ficticia", "pieza 14", str(filed.code and filed.code.reveal())):
            assert hidden not in repr(rows)


def test_the_same_form_sent_twice_makes_one_case(session: Session) -> None:
    site = make_site(session)
    first = file_case(session, site, form_key="one-time-key")

    with pytest.raises(FormKeyReused) as reused:
        file_case(session, site, form_key="one-time-key", at=WEDNESDAY + timedelta(minutes=2))

    assert reused.value.submission_id == first.submission.id
    assert session.scalar(select(func.count()).select_from(Case)) == 1
    found = filed_with_key(session, "one-time-key")
    assert found is not None
    assert receipt_code(session, found, at=WEDNESDAY + timedelta(minutes=2)) == first.code


def test_the_code_is_shown_again_for_an_hour_and_never_after_it_was_saved(session: Session) -> None:
    site = make_site(session)
    late, saved = file_case(session, site), file_case(session, site)

    assert receipt_code(session, late.submission, at=WEDNESDAY + RECEIPT_SHOWN) == late.code
    assert receipt_code(session, late.submission, at=WEDNESDAY + RECEIPT_SHOWN + timedelta(seconds=1)) is None
    confirm_saved(saved.submission, at=WEDNESDAY)
    assert receipt_code(session, saved.submission, at=WEDNESDAY) is None


def test_readable_codes_are_forgotten_after_the_hour(session: Session) -> None:
    filed = file_case(session, make_site(session))

    assert forget_receipt_codes(session, at=WEDNESDAY + timedelta(minutes=59), limit=10) == 0
    assert forget_receipt_codes(session, at=WEDNESDAY + timedelta(minutes=61), limit=10) == 1
    session.expire_all()
    assert session.get_one(Submission, filed.submission.id).receipt_code_sealed is None


def test_a_letter_entered_later_keeps_both_instants(session: Session) -> None:
    letter_on = WEDNESDAY - timedelta(days=3)
    filed = file_case(session, make_site(session), channel=Channel.LETTER, happened_at=letter_on)

    event = session.scalars(select(CaseEvent)).one()
    assert (event.happened_at, event.recorded_at) == (letter_on, WEDNESDAY)
    assert session.scalars(select(Clock.started_at)).first() == letter_on
    assert filed.case.received_at == letter_on


def test_nothing_is_filed_from_the_future(session: Session) -> None:
    with pytest.raises(NotYetHappened):
        file_case(session, make_site(session), happened_at=WEDNESDAY + timedelta(minutes=1))


def test_a_case_that_concerns_the_handlers_is_restricted_from_the_first_second(session: Session) -> None:
    filed = file_case(session, make_site(session), concerns_handlers=True)

    assert filed.case.is_restricted
    assert session.scalars(select(CaseHistory.is_restricted)).one() is True


def test_nobody_is_hidden_from_when_nobody_is_named(session: Session) -> None:
    file_case(session, make_site(session))

    assert session.scalar(select(func.count()).select_from(HiddenFrom)) == 0
