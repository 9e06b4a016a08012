"""What the rest of the program asks of this adapter: its addresses, and the transport that the settings name."""

from collections.abc import Callable

from flask import Flask

from grievance.core.config import Settings
from grievance.messaging.transport import NoTransport, Transport
from grievance.runtime import Runtime
from grievance.sms.handset import HandsetTransport
from grievance.sms.phone_page import register_phone
from grievance.sms.twilio import TwilioTransport
from grievance.sms.webhooks import register_webhooks


def register_sms(app: Flask, runtime: Runtime, *, page: Callable[[], object]) -> None:
    """Add the webhooks and, in the demo, the phone. `page` builds the frame of a page."""
    register_webhooks(app, runtime)
    if runtime.settings.in_demo:
        register_phone(app, runtime, page=page)


def transport_for(settings: Settings) -> Transport:
    """Return the transport of the settings: the provider where there is an account, else in a demo the handset."""
    if settings.twilio_account_sid:
        return TwilioTransport(settings)
    if settings.in_demo:
        return HandsetTransport(settings.instance_path / "handset")
    return NoTransport()
