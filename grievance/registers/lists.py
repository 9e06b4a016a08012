"""What the lines of a register are held against: the site's categories, employers and areas, and the numbers it has."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.cases.record import RegisterEntry
from grievance.core.i18n import OFFERED
from grievance.registers.checking import Listed
from grievance.registers.checking import Site as CheckedSite
from grievance.registers.columns import Column, fold
from grievance.sites.models import Site
from grievance.sites.queries import areas, categories, companies

ListNames = Mapping[Column, Sequence[Mapping[str, str]]]
"""The rows of each list, as names by language."""


def lists_of(session: Session, site: Site) -> CheckedSite:
    """Return the lists of a site by folded name; a category also by its code."""
    found_categories = [
        (
            (row.code, *row.labels.values()),
            Listed(row.id, _label(row.labels), row.code, row.default_type, row.default_severity),
        )
        for row in categories(session, site.operator_id)
    ]
    employers = [((row.name,), Listed(row.id, row.name)) for row in companies(session, site.operator_id)]
    found_areas = [(tuple(row.labels.values()), Listed(row.id, _label(row.labels))) for row in areas(session, site.id)]
    return CheckedSite(
        time_zone=site.time_zone,
        locale=site.default_locale,
        lists={
            Column.CATEGORY: _by_name(found_categories),
            Column.EMPLOYER: _by_name(employers),
            Column.AREA: _by_name(found_areas),
        },
    )


def list_names(session: Session, site: Site) -> ListNames:
    """Return the names of the lists of a site, by language, for people to choose from."""
    employers = [{str(lang): row.name for lang in OFFERED} for row in companies(session, site.operator_id)]
    return {
        Column.CATEGORY: [row.labels for row in categories(session, site.operator_id)],
        Column.EMPLOYER: employers,
        Column.AREA: [row.labels for row in areas(session, site.id)],
    }


def numbers_of(session: Session, site_id: int) -> frozenset[str]:
    """Return the register numbers that a site has already."""
    return frozenset(session.scalars(select(RegisterEntry.number).where(RegisterEntry.site_id == site_id)))


def _by_name(rows: Iterable[tuple[tuple[str, ...], Listed]]) -> Mapping[str, Listed]:
    found: dict[str, Listed] = {}
    for names, row in rows:
        for name in names:
            found.setdefault(fold(name), row)
    return found


def _label(labels: Mapping[str, str]) -> str:
    return " / ".join(dict.fromkeys(labels.values()))
