"""How the earlier quarters of the demo were published: frozen, written, read aloud, shown to people, approved.

One try was refused by the second person, one release went out at a set time, and one was corrected later. The last
quarter that ended is left as it is: publishing it is for the visitor.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Final

from grievance.cli.demo.days import FIRST_QUARTER, TIME_ZONE, Since, Start, on
from grievance.cli.demo.places import MINE, PORT
from grievance.cli.demo.rows import SITES
from grievance.cli.demo.stage import Stage
from grievance.core.i18n import ENGLISH, OFFERED, SPANISH, Locale
from grievance.deadlines.working_days import local_date
from grievance.publishing import editing, reader_tests, rounds, summaries
from grievance.publishing.models import Release

Moment = tuple[datetime, Callable[[], None]]

AUTHOR: Final = "olga"
APPROVER: Final = MappingProxyType({MINE: "pablo", PORT: "lautaro"})

FOLDER: Final = Path(__file__).parent

FROZEN_DAY: Final = 3
"""Working day of the next quarter on which figures are frozen: before the late letter of the stories is recorded."""

REFUSED: Final = (MINE, 3)
"""Site and quarters before the last: the first try was refused."""

BY_THE_CLOCK: Final = (PORT, 2)
"""Approved in the afternoon, out in the morning."""

CORRECTED: Final = (MINE, 1)
CORRECTED_DAY: Final = 24

REFUSAL: Final = (
    "La parte de los atrasos culpa al clima. El clima no atiende casos. Digan qué faltó y qué van a hacer si vuelve a "
    "pasar."
)
EXCUSE: Final = MappingProxyType(
    {
        SPANISH: "Llovió mucho y los caminos estuvieron malos.",
        ENGLISH: "It rained a lot and the roads were bad.",
    }
)
"""What the text said about its delays before it was refused."""

REASON: Final = MappingProxyType(
    {
        "es": (
            "Una carta que llegó en el trimestre se anotó después de congelar las cifras. Ahora está contada. Nada más "
            "cambia."
        ),
        "en": "A letter that came in the quarter was recorded after the figures were frozen. Now it is counted. "
        "Nothing else changes.",
    }
)

THANKS: Final = MappingProxyType({SPANISH: "Gracias a quienes hablaron.", ENGLISH: "Thank you to everybody who spoke."})

READ_TO: Final = MappingProxyType(
    {
        SPANISH: ("Vecinas, un chofer y dos personas del casino", 5, 4, "Preguntaron qué es un plazo."),
        ENGLISH: ("Drillers of the English-speaking crew", 3, 3, ""),
    }
)

ASKED: Final = MappingProxyType(
    {
        MINE: "Junta de vecinos, sindicato y comité de trabajadores de contratistas",
        PORT: "Asamblea de la caleta y cuadrilla de descarga",
    }
)

_PROMPT: Final = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True, slots=True)
class _Try:
    """One release of a quarter: where, which, on which working days, and what is special about it."""

    site: str
    ago: int
    day: int = FROZEN_DAY
    is_refused: bool = False
    is_correction: bool = False

    @property
    def name(self) -> str:
        return f"{self.site} {self.ago} {self.day}"


def moments(stage: Stage) -> list[Moment]:
    """Return the steps of publishing, each at its instant."""
    found = [moment for one in _tries() for moment in _steps(stage, one)]
    return [moment for moment in found if moment[0] < stage.days.now]


def _tries() -> Iterator[_Try]:
    for ago in range(FIRST_QUARTER, 0, -1):
        for site in (MINE, PORT):
            again = (site, ago) == REFUSED
            if again:
                yield _Try(site, ago, is_refused=True)
            yield _Try(site, ago, FROZEN_DAY + 6 if again else FROZEN_DAY)
    yield _Try(*CORRECTED, day=CORRECTED_DAY, is_correction=True)


def _steps(stage: Stage, one: _Try) -> Iterator[Moment]:
    start = Start(Since.QUARTER, one.day, quarters_before=one.ago - 1)
    plan: list[tuple[int, str, Callable[[Stage, _Try, datetime], None]]] = [
        (0, "10:30", _freeze),
        (0, "12:00", _write),
        (1, "16:00", _read_aloud),
    ]
    if not one.is_correction and not one.is_refused:
        plan += [(1, "17:00", _open_round), (2, "20:00", _comment), (4, "10:20", _answer)]
    plan += [(4, "11:00", _submit), (5, "15:30", _refuse if one.is_refused else _approve)]
    for days, local_time, step in plan:
        at = stage.days.instant(start, on(days, local_time), None)
        yield at, partial(step, stage, one, at)


def _freeze(stage: Stage, one: _Try, at: datetime) -> None:
    site, quarter = stage.places.sites[one.site], stage.days.before_last(one.ago)
    reason = REASON if one.is_correction else None
    release = summaries.freeze(stage.session, site, quarter, by=stage.staff[AUTHOR], at=at, reason=reason)
    stage.releases[one.name] = release.public_id


def _write(stage: Stage, one: _Try, at: datetime) -> None:
    """Replace what the draft leaves to people, and say thank you."""
    del at
    release = _release(stage, one)
    for block in editing.blocks(release):
        before = editing.words_of(release, block)
        after = {locale: _edited(one, block, locale, before[locale]) for locale in OFFERED}
        if after != before:
            was = editing.mark_of(release, block)
            words = {str(locale): text for locale, text in after.items()}
            editing.write(stage.session, release, block, words, was=was, by=stage.staff[AUTHOR])


def _edited(one: _Try, block: str, locale: Locale, draft: str) -> str:
    if block == "told":
        return f"{draft}\n\n{THANKS[locale]}"
    said = _texts().get((one.site, one.ago, block), {}).get(locale, "")
    if one.is_refused and block == "late":
        said = EXCUSE[locale]
    return _PROMPT.sub(lambda _: said, draft)


def _read_aloud(stage: Stage, one: _Try, at: datetime) -> None:
    today = local_date(at, TIME_ZONE)
    for locale, (read_to, readers, understood, stumbled) in READ_TO.items():
        reading = reader_tests.Reading(locale, today, read_to, readers, understood, stumbled)
        release = _release(stage, one)
        reader_tests.record_reading(stage.session, release, reading, today=today, by=stage.staff[AUTHOR], at=at)


def _open_round(stage: Stage, one: _Try, at: datetime) -> None:
    opened = rounds.open_round(
        stage.session,
        _release(stage, one),
        asked=ASKED[one.site],
        closes_at=at + timedelta(days=2),
        by=stage.staff[AUTHOR],
        at=at,
    )
    stage.tokens[one.name] = opened.token


def _comment(stage: Stage, one: _Try, at: datetime) -> None:
    for said in _comments():
        if (SITES[said["site"]], int(said["ago"])) == (one.site, one.ago):
            words = {said["section"]: said["words"]}
            rounds.comment(
                stage.session, stage.tokens[one.name], words, locale=Locale(said["locale"]), key=said["words"], at=at
            )


def _answer(stage: Stage, one: _Try, at: datetime) -> None:
    release = _release(stage, one)
    answers = {said["words"]: said["answer"] for said in _comments()}
    for asked in rounds.rounds(stage.session, release.id, at=at):
        for comment in asked.comments:
            rounds.answer_comment(
                stage.session, release, comment.public_id, answers[comment.words], by=stage.staff[AUTHOR], at=at
            )


def _submit(stage: Stage, one: _Try, at: datetime) -> None:
    # Three in the afternoon of the next day is when it is approved; the morning after is when it then goes out.
    release_at = at + timedelta(days=4) if (one.site, one.ago) == BY_THE_CLOCK else None
    summaries.submit(stage.session, _release(stage, one), by=stage.staff[AUTHOR], at=at, release_at=release_at)


def _approve(stage: Stage, one: _Try, at: datetime) -> None:
    summaries.approve(stage.session, _release(stage, one), by=stage.staff[APPROVER[one.site]], at=at)


def _refuse(stage: Stage, one: _Try, at: datetime) -> None:
    by = stage.staff[APPROVER[one.site]]
    summaries.refuse(stage.session, _release(stage, one), reason=REFUSAL, by=by, at=at)


def _release(stage: Stage, one: _Try) -> Release:
    site_id = stage.places.sites[one.site].id
    found: Release | None = summaries.load_for_change(stage.session, site_id, stage.releases[one.name])
    if found is None:
        raise LookupError(one.name)
    return found


@cache
def _texts() -> Mapping[tuple[str, int, str], Mapping[str, str]]:
    return {(SITES[row["site"]], int(row["ago"]), row["section"]): row for row in _table("summaries.csv")}


@cache
def _comments() -> tuple[dict[str, str], ...]:
    return tuple(_table("comments.csv"))


def _table(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter=";")
