"""Put the staff side together: sign-in, limits, routes, and the words of its errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import Blueprint, Flask
from flask_babel import lazy_gettext as _l

from grievance.accounts.permissions import NotPermitted
from grievance.accounts.queries import GrantNotFound, StaffNotFound
from grievance.cases.queries import CaseNotFound
from grievance.runtime import Runtime
from grievance.web.errors import NOT_FOUND, ErrorWords, translate
from grievance.web.flash import said, said_lines
from grievance.web.staff import (
    absence_views,
    account_views,
    action_views,
    alike_views,
    audit_views,
    breach_views,
    bulk_views,
    case_views,
    demo_codes,
    desk_views,
    figures_views,
    handover_views,
    headcount_views,
    intake_views,
    kept_views,
    letter_views,
    matching_views,
    people_views,
    print_preview,
    print_slip,
    proof_views,
    referral_views,
    register_undo,
    register_views,
    retention_views,
    rights_answer_views,
    rights_views,
    rota_views,
    rules_views,
    shortcut_views,
    sign_in_views,
    silence_views,
    slip_views,
    template_views,
    track_views,
    triage_views,
    undo_views,
    workload_views,
)
from grievance.web.staff.access import keep_seen
from grievance.web.staff.blueprint import make_blueprint
from grievance.web.staff.devices import remember_device
from grievance.web.staff.limits import register_limits
from grievance.web.staff.security_setup import register_sign_in

ROUTES: Final[tuple[Callable[[Blueprint], None], ...]] = (
    desk_views.add_routes,
    bulk_views.add_routes,
    kept_views.add_routes,
    undo_views.add_routes,
    template_views.add_routes,
    workload_views.add_routes,
    handover_views.add_routes,
    absence_views.add_routes,
    rota_views.add_routes,
    case_views.add_routes,
    action_views.add_routes,
    alike_views.add_routes,
    triage_views.add_routes,
    intake_views.add_routes,
    print_slip.add_routes,
    slip_views.add_routes,
    proof_views.add_routes,
    letter_views.add_routes,
    referral_views.add_routes,
    track_views.add_routes,
    print_preview.add_routes,
    figures_views.add_routes,
    headcount_views.add_routes,
    silence_views.add_routes,
    register_views.add_routes,
    matching_views.add_routes,
    retention_views.add_routes,
    register_undo.add_routes,
    account_views.add_routes,
    shortcut_views.add_routes,
    people_views.add_routes,
    rules_views.add_routes,
    rights_views.add_routes,
    rights_answer_views.add_routes,
    breach_views.add_routes,
    audit_views.add_routes,
)
"""One function per module of routes."""

NOT_PERMITTED = ErrorWords(
    403,
    _l("You cannot do this here"),
    _l("It takes a duty that you do not hold at this site. Nothing was changed."),
    _l("If it should be yours, ask an administrator. Nobody can grant a duty to himself or herself."),
)


def register_staff(app: Flask, runtime: Runtime) -> None:
    """Add the staff side to an app that has its unit of work and CSRF protection."""
    register_sign_in(app, runtime)
    register_limits(app, runtime)
    remember_device(app)
    app.jinja_env.globals["said"] = said
    app.jinja_env.globals["said_lines"] = said_lines
    bp = make_blueprint()
    bp.after_request(keep_seen)
    translate(
        bp, dict.fromkeys((StaffNotFound, GrantNotFound, CaseNotFound), NOT_FOUND) | {NotPermitted: NOT_PERMITTED}
    )
    sign_in_views.add_routes(bp, app)
    for add_routes in ROUTES:
        add_routes(bp)
    if runtime.settings.in_demo:
        demo_codes.add_routes(bp)
    app.register_blueprint(bp)
