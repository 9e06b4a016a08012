"""The provider's addresses: only what it signed is taken, once, and nothing a stranger sends breaks anything."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import structlog
from flask import Flask
from sqlalchemy import func, select
from twilio.request_validator import RequestValidator

from grievance.cases.models import Case
from grievance.cases.record import Task
from grievance.core.db import Database
from grievance.core.log import configure
from grievance.crypto.fields import unseal
from grievance.dialogue import respond
from grievance.messaging import inbox
from grievance.messaging.models import InboundMessage, OutboundMessage
from grievance.runtime import Runtime
from grievance.sites.models import Site
from grievance.sms.signature import auth_token
from tests.support.clock import Clock
from tests.support.phone import make_sms_app, message_id, parameters, post, signed
from tests.support.places import WEDNESDAY

WORDS = "Entra polvo a la casa todos los días: ¿quién responde?"
INBOUND = "/sms/inbound"
ADDRESSES = ("/sms/inbound", "/sms/fallback", "/sms/status")


def runtime_of(app: Flask) -> Runtime:
    runtime: Runtime = app.extensions["grievance"]
    return runtime


def stored(app: Flask) -> list[str | None]:
    with runtime_of(app).database.read() as session:
        rows = session.scalars(select(InboundMessage).order_by(InboundMessage.id))
        return [unseal(session, row, "body") for row in rows]


def count_of(app: Flask, model: type[Case | OutboundMessage]) -> int:
    with runtime_of(app).database.read() as session:
        return session.scalars(select(func.count()).select_from(model)).one()


@pytest.mark.parametrize("path", ["/sms/inbound", "/sms/fallback"])
def test_signed_text_is_stored_and_answered_with_nothing_to_do(app: Flask, clock: Clock, path: str) -> None:
    answer = post(app, path, parameters(WORDS))

    assert answer.status_code == 200
    assert answer.mimetype == "text/xml"
    assert "<Response></Response>" in answer.get_data(as_text=True)
    assert stored(app) == [WORDS]


def test_parameter_that_we_do_not_know_is_normal(app: Flask, clock: Clock) -> None:
    answer = post(app, INBOUND, parameters(WORDS, SomethingNew="x", EmptyOne=""))

    assert answer.status_code == 200


@pytest.mark.parametrize("path", ADDRESSES)
def test_nothing_is_taken_without_a_signature(app: Flask, clock: Clock, path: str) -> None:
    assert post(app, path, parameters(WORDS), signature="").status_code == 403
    assert stored(app) == []


def test_nothing_is_taken_with_the_signature_of_other_words(app: Flask, clock: Clock) -> None:
    values = parameters(WORDS)
    signature = signed(runtime_of(app), INBOUND, values)

    answer = post(app, INBOUND, {**values, "Body": "No pasa nada"}, signature=signature)

    assert answer.status_code == 403
    assert stored(app) == []


def test_nothing_is_taken_with_one_parameter_more_than_was_signed(app: Flask, clock: Clock) -> None:
    values = parameters(WORDS)
    signature = signed(runtime_of(app), INBOUND, values)

    assert post(app, INBOUND, {**values, "OptOutType": "STOP"}, signature=signature).status_code == 403


def test_signature_is_for_the_configured_address_not_for_the_one_asked_for(app: Flask, clock: Clock) -> None:
    values = parameters(WORDS)
    signature = signed(runtime_of(app), INBOUND, values, base="http://elsewhere.example")
    client = app.test_client()

    answer = client.post(INBOUND, data=values, headers={"X-Twilio-Signature": signature, "Host": "elsewhere.example"})

    assert answer.status_code == 403


def test_right_signature_is_good_whatever_host_the_proxy_names(app: Flask, clock: Clock) -> None:
    values = parameters(WORDS)
    signature = signed(runtime_of(app), INBOUND, values)

    answer = app.test_client().post(
        INBOUND, data=values, headers={"X-Twilio-Signature": signature, "Host": "10.0.0.7:8000"}
    )

    assert answer.status_code == 200


def test_signature_of_the_other_address_does_not_serve(app: Flask, clock: Clock) -> None:
    values = parameters(WORDS)

    assert post(app, INBOUND, values, signature=signed(runtime_of(app), "/sms/fallback", values)).status_code == 403


def test_installation_without_a_token_takes_nothing(database: Database, tmp_path: Path, clock: Clock) -> None:
    closed = make_sms_app(database, tmp_path, mode="production", public_url="https://example.org")
    values = parameters(WORDS)
    signature = RequestValidator("").compute_signature("https://example.org" + INBOUND, values)

    assert auth_token(runtime_of(closed).settings) == ""
    assert post(closed, INBOUND, values, signature=signature).status_code == 403


def test_shared_key_of_the_stronger_kind_is_taken_where_it_is_set(
    database: Database, tmp_path: Path, clock: Clock
) -> None:
    strong = make_sms_app(
        database,
        tmp_path,
        twilio_account_sid="AC1",
        twilio_auth_token="a-shared-key",
        twilio_signature_algorithm="HMAC_SHA256",
    )
    values = parameters(WORDS)
    address = runtime_of(strong).settings.public_url + INBOUND
    validator = RequestValidator("a-shared-key")

    weak = post(strong, INBOUND, values, signature=validator.compute_signature(address, values))
    right = post(strong, INBOUND, values, signature=validator.compute_signature(address, values, "HMAC_SHA256"))

    assert (weak.status_code, right.status_code) == (403, 200)


@pytest.mark.parametrize("missing", ["MessageSid", "From", "To"])
def test_text_without_its_id_or_numbers_is_unreadable(app: Flask, clock: Clock, missing: str) -> None:
    values = parameters(WORDS)
    for name in (missing, "SmsSid") if missing == "MessageSid" else (missing,):
        del values[name]

    assert post(app, INBOUND, values).status_code == 400


def test_text_without_a_body_is_taken(app: Flask, clock: Clock) -> None:
    values = parameters(WORDS)
    del values["Body"]

    assert post(app, INBOUND, values).status_code == 200
    assert stored(app) == [""]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MessageSid", "x"),
        ("MessageSid", "SM" + "0" * 90),
        ("MessageSid", "SM\x00" + "0" * 30),
        ("From", "+" + "9" * 200),
        ("To", "+" + "9" * 200),
    ],
)
def test_id_or_number_of_another_shape_is_unreadable(app: Flask, clock: Clock, name: str, value: str) -> None:
    assert post(app, INBOUND, {**parameters(WORDS), name: value}).status_code == 400


@pytest.mark.parametrize("path", ADDRESSES)
@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (b"", "application/x-www-form-urlencoded", {403}),
        (b"\xff\xfe=%ff&Body=%80%81", "application/x-www-form-urlencoded", {403}),
        (b"Body=a%00b&MessageSid=%00", "application/x-www-form-urlencoded", {403}),
        (b"&".join(b"p%d=1" % n for n in range(5000)), "application/x-www-form-urlencoded", {413}),
        (b"&".join(b"p%d=1" % n for n in range(20000)), "application/x-www-form-urlencoded", {413}),
        (b"Body=" + b"x" * 2_000_000, "application/x-www-form-urlencoded", {413}),
        (b'{"Body": "hola"}', "application/json", {400}),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x", {400}),
        (b"Body=hola", "", {400}),
        (b"=&=&=;;;%%%&&&", "application/x-www-form-urlencoded", {403}),
    ],
    ids=[
        "nothing",
        "bad UTF-8",
        "NUL",
        "5,000 parameters",
        "20,000 parameters",
        "2 MB",
        "JSON",
        "multipart",
        "no type",
        "rubbish",
    ],
)
def test_nothing_a_stranger_sends_is_an_error_of_ours(
    app: Flask, clock: Clock, path: str, body: bytes, content_type: str, expected: set[int]
) -> None:
    answer = app.test_client().post(path, data=body, content_type=content_type, headers={"X-Twilio-Signature": "AAAA"})

    assert answer.status_code in expected
    assert stored(app) == []


@pytest.mark.parametrize("path", ADDRESSES)
def test_addresses_cannot_be_opened(app: Flask, clock: Clock, path: str) -> None:
    assert app.test_client().get(path).status_code == 405


@pytest.mark.parametrize("headers", [{"X-Twilio-Signature": "ñandú"}, {"X-Twilio-Signature": "a" * 5000}])
def test_odd_signatures_are_refused(app: Flask, clock: Clock, headers: dict[str, str]) -> None:
    answer = app.test_client().post(INBOUND, data=parameters(WORDS), headers=headers)

    assert answer.status_code == 403


def test_number_of_files_that_is_no_number_is_none(app: Flask, clock: Clock) -> None:
    assert post(app, INBOUND, parameters(WORDS, NumMedia="many")).status_code == 200
    assert post(app, INBOUND, parameters(WORDS, NumMedia="٣")).status_code == 200
    assert post(app, INBOUND, parameters(WORDS, NumMedia="-1")).status_code == 200


def test_repeat_is_answered_alike_and_adds_nothing(app: Flask, clock: Clock) -> None:
    values = parameters(WORDS)

    answers = [post(app, INBOUND, values) for _ in range(3)] + [post(app, "/sms/fallback", values)]

    assert {answer.status_code for answer in answers} == {200}
    assert stored(app) == [WORDS]
    assert count_of(app, Case) == 1
    assert count_of(app, OutboundMessage) == 2


def test_four_deliveries_at_once_are_one_text(app: Flask, clock: Clock) -> None:
    values = parameters(WORDS)
    statuses: list[int] = []
    together = threading.Barrier(4)

    def deliver() -> None:
        together.wait()
        statuses.append(post(app, INBOUND, values).status_code)

    run_all([threading.Thread(target=deliver) for _ in range(4)])

    assert statuses == [200] * 4
    assert stored(app) == [WORDS]
    assert count_of(app, Case) == 1
    assert count_of(app, OutboundMessage) == 2


def test_six_first_texts_of_one_number_at_once_are_one_case(app: Flask, clock: Clock) -> None:
    statuses: list[int] = []
    together = threading.Barrier(6)

    def deliver(number: int) -> None:
        together.wait()
        statuses.append(post(app, INBOUND, parameters(f"{WORDS} {number}")).status_code)

    run_all([threading.Thread(target=deliver, args=(number,)) for number in range(6)])

    assert statuses == [200] * 6
    assert len(stored(app)) == 6
    assert count_of(app, Case) == 1
    with runtime_of(app).database.read() as session:
        assert session.scalars(select(Case.unread_count)).one() == 6
        assert set(session.scalars(select(InboundMessage.state))) == {"handled"}


def test_text_that_cannot_be_understood_is_kept_answered_200_and_tried_again(app: Flask, clock: Clock) -> None:
    break_the_site(app)

    answer = post(app, INBOUND, parameters(WORDS))

    assert answer.status_code == 200
    assert stored(app) == [WORDS]
    with runtime_of(app).database.read() as session:
        (row,) = session.scalars(select(InboundMessage))
        assert (row.state, row.tries) == ("received", 1)
        assert row.next_try_at is not None
        assert row.next_try_at > WEDNESDAY


def test_worker_understands_it_later(app: Flask, clock: Clock) -> None:
    break_the_site(app)
    post(app, INBOUND, parameters(WORDS))
    mend_the_site(app)

    with runtime_of(app).database.begin() as session:
        later = WEDNESDAY.replace(hour=16)
        (inbound_id,) = inbox.due(session, at=later, limit=10)
        assert respond.handle(session, inbound_id, at=later)
        assert not respond.handle(session, inbound_id, at=later)

    assert count_of(app, Case) == 1
    with runtime_of(app).database.read() as session:
        case = session.scalars(select(Case)).one()
        assert (case.received_at, case.recorded_at) == (WEDNESDAY, later)


def test_logs_name_nobody_and_quote_nothing(app: Flask, clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    configure(json_lines=True)
    try:
        break_the_site(app)
        post(app, INBOUND, parameters(WORDS))
        post(app, INBOUND, parameters(WORDS), signature="wrong")
    finally:
        structlog.reset_defaults()

    logged = capsys.readouterr().err
    assert "text_not_understood" in logged
    assert "webhook_refused" in logged
    assert not [found for found in ("polvo", "11111111", "Calama", "Atlantis") if found in logged]


def test_after_five_tries_a_person_is_asked_to_read_it(app: Flask, clock: Clock) -> None:
    break_the_site(app)
    post(app, INBOUND, parameters(WORDS))

    for _ in range(4):
        with runtime_of(app).database.begin() as session:
            inbound_id = session.scalars(select(InboundMessage.id)).one()
            respond.note_trouble(session, inbound_id, at=WEDNESDAY)

    with runtime_of(app).database.read() as session:
        assert session.scalars(select(InboundMessage.state)).one() == "stuck"
        assert session.scalars(select(Task.kind)).all() == ["stuck_message"]
        assert inbox.due(session, at=WEDNESDAY.replace(year=2027), limit=10) == []


def test_receipt_for_a_text_that_we_do_not_know_is_kept(app: Flask, clock: Clock) -> None:
    answer = post(app, "/sms/status", {"MessageSid": message_id(), "MessageStatus": "delivered"})

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "values",
    [
        {"MessageStatus": "delivered"},
        {"MessageSid": "SM" + "1" * 32},
        {"MessageSid": "SM" + "1" * 32, "MessageStatus": "x y"},
        {"MessageSid": "SM" + "1" * 32, "MessageStatus": "failed", "ErrorCode": "x" * 99},
    ],
)
def test_receipt_without_its_parts_is_unreadable(app: Flask, clock: Clock, values: dict[str, str]) -> None:
    assert post(app, "/sms/status", values).status_code == 400


def test_status_nobody_has_heard_of_is_answered_200(app: Flask, clock: Clock) -> None:
    answer = post(app, "/sms/status", {"MessageSid": message_id(), "MessageStatus": "teleported"})

    assert answer.status_code == 200


def run_all(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def break_the_site(app: Flask) -> None:
    """Give the site a time zone that does not exist: understanding a text fails where it needs a date."""
    set_time_zone(app, "Atlantis/Sunken")


def mend_the_site(app: Flask) -> None:
    set_time_zone(app, "America/Santiago")


def set_time_zone(app: Flask, name: str) -> None:
    with runtime_of(app).database.begin() as session:
        session.scalars(select(Site)).one().time_zone = name
