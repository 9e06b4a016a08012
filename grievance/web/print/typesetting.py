"""Set a page of HTML as a tagged PDF (ISO 14289-1, PDF/UA-1). Same page, same bytes; nothing is ever fetched.

Not for pages that strangers can write: it takes templates of our own, in which every text is escaped.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from grievance.core.optional import ExtraMissing, LibraryMissing, weasyprint_module

VARIANT = "pdf/ua-1"

FONTS = ("Roboto", "Noto Sans", "Open Sans", "Liberation Sans", "Arial", "Helvetica", "DejaVu Sans", "sans-serif")
"""The first that the system has. Which one it is changes where lines break, never what is said."""

_TITLED = re.compile(r"<title([^>]*)>(.*?)</title>(?:<desc[^>]*>(.*?)</desc>)?", re.DOTALL)
_OPENED = re.compile(r"<svg([^>]*)>")


class FetchRefused(Exception):
    """A page to be printed asks for something outside itself. It is a fault of ours; nothing was fetched."""


class DoesNotFit(Exception):
    """Not even the shortest form of a page fits on its sheets of paper."""


def typeset(html: str) -> bytes:
    """Return a page as PDF, on as many sheets as it takes.

    Raises:
        ExtraMissing, LibraryMissing: this installation cannot make PDFs.
        FetchRefused: the page asks for something outside itself.
    """
    return _laid_out(html).written()


def first_that_fits(sheets: int, forms: Iterable[str]) -> int:
    """Return which of several forms of a page, fullest first, is the first to take no more than so many sheets.

    Raises:
        DoesNotFit: none does.
        ExtraMissing, LibraryMissing: this installation cannot make PDFs.
    """
    for number, html in enumerate(forms):
        if len(_laid_out(html).document.pages) <= sheets:
            return number
    raise DoesNotFit(sheets)


def what_is_missing() -> ExtraMissing | LibraryMissing | None:
    """Return what keeps this installation from making PDFs, or None."""
    try:
        weasyprint_module()
    except (ExtraMissing, LibraryMissing) as error:
        return error
    return None


def drawn(svg: Markup, *, words: str = "") -> Markup:
    """Return a drawing of a page as the same drawing on paper, spoken to whoever does not see it.

    A PDF has one text for a picture: title and description together, or the words given. Letters take the fonts of
    the paper, which no sheet hands down into a drawing here.
    """
    fonts = escape(", ".join(FONTS))
    spoken = words or " ".join(part.strip().rstrip(".") + "." for part in _told(svg) if part.strip())
    bare = _TITLED.sub("", str(svg), count=1)
    title = f"<title>{escape(Markup(spoken).unescape())}</title>"  # noqa: S704  # escaped again at once
    return Markup(_OPENED.sub(rf'<svg\1 font-family="{fonts}">{_literal(title)}', bare, count=1))  # noqa: S704  # our own drawing


def _told(svg: Markup) -> tuple[str, str]:
    found = _TITLED.search(svg)
    return (found[2], found[3] or "") if found else ("", "")


def _literal(text: str) -> str:
    """Return a text that stands for itself in the replacement of a pattern."""
    return text.replace("\\", r"\\")


@dataclass(frozen=True, slots=True)
class _Page:
    """A page laid out on sheets. `asked` fills up when the page asks for something, drawings not before writing."""

    document: Any  # published without types
    html: str
    asked: list[str]

    def written(self) -> bytes:
        # The identifier is a random number otherwise, and the same page would never give the same bytes twice.
        identifier = hashlib.sha256(self.html.encode()).digest()[:16]
        pdf: bytes = self.document.write_pdf(pdf_variant=VARIANT, pdf_identifier=identifier)
        if self.asked:
            raise FetchRefused(self.asked[0])
        return pdf


def _laid_out(html: str) -> _Page:
    weasyprint = weasyprint_module()
    asked: list[str] = []

    def refuse(_fetcher: object, url: str, _headers: object = None) -> None:
        # Whoever asked logs the error and leaves a hole; the page is refused when it is written.
        asked.append(url)
        raise FetchRefused(url)

    fetcher = type("FetchesNothing", (weasyprint.urls.URLFetcher,), {"fetch": refuse})
    page = weasyprint.HTML(string=html, url_fetcher=fetcher(), media_type="print")
    return _Page(page.render(pdf_variant=VARIANT), html, asked)
