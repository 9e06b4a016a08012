"""What an erasure leaves alone: every figure of the past, recomputed from the database or read from what was frozen."""

from __future__ import annotations

import json
from datetime import timedelta

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.cases.models import Case, Complainant
from grievance.cases.states import SYSTEM
from grievance.cases.verify import verify_cases
from grievance.metrics.counting import count
from grievance.metrics.counting_people import count_people
from grievance.metrics.inputs import InputSet, Scope, written
from grievance.metrics.periods import Quarter
from grievance.privacy.erasure import Basis, StillOpen, erase_case_words, erase_person
from grievance.publishing import summaries
from grievance.publishing.checking import check
from grievance.sites.models import Site
from tests.support.figures import AFTER, Q3, a_quarter
from tests.support.histories import Q3_ENDS, Story, play, stories
from tests.support.people import make_staff
from tests.support.places import make_site

ERASED_AT = Q3_ENDS + timedelta(days=2000)


def _scopes(site: Site) -> list[Scope]:
    """The quarter as it was known three days after it, and as it is known after the erasure."""
    return [
        Scope(site.slug, Quarter(2026, 3), site.time_zone, known_at)
        for known_at in (Q3_ENDS + timedelta(days=3), ERASED_AT + timedelta(days=3))
    ]


def _figures(session: Session, site: Site) -> list[str]:
    return [
        written(InputSet(scope, count(session, site.id, scope), count_people(session, site.id, scope)))
        for scope in _scopes(site)
    ]


@settings(max_examples=40, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=stories, chosen=st.sets(st.integers(0, 8)), whole=st.booleans())
def test_figures_are_the_same_before_and_after_any_erasures(
    session: Session, told: list[Story], chosen: set[int], whole: bool
) -> None:
    with session.begin_nested() as example:
        sites = [make_site(session), make_site(session, slug="otra-faena", line=None)]
        owner = make_staff(session, name="Olga Dueña", duties={}, with_second_factor=False).staff_id
        cases = [play(session, sites, story, owner_id=owner) for story in told]
        before, faults = _figures(session, sites[0]), list(verify_cases(session))

        for place, case in enumerate(cases):
            if place in chosen:
                _erase(session, case, whole=whole)
        session.flush()

        after = _figures(session, sites[0])
        assert [json.loads(one) for one in after] == [json.loads(one) for one in before]
        assert after == before
        assert list(verify_cases(session)) == faults
        example.rollback()


def test_a_frozen_release_verifies_after_everything_was_erased(session: Session) -> None:
    site = make_site(session)
    a_quarter(session, site)
    publisher = make_staff(session, name="Paula Prensa", duties={}, with_second_factor=False).staff_id
    release = summaries.freeze(session, site, Q3, by=publisher, at=AFTER)
    before = _figures(session, site)

    for case in session.scalars(select(Case).where(Case.is_open.is_(False)).order_by(Case.id)).all():
        erase_case_words(session, case, basis=Basis.RETENTION, by=SYSTEM, at=AFTER + timedelta(days=2000))

    assert check(session, release).faults == ()
    assert _figures(session, site) == before
    assert release.quarter == Q3.key


def _erase(session: Session, case: Case, *, whole: bool) -> None:
    try:
        if whole:
            erase_case_words(session, case, basis=Basis.RETENTION, by=SYSTEM, at=ERASED_AT)
        else:
            person = session.scalars(select(Complainant).where(Complainant.case_id == case.id)).one()
            erase_person(session, person, basis=Basis.REQUEST, by=SYSTEM, at=ERASED_AT)
    except StillOpen:
        assert case.is_open
