"""Plain values of the follow-up page: one case as the person it belongs to reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from grievance.cases.states import MessageKind
from grievance.complainants.door import Passing
from grievance.complainants.follow_up import FollowUp, PersonFile, PersonMessage, PersonResponse
from grievance.complainants.slips import SlipLine, SlipStep
from grievance.core.i18n import Locale, html_lang, offered
from grievance.core.phone import PhoneNumber, shown_phone
from grievance.deadlines.working_days import local_date
from grievance.sites import queries as sites
from grievance.web import words
from grievance.web.complainant import step_words
from grievance.web.complainant.pages import RETALIATION
from grievance.web.formats import day, file_size, moment, moment_short
from grievance.web.lang import current_lang

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class FileLink:
    """A file to download."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One message of the thread, for components/thread.html."""

    by: str
    author: str
    when: str
    body: str
    lang: str
    files: Sequence[FileLink]


@dataclass(frozen=True, slots=True)
class RemedyLine:
    """Something promised, by when, and where it stands."""

    words: str
    when: str
    state: str


@dataclass(frozen=True, slots=True)
class ResponseLines:
    """The proposed response in words."""

    words: str
    lang: str
    outcome: str
    remedies: Sequence[RemedyLine]
    awaits_check: bool
    can_answer: bool
    answer_until: str
    answer: str
    reason: str


