"""What each table about people means, in words, and the names of its cells; English here, the rest by the catalogue.

Cells that are rows of the database (categories, employers, areas) are named in the figures themselves. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from grievance.core.i18n import mark
from grievance.metrics.disclosure import TableState
from grievance.metrics.results import Ladder, Level, Window


@dataclass(frozen=True, slots=True)
class TableDefinition:
    """A table in words, each a message of the catalogue."""

    name: str
    says: str
    numerator: str
    denominator: str
    leaves_out: str
    level: Level = Level.OUTPUT
    ladder: Ladder = Ladder.CONTRIBUTION
    window: Window = Window.QUARTER


_COUNTS: Final = mark("Grievances received in the quarter, each once, by its first submission and whoever made it.")
_OUT_OF: Final = mark("All grievances received in the quarter: the total of the table.")
_HIDES: Final = mark(
    "Spam, tests, questions and requests about personal data. Numbers from 1 to 4 are not shown, nor any other from "
    "which they could be worked out. A correction repeats the table of the version before it."
)

TABLES: Final[Mapping[str, TableDefinition]] = MappingProxyType(
    {
        "people.category": TableDefinition(
            mark("What they were about"),
            mark("The category that the site gave to the case."),
            _COUNTS,
            _OUT_OF,
            mark(
                "Spam, tests, questions and requests about personal data. Harassment, retaliation, integrity, human "
                "rights and whatever else only few may see share one line. Numbers from 1 to 4 are not shown, nor any "
                "other from which they could be worked out. A correction repeats the table of the version before it."
            ),
        ),
        "people.channel": TableDefinition(
            mark("How they came"),
            mark("The way in which the grievance first reached the site."),
            _COUNTS,
            _OUT_OF,
            _HIDES,
        ),
        "people.group": TableDefinition(
            mark("Who complained"), mark("The group to which people say that they belong."), _COUNTS, _OUT_OF, _HIDES
        ),
        "people.employer": TableDefinition(
            mark("For whom they work"), mark("The company that employs whoever complained."), _COUNTS, _OUT_OF, _HIDES
        ),
        "people.area": TableDefinition(
            mark("Where it happened"), mark("The area or place that the case is about."), _COUNTS, _OUT_OF, _HIDES
        ),
        "people.shift": TableDefinition(
            mark("In which shift they work"), mark("The shift that people say they work."), _COUNTS, _OUT_OF, _HIDES
        ),
        "people.gender": TableDefinition(
            mark("Women and men"), mark("The gender that people say they have."), _COUNTS, _OUT_OF, _HIDES
        ),
        "people.language": TableDefinition(
            mark("In which language"), mark("The language in which the grievance was filed."), _COUNTS, _OUT_OF, _HIDES
        ),
    }
)
"""By the id of the table, in the order in which they are shown."""

CELLS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "people.category": {
            "restricted": mark("Seen only by a few: harassment, retaliation, integrity, human rights"),
            "not_said": mark("No category yet"),
        },
        "people.channel": {
            "sms": mark("Text message"),
            "web": mark("Web"),
            "walk_in": mark("In person at the office"),
            "call": mark("Telephone call"),
            "letter": mark("Letter"),
            "meeting": mark("Meeting"),
            "suggestion_box": mark("Suggestion box"),
            "not_said": mark("Not known"),
        },
        "people.group": {
            "direct_worker": mark("Worker of the company"),
            "contractor_worker": mark("Worker of a contractor"),
            "supplier": mark("Supplier"),
            "neighbour": mark("Neighbour"),
            "fisher_or_farmer": mark("Fishing or farming family"),
            "organisation": mark("Organisation"),
            "authority": mark("Public authority"),
            "other": mark("Somebody else"),
            "not_said": mark("Did not say"),
        },
        "people.employer": {"not_said": mark("Did not say")},
        "people.area": {"not_said": mark("Did not say")},
        "people.shift": {
            "day": mark("Day shift"),
            "night": mark("Night shift"),
            "rotating": mark("Rotating shift"),
            "other": mark("Another shift"),
            "not_said": mark("Did not say"),
        },
        "people.gender": {
            "woman": mark("Woman"),
            "man": mark("Man"),
            "other": mark("Another gender"),
            "not_said": mark("Did not say"),
        },
        "people.language": {
            "es": mark("Spanish"),
            "en": mark("English"),
            "not_said": mark("Another language"),
        },
    }
)
"""Names of the cells that are no rows of the database, by table and code."""

STATES: Final[Mapping[str, str]] = MappingProxyType(
    {
        TableState.WHOLE.value: mark("Every number is shown."),
        TableState.PART.value: mark("Some numbers are hidden, so that nobody can be recognised."),
        TableState.TOTAL_ONLY.value: mark("Only the total is shown, so that nobody can be recognised."),
        TableState.WITHHELD.value: mark("There were too few for a table: somebody could be recognised."),
    }
)
"""What is said below a table, by its state."""
