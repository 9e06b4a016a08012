"""Rows of the table of actions: sending a case to an outside body, with a yes or by a second person's decision."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _l

from grievance.accounts.permissions import Action
from grievance.cases.states import MessageKind
from grievance.cases.visibility import CaseAction
from grievance.web.staff import referral_runs as runs
from grievance.web.staff.actions import ActionRow
from grievance.web.staff.forms_endings import ReferForm
from grievance.web.staff.forms_referral import (
    AskOverrideForm,
    AskReferralForm,
    ConsentForm,
    DecideOverrideForm,
    ReferralStepForm,
)

REFERRALS: Final[tuple[ActionRow[Any], ...]] = (  # each row pairs a form with its own operation
    ActionRow(
        action=CaseAction.ASK_REFERRAL,
        duty=Action.WORK_CASE,
        es="pedir-envio",
        en="ask-to-send-on",
        title=_l("Ask the person whether it may be sent elsewhere"),
        button=_l("Ask the person"),
        done=_l("The person is asked, and sees exactly what would be sent."),
        form=AskReferralForm,
        fill=runs.fill_ask,
        run=runs.ask,
        kind=MessageKind.NOTICE,
        words_told=runs.told_of_question,
        asks=runs.texts_of_question,
        before=_l("The person is asked at once, with your reason. Nothing is sent by this system, now or later."),
        hint=_l("To an authority or a company. Nothing goes before the person agrees, or a second person decides."),
        on_own_page=True,
    ),
    ActionRow(
        action=CaseAction.RECORD_CONSENT,
        duty=Action.WORK_CASE,
        es="anotar-consentimiento",
        en="record-consent",
        title=_l("Record what the person answered about sending it"),
        button=_l("Record the answer"),
        done=_l("The answer is recorded."),
        form=ConsentForm,
        fill=runs.fill_consent,
        run=runs.record_consent,
    ),
    ActionRow(
        action=CaseAction.ASK_OVERRIDE,
        duty=Action.WORK_CASE,
        es="pedir-decision-de-envio",
        en="ask-to-override",
        title=_l("Ask a second person to send it without a yes"),
        button=_l("Ask a second person"),
        done=_l("A coordinator or triager has been asked to decide."),
        form=AskOverrideForm,
        run=runs.ask_override,
        hint=_l("Only for a danger to others, or a duty to report. You never decide it yourself."),
    ),
    ActionRow(
        action=CaseAction.DECIDE_OVERRIDE,
        duty=Action.WORK_CASE,
        es="decidir-envio",
        en="decide-to-override",
        title=_l("Decide whether it is sent without a yes"),
        button=_l("Record the decision"),
        done=_l("The decision is recorded."),
        form=DecideOverrideForm,
        fill=runs.fill_decide,
        run=runs.decide_override,
        kind=MessageKind.NOTICE,
        words_told=runs.told_of_decision,
        hint=_l("Look first at what would be sent, in the part on sending it elsewhere."),
    ),
    ActionRow(
        action=CaseAction.NOTE_REFERRAL,
        duty=Action.WORK_CASE,
        es="anotar-envio",
        en="record-sending",
        title=_l("Record what became of sending it elsewhere"),
        button=_l("Record it, and tell the person"),
        done=_l("It is recorded, and the person is told."),
        form=ReferralStepForm,
        fill=runs.fill_step,
        run=runs.note_step,
        kind=MessageKind.NOTICE,
        words_told=runs.told_of_step,
        hint=_l("Sent, taken up or not, what came of it. You are reminded to ask every ten business days."),
    ),
    ActionRow(
        action=CaseAction.REFER,
        duty=Action.WORK_CASE,
        es="derivar",
        en="refer",
        title=_l("End it: somebody else goes on with it"),
        button=_l("Refer the case"),
        done=_l("The case is referred, and the person is told."),
        form=ReferForm,
        fill=runs.fill_refer,
        run=runs.refer,
        kind=MessageKind.REASON,
        words_told=runs.told_of_referral,
        before=_l("The case ends here. The person can have it opened again."),
        hint=_l("Only after it was sent there. Where we go on with it too, leave it open."),
    ),
)
