"""Every route says who may open it, and means it: for every duty, and for somebody who is not signed in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from grievance.accounts.permissions import PERMITTED, Action, Duty
from grievance.core.db import Database
from grievance.sites import operations as sites
from grievance.web.access import is_marked
from tests.support.people import make_staff, sign_in
from tests.support.web import HOST, Browser

pytestmark = pytest.mark.timeout(600)  # every route, for every duty: a minute where the machine is busy

BY_SIGNATURE = "grievance.sms."
"""Views whose callers prove themselves by a signature over what they send (see tests/sms)."""

OPEN_BY_DESIGN = frozenset({"static", "healthz", "readyz", "metrics"})
"""Routes of the installation itself: files, and what watches it."""

TABLE: dict[Action, frozenset[Duty]] = {
    Action.SEE_CASES: frozenset(
        {
            Duty.HANDLER,
            Duty.INVESTIGATOR,
            Duty.TRIAGER,
            Duty.COORDINATOR,
            Duty.MANAGER,
            Duty.ON_CALL,
            Duty.REVIEWER,
            Duty.OUTSIDE_REVIEWER,
            Duty.AUDITOR,
            Duty.DATA_PROTECTION,
        }
    ),
    Action.TRIAGE: frozenset({Duty.TRIAGER, Duty.OUTSIDE_REVIEWER}),
    Action.ASSIGN: frozenset({Duty.TRIAGER, Duty.COORDINATOR, Duty.MANAGER, Duty.OUTSIDE_REVIEWER}),
    Action.WORK_CASE: frozenset(
        {
            Duty.HANDLER,
            Duty.INVESTIGATOR,
            Duty.TRIAGER,
            Duty.COORDINATOR,
            Duty.MANAGER,
            Duty.ON_CALL,
            Duty.REVIEWER,
            Duty.OUTSIDE_REVIEWER,
            Duty.DATA_PROTECTION,
        }
    ),
    Action.CLOSE_SERIOUS: frozenset({Duty.COORDINATOR, Duty.TRIAGER}),
    Action.RECORD_INTAKE: frozenset({Duty.INTAKE, Duty.HANDLER, Duty.TRIAGER, Duty.COORDINATOR, Duty.DATA_PROTECTION}),
    Action.OPEN_IDENTITY: frozenset(
        {Duty.HANDLER, Duty.INVESTIGATOR, Duty.TRIAGER, Duty.ON_CALL, Duty.OUTSIDE_REVIEWER}
    ),
    Action.SEE_FIGURES: frozenset({Duty.PUBLISHER, Duty.COORDINATOR, Duty.AUDITOR}),
    Action.EXPORT_FIGURES: frozenset({Duty.PUBLISHER, Duty.COORDINATOR, Duty.AUDITOR}),
    Action.DRAFT_RELEASE: frozenset({Duty.PUBLISHER}),
    Action.APPROVE_RELEASE: frozenset({Duty.PUBLISHER, Duty.COORDINATOR}),
    Action.RECORD_HEADCOUNT: frozenset({Duty.PUBLISHER, Duty.COORDINATOR, Duty.ADMINISTRATOR}),
    Action.SEE_SILENCE: frozenset({Duty.COORDINATOR}),
    Action.IMPORT_REGISTER: frozenset({Duty.TRIAGER}),
    Action.SEE_AUDIT: frozenset({Duty.AUDITOR}),
    Action.MANAGE_STAFF: frozenset({Duty.ADMINISTRATOR}),
    Action.MANAGE_SITE: frozenset({Duty.ADMINISTRATOR}),
    Action.SEE_RETENTION: frozenset({Duty.ADMINISTRATOR, Duty.AUDITOR, Duty.DATA_PROTECTION}),
    Action.MANAGE_TEMPLATES: frozenset({Duty.COORDINATOR}),
    Action.WORK_DATA_RIGHTS: frozenset({Duty.DATA_PROTECTION}),
    Action.KEEP_BREACHES: frozenset({Duty.DATA_PROTECTION, Duty.ADMINISTRATOR}),
    Action.NAME_STAND_IN: frozenset({Duty.HANDLER, Duty.COORDINATOR}),
    Action.PLAN_ROTA: frozenset({Duty.COORDINATOR, Duty.ADMINISTRATOR}),
    Action.ROUTE_MESSAGES: frozenset({Duty.TRIAGER}),
}
"""Who opens what, written a second time on purpose: a slip in the permissions must be made twice to go unnoticed."""


def rules(app: Flask) -> Iterator[Rule]:
    yield from sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)


def guarded(app: Flask) -> Iterator[tuple[str, str, Action | None]]:
    """Yield (method, address, action) of every route that wants somebody signed in."""
    for rule in rules(app):
        view = app.view_functions[rule.endpoint]
        action = getattr(view, "required_action", None)
        if action is None and not getattr(view, "is_any_duty", False):
            continue
        address = rule.build({**{name: _example(rule, name) for name in rule.arguments}, **(rule.defaults or {})})
        assert address is not None
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, address[1], action


def send(browser: Browser, method: str, address: str) -> int:
    """Send a request with a token, without following anything; return the status."""
    token = browser.token() if browser.page.all("input[name=csrf_token]") else ""
    answer = browser.client.open(
        address,
        method=method,
        data={"csrf_token": token} if method == "POST" else None,
        headers=browser.headers,
        base_url=HOST,
    )
    return answer.status_code


def test_every_route_says_who_may_open_it(app: Flask) -> None:
    unmarked = [
        f"{rule.endpoint} {rule.rule}"
        for rule in rules(app)
        if not is_marked(view := app.view_functions[rule.endpoint])
        and not view.__module__.startswith(BY_SIGNATURE)
        and rule.endpoint not in OPEN_BY_DESIGN
    ]

    assert unmarked == [], "mark the view with web.access.public or web.staff.access.duty"


def test_no_staff_route_is_open_but_those_of_signing_in(app: Flask) -> None:
    open_ones = {
        rule.endpoint
        for rule in rules(app)
        if rule.endpoint.startswith("staff.") and getattr(app.view_functions[rule.endpoint], "is_public", False)
    }

    assert open_ones == {"staff.sign_in", "staff.code", "staff.recovery", "staff.set_up", "staff.demo_codes"}


def test_the_table_of_duties_is_the_one_that_is_meant() -> None:
    assert dict(PERMITTED) == TABLE


def test_nobody_gets_in_without_signing_in(app: Flask, browser: Browser) -> None:
    browser.open("/es/equipo/entrar")

    for method, address, _action in guarded(app):
        answer = browser.client.open(
            address,
            method=method,
            data={"csrf_token": browser.token()} if method == "POST" else None,
            headers=browser.headers,
            base_url=HOST,
        )
        if method == "GET":
            assert answer.status_code == 303, (method, address)
            assert "/equipo/entrar" in answer.headers["Location"] or "/staff/sign-in" in answer.headers["Location"]
        else:
            assert answer.status_code == 403, (method, address)


@pytest.mark.parametrize("duty", list(Duty))
def test_a_duty_opens_its_routes_and_no_others(app: Flask, browser: Browser, database: Database, duty: Duty) -> None:
    with database.begin() as session:
        operator = sites.create_operator(session, name="Minera Imaginaria")
        site = sites.create_site(session, operator, slug="cerro", name="Cerro Imaginario", sms_name="Cerro")
        person = make_staff(session, name="Rosa Mamani", duties={duty: site})
    sign_in(browser, person)

    # Signing out belongs at the end of such a walk, and every request needs the token of a session still open.
    walk = [each for each in guarded(app) if not leaves(each[1])]
    refused = {(method, address) for method, address, _ in walk if send(browser, method, address) == 403}
    meant = {(method, address) for method, address, action in walk if action and duty not in TABLE[action]}

    assert refused >= meant, f"open to {duty}: {sorted(meant - refused)}"
    # What the decorator lets through may still be refused for want of a site or a case, but never as "not your duty".
    assert {each for each in refused - meant if each[0] == "GET"} == set()


def test_somebody_without_any_duty_opens_only_their_own_account(
    app: Flask, browser: Browser, database: Database
) -> None:
    with database.begin() as session:
        person = make_staff(session, name="Rosa Mamani")
    sign_in(browser, person)

    wrong = [
        (method, address)
        for method, address, action in guarded(app)
        if action is not None and send(browser, method, address) != 403
    ]

    assert wrong == []


def leaves(address: str) -> bool:
    """Whether a request to this address ends the session of the walk."""
    return any(word in address for word in ("/salir", "/sign-out", "/cuenta/sesiones/", "/account/sessions/"))


def _example(rule: Rule, name: str) -> int | str:
    converter = rule._converters.get(name)
    if isinstance(converter, AnyConverter):
        return str(min(converter.items))
    return 7 if isinstance(converter, IntegerConverter) else "x"
