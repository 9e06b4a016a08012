"""Telling staff by e-mail that notices wait: how many, never of what. One mail until they were opened.

Ordinary ones go between 09 and 20 of a working day at the staff member's site, at once or as the day begins, as each
chose. What does not wait for the morning (danger, reprisals, harassment, severe types) goes at any hour to whoever is
on call then: one urgent mail besides the ordinary one; the others have it with their ordinary mail. Where nobody on
call has mail at all, it goes to everybody who was told. Not for: who is notified of what (`cases.tasks`).
"""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from grievance.accounts.models import DutyGrant, Staff
from grievance.cases.alerts import on_call
from grievance.cases.mail_record import MailChoice, StaffMail
from grievance.cases.models import Case
from grievance.cases.record import Notice
from grievance.cases.side_tracks import URGENT_TYPES
from grievance.cases.tasks import NoticeKind, not_hidden
from grievance.core.email import EmailRefused, parse_email
from grievance.core.i18n import SPANISH, offered
from grievance.deadlines.queries import site_calendar
from grievance.deadlines.working_days import (
    Calendar,
    local_date,
    next_sending_instant,
    next_working_instant,
    start_of_day,
)
from grievance.messaging import mail_outbox
from grievance.messaging.mail_wording import MailName
from grievance.messaging.outbox import ANY_HOUR
from grievance.sites.models import Site

URGENT_KINDS = frozenset({NoticeKind.DANGER, NoticeKind.REPRISAL, NoticeKind.UNPROTECTED, NoticeKind.URGENT_WAITS})
_CLOCKS = frozenset({NoticeKind.CLOCK_SOON, NoticeKind.CLOCK_BREACHED})


def choice_of(session: Session, staff_id: int) -> MailChoice:
    """Return when a staff member has notices by e-mail; off until chosen."""
    row = session.get(StaffMail, staff_id)
    return MailChoice(row.choice) if row else MailChoice.OFF


def choose(session: Session, staff_id: int, choice: MailChoice) -> None:
    """Keep when a staff member has notices by e-mail; what waits to be sent is called back where it is off."""
    row = session.get(StaffMail, staff_id)
    if row is None:
        row = StaffMail(staff_id=staff_id)
        session.add(row)
    row.choice = choice.value
    if choice is MailChoice.OFF:
        mail_outbox.call_back(session, session.get_one(Staff, staff_id).public_id)


def tell_staff(session: Session, *, at: datetime, limit: int) -> int:
    """Write mails to staff for whom notices wait that no mail stands for yet; return how many were written."""
    waits = exists().where(Notice.staff_id == StaffMail.staff_id, Notice.read_at.is_(None), Notice.show_from <= at)
    rows = session.execute(
        select(StaffMail, Staff)
        .join(Staff, Staff.id == StaffMail.staff_id)
        .where(StaffMail.choice != MailChoice.OFF.value, Staff.active.is_(True), waits)
        .order_by(StaffMail.sent_at, StaffMail.staff_id)
        .with_for_update(of=StaffMail, skip_locked=True)
    ).all()
    done = 0
    for row, staff in rows:
        if done >= limit:
            break
        done += _tell(session, row, staff, at=at)
    return done


def _tell(session: Session, row: StaffMail, staff: Staff, *, at: datetime) -> int:
    unread = session.execute(
        select(Notice, Case)
        .outerjoin(Case, Case.id == Notice.case_id)
        .where(Notice.staff_id == staff.id, Notice.read_at.is_(None), Notice.show_from <= at, not_hidden(staff.id))
        .order_by(Notice.show_from, Notice.id)
    ).all()
    now = [_is_urgent(notice, case) and _is_for(session, staff.id, case, at=at) for notice, case in unread]
    urgent = [notice.show_from for (notice, _), is_now in zip(unread, now, strict=True) if is_now]
    ordinary = [notice.show_from for (notice, _), is_now in zip(unread, now, strict=True) if not is_now]
    written = 0
    if urgent and (row.urgent_sent_at is None or urgent[0] > row.urgent_sent_at):
        written += _write(session, staff, MailName.STAFF_URGENT, {}, at=at)
        row.urgent_sent_at = at
    if (
        ordinary
        and (row.sent_at is None or ordinary[0] > row.sent_at)
        and _may_go(session, row, staff, ordinary, at=at)
    ):
        written += _write(session, staff, MailName.STAFF_NOTICES, {"count": len(unread)}, at=at)
        row.sent_at = at
    return written


def _is_urgent(notice: Notice, case: Case | None) -> bool:
    return notice.kind in URGENT_KINDS or (notice.kind in _CLOCKS and case is not None and case.type in URGENT_TYPES)


def _is_for(session: Session, staff_id: int, case: Case | None, *, at: datetime) -> bool:
    """Return whether a staff member is woken for a case: is on call now, or nobody who is can be told by mail."""
    if case is None:
        return True
    called = on_call(session, case, at=at)
    if staff_id in called:
        return True
    has_mail = select(StaffMail.staff_id).where(
        StaffMail.staff_id.in_(called), StaffMail.choice != MailChoice.OFF.value
    )
    return session.scalars(has_mail.limit(1)).one_or_none() is None


def _may_go(session: Session, row: StaffMail, staff: Staff, shown: list[datetime], *, at: datetime) -> bool:
    calendar = _calendar(session, staff, at=at)
    if session.info.get(ANY_HOUR):
        return True
    if calendar is None or next_working_instant(at, calendar) != at:
        return False
    if row.choice == MailChoice.AT_ONCE:
        return True
    # The digest tells of what stood there as the working day began; the rest has until tomorrow.
    zone = calendar.time_zone
    return shown[0] <= next_sending_instant(start_of_day(local_date(at, zone), zone), zone)


def _calendar(session: Session, staff: Staff, *, at: datetime) -> Calendar | None:
    """Return the calendar of the site where a staff member has had a duty longest; of the first site for others."""
    own = (
        select(Site)
        .join(DutyGrant, DutyGrant.site_id == Site.id)
        .where(DutyGrant.staff_id == staff.id, DutyGrant.revoked_at.is_(None))
        .order_by(DutyGrant.id)
        .limit(1)
    )
    site = session.scalars(own).one_or_none() or session.scalars(select(Site).order_by(Site.id).limit(1)).one_or_none()
    if site is None:
        return None
    return site_calendar(session, site.id, time_zone=site.time_zone, year=local_date(at, site.time_zone).year)


def _write(session: Session, staff: Staff, name: MailName, values: dict[str, str | int], *, at: datetime) -> int:
    try:
        address = parse_email(staff.email)
    except EmailRefused:
        return 0
    locale = offered(staff.locale) or SPANISH
    path = "/es/equipo/avisos" if locale == SPANISH else "/en/staff/notices"
    values = {**values, "link": f"{session.info.get('address', '')}{path}"}
    mail_outbox.enqueue(
        session, name, recipient=staff.public_id, address=address, locale=locale, values=values, at=at, not_before=at
    )
    return 1
