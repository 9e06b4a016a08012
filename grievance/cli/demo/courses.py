"""The courses that a case of the table can take: what everybody does, step by step, from the first word to the last.

Working days count from the day on which the person spoke. The same acts as in the stories that are told in full.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from grievance.cases.resolution import Answer
from grievance.cases.side_tracks import AppealResult
from grievance.cases.states import Channel, Confidentiality, Group, Outcome, Reach, Source
from grievance.cli.demo import appeal_acts as appeal
from grievance.cli.demo import end_acts as end
from grievance.cli.demo import person_acts as person
from grievance.cli.demo import work_acts as work
from grievance.cli.demo.days import When, on
from grievance.cli.demo.first_acts import Record, Sort
from grievance.cli.demo.rows import KINDS, SITES, Row, rows
from grievance.cli.demo.stage import Act, Story
from grievance.cli.demo.voices import VOICES, Voice
from grievance.deadlines.standards import CaseType, ClockName

Step = tuple[When, Act]

PROMISED_DAYS: Final = 14

FIRST_WEEK: Final = 7
LATER_DAYS: Final = 5

TRIAGERS: Final = MappingProxyType({"mine": ("bruno", "celia"), "port": ("dante", "bruno")})
COORDINATORS: Final = MappingProxyType({"mine": "karina", "port": "lautaro"})

REVIEWER: Final = "nicanor"
OTHER_HANDLER: Final = MappingProxyType({"fermina": "elena", "elena": "fermina"})
"""Who answers after an appeal: never whoever answered before."""

WHO_BY_TEXT: Final = MappingProxyType({Group.DIRECT_WORKER: "1", Group.CONTRACTOR_WORKER: "2", Group.NEIGHBOUR: "3"})
"""What the person answers to the question who is speaking."""

IN_PERSON: Final = (Channel.WALK_IN, Channel.CALL, Channel.LETTER)

_ACTION: Final = re.compile(r"([ckt])(\d+)([+~-]) (.+)")


def stories() -> tuple[Story, ...]:
    """Return the story of every line of the table."""
    return tuple(_story(row) for row in rows())


def _story(row: Row) -> Story:
    steps = [_spread(row, step) for step in (*_filed(row), *_COURSES[row.course](row), *_prevented(row))]
    # Two things at the same time of the same day keep the order in which the course names them.
    steps.sort(key=lambda step: (step[0].working_days, step[0].local_time))
    return Story(
        row.name,
        row.start,
        tuple(steps),
        site=SITES[row.site],
        locale=row.locale,
        phone=row.phone if row.channel is Channel.SMS else "",
    )


def _spread(row: Row, step: Step) -> Step:
    """Put what comes after the first week off by some days, others in every row: no two cases take the same time."""
    when, act = step
    if when.working_days < FIRST_WEEK:
        return step
    return on(when.working_days + row.number * 3 % LATER_DAYS, when.local_time), act


def _filed(row: Row) -> list[Step]:
    minute = row.number * 7 % 50 + 5
    if row.channel is Channel.SMS:
        first = f"{(7, 20, 13, 18)[row.number % 4]:02}"
        return [
            (on(0, f"{first}:{minute:02}"), person.Text(row.words)),
            (on(0, f"{first}:{minute + 2:02}"), person.Text(WHO_BY_TEXT[row.group])),
        ]
    if row.channel is Channel.WEB:
        return [(on(0, f"{(21, 12, 19)[row.number % 3]}:{minute:02}"), _on_web(row))]
    return [(on(0, "16:40"), _recorded(row))]


def _on_web(row: Row) -> Act:
    is_quiet = row.course in _RESTRICTED
    return person.FileOnWeb(
        row.words,
        group=row.group,
        confidentiality=Confidentiality.CONFIDENTIAL if is_quiet else Confidentiality.ANONYMOUS,
        category=row.category,
        area=row.area or None,
        employer=row.firm or None,
        shift=row.shift or None,
        gender=row.gender or None,
    )


def _recorded(row: Row) -> Act:
    return Record(
        "ramiro",
        row.channel,
        row.words,
        on(0, "11:20"),
        group=row.group,
        category=row.category,
        area=row.area or None,
        read_back="confirmed" if row.channel in (Channel.WALK_IN, Channel.CALL) else "not_possible",
        reach=Reach.IN_PERSON if row.channel in IN_PERSON else Reach.PAGE,
    )


def _sorted(row: Row, severity: int, *, day: int = 1) -> list[Step]:
    """Classified, acknowledged and looked into; late where `day` is."""
    voice = VOICES[row.locale]
    hello = voice.hello_late if day > 1 else row.one_of(voice.hello)
    sort = Sort(
        _triager(row),
        row.type,
        row.category,
        severity,
        handler=row.handler,
        employer=row.firm or None,
        area=row.area or None,
    )
    # What is about safety is promised an answer by a person on the next business day.
    heard = day if row.type is CaseType.SAFETY else day + 1
    return [
        (on(day, "09:40"), sort),
        (on(heard, "10:30"), work.Acknowledge(row.handler, hello.format(name=row.handler.title()), row.title)),
        *_told(row, heard),
        (on(day + 2, "09:30"), work.Review(row.handler, row.one_of(voice.looking))),
    ]


def _proposed(row: Row, day: int, *, outcome: Outcome = Outcome.UPHELD, words: str = "", who: str = "") -> list[Step]:
    promises = ((row.promise, PROMISED_DAYS),) if row.promise else ()
    act = end.Propose(who or row.handler, outcome, words or row.answer, promises)
    return [(on(day, "11:15"), act), *_told(row, day)]


def _answered(row: Row, day: int, answer: Answer = Answer.ACCEPTED, reason: str | None = None) -> list[Step]:
    """Said by the person in the way in which he or she came."""
    if row.channel is Channel.SMS:
        return [(on(day, "18:20"), person.Text("1"))]
    if row.channel is Channel.WEB:
        return [(on(day, "20:30"), person.AnswerOnWeb(answer, reason))]
    if row.channel in IN_PERSON:
        return [(on(day, "17:30"), end.RecordAnswer(row.handler, answer, Source.SIGNED_PAPER))]
    return []


def _done(row: Row, day: int, *, who: str = "", checked_by: str = "") -> list[Step]:
    """The promise is kept, and somebody else looks."""
    if not row.promise:
        return []
    checker = checked_by or COORDINATORS[row.site]
    return [
        (on(day, "09:20"), end.Done(who or row.handler, VOICES[row.locale].done)),
        (on(day + 1, "12:10"), end.Verify(checker)),
    ]


def _closed(row: Row, day: int, *, who: str = "") -> list[Step]:
    voice = VOICES[row.locale]
    words = row.one_of(voice.closed) if row.promise else voice.closed_only
    return [(on(day, "15:45"), end.Close(who or row.handler, words)), *_told(row, day)]


def _rated(row: Row, day: int) -> list[Step]:
    """What the person answers when asked; nothing where the row has no answer."""
    if not row.rates:
        return []
    process, outcome, verdict = (int(digit) for digit in row.rates)
    if row.channel is Channel.SMS:
        return [(on(day, "18:40"), person.Text(f"{process} {outcome} {verdict}"))]
    if row.channel is Channel.WEB:
        return [(on(day, "20:10"), person.RateOnWeb(process, outcome, verdict))]
    return [(on(day, "17:10"), end.RecordVerdict(row.handler, process, outcome, verdict))]


def _seen(row: Row, day: int) -> list[Step]:
    """Whoever came by the web looks at the page, and writes nothing."""
    return [(on(day, "22:05"), person.LookAtPage())] if row.channel is Channel.WEB else []


def _told(row: Row, day: int) -> list[Step]:
    """Whoever comes in person is told in person, at the end of the day."""
    return [(on(day, "17:00"), work.HandOver(row.handler))] if row.channel in IN_PERSON else []


def _prevented(row: Row) -> list[Step]:
    found = _ACTION.fullmatch(row.action)
    if found is None:
        return []
    kind, days, went, words = KINDS[found[1]], int(found[2]), found[3], found[4]
    begun = _BEGUN.get(row.course, 9)
    prevent = end.Prevent(row.handler, kind, words, row.handler, days)
    # Five working days make seven days of the calendar.
    due = begun + days * 5 // 7
    steps: list[Step] = [(on(begun, "16:30"), prevent)]
    if went != "-":
        day = due - 2 if went == "+" else due + 7
        steps.append((on(day, "16:40"), end.Complete(row.handler, VOICES[row.locale].done)))
    return steps


def _kept(row: Row) -> list[Step]:
    return [
        *_sorted(row, 2),
        *_proposed(row, 8),
        *_answered(row, 10),
        *_done(row, 15),
        *_closed(row, 18),
        *_rated(row, 24),
    ]


def _fast(row: Row) -> list[Step]:
    return [*_sorted(row, 1), *_proposed(row, 4), *_answered(row, 5), *_closed(row, 6), *_rated(row, 12)]


def _serious(row: Row) -> list[Step]:
    """Of severity 3: a second person closes."""
    chief = COORDINATORS[row.site]
    return [
        *_sorted(row, 3),
        *_proposed(row, 4),
        *_answered(row, 5),
        *_done(row, 7),
        (on(8, "16:10"), end.AskToClose(row.handler)),
        *_closed(row, 9, who=chief),
        *_rated(row, 14),
    ]


def _late(row: Row) -> list[Step]:
    return [
        *_sorted(row, 2, day=4),
        *_proposed(row, 25),
        *_answered(row, 27),
        *_done(row, 34),
        *_closed(row, 37),
        *_rated(row, 41),
    ]


def _silent(row: Row) -> list[Step]:
    """No answer to the response: after ten business days the case goes on without one."""
    return [*_sorted(row, 2), *_proposed(row, 7), *_seen(row, 9), *_done(row, 20), *_closed(row, 23), *_rated(row, 26)]


def _refused(row: Row) -> list[Step]:
    return [*_sorted(row, 2), *_proposed(row, 9, outcome=Outcome.NOT_UPHELD), *_closed(row, 22), *_rated(row, 24)]


def _dismissed(row: Row) -> list[Step]:
    """Appealed by text; whoever looks at it again finds that the answer stands."""
    voice = VOICES[row.locale]
    return [
        *_refused(row),
        (on(25, "19:30"), person.Text(f"APELAR {voice.not_fair}")),
        (on(32, "11:00"), appeal.DecideAppeal(REVIEWER, AppealResult.DISMISSED, voice.stands)),
    ]


def _upheld(row: Row) -> list[Step]:
    """Appealed; whoever looks at it again finds the person right in part, and somebody else answers."""
    voice, other = VOICES[row.locale], OTHER_HANDLER[row.handler]
    return [
        *_refused(row),
        (on(25, "19:30"), appeal.AppealOnWeb(voice.not_fair)),
        (on(32, "11:00"), appeal.DecideAppeal(REVIEWER, AppealResult.PARTLY_UPHELD, voice.looked_again)),
        (on(33, "09:30"), appeal.GiveTo(COORDINATORS[row.site], other)),
        (on(36, "11:00"), end.Propose(other, Outcome.PARTLY_UPHELD, voice.put_right)),
        (on(37, "20:30"), person.AnswerOnWeb(Answer.ACCEPTED)),
        (on(39, "15:45"), end.Close(other, voice.closed_only)),
    ]


def _rejected(row: Row) -> list[Step]:
    voice = VOICES[row.locale]
    first = end.Propose(row.handler, Outcome.PARTLY_UPHELD, row.answer)
    return [
        *_sorted(row, 2),
        (on(8, "11:15"), first),
        *_answered(row, 9, Answer.REJECTED, voice.not_enough),
        *_proposed(row, 14, words=voice.more),
        *_answered(row, 16),
        *_done(row, 20),
        *_closed(row, 23),
        *_rated(row, 28),
    ]


def _reopened(row: Row) -> list[Step]:
    voice = VOICES[row.locale]
    return [
        *_kept(row),
        (on(30, "20:45"), person.ReopenOnWeb(voice.again)),
        (on(32, "11:00"), end.Propose(row.handler, Outcome.UPHELD, voice.for_good, ((row.promise, PROMISED_DAYS),))),
        (on(33, "20:30"), person.AnswerOnWeb(Answer.ACCEPTED)),
        *_done(row, 38),
        (on(40, "15:45"), end.Close(row.handler, row.one_of(voice.closed))),
    ]


def _question(row: Row) -> list[Step]:
    return [*_sorted(row, 1), *_proposed(row, 3), *_answered(row, 4), *_closed(row, 5)]


def _withdrawn(row: Row) -> list[Step]:
    return [*_sorted(row, 2), (on(4, "21:00"), person.Text("RETIRAR")), (on(4, "21:01"), person.Text("1"))]


def _referred(row: Row) -> list[Step]:
    voice = VOICES[row.locale]
    return [*_sorted(row, 2), (on(6, "12:00"), end.Refer(row.handler, voice.referred_to, voice.referred))]


def _out(row: Row) -> list[Step]:
    voice = VOICES[row.locale]
    return [*_sorted(row, 1), (on(5, "12:00"), end.OutOfScope(row.handler, voice.not_ours, voice.elsewhere))]


def _restricted(row: Row) -> list[Step]:
    """Harassment, reprisals, integrity: triager and investigator only, and the person is protected at once."""
    voice, sorter = VOICES[row.locale], _triager(row)
    sort = Sort(
        sorter,
        row.type,
        row.category,
        4,
        investigator=INVESTIGATOR,
        employer=row.firm or None,
        area=row.area or None,
        about_company=row.firm or None,
        restrict=True,
    )
    return [
        (on(0, "22:10"), sort),
        (on(0, "22:20"), work.Acknowledge(INVESTIGATOR, voice.in_confidence, row.title)),
        *_protected(row, voice),
        (on(1, "20:00"), person.LookAtPage()),
        (on(2, "10:10"), work.Review(INVESTIGATOR)),
        *_proposed(row, 12, who=INVESTIGATOR),
        *_answered(row, 13),
        *_done(row, 16, who=INVESTIGATOR, checked_by=sorter),
        *_closed(row, 19, who=sorter),
        *_rated(row, 24),
    ]


def _protected(row: Row, voice: Voice) -> list[Step]:
    if row.type is CaseType.INTEGRITY:
        return []
    steps: list[Step] = [(on(1, "09:40"), work.Meet(INVESTIGATOR, ClockName.PROTECT, voice.protected))]
    if row.type is CaseType.HARASSMENT:
        steps.append((on(2, "10:00"), work.Meet(INVESTIGATOR, ClockName.REFER_TO_DT, voice.protected)))
    return steps


def _triager(row: Row) -> str:
    return row.one_of(TRIAGERS[row.site])


INVESTIGATOR: Final = "isidora"

_RESTRICTED: Final = frozenset({"harassment", "retaliation", "integrity"})

_BEGUN: Final[Mapping[str, int]] = MappingProxyType({"serious": 5, "late": 26, "rejected": 15})
"""Working day on which the corrective action is noted, where it is not the ninth."""

_COURSES: Final[Mapping[str, Callable[[Row], list[Step]]]] = MappingProxyType(
    {
        "kept": _kept,
        "fast": _fast,
        "serious": _serious,
        "late": _late,
        "silent": _silent,
        "refused": _refused,
        "dismissed": _dismissed,
        "upheld": _upheld,
        "rejected": _rejected,
        "reopened": _reopened,
        "question": _question,
        "withdrawn": _withdrawn,
        "referred": _referred,
        "out": _out,
        **dict.fromkeys(_RESTRICTED, _restricted),
    }
)
