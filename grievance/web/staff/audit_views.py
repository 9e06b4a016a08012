"""The audit trail, for auditors: who looked at what, and whether the record stands. Reading it leaves a line too."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from datetime import time as day_time
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from grievance.accounts import audit, queries
from grievance.accounts.audit import AuditAction, AuditFilter, AuditPage, AuditRow
from grievance.accounts.permissions import Action
from grievance.cases import whole_check
from grievance.cases.whole_check import CheckPart, Standing
from grievance.desk.workload import restricted_count
from grievance.publishing.exports import BYTE_ORDER_MARK, neutral
from grievance.web.flash import say
from grievance.web.kept_words import few_words
from grievance.web.lang import localized
from grievance.web.staff.access import duty, me, sites_for, viewer
from grievance.web.staff.account_words import action_words
from grievance.web.staff.audit_words import CASE, About, about, details, fault_words
from grievance.web.staff.forms_audit import AuditForm
from grievance.web.staff.forms_sign_in import refuse
from grievance.web.staff.pages_base import TIME_ZONE, staff_page
from grievance.web.unit import current

FILTERS: Final = ("action", "actor", "site", "since", "until", "reference", "same")
ONE_READING = timedelta(minutes=10)
"""Turning pages and filtering within it belong to the reading that was written down."""

LINES_MOST = 20_000
"""Lines of one file: a spreadsheet opens it, and a request makes it in some seconds."""

NOTHING = "?"
"""A subject that no line has."""

COLUMNS: Final = ("line", "at", "who", "what", "code", "site", "about", "details", "holds")
TOO_MANY = _l("More than 20,000 lines fit, too many for one file. Choose a shorter time.")


def add_routes(bp: Blueprint) -> None:
    """Add the pages of auditors."""
    es, en = "/equipo/auditoria", "/staff/audit"
    localized(bp, "audit", trail, es=es, en=en)
    localized(bp, "audit_file", trail_file, es=f"{es}/auditoria.csv", en=f"{en}/audit-trail.csv")
    localized(bp, "audit_check", check_all, es=f"{es}/revisar", en=f"{en}/check", methods=("POST",))


@duty(Action.SEE_AUDIT)
def trail() -> ResponseReturnValue:
    """Show the trail, latest first, each line checked against the one before it."""
    return _page(_form())


@duty(Action.SEE_AUDIT)
def trail_file() -> ResponseReturnValue:
    """Hand out the lines that fit as a CSV file, and leave a line about that."""
    unit, form = current(), _form()
    chosen = _chosen(form) if form.validate() else None
    if chosen is None:
        return _page(form, status=422)
    rows = audit.lines(unit.session, viewer(), chosen, limit=LINES_MOST + 1)
    if len(rows) > LINES_MOST:
        refuse(form, TOO_MANY)
        return _page(form, status=422)
    content = _csv(rows)
    asked = {name: request.args[name][:40] for name in FILTERS if request.args.get(name) and name != "reference"}
    if _position("same") is None:
        asked.pop("same", None)
    _record(AuditAction.AUDIT_EXPORTED, {"lines": len(rows), **asked})
    response = Response(content, content_type="text/csv; charset=utf-8")
    stem = _("audit-trail")
    response.headers.set("Content-Disposition", "attachment", filename=f"{stem}-{unit.now:%Y-%m-%d}.csv")
    return response


@duty(Action.SEE_AUDIT)
def check_all() -> ResponseReturnValue:
    """Have the whole record checked by the worker."""
    whole_check.ask(current().session, by=me().staff_id, at=current().now)
    say(_("The check of the whole record has begun. It goes on when you leave this page."))
    return redirect(url_for("staff.audit"), code=303)


def _page(form: AuditForm, *, status: int = 200) -> ResponseReturnValue:
    unit = current()
    session = unit.session
    chosen = (_chosen(form) if not form.errors and form.validate() else None) or AuditFilter()
    found = audit.page(session, viewer(), chosen, older_than=_position("before"), newer_than=_position("after"))
    stands = whole_check.standing(session)
    values: dict[str, Any] = {
        "form": form,
        "rows": [(row, action_words(row.action), told) for row, told in _told(found.rows)],
        "newer": _address(found, "after"),
        "older": _address(found, "before"),
        "file_url": url_for("staff.audit_file", **_asked()),
        "site_names": {site.id: site.name for site in me().sites},
        "same": request.args.get("same", ""),
        "stands": stands,
        "faults": _faults(stands),
        "every_days": whole_check.CHECKED_EVERY.days,
        "tz": _time_zone(),
        "restricted": few_words(restricted_count(session, [site.id for site in sites_for(Action.SEE_AUDIT)])),
    }
    page = staff_page(current="audit")
    if not audit.has_read_since(session, me().staff_id, unit.now - ONE_READING):
        _record(AuditAction.AUDIT_VIEWED, {})
    return make_response(render_template("staff/audit.html", page=page, **values), status)


def _form() -> AuditForm:
    form = AuditForm(request.args)
    words = (_("Anything"), _("Anybody"), _("Any site"), _("One by one"))
    form.offer(queries.staff_list(current().session), sites_for(Action.SEE_AUDIT), words)
    return form


def _chosen(form: AuditForm) -> AuditFilter:
    """Return the filter. A case that is out of sight is not found by its number, nor is one that does not exist."""
    session, subject = current().session, ""
    if form.reference.data:
        subject = whole_check.subject_of_reference(session, viewer(), form.reference.data) or NOTHING
    same = _position("same")
    if same is not None:
        subject = audit.subject_of_line(session, viewer(), same) or NOTHING
    sites = {site.slug: site.id for site in sites_for(Action.SEE_AUDIT)}
    return AuditFilter(
        action="" if form.kind else form.action.data or "",
        kind=form.kind,
        actor=form.actor.data or "",
        site_id=sites.get(form.site.data or ""),
        subject=subject,
        since=_start(form.since.data),
        until=_start(form.until.data + timedelta(days=1)) if form.until.data else None,
    )


def _told(rows: Sequence[AuditRow]) -> list[tuple[AuditRow, About]]:
    session = current().session
    names = {person.public_id: person.name for person in queries.staff_list(session)}
    cases = (row.subject for row in rows if row.subject_kind == CASE)
    references = whole_check.references_of(session, viewer(), cases)
    return [(row, about(row, names, references)) for row in rows]


def _faults(stands: Standing) -> list[str]:
    """Return what does not hold, in words: what this visit compared, and what the last whole check found."""
    checks: list[CheckPart] = [part for part in (stands.running, stands.last) if part is not None]
    found = [*stands.newest, *(fault for part in checks for fault in part.faults)]
    references = whole_check.references_of(current().session, viewer(), (fault.subject for fault in found))
    return list(dict.fromkeys(fault_words(fault, references) for fault in found))


def _csv(rows: Sequence[AuditRow]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    sites = {site.id: site.name for site in me().sites}
    for row, told in _told(rows):
        writer.writerow(
            neutral(cell)
            for cell in (
                row.seq,
                row.at.isoformat(timespec="seconds"),
                row.actor_name or "",
                action_words(row.action),
                row.action,
                sites.get(row.site_id or 0, ""),
                told.words,
                details(row, told),
                "yes" if row.holds else "no",
            )
        )
    return (BYTE_ORDER_MARK + out.getvalue()).encode()


def _record(action: AuditAction, codes: dict[str, Any]) -> None:
    unit = current()
    audit.record(
        unit.write(),
        actor_id=me().staff_id,
        action=action,
        subject_kind="audit",
        subject="trail",
        codes=codes,
        at=unit.now,
    )


def _start(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, day_time.min, ZoneInfo(_time_zone()))


def _position(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _asked() -> dict[str, Any]:
    return {key: request.args[key] for key in FILTERS if request.args.get(key)}


def _address(found: AuditPage, name: str) -> str:
    position = found.older_than if name == "before" else found.newer_than
    return "" if position is None else url_for("staff.audit", **{**_asked(), name: position})


def _time_zone() -> str:
    return me().sites[0].time_zone if me().sites else TIME_ZONE
