"""Drawings about time: until it is resolved, in bands, on time, and how old the open cases are."""

from itertools import pairwise

from markupsafe import Markup

from grievance.core.i18n import Locale, plural_in, text_in
from grievance.metrics.indicators import CURVE_DAYS
from grievance.publishing import charts, wording
from grievance.publishing.bulletin import Figure
from grievance.publishing.charts import Titles
from grievance.publishing.charts_bars import Bar, Split, bars_chart, split_chart
from grievance.publishing.charts_time import resolution_chart
from grievance.publishing.drawings import Drawing, from_to, named, of, source_of

HUNDRED = 100
AGES = (30, 60, 90)
"""Days beyond which open cases are counted in M6b."""


def resolution(figure: Figure, lang: Locale) -> Drawing:
    """Draw how many of every hundred cases were resolved by five days, with the interval and the second curve."""
    counted = text_in(
        lang,
        "Grievances of the last 12 months, those still open included: %(number)s",
        number=wording.whole(figure.denominator, lang),
    )
    sentences = (
        wording.half_resolved(figure, lang),
        text_in(lang, "A case that is opened again no longer counts as resolved."),
        _which_curve(figure, lang),
        source_of(figure, lang),
    )
    source = " ".join(sentence for sentence in sentences if sentence)
    points = _points(figure)
    if not points:
        return Drawing("time", wording.by_day_thirty(figure, lang), counted, source)
    values = [wording.share_of_hundred(share, lang) for _day, share in points]
    title = text_in(lang, "Grievances resolved, by days since they came")
    has_second = any(name.startswith("incidence_day_") for name in figure.parts)
    return Drawing(
        id="time-chart",
        finding=wording.by_day_thirty(figure, lang),
        counted=counted,
        source=source,
        svg=_curve(figure, points, values, title, lang),
        table_caption=title,
        head=_head(lang, has_second=has_second),
        rows=[
            _row(figure, day, value, lang, has_second=has_second)
            for (day, _), value in zip(points, values, strict=True)
        ],
        key=_curve_key(lang) if has_second else (),
    )


def bands(figure: Figure, lang: Locale) -> Drawing | None:
    """Draw how many of every hundred took how long. None unless the curve is shown on all its days.

    Differences of the whole numbers that the curve shows, so that the lines add up to a hundred and agree with it.
    """
    shares = [_number(figure, f"day_{day}") for day in CURVE_DAYS]
    if any(share is None for share in shares):
        return None
    reached = [round((share or 0.0) * HUNDRED) for share in shares]
    names = [text_in(lang, "7 days or fewer")]
    names += [
        text_in(lang, "%(first)s to %(last)s days", first=first + 1, last=last) for first, last in pairwise(CURVE_DAYS)
    ]
    numbers = [after - before for before, after in pairwise([0, *reached])]
    names.append(text_in(lang, "More than 90 days, or not yet"))
    numbers.append(HUNDRED - reached[-1])
    said = [wording.whole(number, lang) for number in numbers]
    title = text_in(lang, "Of every 100 grievances: how long it took to resolve them")
    drawn = [
        Bar(name, number, words, is_hatched=place == len(numbers) - 1)
        for place, (name, number, words) in enumerate(zip(names, numbers, said, strict=True))
    ]
    return Drawing(
        id="bands-chart",
        finding=text_in(
            lang,
            "Of every 100, %(number)s took more than 90 days or are not resolved yet",
            number=said[-1],
        ),
        counted=title,
        source=" ".join(
            (
                text_in(lang, "The same curve, cut into stretches of time; the hatched bar is what is left."),
                source_of(figure, lang),
            )
        ),
        svg=bars_chart(drawn, Titles("bands", title, f"{named(names, said, lang)}.")),
        table_caption=title,
        head=(text_in(lang, "Time"), text_in(lang, "Of every 100")),
        rows=list(zip(names, said, strict=True)),
        foot=(text_in(lang, "Together"), wording.whole(HUNDRED, lang)),
    )


