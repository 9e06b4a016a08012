"""What the handlers of the demo do day by day. `who` is a first name in small letters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from grievance.cases import handling, harassment_track, protection, telling
from grievance.cases.queries import site_of
from grievance.cases.states import COUNTS_AS_TOLD
from grievance.cases.track_states import MeasureKind, Route
from grievance.cases.visibility import CaseAction
from grievance.cli.demo.stage import Part, Stage
from grievance.deadlines.standards import CaseType, ClockName
from grievance.deadlines.working_days import local_date
from grievance.desk import case_page


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """The handler says, as a person, that it is in hand; with title and summary for the lists."""

    who: str
    words: str
    title: str
    summary: str = ""

    def play(self, stage: Stage, part: Part, at: datetime) -> None:
        """Summarise, then acknowledge."""
        by = stage.actor(self.who)
        case = stage.case_for(self.who, part, CaseAction.SUMMARISE, at=at)
        handling.summarise(stage.session, case, title=self.title, summary=self.summary, by=by, at=at)
        case = stage.case_for(self.who, part, CaseAction.ACKNOWLEDGE, at=at)
        handling.acknowledge(stage.session, case, words=self.words, by=by, at=at)


@dataclass(frozen=True, slots=True)
class Review:
    """The handler begins to look into it, and mostly says so: the first contact."""

    who: str
    words: str = ""

    def play(self, stage: Stage, part: Part, at: datetime) -> None:
        """Begin."""
        case = stage.case_for(self.who, part, CaseAction.START_REVIEW, at=at)
        handling.start_review(stage.session, case, by=stage.actor(self.who), at=at)
        if self.words:
            Write(self.who, self.words).play(stage, part, at)


@dataclass(frozen=True, slots=True)
class Write:
    """A message to the person."""

    who: str
    words: str

    def play(self, stage: Stage, part: Part, at: datetime) -> None:
        """Send it."""
        case = stage.case_for(self.who, part, CaseAction.MESSAGE, at=at)
        handling.send_message(stage.session, case, words=self.words, by=stage.actor(self.who), at=at)


@dataclass(frozen=True, slots=True)
class Note:
    """An internal note, with a file where one was made."""

    who: str
    words: str
    picture: str | None = None

    def play(self, stage: Stage, part: Part, at: datetime) -> None:
        """Write it down."""
        by = stage.actor(self.who)
        case = stage.case_for(self.who, part, CaseAction.NOTE, at=at)
        handling.add_note(stage.session, case, words=self.words, by=by, at=at)
        if self.picture:
            handling.attach(stage.session, case, stage.files[self.picture], internal=True, by=by, at=at)


@dataclass(frozen=True, slots=True)
class Meet:
    """What a clock asks for was done: a call, a protective measure."""

    who: str
    clock: ClockName
    words: str

    def play(self, stage: Stage, part: Part, at: datetime) -> None:
        """Say what was done."""
        case = stage.case_for(self.who, part, CaseAction.MEET_CLOCK, at=at)
        session, by = stage.session, stage.actor(self.who)
        today = local_date(at, site_of(session, case).time_zone)
        if case.type == CaseType.HARASSMENT and self.clock is ClockName.PROTECT:
            kind, owner = MeasureKind.OTHER_BOSS, by.staff
            protection.add_measure(
                session, case, kind=kind, words=self.words, owner_id=owner, due_on=today, by=by, at=at
            )
        elif case.type == CaseType.HARASSMENT and self.clock is ClockName.REFER_TO_DT:
            harassment_track.choose_route(
                session,
                case,
                route=Route.INTERNAL,
                about_manager=False,
                companies_differ=False,
                words=self.words,
                on=today,
                by=by,
                at=at,
            )
        else:
            handling.meet_clock(session, case, self.clock, words=self.words, by=by, at=at)


@dataclass(frozen=True, slots=True)
class HandOver:
    """Everything that waits to be told by hand is read to the person, or given on paper."""

    who: str

    def play(self, stage: Stage, part: Part, at: datetime) -> None:
        """Hand it over."""
        case = stage.case_for(self.who, part, CaseAction.HAND_OVER, at=at)
        page = case_page.case_page(
            stage.session, stage.viewer(self.who), case.reference, now=at, writing=lambda: stage.session
        )
        waiting = [
            told.message_public_id
            for message in page.thread
            for told in message.deliveries
            if not message.is_from_person and told.told not in COUNTS_AS_TOLD
        ]
        for public_id in waiting:
            telling.hand_over(stage.session, case, public_id, by=stage.actor(self.who), at=at)
