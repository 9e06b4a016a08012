"""Nobody of a case of several people is ever texted the reference of somebody else, whatever is asked or told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from grievance.accounts.models import DutyGrant
from grievance.accounts.permissions import Duty
from grievance.cases import after_checks, appeals, endings, feedback, handling, resolution
from grievance.cases.models import Case, Complainant, Submission
from grievance.cases.rights_record import AfterCheck
from grievance.cases.side_tracks import AppealResult
from grievance.cases.states import COMPLAINANT, Outcome
from grievance.cases.transitions import load_for_change
from grievance.complainants import collective
from grievance.core import clock as system
from grievance.messaging.models import Thread
from grievance.sites.queries import site_by_slug
from tests.support.casework import Room, by, make_room, sort
from tests.support.clock import Clock
from tests.support.people import Person, make_staff
from tests.support.phone import Phone, deliver, parameters, post

BEGAN, JOINED, MERGED = "+56911111111", "+56922222222", "+56933333333"
COMMANDS = (
    "ESTADO",
    "APELAR",
    "RETIRAR",
    "1",
    "CODIGO",
    "AYUDA",
    "IDIOMA",
    "1",
    "Ayer paso de nuevo",
    "Apelo: no es asi",
)


class Three:
    """Three phones of one case, and every text that reached each."""

    def __init__(self, phone_of: Callable[[str], Phone], room: Room, reviewer: Person) -> None:
        self.phone, self.room, self.reviewer = phone_of(BEGAN), room, reviewer
        self.heard: dict[str, list[str]] = defaultdict(list)

    def text(self, number: str, body: str) -> None:
        assert (
            post(self.phone.app, "/sms/inbound", parameters(body, number=number, line=self.phone.line)).status_code
            == 200
        )
        self.receive()

    def receive(self) -> None:
        for _line, number, body in deliver(self.phone.runtime):
            self.heard[number].append(body)

    def work(self, does: Callable[[Session, Case], object]) -> None:
        with self.phone.database.begin() as session:
            does(session, load_for_change(session, session.scalars(select(Case.id).order_by(Case.id)).first() or 0))
        self.receive()

    def everybody_says(self, *said: str) -> None:
        for number in (BEGAN, JOINED, MERGED):
            for body in said:
                self.text(number, body)

    def seen_of_others(self) -> dict[str, list[str]]:
        """Return for each number the texts that contain a reference that is not of that phone."""
        with self.phone.database.read() as session:
            every = set(session.scalars(select(Case.reference)))
            mine = defaultdict(set)
            rows = session.execute(
                select(Thread.id, Case.reference)
                .join(Complainant, Complainant.thread_id == Thread.id)
                .join(Submission, Submission.complainant_id == Complainant.id)
                .join(Case, Case.id == Submission.filed_as_case_id)
            )
            for thread_id, reference in rows:
                mine[thread_id].add(reference)
            threads = dict(zip((BEGAN, JOINED, MERGED), sorted(mine), strict=True))
        return {
            number: [text for text in texts for one in every - mine[threads[number]] if one in text]
            for number, texts in self.heard.items()
        }


@pytest.fixture
def three(phone_of: Callable[[str], Phone], clock: Clock) -> Three:
    """Who began a case, who joined it with a code, and who filed the same by himself and was put together with it."""
    phone = phone_of(BEGAN)
    with phone.database.begin() as session:
        room = make_room(session, slug="puerto-imaginario", line=None)
        here = site_by_slug(session, "cerro-imaginario")
        session.execute(update(DutyGrant).values(site_id=here.id))
        reviewer = make_staff(session, name="Rita Imaginaria", duties={Duty.REVIEWER: here}, with_second_factor=False)
        room = replace(room, site=here)
    three = Three(phone_of, room, reviewer)
    three.text(BEGAN, "Catorce horas sin descanso en el campamento")
    codes: list[str] = []

    def open_code(session: Session, case: Case) -> None:
        sort(session, room, case, at=system.now())
        codes.append(collective.open_code(session, case, line=None, by=COMPLAINANT, at=system.now()))

    three.work(open_code)
    three.text(JOINED, f"UNIRME {codes[0]}")
    three.text(JOINED, f"UNIRME {codes[0]}")
    three.text(MERGED, "Nos hacen trabajar catorce horas seguidas")

    def put_together(session: Session, case: Case) -> None:
        other = load_for_change(session, session.scalars(select(Case.id).order_by(Case.id.desc())).first() or 0)
        sort(session, room, other, at=system.now())
        endings.merge(session, other, case, reason="Es lo mismo", by=by(room.handler), at=system.now())

    three.work(put_together)
    clock.forward(timedelta(hours=1))
    return three


def test_no_text_has_the_reference_of_somebody_else(three: Three, clock: Clock) -> None:
    three.everybody_says(*COMMANDS)
    handler, at = by(three.room.handler), system.now
    three.work(lambda session, case: handling.acknowledge(session, case, words="Lo leimos", by=handler, at=at()))
    three.work(lambda session, case: handling.send_message(session, case, words="Hablamos.", by=handler, at=at()))
    three.work(
        lambda session, case: resolution.propose_response(
            session, case, outcome=Outcome.UPHELD, words="Habra descanso", by=handler, at=at()
        )
    )
    clock.forward(timedelta(hours=2))
    for number in (JOINED, MERGED, BEGAN):
        three.text(number, "1")
    three.work(lambda session, case: resolution.close(session, case, words="Cerramos", by=handler, at=at()))
    clock.forward(timedelta(days=8))
    three.work(lambda session, _case: feedback.ask_due(session, at=at(), limit=10))
    three.everybody_says("5", "4", "ESTADO", "APELAR", "No estoy de acuerdo")
    three.work(
        lambda session, case: appeals.decide_appeal(
            session, case, result=AppealResult.DISMISSED, words="Lo mire.", by=by(three.reviewer), at=at()
        )
    )
    clock.forward(timedelta(days=30))
    for kind in ("held", "retaliation_first"):
        three.work(
            lambda session, case, kind=kind: session.add(  # type: ignore[misc]  # bound to this round
                AfterCheck(case_id=case.id, kind=kind, round=9, ask_at=at(), closes_at=at() + timedelta(days=30))
            )
        )
        three.work(lambda session, _case: after_checks.ask_checks(session, at=at(), limit=10))
        clock.forward(timedelta(hours=1))
        three.everybody_says("2")
    three.everybody_says("ESTADO", "APELAR", "Sigue igual", "NO", "DATOS", "1")

    assert {number: len(texts) > 20 for number, texts in three.heard.items()} == dict.fromkeys(three.heard, True)
    assert three.seen_of_others() == {BEGAN: [], JOINED: [], MERGED: []}
