"""The demo authenticator: passwords and codes of the invented staff. Registered in demo mode and never otherwise."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grievance.accounts.credentials import CODE_SECONDS, code_at
from grievance.accounts.permissions import Duty
from grievance.web.access import public
from grievance.web.lang import localized
from grievance.web.staff.account_words import duty_name
from grievance.web.staff.pages_base import staff_page
from grievance.web.unit import current

FILE = "demo-credentials.json"
"""Written by the demo loader beside the keys, readable by this account only."""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One invented staff member and what their authenticator shows now."""

    name: str
    duties: str
    site: str
    email: str
    password: str
    code: str


def add_routes(bp: Blueprint) -> None:
    """Add the demo's own page."""
    localized(bp, "demo_codes", demo_codes, es="/demo/codigos", en="/demo/codes")


@public
def demo_codes() -> ResponseReturnValue:
    """Show who can be signed in as, and how."""
    unit = current()
    seconds = CODE_SECONDS - int(unit.now.timestamp()) % CODE_SECONDS
    return render_template(
        "demo/codes.html",
        page=staff_page(),
        people=_people(unit.runtime.settings.instance_path / FILE),
        seconds=seconds,
    )


def _people(file: Path) -> list[DemoPerson]:
    if not file.is_file():
        return []
    now = current().now
    return [
        DemoPerson(
            name=person["name"],
            duties=", ".join(duty_name(Duty(duty)) for duty in person["duties"]),
            site=person.get("site") or _("Every site"),
            email=person["email"],
            password=person["password"],
            code=code_at(person["totp_secret"], now),
        )
        for person in json.loads(file.read_text(encoding="utf-8"))
    ]
