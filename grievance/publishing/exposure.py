"""Could somebody be recognised, given everything a site ever published and what is about to be published with it?"""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.deadlines.standards import CaseType
from grievance.metrics.disclosure import Disclosed, TableState
from grievance.metrics.disclosure_attack import PublishedTable, weak_cells
from grievance.metrics.people import CATEGORY_TABLE, GROUP_TABLE, OTHER, RESTRICTED
from grievance.metrics.use_rates import WORKERS
from grievance.publishing.bulletin import Bulletin, Figure, Table, bulletin_of
from grievance.publishing.cuts import was_shown_outside
from grievance.publishing.models import Release
from grievance.sites.models import Site

USE_RATE, REPRISALS = "M12", "M13"


def exposed(session: Session, release: Release) -> tuple[str, ...]:
    """Return the ids of the tables of which a stranger could work out a hidden cell; empty when there is none.

    What people concerned were asked to read counts as published, also where it was set aside or refused afterwards.
    Releases of other sites tell nothing: a case is counted at one site. Tables are named, never their cells.
    """
    site = session.get_one(Site, release.site_id)
    shown = session.scalars(
        select(Release)
        .where(
            Release.site_id == release.site_id,
            was_shown_outside(),
            Release.id != release.id,
        )
        .order_by(Release.quarter, Release.version)
    ).all()
    tables = [table for row in (*shown, release) for table in _published(row, site)]
    return tuple(sorted({weak.table for weak in weak_cells(tables) if weak.quarter == release.quarter}))


def _published(release: Release, site: Site) -> list[PublishedTable]:
    found = bulletin_of(release, site)
    return [
        PublishedTable(
            table.id,
            release.quarter,
            release.version,
            Disclosed(TableState(table.state), table.total, dict(table.cells)),
            known=_known(table, found.figures),
            at_least=_at_least(table, found.figures),
        )
        for table in found.tables.values()
    ] + _reprisals(found, release)


def _known(table: Table, figures: Mapping[str, Figure]) -> dict[frozenset[str], int]:
    """Return what is printed elsewhere of sums of cells: the cases of all workers together stand in the use rate."""
    rate = figures.get(USE_RATE)
    if table.id != GROUP_TABLE or rate is None or rate.numerator is None:
        return {}
    return {frozenset(WORKERS): rate.numerator}


def _at_least(table: Table, figures: Mapping[str, Figure]) -> dict[frozenset[str], int]:
    """Return below what a hidden cell cannot lie: the cases of reprisals are among those that few may see."""
    cases = _cases_of_reprisals(figures)
    return {} if table.id != CATEGORY_TABLE or cases is None else {frozenset({RESTRICTED}): cases}


def _reprisals(found: Bulletin, release: Release) -> list[PublishedTable]:
    """Return the cases of reprisals as the table of two cells that they make of the line of those that few may see.

    Where that line is hidden they are a table by themselves: too few of them must not be shown either.
    """
    cases, table = _cases_of_reprisals(found.figures), found.tables.get(CATEGORY_TABLE)
    if cases is None:
        return []
    restricted = table.cells.get(RESTRICTED) if table else None
    total = cases if restricted is None else restricted
    cells = {CaseType.RETALIATION.value: cases, OTHER: max(0, total - cases)}
    return [PublishedTable(REPRISALS, release.quarter, release.version, Disclosed(TableState.WHOLE, total, cells))]


def _cases_of_reprisals(figures: Mapping[str, Figure]) -> int | None:
    figure = figures.get(REPRISALS)
    cases = figure.parts.get("reprisal_cases") if figure else None
    return None if cases is None else int(cases)
