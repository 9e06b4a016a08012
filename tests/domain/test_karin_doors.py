"""What no single triager does with a harassment case: make it disappear, end it by another door, or restart its clocks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts.permissions import Duty
from grievance.cases import clocks, endings, harassment_track, law_bars, leaving_track, protection, resolution, triage
from grievance.cases.facts import facts_of
from grievance.cases.law_bars import BarredByLaw
from grievance.cases.models import Case, CaseNote
from grievance.cases.queries import for_change
from grievance.cases.record import CaseEvent, Notice
from grievance.cases.resolution import NotClassified
from grievance.cases.second_person import MadeOtherKind
from grievance.cases.states import Confidentiality, EventKind, Source
from grievance.cases.track_states import MeasureKind, Route
from grievance.cases.transitions import record
from grievance.cases.verify import verify_cases
from grievance.cases.visibility import CaseAction, allowed_actions
from grievance.crypto.fields import unseal
from grievance.deadlines.standards import CaseType, ClockName
from grievance.privacy.sweep import due_cases
from grievance.rounds.timers import sweep
from grievance.sites.models import Category
from tests.support.casework import THURSDAY, Room, by, messages_to, sort, viewer_of
from tests.support.people import Person, make_staff
from tests.support.places import WEDNESDAY, file_case

CLOSED_TO_ALL = (CaseAction.MARK_SPAM, CaseAction.DECLARE_OUT_OF_SCOPE, CaseAction.REFER)
KEPT = (CaseType.RETALIATION, CaseType.INTEGRITY, CaseType.HUMAN_RIGHTS, CaseType.DANGER)
WHY = "La persona aclaró que preguntaba por un trámite."


@pytest.fixture
def usual(session: Session) -> Category:
    """Return the category under which harassment is filed."""
    return session.scalars(select(Category).where(Category.default_type == CaseType.HARASSMENT.value).limit(1)).one()


def offered(session: Session, room: Room, case: Case) -> set[CaseAction]:
    return set(allowed_actions(viewer_of(session, room.triager), facts_of(session, case)))


def harassment(session: Session, room: Room, *, days: int = 0) -> Case:
    case = file_case(session, room.site, at=WEDNESDAY, confidentiality=Confidentiality.CONFIDENTIAL).case
    sort(session, room, case, type=CaseType.HARASSMENT, at=WEDNESDAY + timedelta(days=days))
    return case


def running(session: Session, case: Case) -> dict[str, date]:
    session.flush()
    return {
        one.name: one.due_on for one in clocks.of(session, case.id) if one.met_at is None and one.cancelled_at is None
    }


def reclassify(
    session: Session, room: Room, case: Case, *, to: CaseType = CaseType.QUESTION, why: str | None = WHY
) -> None:
    triage.classify(
        session,
        case,
        type=to,
        category_id=None,
        severity=2,
        reason=why,
        restrict=True,
        by=by(room.triager),
        at=THURSDAY,
    )


def test_a_harassment_case_is_never_set_aside(session: Session, room: Room) -> None:
    case = harassment(session, room)

    assert not offered(session, room, case) & set(CLOSED_TO_ALL)
    with pytest.raises(BarredByLaw):
        triage.mark_spam(session, case, by=by(room.triager), at=THURSDAY)
    assert not case.is_spam


def test_what_was_filed_under_harassment_has_no_such_door_before_it_is_sorted(
    session: Session, room: Room, usual: Category
) -> None:
    case = file_case(session, room.site, category_id=usual.id).case

    assert not offered(session, room, case) & set(CLOSED_TO_ALL)
    with pytest.raises(BarredByLaw):
        triage.mark_spam(session, case, by=by(room.triager), at=THURSDAY)
    with pytest.raises(BarredByLaw):
        endings.declare_out_of_scope(session, case, reason="x", elsewhere="", by=by(room.triager), at=THURSDAY)


def test_what_nobody_sorted_is_never_out_of_scope(session: Session, room: Room) -> None:
    case = file_case(session, room.site).case

    assert CaseAction.DECLARE_OUT_OF_SCOPE not in offered(session, room, case)
    assert CaseAction.MARK_SPAM in offered(session, room, case)
    with pytest.raises(NotClassified):
        endings.declare_out_of_scope(session, case, reason="x", elsewhere="", by=by(room.triager), at=THURSDAY)


@pytest.mark.parametrize("kind", KEPT)
def test_what_is_restricted_by_its_kind_is_classified_anew_before_it_is_set_aside(
    session: Session, room: Room, kind: CaseType
) -> None:
    case = file_case(session, room.site).case
    sort(session, room, case, type=kind)

    assert CaseAction.MARK_SPAM not in offered(session, room, case)
    with pytest.raises(law_bars.ClassifyFirst):
        triage.mark_spam(session, case, by=by(room.triager), at=THURSDAY)
    sort(session, room, case, type=CaseType.QUESTION, at=THURSDAY)
    triage.mark_spam(session, case, by=by(room.second_triager), at=THURSDAY)
    assert case.is_spam


def call(session: Session, case: Case, person: Person, *types: CaseType, category: Category | None = None) -> None:
    """Let somebody say of a case that it is this, then that."""
    for one in types:
        category_id = category.id if category else None
        triage.classify(
            session, case, type=one, category_id=category_id, severity=1, restrict=False, by=by(person), at=THURSDAY
        )


def require_second(session: Session, room: Room, case: Case) -> None:
    """Assert that one triager alone ends a case by no door without an answer, and that the other may."""
    with pytest.raises(MadeOtherKind):
        triage.mark_spam(session, case, by=by(room.triager), at=THURSDAY)
    with pytest.raises(MadeOtherKind):
        endings.declare_out_of_scope(session, case, reason="x", elsewhere="", by=by(room.triager), at=THURSDAY)
    triage.mark_spam(session, case, by=by(room.second_triager), at=THURSDAY)
    assert case.is_spam


@pytest.mark.parametrize("kind", KEPT)
@pytest.mark.parametrize("steps", [(CaseType.QUESTION,), (CaseType.LABOUR, CaseType.QUESTION)], ids=["one", "two"])
def test_one_triager_alone_makes_nothing_disappear_in_however_many_steps(
    session: Session, room: Room, kind: CaseType, steps: tuple[CaseType, ...]
) -> None:
    case = file_case(session, room.site).case
    call(session, case, room.second_triager, kind)

    call(session, case, room.triager, *steps)

    require_second(session, room, case)


@pytest.mark.parametrize("kind", KEPT)
def test_what_was_only_filed_as_such_a_kind_needs_a_second_person_too(
    session: Session, room: Room, kind: CaseType
) -> None:
    usual, other = (
        session.scalars(select(Category).where(Category.default_type == one.value).limit(1)).first()
        for one in (kind, CaseType.QUESTION)
    )
    if usual is None:
        usual = session.scalars(select(Category).where(Category.id != getattr(other, "id", 0)).limit(1)).one()
        usual.default_type = kind.value
    case = file_case(session, room.site, category_id=usual.id).case

    call(session, case, room.triager, CaseType.QUESTION, category=other)

    require_second(session, room, case)


@pytest.mark.parametrize("taken_off", [False, True], ids=["as it is", "taken off first"])
def test_one_triager_alone_makes_nothing_disappear_inside_another_case(
    session: Session, room: Room, *, taken_off: bool
) -> None:
    case, into = file_case(session, room.site).case, file_case(session, room.site).case
    call(session, case, room.second_triager, CaseType.RETALIATION)
    if taken_off:
        call(session, case, room.triager, CaseType.QUESTION)
    call(session, into, room.second_triager, CaseType.QUESTION)
    triage.restrict(session, into, by=by(room.second_triager), at=THURSDAY)

    endings.merge(session, case, into, reason="Lo mismo", by=by(room.triager), at=THURSDAY)

    require_second(session, room, into)


def test_what_was_once_harassment_is_neither_set_aside_nor_erased_as_such(session: Session, room: Room) -> None:
    once, never = harassment(session, room), file_case(session, room.site).case
    reclassify(session, room, once)

    assert CaseAction.MARK_SPAM not in offered(session, room, once)
    with pytest.raises(BarredByLaw):
        triage.mark_spam(session, once, by=by(room.triager), at=THURSDAY)
    # Set aside before the rule was there.
    once.is_spam = True
    record(session, once, EventKind.MARKED_SPAM, by=by(room.triager), at=THURSDAY)
    triage.mark_spam(session, never, by=by(room.triager), at=THURSDAY)
    session.flush()

    assert due_cases(session, at=THURSDAY + timedelta(days=60), limit=100) == [never.id]


def test_leaving_harassment_needs_a_reason_and_is_told_to_all_concerned(session: Session, room: Room) -> None:
    reviewer = make_staff(session, name="Rita Fingida", duties={Duty.REVIEWER: room.site}, with_second_factor=False)
    filed = file_case(session, room.site, at=WEDNESDAY)
    case = filed.case
    sort(session, room, case, type=CaseType.HARASSMENT)

    for why in (None, "  "):
        with pytest.raises(leaving_track.WhyMissing):
            reclassify(session, room, case, why=why)
    reclassify(session, room, case)
    session.flush()

    [event] = session.scalars(
        select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.kind == "classified").order_by(CaseEvent.seq)
    ).all()[1:]
    assert (event.codes["from"], event.codes["type"]) == ("harassment", "question")
    note = session.scalars(select(CaseNote).where(CaseNote.case_id == case.id)).one()
    assert unseal(session, note, "words") == WHY
    told = unseal(session, messages_to(session, filed)[-1], "words") or ""
    assert f"{running(session, case)['resolve']:%d}" in told
    alerted = session.scalars(select(Notice.staff_id).where(Notice.kind == "left_track")).all()
    assert set(alerted) == {room.second_triager.staff_id, reviewer.staff_id}
    assert list(verify_cases(session)) == []


def test_what_was_filed_under_harassment_leaves_it_with_a_reason_too(
    session: Session, room: Room, usual: Category
) -> None:
    case = file_case(session, room.site, category_id=usual.id).case

    with pytest.raises(leaving_track.WhyMissing):
        reclassify(session, room, case, why=None)
    reclassify(session, room, case)
    assert case.type == "question"


def test_nobody_leaves_the_way_once_it_was_taken(session: Session, room: Room) -> None:
    routed, protected = harassment(session, room), harassment(session, room)
    actor = by(room.investigator)
    harassment_track.say_none_needed(session, routed, words="Se le preguntó.", by=actor, at=WEDNESDAY)
    harassment_track.choose_route(
        session,
        routed,
        route=Route.INTERNAL,
        about_manager=False,
        companies_differ=False,
        words="Portal.",
        on=WEDNESDAY.date(),
        by=actor,
        at=WEDNESDAY,
    )
    measure = protection.add_measure(
        session,
        protected,
        kind=MeasureKind.OTHER_SHIFT,
        words="Otro turno",
        owner_id=room.investigator.staff_id,
        due_on=WEDNESDAY.date(),
        by=actor,
        at=WEDNESDAY,
    )
    protection.record_measure_done(session, protected, measure.public_id, evidence="Visto", by=actor, at=WEDNESDAY)

    for case in (routed, protected):
        with pytest.raises(leaving_track.WayBegun):
            reclassify(session, room, case)


def test_whoever_takes_a_case_off_the_way_does_not_end_it(session: Session, room: Room) -> None:
    case = harassment(session, room)
    reclassify(session, room, case)

    with pytest.raises(MadeOtherKind):
        endings.declare_out_of_scope(session, case, reason="x", elsewhere="", by=by(room.triager), at=THURSDAY)
    endings.declare_out_of_scope(session, case, reason="x", elsewhere="", by=by(room.second_triager), at=THURSDAY)
    assert case.status == "out_of_scope"


def test_whoever_takes_what_was_only_filed_as_harassment_off_its_way_does_not_end_it(
    session: Session, room: Room
) -> None:
    usual = session.scalars(select(Category).where(Category.default_type == CaseType.HARASSMENT.value)).first()
    assert usual is not None
    case = file_case(session, room.site, category_id=usual.id).case
    reclassify(session, room, case)
    case.category_id = None

    with pytest.raises(MadeOtherKind):
        endings.declare_out_of_scope(session, case, reason="x", elsewhere="", by=by(room.triager), at=THURSDAY)
    with pytest.raises(law_bars.BarredByLaw):
        triage.mark_spam(session, case, by=by(room.triager), at=THURSDAY)


@pytest.mark.parametrize("kind", [CaseType.RETALIATION, CaseType.INTEGRITY])
def test_harassment_is_joined_only_to_harassment_that_came_before(session: Session, room: Room, kind: CaseType) -> None:
    case, other, later = (
        harassment(session, room),
        file_case(session, room.site).case,
        file_case(session, room.site, at=THURSDAY).case,
    )
    sort(session, room, other, type=kind)
    sort(session, room, later, type=CaseType.HARASSMENT, at=THURSDAY)

    for into in (other, later):
        with pytest.raises(law_bars.TrackWouldEnd):
            endings.merge(session, case, into, reason="x", by=by(room.triager), at=THURSDAY)
    endings.merge(session, later, case, reason="x", by=by(room.triager), at=THURSDAY)
    assert later.merged_into_id == case.id


def test_a_withdrawn_case_taken_up_again_has_the_dates_of_the_law(session: Session, room: Room) -> None:
    case = harassment(session, room)
    before = running(session, case)
    later = THURSDAY + timedelta(days=6)
    sweep(session, at=later, limit=100)
    missed = _missed(session, case)

    endings.withdraw(session, case, source=Source.WITNESSED, reason="x", by=by(room.investigator), at=later)
    resolution.reopen(session, case, reason="x", by=by(room.triager), at=later + timedelta(days=1))

    after = running(session, case)
    assert {ClockName.PROTECT, ClockName.REFER_TO_DT, ClockName.INVESTIGATE} <= set(after)
    assert {name: after[name] for name in before} == before
    sweep(session, at=later + timedelta(days=1, hours=1), limit=100)
    # What was missed stays missed, and is not missed a second time.
    assert _missed(session, case) == missed


def test_leaving_and_coming_back_gives_back_every_clock(session: Session, room: Room) -> None:
    case = harassment(session, room)
    before = running(session, case)

    reclassify(session, room, case, to=CaseType.LABOUR)
    assert ClockName.INVESTIGATE not in running(session, case)
    sort(session, room, case, type=CaseType.HARASSMENT, at=THURSDAY)

    assert running(session, case) == before


def test_what_was_set_aside_before_the_rule_comes_back_with_every_clock(session: Session, room: Room) -> None:
    case = harassment(session, room)
    before = running(session, case)
    case.is_spam = True
    clocks.stop_all(session, case, at=THURSDAY)

    triage.unmark_spam(session, case, by=by(room.triager), at=THURSDAY)

    assert running(session, case) == before


@pytest.mark.parametrize("action", [*CLOSED_TO_ALL, CaseAction.PAUSE, CaseAction.ASK_EXTENSION])
def test_a_forged_form_is_told_that_the_law_does_not_allow_it(session: Session, room: Room, action: CaseAction) -> None:
    case = harassment(session, room)
    session.flush()

    with pytest.raises(BarredByLaw):
        for_change(session, viewer_of(session, room.triager), case.reference, action)


def _missed(session: Session, case: Case) -> list[str]:
    session.flush()
    found = select(CaseEvent.codes).where(CaseEvent.case_id == case.id, CaseEvent.kind == "clock_breached")
    return sorted(codes["clock"] for codes in session.scalars(found))
