"""What a person sees of his or her case: the timeline, the messages with staff, the response, who looked.

Nothing of anybody else: after a merge only what concerns this person, from his or her filing on. Not for staff.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts.permissions import Duty
from grievance.cases import clocks
from grievance.cases.after_checks import open_check
from grievance.cases.appeals import appeal_until, can_appeal, waits_for
from grievance.cases.endings import others_filed_too
from grievance.cases.identity import OpeningPart, openings
from grievance.cases.models import (
    Attachment,
    Case,
    CaseMessage,
    Complainant,
    ProposedResponse,
    Remedy,
    Submission,
)
from grievance.cases.outside import goes_outside
from grievance.cases.queries import attachments_of_person, messages_of_person, site_of
from grievance.cases.record import Clock, Survey
from grievance.cases.resolution import can_reopen, reopen_until
from grievance.cases.states import ActorKind, Move, Reach, Status, moves_from
from grievance.cases.surveys import still_open, surveys_of
from grievance.cases.telling import is_unseen
from grievance.cases.visibility import reading_duties
from grievance.complainants.opinions import PersonRating, PersonSurvey, ratings_of, shown_survey, verdict_of
from grievance.complainants.timeline import Step, steps_of
from grievance.crypto.fields import unseal
from grievance.messaging.models import Thread
from grievance.sites.models import Site

__all__ = [
    "FollowUp",
    "OpeningPart",
    "PersonFile",
    "PersonMessage",
    "PersonRating",
    "PersonRemedy",
    "PersonResponse",
    "PersonSurvey",
    "PromisedDate",
    "Step",
    "follow_up",
]


@dataclass(frozen=True, slots=True)
class PersonFile:
    """A file that the person may open."""

    public_id: str
    filename: str | None
    media_type: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class PersonMessage:
    """A message from or to the person."""

    public_id: str
    is_from_person: bool
    kind: str
    words: str | None = field(repr=False)
    locale: str
    sent_at: datetime
    files: tuple[PersonFile, ...]


@dataclass(frozen=True, slots=True)
class PersonRemedy:
    """Something promised."""

    words: str | None = field(repr=False)
    due_on: date | None
    is_done: bool
    is_verified: bool


@dataclass(frozen=True, slots=True)
class PersonResponse:
    """The response that counts now."""

    public_id: str
    outcome: str
    words: str | None = field(repr=False)
    locale: str
    proposed_at: datetime
    answer_until: datetime
    answer: str | None
    reason: str | None = field(repr=False)
    """Why the person answered so. Left out where several filed: it may be somebody else's."""
    can_answer: bool
    remedies: tuple[PersonRemedy, ...]


