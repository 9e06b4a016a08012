"""How the cases of the demo are answered and end. `who` is a first name in small letters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from grievance.cases import endings, feedback, remedies, resolution
from grievance.cases.queries import site_of
from grievance.cases.remedies import CorrectiveKind
from grievance.cases.resolution import Answer, Promise
from grievance.cases.states import Outcome, Reach, Source
from grievance.cases.visibility import CaseAction
from grievance.cases.ways import people
from grievance.cli.demo.days import TIME_ZONE
from grievance.cli.demo.stage import Part, Stage
from grievance.deadlines.working_days import local_date
from grievance.messaging import threads
from grievance.referrals import sending
from grievance.referrals.contents import sendable_filings
from grievance.referrals.kinds import Body, Consent, ReferralStep
from grievance.referrals.steps import note_step, refer

_WHY_ASKED = {"es": "Es quien puede resolverlo.", "en": "They are the ones who can decide it."}


@dataclass(frozen=True, slots=True)
class Propose:
    """The finding, and what is promised: pairs of words and days until it is due."""

    who: str
    outcome: Outcome
    words: str
    promises: tuple[tuple[str, int], ...] = ()

    def play(self, stage: Stage, part: Part, at: datetime) -> None:
        """Propose it."""
        case = stage.case_for(self.who, part, CaseAction.PROPOSE_RESPONSE, at=at)
        today = local_date(at, TIME_ZONE)
        offered = [Promise(words, today + timedelta(days=days)) for words, days in self.promises]
        resolution.propose_response(
            stage.session,
            case,
            outcome=self.outcome,
            words=self.words,
            remedies=offered,
            by=stage.actor(self.who),
            at=at,
        )


@dataclass(frozen=True, slots=True)
class RecordAnswer:
    """An answer that the person gave on paper or before a witness."""

    who: str
    answer: Answer
    source: Source

    def play(self, stage: Stage, part: Part, at: datetime) -> None:
        """Record it."""
        case = stage.case_for(self.who, part, CaseAction.RECORD_ANSWER, at=at)
        resolution.answer_response(
            stage.session, case, answer=self.answer, source=self.source, by=stage.actor(self.who), at=at
        )


@dataclass(frozen=True, slots=True)
class RecordVerdict:
    """What the person said of it, given on paper or before a witness."""

    who: str
    process: int
    outcome: int
    verdict: int
    source: Source = Source.SIGNED_PAPER

    def play(self, stage: Stage, part: Part, at: datetime) -> None:
        """Record it."""
        case = stage.case_for(self.who, part, CaseAction.RECORD_VERDICT, at=at)
        feedback.rate(
            stage.session,
            case,
            stage.complainant(part),
            process=self.process,
            outcome=self.outcome,
            verdict=self.verdict,
            source=self.source,
            by=stage.actor(self.who),
            at=at,
        )


@dataclass(frozen=True, slots=True)
class Done:
    """The first promise that is not done yet is."""

    who: str
    evidence: str

    def play(self, stage: Stage, part: Part, at: datetime) -> None:
        """Record it, with the evidence."""
        case = stage.case_for(self.who, part, CaseAction.RECORD_REMEDY_DONE, at=at)
        remedy = next(row for row in remedies.open_remedies(stage.session, case) if row.done_at is None)
        remedies.record_remedy_done(
            stage.session, case, remedy.public_id, evidence=self.evidence, by=stage.actor(self.who), at=at
        )


@dataclass(frozen=True, slots=True)
class Verify:
    """Somebody else has seen everything that was recorded as done."""

    who: str

    def play(self, stage: Stage, part: Part, at: datetime) -> None:
        """Verify it."""
        case = stage.case_for(self.who, part, CaseAction.VERIFY_REMEDY, at=at)
        done = [row.public_id for row in remedies.open_remedies(stage.session, case) if row.done_at is not None]
        for public_id in done:
            remedies.verify_remedy(stage.session, case, public_id, by=stage.actor(self.who), at=at)


@dataclass(frozen=True, slots=True)
class Prevent:
    """A corrective action, so that it does not happen again; done where there is evidence."""

    who: str
    kind: CorrectiveKind
    words: str
    owner: str
    days: int
    evidence: str = ""

    def play(self, stage: Stage, part: Part, at: datetime) -> None:
        """Note it, and complete it if it was done at once."""
        by = stage.actor(self.who)
        case = stage.case_for(self.who, part, CaseAction.ADD_CORRECTIVE_ACTION, at=at)
        action = remedies.add_corrective_action(
            stage.session,
            case,
            kind=self.kind,
            words=self.words,
            owner_id=stage.staff[self.owner],
            due_on=local_date(at, TIME_ZONE) + timedelta(days=self.days),
            by=by,
            at=at,
        )
        if not self.evidence:
            part.actions.append(action.public_id)
        else:
            remedies.complete_corrective_action(
                stage.session, case, action.public_id, evidence=self.evidence, by=by, at=at
            )


@dataclass(frozen=True, slots=True)
class Complete:
    """The corrective actions of a case are done, in time or not."""

    who: str
    evidence: str

    def play(self, stage: Stage, part: Part, at: datetime) -> None:
        """Record it, with the evidence."""
        by = stage.actor(self.who)
        case = stage.case_for(self.who, part, CaseAction.COMPLETE_CORRECTIVE_ACTION, at=at)
        while part.actions:
            remedies.complete_corrective_action(
                stage.session, case, part.actions.pop(), evidence=self.evidence, by=by, at=at
            )


@dataclass(frozen=True, slots=True)
class AskToClose:
    """The handler asks a second person to close a serious case."""

    who: str

    def play(self, stage: Stage, part: Part, at: datetime) -> None:
        """Ask."""
        case = stage.case_for(self.who, part, CaseAction.ASK_TO_CLOSE, at=at)
        resolution.ask_to_close(stage.session, case, at=at)


@dataclass(frozen=True, slots=True)
class Close:
    """The case is closed, and the person told."""

    who: str
    words: str

    def play(self, stage: Stage, part: Part, at: datetime) -> None:
        """Close it."""
        case = stage.case_for(self.who, part, CaseAction.CLOSE, at=at)
        resolution.close(stage.session, case, words=self.words, by=stage.actor(self.who), at=at)


@dataclass(frozen=True, slots=True)
class Refer:
    """The case goes to somebody else."""

    who: str
    to: str
    reason: str

    def play(self, stage: Stage, part: Part, at: datetime) -> None:
        """Ask the person, who agrees; send it; and leave the rest to whoever it was sent to."""
        session, by = stage.session, stage.actor(self.who)
        case = stage.case_for(self.who, part, CaseAction.ASK_REFERRAL, at=at)
        filings = [row.public_id for row, _person in sendable_filings(session, case)]
        for _person, thread in people(session, case):
            if thread is not None:
                threads.ask_nothing(session, thread)
        asked = sending.ask(
            session,
            case,
            body=Body.OTHER,
            body_name=self.to,
            filings=filings,
            reason=_WHY_ASKED[case.locale],
            by=by,
            at=at,
        )
        for person, thread in people(session, case):
            if thread is not None:
                threads.ask_nothing(session, thread)
            source = Source.SMS if person.reach == Reach.TEXTS else Source.WEB_CODE
            sending.answer(session, case, person, consent=Consent.WITHOUT_NAME, source=source, at=at)
        on = local_date(at, site_of(session, case).time_zone)
        note_step(session, case, asked.public_id, ReferralStep.SENT, on=on, by=by, at=at)
        refer(session, case, referral_public_id=asked.public_id, reason=self.reason, by=by, at=at)


@dataclass(frozen=True, slots=True)
class OutOfScope:
    """It is not for this mechanism."""

    who: str
    reason: str
    elsewhere: str

    def play(self, stage: Stage, part: Part, at: datetime) -> None:
        """Say so, with where else to go."""
        case = stage.case_for(self.who, part, CaseAction.DECLARE_OUT_OF_SCOPE, at=at)
        endings.declare_out_of_scope(
            stage.session, case, reason=self.reason, elsewhere=self.elsewhere, by=stage.actor(self.who), at=at
        )
