"""Reads of imports of old registers: for those who bring them, for the worker, and for the page of a case."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.orm import Session

from grievance.accounts.models import Staff
from grievance.accounts.permissions import PERMITTED, Action, Viewer
from grievance.cases.record import RegisterImport
from grievance.cases.side_tracks import ImportState
from grievance.crypto.fields import unseal
from grievance.registers import finding, matching
from grievance.registers.finding import Found
from grievance.registers.importing import KEPT_UNDECIDED, good_count
from grievance.registers.matching import Matching
from grievance.registers.problems import OF_FILE, Problem, from_kept
from grievance.registers.undoing import until_when
from grievance.sites.models import Site

MOST_LISTED = 50


class NothingFound(LookupError):
    """Of this import nothing is here that could be matched: the file was not read yet, or is gone."""


class ImportNotFound(LookupError):
    """There is no such import, or not at a site where the viewer may bring registers."""


@dataclass(frozen=True, slots=True)
class ImportRow:
    """An import as its page shows it."""

    id: int
    public_id: str
    site_id: int
    site_slug: str
    site_name: str
    time_zone: str
    state: str
    filename: str | None = field(repr=False)
    lines: int
    done: int
    opened: int
    known: int
    wrong: int
    good: int
    problem_count: int
    problems: tuple[Problem, ...]
    is_blocked: bool
    """Whether leaving lines out does not help."""
    can_go_on: bool
    """Whether it broke off and its file is still here."""
    can_be_set_aside: bool
    was_approved: bool
    started_by: str | None
    created_at: datetime
    finished_at: datetime | None
    matched_by: str | None = field(repr=False)
    """The name of the matching it was read with, empty where it has none; None where it was read as it stands."""
    may_be_matched: bool
    """Whether somebody can say what its columns mean, or change that."""
    undone: int
    undo_until: datetime | None
    """Until when it can be taken back; None where nothing was imported, or it was taken back already."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An import that waits for the worker."""

    id: int
    site_id: int
    state: str
    storage_key: str
    done: int
    matching: str | None = field(repr=False)
    """What somebody said its columns mean, as it is kept."""


def imports(session: Session, viewer: Viewer) -> tuple[ImportRow, ...]:
    """Return the imports at the sites where the viewer may bring registers, the latest first."""
    rows = session.execute(_select().where(_at(viewer)).order_by(RegisterImport.id.desc()).limit(MOST_LISTED))
    return tuple(_row(session, *row) for row in rows)


def import_of(session: Session, viewer: Viewer, public_id: str) -> ImportRow:
    """Return one import.

    Raises:
        ImportNotFound: there is none, or not for the viewer.
    """
    row = session.execute(_select().where(RegisterImport.public_id == public_id, _at(viewer))).one_or_none()
    if row is None:
        raise ImportNotFound
    return _row(session, *row)


def found_in(session: Session, import_id: int) -> tuple[Found, Matching | None]:
    """Return what the file of an import holds, and what somebody said it means.

    Raises:
        NothingFound: it was not read yet, or its file is gone.
    """
    taken = session.get_one(RegisterImport, import_id)
    found = unseal(session, taken, "found")
    if found is None or not _may_be_matched(taken):
        raise NothingFound
    said = unseal(session, taken, "matching")
    return finding.read(found), matching.read(said) if said else None


def next_waiting(session: Session) -> Waiting | None:
    """Return the import that the worker should go on with, the oldest; None when there is none."""
    taken = session.scalars(
        select(RegisterImport)
        .where(
            RegisterImport.state.in_([ImportState.CHECKING.value, ImportState.IMPORTING.value]),
            RegisterImport.storage_key.is_not(None),
        )
        .order_by(RegisterImport.id)
        .limit(1)
    ).one_or_none()
    if taken is None or taken.storage_key is None:
        return None
    said = unseal(session, taken, "matching")
    return Waiting(taken.id, taken.site_id, taken.state, taken.storage_key, taken.done_count, said)


