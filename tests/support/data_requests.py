"""People who ask about their data, by the real operations: what they ask for, and who at the desk sees that they asked."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from grievance.cases.intake import Filed
from grievance.cases.models import Case
from grievance.cases.queries import CaseNotFound
from grievance.cases.states import COMPLAINANT, Channel
from grievance.core.i18n import SPANISH
from grievance.desk.case_page import case_page
from grievance.privacy.request_kinds import DataRight, Proof
from grievance.privacy.request_record import DataRequest
from grievance.privacy.requests import Asked, open_request, request_of
from tests.support.casework import Room, viewer_of
from tests.support.people import Person
from tests.support.places import WEDNESDAY

LATER = WEDNESDAY + timedelta(days=20)
"""When there is something to ask about: the cases have been worked on."""


def asked(right: DataRight = DataRight.ACCESS, **facts: object) -> Asked:
    """Return what somebody asks for; facts are those of `Asked`."""
    return Asked(**{"right": right, "words": "Quiero mis datos", "locale": SPANISH, "channel": Channel.WEB, **facts})  # type: ignore[arg-type]  # facts of Asked


def ask(session: Session, room: Room, *about: Filed, at: datetime = WEDNESDAY, **facts: object) -> Filed:
    """Open a request of whoever holds the codes of these cases; without one, of somebody who has proved nothing."""
    people = [(one.complainant, Proof.CODE) for one in about]
    return open_request(session, room.site, asked(**facts), people=people, by=COMPLAINANT, at=at)  # type: ignore[arg-type]  # as above


def ask_later(session: Session, room: Room, *about: Filed, **facts: object) -> tuple[Filed, DataRequest]:
    """Ask on the day of `LATER`; return the case of the request, and the request."""
    filed = ask(session, room, *about, at=LATER, **facts)
    request = request_of(session, filed.case)
    assert request is not None
    return filed, request


def sees(session: Session, person: Person, case: Case, *, at: datetime) -> bool:
    """Tell whether a case page opens for somebody."""
    session.flush()
    try:
        case_page(session, viewer_of(session, person), case.reference, now=at, writing=lambda: session)
    except CaseNotFound:
        return False
    return True
