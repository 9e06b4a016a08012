"""Forms of the person who complains. They check shape and say what to do next; nothing typed is ever lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Form,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import ValidationError

from grievance.core.email import LONGEST_CHARACTERS, EmailAddress
from grievance.core.phone import PhoneNumber
from grievance.web.validators import AtMost, Needed, PastDateField, clean_line, clean_text, read_email, read_phone

if TYPE_CHECKING:
    from datetime import date

    from werkzeug.datastructures import MultiDict

WORDS_CHARACTERS = 20_000
"""About eight pages. Longer accounts come as a PDF or in a second message; nothing is cut."""

LINE_CHARACTERS = 200

_TOO_LONG = _l(
    "This is longer than %(count)s characters. Send the rest afterwards, as a message in your case.",
    count=WORDS_CHARACTERS,
)
_FILES = _l(
    "Up to 5 files of 10 MB: photos, PDF or audio. We take hidden data, such as the place, out of photos; out of a "
    "PDF or an audio we cannot."
)

BY_CODE, BY_TEXT, BY_MAIL = "code", "sms", "mail"
YES, NO = "yes", "no"

Choices = Sequence[tuple[str, str]]


def _offered(_form: Form, field: RadioField) -> None:
    if field.data and field.data not in {value for value, *_rest in field.iter_choices()}:
        raise ValidationError(_l("Choose one of the answers, or none."))


def email_field(*validators: Needed, id: str = "email") -> StringField:  # noqa: A002  # WTForms' own word
    """Return the field for an address."""
    return StringField(
        _l("Your e-mail"),
        [*validators, AtMost(LONGEST_CHARACTERS)],
        filters=[clean_line],
        id=id,
        description=_l("It is kept encrypted. Whoever handles your case does not see it."),
    )


@dataclass(frozen=True, slots=True)
class ReportChoices:
    """What the lists of the filing form offer at one site: (value, label), without the empty choice."""

    categories: Choices
    areas: Choices
    groups: Choices
    employers: Choices
    has_line: bool
    has_mail: bool
    today: date


def phone_field() -> StringField:
    """Return the field for the phone that notices go to."""
    return StringField(
        _l("Your phone"),
        filters=[clean_line],
        description=_l("It is kept encrypted. Whoever handles your case does not see it."),
    )


def name_field() -> StringField:
    """Return the field for the name."""
    return StringField(
        _l("Your name"),
        [AtMost(LINE_CHARACTERS)],
        filters=[clean_line],
        description=_l("It is kept encrypted. Each time somebody opens it you will see who, when and why."),
    )


class Contact:
    """How whoever files or joins wants to be reached and named. The fields stand in the form, in its own order."""

    reach: RadioField
    phone: StringField
    gives_name: RadioField
    name: StringField

    def offer_contact(self, *, has_line: bool, has_mail: bool = False) -> None:
        """Offer the ways that the site has."""
        ways = [(BY_CODE, _("With a code, leaving no details"))]
        if has_line:
            ways.append((BY_TEXT, _("With a code, and notices by SMS")))
        if has_mail:
            ways.append((BY_MAIL, _("With a code, and notices by e-mail")))
        self.reach.choices = ways
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
        """A number that was typed beside "no details" is neither used nor dropped in silence: we ask."""
        if self.reach.data == BY_TEXT:
            if not field.data:
                raise ValidationError(_l("Write your phone, or choose the code without notices."))
            read_phone(field)
        elif field.data:
            raise ValidationError(
                _l("You wrote a phone but chose to leave no details. Choose SMS, or clear the phone.")
            )

    def validate_name(self, field: StringField) -> None:
        """As with the phone: what contradicts itself is asked, not decided."""
        if self.gives_name.data == YES and not field.data:
            raise ValidationError(_l("Write your name, or choose not to give it."))
        if self.gives_name.data != YES and field.data:
            raise ValidationError(_l("You wrote your name but chose not to give it. Choose yes, or clear the name."))


class ReportForm(Contact, Form):
    """A grievance. Only the words are needed."""

    words = TextAreaField(
        _l("What happened?"),
        [Needed(_l("Write what happened, even in a few words.")), AtMost(WORDS_CHARACTERS, _TOO_LONG)],
        filters=[clean_text],
        description=_l("Use your own words. If you can, say where and when. You need not give names."),
    )
    files = MultipleFileField(_l("Photo, document or audio"), description=_FILES)
    category = SelectField(_l("What is it about?"), validate_choice=False)
    area = SelectField(_l("Where was it?"), validate_choice=False)
    place = StringField(
        _l("The exact place"),
        [AtMost(LINE_CHARACTERS)],
        filters=[clean_line],
        description=_l("For example: the road behind the camp, the north gate."),
    )
    occurred_on = PastDateField(
        _l("What day was it?"), description=_l("If it went on for several days, the first one you remember.")
    )
    group = RadioField(_l("Who is complaining?"), validate_choice=False)
    employer = SelectField(
        _l("Which company do you work for?"),
        validate_choice=False,
        description=_l("The company is not told that you complained."),
    )
    concerns_handlers = BooleanField(
        _l("It concerns the people who handle complaints"),
        description=_l("Then none of them sees it, save the two people who read every grievance first."),
    )
    reach = RadioField(_l("How do you want to hear the answer?"), validate_choice=False)
    phone = phone_field()
    email = email_field()
    gives_name = RadioField(_l("Do you want to give your name?"), validate_choice=False)
    name = name_field()
    website = StringField(_l("Leave this empty"))

    def __init__(self, formdata: MultiDict[str, str] | None, choices: ReportChoices, **data: Any) -> None:  # noqa: ANN401  # WTForms' own
        super().__init__(formdata, data={"group": "not_said", "reach": BY_CODE, "gives_name": NO, **data})
        unsaid = [("", _("I prefer not to say"))]
        self.category.choices = [("", _("I do not know, or something else")), *choices.categories]
        self.area.choices = [*unsaid, *choices.areas]
        self.group.choices = list(choices.groups)
        self.employer.choices = [*unsaid, *choices.employers]
        self.offer_contact(has_line=choices.has_line, has_mail=choices.has_mail)
        self.has_mail = choices.has_mail
        self.occurred_on.today = choices.today

    @property
    def email_address(self) -> EmailAddress | None:
        """The address to send notices to, once the form is valid."""
        return read_email(self.email) if self.reach.data == BY_MAIL and self.has_mail else None

    def validate_email(self, field: StringField) -> None:
        """As with the phone."""
        if not self.has_mail:
            return
        if self.reach.data == BY_MAIL:
            if not field.data:
                raise ValidationError(_l("Write your e-mail, or choose the code without notices."))
            read_email(field)
        elif field.data:
            raise ValidationError(_l("You wrote an e-mail but did not choose it. Choose e-mail, or clear it."))


class SavedForm(Form):
    """The receipt: "I have saved both"."""

    saved = BooleanField(
        _l("I have saved the reference and the code"),
        [Needed(_l("Tick this once you have written both down: we cannot give you the code again."))],
    )


class EntryForm(Form):
    """Reference and code. Both are read as people write them; whether they are right is not said apart."""

    reference = StringField(
        _l("Reference of your case"),
        [Needed(_l("Write the reference. It has 8 letters and numbers, for example 7K3Q-9F2M.")), AtMost(40)],
        filters=[clean_line],
        description=_l("8 letters and numbers, for example 7K3Q-9F2M."),
    )
    code = StringField(
        _l("Access code"),
        [Needed(_l("Write the code. It has 16 letters and numbers, in groups of 4.")), AtMost(80)],
        filters=[clean_line],
        description=_l("16 letters and numbers. Also the one-time code of a slip, or a one-use code that came by SMS."),
    )
    words = HiddenField(filters=[clean_text])
    """A message written before the visit ended by itself, carried over so that it is not lost."""


class AnswerForm(Form):
    """The person's answer to the proposed response."""

    answer = RadioField(
        _l("What do you think of it?"), [Needed(_l("Choose one of the three.")), _offered], validate_choice=False
    )
    reason = TextAreaField(_l("Why?"), [AtMost(WORDS_CHARACTERS, _TOO_LONG)], filters=[clean_text])

    def __init__(self, formdata: MultiDict[str, str] | None = None) -> None:
        super().__init__(formdata)
        self.answer.choices = [
            ("accepted", _("I accept it")),
            ("partly", _("I accept it in part")),
            ("rejected", _("I do not accept it")),
        ]


