"""Small files that want much memory. Anybody may send pictures, and several are opened at the same time."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib

import pytest
from PIL import Image

from grievance.cases import files

MOST_HELD_MEGABYTES = 400

MEASURE = """
import resource, sys
from grievance.cases.files import prepare
content = sys.stdin.buffer.read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
prepare(content, "x.png")
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def _empty_png(width: int, height: int) -> bytes:
    """Return a transparent picture of this size, in a few kilobytes."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    packer = zlib.compressobj(9)
    pixels = b"".join(packer.compress(bytes(1 + 4 * width)) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def _jpeg_that_claims(width: int, height: int, *, progressive: bool) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (16, 16), "red").save(out, "JPEG", progressive=progressive)
    content = bytearray(out.getvalue())
    at = content.index(b"\xff\xc2" if progressive else b"\xff\xc0")
    content[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(content)


def test_the_largest_picture_that_is_taken_is_held_within_bounds() -> None:
    side = int(files.MAX_HELD_TWICE_PIXELS**0.5)
    content = _empty_png(side, side)
    assert len(content) < 200_000

    measured = subprocess.run([sys.executable, "-c", MEASURE], input=content, capture_output=True, check=True)

    assert int(measured.stdout) < MOST_HELD_MEGABYTES


@pytest.mark.parametrize(
    "content",
    [_empty_png(5000, 5000), _jpeg_that_claims(5000, 5000, progressive=True)],
    ids=["transparent", "progressive"],
)
def test_what_is_held_twice_may_be_half_as_large(content: bytes) -> None:
    with pytest.raises(files.ImageTooLarge):
        files.prepare(content, "x")


def test_a_photograph_of_fifty_million_pixels_is_not_too_large() -> None:
    content = _jpeg_that_claims(8160, 6120, progressive=False)

    assert files.prepare(content, "x.jpg").media_type == files.JPEG
