"""Work on imports of old registers, a little at a time, so that texts and clocks never wait for it.

The file is read once and stays in memory while it is worked on; losing it costs one more reading. Each batch is a unit
of work of its own that says how far it got. Not for: the rules of an import (`registers.importing`).
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from grievance.cases.side_tracks import ImportState
from grievance.core.clock import now
from grievance.registers.checking import Looked, look
from grievance.registers.finding import Finder, written
from grievance.registers.importing import (
    BATCH,
    ImportMoved,
    Tally,
    finish,
    forget_file,
    import_batch,
    load_for_change,
    note_broken_off,
    note_checked,
    note_found,
    note_progress,
    note_unmatched,
    note_unreadable,
)
from grievance.registers.kept import fitting
from grievance.registers.lists import lists_of, numbers_of
from grievance.registers.matching import Matching
from grievance.registers.matching import read as read_matching
from grievance.registers.matching import written as write_matching
from grievance.registers.problems import RegisterUnreadable
from grievance.registers.queries import Waiting, next_undoing, next_waiting, undecided
from grievance.registers.tables import Table, has_missing, read_table
from grievance.registers.undoing import finish_undo, undo_batch
from grievance.runtime import Runtime
from grievance.sites.queries import site_by_id

CHECKED_AT_ONCE = 1_000
"""Lines checked between two looks at what else there is to do."""

SLICE_SECONDS = 0.3
"""How long the worker imports before it looks at what else there is to do: a reply waits no longer for it."""


HOLD_SECONDS = 0.03
"""How long a batch should hold the write lock; its size follows what the last one took. Less than the fifty
milliseconds that nobody notices, since a busy machine stretches now one and now another."""

FEWEST, MOST = 2, 40
"""Cases of a batch: fewer make the commits cost more than the work, more would hold the lock on a sudden stall."""


@dataclass(slots=True)
class Pace:
    """How many cases the next batch has."""

    size: int = BATCH

    def note(self, seconds: float, count: int) -> None:
        """Learn from a batch of so many cases that held the lock for so long."""
        wanted = count * HOLD_SECONDS / max(seconds, 0.001)
        self.size = round(min(max((self.size + min(wanted, 2 * self.size)) / 2, FEWEST), MOST))


@dataclass(slots=True)
class OpenRegister:
    """A file that is being worked on, and how far."""

    import_id: int
    state: ImportState
    lines: Iterator[Looked]
    total: int
    tally: Tally
    position: int = 0
    pace: Pace = field(default_factory=Pace)


@dataclass(slots=True)
class Kept:
    """What the worker keeps between two rounds: the register at hand, or none."""

    open: OpenRegister | None = None
    pace: Pace = field(default_factory=Pace)
    """Of taking one back."""


def work_on_registers(runtime: Runtime, kept: Kept) -> int:
    """Do the next piece of the oldest import that waits; return 0 when none does. Taking one back comes first."""
    if kept.open is None:
        with runtime.database.read() as session:
            undoing, waiting = next_undoing(session), next_waiting(session)
        if undoing is not None:
            return _undo(runtime, undoing, kept.pace)
        if waiting is None:
            return 0
        kept.open = _opened(runtime, waiting)
        return 1
    at_hand = kept.open
    try:
        is_done = _check(runtime, at_hand) if at_hand.state is ImportState.CHECKING else _import(runtime, at_hand)
    except ImportMoved:
        # Another worker took these lines, or somebody set the file aside: look again where it stands.
        is_done = True
    except Exception:
        kept.open = None
        break_off(runtime, at_hand.import_id)
        raise
    if is_done:
        kept.open = None
    return 1


def forget_undecided(runtime: Runtime) -> int:
    """Set files aside about which nobody decided in time; return how many."""
    with runtime.database.read() as session:
        old = undecided(session, at=now())
    for import_id in old:
        with runtime.database.begin() as session:
            taken = load_for_change(session, import_id)
            if taken.state in {ImportState.MATCHING, ImportState.CHECKED}:
                taken.state = ImportState.SET_ASIDE.value
            key = forget_file(session, taken)
        if key is not None:
            runtime.storage.delete(key)
    return len(old)


def open_table(runtime: Runtime, table: Table, *, site_id: int, at: datetime) -> Iterator[Looked]:
    """Return what comes of the lines of a table, held against the site as it is now."""
    with runtime.database.read() as session:
        site = lists_of(session, site_by_id(session, site_id))
        here = numbers_of(session, site_id)
    return look(table, site, here=here, now=at)


def import_some(runtime: Runtime, at_hand: OpenRegister) -> bool:
    """Import one batch; return False when no line is left."""
    batch = list(islice(at_hand.lines, at_hand.pace.size))
    if not batch:
        return False
    with runtime.database.begin() as session:
        taken = load_for_change(session, at_hand.import_id)
        begun = time.monotonic()
        # After the lock: see load_for_change.
        import_batch(session, taken, batch, position=at_hand.position, at=now())
    at_hand.pace.note(time.monotonic() - begun, len(batch))
    at_hand.position += len(batch)
    return True


def undo_some(runtime: Runtime, import_id: int, pace: Pace) -> int:
    """Take one batch of an import back; return how many cases, 0 when it is done, which is said then."""
    with runtime.database.begin() as session:
        taken = load_for_change(session, import_id)
        # After the lock: see load_for_change.
        at, begun = now(), time.monotonic()
        gone = undo_batch(session, taken, at=at, limit=pace.size)
        if not gone:
            finish_undo(session, taken, at=at)
    pace.note(time.monotonic() - begun, gone or pace.size)
    return gone


def end_import(runtime: Runtime, at_hand: OpenRegister) -> None:
    """Say that all is done, and forget the file."""
    with runtime.database.begin() as session:
        key = finish(session, load_for_change(session, at_hand.import_id), at=now())
    if key is not None:
        runtime.storage.delete(key)


def break_off(runtime: Runtime, import_id: int) -> None:
    """Say that it broke off: it does not go on before somebody has looked."""
    with runtime.database.begin() as session:
        note_broken_off(session, load_for_change(session, import_id))


def _opened(runtime: Runtime, waiting: Waiting) -> OpenRegister | None:
    """Read the file of an import; None when that cannot be, or somebody has to say first what its columns mean.

    Either is said on its page.
    """
    try:
        table = _read(runtime, waiting)
    except RegisterUnreadable as refusal:
        with runtime.database.begin() as session:
            taken = load_for_change(session, waiting.id)
            note_unreadable(session, taken, refusal.problem, at=now())
            key = forget_file(session, taken)
        if key is not None:
            runtime.storage.delete(key)
        return None
    except Exception:
        break_off(runtime, waiting.id)
        raise
    if table is None:
        return None
    state = ImportState(waiting.state)
    lines = open_table(runtime, table, site_id=waiting.site_id, at=now())
    opened = OpenRegister(waiting.id, state, lines, len(table.lines), Tally(list(table.problems)))
    if state is ImportState.IMPORTING:
        # What was done before it broke off is passed over, line by line: their numbers still count as taken.
        opened.position = sum(1 for _ in islice(lines, waiting.done))
    return opened


def _read(runtime: Runtime, waiting: Waiting) -> Table | None:
    """Return the table of an import; None when nobody said yet what its columns mean, and headers do not say it."""
    content = runtime.storage.get(waiting.storage_key)
    matching = read_matching(waiting.matching) if waiting.matching else None
    if waiting.state != ImportState.CHECKING:
        return read_table(content, matching=matching)
    finder = Finder()
    table = read_table(content, matching=matching, watcher=finder)
    found = finder.found()
    if matching is None and (matching := kept_for(runtime, waiting.site_id, found.headers)) is not None:
        table = read_table(content, matching=matching)
    is_unknown = matching is None and len(found.columns) > 1 and has_missing(table)
    with runtime.database.begin() as session:
        taken = load_for_change(session, waiting.id)
        note_found(session, taken, written(found), write_matching(matching) if matching else None)
        if is_unknown:
            note_unmatched(session, taken, Tally(list(table.problems)), at=now())
    return None if is_unknown else table


def kept_for(runtime: Runtime, site_id: int, headers: Sequence[str]) -> Matching | None:
    """Return the matching that the operator of a site keeps for these very headers, or None."""
    if not headers:
        return None
    with runtime.database.read() as session:
        return fitting(session, site_by_id(session, site_id).operator_id, headers)


def _check(runtime: Runtime, at_hand: OpenRegister) -> bool:
    for looked in islice(at_hand.lines, CHECKED_AT_ONCE):
        at_hand.tally.add(looked)
    is_done = at_hand.tally.lines >= at_hand.total
    with runtime.database.begin() as session:
        taken = load_for_change(session, at_hand.import_id)
        if is_done:
            note_checked(session, taken, at_hand.tally, at=now())
        else:
            note_progress(session, taken, rows=at_hand.total, done=at_hand.tally.lines)
    return is_done


def _undo(runtime: Runtime, import_id: int, pace: Pace) -> int:
    until = time.monotonic() + SLICE_SECONDS
    try:
        while time.monotonic() < until and undo_some(runtime, import_id, pace):
            pass
    except ImportMoved:
        # Another worker ended it.
        pass
    except Exception:
        break_off(runtime, import_id)
        raise
    return 1


def _import(runtime: Runtime, at_hand: OpenRegister) -> bool:
    until = time.monotonic() + SLICE_SECONDS
    while time.monotonic() < until:
        if not import_some(runtime, at_hand):
            end_import(runtime, at_hand)
            return True
    return False
