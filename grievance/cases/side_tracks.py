"""Words of what runs beside the life of a case: rungs, delays, checks, appeals, links, and old registers. Pure.

Not for: the statuses of a case and its transitions (`states`).
"""

from collections.abc import Mapping
from enum import IntEnum, StrEnum

from grievance.cases.states import RESTRICTED_TYPES, EventKind, Status
from grievance.deadlines.standards import CaseType, is_locked

KEPT_CLOSE: frozenset[str] = RESTRICTED_TYPES | {"data_rights"}
"""Types that are restricted whatever anybody would like: besides those that endanger whoever speaks, requests about
personal data, which are for whoever answers them and not for whoever handles the case that they are about."""

URGENT_TYPES = frozenset({CaseType.DANGER, CaseType.HARASSMENT, CaseType.RETALIATION, CaseType.HUMAN_RIGHTS})
"""Types whose notices show at any hour, and that are told to whoever is on call. Source: the domain's own rule."""


NEVER_ENDED_ALONE: frozenset[str] = RESTRICTED_TYPES | URGENT_TYPES
"""Types that nobody takes a case off and then ends it without an answer: it would be gone by one person's word."""


def never_waits(type: str) -> bool:  # noqa: A002  # the field's own word
    """Tell whether a case of the type is never paused: its dates are law, or somebody may be in danger meanwhile."""
    return type in URGENT_TYPES or is_locked(CaseType(type))


class Rung(IntEnum):
    """Who answers for a case: every missed date moves it one rung up, and never hides that it was missed."""

    HANDLER = 0
    COORDINATOR = 1
    MANAGER = 2
    ELSEWHERE = 3
    """The person is told where else to go. There is no higher rung here."""


class Late(StrEnum):
    """Why a missed date is not one that runs and was promised, for the sweep that records it."""

    BORN = "born"
    """It had gone by when somebody said what kind of case it is: nobody was promised it, and it moves no rung."""
    ENDED = "ended"
    """What it was for was done, or stopped, after the date and before any sweep."""


class Check(StrEnum):
    """What is asked weeks after the outcome was told."""

    HELD = "held"
    RETALIATION_FIRST = "retaliation_first"
    RETALIATION_SECOND = "retaliation_second"


class AppealResult(StrEnum):
    """What came of an appeal."""

    UPHELD = "upheld"
    PARTLY_UPHELD = "partly_upheld"
    DISMISSED = "dismissed"


class LinkKind(StrEnum):
    """Why a case follows from another."""

    RETALIATION = "retaliation"


class DelayReason(StrEnum):
    """Why a promised date cannot be kept, as figures may count it; the person reads it in words."""

    MORE_TO_FIND_OUT = "more_to_find_out"
    WAITING_FOR_OTHERS = "waiting_for_others"
    """Another company, an authority, a laboratory."""
    TAKES_TIME_TO_DO = "takes_time_to_do"
    """What is to be done is known, and not done in a day."""
    NOBODY_FREE = "nobody_free"
    OTHER = "other"
    SET_BY_LAW = "set_by_law"
    """Said by the system alone, when a case turns out to be of a kind whose dates are law."""


CHOSEN_REASONS: tuple[DelayReason, ...] = tuple(one for one in DelayReason if one is not DelayReason.SET_BY_LAW)
"""What a member of staff may give as the reason."""


class ImportState(StrEnum):
    """How far the import of an old register is."""

    MATCHING = "matching"
    """The file was read; somebody has to say what its columns mean."""
    CHECKING = "checking"
    """The dry run has not ended."""
    CHECKED = "checked"
    """The dry run has ended; nothing was imported."""
    IMPORTING = "importing"
    DONE = "done"
    SET_ASIDE = "set_aside"
    """Given up before anything was imported."""
    FAILED = "failed"
    """The file could not be read, or the import broke off; what was imported stays, and trying again goes on."""
    UNDOING = "undoing"
    """Its cases are being taken back."""
    UNDONE = "undone"
    """Taken back, but for the cases that somebody had worked."""


class CheckStage(StrEnum):
    """What a check of the whole record walks, in this order."""

    TRAIL = "trail"
    CASES = "cases"
    ROOTS = "roots"
    DONE = "done"


_NOT_ANSWERED = frozenset({Status.RECEIVED, Status.ACKNOWLEDGED})
_NOT_ENDED = _NOT_ANSWERED | {Status.RESPONSE_PROPOSED}

TAKEN_OVER: Mapping[EventKind, frozenset[Status]] = {
    # What the import of an old register may record, and from which statuses. A company that kept a list did not go our
    # way step by step: what the list does not say is left out, not invented.
    EventKind.ACKNOWLEDGED: frozenset({Status.RECEIVED}),
    EventKind.RESPONSE_PROPOSED: _NOT_ANSWERED,
    EventKind.CLOSED: _NOT_ENDED,
    EventKind.REFERRED: _NOT_ENDED,
    EventKind.WITHDRAWN: _NOT_ENDED,
    EventKind.OUT_OF_SCOPE: _NOT_ENDED,
}
