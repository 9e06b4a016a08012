"""What the staff of the demo do first: recording, sorting, merging. `who` is a first name in small letters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from grievance.cases import endings, handling, identity, intake
from grievance.cases import triage as sorting
from grievance.cases.states import Channel, Confidentiality, Group, Reach
from grievance.cases.triage import RespondentSaid
from grievance.cases.visibility import CaseAction
from grievance.cli.demo.days import When
from grievance.cli.demo.stage import Part, Stage
from grievance.deadlines.standards import CaseType


@dataclass(frozen=True, slots=True)
class Record:
    """Assisted intake: what somebody said or wrote at `filed`, recorded later with the date on which it happened."""

    who: str
    channel: Channel
    words: str
    filed: When
    group: Group = Group.NOT_SAID
    confidentiality: Confidentiality = Confidentiality.CONFIDENTIAL
    category: str | None = None
    area: str | None = None
    name: str | None = None
    people_count: int = 1
    read_back: str = "confirmed"
    reach: Reach = Reach.IN_PERSON
    picture: str | None = None

    def play(self, stage: Stage, part: Part, at: datetime) -> None:
        """Record it; the person gets a slip with reference and code."""
        places, story = stage.places, part.story
        filing = intake.Filing(
            words=self.words,
            locale=story.locale,
            channel=self.channel,
            confidentiality=self.confidentiality,
            reach=self.reach,
            said_group=self.group,
            category_id=places.categories[self.category] if self.category else None,
            area_id=places.areas[story.site, self.area] if self.area else None,
            people_count=self.people_count,
            name=self.name,
            recorded_by_id=stage.staff[self.who],
            read_back=self.read_back,
        )
        by = stage.actor(self.who)
        happened_at = stage.days.instant(story.start, self.filed, None)
        filed = intake.open_case(stage.session, stage.site(part), filing, by=by, at=at, happened_at=happened_at)
        if self.picture:
            stored = stage.files[self.picture]
            handling.attach(
                stage.session, filed.case, stored, internal=False, by=by, at=at, submission=filed.submission
            )
        part.case_id, part.complainant_id = filed.case.id, filed.complainant.id


@dataclass(frozen=True, slots=True)
class Sort:
    """A triager's first look: type, category, severity, whom it is about, who works it."""

    who: str
    type: CaseType
    category: str
    severity: int
    handler: str | None = None
    investigator: str | None = None
    employer: str | None = None
    area: str | None = None
    about_company: str | None = None
    about_unit: str | None = None
    about_staff: str | None = None
    about: str | None = None
    restrict: bool | None = None

    def play(self, stage: Stage, part: Part, at: datetime) -> None:
        """Classify it, then name the investigator or assign the handler."""
        by = stage.actor(self.who)
        places, site = stage.places, part.story.site
        sorting.classify(
            stage.session,
            stage.case_for(self.who, part, CaseAction.CLASSIFY, at=at),
            type=self.type,
            category_id=places.categories[self.category],
            severity=self.severity,
            employer_id=places.companies[self.employer].id if self.employer else None,
            area_id=places.areas[site, self.area] if self.area else None,
            respondents=self._respondents(stage),
            restrict=self.restrict,
            by=by,
            at=at,
        )
        if self.investigator:
            case = stage.case_for(self.who, part, CaseAction.NAME_INVESTIGATOR, at=at)
            sorting.name_investigator(stage.session, case, stage.staff[self.investigator], by=by, at=at)
        charged = self.handler or self.investigator
        if charged:
            case = stage.case_for(self.who, part, CaseAction.ASSIGN, at=at)
            sorting.assign(stage.session, case, stage.staff[charged], by=by, at=at)

    def _respondents(self, stage: Stage) -> tuple[RespondentSaid, ...]:
        if not (self.about_company or self.about_unit or self.about_staff or self.about):
            return ()
        return (
            RespondentSaid(
                staff_id=stage.staff[self.about_staff] if self.about_staff else None,
                unit_id=stage.places.units[self.about_unit].id if self.about_unit else None,
                company_id=stage.places.companies[self.about_company].id if self.about_company else None,
                description=self.about,
            ),
        )


@dataclass(frozen=True, slots=True)
class Spam:
    """A triager puts aside what is no grievance."""

    who: str

    def play(self, stage: Stage, part: Part, at: datetime) -> None:
        """Mark it."""
        case = stage.case_for(self.who, part, CaseAction.MARK_SPAM, at=at)
        sorting.mark_spam(stage.session, case, by=stage.actor(self.who), at=at)


@dataclass(frozen=True, slots=True)
class Merge:
    """A duplicate becomes a submission of the case of another story."""

    who: str
    into: str
    reason: str

    def play(self, stage: Stage, part: Part, at: datetime) -> None:
        """Merge it."""
        remaining = stage.case_for(self.who, stage.parts[self.into], CaseAction.MERGE, at=at)
        case = stage.case_for(self.who, part, CaseAction.MERGE, at=at)
        endings.merge(stage.session, case, remaining, reason=self.reason, by=stage.actor(self.who), at=at)


@dataclass(frozen=True, slots=True)
class OpenIdentity:
    """Who the person is, is looked up, for a reason that the person will read."""

    who: str
    reason: str

    def play(self, stage: Stage, part: Part, at: datetime) -> None:
        """Open it."""
        case = stage.case_for(self.who, part, CaseAction.OPEN_IDENTITY, at=at)
        identity.open_identity(stage.session, case, reason=self.reason, by=stage.actor(self.who), at=at)
