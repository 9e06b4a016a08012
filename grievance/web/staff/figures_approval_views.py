"""The last step: submitted by its authors, looked at by a second person, sent back, refused, released, called back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, make_response, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # since 3.3; its types are older

from grievance.accounts.permissions import Action
from grievance.publishing import approval, editing
from grievance.publishing.models import Release, ReleaseState
from grievance.publishing.queries import release_line
from grievance.publishing.reader_tests import readings
from grievance.publishing.release_checks import NotReady, problems
from grievance.publishing.releases import is_open, is_scheduled
from grievance.publishing.rounds import rounds
from grievance.web.flash import say
from grievance.web.lang import localized
from grievance.web.open.kept import replaces_kept
from grievance.web.staff.access import duty, me
from grievance.web.staff.figures_base import (
    CONFLICT,
    ONE_EN,
    ONE_ES,
    UNPROCESSABLE,
    Place,
    changing,
    place_of,
    release_at,
)
from grievance.web.staff.figures_pages import frame
from grievance.web.staff.figures_text_pages import changed_blocks
from grievance.web.staff.figures_words import block_name, problem_line
from grievance.web.staff.forms_figures import ReasonForm, StepForm, SubmitForm
from grievance.web.unit import current


@dataclass(frozen=True, slots=True)
class MayDecide:
    """What the person at the page may do with the release as it stands."""

    submit: bool
    decide: bool
    """Approve, send back or refuse."""
    call_back: bool
    is_author: bool


def add_routes(bp: Blueprint) -> None:
    """Add the pages of this step."""
    localized(bp, "figures_approval", figures_approval, es=f"{ONE_ES}/aprobacion", en=f"{ONE_EN}/approval")
    for endpoint, view, spanish, english in (
        ("figures_submit", figures_submit, "enviar", "submit"),
        ("figures_approve", figures_approve, "aprobar", "approve"),
        ("figures_send_back", figures_send_back, "devolver", "send-back"),
        ("figures_refuse", figures_refuse, "rechazar", "refuse"),
        ("figures_call_back", figures_call_back, "retirar", "call-back"),
    ):
        localized(bp, endpoint, view, es=f"{ONE_ES}/{spanish}", en=f"{ONE_EN}/{english}", methods=("POST",))


@duty(Action.SEE_FIGURES)
def figures_approval(site: str, year: int, quarter: int, public_id: str) -> ResponseReturnValue:
    """Show everything that a second person must know, and what may be done now."""
    place = place_of(Action.SEE_FIGURES, site, year, quarter)
    return _show(place, release_at(place, public_id))


@duty(Action.DRAFT_RELEASE)
def figures_submit(site: str, year: int, quarter: int, public_id: str) -> ResponseReturnValue:
    """Ask for a second person."""
    place = place_of(Action.DRAFT_RELEASE, site, year, quarter)
    unit, form = current(), SubmitForm()
    _prepare(form, place)
    fits = form.validate_on_submit()
    release = changing(place, public_id, form)
    if not fits:
        return make_response(_show(place, release, submit=form), UNPROCESSABLE)
    try:
        approval.submit(unit.session, release, by=me().staff_id, at=unit.now, release_at=form.release_at)
    except approval.ReleaseTimeRefused:
        form.refuse_time()
        return make_response(_show(place, release, submit=form), UNPROCESSABLE)
    except NotReady as refusal:
        return _stopped(place, release, refusal)
    say(_("Submitted. A second person approves it: another publisher, or the coordinator of the site."))
    return redirect(place.url_of("figures_approval", release), code=303)


@duty(Action.APPROVE_RELEASE)
def figures_approve(site: str, year: int, quarter: int, public_id: str) -> ResponseReturnValue:
    """Publish, or let it wait for its time."""
    place = place_of(Action.APPROVE_RELEASE, site, year, quarter)
    unit, form = current(), StepForm()
    form.validate_on_submit()
    release = changing(place, public_id, form)
    try:
        approval.approve(unit.session, release, by=me().staff_id, at=unit.now)
    except NotReady as refusal:
        return _stopped(place, release, refusal)
    if release.state == ReleaseState.RELEASED:
        say(_("Published, in both languages."))
    else:
        say(_("Approved. It goes out by itself at its time, and can be called back until then."))
    # Not before the commit: another thread would keep what it just read.
    return replaces_kept(redirect(place.url_of("figures_approval", release), code=303))


@duty(Action.APPROVE_RELEASE)
def figures_send_back(site: str, year: int, quarter: int, public_id: str) -> ResponseReturnValue:
    """Give it back to its authors."""
    return _with_reason(site, year, quarter, public_id, "back")


@duty(Action.APPROVE_RELEASE)
def figures_refuse(site: str, year: int, quarter: int, public_id: str) -> ResponseReturnValue:
    """Say no for good."""
    return _with_reason(site, year, quarter, public_id, "refuse")


@duty(Action.SEE_FIGURES)
def figures_call_back(site: str, year: int, quarter: int, public_id: str) -> ResponseReturnValue:
    """Stop an approved release before its time: a publisher's or an approver's to do."""
    place = place_of(Action.SEE_FIGURES, site, year, quarter)
    unit, form = current(), StepForm()
    form.validate_on_submit()
    if not _may_call_back(place):
        me().viewer.require(Action.APPROVE_RELEASE, place.site.id)
    release = changing(place, public_id, form)
    approval.call_back(unit.session, release, by=me().staff_id, at=unit.now)
    say(_("Called back. It is not approved any more, and its words can be changed again."))
    return redirect(place.url_of("figures_approval", release), code=303)


def _with_reason(site: str, year: int, quarter: int, public_id: str, which: str) -> ResponseReturnValue:
    place = place_of(Action.APPROVE_RELEASE, site, year, quarter)
    unit, form = current(), ReasonForm()
    fits = form.validate_on_submit()
    release = changing(place, public_id, form)
    if not fits:
        return make_response(_show(place, release, **{which: form}), UNPROCESSABLE)
    if which == "back":
        approval.send_back(unit.session, release, reason=form.reason.data or "", by=me().staff_id, at=unit.now)
        say(_("Sent back to its authors, with your reason."))
    else:
        approval.refuse(unit.session, release, reason=form.reason.data or "", by=me().staff_id, at=unit.now)
        say(_("Refused. It is kept, with your reason, and never goes out."))
    return redirect(place.url_of("figures_approval", release), code=303)


def _stopped(place: Place, release: Release, refusal: NotReady) -> ResponseReturnValue:
    """Say what stops a release, and leave a line that it was stopped: the unit is committed with the answer."""
    unit = current()
    approval.record_stopped(unit.session, release, refusal.problems, by=me().staff_id, at=unit.now)
    return make_response(_show(place, release, was_stopped=True), CONFLICT)


def _show(
    place: Place,
    release: Release,
    *,
    submit: SubmitForm | None = None,
    back: ReasonForm | None = None,
    refuse: ReasonForm | None = None,
    was_stopped: bool = False,
) -> str:
    unit = current()
    found = problems(unit.session, release) if release.state == ReleaseState.FROZEN else []
    return render_template(
        "staff/figures-approval.html",
        **frame(place, release, "approval"),
        release=release_line(unit.session, release),
        problems=[
            problem_line(problem, lambda endpoint, **more: place.url_of(endpoint, release, **more)) for problem in found
        ],
        was_stopped=was_stopped,
        changes=changed_blocks(place, release),
        readings=readings(unit.session, release.id),
        rounds=rounds(unit.session, release.id, at=unit.now),
        section_name=block_name,
        reason=[(lang, words) for lang, words in editing.reason_of(release).items() if words],
        may=_may(place, release),
        form=submit or back or refuse,
        submit_form=_prepare(submit or _submit_form(release), place),
        back_form=_apart(back, release, "back"),
        refuse_form=_apart(refuse, release, "refuse"),
    )


def _submit_form(release: Release) -> SubmitForm:
    return SubmitForm(formdata=None, data={"revision": release.revision, "when": "approved", "release_hour": "09:00"})


def _prepare(form: SubmitForm, place: Place) -> SubmitForm:
    form.time_zone = place.site.time_zone
    form.when.choices = [
        SelectChoice("approved", _("As soon as the second person approves it")),
        SelectChoice("later", _("At a set time, once it is approved")),
    ]
    return form


def _apart(form: ReasonForm | None, release: Release, key: str) -> ReasonForm:
    found = form or ReasonForm(formdata=None, data={"revision": release.revision})
    found.name_apart(key)
    return found


def _may(place: Place, release: Release) -> MayDecide:
    seen: Any = me().viewer
    is_author, waits = me().staff_id in release.authors, release.submitted_at is not None
    return MayDecide(
        submit=seen.may(Action.DRAFT_RELEASE, place.site.id) and is_open(release) and not waits,
        decide=seen.may(Action.APPROVE_RELEASE, place.site.id) and is_open(release) and waits and not is_author,
        call_back=is_scheduled(release) and _may_call_back(place),
        is_author=is_author,
    )


def _may_call_back(place: Place) -> bool:
    seen = me().viewer
    return seen.may(Action.DRAFT_RELEASE, place.site.id) or seen.may(Action.APPROVE_RELEASE, place.site.id)
