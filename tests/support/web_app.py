"""The web application inside the test's own process: settings, runtime, and the whole of it or just its frame."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from flask import Flask
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect

from grievance.app import create_app
from grievance.core.config import Settings
from grievance.core.db import Database
from grievance.core.paths import templates_dir, translations_dir
from grievance.messaging.transport import Arrived, SendResult, Transport
from grievance.runtime import Runtime
from grievance.storage.files import open_storage
from grievance.web.compression import register_compression
from grievance.web.errors import register_errors
from grievance.web.lang import babel_locale, register_languages
from grievance.web.plain_page import plain_page
from grievance.web.security import register_security
from grievance.web.static_files import register_static
from grievance.web.unit import register_unit
from tests.support.keys import environment, make_ring


@dataclass
class SilentTransport:
    """Takes every text and sends none."""

    provider: str = "silent"
    sent: list[tuple[str, str, str]] = field(default_factory=list)

    def send(self, *, line: str, number: str, body: str, callback_url: str) -> SendResult:
        self.sent.append((line, number, body))
        return SendResult(f"SM{len(self.sent):032x}", "queued")

    def find_sent(
        self, *, line: str, number: str, body: str, since: datetime, besides: Collection[str] = ()
    ) -> SendResult | None:
        return None

    def list_inbound(self, *, since: datetime) -> Sequence[Arrived]:
        return ()

    def redact(self, provider_message_id: str) -> None:
        return None

    def fetch_media(self, url: str) -> bytes:
        return b""


def make_settings(database_url: str, folder: Path, *, mode: str = "demo", **more: str) -> Settings:
    """Return settings of an installation that keeps its files in `folder`."""
    named = environment(database_url, str(folder)).items()
    values = {name.removeprefix("GRIEVANCE_").lower(): text for name, text in named}
    values["mode"] = mode
    if mode == "production":
        values["public_url"] = "https://localhost"
    values.update(more)
    return Settings.model_validate(values)


def make_runtime(
    database: Database, folder: Path, *, transport: Transport | None = None, mode: str = "demo", **more: str
) -> Runtime:
    """Return a runtime over a database of the test's own."""
    settings = make_settings(database.url.render_as_string(hide_password=False), folder, mode=mode, **more)
    ring = make_ring()
    return Runtime(settings, database, ring, open_storage(settings.storage_url, ring), transport or SilentTransport())


def make_app(runtime: Runtime) -> Flask:
    """Return the whole application; errors that nobody foresaw are raised, not shown."""
    app = create_app(runtime)
    app.testing = True
    return app


def make_bare_app(runtime: Runtime) -> Flask:
    """Return an application with everything around the pages and no page, for tests that bring their own views."""
    app = Flask("grievance", static_folder=None, template_folder=str(templates_dir()))
    app.config.update(
        SECRET_KEY=runtime.settings.secret_key.get_secret_value(),
        BABEL_TRANSLATION_DIRECTORIES=str(translations_dir()),
        TESTING=True,
    )
    register_compression(app)
    register_static(app)
    register_security(app, https=runtime.settings.public_url.startswith("https://"))
    register_languages(app)
    Babel(app, locale_selector=babel_locale)
    CSRFProtect(app)
    register_errors(app, page=plain_page)
    register_unit(app, runtime)
    return app
