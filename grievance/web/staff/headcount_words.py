"""The words of headcounts: who is counted in a row, what does not fit, what is wrong with a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from grievance.core.i18n import mark
from grievance.publishing.headcount_files import Problem, ProblemKind
from grievance.sites.headcount import Doubt, Part, Refusal, Stratum
from grievance.web import formats, words
from grievance.web.lang import current_lang
from grievance.web.staff.choices import in_language

REFUSALS: Mapping[Refusal, LazyString] = {
    Refusal.PEOPLE_OUT_OF_BOUNDS: _l("A number of people is between 0 and 200,000."),
    Refusal.HOURS_OUT_OF_BOUNDS: _l("Nobody works so many hours. Leave them empty where nobody knows."),
    Refusal.HOURS_OF_NOBODY: _l("Hours without people: write how many worked them."),
}
NOT_WHOLE = _l("Write a whole number, such as 1200.")
PEOPLE_MISSING = _l("Write how many people, or tick “Remove”.")
PEOPLE_MISSING_IN_NEW = _l("Write how many people, or leave the whole line empty.")
TWICE = _l("There is a line for these people already. Change that one.")

_FILE: Mapping[ProblemKind, str] = {
    ProblemKind.UNREADABLE: mark("This is no CSV file. Save the table as CSV in your spreadsheet program."),
    ProblemKind.TOO_LARGE: mark("The file is too large: at most 1 MB and 5,000 lines."),
    ProblemKind.COLUMNS_MISSING: mark("These columns are missing in the first line: %(value)s."),
    ProblemKind.EMPTY: mark("No line has a number of people."),
    ProblemKind.NO_QUARTER: mark("“%(value)s” is no quarter. Write 2026Q3."),
    ProblemKind.NOT_BEGUN: mark("The quarter %(value)s has not begun."),
    ProblemKind.UNKNOWN_COMPANY: mark("There is no company “%(value)s”. Write its name as it stands here, or “all”."),
    ProblemKind.UNKNOWN_AREA: mark("The site has no area “%(value)s”. Write its name as it stands here, or “all”."),
    ProblemKind.UNKNOWN_SHIFT: mark("“%(value)s” is no shift. Write day, night, rotating, other or “all”."),
    ProblemKind.NOT_WHOLE: mark("“%(value)s” is no whole number."),
    ProblemKind.PEOPLE_MISSING: mark("There are hours and no people."),
    ProblemKind.TWICE: mark("A line before counts the same people of the same quarter."),
}


@dataclass(frozen=True, slots=True)
class PartNames:
    """Names of companies, and those of areas per language, by id."""

    companies: Mapping[int, str]
    areas: Mapping[int, Mapping[str, str]]

    def columns(self, stratum: Stratum) -> tuple[str, str, str]:
        """Return company, area and shift as the table names them."""
        company = self.companies.get(stratum.company_id or 0, _("All companies"))
        labels = self.areas.get(stratum.area_id or 0)
        area = in_language(labels) if labels else _("All areas")
        return company, area, words.shift(stratum.shift) if stratum.shift else _("All shifts")

    def about(self, stratum: Stratum) -> str:
        """Return whom a row counts, short: what is "all" is left out."""
        said = zip(self.columns(stratum), (stratum.company_id, stratum.area_id, stratum.shift), strict=True)
        return ", ".join(name for name, chosen in said if chosen is not None) or _("The whole site")


def doubt_words(doubt: Doubt, names: PartNames) -> str:
    """Return the sentence about two numbers that do not fit."""
    lang = current_lang()
    values = {
        "about": names.about(doubt.about),
        "said": formats.number(doubt.said, lang),
        "added": formats.number(doubt.added, lang),
    }
    match doubt.part:
        case Part.COMPANY:
            return _("%(about)s: its line says %(said)s people, its companies add up to %(added)s.", **values)
        case Part.AREA:
            return _("%(about)s: its line says %(said)s people, its areas add up to %(added)s.", **values)
        case Part.SHIFT:
            return _("%(about)s: its line says %(said)s people, its shifts add up to %(added)s.", **values)
        case None:
            return _(
                "%(about)s: %(said)s hours a person in one quarter. More than %(added)s is hardly possible:"
                " are they the hours of a year?",
                **values,
            )


def problem_words(problem: Problem) -> str:
    """Return what is wrong with a file, or with a line of it."""
    text = _FILE.get(problem.kind)
    said = _(text, value=problem.value) if text else str(REFUSALS[Refusal(problem.kind.value)])
    return _("Line %(line)s: %(problem)s", line=problem.line, problem=said) if problem.line else said
