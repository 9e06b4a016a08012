"""Forms of signing in and of the own account."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, RadioField, StringField
from wtforms.fields import Field, SelectChoice  # type: ignore[attr-defined]  # since 3.3; its types are older
from wtforms.form import BaseForm
from wtforms.validators import ValidationError

from grievance.accounts.credentials import PASSWORD_CHARACTERS_MIN, PasswordRefused, check_password
from grievance.web.validators import Needed, clean_line

REFUSED: Mapping[str, LazyString] = {
    "short": _l(
        "Use at least %(count)s characters. Four words that do not belong together are easy to keep.",
        count=PASSWORD_CHARACTERS_MIN,
    ),
    "long": _l("Use at most 128 characters."),
    "uniform": _l("Use more different characters: this one is guessed at once."),
    "personal": _l("Leave your e-mail address out of the password: it is what people try first."),
}


class SignInForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """First factor."""

    email = StringField(
        _l("E-mail"), filters=[clean_line], validators=[Needed(_l("Write the e-mail address of your account."))]
    )
    password = PasswordField(_l("Password"), validators=[Needed(_l("Write your password."))])
    code = StringField(
        _l("Code of your authenticator"),
        description=_l(
            "Leave it empty at first. If somebody keeps trying your e-mail address, write the code here: with "
            "password and code together you do not have to wait."
        ),
    )
    next = HiddenField()

    @property
    def digits(self) -> str:
        """Return the code without what people put between the digits."""
        return "".join(sign for sign in self.code.data or "" if sign.isdigit())


class CodeForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """Second factor."""

    code = StringField(
        _l("Code"),
        description=_l("Six digits. A new code comes every 30 seconds, and each works once."),
        validators=[Needed(_l("Write the six digits that your authenticator shows."))],
    )

    @property
    def digits(self) -> str:
        """Return the code without what people put between the digits."""
        return "".join(sign for sign in self.code.data or "" if sign.isdigit())


class RecoveryForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """A code from the paper in place of the second factor."""

    code = StringField(
        _l("Recovery code"),
        description=_l("One of the ten that you kept when you set up your account. Each works once."),
        validators=[Needed(_l("Write one of your recovery codes."))],
    )


class NewPassword:
    """Fields of a new password, typed twice. `email` is whose password it is."""

    email: str = ""

    new_password = PasswordField(
        _l("New password"),
        description=_l(
            "At least %(count)s characters. Long and easy beats short and odd.", count=PASSWORD_CHARACTERS_MIN
        ),
        validators=[Needed(_l("Choose a password."))],
    )
    again = PasswordField(_l("New password, again"), validators=[Needed(_l("Write the new password a second time."))])

    def validate_new_password(self, field: Field) -> None:
        """Refuse what a guesser tries first."""
        try:
            check_password(field.data or "", email=self.email)
        except PasswordRefused as refused:
            raise ValidationError(REFUSED[refused.reason]) from None

    def validate_again(self, field: Field) -> None:
        """Both must be the same: nobody sees what is typed."""
        if field.data != self.new_password.data:
            raise ValidationError(_l("The two passwords differ. Write the same one twice."))


class SetUpForm(NewPassword, CodeForm):
    """First sign-in: a password of one's own, and the authenticator shown to work."""


class PasswordForm(NewPassword, FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """Change of password."""

    present = PasswordField(_l("Present password"), validators=[Needed(_l("Write the password that you use now."))])


class ConfirmForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """The password once more, before something that whoever finds an open page must not do."""

    password = PasswordField(_l("Your password"), validators=[Needed(_l("Write your password."))])


class LanguageForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """Language of a staff member."""

    locale = RadioField(
        _l("Language of your notices"),
        choices=[SelectChoice("es", "Español"), SelectChoice("en", "English")],
        validators=[Needed(_l("Choose a language."))],
    )


class MailForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """When a staff member has notices by e-mail."""

    choice = RadioField(
        _l("E-mail when notices wait for you"),
        choices=[
            SelectChoice("off", _l("None")),
            SelectChoice("at_once", _l("At once, between 9:00 and 20:00 on working days")),
            SelectChoice("digest", _l("Once a day, as the working day begins")),
        ],
        validators=[Needed(_l("Choose one of the answers."))],
    )


def refuse(form: BaseForm, message: LazyString) -> None:
    """Say on a form what no single field can say."""
    form.form_errors.append(message)
