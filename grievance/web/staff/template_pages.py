"""Reply templates at the forms and on their own pages: what they are filled in with, and what they cost as a text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from flask_babel import gettext as _

from grievance.cases.page import CasePage
from grievance.core.i18n import Locale
from grievance.deadlines.standards import ClockName
from grievance.deadlines.working_days import local_date
from grievance.desk.reply_templates import Template, TemplateNotFound, Variable, fill_in
from grievance.messaging import texts
from grievance.messaging.segments import Segments
from grievance.messaging.texts import TextName, shown_date
from grievance.web import formats, words
from grievance.web.lang import current_lang
from grievance.web.staff.choices import Choices
from grievance.web.staff.forms_base import ActionForm, Choice, text_of

USE_TEMPLATE: Final = "use_template"
"""Name of the button that puts a template into the form and sends nothing."""

_SAMPLE_REFERENCE: Final = "7K3Q-9F2M"
_SAMPLE_DAY: Final = date(2026, 9, 30)


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """A template in the list of its site."""

    public_id: str
    name: str
    about: str
    words: str
    lang: str
    segments: Segments


def template_choices(choices: Choices) -> list[Choice]:
    """Return the templates that can be put into a message."""
    return [(one.public_id, one.name) for one in choices.reply_templates]


def begin_with(form: ActionForm, choices: Choices, public_id: str) -> None:
    """Put a template into the words of a form, below what was typed.

    Raises:
        TemplateNotFound: no such template is offered for this case.
        NothingToFillIn: the case has nothing for one of its variables.
    """
    chosen = next((one for one in choices.reply_templates if one.public_id == public_id), None)
    if chosen is None:
        raise TemplateNotFound
    filled = fill_in(chosen.words, _values(chosen, choices.page))
    typed = text_of(form["words"]).rstrip()
    form["words"].data = f"{typed}\n\n{filled}" if typed else filled


def nothing_for(variable: Variable) -> str:
    """Return why a template cannot be used in this case."""
    return _("This case has nothing to put in for {%(variable)s}. Choose another template.", variable=variable.value)


def variable_words() -> list[tuple[str, str]]:
    """Return the variables with what each becomes."""
    return [
        ("{reference}", _("The reference of the case")),
        ("{site}", _("The name of the site, as texts say it")),
        ("{received}", _("The day on which it was received")),
        ("{due}", _("The day by which it is to be answered")),
    ]


def template_line(one: Template) -> TemplateLine:
    """Return a template with what it costs as a text, filled in with sample values."""
    lang = current_lang()
    kind = words.case_type(one.case_type) if one.case_type else _("Every kind of case")
    about = f"{one.site_name}. {kind}. {formats.lang_name(one.locale, lang)}."
    return TemplateLine(one.public_id, one.name, about, one.words, one.locale, size_of(one))


def size_of(one: Template) -> Segments:
    """Return what a template costs as a whole text, with its wrapping and sample values.

    Raises:
        TextTooLong: it does not fit into a text.
    """
    locale = Locale(one.locale)
    sample = {
        Variable.REFERENCE: _SAMPLE_REFERENCE,
        Variable.SITE: one.site_sms_name,
        Variable.RECEIVED: shown_date(_SAMPLE_DAY, locale),
        Variable.DUE: shown_date(_SAMPLE_DAY, locale),
    }
    said = fill_in(one.words, sample)
    values = {"site": one.site_sms_name, "reference": _SAMPLE_REFERENCE, "words": said}
    return texts.preview(TextName.MESSAGE, locale, **values).segments


def _values(chosen: Template, page: CasePage) -> dict[Variable, str]:
    locale = Locale(chosen.locale)
    due = [part.due_on for part in page.clocks if part.is_running and part.name == ClockName.RESOLVE]
    return {
        Variable.REFERENCE: page.reference,
        Variable.SITE: chosen.site_sms_name,
        Variable.RECEIVED: shown_date(local_date(page.received_at, page.time_zone), locale),
        Variable.DUE: shown_date(max(due), locale) if due else "",
    }
