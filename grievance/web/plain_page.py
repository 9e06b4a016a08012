"""The frame of a page that belongs to no site: errors, and whatever stands before a site is known. Asks no database."""

from __future__ import annotations

from flask_babel import gettext as _

from grievance.web.lang import current_lang, twins
from grievance.web.page import Page
from grievance.web.unit import current_runtime


def plain_page() -> Page:
    """Return a frame without a site's name."""
    lang = current_lang()
    return Page(
        lang=lang,
        site_name=_("Grievances and questions"),
        home_url=f"/{lang}/",
        twins=twins(),
        demo=current_runtime().settings.in_demo,
    )
