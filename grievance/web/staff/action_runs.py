"""The operation behind each form: values out of the form, one call into the domain."""

from __future__ import annotations

from datetime import date

from wtforms import DateField

from grievance.cases import endings, feedback, handling, remedies, resolution, telling, triage
from grievance.cases import queries as case_queries
from grievance.cases.remedies import CorrectiveKind
from grievance.cases.resolution import Answer, Promise
from grievance.cases.states import Outcome, Source
from grievance.cases.triage import RespondentSaid
from grievance.cases.visibility import CaseAction
from grievance.cases.ways import people
from grievance.deadlines.standards import CaseType, ClockName
from grievance.web.staff.access import viewer
from grievance.web.staff.actions import Doing
from grievance.web.staff.forms_base import ActionForm, text_of
from grievance.web.staff.forms_endings import (
    CloseForm,
    MergeForm,
    OutOfScopeForm,
    ReopenForm,
    WithdrawForm,
)
from grievance.web.staff.forms_messages import (
    AcknowledgeForm,
    ClockMetForm,
    HandOverForm,
    MessageForm,
    NoteForm,
    SummaryForm,
)
from grievance.web.staff.forms_response import (
    ActionDoneForm,
    AnswerForm,
    CorrectiveActionForm,
    ProposeForm,
    RemedyDoneForm,
    VerdictForm,
    VerifyRemedyForm,
)
from grievance.web.staff.forms_triage import (
    AssignForm,
    ClassifyForm,
    InvestigatorForm,
    NamedForm,
    ReasonForm,
    ShowAgainForm,
)


def classify(doing: Doing, form: ClassifyForm) -> None:
    """Classify, and assign where a handler was chosen."""
    triage.classify(
        doing.unit.session,
        doing.case,
        type=CaseType(form.type.data),
        category_id=int(form.category.data),
        severity=int(form.severity.data),
        employer_id=int(form.employer.data) if form.employer.data else None,
        area_id=int(form.area.data) if form.area.data else None,
        respondents=_respondents(doing, form),
        restrict=bool(form.restrict.data),
        reason=text_of(form["reason"]) if "reason" in form else None,
        by=doing.by,
        at=doing.unit.now,
    )
    if form.handler.data:
        _assign(doing, form.handler.data)


def mark_read(doing: Doing, _form: ActionForm) -> None:
    """Mark the replies as read."""
    handling.mark_read(doing.unit.session, doing.case, by=doing.by, at=doing.unit.now)


def acknowledge(doing: Doing, form: AcknowledgeForm) -> None:
    """Acknowledge."""
    handling.acknowledge(doing.unit.session, doing.case, words=text_of(form.words), by=doing.by, at=doing.unit.now)


def start_review(doing: Doing, _form: ActionForm) -> None:
    """Start the review."""
    handling.start_review(doing.unit.session, doing.case, by=doing.by, at=doing.unit.now)


def message(doing: Doing, form: MessageForm) -> None:
    """Write to the person."""
    handling.send_message(doing.unit.session, doing.case, words=text_of(form.words), by=doing.by, at=doing.unit.now)


def note(doing: Doing, form: NoteForm) -> None:
    """Keep a note."""
    handling.add_note(doing.unit.session, doing.case, words=text_of(form.words), by=doing.by, at=doing.unit.now)


def meet_clock(doing: Doing, form: ClockMetForm) -> None:
    """Record what was done by other means than a message."""
    name = ClockName(form.clock.data)
    handling.meet_clock(doing.unit.session, doing.case, name, words=text_of(form.words), by=doing.by, at=doing.unit.now)


def summarise(doing: Doing, form: SummaryForm) -> None:
    """Save the title and summary."""
    handling.summarise(
        doing.unit.session,
        doing.case,
        title=text_of(form.title),
        summary=text_of(form.summary),
        by=doing.by,
        at=doing.unit.now,
    )


