"""A stand-in for Twilio's API: keeps messages, refuses as Twilio does, dawdles when told, and signs its callbacks.

Stateful, unlike a mock made from the API's description (see tests/sms/test_twilio_contract.py for that one). Numbers
decide what happens, as with Twilio's own test numbers; the tables below say which.
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from twilio.request_validator import RequestValidator
from werkzeug.datastructures import Headers
from werkzeug.exceptions import NotFound
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from tests.support.server import serving

ACCOUNT = "AC" + "b" * 32
TOKEN = "stand-in-token"

REFUSED = {
    "+56900021610": (400, 21610, "Attempt to send to unsubscribed recipient"),
    "+56900021211": (400, 21211, "Invalid 'To' Phone Number"),
    "+56900020429": (429, 20429, "Too Many Requests"),
    "+56900000401": (401, 20003, "Authenticate"),
    "+56900000503": (503, 20503, "Service unavailable"),
}
"""Numbers that are refused: HTTP status, Twilio's code, its words."""

BROKEN = "+56900000500"
"""Answers 500 after the text was taken: nobody can know from the answer."""

DAWDLES = "+56900000408"
"""Takes the text, and answers only after the client has given up."""

API = "/2010-04-01/Accounts/<account>"


@dataclass
class StandIn:
    """The state of the stand-in; `messages` by id, in order of arrival."""

    address: str = ""
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)
    patience: threading.Event = field(default_factory=threading.Event)
    is_down: bool = False

    def received(self, *, number: str, line: str, body: str, media: int = 0, ago: timedelta = timedelta(0)) -> str:
        """Let a text of a person reach Twilio, without telling anybody."""
        sid = self._keep(to=line, from_=number, body=body, direction="inbound", status="received", ago=ago)
        self.messages[sid]["num_media"] = str(media)
        return sid

    def callback(self, sid: str, status: str, *, code: str = "", to: Callable[[str, dict[str, str]], int]) -> int:
        """Post a signed receipt for a text that was sent; `to(url, parameters)` does the posting."""
        message = self.messages[sid]
        message["status"] = status
        parameters = {
            "MessageSid": sid,
            "SmsSid": sid,
            "MessageStatus": status,
            "SmsStatus": status,
            "To": message["to"],
            "From": message["from"],
            "AccountSid": ACCOUNT,
            "ApiVersion": "2010-04-01",
        }
        if code:
            parameters["ErrorCode"] = code
        return to(message["callback"], parameters)

    def sent(self) -> list[dict[str, Any]]:
        """Return what was sent through the API, in order."""
        return [message for message in self.messages.values() if message["direction"] == "outbound-api"]

    def _keep(self, *, to: str, from_: str, body: str, direction: str, status: str, ago: timedelta) -> str:
        sid = f"SM{secrets.token_hex(16)}"
        at = format_datetime(datetime.now(UTC) - ago)
        self.messages[sid] = {
            "sid": sid,
            "account_sid": ACCOUNT,
            "to": to,
            "from": from_,
            "body": body,
            "status": status,
            "direction": direction,
            "num_media": "0",
            "num_segments": "1",
            "date_created": at,
            "date_sent": at,
            "date_updated": at,
            "error_code": None,
            "error_message": None,
            "price": None,
            "price_unit": "USD",
            "api_version": "2010-04-01",
            "messaging_service_sid": None,
            "uri": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}.json",
            "subresource_uris": {},
        }
        return sid

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        self.asked.append(request)
        if self.is_down:
            return _problem(503, 20503, "Service unavailable")(environ, start_response)
        try:
            endpoint, found = _ROUTES.bind_to_environ(environ).match()
        except NotFound:
            return _problem(404, 20404, "not found")(environ, start_response)
        if not _is_account(request):
            return _problem(401, 20003, "Authenticate")(environ, start_response)
        values = {name: value for name, value in found.items() if name != "account"}
        response: Response = getattr(self, f"_{endpoint}")(request, **values)
        return response(environ, start_response)

    def _messages(self, request: Request) -> Response:
        if request.method == "GET":
            return self._list(request)
        to = request.form["To"]
        bare = to.removeprefix("whatsapp:")
        if bare in REFUSED:
            return _problem(*REFUSED[bare])
        sid = self._keep(
            to=to,
            from_=request.form["From"],
            body=request.form["Body"],
            direction="outbound-api",
            status="queued",
            ago=timedelta(0),
        )
        self.messages[sid]["callback"] = request.form.get("StatusCallback", "")
        if bare == BROKEN:
            return _problem(500, 20500, "Internal Server Error")
        if bare == DAWDLES:
            self.patience.wait(20)
        return _json(self._shown(sid), 201)

    def _list(self, request: Request) -> Response:
        found = [
            message
            for message in reversed(self.messages.values())
            if request.args.get("To", message["to"]) == message["to"]
            and request.args.get("From", message["from"]) == message["from"]
        ]
        return _json({"messages": [self._shown(message["sid"]) for message in found], "page": 0, "page_size": 50})

    def _message(self, request: Request, sid: str) -> Response:
        if sid not in self.messages:
            return _problem(404, 20404, "not found")
        if "Body" in request.form:
            self.messages[sid]["body"] = request.form["Body"]
        return _json(self._shown(sid))

    def _media(self, request: Request, sid: str) -> Response:
        del request
        number = int(self.messages[sid]["num_media"])
        listed = [
            {
                "sid": f"ME{n:032x}",
                "account_sid": ACCOUNT,
                "parent_sid": sid,
                "content_type": "image/jpeg",
                "uri": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}/Media/ME{n:032x}.json",
            }
            for n in range(number)
        ]
        return _json({"media_list": listed, "page": 0})

    def _file(self, request: Request, sid: str, media: str) -> Response:
        del request, sid
        if media not in self.files:
            return _problem(404, 20404, "not found")
        # Twilio points on to its file store, which wants no credentials and is told none.
        return Response(status=307, headers=Headers({"Location": f"{self.address}/store/{media}"}))

    def _store(self, request: Request, media: str) -> Response:
        assert "Authorization" not in request.headers
        return Response(self.files[media], content_type="image/jpeg")

    def _shown(self, sid: str) -> dict[str, Any]:
        return {name: value for name, value in self.messages[sid].items() if name != "callback"}


