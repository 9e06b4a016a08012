"""Member checks as publishers see them: rounds are opened and closed, comments are read and answered."""

from __future__ import annotations

from datetime import time, timedelta

from flask import Blueprint, make_response, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grievance.accounts.permissions import Action
from grievance.core.i18n import OFFERED
from grievance.publishing import rounds
from grievance.publishing.models import Release
from grievance.publishing.releases import is_open
from grievance.web import formats
from grievance.web.flash import say
from grievance.web.lang import current_lang, localized, url_for_lang
from grievance.web.staff.access import duty, me
from grievance.web.staff.figures_base import (
    ONE_EN,
    ONE_ES,
    UNPROCESSABLE,
    Place,
    changing,
    locked,
    place_of,
    release_at,
)
from grievance.web.staff.figures_pages import frame
from grievance.web.staff.figures_words import block_name
from grievance.web.staff.forms_figures import AnswerForm, RoundForm, StepForm, local_instant
from grievance.web.staff.pages_base import today_at
from grievance.web.unit import current


def add_routes(bp: Blueprint) -> None:
    """Add the pages of this step."""
    post = ("POST",)
    es, en = f"{ONE_ES}/rondas", f"{ONE_EN}/rounds"
    localized(bp, "figures_rounds", figures_rounds, es=es, en=en)
    localized(bp, "figures_open_round", figures_open_round, es=es, en=en, methods=post)
    localized(
        bp,
        "figures_close_round",
        figures_close_round,
        es=f"{es}/<round_id>/cerrar",
        en=f"{en}/<round_id>/close",
        methods=post,
    )
    es, en = f"{ONE_ES}/comentarios/<comment_id>", f"{ONE_EN}/comments/<comment_id>"
    localized(bp, "figures_answer", figures_answer, es=es, en=en, methods=post)


@duty(Action.SEE_FIGURES)
def figures_rounds(site: str, year: int, quarter: int, public_id: str) -> ResponseReturnValue:
    """List the rounds of a release with what people wrote."""
    place = place_of(Action.SEE_FIGURES, site, year, quarter)
    return _show(place, release_at(place, public_id), RoundForm(formdata=None))


@duty(Action.DRAFT_RELEASE)
def figures_open_round(site: str, year: int, quarter: int, public_id: str) -> ResponseReturnValue:
    """Open a round and show its address, this once."""
    place = place_of(Action.DRAFT_RELEASE, site, year, quarter)
    unit, form = current(), RoundForm()
    form.closes_on.today = today_at(place.site.time_zone)
    if not form.validate_on_submit():
        return make_response(_show(place, release_at(place, public_id), form), UNPROCESSABLE)
    release = changing(place, public_id, form)
    # The end of the day: midnight of the next one, at the site.
    closes_at = local_instant(form.last_day + timedelta(days=1), time(), place.site.time_zone)
    try:
        opened = rounds.open_round(
            unit.session, release, asked=form.asked.data or "", closes_at=closes_at, by=me().staff_id, at=unit.now
        )
    except rounds.RoundTimeRefused:
        form.closes_on.errors = [_("A round stays open at least an hour and at most a month. Choose another day.")]
        return make_response(_show(place, release, form), UNPROCESSABLE)
    public_url = unit.runtime.settings.public_url
    return render_template(
        "staff/figures-round-opened.html",
        **frame(place, release, "rounds"),
        asked=opened.check.asked,
        closes_on=form.last_day,
        links_to_send=[
            (
                formats.lang_name(lang, current_lang()),
                public_url + url_for_lang("round.show", lang, token=opened.token),
            )
            for lang in OFFERED
        ],
    )


@duty(Action.DRAFT_RELEASE)
def figures_close_round(site: str, year: int, quarter: int, public_id: str, round_id: str) -> ResponseReturnValue:
    """Close a round."""
    place = place_of(Action.DRAFT_RELEASE, site, year, quarter)
    unit, form = current(), StepForm()
    form.validate_on_submit()
    release = changing(place, public_id, form)
    rounds.close_round(unit.session, release, round_id, at=unit.now)
    say(_("The round is closed."))
    return redirect(place.url_of("figures_rounds", release), code=303)


@duty(Action.DRAFT_RELEASE)
def figures_answer(site: str, year: int, quarter: int, public_id: str, comment_id: str) -> ResponseReturnValue:
    """Say what was done with a comment."""
    place = place_of(Action.DRAFT_RELEASE, site, year, quarter)
    unit, form = current(), AnswerForm()
    release = locked(place, public_id)
    if not form.validate_on_submit():
        page = _show(place, release, RoundForm(formdata=None), answered=comment_id, answer=form)
        return make_response(page, UNPROCESSABLE)
    rounds.answer_comment(unit.session, release, comment_id, form.answer.data or "", by=me().staff_id, at=unit.now)
    say(_("The answer is kept beside the comment."))
    return redirect(place.url_of("figures_rounds", release), code=303)


def _show(
    place: Place, release: Release, form: RoundForm, *, answered: str = "", answer: AnswerForm | None = None
) -> str:
    found = rounds.rounds(current().session, release.id, at=current().now)
    return render_template(
        "staff/figures-rounds.html",
        **frame(place, release, "rounds"),
        rounds=found,
        answers={
            comment.public_id: answer if answer and comment.public_id == answered else _empty_answer(comment)
            for one in found
            for comment in one.comments
        },
        section_name=block_name,
        form=answer if answer is not None else form,
        round_form=form,
        may_write=me().viewer.may(Action.DRAFT_RELEASE, place.site.id) and is_open(release),
        is_draft=is_open(release),
    )


def _empty_answer(comment: rounds.CommentLine) -> AnswerForm:
    form = AnswerForm(formdata=None, data={"answer": comment.answer})
    form.answer.id = f"answer-{comment.public_id}"
    form.answer.label.field_id = form.answer.id
    return form
