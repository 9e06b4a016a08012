"""Asking about one's own personal data: from an open case, or without any, with a receipt like that of a grievance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Form, RadioField, SelectField, StringField, TextAreaField

from grievance.cases.intake import FormKeyReused
from grievance.cases.states import COMPLAINANT, Channel, Reach
from grievance.complainants import door
from grievance.complainants.access import reopen_access
from grievance.core.i18n import text_in
from grievance.privacy import answers
from grievance.privacy.request_kinds import DataRight, Field, Proof
from grievance.privacy.requests import Asked, open_request
from grievance.sites.queries import site_by_id, site_by_slug, sites
from grievance.web import errors, words
from grievance.web.access import public
from grievance.web.complainant import pages, visit
from grievance.web.complainant.data_promises import data_promises
from grievance.web.complainant.following import as_attachment
from grievance.web.complainant.form_key import FormKey, new_form_key, read_form_key
from grievance.web.complainant.showing import UNPROCESSABLE, frame, lapsed
from grievance.web.complainant.throttle import Throttle
from grievance.web.data_copy import copy_view
from grievance.web.data_word_tables import DATA_RIGHT
from grievance.web.errors import ErrorWords
from grievance.web.formats import day
from grievance.web.lang import current_lang, localized
from grievance.web.unit import current
from grievance.web.validators import AtMost, Needed, clean_line, clean_text

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

MOST_WORDS = 4_000
MOST_IN_A_LINE = 200

COPY_GONE = ErrorWords(
    404,
    _l("There is no copy here"),
    _l("It is not ready yet, its days are over, or it belongs to another request."),
    _l("Open the request with its own reference and code. If its days are over, ask again."),
)


class DataRequestForm(Form):
    """What somebody asks for. Only the first question needs an answer."""

    site = SelectField(_l("Which site is it about?"), validate_choice=False)
    right = RadioField(_l("What do you ask for?"), [Needed(_l("Choose what you ask for."))], validate_choice=False)
    words = TextAreaField(
        _l("Is there anything else we should know?"),
        [AtMost(MOST_WORDS)],
        filters=[clean_text],
        description=_l("For example, the reference of your case, or what you do not want us to do with your data."),
    )
    corrects = SelectField(_l("What is wrong?"), validate_choice=False)
    wanted = TextAreaField(_l("What should it say?"), [AtMost(MOST_WORDS)], filters=[clean_text])
    asks_blocking = BooleanField(
        _l("Until you answer, nobody is to read my words"),
    )
    name = StringField(
        _l("Your name"),
        [AtMost(MOST_IN_A_LINE)],
        filters=[clean_line],
        description=_l("Only if you gave it with your grievance. Encrypted."),
    )
    website = StringField(_l("Leave this empty"))

    def __init__(self, formdata: MultiDict[str, str] | None = None, offered: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(formdata)
        self.right.choices = [(right.value, words.data_right(right.value)) for right in DataRight]
        self.corrects.choices = [(one.value, words.data_field(one.value)) for one in Field]
        self.site.choices = list(offered)
        self.asks_blocking.description = _(
            "For the staff they are blocked %(span)s. If the case is yours alone, it stands still meanwhile.",
            span=data_promises().blocked,
        )

    def validate_right(self, field: RadioField) -> None:
        """Nothing but what is offered."""
        if field.data not in set(DataRight):
            field.data = None
            field.errors = [_("Choose what you ask for.")]

    def is_complete(self) -> bool:
        """Whether it can be filed: a correction needs what is to be written instead."""
        valid: bool = self.validate()
        if self.right.data == DataRight.RECTIFICATION and not self.wanted.data:
            self.wanted.errors = [*self.wanted.errors, _("Write what it should say.")]
            valid = False
        return valid and self.right.data in set(DataRight)


@public
def own_data() -> ResponseReturnValue:
    """Show what can be asked about the data of the case that is open."""
    unit = current()
    if visit.present(unit.runtime.keys, at=unit.now) is None:
        return redirect(url_for(".follow_up"), 302)
    return _show_own(DataRequestForm())


@public
def ask_own_data() -> ResponseReturnValue:
    """Open a request about the case that is open: whoever came in with its code is its person."""
    unit, form = current(), DataRequestForm(request.form)
    here = visit.present(unit.runtime.keys, at=unit.now)
    if here is None:
        return lapsed(form.words.data)
    if not form.is_complete():
        return _show_own(form, UNPROCESSABLE)
    case, person = door.enter(unit.session, here.case_id, here.complainant_id)
    key = new_form_key(unit.runtime.keys, at=unit.now)
    site = site_by_id(unit.session, case.site_id)
    asked = _asked(form, key)
    open_request(unit.session, site, asked, people=[(person, Proof.CODE)], by=COMPLAINANT, at=unit.now)
    visit.keep_receipt(unit.runtime.keys, key.value, at=unit.now)
    return redirect(url_for(".receipt"), 303)


@public
def data_request() -> ResponseReturnValue:
    """Show the form for whoever has no case open. No cookie is set."""
    return _show_open(_open_form(None), new_form_key(current().runtime.keys, at=current().now))


@public
def file_request() -> ResponseReturnValue:
    """Take a request without a code. It says nothing about anybody: who asks is proven before anything is given out."""
    unit = current()
    throttle: Throttle = current_app.extensions["complainant_throttle"]
    throttle.slow_down(request.remote_addr or "", at=unit.now)
    form = _open_form(request.form)
    sent_key = read_form_key(unit.runtime.keys, request.form.get("form_key", ""))
    key = sent_key or new_form_key(unit.runtime.keys, at=unit.now)
    if not form.is_complete():
        return _show_open(form, key, UNPROCESSABLE)
    if form.website.data or sent_key is None or sent_key.is_too_quick(unit.now):
        form.website.process_data("")
        form.form_errors.append(
            _("Please press “Send the request” once more. That tells us that a person is sending it.")
        )
        return _show_open(form, key, UNPROCESSABLE)
    try:
        site = site_by_slug(unit.session, form.site.data or "")
        open_request(unit.session, site, _asked(form, key), by=COMPLAINANT, at=unit.now)
    except FormKeyReused:
        unit.undo()
    visit.keep_receipt(unit.runtime.keys, key.value, at=unit.now)
    return redirect(url_for(".receipt"), 303)


@public
def own_copy() -> ResponseReturnValue:
    """Show the copy that answers the request, once it is ready; that it was taken is written down."""
    unit = current()
    here = visit.present(unit.runtime.keys, at=unit.now)
    if here is None:
        return redirect(url_for(".follow_up"), 302)
    session = unit.write()
    _case, person = reopen_access(session, here.case_id, here.complainant_id)
    found = answers.take(session, person, at=unit.now)
    shown = door.show(session, here.case_id, here.complainant_id, at=unit.now)
    return render_template(
        "complainant/own_copy.html",
        page=frame(shown.site_name, shown.time_zone, is_open=True),
        copy=copy_view(found.content, current_lang(), zone=shown.time_zone),
        reference=shown.reference,
        until=day(found.expires_at, current_lang(), tz=shown.time_zone),
    )


@public
def own_copy_file() -> ResponseReturnValue:
    """Hand out the copy as a file that programs read."""
    unit = current()
    here = visit.present(unit.runtime.keys, at=unit.now)
    if here is None:
        return redirect(url_for(".follow_up"), 302)
    session = unit.write()
    _case, person = reopen_access(session, here.case_id, here.complainant_id)
    found = answers.take(session, person, at=unit.now)
    name = f"{found.content['request']}.json"
    return as_attachment(found.text.encode(), name, "application/json")


def add_routes(bp: Blueprint) -> None:
    """Route what concerns one's own data."""
    post = ("POST",)
    es, en = "/seguimiento/datos", "/follow-up/data"
    localized(bp, "own_data", own_data, es=es, en=en)
    localized(bp, "ask_own_data", ask_own_data, es=es, en=en, methods=post)
    localized(bp, "own_copy", own_copy, es=f"{es}/copia", en=f"{en}/copy")
    localized(bp, "own_copy_file", own_copy_file, es=f"{es}/copia.json", en=f"{en}/copy.json")
    errors.translate(bp, {answers.CopyGone: COPY_GONE})
    es, en = "/datos/solicitud", "/privacy/request"
    localized(bp, "data_request", data_request, es=es, en=en)
    localized(bp, "file_request", file_request, es=es, en=en, methods=post)


