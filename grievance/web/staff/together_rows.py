"""Rows of the table of actions: letting others join a case, and taking out what is no grievance."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _l

from grievance.accounts.permissions import Action
from grievance.cases.visibility import CaseAction
from grievance.web.staff import together_runs as runs
from grievance.web.staff.actions import ActionRow
from grievance.web.staff.forms_messages import EmptyForm
from grievance.web.staff.forms_together import JoinCodeForm, RemoveJoinForm

TOGETHER: Final[tuple[ActionRow[Any], ...]] = (  # each row pairs a form with its own operation
    ActionRow(
        action=CaseAction.GIVE_JOIN_CODE,
        duty=Action.WORK_CASE,
        es="dar-codigo-para-sumarse",
        en="give-join-code",
        title=_l("Let others join with a code"),
        button=_l("Make a code"),
        done=_l("The code stands on this page. Pass it on to whoever began the case."),
        form=JoinCodeForm,
        run=runs.give_code,
        hint=_l("For what several people live through. A code that was open before is closed by the new one."),
    ),
    ActionRow(
        action=CaseAction.CLOSE_JOIN_CODE,
        duty=Action.WORK_CASE,
        es="cerrar-codigo-para-sumarse",
        en="close-join-code",
        title=_l("Close the code to join"),
        button=_l("Close the code"),
        done=_l("The code is closed. Whoever joined stays."),
        form=EmptyForm,
        run=runs.close_code,
    ),
    ActionRow(
        action=CaseAction.REMOVE_JOIN,
        duty=Action.WORK_CASE,
        es="sacar-a-quien-se-sumo",
        en="remove-joined",
        title=_l("Take out filings that are no grievance"),
        button=_l("Take them out"),
        done=_l("They are out of the case and count in no figure. The reason is kept as a note."),
        form=RemoveJoinForm,
        fill=runs.fill_removal,
        run=runs.remove,
        before=_l("This cannot be undone. Nothing is deleted; these people get no more messages of the case."),
    ),
)
