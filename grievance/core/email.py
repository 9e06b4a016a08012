"""Read e-mail addresses as people write them, and refuse what cannot be one. Pure.

Not for deciding who may see an address: staff normally see none of a person who complains.
"""

from typing import NewType

from email_validator import EmailNotValidError, validate_email

EmailAddress = NewType("EmailAddress", str)

LONGEST_CHARACTERS = 254
"""Source: RFC 5321 section 4.5.3.1.3, a path of 256 octets with its two brackets."""


class EmailRefused(ValueError):
    """What was typed is no address that we can write to. Carries no address, so that a log cannot."""

    def __init__(self) -> None:
        super().__init__(type(self).__name__)


def parse_email(text: str) -> EmailAddress:
    """Return the address as it goes on the wire, in ASCII: one address, no name beside it, no line ends.

    >>> parse_email("  Ana.Rojas@correo.cl ")
    'Ana.Rojas@correo.cl'

    Raises:
        EmailRefused: it is none, or its part before the @ needs an extension that few servers have.
    """
    try:
        found = validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        # The library's message quotes the address: it must not follow into a log.
        raise EmailRefused from None
    if found.ascii_email is None:
        raise EmailRefused
    return EmailAddress(found.ascii_email)


def domain_of(address: EmailAddress) -> str:
    """Return what stands behind the @."""
    return address.rpartition("@")[2]
