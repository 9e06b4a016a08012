"""The figures from counts: worked by hand, and at the edges where a number is hidden or joined by another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from grievance.core.i18n import ENGLISH, SPANISH
from grievance.metrics.definitions import DEFINITIONS, PARTS
from grievance.metrics.durations import time_to_resolution
from grievance.metrics.handling import AccountDoesNotBalance, acknowledged_on_time, volume
from grievance.metrics.indicators import INDICATORS, figures
from grievance.metrics.inputs import (
    ACCOUNT,
    ACKNOWLEDGEMENT,
    ACTIONS,
    APART,
    FOLLOWED,
    REOPENINGS,
    RESOLUTION,
    SURVEYS,
    Counts,
    InputSet,
    InputSetUnreadable,
    People,
    Scope,
    read,
    written,
)
from grievance.metrics.opinions import satisfied_with_outcome, verdicts
from grievance.metrics.people import published
from grievance.metrics.periods import Quarter
from grievance.metrics.results import Basis, Result
from grievance.metrics.survival import DayCount
from grievance.publishing import wording
from grievance.publishing.bulletin import ALLOWED_PARTS, check_allowed, figures_of


def counts(
    account: Mapping[str, int] | None = None,
    acknowledgement: Mapping[str, int] | None = None,
    surveys: Mapping[str, int] | None = None,
    durations: tuple[DayCount, ...] = (),
    **later: Any,
) -> Basis:
    found = Counts(
        account=dict.fromkeys(ACCOUNT, 0) | dict(account or {}),
        apart=dict.fromkeys(APART, 0),
        acknowledgement=dict.fromkeys(ACKNOWLEDGEMENT, 0) | dict(acknowledgement or {}),
        resolution=dict.fromkeys(RESOLUTION, 0),
        durations=durations,
        surveys=dict.fromkeys(SURVEYS, 0) | dict(surveys or {}),
        followed=dict.fromkeys(FOLLOWED, 0) | dict(later.get("followed", {})),
        backlog=later.get("backlog", ()),
        reopenings=dict.fromkeys(REOPENINGS, 0) | dict(later.get("reopenings", {})),
        actions=dict.fromkeys(ACTIONS, 0) | dict(later.get("actions", {})),
    )
    tables = {row["id"]: row for row in published(later.get("people"))}
    return Basis(found, tables, later.get("workforce"))


def inputs(found: Basis, people: People | None = None) -> InputSet:
    scope = Scope("cerro", Quarter(2026, 3), "America/Santiago", datetime(2026, 10, 15, 15, 0, tzinfo=UTC))
    return InputSet(scope, found.counts, people)


def test_every_way_of_being_told_counts_and_merely_sent_does_not() -> None:
    result = acknowledged_on_time(
        counts(
            acknowledgement={
                "on_time_delivered": 4,
                "on_time_seen": 3,
                "on_time_handed_over": 2,
                "on_time_posted": 1,
                "late": 5,
                "sent_unconfirmed": 6,
                "not_told": 7,
                "receipts_delivered": 99,
                "ended_before_due": 8,
            }
        )
    )

    assert (result.numerator, result.denominator) == (10, 28)
    assert result.exclusions == {"ended_before_due": 8, "merged": 0}


def test_an_account_that_does_not_balance_is_refused() -> None:
    good = {"opening": 21, "received": 66, "reopened": 2, "closed": 57, "withdrawn": 8, "closing": 24}
    assert (volume(counts(good)).numerator, volume(counts(good)).denominator) == (65, 66)

    with pytest.raises(AccountDoesNotBalance):
        volume(counts({**good, "closing": 23}))


def test_the_published_curve_is_that_of_the_worked_example() -> None:
    # Events 3, 5, 7, 10, 14; open at 12, 20, 30, 45, 60: median 14, 52 of every 100 by day 30.
    resolved = tuple(DayCount(day, events=1) for day in (3, 5, 7, 10, 14))
    still_open = tuple(DayCount(day, censored=1) for day in (12, 20, 30, 45, 60))

    result = time_to_resolution(counts(durations=resolved + still_open))

    assert (result.numerator, result.denominator, result.hidden) == (5, 10, None)
    assert result.parts["median_days"] == 14
    assert [result.parts[f"day_{day}"] for day in (7, 15, 30, 60, 90)] == [0.3, 0.52, 0.52, 0.52, None]
    # The interval of S(14) in the vectors is 0.160855 to 0.744666, by an independent library.
    assert result.parts["day_30_low"] == pytest.approx(1 - 0.744666, abs=1e-6)
    assert result.parts["day_30_high"] == pytest.approx(1 - 0.160855, abs=1e-6)
    assert not [name for name in result.parts if name.startswith("incidence")]


@pytest.mark.parametrize(
    ("events", "still_open", "is_shown"),
    [(5, 5, True), (5, 4, False), (4, 6, False), (10, 0, True)],
    ids=["ten and five", "nine cases", "four resolved", "all resolved"],
)
def test_shares_need_ten_cases_and_five_resolutions(events: int, still_open: int, is_shown: bool) -> None:
    result = time_to_resolution(counts(durations=(DayCount(3, events=events), DayCount(100, censored=still_open))))

    assert ("median_days" in result.parts) is is_shown
    assert (result.hidden is None) is is_shown


@pytest.mark.parametrize(("left", "is_beside"), [(2, False), (3, True)], ids=["10 of 100", "more"])
def test_many_who_left_otherwise_bring_the_other_way_of_counting(left: int, is_beside: bool) -> None:
    durations = (DayCount(5, events=10), DayCount(6, competing=left), DayCount(95, censored=10 - left))

    result = time_to_resolution(counts(durations=durations))

    assert result.denominator == 20
    assert any(name.startswith("incidence") for name in result.parts) is is_beside
    if is_beside:
        assert result.parts["incidence_day_30"] == 0.5


@pytest.mark.parametrize(
    ("answered", "content", "shown"),
    [(0, 0, 0), (1, 1, None), (9, 9, None), (9, 0, None), (9, 8, 8), (10, 10, 10), (10, 0, 0)],
)
def test_few_answers_that_are_all_alike_are_hidden(answered: int, content: int, shown: int | None) -> None:
    surveys = {"asked": 12, "delivered": 12, "outcome_5": content, "outcome_2": answered - content}

    result = satisfied_with_outcome(counts(surveys=surveys))

    assert (result.numerator, result.denominator) == (shown, answered)
    assert (result.hidden is None) is (shown is not None)


def test_hidden_verdicts_are_hidden_in_every_part() -> None:
    result = verdicts(counts(surveys={"asked": 5, "delivered": 5, "verdict_satisfied": 3}))

    assert result.numerator is None
    assert [result.parts[f"verdict_{name}"] for name in ("satisfied", "partly", "not_satisfied")] == [None] * 3
    assert result.parts["verdict_no_answer"] == 2


def test_an_empty_quarter_has_figures_too() -> None:
    text = figures(inputs(counts()))

    check_allowed(text)
    found = figures_of(text)
    assert list(found) == list(INDICATORS)
    assert {id_: figure.numerator for id_, figure in found.items() if figure.numerator != 0} == {"M12": None}


def test_the_same_counts_give_the_same_bytes_after_being_stored() -> None:
    durations = (DayCount(3, events=7), DayCount(40, censored=2, competing=3))
    found = inputs(counts({"opening": 1, "closing": 1}, durations=durations))

    assert figures(read(written(found))) == figures(found)
    assert "3,7,0,0" in written(found)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema":99}'])
def test_what_is_no_input_set_is_refused(text: str) -> None:
    with pytest.raises(InputSetUnreadable):
        read(text)


def test_every_figure_and_part_has_words_in_both_languages() -> None:
    durations = (DayCount(5, events=10), DayCount(6, competing=5), DayCount(95, censored=5))
    results: list[Result] = [row.compute(counts(durations=durations)) for row in INDICATORS.values()]
    codes = {code for result in results for code in (*result.parts, *result.exclusions)}

    assert DEFINITIONS.keys() == INDICATORS.keys()
    assert codes <= set(ALLOWED_PARTS)
    for code in codes:
        spanish, english = (wording.part_name(code, locale) for locale in (SPANISH, ENGLISH))
        assert spanish != english, code
        assert "%" not in spanish + english, code


def test_every_part_with_words_can_occur() -> None:
    durations = (DayCount(5, events=10), DayCount(6, competing=5), DayCount(95, censored=5))
    results = [row.compute(counts(durations=durations)) for row in INDICATORS.values()]

    assert set(PARTS) - {code for result in results for code in (*result.parts, *result.exclusions)} == set()
