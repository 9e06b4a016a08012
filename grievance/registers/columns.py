"""The columns of an old register that can be taken over: what they are called and how long a cell may be. Pure.

docs/register.md says the same to people. Not for: what a cell may hold (`values`, `dates`).
"""

import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple


class Column(StrEnum):
    """What a column of a register holds, in the order of the template."""

    NUMBER = "number"
    """Under which the old register keeps the grievance: what makes an import repeatable."""
    RECEIVED = "received_on"
    WORDS = "words"
    TITLE = "title"
    SUMMARY = "summary"
    CHANNEL = "channel"
    CATEGORY = "category"
    TYPE = "type"
    SEVERITY = "severity"
    GROUP = "group"
    EMPLOYER = "employer"
    AREA = "area"
    SHIFT = "shift"
    PEOPLE = "people"
    LANGUAGE = "language"
    NAME = "name"
    ACKNOWLEDGED = "acknowledged_on"
    TOLD = "outcome_told_on"
    OUTCOME = "outcome"
    STATUS = "status"
    ENDED = "ended_on"
    VERDICT = "verdict"
    VERDICT_SOURCE = "verdict_source"


REQUIRED: Final = (Column.NUMBER, Column.RECEIVED, Column.WORDS)
DATES: Final = (Column.RECEIVED, Column.ACKNOWLEDGED, Column.TOLD, Column.ENDED)


class Names(NamedTuple):
    """What a column is called: in the template of each language, and what else is understood."""

    es: str
    en: str
    also: tuple[str, ...] = ()


NAMES: Final[Mapping[Column, Names]] = MappingProxyType(
    {
        Column.NUMBER: Names(
            "Número de registro",
            "Register number",
            (
                "number",
                "número",
                "numero de caso",
                "case number",
                "n°",
                "nº",
                "nro",
                "no",
                "folio",
                "correlativo",
                "id",
            ),
        ),
        Column.RECEIVED: Names(
            "Recibido el",
            "Received on",
            ("recibido", "received", "fecha de recepción", "fecha de ingreso", "date received"),
        ),
        Column.WORDS: Names(
            "Lo que dijo la persona",
            "What the person said",
            ("words", "relato", "descripción", "description", "detalle", "reclamo", "grievance", "complaint"),
        ),
        Column.TITLE: Names("Título", "Title", ("asunto", "subject")),
        Column.SUMMARY: Names("Resumen", "Summary"),
        Column.CHANNEL: Names("Canal", "Channel", ("vía", "medio", "vía de ingreso")),
        Column.CATEGORY: Names("Categoría", "Category", ("tema", "materia", "topic")),
        Column.TYPE: Names("Tipo", "Type", ("tipo de caso", "case type")),
        Column.SEVERITY: Names("Gravedad", "Severity", ("severidad",)),
        Column.GROUP: Names("Quién reclama", "Who is speaking", ("group", "grupo", "tipo de persona")),
        Column.EMPLOYER: Names("Empleador", "Employer", ("empresa", "company", "contratista", "contractor")),
        Column.AREA: Names("Área", "Area", ("área de trabajo", "work area")),
        Column.SHIFT: Names("Turno", "Shift"),
        Column.PEOPLE: Names("Personas", "People", ("número de personas", "number of people", "people count")),
        Column.LANGUAGE: Names("Idioma", "Language", ("lengua",)),
        Column.NAME: Names("Nombre", "Name", ("nombre de la persona", "nombre de quien reclama", "complainant name")),
        Column.ACKNOWLEDGED: Names(
            "Acuse de recibo el",
            "Acknowledged on",
            ("acuse de recibo", "fecha de acuse", "fecha de acuse de recibo", "acknowledged"),
        ),
        Column.TOLD: Names(
            "Resultado avisado el",
            "Outcome told on",
            (
                "fecha de respuesta",
                "respuesta avisada el",
                "outcome notified on",
                "response notified on",
                "answered on",
            ),
        ),
        Column.OUTCOME: Names("Resultado", "Outcome", ("finding",)),
        Column.STATUS: Names("Estado", "Status"),
        Column.ENDED: Names(
            "Cerrado el",
            "Closed on",
            ("ended on", "terminado el", "fecha de cierre", "fecha de término", "date closed", "closed"),
        ),
        Column.VERDICT: Names("Opinión de quien reclamó", "Verdict", ("opinión", "satisfacción", "satisfaction")),
        Column.VERDICT_SOURCE: Names("Cómo dijo su opinión", "How the verdict was given", ("fuente de la opinión",)),
    }
)

CHARACTERS: Final[Mapping[Column, int]] = MappingProxyType(
    {Column.NUMBER: 60, Column.WORDS: 20_000, Column.TITLE: 200, Column.SUMMARY: 4_000, Column.NAME: 200}
)
"""Longest text of a cell. Elsewhere a cell is a code, and LONGEST_CODE."""

LONGEST_CODE: Final = 120

CONTACTS: Final = frozenset(
    {
        *("telefono", "fono", "celular", "movil", "telefono movil", "whatsapp", "phone", "phone number", "mobile"),
        *("correo", "correo electronico", "email", "e mail", "mail"),
        *("rut", "run", "dni", "cedula", "cedula de identidad", "id card", "passport", "pasaporte"),
        *("direccion", "domicilio", "address", "home address"),
    }
)
"""Folded names of columns that no register may bring: nobody is texted because of an import, and what is not there
cannot leak."""


def fold(text: str) -> str:
    """Return small letters and digits without accents, single spaces between.

    >>> fold("  N° de_Registro ")
    'n de registro'
    """
    letters = unicodedata.normalize("NFKD", text.replace("º", "°").replace("°", " ").casefold())
    bare = "".join(sign for sign in letters if not unicodedata.combining(sign))
    return " ".join("".join(sign if sign.isalnum() else " " for sign in bare).split())


def column_of(header: str) -> Column | None:
    """Return what a header names, or None."""
    return _BY_NAME.get(fold(header))


def is_contact(header: str) -> bool:
    """Tell whether a header names a way to reach a person, or a number that identifies one."""
    return fold(header) in CONTACTS


def _by_name() -> dict[str, Column]:
    found: dict[str, Column] = {}
    for column, names in NAMES.items():
        for name in (column.value, names.es, names.en, *names.also):
            found[fold(name)] = column
    return found


_BY_NAME: Final[Mapping[str, Column]] = MappingProxyType(_by_name())
