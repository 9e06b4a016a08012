"""Rows of the table of actions: a legal hold, placed with a reason and lifted by somebody else."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _l

from grievance.accounts.permissions import Action
from grievance.cases.visibility import CaseAction
from grievance.privacy import holds
from grievance.web.staff.actions import ActionRow, Doing
from grievance.web.staff.forms_base import ActionForm, text_of, words_field


class HoldForm(ActionForm):
    """Why words stay, or need not stay any more."""

    reason = words_field(
        _l("Reason"),
        _l("Write the reason."),
        hint=_l("Read by those who see the case. Never shown to the person. No names."),
    )


def place(doing: Doing, form: HoldForm) -> None:
    """Keep the words."""
    holds.place(doing.unit.session, doing.case, reason=text_of(form.reason), by=doing.by, at=doing.unit.now)


def lift(doing: Doing, form: HoldForm) -> None:
    """Let their time count again."""
    holds.lift(doing.unit.session, doing.case, reason=text_of(form.reason), by=doing.by, at=doing.unit.now)


HOLDS: Final[tuple[ActionRow[Any], ...]] = (  # each row pairs a form with its own operation
    ActionRow(
        action=CaseAction.PLACE_HOLD,
        duty=Action.WORK_CASE,
        es="conservar",
        en="place-hold",
        title=_l("Keep it for a lawsuit or an inspection"),
        button=_l("Place the legal hold"),
        done=_l("Nothing of this case is erased until somebody else lifts the hold."),
        form=HoldForm,
        run=place,
        hint=_l("While it lasts, nothing is erased, whatever the time and whoever asks. Somebody else has to lift it."),
    ),
    ActionRow(
        action=CaseAction.LIFT_HOLD,
        duty=Action.WORK_CASE,
        es="dejar-de-conservar",
        en="lift-hold",
        title=_l("Lift the legal hold"),
        button=_l("Lift the legal hold"),
        done=_l("The hold is lifted: how long the case is kept counts again."),
        form=HoldForm,
        run=lift,
        hint=_l("Not by whoever placed it. If its time is over, the words are erased within the hour."),
    ),
)
