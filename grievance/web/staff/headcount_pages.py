"""Plain values of the headcount pages, and reading the table back: all lines are recorded, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString

from grievance.metrics.periods import Quarter, previous, quarter_of, quarter_period
from grievance.publishing import headcounts, wording
from grievance.publishing.headcount_files import whole_number
from grievance.sites import headcount
from grievance.sites import queries as site_queries
from grievance.sites.headcount import SHIFTS, Count, Stratum, refused
from grievance.sites.models import Site
from grievance.web import formats, words
from grievance.web.lang import current_lang
from grievance.web.staff import headcount_words as said
from grievance.web.staff.choices import in_language
from grievance.web.staff.figures_pages import quarter_name
from grievance.web.staff.forms_base import Choice
from grievance.web.staff.headcount_words import PartNames, doubt_words
from grievance.web.staff.pages_base import staff_page, today_at
from grievance.web.unit import current
from grievance.web.validators import clean_line

QUARTERS_LISTED = 9
"""The present quarter and two years before it."""

NEW_LINES = 3
"""Empty lines to add with. Saving gives the next ones."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table as it was typed. `errors` maps a field ("people", "hours", "stratum") to its message."""

    number: int
    people: str
    hours: str
    stratum: Stratum
    is_new: bool
    is_removed: bool = False
    errors: Mapping[str, str | LazyString] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListedQuarter:
    """One line of the list of quarters; `people` is None where nothing, or no total, is recorded."""

    name: str
    url: str
    lines: int
    people: int | None


@dataclass(frozen=True, slots=True)
class Table:
    """What the table of a quarter works with."""

    site: Site
    quarter: Quarter
    rows: tuple[Count, ...]

    @property
    def address(self) -> dict[str, Any]:
        """Return the values of the page's address."""
        return {"site": self.site.slug, "year": self.quarter.year, "quarter": self.quarter.n}


def listed_quarters(site: Site) -> list[ListedQuarter]:
    """Return the quarters for which headcounts can be recorded, latest first."""
    unit, quarter, found = current(), quarter_of(current().now, site.time_zone), []
    for _each in range(QUARTERS_LISTED):
        rows = headcount.counts(unit.session, site.id, quarter.key)
        total = headcount.totals_of(rows)
        url = url_for("staff.headcount_quarter", site=site.slug, year=quarter.year, quarter=quarter.n)
        people = total.people if total else None
        found.append(ListedQuarter(quarter_name(quarter, current_lang()), url, len(rows), people))
        quarter = previous(quarter)
    return found


def quarter_words(quarter: Quarter) -> str:
    """Return the quarter as it stands inside a sentence: "julio a septiembre de 2026"."""
    days = quarter_period(quarter, "UTC")
    return wording.period(days.first_on, days.last_on, current_lang())


def table_of(site: Site, quarter: Quarter) -> Table:
    """Return the table of a quarter as it is recorded."""
    return Table(site, quarter, headcount.counts(current().session, site.id, quarter.key))


def standing(table: Table) -> list[Line]:
    """Return the lines as they are recorded, and empty ones to add with."""
    lines = [
        Line(number, str(row.people), "" if row.hours is None else str(row.hours), row.stratum, is_new=False)
        for number, row in enumerate(table.rows)
    ]
    return lines + [Line(len(table.rows) + number, "", "", Stratum(), is_new=True) for number in range(NEW_LINES)]


def typed(table: Table, sent: Mapping[str, str]) -> list[Line]:
    """Return the lines as they came back from the form, each with what is wrong in it."""
    lines, taken = [], {row.stratum for row in table.rows}
    for kept in standing(table):
        number = kept.number
        line = replace(
            kept,
            people=clean_line(sent.get(f"people-{number}"))[:20],
            hours=clean_line(sent.get(f"hours-{number}"))[:20],
            is_removed=not kept.is_new and bool(sent.get(f"remove-{number}")),
            stratum=_chosen(sent, number) if kept.is_new else kept.stratum,
        )
        errors = {} if line.is_removed else _errors(line)
        if line.is_new and not is_empty(line):
            if line.stratum in taken:
                errors["stratum"] = said.TWICE
            taken.add(line.stratum)
        lines.append(replace(line, errors=errors))
    return lines


