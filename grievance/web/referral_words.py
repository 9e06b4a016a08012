"""Plain words for sending a case to an outside body: to whom, what the person says, and each step."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from grievance.core.i18n import Locale, mark, text_in
from grievance.web.lang import current_lang

BODY: Mapping[str, str] = MappingProxyType(
    {
        "environment": mark("Superintendencia del Medio Ambiente (SMA)"),
        "labour_office": mark("Dirección del Trabajo"),
        "health": mark("Seremi de Salud"),
        "company": mark("A company: contractor as employer, principal company"),
        "other": mark("Another authority"),
    }
)
CONSENT: Mapping[str, str] = MappingProxyType(
    {
        "without_name": mark("Yes, without the name"),
        "with_name": mark("Yes, with name and phone"),
        "no": mark("No"),
    }
)
STEP: Mapping[str, str] = MappingProxyType(
    {
        "asked": mark("the person is asked"),
        "answered": mark("the person answered"),
        "override_asked": mark("a second person is asked to decide"),
        "override_granted": mark("a second person decided that it goes"),
        "override_refused": mark("a second person decided that it does not go"),
        "sent": mark("sent"),
        "accepted": mark("taken up there"),
        "declined": mark("not taken up there"),
        "ended": mark("there is an outcome there"),
        "dropped": mark("it is not sent after all"),
    }
)


def body(code: str, lang: Locale | None = None) -> str:
    """Return to whom a case can be sent, for a list."""
    return text_in(lang or current_lang(), BODY[code])


def consent(code: str, lang: Locale | None = None) -> str:
    """Return what a person answered."""
    return text_in(lang or current_lang(), CONSENT[code])


def step(code: str, lang: Locale | None = None) -> str:
    """Return a step as it stands in the history, in small letters."""
    return text_in(lang or current_lang(), STEP[code])
