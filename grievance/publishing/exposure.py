"""Could somebody be recognised, given everything a site ever published and what is about to be published with it?"""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.metrics.disclosure import Disclosed, TableState
from grievance.metrics.disclosure_attack import PublishedTable, weak_cells
from grievance.metrics.people import GROUP_TABLE
from grievance.metrics.use_rates import WORKERS
from grievance.publishing.bulletin import Figure, Table, bulletin_of
from grievance.publishing.cuts import was_shown_outside
from grievance.publishing.models import Release
from grievance.sites.models import Site

USE_RATE = "M12"


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
        )
        for table in found.tables.values()
    ]


def _known(table: Table, figures: Mapping[str, Figure]) -> dict[frozenset[str], int]:
    """Return what is printed elsewhere of sums of cells: the cases of all workers together stand in the use rate."""
    rate = figures.get(USE_RATE)
    if table.id != GROUP_TABLE or rate is None or rate.numerator is None:
        return {}
    return {frozenset(WORKERS): rate.numerator}
