"""The desk, tasks and notices: what waits for whoever is signed in."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grievance.accounts.permissions import Action, Duty
from grievance.accounts.rota import near_gaps
from grievance.cases import tasks as case_tasks
from grievance.desk import tasks as desk_tasks
from grievance.desk.queries import BadCursor, DeskFilter, Show, Whose, desk, desk_counts
from grievance.desk.saved_views import saved_views
from grievance.desk.tasks import NotDoneByTicking, TaskNotFound
from grievance.web import words
from grievance.web.flash import say
from grievance.web.lang import current_lang, localized
from grievance.web.staff.access import duty, me, signed_in, sites_for, viewer
from grievance.web.staff.bulk_views import assign_form
from grievance.web.staff.choices import types
from grievance.web.staff.desk_pages import DeskView, desk_view, notice_line, task_line
from grievance.web.staff.forms_base import with_empty
from grievance.web.staff.forms_desk import DeskFilterForm, ViewNameForm
from grievance.web.staff.handler_choices import handlers
from grievance.web.staff.pages_base import TIME_ZONE, staff_page
from grievance.web.staff.rota_views import gap_words
from grievance.web.unit import current

REPLIES = 10
TASKS, TASKS_OF_PAGE = 20, 50
NOTICES = 5


@duty(Action.SEE_CASES)
def cases() -> ResponseReturnValue:
    """Show my cases by what is due next."""
    form = _filter_form()
    chosen = _chosen(form)
    return render_template(
        "staff/desk.html",
        page=staff_page(current="cases"),
        desk=_desk(chosen),
        filter_form=form,
        assign_form=assign_form() if sites_for(Action.ASSIGN) else None,
        may_work=viewer().may_anywhere(Action.WORK_CASE),
        view_form=ViewNameForm(),
        show=chosen.show.value,
        gaps=_gaps(),
    )


@duty(Action.SEE_CASES)
def finish_task(public_id: str) -> ResponseReturnValue:
    """Mark a task as done."""
    unit = current()
    try:
        desk_tasks.finish(unit.session, viewer(), public_id, at=unit.now)
    except TaskNotFound:
        abort(404)
    except NotDoneByTicking:
        say(_("This task goes by itself once it is done. It cannot be ticked off."))
    else:
        say(_("The task is done."))
    return redirect(url_for("staff.cases", _anchor="tasks"), code=303)


@duty(Action.SEE_CASES)
def tasks() -> ResponseReturnValue:
    """Show all that waits for whoever is signed in, in pages."""
    unit, who = current(), viewer()
    number = request.args.get("page", 1, type=int)
    count = desk_tasks.count_tasks(unit.session, who)
    pages = max(1, -(-count // TASKS_OF_PAGE))
    if not 1 <= number <= pages:
        abort(404)
    found = desk_tasks.tasks(unit.session, who, skip=(number - 1) * TASKS_OF_PAGE, limit=TASKS_OF_PAGE)
    return render_template(
        "staff/tasks.html",
        page=staff_page(current="cases"),
        tasks=[task_line(row, _time_zone(), current_lang()) for row in found],
        words=_("Page %(number)s of %(pages)s, %(num)s tasks", number=number, pages=pages, num=count),
        previous_url=url_for("staff.tasks", page=number - 1) if number > 1 else "",
        next_url=url_for("staff.tasks", page=number + 1) if number < pages else "",
    )


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
    localized(bp, "tasks", tasks, es="/equipo/tareas", en="/staff/tasks")
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
    waiting = desk_tasks.tasks(unit.session, who, site_id=chosen.site_id, limit=TASKS)
    is_cut = len(waiting) == TASKS
    count = desk_tasks.count_tasks(unit.session, who, site_id=chosen.site_id) if is_cut else len(waiting)
    unread = DeskFilter(show=Show.UNREAD, whose=chosen.whose, site_id=chosen.site_id)
    return desk_view(
        chosen=chosen,
        args=request.args,
        found=found,
        counts=desk_counts(unit.session, who, whose=chosen.whose, site_id=chosen.site_id, now=unit.now),
        replies=desk(unit.session, who, unread, now=unit.now, limit=REPLIES).rows if chosen.show is Show.OPEN else (),
        views=saved_views(unit.session, me().staff_id),
        tasks=waiting,
        task_count=count,
        notices=case_tasks.notices(unit.session, who, now=unit.now, limit=NOTICES),
        now=unit.now,
        time_zone=_time_zone(),
        lang=current_lang(),
    )


def _gaps() -> list[tuple[str, str]]:
    """Return the gaps of the on-call rota that are near, in words with the address of the rota, for who plans it."""
    sites = sites_for(Action.PLAN_ROTA)
    if not sites:
        return []
    found = near_gaps(current().session, [site.id for site in sites], at=current().now)
    return [
        (f"{one.site_name}: {gap_words(one.gap, one.time_zone)}", url_for("staff.rota", site=one.site_slug))
        for one in found
    ]


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
    form.handler.choices = with_empty(handlers(), _("Everybody")) if sites_for(Action.ASSIGN) else []
    return form


def _usual() -> Whose:
    """Return whose cases somebody opens the desk for: their own, unless their duty is to look at all."""
    return Whose.MINE if viewer().sites_with(Duty.HANDLER, Duty.INVESTIGATOR) else Whose.SITE


def _time_zone() -> str:
    return me().sites[0].time_zone if me().sites else TIME_ZONE
