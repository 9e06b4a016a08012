"""What the figures of a quarter are computed from: counts without identity, and the canonical JSON that keeps them.

The set holds codes, instants and counts, never a word or an id of a person or a case. Figures are computed from it and
from nothing else, so that erasing old words and identities does not touch what was published. Pure.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from grievance.cases.states import ENDED, FINDINGS, Status, Told, Verdict
from grievance.metrics.periods import Period, Quarter, parse_quarter, quarter_period, trailing_year
from grievance.metrics.survival import DayCount

SCHEMA: Final = 5
"""Version of the shape of the stored set. A set of an older one is read, and gives the figures of then."""
FIRST_SCHEMA: Final = 1
"""Without people, ages, reopenings and corrective actions."""
UNSALTED_SCHEMA: Final = 2
"""The last one without a salt."""
BEFORE_APPEALS: Final = 3
"""The last one without appeals."""
BEFORE_REPRISALS: Final = 4
"""The last one without what people say of reprisals, and without the people behind the cases received."""

TOLD_WAYS: Final = (Told.DELIVERED, Told.SEEN, Told.HANDED_OVER, Told.POSTED)
"""Ways in which a person counts as told, in the order printed."""

LEFT: Final = (Status.CLOSED, Status.WITHDRAWN, Status.REFERRED, Status.OUT_OF_SCOPE, Status.MERGED)
"""Ways in which a case leaves, in the order printed."""

REOPENED: Final = "reopened"
"""Instead of the outcome of a case that is open again."""

ACCOUNT: Final = (
    "opening",
    "received",
    "reopened",
    *(status.value for status in LEFT),
    "closing",
    "closed_resolved",
    "submissions",
    "recorded_late",
    "spam_or_test",
)
APART: Final = ("question_received", "question_open", "data_rights_received", "data_rights_open")
ACKNOWLEDGEMENT: Final = (
    *(f"on_time_{way.value}" for way in TOLD_WAYS),
    "late",
    "sent_unconfirmed",
    "not_told",
    "ended_before_due",
    "merged",
    "receipts_texted",
    "receipts_delivered",
)
RESOLUTION: Final = (
    "within",
    "late",
    "unresolved_open",
    "unresolved_ended",
    "withdrawn",
    "out_of_scope",
    "merged",
    "open_past_target",
)
RATINGS: Final = range(1, 6)
VERDICTS: Final = {1: Verdict.SATISFIED, 2: Verdict.PARTLY, 3: Verdict.NOT_SATISFIED}
SURVEYS: Final = (
    "asked",
    "delivered",
    "answered",
    *(f"process_{rating}" for rating in RATINGS),
    *(f"outcome_{rating}" for rating in RATINGS),
    *(f"verdict_{verdict.value}" for verdict in VERDICTS.values()),
    *(f"found_{outcome.value}" for outcome in FINDINGS),
    "found_referred",
    "found_withdrawn",
    "found_out_of_scope",
    f"found_{REOPENED}",
)
"""Counts of people and their answers, one question at a time: no table crosses two of them."""


FOLLOWED_DAYS: Final = (30, 60, 90)
"""Days by which the resolution rate asks whether a case was resolved, and above which an open one counts as old."""
FOLLOWED: Final = (*(f"{fate}_{day}" for day in FOLLOWED_DAYS for fate in ("resolved", "left", "unresolved")), "merged")
REOPENINGS: Final = ("followed", "reopened", "running", "running_reopened")
"""Resolutions whose 90 days have passed and those that have not, each with how many were reopened in them."""
APPEALS: Final = (
    "notices",
    "appealed",
    "running",
    "running_appealed",
    "no_window",
    "upheld",
    "partly_upheld",
    "dismissed",
    "waiting",
)
"""Outcomes told, by whether the days to appeal had ended, ran, or never came, with how many were appealed; and what was
decided of appeals, by cases.side_tracks.AppealResult, or was not yet."""
REPRISALS: Final = ("asked", "delivered", "answered", "said_yes", "cases")
"""People asked whether they were treated worse for complaining, and the cases of reprisals received."""
ACTION_STATES: Final = ("on_time", "late", "not_done")
ACTION_KINDS: Final = ("corrective", "compensatory", "transformative")
"""The values of cases.remedies.CorrectiveKind."""
ACTIONS: Final = tuple(f"{kind}_{state}" for kind in ACTION_KINDS for state in ACTION_STATES)


class InputSetUnreadable(ValueError):
    """The stored text is no input set of a version that this program knows."""


@dataclass(frozen=True, slots=True)
class Before:
    """What was published of the quarter before, as it stood at freezing."""

    version: int
    known_at: datetime
    closing: int


@dataclass(frozen=True, slots=True)
class Scope:
    """Which quarter of which site, and what was known when.

    What happened before `as_of`, the end of the quarter, counts as far as it was recorded up to `known_at`.
    """

    site: str
    quarter: Quarter
    time_zone: str
    known_at: datetime
    before: Before | None = None

    @property
    def period(self) -> Period:
        """Return the quarter as a stretch of time."""
        return quarter_period(self.quarter, self.time_zone)

    @property
    def cohort(self) -> Period:
        """Return the twelve months that end with the quarter."""
        return trailing_year(self.quarter, self.time_zone)

    @property
    def as_of(self) -> datetime:
        """Return the end of the quarter, not included."""
        return self.period.ends_at


class AgeCount(NamedTuple):
    """How many cases were open at an age of so many days."""

    day: int
    cases: int


@dataclass(frozen=True, slots=True)
class Counts:
    """The counts, each by its code; `durations` by whole days since receipt, of the cases of twelve months."""

    account: Mapping[str, int]
    apart: Mapping[str, int]
    acknowledgement: Mapping[str, int]
    resolution: Mapping[str, int]
    durations: tuple[DayCount, ...]
    surveys: Mapping[str, int]
    followed: Mapping[str, int] = field(default_factory=dict)
    backlog: tuple[AgeCount, ...] = ()
    reopenings: Mapping[str, int] = field(default_factory=dict)
    actions: Mapping[str, int] = field(default_factory=dict)
    appeals: Mapping[str, int] = field(default_factory=dict)
    reprisals: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Workforce:
    """Who worked at the site in the quarter: people on average, and hours where they are known."""

    people: int
    hours: int | None


@dataclass(frozen=True, slots=True)
class People:
    """Who complained, one dimension at a time, and how many work there: as it stood at freezing, not versioned.

    People may have their data erased, so that counting again later may give less. These counts are stored here and
    nowhere else; what is published of them has passed `disclosure`. `released` has the tables of a version that is out,
    word for word: then nothing is counted again.
    """

    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """By dimension and code."""
    names: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    """By dimension, code and language, of the dimensions whose codes are rows of the database."""
    workforce: Workforce | None = None
    behind: int | None = None
    """Behind the cases received; None in a set of an earlier schema."""
    released: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class InputSet:
    """Scope and counts: all that the figures are computed from. `people` is None in a set of the first schema.

    `salt` is random, and of no figure. The digest over the set is published: without a salt, whoever guesses the counts
    that are hidden could see from it that the guess is right.
    """

    scope: Scope
    counts: Counts
    people: People | None = None
    schema: int = SCHEMA
    salt: str = field(default="", repr=False)


def canonical(value: Any) -> str:  # noqa: ANN401  # any JSON value
    """Return the one way in which a JSON value is written here: keys sorted, no spaces, UTF-8 as it is."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def written(inputs: InputSet) -> str:
    """Return the input set as canonical JSON, in the shape of its schema."""
    scope, counts = inputs.scope, inputs.counts
    before = scope.before
    kept: dict[str, Any] = {
        "schema": inputs.schema,
        "site": scope.site,
        "quarter": scope.quarter.key,
        "time_zone": scope.time_zone,
        "as_of": scope.as_of.isoformat(),
        "known_at": scope.known_at.isoformat(),
        "before": before
        and {"version": before.version, "known_at": before.known_at.isoformat(), "closing": before.closing},
        "account": dict(counts.account),
        "apart": dict(counts.apart),
        "acknowledgement": dict(counts.acknowledgement),
        "resolution": dict(counts.resolution),
        "durations": [list(row) for row in counts.durations],
        "surveys": dict(counts.surveys),
    }
    if inputs.schema > FIRST_SCHEMA:
        kept |= {
            "followed": dict(counts.followed),
            "backlog": [list(row) for row in counts.backlog],
            "reopenings": dict(counts.reopenings),
            "actions": dict(counts.actions),
            "people": inputs.people and _people_written(inputs.people, inputs.schema),
        }
    if inputs.schema > UNSALTED_SCHEMA:
        kept["salt"] = inputs.salt
    if inputs.schema > BEFORE_APPEALS:
        kept["appeals"] = dict(counts.appeals)
    if inputs.schema > BEFORE_REPRISALS:
        kept["reprisals"] = dict(counts.reprisals)
    return canonical(kept)


