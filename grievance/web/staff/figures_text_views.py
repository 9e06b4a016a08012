"""Writing the words of a release: every block in both languages side by side, checked while it is typed.

The check keeps nothing: what is typed is looked at and forgotten. A person whose colleague was quicker loses no word.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grievance.accounts.permissions import Action
from grievance.core.i18n import OFFERED
from grievance.publishing import editing, summaries
from grievance.publishing.bulletin import bulletin_of
from grievance.publishing.editing import WordsChanged
from grievance.publishing.models import Release
from grievance.publishing.releases import is_open
from grievance.publishing.text_checks import TextCheck, check_text
from grievance.web.flash import say
from grievance.web.lang import localized
from grievance.web.security import allow
from grievance.web.staff.access import duty, me
from grievance.web.staff.figures_base import (
    CONFLICT,
    ONE_EN,
    ONE_ES,
    UNPROCESSABLE,
    Place,
    locked,
    place_of,
    release_at,
)
from grievance.web.staff.figures_pages import frame
from grievance.web.staff.figures_text_pages import block_lines, whole_lines
from grievance.web.staff.figures_words import block_name
from grievance.web.staff.forms_figures import TextForm
from grievance.web.staff.limits import may_check_again
from grievance.web.unit import current

TYPED_MOST = 20_000
"""Characters that are looked at; ten times what fits. Longer is too long anyway, and costs a second to count."""


def add_routes(bp: Blueprint) -> None:
    """Add the pages of this step."""
    post = ("POST",)
    es, en = f"{ONE_ES}/textos", f"{ONE_EN}/texts"
    localized(bp, "figures_texts", figures_texts, es=es, en=en)
    localized(bp, "figures_text", figures_text, es=f"{es}/<block>", en=f"{en}/<block>")
    localized(bp, "figures_write", figures_write, es=f"{es}/<block>", en=f"{en}/<block>", methods=post)
    localized(bp, "figures_check", figures_check, es=f"{es}/<block>/revision", en=f"{en}/<block>/check", methods=post)
    localized(bp, "figures_undo", figures_undo, es=f"{es}/<block>/borrador", en=f"{en}/<block>/draft")
    localized(
        bp, "figures_redraft", figures_redraft, es=f"{es}/<block>/borrador", en=f"{en}/<block>/draft", methods=post
    )


@duty(Action.SEE_FIGURES)
def figures_texts(site: str, year: int, quarter: int, public_id: str) -> ResponseReturnValue:
    """List the blocks of a release with how each stands."""
    place = place_of(Action.SEE_FIGURES, site, year, quarter)
    release = release_at(place, public_id)
    return render_template(
        "staff/figures-texts.html",
        **frame(place, release, "texts"),
        blocks=block_lines(place, release),
        whole=whole_lines(release),
        may_write=_may_write(place, release),
    )


@duty(Action.SEE_FIGURES)
def figures_text(site: str, year: int, quarter: int, public_id: str, block: str) -> ResponseReturnValue:
    """Show one block in both languages, to be written or to be read."""
    place = place_of(Action.SEE_FIGURES, site, year, quarter)
    release = release_at(place, public_id)
    form = TextForm(formdata=None, data=editing.words_of(release, block))
    form.was.data = editing.mark_of(release, block)
    return _show(place, release, block, form)


@duty(Action.DRAFT_RELEASE)
def figures_write(site: str, year: int, quarter: int, public_id: str, block: str) -> ResponseReturnValue:
    """Keep the words of a block; or only look at them, where the browser runs no scripts."""
    place = place_of(Action.DRAFT_RELEASE, site, year, quarter)
    form = TextForm()
    if not form.validate_on_submit():
        abort(400)
    if "check" in request.form:
        return _show(place, release_at(place, public_id), block, form)
    release = locked(place, public_id)
    words = {"es": form.es.data or "", "en": form.en.data or ""}
    try:
        editing.write(current().session, release, block, words, was=form.was.data or "", by=me().staff_id)
    except editing.TextTooLong as refusal:
        form.refuse_length(refusal.languages, editing.longest(block))
        return make_response(_show(place, release, block, form), UNPROCESSABLE)
    except editing.OneLanguageMissing:
        form.refuse_one_language()
        return make_response(_show(place, release, block, form), UNPROCESSABLE)
    except WordsChanged as change:
        form.was.data = editing.mark_of(release, block)
        return make_response(_show(place, release, block, form, theirs=dict(change.words)), CONFLICT)
    say(_("Kept in both languages: %(block)s.", block=block_name(block)))
    return redirect(place.url_of("figures_texts", release), code=303)


@duty(Action.DRAFT_RELEASE)
def figures_check(site: str, year: int, quarter: int, public_id: str, block: str) -> ResponseReturnValue:
    """Look at what is being typed and answer with a piece of page per language. Keeps nothing."""
    place = place_of(Action.DRAFT_RELEASE, site, year, quarter)
    if not may_check_again(me().public_id):
        return Response(status=429)
    release = release_at(place, public_id)
    typed = {str(lang): request.form.get(lang, "") for lang in OFFERED}
    checks = _checks(release, place, block, typed)
    return jsonify(
        {
            lang: render_template("staff/figures-check.html", check=check, lang=lang, short_id=f"check-{lang}")
            for lang, check in checks.items()
        }
    )


@duty(Action.DRAFT_RELEASE)
def figures_undo(site: str, year: int, quarter: int, public_id: str, block: str) -> ResponseReturnValue:
    """Ask before the draft takes the place of what was written."""
    place = place_of(Action.DRAFT_RELEASE, site, year, quarter)
    release = release_at(place, public_id)
    if block not in release.drafts:
        abort(404)
    return render_template(
        "staff/figures-redraft.html",
        **frame(place, release, "texts"),
        block=block,
        block_name=block_name(block),
        words=editing.words_of(release, block),
        draft=editing.draft_of(release, block),
        was=editing.mark_of(release, block),
    )


@duty(Action.DRAFT_RELEASE)
def figures_redraft(site: str, year: int, quarter: int, public_id: str, block: str) -> ResponseReturnValue:
    """Put the draft back."""
    place = place_of(Action.DRAFT_RELEASE, site, year, quarter)
    release = locked(place, public_id)
    was = request.form.get("was", "")
    try:
        editing.back_to_draft(current().session, release, block, was=was, by=me().staff_id)
    except WordsChanged:
        raise summaries.ReleaseChanged(public_id) from None
    say(_("The draft is back in both languages: %(block)s.", block=block_name(block)))
    return redirect(place.url_of("figures_text", release, block=block), code=303)


def _show(place: Place, release: Release, block: str, form: TextForm, *, theirs: dict[str, str] | None = None) -> str:
    may_write = _may_write(place, release)
    if may_write:
        # The page looks at what is typed while it is typed: it alone may talk to the server by script.
        allow("connect-src", "'self'")
    typed = {"es": form.es.data or "", "en": form.en.data or ""}
    return render_template(
        "staff/figures-text.html",
        **frame(place, release, "texts", script="figures-check.js" if may_write else ""),
        form=form,
        block=block,
        block_name=block_name(block),
        checks=_checks(release, place, block, typed),
        drafts=editing.draft_of(release, block) if block in release.drafts else {},
        longest=editing.longest(block),
        theirs=theirs,
        may_write=may_write,
        was_submitted=release.submitted_at is not None,
    )


def _checks(release: Release, place: Place, block: str, typed: dict[str, str]) -> dict[str, TextCheck]:
    draft, found = editing.draft_of(release, block), bulletin_of(release, place.site)
    # A block of another release is not found, whatever was typed.
    editing.words_of(release, block)
    return {
        lang: check_text(block, typed[lang][:TYPED_MOST].strip(), lang, draft=draft[lang], found=found)
        for lang in OFFERED
    }


def _may_write(place: Place, release: Release) -> bool:
    return me().viewer.may(Action.DRAFT_RELEASE, place.site.id) and is_open(release)
