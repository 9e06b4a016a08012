"""Files that people send: what is kept, what is refused, and what is left of a picture."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from grievance.cases import files
from grievance.storage.files import Folder, Storage
from tests.support.keys import make_ring

SECRET = "Pasaje Inventado 123"


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (40, 20), mode: str = "RGB", color: str = "red", **options: object
) -> bytes:
    image = Image.new(mode, size, color)
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def exif_with_position_and_name() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn right by 90 degrees
    exif[0x010F] = "Telefono de Nadie"
    exif[0x9286] = SECRET
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "S", (23.0, 39.0, 1.0), "W", (70.0, 24.0, 1.0)
    return exif


FTYP_SOUND = struct.pack(">I", 24) + b"ftypM4A \x00\x00\x00\x00M4A mp42" + b"moov....hdlr" + b"\0" * 8 + b"soun"
FTYP_FILM = struct.pack(">I", 24) + b"ftypmp42\x00\x00\x00\x00mp42isom" + b"moov....hdlr" + b"\0" * 8 + b"vide"


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (picture("JPEG"), "image/jpeg"),
        (picture("PNG"), "image/png"),
        (picture("WEBP"), "image/webp"),
        (b"%PDF-1.7\n...", "application/pdf"),
        (b"ID3\x04\x00", "audio/mpeg"),
        (b"\xff\xfb\x90\x00" + b"\0" * 400, "audio/mpeg"),
        (b"OggS\x00\x02", "audio/ogg"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"#!AMR\n\x3c", "audio/amr"),
        (FTYP_SOUND, "audio/mp4"),
    ],
    ids=["jpeg", "png", "webp", "pdf", "mp3 with tag", "mp3 bare", "ogg", "wav", "amr", "m4a"],
)
def test_a_file_is_judged_by_its_content(content: bytes, media_type: str) -> None:
    assert files.judge(content, "anything.exe") == media_type


@pytest.mark.parametrize(
    ("content", "filename", "error"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "dibujo.svg", files.FileTypeRefused),
        (b"<!DOCTYPE html><script>alert(1)</script>", "foto.jpg", files.FileTypeRefused),
        (b"MZ\x90\x00", "foto.png", files.FileTypeRefused),
        (b"PK\x03\x04", "carta.docx", files.FileTypeRefused),
        (b"GIF89a", "foto.gif", files.FileTypeRefused),
        (b"\n\n%PDF-1.7", "carta.pdf", files.FileTypeRefused),
        (b"\x00\x00\x00\x18ftypheic", "IMG_0001.HEIC", files.HeicRefused),
        (FTYP_FILM, "film.mp4", files.VideoRefused),
        (b"\x1a\x45\xdf\xa3", "film.webm", files.VideoRefused),
        (b"", "nada.jpg", files.FileEmpty),
        (b"\xff\xd8\xff\xe0 not a picture at all", "rota.jpg", files.ImageUnreadable),
    ],
    ids=[
        "svg",
        "html",
        "program",
        "office",
        "gif",
        "pdf with a prefix",
        "heic",
        "mp4 film",
        "webm",
        "empty",
        "damaged",
    ],
)
def test_what_is_not_accepted_is_refused_by_name(content: bytes, filename: str, error: type[Exception]) -> None:
    with pytest.raises(error) as refusal:
        files.prepare(content, filename)

    assert refusal.value.filename == filename  # type: ignore[attr-defined]
    assert filename not in str(refusal.value)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_loses_its_hidden_data_and_stands_upright(kind: str) -> None:
    sent = picture(kind, exif=exif_with_position_and_name(), icc_profile=b"profile " + SECRET.encode())

    kept = files.prepare(sent, "foto")

    again = Image.open(io.BytesIO(kept.content))
    again.load()
    assert SECRET.encode() in sent
    assert SECRET.encode() not in kept.content
    assert b"Telefono" not in kept.content
    assert dict(again.getexif()) == {}
    assert "icc_profile" not in again.info
    assert again.size == (20, 40)


def test_a_comment_in_a_jpeg_or_a_text_in_a_png_does_not_stay() -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", SECRET)

    kept = [
        files.prepare(picture("JPEG", comment=SECRET.encode()), "photo.jpg").content,
        files.prepare(picture("PNG", pnginfo=texts), "photo.png").content,
    ]

    assert [SECRET.encode() in content for content in kept] == [False, False]


def test_what_is_hung_onto_a_picture_is_gone() -> None:
    polyglot = picture("JPEG") + b"PK\x03\x04<script>alert(1)</script>"

    kept = files.prepare(polyglot, "foto.jpg.html")

    assert b"<script>" not in kept.content
    assert b"PK\x03\x04" not in kept.content
    assert kept.filename == "foto.jpg.jpg"


def test_a_see_through_picture_stays_see_through() -> None:
    kept = files.prepare(picture("WEBP", mode="RGBA", color="#ff000080", lossless=True), "pantalla.webp")

    assert kept.media_type == "image/png"
    assert Image.open(io.BytesIO(kept.content)).mode == "RGBA"


def test_a_large_picture_is_reduced() -> None:
    kept = files.prepare(picture("JPEG", size=(6000, 3000)), "photo.jpg")

    assert Image.open(io.BytesIO(kept.content)).size == (4096, 2048)


def test_a_picture_that_claims_too_many_pixels_is_never_decoded() -> None:
    header = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    data = b"IDAT" + zlib.compress(b"\0" * 1000)
    bomb += struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))

    with pytest.raises((files.ImageTooLarge, files.ImageUnreadable)):
        files.prepare(bomb, "bomba.png")


def test_a_file_of_ten_megabytes_is_kept_and_one_byte_more_is_not() -> None:
    largest = b"%PDF-" + b" " * (files.MAX_FILE_BYTES - 5)

    assert len(files.prepare(largest, "grande.pdf").content) == files.MAX_FILE_BYTES
    with pytest.raises(files.FileTooLarge):
        files.prepare(largest + b" ", "grande.pdf")


@pytest.mark.parametrize(
    ("given_name", "kept_name"),
    [
        ("Foto del camino.JPG", "Foto del camino.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\Fotos\\ñandú.jpeg", "ñandú.jpg"),
        ("factura\u202egpj.exe", "facturagpj.jpg"),
        ("a\x00b\r\nSet-Cookie: x.jpg", "abSet-Cookie x.jpg"),
        ("", "file.jpg"),
        ("...", "file.jpg"),
        ("x" * 300 + ".jpg", "x" * 80 + ".jpg"),
    ],
    ids=["plain", "folders", "windows", "reversed reading", "control signs", "none", "only dots", "very long"],
)
def test_a_filename_is_made_harmless(given_name: str, kept_name: str) -> None:
    assert files.safe_filename(given_name, "image/jpeg") == kept_name


@given(st.text(max_size=200))
def test_no_filename_holds_a_path_or_a_header(name: str) -> None:
    kept = files.safe_filename(name, "application/pdf")

    assert kept.endswith(".pdf")
    assert not set(kept) & set('/\\\r\n\0"<>;')


@given(st.binary(max_size=300))
def test_any_bytes_are_kept_or_refused_by_name(content: bytes) -> None:
    try:
        kept = files.prepare(content, "x")
    except files.FileRefused:
        return
    assert kept.media_type in files.ACCEPTED_TYPES


def test_a_kept_file_lies_sealed_in_storage(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("files")
    storage = Storage(Folder(folder), make_ring())
    letter = b"%PDF-1.4 " + SECRET.encode()

    kept = files.keep(storage, letter, "carta.pdf")

    assert storage.get(kept.storage_key) == letter
    assert (kept.filename, kept.media_type, kept.size_bytes) == ("carta.pdf", "application/pdf", len(letter))
    assert all(SECRET.encode() not in path.read_bytes() for path in folder.rglob("*") if path.is_file())
