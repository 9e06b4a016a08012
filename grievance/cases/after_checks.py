"""Asking weeks later: did it hold, and was the person treated worse for complaining? By one digit, or on the page.

A yes to the second opens a case of its own, linked, urgent, and hidden from whoever handled the first. The answer
stands in no event of the first case: its handler must not learn from the history that somebody spoke of reprisals.
Everybody behind a case is asked, whoever joined it with a code too, and answers alone: nobody uses up a question of
somebody else, and nobody reads what another said.

Words in answer to it are a yes unless they are a plain no, and become the narrative of that case: whoever was
threatened answers in sentences, and one needless case for a triager costs less than one sentence in the wrong hands.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from grievance.accounts.permissions import Duty
from grievance.cases import mailing
from grievance.cases.handling import tell_keepers
from grievance.cases.hiding import HANDLED_ORIGIN
from grievance.cases.intake import Filed, Filing, open_case
from grievance.cases.models import Case, Complainant, HiddenFrom
from grievance.cases.queries import is_proven, joined_cases, own_reference, site_of
from grievance.cases.resolution import require_source
from grievance.cases.rights_record import AfterCheck, CaseLink
from grievance.cases.second_person import handled_ever
from grievance.cases.side_tracks import Check, LinkKind
from grievance.cases.states import (
    COMPLAINANT,
    SYSTEM,
    Actor,
    Channel,
    Confidentiality,
    EventKind,
    Group,
    Reach,
    Source,
    Status,
)
from grievance.cases.tasks import NoticeKind, TaskKind, holders, notify, open_task, settle_keys
from grievance.cases.transitions import load_for_change, record
from grievance.cases.ways import people, way_to, who_may_be_asked
from grievance.core.db import rows_changed
from grievance.core.i18n import Locale, text_in
from grievance.crypto.fields import new_public_id
from grievance.deadlines.standards import CaseType
from grievance.deadlines.working_days import in_sending_hours
from grievance.messaging import outbox, threads
from grievance.messaging.models import Thread
from grievance.messaging.texts import TextName

PUT_OFF = timedelta(hours=1)
"""By how much a check is put off that cannot be asked just now."""

ABOUT_REPRISALS: frozenset[Check] = frozenset({Check.RETALIATION_FIRST, Check.RETALIATION_SECOND})

_GIVES_WAY = frozenset({threads.Question.RATE_PROCESS, threads.Question.RATE_OUTCOME, threads.Question.VERDICT})
"""Questions that a check may take the place of: their digits are still understood afterwards."""

_GIVES_WAY_LATER = frozenset(
    {threads.Question.HELD, threads.Question.CONSENT, threads.Question.CONSENT_NAME, threads.Question.READ_BACK}
)
"""Those that the one about reprisals may take the place of after a day: it does not wait for weeks."""


class NothingAsked(Exception):
    """There is no such question, or its days are over, or it was answered."""


class HandledIt(Exception):
    """The person was told that whoever handled the case does not see the answer: nobody of them records it."""


def ask_checks(session: Session, *, at: datetime, limit: int) -> int:
    """Ask what is due, each person once whatever number of workers asks; return how many were asked or put off."""
    for row in session.scalars(_due(at).where(AfterCheck.complainant_id.is_(None)).limit(limit)).all():
        _address(session, row)
    due = session.scalars(_due(at).where(AfterCheck.complainant_id.is_not(None)).limit(limit)).all()
    for row in due:
        _ask(session, row, at=at)
    return len(due)


def open_check(
    session: Session, case: Case, person: Complainant, kinds: Collection[Check] = frozenset(Check), *, at: datetime
) -> AfterCheck | None:
    """Return the question of one of these kinds that waits for a person's answer, the latest asked, or None."""
    mine: ColumnElement[bool] = AfterCheck.complainant_id.in_(_is_person(person))
    if person.join_code_id is None:
        mine = or_(mine, AfterCheck.complainant_id.is_(None))
    of_kinds = AfterCheck.kind.in_([kind.value for kind in kinds])
    return session.scalars(_waiting(case, at=at).where(mine, of_kinds).limit(1)).one_or_none()