def next_undoing(session: Session) -> int | None:
    """Return the id of the import that the worker should go on taking back; None when there is none."""
    return session.scalars(
        select(RegisterImport.id)
        .where(RegisterImport.state == ImportState.UNDOING.value)
        .order_by(RegisterImport.id)
        .limit(1)
    ).one_or_none()


def id_of(session: Session, public_id: str) -> int:
    """Return the id of an import, for the command line.

    Raises:
        ImportNotFound: there is none.
    """
    found = session.scalars(select(RegisterImport.id).where(RegisterImport.public_id == public_id)).one_or_none()
    if found is None:
        raise ImportNotFound
    return found


def undecided(session: Session, *, at: datetime) -> Sequence[int]:
    """Return the ids of imports whose file has waited too long for somebody to decide."""
    return session.scalars(
        select(RegisterImport.id)
        .where(
            RegisterImport.storage_key.is_not(None),
            RegisterImport.state.in_([ImportState.MATCHING.value, ImportState.CHECKED.value, ImportState.FAILED.value]),
            RegisterImport.created_at < at - KEPT_UNDECIDED,
        )
        .order_by(RegisterImport.id)
        .limit(10)
    ).all()


def unfinished(session: Session, site_id: int, file_digest: str) -> int | None:
    """Return the id of an import of the same file that broke off on the command line, or None."""
    return session.scalars(
        select(RegisterImport.id)
        .where(
            RegisterImport.site_id == site_id,
            RegisterImport.file_digest == file_digest,
            RegisterImport.storage_key.is_(None),
            RegisterImport.state == ImportState.IMPORTING.value,
        )
        .order_by(RegisterImport.id.desc())
        .limit(1)
    ).one_or_none()


def _at(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.everywhere & PERMITTED[Action.IMPORT_REGISTER]:
        return true()
    return RegisterImport.site_id.in_(viewer.sites_with(*PERMITTED[Action.IMPORT_REGISTER]))


def _select() -> Select[RegisterImport, Site, str | None]:
    return (
        select(RegisterImport, Site, Staff.name)
        .join(Site, Site.id == RegisterImport.site_id)
        .outerjoin(Staff, Staff.id == RegisterImport.started_by_id)
    )


def _row(session: Session, taken: RegisterImport, site: Site, starter: str | None) -> ImportRow:
    problems = tuple(from_kept(kept) for kept in taken.problems)
    waits = taken.state in {ImportState.MATCHING, ImportState.CHECKING, ImportState.CHECKED, ImportState.FAILED}
    return ImportRow(
        id=taken.id,
        public_id=taken.public_id,
        site_id=site.id,
        site_slug=site.slug,
        site_name=site.name,
        time_zone=site.time_zone,
        state=taken.state,
        filename=unseal(session, taken, "filename"),
        lines=taken.row_count,
        done=taken.done_count,
        opened=taken.opened_count,
        known=taken.known_count,
        wrong=taken.wrong_count,
        good=good_count(taken),
        problem_count=taken.problem_count,
        problems=problems,
        is_blocked=any(problem.code in OF_FILE for problem in problems),
        can_go_on=taken.state == ImportState.FAILED and taken.storage_key is not None,
        can_be_set_aside=waits and not taken.opened_count,
        was_approved=taken.approved_at is not None,
        started_by=starter,
        created_at=taken.created_at,
        finished_at=taken.finished_at,
        matched_by=_matched_by(session, taken),
        may_be_matched=_may_be_matched(taken),
        undone=taken.undone_count,
        undo_until=until_when(taken),
    )


def _may_be_matched(taken: RegisterImport) -> bool:
    is_open = taken.state in {ImportState.MATCHING, ImportState.CHECKED}
    return is_open and taken.storage_key is not None and taken.found_sealed is not None


def _matched_by(session: Session, taken: RegisterImport) -> str | None:
    said = unseal(session, taken, "matching")
    return matching.read(said).name if said else None
