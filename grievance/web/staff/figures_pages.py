"""Plain values of the publisher's pages: where each quarter stands, and the steps that lead it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _

from grievance.accounts.permissions import Action
from grievance.core.i18n import Locale, text_in
from grievance.metrics import indicators
from grievance.metrics.definitions import DEFINITIONS
from grievance.metrics.periods import Quarter, quarter_period
from grievance.publishing import summaries, wording
from grievance.publishing.bulletin import Figure, figures_of
from grievance.publishing.exports import Format, item_name, items
from grievance.publishing.models import Release, ReleaseState
from grievance.publishing.queries import QuarterLine, ReleaseLine, current_release, releases_of
from grievance.sites.models import Site
from grievance.web.lang import current_lang
from grievance.web.staff.access import me, viewer
from grievance.web.staff.forms_figures import NotesForm
from grievance.web.staff.pages_base import staff_page, today_at
from grievance.web.unit import current


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list of quarters."""

    name: str
    url: str
    state: str


@dataclass(frozen=True, slots=True)
class Rate:
    """A figure in one line: its name, numerator and denominator, and why nothing is shown where it is hidden."""

    id: str
    name: str
    value: str
    of: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the way, for the timeline: state is done, now or next."""

    state: str
    what: str
    when: str


@dataclass(frozen=True, slots=True)
class May:
    """What the person at the page may do with the quarter as it stands."""

    freeze: bool
    write: bool
    submit: bool
    approve: bool
    discard: bool
    export: bool


def quarter_lines(site: Site, found: Sequence[QuarterLine]) -> list[Listed]:
    """Return the list of the quarters of a site."""
    return [
        Listed(
            name=quarter_name(line.quarter, current_lang()),
            url=url_for("staff.figures_quarter", site=site.slug, year=line.quarter.year, quarter=line.quarter.n),
            state=_state_words(line.releases),
        )
        for line in found
    ]


def quarter_name(quarter: Quarter, lang: Locale) -> str:
    """Return "Julio a septiembre de 2026"."""
    days = quarter_period(quarter, "UTC")
    text = wording.period(days.first_on, days.last_on, lang)
    return text[:1].upper() + text[1:]


def show_quarter(site: Site, quarter: Quarter, *, notes: NotesForm | None = None) -> str:
    """Return the page of a quarter; `notes` is the form of the context when it came back with errors.

    Raises:
        QuarterNotOver: it has not ended at the site.
    """
    unit = current()
    release = current_release(unit.session, site.id, quarter)
    lines = releases_of(unit.session, site.id, [quarter]).get(quarter.key, [])
    line = next((one for one in lines if release is not None and one.public_id == release.public_id), None)
    if release is None:
        text = indicators.figures(summaries.computed(unit.session, site, quarter, at=unit.now))
    else:
        text = release.figures
    figures, lang = figures_of(text), current_lang()
    address: dict[str, Any] = {"site": site.slug, "year": quarter.year, "quarter": quarter.n}
    return render_template(
        "staff/figures-quarter.html",
        page=staff_page(current="figures", site_name=site.name, today=today_at(site.time_zone)),
        name=quarter_name(quarter, lang),
        site_name=site.name,
        tz=site.time_zone,
        address=address,
        release=line,
        earlier=[one for one in lines if one is not line],
        rates=[_rate(figure, lang) for figure in figures.values()],
        numbers=_numbers(figures.values(), lang),
        steps=steps(line),
        may=_may(site, line),
        is_author=line is not None and me().staff_id in line.authors,
        notes=notes or _notes_form(release),
        form=notes,
        files=[(kind.value.upper(), url_for("staff.figures_file", kind=kind.value, **address)) for kind in Format],
        public_url=url_for("open.quarter", **address) if line and line.released_at else "",
        digest=release.digest if release else "",
        state_words=_state_words(lines),
    )


def steps(line: ReleaseLine | None) -> list[Step]:
    """Return the way of a quarter with what is done and what comes next."""
    released = line is not None and line.released_at is not None
    submitted = line is not None and line.submitted_at is not None
    done = [line is not None, submitted, released]
    frozen_by = (line.frozen_by or _("On the command line")) if line else _("Computed, and nothing is fixed yet")
    words = [
        (_("Figures frozen"), frozen_by),
        (_("Context written, page read, submitted"), _("The context is optional; both languages or none")),
        (_("Approved by a second person and published"), line.approved_by or "" if line else ""),
    ]
    first_open = next((place for place, is_done in enumerate(done) if not is_done), len(done))
    return [
        Step("done" if is_done else "now" if place == first_open else "next", what, when)
        for place, (is_done, (what, when)) in enumerate(zip(done, words, strict=True))
    ]


def _state_words(lines: Sequence[ReleaseLine]) -> str:
    frozen = next((line for line in lines if line.state == ReleaseState.FROZEN), None)
    released = next((line for line in lines if line.state == ReleaseState.RELEASED), None)
    if frozen is not None and frozen.submitted_at is not None:
        return _("Waits for a second person")
    if frozen is not None:
        return _("Frozen, not submitted")
    if released is not None:
        return _("Published, version %(version)s", version=released.version)
    return _("Not frozen yet")


def _may(site: Site, line: ReleaseLine | None) -> May:
    seen = viewer()
    drafts, approves = seen.may(Action.DRAFT_RELEASE, site.id), seen.may(Action.APPROVE_RELEASE, site.id)
    is_frozen = line is not None and line.state == ReleaseState.FROZEN
    submitted = line is not None and line.submitted_at is not None
    return May(
        freeze=drafts and not is_frozen,
        write=drafts and is_frozen,
        submit=drafts and is_frozen and not submitted,
        approve=approves and is_frozen and submitted,
        discard=drafts and is_frozen,
        export=line is not None and seen.may(Action.EXPORT_FIGURES, site.id),
    )


def _rate(figure: Figure, lang: Locale) -> Rate:
    value = _("not shown") if figure.numerator is None else wording.whole(figure.numerator, lang)
    name = text_in(lang, DEFINITIONS[figure.id].name)
    return Rate(figure.id, name, value, wording.whole(figure.denominator, lang))


def _numbers(figures: Any, lang: Locale) -> list[tuple[str, str, str]]:  # noqa: ANN401  # a view of a mapping
    rows = []
    for figure in figures:
        for item, value, unit in items(figure):
            if item not in {"numerator", "denominator"}:
                rows.append((f"{figure.id}: {item_name(figure, item, lang)}", _shown(value, unit, lang), item))
    return rows


def _shown(value: float | None, unit: str, lang: Locale) -> str:
    if value is None:
        return "–"
    return wording.share_of_hundred(value, lang) + " / 100" if unit == "share" else wording.whole(value, lang)


def _notes_form(release: Release | None) -> NotesForm:
    notes = release.notes if release else {}
    revision = release.revision if release else 0
    # Never from what was posted: this is the page of another step, or of none.
    return NotesForm(formdata=None, data={"es": notes.get("es", ""), "en": notes.get("en", ""), "revision": revision})