@dataclass(frozen=True, slots=True)
class Awaited:
    """A person whose answer waits, numbered in the order in which they filed, and the latest question."""

    number: int
    person: Complainant
    check: AfterCheck


def who_is_asked(session: Session, case: Case, *, at: datetime) -> list[Awaited]:
    """Return everybody of a case whose answer waits."""
    found = [(number, person) for number, (person, _) in enumerate(people(session, case), start=1)]
    checks = ((number, person, open_check(session, case, person, at=at)) for number, person in found)
    awaited: dict[int, Awaited] = {}
    for number, person, check in checks:
        if check is not None:
            awaited.setdefault(check.id, Awaited(number, person, check))
    return list(awaited.values())


def answer_check(
    session: Session,
    case: Case,
    person: Complainant,
    *,
    check: str = "",
    kinds: Collection[Check] = frozenset(Check),
    said_yes: bool,
    source: Source,
    channel: Channel,
    by: Actor = COMPLAINANT,
    at: datetime,
    form_key: str | None = None,
    words: str | None = None,
    inbound_message_id: int | None = None,
) -> Filed | None:
    """Keep a person's answer to his or her question; return the case that a reprisal opened.

    `check` names the question that was shown, `kinds` what it may have been: an answer never goes to another.
    `form_key` belongs to a page on which the receipt of such a case is shown. `words` are the person's own, of the text
    `inbound_message_id`: the narrative of the case that a reprisal opens.

    Raises:
        NothingAsked: no question of this person waits.
        SourceMissing: the source does not fit who records it.
        HandledIt: `by` handles or investigates the case, or did, and the question is about reprisals.
    """
    require_source(source, by)
    row = open_check(session, case, person, kinds, at=at)
    if row is None or (check and row.kind != check):
        raise NothingAsked
    if row.kind in ABOUT_REPRISALS and by.staff_id in handled_ever(session, case):
        raise HandledIt
    if row.complainant_id is not None:
        # Two filings of one phone are one person, who was asked under the reference of this one.
        person = session.get_one(Complainant, row.complainant_id)
    row.said_yes, row.source, row.answered_at = said_yes, source.value, at
    codes = {"check": row.kind, "source": source.value}
    event = record(session, case, EventKind.CHECK_ANSWERED, by=by, at=at, codes=codes)
    settle_keys(session, [_task_key(row)], by_id=by.staff_id, at=at)
    if row.kind in ABOUT_REPRISALS:
        if not said_yes:
            return None
        filing = _about_reprisal(
            session, case, person, words=words, channel=channel, by=by, form_key=form_key, inbound_id=inbound_message_id
        )
        return _open_linked(session, case, filing, by=by, at=at)
    if not said_yes and not case.is_open:
        _ask_to_look(session, case, seq=event.seq, at=at)
    return None


def _waiting(case: Case, *, at: datetime) -> Select[AfterCheck]:
    return (
        select(AfterCheck)
        .where(
            AfterCheck.case_id.in_(joined_cases(case.id)),
            AfterCheck.asked_at < AfterCheck.closes_at,  # Called off, the two are the same, and may be yet to come.
            AfterCheck.answered_at.is_(None),
            AfterCheck.closes_at > at,
        )
        .order_by(AfterCheck.asked_at.desc(), AfterCheck.id.desc())
    )


def _is_person(person: Complainant) -> Select[int]:
    """Return the subquery of the ids of a person in a case: who filed twice from one phone of his or her own is one."""
    ids = [Complainant.id == person.id]
    if person.thread_id is not None and (person.reach == Reach.TEXTS or person.verified_at is not None):
        ids.append(and_(Complainant.case_id == person.case_id, Complainant.thread_id == person.thread_id, is_proven()))
    return select(Complainant.id).where(or_(*ids))


