"""Words for what a person said of himself or herself: for every code its English text, marked for translation."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from grievance.core.i18n import mark

SHIFT: Final = {
    "day": mark("Day shift"),
    "night": mark("Night shift"),
    "rotating": mark("Rotating shift"),
    "other": mark("Another shift"),
}

GENDER: Final = {
    "woman": mark("Woman"),
    "man": mark("Man"),
    "other": mark("Another gender"),
}

AGE_BAND: Final = {
    "under_30": mark("Under 30"),
    "30_49": mark("30 to 49"),
    "50_plus": mark("50 or older"),
}

SAID_TABLES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {"shift": SHIFT, "gender": GENDER, "age_band": AGE_BAND}
)
"""Every table by the name of its function, for `word_tables.TABLES`."""
