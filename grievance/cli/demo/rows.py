"""The stories of the demo that are told in one line each: `cases.csv`, a table that any spreadsheet program opens.

A row says when and how somebody complained, in whose words, and which course the case took (see `courses`). `ago`
counts quarters before the last one that ended, `day` working days from the start of the quarter.
"""

import csv
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from grievance.cases.remedies import CorrectiveKind
from grievance.cases.states import Channel, Group
from grievance.cli.demo.days import Since, Start
from grievance.cli.demo.places import MINE, PORT
from grievance.core.i18n import Locale
from grievance.deadlines.standards import CaseType
from grievance.sites import starting_set

FILE: Final = Path(__file__).with_name("cases.csv")

SITES: Final = MappingProxyType({"mine": MINE, "port": PORT})

CHANNELS: Final = MappingProxyType(
    {
        "sms": Channel.SMS,
        "web": Channel.WEB,
        "walk": Channel.WALK_IN,
        "call": Channel.CALL,
        "letter": Channel.LETTER,
        "box": Channel.SUGGESTION_BOX,
    }
)

GROUPS: Final = MappingProxyType(
    {
        "direct": Group.DIRECT_WORKER,
        "contractor": Group.CONTRACTOR_WORKER,
        "neighbour": Group.NEIGHBOUR,
        "fisher": Group.FISHER_OR_FARMER,
        "supplier": Group.SUPPLIER,
        "organisation": Group.ORGANISATION,
    }
)

KINDS: Final = MappingProxyType(
    {"c": CorrectiveKind.CORRECTIVE, "k": CorrectiveKind.COMPENSATORY, "t": CorrectiveKind.TRANSFORMATIVE}
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; an empty text says nothing. `number` is the line, from 1."""

    number: int
    ago: str
    day: str
    site: str
    by: str
    lang: str
    who: str
    gender: str
    firm: str
    area: str
    shift: str
    category: str
    handler: str
    course: str
    rates: str
    """Process and outcome, 1 to 5, then the verdict, 1 to 3; empty where the person did not answer."""
    title: str
    words: str
    answer: str
    promise: str
    action: str
    """Kind, days and how it went, then the words: "c30+ …" is done in time, "~" late, "-" never."""

    @property
    def name(self) -> str:
        """Return the name of the story."""
        return f"{self.ago} quarters ago: {self.title} ({self.number})"

    @property
    def start(self) -> Start:
        """Return the first day."""
        return Start(Since.QUARTER, int(self.day), quarters_before=int(self.ago))

    @property
    def channel(self) -> Channel:
        """Return the way in."""
        return CHANNELS[self.by]

    @property
    def group(self) -> Group:
        """Return who is speaking."""
        return GROUPS[self.who]

    @property
    def locale(self) -> Locale:
        """Return the language of the person."""
        return Locale(self.lang)

    @property
    def type(self) -> CaseType:
        """Return the type that its category usually has."""
        return next(CaseType(row.type) for row in starting_set.CATEGORIES if row.code == self.category)

    @property
    def phone(self) -> str:
        """Return the last four digits of the person's number."""
        return f"{2000 + self.number}"

    def one_of(self, texts: tuple[str, ...]) -> str:
        """Return one of some texts that say the same: the same one on every day, another one in the next line."""
        return texts[self.number % len(texts)]


def rows() -> tuple[Row, ...]:
    """Return the table."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(Row(number, **line) for number, line in enumerate(csv.DictReader(file, delimiter=";"), start=1))
