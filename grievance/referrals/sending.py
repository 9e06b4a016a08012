"""Sending a case to an outside body: the person is asked, a second person may decide instead, and each step is told.

Nothing is sent by the system itself; it makes the package and keeps who agreed to what. A name goes with it only where
that person said so: no decision of staff puts it there. An answer can be changed until it is sent, and what the person
writes after a yes is read by somebody first: it may be the change of mind. Not for: the Dirección del Trabajo in
harassment, which the law brings in (`cases.harassment_track`), nor for ending the case (`steps.refer`).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts.absences import stand_ins_of
from grievance.cases.handling import tell_keepers
from grievance.cases.models import Case, Complainant, Investigator
from grievance.cases.queries import joined_cases, site_of
from grievance.cases.resolution import require_source
from grievance.cases.states import COMPLAINANT, Actor, EventKind, MessageKind, Reach, Source
from grievance.cases.tasks import NoticeKind, TaskKind, open_task, settle
from grievance.cases.telling import tell
from grievance.cases.transitions import record
from grievance.cases.waiver import refuse_waivers
from grievance.cases.ways import Telling, people, way_to
from grievance.core.i18n import Locale
from grievance.crypto.fields import seal
from grievance.deadlines.standards import CaseType
from grievance.messaging import outbox, threads
from grievance.messaging.models import Thread
from grievance.messaging.texts import TextName
from grievance.referrals.contents import sendable_files, sendable_filings
from grievance.referrals.kinds import AGREES, Body, Consent, ReferralStep
from grievance.referrals.models import Referral, ReferralConsent
from grievance.referrals.previews import decision_words, new_referral, question_values, question_words
from grievance.referrals.words_since import require_read

ANSWER_DAYS = timedelta(days=30)
"""How long nothing else is asked by text; a digit is taken, as on the page, until the case is sent or is not to be."""

_GIVES_WAY = frozenset(
    {threads.Question.WHO, threads.Question.SITE}
    | {threads.Question.RATE_PROCESS, threads.Question.RATE_OUTCOME, threads.Question.VERDICT}
)
"""Questions that this one may take the place of: their digits are still understood afterwards, or silence answers."""


class ReferralNotFound(LookupError):
    """The case has no such sending."""


class NothingToSend(Exception):
    """No filing was chosen, or what was chosen is not the person's own, or is not of this case."""


class TrackHasItsOwn(Exception):
    """Harassment goes to the Dirección del Trabajo by the way that the law lays down."""


class AlreadyAsked(Exception):
    """Another sending of this case still waits for its answer, or to be sent."""


class QuestionWaits(Exception):
    """The person is being asked something else by text; two questions at a time would mix up the digits."""


class NotAsked(Exception):
    """This person is not asked anything now: it was sent, dropped, or never asked."""


class NobodyAgreed(Exception):
    """No person of the case agreed, and no second person decided instead."""


class SecondPersonNeeded(Exception):
    """Whoever asked for it, or works the case, does not decide it."""


class ReferralStepNotOpen(Exception):
    """Another step comes first, or this one was recorded."""


def ask(
    session: Session,
    case: Case,
    *,
    body: Body,
    company_id: int | None = None,
    body_name: str = "",
    filings: Sequence[str],
    files: Sequence[str] = (),
    reason: str,
    by: Actor,
    at: datetime,
) -> Referral:
    """Ask everybody who filed whether the case may be sent to a body; each is shown exactly what would go.

    Raises:
        TrackHasItsOwn, BodyMissing, NothingToSend, AlreadyAsked, QuestionWaits: see there.
        WaiverOfRights: the reason asks for the giving up of a right.
    """
    if body is Body.LABOUR_OFFICE and case.type == CaseType.HARASSMENT:
        raise TrackHasItsOwn
    referral = new_referral(session, case, body=body, company_id=company_id, body_name=body_name)
    _require_own(session, case, filings, files)
    if current(session, case) is not None:
        raise AlreadyAsked
    everybody = people(session, case)
    _require_no_question(session, everybody, at=at)
    referral.filings, referral.files = list(filings), list(files)
    referral.asked_by_id, referral.asked_at = by.staff, at
    seal(session, referral, "reason", reason)
    _put(session, case, referral, everybody, reason, by=by, at=at)
    return referral


