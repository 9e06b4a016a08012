"""The page behind the secret address of a member check: the summary as it would go out, and a form for comments.

Nobody signs in and no cookie is set: like the filing form, this one carries a sealed key instead of a session token
(docs/decisions/0008). A forged comment gains nothing: whoever has the address may write anyway. An unknown address
looks like any page that is not there; one whose round is over says so, and shows nothing of the summary.
"""

from __future__ import annotations

from flask import Blueprint, Flask, Response, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.fields.core import UnboundField
from wtforms.form import BaseForm

from grievance.core.i18n import text_in
from grievance.publishing import rounds
from grievance.publishing.drafting import SECTION_NAMES, Section
from grievance.publishing.models import MemberCheck, Release
from grievance.publishing.rounds import COMMENT_CHARACTERS, WHOLE
from grievance.sites.queries import site_by_id
from grievance.web import errors
from grievance.web.access import public
from grievance.web.complainant.form_key import FormKey, new_form_key, read_form_key
from grievance.web.complainant.throttle import Throttle
from grievance.web.lang import current_lang, localized
from grievance.web.open.frame import open_page
from grievance.web.open.preview import preview_values
from grievance.web.unit import current
from grievance.web.validators import AtMost, clean_text

UNPROCESSABLE = 422
GONE = 410

MOST_BYTES = 128 * 1024
"""Nine comments of two thousand letters, written out as forms send them. Beyond it nothing is read."""

WHOLE_FIELD = "whole"
THROTTLE = "round_throttle"

ROUND_FULL = errors.ErrorWords(
    503,
    _l("No more comments can be taken"),
    _l("Very many were written in this round. What you just sent was not saved."),
    _l("Tell the person who gave you the address."),
)


def register_rounds(app: Flask) -> None:
    """Add the pages of member checks to an app that has its unit, languages, security and form tokens."""
    bp = Blueprint("round", __name__)
    bp.url_value_preprocessor(_limit_what_is_read)
    bp.after_request(_unlisted)
    es, en = "/lectura/<token>", "/reading/<token>"
    localized(bp, "show", show, es=es, en=en)
    localized(bp, "comment", comment, es=es, en=en, methods=("POST",))
    localized(bp, "thanks", thanks, es=f"{es}/gracias", en=f"{en}/thanks")
    errors.translate(bp, {rounds.RoundNotFound: errors.NOT_FOUND, rounds.RoundFull: ROUND_FULL})
    app.extensions[THROTTLE] = Throttle()
    app.extensions["csrf"].exempt(comment)
    app.register_blueprint(bp)


@public
def show(token: str) -> ResponseReturnValue:
    """Show the summary as it would go out, with the form."""
    unit = current()
    try:
        check, release = rounds.release_of_round(unit.session, token, at=unit.now)
    except rounds.RoundClosed as closed:
        return _closed(closed.release)
    return _page(token, check, release, _form(release), new_form_key(unit.runtime.keys, at=unit.now))


@public
def comment(token: str) -> ResponseReturnValue:
    """Take comments, once. This form carries no session token, on purpose: see above."""
    unit = current()
    _slow_down()
    try:
        check, release = rounds.release_of_round(unit.session, token, at=unit.now)
    except rounds.RoundClosed as closed:
        return _closed(closed.release)
    form = _form(release, is_sent=True)
    sent_key = read_form_key(unit.runtime.keys, request.form.get("form_key", ""))
    key = sent_key or new_form_key(unit.runtime.keys, at=unit.now)
    if not form.validate() or sent_key is None or sent_key.is_too_quick(unit.now):
        if not form.errors:
            form.form_errors.append(_("Please press “Send” once more. That tells us that a person is sending it."))
        return make_response(_page(token, check, release, form, key), UNPROCESSABLE)
    words = {WHOLE if name == WHOLE_FIELD else name: text or "" for name, text in form.data.items()}
    try:
        rounds.comment(unit.session, token, words, locale=current_lang(), key=key.value, at=unit.now)
    except rounds.CommentEmpty:
        form.form_errors.append(_("Write something in at least one of the boxes."))
        return make_response(_page(token, check, release, form, key), UNPROCESSABLE)
    return redirect(url_for("round.thanks", token=token), 303)


@public
def thanks(token: str) -> ResponseReturnValue:
    """Say that it arrived."""
    unit = current()
    try:
        _check, release = rounds.release_of_round(unit.session, token, at=unit.now)
    except rounds.RoundClosed as closed:
        release = closed.release
    site = site_by_id(unit.session, release.site_id)
    return render_template("open/round-thanks.html", page=open_page(site), back_url=url_for("round.show", token=token))


def _page(token: str, check: MemberCheck, release: Release, form: BaseForm, key: FormKey) -> str:
    """Render only what the released page would show; nothing else of the release is handed to the template."""
    session = current().session
    site = site_by_id(session, release.site_id)
    return render_template(
        "open/round.html",
        form=form,
        form_key=key.field_value,
        last_minute=check.last_minute,
        tz=site.time_zone,
        action=url_for("round.comment", token=token),
        **preview_values(session, site, release),
    )


def _closed(release: Release) -> Response:
    site = site_by_id(current().session, release.site_id)
    return make_response(
        render_template(
            "open/round-closed.html",
            page=open_page(site),
            site_url=url_for("open.site", site=site.slug),
        ),
        GONE,
    )


def _form(release: Release, *, is_sent: bool = False) -> BaseForm:
    """Return the form: one box for each section of the summary, and one for the whole."""
    lang = current_lang()
    boxes: dict[str, UnboundField[TextAreaField]] = {
        section.value: _box(text_in(lang, SECTION_NAMES[section]))
        for section in Section
        if section.value in release.texts
    }
    boxes[WHOLE_FIELD] = _box(_("The whole, or something that is missing"))
    form = BaseForm(boxes)
    form.process(request.form if is_sent else None)
    for field in form:
        field.id = f"about-{field.short_name}"
        field.label.field_id = field.id
    return form


def _box(label: str) -> UnboundField[TextAreaField]:
    return UnboundField(TextAreaField, label, filters=[clean_text], validators=[AtMost(COMMENT_CHARACTERS)])


def _slow_down() -> None:
    throttle: Throttle = current_app.extensions[THROTTLE]
    throttle.slow_down(request.remote_addr or "", at=current().now)


def _limit_what_is_read(_endpoint: str | None, _values: dict[str, object] | None) -> None:
    # Before anything looks at the form.
    request.max_content_length = MOST_BYTES


def _unlisted(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Cache-Control"] = "no-store"
    return response
