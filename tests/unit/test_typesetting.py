"""Pages set as PDF: tagged, the same bytes for the same page, on as many sheets as asked, fetching nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from markupsafe import Markup

from grievance.publishing.charts import Titles, dots_chart, hatched_square, square
from grievance.publishing.charts_bars import Bar, bars_chart
from grievance.publishing.drawings import Drawing
from grievance.web.print.charts_on_paper import on_paper
from grievance.web.print.typesetting import DoesNotFit, FetchRefused, drawn, first_that_fits, typeset
from grievance.web.qr import qr_svg
from tests.support import outside
from tests.support.pdf import alternatives, read, root_of

PAGE = '<!DOCTYPE html><html lang="es-CL"><head><title>Hoja</title></head><body><h1>Hola</h1>{}</body></html>'
PARAGRAPH = "<p style='height: 120mm'>Mucho</p>"


@pytest.fixture(autouse=True)
def _pango() -> None:
    outside.pango()


def test_a_page_is_tagged_titled_and_in_its_language() -> None:
    pdf = typeset(PAGE.format("<p>Buenos días</p>"))

    root, described = root_of(pdf), read(pdf).metadata
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("es-CL", True)
    assert root["/StructTreeRoot"]["/K"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert described is not None
    assert described.title == "Hoja"


def test_the_same_page_gives_the_same_bytes_also_in_another_process() -> None:
    page = PAGE.format(dots_chart(3, 2, 1, Titles("d", "Puntos", "Seis puntos")) + "<p>Ñandú</p>" * 3)
    here = typeset(page)

    program = "import sys; from grievance.web.print.typesetting import typeset; sys.stdout.buffer.write(typeset(sys.stdin.read()))"
    there = subprocess.run(
        [sys.executable, "-c", program],
        input=page.encode(),
        capture_output=True,
        check=True,
        env={"PYTHONHASHSEED": "7", "PATH": "/usr/bin:/bin", "PYTHONUTF8": "1"},
        cwd=Path(__file__).parents[2],
    ).stdout

    assert here == typeset(page)
    assert here == there
    assert here != typeset(page.replace("Ñandú", "Nandú"))


@pytest.mark.parametrize(
    "asks",
    [
        '<img src="http://127.0.0.1:9/x.png" alt="x">',
        '<img src="file:///etc/hostname" alt="x">',
        '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" alt="x">',
        '<link rel="stylesheet" href="http://127.0.0.1:9/x.css">',
        "<style>@import url(file:///etc/passwd);</style>",
        "<style>p { background: url(https://127.0.0.1:9/) }</style><p>x</p>",
        "<style>@font-face { font-family: F; src: url(file:///tmp/f.ttf) } p { font-family: F }</style><p>x</p>",
        '<object data="file:///etc/hostname">x</object>',
        '<embed src="http://127.0.0.1:9/x">',
        '<svg width="9" height="9"><title>x</title><image href="file:///etc/hostname" width="9" height="9"/></svg>',
    ],
)
def test_a_page_that_asks_for_anything_is_refused(asks: str) -> None:
    with pytest.raises(FetchRefused):
        typeset(PAGE.format(asks))


def test_the_first_form_that_fits_is_taken() -> None:
    forms = [PAGE.format(PARAGRAPH * 5), PAGE.format(PARAGRAPH * 3), PAGE.format(PARAGRAPH)]

    assert first_that_fits(2, iter(forms)) == 1
    assert len(read(typeset(forms[1])).pages) == 2


def test_no_shorter_form_is_made_than_is_needed() -> None:
    def forms() -> Iterator[str]:
        yield PAGE.format(PARAGRAPH)
        pytest.fail("one form was enough")

    assert first_that_fits(1, forms()) == 0


def test_what_cannot_fit_is_an_error_not_a_cut() -> None:
    with pytest.raises(DoesNotFit):
        first_that_fits(1, [PAGE.format(PARAGRAPH * 4)])


def test_a_drawing_is_spoken_with_its_title_and_description() -> None:
    chart = dots_chart(3, 2, 1, Titles("d", "Puntos & <rayas>", "3 conformes \\1."))

    told = alternatives(typeset(PAGE.format(drawn(chart))))

    assert told == ["Puntos & <rayas>. 3 conformes \\1."]


def test_a_key_borrows_the_hatching_of_its_chart() -> None:
    drawing = Drawing("x", "F", "C", "S", svg=None, key=[(hatched_square("x"), "no"), (square(), "sí")])

    signs = [sign for sign, _words in on_paper(drawing, width_pixels=320).key]

    assert ["<pattern" in sign for sign in signs] == [True, False]
    assert alternatives(typeset(PAGE.format("".join(signs)))) == ["Sign in the drawing:"] * 2


def test_a_chart_on_paper_has_the_proportions_of_a_window() -> None:
    drawing = Drawing("x", "F", "C", "S", svg=bars_chart([Bar("uno", 3, "3")], Titles("x", "T", "D")))

    svg = on_paper(drawing, width_pixels=320).svg

    assert svg is not None
    assert 'viewBox="0 0 320 50" width="100%"' in svg


def test_a_drawing_on_paper_keeps_every_line_of_the_drawing_on_the_page() -> None:
    chart = dots_chart(3, 2, 1, Titles("d", "Puntos", "Seis"))

    circles = str(chart)[str(chart).index("</desc>") + 7 :]

    assert circles in drawn(chart)


def test_a_code_is_spoken_with_its_address() -> None:
    told = alternatives(typeset(PAGE.format(drawn(qr_svg("https://x.example/s/y", ""), words="x.example/s/y"))))

    assert told == ["x.example/s/y"]


def test_places_by_percent_are_drawn_where_the_same_places_in_pixels_are() -> None:
    by_percent = (
        '<svg width="100%" height="60"><text x="50%" y="40">a</text><rect x="25%" width="10%" height="9"/></svg>'
    )
    in_pixels = '<svg width="400" height="60"><text x="200" y="40">a</text><rect x="100" width="40" height="9"/></svg>'

    assert _strokes(by_percent) == _strokes(in_pixels)


def _strokes(svg: str) -> bytes:
    style = "<style>@page { margin: 0; size: 400px 200px } body { margin: 0 } svg { width: 100%; height: 60px }</style>"
    page = read(typeset(PAGE.format(f"{style}{drawn(Markup(svg), words='x')}"))).pages[0]
    contents = page.get_contents()
    assert contents is not None
    return contents.get_data()
