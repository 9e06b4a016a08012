"""Who may see a case, and who may do what with it. Pure; `queries.visible` says the same in SQL (a test compares them).

A duty opens an action (accounts.permissions); these rules say on *which* case. Everything that a viewer may not see
answers as if it did not exist.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from grievance.accounts.permissions import PERMITTED, Action, Duty, Viewer
from grievance.cases.case_actions import CaseAction
from grievance.cases.side_tracks import NEVER_ENDED_ALONE, Rung, never_waits
from grievance.cases.states import (
    COUNTED_APART,
    NEVER_OUT_OF_SCOPE,
    OPEN,
    RESTRICTED_TYPES,
    ActorKind,
    Move,
    Status,
    moves_from,
)
from grievance.deadlines.standards import CaseType, is_locked

__all__ = [
    "DANGER",
    "SERIOUS",
    "CaseAction",
    "CaseFacts",
    "acting",
    "allowed_actions",
    "barred_by_law",
    "closes_serious",
    "may_close",
    "may_do",
    "may_see",
    "protects",
    "reading_duties",
    "reviews",
    "triages",
    "works",
]

SERIOUS = 3
"""From this severity on, a second person closes. See docs/glossary.md, "severity"."""

DANGER = "danger"


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the rules look at. `hidden_from` and `investigator_ids` hold those in force."""

    site_id: int
    status: str
    type: str
    severity: int | None
    is_restricted: bool
    is_classified: bool
    is_spam: bool
    handler_id: int | None
    investigator_ids: frozenset[int] = frozenset()
    hidden_from: frozenset[int] = frozenset()
    has_extension_asked: bool = False
    has_check_open: bool = False
    is_paused: bool = False
    was_paused: bool = False
    rung: int = 0
    has_appeal: bool = False
    reviewer_id: int | None = None
    is_outside: bool = False
    """Hidden from everybody who triages the site: it is with the outside reviewer."""
    is_erased: bool = False
    is_held: bool = False
    usual_type: str = ""
    """What its category usually is."""
    was_barred: bool = False
    """It was once classified as a type that the law lets nobody set aside."""
    has_join_code: bool = False
    has_joined: bool = False
    is_blocked: bool = False

    @property
    def is_serious(self) -> bool:
        """Whether a second person has to close it."""
        return self.severity is not None and self.severity >= SERIOUS


_TRIAGE = frozenset(
    {
        CaseAction.CLASSIFY,
        CaseAction.RESTRICT,
        CaseAction.UNRESTRICT,
        CaseAction.NAME_INVESTIGATOR,
        CaseAction.REMOVE_INVESTIGATOR,
        CaseAction.LIFT_HIDING,
        CaseAction.RECORD_CHECK,
        CaseAction.MARK_SPAM,
        CaseAction.UNMARK_SPAM,
    }
)
_TRIAGER_TOO = frozenset({CaseAction.DECIDE_OVERRIDE, CaseAction.PLACE_HOLD, CaseAction.LIFT_HOLD})
_OF_SECOND_PERSON = frozenset({CaseAction.DECIDE_EXTENSION, CaseAction.NAME_REVIEWER}) | _TRIAGER_TOO
_OF_REVIEWER = frozenset({CaseAction.ACKNOWLEDGE_APPEAL, CaseAction.DECIDE_APPEAL})
_COORDINATOR_TOO = frozenset(
    {
        CaseAction.MESSAGE,
        CaseAction.NOTE,
        CaseAction.ATTACH,
        CaseAction.MARK_READ,
        CaseAction.VERIFY_REMEDY,
        CaseAction.ADD_CORRECTIVE_ACTION,
        CaseAction.COMPLETE_CORRECTIVE_ACTION,
        CaseAction.VERIFY_CORRECTIVE_ACTION,
        CaseAction.ADD_MEASURE,
        CaseAction.VERIFY_MEASURE,
        CaseAction.RECORD_APPEAL,
        CaseAction.REOPEN,
        CaseAction.MERGE,
        CaseAction.CLOSE_JOIN_CODE,
        CaseAction.REMOVE_JOIN,
    }
)
"""What the coordinator does on any case of the site that is not restricted, besides assigning and closing."""

