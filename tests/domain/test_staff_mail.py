"""Mail to staff: how many notices wait and never of what, one until they were opened, at the hours of work."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts import rota
from grievance.accounts.models import Staff
from grievance.accounts.permissions import Duty
from grievance.cases.alerts import call_for_urgent
from grievance.cases.mail_record import MailChoice
from grievance.cases.models import Case
from grievance.cases.tasks import NoticeKind, notify, read_notices
from grievance.cases.triage import RespondentSaid
from grievance.crypto.fields import unseal
from grievance.deadlines.standards import CaseType
from grievance.messaging.mail_models import OutboundMail
from grievance.rounds.staff_mail import choose, tell_staff
from tests.support.casework import Room, local, sort, sorted_case
from tests.support.people import Person, make_staff
from tests.support.places import WEDNESDAY, file_case

NOON = local(9, 12)
"""A Wednesday."""
NIGHT = local(12, 3)
"""A Saturday."""
MONDAY = local(14, 10)


@pytest.fixture
def case(session: Session, room: Room) -> Case:
    return sorted_case(session, room).case


def notice(
    session: Session, room: Room, case: Case, key: str, at: datetime, kind: NoticeKind = NoticeKind.MESSAGE_FROM_PERSON
) -> None:
    notify(session, [room.handler.staff_id], key=key, kind=kind, case=case, show_from=at, at=at)
    session.flush()


def begin(session: Session, room: Room, choice: MailChoice) -> None:
    read_notices(session, room.handler.staff_id, at=NOON + timedelta(days=365))
    choose(session, room.handler.staff_id, choice)
    session.flush()


def mails(session: Session) -> list[str]:
    return list(session.scalars(select(OutboundMail.mail_name).order_by(OutboundMail.id)))


def tell(session: Session, at: datetime) -> int:
    return tell_staff(session, at=at, limit=20)


def test_whoever_chose_nothing_or_none_gets_none(session: Session, room: Room, case: Case) -> None:
    notice(session, room, case, "a", NOON)
    assert tell(session, NOON) == 0

    begin(session, room, MailChoice.OFF)
    notice(session, room, case, "b", NOON, NoticeKind.DANGER)
    assert tell(session, NOON) == 0


def test_many_notices_make_one_mail_until_they_were_opened(session: Session, room: Room, case: Case) -> None:
    begin(session, room, MailChoice.AT_ONCE)
    for number in range(4):
        notice(session, room, case, f"n{number}", NOON + timedelta(minutes=number))
        tell(session, NOON + timedelta(minutes=number))
    assert mails(session) == ["staff_notices"]

    read_notices(session, room.handler.staff_id, at=NOON + timedelta(minutes=10))
    notice(session, room, case, "later", NOON + timedelta(minutes=20))
    tell(session, NOON + timedelta(minutes=20))

    assert mails(session) == ["staff_notices"] * 2


def test_mail_says_how_many_and_nothing_of_the_case(session: Session, room: Room, case: Case) -> None:
    begin(session, room, MailChoice.AT_ONCE)
    notice(session, room, case, "a", NOON)
    notice(session, room, case, "b", NOON)
    tell(session, NOON)

    row = session.scalars(select(OutboundMail)).one()
    body = unseal(session, row, "body") or ""
    assert ": 2" in body
    for word in (case.reference, room.site.name, "reclamo", "grievance", "person"):
        assert word not in body.replace("personal", "")


@pytest.mark.parametrize("kind", [NoticeKind.MESSAGE_FROM_PERSON, NoticeKind.DANGER])
def test_of_a_case_that_was_hidden_meanwhile_no_mail_says_anything(
    session: Session, room: Room, case: Case, kind: NoticeKind
) -> None:
    begin(session, room, MailChoice.AT_ONCE)
    notice(session, room, case, "a", NOON, kind)
    accused = [RespondentSaid(staff_id=room.handler.staff_id)]
    sort(session, room, case, respondents=accused, handler=room.second_handler)
    session.flush()

    assert tell(session, NOON) == 0


@pytest.mark.parametrize(
    ("at", "goes"),
    [(local(9, 8), False), (local(9, 9), True), (local(9, 20), False), (local(12), False), (local(18), False)],
    ids=["before nine", "nine", "eight in the evening", "Saturday", "national holiday"],
)
def test_ordinary_mail_keeps_to_the_hours_of_work(
    session: Session, room: Room, case: Case, at: datetime, goes: bool
) -> None:
    begin(session, room, MailChoice.AT_ONCE)
    notice(session, room, case, "a", at)

    assert tell(session, at) == int(goes)


@pytest.mark.parametrize("choice", [MailChoice.AT_ONCE, MailChoice.DIGEST])
def test_danger_comes_at_any_hour_once_besides_an_ordinary_mail(
    session: Session, room: Room, case: Case, choice: MailChoice
) -> None:
    begin(session, room, choice)
    night = local(12, 3)
    notice(session, room, case, "a", night, NoticeKind.DANGER)
    tell(session, night)
    notice(session, room, case, "b", night + timedelta(minutes=5), NoticeKind.DANGER)
    tell(session, night + timedelta(minutes=5))

    assert mails(session) == ["staff_urgent"]


def plan_turn(session: Session, room: Room, person: Person) -> None:
    rota.plan_turn(
        session,
        site_id=room.site.id,
        staff_id=person.staff_id,
        from_at=NIGHT - timedelta(hours=4),
        until_at=NIGHT + timedelta(hours=4),
        by=room.coordinator.staff_id,
        at=WEDNESDAY,
    )


def on_call(session: Session, room: Room, name: str) -> Person:
    """The one of the room has an accent in the address, which no mail goes to."""
    return make_staff(session, name=name, duties={Duty.ON_CALL: room.site}, with_second_factor=False)


def urgent_mails(session: Session) -> set[str]:
    found = select(OutboundMail.recipient).where(OutboundMail.mail_name == "staff_urgent")
    return set(session.scalars(found))


def public_id_of(session: Session, person: Person) -> str:
    return session.get_one(Staff, person.staff_id).public_id


def danger_at_night(session: Session, room: Room, *others: Person) -> None:
    """Danger is filed on a Saturday night; everybody concerned has mail."""
    for person in (room.on_call, room.triager, room.handler, *others):
        choose(session, person.staff_id, MailChoice.AT_ONCE)
    danger = file_case(session, room.site, at=NIGHT).case
    sort(session, room, danger, type=CaseType.DANGER, severity=5, at=NIGHT)
    key = f"told:{danger.public_id}"
    told = [person.staff_id for person in (room.triager, room.handler)]
    notify(session, told, key=key, kind=NoticeKind.DANGER, case=danger, show_from=NIGHT, at=NIGHT)
    call_for_urgent(session, at=NIGHT, limit=10)
    session.flush()
    tell(session, NIGHT)


def test_urgent_mail_at_night_goes_to_whoever_is_on_the_rota_alone(session: Session, room: Room) -> None:
    second = on_call(session, room, "Olga Segunda")
    plan_turn(session, room, second)

    danger_at_night(session, room, second)

    assert urgent_mails(session) == {public_id_of(session, second)}
    tell(session, MONDAY)
    ordinary = select(OutboundMail.recipient).where(OutboundMail.mail_name == "staff_notices")
    by_morning = set(session.scalars(ordinary))
    assert {public_id_of(session, one) for one in (room.triager, room.handler)} <= by_morning


def test_in_a_gap_of_the_rota_everybody_on_call_has_the_urgent_mail(session: Session, room: Room) -> None:
    second = on_call(session, room, "Olga Segunda")

    third = on_call(session, room, "Petra Tercera")

    danger_at_night(session, room, second, third)

    assert urgent_mails(session) == {public_id_of(session, one) for one in (second, third)}


def test_where_nobody_on_the_rota_has_mail_everybody_who_was_told_has_it(session: Session, room: Room) -> None:
    second = on_call(session, room, "Olga Segunda")
    plan_turn(session, room, second)

    danger_at_night(session, room)

    assert {public_id_of(session, one) for one in (room.triager, room.handler)} <= urgent_mails(session)


def test_what_is_urgent_and_restricted_wakes_the_rota_by_mail_too(session: Session, room: Room) -> None:
    second = on_call(session, room, "Olga Segunda")
    plan_turn(session, room, second)
    for person in (second, room.triager):
        choose(session, person.staff_id, MailChoice.DIGEST)
    filed = file_case(session, room.site, at=NIGHT).case
    sort(session, room, filed, type=CaseType.HARASSMENT, severity=4, at=NIGHT)
    call_for_urgent(session, at=NIGHT, limit=10)
    session.flush()

    tell(session, NIGHT)

    assert urgent_mails(session) == {public_id_of(session, second)}


def test_digest_comes_once_as_the_working_day_begins(session: Session, room: Room, case: Case) -> None:
    begin(session, room, MailChoice.DIGEST)
    notice(session, room, case, "a", NOON)
    assert tell(session, NOON) == 0

    assert tell(session, local(10, 9)) == 1
    notice(session, room, case, "b", local(10, 11))
    assert tell(session, local(10, 11)) == 0
    read_notices(session, room.handler.staff_id, at=local(10, 10))
    assert tell(session, local(10, 12)) == 0
    assert tell(session, local(11, 9)) == 1


def test_choosing_none_calls_back_what_waits(session: Session, room: Room, case: Case) -> None:
    begin(session, room, MailChoice.AT_ONCE)
    notice(session, room, case, "a", NOON)
    tell(session, NOON)

    choose(session, room.handler.staff_id, MailChoice.OFF)

    row = session.scalars(select(OutboundMail)).one()
    assert (row.state, row.address_sealed) == ("held", None)