def _due(at: datetime) -> Select[AfterCheck]:
    return (
        select(AfterCheck)
        .join(Case, Case.id == AfterCheck.case_id)
        .where(
            AfterCheck.asked_at.is_(None),
            AfterCheck.ask_at <= at,
            Case.is_spam.is_(False),
            Case.erased_at.is_(None),
            Case.status != Status.MERGED.value,
        )
        .order_by(AfterCheck.ask_at, AfterCheck.id)
    )


def _address(session: Session, row: AfterCheck) -> None:
    """Make a question that is due one of each person. Who filed twice from one phone is one person."""
    case = load_for_change(session, row.case_id)
    found = who_may_be_asked(session, case)
    if not found:
        # Who is left objected, the others were erased: nobody is to be asked.
        session.execute(delete(AfterCheck).where(AfterCheck.id == row.id))
        return
    first, *others = found
    claim = update(AfterCheck).where(AfterCheck.id == row.id, AfterCheck.complainant_id.is_(None))
    if rows_changed(session.execute(claim.values(complainant_id=first.id))) != 1:
        return
    session.add_all(
        AfterCheck(
            public_id=new_public_id(),
            case_id=case.id,
            complainant_id=person.id,
            kind=row.kind,
            round=row.round,
            ask_at=row.ask_at,
            closes_at=row.closes_at,
        )
        for person in others
    )
    session.flush()


def _ask(session: Session, row: AfterCheck, *, at: datetime) -> None:
    case = load_for_change(session, row.case_id)
    site = site_of(session, case)
    found = _found(session, case, row)
    if found is None:
        session.delete(row)  # Who was to be asked has left: others must not wait behind a question to nobody.
        return
    person, thread = found
    gives_way = thread is None or _gives_way(session, thread, row, at=at)
    if not in_sending_hours(at, site.time_zone) or not gives_way:
        row.ask_at = at + PUT_OFF
        return
    closes_at = max(row.closes_at, at + timedelta(days=7))
    claim = (
        update(AfterCheck)
        .where(AfterCheck.id == row.id, AfterCheck.asked_at.is_(None))
        .values(asked_at=at, closes_at=closes_at)
    )
    if rows_changed(session.execute(claim)) != 1:
        return
    if _is_first(session, row):
        record(session, case, EventKind.CHECK_ASKED, by=SYSTEM, at=at, codes={"check": row.kind})
    if thread is None:
        _by_other_means(session, case, person, row, at=at)
        return
    is_texted = person.reach == Reach.TEXTS
    question = threads.Question.REPRISAL if row.kind in ABOUT_REPRISALS else threads.Question.HELD
    name = TextName.CHECK_REPRISAL if row.kind in ABOUT_REPRISALS else TextName.CHECK_HELD
    outbound = outbox.enqueue(
        session,
        thread,
        name if is_texted else TextName.NOTICE_CHECK,
        values={"site": site.sms_name, "reference": own_reference(session, person)},
        subject=case.public_id,
        at=at,
        is_asked_for=False,
        time_zone=site.time_zone,
        asks=threads.Asking(question, closes_at) if is_texted else None,
    )
    row.outbound_message_id = outbound.id


def _gives_way(session: Session, thread: Thread, row: AfterCheck, *, at: datetime) -> bool:
    """Return whether a check may be asked on a thread: nothing waits there, or only what it may come before."""
    waits = threads.engaged(session, thread, at=at) - _GIVES_WAY
    if row.kind not in ABOUT_REPRISALS:
        return not waits
    waits -= threads.OFFERS
    put = [threads.last_put(session, thread, one) for one in waits & _GIVES_WAY_LATER]
    long_ago = at - threads.TIME_TO_ANSWER
    return waits <= _GIVES_WAY_LATER and all(one is not None and one.sent_at <= long_ago for one in put)


def _found(session: Session, case: Case, row: AfterCheck) -> tuple[Complainant, Thread | None] | None:
    """Return whom a question is for, with the thread by which a text reaches them, if one does; None: has left."""
    mine = [(one, way) for one, way in people(session, case) if one.id == row.complainant_id]
    if not mine:
        return None
    ((person, thread),) = mine
    return person, thread if way_to(person, thread) in {Reach.TEXTS, Reach.NOTICES} else None


