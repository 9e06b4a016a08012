"""By which way each person behind a case can be told something, and which text goes out for it.

Also used to show a text before it goes (`preview_text`). Not for: sending, which is `telling`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.cases.models import Case, Complainant
from grievance.cases.queries import calendar_of, own_reference, site_of
from grievance.cases.states import FINDINGS, NEVER_OUT_OF_SCOPE, MessageKind, Reach, Status
from grievance.cases.waiver import refuse_waivers
from grievance.core.i18n import Locale, mark, text_in
from grievance.deadlines.standards import INTERVALS, IntervalName, due_after
from grievance.deadlines.working_days import add_calendar_days, local_date
from grievance.messaging import texts
from grievance.messaging.models import Thread
from grievance.messaging.segments import Segments
from grievance.messaging.texts import NEEDS, TextName, Value, left_text, shown_date
from grievance.sites.models import Site


@dataclass(frozen=True, slots=True)
class Standing:
    """How an open case stands, for a text: its name, who has it (marked words), and the date that it speaks of."""

    text: TextName
    who: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class LawDate:
    """A date that the law sets instead of one promised, for a text: its name and both, none where ours stopped."""

    text: TextName
    due_on: date | None = None
    old_on: date | None = None


@dataclass(frozen=True, slots=True)
class Telling:
    """What the person is told. `until` goes with a response; `left_as` with a case that leaves.

    `standing` goes with what is told by itself after days of silence, `law_date` with a date that became the law's.
    """

    kind: MessageKind
    words: str
    until: datetime | None = None
    left_as: Status | None = None
    standing: Standing | None = None
    law_date: LawDate | None = None
    appeal_by: date | None = None
    """With a closure: the last day to appeal; none where the law has another way."""
    promised: tuple[tuple[str, date | None], ...] = ()
    """What a response offers, each with its date: a text carries it along, the page shows it beside the words."""


_TEXTS: Mapping[MessageKind, tuple[TextName, TextName]] = {
    MessageKind.MESSAGE: (TextName.MESSAGE, TextName.NOTICE_MESSAGE),
    MessageKind.APPEAL: (TextName.MESSAGE, TextName.NOTICE_MESSAGE),
    MessageKind.DELAY: (TextName.MESSAGE, TextName.NOTICE_MESSAGE),
    MessageKind.NOTICE: (TextName.MESSAGE, TextName.NOTICE_MESSAGE),
    MessageKind.ACKNOWLEDGEMENT: (TextName.ACKNOWLEDGEMENT, TextName.NOTICE_ACKNOWLEDGEMENT),
    MessageKind.RESPONSE: (TextName.RESPONSE, TextName.NOTICE_RESPONSE),
    MessageKind.CLOSURE: (TextName.CLOSURE, TextName.NOTICE_CLOSURE),
}
"""The text that carries the words, and the notice that says only that there is something to read."""


def people(session: Session, case: Case) -> list[tuple[Complainant, Thread | None]]:
    """Return everybody who filed a case, the first first, with the thread each texts on."""
    rows = session.execute(
        select(Complainant, Thread)
        .outerjoin(Thread, Thread.id == Complainant.thread_id)
        .where(Complainant.case_id == case.id)
        .order_by(Complainant.id)
    )
    return [(person, thread) for person, thread in rows]


def filings_of_people(session: Session, case: Case) -> dict[int, Complainant]:
    """Return by the id of each filing whose it is; who filed twice from one phone is one person.

    Who began the case comes first. Whoever had his or her data erased is left out.
    """
    phones: dict[int, Complainant] = {}
    found = {}
    for person, thread in sorted(people(session, case), key=lambda row: row[0].join_code_id is not None):
        if person.erased_at is not None:
            continue
        is_by_phone = thread is not None and way_to(person, thread) in {Reach.TEXTS, Reach.NOTICES}
        found[person.id] = phones.setdefault(thread.id, person) if thread is not None and is_by_phone else person
    return found


def each_person(session: Session, case: Case) -> list[Complainant]:
    """Return everybody of a case once, who began it first."""
    return list({person.id: person for person in filings_of_people(session, case).values()}.values())


def ids_of(session: Session, case: Case, person: Complainant) -> set[int]:
    """Return the ids by which the questions to a person of a case may name him or her: see `filings_of_people`."""
    return {person.id, filings_of_people(session, case).get(person.id, person).id}


def who_may_be_asked(session: Session, case: Case) -> list[Complainant]:
    """Return each person of a case once, without those who objected to being asked (Ley 21.719)."""
    filings = filings_of_people(session, case)
    objected = select(Complainant.id).where(Complainant.case_id == case.id, Complainant.asked_no_more_at.is_not(None))
    silent = {filings[id_].id for id_ in session.scalars(objected) if id_ in filings}
    return [person for person in each_person(session, case) if person.id not in silent]


def is_asked_nothing(session: Session, case: Case) -> bool:
    """Return whether everybody of a case objected to being asked."""
    return bool(each_person(session, case)) and not who_may_be_asked(session, case)


def way_to(person: Complainant, thread: Thread | None) -> Reach:
    """Return how a person can be told now. Whoever cannot be reached otherwise finds it on the follow-up page."""
    reach = Reach(person.reach)
    if reach in {Reach.PAGE, Reach.IN_PERSON}:
        return reach
    if reach is Reach.MAIL:
        return reach if person.email_sealed is not None else Reach.PAGE
    is_open = thread is not None and thread.number_sealed is not None and thread.opted_out_at is None
    is_own = reach is Reach.TEXTS or person.verified_at is not None
    return reach if is_open and is_own else Reach.PAGE


def text_name(telling: Telling, way: Reach) -> TextName:
    """Return the text that goes out for a message to a person reached in this way."""
    if telling.kind is MessageKind.REASON:
        whole = left_text((telling.left_as or Status.REFERRED).value)
        return whole if way is Reach.TEXTS else TextName.NOTICE_LEFT
    by_itself = telling.standing or telling.law_date
    if by_itself is not None:
        return by_itself.text if way is Reach.TEXTS else TextName.NOTICE_MESSAGE
    whole, notice = _TEXTS[telling.kind]
    if telling.appeal_by is not None:
        whole = TextName.CLOSURE_APPEAL
    return whole if way is Reach.TEXTS else notice


def text_values(site: Site, telling: Telling, name: TextName, *, reference: str, locale: Locale) -> dict[str, Value]:
    """Return the values that a text needs, for `texts.render`. The reference is the one that the person was given."""
    values: dict[str, Value] = {"site": site.sms_name, "reference": reference, "words": _with_promises(telling, locale)}
    if telling.until is not None:
        values["until"] = local_date(telling.until, site.time_zone)
    if telling.appeal_by is not None:
        values["until"] = telling.appeal_by
    if telling.standing is not None:
        values["who"] = text_in(locale, telling.standing.who)
        values["due_on"] = telling.standing.due_on or ""
    if telling.law_date is not None:
        values |= {"due_on": telling.law_date.due_on or "", "old_on": telling.law_date.old_on or ""}
    return {need: values[need] for need in NEEDS[name]}


def _with_promises(telling: Telling, locale: Locale) -> str:
    """Return the words of a message and what it promises: nobody can accept by text what only a page tells."""
    lines = [telling.words]
    for what, due_on in telling.promised:
        by_then = mark("We promise: %(what)s, by %(day)s.")
        plain = mark("We promise: %(what)s.")
        said = what.rstrip(" .")
        lines.append(
            text_in(locale, by_then, what=said, day=shown_date(due_on, locale))
            if due_on
            else text_in(locale, plain, what=said)
        )
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class TextPreview:
    """What one person would get: the text with its cost, or no body where nothing is sent."""

    complainant_public_id: str
    locale: str
    reach: str
    body: str | None
    segments: Segments | None
    plain: str | None
    """The same without the letters that make it longer, where that saves a part."""
    is_stopped: bool = False
    """The person left a number, and takes no texts on it at present."""


def answer_until(session: Session, site: Site, *, at: datetime) -> datetime:
    """Return until when a response proposed now can be answered."""
    calendar = calendar_of(session, site, year=local_date(at, site.time_zone).year)
    return due_after(INTERVALS[IntervalName.PROPOSAL_ANSWER], at, calendar).due_at


def appeal_day(site: Site, case: Case) -> date | None:
    """Return the last day to appeal what a case came to; None where nothing was told, or the law has another way."""
    if case.outcome_told_at is None or case.type in NEVER_OUT_OF_SCOPE or case.outcome not in FINDINGS:
        return None
    told_on = local_date(case.outcome_told_at, site.time_zone)
    return add_calendar_days(told_on, INTERVALS[IntervalName.APPEAL_WINDOW].amount)


def preview_text(
    session: Session,
    case: Case,
    *,
    kind: MessageKind,
    words: str,
    at: datetime,
    left_as: Status | None = None,
    promised: Sequence[tuple[str, date | None]] = (),
) -> tuple[TextPreview, ...]:
    """Return the texts that would go out for a message, one per person; nothing is stored.

    Raises:
        TextTooLong: the words do not fit into what a provider takes.
        WaiverOfRights: the words or a promise ask for the giving up of a right.
    """
    refuse_waivers(words, *(what for what, _ in promised))
    site = site_of(session, case)
    until = answer_until(session, site, at=at) if kind is MessageKind.RESPONSE else None
    appeal_by = appeal_day(site, case) if kind is MessageKind.CLOSURE else None
    telling = Telling(kind, words, until, left_as, appeal_by=appeal_by, promised=tuple(promised))
    return tuple(_preview(session, case, site, telling, person, thread) for person, thread in people(session, case))


def _preview(
    session: Session, case: Case, site: Site, telling: Telling, person: Complainant, thread: Thread | None
) -> TextPreview:
    way = way_to(person, thread)
    if thread is None or way not in {Reach.TEXTS, Reach.NOTICES}:
        is_stopped = way is Reach.PAGE and person.reach in {Reach.TEXTS, Reach.NOTICES}
        return TextPreview(person.public_id, case.locale, way.value, None, None, None, is_stopped)
    name = text_name(telling, way)
    values = text_values(site, telling, name, reference=own_reference(session, person), locale=Locale(thread.locale))
    shown = texts.preview(name, Locale(thread.locale), **values)
    return TextPreview(person.public_id, thread.locale, way.value, shown.body, shown.segments, shown.plain)
