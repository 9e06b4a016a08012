"""What the lines of the audit trail and the faults of the record are about, in plain words.

Of a case that the auditor may not see, a line says that there is one, and nothing else: "[Restricted]".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from grievance.accounts.audit import AuditAction, AuditRow
from grievance.accounts.operations import MoveReason
from grievance.accounts.permissions import Duty
from grievance.cases.verify import Finding
from grievance.cases.whole_check import LINE_CHANGED, LINE_MISSING
from grievance.deadlines.standards import CaseType, ClockName, standard
from grievance.web import clock_words, words
from grievance.web.staff.account_words import MOVE_REASONS, duty_name

CASE, STAFF = "case", "staff"
"""Kinds of subjects whose ids are looked up; the others are told by their kind and codes."""

NAMELESS: Final = _l("[Restricted]")
"""In place of what somebody may know to exist, but not what it is."""


@dataclass(frozen=True, slots=True)
class About:
    """What a line is about. `reference` is empty unless it is a case that the auditor may open."""

    words: str
    reference: str = ""
    may_tell: bool = True
    """Whether the codes of the line may be shown: not those about a case that is out of sight."""


def about(row: AuditRow, names: Mapping[str, str], references: Mapping[str, str]) -> About:
    """Return what a line is about; the mappings lead from public ids to names of staff and to case references."""
    if row.subject_kind == CASE:
        reference = references.get(row.subject, "")
        return About(reference or str(NAMELESS), reference, may_tell=bool(reference))
    if row.subject_kind == STAFF:
        return About(_staff(row, names))
    return About(_thing(row))


def details(row: AuditRow, told: About) -> str:
    """Return the codes of a line for a file, "name=value" one after the other; empty where they may not be told."""
    if not told.may_tell:
        return ""
    return "; ".join(f"{name}={value}" for name, value in sorted(row.codes.items()))


def fault_words(fault: Finding, references: Mapping[str, str]) -> str:
    """Return what does not hold, as somebody understands who never saw the program."""
    number = fault.seq if fault.seq is not None else ""
    case = references.get(fault.subject, str(NAMELESS))
    words = {
        LINE_CHANGED: _("Line %(number)s of the audit trail was changed after it was written.", number=number),
        LINE_MISSING: _("Line %(number)s of the audit trail is missing.", number=number),
        "chain": _("Case %(case)s: step %(number)s of its history was changed or removed.", case=case, number=number),
        "head": _("Case %(case)s: the end of its history was cut off, or something was added.", case=case),
        "words": _("Case %(case)s: words of step %(number)s are not those that were kept.", case=case, number=number),
        "projection": _("Case %(case)s: what the figures count does not agree with its history.", case=case),
        "case": _("Case %(case)s: where it stands does not agree with its history.", case=case),
        "unreadable": _("Case %(case)s: its record cannot be read: something in it was changed.", case=case),
        "root": _("Daily root of %(day)s: something that it holds was changed or removed.", day=fault.subject),
    }
    return words.get(fault.check, fault.check)


def _staff(row: AuditRow, names: Mapping[str, str]) -> str:
    if not row.subject:
        return _("Unknown account")
    name = names.get(row.subject, row.subject)
    duty, reason = row.codes.get("duty"), row.codes.get("reason")
    if row.action == AuditAction.STAFF_MOVED and reason in MOVE_REASONS:
        return f"{name}: {MOVE_REASONS[MoveReason(reason)]}"
    return f"{name}: {duty_name(Duty(duty))}" if duty in set(Duty) else name


def _thing(row: AuditRow) -> str:
    if row.action == AuditAction.RECORD_CHECK_ASKED:
        return _("The whole record")
    if row.action == AuditAction.STANDARD_CHANGED:
        return _promise(row)
    if row.subject_kind == "audit":
        return _("Audit trail")
    if row.subject_kind == "release":
        quarter, version = row.codes.get("quarter", ""), row.codes.get("version", "")
        return _("Figures of %(quarter)s, version %(version)s", quarter=quarter, version=version)
    if row.subject_kind == "headcount":
        return _("Headcount of %(quarter)s", quarter=row.codes.get("quarter", ""))
    if row.subject_kind == "register_import":
        return _("Old register, %(lines)s lines", lines=row.codes.get("lines", ""))
    if row.subject_kind == "inbound_message":
        return _("A text that came in")
    return str(row.codes.get("what") or row.subject)


def _promise(row: AuditRow) -> str:
    """Return which promise of a site was changed and to what; a change taken back has no number."""
    kind, _dot, clock = str(row.codes.get("what", "")).partition(".")
    base = standard(CaseType(kind), ClockName(clock)) if kind in set(CaseType) and clock in set(ClockName) else None
    if base is None:
        return str(row.codes.get("what") or row.subject)
    amount = row.codes.get("amount")
    if not isinstance(amount, int) or not amount:
        name = clock_words.clock(clock)
        return _("%(kind)s: a change of “%(promise)s” was taken back", kind=words.case_type(kind), promise=name)
    return f"{words.case_type(kind)}. {clock_words.rule_words(clock, amount, base.unit.value)}"
