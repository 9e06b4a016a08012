"""Charts drawn on the server: SVG with title and description, legible in grey and in the dark, bars from zero.

Attributes only: the content policy allows no inline style. The classes repeat the attributes for the dark look and for
print. No viewBox where there is text, so that letters keep their size at any width. The table beside each chart is the
page's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

COPPER, PATINA, EDGE, RULE, INK_2 = "#954716", "#4f9484", "#85756a", "#ddd2c4", "#5e5148"
"""Values of the sheet's --chart-1, --chart-2, --chart-3, --line and --ink-2, for readers without the sheet."""

HEIGHT = 250
"""Pixels of a bar that stands for a hundred, or for the largest count."""
FLOOR = 276
LAST_DAY = 90
RIGHT = 92.0
"""Percent of the width at which day 90 stands: its label needs room."""

DOTS_A_ROW = 12
DOT_STEP = 24
MOST_DOTS = 240
"""Beyond this a dot a person is no picture any more."""


@dataclass(frozen=True, slots=True)
class Titles:
    """What a chart says to those who do not see it, and the id that ties it together."""

    id: str
    title: str
    description: str


def resolution_chart(
    points: Sequence[tuple[int, float]], titles: Titles, *, hundred: str, half: str, axis: str, values: Sequence[str]
) -> Markup:
    """Draw which share was resolved by each day; `points` are (day, share), `values` what stands on each bar."""
    parts = [_guide(0, hundred), _guide(HEIGHT // 2, half)]
    for (day, share), value in zip(points, values, strict=True):
        x = f"{RIGHT * day / LAST_DAY:.2f}%"
        top = f"{FLOOR - HEIGHT * share:.1f}"
        parts.append(
            f'<line class="s1" x1="{x}" y1="{FLOOR}" x2="{x}" y2="{top}" stroke="{COPPER}" stroke-width="8"/>'
            f'<text x="{x}" y="{float(top) - 5:.1f}" text-anchor="middle" font-weight="700">{escape(value)}</text>'
            f'<text x="{x}" y="298" text-anchor="middle">{day}</text>'
        )
    parts.append(
        f'<line x1="0" y1="{FLOOR}" x2="100%" y2="{FLOOR}" stroke="currentColor" stroke-width="2"/>'
        f'<text class="t2" x="0" y="320" font-size="14" fill="{INK_2}">{escape(axis)}</text>'
    )
    return _drawing(titles, 'width="100%" height="330" font-size="16"', parts)


def dots_chart(content: int, other: int, silent: int, titles: Titles) -> Markup:
    """Draw a dot a person: satisfied, answered otherwise, silent. The three differ in shape, not only in colour."""
    kinds = [_FULL] * content + [_RING] * other + [_SMALL] * silent
    rows = -(-len(kinds) // DOTS_A_ROW) or 1
    width, height = DOTS_A_ROW * DOT_STEP, rows * DOT_STEP
    parts = [
        kind.format(x=DOT_STEP // 2 + place % DOTS_A_ROW * DOT_STEP, y=DOT_STEP // 2 + place // DOTS_A_ROW * DOT_STEP)
        for place, kind in enumerate(kinds)
    ]
    size = f'viewBox="0 0 {width} {height}" width="{width * 5 // 4}" height="{height * 5 // 4}"'
    return _drawing(titles, size, parts)


def volume_chart(
    quarters: Sequence[tuple[str, str, int, int]], titles: Titles, *, values: Sequence[tuple[str, str]]
) -> Markup:
    """Draw what came and what left, quarter by quarter: (months, year or "", received, left), oldest first."""
    most = max([1, *(number for *_, received, left in quarters for number in (received, left))])
    step = 100 / len(quarters)
    bar = step * 0.37
    parts = []
    for place, ((months, year, received, left), said) in enumerate(zip(quarters, values, strict=True)):
        begins = place * step + step * 0.05
        second = begins + bar + step * 0.03
        parts.append(_bar("c1", COPPER, begins, bar, HEIGHT * 0.8 * received / most, said[0]))
        parts.append(_bar("c2", PATINA, second, bar, HEIGHT * 0.8 * left / most, said[1]))
        middle = f"{begins + bar + step * 0.015:.2f}%"
        parts.append(f'<text x="{middle}" y="240" text-anchor="middle" font-size="14">{escape(months)}</text>')
        if year:
            parts.append(
                f'<text class="t2" x="{middle}" y="258" text-anchor="middle" font-size="14" fill="{INK_2}">'
                f"{escape(year)}</text>"
            )
    parts.append('<line x1="0" y1="218" x2="100%" y2="218" stroke="currentColor" stroke-width="2"/>')
    return _drawing(titles, 'width="100%" height="262" font-size="16"', parts)


def full_dot() -> Markup:
    """Return the sign of the key for a satisfied answer."""
    return _swatch('<circle class="c1" cx="10" cy="10" r="9" fill="{c}"/>', COPPER)


def ring() -> Markup:
    """Return the sign of the key for another answer."""
    return _swatch(
        '<circle class="c0 s1" cx="10" cy="10" r="7.5" fill="#ffffff" stroke="{c}" stroke-width="3"/>', COPPER
    )


def small_dot() -> Markup:
    """Return the sign of the key for no answer."""
    return _swatch('<circle class="c0 s3" cx="10" cy="10" r="4" fill="#ffffff" stroke="{c}" stroke-width="1.5"/>', EDGE)


def square(*, second: bool = False) -> Markup:
    """Return the sign of the key for the left bar, or for the right one."""
    kind, colour = ("c2", PATINA) if second else ("c1", COPPER)
    return _swatch(f'<rect class="{kind}" width="20" height="20" fill="{{c}}"/>', colour)


_FULL = f'<circle class="c1" cx="{{x}}" cy="{{y}}" r="9" fill="{COPPER}"/>'
_RING = f'<circle class="c0 s1" cx="{{x}}" cy="{{y}}" r="7.5" fill="#ffffff" stroke="{COPPER}" stroke-width="3"/>'
_SMALL = f'<circle class="c0 s3" cx="{{x}}" cy="{{y}}" r="4" fill="#ffffff" stroke="{EDGE}" stroke-width="1.5"/>'


def _bar(kind: str, colour: str, x: float, width: float, height: float, value: str) -> str:
    top = 218 - round(height)
    return (
        f'<rect class="{kind}" x="{x:.2f}%" y="{top}" width="{width:.2f}%" height="{round(height)}" fill="{colour}"/>'
        f'<text x="{x + width / 2:.2f}%" y="{top - 7}" text-anchor="middle" font-weight="700">{escape(value)}</text>'
    )


def _guide(below_top: int, words: str) -> str:
    y = FLOOR - HEIGHT + below_top
    return (
        f'<line class="sl" x1="0" y1="{y}" x2="100%" y2="{y}" stroke="{RULE}"/>'
        f'<text class="t2" x="0" y="{y - 6}" font-size="14" fill="{INK_2}">{escape(words)}</text>'
    )


def _drawing(titles: Titles, size: str, parts: Sequence[str]) -> Markup:
    return Markup(  # noqa: S704  # every text is escaped, the rest are numbers and our own attributes
        f'<svg role="img" aria-labelledby="{titles.id}-t {titles.id}-d" {size} fill="currentColor">'
        f'<title id="{titles.id}-t">{escape(titles.title)}</title>'
        f'<desc id="{titles.id}-d">{escape(titles.description)}</desc>{"".join(parts)}</svg>'
    )


def _swatch(shape: str, colour: str) -> Markup:
    return Markup(  # noqa: S704  # constants of this module
        '<svg class="swatch" width="20" height="20" viewBox="0 0 20 20" aria-hidden="true" focusable="false">'
        f"{shape.format(c=colour)}</svg>"
    )
