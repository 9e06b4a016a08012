"""Doing something with a case. Every action goes one way: form, a last look at what will happen, then the operation.

A refusal shows the same page again with everything typed, and nothing of what was half done is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grievance.accounts.permissions import Action
from grievance.cases import queries as case_queries
from grievance.cases.page import CasePage
from grievance.cases.queries import CaseNotFound
from grievance.cases.states import staff_actor
from grievance.cases.transitions import CaseChanged, check_version
from grievance.cases.visibility import CaseAction
from grievance.desk import undo
from grievance.desk.reply_templates import NothingToFillIn, TemplateNotFound
from grievance.privacy.apart import follow_walls
from grievance.web.flash import say
from grievance.web.lang import current_lang, localized
from grievance.web.staff.access import duty, me, viewer
from grievance.web.staff.action_pages import Check, action_view, check, text_sizes
from grievance.web.staff.action_refusals import CHANGED, REFUSALS, refusal
from grievance.web.staff.action_rows import ROWS
from grievance.web.staff.actions import ActionRow, Doing, by_endpoint
from grievance.web.staff.case_pages import case_view
from grievance.web.staff.case_reading import calendar_for, read_case
from grievance.web.staff.change_pages import Changes, changes_since, last_event
from grievance.web.staff.choices import Choices
from grievance.web.staff.forms_base import ActionForm, text_of
from grievance.web.staff.pages_base import staff_page, today_at
from grievance.web.staff.template_pages import USE_TEMPLATE, begin_with, nothing_for
from grievance.web.unit import current

REFUSED = tuple(REFUSALS)


@duty(Action.WORK_CASE)
def work(reference: str) -> ResponseReturnValue:
    """Do what whoever works a case does."""
    return perform(reference)


@duty(Action.TRIAGE)
def look_first(reference: str) -> ResponseReturnValue:
    """Do what triagers do."""
    return perform(reference)


@duty(Action.ASSIGN)
def give(reference: str) -> ResponseReturnValue:
    """Say who works a case."""
    return perform(reference)


VIEWS = {Action.WORK_CASE: work, Action.TRIAGE: look_first, Action.ASSIGN: give}


ONWARD = {
    # Whoever classifies goes on with the next one; the wall may just have hidden this case from them, too.
    CaseAction.CLASSIFY: "staff.triage",
    # Once decided, the case is nothing to its reviewer any more.
    CaseAction.DECIDE_APPEAL: "staff.cases",
}
"""Where an action leads that takes the case out of sight."""

MOVES_WALL = frozenset({CaseAction.CLASSIFY, CaseAction.MERGE})
"""After which a case may be hidden from more people, and so the requests about personal data that concern it."""


def add_routes(bp: Blueprint) -> None:
    """Route every action of the table under its own words."""
    for row in ROWS.values():
        localized(
            bp,
            row.endpoint,
            VIEWS[row.duty],
            es=f"/equipo/casos/<reference>/{row.es}",
            en=f"/staff/cases/<reference>/{row.en}",
            methods=("GET", "POST"),
        )


def perform(reference: str) -> ResponseReturnValue:
    """Show the page of an action, check what was sent, show what will happen, or do it."""
    row = by_endpoint(ROWS, request.endpoint or "")
    page = read_case(reference)
    choices = Choices(current(), page)
    form = row.make_form(choices)
    form.set_today(today_at(page.time_zone))
    if request.method == "GET":
        return _show(row, page, form)
    if USE_TEMPLATE in request.form:
        return _begin_with_template(row, page, form, choices)
    is_whole = form.validate()
    # Before what is wrong with the fields: what was chosen may be gone because somebody else was faster.
    if form.version.data is not None and form.version.data != page.version:
        return _overtaken(row, page, form)
    if not is_whole:
        return _show(row, page, form, status=422)
    if row.is_checked_first and not form.was_shown():
        return _check_first(row, page, form, choices)
    return _do(row, page, form, choices)


def _begin_with_template(
    row: ActionRow[Any], page: CasePage, form: ActionForm, choices: Choices
) -> ResponseReturnValue:
    """Show the form again with the words of a template in it, below whatever was typed; nothing is checked yet."""
    sizes: list[str] = []
    try:
        begin_with(form, choices, request.form.get("template", ""))
        sizes = text_sizes(row, page, text_of(form["words"]))
    except NothingToFillIn as error:
        form.form_errors.append(nothing_for(error.variable))
    except TemplateNotFound:
        form.form_errors.append(_("Choose a template first."))
    except REFUSED as error:
        form.form_errors.append(str(refusal(error)))
    # The version stays that of the page on which the form was begun: a change since then must still be noticed.
    return _show(row, page, form, sizes=sizes, is_begun=True, status=422 if form.form_errors else 200)


def _check_first(row: ActionRow[Any], page: CasePage, form: ActionForm, choices: Choices) -> ResponseReturnValue:
    try:
        found = check(row, page, form, choices)
    except CaseNotFound:
        return _refuse(row, page, form, _("There is no such case that you can see. Check the reference."))
    except REFUSED as error:
        return _refuse(row, page, form, str(refusal(error)))
    form.seen.data = form.fingerprint()
    return _show(row, page, form, found=found)


def _do(row: ActionRow[Any], page: CasePage, form: ActionForm, choices: Choices) -> ResponseReturnValue:
    unit = current()
    try:
        case = case_queries.for_change(unit.session, viewer(), page.reference, row.action)
        check_version(case, page.version)
        before = undo.standing_of(unit.session, case)
        row.run(Doing(unit, case, staff_actor(me().staff_id), choices), form)
        if row.action in MOVES_WALL:
            follow_walls(unit.session, at=unit.now)
    except CaseChanged:
        unit.undo()
        return _overtaken(row, read_case(page.reference), form)
    except REFUSED as error:
        unit.undo()
        return _refuse(row, read_case(page.reference), form, str(refusal(error)))
    token = ""
    if row.action in undo.UNDOABLE:
        token = undo.remember(unit.session, me().staff_id, [(case, before)], action=row.action, at=unit.now)
    say(str(row.done), undo=token)
    onward = ONWARD.get(row.action)
    address = url_for(onward) if onward else url_for("staff.case", reference=page.reference)
    return redirect(address, code=303)


def _overtaken(row: ActionRow[Any], page: CasePage, form: ActionForm) -> ResponseReturnValue:
    """Tell the later of two people that the case has changed, and show what did; the words typed stay."""
    form.form_errors.append(str(CHANGED))
    return _show(row, page, form, changed=changes_since(form.since.data, page, me().name, current_lang()), status=409)


def _refuse(
    row: ActionRow[Any], page: CasePage, form: ActionForm, words: str, *, status: int = 422
) -> ResponseReturnValue:
    form.form_errors.append(words)
    return _show(row, page, form, status=status)


def _show(
    row: ActionRow[Any],
    page: CasePage,
    form: ActionForm,
    *,
    found: Check | None = None,
    changed: Changes | None = None,
    sizes: Sequence[str] = (),
    is_begun: bool = False,
    status: int = 200,
) -> ResponseReturnValue:
    if not is_begun:
        form.begin_at(page.version, last_event(page))
    view = case_view(page, me=me().name, now=current().now, calendar=calendar_for(page), lang=current_lang())
    body = render_template(
        "staff/action.html",
        page=staff_page(current="cases", site_name=page.site_name, today=today_at(page.time_zone)),
        form=form,
        action=action_view(row, Choices(current(), page), form),
        case=view,
        check=found,
        changed=changed,
        sizes=sizes,
    )
    return body, status