def on_time(acknowledged: Figure, resolved: Figure, lang: Locale) -> Drawing | None:
    """Draw the promises of the quarter that were kept: the confirmation by a person, and the answer. None if none."""
    first, second = _kept(acknowledged, resolved, lang)
    if not sum(first.numbers) + sum(second.numbers):
        return None
    kinds = (text_in(lang, "on time"), text_in(lang, "late"), text_in(lang, "not yet, or never"))
    title = text_in(lang, "What was promised for this quarter, and when it was done")
    said = {row.name: [wording.whole(number, lang) for number in row.numbers] for row in (first, second)}
    heard = ". ".join(f"{name}: {named(kinds, numbers, lang)}" for name, numbers in said.items())
    unconfirmed = text_in(
        lang, "A confirmation that was sent, but of which we do not know that it arrived, counts as late."
    )
    return Drawing(
        id="on-time-chart",
        finding=text_in(
            lang, "On time: %(first)s confirmed, %(second)s resolved", first=first.said, second=second.said
        ),
        counted=title,
        source=f"{unconfirmed} {source_of(acknowledged, lang)} {source_of(resolved, lang)}",
        svg=split_chart((first, second), Titles("on-time", title, f"{heard}.")),
        table_caption=title,
        head=(text_in(lang, "Promise"), *(kind[:1].upper() + kind[1:] for kind in kinds), text_in(lang, "Together")),
        rows=[(row.name, *said[row.name], wording.whole(sum(row.numbers), lang)) for row in (first, second)],
        key=three_kinds("on-time", kinds),
    )


def ages(figure: Figure | None, lang: Locale) -> Drawing | None:
    """Draw how long the open cases have been open. None where the release has no such figure."""
    if figure is None:
        return None
    number = wording.whole(figure.denominator, lang)
    counted = text_in(lang, "Cases open at the end of the quarter: %(number)s", number=number)
    if figure.denominator == 0:
        none = text_in(lang, "No case was open at the end of the quarter")
        return Drawing("ages", none, counted, source_of(figure, lang))
    title = text_in(lang, "Open cases by how long ago they came")
    bars = _stretches(figure, lang)
    rows = [(bar.name, bar.said) for bar in bars]
    heard = named([bar.name for bar in bars], [bar.said for bar in bars], lang)
    return Drawing(
        id="ages-chart",
        finding=plural_in(
            lang,
            "%(number)s of %(of)s open cases is more than 90 days old",
            "%(number)s of %(of)s open cases are more than 90 days old",
            figure.numerator or 0,
            number=wording.whole(figure.numerator or 0, lang),
            of=number,
        ),
        counted=counted,
        source=f"{_oldest(figure, lang)} {source_of(figure, lang)}",
        svg=bars_chart(bars, Titles("ages", title, f"{heard}.")),
        table_caption=title,
        head=(text_in(lang, "Open for"), text_in(lang, "Cases")),
        rows=rows,
        foot=(text_in(lang, "Open at the end"), number),
    )


def three_kinds(id_: str, kinds: tuple[str, ...]) -> list[tuple[Markup, str]]:
    """Return the key of bars in three parts."""
    signs = (charts.square(), charts.second_square(), charts.hatched_square(id_))
    return list(zip(signs, kinds, strict=True))


def _curve(figure: Figure, points: list[tuple[int, float]], values: list[str], title: str, lang: Locale) -> Markup:
    days = [text_in(lang, "by day %(day)s", day=day) for day, _share in points]
    said = text_in(lang, "Of every 100 grievances, resolved: %(list)s.", list=named(days, values, lang))
    beside = [_number(figure, f"incidence_day_{day}") for day, _share in points]
    return resolution_chart(
        points,
        Titles("time", title, said),
        hundred=text_in(lang, "100 of every 100"),
        half=text_in(lang, "half"),
        axis=text_in(lang, "days since the grievance came"),
        values=values,
        between=[_ends(figure, day) for day, _share in points],
        beside=beside if any(share is not None for share in beside) else (),
    )


