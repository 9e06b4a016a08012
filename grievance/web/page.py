"""What the page frame needs: plain values for `components/layout.html`. Not for a page's own content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from grievance.core.i18n import Locale, html_lang

Audience = Literal["complainant", "staff", "open", "demo"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link in the navigation or the footer."""

    label: str
    url: str
    current: bool = False
    key: str = ""
    """What is typed to follow it, where shortcuts are on: "?", or "g d" for one key after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """The same page in one language; `label` is the language's own name, written in that language."""

    lang: Locale
    label: str
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The frame around one page.

    `script` names one static file; its presence opens the content policy for scripts of our own, on that page only.
    `menu` names what opens the list of sections on a narrow screen, where there are too many to stand there always.
    `accent_sheet` is the address of an installation's second sheet with its four accent values.
    `today` is the local date at the site: dates of the same year are then written without the year.
    """

    lang: Locale
    site_name: str
    home_url: str
    tagline: str = ""
    audience: Audience = "complainant"
    twins: tuple[Twin, ...] = ()
    narrow: bool = True
    demo: bool = False
    nav: tuple[Link, ...] = ()
    menu: str = ""
    sign_out_url: str = ""
    footer_links: tuple[Link, ...] = ()
    footer_note: str = ""
    script: str = ""
    accent_sheet: str = ""
    today: date | None = None

    @property
    def html_lang(self) -> str:
        """Return the value of the lang attribute, for example es-CL."""
        return html_lang(self.lang)
