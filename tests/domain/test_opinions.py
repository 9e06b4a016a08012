"""Ratings leave their case after 90 days: counted as before, told by nobody, in no table beside a case or a person."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from grievance.cases import feedback, resolution
from grievance.cases.filing_record import JoinedAnswer
from grievance.cases.intake import Filed, Filing
from grievance.cases.models import Case
from grievance.cases.record import CaseEvent, OpinionTally, Survey
from grievance.cases.states import COMPLAINANT, SYSTEM, Channel, EventKind, Reach, Source
from grievance.cases.surveys import schedule_survey
from grievance.cases.transitions import record
from grievance.cases.verify import verify_cases
from grievance.complainants import collective, door
from grievance.complainants.collective import Invitation
from grievance.core.db import Base
from grievance.core.i18n import SPANISH
from grievance.crypto.fields import new_public_id, unseal
from grievance.dialogue import respond
from grievance.messaging import inbox, threads
from grievance.messaging.models import InboundMessage, Thread
from grievance.metrics.counting import count
from grievance.metrics.inputs import Scope
from grievance.metrics.periods import Quarter
from grievance.metrics.tally import unlink
from grievance.privacy import holds, schedules, sweep
from grievance.privacy.answer_package import build
from grievance.privacy.erasure import Basis, erase_case_words
from grievance.privacy.request_kinds import DataRight, Proof
from grievance.privacy.request_record import DataRequest, DataRequestPerson
from grievance.publishing import summaries
from grievance.publishing.checking import check
from grievance.sites.models import Site
from tests.support.casework import (
    NUMBER,
    THURSDAY,
    Room,
    by,
    close,
    file_text,
    local,
    send_texts,
    sort,
)
from tests.support.figures import AFTER, Q3, REASON, STAFF, a_quarter, asked, classify, grievance, noon, resolve
from tests.support.people import make_staff
from tests.support.places import LINE, file_case, make_site

OTHER = "+56955550078"
CLOSED_AT = local(10)
ASKED_AT = local(17, 10)
RATED_AT = local(18, 11)
# Asked on 17 September, the question closes on 17 October: in the last quarter, 90 days before 15 January.
GONE_BY = datetime(2027, 1, 15, 12, 0, tzinfo=UTC)


@pytest.fixture
def filed(session: Session, room: Room) -> Filed:
    """A case by text, ended, whose person has been asked."""
    filed, thread = file_text(session, room.site)
    sort(session, room, filed.case)
    end(session, room, filed, thread)
    return filed


@pytest.fixture
def pair(session: Session, room: Room) -> tuple[Filed, Filed]:
    """The same, which somebody joined by text: who began, and who joined."""
    other = threads.open_thread(session, line=LINE, number=OTHER, site_id=room.site.id, locale=SPANISH)
    other.verified_at = THURSDAY
    by_phone = Filing(words="", locale=SPANISH, channel=Channel.SMS, reach=Reach.TEXTS, thread_id=other.id)
    found = joined_by(session, room, by_phone)
    threads.settle(other)
    return found


def joined_by(session: Session, room: Room, filing: Filing) -> tuple[Filed, Filed]:
    filed, thread = file_text(session, room.site)
    sort(session, room, filed.case)
    code = collective.open_code(session, filed.case, line="El polvo", by=COMPLAINANT, at=THURSDAY)
    found = collective.look_up_on_web(session, room.site.id, code, at=THURSDAY)
    assert isinstance(found, Invitation)
    joined = collective.join(session, found, filing, at=THURSDAY)
    assert joined.filed is not None
    end(session, room, filed, thread)
    return filed, joined.filed


def end(session: Session, room: Room, filed: Filed, thread: Thread) -> None:
    close(session, room, filed.case, at=CLOSED_AT)
    send_texts(session, at=CLOSED_AT)
    threads.settle(thread)
    assert feedback.ask_due(session, at=ASKED_AT, limit=10) > 0
    send_texts(session, at=ASKED_AT)


def text(session: Session, body: str, *, at: datetime = RATED_AT) -> InboundMessage:
    """Take in what the person texts."""
    inbound_id = inbox.record(
        session,
        provider="twilio",
        provider_message_id=new_public_id(),
        line=LINE,
        number=NUMBER,
        body=body,
        media=(),
        opt_out_type=None,
        at=at,
    )
    assert inbound_id is not None
    assert respond.handle(session, inbound_id, at=at)
    session.flush()
    return session.get_one(InboundMessage, inbound_id)


def let_go(session: Session, *, at: datetime = GONE_BY) -> int:
    """Let every opinion leave whose time is over, as the worker does."""
    session.flush()
    gone = sum(unlink(session, survey_id, at=at) for survey_id in sweep.due_opinions(session, at=at, limit=50))
    session.flush()
    return gone


def tally(session: Session) -> dict[tuple[str, str, int], int]:
    rows = session.scalars(select(OpinionTally).execution_options(populate_existing=True))
    return {(row.quarter, row.question, row.rating): row.count for row in rows if row.count}


def surveys(session: Session) -> list[Survey]:
    return list(session.scalars(select(Survey).order_by(Survey.id)))


def figures_of(session: Session, site: Site, *, known_at: datetime = GONE_BY, quarter: Quarter = Q3) -> dict[str, int]:
    session.flush()
    return dict(count(session, site.id, Scope(site.slug, quarter, site.time_zone, known_at)).surveys)


@pytest.mark.parametrize(
    ("closed_at", "leaves_at"),
    [
        # 10 August + 90 days; midnight in Chile is 03:00 UTC.
        (noon(8, 10), datetime(2026, 11, 8, 3, 0, tzinfo=UTC)),
        # 90 days are over on 29 September, and the quarter two days later.
        (noon(7, 1), datetime(2026, 10, 1, 3, 0, tzinfo=UTC)),
    ],
)
def test_ratings_leave_after_ninety_days_once_the_quarter_is_over(
    session: Session, closed_at: datetime, leaves_at: datetime
) -> None:
    case = grievance(session, make_site(session), noon(6, 1))
    asked(session, case, closed_at, process=5, outcome=2, verdict=1)

    assert let_go(session, at=leaves_at - timedelta(seconds=1)) == 0
    assert let_go(session, at=leaves_at) == 1
    assert let_go(session, at=leaves_at) == 0

    (survey,) = surveys(session)
    assert (survey.process_rating, survey.outcome_rating, survey.unlinked_at) == (None, None, leaves_at)
    assert (survey.verdict, survey.answered_at is None) == (1, False)
    assert tally(session) == {("2026Q3", "process", 5): 1, ("2026Q3", "outcome", 2): 1}


def test_a_site_sets_its_own_days(session: Session) -> None:
    site = make_site(session)
    asked(session, grievance(session, site, noon(6, 1)), noon(8, 10), process=3)
    today = date(2026, 8, 20)
    owner = make_staff(session, name="Ana Inventada", duties={}, with_second_factor=False).staff_id
    schedules.set_period(
        session, site.id, "opinions", 180, valid_from=today, reason="Auditoría", by=owner, at=noon(8, 20), today=today
    )

    assert let_go(session, at=noon(12, 1)) == 0
    lines = {line.what: line for line in sweep.forecast(session, at=noon(12, 1))}
    assert (lines["opinions"].now, lines["opinions"].in_30_days, lines["opinions"].in_90_days) == (0, 0, 1)
    assert let_go(session, at=noon(2, 7, year=2027)) == 1


def test_a_quarter_is_the_same_before_and_after(session: Session) -> None:
    site = make_site(session)
    a_quarter(session, site)
    owner = make_staff(session, name="Paula Prensa", duties={}, with_second_factor=False).staff_id
    release = summaries.freeze(session, site, Q3, by=owner, at=AFTER)
    early, late = (figures_of(session, site, known_at=at) for at in (AFTER, GONE_BY))
    assert (early["process_5"], early["process_4"], early["outcome_2"]) == (1, 1, 1)

    assert let_go(session) == 2

    assert figures_of(session, site, known_at=AFTER) == early
    assert figures_of(session, site) == late
    assert check(session, release).faults == ()
    release.state = "discarded"
    again = summaries.freeze(session, site, Q3, by=owner, at=GONE_BY, reason=REASON)
    assert check(session, again).faults == ()
    said = [[it for it in json.loads(one.figures)["figures"] if "M8" in str(it)] for one in (release, again)]
    assert said[0]
    assert said[0] == said[1]


def test_ratings_are_counted_where_the_figures_counted_their_case(session: Session) -> None:
    here, there = make_site(session), make_site(session, slug="otra-faena", line=None)
    told = [grievance(session, site, noon(6, day)) for site, day in product((here, there), (1, 2, 3, 4))]
    question, spam, moved, late, *_rest = told
    classify(session, question, "question", at=noon(7, 2))
    record(session, spam, EventKind.MARKED_SPAM, by=STAFF, at=noon(7, 3))
    for case, at in ((moved, noon(7, 4)), (late, noon(10, 5))):
        case.site_id = there.id
        record(session, case, EventKind.PERSON_DESCRIBED, by=COMPLAINANT, at=at, codes={"site": there.id})
    for place, case in enumerate(told):
        asked(session, case, noon(8, 10 + place), process=place % 5 + 1, outcome=5 - place % 5, verdict=1)
    before = [figures_of(session, site) for site in (here, there)]
    assert [one["answered"] for one in before] == [1, 5]

    assert let_go(session) == len(told)

    assert [figures_of(session, site) for site in (here, there)] == before
    assert sum(tally(session).values()) == 6 * 2


def test_the_events_of_ratings_hold_no_digits_and_the_chain_stays_whole(session: Session, filed: Filed) -> None:
    text(session, "4 2")
    text(session, "1", at=RATED_AT + timedelta(minutes=1))
    rated = session.scalars(select(CaseEvent).where(CaseEvent.kind == EventKind.RATED)).one()
    (survey,) = surveys(session)

    assert rated.codes == {"survey": survey.public_id, "source": "sms"}
    assert rated.words_table == "survey.ratings"
    assert unseal(session, survey, "ratings") == "4 2"
    assert list(verify_cases(session)) == []

    assert let_go(session) == 1

    (survey,) = surveys(session)
    assert survey.ratings_sealed is None
    assert filed.case.verdict == "satisfied"
    assert list(verify_cases(session)) == []
    last = session.scalars(select(CaseEvent).order_by(CaseEvent.id.desc()).limit(1)).one()
    assert (last.kind, last.codes) == ("opinion_left", {"survey": survey.public_id})


def test_a_rating_changed_behind_the_back_of_the_program_is_found(session: Session, filed: Filed) -> None:
    del filed
    text(session, "4 2")
    (survey,) = surveys(session)
    survey.process_rating = 5
    session.flush()

    assert [(one.check, one.seq is None) for one in verify_cases(session)] == [("words", False)]


def test_a_rating_of_before_keeps_its_codes_and_its_chain(session: Session, filed: Filed) -> None:
    (survey,) = surveys(session)
    survey.process_rating, survey.source, survey.answered_at = 4, "sms", RATED_AT
    codes = {"survey": survey.public_id, "process": 4, "outcome": None, "source": "sms"}
    record(session, filed.case, EventKind.RATED, by=COMPLAINANT, at=RATED_AT, codes=codes)

    assert let_go(session) == 1

    assert list(verify_cases(session)) == []
    assert session.scalars(select(CaseEvent.codes).where(CaseEvent.kind == EventKind.RATED)).one() == codes


def test_after_it_left_no_table_joins_a_rating_to_a_case_or_a_person(
    session: Session, pair: tuple[Filed, Filed]
) -> None:
    filed, joined = pair
    spoken = [text(session, "4"), text(session, "2 3", at=RATED_AT + timedelta(minutes=5))]
    feedback.rate(session, filed.case, joined.complainant, process=1, outcome=3, source=Source.WEB_CODE, at=RATED_AT)
    assert len(list(told_by_a_table(session))) > 6

    assert let_go(session) == 2

    assert list(told_by_a_table(session)) == []
    assert [one.body_sealed for one in spoken] == [None, None]
    assert spoken[0].number_sealed is not None
    assert sum(tally(session).values()) == 4


def told_by_a_table(session: Session) -> Iterator[tuple[str, str, object]]:
    """Yield whatever, in any table but the tally, is a rating or says one: by column, by code, by sealed words."""
    session.flush()
    session.expire_all()
    for mapper in Base.registry.mappers:
        if mapper.class_ is OpinionTally:
            continue
        for row in session.scalars(select(mapper.class_)):
            for name in inspect(mapper.class_).columns.keys():  # noqa: SIM118  # not a mapping
                value = getattr(row, name)
                if "rating" in name and value is not None:
                    yield mapper.class_.__tablename__, name, value
                if isinstance(value, dict) and value.keys() & {"process", "process_rating", "outcome_rating"}:
                    yield mapper.class_.__tablename__, name, value
            for name in getattr(mapper.class_, "__sealed__", ()):
                words = unseal(session, row, name)
                if words is not None and re.fullmatch(r"[1-5-]([ ,/]*[1-5-]){0,2}", words.strip()):
                    yield mapper.class_.__tablename__, name, words


def test_digits_of_other_questions_and_words_stay_where_they_are(session: Session, filed: Filed) -> None:
    words = text(session, "gracias por venir", at=ASKED_AT + timedelta(minutes=1))
    rated = text(session, "4 2")
    verdict = text(session, "1", at=RATED_AT + timedelta(minutes=1))

    let_go(session)

    assert (rated.body_sealed, words.body_sealed is None, verdict.body_sealed is None) == (None, False, False)
    assert filed.case.verdict_source == "sms"


def test_whoever_joined_is_counted_alike_and_reads_since_when_it_is_gone(
    session: Session, room: Room, pair: tuple[Filed, Filed]
) -> None:
    filed, joined = pair
    feedback.rate(session, filed.case, joined.complainant, process=1, verdict=3, source=Source.WEB_CODE, at=RATED_AT)
    last = Quarter(2026, 4)
    before = figures_of(session, room.site, quarter=last)
    assert (before["asked"], before["delivered"], before["answered"]) == (2, 2, 1)
    assert (before["process_1"], before["verdict_not_satisfied"]) == (1, 1)

    assert let_go(session) == 1

    mine = door.show(session, filed.case.id, joined.complainant.id, at=GONE_BY)
    theirs = door.show(session, filed.case.id, filed.complainant.id, at=GONE_BY)
    assert [one.left_at for one in mine.ratings] == [GONE_BY]
    assert theirs.ratings == ()
    assert tally(session) == {("2026Q4", "process", 1): 1}
    assert figures_of(session, room.site, quarter=last) == before


def test_who_joined_with_no_phone_is_heard_and_counts_nowhere(session: Session, room: Room) -> None:
    from_web = Filing(words="", locale=SPANISH, channel=Channel.WEB, form_key=new_public_id())
    filed, joined = joined_by(session, room, from_web)
    feedback.rate(session, filed.case, joined.complainant, process=5, verdict=1, source=Source.WEB_CODE, at=RATED_AT)
    last = Quarter(2026, 4)
    before = figures_of(session, room.site, quarter=last)

    assert (before["asked"], before["answered"], before["process_5"]) == (1, 0, 0)
    mine = door.show(session, filed.case.id, joined.complainant.id, at=RATED_AT)
    assert [one.process for one in mine.ratings] == [5]
    assert let_go(session) == 1
    assert tally(session) == {}
    assert figures_of(session, room.site, quarter=last) == before


def test_what_who_joined_said_when_it_stood_in_no_figure_is_emptied_and_counted_nowhere(
    session: Session, pair: tuple[Filed, Filed]
) -> None:
    filed, joined = pair
    question = next(one for one in surveys(session) if one.complainant_id == filed.complainant.id)
    row = JoinedAnswer(case_id=filed.case.id, complainant_id=joined.complainant.id, survey_id=question.id)
    for name, value in {"process_rating": 1, "verdict": 3, "source": "web_code", "answered_at": RATED_AT}.items():
        setattr(row, name, value)
    session.add(row)

    assert let_go(session) == 1

    assert (row.process_rating, row.verdict, row.unlinked_at) == (None, 3, GONE_BY)
    assert [one.left_at for one in door.show(session, filed.case.id, joined.complainant.id, at=GONE_BY).ratings] == [
        GONE_BY
    ]
    assert tally(session) == {}


def test_a_legal_hold_keeps_them_and_so_does_a_request_that_waits(session: Session, room: Room, filed: Filed) -> None:
    text(session, "4 2")
    request = DataRequest(
        public_id=new_public_id(),
        case_id=file_case(session, room.site, at=RATED_AT).case.id,
        right=DataRight.ACCESS.value,
        opened_at=RATED_AT,
    )
    session.add(request)
    session.flush()
    session.add(
        DataRequestPerson(
            request_id=request.id, complainant_id=filed.complainant.id, proof=Proof.CODE.value, proven_at=RATED_AT
        )
    )

    assert let_go(session) == 0
    request.decided_at = GONE_BY
    holds.place(session, filed.case, reason="Juicio", by=by(room.triager), at=GONE_BY)
    assert let_go(session) == 0
    holds.lift(session, filed.case, reason="Terminó", by=by(room.second_triager), at=GONE_BY)
    assert let_go(session) == 1


def test_the_question_of_an_ending_that_was_undone_leaves_by_itself(session: Session, filed: Filed) -> None:
    text(session, "2 2 3")
    taken_up = RATED_AT + timedelta(days=1)
    resolution.reopen(session, filed.case, reason=None, by=COMPLAINANT, at=taken_up)
    first, *_none = surveys(session)
    assert first.closes_at == taken_up
    # It closed on 19 September, in the third quarter.
    assert let_go(session, at=noon(12, 20)) == 1

    resolve(session, filed.case, noon(12, 21))
    second = schedule_survey(session, filed.case, at=noon(12, 21))
    assert second is not None
    feedback.rate(
        session, filed.case, filed.complainant, process=5, outcome=5, verdict=1, source=Source.SMS, at=noon(12, 22)
    )

    assert (second.round, let_go(session, at=noon(12, 23))) == (2, 0)
    assert let_go(session, at=noon(7, 1, year=2027)) == 1
    assert tally(session) == {
        ("2026Q3", "process", 2): 1,
        ("2026Q3", "outcome", 2): 1,
        ("2027Q1", "process", 5): 1,
        ("2027Q1", "outcome", 5): 1,
    }


@pytest.mark.parametrize("first", ["erased", "left"])
def test_an_erasure_before_or_after_changes_no_figure(session: Session, room: Room, filed: Filed, first: str) -> None:
    text(session, "4 2")
    last = Quarter(2026, 4)
    before = figures_of(session, room.site, quarter=last)
    if first == "left":
        let_go(session)

    erase_case_words(session, filed.case, basis=Basis.REQUEST, by=SYSTEM, at=GONE_BY)
    assert surveys(session)[0].ratings_sealed is None
    assert list(verify_cases(session)) == []
    let_go(session)

    assert figures_of(session, room.site, quarter=last) == before
    assert tally(session) == {("2026Q4", "process", 4): 1, ("2026Q4", "outcome", 2): 1}
    assert list(verify_cases(session)) == []


def test_the_rows_of_a_quarter_are_made_together_and_in_their_order(session: Session, filed: Filed) -> None:
    """Whoever reads the database learns nothing from which row came first."""
    del filed
    text(session, "4 2")

    let_go(session)

    rows = session.scalars(select(OpinionTally).order_by(OpinionTally.id)).all()
    expected = [(question, rating) for question in ("process", "outcome") for rating in range(1, 6)]
    assert [(row.question, row.rating) for row in rows] == expected


def test_the_copy_of_a_person_holds_the_ratings_as_long_as_they_are_kept(
    session: Session, room: Room, filed: Filed
) -> None:
    text(session, "4 2")
    request = DataRequest(
        public_id=new_public_id(),
        case_id=file_case(session, room.site, at=RATED_AT).case.id,
        right=DataRight.ACCESS.value,
        opened_at=RATED_AT,
        decided_at=RATED_AT,
    )
    session.add(request)
    session.flush()
    person = {"complainant_id": filed.complainant.id, "proof": Proof.CODE.value, "proven_at": RATED_AT}
    session.add(DataRequestPerson(request_id=request.id, **person))
    session.flush()

    assert ratings_in_copy(session, request) == [
        {"at": RATED_AT.isoformat(timespec="seconds"), "process": 4, "outcome": 2, "not_kept_since": None}
    ]
    let_go(session)
    (row,) = ratings_in_copy(session, request)
    assert (row["process"], row["not_kept_since"]) == (None, GONE_BY.isoformat(timespec="seconds"))


def ratings_in_copy(session: Session, request: DataRequest) -> list[dict[str, Any]]:
    content = build(session, session.get_one(Case, request.case_id), request, now=GONE_BY)
    ratings: list[dict[str, Any]] = content["cases"][0]["ratings"]
    return ratings
