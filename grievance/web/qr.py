"""QR codes as drawings inside a page: no file, no address, nothing that the content policy forbids."""

from __future__ import annotations

import qrcode
from markupsafe import Markup, escape

QUIET_MODULES = 4
"""ISO/IEC 18004:2015, 5.3.8: four light modules on every side."""
MODULE_PIXELS = 5


def qr_svg(text: str, title: str) -> Markup:
    """Return a QR code as SVG, dark on light in the dark look too: readers expect it so."""
    code = qrcode.QRCode(border=QUIET_MODULES)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    size = len(rows)
    path = "".join(
        f"M{column} {line}h1v1h-1z" for line, row in enumerate(rows) for column, is_dark in enumerate(row) if is_dark
    )
    pixels = size * MODULE_PIXELS
    return Markup(  # noqa: S704  # the title is escaped, the rest are numbers
        f'<svg role="img" aria-label="{escape(title)}" width="{pixels}" height="{pixels}" viewBox="0 0 {size} {size}" '
        f'shape-rendering="crispEdges"><rect width="{size}" height="{size}" fill="#fff"/>'
        f'<path d="{path}" fill="#000"/></svg>'
    )
