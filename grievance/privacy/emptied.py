"""What an erasure empties and what it leaves, column by column. A test walks every model and fails on one undecided.

What is left are codes, instants and ids: what figures are counted from and what the chain is made of. Where nothing is
counted from a fact about a person, it goes.
"""

from collections.abc import Mapping
from typing import Any

from grievance.cases.delay_record import Extension
from grievance.cases.filing_record import JoinCode
from grievance.cases.models import (
    Attachment,
    Case,
    CaseMessage,
    CaseNote,
    Complainant,
    CorrectiveAction,
    ProposedResponse,
    Remedy,
    Respondent,
    Submission,
)
from grievance.cases.record import IdentityOpening, Survey
from grievance.cases.rights_record import Appeal
from grievance.cases.track_record import HarassmentTrack, ProtectiveMeasure
from grievance.complainants.models import SlipCode
from grievance.messaging.mail_models import OutboundMail
from grievance.messaging.models import InboundMessage, OutboundMessage, Thread
from grievance.privacy.request_record import DataPackage, DataRequest
from grievance.referrals.models import Referral

OF_THE_CASE: Mapping[type[Any], tuple[str, ...]] = {
    Submission: ("words_sealed", "receipt_code_sealed", "form_key_digest"),
    CaseMessage: ("words_sealed",),
    CaseNote: ("words_sealed",),
    ProposedResponse: ("words_sealed", "reason_sealed"),
    Remedy: ("words_sealed", "evidence_sealed"),
    CorrectiveAction: ("words_sealed", "evidence_sealed"),
    # Who was complained about is a person too. The company stays: it is no person.
    Respondent: ("description_sealed", "staff_id", "unit_id"),
    Appeal: ("words_sealed", "decision_sealed"),
    ProtectiveMeasure: ("words_sealed", "evidence_sealed"),
    HarassmentTrack: ("none_needed_sealed",),
    Extension: ("words_sealed",),
    IdentityOpening: ("reason_sealed",),
    # The digits beside it are counted, and leave the case after their own days (`metrics.tally`).
    Survey: ("ratings_sealed",),
    JoinCode: ("code_sealed", "line_sealed"),
    # Only what a page may still show: with the code itself the person still comes in, and reads what was erased.
    SlipCode: ("code_sealed",),
    DataRequest: ("wanted_sealed",),
    DataPackage: ("content_sealed",),
    Referral: ("body_name_sealed", "reason_sealed", "override_reason_sealed", "outcome_sealed"),
}
"""Columns of the tables that know their case by `case_id`, emptied with the whole case."""

OF_ITS_ROW: tuple[str, ...] = ("title_sealed", "summary_sealed", "place_sealed", "occurred_on")
"""Columns of `Case` itself."""

OF_THE_PERSON: tuple[str, ...] = (
    "name_sealed",
    "email_sealed",
    "code_sealed",
    "code_until",
    "thread_id",
    "verified_at",
    "age_band",
    "on_behalf_of",
)
"""Columns of `Complainant`. No figure is counted from the last two."""

OF_TEXTS: Mapping[type[Any], tuple[str, ...]] = {
    InboundMessage: ("number_sealed", "body_sealed", "media_sealed", "number_digest"),
    OutboundMessage: ("body_sealed",),
    OutboundMail: ("address_sealed", "body_sealed"),
    # When no other case needs the number.
    Thread: ("number_sealed", "number_digest"),
}
"""Columns of what went by text. A digest of a number is replaced by random bytes: it may not be empty."""

ROWS_REMOVED: tuple[type[Any], ...] = (Attachment,)
"""Rows that go altogether. Nothing names the stored bytes from then on, and the sweep of storage removes them."""

_COUNTED = "A code that figures are counted from; it is shown to nobody once the case is erased."
_WAY_IN = "With it the person still comes in, and reads that the words were erased."

KEPT: Mapping[str, Mapping[str, str]] = {
    "cases": {
        **dict.fromkeys(("employer_id", "area_id", "category_id", "locale"), _COUNTED),
        **dict.fromkeys(("reference", "access_digest"), _WAY_IN),
    },
    "complainant": {
        **dict.fromkeys(("said_group", "employer_id", "shift", "gender", "people_count"), _COUNTED),
        "join_code_id": "Whoever joined with a code decides nothing for the others, erased or not.",
    },
    "submission": dict.fromkeys(("channel", "locale"), _COUNTED),
    "respondent": {"company_id": "A company is no person."},
    "thread": {
        "line": "Our own number.",
        **dict.fromkeys(("opted_out_at", "opted_out_by", "locale"), "Of a number that nobody can read any more."),
    },
    "inbound_message": {
        "provider_message_id": "So that the provider's list is not taken in again as if it were new.",
        "line": "Our own number.",
    },
    "outbound_message": {
        "provider_message_id": "So that a late receipt of the provider finds its text.",
        "text_name": "Whether a receipt went out is counted.",
    },
    "legal_hold": dict.fromkeys(
        ("reason_sealed", "lifted_why_sealed"), "Why words had to stay, as those in charge wrote it: asked about later."
    ),
    "saved_view": dict.fromkeys(
        ("name_sealed", "query_sealed"), "A staff member's own filter, kept and removed by that person; of no case."
    ),
    "register_import": {
        "filename_sealed": "What the operator called a file of its own; of no case.",
        **dict.fromkeys(
            ("found_sealed", "matching_sealed"), "Of a file of the operator's own, until it is imported or set aside."
        ),
    },
    "register_matching": dict.fromkeys(
        ("name_sealed", "rules_sealed"), "What the columns of the operator's own files mean; of no case."
    ),
    "breach_entry": dict.fromkeys(
        ("happened_sealed", "measures_sealed"), "What the operator wrote of a breach; no words of a case are in it."
    ),
    "member_comment": {"words_sealed": "Said about a draft summary by somebody who was asked for no name; of no case."},
}
"""Columns that stay although they are sealed or say something of a person, with the reason."""


def emptied() -> dict[str, frozenset[str]]:
    """Return the columns that an erasure empties, by table; of a table whose rows go, all of them."""
    found: dict[str, frozenset[str]] = {
        model.__tablename__: frozenset(columns) for model, columns in {**OF_THE_CASE, **OF_TEXTS}.items()
    }
    found[Case.__tablename__] = frozenset(OF_ITS_ROW)
    found[Complainant.__tablename__] = frozenset(OF_THE_PERSON)
    for model in ROWS_REMOVED:
        found[model.__tablename__] = frozenset(model.__table__.columns.keys())
    return found
