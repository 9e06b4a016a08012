"""Ways around the conflict wall: what the accused could see once cases are merged or sorted again."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from grievance.cases import endings, triage
from grievance.cases.queries import CaseNotFound
from grievance.cases.triage import RespondentSaid
from grievance.cases.wall import hide_conflicted, is_hidden_from
from grievance.deadlines.standards import CaseType
from grievance.desk.case_page import case_page
from grievance.desk.page_parts import respondents
from tests.support.casework import NEXT_WEEK, THURSDAY, Room, by, sort, viewer_of
from tests.support.places import file_case


def test_sorting_a_merged_case_again_does_not_show_it_to_whom_the_other_filing_accuses(
    session: Session, room: Room
) -> None:
    accused = room.coordinator
    said = RespondentSaid(staff_id=accused.staff_id, description="El de la camioneta blanca")
    kept, duplicate = file_case(session, room.site), file_case(session, room.site)
    sort(session, room, kept.case, at=THURSDAY)
    sort(session, room, duplicate.case, at=THURSDAY, respondents=[said])
    endings.merge(session, duplicate.case, kept.case, reason="Lo mismo", by=by(room.triager), at=NEXT_WEEK)

    # Whoever sorts again finds the respondents of both filled in.
    shown = respondents(session, kept.case.id)
    hide_conflicted(session, kept.case, at=NEXT_WEEK)
    session.flush()

    assert [(one.staff_name, one.description) for one in shown] == [(accused.name, "El de la camioneta blanca")]
    assert is_hidden_from(session, kept.case, accused.staff_id)
    with pytest.raises(CaseNotFound):
        case_page(session, viewer_of(session, accused), kept.case.reference, now=NEXT_WEEK, writing=lambda: session)


def test_merging_hides_the_duplicate_too_from_whom_the_kept_case_accuses(session: Session, room: Room) -> None:
    accused = room.coordinator
    kept, duplicate = file_case(session, room.site), file_case(session, room.site)
    sort(session, room, kept.case, at=THURSDAY, respondents=[RespondentSaid(staff_id=accused.staff_id)])
    sort(session, room, duplicate.case, at=THURSDAY)

    endings.merge(session, duplicate.case, kept.case, reason="Lo mismo", by=by(room.triager), at=NEXT_WEEK)
    session.flush()

    assert is_hidden_from(session, duplicate.case, accused.staff_id)
    assert is_hidden_from(session, kept.case, accused.staff_id)


def test_a_name_said_in_both_filings_stands_there_once(session: Session, room: Room) -> None:
    said = RespondentSaid(staff_id=room.coordinator.staff_id)
    kept, duplicate = file_case(session, room.site), file_case(session, room.site)
    for filed in (kept, duplicate):
        triage.classify(
            session,
            filed.case,
            type=CaseType.LABOUR,
            category_id=None,
            severity=2,
            respondents=[said],
            by=by(room.triager),
            at=THURSDAY,
        )

    endings.merge(session, duplicate.case, kept.case, reason="Lo mismo", by=by(room.triager), at=NEXT_WEEK)

    assert len(respondents(session, kept.case.id)) == 1
