"""Opening a case, by whatever channel: the words, the person, the clocks and the first link of the chain, at once.

Everything is restricted to triagers until classified (see `visibility`). Not for: messages to a case that exists.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from grievance.cases.clocks import as_values, for_new_case
from grievance.cases.hiding import hide_new, named_in
from grievance.cases.history import Change, advance, as_code, row_of
from grievance.cases.models import Case, Complainant, Submission
from grievance.cases.record import CaseEvent, Clock
from grievance.cases.side_tracks import KEPT_CLOSE
from grievance.cases.states import Actor, Channel, Confidentiality, EventKind, Group, Reach
from grievance.cases.transitions import new_event
from grievance.core.i18n import Locale
from grievance.crypto.codes import AccessCode, CaseReference, new_access_code, new_reference, normalise_access_code
from grievance.crypto.fields import keys_of, new_public_id, seal, unseal_value
from grievance.deadlines.site_standards import calendar_and_standards
from grievance.deadlines.standards import CaseType, ClockName
from grievance.deadlines.working_days import local_date
from grievance.sites.models import Site

RECEIPT_SHOWN = timedelta(hours=1)
"""How long the access code can be shown again to whoever sends the same form."""

_TRIES = 4
"""A reference has 35 random bits; at a million cases one draw in 30,000 is taken, four in a row never."""


class FormKeyReused(Exception):
    """The same form was sent before; `submission_id` is what it made then."""

    def __init__(self, submission_id: int) -> None:
        super().__init__("form key reused")
        self.submission_id = submission_id


class NotYetHappened(Exception):
    """The date given for what is recorded lies in the future."""


@dataclass(frozen=True, slots=True)
class Filing:
    """What a person files. Only the words are required; everything about the person is voluntary."""

    words: str = field(repr=False)
    locale: Locale
    channel: Channel
    confidentiality: Confidentiality = Confidentiality.ANONYMOUS
    reach: Reach = Reach.PAGE
    said_group: Group = Group.NOT_SAID
    concerns_handlers: bool = False
    category_id: int | None = None
    area_id: int | None = None
    place: str | None = field(default=None, repr=False)
    occurred_on: date | None = None
    employer_id: int | None = None
    people_count: int = 1
    shift: str | None = None
    gender: str | None = None
    age_band: str | None = None
    name: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    thread_id: int | None = None
    form_key: str | None = field(default=None, repr=False)
    inbound_message_id: int | None = None
    recorded_by_id: int | None = None
    read_back: str | None = None
    wants_code: bool = True
    is_test: bool = False
    type: CaseType = CaseType.UNCLASSIFIED
    """Known already only for a case that follows from another."""
    joins: str | None = None
    """Public id of the case that it joins by a code; see `complainants.collective`."""


@dataclass(frozen=True, slots=True)
class Filed:
    """What filing made. `code` is shown to the person and kept nowhere in readable form."""

    case: Case
    submission: Submission
    complainant: Complainant
    code: AccessCode | None
    clocks: Sequence[Clock]

    def due_on(self, name: ClockName) -> date | None:
        """Return the promised local date of a clock, or None when the case has no such clock."""
        return next((clock.due_on for clock in self.clocks if clock.name == name), None)


def open_case(  # who and when are separate facts
    session: Session,
    site: Site,
    filing: Filing,
    *,
    by: Actor,
    at: datetime,
    happened_at: datetime | None = None,
) -> Filed:
    """Open a case for a filing.

    `at` is when it is recorded. `happened_at` is when the person told us, for assisted intake, import and the demo.

    Raises:
        FormKeyReused: the same form was sent before; nothing is added.
        NotYetHappened: `happened_at` lies after `at`.
    """
    received_at = happened_at or at
    if received_at > at:
        raise NotYetHappened
    hidden_from = named_in(session, site.id, f"{filing.words} {filing.place or ''}")
    for _ in range(_TRIES):
        try:
            with session.begin_nested():
                return _write(
                    session,
                    site,
                    filing,
                    by=by,
                    at=at,
                    received_at=received_at,
                    hidden_from=hidden_from,
                )
        except IntegrityError as error:
            # The database decides what is unique: a taken reference is drawn again, a used form key is told.
            if "form_key_digest" in str(error.orig):
                raise FormKeyReused(_with_key(session, filing.form_key or "").id) from error
            if "reference" not in str(error.orig):
                raise
    raise RuntimeError("no free reference in four draws")


def filed_with_key(session: Session, form_key: str) -> Submission | None:
    """Return what an earlier sending of the same form made, or None."""
    return session.scalars(
        select(Submission).where(Submission.form_key_digest == _key_digest(session, form_key))
    ).first()


def receipt_code(session: Session, submission: Submission, *, at: datetime) -> AccessCode | None:
    """Return the access code to show again; None once the person said it is saved, or an hour has passed."""
    if submission.receipt_saved_at is not None or at - submission.recorded_at > RECEIPT_SHOWN:
        return None
    shown = unseal_value(session, "submission", "receipt_code", submission.public_id, submission.receipt_code_sealed)
    return normalise_access_code(shown) if shown else None


def confirm_saved(submission: Submission, *, at: datetime) -> None:
    """Forget the readable access code: the person has saved it."""
    submission.receipt_saved_at = submission.receipt_saved_at or at
    submission.receipt_code_sealed = None


def forget_receipt_codes(session: Session, *, at: datetime, limit: int) -> int:
    """Forget the readable access codes of receipts older than an hour; return how many."""
    old = session.scalars(
        select(Submission.id)
        .where(Submission.receipt_code_sealed.is_not(None), Submission.recorded_at < at - RECEIPT_SHOWN)
        .limit(limit)
    ).all()
    session.execute(update(Submission).where(Submission.id.in_(old)).values(receipt_code_sealed=None))
    return len(old)


def access_digest(session: Session, reference: CaseReference, code: AccessCode) -> bytes:
    """Return what is stored of an access code: keyed, and bound to the reference it belongs to."""
    return keys_of(session).code_digest("access", f"{reference}:{code.symbols}")


def _write(  # the facts of open_case
    session: Session,
    site: Site,
    filing: Filing,
    *,
    by: Actor,
    at: datetime,
    received_at: datetime,
    hidden_from: set[int],
) -> Filed:
    reference = new_reference(secrets.randbits)
    code = new_access_code(secrets.randbits) if filing.wants_code else None
    case = case_of(session, site, filing, reference, received_at=received_at, at=at)
    if code is not None:
        case.access_digest = access_digest(session, reference, code)
    on = local_date(received_at, site.time_zone)
    calendar, promises = calendar_and_standards(session, site.id, filing.type, on=on, time_zone=site.time_zone)
    clocks = for_new_case(case, calendar=calendar, standards=promises)
    submission = submission_of(session, filing, code, received_at=received_at, at=at)
    event = receipt_event(
        session, case, submission, clocks, filing, by=by, at=at, received_at=received_at, hidden=len(hidden_from)
    )
    session.add(case)
    session.flush()
    complainant = complainant_of(session, case, filing, at=at)
    session.add(complainant)
    session.flush()
    submission.case_id = submission.filed_as_case_id = case.id
    submission.complainant_id = complainant.id
    event.case_id = case.id
    session.add_all([submission, event])
    change = Change(EventKind.RECEIVED, received_at, event.codes)
    projection = row_of(advance(None, change), case_id=case.id, seq=1, change=change, recorded_at=at)
    session.add(projection)
    # Nobody needs the ids of clocks: one statement for all of them instead of one each.
    session.execute(insert(Clock), [as_values(clock) | {"case_id": case.id} for clock in clocks])
    hide_new(session, case.id, hidden_from, at=at)
    session.flush()
    return Filed(case, submission, complainant, code, clocks)


def case_of(  # the facts of open_case
    session: Session, site: Site, filing: Filing, reference: CaseReference, *, received_at: datetime, at: datetime
) -> Case:
    """Return the row of a new case, not yet added. For `open_case` and the import of a register."""
    case = Case(
        public_id=new_public_id(),
        reference=reference,
        site_id=site.id,
        type=filing.type.value,
        category_id=filing.category_id,
        locale=filing.locale,
        confidentiality=filing.confidentiality.value,
        concerns_handlers=filing.concerns_handlers,
        is_restricted=filing.concerns_handlers or filing.type in KEPT_CLOSE,
        is_test=filing.is_test,
        employer_id=filing.employer_id,
        area_id=filing.area_id,
        occurred_on=filing.occurred_on,
        received_at=received_at,
        recorded_at=at,
        unread_count=1,
        last_message_at=received_at,
    )
    seal(session, case, "place", filing.place)
    return case


def submission_of(
    session: Session, filing: Filing, code: AccessCode | None, *, received_at: datetime, at: datetime
) -> Submission:
    """Return the row of what was filed, not yet added and without the ids of case and person."""
    submission = Submission(
        public_id=new_public_id(),
        channel=filing.channel.value,
        locale=filing.locale,
        filed_at=received_at,
        recorded_at=at,
        recorded_by_id=filing.recorded_by_id,
        read_back=filing.read_back,
        inbound_message_id=filing.inbound_message_id,
    )
    seal(session, submission, "words", filing.words)
    if filing.form_key:
        submission.form_key_digest = _key_digest(session, filing.form_key)
    if code is not None:
        seal(session, submission, "receipt_code", code.reveal())
    return submission


def complainant_of(session: Session, case: Case, filing: Filing, *, at: datetime) -> Complainant:
    """Return the row of the person who files, not yet added."""
    complainant = Complainant(
        public_id=new_public_id(),
        case_id=case.id,
        said_group=filing.said_group.value,
        employer_id=filing.employer_id,
        shift=filing.shift,
        gender=filing.gender,
        age_band=filing.age_band,
        people_count=filing.people_count,
        reach=filing.reach.value,
        thread_id=filing.thread_id,
        created_at=at,
    )
    seal(session, complainant, "name", filing.name)
    seal(session, complainant, "email", filing.email)
    return complainant


def receipt_event(  # the facts of open_case
    session: Session,
    case: Case,
    submission: Submission,
    clocks: Sequence[Clock],
    filing: Filing,
    *,
    by: Actor,
    at: datetime,
    received_at: datetime,
    hidden: int,
    more: Mapping[str, Any] | None = None,
) -> CaseEvent:
    """Return the first event of a case, not yet added; `more` are codes that not every receipt has."""
    due = {clock.name: as_code(clock.due_at) for clock in clocks}
    codes = {
        "site": case.site_id,
        "type": case.type,
        "channel": filing.channel.value,
        "restricted": case.is_restricted,
        "test": case.is_test,
        "acknowledge_due": due.get(ClockName.ACKNOWLEDGE.value),
        "resolve_due": due.get(ClockName.RESOLVE.value),
        "hidden_from": hidden,
        **({"joins": filing.joins} if filing.joins else {}),
        **(more or {}),
    }
    return new_event(
        session,
        case,
        EventKind.RECEIVED,
        by=by,
        at=at,
        happened_at=received_at,
        codes=codes,
        words=(submission, "words"),
    )


def _key_digest(session: Session, form_key: str) -> bytes:
    return keys_of(session).code_digest("form", form_key)


def _with_key(session: Session, form_key: str) -> Submission:
    return session.scalars(select(Submission).where(Submission.form_key_digest == _key_digest(session, form_key))).one()
