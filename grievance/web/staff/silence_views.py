"""The silence report, for coordinators: where people work and nobody has raised a grievance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from grievance.accounts.permissions import Action
from grievance.accounts.queries import SiteName
from grievance.metrics.periods import (
    NotAQuarter,
    Quarter,
    parse_quarter,
    previous,
    quarter_of,
    quarter_period,
    trailing_year,
)
from grievance.metrics.silence import Division, Heard, Place, silence
from grievance.sites.headcount import Part
from grievance.sites.queries import site_by_id
from grievance.web import formats, words
from grievance.web.lang import current_lang, localized
from grievance.web.staff.access import at_site, duty, sites_for, viewer
from grievance.web.staff.choices import in_language
from grievance.web.staff.figures_pages import quarter_name
from grievance.web.staff.headcount_pages import quarter_words
from grievance.web.staff.pages_base import staff_page, today_at
from grievance.web.unit import current

QUARTERS_OFFERED = 8
YEAR = "-12"
"""Ends the code of a choice that is about twelve months, "2026Q3-12"."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The period of the report."""

    until: Quarter
    is_year: bool

    @property
    def code(self) -> str:
        """Return the value of the choice."""
        return self.until.key + (YEAR if self.is_year else "")


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One line of a table: name, people, and what was heard."""

    name: str
    people: str
    heard: str


@dataclass(frozen=True, slots=True)
class DivisionView:
    """Companies, areas or shifts as the page shows them."""

    id: str
    title: str
    head: str
    summary: str
    silent: Sequence[PlaceLine]
    heard: Sequence[PlaceLine]
    unstaffed: str
    said: str


def add_routes(bp: Blueprint) -> None:
    """Add the page."""
    localized(bp, "silence", silence_report, es="/equipo/silencio", en="/staff/silence")


@duty(Action.SEE_SILENCE)
def silence_report() -> ResponseReturnValue:
    """Show where nothing was heard from in a period."""
    unit = current()
    offered = sites_for(Action.SEE_SILENCE)
    site = site_by_id(unit.session, _site(offered).id)
    now = quarter_of(unit.now, site.time_zone)
    chosen = _chosen(request.args.get("period", ""), now)
    period = (trailing_year if chosen.is_year else quarter_period)(chosen.until, site.time_zone)
    found = silence(unit.session, viewer(), site, period, until=chosen.until)
    return render_template(
        "staff/silence.html",
        page=staff_page(current="silence", site_name=site.name, today=today_at(site.time_zone)),
        site=site,
        sites=[(one.slug, one.name) for one in offered],
        periods=_offered(now),
        chosen=chosen.code,
        period=_period_name(chosen),
        runs=chosen.until == now,
        staffed=quarter_words(parse_quarter(found.staffed)) if found.staffed else "",
        grievances=_at_least(found.grievances),
        divisions=[_view(division) for division in found.divisions if division.silent or division.heard],
        may_record=viewer().may(Action.RECORD_HEADCOUNT, site.id),
    )


def _site(offered: Sequence[SiteName]) -> SiteName:
    slug = request.args.get("site", "")
    return at_site(Action.SEE_SILENCE, slug or offered[0].slug)


def _chosen(code: str, now: Quarter) -> Chosen:
    try:
        until = parse_quarter(code.removesuffix(YEAR))
    except NotAQuarter:
        return Chosen(previous(now), is_year=True)
    # A quarter that lies ahead, or before anything was recorded, is as good as none.
    return Chosen(until if until <= now and until.year > now.year - 10 else previous(now), code.endswith(YEAR))


def _offered(now: Quarter) -> list[tuple[str, str]]:
    quarters = [now]
    for _each in range(QUARTERS_OFFERED - 1):
        quarters.append(previous(quarters[-1]))
    choices = [Chosen(previous(now), is_year=True), *(Chosen(quarter, is_year=False) for quarter in quarters)]
    return [(choice.code, _period_name(choice)) for choice in choices]


def _period_name(chosen: Chosen) -> str:
    name = quarter_name(chosen.until, current_lang())
    if not chosen.is_year:
        return name
    last_on = quarter_period(chosen.until, "UTC").last_on
    return _("The twelve months to %(day)s", day=formats.day_short(last_on, current_lang(), today=last_on.replace(1)))


def _at_least(count: int | None) -> str:
    return _("fewer than 5") if count is None else formats.number(count, current_lang())


def _view(division: Division) -> DivisionView:
    title, head = {
        Part.COMPANY: (_("Companies"), _("Company")),
        Part.AREA: (_("Areas"), _("Area")),
        Part.SHIFT: (_("Shifts"), _("Shift")),
    }[division.part]
    lang = current_lang()
    return DivisionView(
        id=division.part.value.removesuffix("_id"),
        title=title,
        head=head,
        summary=_summary(division),
        silent=[_line(place) for place in division.silent],
        heard=[_line(place) for place in division.heard],
        unstaffed=formats.list_and([_name(place) for place in division.unstaffed], lang),
        said=_at_least(division.said),
    )


def _summary(division: Division) -> str:
    count, all_places = len(division.silent), len(division.silent) + len(division.heard)
    if not count:
        return _("Something was heard from every one of them.")
    match division.part:
        case Part.COMPANY:
            return ngettext(
                "Nothing was heard from %(num)s of %(all)s companies.",
                "Nothing was heard from %(num)s of %(all)s companies.",
                count,
                all=all_places,
            )
        case Part.AREA:
            return ngettext(
                "Nothing was heard from %(num)s of %(all)s areas.",
                "Nothing was heard from %(num)s of %(all)s areas.",
                count,
                all=all_places,
            )
        case Part.SHIFT:
            return ngettext(
                "Nothing was heard from %(num)s of %(all)s shifts.",
                "Nothing was heard from %(num)s of %(all)s shifts.",
                count,
                all=all_places,
            )


def _line(place: Place) -> PlaceLine:
    return PlaceLine(_name(place), formats.number(place.people or 0, current_lang()), _heard(place))


def _name(place: Place) -> str:
    return in_language(dict(place.names)) if place.names else words.shift(str(place.key))


def _heard(place: Place) -> str:
    lang = current_lang()
    if place.heard is Heard.NOTHING:
        return _("Nothing")
    if place.count is None or place.per_hundred is None:
        return _("A few, fewer than 5")
    return _(
        "%(count)s, which is %(rate)s for every 100 people",
        count=formats.number(place.count, lang),
        rate=formats.number(place.per_hundred, lang, decimals=1),
    )
