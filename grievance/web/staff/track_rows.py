"""Rows of the table of actions: protective measures, verified actions, and the way of the law for harassment."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _l

from grievance.accounts.permissions import Action
from grievance.cases.visibility import CaseAction
from grievance.web.staff import track_runs as runs
from grievance.web.staff.actions import ActionRow
from grievance.web.staff.forms_track import (
    GiveIdentityForm,
    IdentifiedForm,
    MeasureDoneForm,
    MeasureForm,
    NoneNeededForm,
    RouteForm,
    StepForm,
    VerifyActionForm,
    VerifyMeasureForm,
)

PROTECTION: Final[tuple[ActionRow[Any], ...]] = (  # each row pairs a form with its own operation
    ActionRow(
        action=CaseAction.ADD_MEASURE,
        duty=Action.WORK_CASE,
        es="medida-de-resguardo",
        en="protective-measure",
        title=_l("Add a protective measure"),
        button=_l("Add the measure"),
        done=_l("The protective measure is noted."),
        form=MeasureForm,
        fill=runs.fill_measure,
        run=runs.add_measure,
        hint=_l("So that nothing worse happens to the person while it is looked into."),
    ),
    ActionRow(
        action=CaseAction.NO_MEASURE,
        duty=Action.WORK_CASE,
        es="sin-medida-por-ahora",
        en="no-measure-now",
        title=_l("Say that no measure is needed now"),
        button=_l("Record that none is needed now"),
        done=_l("It is recorded that the person was asked and no measure is needed now."),
        form=NoneNeededForm,
        run=runs.none_needed,
    ),
    ActionRow(
        action=CaseAction.MEASURE_DONE,
        duty=Action.WORK_CASE,
        es="medida-tomada",
        en="measure-taken",
        title=_l("Record that a protective measure was taken"),
        button=_l("Record it as taken"),
        done=_l("The measure is recorded as taken. Somebody else is asked to verify it."),
        form=MeasureDoneForm,
        fill=runs.fill_measure_done,
        run=runs.measure_done,
    ),
    ActionRow(
        action=CaseAction.VERIFY_MEASURE,
        duty=Action.WORK_CASE,
        es="verificar-medida",
        en="verify-measure",
        title=_l("Verify that a protective measure was taken"),
        button=_l("I have verified it"),
        done=_l("The measure is verified."),
        form=VerifyMeasureForm,
        fill=runs.fill_verify_measure,
        run=runs.verify_measure,
    ),
    ActionRow(
        action=CaseAction.VERIFY_CORRECTIVE_ACTION,
        duty=Action.WORK_CASE,
        es="verificar-accion",
        en="verify-action",
        title=_l("Verify that a corrective action was done"),
        button=_l("I have verified it"),
        done=_l("The corrective action is verified."),
        form=VerifyActionForm,
        fill=runs.fill_verify_action,
        run=runs.verify_action,
    ),
)

TRACK: Final[tuple[ActionRow[Any], ...]] = (  # as above
    ActionRow(
        action=CaseAction.CHOOSE_ROUTE,
        duty=Action.WORK_CASE,
        es="quien-investiga",
        en="who-investigates",
        title=_l("Say who investigates"),
        button=_l("Record who investigates"),
        done=_l("It is recorded who investigates."),
        form=RouteForm,
        fill=runs.fill_route,
        run=runs.choose_route,
        before=_l(
            "A case that was referred to the Dirección del Trabajo cannot be taken back. It stays open here, and the "
            "person is told."
        ),
        hint=_l("Within three business days the Dirección del Trabajo is notified, or gets the case."),
    ),
    ActionRow(
        action=CaseAction.TRACK_STEP,
        duty=Action.WORK_CASE,
        es="paso-ley-karin",
        en="ley-karin-step",
        title=_l("Record a step of Ley Karin"),
        button=_l("Record the step"),
        done=_l("The step is recorded, and the next date counts from it."),
        form=StepForm,
        fill=runs.fill_step,
        run=runs.note_step,
        before=_l("A step cannot be taken back, and the next date counts from its day. Check the day."),
    ),
    ActionRow(
        action=CaseAction.IDENTIFY_PERSON,
        duty=Action.WORK_CASE,
        es="persona-identificada",
        en="person-identified",
        title=_l("Record that the person said who they are"),
        button=_l("Make it a complaint"),
        done=_l("The record is now a complaint, and its three days count from the day on which the person said so."),
        form=IdentifiedForm,
        fill=runs.fill_identified,
        run=runs.identify,
        hint=_l("Only if the person wants it. An anonymous report is looked into as well."),
    ),
    ActionRow(
        action=CaseAction.GIVE_IDENTITY,
        duty=Action.WORK_CASE,
        es="identidad-a-empresa",
        en="identity-to-company",
        title=_l("Record that the identity was given to a company"),
        button=_l("Record it, and show it to the person"),
        done=_l("It is recorded, and the person reads it on the follow-up page."),
        form=GiveIdentityForm,
        fill=runs.fill_give,
        run=runs.give_identity,
        before=_l("The person reads to which company, why and who did it. It cannot be taken back."),
        hint=_l("Only if the person agreed, or where Ley Karin has the companies inform each other."),
    ),
)