def answer(
    session: Session,
    case: Case,
    person: Complainant,
    *,
    consent: Consent,
    source: Source,
    referral_public_id: str = "",
    by: Actor = COMPLAINANT,
    at: datetime,
) -> None:
    """Keep what a person answered; it can be changed until the case is sent.

    `referral_public_id` names what was shown, where a page showed it: a yes never goes to another sending.

    Raises:
        NotAsked: nothing is asked of this person now, or something else than what was shown.
        SourceMissing: the source does not fit who records it.
    """
    require_source(source, by)
    referral = current(session, case)
    row = _consent_of(session, referral, person) if referral is not None else None
    if referral is None or row is None or (referral_public_id and referral.public_id != referral_public_id):
        raise NotAsked
    row.answer, row.source, row.answered_at = consent.value, source.value, at
    codes = {"consent": consent.value, "source": source.value, "person": person.public_id}
    event = note(session, case, referral, ReferralStep.ANSWERED, by=by, at=at, codes=codes)
    if by.staff_id is None:
        tell_keepers(session, case, NoticeKind.REFERRAL_MOVED, seq=event, at=at)


def ask_override(session: Session, case: Case, *, reason: str, by: Actor, at: datetime) -> None:
    """Ask a second person to decide that it is sent without a yes; the reason is what the person will read.

    Raises:
        ReferralNotFound: nothing waits to be sent.
        ReferralStepNotOpen: somebody agreed, or a second person is asked or has decided already.
        WaiverOfRights: the reason asks for the giving up of a right.
    """
    refuse_waivers(reason)
    referral = require_current(session, case)
    if referral.override_asked_at is not None or _agreed(session, referral):
        raise ReferralStepNotOpen
    referral.override_asked_by_id, referral.override_asked_at = by.staff, at
    seal(session, referral, "override_reason", reason)
    note(session, case, referral, ReferralStep.OVERRIDE_ASKED, by=by, at=at, words="override_reason")
    key = f"override:{referral.public_id}"
    open_task(session, key=key, site_id=case.site_id, kind=TaskKind.DECIDE_OVERRIDE, case=case, at=at)


def decide_override(session: Session, case: Case, *, granted: bool, by: Actor, at: datetime) -> None:
    """Decide, as a second person, whether it is sent without a yes. Never with a name. A yes is told to the person.

    Raises:
        ReferralNotFound: nothing waits to be sent.
        ReferralStepNotOpen: nobody asked, or it was decided.
        SecondPersonNeeded: `by` asked for it, asked the person, or works the case.
    """
    referral = require_current(session, case)
    if referral.override_asked_at is None or referral.override_decided_at is not None:
        raise ReferralStepNotOpen
    if by.staff in {referral.override_asked_by_id, referral.asked_by_id} | _working(session, case, at=at):
        raise SecondPersonNeeded
    referral.override_granted, referral.override_decided_by_id = granted, by.staff
    referral.override_decided_at = at
    step = ReferralStep.OVERRIDE_GRANTED if granted else ReferralStep.OVERRIDE_REFUSED
    event = note(session, case, referral, step, by=by, at=at)
    settle(session, case, TaskKind.DECIDE_OVERRIDE, by_id=by.staff, at=at)
    tell_keepers(session, case, NoticeKind.REFERRAL_MOVED, seq=event, at=at)
    if granted:
        words = decision_words(session, case, referral)
        tell(session, case, Telling(MessageKind.NOTICE, words), by=by, at=at)


def current(session: Session, case: Case) -> Referral | None:
    """Return what is asked, or waits to be sent, or None. There is one at a time."""
    return session.scalars(
        select(Referral)
        .where(Referral.case_id.in_(joined_cases(case.id)), Referral.sent_on.is_(None), Referral.dropped_at.is_(None))
        .order_by(Referral.id.desc())
        .limit(1)
    ).one_or_none()


def require_current(session: Session, case: Case) -> Referral:
    """Return what waits to be sent, or raise ReferralNotFound."""
    referral = current(session, case)
    if referral is None:
        raise ReferralNotFound(case.public_id)
    return referral


def one_of_case(session: Session, case: Case, public_id: str) -> Referral:
    """Return a sending of a case, or raise ReferralNotFound."""
    referral = session.scalars(
        select(Referral).where(Referral.public_id == public_id, Referral.case_id.in_(joined_cases(case.id)))
    ).one_or_none()
    if referral is None:
        raise ReferralNotFound(public_id)
    return referral


def is_allowed(session: Session, referral: Referral) -> bool:
    """Return whether it may be sent: a person who began the case agreed, or a second person decided.

    A yes of who joined with a code lets his or her own words go along, and opens nothing: whoever holds a code could
    be anybody, a handler who wants the case gone too.
    """
    return referral.override_granted is True or _agreed(session, referral)


def require_allowed(session: Session, referral: Referral) -> None:
    """Return if it may be sent now.

    Raises:
        NobodyAgreed: no person who began the case agreed, and no second person decided.
        WordsUnread: somebody who agreed wrote since, and no member of staff has read it.
    """
    if not is_allowed(session, referral):
        raise NobodyAgreed
    require_read(session, referral)


