"""Answering a request about personal data: looking the copy through, correcting, blocking, erasing, telling."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grievance.accounts.permissions import Action
from grievance.cases.states import TransitionNotAllowed, staff_actor
from grievance.cases.waiver import WaiverOfRights
from grievance.privacy import answer_blocking, answers
from grievance.privacy.answers import CopyChanged
from grievance.privacy.request_kinds import DataRight, Decision, Ground
from grievance.privacy.request_queries import for_work
from grievance.sites.queries import site_by_id
from grievance.web.data_copy import copy_view
from grievance.web.flash import say, warn
from grievance.web.lang import current_lang, localized
from grievance.web.staff.access import duty, me, viewer
from grievance.web.staff.forms_rights import AnswerForm, PhrasesForm
from grievance.web.staff.pages_base import staff_page
from grievance.web.staff.rights_views import show_request
from grievance.web.unit import current

CONFLICT = 409


@duty(Action.WORK_DATA_RIGHTS)
def preview_copy(reference: str) -> ResponseReturnValue:
    """Show the copy exactly as the person will have it, with what else is to be blacked out."""
    return _look(reference, PhrasesForm(request.form if request.method == "POST" else None))


@duty(Action.WORK_DATA_RIGHTS)
def release_copy(reference: str) -> ResponseReturnValue:
    """Make the copy ready, if it is the one that was looked through."""
    unit, form = current(), PhrasesForm(request.form)
    case, asked = for_work(unit.session, viewer(), reference)
    if not form.validate() or not form.seen.data:
        form.seen.errors = [_("Say that you have read it through to the end.")]
        return _look(reference, form, status=422)
    try:
        answers.release(
            unit.session,
            case,
            asked,
            phrases=form.lines,
            seen_digest=form.digest.data or "",
            by=staff_actor(me().staff_id),
            at=unit.now,
        )
    except CopyChanged:
        unit.undo()
        form.seen.data = False
        form.seen.errors = [_("It has changed since you read it. Read it through again.")]
        return _look(reference, form, status=CONFLICT)
    return _back(reference, _("The copy is ready. The person finds it with the reference and the code of the request."))


@duty(Action.WORK_DATA_RIGHTS)
def carry_out(reference: str) -> ResponseReturnValue:
    """Do what the right asks for: correct, stop asking, erase."""
    unit, by = current(), staff_actor(me().staff_id)
    case, asked = for_work(unit.session, viewer(), reference)
    match DataRight(asked.right):
        case DataRight.RECTIFICATION:
            value = (request.form.get("value") or "").strip()
            if not value:
                warn(_("Write what it should say."))
                return redirect(url_for("staff.data_request", reference=reference), code=303)
            answers.correct(unit.session, case, asked, value=value, by=by, at=unit.now)
            return _back(reference, _("Corrected."))
        case DataRight.OBJECTION:
            answers.stop_asking(unit.session, case, asked, by=by, at=unit.now)
            return _back(reference, _("The person is asked nothing more."))
        case DataRight.ERASURE:
            answers.erase(unit.session, case, asked, by=by, at=unit.now)
            return _back(reference, _("Erased. The chain and the figures hold without the words."))
    warn(_("This right is answered in another way."))
    return redirect(url_for("staff.data_request", reference=reference), code=303)


@duty(Action.WORK_DATA_RIGHTS)
def block_words(reference: str) -> ResponseReturnValue:
    """Let nobody read the words for now."""
    unit = current()
    case, asked = for_work(unit.session, viewer(), reference)
    answer_blocking.block(unit.session, case, asked, by=staff_actor(me().staff_id), at=unit.now)
    return _back(reference, _("Blocked. No page and no file shows the words of the person to staff."))


@duty(Action.WORK_DATA_RIGHTS)
def unblock_words(reference: str) -> ResponseReturnValue:
    """Let the words be read again."""
    unit = current()
    case, asked = for_work(unit.session, viewer(), reference)
    answer_blocking.unblock(unit.session, case, asked, by=staff_actor(me().staff_id), at=unit.now)
    return _back(reference, _("The words can be read again by those who work the case."))


@duty(Action.WORK_DATA_RIGHTS)
def answer_data_request(reference: str) -> ResponseReturnValue:
    """Tell the person what came of it."""
    unit, form = current(), AnswerForm()
    form.fill()
    if not form.validate():
        return show_request(reference, answer=form)
    case, asked = for_work(unit.session, viewer(), reference)
    try:
        answers.answer(
            unit.session,
            case,
            asked,
            decision=Decision(form.decision.data),
            ground=Ground(form.ground.data) if form.ground.data else None,
            words=form.words.data or "",
            by=staff_actor(me().staff_id),
            at=unit.now,
        )
    except WaiverOfRights:
        form.words.errors = [_("Nobody may be asked to give up a right. Write it without that.")]
        return show_request(reference, answer=form)
    except answers.GroundMissing:
        form.ground.errors = [_("Say why, as the law knows it.")]
        return show_request(reference, answer=form)
    except answers.NothingDone:
        form.decision.errors = [_("Nothing was done yet. Do first what is granted, or refuse it.")]
        return show_request(reference, answer=form)
    except answers.NotProven:
        form.decision.errors = [_("It is not proven whose data it is: nothing can be granted.")]
        return show_request(reference, answer=form)
    except TransitionNotAllowed:
        form.decision.errors = [_("Confirm the request to the person first, on the page of the case.")]
        return show_request(reference, answer=form)
    return _back(reference, _("The person is told. Close the case once the person has answered, or the days are over."))


def add_routes(bp: Blueprint) -> None:
    """Route the answers to requests about personal data."""
    post = ("POST",)
    es, en = "/equipo/datos-personales/<reference>", "/staff/personal-data/<reference>"
    localized(bp, "preview_copy", preview_copy, es=f"{es}/copia", en=f"{en}/copy", methods=("GET", "POST"))
    for endpoint, view, spanish, english in (
        ("release_copy", release_copy, "copia/lista", "copy/ready"),
        ("carry_out", carry_out, "hacer", "do"),
        ("block_words", block_words, "bloquear", "block"),
        ("unblock_words", unblock_words, "desbloquear", "unblock"),
        ("answer_data_request", answer_data_request, "responder", "answer"),
    ):
        localized(bp, endpoint, view, es=f"{es}/{spanish}", en=f"{en}/{english}", methods=post)


def _look(reference: str, form: PhrasesForm, status: int = 200) -> ResponseReturnValue:
    unit = current()
    if status != 200:  # the status of a page without errors
        unit.undo()
    session = unit.write()
    case, asked = for_work(session, viewer(), reference)
    content, digest = answers.preview(session, case, asked, phrases=form.lines, now=unit.now)
    form.digest.data = digest
    zone = site_by_id(session, case.site_id).time_zone
    answers.note_looked(session, case, by=staff_actor(me().staff_id), at=unit.now)
    body = render_template(
        "staff/data-copy.html",
        page=staff_page(current="rights"),
        reference=reference,
        form=form,
        copy=copy_view(content, current_lang(), zone=zone, to_staff=True),
    )
    return body, status


def _back(reference: str, line: str) -> ResponseReturnValue:
    say(line)
    return redirect(url_for("staff.data_request", reference=reference), code=303)
