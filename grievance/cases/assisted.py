"""Assisted intake: a staff member records what a person said, and hands over a slip with the reference and the code.

Not for: what people file themselves on the web (see `door`) or by text (see `dialogue`).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from grievance.cases import clocks, identity, mailing
from grievance.cases.door import Phone
from grievance.cases.intake import Filed, Filing, confirm_saved, filed_with_key, open_case, receipt_code
from grievance.cases.models import Case, Complainant, Submission
from grievance.cases.states import Actor
from grievance.core.email import EmailAddress
from grievance.crypto.codes import AccessCode
from grievance.deadlines.standards import ClockName
from grievance.sites.models import Site
from grievance.sites.queries import external_routes, site_by_id


class SlipNotFound(LookupError):
    """Nothing was recorded with this key, or by somebody else."""


@dataclass(frozen=True, slots=True)
class Route:
    """Somewhere else to go: name and what it is for, by language."""

    names: dict[str, str]
    notes: dict[str, str]
    url: str


@dataclass(frozen=True, slots=True)
class Slip:
    """What the person takes along. `code` is None once it was handed over, or an hour has passed."""

    reference: str
    code: AccessCode | None = field(repr=False)
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

    Raises:
        FormKeyReused: the same form was sent before; its slip is there.
        NotYetHappened: `happened_at` lies in the future.
    """
    filed = open_case(session, site, filing, by=by, at=at, happened_at=happened_at)
    if phone is not None:
        with suppress(identity.TooManyCodes, identity.OwnLine):  # no reason to refuse what the person says
            identity.add_phone(session, filed.case, filed.complainant, phone.number, line=phone.line, at=at)
    if email is not None:
        with suppress(mailing.TooManyLinks):
            mailing.add_address(session, filed.case, filed.complainant, email, at=at)
    return filed


def slip(session: Session, form_key: str, *, staff_id: int, at: datetime) -> Slip:
    """Return the slip of what a staff member recorded.

    Raises:
        SlipNotFound: there is none with this key, or it is somebody else's.
    """
    submission, case, person = _recorded(session, form_key, staff_id)
    site = site_by_id(session, case.site_id)
    due = {clock.name: clock.due_on for clock in clocks.of(session, case.id) if clock.cancelled_at is None}
    mail = mailing.standing(session, person.id)
    return Slip(
        reference=case.reference,
        code=receipt_code(session, submission, at=at),
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


def handed_over(session: Session, form_key: str, *, staff_id: int, at: datetime) -> None:
    """Forget the readable code: the person has the slip.

    Raises:
        SlipNotFound: there is none with this key, or it is somebody else's.
    """
    submission, _case, _person = _recorded(session, form_key, staff_id)
    confirm_saved(session, submission, at=at)


def confirm_digits(session: Session, form_key: str, digits: str, *, staff_id: int, at: datetime) -> None:
    """Confirm the phone with the digits that arrived on it, read out by the person.

    Raises:
        SlipNotFound: there is none with this key, or it is somebody else's.
        CodeWrong, CodeExpired: see `identity.confirm_phone`; the unit of work must be kept.
    """
    _submission, case, person = _recorded(session, form_key, staff_id)
    identity.confirm_phone(session, case, person, digits, at=at)


def _recorded(session: Session, form_key: str, staff_id: int) -> tuple[Submission, Case, Complainant]:
    submission = filed_with_key(session, form_key)
    if submission is None or submission.recorded_by_id != staff_id:
        raise SlipNotFound
    case = session.get_one(Case, submission.filed_as_case_id)
    return submission, case, session.get_one(Complainant, submission.complainant_id)
