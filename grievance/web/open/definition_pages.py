"""Definitions of figures and tables in words, without the numbers of any quarter."""

from __future__ import annotations

from flask_babel import gettext as _

from grievance.core.i18n import Locale, text_in
from grievance.metrics.definitions import DEFINITIONS
from grievance.metrics.indicators import INDICATORS
from grievance.metrics.people import TABLE_VERSION
from grievance.metrics.table_definitions import TABLES
from grievance.publishing.exports import LADDERS, LEVELS, WINDOWS
from grievance.web.open.pages import Meaning


def defined(lang: Locale) -> list[Meaning]:
    """Return what each figure means, in the order in which they are published."""
    found = []
    for id_, words in DEFINITIONS.items():
        row = INDICATORS[id_]
        facts = _facts(lang, words.says, words.numerator, words.denominator, words.leaves_out)
        kind = (row.window.value, row.level.value, row.ladder.value)
        found.append(Meaning(id_, text_in(lang, words.name), [*facts, *_kind(lang, *kind, row.version)]))
    return found


def defined_tables(lang: Locale) -> list[Meaning]:
    """Return what each table about people means."""
    return [
        Meaning(
            id_,
            text_in(lang, words.name),
            [
                *_facts(lang, words.says, words.numerator, words.denominator, words.leaves_out),
                *_kind(lang, words.window.value, words.level.value, words.ladder.value, TABLE_VERSION),
            ],
        )
        for id_, words in TABLES.items()
    ]


def _facts(lang: Locale, says: str, numerator: str, denominator: str, leaves_out: str) -> list[tuple[str, str]]:
    facts = [
        (_("What it says"), text_in(lang, says)),
        (_("Counted"), text_in(lang, numerator)),
        (_("Out of"), text_in(lang, denominator)),
    ]
    return [*facts, (_("Left out, or beside it"), text_in(lang, leaves_out))] if leaves_out else facts


def _kind(lang: Locale, window: str, level: str, ladder: str, version: int) -> list[tuple[str, str]]:
    return [
        (_("Period"), text_in(lang, WINDOWS[window])),
        (_("Kind of figure"), f"{text_in(lang, LEVELS[level])}. {text_in(lang, LADDERS[ladder])}."),
        (_("Version of the definition"), str(version)),
    ]
