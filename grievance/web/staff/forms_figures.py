"""Forms of the way of a quarter's figures out of the house."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, StopValidation
from wtforms.widgets import HiddenInput

from grievance.core.i18n import Locale
from grievance.publishing.approval import REASON_CHARACTERS as REFUSAL_CHARACTERS
from grievance.publishing.editing import REASON_CHARACTERS
from grievance.publishing.reader_tests import (
    READ_TO_CHARACTERS,
    READERS_MOST,
    STUMBLED_CHARACTERS,
    Reading,
    ReadingRefused,
)
from grievance.publishing.rounds import ANSWER_CHARACTERS, ASKED_CHARACTERS
from grievance.web.staff.forms_base import Day
from grievance.web.validators import AtMost, Needed, PastDateField, clean_line, clean_text

INCOMPLETE = _l("This form is incomplete. Load the page again.")
BOTH_OR_NONE = _l("Write this in both languages, or in none: nobody should read less than the others.")
HOUR = "%H:%M"


class StepForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """A button of one release, as it stood when the page was shown."""

    revision = IntegerField(widget=HiddenInput(), validators=[InputRequired(INCOMPLETE)])

    def name_apart(self, key: str) -> None:
        """Give the fields ids of their own, where several forms stand on one page."""
        for field in self:
            field.id = f"{key}-{field.short_name}"
            field.label.field_id = field.id


class FreezeForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """Fix the figures. `sure` is asked where something is missing, the reason where a version is out already."""

    sure = BooleanField(_l("I have read what is missing. The figures are to be fixed as they are."))
    es = TextAreaField(_l("Reason, in Spanish"), filters=[clean_text], validators=[AtMost(REASON_CHARACTERS)])
    en = TextAreaField(_l("Reason, in English"), filters=[clean_text], validators=[AtMost(REASON_CHARACTERS)])

    asks_sure = False
    asks_reason = False

    def validate(self, extra_validators: object = None) -> bool:
        """Check what this quarter needs: the tick, the reason in both languages, or neither."""
        fits = bool(super().validate(extra_validators=extra_validators))
        if self.asks_sure and not self.sure.data:
            self.sure.errors = [_l("Tick this if the figures are to be fixed although something is missing.")]
            fits = False
        for field in (self.es, self.en) if self.asks_reason else ():
            if not field.data:
                field.errors = [*field.errors, _l("Say what is corrected and why. Everybody reads it.")]
                fits = False
        return fits


class TextForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """The words of one block, side by side. `was` is the mark of what stood there when the page was shown."""

    was = HiddenField(validators=[InputRequired(INCOMPLETE)])
    es = TextAreaField(_l("In Spanish"), filters=[clean_text])
    en = TextAreaField(_l("In English"), filters=[clean_text])

    def refuse_length(self, languages: list[str], most: int) -> None:
        """Say of each language in which it is too long how much it may be."""
        for field in (self.es, self.en):
            if field.short_name in languages:
                field.errors = [
                    *field.errors,
                    _l(
                        "This is too long: %(length)s characters. At most %(most)s fit.",
                        length=len(field.data or ""),
                        most=most,
                    ),
                ]

    def refuse_one_language(self) -> None:
        """Say where the other language is missing."""
        for field in (self.es, self.en):
            if not field.data:
                field.errors = [*field.errors, BOTH_OR_NONE]


class ReadingForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """A reading aloud."""

    locale = RadioField(_l("In which language?"), validators=[Needed(_l("Choose the language in which it was read."))])
    read_on = PastDateField(_l("On which day?"), validators=[Needed(_l("Write the day on which it was read."))])
    read_to = StringField(
        _l("To whom?"),
        description=_l("By role, without names: “three drivers of the night shift”."),
        filters=[clean_line],
        validators=[Needed(_l("Write to whom it was read, by role.")), AtMost(READ_TO_CHARACTERS)],
    )
    readers = IntegerField(
        _l("How many listened?"),
        validators=[
            InputRequired(_l("Write how many people listened.")),
            NumberRange(1, READERS_MOST, _l("Write a number from 1 to %(most)s.", most=READERS_MOST)),
        ],
    )
    understood = IntegerField(
        _l("How many could say in their own words what it says?"),
        validators=[
            InputRequired(_l("Write how many could retell it; 0 if nobody could.")),
            NumberRange(0, READERS_MOST, _l("Write a number from 0 to %(most)s.", most=READERS_MOST)),
        ],
    )
    stumbled = TextAreaField(
        _l("Over what did they stumble?"),
        description=_l("Words, sentences, numbers. No names, and nothing about who said it."),
        filters=[clean_text],
        validators=[AtMost(STUMBLED_CHARACTERS)],
    )

    @property
    def reading(self) -> Reading:
        """Return what was typed; only of a form that was found good."""
        return Reading(
            locale=Locale(self.locale.data or ""),
            read_on=self.read_on.data or date.min,
            read_to=self.read_to.data or "",
            readers=self.readers.data or 0,
            understood=self.understood.data or 0,
            stumbled=self.stumbled.data or "",
        )

    def refuse(self, refusal: ReadingRefused) -> None:
        """Say at the field what contradicts itself."""
        field: Field = self[refusal.field]
        field.errors = [*field.errors, READING_WORDS[refusal.field]]


READING_WORDS: dict[str, LazyString] = {
    "read_on": _l("That day is too long ago, or has not come yet. It must be a reading of these words."),
    "read_to": _l("Write to whom it was read, by role."),
    "readers": _l("Write how many people listened."),
    "understood": _l("No more people can retell it than listened."),
    "stumbled": _l("This is too long."),
}


class RoundForm(StepForm):
    """Ask people concerned to read."""

    asked = StringField(
        _l("Who is asked?"),
        description=_l("By role, without names: “committee of the camp, two neighbours' councils”."),
        filters=[clean_line],
        validators=[Needed(_l("Write who is asked, by role.")), AtMost(ASKED_CHARACTERS)],
    )
    closes_on = Day(
        _l("Until which day?"),
        description=_l("They may write until the end of that day. At most a month ahead."),
        validators=[Needed(_l("Write the last day on which they may write."))],
    )

    @property
    def last_day(self) -> date:
        """Return the last day of the round; only of a form that was found good."""
        return self.closes_on.data or date.min


class AnswerForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """What was done with a comment."""

    answer = TextAreaField(
        _l("What was done with it?"),
        filters=[clean_text],
        validators=[Needed(_l("Write in a sentence what was done with it.")), AtMost(ANSWER_CHARACTERS)],
    )


class ReasonForm(StepForm):
    """Send back, or refuse."""

    reason = TextAreaField(
        _l("Why?"),
        description=_l("The authors read it. It is kept."),
        filters=[clean_text],
        validators=[Needed(_l("Write why. The authors read it.")), AtMost(REFUSAL_CHARACTERS)],
    )


class SubmitForm(StepForm):
    """Ask for the second person, and say when it is to go out."""

    when = RadioField(_l("When does it go out?"), default="approved", validators=[Needed(_l("Choose when."))])
    release_on = Day(_l("On which day?"), description=_l("Only if at a set time. At most a month ahead."))
    release_hour = StringField(_l("At what hour?"), description=_l("For example 09:00."), filters=[clean_line])

    time_zone = "UTC"

    @property
    def release_at(self) -> datetime | None:
        """Return the instant that was set, None for at once."""
        if self.when.data != "later" or self.release_on.data is None:
            return None
        hour = _hour(self.release_hour.data or "")
        return local_instant(self.release_on.data, hour or time(), self.time_zone)

    def refuse_time(self) -> None:
        """Say that the time does not do."""
        self.release_on.errors = [
            _l("Set a time that is still to come, at most a month ahead. It is the time at the site.")
        ]

    def validate(self, extra_validators: object = None) -> bool:
        """Check day and hour together, where a time is set at all."""
        fits = bool(super().validate(extra_validators=extra_validators))
        if self.when.data == "later":
            if self.release_on.data is None and not self.release_on.errors:
                self.release_on.errors = [_l("Write the day on which it goes out.")]
                fits = False
            if _hour(self.release_hour.data or "") is None:
                self.release_hour.errors = [_l("Write the hour like 09:00.")]
                fits = False
        return fits

    def validate_release_on(self, field: Field) -> None:
        """Leave the day alone when none is asked."""
        if self.when.data != "later":
            field.errors = []
            raise StopValidation


def local_instant(on: date, at: time, time_zone: str) -> datetime:
    """Return the instant of a local day and hour."""
    return datetime.combine(on, at, tzinfo=ZoneInfo(time_zone))


def _hour(text: str) -> time | None:
    try:
        return datetime.strptime(text.replace(".", ":"), HOUR).time()  # noqa: DTZ007  # an hour on the clock has no zone
    except ValueError:
        return None
