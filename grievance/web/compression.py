"""Compress pages on their way out: a bad network is paid by the kilobyte and by the second.

Compression beside a secret is not free. BREACH (CVE-2013-3587) reads a secret out of a page when, together, the page
holds it, the page repeats something that the attacker chose, and the attacker can make the browser of the person ask
for it thousands of times and sees how long each answer is. What stands against it here:

- Requests that another site causes are answered uncompressed whenever they carry our cookie. Browsers say so in
  `Sec-Fetch-Site`, which no page can set or remove. That takes away the thousands of guided questions.
- For browsers too old to say so, each answer carries 1 to 100 bytes of padding, at random, in its gzip
  header, as Django has done since 4.2 ("Heal the BREACH", Palacios et al., IEEE Access 2022): the length no longer
  tells a right guess from a wrong one without averaging a great many answers.
- The token of a form is signed together with the second at which it was made, so its signature, which is what would
  have to be guessed, is another one by the time the next guess is made.

Left out on purpose: compressing nothing that has a form. The filing page, which matters most, always has one.
"""

from __future__ import annotations

import gzip
import io
import secrets

from flask import Flask, Response, current_app, request

LEAST_BYTES = 500  # below one network packet, compressing costs more than it saves
PADDING_BYTES = 100  # at most; the mean of 50 costs a page less than one line of text
LEVEL = 6

KINDS = frozenset(
    [
        "text/html",
        "text/css",
        "text/csv",
        "text/plain",
        "text/javascript",
        "image/svg+xml",
        "application/json",
        "application/atom+xml",
        "application/xml",
        "text/x-python",
    ]
)


def register_compression(app: Flask) -> None:
    """Compress answers. Register it before everything else: Flask runs what comes last on the way out first."""
    app.after_request(compress)


def compress(response: Response) -> Response:
    """Return the answer compressed where that is worth it, safe, and understood by the browser."""
    if not _is_compressible(response):
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"] <= 0 or _is_guided_from_outside():
        return response
    body = response.get_data()
    if len(body) < LEAST_BYTES:
        return response
    response.set_data(gzip_padded(body))
    response.content_encoding = "gzip"
    etag, _ = response.get_etag()
    if etag is not None:
        # The bytes differ from the plain ones, the meaning does not: that is what a weak tag says.
        response.set_etag(etag, weak=True)
    return response


def gzip_padded(body: bytes) -> bytes:
    """Return `body` as gzip with a file name of random length in its header, which every reader skips."""
    out = io.BytesIO()
    name = "a" * (1 + secrets.randbelow(PADDING_BYTES))
    with gzip.GzipFile(filename=name, mode="wb", compresslevel=LEVEL, fileobj=out, mtime=0) as stream:
        stream.write(body)
    return out.getvalue()


def _is_compressible(response: Response) -> bool:
    if response.is_streamed or response.direct_passthrough or response.content_encoding:
        return False
    return response.mimetype in KINDS and response.status_code not in (204, 206, 304)


def _is_guided_from_outside() -> bool:
    has_session = current_app.config["SESSION_COOKIE_NAME"] in request.cookies
    return has_session and request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none")
