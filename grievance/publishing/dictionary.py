"""What the columns of the open data are, in words: for the dictionary of a workbook and the data package. Pure."""

from dataclasses import dataclass
from typing import Final

from grievance.core.i18n import mark

_TEXT: Final = mark("text")
_NUMBER: Final = mark("number")
_INSTANT: Final = mark("instant")


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its name, its kind in words, what it is, and its type in a Table Schema.

    Source: Frictionless Data, Table Schema v1 (read 2026).
    """

    name: str
    kind: str
    says: str
    type: str = "string"
    format: str = "default"


CSV_FIELDS: Final = (
    Field("site", _TEXT, mark("The site, as its address writes it.")),
    Field("quarter", _TEXT, mark("Year and quarter: 2026Q3 is July to September 2026.")),
    Field("version", _NUMBER, mark("Version of the figures of the quarter; above 1 it is a correction."), "integer"),
    Field(
        "as_of",
        _INSTANT,
        mark("End of the quarter at the site: what happened before it counts."),
        "datetime",
        "any",
    ),
    Field(
        "known_at",
        _INSTANT,
        mark("When the figures were fixed: what was recorded by then counts."),
        "datetime",
        "any",
    ),
    Field("figure", _TEXT, mark("Code of the figure or of the table.")),
    Field("definition_version", _NUMBER, mark("Version of what the figure counts."), "integer"),
    Field("item", _TEXT, mark("Code of the number within the figure: numerator, denominator, a part, a line.")),
    Field("value", _NUMBER, mark("The number. Empty: hidden, or not reached."), "number"),
    Field("unit", _TEXT, mark("What the number is in.")),
    Field("name_es", _TEXT, mark("The number in words, in Spanish.")),
    Field("name_en", _TEXT, mark("The number in words, in English.")),
    Field("hidden", _TEXT, mark("Why the number is hidden, where it is.")),
)
"""Columns of the CSV file, in their order."""
