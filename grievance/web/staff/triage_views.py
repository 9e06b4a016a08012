"""First look: the queue of grievances nobody has looked at, and the tray of texts that belong nowhere yet."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grievance.accounts.permissions import Action
from grievance.cases.states import staff_actor
from grievance.desk.queries import BadCursor, Whose, desk_counts, untriaged
from grievance.dialogue import tray
from grievance.web.flash import say
from grievance.web.lang import current_lang, localized
from grievance.web.staff.access import at_site, duty, me, sites_for, viewer
from grievance.web.staff.desk_pages import count_words
from grievance.web.staff.forms_base import with_empty
from grievance.web.staff.forms_triage import TrayForm
from grievance.web.staff.pages_base import staff_page
from grievance.web.staff.triage_pages import tray_texts, waiting
from grievance.web.unit import current

TRAY = 50


@duty(Action.TRIAGE)
def triage() -> ResponseReturnValue:
    """Show what nobody has looked at."""
    unit, who = current(), viewer()
    try:
        found = untriaged(unit.session, who, now=unit.now, after=request.args.get("after"))
    except BadCursor:
        abort(404)
    counts = desk_counts(unit.session, who, whose=Whose.SITE, now=unit.now)
    return render_template(
        "staff/triage.html",
        page=staff_page(current="triage"),
        waiting=waiting(found.rows, unit.now, current_lang()),
        count=count_words(counts.untriaged),
        texts=len(tray.texts(unit.session, who, limit=TRAY)) if who.may_anywhere(Action.ROUTE_MESSAGES) else None,
        next_url=url_for("staff.triage", after=found.next_cursor) if found.next_cursor else "",
        previous_url=url_for("staff.triage", after=found.previous_cursor) if found.previous_cursor else "",
    )


@duty(Action.ROUTE_MESSAGES)
def messages_tray() -> ResponseReturnValue:
    """Show texts that reached no site, or that could not be understood."""
    unit = current()
    rows = tray.texts(unit.session, viewer(), limit=TRAY)
    return render_template(
        "staff/tray.html",
        page=staff_page(current="triage"),
        texts=tray_texts(rows, sites_for(Action.ROUTE_MESSAGES)[0].time_zone, current_lang()),
        tray_form=_tray_form(),
    )


@duty(Action.ROUTE_MESSAGES)
def take_text(public_id: str) -> ResponseReturnValue:
    """Make a case of a text, or set it aside."""
    form, unit = _tray_form(), current()
    by = staff_actor(me().staff_id)
    try:
        if form.aside.data:
            tray.set_aside(unit.session, viewer(), public_id, by=by, at=unit.now)
            say(_("The text is set aside. It stays stored as it came."))
        elif form.validate():
            site = at_site(Action.ROUTE_MESSAGES, form.site.data)
            reference = tray.make_case(unit.session, viewer(), public_id, site_id=site.id, by=by, at=unit.now)
            say(_("The text is now case %(reference)s.", reference=reference))
        else:
            say(_("Choose the site to which it belongs."))
    except tray.TextNotFound:
        abort(404)
    return redirect(url_for("staff.messages_tray"), code=303)


def add_routes(bp: Blueprint) -> None:
    """Route triage."""
    localized(bp, "triage", triage, es="/equipo/triaje", en="/staff/triage")
    localized(bp, "messages_tray", messages_tray, es="/equipo/triaje/textos", en="/staff/triage/texts")
    localized(
        bp,
        "take_text",
        take_text,
        es="/equipo/triaje/textos/<public_id>",
        en="/staff/triage/texts/<public_id>",
        methods=("POST",),
    )


def _tray_form() -> TrayForm:
    form = TrayForm()
    sites = [(site.slug, site.name) for site in sites_for(Action.ROUTE_MESSAGES)]
    form.site.choices = sites if len(sites) == 1 else with_empty(sites, _("Choose"))
    return form
