"""All drawings of a quarter by name: what the page and the printed summary choose from."""

from collections.abc import Sequence

from grievance.core.i18n import Locale, text_in
from grievance.metrics.periods import Quarter, quarter_period
from grievance.publishing import charts, wording
from grievance.publishing.bulletin import Bulletin, Volume
from grievance.publishing.charts import Titles
from grievance.publishing.charts_bars import Bar, bars_chart
from grievance.publishing.drawings import Drawing, named
from grievance.publishing.drawings_opinions import QUESTIONS, actions, opinions, sureness
from grievance.publishing.drawings_people import CATEGORIES, categories
from grievance.publishing.drawings_time import ages, bands, on_time, resolution

__all__ = ["of_quarter", "volumes_by_quarter"]


def of_quarter(found: Bulletin, earlier: Sequence[Volume], lang: Locale) -> dict[str, Drawing]:
    """Return the drawings of a release by name, in the order in which a page shows them.

    `earlier` are the last quarters with this one at the end, oldest first (`bulletin.volumes`).
    """
    figures = found.figures
    drawn = {
        "categories": categories(found.tables.get(CATEGORIES), lang),
        "quarters": volumes_by_quarter(earlier, lang),
        "open": open_by_quarter(earlier, lang),
        "on_time": on_time(figures["M1"], figures["M3"], lang),
        "time": resolution(figures["M5"], lang),
        "bands": bands(figures["M5"], lang),
        "ages": ages(figures.get("M6b"), lang),
        "opinions": opinions(figures["M8.outcome"], lang),
        "sureness": sureness([figures[id_] for id_ in QUESTIONS], lang),
        "actions": actions(figures.get("M14.actions"), lang),
    }
    return {name: one for name, one in drawn.items() if one is not None}


def volumes_by_quarter(quarters: Sequence[Volume], lang: Locale) -> Drawing | None:
    """Draw what came and what left in the last quarters; None while only one was published."""
    if len(quarters) < 2:
        return None
    last = quarters[-1]
    title = text_in(lang, "Grievances received and ended in each quarter")
    numbers = [(wording.whole(row.received, lang), wording.whole(row.left, lang)) for row in quarters]
    rows = [(_name(row.quarter, lang), *pair) for row, pair in zip(quarters, numbers, strict=True)]
    said = "; ".join(
        text_in(lang, "%(quarter)s: %(received)s and %(left)s", quarter=name, received=came, left=left)
        for name, came, left in rows
    )
    labels = [(*_months(row.quarter, lang), row.received, row.left) for row in quarters]
    heard = text_in(lang, "Received and ended: %(list)s.", list=said)
    return Drawing(
        id="quarters-chart",
        finding=text_in(
            lang,
            "%(received)s received, %(left)s ended",
            received=wording.whole(last.received, lang),
            left=wording.whole(last.left, lang),
        ),
        counted=text_in(lang, "Grievances by quarter. What came in one quarter may end in another"),
        source=text_in(
            lang,
            "More grievances are no bad news: they can be a sign of more trust. "
            "Ended: closed, withdrawn, referred, out of scope or joined to another. Figure M2.",
        ),
        svg=charts.volume_chart(labels, Titles("quarters", title, heard), values=numbers),
        table_caption=title,
        head=(text_in(lang, "Quarter"), text_in(lang, "Grievances received"), text_in(lang, "Grievances ended")),
        rows=rows,
        key=[
            (charts.square(), text_in(lang, "Left: received")),
            (charts.second_square(), text_in(lang, "Right: ended")),
        ],
    )


def open_by_quarter(quarters: Sequence[Volume], lang: Locale) -> Drawing | None:
    """Draw how many cases were open at the end of each of the last quarters; None while only one was published."""
    if len(quarters) < 2:
        return None
    title = text_in(lang, "Cases open at the end of each quarter")
    names = [_name(row.quarter, lang) for row in quarters]
    said = [wording.whole(row.closing, lang) for row in quarters]
    bars = [Bar(name, row.closing, words) for name, row, words in zip(names, quarters, said, strict=True)]
    return Drawing(
        id="open-chart",
        finding=text_in(
            lang,
            "%(number)s open at the end, %(before)s at the end of the quarter shown before it",
            number=said[-1],
            before=said[-2],
        ),
        counted=title,
        source=text_in(lang, "Everything that was received and had not ended, from whatever quarter. Figure M2."),
        svg=bars_chart(bars, Titles("open", title, f"{named(names, said, lang)}.")),
        table_caption=title,
        head=(text_in(lang, "Quarter"), text_in(lang, "Open at the end")),
        rows=list(zip(names, said, strict=True)),
    )


def _name(quarter: Quarter, lang: Locale) -> str:
    days = quarter_period(quarter, "UTC")
    text = wording.period(days.first_on, days.last_on, lang)
    return text[:1].upper() + text[1:]


def _months(quarter: Quarter, lang: Locale) -> tuple[str, str]:
    days = quarter_period(quarter, "UTC")
    first, last = (wording.month(on, lang)[:3] for on in (days.first_on, days.last_on))
    return f"{first[:1].upper()}{first[1:]}–{last}", str(quarter.year)
