"""What stands in a form of an action before anything is typed: choices of its selects, the language of its words."""

from __future__ import annotations

from collections.abc import Callable

from flask import request
from flask_babel import gettext as _
from wtforms import RadioField, SelectField, SelectMultipleField

from grievance.cases.clocks import WAITING_FOR_PERSON
from grievance.cases.handling import MET_ON_TRACK
from grievance.cases.states import NEVER_OUT_OF_SCOPE
from grievance.cases.visibility import CaseAction
from grievance.deadlines.standards import CaseType
from grievance.web import clock_words, formats
from grievance.web import words as plain_words
from grievance.web.lang import current_lang
from grievance.web.staff import referral_runs
from grievance.web.staff.choices import Choices, types
from grievance.web.staff.forms_base import ActionForm, Choice, with_empty
from grievance.web.staff.forms_endings import MergeForm, OutOfScopeForm, WithdrawForm
from grievance.web.staff.forms_messages import AcknowledgeForm, ClockMetForm, HandOverForm, MessageForm, SummaryForm
from grievance.web.staff.forms_response import (
    ActionDoneForm,
    AnswerForm,
    CorrectiveActionForm,
    ProposeForm,
    RemedyDoneForm,
    VerdictForm,
    VerifyRemedyForm,
)
from grievance.web.staff.forms_triage import AssignForm, ClassifyForm, InvestigatorForm, NamedForm
from grievance.web.staff.thread_pages import language_in_text

RECORDABLE = frozenset({"first_contact", "protect", "stabilise", "refer_to_dt", "plan", "block", "feedback", "review"})
"""Clocks that something other than a message can meet. In danger the first acknowledgement is a call, too."""


def words(form: AcknowledgeForm | MessageForm | ActionForm, choices: Choices) -> None:
    """Say in which language the person reads, and by which way."""
    field = form["words"]
    language = language_in_text(choices.page.locale, current_lang())
    field.label.text = _("%(what)s, in %(language)s", what=field.label.text, language=language)


def propose(form: ProposeForm, choices: Choices) -> None:
    """Name the findings."""
    words(form, choices)
    _name(form.outcome, plain_words.outcome)


def response_words(form: ProposeForm, _choices: Choices) -> str:
    """Return the response as it goes out."""
    return str(form.words.data)


def answer(form: AnswerForm, _choices: Choices) -> None:
    """Name the answers and the ways in which they can be recorded."""
    _name(form.answer, plain_words.answer)
    _name(form.source, plain_words.source)


def verdict(form: VerdictForm, choices: Choices) -> None:
    """Name the people, in the order in which they filed, and the marks."""
    filed = enumerate(choices.page.complainants, start=1)
    asked = [(part.public_id, _("Person %(number)s", number=number)) for number, part in filed]
    form.person.choices = asked if len(asked) == 1 else with_empty(asked, _("Choose"))
    marks = with_empty([(str(mark), str(mark)) for mark in range(1, 6)], _("Not said"))
    form.process_mark.choices = form.outcome_mark.choices = marks
    form.verdict.choices = [("1", _("Yes")), ("2", _("In part")), ("3", _("No"))]
    _name(form.source, plain_words.source)


def remedy_done(form: RemedyDoneForm, choices: Choices) -> None:
    """Offer what was promised and not yet done."""
    _offer(form.remedy, choices.remedies_to_do)


def verify_remedy(form: VerifyRemedyForm, choices: Choices) -> None:
    """Offer what was done and not yet verified."""
    _offer(form.remedy, choices.remedies_to_verify)


def corrective_action(form: CorrectiveActionForm, choices: Choices) -> None:
    """Name the kinds, and who may answer for it."""
    _name(form.kind, plain_words.action_kind)
    _offer(form.owner, choices.owners)


def action_done(form: ActionDoneForm, choices: Choices) -> None:
    """Offer the actions not yet done."""
    _offer(form.corrective_action, choices.actions_to_do)


def merge(form: MergeForm, _choices: Choices) -> None:
    """Write in the case that was suggested, where the address names one."""
    if not form.is_submitted():
        form.reference.data = request.args.get("into", "")


def hand_over(form: HandOverForm, choices: Choices) -> None:
    """Offer the messages not yet told."""
    _offer(form.message, choices.untold)


def clock_met(form: ClockMetForm, choices: Choices) -> None:
    """Offer the clocks that still run and that a message does not meet."""
    _offer(form.clock, [(name, clock_words.clock(name)) for name in _recordable(choices)])


def summary(form: SummaryForm, choices: Choices) -> None:
    """Start from what was written before."""
    if not form.is_submitted():
        form.title.data, form.summary.data = choices.page.title or "", choices.page.summary or ""


def out_of_scope_words(form: OutOfScopeForm, _choices: Choices) -> str:
    """Return what the person reads when it is out of scope."""
    return f"{form.reason.data}\n\n{form.elsewhere.data}"


def merge_words(form: MergeForm, _choices: Choices) -> str:
    """Return what the person reads when cases are joined."""
    return str(form.reason.data)


def withdrawal_words(form: WithdrawForm, _choices: Choices) -> str:
    """Return what the person reads in confirmation of a withdrawal."""
    return form.reason.data or ""


def withdraw(form: WithdrawForm, _choices: Choices) -> None:
    """Name the ways in which a withdrawal can be recorded."""
    _name(form.source, plain_words.source)


