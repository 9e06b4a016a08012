"""Quarters as they are frozen, without a database: computed from invented counts by the figures themselves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from grievance.metrics.indicators import figures
from grievance.metrics.inputs import (
    ACCOUNT,
    ACKNOWLEDGEMENT,
    ACTIONS,
    APART,
    APPEALS,
    FOLLOWED,
    REOPENINGS,
    REPRISALS,
    RESOLUTION,
    SURVEYS,
    AgeCount,
    Counts,
    InputSet,
    People,
    Scope,
    Workforce,
)
from grievance.metrics.people import VOCABULARY
from grievance.metrics.periods import Quarter
from grievance.metrics.survival import DayCount
from grievance.publishing.bulletin import Bulletin, Table, figures_of
from grievance.publishing.drafting import WaysText

KNOWN_AT = datetime(2026, 10, 15, 15, 0, tzinfo=UTC)
NAMES: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "category": {
        "dust": {"es": "Polvo y aire", "en": "Dust and air"},
        "pay": {"es": "Sueldo y contrato", "en": "Pay and contract"},
        "camp": {"es": "Campamento, comida, transporte", "en": "Camp, food, transport"},
        "safety": {"es": "Seguridad en el trabajo", "en": "Safety at work"},
        "water": {"es": "Agua", "en": "Water"},
        "traffic": {"es": "Tránsito y caminos", "en": "Traffic and roads"},
    },
    "employer": {
        "1": {"es": "Minera Imaginaria", "en": "Minera Imaginaria"},
        "2": {"es": "Casinos de Fantasía", "en": "Casinos de Fantasía"},
        "3": {"es": "Perforaciones de Cuento", "en": "Perforaciones de Cuento"},
    },
    "area": {
        "1": {"es": "Mina", "en": "Mine"},
        "2": {"es": "Campamento", "en": "Camp"},
        "3": {"es": "Puerto", "en": "Port"},
    },
}
WAYS_ES = WaysText(
    number="+56 2 2000 0001",
    report_address="https://reclamos.example/s/cerro-imaginario",
    office="Oficina de atención, calle Inexistente 100, lunes a viernes de 9 a 17 horas.",
    emergency="+56 2 2000 0009",
)
WAYS_EN = replace(WAYS_ES, office="Help office, 100 Inexistente Street, Monday to Friday, 9:00 to 17:00.")
NO_WAYS = WaysText("", "", "", "")


@dataclass(frozen=True, slots=True)
class Told:
    """What differs from a quarter in which nothing happened."""

    account: Mapping[str, int] = field(default_factory=dict)
    acknowledgement: Mapping[str, int] = field(default_factory=dict)
    resolution: Mapping[str, int] = field(default_factory=dict)
    surveys: Mapping[str, int] = field(default_factory=dict)
    reopenings: Mapping[str, int] = field(default_factory=dict)
    actions: Mapping[str, int] = field(default_factory=dict)
    appeals: Mapping[str, int] = field(default_factory=dict)
    reprisals: Mapping[str, int] = field(default_factory=dict)
    durations: tuple[DayCount, ...] = ()
    backlog: tuple[AgeCount, ...] = ()
    people: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    workforce: Workforce | None = None
    behind: int | None = None
    """People behind the cases received; None: one behind each."""


def bulletin(told: Told) -> Bulletin:
    """Return the bulletin of the third quarter of 2026 with these counts."""
    counts = Counts(
        account=dict.fromkeys(ACCOUNT, 0) | dict(told.account),
        apart=dict.fromkeys(APART, 0),
        acknowledgement=dict.fromkeys(ACKNOWLEDGEMENT, 0) | dict(told.acknowledgement),
        resolution=dict.fromkeys(RESOLUTION, 0) | dict(told.resolution),
        durations=told.durations,
        surveys=dict.fromkeys(SURVEYS, 0) | dict(told.surveys),
        followed=dict.fromkeys(FOLLOWED, 0),
        backlog=told.backlog,
        reopenings=dict.fromkeys(REOPENINGS, 0) | dict(told.reopenings),
        actions=dict.fromkeys(ACTIONS, 0) | dict(told.actions),
        appeals=dict.fromkeys(APPEALS, 0) | dict(told.appeals),
        reprisals=dict.fromkeys(REPRISALS, 0) | dict(told.reprisals),
    )
    received = counts.account["received"]
    people = People(
        counts=_tables(told),
        names=NAMES,
        workforce=told.workforce,
        behind=received if told.behind is None else told.behind,
    )
    scope = Scope("cerro-imaginario", Quarter(2026, 3), "America/Santiago", KNOWN_AT)
    text = figures(InputSet(scope, counts, people))
    return Bulletin(
        site_slug="cerro-imaginario",
        site_name="Cerro Imaginario",
        quarter=Quarter(2026, 3),
        version=1,
        time_zone="America/Santiago",
        first_on=date(2026, 7, 1),
        last_on=date(2026, 9, 30),
        as_of=scope.as_of,
        known_at=KNOWN_AT,
        released_at=None,
        notes={},
        figures=figures_of(text),
        closing_before=None,
        text=text,
        digest="d" * 64,
        chain_root="",
        chain_root_on=None,
        tables={row["id"]: Table(**row) for row in json.loads(text)["tables"]},
    )


def _tables(told: Told) -> dict[str, dict[str, int]]:
    """Return counts for every dimension: whoever is in no cell that is told said nothing."""
    received = dict(told.account).get("received", 0)
    empty: dict[str, dict[str, int]] = {
        "category": {**dict.fromkeys(NAMES["category"], 0), "restricted": 0, "not_said": 0},
        "channel": dict.fromkeys(VOCABULARY["channel"], 0),
        "group": dict.fromkeys(VOCABULARY["group"], 0),
        "employer": {**dict.fromkeys(NAMES["employer"], 0), "not_said": 0},
        "area": {**dict.fromkeys(NAMES["area"], 0), "not_said": 0},
        "shift": dict.fromkeys(VOCABULARY["shift"], 0),
        "gender": dict.fromkeys(VOCABULARY["gender"], 0),
        "language": dict.fromkeys(VOCABULARY["language"], 0),
    }
    found = {}
    for dimension, nobody in empty.items():
        cells = nobody | dict(told.people.get(dimension, {}))
        rest = "sms" if dimension == "channel" else "not_said"
        cells[rest] += received - sum(cells.values())
        found[dimension] = cells
    return found


USUAL = Told(
    account={
        "opening": 21, "received": 66, "reopened": 2, "closed": 57, "withdrawn": 3, "referred": 4, "out_of_scope": 1,
        "closing": 24, "closed_resolved": 52, "submissions": 78, "recorded_late": 2,
    },
    acknowledgement={"on_time_delivered": 50, "on_time_seen": 11, "late": 2, "not_told": 1},
    resolution={"within": 41, "late": 3, "unresolved_open": 5, "open_past_target": 6},
    surveys={
        "asked": 64, "delivered": 60, "answered": 24,
        "process_2": 2, "process_3": 2, "process_4": 10, "process_5": 10,
        "outcome_1": 2, "outcome_2": 4, "outcome_4": 8, "outcome_5": 10,
        "verdict_satisfied": 17, "verdict_partly": 4, "verdict_not_satisfied": 3,
        "found_upheld": 26, "found_partly_upheld": 18, "found_not_upheld": 10, "found_not_established": 10,
    },
    reopenings={"followed": 44, "reopened": 3, "running": 40},
    appeals={"notices": 61, "appealed": 5, "running": 12, "upheld": 1, "partly_upheld": 1, "dismissed": 2, "waiting": 1},
    reprisals={"asked": 58, "delivered": 50, "answered": 20},
    actions={"corrective_on_time": 5, "corrective_late": 1, "compensatory_on_time": 1, "corrective_not_done": 1},
    durations=(DayCount(5, 30, 0, 0), DayCount(20, 60, 6, 4), DayCount(26, 40, 8, 2), DayCount(50, 40, 10, 4), DayCount(95, 5, 5, 0)),
    backlog=(AgeCount(12, 14), AgeCount(41, 7), AgeCount(97, 3)),
    people={
        "category": {"dust": 22, "pay": 17, "safety": 11, "camp": 8, "restricted": 0, "water": 5, "traffic": 3},
        "group": {"contractor_worker": 31, "direct_worker": 12, "neighbour": 15},
        "area": {"1": 20, "2": 25},
    },
    workforce=Workforce(1200, 480_000),
    behind=103,
)  # fmt: skip
"""About what the demo has."""

NOTHING = Told()
ONE = Told(
    account={"received": 1, "closing": 1, "submissions": 1},
    acknowledgement={"on_time_delivered": 1},
    workforce=Workforce(1200, None),
)
ONE_OF_EVERYTHING = Told(
    account={
        "opening": 1, "received": 1, "reopened": 1, "closed": 1, "withdrawn": 1, "closing": 1, "submissions": 2,
        "recorded_late": 1,
    },
    acknowledgement={"late": 1},
    resolution={"unresolved_open": 1, "open_past_target": 1},
    surveys={"asked": 1, "delivered": 1, "answered": 1, "process_5": 1, "outcome_5": 1, "verdict_satisfied": 1},
    reopenings={"followed": 1, "reopened": 1},
    appeals={"notices": 1, "appealed": 1, "dismissed": 1},
    reprisals={"asked": 1, "delivered": 1, "answered": 1, "said_yes": 1, "cases": 1},
    actions={"corrective_not_done": 1},
    durations=(DayCount(91, 0, 1, 0),),
    backlog=(AgeCount(91, 1),),
)  # fmt: skip
NOBODY_ANSWERED = replace(
    USUAL,
    surveys={"asked": 60, "delivered": 52, "answered": 0, "found_upheld": 60},
    reprisals={"asked": 50, "delivered": 40},
    workforce=None,
)
EVERYTHING_LATE = replace(
    USUAL,
    acknowledgement={"late": 12, "not_told": 52},
    resolution={"late": 10, "unresolved_open": 39, "open_past_target": 61},
    actions={"corrective_late": 3, "corrective_not_done": 9},
    backlog=(AgeCount(140, 24),),
    reprisals={"asked": 58, "delivered": 50, "answered": 20, "said_yes": 3},
)
NOTHING_LATE = replace(
    USUAL,
    acknowledgement={"on_time_delivered": 64},
    resolution={"within": 49},
    actions={"corrective_on_time": 8},
    backlog=(AgeCount(12, 24),),
    reprisals={"asked": 20, "delivered": 20, "answered": 20, "said_yes": 20},
)
ALL_HIDDEN = Told(
    account={"opening": 3, "received": 9, "closed": 8, "closing": 4, "submissions": 9},
    acknowledgement={"on_time_delivered": 9},
    resolution={"within": 8},
    surveys={
        "asked": 6, "delivered": 6, "answered": 4, "process_5": 4, "outcome_5": 4, "verdict_satisfied": 4,
        "found_upheld": 6,
    },
    reprisals={"asked": 6, "delivered": 6, "answered": 4, "said_yes": 2},
    durations=(DayCount(5, 4, 4, 0),),
    backlog=(AgeCount(12, 4),),
    people={
        "category": {"dust": 3, "pay": 3, "safety": 3}, "group": {"contractor_worker": 4, "neighbour": 5},
        "area": {"1": 4, "2": 5},
    },
    workforce=Workforce(300, None),
)  # fmt: skip
NO_HEADCOUNT = replace(USUAL, workforce=None)
HUGE = replace(
    USUAL,
    account={
        "opening": 2100, "received": 16_600, "reopened": 21, "closed": 15_700, "withdrawn": 301, "referred": 400,
        "out_of_scope": 110, "closing": 2210, "closed_resolved": 5200, "submissions": 17_800, "recorded_late": 1021,
    },
    reprisals={"asked": 4800, "delivered": 4100, "answered": 2400, "said_yes": 31, "cases": 28},
    people={"category": {"dust": 8760, "pay": 7800, "restricted": 40}, "group": {"contractor_worker": 9000, "direct_worker": 7600}},
    workforce=Workforce(21_000, 4_800_000),
    behind=19_300,
)  # fmt: skip

TOLD: Mapping[str, Told] = {
    "usual": USUAL,
    "nothing": NOTHING,
    "one": ONE,
    "one of everything": ONE_OF_EVERYTHING,
    "nobody answered": NOBODY_ANSWERED,
    "everything late": EVERYTHING_LATE,
    "nothing late": NOTHING_LATE,
    "all hidden": ALL_HIDDEN,
    "no headcount": NO_HEADCOUNT,
    "huge": HUGE,
}


def corrected(found: Bulletin) -> Bulletin:
    """Return a bulletin as the correction of an earlier version: the tables are those of that one."""
    tables = {id_: replace(table, as_of_version=1) for id_, table in found.tables.items()}
    reason = {"es": "Faltaba una carta.", "en": "A letter was missing."}
    return replace(found, version=2, tables=tables, reason=reason)


def withheld(found: Bulletin) -> Bulletin:
    """Return a bulletin whose tables say nothing of their cells."""
    tables = {
        id_: replace(table, state="withheld", cells=dict.fromkeys(table.cells)) for id_, table in found.tables.items()
    }
    return replace(found, tables=tables)


QUARTERS: Mapping[str, Bulletin] = {
    **{name: bulletin(told) for name, told in TOLD.items()},
    "corrected": corrected(bulletin(USUAL)),
    "withheld": withheld(bulletin(USUAL)),
    "before there were tables": replace(
        bulletin(USUAL),
        tables={},
        figures={
            id_: one
            for id_, one in bulletin(USUAL).figures.items()
            if id_ not in {"M4", "M6", "M6.appealed", "M6.upheld", "M6b", "M12", "M13", "M14.actions"}
        },
    ),
}
