"""What people say who are asked whether they were treated worse for complaining: worked by hand, and at the edges."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts.permissions import Duty
from grievance.cases import after_checks, after_plan, endings
from grievance.cases.models import Case, Complainant
from grievance.cases.rights_record import AfterCheck
from grievance.cases.states import SYSTEM, Channel, Source
from grievance.core.i18n import ENGLISH
from grievance.crypto.fields import new_public_id
from grievance.metrics.counting import count
from grievance.metrics.inputs import Scope, canonical
from grievance.privacy.erasure import Basis, erase_case_words
from grievance.publishing import summaries
from grievance.publishing.bulletin import bulletin_of, figures_of
from grievance.publishing.checking import check
from grievance.publishing.exports import to_csv
from grievance.publishing.exposure import exposed
from grievance.publishing.models import Release
from grievance.sites.models import Site
from tests.support.casework import NEXT_WEEK, by, close, file_text, make_room, send_texts, sort, sorted_case
from tests.support.figures import AFTER, Q3, grievance, noon, resolve
from tests.support.people import make_staff
from tests.support.places import make_site

CLOSES = noon(9, 20)
FIRST, SECOND = "retaliation_first", "retaliation_second"


@pytest.fixture
def site(session: Session) -> Site:
    return make_site(session)


def counted(session: Session, site: Site, known_at: datetime = AFTER) -> dict[str, int]:
    session.flush()
    found = count(session, site.id, Scope(site.slug, Q3, site.time_zone, known_at)).reprisals
    return {name: number for name, number in found.items() if number}


def person_of(session: Session, case: Case) -> Complainant:
    return session.scalars(select(Complainant).where(Complainant.case_id == case.id).order_by(Complainant.id)).all()[0]


def ask(
    session: Session,
    case: Case,
    said_yes: bool | None = None,
    *,
    kind: str = FIRST,
    person: Complainant | None = None,
    closes_at: datetime = CLOSES,
    answered_at: datetime | None = None,
) -> AfterCheck:
    """Ask 30 days before the question closes, and answer it, where an answer is given, a week after that."""
    asked_at = closes_at - timedelta(days=30)
    row = AfterCheck(
        public_id=new_public_id(),
        case_id=case.id,
        complainant_id=(person or person_of(session, case)).id,
        kind=kind,
        round=1,
        ask_at=asked_at,
        asked_at=asked_at,
        closes_at=closes_at,
        said_yes=said_yes,
        answered_at=None if said_yes is None else answered_at or asked_at + timedelta(days=7),
    )
    session.add(row)
    session.flush()
    return row


def ended(session: Session, site: Site, **facts: Any) -> Case:
    case = grievance(session, site, noon(7, 1), acknowledged_at=noon(7, 1), **facts)
    resolve(session, case, noon(7, 15))
    return case


def test_people_are_worked_out_by_hand(session: Session, site: Site) -> None:
    ask(session, ended(session, site), said_yes=True)
    ask(session, ended(session, site), said_yes=False)
    ask(session, ended(session, site))
    grievance(session, site, noon(8, 3), case_type="retaliation")

    assert counted(session, site) == {"asked": 3, "delivered": 2, "answered": 2, "said_yes": 1, "cases": 1}


def test_who_is_asked_twice_in_a_quarter_is_one_person_and_said_yes_when_either_answer_did(
    session: Session, site: Site
) -> None:
    first, second = ended(session, site), ended(session, site)
    ask(session, first, said_yes=False)
    ask(session, first, said_yes=True, kind=SECOND)
    ask(session, second, said_yes=False)
    ask(session, second, kind=SECOND)

    assert counted(session, site) == {"asked": 2, "delivered": 2, "answered": 2, "said_yes": 1}


def test_everybody_behind_a_case_counts_and_nobody_twice_when_cases_are_merged(session: Session) -> None:
    room = make_room(session)
    into, merged = (sorted_case(session, room).case for _ in range(2))
    asked_in_both = person_of(session, merged)
    ask(session, merged, said_yes=False, person=asked_in_both)
    endings.merge(session, merged, into, reason="Lo mismo", by=by(room.handler), at=NEXT_WEEK)
    ask(session, into, said_yes=True, person=asked_in_both)
    ask(session, into, said_yes=False)

    assert counted(session, room.site) == {"asked": 2, "delivered": 2, "answered": 2, "said_yes": 1}


@pytest.mark.parametrize(
    ("closes_at", "counts"),
    [
        (datetime(2026, 7, 1, 3, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 7, 1, 4, 0, tzinfo=UTC), True),
        (datetime(2026, 10, 1, 2, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 10, 1, 3, 0, tzinfo=UTC), False),
    ],
    ids=["a second before the quarter", "as it begins", "in its last second", "after it"],
)
def test_a_question_counts_in_the_quarter_in_which_its_days_end(
    session: Session, site: Site, closes_at: datetime, counts: bool
) -> None:
    case = grievance(session, site, noon(2, 1))
    ask(session, case, said_yes=False, closes_at=closes_at)

    assert counted(session, site).get("asked", 0) == counts


def test_what_was_called_off_spam_questions_and_whether_it_held_are_no_question_about_reprisals(
    session: Session, site: Site
) -> None:
    called_off = ended(session, site)
    planned = ask(session, called_off)
    planned.asked_at = None
    planned.ask_at = CLOSES
    session.flush()
    after_plan.cancel_questions(session, called_off)
    ask(session, ended(session, site), said_yes=False, kind="held")
    ask(session, ended(session, site, case_type="question"), said_yes=True)
    ask(session, ended(session, site, is_test=True), said_yes=True)
    ask(session, ended(session, make_site(session, slug="otra", line=None)), said_yes=True)

    assert counted(session, site) == {}


def test_an_answer_to_a_text_is_counted_from_its_asking_on(session: Session) -> None:
    """The way from the plan to the figure: asked by text, delivered, answered; of another nobody knows if it arrived."""
    room = make_room(session)
    texted, _ = file_text(session, room.site)
    sort(session, room, texted.case)
    other = sorted_case(session, room).case
    at = NEXT_WEEK
    for case in (texted.case, other):
        closes_at = at + timedelta(days=20)
        session.add(AfterCheck(case_id=case.id, kind=FIRST, round=1, ask_at=at, closes_at=closes_at))
    session.flush()
    after_checks.ask_checks(session, at=at, limit=10)
    send_texts(session, at=at)

    assert counted(session, room.site) == {"asked": 2, "delivered": 1}

    after_checks.answer_check(
        session, texted.case, texted.complainant, said_yes=True, source=Source.SMS, channel=Channel.SMS, at=at
    )
    # The yes opened a case of reprisals.
    assert counted(session, room.site) == {"asked": 2, "delivered": 1, "answered": 1, "said_yes": 1, "cases": 1}


def test_words_and_identities_that_go_leave_the_answers_counted(session: Session) -> None:
    room = make_room(session)
    case = sorted_case(session, room).case
    close(session, room, case)
    ask(session, case, said_yes=True)
    before = counted(session, room.site)

    erase_case_words(session, case, basis=Basis.RETENTION, by=SYSTEM, at=AFTER + timedelta(days=2000))

    assert before == {"asked": 1, "delivered": 1, "answered": 1, "said_yes": 1}
    assert counted(session, room.site) == before


def published_quarter(session: Session, site: Site, *, answers: int, yes: int, cases: int, restricted: int) -> Release:
    """Freeze a quarter of so many answers, and cases of reprisals among those that few may see."""
    for place in range(answers):
        ask(session, ended(session, site), said_yes=place < yes)
    for _ in range(cases):
        grievance(session, site, noon(8, 3), case_type="retaliation")
    for _ in range(restricted - cases):
        grievance(session, site, noon(8, 4), case_type="integrity")
    publisher = make_staff(session, name="Paula Prensa", duties={Duty.PUBLISHER: site}).staff_id
    return summaries.freeze(session, site, Q3, by=publisher, at=AFTER)


def test_it_is_frozen_with_the_quarter_leaves_as_a_file_and_holds_when_checked(session: Session, site: Site) -> None:
    release = published_quarter(session, site, answers=12, yes=5, cases=6, restricted=6)

    figure = figures_of(release.figures)["M13"]
    assert (figure.version, figure.window, figure.level) == (1, "quarter", "outcome")
    assert (figure.numerator, figure.denominator, figure.parts["reprisal_cases"]) == (5, 12, 6)
    every = csv.DictReader(io.StringIO(to_csv(bulletin_of(release, site)).decode("utf-8-sig")))
    rows = {row["item"]: row["value"] for row in every if row["figure"] == "M13"}
    assert (rows["numerator"], rows["denominator"], rows["asked"], rows["delivered"]) == ("5", "12", "12", "12")
    assert check(session, release).faults == ()
    assert exposed(session, release) == ()
    assert "5 said that somebody treated them worse for it." in release.texts["said"][ENGLISH]


def test_few_who_said_yes_and_few_cases_leave_nothing_to_subtract(session: Session, site: Site) -> None:
    release = published_quarter(session, site, answers=12, yes=2, cases=3, restricted=9)

    figure = figures_of(release.figures)["M13"]
    assert (figure.numerator, figure.hidden, figure.parts["reprisal_cases"]) == (None, "one_to_four", None)
    assert exposed(session, release) == ()


@pytest.mark.parametrize(("restricted", "shown"), [(9, 3), (9, 6), (12, 13)])
def test_cases_of_reprisals_that_should_be_hidden_keep_a_release_in_the_house(
    session: Session, site: Site, restricted: int, shown: int
) -> None:
    release = published_quarter(session, site, answers=12, yes=0, cases=restricted, restricted=restricted)
    assert exposed(session, release) == ()

    _tell(session, release, shown)

    assert exposed(session, release) == ("M13",)


def test_cases_of_reprisals_beside_a_line_that_is_hidden_keep_a_release_in_the_house(
    session: Session, site: Site
) -> None:
    release = published_quarter(session, site, answers=12, yes=0, cases=4, restricted=4)
    assert exposed(session, release) == ()

    _tell(session, release, 4)

    assert exposed(session, release) == ("M13",)


def _tell(session: Session, release: Release, cases: int) -> None:
    text = json.loads(release.figures)
    for row in text["figures"]:
        if row["id"] == "M13":
            row["parts"]["reprisal_cases"] = cases
    release.figures = canonical(text)
    session.flush()
