"""Files of a form: read within limits, stored sealed before any unit of work opens, kept when the form has an error.

A kept file goes back into the form as a token, sealed and bound to that showing of the form: it opens nothing, says
nothing, and cannot be moved into another form.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import IO, Any

from flask import Request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.formparser import FormDataParser

from grievance.cases import files
from grievance.cases.files import MAX_FILE_BYTES, MAX_FILES, FileRefused, FileTooLarge, StoredFile
from grievance.core.i18n import Locale, mark
from grievance.crypto.keyring import CannotOpen
from grievance.runtime import Runtime
from grievance.web.complainant.form_key import from_text, to_text
from grievance.web.formats import file_size

MAX_REQUEST_BYTES = 55 * 1024 * 1024
"""Five files of ten megabytes and the words. Beyond it nothing is read, so that nothing can be kept either."""

MAX_WORDS_BYTES = 2_000_000
"""All the text fields of a form together: what a person types is far below, and is never cut."""

MAX_PARTS = 60

KEPT_FOR = timedelta(hours=20)
"""Storage drops files that no case names after 24 hours; a token must not outlive its file."""

ACCEPT = ",".join(files.ACCEPTED_TYPES)
"""For the `accept` attribute. Naming JPEG instead of "image/*" makes iPhones hand over JPEG instead of HEIC."""

_WORDS: Mapping[type[FileRefused], str] = {
    files.FileEmpty: mark("“%(name)s” is empty. If it is kept in the cloud, download it to the phone first."),
    files.FileTooLarge: mark("“%(name)s” weighs %(size)s. The most we can receive is 10 MB for each file."),
    files.HeicRefused: mark(
        "“%(name)s” is a HEIC photo, which many computers cannot open. Send a screenshot of it, or set the camera to "
        "“Most compatible”."
    ),
    files.VideoRefused: mark("“%(name)s” is a video. We can receive photos, PDF and audio: send a picture of it."),
    files.FileTypeRefused: mark("“%(name)s” is of a kind we cannot receive. Send photos (JPEG, PNG), PDF or audio."),
    files.ImageUnreadable: mark("“%(name)s” is damaged and cannot be opened. Take or save the picture again."),
    files.ImageTooLarge: mark("“%(name)s” has too many pixels. Send a screenshot of it."),
}


class MemoryParser(FormDataParser):
    """Holds uploads in memory while the form is read.

    By default Werkzeug writes whatever is larger than half a megabyte to a temporary file: what a person sent would
    lie readable on our disk, and stay on it after deletion. Costs up to MAX_REQUEST_BYTES for each request under way.
    """

    def __init__(self, stream_factory: object = None, *arguments: Any, **options: Any) -> None:  # noqa: ANN401  # handed on
        del stream_factory
        super().__init__(_in_memory, *arguments, **options)


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file already stored, as the form shows it again."""

    token: str
    stored: StoredFile


@dataclass(frozen=True, slots=True)
class Uploads:
    """What came with a form: the files that are stored, and in plain words why others are not."""

    kept: tuple[KeptFile, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def stored(self) -> list[StoredFile]:
        """The files, in the order in which they came."""
        return [file.stored for file in self.kept]

    def choices(self, lang: Locale) -> list[tuple[str, str, str]]:
        """Return (token, name, size in words) for the form's list of files already received."""
        return [(file.token, file.stored.filename, file_size(file.stored.size_bytes, lang)) for file in self.kept]


def limit(request: Request) -> None:
    """Set how much of a request with files is read. Must run before anything looks at the form."""
    request.form_data_parser_class = MemoryParser
    request.max_content_length = MAX_REQUEST_BYTES
    request.max_form_memory_size = MAX_WORDS_BYTES
    request.max_form_parts = MAX_PARTS


def take(
    sent: Sequence[FileStorage], tokens: Sequence[str], *, runtime: Runtime, form_key: str, lang: Locale, at: datetime
) -> Uploads:
    """Store the files that came with a form, after those that were kept from its last sending."""
    kept: list[KeptFile] = []
    problems: list[str] = []
    for token in tokens[:MAX_FILES]:
        again = _read_token(token, runtime, form_key, at)
        if again is None:
            problems.append(_("A file that you had added is no longer here. Please choose it again."))
        else:
            kept.append(again)
    for upload in sent:
        if not upload.filename:
            continue
        if len(kept) >= MAX_FILES:
            problems.append(
                _("At most %(count)s files fit. The others were left out; you can add them later.", count=MAX_FILES)
            )
            break
        try:
            kept.append(_keep(upload, runtime, form_key, at))
        except FileRefused as refusal:
            problems.append(in_words(refusal, lang))
    return Uploads(tuple(kept), tuple(problems))


def in_words(refusal: FileRefused, lang: Locale) -> str:
    """Say why a file is refused and what to do."""
    size = file_size(refusal.size_bytes, lang) if isinstance(refusal, FileTooLarge) else ""
    return _(_WORDS[type(refusal)], name=refusal.filename[:60], size=size)


def _in_memory(
    total_content_length: int | None,
    content_type: str | None,
    filename: str | None,
    content_length: int | None = None,
) -> IO[bytes]:
    del total_content_length, content_type, filename, content_length
    return io.BytesIO()


def _keep(upload: FileStorage, runtime: Runtime, form_key: str, at: datetime) -> KeptFile:
    filename = upload.filename or ""
    content = upload.stream.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise FileTooLarge(filename, upload.stream.seek(0, 2))
    stored = files.keep(runtime.storage, content, filename)
    values = json.dumps({"at": int(at.timestamp()), **asdict(stored)})
    return KeptFile(to_text(runtime.keys.seal(_context(form_key), values.encode())), stored)


def _read_token(token: str, runtime: Runtime, form_key: str, at: datetime) -> KeptFile | None:
    try:
        values = json.loads(runtime.keys.open(_context(form_key), from_text(token)))
    except CannotOpen:
        return None
    if at - datetime.fromtimestamp(values.pop("at"), UTC) > KEPT_FOR:
        return None
    return KeptFile(token, StoredFile(**values))


def _context(form_key: str) -> str:
    return f"web.kept_file:{form_key}"
