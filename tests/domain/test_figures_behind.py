"""Cases, filings and people are three numbers: how many people stand behind the cases received, by hand."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from grievance.cases import endings
from grievance.cases.intake import Filed, Filing
from grievance.cases.models import Case
from grievance.cases.states import COMPLAINANT, Channel
from grievance.complainants import collective
from grievance.complainants.collective import Invitation
from grievance.core.i18n import SPANISH
from grievance.metrics.counting_people import behind
from grievance.metrics.inputs import Scope, read
from grievance.publishing import summaries
from grievance.publishing.bulletin import figures_of
from grievance.publishing.checking import check
from grievance.sites.models import Site
from tests.support.casework import NEXT_WEEK, THURSDAY, Room, by, file_text, make_room, sort, sorted_case
from tests.support.figures import AFTER, Q3, REASON, grievance, noon, released
from tests.support.people import make_staff
from tests.support.places import make_site

LATER = datetime(2026, 10, 2, 15, 0, tzinfo=AFTER.tzinfo)


@pytest.fixture
def room(session: Session) -> Room:
    return make_room(session)


def counted(session: Session, site: Site) -> int:
    session.flush()
    return behind(session, site.id, Scope(site.slug, Q3, site.time_zone, AFTER))


def join(session: Session, room: Room, case: Case, *, at: datetime = THURSDAY) -> Filed:
    code = collective.open_code(session, case, line=None, by=COMPLAINANT, at=at)
    found = collective.look_up_on_web(session, room.site.id, code, at=at)
    assert isinstance(found, Invitation)
    filing = Filing(words="", locale=SPANISH, channel=Channel.WEB, form_key=secrets.token_urlsafe(8))
    joined = collective.join(session, found, filing, at=at).filed
    assert joined is not None
    return joined


def test_a_letter_of_many_each_who_joined_and_each_who_filed_alone_add_up(session: Session, room: Room) -> None:
    case = sorted_case(session, room, people_count=24).case
    join(session, room, case)
    join(session, room, case)
    sorted_case(session, room)

    assert counted(session, room.site) == 24 + 2 + 1


def test_merged_cases_count_their_people_once_each(session: Session, room: Room) -> None:
    into, other = (sorted_case(session, room, people_count=number).case for number in (5, 3))
    join(session, room, other)

    endings.merge(session, other, into, reason="Lo mismo", by=by(room.handler), at=NEXT_WEEK)

    assert counted(session, room.site) == 5 + 3 + 1


def test_who_filed_twice_from_one_phone_is_one_person_once_both_are_one_case(session: Session, room: Room) -> None:
    first, _ = file_text(session, room.site)
    sort(session, room, first.case)
    again, _ = file_text(session, room.site)
    assert counted(session, room.site) == 2

    endings.merge(session, again.case, first.case, reason="Lo mismo", by=by(room.handler), at=NEXT_WEEK)

    assert counted(session, room.site) == 1


def test_who_was_taken_out_again_or_joined_after_the_quarter_is_not_behind_its_cases(
    session: Session, room: Room
) -> None:
    case = sorted_case(session, room).case
    spam = join(session, room, case)
    collective.remove(
        session, case, [spam.submission.public_id], reason="Publicidad", by=by(room.handler), at=NEXT_WEEK
    )
    join(session, room, case, at=LATER)

    assert counted(session, room.site) == 1


def test_spam_questions_earlier_cases_and_other_sites_are_not_counted(session: Session) -> None:
    site = make_site(session)
    grievance(session, site, noon(8, 1), is_test=True, people_count=7)
    grievance(session, site, noon(8, 1), case_type="question", people_count=7)
    grievance(session, site, noon(6, 30), people_count=7)
    grievance(session, make_site(session, slug="otra", line=None), noon(8, 1), people_count=7)

    assert counted(session, site) == 0


def test_they_stand_beside_cases_and_filings_and_a_correction_counts_them_with_the_cases(session: Session) -> None:
    site = make_site(session)
    rosa, luis = (make_staff(session, name=name).staff_id for name in ("Rosa Mamani", "Luis Vera"))
    grievance(session, site, noon(8, 1), people_count=30)
    grievance(session, site, noon(8, 2))
    first = released(session, site, (rosa, luis))
    volume = figures_of(first.figures)["M2"]
    assert (volume.version, volume.denominator) == (2, 2)
    assert (volume.part("submissions"), volume.part("people_behind")) == (2, 31)
    later = AFTER + timedelta(days=20)
    grievance(session, site, noon(8, 5), recorded_at=later, people_count=4)

    second = summaries.freeze(session, site, Q3, by=rosa, at=later, reason=REASON)

    volume = figures_of(second.figures)["M2"]
    assert (volume.denominator, volume.part("people_behind")) == (3, 35)
    kept = read(second.input_set).people
    assert kept is not None
    assert kept.behind == 35
    assert check(session, first).faults == check(session, second).faults == ()
