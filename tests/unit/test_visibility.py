"""Who sees and does what with a case: rows of a table, each with a name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grievance.accounts.permissions import Duty, Viewer, viewer_of
from grievance.cases.states import Status
from grievance.cases.visibility import (
    CaseAction,
    CaseFacts,
    allowed_actions,
    may_close,
    may_do,
    may_see,
    reading_duties,
    works,
)

HERE, ELSEWHERE = 1, 2
ME, SOMEBODY = 10, 11
SORTED = CaseFacts(
    site_id=HERE,
    status=Status.UNDER_REVIEW.value,
    type="labour",
    severity=2,
    is_restricted=False,
    is_classified=True,
    is_spam=False,
    handler_id=SOMEBODY,
)
MINE = replace(SORTED, handler_id=ME)
NAMED = replace(SORTED, investigator_ids=frozenset({ME}))
UNSORTED = replace(SORTED, is_classified=False, type="unclassified", severity=None, handler_id=None)
RESTRICTED = replace(SORTED, is_restricted=True, type="harassment")
SPAM = replace(SORTED, is_spam=True)


def me(*duties: Duty, site: int | None = HERE) -> Viewer:
    return viewer_of(ME, [(site, duty) for duty in duties])


SEES = {
    "a triager, an unsorted case": (me(Duty.TRIAGER), UNSORTED, True),
    "a triager, a restricted case": (me(Duty.TRIAGER), RESTRICTED, True),
    "a triager, a sorted case": (me(Duty.TRIAGER), SORTED, True),
    "a triager, spam": (me(Duty.TRIAGER), SPAM, True),
    "a triager of another site": (me(Duty.TRIAGER, site=ELSEWHERE), SORTED, False),
    "a coordinator, a sorted case": (me(Duty.COORDINATOR), SORTED, True),
    "a coordinator, an unsorted case": (me(Duty.COORDINATOR), UNSORTED, False),
    "a coordinator, a restricted case": (me(Duty.COORDINATOR), RESTRICTED, False),
    "a coordinator, spam": (me(Duty.COORDINATOR), SPAM, False),
    "an auditor, a sorted case": (me(Duty.AUDITOR), SORTED, True),
    "an auditor, a restricted case": (me(Duty.AUDITOR), RESTRICTED, False),
    "an auditor, an unsorted case": (me(Duty.AUDITOR), UNSORTED, False),
    "a handler, his own case": (me(Duty.HANDLER), MINE, True),
    "a handler, a colleague's case": (me(Duty.HANDLER), SORTED, False),
    "a handler, an unsorted case": (me(Duty.HANDLER), UNSORTED, False),
    "a handler, his own case once restricted": (me(Duty.HANDLER), replace(MINE, is_restricted=True), False),
    "somebody who was its handler and is not any more": (me(Duty.INTAKE), MINE, False),
    "an investigator, a case named on": (me(Duty.INVESTIGATOR), NAMED, True),
    "an investigator, a restricted case named on": (
        me(Duty.INVESTIGATOR),
        replace(RESTRICTED, investigator_ids=frozenset({ME})),
        True,
    ),
    "an investigator, an unsorted restricted case named on": (
        me(Duty.INVESTIGATOR),
        replace(UNSORTED, is_restricted=True, investigator_ids=frozenset({ME})),
        True,
    ),
    "an investigator, a restricted case not named on": (me(Duty.INVESTIGATOR), RESTRICTED, False),
    "an investigator, an unsorted case named on": (
        me(Duty.INVESTIGATOR),
        replace(UNSORTED, investigator_ids=frozenset({ME})),
        False,
    ),
    "a named investigator without the duty": (me(Duty.HANDLER), NAMED, False),
    "a manager, a case that was late twice": (me(Duty.MANAGER), replace(SORTED, rung=2), True),
    "a manager, a case that was late once": (me(Duty.MANAGER), replace(SORTED, rung=1), False),
    "a manager, a restricted case that was late twice": (me(Duty.MANAGER), replace(RESTRICTED, rung=2), False),
    "a manager of another site": (me(Duty.MANAGER, site=ELSEWHERE), replace(SORTED, rung=2), False),
    "an outside reviewer, a restricted case hidden from every triager": (
        me(Duty.OUTSIDE_REVIEWER),
        replace(RESTRICTED, is_outside=True),
        True,
    ),
    "an outside reviewer of everywhere, the same": (
        me(Duty.OUTSIDE_REVIEWER, site=None),
        replace(RESTRICTED, is_outside=True),
        True,
    ),
    "an outside reviewer, an unsorted one": (me(Duty.OUTSIDE_REVIEWER), replace(UNSORTED, is_outside=True), True),
    "an outside reviewer while a triager is left": (me(Duty.OUTSIDE_REVIEWER), RESTRICTED, False),
    "an outside reviewer of another site": (
        me(Duty.OUTSIDE_REVIEWER, site=ELSEWHERE),
        replace(RESTRICTED, is_outside=True),
        False,
    ),
    "an outside reviewer from whom it is hidden": (
        me(Duty.OUTSIDE_REVIEWER),
        replace(RESTRICTED, is_outside=True, hidden_from=frozenset({ME})),
        False,
    ),
    "on call, danger": (me(Duty.ON_CALL), replace(SORTED, type="danger"), True),
    "on call, anything else": (me(Duty.ON_CALL), SORTED, False),
    "an administrator of everything": (me(Duty.ADMINISTRATOR, site=None), SORTED, False),
    "a publisher": (me(Duty.PUBLISHER), SORTED, False),
    "an intake desk": (me(Duty.INTAKE), UNSORTED, False),
    "a triager from whom it is hidden": (me(Duty.TRIAGER), replace(SORTED, hidden_from=frozenset({ME})), False),
    "its handler from whom it is hidden": (me(Duty.HANDLER), replace(MINE, hidden_from=frozenset({ME})), False),
}


@pytest.mark.parametrize(("viewer", "facts", "expected"), SEES.values(), ids=SEES.keys())
def test_sees(viewer: Viewer, facts: CaseFacts, expected: bool) -> None:
    assert may_see(viewer, facts) is expected


WORKS = {
    "an outside reviewer, once every triager is out": (
        me(Duty.OUTSIDE_REVIEWER),
        replace(RESTRICTED, is_outside=True),
        True,
    ),
    "its handler": (me(Duty.HANDLER), MINE, True),
    "a coordinator": (me(Duty.COORDINATOR), SORTED, False),
    "an auditor": (me(Duty.AUDITOR), SORTED, False),
    "a triager, once it is sorted": (me(Duty.TRIAGER), SORTED, False),
    "a triager, before it is sorted": (me(Duty.TRIAGER), UNSORTED, True),
    "a triager, restricted": (me(Duty.TRIAGER), RESTRICTED, True),
    "a named investigator": (me(Duty.INVESTIGATOR), NAMED, True),
    "on call, danger": (me(Duty.ON_CALL), replace(SORTED, type="danger"), True),
}


@pytest.mark.parametrize(("viewer", "facts", "expected"), WORKS.values(), ids=WORKS.keys())
def test_works(viewer: Viewer, facts: CaseFacts, expected: bool) -> None:
    assert works(viewer, facts) is expected


DOES = {
    "an outside reviewer sorts": (
        me(Duty.OUTSIDE_REVIEWER),
        replace(RESTRICTED, is_outside=True),
        CaseAction.CLASSIFY,
        True,
    ),
    "an outside reviewer who handles another case does not assign it": (
        me(Duty.OUTSIDE_REVIEWER, Duty.HANDLER),
        MINE,
        CaseAction.ASSIGN,
        False,
    ),
    "an outside reviewer who handles another case does not sort it": (
        me(Duty.OUTSIDE_REVIEWER, Duty.HANDLER),
        MINE,
        CaseAction.CLASSIFY,
        False,
    ),
    "a handler writes": (me(Duty.HANDLER), MINE, CaseAction.MESSAGE, True),
    "a handler does not sort": (me(Duty.HANDLER), MINE, CaseAction.CLASSIFY, False),
    "a handler does not assign": (me(Duty.HANDLER), MINE, CaseAction.ASSIGN, False),
    "a handler opens the identity": (me(Duty.HANDLER), MINE, CaseAction.OPEN_IDENTITY, True),
    "a coordinator writes": (me(Duty.COORDINATOR), SORTED, CaseAction.MESSAGE, True),
    "a coordinator assigns": (me(Duty.COORDINATOR), SORTED, CaseAction.ASSIGN, True),
    "a coordinator does not answer": (me(Duty.COORDINATOR), SORTED, CaseAction.PROPOSE_RESPONSE, False),
    "a coordinator never opens the identity": (me(Duty.COORDINATOR), SORTED, CaseAction.OPEN_IDENTITY, False),
    "an auditor changes nothing": (me(Duty.AUDITOR), SORTED, CaseAction.NOTE, False),
    "a triager sorts what is sorted": (me(Duty.TRIAGER), SORTED, CaseAction.CLASSIFY, True),
    "a triager does not answer what a handler has": (me(Duty.TRIAGER), SORTED, CaseAction.MESSAGE, False),
    "spam is only taken back": (me(Duty.TRIAGER), SPAM, CaseAction.CLASSIFY, False),
    "spam can be taken back": (me(Duty.TRIAGER), SPAM, CaseAction.UNMARK_SPAM, True),
    "on call opens the identity in danger": (
        me(Duty.ON_CALL),
        replace(SORTED, type="danger"),
        CaseAction.OPEN_IDENTITY,
        True,
    ),
}


@pytest.mark.parametrize(("viewer", "facts", "action", "expected"), DOES.values(), ids=DOES.keys())
def test_does(viewer: Viewer, facts: CaseFacts, action: CaseAction, expected: bool) -> None:
    assert may_do(viewer, facts, action) is expected


SERIOUS = replace(MINE, severity=3)
CLOSES = {
    "its handler, severity 2": (me(Duty.HANDLER), MINE, True),
    "a coordinator, severity 2": (me(Duty.COORDINATOR), SORTED, True),
    "its handler, severity 3": (me(Duty.HANDLER), SERIOUS, False),
    "a coordinator, severity 3": (me(Duty.COORDINATOR), replace(SERIOUS, handler_id=SOMEBODY), True),
    "a coordinator who handled it": (me(Duty.COORDINATOR, Duty.HANDLER), SERIOUS, False),
    "a triager, severity 3": (me(Duty.TRIAGER), replace(SERIOUS, handler_id=SOMEBODY), False),
    "a triager, severity 3, restricted": (me(Duty.TRIAGER), replace(RESTRICTED, severity=4), True),
}


@pytest.mark.parametrize(("viewer", "facts", "expected"), CLOSES.values(), ids=CLOSES.keys())
def test_closes(viewer: Viewer, facts: CaseFacts, expected: bool) -> None:
    assert may_close(viewer, facts) is expected


def test_the_status_decides_what_is_offered() -> None:
    received = allowed_actions(me(Duty.HANDLER), replace(MINE, status=Status.RECEIVED.value))
    underway = allowed_actions(me(Duty.HANDLER), replace(SERIOUS, status=Status.REMEDY_UNDERWAY.value))
    merged = allowed_actions(me(Duty.HANDLER), replace(MINE, status=Status.MERGED.value))

    assert CaseAction.ACKNOWLEDGE in received
    assert CaseAction.CLOSE not in received
    assert CaseAction.ASK_TO_CLOSE in underway
    assert CaseAction.CLOSE not in underway
    assert merged == ()


def test_harassment_is_never_out_of_scope() -> None:
    facts = replace(RESTRICTED, status=Status.ACKNOWLEDGED.value)

    assert CaseAction.DECLARE_OUT_OF_SCOPE not in allowed_actions(me(Duty.TRIAGER), facts)
    assert CaseAction.PROPOSE_RESPONSE in allowed_actions(me(Duty.TRIAGER), facts)


def test_nothing_is_answered_before_it_is_sorted() -> None:
    facts = replace(UNSORTED, status=Status.ACKNOWLEDGED.value)

    assert CaseAction.PROPOSE_RESPONSE not in allowed_actions(me(Duty.TRIAGER), facts)


def test_the_person_is_told_who_reads() -> None:
    assert reading_duties(type="unclassified", is_restricted=False, is_classified=False) == (Duty.TRIAGER,)
    assert Duty.COORDINATOR in reading_duties(type="labour", is_restricted=False, is_classified=True)
    assert Duty.COORDINATOR not in reading_duties(type="harassment", is_restricted=True, is_classified=True)
    assert Duty.ON_CALL in reading_duties(type="danger", is_restricted=False, is_classified=True)
