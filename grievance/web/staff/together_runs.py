"""What stands in the forms of a grievance of several people, and what they do."""

from __future__ import annotations

from flask_babel import gettext as _

from grievance.cases.page import JoinedFiling
from grievance.complainants import collective
from grievance.web import formats, words
from grievance.web.lang import current_lang
from grievance.web.staff.actions import Doing
from grievance.web.staff.choices import Choices
from grievance.web.staff.forms_base import text_of
from grievance.web.staff.forms_messages import EmptyForm
from grievance.web.staff.forms_together import JoinCodeForm, RemoveJoinForm

SHOWN_CHARACTERS = 80
"""Of the words of a filing, in the list of those that can be removed."""


def give_code(doing: Doing, form: JoinCodeForm) -> None:
    """Give the case a code; the one before is closed."""
    collective.open_code(
        doing.unit.session, doing.case, line=text_of(form.line) or None, by=doing.by, at=doing.unit.now
    )


def close_code(doing: Doing, _form: EmptyForm) -> None:
    """Let nobody join any more."""
    collective.close_code(doing.unit.session, doing.case, by=doing.by, at=doing.unit.now)


def fill_removal(form: RemoveJoinForm, choices: Choices) -> None:
    """Offer what came in by a code."""
    joining = choices.page.joining
    filings = joining.filings if joining else ()
    form.filings.choices = [(part.public_id, _line(part, choices.page.time_zone)) for part in filings]


def remove(doing: Doing, form: RemoveJoinForm) -> None:
    """Take filings out again."""
    collective.remove(
        doing.unit.session,
        doing.case,
        list(form.filings.data or ()),
        reason=text_of(form.reason),
        by=doing.by,
        at=doing.unit.now,
    )


def _line(part: JoinedFiling, time_zone: str) -> str:
    said = (part.words or "")[:SHOWN_CHARACTERS] or _("no words of their own")
    when = formats.moment_short(part.filed_at, current_lang(), tz=time_zone)
    return f"{when}, {words.channel(part.channel)}: {said}"
