"""A release on two sheets before it is out: what its authors and the second person read on paper."""

from __future__ import annotations

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grievance.accounts.permissions import Action
from grievance.publishing.bulletin import bulletin_of
from grievance.publishing.models import Release
from grievance.web.lang import localized
from grievance.web.open.print_summary import printed_summary
from grievance.web.print.press import pdf_response, press
from grievance.web.staff.access import duty
from grievance.web.staff.figures_base import ONE_EN, ONE_ES, Place, place_of, release_at
from grievance.web.unit import current


@duty(Action.SEE_FIGURES)
def figures_paper(site: str, year: int, quarter: int, public_id: str) -> ResponseReturnValue:
    """Hand out one version on two sheets, marked as a preview."""
    place = place_of(Action.SEE_FIGURES, site, year, quarter)
    told = bulletin_of(release_at(place, public_id), place.site)
    pdf = printed_summary(current().session, place.site, told, is_preview=told.released_at is None)
    return pdf_response(pdf, _("preview-%(site)s-%(quarter)s.pdf", site=site, quarter=place.quarter.key))


def add_routes(bp: Blueprint) -> None:
    """Add the address of the preview on paper."""
    localized(bp, "figures_paper", figures_paper, es=f"{ONE_ES}/vista.pdf", en=f"{ONE_EN}/preview.pdf")


def paper_url(place: Place, release: Release) -> str:
    """Return the address of a version on paper; "" where nothing can be printed."""
    if not press().is_ready:
        return ""
    return url_for("staff.figures_paper", public_id=release.public_id, **place.address)