@dataclass(frozen=True, slots=True)
class PromisedDate:
    """A date that was promised at filing, and when it was met."""

    clock: str
    due_on: date
    met_at: datetime | None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Everything on the follow-up page. `reference` is the one that the person was given."""

    reference: str
    site_name: str
    site_slug: str
    time_zone: str
    locale: str
    status: str
    type: str
    outcome: str | None
    verdict: str | None
    is_open: bool
    is_merged: bool
    received_at: datetime
    words: str | None = field(repr=False)
    place: str | None = field(repr=False)
    channel: str
    steps: tuple[Step, ...]
    messages: tuple[PersonMessage, ...]
    files: tuple[PersonFile, ...]
    response: PersonResponse | None
    dates: tuple[PromisedDate, ...]
    survey: PersonSurvey | None
    ratings: tuple[PersonRating, ...]
    openings: tuple[OpeningPart, ...]
    readers: tuple[Duty, ...]
    reach: str
    has_name: bool
    has_email: bool
    has_phone: bool
    phone_is_verified: bool
    phone_waits_for_code: bool
    can_withdraw: bool
    can_reopen: bool
    reopen_until: date | None
    can_rate: bool
    appeal_until: date | None
    """The last day to appeal; None where there is nothing to appeal against."""
    has_appeal: bool
    check: str | None
    """The question weeks after the outcome that waits for an answer: a `Check`."""
    can_delete_contact: bool
    has_own_code: bool
    """A code that lasts; without one the person comes in with codes by text only."""
    has_unseen: bool
    erased_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Filing:
    """How a person came to the case: what was filed, as which case, and since when the present case is his or hers."""

    submission: Submission
    filed_as: Case
    since: datetime


@dataclass(frozen=True, slots=True)
class _FileOf:
    """A file with the message it came with, if any."""

    message_id: int | None
    file: PersonFile


def follow_up(session: Session, case: Case, complainant: Complainant, *, now: datetime) -> FollowUp:
    """Return what a person of a case sees. The case is the one his or her filing belongs to now."""
    filing = _filing(session, case, complainant)
    site = site_of(session, case)
    running = clocks.of(session, case.id)
    remedies = _remedies(session, case)
    files = _files(session, case, complainant)
    surveys = surveys_of(session, case, complainant)
    thread = session.get(Thread, complainant.thread_id) if complainant.thread_id is not None else None
    return FollowUp(
        reference=filing.filed_as.reference,
        **_standing(session, case),
        **_site(site),
        **_contact(complainant, thread, now=now),
        is_merged=filing.filed_as.id != case.id,
        has_own_code=filing.filed_as.access_digest is not None,
        locale=filing.submission.locale,
        received_at=filing.submission.filed_at,
        words=unseal(session, filing.submission, "words"),
        place=unseal(session, filing.filed_as, "place"),
        channel=filing.submission.channel,
        steps=steps_of(
            session,
            case,
            filed_as_id=filing.filed_as.id,
            person_id=complainant.id,
            since=filing.since,
            time_zone=site.time_zone,
            running=running,
            remedies=remedies,
            surveys=surveys,
        ),
        messages=_messages(session, complainant, files),
        files=tuple(one.file for one in files if one.message_id is None),
        response=_response(session, case, filing, remedies, now=now),
        dates=_dates(running),
        openings=_openings(session, case, filing, complainant),
        **_questions(session, case, complainant, surveys, now=now),
        **_ways_on(session, case, complainant, site, now=now),
        has_unseen=complainant.erased_at is None and _has_unseen(session, complainant),
    )


def _standing(session: Session, case: Case) -> dict[str, Any]:
    return {
        "status": case.status,
        "type": case.type,
        "outcome": case.outcome,
        "is_open": case.is_open,
        "readers": reading_duties(
            type=case.type,
            is_restricted=case.is_restricted,
            is_classified=case.classified_at is not None,
            rung=case.rung,
            is_outside=goes_outside(session, case.id),
        ),
    }


def _site(site: Site) -> dict[str, Any]:
    return {"site_name": site.name, "site_slug": site.slug, "time_zone": site.time_zone}


def _contact(complainant: Complainant, thread: Thread | None, *, now: datetime) -> dict[str, Any]:
    code_lives = complainant.code_until is not None and now <= complainant.code_until
    return {
        "reach": complainant.reach,
        "has_name": complainant.name_sealed is not None,
        "has_email": complainant.email_sealed is not None,
        "has_phone": thread is not None and thread.number_sealed is not None,
        "phone_is_verified": complainant.verified_at is not None or complainant.reach == Reach.TEXTS,
        "phone_waits_for_code": complainant.code_sealed is not None and code_lives,
        "erased_at": complainant.erased_at,
        "can_delete_contact": bool(complainant.name_sealed or complainant.email_sealed or thread),
    }


def _questions(
    session: Session, case: Case, complainant: Complainant, surveys: Sequence[Survey], *, now: datetime
) -> dict[str, Any]:
    """Return what the person is being asked now, and has said of how it went."""
    survey = still_open(surveys, case, complainant, at=now)
    check = open_check(session, case, complainant, at=now)
    return {
        "survey": shown_survey(survey),
        "can_rate": survey is not None,
        "check": check.kind if check else None,
        "verdict": verdict_of(session, case, complainant, surveys),
        "ratings": ratings_of(session, complainant, surveys),
    }


def _ways_on(session: Session, case: Case, person: Complainant, site: Site, *, now: datetime) -> dict[str, Any]:
    """Return what the person can still do with the case, and until when."""
    return {
        "can_withdraw": _can_withdraw(session, case),
        "can_reopen": can_reopen(case, site.time_zone, now=now),
        "reopen_until": reopen_until(case, site.time_zone),
        "appeal_until": appeal_until(session, case, person) if can_appeal(session, case, person, now=now) else None,
        "has_appeal": waits_for(session, person),
    }


def _filing(session: Session, case: Case, complainant: Complainant) -> _Filing:
    submission, filed_as = session.execute(
        select(Submission, Case)
        .join(Case, Case.id == Submission.filed_as_case_id)
        .where(Submission.case_id == case.id, Submission.complainant_id == complainant.id)
        .order_by(Submission.id)
        .limit(1)
    ).one()
    merged_at = filed_as.ended_at if filed_as.id != case.id else None
    return _Filing(submission, filed_as, merged_at or submission.filed_at)


def _messages(session: Session, complainant: Complainant, files: Sequence[_FileOf]) -> tuple[PersonMessage, ...]:
    rows = session.scalars(
        select(CaseMessage)
        .where(*messages_of_person(complainant.case_id, complainant.id))
        .order_by(CaseMessage.sent_at, CaseMessage.id)
    ).all()
    return tuple(
        PersonMessage(
            row.public_id,
            row.is_from_person,
            row.kind,
            unseal(session, row, "words"),
            row.locale,
            row.sent_at,
            tuple(one.file for one in files if one.message_id == row.id),
        )
        for row in rows
    )


def _files(session: Session, case: Case, complainant: Complainant) -> list[_FileOf]:
    rows = session.scalars(
        select(Attachment)
        .where(attachments_of_person(case.id, complainant.id))
        .order_by(Attachment.added_at, Attachment.id)
    )
    return [
        _FileOf(
            row.message_id,
            PersonFile(row.public_id, unseal(session, row, "filename"), row.media_type, row.size_bytes),
        )
        for row in rows
    ]


def _remedies(session: Session, case: Case) -> Sequence[Remedy]:
    return session.scalars(
        select(Remedy).where(Remedy.case_id == case.id, Remedy.cancelled_at.is_(None)).order_by(Remedy.id)
    ).all()


def _response(
    session: Session, case: Case, filing: _Filing, remedies: Sequence[Remedy], *, now: datetime
) -> PersonResponse | None:
    row = session.scalars(
        select(ProposedResponse)
        .where(ProposedResponse.case_id == case.id, ProposedResponse.proposed_at >= filing.since)
        .order_by(ProposedResponse.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    waits = case.status == Status.RESPONSE_PROPOSED and row.answer is None and row.answer_until >= now
    return PersonResponse(
        row.public_id,
        row.outcome,
        unseal(session, row, "words"),
        row.locale,
        row.proposed_at,
        row.answer_until,
        row.answer,
        reason=None if others_filed_too(session, case) else unseal(session, row, "reason"),
        can_answer=waits,
        remedies=tuple(
            PersonRemedy(
                unseal(session, remedy, "words"),
                remedy.due_on,
                is_done=remedy.done_at is not None,
                is_verified=remedy.verified_at is not None,
            )
            for remedy in remedies
            if remedy.response_id == row.id
        ),
    )


def _dates(running: Sequence[Clock]) -> tuple[PromisedDate, ...]:
    return tuple(
        PromisedDate(clock.name, clock.due_on, clock.met_at)
        for clock in running
        if clock.cancelled_at is None and clock.name not in clocks.WAITING_FOR_PERSON
    )


def _openings(session: Session, case: Case, filing: _Filing, complainant: Complainant) -> tuple[OpeningPart, ...]:
    found = [part for part in openings(session, case.id, of=complainant.id) if part.opened_at >= filing.since]
    if filing.filed_as.id != case.id:
        found += openings(session, filing.filed_as.id, of=complainant.id)
    return tuple(found)


def _can_withdraw(session: Session, case: Case) -> bool:
    moves = moves_from(Status(case.status), actor=ActorKind.COMPLAINANT, case_type=case.type)
    return Move.WITHDRAW in moves and not others_filed_too(session, case)


def _has_unseen(session: Session, complainant: Complainant) -> bool:
    return session.scalars(select(CaseMessage.id).where(*is_unseen(complainant)).limit(1)).one_or_none() is not None
