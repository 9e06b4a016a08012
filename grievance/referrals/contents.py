"""What is, or would be, sent to an outside body: whose words, which files; how that reads to staff and to the person.

Only what people of the case sent in themselves, and of each person only with his or her yes, or by the decision of a
second person. Never notes, summaries, messages of staff, or who complained. Not for: deciding (`sending`).
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from grievance.accounts.models import Staff
from grievance.cases.models import Attachment, Case, CaseMessage, Complainant, Submission
from grievance.cases.queries import attachments_of, joined_cases, site_of
from grievance.core.i18n import Locale, mark, text_in
from grievance.crypto.fields import reading_blocked, reads_blocked, unseal
from grievance.referrals.kinds import AGREES, Body, Consent
from grievance.referrals.models import Referral, ReferralConsent
from grievance.sites.models import Company, Operator

SHORT_CHARACTERS = 24
"""Longest name of a body inside a text of one part."""

_NAMES = {
    Body.ENVIRONMENT: mark("the Superintendencia del Medio Ambiente (SMA)"),
    Body.LABOUR_OFFICE: mark("the Dirección del Trabajo"),
    Body.HEALTH: mark("the Seremi de Salud"),
}
_SHORT = {Body.ENVIRONMENT: "SMA", Body.LABOUR_OFFICE: "Direccion del Trabajo", Body.HEALTH: "Seremi de Salud"}


@dataclass(frozen=True, slots=True)
class SentFiling:
    """One filing as it goes: the words, when they came, and what the person said of where and when."""

    words: str = field(repr=False)
    locale: str
    filed_at: datetime
    place: str | None = field(repr=False)
    occurred_on: date | None
    complainant_id: int


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as it goes, beside the paper."""

    public_id: str
    filename: str | None = field(repr=False)
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Package:
    """Exactly what goes. `named` are the people who agreed to their name and phone; the values are not here."""

    reference: str
    operator_name: str
    site_name: str
    time_zone: str
    filings: Sequence[SentFiling]
    files: Sequence[SentFile]
    named: Sequence[int]


@dataclass(frozen=True, slots=True)
class ConsentPart:
    """What one person answered; people are numbered in the order in which they filed."""

    number: int
    complainant_public_id: str
    answer: str | None
    source: str | None
    answered_at: datetime | None
    decides: bool
    """Whether a yes lets the case go: not that of who joined with a code."""


@dataclass(frozen=True, slots=True)
class ReferralPart:
    """A sending on the case page."""

    public_id: str
    to: str
    reason: str | None = field(repr=False)
    asked_at: datetime
    asked_by: str
    consents: Sequence[ConsentPart]
    override_asked_by: str | None
    override_reason: str | None = field(repr=False)
    override_granted: bool | None
    override_decided_by: str | None
    sent_on: date | None
    accepted: bool | None
    answered_on: date | None
    ended_on: date | None
    outcome: str | None = field(repr=False)
    is_dropped: bool

    @property
    def is_current(self) -> bool:
        """Whether it waits for answers, or to be sent."""
        return self.sent_on is None and not self.is_dropped

    @property
    def somebody_agreed(self) -> bool:
        """Whether a person who began the case said yes."""
        return any(one.decides and one.answer in AGREES for one in self.consents)


@dataclass(frozen=True, slots=True)
class PersonReferral:
    """A sending as the person reads it: only his or her own words and files."""

    public_id: str
    to: str
    reason: str | None = field(repr=False)
    locale: str
    package: Package
    can_answer: bool
    answer: str | None
    override_reason: str | None = field(repr=False)
    """Set once a second person decided that it goes without a yes."""
    sent_on: date | None
    accepted: bool | None
    ended_on: date | None
    outcome: str | None = field(repr=False)
    is_dropped: bool


def body_words(session: Session, referral: Referral, locale: Locale, *, is_short: bool = False) -> str:
    """Return the name of a body inside a sentence; short and in plain letters for a text of one part."""
    body = Body(referral.body)
    if body in _NAMES and not is_short:
        return text_in(locale, _NAMES[body])
    if body in _SHORT:
        return _SHORT[body]
    company = session.get(Company, referral.company_id) if referral.company_id is not None else None
    name = company.name if company else unseal(session, referral, "body_name") or ""
    return _plain(name)[:SHORT_CHARACTERS].strip() if is_short else name


def sendable_filings(session: Session, case: Case) -> list[tuple[Submission, Complainant]]:
    """Return the filings of a case that have words, with who filed each, the first first."""
    rows = session.execute(
        select(Submission, Complainant)
        .join(Complainant, Complainant.id == Submission.complainant_id)
        .where(Submission.case_id == case.id, Submission.words_sealed.is_not(None))
        .order_by(Submission.filed_at, Submission.id)
    )
    return [(submission, person) for submission, person in rows]


def sendable_files(session: Session, case: Case) -> list[tuple[Attachment, int]]:
    """Return the files that people of a case sent themselves, with whose each is; never one that staff added."""
    rows = session.execute(
        select(Attachment, Submission.complainant_id, CaseMessage.complainant_id)
        .outerjoin(Submission, Submission.id == Attachment.submission_id)
        .outerjoin(CaseMessage, CaseMessage.id == Attachment.message_id)
        .where(
            attachments_of(case.id),
            Attachment.is_internal.is_(False),
            Attachment.added_by_id.is_(None),
            or_(Submission.id.is_not(None), CaseMessage.is_from_person.is_(True)),
        )
        .order_by(Attachment.added_at, Attachment.id)
    )
    return [(file, sender) for file, filer, writer in rows if (sender := filer or writer) is not None]


