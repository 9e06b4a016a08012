"""What somebody is asked about a list: words that are not understood by themselves, and what each may mean. Pure."""

import difflib
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from grievance.core.i18n import SPANISH, Locale
from grievance.registers.checking import Listed, Site
from grievance.registers.columns import Column, fold
from grievance.registers.finding import Found, FoundColumn
from grievance.registers.matching import LISTS, Matching
from grievance.registers.values import NO_VERDICT, OFFERED, VALUES

NEAR_ENOUGH: Final = 0.7
"""How alike a word and one of ours are (difflib) for ours to be proposed."""


EMPTY: Final = "-"
"""Chosen for a word that is to leave its cell empty."""


class Word(NamedTuple):
    """A word that is asked for, and what is proposed for it: one of the options, or nothing."""

    word: str
    proposed: str


def options(
    column: Column, site: Site, names: Mapping[Column, Sequence[Mapping[str, str]]], locale: Locale
) -> list[tuple[str, str]]:
    """Return what the words of a column may stand for, as (what is written into the cell, what people read)."""
    if column in OFFERED:
        codes = list(dict.fromkeys(VALUES[column].values()))
        at = 0 if locale == SPANISH else 1
        return [(code, pair[at]) for code, pair in zip(codes, OFFERED[column], strict=True)]
    listed = site.lists.get(column, {})
    own = _own_names(listed)
    found = []
    for row in names.get(column, ()):
        here = next((listed[fold(name)] for name in row.values() if fold(name) in listed), None)
        if here is not None:
            found.append((own[here.id], row.get(locale) or here.label))
    return found


def asked(found: Found, columns: Mapping[str, Column], site: Site, said: Matching | None) -> dict[Column, list[Word]]:
    """Return the words of each list column that are not understood by themselves, or about which something was said."""
    by_column = {columns[one.key]: one for one in found.columns if one.key in columns}
    questions: dict[Column, list[Word]] = {}
    for column in LISTS:
        if column in by_column and (words := _words(by_column[column], column, site, said)):
            questions[column] = words
    return questions


def understood(column: Column, site: Site) -> Mapping[str, str]:
    """Return the folded words of a column that need no telling, with what they stand for."""
    if column in VALUES:
        free = dict.fromkeys(NO_VERDICT, "") if column is Column.VERDICT else {}
        return {**VALUES[column], **free}
    listed = site.lists.get(column, {})
    own = _own_names(listed)
    return {word: own[row.id] for word, row in listed.items()}


def _own_names(listed: Mapping[str, Listed]) -> Mapping[int, str]:
    """Return the one name by which each row of the database is written into a cell."""
    own: dict[int, str] = {}
    for word, row in listed.items():
        own.setdefault(row.id, word)
    return own


def _words(found: FoundColumn, column: Column, site: Site, said: Matching | None) -> list[Word]:
    known = understood(column, site)
    told = said.means(column) if said is not None else {}
    words = []
    for word in found.words:
        bare = fold(word)
        if bare in told:
            words.append(Word(word, told[bare] or EMPTY))
        elif bare not in known:
            near = difflib.get_close_matches(bare, known, n=1, cutoff=NEAR_ENOUGH)
            words.append(Word(word, known[near[0]] if near else ""))
    return words
