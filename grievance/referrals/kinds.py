"""Words of sending a case to an outside body: to whom, what the person says, and how far it is. Pure."""

from enum import StrEnum


class Body(StrEnum):
    """To whom a case can be sent."""

    ENVIRONMENT = "environment"
    """Superintendencia del Medio Ambiente (SMA)."""
    LABOUR_OFFICE = "labour_office"
    """Dirección del Trabajo. Harassment goes there by its own way (`cases.harassment_track`), never by this one."""
    HEALTH = "health"
    """Secretaría Regional Ministerial de Salud."""
    COMPANY = "company"
    """The company that employs, or is to answer: a contractor as employer, the principal company."""
    OTHER = "other"
    """An authority that is named in words."""


class Consent(StrEnum):
    """What a person answers who is asked whether the case may be sent."""

    WITHOUT_NAME = "without_name"
    WITH_NAME = "with_name"
    NO = "no"


AGREES = frozenset({Consent.WITHOUT_NAME, Consent.WITH_NAME})


class ReferralStep(StrEnum):
    """What happened to a sending; the code of its event, and of what the person is told."""

    ASKED = "asked"
    ANSWERED = "answered"
    """By the person; the codes say what and by which way."""
    OVERRIDE_ASKED = "override_asked"
    """The person did not agree, or cannot be asked, and a second person is asked to decide."""
    OVERRIDE_GRANTED = "override_granted"
    OVERRIDE_REFUSED = "override_refused"
    SENT = "sent"
    ACCEPTED = "accepted"
    """By the body: it takes the matter up."""
    DECLINED = "declined"
    ENDED = "ended"
    """What came of it there."""
    DROPPED = "dropped"
    """It will not be sent after all."""


def next_steps(
    *, is_sent: bool, is_dropped: bool, is_accepted: bool | None, has_ended: bool
) -> tuple[ReferralStep, ...]:
    """Return the steps that whoever works the case can record next."""
    if is_dropped or has_ended or is_accepted is False:
        return ()
    if not is_sent:
        return (ReferralStep.SENT, ReferralStep.DROPPED)
    if is_accepted is None:
        return (ReferralStep.ACCEPTED, ReferralStep.DECLINED, ReferralStep.ENDED)
    return (ReferralStep.ENDED,)
