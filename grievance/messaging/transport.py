"""The port through which texts leave and arrive. Adapters stand in `grievance.sms`; the worker knows only this."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

NO_PROVIDER = "no_provider"
"""Code of a refusal because no account at a provider is set."""


class TransportError(Exception):
    """The provider refused a text; `code` is its own code. A permanent refusal is not tried again."""

    def __init__(self, code: str, *, permanent: bool) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent


class TransportUnknown(Exception):
    """No answer came in time: the text may have been sent or not."""


@dataclass(frozen=True, slots=True)
class SendResult:
    """What the provider said when it took a text: its id, and where the text stands there."""

    provider_message_id: str
    status: str


@dataclass(frozen=True, slots=True)
class Media:
    """A file that came with a text, still at the provider."""

    url: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Arrived:
    """A text that the provider says it received for us."""

    provider_message_id: str
    line: str
    number: str = field(repr=False)
    body: str = field(repr=False)
    media: Sequence[Media] = field(repr=False)
    arrived_at: datetime


class Transport(Protocol):
    """A provider of text messages. Call it with no transaction open. Numbers are E.164.

    `line` is one of ours, as stored: E.164, or "whatsapp:" and E.164, which then names the channel for both ends.
    """

    provider: str
    """Short name under which inbound texts are stored."""

    def send(self, *, line: str, number: str, body: str, callback_url: str) -> SendResult:
        """Hand over one text.

        Raises:
            TransportError: the provider refused it.
            TransportUnknown: no answer came; it may have been sent.
        """
        ...

    def find_sent(
        self, *, line: str, number: str, body: str, since: datetime, besides: Collection[str] = ()
    ) -> SendResult | None:
        """Look for a text that may have been sent at or after `since`; the newest one that fits, or None.

        `besides` are the provider's ids of texts that are known already: the same words may have been sent before.

        Raises:
            TransportError, TransportUnknown: it could not be looked up.
        """
        ...

    def list_inbound(self, *, since: datetime) -> Sequence[Arrived]:
        """List the texts that the provider received for us since then."""
        ...

    def redact(self, provider_message_id: str) -> None:
        """Ask the provider to forget the body of a text; one that it no longer has is no error."""
        ...

    def fetch_media(self, url: str) -> bytes:
        """Fetch a file that came with a text.

        Raises:
            TransportError: it is gone, too big, or not at the provider.
            TransportUnknown: no answer came.
        """
        ...


class NoTransport:
    """No provider is set: texts stay in the outbox, are tried again, and `grievance doctor` says so."""

    provider = "none"

    def send(self, *, line: str, number: str, body: str, callback_url: str) -> SendResult:
        """Refuse for now."""
        del line, number, body, callback_url
        raise TransportError(NO_PROVIDER, permanent=False)

    def find_sent(
        self, *, line: str, number: str, body: str, since: datetime, besides: Collection[str] = ()
    ) -> SendResult | None:
        """Refuse for now."""
        del line, number, body, since, besides
        raise TransportError(NO_PROVIDER, permanent=False)

    def list_inbound(self, *, since: datetime) -> Sequence[Arrived]:
        """Return nothing."""
        del since
        return ()

    def redact(self, provider_message_id: str) -> None:
        """Refuse for now."""
        del provider_message_id
        raise TransportError(NO_PROVIDER, permanent=False)

    def fetch_media(self, url: str) -> bytes:
        """Refuse for now."""
        del url
        raise TransportError(NO_PROVIDER, permanent=False)
