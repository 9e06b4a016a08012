"""The frame of open pages, and how to complain at a site in five lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import gettext as _

from grievance.core.phone import PhoneNumber, shown_phone
from grievance.publishing import wording
from grievance.publishing.bulletin import Bulletin
from grievance.sites.models import Site
from grievance.sites.queries import line_of_site, the_operator
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
    join_url: str
    follow_up_url: str
    office: str
    emergency_phone: str
    emergency_tel: str
    emergency_services: str


@dataclass(frozen=True, slots=True)
class SiteCard:
    """A site as the start page lists it; without a summary where nothing was published yet."""

    name: str
    url: str
    ways: Ways
    quarter: str
    lead: str
    quarter_url: str


def open_page(site: Site) -> Page:
    """Return the frame of a page about a site. Dates carry their year: the page is kept, whatever day it is read."""
    return _page(site.name, _("Public summary of the site"), url_for("open.site", site=site.slug))


def house_page(session: Session, name: str = "") -> Page:
    """Return the frame of a page about no site, or about the only one: its name, else that of the operator."""
    operator = the_operator(session)
    house = name or (operator.name if operator else _("Grievances"))
    return _page(house, _("Grievances and questions"), url_for("open.home"))


def site_card(session: Session, site: Site, latest: Bulletin | None) -> SiteCard:
    """Return a site with how to complain there and the beginning of its last summary."""
    lang = current_lang()
    return SiteCard(
        name=site.name,
        url=url_for("open.site", site=site.slug),
        ways=ways_of(session, site),
        quarter=wording.quarter_name(latest, lang) if latest else "",
        lead=wording.lead(latest, lang) if latest else "",
        quarter_url=url_for("open.quarter", site=site.slug, year=latest.quarter.year, quarter=latest.quarter.n)
        if latest
        else "",
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
        join_url=url_for("complainant.join", site=site.slug),
        follow_up_url=url_for("complainant.follow_up"),
        office=str(site.office.get(lang) or ""),
        emergency_phone=site.emergency_phone,
        emergency_tel="".join(sign for sign in site.emergency_phone if sign.isdigit() or sign == "+"),
        emergency_services=str(site.emergency_services.get(lang) or ""),
    )


def _page(name: str, tagline: str, home_url: str) -> Page:
    return Page(
        lang=current_lang(),
        site_name=name,
        tagline=tagline,
        home_url=home_url,
        audience="open",
        narrow=False,
        twins=twins(),
        demo=current().runtime.settings.in_demo,
        footer_links=(
            Link(label=_("Follow up a case"), url=url_for("complainant.follow_up")),
            Link(label=_("Other ways to complain"), url=url_for("complainant.other_routes")),
            Link(label=_("What the words and the figures mean"), url=url_for("open.glossary")),
            Link(label=_("How we count, and how to check it"), url=url_for("open.methods")),
            Link(label=_("How we look after your data"), url=url_for("complainant.privacy")),
            Link(label=_("Accessibility"), url=url_for("complainant.accessibility")),
        ),
        footer_note=_("This page uses no tracking cookies and loads nothing from other companies."),
    )
