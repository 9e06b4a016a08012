"""The sheet of the keyboard shortcuts, and the switch that turns them off for whoever speaks to the computer."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grievance.accounts import operations, sign_in
from grievance.web.flash import say
from grievance.web.lang import localized
from grievance.web.staff.access import me, signed_in
from grievance.web.staff.pages_base import KEYS, SECTIONS, open_sections, staff_page
from grievance.web.unit import current


@signed_in
def shortcuts() -> ResponseReturnValue:
    """Show what each key does."""
    labels = {entry.key: str(entry.label) for entry in SECTIONS}
    sections = [(KEYS[key], labels[key]) for key, _url in open_sections(me()) if key in KEYS]
    return render_template(
        "staff/shortcuts.html",
        page=staff_page(narrow=True),
        keys=[*_on_lists(), *sections],
        is_on=me().has_shortcuts,
    )


@signed_in
def set_shortcuts() -> ResponseReturnValue:
    """Turn the keys on or off."""
    session = current().session
    staff = sign_in.lock_staff(session, me().staff_id)
    if request.form.get("shortcuts") == "on":
        operations.use_shortcuts(session, staff=staff)
        say(_("The shortcuts are on."))
    else:
        operations.leave_shortcuts(session, staff=staff)
        say(_("The shortcuts are off."))
    return redirect(url_for("staff.shortcuts"), code=303)


def add_routes(bp: Blueprint) -> None:
    """Route the sheet."""
    localized(bp, "shortcuts", shortcuts, es="/equipo/atajos", en="/staff/shortcuts")
    localized(
        bp, "set_shortcuts", set_shortcuts, es="/equipo/atajos/elegir", en="/staff/shortcuts/choose", methods=("POST",)
    )


def _on_lists() -> list[tuple[str, str]]:
    return [
        ("?", _("This sheet")),
        ("j", _("The next case of the list")),
        ("k", _("The case before")),
        (_("Enter"), _("Open the case")),
        ("x", _("Tick the case, or take the tick away")),
        ("a", _("Go to whom the ticked cases are assigned")),
        ("/", _("Search")),
        ("p", _("Print the page")),
    ]
