"""Starting what is measured: gunicorn with 2 processes × 4 threads for the floor and for the product alike."""

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from grievance.cli import instance
from grievance.core.config import Settings

PROCESSES, THREADS = 2, 4
START_WITHIN_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Served:
    """A running server: where it listens, its first process, and how long it took to answer."""

    port: int
    pid: int
    start_seconds: float
    beside: tuple[int, ...] = ()
    """Process ids of the commands that run beside it."""


@contextmanager
def floor(environment: Mapping[str, str]) -> Iterator[Served]:
    """Serve the floor application."""
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", "-w", str(PROCESSES), "--threads", str(THREADS), "-k", "gthread"]
    command += ["-b", f"127.0.0.1:{port}", "--log-level", "warning", "bench.floors:make()"]
    with _running(command, {**environment, "BENCH_PUBLIC_URL": f"http://127.0.0.1:{port}"}, port, "/hello") as served:
        yield served


@contextmanager
def product(environment: Mapping[str, str], *commands: str) -> Iterator[Served]:
    """Serve the product, with these further commands beside it, such as "worker"."""
    port = _free_port()
    own = {**environment, "GRIEVANCE_PUBLIC_URL": f"http://127.0.0.1:{port}", "GRIEVANCE_PORT": str(port)}
    start = "from grievance.app import main; main()"
    beside = [subprocess.Popen([sys.executable, "-c", start, name], env=_env(own)) for name in commands]
    try:
        with _running([sys.executable, "-c", start, "serve"], own, port, "/healthz") as served:
            yield replace(served, beside=tuple(child.pid for child in beside))
    finally:
        for child in beside:
            child.terminate()
            child.wait(15)


def environment(folder: Path, database_url: str) -> dict[str, str]:
    """Return the settings of a demo installation for one measurement."""
    return {
        "GRIEVANCE_MODE": "demo",
        "GRIEVANCE_PUBLIC_URL": "http://127.0.0.1:1",
        "GRIEVANCE_DATABASE_URL": database_url,
        "GRIEVANCE_STORAGE_URL": f"file://{folder}/files",
        "GRIEVANCE_INSTANCE_PATH": str(folder),
        "GRIEVANCE_WEB_PROCESSES": str(PROCESSES),
        "GRIEVANCE_WEB_THREADS": str(THREADS),
        **instance.make_secrets(),
    }


def settings_of(environment: Mapping[str, str]) -> Settings:
    """Return the settings that a server with this environment reads."""
    return Settings.model_validate(
        {name.removeprefix("GRIEVANCE_").lower(): value for name, value in environment.items()}
    )


def memory_mib(pid: int) -> float:
    """Return the proportional set size of a process and all below it, in MiB (Linux)."""
    total = 0
    for member in [pid, *_children(pid)]:
        rollup = Path(f"/proc/{member}/smaps_rollup")
        if rollup.exists():
            total += sum(int(line.split()[1]) for line in rollup.read_text().splitlines() if line.startswith("Pss:"))
    return total / 1024


def _children(pid: int) -> list[int]:
    found = []
    for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in tasks.read_text().split():
            found += [int(child), *_children(int(child))]
    return found


@contextmanager
def _running(command: list[str], extra: Mapping[str, str], port: int, path: str) -> Iterator[Served]:
    begun = time.perf_counter()
    child = subprocess.Popen(command, env=_env(extra), stderr=subprocess.DEVNULL)
    try:
        _wait(port, path, child)
        yield Served(port, child.pid, time.perf_counter() - begun)
    finally:
        child.terminate()
        child.wait(20)


def _wait(port: int, path: str, child: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_WITHIN_SECONDS
    while time.monotonic() < end and child.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    raise RuntimeError(f"no answer on port {port}")


def _env(extra: Mapping[str, str]) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GRIEVANCE_")}
    return {**clean, "PYTHONPATH": str(Path.cwd()), "BENCH_RUN": secrets.token_hex(4), **extra}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
