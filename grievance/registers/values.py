"""What a cell of a fixed list may say, in Spanish and in English, and the code it stands for. Pure.

The words of our own pages are among them (a test sees to it), with those that registers usually have. Not for: lists of
the database (categories, employers, areas), which `lists` reads.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from grievance.cases.states import FINDINGS, Channel, Group, Outcome, Source, Status, Verdict
from grievance.core.i18n import ENGLISH, SPANISH
from grievance.deadlines.standards import CaseType
from grievance.registers.columns import Column, fold

OPEN: Final = "open"
"""In the column of the status: nothing more is said than that it has not ended."""

_CHANNELS = {
    Channel.SMS: ("SMS", "Text message", "mensaje de texto"),
    Channel.WEB: ("Web", "Web", "página web", "formulario web", "website"),
    Channel.WALK_IN: (
        *("En persona, en la oficina", "In person at the office", "en persona", "in person", "presencial"),
        *("oficina", "office", "walk-in"),
    ),
    Channel.CALL: ("Llamada telefónica", "Telephone call", "llamada", "teléfono", "call", "phone", "phone call"),
    Channel.LETTER: ("Carta", "Letter", "por escrito"),
    Channel.MEETING: ("Reunión", "Meeting"),
    Channel.SUGGESTION_BOX: ("Buzón de sugerencias", "Suggestion box", "buzón"),
    Channel.NOT_SAID: ("No se sabe", "Not known"),
}
_TYPES = {
    CaseType.DANGER: ("Peligro inminente o derrame", "Imminent danger or spill", "peligro inminente", "derrame"),
    CaseType.HARASSMENT: (
        *("Acoso o violencia en el trabajo", "Harassment or violence at work", "acoso", "acoso laboral"),
        *("acoso sexual", "Ley Karin", "violencia en el trabajo"),
    ),
    CaseType.RETALIATION: ("Represalias", "Reprisals", "represalia", "retaliation"),
    CaseType.HUMAN_RIGHTS: (
        *("Derechos humanos graves, fuerzas de seguridad", "Severe human rights, security forces"),
        *("derechos humanos", "human rights"),
    ),
    CaseType.INTEGRITY: ("Integridad", "Integrity", "fraude", "corrupción", "fraud", "corruption"),
    CaseType.LABOUR: (
        *("Condiciones de trabajo, pago, campamento, contratista", "Labour conditions, pay, camp, contractor"),
        *("laboral", "condiciones de trabajo", "labour conditions"),
    ),
    CaseType.SAFETY: ("Seguridad, no urgente", "Safety, not urgent", "seguridad", "seguridad en el trabajo"),
    CaseType.ENVIRONMENT: (
        *("Polvo, ruido, tronaduras, tránsito, agua", "Dust, noise, blasting, traffic, water"),
        *("ambiental", "medio ambiente", "environmental"),
    ),
    CaseType.LAND_HERITAGE: (
        *("Tierra, patrimonio, derechos indígenas", "Land, heritage, Indigenous rights"),
        *("tierra", "patrimonio", "land", "heritage"),
    ),
    CaseType.SUPPLIER: (
        *("Pago o contrato de proveedor", "Supplier payment or contract", "proveedor", "pago a proveedores"),
    ),
    CaseType.NUISANCE: (
        *("Molestia menor, empleo local, compras", "Minor nuisance, local jobs, purchasing"),
        *("molestia menor", "minor nuisance"),
    ),
    CaseType.QUESTION: ("Consulta o sugerencia", "Question or suggestion", "consulta", "sugerencia", "suggestion"),
    CaseType.UNCLASSIFIED: ("Todavía sin clasificar", "Not classified yet", "sin clasificar"),
    CaseType.DATA_RIGHTS: ("Solicitud sobre datos personales", "Request about personal data", "datos personales"),
}
_GROUPS = {
    Group.DIRECT_WORKER: (
        "Trabaja en la empresa",
        "Worker of the company",
        "trabajador directo",
        "trabajadora directa",
    ),
    Group.CONTRACTOR_WORKER: (
        *("Trabaja en una contratista", "Worker of a contractor", "trabajador contratista", "trabajadora contratista"),
        *("contratista", "contractor"),
    ),
    Group.SUPPLIER: ("Empresa proveedora", "Supplier", "proveedor", "proveedora"),
    Group.NEIGHBOUR: ("Persona vecina", "Neighbour", "vecino", "vecina", "comunidad", "neighbor", "community"),
    Group.FISHER_OR_FARMER: (
        *("Familia pescadora o agricultora", "Fishing or farming family", "pescador", "pescadora", "agricultor"),
        *("agricultora", "fisher", "farmer"),
    ),
    Group.ORGANISATION: ("Organización", "Organisation", "organization", "sindicato", "junta de vecinos", "union"),
    Group.AUTHORITY: ("Autoridad pública", "Public authority", "autoridad"),
    Group.OTHER: ("Otra persona", "Somebody else", "otro", "otra"),
    Group.NOT_SAID: ("Prefiere no decirlo", "Rather not say", "no lo dijo", "no se sabe", "not known"),
}
_SHIFTS = {
    "day": ("Turno de día", "Day shift", "día"),
    "night": ("Turno de noche", "Night shift", "noche"),
    "rotating": ("Turno rotativo", "Rotating shift", "rotativo"),
    "other": ("Otro turno", "Another shift", "otro"),
}
_FINDINGS = {
    Outcome.UPHELD: ("Acogido: la persona tenía razón", "Upheld: the person was right", "acogido", "procede"),
    Outcome.PARTLY_UPHELD: (
        *("Acogido en parte: tenía razón en parte", "Partly upheld: right in part", "acogido en parte"),
        *("parcialmente acogido",),
    ),
    Outcome.NOT_UPHELD: (
        *("No acogido: se encontró otra cosa", "Not upheld: it was found otherwise", "no acogido", "rechazado"),
        *("no procede", "rejected"),
    ),
    Outcome.NOT_ESTABLISHED: ("No se pudo establecer", "Could not be established", "sin establecer"),
}
_LEFT = {
    Status.REFERRED: ("Derivado a otro lugar", "Referred elsewhere", "Referred to somebody else", "derivado"),
    Status.WITHDRAWN: ("Retirado por la persona", "Withdrawn by the person", "retirado", "desistido"),
    Status.OUT_OF_SCOPE: (
        *("Fuera de alcance", "Out of scope", "Fuera de lo que podemos ver", "Outside what we can deal with"),
        "inadmisible",
    ),
}
_STATUSES: Mapping[Any, tuple[str, ...]] = {
    OPEN: ("Abierto", "Open", "en curso", "pendiente", "en trámite", "pending", "in progress"),
    Status.CLOSED: ("Cerrado", "Closed", "resuelto", "terminado", "resolved"),
    **_LEFT,
}
_VERDICTS = {
    Verdict.SATISFIED: ("Conforme", "Satisfied", "satisfecho", "satisfecha"),
    Verdict.PARTLY: ("Conforme en parte", "Partly satisfied"),
    Verdict.NOT_SATISFIED: ("No conforme", "Not satisfied", "disconforme", "insatisfecho", "insatisfecha"),
}
_SOURCES = {
    Source.SIGNED_PAPER: ("Firmado en papel", "Signed on paper", "papel firmado", "carta firmada", "signed paper"),
    Source.WITNESSED: ("Leído de vuelta ante testigo", "Read back before a witness", "ante testigo", "witness"),
}
_SEVERITIES = {
    "1": ("1, leve", "1, minor", "leve", "minor", "baja", "low"),
    "2": ("2, moderada", "2, moderate", "moderada", "moderate", "media", "medium"),
    "3": ("3, seria", "3, serious", "seria", "serious", "alta", "high"),
    "4": ("4, grave", "4, severe", "grave", "severe", "muy alta"),
    "5": ("5, peligro para la vida", "5, danger to life", "peligro para la vida", "danger to life"),
}
_LANGUAGES = {
    SPANISH: ("Español", "Spanish", "castellano"),
    ENGLISH: ("Inglés", "English"),
}
_OUTCOMES: Mapping[Any, tuple[str, ...]] = {**_FINDINGS, **_LEFT}

NO_VERDICT: Final = frozenset(
    fold(text) for text in ("Sin contestación", "No answer", "No se le pudo ubicar", "Could not be reached", "no opina")
)
"""In the column of the verdict: the person said nothing, which is the same as an empty cell."""


def _by_word(table: Mapping[Any, tuple[str, ...]]) -> Mapping[str, str]:
    return MappingProxyType({fold(word): str(code) for code, words in table.items() for word in (str(code), *words)})


VALUES: Final[Mapping[Column, Mapping[str, str]]] = MappingProxyType(
    {
        Column.CHANNEL: _by_word(_CHANNELS),
        Column.TYPE: _by_word(_TYPES),
        Column.GROUP: _by_word(_GROUPS),
        Column.SHIFT: _by_word(_SHIFTS),
        Column.SEVERITY: _by_word(_SEVERITIES),
        Column.LANGUAGE: _by_word(_LANGUAGES),
        Column.OUTCOME: _by_word(_OUTCOMES),
        Column.STATUS: _by_word(_STATUSES),
        Column.VERDICT: _by_word(_VERDICTS),
        Column.VERDICT_SOURCE: _by_word(_SOURCES),
    }
)
"""What each column of a fixed list may say, folded, with its code."""


def _shown(table: Mapping[Any, tuple[str, ...]]) -> tuple[tuple[str, str], ...]:
    return tuple((words[0], words[min(1, len(words) - 1)]) for words in table.values())


OFFERED: Final[Mapping[Column, tuple[tuple[str, str], ...]]] = MappingProxyType(
    {
        Column.CHANNEL: _shown(_CHANNELS),
        Column.TYPE: _shown(_TYPES),
        Column.GROUP: _shown(_GROUPS),
        Column.SHIFT: _shown(_SHIFTS),
        Column.SEVERITY: _shown(_SEVERITIES),
        Column.LANGUAGE: _shown(_LANGUAGES),
        Column.OUTCOME: _shown(_OUTCOMES),
        Column.STATUS: _shown(_STATUSES),
        Column.VERDICT: _shown(_VERDICTS),
        Column.VERDICT_SOURCE: _shown(_SOURCES),
    }
)
"""The first word of each value in Spanish and in English: for the template and for saying what would be right."""

LEFT: Final = frozenset(str(status) for status in _LEFT)
FOUND: Final = frozenset(outcome.value for outcome in FINDINGS)
