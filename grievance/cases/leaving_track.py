"""Taking a case off the way that the law lays down for harassment, because it turns out to be something else.

Never alone and in silence: with a reason that stays, told to the person and to those who look on. Not once the way was
taken, and whoever did it does not end the case by another door (`second_person`). The last holds of every kind that is
restricted or urgent, so the event says what such a case was, though it may only have been filed as that.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from grievance.accounts.permissions import Duty
from grievance.cases import clocks
from grievance.cases.handling import keep_note
from grievance.cases.law_bars import standing_type
from grievance.cases.models import Case, CaseNote
from grievance.cases.protection import is_measure_taken
from grievance.cases.side_tracks import NEVER_ENDED_ALONE
from grievance.cases.states import NEVER_OUT_OF_SCOPE, SYSTEM, Actor, MessageKind
from grievance.cases.tasks import NoticeKind, holders, notify
from grievance.cases.telling import tell
from grievance.cases.track_reading import track_of
from grievance.cases.ways import Telling
from grievance.core.i18n import Locale, text_in
from grievance.deadlines.standards import CaseType, ClockName
from grievance.messaging.texts import shown_date


class WhyMissing(ValueError):
    """Nobody takes a case off the way of harassment without saying why."""


class WayBegun(Exception):
    """Who investigates was recorded, or a protective measure was taken: the case stays on its way."""


def leave(
    session: Session, case: Case, to: CaseType, reason: str | None, *, by: Actor, at: datetime
) -> tuple[Mapping[str, str], tuple[CaseNote, str] | None]:
    """Return what the event of a classification says of what the case was; the reason as a note, if that is harassment.

    What nobody sorted counts as what its category usually is: the person chose that. Nothing is said of other kinds.

    Raises:
        WhyMissing: nobody said why.
        WayBegun: it is too late for that.
    """
    was = standing_type(session, case)
    codes = {"from": was} if was in NEVER_ENDED_ALONE and was != to else {}
    if was not in NEVER_OUT_OF_SCOPE or to in NEVER_OUT_OF_SCOPE:
        return codes, None
    if not (reason or "").strip():
        raise WhyMissing
    track = track_of(session, case.id)
    if (track is not None and track.route is not None) or is_measure_taken(session, case.id):
        raise WayBegun
    return codes, (keep_note(session, case, words=reason or "", by=by, at=at), "words")


def tell_left(session: Session, case: Case, *, by: Actor, at: datetime) -> None:
    """Tell the person the dates of the new type, and the other triagers and the reviewers that somebody did it."""
    locale = Locale(case.locale)
    words = [text_in(locale, "We changed what kind of case yours is.")]
    clock = clocks.running(session, case, ClockName.RESOLVE)
    if clock is not None:
        words.append(text_in(locale, "We now answer you by %(day)s.", day=shown_date(clock.due_on, locale)))
    words.append(text_in(locale, "If you do not agree, answer this message."))
    tell(session, case, Telling(MessageKind.NOTICE, " ".join(words)), by=SYSTEM, at=at)
    others = set(holders(session, case, Duty.TRIAGER, Duty.REVIEWER)) - {by.staff_id}
    key = f"left_track:{case.public_id}:{case.event_count}"
    notify(session, others, key=key, kind=NoticeKind.LEFT_TRACK, case=case, show_from=at, at=at)
