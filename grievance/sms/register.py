"""What the rest of the program asks of this adapter: its addresses, and the transport that the settings name."""

from collections.abc import Callable

from flask import Flask

from grievance.core.config import Settings
from grievance.messaging.transport import Transport
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
    """Return the transport of the settings: the provider, or in a demo without an account the handset."""
    if settings.in_demo and not settings.twilio_account_sid:
        return HandsetTransport(settings.instance_path / "handset")
    return TwilioTransport(settings)
