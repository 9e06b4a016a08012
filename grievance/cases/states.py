"""Words of a case and the one table of its transitions. Pure.

Status, outcome and verdict are three facts: staff set the status, the finding is the outcome, and the verdict is
given by the complainant alone. docs/statuses.md has the tables in plain words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """Where a case stands."""

    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    UNDER_REVIEW = "under_review"
    RESPONSE_PROPOSED = "response_proposed"
    REMEDY_UNDERWAY = "remedy_underway"
    CLOSED = "closed"
    REFERRED = "referred"
    WITHDRAWN = "withdrawn"
    OUT_OF_SCOPE = "out_of_scope"
    MERGED = "merged"


OPEN: frozenset[Status] = frozenset(
    {Status.RECEIVED, Status.ACKNOWLEDGED, Status.UNDER_REVIEW, Status.RESPONSE_PROPOSED, Status.REMEDY_UNDERWAY}
)
ENDED: frozenset[Status] = frozenset(Status) - OPEN


class Outcome(StrEnum):
    """What the site found or did."""

    UPHELD = "upheld"
    PARTLY_UPHELD = "partly_upheld"
    NOT_UPHELD = "not_upheld"
    NOT_ESTABLISHED = "not_established"
    REFERRED = "referred"
    WITHDRAWN = "withdrawn"
    OUT_OF_SCOPE = "out_of_scope"
    DUPLICATE = "duplicate"


FINDINGS: tuple[Outcome, ...] = (Outcome.UPHELD, Outcome.PARTLY_UPHELD, Outcome.NOT_UPHELD, Outcome.NOT_ESTABLISHED)
"""Outcomes that staff choose when answering; the others follow from how a case left."""


class Verdict(StrEnum):
    """What the complainant says of it. Staff can never set one without a source."""

    SATISFIED = "satisfied"
    PARTLY = "partly"
    NOT_SATISFIED = "not_satisfied"
    NO_ANSWER = "no_answer"
    UNREACHABLE = "unreachable"


class Source(StrEnum):
    """By which way the complainant's own word reached us."""

    SMS = "sms"
    WEB_CODE = "web_code"
    SIGNED_PAPER = "signed_paper"
    WITNESSED = "witnessed"
    """Read back to the person before a witness."""
    SILENCE = "silence"
    """No answer in the stated days; only with no_answer or unreachable."""


class Channel(StrEnum):
    """How a submission reached us."""

    SMS = "sms"
    WEB = "web"
    WALK_IN = "walk_in"
    CALL = "call"
    LETTER = "letter"
    MEETING = "meeting"
    SUGGESTION_BOX = "suggestion_box"
    NOT_SAID = "not_said"
    """An old register was taken over that does not say."""


ASSISTED = (Channel.WALK_IN, Channel.CALL, Channel.LETTER, Channel.MEETING, Channel.SUGGESTION_BOX)
"""Channels that a staff member records for the person."""


class Confidentiality(StrEnum):
    """How far the person lets himself or herself be known."""

    ANONYMOUS = "anonymous"
    CONFIDENTIAL = "confidential"
    """Left a way to be reached; nobody who works the case sees it."""
    NAMED = "named"
    """Agrees that those who work the case know the name."""


class Group(StrEnum):
    """Who is speaking, if the person says so."""

    DIRECT_WORKER = "direct_worker"
    CONTRACTOR_WORKER = "contractor_worker"
    SUPPLIER = "supplier"
    NEIGHBOUR = "neighbour"
    FISHER_OR_FARMER = "fisher_or_farmer"
    ORGANISATION = "organisation"
    AUTHORITY = "authority"
    OTHER = "other"
    NOT_SAID = "not_said"


class Reach(StrEnum):
    """How the person hears from us."""

    TEXTS = "texts"
    """Filed by text: the whole message goes by text."""
    NOTICES = "notices"
    """Has a code; a text says that there is something to read, never what."""
    PAGE = "page"
    """Only the follow-up page; nothing is sent."""
    MAIL = "mail"  # has a code; an e-mail says that there is something to read, never what
    IN_PERSON = "in_person"
    """Comes back, or is visited; told by hand."""