def package(session: Session, case: Case, referral: Referral) -> Package:
    """Return what may be sent: of whoever agreed, or of all that were chosen where a second person decided."""
    answers = _answers(session, referral)
    overridden = referral.override_granted is True
    allowed = {person for person, answer in answers.items() if overridden or answer in AGREES}
    return _package(session, case, referral, allowed, answers)


def preview(session: Session, case: Case, referral: Referral) -> Package:
    """Return what would be sent if nobody else said no: what staff see before there is an answer."""
    answers = _answers(session, referral)
    if referral.override_granted is True:
        return package(session, case, referral)
    open_to = {person for person, answer in answers.items() if answer != Consent.NO}
    return _package(session, case, referral, open_to, answers)


def referrals_of(session: Session, case_id: int, lang: Locale) -> tuple[ReferralPart, ...]:
    """Return the sendings of a case that the viewer may see, the newest first."""
    asked, overrode, decided = aliased(Staff), aliased(Staff), aliased(Staff)
    rows = session.execute(
        select(Referral, asked.name, overrode.name, decided.name)
        .join(asked, asked.id == Referral.asked_by_id)
        .outerjoin(overrode, overrode.id == Referral.override_asked_by_id)
        .outerjoin(decided, decided.id == Referral.override_decided_by_id)
        .where(Referral.case_id.in_(joined_cases(case_id)))
        .order_by(Referral.id.desc())
    ).all()
    return tuple(
        ReferralPart(
            row.public_id,
            body_words(session, row, lang),
            unseal(session, row, "reason"),
            row.asked_at,
            asked_by,
            _consents(session, row),
            override_by,
            unseal(session, row, "override_reason"),
            row.override_granted,
            decided_by,
            row.sent_on,
            row.accepted,
            row.answered_on,
            row.ended_on,
            unseal(session, row, "outcome"),
            is_dropped=row.dropped_at is not None,
        )
        for row, asked_by, override_by, decided_by in rows
    )


def asked_of(session: Session, case: Case, person: Complainant, lang: Locale) -> tuple[PersonReferral, ...]:
    """Return what a person was asked, the newest first, each with exactly what of it is his or hers.

    Words that are blocked for staff are in it: nobody can agree to what he or she cannot read.
    """
    rows = session.execute(
        select(Referral, ReferralConsent)
        .join(ReferralConsent, ReferralConsent.referral_id == Referral.id)
        .where(ReferralConsent.complainant_id == person.id)
        .order_by(Referral.id.desc())
    ).all()
    with reading_blocked(session):
        return tuple(_asked(session, case, row, consent, lang) for row, consent in rows)


def _asked(session: Session, case: Case, row: Referral, consent: ReferralConsent, lang: Locale) -> PersonReferral:
    person_id = consent.complainant_id
    return PersonReferral(
        row.public_id,
        body_words(session, row, lang),
        unseal(session, row, "reason"),
        case.locale,
        _package(session, case, row, {person_id}, {person_id: consent.answer}),
        can_answer=row.sent_on is None and row.dropped_at is None and not case.is_spam,
        answer=consent.answer,
        override_reason=unseal(session, row, "override_reason") if row.override_granted else None,
        sent_on=row.sent_on,
        accepted=row.accepted,
        ended_on=row.ended_on,
        outcome=unseal(session, row, "outcome"),
        is_dropped=row.dropped_at is not None,
    )


def _answers(session: Session, referral: Referral) -> dict[int, str | None]:
    rows = session.execute(
        select(ReferralConsent.complainant_id, ReferralConsent.answer).where(ReferralConsent.referral_id == referral.id)
    )
    return {row[0]: row[1] for row in rows}


def _package(
    session: Session, case: Case, referral: Referral, allowed: set[int], answers: dict[int, str | None]
) -> Package:
    chosen = sendable_filings(session, case)
    # Nothing of somebody whose words are blocked for whoever looks: no words, no file, no name.
    if not reads_blocked(session):
        allowed = allowed - {person.id for _, person in chosen if person.blocked_at is not None}
    filings = [
        SentFiling(
            unseal(session, row, "words") or "",
            row.locale,
            row.filed_at,
            *_where(session, row),
            person.id,
        )
        for row, person in chosen
        if row.public_id in referral.filings and person.id in allowed
    ]
    files = [
        SentFile(row.public_id, unseal(session, row, "filename"), row.size_bytes)
        for row, person_id in sendable_files(session, case)
        if row.public_id in referral.files and person_id in allowed
    ]
    site = site_of(session, case)
    named = [one.complainant_id for one in filings if answers.get(one.complainant_id) == Consent.WITH_NAME]
    return Package(
        case.reference,
        session.get_one(Operator, site.operator_id).name,
        site.name,
        site.time_zone,
        filings,
        files,
        sorted(set(named)),
    )


def _where(session: Session, submission: Submission) -> tuple[str | None, date | None]:
    """Return the place and the day that the person gave with a filing."""
    filed_as = session.get_one(Case, submission.filed_as_case_id)
    return unseal(session, filed_as, "place"), filed_as.occurred_on


def _consents(session: Session, referral: Referral) -> list[ConsentPart]:
    rows = session.execute(
        select(ReferralConsent, Complainant.public_id, Complainant.join_code_id)
        .join(Complainant, Complainant.id == ReferralConsent.complainant_id)
        .where(ReferralConsent.referral_id == referral.id)
        .order_by(ReferralConsent.complainant_id)
    )
    return [
        ConsentPart(number, public_id, row.answer, row.source, row.answered_at, decides=join_code_id is None)
        for number, (row, public_id, join_code_id) in enumerate(rows, 1)
    ]


def _plain(name: str) -> str:
    """Return a name without accents: a letter outside the GSM alphabet would make the text twice as dear."""
    return unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode()
