"""The charts of a quarter's page with everything that stands around them: finding, what is counted, table, source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _
from markupsafe import Markup

from grievance.core.i18n import Locale
from grievance.metrics.indicators import CURVE_DAYS
from grievance.metrics.periods import Quarter, quarter_period
from grievance.publishing import charts, wording
from grievance.publishing.bulletin import Figure, Volume
from grievance.publishing.charts import Titles


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart, or where nothing can be drawn, its finding and why. `rows` may be empty, then there is no table."""

    id: str
    finding: str
    counted: str
    source: str
    svg: Markup | None = None
    table_caption: str = ""
    head: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    foot: Sequence[str] | None = None
    key: Sequence[tuple[Markup, str]] = field(default_factory=tuple)


def resolution(figure: Figure, lang: Locale) -> Drawing:
    """Draw how many of every hundred cases were resolved by five days."""
    counted = _(
        "Grievances of the last 12 months, those still open included: %(number)s",
        number=wording.whole(figure.denominator, lang),
    )
    source = f"{wording.half_resolved(figure, lang)} " + _(
        "A case that is opened again no longer counts as resolved. Figure M5, version %(version)s.",
        version=figure.version,
    )
    points = [(day, float(share)) for day in CURVE_DAYS if (share := figure.parts.get(f"day_{day}")) is not None]
    if not points:
        return Drawing("time", wording.by_day_thirty(figure, lang), counted, source)
    values = [wording.share_of_hundred(share, lang) for _day, share in points]
    title = _("Grievances resolved, by days since they came")
    said = ", ".join(
        _("by day %(day)s: %(number)s", day=day, number=value)
        for (day, _share), value in zip(points, values, strict=True)
    )
    titles = Titles("time", title, _("Of every 100 grievances, resolved %(list)s.", list=said))
    svg = charts.resolution_chart(
        points,
        titles,
        hundred=_("100 of every 100"),
        half=_("half"),
        axis=_("days since the grievance came"),
        values=values,
    )
    return Drawing(
        id="time-chart",
        finding=wording.by_day_thirty(figure, lang),
        counted=counted,
        source=source,
        svg=svg,
        table_caption=title,
        head=(_("Days"), _("Resolved of every 100"), _("Between (95 of 100)")),
        rows=[
            (str(day), value, _between(figure, day, lang)) for (day, _share), value in zip(points, values, strict=True)
        ]
        + _beside(figure, lang),
    )


def opinions(figure: Figure, lang: Locale) -> Drawing:
    """Draw a dot for everybody who was asked what they think of the result."""
    counted = _("One dot for everybody whom the question about their case reached")
    source = _(
        "Satisfied: 4 or 5 of 5. Few answers say little: we do not compare them with other quarters. "
        "Figure M8.outcome, version %(version)s.",
        version=figure.version,
    )
    finding = wording.answers(figure, lang)
    silent = figure.part("no_answer")
    if figure.numerator is None or not 0 < figure.part("delivered") <= charts.MOST_DOTS:
        return Drawing("opinions", finding, _("What people think of the result of their case"), source)
    other = figure.denominator - figure.numerator
    names = (_("satisfied"), _("in part or not satisfied"), _("did not answer"))
    numbers = [wording.whole(number, lang) for number in (figure.numerator, other, silent)]
    said = ", ".join(f"{number} {name}" for number, name in zip(numbers, names, strict=True))
    title = _("What people think of the result of their case")
    titles = Titles("opinions", title, _("One dot a person: %(list)s.", list=said))
    return Drawing(
        id="opinions-chart",
        finding=finding,
        counted=counted,
        source=source,
        svg=charts.dots_chart(figure.numerator, other, silent, titles),
        table_caption=title,
        head=(_("Opinion"), _("People")),
        rows=[(name[:1].upper() + name[1:], number) for name, number in zip(names, numbers, strict=True)],
        foot=(_("Questions that reached them"), wording.whole(figure.part("delivered"), lang)),
        key=[
            (sign, f"{number} {name}")
            for sign, number, name in zip(
                (charts.full_dot(), charts.ring(), charts.small_dot()), numbers, names, strict=True
            )
        ],
    )


def volumes_by_quarter(quarters: Sequence[Volume], lang: Locale) -> list[Drawing]:
    """Draw what came and what left in the last quarters; nothing while only one was published."""
    if len(quarters) < 2:
        return []
    last = quarters[-1]
    title = _("Grievances received and ended in each quarter")
    numbers = [(wording.whole(row.received, lang), wording.whole(row.left, lang)) for row in quarters]
    rows = [(_name(row.quarter, lang), *pair) for row, pair in zip(quarters, numbers, strict=True)]
    said = "; ".join(
        _("%(quarter)s: %(received)s and %(left)s", quarter=name, received=came, left=left) for name, came, left in rows
    )
    labels = [(*_months(row.quarter, lang), row.received, row.left) for row in quarters]
    return [
        Drawing(
            id="quarters-chart",
            finding=_(
                "%(received)s received, %(left)s ended",
                received=wording.whole(last.received, lang),
                left=wording.whole(last.left, lang),
            ),
            counted=_("Grievances by quarter. What came in one quarter may end in another"),
            source=_(
                "More grievances are no bad news: they can be a sign of more trust. "
                "Ended: closed, withdrawn, referred, out of scope or joined to another. Figure M2."
            ),
            svg=charts.volume_chart(
                labels, Titles("quarters", title, _("Received and ended: %(list)s.", list=said)), values=numbers
            ),
            table_caption=title,
            head=(_("Quarter"), _("Grievances received"), _("Grievances ended")),
            rows=rows,
            key=[(charts.square(), _("Left: received")), (charts.square(second=True), _("Right: ended"))],
        )
    ]


def _between(figure: Figure, day: int, lang: Locale) -> str:
    low, high = figure.parts.get(f"day_{day}_low"), figure.parts.get(f"day_{day}_high")
    if low is None or high is None:
        return "–"
    return _(
        "%(low)s to %(high)s",
        low=wording.share_of_hundred(float(low), lang),
        high=wording.share_of_hundred(float(high), lang),
    )


def _beside(figure: Figure, lang: Locale) -> list[tuple[str, str, str]]:
    """Return the rows of the other way of counting, which stands beside when many cases left in another way."""
    return [
        (
            _("%(day)s, counting those that left as never resolved (Aalen–Johansen)", day=day),
            wording.share_of_hundred(float(share), lang),
            "–",
        )
        for day in CURVE_DAYS
        if (share := figure.parts.get(f"incidence_day_{day}")) is not None
    ]


def _name(quarter: Quarter, lang: Locale) -> str:
    days = quarter_period(quarter, "UTC")
    text = wording.period(days.first_on, days.last_on, lang)
    return text[:1].upper() + text[1:]


def _months(quarter: Quarter, lang: Locale) -> tuple[str, str]:
    days = quarter_period(quarter, "UTC")
    first, last = (wording.month(on, lang)[:3] for on in (days.first_on, days.last_on))
    return f"{first[:1].upper()}{first[1:]}–{last}", str(quarter.year)
