"""Two people who press the button at the same instant: one is done, the other is told, and nothing is done twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from grievance.accounts.models import AuditEntry
from grievance.accounts.permissions import Duty
from grievance.cases import delays
from grievance.cases.models import Case
from grievance.cases.record import CaseEvent
from grievance.cases.side_tracks import DelayReason
from grievance.cases.verify import verify_cases
from grievance.core.db import Database
from grievance.publishing.models import Release
from tests.support.casework import NEXT_WEEK, Room, by, sorted_case
from tests.support.clock import standing_clock
from tests.support.desk import CASES, at_desk, staffed_room
from tests.support.people import make_staff
from tests.support.places import file_case
from tests.support.quarter import NOW, Place, frozen_by, made_ready, make_place, one, only_release
from tests.support.web import HOST, Browser


@dataclass(frozen=True)
class Sent:
    """A form that lies ready, filled in: nothing but sending it is left."""

    browser: Browser
    action: str
    values: dict[str, str]

    def send(self, start: Barrier) -> tuple[int, str]:
        start.wait()
        answer = self.browser.client.post(self.action, data=self.values, headers=self.browser.headers, base_url=HOST)
        return answer.status_code, answer.get_data(as_text=True)


def ready(browser: Browser, end: str, **values: str) -> Sent:
    """Fill in the form of the present page whose address ends so."""
    form = next(node for node in browser.page.forms if node.attrs.get("action", "").endswith(end))
    hidden = {node.attrs["name"]: node.attrs.get("value", "") for node in form.all("input[type=hidden]")}
    return Sent(browser, form.attrs["action"], {**hidden, **values})


def at_once(*sent: Sent) -> list[tuple[int, str]]:
    """Send all at the same instant; return status and page of each, in the order given."""
    start = Barrier(len(sent))
    with ThreadPoolExecutor(len(sent)) as pool:
        return list(pool.map(lambda each: each.send(start), sent))


@pytest.fixture
def room(database: Database) -> Iterator[Room]:
    with database.begin() as session:
        made = staffed_room(session)
    with standing_clock(NEXT_WEEK):
        yield made


def kinds(database: Database, reference: str) -> list[str]:
    with database.read() as session:
        assert list(verify_cases(session)) == []
        return list(
            session.scalars(
                select(CaseEvent.kind)
                .join(Case, Case.id == CaseEvent.case_id)
                .where(Case.reference == reference)
                .order_by(CaseEvent.seq)
            )
        )


def test_of_two_triagers_one_classifies_and_the_other_is_shown_how(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        reference = file_case(session, room.site).case.reference
    sent = []
    for person, severity in ((room.triager, "1"), (room.second_triager, "2")):
        browser = at_desk(app, person)
        browser.open(f"{CASES}/{reference}/classify")
        category = browser.page.one("select[name=category]").all("option")[1].attrs["value"]
        fields = {"category": category, "type": "labour", "severity": severity, "respondent_words": "El turno"}
        sent.append(ready(browser, "/classify", **fields))

    answers = at_once(*sent)

    assert sorted(status for status, _ in answers) == [303, 409]
    told = next(page for status, page in answers if status == 409)
    assert "What changed while you were writing" in told
    # What the later one had typed is still there.
    assert "El turno" in told
    assert kinds(database, reference).count("classified") == 1


def test_of_two_who_ask_for_it_at_once_one_gets_the_case(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        reference = file_case(session, room.site).case.reference
    sent = []
    for person in (room.triager, room.second_triager):
        browser = at_desk(app, person)
        browser.open(f"{CASES}/{reference}/restrict")
        sent.append(ready(browser, "/restrict", reason="Por prudencia"))

    answers = at_once(*sent)

    assert sorted(status for status, _ in answers) == [303, 409]
    assert kinds(database, reference).count("restricted") == 1


@pytest.fixture
def place(database: Database) -> Iterator[Place]:
    with time_machine.travel(NOW, tick=False):
        yield make_place(database)


def deciders(app: Flask, place: Place, database: Database) -> tuple[Browser, Browser, Release]:
    """Bring a quarter to its second person, and two of them to its page."""
    rosa = frozen_by(app, place.rosa)
    release = made_ready(database, place.rosa)
    rosa.open(one(release, "aprobacion"))
    rosa.submit(form="/enviar")
    release = only_release(database)
    browsers = at_desk(app, place.coordinator, lang="es"), at_desk(app, place.luis, lang="es")
    for browser in browsers:
        browser.open(one(release, "aprobacion"))
    return (*browsers, release)


def lines(database: Database, release: Release) -> Sequence[str]:
    with database.read() as session:
        return session.scalars(
            select(AuditEntry.action).where(
                AuditEntry.subject == release.public_id,
                AuditEntry.action.in_(("release_approved", "release_sent_back", "release_refused")),
            )
        ).all()


def test_of_two_who_approve_at_once_one_approves(app: Flask, place: Place, database: Database) -> None:
    first, second, release = deciders(app, place, database)

    answers = at_once(ready(first, "/aprobar"), ready(second, "/aprobar"))

    assert sorted(status for status, _ in answers) == [303, 409]
    assert lines(database, release) == ["release_approved"]


@pytest.mark.parametrize("other", ["devolver", "rechazar"])
def test_what_one_approves_another_does_not_send_back_at_the_same_instant(
    app: Flask, place: Place, database: Database, other: str
) -> None:
    first, second, release = deciders(app, place, database)

    answers = at_once(ready(first, "/aprobar"), ready(second, f"/{other}", reason="Falta un dato."))

    assert sorted(status for status, _ in answers) == [303, 409]
    done = lines(database, release)
    assert len(done) == 1
    state = only_release(database).state
    assert (done[0], state) in {
        ("release_approved", "released"),
        ("release_sent_back", "frozen"),
        ("release_refused", "refused"),
    }


def test_a_later_date_is_decided_once(app: Flask, database: Database, room: Room) -> None:
    """Granted by one coordinator and refused by another in the same instant."""
    with database.begin() as session:
        filed = sorted_case(session, room)
        reference = filed.case.reference
        delays.ask_extension(
            session,
            filed.case,
            "resolve",
            reason=DelayReason.MORE_TO_FIND_OUT,
            new_due_on=(NEXT_WEEK + timedelta(days=61)).date(),
            words="Necesitamos más días.",
            by=by(room.handler),
            at=NEXT_WEEK,
        )
        other = make_staff(session, name="Cora Otrasén", duties={Duty.COORDINATOR: room.site})
        asked = delays.extensions_asked(session, filed.case.id)[0].public_id
    sent = []
    for person, choice in ((room.coordinator, "grant"), (other, "refuse")):
        browser = at_desk(app, person)
        browser.open(f"{CASES}/{reference}/decide-more-time")
        sent.append(ready(browser, "/decide-more-time", decision=choice, extension=asked))

    answers = at_once(*sent)

    assert sorted(status for status, _ in answers) == [303, 409]
    decided = [kind for kind in kinds(database, reference) if kind in {"extension_granted", "extension_refused"}]
    assert len(decided) == 1
