"""Work the published figures of a site out again, from the files that everybody can download. Works without a network.

    python3 recompute.py quarter.json quarter.csv [another.json …] [datapackage.json …] [--language en]

Vuelve a calcular las cifras publicadas de una faena a partir de los archivos que cualquiera puede descargar. Español:

    python3 recompute.py trimestre.json trimestre.csv [otro.json …] [--language es]

Nothing but Python 3.9 or later is needed: one file, so that it can be read from top to bottom before it is run. It is
written from the published definitions and shares no line with the program that made the figures. The exit code is 0
when everything holds, 1 when something does not, 2 when a file cannot be read.
"""

# ruff: noqa: ARG001  # every check of a figure takes the same, whether it needs all of it or not

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import math
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Z = 1.959963984540054  # 95 of 100, both sides
LEAST = 10  # no share is out of fewer
SMALLEST_SHOWN = 5  # of a table about people, 1 to 4 are hidden
CURVE_DAYS = (7, 15, 30, 60, 90)
FOLLOWED = (30, 60, 90)
LEFT = ("closed", "withdrawn", "referred", "out_of_scope", "merged")
TOLD = ("on_time_delivered", "on_time_seen", "on_time_handed_over", "on_time_posted")
WORKERS = ("direct_worker", "contractor_worker")
KINDS = ("corrective", "compensatory", "transformative")
NEAR = 0.0000015  # shares are rounded to a millionth

TEXTS = {
    "same": ("{what}: {printed}, also when worked out again.", "{what}: {printed}, también al calcularlo de nuevo."),
    "differs": (
        "{what}: the file says {printed}, worked out again it is {again}.",
        "{what}: el archivo dice {printed}; al calcularlo de nuevo da {again}.",
    ),
    "broken": ("{what}: this cannot be.", "{what}: esto no puede ser."),
    "hidden": ("{what}: hidden, nothing to work out.", "{what}: está oculto, no hay qué calcular."),
    "unread": ("A file cannot be read: {why}", "Un archivo no se puede leer: {why}"),
    "fingerprint": (
        "Fingerprint (SHA-256) of the file, to compare with the one on the page: {digest}",
        "Huella (SHA-256) del archivo, para comparar con la de la página: {digest}",
    ),
    "canonical": ("Written in the one canonical way", "Escrito de la única forma canónica"),
    "package": (
        "Size and fingerprint in the data package of {name}",
        "Tamaño y huella en el paquete de datos de {name}",
    ),
    "not_given": (
        "{name}: named by the data package, not given.",
        "{name}: lo nombra el paquete de datos; no se entregó.",
    ),
    "csv_rows": ("Rows of the CSV that differ from the JSON", "Filas del CSV distintas del JSON"),
    "csv_alone": ("{name}: no JSON given is of the same figures.", "{name}: ningún JSON entregado tiene esas cifras."),
    "chain": (
        "{quarter} says that the quarter before ended with so many open cases",
        "{quarter} dice que el trimestre anterior terminó con esta cantidad de casos abiertos",
    ),
    "opening": (
        (
            "{quarter} begins with {opening} open cases, the one before ended with {closing}; recorded late since: "
            "{late}. What is recorded late, and what turned out to be no grievance, makes the difference."
        ),
        (
            "{quarter} comienza con {opening} casos abiertos; el anterior terminó con {closing}; registrados tarde: "
            "{late}. La diferencia es lo registrado tarde y lo que resultó no ser un reclamo."
        ),
    ),
    "no_before": (
        "{quarter}: the quarter before is not among the files, so where it begins cannot be compared.",
        "{quarter}: el trimestre anterior no está entre los archivos; no se puede comparar con qué comienza.",
    ),
    "repeated": (
        "Tables about people in both versions of {quarter}",
        "Tablas de personas en ambas versiones de {quarter}",
    ),
    "holds": ("Everything that can be worked out again holds.", "Todo lo que se puede calcular de nuevo coincide."),
    "fails": (
        "Something does not hold. Lines marked NO: {number}.",
        "Algo no coincide. Líneas con NO: {number}.",
    ),
    "cannot": (
        """What these files do not allow to be worked out:
- The curve of M5 and its interval: they need the days of each case, which are not public. Only its order was checked.
- Medians, ages and percentiles: the same.
- Hidden numbers: that is what hiding is for.
- The fingerprint over figures and input set, and the root over all cases: auditors check them on the spot.
- Whether everything was recorded, and whether a recorded date is true. Ask people.
""",
        """Lo que estos archivos no permiten calcular:
- La curva de M5 y su intervalo: se necesitan los días de cada caso, que no son públicos. Solo se revisó su orden.
- Medianas, edades y percentiles: lo mismo.
- Los números ocultos: para eso se ocultan.
- La huella sobre cifras y datos de origen, y el sello sobre todos los casos: se revisan en auditoría.
- Si se registró todo, y si una fecha anotada es cierta. Pregunte a la gente.
""",
    ),
}

