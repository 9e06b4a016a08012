"""The desk, a case page and the search of 100,000 cases, with walls and without: restricted cases, people hidden from.

Two installations with the same cases are read in turn by the same people. In one of them every eighth case is
restricted, with an investigator named on it, and every tenth is hidden from each of those who read, as when one of
them commands whoever is complained about. What is compared is what the walls cost.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from bench import fill
from bench.databases import Place
from bench.report import Row
from bench.servers import environment, settings_of
from grievance.accounts.models import DutyGrant, Staff
from grievance.accounts.permissions import Duty, Viewer, viewer_of
from grievance.cases.models import Case, HiddenFrom, Investigator
from grievance.cases.record import WordDigest
from grievance.core.db import Database
from grievance.core.schema import upgrade
from grievance.crypto.fields import keys_of
from grievance.crypto.keyring import KeyRing
from grievance.desk.case_page import case_page
from grievance.desk.queries import DeskFilter, Whose, desk, desk_counts
from grievance.desk.search import PURPOSE, normalise_words
from tests.support.places import make_site

SIZE = 100_000
ROUNDS = 31
RESTRICTED_OF, HIDDEN_OF = 8, 10
"""One case of so many: far more than any site has, so that a wall that costs by the row is seen."""
SEEN_DUTIES = (Duty.TRIAGER, Duty.COORDINATOR, Duty.HANDLER)
INVESTIGATORS = 40
"""Among whom the restricted cases are shared out: some 300 of 100,000 cases each."""
COMMON, RARE = "camiones", "lagartija"
"""A word of every case, and one of a case in five hundred."""

Jobs = dict[str, Callable[[Session], object]]


def measure(place: Place, folder: Path) -> Iterator[Row]:
    """Yield what each list costs each duty with walls against without."""
    plain, viewers = _filled(place, folder)
    walled, _ = _filled(place, folder)
    _build_walls(walled, [viewer.staff_id for viewer in viewers.values()])
    for duty, viewer in viewers.items():
        for what, (taken, before) in _taken((walled, plain), viewer).items():
            where = f"{place.name}, {duty.value}"
            yield Row.plain(f"{what}, walls up", where, f"{taken:.1f} ms", f"{before:.1f} ms", taken / before)
    walled.dispose()
    plain.dispose()


def _filled(place: Place, folder: Path) -> tuple[Database, dict[Duty, Viewer]]:
    url = place.fresh()
    database = Database(url, keys=KeyRing.of(settings_of(environment(folder, url))))
    upgrade(url)
    with database.begin() as session:
        site_id = make_site(session).id
        staff = [
            Staff(
                email=f"{number}@bench.example",
                name=f"Persona {number}",
                fs_uniquifier=str(number),
                created_at=fill.NOW,
            )
            for number in range(6 + INVESTIGATORS)
        ]
        session.add_all(staff)
        session.flush()
        ids = [person.id for person in staff]
        for staff_id, duty in zip(ids, SEEN_DUTIES, strict=False):
            session.add(DutyGrant(staff_id=staff_id, site_id=site_id, duty=duty.value, granted_at=fill.NOW))
    handlers = ids[len(SEEN_DUTIES) - 1 : 6]
    fill.fill(database, site_id=site_id, handler_ids=handlers, category_id=1, cases=SIZE)
    _index_words(database)
    _analyse(database)
    return database, {
        duty: viewer_of(staff_id, [(site_id, duty)]) for staff_id, duty in zip(ids, SEEN_DUTIES, strict=False)
    }


def _index_words(database: Database) -> None:
    """Write the digests that the worker would build: the words of `fill`, and a rare one here and there."""
    with database.begin() as session:
        keys = keys_of(session)
        common = [keys.digest(PURPOSE, word) for word in normalise_words(fill.WORDS)]
        rare = keys.digest(PURPOSE, RARE)
        ids = session.scalars(select(Case.id)).all()
        for start in range(0, len(ids), fill.BATCH):
            batch = ids[start : start + fill.BATCH]
            rows = [{"digest": digest, "case_id": case_id} for case_id in batch for digest in common]
            rows += [{"digest": rare, "case_id": case_id} for case_id in batch if case_id % 500 == 0]
            session.execute(insert(WordDigest), rows)


def _build_walls(database: Database, hidden_from: Sequence[int]) -> None:
    source = random.Random(11)  # the same walls every time
    with database.begin() as session:
        ids = session.scalars(select(Case.id)).all()
        investigators = session.scalars(select(Staff.id).order_by(Staff.id.desc()).limit(INVESTIGATORS)).all()
        restricted = [case_id for case_id in ids if source.randrange(RESTRICTED_OF) == 0]
        for start in range(0, len(restricted), fill.BATCH):
            batch = restricted[start : start + fill.BATCH]
            session.execute(update(Case).where(Case.id.in_(batch)).values(is_restricted=True, type="harassment"))
            session.execute(
                insert(Investigator),
                [
                    {
                        "case_id": case_id,
                        "staff_id": source.choice(investigators),
                        "named_by_id": hidden_from[0],
                        "named_at": fill.NOW,
                    }
                    for case_id in batch
                ],
            )
        for staff_id in hidden_from:
            hidden = [case_id for case_id in ids if source.randrange(HIDDEN_OF) == 0]
            rows = [
                {"case_id": case_id, "staff_id": staff_id, "reason": "above_respondent", "since_at": fill.NOW}
                for case_id in hidden
            ]
            session.execute(insert(HiddenFrom), rows)
    _analyse(database)


def _analyse(database: Database) -> None:
    with database.begin() as session:
        session.connection().exec_driver_sql("ANALYZE")


def _taken(databases: tuple[Database, Database], viewer: Viewer) -> dict[str, tuple[float, float]]:
    """Return the median milliseconds of each job in each database, in turn: a busy moment hits both alike."""
    taken = {}
    pairs = zip(*(_jobs(database, viewer).items() for database in databases), strict=True)
    for (name, walled_job), (_, plain_job) in pairs:
        times: tuple[list[float], list[float]] = ([], [])
        for _ in range(ROUNDS):
            for database, job, into in zip(databases, (walled_job, plain_job), times, strict=True):
                with database.read() as session:
                    begun = time.perf_counter()
                    job(session)
                    into.append((time.perf_counter() - begun) * 1000)
        taken[name] = (median(times[0]), median(times[1]))
    return taken


def _jobs(database: Database, viewer: Viewer) -> Jobs:
    whose = Whose.MINE if viewer.sites_with(Duty.HANDLER) else Whose.SITE
    with database.read() as session:
        reference = desk(session, viewer, DeskFilter(whose=whose), now=fill.NOW).rows[0].reference

    def listed(q: str) -> Callable[[Session], object]:
        return lambda session: desk(session, viewer, DeskFilter(whose=whose, q=q), now=fill.NOW)

    return {
        "desk": listed(""),
        "desk counts": lambda session: desk_counts(session, viewer, whose=whose, now=fill.NOW),
        "case page": lambda session: case_page(session, viewer, reference, now=fill.NOW, writing=lambda: session),
        "search, common word": listed(COMMON),
        "search, rare word": listed(RARE),
    }
