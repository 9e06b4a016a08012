"""The charts of a page on paper: the same drawings, at a size of their own instead of the width of a window."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from flask_babel import gettext as _
from markupsafe import Markup

from grievance.publishing.charts import hatching
from grievance.publishing.drawings import Drawing
from grievance.web.print.typesetting import drawn

_SIZE = re.compile(r'width="100%" height="(\d+)"')
_HATCHED = re.compile(r"url\(#([\w-]+)-h\)")


def on_paper(drawing: Drawing, *, width_pixels: int) -> Drawing:
    """Return a drawing as paper shows it: as in a window of so many pixels, then made as large as its column."""
    svg = drawing.svg and drawn(_sized(drawing.svg, width_pixels))
    return replace(drawing, svg=svg, key=_key(drawing.key))


def _sized(svg: Markup, width_pixels: int) -> Markup:
    # Without a viewBox letters would stay at the 12 points that a screen wants, in a column half as wide as one.
    return Markup(_SIZE.sub(rf'viewBox="0 0 {width_pixels} \1" width="100%"', str(svg), count=1))  # noqa: S704  # our own drawing


def _key(key: Sequence[tuple[Markup, str]]) -> list[tuple[Markup, str]]:
    # A tagged PDF knows no picture that is to be passed over, so that each sign says what it is.
    spoken = _("Sign in the drawing:")
    return [(drawn(_with_pattern(sign, place), words=spoken), words) for place, (sign, words) in enumerate(key)]


def _with_pattern(sign: Markup, place: int) -> Markup:
    """Return a sign with a hatching of its own; on a page it borrows that of the drawing."""
    borrowed = _HATCHED.search(sign)
    if borrowed is None:
        return sign
    own = f"{borrowed[1]}-{place}"
    filled = _HATCHED.sub(f"url(#{own}-h)", str(sign))
    opened = filled.index(">") + 1
    return Markup(f"{filled[:opened]}{hatching(own)}{filled[opened:]}")  # noqa: S704  # our own drawing
