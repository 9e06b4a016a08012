"""`grievance doctor`: every unsafe setting and every part that does not answer, each with its fix."""

import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import click

from grievance.cases import whole_check
from grievance.cli.doctor_people import nobody_there, unreviewed
from grievance.cli.mail_trouble import mail_trouble
from grievance.cli.parts import Parts, open_with, pass_parts
from grievance.core.clock import now
from grievance.core.config import Settings, SettingsRefused
from grievance.core.optional import ExtraMissing, LibraryMissing, weasyprint_module
from grievance.core.schema import is_current
from grievance.messaging import mail_outbox, outbox
from grievance.messaging.mail_transport import MailServerFails
from grievance.messaging.transport import NoTransport
from grievance.runtime import Runtime
from grievance.storage.files import FileMissing

OLDEST_WAITING = timedelta(minutes=30)


@click.command()
@pass_parts
def doctor(parts: Parts) -> None:
    """List every unsafe setting and failing part with its fix. Exit code 1 if there is any."""
    settings: Settings | None
    runtime: Runtime | None = None
    try:
        settings = parts.settings()
    except SettingsRefused as error:
        problems, settings = error.problems, None
    else:
        runtime = open_with(parts, settings)
        problems = [*_settings(settings), *_notice(settings), *_parts(runtime)]
    for problem in problems:
        click.echo(f"- {problem}")
    # Not counted: an installation may do without, and whoever watches the exit code must not have to.
    for note in [*_notes(settings), *(unreviewed(runtime) if runtime and is_current(runtime.database) else ())]:
        click.echo(f"- Note: {note}")
    click.echo("Nothing unsafe found." if not problems else f"{len(problems)} to mend.")
    raise SystemExit(1 if problems else 0)


def _notice(settings: Settings) -> Iterator[str]:
    gaps = settings.notice_gaps()
    if gaps:
        yield (
            f"{', '.join(gaps)}: not set; the notice to people about their data (/es/datos) says so. Ley 21.719 has it "
            "name who answers for the data and how to reach them."
        )


def _notes(settings: Settings | None) -> Iterator[str]:
    if settings is not None and not settings.mail_host and not settings.in_demo:
        yield "GRIEVANCE_MAIL_HOST: not set; nobody is offered e-mail. With one: grievance messages test-mail ADDRESS"
    try:
        weasyprint_module()
    except ExtraMissing:
        yield "No PDFs are made (summary, poster, slip). To have them: pip install 'grievance[pdf]'"
    except LibraryMissing:
        yield (
            "No PDFs are made (summary, poster, slip): Pango is missing. To have them: apt install libpango-1.0-0 "
            "libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation (macOS: brew install pango)"
        )


def _settings(settings: Settings) -> Iterator[str]:
    if settings.in_demo:
        yield "GRIEVANCE_MODE: is demo; anybody can read staff passwords. Set it to production for real people."
    if settings.host not in {"127.0.0.1", "localhost", "::1"} and settings.trusted_proxies == 0:
        yield "GRIEVANCE_HOST: listens to the network without a proxy in front. Put one there that speaks https."
    if settings.database_url.startswith("sqlite") and settings.web_processes > 4:  # writers queue
        yield "GRIEVANCE_WEB_PROCESSES: more than 4 on SQLite only queue. Use fewer, or PostgreSQL."
    # On SQLite everything runs on one machine, where a count per process is enough.
    if not settings.redis_url and settings.web_processes > 1 and not settings.database_url.startswith("sqlite"):
        yield (
            "GRIEVANCE_REDIS_URL: not set; sign-in limits are counted per process. Good enough for one machine, "
            "not for several."
        )
    if len(settings.encryption_ring()) > 1:
        yield "GRIEVANCE_ENCRYPTION_KEYS: holds a retired key. Run `grievance keys rotate`, then drop it."
    for path in (settings.instance_path, settings.instance_path / "grievance.env"):
        yield from _too_open(path)


def _too_open(path: Path) -> Iterator[str]:
    if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield f"{path}: others on this machine can read it. Run: chmod go= {path}"


def _parts(runtime: Runtime) -> Iterator[str]:
    if not is_current(runtime.database):
        yield "The database is not at this version's schema. Run: grievance database upgrade"
        return
    try:
        key = runtime.storage.put(b"doctor")
        runtime.storage.get(key)
        runtime.storage.delete(key)
    except (OSError, FileMissing) as error:
        yield f"GRIEVANCE_STORAGE_URL: a file could not be written and read back ({type(error).__name__})."
    if isinstance(runtime.transport, NoTransport):
        yield "GRIEVANCE_TWILIO_ACCOUNT_SID: not set; no text can be sent. People are told on the follow-up page only."
    yield from _mail(runtime)
    with runtime.database.read() as session:
        waits_since = outbox.oldest_due(session, at=now())
        if waits_since is not None and now() - waits_since > OLDEST_WAITING:
            yield "A text has waited for over 30 minutes. Is a worker running? Start one: grievance worker"
        given_up = outbox.given_up_count(session)
    yield from _record(runtime)
    yield from nobody_there(runtime)
    if given_up:
        yield f"{given_up} texts could not be delivered; each is a task for a handler on the desk."


def _mail(runtime: Runtime) -> Iterator[str]:
    with runtime.database.read() as session:
        waits_since = mail_outbox.oldest_due(session, at=now())
    if not runtime.offers_mail:
        if waits_since is not None:
            yield "GRIEVANCE_MAIL_HOST: not set any more, and mails wait. Set it again, or they are never sent."
        return
    try:
        runtime.mail.check()
    except MailServerFails as failure:
        yield mail_trouble(failure.code)
    else:
        if waits_since is not None and now() - waits_since > OLDEST_WAITING:
            yield "A mail has waited for over 30 minutes. Is a worker running? Start one: grievance worker"


def _record(runtime: Runtime) -> Iterator[str]:
    with runtime.database.read() as session:
        record = whole_check.health(session, at=now())
    if record.fault_count:
        yield (
            f"Places of the record that do not hold: {record.fault_count}. Change nothing, copy the database as it is, "
            "then run: grievance verify"
        )
    if record.is_overdue:
        yield "The record was not checked whole for over a week. Is a worker running? Start one: grievance worker"
