"""The operator of the demo, its sites, lines, companies and units. All invented, and named so that it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grievance.sites import queries, starting_set
from grievance.sites.models import Company, CompanyKind, Operator, Site, Unit
from grievance.sites.operations import (
    add_area,
    add_company,
    add_line,
    add_unit,
    create_operator,
    create_site,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

OPERATOR = "Minera Imaginaria"
MINE, PORT = "cerro-imaginario", "puerto-inventado"

LINES: Mapping[str, tuple[str, ...]] = {
    "+56220000001": (MINE,),
    "+56220000002": (PORT,),
    # One number for both, as on a poster in the bus: the person is asked which site it is about.
    "+56220000003": (MINE, PORT),
}
"""Numbers of ours, with the sites they serve. Nothing is ever sent to them or from them: the demo phone stands in."""

COMPANIES: Mapping[str, tuple[str, CompanyKind]] = {
    "operator": (OPERATOR, CompanyKind.PRINCIPAL),
    "kitchen": ("Casinos de Fantasía", CompanyKind.CONTRACTOR),
    "buses": ("Transportes Inventados", CompanyKind.CONTRACTOR),
    "drilling": ("Perforaciones Imaginarias", CompanyKind.CONTRACTOR),
    "scaffolds": ("Andamios de Mentira", CompanyKind.CONTRACTOR),
    "stevedores": ("Estibas de Cuento", CompanyKind.CONTRACTOR),
    "supplies": ("Suministros Quimera Ficticia", CompanyKind.SUPPLIER),
}

SILENT_COMPANY = "scaffolds"
SILENT_AREA = ("Taller de neumáticos", "Tyre workshop")
"""Many people work there, and nobody has ever raised a grievance: see the page of silence."""

UNITS: tuple[tuple[str, str, str, str, str | None], ...] = (
    # key, site, company, name, key of the unit above
    ("mine", MINE, "operator", "Gerencia General Cerro Imaginario", None),
    ("mine_operations", MINE, "operator", "Gerencia de Operaciones", "mine"),
    ("pit", MINE, "operator", "Superintendencia de Extracción", "mine_operations"),
    ("people", MINE, "operator", "Gerencia de Personas", "mine"),
    ("external", MINE, "operator", "Gerencia de Asuntos Externos", "mine"),
    ("community", MINE, "operator", "Relaciones con la Comunidad", "external"),
    ("compliance", MINE, "operator", "Contraloría Interna", None),
    ("kitchen", MINE, "kitchen", "Administración de Casinos", None),
    ("drilling", MINE, "drilling", "Jefatura de Sondajes", None),
    ("port", PORT, "operator", "Gerencia General Puerto Inventado", None),
    ("port_operations", PORT, "operator", "Jefatura de Muelle", "port"),
    ("port_community", PORT, "operator", "Oficina de Vecindad", "port"),
)
"""Two trees and three trunks. Heads are marked on the staff (see `people`)."""

OFFICES = {
    MINE: {
        "es": "Oficina de atención, calle Inexistente 100, lunes a viernes de 9 a 17 horas.",
        "en": "Help office, 100 Inexistente Street, Monday to Friday, 9:00 to 17:00.",
    },
    PORT: {
        "es": "Sede de la caleta, calle Supuesta 20, martes y jueves de 10 a 16 horas.",
        "en": "Cove hall, 20 Supuesta Street, Tuesday and Thursday, 10:00 to 16:00.",
    },
}


@dataclass(frozen=True, slots=True)
class Places:
    """The places of the demo by the short keys that the stories use."""

    operator: Operator
    sites: Mapping[str, Site]
    companies: Mapping[str, Company]
    units: Mapping[str, Unit]
    categories: Mapping[str, int]
    """Id by code."""
    areas: Mapping[tuple[str, str], int]
    """Id by site and English name."""


def make_places(session: Session) -> Places:
    """Set up the operator with everything that stays in its place."""
    operator = create_operator(session, name=OPERATOR)
    starting_set.add_categories(session, operator)
    starting_set.add_external_routes(session, operator)
    sites = {
        MINE: _site(session, operator, MINE, "Faena Cerro Imaginario", "Cerro Imaginario"),
        PORT: _site(session, operator, PORT, "Faena Puerto Inventado", "Puerto Inventado"),
    }
    add_area(
        session, sites[MINE], labels={"es": SILENT_AREA[0], "en": SILENT_AREA[1]}, position=len(starting_set.AREAS)
    )
    for number, served in LINES.items():
        add_line(session, number, sites=[sites[slug] for slug in served])
    companies = {key: add_company(session, operator, name=name, kind=kind) for key, (name, kind) in COMPANIES.items()}
    units: dict[str, Unit] = {}
    for key, slug, company, name, above in UNITS:
        parent = units[above] if above else None
        units[key] = add_unit(session, sites[slug], companies[company], name=name, parent=parent)
    return Places(
        operator=operator,
        sites=sites,
        companies=companies,
        units=units,
        categories={row.code: row.id for row in queries.categories(session, operator.id)},
        areas={
            (slug, str(area.labels["en"])): area.id
            for slug, site in sites.items()
            for area in queries.areas(session, site.id)
        },
    )


def _site(session: Session, operator: Operator, slug: str, name: str, sms_name: str) -> Site:
    site = create_site(
        session,
        operator,
        slug=slug,
        name=name,
        sms_name=sms_name,
        emergency_phone="+56 2 2000 0009",
        emergency_services=starting_set.EMERGENCY_SERVICES_CHILE,
        office=OFFICES[slug],
    )
    starting_set.add_areas(session, site)
    return site
