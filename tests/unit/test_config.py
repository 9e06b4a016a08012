"""Settings: production refuses what is unsafe, and says all of it at once."""

from __future__ import annotations

import pytest

from grievance.core.config import Settings, SettingsRefused
from tests.support.keys import environment

MAIL = {"GRIEVANCE_MAIL_HOST": "mail.reclamos.example", "GRIEVANCE_MAIL_FROM": "avisos@reclamos.example"}


def use(monkeypatch: pytest.MonkeyPatch, **changes: str) -> Settings:
    values = environment("sqlite:////srv/x.sqlite", "/srv/x") | {
        "GRIEVANCE_MODE": "production",
        "GRIEVANCE_PUBLIC_URL": "https://reclamos.example",
    }
    for name, value in (values | changes).items():
        monkeypatch.setenv(name, value)
    return Settings.from_env()


def test_complete_settings_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    assert use(monkeypatch).mode == "production"


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"GRIEVANCE_PUBLIC_URL": "http://reclamos.example"}, "GRIEVANCE_PUBLIC_URL"),
        ({"GRIEVANCE_DEBUG": "true"}, "GRIEVANCE_DEBUG"),
        ({"GRIEVANCE_SECRET_KEY": "short"}, "GRIEVANCE_SECRET_KEY"),
        ({"GRIEVANCE_SECRET_KEY": "a" * 60}, "GRIEVANCE_SECRET_KEY"),
        ({"GRIEVANCE_SECRET_KEY": "please-change-me-0123456789-abcdefghij"}, "GRIEVANCE_SECRET_KEY"),
        ({"GRIEVANCE_SECRET_KEY": "salt-for-tests-9876543210-lkjihgfedcba"}, "is the same as"),
        ({"GRIEVANCE_CHAIN_KEY": "bm90IDMyIGJ5dGVzIGJ1dCBsb25nIGVub3VnaCB0byBwYXNz"}, "GRIEVANCE_CHAIN_KEY"),
        ({"GRIEVANCE_ENCRYPTION_KEYS": "no-colon-here-but-a-long-value-0123456789"}, "GRIEVANCE_ENCRYPTION_KEYS"),
        ({"GRIEVANCE_DATABASE_URL": "sqlite:///relative.sqlite"}, "GRIEVANCE_DATABASE_URL"),
        ({"GRIEVANCE_STORAGE_URL": "uploads"}, "GRIEVANCE_STORAGE_URL"),
        ({"GRIEVANCE_INSTANCE_PATH": "instance"}, "GRIEVANCE_INSTANCE_PATH"),
        ({"GRIEVANCE_TWILIO_ACCOUNT_SID": "AC" + "0" * 32}, "GRIEVANCE_TWILIO_AUTH_TOKEN"),
        (MAIL | {"GRIEVANCE_MAIL_SECURITY": "none"}, "GRIEVANCE_MAIL_SECURITY"),
        (MAIL | {"GRIEVANCE_MAIL_SECURITY": "maybe"}, "GRIEVANCE_MAIL_SECURITY"),
        (MAIL | {"GRIEVANCE_MAIL_USER": "avisos"}, "GRIEVANCE_MAIL_PASSWORD"),
        (MAIL | {"GRIEVANCE_MAIL_PASSWORD": "alone"}, "GRIEVANCE_MAIL_PASSWORD"),
        (MAIL | {"GRIEVANCE_MAIL_FROM": ""}, "GRIEVANCE_MAIL_FROM"),
        (MAIL | {"GRIEVANCE_MAIL_FROM": "Site <avisos@reclamos.example>"}, "GRIEVANCE_MAIL_FROM"),
        (MAIL | {"GRIEVANCE_MAIL_FROM": "avisos@reclamos.example\r\nBcc: x@y.example"}, "GRIEVANCE_MAIL_FROM"),
        (MAIL | {"GRIEVANCE_MAIL_BOUNCES_TO": "nobody"}, "GRIEVANCE_MAIL_BOUNCES_TO"),
        (MAIL | {"GRIEVANCE_MAIL_CA_FILE": "/srv/none.pem"}, "GRIEVANCE_MAIL_CA_FILE"),
        (MAIL | {"GRIEVANCE_MAIL_PORT": "99999"}, "GRIEVANCE_MAIL_PORT"),
    ],
)
def test_unsafe_settings_are_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], named: str
) -> None:
    with pytest.raises(SettingsRefused) as refused:
        use(monkeypatch, **changes)

    assert any(named in problem for problem in refused.value.problems)


@pytest.mark.parametrize(
    "changes",
    [MAIL, MAIL | {"GRIEVANCE_MAIL_HOST": "127.0.0.1", "GRIEVANCE_MAIL_SECURITY": "none"}],
    ids=["encrypted", "server on this machine"],
)
def test_safe_mail_settings_are_taken(monkeypatch: pytest.MonkeyPatch, changes: dict[str, str]) -> None:
    assert use(monkeypatch, **changes).mail_from == "avisos@reclamos.example"


def test_every_missing_setting_is_listed_at_once() -> None:
    with pytest.raises(SettingsRefused) as refused:
        Settings.from_env()

    listed = " ".join(refused.value.problems)
    for name in ("PUBLIC_URL", "DATABASE_URL", "SECRET_KEY", "ENCRYPTION_KEYS", "CHAIN_KEY", "CODE_KEY"):
        assert f"GRIEVANCE_{name}" in listed


def test_a_refusal_never_repeats_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsRefused) as refused:
        use(monkeypatch, GRIEVANCE_SECRET_KEY="hunter2", GRIEVANCE_PUBLIC_URL="http://x")

    assert "hunter2" not in str(refused.value)
