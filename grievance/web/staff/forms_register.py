"""Forms for taking over an old register."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, SelectField
from wtforms.validators import InputRequired

ACCEPT = ".csv,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class RegisterForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """The file, and whose register it is."""

    site = SelectField(_l("Site"), validators=[InputRequired(_l("Choose the site."))])
    file = FileField(
        _l("The register"),
        validators=[FileRequired(_l("Choose a file first."))],
        description=_l("A CSV file or an Excel workbook (.xlsx), at most 30 MB."),
    )


class RegisterStepForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """A button about one import. `without_wrong` says that rows with problems are to be left out."""

    without_wrong = HiddenField()
