"""What may leave the house: the allow-list of published figures, and what open pages read. Released rows only.

Open pages, exports and previews reach figures through here. A figure, part or exclusion that `metrics.definitions`
does not name, and a table or cell that `metrics.table_definitions` does not, is refused at freezing, so that nothing
goes out because somebody added a count somewhere.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.metrics.definitions import DAY_PARTS, DEFINITIONS, FOLLOWED_PARTS, INCIDENCE, PARTS
from grievance.metrics.disclosure import SMALLEST_SHOWN, TableState
from grievance.metrics.indicators import CURVE_DAYS
from grievance.metrics.inputs import FOLLOWED_DAYS
from grievance.metrics.people import NAMED_ROWS, PREFIX
from grievance.metrics.periods import Quarter, parse_quarter
from grievance.metrics.table_definitions import CELLS, TABLES
from grievance.publishing.models import Release, ReleaseState
from grievance.sites.models import Site
from grievance.sites.queries import site_by_slug

Number = int | float | None

ALLOWED_PARTS = (
    *PARTS,
    *(f"day_{day}{end}" for day in CURVE_DAYS for end in DAY_PARTS if end != INCIDENCE),
    *(f"incidence_day_{day}" for day in CURVE_DAYS),
    *(f"{kind}_{day}" for day in FOLLOWED_DAYS for kind in FOLLOWED_PARTS),
)
"""In the order in which they are shown."""
_ALLOWED_FACTS = frozenset(
    {"site", "quarter", "time_zone", "first_on", "last_on", "as_of", "known_at", "before", "figures", "tables"}
)
_ALLOWED_ABOUT = frozenset(
    {"id", "version", "level", "ladder", "window", "numerator", "denominator", "exclusions", "parts", "hidden"}
)
NAMED_TABLES = frozenset(f"{PREFIX}{dimension}" for dimension in NAMED_ROWS)
"""Tables whose cells are rows of the database, named beside them."""
_ALLOWED_ABOUT_TABLE = frozenset({"id", "version", "total", "state", "cells", "names", "as_of_version"})


class NotAllowedOut(Exception):
    """The figures hold something that nobody decided to publish."""


class NothingPublished(LookupError):
    """Nothing was released for that quarter."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One published figure. A number of None is hidden or not reached; `hidden` says why where something is hidden."""

    id: str
    version: int
    level: str
    ladder: str
    window: str
    numerator: int | None
    denominator: int
    exclusions: Mapping[str, int]
    parts: Mapping[str, Number]
    hidden: str | None

    def part(self, name: str) -> int:
        """Return a part that is always a whole number, such as a count of cases."""
        return int(self.parts[name] or 0)


@dataclass(frozen=True, slots=True)
class Table:
    """Who complained, by one dimension. A cell of None is hidden; `state` says how much is (disclosure.TableState).

    `names` has the words of cells that are rows of the database (categories, employers, areas), by code and language;
    all others are named by `metrics.definitions`. `as_of_version` is the version whose table this is, where a
    correction carries it over.
    """

    id: str
    version: int
    total: int
    state: str
    cells: Mapping[str, int | None]
    names: Mapping[str, Mapping[str, str]]
    as_of_version: int | None = None


@dataclass(frozen=True, slots=True)
class Bulletin:
    """Everything that a page or an export says about a quarter. `text` is the released JSON, byte for byte."""

    site_slug: str
    site_name: str
    quarter: Quarter
    version: int
    time_zone: str
    first_on: date
    last_on: date
    as_of: datetime
    known_at: datetime
    released_at: datetime | None
    notes: Mapping[str, str]
    figures: Mapping[str, Figure]
    closing_before: int | None
    text: str
    digest: str
    chain_root: str
    chain_root_on: date | None
    tables: Mapping[str, Table] = field(default_factory=dict)
    """Who complained, by id ("people.group"); empty in releases of before there were any."""
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The summary, by section of publishing.drafting and language; empty where a release has only notes."""
    reason: Mapping[str, str] = field(default_factory=dict)
    """Per language: what a correction corrects, and why."""

    @property
    def file_digest(self) -> str:
        """Return the SHA-256 of the JSON file, as hex: anybody can check a download with it."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Issue:
    """A released version of a quarter, as lists name it."""

    quarter: Quarter
    version: int
    released_at: datetime
    reason: Mapping[str, str] = field(default_factory=dict)
    """Per language, where it is a correction: what it corrects, and why."""


@dataclass(frozen=True, slots=True)
class Volume:
    """What came and what left in a quarter, and what was open at its end."""

    quarter: Quarter
    received: int
    left: int
    closing: int = 0


def issues(session: Session, site_id: int) -> list[Issue]:
    """Return every released version at a site: latest quarter first, and of a quarter the latest version first."""
    rows = session.execute(
        select(Release.quarter, Release.version, Release.released_at, Release.reason)
        .where(Release.site_id == site_id, Release.state == ReleaseState.RELEASED.value)
        .order_by(Release.quarter.desc(), Release.version.desc())
    )
    return [
        Issue(parse_quarter(quarter), version, at, dict(reason or {}))
        for quarter, version, at, reason in rows
        if at is not None
    ]


def bulletin(session: Session, slug: str, quarter: Quarter, *, version: int | None = None) -> Bulletin:
    """Return what was released for a quarter: a certain version, or the latest.

    Raises:
        SiteNotFound: there is no such site.
        NothingPublished: that quarter or version was never released.
    """
    site = site_by_slug(session, slug)
    wanted = select(Release).where(
        Release.site_id == site.id,
        Release.quarter == quarter.key,
        Release.state == ReleaseState.RELEASED.value,
    )
    if version is not None:
        wanted = wanted.where(Release.version == version)
    release = session.scalars(wanted.order_by(Release.version.desc()).limit(1)).one_or_none()
    if release is None:
        raise NothingPublished(quarter.key)
    return bulletin_of(release, site)


