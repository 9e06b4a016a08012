"""The provider's signature over what it posts to us, and the same signature for the demo's handset.

It covers the configured public address, never the Host header, which a stranger chooses.
"""

import hmac
from collections.abc import Mapping
from hashlib import sha256

from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from grievance.core.config import Settings

HEADER = "X-Twilio-Signature"

INBOUND = "/sms/inbound"
STATUS = "/sms/status"
FALLBACK = "/sms/fallback"


def auth_token(settings: Settings) -> str:
    """Return the secret shared with whoever posts texts; "" when there is none, and then nothing is genuine.

    In the demo there is no provider: the token is derived from the installation's own secret, so that the webhooks are
    as closed as in production.
    """
    token = settings.twilio_auth_token.get_secret_value()
    if token or not settings.in_demo:
        return token
    return hmac.digest(settings.secret_key.get_secret_value().encode(), b"demo line", sha256).hex()


def is_genuine(settings: Settings, *, path: str, parameters: MultiDict[str, str], signature: str) -> bool:
    """Return whether the holder of the token signed these parameters for this path (with its query, if any)."""
    token = auth_token(settings)
    if not token or not signature:
        return False
    validator = RequestValidator(token)
    return bool(
        validator.validate(
            settings.public_url + path, parameters, signature, algorithm=settings.twilio_signature_algorithm
        )
    )


def sign(settings: Settings, *, path: str, parameters: Mapping[str, str]) -> str:
    """Return the signature that the provider would send along."""
    validator = RequestValidator(auth_token(settings))
    signature: str = validator.compute_signature(
        settings.public_url + path, dict(parameters), settings.twilio_signature_algorithm
    )
    return signature
