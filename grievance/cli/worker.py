"""The worker: everything that is not done while a person waits. One process or several, on one machine or many.

Each job is a small unit of work that can be lost at any instant: what was not committed is done again, and what may
have left the house (a text whose sending was cut off) is looked up at the provider before it is repeated, flagged.
"""

import os
import secrets
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from types import FrameType

import click

from grievance.cases import whole_check
from grievance.cases.after_checks import ask_checks
from grievance.cases.attempts import forget_attempts
from grievance.cases.feedback import ask_due
from grievance.cases.intake import forget_receipt_codes
from grievance.cases.telling import note_sent
from grievance.cases.unanswered import proceed_unanswered
from grievance.cases.verify import make_daily_root
from grievance.cli.media import fetch_media
from grievance.cli.parts import Parts, open_runtime, pass_parts
from grievance.cli.register_work import Kept, forget_undecided, work_on_registers
from grievance.cli.retention import erase_round
from grievance.complainants.slips import forget_slip_codes, lapse
from grievance.core.clock import now
from grievance.core.log import configure, logger
from grievance.desk.search import index_pending
from grievance.dialogue import respond
from grievance.messaging import inbox, mail_outbox, outbox, redaction
from grievance.messaging.mail_outbox import ClaimedMail
from grievance.messaging.outbox import Claimed
from grievance.messaging.transport import NoTransport
from grievance.privacy.answers import forget_copies
from grievance.privacy.apart import follow_walls
from grievance.publishing.summaries import release_due
from grievance.rounds.mail_results import note_mail
from grievance.rounds.orphans import forget_orphans
from grievance.rounds.staff_mail import tell_staff
from grievance.rounds.status_messages import tell_standing
from grievance.rounds.timers import sweep
from grievance.rounds.track_rounds import remind_of_channels
from grievance.runtime import Runtime

IDLE_SECONDS = 0.5
"""Wait between two rounds when there was nothing to do: the longest that a reply stays in the outbox."""

BATCH = 20
MAIL_RESTS_SECONDS = 60.0
FAULT_SECONDS = 5.0
"""Wait after a job failed, for example because the database is away."""


@dataclass
class Rhythm:
    """When each slow job ran last, in this process. Losing it costs one needless, idempotent run."""

    last: dict[str, float] = field(default_factory=dict)
    register: Kept = field(default_factory=Kept)
    """The old register that is being checked or imported: losing it costs one more reading of its file."""
    mail_rests_until: float = 0.0
    """On the monotonic clock: until when a mail server that fails is left alone. Texts do not wait behind it."""

    def is_due(self, name: str, every_seconds: float) -> bool:
        """Return whether `name` has not run for that long, and take note that it runs now."""
        clock = time.monotonic()
        if clock - self.last.get(name, -every_seconds) < every_seconds:
            return False
        self.last[name] = clock
        return True

    def more(self, name: str) -> None:
        """Let a job run again in the next round: it did as much as it does at once, and there may be more."""
        self.last.pop(name, None)


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
@pass_parts
def worker(parts: Parts, once: bool) -> None:  # a flag of the command line
    """Send texts, fetch files, keep clocks. Start as many as you like."""
    runtime = open_runtime(parts)
    configure(json_lines=not runtime.settings.in_demo)
    name = f"{socket.gethostname()[:20]}-{os.getpid()}-{secrets.token_hex(3)}"
    wish = _Wish()
    signal.signal(signal.SIGTERM, wish.stop)
    signal.signal(signal.SIGINT, wish.stop)
    rhythm = Rhythm()
    while not wish.stopping:
        done = round_of_work(runtime, name, rhythm)
        if once and not done:
            return
        if not done:
            time.sleep(IDLE_SECONDS)


class _Wish:
    """Whether somebody asked the worker to stop; it ends after the job at hand."""

    def __init__(self) -> None:
        self.stopping = False

    def stop(self, _signal: int, _frame: FrameType | None) -> None:
        """Remember the wish."""
        self.stopping = True


