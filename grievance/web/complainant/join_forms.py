"""Forms for joining what somebody else began, and for letting others join."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l
from wtforms import Form, HiddenField, RadioField, StringField, TextAreaField

from grievance.complainants.collective import LINE_CHARACTERS
from grievance.web.complainant.forms import BY_CODE, NO, WORDS_CHARACTERS, Contact, name_field, phone_field
from grievance.web.validators import AtMost, Needed, clean_line, clean_text

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict


class CodeForm(Form):
    """The code that somebody passed on."""

    code = StringField(
        _l("Code to join"),
        [Needed(_l("Write the code. It has 8 letters and numbers, for example T5R-8WN-2Q.")), AtMost(40)],
        filters=[clean_line],
        description=_l("8 letters and numbers, for example T5R-8WN-2Q. Whoever began the grievance has it."),
    )


class JoinForm(Contact, Form):
    """Joining. Nothing has to be written."""

    code = HiddenField(filters=[clean_line])
    words = TextAreaField(
        _l("Do you want to add something?"),
        [AtMost(WORDS_CHARACTERS)],
        filters=[clean_text],
        description=_l("In your own words, if you like. Neither whoever began it nor the others who joined read it."),
    )
    reach = RadioField(_l("How do you want to hear the answer?"), validate_choice=False)
    phone = phone_field()
    gives_name = RadioField(_l("Do you want to give your name?"), validate_choice=False)
    name = name_field()
    website = StringField(_l("Leave this empty"))

    def __init__(self, formdata: MultiDict[str, str] | None, *, has_line: bool, **data: Any) -> None:  # noqa: ANN401  # WTForms' own
        super().__init__(formdata, data={"reach": BY_CODE, "gives_name": NO, **data})
        self.offer_contact(has_line=has_line)


class PassOnForm(Form):
    """A code for others, with one line that they may read."""

    line = StringField(
        _l("One line for whoever has the code"),
        [AtMost(LINE_CHARACTERS)],
        filters=[clean_line],
        description=_l("If you like: what it is about in a few words. It is all they read before joining. No names."),
    )