@dataclass(frozen=True, slots=True)
class OpeningLine:
    """Who opened the identity, when and why."""

    when: str
    who: str
    why: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything on the follow-up page."""

    reference: str
    today: str
    status: str
    asks: bool
    is_open: bool
    outcome: str
    verdict: str
    steps: Sequence[Mapping[str, str]]
    messages: Sequence[MessageLine]
    response: ResponseLines | None
    readers: Sequence[str]
    openings: Sequence[OpeningLine]
    has_name: bool
    has_phone: bool
    waits_for_digits: bool
    can_add_phone: bool
    is_phone_unconfirmed: bool
    """A phone was left and its code never came back: nothing is sent to it, and it can be written again."""
    can_withdraw: bool
    can_reopen: bool
    reopen_until: str
    can_rate: bool
    check: str
    appeal_until: str
    has_appeal: bool
    can_delete_contact: bool
    has_rated: bool
    ratings_left: str
    """The day since which the ratings given are not kept with the case; empty while they are."""
    is_merged: bool
    erased: str
    """The day on which what this person said was erased; empty while it is there."""
    new_url: str
    retaliation_url: str


@dataclass(frozen=True, slots=True)
class JoiningLines:
    """The code to pass on, how others use it, and how many did."""

    code: str
    line: str
    number: str
    url: str
    address: str
    joined: str


def joining_lines(passing: Passing, *, public_url: str) -> JoiningLines:
    """Return what stands under "let others join"."""
    opened = passing.opened
    url = url_for("complainant.join", site=passing.site_slug, code=opened.code if opened else None)
    joined = ngettext("%(num)s person has joined.", "%(num)s people have joined.", passing.joined)
    return JoiningLines(
        code=opened.code if opened else "",
        line=(opened.line if opened else None) or "",
        number=shown_phone(PhoneNumber(passing.line)) if passing.line else "",
        url=url,
        address=public_url + url,
        joined=joined if passing.joined else "",
    )


def case_page(session: Session, shown: FollowUp, *, at: datetime) -> CasePage:
    """Return the follow-up page in words."""
    lang = current_lang()
    today = local_date(at, shown.time_zone)
    site = sites.site_by_slug(session, shown.site_slug)
    has_confirmed = shown.has_phone and shown.phone_is_verified
    has_promises = shown.response is None or bool(shown.response.remedies)
    return CasePage(
        reference=shown.reference,
        today=step_words.capital(day(today, lang)),
        status=step_words.status(shown.status, has_promises=has_promises),
        asks=bool(shown.response and shown.response.can_answer),
        is_open=shown.is_open,
        outcome=step_words.outcome(shown.outcome) if shown.outcome else "",
        verdict=words.verdict(shown.verdict) if shown.verdict else "",
        steps=step_words.step_lines(shown, lang, today=today),
        messages=_thread(shown, lang, today),
        response=_response(shown.response, lang, shown.time_zone, today) if shown.response else None,
        readers=[step_words.reader(duty) for duty in shown.readers],
        openings=_openings(shown, lang, today),
        has_name=shown.has_name,
        has_phone=shown.has_phone,
        waits_for_digits=shown.phone_waits_for_code,
        can_add_phone=not has_confirmed and sites.line_of_site(session, site.id) is not None,
        is_phone_unconfirmed=shown.has_phone and not has_confirmed,
        can_withdraw=shown.can_withdraw,
        can_reopen=shown.can_reopen,
        reopen_until=day(shown.reopen_until, lang, today=today) if shown.reopen_until else "",
        can_rate=shown.can_rate,
        check=shown.check or "",
        appeal_until=day(shown.appeal_until, lang, today=today) if shown.appeal_until else "",
        has_appeal=shown.has_appeal,
        can_delete_contact=shown.can_delete_contact,
        has_rated=bool(shown.survey and (shown.survey.verdict or shown.survey.process_rating)),
        ratings_left=_ratings_left(shown, lang, today),
        is_merged=shown.is_merged,
        erased=day(shown.erased_at, lang, tz=shown.time_zone, today=today) if shown.erased_at else "",
        new_url=url_for("complainant.report", site=shown.site_slug),
        retaliation_url=url_for("complainant.report", site=shown.site_slug, about=RETALIATION),
    )


def slip_lines(happened: Sequence[SlipLine], time_zone: str) -> list[str]:
    """Return what became of the slip of a person, one sentence each; empty for who never had one."""
    lang = current_lang()
    return [_slip_words(line.step, moment(line.at, lang, tz=time_zone)) for line in happened]


def _slip_words(step: SlipStep, when: str) -> str:
    match step:
        case SlipStep.EXCHANGED:
            return _("%(when)s: the code of the slip was exchanged for an own code.", when=when)
        case SlipStep.SAVED:
            return _("%(when)s: the own code was saved. Since then the slip opens nothing.", when=when)
        case SlipStep.PRINTED_AGAIN:
            return _("%(when)s: our office printed a new slip, and the one before died.", when=when)
        case SlipStep.LAPSED:
            return _("%(when)s: the days of the slip had passed.", when=when)


def _openings(shown: FollowUp, lang: Locale, today: date) -> list[OpeningLine]:
    return [
        OpeningLine(day(one.opened_at, lang, tz=shown.time_zone, today=today), one.staff_name, one.reason or "")
        for one in shown.openings
    ]


def _ratings_left(shown: FollowUp, lang: Locale, today: date) -> str:
    left = [one.left_at for one in shown.ratings if one.left_at is not None]
    return day(max(left), lang, tz=shown.time_zone, today=today) if left else ""


def _thread(shown: FollowUp, lang: Locale, today: date) -> list[MessageLine]:
    first = MessageLine(
        by="person",
        author=_("You"),
        when=moment_short(shown.received_at, lang, tz=shown.time_zone, today=today),
        # Joining needs no word, and a text may be a picture alone.
        body=_kept(shown.words) or _("You wrote no words."),
        lang=_other(shown.locale, lang),
        files=_files(shown.files, lang),
    )
    # The response that counts now stands above, with its form; earlier ones stay in the thread.
    above = shown.response.words if shown.response else None
    told = [each for each in shown.messages if each.kind != MessageKind.RESPONSE or each.words != above]
    return [first, *(_line(message, lang, shown.time_zone, today) for message in told)]


def _line(message: PersonMessage, lang: Locale, time_zone: str, today: date) -> MessageLine:
    return MessageLine(
        by="person" if message.is_from_person else "staff",
        author=_("You") if message.is_from_person else _("Person in charge"),
        when=moment_short(message.sent_at, lang, tz=time_zone, today=today),
        body=_kept(message.words),
        lang=_other(message.locale, lang),
        files=_files(message.files, lang),
    )


def _files(files: Sequence[PersonFile], lang: Locale) -> list[FileLink]:
    unnamed = _("File")
    return [
        FileLink(
            f"{file.filename or unnamed} ({file_size(file.size_bytes, lang)})",
            url_for("complainant.download", file=file.public_id),
        )
        for file in files
    ]


def _response(response: PersonResponse, lang: Locale, time_zone: str, today: date) -> ResponseLines:
    return ResponseLines(
        words=_kept(response.words),
        lang=_other(response.locale, lang),
        outcome=step_words.outcome(response.outcome),
        remedies=[
            RemedyLine(
                _kept(remedy.words),
                day(remedy.due_on, lang, today=today) if remedy.due_on else _("no date"),
                _("checked by another person") if remedy.is_verified else _("done") if remedy.is_done else "",
            )
            for remedy in response.remedies
        ],
        awaits_check=any(not remedy.is_verified for remedy in response.remedies),
        can_answer=response.can_answer,
        answer_until=day(response.answer_until, lang, tz=time_zone, today=today),
        answer=words.answer(response.answer) if response.answer else "",
        reason=response.reason or "",
    )


def _kept(text: str | None) -> str:
    return text if text is not None else _("These words have been erased.")


def _other(locale: str, lang: Locale) -> str:
    """Return the lang attribute of words in another language than the page's; empty for the page's own."""
    own = offered(locale)
    return html_lang(own) if own and own != lang else ""
