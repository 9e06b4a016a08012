"""Headcounts: how many people work where, so that figures have something to be out of and silence can be seen."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from grievance.accounts.permissions import Action
from grievance.metrics.periods import NotAQuarter, Quarter, previous
from grievance.publishing import headcount_files, headcounts
from grievance.publishing.headcount_files import FileRefused
from grievance.sites import headcount
from grievance.sites.headcount import StratumUnknown
from grievance.sites.models import Site
from grievance.sites.queries import site_by_id
from grievance.web.errors import NOT_FOUND, ErrorWords, translate
from grievance.web.flash import say
from grievance.web.lang import localized
from grievance.web.staff.access import at_site, duty, me, sites_for
from grievance.web.staff.headcount_pages import (
    Table,
    listed_quarters,
    quarter_words,
    show_table,
    table_of,
    to_record,
    typed,
)
from grievance.web.staff.headcount_words import problem_words
from grievance.web.staff.pages_base import staff_page
from grievance.web.unit import current

FIRST_YEAR = 2000

CHANGED = ErrorWords(
    409,
    _l("Somebody changed this meanwhile"),
    _l("Since you opened the page, a colleague changed the headcounts of this quarter. Nothing of yours was saved."),
    _l("Load the page of the quarter again to see how it stands, and enter your changes there."),
)
NOT_BEGUN = ErrorWords(
    409,
    _l("This quarter has not begun"),
    _l("Nobody has worked in it yet, so there is nothing to count. Nothing was saved."),
    _l("Come back after its first day."),
)
UNKNOWN_PART = ErrorWords(
    409,
    _l("This company or area is gone"),
    _l("It was removed from the site while you had the page open. Nothing was saved."),
    _l("Load the page again and choose another one."),
)


def add_routes(bp: Blueprint) -> None:
    """Add the pages of headcounts."""
    post, both = ("POST",), ("GET", "POST")
    es = "/equipo/dotacion/<site>/<int:year>-t<int:quarter>"
    en = "/staff/headcount/<site>/<int:year>-q<int:quarter>"
    localized(bp, "headcount", headcount_list, es="/equipo/dotacion", en="/staff/headcount")
    localized(bp, "headcount_quarter", headcount_quarter, es=es, en=en)
    localized(bp, "headcount_save", headcount_save, es=es, en=en, methods=post)
    localized(bp, "headcount_copy", headcount_copy, es=f"{es}/copiar", en=f"{en}/copy", methods=both)
    localized(bp, "headcount_file", headcount_file, es=f"{es}/dotacion.csv", en=f"{en}/headcount.csv")
    localized(bp, "headcount_import", headcount_import, es=f"{es}/importar", en=f"{en}/import", methods=post)
    translate(
        bp,
        {
            NotAQuarter: NOT_FOUND,
            headcounts.HeadcountChanged: CHANGED,
            headcounts.QuarterNotBegun: NOT_BEGUN,
            StratumUnknown: UNKNOWN_PART,
        },
    )


@duty(Action.RECORD_HEADCOUNT)
def headcount_list() -> ResponseReturnValue:
    """List the quarters of each site with what is recorded."""
    unit = current()
    sites = [site_by_id(unit.session, one.id) for one in sites_for(Action.RECORD_HEADCOUNT)]
    listed = [(site.name, listed_quarters(site)) for site in sites]
    return render_template("staff/headcount.html", page=staff_page(current="headcount"), listed=listed)


@duty(Action.RECORD_HEADCOUNT)
def headcount_quarter(site: str, year: int, quarter: int) -> ResponseReturnValue:
    """Show the table of a quarter."""
    return show_table(_table(site, year, quarter))


@duty(Action.RECORD_HEADCOUNT)
def headcount_save(site: str, year: int, quarter: int) -> ResponseReturnValue:
    """Record what was changed, added and removed in the table."""
    unit, table = current(), _table(site, year, quarter)
    shown = request.form.get("shown", "")
    if shown != headcounts.mark_of(table.rows):
        raise headcounts.HeadcountChanged
    lines = typed(table, request.form)
    if any(line.errors for line in lines):
        return make_response(show_table(table, lines=lines), 422)
    changed = headcounts.save(
        unit.session,
        table.site,
        table.quarter,
        recorded=to_record(lines),
        removed=[line.stratum for line in lines if line.is_removed],
        shown=shown,
        by=me().staff_id,
        at=unit.now,
    )
    say(ngettext("%(num)s line changed.", "%(num)s lines changed.", changed) if changed else _("Nothing was changed."))
    return redirect(_address(table), code=303)


@duty(Action.RECORD_HEADCOUNT)
def headcount_copy(site: str, year: int, quarter: int) -> ResponseReturnValue:
    """Ask, then copy the lines of the quarter before that this one does not have."""
    unit, table = current(), _table(site, year, quarter)
    if request.method == "POST":
        copied = headcounts.copy_from_before(unit.session, table.site, table.quarter, by=me().staff_id, at=unit.now)
        say(ngettext("%(num)s line copied.", "%(num)s lines copied.", copied) if copied else _("Nothing was copied."))
        return redirect(_address(table), code=303)
    before = headcount.counts(unit.session, table.site.id, previous(table.quarter).key)
    present = {row.stratum for row in table.rows}
    return render_template(
        "staff/headcount-copy.html",
        page=staff_page(current="headcount", site_name=table.site.name, narrow=True),
        name=quarter_words(table.quarter),
        before=quarter_words(previous(table.quarter)),
        count=sum(row.stratum not in present for row in before),
        kept=len(table.rows),
        address=table.address,
    )


@duty(Action.RECORD_HEADCOUNT)
def headcount_file(site: str, year: int, quarter: int) -> ResponseReturnValue:
    """Hand out the table as a CSV file to fill in."""
    table = _table(site, year, quarter)
    content = headcount_files.template(current().session, table.site, table.quarter, table.rows)
    response = Response(content, content_type="text/csv; charset=utf-8")
    name = f"{table.site.slug}-{table.quarter.key}-headcount.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@duty(Action.RECORD_HEADCOUNT)
def headcount_import(site: str, year: int, quarter: int) -> ResponseReturnValue:
    """Take in a CSV file, whole or not at all."""
    unit, table = current(), _table(site, year, quarter)
    sent = request.files.get("file")
    content = sent.read(headcount_files.BYTES_MOST + 1) if sent else b""
    if not content:
        return make_response(show_table(table, file_problems=[_("Choose a file first.")]), 422)
    try:
        found = headcount_files.take_in(unit.session, table.site, content, by=me().staff_id, at=unit.now)
    except FileRefused as refusal:
        return make_response(show_table(table, file_problems=[problem_words(each) for each in refusal.problems]), 422)
    say(ngettext("%(num)s line read from the file.", "%(num)s lines read from the file.", found.count))
    if found.left_out:
        say(
            ngettext(
                "%(num)s line without a number was left out.",
                "%(num)s lines without a number were left out.",
                found.left_out,
            )
        )
    return redirect(_address(table), code=303)


def _table(slug: str, year: int, n: int) -> Table:
    site: Site = site_by_id(current().session, at_site(Action.RECORD_HEADCOUNT, slug).id)
    quarter = Quarter(year, n)
    if year < FIRST_YEAR:
        abort(404)
    if not headcounts.has_begun(quarter, site, at=current().now):
        raise headcounts.QuarterNotBegun(quarter.key)
    return table_of(site, quarter)


def _address(table: Table) -> str:
    return url_for("staff.headcount_quarter", **table.address)