_MOVES: Mapping[CaseAction, Move] = {
    CaseAction.ACKNOWLEDGE: Move.ACKNOWLEDGE,
    CaseAction.START_REVIEW: Move.START_REVIEW,
    CaseAction.PROPOSE_RESPONSE: Move.PROPOSE_RESPONSE,
    CaseAction.RECORD_ANSWER: Move.ACCEPT_RESPONSE,
    CaseAction.CLOSE: Move.CLOSE,
    CaseAction.REOPEN: Move.REOPEN,
    CaseAction.REFER: Move.REFER,
    CaseAction.DECLARE_OUT_OF_SCOPE: Move.DECLARE_OUT_OF_SCOPE,
    CaseAction.WITHDRAW: Move.WITHDRAW,
    CaseAction.MERGE: Move.MERGE,
}
_WHILE_OPEN = frozenset(
    {
        CaseAction.CLASSIFY,
        CaseAction.MEET_CLOCK,
        CaseAction.TELL_DELAY,
        CaseAction.DESCRIBE_PERSON,
        CaseAction.ADD_MEASURE,
    }
)
_ON_TRACK = frozenset(
    {
        CaseAction.NO_MEASURE,
        CaseAction.CHOOSE_ROUTE,
        CaseAction.TRACK_STEP,
        CaseAction.IDENTIFY_PERSON,
        CaseAction.GIVE_IDENTITY,
    }
)
"""Steps of the way that the law lays down for harassment."""

_WHILE_BLOCKED = frozenset(
    {CaseAction.ACKNOWLEDGE, CaseAction.MESSAGE, CaseAction.TELL_DELAY, CaseAction.ASSIGN, CaseAction.HAND_OVER}
)
"""What is done with a case whose words nobody may read for now: somebody writes to the person, and answers for it."""

_OTHER_DOORS = frozenset({CaseAction.DECLARE_OUT_OF_SCOPE, CaseAction.REFER})
_NEEDS_TYPE = _OTHER_DOORS | {CaseAction.PROPOSE_RESPONSE, CaseAction.CLOSE}
_ENDS = frozenset({CaseAction.CLOSE, CaseAction.DECLARE_OUT_OF_SCOPE, CaseAction.WITHDRAW})
_WHILE_PROMISED = frozenset({Status.RESPONSE_PROPOSED, Status.REMEDY_UNDERWAY})
_RATED_FROM = frozenset({Status.CLOSED, Status.REFERRED, Status.OUT_OF_SCOPE, Status.WITHDRAWN})


def acting(viewer: Viewer, facts: CaseFacts) -> Viewer:
    """Return a viewer as he or she stands to one case: the outside reviewer is its triager, or holds nothing there."""
    duties = viewer.duties(facts.site_id)
    if Duty.OUTSIDE_REVIEWER not in duties:
        return viewer
    more = {Duty.TRIAGER} if facts.is_outside else frozenset[Duty]()
    return replace(viewer, at_site={facts.site_id: duties - {Duty.OUTSIDE_REVIEWER} | more}, everywhere=frozenset())


def may_see(viewer: Viewer, facts: CaseFacts) -> bool:
    """Return whether a viewer may see a case at all, in lists and by reference."""
    viewer = acting(viewer, facts)
    if viewer.staff_id in facts.hidden_from:
        return False
    has_first_look = viewer.holds(facts.site_id, Duty.TRIAGER)
    if has_first_look or facts.is_spam:
        return has_first_look
    named = viewer.staff_id in facts.investigator_ids and viewer.holds(facts.site_id, Duty.INVESTIGATOR)
    if reviews(viewer, facts) or protects(viewer, facts):
        return True
    if facts.is_restricted:
        return named
    if not facts.is_classified:
        return False
    return (
        named
        or viewer.holds(facts.site_id, Duty.COORDINATOR, Duty.AUDITOR)
        or (viewer.staff_id == facts.handler_id and viewer.holds(facts.site_id, Duty.HANDLER))
        or viewer.stands_in_for(facts.site_id, facts.handler_id)
        or (facts.type == DANGER and viewer.holds(facts.site_id, Duty.ON_CALL))
        or _answers_for_it(viewer, facts)
    )


