"""Every staff route that takes a case × every duty × every reason for which somebody may not see it.

What is expected stands in the tables below, written from the rules in docs/glossary.md and not from the code: the rule
in the code and its copy here must both slip for an error to go unnoticed. One installation serves all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from grievance.accounts import sign_in
from grievance.accounts.models import AuditEntry, Staff
from grievance.accounts.permissions import Action, Duty
from grievance.cases import appeals, endings, handling, triage
from grievance.cases.files import StoredFile
from grievance.cases.hiding import HANDLED_ORIGIN
from grievance.cases.models import Case, Complainant, HiddenFrom
from grievance.cases.record import CaseEvent
from grievance.cases.states import COMPLAINANT, Source, staff_actor
from grievance.cases.tasks import NoticeKind, TaskKind, notify, open_task
from grievance.cases.triage import RespondentSaid
from grievance.cases.visibility import CaseAction
from grievance.core.db import Database
from grievance.crypto.keyring import KeyRing
from grievance.deadlines.standards import CaseType
from grievance.desk import undo
from grievance.sites.models import CompanyKind, Site
from grievance.sites.operations import add_company, add_unit
from grievance.sites.queries import the_operator
from tests.support.casework import NEXT_WEEK, Room, by, close, make_room, sort, sorted_case
from tests.support.engines import Engine
from tests.support.people import Person, make_staff
from tests.support.places import file_case
from tests.support.web import HOST
from tests.support.web_app import make_app, make_runtime
from tests.web.test_routes_and_duties import TABLE

NOW = NEXT_WEEK + timedelta(days=3)
T, C, A = Duty.TRIAGER, Duty.COORDINATOR, Duty.AUDITOR
WHOLE_SITE: Final = frozenset({T, C, A})

SEEN_BY: Final[dict[str, frozenset[Duty]]] = {
    # Somebody else's: the three duties that look at a whole site.
    "plain": WHOLE_SITE,
    "test case": WHOLE_SITE,
    "merged away": WHOLE_SITE,
    # Given to the handler of the table, to the investigator, brought up to the manager, appealed to the reviewer.
    "assigned": WHOLE_SITE | {Duty.HANDLER},
    "named": WHOLE_SITE | {Duty.INVESTIGATOR},
    "climbed": WHOLE_SITE | {Duty.MANAGER},
    "appealed": WHOLE_SITE | {Duty.REVIEWER},
    "danger": WHOLE_SITE | {Duty.ON_CALL},
    # Nobody has looked yet, or the words are kept to few.
    "unclassified": frozenset({T}),
    "restricted": frozenset({T, Duty.INVESTIGATOR}),
    "restricted from the start": frozenset({T}),
    "spam": frozenset({T}),
    # Another site is another house.
    "elsewhere": frozenset(),
}
"""Which duties at the site see a case, with nothing held against the person."""

WALLS: Final = ("respondent", "commands", "reports", "unit", "company", "named in words", "handled the origin")
"""Why a case is hidden from one person, whatever the duties. Each has a person with every duty, and a case."""


def expected(who: Duty | str, kind: str) -> bool:
    """Return whether somebody sees a case of a kind, by the tables."""
    if isinstance(who, Duty):
        if kind in WALLS:
            return who is T if kind == "named in words" else who in WHOLE_SITE
        return who in SEEN_BY[kind]
    return kind not in (who, "elsewhere")


OUT_OF_SIGHT: Final = tuple(
    (who, kind)
    # Whoever opens no case at all is refused whatever the case: that walk is in test_routes_and_duties.
    for who in (*(duty for duty in Duty if duty in TABLE[Action.SEE_CASES]), *WALLS)
    # What is about somebody else is to a duty a case like any other; to that person it is the wall itself.
    for kind in (*SEEN_BY, *([who] if who in WALLS else []))
    if not expected(who, kind)
)
"""Everybody with every kind that is out of sight: each pair is a test of its own, of a second or two."""


@dataclass(frozen=True)
class House:
    """The one installation: who there is, and the cases by kind."""

    by_duty: dict[Duty, Person]
    by_wall: dict[str, Person]
    references: dict[str, str]
    files: dict[str, str]

    @property
    def people(self) -> dict[str, Person]:
        """Return everybody by duty or by wall; a duty is its own name."""
        return {**dict[str, Person](self.by_duty.items()), **self.by_wall}


@pytest.fixture(scope="module")
def database(engine: Engine, keys: KeyRing) -> Iterator[Database]:
    """One for all tests here, which change nothing that another looks at."""
    url = engine.create()
    own = Database(url, keys=keys)
    yield own
    own.dispose()
    engine.remove(url)


@pytest.fixture(scope="module")
def app(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return make_app(make_runtime(database, tmp_path_factory.mktemp("walls")))


@pytest.fixture(scope="module")
def built(database: Database) -> House:
    with time_machine.travel(NOW, tick=False), database.begin() as session:
        return build(session)


@pytest.fixture
def house(built: House) -> Iterator[House]:
    with time_machine.travel(NOW, tick=False):
        yield built


def build(session: Session) -> House:
    room = make_room(session)
    other = make_room(session, slug="puerto-imaginario", line=None)
    by_duty = {duty: staff(session, room.site, duty.value, duty) for duty in Duty}
    cases = plain_cases(session, room, other, by_duty)
    by_wall, walled = walls(session, room)
    cases |= walled
    files = {}
    for kind, case in cases.items():
        stored = StoredFile(f"key-{case.id}", "foto.jpg", "image/jpeg", 10)
        files[kind] = handling.attach(session, case, stored, internal=False, by=COMPLAINANT, at=NOW).public_id
        # What reaches people beside the desk: a task that waits for anybody, and a notice to everybody.
        open_task(session, key=f"t{case.id}", site_id=case.site_id, kind=TaskKind.REACH_PERSON, case=case, at=NOW)
        told = [person.staff_id for person in (*by_duty.values(), *by_wall.values())]
        notify(session, told, key=f"n{case.id}", kind=NoticeKind.ASSIGNED, case=case, show_from=NOW, at=NOW)
    session.flush()
    return House(by_duty, by_wall, {kind: case.reference for kind, case in cases.items()}, files)


def staff(session: Session, site: Site, name: str, *duties: Duty, **place: object) -> Person:
    """Add somebody with duties at a site; the surname occurs in no text."""
    return make_staff(
        session,
        name=f"Persona {name.title()}quez",
        duties={duty: None if duty is Duty.ADMINISTRATOR else site for duty in duties},
        with_second_factor=False,
        **place,  # type: ignore[arg-type]  # unit and company, where there is one
    )


def plain_cases(session: Session, room: Room, other: Room, by_duty: dict[Duty, Person]) -> dict[str, Case]:
    """Make a case of every kind of the table."""
    cases = {
        kind: sorted_case(session, room).case
        for kind in ("plain", "assigned", "named", "climbed", "appealed", "danger", "merged away")
    }
    cases["test case"] = sorted_case(session, room, is_test=True).case
    cases["elsewhere"] = sorted_case(session, other).case
    # Sorted first: it is the mark alone that takes it out of sight.
    cases["spam"] = sorted_case(session, room).case
    for kind in ("unclassified", "restricted"):
        cases[kind] = file_case(session, room.site).case
    cases["restricted from the start"] = file_case(session, room.site, concerns_handlers=True).case
    triager, investigator = by(room.triager), by_duty[Duty.INVESTIGATOR].staff_id
    triage.assign(session, cases["assigned"], by_duty[Duty.HANDLER].staff_id, by=triager, at=NEXT_WEEK)
    triage.mark_spam(session, cases["spam"], by=triager, at=NEXT_WEEK)
    sort(session, room, cases["restricted"], type=CaseType.HARASSMENT)
    for kind in ("named", "restricted"):
        triage.name_investigator(session, cases[kind], investigator, by=triager, at=NEXT_WEEK)
    cases["climbed"].rung = 2
    cases["danger"].type = "danger"
    close(session, room, cases["appealed"])
    session.flush()
    complainant = session.scalars(select(Complainant).where(Complainant.case_id == cases["appealed"].id)).one()
    appeals.file_appeal(session, cases["appealed"], person=complainant, words="No.", source=Source.WEB_CODE, at=NOW)
    endings.merge(session, cases["merged away"], cases["plain"], reason="Lo mismo", by=triager, at=NEXT_WEEK)
    return cases


def walls(session: Session, room: Room) -> tuple[dict[str, Person], dict[str, Case]]:
    """Make for every wall somebody with all duties, and the case that is hidden from that person."""
    operator = the_operator(session)
    assert operator is not None
    firm = add_company(session, operator, name="Casino Ficticio", kind=CompanyKind.CONTRACTOR)
    principal = add_company(session, operator, name="Minera Ficticia", kind=CompanyKind.PRINCIPAL)
    mine, plant, port = (add_unit(session, room.site, principal, name=name) for name in ("Mina", "Planta", "Puerto"))
    crew = add_unit(session, room.site, principal, name="Turno A", parent=mine)
    worker = staff(session, room.site, "obrero", unit_id=crew.id)
    boss = staff(session, room.site, "jefatura", unit_id=plant.id, heads_unit=True)
    places: dict[str, dict[str, object]] = {
        "commands": {"unit_id": mine.id, "heads_unit": True},
        "reports": {"unit_id": plant.id},
        "unit": {"unit_id": port.id},
        "company": {"company_id": firm.id},
    }
    people = {wall: staff(session, room.site, wall.split()[-1], *Duty, **places.get(wall, {})) for wall in WALLS}
    said = {
        "respondent": RespondentSaid(staff_id=people["respondent"].staff_id),
        "commands": RespondentSaid(staff_id=worker.staff_id),
        "reports": RespondentSaid(staff_id=boss.staff_id),
        "unit": RespondentSaid(unit_id=port.id),
        "company": RespondentSaid(company_id=firm.id),
    }
    cases = {wall: sorted_case(session, room).case for wall in said}
    for wall, one in said.items():
        sort(session, room, cases[wall], respondents=[one])
    cases["named in words"] = file_case(session, room.site, words="Me insultó Wordsquez en el patio").case
    cases["handled the origin"] = sorted_case(session, room).case
    session.add(
        HiddenFrom(
            case_id=cases["handled the origin"].id,
            staff_id=people["handled the origin"].staff_id,
            reason=HANDLED_ORIGIN,
            since_at=NEXT_WEEK,
        )
    )
    return people, cases


class Desk:
    """Somebody signed in without the pages: forty sign-ins through them would take longer than all the rest."""

    def __init__(self, app: Flask, database: Database, person: Person) -> None:
        self.client = app.test_client()
        with database.begin() as session:
            row = session.get_one(Staff, person.staff_id)
            opened = sign_in.begin_session(session, row, device="", at=NOW)
            uniquifier, session_id = row.fs_uniquifier, opened.public_id
        with self.client.session_transaction(base_url=HOST) as cookie:
            cookie["_user_id"] = uniquifier
            cookie["_fresh"] = True
            cookie["staff_session"] = session_id
            cookie["signed_in_at"] = cookie["seen_at"] = int(NOW.timestamp())
        page = self.get("/en/staff/account")
        assert page.status_code == 200, page.status_code
        self.token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)[0]

    def get(self, address: str) -> TestResponse:
        return self.client.get(address, base_url=HOST, headers={"Sec-Fetch-Site": "same-origin"})

    def post(self, address: str, **values: object) -> TestResponse:
        return self.client.post(
            address,
            data={"csrf_token": self.token, **values},
            base_url=HOST,
            headers={"Sec-Fetch-Site": "same-origin"},
        )


def case_routes(app: Flask) -> list[tuple[Rule, str, Action]]:
    """Return every English staff route that takes a case, with each method and the action it wants."""
    found = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if rule.endpoint.startswith("staff.") and "reference" in rule.arguments and rule.rule.startswith("/en/"):
            action = vars(app.view_functions[rule.endpoint])["required_action"]
            found += [(rule, method, action) for method in sorted((rule.methods or set()) & {"GET", "POST"})]
    return found


def address(rule: Rule, house: House, kind: str) -> str:
    values = {"reference": house.references[kind], "public_id": house.files[kind], "kind": "sma"}
    built = rule.build({**(rule.defaults or {}), **{name: values[name] for name in rule.arguments if name in values}})
    assert built is not None, rule
    return built[1]


def facts(database: Database) -> tuple[object, ...]:
    """Return what any change of any case would change."""
    with database.read() as session:
        events = session.scalar(select(func.count()).select_from(CaseEvent))
        views = session.scalar(select(func.count()).where(AuditEntry.action.in_(("case_viewed", "identity_opened"))))
        return (events, views, tuple(session.execute(select(Case.id, Case.version, Case.handler_id).order_by(Case.id))))


def same_but_for(text: str, *names: str) -> str:
    """Return a page without what differs by itself: the address that was asked for, tokens."""
    for name in names:
        text = text.replace(name, "…")
    return re.sub(r'value="[^"]{20,}"|nonce-[^\'"]+', "", text)


def test_the_tables_hold_for_every_duty_every_wall_and_every_kind(app: Flask, database: Database, house: House) -> None:
    wrong = []
    for who, person in house.people.items():
        desk = Desk(app, database, person)
        opens = not isinstance(who, Duty) or who in TABLE[Action.SEE_CASES]
        for kind in house.references if isinstance(who, Duty) else (who, "plain", "restricted", "elsewhere"):
            status = desk.get(f"/en/staff/cases/{house.references[kind]}").status_code
            wanted = 403 if not opens else 200 if expected(who, kind) else 404
            if status != wanted:
                wrong.append((str(who), kind, status, wanted))

    assert wrong == []


@pytest.mark.parametrize(("who", "kind"), OUT_OF_SIGHT)
def test_no_route_answers_about_a_case_out_of_sight(
    app: Flask, database: Database, house: House, who: Duty | str, kind: str
) -> None:
    desk = Desk(app, database, house.people[who])
    routes = [row for row in case_routes(app) if not isinstance(who, Duty) or who in TABLE[row[-1]]]
    before, wrong = facts(database), []

    for rule, method, _action in routes:
        send = desk.get if method == "GET" else desk.post
        answer = send(address(rule, house, kind))
        if answer.status_code != 404:
            wrong.append((method, rule.rule, answer.status_code))

    assert wrong == []
    # The auditor looks and does nothing.
    assert len(routes) >= (8 if who is A else 100)
    assert facts(database) == before


def test_out_of_sight_and_not_there_are_one_and_the_same_page(app: Flask, database: Database, house: House) -> None:
    unknown = "7K3Q-9F2M"
    for who, kind in ((Duty.COORDINATOR, "restricted"), (Duty.AUDITOR, "unclassified"), ("unit", "unit")):
        desk = Desk(app, database, house.people[who])
        reference = house.references[kind]
        for rest in ("", "/note", "/identity", "/files/x"):
            hidden = desk.get(f"/en/staff/cases/{reference}{rest}")
            absent = desk.get(f"/en/staff/cases/{unknown}{rest}")
            assert (hidden.status_code, same_but_for(hidden.text, reference)) == (
                absent.status_code,
                same_but_for(absent.text, unknown),
            ), (who, rest)
            assert sorted(dict(hidden.headers)) == sorted(dict(absent.headers))


LISTS: Final = (
    *(f"/en/staff/cases?show={show}&whose=site" for show in ("open", "waiting", "unread", "all")),
    "/en/staff/cases?whose=mine&show=all",
    "/en/staff/cases?whose=unassigned&show=all",
    "/en/staff/cases?show=all&whose=site&q=polvo",
    "/en/staff/cases?show=all&whose=site&type=harassment",
    "/en/staff/triage",
    "/en/staff/workload",
    "/en/staff/notices",
    "/en/staff/silence",
    "/en/staff/audit",
)
"""Pages that list, count or search."""

LISTS_OF_ALL: Final = tuple(place for place in LISTS if "show" not in place or "show=all" in place)
"""Enough for somebody with every duty: what is on any list is on one of these."""


def test_no_list_count_search_task_or_notice_names_a_case_out_of_sight(
    app: Flask, database: Database, house: House
) -> None:
    wrong, named = [], 0
    for who, person in house.people.items():
        desk = Desk(app, database, person)
        hidden = [kind for kind in house.references if not expected(who, kind)]
        sought = hidden if who is Duty.COORDINATOR or who in WALLS else hidden[:2]
        by_number = [f"/en/staff/cases?show=all&whose=site&q={house.references[kind]}" for kind in sought]
        for place in [*(LISTS if isinstance(who, Duty) else LISTS_OF_ALL), *by_number]:
            # What was typed into the search field comes back in it.
            text = desk.get(place).text
            shown = re.sub(r'value="[^"]*"|href="/(es|en)/[^"]*q=[^"]*"', "", text)
            for kind, reference in house.references.items():
                if reference in shown:
                    named += 1
                    if not expected(who, kind):
                        wrong.append((str(who), kind, place))

    assert wrong == []
    assert named > 100


def test_what_is_done_to_several_does_nothing_to_a_case_out_of_sight(
    app: Flask, database: Database, house: House
) -> None:
    with database.read() as session:
        versions = dict(session.execute(select(Case.reference, Case.version)).all())
    before = facts(database)

    for who in (Duty.COORDINATOR, Duty.TRIAGER, Duty.MANAGER, *WALLS):
        desk = Desk(app, database, house.people[who])
        hidden = [kind for kind in house.references if not expected(who, kind)]
        picked = [f"{house.references[kind]}.{versions[house.references[kind]]}" for kind in hidden]
        for place in ("assign", "write-to-several", "join-several"):
            answer = desk.post(f"/en/staff/{place}", case=picked, words="Hola", handler="x", reason="x", into="x")
            unknown = desk.post(f"/en/staff/{place}", case=["7K3Q-9F2M.1"], words="Hola")
            assert answer.status_code == unknown.status_code, (who, place)
            assert not [kind for kind in hidden if house.references[kind] in answer.text], (who, place)

    assert facts(database) == before


def test_a_case_cannot_be_joined_to_one_out_of_sight(app: Flask, database: Database, house: House) -> None:
    desk = Desk(app, database, house.people[Duty.COORDINATOR])
    plain = house.references["assigned"]
    page = desk.get(f"/en/staff/cases/{plain}/merge")
    hidden = dict(re.findall(r'<input[^>]*name="(version|since)"[^>]*value="([^"]*)"', page.text))
    assert set(hidden) == {"version", "since"}
    before = facts(database)

    answers = []
    for into in (house.references["restricted"], house.references["unclassified"], "7K3Q-9F2M"):
        answer = desk.post(f"/en/staff/cases/{plain}/merge", **hidden, reference=into, reason="Lo mismo")
        answers.append((answer.status_code, same_but_for(answer.text, into)))

    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 422
    assert "There is no such case that you can see." in answers[0][1]
    assert facts(database) == before


def test_nobody_takes_back_what_another_did(app: Flask, database: Database, house: House) -> None:
    with database.begin() as session:
        case = session.scalars(select(Case).where(Case.reference == house.references["test case"])).one()
        before = undo.standing_of(session, case)
        triager = house.by_duty[T].staff_id
        triage.assign(session, case, house.by_duty[Duty.HANDLER].staff_id, by=staff_actor(triager), at=NOW)
        token = undo.remember(session, triager, [(case, before)], action=CaseAction.ASSIGN, at=NOW)
        triage.assign(session, case, before.handler_id or 0, by=staff_actor(triager), at=NOW)
    before_it = facts(database)

    for who in (Duty.COORDINATOR, Duty.MANAGER, "respondent", "unit"):
        desk = Desk(app, database, house.people[who])
        answers = [desk.post(f"/en/staff/undo/{one}") for one in (token, "A" * 22)]
        assert {answer.status_code for answer in answers} == {answers[0].status_code}, who
        assert len({same_but_for(answer.text, token, "A" * 22) for answer in answers}) == 1, who

    assert facts(database) == before_it
