"""What people complained about as a drawing, and the other tables about people with what is hidden said in words."""

from collections.abc import Sequence

from grievance.core.i18n import Locale, plural_in, text_in
from grievance.metrics.disclosure import TableState
from grievance.metrics.people import COMMON_CODES
from grievance.metrics.table_definitions import STATES, TABLES
from grievance.publishing import wording
from grievance.publishing.bulletin import Bulletin, Table
from grievance.publishing.charts import Titles
from grievance.publishing.charts_bars import Bar, bars_chart
from grievance.publishing.drawings import Drawing, Listed, named, of
from grievance.publishing.exports import cell_name

CATEGORIES = "people.category"


def categories(table: Table | None, lang: Locale) -> Drawing | None:
    """Draw the topics, the most frequent first, those hidden together as one hatched bar. None in old releases."""
    if table is None or table.total == 0:
        return None
    counted = text_in(
        lang, "What the %(number)s grievances received were about", number=wording.whole(table.total, lang)
    )
    source = " ".join(part for part in (_why(table, lang), _zeros(table, lang), _about(table, lang)) if part)
    shown = sorted(
        ((number, cell_name(table, code, lang), code) for code, number in table.cells.items() if number),
        key=lambda row: (-row[0], row[1]),
    )
    if table.state not in {TableState.WHOLE, TableState.PART}:
        return Drawing("categories", text_in(lang, STATES[table.state]), counted, source)
    hidden = _hidden_names(table, lang)
    bars = [Bar(name, number, wording.whole(number, lang)) for number, name, _code in shown]
    if hidden:
        bars.append(Bar(_together(len(hidden), lang), _rest(table), wording.whole(_rest(table), lang), is_hatched=True))
    title = text_in(lang, "Grievances received, by topic")
    rows = [(bar.name, bar.said) for bar in bars if not bar.is_hatched]
    if hidden:
        rows.append((f"{_together(len(hidden), lang)}: {', '.join(hidden)}", wording.whole(_rest(table), lang)))
    return Drawing(
        id="categories-chart",
        finding=_most(shown, table, lang) or title,
        counted=counted,
        source=source,
        svg=bars_chart(
            bars, Titles("categories", title, f"{named([b.name for b in bars], [b.said for b in bars], lang)}.")
        ),
        table_caption=title,
        head=(text_in(lang, "Topic"), text_in(lang, "Grievances")),
        rows=rows,
        foot=(text_in(lang, "Together"), wording.whole(table.total, lang)),
    )


def people_tables(found: Bulletin, lang: Locale) -> list[Listed]:
    """Return the tables about people but for the topics, which are drawn; none in old releases."""
    return [people_table(table, lang) for id_, table in found.tables.items() if id_ != CATEGORIES]


def people_table(table: Table, lang: Locale) -> Listed:
    """Return one table in words: what is hidden is said, nobody is said once for all lines with nobody."""
    title = text_in(lang, TABLES[table.id].name)
    rows: list[tuple[str, str]] = []
    if table.state in {TableState.WHOLE, TableState.PART}:
        for code, number in table.cells.items():
            said = text_in(lang, "hidden") if number is None else wording.whole(number, lang)
            rows += [(cell_name(table, code, lang), said)] if number != 0 else []
    hidden = sum(1 for number in table.cells.values() if number is None)
    if rows and hidden:
        rows.append((_lines_together(hidden, lang), wording.whole(_rest(table), lang)))
    return Listed(
        title=title,
        head=(title, text_in(lang, "Grievances")),
        rows=rows if table.total else [],
        foot=(text_in(lang, "Together"), wording.whole(table.total, lang)),
        note=" ".join(part for part in (_why(table, lang), _zeros(table, lang), _about(table, lang)) if part),
    )


def _why(table: Table, lang: Locale) -> str:
    """Return what is hidden and why; where nothing is, nothing."""
    if table.state == TableState.WHOLE:
        return ""
    if table.state != TableState.PART:
        return text_in(lang, STATES[table.state])
    return text_in(
        lang,
        "What is hidden is hidden so that nobody can be recognised: numbers from 1 to 4, and any other from which they "
        "could be worked out.",
    )


def _zeros(table: Table, lang: Locale) -> str:
    """Return of which lines there was nothing, in one sentence: a bar or a line of nothing helps nobody."""
    if table.state not in {TableState.WHOLE, TableState.PART} or table.total == 0:
        return ""
    none = [cell_name(table, code, lang) for code, number in table.cells.items() if number == 0]
    return text_in(lang, "No grievance: %(list)s.", list="; ".join(none)) if none else ""


def _about(table: Table, lang: Locale) -> str:
    words = text_in(lang, "Table %(id)s, version %(version)s.", id=table.id, version=table.version)
    if table.as_of_version is None:
        return words
    repeated = text_in(
        lang, "It is that of version %(number)s: a correction does not count people again.", number=table.as_of_version
    )
    return f"{words} {repeated}"


def _hidden_names(table: Table, lang: Locale) -> list[str]:
    return [cell_name(table, code, lang) for code, number in table.cells.items() if number is None]


def _rest(table: Table) -> int:
    """Return what the hidden lines hold together: the total is public, so is this."""
    return table.total - sum(number or 0 for number in table.cells.values())


def _together(topics: int, lang: Locale) -> str:
    return plural_in(
        lang,
        "%(number)s topic, hidden",
        "%(number)s topics, hidden together",
        topics,
        number=wording.whole(topics, lang),
    )


def _lines_together(lines: int, lang: Locale) -> str:
    return plural_in(
        lang,
        "The %(number)s hidden line",
        "The %(number)s hidden lines together",
        lines,
        number=wording.whole(lines, lang),
    )


def _most(shown: Sequence[tuple[int, str, str]], table: Table, lang: Locale) -> str:
    """Return the topic that came most often; nothing where none of those that are shown is one."""
    for number, name, code in shown:
        if code not in COMMON_CODES["category"]:
            return text_in(lang, "%(topic)s: %(number)s grievances", topic=name, number=of(number, table.total, lang))
    return ""
