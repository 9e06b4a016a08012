"""The pages of a case whose ratings have left it: they say that they were given and since when they are not kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from grievance.cases import feedback
from grievance.cases.models import Case, Complainant
from grievance.cases.states import Source
from grievance.core.db import Database
from grievance.metrics.tally import unlink
from grievance.privacy import sweep
from tests.support.casework import NEXT_WEEK, Room, close, sort
from tests.support.clock import Clock
from tests.support.complainant import FOLLOW_UP, Keys, enter, file_and_save
from tests.support.desk import CASES, at_desk
from tests.support.web import Browser

RATED_AT = NEXT_WEEK + timedelta(days=2)
LEFT_AT = datetime(2027, 3, 2, 15, 0, tzinfo=UTC)


@pytest.fixture
def left(database: Database, room: Room, browser: Browser, clock: Clock) -> Keys:
    """Somebody filed, the case ended and was rated, and months later the ratings left it."""
    keys = file_and_save(browser, clock)
    with database.begin() as session:
        case = session.scalars(select(Case).where(Case.reference == keys.reference)).one()
        sort(session, room, case)
        close(session, room, case)
        person = session.scalars(select(Complainant).where(Complainant.case_id == case.id)).one()
        feedback.rate(session, case, person, process=4, outcome=2, verdict=2, source=Source.WEB_CODE, at=RATED_AT)
    with database.begin() as session:
        (survey_id,) = sweep.due_opinions(session, at=LEFT_AT, limit=5)
        assert unlink(session, survey_id, at=LEFT_AT) == 1
    clock.to(LEFT_AT)
    return keys


@pytest.mark.parametrize(
    ("lang", "path", "said"),
    [
        (
            "en",
            FOLLOW_UP,
            "You also rated us from 1 to 5. Since Tuesday 2 March your ratings are not kept with your case",
        ),
        (
            "es",
            "/es/seguimiento",
            "Desde el martes 2 de marzo sus notas ya no se guardan con su caso: solo se cuentan.",
        ),
    ],
)
def test_the_person_reads_since_when_the_ratings_are_not_kept(
    app: Flask, left: Keys, lang: str, path: str, said: str
) -> None:
    browser = Browser(app)
    enter(browser, left)

    page = browser.open(path)

    assert page.lang.startswith(lang)
    assert page.has(said)


@pytest.mark.parametrize(
    ("lang", "path", "said"),
    [
        ("en", CASES, "Given; not kept with the case since"),
        ("es", "/es/equipo/casos", "Las puso; no se guardan con el caso desde el"),
    ],
)
def test_staff_read_it_too_and_no_mark(app: Flask, room: Room, left: Keys, lang: str, path: str, said: str) -> None:
    page = at_desk(app, room.handler, lang=lang).open(f"{path}/{left.reference}")

    assert page.has(said)
    assert not page.has("4 of 5")
    assert not page.has("4 de 5")


def test_the_notice_names_them(room: Room, browser: Browser) -> None:
    del room
    assert browser.open("/en/privacy").has("Ratings of 1 to 5 together with the case")
    assert browser.open("/es/datos").has("Las notas de 1 a 5 junto con el caso")
