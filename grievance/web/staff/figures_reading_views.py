"""Readings aloud: to whom a summary was read, and what they could retell."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # since 3.3; its types are older

from grievance.accounts.permissions import Action
from grievance.core.i18n import OFFERED
from grievance.publishing.models import Release
from grievance.publishing.reader_tests import ReadingRefused, readings, record_reading
from grievance.publishing.releases import is_open
from grievance.web import formats
from grievance.web.flash import say
from grievance.web.lang import current_lang, localized
from grievance.web.staff.access import duty, me
from grievance.web.staff.figures_base import ONE_EN, ONE_ES, UNPROCESSABLE, Place, locked, place_of, release_at
from grievance.web.staff.figures_pages import frame
from grievance.web.staff.forms_figures import ReadingForm
from grievance.web.staff.pages_base import today_at
from grievance.web.unit import current


def add_routes(bp: Blueprint) -> None:
    """Add the page of this step."""
    es, en = f"{ONE_ES}/lecturas", f"{ONE_EN}/readings"
    localized(bp, "figures_readings", figures_readings, es=es, en=en)
    localized(bp, "figures_record_reading", figures_record_reading, es=es, en=en, methods=("POST",))


@duty(Action.SEE_FIGURES)
def figures_readings(site: str, year: int, quarter: int, public_id: str) -> ResponseReturnValue:
    """List the readings of a release, with the form for another."""
    place = place_of(Action.SEE_FIGURES, site, year, quarter)
    return _show(place, release_at(place, public_id), ReadingForm(formdata=None))


@duty(Action.DRAFT_RELEASE)
def figures_record_reading(site: str, year: int, quarter: int, public_id: str) -> ResponseReturnValue:
    """Record a reading."""
    place = place_of(Action.DRAFT_RELEASE, site, year, quarter)
    unit, form = current(), ReadingForm()
    _offer(form, place)
    release = locked(place, public_id)
    if not form.validate_on_submit():
        return make_response(_show(place, release, form), UNPROCESSABLE)
    reading = form.reading
    today = today_at(place.site.time_zone)
    try:
        record_reading(unit.session, release, reading, today=today, by=me().staff_id, at=unit.now)
    except ReadingRefused as refusal:
        form.refuse(refusal)
        return make_response(_show(place, release, form), UNPROCESSABLE)
    say(_("The reading is recorded."))
    return redirect(place.url_of("figures_readings", release), code=303)


def _show(place: Place, release: Release, form: ReadingForm) -> str:
    _offer(form, place)
    return render_template(
        "staff/figures-readings.html",
        **frame(place, release, "readings"),
        readings=readings(current().session, release.id),
        form=form,
        today=today_at(place.site.time_zone),
        may_write=me().viewer.may(Action.DRAFT_RELEASE, place.site.id) and is_open(release),
    )


def _offer(form: ReadingForm, place: Place) -> None:
    form.locale.choices = [SelectChoice(lang, formats.lang_name(lang, current_lang())) for lang in OFFERED]
    form.read_on.today = today_at(place.site.time_zone)