Json = dict[str, Any]
What = tuple[str, str]
"""What is checked, in English and in Spanish."""


class Report:
    """What was found, line by line, in one language."""

    def __init__(self, language: str) -> None:
        self.place = 0 if language == "en" else 1
        self.wrong = 0

    def say(self, text: str, **values: object) -> None:
        """Write a line that judges nothing."""
        sys.stdout.write(self._words(text, values) + "\n")

    def same(self, what: What, printed: object, again: object) -> None:
        """Compare what is printed with what was worked out: shares to a millionth, everything else exactly."""
        is_same = printed == again
        if isinstance(printed, float) or isinstance(again, float):
            is_same = None not in (printed, again) and abs(float(str(printed)) - float(str(again))) < NEAR
        text = "same" if is_same else "differs"
        self._mark(is_same, text, what=what[self.place], printed=self._shown(printed), again=self._shown(again))

    def holds(self, what: What, *conditions: bool) -> None:
        """Say whether something that must be so is so; only what is not is written."""
        if not all(conditions):
            self._mark(False, "broken", what=what[self.place])

    def _mark(self, is_right: bool, text: str, **values: object) -> None:
        self.wrong += not is_right
        sys.stdout.write(f"  {'OK' if is_right else 'NO'}  {self._words(text, values)}\n")

    def _words(self, text: str, values: dict[str, object]) -> str:
        return TEXTS[text][self.place].format(**values)

    def _shown(self, value: object) -> str:
        if isinstance(value, bool):
            return (("no", "yes"), ("no", "sí"))[self.place][value]
        if isinstance(value, list):
            return ", ".join(value) or ("none", "ninguna")[self.place]
        if isinstance(value, float):
            return f"{value:.6g}"
        return ("nothing", "nada")[self.place] if value is None else str(value)


