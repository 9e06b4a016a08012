"""What keeps a release in the house. Asked when it is submitted, when it is approved, and again when it goes out.

Each problem names the section, the language and the words concerned, so that whoever mends it need not search. Not
for: what is merely worth knowing before figures are frozen (`missing`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grievance.core.i18n import OFFERED, Locale
from grievance.publishing.bulletin import Bulletin, NotAllowedOut, bulletin_of, check_allowed
from grievance.publishing.drafting import Section, numbers_out_of_place, unfinished
from grievance.publishing.editing import NOTES, REASON, blocks, draft_of, longest, words_of
from grievance.publishing.exposure import exposed
from grievance.publishing.first_drafts import ways_known
from grievance.publishing.models import MemberCheck, MemberComment, ReaderTest, Release
from grievance.publishing.readability import assess
from grievance.sites.models import Site

SENTENCES_NAMED = 3
"""Of each section, the first that drag the whole under the gate: whoever mends three has usually mended the rest."""


class ProblemKind(StrEnum):
    """Why a release stays in the house."""

    LANGUAGE_MISSING = "language_missing"
    """A block has words in one language and none in the other."""
    NOTHING_SAID = "nothing_said"
    """A section has no words at all: silence about it would be an answer of its own."""
    PROMPT_LEFT = "prompt_left"
    """Something of the draft in brackets still waits to be written."""
    TOO_HARD = "too_hard"
    NUMBER_OUT_OF_PLACE = "number_out_of_place"
    """A number among the figures that is none of the figures."""
    TOO_LONG = "too_long"
    NOT_READ_ALOUD = "not_read_aloud"
    """Nobody has read it aloud to anybody in that language."""
    ROUND_OPEN = "round_open"
    """People who were asked may still be writing."""
    COMMENT_UNANSWERED = "comment_unanswered"
    RECOGNISABLE = "recognisable"
    """With everything published before, somebody could be recognised."""
    NOT_ALLOWED = "not_allowed"
    """The figures hold something that nobody decided to publish."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason. `section` is a block of `editing`, "" for the whole; `found` are the words or numbers concerned."""

    kind: ProblemKind
    section: str = ""
    locale: str = ""
    found: tuple[str, ...] = ()


class NotReady(Exception):
    """A release has problems; carries them."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__([problem.kind.value for problem in problems])
        self.problems = problems


def problems(session: Session, release: Release) -> list[Problem]:
    """Return everything that keeps a release in the house, in the order in which a person would mend it.

    A release that was frozen before summaries had sections is held to what applied to it: its context in both
    languages or in none, and that nobody can be recognised.
    """
    listed = list(_words(session, release))
    if release.texts:
        listed += [problem for locale in OFFERED for problem in _too_hard(release, locale)]
        listed += _not_read(session, release)
        listed += _rounds(session, release)
    return [*listed, *_recognisable(session, release)]


def _words(session: Session, release: Release) -> Iterator[Problem]:
    site = session.get_one(Site, release.site_id)
    found = bulletin_of(release, site)
    for block in blocks(release):
        words = words_of(release, block)
        if not any(words.values()):
            if block != NOTES:
                yield Problem(ProblemKind.NOTHING_SAID, block)
            continue
        for locale in OFFERED:
            known = ways_known(session, site, locale) if block == Section.HOW else draft_of(release, block)[locale]
            yield from _block(block, locale, words[locale], found, known=known)


def _block(block: str, locale: Locale, text: str, found: Bulletin, *, known: str) -> Iterator[Problem]:
    if not text:
        yield Problem(ProblemKind.LANGUAGE_MISSING, block, locale)
        return
    if len(text) > longest(block):
        yield Problem(ProblemKind.TOO_LONG, block, locale, (str(len(text)), str(longest(block))))
    if block in {NOTES, REASON}:
        return
    left = tuple(unfinished(text))
    if left:
        yield Problem(ProblemKind.PROMPT_LEFT, block, locale, left)
    numbers = [one for one in numbers_out_of_place(Section(block), text, found, locale, known=known) if one.blocks]
    if numbers:
        named = tuple(f"{one.text}: {one.sentence}" for one in numbers)
        yield Problem(ProblemKind.NUMBER_OUT_OF_PLACE, block, locale, named)


def _too_hard(release: Release, locale: Locale) -> Iterator[Problem]:
    """Yield the hardest sentences, by section, of a language whose whole is under the gate; nothing where it is not."""
    texts = {block: words_of(release, block)[locale] for block in blocks(release)}
    whole = assess("\n\n".join(text for text in texts.values() if text), locale)
    if whole.passes is not False:
        return
    hard = {sentence.text for sentence in whole.sentences if sentence.is_hard}
    named = False
    for block, text in texts.items():
        here = tuple(sentence.text for sentence in assess(text, locale).sentences if sentence.text in hard)
        if here:
            named = True
            yield Problem(ProblemKind.TOO_HARD, block, locale, here[:SENTENCES_NAMED])
    if not named:
        yield Problem(ProblemKind.TOO_HARD, locale=locale)


def _not_read(session: Session, release: Release) -> Iterator[Problem]:
    read = set(
        session.scalars(select(ReaderTest.locale).where(ReaderTest.release_id == release.id, ReaderTest.readers > 0))
    )
    yield from (Problem(ProblemKind.NOT_READ_ALOUD, locale=locale) for locale in OFFERED if locale not in read)


def _rounds(session: Session, release: Release) -> Iterator[Problem]:
    is_open = session.scalars(
        select(func.count()).where(MemberCheck.release_id == release.id, MemberCheck.closed_at.is_(None))
    ).one()
    if is_open:
        yield Problem(ProblemKind.ROUND_OPEN, found=(str(is_open),))
    waiting = session.scalars(
        select(func.count())
        .select_from(MemberComment)
        .join(MemberCheck, MemberCheck.id == MemberComment.check_id)
        .where(MemberCheck.release_id == release.id, MemberComment.answered_at.is_(None))
    ).one()
    if waiting:
        yield Problem(ProblemKind.COMMENT_UNANSWERED, found=(str(waiting),))


def _recognisable(session: Session, release: Release) -> Iterator[Problem]:
    try:
        check_allowed(release.figures)
    except NotAllowedOut as error:
        yield Problem(ProblemKind.NOT_ALLOWED, found=tuple(str(name) for name in error.args[0]))
    weak = exposed(session, release)
    if weak:
        yield Problem(ProblemKind.RECOGNISABLE, found=weak)
