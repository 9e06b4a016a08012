"""Taking back what the last step did, from the line that told of it."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grievance.accounts.permissions import Action
from grievance.cases.states import staff_actor
from grievance.desk import undo as undoing
from grievance.web.flash import say, warn
from grievance.web.lang import localized
from grievance.web.staff.access import duty, me, viewer
from grievance.web.staff.bulk_pages import BULK_REFUSED, refused_lines
from grievance.web.unit import current


@duty(Action.WORK_CASE)
def undo(token: str) -> ResponseReturnValue:
    """Put back what can be put back, and say what cannot."""
    unit, by = current(), staff_actor(me().staff_id)
    try:
        results = undoing.undo(unit.session, viewer(), token, by=by, at=unit.now, refusals=BULK_REFUSED)
    except undoing.NothingToUndo:
        warn(_("This cannot be undone any more. Look at the case and set it right there."))
        return redirect(url_for("staff.cases"), code=303)
    done = [result.reference for result in results if result.error is None]
    if done:
        say(_("Undone: %(references)s.", references=", ".join(done)))
    for line in refused_lines(results):
        warn(line)
    alone = results[0].reference if len(results) == 1 and done else ""
    return redirect(url_for("staff.case", reference=alone) if alone else url_for("staff.cases"), code=303)


def add_routes(bp: Blueprint) -> None:
    """Route undoing."""
    localized(bp, "undo", undo, es="/equipo/deshacer/<token>", en="/staff/undo/<token>", methods=("POST",))
