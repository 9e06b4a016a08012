"""What is sent to an outside body as plain values: for the person asked, for staff, and for the paper that leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from grievance.cases.identity import Identity
from grievance.core.i18n import Locale, html_lang
from grievance.referrals.contents import Package, PersonReferral, ReferralPart, SentFiling
from grievance.web import referral_words, words
from grievance.web.formats import day, file_size, moment, moment_short

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class FilingView:
    """One filing as it goes."""

    heading: str
    facts: list[Pair]
    words: str
    lang: str
    identity: list[Pair]
    """Empty but on the paper that leaves, and only of a person who agreed."""


@dataclass(frozen=True, slots=True)
class PackageView:
    """Exactly what goes."""

    to: str
    facts: list[Pair]
    filings: list[FilingView]
    files: list[str]
    names: str
    """What is said about names."""


@dataclass(frozen=True, slots=True)
class ReferralView:
    """A sending on the case page."""

    public_id: str
    title: str
    facts: list[Pair]
    reason: str


@dataclass(frozen=True, slots=True)
class PersonReferralView:
    """A sending as the person reads it."""

    public_id: str
    to: str
    reason: str
    lang: str
    package: PackageView
    can_answer: bool
    answer: str
    lines: list[str]
    """What became of it, the first first."""


def package_view(
    package: Package, to: str, lang: Locale, *, identities: Mapping[int, Identity] | None = None
) -> PackageView:
    """Return a package in words; `identities` are there only for the paper that leaves."""
    several = len(package.filings) > 1
    return PackageView(
        to=capital(to),
        facts=[
            (_("From"), package.operator_name),
            (_("Site"), package.site_name),
            (_("Reference"), package.reference),
        ],
        filings=[
            _filing(one, number if several else 0, package.time_zone, lang, (identities or {}).get(one.complainant_id))
            for number, one in enumerate(package.filings, 1)
        ],
        files=[f"{file.filename or _('File')} ({file_size(file.size_bytes, lang)})" for file in package.files],
        names=_names(package),
    )


def referral_view(part: ReferralPart, lang: Locale, time_zone: str) -> ReferralView:
    """Return a sending for the case page."""
    facts = [(_("Asked"), _who_when(part.asked_by, moment_short(part.asked_at, lang, tz=time_zone)))]
    for one in part.consents:
        who = _("Person %(number)s", number=one.number)
        facts.append((who, _said(one.answer, one.source)))
    if part.override_asked_by:
        decided = {None: _("not decided yet"), True: _("it goes"), False: _("it does not go")}[part.override_granted]
        by = f" ({part.override_decided_by})" if part.override_decided_by else ""
        facts.append(
            (_("Without a yes"), _("%(name)s asked: %(decision)s", name=part.override_asked_by, decision=decided) + by)
        )
        facts.append((_("Why without a yes"), part.override_reason or ""))
    facts += [(what, day(on, lang)) for what, on in _days(part) if on is not None]
    if part.outcome:
        facts.append((_("Outcome there"), part.outcome))
    if part.is_dropped:
        facts.append((_("Stands"), _("Not sent after all")))
    return ReferralView(part.public_id, capital(part.to), facts, part.reason or "")


def person_view(found: PersonReferral, lang: Locale) -> PersonReferralView:
    """Return a sending as the person reads it."""
    return PersonReferralView(
        public_id=found.public_id,
        to=found.to,
        reason=found.reason or "",
        lang=html_lang(Locale(found.locale)),
        package=package_view(found.package, found.to, lang),
        can_answer=found.can_answer,
        answer=referral_words.consent(found.answer) if found.answer else "",
        lines=list(_lines(found, lang)),
    )


def capital(text: str) -> str:
    """Return a text that begins with a capital."""
    return text[:1].upper() + text[1:]


def _filing(one: SentFiling, number: int, time_zone: str, lang: Locale, identity: Identity | None) -> FilingView:
    facts = [
        (_("Filed"), moment(one.filed_at, lang, tz=time_zone)),
        (_("When it happened"), day(one.occurred_on, lang) if one.occurred_on else ""),
        (_("Place, as the person wrote it."), one.place or ""),
    ]
    who = (
        [(_("Name"), identity.name or ""), (_("Phone"), identity.phone or ""), (_("E-mail"), identity.email or "")]
        if identity
        else []
    )
    heading = _("Filing %(number)s", number=number) if number else _("What was filed")
    return FilingView(
        heading=heading,
        facts=[(term, value) for term, value in facts if value],
        words=one.words,
        lang=html_lang(Locale(one.locale)),
        identity=[(term, value) for term, value in who if value],
    )


def _names(package: Package) -> str:
    if not package.named:
        return _("No name, phone or e-mail goes with it. The words themselves may say who somebody is.")
    if len(package.named) == len({one.complainant_id for one in package.filings}):
        return _("Name and phone go with it, because the person agreed to that.")
    return _("Name and phone go with it of those who agreed to that, and of nobody else.")


def _said(answer: str | None, source: str | None) -> str:
    if answer is None:
        return _("No answer yet")
    said = referral_words.consent(answer)
    return f"{said} ({words.source(source)})" if source else said


def _who_when(who: str, when: str) -> str:
    return f"{who}, {when}"


def _days(part: ReferralPart) -> Sequence[tuple[str, date | None]]:
    taken_up = _("Taken up there") if part.accepted else _("Not taken up there")
    return ((_("Sent"), part.sent_on), (taken_up, part.answered_on), (_("Outcome there on"), part.ended_on))


def _lines(found: PersonReferral, lang: Locale) -> Sequence[str]:
    lines = []
    if found.override_reason:
        lines.append(
            _(
                "A second person decided that it goes without your yes, and without your name: %(why)s",
                why=found.override_reason,
            )
        )
    if found.is_dropped:
        lines.append(_("It will not be sent after all."))
    if found.sent_on:
        lines.append(_("Sent on %(day)s.", day=day(found.sent_on, lang)))
    if found.accepted is not None:
        lines.append(_("They take it up.") if found.accepted else _("They do not take it up."))
    if found.ended_on:
        lines.append(
            _(
                "On %(day)s they said what came of it: %(outcome)s",
                day=day(found.ended_on, lang),
                outcome=found.outcome or "",
            )
        )
    return lines
