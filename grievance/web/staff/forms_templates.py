"""The form of a reply template."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired

from grievance.core.i18n import Locale
from grievance.deadlines.standards import CaseType
from grievance.desk.reply_templates import Wording
from grievance.messaging.texts import TOLD_CHARACTERS
from grievance.web import formats
from grievance.web.lang import LANGS, current_lang
from grievance.web.staff.choices import types
from grievance.web.staff.forms_base import Choice, text_of, with_empty, words_field
from grievance.web.validators import AtMost, Needed, clean_line

NAME_CHARACTERS = 80


class TemplateForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """Words to begin a message with."""

    site = SelectField(_l("Site"), validators=[InputRequired(_l("Choose the site."))])
    name = StringField(
        _l("Name of the template"),
        filters=[clean_line],
        validators=[Needed(_l("Write a name for the template.")), AtMost(NAME_CHARACTERS)],
    )
    case_type = SelectField(_l("For which kind of case"))
    locale = SelectField(_l("In which language"), validators=[InputRequired(_l("Choose the language."))])
    words = words_field(
        _l("What the person reads"),
        _l("Write the words."),
        most=TOLD_CHARACTERS,
        hint=_l("No names. Variables stand in braces and are filled in from the case."),
    )

    def offer(self, sites: list[Choice]) -> None:
        """Give the selects their choices."""
        lang = current_lang()
        self.site.choices = sites if len(sites) == 1 else with_empty(sites, _("Choose"))
        self.case_type.choices = with_empty(types(), _("Every kind of case"))
        self.locale.choices = [(code, formats.lang_name(code, lang)) for code in LANGS]

    def wording(self) -> Wording:
        """Return what was typed."""
        kind = CaseType(self.case_type.data) if self.case_type.data else None
        return Wording(text_of(self.name), kind, Locale(self.locale.data), text_of(self.words))
