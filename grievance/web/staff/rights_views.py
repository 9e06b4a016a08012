"""Requests about personal data, for whoever answers them: the list, one request, proving the person, more days."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from grievance.accounts import audit
from grievance.accounts.audit import AuditAction
from grievance.accounts.permissions import Action
from grievance.cases.held import HeldByLaw
from grievance.cases.intake import FormKeyReused
from grievance.cases.side_tracks import DelayReason
from grievance.cases.states import Channel, Reach, staff_actor
from grievance.cases.waiver import WaiverOfRights
from grievance.core.i18n import OFFERED, Locale
from grievance.deadlines.working_days import local_date
from grievance.privacy import answer_blocking, answers, requests
from grievance.privacy.erasure import StillOpen
from grievance.privacy.request_kinds import DataRight, Field
from grievance.privacy.request_queries import RequestPage, case_for_work, for_work, request_page, requests_of
from grievance.privacy.requests import Asked
from grievance.sites.queries import site_by_id
from grievance.web import clock_words, formats, words
from grievance.web.errors import NOT_FOUND, ErrorWords, translate
from grievance.web.flash import say, warn
from grievance.web.lang import current_lang, localized
from grievance.web.staff.access import at_site, duty, me, sites_for, viewer
from grievance.web.staff.forms_rights import AnswerForm, DeskRequestForm, DocumentForm, ExtendForm, RegisterForm
from grievance.web.staff.pages_base import staff_page, today_at
from grievance.web.unit import current

if TYPE_CHECKING:
    from flask_wtf import FlaskForm

UNPROCESSABLE = 422

NOT_NOW = ErrorWords(
    409,
    _l("This cannot be done now"),
    _l("The request has changed in the meantime, or its days are over. Nothing was changed."),
    _l("Go back and look at the request as it stands."),
)


_REFUSED = (
    answers.AnsweredBefore,
    answers.NotThisRight,
    answers.CopyChanged,
    answer_blocking.NotAskedToBlock,
)

NOT_PROVEN = ErrorWords(
    409,
    _l("It is not proven whose data it is"),
    _l("Nothing was given out, corrected, blocked or erased."),
    _l("Ask the person to come in with the code of the case, to write DATA from its phone, or to show a document."),
)
SECOND_MISSING = ErrorWords(
    409,
    _l("A second person has to see the document"),
    _l("The case is restricted, and only one person saw the document. Nothing was given out, corrected or erased."),
    _l("Ask somebody else who answers these requests to compare the document on the page of the request."),
)
STILL_OPEN = ErrorWords(
    409,
    _l("A case of this person is still open"),
    _l("Its words are needed as long as somebody works on it. Nothing was erased."),
    _l("The person can withdraw it; then it can be erased. Otherwise refuse the request and say why."),
)
HELD = ErrorWords(
    409,
    _l("A legal hold keeps this case"),
    _l("A lawsuit or an inspection may need its words. Nothing was erased."),
    _l("Refuse the request, choose that it is needed for a claim, and tell the person so."),
)
KEPT_BY_LAW = ErrorWords(
    409,
    _l("The law has this case investigated"),
    _l("Harassment that is being investigated is not erased (Ley 21.643; to be confirmed by counsel)."),
    _l("Refuse the request, choose “The law has it kept”, and tell the person where else to go."),
)


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request on the list, in words."""

    reference: str
    url: str
    right: str
    status: str
    due: str
    received: str
    site_name: str


@duty(Action.WORK_DATA_RIGHTS)
def data_requests() -> ResponseReturnValue:
    """List the requests."""
    lang = current_lang()
    lines = [
        RequestLine(
            row.reference,
            url_for("staff.data_request", reference=row.reference),
            words.data_right(row.right) if row.right else _("Not said yet which right"),
            words.data_decision(row.decision) if row.decision else words.status(row.status),
            f"{clock_words.clock(row.next_clock)}: {formats.day(local_date(row.next_due_at, row.time_zone), lang)}"
            if row.next_clock and row.next_due_at
            else "",
            formats.day(row.received_at, lang, tz=row.time_zone),
            row.site_name,
        )
        for row in requests_of(current().session, viewer())
    ]
    return render_template("staff/data-requests.html", page=staff_page(current="rights"), lines=lines)


@duty(Action.WORK_DATA_RIGHTS)
def data_request(reference: str) -> ResponseReturnValue:
    """Show one request."""
    return show_request(reference)