def main(arguments: list[str] | None = None) -> int:
    """Read the files named, check them, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--language", choices=("es", "en"), default="es")
    asked = parser.parse_args(arguments)
    report = Report(asked.language)
    try:
        contents = {path.name: path.read_bytes() for path in asked.files}
        read = {name: json.loads(content) for name, content in contents.items() if name.endswith(".json")}
    except (OSError, ValueError) as why:
        report.say("unread", why=why)
        return 2
    quarters = {name: value for name, value in read.items() if "figures" in value}
    try:
        check_all(report, contents, quarters, [value for value in read.values() if "resources" in value])
    except (KeyError, TypeError, ValueError, IndexError) as why:
        # Something that every file has is not there, or is of another kind.
        report.say("unread", why=repr(why))
        return 2
    sys.stdout.write("\n")
    report.say("cannot")
    report.say("fails" if report.wrong else "holds", number=report.wrong)
    return 1 if report.wrong else 0


def check_all(report: Report, contents: dict[str, bytes], quarters: Json, packages: list[Json]) -> None:
    """Check each file by itself, then what they say of each other."""
    for name, text in sorted(quarters.items(), key=lambda row: (row[1]["quarter"], row[1]["known_at"])):
        sys.stdout.write(f"\n{name}: {text['site']}, {text['quarter']}\n")
        check_quarter(report, contents[name], text)
    for name, content in contents.items():
        if name.endswith(".csv"):
            sys.stdout.write(f"\n{name}\n")
            check_csv(report, name, content, quarters)
    sys.stdout.write("\n")
    for package in packages:
        check_package(report, package, contents)
    check_chain(report, list(quarters.values()))


def check_quarter(report: Report, content: bytes, text: Json) -> None:
    """Check one JSON file by itself."""
    report.say("fingerprint", digest=hashlib.sha256(content).hexdigest())
    again = json.dumps(text, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    report.same(TEXTS["canonical"], content.decode().strip() == again, True)
    figures = {row["id"]: row for row in text["figures"]}
    tables = {row["id"]: row for row in text.get("tables", [])}
    for row in figures.values():
        counts = [row["denominator"], *row["exclusions"].values()]
        report.holds(
            (f"{row['id']}: a count is not a count", f"{row['id']}: una cantidad no es una cantidad"),
            all(isinstance(n, int) and n >= 0 for n in counts),
        )
    for id_, check in CHECKS.items():
        if id_ in figures:
            check(report, figures[id_], {**figures[id_]["parts"]}, figures, tables)
    for row in tables.values():
        check_table(report, row, figures["M2"]["denominator"])


def check_m1(report: Report, row: Json, parts: Json, figures: Json, tables: Json) -> None:
    """Acknowledged on time: the ways of being told add up; receipts are hidden with the texts of the channel table."""
    on_time = sum(parts[name] for name in TOLD)
    report.same(("M1: confirmed on time", "M1: confirmados a tiempo"), row["numerator"], on_time)
    due = on_time + parts["late"] + parts["sent_unconfirmed"] + parts["not_told"]
    report.same(("M1: confirmations due", "M1: confirmaciones que vencían"), row["denominator"], due)
    channels = tables.get("people.channel")
    is_hidden = channels is not None and channels["cells"].get("sms") is None
    report.holds(
        ("M1: receipts hidden with the texts", "M1: comprobantes ocultos con los mensajes"),
        (parts.get("receipts_delivered") is None) == is_hidden,
    )


def check_m2(report: Report, row: Json, parts: Json, figures: Json, tables: Json) -> None:
    """The account balances."""
    left = sum(parts[name] for name in LEFT)
    report.same(("M2: ended", "M2: terminados"), row["numerator"], left)
    report.same(("M2: received", "M2: recibidos"), row["denominator"], parts["received"])
    closing = parts["opening"] + parts["received"] + parts["reopened"] - left
    report.same(("M2: open at the end", "M2: abiertos al final"), parts["closing"], closing)
    report.holds(
        ("M2: resolved of the closed", "M2: resueltos de los cerrados"),
        0 <= parts["closed_resolved"] <= parts["closed"],
    )
    report.holds(
        ("M2: people behind what was received", "M2: personas detrás de lo recibido"),
        parts.get("people_behind") is None or (parts["people_behind"] > 0) == (parts["received"] > 0),
    )


def check_m3(report: Report, row: Json, parts: Json, figures: Json, tables: Json) -> None:
    """Resolved within target: what is not is late or unresolved."""
    due = row["numerator"] + parts["late"] + parts["unresolved_open"] + parts["unresolved_ended"]
    report.same(("M3: answers due", "M3: respuestas que vencían"), row["denominator"], due)


def check_m4(report: Report, row: Json, parts: Json, figures: Json, tables: Json) -> None:
    """Resolution rate: each cohort is its fates; the longer it was followed, the smaller it is."""
    for day in FOLLOWED:
        cohort = sum(parts[f"{fate}_{day}"] for fate in ("resolved", "left", "unresolved"))
        report.same(
            (f"M4: cases followed for {day} days", f"M4: casos seguidos por {day} días"), parts[f"cohort_{day}"], cohort
        )
        rate = round(parts[f"resolved_{day}"] / cohort, 6) if cohort >= LEAST else None
        report.same(
            (f"M4: share resolved by day {day}", f"M4: parte resuelta al día {day}"), parts[f"rate_{day}"], rate
        )
    report.same(("M4: resolved by day 30", "M4: resueltos al día 30"), row["numerator"], parts["resolved_30"])
    report.same(("M4: of so many", "M4: de esta cantidad"), row["denominator"], parts["cohort_30"])
    report.holds(
        ("M4: fewer were followed for longer", "M4: menos casos con más días"),
        parts["cohort_30"] >= parts["cohort_60"] >= parts["cohort_90"],
    )


def check_m5(report: Report, row: Json, parts: Json, figures: Json, tables: Json) -> None:
    """Time to resolution: what an outsider can check of a curve."""
    cases, left = row["denominator"], parts["left_otherwise"]
    report.same(
        ("M5: resolved, open and left are all", "M5: resueltos, abiertos y salidos son todos"),
        cases,
        row["numerator"] + parts["still_open"] + left,
    )
    is_enough = cases >= LEAST and row["numerator"] >= SMALLEST_SHOWN
    report.holds(
        ("M5: hidden below 10 cases or 5 resolved", "M5: oculto con menos de 10 casos o 5 resueltos"),
        (row["hidden"] is None) == is_enough,
    )
    if not is_enough:
        return
    if "left_share" in parts:
        report.same(
            ("M5: share that left in another way", "M5: parte que salió de otra forma"),
            parts["left_share"],
            round(left / cases, 6),
        )
    check_curve(report, parts)
    has_other = any(name.startswith("incidence_") for name in parts)
    report.same(
        ("M5: second curve above 10 of 100", "M5: segunda curva sobre 10 de cada 100"), has_other, left > 0.1 * cases
    )


def check_curve(report: Report, parts: Json) -> None:
    """The curve only rises, lies in its interval and above the second one, and agrees with its median."""
    days = [day for day in CURVE_DAYS if parts.get(f"day_{day}") is not None]
    curve = [parts[f"day_{day}"] for day in days]
    report.holds(
        ("M5: the curve only rises", "M5: la curva solo sube"),
        curve == sorted(curve),
        all(0 <= share <= 1 for share in curve),
    )
    for day in days:
        low, high = parts[f"day_{day}_low"], parts[f"day_{day}_high"]
        report.holds(
            (f"M5: day {day} lies in its interval", f"M5: el día {day} está en su intervalo"),
            low is None or low - NEAR <= parts[f"day_{day}"] <= high + NEAR,
        )
        other = parts.get(f"incidence_day_{day}")
        report.holds(
            (f"M5: second curve on day {day}", f"M5: segunda curva al día {day}"),
            other is None or other <= parts[f"day_{day}"] + NEAR,
        )
        if parts["median_days"] is not None:
            is_half = parts[f"day_{day}"] >= 0.5 - NEAR
            report.holds(
                (f"M5: half and day {day}", f"M5: la mitad y el día {day}"), is_half == (day >= parts["median_days"])
            )


def check_m6(report: Report, row: Json, parts: Json, figures: Json, tables: Json) -> None:
    """Reopened: no more than were resolved."""
    report.holds(
        ("M6: reopened of the resolved", "M6: reabiertos de los resueltos"), row["numerator"] <= row["denominator"]
    )
    report.holds(
        ("M6: reopened of those that run", "M6: reabiertos de los que corren"),
        parts["running_reopened"] <= row["exclusions"]["running"],
    )


def check_appealed(report: Report, row: Json, parts: Json, figures: Json, tables: Json) -> None:
    """Appealed: no more than there were outcomes told, each once."""
    report.holds(
        ("M6.appealed: appealed of the outcomes told", "M6.appealed: apelados de los resultados avisados"),
        row["numerator"] <= row["denominator"],
    )
    report.holds(
        ("M6.appealed: appealed of those that run", "M6.appealed: apelados de los que corren"),
        parts["running_appealed"] <= row["exclusions"]["appeal_running"],
    )


def check_upheld(report: Report, row: Json, parts: Json, figures: Json, tables: Json) -> None:
    """What was decided of appeals adds up; right in part counts as right."""
    right = parts["appeal_upheld"] + parts["appeal_partly_upheld"]
    report.same(("M6.upheld: the person was right", "M6.upheld: la persona tenía razón"), row["numerator"], right)
    report.same(
        ("M6.upheld: appeals decided", "M6.upheld: apelaciones resueltas"),
        row["denominator"],
        right + parts["appeal_dismissed"],
    )


def check_m6b(report: Report, row: Json, parts: Json, figures: Json, tables: Json) -> None:
    """Age of what is open: the ages agree with each other, and with the account."""
    report.same(
        ("M6b: open at the end, as in M2", "M6b: abiertos al final, como en M2"),
        row["denominator"],
        figures["M2"]["parts"]["closing"],
    )
    report.same(("M6b: open for more than 90 days", "M6b: abiertos más de 90 días"), row["numerator"], parts["over_90"])
    report.holds(
        ("M6b: fewer are older", "M6b: hay menos con más días"),
        row["denominator"] >= parts["over_30"] >= parts["over_60"] >= parts["over_90"],
    )
    if row["denominator"]:
        for limit in FOLLOWED:
            report.holds(
                (f"M6b: the oldest and {limit} days", f"M6b: el más antiguo y {limit} días"),
                (parts["oldest_days"] > limit) == (parts[f"over_{limit}"] > 0),
            )
        report.holds(
            ("M6b: middle, ninetieth, oldest", "M6b: mitad, noventa, más antiguo"),
            parts["median_age_days"] <= parts["p90_age_days"] <= parts["oldest_days"],
        )


def check_m8(report: Report, row: Json, parts: Json, figures: Json, tables: Json) -> None:
    """What people say: who answered, the Wilson interval, the worst and the best that silence allows."""
    id_, answered, delivered = row["id"], row["denominator"], parts["delivered"]
    report.holds(
        (f"{id_}: answered, reached, asked", f"{id_}: contestaron, alcanzados, preguntados"),
        answered <= delivered <= parts["asked"],
    )
    silent = "verdict_no_answer" if id_ == "M8.verdict" else "no_answer"
    report.same((f"{id_}: did not answer", f"{id_}: no contestaron"), parts[silent], delivered - answered)
    if id_ == "M8.verdict":
        check_verdicts(report, row, parts)
    if row["numerator"] is None:
        report.holds(
            (f"{id_}: hidden only below 10 answers", f"{id_}: oculto solo con menos de 10 respuestas"),
            row["hidden"] is not None,
            answered < LEAST,
        )
        report.say("hidden", what=f"  --  {id_}")
        return
    if "response" not in parts:
        return
    content = row["numerator"]
    response = round(answered / delivered, 6) if delivered >= LEAST else None
    report.same((f"{id_}: share that answered", f"{id_}: parte que contestó"), parts["response"], response)
    low, high = wilson(content, answered) if answered >= LEAST else (None, None)
    report.same((f"{id_}: lower end (Wilson)", f"{id_}: extremo inferior (Wilson)"), parts["low"], low)
    report.same((f"{id_}: upper end (Wilson)", f"{id_}: extremo superior (Wilson)"), parts["high"], high)
    worst, best = bounds(content, answered, delivered) if answered >= LEAST else (None, None)
    report.same(
        (f"{id_}: if the silent were unhappy", f"{id_}: si quienes callan estuvieran disconformes"),
        parts["worst"],
        worst,
    )
    report.same(
        (f"{id_}: if the silent were happy", f"{id_}: si quienes callan estuvieran conformes"), parts["best"], best
    )
    may = low is not None and high is not None and 2 * answered >= delivered and high - low <= 0.3
    report.same(
        (f"{id_}: may be compared (1: yes)", f"{id_}: se puede comparar (1: sí)"), parts["trend_allowed"], int(may)
    )


def check_verdicts(report: Report, row: Json, parts: Json) -> None:
    """The three verdicts are all who answered; who was not reached is the rest."""
    report.same(
        ("M8.verdict: not reached", "M8.verdict: no alcanzados"),
        parts["verdict_unreachable"],
        parts["asked"] - parts["delivered"],
    )
    said = [parts[f"verdict_{name}"] for name in ("satisfied", "partly", "not_satisfied")]
    report.holds(
        ("M8.verdict: all hidden or none", "M8.verdict: todo oculto o nada"),
        all(number is None for number in said) or None not in said,
    )
    if None not in said:
        report.same(
            ("M8.verdict: who said something", "M8.verdict: quienes dijeron algo"), row["denominator"], sum(said)
        )
        report.same(("M8.verdict: solved, they say", "M8.verdict: dicen que se solucionó"), row["numerator"], said[0])


def check_m12(report: Report, row: Json, parts: Json, figures: Json, tables: Json) -> None:
    """How many of those who work here: per 100, per 200,000 hours, and what chance alone could do (exact Poisson)."""
    cells = tables.get("people.group", {}).get("cells", {})
    shown = [cells.get(group) for group in WORKERS]
    if None in shown:
        report.holds(
            ("M12: hidden with the group table", "M12: oculto con la tabla de grupos"), row["numerator"] is None
        )
        report.say("hidden", what="  --  M12")
        return
    cases, people, hours = sum(shown), row["denominator"], parts["hours"]
    report.same(("M12: grievances of workers", "M12: reclamos de quienes trabajan"), row["numerator"], cases)
    per_100 = cases * 100 / people if people >= LEAST else None
    report.same(("M12: per 100 workers", "M12: por cada 100 que trabajan"), parts["per_100_workers"], per_100)
    has_hours = bool(hours) and people >= LEAST
    low, high = poisson(cases)
    ends = (("", "", cases), ("_low", ", <", low), ("_high", ", >", high))
    for name, end, value in ends:
        what = (f"M12: per 200,000 hours{end}", f"M12: por 200.000 horas{end}")
        again = value * 200_000 / hours if has_hours else None
        report.same(what, parts[f"per_200000_hours{name}"], again)


def check_m13(report: Report, row: Json, parts: Json, figures: Json, tables: Json) -> None:
    """Treated worse for complaining: the interval, what must be hidden, and the cases within their line."""
    answered, yes, cases = row["denominator"], row["numerator"], parts["reprisal_cases"]
    report.holds(
        ("M13: said yes, answered, reached, asked", "M13: dijeron que sí, contestaron, alcanzados, preguntados"),
        (yes or 0) <= answered <= parts["delivered"] <= parts["asked"],
    )
    least, most = (1, SMALLEST_SHOWN - 1) if yes is None else (yes, yes)
    report.holds(
        ("M13: hidden from 1 to 4 and below 10 answers", "M13: oculto de 1 a 4 y con menos de 10 respuestas"),
        yes is None if 0 < answered < LEAST else yes not in range(1, SMALLEST_SHOWN),
        answered > 0 or yes == 0,
    )
    low, high = (wilson(least, answered)[0], wilson(most, answered)[1]) if answered >= LEAST else (None, None)
    report.same(("M13: lower end (Wilson)", "M13: extremo inferior (Wilson)"), parts["low"], low)
    report.same(("M13: upper end (Wilson)", "M13: extremo superior (Wilson)"), parts["high"], high)
    restricted = tables.get("people.category", {"cells": {}})["cells"].get("restricted")
    report.holds(
        ("M13: cases of reprisals beside their line", "M13: casos de represalias junto a su línea"),
        cases is None or (restricted is not None and _both_shown(cases, restricted - cases)),
    )


def _both_shown(*numbers: int) -> bool:
    return all(number == 0 or number >= SMALLEST_SHOWN for number in numbers)


def check_m14(report: Report, row: Json, parts: Json, figures: Json, tables: Json) -> None:
    """Measures: the kinds add up."""
    states = {name: sum(parts[f"{kind}_{name}"] for kind in KINDS) for name in ("on_time", "late", "not_done")}
    report.same(("M14: done on time", "M14: hechas a tiempo"), row["numerator"], states["on_time"])
    report.same(("M14: done late", "M14: hechas tarde"), parts["actions_late"], states["late"])
    report.same(("M14: not done", "M14: sin hacer"), parts["actions_not_done"], states["not_done"])
    report.same(("M14: measures due", "M14: medidas que vencían"), row["denominator"], sum(states.values()))


def check_table(report: Report, row: Json, received: int) -> None:
    """A table about people: its total is the account's, and what it hides is hidden as the rules say."""
    id_, cells = row["id"], row["cells"]
    if "as_of_version" not in row:  # a correction repeats the table of before, with the total of before
        report.same((f"{id_}: its total is M2 received", f"{id_}: su total es el de M2"), row["total"], received)
    shown = [number for number in cells.values() if number is not None]
    hidden = len(cells) - len(shown)
    rest = row["total"] - sum(shown)
    report.holds(
        (f"{id_}: a number from 1 to 4 is shown", f"{id_}: se muestra un número de 1 a 4"),
        all(number == 0 or number >= SMALLEST_SHOWN for number in shown),
    )
    if row["state"] == "whole":
        report.holds((f"{id_}: whole, so it adds up", f"{id_}: completa, así que suma"), hidden == 0, rest == 0)
    elif row["state"] == "part":
        least = min([number for number in shown if number], default=None)
        report.holds(
            (f"{id_}: {hidden} hidden lines with {rest} in all", f"{id_}: {hidden} líneas ocultas con {rest} en total"),
            hidden >= 2,
            rest >= max(SMALLEST_SHOWN, hidden),
        )
        # The smallest are hidden, so none of them is larger than the smallest shown.
        report.holds(
            (f"{id_}: the hidden are the smallest", f"{id_}: lo oculto es lo más chico"),
            least is None or rest <= hidden * least,
        )
    else:
        report.holds(
            (f"{id_}: no line may be shown", f"{id_}: ninguna línea se puede mostrar"),
            row["state"] in ("total_only", "withheld"),
            not shown,
        )


