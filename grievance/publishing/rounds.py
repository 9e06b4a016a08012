"""Member checks: people concerned read a summary before it goes out, behind an address that nobody guesses.

Whoever has the address may read and write, without an account and without a name. The address is shown once, to the
publisher who opens the round; here lies only its keyed digest. A round shows what everybody would see after release,
never what the figures were computed from.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grievance.accounts.audit import AuditAction
from grievance.accounts.queries import names
from grievance.core.db import insert_once
from grievance.core.i18n import OFFERED, Locale
from grievance.crypto.fields import keys_of, new_public_id, seal, unseal
from grievance.publishing.models import MemberCheck, MemberComment, Release, ReleaseState
from grievance.publishing.releases import record_line, require_open, touch

PURPOSE = "member_check"
"""The word under which digests of addresses are made."""

TOKEN_BYTES = 16
"""128 random bits: nobody guesses one, so an unknown one needs no slow-down to be safe."""

ASKED_CHARACTERS = 200
COMMENT_CHARACTERS = 2_000
ANSWER_CHARACTERS = 1_000
COMMENTS_MOST = 400
"""In one round: a village and its neighbours. Beyond it somebody is filling our disk."""

SHORTEST = timedelta(hours=1)
LONGEST = timedelta(days=31)

WHOLE = ""
"""Section of a comment about the summary as a whole."""


class RoundTimeRefused(Exception):
    """A round stays open from an hour to a month."""


class AskedMissing(Exception):
    """Nobody was named, by role, as having been asked; or in too many words."""


class RoundNotFound(LookupError):
    """No round has that address, or that id."""


class RoundClosed(Exception):
    """Its time is over, it was closed, or its release went on without it; carries the release."""

    def __init__(self, release: Release) -> None:
        super().__init__(release.public_id)
        self.release = release


class RoundFull(Exception):
    """It holds COMMENTS_MOST comments."""


class CommentEmpty(Exception):
    """Nothing was written."""


class CommentTooLong(Exception):
    """A comment has more than COMMENT_CHARACTERS; carries its section."""

    def __init__(self, section: str) -> None:
        super().__init__(section)
        self.section = section


class AnswerMissing(Exception):
    """An answer to a comment has no words, or too many."""


@dataclass(frozen=True, slots=True)
class CommentLine:
    """A comment as publishers and the second person read it."""

    public_id: str
    section: str
    locale: str
    words: str
    received_at: datetime
    answer: str
    answered_by: str


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A round with its comments, oldest first."""

    public_id: str
    asked: str
    opened_by: str
    opened_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    is_over: bool
    """Its time is over, whether or not anybody has closed it."""
    comments: tuple[CommentLine, ...]

    @property
    def last_minute(self) -> datetime:
        """The last minute in which it takes comments, unless it is closed before."""
        return self.closes_at - timedelta(minutes=1)

    @property
    def is_open(self) -> bool:
        """Return whether people may still write."""
        return self.closed_at is None and not self.is_over


@dataclass(frozen=True, slots=True)
class Opened:
    """A round just opened, with the secret of its address: shown now and never again."""

    check: MemberCheck
    token: str

    def __repr__(self) -> str:
        return "Opened(…)"


def open_round(session: Session, release: Release, *, asked: str, closes_at: datetime, by: int, at: datetime) -> Opened:
    """Open a round for the people who were asked, by role, until a set time.

    Raises:
        NotFrozen, AlreadyApproved: the release is not open any more.
        AskedMissing, RoundTimeRefused: see there.
    """
    require_open(release)
    who = " ".join(asked.split())
    if not who or len(who) > ASKED_CHARACTERS:
        raise AskedMissing
    if not at + SHORTEST <= closes_at <= at + LONGEST:
        raise RoundTimeRefused(closes_at)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = MemberCheck(
        public_id=new_public_id(),
        release_id=release.id,
        token_digest=keys_of(session).code_digest(PURPOSE, token),
        asked=who,
        opened_by_id=by,
        opened_at=at,
        closes_at=closes_at,
    )
    session.add(row)
    touch(release)
    session.flush()
    record_line(session, release, AuditAction.MEMBER_CHECK_OPENED, by=by, at=at)
    return Opened(row, token)


def close_round(session: Session, release: Release, public_id: str, *, at: datetime) -> None:
    """Close a round before its time, or note that its time is over: its comments are then all there are.

    Raises:
        RoundNotFound: the release has no such round.
    """
    row = _round_of(session, release, public_id)
    if row.closed_at is None:
        row.closed_at = min(at, row.closes_at)
        touch(release)
        session.flush()


def close_rounds_that_are_over(session: Session, release: Release, *, at: datetime) -> None:
    """Close every round of a release whose time is over."""
    rows = session.scalars(
        select(MemberCheck).where(
            MemberCheck.release_id == release.id, MemberCheck.closed_at.is_(None), MemberCheck.closes_at <= at
        )
    ).all()
    for row in rows:
        row.closed_at = row.closes_at
    session.flush()


