"""What goes when its time is over: by kind and date, by what stands against it, by a site's own numbers, and holds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts.models import AuditEntry, StaffSession
from grievance.cases import handling, triage
from grievance.cases.endings import merge
from grievance.cases.facts import facts_of
from grievance.cases.held import HeldByLaw, is_held
from grievance.cases.models import Case, Complainant
from grievance.cases.record import Survey
from grievance.cases.rights_record import AfterCheck, CaseLink
from grievance.cases.side_tracks import LinkKind
from grievance.cases.states import SYSTEM
from grievance.cases.visibility import allowed_actions
from grievance.core.db import Database
from grievance.crypto.fields import new_public_id
from grievance.deadlines.standards import CaseType
from grievance.messaging import inbox
from grievance.messaging.models import InboundMessage, OutboundMessage
from grievance.privacy import holds, schedules, sweep
from grievance.privacy.erasure import Basis, erase_case_words, erase_person
from grievance.privacy.erasure_log import Again, erase_again, logged_erasures
from grievance.privacy.models import RetentionPeriod
from grievance.privacy.request_kinds import DataRight, Proof
from grievance.privacy.request_record import DataRequest, DataRequestPerson
from tests.support.casework import NUMBER, Room, by, file_text, make_room, send_texts, sort, viewer_of
from tests.support.places import LINE, WEDNESDAY, file_case

ENDED = datetime(2026, 3, 31, 15, 0, tzinfo=UTC)
"""A Tuesday noon in Chile (UTC-3)."""
TODAY = date(2026, 9, 2)


def _ended(session: Session, room: Room, kind: CaseType = CaseType.LABOUR, *, at: datetime = ENDED) -> Case:
    """A case that was closed; by hand, since what matters here is only when."""
    case = file_case(session, room.site, at=at - timedelta(days=9)).case
    sort(session, room, case, type=kind, at=at - timedelta(days=8))
    case.status, case.is_open, case.ended_at, case.last_message_at = "closed", False, at, at
    session.flush()
    return case


def _due(session: Session, at: datetime) -> list[int]:
    session.flush()
    return sweep.due_cases(session, at=at, limit=50)


@pytest.mark.parametrize(
    ("kind", "years"),
    [
        (kind, 5 if kind in (CaseType.HARASSMENT, CaseType.SAFETY, CaseType.DANGER, CaseType.HUMAN_RIGHTS) else 3)
        for kind in CaseType
        if kind is not CaseType.UNCLASSIFIED
    ],
)
def test_the_words_of_a_kind_go_on_the_day_its_years_are_over(session: Session, kind: CaseType, years: int) -> None:
    case = _ended(session, make_room(session), kind)

    # 00:00 in Chile on 31 March is 03:00 UTC: a second before, its time is not over.
    over = datetime(2026 + years, 3, 31, 3, 0, tzinfo=UTC)

    assert _due(session, over - timedelta(seconds=1)) == []
    assert _due(session, over) == [case.id]


@pytest.mark.parametrize(
    ("since", "months", "ends"),
    [
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 31), 36, date(2029, 12, 31)),
        (date(2026, 1, 30), 1, date(2026, 2, 28)),
    ],
)
def test_short_months_end_a_period_on_their_last_day(since: date, months: int, ends: date) -> None:
    period = schedules.Period("labour", months=months)

    assert period.ends_on(since) == ends
    assert period.latest_start(ends) >= since
    assert period.latest_start(ends - timedelta(days=1)) < since


def test_what_an_old_register_brings_stays_thirty_days_to_be_looked_at(session: Session) -> None:
    case = _ended(session, make_room(session))
    case.recorded_at = LATER

    assert _due(session, LATER + timedelta(days=29)) == []
    assert _due(session, LATER + timedelta(days=31)) == [case.id]


def test_a_message_after_the_end_counts_anew(session: Session) -> None:
    case = _ended(session, make_room(session))
    case.last_message_at = ENDED + timedelta(days=300)

    assert _due(session, ENDED + timedelta(days=3 * 366)) == []


def test_a_site_of_its_own_numbers_uses_them_from_their_day(session: Session) -> None:
    room = make_room(session)
    case = _ended(session, room)
    _set(session, room, "labour", 24, valid_from=TODAY + schedules.GRACE)

    assert _due(session, datetime(2028, 4, 2, tzinfo=UTC)) == [case.id]


@pytest.mark.parametrize(
    ("amount", "valid_from", "error"),
    [
        (24, TODAY + timedelta(days=29), schedules.GraceTooShort),
        (24, TODAY, schedules.GraceTooShort),
        (48, TODAY - timedelta(days=1), schedules.GraceTooShort),
        (11, TODAY + timedelta(days=60), schedules.PeriodOutOfRange),
        (241, TODAY + timedelta(days=60), schedules.PeriodOutOfRange),
    ],
)
def test_shortening_waits_thirty_days_and_has_a_floor(
    session: Session, amount: int, valid_from: date, error: type[Exception]
) -> None:
    with pytest.raises(error):
        _set(session, make_room(session), "labour", amount, valid_from=valid_from)


def test_a_longer_period_may_begin_today_and_be_undone_only_with_grace(session: Session) -> None:
    room = make_room(session)
    _set(session, room, "labour", 60, valid_from=TODAY)

    assert schedules.periods_at(session, room.site.id, on=TODAY)["labour"].months == 60
    with pytest.raises(schedules.GraceTooShort):
        _set(session, room, "labour", 36, valid_from=TODAY + timedelta(days=1))


def test_a_change_needs_a_reason_and_a_known_name(session: Session) -> None:
    room = make_room(session)
    with pytest.raises(schedules.WhyMissing):
        _set(session, room, "labour", 60, reason="  ")
    with pytest.raises(schedules.NoSuchPeriod):
        _set(session, room, "horoscopes", 60)


def test_a_change_that_lies_ahead_can_be_taken_back(session: Session) -> None:
    room = make_room(session)
    _set(session, room, "labour", 24, valid_from=TODAY + timedelta(days=40))

    schedules.take_back(session, room.site.id, "labour", today=TODAY)

    assert session.scalars(select(RetentionPeriod)).all() == []
    with pytest.raises(schedules.NoSuchPeriod):
        schedules.take_back(session, room.site.id, "labour", today=TODAY)


def test_a_shorter_period_says_beforehand_how_many_it_would_take(session: Session) -> None:
    room = make_room(session)
    _ended(session, room)
    _ended(session, room, CaseType.SAFETY)

    assert sweep.would_go(session, room.site.id, "labour", 24, from_on=date(2028, 4, 1)) == (0, 1)
    assert sweep.would_go(session, room.site.id, "raw_texts", 1, from_on=date(2028, 4, 1)) == (0, 0)


LATER = ENDED + timedelta(days=3 * 366)


def test_what_still_needs_its_words_keeps_them(session: Session) -> None:
    room = make_room(session)
    held, asked, surveyed, appealed, linked, requested, free = (_ended(session, room) for _ in range(7))
    holds.place(session, held, reason="Juicio en curso.", by=by(room.triager), at=ENDED)
    session.add(AfterCheck(case_id=asked.id, kind="held", round=1, ask_at=ENDED, closes_at=LATER + timedelta(days=9)))
    session.add(Survey(case_id=surveyed.id, kind="satisfaction", ask_at=ENDED, closes_at=LATER + timedelta(days=9)))
    appealed.has_appeal = True
    open_one = file_case(session, room.site).case
    session.add(CaseLink(case_id=open_one.id, from_case_id=linked.id, kind=next(iter(LinkKind)).value, linked_at=ENDED))

    request = DataRequest(
        public_id=new_public_id(), case_id=open_one.id, right=DataRight.ACCESS.value, opened_at=WEDNESDAY
    )
    session.add(request)
    session.flush()
    person = session.scalars(select(Complainant.id).where(Complainant.case_id == requested.id)).one()
    proof = next(iter(Proof)).value
    session.add(DataRequestPerson(request_id=request.id, complainant_id=person, proof=proof, proven_at=WEDNESDAY))

    assert _due(session, LATER) == [free.id]
    assert sweep.kept_back(session, [room.site.id], at=LATER) == 6
    request.decided_at = LATER
    assert _due(session, LATER) == [requested.id, free.id]


def test_an_open_case_is_never_due(session: Session) -> None:
    room = make_room(session)
    sort(session, room, file_case(session, room.site, at=ENDED).case, at=ENDED)

    assert _due(session, ENDED + timedelta(days=9999)) == []


def test_spam_goes_thirty_days_after_it_was_set_aside(session: Session) -> None:
    room = make_room(session)
    case = file_case(session, room.site, at=ENDED).case
    triage.mark_spam(session, case, by=by(room.triager), at=ENDED)

    over = datetime(2026, 4, 30, 4, 0, tzinfo=UTC)
    assert _due(session, over - timedelta(seconds=1)) == []
    assert _due(session, over) == [case.id]
    triage.unmark_spam(session, case, by=by(room.triager), at=ENDED)
    assert _due(session, over) == []


def test_erasing_what_is_due_looks_again_under_the_lock(session: Session) -> None:
    room = make_room(session)
    case = _ended(session, room)
    holds.place(session, case, reason="Juicio en curso.", by=by(room.triager), at=ENDED)

    assert sweep.erase_due(session, case.id, at=LATER) == 0
    holds.lift(session, case, reason="Terminó.", by=by(room.second_triager), at=LATER)
    assert sweep.erase_due(session, case.id, at=LATER) == 1
    assert sweep.erase_due(session, case.id, at=LATER) == 0


def test_a_merged_case_goes_with_the_one_it_went_into_and_its_hold_keeps_both(session: Session) -> None:
    room = make_room(session)
    kept, double = file_case(session, room.site, at=ENDED), file_case(session, room.site, at=ENDED)
    for one in (kept, double):
        sort(session, room, one.case, at=ENDED)
    merge(session, double.case, kept.case, reason="Es lo mismo.", by=by(room.coordinator), at=ENDED)
    case = kept.case
    case.status, case.is_open, case.ended_at = "closed", False, ENDED
    assert _due(session, LATER) == [case.id]

    holds.place(session, double.case, reason="Juicio.", by=by(room.triager), at=ENDED)

    assert _due(session, LATER) == []
    assert is_held(session, case.id)
    with pytest.raises(HeldByLaw):
        erase_person(session, kept.complainant, basis=Basis.REQUEST, by=SYSTEM, at=LATER)


def test_raw_texts_lose_their_words_after_twelve_months_and_the_case_keeps_its_own(session: Session) -> None:
    room = make_room(session)
    inbound_id = inbox.record(
        session,
        provider="twilio",
        provider_message_id="SM1",
        line=LINE,
        number=NUMBER,
        body="Entra polvo",
        media=(),
        opt_out_type=None,
        at=WEDNESDAY,
    )
    row = session.get_one(InboundMessage, inbound_id)
    filed, _thread = file_text(session, room.site, inbound_message_id=inbound_id)
    sort(session, room, filed.case)
    handling.acknowledge(session, filed.case, words="La leímos.", by=by(room.handler), at=WEDNESDAY)
    send_texts(session, at=WEDNESDAY)
    late = WEDNESDAY + timedelta(days=367)

    assert sweep.erase_texts(session, at=late) == 1  # Only what we sent: nobody has understood the other yet.
    row.state, row.subject = "handled", filed.case.public_id
    session.flush()
    assert sweep.erase_texts(session, at=WEDNESDAY + timedelta(days=360)) == 0
    assert sweep.erase_texts(session, at=late) == 1

    session.expire_all()
    assert (row.body_sealed, row.number_sealed) == (None, None)
    assert session.scalars(select(OutboundMessage.body_sealed)).all() == [None]
    assert filed.submission.words_sealed is not None
    assert [line.codes for line in session.scalars(select(AuditEntry).where(AuditEntry.action == "texts_erased"))] == [
        {"inbound": 0, "outbound": 1},
        {"inbound": 1, "outbound": 0},
    ]


def test_sign_ins_that_ended_two_years_ago_are_forgotten(session: Session) -> None:
    room = make_room(session)
    ended = [WEDNESDAY - timedelta(days=800), WEDNESDAY - timedelta(days=700), None]
    for at in ended:
        session.add(StaffSession(staff_id=room.handler.staff_id, started_at=WEDNESDAY, ended_at=at))
    session.flush()

    assert sweep.forget_sessions(session, at=WEDNESDAY) == 1
    assert len(session.scalars(select(StaffSession)).all()) == 2


def test_the_forecast_says_in_numbers_what_will_go(session: Session) -> None:
    room = make_room(session)
    for days in (0, 20, 80, 200):
        _ended(session, room, at=ENDED + timedelta(days=days))

    lines = {line.what: line for line in sweep.forecast(session, at=datetime(2029, 3, 31, 12, 0, tzinfo=UTC))}

    assert (lines["labour"].now, lines["labour"].in_30_days, lines["labour"].in_90_days) == (1, 2, 3)
    assert "safety" not in lines


def test_a_hold_is_placed_for_a_reason_and_lifted_by_somebody_else(session: Session) -> None:
    room = make_room(session)
    case = _ended(session, room)
    with pytest.raises(holds.HoldReasonMissing):
        holds.place(session, case, reason=" ", by=by(room.triager), at=ENDED)
    holds.place(session, case, reason="Juicio en curso.", by=by(room.triager), at=ENDED)
    with pytest.raises(holds.HeldAlready):
        holds.place(session, case, reason="Otra vez.", by=by(room.triager), at=ENDED)
    with pytest.raises(HeldByLaw):
        erase_case_words(session, case, basis=Basis.REQUEST, by=SYSTEM, at=LATER)
    with pytest.raises(holds.PlacedBySame):
        holds.lift(session, case, reason="Terminó.", by=by(room.triager), at=LATER)

    holds.lift(session, case, reason="Terminó.", by=by(room.coordinator), at=LATER)

    assert not is_held(session, case.id)
    with pytest.raises(holds.NotHeld):
        holds.lift(session, case, reason="Terminó.", by=by(room.coordinator), at=LATER)
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.subject == case.public_id)).all()
    assert [one for one in actions if one.startswith("hold_")] == ["hold_placed", "hold_lifted"]


def test_holds_are_listed_to_whoever_sees_the_case_and_counted_for_others(session: Session) -> None:
    room = make_room(session)
    case = _ended(session, room)
    holds.place(session, case, reason="Juicio en curso.", by=by(room.triager), at=ENDED)

    lines, others = holds.in_force(session, viewer_of(session, room.auditor), [room.site.id])
    assert ([line.reference for line in lines], others) == ([case.reference], 0)
    assert holds.in_force(session, viewer_of(session, room.administrator), [room.site.id]) == ([], 1)


def test_only_those_in_charge_may_place_a_hold(session: Session) -> None:
    room = make_room(session)
    case = _ended(session, room)
    facts = facts_of(session, case)

    may = {
        name
        for name, person in vars(room).items()
        if name != "site" and "place_hold" in allowed_actions(viewer_of(session, person), facts)
    }

    assert may == {"triager", "second_triager", "coordinator"}


def test_after_a_restore_the_list_of_erasures_erases_again(session: Session) -> None:
    room = make_room(session)
    case = _ended(session, room)
    erase_case_words(session, case, basis=Basis.REQUEST, by=SYSTEM, at=LATER)
    (logged,) = logged_erasures(session)
    assert (logged.kind, logged.public_id) == ("case", case.public_id)
    other, running = _ended(session, room), file_case(session, room.site).case

    assert erase_again(session, "case", other.public_id, at=LATER) == Again.ERASED
    assert erase_again(session, "case", case.public_id, at=LATER) == Again.NOTHING_LEFT
    assert erase_again(session, "case", running.public_id, at=LATER) == Again.STILL_OPEN
    assert erase_again(session, "complainant", "nobody", at=LATER) == Again.UNKNOWN


def test_a_sweep_cut_off_in_the_middle_goes_on_where_it_was(database: Database) -> None:
    with database.begin() as session:
        room = make_room(session)
        ids = [_ended(session, room).id for _ in range(3)]
    with database.begin() as session:
        sweep.erase_due(session, ids[0], at=LATER)
    with database.read() as session:
        assert sweep.due_cases(session, at=LATER, limit=50) == ids[1:]
        assert sweep.due_cases(session, at=LATER, limit=1) == ids[1:2]


def _set(
    session: Session,
    room: Room,
    what: str,
    amount: int,
    *,
    valid_from: date = TODAY + timedelta(days=60),
    reason: str = "Lo acordó el directorio.",
) -> None:
    schedules.set_period(
        session,
        room.site.id,
        what,
        amount,
        valid_from=valid_from,
        reason=reason,
        by=room.administrator.staff_id,
        at=WEDNESDAY,
        today=TODAY,
    )
