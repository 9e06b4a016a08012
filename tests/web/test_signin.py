"""Signing in: two factors, nothing replayed, nobody guessed, nobody kept out."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from grievance.accounts import credentials
from grievance.accounts.audit import AuditAction, verify
from grievance.accounts.models import AuditEntry, Staff, StaffSession
from grievance.accounts.permissions import Duty
from grievance.core import clock
from grievance.core.db import Database
from grievance.sites import operations as sites
from tests.support.installation import make_app, make_runtime
from tests.support.people import PASSWORD, Person, code_now, make_staff, sign_in
from tests.support.web import Browser, query_of


@pytest.fixture
def rosa(database: Database) -> Person:
    """An administrator of every site."""
    with database.begin() as session:
        return make_staff(session, name="Rosa Mamani", duties={Duty.ADMINISTRATOR: None})


@pytest.fixture
def new_person(database: Database) -> Person:
    """A staff member who never signed in."""
    with database.begin() as session:
        return make_staff(session, name="Iris Soto", duties={Duty.ADMINISTRATOR: None}, with_second_factor=False)


def give_password(browser: Browser, person: Person, password: str = PASSWORD) -> None:
    browser.open("/es/equipo/entrar")
    browser.submit(form=0, email=person.email, password=password)


def actions(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))


def test_password_and_code_open_the_desk(browser: Browser, rosa: Person, database: Database) -> None:
    page = sign_in(browser, rosa)

    assert page.url == "/es/equipo/personas"
    assert "Rosa Mamani" in page.one("footer").text
    assert actions(database)[-1] == AuditAction.SIGNED_IN
