"""What a new installation starts with: categories, areas and other places to go.

Administrators edit them; old cases keep theirs. Texts are data here, one per language, as they are edited afterwards.
"""

from typing import NamedTuple

from sqlalchemy.orm import Session

from grievance.sites.models import Operator, Site
from grievance.sites.operations import add_area, add_category, add_external_route

EMERGENCY_SERVICES_CHILE = {
    "es": "Ambulancia 131, bomberos 132, Carabineros 133.",
    "en": "Ambulance 131, fire brigade 132, police (Carabineros) 133.",
}


class _Category(NamedTuple):
    code: str
    es: str
    en: str
    type: str
    severity: int


CATEGORIES = (
    _Category("pay", "Sueldo y contrato", "Pay and contract", "labour", 2),
    _Category("hours", "Horarios y turnos", "Hours and shifts", "labour", 2),
    _Category("camp", "Campamento, comida, transporte", "Camp, food, transport", "labour", 2),
    _Category("safety", "Seguridad en el trabajo", "Safety at work", "safety", 3),
    _Category(
        "harassment",
        "Acoso, violencia o discriminación",
        "Harassment, violence or discrimination",
        "harassment",
        4,
    ),
    _Category("retaliation", "Represalias", "Reprisals", "retaliation", 4),
    _Category("dust", "Polvo y aire", "Dust and air", "environment", 2),
    _Category("noise", "Ruido, vibraciones, tronaduras", "Noise, vibration, blasting", "environment", 2),
    _Category("water", "Agua", "Water", "environment", 3),
    _Category("traffic", "Tránsito y caminos", "Traffic and roads", "environment", 2),
    _Category(
        "land", "Tierra, patrimonio, derechos indígenas", "Land, heritage, Indigenous rights", "land_heritage", 3
    ),
    _Category("livelihoods", "Pesca, cultivos, animales", "Livelihoods: fishing, farming, grazing", "environment", 3),
    _Category("health", "Salud", "Health", "safety", 3),
    _Category("jobs", "Empleo y compras locales", "Local jobs and purchasing", "nuisance", 1),
    _Category("supplier", "Pago a proveedores", "Supplier payment", "supplier", 2),
    _Category("security_forces", "Guardias y fuerzas de seguridad", "Guards and security forces", "human_rights", 4),
    _Category("integrity", "Corrupción o fraude", "Corruption or fraud", "integrity", 3),
    _Category("consultation", "Consulta e información", "Consultation and information", "nuisance", 1),
    _Category("property", "Daño a bienes", "Damage to property", "environment", 2),
    _Category("data_rights", "Mis datos personales", "My personal data", "data_rights", 2),
    _Category("question", "Pregunta o sugerencia", "Question or suggestion", "question", 1),
    _Category("other", "Otra cosa", "Something else", "nuisance", 1),
)
"""The starting set, each with the type and severity that a triager is offered."""

AREAS = (
    ("Mina", "Mine"),
    ("Planta", "Plant"),
    ("Puerto", "Port"),
    ("Campamento", "Camp"),
    ("Oficinas", "Offices"),
    ("Camino o transporte", "Road or transport"),
    ("Pueblo o caleta", "Town or cove"),
)


class _Route(NamedTuple):
    es: str
    en: str
    note_es: str
    note_en: str
    url: str


EXTERNAL_ROUTES = (
    _Route(
        "Dirección del Trabajo",
        "Labour Directorate (Dirección del Trabajo)",
        "por temas de trabajo",
        "for anything about work",
        "https://www.dt.gob.cl/",
    ),
    _Route(
        "Superintendencia del Medio Ambiente",
        "Environmental Superintendency (SMA)",
        "por polvo, ruido o agua",
        "for dust, noise or water",
        "https://portal.sma.gob.cl/",
    ),
    _Route(
        "Instituto Nacional de Derechos Humanos",
        "National Human Rights Institute (INDH)",
        "por derechos humanos",
        "for human rights",
        "https://www.indh.cl/",
    ),
    _Route(
        "Punto Nacional de Contacto de la OCDE",
        "OECD National Contact Point",
        "por la conducta de empresas",
        "for how companies behave",
        "https://www.subrei.gob.cl/",
    ),
    _Route(
        "Canal de reclamos de The Copper Mark",
        "The Copper Mark's grievance channel",
        "por faenas con ese sello",
        "for sites that carry that mark",
        "https://coppermark.org/",
    ),
)


def add_categories(session: Session, operator: Operator) -> None:
    """Add the starting categories."""
    for position, row in enumerate(CATEGORIES):
        add_category(
            session,
            operator,
            code=row.code,
            labels={"es": row.es, "en": row.en},
            default_type=row.type,
            default_severity=row.severity,
            position=position,
        )


def add_areas(session: Session, site: Site) -> None:
    """Add the starting areas."""
    for position, (es, en) in enumerate(AREAS):
        add_area(session, site, labels={"es": es, "en": en}, position=position)


def add_external_routes(session: Session, operator: Operator) -> None:
    """Add the external routes of Chile."""
    for position, row in enumerate(EXTERNAL_ROUTES):
        add_external_route(
            session,
            operator,
            names={"es": row.es, "en": row.en},
            notes={"es": row.note_es, "en": row.note_en},
            url=row.url,
            position=position,
        )
