"""The worker: what is due is done whole, however much there is of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import time_machine
from sqlalchemy import func, select

from grievance.cases.models import Submission
from grievance.cases.record import Task
from grievance.cli.worker import BATCH, Rhythm, round_of_work
from grievance.complainants import slips
from grievance.complainants.models import SlipCode
from grievance.core.db import Database
from tests.support.people import make_staff
from tests.support.places import WEDNESDAY, file_case, make_site
from tests.support.web_app import make_runtime


def test_more_than_one_batch_of_what_is_due_is_done_without_waiting_for_the_next_minute(
    database: Database, tmp_path: Path
) -> None:
    with database.begin() as session:
        site = make_site(session)
        for number in range(BATCH * 2 + 1):
            file_case(session, site, form_key=f"key-{number}")
    rhythm = Rhythm()

    with time_machine.travel(WEDNESDAY + timedelta(hours=2)):
        while round_of_work(make_runtime(database, tmp_path), "here", rhythm):
            pass

    with database.read() as session:
        shown = select(func.count()).where(Submission.receipt_code_sealed.is_not(None))
        assert session.execute(shown).scalar_one() == 0


def test_slips_are_forgotten_in_readable_form_and_end_when_their_days_have_passed(
    database: Database, tmp_path: Path
) -> None:
    with database.begin() as session:
        site, clerk = make_site(session), make_staff(session)
        case = file_case(session, site, wants_code=False).case
        slips.make(session, case, site, page_key="key", by_id=clerk.staff_id, at=WEDNESDAY)

    seen = []
    for days in (1, 31):
        with time_machine.travel(WEDNESDAY + timedelta(days=days)):
            round_of_work(make_runtime(database, tmp_path), "here", Rhythm())
        with database.read() as session:
            seen.append(tuple(session.execute(select(SlipCode.code_sealed, SlipCode.ending)).one()))

    assert seen == [(None, None), (None, "lapsed")]
    with database.read() as session:
        assert session.scalars(select(Task.kind).where(Task.kind == "slip_lapsed")).all() == ["slip_lapsed"]
