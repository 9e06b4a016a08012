"""A load on loopback: n connections, each sending its next request when the last one was answered. Bounded in count."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import quantiles


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes


Exchange = Callable[["Connection", int], "object"]
"""Coroutine that does one whole job (one request or several) and returns whether its answers were right."""


@dataclass(slots=True)
class Load:
    """What a load gave. Rates count right answers only."""

    right: int = 0
    wrong: int = 0
    seconds: float = 0.0
    milliseconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        """Right answers per second."""
        return self.right / self.seconds if self.seconds else 0.0

    def check(self, rows: int, what: str) -> None:
        """Count as wrong whatever the rows do not bear out."""
        if rows != self.right:
            self.faults.append(f"{what}: {rows} rows for {self.right} right answers")

    def percentile(self, percent: int) -> float:
        """Return a percentile of the jobs' durations, in ms."""
        return quantiles(self.milliseconds, n=100)[percent - 1] if len(self.milliseconds) > 1 else 0.0


class Connection:
    """A keep-alive HTTP/1.1 connection that also keeps cookies."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self._address = "127.0.0.1"
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    def come_from(self, house: int) -> None:
        """Send what follows from another loopback address, as another household would."""
        address = f"127.1.{house // 250}.{house % 250 + 1}"
        if address != self._address:
            self.close()
            self._address = address

    async def send(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        """Send one request and return its answer."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self.port, local_addr=(self._address, 0))
        reader, writer = self._streams
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}"]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if body:
            lines.append(f"Content-Length: {len(body)}")
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        answer = await self._read(reader)
        if answer.headers.get("connection", "").lower() == "close":
            writer.close()
            self._streams = None
        return answer

    async def _read(self, reader: asyncio.StreamReader) -> Answer:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for line in head[1:]:
            name, _, value = line.partition(": ")
            if name.lower() == "set-cookie":
                cookie, _, _ = value.partition(";")
                key, _, content = cookie.partition("=")
                self.cookies[key] = content
            elif name:
                headers[name.lower()] = value
        if headers.get("transfer-encoding") == "chunked":
            body = await _chunks(reader)
        else:
            body = await reader.readexactly(int(headers.get("content-length", "0")))
        return Answer(int(head[0].split()[1]), headers, body)

    def close(self) -> None:
        """Close the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    parts: list[bytes] = []
    while True:
        size = int((await reader.readline()).strip(), 16)
        part = await reader.readexactly(size + 2)
        if size == 0:
            return b"".join(parts)
        parts.append(part[:-2])


def run(port: int, exchange: Exchange, *, connections: int, jobs: int) -> Load:
    """Do `jobs` exchanges over so many connections and return what came of it."""
    return asyncio.run(_run(port, exchange, connections, jobs))


async def _run(port: int, exchange: Exchange, connections: int, jobs: int) -> Load:
    load = Load()
    numbers = iter(range(jobs))
    start = time.perf_counter()
    await asyncio.gather(*(_connection(port, exchange, numbers, load) for _ in range(connections)))
    load.seconds = time.perf_counter() - start
    return load


async def _connection(port: int, exchange: Exchange, numbers: Iterator[int], load: Load) -> None:
    connection = Connection(port)
    for number in numbers:
        begun = time.perf_counter()
        try:
            right = await exchange(connection, number)  # type: ignore[misc]  # Exchange returns an awaitable
        except (OSError, asyncio.IncompleteReadError):
            right = False
            connection.close()
            connection = Connection(port)
        load.milliseconds.append((time.perf_counter() - begun) * 1000)
        if right:
            load.right += 1
        else:
            load.wrong += 1
    connection.close()
