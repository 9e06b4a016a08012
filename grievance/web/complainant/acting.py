"""Views by which the person acts on the case: answer, write, rate, open again, withdraw, contact details."""

from __future__ import annotations

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grievance.cases import after_checks, appeals, endings, feedback, identity, resolution
from grievance.cases.held import HeldByLaw
from grievance.cases.states import COMPLAINANT, Channel, Source
from grievance.complainants import assisted, door, voices
from grievance.referrals import sending
from grievance.referrals.kinds import Consent
from grievance.sites.queries import line_of_site
from grievance.web.access import public
from grievance.web.complainant import visit
from grievance.web.complainant.form_key import new_form_key
from grievance.web.complainant.forms import (
    AnswerForm,
    AppealForm,
    CheckForm,
    ConsentForm,
    DigitsForm,
    MessageForm,
    PhoneForm,
    RatingForm,
    ReasonForm,
    ReopenForm,
)
from grievance.web.complainant.showing import (
    REFUSALS,
    REFUSED,
    UNPROCESSABLE,
    Sent,
    ask,
    back,
    files_of,
    lapsed,
    refused,
    show_case,
)
from grievance.web.lang import current_lang
from grievance.web.unit import current
from grievance.web.validators import read_phone


@public
def answer() -> ResponseReturnValue:
    """Take the answer to the proposed response."""
    unit, form = current(), AnswerForm(request.form)
    here = visit.present(unit.runtime.keys, at=unit.now)
    if here is None:
        return lapsed(form.reason.data)
    if not form.validate():
        return show_case(here, UNPROCESSABLE, sent=Sent("answer", form))
    case, person = door.enter(unit.session, here.case_id, here.complainant_id)
    chosen, why = resolution.Answer(form.answer.data), form.reason.data or None
    try:
        voices.answer_response(
            unit.session,
            case,
            person,
            answer=chosen,
            source=Source.WEB_CODE,
            reason=why,
            locale=current_lang(),
            at=unit.now,
        )
    except REFUSED as refusal:
        return refused(here, Sent("answer", form), refusal)
    return back(_("Thank you. We have noted what you think of the response."))


@public
def message() -> ResponseReturnValue:
    """Take a message and files. Whatever the status of the case, it is kept."""
    unit, form = current(), MessageForm(request.form)
    here = visit.present(unit.runtime.keys, at=unit.now)
    if here is None:
        return lapsed(form.words.data)
    files = files_of(here)
    valid = form.validate()
    if not form.words.data and not files.kept:
        form.words.errors = [*form.words.errors, _("Write a message, or add a file.")]
    form.files.errors = list(files.problems)
    if not valid or form.errors:
        return show_case(here, UNPROCESSABLE, files=files, sent=Sent("message", form))
    case, person = door.enter(unit.session, here.case_id, here.complainant_id)
    words = form.words.data or _("(A file, without words.)")
    door.write(unit.session, case, person, words=words, files=files.stored, locale=current_lang(), at=unit.now)
    return back(_("Your message has been sent."))


@public
def rate() -> ResponseReturnValue:
    """Take the verdict and the ratings."""
    unit, form = current(), RatingForm(request.form)
    here = visit.present(unit.runtime.keys, at=unit.now)
    if here is None:
        return lapsed()
    if not form.validate():
        return show_case(here, UNPROCESSABLE, sent=Sent("rating", form))
    case, person = door.enter(unit.session, here.case_id, here.complainant_id)
    try:
        feedback.rate(
            unit.session,
            case,
            person,
            process=form.number("treatment"),
            outcome=form.number("result"),
            verdict=form.number("verdict"),
            source=Source.WEB_CODE,
            at=unit.now,
        )
    except REFUSED as refusal:
        return refused(here, Sent("rating", form), refusal)
    return back(_("Thank you. What you think has been noted."))


@public
def check() -> ResponseReturnValue:
    """Take the answer to the question weeks after the outcome. A reprisal opens a case, whose receipt is shown."""
    unit, form = current(), CheckForm(request.form)
    here = visit.present(unit.runtime.keys, at=unit.now)
    if here is None:
        return lapsed()
    form.ask(form.check.data or "")
    if not form.validate():
        return show_case(here, UNPROCESSABLE, sent=Sent("check", form))
    case, person = door.enter(unit.session, here.case_id, here.complainant_id)
    key = new_form_key(unit.runtime.keys, at=unit.now).value
    try:
        filed = after_checks.answer_check(
            unit.session,
            case,
            person,
            check=form.check.data or "",
            said_yes=form.said.data == "yes",
            source=Source.WEB_CODE,
            channel=Channel.WEB,
            at=unit.now,
            form_key=key,
        )
    except REFUSED as refusal:
        return refused(here, Sent("check", form), refusal)
    if filed is None:
        return back(_("Thank you. Your answer has been noted."))
    visit.keep_receipt(unit.runtime.keys, key, at=unit.now)
    return redirect(url_for(".receipt"), 303)


