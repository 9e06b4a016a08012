"""Plain values of the publisher's pages: where each quarter stands, and the steps that lead it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from grievance.accounts.permissions import Action
from grievance.core.i18n import OFFERED, Locale, text_in
from grievance.metrics import indicators
from grievance.metrics.definitions import DEFINITIONS
from grievance.metrics.periods import Quarter, quarter_period
from grievance.publishing import summaries, wording
from grievance.publishing.bulletin import Figure, figures_of
from grievance.publishing.exports import Format, item_name, items
from grievance.publishing.models import Release, ReleaseState
from grievance.publishing.queries import QuarterLine, ReleaseLine, current_release, releases_of
from grievance.publishing.reader_tests import readings
from grievance.publishing.rounds import rounds
from grievance.sites.models import Site
from grievance.web import formats
from grievance.web.lang import current_lang
from grievance.web.staff.access import me, viewer
from grievance.web.staff.figures_base import Place
from grievance.web.staff.figures_words import STATES, language_name
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
    """A step of the way: state is done, now or next; `url` leads to its page, where there is one."""

    state: str
    what: str
    when: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class May:
    """What the person at the page may do with the quarter as it stands."""

    freeze: bool
    write: bool
    discard: bool
    export: bool


@dataclass(frozen=True, slots=True)
class VersionLine:
    """An earlier or refused version of the quarter."""

    words: str
    url: str
    reason: str


def quarter_lines(site: Site, found: Sequence[QuarterLine]) -> list[Listed]:
    """Return the list of the quarters of a site."""
    return [
        Listed(
            name=quarter_name(line.quarter, current_lang()),
            url=url_for("staff.figures_quarter", site=site.slug, year=line.quarter.year, quarter=line.quarter.n),
            state=state_words(line.releases),
        )
        for line in found
    ]


def quarter_name(quarter: Quarter, lang: Locale) -> str:
    """Return "Julio a septiembre de 2026"."""
    days = quarter_period(quarter, "UTC")
    text = wording.period(days.first_on, days.last_on, lang)
    return text[:1].upper() + text[1:]


def frame(place: Place, release: Release, step: str, *, script: str = "") -> dict[str, Any]:
    """Return what every page of a step of one release shows: its frame, its quarter, the way to the other steps."""
    unit = current()
    return {
        "page": staff_page(
            current="figures", site_name=place.site.name, script=script, today=today_at(place.site.time_zone)
        ),
        "name": quarter_name(place.quarter, current_lang()),
        "tz": place.site.time_zone,
        "address": place.address | {"public_id": release.public_id},
        "back_url": place.url,
        "revision": release.revision,
        "version": release.version,
        "now": unit.now,
        "links": [
            (name, label, place.url_of(endpoint, release))
            for name, label, endpoint in (
                ("texts", _("Words of the summary"), "figures_texts"),
                ("readings", _("Readings aloud"), "figures_readings"),
                ("rounds", _("People concerned"), "figures_rounds"),
                ("approval", _("Approval"), "figures_approval"),
            )
        ],
        "step": step,
        "state": str(STATES[release.state]),
        "previews": previews(place, release),
    }


def previews(place: Place, release: Release) -> list[tuple[str, str, str]]:
    """Return the addresses of the preview, as (language, its name inside a sentence, address)."""
    return [
        (
            lang,
            language_name(lang),
            url_for("staff.figures_version", lang=lang, public_id=release.public_id, **place.address),
        )
        for lang in OFFERED
    ]


def show_quarter(place: Place) -> str:
    """Return the page of a quarter.

    Raises:
        QuarterNotOver: it has not ended at the site.
    """
    unit, site, lang = current(), place.site, current_lang()
    release = current_release(unit.session, site.id, place.quarter)
    lines = releases_of(unit.session, site.id, [place.quarter]).get(place.quarter.key, [])
    line = next((one for one in lines if release is not None and one.public_id == release.public_id), None)
    if release is None:
        text = indicators.figures(summaries.computed(unit.session, site, place.quarter, at=unit.now))
    else:
        text = release.figures
    found = figures_of(text)
    return render_template(
        "staff/figures-quarter.html",
        page=staff_page(current="figures", site_name=site.name, today=today_at(site.time_zone)),
        name=quarter_name(place.quarter, lang),
        site_name=site.name,
        tz=site.time_zone,
        address=place.address,
        release=line,
        earlier=[_version(place, one) for one in lines if one is not line],
        rates=rates(found, lang),
        numbers=number_rows(found, lang),
        steps=steps(place, release, line),
        previews=previews(place, release) if release else [],
        may=_may(site, line),
        files=[
            (kind.value.upper(), url_for("staff.figures_file", kind=kind.value, **place.address)) for kind in Format
        ],
        public_url=url_for("open.quarter", **place.address) if line and line.released_at else "",
        digest=release.digest if release else "",
        state_words=state_words(lines),
    )


def steps(place: Place, release: Release | None, line: ReleaseLine | None) -> list[Step]:
    """Return the way of a quarter with what is done and what comes next."""
    if release is None or line is None:
        freeze_url = url_for("staff.figures_missing", **place.address) if _drafts(place.site) else ""
        words = [
            (_("Figures frozen"), _("Computed, and nothing is fixed yet"), freeze_url),
            (_("Words written in both languages"), _("Drafted from the figures when they are frozen"), ""),
            (_("Read aloud, and read by people concerned"), "", ""),
            (_("Approved by a second person and published"), "", ""),
        ]
        return _placed(words, [False] * 4)
    submitted, released = line.submitted_at is not None, line.released_at is not None
    words = [
        (_("Figures frozen"), line.frozen_by or _("On the command line"), ""),
        (
            _("Words written in both languages"),
            line.edited_by or _("As they were drafted"),
            place.url_of("figures_texts", release),
        ),
        (
            _("Read aloud, and read by people concerned"),
            _read_words(release),
            place.url_of("figures_readings", release),
        ),
        (
            _("Approved by a second person and published"),
            _approval_words(line, place.site),
            place.url_of("figures_approval", release),
        ),
    ]
    return _placed(words, [True, submitted or released, submitted or released, released])


def state_words(lines: Sequence[ReleaseLine]) -> str:
    """Return where a quarter stands."""
    frozen = next((line for line in lines if line.state == ReleaseState.FROZEN), None)
    released = next((line for line in lines if line.state == ReleaseState.RELEASED), None)
    if frozen is not None and frozen.is_scheduled:
        return _("Approved, waits for its time")
    if frozen is not None and frozen.submitted_at is not None:
        return _("Waits for a second person")
    if frozen is not None and frozen.refused_at is not None:
        return _("Sent back to its authors")
    if frozen is not None:
        return _("Frozen, not submitted")
    if released is not None:
        return _("Published, version %(version)s", version=released.version)
    if any(line.state == ReleaseState.REFUSED for line in lines):
        return _("Refused")
    return _("Not frozen yet")


def rates(found: Mapping[str, Figure], lang: Locale) -> list[Rate]:
    """Return the figures in a line each."""
    return [_rate(figure, lang) for figure in found.values()]


def number_rows(found: Mapping[str, Figure], lang: Locale) -> list[tuple[str, str, str]]:
    """Return every number behind the figures, as (what is counted, number, code)."""
    return [
        (f"{figure.id}: {item_name(figure, item, lang)}", _shown(value, unit, lang), f"{figure.id}.{item}")
        for figure in found.values()
        for item, value, unit in items(figure)
        if item not in {"numerator", "denominator"}
    ]


def _placed(words: Sequence[tuple[str, str, str]], done: Sequence[bool]) -> list[Step]:
    first_open = next((place for place, is_done in enumerate(done) if not is_done), len(done))
    return [
        Step("done" if is_done else "now" if place == first_open else "next", what, when, url)
        for place, (is_done, (what, when, url)) in enumerate(zip(done, words, strict=True))
    ]


def _read_words(release: Release) -> str:
    unit = current()
    read = readings(unit.session, release.id)
    asked = rounds(unit.session, release.id, at=unit.now)
    comments = sum(len(one.comments) for one in asked)
    parts = [ngettext("%(num)s reading aloud", "%(num)s readings aloud", len(read))]
    if asked:
        parts.append(ngettext("%(num)s comment of people concerned", "%(num)s comments of people concerned", comments))
    return ". ".join(parts)


def _approval_words(line: ReleaseLine, site: Site) -> str:
    if line.is_scheduled and line.release_at is not None:
        moment = formats.moment(line.release_at, current_lang(), tz=site.time_zone)
        return _("Approved by %(name)s. Goes out on %(moment)s", name=line.approved_by or "–", moment=moment)
    return line.approved_by or ""


def _version(place: Place, line: ReleaseLine) -> VersionLine:
    lang, tz = current_lang(), place.site.time_zone
    url = url_for("staff.figures_texts", public_id=line.public_id, **place.address)
    match line.state:
        case ReleaseState.RELEASED if line.released_at is not None:
            day = formats.day(line.released_at, lang, tz=tz)
            words = _("Version %(version)s, published on %(day)s.", version=line.version, day=day)
        case ReleaseState.REFUSED if line.refused_at is not None:
            day = formats.day(line.refused_at, lang, tz=tz)
            words = _(
                "Version %(version)s, refused by %(name)s on %(day)s.",
                version=line.version,
                name=line.refused_by or "–",
                day=day,
            )
            return VersionLine(words, url, line.refused_reason)
        case _:
            day = formats.day(line.frozen_at, lang, tz=tz)
            words = _("Version %(version)s, set aside. Frozen on %(day)s.", version=line.version, day=day)
    return VersionLine(words, url, "")


def _drafts(site: Site) -> bool:
    return viewer().may(Action.DRAFT_RELEASE, site.id)


def _may(site: Site, line: ReleaseLine | None) -> May:
    drafts = _drafts(site)
    is_frozen = line is not None and line.state == ReleaseState.FROZEN
    is_open = line is not None and is_frozen and not line.is_scheduled
    return May(
        freeze=drafts and not is_frozen,
        write=drafts and is_open,
        discard=drafts and is_open,
        export=line is not None and me().viewer.may(Action.EXPORT_FIGURES, site.id),
    )


def _rate(figure: Figure, lang: Locale) -> Rate:
    value = _("not shown") if figure.numerator is None else wording.whole(figure.numerator, lang)
    name = text_in(lang, DEFINITIONS[figure.id].name)
    return Rate(figure.id, name, value, wording.whole(figure.denominator, lang))


def _shown(value: float | None, unit: str, lang: Locale) -> str:
    if value is None:
        return "–"
    return wording.share_of_hundred(value, lang) + " / 100" if unit == "share" else wording.whole(value, lang)
