"""Reading PDFs back: their text, their tags, what is said of their pictures."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject


def read(pdf: bytes) -> PdfReader:
    """Return a reader."""
    return PdfReader(io.BytesIO(pdf))


def root_of(pdf: bytes) -> Any:  # pypdf's objects are looked into without types
    """Return the root of the document: its language, marks, structure and metadata."""
    return read(pdf).root_object


def text_of(pdf: bytes) -> str:
    """Return the words of all pages, with single spaces between them."""
    return " ".join(" ".join(page.extract_text().split()) for page in read(pdf).pages)


def alternatives(pdf: bytes) -> list[str]:
    """Return what is said of each picture, in reading order; "" where nothing is."""
    return [str(element.get("/Alt", "")) for element in elements(pdf) if str(element["/S"]) == "/Figure"]


def tags(pdf: bytes) -> list[str]:
    """Return the tags in reading order, without their slash."""
    return [str(element["/S"])[1:] for element in elements(pdf)]


def elements(pdf: bytes) -> Iterator[DictionaryObject]:
    """Yield the elements of the structure in reading order."""
    yield from _under(root_of(pdf)["/StructTreeRoot"])


def _under(element: DictionaryObject) -> Iterator[DictionaryObject]:
    kids: Any = element.get("/K", ArrayObject())
    kids = kids.get_object() if isinstance(kids, IndirectObject) else kids
    for kid in kids if isinstance(kids, ArrayObject) else [kids]:
        found = kid.get_object() if isinstance(kid, IndirectObject) else kid
        if isinstance(found, DictionaryObject) and "/S" in found:
            yield found
            yield from _under(found)
