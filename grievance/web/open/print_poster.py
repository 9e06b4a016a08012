"""The poster of a site: the number to write to, large; the short address; five lines that hold; both languages.

Nothing about people and no figures: it hangs for years.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup

from grievance.core.i18n import OFFERED, Locale, formats, html_lang
from grievance.core.phone import PhoneNumber, shown_phone
from grievance.sites.models import Site
from grievance.sites.queries import line_of_site, site_by_slug
from grievance.web.access import public
from grievance.web.lang import current_lang
from grievance.web.open.kept import may_be_kept
from grievance.web.print.press import pdf_response, press
from grievance.web.print.typesetting import drawn, first_that_fits, typeset
from grievance.web.qr import qr_svg
from grievance.web.unit import current

SIZES = ("a3", "a4")
LETTERS = {"a3": 12.7, "a4": 9.0}
"""Points of one unit of the poster. The number is 6.5 units: 82 pt on A3, read at three metres, where a letter needs a
height of 1/200 of the distance (15 mm, about 60 pt)."""
SMALLER = (1.0, 0.97, 0.94, 0.91, 0.88, 0.82, 0.74, 0.66)
"""What is tried one after the other until one sheet holds it; long words of a site cost size, not words."""


@dataclass(frozen=True, slots=True)
class Half:
    """What the poster says in one language."""

    lang: Locale
    html_lang: str
    headline: str
    write_to: str
    how: str
    or_here: str
    demo: str
    words: Markup


@dataclass(frozen=True, slots=True)
class Poster:
    """What the poster says in no language, or in all."""

    site_name: str
    number: str
    address: str
    code: Markup
    is_demo: bool
    size: str


@public
def poster(site: str, size: str) -> ResponseReturnValue:
    """Hand out the poster of a site to print, the language of the address first."""
    return may_be_kept(_poster(site_by_slug(current().session, site), size))


def poster_name(site: Site, size: str) -> str:
    """Return the name under which a poster is kept, in the language of the page."""
    return _("poster-%(size)s-%(site)s.pdf", size=size, site=site.slug)


def forms(site: Site, size: str) -> Iterator[str]:
    """Yield the poster as HTML, the largest letters first."""
    lang = current_lang()
    shown = _shown(site, size)
    halves = [_half(site, shown, tongue) for tongue in sorted(OFFERED, key=lambda tongue: tongue != lang)]
    for smaller in SMALLER:
        yield render_template(
            "print/poster.html",
            lang=html_lang(lang),
            poster=shown,
            halves=halves,
            unit_points=round(LETTERS[size] * smaller, 2),
        )


def _poster(site: Site, size: str) -> Response:
    offered = list(forms(site, size))
    pdf = press().printed(offered[0], lambda: typeset(offered[first_that_fits(1, offered)]))
    return pdf_response(pdf, poster_name(site, size))


def _shown(site: Site, size: str) -> Poster:
    unit = current()
    line = line_of_site(unit.session, site.id) or ""
    settings = unit.runtime.settings
    address = settings.public_url + url_for("open.short", site=site.slug)
    return Poster(
        site_name=site.name,
        number=shown_phone(PhoneNumber(line)) if line.startswith("+") else "",
        address=address.split("://", 1)[1],
        code=drawn(qr_svg(address, ""), words=address),
        is_demo=settings.in_demo,
        size=size,
    )


def _half(site: Site, shown: Poster, lang: Locale) -> Half:
    with force_locale(formats(lang)):
        words = render_template(
            "print/poster-half.html",
            office=str(site.office.get(lang) or ""),
            emergency_phone=site.emergency_phone,
            emergency_services=str(site.emergency_services.get(lang) or ""),
        )
        return Half(
            lang=lang,
            html_lang=html_lang(lang),
            headline=_("Something wrong here? Tell us."),
            write_to=_("Send a text message (SMS) to"),
            how=_("In your own words, from any telephone."),
            or_here=_("Or write here, with photos if you like:")
            if shown.number
            else _("Write here, with photos if you like:"),
            demo=_("Demonstration: the site and its number are invented."),
            words=Markup(words),  # noqa: S704  # our own template, escaped
        )
