"""Who may be given cases at the desk: the handlers of the sites where the person assigns, read once a request."""

from __future__ import annotations

from flask import request

from grievance.accounts.permissions import Action, Duty
from grievance.cases import queries as case_queries
from grievance.cases.queries import StaffChoice
from grievance.web.staff.access import sites_for, viewer
from grievance.web.staff.choices import with_load
from grievance.web.staff.forms_base import Choice
from grievance.web.unit import current


def handlers() -> list[Choice]:
    """Return the handlers by name, with the number of their open cases."""
    found = {person.public_id: with_load(person) for site in sites_for(Action.ASSIGN) for person in _of_site(site.id)}
    return sorted(found.items(), key=lambda choice: choice[1])


def handler_ids() -> dict[str, int]:
    """Return the ids of the handlers by public id."""
    return {person.public_id: person.id for site in sites_for(Action.ASSIGN) for person in _of_site(site.id)}


def _of_site(site_id: int) -> list[StaffChoice]:
    unit = current()
    known: dict[int, list[StaffChoice]] = request.environ.setdefault("grievance.handlers", {})
    if site_id not in known:
        known[site_id] = case_queries.staff_choices(unit.session, viewer(), site_id, Duty.HANDLER)
    return known[site_id]