class Told(StrEnum):
    """How surely a message reached the person. Seen, posted and merely sent are counted apart."""

    DELIVERED = "delivered"
    SEEN = "seen"
    HANDED_OVER = "handed_over"
    POSTED = "posted"
    """On the follow-up page, where nothing could be sent: no contact left, texts stopped, or none that arrives."""
    SENT = "sent"
    """Accepted by the provider, no confirmation: not yet told."""
    FAILED = "failed"


COUNTS_AS_TOLD: frozenset[Told] = frozenset({Told.DELIVERED, Told.SEEN, Told.HANDED_OVER, Told.POSTED})


class MessageKind(StrEnum):
    """What a message between staff and complainant is."""

    MESSAGE = "message"
    ACKNOWLEDGEMENT = "acknowledgement"
    RESPONSE = "response"
    REASON = "reason"
    """Why a case was referred, withdrawn, found out of scope or merged, and where else to go."""
    CLOSURE = "closure"
    APPEAL = "appeal"
    """About an appeal: that it came, and what was decided."""
    DELAY = "delay"
    """A date will not be kept, or the case waits for the person; it is no contact and no answer."""
    RECEIPT = "receipt"
    NOTICE = "notice"
    STATUS = "status"  # by itself, that the case is open: no contact, no acknowledgement and no answer


class EventKind(StrEnum):
    """What an event records."""

    RECEIVED = "received"
    SUBMISSION_ADDED = "submission_added"
    SUBMISSION_REMOVED = "submission_removed"
    JOIN_CODE = "join_code"
    JOINED_ANSWERED = "joined_answered"
    READ_BACK = "read_back"
    ACKNOWLEDGED = "acknowledged"
    CLASSIFIED = "classified"
    RESTRICTED = "restricted"
    UNRESTRICTED = "unrestricted"
    INVESTIGATOR_NAMED = "investigator_named"
    INVESTIGATOR_REMOVED = "investigator_removed"
    HIDDEN_FROM = "hidden_from"
    SHOWN_TO = "shown_to"
    ASSIGNED = "assigned"
    OWNER_CHANGED = "owner_changed"
    SUMMARISED = "summarised"
    REVIEW_STARTED = "review_started"
    MESSAGE_TO_PERSON = "message_to_person"
    STATUS_MESSAGE = "status_message"  # nobody wrote for long: told by itself that the case is open
    MESSAGE_FROM_PERSON = "message_from_person"
    TOLD = "told"
    NOTE_ADDED = "note_added"
    FILE_ADDED = "file_added"
    RESPONSE_PROPOSED = "response_proposed"
    RESPONSE_ACCEPTED = "response_accepted"
    RESPONSE_REJECTED = "response_rejected"
    RESPONSE_UNANSWERED = "response_unanswered"
    REMEDY_PROMISED = "remedy_promised"
    REMEDY_DONE = "remedy_done"
    REMEDY_VERIFIED = "remedy_verified"
    CORRECTIVE_ACTION_ADDED = "corrective_action_added"
    CORRECTIVE_ACTION_DONE = "corrective_action_done"
    CORRECTIVE_ACTION_VERIFIED = "corrective_action_verified"
    MEASURE_ADDED = "measure_added"
    MEASURE_DONE = "measure_done"
    MEASURE_VERIFIED = "measure_verified"
    TRACK_STEP = "track_step"  # on the way that the law lays down for harassment; the code `step` says which
    DATA_STEP = "data_step"  # about personal data; the code `step` says which
    REFERRAL_STEP = "referral_step"
    IDENTITY_GIVEN = "identity_given"
    """To a company: because the person agreed, or because the law's way asks for it."""
    CLOSED = "closed"
    REOPENED = "reopened"
    REFERRED = "referred"
    WITHDRAWN = "withdrawn"
    OUT_OF_SCOPE = "out_of_scope"
    MERGED = "merged"
    VERDICT_GIVEN = "verdict_given"
    SURVEY_ASKED = "survey_asked"
    RATED = "rated"
    OPINION_LEFT = "opinion_left"
    IDENTITY_OPENED = "identity_opened"
    CONTACT_ADDED = "contact_added"
    CONTACT_DELETED = "contact_deleted"
    UNREACHABLE_BY_TEXT = "unreachable_by_text"
    REACHABLE_BY_TEXT = "reachable_by_text"
    CODE_ISSUED = "code_issued"
    SLIP_CODE = "slip_code"  # the one-time code of assisted intake; the code `step` says what became of it
    PERSON_DESCRIBED = "person_described"
    """The person said who he or she is, where, or in which language."""
    CLOCK_REMINDED = "clock_reminded"
    CLOCK_BREACHED = "clock_breached"
    INTERIM_NOTICE_GIVEN = "interim_notice_given"
    EXTENSION_ASKED = "extension_asked"
    EXTENSION_GRANTED = "extension_granted"
    EXTENSION_REFUSED = "extension_refused"
    APPEALED = "appealed"
    REVIEWER_NAMED = "reviewer_named"
    APPEAL_ACKNOWLEDGED = "appeal_acknowledged"
    APPEAL_DECIDED = "appeal_decided"
    CHECK_ASKED = "check_asked"
    CHECK_ANSWERED = "check_answered"
    ESCALATED = "escalated"
    PAUSED = "paused"
    RESUMED = "resumed"
    MARKED_SPAM = "marked_spam"
    UNMARKED_SPAM = "unmarked_spam"
    IMPORT_UNDONE = "import_undone"
    """The old register that it came with was taken back: it is as if it had never been brought."""
    ERASED = "erased"
    """Words and identity, of the case or of one person of it; it changes no figure."""


