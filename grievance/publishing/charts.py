"""Charts drawn on the server: SVG with title and description, legible in grey and in the dark, bars from zero.

Attributes only: the content policy allows no inline style. The classes repeat the attributes for the dark look and for
print. No viewBox where there is text, so that letters keep their size at any width: places are percent, letters pixels.
The table beside each chart is the page's. Here stands what every chart shares, and those of what came and who answered.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

COPPER, PATINA, EDGE, RULE, INK_2 = "#954716", "#4f9484", "#85756a", "#ddd2c4", "#5e5148"
"""Values of the sheet's --chart-1, --chart-2, --chart-3, --line and --ink-2, for readers without the sheet."""

BARS = 200
"""Pixels of the highest bar of the quarters."""
GROUND = 218
"""Where those bars stand, from the top of the drawing."""

DOTS_A_ROW = 12
DOT_STEP = 24
MOST_DOTS = 240
"""Beyond this a dot a person is no picture any more."""

LETTERS_A_LINE = 27
"""What fits the narrowest telephone: 320 px less the margins, at 9 px a letter of the widest common font."""
LINE = 20
"""Pixels from one line of a label to the next."""


@dataclass(frozen=True, slots=True)
class Titles:
    """What a chart says to those who do not see it, and the id that ties it together."""

    id: str
    title: str
    description: str


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
    return drawing(titles, size, parts)


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
        parts.append(_bar("c1", COPPER, begins, bar, BARS * received / most, said[0]))
        parts.append(_bar("c2", PATINA, second, bar, BARS * left / most, said[1]))
        middle = f"{begins + bar + step * 0.015:.2f}%"
        parts.append(f'<text x="{middle}" y="240" text-anchor="middle" font-size="14">{escape(months)}</text>')
        if year:
            parts.append(
                f'<text class="t2" x="{middle}" y="258" text-anchor="middle" font-size="14" fill="{INK_2}">'
                f"{escape(year)}</text>"
            )
    parts.append(f'<line x1="0" y1="{GROUND}" x2="100%" y2="{GROUND}" stroke="currentColor" stroke-width="2"/>')
    return drawing(titles, 'width="100%" height="262" font-size="16"', parts)


def full_dot() -> Markup:
    """Return the sign of the key for a satisfied answer."""
    return swatch(f'<circle class="c1" cx="10" cy="10" r="9" fill="{COPPER}"/>')


def ring() -> Markup:
    """Return the sign of the key for another answer."""
    return swatch(f'<circle class="c0 s1" cx="10" cy="10" r="7.5" fill="#ffffff" stroke="{COPPER}" stroke-width="3"/>')


def small_dot() -> Markup:
    """Return the sign of the key for no answer."""
    return swatch(f'<circle class="c0 s3" cx="10" cy="10" r="4" fill="#ffffff" stroke="{EDGE}" stroke-width="1.5"/>')


def square() -> Markup:
    """Return the sign of the key for the first kind of bar: full and dark."""
    return swatch(f'<rect class="c1" width="20" height="20" fill="{COPPER}"/>')


def second_square() -> Markup:
    """Return the sign of the key for the second kind of bar: full and lighter."""
    return swatch(f'<rect class="c2" width="20" height="20" fill="{PATINA}"/>')


def hatched_square(id_: str) -> Markup:
    """Return the sign of the key for the third kind of bar: hatched. `id_` is that of a chart on the same page."""
    return swatch(
        f'<rect class="s3" x="1" y="1" width="18" height="18" fill="url(#{id_}-h)" stroke="{EDGE}" stroke-width="1.5"/>'
    )


def drawing(titles: Titles, size: str, parts: Sequence[str]) -> Markup:
    """Put the parts of a drawing together: with its name and description for those who do not see it."""
    return Markup(  # noqa: S704  # every text is escaped, the rest are numbers and our own attributes
        f'<svg role="img" aria-labelledby="{titles.id}-t {titles.id}-d" {size} fill="currentColor">'
        f'<title id="{titles.id}-t">{escape(titles.title)}</title>'
        f'<desc id="{titles.id}-d">{escape(titles.description)}</desc>{"".join(parts)}</svg>'
    )


def hatching(id_: str) -> str:
    """Return the pattern of hatched bars, which a drawing that has some begins with."""
    return (
        f'<defs><pattern id="{id_}-h" width="6" height="6" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><line class="s3" x1="0" y1="0" x2="0" y2="6" stroke="{EDGE}" '
        'stroke-width="3"/></pattern></defs>'
    )


def label(words: str, top: int) -> tuple[str, int]:
    """Return a label that begins below `top`, in as many lines as a telephone needs, and where it ends."""
    lines = textwrap.wrap(words, LETTERS_A_LINE) or [""]
    parts = [f'<text x="0" y="{top + 16 + place * LINE}">{escape(line)}</text>' for place, line in enumerate(lines)]
    return "".join(parts), top + len(lines) * LINE


def swatch(shape: str) -> Markup:
    """Return a sign of a key."""
    return Markup(  # noqa: S704  # shapes of these modules
        f'<svg class="swatch" width="20" height="20" viewBox="0 0 20 20" aria-hidden="true" focusable="false">{shape}'
        "</svg>"
    )


_FULL = f'<circle class="c1" cx="{{x}}" cy="{{y}}" r="9" fill="{COPPER}"/>'
_RING = f'<circle class="c0 s1" cx="{{x}}" cy="{{y}}" r="7.5" fill="#ffffff" stroke="{COPPER}" stroke-width="3"/>'
_SMALL = f'<circle class="c0 s3" cx="{{x}}" cy="{{y}}" r="4" fill="#ffffff" stroke="{EDGE}" stroke-width="1.5"/>'


def _bar(kind: str, colour: str, x: float, width: float, height: float, value: str) -> str:
    top = GROUND - round(height)
    return (
        f'<rect class="{kind}" x="{x:.2f}%" y="{top}" width="{width:.2f}%" height="{round(height)}" fill="{colour}"/>'
        f'<text x="{x + width / 2:.2f}%" y="{top - 7}" text-anchor="middle" font-weight="700">{escape(value)}</text>'
    )
