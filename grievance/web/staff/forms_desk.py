"""Forms of the desk: the filter, which lives in the address, and assigning several cases at once."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Form, SelectField, StringField
from wtforms.validators import InputRequired

from grievance.web.validators import clean_line


class DeskFilterForm(Form):
    """The filter as typed. Every value may be missing or wrong: the desk then shows what it can."""

    q = StringField(_l("Reference or words"), filters=[clean_line])
    type = SelectField(_l("Kind of case"), validate_choice=False)
    whose = SelectField(_l("Whose"), validate_choice=False)
    handler = SelectField(_l("Who works it"), validate_choice=False)
    site = SelectField(_l("Site"), validate_choice=False)


class AssignManyForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """Several cases to one handler; the cases themselves are the ticked boxes of the list."""

    handler = SelectField(_l("Assign the ticked cases to"), validators=[InputRequired(_l("Choose who works them."))])
