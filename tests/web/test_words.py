"""Every code that a person may read has plain words, and due dates are said as people plan: in business days."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import NamedTuple

import pytest

from grievance.cases import states
from grievance.cases.remedies import CorrectiveKind
from grievance.cases.tasks import NoticeKind, TaskKind
from grievance.core.i18n import ENGLISH
from grievance.deadlines.calendars import chile_calendar
from grievance.deadlines.standards import CaseType, ClockName, standards_for
from grievance.web import clock_words, words

CALENDAR = chile_calendar([2026])


class _Clock(NamedTuple):
    due_at: datetime
    due_on: date
    met_at: datetime | None = None
    cancelled_at: datetime | None = None


def _at(month: int, day: int, hour: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


# Friday 16 October 2026 ends at 23:59:59 in Santiago, which is 02:59:59 UTC of the 17th (summer time, UTC-3).
DUE = _Clock(datetime(2026, 10, 17, 2, 59, 59, tzinfo=UTC), date(2026, 10, 16))


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        ("status", states.Status),
        ("outcome", states.Outcome),
        ("verdict", states.Verdict),
        ("source", states.Source),
        ("group", states.Group),
        ("channel", states.Channel),
        ("confidentiality", states.Confidentiality),
        ("reach", states.Reach),
        ("told", states.Told),
        ("message_kind", states.MessageKind),
        ("event", states.EventKind),
        ("actor", states.ActorKind),
        ("case_type", CaseType),
        ("task", TaskKind),
        ("notice", NoticeKind),
        ("action_kind", CorrectiveKind),
    ],
)
def test_every_code_of_a_closed_set_has_words(table: str, codes: type[StrEnum]) -> None:
    assert [code.value for code in codes if not words.has_words(table, code)] == []


def test_every_clock_has_words() -> None:
    assert all(clock_words.clock(name, ENGLISH) for name in ClockName)


def test_a_code_without_words_is_refused_and_never_shown() -> None:
    with pytest.raises(words.UnknownCode):
        words.status("lost", ENGLISH)


@pytest.mark.parametrize(
    ("now", "kind", "said"),
    [
        (_at(9, 30), "", "Due in 11 business days"),  # Monday 12 October is a holiday
        (_at(10, 15), "soon", "Due in 1 business day"),
        (_at(10, 16), "soon", "Due today"),
        (_at(10, 17), "late", "Late since Friday 16 October"),
        (_at(10, 19), "late", "Late by 1 business day"),
        (_at(10, 20), "late", "Late by 2 business days"),
    ],
    ids=["weeks before", "the day before", "the day", "the Saturday after", "the Monday after", "the Tuesday after"],
)
def test_a_running_clock_is_said_in_business_days(now: datetime, kind: str, said: str) -> None:
    found = clock_words.due_words(DUE, now=now, calendar=CALENDAR, lang=ENGLISH)

    assert (found.kind, found.words) == (kind, said)


def test_a_date_on_a_weekend_is_named_and_not_counted() -> None:
    saturday = datetime(2026, 10, 18, 2, 59, 59, tzinfo=UTC)

    found = clock_words.due(saturday, now=_at(10, 16), calendar=CALENDAR, lang=ENGLISH)

    assert found.words == "Due on Saturday 17 October"


@pytest.mark.parametrize(
    ("met_at", "kind", "said"),
    [
        (_at(10, 14), "met", "Met, 2 business days early"),
        (_at(10, 16), "met", "Met on time"),
        (_at(10, 19), "late", "Met, 1 business day late"),
    ],
    ids=["early", "on the day", "late"],
)
def test_a_met_clock_says_how_early_or_late(met_at: datetime, kind: str, said: str) -> None:
    found = clock_words.due_words(DUE._replace(met_at=met_at), now=_at(11, 1), calendar=CALENDAR, lang=ENGLISH)

    assert (found.kind, found.words) == (kind, said)


def test_hours_are_counted_near_the_end() -> None:
    due_at = _at(10, 16, 15)

    found = clock_words.due(due_at, now=_at(10, 16, 12), calendar=CALENDAR, unit="hours", lang=ENGLISH)
    late = clock_words.due(due_at, now=_at(10, 16, 20), calendar=CALENDAR, unit="hours", lang=ENGLISH)

    assert (found.words, late.words) == ("Due in 3 hours", "Late by 5 hours")


def test_the_rule_of_every_clock_is_one_plain_sentence() -> None:
    rows = [row for case_type in CaseType for row in standards_for(case_type)]

    said = [clock_words.rule_words(row.clock, row.amount, row.unit, ENGLISH) for row in rows]

    assert "Acknowledge: within 2 business days of receiving it." in said
    assert "Acknowledge: at once, the same day." in said
    assert all(sentence.endswith(".") for sentence in said)
