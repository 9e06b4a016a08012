"""How long things are kept: in words, what will go and what went in numbers, and the administrator's own periods."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grievance.accounts import audit
from grievance.accounts.audit import AuditAction
from grievance.accounts.permissions import Action
from grievance.privacy import holds, schedules, sweep
from grievance.privacy.erasure_log import erased_since
from grievance.privacy.schedules import Period, StandingPeriod
from grievance.sites.models import Site
from grievance.sites.queries import site_by_id
from grievance.web import formats
from grievance.web.errors import NOT_FOUND, translate
from grievance.web.flash import say
from grievance.web.kept_words import few_words, span_words, what_words
from grievance.web.lang import current_lang, localized
from grievance.web.staff.access import at_site, duty, me, sites_for, viewer
from grievance.web.staff.forms_retention import PeriodForm
from grievance.web.staff.pages_base import staff_page, today_at
from grievance.web.unit import current


@dataclass(frozen=True, slots=True)
class PeriodLine:
    """How long one thing is kept, as the page shows it; no address for whoever may not change it."""

    what: str
    span: str
    source: str
    coming: str
    change_url: str


def add_routes(bp: Blueprint) -> None:
    """Add the pages of what is kept, and for how long."""
    es, en = "/equipo/conservacion", "/staff/retention"
    localized(bp, "retention", retention, es=es, en=en)
    one = "<site>/<what>"
    localized(bp, "period", period, es=f"{es}/{one}", en=f"{en}/{one}", methods=("GET", "POST"))
    back_es, back_en = f"{es}/{one}/deshacer", f"{en}/{one}/undo"
    localized(bp, "period_back", period_back, es=back_es, en=back_en, methods=("POST",))
    translate(bp, {schedules.NoSuchPeriod: NOT_FOUND})


@duty(Action.SEE_RETENTION)
def retention() -> ResponseReturnValue:
    """Show what is kept for how long at each site, what will go, what went, and what is held."""
    unit = current()
    sites = [site_by_id(unit.session, one.id) for one in sites_for(Action.SEE_RETENTION)]
    ids = [site.id for site in sites]
    lines, others = holds.in_force(unit.session, viewer(), ids)
    names, zones = {site.id: site.name for site in sites}, {site.id: site.time_zone for site in sites}
    due = [line for line in sweep.forecast(unit.session, at=unit.now) if line.site_id is None or line.site_id in names]
    return render_template(
        "staff/retention.html",
        page=staff_page(current="retention"),
        sites=[(site.name, _lines(site)) for site in sites],
        due=[
            [
                names[line.site_id] if line.site_id is not None else _("All sites"),
                what_words(line.what),
                *(few_words(count) for count in (line.now, line.in_30_days, line.in_90_days)),
            ]
            for line in due
        ],
        kept_back=few_words(sweep.kept_back(unit.session, ids, at=unit.now)),
        went=[
            [_("%(days)s days", days=days), *(few_words(count) for count in counts)]
            for days, counts in erased_since(unit.session, ids, days=(30, 90, 365), at=unit.now)
        ],
        holds=[
            [
                line.reference,
                names[line.site_id],
                formats.day(line.placed_at, current_lang(), tz=zones[line.site_id]),
                line.placed_by,
            ]
            for line in lines
        ],
        other_holds=few_words(others) if others else "",
    )


@duty(Action.MANAGE_SITE)
def period(site: str, what: str) -> ResponseReturnValue:
    """Give a site its own number, after showing how many cases it would take."""
    found, base = _site(site), _default(what)
    unit, today = current(), today_at(found.time_zone)
    form = PeriodForm()
    form.valid_from.today = today
    would = None
    standing = next(row for row in schedules.standing(unit.session, found.id, today=today) if row.default is base)
    if request.method == "GET":
        form.amount.data, form.valid_from.data = standing.today.amount, today + schedules.GRACE
    elif form.validate() and _fits(form, found, what):
        amount, first = form.amount.data or 0, form.valid_from.data or today
        if request.form.get("sure") == f"{amount}.{first.isoformat()}":
            return _set(form, found, what)
        would = sweep.would_go(unit.session, found.id, what, amount, from_on=first)
    body = render_template(
        "staff/period.html",
        page=staff_page(current="retention", site_name=found.name, today=today),
        site=found,
        line=_line(found, standing),
        default=span_words(base),
        unit_words=_("months") if base.months else _("days"),
        form=form,
        would=[few_words(count) for count in would] if would else [],
        sure=f"{form.amount.data}.{form.valid_from.data.isoformat()}" if would and form.valid_from.data else "",
        back_url=url_for("staff.period_back", site=found.slug, what=what) if standing.next_from else "",
    )
    return make_response(body, 422 if form.errors else 200)


@duty(Action.MANAGE_SITE)
def period_back(site: str, what: str) -> ResponseReturnValue:
    """Take back a change that lies ahead."""
    found = _site(site)
    schedules.take_back(current().session, found.id, what, today=today_at(found.time_zone))
    _record(found, what, 0)
    say(_("The change is taken back. The number in force stays."))
    return redirect(url_for("staff.retention"), code=303)


def _fits(form: PeriodForm, site: Site, what: str) -> bool:
    """Return whether the numbers may be set; if not, the form says why."""
    today = today_at(site.time_zone)
    amount, first = form.amount.data or 0, form.valid_from.data or today
    try:
        schedules.refuse_period(current().session, site.id, what, amount, valid_from=first, today=today)
    except schedules.PeriodOutOfRange:
        least, most = schedules.bounds_of(what)
        form.amount.errors = [_("Write a whole number from %(least)s to %(most)s.", least=least, most=most)]
    except schedules.GraceTooShort:
        form.valid_from.errors = [
            _("Keeping something for less time begins in 30 days at the earliest, and no change begins before today.")
        ]
    return not form.errors


def _set(form: PeriodForm, site: Site, what: str) -> ResponseReturnValue:
    unit, today = current(), today_at(site.time_zone)
    amount = form.amount.data or 0
    schedules.set_period(
        unit.session,
        site.id,
        what,
        amount,
        valid_from=form.valid_from.data or today,
        reason=form.reason.data or "",
        by=me().staff_id,
        at=unit.now,
        today=today,
    )
    _record(site, what, amount)
    say(_("The new number counts from that day."))
    return redirect(url_for("staff.retention"), code=303)


def _lines(site: Site) -> list[PeriodLine]:
    return [_line(site, row) for row in schedules.standing(current().session, site.id, today=today_at(site.time_zone))]


def _line(site: Site, row: StandingPeriod) -> PeriodLine:
    coming = ""
    if row.next is not None and row.next_from is not None:
        coming = _("From %(day)s: %(span)s", day=formats.day(row.next_from, current_lang()), span=span_words(row.next))
    source = _("Default of this project") + ". " + _("To be confirmed by counsel.")
    may_change = viewer().may(Action.MANAGE_SITE, site.id)
    return PeriodLine(
        what=what_words(row.default.what),
        span=span_words(row.today),
        source=_("Decided by the site") + f": {row.reason}" if row.today.is_own else source,
        coming=coming,
        change_url=url_for("staff.period", site=site.slug, what=row.default.what) if may_change else "",
    )


def _default(what: str) -> Period:
    if what not in schedules.DEFAULTS:
        abort(404)
    return schedules.DEFAULTS[what]


def _site(slug: str) -> Site:
    return site_by_id(current().session, at_site(Action.MANAGE_SITE, slug).id)


def _record(site: Site, what: str, amount: int) -> None:
    unit = current()
    audit.record(
        unit.session,
        actor_id=me().staff_id,
        action=AuditAction.RETENTION_CHANGED,
        subject_kind="site",
        subject=site.public_id,
        site_id=site.id,
        codes={"what": what, "amount": amount},
        at=unit.now,
    )
