"""Plain words for duties and for lines of the audit trail, in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from grievance.accounts.audit import AuditAction, AuditKind
from grievance.accounts.operations import MoveReason
from grievance.accounts.permissions import Duty

DUTIES: Final[Mapping[Duty, tuple[LazyString, LazyString]]] = {
    Duty.INTAKE: (_l("Intake desk"), _l("Records visits, calls, letters and meetings, and reads back.")),
    Duty.HANDLER: (_l("Case handler"), _l("Works the cases that are assigned to them.")),
    Duty.INVESTIGATOR: (_l("Investigator"), _l("Works the restricted cases on which they are named.")),
    Duty.TRIAGER: (_l("Triager"), _l("First look at everything new or restricted; names investigators. Two a site.")),
    Duty.COORDINATOR: (_l("Coordinator"), _l("Assigns; closes serious cases; sees the site save what is restricted.")),
    Duty.DATA_PROTECTION: (
        _l("Data protection"),
        _l("Answers requests about personal data, and keeps the register of breaches; sees no other case."),
    ),
    Duty.MANAGER: (_l("Named manager"), _l("Answers for cases that were late twice, and sees only those.")),
    Duty.ON_CALL: (_l("On call"), _l("Danger to life, at any hour.")),
    Duty.REVIEWER: (_l("Reviewer"), _l("Decides appeals on cases that they never handled.")),
    Duty.OUTSIDE_REVIEWER: (
        _l("Outside reviewer"),
        _l("Takes a case, and only that one, while everybody who triages the site has a part in it."),
    ),
    Duty.PUBLISHER: (_l("Publisher"), _l("Edits and releases summaries; sees totals only.")),
    Duty.AUDITOR: (_l("Auditor"), _l("Reads everything but identities and restricted words; changes nothing.")),
    Duty.ADMINISTRATOR: (_l("Administrator"), _l("Accounts, sites and settings; no case content.")),
}
"""Name of a duty, and what it is charged with."""

ACTIONS: Final[Mapping[str, LazyString]] = {
    AuditAction.SIGNED_IN: _l("Signed in"),
    AuditAction.SIGN_IN_FAILED: _l("Sign-in failed"),
    AuditAction.SIGNED_OUT: _l("Signed out"),
    AuditAction.SIGNED_OUT_EVERYWHERE: _l("Signed out everywhere"),
    AuditAction.SESSION_ENDED: _l("Ended a session"),
    AuditAction.SECOND_FACTOR_SET: _l("Set up the second factor"),
    AuditAction.SECOND_FACTOR_RESET: _l("Reset a second factor"),
    AuditAction.RECOVERY_CODES_MADE: _l("Made recovery codes"),
    AuditAction.RECOVERY_CODE_USED: _l("Used a recovery code"),
    AuditAction.PASSWORD_CHANGED: _l("Changed the password"),
    AuditAction.STAFF_CREATED: _l("Added a staff member"),
    AuditAction.STAFF_DEACTIVATED: _l("Closed an account"),
    AuditAction.STAFF_REACTIVATED: _l("Opened an account again"),
    AuditAction.STAFF_MOVED: _l("Changed where somebody belongs"),
    AuditAction.DUTY_GRANTED: _l("Granted a duty"),
    AuditAction.DUTY_REVOKED: _l("Took a duty away"),
    AuditAction.AUDIT_VIEWED: _l("Read the audit trail"),
    AuditAction.CASE_VIEWED: _l("Opened a restricted case"),
    AuditAction.IDENTITY_OPENED: _l("Opened an identity"),
    AuditAction.CORROBORATION_SHOWN: _l("Was told that another case points at the same person"),
    AuditAction.BREACH_RECORDED: _l("Wrote in the register of breaches"),
    AuditAction.BREACHES_EXPORTED: _l("Saved the register of breaches as a file"),
    AuditAction.DATA_COPY_READ: _l("Looked through the copy of a person's data"),
    AuditAction.DATA_COPY_RELEASED: _l("Released the copy of a person's data"),
    AuditAction.DATA_COPY_TAKEN: _l("The person took the copy"),
    AuditAction.DATA_PERSON_COMPARED: _l("Compared the name on a document with that of a case"),
    AuditAction.IDENTITY_GIVEN: _l("Gave an identity to a company"),
    AuditAction.PAPER_PRINTED: _l("Put words of a case on paper"),
    AuditAction.SLIP_PRINTED: _l("Printed the slip of a case again"),
    AuditAction.HIDING_LIFTED: _l("Let a person see a case that was hidden from them"),
    AuditAction.CASE_SENT_OUTSIDE: _l("A case went to the outside reviewer: everybody who triages has a part in it"),
    AuditAction.STAND_IN_NAMED: _l("Named a stand-in for an absence"),
    AuditAction.STAND_IN_ENDED: _l("Called off an absence"),
    AuditAction.TURN_PLANNED: _l("Put somebody on call"),
    AuditAction.TURN_REMOVED: _l("Took a turn out of the on-call rota"),
    AuditAction.TEXT_SET_ASIDE: _l("Set a text aside that belongs to no case"),
    AuditAction.FIGURES_EXPORTED: _l("Exported figures"),
    AuditAction.FIGURES_FROZEN: _l("Froze the figures of a quarter"),
    AuditAction.RELEASE_SUBMITTED: _l("Asked a second person to approve a release"),
    AuditAction.RELEASE_DISCARDED: _l("Set frozen figures aside"),
    AuditAction.RELEASE_APPROVED: _l("Approved a release"),
    AuditAction.RELEASE_REFUSED: _l("Refused a release"),
    AuditAction.RELEASE_SENT_BACK: _l("Sent a release back to its authors"),
    AuditAction.RELEASE_CALLED_BACK: _l("Called back a release before its time"),
    AuditAction.RELEASE_STOPPED: _l("A release was stopped by its checks"),
    AuditAction.RELEASE_PUBLISHED: _l("A release went out at its time"),
    AuditAction.MEMBER_CHECK_OPENED: _l("Asked people concerned to read a summary"),
    AuditAction.STANDARD_CHANGED: _l("Changed a promised date of the site"),
    AuditAction.CALENDAR_CHANGED: _l("Changed the calendar of the site"),
    AuditAction.HEADCOUNT_RECORDED: _l("Recorded how many people work at the site"),
    AuditAction.REGISTER_CHECKED: _l("Checked an old register"),
    AuditAction.REGISTER_IMPORTED: _l("Imported an old register"),
    AuditAction.REGISTER_UNDONE: _l("Took back an old register"),
    AuditAction.REGISTER_MATCHED: _l("Said what columns of a register mean"),
    AuditAction.AUDIT_EXPORTED: _l("Saved the audit trail as a file"),
    AuditAction.RECORD_CHECK_ASKED: _l("Had the whole record checked"),
    AuditAction.CASE_ERASED: _l("Words and personal data of a case erased"),
    AuditAction.PERSON_ERASED: _l("Words and data of one person erased"),
    AuditAction.TEXTS_ERASED: _l("Old texts and sign-ins erased"),
    AuditAction.RETENTION_CHANGED: _l("Changed how long something is kept"),
    AuditAction.HOLD_PLACED: _l("Placed a legal hold"),
    AuditAction.HOLD_LIFTED: _l("Lifted a legal hold"),
}

AUDIT_KINDS: Final[Mapping[AuditKind, LazyString]] = {
    AuditKind.VIEWS: _l("Who looked at restricted cases"),
    AuditKind.IDENTITIES: _l("Identities opened or given"),
    AuditKind.EXPORTS: _l("Files saved"),
    AuditKind.PERMISSIONS: _l("Accounts and duties"),
    AuditKind.SIGN_INS: _l("Sign-ins"),
    AuditKind.RELEASES: _l("Figures and releases"),
    AuditKind.SETTINGS: _l("Dates, calendar and headcount"),
    AuditKind.ERASURES: _l("Erasures and legal holds"),
    AuditKind.OTHER: _l("Everything else"),
}
"""What an auditor looks for, in the order of the list."""

MOVE_REASONS: Final = {
    MoveReason.NEW_POST: _l("New post or shift"),
    MoveReason.REORGANISED: _l("The units were reorganised"),
    MoveReason.WAS_WRONG: _l("It was noted wrong"),
}
"""Why somebody belongs elsewhere now."""


def duty_name(duty: Duty) -> str:
    """Return the name of a duty."""
    return str(DUTIES[duty][0])


def action_words(action: str) -> str:
    """Return what was done. A line written by a later release keeps its code: the trail is shown whole, whatever."""
    return str(ACTIONS.get(action, action))
