"""Who may do what: one table of duty × action, and the viewer that every read takes. Pure.

Duties are held per site. What a duty may *see of a case* is decided in cases.visibility; this table says which
actions a duty opens at all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Duty(StrEnum):
    """What a staff member is charged with at a site."""

    INTAKE = "intake"
    """Records walk-ins, calls, letters, meetings; reads back."""
    HANDLER = "handler"
    """Works the cases assigned to him or her."""
    INVESTIGATOR = "investigator"
    """Works restricted cases on which he or she is named."""
    TRIAGER = "triager"
    """First look at everything unclassified or restricted; names investigators."""
    COORDINATOR = "coordinator"
    """Assigns; closes severity 3 and above; sees the whole site save what is restricted."""
    MANAGER = "manager"
    """Named for the site: answers for cases that were late twice, and sees only those."""
    ON_CALL = "on_call"
    """Danger, at any hour."""
    REVIEWER = "reviewer"
    """Decides appeals on cases never handled by him or her."""
    OUTSIDE_REVIEWER = "outside_reviewer"
    """The operator's named person: triages a case, and that one only, while everybody who triages is conflicted."""
    PUBLISHER = "publisher"
    """Edits and releases summaries; sees aggregates only."""
    AUDITOR = "auditor"
    """Reads everything but identities and restricted words, and the audit trail; changes nothing."""
    DATA_PROTECTION = "data_protection"
    """Answers requests about personal data, and keeps the register of breaches; sees no other case."""
    ADMINISTRATOR = "administrator"
    """Accounts, sites, settings; no case content."""


class Action(StrEnum):
    """What a route or command does."""

    SEE_CASES = "see_cases"
    TRIAGE = "triage"
    ASSIGN = "assign"
    WORK_CASE = "work_case"
    CLOSE_SERIOUS = "close_serious"
    RECORD_INTAKE = "record_intake"
    OPEN_IDENTITY = "open_identity"
    SEE_FIGURES = "see_figures"
    EXPORT_FIGURES = "export_figures"
    DRAFT_RELEASE = "draft_release"
    APPROVE_RELEASE = "approve_release"
    SEE_AUDIT = "see_audit"
    RECORD_HEADCOUNT = "record_headcount"
    SEE_SILENCE = "see_silence"
    """Where there are people and no grievance."""
    IMPORT_REGISTER = "import_register"
    MANAGE_STAFF = "manage_staff"
    MANAGE_SITE = "manage_site"
    SEE_RETENTION = "see_retention"
    """How long things are kept, what will go and what went; in numbers."""
    MANAGE_TEMPLATES = "manage_templates"
    """Words that handlers begin a message with."""
    WORK_DATA_RIGHTS = "work_data_rights"
    """Answer requests about personal data."""
    KEEP_BREACHES = "keep_breaches"
    """Write down breaches of personal data, and what was done about them."""
    NAME_STAND_IN = "name_stand_in"
    """Say who works whose cases while somebody is away: one's own, a coordinator anybody's of the site."""
    PLAN_ROTA = "plan_rota"
    """Who is on call when."""
    ROUTE_MESSAGES = "route_messages"
    """Sort texts that reached a number no site owns, or that could not be understood."""