class ActorKind(StrEnum):
    """Who did it."""

    COMPLAINANT = "complainant"
    STAFF = "staff"
    SYSTEM = "system"


class StaffOnly(Exception):
    """Only a staff member does this."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who makes an event happen. `staff_id` is set for staff only."""

    kind: ActorKind
    staff_id: int | None = None

    @property
    def staff(self) -> int:
        """The staff member who acts.

        Raises:
            StaffOnly: it is nobody of the staff.
        """
        if self.staff_id is None:
            raise StaffOnly(self.kind)
        return self.staff_id


COMPLAINANT = Actor(ActorKind.COMPLAINANT)
SYSTEM = Actor(ActorKind.SYSTEM)


def staff_actor(staff_id: int) -> Actor:
    """Return the actor for a staff member."""
    return Actor(ActorKind.STAFF, staff_id)


class Move(StrEnum):
    """A change of status."""

    ACKNOWLEDGE = "acknowledge"
    START_REVIEW = "start_review"
    PROPOSE_RESPONSE = "propose_response"
    ACCEPT_RESPONSE = "accept_response"
    REJECT_RESPONSE = "reject_response"
    PROCEED_UNANSWERED = "proceed_unanswered"
    CLOSE = "close"
    REOPEN = "reopen"
    REFER = "refer"
    WITHDRAW = "withdraw"
    DECLARE_OUT_OF_SCOPE = "declare_out_of_scope"
    MERGE = "merge"


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table: from where, to where, made by whom, recorded as what."""

    from_statuses: frozenset[Status]
    to_status: Status
    actors: frozenset[ActorKind]
    event: EventKind
    ends_with: Outcome | None = None
    """Outcome that the move itself decides; None where staff state a finding, or none is due."""


_STAFF = frozenset({ActorKind.STAFF})
_PERSON_OR_STAFF = frozenset({ActorKind.COMPLAINANT, ActorKind.STAFF})
_SYSTEM = frozenset({ActorKind.SYSTEM})

TRANSITIONS: Mapping[Move, Transition] = {
    # A person told "we have it": the automatic receipt is never an acknowledgement.
    Move.ACKNOWLEDGE: Transition(frozenset({Status.RECEIVED}), Status.ACKNOWLEDGED, _STAFF, EventKind.ACKNOWLEDGED),
    Move.START_REVIEW: Transition(
        frozenset({Status.ACKNOWLEDGED}), Status.UNDER_REVIEW, _STAFF, EventKind.REVIEW_STARTED
    ),
    # Straight from acknowledged too: some grievances are answered in one go.
    Move.PROPOSE_RESPONSE: Transition(
        frozenset({Status.ACKNOWLEDGED, Status.UNDER_REVIEW}),
        Status.RESPONSE_PROPOSED,
        _STAFF,
        EventKind.RESPONSE_PROPOSED,
    ),
    # Staff may record an answer given on paper or before a witness; the source is stored.
    Move.ACCEPT_RESPONSE: Transition(
        frozenset({Status.RESPONSE_PROPOSED}), Status.REMEDY_UNDERWAY, _PERSON_OR_STAFF, EventKind.RESPONSE_ACCEPTED
    ),
    Move.REJECT_RESPONSE: Transition(
        frozenset({Status.RESPONSE_PROPOSED}), Status.UNDER_REVIEW, _PERSON_OR_STAFF, EventKind.RESPONSE_REJECTED
    ),
    # Ten business days of silence let the case go on; they never count as agreement.
    Move.PROCEED_UNANSWERED: Transition(
        frozenset({Status.RESPONSE_PROPOSED}), Status.REMEDY_UNDERWAY, _SYSTEM, EventKind.RESPONSE_UNANSWERED
    ),
    Move.CLOSE: Transition(frozenset({Status.REMEDY_UNDERWAY}), Status.CLOSED, _STAFF, EventKind.CLOSED),
    Move.REOPEN: Transition(
        frozenset({Status.CLOSED, Status.REFERRED, Status.WITHDRAWN, Status.OUT_OF_SCOPE}),
        Status.UNDER_REVIEW,
        _PERSON_OR_STAFF,
        EventKind.REOPENED,
    ),
    Move.REFER: Transition(OPEN, Status.REFERRED, _STAFF, EventKind.REFERRED, Outcome.REFERRED),
    Move.WITHDRAW: Transition(OPEN, Status.WITHDRAWN, _PERSON_OR_STAFF, EventKind.WITHDRAWN, Outcome.WITHDRAWN),
    Move.DECLARE_OUT_OF_SCOPE: Transition(
        OPEN, Status.OUT_OF_SCOPE, _STAFF, EventKind.OUT_OF_SCOPE, Outcome.OUT_OF_SCOPE
    ),
    Move.MERGE: Transition(OPEN, Status.MERGED, _STAFF | _SYSTEM, EventKind.MERGED, Outcome.DUPLICATE),
}

RESTRICTED_TYPES: frozenset[str] = frozenset({"harassment", "retaliation", "integrity", "human_rights"})
"""Types seen only by triagers and the investigators they name, from the first second."""

NEVER_OUT_OF_SCOPE: frozenset[str] = frozenset({"harassment"})
"""Ley 21.643 and DS 21/2024 leave no filter of admissibility: such a case cannot be declared out of scope, nor does a
referral to the Dirección del Trabajo end it. To be confirmed by counsel."""

COUNTED_APART: frozenset[str] = frozenset({"question", "data_rights"})
"""Types that are not grievances: counted apart, in no rate."""


class TransitionNotAllowed(Exception):
    """The table has no such move from this status, for this actor or for this type of case."""

    def __init__(self, move: Move, status: Status) -> None:
        super().__init__(f"{move} from {status}")
        self.move = move
        self.status = status


def transition(move: Move, *, status: Status, actor: ActorKind, case_type: str) -> Transition:
    """Return the row for a move.

    Raises:
        TransitionNotAllowed: the table does not allow it.
    """
    if not _is_open(move, status, actor, case_type):
        raise TransitionNotAllowed(move, status)
    return TRANSITIONS[move]


def moves_from(status: Status, *, actor: ActorKind, case_type: str) -> list[Move]:
    """List the moves open to an actor, in the order of the table."""
    return [move for move in TRANSITIONS if _is_open(move, status, actor, case_type)]


def _is_open(move: Move, status: Status, actor: ActorKind, case_type: str) -> bool:
    row = TRANSITIONS[move]
    is_barred = move in {Move.DECLARE_OUT_OF_SCOPE, Move.REFER} and case_type in NEVER_OUT_OF_SCOPE
    return status in row.from_statuses and actor in row.actors and not is_barred
