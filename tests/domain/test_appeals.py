"""An appeal: decided by somebody who had no part, on its own clock; the case stays closed until then."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts import audit
from grievance.accounts.permissions import Duty
from grievance.cases import appeals, clocks, delays, endings, handling, resolution
from grievance.cases.intake import Filed, Filing
from grievance.cases.models import Case, CaseMessage, Complainant
from grievance.cases.page import CasePage
from grievance.cases.queries import CaseNotFound
from grievance.cases.record import CaseEvent, CaseHistory
from grievance.cases.rights_record import Appeal
from grievance.cases.side_tracks import AppealResult, DelayReason
from grievance.cases.states import COMPLAINANT, Channel, Source
from grievance.cases.verify import verify_cases
from grievance.complainants import collective, door
from grievance.core.i18n import SPANISH
from grievance.desk.case_page import case_page
from grievance.desk.queries import DeskFilter, Show, desk
from grievance.desk.tasks import tasks
from grievance.rounds.timers import sweep
from tests.support.casework import NEXT_WEEK, THURSDAY, Room, accuse, by, close, sorted_case, viewer_of
from tests.support.people import Person, make_staff

CLOSED = NEXT_WEEK + timedelta(days=1)
LATER = CLOSED + timedelta(days=2)


@pytest.fixture
def reviewer(session: Session, room: Room) -> Person:
    return make_staff(session, name="Rita Imaginaria", duties={Duty.REVIEWER: room.site}, with_second_factor=False)


@pytest.fixture
def case(session: Session, room: Room) -> Case:
    found = sorted_case(session, room).case
    close(session, room, found)
    session.flush()
    return found


def appeal(session: Session, case: Case, *, words: str | None = "No es justo", days: int = 2) -> Appeal:
    person = session.scalars(select(Complainant).where(Complainant.case_id == case.id).limit(1)).one()
    return appeals.file_appeal(
        session,
        case,
        person=person,
        words=words,
        source=Source.WEB_CODE,
        at=CLOSED + timedelta(days=days),
    )


def page_of(session: Session, person: Person, case: Case) -> CasePage:
    return case_page(session, viewer_of(session, person), case.reference, now=LATER, writing=lambda: session)


def status_in_figures(session: Session, case: Case) -> str:
    session.flush()
    return session.scalars(
        select(CaseHistory.status).where(CaseHistory.case_id == case.id).order_by(CaseHistory.seq.desc()).limit(1)
    ).one()


def decide(session: Session, case: Case, person: Person, result: AppealResult) -> None:
    appeals.decide_appeal(session, case, result=result, words="Lo miré todo.", by=by(person), at=LATER)


def test_an_appeal_goes_to_a_reviewer_and_the_case_stays_closed(
    session: Session, room: Room, reviewer: Person, case: Case
) -> None:
    ended_at = case.ended_at

    appeal(session, case)

    assert (case.status, case.is_open, case.ended_at) == ("closed", False, ended_at)
    assert status_in_figures(session, case) == "closed"
    due = {clock.name: clock.due_on for clock in clocks.of(session, case.id) if clock.name.startswith("appeal")}
    # Filed on Saturday 12 September 2026; the 18th is a holiday.
    assert due == {"appeal_acknowledge": date(2026, 9, 15), "appeal_decide": date(2026, 10, 13)}
    assert page_of(session, reviewer, case).appeals[0].words == "No es justo"
    rows = desk(session, viewer_of(session, reviewer), DeskFilter(show=Show.OPEN), now=LATER).rows
    assert [row.reference for row in rows] == [case.reference]


def test_a_reviewer_sees_nothing_else_and_nothing_before_or_after(
    session: Session, room: Room, reviewer: Person, case: Case
) -> None:
    with pytest.raises(CaseNotFound):
        page_of(session, reviewer, case)
    appeal(session, case)
    page_of(session, reviewer, case)
    decide(session, case, reviewer, AppealResult.DISMISSED)

    with pytest.raises(CaseNotFound):
        page_of(session, reviewer, case)


@pytest.mark.parametrize("part", ["handler", "triager"])
def test_nobody_reviews_what_they_handled(session: Session, room: Room, case: Case, part: str) -> None:
    person = getattr(room, part)
    make_grant(session, room, person)
    filed = appeal(session, case)

    assert filed.reviewer_id is None
    with pytest.raises(appeals.NotAReviewer):
        appeals.name_reviewer(session, case, person.staff_id, by=by(room.coordinator), at=LATER)
    assert "name_reviewer" in {row.kind for row in tasks(session, viewer_of(session, room.coordinator))}


@pytest.mark.parametrize(
    "part", ["granted more time", "wrote to the person", "noted", "summed it up", "in a merged case"]
)
def test_nobody_reviews_what_they_had_any_other_part_in(
    session: Session, room: Room, reviewer: Person, part: str
) -> None:
    case = sorted_case(session, room).case
    who = by(reviewer)
    if part == "granted more time":
        asked = delays.ask_extension(
            session,
            case,
            "resolve",
            reason=DelayReason.MORE_TO_FIND_OUT,
            new_due_on=date(2026, 11, 16),
            words="Falta",
            by=by(room.handler),
            at=THURSDAY,
        )
        delays.grant_extension(session, case, asked.public_id, by=who, at=THURSDAY)
    elif part == "wrote to the person":
        handling.send_message(session, case, words="Hola", by=who, at=THURSDAY)
    elif part == "noted":
        handling.add_note(session, case, words="Lo vi", by=who, at=THURSDAY)
    elif part == "summed it up":
        handling.summarise(session, case, title="Polvo", summary="", by=who, at=THURSDAY)
    else:
        other = sorted_case(session, room).case
        handling.add_note(session, other, words="Lo vi", by=who, at=THURSDAY)
        endings.merge(session, other, case, reason="Lo mismo", by=by(room.triager), at=THURSDAY)
    close(session, room, case)
    session.flush()

    assert reviewer.staff_id not in appeals.eligible(session, case)
    assert appeal(session, case).reviewer_id is None


def test_whoever_only_looked_may_review(session: Session, room: Room, reviewer: Person, case: Case) -> None:
    audit.record(
        session,
        actor_id=reviewer.staff_id,
        action=audit.AuditAction.CASE_VIEWED,
        subject_kind="case",
        subject=case.public_id,
        site_id=case.site_id,
        at=CLOSED,
    )

    assert appeals.eligible(session, case) == [reviewer.staff_id]


def test_nobody_reviews_a_case_that_is_about_them(session: Session, room: Room, reviewer: Person) -> None:
    case = sorted_case(session, room).case
    accuse(session, room, case, reviewer)
    close(session, room, case)

    assert appeals.eligible(session, case) == []


def make_grant(session: Session, room: Room, person: Person) -> None:
    from grievance.accounts import operations
    from grievance.accounts.models import Staff

    staff = session.get_one(Staff, person.staff_id)
    operations.grant_duty(
        session, staff=staff, site_id=room.site.id, duty=Duty.REVIEWER, by=room.administrator.staff_id, at=CLOSED
    )


def test_a_decision_for_the_person_opens_the_case_for_somebody_else(
    session: Session, room: Room, reviewer: Person, case: Case
) -> None:
    appeal(session, case)

    decide(session, case, reviewer, AppealResult.PARTLY_UPHELD)

    assert (case.status, case.handler_id, case.has_appeal) == ("under_review", None, False)
    assert status_in_figures(session, case) == "under_review"
    assert case.reopened_count == 1
    assert list(verify_cases(session)) == []


def test_a_case_opened_meanwhile_is_decided_for_the_person_as_well(
    session: Session, room: Room, reviewer: Person, case: Case
) -> None:
    appeal(session, case)
    resolution.reopen(session, case, reason=None, by=by(room.coordinator), at=LATER)

    decide(session, case, reviewer, AppealResult.UPHELD)

    assert (case.is_open, case.has_appeal, case.handler_id) == (True, False, None)
    opened = select(CaseEvent.id).where(CaseEvent.case_id == case.id, CaseEvent.kind == "reopened")
    assert len(session.scalars(opened).all()) == 1


def test_a_dismissal_is_told_and_leaves_it_closed(session: Session, room: Room, reviewer: Person, case: Case) -> None:
    appeal(session, case)
    appeals.acknowledge_appeal(session, case, words="Lo miro.", by=by(reviewer), at=LATER)

    decide(session, case, reviewer, AppealResult.DISMISSED)

    session.flush()
    assert (case.status, case.has_appeal, case.next_due_at) == ("closed", False, None)
    assert [row.kind for row in session.scalars(select(CaseMessage)) if row.kind == "appeal"] == ["appeal", "appeal"]
    assert all(clock.met_at for clock in clocks.of(session, case.id) if clock.name.startswith("appeal"))
    assert list(verify_cases(session)) == []


def test_only_the_reviewer_of_it_decides(session: Session, room: Room, reviewer: Person, case: Case) -> None:
    appeal(session, case)

    with pytest.raises(appeals.NotAReviewer):
        decide(session, case, room.coordinator, AppealResult.DISMISSED)


@pytest.mark.parametrize(("days", "can"), [(0, True), (28, True), (31, False)])
def test_an_appeal_comes_within_thirty_days_of_the_outcome_told(
    session: Session, reviewer: Person, case: Case, days: int, can: bool
) -> None:
    if can:
        appeal(session, case, days=days)
        return
    with pytest.raises(appeals.NotAppealable):
        appeal(session, case, days=days)


def test_one_answer_is_appealed_once(session: Session, reviewer: Person, case: Case) -> None:
    appeal(session, case)
    decide(session, case, reviewer, AppealResult.DISMISSED)

    with pytest.raises(appeals.NotAppealable):
        appeal(session, case, days=4)


def test_the_ley_karin_track_has_other_ways(session: Session, reviewer: Person, case: Case) -> None:
    case.type = "harassment"

    with pytest.raises(appeals.NotAppealable):
        appeal(session, case)


def test_a_late_decision_is_a_breach_although_the_case_is_closed(
    session: Session, room: Room, reviewer: Person, case: Case
) -> None:
    appeal(session, case)

    count = sweep(session, at=LATER + timedelta(days=60), limit=100)

    # Both dates of the appeal, and the first contact, which came a day late while no worker ran.
    assert count.breached == 3


def test_a_case_opened_meanwhile_is_not_joined_to_another_while_the_appeal_waits(
    session: Session, room: Room, reviewer: Person, case: Case
) -> None:
    appeal(session, case)
    resolution.reopen(session, case, reason=None, by=by(room.coordinator), at=LATER)
    other = sorted_case(session, room).case

    with pytest.raises(endings.NotMergeable):
        endings.merge(session, case, other, reason="Lo mismo", by=by(room.handler), at=LATER)


def appeal_of(session: Session, filed: Filed, *, into: Case, days: int) -> Appeal:
    at = CLOSED + timedelta(days=days)
    return appeals.file_appeal(
        session, into, person=filed.complainant, words="No es justo", source=Source.WEB_CODE, at=at
    )


@pytest.fixture
def pair(session: Session, room: Room) -> tuple[Filed, Filed]:
    """A closed case: who began it, and who joined it with a code."""
    begun = sorted_case(session, room)
    code = collective.open_code(session, begun.case, line=None, by=COMPLAINANT, at=THURSDAY)
    found = collective.look_up_on_web(session, room.site.id, code, at=THURSDAY)
    assert isinstance(found, collective.Invitation)
    from_web = Filing(words="", locale=SPANISH, channel=Channel.WEB, form_key="of one")
    joined = collective.join(session, found, from_web, at=THURSDAY).filed
    assert joined is not None
    close(session, room, begun.case)
    session.flush()
    return begun, joined


def test_an_appeal_of_who_joined_closes_nothing_for_who_began(
    session: Session, room: Room, reviewer: Person, pair: tuple[Filed, Filed]
) -> None:
    begun, joined = pair
    appeal_of(session, joined, into=begun.case, days=1)
    decide(session, begun.case, reviewer, AppealResult.DISMISSED)

    with pytest.raises(appeals.NotAppealable):
        appeal_of(session, joined, into=begun.case, days=3)
    assert appeal_of(session, begun, into=begun.case, days=3).reviewer_id is None, "somebody else, who has no part yet"
    assert begun.case.has_appeal


def test_appeals_that_wait_together_are_one_review(
    session: Session, room: Room, reviewer: Person, pair: tuple[Filed, Filed]
) -> None:
    begun, joined = pair
    appeal_of(session, joined, into=begun.case, days=1)
    second = appeal_of(session, begun, into=begun.case, days=2)

    assert second.reviewer_id == reviewer.staff_id
    names = [clock.name for clock in clocks.of(session, begun.case.id) if clock.name.startswith("appeal")]
    assert sorted(names) == ["appeal_acknowledge", "appeal_decide"]
    assert len(page_of(session, reviewer, begun.case).appeals) == 2
    decide(session, begun.case, reviewer, AppealResult.UPHELD)
    session.flush()
    rows = session.scalars(select(Appeal)).all()
    assert [(row.result, row.decided_at) for row in rows] == [("upheld", LATER), ("upheld", LATER)]
    assert (begun.case.status, begun.case.has_appeal, begun.case.reopened_count) == ("under_review", False, 1)
    told = session.scalars(select(CaseMessage.complainant_id).where(CaseMessage.kind == "appeal")).all()
    assert set(told) == {begun.complainant.id, joined.complainant.id}
    assert list(verify_cases(session)) == []


def test_nobody_reads_that_somebody_else_appealed(
    session: Session, room: Room, reviewer: Person, pair: tuple[Filed, Filed]
) -> None:
    begun, joined = pair
    appeal_of(session, joined, into=begun.case, days=1)
    session.flush()

    def shown(filed: Filed) -> tuple[bool, bool, bool]:
        page = door.show(session, begun.case.id, filed.complainant.id, at=LATER)
        return page.has_appeal, page.appeal_until is not None, "appealed" in [step.code for step in page.steps]

    assert shown(joined) == (True, False, True)
    assert shown(begun) == (False, True, False)