@contextmanager
def stand_in() -> Iterator[StandIn]:
    """Run the stand-in on a port of this machine."""
    state = StandIn()
    with serving(state) as address:
        state.address = address
        try:
            yield state
        finally:
            state.patience.set()


def post_signed(address: str, token: str, url: str, parameters: dict[str, str]) -> int:
    """Post parameters to `address`, signed for `url`, the public address that the callback names."""
    signature = RequestValidator(token).compute_signature(url, parameters)
    data = urllib.parse.urlencode(parameters).encode()
    request = urllib.request.Request(address, data=data, headers={"X-Twilio-Signature": signature})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return int(answer.status)


def _is_account(request: Request) -> bool:
    if request.path.startswith("/store/"):
        return True
    given = request.headers.get("Authorization", "").removeprefix("Basic ")
    return given == base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()


def _json(content: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(content), status, content_type="application/json")


def _problem(status: int, code: int, message: str) -> Response:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return _json({"code": code, "message": message, "more_info": more, "status": status}, status)


_ROUTES = Map(
    [
        Rule(f"{API}/Messages.json", endpoint="messages"),
        Rule(f"{API}/Messages/<sid>.json", endpoint="message"),
        Rule(f"{API}/Messages/<sid>/Media.json", endpoint="media"),
        Rule(f"{API}/Messages/<sid>/Media/<media>", endpoint="file"),
        Rule("/store/<media>", endpoint="store"),
    ]
)
