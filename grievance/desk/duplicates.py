"""Cases that look like one another: suggested to whoever may see both, with the reason, and never joined by themselves.

Words are compared by their keyed digests, those of the people themselves: what we answer is alike in every case. The
search is bounded: the CANDIDATES cases of the site nearest in time on either side, in four statements whatever their
number. Not for: joining (`cases.endings.merge`).
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from grievance.accounts.permissions import Viewer
from grievance.cases.filing_record import NotTheSame
from grievance.cases.models import Case
from grievance.cases.queries import CaseNotFound, visible
from grievance.cases.record import WordDigest
from grievance.core.db import insert_if_new
from grievance.crypto.codes import normalise_reference
from grievance.crypto.fields import unseal
from grievance.deadlines.working_days import local_date

WITHIN = timedelta(days=30)
"""How far apart two filings about the same thing mostly lie; an older one is found by searching."""

CANDIDATES = 30
"""Cases that are compared at most on either side in time, the nearest first, by an index."""

SHOWN = 5
LEAST_WORDS = 3
"""Words in common from which two cases look alike by themselves; with area, category and days alike one is enough.

Filings in two languages share no words: of one category and within a day, they are worth a look.
"""

NEAR_DAYS = 7


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A case that looks like the one on the page, and why."""

    reference: str
    title: str | None = field(repr=False)
    same_area: bool
    same_category: bool
    days_apart: int
    shared_words: int
    other_language: bool = False

    @property
    def weight(self) -> int:
        """How much alike, for the order: place, then words, then days."""
        return 3 * self.same_area + 2 * self.same_category + min(self.shared_words, 8) + max(0, 3 - self.days_apart)


def lookalikes(session: Session, viewer: Viewer, case_id: int, *, time_zone: str) -> tuple[Lookalike, ...]:
    """Return the cases that look most like one, the likest first, at most SHOWN; only what the viewer may see."""
    case = session.get_one(Case, case_id)
    if not case.is_open:
        return ()
    found = _candidates(session, viewer, case)
    if not found:
        return ()
    shared = _shared_words(session, case, [row.id for row in found])
    day = local_date(case.received_at, time_zone)
    alike = [
        Lookalike(
            reference=row.reference,
            title=unseal(session, row, "title"),
            same_area=row.area_id is not None and row.area_id == case.area_id,
            same_category=row.category_id is not None and row.category_id == case.category_id,
            days_apart=abs((local_date(row.received_at, time_zone) - day).days),
            shared_words=shared[row.id],
            other_language=row.locale != case.locale,
        )
        for row in found
    ]
    likely = [one for one in alike if _is_likely(one)]
    return tuple(sorted(likely, key=lambda one: (-one.weight, one.days_apart, one.reference))[:SHOWN])


def dismiss(session: Session, viewer: Viewer, case: Case, other_reference: str, *, at: datetime) -> None:
    """Keep that two cases are not the same: neither is suggested for the other again.

    Raises:
        CaseNotFound: there is no such other case that the viewer may see.
    """
    wanted = normalise_reference(other_reference) or ""
    other_id = session.scalars(select(Case.id).where(Case.reference == wanted, visible(viewer))).one_or_none()
    if other_id is None or other_id == case.id:
        raise CaseNotFound
    older, younger = sorted((case.id, other_id))
    pair = {"case_id": older, "other_case_id": younger, "said_by_id": viewer.staff_id, "said_at": at}
    session.execute(insert_if_new(session, NotTheSame).values(**pair))


def _candidates(session: Session, viewer: Viewer, case: Case) -> list[Case]:
    """Return open cases of the site around the same days, as the case restricted or not, and not found unlike."""
    unlike = or_(
        Case.id.in_(select(NotTheSame.case_id).where(NotTheSame.other_case_id == case.id)),
        Case.id.in_(select(NotTheSame.other_case_id).where(NotTheSame.case_id == case.id)),
    )
    near = (
        select(Case)
        .where(
            Case.site_id == case.site_id,
            Case.id != case.id,
            Case.is_open.is_(True),
            Case.is_spam.is_(False),
            # Joined to one that more people may read, its words would be shown to them.
            Case.is_restricted == case.is_restricted,
            ~unlike,
            visible(viewer),
        )
        .limit(CANDIDATES)
    )
    when = case.received_at
    before = near.where(Case.received_at.between(when - WITHIN, when)).order_by(Case.received_at.desc(), Case.id.desc())
    after = near.where(Case.received_at > when, Case.received_at <= when + WITHIN).order_by(Case.received_at, Case.id)
    return [*session.scalars(before), *session.scalars(after)]


def _shared_words(session: Session, case: Case, others: list[int]) -> Counter[int]:
    """Return how many words each has in common with the case; words that most of them have say nothing."""
    theirs = WordDigest.is_only_ours.is_(False)
    own = select(WordDigest.digest).where(WordDigest.case_id == case.id, theirs)
    pairs = session.execute(
        select(WordDigest.digest, WordDigest.case_id).where(
            WordDigest.case_id.in_(others), WordDigest.digest.in_(own), theirs
        )
    ).all()
    holders = Counter(digest for digest, _ in pairs)
    most = max(2, len(others) // 2)
    return Counter(case_id for digest, case_id in pairs if holders[digest] <= most)


def _is_likely(one: Lookalike) -> bool:
    same_place = one.same_area and one.same_category and one.days_apart <= NEAR_DAYS
    translated = one.other_language and one.same_category and one.days_apart <= 1
    return one.shared_words >= LEAST_WORDS or (same_place and one.shared_words >= 1) or translated
