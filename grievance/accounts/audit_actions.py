"""What the audit trail writes down, and the kinds under which an auditor looks for it. Pure."""

from collections.abc import Mapping
from enum import StrEnum


class AuditAction(StrEnum):
    """What is worth a line."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    SIGNED_OUT_EVERYWHERE = "signed_out_everywhere"
    SESSION_ENDED = "session_ended"
    SECOND_FACTOR_SET = "second_factor_set"
    SECOND_FACTOR_RESET = "second_factor_reset"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  # the name of an event
    STAFF_CREATED = "staff_created"
    STAFF_DEACTIVATED = "staff_deactivated"
    STAFF_REACTIVATED = "staff_reactivated"
    STAFF_MOVED = "staff_moved"
    """To another unit or company, or to its head: from then on other cases are about people near."""
    DUTY_GRANTED = "duty_granted"
    DUTY_REVOKED = "duty_revoked"
    AUDIT_VIEWED = "audit_viewed"
    # Written by the packages above.
    CASE_VIEWED = "case_viewed"
    IDENTITY_OPENED = "identity_opened"
    CORROBORATION_SHOWN = "corroboration_shown"
    IDENTITY_GIVEN = "identity_given"
    """To a company."""
    PAPER_PRINTED = "paper_printed"
    """With words of a case on it: a package for an outside body, or a draft letter."""
    SLIP_PRINTED = "slip_printed"
    """Again, for a person who had not used the first one: whoever prints it could come in before the person does."""
    HIDING_LIFTED = "hiding_lifted"
    CASE_SENT_OUTSIDE = "case_sent_outside"
    """To the outside reviewer, because everybody who triages has a part in it."""
    STAND_IN_NAMED = "stand_in_named"
    STAND_IN_ENDED = "stand_in_ended"
    """Before its last day."""
    TURN_PLANNED = "turn_planned"
    TURN_REMOVED = "turn_removed"
    """Of the on-call rota."""
    TEXT_SET_ASIDE = "text_set_aside"
    FIGURES_EXPORTED = "figures_exported"
    FIGURES_FROZEN = "figures_frozen"
    RELEASE_SUBMITTED = "release_submitted"
    RELEASE_DISCARDED = "release_discarded"
    RELEASE_APPROVED = "release_approved"
    RELEASE_REFUSED = "release_refused"
    """By the second person."""
    RELEASE_SENT_BACK = "release_sent_back"
    """By the second person, to be changed and submitted again."""
    RELEASE_CALLED_BACK = "release_called_back"
    """After its approval and before its time."""
    RELEASE_STOPPED = "release_stopped"
    """By a gate: a language missing, too hard to read, or somebody could be recognised."""
    RELEASE_PUBLISHED = "release_published"
    """At the time that was set for it."""
    MEMBER_CHECK_OPENED = "member_check_opened"
    STANDARD_CHANGED = "standard_changed"
    CALENDAR_CHANGED = "calendar_changed"
    HEADCOUNT_RECORDED = "headcount_recorded"
    REGISTER_CHECKED = "register_checked"
    REGISTER_IMPORTED = "register_imported"
    DATA_PERSON_COMPARED = "data_person_compared"
    """The name on a document with the one left in a case; the codes say whether it fits."""
    DATA_COPY_READ = "data_copy_read"
    """Somebody looked through the copy that answers a request, before it was released."""
    DATA_COPY_RELEASED = "data_copy_released"
    BREACH_RECORDED = "breach_recorded"
    BREACHES_EXPORTED = "breaches_exported"
    DATA_COPY_TAKEN = "data_copy_taken"
    """By the person, on the follow-up page."""
    REGISTER_UNDONE = "register_undone"
    """What an import brought was taken back."""
    REGISTER_MATCHED = "register_matched"
    """Somebody said what the columns of a register mean, changed that, or forgot it."""
    AUDIT_EXPORTED = "audit_exported"
    """Saved as a file, with what was asked for."""
    RECORD_CHECK_ASKED = "record_check_asked"
    """Somebody had the whole record checked."""
    CASE_ERASED = "case_erased"
    """Words and identity of a whole case: what a restored backup has to be rid of again."""
    PERSON_ERASED = "person_erased"
    """What one person of a case said, and who he or she is."""
    TEXTS_ERASED = "texts_erased"
    """Texts as they came and went, and sign-ins, whose time was over; in numbers."""
    RETENTION_CHANGED = "retention_changed"
    """How long something is kept."""
    HOLD_PLACED = "hold_placed"
    """The words of a case stay, whoever asks."""
    HOLD_LIFTED = "hold_lifted"


class AuditKind(StrEnum):
    """What an auditor looks for: several actions under one name."""

    VIEWS = "views"
    IDENTITIES = "identities"
    EXPORTS = "exports"
    PERMISSIONS = "permissions"
    SIGN_INS = "sign_ins"
    RELEASES = "releases"
    SETTINGS = "settings"
    ERASURES = "erasures"
    """And what keeps words from being erased."""
    OTHER = "other"
    """Everything that has no kind of its own, also what a later release writes."""


KINDS: Mapping[AuditKind, frozenset[str]] = {
    AuditKind.VIEWS: frozenset({AuditAction.CASE_VIEWED, AuditAction.HIDING_LIFTED}),
    AuditKind.IDENTITIES: frozenset(
        {AuditAction.IDENTITY_OPENED, AuditAction.IDENTITY_GIVEN, AuditAction.DATA_PERSON_COMPARED}
    ),
    AuditKind.EXPORTS: frozenset(
        {
            AuditAction.FIGURES_EXPORTED,
            AuditAction.AUDIT_EXPORTED,
            AuditAction.BREACHES_EXPORTED,
            AuditAction.DATA_COPY_READ,
            AuditAction.DATA_COPY_RELEASED,
            AuditAction.DATA_COPY_TAKEN,
            AuditAction.PAPER_PRINTED,
            AuditAction.SLIP_PRINTED,
        }
    ),
    AuditKind.PERMISSIONS: frozenset(
        {
            AuditAction.STAFF_CREATED,
            AuditAction.STAFF_DEACTIVATED,
            AuditAction.STAFF_REACTIVATED,
            AuditAction.STAFF_MOVED,
            AuditAction.DUTY_GRANTED,
            AuditAction.DUTY_REVOKED,
            AuditAction.STAND_IN_NAMED,
            AuditAction.STAND_IN_ENDED,
            AuditAction.TURN_PLANNED,
            AuditAction.TURN_REMOVED,
            AuditAction.CASE_SENT_OUTSIDE,
            AuditAction.SECOND_FACTOR_RESET,
        }
    ),
    AuditKind.SIGN_INS: frozenset(
        {
            AuditAction.SIGNED_IN,
            AuditAction.SIGN_IN_FAILED,
            AuditAction.SIGNED_OUT,
            AuditAction.SIGNED_OUT_EVERYWHERE,
            AuditAction.SESSION_ENDED,
            AuditAction.SECOND_FACTOR_SET,
            AuditAction.RECOVERY_CODES_MADE,
            AuditAction.RECOVERY_CODE_USED,
            AuditAction.PASSWORD_CHANGED,
        }
    ),
    AuditKind.RELEASES: frozenset(
        {each for each in AuditAction if each.startswith("release_")}
        | {AuditAction.FIGURES_FROZEN, AuditAction.MEMBER_CHECK_OPENED}
    ),
    AuditKind.SETTINGS: frozenset(
        {
            AuditAction.STANDARD_CHANGED,
            AuditAction.CALENDAR_CHANGED,
            AuditAction.HEADCOUNT_RECORDED,
            AuditAction.RETENTION_CHANGED,
        }
    ),
    AuditKind.ERASURES: frozenset(
        {
            AuditAction.CASE_ERASED,
            AuditAction.PERSON_ERASED,
            AuditAction.TEXTS_ERASED,
            AuditAction.HOLD_PLACED,
            AuditAction.HOLD_LIFTED,
        }
    ),
}
OF_A_KIND = frozenset().union(*KINDS.values())
