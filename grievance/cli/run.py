"""`grievance run`: everything on this machine with one command, for trying it out."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import click

from grievance.cli import instance
from grievance.cli.demo.commands import load_if_empty
from grievance.cli.parts import Parts, pass_parts, stop
from grievance.core.schema import upgrade

ANSWER_WITHIN_SECONDS = 30
STOP_WITHIN_SECONDS = 15


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), default=Path("instance"), help="Where keys and data lie.")
@click.option("--port", type=int, default=instance.DEMO_PORT, show_default=True)
@click.option("--empty", is_flag=True, help="Do not load the fictional demo.")
@pass_parts
def run(parts: Parts, folder: Path, port: int, empty: bool) -> None:  # a flag of the command line
    """Set up if needed, then serve web and worker together. Ctrl-C stops both; data stay."""
    settings_file = instance.prepare(folder.resolve(), port=port)
    environment = instance.load(settings_file)
    if "GRIEVANCE_MODE" not in os.environ and environment.get("GRIEVANCE_MODE") == "demo":
        # The address follows the port that was asked for this time.
        environment["GRIEVANCE_PUBLIC_URL"] = f"http://127.0.0.1:{port}"
    os.environ.update({name: os.environ.get(name, value) for name, value in environment.items()})
    os.environ["GRIEVANCE_PORT"] = str(port)
    _refuse_used_port(port)
    settings = parts.settings()
    upgrade(settings.database_url)
    if not empty and settings.in_demo:
        runtime = parts.runtime(settings)
        load_if_empty(runtime)
        runtime.database.dispose()
    _serve_both(folder, port)


def _serve_both(folder: Path, port: int) -> None:
    start = "from grievance.app import main; main()"
    children = [
        # Each in its own group: Ctrl-C reaches this process alone, which stops them in order.
        subprocess.Popen([sys.executable, "-c", start, name], start_new_session=True)  # noqa: S603  # our own program
        for name in ("serve", "worker")
    ]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        _wait_for_answer(port, children)
        _say_where(folder, port)
        while all(child.poll() is None for child in children):
            time.sleep(0.2)
        click.echo("A part stopped by itself; stopping the other. The reason stands above.", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        click.echo("\nStopping. Your data stay.")
    finally:
        _stop(children)


def _stop(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(STOP_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _wait_for_answer(port: int, children: list[subprocess.Popen[bytes]]) -> None:
    end = time.monotonic() + ANSWER_WITHIN_SECONDS
    while time.monotonic() < end:
        if any(child.poll() is not None for child in children):
            stop("A part did not start; the reason stands above.")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):  # loopback
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    stop(f"No answer on port {port} within {ANSWER_WITHIN_SECONDS} seconds.")


def _say_where(folder: Path, port: int) -> None:
    address = f"http://127.0.0.1:{port}"
    click.echo(
        f"""
Grievance is running. Everything in it is invented.

  Start here            {address}/
  Send it a text        {address}/en/demo/phone
  See the mail it sends {address}/en/demo/mail
  Staff sign-in         {address}/en/staff
  Who the staff are     {address}/en/demo/codes   (or: .venv/bin/grievance demo credentials)

Ctrl-C stops it; your data stay in {folder}.
"""
    )


def _refuse_used_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            stop(f"Port {port} is in use. Stop what uses it, or choose another: grievance run --port {port + 1}")
