"""The desk: what is due next, the tabs, the filters in the address, tasks and notices, giving cases away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from grievance.cases import handling, pauses, tasks
from grievance.cases.record import Task
from grievance.cases.states import Channel
from grievance.cases.tasks import TaskKind
from grievance.core.db import Database
from tests.support.casework import NEXT_WEEK, THURSDAY, Room, by, close, propose, sorted_case
from tests.support.clock import Clock, stands_at
from tests.support.desk import CASES, at_desk, counted, staffed_room
from tests.support.places import file_case

clock = stands_at(NEXT_WEEK)


def _titled(database: Database, room: Room, *titles: str) -> list[str]:
    references = []
    with database.begin() as session:
        for title in titles:
            case = sorted_case(session, room).case
            handling.summarise(session, case, title=title, summary="", by=by(room.handler), at=THURSDAY)
            references.append(case.reference)
    return references


def test_the_desk_opens_on_my_cases_by_what_is_due_next(app: Flask, database: Database, room: Room) -> None:
    _titled(database, room, "Cold showers, block C")

    page = at_desk(app, room.handler).open(CASES)

    assert page.h1 == "My cases, by what is due next"
    assert page.has("Cold showers, block C")
    assert page.has("Acknowledge Fri 4 Sep Late by 3 business days")


def test_lists_show_the_title_and_never_the_words(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        sorted_case(session, room, words="Me llamo Segismundo y duermo en la pieza 14")

    page = at_desk(app, room.handler).open(CASES)

    assert not page.has("Segismundo")
    assert page.has("Labour conditions, pay, camp, contractor, no title yet")


def test_a_late_case_is_said_in_words_and_counted_on_its_tab(app: Flask, database: Database, room: Room) -> None:
    _titled(database, room, "One", "Two")

    page = at_desk(app, room.handler).open(f"{CASES}?show=late")

    assert [tab.text for tab in page.all(".tabs a[aria-current=page]")] == ["2 Late"]
    assert page.has("Late by 3 business days")


@pytest.mark.parametrize(
    ("show", "teaches"),
    [
        ("open", "A triager looks at each new grievance first."),
        ("late", "A case appears here when a date was missed."),
        ("week", "Cases appear here when a date falls within this week."),
        ("waiting", "the case waits here for the person"),
        ("new", "A case assigned to you appears here"),
        ("unread", "the case appears here until you have read it"),
        ("closed", "Closed, referred and withdrawn cases stay here"),
    ],
)
def test_an_empty_list_says_what_will_appear(app: Flask, room: Room, show: str, teaches: str) -> None:
    page = at_desk(app, room.handler).open(f"{CASES}?show={show}")

    assert page.has(teaches)


def test_the_filter_lives_in_the_address_and_in_the_form(app: Flask, database: Database, room: Room) -> None:
    first, second = _titled(database, room, "Cold showers", "Late wages")
    browser = at_desk(app, room.handler)
    browser.open(CASES)

    page = browser.submit("Show", q=second.lower())

    assert f"q={second.lower()}" in page.links["2 Late"]
    assert page.has("Late wages")
    assert first not in page.all("table")[0].text
    assert page.one("#q").attrs["value"] == second.lower()


def test_a_tab_keeps_the_filter(app: Flask, room: Room) -> None:
    page = at_desk(app, room.handler).open(f"{CASES}?type=labour&whose=mine")

    assert "type=labour" in page.links["0 Late"]


def test_nonsense_in_the_address_shows_the_desk_and_no_error(app: Flask, room: Room) -> None:
    page = at_desk(app, room.handler).open(f"{CASES}?show=lots&type=x&whose=all&site=other&handler=nobody&_anchor=x")

    assert page.h1 == "My cases, by what is due next"


def test_a_broken_cursor_is_not_found(app: Flask, room: Room) -> None:
    at_desk(app, room.handler).open(f"{CASES}?after=broken", status=404)


def test_pages_follow_one_another_without_losing_or_repeating_a_case(
    app: Flask, database: Database, room: Room
) -> None:
    references = set(_titled(database, room, *[f"Case {number}" for number in range(30)]))
    browser = at_desk(app, room.handler)

    first = {node.text for node in browser.open(CASES).all("table.rows")[0].all("small.code")}
    second = {node.text for node in browser.click("Next").all("table.rows")[0].all("small.code")}
    again = {node.text for node in browser.click("Previous").all("table.rows")[0].all("small.code")}

    assert len(first) == 25
    assert first | second == references
    assert not first & second
    assert again == first


def test_a_case_waiting_for_the_person_is_never_called_late(
    app: Flask, database: Database, room: Room, clock: Clock
) -> None:
    with database.begin() as session:
        case = sorted_case(session, room).case
        propose(session, room, case)
    clock.to(NEXT_WEEK + timedelta(days=30))

    page = at_desk(app, room.handler).open(f"{CASES}?show=waiting")

    assert page.has("Waiting for the person")
    assert "Late" not in page.all("table.rows")[0].text or page.has("Answer the grievance")


def test_a_closed_case_is_under_closed_only(app: Flask, database: Database, room: Room, clock: Clock) -> None:
    with database.begin() as session:
        case = sorted_case(session, room).case
        close(session, room, case)
    clock.to(NEXT_WEEK + timedelta(days=2))
    browser = at_desk(app, room.handler)

    assert browser.open(CASES).has("No open cases.")
    assert browser.open(f"{CASES}?show=closed").has(case.reference)


def test_replies_not_read_stand_on_the_first_tab(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        filed = sorted_case(session, room)
        handling.mark_read(session, filed.case, by=by(room.handler), at=THURSDAY)
        handling.receive_message(
            session,
            filed.case,
            words="¿Hay novedades?",
            complainant_id=filed.complainant.id,
            channel=Channel.WEB,
            locale=filed.case.locale,
            at=NEXT_WEEK,
        )

    page = at_desk(app, room.handler).open(CASES)

    assert page.has("1 message not read")
    assert not page.has("¿Hay novedades?")


def test_a_task_is_shown_and_done(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        case = sorted_case(session, room).case
        tasks.open_task(
            session,
            key="reach:x",
            site_id=room.site.id,
            kind=TaskKind.REACH_PERSON,
            case=case,
            assigned_to_id=room.handler.staff_id,
            at=NEXT_WEEK,
        )
    browser = at_desk(app, room.handler)

    assert browser.open(CASES).has("reach the person another way")
    page = browser.submit(form="/done")

    assert page.has("The task is done.")
    assert page.has("No tasks.")


def test_the_same_task_of_a_case_stands_once_until_it_is_done(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        case = sorted_case(session, room).case
        handler_id = room.handler.staff_id
        for day in range(19):
            for kind in (TaskKind.ASK_BODY, TaskKind.REACH_PERSON):
                key = f"{kind.value}:{day}"
                tasks.open_task(
                    session,
                    key=key,
                    site_id=room.site.id,
                    kind=kind,
                    case=case,
                    assigned_to_id=handler_id,
                    at=NEXT_WEEK,
                )
    browser = at_desk(app, room.handler)

    page = browser.open(CASES)

    assert [row.text.count(case.reference) for row in page.all("section[aria-labelledby=tasks] td a")] == [1, 1]
    # What cannot wait stands first.
    assert "reach the person" in page.all("section[aria-labelledby=tasks] tbody th")[0].text
    assert browser.open(f"{CASES}/{case.reference}").has("Tasks of this case")


def test_a_long_list_of_tasks_has_pages(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        for _number in range(53):
            case = sorted_case(session, room).case
            key = f"reach:{case.reference}"
            kind, mine = TaskKind.REACH_PERSON, room.handler.staff_id
            tasks.open_task(
                session, key=key, site_id=room.site.id, kind=kind, case=case, assigned_to_id=mine, at=NEXT_WEEK
            )
    browser = at_desk(app, room.handler)

    assert browser.open(CASES).has("All 53 tasks")
    page = browser.open("/en/staff/tasks")
    assert page.has("Page 1 of 2, 53 tasks")
    assert len(page.all("tbody tr")) == 50
    assert len(browser.open("/en/staff/tasks?page=2").all("tbody tr")) == 3
    browser.open("/en/staff/tasks?page=3", status=404)


def test_a_task_of_another_year_says_which(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        for number, at in enumerate((NEXT_WEEK, NEXT_WEEK - timedelta(days=300))):
            case = sorted_case(session, room).case
            key, kind, mine = f"reach:{number}", TaskKind.REACH_PERSON, room.handler.staff_id
            tasks.open_task(session, key=key, site_id=room.site.id, kind=kind, case=case, assigned_to_id=mine, at=at)

    said = " ".join(row.text for row in at_desk(app, room.handler).open("/en/staff/tasks").all("tbody tr"))

    assert (said.count("2025,"), said.count("2026,")) == (1, 0)


def test_a_case_left_behind_is_not_ticked_off(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        case = sorted_case(session, room).case
        task = tasks.open_task(
            session, key="over", site_id=room.site.id, kind=TaskKind.TAKE_OVER, case=case, at=NEXT_WEEK
        )
    browser = at_desk(app, room.coordinator)

    assert browser.open(CASES).has("Goes once it is done")
    page = browser.post(f"/en/staff/tasks/{task.public_id}/done", {}, with_token=True)

    assert page.has("It cannot be ticked off.")
    with database.read() as session:
        assert session.scalars(select(Task.done_at)).all() == [None]


def test_somebody_elses_task_cannot_be_done(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        case = sorted_case(session, room).case
        task = tasks.open_task(
            session,
            key="reach:x",
            site_id=room.site.id,
            kind=TaskKind.REACH_PERSON,
            case=case,
            assigned_to_id=room.handler.staff_id,
            at=NEXT_WEEK,
        )
    browser = at_desk(app, room.second_handler)

    browser.post(f"/en/staff/tasks/{task.public_id}/done", {}, with_token=True, status=404)


def test_a_notice_says_that_and_not_what(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        sorted_case(session, room, words="Me llamo Segismundo")
    browser = at_desk(app, room.handler)

    page = browser.open("/en/staff/notices")

    assert page.has("A case was assigned to you")
    assert not page.has("Segismundo")
    assert not page.has("Labour conditions")
    assert browser.submit("Mark all as read").has("All notices are marked as read.")
    assert browser.open(CASES).has("No new notices.")


def test_whoever_coordinates_opens_on_the_whole_site(app: Flask, database: Database, room: Room) -> None:
    _titled(database, room, "One")

    page = at_desk(app, room.coordinator).open(CASES)

    assert page.h1 == "Cases of the whole site, by what is due next"
    assert page.has(f"Handler: {room.handler.name}")


def test_another_site_and_what_is_not_sorted_are_not_on_the_desk(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        elsewhere = staffed_room(session, slug="cerro-ajeno", line="+56987650000")
        other = sorted_case(session, elsewhere).case.reference
        unsorted = file_case(session, room.site).case.reference

    page = at_desk(app, room.coordinator).open(f"{CASES}?whose=site")

    assert not page.has(other)
    assert not page.has(unsorted)


def test_a_paused_case_waits_for_the_person_whatever_its_status(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        paused, other = (sorted_case(session, room).case for _ in range(2))
        pauses.pause(session, paused, words="¿Qué turno era?", by=by(room.handler), at=THURSDAY)

    page = at_desk(app, room.handler).open(f"{CASES}?show=waiting")

    assert page.all("table.rows")[0].text.count(paused.reference) == 1
    assert other.reference not in page.all("table.rows")[0].text
    assert [tab.text for tab in page.all(".tabs a[aria-current=page]")] == ["1 Waiting for the person"]


def test_the_desk_asks_the_database_the_same_number_of_times_for_any_number_of_cases(
    app: Flask, database: Database, room: Room
) -> None:
    _titled(database, room, "One")
    browser = at_desk(app, room.handler)
    browser.open(CASES)
    with counted(database) as few:
        browser.open(CASES)
    _titled(database, room, *[f"Case {number}" for number in range(20)])

    with counted(database) as many:
        browser.open(CASES)

    assert len(many) == len(few)
    assert len(many) <= 40


def test_the_desk_speaks_spanish(app: Flask, database: Database, room: Room) -> None:
    _titled(database, room, "Duchas frías")

    page = at_desk(app, room.handler, lang="es").open("/es/equipo/casos")

    assert page.lang == "es-CL"
    assert page.has("Duchas frías")