PERMITTED: Mapping[Action, frozenset[Duty]] = {
    # Who opens the desk. What stands on it is cut per row by cases.visibility.
    Action.SEE_CASES: frozenset(
        {
            Duty.HANDLER,
            Duty.INVESTIGATOR,
            Duty.TRIAGER,
            Duty.COORDINATOR,
            Duty.MANAGER,
            Duty.ON_CALL,
            Duty.REVIEWER,
            Duty.OUTSIDE_REVIEWER,
            Duty.AUDITOR,
            Duty.DATA_PROTECTION,
        }
    ),
    # First look: type, category, severity, restriction, investigators. The outside reviewer is a triager of single
    # cases (cases.visibility.acting), and of nothing else at the site.
    Action.TRIAGE: frozenset({Duty.TRIAGER, Duty.OUTSIDE_REVIEWER}),
    Action.ASSIGN: frozenset({Duty.TRIAGER, Duty.COORDINATOR, Duty.MANAGER, Duty.OUTSIDE_REVIEWER}),
    # Acting on a case that is one's own, or on which one is named.
    Action.WORK_CASE: frozenset(
        {
            Duty.HANDLER,
            Duty.INVESTIGATOR,
            Duty.TRIAGER,
            Duty.COORDINATOR,
            Duty.MANAGER,
            Duty.ON_CALL,
            Duty.REVIEWER,
            Duty.OUTSIDE_REVIEWER,
            Duty.DATA_PROTECTION,
        }
    ),
    # A second pair of eyes closes severity 3 and above; a triager where the coordinator may not look.
    Action.CLOSE_SERIOUS: frozenset({Duty.COORDINATOR, Duty.TRIAGER}),
    Action.RECORD_INTAKE: frozenset({Duty.INTAKE, Duty.HANDLER, Duty.TRIAGER, Duty.COORDINATOR, Duty.DATA_PROTECTION}),
    # With a reason, audited, shown to the person.
    Action.OPEN_IDENTITY: frozenset(
        {Duty.HANDLER, Duty.INVESTIGATOR, Duty.TRIAGER, Duty.ON_CALL, Duty.OUTSIDE_REVIEWER}
    ),
    Action.SEE_FIGURES: frozenset({Duty.PUBLISHER, Duty.COORDINATOR, Duty.AUDITOR}),
    Action.EXPORT_FIGURES: frozenset({Duty.PUBLISHER, Duty.COORDINATOR, Duty.AUDITOR}),
    Action.DRAFT_RELEASE: frozenset({Duty.PUBLISHER}),
    # Never the author of the draft; the operation checks that.
    Action.APPROVE_RELEASE: frozenset({Duty.PUBLISHER, Duty.COORDINATOR}),
    Action.RECORD_HEADCOUNT: frozenset({Duty.PUBLISHER, Duty.COORDINATOR, Duty.ADMINISTRATOR}),
    Action.SEE_SILENCE: frozenset({Duty.COORDINATOR}),
    # An old register holds cases of every kind, restricted ones too: only who has the first look anyway takes it over.
    Action.IMPORT_REGISTER: frozenset({Duty.TRIAGER}),
    Action.SEE_AUDIT: frozenset({Duty.AUDITOR}),
    Action.MANAGE_STAFF: frozenset({Duty.ADMINISTRATOR}),
    Action.SEE_RETENTION: frozenset({Duty.ADMINISTRATOR, Duty.AUDITOR, Duty.DATA_PROTECTION}),
    Action.MANAGE_SITE: frozenset({Duty.ADMINISTRATOR}),
    Action.MANAGE_TEMPLATES: frozenset({Duty.COORDINATOR}),
    # Never a handler by that duty: who works a case does not build the copy of what stands in it.
    Action.WORK_DATA_RIGHTS: frozenset({Duty.DATA_PROTECTION}),
    Action.KEEP_BREACHES: frozenset({Duty.DATA_PROTECTION, Duty.ADMINISTRATOR}),
    Action.NAME_STAND_IN: frozenset({Duty.HANDLER, Duty.COORDINATOR}),
    Action.PLAN_ROTA: frozenset({Duty.COORDINATOR, Duty.ADMINISTRATOR}),
    Action.ROUTE_MESSAGES: frozenset({Duty.TRIAGER}),
}


AT_EVERY_SITE: frozenset[Duty] = frozenset({Duty.ADMINISTRATOR, Duty.OUTSIDE_REVIEWER})
"""Duties that can be held at every site at once; the others are held site by site."""


class NotPermitted(Exception):
    """The viewer holds no duty that opens this action here."""

    def __init__(self, action: Action) -> None:
        super().__init__(action.value)
        self.action = action


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is looking: a staff member with the duties held at each site. `everywhere` holds at all sites."""

    staff_id: int
    at_site: Mapping[int, frozenset[Duty]] = field(default_factory=dict)
    everywhere: frozenset[Duty] = frozenset()
    stands_in: Mapping[int, frozenset[int]] = field(default_factory=dict)
    """For whom the viewer stands in today: id of the site to ids of absent handlers."""

    def duties(self, site_id: int) -> frozenset[Duty]:
        """Return the duties held at a site."""
        return self.at_site.get(site_id, frozenset()) | self.everywhere

    def holds(self, site_id: int, *duties: Duty) -> bool:
        """Return whether any of these duties is held at a site."""
        return bool(self.duties(site_id) & frozenset(duties))

    def may(self, action: Action, site_id: int) -> bool:
        """Return whether an action is open at a site."""
        return bool(self.duties(site_id) & PERMITTED[action])

    def may_anywhere(self, action: Action) -> bool:
        """Return whether an action is open at any site."""
        held = self.everywhere.union(*self.at_site.values())
        return bool(held & PERMITTED[action])

    def sites_with(self, *duties: Duty) -> list[int]:
        """Return the ids of the sites at which any of these duties is held by name, in ascending order."""
        wanted = frozenset(duties)
        return sorted(site_id for site_id, held in self.at_site.items() if held & wanted)

    def stands_in_for(self, site_id: int, staff_id: int | None) -> bool:
        """Return whether the viewer, a handler here, works the cases of another handler today."""
        return staff_id in self.stands_in.get(site_id, frozenset()) and self.holds(site_id, Duty.HANDLER)

    def require(self, action: Action, site_id: int) -> None:
        """Raise NotPermitted unless an action is open at a site."""
        if not self.may(action, site_id):
            raise NotPermitted(action)


def viewer_of(
    staff_id: int,
    grants: Iterable[tuple[int | None, Duty]],
    stands_in: Mapping[int, frozenset[int]] | None = None,
) -> Viewer:
    """Build the viewer from (site id or None for every site, duty) pairs, and for whom he or she stands in."""
    at_site: dict[int, frozenset[Duty]] = {}
    everywhere: frozenset[Duty] = frozenset()
    for site_id, duty in grants:
        if site_id is None:
            everywhere |= {duty}
        else:
            at_site[site_id] = at_site.get(site_id, frozenset()) | {duty}
    return Viewer(staff_id, at_site, everywhere, stands_in or {})
