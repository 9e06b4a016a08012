"""The outbox: claimed once, in order per number, sent with nothing open, tried again, given up where it shows."""

from __future__ import annotations

import threading
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from grievance.core.db import Database
from grievance.messaging import outbox, threads
from grievance.messaging.hours import may_go_at
from grievance.messaging.models import Thread
from grievance.messaging.redaction import record_redacted, to_redact
from grievance.messaging.retries import BACKOFF
from grievance.messaging.text_names import TextName
from grievance.messaging.transport import SendResult, TransportError, TransportUnknown
from tests.support.places import LINE, WEDNESDAY
from tests.support.sending import A_MINUTE, NUMBER, ZONE, Provider, claim, send_one, thread_of, write

LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.fixture
def thread(session: Session) -> Thread:
    """Return the thread of a number with the line of a site."""
    return thread_of(session, NUMBER)


def test_text_is_sent_once_and_known_by_the_providers_id(session: Session, thread: Thread) -> None:
    row, provider = write(session, thread), Provider()

    (claimed,) = claim(session)
    sent = send_one(session, provider, claimed)

    assert sent is row
    assert (row.state, row.delivery, row.sent_at) == ("sent", "queued", WEDNESDAY)
    assert provider.taken == [claimed.body]
    assert claim(session) == []


def test_texts_of_one_number_go_one_after_the_other(session: Session, thread: Thread) -> None:
    for said in ("uno", "dos", "tres"):
        write(session, thread, said=said)
    provider = Provider()

    for _ in range(3):
        (claimed,) = claim(session)
        assert claim(session, worker="two") == []
        send_one(session, provider, claimed)

    assert [body[-4:].strip() for body in provider.taken] == ["uno", "dos", "tres"]


def test_other_numbers_do_not_wait(session: Session, thread: Thread) -> None:
    write(session, thread)
    write(session, thread)
    write(session, thread_of(session, "+56922222222"))

    assert len(claim(session)) == 2


def test_text_that_is_tried_again_holds_back_the_later_ones(session: Session, thread: Thread) -> None:
    write(session, thread, said="uno")
    write(session, thread, said="dos")
    (first,) = claim(session)
    send_one(session, Provider(TransportError("20429", permanent=False)), first)

    assert claim(session) == []
    assert [one.outbound_id for one in claim(session, at=WEDNESDAY + A_MINUTE)] == [first.outbound_id]


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        (datetime(2026, 9, 2, 23, 0, tzinfo=UTC), datetime(2026, 9, 2, 23, 0, tzinfo=UTC)),  # 19:00 → itself
        (datetime(2026, 9, 3, 0, 0, tzinfo=UTC), datetime(2026, 9, 3, 13, 0, tzinfo=UTC)),  # 20:00 → next morning
        (datetime(2026, 9, 3, 12, 59, 59, tzinfo=UTC), datetime(2026, 9, 3, 13, 0, tzinfo=UTC)),
        (datetime(2026, 9, 3, 13, 0, tzinfo=UTC), datetime(2026, 9, 3, 13, 0, tzinfo=UTC)),
        # The night of 5 to 6 September 2026 has 23 hours: 09:00 is 12:00 UTC from then on.
        (datetime(2026, 9, 6, 1, 0, tzinfo=UTC), datetime(2026, 9, 6, 12, 0, tzinfo=UTC)),
    ],
    ids=["still evening", "eight sharp", "a second early", "nine sharp", "clocks put forward"],
)
def test_unasked_texts_wait_for_nine_in_the_morning(local: datetime, expected: datetime) -> None:
    # Chile is at UTC-4 until the first Saturday of September.
    assert may_go_at(local, ZONE) == expected


@given(st.integers(0, 6 * 365 * 24 * 60).map(lambda minutes: LONG_AGO + timedelta(minutes=minutes)))
def test_an_unasked_text_never_goes_early_nor_waits_a_day(instant: datetime) -> None:
    goes = may_go_at(instant, ZONE)

    assert timedelta(0) <= goes - instant <= timedelta(hours=14)
    assert may_go_at(goes, ZONE) == goes


def test_answer_at_night_does_not_wait_for_what_goes_in_the_morning(session: Session, thread: Thread) -> None:
    night = datetime(2026, 9, 3, 3, 0, tzinfo=UTC)
    write(session, thread, at=night, is_asked_for=False, said="aviso")
    answer = write(session, thread, at=night, said="respuesta")

    assert [one.outbound_id for one in claim(session, at=night)] == [answer.id]


def test_refusal_that_passes_is_tried_again_ever_later_and_then_given_up(session: Session, thread: Thread) -> None:
    row, at = write(session, thread), WEDNESDAY
    waits = []

    for _ in range(len(BACKOFF) + 1):
        (claimed,) = claim(session, at=at)
        send_one(session, Provider(TransportError("20429", permanent=False)), claimed, at=at)
        waits.append(row.not_before - at)
        at = row.not_before

    assert waits[:-1] == list(BACKOFF)
    assert (row.state, row.error_code) == ("given_up", "20429")


