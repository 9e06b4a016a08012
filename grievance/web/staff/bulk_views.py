"""One step on the ticked cases of the desk: assigning, writing, joining. Each case has its own answer.

What people are told is shown first, case by case, with what would be refused and why; then it is done once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from grievance.accounts.permissions import Action
from grievance.cases import endings, handling, triage
from grievance.cases import queries as case_queries
from grievance.cases.models import Case
from grievance.cases.states import MessageKind, Status, staff_actor
from grievance.cases.transitions import check_version
from grievance.cases.visibility import CaseAction
from grievance.cases.ways import TextPreview, preview_text
from grievance.crypto.codes import normalise_reference
from grievance.desk import bulk, undo
from grievance.desk.bulk import Picked, PickedCase, Result
from grievance.web.flash import say, warn
from grievance.web.lang import localized
from grievance.web.staff.access import duty, me, viewer
from grievance.web.staff.bulk_pages import BULK_REFUSED, bulk_view, fill_merge, refused_lines
from grievance.web.staff.desk_pages import desk_address, filter_of
from grievance.web.staff.forms_base import text_of, with_empty
from grievance.web.staff.forms_bulk import AssignManyForm, ManyForm, MergeManyForm, MessageManyForm
from grievance.web.staff.handler_choices import handler_ids, handlers
from grievance.web.staff.pages_base import staff_page
from grievance.web.unit import current

VERSION_DIGITS = 9
"""What surely fits into an integer of the database."""

Previews = dict[str, tuple[TextPreview, ...]]


@dataclass(frozen=True, slots=True)
class Many:
    """One step that tells people something: its words, its form, and what it does."""

    endpoint: str
    title: LazyString
    button: LazyString
    before: LazyString | None
    form: type[ManyForm]
    fill: Callable[[Any, tuple[PickedCase, ...]], None]  # the form of this very step
    run: Callable[[Any, list[Picked], Previews], list[Result]]  # as above
    say: Callable[[int], str]
    fewest: int = 1


@duty(Action.ASSIGN)
def assign_many() -> ResponseReturnValue:
    """Give several cases to one handler."""
    form, picked = assign_form(), picked_now()
    if not picked or not form.validate():
        warn(_("Nothing was assigned. Tick the cases and choose who works them."))
        return redirect(back_to_desk(), code=303)
    unit, by = current(), staff_actor(me().staff_id)
    handler_id = handler_ids()[form.handler.data]
    done: list[tuple[Case, undo.Standing]] = []

    def give(case: Case) -> None:
        before = undo.standing_of(unit.session, case)
        triage.assign(unit.session, case, handler_id, by=by, at=unit.now)
        done.append((case, before))

    results = bulk.each(unit.session, viewer(), picked, CaseAction.ASSIGN, give, refusals=BULK_REFUSED)
    token = undo.remember(unit.session, by.staff, done, action=CaseAction.ASSIGN, at=unit.now)
    _report(results, lambda num: ngettext("%(num)s case is assigned.", "%(num)s cases are assigned.", num), undo=token)
    return redirect(back_to_desk(), code=303)


@duty(Action.WORK_CASE)
def message_many() -> ResponseReturnValue:
    """Write the same to the people of several cases."""
    return _perform(WRITE)


@duty(Action.WORK_CASE)
def merge_many() -> ResponseReturnValue:
    """Join several filings of the same thing into one case."""
    return _perform(JOIN)


def add_routes(bp: Blueprint) -> None:
    """Route what is done to several cases at once."""
    post = ("POST",)
    localized(bp, "assign_many", assign_many, es="/equipo/asignar", en="/staff/assign", methods=post)
    localized(
        bp, "message_many", message_many, es="/equipo/escribir-a-varios", en="/staff/write-to-several", methods=post
    )
    localized(bp, "merge_many", merge_many, es="/equipo/unir-varios", en="/staff/join-several", methods=post)


def assign_form() -> AssignManyForm:
    """Return the form for giving cases away, with who may be given them."""
    form = AssignManyForm()
    form.handler.choices = with_empty(handlers(), _("Choose"))
    return form


def picked_now(most: int = bulk.MOST_AT_ONCE) -> list[Picked]:
    """Return the ticked cases, each once, no more than a page has; what cannot be read is left out."""
    found: dict[str, Picked] = {}
    for value in request.form.getlist("case"):
        typed, _dot, version = value.partition(".")
        reference = normalise_reference(typed)
        if reference and version.isdecimal() and len(version) <= VERSION_DIGITS:
            found.setdefault(reference, Picked(reference, int(version)))
    return list(found.values())[:most]


def back_to_desk() -> str:
    """Return the desk as it stood: the filter comes back with the form, and nothing but the filter is taken from it."""
    return desk_address(filter_of(dict(parse_qsl(request.form.get("back", "")))))


def _perform(many: Many) -> ResponseReturnValue:
    unit, picked = current(), picked_now()
    cases = bulk.picked_cases(unit.session, viewer(), picked)
    if not cases:
        warn(_("Tick the cases first."))
        return redirect(back_to_desk(), code=303)
    if len(cases) < many.fewest:
        warn(_("One case alone joins nothing. Tick the others too."))
        return redirect(back_to_desk(), code=303)
    form = many.form()
    many.fill(form, cases)
    if "words" not in request.form:
        return _show(many, form, cases)
    if not form.validate():
        return _show(many, form, cases, status=422)
    if form.was_shown(picked):
        _report(many.run(form, picked, {}), many.say)
        return redirect(back_to_desk(), code=303)
    # The last look is the thing itself, taken back: what it says of each case is what will happen.
    previews: Previews = {}
    results = many.run(form, picked, previews)
    unit.undo()
    if any(result.error is None for result in results):
        form.seen.data = form.fingerprint(picked)
    return _show(many, form, cases, results=results, previews=previews)


def _show(
    many: Many,
    form: ManyForm,
    cases: tuple[PickedCase, ...],
    *,
    results: list[Result] | None = None,
    previews: Previews | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    body = render_template(
        "staff/bulk.html",
        page=staff_page(current="cases"),
        form=form,
        many=many,
        view=bulk_view(cases, results or [], previews or {}),
        back=request.form.get("back", ""),
        cancel_url=back_to_desk(),
    )
    return body, status


def _write(form: MessageManyForm, picked: list[Picked], previews: Previews) -> list[Result]:
    unit, words, by = current(), text_of(form.words), staff_actor(me().staff_id)

    def write(case: Case) -> None:
        previews[case.reference] = preview_text(unit.session, case, kind=MessageKind.MESSAGE, words=words, at=unit.now)
        handling.send_message(unit.session, case, words=words, by=by, at=unit.now)

    return bulk.each(unit.session, viewer(), picked, CaseAction.MESSAGE, write, refusals=BULK_REFUSED)


def _join(form: MergeManyForm, picked: list[Picked], previews: Previews) -> list[Result]:
    unit, words, by = current(), text_of(form.words), staff_actor(me().staff_id)
    target = next(one for one in picked if one.reference == form.into.data)
    bulk.lock(unit.session, picked)
    try:
        into = case_queries.for_change(unit.session, viewer(), target.reference, CaseAction.MERGE)
        check_version(into, target.version)
    except BULK_REFUSED as error:
        return [Result(one.reference, error) for one in picked]

    def join(case: Case) -> None:
        previews[case.reference] = preview_text(
            unit.session,
            case,
            kind=MessageKind.REASON,
            words=words,
            at=unit.now,
            left_as=Status.MERGED,
        )
        endings.merge(unit.session, case, into, reason=words, by=by, at=unit.now)

    others = [one for one in picked if one is not target]
    return bulk.each(unit.session, viewer(), others, CaseAction.MERGE, join, refusals=BULK_REFUSED)


def _report(results: list[Result], say_done: Callable[[int], str], *, undo: str = "") -> None:
    done = sum(result.error is None for result in results)
    if done:
        say(say_done(done), undo=undo)
    for line in refused_lines(results):
        warn(line)


WRITE = Many(
    "staff.message_many",
    _l("Write to the people of several cases"),
    _l("Send the messages"),
    None,
    MessageManyForm,
    lambda _form, _cases: None,
    _write,
    lambda num: ngettext(
        "The message is on its way in %(num)s case.", "The message is on its way in %(num)s cases.", num
    ),
)
JOIN = Many(
    "staff.merge_many",
    _l("Join filings of the same thing"),
    _l("Join the cases"),
    _l("This cannot be undone. Every filing stays, word for word, in the case that goes on."),
    MergeManyForm,
    fill_merge,
    _join,
    lambda num: ngettext(
        "%(num)s case was joined, and the people are told.", "%(num)s cases were joined, and the people are told.", num
    ),
    fewest=2,
)