def triages(viewer: Viewer, facts: CaseFacts) -> bool:
    """Return whether a viewer has the first look at a case, as a triager or as the outside reviewer."""
    return acting(viewer, facts).holds(facts.site_id, Duty.TRIAGER)


def reviews(viewer: Viewer, facts: CaseFacts) -> bool:
    """Return whether an appeal of the case waits for the decision of this viewer."""
    return facts.has_appeal and facts.reviewer_id == viewer.staff_id and viewer.holds(facts.site_id, Duty.REVIEWER)


def protects(viewer: Viewer, facts: CaseFacts) -> bool:
    """Return whether the case is a request about personal data, and the viewer the one who answers those."""
    return facts.type == CaseType.DATA_RIGHTS and viewer.holds(facts.site_id, Duty.DATA_PROTECTION)


def _answers_for_it(viewer: Viewer, facts: CaseFacts) -> bool:
    """Return whether the case has come up to the named manager, and the viewer is one."""
    return facts.rung >= Rung.MANAGER and viewer.holds(facts.site_id, Duty.MANAGER)


def works(viewer: Viewer, facts: CaseFacts) -> bool:
    """Return whether a viewer works a case: handler, named investigator, triager where nobody else may, or on call."""
    viewer = acting(viewer, facts)
    if not may_see(viewer, facts):
        return False
    first = viewer.holds(facts.site_id, Duty.TRIAGER) and (facts.is_restricted or not facts.is_classified)
    named = viewer.staff_id in facts.investigator_ids and viewer.holds(facts.site_id, Duty.INVESTIGATOR)
    handles = viewer.staff_id == facts.handler_id and viewer.holds(
        facts.site_id, Duty.HANDLER, Duty.INVESTIGATOR, Duty.TRIAGER
    )
    # Nobody stands in where a case is restricted: whoever works that was named.
    stands_in = not facts.is_restricted and viewer.stands_in_for(facts.site_id, facts.handler_id)
    on_call = facts.type == DANGER and viewer.holds(facts.site_id, Duty.ON_CALL)
    return first or named or handles or stands_in or on_call or protects(viewer, facts)


def may_do(viewer: Viewer, facts: CaseFacts, action: CaseAction) -> bool:
    """Return whether a viewer may do something with a case, whatever its status."""
    viewer = acting(viewer, facts)
    if not may_see(viewer, facts) or _is_out_of_reach(facts, action):
        return False
    if action in _TRIAGE:
        is_own = action is CaseAction.RECORD_CHECK and viewer.staff_id in {facts.handler_id, *facts.investigator_ids}
        return viewer.may(Action.TRIAGE, facts.site_id) and not is_own
    if action is CaseAction.ASSIGN:
        return viewer.may(Action.ASSIGN, facts.site_id)
    if action is CaseAction.CLOSE or (facts.is_serious and action in _ENDS):
        return may_close(viewer, facts)
    if action is CaseAction.ASK_TO_CLOSE:
        return works(viewer, facts) and not may_close(viewer, facts)
    if action in _OF_SECOND_PERSON:
        return _is_charged(viewer, facts, action)
    if action in _OF_REVIEWER:
        return reviews(viewer, facts)
    if reviews(viewer, facts) and action in {CaseAction.NOTE, CaseAction.ATTACH}:
        return True
    if action in {CaseAction.OPEN_IDENTITY, CaseAction.GIVE_IDENTITY}:
        return works(viewer, facts) and viewer.may(Action.OPEN_IDENTITY, facts.site_id)
    coordinates = action in _COORDINATOR_TOO and (
        viewer.holds(facts.site_id, Duty.COORDINATOR) or _answers_for_it(viewer, facts)
    )
    return viewer.may(Action.WORK_CASE, facts.site_id) and (coordinates or works(viewer, facts))


