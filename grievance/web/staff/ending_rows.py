"""Rows of the table of actions: how a case ends or begins again, who works it, and who may see it."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _l

from grievance.accounts.permissions import Action
from grievance.cases.states import MessageKind
from grievance.cases.visibility import CaseAction
from grievance.web.staff import action_fills as fills
from grievance.web.staff import action_runs as runs
from grievance.web.staff.actions import ActionRow
from grievance.web.staff.forms_endings import (
    MergeForm,
    OutOfScopeForm,
    ReopenForm,
    WithdrawForm,
)
from grievance.web.staff.forms_messages import EmptyForm
from grievance.web.staff.forms_triage import AssignForm, InvestigatorForm, NamedForm, ReasonForm, ShowAgainForm

ENDINGS: Final[tuple[ActionRow[Any], ...]] = (  # as above
    ActionRow(
        action=CaseAction.REOPEN,
        duty=Action.WORK_CASE,
        es="reabrir",
        en="reopen",
        title=_l("Open the case again"),
        button=_l("Open it again"),
        done=_l("The case is open again."),
        form=ReopenForm,
        run=runs.reopen,
        before=_l("The outcome and the person's opinion are taken back, and stay in the history. The dates run again."),
    ),
    ActionRow(
        action=CaseAction.DECLARE_OUT_OF_SCOPE,
        duty=Action.WORK_CASE,
        es="fuera-de-alcance",
        en="out-of-scope",
        title=_l("Say that it is out of scope"),
        button=_l("End it as out of scope"),
        done=_l("The case ended as out of scope, and the person is told."),
        form=OutOfScopeForm,
        run=runs.out_of_scope,
        kind=MessageKind.REASON,
        words_told=fills.out_of_scope_words,
        before=_l("The case ends here. The person can have it opened again."),
    ),
    ActionRow(
        action=CaseAction.WITHDRAW,
        duty=Action.WORK_CASE,
        es="retiro",
        en="withdrawal",
        title=_l("Record that the person withdraws it"),
        button=_l("Record the withdrawal"),
        done=_l("The withdrawal is recorded."),
        form=WithdrawForm,
        fill=fills.withdraw,
        run=runs.withdraw,
        kind=MessageKind.REASON,
        words_told=fills.withdrawal_words,
        before=_l("The case ends here. The person can have it opened again."),
    ),
    ActionRow(
        action=CaseAction.MERGE,
        duty=Action.WORK_CASE,
        es="unir",
        en="merge",
        title=_l("Join it to another case"),
        button=_l("Join the cases"),
        done=_l("The cases are joined, and the person is told."),
        form=MergeForm,
        fill=fills.merge,
        run=runs.merge,
        kind=MessageKind.REASON,
        words_told=fills.merge_words,
        before=_l("This cannot be undone. Both filings stay, word for word, in the case that goes on."),
    ),
)

WHO: Final[tuple[ActionRow[Any], ...]] = (  # as above
    ActionRow(
        action=CaseAction.ASSIGN,
        duty=Action.ASSIGN,
        es="asignar",
        en="assign",
        title=_l("Assign"),
        button=_l("Assign"),
        done=_l("The case is assigned."),
        form=AssignForm,
        fill=fills.assign,
        run=runs.assign,
    ),
    ActionRow(
        action=CaseAction.NAME_INVESTIGATOR,
        duty=Action.TRIAGE,
        es="nombrar-investigador",
        en="name-investigator",
        title=_l("Name an investigator"),
        button=_l("Name the investigator"),
        done=_l("The investigator is named."),
        form=InvestigatorForm,
        fill=fills.investigator,
        run=runs.name_investigator,
    ),
    ActionRow(
        action=CaseAction.REMOVE_INVESTIGATOR,
        duty=Action.TRIAGE,
        es="quitar-investigador",
        en="remove-investigator",
        title=_l("Remove an investigator"),
        button=_l("Remove the investigator"),
        done=_l("The investigator is removed."),
        form=NamedForm,
        fill=fills.named,
        run=runs.remove_investigator,
        before=_l("From now on this person cannot read the case, unless another duty allows it."),
    ),
    ActionRow(
        action=CaseAction.RESTRICT,
        duty=Action.TRIAGE,
        es="restringir",
        en="restrict",
        title=_l("Restrict it"),
        button=_l("Restrict the case"),
        done=_l("The case is restricted."),
        form=ReasonForm,
        run=runs.restrict,
        hint=_l("Only triagers and the investigators they name can then read it."),
    ),
    ActionRow(
        action=CaseAction.UNRESTRICT,
        duty=Action.TRIAGE,
        es="levantar-restriccion",
        en="lift-restriction",
        title=_l("Lift the restriction"),
        button=_l("Lift the restriction"),
        done=_l("The restriction is lifted."),
        form=ReasonForm,
        run=runs.unrestrict,
        before=_l("Its handler, the coordinator and the auditor can then read every word of it."),
    ),
    ActionRow(
        action=CaseAction.LIFT_HIDING,
        duty=Action.TRIAGE,
        es="mostrar-a",
        en="show-to",
        title=_l("Show it again to somebody from whom it is hidden"),
        button=_l("Show it to this person"),
        done=_l("The case is no longer hidden from this person."),
        form=ShowAgainForm,
        fill=fills.hidden,
        run=runs.lift_hiding,
        before=_l("Be sure that this person has no part in what is complained about. It stays in the audit trail."),
    ),
    ActionRow(
        action=CaseAction.MARK_SPAM,
        duty=Action.TRIAGE,
        es="no-es-reclamo",
        en="not-a-grievance",
        title=_l("Mark as not a grievance"),
        button=_l("Mark as not a grievance"),
        done=_l("It is marked as not a grievance."),
        form=EmptyForm,
        run=runs.mark_spam,
        before=_l("Advertising or a wrong number. It leaves the lists and the figures. Nothing is deleted now."),
    ),
    ActionRow(
        action=CaseAction.UNMARK_SPAM,
        duty=Action.TRIAGE,
        es="si-es-reclamo",
        en="is-a-grievance",
        title=_l("It is a grievance after all"),
        button=_l("Take it up again"),
        done=_l("It is a grievance again."),
        form=EmptyForm,
        run=runs.unmark_spam,
    ),
)
