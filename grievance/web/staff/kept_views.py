"""Filters of the desk kept under a name: keeping one, giving it another name, forgetting it."""

from __future__ import annotations

from urllib.parse import parse_qsl

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grievance.accounts.permissions import Action
from grievance.desk import saved_views as views
from grievance.web.flash import say, warn
from grievance.web.lang import localized
from grievance.web.staff.access import duty, me
from grievance.web.staff.desk_pages import desk_address, filter_of
from grievance.web.staff.forms_base import text_of
from grievance.web.staff.forms_desk import ViewNameForm
from grievance.web.staff.pages_base import staff_page
from grievance.web.unit import current


@duty(Action.SEE_CASES)
def kept_views() -> ResponseReturnValue:
    """Show the kept views, to rename or remove."""
    found = views.saved_views(current().session, me().staff_id)
    return render_template(
        "staff/kept-views.html",
        page=staff_page(current="cases", narrow=True),
        views=[(view, desk_address(view.query)) for view in found],
        most=views.MOST_VIEWS,
    )


@duty(Action.SEE_CASES)
def keep_view() -> ResponseReturnValue:
    """Keep the filter of the desk as it stands."""
    form = ViewNameForm()
    query = filter_of(dict(parse_qsl(text_of(form.back))))
    if not form.validate():
        warn(str(next(iter(form.name.errors), _("Write a name for the view."))))
        return redirect(desk_address(query), code=303)
    unit = current()
    try:
        views.save_view(unit.session, me().staff_id, name=text_of(form.name), query=query, at=unit.now)
    except views.TooManyViews:
        warn(_("You keep %(most)s views, which is the most. Remove one first.", most=views.MOST_VIEWS))
        return redirect(url_for("staff.kept_views"), code=303)
    say(_("The view is kept."))
    return redirect(desk_address(query), code=303)


@duty(Action.SEE_CASES)
def rename_view(public_id: str) -> ResponseReturnValue:
    """Give a view another name."""
    form = ViewNameForm()
    if not form.validate():
        warn(str(next(iter(form.name.errors), _("Write a name for the view."))))
        return redirect(url_for("staff.kept_views"), code=303)
    try:
        views.rename_view(current().session, me().staff_id, public_id, name=text_of(form.name))
    except views.ViewNotFound:
        abort(404)
    except views.NameTaken:
        warn(_("Another view has this name. Choose another one."))
    else:
        say(_("The view has its new name."))
    return redirect(url_for("staff.kept_views"), code=303)


@duty(Action.SEE_CASES)
def remove_view(public_id: str) -> ResponseReturnValue:
    """Forget a view."""
    try:
        views.remove_view(current().session, me().staff_id, public_id)
    except views.ViewNotFound:
        abort(404)
    say(_("The view is removed. Its cases stay where they are."))
    return redirect(url_for("staff.kept_views"), code=303)


def add_routes(bp: Blueprint) -> None:
    """Route the kept views."""
    post = ("POST",)
    es, en = "/equipo/vistas", "/staff/views"
    localized(bp, "kept_views", kept_views, es=es, en=en)
    localized(bp, "keep_view", keep_view, es=f"{es}/guardar", en=f"{en}/keep", methods=post)
    localized(bp, "rename_view", rename_view, es=f"{es}/<public_id>/nombre", en=f"{en}/<public_id>/name", methods=post)
    localized(
        bp, "remove_view", remove_view, es=f"{es}/<public_id>/quitar", en=f"{en}/<public_id>/remove", methods=post
    )
