"""A signed webhook, whole job, against a signed webhook with one durable INSERT.

Whole job: store, commit, understand, case, event, clocks, reply queued, commit; encryption on. Every text is a first
one from a new number, the most expensive kind.
"""

import secrets
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import text
from twilio.request_validator import RequestValidator

from bench import driver, floors, servers
from bench.databases import Place
from bench.report import Row
from grievance.core.db import Database
from grievance.core.schema import upgrade
from grievance.crypto.keyring import KeyRing
from grievance.sms.signature import INBOUND, auth_token
from tests.support.places import LINE, make_site

FORM = "application/x-www-form-urlencoded"
BODY = "hace 3 semanas q los camiones pasan toda la noche x atras del campamento no se puede dormir"


def measure(place: Place, folder: Path, *, connections: int, jobs: int) -> Row:
    """Return the product's rate as a ratio of the floor's, after checking the rows of both."""
    floor_load = _floor(place, connections=connections, jobs=jobs)
    whole_load = _whole(place, folder, connections=connections, jobs=jobs)
    return Row.of("signed webhook, whole job", place.name, connections, whole_load, floor_load)


def _floor(place: Place, *, connections: int, jobs: int) -> driver.Load:
    url = place.fresh()
    floors.prepare(url)
    token = secrets.token_hex(16)
    with servers.floor({"BENCH_DATABASE_URL": url, "BENCH_TOKEN": token}) as served:
        address = f"http://127.0.0.1:{served.port}{INBOUND}"
        send = partial(_send, RequestValidator(token), address, LINE)
        load = driver.run(served.port, send, connections=connections, jobs=jobs)
    load.check(floors.count(url), "floor rows")
    return load


def _whole(place: Place, folder: Path, *, connections: int, jobs: int) -> driver.Load:
    url = place.fresh()
    environment = servers.environment(folder, url)
    settings = servers.settings_of(environment)
    upgrade(url)
    database = Database(url, keys=KeyRing.of(settings))
    with database.begin() as session:
        make_site(session)
    with servers.product(environment) as served:
        address = f"http://127.0.0.1:{served.port}{INBOUND}"
        send = partial(_send, RequestValidator(auth_token(settings)), address, LINE)
        load = driver.run(served.port, send, connections=connections, jobs=jobs)
    with database.read() as session:
        for table in ("inbound_message", "cases", "case_event", "case_history"):
            rows = session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # our own names
            load.check(rows, table)
        handled = "SELECT count(*) FROM inbound_message WHERE state = 'handled'"
        load.check(session.execute(text(handled)).scalar_one(), "handled at once")
    database.dispose()
    return load


async def _send(
    validator: RequestValidator, address: str, line: str, connection: driver.Connection, number: int
) -> bool:
    message = f"SM{secrets.token_hex(16)}"
    parameters = {"MessageSid": message, "From": f"+5690{number:07d}", "To": line, "Body": BODY, "NumMedia": "0"}
    headers = {"X-Twilio-Signature": validator.compute_signature(address, parameters), "Content-Type": FORM}
    answer = await connection.send("POST", INBOUND, urlencode(parameters).encode(), headers)
    return answer.status == 200 and b"<Response" in answer.body  # HTTP's own number
