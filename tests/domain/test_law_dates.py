"""A case sorted into a kind whose dates are law: the person is told the law's date at once, and figures go by it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.cases import clocks, delays, pauses, triage
from grievance.cases.delay_record import Escalation, InterimNotice, Pause
from grievance.cases.models import Case, CaseMessage
from grievance.cases.record import CaseEvent, CaseHistory, Clock
from grievance.cases.side_tracks import DelayReason
from grievance.cases.states import Confidentiality, EventKind
from grievance.cases.verify import verify_cases
from grievance.core.i18n import OFFERED, SPANISH, Locale
from grievance.crypto.fields import unseal
from grievance.deadlines.standards import CaseType, ClockName
from grievance.messaging.models import OutboundMessage
from grievance.messaging.segments import Encoding, count
from grievance.messaging.texts import NEEDS, TextName, render
from grievance.rounds.timers import sweep
from tests.support.casework import Room, by, file_text, sort
from tests.support.places import file_case

ZONE = ZoneInfo("America/Santiago")
DAY = timedelta(days=1)

WORKED = {
    # type, received, the 20 business days promised, the law's date; worked by hand on a calendar of Chile. Holidays:
    # 18 and 19 September, 12 and 31 October, 8 and 25 December 2026, 1 January, 26 March 2027.
    "over the national holidays": (CaseType.HARASSMENT, "2026-09-15", "2026-10-15", "2026-10-29"),
    "on a Saturday": (CaseType.HARASSMENT, "2026-10-03", "2026-11-02", "2026-11-16"),
    "on a holiday": (CaseType.HARASSMENT, "2026-10-12", "2026-11-09", "2026-11-23"),
    "over the end of the year": (CaseType.HARASSMENT, "2026-11-23", "2026-12-22", "2027-01-07"),
    "data: 30 calendar days end later than 20 business days": (
        CaseType.DATA_RIGHTS,
        "2026-11-02",
        "2026-11-30",
        "2026-12-02",
    ),
    "data: and on a day of rest, which the law counts": (
        CaseType.DATA_RIGHTS,
        "2026-11-05",
        "2026-12-03",
        "2026-12-05",
    ),
}


def noon(on: date | str) -> datetime:
    found = date.fromisoformat(on) if isinstance(on, str) else on
    return datetime(found.year, found.month, found.day, 12, tzinfo=ZONE).astimezone(UTC)


def received(session: Session, room: Room, *, on: str = "2026-09-15", known: bool = True) -> Case:
    said = Confidentiality.CONFIDENTIAL if known else Confidentiality.ANONYMOUS
    return file_case(session, room.site, at=noon(on), confidentiality=said, words="Mi jefatura me grita").case


def classify(
    session: Session,
    room: Room,
    case: Case,
    type: CaseType = CaseType.HARASSMENT,  # noqa: A002  # the field's own word
    *,
    on: str,
) -> None:
    triage.classify(
        session,
        case,
        type=type,
        category_id=None,
        severity=3,
        reason="Resultó ser otra cosa.",
        by=by(room.triager),
        at=noon(on) + timedelta(hours=1),
    )


def answers(session: Session, case: Case) -> list[tuple[date, bool]]:
    """Return the dates of the answer that are in force, met or not, each with whether it counts for the figures."""
    session.flush()
    target = clocks.due_at(session, case, ClockName.RESOLVE)
    return [
        (clock.due_on, clock.due_at == target)
        for clock in clocks.of(session, case.id)
        if clock.name == ClockName.RESOLVE and clock.cancelled_at is None
    ]


def target(session: Session, case: Case) -> date:
    session.flush()
    last = session.scalars(
        select(CaseHistory).where(CaseHistory.case_id == case.id).order_by(CaseHistory.seq.desc()).limit(1)
    ).one()
    assert last.resolve_due_at is not None
    return last.resolve_due_at.astimezone(ZONE).date()


def told(session: Session, case: Case) -> list[CaseMessage]:
    session.flush()
    query = select(CaseMessage).where(CaseMessage.case_id == case.id, CaseMessage.is_from_person.is_(False))
    return [row for row in session.scalars(query.order_by(CaseMessage.id)) if row.kind in {"delay", "notice"}]


def breaches(session: Session, case: Case, name: str = "resolve") -> list[tuple[str, bool]]:
    session.flush()
    query = select(CaseEvent.codes).where(CaseEvent.case_id == case.id, CaseEvent.kind == "clock_breached")
    return [(codes["due_on"], codes["notice"]) for codes in session.scalars(query) if codes["clock"] == name]


@pytest.mark.parametrize(("type_", "on", "promised", "law"), WORKED.values(), ids=WORKED)
def test_the_answer_runs_to_the_date_of_the_law_and_the_person_is_told_at_once(
    session: Session, room: Room, type_: CaseType, on: str, promised: str, law: str
) -> None:
    case = received(session, room, on=on)
    assert answers(session, case) == [(date.fromisoformat(promised), True)]

    classify(session, room, case, type_, on=on)

    assert answers(session, case) == [(date.fromisoformat(law), True)]
    assert target(session, case) == date.fromisoformat(law)
    notice = session.scalars(select(InterimNotice)).one()
    assert (notice.old_due_on.isoformat(), notice.new_due_on.isoformat()) == (promised, law)
    assert notice.reason == "set_by_law"
    assert [message.told for message in told(session, case)] == ["posted"]
    assert list(verify_cases(session)) == []


def test_a_lawful_case_is_not_late_after_the_first_promise(session: Session, room: Room) -> None:
    case = received(session, room)
    classify(session, room, case, on="2026-09-16")

    sweep(session, at=noon("2026-10-16"), limit=100)

    assert breaches(session, case) == []
    assert case.next_due_at is not None
    climbed = session.scalars(select(Clock.name).join(Escalation, Escalation.clock_id == Clock.id)).all()
    assert "resolve" not in climbed


def test_missing_the_date_of_the_law_is_a_breach_and_one_rung(session: Session, room: Room) -> None:
    case = received(session, room)
    classify(session, room, case, on="2026-09-16")
    sweep(session, at=noon("2026-10-28"), limit=100)
    before = case.rung

    sweep(session, at=noon("2026-10-30"), limit=100)

    assert breaches(session, case) == [("2026-10-29", False)]
    assert breaches(session, case, "investigate") == [("2026-10-29", False)]
    of_law = session.scalars(
        select(Escalation).join(Clock, Clock.id == Escalation.clock_id).where(Clock.due_on == date(2026, 10, 29))
    ).all()
    assert len(of_law) <= 1
    assert case.rung <= before + 1


def test_two_clocks_of_the_same_thirty_days_climb_one_rung(session: Session, room: Room) -> None:
    case = received(session, room)
    classify(session, room, case, on="2026-09-16")
    for name in ("protect", "refer_to_dt", "acknowledge"):
        clocks.meet(session, case, name, at=noon("2026-09-16"))

    sweep(session, at=noon("2026-10-30"), limit=100)

    assert case.rung == 1


def test_a_promise_that_was_missed_before_stays_missed_without_notice(session: Session, room: Room) -> None:
    case = received(session, room)
    classify(session, room, case, on="2026-10-16")

    sweep(session, at=noon("2026-10-17"), limit=100)

    assert answers(session, case) == [(date(2026, 10, 15), True), (date(2026, 10, 29), False)]
    assert target(session, case) == date(2026, 10, 15)
    assert breaches(session, case) == [("2026-10-15", False)]
    message = told(session, case)[0]
    assert "no lo cumplimos" in (unseal(session, message, "words") or "")


def test_sorting_it_again_tells_nothing_twice(session: Session, room: Room) -> None:
    kept, missed = received(session, room), received(session, room)
    for case, on in ((kept, "2026-09-16"), (missed, "2026-10-16")):
        classify(session, room, case, on=on)
        classify(session, room, case, on="2026-10-17")

        assert len(told(session, case)) == 1


def test_sorted_out_of_it_again_the_first_date_counts_as_before(session: Session, room: Room) -> None:
    case = received(session, room)
    classify(session, room, case, on="2026-09-16")

    classify(session, room, case, CaseType.LABOUR, on="2026-09-17")

    assert answers(session, case) == [(date(2026, 10, 15), True)]
    assert target(session, case) == date(2026, 10, 15)


@pytest.mark.parametrize("type_", [CaseType.HUMAN_RIGHTS, CaseType.INTEGRITY, CaseType.ENVIRONMENT])
def test_where_the_date_is_not_law_the_promise_stands(session: Session, room: Room, type_: CaseType) -> None:
    case = received(session, room)

    classify(session, room, case, type_, on="2026-09-16")

    assert answers(session, case) == [(date(2026, 10, 15), True)]
    assert told(session, case) == []
    assert session.scalars(select(InterimNotice)).all() == []


def test_data_whose_thirty_days_end_first_get_the_earlier_date_without_a_word(session: Session, room: Room) -> None:
    # 8 and 25 December make twenty business days end on Tuesday 29, two days after the thirty of the law.
    case = received(session, room, on="2026-11-27")
    assert answers(session, case) == [(date(2026, 12, 29), True)]

    classify(session, room, case, CaseType.DATA_RIGHTS, on="2026-11-30")

    assert answers(session, case) == [(date(2026, 12, 27), True)]
    assert told(session, case) == []


def test_an_anonymous_person_is_told_the_date_and_asked_in_one_message(session: Session, room: Room) -> None:
    case = received(session, room, known=False)

    classify(session, room, case, on="2026-09-16")

    (message,) = told(session, case)
    words = unseal(session, message, "words") or ""
    assert "Ley Karin" in words
    assert "29-10-2026" in words
    assert "quién es" in words


def test_a_text_says_the_date_and_not_what_kind_of_case_it_is(session: Session, room: Room) -> None:
    filed, _ = file_text(session, room.site, at=noon("2026-09-15"), confidentiality=Confidentiality.CONFIDENTIAL)

    classify(session, room, filed.case, on="2026-09-16")

    session.flush()
    (text,) = session.scalars(select(OutboundMessage).where(OutboundMessage.text_name == "law_date")).all()
    body = render(
        TextName.LAW_DATE,
        SPANISH,
        site="Cerro",
        reference="7K3Q-9F2M",
        due_on=date(2026, 10, 29),
        old_on=date(2026, 10, 15),
    )
    assert text.text_name == "law_date"
    assert "29-10-2026" in body
    assert "Karin" not in body


@pytest.mark.parametrize("name", [TextName.LAW_DATE, TextName.LAW_DATE_MISSED, TextName.LAW_DATE_STOPPED])
@pytest.mark.parametrize("locale", OFFERED)
def test_the_longest_fits_into_one_part(locale: Locale, name: TextName) -> None:
    days = {"due_on": date(2026, 12, 30), "old_on": date(2026, 12, 28)}
    needed = {need: days[need] for need in NEEDS[name] if need in days}

    cost = count(render(name, locale, site="M" * 24, reference="7K3Q-9F2M", **needed))

    assert (cost.encoding, cost.parts) == (Encoding.GSM_7, 1)


def test_a_later_date_that_somebody_told_gives_way_to_the_law(session: Session, room: Room) -> None:
    case = received(session, room)
    sort(session, room, case, at=noon("2026-09-15"))
    delays.give_notice(
        session,
        case,
        ClockName.RESOLVE,
        reason=DelayReason.OTHER,
        new_due_on=date(2026, 11, 20),
        words="Tardaremos.",
        by=by(room.handler),
        at=noon("2026-09-15"),
    )

    classify(session, room, case, on="2026-09-16")

    assert answers(session, case) == [(date(2026, 10, 29), True)]


def test_a_case_that_waits_for_the_person_waits_no_longer(session: Session, room: Room) -> None:
    case = received(session, room)
    sort(session, room, case, at=noon("2026-09-15"))
    pauses.pause(session, case, words="¿Qué día fue?", by=by(room.handler), at=noon("2026-09-15"))

    classify(session, room, case, on="2026-09-16")

    assert case.paused_until is None
    assert session.scalars(select(Pause.ended_at)).one() is not None
    assert answers(session, case) == [(date(2026, 10, 29), True)]
    kinds = session.scalars(select(CaseEvent.kind).where(CaseEvent.case_id == case.id)).all()
    assert kinds.count(EventKind.RESUMED.value) == 1
