"""The one-time code on the slip of assisted intake: exchanged for the person's own, and worth nothing afterwards."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts.models import AuditEntry
from grievance.accounts.permissions import Duty
from grievance.cases import endings, handling, hiding, identity, resolution, triage
from grievance.cases.intake import Filed, Filing
from grievance.cases.models import Submission
from grievance.cases.record import CaseEvent, Task
from grievance.cases.states import Channel, Outcome
from grievance.cases.verify import verify_cases
from grievance.complainants import access, assisted, slips
from grievance.complainants.access import FREE_TRIES, AccessGranted, AccessRefused, AccessSlowed, SlipExchanged
from grievance.complainants.door import Phone
from grievance.complainants.models import SlipCode
from grievance.complainants.slips import SlipStep
from grievance.core.db import Database
from grievance.core.i18n import SPANISH
from grievance.core.phone import parse_phone
from grievance.crypto.codes import AccessCode
from grievance.crypto.fields import unseal
from grievance.deadlines.standards import CaseType
from grievance.desk.tasks import tasks
from tests.support.casework import NUMBER, THURSDAY, Room, by, make_room, sort, viewer_of
from tests.support.people import Person, make_staff
from tests.support.places import LINE, WEDNESDAY

WRONG = "0000-0000-0000-0000"
LAST_SECOND = datetime(2026, 10, 3, 2, 59, 59, tzinfo=UTC)
"""The end of 2 October in Antofagasta, which keeps summer time (UTC-3) by then: 30 days after WEDNESDAY."""


@pytest.fixture
def clerk(session: Session, room: Room) -> Person:
    return make_staff(session, name="Irma Ventanilla", duties={Duty.INTAKE: room.site})


def recorded(
    session: Session, room: Room, person: Person, *, key: str = "form-key-one", phone: Phone | None = None
) -> Filed:
    filing = Filing(
        words="Entra polvo a la casa",
        locale=SPANISH,
        channel=Channel.WALK_IN,
        form_key=key,
        recorded_by_id=person.staff_id,
    )
    return assisted.record_intake(
        session, room.site, filing, phone=phone, by=by(person), at=WEDNESDAY, happened_at=WEDNESDAY
    )


def slip_code(filed: Filed) -> str:
    assert filed.code is not None
    return filed.code.reveal()


def try_code(session: Session, filed: Filed, code: str, *, at: datetime = THURSDAY) -> object:
    return access.open_with_code(session, filed.case.reference, code, at=at)


def exchange(session: Session, filed: Filed, *, code: str = "", at: datetime = THURSDAY) -> AccessCode:
    answer = try_code(session, filed, code or slip_code(filed), at=at)
    assert isinstance(answer, SlipExchanged)
    return answer.code


def save(session: Session, filed: Filed, own: AccessCode, *, at: datetime = THURSDAY) -> AccessGranted:
    return access.save_own_code(session, filed.case.reference, own, at=at)


def steps(session: Session, filed: Filed) -> list[str]:
    return [line.step.value for line in slips.happened(session, filed.case, filed.complainant)]


def lapsed_tasks(session: Session) -> list[Task]:
    return list(session.scalars(select(Task).where(Task.kind == "slip_lapsed").order_by(Task.id)))


def test_the_slip_is_exchanged_for_a_code_that_nobody_else_has_seen(
    session: Session, room: Room, clerk: Person
) -> None:
    filed = recorded(session, room, clerk)
    assert filed.case.access_digest is None

    own = exchange(session, filed)

    assert own.reveal() != slip_code(filed)
    granted = save(session, filed, own)
    assert (granted.case, granted.complainant) == (filed.case, filed.complainant)
    assert isinstance(try_code(session, filed, own.reveal()), AccessGranted)
    assert steps(session, filed) == ["exchanged", "saved"]


def test_the_slip_itself_never_opens_the_case(session: Session, room: Room, clerk: Person) -> None:
    filed = recorded(session, room, clerk)

    assert not isinstance(try_code(session, filed, slip_code(filed)), AccessGranted)


def test_nothing_but_a_keyed_digest_of_the_code_is_kept_once_it_is_used(
    session: Session, room: Room, clerk: Person
) -> None:
    filed = recorded(session, room, clerk)
    row = session.scalars(select(SlipCode)).one()
    assert unseal(session, row, "code") == slip_code(filed)

    own = exchange(session, filed)
    session.refresh(row)

    assert row.code_sealed is None
    symbols = (slip_code(filed), slip_code(filed).replace("-", ""), own.symbols, own.reveal())
    kept = repr([getattr(row, column) for column in SlipCode.__table__.columns.keys()])  # noqa: SIM118  # no mapping
    assert not [code for code in symbols if code in kept]


def test_a_lost_line_loses_nothing_until_the_own_code_is_saved(session: Session, room: Room, clerk: Person) -> None:
    filed = recorded(session, room, clerk)
    lost, second = exchange(session, filed), exchange(session, filed)

    assert isinstance(try_code(session, filed, lost.reveal()), AccessRefused)
    with pytest.raises(access.OwnCodeGone):
        save(session, filed, lost)
    save(session, filed, second)

    assert isinstance(try_code(session, filed, second.reveal()), AccessGranted)


def test_coming_in_with_the_own_code_says_that_it_is_saved(session: Session, room: Room, clerk: Person) -> None:
    """Who wrote it down and lost the page before the button comes back with it, and the slip dies all the same."""
    filed = recorded(session, room, clerk)
    own = exchange(session, filed)

    assert isinstance(try_code(session, filed, own.reveal()), AccessGranted)

    assert try_code(session, filed, slip_code(filed)) == AccessRefused()
    assert steps(session, filed) == ["exchanged", "saved"]


def test_whoever_printed_the_slip_comes_too_late_once_the_person_saved(
    session: Session, room: Room, clerk: Person
) -> None:
    filed = recorded(session, room, clerk)
    save(session, filed, exchange(session, filed))

    assert try_code(session, filed, slip_code(filed)) == AccessRefused() == try_code(session, filed, WRONG)
    assert slips.not_used(session, viewer_of(session, clerk)) == []
    with pytest.raises(slips.SlipUsed):
        slips.print_again(
            session, viewer_of(session, clerk), filed.submission.public_id, page_key="another", at=THURSDAY
        )


def test_who_exchanged_it_first_has_nothing_once_the_person_exchanges_it_again(
    session: Session, room: Room, clerk: Person
) -> None:
    filed = recorded(session, room, clerk)
    of_staff = exchange(session, filed)

    later = THURSDAY + timedelta(hours=1)
    own = exchange(session, filed, at=later)

    assert isinstance(try_code(session, filed, of_staff.reveal()), AccessRefused)
    save(session, filed, own, at=later)
    assert isinstance(try_code(session, filed, of_staff.reveal()), AccessRefused)
    # And the person reads that somebody had been there before.
    lines = slips.happened(session, filed.case, filed.complainant)
    assert [(line.step, line.at - THURSDAY) for line in lines[:2]] == [
        (SlipStep.EXCHANGED, timedelta(0)),
        (SlipStep.EXCHANGED, timedelta(hours=1)),
    ]


def test_the_slip_of_one_case_is_nothing_at_another(session: Session, room: Room, clerk: Person) -> None:
    mine, other = recorded(session, room, clerk), recorded(session, room, clerk, key="form-key-two")

    assert try_code(session, mine, slip_code(other)) == AccessRefused()
    with pytest.raises(access.OwnCodeGone):
        access.save_own_code(session, mine.case.reference, exchange(session, other), at=THURSDAY)
    assert isinstance(try_code(session, mine, slip_code(mine)), SlipExchanged)


def test_the_slip_is_good_to_the_end_of_its_last_day(session: Session, room: Room, clerk: Person) -> None:
    first, second = recorded(session, room, clerk), recorded(session, room, clerk, key="form-key-two")
    shown = assisted.slip(session, "form-key-one", staff_id=clerk.staff_id, at=WEDNESDAY)
    assert shown.code_until.isoformat() == "2026-10-02"

    assert isinstance(try_code(session, first, slip_code(first), at=LAST_SECOND), SlipExchanged)
    over = LAST_SECOND + timedelta(seconds=1)
    assert try_code(session, second, slip_code(second), at=over) == AccessRefused()


def test_guessing_at_a_slip_is_slowed_like_any_guessing(session: Session, room: Room, clerk: Person) -> None:
    filed = recorded(session, room, clerk)
    for _ in range(FREE_TRIES):
        assert try_code(session, filed, WRONG) == AccessRefused()

    assert isinstance(try_code(session, filed, WRONG), AccessSlowed)
    # The right one never waits, or anybody who knows the reference could keep the person out.
    assert isinstance(try_code(session, filed, slip_code(filed)), SlipExchanged)


def test_a_used_slip_is_slowed_like_a_wrong_code(session: Session, room: Room, clerk: Person) -> None:
    filed = recorded(session, room, clerk)
    save(session, filed, exchange(session, filed))
    for _ in range(FREE_TRIES):
        assert try_code(session, filed, slip_code(filed)) == AccessRefused()

    assert isinstance(try_code(session, filed, slip_code(filed)), AccessSlowed)


def test_a_slip_works_at_its_own_reference_after_a_merge(session: Session, room: Room, clerk: Person) -> None:
    kept, double = recorded(session, room, clerk), recorded(session, room, clerk, key="form-key-two")
    for filed in (kept, double):
        sort(session, room, filed.case)
    endings.merge(session, double.case, kept.case, reason="Lo mismo", by=by(room.handler), at=THURSDAY)

    granted = save(session, double, exchange(session, double))

    assert (granted.case, granted.complainant) == (kept.case, double.complainant)
    shown = slips.happened(session, kept.case, double.complainant)
    assert [line.step for line in shown] == [SlipStep.EXCHANGED, SlipStep.SAVED]
    assert slips.happened(session, kept.case, kept.complainant) == ()
    assert list(verify_cases(session)) == []


def test_a_new_slip_kills_the_one_before_and_is_written_down(session: Session, room: Room, clerk: Person) -> None:
    filed = recorded(session, room, clerk)
    [listed] = slips.not_used(session, viewer_of(session, clerk))
    assert (listed.submission, listed.reference) == (filed.submission.public_id, filed.case.reference)

    code = slips.print_again(session, viewer_of(session, clerk), listed.submission, page_key="another", at=THURSDAY)

    assert assisted.slip(session, "another", staff_id=clerk.staff_id, at=THURSDAY).code == code
    assert assisted.slip(session, "form-key-one", staff_id=clerk.staff_id, at=THURSDAY).code is None
    assert try_code(session, filed, slip_code(filed)) == AccessRefused()
    exchange(session, filed, code=code.reveal())
    assert steps(session, filed) == ["printed_again", "exchanged"]
    event = session.scalars(select(CaseEvent).where(CaseEvent.kind == "slip_code").order_by(CaseEvent.id)).first()
    assert event is not None
    assert event.actor_id == clerk.staff_id
    line = session.scalars(select(AuditEntry).where(AuditEntry.action == "slip_printed")).one()
    assert (line.actor_id, line.subject) == (clerk.staff_id, filed.case.public_id)


def test_nobody_prints_another_once_it_was_exchanged_saved_or_not(session: Session, room: Room, clerk: Person) -> None:
    filed = recorded(session, room, clerk)
    exchange(session, filed)

    with pytest.raises(slips.SlipUsed):
        slips.open_slip(session, viewer_of(session, clerk), filed.submission.public_id)
    with pytest.raises(slips.SlipUsed):
        slips.print_again(
            session, viewer_of(session, clerk), filed.submission.public_id, page_key="another", at=THURSDAY
        )


MAY_PRINT = {"clerk": True, "triager": True, "another clerk": False, "handler": False, "auditor": False}
"""Of a case that nobody has sorted: who recorded it, and who sees it and records too. A triager, not the handler."""


@pytest.mark.parametrize(("who", "may"), MAY_PRINT.items(), ids=MAY_PRINT)
def test_a_new_slip_is_for_who_recorded_it_and_who_sees_the_case(
    session: Session, room: Room, clerk: Person, who: str, may: bool
) -> None:
    filed = recorded(session, room, clerk)
    other = make_staff(session, name="Otra Ventanilla", duties={Duty.INTAKE: room.site})
    auditor = make_staff(session, name="Aurora Audita", duties={Duty.AUDITOR: room.site})
    people = {
        "clerk": clerk,
        "triager": room.triager,
        "another clerk": other,
        "handler": room.handler,
        "auditor": auditor,
    }

    viewer = viewer_of(session, people[who])

    if may:
        assert slips.open_slip(session, viewer, filed.submission.public_id).reference == filed.case.reference
    else:
        with pytest.raises(slips.SlipNotFound):
            slips.open_slip(session, viewer, filed.submission.public_id)
        with pytest.raises(slips.SlipNotFound):
            slips.print_again(session, viewer, filed.submission.public_id, page_key="another", at=THURSDAY)


def test_whoever_recorded_it_and_is_named_to_investigate_it_prints_no_slip(session: Session, room: Room) -> None:
    duties = {Duty.INTAKE: room.site, Duty.INVESTIGATOR: room.site}
    both = make_staff(session, name="Irene Dosmesas", duties=duties)
    filed = recorded(session, room, both)
    sort(session, room, filed.case, type=CaseType.INTEGRITY)
    triage.name_investigator(session, filed.case, both.staff_id, by=by(room.triager), at=THURSDAY)

    viewer = viewer_of(session, both)
    assert slips.not_used(session, viewer) == []
    with pytest.raises(slips.SlipNotFound):
        slips.print_again(session, viewer, filed.submission.public_id, page_key="another", at=THURSDAY)


def test_who_wrote_the_answer_of_a_restricted_case_prints_no_slip_of_it(
    session: Session, room: Room, clerk: Person
) -> None:
    triager = make_staff(session, name="Tadea Dosmesas", duties={Duty.INTAKE: room.site, Duty.TRIAGER: room.site})
    filed = recorded(session, room, clerk)
    sort(session, room, filed.case, type=CaseType.INTEGRITY)
    slips.open_slip(session, viewer_of(session, triager), filed.submission.public_id)

    handling.acknowledge(session, filed.case, words="La leyó una persona.", by=by(triager), at=THURSDAY)
    resolution.propose_response(
        session, filed.case, outcome=Outcome.UPHELD, words="Esto haremos.", by=by(triager), at=THURSDAY
    )

    with pytest.raises(slips.SlipNotFound):
        slips.open_slip(session, viewer_of(session, triager), filed.submission.public_id)


def test_a_case_hidden_from_who_recorded_it_has_no_slip_for_them(session: Session, room: Room, clerk: Person) -> None:
    filed = recorded(session, room, clerk)
    hiding.hide_new(session, filed.case.id, {clerk.staff_id}, at=THURSDAY)

    assert slips.not_used(session, viewer_of(session, clerk)) == []
    with pytest.raises(slips.SlipNotFound):
        slips.print_again(
            session, viewer_of(session, clerk), filed.submission.public_id, page_key="another", at=THURSDAY
        )


def test_a_slip_that_ran_out_unused_is_a_task_of_the_handler_once(session: Session, room: Room, clerk: Person) -> None:
    filed = recorded(session, room, clerk)
    sort(session, room, filed.case)
    assert slips.lapse(session, at=LAST_SECOND, limit=10) == 0

    over = LAST_SECOND + timedelta(seconds=1)
    assert [slips.lapse(session, at=over, limit=10), slips.lapse(session, at=over, limit=10)] == [1, 0]

    [task] = lapsed_tasks(session)
    assert (task.assigned_to_id, task.case_id) == (room.handler.staff_id, filed.case.id)
    assert steps(session, filed) == ["lapsed"]
    assert [row.kind for row in tasks(session, viewer_of(session, room.handler))] == ["slip_lapsed"]


def test_a_slip_printed_after_the_days_passed_settles_the_task(session: Session, room: Room, clerk: Person) -> None:
    filed = recorded(session, room, clerk)
    sort(session, room, filed.case)
    over = LAST_SECOND + timedelta(seconds=1)
    slips.lapse(session, at=over, limit=10)

    code = slips.print_again(session, viewer_of(session, clerk), filed.submission.public_id, page_key="late", at=over)

    assert [task.done_by_id for task in lapsed_tasks(session)] == [clerk.staff_id]
    exchange(session, filed, code=code.reveal(), at=over)
    # And when that one runs out too, somebody hears of it again.
    slips.lapse(session, at=over + timedelta(days=31), limit=10)
    assert [task.done_at is None for task in lapsed_tasks(session)] == [False, True]


def test_nobody_is_sent_after_who_saved_a_code_or_takes_notices(session: Session, room: Room, clerk: Person) -> None:
    saved = recorded(session, room, clerk)
    save(session, saved, exchange(session, saved))
    texted = recorded(session, room, clerk, key="form-key-two", phone=Phone(parse_phone(NUMBER), LINE))
    digits = unseal(session, texted.complainant, "code") or pytest.fail("no digits were sent")
    identity.confirm_phone(session, texted.case, texted.complainant, digits, at=WEDNESDAY)

    slips.lapse(session, at=LAST_SECOND + timedelta(seconds=1), limit=10)

    assert lapsed_tasks(session) == []


def test_the_readable_code_is_forgotten_after_an_hour(session: Session, room: Room, clerk: Person) -> None:
    filed = recorded(session, room, clerk)

    assert slips.forget_slip_codes(session, at=WEDNESDAY + timedelta(minutes=59), limit=10) == 0
    assert slips.forget_slip_codes(session, at=WEDNESDAY + timedelta(minutes=61), limit=10) == 1

    assert session.scalars(select(SlipCode.code_sealed)).all() == [None]
    assert session.get_one(Submission, filed.submission.id).receipt_code_sealed is None
    assert isinstance(try_code(session, filed, slip_code(filed)), SlipExchanged)


def _at_once(*jobs: Callable[[], object]) -> list[object]:
    start = Barrier(len(jobs))

    def run(job: Callable[[], object]) -> object:
        start.wait()
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result() for future in [pool.submit(run, job) for job in jobs]]


def _in_place(database: Database) -> tuple[Filed, Room, Person]:
    with database.begin() as unit:
        room = make_room(unit)
        clerk = make_staff(unit, name="Irma Ventanilla", duties={Duty.INTAKE: room.site})
        return recorded(unit, room, clerk), room, clerk


def test_of_exchanges_at_the_same_instant_one_code_opens_the_case(database: Database) -> None:
    filed, _room, _clerk = _in_place(database)

    def run() -> object:
        with database.begin() as unit:
            return exchange(unit, filed)

    codes = _at_once(*[run] * 4)

    opened = []
    for code in codes:
        assert isinstance(code, AccessCode)
        with database.begin() as unit:
            opened.append(type(try_code(unit, filed, code.reveal())).__name__)
    assert sorted(opened) == ["AccessGranted", "AccessRefused", "AccessRefused", "AccessRefused"]
    with database.read() as reading:
        assert list(verify_cases(reading)) == []


def test_saving_while_another_exchanges_ends_with_one_of_them_inside(database: Database) -> None:
    filed, _room, _clerk = _in_place(database)
    with database.begin() as unit:
        first = exchange(unit, filed)

    def saves() -> object:
        try:
            with database.begin() as unit:
                return bool(save(unit, filed, first).case_id)
        except access.OwnCodeGone:
            return False

    def exchanges() -> object:
        with database.begin() as unit:
            answer = try_code(unit, filed, slip_code(filed))
            return answer.code if isinstance(answer, SlipExchanged) else None

    saved, code = _at_once(saves, exchanges)

    assert saved is (code is None)
    with database.begin() as unit:
        inside = first if saved else code
        assert isinstance(inside, AccessCode)
        assert isinstance(try_code(unit, filed, inside.reveal()), AccessGranted)


def test_printing_another_while_the_person_exchanges_leaves_one_good_slip(database: Database) -> None:
    filed, _room, clerk = _in_place(database)

    def prints() -> object:
        try:
            with database.begin() as unit:
                viewer = viewer_of(unit, clerk)
                return slips.print_again(unit, viewer, filed.submission.public_id, page_key="another", at=THURSDAY)
        except slips.SlipUsed:
            return None

    def exchanges() -> object:
        with database.begin() as unit:
            answer = try_code(unit, filed, slip_code(filed))
            return answer.code if isinstance(answer, SlipExchanged) else None

    printed, own = _at_once(prints, exchanges)

    assert (printed is None) != (own is None)
