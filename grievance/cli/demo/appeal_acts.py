"""How answers of the demo are appealed, and what a reviewer decides. `who` is a first name in small letters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from grievance.cases import appeals, triage
from grievance.cases.side_tracks import AppealResult
from grievance.cases.states import Source
from grievance.cases.visibility import CaseAction
from grievance.cli.demo.person_acts import LookAtPage
from grievance.cli.demo.stage import Part, Stage


@dataclass(frozen=True, slots=True)
class AppealOnWeb:
    """The person does not agree with what was found, and says so on the follow-up page."""

    words: str

    def play(self, stage: Stage, part: Part, at: datetime) -> None:
        """Look, then appeal."""
        LookAtPage().play(stage, part, at)
        person = stage.complainant(part)
        appeals.file_appeal(
            stage.session,
            stage.case(part),
            person=person,
            words=self.words,
            source=Source.WEB_CODE,
            at=at,
        )


@dataclass(frozen=True, slots=True)
class DecideAppeal:
    """A reviewer who had no part in the case decides, and tells the person why."""

    who: str
    result: AppealResult
    words: str

    def play(self, stage: Stage, part: Part, at: datetime) -> None:
        """Decide it."""
        case = stage.case_for(self.who, part, CaseAction.DECIDE_APPEAL, at=at)
        appeals.decide_appeal(
            stage.session, case, result=self.result, words=self.words, by=stage.actor(self.who), at=at
        )


@dataclass(frozen=True, slots=True)
class GiveTo:
    """A coordinator gives the case to a handler, as when whoever answered before does not answer again."""

    who: str
    handler: str

    def play(self, stage: Stage, part: Part, at: datetime) -> None:
        """Assign it."""
        case = stage.case_for(self.who, part, CaseAction.ASSIGN, at=at)
        triage.assign(stage.session, case, stage.staff[self.handler], by=stage.actor(self.who), at=at)
