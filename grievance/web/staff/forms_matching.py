"""The form that asks what the columns and words of a company's own list mean: one field for each that the file has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import Length, Optional

from grievance.core.i18n import Locale
from grievance.registers.asking import EMPTY, Word, asked, options
from grievance.registers.checking import Site
from grievance.registers.columns import REQUIRED, Column
from grievance.registers.finding import Found
from grievance.registers.kept import NAME_CHARACTERS
from grievance.registers.lists import ListNames
from grievance.registers.matching import DateOrder, Matching, guessed
from grievance.registers.words import column_name
from grievance.web.lang import current_lang

LEFT_OUT = "-"


@dataclass(frozen=True, slots=True)
class Ground:
    """What a form is made of."""

    found: Found
    said: Matching | None
    """What was said before: of this file, or what is kept."""
    site: Site
    names: ListNames
    lang: Locale


class MatchingForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """What does not depend on the file."""

    order = RadioField(
        _l("How does the list write a day like 03/04/2024?"),
        description=_l(
            "A date that begins with the year, 2024-04-03, and a date of the spreadsheet are understood anyway."
        ),
        validators=[Optional()],
    )
    name = StringField(
        _l("Keep this for the next time, under a name"),
        description=_l(
            "A file with the same headers is then read like this one. Write nobody's name. Empty: for this file only."
        ),
        validators=[Optional(), Length(max=NAME_CHARACTERS, message=_l("Shorten the name: at most 60 characters."))],
    )


@dataclass(slots=True)
class MatchingFields:
    """A form made for a file, with the places of its fields."""

    form: Any
    columns: Mapping[str, str]
    """Key of a header → name of its field."""
    words: Mapping[Column, Sequence[tuple[Word, str]]]
    """Column → words that are asked for, each with the name of its field."""

    def chosen(self) -> dict[str, Column]:
        """Return what each header means, as it stands in the form; what is left out is not in it."""
        said = {key: self.form[name].data for key, name in self.columns.items()}
        return {key: Column(value) for key, value in said.items() if value in set(Column)}

    def matching(self, ground: Ground) -> Matching:
        """Return what the form says."""
        words: dict[Column, dict[str, str]] = {}
        for column, kept in (ground.said.words if ground.said else {}).items():
            words[column] = dict(kept)
        for column, asked_for in self.words.items():
            for word, name in asked_for:
                value = str(self.form[name].data or "")
                words.setdefault(column, {}).pop(word.word, None)
                if value:
                    words[column][word.word] = "" if value == EMPTY else value
        order = self.form.order.data
        return Matching(
            ground.found.headers,
            self.chosen(),
            DateOrder(order) if order else None,
            {column: said for column, said in words.items() if said},
            str(self.form.name.data or "").strip(),
        )

    def is_whole(self) -> bool:
        """Check that each of our columns is filled by one of theirs at most, and those that are needed by one."""
        is_sound = bool(self.form.validate())
        seen: set[str] = set()
        for name in self.columns.values():
            field = self.form[name]
            if field.data in set(Column) and field.data in seen:
                field.errors = [
                    *field.errors,
                    _("Two columns have this meaning. Choose another one, or leave one out."),
                ]
                is_sound = False
            seen.add(field.data)
        missing = [column for column in REQUIRED if column.value not in seen]
        for column in missing:
            said = _("Say which column holds: %(column)s.", column=column_name(column.value, current_lang()))
            self.form.form_errors.append(said)
        return is_sound and not missing


def fields_of(ground: Ground, *, is_sent: bool) -> MatchingFields:
    """Return the form for a file; its questions about words follow what is chosen for the columns."""
    places = {one.key: f"column_{at}" for at, one in enumerate(ground.found.columns) if not one.is_contact}
    columns = _sent(places) if is_sent else _begun(ground)
    questions = asked(ground.found, columns, ground.site, ground.said)
    words = {
        column: [(word, f"word_{column.value}_{at}") for at, word in enumerate(listed)]
        for column, listed in questions.items()
    }
    fields: dict[str, Any] = {}
    for one in ground.found.columns:
        if one.key in places:
            chosen = columns[one.key].value if one.key in columns else LEFT_OUT
            fields[places[one.key]] = SelectField(one.header, default=chosen)
    for listed_words in words.values():
        for word, name in listed_words:
            fields[name] = SelectField(word.word, default=word.proposed)
    kind = type("MatchingOfFile", (MatchingForm,), fields)
    form = kind(data=_beginnings(ground))
    form.order.choices = _orders()
    for name in places.values():
        form[name].choices = _meanings(ground.lang)
    for column, listed_words in words.items():
        offered = _offered(column, ground)
        for _word, name in listed_words:
            form[name].choices = offered
    return MatchingFields(form, places, words)


def _begun(ground: Ground) -> dict[str, Column]:
    if ground.said is not None:
        return dict(ground.said.columns)
    return dict(guessed(ground.found.headers))


def _sent(places: Mapping[str, str]) -> dict[str, Column]:
    values = {key: request.form.get(name, "") for key, name in places.items()}
    return {key: Column(value) for key, value in values.items() if value in set(Column)}


def _beginnings(ground: Ground) -> dict[str, str]:
    said = ground.said
    return {"order": said.order.value if said and said.order else "", "name": said.name if said else ""}


def _orders() -> list[tuple[str, str]]:
    return [
        (DateOrder.DAY_FIRST.value, _("The day first: 3 April 2024")),
        (DateOrder.MONTH_FIRST.value, _("The month first: 4 March 2024")),
        ("", _("There are none, or it is not sure: what has two readings is told as a problem")),
    ]


def _meanings(lang: Locale) -> list[tuple[str, str]]:
    ours = [(column.value, column_name(column.value, lang)) for column in Column]
    return [(LEFT_OUT, _("Leave this column out")), *ours]


def _offered(column: Column, ground: Ground) -> list[tuple[str, str]]:
    ours = [(value, label) for value, label in options(column, ground.site, ground.names, ground.lang)]
    first = ("", _("Not decided: its rows are told as problems"))
    return [first, *ours, (EMPTY, _("Nothing: leave the cell empty"))]
