"""What stands around the figures, written by people, in every language side by side: sections, context, reason.

All of them are *blocks* here: the sections of the summary, `NOTES` for the context and `REASON` for what a correction
corrects. A block is written in all languages at once. Figures are nobody's to write.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from grievance.core.i18n import OFFERED
from grievance.metrics.inputs import canonical
from grievance.publishing.drafting import Section
from grievance.publishing.models import Release
from grievance.publishing.releases import require_open, touch

SECTION_CHARACTERS: Final = 2_000
"""Longest section in one language: eight of them and the charts must stay two printed pages, and one reading aloud."""

NOTE_CHARACTERS: Final = 2_000
"""Longest note of context in one language: it explains, it does not bury."""

REASON_CHARACTERS: Final = 600
"""Longest reason of a correction: it stands at the top of the page."""

NOTES: Final = "notes"
REASON: Final = "reason"


class OneLanguageMissing(Exception):
    """Words that everybody reads or nobody were written in one language only."""


class TextTooLong(Exception):
    """A block is longer than `longest` allows; carries the languages in which it is."""

    def __init__(self, languages: list[str]) -> None:
        super().__init__(languages)
        self.languages = languages


class NoSuchBlock(LookupError):
    """The release has no such block."""


class WordsChanged(Exception):
    """Somebody else wrote the block, or submitted it, since this person began; carries the words as they are."""

    def __init__(self, words: Mapping[str, str]) -> None:
        super().__init__()
        self.words = words


def blocks(release: Release) -> tuple[str, ...]:
    """Return the blocks of a release in their order. One from before there were sections has its context only."""
    return (
        *((REASON,) if release.reason else ()),
        *(section.value for section in Section if section.value in release.texts),
        NOTES,
    )


def longest(block: str) -> int:
    """Return how many characters a block may have in one language."""
    return {NOTES: NOTE_CHARACTERS, REASON: REASON_CHARACTERS}.get(block, SECTION_CHARACTERS)


def words_of(release: Release, block: str) -> dict[str, str]:
    """Return the words of a block by language, "" where a language has none.

    Raises:
        NoSuchBlock: the release has no such block.
    """
    if block not in blocks(release):
        raise NoSuchBlock(block)
    kept: Mapping[str, Any] = {NOTES: release.notes, REASON: release.reason}.get(block) or release.texts.get(block, {})
    return {str(locale): str(kept.get(locale, "")) for locale in OFFERED}


def draft_of(release: Release, block: str) -> dict[str, str]:
    """Return what was drafted for a block by language, "" where nothing was."""
    kept = release.drafts.get(block, {})
    return {str(locale): str(kept.get(locale, "")) for locale in OFFERED}


def reason_of(release: Release) -> dict[str, str]:
    """Return what a correction corrects and why, by language; "" everywhere for a first version."""
    return {str(locale): str(release.reason.get(locale, "")) for locale in OFFERED}


def mark_of(release: Release, block: str) -> str:
    """Return a mark of a block as it stands now, for a form to carry: of its words, and of whether it was submitted.

    Narrower than the revision of the release, so that two people may write two sections at the same time.
    """
    standing = [words_of(release, block), release.submitted_at is not None]
    return hashlib.sha256(canonical(standing).encode()).hexdigest()[:32]


def write(session: Session, release: Release, block: str, words: Mapping[str, str], *, was: str, by: int) -> None:
    """Keep the words of a block in every language. A waiting submission falls back to its authors.

    `was` is the mark that the block had when the person began. A section may be kept unfinished; it is asked for again
    before the release goes out.

    Raises:
        NotFrozen, AlreadyApproved: it cannot be changed any more.
        NoSuchBlock: the release has no such block.
        WordsChanged: somebody was quicker.
        OneLanguageMissing: context or reason in one language only, or a correction without its reason.
        TextTooLong: see there.
    """
    require_open(release)
    if mark_of(release, block) != was:
        raise WordsChanged(words_of(release, block))
    kept = _checked(block, words)
    if block == NOTES:
        release.notes = {lang: text for lang, text in kept.items() if text}
    elif block == REASON:
        if not all(kept.values()):
            raise OneLanguageMissing
        release.reason = kept
    else:
        # A new mapping: a change inside a JSON value goes unseen.
        release.texts = {**release.texts, block: kept}
    _count_change(release, by)
    session.flush()


def back_to_draft(session: Session, release: Release, section: str, *, was: str, by: int) -> None:
    """Put the drafted words of a section back in every language.

    Raises:
        NotFrozen, AlreadyApproved, WordsChanged: as for `write`.
        NoSuchBlock: the release has no such section, or nothing was drafted for it.
    """
    if section not in release.drafts:
        raise NoSuchBlock(section)
    write(session, release, section, draft_of(release, section), was=was, by=by)


def write_notes(session: Session, release: Release, notes: Mapping[str, str], *, by: int) -> None:
    """Put the figures into context, in every language offered or in none.

    Raises:
        NotFrozen, AlreadyApproved, OneLanguageMissing, TextTooLong: as for `write`.
    """
    require_open(release)
    write(session, release, NOTES, notes, was=mark_of(release, NOTES), by=by)


def checked_reason(reason: Mapping[str, str]) -> dict[str, str]:
    """Return the reason of a correction as it is kept; empty when a language has none.

    Raises:
        TextTooLong: see there.
    """
    kept = _kept(REASON, reason)
    return kept if all(kept.values()) else {}


def _checked(block: str, words: Mapping[str, str]) -> dict[str, str]:
    kept = _kept(block, words)
    if block in {NOTES, REASON} and len({bool(text) for text in kept.values()}) > 1:
        raise OneLanguageMissing
    return kept


def _kept(block: str, words: Mapping[str, str]) -> dict[str, str]:
    kept = {str(locale): words.get(locale, "").strip() for locale in OFFERED}
    too_long = [locale for locale, text in kept.items() if len(text) > longest(block)]
    if too_long:
        raise TextTooLong(too_long)
    return kept


def _count_change(release: Release, by: int) -> None:
    release.edited_by_id = by
    release.submitted_at = None
    touch(release, by)
