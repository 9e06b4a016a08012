"""Sites and cases for tests, made by the real operations with plain defaults."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from grievance.cases.intake import Filed, Filing, open_case
from grievance.cases.states import COMPLAINANT, Actor, Channel
from grievance.core.i18n import SPANISH
from grievance.sites import starting_set
from grievance.sites.models import Site
from grievance.sites.operations import add_line, create_operator, create_site
from grievance.sites.queries import the_operator

LINE = "+56987654321"
WEDNESDAY = datetime(2026, 9, 2, 15, 0, tzinfo=UTC)
"""A Wednesday noon in Antofagasta, far from any holiday."""


def make_site(session: Session, *, slug: str = "cerro-imaginario", line: str | None = LINE) -> Site:
    """Make a site with the starting set, and its operator if there is none."""
    operator = the_operator(session)
    if operator is None:
        operator = create_operator(session, name="Minera Imaginaria")
        starting_set.add_categories(session, operator)
        starting_set.add_external_routes(session, operator)
    site = create_site(
        session,
        operator,
        slug=slug,
        name=slug.replace("-", " ").title(),
        sms_name=slug.replace("-", " ").title()[:24],
        emergency_phone="+56900000000",
        emergency_services=starting_set.EMERGENCY_SERVICES_CHILE,
    )
    starting_set.add_areas(session, site)
    if line:
        add_line(session, line, sites=[site])
    return site


def file_case(
    session: Session, site: Site, *, by: Actor = COMPLAINANT, at: datetime = WEDNESDAY, **facts: Any
) -> Filed:
    """Open a case by the real intake; facts are those of `Filing`."""
    happened_at = facts.pop("happened_at", None)
    filing = Filing(**{"words": "Entra polvo a la casa", "locale": SPANISH, "channel": Channel.WEB, **facts})
    return open_case(session, site, filing, by=by, at=at, happened_at=happened_at)
