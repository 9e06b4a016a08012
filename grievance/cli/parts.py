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
    """Read the settings and open database, keys, storage and transport."""
    return parts.runtime(parts.settings())


def stop(message: str) -> NoReturn:
    """End the command with a line on standard error."""
    raise click.ClickException(message)
