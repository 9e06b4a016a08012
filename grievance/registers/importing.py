"""Taking over an old register: checked first, approved by somebody who saw what is wrong, then imported in batches.

Every batch is a unit of work of its own, short enough that nobody waits for it, and ends with how far it got: whatever
breaks off goes on from there, and a number that is here already is left as it is. Not for: reading the file
(`tables`), nor for deciding what a line says (`checking`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from grievance.accounts.audit import AuditAction
from grievance.accounts.holding import holders_of
from grievance.accounts.models import Staff
from grievance.accounts.permissions import Duty
from grievance.cases.hiding import NAMED_IN_WORDS
from grievance.cases.models import Case, Complainant, HiddenFrom, Submission
from grievance.cases.record import CaseEvent, CaseHistory, Clock, RegisterEntry, RegisterImport
from grievance.cases.side_tracks import ImportState
from grievance.cases.tasks import NoticeKind
from grievance.core.db import insert_for_ids, insert_many, lock_row, values_of
from grievance.crypto.fields import new_public_id, seal
from grievance.registers.building import Built, Ground, build
from grievance.registers.checking import Entry, Looked
from grievance.registers.problems import OF_FILE, Problem, from_kept
from grievance.registers.telling import notify_of, record_of
from grievance.sites.models import Site

BATCH = 10
"""Cases of one unit of work: the write lock is held for some tens of milliseconds."""

MOST_PROBLEMS = 5_000
"""Problems kept with an import. More are counted: whoever has so many mends the column, not the cells."""

KEPT_UNDECIDED = timedelta(days=30)
"""A file that was checked and neither imported nor set aside is set aside by itself after this."""

_AT_WORK = frozenset({ImportState.CHECKING, ImportState.IMPORTING, ImportState.UNDOING})
"""States in which a worker is at it."""

_TRIES = 4
"""As in intake: how often a reference is drawn that is taken."""


class ImportMoved(Exception):
    """Somebody else, or another worker, took the import further meanwhile."""


class NothingToImport(Exception):
    """No line of the file can be imported."""


class ProblemsLeft(Exception):
    """Lines have problems, and nobody said that the others are to be imported without them."""


@dataclass(slots=True)
class Tally:
    """What a check found so far: lines, and what is wrong with the columns and with them."""

    problems: list[Problem]
    lines: int = 0
    known: int = 0
    """Lines whose number is here already."""
    wrong: int = 0

    def add(self, looked: Looked) -> None:
        """Count one line."""
        self.lines += 1
        self.wrong += bool(looked.problems)
        self.known += looked.entry is None and not looked.problems
        self.problems += looked.problems

    @property
    def good(self) -> int:
        """How many lines can be imported and are not here yet."""
        return self.lines - self.known - self.wrong

    @property
    def obstacles(self) -> int:
        """How many problems stand in the way."""
        return sum(not problem.is_warning for problem in self.problems)

    @property
    def is_blocked(self) -> bool:
        """Whether the file as a whole cannot be imported, whatever lines are left out."""
        return any(problem.code in OF_FILE for problem in self.problems)


def start(
    session: Session,
    site: Site,
    *,
    filename: str,
    file_digest: str,
    storage_key: str | None,
    by: int | None,
    at: datetime,
) -> RegisterImport:
    """Take in a file to be checked. `by` and `storage_key` are None on the command line."""
    taken = RegisterImport(
        public_id=new_public_id(),
        site_id=site.id,
        state=ImportState.CHECKING.value,
        storage_key=storage_key,
        file_digest=file_digest,
        problems=[],
        started_by_id=by,
        created_at=at,
    )
    seal(session, taken, "filename", filename[:200] or None)
    session.add(taken)
    session.flush()
    return taken


def load_for_change(session: Session, import_id: int) -> RegisterImport:
    """Return an import, locked until the unit ends, its site before it: freezing figures waits for the same lock.

    Whoever records something takes the instant after this: then no figures can be frozen, between that instant and the
    commit, that would have to know of it.
    """
    site_id = session.scalars(select(RegisterImport.site_id).where(RegisterImport.id == import_id)).one()
    lock_row(session, Site, id=site_id)
    return session.scalars(
        select(RegisterImport)
        .where(RegisterImport.id == import_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def note_progress(session: Session, taken: RegisterImport, *, rows: int, done: int) -> None:
    """Note how far the check has come."""
    _require(taken, ImportState.CHECKING)
    taken.row_count, taken.done_count = rows, done
    session.flush()


def note_checked(session: Session, taken: RegisterImport, tally: Tally, *, at: datetime) -> None:
    """Keep what the check found."""
    _require(taken, ImportState.CHECKING)
    taken.state = ImportState.CHECKED.value
    taken.row_count = taken.done_count = tally.lines
    taken.known_count, taken.wrong_count = tally.known, tally.wrong
    taken.problems = [problem.kept() for problem in tally.problems[:MOST_PROBLEMS]]
    taken.problem_count = tally.obstacles
    session.flush()
    _tell_starter(session, taken, NoticeKind.REGISTER_CHECKED, at=at)
    record_of(session, taken, AuditAction.REGISTER_CHECKED, by=taken.started_by_id, at=at)


def note_found(session: Session, taken: RegisterImport, found: str, matching: str | None) -> None:
    """Keep what the file holds, and what it is read with: both go with the file."""
    _require(taken, ImportState.CHECKING)
    seal(session, taken, "found", found)
    seal(session, taken, "matching", matching)
    session.flush()


def note_unmatched(session: Session, taken: RegisterImport, tally: Tally, *, at: datetime) -> None:
    """Keep that somebody has to say what the columns mean before anything can be checked."""
    _require(taken, ImportState.CHECKING)
    taken.state = ImportState.MATCHING.value
    taken.problems = [problem.kept() for problem in tally.problems[:MOST_PROBLEMS]]
    taken.problem_count = tally.obstacles
    session.flush()
    _tell_starter(session, taken, NoticeKind.REGISTER_CHECKED, at=at)


def match(session: Session, taken: RegisterImport, matching: str, *, by: int, at: datetime) -> None:
    """Have a file checked with what somebody said its columns and words mean.

    Raises:
        ImportMoved: it is not waiting for that, or its file is gone.
    """
    if taken.state not in {ImportState.MATCHING, ImportState.CHECKED} or taken.storage_key is None:
        raise ImportMoved(taken.state)
    seal(session, taken, "matching", matching)
    taken.state = ImportState.CHECKING.value
    taken.problems, taken.problem_count = [], 0
    taken.row_count = taken.done_count = taken.known_count = taken.wrong_count = 0
    session.flush()
    record_of(session, taken, AuditAction.REGISTER_MATCHED, by=by, at=at, codes={"step": "said"})


def note_unreadable(session: Session, taken: RegisterImport, problem: Problem, *, at: datetime) -> None:
    """Keep why the file cannot be read. One that was set aside meanwhile stays what it is."""
    if taken.state not in _AT_WORK:
        return
    taken.state = ImportState.FAILED.value
    taken.problems, taken.problem_count = [problem.kept()], 1
    taken.finished_at = at
    session.flush()
    _tell_starter(session, taken, NoticeKind.REGISTER_CHECKED, at=at)
    record_of(session, taken, AuditAction.REGISTER_CHECKED, by=taken.started_by_id, at=at)


def note_broken_off(session: Session, taken: RegisterImport) -> None:
    """Keep that the check or the import broke off: somebody looks at it, and may let it go on.

    One that was set aside meanwhile, or that another worker ended, stays what it is.
    """
    if taken.state in _AT_WORK:
        taken.state = ImportState.FAILED.value
        session.flush()


def good_count(taken: RegisterImport) -> int:
    """Return how many lines can be imported and are not here yet."""
    return taken.row_count - taken.wrong_count - taken.known_count


def approve(session: Session, taken: RegisterImport, *, without_wrong: bool, by: int | None, at: datetime) -> None:
    """Ask for the import itself, of a file that was checked.

    Raises:
        ImportMoved: it is not waiting for that.
        NothingToImport: no line can be imported.
        ProblemsLeft: some lines are wrong, and `without_wrong` was not said.
    """
    _require(taken, ImportState.CHECKED)
    if good_count(taken) <= 0 or any(from_kept(kept).code in OF_FILE for kept in taken.problems):
        raise NothingToImport
    if taken.problem_count and not without_wrong:
        raise ProblemsLeft
    taken.state = ImportState.IMPORTING.value
    taken.approved_at = at
    taken.done_count = taken.opened_count = taken.known_count = taken.wrong_count = 0
    session.flush()
    codes: dict[str, str | int | bool] = {"without_wrong": without_wrong, "step": "approved"}
    record_of(session, taken, AuditAction.REGISTER_IMPORTED, by=by, at=at, codes=codes)


def go_on(session: Session, taken: RegisterImport) -> None:
    """Let what broke off go on.

    Raises:
        ImportMoved: it did not break off, or its file is gone.
    """
    _require(taken, ImportState.FAILED)
    if taken.storage_key is None:
        raise ImportMoved
    is_approved = taken.approved_at is not None
    taken.state = ImportState.IMPORTING.value if is_approved else ImportState.CHECKING.value
    taken.finished_at = None
    session.flush()


def set_aside(session: Session, taken: RegisterImport, *, by: int | None, at: datetime) -> str | None:
    """Give a file up; return the key under which it is stored, to be deleted after the commit.

    Raises:
        ImportMoved: it is being imported, in part or whole.
    """
    waits = {ImportState.MATCHING, ImportState.CHECKING, ImportState.CHECKED, ImportState.FAILED}
    if taken.state not in waits or taken.opened_count:
        raise ImportMoved
    taken.state = ImportState.SET_ASIDE.value
    taken.finished_at = at
    session.flush()
    record_of(session, taken, AuditAction.REGISTER_CHECKED, by=by, at=at, codes={"step": "set_aside"})
    return forget_file(session, taken)


def forget_file(session: Session, taken: RegisterImport) -> str | None:
    """Let go of the stored file and of what was read of it, and return its key.

    The file goes after the commit, and no later than the sweep.
    """
    key, taken.storage_key = taken.storage_key, None
    taken.found_sealed = taken.matching_sealed = None
    session.flush()
    return key


def import_batch(
    session: Session, taken: RegisterImport, looked: Sequence[Looked], *, position: int, at: datetime
) -> int:
    """Import some lines that follow each other, `position` being how many were done before; return how many cases.

    Raises:
        ImportMoved: the import is elsewhere: another worker took these lines, or somebody stopped it.
    """
    _require(taken, ImportState.IMPORTING)
    if taken.done_count != position:
        raise ImportMoved
    entries = [one.entry for one in looked if one.entry is not None]
    here = _here(session, taken.site_id, entries)
    new = [entry for entry in entries if entry.number not in here]
    if new:
        _open_cases(session, taken, new, at=at)
    wrong = [one for one in looked if one.problems]
    taken.done_count += len(looked)
    taken.opened_count += len(new)
    taken.wrong_count += len(wrong)
    taken.known_count += len(looked) - len(new) - len(wrong)
    _keep_new_problems(taken, wrong)
    session.flush()
    return len(new)


def finish(session: Session, taken: RegisterImport, *, at: datetime) -> str | None:
    """End an import, tell of it as a whole, and return the key of the stored file, to be deleted after the commit."""
    _require(taken, ImportState.IMPORTING)
    taken.state = ImportState.DONE.value
    taken.finished_at = at
    session.flush()
    site = session.get_one(Site, taken.site_id)
    told = session.scalars(
        select(Staff.id).where(
            Staff.active.is_(True), Staff.id.in_(holders_of(site.id, Duty.TRIAGER, Duty.COORDINATOR))
        )
    ).all()
    if taken.opened_count:
        notify_of(session, taken, told, NoticeKind.REGISTER_IMPORTED, at=at)
    record_of(session, taken, AuditAction.REGISTER_IMPORTED, by=taken.started_by_id, at=at, codes={"step": "done"})
    return forget_file(session, taken)


def _open_cases(session: Session, taken: RegisterImport, entries: Sequence[Entry], *, at: datetime) -> None:
    ground = Ground.of(session, session.get_one(Site, taken.site_id))
    for _ in range(_TRIES):
        try:
            with session.begin_nested():
                built = [build(ground, entry, recorded_by_id=taken.started_by_id, at=at) for entry in entries]
                _store(session, taken, built, at=at)
                return
        except IntegrityError as error:
            # A reference that is taken is drawn again, with all of the batch.
            if "reference" not in str(error.orig):
                raise
    raise RuntimeError("no free reference in four draws")


def _store(session: Session, taken: RegisterImport, built: Sequence[Built], *, at: datetime) -> None:
    case_ids = insert_for_ids(session, Case, [values_of(one.case) for one in built])
    both = list(zip(case_ids, built, strict=True))
    people = insert_for_ids(
        session, Complainant, [values_of(one.person) | {"case_id": case_id} for case_id, one in both]
    )
    filed = [
        values_of(one.submission) | {"case_id": case_id, "filed_as_case_id": case_id, "complainant_id": person_id}
        for (case_id, one), person_id in zip(both, people, strict=True)
    ]
    insert_many(session, Submission, filed)
    insert_many(session, CaseEvent, [row | {"case_id": case_id} for case_id, one in both for row in one.events])
    insert_many(session, CaseHistory, [row | {"case_id": case_id} for case_id, one in both for row in one.history])
    clocks = [values_of(clock) | {"case_id": case_id} for case_id, one in both for clock in one.clocks]
    if clocks:
        insert_many(session, Clock, clocks)
    hidden = [
        {"case_id": case_id, "staff_id": staff_id, "reason": NAMED_IN_WORDS, "since_at": at}
        for case_id, one in both
        for staff_id in sorted(one.hidden_from)
    ]
    if hidden:
        insert_many(session, HiddenFrom, hidden)
    site_and_import = {"site_id": taken.site_id, "import_id": taken.id}
    insert_many(
        session,
        RegisterEntry,
        [{"number": one.number, "case_id": case_id, **site_and_import} for case_id, one in both],
    )


def _here(session: Session, site_id: int, entries: Sequence[Entry]) -> set[str]:
    wanted = [entry.number for entry in entries]
    return set(
        session.scalars(
            select(RegisterEntry.number).where(RegisterEntry.site_id == site_id, RegisterEntry.number.in_(wanted))
        )
    )


def _keep_new_problems(taken: RegisterImport, wrong: Sequence[Looked]) -> None:
    """Add problems that the check had not seen: a category may have been taken out of use since."""
    kept = [tuple(row) for row in taken.problems] if wrong else []
    new = [problem.kept() for one in wrong for problem in one.problems if tuple(problem.kept()) not in kept]
    if new and len(kept) < MOST_PROBLEMS:
        taken.problems = [*taken.problems, *new][:MOST_PROBLEMS]
        taken.problem_count += len(new)


def _require(taken: RegisterImport, state: ImportState) -> None:
    if taken.state != state:
        raise ImportMoved(taken.state)


def _tell_starter(session: Session, taken: RegisterImport, kind: NoticeKind, *, at: datetime) -> None:
    if taken.started_by_id is not None:
        notify_of(session, taken, [taken.started_by_id], kind, at=at)
