"""An application on a port of this machine, for what needs real HTTP: browsers, webhooks, the Twilio client."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from werkzeug.serving import BaseWSGIServer, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def free_port() -> int:
    """Return a port that nobody has now, for a process that is told its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def bind(app: WSGIApplication) -> BaseWSGIServer:
    """Take a free port without answering yet, for an application that must know its own address first."""
    return make_server("127.0.0.1", 0, app, threaded=True)


@contextmanager
def serving(app: WSGIApplication) -> Iterator[str]:
    """Serve `app` on a free port; give its address, without a slash at the end."""
    server = bind(app)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
