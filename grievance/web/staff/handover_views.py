"""Handing over what somebody works: whose, which cases, to whom, with what note."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from grievance.accounts import queries
from grievance.accounts.models import Staff
from grievance.accounts.permissions import Action, Duty
from grievance.cases import queries as case_queries
from grievance.cases.states import staff_actor
from grievance.desk import handover
from grievance.desk.handover import Giver, Handed, HeldCase, SameHandler
from grievance.web import formats, words
from grievance.web.flash import say, warn
from grievance.web.lang import current_lang, localized
from grievance.web.staff.access import duty, me, sites_for, viewer
from grievance.web.staff.bulk_pages import BULK_REFUSED
from grievance.web.staff.bulk_views import picked_now
from grievance.web.staff.choices import with_load
from grievance.web.staff.desk_pages import Cell, Row
from grievance.web.staff.forms_base import text_of, with_empty
from grievance.web.staff.forms_handover import HandoverForm
from grievance.web.staff.pages_base import staff_page
from grievance.web.unit import current


@duty(Action.ASSIGN)
def handovers() -> ResponseReturnValue:
    """Show whose cases can be handed over."""
    found = handover.givers(current().session, viewer())
    return render_template(
        "staff/handovers.html", page=staff_page(current="cases"), givers=[_giver_row(one) for one in found]
    )


@duty(Action.ASSIGN)
def hand_over(public_id: str) -> ResponseReturnValue:
    """Hand over the ticked cases of somebody."""
    unit = current()
    giver = _giver(public_id)
    form, receivers = HandoverForm(), _receivers(giver.id)
    form.handler.choices = with_empty([(key, label) for key, (_id, label) in receivers.items()], _("Choose"))
    picked, status = picked_now(handover.MOST_LISTED), 200
    if form.is_submitted():
        status = 422
        if not picked:
            warn(_("Tick the cases first."))
        elif form.validate():
            try:
                handed = handover.hand_over(
                    unit.session,
                    viewer(),
                    picked,
                    from_id=giver.id,
                    to_id=receivers[form.handler.data][0],
                    words=text_of(form.words),
                    by=staff_actor(me().staff_id),
                    at=unit.now,
                    refusals=BULK_REFUSED,
                )
            except SameHandler:
                abort(400)
            _report(handed)
            return redirect(_onward(giver.id, public_id), code=303)
    found = handover.cases_of(unit.session, viewer(), giver.id)
    ticked = {one.reference for one in picked}
    body = render_template(
        "staff/handover.html",
        page=staff_page(current="cases"),
        name=giver.name,
        form=form,
        rows=[_case_row(case) for case in found],
        ticked=[f"{case.reference}.{case.version}" for case in found if case.reference in ticked],
        action=url_for("staff.hand_over", public_id=public_id),
    )
    return body, status


def _onward(giver_id: int, public_id: str) -> str:
    """Return where to go on: of somebody who left there is nothing more to see once the last case has gone."""
    if handover.cases_of(current().session, viewer(), giver_id):
        return url_for("staff.hand_over", public_id=public_id)
    return url_for("staff.handovers")


def add_routes(bp: Blueprint) -> None:
    """Route the hand-over of cases."""
    es, en = "/equipo/traspasos", "/staff/handovers"
    localized(bp, "handovers", handovers, es=es, en=en)
    localized(bp, "hand_over", hand_over, es=f"{es}/<public_id>", en=f"{en}/<public_id>", methods=("GET", "POST"))


def _giver(public_id: str) -> Staff:
    """Return whose cases these are; somebody of whom nothing can be given away is not there."""
    if public_id not in {one.public_id for one in handover.givers(current().session, viewer())}:
        known = {person.public_id for site in sites_for(Action.ASSIGN) for person in _of_site(site.id)}
        if public_id not in known:
            abort(404)
    return queries.staff_by_public_id(current().session, public_id)


def _receivers(giver_id: int) -> dict[str, tuple[int, str]]:
    """Return who may get them, as public id to (id, name with load): each case decides once more by its own rules."""
    found = {
        person.public_id: (person.id, with_load(person))
        for site in sites_for(Action.ASSIGN)
        for person in _of_site(site.id)
        if person.id != giver_id
    }
    return dict(sorted(found.items(), key=lambda item: item[1][1]))


def _of_site(site_id: int) -> list[case_queries.StaffChoice]:
    who = viewer()
    duties = [Duty.HANDLER]
    if who.holds(site_id, Duty.TRIAGER, Duty.OUTSIDE_REVIEWER):
        duties += [Duty.INVESTIGATOR, Duty.TRIAGER]
    session = current().session
    return [person for one in duties for person in case_queries.staff_choices(session, who, site_id, one)]


def _report(handed: Handed) -> None:
    if handed.done:
        say(
            ngettext(
                "%(num)s case is handed over, with your note in it.",
                "%(num)s cases are handed over, with your note in each.",
                handed.done,
            ),
            undo=handed.undo,
        )
    refused = [result.reference for result in handed.results if result.error is not None]
    if refused:
        # Never why: that a case is hidden from somebody would say whom it is about.
        warn(_("Not handed over: %(references)s. Give these to somebody else.", references=", ".join(refused)))


def _giver_row(one: Giver) -> list[str | Markup]:
    link = Markup('<a href="{}">{}</a>').format(url_for("staff.hand_over", public_id=one.public_id), one.name)
    return [link, str(one.cases), _("Account open") if one.is_active else _("Account closed")]


def _case_row(case: HeldCase) -> Row:
    due = formats.day_short(case.due_at, current_lang(), tz=case.time_zone) if case.due_at else _("Nothing is due")
    left = _("with nobody since") if case.is_left else ""
    return Row(
        url=url_for("staff.case", reference=case.reference),
        title=case.title or _("%(what)s, no title yet", what=words.case_type(case.type)),
        reference=case.reference,
        value=f"{case.reference}.{case.version}",
        cells=[Cell(text=due), Cell(text=case.site_name, small=left)],
    )
