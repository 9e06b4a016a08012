"""The form that hands the cases of one person over to another."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.validators import InputRequired

from grievance.web.staff.forms_base import words_field


class HandoverForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """To whom, and what they should know. The cases are the ticked boxes."""

    handler = SelectField(
        _l("Who works them from now on"),
        validators=[InputRequired(_l("Choose who works them."))],
        description=_l("The number is how many open cases each one has."),
    )
    words = words_field(
        _l("What they should know"),
        _l("Write what they should know."),
        hint=_l("The same note goes into each case, for those who work it. Never shown to the person. No names."),
    )
