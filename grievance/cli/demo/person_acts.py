"""What the people of the demo do who complain: texting, filing and following up on the web."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from grievance.cases import feedback, handling, identity, intake, resolution, telling
from grievance.cases.models import Complainant
from grievance.cases.queries import case_by_public_id, complainant_of_thread
from grievance.cases.resolution import Answer
from grievance.cases.states import COMPLAINANT, Channel, Confidentiality, Group, Reach, Source
from grievance.cli.demo.days import TIME_ZONE
from grievance.cli.demo.stage import Part, Said, Stage
from grievance.core.phone import PhoneNumber
from grievance.crypto.fields import unseal
from grievance.deadlines.working_days import local_date
from grievance.dialogue import respond
from grievance.messaging import inbox, threads
from grievance.messaging.models import InboundMessage


@dataclass(frozen=True, slots=True)
class Text:
    """A text to our number, taken in as the webhook takes it: stored, then understood."""

    words: str

    def play(self, stage: Stage, part: Part, at: datetime) -> None:
        """Text it, and receive what is answered at once."""
        story = part.story
        part.texts += 1
        stage.transport.said.append(Said(story.our_line, story.number, self.words, is_from_person=True, at=at))
        inbound_id = inbox.record(
            stage.session,
            provider=stage.transport.provider,
            provider_message_id=f"demo-{story.phone}-{part.texts}",
            line=story.our_line,
            number=story.number,
            body=self.words,
            media=(),
            opt_out_type=None,
            at=at,
        )
        if inbound_id is None:
            raise RuntimeError(story.name)
        respond.handle(stage.session, inbound_id, at=at)
        stage.session.flush()
        subject = stage.session.get_one(InboundMessage, inbound_id).subject
        if part.case_id is None and subject is not None:
            self._remember(stage, part, subject)

    @staticmethod
    def _remember(stage: Stage, part: Part, public_id: str) -> None:
        case = case_by_public_id(stage.session, public_id)
        thread = threads.find(stage.session, line=part.story.our_line, number=part.story.number)
        if case is None or thread is None:
            raise RuntimeError(part.story.name)
        person = complainant_of_thread(stage.session, case.id, thread.id)
        part.case_id, part.complainant_id = case.id, person.id if person else None


@dataclass(frozen=True, slots=True)
class FileOnWeb:
    """The form on the site's page."""

    words: str
    group: Group = Group.NOT_SAID
    confidentiality: Confidentiality = Confidentiality.ANONYMOUS
    category: str | None = None
    area: str | None = None
    """English name of an area of the site."""
    place: str | None = None
    days_before: int | None = None
    """How many days before filing it happened."""
    employer: str | None = None
    people_count: int = 1
    shift: str | None = None
    gender: str | None = None
    age_band: str | None = None
    name: str | None = None
    concerns_handlers: bool = False
    picture: str | None = None

    def play(self, stage: Stage, part: Part, at: datetime) -> None:
        """Send the form; the person keeps reference and code."""
        filed = intake.open_case(stage.session, stage.site(part), self._filing(stage, part, at), by=COMPLAINANT, at=at)
        if self.picture:
            handling.attach(
                stage.session,
                filed.case,
                stage.files[self.picture],
                internal=False,
                by=COMPLAINANT,
                at=at,
                submission=filed.submission,
            )
        intake.confirm_saved(filed.submission, at=at)
        part.case_id, part.complainant_id = filed.case.id, filed.complainant.id

    def _filing(self, stage: Stage, part: Part, at: datetime) -> intake.Filing:
        places, story = stage.places, part.story
        happened = at - timedelta(days=self.days_before) if self.days_before is not None else None
        return intake.Filing(
            words=self.words,
            locale=story.locale,
            channel=Channel.WEB,
            confidentiality=self.confidentiality,
            said_group=self.group,
            concerns_handlers=self.concerns_handlers,
            category_id=places.categories[self.category] if self.category else None,
            area_id=places.areas[story.site, self.area] if self.area else None,
            place=self.place,
            occurred_on=local_date(happened, TIME_ZONE) if happened else None,
            employer_id=places.companies[self.employer].id if self.employer else None,
            people_count=self.people_count,
            shift=self.shift,
            gender=self.gender,
            age_band=self.age_band,
            name=self.name,
            reach=Reach.PAGE,
        )


@dataclass(frozen=True, slots=True)
class AddPhone:
    """The follow-up page: a number is added and confirmed with the code that comes by text."""

    def play(self, stage: Stage, part: Part, at: datetime) -> None:
        """Add it, receive the code, type it in."""
        case, person = stage.case(part), stage.complainant(part)
        number = PhoneNumber(part.story.number)
        identity.add_phone(stage.session, case, person, number, line=part.story.our_line, at=at)
        code = unseal(stage.session, person, "code") or ""
        stage.deliver(at)
        identity.confirm_phone(stage.session, case, person, code, at=at + timedelta(minutes=1))


@dataclass(frozen=True, slots=True)
class LookAtPage:
    """The follow-up page is opened: what stands there is seen."""

    def play(self, stage: Stage, part: Part, at: datetime) -> None:
        """Open it."""
        telling.note_seen(stage.session, stage.case(part), stage.complainant(part), at=at)


@dataclass(frozen=True, slots=True)
class WriteOnWeb:
    """A message on the follow-up page."""

    words: str
    picture: str | None = None

    def play(self, stage: Stage, part: Part, at: datetime) -> None:
        """Look, then write."""
        person = _look(stage, part, at)
        message = handling.receive_message(
            stage.session,
            stage.case(part),
            words=self.words,
            complainant_id=person.id,
            channel=Channel.WEB,
            locale=part.story.locale,
            at=at,
        )
        if self.picture:
            stored = stage.files[self.picture]
            case = stage.case(part)
            handling.attach(stage.session, case, stored, internal=False, by=COMPLAINANT, at=at, message=message)


@dataclass(frozen=True, slots=True)
class AnswerOnWeb:
    """The answer to a proposed response, on the follow-up page."""

    answer: Answer
    reason: str | None = None

    def play(self, stage: Stage, part: Part, at: datetime) -> None:
        """Look, then answer."""
        _look(stage, part, at)
        resolution.answer_response(
            stage.session,
            stage.case(part),
            answer=self.answer,
            source=Source.WEB_CODE,
            reason=self.reason,
            by=COMPLAINANT,
            at=at,
        )


@dataclass(frozen=True, slots=True)
class RateOnWeb:
    """The two ratings and the verdict, on the follow-up page."""

    process: int
    outcome: int
    verdict: int

    def play(self, stage: Stage, part: Part, at: datetime) -> None:
        """Look, then rate."""
        person = _look(stage, part, at)
        feedback.rate(
            stage.session,
            stage.case(part),
            person,
            process=self.process,
            outcome=self.outcome,
            verdict=self.verdict,
            source=Source.WEB_CODE,
            at=at,
        )


@dataclass(frozen=True, slots=True)
class ReopenOnWeb:
    """The person asks, on the follow-up page, that the case be taken up again."""

    reason: str

    def play(self, stage: Stage, part: Part, at: datetime) -> None:
        """Look, then ask."""
        person = _look(stage, part, at)
        resolution.reopen(
            stage.session, stage.case(part), reason=self.reason, by=COMPLAINANT, at=at, complainant_id=person.id
        )


def _look(stage: Stage, part: Part, at: datetime) -> Complainant:
    LookAtPage().play(stage, part, at)
    return stage.complainant(part)
