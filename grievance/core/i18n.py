"""Languages: which are offered, and texts for an explicit locale, without a request.

English is the source: a msgid is the English text. Every other offered language has a complete catalogue.
"""

from functools import lru_cache
from gettext import NullTranslations, translation
from typing import NewType

from babel import Locale as BabelLocale

from grievance.core.paths import translations_dir

Locale = NewType("Locale", str)

SPANISH = Locale("es")
ENGLISH = Locale("en")
OFFERED: tuple[Locale, ...] = (SPANISH, ENGLISH)

_FORMATS = {SPANISH: "es_CL", ENGLISH: "en"}


def offered(code: str | None) -> Locale | None:
    """Return the offered locale of a language code such as "es-CL", or None."""
    language = (code or "").replace("_", "-").split("-")[0].lower()
    return Locale(language) if language in OFFERED else None


def formats(locale: Locale) -> BabelLocale:
    """Return the Babel locale for dates, numbers and lists."""
    return BabelLocale.parse(_FORMATS[locale])


def html_lang(locale: Locale) -> str:
    """Return the value of the lang attribute."""
    return _FORMATS[locale].replace("_", "-")


@lru_cache(maxsize=8)
def catalogue(locale: Locale) -> NullTranslations:
    """Return the texts of a locale; English answers with the source itself."""
    if locale == ENGLISH:
        return NullTranslations()
    return translation("messages", translations_dir(), languages=[locale], fallback=True)


def text_in(locale: Locale, message: str, **values: object) -> str:
    """Return `message` in a locale, its %(name)s places filled."""
    translated = catalogue(locale).gettext(message)
    return translated % values if values else translated


def plural_in(locale: Locale, singular: str, plural: str, count: int, **values: object) -> str:
    """Return the form of a message that fits `count`, which fills %(count)s."""
    return catalogue(locale).ngettext(singular, plural, count) % {"count": count, **values}


def mark(message: str) -> str:
    """Mark a text for extraction and return it unchanged; it is translated where the locale is known."""
    return message
