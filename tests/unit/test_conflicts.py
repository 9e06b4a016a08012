"""The conflict wall as a table: whom a case is about, and from whom it is hidden with which reason."""

from __future__ import annotations

import pytest

from grievance.cases.conflicts import Accused, Organisation, Place, Reason, above, conflicted

MINE, PLANT, NIGHT, CAMP = 1, 2, 3, 4
# The mine manager heads everything; the plant's boss heads the plant, whose night shift has a head of its own.
MANAGER, PLANT_HEAD, PLANT_WORKER, NIGHT_HEAD, NIGHT_WORKER, CAMP_HEAD, CATERER, UNPLACED = range(10, 18)
CONTRACTOR = 7

ORGANISATION = Organisation(
    parents={MINE: None, PLANT: MINE, NIGHT: PLANT, CAMP: MINE},
    places=(
        Place(MANAGER, MINE, heads_unit=True),
        Place(PLANT_HEAD, PLANT, heads_unit=True),
        Place(PLANT_WORKER, PLANT),
        Place(NIGHT_HEAD, NIGHT, heads_unit=True),
        Place(NIGHT_WORKER, NIGHT),
        Place(CAMP_HEAD, CAMP, heads_unit=True),
        Place(CATERER, CAMP, company_id=CONTRACTOR),
        Place(UNPLACED),
    ),
)
RESPONDENT, COMMANDS, REPORTS, UNIT = Reason


@pytest.mark.parametrize(
    ("accused", "expected"),
    [
        (Accused(), {}),
        (
            Accused(staff_ids=frozenset({NIGHT_WORKER})),
            {NIGHT_WORKER: RESPONDENT, NIGHT_HEAD: COMMANDS, PLANT_HEAD: COMMANDS, MANAGER: COMMANDS},
        ),
        (
            Accused(staff_ids=frozenset({PLANT_HEAD})),
            {
                PLANT_HEAD: RESPONDENT,
                MANAGER: COMMANDS,
                PLANT_WORKER: REPORTS,
                NIGHT_HEAD: REPORTS,
                NIGHT_WORKER: REPORTS,
            },
        ),
        (
            Accused(unit_ids=frozenset({PLANT})),
            {
                MANAGER: COMMANDS,
                PLANT_HEAD: UNIT,
                PLANT_WORKER: UNIT,
                NIGHT_HEAD: UNIT,
                NIGHT_WORKER: UNIT,
            },
        ),
        (Accused(company_ids=frozenset({CONTRACTOR})), {CATERER: UNIT}),
        (Accused(staff_ids=frozenset({UNPLACED})), {UNPLACED: RESPONDENT}),
        (Accused(staff_ids=frozenset({99})), {99: RESPONDENT}),
    ],
    ids=[
        "nobody is accused",
        "a worker: heads above, no colleague",
        "a head: everybody below, heads above",
        "a unit: all in it and below it, heads above",
        "a contractor: its people",
        "somebody without a unit",
        "somebody without a place at all",
    ],
)
def test_the_wall_hides_from(accused: Accused, expected: dict[int, Reason]) -> None:
    assert conflicted(accused, ORGANISATION) == expected


def test_the_strongest_reason_is_kept() -> None:
    accused = Accused(staff_ids=frozenset({PLANT_HEAD, NIGHT_HEAD}), unit_ids=frozenset({NIGHT}))

    found = conflicted(accused, ORGANISATION)

    assert found[NIGHT_HEAD] is Reason.RESPONDENT
    assert found[NIGHT_WORKER] is Reason.REPORTS_TO_RESPONDENT


def test_a_loop_in_the_tree_of_units_ends() -> None:
    assert above(1, {1: 2, 2: 3, 3: 1}) == [2, 3]
