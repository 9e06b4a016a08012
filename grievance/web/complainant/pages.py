"""Plain values of the pages around a filing: frame, site, form, receipt. No query starts in a template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from flask import url_for
from flask_babel import gettext as _

from grievance.cases.mailing import standing
from grievance.cases.states import Group
from grievance.complainants.door import Receipt
from grievance.core.i18n import Locale
from grievance.core.phone import PhoneNumber, shown_phone
from grievance.deadlines.queries import site_calendar
from grievance.deadlines.site_standards import standard_at
from grievance.deadlines.standards import CaseType, ClockName, due
from grievance.deadlines.working_days import local_date
from grievance.sites import queries as sites
from grievance.sites.models import Site
from grievance.web import words
from grievance.web.complainant.forms import ReportChoices
from grievance.web.complainant.step_words import capital, reader, step_lines
from grievance.web.formats import moment
from grievance.web.lang import current_lang, twins
from grievance.web.page import Link, Page

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

RETALIATION = "retaliation"
"""Code of the category under which reprisals are reported."""

GROUPS = (
    Group.DIRECT_WORKER,
    Group.CONTRACTOR_WORKER,
    Group.NEIGHBOUR,
    Group.FISHER_OR_FARMER,
    Group.SUPPLIER,
    Group.ORGANISATION,
    Group.AUTHORITY,
    Group.OTHER,
    Group.NOT_SAID,
)


@dataclass(frozen=True, slots=True)
class Help:
    """Whom to call at once, and other ways to complain at a site."""

    emergency_phone: str
    emergency_tel: str
    emergency_services: str
    office: str
    line: str


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything the filing form of one site needs, read in one go before anything is stored."""

    site_name: str
    slug: str
    time_zone: str
    today: date
    acknowledge_on: date
    line: str | None
    help: Help
    choices: ReportChoices
    category_ids: Mapping[str, int]
    area_ids: Mapping[str, int]
    employer_ids: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Route:
    """Somewhere else to go."""

    name: str
    note: str
    url: str


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """The receipt in words."""

    reference: str
    code: str | None
    received: str
    address: str
    """Where to come back to, in full: it has to make sense on paper."""
    steps: Sequence[Mapping[str, str]]
    readers: Sequence[str]
    known_as: str
    is_data_request: bool
    waits_for_digits: bool
    waits_for_link: bool
    routes: Sequence[Route]


def frame(
    site_name: str, *, in_demo: bool, today: date | None = None, script: str = "", sign_out_url: str = ""
) -> Page:
    """Return the frame of a page for the person who complains."""
    return Page(
        lang=current_lang(),
        site_name=site_name,
        tagline=_("Grievances and questions"),
        home_url=url_for("open.home"),
        twins=twins(),
        demo=in_demo,
        sign_out_url=sign_out_url,
        footer_links=(
            Link(label=_("Follow up a case"), url=url_for("complainant.follow_up")),
            Link(label=_("Other ways to complain"), url=url_for("complainant.other_routes")),
            Link(label=_("How we look after your data"), url=url_for("complainant.privacy")),
            Link(label=_("Accessibility"), url=url_for("complainant.accessibility")),
        ),
        footer_note=_("This page uses no tracking cookies and loads nothing from other companies."),
        script=script,
        today=today,
    )


def house_name(session: Session) -> str:
    """Return the name on pages that belong to no site: that of the operator."""
    operator = sites.the_operator(session)
    return operator.name if operator else _("Grievances")


def site_numbers(session: Session) -> list[tuple[str, str]]:
    """Return each site that can be texted with its number, by name: for who has lost every other trace of it."""
    numbers = [(site.name, sites.line_of_site(session, site.id)) for site in sites.sites(session)]
    return [(name, _shown(number)) for name, number in numbers if number]


