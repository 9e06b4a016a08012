"""The addresses of what anybody may print."""

from __future__ import annotations

from flask import Blueprint

from grievance.web.errors import translate
from grievance.web.lang import localized
from grievance.web.open import print_poster, print_summary
from grievance.web.print.press import ERRORS


def add_print_routes(bp: Blueprint) -> None:
    """Route the PDFs of a site, and say what to do where they cannot be made."""
    translate(bp, ERRORS)
    sizes = f"<any({', '.join(print_poster.SIZES)}):size>"
    localized(bp, "poster", print_poster.poster, es=f"/<site>/afiche-{sizes}.pdf", en=f"/<site>/poster-{sizes}.pdf")
    es, en = "/<site>/<int:year>-t<int:quarter>.pdf", "/<site>/<int:year>-q<int:quarter>.pdf"
    localized(bp, "summary_pdf", print_summary.summary_pdf, es=es, en=en)
    es, en = (
        "/<site>/<int:year>-t<int:quarter>/v<int:version>.pdf",
        "/<site>/<int:year>-q<int:quarter>/v<int:version>.pdf",
    )
    localized(bp, "version_pdf", print_summary.version_pdf, es=es, en=en)
