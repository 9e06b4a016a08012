"""The program that everybody can download: it agrees with files as they were published, and with no others."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grievance.metrics.inputs import AgeCount, canonical
from grievance.metrics.survival import poisson_exact
from grievance.metrics.survival import wilson as our_wilson
from grievance.publishing import recompute
from grievance.publishing.bulletin import Bulletin
from grievance.publishing.datapackage import datapackage
from grievance.publishing.exports import to_csv, to_json
from tests.support.bulletins import TOLD, USUAL, bulletin

SCRIPT = str(recompute.__file__)

Change = Callable[[dict[str, Any]], object]


def run(*files: Path, language: str = "en") -> subprocess.CompletedProcess[str]:
    # -I: none of our modules, none of our packages, no setting of this machine.
    command = [sys.executable, "-I", SCRIPT, *map(str, files), "--language", language]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)


def saved(folder: Path, found: Bulletin, name: str = "quarter") -> list[Path]:
    """Save the three files of a quarter as somebody who downloads them."""
    contents = {f"{name}.json": to_json(found), f"{name}.csv": to_csv(found), "datapackage.json": _package(found, name)}
    for file, content in contents.items():
        (folder / file).write_bytes(content)
    return [folder / file for file in contents]


def changed(folder: Path, found: Bulletin, change: Change) -> Path:
    text = json.loads(found.text)
    change(text)
    file = folder / "changed.json"
    file.write_text(canonical(text))
    return file


def figure(text: dict[str, Any], id_: str) -> dict[str, Any]:
    return next(row for row in text["figures"] if row["id"] == id_)


def table(text: dict[str, Any], id_: str) -> dict[str, Any]:
    return next(row for row in text["tables"] if row["id"] == id_)


PUBLISHED = {
    **{name: bulletin(told) for name, told in TOLD.items()},
    # As the database would count them: whatever is open has an age.
    "one": bulletin(replace(TOLD["one"], backlog=(AgeCount(3, 1),))),
    "huge": bulletin(replace(TOLD["huge"], backlog=(AgeCount(3, 2000), AgeCount(95, 210)))),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_files_as_they_are_published_hold(name: str, tmp_path: Path) -> None:
    done = run(*saved(tmp_path, PUBLISHED[name]))

    assert done.returncode == 0, done.stdout + done.stderr
    assert "  NO  " not in done.stdout
    assert "Everything that can be worked out again holds." in done.stdout


def test_it_says_what_it_cannot_work_out_in_both_languages(tmp_path: Path) -> None:
    files = saved(tmp_path, bulletin(USUAL))

    spanish, english = run(*files, language="es").stdout, run(*files).stdout

    assert "La curva de M5 y su intervalo: se necesitan los días de cada caso" in spanish
    assert "Todo lo que se puede calcular de nuevo coincide." in spanish
    assert "they need the days of each case" in english
    assert bulletin(USUAL).file_digest in english


TAMPERED: dict[str, tuple[Change, str]] = {
    "an account that does not balance": (
        lambda text: figure(text, "M2")["parts"].update(closing=23),
        "M2: open at the end: the file says 23, worked out again it is 24.",
    ),
    "cases of nobody": (
        lambda text: figure(text, "M2")["parts"].update(people_behind=0),
        "M2: people behind what was received: this cannot be.",
    ),
    "more on time than were told": (
        lambda text: figure(text, "M1").update(numerator=63),
        "M1: confirmed on time: the file says 63",
    ),
    "late answers left out": (
        lambda text: figure(text, "M3")["parts"].update(unresolved_open=0),
        "M3: answers due: the file says 49, worked out again it is 44.",
    ),
    "a curve that falls": (
        lambda text: figure(text, "M5")["parts"].update(day_60=0.1),
        "M5: the curve only rises: this cannot be.",
    ),
    "an interval that is too narrow": (
        lambda text: figure(text, "M8.outcome")["parts"].update(low=0.7),
        "M8.outcome: lower end (Wilson): the file says 0.7",
    ),
    "silence forgotten": (
        lambda text: figure(text, "M8.outcome")["parts"].update(worst=0.75),
        "M8.outcome: if the silent were unhappy: the file says 0.75, worked out again it is 0.3.",
    ),
    "a comparison that is not allowed": (
        lambda text: figure(text, "M8.outcome")["parts"].update(trend_allowed=1),
        "M8.outcome: may be compared (1: yes): the file says 1, worked out again it is 0.",
    ),
    "a rate of use": (
        lambda text: figure(text, "M12")["parts"].update(per_200000_hours_high=30.0),
        "M12: per 200,000 hours, >: the file says 30",
    ),
    "measures done that were not": (
        lambda text: figure(text, "M14.actions").update(numerator=8),
        "M14: done on time: the file says 8, worked out again it is 6.",
    ),
    "an appeal lost that was won": (
        lambda text: figure(text, "M6.upheld").update(numerator=1),
        "M6.upheld: the person was right: the file says 1, worked out again it is 2.",
    ),
    "more appeals than answers": (
        lambda text: figure(text, "M6.appealed").update(numerator=62),
        "M6.appealed: appealed of the outcomes told: this cannot be.",
    ),
    "an upper end that says no reprisals": (
        lambda text: figure(text, "M13")["parts"].update(high=0.0),
        "M13: upper end (Wilson): the file says 0, worked out again it is 0.161125.",
    ),
    "two who said yes": (
        lambda text: figure(text, "M13").update(numerator=2),
        "M13: hidden from 1 to 4 and below 10 answers: this cannot be.",
    ),
    "more answers than questions": (
        lambda text: figure(text, "M13").update(denominator=51),
        "M13: said yes, answered, reached, asked: this cannot be.",
    ),
    "few cases of reprisals": (
        lambda text: figure(text, "M13")["parts"].update(reprisal_cases=3),
        "M13: cases of reprisals beside their line: this cannot be.",
    ),
    "old cases that vanish": (
        lambda text: figure(text, "M6b")["parts"].update(over_90=0),
        "M6b: open for more than 90 days: the file says 3, worked out again it is 0.",
    ),
    "a small number shown": (
        lambda text: table(text, "people.category")["cells"].update(traffic=3),
        "people.category: a number from 1 to 4 is shown: this cannot be.",
    ),
    "people missing from a table": (
        lambda text: table(text, "people.group").update(total=60),
        "people.group: its total is M2 received: the file says 60, worked out again it is 66.",
    ),
    "a negative count": (
        lambda text: figure(text, "M2").update(denominator=-1),
        "M2: a count is not a count: this cannot be.",
    ),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_a_changed_file_fails_with_the_reason(what: str, tmp_path: Path) -> None:
    change, reason = TAMPERED[what]

    done = run(changed(tmp_path, bulletin(USUAL), change))

    assert done.returncode == 1, done.stdout + done.stderr
    assert f"  NO  {reason}" in done.stdout


def test_a_file_that_was_written_anew_is_noticed_though_its_numbers_hold(tmp_path: Path) -> None:
    file = tmp_path / "quarter.json"
    file.write_text(json.dumps(json.loads(bulletin(USUAL).text), indent=1))

    done = run(file)

    assert done.returncode == 1
    assert "Written in the one canonical way: the file says no" in done.stdout


def test_a_csv_that_differs_from_its_json_fails_and_names_the_number(tmp_path: Path) -> None:
    json_file, csv_file, _ = saved(tmp_path, bulletin(USUAL))
    csv_file.write_bytes(csv_file.read_bytes().replace(b"M3,1,late,3,", b"M3,1,late,2,"))

    done = run(json_file, csv_file)

    assert done.returncode == 1
    assert (
        "Rows of the CSV that differ from the JSON: the file says M3.late, worked out again it is none." in done.stdout
    )


def test_a_download_that_is_not_the_one_described_fails(tmp_path: Path) -> None:
    json_file, _, package = saved(tmp_path, bulletin(USUAL))
    json_file.write_bytes(json_file.read_bytes() + b"\n")

    done = run(json_file, package)

    assert done.returncode == 1
    assert "  NO  Size and fingerprint in the data package of quarter.json" in done.stdout


def test_quarters_are_followed_from_one_to_the_next(tmp_path: Path) -> None:
    first = changed(tmp_path, bulletin(USUAL), lambda text: text.update(quarter="2026Q2")).rename(tmp_path / "one.json")
    follows = lambda text: text.update(before={"version": 1, "closing": 24})  # noqa: E731  # a change as in TAMPERED
    second = changed(tmp_path, bulletin(USUAL), follows).rename(tmp_path / "two.json")
    wrong = changed(tmp_path, bulletin(USUAL), lambda text: text.update(before={"version": 1, "closing": 20}))

    right, failed = run(first, second), run(first, wrong)

    assert right.returncode == 0, right.stdout
    assert "begins with 21 open cases, the one before ended with 24; recorded late since: 2" in right.stdout
    assert failed.returncode == 1
    assert "ended with so many open cases: the file says 20, worked out again it is 24." in failed.stdout


def test_a_correction_that_counts_people_again_fails(tmp_path: Path) -> None:
    first = saved(tmp_path, bulletin(USUAL))[0]
    later = {"known_at": "2026-11-01T00:00:00+00:00"}
    again = changed(
        tmp_path,
        bulletin(replace(USUAL, people={**USUAL.people, "area": {"1": 30, "2": 15}})),
        lambda text: text.update(later),
    )

    done = run(first, again)

    assert done.returncode == 1
    assert "  NO  Tables about people in both versions of 2026Q3" in done.stdout


@pytest.mark.parametrize("content", ["{", '{"figures": [], "quarter": "2026Q3"}', '{"figures": 3}'])
def test_what_cannot_be_read_is_said_and_not_called_right(content: str, tmp_path: Path) -> None:
    file = tmp_path / "quarter.json"
    file.write_text(content)

    done = run(file)

    assert done.returncode == 2
    assert done.stdout.splitlines()[-1].startswith("A file cannot be read:")


@pytest.mark.parametrize("count", [0, 1, 3, 17, 120])
def test_its_exact_interval_is_that_of_the_program_though_they_share_no_line(count: int) -> None:
    ours = poisson_exact(count)

    assert recompute.poisson(count) == pytest.approx((ours.low, ours.high), abs=1e-6)


@pytest.mark.parametrize(("successes", "n"), [(0, 20), (18, 24), (24, 24), (1, 400)])
def test_its_wilson_interval_is_that_of_the_program(successes: int, n: int) -> None:
    ours = our_wilson(successes, n)

    assert ours is not None
    assert recompute.wilson(successes, n) == pytest.approx((ours.low, ours.high), abs=1e-12)


def test_it_needs_nothing_but_the_standard_library() -> None:
    text = Path(SCRIPT).read_text()

    imported = [line.split()[1].split(".")[0] for line in text.splitlines() if line.startswith(("import ", "from "))]
    assert set(imported) <= set(sys.stdlib_module_names)


def _package(found: Bulletin, name: str) -> bytes:
    text = json.loads(datapackage(found))
    for resource in text["resources"]:
        resource["path"] = f"{name}.{resource['format']}"
    return json.dumps(text).encode()
