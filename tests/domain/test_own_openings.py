"""Who opened or gave an identity is read by the person whose it is, and by nobody else of the same case."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from grievance.cases import endings, identity
from grievance.cases.intake import Filing
from grievance.cases.models import Case, Complainant
from grievance.cases.states import Channel, Confidentiality, EventKind, Source
from grievance.complainants import collective, door
from grievance.core.i18n import SPANISH
from grievance.referrals import handing, sending
from grievance.referrals.kinds import Consent
from tests.support.casework import Room, by, sorted_case
from tests.support.places import WEDNESDAY
from tests.support.sending_on import asked

HOUR = timedelta(hours=1)
LATER = WEDNESDAY + 3 * HOUR
NAMED = {"name": "Ana", "confidentiality": Confidentiality.NAMED}

Together = tuple[Case, Complainant, Complainant]
"""One case, whose identity is given, and somebody else."""


def merged(session: Session, room: Room) -> Together:
    gone, stays = sorted_case(session, room, **NAMED), sorted_case(session, room, **NAMED)
    endings.merge(session, gone.case, stays.case, reason="Lo mismo", by=by(room.handler), at=WEDNESDAY + HOUR)
    session.flush()
    return stays.case, gone.complainant, stays.complainant


def the_other_way(session: Session, room: Room) -> Together:
    case, gone, stays = merged(session, room)
    return case, stays, gone


def with_who_joined(session: Session, room: Room) -> Together:
    begun = sorted_case(session, room, **NAMED)
    code = collective.open_code(session, begun.case, line=None, by=by(room.handler), at=WEDNESDAY + HOUR)
    found = collective.look_up_on_web(session, room.site.id, code, at=WEDNESDAY + HOUR)
    assert isinstance(found, collective.Invitation)
    filing = Filing(
        words="Yo también", locale=SPANISH, channel=Channel.WEB, form_key=secrets.token_urlsafe(8), name="Eva"
    )
    filed = collective.join(session, found, filing, at=WEDNESDAY + HOUR).filed
    assert filed is not None
    return begun.case, begun.complainant, filed.complainant


WAYS = [merged, the_other_way, with_who_joined]


def read(session: Session, case: Case, person: Complainant) -> tuple[int, list[str]]:
    """Return how many openings a person reads, and the steps about an identity."""
    shown = door.show(session, case.id, person.id, at=LATER)
    about = {EventKind.IDENTITY_OPENED.value, EventKind.IDENTITY_GIVEN.value}
    return len(shown.openings), [step.code for step in shown.steps if step.code in about]


@pytest.mark.parametrize("way", WAYS)
def test_an_identity_that_was_given_is_read_by_its_owner_alone(
    session: Session, room: Room, way: Callable[[Session, Room], Together]
) -> None:
    case, mine, other = way(session, room)
    referral = asked(session, case, by=by(room.handler), at=LATER)
    for person, consent in ((mine, Consent.WITH_NAME), (other, Consent.WITHOUT_NAME)):
        sending.answer(session, case, person, consent=consent, source=Source.WEB_CODE, at=LATER)

    handing.hand_out(session, case, referral.public_id, may_open_identity=True, by=by(room.handler), at=LATER)
    session.flush()

    assert read(session, case, mine) == (1, [EventKind.IDENTITY_GIVEN.value])
    assert read(session, case, other) == (0, [])


def test_who_joined_reads_that_his_or_her_own_was_given_and_who_began_does_not(session: Session, room: Room) -> None:
    case, began, joined = with_who_joined(session, room)
    referral = asked(session, case, by=by(room.handler), at=LATER)
    for person, consent in ((joined, Consent.WITH_NAME), (began, Consent.WITHOUT_NAME)):
        sending.answer(session, case, person, consent=consent, source=Source.WEB_CODE, at=LATER)

    handing.hand_out(session, case, referral.public_id, may_open_identity=True, by=by(room.handler), at=LATER)
    session.flush()

    assert read(session, case, joined) == (1, [EventKind.IDENTITY_GIVEN.value])
    assert read(session, case, began) == (0, [])


@pytest.mark.parametrize("way", WAYS)
def test_an_opening_of_everybody_is_read_by_everybody(
    session: Session, room: Room, way: Callable[[Session, Room], Together]
) -> None:
    case, mine, other = way(session, room)

    identity.open_identity(session, case, reason="Para llamar", by=by(room.handler), at=LATER)

    for person in (mine, other):
        assert read(session, case, person) == (1, [EventKind.IDENTITY_OPENED.value])