def release_of_round(session: Session, token: str, *, at: datetime) -> tuple[MemberCheck, Release]:
    """Return the round behind an address, and the release that it is about.

    Raises:
        RoundNotFound: there is none; it looks the same as an address that never was.
        RoundClosed: there was one.
    """
    check, release = _behind(session, token)
    if check.closed_at is not None or check.closes_at <= at or not _is_in_hand(release):
        raise RoundClosed(release)
    return check, release


def comment(session: Session, token: str, words: Mapping[str, str], *, locale: Locale, key: str, at: datetime) -> int:
    """Take what somebody wrote, by section; return how many comments that made. The same form twice makes them once.

    `key` is that of the form: a second sending finds its comments here already.

    Raises:
        RoundNotFound, RoundClosed: as for `release_of_round`.
        CommentEmpty, CommentTooLong, RoundFull: see there.
    """
    check, release = release_of_round(session, token, at=at)
    kept = {section: text.strip() for section, text in words.items() if text.strip()}
    kept = {section: text for section, text in kept.items() if section in {WHOLE, *release.texts}}
    if not kept:
        raise CommentEmpty
    for section, text in kept.items():
        if len(text) > COMMENT_CHARACTERS:
            raise CommentTooLong(section)
    # Read again under its lock: a round closed at this moment takes nothing that nobody would answer.
    session.refresh(check, with_for_update=True)
    if check.closed_at is not None:
        raise RoundClosed(release)
    held = session.scalars(select(func.count()).where(MemberComment.check_id == check.id)).one()
    if held + len(kept) > COMMENTS_MOST:
        raise RoundFull(check.public_id)
    lang = locale if locale in OFFERED else OFFERED[0]
    for section, text in kept.items():
        _insert(session, check, _comment_id(key, section), section, text, locale=lang, at=at)
    return len(kept)


def answer_comment(session: Session, release: Release, public_id: str, answer: str, *, by: int, at: datetime) -> None:
    """Say in a sentence what was done with a comment. Whoever answers has had a part in what the release says.

    Raises:
        NotFrozen, AlreadyApproved: the release is not open any more.
        RoundNotFound: the release has no such comment.
        AnswerMissing: see there.
    """
    require_open(release)
    said = answer.strip()
    if not said or len(said) > ANSWER_CHARACTERS:
        raise AnswerMissing
    row = session.scalars(
        select(MemberComment)
        .join(MemberCheck, MemberCheck.id == MemberComment.check_id)
        .where(MemberCheck.release_id == release.id, MemberComment.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise RoundNotFound(public_id)
    row.answer = said
    row.answered_by_id = by
    row.answered_at = at
    touch(release, by)
    session.flush()


def rounds(session: Session, release_id: int, *, at: datetime) -> list[RoundLine]:
    """Return the rounds of a release with their comments, oldest first."""
    rows = session.scalars(
        select(MemberCheck).where(MemberCheck.release_id == release_id).order_by(MemberCheck.id)
    ).all()
    comments = session.scalars(
        select(MemberComment)
        .where(MemberComment.check_id.in_([row.id for row in rows]))
        .order_by(MemberComment.check_id, MemberComment.id)
    ).all()
    people = names(
        session,
        {row.opened_by_id for row in rows} | {row.answered_by_id for row in comments if row.answered_by_id is not None},
    )
    return [
        RoundLine(
            row.public_id,
            row.asked,
            people.get(row.opened_by_id, ""),
            row.opened_at,
            row.closes_at,
            row.closed_at,
            row.closes_at <= at,
            tuple(_line(session, one, people) for one in comments if one.check_id == row.id),
        )
        for row in rows
    ]


def _behind(session: Session, token: str) -> tuple[MemberCheck, Release]:
    found = session.execute(
        select(MemberCheck, Release)
        .join(Release, Release.id == MemberCheck.release_id)
        .where(MemberCheck.token_digest == keys_of(session).code_digest(PURPOSE, token))
    ).one_or_none()
    if found is None:
        raise RoundNotFound
    return found[0], found[1]


def _is_in_hand(release: Release) -> bool:
    return release.state == ReleaseState.FROZEN and release.approved_at is None


def _round_of(session: Session, release: Release, public_id: str) -> MemberCheck:
    row = session.scalars(
        select(MemberCheck).where(MemberCheck.release_id == release.id, MemberCheck.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise RoundNotFound(public_id)
    return row


def _comment_id(key: str, section: str) -> str:
    """Return the id of the comment that this form makes for a section: the same each time it is sent."""
    digest = hashlib.sha256(f"{key}\0{section}".encode()).digest()[:16]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _insert(
    session: Session, check: MemberCheck, public_id: str, section: str, text: str, *, locale: Locale, at: datetime
) -> None:
    row = MemberComment(public_id=public_id)
    seal(session, row, "words", text)
    insert_once(
        session,
        MemberComment,
        {
            "public_id": public_id,
            "check_id": check.id,
            "section": section,
            "locale": locale,
            "words_sealed": row.words_sealed,
            "received_at": at,
            "answer": "",
        },
    )


def _line(session: Session, row: MemberComment, people: Mapping[int, str]) -> CommentLine:
    return CommentLine(
        row.public_id,
        row.section,
        row.locale,
        unseal(session, row, "words") or "",
        row.received_at,
        row.answer,
        people.get(row.answered_by_id or 0, ""),
    )