def desk(session: Session, slug: str, *, at: datetime, has_mail: bool) -> Desk:
    """Return what the filing form of a site needs.

    Raises:
        SiteNotFound: there is no such site.
    """
    site = sites.site_by_slug(session, slug)
    lang = current_lang()
    line = sites.line_of_site(session, site.id)
    today = local_date(at, site.time_zone)
    categories = sites.categories(session, site.operator_id)
    areas = sites.areas(session, site.id)
    employers = sites.companies(session, site.operator_id)
    return Desk(
        site_name=site.name,
        slug=site.slug,
        time_zone=site.time_zone,
        today=today,
        acknowledge_on=acknowledge_on(session, site, at=at),
        line=line,
        help=help_at(site, line, lang),
        choices=ReportChoices(
            categories=[(row.code, label(row.labels, lang)) for row in categories],
            areas=[(row.public_id, label(row.labels, lang)) for row in areas],
            groups=[(group.value, words.group(group.value)) for group in GROUPS],
            employers=[(row.public_id, row.name) for row in employers],
            has_line=line is not None,
            has_mail=has_mail,
            today=today,
        ),
        category_ids={row.code: row.id for row in categories},
        area_ids={row.public_id: row.id for row in areas},
        employer_ids={row.public_id: row.id for row in employers},
    )


def acknowledge_on(session: Session, site: Site, *, at: datetime) -> date:
    """Return by which day a grievance filed now is confirmed by a person, whatever its type turns out to be."""
    today = local_date(at, site.time_zone)
    row = standard_at(session, site.id, CaseType.UNCLASSIFIED, ClockName.ACKNOWLEDGE, on=today)
    if row is None:
        raise LookupError(ClockName.ACKNOWLEDGE)
    calendar = site_calendar(session, site.id, time_zone=site.time_zone, year=today.year)
    return due(row, at, calendar).due_on


def help_at(site: Site, line: str | None, lang: Locale) -> Help:
    """Return the numbers and places of a site in a language."""
    return Help(
        emergency_phone=_shown(site.emergency_phone),
        emergency_tel="".join(sign for sign in site.emergency_phone if sign.isdigit() or sign == "+"),
        emergency_services=label(site.emergency_services, lang),
        office=label(site.office, lang),
        line=_shown(line or ""),
    )


def routes(session: Session, operator_id: int, lang: Locale) -> list[Route]:
    """Return the external routes in a language, in the operator's order."""
    return [
        Route(label(row.names, lang), label(row.notes, lang), row.url)
        for row in sites.external_routes(session, operator_id)
    ]


def receipt_page(session: Session, receipt: Receipt, *, today: date, public_url: str) -> ReceiptPage:
    """Return the receipt in words."""
    shown, lang = receipt.shown, current_lang()
    site = sites.site_by_slug(session, shown.site_slug)
    mail = standing(session, receipt.complainant_id)
    return ReceiptPage(
        reference=shown.reference,
        code=receipt.code.reveal() if receipt.code else None,
        received=capital(moment(shown.received_at, lang, tz=shown.time_zone)),
        address=public_url + url_for("complainant.follow_up"),
        steps=step_lines(shown, lang, today=today),
        readers=[reader(duty) for duty in shown.readers],
        known_as=_known_as(has_name=shown.has_name, has_phone=shown.has_phone, has_email=shown.has_email),
        is_data_request=shown.type == CaseType.DATA_RIGHTS,
        waits_for_digits=shown.phone_waits_for_code,
        waits_for_link=mail.is_left and not mail.is_verified,
        routes=routes(session, site.operator_id, lang),
    )


def label(texts: Mapping[str, Any], lang: Locale) -> str:
    """Return the text of a language from a row that an administrator wrote; any language rather than nothing."""
    return str(texts.get(lang) or next((text for text in texts.values() if text), ""))


def _shown(number: str) -> str:
    """Return a number in groups; a short one (131) and one that was written in groups stay as they are."""
    return shown_phone(PhoneNumber(number)) if number.startswith("+") and " " not in number else number


def _known_as(*, has_name: bool, has_phone: bool, has_email: bool) -> str:
    if has_name:
        return _(
            "You gave your name. Those who work on your case may know it; each time it is opened you will see who did."
        )
    if has_phone:
        return _("Confidential: you left a phone for notices. Nobody who works on your case sees it.")
    if has_email:
        return _("Confidential: you left an e-mail for notices. Nobody who works on your case sees it.")
    return _("Anonymous: we have neither your name nor your phone.")