def round_of_work(runtime: Runtime, name: str, rhythm: Rhythm) -> int:
    """Do one round of everything that is due; return how much was done. A job that fails does not stop the others."""
    jobs: list[tuple[str, float, Callable[[], int]]] = [
        ("understand", 0, lambda: understand(runtime)),
        ("send", 0, lambda: send(runtime, name)),
        ("look_up", 30, lambda: look_up_unknown(runtime, name)),
        ("staff_mail", 20, lambda: _tell_staff(runtime)),
        ("mail", 0, lambda: send_mails(runtime, name, rhythm)),
        ("media", 2, lambda: fetch_media(runtime)),
        ("index", 1, lambda: _unit(runtime, index_pending, BATCH)),
        ("register", 0, lambda: work_on_registers(runtime, rhythm.register)),
        ("records", 0, lambda: check_records(runtime)),
        ("undecided", 3600, lambda: forget_undecided(runtime)),
        ("sweep", 20, lambda: _sweep(runtime)),
        ("proceed", 60, lambda: _unit(runtime, proceed_unanswered, BATCH)),
        ("survey", 60, lambda: _unit(runtime, ask_due, BATCH)),
        ("check", 60, lambda: _unit(runtime, ask_checks, BATCH)),
        ("standing", 300, lambda: _unit(runtime, tell_standing, BATCH)),
        ("codes", 300, lambda: _end_codes(runtime)),
        ("forget_attempts", 300, lambda: _unit(runtime, forget_attempts, BATCH)),
        ("forget_copies", 3600, lambda: _unit(runtime, forget_copies, BATCH)),
        ("channels", 3600, lambda: _unit(runtime, remind_of_channels, BATCH)),
        ("release", 5, lambda: _unit(runtime, release_due, BATCH)),
        ("redact", 60, lambda: redact_at_provider(runtime)),
        ("orphans", 3600, lambda: forget_orphans(runtime.storage, runtime.database.read, at=now())),
        ("retention", 600, lambda: erase_round(runtime.database)),
        ("root", 600, lambda: begin_check(runtime) + daily_root(runtime)),
    ]
    done = 0
    for job, every_seconds, work in jobs:
        if every_seconds and not rhythm.is_due(job, every_seconds):
            continue
        try:
            found = work()
            done += found
            if found >= BATCH:
                rhythm.more(job)
        except Exception:  # noqa: BLE001  # one of the four edges: a job that fails must not stop the others
            logger().error("job_failed", kind=job, exc_info=True)
            time.sleep(FAULT_SECONDS if every_seconds == 0 else 0)
    return done


def understand(runtime: Runtime) -> int:
    """Understand texts that were stored but not handled at once; one unit each."""
    with runtime.database.read() as session:
        waiting = inbox.due(session, at=now(), limit=BATCH)
    for inbound_id in waiting:
        try:
            with runtime.database.begin() as session:
                respond.handle(session, inbound_id, at=now())
        except Exception:  # noqa: BLE001  # one of the four edges: a text that cannot be understood goes to a person
            logger().error("inbound_failed", exc_info=True)
            with runtime.database.begin() as session:
                respond.note_trouble(session, inbound_id, at=now())
    return len(waiting)


def send(runtime: Runtime, name: str) -> int:
    """Claim what may go out now and send it, no transaction being open while the provider is spoken to."""
    if isinstance(runtime.transport, NoTransport):
        return 0
    with runtime.database.read() as session:
        if outbox.oldest_due(session, at=now()) is None:
            return 0
    with runtime.database.begin() as session:
        claimed = outbox.claim_next(session, worker=name, at=now(), limit=BATCH)
    for item in claimed:
        _send_one(runtime, item)
    return len(claimed)