@duty(Action.WORK_DATA_RIGHTS)
def register_data_request(reference: str) -> ResponseReturnValue:
    """Say which right something filed like a grievance is about."""
    form, unit = RegisterForm(), current()
    form.fill()
    if not form.validate():
        return show_request(reference, register=form)
    case = case_for_work(unit.session, viewer(), reference)
    asked = Asked(
        right=DataRight(form.right.data),
        words="",
        locale=Locale(case.locale),
        channel=Channel.NOT_SAID,
        asks_blocking=form.asks_blocking.data,
        corrects=Field(form.corrects.data) if form.corrects.data else None,
        wanted=form.wanted.data or None,
    )
    requests.register(unit.session, case, asked, by=staff_actor(me().staff_id), at=unit.now)
    return _done(reference, _("Recorded. The dates of the law count from the day on which it reached us."))


@duty(Action.WORK_DATA_RIGHTS)
def prove_person(reference: str) -> ResponseReturnValue:
    """Compare the name on a document with that of a case."""
    form, unit = DocumentForm(), current()
    if not form.validate():
        return show_request(reference, document=form)
    case, request = for_work(unit.session, viewer(), reference)
    fits = requests.prove_by_document(
        unit.session,
        case,
        request,
        reference=form.reference.data or "",
        name=form.name.data or "",
        by=staff_actor(me().staff_id),
        at=unit.now,
    )
    # Kept when it does not fit too: names are not to be guessed in silence.
    audit.record(
        unit.session,
        actor_id=me().staff_id,
        action=AuditAction.DATA_PERSON_COMPARED,
        subject_kind="case",
        subject=case.public_id,
        site_id=case.site_id,
        codes={"fits": fits},
        at=unit.now,
    )
    if not fits:
        warn(_("No case with this reference has this name. A case without a name cannot be proven in this way."))
        return redirect(url_for("staff.data_request", reference=reference), code=303)
    if requests.waits_for_second(unit.session, request):
        return _done(
            reference, _("It is the name of the case. Because the case is restricted, a second person compares it too.")
        )
    return _done(reference, _("It is the name of the case. The request now speaks for that person."))


@duty(Action.WORK_DATA_RIGHTS)
def extend_data_request(reference: str) -> ResponseReturnValue:
    """Take thirty days more, once, and tell the person why."""
    form, unit = ExtendForm(), current()
    form.fill()
    if not form.validate():
        return show_request(reference, extend=form)
    case, request = for_work(unit.session, viewer(), reference)
    try:
        new_due_on = requests.extend(
            unit.session,
            case,
            request,
            reason=DelayReason(form.reason.data),
            words=form.words.data or "",
            by=staff_actor(me().staff_id),
            at=unit.now,
        )
    except WaiverOfRights:
        unit.undo()
        form.words.errors = [_("Nobody may be asked to give up a right. Write it without that.")]
        return show_request(reference, extend=form)
    return _done(
        reference, _("The person is told. The new day is %(day)s.", day=formats.day(new_due_on, current_lang()))
    )


@duty(Action.RECORD_INTAKE)
def desk_request() -> ResponseReturnValue:
    """Show the form for somebody who asks at the desk."""
    return _show_desk(_desk_form(secrets.token_urlsafe(16)))


@duty(Action.RECORD_INTAKE)
def record_desk_request() -> ResponseReturnValue:
    """Record what somebody asks for at the desk; the slip has a reference and a code for that person."""
    form, unit = _desk_form(), current()
    if not form.validate():
        return _show_desk(form, UNPROCESSABLE)
    site = site_by_id(unit.session, at_site(Action.RECORD_INTAKE, form.site.data).id)
    asked = Asked(
        right=DataRight(form.right.data),
        words=form.words.data or "",
        locale=Locale(form.locale.data),
        channel=Channel.WALK_IN,
        reach=Reach.IN_PERSON,
        asks_blocking=form.asks_blocking.data,
        corrects=Field(form.corrects.data) if form.corrects.data else None,
        wanted=form.wanted.data or None,
        form_key=form.form_key.data,
        recorded_by_id=me().staff_id,
    )
    try:
        requests.open_request(unit.session, site, asked, by=staff_actor(me().staff_id), at=unit.now)
    except FormKeyReused:
        unit.undo()
    return redirect(url_for("staff.slip", form_key=form.form_key.data), code=303)