def classify(form: ClassifyForm, choices: Choices) -> None:
    """Offer the lists of the site; begin with what the person's own choice of category usually is."""
    form.category.choices = with_empty(choices.categories, _("Choose"))
    form.type.choices = with_empty(types(), _("Choose"))
    _name(form.severity, lambda number: plain_words.severity(int(number)))
    form.employer.choices = with_empty(choices.companies, _("Not known"))
    form.area.choices = with_empty(choices.areas, _("Not known"))
    form.handler.choices = with_empty(choices.anybody, _("Nobody yet"))
    _list(form.respondent_staff, choices.colleagues)
    _list(form.respondent_unit, choices.units)
    _list(form.respondent_company, choices.companies)
    kind = choices.page.type if choices.page.is_classified else (choices.proposed or ("", ""))[0]
    if kind not in NEVER_OUT_OF_SCOPE:
        del form.reason
    if not form.is_submitted():
        _begin_with(form, choices)


def assign(form: AssignForm, choices: Choices) -> None:
    """Offer who may work it."""
    _offer(form.handler, choices.handlers)


def investigator(form: InvestigatorForm, choices: Choices) -> None:
    """Offer who may be named."""
    named = {person.public_id for person in choices.page.investigators}
    _offer(form.staff, [choice for choice in choices.investigators if choice[0] not in named])


def named(form: NamedForm, choices: Choices) -> None:
    """Offer who has been named."""
    _offer(form.staff, [(person.public_id, person.name) for person in choices.page.investigators])


def hidden(form: NamedForm, choices: Choices) -> None:
    """Offer from whom it is hidden, with the reason."""
    people = choices.page.hidden_from
    _offer(
        form.staff,
        [(part.staff_public_id, f"{part.name}: {plain_words.hidden_reason(part.reason)}") for part in people],
    )


def dates_to_keep(choices: Choices) -> list[Choice]:
    """Return the running dates that staff have to keep, each with its day, the next first; one line a name."""
    lang = current_lang()
    latest = {
        part.name: part.due_on
        for part in sorted(choices.page.clocks, key=lambda part: part.due_at)
        if part.is_running and part.name not in WAITING_FOR_PERSON
    }
    return [(name, f"{clock_words.clock(name)}: {formats.day(on, lang)}") for name, on in latest.items()]


def nothing_to_choose(action: CaseAction, choices: Choices) -> bool:
    """Return whether an action that is allowed has nothing to work on, so that its form would be empty."""
    lists: dict[CaseAction, Callable[[], list[Choice]]] = {
        CaseAction.RECORD_REMEDY_DONE: lambda: choices.remedies_to_do,
        CaseAction.VERIFY_REMEDY: lambda: choices.remedies_to_verify,
        CaseAction.COMPLETE_CORRECTIVE_ACTION: lambda: choices.actions_to_do,
        CaseAction.VERIFY_CORRECTIVE_ACTION: lambda: choices.actions_to_verify,
        CaseAction.MEASURE_DONE: lambda: choices.measures_to_do,
        CaseAction.VERIFY_MEASURE: lambda: choices.measures_to_verify,
        **_of_track(choices),
        CaseAction.HAND_OVER: lambda: choices.untold,
        CaseAction.NAME_REVIEWER: lambda: choices.reviewers,
        CaseAction.RECORD_APPEAL: lambda: [("", "")] if choices.appellants else [],
        CaseAction.RECORD_CHECK: lambda: [("", "")] if choices.check_open else [],
        CaseAction.DECIDE_EXTENSION: lambda: [(part.public_id, "") for part in choices.page.extensions_asked],
        **dict.fromkeys((CaseAction.TELL_DELAY, CaseAction.ASK_EXTENSION), lambda: dates_to_keep(choices)),
        CaseAction.MEET_CLOCK: lambda: [(name, name) for name in _recordable(choices)],
        CaseAction.MARK_READ: lambda: [("", "")] * choices.page.unread_count,
    }
    of_referral = referral_runs.offered(choices)
    return (action in lists and not lists[action]()) or not of_referral.get(action, True)


def _of_track(choices: Choices) -> dict[CaseAction, Callable[[], list[Choice]]]:
    """Return what the actions of harassment have to work on."""
    track = choices.page.track
    one = [("", "")]
    return {
        CaseAction.NO_MEASURE: lambda: [] if track is None or track.is_protected else one,
        CaseAction.CHOOSE_ROUTE: lambda: one if track and track.is_protected and track.routes else [],
        CaseAction.TRACK_STEP: lambda: one if track and track.is_protected and track.steps else [],
        CaseAction.IDENTIFY_PERSON: lambda: one if track and track.is_preliminary else [],
        CaseAction.GIVE_IDENTITY: lambda: [] if track is None or track.is_preliminary else choices.companies,
    }


def _recordable(choices: Choices) -> list[str]:
    names = RECORDABLE | {"acknowledge"} if choices.page.type == CaseType.DANGER else RECORDABLE
    if choices.page.type == CaseType.HARASSMENT:
        names -= MET_ON_TRACK
    return [part.name for part in choices.page.clocks if part.is_running and part.name in names]


def _begin_with(form: ClassifyForm, choices: Choices) -> None:
    page = choices.page
    form.category.data = choices.category_id
    if page.is_classified:
        form.type.data, form.severity.data = page.type, str(page.severity or "")
    elif choices.proposed is not None:
        form.type.data, form.severity.data = choices.proposed
    form.restrict.data = page.is_restricted
    form.handler.data = page.handler.public_id if page.handler else ""
    form.employer.data, form.area.data = str(page.employer_id or ""), str(page.area_id or "")


def _name(field: RadioField, say: Callable[[str], str]) -> None:
    """Give radio choices, declared as codes, their words in the language of the page."""
    field.choices = [(code, say(str(code))) for code in field.choices or ()]


def _offer(field: SelectField, choices: list[Choice]) -> None:
    """Offer choices; one alone is chosen already."""
    field.choices = choices if len(choices) == 1 else with_empty(choices, _("Choose"))


def _list(field: SelectMultipleField, choices: list[Choice]) -> None:
    field.choices = choices