def check_csv(report: Report, name: str, content: bytes, quarters: Json) -> None:
    """Compare a CSV with the JSON of the same figures, number by number."""
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    key = (rows[0]["site"], rows[0]["quarter"], rows[0]["known_at"]) if rows else None
    same = [text for text in quarters.values() if (text["site"], text["quarter"], text["known_at"]) == key]
    if not same:
        report.say("csv_alone", name=name)
        return
    told = {(row["figure"], row["item"]): row["value"] for row in rows}
    wanted = {place: "" if value is None else str(value) for place, value in numbers_of(same[0])}
    differ = sorted(".".join(place) for place in {*told, *wanted} if told.get(place) != wanted.get(place))
    report.same(TEXTS["csv_rows"], differ, [])


def numbers_of(text: Json) -> Iterator[tuple[tuple[str, str], object]]:
    """Yield every number of a JSON file as the CSV names it."""
    for row in text["figures"]:
        yield (row["id"], "numerator"), row["numerator"]
        yield (row["id"], "denominator"), row["denominator"]
        for name, value in row["parts"].items():
            yield (row["id"], name), value
        for name, value in row["exclusions"].items():
            yield (row["id"], f"excluded_{name}"), value
    for row in text.get("tables", []):
        yield (row["id"], "total"), row["total"]
        if row.get("as_of_version") is not None:
            yield (row["id"], "as_of_version"), row["as_of_version"]
        for name, value in row["cells"].items():
            yield (row["id"], name), value


