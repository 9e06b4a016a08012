"""Forms of administrators."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.fields import Field, SelectChoice  # type: ignore[attr-defined]  # since 3.3; its types are older
from wtforms.validators import Optional, ValidationError

from grievance.accounts.permissions import Duty
from grievance.accounts.queries import SiteName
from grievance.web.staff.account_words import MOVE_REASONS, duty_name
from grievance.web.validators import AtMost, Needed, clean_line

EVERY_SITE = "all"


class AddStaffForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """A new account."""

    name = StringField(
        _l("Name"),
        description=_l("As the person signs: people who file read it."),
        filters=[clean_line],
        validators=[Needed(_l("Write the person's name.")), AtMost(120)],
    )
    surname = StringField(
        _l("Surnames"),
        description=_l("When a surname appears in the words of a new case, the case is hidden from this person."),
        filters=[clean_line],
        validators=[AtMost(80)],
    )
    email = StringField(
        _l("E-mail"), filters=[clean_line], validators=[Needed(_l("Write the person's e-mail address.")), AtMost(255)]
    )
    locale = RadioField(
        _l("Language of notices"),
        choices=[SelectChoice("es", "Español"), SelectChoice("en", "English")],
        default="es",
        validators=[Needed(_l("Choose a language."))],
    )
    unit = SelectField(
        _l("Unit"),
        description=_l("Cases against a unit are hidden from its people. Leave it open only for outsiders."),
        validators=[Optional()],
    )
    heads_unit = BooleanField(_l("Heads this unit"))

    def offer(self, units: Sequence[tuple[str, str]]) -> None:
        """Offer units, as (public id, words)."""
        self.unit.choices = [SelectChoice("", "–"), *(SelectChoice(*unit) for unit in units)]

    def validate_email(self, field: Field) -> None:
        """Refuse what cannot be an address."""
        name, at, domain = (field.data or "").strip().rpartition("@")
        if not (name and at and "." in domain) or " " in (field.data or "").strip():
            raise ValidationError(_l("This is no e-mail address. Write it whole, for example name@company.cl."))


class GrantForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """A duty at a site."""

    duty = SelectField(_l("Duty"), validators=[Needed(_l("Choose a duty."))])
    site = SelectField(_l("Site"), validators=[Needed(_l("Choose a site."))])

    def offer(self, sites: Sequence[SiteName], every_site: str) -> None:
        """Offer sites; `every_site` are the words for all of them, empty when this administrator may not."""
        self.duty.choices = [SelectChoice(duty.value, duty_name(duty)) for duty in Duty]
        self.site.choices = [SelectChoice(site.slug, site.name) for site in sites]
        if every_site:
            self.site.choices.append(SelectChoice(EVERY_SITE, every_site))


class PlaceForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """Where somebody belongs."""

    unit = SelectField(
        _l("Unit"),
        description=_l("Cases against a unit are hidden from its people. Leave it open only for outsiders."),
        validators=[Optional()],
    )
    heads_unit = BooleanField(_l("Heads this unit"))
    company = SelectField(
        _l("Company"), description=_l("For whoever has no unit: a unit brings its company."), validators=[Optional()]
    )
    reason = RadioField(
        _l("Why this changes"),
        choices=[SelectChoice(reason.value, words) for reason, words in MOVE_REASONS.items()],
        validators=[Needed(_l("Say why."))],
    )

    def offer(self, units: Sequence[tuple[str, str]], companies: Sequence[tuple[str, str]]) -> None:
        """Offer units and companies, as (public id, words)."""
        self.unit.choices = [SelectChoice("", "–"), *(SelectChoice(*unit) for unit in units)]
        self.company.choices = [SelectChoice("", "–"), *(SelectChoice(*company) for company in companies)]
