"""The pages of what is kept and for how long, and legal holds on the page of a case: who may, and what they are told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from grievance.accounts.models import AuditEntry
from grievance.cases.models import Case, HiddenFrom
from grievance.cases.transitions import load_for_change
from grievance.core.db import Database
from grievance.deadlines.standards import CaseType
from grievance.privacy import schedules
from grievance.privacy.models import LegalHold, RetentionPeriod
from grievance.web.kept_words import few_words
from tests.support.casework import NEXT_WEEK, Room, close, sorted_case
from tests.support.clock import stands_at
from tests.support.desk import CASES, at_desk
from tests.support.places import file_case

RETENTION = "/en/staff/retention"
NOW = NEXT_WEEK + timedelta(days=2)


clock = stands_at(NOW)


@pytest.fixture
def reference(database: Database, room: Room) -> str:
    with database.begin() as session:
        case = sorted_case(session, room).case
        close(session, room, load_for_change(session, case.id))
        return case.reference


def test_periods_stand_in_words_with_where_they_come_from(app: Flask, room: Room) -> None:
    page = at_desk(app, room.auditor).open(RETENTION)

    assert page.has("5 years")
    assert page.has("30 days")
    assert page.has("To be confirmed by counsel.")
    assert page.has("Nothing in the next 90 days.")


def test_only_administrators_and_auditors_see_it_and_only_administrators_change_it(app: Flask, room: Room) -> None:
    for person in (room.handler, room.triager, room.coordinator, room.publisher):
        at_desk(app, person).open(RETENTION, status=403)
    at_desk(app, room.auditor).open(f"{RETENTION}/{room.site.slug}/labour", status=403)
    at_desk(app, room.administrator).open(f"{RETENTION}/{room.site.slug}/horoscopes", status=404)


def test_a_shorter_period_is_set_after_its_numbers_were_shown(
    app: Flask, database: Database, room: Room, reference: str
) -> None:
    del reference
    browser = at_desk(app, room.administrator)
    browser.open(f"{RETENTION}/{room.site.slug}/labour")
    first = (NOW + timedelta(days=31)).date().isoformat()
    facts: dict[str, Any] = {"amount": "24", "valid_from": first, "reason": "El directorio lo acordó."}

    shown = browser.submit("See what it would take", **facts)
    assert shown.has("as decided now, fewer than 5; with the new number, fewer than 5.")
    with database.read() as session:
        assert session.scalars(select(RetentionPeriod)).all() == []
    done = browser.submit("Set this number", **facts)

    assert done.has("The new number counts from that day.")
    assert done.has("2 years")
    with database.read() as session:
        assert session.scalars(select(RetentionPeriod)).one().amount == 24
        line = session.scalars(select(AuditEntry).where(AuditEntry.action == "retention_changed")).one()
        assert line.codes == {"what": "labour", "amount": 24}


def test_a_shorter_period_from_tomorrow_is_refused_in_words(app: Flask, room: Room) -> None:
    browser = at_desk(app, room.administrator)
    browser.open(f"{RETENTION}/{room.site.slug}/labour")
    first = (NOW + timedelta(days=1)).date().isoformat()

    shown = browser.submit("See what it would take", status=422, amount="24", valid_from=first, reason="Ya.")

    assert any("30 days" in error for error in shown.errors)


def test_other_numbers_than_those_shown_are_shown_again(app: Flask, database: Database, room: Room) -> None:
    browser = at_desk(app, room.administrator)
    browser.open(f"{RETENTION}/{room.site.slug}/labour")
    first = (NOW + timedelta(days=31)).date().isoformat()
    browser.submit("See what it would take", amount="24", valid_from=first, reason="Acuerdo.")

    browser.submit("Set this number", amount="12", valid_from=first, reason="Acuerdo.")

    with database.read() as session:
        assert session.scalars(select(RetentionPeriod)).all() == []


def test_a_hold_is_placed_on_the_page_of_the_case_and_lifted_by_somebody_else(
    app: Flask, room: Room, reference: str
) -> None:
    first = at_desk(app, room.triager)
    first.open(f"{CASES}/{reference}")
    held = first.submit("Place the legal hold", reason="Juicio en curso.")
    assert held.has("Legal hold, placed by")
    assert held.has("Juicio en curso.")
    refused = first.submit("Lift the legal hold", status=422, reason="Terminó.")
    assert refused.has("You placed this hold, so somebody else has to lift it.")

    assert at_desk(app, room.auditor).open(RETENTION).has(reference)
    assert not at_desk(app, room.administrator).open(RETENTION).has(reference)
    second = at_desk(app, room.coordinator)
    second.open(f"{CASES}/{reference}")
    lifted = second.submit("Lift the legal hold", reason="Terminó.")

    assert not lifted.has("Legal hold, placed by")


def test_a_handler_places_no_hold_and_somebody_conflicted_finds_no_case(
    app: Flask, database: Database, room: Room, reference: str
) -> None:
    handler = at_desk(app, room.handler)
    assert not handler.open(f"{CASES}/{reference}").has("Place the legal hold")
    handler.open(f"{CASES}/{reference}/place-hold")
    handler.submit("Place the legal hold", reason="Para que no se pierda.", status=403)
    coordinator = at_desk(app, room.coordinator)
    coordinator.open(f"{CASES}/{reference}/place-hold")
    with database.begin() as session:
        case = session.scalars(select(Case).where(Case.reference == reference)).one()
        session.add(HiddenFrom(case_id=case.id, staff_id=room.coordinator.staff_id, reason="respondent", since_at=NOW))

    coordinator.submit("Place the legal hold", reason="Para que no se pierda.", status=404)
    with database.read() as session:
        assert session.scalars(select(LegalHold)).all() == []


def test_every_default_has_words_and_bounds_that_hold_it() -> None:
    for what, base in schedules.DEFAULTS.items():
        least, most = schedules.bounds_of(what)
        assert least <= base.amount <= most


def _ended(database: Database, room: Room, kind: CaseType, count: int, *, days_ago: int) -> None:
    at = NOW - timedelta(days=days_ago)
    with database.begin() as session:
        for _case in range(count):
            case = file_case(session, room.site, at=at).case
            case.type, case.status, case.is_open = kind, "closed", False
            case.ended_at, case.last_message_at, case.recorded_at = at, at, at


def test_whoever_administers_reads_of_no_single_case_what_kind_it_is_nor_when_it_goes(
    app: Flask, database: Database, room: Room
) -> None:
    years = 365 * 3 + 1
    _ended(database, room, CaseType.HARASSMENT, 1, days_ago=5 * 365 + 2)
    _ended(database, room, CaseType.LABOUR, 6, days_ago=years)
    # One more in the next 30 days: 6 and then 7 would say so.
    _ended(database, room, CaseType.LABOUR, 1, days_ago=years - 20)

    page = at_desk(app, room.administrator).open(RETENTION)

    rows = [[cell.text for cell in row.all("td")] for row in page.all("table")[0].all("tr")][1:]
    assert [row[-3:] for row in rows] == [["fewer than 5"] * 3, ["5 or more"] * 3]


def test_trying_out_numbers_does_not_find_the_month_in_which_a_case_ended(
    app: Flask, database: Database, room: Room
) -> None:
    _ended(database, room, CaseType.HARASSMENT, 2, days_ago=800)
    browser = at_desk(app, room.administrator)
    first = (NOW + timedelta(days=31)).date().isoformat()

    said = set()
    for months in ("12", "24", "26", "28", "36", "48"):
        browser.open(f"{RETENTION}/{room.site.slug}/harassment")
        page = browser.submit("See what it would take", amount=months, valid_from=first, reason="Acuerdo.")
        said |= {node.text for node in page.all("p") if "with the new number" in node.text}

    assert len(said) == 1
    assert "fewer than 5" in said.pop()


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "fewer than 5"), (4, "fewer than 5"), (5, "5 or more"), (9, "5 or more"), (234, "230 or more")],
)
def test_a_number_of_cases_is_rounded_down_to_five(app: Flask, count: int, words: str) -> None:
    with app.test_request_context("/en/staff/sign-in"):
        app.preprocess_request()  # the language of a page is in its address

        assert few_words(count) == words
