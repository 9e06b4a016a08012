"""The examples in the docstrings of the pure rules are run, so that they cannot go stale."""

import doctest
from types import ModuleType

import pytest

from grievance.core import phone
from grievance.deadlines import working_days
from grievance.messaging import segments
from grievance.metrics import disclosure, periods, survival


@pytest.mark.parametrize(
    "module", [phone, working_days, segments, disclosure, periods, survival], ids=lambda module: str(module.__name__)
)
def test_worked_examples_hold(module: ModuleType) -> None:
    outcome = doctest.testmod(module, optionflags=doctest.ELLIPSIS)

    assert outcome.attempted > 0
    assert outcome.failed == 0
