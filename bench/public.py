"""The public page of a quarter against two words from Flask; memory after that load; the time to a first answer."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bench import driver, floors, servers
from bench.databases import Place
from bench.report import Row
from grievance.app import build_runtime
from grievance.cli.demo.commands import load_if_empty
from grievance.core.schema import upgrade
from grievance.metrics.periods import previous, quarter_of, quarter_slug

CONNECTIONS = 8
JOBS = 2000
FOUND = 200


def measure(place: Place, folder: Path) -> Iterator[Row]:
    """Yield rate, memory and start."""
    url = place.fresh()
    floors.prepare(url)
    with servers.floor({"BENCH_DATABASE_URL": url, "BENCH_TOKEN": "bench"}) as served:
        hello = driver.run(served.port, _getting("/hello"), connections=CONNECTIONS, jobs=JOBS)
        floor_memory, floor_start = servers.memory_mib(served.pid), served.start_seconds
    environment = servers.environment(folder, place.fresh())
    upgrade(environment["GRIEVANCE_DATABASE_URL"])
    runtime = build_runtime(servers.settings_of(environment))
    load_if_empty(runtime)
    runtime.database.dispose()
    page = f"/es/cerro-imaginario/{_slug_of_released()}"
    with servers.product(environment, "worker") as served:
        load = driver.run(served.port, _getting(page), connections=CONNECTIONS, jobs=JOBS)
        memory, start = servers.memory_mib(served.pid), served.start_seconds
        memory += sum(servers.memory_mib(pid) for pid in served.beside)
    yield Row.of("public page of a quarter", place.name, CONNECTIONS, load, hello)
    where = "after that load, web and worker"
    yield Row.plain("memory", where, f"{memory:.0f} MiB", f"{floor_memory:.0f} MiB", memory / floor_memory)
    yield Row.plain(
        "start to first answer", "set up already", f"{start:.1f} s", f"{floor_start:.1f} s", start / floor_start
    )


def _slug_of_released() -> str:
    """Return the address of the quarter that the demo has published: the one before the last that ended."""
    return quarter_slug(previous(previous(quarter_of(datetime.now(UTC), "America/Santiago"))), "es")


def _getting(path: str) -> driver.Exchange:
    async def get(connection: driver.Connection, number: int) -> bool:
        del number
        answer = await connection.send("GET", path, headers={"Accept-Encoding": "gzip"})
        return answer.status == FOUND and len(answer.body) > 0

    return get
