"""The figures of a quarter that was worked out by hand, frozen, checked, and released by two people."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from grievance.accounts.models import AuditEntry
from grievance.accounts.permissions import Duty
from grievance.cases.record import CaseHistory
from grievance.metrics.inputs import canonical
from grievance.metrics.periods import Quarter
from grievance.publishing import bulletin, summaries
from grievance.publishing.bulletin import Figure, figures_of
from grievance.publishing.checking import Fault, check, check_releases
from grievance.publishing.models import Release
from grievance.sites.models import Site
from tests.support.figures import (
    AFTER,
    Q2,
    Q3,
    a_quarter,
    grievance,
    make_ready,
    measures,
    noon,
    released,
    reopen,
    resolve,
)
from tests.support.people import make_staff
from tests.support.places import file_case, make_site

FATES = ("cohort", "resolved", "left", "unresolved")


@dataclass(frozen=True)
class House:
    site: Site
    rosa: int
    luis: int


@pytest.fixture
def house(session: Session) -> House:
    site = make_site(session)
    duties = {Duty.PUBLISHER: site}
    rosa = make_staff(session, name="Rosa Mamani", duties=duties).staff_id
    luis = make_staff(session, name="Luis Vera", duties=duties).staff_id
    return House(site, rosa, luis)


@pytest.fixture
def frozen(session: Session, house: House) -> Release:
    a_quarter(session, house.site)
    return summaries.freeze(session, house.site, Q3, by=house.rosa, at=AFTER)


def shown(release: Release) -> dict[str, Figure]:
    return figures_of(release.figures)


def test_acknowledgements_count_only_when_a_person_was_told_by_the_date(frozen: Release) -> None:
    figure = shown(frozen)["M1"]

    # Due in the quarter: 7 July to 12 August. The one received on 30 September is not due yet.
    assert (figure.numerator, figure.denominator) == (2, 5)
    assert {name: number for name, number in figure.parts.items() if number} == {
        "on_time_delivered": 1,
        "on_time_handed_over": 1,
        "late": 1,
        "sent_unconfirmed": 1,
        "not_told": 1,
    }
    assert figure.exclusions == {"ended_before_due": 1, "merged": 1}


def test_the_account_balances_and_leaves_nothing_out_silently(frozen: Release) -> None:
    figure = shown(frozen)["M2"]
    account = dict(figure.parts)

    assert account == {
        "opening": 2,
        "received": 8,
        "reopened": 1,
        "closed": 3,
        "withdrawn": 1,
        "referred": 0,
        "out_of_scope": 0,
        "merged": 1,
        "closing": 6,
        "closed_resolved": 3,
        "submissions": 7,
        "people_behind": 8,
        "recorded_late": 0,
    }
    assert (figure.numerator, figure.denominator) == (5, 8)
    assert figure.exclusions == {
        "spam_or_test": 1,
        "question_received": 1,
        "question_open": 1,
        "data_rights_received": 0,
        "data_rights_open": 0,
    }


def test_targets_are_those_that_fell_in_the_quarter_with_what_is_still_open_beside_them(frozen: Release) -> None:
    figure = shown(frozen)["M3"]

    assert (figure.numerator, figure.denominator) == (2, 7)
    assert figure.parts == {"late": 1, "unresolved_open": 4, "unresolved_ended": 0, "open_past_target": 5}
    assert figure.exclusions == {"withdrawn": 1, "out_of_scope": 0, "merged": 1}


def test_durations_run_in_local_days_and_few_cases_give_no_shares(frozen: Release) -> None:
    figure = shown(frozen)["M5"]

    assert (figure.numerator, figure.denominator, figure.hidden) == (3, 10, "too_few_cases")
    assert figure.parts == {"still_open": 6, "left_otherwise": 1}
    # Day, resolved, still open, left otherwise.
    assert json.loads(frozen.input_set)["durations"] == [
        [0, 0, 1, 1],
        [20, 1, 0, 0],
        [23, 1, 0, 0],
        [51, 0, 1, 0],
        [53, 1, 0, 0],
        [58, 0, 1, 0],
        [84, 0, 1, 0],
        [102, 0, 1, 0],
        [121, 0, 1, 0],
    ]


def test_the_resolution_rate_asks_only_cases_that_had_the_days(frozen: Release) -> None:
    figure = shown(frozen)["M4"]

    # Ages on 30 September: 121, 112, 102, 91, 86, 84, 58, 51, 49 and 0 days; the merged one 48. Resolved after 20, 23
    # and 53 days, withdrawn at once; the one reopened in August is not resolved.
    assert (figure.numerator, figure.denominator, figure.exclusions) == (2, 9, {"merged": 1})
    cohorts = {day: [figure.part(f"{name}_{day}") for name in FATES] for day in (30, 60, 90)}
    assert cohorts == {30: [9, 2, 1, 6], 60: [6, 3, 0, 3], 90: [4, 2, 0, 2]}
    assert [figure.parts[f"rate_{day}"] for day in (30, 60, 90)] == [None, None, None]


def test_open_cases_have_an_age_whenever_they_came(session: Session, house: House) -> None:
    a_quarter(session, house.site)
    # More than a year ago, half an hour before midnight in summer: counted by the clock of then.
    grievance(session, house.site, datetime(2025, 2, 1, 2, 30, tzinfo=UTC))
    figure = shown(summaries.freeze(session, house.site, Q3, by=house.rosa, at=AFTER))["M6b"]

    # 0, 51, 58, 84, 102, 121 and, from 31 January 2025, 607 days.
    assert (figure.numerator, figure.denominator) == (3, 7)
    assert figure.parts == {
        "over_30": 6,
        "over_60": 4,
        "over_90": 3,
        "median_age_days": 84,
        "p90_age_days": 607,
        "oldest_days": 607,
    }


def test_a_reopening_counts_against_the_resolution_it_ended(frozen: Release) -> None:
    figure = shown(frozen)["M6"]

    # Resolved on 25 June, 97 days before the end, and reopened after 41 days; the other three have their 90 running.
    assert (figure.numerator, figure.denominator) == (1, 1)
    assert (figure.exclusions, figure.parts) == ({"running": 3}, {"running_reopened": 0})


@pytest.mark.parametrize(
    ("reopened_on", "expected"),
    [((8, 30), (1, 1)), ((8, 31), (0, 1))],
    ids=["after 90 days", "after 91"],
)
def test_ninety_days_after_a_resolution_are_counted_by_the_calendar(
    session: Session, house: House, reopened_on: tuple[int, int], expected: tuple[int, int]
) -> None:
    case = grievance(session, house.site, noon(5, 1), acknowledged_at=noon(5, 2))
    resolve(session, case, noon(6, 1))
    reopen(session, case, noon(*reopened_on))

    figure = shown(summaries.freeze(session, house.site, Q3, by=house.rosa, at=AFTER))["M6"]

    assert (figure.numerator, figure.denominator) == expected


def test_corrective_actions_are_on_time_until_the_end_of_their_day(session: Session, house: House) -> None:
    case, told_later = (grievance(session, house.site, noon(5, 1)) for _ in range(2))
    elsewhere = grievance(session, make_site(session, slug="otro-sitio", line=None), noon(5, 1))
    last_minute, next_day = datetime(2026, 8, 11, 3, 59, tzinfo=UTC), datetime(2026, 8, 11, 4, 0, tzinfo=UTC)
    measures(
        session,
        case,
        house.rosa,
        (date(2026, 8, 10), last_minute, noon(8, 12)),
        (date(2026, 8, 10), next_day, noon(8, 12)),
        (date(2026, 9, 30), None, None),
        (date(2026, 6, 30), noon(8, 12), None),  # due before
        (date(2026, 10, 1), noon(8, 13), None),  # due after
        (date(2026, 9, 30), noon(10, 2), None),  # done in the next quarter
    )
    # Said to be done in time, but only after freezing.
    measures(session, told_later, house.rosa, (date(2026, 7, 1), noon(6, 30), AFTER + timedelta(days=1)))
    measures(session, elsewhere, house.rosa, (date(2026, 8, 10), None, None))

    figure = shown(summaries.freeze(session, house.site, Q3, by=house.rosa, at=AFTER))["M14.actions"]

    assert (figure.numerator, figure.denominator) == (1, 5)
    assert {name: number for name, number in figure.parts.items() if number} == {
        "actions_late": 1,
        "actions_not_done": 3,
        "corrective_on_time": 1,
        "corrective_late": 1,
        "corrective_not_done": 3,
    }


def test_what_people_say_stands_beside_what_the_site_decided(frozen: Release) -> None:
    figures = shown(frozen)

    assert (figures["M8.outcome"].numerator, figures["M8.outcome"].denominator) == (1, 2)
    verdict = figures["M8.verdict"]
    assert (verdict.numerator, verdict.denominator) == (1, 2)
    assert {name: number for name, number in verdict.parts.items() if number} == {
        "asked": 4,
        "delivered": 3,
        "verdict_satisfied": 1,
        "verdict_partly": 1,
        "verdict_no_answer": 1,
        "verdict_unreachable": 1,
        "found_upheld": 2,
        "found_partly_upheld": 1,
        "found_withdrawn": 1,
    }


def test_few_answers_that_are_all_alike_are_not_shown(frozen: Release) -> None:
    figure = shown(frozen)["M8.process"]

    assert (figure.numerator, figure.denominator, figure.hidden) == (None, 2, "few_and_alike")
    assert "process_5" not in frozen.figures


def test_the_frozen_texts_hold_no_id_and_no_word(session: Session, frozen: Release) -> None:
    case_ids = session.scalars(select(CaseHistory.case_id).distinct()).all()

    assert case_ids
    assert "polvo" not in frozen.figures + frozen.input_set
    assert not [name for name in json.loads(frozen.input_set) if "case" in name or "person" in name]


def test_freezing_again_as_of_then_gives_the_same_bytes(session: Session, house: House, frozen: Release) -> None:
    summaries.discard(session, frozen, by=house.rosa, at=AFTER)
    grievance(session, house.site, noon(9, 20), recorded_at=AFTER + timedelta(days=3))

    checked = check(session, frozen)

    assert checked.faults == ()
    assert frozen.digest == hashlib.sha256(f"{frozen.figures}\n{frozen.input_set}".encode()).hexdigest()


def test_the_published_digest_does_not_tell_whether_a_guess_at_hidden_counts_is_right(
    session: Session, house: House, frozen: Release
) -> None:
    """Whoever knows the instant of freezing, and all counts but a few, could try every possible set against it."""
    summaries.discard(session, frozen, by=house.rosa, at=AFTER)
    again = summaries.freeze(session, house.site, Q3, by=house.rosa, at=AFTER)
    guess = json.loads(again.input_set)
    salt = guess.pop("salt")

    assert again.figures == frozen.figures
    assert again.digest != frozen.digest
    assert len(salt) == 64
    assert salt not in again.figures
    for guessed in (guess, guess | {"salt": ""}, guess | {"salt": json.loads(frozen.input_set)["salt"]}):
        assert summaries.digest(again.figures, canonical(guessed)) != again.digest


@pytest.mark.parametrize(
    ("schema", "without"), [(2, ("salt", "appeals", "reprisals")), (3, ("appeals", "reprisals")), (4, ("reprisals",))]
)
def test_figures_frozen_at_an_earlier_schema_still_hold(
    session: Session, frozen: Release, schema: int, without: tuple[str, ...]
) -> None:
    kept = json.loads(frozen.input_set) | {"schema": schema}
    for name in without:
        del kept[name]
    del kept["people"]["behind"]
    text = json.loads(frozen.figures)
    volume = next(row for row in text["figures"] if row["id"] == "M2")
    assert (volume["version"], volume["parts"].pop("people_behind")) == (2, 8)
    volume["version"] = 1
    later = {"M13"} if schema == 4 else {"M6.appealed", "M6.upheld", "M13"}
    text["figures"] = [row for row in text["figures"] if row["id"] not in later]
    for row in text["figures"]:
        row["version"] = 2 if row["id"].startswith("M8.") else row["version"]
    frozen.input_set, frozen.figures = canonical(kept), canonical(text)
    frozen.digest = summaries.digest(frozen.figures, frozen.input_set)
    session.flush()

    assert check(session, frozen).faults == ()


def test_what_arrives_late_moves_nothing_frozen_and_is_counted_next_time(session: Session, house: House) -> None:
    a_quarter(session, house.site)
    before = released(session, house.site, (house.rosa, house.luis))
    text = before.figures
    # A letter of 20 September, found in November; one received in October and entered at once.
    letter_at = datetime(2026, 11, 3, 15, 0, tzinfo=UTC)
    grievance(session, house.site, noon(9, 20), recorded_at=letter_at)
    grievance(session, house.site, noon(10, 20))

    next_one = summaries.freeze(
        session, house.site, Quarter(2026, 4), by=house.rosa, at=datetime(2027, 1, 11, 15, 0, tzinfo=UTC)
    )

    assert before.figures == text
    assert check(session, before).faults == ()
    account = figures_of(next_one.figures)["M2"]
    assert (account.part("opening"), account.part("recorded_late"), account.part("received")) == (7, 1, 1)
    assert bulletin.bulletin_of(next_one, house.site).closing_before == 6


@pytest.mark.parametrize("column", ["figures", "input_set"])
def test_a_changed_text_is_found(session: Session, frozen: Release, column: str) -> None:
    changed = getattr(frozen, column).replace('"received":8', '"received":9')
    session.execute(update(Release).values({column: changed}))
    session.refresh(frozen)

    assert Fault.DIGEST in check(session, frozen).faults
    assert Fault.FIGURES in check(session, frozen).faults


def test_a_changed_history_is_found(session: Session, frozen: Release) -> None:
    row = session.scalars(select(CaseHistory).where(CaseHistory.event == "withdrawn")).one()
    row.status, row.ended_at = "received", None
    session.flush()

    (checked,) = check_releases(session)

    assert checked.faults == (Fault.DATABASE,)
    assert "account.withdrawn: 1 → 0" in checked.differs


def test_a_quarter_that_is_not_over_cannot_be_frozen(session: Session, house: House) -> None:
    with pytest.raises(summaries.QuarterNotOver):
        summaries.freeze(session, house.site, Q3, by=house.rosa, at=datetime(2026, 10, 1, 2, 59, tzinfo=UTC))

    frozen = summaries.freeze(session, house.site, Q3, by=house.rosa, at=datetime(2026, 10, 1, 3, 0, tzinfo=UTC))
    assert frozen.state == "frozen"


def test_a_second_freeze_waits_for_the_first_to_be_released_or_discarded(
    session: Session, house: House, frozen: Release
) -> None:
    with pytest.raises(summaries.AlreadyFrozen):
        summaries.freeze(session, house.site, Q3, by=house.luis, at=AFTER)

    summaries.discard(session, frozen, by=house.luis, at=AFTER)
    again = summaries.freeze(session, house.site, Q3, by=house.luis, at=AFTER)

    assert (again.version, frozen.state) == (2, "discarded")


def test_an_author_cannot_approve(session: Session, house: House, frozen: Release) -> None:
    make_ready(session, frozen, by=house.luis)
    summaries.submit(session, frozen, by=house.rosa, at=AFTER)

    for author in (house.rosa, house.luis):
        with pytest.raises(summaries.AuthorCannotApprove):
            summaries.approve(session, frozen, by=author, at=AFTER)
    third = make_staff(session, name="Ana Choque", duties={Duty.COORDINATOR: house.site}).staff_id
    summaries.approve(session, frozen, by=third, at=AFTER)

    assert (frozen.state, frozen.approved_by_id, frozen.released_at) == ("released", third, AFTER)
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.subject == frozen.public_id)).all()
    assert actions == ["figures_frozen", "release_submitted", "release_approved"]


def test_nothing_is_released_before_its_authors_are_done(session: Session, house: House, frozen: Release) -> None:
    with pytest.raises(summaries.NotSubmitted):
        summaries.approve(session, frozen, by=house.luis, at=AFTER)

    make_ready(session, frozen, by=house.rosa)
    summaries.submit(session, frozen, by=house.rosa, at=AFTER)
    summaries.write_notes(session, frozen, {"es": "Otra cosa", "en": "Something else"}, by=house.rosa)

    with pytest.raises(summaries.NotSubmitted):
        summaries.approve(session, frozen, by=house.luis, at=AFTER)


@pytest.mark.parametrize("notes", [{"es": "Solo en castellano"}, {"en": "English only", "es": "  "}])
def test_a_note_is_in_both_languages_or_in_none(
    session: Session, house: House, frozen: Release, notes: dict[str, str]
) -> None:
    with pytest.raises(summaries.OneLanguageMissing):
        summaries.write_notes(session, frozen, notes, by=house.rosa)

    summaries.write_notes(session, frozen, {"es": "", "en": ""}, by=house.rosa)
    assert frozen.notes == {}


def test_released_figures_do_not_change_any_more(session: Session, house: House) -> None:
    release = released(session, house.site, (house.rosa, house.luis))

    changes: tuple[Callable[[], object], ...] = (
        lambda: summaries.write_notes(session, release, {}, by=house.rosa),
        lambda: summaries.submit(session, release, by=house.rosa, at=AFTER),
        lambda: summaries.discard(session, release, by=house.rosa, at=AFTER),
        lambda: summaries.approve(session, release, by=house.luis, at=AFTER),
    )
    for change in changes:
        with pytest.raises(summaries.NotFrozen):
            change()


def test_only_what_was_released_is_read_by_open_pages(session: Session, house: House, frozen: Release) -> None:
    slug = house.site.slug
    with pytest.raises(bulletin.NothingPublished):
        bulletin.bulletin(session, slug, Q3)
    assert bulletin.issues(session, house.site.id) == []

    make_ready(session, frozen, by=house.rosa)
    summaries.submit(session, frozen, by=house.rosa, at=AFTER)
    summaries.approve(session, frozen, by=house.luis, at=AFTER)
    corrected = released(session, house.site, (house.luis, house.rosa), at=AFTER + timedelta(days=5))

    assert bulletin.bulletin(session, slug, Q3).version == corrected.version == 2
    assert bulletin.bulletin(session, slug, Q3, version=1).text == frozen.figures
    assert [(issue.quarter, issue.version) for issue in bulletin.issues(session, house.site.id)] == [(Q3, 2), (Q3, 1)]
    with pytest.raises(bulletin.NothingPublished):
        bulletin.bulletin(session, slug, Q2)


def test_a_count_that_nobody_decided_to_publish_does_not_go_out(frozen: Release) -> None:
    kept = json.loads(frozen.figures)
    kept["figures"][0]["parts"]["by_gender_woman"] = 3

    with pytest.raises(bulletin.NotAllowedOut):
        bulletin.check_allowed(json.dumps(kept))


def test_figures_of_one_site_do_not_hold_those_of_another(session: Session, house: House) -> None:
    other = make_site(session, slug="otro-sitio", line=None)
    file_case(session, other, at=noon(8, 1))

    release = summaries.freeze(session, house.site, Q3, by=house.rosa, at=AFTER)

    assert shown(release)["M2"].denominator == 0
