"""What stands in the forms of an appeal and what they do."""

from __future__ import annotations

from flask_babel import gettext as _

from grievance.cases import appeals
from grievance.cases.side_tracks import AppealResult
from grievance.cases.states import Source
from grievance.web import words
from grievance.web.staff import action_fills as fills
from grievance.web.staff.actions import Doing
from grievance.web.staff.choices import Choices
from grievance.web.staff.forms_base import text_of
from grievance.web.staff.forms_delays import AppealForm, DecideAppealForm
from grievance.web.staff.forms_messages import MessageForm
from grievance.web.staff.forms_triage import ReviewerForm


def acknowledge(doing: Doing, form: MessageForm) -> None:
    """Tell the person that it is being looked at."""
    appeals.acknowledge_appeal(
        doing.unit.session, doing.case, words=text_of(form.words), by=doing.by, at=doing.unit.now
    )


def fill_decision(form: DecideAppealForm, choices: Choices) -> None:
    """Name the decisions."""
    fills.words(form, choices)
    form.result.choices = [(result.value, words.appeal_result(result.value)) for result in AppealResult]


def decide(doing: Doing, form: DecideAppealForm) -> None:
    """Decide."""
    appeals.decide_appeal(
        doing.unit.session,
        doing.case,
        result=AppealResult(form.result.data),
        words=text_of(form.words),
        by=doing.by,
        at=doing.unit.now,
    )


def fill_reviewer(form: ReviewerForm, choices: Choices) -> None:
    """Offer those who had no part in the case."""
    form.reviewer.choices = choices.reviewers


def name_reviewer(doing: Doing, form: ReviewerForm) -> None:
    """Give it to a reviewer."""
    staff_id = doing.choices.reviewer_ids[text_of(form.reviewer)]
    appeals.name_reviewer(doing.unit.session, doing.case, staff_id, by=doing.by, at=doing.unit.now)


def fill_appeal(form: AppealForm, choices: Choices) -> None:
    """Number those who can appeal, and name the ways in which it can be recorded."""
    able = choices.appellants.items()
    form.person.choices = [(code, _("Person %(number)s", number=number)) for code, (number, _person) in able]
    form.source.choices = [(code, words.source(code)) for code in ("signed_paper", "witnessed")]


def record(doing: Doing, form: AppealForm) -> None:
    """Keep the appeal of a person."""
    appeals.file_appeal(
        doing.unit.session,
        doing.case,
        person=doing.choices.appellants[text_of(form.person)][1],
        words=form.words.data or None,
        source=Source(form.source.data),
        by=doing.by,
        at=doing.unit.now,
    )
