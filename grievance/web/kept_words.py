"""What is kept and how long, in words: the same to staff and to whoever reads the notice."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from grievance.metrics.disclosure import SMALLEST_SHOWN
from grievance.privacy.schedules import Matter, Period
from grievance.web import formats, words
from grievance.web.lang import current_lang

MATTERS: Final[dict[str, LazyString]] = {
    Matter.SPAM.value: _l("Spam, from when it was set aside"),
    Matter.RAW_TEXTS.value: _l("Texts as they came and went"),
    Matter.OPINIONS.value: _l("Ratings of 1 to 5 together with the case (after that they are only counted)"),
    Matter.SESSIONS.value: _l("Sign-ins of staff that have ended"),
}


def what_words(what: str) -> str:
    """Return what is kept, in words."""
    return str(MATTERS[what]) if what in MATTERS else words.case_type(what)


def few_words(count: int) -> str:
    """Return about how many, so that no single case shows: "fewer than 5" for none to four, then the five below.

    Whoever administers a site and sees no case could otherwise read from a number, or from the difference of two, that
    there was one case of harassment and when it ended.
    """
    if count < SMALLEST_SHOWN:
        return _("fewer than %(num)s", num=SMALLEST_SHOWN)
    return _("%(num)s or more", num=formats.number(count - count % SMALLEST_SHOWN, current_lang()))


def span_words(kept: Period) -> str:
    """Return how long, in words; whole years as years."""
    if kept.days:
        return ngettext("%(num)s day", "%(num)s days", kept.days)
    if kept.months % 12 == 0:
        return ngettext("%(num)s year", "%(num)s years", kept.months // 12)
    return ngettext("%(num)s month", "%(num)s months", kept.months)


def short_span_words(span: timedelta) -> str:
    """Return a span of the program's own in the largest unit that leaves no rest: minutes, hours, or days from two."""
    minutes = span // timedelta(minutes=1)
    if minutes % 60:
        return ngettext("%(num)s minute", "%(num)s minutes", minutes)
    hours = minutes // 60
    if hours > 24 and hours % 24 == 0:
        return ngettext("%(num)s day", "%(num)s days", hours // 24)
    return ngettext("%(num)s hour", "%(num)s hours", hours)