def _kept(acknowledged: Figure, resolved: Figure, lang: Locale) -> tuple[Split, Split]:
    """Return both promises: kept, late, not kept."""
    confirmed = (
        acknowledged.numerator or 0,
        acknowledged.part("late") + acknowledged.part("sent_unconfirmed"),
        acknowledged.part("not_told"),
    )
    answered = (
        resolved.numerator or 0,
        resolved.part("late"),
        resolved.part("unresolved_open") + resolved.part("unresolved_ended"),
    )
    return (
        Split(text_in(lang, "Confirmed by a person"), confirmed, of(confirmed[0], sum(confirmed), lang)),
        Split(text_in(lang, "Resolved"), answered, of(answered[0], sum(answered), lang)),
    )


def _stretches(figure: Figure, lang: Locale) -> list[Bar]:
    over = [figure.denominator, *(figure.part(f"over_{days}") for days in AGES), 0]
    numbers = [more - fewer for more, fewer in pairwise(over)]
    names = (
        text_in(lang, "30 days or fewer"),
        text_in(lang, "%(first)s to %(last)s days", first=31, last=60),
        text_in(lang, "%(first)s to %(last)s days", first=61, last=90),
        text_in(lang, "More than 90 days"),
    )
    return [Bar(name, number, wording.whole(number, lang)) for name, number in zip(names, numbers, strict=True)]


def _oldest(figure: Figure, lang: Locale) -> str:
    return text_in(
        lang,
        "The oldest came %(oldest)s days before the end; half came %(half)s days before it or later.",
        oldest=wording.whole(figure.part("oldest_days"), lang),
        half=wording.whole(figure.parts.get("median_age_days") or 0, lang),
    )


def _points(figure: Figure) -> list[tuple[int, float]]:
    return [(day, share) for day in CURVE_DAYS if (share := _number(figure, f"day_{day}")) is not None]


def _number(figure: Figure, name: str) -> float | None:
    value = figure.parts.get(name)
    return None if value is None else float(value)


def _ends(figure: Figure, day: int) -> tuple[float, float] | None:
    low, high = _number(figure, f"day_{day}_low"), _number(figure, f"day_{day}_high")
    return None if low is None or high is None else (low, high)


def _which_curve(figure: Figure, lang: Locale) -> str:
    """Return why there are two curves, and which is which; or why one is enough. Nothing where no curve is shown."""
    left = {"left": wording.whole(figure.part("left_otherwise"), lang), "of": wording.whole(figure.denominator, lang)}
    if any(name.startswith("incidence_day_") for name in figure.parts):
        return text_in(
            lang,
            "%(left)s of %(of)s left in another way: withdrawn, passed on or out of scope. They are more than 10 of "
            "every 100, so there are two ways of counting. Full bars (Kaplan–Meier): as if they had stayed and taken "
            "as long as the others. Hatched bars (Aalen–Johansen): as never resolved.",
            **left,
        )
    if figure.parts.get("left_share") is None:
        return ""
    return text_in(
        lang,
        "%(left)s of %(of)s left in another way (withdrawn, passed on or out of scope): no more than 10 of every 100, "
        "so one way of counting is enough (Kaplan–Meier).",
        **left,
    )


def _head(lang: Locale, *, has_second: bool) -> tuple[str, ...]:
    head = (
        text_in(lang, "Days"),
        text_in(lang, "Resolved of every 100"),
        text_in(lang, "Between (95 of 100)"),
    )
    return (*head, text_in(lang, "Those that left counted as never resolved")) if has_second else head


def _row(figure: Figure, day: int, value: str, lang: Locale, *, has_second: bool) -> tuple[str, ...]:
    ends = _ends(figure, day)
    low, high = (wording.share_of_hundred(end, lang) for end in ends) if ends else ("", "")
    between = from_to(low, high, lang) if ends else "–"
    row = (str(day), value, between)
    other = _number(figure, f"incidence_day_{day}")
    return (*row, "–" if other is None else wording.share_of_hundred(other, lang)) if has_second else row


def _curve_key(lang: Locale) -> list[tuple[Markup, str]]:
    return [
        (charts.square(), text_in(lang, "as if those that left had stayed (Kaplan–Meier)")),
        (charts.hatched_square("time"), text_in(lang, "those that left as never resolved (Aalen–Johansen)")),
    ]