def read(text: str) -> InputSet:
    """Return the input set that `written` wrote, now or at an earlier schema.

    Raises: InputSetUnreadable when it is of another shape.
    """
    try:
        kept = json.loads(text)
        schema = kept["schema"]
        if schema not in range(FIRST_SCHEMA, SCHEMA + 1):
            raise InputSetUnreadable(schema)
        before = kept["before"]
        scope = Scope(
            site=kept["site"],
            quarter=parse_quarter(kept["quarter"]),
            time_zone=kept["time_zone"],
            known_at=datetime.fromisoformat(kept["known_at"]),
            before=before and Before(before["version"], datetime.fromisoformat(before["known_at"]), before["closing"]),
        )
        later: dict[str, Any] = {}
        if schema > FIRST_SCHEMA:
            later = {name: kept[name] for name in ("followed", "reopenings", "actions")}
            later["backlog"] = tuple(AgeCount(*row) for row in kept["backlog"])
        if schema > BEFORE_APPEALS:
            later["appeals"] = kept["appeals"]
        if schema > BEFORE_REPRISALS:
            later["reprisals"] = kept["reprisals"]
        counts = Counts(
            account=kept["account"],
            apart=kept["apart"],
            acknowledgement=kept["acknowledgement"],
            resolution=kept["resolution"],
            durations=tuple(DayCount(*row) for row in kept["durations"]),
            surveys=kept["surveys"],
            **later,
        )
        people = _people_read(kept["people"], schema) if schema > FIRST_SCHEMA and kept["people"] else None
        salt = kept["salt"] if schema > UNSALTED_SCHEMA else ""
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise InputSetUnreadable from error
    return InputSet(scope, counts, people, schema, salt)


def _people_written(people: People, schema: int) -> dict[str, Any]:
    workforce = people.workforce
    return {
        "counts": {dimension: dict(cells) for dimension, cells in people.counts.items()},
        "names": {dimension: dict(names) for dimension, names in people.names.items()},
        "workforce": workforce and {"people": workforce.people, "hours": workforce.hours},
        "released": list(people.released),
        **({"behind": people.behind} if schema > BEFORE_REPRISALS else {}),
    }


def _people_read(kept: Mapping[str, Any], schema: int) -> People:
    workforce = kept["workforce"]
    return People(
        counts=kept["counts"],
        names=kept["names"],
        workforce=workforce and Workforce(workforce["people"], workforce["hours"]),
        behind=kept["behind"] if schema > BEFORE_REPRISALS else None,
        released=tuple(kept["released"]),
    )


OPEN_STATUSES: Final = frozenset(status.value for status in frozenset(Status) - ENDED)
"""Values of the statuses of a case that has not left."""
