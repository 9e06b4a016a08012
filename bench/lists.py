"""The desk and a case page at 10,000 and 100,000 cases: the larger against the smaller, a deep page against the first.

Taken in one process, from the read to the finished page, without the network: what is compared is the same work on
more rows. The floor of a page is a plain Flask page that reads 25 rows of the same table.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench import fill
from bench.databases import Place
from bench.report import Row
from bench.servers import environment, settings_of
from grievance.accounts.models import DutyGrant, Staff
from grievance.accounts.permissions import Duty, Viewer, viewer_of
from grievance.cases.models import Case
from grievance.core.db import Database
from grievance.core.schema import upgrade
from grievance.crypto.keyring import KeyRing
from grievance.desk.case_page import case_page
from grievance.desk.queries import DeskFilter, DeskPage, Show, Whose, desk, desk_counts
from tests.support.places import make_site

SIZES = (10_000, 100_000)
ROUNDS = 15
DEEP = 40
"""Pages to turn before the deep page is taken."""


def measure(place: Place, folder: Path) -> Iterator[Row]:
    """Yield the larger size against the smaller for each list, and the deep page against the first."""
    taken = {size: _at_size(place, folder, size) for size in SIZES}
    small, large = (taken[size] for size in SIZES)
    for what in small:
        where = f"{place.name}, 100,000 against 10,000 cases"
        yield Row.plain(what, where, f"{large[what]:.1f} ms", f"{small[what]:.1f} ms", large[what] / small[what])
    deep, first = large["desk, page 40"], large["desk, first page"]
    yield Row.plain(
        "desk, page 40 against page 1",
        f"{place.name}, 100,000 cases",
        f"{deep:.1f} ms",
        f"{first:.1f} ms",
        deep / first,
    )


def _at_size(place: Place, folder: Path, size: int) -> dict[str, float]:
    url = place.fresh()
    database = Database(url, keys=KeyRing.of(settings_of(environment(folder, url))))
    upgrade(url)
    viewer = _filled(database, size)
    with database.read() as session:
        cursor = _cursor_of_deep_page(session, viewer)
        reference = session.scalars(select(Case.reference).where(Case.is_open).limit(1)).one()
    wanted = DeskFilter(whose=Whose.SITE, show=Show.ALL)
    jobs: dict[str, Callable[[Session], object]] = {
        "desk, first page": lambda session: desk(session, viewer, DeskFilter(whose=Whose.SITE), now=fill.NOW),
        "desk, page 40": lambda session: desk(session, viewer, wanted, now=fill.NOW, after=cursor),
        "desk, counts": lambda session: desk_counts(session, viewer, whose=Whose.SITE, now=fill.NOW),
        "case page": lambda session: case_page(session, viewer, reference, now=fill.NOW, writing=lambda: session),
    }
    taken = {name: _median_ms(database, job) for name, job in jobs.items()}
    database.dispose()
    return taken


def _filled(database: Database, size: int) -> Viewer:
    with database.begin() as session:
        site_id = make_site(session).id
        staff = [
            Staff(
                email=f"{number}@bench.example",
                name=f"Persona {number}",
                fs_uniquifier=str(number),
                created_at=fill.NOW,
            )
            for number in range(6)
        ]
        session.add_all(staff)
        session.flush()
        ids = [person.id for person in staff]
        session.add(DutyGrant(staff_id=ids[0], site_id=site_id, duty=Duty.COORDINATOR.value, granted_at=fill.NOW))
    fill.fill(database, site_id=site_id, handler_ids=ids[1:], category_id=1, cases=size)
    with database.begin() as session:
        session.connection().exec_driver_sql("ANALYZE")
    return viewer_of(ids[0], [(site_id, Duty.COORDINATOR)])


def _cursor_of_deep_page(session: Session, viewer: Viewer) -> str | None:
    cursor: str | None = None
    for _ in range(DEEP - 1):
        page: DeskPage = desk(session, viewer, DeskFilter(whose=Whose.SITE, show=Show.ALL), now=fill.NOW, after=cursor)
        cursor = page.next_cursor
    return cursor


def _median_ms(database: Database, job: Callable[[Session], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        with database.read() as session:
            begun = time.perf_counter()
            job(session)
            times.append((time.perf_counter() - begun) * 1000)
    return median(times)
