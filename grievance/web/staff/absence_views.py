"""Who is away and who stands in: one's own absences, and those of a coordinator's sites."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, abort, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from grievance.accounts import absences
from grievance.accounts.absences import AbsenceRow
from grievance.accounts.permissions import Action, Duty
from grievance.cases import queries as case_queries
from grievance.web import formats
from grievance.web.errors import NOT_FOUND, translate
from grievance.web.flash import say
from grievance.web.lang import current_lang, localized
from grievance.web.staff.access import duty, me, sites_for, viewer
from grievance.web.staff.forms_base import with_empty
from grievance.web.staff.forms_roster import AbsenceForm, given
from grievance.web.staff.pages_base import staff_page, today_at
from grievance.web.unit import current

REFUSED = {
    absences.OwnStandIn: _l("Nobody stands in for themselves. Choose somebody else."),
    absences.WrongDays: _l("The last day comes after the first, and three months are the most."),
    absences.NotAHandlerHere: _l("This person handles no cases at that site. Choose another handler of the same site."),
    absences.AlreadyAway: _l("Somebody stands in on some of these days already. Call that off first."),
}


@duty(Action.NAME_STAND_IN)
def away() -> ResponseReturnValue:
    """Show the absences, and name a stand-in."""
    unit = current()
    form, choices = AbsenceForm(), _choices()
    form.away.choices = with_empty([(key, label) for key, (*_ids, label) in choices.items()], _("Choose"))
    form.stand_in.choices = with_empty(_handlers(), _("Choose"))
    form.from_on.today = form.until_on.today = _today()
    if form.validate_on_submit():
        staff_id, site_id, _label = choices[form.away.data]
        try:
            absences.name_stand_in(
                unit.session,
                staff_id=staff_id,
                stand_in_id=_handler_ids()[form.stand_in.data],
                site_id=site_id,
                from_on=given(form.from_on),
                until_on=given(form.until_on),
                by=me().staff_id,
                at=unit.now,
            )
        except tuple(REFUSED) as error:
            unit.undo()
            field = form.until_on if isinstance(error, (absences.WrongDays, absences.AlreadyAway)) else form.stand_in
            field.errors = [REFUSED[type(error)]]
        else:
            say(_("The stand-in is named. It begins and ends by itself."))
            return redirect(url_for("staff.away"), code=303)
    found = absences.listed(unit.session, at=unit.now, site_ids=_coordinated(), staff_id=me().staff_id)
    body = render_template(
        "staff/away.html",
        page=staff_page(current="cases"),
        form=form,
        rows=[(_line(row), url_for("staff.call_off", public_id=row.public_id) if _may(row) else "") for row in found],
        may_name=bool(choices),
    )
    return make_response(body, 422 if form.errors else 200)


@duty(Action.NAME_STAND_IN)
def call_off(public_id: str) -> ResponseReturnValue:
    """Call an absence off."""
    unit = current()
    row = absences.absence(unit.session, public_id)
    if row.staff_id != me().staff_id and row.site_id not in _coordinated():
        abort(404)
    absences.call_off(unit.session, row, by=me().staff_id, at=unit.now)
    say(_("It is called off. The cases are with their handler alone again."))
    return redirect(url_for("staff.away"), code=303)


def add_routes(bp: Blueprint) -> None:
    """Route absences."""
    es, en = "/equipo/ausencias", "/staff/absences"
    localized(bp, "away", away, es=es, en=en, methods=("GET", "POST"))
    localized(
        bp, "call_off", call_off, es=f"{es}/<public_id>/anular", en=f"{en}/<public_id>/call-off", methods=("POST",)
    )
    translate(bp, {absences.AbsenceNotFound: NOT_FOUND})


def absence_words(row: AbsenceRow) -> str:
    """Return an absence in a sentence."""
    lang = current_lang()
    return _(
        "%(name)s is away from %(site)s from %(first)s to %(last)s; %(stand_in)s stands in",
        name=row.name,
        site=row.site_name,
        first=formats.day(row.from_on, lang),
        last=formats.day(row.until_on, lang),
        stand_in=row.stand_in,
    )


def _line(row: AbsenceRow) -> Markup | str:
    return Markup("{} <strong>{}</strong>").format(absence_words(row), _("Now")) if row.is_now else absence_words(row)


def _may(row: AbsenceRow) -> bool:
    return row.staff_id == me().staff_id or row.site_id in _coordinated()


def _coordinated() -> list[int]:
    return [site.id for site in me().sites if viewer().holds(site.id, Duty.COORDINATOR)]


def _choices() -> dict[str, tuple[int, int, str]]:
    """Return who may be away from where, as key to (id, site, words): oneself, and handlers of coordinated sites."""
    own = me()
    found: dict[str, tuple[int, int, str]] = {}
    for site in sites_for(Action.NAME_STAND_IN):
        for person in _of_site(site.id):
            if person.id == own.staff_id or viewer().holds(site.id, Duty.COORDINATOR):
                words = _("%(name)s, %(site)s", name=person.name, site=site.name)
                found[f"{person.public_id}.{site.slug}"] = (person.id, site.id, words)
    return found


def _handlers() -> list[tuple[str, str]]:
    found = {person.public_id: person.name for site in sites_for(Action.NAME_STAND_IN) for person in _of_site(site.id)}
    return sorted(found.items(), key=lambda one: one[1])


def _handler_ids() -> dict[str, int]:
    return {person.public_id: person.id for site in sites_for(Action.NAME_STAND_IN) for person in _of_site(site.id)}


def _of_site(site_id: int) -> list[case_queries.StaffChoice]:
    return case_queries.staff_choices(current().session, viewer(), site_id, Duty.HANDLER)


def _today() -> date:
    return min(today_at(site.time_zone) for site in me().sites)
