"""How the follow-up is shown: the case, the way in, a question before something grave, and refusals in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from wtforms import Form

from grievance.cases import after_checks, appeals, endings, feedback, identity, mailing, resolution
from grievance.cases.states import Reach, TransitionNotAllowed
from grievance.complainants import collective, door, slips
from grievance.complainants.access import AccessGone, reopen_access
from grievance.core.phone import PhoneNumberNotValid
from grievance.crypto.fields import reading_blocked
from grievance.deadlines.standards import CaseType
from grievance.deadlines.working_days import local_date
from grievance.referrals import sending
from grievance.referrals.contents import asked_of
from grievance.web.complainant import case_pages, pages, uploads, visit
from grievance.web.complainant.forms import (
    AnswerForm,
    AppealForm,
    CheckForm,
    ConsentForm,
    DigitsForm,
    EmailForm,
    EntryForm,
    MessageForm,
    PhoneForm,
    RatingForm,
    ReasonForm,
    ReopenForm,
)
from grievance.web.complainant.join_forms import PassOnForm
from grievance.web.complainant.uploads import Uploads
from grievance.web.complainant.visit import Visit
from grievance.web.flash import said, say
from grievance.web.lang import current_lang
from grievance.web.page import Page
from grievance.web.referral_pages import PersonReferralView, person_view
from grievance.web.unit import current
from grievance.web.validators import PHONE_WORDS

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

FORBIDDEN, CONFLICT, UNPROCESSABLE, TOO_MANY = 403, 409, 422, 429

REFUSALS: Mapping[type[Exception], LazyString] = {
    resolution.NoResponseWaiting: _l(
        "This response no longer waits for an answer. Below you see where the case stands."
    ),
    resolution.TooLateToReopen: _l("The days to open this case again have passed. You can file a new grievance."),
    after_checks.NothingAsked: _l("There is no question for you now: it was answered, or its days are over."),
    appeals.NotAppealable: _l("This cannot be appealed now: the days are over, or it was appealed already."),
    sending.NotAsked: _l("This is no longer asked: it was sent already, or it is not sent after all."),
    feedback.NothingToRate: _l("There is nothing to rate at this moment."),
    identity.CodeWrong: _l("That is not the number we sent. Check the message and try again."),
    identity.CodeExpired: _l("That number is no longer good. Ask for another by writing your phone again."),
    identity.AlreadyTexting: _l("You already hear from us by SMS at the number with which you complained."),
    identity.CodeJustSent: _l("We sent a number a moment ago. Wait a minute before you ask for another."),
    identity.TooManyCodes: _l(
        "Several numbers were sent to this phone today. Ask again tomorrow. Until then, come back with your code."
    ),
    identity.OwnLine: PHONE_WORDS[PhoneNumberNotValid],
    endings.OthersFiledToo: _l(
        "Others complained about the same and are part of this case: one cannot withdraw it for all."
    ),
    collective.NotJoinable: _l("Nobody can join this case any more."),
    collective.NoOpenCode: _l("The code was closed already."),
    collective.TooManyCodes: _l("This case has had too many codes. The last one stays as it is."),
    mailing.AlreadyTexting: _l("You already hear from us by SMS at the number with which you complained."),
    mailing.LinkJustSent: _l("We wrote to your e-mail a moment ago. Wait a minute before you write it again."),
    mailing.TooManyLinks: _l(
        "Several messages were sent to this e-mail today. Ask again tomorrow. Until then, come back with your code."
    ),
    TransitionNotAllowed: _l("The case has changed in the meantime, so this can no longer be done."),
}
"""What the person is told when an operation refuses. Anything else is a fault of ours and is shown as one."""

REFUSED = tuple(REFUSALS)


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it was sent, under the name that it has on the page of the case."""

    name: str
    form: Form


def show_case(
    here: Visit, status: int = 200, *, sent: Sent | None = None, files: Uploads | None = None
) -> ResponseReturnValue:
    """Show the case. `sent` is the form that came with an error."""
    unit = current()
    try:
        shown = door.show(unit.session, here.case_id, here.complainant_id, at=unit.now)
        mail = mailing.standing(unit.session, here.complainant_id)
        if shown.has_unseen or mail.is_noticed:
            shown = door.look(unit.write(), here.case_id, here.complainant_id, at=unit.now)
    except AccessGone:
        visit.end()
        return show_entry(EntryForm(), was_open=True)
    sharing = shared_with(unit.session, here)
    forms = _empty_forms(shown.check, sharing)
    if sent is not None:
        forms[sent.name] = sent.form
    body = render_template(
        "complainant/case.html",
        page=frame(shown.site_name, shown.time_zone, is_open=True),
        case=case_pages.case_page(unit.session, shown, at=unit.now),
        joining=_joining(here),
        slip=_slip(here, shown.time_zone),
        is_data_request=shown.type == CaseType.DATA_RIGHTS,
        sharing=sharing,
        forms_of=forms,
        mail=mail,
        offers_mail=unit.runtime.offers_mail and shown.reach != Reach.TEXTS,
        form=sent.form if sent else None,
        kept=files.choices(current_lang()) if files else [],
        accept=uploads.ACCEPT,
        lines=said(),
    )
    return body, status


