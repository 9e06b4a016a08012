"""A quarter on two sheets of A4: its words on the first, its numbers on the second, the page's address on both.

Made of the same values and the same drawings as the page. What does not fit is left out from the end of the sections
and from the least asked for of the drawings, and the paper says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grievance.core.i18n import html_lang
from grievance.metrics.periods import Quarter
from grievance.publishing.bulletin import Bulletin, bulletin
from grievance.sites.models import Site
from grievance.sites.queries import site_by_slug
from grievance.web.access import public
from grievance.web.lang import current_lang
from grievance.web.open.frame import Ways, ways_of
from grievance.web.open.issue_pages import shown_quarter
from grievance.web.open.kept import may_be_kept
from grievance.web.open.pages import QuarterPage
from grievance.web.open.print_sheets import Back, Front, backs, fronts, how, reason
from grievance.web.print.press import pdf_response, press
from grievance.web.print.typesetting import drawn, first_that_fits, typeset
from grievance.web.qr import qr_svg
from grievance.web.unit import current

if TYPE_CHECKING:
    from markupsafe import Markup
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Paper:
    """What both sheets say beside the quarter itself. `address` is the page's; `created` an instant for the file."""

    site_name: str
    address: str
    code: Markup
    created: str
    is_demo: bool
    is_preview: bool


@public
def summary_pdf(site: str, year: int, quarter: int) -> ResponseReturnValue:
    """Hand out the latest version of a published quarter on two sheets."""
    session = current().session
    found, told = site_by_slug(session, site), bulletin(session, site, Quarter(year, quarter))
    return may_be_kept(_response(printed_summary(session, found, told), told))


@public
def version_pdf(site: str, year: int, quarter: int, version: int) -> ResponseReturnValue:
    """Hand out a version as it was published, also when it was corrected since; its paper names its own page."""
    session = current().session
    found, told = site_by_slug(session, site), bulletin(session, site, Quarter(year, quarter), version=version)
    return may_be_kept(_response(printed_summary(session, found, told, names_version=True), told))


def printed_summary(
    session: Session, site: Site, told: Bulletin, *, is_preview: bool = False, names_version: bool = False
) -> bytes:
    """Return a release on two sheets, published or not, in the language of the request.

    Raises:
        ExtraMissing, LibraryMissing, PressIsBusy: it cannot be printed here, or not now.
    """
    shown, ways = shown_quarter(session, site, told), ways_of(session, site)
    paper = _paper(site, told, is_preview=is_preview, names_version=names_version)
    first, second = list(fronts(shown)), list(backs(shown))

    def html(front: Front | None, back: Back | None) -> str:
        return _html(shown, ways, paper, front, back)

    return press().printed(html(first[0], second[0]), lambda: _fitted(html, first, second))


def _response(pdf: bytes, told: Bulletin) -> Response:
    name = _(
        "summary-%(site)s-%(quarter)s-v%(version)s.pdf",
        site=told.site_slug,
        quarter=told.quarter.key,
        version=told.version,
    )
    return pdf_response(pdf, name)


def _fitted(html: Callable[[Front | None, Back | None], str], first: Sequence[Front], second: Sequence[Back]) -> bytes:
    """Fit each sheet by itself, then print both: one that is too full leaves the other as it is."""
    front = first[first_that_fits(1, (html(one, None) for one in first))]
    back = second[first_that_fits(1, (html(None, one) for one in second))]
    return typeset(html(front, back))


def _html(shown: QuarterPage, ways: Ways, paper: Paper, front: Front | None, back: Back | None) -> str:
    return render_template(
        "print/summary.html",
        lang=html_lang(current_lang()),
        unit_points=10,
        shown=shown,
        ways=ways,
        paper=paper,
        front=front,
        back=back,
        how=how(shown),
        reason=reason(shown),
    )


def _paper(site: Site, told: Bulletin, *, is_preview: bool, names_version: bool) -> Paper:
    settings = current().runtime.settings
    where: dict[str, Any] = {"site": site.slug, "year": told.quarter.year, "quarter": told.quarter.n}
    path = url_for("open.version", version=told.version, **where) if names_version else url_for("open.quarter", **where)
    address = settings.public_url + path
    return Paper(
        site_name=site.name,
        address=address.split("://", 1)[1],
        code=drawn(qr_svg(address, ""), words=address),
        created=(told.released_at or told.known_at).strftime("%Y-%m-%dT%H:%M:%SZ"),
        is_demo=settings.in_demo,
        is_preview=is_preview,
    )
