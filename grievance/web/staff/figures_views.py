"""The guided way of a quarter: figures computed and frozen, put into context, previewed, submitted, approved, exported.

Whoever publishes sees totals only: nothing on these pages reads a case.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from grievance.accounts.permissions import Action
from grievance.metrics.indicators import AccountDoesNotBalance
from grievance.metrics.periods import NotAQuarter, Quarter
from grievance.publishing import summaries
from grievance.publishing.bulletin import bulletin_of
from grievance.publishing.exports import MEDIA_TYPES, Format, exported, file_name
from grievance.publishing.models import Release
from grievance.publishing.queries import current_release, ended_quarters, release_for_export
from grievance.sites.models import Site
from grievance.sites.queries import site_by_id
from grievance.web.errors import NOT_FOUND, ErrorWords, translate
from grievance.web.flash import say
from grievance.web.lang import current_lang, localized
from grievance.web.open.frame import open_page, ways_of
from grievance.web.open.issue_pages import quarter_values
from grievance.web.staff.access import at_site, duty, me, sites_for
from grievance.web.staff.figures_pages import quarter_lines, show_quarter
from grievance.web.staff.forms_figures import NotesForm, StepForm
from grievance.web.staff.pages_base import staff_page
from grievance.web.unit import current

CHANGED = ErrorWords(
    409,
    _l("Somebody changed this meanwhile"),
    _l("Since you opened the page, a colleague froze, wrote, submitted, released or set aside this quarter."),
    _l("Load the page of the quarter again to see how it stands. Nothing of yours was saved."),
)
NOT_OVER = ErrorWords(
    409,
    _l("This quarter is not over"),
    _l("Its figures would still change. Nothing was frozen."),
    _l("Come back after its last day."),
)
OWN_WORK = ErrorWords(
    403,
    _l("A second person approves"),
    _l("You froze, wrote or submitted this release, so you cannot be the one who approves it. Nothing was published."),
    _l("Ask another publisher or the coordinator of the site."),
)
NOT_SUBMITTED = ErrorWords(
    409,
    _l("This was not submitted yet"),
    _l("Its authors are still at work. Nothing was published."),
    _l("Wait until they ask for a second person."),
)
NO_BALANCE = ErrorWords(
    500,
    _l("The account does not balance"),
    _l("What came and what left does not lead to what is open. Nothing was frozen, so that no wrong number goes out."),
    _l("Tell whoever runs this installation to run the command: grievance verify"),
)


def add_routes(bp: Blueprint) -> None:
    """Add the pages of figures."""
    post = ("POST",)
    es = "/equipo/cifras/<site>/<int:year>-t<int:quarter>"
    en = "/staff/figures/<site>/<int:year>-q<int:quarter>"
    localized(bp, "figures", figures, es="/equipo/cifras", en="/staff/figures")
    localized(bp, "figures_quarter", figures_quarter, es=es, en=en)
    localized(bp, "figures_preview", figures_preview, es=f"{es}/vista", en=f"{en}/preview")
    kinds = "<any(xlsx, csv, json):kind>"
    localized(bp, "figures_file", figures_file, es=f"{es}/archivo.{kinds}", en=f"{en}/file.{kinds}")
    localized(bp, "figures_freeze", figures_freeze, es=f"{es}/congelar", en=f"{en}/freeze", methods=post)
    one_es, one_en = f"{es}/<public_id>", f"{en}/<public_id>"
    for endpoint, view, spanish, english in (
        ("figures_notes", figures_notes, "contexto", "context"),
        ("figures_submit", figures_submit, "enviar", "submit"),
        ("figures_approve", figures_approve, "aprobar", "approve"),
        ("figures_discard", figures_discard, "apartar", "set-aside"),
    ):
        localized(bp, endpoint, view, es=f"{one_es}/{spanish}", en=f"{one_en}/{english}", methods=post)
    translate(
        bp,
        {
            NotAQuarter: NOT_FOUND,
            summaries.ReleaseChanged: CHANGED,
            summaries.NotFrozen: CHANGED,
            summaries.AlreadyFrozen: CHANGED,
            summaries.QuarterNotOver: NOT_OVER,
            summaries.AuthorCannotApprove: OWN_WORK,
            summaries.NotSubmitted: NOT_SUBMITTED,
            AccountDoesNotBalance: NO_BALANCE,
        },
    )


@duty(Action.SEE_FIGURES)
def figures() -> ResponseReturnValue:
    """List the ended quarters of each site with where their figures stand."""
    unit = current()
    listed = [
        (site.name, quarter_lines(site, ended_quarters(unit.session, site, now=unit.now)))
        for site in (site_by_id(unit.session, one.id) for one in sites_for(Action.SEE_FIGURES))
    ]
    return render_template("staff/figures.html", page=staff_page(current="figures"), listed=listed)


@duty(Action.SEE_FIGURES)
def figures_quarter(site: str, year: int, quarter: int) -> ResponseReturnValue:
    """Show where a quarter stands and what comes next."""
    return show_quarter(_site(Action.SEE_FIGURES, site), Quarter(year, quarter))


@duty(Action.SEE_FIGURES)
def figures_preview(site: str, year: int, quarter: int) -> ResponseReturnValue:
    """Show a quarter exactly as everybody would see it."""
    found, wanted = _site(Action.SEE_FIGURES, site), Quarter(year, quarter)
    session = current().session
    release = _frozen(found, wanted)
    return render_template(
        "open/quarter.html",
        page=open_page(found),
        ways=ways_of(session, found),
        versions=[],
        is_preview=True,
        back_url=_address(found, wanted),
        **quarter_values(session, found, bulletin_of(release, found)),
    )


@duty(Action.EXPORT_FIGURES)
def figures_file(site: str, year: int, quarter: int, kind: str) -> ResponseReturnValue:
    """Hand out the figures as a file, and leave a line in the audit trail."""
    unit = current()
    session = unit.write()
    found = _site(Action.EXPORT_FIGURES, site)
    release = release_for_export(session, found.id, Quarter(year, quarter))
    if release is None:
        abort(404)
    told, format_ = bulletin_of(release, found), Format(kind)
    content = exported(told, format_, locale=current_lang())
    summaries.record_export(session, release, by=me().staff_id, format_=format_, at=unit.now)
    response = Response(content, content_type=MEDIA_TYPES[format_])
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(told, format_)}"'
    return response


@duty(Action.DRAFT_RELEASE)
def figures_freeze(site: str, year: int, quarter: int) -> ResponseReturnValue:
    """Fix the figures of a quarter."""
    unit = current()
    found, wanted = _site(Action.DRAFT_RELEASE, site), Quarter(year, quarter)
    summaries.freeze(unit.session, found, wanted, by=me().staff_id, at=unit.now)
    say(_("The figures are frozen. They do not change any more, whatever is recorded from now on."))
    return redirect(_address(found, wanted), code=303)


@duty(Action.DRAFT_RELEASE)
def figures_notes(site: str, year: int, quarter: int, public_id: str) -> ResponseReturnValue:
    """Keep the words that put the figures into context."""
    found, wanted = _site(Action.DRAFT_RELEASE, site), Quarter(year, quarter)
    form = NotesForm()
    if not form.validate_on_submit():
        return make_response(show_quarter(found, wanted, notes=form), 422)
    release = _changing(found, public_id, form)
    summaries.write_notes(
        current().session, release, {"es": form.es.data or "", "en": form.en.data or ""}, by=me().staff_id
    )
    say(_("The context is kept in both languages.") if release.notes else _("There is no context with the figures."))
    return redirect(_address(found, wanted), code=303)


@duty(Action.DRAFT_RELEASE)
def figures_submit(site: str, year: int, quarter: int, public_id: str) -> ResponseReturnValue:
    """Ask for a second person."""
    found = _site(Action.DRAFT_RELEASE, site)
    unit = current()
    summaries.submit(unit.session, _changing(found, public_id, StepForm()), by=me().staff_id, at=unit.now)
    say(_("Submitted. A second person approves it: another publisher, or the coordinator of the site."))
    return redirect(_address(found, Quarter(year, quarter)), code=303)


@duty(Action.APPROVE_RELEASE)
def figures_approve(site: str, year: int, quarter: int, public_id: str) -> ResponseReturnValue:
    """Publish."""
    found = _site(Action.APPROVE_RELEASE, site)
    unit = current()
    summaries.approve(unit.session, _changing(found, public_id, StepForm()), by=me().staff_id, at=unit.now)
    current_app.extensions["open_pages"].forget()
    say(_("Published, in both languages."))
    return redirect(_address(found, Quarter(year, quarter)), code=303)


@duty(Action.DRAFT_RELEASE)
def figures_discard(site: str, year: int, quarter: int, public_id: str) -> ResponseReturnValue:
    """Set frozen figures aside."""
    found = _site(Action.DRAFT_RELEASE, site)
    unit = current()
    summaries.discard(unit.session, _changing(found, public_id, StepForm()), by=me().staff_id, at=unit.now)
    say(_("Set aside. It is kept, with who froze it and when."))
    return redirect(_address(found, Quarter(year, quarter)), code=303)


def _site(action: Action, slug: str) -> Site:
    return site_by_id(current().session, at_site(action, slug).id)


def _frozen(site: Site, quarter: Quarter) -> Release:
    release = current_release(current().session, site.id, quarter)
    if release is None:
        abort(404)
    return release


def _changing(site: Site, public_id: str, form: StepForm) -> Release:
    """Return the release that a form is about, locked, unless it changed since the page was shown."""
    if not form.validate_on_submit():
        abort(400)
    release = summaries.load_for_change(current().session, site.id, public_id)
    if release is None:
        abort(404)
    summaries.check_revision(release, form.revision.data or 0)
    return release


def _address(site: Site, quarter: Quarter) -> str:
    return url_for("staff.figures_quarter", site=site.slug, year=quarter.year, quarter=quarter.n)
