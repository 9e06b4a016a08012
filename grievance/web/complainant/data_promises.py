"""What is promised to whoever asks something about personal data, in words, with the numbers of the standards."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import ngettext

from grievance.deadlines.standards import INTERVALS, CaseType, ClockName, IntervalName, standards_for
from grievance.web.clock_words import span_words


@dataclass(frozen=True, slots=True)
class DataPromises:
    """By when each thing is done: "within 2 business days"; `more` is how much longer it may take, "30 days"."""

    acknowledged: str
    blocked: str
    answered: str
    more: str


def data_promises() -> DataPromises:
    """Return the promises, in the language of the page."""
    more = INTERVALS[IntervalName.DATA_RIGHTS_EXTENSION].amount
    return DataPromises(
        acknowledged=_within(ClockName.ACKNOWLEDGE),
        blocked=_within(ClockName.BLOCK),
        answered=_within(ClockName.RESOLVE),
        more=ngettext("%(num)s day", "%(num)s days", more),
    )


def _within(clock: ClockName) -> str:
    row = next(row for row in standards_for(CaseType.DATA_RIGHTS) if row.clock == clock)
    return span_words(row.amount, row.unit.value)