def _asked(form: DataRequestForm, key: FormKey) -> Asked:
    right, lang = DataRight(form.right.data), current_lang()
    said = form.words.data or text_in(lang, DATA_RIGHT[right.value])
    return Asked(
        right=right,
        words=said,
        locale=lang,
        channel=Channel.WEB,
        reach=Reach.PAGE,
        asks_blocking=form.asks_blocking.data,
        corrects=Field(form.corrects.data) if form.corrects.data in set(Field) else None,
        wanted=form.wanted.data or None,
        name=form.name.data or None,
        form_key=key.value,
    )


def _open_form(formdata: MultiDict[str, str] | None) -> DataRequestForm:
    offered = [(site.slug, site.name) for site in sites(current().session)]
    form = DataRequestForm(formdata, offered)
    if form.site.data not in {slug for slug, _name in offered}:
        form.site.data = offered[0][0] if offered else ""
    return form


def _show_own(form: DataRequestForm, status: int = 200) -> ResponseReturnValue:
    unit = current()
    here = visit.present(unit.runtime.keys, at=unit.now)
    if here is None:
        return lapsed(form.words.data)
    shown = door.show(unit.session, here.case_id, here.complainant_id, at=unit.now)
    page = frame(shown.site_name, shown.time_zone, is_open=True)
    return render_template(
        "complainant/own_data.html", page=page, form=form, reference=shown.reference, promised=data_promises()
    ), status


def _show_open(form: DataRequestForm, key: FormKey, status: int = 200) -> ResponseReturnValue:
    page = frame(pages.house_name(current().session))
    return render_template(
        "complainant/data_request.html", page=page, form=form, form_key=key.field_value, promised=data_promises()
    ), status
