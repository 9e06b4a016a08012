"""The table of what can be done with a case: its addresses, its words, its form and its operation, one row each.

Rows stand in the order in which the case page shows them: the next step first, endings last.
"""

from __future__ import annotations

from typing import Final

from grievance.web.staff.actions import Rows
from grievance.web.staff.appeal_rows import APPEALS
from grievance.web.staff.delay_rows import DELAYS
from grievance.web.staff.ending_rows import ENDINGS, WHO
from grievance.web.staff.hold_rows import HOLDS
from grievance.web.staff.referral_rows import REFERRALS
from grievance.web.staff.together_rows import TOGETHER
from grievance.web.staff.track_rows import PROTECTION, TRACK
from grievance.web.staff.working_rows import ANY_TIME, FIRST_LOOK, NEXT_STEP

_TABLES = (
    FIRST_LOOK,
    NEXT_STEP,
    TRACK,
    PROTECTION,
    APPEALS,
    ANY_TIME,
    DELAYS,
    TOGETHER,
    REFERRALS,
    ENDINGS,
    WHO,
    HOLDS,
)

ROWS: Final[Rows] = {row.action: row for table in _TABLES for row in table}
"""Attaching a file and opening an identity have views of their own: bytes and names need other care."""
