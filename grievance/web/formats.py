"""Dates, numbers and lists in words, per language: pure functions, and the Jinja filters made of them.

Patterns are written out where CLDR's do not read like speech: "viernes 16 de octubre", "Friday 16 October".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.numbers import format_decimal
from flask import Flask
from flask_babel import get_locale
from jinja2 import pass_context
from jinja2.runtime import Context

from grievance.core.i18n import ENGLISH, SPANISH, Locale, formats, offered

_DAY = {SPANISH: "EEEE d 'de' MMMM", ENGLISH: "EEEE d MMMM"}
_DAY_AND_YEAR = {SPANISH: "EEEE d 'de' MMMM 'de' y", ENGLISH: "EEEE d MMMM y"}
_SHORT = "d MMM"
_SHORT_WITH_WEEKDAY = "EEE d MMM"

# "y" becomes "e" before the sound i, written i- or hi-, save where the i begins a diphthong (hielo, hiato).
# Source: Real Academia Española, Diccionario panhispánico de dudas (2005), entry "y".
_SPANISH_I = re.compile(r" y (?=h?[ií](?![aeo]))", re.IGNORECASE)

KILOBYTE = 1_000
MEGABYTE = 1_000_000


class ZoneMissing(Exception):
    """An instant was to be written as a local date without saying where: naive, or no time zone given."""


def day(value: date, lang: Locale, *, tz: str | tzinfo | None = None, today: date | None = None) -> str:
    """Return "viernes 16 de octubre", with the year unless it is that of `today`.

    Raises: ZoneMissing when `value` is an instant and it or `tz` says nothing of the zone.
    """
    local = _local_date(value, tz)
    pattern = (_DAY if today and today.year == local.year else _DAY_AND_YEAR)[lang]
    return format_date(local, pattern, locale=formats(lang))


def day_short(
    value: date, lang: Locale, *, tz: str | tzinfo | None = None, today: date | None = None, weekday: bool = False
) -> str:
    """Return "2 sept", or "mié 2 sept" with its weekday; and the year when it is known not to be today's."""
    local = _local_date(value, tz)
    pattern = _SHORT_WITH_WEEKDAY if weekday else _SHORT
    if today and today.year != local.year:
        pattern += " y"
    return format_date(local, pattern, locale=formats(lang)).replace(".", "").replace(",", "")


def clock_time(value: datetime, lang: Locale, *, tz: str | tzinfo | None) -> str:
    """Return "21:14", on the 24-hour clock in both languages."""
    return format_time(_local(value, tz).time(), "HH:mm", locale=formats(lang))


def moment(value: datetime, lang: Locale, *, tz: str | tzinfo | None, today: date | None = None) -> str:
    """Return "miércoles 2 de septiembre de 2026, 21:14" in the zone `tz`."""
    return f"{day(value, lang, tz=tz, today=today)}, {clock_time(value, lang, tz=tz)}"


def moment_short(value: datetime, lang: Locale, *, tz: str | tzinfo | None, today: date | None = None) -> str:
    """Return "2 sept, 21:14" in the zone `tz`."""
    return f"{day_short(value, lang, tz=tz, today=today)}, {clock_time(value, lang, tz=tz)}"


def number(value: float, lang: Locale, decimals: int = 0) -> str:
    """Return "1.200" or "1,200"; with exactly `decimals` places."""
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(value, pattern, locale=formats(lang))


def list_and(items: Sequence[str], lang: Locale) -> str:
    """Return "a, b y c"; Spanish "y" becomes "e" before the sound i. An empty list is an empty text."""
    if lang == ENGLISH:
        # Plain British style, without the comma before "and".
        return format_list(list(items), locale="en_GB")
    text = format_list(list(items), locale=formats(lang))
    # Only the joint before the last item is ours: an "y" inside an item is the item's own.
    joint = len(text) - len(items[-1]) - len(" y ") if len(items) > 1 else 0
    return text[:joint] + _SPANISH_I.sub(" e ", text[joint:], count=1) if joint else text


def lang_name(code: str, lang: Locale) -> str:
    """Return the name of a language in `lang`, capital first: "Español", "Spanish"; an unknown code as it is."""
    name: str | None = formats(lang).languages.get(code)
    return name[:1].upper() + name[1:] if name else code


def file_size(size_bytes: int, lang: Locale) -> str:
    """Return "350 kB" or "4,6 MB" (decimal units, as phones show them); never less than 1 kB."""
    if size_bytes < MEGABYTE:
        return f"{number(max(1, round(size_bytes / KILOBYTE)), lang)} kB"
    tenths = round(size_bytes / MEGABYTE, 1)
    return f"{number(tenths, lang, decimals=0 if tenths.is_integer() else 1)} MB"


def register_filters(app: Flask) -> None:
    """Add every function above as a filter of the same name, without the language.

    Filters speak the language of the texts around them, a forced one included; `today` is the page's.
    """
    dated: dict[str, Callable[..., str]] = {
        "day": day,
        "day_short": day_short,
        "moment": moment,
        "moment_short": moment_short,
    }
    plain: dict[str, Callable[..., str]] = {
        "number": number,
        "list_and": list_and,
        "lang_name": lang_name,
        "file_size": file_size,
    }
    for name, function in dated.items():
        app.add_template_filter(_dated_filter(function), name)
    for name, function in plain.items():
        app.add_template_filter(_plain_filter(function), name)
    app.add_template_filter(_clock_filter, "clock_time")


def _dated_filter(function: Callable[..., str]) -> Callable[..., str]:
    @pass_context
    def dated(context: Context, value: date, tz: str | tzinfo | None = None, **options: Any) -> str:  # noqa: ANN401  # handed on
        # A macro imported without context sees no page: the year is then written, which is never wrong.
        return function(value, _text_lang(), tz=tz, today=getattr(context.get("page"), "today", None), **options)

    return dated


def _plain_filter(function: Callable[..., str]) -> Callable[..., str]:
    def plain(value: Any, *options: Any) -> str:  # noqa: ANN401  # handed on
        return function(value, _text_lang(), *options)

    return plain


def _clock_filter(value: datetime, tz: str | tzinfo) -> str:
    return clock_time(value, _text_lang(), tz=tz)


def _text_lang() -> Locale:
    return offered(str(get_locale())) or SPANISH


def _local_date(value: date, tz: str | tzinfo | None) -> date:
    return _local(value, tz).date() if isinstance(value, datetime) else value


def _local(value: datetime, tz: str | tzinfo | None) -> datetime:
    if tz is None or value.tzinfo is None:
        raise ZoneMissing
    return value.astimezone(ZoneInfo(tz) if isinstance(tz, str) else tz)
