"""The sheet, the icon and the few scripts: held in memory, named after their content, kept by browsers for a year.

Three small files do not need a file server of their own: they are read once, compressed once, and answered from
memory through the same headers as every page. A changed file has a new name, so nothing ever needs to be asked again.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, abort, request

from grievance.web.security import allow

FOLDER = Path(__file__).resolve().parent / "static"
YEAR_SECONDS = 31_536_000  # the longest max-age that RFC 9111 (2022) and its predecessors let caches honour
DIGEST_CHARACTERS = 12  # 48 bits: names of successive versions of one file, not a signature


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file as it is answered; `url_name` carries the digest: look.3f9c01ab23cd.css."""

    url_name: str
    content_type: str
    body: bytes
    compressed: bytes


class StaticFileMissing(Exception):
    """A template named a static file that is not shipped."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def register_static(app: Flask, folder: Path = FOLDER) -> None:
    """Serve the files of a folder under `/static/` and give templates `static_url` and `script_url`.

    The app must be made with `static_folder=None`: Flask's own route would claim the same address.
    """
    files = read_folder(folder)
    by_url_name = {file.url_name: file for file in files.values()}

    def static_url(name: str) -> str:
        """Return the address of a static file, by its plain name."""
        if name not in files:
            raise StaticFileMissing(name)
        return f"/static/{files[name].url_name}"

    def script_url(name: str) -> str:
        """Return the address of a script and let this one page run scripts of our own."""
        allow("script-src", "'self'")
        return static_url(name)

    def static(name: str) -> Response:
        if name not in by_url_name:
            abort(404)
        return answer(by_url_name[name])

    app.add_url_rule("/static/<name>", "static", static)
    app.jinja_env.globals.update(static_url=static_url, script_url=script_url)


def read_folder(folder: Path) -> dict[str, StaticFile]:
    """Return the files of a folder by plain name; folders inside it are not looked into."""
    return {path.name: _read(path) for path in sorted(folder.iterdir()) if path.is_file()}


def answer(file: StaticFile) -> Response:
    """Return the answer with one file, compressed where the browser takes it."""
    takes_gzip = request.accept_encodings["gzip"] > 0
    response = Response(file.compressed if takes_gzip else file.body, content_type=file.content_type)
    if takes_gzip:
        response.content_encoding = "gzip"
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    response.set_etag(file.url_name, weak=True)
    response.make_conditional(request)
    return response


def _read(path: Path) -> StaticFile:
    body = path.read_bytes()
    digest = hashlib.sha256(body).hexdigest()[:DIGEST_CHARACTERS]
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    is_text = kind.startswith("text/") or kind == "image/svg+xml"
    return StaticFile(
        url_name=f"{path.stem}.{digest}{path.suffix}",
        content_type=f"{kind}; charset=utf-8" if is_text else kind,
        body=body,
        compressed=gzip.compress(body, compresslevel=9, mtime=0),
    )