def test_retry_of_an_unasked_text_keeps_to_the_day_too(session: Session, thread: Thread) -> None:
    evening = datetime(2026, 9, 2, 23, 30, tzinfo=UTC)  # 19:30 in Santiago
    row = write(session, thread, at=evening, is_asked_for=False)
    row.tries = 3  # the next wait is an hour

    (claimed,) = claim(session, at=evening)
    send_one(session, Provider(TransportError("20429", permanent=False)), claimed, at=evening)

    assert row.not_before == datetime(2026, 9, 3, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize("code", ["21211", "21614", "21408"])
def test_refusal_for_good_is_given_up_at_once(session: Session, thread: Thread, code: str) -> None:
    row = write(session, thread)
    (claimed,) = claim(session)

    send_one(session, Provider(TransportError(code, permanent=True)), claimed)

    assert (row.state, row.error_code, row.tries) == ("given_up", code, 1)


def test_stop_at_the_carrier_holds_everything_to_that_number(session: Session, thread: Thread) -> None:
    first, second = write(session, thread), write(session, thread)
    (claimed,) = claim(session)

    send_one(session, Provider(TransportError("21610", permanent=True)), claimed)

    assert (first.state, second.state) == ("held", "held")
    assert thread.opted_out_by == "carrier"
    assert write(session, thread).state == "held"


def test_time_out_is_unknown_and_not_sent_again_before_it_is_looked_up(session: Session, thread: Thread) -> None:
    row = write(session, thread)
    (claimed,) = claim(session)

    assert send_one(session, Provider(TransportUnknown()), claimed) is None

    assert row.state == "claimed"
    assert claim(session, at=WEDNESDAY + timedelta(hours=1)) == []
    assert outbox.claim_unknown(session, worker="two", at=WEDNESDAY + timedelta(minutes=14)) == []


def taken_over(session: Session, *, after: timedelta, worker: str = "two") -> outbox.Claimed:
    (claimed,) = outbox.claim_unknown(session, worker=worker, at=WEDNESDAY + after)
    return claimed


def test_unknown_text_that_the_provider_has_is_sent_and_no_repeat(session: Session, thread: Thread) -> None:
    row = write(session, thread)
    claim(session)
    provider = Provider()
    claimed = taken_over(session, after=timedelta(minutes=15))
    provider.knows = [claimed.body]

    send_one(session, provider, claimed)

    assert provider.taken == []
    assert (row.state, row.is_repeat) == ("sent", False)


def test_unknown_text_that_the_provider_lacks_is_sent_once_more_flagged(session: Session, thread: Thread) -> None:
    row = write(session, thread)
    claim(session)
    provider = Provider()

    send_one(session, provider, taken_over(session, after=timedelta(minutes=15)))

    assert len(provider.taken) == 1
    assert (row.state, row.is_repeat) == ("sent", True)


def test_text_unknown_twice_is_given_up_rather_than_sent_a_third_time(session: Session, thread: Thread) -> None:
    row = write(session, thread)
    claim(session)
    send_one(session, Provider(TransportUnknown()), taken_over(session, after=timedelta(minutes=15)))
    provider = Provider()

    send_one(session, provider, taken_over(session, after=timedelta(minutes=31), worker="three"))

    assert provider.taken == []
    assert (row.state, row.error_code) == ("given_up", "unknown_twice")


def test_unknown_text_that_cannot_be_looked_up_is_looked_up_again_later(session: Session, thread: Thread) -> None:
    row = write(session, thread)
    claim(session)

    class Away(Provider):
        def find_sent(
            self, *, line: str, number: str, body: str, since: datetime, besides: Collection[str] = ()
        ) -> SendResult | None:
            raise TransportError("not_connected", permanent=False)

    for quarter in range(1, 9):
        send_one(session, Away(), taken_over(session, after=timedelta(minutes=15 * quarter), worker=f"w{quarter}"))
    provider = Provider()
    send_one(session, provider, taken_over(session, after=timedelta(minutes=15 * 9)))

    assert len(provider.taken) == 1
    assert row.state == "sent"


def test_worker_that_was_slow_leaves_the_row_to_the_one_that_took_over(session: Session, thread: Thread) -> None:
    row = write(session, thread)
    (slow,) = claim(session, worker="slow")
    taken_over(session, after=timedelta(minutes=20))

    assert send_one(session, Provider(), slow) is None
    assert row.state == "claimed"


def test_code_is_wiped_once_sent_and_never_tried_again(session: Session, thread: Thread) -> None:
    row = outbox.enqueue(
        session,
        thread,
        TextName.VERIFY_NUMBER,
        values={"site": "Mina", "code": "123456"},
        subject=None,
        at=WEDNESDAY,
        is_asked_for=True,
        time_zone=ZONE,
        wipe_when_sent=True,
    )
    (claimed,) = claim(session)
    send_one(session, Provider(), claimed)

    assert "123456" in claimed.body
    assert row.body_sealed is None


def test_number_that_was_deleted_gets_nothing(session: Session, thread: Thread) -> None:
    row = write(session, thread)
    threads.forget_number(session, thread)

    assert row.state == "held"
    assert claim(session) == []
    assert threads.find(session, line=LINE, number=NUMBER) is None
    assert write(session, thread).state == "held"


def test_what_was_held_goes_when_the_person_comes_back_but_no_stale_answer(session: Session, thread: Thread) -> None:
    threads.stop(session, thread, by="person", at=WEDNESDAY)
    notice = write(session, thread, is_asked_for=False)
    answer = write(session, thread)

    threads.resume(session, thread, at=WEDNESDAY + A_MINUTE)

    assert (notice.state, answer.state) == ("queued", "held")


def test_link_to_the_follow_up_page_is_added_where_the_part_has_room(session: Session, thread: Thread) -> None:
    session.info["address"] = "https://quejas.example"

    outbox.enqueue(
        session,
        thread,
        TextName.NOTICE_MESSAGE,
        values={"site": "Mina", "reference": "7K3Q-9F2M"},
        subject=None,
        at=WEDNESDAY,
        is_asked_for=True,
        time_zone=ZONE,
    )

    (claimed,) = claim(session)
    assert claimed.body.endswith(" quejas.example/es/seguimiento")


def test_claimed_text_hides_number_and_words_when_printed(session: Session, thread: Thread) -> None:
    write(session, thread, said="secreto")
    (claimed,) = claim(session)

    assert NUMBER not in repr(claimed)
    assert "secreto" not in repr(claimed)


def test_final_texts_are_redacted_at_the_provider_once(session: Session, thread: Thread) -> None:
    row = write(session, thread)
    (claimed,) = claim(session)
    send_one(session, Provider(), claimed)
    assert to_redact(session, limit=10) == []
    row.delivery = "delivered"
    session.flush()

    (redaction,) = to_redact(session, limit=10)
    record_redacted(session, [redaction.outbound_id])

    assert redaction.provider_message_id == row.provider_message_id
    assert to_redact(session, limit=10) == []


def test_eight_workers_send_each_text_exactly_once_and_in_order(database: Database) -> None:
    with database.begin() as session:
        for n in range(6):
            thread = thread_of(session, f"+5691111111{n}")
            for said in range(5):
                write(session, thread, said=str(said))
    sent: dict[str, list[str]] = {}
    guard = threading.Lock()

    def work(name: str) -> None:
        idle = 0
        while idle < 3:
            with database.begin() as session:
                claimed = outbox.claim_next(session, worker=name, at=WEDNESDAY, limit=3)
            idle = 0 if claimed else idle + 1
            for one in claimed:
                with guard:
                    sent.setdefault(one.number, []).append(one.body[-1])
                attempt = outbox.send(one, Provider(), callback_url="")
                with database.begin() as session:
                    assert outbox.record(session, one, attempt, at=WEDNESDAY) is not None

    workers = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(sent) == [f"+5691111111{n}" for n in range(6)]
    assert set(map(tuple, sent.values())) == {("0", "1", "2", "3", "4")}


def test_unknown_text_is_not_taken_for_an_earlier_one_with_the_same_words(session: Session, thread: Thread) -> None:
    earlier = write(session, thread)
    provider = Provider()
    send_one(session, provider, claim(session)[0])
    unknown = write(session, thread)
    claim(session)
    seen: list[frozenset[str]] = []

    class Looking(Provider):
        def find_sent(
            self, *, line: str, number: str, body: str, since: datetime, besides: Collection[str] = ()
        ) -> SendResult | None:
            seen.append(frozenset(besides))
            known = SendResult(str(earlier.provider_message_id), "sent")
            return None if known.provider_message_id in besides else known

    send_one(session, Looking(), taken_over(session, after=timedelta(minutes=16)))

    assert seen == [frozenset({earlier.provider_message_id})]
    assert (unknown.state, unknown.is_repeat) == ("sent", True)
    assert unknown.provider_message_id != earlier.provider_message_id


@pytest.mark.parametrize(("any_hour", "waits"), [(False, True), (True, False)])
def test_only_a_demo_texts_unasked_at_night(session: Session, thread: Thread, any_hour: bool, waits: bool) -> None:
    session.info[outbox.ANY_HOUR] = any_hour
    night = datetime(2026, 9, 3, 4, 0, tzinfo=UTC)

    row = outbox.enqueue(
        session,
        thread,
        TextName.NOTICE_MESSAGE,
        values={"site": "Cerro Imaginario", "reference": "7K3Q-9F2M"},
        subject=None,
        at=night,
        is_asked_for=False,
        time_zone="America/Santiago",
    )

    assert (row.not_before > night) is waits
