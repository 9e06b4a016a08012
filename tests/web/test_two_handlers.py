"""Two people at one case: the later one is told, keeps what was typed, and is shown what the other did."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from grievance.cases import handling
from grievance.cases.models import Case, CaseNote, Complainant
from grievance.cases.states import Channel
from grievance.cases.verify import verify_cases
from grievance.core.db import Database
from tests.support.casework import NEXT_WEEK, Room, by, sorted_case
from tests.support.clock import stands_at
from tests.support.desk import CASES, at_desk
from tests.support.web import HOST, Browser, Seen

CHANGED = "What changed while you were writing"


clock = stands_at(NEXT_WEEK + timedelta(days=1))


@pytest.fixture
def reference(database: Database, room: Room) -> str:
    with database.begin() as session:
        return sorted_case(session, room).case.reference


def changed(page: Seen) -> str:
    """Return what stands in the part of the page that shows the other change."""
    return next(node.text for node in page.all("section") if node.text.startswith(CHANGED))


def both_look(app: Flask, room: Room, reference: str) -> tuple[Browser, Browser]:
    browsers = at_desk(app, room.handler), at_desk(app, room.coordinator)
    for browser in browsers:
        browser.open(f"{CASES}/{reference}")
    return browsers


def notes(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(CaseNote)) or 0


def test_the_later_one_is_shown_what_the_other_did_and_by_whom(
    app: Flask, database: Database, room: Room, reference: str
) -> None:
    first, second = both_look(app, room, reference)
    second.submit(form="/note", words="The catering firm was called on Monday.")

    page = first.submit(form="/note", words="I spoke to the camp boss.", status=409)

    assert page.errors[0].startswith("Somebody else changed this case while you were writing.")
    assert room.coordinator.name in changed(page)
    assert "The catering firm was called on Monday." in changed(page)
    assert "I spoke to the camp boss." in page.one("textarea").text
    assert notes(database) == 1


def test_having_seen_it_the_later_one_sends_the_same_again(
    app: Flask, database: Database, room: Room, reference: str
) -> None:
    first, second = both_look(app, room, reference)
    second.submit(form="/note", words="One.")
    first.submit(form="/note", words="Two.", status=409)

    page = first.submit(form="/note")

    assert CHANGED not in page.text
    assert notes(database) == 2


def test_only_what_came_after_the_page_was_loaded_is_shown(
    app: Flask, database: Database, room: Room, reference: str
) -> None:
    with database.begin() as session:
        case = session.query(Case).filter_by(reference=reference).one()
        handling.add_note(session, case, words="Known before.", by=by(room.handler), at=NEXT_WEEK)
    first, second = both_look(app, room, reference)
    second.submit(form="/note", words="New.")

    page = first.submit(form="/note", words="Mine.", status=409)

    assert "New." in changed(page)
    assert "Known before." not in changed(page)


def test_what_the_person_wrote_meanwhile_is_shown_too(
    app: Flask, database: Database, room: Room, reference: str
) -> None:
    browser, _ = both_look(app, room, reference)
    with database.begin() as session:
        case = session.query(Case).filter_by(reference=reference).one()
        person = session.scalars(select(Complainant.id).where(Complainant.case_id == case.id)).one()
        handling.receive_message(
            session,
            case,
            words="Ya lo arreglaron.",
            complainant_id=person,
            channel=Channel.WEB,
            locale="es",
            at=NEXT_WEEK + timedelta(days=1),
        )

    page = browser.submit(form="/note", words="Mine.", status=409)

    assert "Ya lo arreglaron." in changed(page)


@pytest.mark.parametrize("since", ["", "x", "-1", "99999999", "1; DROP TABLE cases"])
def test_a_forged_place_in_the_history_changes_nothing(
    app: Flask, database: Database, room: Room, reference: str, since: str
) -> None:
    first, second = both_look(app, room, reference)
    second.submit(form="/note", words="One.")

    page = first.submit(form="/note", words="Two.", since=since, status=409)

    assert page.errors
    assert CHANGED not in page.text
    assert notes(database) == 1


def test_of_two_who_send_at_the_same_instant_one_is_done_and_the_other_is_shown_it(
    app: Flask, database: Database, room: Room, reference: str
) -> None:
    browsers = both_look(app, room, reference)
    start = Barrier(2)

    def send(browser: Browser) -> tuple[int, str]:
        form = next(node for node in browser.page.forms if node.attrs.get("action", "").endswith("/note"))
        hidden = {node.attrs["name"]: node.attrs["value"] for node in form.all("input[type=hidden]")}
        start.wait()
        answer = browser.client.post(
            form.attrs["action"], data={**hidden, "words": "At once."}, headers=browser.headers, base_url=HOST
        )
        return answer.status_code, answer.get_data(as_text=True)

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(send, browsers))

    assert [status for status, _ in answers] == [303, 409]
    assert CHANGED in answers[1][1]
    assert notes(database) == 1
    with database.read() as session:
        assert list(verify_cases(session)) == []


def test_the_other_change_is_shown_in_spanish(app: Flask, room: Room, reference: str) -> None:
    first, second = at_desk(app, room.handler, lang="es"), at_desk(app, room.coordinator)
    first.open(f"/es/equipo/casos/{reference}")
    second.open(f"{CASES}/{reference}")
    second.submit(form="/note", words="Llamaron al casino.")

    page = first.submit(form="/nota", words="Mi nota.", status=409)

    assert page.has("Qué cambió mientras usted escribía")
    assert page.has("Llamaron al casino.")
