"""The way of a release: what can be changed when, by whom, what stops it, and that it goes out once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from grievance.accounts.models import AuditEntry
from grievance.accounts.permissions import Duty
from grievance.core.db import Database
from grievance.core.i18n import ENGLISH, SPANISH
from grievance.publishing import approval, bulletin, editing, rounds, summaries
from grievance.publishing.drafting import Section
from grievance.publishing.models import MemberCheck, MemberComment, ReaderTest, Release
from grievance.publishing.queries import current_release, release_for_export
from grievance.publishing.reader_tests import Reading, ReadingRefused, record_reading
from grievance.publishing.release_checks import NotReady, Problem, problems
from grievance.sites.models import Site
from tests.support.figures import AFTER, PLAIN, Q3, REASON, a_quarter, make_ready, released
from tests.support.people import make_staff
from tests.support.places import make_site

TODAY = date(2026, 10, 15)


@dataclass(frozen=True)
class House:
    site: Site
    rosa: int
    luis: int


@pytest.fixture
def house(session: Session) -> House:
    site = make_site(session)
    a_quarter(session, site)
    return House(
        site,
        make_staff(session, name="Rosa Mamani", duties={Duty.PUBLISHER: site}).staff_id,
        make_staff(session, name="Luis Vera", duties={Duty.PUBLISHER: site}).staff_id,
    )


@pytest.fixture
def frozen(session: Session, house: House) -> Release:
    return summaries.freeze(session, house.site, Q3, by=house.rosa, at=AFTER)


@pytest.fixture
def ready(session: Session, house: House, frozen: Release) -> Release:
    make_ready(session, frozen, by=house.rosa)
    return frozen


@pytest.fixture
def submitted(session: Session, house: House, ready: Release) -> Release:
    summaries.submit(session, ready, by=house.rosa, at=AFTER)
    return ready


def write(session: Session, release: Release, block: str, words: dict[str, str], by: int) -> None:
    editing.write(session, release, block, words, was=editing.mark_of(release, block), by=by)


def kinds(found: list[Problem]) -> set[tuple[str, str, str]]:
    return {(problem.kind.value, problem.section, problem.locale) for problem in found}


def actions(session: Session, release: Release) -> list[str]:
    return list(
        session.scalars(
            select(AuditEntry.action).where(AuditEntry.subject == release.public_id).order_by(AuditEntry.seq)
        )
    )


# What a freeze drafts


def test_freezing_drafts_every_section_in_both_languages(frozen: Release) -> None:
    assert set(frozen.drafts) == {section.value for section in Section}
    assert all(set(words) == {"es", "en"} and all(words.values()) for words in frozen.drafts.values())
    assert frozen.texts == frozen.drafts
    assert frozen.drafts["told"]["es"] != frozen.drafts["told"]["en"]


def test_writing_a_section_leaves_its_draft(session: Session, house: House, frozen: Release) -> None:
    draft = dict(frozen.drafts["told"])

    write(session, frozen, "told", PLAIN, house.luis)

    assert (frozen.texts["told"], frozen.drafts["told"]) == (PLAIN, draft)
    assert house.luis in frozen.authors


def test_the_draft_comes_back_when_asked(session: Session, house: House, frozen: Release) -> None:
    write(session, frozen, "did", PLAIN, house.rosa)

    editing.back_to_draft(session, frozen, "did", was=editing.mark_of(frozen, "did"), by=house.rosa)

    assert frozen.texts["did"] == frozen.drafts["did"]


def test_two_people_write_two_sections_at_once(session: Session, house: House, frozen: Release) -> None:
    seen_by_luis = editing.mark_of(frozen, "late")
    write(session, frozen, "told", PLAIN, house.rosa)

    editing.write(session, frozen, "late", PLAIN, was=seen_by_luis, by=house.luis)

    assert (frozen.texts["told"], frozen.texts["late"]) == (PLAIN, PLAIN)


def test_of_two_who_write_the_same_section_the_second_is_told_and_nothing_is_lost(
    session: Session, house: House, frozen: Release
) -> None:
    seen_by_luis = editing.mark_of(frozen, "told")
    write(session, frozen, "told", PLAIN, house.rosa)

    with pytest.raises(editing.WordsChanged) as caught:
        editing.write(session, frozen, "told", {"es": "Otra", "en": "Other"}, was=seen_by_luis, by=house.luis)

    assert caught.value.words == PLAIN
    assert frozen.texts["told"] == PLAIN


def test_a_section_is_no_longer_than_it_may_be(session: Session, house: House, frozen: Release) -> None:
    words = {"es": "a" * editing.SECTION_CHARACTERS, "en": "a" * (editing.SECTION_CHARACTERS + 1)}

    with pytest.raises(editing.TextTooLong) as caught:
        write(session, frozen, "told", words, house.rosa)

    assert caught.value.languages == ["en"]


def test_there_is_no_block_of_another_name(session: Session, house: House, frozen: Release) -> None:
    for block in ("figures", "", "told.es", editing.REASON):
        with pytest.raises(editing.NoSuchBlock):
            write(session, frozen, block, PLAIN, house.rosa)


# What stops it


def test_a_fresh_freeze_is_not_ready_and_says_why(session: Session, frozen: Release) -> None:
    found = kinds(problems(session, frozen))

    assert {("not_read_aloud", "", "es"), ("not_read_aloud", "", "en")} <= found


def test_nothing_stops_a_release_that_is_ready(session: Session, ready: Release) -> None:
    assert problems(session, ready) == []


HARD_ES = (
    "La implementación de procedimientos administrativos institucionales relacionados con la sistematización "
    "documental de antecedentes organizacionales determinó considerables modificaciones reglamentarias. "
) * 8


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ({"es": "", "en": "We say."}, ("language_missing", "told", "es")),
        ({"es": "", "en": ""}, ("nothing_said", "told", "")),
        ({"es": "Nos dijeron [escriba aquí].", "en": "We say."}, ("prompt_left", "told", "es")),
        ({"es": "Nos llegaron 77123 reclamos.", "en": "We say."}, ("number_out_of_place", "told", "es")),
        ({"es": HARD_ES.strip(), "en": "We say."}, ("too_hard", "told", "es")),
    ],
    ids=["one language", "neither", "a bracket", "a number of nowhere", "too hard"],
)
def test_a_section_with_a_fault_stops_the_release(
    session: Session, house: House, ready: Release, words: dict[str, str], problem: tuple[str, str, str]
) -> None:
    write(session, ready, "told", words, house.rosa)

    assert kinds(problems(session, ready)) == {problem}
    with pytest.raises(NotReady):
        summaries.submit(session, ready, by=house.rosa, at=AFTER)
    assert ready.submitted_at is None


def test_sentences_that_are_too_hard_are_named(session: Session, house: House, ready: Release) -> None:
    write(session, ready, "told", {"es": HARD_ES.strip(), "en": "We say."}, house.rosa)

    (problem,) = problems(session, ready)

    assert problem.found[0].startswith("La implementación de procedimientos")


def test_a_reading_in_each_language_is_needed(session: Session, house: House, frozen: Release) -> None:
    make_ready(session, frozen, by=house.rosa)
    for row in session.scalars(select(ReaderTest).where(ReaderTest.locale == "en")):
        session.delete(row)
    session.flush()

    assert kinds(problems(session, frozen)) == {("not_read_aloud", "", "en")}


def test_an_approval_is_checked_again(session: Session, house: House, submitted: Release) -> None:
    submitted.texts = {**submitted.texts, "told": {"es": "Nos dijeron.", "en": ""}}
    session.flush()

    with pytest.raises(NotReady):
        summaries.approve(session, submitted, by=house.luis, at=AFTER)

    assert (submitted.state, submitted.approved_at) == ("frozen", None)


def test_a_stopped_release_leaves_a_line_without_words(session: Session, house: House, ready: Release) -> None:
    write(session, ready, "told", {"es": "Secreto [x]", "en": ""}, house.rosa)
    found = problems(session, ready)

    approval.record_stopped(session, ready, found, by=house.rosa, at=AFTER)

    line = session.scalars(select(AuditEntry).where(AuditEntry.action == "release_stopped")).one()
    assert line.codes["prompt_left"] == line.codes["language_missing"] == 1
    assert "Secreto" not in str(line.codes)


def test_a_release_from_before_there_were_sections_still_goes_out(
    session: Session, house: House, frozen: Release
) -> None:
    frozen.texts = frozen.drafts = {}
    session.flush()

    assert editing.blocks(frozen) == (editing.NOTES,)
    summaries.submit(session, frozen, by=house.rosa, at=AFTER)
    summaries.approve(session, frozen, by=house.luis, at=AFTER)

    assert frozen.state == "released"


# Readings aloud


@pytest.mark.parametrize(
    ("reading", "field"),
    [
        (Reading(SPANISH, date(2026, 10, 16), "vecinos", 3, 3), "read_on"),
        (Reading(SPANISH, date(2026, 5, 1), "vecinos", 3, 3), "read_on"),
        (Reading(SPANISH, TODAY, "vecinos", 0, 0), "readers"),
        (Reading(SPANISH, TODAY, "vecinos", 3, 4), "understood"),
        (Reading(SPANISH, TODAY, "  ", 3, 3), "read_to"),
    ],
    ids=["tomorrow", "before there were figures", "nobody", "more than listened", "to nobody"],
)
def test_a_reading_that_contradicts_itself_is_refused(
    session: Session, house: House, frozen: Release, reading: Reading, field: str
) -> None:
    with pytest.raises(ReadingRefused) as caught:
        record_reading(session, frozen, reading, today=TODAY, by=house.rosa, at=AFTER)

    assert caught.value.field == field


def test_whoever_only_read_it_aloud_may_approve(session: Session, house: House, frozen: Release) -> None:
    before = list(frozen.authors)

    record_reading(session, frozen, Reading(ENGLISH, TODAY, "drivers", 3, 2), today=TODAY, by=house.luis, at=AFTER)

    assert frozen.authors == before


# The second person


def test_sent_back_it_is_its_authors_again_and_may_still_be_approved_by_the_same(
    session: Session, house: House, submitted: Release
) -> None:
    summaries.send_back(session, submitted, reason="Falta el camino viejo.", by=house.luis, at=AFTER)
    assert (submitted.state, submitted.submitted_at) == ("frozen", None)

    summaries.submit(session, submitted, by=house.rosa, at=AFTER)
    summaries.approve(session, submitted, by=house.luis, at=AFTER)

    assert submitted.state == "released"
    assert actions(session, submitted)[-4:] == [
        "release_submitted",
        "release_sent_back",
        "release_submitted",
        "release_approved",
    ]


def test_a_refused_version_is_kept_and_never_goes_out(session: Session, house: House, submitted: Release) -> None:
    figures = submitted.figures
    summaries.refuse(session, submitted, reason="Se puede reconocer a alguien.", by=house.luis, at=AFTER)

    assert (submitted.state, submitted.figures) == ("refused", figures)
    assert submitted.refused_reason == "Se puede reconocer a alguien."
    assert current_release(session, house.site.id, Q3) is None
    assert release_for_export(session, house.site.id, Q3) is None
    with pytest.raises(summaries.NotFrozen):
        summaries.approve(session, submitted, by=house.luis, at=AFTER)
    again = summaries.freeze(session, house.site, Q3, by=house.rosa, at=AFTER)
    assert (again.version, again.reason) == (2, {})


@pytest.mark.parametrize("decide", [summaries.send_back, summaries.refuse])
def test_no_decision_without_a_reason_nor_by_an_author(
    session: Session, house: House, submitted: Release, decide: Callable[..., None]
) -> None:
    with pytest.raises(summaries.ReasonNeeded):
        decide(session, submitted, reason="  ", by=house.luis, at=AFTER)
    with pytest.raises(summaries.AuthorCannotApprove):
        decide(session, submitted, reason="No", by=house.rosa, at=AFTER)

    assert submitted.state == "frozen"


# Its time


def scheduled(session: Session, house: House, release: Release, *, on: datetime) -> Release:
    summaries.submit(session, release, by=house.rosa, at=AFTER, release_at=on)
    summaries.approve(session, release, by=house.luis, at=AFTER)
    return release


def test_it_waits_for_its_time_and_then_goes_out_once(session: Session, house: House, ready: Release) -> None:
    monday = AFTER + timedelta(days=4)
    scheduled(session, house, ready, on=monday)
    assert (ready.state, ready.approved_at) == ("frozen", AFTER)

    assert summaries.release_due(session, at=monday - timedelta(seconds=1)) == 0
    with pytest.raises(bulletin.NothingPublished):
        bulletin.bulletin(session, house.site.slug, Q3)
    assert summaries.release_due(session, at=monday + timedelta(hours=7)) == 1
    assert summaries.release_due(session, at=monday + timedelta(hours=8)) == 0

    assert (ready.state, ready.released_at) == ("released", monday + timedelta(hours=7))
    assert actions(session, ready)[-1] == "release_published"


def test_approved_and_waiting_nothing_in_it_changes(session: Session, house: House, ready: Release) -> None:
    scheduled(session, house, ready, on=AFTER + timedelta(days=1))
    before = (ready.texts, ready.notes, ready.figures, ready.revision)

    changes: tuple[Callable[[], object], ...] = (
        lambda: write(session, ready, "told", {"es": "Otra", "en": "Other"}, house.rosa),
        lambda: summaries.write_notes(session, ready, PLAIN, by=house.rosa),
        lambda: summaries.submit(session, ready, by=house.rosa, at=AFTER),
        lambda: summaries.approve(session, ready, by=house.luis, at=AFTER),
        lambda: summaries.refuse(session, ready, reason="No", by=house.luis, at=AFTER),
        lambda: summaries.discard(session, ready, by=house.rosa, at=AFTER),
        lambda: record_reading(session, ready, Reading(SPANISH, TODAY, "x", 1, 1), today=TODAY, by=1, at=AFTER),
        lambda: rounds.open_round(
            session, ready, asked="x", closes_at=AFTER + timedelta(days=1), by=house.rosa, at=AFTER
        ),
    )
    for change in changes:
        with pytest.raises(summaries.AlreadyApproved):
            change()

    assert (ready.texts, ready.notes, ready.figures, ready.revision) == before


def test_called_back_it_does_not_go_out(session: Session, house: House, ready: Release) -> None:
    tomorrow = AFTER + timedelta(days=1)
    scheduled(session, house, ready, on=tomorrow)

    summaries.call_back(session, ready, by=house.rosa, at=AFTER)

    assert summaries.release_due(session, at=tomorrow) == 0
    assert (ready.state, ready.approved_at, ready.submitted_at) == ("frozen", None, None)
    with pytest.raises(summaries.NotScheduled):
        summaries.call_back(session, ready, by=house.rosa, at=AFTER)


@pytest.mark.parametrize("when", [AFTER, AFTER - timedelta(days=1), AFTER + timedelta(days=32)])
def test_a_time_that_has_gone_by_or_is_far_away_is_refused(
    session: Session, house: House, ready: Release, when: datetime
) -> None:
    with pytest.raises(summaries.ReleaseTimeRefused):
        summaries.submit(session, ready, by=house.rosa, at=AFTER, release_at=when)


def test_what_would_be_stopped_at_its_time_goes_back_to_its_authors(
    session: Session, house: House, ready: Release
) -> None:
    tomorrow = AFTER + timedelta(days=1)
    scheduled(session, house, ready, on=tomorrow)
    session.add(_round_of(ready, house))
    session.flush()

    assert summaries.release_due(session, at=tomorrow) == 0

    assert (ready.state, ready.approved_at, ready.submitted_at) == ("frozen", None, None)
    assert actions(session, ready)[-1] == "release_stopped"


def test_two_workers_release_once(database: Database) -> None:
    with database.begin() as session:
        site = make_site(session)
        a_quarter(session, site)
        rosa, luis = (make_staff(session, name=name).staff_id for name in ("Rosa Mamani", "Luis Vera"))
        release = summaries.freeze(session, site, Q3, by=rosa, at=AFTER)
        make_ready(session, release, by=rosa)
        scheduled(session, House(site, rosa, luis), release, on=AFTER + timedelta(days=1))
    late = AFTER + timedelta(days=2)

    with database.read() as slow:
        # The slow worker has already read what is due when the quick one releases it.
        stale = slow.get_one(Release, release.id)
        with database.begin() as quick:
            assert summaries.release_due(quick, at=late) == 1
        assert stale.state == "frozen"
    with database.begin() as again:
        assert summaries.release_due(again, at=late) == 0

    with database.read() as session:
        lines = session.scalars(select(AuditEntry).where(AuditEntry.action == "release_published")).all()
        assert len(lines) == 1


# Corrections


def test_a_correction_says_why_in_both_languages(session: Session, house: House) -> None:
    released(session, house.site, (house.rosa, house.luis))

    for reason in ({}, {"es": "Faltaba una carta."}, {"es": " ", "en": "x"}):
        with pytest.raises(summaries.ReasonMissing):
            summaries.freeze(session, house.site, Q3, by=house.rosa, at=AFTER, reason=reason)
    again = summaries.freeze(session, house.site, Q3, by=house.rosa, at=AFTER, reason=REASON)

    assert (again.version, again.reason) == (2, REASON)
    with pytest.raises(editing.OneLanguageMissing):
        write(session, again, editing.REASON, {"es": "", "en": ""}, house.rosa)


def test_a_correction_leaves_what_is_out_as_it_is(session: Session, house: House) -> None:
    first = released(session, house.site, (house.rosa, house.luis))
    before = {column.name: getattr(first, column.name) for column in Release.__table__.columns}

    second = released(session, house.site, (house.luis, house.rosa), at=AFTER + timedelta(days=5))

    assert second.version == 2
    assert {column.name: getattr(first, column.name) for column in Release.__table__.columns} == before
    changes: tuple[Callable[[], object], ...] = (
        lambda: write(session, first, "told", PLAIN, house.rosa),
        lambda: editing.back_to_draft(session, first, "told", was="", by=house.rosa),
        lambda: summaries.call_back(session, first, by=house.rosa, at=AFTER),
        lambda: summaries.discard(session, first, by=house.rosa, at=AFTER),
        lambda: summaries.refuse(session, first, reason="No", by=house.luis, at=AFTER),
    )
    for change in changes:
        with pytest.raises((summaries.NotFrozen, summaries.NotScheduled)):
            change()


# People concerned


def _round_of(release: Release, house: House) -> MemberCheck:
    return MemberCheck(
        release_id=release.id,
        token_digest=bytes(32),
        asked="comité",
        opened_by_id=house.rosa,
        opened_at=AFTER,
        closes_at=AFTER + timedelta(days=3),
    )


def opened(session: Session, house: House, release: Release) -> rounds.Opened:
    closes_at = AFTER + timedelta(days=3)
    return rounds.open_round(session, release, asked="comité", closes_at=closes_at, by=house.rosa, at=AFTER)


def test_an_open_round_and_an_unanswered_comment_stop_the_release(
    session: Session, house: House, ready: Release
) -> None:
    round_ = opened(session, house, ready)
    rounds.comment(session, round_.token, {"told": "No fue así."}, locale=SPANISH, key="k", at=AFTER)
    assert kinds(problems(session, ready)) == {("round_open", "", ""), ("comment_unanswered", "", "")}

    rounds.close_round(session, ready, round_.check.public_id, at=AFTER)
    assert kinds(problems(session, ready)) == {("comment_unanswered", "", "")}
    ((line,),) = [one.comments for one in rounds.rounds(session, ready.id, at=AFTER)]
    rounds.answer_comment(session, ready, line.public_id, "Lo corregimos.", by=house.rosa, at=AFTER)

    assert problems(session, ready) == []


def test_only_a_digest_of_the_address_is_kept(session: Session, house: House, ready: Release) -> None:
    round_ = opened(session, house, ready)

    row = session.scalars(select(MemberCheck)).one()
    assert round_.token.encode() not in row.token_digest
    assert round_.token not in repr(round_)
    for guess in ("", "x", round_.token[:-1], round_.token.swapcase(), row.public_id):
        with pytest.raises(rounds.RoundNotFound):
            rounds.release_of_round(session, guess, at=AFTER)


def test_the_same_form_twice_makes_its_comments_once(session: Session, house: House, ready: Release) -> None:
    round_ = opened(session, house, ready)
    for _ in range(2):
        rounds.comment(session, round_.token, {"told": "Uno", "": "Dos"}, locale=SPANISH, key="k", at=AFTER)
    rounds.comment(session, round_.token, {"told": "Uno"}, locale=SPANISH, key="other", at=AFTER)

    rows = session.scalars(select(MemberComment)).all()
    assert sorted(row.section for row in rows) == ["", "told", "told"]
    assert all(row.words_sealed and b"Uno" not in row.words_sealed for row in rows)


def test_a_round_takes_nothing_once_it_is_over(session: Session, house: House, ready: Release) -> None:
    round_ = opened(session, house, ready)
    after = AFTER + timedelta(days=3)

    with pytest.raises(rounds.RoundClosed):
        rounds.comment(session, round_.token, {"": "Tarde"}, locale=SPANISH, key="k", at=after)

    assert session.scalars(select(MemberComment)).all() == []


def test_a_comment_that_arrives_while_the_round_is_closed_is_not_left_unanswered(
    session: Session, house: House, ready: Release
) -> None:
    opened = rounds.open_round(
        session, ready, asked="comité", closes_at=AFTER + timedelta(days=1), by=house.rosa, at=AFTER
    )
    # Closed by somebody else after this session read the round.
    closed = update(MemberCheck).values(closed_at=AFTER).execution_options(synchronize_session=False)
    session.execute(closed)

    with pytest.raises(rounds.RoundClosed):
        rounds.comment(session, opened.token, {"": "Tarde."}, locale=SPANISH, key="k", at=AFTER)

    assert session.scalars(select(MemberComment.id)).all() == []


def test_a_round_ends_with_its_release(session: Session, house: House, ready: Release) -> None:
    round_ = opened(session, house, ready)

    summaries.discard(session, ready, by=house.rosa, at=AFTER)

    with pytest.raises(rounds.RoundClosed):
        rounds.release_of_round(session, round_.token, at=AFTER)


def test_a_round_whose_time_is_over_does_not_hold_up_the_submission(
    session: Session, house: House, ready: Release
) -> None:
    opened(session, house, ready)

    summaries.submit(session, ready, by=house.rosa, at=AFTER + timedelta(days=3))

    assert ready.submitted_at is not None


def test_comments_are_bounded(session: Session, house: House, ready: Release) -> None:
    token = opened(session, house, ready).token

    with pytest.raises(rounds.CommentTooLong):
        rounds.comment(session, token, {"told": "a" * 2_001}, locale=SPANISH, key="k", at=AFTER)
    with pytest.raises(rounds.CommentEmpty):
        rounds.comment(session, token, {"told": "  ", "figures": "x"}, locale=SPANISH, key="k", at=AFTER)
    for number in range(rounds.COMMENTS_MOST):
        rounds.comment(session, token, {"": "x"}, locale=SPANISH, key=str(number), at=AFTER)
    with pytest.raises(rounds.RoundFull):
        rounds.comment(session, token, {"": "x"}, locale=SPANISH, key="more", at=AFTER)


@pytest.mark.parametrize("ahead", [timedelta(minutes=5), timedelta(days=32), -timedelta(days=1)])
def test_a_round_lasts_from_an_hour_to_a_month(
    session: Session, house: House, ready: Release, ahead: timedelta
) -> None:
    with pytest.raises(rounds.RoundTimeRefused):
        rounds.open_round(session, ready, asked="comité", closes_at=AFTER + ahead, by=house.rosa, at=AFTER)


def test_whoever_answers_a_comment_cannot_approve(session: Session, house: House, ready: Release) -> None:
    round_ = opened(session, house, ready)
    rounds.comment(session, round_.token, {"": "Falta algo."}, locale=SPANISH, key="k", at=AFTER)
    ((line,),) = [one.comments for one in rounds.rounds(session, ready.id, at=AFTER)]

    rounds.answer_comment(session, ready, line.public_id, "Sí.", by=house.luis, at=AFTER)

    assert house.luis in ready.authors


def test_an_answer_reaches_only_comments_of_its_own_release(session: Session, house: House, ready: Release) -> None:
    round_ = opened(session, house, ready)
    rounds.comment(session, round_.token, {"": "Falta algo."}, locale=SPANISH, key="k", at=AFTER)
    ((line,),) = [one.comments for one in rounds.rounds(session, ready.id, at=AFTER)]
    other = make_site(session, slug="otro-sitio", line=None)
    a_quarter(session, other)
    elsewhere = summaries.freeze(session, other, Q3, by=house.rosa, at=AFTER)

    with pytest.raises(rounds.RoundNotFound):
        rounds.answer_comment(session, elsewhere, line.public_id, "x", by=house.rosa, at=AFTER)
    with pytest.raises(rounds.RoundNotFound):
        rounds.close_round(session, elsewhere, round_.check.public_id, at=AFTER)
