"""Forms of the desk: the filter, which lives in the address, and the name under which one is kept."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Form, HiddenField, SelectField, StringField

from grievance.web.validators import AtMost, Needed, clean_line

NAME_CHARACTERS = 40
"""Longest name of a view: it stands on the desk beside nineteen others."""


class DeskFilterForm(Form):
    """The filter as typed. Every value may be missing or wrong: the desk then shows what it can."""

    q = StringField(_l("Reference or words"), filters=[clean_line])
    type = SelectField(_l("Kind of case"), validate_choice=False)
    whose = SelectField(_l("Whose"), validate_choice=False)
    handler = SelectField(_l("Who works it"), validate_choice=False)
    site = SelectField(_l("Site"), validate_choice=False)


class ViewNameForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """The name of a kept filter."""

    name = StringField(
        _l("Name of the view"),
        filters=[clean_line],
        validators=[Needed(_l("Write a name for the view.")), AtMost(NAME_CHARACTERS)],
    )
    back = HiddenField()
