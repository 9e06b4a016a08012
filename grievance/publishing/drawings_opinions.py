"""Drawings of what people say: who answered, how sure a share is, and what became of what they were promised."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from markupsafe import Markup

from grievance.core.i18n import Locale, mark, text_in
from grievance.publishing import charts, wording
from grievance.publishing.bulletin import Figure
from grievance.publishing.charts import Titles
from grievance.publishing.charts_bars import Split, Sureness, split_chart, sureness_chart
from grievance.publishing.drawings import Drawing, from_to, named, of, source_of
from grievance.publishing.drawings_time import three_kinds

QUESTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "M8.process": mark("How we treated them"),
        "M8.outcome": mark("The result"),
        "M8.verdict": mark("Is it solved?"),
    }
)
"""The three questions by figure, as short as a telephone is narrow."""
_ENDS = ("low", "high", "worst", "best")


def opinions(figure: Figure, lang: Locale) -> Drawing:
    """Draw a dot for everybody whom the question about the result reached; bars where they are too many for dots."""
    finding = wording.answers(figure, lang)
    title = text_in(lang, "What people think of the result of their case")
    source = " ".join(
        (
            text_in(lang, "Satisfied: 4 or 5 of 5."),
            _compared(figure, lang),
            source_of(figure, lang),
        )
    )
    if figure.numerator is None or not figure.part("delivered"):
        return Drawing("opinions", finding, title, source)
    numbers = (figure.numerator, figure.denominator - figure.numerator, figure.part("no_answer"))
    names = (
        text_in(lang, "satisfied"),
        text_in(lang, "in part or not satisfied"),
        text_in(lang, "did not answer"),
    )
    said = [wording.whole(number, lang) for number in numbers]
    are_dots = figure.part("delivered") <= charts.MOST_DOTS
    titles = Titles("opinions", title, _heard(said, names, lang, are_dots=are_dots))
    return Drawing(
        id="opinions-chart",
        finding=finding,
        counted=text_in(lang, "One dot for everybody whom the question about their case reached")
        if are_dots
        else title,
        source=source,
        svg=charts.dots_chart(*numbers, titles) if are_dots else _as_bar(numbers, titles, lang),
        table_caption=title,
        head=(text_in(lang, "Opinion"), text_in(lang, "People")),
        rows=[(name[:1].upper() + name[1:], number) for name, number in zip(names, said, strict=True)],
        foot=(text_in(lang, "Questions that reached them"), wording.whole(figure.part("delivered"), lang)),
        key=_key([f"{number} {name}" for number, name in zip(said, names, strict=True)], are_dots=are_dots),
    )


def sureness(figures: Sequence[Figure], lang: Locale) -> Drawing | None:
    """Draw each share of answers with its interval, and what it could be with the silent. None where there is none.

    `figures` are those of the three questions; those with fewer than 10 answers have no share and are left out.
    """
    shown = [figure for figure in figures if figure.numerator is not None and _has_ends(figure)]
    if not shown:
        return None
    names = [text_in(lang, QUESTIONS[figure.id]) for figure in shown]
    rows = [
        Sureness(f"{name}: {of(figure.numerator or 0, figure.denominator, lang)}", *_shares(figure))
        for name, figure in zip(names, shown, strict=True)
    ]
    title = text_in(lang, "How sure these numbers are")
    widest = max(shown, key=lambda figure: float(figure.parts["best"] or 0) - float(figure.parts["worst"] or 0))
    cells = [_cells(figure, lang) for figure in shown]
    heard = "; ".join(_likely(name, row, lang) for name, row in zip(names, cells, strict=True))
    which = " ".join(source_of(figure, lang) for figure in shown)
    return Drawing(
        id="sureness-chart",
        finding=text_in(
            lang,
            "Had everybody answered, it could be anything from %(low)s to %(high)s of every 100",
            low=wording.share_of_hundred(float(widest.parts["worst"] or 0), lang),
            high=wording.share_of_hundred(float(widest.parts["best"] or 0), lang),
        ),
        counted=title,
        source=f"{_how_to_read(lang)} {which}",
        svg=sureness_chart(
            rows,
            Titles("sureness", title, f"{heard}."),
            nobody=text_in(lang, "none"),
            everybody=text_in(lang, "100 of every 100"),
        ),
        table_caption=title,
        head=_sureness_head(lang),
        rows=[(name, *row) for name, row in zip(names, cells, strict=True)],
    )


def actions(figure: Figure | None, lang: Locale) -> Drawing | None:
    """Draw what the site promised to do and what became of it, by kind. None where the release has no such figure."""
    if figure is None or figure.denominator == 0:
        return None
    kinds = {
        "corrective": text_in(lang, "So that it does not happen again"),
        "compensatory": text_in(lang, "To make up for the harm"),
        "transformative": text_in(lang, "To change how things are done"),
    }
    states = (text_in(lang, "done on time"), text_in(lang, "done late"), text_in(lang, "not done"))
    title = text_in(lang, "Measures that were to be done in the quarter")
    rows = [
        Split(name, numbers, of(numbers[0], sum(numbers), lang))
        for kind, name in kinds.items()
        if sum(numbers := tuple(figure.part(f"{kind}_{state}") for state in ("on_time", "late", "not_done")))
    ]
    heard = [f"{row.name}: {named(states, [wording.whole(n, lang) for n in row.numbers], lang)}" for row in rows]
    all_numbers = (figure.numerator or 0, figure.part("actions_late"), figure.part("actions_not_done"))
    return Drawing(
        id="actions-chart",
        finding=text_in(
            lang,
            "Of what we promised, %(number)s was done on time",
            number=of(figure.numerator or 0, figure.denominator, lang),
        ),
        counted=title,
        source=source_of(figure, lang),
        svg=split_chart(rows, Titles("actions", title, f"{'. '.join(heard)}.")),
        table_caption=title,
        head=(
            text_in(lang, "What for"),
            *(state[:1].upper() + state[1:] for state in states),
            text_in(lang, "Together"),
        ),
        rows=[_counts_row(row.name, row.numbers, lang) for row in rows],
        foot=_counts_row(text_in(lang, "Together"), all_numbers, lang),
        key=three_kinds("actions", states),
    )


def _as_bar(numbers: tuple[int, int, int], titles: Titles, lang: Locale) -> Markup:
    name = text_in(lang, "People whom the question reached")
    return split_chart([Split(name, numbers, wording.whole(sum(numbers), lang))], titles)


def _heard(said: Sequence[str], names: Sequence[str], lang: Locale, *, are_dots: bool) -> str:
    listed = ", ".join(f"{number} {name}" for number, name in zip(said, names, strict=True))
    return text_in(lang, "One dot a person: %(list)s.", list=listed) if are_dots else f"{listed}."


def _key(words: Sequence[str], *, are_dots: bool) -> list[tuple[Markup, str]]:
    if not are_dots:
        return three_kinds("opinions", tuple(words))
    return list(zip((charts.full_dot(), charts.ring(), charts.small_dot()), words, strict=True))


def _compared(figure: Figure, lang: Locale) -> str:
    """Return whether two quarters may be compared; releases of before that was computed never are."""
    if figure.parts.get("trend_allowed"):
        return text_in(lang, "Enough people answered to compare it with other quarters.")
    return text_in(lang, "Few answers say little: we do not compare them with other quarters.")


def _likely(name: str, row: tuple[str, ...], lang: Locale) -> str:
    return text_in(
        lang,
        "%(name)s: likely %(likely)s, possible %(possible)s of every 100",
        name=name,
        likely=row[-2],
        possible=row[-1],
    )


def _how_to_read(lang: Locale) -> str:
    return text_in(
        lang,
        "The circle is the share of those who answered. Thick line: where chance alone could have moved it "
        "(95 of 100, Wilson). Thin line: from “nobody who was silent is satisfied” to “everybody is”.",
    )


def _sureness_head(lang: Locale) -> tuple[str, ...]:
    return (
        text_in(lang, "Question"),
        text_in(lang, "Satisfied"),
        text_in(lang, "Answered"),
        text_in(lang, "Likely, of every 100"),
        text_in(lang, "Possible, of every 100"),
    )


def _has_ends(figure: Figure) -> bool:
    return all(figure.parts.get(end) is not None for end in _ENDS)


def _shares(figure: Figure) -> tuple[float, float, float, float, float]:
    low, high, worst, best = (float(figure.parts[end] or 0) for end in _ENDS)
    return (figure.numerator or 0) / figure.denominator, low, high, worst, best


def _cells(figure: Figure, lang: Locale) -> tuple[str, str, str, str]:
    low, high, worst, best = (wording.share_of_hundred(float(figure.parts[end] or 0), lang) for end in _ENDS)
    return (
        wording.whole(figure.numerator or 0, lang),
        of(figure.denominator, figure.part("delivered"), lang),
        from_to(low, high, lang),
        from_to(worst, best, lang),
    )


def _counts_row(name: str, numbers: Sequence[int], lang: Locale) -> tuple[str, ...]:
    return (name, *(wording.whole(number, lang) for number in numbers), wording.whole(sum(numbers), lang))
