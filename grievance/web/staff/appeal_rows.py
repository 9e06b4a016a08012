"""Rows of the table of actions: an appeal, from recording it to deciding it."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _l

from grievance.accounts.permissions import Action
from grievance.cases.states import MessageKind
from grievance.cases.visibility import CaseAction
from grievance.web.staff import action_fills as fills
from grievance.web.staff import appeal_runs as runs
from grievance.web.staff.actions import ActionRow
from grievance.web.staff.forms_delays import AppealForm, DecideAppealForm
from grievance.web.staff.forms_messages import MessageForm
from grievance.web.staff.forms_triage import ReviewerForm

APPEALS: Final[tuple[ActionRow[Any], ...]] = (  # each row pairs a form with its own operation
    ActionRow(
        action=CaseAction.ACKNOWLEDGE_APPEAL,
        duty=Action.WORK_CASE,
        es="acusar-apelacion",
        en="acknowledge-appeal",
        title=_l("Acknowledge the appeal"),
        button=_l("Send the acknowledgement"),
        done=_l("The acknowledgement is on its way."),
        form=MessageForm,
        fill=fills.words,
        run=runs.acknowledge,
        kind=MessageKind.APPEAL,
        hint=_l("Say that you never handled the case, that you read it all, and by when you decide."),
    ),
    ActionRow(
        action=CaseAction.DECIDE_APPEAL,
        duty=Action.WORK_CASE,
        es="decidir-apelacion",
        en="decide-appeal",
        title=_l("Decide the appeal"),
        button=_l("Decide, and tell the person"),
        done=_l("The appeal is decided, and the person is told."),
        form=DecideAppealForm,
        fill=runs.fill_decision,
        run=runs.decide,
        kind=MessageKind.APPEAL,
        before=_l("A decision stays. Where the person was right, the case opens again and goes to somebody else."),
    ),
    ActionRow(
        action=CaseAction.NAME_REVIEWER,
        duty=Action.WORK_CASE,
        es="nombrar-revision",
        en="name-reviewer",
        title=_l("Name who decides the appeal"),
        button=_l("Name the reviewer"),
        done=_l("The reviewer is named and told."),
        form=ReviewerForm,
        fill=runs.fill_reviewer,
        run=runs.name_reviewer,
    ),
    ActionRow(
        action=CaseAction.RECORD_APPEAL,
        duty=Action.WORK_CASE,
        es="anotar-apelacion",
        en="record-appeal",
        title=_l("Record that the person appeals"),
        button=_l("Record the appeal"),
        done=_l("The appeal is recorded, and its dates run."),
        form=AppealForm,
        fill=runs.fill_appeal,
        run=runs.record,
        hint=_l("Only what the person said, on signed paper or before a witness."),
    ),
)
