"""Forms for joining what somebody else began, and for letting others join."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import ValidationError

from grievance.cases.collective import LINE_CHARACTERS
from grievance.core.phone import PhoneNumber
from grievance.web.complainant.forms import BY_CODE, BY_TEXT, NO, WORDS_CHARACTERS, YES
from grievance.web.complainant.forms import LINE_CHARACTERS as ANY_LINE
from grievance.web.validators import AtMost, Needed, clean_line, clean_text, read_phone

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


class JoinForm(Form):
    """Joining. Nothing has to be written."""

    code = HiddenField(filters=[clean_line])
    words = TextAreaField(
        _l("Do you want to add something?"),
        [AtMost(WORDS_CHARACTERS)],
        filters=[clean_text],
        description=_l("In your own words, if you like. Neither whoever began it nor the others who joined read it."),
    )
    reach = RadioField(_l("How do you want to hear the answer?"), validate_choice=False)
    phone = StringField(
        _l("Your phone"),
        filters=[clean_line],
        description=_l("It is kept encrypted. Whoever handles your case does not see it."),
    )
    gives_name = RadioField(_l("Do you want to give your name?"), validate_choice=False)
    name = StringField(
        _l("Your name"),
        [AtMost(ANY_LINE)],
        filters=[clean_line],
        description=_l("It is kept encrypted. Each time somebody opens it you will see who, when and why."),
    )
    website = StringField(_l("Leave this empty"))

    def __init__(self, formdata: MultiDict[str, str] | None, *, has_line: bool, **data: Any) -> None:  # noqa: ANN401  # WTForms' own
        super().__init__(formdata, data={"reach": BY_CODE, "gives_name": NO, **data})
        self.reach.choices = [(BY_CODE, _("With a code, leaving no details"))]
        if has_line:
            self.reach.choices.append((BY_TEXT, _("With a code, and notices by SMS")))
        self.gives_name.choices = [(NO, _("No")), (YES, _("Yes, those who work on my case may know it"))]

    @property
    def phone_number(self) -> PhoneNumber | None:
        """The number to send notices to, once the form is valid."""
        return read_phone(self.phone) if self.reach.data == BY_TEXT else None

    @property
    def given_name(self) -> str | None:
        """The name, when the person chose to give it."""
        return self.name.data or None if self.gives_name.data == YES else None

    def validate_phone(self, field: StringField) -> None:
        """As on the filing form: what contradicts itself is asked, not decided."""
        if self.reach.data == BY_TEXT:
            if not field.data:
                raise ValidationError(_l("Write your phone, or choose the code without notices."))
            read_phone(field)
        elif field.data:
            raise ValidationError(
                _l("You wrote a phone but chose to leave no details. Choose SMS, or clear the phone.")
            )

    def validate_name(self, field: StringField) -> None:
        """As with the phone."""
        if self.gives_name.data == YES and not field.data:
            raise ValidationError(_l("Write your name, or choose not to give it."))
        if self.gives_name.data != YES and field.data:
            raise ValidationError(_l("You wrote your name but chose not to give it. Choose yes, or clear the name."))


class PassOnForm(Form):
    """A code for others, with one line that they may read."""

    line = StringField(
        _l("One line for whoever has the code"),
        [AtMost(LINE_CHARACTERS)],
        filters=[clean_line],
        description=_l("If you like: what it is about in a few words. It is all they read before joining. No names."),
    )