def _is_out_of_reach(facts: CaseFacts, action: CaseAction) -> bool:
    """Return whether a case is such that nobody does this with it: erased, blocked, or set aside as spam."""
    if facts.is_erased:
        return action is not CaseAction.MARK_READ
    if facts.is_blocked:
        return action not in _WHILE_BLOCKED
    return facts.is_spam and action not in {CaseAction.UNMARK_SPAM, CaseAction.MARK_READ}


def _is_charged(viewer: Viewer, facts: CaseFacts, action: CaseAction) -> bool:
    """Return whether a viewer answers for a case; sending it on without a yes and holds are open to triagers always."""
    charged = Duty.TRIAGER if facts.is_restricted else Duty.COORDINATOR
    return viewer.holds(facts.site_id, charged, Duty.TRIAGER if action in _TRIAGER_TOO else charged)


def may_close(viewer: Viewer, facts: CaseFacts) -> bool:
    """Return whether a viewer may close a case: from severity 3 on, only a second person who is charged with it."""
    viewer = acting(viewer, facts)
    if not facts.is_serious:
        return works(viewer, facts) or (may_see(viewer, facts) and viewer.holds(facts.site_id, Duty.COORDINATOR))
    if viewer.stands_in_for(facts.site_id, facts.handler_id):
        return False
    return may_see(viewer, facts) and closes_serious(
        viewer.staff_id, viewer.duties(facts.site_id), handler_id=facts.handler_id, is_restricted=facts.is_restricted
    )


def closes_serious(
    staff_id: int | None, duties: frozenset[Duty], *, handler_id: int | None, is_restricted: bool
) -> bool:
    """Return whether somebody is the second person who closes severity 3 and above.

    The coordinator; a triager where the case is restricted and the coordinator may not look. Never its handler.
    """
    charged = Duty.TRIAGER if is_restricted else Duty.COORDINATOR
    return staff_id != handler_id and charged in duties and charged in PERMITTED[Action.CLOSE_SERIOUS]


def allowed_actions(viewer: Viewer, facts: CaseFacts) -> tuple[CaseAction, ...]:
    """List what a viewer may do with a case as it stands now, in the order of `CaseAction`."""
    return tuple(action for action in CaseAction if may_do(viewer, facts, action) and _fits(facts, action))


def barred_by_law(facts: CaseFacts, action: CaseAction) -> bool:
    """Return whether the law leaves nobody this way with a case, whatever duty he or she holds."""
    is_harassment = bool({facts.type, facts.usual_type} & NEVER_OUT_OF_SCOPE)
    if action in _OTHER_DOORS:
        return is_harassment
    if action is CaseAction.MARK_SPAM:
        return is_harassment or facts.was_barred
    return action in {CaseAction.PAUSE, CaseAction.ASK_EXTENSION} and is_locked(CaseType(facts.type))


def reading_duties(
    *,
    type: str,  # noqa: A002  # the field's own word
    is_restricted: bool,
    is_classified: bool,
    rung: int = 0,
    is_outside: bool = False,
) -> tuple[Duty, ...]:
    """List the duties whose holders can read a case, for telling the person who filed it."""
    triager = Duty.OUTSIDE_REVIEWER if is_outside else Duty.TRIAGER
    if type == CaseType.DATA_RIGHTS:
        return (triager, Duty.DATA_PROTECTION)
    if is_restricted:
        return (triager, Duty.INVESTIGATOR)
    if not is_classified:
        return (triager,)
    on_call = (Duty.ON_CALL,) if type == DANGER else ()
    manager = (Duty.MANAGER,) if rung >= Rung.MANAGER else ()
    return (Duty.HANDLER, triager, Duty.COORDINATOR, *manager, Duty.AUDITOR, *on_call)


