"""An old register brought after a quarter was frozen moves nothing in it; the next one says that it came late."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.cases.models import Case
from grievance.cases.record import RegisterEntry
from grievance.cases.verify import verify_cases
from grievance.metrics.periods import Quarter
from grievance.publishing import summaries
from grievance.publishing.checking import check_releases
from grievance.publishing.models import Release, ReleaseState
from grievance.sites.models import Site
from tests.support.figures import AFTER, Q3, a_quarter, grievance, noon
from tests.support.places import make_site
from tests.support.registers import line, taken_over

Q4 = Quarter(2026, 4)
BROUGHT = datetime(2026, 11, 10, 15, 0, tzinfo=UTC)
AFTER_Q4 = datetime(2027, 1, 15, 15, 0, tzinfo=UTC)

OLD = [
    line(**{"Número de registro": "1", "Recibido el": "2026-07-06", "Cerrado el": "2026-08-06", "Tipo": "ambiental"}),
    line(**{"Número de registro": "2", "Recibido el": "2026-09-14", "Tipo": "laboral"}),
    line(
        **{
            "Número de registro": "3",
            "Recibido el": "2026-02-02",
            "Acuse de recibo el": "2026-02-03",
            "Resultado": "Acogido",
            "Resultado avisado el": "2026-03-02",
            "Cerrado el": "2026-03-04",
            "Tipo": "seguridad",
        }
    ),
    line(**{"Número de registro": "4", "Recibido el": "2026-08-18", "Tipo": "consulta"}),
    line(**{"Número de registro": "5", "Recibido el": "2026-10-05", "Tipo": "ambiental"}),
]
"""Two grievances of the frozen quarter, one of an earlier, a question, and one of the quarter in which they come."""


def account(release: Release) -> dict[str, int]:
    found: dict[str, int] = json.loads(release.input_set)["account"]
    return found


def frozen(session: Session, site: Site, quarter: Quarter, at: datetime) -> Release:
    return summaries.freeze(session, site, quarter, by=None, at=at)


def test_an_import_moves_nothing_frozen_and_is_counted_as_late_in_the_next_quarter(
    session: Session, site: Site
) -> None:
    a_quarter(session, site)
    third = frozen(session, site, Q3, AFTER)
    kept = (third.figures, third.input_set, third.digest)
    third.state, third.released_at = ReleaseState.RELEASED.value, AFTER
    session.flush()

    taken_over(session, site, OLD, at=BROUGHT)
    fourth = frozen(session, site, Q4, AFTER_Q4)

    assert (third.figures, third.input_set, third.digest) == kept
    assert [(one.quarter, one.faults) for one in check_releases(session)] == [("2026Q3", ()), ("2026Q4", ())]
    # Of the five, three grievances had moved before the quarter; the question is counted apart, the fifth is its own.
    assert account(fourth)["recorded_late"] == 3
    assert account(fourth)["received"] == 1
    # What was open at the end of the third quarter, with the one of the register that is open from then.
    assert account(fourth)["opening"] == account(third)["closing"] + 1
    imported = select(Case.public_id).join(RegisterEntry, RegisterEntry.case_id == Case.id)
    assert not {finding.subject for finding in verify_cases(session)} & set(session.scalars(imported))


def test_a_quarter_frozen_again_after_an_import_counts_it_as_if_it_had_always_been_there(
    session: Session, site: Site
) -> None:
    first = frozen(session, site, Q3, AFTER)
    first.state = ReleaseState.DISCARDED.value
    session.flush()

    taken_over(session, site, OLD, at=BROUGHT)
    again = frozen(session, make_site(session, slug="espejo", line=None), Q3, BROUGHT)
    corrected = summaries.freeze(session, site, Q3, by=None, at=AFTER_Q4)

    assert account(again)["received"] == 0
    assert (account(corrected)["received"], account(corrected)["closed"], account(corrected)["closing"]) == (2, 1, 1)
    assert json.loads(corrected.input_set)["apart"]["question_received"] == 1


def test_imported_and_living_grievances_give_the_same_counts(session: Session, site: Site) -> None:
    mirror = make_site(session, slug="espejo", line=None)
    living = grievance(session, mirror, noon(7, 6), acknowledged_at=noon(7, 8), told="handed_over")
    del living

    taken_over(session, site, [line(**{"Recibido el": "2026-07-06", "Acuse de recibo el": "2026-07-08"})], at=AFTER)

    ours, theirs = (
        json.loads(summaries.freeze(session, one, Q3, by=None, at=AFTER).input_set) for one in (site, mirror)
    )
    for part in ("account", "acknowledgement", "resolution", "durations", "surveys"):
        assert ours[part] == theirs[part], part


def test_releases_made_while_an_import_runs_still_hold(session: Session, site: Site) -> None:
    """Batches take the instant of their own commit: figures frozen between two know only the first."""
    taken_over(session, site, OLD[:2], at=AFTER)
    between = summaries.freeze(session, site, Q3, by=None, at=AFTER)
    between.state = ReleaseState.DISCARDED.value
    taken_over(session, site, OLD, at=BROUGHT)

    later = summaries.freeze(session, site, Q3, by=None, at=BROUGHT)

    assert (account(between)["received"], account(later)["received"]) == (2, 2)
    assert session.scalars(select(Release)).all() == [between, later]
    assert all(not one.faults for one in check_releases(session))
