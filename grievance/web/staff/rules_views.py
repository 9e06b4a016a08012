"""The dates that a site promises, with their sources, and its calendar: for administrators. What is law stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from grievance.accounts import audit
from grievance.accounts.audit import AuditAction
from grievance.accounts.permissions import Action
from grievance.deadlines import operations, queries, site_standards
from grievance.deadlines.site_standards import Standing
from grievance.deadlines.standards import (
    INTERVALS,
    CaseType,
    ClockName,
    IntervalName,
    Span,
    Standard,
    StandardLocked,
    interval_source,
    longest,
    standard,
)
from grievance.sites.models import Site
from grievance.sites.queries import site_by_id
from grievance.web import clock_words, formats, words
from grievance.web.errors import NOT_FOUND, ErrorWords, translate
from grievance.web.flash import say
from grievance.web.lang import current_lang, localized
from grievance.web.staff.access import at_site, duty, me, sites_for
from grievance.web.staff.forms_rules import DayForm, StandardForm
from grievance.web.staff.pages_base import staff_page, today_at
from grievance.web.unit import current

LOCKED = ErrorWords(
    409,
    _l("This date is law"),
    _l("Nobody can change it here. Nothing was changed."),
    _l("If the law changed, a new edition of this program brings the new number."),
)


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One promise as the page shows it; no address where it is law."""

    rule: str
    source: str
    is_locked: bool
    coming: str
    change_url: str


def add_routes(bp: Blueprint) -> None:
    """Add the pages of promised dates and of the calendar."""
    post, both = ("POST",), ("GET", "POST")
    es, en = "/equipo/plazos", "/staff/dates"
    localized(bp, "rules", rules, es=es, en=en)
    localized(bp, "rules_of", rules_of, es=f"{es}/<site>", en=f"{en}/<site>")
    one = "<kind>/<clock>"
    localized(bp, "rule", rule, es=f"{es}/<site>/{one}", en=f"{en}/<site>/{one}", methods=both)
    localized(bp, "rule_back", rule_back, es=f"{es}/<site>/{one}/deshacer", en=f"{en}/<site>/{one}/undo", methods=post)
    year_es, year_en = f"{es}/<site>/calendario/<int:year>", f"{en}/<site>/calendar/<int:year>"
    localized(bp, "calendar", calendar, es=year_es, en=year_en, methods=both)
    localized(bp, "calendar_remove", calendar_remove, es=f"{year_es}/quitar", en=f"{year_en}/remove", methods=post)
    translate(bp, {StandardLocked: LOCKED, site_standards.NoSuchStandard: NOT_FOUND})


@duty(Action.MANAGE_SITE)
def rules() -> ResponseReturnValue:
    """Choose a site; with one there is nothing to choose."""
    sites = sites_for(Action.MANAGE_SITE)
    if len(sites) == 1:
        return redirect(url_for("staff.rules_of", site=sites[0].slug))
    return render_template("staff/rules-sites.html", page=staff_page(current="rules"), sites=sites)


@duty(Action.MANAGE_SITE)
def rules_of(site: str) -> ResponseReturnValue:
    """Show every promise of a site with its source."""
    found = _site(site)
    today = today_at(found.time_zone)
    rows = site_standards.standing(current().session, found.id, today=today)
    groups = [
        (words.case_type(kind.value), [_line(found, row) for row in some])
        for kind, some in groupby(rows, key=lambda row: row.base.type)
    ]
    groups.append((_("Whatever the kind of case"), [_interval_line(name, span) for name, span in INTERVALS.items()]))
    return render_template(
        "staff/rules.html",
        page=_page(found),
        site=found,
        groups=groups,
        calendar_url=url_for("staff.calendar", site=found.slug, year=today.year),
    )


@duty(Action.MANAGE_SITE)
def rule(site: str, kind: str, clock: str) -> ResponseReturnValue:
    """Give a site its own number for a promise."""
    found, base = _site(site), _promise(kind, clock)
    today = today_at(found.time_zone)
    form = StandardForm()
    form.valid_from.today, form.most = today, longest(base)
    unit = current()
    if form.validate_on_submit():
        site_standards.set_standard(
            unit.session,
            found.id,
            base.type,
            base.clock,
            form.amount.data or 0,
            valid_from=form.valid_from.data or today,
            at=unit.now,
            today=today,
        )
        _record(found, AuditAction.STANDARD_CHANGED, subject=f"{kind}.{clock}", amount=form.amount.data or 0)
        say(_("The new number counts for grievances received from that day."))
        return redirect(url_for("staff.rules_of", site=found.slug), code=303)
    standing = next(row for row in site_standards.standing(unit.session, found.id, today=today) if row.base is base)
    if request.method == "GET":
        form.amount.data, form.valid_from.data = standing.today.amount, today
    body = render_template(
        "staff/rule.html",
        page=_page(found),
        site=found,
        kind=words.case_type(kind),
        line=_line(found, standing),
        standard=clock_words.rule_words(clock, base.amount, base.unit.value),
        unit_words=_UNITS[base.unit.value],
        form=form,
        change_url=url_for("staff.rule", site=found.slug, kind=kind, clock=clock),
        back_url=url_for("staff.rule_back", site=found.slug, kind=kind, clock=clock) if standing.next_from else "",
    )
    return make_response(body, 422 if form.errors else 200)


