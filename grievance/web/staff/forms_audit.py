"""The form of auditors: which lines of the trail to show."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField
from wtforms.fields import Field, SelectChoice  # type: ignore[attr-defined]  # since 3.3; its types are older
from wtforms.validators import Optional, ValidationError

from grievance.accounts.audit import AuditAction, AuditKind
from grievance.accounts.queries import SiteName, StaffLine
from grievance.crypto.codes import normalise_reference
from grievance.web.staff.account_words import AUDIT_KINDS, action_words
from grievance.web.validators import AtMost, clean_line

OF_KIND = "kind:"
"""Before the name of a kind, to tell it from a single action."""


class AuditForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """Which lines of the trail to show. Sent by GET: the address can be kept."""

    class Meta:
        """Filters change nothing and carry no token."""

        csrf = False

    action = SelectField(_l("What"), validators=[Optional()])
    actor = SelectField(_l("Who"), validators=[Optional()])
    site = SelectField(_l("Site"), validators=[Optional()])
    since = DateField(_l("From"), validators=[Optional()])
    until = DateField(_l("Until"), validators=[Optional()])
    reference = StringField(_l("Case number"), filters=[clean_line], validators=[AtMost(20)])

    def offer(self, people: Sequence[StaffLine], sites: Sequence[SiteName], words: tuple[str, str, str, str]) -> None:
        """Offer what can be chosen. `words`: anything, anybody, any site, and the heading of the single actions."""
        anything, anybody, anywhere, one_by_one = words
        self.action.choices = [
            SelectChoice("", anything),
            *(SelectChoice(f"{OF_KIND}{kind.value}", str(name)) for kind, name in AUDIT_KINDS.items()),
            *(SelectChoice(each.value, action_words(each), optgroup=one_by_one) for each in AuditAction),
        ]
        self.actor.choices = [
            SelectChoice("", anybody),
            *(SelectChoice(person.public_id, person.name) for person in people),
        ]
        self.site.choices = [SelectChoice("", anywhere), *(SelectChoice(site.slug, site.name) for site in sites)]

    @property
    def kind(self) -> AuditKind | None:
        """The kind that was chosen, None for a single action or none."""
        chosen = str(self.action.data or "")
        return AuditKind(chosen.removeprefix(OF_KIND)) if chosen.startswith(OF_KIND) else None

    def validate_reference(self, field: Field) -> None:
        """Refuse what cannot be the number of a case."""
        if field.data and normalise_reference(field.data) is None:
            raise ValidationError(_l("This is no case number. It has eight letters and digits, for example 7K3Q-9F2M."))

    def validate_until(self, field: Field) -> None:
        """Refuse a time that ends before it begins."""
        if field.data and self.since.data and field.data < self.since.data:
            raise ValidationError(_l("The last day is before the first. Choose them the other way round."))