def check_package(report: Report, package: Json, contents: dict[str, bytes]) -> None:
    """Compare the files that a data package describes with the size and fingerprint that it states."""
    for resource in package["resources"]:
        found = [content for name, content in contents.items() if Path(name).name == Path(resource["path"]).name]
        what = _each("package", name=resource["path"])
        for content in found:
            report.same(what, resource["hash"], f"sha256:{hashlib.sha256(content).hexdigest()}")
            report.same(what, resource["bytes"], len(content))
        if not found:
            report.say("not_given", name=resource["path"])


def check_chain(report: Report, quarters: list[Json]) -> None:
    """Follow the accounts from quarter to quarter, and compare the tables of the versions of one."""
    ordered = sorted(quarters, key=lambda text: (text["site"], text["quarter"], text["known_at"]))
    for text in ordered:
        earlier = [
            one for one in ordered if (one["site"], one["quarter"]) == (text["site"], _previous(text["quarter"]))
        ]
        if text["before"] and earlier:
            check_link(report, text, earlier)
        elif text["before"]:
            report.say("no_before", quarter=text["quarter"])
        first = next(one for one in ordered if (one["site"], one["quarter"]) == (text["site"], text["quarter"]))
        if first is not text and first.get("tables"):
            report.same(_each("repeated", quarter=text["quarter"]), _cells(text) == _cells(first), True)


