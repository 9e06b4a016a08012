"""The worker: what is due is done whole, however much there is of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import time_machine
from sqlalchemy import func, select

from grievance.cases.models import Submission
from grievance.cli.worker import BATCH, Rhythm, round_of_work
from grievance.core.db import Database
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
