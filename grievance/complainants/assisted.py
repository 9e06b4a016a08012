"""Assisted intake: a staff member records what a person said, and hands over a slip with reference and one-time code.

Not for: what people file themselves on the web (see `door`) or by text (see `dialogue`).
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts import queries as accounts
from grievance.cases import clocks, identity, mailing
from grievance.cases.intake import Filed, Filing, open_case
from grievance.cases.models import Case, Complainant, Submission
from grievance.cases.queries import own_reference, visible
from grievance.cases.states import COMPLAINANT, Actor, EventKind
from grievance.cases.tasks import TaskKind, open_task
from grievance.cases.transitions import record
from grievance.complainants import slips
from grievance.complainants.door import Phone
from grievance.complainants.models import SlipCode
from grievance.core.email import EmailAddress
from grievance.core.i18n import Locale
from grievance.crypto.codes import AccessCode
from grievance.crypto.fields import BLOCKED, unseal
from grievance.deadlines.standards import ClockName
from grievance.messaging import outbox, threads
from grievance.messaging.models import Thread
from grievance.messaging.texts import TextName, preview
from grievance.sites.models import Site
from grievance.sites.queries import external_routes, site_by_id

READ_BACK = TextName.READ_BACK
ASKED = "asked"
"""In `Submission.read_back`: the person wants to be asked by text, once the phone is confirmed."""

READ_BACK_WAITS = timedelta(days=7)
"""How long the digit is waited for: somebody without credit answers when there is some."""

FITS_ONE_PART = 140
"""Longer words never fit into one part beside the reference and the two digits."""


class NothingToReadBack(Exception):
    """The person was not asked, or has answered."""


@dataclass(frozen=True, slots=True)
class Route:
    """Somewhere else to go: name and what it is for, by language."""

    names: dict[str, str]
    notes: dict[str, str]
    url: str


@dataclass(frozen=True, slots=True)
class Slip:
    """What the person takes along. `code` is None once it was handed over or used, or an hour has passed."""

    submission: str
    """Public id of the filing."""
    reference: str
    code: AccessCode | None = field(repr=False)
    code_until: date
    """The last day on which the one-time code can be exchanged."""
    is_used: bool
    site_name: str
    site_slug: str
    time_zone: str
    locale: str
    received_at: datetime
    acknowledge_on: date | None
    resolve_on: date | None
    is_restricted: bool
    waits_for_digits: bool
    phone_is_confirmed: bool
    waits_for_link: bool
    """A link went to the e-mail of the person, and the button behind it was not pressed yet."""
    office: dict[str, str]
    emergency: dict[str, str]
    routes: Sequence[Route]


def record_intake(  # who, when it happened and when it is recorded are separate facts
    session: Session,
    site: Site,
    filing: Filing,
    *,
    phone: Phone | None,
    email: EmailAddress | None = None,
    by: Actor,
    at: datetime,
    happened_at: datetime,
) -> Filed:
    """Open a case for what a person said; a phone or an address gets no notice before it is confirmed.

    Nobody can be reached yet, so everybody gets a slip; the code of `Filed` is the one-time code on it.

    Raises:
        FormKeyReused: the same form was sent before; its slip is there.
        NotYetHappened: `happened_at` lies in the future.
    """
    opened = open_case(session, site, replace(filing, wants_code=False), by=by, at=at, happened_at=happened_at)
    page_key = filing.form_key or secrets.token_urlsafe(16)
    code = slips.make(session, opened.case, site, page_key=page_key, by_id=by.staff, at=at)
    filed = replace(opened, code=code)
    if phone is not None:
        with suppress(identity.TooManyCodes, identity.OwnLine):  # no reason to refuse what the person says
            identity.add_phone(session, filed.case, filed.complainant, phone.number, line=phone.line, at=at)
    if email is not None:
        with suppress(mailing.TooManyLinks):
            mailing.add_address(session, filed.case, filed.complainant, email, at=at)
    return filed


def slip(session: Session, form_key: str, *, staff_id: int, at: datetime) -> Slip:
    """Return a slip that a staff member printed. `form_key` leads to it: that of the form, or of a slip made later.

    Raises:
        SlipNotFound: there is none with this key, or it is somebody else's.
    """
    made, submission, case, person = _recorded(session, form_key, staff_id)
    site = site_by_id(session, case.site_id)
    due = {clock.name: clock.due_on for clock in clocks.of(session, case.id) if clock.cancelled_at is None}
    mail = mailing.standing(session, person.id)
    return Slip(
        submission=submission.public_id,
        reference=case.reference,
        code=slips.shown_code(session, made, at=at),
        code_until=slips.last_day(made, site),
        is_used=made.exchanged_at is not None,
        site_name=site.name,
        site_slug=site.slug,
        time_zone=site.time_zone,
        locale=submission.locale,
        received_at=submission.filed_at,
        acknowledge_on=due.get(ClockName.ACKNOWLEDGE.value),
        resolve_on=due.get(ClockName.RESOLVE.value),
        is_restricted=case.is_restricted,
        waits_for_digits=person.code_until is not None and person.code_until >= at,
        phone_is_confirmed=person.verified_at is not None,
        waits_for_link=mail.is_left and not mail.is_verified and not mail.has_failed,
        office=site.office,
        emergency=site.emergency_services,
        routes=[Route(row.names, row.notes, row.url) for row in external_routes(session, site.operator_id)],
    )


def handed_over(session: Session, form_key: str, *, staff_id: int) -> None:
    """Forget the readable code: the person has the slip.

    Raises:
        SlipNotFound: there is none with this key, or it is somebody else's.
    """
    made, _submission, _case, _person = _recorded(session, form_key, staff_id)
    made.code_sealed = None


def confirm_digits(session: Session, form_key: str, digits: str, *, staff_id: int, at: datetime) -> None:
    """Confirm the phone with the digits that arrived on it, read out by the person.

    Raises:
        SlipNotFound: there is none with this key, or it is somebody else's.
        CodeWrong, CodeExpired: see `identity.confirm_phone`; the unit of work must be kept.
    """
    _made, _submission, case, person = _recorded(session, form_key, staff_id)
    identity.confirm_phone(session, case, person, digits, at=at)
    ask_read_back(session, case, person, at=at)


def ask_read_back(session: Session, case: Case, person: Complainant, *, at: datetime) -> None:
    """Send what was written down to a phone that is confirmed by now, where the person asked for that at the desk.

    Whole when it fits into one part of a text; otherwise the text leads to the page.
    """
    submission = _waiting(session, case, person)
    if submission is None or person.thread_id is None or person.verified_at is None:
        return
    thread = session.get_one(Thread, person.thread_id)
    site = site_by_id(session, case.site_id)
    reference = own_reference(session, person)
    whole = {"reference": reference, "words": unseal(session, submission, "words") or ""}
    # Blocked words are not copied into a text: the person reads them on the page.
    fits = (
        whole["words"] != BLOCKED
        and len(whole["words"]) <= FITS_ONE_PART
        and preview(READ_BACK, Locale(thread.locale), **whole).segments.parts == 1
    )
    outbox.enqueue(
        session,
        thread,
        READ_BACK if fits else TextName.READ_BACK_LONG,
        values=whole if fits else {"reference": reference},
        subject=case.public_id,
        at=at,
        is_asked_for=True,
        time_zone=site.time_zone,
        asks=threads.Asking(threads.Question.READ_BACK, at + READ_BACK_WAITS),
    )


def waits_for_read_back(session: Session, case: Case, person: Complainant) -> bool:
    """Return whether a person has been asked if what was written down is right, and has not said."""
    return _waiting(session, case, person) is not None


def answer_read_back(session: Session, case: Case, person: Complainant, *, is_right: bool, at: datetime) -> None:
    """Keep what the person says of the words; where they are not right, whoever wrote them gets a task.

    Whoever wrote them and may not see the case (the intake desk) is not told of it: the task is the triagers'.

    Raises:
        NothingToReadBack: nobody asked, or it was answered.
    """
    submission = _waiting(session, case, person)
    if submission is None:
        raise NothingToReadBack
    submission.read_back = "right" if is_right else "wrong"
    codes = {"right": is_right, "submission": submission.public_id}
    record(session, case, EventKind.READ_BACK, by=COMPLAINANT, at=at, codes=codes)
    if is_right:
        return
    open_task(
        session,
        key=f"words:{submission.public_id}",
        site_id=case.site_id,
        kind=TaskKind.CORRECT_WORDS,
        case=case,
        assigned_to_id=_who_wrote(session, case, submission),
        at=at,
    )


def _waiting(session: Session, case: Case, person: Complainant) -> Submission | None:
    """Return the filing of a person about which he or she is asked by text, until it is answered."""
    return session.scalars(
        select(Submission)
        .where(Submission.case_id == case.id, Submission.complainant_id == person.id, Submission.read_back == ASKED)
        .limit(1)
    ).one_or_none()


def _who_wrote(session: Session, case: Case, submission: Submission) -> int | None:
    if submission.recorded_by_id is None:
        return None
    viewer = accounts.viewer(session, submission.recorded_by_id)
    seen = session.scalars(select(Case.id).where(Case.id == case.id, visible(viewer))).one_or_none()
    return submission.recorded_by_id if seen is not None else None


def _recorded(session: Session, page_key: str, staff_id: int) -> tuple[SlipCode, Submission, Case, Complainant]:
    made = slips.printed(session, page_key, by_id=staff_id)
    submission = slips.filing_of(session, made)
    case = session.get_one(Case, made.case_id)
    return made, submission, case, session.get_one(Complainant, submission.complainant_id)
