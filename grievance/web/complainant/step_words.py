"""What happened and what comes next, told to the person it concerns: plain words and real dates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from flask_babel import gettext as _

from grievance.accounts.permissions import Duty
from grievance.cases.states import Outcome, Status
from grievance.complainants.follow_up import FollowUp, Step
from grievance.core.i18n import Locale, mark
from grievance.deadlines.standards import CaseType
from grievance.web import clock_words, words
from grievance.web.formats import day

_DONE: Final[Mapping[str, str]] = {
    "received": mark("We received your grievance"),
    "submission_added": mark("Another filing about the same was joined to your case"),
    "acknowledged": mark("A person read it and confirmed it to you"),
    "classified": mark("We decided who should look into it"),
    "assigned": mark("A person was put in charge of your case"),
    "review_started": mark("We began to look into it"),
    "message_to_person": mark("We wrote to you"),
    "message_from_person": mark("You wrote to us"),
    "file_added": mark("A file was added"),
    "response_proposed": mark("We proposed a response to you"),
    "response_accepted": mark("You accepted the response, in whole or in part"),
    "response_rejected": mark("You did not accept the response"),
    "response_unanswered": mark("The days to answer passed without your opinion"),
    "remedy_promised": mark("We promised you something"),
    "remedy_done": mark("What we promised was done"),
    "remedy_verified": mark("Another person checked that it was done"),
    "closed": mark("We closed the case"),
    "reopened": mark("The case was opened again"),
    "referred": mark("The case went to another place, with the reason told to you"),
    "withdrawn": mark("The grievance was withdrawn"),
    "out_of_scope": mark("We told you that we cannot deal with this here, and where else to go"),
    "merged": mark("Your case was joined to another about the same"),
    "verdict_given": mark("You said what you think of it"),
    "survey_asked": mark("We asked what you think"),
    "rated": mark("You said what you think of it"),
    "appealed": mark("You appealed"),
    "appeal_decided": mark("Somebody else looked at it again and decided"),
    "check_asked": mark("We asked how things stand since"),
    "interim_notice_given": mark("We told you of a delay, and a new date"),
    "extension_granted": mark("We told you of a delay, and a new date"),
    "paused": mark("We asked you for something and wait for you"),
    "resumed": mark("We went on with your case"),
    "identity_opened": mark("Somebody opened your identity: see below who and why"),
    "identity_given": mark("Your identity was given to a company: see below to which and why"),
    "measure_added": mark("We noted a measure to protect you"),
    "contact_added": mark("You left a phone for notices"),
    "contact_deleted": mark("You deleted your contact details"),
    "erased": mark("Words and personal data were erased"),
}

_COMING: Final[Mapping[str, str]] = {
    "acknowledge": mark("A person reads it and confirms it to you"),
    "acknowledge_in_writing": mark("We confirm it to you in writing"),
    "first_contact": mark("We write to you to understand it well"),
    "stabilise": mark("We make the place safe"),
    "protect": mark("We tell you how we protect you"),
    "refer_to_dt": mark("We notify the Dirección del Trabajo, or hand it the case"),
    "plan": mark("We agree on a plan with you"),
    "block": mark("We block the data"),
    "resolve": mark("We give you a response"),
    "investigate": mark("The investigation ends"),
    "inform_principal": mark("The two companies inform each other of the complaint"),
    "report_to_dt": mark("We send the report to the Dirección del Trabajo"),
    "dt_speaks": mark("The Dirección del Trabajo says what it thinks of the report"),
    "sanctions": mark("Measures and sanctions are applied"),
    "feedback": mark("We tell you how it is going"),
    "review": mark("We look at it again with you"),
    "appeal_acknowledge": mark("A person confirms your appeal to you"),
    "appeal_decide": mark("Somebody who never handled it decides your appeal"),
    "answer_from_person": mark("You tell us what you think of the response"),
    "status_message": mark("We tell you how it is going"),
    "remedy": mark("What we promised is done, and another person checks it"),
    "remedy_verified": mark("What we promised is done, and another person checks it"),
    "survey_asked": mark("We ask what you think of how it ended"),
    "closed": mark("We close the case"),
}

_STATUS: Final[Mapping[str, str]] = {
    Status.RECEIVED: mark("Received: a person still has to confirm it to you"),
    Status.ACKNOWLEDGED: mark("Confirmed: we have it and will look into it"),
    Status.UNDER_REVIEW: mark("We are looking into it"),
    Status.RESPONSE_PROPOSED: mark("Response proposed: your opinion is missing"),
    Status.REMEDY_UNDERWAY: mark("We are doing what we promised"),
    Status.CLOSED: mark("Closed"),
    Status.REFERRED: mark("Passed on to another place"),
    Status.WITHDRAWN: mark("Withdrawn"),
    Status.OUT_OF_SCOPE: mark("We cannot deal with it here"),
    Status.MERGED: mark("Joined to another case"),
}

_OUTCOME: Final[Mapping[str, str]] = {
    Outcome.UPHELD: mark("You were right."),
    Outcome.PARTLY_UPHELD: mark("You were right in part."),
    Outcome.NOT_UPHELD: mark("We did not find what you told us."),
    Outcome.NOT_ESTABLISHED: mark("We could not find out what happened."),
    Outcome.REFERRED: mark("It was passed on to another place."),
    Outcome.WITHDRAWN: mark("You withdrew it."),
    Outcome.OUT_OF_SCOPE: mark("We cannot deal with it here."),
    Outcome.DUPLICATE: mark("It was joined to another case about the same."),
}

_READERS: Final[Mapping[Duty, str]] = {
    Duty.TRIAGER: mark("The two people who read every grievance first."),
    Duty.HANDLER: mark("The person in charge of your case."),
    Duty.COORDINATOR: mark("Whoever coordinates the grievances of the site."),
    Duty.DATA_PROTECTION: mark("Whoever answers for personal data."),
    Duty.MANAGER: mark("The manager who answers for it, because we were late more than once."),
    Duty.INVESTIGATOR: mark("The people named to investigate it."),
    Duty.AUDITOR: mark("An auditor, who never sees who you are and can change nothing."),
    Duty.OUTSIDE_REVIEWER: mark("Somebody from outside the site, because it concerns those who sort the grievances."),
    Duty.ON_CALL: mark("Whoever is on duty for danger to life."),
    Duty.REVIEWER: mark("Whoever looks at an appeal, and did not handle your case."),
}


def status(code: str, *, has_promises: bool) -> str:
    """Return where the case stands, as the person reads it; nobody reads of promises where none was made."""
    if code == Status.REMEDY_UNDERWAY and not has_promises:
        return _("Answered: what is left is to close the case")
    return _(_STATUS[Status(code)])


def outcome(code: str) -> str:
    """Return what was found, said to the person."""
    return _(_OUTCOME[Outcome(code)])


def reader(duty: Duty) -> str:
    """Return who can read the words, as a sentence."""
    return _(_READERS[duty])


def step_lines(shown: FollowUp, lang: Locale, *, today: date) -> list[dict[str, str]]:
    """Return the steps for the timeline: state, what, when. `today` is the local date at the site."""
    lines: list[dict[str, str]] = []
    for step in shown.steps:
        line = {"state": step.state, "what": _what(step, shown.type), "when": _when(step, shown.time_zone, lang, today)}
        if lines and step.state == "next" and lines[-1]["what"] == line["what"]:
            # Several promises: one line, with the date by which the last is kept. Each has its own in the response.
            lines.pop()
        lines.append(line)
    return lines


def _what(step: Step, case_type: str) -> str:
    if step.code == "received" and case_type == CaseType.DATA_RIGHTS:
        return _("We received your request")
    first, second = (_COMING, _DONE) if step.state == "next" else (_DONE, _COMING)
    message = first.get(step.code) or second.get(step.code)
    if message is not None:
        return _(message)
    return words.event(step.code) if words.has_words("event", step.code) else clock_words.clock(step.code)


def _when(step: Step, time_zone: str, lang: Locale, today: date) -> str:
    on = day(step.at, lang, tz=time_zone, today=today) if step.at else ""
    by = day(step.due_on, lang, today=today) if step.due_on else ""
    if step.state == "next":
        return _("Still to come. By %(day)s at the latest", day=by) if by else _("Still to come")
    if step.state == "now" and on:
        return _("Now. %(day)s", day=on) if not by else _("Now. %(day)s. It was due by %(due)s", day=on, due=by)
    if on and by:
        return _("%(day)s. It was due by %(due)s", day=capital(on), due=by)
    return capital(on)


def capital(text: str) -> str:
    """Return a text that begins with a capital, for a date that begins a line."""
    return text[:1].upper() + text[1:]