@duty(Action.MANAGE_SITE)
def rule_back(site: str, kind: str, clock: str) -> ResponseReturnValue:
    """Take back a change that lies ahead."""
    found, base = _site(site), _promise(kind, clock)
    today = today_at(found.time_zone)
    site_standards.take_back(current().session, found.id, base.type, base.clock, today=today)
    _record(found, AuditAction.STANDARD_CHANGED, subject=f"{kind}.{clock}", amount=0)
    say(_("The change is taken back. The number in force stays."))
    return redirect(url_for("staff.rules_of", site=found.slug), code=303)


@duty(Action.MANAGE_SITE)
def calendar(site: str, year: int) -> ResponseReturnValue:
    """Show the days of a year that do not count like others, and add one."""
    found = _site(site)
    today = today_at(found.time_zone)
    if not today.year - 1 <= year <= today.year + 2:
        abort(404)
    form = DayForm()
    form.counts.choices = [("no", _("No: nothing falls due on it")), ("yes", _("Yes: it is worked here"))]
    form.on.today = today
    unit = current()
    if form.validate_on_submit() and form.on.data is not None:
        operations.set_day(
            unit.session,
            found.id,
            on=form.on.data,
            is_business_day=form.counts.data == "yes",
            name=form.name.data or "",
        )
        _record(found, AuditAction.CALENDAR_CHANGED, subject=form.on.data.isoformat(), amount=1)
        say(_("The day is in the calendar. Dates promised before stay as they are."))
        return redirect(url_for("staff.calendar", site=found.slug, year=form.on.data.year), code=303)
    body = render_template(
        "staff/calendar.html",
        page=_page(found),
        site=found,
        year=year,
        years=range(today.year - 1, today.year + 3),
        days=queries.special_days(unit.session, found.id, year=year),
        today=today,
        form=form,
    )
    return make_response(body, 422 if form.errors else 200)


@duty(Action.MANAGE_SITE)
def calendar_remove(site: str, year: int) -> ResponseReturnValue:
    """Take a day of the site's own out of its calendar."""
    found = _site(site)
    on = _date(request.form.get("on", ""))
    if on is None or not operations.remove_day(current().session, found.id, on=on):
        abort(404)
    _record(found, AuditAction.CALENDAR_CHANGED, subject=on.isoformat(), amount=0)
    say(_("The day counts again as in the rest of the country. Dates promised before stay as they are."))
    return redirect(url_for("staff.calendar", site=found.slug, year=year), code=303)


def _line(site: Site, row: Standing) -> RuleLine:
    base, today = row.base, row.today
    coming = ""
    if row.next_amount is not None and row.next_from is not None:
        coming = _(
            "From %(day)s: %(span)s",
            day=formats.day(row.next_from, current_lang()),
            span=clock_words.span_words(row.next_amount, base.unit.value),
        )
    address = url_for("staff.rule", site=site.slug, kind=base.type.value, clock=base.clock.value)
    confirm = " " + _("To be confirmed by counsel.") if base.to_confirm else ""
    return RuleLine(
        rule=clock_words.rule_words(base.clock.value, today.amount, today.unit.value),
        source=f"{clock_words.source_words(today.source)}.{confirm}",
        is_locked=base.locked,
        coming=coming,
        change_url="" if base.locked else address,
    )


def _interval_line(name: IntervalName, span: Span) -> RuleLine:
    source = interval_source(name)
    return RuleLine(
        rule=clock_words.interval_words(name.value, span.amount, span.unit.value),
        source=f"{clock_words.source_words(source)}.",
        is_locked=name is IntervalName.DATA_RIGHTS_EXTENSION,
        coming="",
        change_url="",
    )


def _promise(kind: str, clock: str) -> Standard:
    if kind not in set(CaseType) or clock not in set(ClockName):
        abort(404)
    found = standard(CaseType(kind), ClockName(clock))
    if found is None:
        abort(404)
    if found.locked:
        raise StandardLocked(kind, clock)
    return found


def _site(slug: str) -> Site:
    return site_by_id(current().session, at_site(Action.MANAGE_SITE, slug).id)


def _page(site: Site) -> object:
    return staff_page(current="rules", site_name=site.name, today=today_at(site.time_zone))


def _record(site: Site, action: AuditAction, *, subject: str, amount: int) -> None:
    unit = current()
    audit.record(
        unit.session,
        actor_id=me().staff_id,
        action=action,
        subject_kind="site",
        subject=site.public_id,
        site_id=site.id,
        codes={"what": subject, "amount": amount},
        at=unit.now,
    )


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


_UNITS = {
    "business_days": _l("business days"),
    "calendar_days": _l("calendar days"),
    "hours": _l("hours"),
    "months": _l("months"),
}
