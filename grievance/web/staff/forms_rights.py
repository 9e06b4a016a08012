"""Forms of whoever answers requests about personal data."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired

from grievance.cases.side_tracks import CHOSEN_REASONS
from grievance.messaging.texts import TOLD_CHARACTERS
from grievance.privacy.request_kinds import DataRight, Decision, Field, Ground
from grievance.web import words
from grievance.web.staff.forms_base import LINE_CHARACTERS, line_field, with_empty, words_field
from grievance.web.validators import AtMost, Needed, clean_line

ANSWER_CHARACTERS = TOLD_CHARACTERS - 300
"""Longest answer: where else to go is added to it, and both must fit what one text may carry."""


class DeskRequestForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """What somebody asks for at the desk."""

    form_key = HiddenField()
    site = SelectField(_l("Site"), validators=[InputRequired(_l("Choose the site."))])
    right = RadioField(_l("What the person asks for"), validators=[InputRequired(_l("Choose what the person asks."))])
    words = words_field(_l("What the person said"), _l("Write what the person said."))
    corrects = SelectField(_l("What is wrong, if a correction is asked for"))
    wanted = words_field(_l("What it should say"), None)
    asks_blocking = BooleanField(_l("Until it is answered, nobody is to read the words of the person"))
    locale = SelectField(_l("Language of the words"), validators=[InputRequired(_l("Choose the language."))])

    def fill(self, sites: Sequence[tuple[str, str]], languages: Sequence[tuple[str, str]]) -> None:
        """Put the choices into words."""
        self.site.choices, self.locale.choices = list(sites), list(languages)
        self.right.choices = _rights()
        self.corrects.choices = _fields()


class RegisterForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """Which right something filed like a grievance is about."""

    right = RadioField(_l("What the person asks for"), validators=[InputRequired(_l("Choose what the person asks."))])
    corrects = SelectField(_l("What is wrong, if a correction is asked for"))
    wanted = words_field(_l("What it should say"), None)
    asks_blocking = BooleanField(_l("Until it is answered, nobody is to read the words of the person"))

    def fill(self) -> None:
        """Put the choices into words."""
        self.right.choices, self.corrects.choices = _rights(), _fields()


class DocumentForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """A document that somebody showed. The name of the case is compared and never shown."""

    reference = line_field(_l("Reference of the case"), _l("Write the reference of the case."))
    name = StringField(
        _l("Name on the document"),
        description=_l("Exactly as it stands there. We say only whether it is the name that was left in the case."),
        filters=[clean_line],
        validators=[Needed(_l("Write the name on the document.")), AtMost(LINE_CHARACTERS)],
    )


class ExtendForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """Thirty days more, once."""

    reason = SelectField(_l("Why it takes longer"), validators=[InputRequired(_l("Choose why."))])
    words = words_field(
        _l("What the person will read"), _l("Tell the person why it takes longer."), most=TOLD_CHARACTERS
    )

    def fill(self) -> None:
        """Put the choices into words."""
        self.reason.choices = [(reason.value, words.delay_reason(reason.value)) for reason in CHOSEN_REASONS]


def _rights() -> list[tuple[str, str]]:
    return [(right.value, words.data_right(right.value)) for right in DataRight]


def _fields() -> list[tuple[str, str]]:
    return [(one.value, words.data_field(one.value)) for one in Field]


class PhrasesForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """What else is to be blacked out in a copy, and that it was read to the end."""

    phrases = words_field(
        _l("What else is to be blacked out"),
        None,
        hint=_l("One on each line, as it stands in the copy: a nickname, a post that only one person holds."),
    )
    digest = HiddenField()
    seen = BooleanField(_l("I have read the copy to the end, and nobody else can be recognised in it"))

    @property
    def lines(self) -> tuple[str, ...]:
        """The phrases, without empty lines."""
        return tuple(line.strip() for line in (self.phrases.data or "").splitlines() if line.strip())


class AnswerForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """What came of a request, and what the person is told."""

    decision = RadioField(_l("What came of it"), validators=[InputRequired(_l("Choose what came of it."))])
    ground = SelectField(_l("Why not, or not all of it"))
    words = words_field(_l("What the person will read"), _l("Write what the person will read."), most=ANSWER_CHARACTERS)

    def fill(self) -> None:
        """Put the choices into words."""
        self.decision.choices = [(one.value, words.data_decision(one.value)) for one in Decision]
        self.ground.choices = with_empty([(one.value, words.data_ground(one.value)) for one in Ground])