@public
def consent() -> ResponseReturnValue:
    """Take the answer to whether the case may be sent to an outside body."""
    unit, form = current(), ConsentForm(request.form)
    here = visit.present(unit.runtime.keys, at=unit.now)
    if here is None:
        return lapsed()
    form.ask()
    if not form.validate():
        return show_case(here, UNPROCESSABLE, sent=Sent("consent", form))
    case, person = door.enter(unit.session, here.case_id, here.complainant_id)
    try:
        sending.answer(
            unit.session,
            case,
            person,
            consent=Consent(form.consent.data),
            source=Source.WEB_CODE,
            referral_public_id=form.referral.data or "",
            at=unit.now,
        )
    except REFUSED as refusal:
        return refused(here, Sent("consent", form), refusal)
    return back(_("Thank you. We have noted your answer. You can change it until it is sent."))


@public
def appeal() -> ResponseReturnValue:
    """File an appeal."""
    unit, form = current(), AppealForm(request.form)
    here = visit.present(unit.runtime.keys, at=unit.now)
    if here is None:
        return lapsed(form.reason.data)
    if not form.validate():
        return show_case(here, UNPROCESSABLE, sent=Sent("appeal", form))
    case, person = door.enter(unit.session, here.case_id, here.complainant_id)
    why = form.reason.data or None
    try:
        appeals.file_appeal(unit.session, case, person=person, words=why, source=Source.WEB_CODE, at=unit.now)
    except REFUSED as refusal:
        return refused(here, Sent("appeal", form), refusal)
    return back(_("Your appeal is filed. Somebody who never handled your case decides, and writes to you here."))


@public
def reopen() -> ResponseReturnValue:
    """Open an ended case again."""
    unit, form = current(), ReopenForm(request.form)
    here = visit.present(unit.runtime.keys, at=unit.now)
    if here is None:
        return lapsed(form.reason.data)
    if not form.validate():
        return show_case(here, UNPROCESSABLE, sent=Sent("reopening", form))
    case, person = door.enter(unit.session, here.case_id, here.complainant_id)
    why = form.reason.data or None
    try:
        resolution.reopen(unit.session, case, reason=why, complainant_id=person.id, by=COMPLAINANT, at=unit.now)
    except REFUSED as refusal:
        return refused(here, Sent("reopening", form), refusal)
    return back(_("Your case is open again. We will look into it and write to you here."))


@public
def withdraw() -> ResponseReturnValue:
    """Withdraw the grievance."""
    unit, form = current(), ReasonForm(request.form)
    here = visit.present(unit.runtime.keys, at=unit.now)
    if here is None:
        return lapsed(form.reason.data)
    if not form.validate():
        return ask("complainant/withdraw.html", form, UNPROCESSABLE)
    case, person = door.enter(unit.session, here.case_id, here.complainant_id)
    try:
        endings.withdraw(
            unit.session,
            case,
            source=Source.WEB_CODE,
            reason=form.reason.data or None,
            complainant_id=person.id,
            by=COMPLAINANT,
            at=unit.now,
        )
    except REFUSED as refusal:
        return refused(here, Sent("withdrawal", form), refusal)
    return back(_("Your grievance has been withdrawn. You can open it again from here."))


@public
def delete_contact() -> ResponseReturnValue:
    """Delete name, phone and e-mail. The case and its code stay."""
    unit = current()
    here = visit.present(unit.runtime.keys, at=unit.now)
    if here is None:
        return lapsed()
    case, person = door.enter(unit.session, here.case_id, here.complainant_id)
    try:
        identity.delete_contact(unit.session, case, person, at=unit.now)
    except HeldByLaw:
        return back(
            _(
                "Your contact details were not deleted: the law makes us keep this whole case as it is for now."
                " To get no more texts, write STOP to our number."
            )
        )
    return back(_("Your contact details have been deleted. We can no longer notify you."))


@public
def add_phone() -> ResponseReturnValue:
    """Take a number and send it a digit code; it gets notices once the code is written here."""
    unit, form = current(), PhoneForm(request.form)
    here = visit.present(unit.runtime.keys, at=unit.now)
    if here is None:
        return lapsed()
    if not form.validate():
        return show_case(here, UNPROCESSABLE, sent=Sent("phone", form))
    case, person = door.enter(unit.session, here.case_id, here.complainant_id)
    line = line_of_site(unit.session, case.site_id)
    if line is None:
        abort(404)
    try:
        identity.add_phone(unit.session, case, person, read_phone(form.phone), line=line, at=unit.now)
    except REFUSED as refusal:
        return refused(here, Sent("phone", form), refusal)
    return back(_("We have sent a number to your phone. Write it below to finish."))


@public
def confirm_phone() -> ResponseReturnValue:
    """Take the digit code that came to the number."""
    unit, form = current(), DigitsForm(request.form)
    here = visit.present(unit.runtime.keys, at=unit.now)
    if here is None:
        return lapsed()
    if not form.validate():
        return show_case(here, UNPROCESSABLE, sent=Sent("digits", form))
    case, person = door.enter(unit.session, here.case_id, here.complainant_id)
    try:
        identity.confirm_phone(unit.session, case, person, form.digits.data or "", at=unit.now)
        assisted.ask_read_back(unit.session, case, person, at=unit.now)
    except (identity.CodeWrong, identity.CodeExpired) as refusal:
        # Not undone: the wrong try has been counted, or six digits could be guessed without end.
        form.digits.errors = [REFUSALS[type(refusal)]]
        return show_case(here, UNPROCESSABLE, sent=Sent("digits", form))
    return back(_("Your phone is confirmed. From now on we will let you know there is something to read."))
