"""What people say who were asked: how many answered, how sure a share is, and how far silence could move it. Pure."""

from typing import Final

from grievance.cases.states import FINDINGS, Verdict
from grievance.deadlines.standards import CaseType
from grievance.metrics.disclosure import SMALLEST_SHOWN, disclose
from grievance.metrics.inputs import RATINGS, REOPENED, VERDICTS
from grievance.metrics.people import CATEGORY_TABLE, OTHER, RESTRICTED
from grievance.metrics.results import Basis, Hidden, Number, Result, rounded, share
from grievance.metrics.survival import bounds_if_silent, wilson

LEAST_ANSWERS: Final = 10
"""Below this many answers, answers that are all alike are not shown: they would tell what each person said."""
CONTENT: Final = (4, 5)
"""Ratings that count as satisfied, of 1 to 5."""
_SILENT: Final = (Hidden.FEW_ANSWERS, Hidden.ONE_TO_FOUR)
"""Why the number of those who said yes is not shown; that of the cases beside it may be hidden alone."""
LEAST_RESPONSE: Final = 0.5
"""Below this share of answers, two quarters are not compared: who answers may have changed."""
WIDEST_HALF: Final = 0.15
"""Above this half-width of the interval, two quarters are not compared: chance alone may move it that far."""


def satisfied_with_process(basis: Basis) -> Result:
    """Count the answers of 4 or 5 to "how did we treat you", of all answers."""
    return _rating(basis, "process")


def satisfied_with_outcome(basis: Basis) -> Result:
    """Count the answers of 4 or 5 to "what do you think of the result", of all answers."""
    return _rating(basis, "outcome")


def verdicts(basis: Basis) -> Result:
    """Count who said that it was solved, of those who said; beside it what the site had found of the same cases."""
    surveys = basis.counts.surveys
    said = {f"verdict_{verdict.value}": surveys[f"verdict_{verdict.value}"] for verdict in VERDICTS.values()}
    answered = sum(said.values())
    found = {
        name: surveys[name]
        for name in (
            *(f"found_{outcome.value}" for outcome in FINDINGS),
            "found_referred",
            "found_withdrawn",
            "found_out_of_scope",
            f"found_{REOPENED}",
        )
    }
    alike = answered < LEAST_ANSWERS and answered in said.values() and answered > 0
    silent = {
        "verdict_no_answer": surveys["delivered"] - answered,
        "verdict_unreachable": surveys["asked"] - surveys["delivered"],
    }
    shown = dict.fromkeys(said) if alike else said
    satisfied = said[f"verdict_{Verdict.SATISFIED.value}"]
    certainty = _certainty(satisfied, answered, surveys["delivered"])
    return Result(
        None if alike else satisfied,
        answered,
        {},
        {"asked": surveys["asked"], "delivered": surveys["delivered"], **shown, **silent, **found, **certainty},
        Hidden.FEW_AND_ALIKE if alike else None,
    )


def treated_worse(basis: Basis) -> Result:
    """Count who said that somebody treated them worse for complaining, of those who answered; beside it the cases.

    A yes opens a restricted case, so 1 to 4 are hidden like cells of a table, and everything of fewer than 10 answers.
    The interval of 1 to 4 is that of all four numbers together: it tells no more than that.
    """
    found = basis.counts.reprisals
    answered, yes = found["answered"], found["said_yes"]
    hidden, least, most = None, yes, yes
    if 0 < answered < LEAST_ANSWERS:
        hidden = Hidden.FEW_ANSWERS
    elif 0 < yes < SMALLEST_SHOWN:
        hidden, least, most = Hidden.ONE_TO_FOUR, 1, SMALLEST_SHOWN - 1
    is_enough = answered >= LEAST_ANSWERS
    lowest, highest = (wilson(least, answered), wilson(most, answered)) if is_enough else (None, None)
    cases = _cases_of_reprisals(basis)
    parts: dict[str, Number] = {
        "asked": found["asked"],
        "delivered": found["delivered"],
        "low": rounded(lowest and lowest.low),
        "high": rounded(highest and highest.high),
        "reprisal_cases": cases,
    }
    if hidden is None and cases is None:
        hidden = Hidden.HIDDEN_CELL
    return Result(None if hidden in _SILENT else yes, answered, {}, parts, hidden)


def _cases_of_reprisals(basis: Basis) -> int | None:
    """Return how many cases of reprisals came, as far as that line of the restricted ones may be shown beside it.

    A correction repeats the table of before, so a second count of the same cases is not held against it.
    """
    table = basis.tables.get(CATEGORY_TABLE, {"cells": {}})
    restricted = table["cells"].get(RESTRICTED)
    if restricted is None or "as_of_version" in table:
        return None
    cases = basis.counts.reprisals["cases"]
    return disclose({CaseType.RETALIATION.value: cases, OTHER: restricted - cases}).cells[CaseType.RETALIATION.value]


def _rating(basis: Basis, question: str) -> Result:
    surveys = basis.counts.surveys
    by_rating = {rating: surveys[f"{question}_{rating}"] for rating in RATINGS}
    answered = sum(by_rating.values())
    content = sum(by_rating[rating] for rating in CONTENT)
    alike = answered < LEAST_ANSWERS and content in {0, answered} and answered > 0
    return Result(
        None if alike else content,
        answered,
        {},
        {
            "asked": surveys["asked"],
            "delivered": surveys["delivered"],
            "no_answer": surveys["delivered"] - answered,
            **_certainty(content, answered, surveys["delivered"]),
        },
        Hidden.FEW_AND_ALIKE if alike else None,
    )


def _certainty(content: int, answered: int, delivered: int) -> dict[str, Number]:
    """Return how many of those reached answered, the Wilson interval, and the share if the silent were all of one mind.

    With fewer than 10 answers there is no percentage, and nothing to compare.
    """
    response = share(answered, delivered)
    between = wilson(content, answered) if answered >= LEAST_ANSWERS else None
    possible = bounds_if_silent(content, answered, delivered) if answered >= LEAST_ANSWERS else None
    is_comparable = (
        between is not None and answered >= LEAST_RESPONSE * delivered and between.high - between.low <= 2 * WIDEST_HALF
    )
    return {
        "response": response,
        "low": rounded(between and between.low),
        "high": rounded(between and between.high),
        "worst": rounded(possible and possible.low),
        "best": rounded(possible and possible.high),
        "trend_allowed": int(is_comparable),
    }
