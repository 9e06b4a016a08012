"""Rows of the table of actions: dates that cannot be kept, and waiting for the person."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _l

from grievance.accounts.permissions import Action
from grievance.cases.states import MessageKind
from grievance.cases.visibility import CaseAction
from grievance.web.staff import delay_runs as runs
from grievance.web.staff.actions import ActionRow
from grievance.web.staff.forms_delays import CheckForm, DecideExtensionForm, DelayForm, PauseForm
from grievance.web.staff.forms_messages import EmptyForm

DELAYS: Final[tuple[ActionRow[Any], ...]] = (  # each row pairs a form with its own operation
    ActionRow(
        action=CaseAction.TELL_DELAY,
        duty=Action.WORK_CASE,
        es="avisar-demora",
        en="tell-delay",
        title=_l("Tell the person that it will take longer"),
        button=_l("Send the news of the delay"),
        done=_l("The person is told of the delay, and the new date runs."),
        form=DelayForm,
        fill=runs.fill_delay,
        run=runs.tell_delay,
        kind=MessageKind.DELAY,
        words_told=runs.delay_words,
        before=_l("The figures go by the date first promised: it is counted as missed if it is."),
        hint=_l("Before a date that will be missed, the person hears why and gets a new one."),
    ),
    ActionRow(
        action=CaseAction.ASK_EXTENSION,
        duty=Action.WORK_CASE,
        es="pedir-ampliacion",
        en="ask-for-more-time",
        title=_l("Ask for a later date"),
        button=_l("Ask for the later date"),
        done=_l("A second person has been asked to decide on the later date."),
        form=DelayForm,
        fill=runs.fill_delay,
        run=runs.ask_extension,
        hint=_l("The coordinator decides, never you. With a yes the person is told in the words you write here."),
    ),
    ActionRow(
        action=CaseAction.DECIDE_EXTENSION,
        duty=Action.WORK_CASE,
        es="decidir-ampliacion",
        en="decide-more-time",
        title=_l("Decide on a later date"),
        button=_l("Record the decision"),
        done=_l("The decision is recorded."),
        form=DecideExtensionForm,
        fill=runs.fill_decision,
        run=runs.decide_extension,
    ),
    ActionRow(
        action=CaseAction.PAUSE,
        duty=Action.WORK_CASE,
        es="pausar",
        en="pause",
        title=_l("Wait for the person"),
        button=_l("Ask, and wait"),
        done=_l("The case waits for the person, ten business days at most."),
        form=PauseForm,
        fill=runs.fill_pause,
        run=runs.pause,
        kind=MessageKind.DELAY,
        before=_l("A case can wait once only, ten business days at most. The figures take no notice of it."),
        hint=_l("Only for something that the person alone can give. The case goes on by itself when they write."),
    ),
    ActionRow(
        action=CaseAction.RESUME,
        duty=Action.WORK_CASE,
        es="retomar",
        en="resume",
        title=_l("Go on with the case"),
        button=_l("Go on"),
        done=_l("The case goes on. The dates moved by the days waited."),
        form=EmptyForm,
        run=runs.resume,
    ),
    ActionRow(
        action=CaseAction.RECORD_CHECK,
        duty=Action.TRIAGE,
        es="anotar-consulta",
        en="record-check",
        title=_l("Record how things stand since"),
        button=_l("Record the answer"),
        done=_l("The answer is recorded. Whoever handles the case does not see what it was."),
        form=CheckForm,
        fill=runs.fill_check,
        run=runs.record_check,
        hint=_l("For people whom no text reaches. A reprisal opens a case of its own, with other people in charge."),
    ),
)
