"""The transport over Twilio's API, by its official client. Called by the worker, with no transaction open."""

import base64
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any, TypeVar
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from requests.exceptions import ConnectionError as NotConnected
from requests.exceptions import ConnectTimeout, RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from grievance.core.config import Settings
from grievance.messaging.threads import WHATSAPP, bare_number
from grievance.messaging.transport import Arrived, Media, SendResult, TransportError, TransportUnknown

TIMEOUT_SECONDS = 35.0
"""The provider gives up after 26 to 30 s; a shorter wait would leave more texts unknown than there are."""

LOOKED_THROUGH = 50
"""Newest texts to one number among which one that may have been sent is looked for."""

LISTED = 5000
"""Texts of two days that a reconciliation goes through at most; the client would follow pages without end."""

MEDIA_BYTES_MAX = 17 * 1024 * 1024
"""Largest file that is fetched. Source: Twilio, "Media size": 5 MB by MMS, 16 MB by WhatsApp."""

NOT_ANSWERED = frozenset({500, 502, 504})
"""Answers that leave open whether the text was taken: it is looked up before anything is sent again."""

_T = TypeVar("_T")


class TwilioTransport:
    """Texts by Twilio."""

    provider = "twilio"

    def __init__(self, settings: Settings, *, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._account = settings.twilio_account_sid
        self._token = settings.twilio_auth_token.get_secret_value()
        self._base = settings.twilio_api_base
        self._timeout_seconds = timeout_seconds
        self._made: Client | None = None

    def send(self, *, line: str, number: str, body: str, callback_url: str) -> SendResult:
        """Hand over one text; see `Transport`."""
        message = self._ask(
            lambda client: client.messages.create(
                to=_address(line, number), from_=line, body=body, status_callback=callback_url
            )
        )
        return SendResult(str(message.sid), str(message.status))

    def find_sent(
        self, *, line: str, number: str, body: str, since: datetime, besides: Collection[str] = ()
    ) -> SendResult | None:
        """Look for a text that may have been sent; see `Transport`."""
        # No filter by date: a text still in the provider's queue has none, and would be missed.
        recent = self._ask(
            lambda client: client.messages.list(to=_address(line, number), from_=line, limit=LOOKED_THROUGH)
        )
        for message in recent:
            fits = message.body == body and message.date_created is not None and message.date_created >= since
            if fits and str(message.sid) not in besides:
                return SendResult(str(message.sid), str(message.status))
        return None

    def list_inbound(self, *, since: datetime) -> Sequence[Arrived]:
        """List the texts that came for us since then; see `Transport`."""
        found = self._ask(lambda client: client.messages.list(date_sent_after=since, limit=LISTED))
        return [self._arrived(message) for message in found if message.direction == "inbound"]

    def redact(self, provider_message_id: str) -> None:
        """Empty the body of a text at the provider."""
        try:
            self._ask(lambda client: client.messages(provider_message_id).update(body=""))
        except TransportError as refusal:
            if refusal.code not in {"404", "20404"}:
                raise

    def fetch_media(self, url: str) -> bytes:
        """Fetch a file, with our credentials only from the provider itself."""
        parts, ours = urlsplit(url), urlsplit(self._base)
        if (parts.scheme, parts.netloc) != (ours.scheme, ours.netloc):
            # The address came in a signed request, and is still not where credentials may go.
            raise TransportError("foreign_host", permanent=True)
        request = Request(url)  # noqa: S310  # scheme and host are those of the setting
        credentials = base64.b64encode(f"{self._account}:{self._token}".encode()).decode()
        # "Unredirected": the provider points on to its file store, which gets no credentials.
        request.add_unredirected_header("Authorization", f"Basic {credentials}")
        try:
            with urlopen(request, timeout=self._timeout_seconds) as answer:  # noqa: S310  # as above
                content: bytes = answer.read(MEDIA_BYTES_MAX + 1)
        except HTTPError as error:
            error.close()
            raise TransportError(str(error.code), permanent=error.code in {401, 403, 404, 410}) from error
        except OSError as error:
            raise TransportUnknown from error
        if len(content) > MEDIA_BYTES_MAX:
            raise TransportError("too_big", permanent=True)
        return content

    def _arrived(self, message: Any) -> Arrived:  # noqa: ANN401  # the client's classes carry no types
        media: tuple[Media, ...] = ()
        if int(message.num_media or 0) > 0:
            listed = self._ask(lambda _client: message.media.list(limit=10))
            media = tuple(Media(f"{self._base}{item.uri.removesuffix('.json')}", item.content_type) for item in listed)
        channel = WHATSAPP if str(message.to).startswith(WHATSAPP) else ""
        return Arrived(
            str(message.sid),
            f"{channel}{bare_number(str(message.to))}",
            bare_number(str(message.from_)),
            str(message.body or ""),
            media,
            message.date_sent or message.date_created,
        )

    def _ask(self, call: Callable[[Client], _T]) -> _T:
        """Call the provider and translate what goes wrong into the port's words."""
        try:
            return call(self._client())
        except TwilioRestException as error:
            if error.status in NOT_ANSWERED:
                raise TransportUnknown from None
            # The exception quotes the request; only the code goes on, so that no log can show a number.
            raise TransportError(str(error.code or error.status), permanent=error.status == 400) from None
        except TwilioException as error:
            # A list that cannot be fetched has an exception of its own, which carries the answer beside its words.
            status = getattr(error.args[-1], "status_code", "page") if error.args else "page"
            raise TransportError(str(status), permanent=False) from None
        except (ConnectTimeout, NotConnected) as error:
            if _never_left(error):
                raise TransportError("not_connected", permanent=False) from None
            raise TransportUnknown from None
        except RequestException:
            raise TransportUnknown from None

    def _client(self) -> Client:
        if self._made is None:
            # No retries inside the client: a POST is not idempotent.
            http = TwilioHttpClient(timeout=self._timeout_seconds, max_retries=0)
            self._made = Client(self._account, self._token, http_client=http)
            self._made.api.base_url = self._base
        return self._made


def _address(line: str, number: str) -> str:
    return f"{WHATSAPP}{number}" if line.startswith(WHATSAPP) else number


def _never_left(error: RequestException) -> bool:
    # Without retries, urllib3 wraps an error of connecting with its reason; one that comes later has none.
    return isinstance(error, ConnectTimeout) or (bool(error.args) and hasattr(error.args[0], "reason"))
