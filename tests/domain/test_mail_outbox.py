"""The mail outbox: claimed once, sent with nothing open, tried again, never a third time, and erased when done."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from grievance.cli.worker import Rhythm, send_mails
from grievance.core.db import Database
from grievance.core.email import parse_email
from grievance.core.i18n import SPANISH
from grievance.crypto.fields import new_public_id
from grievance.messaging import mail_outbox
from grievance.messaging.claims import UNKNOWN_AFTER
from grievance.messaging.mail_models import OutboundMail
from grievance.messaging.mail_outbox import ClaimedMail
from grievance.messaging.mail_transport import MailServerFails
from grievance.messaging.mail_wording import MailName
from grievance.messaging.retries import BACKOFF
from grievance.messaging.transport import TransportError, TransportUnknown
from tests.support.mail_server import mail_server
from tests.support.mailing import MailProvider, smtp_runtime
from tests.support.places import WEDNESDAY
from tests.support.web_app import make_runtime

ADDRESS = parse_email("ana@correo.example")


def write(session: Session, *, recipient: str = "", address: str = ADDRESS) -> OutboundMail:
    return mail_outbox.enqueue(
        session,
        MailName.CASE_NEWS,
        recipient=recipient or new_public_id(),
        address=parse_email(address),
        locale=SPANISH,
        values={"reference": "7K3Q-9F2M", "link": "https://reclamos.example/es/seguimiento"},
        at=WEDNESDAY,
        not_before=WEDNESDAY,
    )


def claim(session: Session, at: timedelta = timedelta(0), *, worker: str = "one") -> ClaimedMail | None:
    return mail_outbox.claim_next(session, worker=worker, at=WEDNESDAY + at)


def try_one(session: Session, provider: MailProvider, at: timedelta = timedelta(0)) -> None:
    claimed = claim(session, at)
    assert claimed is not None
    mail_outbox.record(session, claimed, mail_outbox.send(claimed, provider), at=WEDNESDAY + at)


def test_mail_is_sent_once_and_then_neither_address_nor_words_are_kept(session: Session) -> None:
    row, provider = write(session), MailProvider()

    try_one(session, provider)

    assert [mail.address for mail in provider.taken] == [ADDRESS]
    assert (row.state, row.sent_at, row.address_sealed, row.body_sealed) == ("sent", WEDNESDAY, None, None)
    assert claim(session) is None


def test_refusal_for_good_is_given_up_at_once_and_erased(session: Session) -> None:
    row = write(session)

    try_one(session, MailProvider(TransportError("550", permanent=True)))

    assert (row.state, row.error_code, row.address_sealed, row.body_sealed) == ("given_up", "550", None, None)


def test_refusal_that_passes_is_tried_again_ever_later_and_then_given_up(session: Session) -> None:
    row, at, waits = write(session), timedelta(0), []

    for _ in range(len(BACKOFF) + 1):
        try_one(session, MailProvider(MailServerFails("unreachable")), at)
        waits.append(row.not_before - WEDNESDAY - at)
        at = row.not_before - WEDNESDAY

    assert waits[:-1] == list(BACKOFF)
    assert (row.state, row.address_sealed) == ("given_up", None)


def test_unknown_end_is_sent_once_more_flagged_under_the_same_id(session: Session) -> None:
    row, provider = write(session), MailProvider(TransportUnknown())
    try_one(session, provider)
    assert row.state == "claimed"
    assert mail_outbox.claim_unknown(session, worker="two", at=WEDNESDAY + UNKNOWN_AFTER / 2) is None

    again = mail_outbox.claim_unknown(session, worker="two", at=WEDNESDAY + UNKNOWN_AFTER)
    assert again is not None
    mail_outbox.record(session, again, mail_outbox.send(again, provider), at=WEDNESDAY + UNKNOWN_AFTER)

    assert (row.state, row.is_repeat) == ("sent", True)
    assert [mail.mail_id for mail in provider.taken] == [row.public_id]


def test_unknown_twice_is_not_sent_a_third_time(session: Session) -> None:
    row, provider = write(session), MailProvider(TransportUnknown(), TransportUnknown())
    try_one(session, provider)

    for rounds in (1, 2):
        again = mail_outbox.claim_unknown(session, worker="two", at=WEDNESDAY + rounds * UNKNOWN_AFTER)
        assert again is not None
        attempt = mail_outbox.send(again, provider)
        mail_outbox.record(session, again, attempt, at=WEDNESDAY + rounds * UNKNOWN_AFTER)

    assert (row.state, row.error_code, provider.asked) == ("given_up", "unknown_twice", 2)


def test_worker_that_comes_back_late_changes_nothing(session: Session) -> None:
    row = write(session)
    late = claim(session)
    again = mail_outbox.claim_unknown(session, worker="two", at=WEDNESDAY + UNKNOWN_AFTER)
    assert late is not None
    assert again is not None
    mail_outbox.record(session, again, mail_outbox.send(again, MailProvider()), at=WEDNESDAY + UNKNOWN_AFTER)

    refused = mail_outbox.send(late, MailProvider(TransportError("550", permanent=True)))

    assert mail_outbox.record(session, late, refused, at=WEDNESDAY + UNKNOWN_AFTER) is None
    assert row.state == "sent"


def test_deleted_address_gets_nothing_more(session: Session) -> None:
    row, other = write(session, recipient="p" * 22), write(session, recipient="q" * 22)

    mail_outbox.call_back(session, "p" * 22)

    assert (row.state, row.address_sealed, row.body_sealed) == ("held", None, None)
    claimed = claim(session)
    assert claimed is not None
    assert claimed.row_id == other.id


def test_address_deleted_while_a_try_fails_is_not_tried_again(session: Session) -> None:
    row = write(session, recipient="p" * 22)
    claimed = claim(session)
    assert claimed is not None
    mail_outbox.call_back(session, "p" * 22)

    refused = mail_outbox.send(claimed, MailProvider(TransportError("450", permanent=False)))
    mail_outbox.record(session, claimed, refused, at=WEDNESDAY)

    assert (row.state, row.address_sealed) == ("given_up", None)


def test_many_workers_send_each_mail_once(database: Database, tmp_path: Path) -> None:
    with database.begin() as session:
        for number in range(12):
            write(session, address=f"ana{number}@correo.example")
    provider = MailProvider()
    runtime = replace(make_runtime(database, tmp_path), mail=provider)
    workers = [threading.Thread(target=send_mails, args=(runtime, f"worker-{number}", Rhythm())) for number in range(3)]

    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)

    assert sorted(mail.address for mail in provider.taken) == sorted(
        f"ana{number}@correo.example" for number in range(12)
    )


def test_failing_server_is_left_alone_for_a_while(database: Database, tmp_path: Path) -> None:
    with database.begin() as session:
        write(session)
        write(session)
    provider, rhythm = MailProvider(MailServerFails("unreachable")), Rhythm()
    runtime = replace(make_runtime(database, tmp_path), mail=provider)

    done = [send_mails(runtime, "one", rhythm) for _ in range(3)]

    assert (done, provider.asked) == ([1, 0, 0], 1)


@pytest.mark.parametrize("answer", ["250 ok", "550 5.1.1 no such user", "451 later"])
def test_logs_carry_no_address(
    database: Database, tmp_path: Path, capfd: pytest.CaptureFixture[str], answer: str
) -> None:
    with database.begin() as session:
        write(session)

    with mail_server(tmp_path / "s") as server:
        server.replies["RCPT"] = answer
        send_mails(smtp_runtime(database, tmp_path, server), "one", Rhythm())

    assert server.heard
    said = "".join(capfd.readouterr())
    assert "ana" not in said
    assert "7K3Q" not in said
