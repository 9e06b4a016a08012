"""What the page of an action shows: its form, and before it is done, what will go to the person and by which way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from grievance.accounts.permissions import NotPermitted
from grievance.cases import queries as case_queries
from grievance.cases.page import CasePage
from grievance.cases.states import MessageKind, Reach, Status
from grievance.cases.visibility import CaseAction
from grievance.cases.ways import TextPreview, preview_text
from grievance.messaging.segments import Encoding, Segments
from grievance.web import formats, words
from grievance.web.lang import current_lang
from grievance.web.staff.access import viewer
from grievance.web.staff.action_fills import nothing_to_choose
from grievance.web.staff.action_rows import ROWS
from grievance.web.staff.actions import ActionRow
from grievance.web.staff.case_pages import short_case
from grievance.web.staff.case_reading import read_case
from grievance.web.staff.change_pages import last_event
from grievance.web.staff.choices import Choices
from grievance.web.staff.forms_base import ActionForm, Choice, text_of
from grievance.web.staff.forms_endings import MergeForm
from grievance.web.staff.forms_response import ProposeForm
from grievance.web.staff.template_pages import template_choices
from grievance.web.unit import current

LEFT_AS = {
    CaseAction.REFER: Status.REFERRED,
    CaseAction.DECLARE_OUT_OF_SCOPE: Status.OUT_OF_SCOPE,
    CaseAction.WITHDRAW: Status.WITHDRAWN,
    CaseAction.MERGE: Status.MERGED,
}


@dataclass(frozen=True, slots=True)
class Going:
    """What one person gets: the text itself, what it costs, and by which way they read the rest."""

    way: str
    body: str
    footer: str
    lang: str


@dataclass(frozen=True, slots=True)
class Check:
    """The last look before something is done."""

    words: str
    lang: str
    going: list[Going] = field(default_factory=list)
    before: str = ""
    target: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ActionView:
    """An action on the case page or on a page of its own."""

    name: str
    title: str
    button: str
    hint: str
    url: str
    form: ActionForm
    told_lang: str
    is_checked_first: bool
    on_own_page: bool
    templates: list[Choice]
    """Reply templates that can be put into its words; none where nobody is told anything."""


def action_view(row: ActionRow[Any], choices: Choices, form: ActionForm) -> ActionView:
    """Return one action with its form."""
    page = choices.page
    return ActionView(
        name=row.action.value,
        title=str(row.title),
        button=str(row.button),
        hint=str(row.hint) if row.hint else "",
        url=url_for(f"staff.{row.endpoint}", reference=page.reference),
        form=form,
        told_lang=page.locale if row.kind else "",
        is_checked_first=row.is_checked_first,
        on_own_page=row.on_own_page,
        templates=template_choices(choices) if row.kind and "words" in form else [],
    )


def open_actions(page: CasePage, choices: Choices) -> list[ActionView]:
    """Return the actions open to the viewer now, each with an empty form, in the order of the table."""
    found = []
    for action, row in ROWS.items():
        if action not in page.allowed or nothing_to_choose(action, choices):
            continue
        form = ActionForm() if row.on_own_page else row.make_form(choices)
        form.begin_at(page.version, last_event(page))
        found.append(action_view(row, choices, form))
    return found


def check(row: ActionRow[Any], page: CasePage, form: ActionForm, choices: Choices) -> Check:
    """Return what to look at before the action is done.

    Raises:
        CaseNotFound: a case to join is not there for this viewer.
        TextTooLong: the words do not fit into a text.
    """
    target = _target(form)
    said: str | None = None
    going: list[Going] = []
    if row.kind is not None:
        said = row.words_told(form, choices) if row.words_told else str(form["words"].data)
    if row.kind is not None and said is not None:
        going = [going_to(found) for found in _previews(row, row.kind, page, said, _promises(form))]
    if row.asks is not None:
        going += [_asking(found) for found in row.asks(form, choices)]
    before = str(row.before) if row.before else ""
    return Check(said or "", page.locale, going, before, _target_words(target), _facts(form))


def size_words(segments: Segments) -> str:
    """Return what a text costs: "1 part. 149 of 160 characters."."""
    parts = ngettext("%(num)s part", "%(num)s parts", segments.parts)
    if segments.parts == 1:
        length = _("%(units)s of %(most)s characters", units=segments.units, most=segments.limit_one)
    else:
        length = _("%(units)s characters", units=segments.units)
    why = " " + _("Letters such as á or í make it dearer.") if segments.encoding is Encoding.UCS_2 else ""
    return f"{parts}. {length}.{why}"


def text_sizes(row: ActionRow[Any], page: CasePage, said: str) -> list[str]:
    """Return what each different text with these words would cost; nothing where none goes out.

    Raises:
        TextTooLong: the words do not fit into a text.
    """
    if row.kind is None:
        return []
    previews = _previews(row, row.kind, page, said)
    return list(dict.fromkeys(size_words(found.segments) for found in previews if found.segments))


def going_to(found: TextPreview) -> Going:
    """Return what one person gets, in words."""
    match Reach(found.reach):
        case Reach.TEXTS:
            way = _("The whole message goes to the phone as a text.")
        case Reach.NOTICES:
            way = _("The person reads the message on the follow-up page. This text says that it is there:")
        case Reach.MAIL:
            way = _(
                "The person reads it on the follow-up page. An e-mail says that it is there, unless one waits already."
            )
        case Reach.IN_PERSON:
            way = _("Nothing is sent: the person comes back in person. You get a task to tell them.")
        case Reach.PAGE if found.is_stopped:
            way = _(
                "Nothing is sent: the person takes no texts at present. It stands on the follow-up page, and you get a "
                "task to reach the person another way."
            )
        case Reach.PAGE:
            way = _("Nothing is sent: the person left no phone, and reads it on the follow-up page.")
    footer = size_words(found.segments) if found.segments else ""
    return Going(way, found.body or "", footer, found.locale)


def _asking(found: TextPreview) -> Going:
    way = _("After it, this text asks for the answer, which is one digit:")
    return Going(way, found.body or "", size_words(found.segments) if found.segments else "", found.locale)


def _previews(
    row: ActionRow[Any],
    kind: MessageKind,
    page: CasePage,
    said: str,
    promised: Sequence[tuple[str, date | None]] = (),
) -> Sequence[TextPreview]:
    unit = current()
    case = case_queries.for_change(unit.session, viewer(), page.reference, row.action)
    if row.action not in page.allowed:
        raise NotPermitted(row.duty)
    return preview_text(
        unit.session,
        case,
        kind=kind,
        words=said,
        at=unit.now,
        left_as=LEFT_AS.get(row.action),
        promised=promised,
    )


def _promises(form: ActionForm) -> list[tuple[str, date | None]]:
    return form.promises() if isinstance(form, ProposeForm) else []


def _facts(form: ActionForm) -> list[tuple[str, str]]:
    """Return what goes with a response besides its words: the finding, and what is promised by when."""
    if not isinstance(form, ProposeForm):
        return []
    lang = current_lang()
    promised = [
        (_("Promise %(num)s", num=number), f"{what} ({formats.day(by, lang)})" if by else what)
        for number, (what, by) in enumerate(_promises(form), 1)
    ]
    return [(_("Outcome"), words.outcome(form.outcome.data)), *promised]


def _target(form: ActionForm) -> CasePage | None:
    return read_case(text_of(form.reference)) if isinstance(form, MergeForm) else None


def _target_words(target: CasePage | None) -> str:
    return f"{short_case(target)} ({target.reference})" if target else ""
