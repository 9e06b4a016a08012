"""Composition: the only module that knows every other. Builds the Runtime, the web application and the command."""

import os
from pathlib import Path

from flask import Flask
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from grievance.cli.parts import Parts
from grievance.cli.root import run
from grievance.core.config import Settings
from grievance.core.db import Database
from grievance.core.log import configure
from grievance.core.paths import templates_dir, translations_dir
from grievance.crypto.keyring import KeyRing
from grievance.mail.register import mail_transport_for, register_mail
from grievance.registry import configure_mappers
from grievance.runtime import Runtime
from grievance.sms.register import register_sms, transport_for
from grievance.storage.files import open_storage
from grievance.web.complainant.register import register_complainant
from grievance.web.compression import register_compression
from grievance.web.errors import register_errors
from grievance.web.health import register_health
from grievance.web.lang import babel_locale, register_languages, without_blocked
from grievance.web.open.register import register_open
from grievance.web.open.round_views import register_rounds
from grievance.web.plain_page import plain_page
from grievance.web.print.press import register_press
from grievance.web.security import register_security
from grievance.web.staff.register import register_staff
from grievance.web.static_files import register_static
from grievance.web.unit import register_unit

csrf = CSRFProtect()


def build_runtime(settings: Settings) -> Runtime:
    """Open the database, the keys, the storage and the transports that the settings name."""
    configure_mappers()
    keys = KeyRing.of(settings)
    database = Database(
        settings.database_url,
        keys=keys,
        pool_size=settings.web_threads + 1,
        address=settings.public_url,
        any_hour=settings.in_demo and not settings.twilio_account_sid,
    )
    storage = open_storage(settings.storage_url, keys)
    return Runtime(settings, database, keys, storage, transport_for(settings), mail_transport_for(settings))


def create_app(runtime: Runtime) -> Flask:
    """Build the web application: pages for complainants, staff and the public, and the provider's webhooks."""
    app = Flask("grievance", static_folder=None, template_folder=str(templates_dir()))
    settings = runtime.settings
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    # Every value of every page: words that are blocked read so in the language of the page.
    app.jinja_env.finalize = without_blocked
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        SERVER_NAME=None,
        BABEL_TRANSLATION_DIRECTORIES=str(translations_dir()),
        DEBUG=settings.debug,
        TESTING=False,
    )
    if settings.trusted_proxies:
        # Only as many hops as the operator vouches for: a stranger can write any address into the header.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.trusted_proxies, x_proto=settings.trusted_proxies)  # type: ignore[method-assign]  # Flask's documented way
    register_compression(app)
    register_static(app)
    register_security(app, https=settings.public_url.startswith("https://"))
    register_languages(app)
    Babel(app, locale_selector=babel_locale)
    csrf.init_app(app)
    register_errors(app, page=plain_page)
    register_unit(app, runtime)
    register_press(app)
    register_health(app, runtime)
    register_sms(app, runtime, page=plain_page)
    register_mail(app, runtime, page=plain_page)
    register_complainant(app, runtime)
    register_staff(app, runtime)
    register_open(app, runtime)
    register_rounds(app)
    return app


def create_app_from_env() -> Flask:
    """Build the application from the environment, for a WSGI server."""
    settings = Settings.from_env(_env_file())
    configure(json_lines=not settings.in_demo)
    return create_app(build_runtime(settings))


def main() -> None:
    """Run the `grievance` command."""
    run(Parts(settings=lambda: Settings.from_env(_env_file()), runtime=build_runtime, app=create_app))


def _env_file() -> Path | None:
    """Return the settings file: the one named, else `.env` here, else the one that `grievance run` made here."""
    named = os.environ.get("GRIEVANCE_ENV_FILE")
    candidates = [Path(named)] if named else [Path.cwd() / ".env", Path.cwd() / "instance" / "grievance.env"]
    return next((path for path in candidates if path.is_file()), None)
