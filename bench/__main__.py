"""Run the measurements: `make bench`, or `python -m bench webhook form …` for some of them."""

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import form, lists, public, quarter, register, walls, webhook
from bench.databases import Place, places
from bench.report import Row, table

JOBS = 400
"""Requests per measurement: bounded, and enough for a stable median on a noisy machine."""


def webhooks(place: Place, folder: Path) -> Iterator[Row]:
    """Texts, at 1, 8 and 32 senders."""
    for connections in (1, 8, 32):
        yield webhook.measure(place, folder, connections=connections, jobs=JOBS)


def forms(place: Place, folder: Path) -> Iterator[Row]:
    """Reports on the web, at 1 and 8 senders."""
    for connections in (1, 8):
        yield form.measure(place, folder, connections=connections, jobs=JOBS)


PER_DATABASE: dict[str, Callable[[Place, Path], Iterator[Row]]] = {
    "webhook": webhooks,
    "form": forms,
    "lists": lists.measure,
    "walls": walls.measure,
    "quarter": quarter.measure,
    "register": register.measure,
}


def main() -> None:
    """Run what was asked for, everything otherwise, and print the report."""
    wanted = sys.argv[1:] or [*PER_DATABASE, "public"]
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as name, places(Path(name)) as found:
        for what in wanted:
            for place in found:
                if what in PER_DATABASE:
                    rows += _said(PER_DATABASE[what](place, Path(name)))
            if what == "public":
                rows += _said(public.measure(found[0], Path(name)))
    sys.stdout.write(table(rows) + "\n")


def _said(measured: Iterator[Row]) -> Iterator[Row]:
    for row in measured:
        sys.stderr.write(f"{row.what}, {row.where}: {row.product} against {row.floor}: {row.ratio}\n")
        yield row


main()
