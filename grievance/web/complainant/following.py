"""Views that lead to a case and show it: the way in with reference and code, the case, its files, the way out."""

from __future__ import annotations

from math import ceil
from urllib.parse import quote

from flask import Response, abort, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from grievance.cases.queries import CaseNotFound, attachment_of_person
from grievance.complainants.access import (
    AccessGranted,
    AccessRefused,
    AccessSlowed,
    SlipExchanged,
    open_with_code,
    reopen_access,
)
from grievance.crypto.fields import reading_blocked
from grievance.web.access import public
from grievance.web.complainant import visit
from grievance.web.complainant.forms import EntryForm, MessageForm, ReasonForm
from grievance.web.complainant.showing import TOO_MANY, UNPROCESSABLE, Sent, ask, show_case, show_entry
from grievance.web.unit import current

SECONDS_IN_MINUTE = 60


@public
def follow_up() -> ResponseReturnValue:
    """Show the case of the open visit, or ask for reference and code."""
    unit = current()
    had_visit = visit.is_remembered()
    here = visit.present(unit.runtime.keys, at=unit.now)
    if here is None:
        return show_entry(EntryForm(), was_open=had_visit)
    return show_case(here)


@public
def enter() -> ResponseReturnValue:
    """Open a visit with reference and code. Unknown and wrong look the same; too many tries wait."""
    unit, form = current(), EntryForm(request.form)
    if not form.validate():
        return show_entry(form, UNPROCESSABLE)
    match open_with_code(unit.session, form.reference.data or "", form.code.data or "", at=unit.now):
        case AccessGranted(case_id=case_id, complainant_id=complainant_id):
            visit.start(unit.runtime.keys, case_id, complainant_id, at=unit.now)
            return _entered(form)
        case SlipExchanged(reference=reference, code=code):
            visit.keep_own_code(unit.runtime.keys, reference, code, at=unit.now)
            return redirect(url_for(".own_code"), 303)
        case AccessSlowed(seconds=seconds):
            form.form_errors.append(_slowed(seconds))
            response = make_response(show_entry(form, TOO_MANY))
            response.headers["Retry-After"] = str(ceil(seconds))
            return response
        case AccessRefused():
            form.form_errors.append(_("We do not find a case with this reference and this code. Check both."))
    return show_entry(form, UNPROCESSABLE)


@public
def leave() -> ResponseReturnValue:
    """End the visit."""
    visit.end()
    return redirect(url_for("open.home"), 303)


@public
def ask_withdraw() -> ResponseReturnValue:
    """Say what withdrawing means, and ask."""
    return ask("complainant/withdraw.html", ReasonForm())


@public
def ask_delete_contact() -> ResponseReturnValue:
    """Say what deleting the contact details means, and ask."""
    return ask("complainant/delete_contact.html", ReasonForm())


@public
def download(file: str) -> ResponseReturnValue:
    """Hand over a file of the case: always saved, never opened inside this site."""
    unit = current()
    here = visit.present(unit.runtime.keys, at=unit.now)
    if here is None:
        return redirect(url_for(".follow_up"), 302)
    with unit.glance() as session:
        case, person = reopen_access(session, here.case_id, here.complainant_id)
        try:
            with reading_blocked(session):
                found = attachment_of_person(session, case, person, file)
        except CaseNotFound:
            abort(404)
    return as_attachment(unit.runtime.storage.get(found.storage_key), found.filename or "file", found.media_type)


def as_attachment(content: bytes, filename: str, media_type: str) -> Response:
    """Return a file in a way that no browser shows it as a page of this site, whatever is inside."""
    response = Response(content, mimetype=media_type)
    # RFC 6266 and 8187: the plain name for old browsers, the whole one for the others.
    plain = filename.encode("ascii", "ignore").decode().replace('"', "").replace("\\", "") or "file"
    response.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename)}"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "no-store"
    return response


def _entered(form: EntryForm) -> ResponseReturnValue:
    here = visit.present(current().runtime.keys, at=current().now)
    if here is None or not form.words.data:
        return redirect(url_for(".follow_up"), 303)
    return show_case(here, sent=Sent("message", MessageForm(None, data={"words": form.words.data})))


def _slowed(seconds: float) -> str:
    if seconds < SECONDS_IN_MINUTE:
        wait = ngettext("%(num)s second", "%(num)s seconds", ceil(seconds))
    else:
        wait = ngettext("%(num)s minute", "%(num)s minutes", ceil(seconds / SECONDS_IN_MINUTE))
    return _(
        "There were too many wrong tries for this reference. Wait %(wait)s and try again. This keeps others from "
        "guessing your code.",
        wait=wait,
    )
