"""The on-call rota of a site: who is called at any hour, week by week, and where nobody is."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from grievance.accounts import rota
from grievance.accounts.permissions import Action
from grievance.accounts.queries import SiteName
from grievance.accounts.rota import Gap, Turn
from grievance.web import formats
from grievance.web.errors import NOT_FOUND, translate
from grievance.web.flash import say
from grievance.web.lang import current_lang, localized
from grievance.web.staff.access import at_site, duty, me, sites_for
from grievance.web.staff.forms_base import Choice, with_empty
from grievance.web.staff.forms_roster import TurnForm, WeeksForm, given
from grievance.web.staff.pages_base import staff_page, today_at
from grievance.web.unit import current

SHOWN_AHEAD = timedelta(days=28)
"""Gaps of the next four weeks stand on the page."""

WRONG_TURN = _l("The turn ends after it begins, has not gone by, and lies within a year.")


@duty(Action.PLAN_ROTA)
def rotas() -> ResponseReturnValue:
    """Choose a site; with one there is nothing to choose."""
    sites = sites_for(Action.PLAN_ROTA)
    if len(sites) == 1:
        return redirect(url_for("staff.rota", site=sites[0].slug))
    return render_template("staff/rotas.html", page=staff_page(current="rota"), sites=sites)


@duty(Action.PLAN_ROTA)
def rota_of(site: str) -> ResponseReturnValue:
    """Show the turns and gaps of a site."""
    found = at_site(Action.PLAN_ROTA, site)
    return _show(found, _turn_form(found), _weeks_form(found))


@duty(Action.PLAN_ROTA)
def plan_turn(site: str) -> ResponseReturnValue:
    """Put one person on call."""
    found = at_site(Action.PLAN_ROTA, site)
    form = _turn_form(found)
    if form.validate_on_submit():
        first, last = (_instant(given(on), form.hour.data, found) for on in (form.first, form.last))
        if _plan(found, [(int(form.person.data), first, last)]):
            return _planned(found, 1)
        form.last.errors = [WRONG_TURN]
    return _show(found, form, _weeks_form(found, is_sent=False), status=422)


@duty(Action.PLAN_ROTA)
def plan_weeks(site: str) -> ResponseReturnValue:
    """Let several people take turns, a week each."""
    found = at_site(Action.PLAN_ROTA, site)
    form = _weeks_form(found)
    if form.validate_on_submit():
        first = _instant(given(form.begins), form.handover.data, found)
        days = rota.week_days(given(form.begins), form.weeks.data or 1)
        ends = [_instant(on, form.handover.data, found) for on in days]
        people = [staff_id for staff_id, _name in _holders(found) if str(staff_id) in (form.people.data or [])]
        if _plan(found, rota.weeks(people, first=first, ends=ends)):
            return _planned(found, len(ends))
        form.begins.errors = [WRONG_TURN]
    return _show(found, _turn_form(found, is_sent=False), form, status=422)


@duty(Action.PLAN_ROTA)
def remove_turn(site: str, public_id: str) -> ResponseReturnValue:
    """Take a turn out."""
    found, unit = at_site(Action.PLAN_ROTA, site), current()
    rota.remove_turn(unit.session, found.id, public_id, by=me().staff_id, at=unit.now)
    say(_("The turn is taken out of the rota."))
    return redirect(url_for("staff.rota", site=found.slug), code=303)


def add_routes(bp: Blueprint) -> None:
    """Route the rota."""
    post = ("POST",)
    es, en = "/equipo/turnos", "/staff/rota"
    localized(bp, "rotas", rotas, es=es, en=en)
    localized(bp, "rota", rota_of, es=f"{es}/<site>", en=f"{en}/<site>")
    localized(bp, "plan_turn", plan_turn, es=f"{es}/<site>/turno", en=f"{en}/<site>/turn", methods=post)
    localized(bp, "plan_weeks", plan_weeks, es=f"{es}/<site>/semanas", en=f"{en}/<site>/weeks", methods=post)
    localized(
        bp,
        "remove_turn",
        remove_turn,
        es=f"{es}/<site>/<public_id>/quitar",
        en=f"{en}/<site>/<public_id>/remove",
        methods=post,
    )
    translate(bp, {rota.TurnNotFound: NOT_FOUND})


def gap_words(gap: Gap, time_zone: str) -> str:
    """Return a span without anybody on call, in plain words."""
    lang = current_lang()
    return _(
        "Nobody is on call from %(first)s to %(last)s",
        first=formats.moment(gap.from_at, lang, tz=time_zone),
        last=formats.moment(gap.until_at, lang, tz=time_zone),
    )


def _show(site: SiteName, turn_form: TurnForm, weeks_form: WeeksForm, *, status: int = 200) -> ResponseReturnValue:
    unit = current()
    planned = rota.turns(unit.session, site.id, at=unit.now)
    missing = rota.gaps(planned, from_at=unit.now, until_at=unit.now + SHOWN_AHEAD) if planned else []
    holders = _holders(site)
    body = render_template(
        "staff/rota.html",
        page=staff_page(current="rota", site_name=site.name),
        site=site,
        turns=[_turn_row(site, turn) for turn in planned],
        gaps=[gap_words(gap, site.time_zone) for gap in missing],
        holders=formats.list_and([name for _id, name in holders], current_lang()),
        turn_form=turn_form,
        weeks_form=weeks_form,
        failed=turn_form if turn_form.errors else weeks_form,
        is_planned=bool(planned),
    )
    return make_response(body, status)


def _turn_row(site: SiteName, turn: Turn) -> dict[str, str | bool]:
    lang = current_lang()
    return {
        "name": turn.name,
        "from": formats.moment(turn.from_at, lang, tz=site.time_zone),
        "until": formats.moment(turn.until_at, lang, tz=site.time_zone),
        "is_now": turn.from_at <= current().now,
        "remove_url": url_for("staff.remove_turn", site=site.slug, public_id=turn.public_id),
    }


def _plan(site: SiteName, planned: list[tuple[int, datetime, datetime]]) -> bool:
    """Plan all turns, or none when one cannot be; return whether it was done."""
    unit = current()
    try:
        for staff_id, first, last in planned:
            rota.plan_turn(
                unit.session,
                site_id=site.id,
                staff_id=staff_id,
                from_at=first,
                until_at=last,
                by=me().staff_id,
                at=unit.now,
            )
    except (rota.WrongTurn, rota.NotOnCallHere):
        unit.undo()
        return False
    return True


def _planned(site: SiteName, count: int) -> ResponseReturnValue:
    say(ngettext("%(num)s turn is planned.", "%(num)s turns are planned.", count))
    return redirect(url_for("staff.rota", site=site.slug), code=303)


def _turn_form(site: SiteName, *, is_sent: bool = True) -> TurnForm:
    form = TurnForm(**_sent(is_sent))
    form.person.choices = with_empty(_people(site), _("Choose"))
    form.first.today = form.last.today = today_at(site.time_zone)
    form.hour.choices = _hours()
    return form


def _weeks_form(site: SiteName, *, is_sent: bool = True) -> WeeksForm:
    form = WeeksForm(**_sent(is_sent))
    form.people.choices = _people(site)
    form.begins.today = today_at(site.time_zone)
    form.handover.choices = _hours()
    return form


def _sent(is_sent: bool) -> dict[str, Any]:  # whatever WTForms takes
    """Return what a form is made from: of two forms on a page, only the one that was sent is filled in."""
    return {} if is_sent and request.method == "POST" else {"formdata": None}


def _holders(site: SiteName) -> list[tuple[int, str]]:
    return rota.holders(current().session, site.id)


def _people(site: SiteName) -> list[Choice]:
    return [(str(staff_id), name) for staff_id, name in _holders(site)]


def _hours() -> list[Choice]:
    return [(str(hour), f"{hour:02}:00") for hour in range(24)]


def _instant(on: date, hour: str, site: SiteName) -> datetime:
    return datetime.combine(on, time(int(hour)), tzinfo=ZoneInfo(site.time_zone))