def bulletin_of(release: Release, site: Site) -> Bulletin:
    """Return what a release says, released or not: for its preview and its export."""
    kept = json.loads(release.figures)
    return Bulletin(
        site_slug=site.slug,
        site_name=site.name,
        quarter=parse_quarter(release.quarter),
        version=release.version,
        time_zone=kept["time_zone"],
        first_on=date.fromisoformat(kept["first_on"]),
        last_on=date.fromisoformat(kept["last_on"]),
        as_of=release.as_of,
        known_at=release.known_at,
        released_at=release.released_at,
        notes=dict(release.notes),
        figures=figures_of(release.figures),
        closing_before=kept["before"]["closing"] if kept["before"] else None,
        text=release.figures,
        digest=release.digest,
        chain_root=release.chain_root.hex() if release.chain_root else "",
        chain_root_on=release.chain_root_on,
        tables={row.id: row for row in _tables(kept.get("tables", ()))},
        texts={section: dict(words) for section, words in release.texts.items()},
        reason=dict(release.reason),
    )


def figures_of(text: str) -> dict[str, Figure]:
    """Return the figures of a canonical text by id, in their order; only what the allow-list names is read."""
    return {row.id: row for row in _figures(json.loads(text)["figures"])}


def volumes(session: Session, site_id: int, *, until: Quarter, limit: int = 4) -> list[Volume]:
    """Return what came and left in the released quarters up to one, oldest first: the latest version of each."""
    rows = session.execute(
        select(Release.quarter, Release.figures)
        .where(
            Release.site_id == site_id,
            Release.state == ReleaseState.RELEASED.value,
            Release.quarter <= until.key,
        )
        .order_by(Release.quarter.desc(), Release.version.desc())
        .limit(limit * 4)
    )
    found: dict[str, Volume] = {}
    for key, text in rows:
        if key not in found:
            found[key] = volume_of(parse_quarter(key), figures_of(text)["M2"])
    return list(found.values())[:limit][::-1]


def volume_of(quarter: Quarter, account: Figure) -> Volume:
    """Return what came and left in a quarter by its account (M2)."""
    return Volume(quarter, account.denominator, account.numerator or 0, account.part("closing"))


def closing_of(text: str) -> int:
    """Return how many cases were open at the end of the quarter that a canonical text is about."""
    return figures_of(text)["M2"].part("closing")


def check_allowed(text: str) -> None:
    """Raise NotAllowedOut when a canonical text holds anything beyond the allow-list."""
    kept = json.loads(text)
    surplus = kept.keys() - _ALLOWED_FACTS
    for figure in kept["figures"]:
        surplus |= figure.keys() - _ALLOWED_ABOUT
        surplus |= {figure["id"]} - DEFINITIONS.keys()
        surplus |= (figure["exclusions"].keys() | figure["parts"].keys()) - set(ALLOWED_PARTS)
    for table in kept.get("tables", ()):
        surplus |= _surplus_of_table(table)
    if surplus:
        raise NotAllowedOut(sorted(surplus))


def _surplus_of_table(table: Mapping[str, Any]) -> set[str]:
    """Return what of a table nobody named: cells are named by the program or, where they are rows, by the table."""
    named = CELLS.get(table["id"], {}).keys() | table["names"].keys()
    surplus: set[str] = (table.keys() - _ALLOWED_ABOUT_TABLE) | ({table["id"]} - TABLES.keys())
    surplus |= table["cells"].keys() - named
    if table["names"] and table["id"] not in NAMED_TABLES:
        surplus |= table["names"].keys()
    if table["state"] not in set(TableState):
        surplus |= {table["state"]}
    return surplus | {code for code, number in table["cells"].items() if not _may_be_a_cell(number, table["state"])}


def _may_be_a_cell(number: object, state: str) -> bool:
    """Tell whether a table in this state may hold this number: a count of nobody or of five and more, or nothing."""
    if number is None:
        return state != TableState.WHOLE
    is_count = isinstance(number, int) and (number == 0 or number >= SMALLEST_SHOWN)
    return is_count and state in {TableState.WHOLE, TableState.PART}


def _figures(rows: Sequence[Mapping[str, Any]]) -> Iterator[Figure]:
    for row in rows:
        if row["id"] in DEFINITIONS:
            yield Figure(
                id=row["id"],
                version=row["version"],
                level=row["level"],
                ladder=row["ladder"],
                window=row["window"],
                numerator=row["numerator"],
                denominator=row["denominator"],
                exclusions=_allowed(row["exclusions"]),
                parts=_allowed(row["parts"]),
                hidden=row["hidden"],
            )


def _tables(rows: Sequence[Mapping[str, Any]]) -> Iterator[Table]:
    for row in rows:
        if row["id"] in TABLES:
            yield Table(
                id=row["id"],
                version=row["version"],
                total=row["total"],
                state=row["state"],
                cells=_in_order(row["id"], row["cells"], row["names"]),
                names=row["names"],
                as_of_version=row.get("as_of_version"),
            )


def _in_order(id_: str, cells: Mapping[str, Any], names: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Return cells as they are shown: rows of the database by their names, then those that the program names."""
    rows = sorted(names.keys() & cells.keys(), key=lambda code: (sorted(names[code].items()), code))
    return {code: cells[code] for code in (*rows, *CELLS[id_]) if code in cells}


def _allowed(kept: Mapping[str, Any]) -> dict[str, Any]:
    return {name: kept[name] for name in ALLOWED_PARTS if name in kept}
