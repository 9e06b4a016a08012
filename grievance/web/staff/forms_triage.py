"""Forms of the first look: what kind of case it is, who may see it, and who works it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, SubmitField
from wtforms.validators import InputRequired, Optional

from grievance.web.staff.forms_base import ActionForm, codes, words_field


class ClassifyForm(ActionForm):
    """What it is, how grave, and about whom."""

    category = SelectField(_l("What it is about"), validators=[InputRequired(_l("Choose what it is about."))])
    type = SelectField(
        _l("Kind of case"),
        description=_l("It decides the dates and who may read it."),
        validators=[InputRequired(_l("Choose the kind of case."))],
    )
    severity = RadioField(
        _l("How grave"),
        choices=codes(str(number) for number in range(1, 6)),
        validators=[InputRequired(_l("Choose how grave it is."))],
    )
    employer = SelectField(_l("Who employs the person"), validators=[Optional()])
    area = SelectField(_l("Where it happened"), validators=[Optional()])
    respondent_staff = SelectMultipleField(_l("Staff members complained about"), validators=[Optional()])
    respondent_unit = SelectMultipleField(_l("Units complained about"), validators=[Optional()])
    respondent_company = SelectMultipleField(_l("Companies complained about"), validators=[Optional()])
    respondent_words = words_field(
        _l("Somebody else complained about"),
        None,
        most=300,
        hint=_l("A person or group that is in none of the lists, as the words describe them."),
    )
    restrict = BooleanField(
        _l("Restrict it: only triagers and the investigators they name can read it"),
        description=_l("Harassment, reprisals, integrity and human rights are always restricted."),
    )
    reason = words_field(
        _l("If it was harassment and is not: why"),
        None,
        most=500,
        hint=_l("Kept as an internal note. The person is told, and so are the other triagers."),
    )
    handler = SelectField(_l("Assign it to"), validators=[Optional()])


class ReasonForm(ActionForm):
    """A step that needs its reason, kept as an internal note."""

    reason = words_field(
        _l("Reason"), _l("Write the reason."), hint=_l("Kept as an internal note. Never shown to the person.")
    )


class InvestigatorForm(ActionForm):
    """Somebody to be named."""

    staff = SelectField(
        _l("Who"),
        validators=[InputRequired(_l("Choose somebody."))],
        description=_l("Left out: those from whom the case is hidden."),
    )


class NamedForm(ActionForm):
    """Somebody already named, or from whom it is hidden."""

    staff = SelectField(_l("Who"), validators=[InputRequired(_l("Choose somebody."))])


class ShowAgainForm(NamedForm):
    """To whom a hidden case is shown again, and why."""

    reason = words_field(
        _l("Reason"),
        _l("Write the reason."),
        hint=_l("Kept as an internal note, which whoever reads the case reads, and named in the audit trail."),
    )


class AssignForm(ActionForm):
    """Who works it."""

    handler = SelectField(
        _l("Who works it"),
        validators=[InputRequired(_l("Choose who works it."))],
        description=_l("The number is how many open cases each one has."),
    )


class ReviewerForm(ActionForm):
    """Who decides an appeal."""

    reviewer = SelectField(
        _l("Who decides the appeal"),
        validators=[InputRequired(_l("Choose who decides."))],
        description=_l("Only reviewers who had no part in the case are offered."),
    )


class TrayForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """What becomes of a text that belongs nowhere yet."""

    site = SelectField(_l("To which site it belongs"), validators=[InputRequired(_l("Choose the site."))])
    aside = SubmitField(_l("Set it aside"))
