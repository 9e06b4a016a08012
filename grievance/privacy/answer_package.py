"""The copy that answers a request: what one person told and was told, as plain values, with others blacked out.

Built from what the person sees on the follow-up page, so that it can hold nothing that is not theirs to read: no note,
no filing of anybody else, no respondent. Not for: releasing and handing it out (`answers`).
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts.models import Staff
from grievance.cases.models import Case, Complainant, Respondent
from grievance.cases.queries import site_of
from grievance.cases.states import Reach
from grievance.complainants import voices
from grievance.complainants.follow_up import FollowUp, PersonRating, follow_up
from grievance.core.i18n import Locale, mark, text_in
from grievance.core.phone import PhoneNumber, shown_phone
from grievance.crypto.fields import reading_blocked, unseal
from grievance.messaging import threads
from grievance.messaging.models import Thread
from grievance.privacy.answer_redaction import Others, capitalised, parts_of, redact
from grievance.privacy.request_kinds import DataRight
from grievance.privacy.request_record import DataRequest
from grievance.privacy.requests import people_of
from grievance.sites.models import Company, Operator

FORMAT = "grievance-personal-data"
VERSION = 1
"""Of the format; docs/personal-data-file.md describes it. It changes when a field changes its meaning or goes."""

ANOTHER_PERSON = mark("[another person]")

Content = dict[str, Any]
Cut = Callable[[str | None], str | None]


def build(session: Session, case: Case, request: DataRequest, *, phrases: Iterable[str] = (), now: datetime) -> Content:
    """Return the copy for a request. `phrases` are what whoever looked through it wants blacked out besides."""
    site = site_of(session, case)
    operator = session.get_one(Operator, site.operator_id)
    staff = _names_of_staff(session)
    with reading_blocked(session):
        cases = [
            _case(session, person, staff=staff, phrases=phrases, locale=Locale(case.locale), now=now)
            for person in people_of(session, request)
        ]
    return {
        "format": FORMAT,
        "version": VERSION,
        "right": DataRight(request.right).value,
        "request": case.reference,
        "language": case.locale,
        "controller": operator.name,
        "site": site.name,
        "cases": cases,
    }


def as_text(content: Content) -> str:
    """Return the copy as it is kept and handed out: the same content always gives the same text."""
    return json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True)


def digest_of(content: Content) -> str:
    """Return the digest by which a preview and what is released are known to be the same."""
    return hashlib.sha256(as_text(content).encode()).hexdigest()


def _case(
    session: Session,
    person: Complainant,
    *,
    staff: frozenset[str],
    phrases: Iterable[str],
    locale: Locale,
    now: datetime,
) -> Content:
    case = session.get_one(Case, person.case_id)
    shown = voices.as_own(session, follow_up(session, case, person, now=now), person)
    own = _own(session, person)
    others = Others.of({*staff, *phrases, *_others_of(session, case, person)}, own.values())
    shown_instead = text_in(locale, ANOTHER_PERSON)

    def cut(text: str | None) -> str | None:
        return redact(text, others, mark=shown_instead)

    return {
        "reference": shown.reference,
        "received_at": _instant(shown.received_at),
        "channel": shown.channel,
        "language": shown.locale,
        "type": shown.type,
        "status": shown.status,
        "outcome": shown.outcome,
        "opinion": shown.verdict,
        "ratings": [_rating(one) for one in shown.ratings],
        "you_told": cut(shown.words),
        "place": cut(shown.place),
        "happened_on": _day(case.occurred_on) if not shown.is_merged else None,
        "about_you": own | _said(session, person),
        "messages": _messages(shown, cut),
        "files": [_file(file.filename, file.media_type, file.size_bytes, cut) for file in shown.files],
        "response": _response(shown, cut),
        **_steps(shown, cut),
        "who_can_read": [duty.value for duty in shown.readers],
    }


def _messages(shown: FollowUp, cut: Cut) -> list[Content]:
    return [
        {
            "from": "you" if message.is_from_person else "site",
            "kind": message.kind,
            "at": _instant(message.sent_at),
            "language": message.locale,
            "words": cut(message.words),
            "files": [_file(file.filename, file.media_type, file.size_bytes, cut) for file in message.files],
        }
        for message in shown.messages
    ]


def _steps(shown: FollowUp, cut: Cut) -> Content:
    return {
        "promised": [
            {"what": one.clock, "due_on": _day(one.due_on), "met_at": _instant(one.met_at)} for one in shown.dates
        ],
        "steps": [{"what": step.code, "at": _instant(step.at)} for step in shown.steps if step.at is not None],
        # Who it was the person reads on the follow-up page; a file that goes from hand to hand says why and when.
        "identity_opened": [
            {"at": _instant(one.opened_at), "by": "staff", "reason": cut(one.reason)} for one in shown.openings
        ],
    }


def _own(session: Session, person: Complainant) -> dict[str, str | None]:
    """Return who the person is, as far as he or she said. Given to nobody but the person."""
    thread = session.get(Thread, person.thread_id) if person.thread_id is not None else None
    # A number that was never confirmed may be anybody's: it is not this person's.
    is_own = thread is not None and (person.reach == Reach.TEXTS or person.verified_at is not None)
    number = threads.number_of(session, thread) if thread is not None and is_own else None
    return {
        "name": unseal(session, person, "name"),
        "email": unseal(session, person, "email"),
        "phone": shown_phone(PhoneNumber(number)) if number else None,
    }


def _said(session: Session, person: Complainant) -> Content:
    employer = session.get(Company, person.employer_id) if person.employer_id is not None else None
    return {
        "group": person.said_group,
        "employer": employer.name if employer else None,
        "shift": person.shift,
        "gender": person.gender,
        "age_band": person.age_band,
        "people_count": person.people_count,
        "reached_by": person.reach,
        "contact_deleted_at": _instant(person.contact_deleted_at),
    }


def _response(shown: FollowUp, cut: Cut) -> Content | None:
    response = shown.response
    if response is None:
        return None
    return {
        "outcome": response.outcome,
        "at": _instant(response.proposed_at),
        "words": cut(response.words),
        "your_answer": response.answer,
        "your_reason": cut(response.reason),
        "promises": [
            {"words": cut(remedy.words), "due_on": _day(remedy.due_on), "is_done": remedy.is_done}
            for remedy in response.remedies
        ],
    }


def _rating(one: PersonRating) -> Content:
    return {
        "at": _instant(one.at),
        "process": one.process,
        "outcome": one.outcome,
        "not_kept_since": _instant(one.left_at),
    }


def _file(name: str | None, media_type: str, size_bytes: int, cut: Cut) -> Content:
    return {"name": cut(name), "media_type": media_type, "size_bytes": size_bytes}


def _names_of_staff(session: Session) -> frozenset[str]:
    """Return the names and surnames of all staff: whoever signed a message, and whoever is complained about by name."""
    rows: Sequence[Any] = session.execute(select(Staff.name, Staff.surname)).all()
    return frozenset(one for name, surname in rows for one in (*parts_of(name), surname) if len(one) > 2)


def _others_of(session: Session, case: Case, person: Complainant) -> set[str]:
    """Return the names of those complained about, and of whoever else filed the case."""
    found: set[str] = set()
    ids = {case.id, *session.scalars(select(Case.id).where(Case.merged_into_id == case.id))}
    for row in session.scalars(select(Respondent).where(Respondent.case_id.in_(ids))):
        said = unseal(session, row, "description")
        if said:
            found |= {said, *capitalised(said)}
    for other in session.scalars(select(Complainant).where(Complainant.case_id.in_(ids), Complainant.id != person.id)):
        name = unseal(session, other, "name")
        found |= parts_of(name) if name else set()
    return found


def _instant(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def _day(on: date | None) -> str | None:
    return on.isoformat() if on else None
