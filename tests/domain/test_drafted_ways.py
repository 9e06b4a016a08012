"""How to complain, in a summary: as the site has it on the day on which it goes out."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from grievance.accounts.permissions import Duty
from grievance.core.i18n import SPANISH
from grievance.publishing import summaries
from grievance.publishing.drafting import Section
from grievance.publishing.models import Release
from grievance.publishing.release_checks import ProblemKind, problems
from grievance.sites.models import Site
from tests.support.figures import AFTER, Q3, a_quarter
from tests.support.people import make_staff
from tests.support.places import make_site


@pytest.fixture
def site(session: Session) -> Site:
    site = make_site(session)
    site.office = {"es": "Sede, calle Supuesta 20.", "en": "Hall, 20 Supuesta Street."}
    site.emergency_phone = "+56 2 2000 0009"
    a_quarter(session, site)
    session.flush()
    return site


@pytest.fixture
def frozen(session: Session, site: Site) -> Release:
    rosa = make_staff(session, name="Rosa Mamani", duties={Duty.PUBLISHER: site}).staff_id
    return summaries.freeze(session, site, Q3, by=rosa, at=AFTER)


def out_of_place(session: Session, release: Release) -> list[tuple[str, ...]]:
    return [
        problem.found
        for problem in problems(session, release)
        if problem.kind == ProblemKind.NUMBER_OUT_OF_PLACE and problem.locale == SPANISH
    ]


def test_the_ways_of_the_site_stand_in_the_draft_and_pass(session: Session, frozen: Release) -> None:
    drafted = frozen.texts[Section.HOW.value]["es"]

    assert "En persona: Sede, calle Supuesta 20." in drafted
    assert "+56 2 2000 0009" in drafted
    assert out_of_place(session, frozen) == []


def test_a_telephone_number_mistyped_is_stopped(session: Session, frozen: Release) -> None:
    texts = frozen.texts[Section.HOW.value]
    frozen.texts = frozen.texts | {Section.HOW.value: texts | {"es": "Llame al +56 2 2000 0090."}}

    assert out_of_place(session, frozen) == [("+56 2 2000 0090: Llame al +56 2 2000 0090.",)]


def test_a_telephone_number_that_changed_since_freezing_is_stopped(
    session: Session, site: Site, frozen: Release
) -> None:
    site.emergency_phone = "+56 2 2000 0077"
    session.flush()

    assert [found for (found,) in out_of_place(session, frozen)] == ["+56 2 2000 0009: Llame al +56 2 2000 0009."]
