"""What stands in the forms of sending a case to an outside body, and what they do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _

from grievance.cases.models import Complainant
from grievance.cases.states import Source
from grievance.cases.visibility import CaseAction
from grievance.cases.ways import TextPreview, people
from grievance.core.i18n import Locale
from grievance.deadlines.standards import CaseType
from grievance.referrals import previews, sending, steps
from grievance.referrals.contents import ReferralPart
from grievance.referrals.kinds import Body, Consent, ReferralStep, next_steps
from grievance.referrals.models import Referral
from grievance.web import formats, referral_words, words
from grievance.web.lang import current_lang
from grievance.web.staff.actions import Doing
from grievance.web.staff.choices import Choices
from grievance.web.staff.forms_base import Choice, text_of, with_empty
from grievance.web.staff.forms_endings import ReferForm
from grievance.web.staff.forms_referral import (
    AskOverrideForm,
    AskReferralForm,
    ConsentForm,
    DecideOverrideForm,
    ReferralStepForm,
)
from grievance.web.staff.forms_response import ON_PAPER
from grievance.web.staff.pages_base import today_at

SHOWN_CHARACTERS = 60
"""Of the words, to tell one filing from another in a list."""


def fill_ask(form: AskReferralForm, choices: Choices) -> None:
    """Name the bodies, the filings and the files that people sent; the only filing is chosen already."""
    page, lang = choices.page, current_lang()
    bodies = [body for body in Body if page.type != CaseType.HARASSMENT or body is not Body.LABOUR_OFFICE]
    form.body.choices = [(body.value, referral_words.body(body.value)) for body in bodies]
    form.company.choices = with_empty(choices.companies, _("None"))
    form.filings.choices = [
        (part.public_id, f"{formats.moment_short(part.filed_at, lang, tz=page.time_zone)}: {_start(part.words)}")
        for part in page.submissions
        if part.words
    ]
    form.files.choices = [(part.public_id, part.filename or _("File")) for part in choices.sendable_files]
    if not form.is_submitted() and len(form.filings.choices) == 1:
        form.filings.data = [form.filings.choices[0][0]]


def told_of_question(form: AskReferralForm, choices: Choices) -> str:
    """Return the message by which the person is asked, with the reason."""
    session, case = choices.subject
    return previews.question_words(session, case, _to(form, choices), text_of(form.reason))


def texts_of_question(form: AskReferralForm, choices: Choices) -> Sequence[TextPreview]:
    """Return the texts that ask for the answer."""
    session, case = choices.subject
    return previews.question_texts(session, case, _to(form, choices))


def ask(doing: Doing, form: AskReferralForm) -> None:
    """Ask the people of the case."""
    sending.ask(
        doing.unit.session,
        doing.case,
        **_body(form),
        filings=form.filings.data or [],
        files=form.files.data or [],
        reason=text_of(form.reason),
        by=doing.by,
        at=doing.unit.now,
    )


def fill_consent(form: ConsentForm, choices: Choices) -> None:
    """Number the people in the order in which they filed: nobody is named here."""
    found = current_of(choices)
    consents = found.consents if found else ()
    form.person.choices = [(one.complainant_public_id, _("Person %(number)s", number=one.number)) for one in consents]
    form.consent.choices = [(code.value, referral_words.consent(code.value)) for code in Consent]
    form.source.choices = [(source.value, words.source(source.value)) for source in ON_PAPER]


def record_consent(doing: Doing, form: ConsentForm) -> None:
    """Keep what a person answered."""
    sending.answer(
        doing.unit.session,
        doing.case,
        _person(doing, text_of(form.person)),
        consent=Consent(form.consent.data),
        source=Source(form.source.data),
        by=doing.by,
        at=doing.unit.now,
    )


def ask_override(doing: Doing, form: AskOverrideForm) -> None:
    """Ask a second person."""
    sending.ask_override(doing.unit.session, doing.case, reason=text_of(form.reason), by=doing.by, at=doing.unit.now)


def fill_decide(form: DecideOverrideForm, choices: Choices) -> None:
    """Show what the person would read."""
    found = current_of(choices)
    reason = found.override_reason or "" if found else ""
    form.decision.description = _(
        "With a yes the words and files chosen go without a name, and the person reads: “%(words)s”", words=reason
    )
    grant, refuse = _("Yes, it goes without a yes of the person"), _("No, it does not go")
    form.decision.choices = [("grant", grant), ("refuse", refuse)]


def told_of_decision(form: DecideOverrideForm, choices: Choices) -> str | None:
    """Return what the person reads of a yes; nothing is told of a no."""
    session, case = choices.subject
    granted = form.decision.data == "grant"
    return previews.decision_words(session, case, sending.require_current(session, case)) if granted else None


def decide_override(doing: Doing, form: DecideOverrideForm) -> None:
    """Decide."""
    granted = form.decision.data == "grant"
    sending.decide_override(doing.unit.session, doing.case, granted=granted, by=doing.by, at=doing.unit.now)


def fill_step(form: ReferralStepForm, choices: Choices) -> None:
    """Offer the steps that come next, of every sending that still goes on."""
    form.step.choices = with_empty(step_choices(choices.referrals), _("Choose"))
    form.on.today = today_at(choices.page.time_zone)
    if not form.is_submitted():
        form.on.data = form.on.today


def note_step(doing: Doing, form: ReferralStepForm) -> None:
    """Record what happened."""
    public_id, _sep, step = text_of(form.step).partition(":")
    steps.note_step(
        doing.unit.session,
        doing.case,
        public_id,
        ReferralStep(step),
        on=_day(form.on.data),
        words=text_of(form.words),
        by=doing.by,
        at=doing.unit.now,
    )


def told_of_step(form: ReferralStepForm, choices: Choices) -> str:
    """Return what the person reads of a step."""
    session, case = choices.subject
    public_id, _sep, step = text_of(form.step).partition(":")
    found = sending.one_of_case(session, case, public_id)
    return previews.step_words(
        session, case, found, ReferralStep(step), on=_day(form.on.data), words=text_of(form.words)
    )


def fill_refer(form: ReferForm, choices: Choices) -> None:
    """Offer what was sent and not refused there."""
    found = [(part.public_id, part.to) for part in choices.referrals if part.sent_on and part.accepted is not False]
    form.to.choices = found if len(found) == 1 else with_empty(found, _("Choose"))


def refer(doing: Doing, form: ReferForm) -> None:
    """End the case: somebody else goes on with it."""
    steps.refer(
        doing.unit.session,
        doing.case,
        referral_public_id=text_of(form.to),
        reason=text_of(form.reason),
        by=doing.by,
        at=doing.unit.now,
    )


def told_of_referral(form: ReferForm, choices: Choices) -> str:
    """Return the reason and to whom, as one message."""
    told = choices.referrals_in(Locale(choices.page.locale))
    to = next((part.to for part in told if part.public_id == form.to.data), "")
    return f"{text_of(form.reason)}\n\n{to[:1].upper()}{to[1:]}"


def offered(choices: Choices) -> dict[CaseAction, bool]:
    """Return which actions of a sending have something to work on now."""
    found = current_of(choices)
    waits = found is not None and found.override_reason is not None and found.override_granted is None
    return {
        CaseAction.ASK_REFERRAL: found is None and any(part.words for part in choices.page.submissions),
        CaseAction.RECORD_CONSENT: found is not None and bool(found.consents),
        CaseAction.ASK_OVERRIDE: found is not None and found.override_reason is None and not found.somebody_agreed,
        CaseAction.DECIDE_OVERRIDE: waits,
        CaseAction.NOTE_REFERRAL: bool(step_choices(choices.referrals)),
        CaseAction.REFER: any(part.sent_on and part.accepted is not False for part in choices.referrals),
    }


def current_of(choices: Choices) -> ReferralPart | None:
    """Return the sending that waits for answers or to be sent."""
    return next((part for part in choices.referrals if part.is_current), None)


def _body(form: AskReferralForm) -> dict[str, Any]:  # the keywords of `sending.ask` and `previews.new_referral`
    return {
        "body": Body(form.body.data),
        "company_id": int(form.company.data) if form.company.data else None,
        "body_name": text_of(form.name),
    }


def _to(form: AskReferralForm, choices: Choices) -> Referral:
    session, case = choices.subject
    return previews.new_referral(session, case, **_body(form))


def _person(doing: Doing, public_id: str) -> Complainant:
    everybody = people(doing.unit.session, doing.case)
    found = next((person for person, _thread in everybody if person.public_id == public_id), None)
    if found is None:
        raise sending.NotAsked
    return found


def _start(text: str | None) -> str:
    bare = " ".join((text or "").split())
    return bare if len(bare) <= SHOWN_CHARACTERS else f"{bare[:SHOWN_CHARACTERS].rstrip()}…"


def _day(day: date | None) -> date:
    if day is None:
        raise ValueError("the form lets no empty date through")
    return day


def step_choices(parts: tuple[ReferralPart, ...]) -> list[Choice]:
    """Return the steps that come next as "id:step", with to whom."""
    return [
        (f"{part.public_id}:{step.value}", f"{part.to}: {referral_words.step(step.value)}")
        for part in parts
        for step in next_steps(
            is_sent=part.sent_on is not None,
            is_dropped=part.is_dropped,
            is_accepted=part.accepted,
            has_ended=part.ended_on is not None,
        )
    ]
