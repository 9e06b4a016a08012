"""The desk, tasks and notices: what waits for whoever is signed in."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from grievance.accounts.permissions import Action, Duty
from grievance.cases import queries as case_queries
from grievance.cases import tasks as case_tasks
from grievance.cases import triage
from grievance.cases.desk_queries import BadCursor, DeskFilter, Show, Whose, desk, desk_counts
from grievance.cases.states import staff_actor
from grievance.cases.tasks import TaskNotFound
from grievance.cases.visibility import CaseAction
from grievance.cases.wall import ConflictOfInterest
from grievance.web import words
from grievance.web.flash import say
from grievance.web.lang import current_lang, localized
from grievance.web.staff.access import duty, me, signed_in, sites_for, viewer
from grievance.web.staff.choices import types, with_load
from grievance.web.staff.desk_pages import DeskView, desk_view, notice_line
from grievance.web.staff.forms_base import Choice, with_empty
from grievance.web.staff.forms_desk import AssignManyForm, DeskFilterForm
from grievance.web.staff.pages_base import TIME_ZONE, staff_page
from grievance.web.unit import current

REPLIES = 10
TASKS = 20
NOTICES = 5
MOST_AT_ONCE = 25


@duty(Action.SEE_CASES)
def cases() -> ResponseReturnValue:
    """Show my cases by what is due next."""
    form = _filter_form()
    chosen = _chosen(form)
    assign_form = _assign_form() if sites_for(Action.ASSIGN) else None
    return render_template(
        "staff/desk.html",
        page=staff_page(current="cases"),
        desk=_desk(chosen),
        filter_form=form,
        assign_form=assign_form,
        show=chosen.show.value,
    )


@duty(Action.ASSIGN)
def assign_many() -> ResponseReturnValue:
    """Give several cases to one handler."""
    form = _assign_form()
    ticked = request.form.getlist("case")[:MOST_AT_ONCE]
    if not ticked or not form.validate():
        say(_("Nothing was assigned. Tick the cases and choose who works them."))
        return redirect(url_for("staff.cases", whose="site"), code=303)
    unit, handler_id = current(), _handler_ids()[form.handler.data]
    refused = []
    for reference in ticked:
        case = case_queries.for_change(unit.session, viewer(), reference, CaseAction.ASSIGN)
        try:
            triage.assign(unit.session, case, handler_id, by=staff_actor(me().staff_id), at=unit.now)
        except (triage.NotAHandler, ConflictOfInterest):
            refused.append(case.reference)
    _say_assigned(len(ticked) - len(refused), refused)
    return redirect(url_for("staff.cases", whose="site"), code=303)


@duty(Action.SEE_CASES)
def finish_task(public_id: str) -> ResponseReturnValue:
    """Mark a task as done."""
    unit = current()
    try:
        case_tasks.finish(unit.session, viewer(), public_id, at=unit.now)
    except TaskNotFound:
        abort(404)
    say(_("The task is done."))
    return redirect(url_for("staff.cases", _anchor="tasks"), code=303)


@signed_in
def notices() -> ResponseReturnValue:
    """Show the notices, which carry no content."""
    unit = current()
    found = case_tasks.notices(unit.session, viewer(), now=unit.now)
    lines = [notice_line(row, _time_zone(), current_lang()) for row in found]
    return render_template("staff/notices.html", page=staff_page(current="notices"), notices=lines)


@signed_in
def read_notices() -> ResponseReturnValue:
    """Mark all notices as read."""
    unit = current()
    case_tasks.read_notices(unit.session, me().staff_id, at=unit.now)
    say(_("All notices are marked as read."))
    return redirect(url_for("staff.notices"), code=303)


def add_routes(bp: Blueprint) -> None:
    """Route the desk."""
    localized(bp, "cases", cases, es="/equipo/casos", en="/staff/cases")
    localized(bp, "assign_many", assign_many, es="/equipo/asignar", en="/staff/assign", methods=("POST",))
    localized(
        bp,
        "finish_task",
        finish_task,
        es="/equipo/tareas/<public_id>/hecha",
        en="/staff/tasks/<public_id>/done",
        methods=("POST",),
    )
    localized(bp, "notices", notices, es="/equipo/avisos", en="/staff/notices")
    localized(bp, "read_notices", read_notices, es="/equipo/avisos/leidos", en="/staff/notices/read", methods=("POST",))


def _desk(chosen: DeskFilter) -> DeskView:
    unit, who = current(), viewer()
    try:
        found = desk(unit.session, who, chosen, now=unit.now, after=request.args.get("after"))
    except BadCursor:
        abort(404)
    unread = DeskFilter(show=Show.UNREAD, whose=chosen.whose, site_id=chosen.site_id)
    return desk_view(
        chosen=chosen,
        args=request.args,
        found=found,
        counts=desk_counts(unit.session, who, whose=chosen.whose, site_id=chosen.site_id, now=unit.now),
        replies=desk(unit.session, who, unread, now=unit.now, limit=REPLIES).rows if chosen.show is Show.OPEN else (),
        tasks=case_tasks.tasks(unit.session, who, site_id=chosen.site_id, limit=TASKS),
        notices=case_tasks.notices(unit.session, who, now=unit.now, limit=NOTICES),
        now=unit.now,
        time_zone=_time_zone(),
        lang=current_lang(),
    )


def _chosen(form: DeskFilterForm) -> DeskFilter:
    shows, whoses = {show.value: show for show in Show}, {whose.value: whose for whose in Whose}
    sites = {site.slug: site.id for site in me().sites}
    return DeskFilter(
        show=shows.get(request.args.get("show", ""), Show.OPEN),
        whose=whoses.get(form.whose.data or "", _usual()),
        type=form.type.data if form.type.data in dict(types()) else None,
        handler=form.handler.data or None,
        q=form.q.data or "",
        site_id=sites.get(form.site.data or ""),
    )


def _filter_form() -> DeskFilterForm:
    form = DeskFilterForm(request.args)
    form.type.choices = with_empty([*types(), ("unclassified", words.case_type("unclassified"))], _("All kinds"))
    form.site.choices = with_empty([(site.slug, site.name) for site in me().sites], _("All my sites"))
    form.whose.choices = [("mine", _("Mine")), ("site", _("The whole site")), ("unassigned", _("Nobody's yet"))]
    form.whose.data = form.whose.data or _usual().value
    form.handler.choices = with_empty(_handlers(), _("Everybody")) if sites_for(Action.ASSIGN) else []
    return form


def _assign_form() -> AssignManyForm:
    form = AssignManyForm()
    form.handler.choices = with_empty(_handlers(), _("Choose"))
    return form


def _handlers() -> list[Choice]:
    found = {person.public_id: with_load(person) for site in sites_for(Action.ASSIGN) for person in _of_site(site.id)}
    return sorted(found.items(), key=lambda choice: choice[1])


def _handler_ids() -> dict[str, int]:
    return {person.public_id: person.id for site in sites_for(Action.ASSIGN) for person in _of_site(site.id)}


def _of_site(site_id: int) -> list[case_queries.StaffChoice]:
    unit = current()
    known: dict[int, list[case_queries.StaffChoice]] = request.environ.setdefault("grievance.handlers", {})
    if site_id not in known:
        known[site_id] = case_queries.staff_choices(unit.session, site_id, Duty.HANDLER)
    return known[site_id]


def _usual() -> Whose:
    """Return whose cases somebody opens the desk for: their own, unless their duty is to look at all."""
    return Whose.MINE if viewer().sites_with(Duty.HANDLER, Duty.INVESTIGATOR) else Whose.SITE


def _say_assigned(count: int, refused: list[str]) -> None:
    if count:
        say(ngettext("%(num)s case is assigned.", "%(num)s cases are assigned.", count))
    if refused:
        say(_("Not assigned, because this person cannot work them: %(references)s.", references=", ".join(refused)))


def _time_zone() -> str:
    return me().sites[0].time_zone if me().sites else TIME_ZONE