def note_words(session: Session, case: Case, person: Complainant, *, at: datetime) -> None:
    """Have somebody read what a person wrote after a yes, before anything is sent (see `require_allowed`)."""
    referral = current(session, case)
    row = _consent_of(session, referral, person) if referral is not None else None
    if referral is None or row is None or row.answer not in AGREES:
        return
    open_task(
        session,
        key=f"read:{referral.public_id}:{person.public_id}:{at.isoformat()}",
        site_id=case.site_id,
        kind=TaskKind.READ_FIRST,
        case=case,
        assigned_to_id=case.handler_id,
        at=at,
    )


def asked_of_person(session: Session, case: Case, person: Complainant) -> Referral | None:
    """Return the sending about which a person may still say yes or no, or None."""
    referral = current(session, case)
    return referral if referral is not None and _consent_of(session, referral, person) is not None else None


def has_answered(session: Session, case: Case, person: Complainant) -> bool:
    """Return whether a person has said yes or no to what is asked now; he or she may still change it."""
    referral = current(session, case)
    row = _consent_of(session, referral, person) if referral is not None else None
    return row is not None and row.answer is not None


def _agreed(session: Session, referral: Referral) -> bool:
    said = (
        select(ReferralConsent.answer)
        .join(Complainant, Complainant.id == ReferralConsent.complainant_id)
        .where(ReferralConsent.referral_id == referral.id, Complainant.join_code_id.is_(None))
    )
    return any(one in AGREES for one in session.scalars(said))


def _working(session: Session, case: Case, *, at: datetime) -> set[int | None]:
    """Return who works a case: its handler, who stands in for that handler today, and the named investigators."""
    named = select(Investigator.staff_id).where(Investigator.case_id == case.id, Investigator.removed_at.is_(None))
    handlers = [case.handler_id] if case.handler_id is not None else []
    return {*handlers, *stand_ins_of(session, handlers, case.site_id, at=at), *session.scalars(named)}


def _consent_of(session: Session, referral: Referral, person: Complainant) -> ReferralConsent | None:
    return session.scalars(
        select(ReferralConsent).where(
            ReferralConsent.referral_id == referral.id, ReferralConsent.complainant_id == person.id
        )
    ).one_or_none()


def _put(
    session: Session,
    case: Case,
    referral: Referral,
    everybody: Sequence[tuple[Complainant, Thread | None]],
    reason: str,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Store what is asked, and put the question to everybody."""
    session.add(referral)
    session.flush()
    session.add_all(ReferralConsent(referral_id=referral.id, complainant_id=person.id) for person, _ in everybody)
    note(session, case, referral, ReferralStep.ASKED, by=by, at=at, codes={"body": referral.body}, words="reason")
    words = question_words(session, case, referral, reason)
    tell(session, case, Telling(MessageKind.NOTICE, words), by=by, at=at)
    for person, thread in everybody:
        _ask_by_text(session, case, referral, person, thread, at=at)


def _require_own(session: Session, case: Case, filings: Sequence[str], files: Sequence[str]) -> None:
    """Raise NothingToSend unless words are chosen, and all that is chosen was sent in by people of the case."""
    own = {row.public_id for row, _ in sendable_filings(session, case)}
    own_files = {row.public_id for row, _ in sendable_files(session, case)}
    if not filings or not set(filings) <= own or not set(files) <= own_files:
        raise NothingToSend


def _require_no_question(
    session: Session, everybody: Sequence[tuple[Complainant, Thread | None]], *, at: datetime
) -> None:
    for person, thread in everybody:
        if thread is None or way_to(person, thread) is not Reach.TEXTS:
            continue
        if threads.engaged(session, thread, at=at) - _GIVES_WAY:
            raise QuestionWaits


def _ask_by_text(
    session: Session, case: Case, referral: Referral, person: Complainant, thread: Thread | None, *, at: datetime
) -> None:
    """Ask by a digit whoever texts; others read it on the page, and whoever is told by hand is asked by hand."""
    if thread is None or way_to(person, thread) is not Reach.TEXTS:
        return
    locale = Locale(thread.locale)
    outbox.enqueue(
        session,
        thread,
        TextName.CONSENT_ASK,
        values=question_values(session, referral, person, locale),
        subject=case.public_id,
        at=at,
        is_asked_for=False,
        time_zone=site_of(session, case).time_zone,
        asks=threads.Asking(threads.Question.CONSENT, at + ANSWER_DAYS),
    )


def note(
    session: Session,
    case: Case,
    referral: Referral,
    step: ReferralStep,
    *,
    by: Actor,
    at: datetime,
    codes: dict[str, str] | None = None,
    words: str = "",
) -> int:
    """Record a step of a sending, without words; return the number of its event. `words` names the sealed column."""
    facts = {"step": step.value, "referral": referral.public_id, **(codes or {})}
    sealed = (referral, words) if words else None
    return record(session, case, EventKind.REFERRAL_STEP, by=by, at=at, codes=facts, words=sealed).seq
