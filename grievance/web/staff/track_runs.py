"""What stands in the forms of protective measures and of the way of harassment, and what they do."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from wtforms import DateField

from grievance.cases import harassment_track, identity_sharing, protection, remedies
from grievance.cases.resolution import RECORDED_BY_STAFF, SAID_BY_PERSON
from grievance.cases.states import Source
from grievance.cases.track_states import Basis, Informant, MeasureKind, Route, TrackStep
from grievance.cases.ways import people
from grievance.web import words
from grievance.web.staff.actions import Doing
from grievance.web.staff.choices import Choices
from grievance.web.staff.forms_base import ActionForm, Choice, text_of, with_empty
from grievance.web.staff.forms_track import (
    MEASURES,
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
from grievance.web.staff.pages_base import today_at
from grievance.web.validators import PastDateField


def fill_measure(form: MeasureForm, choices: Choices) -> None:
    """Name the measures, and who may answer for one."""
    form.kind.choices = with_empty([(code, words.measure(code)) for code in MEASURES], _("Choose"))
    form.owner.choices = _offered(choices.owners)


def add_measure(doing: Doing, form: MeasureForm) -> None:
    """Note a measure."""
    protection.add_measure(
        doing.unit.session,
        doing.case,
        kind=MeasureKind(form.kind.data),
        words=text_of(form.words),
        owner_id=doing.choices.staff_ids[form.owner.data],
        due_on=_day(form.due_on),
        by=doing.by,
        at=doing.unit.now,
    )


def fill_measure_done(form: MeasureDoneForm, choices: Choices) -> None:
    """Offer the measures not yet taken."""
    form.measure.choices = _offered(choices.measures_to_do)


def measure_done(doing: Doing, form: MeasureDoneForm) -> None:
    """Record a measure as taken."""
    protection.record_measure_done(
        doing.unit.session,
        doing.case,
        text_of(form.measure),
        evidence=text_of(form.evidence),
        by=doing.by,
        at=doing.unit.now,
    )


def fill_verify_measure(form: VerifyMeasureForm, choices: Choices) -> None:
    """Offer the measures taken and not yet verified."""
    form.measure.choices = _offered(choices.measures_to_verify)


def verify_measure(doing: Doing, form: VerifyMeasureForm) -> None:
    """Record a measure as verified."""
    protection.verify_measure(doing.unit.session, doing.case, text_of(form.measure), by=doing.by, at=doing.unit.now)


def fill_verify_action(form: VerifyActionForm, choices: Choices) -> None:
    """Offer the corrective actions done and not yet verified."""
    form.corrective_action.choices = _offered(choices.actions_to_verify)


def verify_action(doing: Doing, form: VerifyActionForm) -> None:
    """Record a corrective action as verified."""
    public_id = text_of(form.corrective_action)
    remedies.verify_corrective_action(doing.unit.session, doing.case, public_id, by=doing.by, at=doing.unit.now)


def none_needed(doing: Doing, form: NoneNeededForm) -> None:
    """Record that none is needed now."""
    harassment_track.say_none_needed(
        doing.unit.session, doing.case, words=text_of(form.words), by=doing.by, at=doing.unit.now
    )


def fill_route(form: RouteForm, choices: Choices) -> None:
    """Name the routes open now, and begin with what is known."""
    track = choices.page.track
    form.route.choices = [(code, words.route(code)) for code in (track.routes if track else ())]
    for field in (form.about_manager, form.companies):
        field.choices = [("yes", _("Yes")), ("no", _("No"))]
    form.principal.choices = form.contractor.choices = with_empty(choices.companies, _("Choose"))
    _begin_today(form, form.on, choices)
    if not form.is_submitted() and track is not None:
        form.principal.data, form.contractor.data = str(track.principal_id or ""), str(track.contractor_id or "")
        form.about_manager.data = "yes" if track.names_manager else _yes_no(track.about_manager)
        form.companies.data = _yes_no(track.companies_differ)


def choose_route(doing: Doing, form: RouteForm) -> None:
    """Record who investigates."""
    harassment_track.choose_route(
        doing.unit.session,
        doing.case,
        route=Route(form.route.data),
        about_manager=form.about_manager.data == "yes",
        companies_differ=form.companies.data == "yes",
        companies=_both(form),
        words=text_of(form.words),
        on=_day(form.on),
        by=doing.by,
        at=doing.unit.now,
    )


def fill_step(form: StepForm, choices: Choices) -> None:
    """Name the steps open now."""
    track = choices.page.track
    form.step.choices = [(code, words.track_step(code)) for code in (track.steps if track else ())]
    if track is None or TrackStep.INFORMED not in track.steps:
        del form.informed_by
    else:
        told = [
            (who.value, words.informed(who, track.principal_name or "", track.contractor_name or ""))
            for who in Informant
        ]
        form.informed_by.choices = with_empty(told, _("Choose"))
    _begin_today(form, form.on, choices)


def note_step(doing: Doing, form: StepForm) -> None:
    """Record a step."""
    harassment_track.note_step(
        doing.unit.session,
        doing.case,
        TrackStep(form.step.data),
        words=text_of(form.words),
        on=_day(form.on),
        informed_by=Informant(form["informed_by"].data) if "informed_by" in form and form["informed_by"].data else None,
        by=doing.by,
        at=doing.unit.now,
    )


def _both(form: RouteForm) -> tuple[int, int] | None:
    """Return the principal company and the contractor, None where one of them was not said."""
    principal, contractor = form.principal.data, form.contractor.data
    return (int(principal), int(contractor)) if principal and contractor else None


def fill_identified(form: IdentifiedForm, choices: Choices) -> None:
    """Name the ways in which the person can have said so."""
    form.source.choices = with_empty(_sources(*SAID_BY_PERSON, *RECORDED_BY_STAFF), _("Choose"))
    _begin_today(form, form.on, choices)


def identify(doing: Doing, form: IdentifiedForm) -> None:
    """Make a complaint of a preliminary record."""
    harassment_track.note_identified(
        doing.unit.session,
        doing.case,
        people(doing.unit.session, doing.case)[0][0],
        name=text_of(form.name),
        source=Source(form.source.data),
        on=_day(form.on),
        by=doing.by,
        at=doing.unit.now,
    )


def fill_give(form: GiveIdentityForm, choices: Choices) -> None:
    """Offer the companies and what can allow it."""
    form.company.choices = with_empty(choices.companies, _("Choose"))
    form.basis.choices = [(basis.value, words.basis(basis.value)) for basis in Basis]
    form.source.choices = with_empty(_sources(*RECORDED_BY_STAFF), _("Choose"))


def give_identity(doing: Doing, form: GiveIdentityForm) -> None:
    """Record to whom it was given."""
    identity_sharing.give_identity(
        doing.unit.session,
        doing.case,
        company_id=int(text_of(form.company)),
        basis=Basis(form.basis.data),
        source=Source(form.source.data) if form.source.data else None,
        reason=text_of(form.reason),
        by=doing.by,
        at=doing.unit.now,
    )


def _offered(choices: list[Choice]) -> list[Choice]:
    """Return choices with an empty one before them; one alone is chosen already."""
    return choices if len(choices) == 1 else with_empty(choices, _("Choose"))


def _sources(*sources: Source) -> list[Choice]:
    return [(source.value, words.source(source.value)) for source in Source if source in sources]


def _yes_no(fact: bool | None) -> str | None:
    return None if fact is None else "yes" if fact else "no"


def _begin_today(form: ActionForm, field: PastDateField, choices: Choices) -> None:
    field.today = today_at(choices.page.time_zone)
    if not form.is_submitted():
        field.data = field.today


def _day(field: DateField) -> date:
    if field.data is None:
        raise ValueError("the form lets no empty date through")
    return field.data