def look_up_unknown(runtime: Runtime, name: str) -> int:
    """Take over claims whose worker vanished: look at the provider, then send once more, flagged."""
    if isinstance(runtime.transport, NoTransport):
        return 0
    with runtime.database.begin() as session:
        claimed = outbox.claim_unknown(session, worker=name, at=now(), limit=BATCH)
    for item in claimed:
        _send_one(runtime, item)
    return len(claimed)


def send_mails(runtime: Runtime, name: str, rhythm: Rhythm) -> int:
    """Send the mails that may go now, one claim after the other; first one whose sending nobody knows the end of."""
    if not runtime.offers_mail or time.monotonic() < rhythm.mail_rests_until:
        return 0
    for done in range(BATCH):
        claimed = _next_mail(runtime, name)
        if claimed is None:
            return done
        attempt = mail_outbox.send(claimed, runtime.mail)
        with runtime.database.begin() as session:
            row = mail_outbox.record(session, claimed, attempt, at=now())
            if row is not None:
                note_mail(session, row, at=now())
        if attempt.server_fails:
            rhythm.mail_rests_until = time.monotonic() + MAIL_RESTS_SECONDS
            return done + 1
    return BATCH


def _next_mail(runtime: Runtime, name: str) -> ClaimedMail | None:
    with runtime.database.read() as session:
        if not mail_outbox.has_work(session, at=now()):
            return None
    with runtime.database.begin() as session:
        return mail_outbox.claim_unknown(session, worker=name, at=now()) or mail_outbox.claim_next(
            session, worker=name, at=now()
        )


def redact_at_provider(runtime: Runtime) -> int:
    """Ask the provider to forget the bodies of texts whose delivery is final."""
    if not runtime.settings.twilio_redact_bodies or isinstance(runtime.transport, NoTransport):
        return 0
    with runtime.database.read() as session:
        wanted = redaction.to_redact(session, limit=BATCH)
    for item in wanted:
        runtime.transport.redact(item.provider_message_id)
        with runtime.database.begin() as session:
            redaction.record_redacted(session, [item.outbound_id])
    return len(wanted)


def begin_check(runtime: Runtime) -> int:
    """Begin the weekly check of the whole record once it is due.

    Before the daily root is made, which fails where an earlier one cannot be read: the check is what says so.
    """
    with runtime.database.begin() as session:
        return int(whole_check.begin_when_due(session, at=now()))


def check_records(runtime: Runtime) -> int:
    """Do one step of the check of the whole record that runs; nothing is locked while it compares."""
    with runtime.database.snapshot() as session:
        step = whole_check.look(session)
    if step is None:
        return 0
    with runtime.database.begin() as session:
        whole_check.keep(session, step, at=now())
    return 1


def daily_root(runtime: Runtime) -> int:
    """Make the root over all chains for the day that ended last (UTC), once."""
    yesterday = (now() - timedelta(days=1)).date()
    with runtime.database.begin() as session:
        make_daily_root(session, on=yesterday, at=now())
    return 0


def _send_one(runtime: Runtime, item: Claimed) -> None:
    attempt = outbox.send(item, runtime.transport, callback_url=f"{runtime.settings.public_url}/sms/status")
    with runtime.database.begin() as session:
        row = outbox.record(session, item, attempt, at=now())
        if row is not None:
            note_sent(session, row, at=now())


def _end_codes(runtime: Runtime) -> int:
    """Forget codes in readable form, and end the slips whose days have passed."""
    return sum(_unit(runtime, work, BATCH) for work in (forget_receipt_codes, forget_slip_codes, lapse))


def _tell_staff(runtime: Runtime) -> int:
    return _unit(runtime, tell_staff, BATCH) if runtime.offers_mail else 0


def _sweep(runtime: Runtime) -> int:
    with runtime.database.begin() as session:
        count = sweep(session, at=now(), limit=BATCH)
    return count.reminded + count.breached + _unit(runtime, follow_walls, BATCH)


def _unit(runtime: Runtime, work: Callable[..., int], limit: int) -> int:
    with runtime.database.begin() as session:
        return work(session, at=now(), limit=limit)
