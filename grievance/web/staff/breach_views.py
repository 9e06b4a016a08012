"""The register of breaches of personal data, for whoever answers for data and administrators: a page and a file."""

from __future__ import annotations

import csv
import io
from datetime import date

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, NumberRange, Optional

from grievance.accounts import audit
from grievance.accounts.audit import AuditAction
from grievance.accounts.permissions import Action
from grievance.privacy import breaches
from grievance.privacy.breach_kinds import Category, Risk, WasTold
from grievance.privacy.breaches import EntryPart, Known
from grievance.publishing.exports import neutral
from grievance.web import formats, words
from grievance.web.errors import NOT_FOUND, translate
from grievance.web.flash import say
from grievance.web.lang import current_lang, localized
from grievance.web.staff.access import at_site, duty, me, sites_for, viewer
from grievance.web.staff.forms_base import words_field
from grievance.web.staff.pages_base import TIME_ZONE, staff_page
from grievance.web.unit import current
from grievance.web.validators import PastDateField


class BreachForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """What is known of a breach now."""

    breach = HiddenField()
    site = SelectField(_l("Site"), validators=[InputRequired(_l("Choose the site."))])
    known_on = PastDateField(_l("When it was known"), [InputRequired(_l("Give the day on which it was known."))])
    happened = words_field(
        _l("What happened"),
        _l("Write what happened."),
        hint=_l("No names, and nothing of what a case says."),
    )
    categories = SelectMultipleField(_l("Kinds of data"), validators=[InputRequired(_l("Choose the kinds of data."))])
    people_count = IntegerField(
        _l("About how many people"),
        description=_l("Leave it empty while nobody knows."),
        validators=[Optional(), NumberRange(0, 10_000_000, _l("Write a whole number."))],
    )
    risk = RadioField(_l("Risk for them"), validators=[InputRequired(_l("Choose the risk."))])
    measures = words_field(_l("What was done about it"), None)
    agency = RadioField(_l("The data protection agency"), default="undecided", validators=[InputRequired()])
    agency_on = PastDateField(_l("Told on"), [Optional()])
    people = RadioField(_l("The people concerned"), default="undecided", validators=[InputRequired()])
    people_on = PastDateField(_l("Told on"), [Optional()])

    def fill(self) -> None:
        """Put the choices into words."""
        self.site.choices = [(site.slug, site.name) for site in sites_for(Action.KEEP_BREACHES)]
        self.categories.choices = [(one.value, words.breach_category(one.value)) for one in Category]
        self.risk.choices = [(one.value, words.breach_risk(one.value)) for one in Risk]
        told = [(one.value, words.was_told(one.value)) for one in WasTold]
        self.agency.choices, self.people.choices = told, told

    def known(self, today: date) -> Known:
        """Return what was written, once it is valid."""
        return Known(
            self.known_on.data or today,
            self.happened.data or "",
            [Category(code) for code in self.categories.data or ()],
            self.people_count.data,
            Risk(self.risk.data),
            self.measures.data or "",
            WasTold(self.agency.data),
            self.agency_on.data,
            WasTold(self.people.data),
            self.people_on.data,
        )


@duty(Action.KEEP_BREACHES)
def breach_register() -> ResponseReturnValue:
    """Show the register and the form for a new entry."""
    return _show(BreachForm())


@duty(Action.KEEP_BREACHES)
def record_breach() -> ResponseReturnValue:
    """Write down a breach, or what is known of one by now."""
    form, unit = BreachForm(), current()
    form.fill()
    if not form.validate():
        return _show(form, 422)
    site = at_site(Action.KEEP_BREACHES, form.site.data)
    try:
        breaches.record_breach(
            unit.session, viewer(), site.id, form.known(unit.now.date()), breach=form.breach.data or None, at=unit.now
        )
    except breaches.ToldWithoutDay:
        unit.undo()
        form.form_errors.append(_("Give the day on which somebody was told, and no day where nobody was."))
        return _show(form, 422)
    say(_("Written down. Nothing in the register is changed or removed: what is known later is a further entry."))
    return redirect(url_for("staff.breaches"), code=303)


@duty(Action.KEEP_BREACHES)
def breaches_csv() -> ResponseReturnValue:
    """Hand out the register as a file."""
    session = current().write()
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow([str(name) for name in _COLUMNS])
    table.writerows([neutral(value) for value in _line(part)] for part in breaches.entries(session, viewer()))
    audit.record(
        session,
        actor_id=me().staff_id,
        action=AuditAction.BREACHES_EXPORTED,
        subject_kind="breach",
        subject="register",
        at=current().now,
    )
    response = Response("\ufeff" + out.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="breaches.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


def add_routes(bp: Blueprint) -> None:
    """Route the register of breaches."""
    es, en = "/equipo/vulneraciones", "/staff/breaches"
    localized(bp, "breaches", breach_register, es=es, en=en)
    localized(bp, "record_breach", record_breach, es=es, en=en, methods=("POST",))
    localized(bp, "breaches_csv", breaches_csv, es=f"{es}.csv", en=f"{en}.csv")
    translate(bp, {breaches.BreachNotFound: NOT_FOUND})


_COLUMNS = (
    _l("Breach"),
    _l("Entry"),
    _l("Site"),
    _l("Known"),
    _l("What happened"),
    _l("Kinds of data"),
    _l("People"),
    _l("Risk"),
    _l("Done about it"),
    _l("Agency"),
    _l("People concerned"),
    _l("Written down"),
    _l("By"),
)


def _line(part: EntryPart) -> list[str]:
    lang, known = current_lang(), part.known

    def told(was: WasTold, on: object) -> str:
        return f"{words.was_told(was.value)} {on or ''}".strip()

    return [
        part.breach[:8],
        str(part.number),
        part.site_name,
        known.known_on.isoformat(),
        known.happened,
        ", ".join(words.breach_category(one.value) for one in known.categories),
        "" if known.people_count is None else str(known.people_count),
        words.breach_risk(known.risk.value),
        known.measures,
        told(known.agency, known.agency_on),
        told(known.people, known.people_on),
        formats.moment(part.recorded_at, lang, tz=TIME_ZONE),
        part.recorded_by,
    ]


def _show(form: BreachForm, status: int = 200) -> ResponseReturnValue:
    form.fill()
    form.breach.data = form.breach.data or request.args.get("breach", "")
    parts = breaches.entries(current().session, viewer())
    body = render_template(
        "staff/breaches.html",
        page=staff_page(current="breaches"),
        form=form,
        columns=_COLUMNS,
        lines=[(part.breach, _line(part)) for part in parts],
    )
    return body, status
