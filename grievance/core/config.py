"""Settings: typed, read once from the environment; the program refuses to start when they are incomplete or unsafe.

Not for: anything that differs by site (that lives in the database).
"""

import base64
import binascii
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from grievance.core.email import EmailRefused, parse_email

SECRET_CHARACTERS_MIN = 32
"""Shortest secret that is accepted, in characters: 32 base64 characters carry 192 bits."""

KEY_BYTES = 32
"""Length of every key, in bytes: AES-256 and HMAC-SHA256."""

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

SECRET_FIELDS = ("secret_key", "password_salt", "encryption_keys", "chain_key", "code_key")


class SettingsRefused(Exception):
    """The settings are incomplete or unsafe; `problems` has one plain sentence per fault, naming the variable."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class NamedKey:
    """One key of the ring: its short id, stored in every ciphertext, and its 32 bytes."""

    key_id: str
    secret: bytes

    def __repr__(self) -> str:
        return f"NamedKey({self.key_id!r}, …)"


class Settings(BaseSettings):
    """Everything an installation sets. Each field is the environment variable GRIEVANCE_<NAME>."""

    model_config = SettingsConfigDict(env_prefix="GRIEVANCE_", env_file=None, extra="ignore", frozen=True)

    mode: Literal["production", "demo"] = Field(
        "production", description="demo adds invented cases, the demo phone and the demo codes; never for real people."
    )
    public_url: str = Field(description="Address at which people and the SMS provider reach this installation.")
    database_url: str = Field(description="sqlite:////absolute/path or postgresql://…")
    storage_url: str = Field(description="file:///absolute/folder or s3://bucket/prefix, for encrypted files.")
    instance_path: Path = Field(description="Absolute folder of this installation, readable by its account only.")

    secret_key: SecretStr = Field(description="Signs cookies and form tokens. Changing it signs everybody out.")
    password_salt: SecretStr = Field(description="Goes into every password hash. Changing it voids all passwords.")
    encryption_keys: SecretStr = Field(description="id:base64 pairs separated by commas, the current one first.")
    chain_key: SecretStr = Field(description="base64; keys the event chains. It never rotates.")
    code_key: SecretStr = Field(description="base64; keys the digests of access codes. It never rotates.")

    twilio_account_sid: str = Field("", description="Account at the SMS provider (AC…); without it no text is sent.")
    twilio_auth_token: SecretStr = Field(
        SecretStr(""), description="Checks what the provider sends us, and signs us in there."
    )
    twilio_api_base: str = Field("https://api.twilio.com", description="Where the provider is asked; for tests.")
    twilio_signature_algorithm: Literal["HMAC_SHA1", "HMAC_SHA256"] = Field(
        "HMAC_SHA1", description="How the provider signs what it posts; HMAC_SHA256 with a shared key as the token."
    )
    twilio_redact_bodies: bool = Field(
        default=True, description="Ask the provider to forget what a text said once its delivery is final."
    )
    mail_host: str = Field("", description="Server that takes our mails; without it nobody is offered e-mail.")
    mail_port: int = Field(587, ge=1, le=65535, description="Its port: 587 with starttls, 465 with tls.")
    mail_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the way to it is encrypted; none only where it runs on this machine."
    )
    mail_user: str = Field("", description="Account at the mail server, where it asks for one.")
    mail_password: SecretStr = Field(SecretStr(""), description="Password of that account.")
    mail_from: str = Field("", description="Address that our mails come from. It says what it is: choose a plain one.")
    mail_bounces_to: str = Field(
        "", description="Address that undeliverable mails come back to; empty means the one they come from."
    )
    mail_ca_file: str = Field(
        "", description="PEM file of the authority behind the mail server's certificate, where it is one of your own."
    )
    controller_name: str = Field(
        "",
        description="Who answers for people's data, as the law knows it: name and RUT. Stands in the notice to people.",
    )
    controller_representative: str = Field("", description="Its legal representative, for the same notice.")
    controller_address: str = Field("", description="Its postal address, for the same notice.")
    controller_contact: str = Field(
        "", description="E-mail address or telephone that takes requests about data, for the same notice."
    )
    data_officer: str = Field("", description="Its data protection officer, where it has one, for the same notice.")
    hosting: str = Field(
        "", description="Whose machines this runs on and in which country, for the same notice: Own machines, Chile."
    )
    redis_url: str = Field("", description="redis://… where several machines share the counters of sign-in tries.")
    host: str = Field("127.0.0.1", description="Address to listen on; the proxy in front speaks https.")
    port: int = Field(8000, description="Port to listen on.")
    web_processes: int = Field(2, description="Web processes.")
    web_threads: int = Field(4, description="Threads in each of them; each holds one database connection.")
    debug: bool = Field(default=False, description="Refused in production.")
    trusted_proxies: int = Field(
        0, description="Proxies in front whose X-Forwarded-For is believed; 1 for one reverse proxy."
    )

    @field_validator("public_url", "twilio_api_base")
    @classmethod
    def _without_trailing_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @field_validator("instance_path")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        if not value.is_absolute():
            raise ValueError("must be an absolute path")
        return value

    @model_validator(mode="after")
    def _refuse_unsafe(self) -> Self:
        problems = unsafe(self)
        if problems:
            raise SettingsRefused(problems)
        return self

    def notice_gaps(self) -> list[str]:
        """Return the variables that the notice to people about their data cannot do without and that are not set.

        Source: Ley 19.628 as changed by Ley 21.719, art. 14 ter; read in secondary sources on 22 November 2026, to be
        confirmed by counsel. An officer is named where there is one.
        """
        needed = (
            "controller_name",
            "controller_representative",
            "controller_address",
            "controller_contact",
            "hosting",
        )
        return [f"GRIEVANCE_{name.upper()}" for name in needed if not getattr(self, name).strip()]

    @property
    def in_demo(self) -> bool:
        """Whether the fictional demo and its tools (phone, authenticator) may run."""
        return self.mode == "demo"

    def encryption_ring(self) -> tuple[NamedKey, ...]:
        """Return the keys of the ring, the current one first."""
        return tuple(_read_ring(self.encryption_keys.get_secret_value()))

    def key(self, name: Literal["chain_key", "code_key"]) -> bytes:
        """Return the 32 bytes of a key that never rotates."""
        value: SecretStr = getattr(self, name)
        return base64.b64decode(value.get_secret_value(), validate=True)

    @classmethod
    def from_env(cls, env_file: Path | None = None) -> "Settings":
        """Read the environment (and `env_file`, which it overrides).

        Raises:
            SettingsRefused: something is missing, unreadable or unsafe; every problem is listed at once.
        """
        try:
            return cls(_env_file=env_file)  # type: ignore[call-arg]  # fields come from the environment
        except ValidationError as error:
            raise SettingsRefused([_in_words(item["loc"], item["msg"]) for item in error.errors()]) from error


def unsafe(settings: Settings) -> list[str]:
    """List what makes these settings unsafe, one sentence each with the fix; empty when they may be used."""
    problems = _secret_problems(settings)
    if settings.database_url.startswith("sqlite") and not settings.database_url.startswith("sqlite:////"):
        problems.append(
            "GRIEVANCE_DATABASE_URL: give SQLite an absolute path, as in sqlite:////srv/grievance/db.sqlite."
        )
    if not settings.storage_url.startswith(("file:///", "s3://")):
        problems.append("GRIEVANCE_STORAGE_URL: use file:///absolute/folder or s3://bucket/prefix.")
    if settings.mode == "production":
        if not settings.public_url.startswith("https://"):
            problems.append(
                "GRIEVANCE_PUBLIC_URL: must begin with https:// in production; people's words travel over it."
            )
        if settings.debug:
            problems.append("GRIEVANCE_DEBUG: must be off in production; error pages would show what people wrote.")
        if settings.twilio_account_sid and not settings.twilio_auth_token.get_secret_value():
            problems.append("GRIEVANCE_TWILIO_AUTH_TOKEN: missing; without it no text can be checked or sent.")
    return [*problems, *_mail_problems(settings)] if settings.mail_host else problems


def _mail_problems(settings: Settings) -> list[str]:
    problems = []
    if settings.mail_security == "none" and settings.mail_host not in LOOPBACK:
        problems.append(
            "GRIEVANCE_MAIL_SECURITY: none is for a server on this machine only; addresses would travel in the clear."
        )
    if bool(settings.mail_user) != bool(settings.mail_password.get_secret_value()):
        problems.append("GRIEVANCE_MAIL_PASSWORD: give both the account and its password, or neither.")
    for name, value in (("FROM", settings.mail_from), ("BOUNCES_TO", settings.mail_bounces_to or settings.mail_from)):
        try:
            parse_email(value)
        except EmailRefused:
            problems.append(f"GRIEVANCE_MAIL_{name}: is not one plain e-mail address, as in avisos@company.cl.")
    if settings.mail_ca_file and not Path(settings.mail_ca_file).is_file():
        problems.append("GRIEVANCE_MAIL_CA_FILE: there is no such file.")
    return problems


def _secret_problems(settings: Settings) -> list[str]:
    problems = []
    seen: dict[str, str] = {}
    for name in SECRET_FIELDS:
        variable = f"GRIEVANCE_{name.upper()}"
        value: str = getattr(settings, name).get_secret_value()
        if len(value) < SECRET_CHARACTERS_MIN or len(set(value)) < 8 or "change" in value.lower():
            problems.append(f"{variable}: missing, too short or a placeholder; make one with `grievance keys make`.")
        elif value in seen:
            problems.append(f"{variable}: is the same as {seen[value]}; every secret needs a value of its own.")
        seen[value] = variable
    problems += _key_problems(settings)
    return problems


def _key_problems(settings: Settings) -> list[str]:
    problems = []
    try:
        ring = settings.encryption_ring()
    except ValueError as error:
        ring = ()
        problems.append(f"GRIEVANCE_ENCRYPTION_KEYS: {error}; make one with `grievance keys make`.")
    if len({named.key_id for named in ring}) != len(ring) or len({named.secret for named in ring}) != len(ring):
        problems.append("GRIEVANCE_ENCRYPTION_KEYS: two keys share an id or a value; each must differ.")
    for name in ("chain_key", "code_key"):
        try:
            size = len(base64.b64decode(getattr(settings, name).get_secret_value(), validate=True))
        except (binascii.Error, ValueError):
            size = 0
        if size != KEY_BYTES:
            problems.append(
                f"GRIEVANCE_{name.upper()}: must be 32 bytes in base64; make one with `grievance keys make`."
            )
    return problems


def _read_ring(value: str) -> list[NamedKey]:
    keys = []
    for pair in value.split(","):
        key_id, _, encoded = pair.strip().partition(":")
        try:
            secret = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError) as error:
            raise ValueError("a key is not base64") from error
        if not key_id or len(key_id.encode()) > 16 or len(secret) != KEY_BYTES:
            raise ValueError("each key is a short id, a colon and 32 bytes in base64")
        keys.append(NamedKey(key_id, secret))
    return keys


def _in_words(location: tuple[int | str, ...], message: str) -> str:
    name = "GRIEVANCE_" + "_".join(str(part) for part in location).upper()
    return f"{name}: {message}."