def _is_first(session: Session, row: AfterCheck) -> bool:
    """Return whether nobody else was asked this: the history says once that a case was asked about."""
    other = select(AfterCheck.id).where(
        and_(AfterCheck.case_id == row.case_id, AfterCheck.kind == row.kind, AfterCheck.round == row.round),
        AfterCheck.id != row.id,
        AfterCheck.asked_at < AfterCheck.closes_at,
    )
    return session.scalars(other.limit(1)).one_or_none() is None


def _task_key(row: AfterCheck) -> str:
    return f"check:{row.public_id}"


def _by_other_means(session: Session, case: Case, person: Complainant, row: AfterCheck, *, at: datetime) -> None:
    """Who takes no texts is asked on the follow-up page; who has none, or has opted out, by somebody: a task."""
    if person.reach == Reach.PAGE:
        return
    if person.reach == Reach.MAIL and mailing.notify_person(session, case, person, at=at):
        return
    open_task(session, key=_task_key(row), site_id=case.site_id, kind=TaskKind.ASK_AGAIN, case=case, at=at)


def _about_reprisal(
    session: Session,
    case: Case,
    person: Complainant,
    *,
    words: str | None,
    channel: Channel,
    by: Actor,
    form_key: str | None,
    inbound_id: int | None,
) -> Filing:
    locale = Locale(case.locale)
    said = text_in(
        locale,
        "To our question, the person said that they were treated worse after complaining (case %(reference)s).",
        reference=own_reference(session, person),
    )
    return Filing(
        words=words or said,
        locale=locale,
        channel=channel,
        confidentiality=Confidentiality.CONFIDENTIAL if person.thread_id else Confidentiality.ANONYMOUS,
        reach=Reach(person.reach) if person.reach not in {Reach.NOTICES, Reach.MAIL} else Reach.PAGE,
        said_group=Group(person.said_group),
        employer_id=person.employer_id,
        thread_id=person.thread_id if person.reach == Reach.TEXTS else None,
        inbound_message_id=inbound_id,
        form_key=form_key,
        recorded_by_id=by.staff_id,
        wants_code=person.reach != Reach.TEXTS,
        type=CaseType.RETALIATION,
    )


def _open_linked(session: Session, case: Case, filing: Filing, *, by: Actor, at: datetime) -> Filed:
    filed = open_case(session, site_of(session, case), filing, by=by, at=at)
    session.add(CaseLink(case_id=filed.case.id, from_case_id=case.id, kind=LinkKind.RETALIATION.value, linked_at=at))
    _keep_apart(session, filed.case, case, at=at)
    triagers = holders(session, filed.case, Duty.TRIAGER)
    key = f"reprisal:{filed.case.public_id}"
    notify(session, triagers, key=key, kind=NoticeKind.REPRISAL, case=filed.case, show_from=at, at=at)
    return filed


def _keep_apart(session: Session, linked: Case, origin: Case, *, at: datetime) -> None:
    """Hide the case about reprisals from everybody who ever handled or investigated the first one, or one merged in."""
    hidden = set(session.scalars(select(HiddenFrom.staff_id).where(HiddenFrom.case_id == linked.id)))
    session.add_all(
        HiddenFrom(case_id=linked.id, staff_id=staff_id, reason=HANDLED_ORIGIN, since_at=at)
        for staff_id in sorted(handled_ever(session, origin) - hidden)
    )


def _ask_to_look(session: Session, case: Case, *, seq: int, at: datetime) -> None:
    open_task(
        session,
        key=f"held:{case.public_id}:{seq}",
        site_id=case.site_id,
        kind=TaskKind.LOOK_AT_REOPENING,
        case=case,
        assigned_to_id=case.handler_id,
        at=at,
    )
    tell_keepers(session, case, NoticeKind.DID_NOT_HOLD, seq=seq, at=at)
