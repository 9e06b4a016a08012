"""The parts of the case page as plain values. Codes, not wording; what the viewer may not see is not in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from grievance.cases.identity import OpeningPart
from grievance.cases.visibility import CaseAction


@dataclass(frozen=True, slots=True)
class PersonRef:
    """A staff member named on a page."""

    staff_id: int
    public_id: str
    name: str


@dataclass(frozen=True, slots=True)
class FilePart:
    """A file of the case."""

    public_id: str
    filename: str | None
    media_type: str
    size_bytes: int
    added_at: datetime
    is_internal: bool
    statement_of: str | None
    submission_public_id: str | None
    message_public_id: str | None


@dataclass(frozen=True, slots=True)
class SubmissionPart:
    """One filing, verbatim; no words once they were erased."""

    public_id: str
    words: str | None = field(repr=False)
    locale: str
    channel: str
    filed_at: datetime
    recorded_at: datetime
    recorded_by: str | None
    read_back: str | None
    slip_used: bool
    slip_until: datetime | None
    """Until when the slip of assisted intake is good; None where there was none."""


@dataclass(frozen=True, slots=True)
class ComplainantPart:
    """What a person said of himself or herself, and how he or she can be reached; never the values."""

    public_id: str
    said_group: str
    people_count: int
    shift: str | None
    gender: str | None
    age_band: str | None
    on_behalf_of: str | None
    employer_name: str | None
    reach: str
    has_name: bool
    has_phone: bool
    has_email: bool
    is_phone_verified: bool
    is_opted_out: bool
    contact_deleted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a message went to one person: by which way, how surely it arrived, and what became of the text."""

    message_public_id: str
    complainant_public_id: str | None
    reach: str | None
    told: str | None
    told_at: datetime | None
    text_state: str | None


@dataclass(frozen=True, slots=True)
class MessagePart:
    """One message of the thread; to several people it is one with several deliveries."""

    public_id: str
    is_from_person: bool
    kind: str
    channel: str
    author_name: str | None
    words: str | None = field(repr=False)
    locale: str
    sent_at: datetime
    deliveries: tuple[Delivery, ...]
    files: tuple[FilePart, ...]
    is_read: bool


@dataclass(frozen=True, slots=True)
class NotePart:
    """An internal note."""

    public_id: str
    author_name: str
    words: str | None = field(repr=False)
    written_at: datetime


@dataclass(frozen=True, slots=True)
class ClockPart:
    """A clock with the rule and the calendar that gave its date."""

    name: str
    standard_type: str
    amount: int
    unit: str
    started_at: datetime
    due_at: datetime
    due_on: date
    met_at: datetime | None
    cancelled_at: datetime | None
    breached_at: datetime | None
    is_running: bool
    is_late: bool
    working_days_left: int | None
    standards_version: str
    calendar_version: str


@dataclass(frozen=True, slots=True)
class AppealPart:
    """An appeal with its decision, if there is one."""

    filed_at: datetime
    source: str
    words: str | None = field(repr=False)
    reviewer_name: str | None
    result: str | None
    decision: str | None = field(repr=False)
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class JoinedFiling:
    """A filing that came in by a join code, for the list from which those that are no grievance are removed."""

    public_id: str
    filed_at: datetime
    channel: str
    words: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class JoiningPart:
    """The code of a case while it is open, who joined, and how they answered; see `complainants`."""

    code: str | None = field(repr=False)
    line: str | None = field(repr=False)
    filings: tuple[JoinedFiling, ...]
    answers: Mapping[str, int]
    verdicts: Mapping[int, int]
    began: Mapping[int, int]
    """What those say of how it ended who began it, where they are several."""
    asked: int
    """How many of those who began it were told the response that waits, and of them `answered` have answered."""
    answered: int


@dataclass(frozen=True, slots=True)
class ExtensionPart:
    """A later date that somebody asks for."""

    public_id: str
    clock_name: str
    reason: str
    old_due_on: date
    new_due_on: date
    words: str | None = field(repr=False)
    asked_by: str
    asked_by_id: int
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class RemedyPart:
    """Something promised to the person."""

    public_id: str
    words: str | None = field(repr=False)
    due_on: date | None
    done_at: datetime | None
    done_by: str | None
    evidence: str | None = field(repr=False)
    verified_at: datetime | None
    verified_by: str | None
    cancelled_at: datetime | None


@dataclass(frozen=True, slots=True)
class ResponsePart:
    """A proposed response with its promises and the person's answer."""

    public_id: str
    outcome: str
    words: str | None = field(repr=False)
    locale: str
    author_name: str
    proposed_at: datetime
    answer_until: datetime
    answer: str | None
    answer_source: str | None
    answered_at: datetime | None
    reason: str | None = field(repr=False)
    remedies: tuple[RemedyPart, ...]


