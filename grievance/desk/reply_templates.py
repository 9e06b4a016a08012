"""Words that handlers begin a message with, per site, kind of case and language; variables are filled in from the case.

Variables are a closed list, and none of them says who anybody is: a template is read by everybody at the site.
Not for: texts that the system sends by itself (messaging.wording).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from grievance.accounts.permissions import Action, Viewer
from grievance.core.db import lock_row
from grievance.core.i18n import Locale
from grievance.deadlines.standards import CaseType
from grievance.desk.models import ReplyTemplate
from grievance.sites.models import Site

MOST_TEMPLATES = 200
"""Of one site: a list longer than that finds nothing for anybody."""

_BRACED = re.compile(r"\{([^{}]*)\}")


class Variable(StrEnum):
    """What a template may leave open; written in braces."""

    REFERENCE = "reference"
    SITE = "site"
    RECEIVED = "received"
    DUE = "due"


class UnknownVariable(ValueError):
    """A template names a variable that there is none of, or has a brace that opens or closes nothing."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class NothingToFillIn(LookupError):
    """The case has no value for a variable: no date runs, for example."""

    def __init__(self, variable: Variable) -> None:
        super().__init__(variable.value)
        self.variable = variable


class TemplateNotFound(LookupError):
    """There is no such template, or not at a site of this viewer."""


class TooManyTemplates(Exception):
    """The site has as many templates as it may have."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A template as its author writes it; no kind of case means every kind."""

    name: str
    case_type: CaseType | None
    locale: Locale
    words: str


@dataclass(frozen=True, slots=True)
class Template:
    """A template as lists show it."""

    public_id: str
    site_id: int
    site_name: str
    site_sms_name: str
    name: str
    case_type: str | None
    locale: str
    words: str


def variables_in(words: str) -> frozenset[Variable]:
    """Return the variables of a template.

    Raises:
        UnknownVariable: it names another, or has a stray brace.

    >>> sorted(variables_in("Caso {reference}, plazo {due}."))
    [<Variable.DUE: 'due'>, <Variable.REFERENCE: 'reference'>]
    """
    names = _BRACED.findall(words)
    unknown = [name for name in names if name not in list(Variable)]
    stray = re.search(r"[{}]", _BRACED.sub("", words))
    if unknown or stray:
        raise UnknownVariable(unknown[0] if unknown else stray[0] if stray else "")
    return frozenset(Variable(name) for name in names)


def fill_in(words: str, values: Mapping[Variable, str]) -> str:
    """Return the words of a template with its variables filled in.

    Raises:
        NothingToFillIn: a variable has no value.

    >>> fill_in("Caso {reference}.", {Variable.REFERENCE: "7K3Q-9F2M"})
    'Caso 7K3Q-9F2M.'
    """
    for variable in sorted(variables_in(words)):
        if not values.get(variable):
            raise NothingToFillIn(variable)
    return _BRACED.sub(lambda found: values[Variable(found[1])], words)


def templates_for(session: Session, site_id: int, *, case_type: str, locale: str) -> tuple[Template, ...]:
    """Return the templates of a site that fit a case, those of its own kind first, then by name."""
    fits = or_(ReplyTemplate.case_type == case_type, ReplyTemplate.case_type.is_(None))
    found = _read(session, ReplyTemplate.site_id == site_id, ReplyTemplate.locale == locale, fits)
    return tuple(sorted(found, key=lambda one: (one.case_type is None, one.name.casefold())))


def templates_of(session: Session, site_ids: Sequence[int]) -> tuple[Template, ...]:
    """Return all templates of some sites, by site and name."""
    return tuple(_read(session, ReplyTemplate.site_id.in_(site_ids)))


def template(session: Session, viewer: Viewer, public_id: str) -> Template:
    """Return a template that the viewer may change.

    Raises:
        TemplateNotFound: there is none, or not at a site whose templates are the viewer's to change.
    """
    row = _row(session, viewer, public_id)
    return next(iter(_read(session, ReplyTemplate.id == row.id)))


def add_template(session: Session, viewer: Viewer, site_id: int, wording: Wording, *, at: datetime) -> ReplyTemplate:
    """Offer a template at a site from now on.

    Raises:
        NotPermitted: the viewer does not manage templates there.
        UnknownVariable: it names a variable that there is none of.
        TooManyTemplates: the site has as many as it may have.
    """
    viewer.require(Action.MANAGE_TEMPLATES, site_id)
    variables_in(wording.words)
    lock_row(session, Site, id=site_id)
    kept = select(func.count()).where(ReplyTemplate.site_id == site_id, ReplyTemplate.removed_at.is_(None))
    if session.execute(kept).scalar_one() >= MOST_TEMPLATES:
        raise TooManyTemplates
    row = ReplyTemplate(site_id=site_id)
    _write(row, wording, viewer, at=at)
    session.add(row)
    return row


def change_template(session: Session, viewer: Viewer, public_id: str, wording: Wording, *, at: datetime) -> None:
    """Give a template other words; messages already written keep theirs.

    Raises:
        TemplateNotFound: there is none, or not at a site of the viewer.
        UnknownVariable: it names a variable that there is none of.
    """
    variables_in(wording.words)
    _write(_row(session, viewer, public_id), wording, viewer, at=at)


def remove_template(session: Session, viewer: Viewer, public_id: str, *, at: datetime) -> None:
    """Offer a template no more.

    Raises:
        TemplateNotFound: there is none, or not at a site of the viewer.
    """
    _row(session, viewer, public_id).removed_at = at


def _read(session: Session, *conditions: ColumnElement[bool]) -> list[Template]:
    rows = session.execute(
        select(ReplyTemplate, Site.name, Site.sms_name)
        .join(Site, Site.id == ReplyTemplate.site_id)
        .where(ReplyTemplate.removed_at.is_(None), *conditions)
        .order_by(Site.name, ReplyTemplate.name, ReplyTemplate.id)
    )
    return [
        Template(row.public_id, row.site_id, site_name, sms_name, row.name, row.case_type, row.locale, row.words)
        for row, site_name, sms_name in rows
    ]


def _row(session: Session, viewer: Viewer, public_id: str) -> ReplyTemplate:
    row = session.scalars(
        select(ReplyTemplate).where(ReplyTemplate.public_id == public_id, ReplyTemplate.removed_at.is_(None))
    ).one_or_none()
    if row is None or not viewer.may(Action.MANAGE_TEMPLATES, row.site_id):
        raise TemplateNotFound
    return row


def _write(row: ReplyTemplate, wording: Wording, viewer: Viewer, *, at: datetime) -> None:
    row.name, row.locale, row.words = wording.name, wording.locale, wording.words
    row.case_type = wording.case_type.value if wording.case_type else None
    row.written_by_id, row.written_at = viewer.staff_id, at
