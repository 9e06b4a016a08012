"""What the provider calls: a text came in, the state of one of ours changed.

1. Sizes and shape (413, 400), then the signature (403).
2. Unit 1 stores the text, once; commit. A repeat is answered 200 and adds nothing.
3. Unit 2 understands it. If that fails: rolled back, logged, still 200; the worker tries again.

The fallback address is the same view: the provider calls it when the first one took more than 15 s.
"""

from flask import Blueprint, Flask, Response, current_app, request
from werkzeug.datastructures import MultiDict

from grievance.cases.telling import note_delivery
from grievance.core import clock
from grievance.core.log import logger
from grievance.dialogue import respond
from grievance.messaging import delivery, inbox
from grievance.runtime import Runtime
from grievance.sms import posted, signature

PROVIDER = "twilio"
"""Name under which texts are stored; the demo's handset posts as the provider does."""


class Refused(Exception):
    """What was posted is not taken; `status` is the answer."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def register_webhooks(app: Flask, runtime: Runtime) -> None:
    """Add the addresses that the provider posts to."""
    webhooks = Blueprint("sms", __name__)
    webhooks.add_url_rule(signature.INBOUND, "inbound", inbound, methods=["POST"])
    webhooks.add_url_rule(signature.FALLBACK, "fallback", inbound, methods=["POST"])
    webhooks.add_url_rule(signature.STATUS, "status", status, methods=["POST"])
    webhooks.register_error_handler(Refused, _answer_refused)
    app.extensions["sms"] = runtime
    # They carry a signature instead of a token: no browser ever posts here.
    app.extensions["csrf"].exempt(webhooks)
    app.register_blueprint(webhooks)


def inbound() -> Response:
    """Take in a text."""
    runtime = _runtime()
    text = _text(runtime)
    at = clock.now()
    with runtime.database.begin() as session:
        inbound_id = inbox.record(
            session,
            provider=PROVIDER,
            provider_message_id=text.message_id,
            line=text.line,
            number=text.number,
            body=text.body,
            media=text.media,
            opt_out_type=text.opt_out_type,
            at=at,
        )
    if inbound_id is not None:
        _understand(runtime, inbound_id)
    return _nothing_more()


def status() -> Response:
    """Take in what became of a text of ours."""
    runtime = _runtime()
    try:
        receipt = posted.receipt_of(_genuine_parameters(runtime))
    except posted.Unreadable as error:
        raise Refused(400, "unreadable") from error
    at = clock.now()
    with runtime.database.begin() as session:
        row = delivery.apply_receipt(
            session,
            provider_message_id=receipt.message_id,
            status=receipt.status,
            error_code=receipt.error_code,
            at=at,
        )
        if row is not None:
            note_delivery(session, row, at=at)
    return _nothing_more()


inbound.is_public = True  # type: ignore[attr-defined]  # the mark that the walk over all routes looks for
status.is_public = True  # type: ignore[attr-defined]  # closed by the signature, not by a duty


def _understand(runtime: Runtime, inbound_id: int) -> None:
    at = clock.now()
    try:
        with runtime.database.begin() as session:
            respond.handle(session, inbound_id, at=at)
        return
    except Exception:  # noqa: BLE001  # an edge: the text is stored and must be answered 200 whatever happens
        logger().exception("text_not_understood", provider=PROVIDER)
    try:
        with runtime.database.begin() as session:
            respond.note_trouble(session, inbound_id, at=at)
    except Exception:  # noqa: BLE001  # as above: the worker finds it by its first-try date
        logger().exception("text_not_put_off", provider=PROVIDER)


def _text(runtime: Runtime) -> posted.Text:
    try:
        return posted.text_of(_genuine_parameters(runtime))
    except posted.Unreadable as error:
        raise Refused(400, "unreadable") from error


def _genuine_parameters(runtime: Runtime) -> MultiDict[str, str]:
    try:
        parameters = posted.parameters_of(request)
    except posted.TooLarge as error:
        raise Refused(413, "too_large") from error
    query = request.query_string.decode("latin-1")
    path = f"{request.path}?{query}" if query else request.path
    given = request.headers.get(signature.HEADER, "")
    if not signature.is_genuine(runtime.settings, path=path, parameters=parameters, signature=given):
        raise Refused(403, "signature")
    return parameters


def _answer_refused(refused: Refused) -> Response:
    logger().warning("webhook_refused", status=refused.status, reason=refused.reason)
    return Response(f"{refused.reason}\n", refused.status, content_type="text/plain; charset=utf-8")


def _nothing_more() -> Response:
    return Response(posted.TWIML_NOTHING, 200, headers=posted.TWIML_HEADERS)


def _runtime() -> Runtime:
    runtime: Runtime = current_app.extensions["sms"]
    return runtime
