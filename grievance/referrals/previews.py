"""What people read of a sending: the words of each step and the text that asks, also shown to staff before they go.

Nothing is stored here. Not for: the package itself (`contents`).
"""

from datetime import date

from sqlalchemy.orm import Session

from grievance.cases.models import Case, Complainant
from grievance.cases.queries import own_reference
from grievance.cases.states import Reach
from grievance.cases.ways import TextPreview, people, way_to
from grievance.core.i18n import Locale, mark, text_in
from grievance.crypto.fields import new_public_id, seal, unseal
from grievance.messaging import texts
from grievance.messaging.texts import TextName
from grievance.referrals.contents import body_words
from grievance.referrals.kinds import Body, ReferralStep
from grievance.referrals.models import Referral

_TOLD = {
    ReferralStep.SENT: mark("Your case was sent to %(body)s on %(day)s."),
    ReferralStep.ACCEPTED: mark("What we sent on your case was taken up by %(body)s."),
    ReferralStep.DECLINED: mark("What we sent on your case was not taken up by %(body)s."),
    ReferralStep.ENDED: mark("What came of your case at %(body)s:"),
    ReferralStep.DROPPED: mark("Your case will not be sent to %(body)s after all."),
}


class BodyMissing(Exception):
    """The company, or the name of the authority, is missing."""


def new_referral(session: Session, case: Case, *, body: Body, company_id: int | None, body_name: str) -> Referral:
    """Return a sending that is not stored yet, to a body that is named.

    Raises:
        BodyMissing: it is not.
    """
    if (body is Body.COMPANY and company_id is None) or (body is Body.OTHER and not body_name.strip()):
        raise BodyMissing
    referral = Referral(
        public_id=new_public_id(),
        case_id=case.id,
        body=body.value,
        company_id=company_id if body is Body.COMPANY else None,
    )
    seal(session, referral, "body_name", body_name.strip() or None if body is Body.OTHER else None)
    return referral


def question_words(session: Session, case: Case, referral: Referral, reason: str) -> str:
    """Return the message by which people are asked."""
    locale = Locale(case.locale)
    asked = text_in(
        locale,
        "We ask you whether we may send your case to %(body)s: what you wrote, and files you sent with it. You decide, "
        "and nothing bad follows from a no.",
        body=body_words(session, referral, locale),
    )
    return f"{asked} {reason}"


def question_values(session: Session, referral: Referral, person: Complainant, locale: Locale) -> dict[str, str]:
    """Return the values of the text that asks for a digit."""
    body = body_words(session, referral, locale, is_short=True)
    return {"reference": own_reference(session, person), "body": body}


def question_texts(session: Session, case: Case, referral: Referral) -> tuple[TextPreview, ...]:
    """Return the texts that would ask for a digit: one for each person who is reached by text."""
    found = []
    for person, thread in people(session, case):
        way = way_to(person, thread)
        if thread is None or way is not Reach.TEXTS:
            continue
        locale = Locale(thread.locale)
        values = question_values(session, referral, person, locale)
        shown = texts.preview(TextName.CONSENT_ASK, locale, **values)
        found.append(TextPreview(person.public_id, locale, way.value, shown.body, shown.segments, shown.plain))
    return tuple(found)


def decision_words(session: Session, case: Case, referral: Referral) -> str:
    """Return the message that it goes without a yes, because a second person decided so."""
    locale = Locale(case.locale)
    said = text_in(
        locale,
        "Your case will be sent to %(body)s without your yes and without your name. A second person decided so. Why:",
        body=body_words(session, referral, locale),
    )
    return f"{said} {unseal(session, referral, 'override_reason') or ''}"


def step_words(session: Session, case: Case, referral: Referral, step: ReferralStep, *, on: date, words: str) -> str:
    """Return the message that tells what became of it."""
    locale = Locale(case.locale)
    told = text_in(locale, _TOLD[step], body=body_words(session, referral, locale), day=f"{on:%d-%m-%Y}")
    return f"{told} {words}".strip()
