"""The work of a coordinator's sites: who has how much in hand, what is missed next, what waits for a decision."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup, escape

from grievance.accounts.permissions import Action
from grievance.desk.queries import DeskFilter, Show, Whose, desk
from grievance.desk.workload import Load, Workload, restricted_count, workload
from grievance.web import clock_words, formats
from grievance.web.kept_words import few_words
from grievance.web.lang import current_lang, localized
from grievance.web.staff.access import duty, sites_for, viewer
from grievance.web.staff.desk_pages import count_words, desk_address, list_row
from grievance.web.staff.pages_base import staff_page
from grievance.web.unit import current

NEXT_BREACHES = 10

Cells = list[str | Markup]


@duty(Action.ASSIGN)
def show_workload() -> ResponseReturnValue:
    """Show who has how much in hand."""
    unit, sites = current(), sites_for(Action.ASSIGN)
    found = workload(unit.session, viewer(), [site.id for site in sites], now=unit.now)
    chosen = DeskFilter(show=Show.WEEK, whose=Whose.SITE)
    soon = desk(unit.session, viewer(), chosen, now=unit.now, limit=NEXT_BREACHES)
    return render_template(
        "staff/workload.html",
        page=staff_page(current="cases"),
        may_be_away=viewer().may_anywhere(Action.NAME_STAND_IN),
        loads=[_load_row(load) for load in found.loads],
        nobody=_load_row(found.nobody),
        soon=[list_row(row, chosen, unit.now, current_lang()) for row in soon.rows],
        extensions=_extension_rows(found),
        restricted=few_words(restricted_count(unit.session, [site.id for site in sites])),
        appeals=_appeal_rows(found, {site.id: site.time_zone for site in sites}),
    )


def add_routes(bp: Blueprint) -> None:
    """Route the workload."""
    localized(bp, "workload", show_workload, es="/equipo/carga", en="/staff/workload")


def _load_row(load: Load) -> Cells:
    """Return a row of the table; each number leads to the cases behind it."""
    whose = {"whose": "site", "handler": load.public_id} if load.public_id else {"whose": "unassigned"}
    shows = (("", load.open), ("late", load.late), ("week", load.week), ("waiting", load.waiting))
    return [
        load.name or _("Nobody yet"),
        *(
            _link(desk_address(urlencode({"show": show, **whose} if show else whose)), count_words(count))
            for show, count in shows
        ),
    ]


def _extension_rows(found: Workload) -> list[Cells]:
    lang = current_lang()
    return [
        [
            _case_link(one.reference),
            clock_words.clock(one.clock_name),
            formats.day_short(one.due_on, lang),
            formats.day_short(one.new_due_on, lang),
            one.asked_by,
        ]
        for one in found.extensions
    ]


def _appeal_rows(found: Workload, time_zones: dict[int, str]) -> list[Cells]:
    lang = current_lang()
    return [
        [
            _case_link(one.reference),
            formats.day_short(one.filed_at, lang, tz=time_zones[one.site_id]),
            one.reviewer_name or _("Nobody yet"),
        ]
        for one in found.appeals
    ]


def _case_link(reference: str) -> Markup:
    return _link(url_for("staff.case", reference=reference), reference)


def _link(url: str, text: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(url, escape(text))
