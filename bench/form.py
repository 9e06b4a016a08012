"""A report on the web, whole job, against a form of one field with its token and one durable INSERT.

Both are GET, then POST of what the page holds. The product's POST opens a case with clocks, code and receipt.
Each ten reports come from another loopback address: more an hour from one address are slowed on purpose.
"""

import re
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import text

from bench import driver, floors, servers
from bench.databases import Place
from bench.report import Row
from grievance.core.db import Database
from grievance.core.schema import upgrade
from grievance.crypto.keyring import KeyRing
from tests.support.places import make_site

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
WORDS = "Desde hace tres semanas pasan camiones de noche por el camino de atras y no se puede dormir"
PAGE = "/es/cerro-imaginario/reclamo"
KEY = re.compile(rb'name="form_key" value="([^"]+)"')
TOKEN = re.compile(rb"name=token value=([^>]+)>")
FOUND, SENT_ON = 200, 303
FASTEST_PERSON_SECONDS = 3.2

Fields = Callable[[str], dict[str, str]]


def measure(place: Place, folder: Path, *, connections: int, jobs: int) -> Row:
    """Return the product's rate as a ratio of the floor's, after checking the rows of both."""
    url = place.fresh()
    floors.prepare(url)
    with servers.floor({"BENCH_DATABASE_URL": url, "BENCH_TOKEN": "bench"}) as served:
        floor_load = _both(served.port, "/form", TOKEN, _floor_fields, connections, jobs)
    floor_load.check(floors.count(url), "floor rows")
    whole_load = _whole(place, folder, connections=connections, jobs=jobs)
    return Row.of("report on the web, whole job", place.name, connections, whole_load, floor_load)


def _whole(place: Place, folder: Path, *, connections: int, jobs: int) -> driver.Load:
    url = place.fresh()
    environment = servers.environment(folder, url)
    upgrade(url)
    database = Database(url, keys=KeyRing.of(servers.settings_of(environment)))
    with database.begin() as session:
        make_site(session)
    with servers.product(environment) as served:
        load = _both(served.port, PAGE, KEY, _whole_fields, connections, jobs)
    with database.read() as session:
        load.check(session.execute(text("SELECT count(*) FROM cases")).scalar_one(), "cases")
        load.check(session.execute(text("SELECT count(*) FROM submission")).scalar_one(), "submissions")
    database.dispose()
    return load


def _both(port: int, path: str, key: re.Pattern[bytes], fields: Fields, connections: int, jobs: int) -> driver.Load:
    """Fetch all forms, wait as long as the fastest person writes, then send them; the wait is not counted."""
    keys: dict[int, str] = {}

    async def fetch(connection: driver.Connection, number: int) -> bool:
        page = await connection.send("GET", path)
        found = key.search(page.body)
        keys[number] = found.group(1).decode() if found else ""
        return page.status == FOUND and found is not None

    async def send(connection: driver.Connection, number: int) -> bool:
        connection.come_from(number // 10)
        connection.cookies.clear()
        answer = await connection.send("POST", path, urlencode(fields(keys[number])).encode(), FORM)
        return answer.status == SENT_ON

    fetched = driver.run(port, fetch, connections=connections, jobs=jobs)
    time.sleep(FASTEST_PERSON_SECONDS)
    sent = driver.run(port, send, connections=connections, jobs=jobs)
    sent.seconds += fetched.seconds
    sent.wrong += fetched.wrong
    pairs = zip(sent.milliseconds, fetched.milliseconds, strict=True)
    sent.milliseconds = [posting + getting for posting, getting in pairs]
    return sent


def _floor_fields(key: str) -> dict[str, str]:
    return {"token": key, "words": WORDS}


def _whole_fields(key: str) -> dict[str, str]:
    fields = {"form_key": key, "website": "", "words": WORDS, "group": "neighbour", "reach": "code"}
    return {**fields, "gives_name": "no"}