class MessageForm(Form):
    """A message to those who work the case, with files."""

    words = TextAreaField(_l("Write a message"), [AtMost(WORDS_CHARACTERS, _TOO_LONG)], filters=[clean_text])
    files = MultipleFileField(_l("Photo, document or audio"), description=_FILES)


class CheckForm(Form):
    """The one question weeks after the outcome. `check` says which, so that no answer goes to another one."""

    check = HiddenField()
    said = RadioField(_l("Your answer"), [Needed(_l("Choose one of the answers."))], validate_choice=False)

    def ask(self, check: str) -> None:
        """Put the question into words."""
        self.check.data = check
        if check == "held":
            self.said.label.text = _("Does what was agreed still hold?")
            self.said.choices = [("yes", _("Yes, it holds")), ("no", _("No, it does not"))]
        else:
            self.said.label.text = _("Has anybody treated you worse for complaining?")
            self.said.choices = [("no", _("No")), ("yes", _("Yes"))]


class RatingForm(Form):
    """Verdict and two ratings. Each may be left out; together they must say something."""

    verdict = RadioField(_l("Was your problem solved?"), [_offered], validate_choice=False)
    treatment = RadioField(_l("How did we treat you, from 1 to 5?"), [_offered], validate_choice=False)
    result = RadioField(_l("What do you think of the result, from 1 to 5?"), [_offered], validate_choice=False)

    def __init__(self, formdata: MultiDict[str, str] | None = None) -> None:
        super().__init__(formdata)
        self.verdict.choices = [("1", _("Yes")), ("2", _("In part")), ("3", _("No"))]
        lowest, highest = _("1, very badly"), _("5, very well")
        self.treatment.choices = [("1", lowest), *((n, n) for n in "234"), ("5", highest)]
        lowest, highest = _("1, very bad"), _("5, very good")
        self.result.choices = [("1", lowest), *((n, n) for n in "234"), ("5", highest)]

    def validate_result(self, _field: RadioField) -> None:
        """Stands after the last question, since it is about all three."""
        if not (self.verdict.data or self.treatment.data or self.result.data):
            raise ValidationError(_l("Answer at least one of the three."))

    def number(self, name: str) -> int | None:
        """Return a chosen number, or None when that question was left out."""
        chosen = self[name].data
        return int(chosen) if chosen and chosen.isdigit() else None


