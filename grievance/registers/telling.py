"""Who hears of an import, and its lines in the audit trail."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from grievance.accounts import audit
from grievance.accounts.audit import AuditAction
from grievance.cases.record import RegisterImport
from grievance.cases.tasks import NoticeKind, notify
from grievance.deadlines.queries import site_calendar
from grievance.deadlines.working_days import local_date, next_working_instant
from grievance.sites.models import Site


def notify_of(
    session: Session, taken: RegisterImport, staff_ids: Sequence[int], kind: NoticeKind, *, at: datetime
) -> None:
    """Tell members of the staff of an import as a whole."""
    site = session.get_one(Site, taken.site_id)
    year = local_date(at, site.time_zone).year
    calendar = site_calendar(session, site.id, time_zone=site.time_zone, year=year)
    key, show_from = f"{kind.value}:{taken.public_id}", next_working_instant(at, calendar)
    notify(session, staff_ids, key=key, kind=kind, show_from=show_from, at=at)


def record_of(
    session: Session,
    taken: RegisterImport,
    action: AuditAction,
    *,
    by: int | None,
    at: datetime,
    codes: Mapping[str, str | int | bool] | None = None,
) -> None:
    """Add a line to the audit trail, with the numbers of an import."""
    counts = {
        "lines": taken.row_count,
        "opened": taken.opened_count,
        "known": taken.known_count,
        "wrong": taken.wrong_count,
        "problems": taken.problem_count,
    }
    audit.record(
        session,
        actor_id=by,
        action=action,
        subject_kind="register_import",
        subject=taken.public_id,
        site_id=taken.site_id,
        codes={**counts, **(codes or {})},
        at=at,
    )