def check_link(report: Report, text: Json, earlier: list[Json]) -> None:
    """Compare what a quarter says of the one before with that one, of whose versions any may be meant."""
    account, said = _account(text), text["before"]["closing"]
    closings = [_account(one)["closing"] for one in earlier]
    report.same(_each("chain", quarter=text["quarter"]), said, said if said in closings else closings[-1])
    if account["opening"] != said:
        late = account["recorded_late"]
        report.say("opening", quarter=text["quarter"], opening=account["opening"], closing=said, late=late)


def wilson(successes: int, n: int) -> tuple[float, float]:
    """Return the Wilson interval of a share. Source: E. B. Wilson (1927), J. Am. Stat. Assoc. 22."""
    share, square = successes / n, Z * Z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = Z * math.sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    return (0.0 if successes == 0 else middle - half), (1.0 if successes == n else middle + half)


def bounds(content: int, answered: int, delivered: int) -> tuple[float, float]:
    """Return the share if everybody who was silent were unhappy, and if all of them were happy."""
    return content / delivered, (content + delivered - answered) / delivered


def poisson(count: int) -> tuple[float, float]:
    """Return the exact interval of a Poisson mean by halving. Source: F. Garwood (1936), Biometrika 28."""
    most = count + 10 * math.sqrt(count + 1) + 10
    low = _halve(lambda mean: 1 - _at_most(count - 1, mean) < 0.025, most) if count else 0.0
    return low, _halve(lambda mean: _at_most(count, mean) > 0.025, most)


