"""Files that people send: what may be kept, judged by content, cleaned of hidden data, and sealed into storage.

Not for deciding who may read a file, nor for naming it in a case: that is `handling.attach` and the queries. Store
files outside any open unit of work (see `storage.files`); a sweep removes what no row names after 24 hours.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from PIL import Image, ImageOps, UnidentifiedImageError

from grievance.storage.files import Storage

MAX_FILES = 5
MAX_FILE_BYTES = 10 * 1024 * 1024
"""The larger reading of "10 MB": a file that any phone shows as 10 MB passes."""

MAX_IMAGE_PIXELS = 64_000_000
"""Largest picture that is decoded, in pixels: four bytes each while it is open, so about 256 MB. Phones of 2026 save
12 to 50 million; a small file that claims more is a decompression bomb."""

MAX_HELD_TWICE_PIXELS = 24_000_000
"""The same for what is held twice or more while it is opened: PNG and WebP, whose transparency is worked into a copy,
and progressive JPEG, of which all coefficients are kept, six bytes a pixel. Screens and drawings have up to 15 million;
cameras save neither."""

LONGEST_SIDE_PIXELS = 4096
"""Pictures are reduced to this: enough to read a number plate across a yard, and a tenth of the room."""

JPEG_QUALITY = 88
FILENAME_CHARACTERS = 80

_PILLOW_COMPLAINTS = (
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
    MemoryError,
    Image.DecompressionBombError,
)
"""Pillow answers damage with any of these, by format and by where the damage lies."""

JPEG, PNG, WEBP, HEIC = "image/jpeg", "image/png", "image/webp", "image/heic"
PDF = "application/pdf"
MP3, OGG, M4A, WAV, AMR = "audio/mpeg", "audio/ogg", "audio/mp4", "audio/wav", "audio/amr"

EXTENSIONS = {JPEG: "jpg", PNG: "png", PDF: "pdf", MP3: "mp3", OGG: "ogg", M4A: "m4a", WAV: "wav", AMR: "amr"}
"""What is kept, and the ending its name gets. WebP is kept as one of the first two, which every office opens."""

ACCEPTED_TYPES = (*EXTENSIONS, WEBP)
"""What a person may send. A browser that is told these, and not "image/*", turns an iPhone's HEIC into JPEG itself."""


class FileRefused(Exception):
    """A file cannot be kept. `filename` is what the person called it, for telling which one; never to be logged."""

    def __init__(self, filename: str) -> None:
        super().__init__(type(self).__name__)
        self.filename = filename


class FileEmpty(FileRefused):
    """There is nothing in it: on phones, often a file that is still in the cloud."""


class FileTooLarge(FileRefused):
    """It holds more than MAX_FILE_BYTES."""

    def __init__(self, filename: str, size_bytes: int) -> None:
        super().__init__(filename)
        self.size_bytes = size_bytes


class FileTypeRefused(FileRefused):
    """Its content is of no accepted type, whatever its name says."""


class HeicRefused(FileTypeRefused):
    """A picture in Apple's own format, which most offices cannot open. The phone can save it as JPEG."""


class VideoRefused(FileTypeRefused):
    """A film. It may be described in words, or a picture of it sent."""


class ImageUnreadable(FileRefused):
    """It begins like a picture and is none, or is damaged."""


class ImageTooLarge(FileRefused):
    """It claims more than MAX_IMAGE_PIXELS."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that lies sealed in storage and is not yet named by any row."""

    storage_key: str
    filename: str
    media_type: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class CleanFile:
    """A file fit to be kept, still in memory."""

    filename: str
    media_type: str
    content: bytes


def keep(storage: Storage, content: bytes, filename: str) -> StoredFile:
    """Judge, clean and seal a file into storage.

    Raises:
        FileRefused: one of its kinds; nothing was stored.
    """
    clean = prepare(content, filename)
    key = storage.put(clean.content)
    return StoredFile(key, clean.filename, clean.media_type, len(clean.content))


def prepare(content: bytes, filename: str) -> CleanFile:
    """Return the file as it may be kept: pictures without hidden data, everything under a harmless name.

    Raises:
        FileRefused: one of its kinds.
    """
    if not content:
        raise FileEmpty(filename)
    if len(content) > MAX_FILE_BYTES:
        raise FileTooLarge(filename, len(content))
    media_type = judge(content, filename)
    if media_type in (JPEG, PNG, WEBP):
        media_type, content = _clean(content, filename)
    return CleanFile(safe_filename(filename, media_type), media_type, content)


def judge(content: bytes, filename: str) -> str:
    """Return the media type that the first bytes show. The name says nothing; it only goes into the error.

    Raises:
        FileTypeRefused: none of the accepted types; HeicRefused and VideoRefused are told apart.
    """
    for matches, media_type in _SIGNATURES:
        if matches(content):
            return media_type
    if _is_heic(content):
        raise HeicRefused(filename)
    if _box_brand(content) is not None or content[:4] == b"\x1a\x45\xdf\xa3" or content[8:12] == b"AVI ":
        raise VideoRefused(filename)
    raise FileTypeRefused(filename)


