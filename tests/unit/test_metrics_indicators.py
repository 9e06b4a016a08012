"""The figures from counts: worked by hand, and at the edges where a number is hidden or joined by another."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grievance.cases.remedies import CorrectiveKind
from grievance.core.i18n import ENGLISH, SPANISH
from grievance.metrics.definitions import DEFINITIONS, PARTS
from grievance.metrics.durations import time_to_resolution
from grievance.metrics.handling import (
    AccountDoesNotBalance,
    acknowledged_on_time,
    appeals_upheld,
    backlog_age,
    resolution_rate,
    volume,
)
from grievance.metrics.indicators import INDICATORS, figures
from grievance.metrics.inputs import (
    ACCOUNT,
    ACKNOWLEDGEMENT,
    ACTION_KINDS,
    ACTIONS,
    APART,
    APPEALS,
    FOLLOWED,
    REOPENINGS,
    REPRISALS,
    RESOLUTION,
    SURVEYS,
    AgeCount,
    Counts,
    InputSet,
    InputSetUnreadable,
    People,
    Scope,
    Workforce,
    canonical,
    read,
    written,
)
from grievance.metrics.opinions import satisfied_with_outcome, satisfied_with_process, treated_worse, verdicts
from grievance.metrics.people import carried_over, published
from grievance.metrics.periods import Quarter
from grievance.metrics.results import Basis, Result
from grievance.metrics.survival import DayCount
from grievance.publishing import wording
from grievance.publishing.bulletin import ALLOWED_PARTS, check_allowed, figures_of

FIXTURES = Path(__file__).parents[1] / "fixtures"
CERTAINTY = ("response", "low", "high", "worst", "best", "trend_allowed")


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
        appeals=dict.fromkeys(APPEALS, 0) | dict(later.get("appeals", {})),
        reprisals=dict.fromkeys(REPRISALS, 0) | dict(later.get("reprisals", {})),
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


def test_the_resolution_rate_states_its_days_and_counts_what_left_as_not_resolved() -> None:
    followed = {"resolved_30": 12, "left_30": 3, "unresolved_30": 5, "resolved_90": 6, "left_90": 2, "merged": 4}

    result = resolution_rate(counts(followed=followed))

    assert (result.numerator, result.denominator, result.exclusions) == (12, 20, {"merged": 4})
    assert (result.parts["rate_30"], result.parts["cohort_30"]) == (0.6, 20)
    # Eight cases had 90 days: no share is out of fewer than ten.
    assert (result.parts["rate_90"], result.parts["cohort_90"]) == (None, 8)


@pytest.mark.parametrize(
    ("ages", "median_age", "p90", "over"),
    [
        ((), None, None, [0, 0, 0]),
        (((30, 1),), 30, 30, [0, 0, 0]),
        (((31, 1), (60, 1)), 45.5, 60, [2, 0, 0]),
        (((10, 3), (61, 1)), 10, 61, [1, 1, 0]),
        (((1, 9), (91, 1)), 1, 1, [1, 1, 1]),
        (((1, 8), (90, 1), (400, 1)), 1, 90, [2, 2, 1]),
    ],
    ids=["none", "thirty is not over", "two", "four", "nine of ten", "rank nine"],
)
def test_ages_of_the_backlog_by_rank_and_over_limits(
    ages: tuple[tuple[int, int], ...], median_age: float | None, p90: int | None, over: list[int]
) -> None:
    result = backlog_age(counts(backlog=tuple(AgeCount(*row) for row in ages)))

    assert (result.parts["median_age_days"], result.parts["p90_age_days"]) == (median_age, p90)
    assert [result.parts[f"over_{day}"] for day in (30, 60, 90)] == over
    assert (result.numerator, result.denominator) == (over[2], sum(cases for _, cases in ages))


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 5)), max_size=12))
def test_ages_are_those_of_the_sorted_list(rows: list[tuple[int, int]]) -> None:
    every = sorted(day for day, cases in rows for _ in range(cases))

    parts = backlog_age(counts(backlog=tuple(AgeCount(*row) for row in rows))).parts

    assert parts["median_age_days"] == (statistics.median(every) if every else None)
    # Nearest rank: the smallest age that at least nine of ten do not exceed.
    reached = [age for age in every if sum(other <= age for other in every) * 10 >= len(every) * 9]
    assert parts["p90_age_days"] == (reached[0] if reached else None)


def test_the_worked_example_of_satisfaction_has_its_interval_and_its_bounds() -> None:
    # 60 reached, 24 answered, 18 satisfied: 40 % answered; 30 to 90 % if the silent were all of one mind.
    surveys = {"asked": 70, "delivered": 60, "outcome_5": 10, "outcome_4": 8, "outcome_2": 6}

    result = satisfied_with_outcome(counts(surveys=surveys))

    assert (result.numerator, result.denominator) == (18, 24)
    assert {name: result.parts[name] for name in CERTAINTY} == {
        "response": 0.4,
        "low": pytest.approx(0.551006, abs=1e-6),
        "high": pytest.approx(0.880006, abs=1e-6),
        "worst": 0.3,
        "best": 0.9,
        "trend_allowed": 0,
    }


@pytest.mark.parametrize(
    ("delivered", "answered", "content", "may_compare"),
    [(200, 100, 80, 1), (201, 100, 80, 0), (200, 0, 0, 0), (38, 38, 19, 0), (40, 40, 20, 1)],
    ids=["half answered", "less than half", "nobody", "half-width 15.15", "half-width 14.80"],
)
def test_two_quarters_are_compared_only_when_enough_answered_and_chance_is_small(
    delivered: int, answered: int, content: int, may_compare: int
) -> None:
    surveys = {"asked": delivered, "delivered": delivered, "process_4": content, "process_1": answered - content}

    assert satisfied_with_process(counts(surveys=surveys)).parts["trend_allowed"] == may_compare


@pytest.mark.parametrize("answered", [0, 1, 9], ids=["none", "one", "nine"])
def test_no_percentage_is_out_of_fewer_than_ten_answers(answered: int) -> None:
    surveys = {"asked": 30, "delivered": 30, "verdict_satisfied": answered}

    parts = verdicts(counts(surveys=surveys)).parts

    assert [parts[name] for name in CERTAINTY] == [round(answered / 30, 6), None, None, None, None, 0]


def test_the_second_curve_says_how_many_left_in_another_way() -> None:
    durations = (DayCount(5, events=10), DayCount(6, competing=3), DayCount(95, censored=7))

    assert time_to_resolution(counts(durations=durations)).parts["left_share"] == 0.15


def test_an_input_set_of_the_first_schema_gives_the_bytes_that_were_published() -> None:
    kept = json.loads((FIXTURES / "input_sets_schema_1.json").read_text(encoding="utf-8"))

    for release in kept["releases"]:
        found = read(release["input_set"])
        assert found.schema == 1
        assert figures(found) == release["figures"]
        assert written(found) == release["input_set"]
        check_allowed(figures(found))


@pytest.mark.parametrize(
    ("schema", "sections", "ids"),
    [
        (2, ("salt", "appeals", "reprisals"), {"M6.appealed", "M6.upheld", "M13"}),
        (3, ("appeals", "reprisals"), {"M6.appealed", "M6.upheld", "M13"}),
        (4, ("reprisals",), {"M13"}),
    ],
)
def test_an_input_set_of_an_earlier_schema_gives_its_figures_and_its_own_bytes(
    schema: int, sections: tuple[str, ...], ids: set[str]
) -> None:
    found_now = counts(appeals={"notices": 9, "appealed": 2}, reprisals={"asked": 30, "answered": 12})
    now = inputs(found_now, People(counts={"gender": {"man": 7, "woman": 6}}, behind=40))
    kept = json.loads(written(now)) | {"schema": schema}
    del kept["people"]["behind"]
    for section in sections:
        del kept[section]
    stored = canonical(kept)

    found = read(stored)

    assert written(found) == stored
    given = [figure["id"] for figure in json.loads(figures(found))["figures"]]
    assert given == [id_ for id_ in INDICATORS if id_ not in ids]
    of_now = [figure for figure in json.loads(figures(now))["figures"] if figure["id"] in given]
    volume_of_now = next(figure for figure in of_now if figure["id"] == "M2")
    assert volume_of_now["parts"].pop("people_behind") == 40
    volume_of_now["version"] = 1
    for figure in of_now:
        # One person of a case was asked then.
        figure["version"] = 2 if figure["id"].startswith("M8.") else figure["version"]
    assert json.loads(figures(found))["figures"] == of_now


def test_right_in_part_counts_as_right_and_what_waits_is_in_no_share() -> None:
    found = counts(appeals={"upheld": 2, "partly_upheld": 3, "dismissed": 7, "waiting": 4})

    result = appeals_upheld(found)

    assert (result.numerator, result.denominator, result.exclusions) == (5, 12, {"appeals_waiting": 4})
    assert result.parts == {"appeal_upheld": 2, "appeal_partly_upheld": 3, "appeal_dismissed": 7}


@pytest.mark.parametrize(
    ("answered", "said_yes", "shown", "hidden", "low", "high"),
    [
        (0, 0, 0, None, None, None),
        (1, 1, None, "few_answers", None, None),
        (9, 0, None, "few_answers", None, None),
        (9, 9, None, "few_answers", None, None),
        # The worked example: nobody of 20 is between 0 and 16 %, never "no reprisals".
        (20, 0, 0, None, 0.0, 0.161125),
        (20, 1, None, "one_to_four", 0.008881, 0.416017),
        (20, 4, None, "one_to_four", 0.008881, 0.416017),
        (20, 5, 5, None, 0.111862, 0.468701),
        (10, 10, 10, None, 0.722467, 1.0),
    ],
    ids=["nobody", "one", "nine, none", "nine, all", "none of twenty", "one yes", "four", "five", "all of ten"],
)
def test_whoever_was_treated_worse_is_counted_with_an_interval_and_hidden_where_few(
    answered: int, said_yes: int, shown: int | None, hidden: str | None, low: float | None, high: float | None
) -> None:
    # The bounds: Wilson's formula by hand, to a millionth.
    said = {"asked": 30, "delivered": 25, "answered": answered, "said_yes": said_yes}
    people = People(counts={"category": {"dust": 20, "restricted": 0}})

    result = treated_worse(counts(reprisals=said, people=people))

    assert (result.numerator, result.denominator) == (shown, answered)
    assert (result.hidden.value if result.hidden else None) == hidden
    assert result.parts == {"asked": 30, "delivered": 25, "low": low, "high": high, "reprisal_cases": 0}


def test_one_to_four_who_said_yes_print_the_same_figure() -> None:
    """Each may be any of four numbers, for whoever has everything that is printed."""
    for answered in (10, 24, 400):
        printed = {
            repr(treated_worse(counts(reprisals={"asked": 400, "answered": answered, "said_yes": yes})))
            for yes in range(1, 5)
        }
        assert len(printed) == 1


def test_fewer_than_ten_answers_print_the_same_figure_whatever_they_said() -> None:
    for answered in range(1, 10):
        printed = {
            repr(treated_worse(counts(reprisals={"asked": 30, "answered": answered, "said_yes": yes})))
            for yes in range(answered + 1)
        }
        assert len(printed) == 1


@pytest.mark.parametrize(
    ("restricted", "cases", "shown"),
    [
        (0, 0, 0),
        (12, 0, 0),
        (12, 12, 12),
        (12, 6, 6),
        (12, 3, None),
        (12, 9, None),
        (5, 5, 5),
        (3, 3, None),
        (4, 0, None),
    ],
)
def test_cases_of_reprisals_are_shown_only_where_their_line_is_and_neither_part_of_it_is_small(
    restricted: int, cases: int, shown: int | None
) -> None:
    people = People(counts={"category": {"dust": 30, "pay": 40, "restricted": restricted}})

    result = treated_worse(counts(reprisals={"asked": 30, "answered": 20, "cases": cases}, people=people))

    assert result.parts["reprisal_cases"] == shown
    assert result.numerator == 0
    assert (result.hidden is None) == (shown is not None)


def test_a_correction_does_not_count_the_cases_of_reprisals_a_second_time() -> None:
    people = People(counts={"category": {"dust": 30, "restricted": 12}})
    carried = People(released=carried_over(published(people), 1))

    result = treated_worse(counts(reprisals={"asked": 30, "answered": 20, "cases": 6}, people=carried))

    assert result.parts["reprisal_cases"] is None


def test_people_survive_being_stored() -> None:
    said = People(
        counts={"gender": {"man": 7, "not_said": 0, "other": 0, "woman": 6}},
        names={"area": {"area-x": {"en": "Camp", "es": "Campamento"}}},
        workforce=Workforce(900, None),
        behind=41,
    )
    found = inputs(counts(), said)

    assert read(written(found)) == found
    assert figures(read(written(found))) == figures(found)


def test_the_kinds_of_corrective_actions_are_those_of_the_cases() -> None:
    assert tuple(kind.value for kind in CorrectiveKind) == ACTION_KINDS
