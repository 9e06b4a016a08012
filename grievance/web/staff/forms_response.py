"""Forms for the response: what is found and offered, what the person answers, and what is then really done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Optional

from grievance.cases.states import FINDINGS, Source
from grievance.messaging.texts import TOLD_CHARACTERS
from grievance.web.staff.forms_base import ActionForm, Day, codes, line_field, words_field
from grievance.web.validators import AtMost, clean_line

ON_PAPER = (Source.SIGNED_PAPER, Source.WITNESSED)
"""The ways in which staff may record the person's own word."""


def _remedy() -> StringField:
    return StringField(_l("What is promised to the person"), filters=[clean_line], validators=[AtMost(300)])


def _by() -> Day:
    return Day(_l("By which date"), validators=[Optional()])


class ProposeForm(ActionForm):
    """A response with its finding and what is promised."""

    outcome = RadioField(
        _l("Outcome"),
        choices=codes(finding.value for finding in FINDINGS),
        description=_l(
            "The outcome is the site's finding. The person's opinion is theirs alone and is asked for later."
        ),
        validators=[InputRequired(_l("Choose what you found."))],
    )
    words = words_field(
        _l("The response"),
        _l("Write the response."),
        most=TOLD_CHARACTERS,
        hint=_l("What you looked at, what you found, what will be done. No names."),
    )
    # A page without script cannot add rows: five promises stand ready, the later ones folded away.
    remedy_a, remedy_a_by = _remedy(), _by()
    remedy_b, remedy_b_by = _remedy(), _by()
    remedy_c, remedy_c_by = _remedy(), _by()
    remedy_d, remedy_d_by = _remedy(), _by()
    remedy_e, remedy_e_by = _remedy(), _by()

    def remedy_rows(self) -> Iterator[tuple[Field, Field]]:
        """Yield the pairs of fields, what and by when."""
        for letter in "abcde":
            yield self[f"remedy_{letter}"], self[f"remedy_{letter}_by"]

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Ask for the promise where only its date was given: nothing typed is dropped in silence."""
        is_valid = bool(super().validate(extra_validators))
        for what, by in self.remedy_rows():
            if by.data and not what.data:
                what.errors = [*what.errors, _l("Write what is promised by this date, or clear the date.")]
                is_valid = False
        return is_valid

    def promises(self) -> list[tuple[str, date | None]]:
        """Return what was promised, in order, without the empty rows."""
        return [(what.data, by.data) for what, by in self.remedy_rows() if what.data]


class AnswerForm(ActionForm):
    """The person's answer to a response, given on paper or before a witness."""

    answer = RadioField(
        _l("What the person answered"),
        choices=codes(["accepted", "partly", "rejected"]),
        validators=[InputRequired(_l("Choose what the person answered."))],
    )
    source = RadioField(
        _l("How the person said so"),
        choices=codes(source.value for source in ON_PAPER),
        description=_l("Attach the signed paper to the case. Without one of these two ways it cannot be recorded."),
        validators=[InputRequired(_l("Choose how the person said so."))],
    )
    reason = words_field(_l("In the person's own words"), None)


class VerdictForm(ActionForm):
    """A person's opinion of how it ended, given on paper or before a witness."""

    person = SelectField(_l("Who answered"), validators=[InputRequired(_l("Choose who answered."))])
    verdict = RadioField(
        _l("Is the problem solved?"),
        choices=codes(["1", "2", "3"]),
        validators=[InputRequired(_l("Choose what the person said."))],
    )
    process_mark = SelectField(_l("How we treated the person, 1 bad to 5 good"), validators=[Optional()])
    outcome_mark = SelectField(_l("What came of it, 1 bad to 5 good"), validators=[Optional()])
    source = RadioField(
        _l("How the person said so"),
        choices=codes(source.value for source in ON_PAPER),
        validators=[InputRequired(_l("Choose how the person said so."))],
    )


class RemedyDoneForm(ActionForm):
    """A remedy was really done."""

    remedy = SelectField(_l("Which remedy"), validators=[InputRequired(_l("Choose the remedy."))])
    evidence = words_field(
        _l("What shows that it was done"),
        _l("Write what shows that it was done."),
        hint=_l("What was done, where and when. Somebody else will verify it."),
    )


class VerifyRemedyForm(ActionForm):
    """Somebody else looked, and it is true."""

    remedy = SelectField(
        _l("Which remedy"),
        validators=[InputRequired(_l("Choose the remedy."))],
        description=_l("You must have looked yourself, or asked the person. Whoever did it cannot verify it."),
    )


class CorrectiveActionForm(ActionForm):
    """Something done so that it does not happen again."""

    kind = RadioField(
        _l("Kind"),
        choices=codes(["corrective", "compensatory", "transformative"]),
        validators=[InputRequired(_l("Choose the kind."))],
    )
    words = words_field(_l("What will be done"), _l("Write what will be done."))
    owner = SelectField(_l("Who answers for it"), validators=[InputRequired(_l("Choose who answers for it."))])
    due_on = Day(_l("By which date"), validators=[InputRequired(_l("Give the date."))])


class ActionDoneForm(ActionForm):
    """A corrective action was done."""

    corrective_action = SelectField(_l("Which action"), validators=[InputRequired(_l("Choose the action."))])
    evidence = words_field(_l("What shows that it was done"), _l("Write what shows that it was done."))


class ReferenceForm(ActionForm):
    """A case named by its reference."""

    reference = line_field(_l("Reference of the other case"), _l("Write the reference of the other case."))
