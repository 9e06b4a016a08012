"""When somebody says that a case is of a kind whose dates are law: the person is told the law's date and why, at once.

That telling is the interim notice without which no date becomes later (docs/decisions/0007). Not for: dates that
somebody chooses (`delays`), nor for counting them (`clocks`).
"""

from datetime import datetime

from sqlalchemy.orm import Session

from grievance.cases import clocks
from grievance.cases.clocks import PutOff
from grievance.cases.delay_record import InterimNotice
from grievance.cases.delays import close_extensions
from grievance.cases.harassment_track import follow_classification
from grievance.cases.models import Case
from grievance.cases.pauses import end_for_law
from grievance.cases.queries import calendar_of, site_of
from grievance.cases.side_tracks import DelayReason, never_waits
from grievance.cases.states import SYSTEM, Actor, EventKind, MessageKind
from grievance.cases.telling import tell
from grievance.cases.track_clocks import stop_for_labour_office
from grievance.cases.transitions import record
from grievance.cases.ways import LawDate, Telling
from grievance.core.i18n import Locale, text_in
from grievance.deadlines.standards import CaseType, is_locked
from grievance.deadlines.working_days import local_date
from grievance.messaging.texts import TextName, shown_date


def restart(session: Session, case: Case, *, at: datetime) -> PutOff | None:
    """Give a case the clocks of its type from its receipt; return the date that the law put off, which is to be told.

    `follow_law` comes next, once what happened is recorded.
    """
    site = site_of(session, case)
    calendar = calendar_of(session, site, year=local_date(case.received_at, site.time_zone).year)
    put_off = clocks.restart_for_type(session, case, calendar=calendar, at=at)
    stop_for_labour_office(session, case, at=at)
    return put_off


def follow_law(session: Session, case: Case, put_off: PutOff | None, *, by: Actor, at: datetime) -> None:
    """Begin what the law lays down for the type of a case, and tell the person: once, whatever there is to tell."""
    if never_waits(case.type):
        end_for_law(session, case, by=by, at=at)
    if is_locked(CaseType(case.type)):
        close_extensions(session, case, by=by, at=at)
    invitation = follow_classification(session, case, at=at)
    if put_off is None:
        if invitation:
            tell(session, case, Telling(MessageKind.NOTICE, invitation), by=SYSTEM, at=at)
        return
    words = f"{_words(case, put_off)} {invitation}".rstrip()
    # Words that ask something go whole; a date alone fits into one text, which does not say what kind of case it is.
    law_date = None if invitation else _for_text(put_off)
    tell(session, case, Telling(MessageKind.DELAY, words, law_date=law_date), by=SYSTEM, at=at)
    _note(session, case, put_off, by=by, at=at)


def _for_text(put_off: PutOff) -> LawDate:
    name = TextName.LAW_DATE_MISSED if put_off.was_missed else TextName.LAW_DATE
    return LawDate(name, due_on=put_off.lawful.due_on, old_on=put_off.promised.due_on)


def _words(case: Case, put_off: PutOff) -> str:
    """Write the message as it stands on the follow-up page: why the law's date, which, and what became of ours."""
    locale = Locale(case.locale)
    new, old = (shown_date(clock.due_on, locale) for clock in (put_off.lawful, put_off.promised))
    days = put_off.lawful.amount
    if case.type == CaseType.HARASSMENT:
        why = text_in(
            locale,
            "Your case follows Ley Karin (Ley 21.643). The law gives the investigation %(days)s business days from the "
            "day on which we received it: until %(day)s.",
            days=days,
            day=new,
        )
    else:
        why = text_in(
            locale,
            "Your case is a request about personal data (Ley 21.719). The law gives %(days)s calendar days from the "
            "day on which we received it: until %(day)s.",
            days=days,
            day=new,
        )
    if put_off.was_missed:
        ours = text_in(locale, "We had promised you an answer by %(day)s and missed it. We are sorry.", day=old)
    else:
        ours = text_in(locale, "That date takes the place of %(day)s, which we told you before.", day=old)
    return f"{why} {ours}"


def _note(session: Session, case: Case, put_off: PutOff, *, by: Actor, at: datetime) -> None:
    old, new = put_off.promised, put_off.lawful
    notice = InterimNotice(
        case_id=case.id,
        clock_id=old.id,
        reason=DelayReason.SET_BY_LAW.value,
        old_due_on=old.due_on,
        new_due_on=new.due_on,
        given_at=at,
        given_by_id=by.staff,
    )
    session.add(notice)
    codes = {
        "clock": old.name,
        "old_due_on": old.due_on.isoformat(),
        "new_due_on": new.due_on.isoformat(),
        "reason": DelayReason.SET_BY_LAW.value,
    }
    record(session, case, EventKind.INTERIM_NOTICE_GIVEN, by=by, at=at, codes=codes)
