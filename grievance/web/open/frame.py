"""The frame of open pages, and how to complain at a site in five lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import gettext as _

from grievance.core.phone import PhoneNumber, shown_phone
from grievance.sites.models import Site
from grievance.sites.queries import line_of_site
from grievance.web.lang import current_lang, twins
from grievance.web.page import Link, Page
from grievance.web.unit import current

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Ways:
    """How to complain at a site; empty where the site has no such way."""

    number: str
    sms: str
    report_url: str
    follow_up_url: str
    office: str
    emergency_phone: str
    emergency_tel: str
    emergency_services: str


def open_page(site: Site) -> Page:
    """Return the frame of a page about a site. Dates carry their year: the page is kept, whatever day it is read."""
    return Page(
        lang=current_lang(),
        site_name=site.name,
        tagline=_("Public summary of the site"),
        home_url=url_for("open.site", site=site.slug),
        audience="open",
        narrow=False,
        twins=twins(),
        demo=current().runtime.settings.in_demo,
        footer_links=(
            Link(label=_("Other ways to complain"), url=url_for("complainant.other_routes")),
            Link(label=_("How we look after your data"), url=url_for("complainant.privacy")),
            Link(label=_("Accessibility"), url=url_for("complainant.accessibility")),
        ),
        footer_note=_("This page uses no tracking cookies and loads nothing from other companies."),
    )


def ways_of(session: Session, site: Site) -> Ways:
    """Return how to complain at a site, in the language of the page."""
    lang = current_lang()
    line = line_of_site(session, site.id) or ""
    is_phone = line.startswith("+")
    return Ways(
        number=shown_phone(PhoneNumber(line)) if is_phone else "",
        sms=line if is_phone else "",
        report_url=url_for("complainant.report", site=site.slug),
        follow_up_url=url_for("complainant.follow_up"),
        office=str(site.office.get(lang) or ""),
        emergency_phone=site.emergency_phone,
        emergency_tel="".join(sign for sign in site.emergency_phone if sign.isdigit() or sign == "+"),
        emergency_services=str(site.emergency_services.get(lang) or ""),
    )
