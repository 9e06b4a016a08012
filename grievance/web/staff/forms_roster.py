"""Forms of absences with a stand-in, and of the on-call rota."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from grievance.web.staff.forms_base import Day

WEEKS_MOST = 26


class AbsenceForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """Who is away from which site, who stands in, and from when to when."""

    away = SelectField(_l("Who is away"), validators=[InputRequired(_l("Choose who is away."))])
    stand_in = SelectField(
        _l("Who stands in"),
        validators=[InputRequired(_l("Choose who stands in."))],
        description=_l("Another handler of the same site. They do not see what is restricted or hidden from them."),
    )
    from_on = Day(_l("First day"), validators=[InputRequired(_l("Give the first day."))])
    until_on = Day(
        _l("Last day"),
        validators=[InputRequired(_l("Give the last day."))],
        description=_l("Included. At most three months; whoever is away for longer hands the cases over."),
    )


class TurnForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """One person on call from one day to another."""

    person = SelectField(_l("Who is on call"), validators=[InputRequired(_l("Choose who is on call."))])
    first = Day(_l("From"), validators=[InputRequired(_l("Give the first day."))])
    last = Day(_l("Until"), validators=[InputRequired(_l("Give the day of the handover."))])
    hour = SelectField(_l("Hour of the handover"), validators=[InputRequired(_l("Choose the hour."))])


class WeeksForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """Several people in turn, a week each."""

    people = SelectMultipleField(
        _l("Who takes turns"),
        description=_l("In the order of the list, and from the start again."),
        validators=[InputRequired(_l("Choose who takes turns."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    begins = Day(_l("First handover"), validators=[InputRequired(_l("Give the day of the first handover."))])
    handover = SelectField(_l("Hour of the handover"), validators=[InputRequired(_l("Choose the hour."))])
    weeks = IntegerField(
        _l("How many weeks"),
        validators=[
            InputRequired(_l("Write a whole number.")),
            NumberRange(1, WEEKS_MOST, message=_l("Write a whole number from 1 to 26.")),
        ],
    )


def given(field: Day) -> date:
    """Return a date that the form has made sure of."""
    if field.data is None:
        raise ValueError("the form lets no empty date through")
    return field.data
