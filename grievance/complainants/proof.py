"""Proof that something was filed: what stands on the paper, and whether a paper is one of ours.

The paper names the words by their digest only. Its control code is a MAC over the reference, the minute of filing and
that digest, so that checking it reads nothing of any case: unknown, changed and mistyped are one and the same answer,
and a paper stays genuine when the case is merged, marked or erased. Not for: who may have the paper (the adapters).
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from grievance.cases.models import Case, Complainant, Submission
from grievance.cases.record import Clock
from grievance.complainants import slips
from grievance.complainants.assisted import Route
from grievance.crypto.codes import (
    ACCESS_CODE_SYMBOLS,
    AccessCode,
    new_access_code,
    normalise_access_code,
    normalise_reference,
)
from grievance.crypto.fields import BLOCKED, keys_of, unseal
from grievance.crypto.keyring import KeyRing
from grievance.deadlines.standards import ClockName
from grievance.sites.models import Operator, Site
from grievance.sites.queries import external_routes

PROMISED = (ClockName.ACKNOWLEDGE, ClockName.FIRST_CONTACT, ClockName.RESOLVE)
"""Dates that stand on the paper. Others would tell whoever holds it what kind of case it is."""

MINUTE = "%Y-%m-%d %H:%M"
"""How the minute of filing is written on the paper, in the time of the site, and read back from it."""

_DIGEST_LETTERS = sha256().digest_size * 2
_CODE_BYTES = 10
"""80 bits, as many as an access code: nobody finds one by trying."""

_SALT_BYTES = 16
"""Made from the key of codes and the id of the filing, so that nothing has to be kept: the salt that is stored with the
words keys the chain, and stays inside."""


class ProofNotFound(LookupError):
    """There is no such filing in this case, or its words are blocked for whoever asks.

    A paper about words that nobody may read would be genuine and false: its digest would be that of what stands there
    instead.
    """


class WordsErased(LookupError):
    """The words are gone, and no proof of them can be made. Papers printed before stay genuine."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What stands on the paper. `salt` and `words` are for the person who filed, and for nobody else."""

    reference: str
    operator_name: str
    site_name: str
    time_zone: str
    locale: str
    filed_at: datetime
    recorded_at: datetime
    minute: str
    digest: str
    """SHA-256 over the salt, a line break and the words; hexadecimal."""
    control: str
    """Sixteen symbols in groups of four."""
    promised: Sequence[tuple[str, date]]
    """Clock and due day, as promised when it was filed; the earliest first."""
    routes: Sequence[Route]
    salt: str = field(repr=False)
    words: str = field(repr=False)


def proof_of_person(session: Session, case: Case, complainant: Complainant) -> Proof:
    """Return the proof of what a person filed; after a merge too it is of his or her own filing alone.

    Raises:
        WordsErased: the words are gone.
        ProofNotFound: the person filed nothing in this case.
    """
    return _proof(session, Submission.case_id == case.id, Submission.complainant_id == complainant.id)


def proof_of_submission(session: Session, case_id: int, submission_public_id: str) -> Proof:
    """Return the proof of one filing of a case, which the caller has found for its viewer.

    Raises:
        WordsErased: the words are gone.
        ProofNotFound: the case has no such filing.
    """
    return _proof(session, Submission.case_id == case_id, Submission.public_id == submission_public_id)


def proof_recorded(session: Session, form_key: str, *, staff_id: int) -> Proof:
    """Return the proof of what a staff member recorded for a person, to be printed with the slip.

    Raises:
        SlipNotFound: no slip was printed with this key, or by somebody else.
        WordsErased: the words are gone.
        ProofNotFound: they are blocked.
    """
    submission = slips.filing_of(session, slips.printed(session, form_key, by_id=staff_id))
    return _proof(session, Submission.id == submission.id)


def readable_filing(session: Session, *which: ColumnElement[bool]) -> tuple[Submission, Case, str]:
    """Return the first filing of which the conditions hold, the case as which it was filed, and its words.

    Raises:
        WordsErased: the words are gone.
        ProofNotFound: there is none, or its words are blocked.
    """
    row = session.execute(
        select(Submission, Case)
        .join(Case, Case.id == Submission.filed_as_case_id)
        .where(*which)
        .order_by(Submission.id)
        .limit(1)
    ).one_or_none()
    if row is None:
        raise ProofNotFound
    submission, filed_as = row
    words = unseal(session, submission, "words")
    if words is None:
        raise WordsErased
    if words == BLOCKED:
        raise ProofNotFound
    return submission, filed_as, words


def recomputed(salt: str, words: str) -> str:
    """Return the digest of words, as anybody can work it out: SHA-256 of the salt, a line break, the words.

    >>> recomputed("00", "Entra polvo a la casa")[:16]
    'e55ff52872a094d8'
    """
    return sha256(f"{salt}\n{words}".encode()).hexdigest()


def is_genuine(keys: KeyRing, *, reference: str, minute: str, digest: str, control: str) -> bool:
    """Return whether a paper with these four is one that this installation gave out. Reads no database.

    Whatever is given, readable or not, takes the same work.
    """
    named = normalise_reference(reference)
    given = normalise_access_code(control)
    letters = "".join(digest.split()).lower()
    expected = _control(keys, named or "", " ".join(minute.split()), letters)
    fits = hmac.compare_digest(expected.symbols, given.symbols if given else "0" * ACCESS_CODE_SYMBOLS)
    return fits and named is not None and given is not None and len(letters) == _DIGEST_LETTERS


def _proof(session: Session, *which: ColumnElement[bool]) -> Proof:
    submission, filed_as, words = readable_filing(session, *which)
    site = session.get_one(Site, filed_as.site_id)
    operator = session.get_one(Operator, site.operator_id)
    keys = keys_of(session)
    salt = keys.code_digest("proof.salt", submission.public_id)[:_SALT_BYTES].hex()
    minute = submission.filed_at.astimezone(ZoneInfo(site.time_zone)).strftime(MINUTE)
    digest = recomputed(salt, words)
    return Proof(
        reference=filed_as.reference,
        operator_name=operator.name,
        site_name=site.name,
        time_zone=site.time_zone,
        locale=submission.locale,
        filed_at=submission.filed_at,
        recorded_at=submission.recorded_at,
        minute=minute,
        digest=digest,
        control=_control(keys, filed_as.reference, minute, digest).reveal(),
        promised=_promised(session, filed_as),
        routes=[Route(row.names, row.notes, row.url) for row in external_routes(session, site.operator_id)],
        salt=salt,
        words=words,
    )


def _promised(session: Session, filed_as: Case) -> list[tuple[str, date]]:
    """Return the dates promised at filing: the first clock of each name, whatever came of it later."""
    rows = session.execute(
        select(Clock.name, Clock.due_on)
        .where(Clock.case_id == filed_as.id, Clock.name.in_([name.value for name in PROMISED]))
        .order_by(Clock.id)
    )
    first: dict[str, date] = {}
    for name, due_on in rows:
        first.setdefault(name, due_on)
    return sorted(first.items(), key=lambda one: one[1])


def _control(keys: KeyRing, reference: str, minute: str, digest: str) -> AccessCode:
    mac = keys.code_digest("proof.control", f"{reference}\0{minute}\0{digest}")[:_CODE_BYTES]
    return new_access_code(lambda _bits: int.from_bytes(mac))