def _fits(facts: CaseFacts, action: CaseAction) -> bool:
    """Return whether the status allows an action."""
    status = Status(facts.status)
    if status is Status.MERGED:
        # A hold went with it, and is lifted where it stands.
        return action is CaseAction.LIFT_HOLD and facts.is_held
    if barred_by_law(facts, action):
        return False
    if action in _MOVES:
        needs_type = action in _NEEDS_TYPE
        moves = moves_from(status, actor=ActorKind.STAFF, case_type=facts.type)
        return _MOVES[action] in moves and (facts.is_classified or not needs_type)
    if action in _ON_TRACK:
        return status in OPEN and facts.type == CaseType.HARASSMENT
    if action in _FITS:
        return _FITS[action](facts)
    return status in OPEN or action not in _WHILE_OPEN


_FITS: Mapping[CaseAction, Callable[[CaseFacts], bool]] = {
    CaseAction.RESTRICT: lambda facts: not facts.is_restricted,
    CaseAction.UNRESTRICT: lambda facts: facts.is_restricted,
    # What endangers whoever speaks is classified as another kind first, which leaves a trace.
    CaseAction.MARK_SPAM: lambda facts: (
        facts.status in OPEN and (facts.type if facts.is_classified else facts.usual_type) not in NEVER_ENDED_ALONE
    ),
    CaseAction.UNMARK_SPAM: lambda facts: facts.is_spam,
    CaseAction.ASK_TO_CLOSE: lambda facts: facts.status in OPEN and facts.is_classified,
    CaseAction.ASSIGN: lambda facts: facts.status in OPEN and facts.is_classified,
    CaseAction.RECORD_REMEDY_DONE: lambda facts: facts.status in _WHILE_PROMISED,
    CaseAction.VERIFY_REMEDY: lambda facts: facts.status in _WHILE_PROMISED,
    # While it waits for the person its dates stand still: there is none to put off.
    CaseAction.TELL_DELAY: lambda facts: facts.status in OPEN and not facts.is_paused,
    CaseAction.ASK_EXTENSION: lambda facts: facts.status in OPEN and not facts.is_paused,
    CaseAction.DECIDE_EXTENSION: lambda facts: facts.status in OPEN and facts.has_extension_asked,
    CaseAction.PAUSE: lambda facts: (
        facts.status in OPEN and facts.is_classified and not facts.was_paused and not never_waits(facts.type)
    ),
    CaseAction.ASK_REFERRAL: lambda facts: facts.status in OPEN and facts.is_classified,
    CaseAction.RECORD_APPEAL: lambda facts: facts.status == Status.CLOSED,
    CaseAction.NAME_REVIEWER: lambda facts: facts.has_appeal,
    CaseAction.ACKNOWLEDGE_APPEAL: lambda facts: facts.has_appeal,
    CaseAction.DECIDE_APPEAL: lambda facts: facts.has_appeal,
    CaseAction.RECORD_CHECK: lambda facts: facts.has_check_open,
    CaseAction.PLACE_HOLD: lambda facts: not facts.is_held,
    CaseAction.LIFT_HOLD: lambda facts: facts.is_held,
    CaseAction.RESUME: lambda facts: facts.is_paused,
    CaseAction.GIVE_JOIN_CODE: lambda facts: (
        facts.status in OPEN
        and facts.is_classified
        and not facts.is_restricted
        and facts.type not in RESTRICTED_TYPES | COUNTED_APART
    ),
    CaseAction.CLOSE_JOIN_CODE: lambda facts: facts.has_join_code,
    CaseAction.REMOVE_JOIN: lambda facts: facts.has_joined,
    CaseAction.RECORD_VERDICT: lambda facts: facts.status in _RATED_FROM,
    CaseAction.LIFT_HIDING: lambda facts: bool(facts.hidden_from),
    CaseAction.REMOVE_INVESTIGATOR: lambda facts: bool(facts.investigator_ids),
}
