"""The first step: what is missing, then fixing the figures; and setting fixed figures aside."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grievance.accounts.permissions import Action
from grievance.metrics import indicators
from grievance.publishing import summaries
from grievance.publishing.bulletin import figures_of
from grievance.publishing.missing import missing
from grievance.publishing.models import ReleaseState
from grievance.publishing.queries import current_release
from grievance.web.flash import say
from grievance.web.lang import current_lang, localized
from grievance.web.staff.access import duty, me
from grievance.web.staff.figures_base import EN, ES, ONE_EN, ONE_ES, UNPROCESSABLE, Place, changing, place_of
from grievance.web.staff.figures_pages import number_rows, quarter_name, rates
from grievance.web.staff.figures_words import MissingLine, missing_line
from grievance.web.staff.forms_figures import FreezeForm, StepForm
from grievance.web.staff.pages_base import staff_page, today_at
from grievance.web.unit import current


def add_routes(bp: Blueprint) -> None:
    """Add the pages of this step."""
    localized(bp, "figures_missing", figures_missing, es=f"{ES}/congelar", en=f"{EN}/freeze")
    localized(bp, "figures_freeze", figures_freeze, es=f"{ES}/congelar", en=f"{EN}/freeze", methods=("POST",))
    localized(
        bp, "figures_discard", figures_discard, es=f"{ONE_ES}/apartar", en=f"{ONE_EN}/set-aside", methods=("POST",)
    )


@duty(Action.DRAFT_RELEASE)
def figures_missing(site: str, year: int, quarter: int) -> ResponseReturnValue:
    """Show the figures as they would be fixed now, with what is missing from them."""
    return _show(place_of(Action.DRAFT_RELEASE, site, year, quarter), FreezeForm(formdata=None))


@duty(Action.DRAFT_RELEASE)
def figures_freeze(site: str, year: int, quarter: int) -> ResponseReturnValue:
    """Fix the figures of a quarter and draft its words."""
    unit = current()
    place = place_of(Action.DRAFT_RELEASE, site, year, quarter)
    form = FreezeForm()
    form.asks_sure = bool(_missing(place))
    form.asks_reason = _is_out(place)
    if not form.validate_on_submit():
        return make_response(_show(place, form), UNPROCESSABLE)
    summaries.freeze(
        unit.session,
        place.site,
        place.quarter,
        by=me().staff_id,
        at=unit.now,
        reason={"es": form.es.data or "", "en": form.en.data or ""},
    )
    say(_("The figures are frozen. They do not change any more, whatever is recorded from now on."))
    return redirect(place.url, code=303)


@duty(Action.DRAFT_RELEASE)
def figures_discard(site: str, year: int, quarter: int, public_id: str) -> ResponseReturnValue:
    """Set frozen figures aside."""
    place = place_of(Action.DRAFT_RELEASE, site, year, quarter)
    unit, form = current(), StepForm()
    form.validate_on_submit()
    summaries.discard(unit.session, changing(place, public_id, form), by=me().staff_id, at=unit.now)
    say(_("Set aside. It is kept, with who froze it and when."))
    return redirect(place.url, code=303)


def _show(place: Place, form: FreezeForm) -> str:
    unit, lang = current(), current_lang()
    inputs = summaries.computed(unit.session, place.site, place.quarter, at=unit.now)
    found = figures_of(indicators.figures(inputs))
    listed = _missing(place)
    return render_template(
        "staff/figures-freeze.html",
        page=staff_page(current="figures", site_name=place.site.name, today=today_at(place.site.time_zone)),
        name=quarter_name(place.quarter, lang),
        address=place.address,
        back_url=place.url,
        missing=listed,
        rates=rates(found, lang),
        numbers=number_rows(found, lang),
        form=form,
        is_correction=_is_out(place),
    )


def _missing(place: Place) -> list[MissingLine]:
    unit = current()
    inputs = summaries.computed(unit.session, place.site, place.quarter, at=unit.now)
    return [missing_line(one) for one in missing(unit.session, place.site, inputs, at=unit.now)]


def _is_out(place: Place) -> bool:
    release = current_release(current().session, place.site.id, place.quarter)
    return release is not None and release.state == ReleaseState.RELEASED
