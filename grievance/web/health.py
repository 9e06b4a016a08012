"""Whether this process lives, whether it can serve, and what it counts: for machines that watch, not for people.

`/metrics` holds counts of rows only; it is answered to the machine itself and to networks of one's own, never through
the public proxy, since even counts of a small site tell something.
"""

from collections.abc import Iterator

from flask import Flask, Response, abort, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from grievance.cases import whole_check
from grievance.cases.counts import open_and_late
from grievance.core.clock import now
from grievance.core.schema import is_current
from grievance.messaging import inbox, outbox
from grievance.runtime import Runtime
from grievance.web.access import public

LOOPBACK = frozenset({"127.0.0.1", "::1"})


def register_health(app: Flask, runtime: Runtime) -> None:
    """Add /healthz, /readyz and /metrics."""
    registry = CollectorRegistry()
    registry.register(_Counts(runtime))

    @app.get("/healthz")
    @public
    def healthz() -> Response:
        return _plain("alive\n")

    @app.get("/readyz")
    @public
    def readyz() -> Response:
        return _plain("ready\n") if is_current(runtime.database) else _plain("database is not current\n", 503)

    @app.get("/metrics")
    @public
    def metrics() -> Response:
        # A proxy that forwards strangers' requests adds X-Forwarded-For; whoever watches from this machine does not.
        if request.remote_addr not in LOOPBACK or "X-Forwarded-For" in request.headers:
            abort(404)
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


class _Counts(Collector):
    """Reads the database at each scrape: several processes need no shared memory, and a restart loses nothing."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def collect(self) -> Iterator[Metric]:
        """Yield the counts of this moment."""
        with self._runtime.database.read() as session:
            cases = open_and_late(session, at=now())
            queued, given_up = outbox.waiting_count(session), outbox.given_up_count(session)
            waiting = inbox.waiting_count(session)
            record = whole_check.health(session, at=now())
        yield GaugeMetricFamily("grievance_cases_open", "Open cases", value=cases.open)
        yield GaugeMetricFamily("grievance_cases_late", "Open cases with a clock past its due date", value=cases.late)
        yield GaugeMetricFamily("grievance_texts_waiting", "Texts that wait to be sent", value=queued)
        yield GaugeMetricFamily("grievance_texts_given_up", "Texts that could not be delivered", value=given_up)
        yield GaugeMetricFamily("grievance_inbound_waiting", "Received texts not yet understood", value=waiting)
        yield GaugeMetricFamily(
            "grievance_record_faults", "Places of the record that do not hold", value=record.fault_count
        )
        yield GaugeMetricFamily(
            "grievance_record_checked_timestamp_seconds",
            "When the record was last checked whole; 0 if never",
            value=record.checked_at.timestamp() if record.checked_at else 0,
        )


def _plain(words: str, status: int = 200) -> Response:
    return Response(words, status, content_type="text/plain; charset=utf-8")
