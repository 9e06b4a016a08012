"""Views that only inform: other ways to complain, how data are looked after, accessibility."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from grievance.sites.queries import the_operator
from grievance.web.access import public
from grievance.web.complainant import pages
from grievance.web.complainant.data_notice import data_notice
from grievance.web.lang import current_lang
from grievance.web.page import Page
from grievance.web.unit import current


@public
def other_routes() -> ResponseReturnValue:
    """List where else a person can go. Complaining here takes none of these rights away."""
    session = current().session
    operator = the_operator(session)
    routes = pages.routes(session, operator.id, current_lang()) if operator else []
    return render_template("complainant/other_routes.html", page=_frame(), routes=routes)


@public
def privacy() -> ResponseReturnValue:
    """Say in plain words who answers for data, what is kept and how long, who reads it and what one can ask."""
    unit = current()
    notice = data_notice(unit.session, unit.runtime, at=unit.now)
    return render_template("complainant/privacy.html", page=_frame(), notice=notice)


@public
def accessibility() -> ResponseReturnValue:
    """Say honestly what was checked and what may still fail."""
    return render_template("complainant/accessibility.html", page=_frame())


def _frame() -> Page:
    unit = current()
    return pages.frame(pages.house_name(unit.session), in_demo=unit.runtime.settings.in_demo)
