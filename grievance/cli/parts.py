"""What the commands are handed by `app`, and how a command fails: one line that says what to do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

import click
from flask import Flask

from grievance.core.config import Settings
from grievance.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Parts:
    """How to read the settings, open the runtime and build the web application. Each is called when first needed."""

    settings: Callable[[], Settings]
    runtime: Callable[[Settings], Runtime]
    app: Callable[[Runtime], Flask]


pass_parts = click.make_pass_decorator(Parts)


def open_runtime(parts: Parts) -> Runtime:
    """Read the settings and open database, keys, storage and transport, until the command ends."""
    return open_with(parts, parts.settings())


def open_with(parts: Parts, settings: Settings) -> Runtime:
    """Open the same with settings that have been read already."""
    runtime = parts.runtime(settings)
    click.get_current_context().call_on_close(runtime.database.dispose)
    return runtime


def stop(message: str) -> NoReturn:
    """End the command with a line on standard error."""
    raise click.ClickException(message)
