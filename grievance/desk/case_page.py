"""The case page: one case with all its parts, cut to what the viewer may see. The parts are read in `page_parts`.

Reading a restricted case is written down, in the same unit of work, by this very query: no page can forget it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts.holding import holders_of
from grievance.accounts.models import Staff
from grievance.accounts.permissions import Duty, Viewer
from grievance.cases.appeals import appeals_of
from grievance.cases.days_left import calendars_of
from grievance.cases.delays import extensions_asked
from grievance.cases.facts import facts_of
from grievance.cases.identity import openings
from grievance.cases.models import Case, CorrectiveAction
from grievance.cases.page import CasePage, PersonRef, ReaderPart
from grievance.cases.queries import CaseNotFound, note_viewed, site_of, visible
from grievance.cases.record import RegisterEntry
from grievance.cases.track_reading import track_part
from grievance.cases.track_record import ProtectiveMeasure
from grievance.cases.visibility import CaseFacts, allowed_actions, reading_duties, triages
from grievance.complainants.voices import joining_of
from grievance.crypto.codes import normalise_reference
from grievance.crypto.fields import unseal
from grievance.deadlines.standards import CaseType, is_locked
from grievance.desk import page_parts as parts
from grievance.desk.history_parts import events
from grievance.sites.models import Area, Category, Company


def case_page(
    session: Session, viewer: Viewer, reference: str, *, now: datetime, writing: Callable[[], Session]
) -> CasePage:
    """Return the page of a case that the viewer may see.

    `writing` gives the session that takes the line of the audit trail when the case is restricted; it is not called
    otherwise, so that reading an ordinary case needs no write lock.

    Raises:
        CaseNotFound: unknown, or not visible to the viewer.
    """
    case = session.scalars(
        select(Case).where(Case.reference == (normalise_reference(reference) or ""), visible(viewer))
    ).one_or_none()
    if case is None:
        raise CaseNotFound
    if not case.is_restricted:
        return _page(session, viewer, case, now=now)
    # From here on through the writing session: an adapter may have closed the reading one to open it.
    session = writing()
    page = _page(session, viewer, session.get_one(Case, case.id), now=now)
    note_viewed(session, viewer, case, at=now)
    return page


def readers_of(
    session: Session, case: Case, facts: CaseFacts, investigators: Sequence[PersonRef]
) -> tuple[ReaderPart, ...]:
    """Return who can read a case now, by name; `investigators` are those named on it."""
    found = {person.staff_id: ReaderPart(person.name, Duty.INVESTIGATOR.value) for person in investigators}
    duties = reading_duties(
        type=case.type,
        is_restricted=case.is_restricted,
        is_classified=facts.is_classified,
        rung=facts.rung,
        is_outside=facts.is_outside,
    )
    for duty in (one for one in duties if one not in {Duty.HANDLER, Duty.INVESTIGATOR}):
        holders = session.execute(
            select(Staff.id, Staff.name).where(Staff.active.is_(True), Staff.id.in_(holders_of(case.site_id, duty)))
        )
        for staff_id, name in holders:
            found.setdefault(staff_id, ReaderPart(name, duty.value))
    for one, why in ((facts.reviewer_id, Duty.REVIEWER), (case.handler_id, Duty.HANDLER)):
        if one is not None:
            found[one] = ReaderPart(session.get_one(Staff, one).name, why.value)
    visible_to = [part for staff_id, part in found.items() if staff_id not in facts.hidden_from]
    return tuple(sorted(visible_to, key=lambda part: (part.name, part.because)))


def _page(session: Session, viewer: Viewer, case: Case, *, now: datetime) -> CasePage:
    facts = facts_of(session, case)
    site = site_of(session, case)
    calendar = calendars_of(session, [site], now=now)[site.id]
    category = session.get(Category, case.category_id) if case.category_id is not None else None
    area = session.get(Area, case.area_id) if case.area_id is not None else None
    employer = session.get(Company, case.employer_id) if case.employer_id is not None else None
    handler = session.get(Staff, case.handler_id) if case.handler_id is not None else None
    merged_into = session.get(Case, case.merged_into_id) if case.merged_into_id is not None else None
    files, named = parts.files(session, case.id), parts.investigators(session, case.id)
    return CasePage(
        **_facts(session, case),
        site_name=site.name,
        time_zone=site.time_zone,
        category=category.code if category else None,
        category_labels=category.labels if category else None,
        merged_into=merged_into.reference if merged_into else None,
        employer_name=employer.name if employer else None,
        area_labels=area.labels if area else None,
        handler=PersonRef(handler.id, handler.public_id, handler.name) if handler else None,
        submissions=parts.submissions(session, case.id),
        complainants=parts.complainants(session, case.id),
        thread=parts.thread(session, case.id, files),
        notes=parts.notes(session, case.id),
        files=files,
        clocks=parts.clocks(session, case.id, calendar, now=now),
        extensions_asked=extensions_asked(session, case.id),
        appeals=appeals_of(session, case.id),
        responses=parts.responses(session, case.id),
        corrective_actions=parts.undertakings(session, CorrectiveAction, case.id),
        **_protection(session, case),
        respondents=parts.respondents(session, case.id),
        investigators=named,
        hidden_from=parts.hidden_from(session, case.id) if triages(viewer, facts) else (),
        readers=readers_of(session, case, facts, named),
        openings=openings(session, case.id),
        **_opinions(session, case, facts),
        events=events(session, case.id),
        allowed=allowed_actions(viewer, facts),
    )


def _protection(session: Session, case: Case) -> dict[str, Any]:
    return {"measures": parts.undertakings(session, ProtectiveMeasure, case.id), "track": track_part(session, case)}


def _opinions(session: Session, case: Case, facts: CaseFacts) -> dict[str, Any]:
    is_shared = facts.has_join_code or facts.has_joined or case.submission_count > 1
    return {
        "survey": parts.survey(session, case.id),
        "joining": joining_of(session, case) if is_shared else None,
    }


_SAME_NAME = (
    *("public_id", "reference", "site_id", "status", "type", "severity", "outcome", "verdict"),
    *("verdict_source", "occurred_on", "locale", "confidentiality", "concerns_handlers", "is_restricted", "is_spam"),
    *("has_appeal", "paused_until", "rung", "erased_at", "held_at"),
    *("is_test", "is_open", "received_at", "recorded_at", "ended_at", "unread_count", "employer_id", "area_id"),
)
"""Columns of the case that stand on its page as they are."""


def _facts(session: Session, case: Case) -> dict[str, Any]:
    """Return what stands in the row of the case itself."""
    return {name: getattr(case, name) for name in _SAME_NAME} | {
        "case_id": case.id,
        "version": case.changed_seq,
        "type_is_locked": is_locked(CaseType(case.type)),
        "is_classified": case.classified_at is not None,
        "register_number": _register_number(session, case.id),
        "title": unseal(session, case, "title"),
        "summary": unseal(session, case, "summary"),
        "place": unseal(session, case, "place"),
    }


def _register_number(session: Session, case_id: int) -> str | None:
    """Return the number under which an old register kept a case; None for a case that was not imported."""
    return session.scalars(select(RegisterEntry.number).where(RegisterEntry.case_id == case_id)).one_or_none()
