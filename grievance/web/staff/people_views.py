"""Accounts of others, for administrators: who is there, who may do what, and first passwords."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from grievance.accounts import operations, queries, sign_in
from grievance.accounts.credentials import hash_password, new_password
from grievance.accounts.models import Staff
from grievance.accounts.operations import MoveReason
from grievance.accounts.permissions import Action, Duty, NotPermitted
from grievance.accounts.queries import StaffLine
from grievance.cases.newcomers import hide_from_newcomer
from grievance.cases.states import staff_actor
from grievance.privacy.apart import follow_walls
from grievance.rounds import leavers
from grievance.rounds.moves import follow_move
from grievance.sites import queries as site_queries
from grievance.sites.models import Unit
from grievance.web.errors import ErrorWords, translate
from grievance.web.flash import say
from grievance.web.lang import localized
from grievance.web.staff.access import duty, me, sites_for, viewer
from grievance.web.staff.account_words import DUTIES, duty_name
from grievance.web.staff.forms_people import EVERY_SITE, AddStaffForm, GrantForm, PlaceForm
from grievance.web.staff.pages_base import TIME_ZONE, staff_page
from grievance.web.unit import current

OWN_ACCOUNT = ErrorWords(
    409,
    _l("Not on your own account"),
    _l("Nobody grants or takes away their own duties, closes their own account or resets their own second factor."),
    _l("Ask another administrator to do it."),
)
GONE_ALREADY = ErrorWords(
    409,
    _l("Somebody was faster"),
    _l("This duty was granted or taken away in the meantime."),
    _l("Load the page of that person again to see how it stands."),
)
EMAIL_TAKEN = _l("Somebody has an account with this e-mail address already. Look in the list, closed accounts too.")
NEEDS_SITE = _l("Only administrators and outside reviewers hold a duty at every site. Choose a site.")


def add_routes(bp: Blueprint) -> None:
    """Add the pages of administrators."""
    post, both = ("POST",), ("GET", "POST")
    one_es, one_en = "/equipo/personas/<public_id>", "/staff/people/<public_id>"
    localized(bp, "people", people, es="/equipo/personas", en="/staff/people")
    localized(bp, "add_person", add_person, es="/equipo/personas/agregar", en="/staff/people/add", methods=both)
    localized(bp, "person", person, es=one_es, en=one_en)
    localized(bp, "place_of", place_of, es=f"{one_es}/lugar", en=f"{one_en}/place", methods=both)
    localized(bp, "grant", grant, es=f"{one_es}/funciones", en=f"{one_en}/duties", methods=post)
    taken_es, taken_en = f"{one_es}/funciones/<int:grant_id>/quitar", f"{one_en}/duties/<int:grant_id>/revoke"
    localized(bp, "revoke", revoke, es=taken_es, en=taken_en, methods=post)
    localized(
        bp,
        "end_session_of",
        end_session_of,
        es=f"{one_es}/sesiones/<session_id>/terminar",
        en=f"{one_en}/sessions/<session_id>/end",
        methods=post,
    )
    localized(bp, "end_sessions_of", end_sessions_of, es=f"{one_es}/sesiones", en=f"{one_en}/sessions", methods=post)
    localized(bp, "deactivate", deactivate, es=f"{one_es}/cerrar", en=f"{one_en}/close", methods=post)
    localized(bp, "reactivate", reactivate, es=f"{one_es}/abrir", en=f"{one_en}/open", methods=post)
    localized(
        bp, "reset_factor", reset_factor, es=f"{one_es}/segundo-factor", en=f"{one_en}/second-factor", methods=both
    )
    translate(
        bp,
        {
            operations.CannotGrantToSelf: OWN_ACCOUNT,
            operations.CannotRevokeOwn: OWN_ACCOUNT,
            operations.CannotDeactivateSelf: OWN_ACCOUNT,
            operations.CannotMoveSelf: OWN_ACCOUNT,
            operations.CannotResetOwn: OWN_ACCOUNT,
            operations.AlreadyRevoked: GONE_ALREADY,
            operations.GrantExists: GONE_ALREADY,
        },
    )


@duty(Action.MANAGE_STAFF)
def people() -> ResponseReturnValue:
    """List everybody."""
    return render_template(
        "staff/people.html",
        page=staff_page(current="staff"),
        people=queries.staff_list(current().session),
        duty_name=duty_name,
        tz=_time_zone(),
    )


@duty(Action.MANAGE_STAFF)
def add_person() -> ResponseReturnValue:
    """Add an account; its first password is shown once, in the answer."""
    form = AddStaffForm()
    form.offer(_units())
    if form.validate_on_submit():
        first = new_password()
        try:
            staff = _create(form, _hashed(first))
        except operations.EmailTaken:
            current().undo()
            form.email.errors = [EMAIL_TAKEN]
        else:
            return _first_password(staff, first)
    page = staff_page(current="staff", narrow=True)
    return make_response(render_template("staff/add-person.html", page=page, form=form), 422 if form.errors else 200)


@duty(Action.MANAGE_STAFF)
def person(public_id: str) -> ResponseReturnValue:
    """Show one account with its duties."""
    return _person(queries.staff_line(current().session, public_id), _grant_form())


@duty(Action.MANAGE_STAFF)
def grant(public_id: str) -> ResponseReturnValue:
    """Give a duty."""
    form = _grant_form()
    unit = current()
    staff = queries.staff_by_public_id(unit.session, public_id)
    if form.validate_on_submit():
        site_id = None if form.site.data == EVERY_SITE else _site_id(form.site.data)
        try:
            operations.grant_duty(
                unit.session, staff=staff, site_id=site_id, duty=Duty(form.duty.data), by=me().staff_id, at=unit.now
            )
        except operations.DutyNeedsSite:
            unit.undo()
            form.site.errors = [NEEDS_SITE]
        else:
            # Before the person can look: what is about them is kept from them, whenever they came.
            hide_from_newcomer(unit.session, staff.id, at=unit.now)
            follow_walls(unit.session, at=unit.now)
            say(_("%(duty)s granted to %(name)s.", duty=duty_name(Duty(form.duty.data)), name=staff.name))
            return redirect(url_for("staff.person", public_id=public_id), code=303)
    return make_response(_person(queries.staff_line(unit.session, public_id), form), 422)


@duty(Action.MANAGE_STAFF)
def place_of(public_id: str) -> ResponseReturnValue:
    """Say to which unit and company somebody belongs; what is about people near is hidden from then on."""
    unit, staff = current(), _manageable(public_id)
    if staff.id == me().staff_id:
        raise operations.CannotMoveSelf
    place = queries.place_of(unit.session, staff.id)
    form = PlaceForm(unit=place.unit or "", company=place.company or "", heads_unit=place.heads_unit)
    companies = _companies()
    there = [(place.unit, place.unit_name or "")] if place.unit else []
    was_in = [(place.company, place.company_name or "")] if place.company else []
    form.offer(list(dict([*there, *_units()]).items()), list(dict([*was_in, *companies]).items()))
    if form.validate_on_submit():
        _move(staff, form)
        return redirect(url_for("staff.person", public_id=public_id), code=303)
    page = staff_page(current="staff", narrow=True)
    text = render_template("staff/place.html", page=page, form=form, name=staff.name, public_id=public_id)
    return make_response(text, 422 if form.errors else 200)


@duty(Action.MANAGE_STAFF)
def revoke(public_id: str, grant_id: int) -> ResponseReturnValue:
    """Take a duty away."""
    unit = current()
    staff = queries.staff_by_public_id(unit.session, public_id)
    held = queries.live_grant(unit.session, staff.id, grant_id)
    _require(held.site_id)
    operations.revoke_duty(unit.session, grant=held, by=me().staff_id, at=unit.now)
    say(_("%(duty)s taken away from %(name)s.", duty=duty_name(Duty(held.duty)), name=staff.name))
    _let_go(staff, leavers.Why.DUTY_TAKEN)
    return redirect(url_for("staff.person", public_id=public_id), code=303)


@duty(Action.MANAGE_STAFF)
def deactivate(public_id: str) -> ResponseReturnValue:
    """Close an account; what the person held goes to whoever gives cases away."""
    answer = _change(public_id, operations.deactivate, _("The account is closed and signed out everywhere."))
    _let_go(queries.staff_by_public_id(current().session, public_id), leavers.Why.LEFT)
    return answer


@duty(Action.MANAGE_STAFF)
def reactivate(public_id: str) -> ResponseReturnValue:
    """Open a closed account again."""
    answer = _change(public_id, operations.reactivate, _("The account is open again, with the duties it had."))
    unit = current()
    hide_from_newcomer(unit.session, queries.staff_by_public_id(unit.session, public_id).id, at=unit.now)
    follow_walls(unit.session, at=unit.now)
    return answer


@duty(Action.MANAGE_STAFF)
def end_session_of(public_id: str, session_id: str) -> ResponseReturnValue:
    """Sign one device of a person out."""
    unit, staff = current(), _manageable(public_id)
    sign_in.end_session_of(unit.session, staff, session_id, by=me().staff_id, at=unit.now)
    say(_("That device is signed out."))
    return redirect(url_for("staff.person", public_id=public_id), code=303)


@duty(Action.MANAGE_STAFF)
def end_sessions_of(public_id: str) -> ResponseReturnValue:
    """Sign a person out everywhere; the account stays open."""
    return _change(public_id, sign_in.end_sessions_of, _("Signed out everywhere."))


@duty(Action.MANAGE_STAFF)
def reset_factor(public_id: str) -> ResponseReturnValue:
    """Ask once more, then replace password and second factor; the new first password is shown once."""
    unit = current()
    if request.method == "GET":
        line = queries.staff_line(unit.session, public_id)
        return render_template("staff/reset-factor.html", page=staff_page(current="staff", narrow=True), person=line)
    first = new_password()
    hashed = _hashed(first)
    staff = _manageable(public_id)
    operations.reset_second_factor(unit.session, staff=staff, password_hash=hashed, by=me().staff_id, at=unit.now)
    return _first_password(staff, first)


def _person(line: StaffLine, form: GrantForm) -> str:
    return render_template(
        "staff/person.html",
        page=staff_page(current="staff"),
        person=line,
        form=form,
        duty_name=duty_name,
        duties=[(str(name), str(note)) for name, note in DUTIES.values()],
        is_me=line.staff_id == me().staff_id,
        place=queries.place_of(current().session, line.staff_id),
        sessions=sign_in.open_sessions(current().session, line.staff_id, now=current().now),
        tz=_time_zone(),
    )


def _grant_form() -> GrantForm:
    form = GrantForm()
    form.offer(sites_for(Action.MANAGE_STAFF), _("Every site") if _is_everywhere() else "")
    return form


def _create(form: AddStaffForm, hashed: str) -> Staff:
    unit = current()
    own_unit = _unit_of(form.unit.data)
    return operations.create_staff(
        unit.session,
        name=form.name.data or "",
        surname=form.surname.data or "",
        email=form.email.data or "",
        password_hash=hashed,
        locale=form.locale.data,
        company_id=own_unit.company_id if own_unit else None,
        unit_id=own_unit.id if own_unit else None,
        heads_unit=bool(own_unit and form.heads_unit.data),
        by=me().staff_id,
        at=unit.now,
    )


def _move(staff: Staff, form: PlaceForm) -> None:
    unit, by = current(), me().staff_id
    moved = operations.move_staff(
        unit.session,
        staff=staff,
        unit=site_queries.unit_by_public_id(unit.session, form.unit.data) if form.unit.data else None,
        company_id=site_queries.company_id(unit.session, form.company.data) if form.company.data else None,
        heads_unit=bool(form.heads_unit.data),
        reason=MoveReason(form.reason.data),
        by=by,
        at=unit.now,
    )
    if moved:
        follow_move(unit.session, staff.id, by=staff_actor(by), at=unit.now)
        follow_walls(unit.session, at=unit.now)
        say(_("It is noted where %(name)s belongs.", name=staff.name))


def _companies() -> list[tuple[str, str]]:
    with current().glance() as glance:
        operator = site_queries.the_operator(glance)
        return [(one.public_id, one.name) for one in site_queries.companies(glance, operator.id)] if operator else []


def _change(public_id: str, operation: Callable[..., None], done: str) -> ResponseReturnValue:
    unit = current()
    staff = _manageable(public_id)
    operation(unit.session, staff=staff, by=me().staff_id, at=unit.now)
    say(done)
    return redirect(url_for("staff.person", public_id=public_id), code=303)


def _let_go(staff: Staff, why: leavers.Why) -> None:
    unit, by = current(), staff_actor(me().staff_id)
    # Something or nothing, never how much: numbers before and after a move would tell whom a case is about.
    if leavers.let_go(unit.session, staff.id, why=why, by=by, at=unit.now):
        say(_("What this person had in hand goes to those who give cases away. They are told."))
    else:
        say(_("This person had nothing in hand."))


def _manageable(public_id: str) -> Staff:
    """Return a staff row; an administrator of one site does not touch the account of somebody who works at others."""
    session = current().session
    for held in queries.staff_line(session, public_id).duties:
        _require(held.site_id)
    return queries.staff_by_public_id(session, public_id)


def _require(site_id: int | None) -> None:
    if site_id is None and not _is_everywhere():
        raise NotPermitted(Action.MANAGE_STAFF)
    if site_id is not None:
        viewer().require(Action.MANAGE_STAFF, site_id)


def _is_everywhere() -> bool:
    return Duty.ADMINISTRATOR in viewer().everywhere


def _site_id(slug: str) -> int:
    return next(site.id for site in sites_for(Action.MANAGE_STAFF) if site.slug == slug)


def _units() -> list[tuple[str, str]]:
    with current().glance() as glance:
        return [
            (unit.public_id, f"{site.name}: {unit.name}")
            for site in sites_for(Action.MANAGE_STAFF)
            for unit in site_queries.units(glance, site.id)
        ]


def _unit_of(public_id: str) -> Unit | None:
    listed = (
        unit for site in sites_for(Action.MANAGE_STAFF) for unit in site_queries.units(current().session, site.id)
    )
    return next((unit for unit in listed if unit.public_id == public_id), None)


def _first_password(staff: Staff, first: str) -> Response:
    page = staff_page(current="staff", narrow=True)
    return make_response(
        render_template(
            "staff/first-password.html",
            page=page,
            name=staff.name,
            email=staff.email,
            public_id=staff.public_id,
            password=first,
        )
    )


def _hashed(password: str) -> str:
    return hash_password(password, salt=current().runtime.settings.password_salt.get_secret_value())


def _time_zone() -> str:
    return me().sites[0].time_zone if me().sites else TIME_ZONE
