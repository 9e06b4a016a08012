"""The sections of a summary, in the order in which they are read, with their names. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from grievance.core.i18n import mark


class Section(StrEnum):
    """A part of the summary that people write, drafted from the figures."""

    TOLD = "told"
    DID = "did"
    LATE = "late"
    SAID = "said"
    CHANGED = "changed"
    PROMISED = "promised"
    UNKNOWN = "unknown"
    HOW = "how"


SECTION_NAMES: Final[Mapping[Section, str]] = MappingProxyType(
    {
        Section.TOLD: mark("What people told us"),
        Section.DID: mark("What we did"),
        Section.LATE: mark("What is late, and why"),
        Section.SAID: mark("What those who complained say"),
        Section.CHANGED: mark("What changed because of you"),
        Section.PROMISED: mark("What we promised"),
        Section.UNKNOWN: mark("What we do not know"),
        Section.HOW: mark("How to complain"),
    }
)
"""Headings, each a message of the catalogue."""


@dataclass(frozen=True, slots=True)
class WaysText:
    """How to complain at a site, as a text names it in one language; empty where there is no such way."""

    number: str
    """As people write it: "+56 2 2000 0001"."""
    report_address: str
    office: str
    """One sentence: where and when a person can be spoken to."""
    emergency: str
    """A telephone number."""
