"""Who complained: tables over one dimension at a time, of which only what `disclosure` lets through is published. Pure.

Every table counts the cases received in the quarter, each once, by its first submission and whoever made it, so that
its total is the "received" of the account. Every code of a dimension stands in its table, also with nobody: which codes
are there must not depend on who complained.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from grievance.cases.states import Channel, Group
from grievance.core.i18n import OFFERED
from grievance.metrics.disclosure import disclose
from grievance.metrics.inputs import People

NOT_SAID: Final = Group.NOT_SAID.value
OTHER: Final = "other"
RESTRICTED: Final = "restricted"
"""One cell for every category that few may see, and for every case that few may see, of whatever category."""

DIMENSIONS: Final = ("category", "channel", "group", "employer", "area", "shift", "gender", "language")
"""In the order in which they are shown."""

VOCABULARY: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "channel": tuple(channel.value for channel in Channel),
        "group": tuple(group.value for group in Group),
        "shift": ("day", "night", "rotating", OTHER, NOT_SAID),
        "gender": ("woman", "man", OTHER, NOT_SAID),
        "language": (*OFFERED, NOT_SAID),
    }
)
"""Codes that are fixed. Those of the other dimensions are rows of the database."""
NAMED_ROWS: Final = ("category", "employer", "area")
"""Dimensions whose codes are rows of the database, named in the figures themselves."""
COMMON_CODES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"category": (RESTRICTED, NOT_SAID), "employer": (NOT_SAID,), "area": (NOT_SAID,)}
)
"""Codes of those dimensions that are no rows."""

TABLE_VERSION: Final = 1
PREFIX: Final = "people."
CATEGORY_TABLE: Final = f"{PREFIX}category"
GROUP_TABLE: Final = f"{PREFIX}group"
CHANNEL_TABLE: Final = f"{PREFIX}channel"


def published(people: People | None) -> tuple[Mapping[str, Any], ...]:
    """Return the tables as they stand in the figures: those of a released version word for word, else disclosed."""
    if people is None or people.released:
        return people.released if people else ()
    return tuple(_table(people, dimension) for dimension in DIMENSIONS if dimension in people.counts)


def carried_over(rows: tuple[Mapping[str, Any], ...], version: int) -> tuple[Mapping[str, Any], ...]:
    """Return the tables of a released version for its correction: the same cells, and which version they are of.

    A second cut of the same people, a little later, could be held against the first.
    """
    return tuple({"as_of_version": version, **row} for row in rows)


def shows(table: Mapping[str, Any], *codes: str) -> bool:
    """Tell whether all these cells of a table are shown."""
    return all(table["cells"].get(code) is not None for code in codes)


def _table(people: People, dimension: str) -> dict[str, Any]:
    found = disclose(people.counts[dimension])
    return {
        "id": f"{PREFIX}{dimension}",
        "version": TABLE_VERSION,
        "total": found.total,
        "state": found.state.value,
        "cells": dict(found.cells),
        "names": dict(people.names.get(dimension, {})),
    }
