"""Finding cases by words through keyed digests: neither the database nor its backup holds readable text.

The worker builds the digests after the fact; a query matches whole words. Identity and internal notes are never
indexed, and every list still carries `cases.queries.visible`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, insert, select, true, update
from sqlalchemy.orm import Session

from grievance.cases.hiding import plain
from grievance.cases.models import Case, CaseMessage, Submission
from grievance.cases.record import WordDigest
from grievance.crypto.fields import BLOCKED, keys_of, unseal

PURPOSE = "case.word"
"""Under which a word is digested."""

SHORTEST_WORD = 3
LONGEST_WORD = 40
MOST_WORDS_SOUGHT = 8
RARE = 2000
"""A word that no more cases than this have is rare: they are read in milliseconds."""


def normalise_words(text: str) -> frozenset[str]:
    """Return the different words of a text as they are indexed: lower case, no accents, three letters at least."""
    return frozenset(word for word in plain(text).split() if SHORTEST_WORD <= len(word) <= LONGEST_WORD)


@dataclass(frozen=True, slots=True)
class Sought:
    """Words that are looked for: the condition on `Case`, and whether so few cases have one that all can be read."""

    condition: ColumnElement[bool]
    is_rare: bool


def sought(session: Session, text: str, *, rare: int = RARE) -> Sought:
    """Return how to find the cases in which every word of a text occurs; a text without words asks for nothing.

    A rare word names its cases. A word that every second case has would name thousands only to show 25 of them: then
    the list is walked in its order, and each case is asked whether it has the words.
    """
    keys = keys_of(session)
    digests = [keys.digests(PURPOSE, word) for word in sorted(normalise_words(text))[:MOST_WORDS_SOUGHT]]
    if not digests:
        return Sought(true(), is_rare=False)
    found = [select(WordDigest.case_id).where(WordDigest.digest.in_(one)) for one in digests]
    some = [select(one.limit(rare + 1).subquery().c.case_id) for one in found]
    counts = [select(func.count()).select_from(one.subquery()).scalar_subquery() for one in some]
    if min(session.execute(select(*counts)).one()) <= rare:
        return Sought(and_(*(Case.id.in_(one) for one in found)), is_rare=True)
    return Sought(and_(*(one.where(WordDigest.case_id == Case.id).exists() for one in found)), is_rare=False)


def index_pending(session: Session, *, at: datetime, limit: int) -> int:
    """Build the digests of cases whose words are new; return how many cases were indexed, at most `limit`."""
    pending = (
        select(Case)
        .where(Case.words_indexed_at.is_(None), Case.blocked_at.is_(None))
        # The latest first: an old register of thousands must not keep what people write today from being found.
        .order_by(Case.id.desc())
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    cases = session.scalars(pending).all()
    for case in cases:
        index_case(session, case, at=at)
    return len(cases)


def index_case(session: Session, case: Case, *, at: datetime) -> None:
    """Build the digests of one case anew."""
    keys = keys_of(session)
    said = normalise_words(" ".join(_said(session, case)))
    words = said | normalise_words(" ".join(_answered(session, case)))
    rows = [
        {"digest": keys.digest(PURPOSE, word), "case_id": case.id, "is_only_ours": word not in said}
        for word in sorted(words)
    ]
    session.execute(delete(WordDigest).where(WordDigest.case_id == case.id))
    if rows:
        session.execute(insert(WordDigest), rows)
    # Not through the mapped row: that would count as a change of the case and refuse a handler's open form.
    _note_indexed(session, case.id, at)


def index_everything_again(session: Session) -> None:
    """Ask the worker to build the digests of all cases anew, after the key has changed."""
    session.execute(update(Case).values(words_indexed_at=None).execution_options(synchronize_session=False))


def _note_indexed(session: Session, case_id: int, at: datetime) -> None:
    session.execute(
        update(Case)
        .where(Case.id == case_id)
        .values(words_indexed_at=at)
        .execution_options(synchronize_session="evaluate")
    )


def _said(session: Session, case: Case) -> Iterator[str]:
    """Yield what the case is about: the words of whoever filed it, and how it was summed up."""
    submissions = session.scalars(select(Submission).where(Submission.case_id == case.id))
    yield from _present(unseal(session, case, name) for name in ("title", "summary", "place"))
    yield from _present(unseal(session, row, "words") for row in submissions)
    yield from _messages(session, case, is_from_person=True)


def _answered(session: Session, case: Case) -> Iterator[str]:
    yield from _messages(session, case, is_from_person=False)


def _messages(session: Session, case: Case, *, is_from_person: bool) -> Iterator[str]:
    asked = CaseMessage.is_from_person.is_(is_from_person)
    messages = session.scalars(select(CaseMessage).where(CaseMessage.case_id == case.id, asked))
    yield from _present(unseal(session, row, "words") for row in messages)


def _present(texts: Iterable[str | None]) -> Iterator[str]:
    # What stands in place of covered words is nobody's words: it would find every blocked case at once.
    yield from (text for text in texts if text and text != BLOCKED)
