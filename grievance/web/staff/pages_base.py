"""The frame of every staff page: sections by duty, unread notices, signing out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

from flask import current_app, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from grievance.accounts.permissions import Action
from grievance.accounts.queries import Member
from grievance.cases.tasks import unread_notices
from grievance.web import unit
from grievance.web.lang import current_lang, twins
from grievance.web.page import Link, Page
from grievance.web.staff.access import someone

Section = Literal[
    "",
    "cases",
    "triage",
    "intake",
    "figures",
    "silence",
    "registers",
    "notices",
    "staff",
    "headcount",
    "rota",
    "templates",
    "rules",
    "rights",
    "breaches",
    "retention",
    "audit",
    "account",
]

TIME_ZONE = "America/Santiago"
"""Zone of dates for somebody without a site."""


@dataclass(frozen=True, slots=True)
class _Entry:
    key: Section
    endpoint: str
    label: LazyString
    action: Action | None
    """Who has it in the navigation; None: everybody."""


SECTIONS = (
    _Entry("cases", "staff.cases", _l("My cases"), Action.SEE_CASES),
    _Entry("triage", "staff.triage", _l("Triage"), Action.TRIAGE),
    _Entry("intake", "staff.intake", _l("Record"), Action.RECORD_INTAKE),
    _Entry("registers", "staff.registers", _l("Old registers"), Action.IMPORT_REGISTER),
    _Entry("figures", "staff.figures", _l("Figures"), Action.SEE_FIGURES),
    _Entry("silence", "staff.silence", _l("Silence"), Action.SEE_SILENCE),
    _Entry("notices", "staff.notices", _l("Notices"), None),
    _Entry("staff", "staff.people", _l("Staff"), Action.MANAGE_STAFF),
    _Entry("rota", "staff.rotas", _l("On call"), Action.PLAN_ROTA),
    _Entry("headcount", "staff.headcount", _l("Headcount"), Action.RECORD_HEADCOUNT),
    _Entry("templates", "staff.templates", _l("Reply templates"), Action.MANAGE_TEMPLATES),
    _Entry("rules", "staff.rules", _l("Dates promised"), Action.MANAGE_SITE),
    _Entry("rights", "staff.data_requests", _l("Personal data"), Action.WORK_DATA_RIGHTS),
    _Entry("breaches", "staff.breaches", _l("Breaches"), Action.KEEP_BREACHES),
    _Entry("retention", "staff.retention", _l("What is kept"), Action.SEE_RETENTION),
    _Entry("audit", "staff.audit", _l("Audit trail"), Action.SEE_AUDIT),
    _Entry("account", "staff.account", _l("My account"), None),
)


SHORTCUTS = "shortcuts.js"

KEYS: Mapping[Section, str] = {
    "cases": "g d",
    "triage": "g t",
    "intake": "n",
    "registers": "g r",
    "figures": "g f",
    "notices": "g n",
    "account": "g a",
}
"""What is typed to go to a section, one key after the other. Letters of their own, the same in both languages."""


def staff_page(
    *, current: Section = "", site_name: str = "", narrow: bool = False, script: str = "", today: date | None = None
) -> Page:
    """Return the frame for the person who is signed in; without anybody, that of the sign-in pages."""
    member = someone()
    unread = _unread(member) if member else 0
    return Page(
        lang=current_lang(),
        site_name=site_name or _site_name(member),
        home_url=url_for("staff.home"),
        tagline=_("Grievance desk"),
        audience="staff",
        twins=twins(),
        narrow=narrow,
        demo=_is_demo(),
        nav=_sections(member, current, unread) if member else (),
        menu=_menu(unread) if member else "",
        sign_out_url=url_for("staff.sign_out") if member else "",
        footer_links=_footer_links(member),
        footer_note=_footer(member),
        script=script or (SHORTCUTS if member and member.has_shortcuts else ""),
        today=today or today_at(member.sites[0].time_zone if member and member.sites else TIME_ZONE),
    )


def open_sections(member: Member) -> list[tuple[Section, str]]:
    """Return the sections that the duties open and this installation has, as (key, address), in their order."""
    return [
        (entry.key, url_for(entry.endpoint))
        for entry in SECTIONS
        if entry.endpoint in current_app.view_functions
        and (entry.action is None or member.viewer.may_anywhere(entry.action))
    ]


def first_page(member: Member) -> str:
    """Return the address of the first page that a duty opens; without any duty, that of the own account."""
    by_duty = {entry.key for entry in SECTIONS if entry.action is not None}
    return next((url for key, url in open_sections(member) if key in by_duty), url_for("staff.account"))


def today_at(time_zone: str) -> date:
    """Return the date of this request in a time zone."""
    return unit.current().now.astimezone(ZoneInfo(time_zone)).date()


def _menu(unread: int) -> str:
    """Return what opens the sections on a narrow screen: what waits behind it is said in front of it."""
    return ngettext("Menu, %(num)s new notice", "Menu, %(num)s new notices", unread) if unread else _("Menu")


def _sections(member: Member, chosen: Section, unread: int) -> tuple[Link, ...]:
    labels = {entry.key: str(entry.label) for entry in SECTIONS}
    if unread:
        labels["notices"] = _("Notices (%(count)s)", count=unread)
    return tuple(
        Link(label=labels[key], url=url, current=key == chosen, key=KEYS.get(key, ""))
        for key, url in open_sections(member)
    )


def _footer_links(member: Member | None) -> tuple[Link, ...]:
    if member is None:
        return ()
    sheet = "staff.shortcuts"
    return (Link(label=_("Keyboard shortcuts"), url=url_for(sheet), current=request.endpoint == sheet, key="?"),)


def _unread(member: Member) -> int:
    # A short read of its own: the frame must not decide whether a view works on a reading or a writing session.
    with unit.current().glance() as session:
        return unread_notices(session, member.staff_id, now=unit.current().now)


def _site_name(member: Member | None) -> str:
    if member and len(member.sites) == 1:
        return member.sites[0].name
    return _("Grievances and questions")


def _footer(member: Member | None) -> str:
    if member is None:
        return ""
    return _("Signed in as %(name)s. Views of restricted cases are recorded.", name=member.name)


def _is_demo() -> bool:
    return unit.current().runtime.settings.in_demo
