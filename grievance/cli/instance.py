"""The folder of one installation on this machine: its keys and settings, made once, readable by this account only."""

import base64
import os
import secrets
from pathlib import Path

DEMO_PORT = 8000

_INVENTED = {
    "GRIEVANCE_CONTROLLER_NAME": "Minera Imaginaria SpA, RUT 0-0",
    "GRIEVANCE_CONTROLLER_REPRESENTATIVE": "Persona Inventada",
    "GRIEVANCE_CONTROLLER_ADDRESS": "Calle Inventada 0, Puerto Inventado",
    "GRIEVANCE_CONTROLLER_CONTACT": "datos@minera-imaginaria.example",
    "GRIEVANCE_HOSTING": "Minera Imaginaria SpA, Chile",
}
"""What the notice about personal data says of the demo's operator."""


def make_secrets() -> dict[str, str]:
    """Return a new value for every secret setting, each of its own randomness."""
    return {
        "GRIEVANCE_SECRET_KEY": secrets.token_urlsafe(48),
        "GRIEVANCE_PASSWORD_SALT": secrets.token_urlsafe(48),
        "GRIEVANCE_ENCRYPTION_KEYS": f"k1:{_key()}",
        "GRIEVANCE_CHAIN_KEY": _key(),
        "GRIEVANCE_CODE_KEY": _key(),
    }


def new_key(key_id: str) -> str:
    """Return a new encryption key as it stands in GRIEVANCE_ENCRYPTION_KEYS."""
    return f"{key_id}:{_key()}"


def prepare(folder: Path, *, port: int) -> Path:
    """Return the settings file of a demo installation in `folder`, making it with fresh keys if there is none.

    The file is written beside and renamed: an interrupted first start leaves none rather than half of one.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    settings = folder / "grievance.env"
    if settings.exists():
        return settings
    values = {
        "GRIEVANCE_MODE": "demo",
        "GRIEVANCE_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "GRIEVANCE_DATABASE_URL": f"sqlite:///{folder / 'grievance.sqlite'}",
        "GRIEVANCE_STORAGE_URL": f"file://{folder / 'files'}",
        "GRIEVANCE_INSTANCE_PATH": str(folder),
        **_INVENTED,
        **make_secrets(),
    }
    beside = folder / ".grievance.env.part"
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(
            "# Made by `grievance run`. Whoever has this file can read every case: keep it, and back it up apart.\n"
        )
        handle.writelines(f"{name}={value}\n" for name, value in values.items())
    beside.rename(settings)
    return settings


def load(path: Path) -> dict[str, str]:
    """Return the settings that a file of NAME=value lines holds."""
    pairs = (line.strip().partition("=") for line in path.read_text().splitlines())
    return {name: value for name, _, value in pairs if name and not name.startswith("#")}


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()
