"""Cases that look alike, and a hint that another points at the same person, on the page of a case."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from grievance.accounts.models import AuditEntry
from grievance.cases.models import Case
from grievance.cases.triage import RespondentSaid
from grievance.core.db import Database
from grievance.desk import search
from tests.support.casework import THURSDAY, Room, sort
from tests.support.clock import stands_at
from tests.support.desk import CASES, at_desk
from tests.support.places import file_case

WORDS = "Los camiones levantan polvo frente a la escuela de la quebrada"
SOTO = RespondentSaid(description="Señor Imaginario Soto")


clock = stands_at(THURSDAY + timedelta(days=1))


@pytest.fixture
def pair(database: Database, room: Room) -> tuple[str, str]:
    """Two cases in the same words that name the same person."""
    with database.begin() as session:
        cases = [file_case(session, room.site, words=WORDS).case for _ in range(2)]
        for case in cases:
            sort(session, room, case, at=THURSDAY, respondents=(SOTO,))
            search.index_case(session, case, at=THURSDAY)
        return cases[0].reference, cases[1].reference


def test_a_suggestion_is_joined_through_the_ordinary_form(
    app: Flask, database: Database, room: Room, pair: tuple[str, str]
) -> None:
    here, other = pair
    desk = at_desk(app, room.handler)
    page = desk.open(f"{CASES}/{here}")
    assert page.has("the same day")
    assert page.has("words in common")

    desk.click(f"Join this case to {other}")
    desk.submit(form="/merge", reason="Es lo mismo")
    desk.submit("Join the cases")

    with database.read() as session:
        assert session.scalars(select(Case.status).where(Case.reference == here)).one() == "merged"


def test_what_is_not_the_same_goes_from_the_page(app: Flask, room: Room, pair: tuple[str, str]) -> None:
    here, other = pair
    desk = at_desk(app, room.handler)
    desk.open(f"{CASES}/{here}")

    page = desk.submit(f"{other} is not the same")

    assert page.has("Noted. The two are not suggested for each other again.")
    assert not page.has("It may be the same as")


def test_a_case_out_of_sight_cannot_be_told_from_none(app: Flask, room: Room, pair: tuple[str, str]) -> None:
    here, _other = pair
    desk = at_desk(app, room.handler)
    desk.open(f"{CASES}/{here}")

    desk.post(f"{CASES}/{here}/not-the-same", {"other": "7K3Q-9F2M"}, status=404, with_token=True)


def test_the_hint_is_in_the_audit_trail_each_time(
    app: Flask, database: Database, room: Room, pair: tuple[str, str]
) -> None:
    here, other = pair
    desk = at_desk(app, room.coordinator)

    page = desk.open(f"{CASES}/{here}")

    assert page.has("Another case points at the same person")
    assert other in page.links
    with database.read() as session:
        shown = select(AuditEntry.action).where(AuditEntry.action == "corroboration_shown")
        assert len(session.scalars(shown).all()) == 1
