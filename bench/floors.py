"""The least that each job can cost on this machine, with the same server, driver and durability as the product.

hello: Flask answers two words. insert: a signed webhook with one durable INSERT, writers queued on a file lock (the
recipe of core.db, or PostgreSQL). form: GET a form, POST it back with its token and one durable INSERT.
"""

import os
import secrets

from flask import Flask, Response, request
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import text
from twilio.request_validator import RequestValidator

from grievance.core.db import Database
from tests.support.keys import make_ring

URL = os.environ.get("BENCH_PUBLIC_URL", "http://127.0.0.1:8000")
TOKEN = os.environ.get("BENCH_TOKEN", "")
FORM = "<!doctype html><title>form</title><form method=post><input name=token value={}><textarea name=words></textarea>"


def make() -> Flask:
    """Build the floor application on the database named in BENCH_DATABASE_URL."""
    app = Flask("floor")
    database = Database(os.environ["BENCH_DATABASE_URL"], keys=make_ring())
    validator = RequestValidator(TOKEN)
    tokens = URLSafeSerializer(TOKEN or secrets.token_hex(16), "form")

    @app.get("/hello")
    def hello() -> str:
        return "hello world"

    @app.post("/sms/inbound")
    def insert() -> Response:
        if not validator.validate(f"{URL}/sms/inbound", request.form, request.headers.get("X-Twilio-Signature", "")):
            return Response("", 403)
        _store(request.form["MessageSid"], request.form["Body"])
        return Response("<Response/>", content_type="text/xml")

    @app.get("/form")
    def form() -> str:
        return FORM.format(tokens.dumps(secrets.token_hex(8)))

    @app.post("/form")
    def report() -> Response:
        try:
            key = tokens.loads(request.form["token"])
        except BadSignature:
            return Response("", 400)
        _store(key, request.form["words"])
        return Response("", 303, {"Location": "/form"})

    def _store(key: str, body: str) -> None:
        with database.begin() as session:
            session.execute(
                text("INSERT INTO floor (sid, body) VALUES (:sid, :body) ON CONFLICT DO NOTHING"),
                {"sid": key, "body": body},
            )

    return app


def prepare(url: str) -> None:
    """Make the one table of the floor."""
    database = Database(url, keys=make_ring())
    with database.begin() as session:
        session.execute(text("CREATE TABLE IF NOT EXISTS floor (sid VARCHAR(64) PRIMARY KEY, body TEXT)"))
    database.dispose()


def count(url: str) -> int:
    """Return how many rows the floor stored."""
    database = Database(url, keys=make_ring())
    with database.read() as session:
        rows: int = session.execute(text("SELECT count(*) FROM floor")).scalar_one()
    database.dispose()
    return rows