def _joining(here: Visit) -> case_pages.JoiningLines | None:
    unit = current()
    passing = door.joining(unit.session, here.case_id, here.complainant_id)
    return case_pages.joining_lines(passing, public_url=unit.runtime.settings.public_url) if passing else None


def _slip(here: Visit, time_zone: str) -> list[str]:
    unit = current()
    case, person = reopen_access(unit.session, here.case_id, here.complainant_id)
    return case_pages.slip_lines(slips.happened(unit.session, case, person), time_zone)


def _empty_forms(asked: str | None, sharing: Sequence[PersonReferralView]) -> dict[str, Form]:
    """Return the forms of the page by name; `asked` is the question weeks after the outcome."""
    forms: dict[str, Form] = {
        "answer": AnswerForm(),
        "message": MessageForm(),
        "rating": RatingForm(),
        "check": CheckForm(),
        "phone": PhoneForm(),
        "email": EmailForm(),
        "digits": DigitsForm(),
        "reopening": ReopenForm(),
        "appeal": AppealForm(),
        "pass_on": PassOnForm(),
    }
    if asked:
        check = CheckForm()
        check.ask(asked)
        forms["check"] = check
    if sharing and sharing[0].can_answer:
        consent = ConsentForm(None, data={"referral": sharing[0].public_id})
        consent.ask()
        forms["consent"] = consent
    return forms


def shared_with(session: Session, here: Visit) -> list[PersonReferralView]:
    """Return to whom the case is, or would be, sent, with exactly what of it is this person's; the newest first."""
    case, person = reopen_access(session, here.case_id, here.complainant_id)
    lang = current_lang()
    with reading_blocked(session):
        return [person_view(found, lang) for found in asked_of(session, case, person, lang)]


def show_entry(form: EntryForm, status: int = 200, *, was_open: bool = False) -> ResponseReturnValue:
    """Ask for reference and code; `was_open` when the visit before has ended by itself."""
    session = current().session
    page, numbers = frame(pages.house_name(session)), pages.site_numbers(session)
    body = render_template(
        "complainant/entry.html", page=page, form=form, was_open=was_open, lines=said(), numbers=numbers
    )
    return body, status


def ask(template: str, form: ReasonForm, status: int = 200) -> ResponseReturnValue:
    """Show a page that says what a step means and asks for it once more."""
    unit = current()
    here = visit.present(unit.runtime.keys, at=unit.now)
    if here is None:
        return redirect(url_for(".follow_up"), 302)
    shown = door.show(unit.session, here.case_id, here.complainant_id, at=unit.now)
    page = frame(shown.site_name, shown.time_zone, is_open=True)
    return render_template(template, page=page, form=form, reference=shown.reference, shown=shown), status


def refused(here: Visit, sent: Sent, refusal: Exception) -> ResponseReturnValue:
    """Show the case as it is now, with why nothing was done and what had been written."""
    current().undo()
    sent.form.form_errors.append(REFUSALS[type(refusal)])
    return show_case(here, CONFLICT, sent=sent)


def back(line: str) -> ResponseReturnValue:
    """Lead back to the case, with a line that says what was done."""
    say(line)
    return redirect(url_for(".follow_up"), 303)


def lapsed(written: str | None = None) -> ResponseReturnValue:
    """The visit has ended by itself while somebody was writing: ask for the code again and carry the words along."""
    return show_entry(EntryForm(None, data={"words": written}), status=FORBIDDEN, was_open=True)


def files_of(here: Visit) -> Uploads:
    """Store the files that came with a message."""
    unit = current()
    return uploads.take(
        request.files.getlist("files"),
        request.form.getlist("kept"),
        runtime=unit.runtime,
        form_key=f"visit-{here.complainant_id}",
        lang=current_lang(),
        at=unit.now,
    )


def frame(name: str, time_zone: str = "", *, is_open: bool = False) -> Page:
    """Return the frame of a page of the follow-up; with the way out while a case is open."""
    unit = current()
    return pages.frame(
        name,
        in_demo=unit.runtime.settings.in_demo,
        today=local_date(unit.now, time_zone) if time_zone else None,
        sign_out_url=url_for(".leave") if is_open else "",
    )
