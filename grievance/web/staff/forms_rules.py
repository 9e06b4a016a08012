"""Forms of administrators for the dates that a site promises, and for its calendar."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, StringField
from wtforms.validators import InputRequired, ValidationError

from grievance.web.staff.forms_base import Day
from grievance.web.validators import AtMost, Needed, clean_line


class StandardForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """A site's own number for a promise, from a day on."""

    amount = IntegerField(
        _l("How many"),
        validators=[InputRequired(_l("Write a whole number."))],
    )
    valid_from = Day(
        _l("For grievances received from"),
        validators=[InputRequired(_l("Give the first day."))],
        description=_l("Today or later. What was promised before keeps its date."),
    )
    most = 0
    """Set before validation: the most of its unit that the promise may be."""

    def validate_amount(self, field: IntegerField) -> None:
        """Refuse what is none, or further away than the law says or a year."""
        if field.data is None or not 1 <= field.data <= self.most:
            raise ValidationError(_("Write a whole number from 1 to %(most)s.", most=self.most))


class DayForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """A date that counts differently at a site."""

    on = Day(_l("Day"), validators=[InputRequired(_l("Give the day."))])
    name = StringField(
        _l("What day it is"),
        description=_l("An election, a regional holiday, a holiday that is worked."),
        filters=[clean_line],
        validators=[Needed(_l("Say what day it is.")), AtMost(120)],
    )
    counts = RadioField(
        _l("Does it count as a business day?"),
        choices=["no", "yes"],  # type: ignore[list-item]  # the stubs know only the tuples that WTForms gives up
        default="no",
        validators=[InputRequired(_l("Say whether it counts."))],
    )