def is_empty(line: Line) -> bool:
    """Tell whether nothing was written into a line for adding."""
    return line.is_new and not line.people and not line.hours and line.stratum == Stratum()


def to_record(lines: Sequence[Line]) -> list[Count]:
    """Return the rows that the lines say; only of lines without errors."""
    return [
        Count(line.stratum, whole_number(line.people) or 0, whole_number(line.hours))
        for line in lines
        if not line.is_removed and not is_empty(line)
    ]


def show_table(table: Table, *, lines: Sequence[Line] = (), file_problems: Sequence[str] = ()) -> str:
    """Return the page of a quarter; `lines` as they came back when something in them is wrong."""
    session, site = current().session, table.site
    shown = list(lines) or standing(table)
    names = PartNames(*headcount.part_names(session, [row.stratum for row in table.rows]))
    before = previous(table.quarter)
    present = {row.stratum for row in table.rows}
    missing = [one for one in headcount.counts(session, site.id, before.key) if one.stratum not in present]
    return render_template(
        "staff/headcount-quarter.html",
        page=staff_page(current="headcount", site_name=site.name, today=today_at(site.time_zone)),
        name=quarter_words(table.quarter),
        site_name=site.name,
        address=table.address,
        mark=headcounts.mark_of(table.rows),
        lines=[(line, names.columns(line.stratum) if not line.is_new else ()) for line in shown],
        errors=[(f"{what}-{line.number}", text) for line in shown for what, text in line.errors.items()],
        choices=_choices(site),
        total=_total_words(table.rows),
        doubts=[doubt_words(doubt, names) for doubt in headcount.doubts(table.rows)],
        before=quarter_words(before) if missing else "",
        file_problems=file_problems,
    )


def _chosen(sent: Mapping[str, str], number: int) -> Stratum:
    company, area, shift = (sent.get(f"{what}-{number}", "") for what in ("company", "area", "shift"))
    return Stratum(_id(company), _id(area), shift if shift in SHIFTS else None)


def _id(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _errors(line: Line) -> dict[str, str | LazyString]:
    if is_empty(line):
        return {}
    people, hours = whole_number(line.people), whole_number(line.hours)
    errors: dict[str, str | LazyString] = {}
    if not line.people:
        errors["people"] = said.PEOPLE_MISSING_IN_NEW if line.is_new else said.PEOPLE_MISSING
    elif people is None:
        errors["people"] = said.NOT_WHOLE
    if line.hours and hours is None:
        errors["hours"] = said.NOT_WHOLE
    refusal = refused(people, hours) if people is not None else None
    if refusal is not None:
        errors["people" if "people" in refusal else "hours"] = said.REFUSALS[refusal]
    return errors


def _choices(site: Site) -> dict[str, list[Choice]]:
    session = current().session
    return {
        "company": [
            ("", _("All companies")),
            *((str(row.id), row.name) for row in site_queries.companies(session, site.operator_id)),
        ],
        "area": [
            ("", _("All areas")),
            *((str(row.id), in_language(row.labels)) for row in site_queries.areas(session, site.id)),
        ],
        "shift": [("", _("All shifts")), *((code, words.shift(code)) for code in SHIFTS)],
    }


def _total_words(rows: Sequence[Count]) -> tuple[str, str, str] | None:
    """Return what the total is, the people and the hours; None when the lines do not say it."""
    found, lang = headcount.totals_of(rows), current_lang()
    if found is None:
        return None
    is_own = any(row.stratum == Stratum() for row in rows)
    name = _("Whole site, by its own line") if is_own else _("Whole site, the sum of its companies")
    hours = _("not known") if found.hours is None else formats.number(found.hours, lang)
    return name, formats.number(found.people, lang), hours
