"""What stands in the forms of delays and what they do: choices, the words that go out, one call into the domain."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _

from grievance.cases import after_checks, delays, pauses
from grievance.cases.side_tracks import CHOSEN_REASONS, DelayReason
from grievance.cases.states import Channel, Source
from grievance.core.i18n import Locale, text_in
from grievance.web import clock_words, formats, words
from grievance.web.lang import current_lang
from grievance.web.staff import action_fills as fills
from grievance.web.staff.actions import Doing
from grievance.web.staff.choices import Choices
from grievance.web.staff.forms_base import text_of
from grievance.web.staff.forms_delays import CheckForm, DecideExtensionForm, DelayForm, PauseForm
from grievance.web.staff.forms_messages import EmptyForm


def fill_delay(form: DelayForm, choices: Choices) -> None:
    """Offer the dates that run, and name the reasons."""
    fills.words(form, choices)
    form.clock.choices = fills.dates_to_keep(choices)
    form.reason.choices = [(reason.value, words.delay_reason(reason.value)) for reason in CHOSEN_REASONS]


def delay_words(form: DelayForm, choices: Choices) -> str:
    """Return the words as the person reads them: what was written, and the new date in their language."""
    locale = Locale(choices.page.locale)
    new_date = text_in(locale, "The new date is %(day)s.", day=formats.day(_new_date(form), locale))
    return f"{text_of(form.words).rstrip()} {new_date}"


def tell_delay(doing: Doing, form: DelayForm) -> None:
    """Tell the person, and let the new date run."""
    delays.give_notice(
        doing.unit.session,
        doing.case,
        text_of(form.clock),
        reason=DelayReason(form.reason.data),
        new_due_on=_new_date(form),
        words=delay_words(form, doing.choices),
        by=doing.by,
        at=doing.unit.now,
    )


def ask_extension(doing: Doing, form: DelayForm) -> None:
    """Ask somebody else for a later date."""
    delays.ask_extension(
        doing.unit.session,
        doing.case,
        text_of(form.clock),
        reason=DelayReason(form.reason.data),
        new_due_on=_new_date(form),
        words=delay_words(form, doing.choices),
        by=doing.by,
        at=doing.unit.now,
    )


def fill_decision(form: DecideExtensionForm, choices: Choices) -> None:
    """Offer the later dates asked for, in whole sentences."""
    lang = current_lang()
    form.extension.choices = [
        (
            part.public_id,
            _(
                "%(clock)s: from %(old)s to %(new)s, asked by %(name)s. %(reason)s.",
                clock=clock_words.clock(part.clock_name),
                old=formats.day(part.old_due_on, lang),
                new=formats.day(part.new_due_on, lang),
                name=part.asked_by,
                reason=words.delay_reason(part.reason),
            ),
        )
        for part in choices.page.extensions_asked
    ]
    # A yes sends these words at once: nobody grants what he or she has not read.
    form.extension.description = " ".join(
        _("The person will read: “%(words)s”", words=part.words) for part in choices.page.extensions_asked if part.words
    )
    form.decision.choices = [("grant", _("Yes, grant it")), ("refuse", _("No, keep the date"))]


def decide_extension(doing: Doing, form: DecideExtensionForm) -> None:
    """Grant or refuse."""
    decide = delays.grant_extension if form.decision.data == "grant" else delays.refuse_extension
    decide(doing.unit.session, doing.case, text_of(form.extension), by=doing.by, at=doing.unit.now)


def fill_pause(form: PauseForm, choices: Choices) -> None:
    """Say in which language the person reads."""
    fills.words(form, choices)


def pause(doing: Doing, form: PauseForm) -> None:
    """Ask the person, and wait."""
    pauses.pause(doing.unit.session, doing.case, words=text_of(form.words), by=doing.by, at=doing.unit.now)


def resume(doing: Doing, _form: EmptyForm) -> None:
    """Go on."""
    pauses.resume(doing.unit.session, doing.case, by=doing.by, at=doing.unit.now)


def fill_check(form: CheckForm, choices: Choices) -> None:
    """Put the question that waits into words, and name the ways in which an answer can be recorded."""
    form.asked.data = form.asked.data or choices.check_open
    about_reprisals = choices.check_open in after_checks.ABOUT_REPRISALS
    asked = choices.people_asked.items()
    form.person.choices = [(code, _("Person %(number)s", number=one.number)) for code, one in asked]
    if about_reprisals:
        form.said.label.text = _("Has anybody treated the person worse for complaining?")
        form.said.choices = [("well", _("No")), ("badly", _("Yes"))]
    else:
        form.said.label.text = _("Does what was agreed still hold?")
        form.said.choices = [("well", _("Yes, it holds")), ("badly", _("No, it does not"))]
    form.source.choices = [(code, words.source(code)) for code in ("signed_paper", "witnessed")]


def record_check(doing: Doing, form: CheckForm) -> None:
    """Keep the answer; a reprisal opens a case."""
    check = doing.choices.check_open
    if form.asked.data != check:
        raise after_checks.NothingAsked
    is_bad = form.said.data == "badly"
    after_checks.answer_check(
        doing.unit.session,
        doing.case,
        doing.choices.people_asked[text_of(form.person)].person,
        check=check,
        said_yes=is_bad if check in after_checks.ABOUT_REPRISALS else not is_bad,
        source=Source(form.source.data),
        channel=Channel.CALL,
        by=doing.by,
        at=doing.unit.now,
    )


def _new_date(form: DelayForm) -> date:
    if form.new_due_on.data is None:
        raise ValueError("the form lets no empty date through")
    return form.new_due_on.data