@dataclass(frozen=True, slots=True)
class UndertakingPart:
    """A corrective action or protective measure: somebody answers for it by a date; somebody else verifies it."""

    public_id: str
    kind: str
    words: str | None = field(repr=False)
    owner_name: str
    due_on: date
    done_at: datetime | None
    done_by: str | None
    evidence: str | None = field(repr=False)
    verified_at: datetime | None
    verified_by: str | None


@dataclass(frozen=True, slots=True)
class TrackPart:
    """How far a harassment case is on the way of the law; `steps` and `routes` are those open now, as codes."""

    is_preliminary: bool
    invited_at: datetime | None
    identified_at: datetime | None
    is_protected: bool
    none_needed: str | None = field(repr=False)
    about_manager: bool | None
    names_manager: bool
    """Somebody complained about heads a unit or is a named manager."""
    companies_differ: bool | None
    principal_name: str | None
    contractor_name: str | None
    principal_id: int | None
    contractor_id: int | None
    informed_by: str | None
    """Which of the two told the other, as a code."""
    route: str | None
    done: tuple[tuple[str, date], ...]
    """Steps with the day of each, in their order."""
    steps: tuple[str, ...]
    routes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RespondentPart:
    """Somebody or something complained about."""

    public_id: str
    staff_name: str | None
    unit_name: str | None
    company_name: str | None
    description: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class HiddenPart:
    """A staff member from whom the case is hidden. For triagers only."""

    staff_id: int
    staff_public_id: str
    name: str
    reason: str
    since_at: datetime


@dataclass(frozen=True, slots=True)
class ReaderPart:
    """Somebody who can read the case, and because of what: a duty, "handler" or "investigator"."""

    name: str
    because: str


@dataclass(frozen=True, slots=True)
class SurveyPart:
    """What the person was asked and answered, last time."""

    public_id: str
    ask_at: datetime
    asked_at: datetime | None
    delivered_at: datetime | None
    closes_at: datetime
    process_rating: int | None
    outcome_rating: int | None
    verdict: int | None
    answered_at: datetime | None
    unlinked_at: datetime | None
    """Since when the ratings are not kept with the case any more."""


@dataclass(frozen=True, slots=True)
class EventPart:
    """One line of the history."""

    seq: int
    kind: str
    happened_at: datetime
    recorded_at: datetime
    actor_kind: str
    actor_name: str | None
    codes: Mapping[str, Any]
    handed: tuple[str, str] | None = None
    """From whom to whom, of a case that was handed over with others."""


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything on the page of a case."""

    case_id: int
    public_id: str
    reference: str
    version: int
    site_id: int
    site_name: str
    time_zone: str
    status: str
    type: str
    type_is_locked: bool
    category: str | None
    category_labels: Mapping[str, str] | None
    severity: int | None
    outcome: str | None
    verdict: str | None
    verdict_source: str | None
    title: str | None = field(repr=False)
    summary: str | None = field(repr=False)
    place: str | None = field(repr=False)
    occurred_on: date | None
    locale: str
    confidentiality: str
    concerns_handlers: bool
    is_restricted: bool
    is_classified: bool
    is_spam: bool
    is_test: bool
    is_open: bool
    received_at: datetime
    recorded_at: datetime
    ended_at: datetime | None
    erased_at: datetime | None
    """When words and identity went; what is still known of the people is shown to nobody."""
    held_at: datetime | None
    unread_count: int
    merged_into: str | None
    register_number: str | None
    """Under which an old register kept it; None for a case that was not imported."""
    employer_id: int | None
    employer_name: str | None
    area_id: int | None
    area_labels: Mapping[str, str] | None
    handler: PersonRef | None
    submissions: tuple[SubmissionPart, ...]
    complainants: tuple[ComplainantPart, ...]
    thread: tuple[MessagePart, ...]
    notes: tuple[NotePart, ...]
    files: tuple[FilePart, ...]
    clocks: tuple[ClockPart, ...]
    extensions_asked: tuple[ExtensionPart, ...]
    appeals: tuple[AppealPart, ...]
    has_appeal: bool
    paused_until: datetime | None
    rung: int
    responses: tuple[ResponsePart, ...]
    corrective_actions: tuple[UndertakingPart, ...]
    measures: tuple[UndertakingPart, ...]
    track: TrackPart | None
    """None for what is no harassment."""
    respondents: tuple[RespondentPart, ...]
    investigators: tuple[PersonRef, ...]
    hidden_from: tuple[HiddenPart, ...]
    readers: tuple[ReaderPart, ...]
    openings: tuple[OpeningPart, ...]
    survey: SurveyPart | None
    joining: JoiningPart | None
    """None for a case that nobody can join and nobody has joined."""
    events: tuple[EventPart, ...]
    allowed: tuple[CaseAction, ...]
