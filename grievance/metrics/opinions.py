"""What people say who were asked: how many answered, how sure a share is, and how far silence could move it. Pure."""

from typing import Final

from grievance.cases.states import FINDINGS, Verdict
from grievance.metrics.inputs import RATINGS, REOPENED, VERDICTS
from grievance.metrics.results import Basis, Hidden, Number, Result, rounded, share
from grievance.metrics.survival import bounds_if_silent, wilson

LEAST_ANSWERS: Final = 10
"""Below this many answers, answers that are all alike are not shown: they would tell what each person said."""
CONTENT: Final = (4, 5)
"""Ratings that count as satisfied, of 1 to 5."""
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
