"""The public page of a quarter against two words from Flask; memory after that load; the time to a first answer."""

import asyncio
import gzip
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bench import driver, floors, servers
from bench.databases import Place
from bench.driver import Connection, Load
from bench.report import Row
from grievance.app import build_runtime
from grievance.cli.demo.commands import load_if_empty
from grievance.core.schema import upgrade
from grievance.metrics.periods import previous, quarter_of, quarter_slug

CONNECTIONS = 8
ROUNDS = 5
JOBS = 600
"""Requests per round and address. Rounds take turns, so that a noisy moment hits both."""
FOUND, NOT_MODIFIED = 200, 304


def measure(place: Place, folder: Path) -> Iterator[Row]:
    """Yield rates, memory and start."""
    url = place.fresh()
    floors.prepare(url)
    environment = servers.environment(folder, place.fresh())
    upgrade(environment["GRIEVANCE_DATABASE_URL"])
    runtime = build_runtime(servers.settings_of(environment))
    load_if_empty(runtime)
    runtime.database.dispose()
    page = f"/es/cerro-imaginario/{_slug_of_released()}"
    with (
        servers.floor({"BENCH_DATABASE_URL": url, "BENCH_TOKEN": "bench"}) as plain,
        servers.product(environment, "worker") as served,
    ):
        tag = asyncio.run(_tag(served.port, page))
        rounds = [_round(plain.port, served.port, page, tag) for _ in range(ROUNDS)]
        floor_memory, floor_start = servers.memory_mib(plain.pid), plain.start_seconds
        memory, start = servers.memory_mib(served.pid), served.start_seconds
        memory += sum(servers.memory_mib(pid) for pid in served.beside)
    for place_in_round, what in ((1, "public page of a quarter"), (2, "the same page, known to the browser")):
        hello, load = _median([(one[0], one[place_in_round]) for one in rounds])
        yield Row.of(what, place.name, CONNECTIONS, load, hello)
    where = "after that load, web and worker"
    yield Row.plain("memory", where, f"{memory:.0f} MiB", f"{floor_memory:.0f} MiB", memory / floor_memory)
    yield Row.plain(
        "start to first answer", "set up already", f"{start:.1f} s", f"{floor_start:.1f} s", start / floor_start
    )


def _slug_of_released() -> str:
    """Return the address of the quarter that the demo has published: the one before the last that ended."""
    return quarter_slug(previous(previous(quarter_of(datetime.now(UTC), "America/Santiago"))), "es")


async def _tag(port: int, page: str) -> str:
    """Return the tag of the page, once it is certain that this is a summary with its drawings."""
    connection = Connection(port)
    answer = await connection.send("GET", page, headers={"Accept-Encoding": "gzip"})
    connection.close()
    if answer.status != FOUND or b"<figure" not in gzip.decompress(answer.body):
        raise SystemExit(f"{page} is no summary: {answer.status}")
    return answer.headers["etag"]


def _round(floor_port: int, port: int, page: str, tag: str) -> tuple[Load, Load, Load]:
    known = {"If-None-Match": tag, "Accept-Encoding": "gzip"}
    return (
        driver.run(floor_port, _getting("/hello", {}), connections=CONNECTIONS, jobs=JOBS),
        driver.run(port, _getting(page, {"Accept-Encoding": "gzip"}), connections=CONNECTIONS, jobs=JOBS),
        driver.run(port, _getting(page, known, NOT_MODIFIED), connections=CONNECTIONS, jobs=JOBS),
    )


def _median(pairs: list[tuple[Load, Load]]) -> tuple[Load, Load]:
    """Return the round with the middle ratio."""
    ordered = sorted(pairs, key=lambda pair: pair[1].per_second / max(pair[0].per_second, 1))
    return ordered[len(ordered) // 2]


def _getting(path: str, headers: dict[str, str], expected: int = FOUND) -> driver.Exchange:
    async def get(connection: Connection, number: int) -> bool:
        del number
        answer = await connection.send("GET", path, headers=headers)
        return answer.status == expected and (len(answer.body) > 0) == (expected == FOUND)

    return get
