"""Forms for protective measures, and for the way that the law lays down for harassment."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired, Optional

from grievance.cases.track_states import Basis, MeasureKind, Route
from grievance.web.staff.forms_base import ActionForm, Day, codes, line_field, words_field
from grievance.web.validators import PastDateField


def _happened() -> PastDateField:
    return PastDateField(_l("On which day"), validators=[InputRequired(_l("Give the day on which it happened."))])


class MeasureForm(ActionForm):
    """A protective measure, who answers for it, and by when."""

    kind = SelectField(_l("Which measure"), validators=[InputRequired(_l("Choose the measure."))])
    words = words_field(
        _l("What is done"),
        _l("Write what is done."),
        hint=_l("It must not cost the person pay, shift or place. Ask the person first. No names."),
    )
    owner = SelectField(_l("Who answers for it"), validators=[InputRequired(_l("Choose who answers for it."))])
    due_on = Day(
        _l("By which date"),
        description=_l("For harassment today, or the next business day at the latest."),
        validators=[InputRequired(_l("Give the date."))],
    )


class MeasureDoneForm(ActionForm):
    """A protective measure was taken."""

    measure = SelectField(_l("Which measure"), validators=[InputRequired(_l("Choose the measure."))])
    evidence = words_field(
        _l("What shows that it was taken"),
        _l("Write what shows that it was taken."),
        hint=_l("What was done, where and when. Somebody else will verify it."),
    )


class VerifyMeasureForm(ActionForm):
    """Somebody else looked, and it is true."""

    measure = SelectField(
        _l("Which measure"),
        validators=[InputRequired(_l("Choose the measure."))],
        description=_l(
            "You must have looked yourself, or asked the person. Neither who answers for it nor who did it."
        ),
    )


class VerifyActionForm(ActionForm):
    """Somebody else looked at a corrective action, and it is true."""

    corrective_action = SelectField(
        _l("Which action"),
        validators=[InputRequired(_l("Choose the action."))],
        description=_l("You must have looked yourself. Neither who answers for it nor who recorded it as done."),
    )


class NoneNeededForm(ActionForm):
    """Why no measure is needed now."""

    words = words_field(
        _l("Why none is needed now, and what the person said"),
        _l("Write why, and what the person said."),
        hint=_l("Ask the person first, and write when and how you asked. You can add a measure later."),
    )


class RouteForm(ActionForm):
    """Who investigates harassment, and the two facts on which that depends."""

    about_manager = RadioField(
        _l("Does the person complained about represent the employer (Código del Trabajo, art. 4)?"),
        choices=codes(["yes", "no"]),
        description=_l("Managers, administrators, ship captains, and whoever directs or administers for the employer."),
        validators=[InputRequired(_l("Say yes or no."))],
    )
    companies = RadioField(
        _l("Do the people concerned work for different companies?"),
        choices=codes(["yes", "no"]),
        description=_l("With a yes, the principal company investigates, and the companies inform each other."),
        validators=[InputRequired(_l("Say yes or no."))],
    )
    principal = SelectField(_l("If so: the principal company"), validators=[Optional()])
    contractor = SelectField(_l("If so: the contractor"), validators=[Optional()])
    route = RadioField(
        _l("Who investigates"),
        choices=codes(Route),
        validators=[InputRequired(_l("Choose who investigates."))],
    )
    on = _happened()
    words = words_field(
        _l("How the Dirección del Trabajo was notified, or got the case"),
        _l("Write how it was notified or got the case."),
        hint=_l("Portal or office, number of the entry, who sent it. Kept as an internal note."),
    )


class StepForm(ActionForm):
    """A step that happened."""

    step = RadioField(_l("What happened"), validators=[InputRequired(_l("Choose what happened."))])
    informed_by = SelectField(_l("If one company told the other: which one did"), validators=[Optional()])
    on = _happened()
    words = words_field(_l("What shows it"), _l("Write what shows it."), hint=_l("Kept as an internal note. No names."))


class IdentifiedForm(ActionForm):
    """A person who reported anonymously has said who he or she is."""

    name = line_field(
        _l("Name of the person"),
        _l("Write the name."),
        hint=_l("Kept apart and encrypted. Nobody sees it on the case."),
    )
    source = SelectField(_l("How the person said so"), validators=[InputRequired(_l("Say how the person said so."))])
    on = _happened()


class GiveIdentityForm(ActionForm):
    """To which company an identity was given, and why that was allowed."""

    company = SelectField(_l("To which company"), validators=[InputRequired(_l("Choose the company."))])
    basis = RadioField(
        _l("What allows it"), choices=codes(Basis), validators=[InputRequired(_l("Say what allows it."))]
    )
    source = SelectField(_l("If the person agreed, how they said so"), validators=[Optional()])
    reason = words_field(
        _l("Why it was needed"),
        _l("Write the reason. The person will read it."),
        most=500,
        hint=_l("The person reads this reason, your name and the company on the follow-up page."),
    )


MEASURES = tuple(kind.value for kind in MeasureKind)
