"""What keeps a mail server from taking our mails, in words that name the setting to mend."""

from collections.abc import Mapping

_TROUBLE: Mapping[str, str] = {
    "unreachable": "GRIEVANCE_MAIL_HOST: the mail server does not answer. Check host, port and firewall.",
    "certificate": (
        "GRIEVANCE_MAIL_HOST: the mail server's certificate is not good for this name. Use the name that stands in it; "
        "for an authority of your own set GRIEVANCE_MAIL_CA_FILE."
    ),
    "tls": "GRIEVANCE_MAIL_SECURITY: no encryption was agreed on. Port 587 goes with starttls, port 465 with tls.",
    "no_starttls_or_login": (
        "GRIEVANCE_MAIL_SECURITY: the mail server offers no STARTTLS, or no way to sign in. Port 465 goes with tls."
    ),
    "login": "GRIEVANCE_MAIL_USER: the mail server does not accept this account or its password.",
}


def mail_trouble(code: str) -> str:
    """Return the sentence for a code of `MailServerFails`."""
    if code.startswith("sender_"):
        said = code.removeprefix("sender_")
        return f"GRIEVANCE_MAIL_FROM: the mail server does not let this account send from it (it said {said})."
    return _TROUBLE.get(code, f"GRIEVANCE_MAIL_HOST: the mail server refused us (it said {code}).")
