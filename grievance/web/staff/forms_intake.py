"""The form for recording what somebody said in person, by telephone, in a letter, at a meeting or in the box."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, IntegerField, RadioField, SelectField, StringField, TimeField
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from grievance.core.email import LONGEST_CHARACTERS, EmailAddress
from grievance.core.phone import PhoneNumber
from grievance.web.staff.forms_base import LINE_CHARACTERS, words_field
from grievance.web.validators import AtMost, PastDateField, clean_line, read_email, read_phone

MOST_WORDS = 20_000
NOON = time(12)


class IntakeForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """What the person said. Only the words, the way and the day are needed."""

    form_key = HiddenField()
    site = SelectField(_l("Site"), validators=[InputRequired(_l("Choose the site."))])
    channel = RadioField(_l("How it reached you"), validators=[InputRequired(_l("Choose how it reached you."))])
    told_on = PastDateField(
        _l("On which day"),
        [InputRequired(_l("Give the day on which the person told it."))],
        description=_l("The real day, even if you record it later. The dates promised count from it."),
    )
    told_time = TimeField(_l("At about what time"), validators=[Optional()])
    words = words_field(
        _l("What the person said"),
        _l("Write what the person said."),
        most=MOST_WORDS,
        hint=_l("Their own words, in their language, as far as you can. You will read them back."),
    )
    locale = SelectField(_l("Language of the words"), validators=[InputRequired(_l("Choose the language."))])
    group = SelectField(_l("Who is speaking"))
    people_count = IntegerField(
        _l("How many people it is about"),
        default=1,
        validators=[Optional(), NumberRange(1, 10_000, _l("Give a number from 1 to 10,000."))],
    )
    employer = SelectField(_l("Who employs the person"))
    category = SelectField(_l("What it is about"))
    area = SelectField(_l("Where it happened"))
    place = StringField(_l("The exact place"), filters=[clean_line], validators=[AtMost(LINE_CHARACTERS)])
    occurred_on = PastDateField(_l("When it happened"), description=_l("If it went on for days, the first one."))
    concerns_handlers = BooleanField(
        _l("It concerns the people who handle complaints"),
        description=_l("Then only the triagers see it. You will not see it again either."),
    )
    confidentiality = RadioField(_l("How far the person wants to be known"), default="anonymous")
    name = StringField(
        _l("Name"),
        filters=[clean_line],
        validators=[AtMost(LINE_CHARACTERS)],
        description=_l("Kept encrypted, apart from the words."),
    )
    reach = RadioField(_l("How the person will hear from us"), default="in_person")
    phone = StringField(
        _l("Phone for notices"),
        filters=[clean_line],
        validators=[AtMost(LINE_CHARACTERS)],
        description=_l("A code goes to it at once. Ask the person to read it to you on the next page."),
    )

    email = StringField(
        _l("E-mail for notices"),
        filters=[clean_line],
        validators=[AtMost(LONGEST_CHARACTERS)],
        description=_l("A link goes to it at once. The person opens it and presses a button to confirm."),
    )

    @property
    def email_address(self) -> EmailAddress | None:
        """The address for notices, once the form is valid."""
        return read_email(self.email) if self.reach.data == "mail" else None

    @property
    def phone_number(self) -> PhoneNumber | None:
        """The number for notices, once the form is valid."""
        return read_phone(self.phone) if self.reach.data == "notices" else None

    @property
    def given_name(self) -> str | None:
        """The name, where the person gave it."""
        return self.name.data or None if self.confidentiality.data == "named" else None

    def told_at(self, time_zone: str, *, now: datetime) -> datetime:
        """Return when the person told it. Without a time of day it is noon, but never later than now."""
        local = datetime.combine(self.told_on.data or now.date(), self.told_time.data or NOON, ZoneInfo(time_zone))
        found = local.astimezone(UTC)
        return min(found, now) if self.told_time.data is None else found

    def validate_phone(self, field: Field) -> None:
        """Ask for a number where notices were chosen; one that would not be used is not dropped in silence."""
        if self.reach.data == "notices":
            if not field.data:
                raise ValidationError(_l("Write the phone, or choose another way."))
            read_phone(field)
        elif field.data:
            raise ValidationError(
                _l("A phone is written but notices are not chosen. Choose notices, or clear the phone.")
            )

    def validate_email(self, field: Field) -> None:
        """As with the phone."""
        if self.reach.data == "mail":
            if not field.data:
                raise ValidationError(_l("Write the e-mail, or choose another way."))
            read_email(field)
        elif field.data:
            raise ValidationError(
                _l("An e-mail is written but notices by e-mail are not chosen. Choose them, or clear the e-mail.")
            )

    def validate_name(self, field: Field) -> None:
        """As with the phone."""
        if self.confidentiality.data == "named" and not field.data:
            raise ValidationError(_l("Write the name, or choose another answer."))
        if self.confidentiality.data != "named" and field.data:
            raise ValidationError(_l("A name is written but not chosen. Choose “with name”, or clear the name."))


class DigitsForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """The digits that arrived on the phone."""

    digits = StringField(
        _l("The 6 digits that arrived on the phone"),
        filters=[clean_line],
        validators=[InputRequired(_l("Write the 6 digits.")), AtMost(20)],
    )