def safe_filename(filename: str, media_type: str) -> str:
    """Return a name without folders, control signs or reversed reading; its ending says the type."""
    last = unicodedata.normalize("NFC", filename).replace("\\", "/").rsplit("/", 1)[-1]
    printable = "".join(sign for sign in last if unicodedata.category(sign)[0] not in "CZ" or sign == " ")
    stem = PurePosixPath(re.sub(r'[<>:"|?*;%\s]+', " ", printable).strip(" .")).stem[:FILENAME_CHARACTERS].strip(" .")
    return f"{stem or 'file'}.{EXTENSIONS.get(media_type, 'bin')}"


def _clean(content: bytes, filename: str) -> tuple[str, bytes]:
    """Return a picture drawn anew: upright, reduced, without position, camera, thumbnail, comment or what hung on."""
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as opened:
            # Only the header has been read: the size is known before a single pixel is.
            if opened.width * opened.height > _most_pixels(opened):
                raise ImageTooLarge(filename)
            is_png = opened.format == "PNG"
            # Reduced before it is turned: turning makes a copy.
            opened.thumbnail((LONGEST_SIDE_PIXELS, LONGEST_SIDE_PIXELS))
            upright = ImageOps.exif_transpose(opened)
    except _PILLOW_COMPLAINTS as error:
        raise ImageUnreadable(filename) from error
    has_alpha = upright.has_transparency_data
    pixels = upright.convert("RGBA" if has_alpha else "RGB")
    # A new image starts with an empty `info`. Pillow's writers copy comments, profiles and densities out of the old
    # one even when nothing is passed, so "saving without exif" alone would not do.
    fresh = Image.new(pixels.mode, pixels.size)
    fresh.paste(pixels)
    out = io.BytesIO()
    if is_png or has_alpha:
        fresh.save(out, "PNG")
        return PNG, out.getvalue()
    fresh.save(out, "JPEG", quality=JPEG_QUALITY)
    return JPEG, out.getvalue()


def _most_pixels(opened: Image.Image) -> int:
    is_read_in_lines = opened.format in ("JPEG", "MPO") and not opened.info.get("progressive")
    return MAX_IMAGE_PIXELS if is_read_in_lines else MAX_HELD_TWICE_PIXELS


def _starts(prefix: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(prefix)


def _riff(kind: bytes) -> Callable[[bytes], bool]:
    return lambda content: content[:4] == b"RIFF" and content[8:12] == kind


def _is_mp3_frame(content: bytes) -> bool:
    # ISO/IEC 11172-3, frame header: eleven bits of sync, a layer that is not reserved, a bit rate that is neither
    # "free" nor forbidden. Layer 0 would be AAC.
    if len(content) < 4 or content[0] != 0xFF or content[1] & 0xE0 != 0xE0:
        return False
    layer, bit_rate, sampling = content[1] >> 1 & 0b11, content[2] >> 4, content[2] >> 2 & 0b11
    return layer != 0 and bit_rate not in (0, 0b1111) and sampling != 0b11


def _box_brand(content: bytes) -> bytes | None:
    """Return the major brand of an ISO base media file (ISO/IEC 14496-12), or None when it is no such file."""
    return content[8:12] if content[4:8] == b"ftyp" else None


def _is_mp4_audio(content: bytes) -> bool:
    brand = _box_brand(content)
    if brand is None or brand[:3] not in (b"M4A", b"M4B", b"mp4", b"iso", b"3gp", b"MSN"):
        return False
    # A film has a track whose handler is "vide"; recorders of phones use the same container and brands for sound.
    return re.search(rb"hdlr.{8}vide", content, re.DOTALL) is None


def _is_heic(content: bytes) -> bool:
    return _box_brand(content) in (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")


_SIGNATURES: tuple[tuple[Callable[[bytes], bool], str], ...] = (
    (_starts(b"\xff\xd8\xff"), JPEG),
    (_starts(b"\x89PNG\r\n\x1a\n"), PNG),
    (_riff(b"WEBP"), WEBP),
    # Readers find the mark anywhere in the first kilobyte; here it must come first, so that nothing hides before it.
    (_starts(b"%PDF-"), PDF),
    (_starts(b"ID3"), MP3),
    (_is_mp3_frame, MP3),
    (_starts(b"OggS"), OGG),
    (_riff(b"WAVE"), WAV),
    (_starts(b"#!AMR\n"), AMR),
    (_starts(b"#!AMR-WB\n"), AMR),
    (_is_mp4_audio, M4A),
)
"""How each accepted type begins. Source: the file-format documents of each; the list of what is accepted is ours."""
