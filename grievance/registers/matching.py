"""What the columns and words of a company's own list mean in ours, as somebody said, and what may be guessed. Pure.

A guess is only ever proposed. Nothing of a file goes into a column on a guess that nobody confirmed, but for headers
that are names of ours (`columns`). Not for: keeping what was said (`kept`).
"""

import difflib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from grievance.registers.columns import NAMES, Column, column_of, fold, is_contact

MOST_WORDS: Final = 60
"""Different words of a column beyond which it is no list of words that anybody would go through."""

WORD_CHARACTERS: Final = 60
"""A longer cell is a sentence, and nothing that stands for a code."""

NEAR_ENOUGH: Final = 0.84
"""How alike a header and a name of ours are (difflib) for one to be proposed for the other: one letter in six."""

LISTS: Final = (
    *(Column.CATEGORY, Column.TYPE, Column.SEVERITY, Column.STATUS, Column.OUTCOME, Column.CHANNEL, Column.GROUP),
    *(Column.EMPLOYER, Column.AREA, Column.SHIFT, Column.LANGUAGE, Column.VERDICT, Column.VERDICT_SOURCE),
)
"""Columns whose words stand for something of a list, in the order in which they are asked for."""


class DateOrder(StrEnum):
    """How the list writes its dates, where somebody said so. Years of four digits at the beginning need no telling."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


@dataclass(frozen=True, slots=True)
class Matching:
    """What somebody said a list means. Headers and words are held against it folded."""

    headers: tuple[str, ...] = field(repr=False)
    """As the list writes them, in its order."""
    columns: Mapping[str, Column] = field(repr=False)
    """By `key`; what is not in it is left out."""
    order: DateOrder | None = None
    words: Mapping[Column, Mapping[str, str]] = field(default_factory=dict, repr=False)
    """Column → word as the list writes it → ours; the empty text leaves the cell empty."""
    name: str = field(default="", repr=False)
    """Under which it is kept; empty where it holds for one file only."""

    def fits(self, headers: Iterable[str]) -> bool:
        """Tell whether a file has these very headers, in whatever order."""
        return set(keys_of(headers)) == set(keys_of(self.headers))

    def means(self, column: Column) -> Mapping[str, str]:
        """Return what the words of a column stand for, by their folded form."""
        return {fold(word): ours for word, ours in self.words.get(column, {}).items()}


def keys_of(headers: Iterable[str]) -> list[str]:
    """Return what each header is known by: folded, the second of the same with its number."""
    keys: list[str] = []
    for header in headers:
        bare = fold(header) or header.strip()
        count = sum(key == bare or key.startswith(f"{bare}#") for key in keys)
        keys.append(f"{bare}#{count + 1}" if count else bare)
    return keys


def written(matching: Matching) -> str:
    """Return a matching as it is kept."""
    facts = {
        "headers": list(matching.headers),
        "columns": {key: column.value for key, column in matching.columns.items()},
        "order": matching.order.value if matching.order else None,
        "words": {column.value: dict(words) for column, words in matching.words.items()},
        "name": matching.name,
    }
    return json.dumps(facts, ensure_ascii=False)


def read(text: str) -> Matching:
    """Return a matching that was kept."""
    facts: dict[str, Any] = json.loads(text)
    return Matching(
        tuple(facts["headers"]),
        {key: Column(column) for key, column in facts["columns"].items()},
        DateOrder(facts["order"]) if facts["order"] else None,
        {Column(column): dict(words) for column, words in facts["words"].items()},
        facts["name"],
    )


def guessed(headers: Sequence[str]) -> Mapping[str, Column]:
    """Return which column each header probably names, by its key. No column is proposed for two headers.

    The surest come first: names of ours, then words that lists use, then a name of ours inside a longer header, then
    what is spelt nearly alike.
    """
    found: dict[str, Column] = {}
    pairs = [(key, header) for key, header in zip(keys_of(headers), headers, strict=True) if not is_contact(header)]
    for way in (column_of, _used, _inside, _spelt_alike):
        for key, header in pairs:
            column = None if key in found else way(header)
            if column is not None and column not in found.values():
                found[key] = column
    return found


_ALSO: Final[Mapping[Column, str]] = MappingProxyType(
    {
        Column.NUMBER: (
            "codigo; codigo reclamo; cod reclamo; id reclamo; id caso; numero; num; n reclamo; n caso; "
            "numero reclamo; nro reclamo; ticket; ticket number; case id; grievance id; grievance number; "
            "grievance no; complaint id; complaint number; reference; ref; referencia; code; item"
        ),
        Column.RECEIVED: (
            "fecha; fecha reclamo; fecha del reclamo; fecha recepcion; fecha ingreso; fecha denuncia; fecha "
            "de registro; fecha registro; ingresado; ingresado el; date; received date; date of complaint; "
            "date of grievance; complaint date; grievance date; date reported; reported on; date lodged; "
            "logged on; date registered; opened on; date opened"
        ),
        Column.WORDS: (
            "descripcion del reclamo; detalle del reclamo; descripcion de los hechos; hechos; motivo; "
            "reclamo o queja; queja; texto; contenido; observacion del reclamante; comentario; denuncia; "
            "grievance description; complaint description; description of grievance; details; detail; "
            "narrative; issue; statement; what happened; text; que paso; lo que paso; que ocurrio; lo ocurrido; glosa"
        ),
        Column.TITLE: "encabezado; nombre del caso; heading; short description; descripcion breve",
        Column.SUMMARY: "sintesis; resumen del caso; case summary; abstract",
        Column.CHANNEL: (
            "canal de ingreso; canal de recepcion; medio de recepcion; forma de ingreso; como llego; intake "
            "channel; received via; method; mode of receipt; how received"
        ),
        Column.CATEGORY: (
            "categoria del reclamo; clasificacion; area tematica; tematica; subtema; classification; issue "
            "type; grievance category; complaint category; theme; subject matter"
        ),
        Column.TYPE: "tipo de reclamo; tipologia; clase; grievance type; complaint type; type of grievance",
        Column.SEVERITY: "prioridad; criticidad; nivel; riesgo; priority; risk; level; impact",
        Column.GROUP: (
            "reclamante tipo; tipo de reclamante; stakeholder; grupo de interes; parte interesada; "
            "stakeholder group; complainant type; type of complainant; stakeholder type"
        ),
        Column.EMPLOYER: ("empresa contratista; razon social; empleadora; contractor company; firm; organizacion"),
        Column.AREA: "sector; faena; lugar de trabajo; ubicacion; departamento; location; department; unit",
        Column.SHIFT: "jornada; sistema de turno; roster; work shift",
        Column.PEOPLE: "cantidad de personas; personas afectadas; n de personas; afectados; people affected",
        Column.LANGUAGE: "idioma del reclamo; language of complaint",
        Column.NAME: (
            "reclamante; nombre completo; nombre y apellido; nombre del reclamante; denunciante; quien "
            "reclama; complainant; full name; name of complainant; reported by; aggrieved party"
        ),
        Column.ACKNOWLEDGED: (
            "acusado; fecha acuse recibo; acuse; primera respuesta; fecha primer contacto; date "
            "acknowledged; acknowledgement date; acknowledgment date; first response; first contact"
        ),
        Column.TOLD: (
            "fecha respuesta; respondido el; fecha de comunicacion; respuesta; respuesta entregada el; "
            "response date; date of response; date answered; date communicated; replied on"
        ),
        Column.OUTCOME: "resolucion; conclusion; decision; hallazgo; resolution; result; determination",
        Column.STATUS: "estado del reclamo; estado del caso; situacion; estatus; case status; state; stage",
        Column.ENDED: (
            "fecha cierre; fecha de cierre del caso; cierre; fecha resolucion; fecha de resolucion; closing "
            "date; closure date; date of closure; date resolved; resolved on; resolution date"
        ),
        Column.VERDICT: (
            "conformidad; conforme; satisfaccion del reclamante; evaluacion; complainant satisfaction; "
            "satisfied; feedback"
        ),
        Column.VERDICT_SOURCE: "medio de conformidad; respaldo de conformidad; source of verdict",
    }
)
"""What else lists call a column, in both languages. Good enough for a proposal, too loose to be taken over unasked."""


def _table(names: Iterable[tuple[Column, str]]) -> Mapping[str, Column]:
    return MappingProxyType({fold(name): column for column, name in names})


_USED: Final = _table((column, name) for column, names in _ALSO.items() for name in names.split("; "))
_OURS: Final = _table(
    (column, name) for column in Column for name in (NAMES[column].es, NAMES[column].en, *NAMES[column].also)
)
_ALL: Final[Mapping[str, Column]] = MappingProxyType({**_USED, **_OURS})


def _used(header: str) -> Column | None:
    return _USED.get(fold(header))


def _inside(header: str) -> Column | None:
    """Return the column of the longest name of two words or more that stands in a header: "Fecha de cierre (real)"."""
    words = f" {fold(header)} "
    inside = [name for name in _ALL if " " in name and f" {name} " in words]
    return _ALL[max(inside, key=len)] if inside else None


def _spelt_alike(header: str) -> Column | None:
    near = difflib.get_close_matches(fold(header), _ALL, n=1, cutoff=NEAR_ENOUGH)
    return _ALL[near[0]] if near else None
