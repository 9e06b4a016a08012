"""The history of a case as lines. What one person did in one instant about who works the case is one line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from flask_babel import gettext as _

from grievance.cases.page import CasePage, EventPart
from grievance.core.i18n import Locale
from grievance.deadlines.working_days import local_date
from grievance.web import clock_words, formats, words

_OF_WHO_WORKS_IT = frozenset({"assigned", "investigator_named", "investigator_removed", "owner_changed"})


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """A line of the history: when, what, who; what went with it in the same instant, the first first."""

    when: str
    what: str
    who: str
    with_it: tuple[str, ...] = ()


def history_rows(events: Sequence[EventPart], page: CasePage, me: str, lang: Locale) -> list[HistoryRow]:
    """Return the lines of a history, in the order of the events: the newest first."""
    return [_row(lead, others, page, me, lang) for lead, others in _together(events)]


def _together(events: Sequence[EventPart]) -> Iterator[tuple[EventPart, Sequence[EventPart]]]:
    """Put together what was done about who works the case by one person in one instant: a hand-over is one thing."""
    for _key, group in groupby(events, key=_act):
        parts = list(group)
        lead = next((part for part in parts if part.handed), None) or next(
            (part for part in parts if part.kind == "assigned"), None
        )
        if lead is None:
            yield from ((part, ()) for part in parts)
        else:
            yield lead, [part for part in reversed(parts) if part is not lead]


def _act(part: EventPart) -> tuple[object, ...]:
    if part.handed or part.kind in _OF_WHO_WORKS_IT:
        return part.recorded_at, part.happened_at, part.actor_kind, part.actor_name
    return (part.seq,)


def _row(part: EventPart, others: Sequence[EventPart], page: CasePage, me: str, lang: Locale) -> HistoryRow:
    when = formats.moment_short(part.happened_at, lang, tz=page.time_zone)
    if local_date(part.recorded_at, page.time_zone) != local_date(part.happened_at, page.time_zone):
        recorded = formats.moment_short(part.recorded_at, lang, tz=page.time_zone)
        when = _("%(when)s, recorded %(recorded)s", when=when, recorded=recorded)
    who = words.actor(part.actor_kind)
    if part.actor_name:
        who = _("You") if part.actor_name == me else part.actor_name
    said = _event_words(part)
    if part.codes.get("imported"):
        said = _("%(what)s, as the old register has it", what=said)
    return HistoryRow(when, said, who, tuple(_event_words(other) for other in others))


def _event_words(part: EventPart) -> str:
    """Return what happened, with the code that matters most in it."""
    if part.handed:
        return _("Handed over with a note, from %(giver)s to %(taker)s", giver=part.handed[0], taker=part.handed[1])
    said = words.event(part.kind)
    how = part.codes.get("how")
    clock = part.codes.get("clock") or part.codes.get("name")
    what = part.codes.get("kind")
    if part.kind == "told" and isinstance(how, str) and isinstance(what, str):
        return f"{said} ({words.message_kind(what)}): {words.told(how)}"
    if part.kind in {"clock_reminded", "clock_breached"} and isinstance(clock, str):
        named = f"{said}: {clock_words.clock(clock)}"
        untold = part.codes.get("notice") is False
        return _("%(what)s, without notice to the person beforehand", what=named) if untold else named
    was, now = part.codes.get("from"), part.codes.get("type")
    if part.kind == "classified" and isinstance(was, str) and isinstance(now, str):
        return _("%(what)s: %(now)s, before %(was)s", what=said, now=words.case_type(now), was=words.case_type(was))
    step = part.codes.get("step")
    if part.kind in words.STEPS and isinstance(step, str):
        return f"{said}: {words.STEPS[part.kind](step)}"
    return said
