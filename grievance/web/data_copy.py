"""The copy of a person's data as a page: the same content as the file, in words.

For the person, and for whoever looks it through before it is released.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from grievance.core.i18n import Locale
from grievance.web import clock_words, formats, words

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class SaidLine:
    """Something written, by whom and when."""

    who: str
    when: str
    words: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CaseCopy:
    """One case in the copy."""

    reference: str
    facts: Pairs
    about_you: Pairs
    said: Sequence[SaidLine]
    promised: Pairs
    steps: Pairs
    openings: Pairs
    files: Sequence[str]


@dataclass(frozen=True, slots=True)
class CopyView:
    """The whole copy."""

    controller: str
    cases: Sequence[CaseCopy]


def copy_view(content: Mapping[str, Any], lang: Locale, *, zone: str, to_staff: bool = False) -> CopyView:
    """Return a copy in words. Instants are shown in the time zone of the site.

    To staff, who look it through, it says that a name and a number are in it, and not which: reading them is an action
    of its own (`cases.identity`), which the person is told of.
    """
    cases = [_case(_without_identity(one) if to_staff else one, lang, zone) for one in content["cases"]]
    return CopyView(content["controller"], cases)


def _without_identity(one: Mapping[str, Any]) -> Mapping[str, Any]:
    hidden = {
        name: _("In the copy; for the person only") for name in ("name", "phone", "email") if one["about_you"][name]
    }
    return {**one, "about_you": {**one["about_you"], **hidden}}


def _case(one: Mapping[str, Any], lang: Locale, zone: str) -> CaseCopy:
    return CaseCopy(
        one["reference"],
        _pairs(
            (_("Received"), _moment(one["received_at"], lang, zone)),
            (_("Stands"), words.status(one["status"])),
            (_("Kind of case"), words.case_type(one["type"])),
            (_("Outcome"), words.outcome(one["outcome"]) if one["outcome"] else None),
            (_("Your opinion"), words.verdict(one["opinion"]) if one["opinion"] else None),
            *_ratings(one, lang, zone),
            (_("Came by"), words.channel(one["channel"])),
            (_("Where it happened"), one["place"]),
            (_("When it happened"), _day(one["happened_on"], lang)),
        ),
        _about(one["about_you"]),
        [*_said(one, lang, zone)],
        _pairs(*((clock_words.clock(row["what"]), _day(row["due_on"], lang)) for row in one["promised"])),
        _pairs(*((words.event(row["what"]), _moment(row["at"], lang, zone)) for row in one["steps"])),
        _pairs(*((_moment(row["at"], lang, zone) or "", row["reason"]) for row in one["identity_opened"])),
        [row["name"] or _("File") for row in _files(one)],
    )


def _ratings(one: Mapping[str, Any], lang: Locale, zone: str) -> Pairs:
    # A copy that was released before they were in it has none.
    return [pair for row in one.get("ratings", ()) for pair in rating_pairs(row, lang, zone)]


def rating_pairs(row: Mapping[str, Any], lang: Locale, zone: str) -> Pairs:
    """Return ratings as they are kept, or since when they are not kept any more."""
    if row["not_kept_since"]:
        since = formats.day(datetime.fromisoformat(row["not_kept_since"]), lang, tz=zone)
        return [(_("Your ratings"), _("Given; not kept with the case since %(day)s", day=since))]
    given = ((_("How we treated you"), row["process"]), (_("What came of it"), row["outcome"]))
    return _pairs(*((label, _("%(mark)s of 5", mark=mark) if mark else None) for label, mark in given))


def _about(said: Mapping[str, Any]) -> Pairs:
    return _pairs(
        (_("Name"), said["name"]),
        (_("Phone"), said["phone"]),
        (_("E-mail"), said["email"]),
        (_("Group"), words.group(said["group"])),
        (_("Employer"), said["employer"]),
        (_("Shift"), words.shift(said["shift"]) if said["shift"] else None),
        (_("Gender"), words.gender(said["gender"]) if said["gender"] else None),
        (_("Age"), words.age_band(said["age_band"]) if said["age_band"] else None),
        (_("People"), str(said["people_count"])),
        (_("Hears from us"), words.reach(said["reached_by"])),
    )


def _said(one: Mapping[str, Any], lang: Locale, zone: str) -> Sequence[SaidLine]:
    lines = [SaidLine(_("You"), _moment(one["received_at"], lang, zone) or "", one["you_told"] or _erased())]
    for row in one["messages"]:
        who = _("You") if row["from"] == "you" else _("The site")
        lines.append(SaidLine(who, _moment(row["at"], lang, zone) or "", row["words"] or _erased()))
    response = one["response"]
    if response and response["your_reason"]:
        lines.append(SaidLine(_("You"), "", response["your_reason"]))
    lines += [
        SaidLine(_("Promised to you"), _day(row["due_on"], lang) or "", row["words"] or "") for row in _promises(one)
    ]
    return lines


def _promises(one: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return one["response"]["promises"] if one["response"] else []


def _files(one: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return [*one["files"], *(file for row in one["messages"] for file in row["files"])]


def _pairs(*rows: tuple[str, str | None]) -> Pairs:
    return [(name, value) for name, value in rows if value]


def _moment(text: str | None, lang: Locale, zone: str) -> str | None:
    return formats.moment(datetime.fromisoformat(text), lang, tz=zone) if text else None


def _day(text: str | None, lang: Locale) -> str | None:
    return formats.day(date.fromisoformat(text), lang) if text else None


def _erased() -> str:
    return _("These words have been erased.")
