"""The curve: how many of every hundred were resolved by each of five days, with its interval, and the second curve."""

from collections.abc import Sequence

from markupsafe import Markup, escape

from grievance.publishing.charts import COPPER, EDGE, INK_2, RULE, Titles, drawing, hatching

HEIGHT = 230
"""Pixels of a bar that stands for a hundred."""
FLOOR = 276
LAST_DAY = 90
RIGHT = 92.0
"""Percent of the width at which day 90 stands: its label needs room."""
BETWEEN_60_AND_90 = 78.5
"""Percent of the width where no bar can be: the words of the middle line stand there."""
NEAR_DAYS = 10
"""Bars nearer than this would write their numbers into each other on a telephone."""


def resolution_chart(
    points: Sequence[tuple[int, float]],
    titles: Titles,
    *,
    hundred: str,
    half: str,
    axis: str,
    values: Sequence[str],
    between: Sequence[tuple[float, float] | None] = (),
    beside: Sequence[float | None] = (),
) -> Markup:
    """Draw which share was resolved by each day.

    `points` are (day, share), `values` what stands on each bar; `between` the ends of the interval of each, `beside`
    the share by the other way of counting, as a narrow hatched bar. Both are empty or as long as `points`.
    """
    parts = [hatching(titles.id) if any(share is not None for share in beside) else "", _guides(hundred, half)]
    for place, ((day, share), value) in enumerate(zip(points, values, strict=True)):
        x = f"{RIGHT * day / LAST_DAY:.2f}%"
        ends = between[place] if between else None
        other = beside[place] if beside else None
        parts.append(
            f'<line class="s1" x1="{x}" y1="{FLOOR}" x2="{x}" y2="{_y(share)}" stroke="{COPPER}" stroke-width="8"/>'
        )
        parts += [_second(x, other, titles.id)] if other is not None else []
        parts += [_whisker(x, *ends)] if ends else []
        highest = max(share, ends[1] if ends else 0.0)
        parts.append(
            f'<text x="{x}" y="{float(_y(highest)) - 5:.1f}" {_beside(points, place)} font-weight="700">{escape(value)}'
            f'</text><text x="{x}" y="298" text-anchor="middle">{day}</text>'
        )
    parts.append(
        f'<line x1="0" y1="{FLOOR}" x2="100%" y2="{FLOOR}" stroke="currentColor" stroke-width="2"/>'
        f'<text class="t2" x="0" y="320" font-size="14" fill="{INK_2}">{escape(axis)}</text>'
    )
    return drawing(titles, 'width="100%" height="330" font-size="16"', parts)


def _beside(points: Sequence[tuple[int, float]], place: int) -> str:
    """Return where the number of a bar stands: over it, or more to the left where the next bar is near."""
    is_near = place + 1 < len(points) and points[place + 1][0] - points[place][0] < NEAR_DAYS
    return 'text-anchor="end" dx="6"' if is_near else 'text-anchor="middle"'


def _y(share: float) -> str:
    return f"{FLOOR - HEIGHT * share:.1f}"


def _guides(hundred: str, half: str) -> str:
    top, middle = FLOOR - HEIGHT, FLOOR - HEIGHT // 2
    # The highest line says what it is in a row of its own, so that no number of a bar stands on it.
    return (
        f'<line class="sl" x1="0" y1="{top}" x2="100%" y2="{top}" stroke="{RULE}"/>'
        f'<text class="t2" x="0" y="14" font-size="14" fill="{INK_2}">{escape(hundred)}</text>'
        f'<line class="sl" x1="0" y1="{middle}" x2="100%" y2="{middle}" stroke="{RULE}"/>'
        f'<text class="t2" x="{BETWEEN_60_AND_90}%" y="{middle - 6}" text-anchor="middle" font-size="14" '
        f'fill="{INK_2}">{escape(half)}</text>'
    )


def _second(x: str, share: float, id_: str) -> str:
    """Return the narrow hatched bar, just right of the full one."""
    height = max(HEIGHT * share, 0.1)
    return (
        f'<rect class="s3" x="{x}" y="{_y(share)}" width="6" height="{height:.1f}" transform="translate(6 0)" '
        f'fill="url(#{id_}-h)" stroke="{EDGE}"/>'
    )


def _whisker(x: str, low: float, high: float) -> str:
    """Return the interval: a thin line with ends, on a light ground so that it shows on the bar too."""
    bottom, top = _y(low), _y(high)
    caps = "".join(
        f'<rect x="{x}" y="{float(y) - 1:.1f}" width="9" height="2" transform="translate(-4.5 0)"/>'
        for y in (bottom, top)
    )
    return (
        f'<line class="s0" x1="{x}" y1="{bottom}" x2="{x}" y2="{top}" stroke="#ffffff" stroke-width="4"/>'
        f'<line x1="{x}" y1="{bottom}" x2="{x}" y2="{top}" stroke="currentColor" stroke-width="2"/>{caps}'
    )