def _at_most(count: int, mean: float) -> float:
    """Return the chance of seeing so many or fewer."""
    if mean == 0:
        return 1.0
    return math.fsum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(count + 1))


def _halve(is_below: Any, most: float) -> float:  # noqa: ANN401  # a function, written for Python 3.9
    low, high = 0.0, most
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if is_below(middle) else (low, middle)
    return (low + high) / 2


def _each(text: str, **values: object) -> What:
    return TEXTS[text][0].format(**values), TEXTS[text][1].format(**values)


def _account(text: Json) -> Json:
    found: Json = next(row["parts"] for row in text["figures"] if row["id"] == "M2")
    return found


def _cells(text: Json) -> Json:
    return {row["id"]: (row["total"], row["state"], row["cells"]) for row in text.get("tables", [])}


def _previous(quarter: str) -> str:
    year, number = int(quarter[:4]), int(quarter[5:])
    return f"{year}Q{number - 1}" if number > 1 else f"{year - 1}Q4"


CHECKS: dict[str, Callable[[Report, Json, Json, Json, Json], None]] = {
    "M1": check_m1,
    "M2": check_m2,
    "M3": check_m3,
    "M4": check_m4,
    "M5": check_m5,
    "M6": check_m6,
    "M6.appealed": check_appealed,
    "M6.upheld": check_upheld,
    "M6b": check_m6b,
    "M8.process": check_m8,
    "M8.outcome": check_m8,
    "M8.verdict": check_m8,
    "M12": check_m12,
    "M13": check_m13,
    "M14.actions": check_m14,
}

if __name__ == "__main__":
    sys.exit(main())
