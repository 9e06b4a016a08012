"""What many tests of operations begin with: a site, its people, and who answers for personal data there."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from grievance.accounts.permissions import Duty
from grievance.sites.models import Site
from tests.support.casework import Room, make_room
from tests.support.people import Person, make_staff
from tests.support.places import make_site


@pytest.fixture
def site(session: Session) -> Site:
    """Return a site without staff."""
    return make_site(session)


@pytest.fixture
def room(session: Session) -> Room:
    """Return a site with one person for each duty."""
    return make_room(session)


@pytest.fixture
def officer(session: Session, room: Room) -> Person:
    """Return who answers requests about personal data at the site of `room`."""
    duties = {Duty.DATA_PROTECTION: room.site}
    return make_staff(session, name="Dora Imaginaria", duties=duties, with_second_factor=False)
