"""The form of administrators for how long something is kept."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, TextAreaField
from wtforms.validators import InputRequired

from grievance.web.staff.forms_base import Day
from grievance.web.validators import AtMost, Needed, clean_text

REASON_CHARACTERS = 500


class PeriodForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """A site's own number, from a day on, and why."""

    amount = IntegerField(_l("How many"), validators=[InputRequired(_l("Write a whole number."))])
    valid_from = Day(
        _l("From"),
        validators=[InputRequired(_l("Give the first day."))],
        description=_l("To keep something longer: today or later. To keep it shorter: in 30 days at the earliest."),
    )
    reason = TextAreaField(
        _l("Reason"),
        description=_l("Auditors read it. No names."),
        filters=[clean_text],
        validators=[Needed(_l("Write the reason.")), AtMost(REASON_CHARACTERS)],
    )
