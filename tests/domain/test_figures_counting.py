"""Counting a quarter from the history of cases: against a slow second way, and at its edges."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.cases.record import CaseEvent, CaseHistory
from grievance.metrics.counting import count
from grievance.metrics.handling import volume
from grievance.metrics.inputs import Before, InputSet, Scope, read, written
from grievance.metrics.periods import Quarter
from grievance.metrics.results import Basis
from grievance.sites.models import Site
from tests.support import slow_figures
from tests.support.histories import Q3_ENDS, Q3_STARTS, Story, counted_slowly, play, stories
from tests.support.people import make_staff
from tests.support.places import file_case, make_site

ZONE = "America/Santiago"
KNOWN = Q3_ENDS + timedelta(days=14)


def scope_at(site: Site, known_at: datetime, before: Before | None = None) -> Scope:
    return Scope(site=site.slug, quarter=Quarter(2026, 3), time_zone=ZONE, known_at=known_at, before=before)


@settings(
    max_examples=40,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(told=stories, known_days=st.integers(0, 120))
def test_counts_agree_with_a_slow_second_way_and_the_account_balances(
    session: Session, told: list[Story], known_days: int
) -> None:
    known_at = Q3_ENDS + timedelta(days=known_days)
    try:
        sites = [make_site(session, slug="uno", line=None), make_site(session, slug="dos", line=None)]
        owner_id = make_staff(session, name="Rosa Mamani").staff_id
        for story in told:
            play(session, sites, story, owner_id=owner_id)
        for site in sites:
            _agrees(session, site, known_at)
            _later_agree(session, site, known_at)
    finally:
        session.rollback()


def _agrees(session: Session, site: Site, known_at: datetime) -> None:
    found = count(session, site.id, scope_at(site, known_at))
    slow = counted_slowly(session, site, known_at=known_at, late_since=Q3_STARTS)

    assert _without_zeros(found.account) == _without_zeros(slow["account"])
    assert _without_zeros(found.apart) == +slow["apart"]
    assert _without_zeros(found.acknowledgement) == +slow["ack"]
    assert _without_zeros(found.resolution) == +slow["res"]
    by_fate = {("resolved", row.day): row.events for row in found.durations}
    by_fate |= {("open", row.day): row.censored for row in found.durations}
    by_fate |= {("left", row.day): row.competing for row in found.durations}
    assert {key: number for key, number in by_fate.items() if number} == dict(slow["durations"])
    volume(Basis(found))


def _later_agree(session: Session, site: Site, known_at: datetime) -> None:
    """Resolution by day, reopenings, the ages of open cases and corrective actions, from whole histories."""
    every: dict[int, list[CaseHistory]] = {}
    for row in session.scalars(select(CaseHistory).order_by(CaseHistory.case_id, CaseHistory.seq)):
        every.setdefault(row.case_id, []).append(row)
    known = [rows for rows in (slow_figures.known_of(each, known_at) for each in every.values()) if rows]
    ours = [
        rows
        for rows in known
        if rows[-1].site_id == site.id and rows[-1].is_counted and rows[-1].type not in ("question", "data_rights")
    ]
    ids = [rows[-1].case_id for rows in ours]
    events = session.scalars(select(CaseEvent).where(CaseEvent.case_id.in_(ids)).order_by(CaseEvent.id)).all()

    found = count(session, site.id, scope_at(site, known_at))

    assert _without_zeros(found.followed) == +slow_figures.followed_slowly(ours)
    assert {row.day: row.cases for row in found.backlog} == slow_figures.backlog_slowly(ours)
    assert _without_zeros(found.reopenings) == +slow_figures.reopenings_slowly(ours)
    known_events = [
        (event.happened_at, event.recorded_at, event.kind, event.codes)
        for event in events
        if event.recorded_at <= known_at and event.happened_at < Q3_ENDS
    ]
    assert _without_zeros(found.appeals) == _without_zeros(slow_figures.appeals_slowly(ours, known_events))
    assert _without_zeros(found.actions) == slow_figures.actions_slowly(
        [(event.happened_at, event.recorded_at, event.kind, event.codes) for event in events], known_at
    )


def _without_zeros(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: number for name, number in counts.items() if number}


def test_the_input_set_survives_being_written(session: Session) -> None:
    site = make_site(session)
    play(session, [site], Story(24, 0, 0, False, ()))
    scope = scope_at(site, KNOWN, Before(2, Q3_STARTS + timedelta(days=9), 3))
    inputs = InputSet(scope, count(session, site.id, scope))

    assert read(written(inputs)) == inputs
    assert written(read(written(inputs))) == written(inputs)


@pytest.mark.parametrize(
    ("seconds", "enters"), [(-1, False), (0, True), (1, True)], ids=["a second before", "at midnight", "after"]
)
def test_the_quarter_begins_at_local_midnight(session: Session, seconds: int, enters: bool) -> None:
    site = make_site(session)
    file_case(session, site, at=Q3_STARTS + timedelta(seconds=seconds))
    session.flush()

    found = count(session, site.id, scope_at(site, KNOWN)).account

    assert (found["received"], found["opening"]) == ((1, 0) if enters else (0, 1))
