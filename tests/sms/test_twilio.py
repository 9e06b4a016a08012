"""Twilio's own client against a stand-in for Twilio: what it takes, refuses, leaves unknown, and calls back."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from grievance.cases.record import CaseEvent, Task
from grievance.cases.telling import note_sent
from grievance.core.db import Database
from grievance.messaging import outbox
from grievance.messaging.models import OutboundMessage
from grievance.messaging.transport import SendResult, Transport, TransportError, TransportUnknown
from grievance.sms.handset import HandsetTransport
from grievance.sms.register import transport_for
from grievance.sms.twilio import TwilioTransport
from tests.support.phone import Phone, make_sms_app, parameters, post
from tests.support.places import LINE, make_site
from tests.support.twilio_stand_in import ACCOUNT, BROKEN, DAWDLES, TOKEN, StandIn, stand_in
from tests.support.web_app import make_settings

NUMBER = "+56911111111"
CALLBACK = "http://localhost/sms/status"
SINCE = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def twilio() -> Iterator[StandIn]:
    """Run a stand-in."""
    with stand_in() as running:
        yield running


def settings_for(twilio: StandIn) -> dict[str, str]:
    return {
        "twilio_account_sid": ACCOUNT,
        "twilio_auth_token": TOKEN,
        "twilio_api_base": twilio.address,
    }


@pytest.fixture
def transport(twilio: StandIn, tmp_path: Path) -> TwilioTransport:
    """Return the transport, impatient."""
    settings = make_settings("sqlite:////nowhere", tmp_path, **settings_for(twilio))
    return TwilioTransport(settings, timeout_seconds=0.5)


def send(transport: Transport, number: str = NUMBER, *, line: str = LINE, body: str = "hola") -> SendResult:
    return transport.send(line=line, number=number, body=body, callback_url=CALLBACK)


def test_text_is_taken_with_its_words_and_its_callback(twilio: StandIn, transport: TwilioTransport) -> None:
    result = send(transport, body="¿Qué pasó? 😀")

    (message,) = twilio.sent()
    assert (result.provider_message_id, result.status) == (message["sid"], "queued")
    assert (message["to"], message["from"], message["body"]) == (NUMBER, LINE, "¿Qué pasó? 😀")
    assert message["callback"] == CALLBACK


def test_whatsapp_line_writes_to_a_whatsapp_number(twilio: StandIn, transport: TwilioTransport) -> None:
    send(transport, line=f"whatsapp:{LINE}")

    (message,) = twilio.sent()
    assert (message["to"], message["from"]) == (f"whatsapp:{NUMBER}", f"whatsapp:{LINE}")


@pytest.mark.parametrize(
    ("number", "code", "permanent"),
    [
        ("+56900021610", "21610", True),
        ("+56900021211", "21211", True),
        ("+56900020429", "20429", False),
        ("+56900000401", "20003", False),
        ("+56900000503", "20503", False),
    ],
)
def test_refusal_carries_twilios_code(transport: TwilioTransport, number: str, code: str, permanent: bool) -> None:
    with pytest.raises(TransportError) as refused:
        send(transport, number)

    assert (refused.value.code, refused.value.permanent) == (code, permanent)
    assert number not in str(refused.value)


@pytest.mark.parametrize("number", [DAWDLES, BROKEN])
def test_no_clear_answer_means_that_nobody_knows(twilio: StandIn, transport: TwilioTransport, number: str) -> None:
    with pytest.raises(TransportUnknown):
        send(transport, number)

    found = transport.find_sent(line=LINE, number=number, body="hola", since=SINCE)
    assert found is not None
    assert found.provider_message_id == twilio.sent()[0]["sid"]


def test_client_does_not_try_again_by_itself(twilio: StandIn, transport: TwilioTransport) -> None:
    with pytest.raises(TransportError):
        send(transport, "+56900000503")

    assert len(twilio.asked) == 1


def test_provider_that_is_away_has_not_got_the_text(tmp_path: Path) -> None:
    settings = make_settings(
        "sqlite:////nowhere",
        tmp_path,
        twilio_account_sid=ACCOUNT,
        twilio_auth_token=TOKEN,
        twilio_api_base="http://127.0.0.1:9",
    )

    with pytest.raises(TransportError) as refused:
        send(TwilioTransport(settings, timeout_seconds=0.5))

    assert (refused.value.code, refused.value.permanent) == ("not_connected", False)


def test_text_that_was_not_sent_is_not_found(twilio: StandIn, transport: TwilioTransport) -> None:
    send(transport, body="otra cosa")

    assert transport.find_sent(line=LINE, number=NUMBER, body="hola", since=SINCE) is None
    assert transport.find_sent(line=LINE, number="+56922222222", body="otra cosa", since=SINCE) is None


def test_provider_that_is_down_cannot_be_asked_now(twilio: StandIn, transport: TwilioTransport) -> None:
    twilio.is_down = True

    for ask in (
        lambda: transport.find_sent(line=LINE, number=NUMBER, body="hola", since=SINCE),
        lambda: transport.list_inbound(since=SINCE),
        lambda: transport.redact("SM" + "0" * 32),
    ):
        with pytest.raises(TransportError) as refused:
            ask()
        assert not refused.value.permanent


def test_same_words_of_long_ago_are_another_text(twilio: StandIn, transport: TwilioTransport) -> None:
    send(transport)

    in_an_hour = datetime.now(UTC) + timedelta(hours=1)
    assert transport.find_sent(line=LINE, number=NUMBER, body="hola", since=in_an_hour) is None


def test_inbound_texts_are_listed_with_their_files(twilio: StandIn, transport: TwilioTransport) -> None:
    sid = twilio.received(number=NUMBER, line=LINE, body="hay polvo", media=2)
    twilio.received(number=f"whatsapp:{NUMBER}", line=f"whatsapp:{LINE}", body="por whatsapp")
    send(transport)

    found = {arrived.body: arrived for arrived in transport.list_inbound(since=SINCE)}

    assert set(found) == {"hay polvo", "por whatsapp"}
    text = found["hay polvo"]
    assert (text.provider_message_id, text.number, text.line) == (sid, NUMBER, LINE)
    assert [item.content_type for item in text.media] == ["image/jpeg", "image/jpeg"]
    assert (found["por whatsapp"].line, found["por whatsapp"].number) == (f"whatsapp:{LINE}", NUMBER)


def test_body_is_emptied_at_twilio(twilio: StandIn, transport: TwilioTransport) -> None:
    result = send(transport)

    transport.redact(result.provider_message_id)

    assert twilio.sent()[0]["body"] == ""


def test_text_that_twilio_no_longer_has_needs_no_emptying(transport: TwilioTransport) -> None:
    transport.redact("SM" + "0" * 32)


def media_url(twilio: StandIn, name: str, base: str = "") -> str:
    return f"{base or twilio.address}/2010-04-01/Accounts/{ACCOUNT}/Messages/SM1/Media/{name}"


def test_file_is_fetched_with_credentials_from_twilio_only(twilio: StandIn, transport: TwilioTransport) -> None:
    content = secrets.token_bytes(5000)
    twilio.files["ME1"] = content

    # The stand-in fails if its file store, to which it points on, is shown the credentials.
    assert transport.fetch_media(media_url(twilio, "ME1")) == content


@pytest.mark.parametrize("base", ["http://127.0.0.2:80", "file://", "https://api.twilio.com.evil.example"])
def test_file_from_anywhere_else_is_not_fetched(twilio: StandIn, transport: TwilioTransport, base: str) -> None:
    with pytest.raises(TransportError) as refused:
        transport.fetch_media(media_url(twilio, "ME1", base))

    assert (refused.value.code, refused.value.permanent) == ("foreign_host", True)


def test_file_that_is_gone_is_gone_for_good(twilio: StandIn, transport: TwilioTransport) -> None:
    with pytest.raises(TransportError) as refused:
        transport.fetch_media(media_url(twilio, "ME404"))

    assert refused.value.permanent


def test_transport_follows_from_the_settings(tmp_path: Path, twilio: StandIn) -> None:
    with_account = make_settings("sqlite:////nowhere", tmp_path, **settings_for(twilio))
    demo = make_settings("sqlite:////nowhere", tmp_path)
    bare = make_settings("sqlite:////nowhere", tmp_path, mode="production")

    assert isinstance(transport_for(with_account), TwilioTransport)
    assert isinstance(transport_for(demo), HandsetTransport)
    with pytest.raises(TransportError) as refused:
        send(transport_for(bare))
    assert not refused.value.permanent


# From here on the whole way: text in, answer out through the client, receipts back in, signed.


@pytest.fixture
def app(database: Database, tmp_path: Path, twilio: StandIn) -> Flask:
    """Return an application with a Twilio account."""
    with database.begin() as session:
        make_site(session)
    return make_sms_app(database, tmp_path, **settings_for(twilio))


def work(phone: Phone, transport: Transport, at: datetime) -> list[OutboundMessage]:
    """Send everything that may go, as the worker does."""
    rows: list[OutboundMessage] = []
    while True:
        with phone.database.begin() as session:
            claimed = outbox.claim_next(session, worker="w", at=at)
        if not claimed:
            return rows
        for one in claimed:
            attempt = outbox.send(one, transport, callback_url=CALLBACK)
            with phone.database.begin() as session:
                row = outbox.record(session, one, attempt, at=at)
                if row is not None:
                    note_sent(session, row, at=at)
                    rows.append(row)


def heard(phone: Phone, said: dict[str, str]) -> int:
    return post(phone.app, "/sms/status", said).status_code


def first_text(phone: Phone) -> None:
    answer = post(phone.app, "/sms/inbound", parameters("hay polvo", number=phone.number))
    assert answer.status_code == 200


def states(phone: Phone) -> list[tuple[str, str | None]]:
    with phone.database.read() as session:
        rows = session.execute(select(OutboundMessage.state, OutboundMessage.delivery).order_by(OutboundMessage.id))
        return [(state, delivery) for state, delivery in rows]


def now() -> datetime:
    return datetime.now(UTC)


def test_answer_reaches_twilio_and_its_receipts_come_back(
    app: Flask, twilio: StandIn, transport: TwilioTransport
) -> None:
    phone = Phone(app)
    first_text(phone)
    work(phone, transport, now())
    receipt, _question = twilio.sent()

    for status in ("sent", "delivered", "sent", "delivered"):
        assert twilio.callback(receipt["sid"], status, to=lambda _url, said: heard(phone, said)) == 200

    assert states(phone) == [("sent", "delivered"), ("sent", "queued")]


@pytest.mark.parametrize("code", ["30005", "30007"])
def test_text_that_cannot_be_delivered_becomes_a_task(
    app: Flask, twilio: StandIn, transport: TwilioTransport, code: str
) -> None:
    phone = Phone(app)
    first_text(phone)
    work(phone, transport, now())
    receipt, _question = twilio.sent()

    twilio.callback(receipt["sid"], "undelivered", code=code, to=lambda _url, said: heard(phone, said))

    assert states(phone)[0][0] == "given_up"
    with phone.database.read() as session:
        assert session.scalars(select(Task.kind)).all() == ["reach_person"]


def test_phone_that_was_off_gets_the_text_later(app: Flask, twilio: StandIn, transport: TwilioTransport) -> None:
    phone = Phone(app)
    first_text(phone)
    work(phone, transport, now())
    receipt, _question = twilio.sent()

    twilio.callback(receipt["sid"], "undelivered", code="30003", to=lambda _url, said: heard(phone, said))
    work(phone, transport, now() + timedelta(minutes=2))
    again = twilio.sent()[-1]
    twilio.callback(again["sid"], "delivered", to=lambda _url, said: heard(phone, said))

    assert again["body"] == receipt["body"]
    assert states(phone)[0] == ("sent", "delivered")


def test_number_that_sent_stop_is_shown_as_not_reachable(
    app: Flask, twilio: StandIn, transport: TwilioTransport
) -> None:
    phone = Phone(app, number="+56900021610")
    first_text(phone)
    work(phone, transport, now())

    assert [state for state, _delivery in states(phone)] == ["held", "held"]
    with phone.database.read() as session:
        assert "unreachable_by_text" in session.scalars(select(CaseEvent.kind)).all()


def test_time_out_repeats_at_most_one_text_and_finds_it_first(
    app: Flask, twilio: StandIn, transport: TwilioTransport
) -> None:
    phone = Phone(app, number=DAWDLES)
    first_text(phone)
    assert work(phone, transport, now()) == []
    later = now() + timedelta(minutes=16)
    with phone.database.begin() as session:
        (claimed,) = outbox.claim_unknown(session, worker="other", at=later)

    attempt = outbox.send(claimed, transport, callback_url=CALLBACK)
    with phone.database.begin() as session:
        row = outbox.record(session, claimed, attempt, at=later)

    assert len(twilio.sent()) == 1
    assert row is not None
    assert (row.state, row.is_repeat) == ("sent", False)
