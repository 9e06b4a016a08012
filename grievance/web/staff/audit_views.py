"""The audit trail, for auditors. Reading it leaves a line too."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from datetime import time as day_time
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grievance.accounts import audit, queries
from grievance.accounts.audit import AuditAction, AuditFilter, AuditPage
from grievance.accounts.permissions import Action
from grievance.web.lang import localized
from grievance.web.staff.access import duty, me, viewer
from grievance.web.staff.account_words import about_words, action_words
from grievance.web.staff.forms_people import AuditForm
from grievance.web.staff.pages_base import TIME_ZONE, staff_page
from grievance.web.unit import current

FILTERS = ("action", "actor", "since", "until")


def add_routes(bp: Blueprint) -> None:
    """Add the page of auditors."""
    localized(bp, "audit", trail, es="/equipo/auditoria", en="/staff/audit")


@duty(Action.SEE_AUDIT)
def trail() -> ResponseReturnValue:
    """Show the trail, latest first, each line checked against the one before it."""
    unit = current()
    session = unit.write()
    people = queries.staff_list(session)
    form = AuditForm(request.args)
    form.offer(people, _("Anything"), _("Anybody"))
    chosen = _chosen(form) if form.validate() else AuditFilter()
    found = audit.page(session, viewer(), chosen, older_than=_position("before"), newer_than=_position("after"))
    if request.method == "GET" and not request.args:
        # Once per visit; turning pages and filtering belong to the same reading.
        audit.record(
            session,
            actor_id=me().staff_id,
            action=AuditAction.AUDIT_VIEWED,
            subject_kind="audit",
            subject="trail",
            at=unit.now,
        )
    names = {person.public_id: person.name for person in people}
    return render_template(
        "staff/audit.html",
        page=staff_page(current="audit"),
        form=form,
        rows=[(row, action_words(row.action), about_words(row, names)) for row in found.rows],
        broken=[row.seq for row in found.rows if not row.holds],
        newer=_address(found, "after"),
        older=_address(found, "before"),
        tz=_time_zone(),
    )


def _chosen(form: AuditForm) -> AuditFilter:
    return AuditFilter(
        action=form.action.data or "",
        actor=form.actor.data or "",
        since=_start(form.since.data),
        until=_start(form.until.data + timedelta(days=1)) if form.until.data else None,
    )


def _start(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, day_time.min, ZoneInfo(_time_zone()))


def _position(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _address(found: AuditPage, name: str) -> str:
    position = found.older_than if name == "before" else found.newer_than
    if position is None:
        return ""
    query: dict[str, Any] = {key: request.args[key] for key in FILTERS if request.args.get(key)}
    query[name] = position
    return url_for("staff.audit", **query)


def _time_zone() -> str:
    return me().sites[0].time_zone if me().sites else TIME_ZONE
