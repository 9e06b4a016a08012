"""Serving the web: gunicorn with threads, no access log (it would keep the addresses of those who complain)."""

from collections.abc import Callable
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from grievance.cli.parts import Parts, pass_parts, stop
from grievance.core.log import configure
from grievance.core.schema import is_current


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn around one application, built in each worker process so that none shares a connection."""

    def __init__(self, make: Callable[[], Flask], options: dict[str, Any]) -> None:
        self.make = make
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        """Hand our options to gunicorn."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Build the application in a worker process."""
        return self.make()


@click.command()
@click.option("--host", help="Address to listen on; GRIEVANCE_HOST otherwise.")
@click.option("--port", type=int, help="Port to listen on; GRIEVANCE_PORT otherwise.")
@pass_parts
def serve(parts: Parts, host: str | None, port: int | None) -> None:
    """Serve the web pages and the provider's webhooks."""
    settings = parts.settings()
    configure(json_lines=not settings.in_demo)
    runtime = parts.runtime(settings)
    if not is_current(runtime.database):
        stop("The database is not at this version's schema. Run: grievance database upgrade")
    runtime.database.dispose()
    options = {
        "bind": f"{host or settings.host}:{port or settings.port}",
        "workers": settings.web_processes,
        "threads": settings.web_threads,
        "worker_class": "gthread",
        "accesslog": None,
        "errorlog": "-",
        "loglevel": "warning",
        "preload_app": False,
        "timeout": 60,
        "graceful_timeout": 10,
        "limit_request_field_size": 8190,
        "limit_request_line": 4094,
        "forwarded_allow_ips": "127.0.0.1",
        "proc_name": "grievance",
    }
    Server(lambda: parts.app(parts.runtime(settings)), options).run()