def hand_over(doing: Doing, form: HandOverForm) -> None:
    """Record that the person was told by hand."""
    telling.hand_over(doing.unit.session, doing.case, text_of(form.message), by=doing.by, at=doing.unit.now)


def propose(doing: Doing, form: ProposeForm) -> None:
    """Propose a response with what is promised."""
    resolution.propose_response(
        doing.unit.session,
        doing.case,
        outcome=Outcome(form.outcome.data),
        words=text_of(form.words),
        remedies=[Promise(words=what, due_on=by) for what, by in form.promises()],
        by=doing.by,
        at=doing.unit.now,
    )


def answer(doing: Doing, form: AnswerForm) -> None:
    """Record the person's answer."""
    resolution.answer_response(
        doing.unit.session,
        doing.case,
        answer=Answer(form.answer.data),
        source=Source(form.source.data),
        reason=form.reason.data or None,
        by=doing.by,
        at=doing.unit.now,
    )


def remedy_done(doing: Doing, form: RemedyDoneForm) -> None:
    """Record a remedy as done."""
    remedies.record_remedy_done(
        doing.unit.session,
        doing.case,
        text_of(form.remedy),
        evidence=text_of(form.evidence),
        by=doing.by,
        at=doing.unit.now,
    )


def verify_remedy(doing: Doing, form: VerifyRemedyForm) -> None:
    """Record a remedy as verified."""
    remedies.verify_remedy(doing.unit.session, doing.case, text_of(form.remedy), by=doing.by, at=doing.unit.now)


def corrective_action(doing: Doing, form: CorrectiveActionForm) -> None:
    """Add a corrective action."""
    remedies.add_corrective_action(
        doing.unit.session,
        doing.case,
        kind=CorrectiveKind(form.kind.data),
        words=text_of(form.words),
        owner_id=doing.choices.staff_ids[form.owner.data],
        due_on=_day(form.due_on),
        by=doing.by,
        at=doing.unit.now,
    )


def action_done(doing: Doing, form: ActionDoneForm) -> None:
    """Record a corrective action as done."""
    remedies.complete_corrective_action(
        doing.unit.session,
        doing.case,
        text_of(form.corrective_action),
        evidence=text_of(form.evidence),
        by=doing.by,
        at=doing.unit.now,
    )


def verdict(doing: Doing, form: VerdictForm) -> None:
    """Record a person's opinion."""
    said = text_of(form.person)
    feedback.rate(
        doing.unit.session,
        doing.case,
        next(person for person, _ in people(doing.unit.session, doing.case) if person.public_id == said),
        process=int(form.process_mark.data) if form.process_mark.data else None,
        outcome=int(form.outcome_mark.data) if form.outcome_mark.data else None,
        verdict=int(form.verdict.data),
        source=Source(form.source.data),
        by=doing.by,
        at=doing.unit.now,
    )


def close(doing: Doing, form: CloseForm) -> None:
    """Close."""
    resolution.close(doing.unit.session, doing.case, words=text_of(form.words), by=doing.by, at=doing.unit.now)


def ask_to_close(doing: Doing, _form: ActionForm) -> None:
    """Ask a second person."""
    resolution.ask_to_close(doing.unit.session, doing.case, at=doing.unit.now)


def reopen(doing: Doing, form: ReopenForm) -> None:
    """Open again, and keep the reason as a note: a message to the person is a step of its own."""
    resolution.reopen(doing.unit.session, doing.case, reason=None, by=doing.by, at=doing.unit.now)
    handling.add_note(doing.unit.session, doing.case, words=text_of(form.reason), by=doing.by, at=doing.unit.now)


def out_of_scope(doing: Doing, form: OutOfScopeForm) -> None:
    """End as out of scope."""
    endings.declare_out_of_scope(
        doing.unit.session,
        doing.case,
        reason=text_of(form.reason),
        elsewhere=text_of(form.elsewhere),
        by=doing.by,
        at=doing.unit.now,
    )


