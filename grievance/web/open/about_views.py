"""Views about the figures themselves: words and definitions, how they are counted, what was corrected, how to check."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Response, make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from grievance.core.i18n import text_in
from grievance.metrics.definitions import DEFINITIONS
from grievance.metrics.indicators import INDICATORS
from grievance.publishing import recompute as recompute_script
from grievance.publishing.bulletin import issues
from grievance.sites.queries import site_by_slug
from grievance.web.access import public
from grievance.web.lang import current_lang
from grievance.web.open.definition_pages import defined, defined_tables
from grievance.web.open.frame import house_page, open_page
from grievance.web.open.glossary import words
from grievance.web.open.issue_pages import IssueLink, issue_links
from grievance.web.open.kept import may_be_kept
from grievance.web.unit import current

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SCRIPT_NAME = "recompute.py"


@dataclass(frozen=True, slots=True)
class Correction:
    """A corrected version and the one that it replaced."""

    new: IssueLink
    old: IssueLink


@public
def glossary() -> ResponseReturnValue:
    """Say what the words and the figures mean."""
    lang = current_lang()
    return may_be_kept(
        make_response(
            render_template(
                "open/glossary.html",
                page=house_page(current().session),
                words=words(lang),
                figures=defined(lang),
                tables_of_people=defined_tables(lang),
            )
        )
    )


@public
def methods() -> ResponseReturnValue:
    """Say in plain words how each number is counted, what is hidden and why, and what cannot be known."""
    lang = current_lang()
    script = _script()
    figures = [(id_, text_in(lang, DEFINITIONS[id_].name), text_in(lang, DEFINITIONS[id_].says)) for id_ in INDICATORS]
    return may_be_kept(
        make_response(
            render_template(
                "open/methods.html",
                page=house_page(current().session),
                figures=figures,
                script_name=SCRIPT_NAME,
                script_digest=hashlib.sha256(script).hexdigest(),
                script_lines=script.count(b"\n"),
            )
        )
    )


@public
def recompute() -> ResponseReturnValue:
    """Hand out the program that works the open data out again."""
    response = Response(_script(), content_type="text/x-python; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{SCRIPT_NAME}"'
    return may_be_kept(response)


@public
def corrections(site: str) -> ResponseReturnValue:
    """List every correction of a site, the latest first, with its reason and the files of both versions."""
    session = current().session
    found = site_by_slug(session, site)
    links = issue_links(found, issues(session, found.id))
    rows = sorted(_corrections(links), key=lambda row: row.new.released_at, reverse=True)
    return may_be_kept(
        make_response(
            render_template(
                "open/corrections.html",
                page=open_page(found),
                name=found.name,
                rows=rows,
                site_url=url_for("open.site", site=site),
                feed_url=url_for("open.feed", site=site),
            )
        )
    )


def _script() -> bytes:
    """Return the program as it stands in the package: what is handed out is what is tested."""
    return Path(str(recompute_script.__file__)).read_bytes()


def _corrections(links: Sequence[IssueLink]) -> Iterator[Correction]:
    """Yield each version with the one before it; of a quarter the latest version comes first in `links`."""
    for position, new in enumerate(links):
        old = links[position + 1] if position + 1 < len(links) else None
        if old is not None and old.quarter == new.quarter:
            yield Correction(new, old)