class PhoneForm(Form):
    """A number to send notices to."""

    phone = StringField(
        _l("Your phone"),
        [Needed(_l("Write your phone number."))],
        filters=[clean_line],
        description=_l("It is kept encrypted. Whoever handles your case does not see it."),
    )

    def validate_phone(self, field: StringField) -> None:
        """Check that it is a number."""
        if field.data:
            read_phone(field)


class EmailForm(Form):
    """An address to send notices to."""

    email = email_field(Needed(_l("Write your e-mail address.")), id="new-email")

    def validate_email(self, field: StringField) -> None:
        """Check that it is an address."""
        if field.data:
            read_email(field)


class DigitsForm(Form):
    """The digit code that we sent to a number."""

    digits = StringField(
        _l("Number that we sent you by SMS"),
        [Needed(_l("Write the number from the text message.")), AtMost(20)],
        filters=[clean_line],
    )


class ReasonForm(Form):
    """Why, if the person wants to say it."""

    reason = TextAreaField(_l("Why?"), [AtMost(WORDS_CHARACTERS, _TOO_LONG)], filters=[clean_text])


class AppealForm(Form):
    """Why the person does not agree, if the person wants to say it."""

    reason = TextAreaField(
        _l("Why do you not agree?"), [AtMost(WORDS_CHARACTERS, _TOO_LONG)], filters=[clean_text], id="appeal-reason"
    )


class ReopenForm(Form):
    """Why the case should be opened again, if the person wants to say it."""

    reason = TextAreaField(
        _l("What is still wrong?"), [AtMost(WORDS_CHARACTERS, _TOO_LONG)], filters=[clean_text], id="reopen-reason"
    )


class ConsentForm(Form):
    """Whether the case may be sent to an outside body."""

    referral = HiddenField()
    consent = RadioField(
        _l("May we send it?"),
        choices=[],
        validate_choice=False,
    )

    def ask(self) -> None:
        """Name the answers; none is chosen beforehand but one that was given."""
        self.consent.choices = [
            ("without_name", _("Yes, without my name")),
            ("with_name", _("Yes, with my name and my phone")),
            ("no", _("No")),
        ]

    def validate_consent(self, field: RadioField) -> None:
        """Only one of the three is an answer."""
        if field.data not in {value for value, *_rest in field.iter_choices()}:
            raise ValidationError(_("Choose one of the answers."))
