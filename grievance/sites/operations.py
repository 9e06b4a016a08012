"""Setting up operators, sites and what belongs to them."""

import re
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from grievance.core.phone import parse_phone
from grievance.sites.models import (
    Area,
    Category,
    Company,
    CompanyKind,
    ExternalRoute,
    Operator,
    PhoneLine,
    PhoneLineSite,
    Site,
    Unit,
)

# fmt: off
RESERVED_SLUGS = frozenset({
    "es", "en", "s", "staff", "equipo", "demo", "report", "reclamo", "receipt", "recibo", "follow-up", "seguimiento",
    "privacy", "datos", "accessibility", "accesibilidad", "other-routes", "otras-vias", "static", "sms", "healthz",
    "readyz", "metrics", "glossary", "glosario", "methods", "metodos", "recompute", "site", "sitio", "sitemap",
    "robots", "news", "novedades", "corrections", "correcciones", "lectura", "reading", "admin", "comprobar", "verify",
})
# fmt: on
"""Words that stand in addresses; no site may be called so."""

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
SMS_NAME_MAX = 24


class SlugRefused(Exception):
    """The address of a site is reserved, or not made of small letters, digits and single hyphens."""


class NameTooLong(Exception):
    """The name that goes into texts has more than 24 characters."""


def create_operator(session: Session, *, name: str) -> Operator:
    """Create the operator of this installation."""
    operator = Operator(name=name)
    session.add(operator)
    session.flush()
    return operator


def create_site(  # a site has this many facts
    session: Session,
    operator: Operator,
    *,
    slug: str,
    name: str,
    sms_name: str,
    emergency_phone: str = "",
    emergency_services: Mapping[str, str] | None = None,
    office: Mapping[str, str] | None = None,
    time_zone: str = "America/Santiago",
    default_locale: str = "es",
) -> Site:
    """Create a site.

    Raises:
        SlugRefused: the address is reserved or malformed.
        NameTooLong: `sms_name` would not leave room for the text.
    """
    if slug in RESERVED_SLUGS or not SLUG.match(slug):
        raise SlugRefused(slug)
    if len(sms_name) > SMS_NAME_MAX:
        raise NameTooLong(sms_name)
    site = Site(
        operator_id=operator.id,
        slug=slug,
        name=name,
        sms_name=sms_name,
        time_zone=time_zone,
        default_locale=default_locale,
        emergency_phone=emergency_phone,
        emergency_services=dict(emergency_services or {}),
        office=dict(office or {}),
    )
    session.add(site)
    session.flush()
    return site


def describe_site(
    session: Session,
    site: Site,
    *,
    emergency_phone: str | None = None,
    emergency_services: Mapping[str, str] | None = None,
    office: Mapping[str, str] | None = None,
) -> None:
    """Change what pages and texts say of a site; None, and languages not given, stay as they are."""
    if emergency_phone is not None:
        site.emergency_phone = emergency_phone
    site.emergency_services = {**site.emergency_services, **(emergency_services or {})}
    site.office = {**site.office, **(office or {})}
    session.flush()


def add_company(session: Session, operator: Operator, *, name: str, kind: CompanyKind) -> Company:
    """Add a company."""
    company = Company(operator_id=operator.id, name=name, kind=kind.value)
    session.add(company)
    session.flush()
    return company


def add_unit(session: Session, site: Site, company: Company, *, name: str, parent: Unit | None = None) -> Unit:
    """Add a unit of a company at a site, under another unit or at the top."""
    unit = Unit(site_id=site.id, company_id=company.id, parent_id=parent.id if parent else None, name=name)
    session.add(unit)
    session.flush()
    return unit


def add_area(session: Session, site: Site, *, labels: Mapping[str, str], position: int) -> Area:
    """Add an area of a site."""
    area = Area(site_id=site.id, labels=dict(labels), position=position)
    session.add(area)
    session.flush()
    return area


def add_line(session: Session, number: str, *, sites: Sequence[Site]) -> PhoneLine:
    """Add a number that people can text, serving these sites in this order.

    Raises:
        PhoneNumberRefused: it is not a number.
    """
    line = PhoneLine(number=parse_phone(number))
    session.add(line)
    session.flush()
    session.add_all(
        PhoneLineSite(line_id=line.id, site_id=site.id, position=position) for position, site in enumerate(sites)
    )
    session.flush()
    return line


def add_category(  # a category has this many facts
    session: Session,
    operator: Operator,
    *,
    code: str,
    labels: Mapping[str, str],
    default_type: str,
    default_severity: int,
    position: int,
) -> Category:
    """Add a category with the type and severity it proposes."""
    category = Category(
        operator_id=operator.id,
        code=code,
        labels=dict(labels),
        default_type=default_type,
        default_severity=default_severity,
        position=position,
    )
    session.add(category)
    session.flush()
    return category


def add_external_route(  # a route has this many facts
    session: Session,
    operator: Operator,
    *,
    names: Mapping[str, str],
    notes: Mapping[str, str],
    url: str,
    position: int,
) -> ExternalRoute:
    """Add somewhere else to go."""
    route = ExternalRoute(operator_id=operator.id, names=dict(names), notes=dict(notes), url=url, position=position)
    session.add(route)
    session.flush()
    return route