def add_routes(bp: Blueprint) -> None:
    """Route requests about personal data."""
    post = ("POST",)
    es, en = "/equipo/datos-personales", "/staff/personal-data"
    localized(bp, "data_requests", data_requests, es=es, en=en)
    es_one, en_one = f"{es}/<reference>", f"{en}/<reference>"
    localized(bp, "data_request", data_request, es=es_one, en=en_one)
    for endpoint, view, spanish, english in (
        ("register_data_request", register_data_request, "derecho", "right"),
        ("prove_person", prove_person, "documento", "document"),
        ("extend_data_request", extend_data_request, "prorroga", "extension"),
    ):
        localized(bp, endpoint, view, es=f"{es_one}/{spanish}", en=f"{en_one}/{english}", methods=post)
    es, en = "/equipo/registrar/datos-personales", "/staff/record/personal-data"
    localized(bp, "desk_request", desk_request, es=es, en=en)
    localized(bp, "record_desk_request", record_desk_request, es=es, en=en, methods=post)
    not_now = (requests.AlreadyExtended, requests.TooLateToExtend, requests.AlreadyRegistered, *_REFUSED)
    kept = {answers.KeptByLaw: KEPT_BY_LAW, StillOpen: STILL_OPEN, HeldByLaw: HELD, answers.NotProven: NOT_PROVEN}
    kept[answers.SecondPersonMissing] = SECOND_MISSING
    translate(bp, dict.fromkeys(not_now, NOT_NOW) | {requests.NotARequest: NOT_FOUND} | kept)


def show_request(reference: str, **sent: FlaskForm) -> ResponseReturnValue:
    """Show a request with its forms; `sent` are those that came with an error."""
    unit = current()
    if sent:
        unit.undo()
    # The writing session: reading the words of a restricted case is written down.
    shown = request_page(unit.write(), viewer(), reference, now=unit.now)
    forms: dict[str, FlaskForm] = {"register": RegisterForm(), "document": DocumentForm(), "extend": ExtendForm()}
    forms["answer"] = AnswerForm()
    forms |= sent
    for name in ("register", "extend", "answer"):
        forms[name].fill()
    for name, one in forms.items():
        for field in one:
            # Several forms on one page: each field has an id of its own.
            field.id = field.label.field_id = f"{name}-{field.short_name}"
    wrong = next(iter(sent.values()), None)
    body = render_template(
        "staff/data-request.html",
        page=staff_page(current="rights", site_name=shown.site_name, today=today_at(shown.time_zone)),
        shown=shown,
        lines=_facts(shown),
        dates=[(clock_words.clock(name), formats.day(on, current_lang())) for name, on in shown.dates],
        proven=[(part, words.data_proof(part.proof)) for part in shown.proven],
        forms_of=forms,
        form=wrong,
    )
    return body, UNPROCESSABLE if wrong else 200


def _facts(shown: RequestPage) -> list[tuple[str, str]]:
    lang, zone = current_lang(), shown.time_zone
    rows = [
        (_("Asks for"), words.data_right(shown.right) if shown.right else _("Not said yet which right")),
        (_("Received"), formats.moment(shown.received_at, lang, tz=zone)),
        (_("Stands"), words.status(shown.status)),
    ]
    if shown.corrects:
        rows.append((_("To be corrected"), words.data_field(shown.corrects)))
    if shown.extended_at:
        rows.append((_("Thirty days more"), formats.day(shown.extended_at, lang, tz=zone)))
    if shown.decision and shown.decided_at:
        rows.append((_("Answered"), formats.day(shown.decided_at, lang, tz=zone)))
        rows.append((_("What came of it"), words.data_decision(shown.decision)))
    if shown.ground:
        rows.append((_("Why"), words.data_ground(shown.ground)))
    return rows


def _desk_form(form_key: str | None = None) -> DeskRequestForm:
    lang = current_lang()
    form = DeskRequestForm(form_key=form_key) if form_key else DeskRequestForm()
    languages = [(code, formats.lang_name(code, lang)) for code in OFFERED]
    form.fill([(site.slug, site.name) for site in sites_for(Action.RECORD_INTAKE)], languages)
    return form


def _show_desk(form: DeskRequestForm, status: int = 200) -> ResponseReturnValue:
    return render_template("staff/data-desk.html", page=staff_page(current="intake", narrow=True), form=form), status


def _done(reference: str, line: str) -> ResponseReturnValue:
    say(line)
    return redirect(url_for("staff.data_request", reference=reference), code=303)
