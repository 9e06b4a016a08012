"""Forms for grievances of several people."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField, StringField
from wtforms.validators import InputRequired

from grievance.complainants.collective import LINE_CHARACTERS
from grievance.web.staff.forms_base import ActionForm, words_field
from grievance.web.validators import AtMost, clean_line


class JoinCodeForm(ActionForm):
    """A code to pass on, with one line that everybody may read."""

    line = StringField(
        _l("One line that whoever has the code reads before joining"),
        filters=[clean_line],
        validators=[AtMost(LINE_CHARACTERS)],
        description=_l("Public: what it is about in a few words, no names, nothing a person said. Or leave it empty."),
    )


class RemoveJoinForm(ActionForm):
    """Filings that came in by a code and are no grievance."""

    filings = SelectMultipleField(_l("Which filings"), validators=[InputRequired(_l("Choose at least one filing."))])
    reason = words_field(
        _l("Why they are removed"),
        _l("Write why they are removed."),
        most=500,
        hint=_l("It is kept as an internal note. To think otherwise is no reason."),
    )
