"""Playing all stories of the demo in the order of time, with the worker's rounds in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from grievance.cases import feedback, tasks, unanswered, verify
from grievance.cli.demo import (
    courses,
    old_register,
    quarters,
    stories_neighbours_earlier,
    stories_neighbours_last,
    stories_now,
    stories_workers_earlier,
    stories_workers_last,
    workforce,
)
from grievance.cli.demo.stage import Act, Part, Stage, Story
from grievance.desk import search
from grievance.publishing import approval
from grievance.rounds import status_messages, timers

STORIES: tuple[Story, ...] = (
    *stories_workers_earlier.STORIES,
    *stories_neighbours_earlier.STORIES,
    *stories_workers_last.STORIES,
    *stories_neighbours_last.STORIES,
    *stories_now.STORIES,
    *courses.stories(),
)

ROUND = 500
"""More than is ever due at once in the demo."""

SENDING = timedelta(seconds=20)
"""After how long the worker has sent what a step caused."""

NOTICES_KEPT = timedelta(days=5)
"""Notices older than this have been read by everybody."""

Moment = tuple[datetime, Callable[[], None]]


def moments(stage: Stage) -> list[Moment]:
    """Return everything that happens before now, in the order of time; to be called one after the other."""
    found: list[Moment] = [moment for story in STORIES for moment in _steps(stage, story)]
    found += [(at, partial(_morning, stage, at)) for at in stage.days.mornings()]
    found += old_register.moments(stage)
    found += workforce.moments(stage)
    found += quarters.moments(stage)
    # Python's sort is stable: what happens at the same instant keeps its order.
    return sorted(found, key=lambda moment: moment[0])


def end(stage: Stage) -> None:
    """Do what the worker does at last: what was promised is late by now, and words can be searched."""
    now = stage.days.now
    timers.sweep(stage.session, at=now, limit=ROUND)
    while search.index_pending(stage.session, at=now, limit=ROUND):
        pass
    stage.deliver(now)
    for staff_id in stage.staff.values():
        tasks.read_notices(stage.session, staff_id, at=now - NOTICES_KEPT)


def _steps(stage: Stage, story: Story) -> Iterator[Moment]:
    part = stage.parts.setdefault(story.name, Part(story))
    before: datetime | None = None
    for when, act in story.steps:
        at = stage.days.instant(story.start, when, before)
        if before is not None and at < before:
            raise ValueError(f"{story.name}: a step goes back in time")
        if at >= stage.days.now:
            # What lies ahead of the day on which the demo is loaded has not happened.
            return
        before = at
        yield at, partial(_play, stage, part, act, at)


def _play(stage: Stage, part: Part, act: Act, at: datetime) -> None:
    try:
        act.play(stage, part, at)
    except Exception as error:
        # A row of the table names no line of code: say which story could not be played.
        error.add_note(f"In the story “{part.story.name}”: {act}")
        raise
    stage.deliver(at + SENDING)


def _morning(stage: Stage, at: datetime) -> None:
    """Do the rounds that the worker does all day, once in the morning."""
    session = stage.session
    stage.deliver(at)
    timers.sweep(session, at=at, limit=ROUND)
    unanswered.proceed_unanswered(session, at=at, limit=ROUND)
    if feedback.ask_due(session, at=at, limit=ROUND):
        stage.deliver(at)
    if status_messages.tell_standing(session, at=at, limit=ROUND):
        stage.deliver(at)
    approval.release_due(session, at=at)
    verify.make_daily_root(session, on=(at - timedelta(days=1)).date(), at=at)