def withdraw(doing: Doing, form: WithdrawForm) -> None:
    """Record a withdrawal."""
    endings.withdraw(
        doing.unit.session,
        doing.case,
        source=Source(form.source.data),
        reason=form.reason.data or None,
        by=doing.by,
        at=doing.unit.now,
    )


def merge(doing: Doing, form: MergeForm) -> None:
    """Join to another case, which the viewer must be able to act on as well."""
    target = case_queries.for_change(doing.unit.session, viewer(), text_of(form.reference), CaseAction.MERGE)
    endings.merge(doing.unit.session, doing.case, target, reason=text_of(form.reason), by=doing.by, at=doing.unit.now)


def assign(doing: Doing, form: AssignForm) -> None:
    """Give it to a handler."""
    _assign(doing, form.handler.data)


def name_investigator(doing: Doing, form: InvestigatorForm) -> None:
    """Name an investigator."""
    staff_id = doing.choices.staff_ids[form.staff.data]
    triage.name_investigator(doing.unit.session, doing.case, staff_id, by=doing.by, at=doing.unit.now)


def remove_investigator(doing: Doing, form: NamedForm) -> None:
    """Take an investigator off."""
    staff_id = next(part.staff_id for part in doing.choices.page.investigators if part.public_id == form.staff.data)
    triage.remove_investigator(doing.unit.session, doing.case, staff_id, by=doing.by, at=doing.unit.now)


def lift_hiding(doing: Doing, form: ShowAgainForm) -> None:
    """Show the case again to somebody."""
    hidden = doing.choices.page.hidden_from
    staff_id = next(part.staff_id for part in hidden if part.staff_public_id == form.staff.data)
    reason = text_of(form.reason)
    triage.lift_hiding(doing.unit.session, doing.case, staff_id, reason=reason, by=doing.by, at=doing.unit.now)


def restrict(doing: Doing, form: ReasonForm) -> None:
    """Restrict, and keep the reason as a note."""
    triage.restrict(doing.unit.session, doing.case, by=doing.by, at=doing.unit.now)
    handling.add_note(doing.unit.session, doing.case, words=text_of(form.reason), by=doing.by, at=doing.unit.now)


def unrestrict(doing: Doing, form: ReasonForm) -> None:
    """Lift the restriction, and keep the reason as a note."""
    triage.unrestrict(doing.unit.session, doing.case, by=doing.by, at=doing.unit.now)
    handling.add_note(doing.unit.session, doing.case, words=text_of(form.reason), by=doing.by, at=doing.unit.now)


def mark_spam(doing: Doing, _form: ActionForm) -> None:
    """Mark as not a grievance."""
    triage.mark_spam(doing.unit.session, doing.case, by=doing.by, at=doing.unit.now)


def unmark_spam(doing: Doing, _form: ActionForm) -> None:
    """Take it up again."""
    triage.unmark_spam(doing.unit.session, doing.case, by=doing.by, at=doing.unit.now)


def _assign(doing: Doing, public_id: str) -> None:
    handler_id = doing.choices.staff_ids[public_id]
    triage.assign(doing.unit.session, doing.case, handler_id, by=doing.by, at=doing.unit.now)


def _respondents(doing: Doing, form: ClassifyForm) -> list[RespondentSaid]:
    people = [RespondentSaid(staff_id=doing.choices.colleague_ids[value]) for value in form.respondent_staff.data or []]
    units = [RespondentSaid(unit_id=int(value)) for value in form.respondent_unit.data or []]
    companies = [RespondentSaid(company_id=int(value)) for value in form.respondent_company.data or []]
    others = [RespondentSaid(description=form.respondent_words.data)] if form.respondent_words.data else []
    return [*people, *units, *companies, *others]


def _day(field: DateField) -> date:
    """Return a date that the form has made sure of."""
    if field.data is None:
        raise ValueError("the form lets no empty date through")
    return field.data
