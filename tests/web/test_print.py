"""What comes out on paper: the summary on two sheets, the poster on one, and what is said where nothing can be printed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from grievance.accounts.permissions import Duty
from grievance.core.db import Database
from grievance.core.i18n import OFFERED
from grievance.publishing import summaries
from grievance.publishing.models import Release
from grievance.runtime import Runtime
from grievance.sites.models import Site
from tests.support import outside
from tests.support.figures import AFTER, Q3, a_quarter, released
from tests.support.pdf import alternatives, read, root_of, tags, text_of
from tests.support.people import Person, make_staff, sign_in
from tests.support.places import make_site
from tests.support.web import Browser
from tests.support.web_app import make_app

SITE_ES, SITE_EN = "/es/cerro-imaginario", "/en/cerro-imaginario"
SUMMARY_ES, SUMMARY_EN = f"{SITE_ES}/2026-t3.pdf", f"{SITE_EN}/2026-q3.pdf"
POSTER_ES, POSTER_EN = f"{SITE_ES}/afiche-a4.pdf", f"{SITE_EN}/poster-a3.pdf"
A3, A4 = (842, 1191), (595, 842)
"""Points, rounded."""


@pytest.fixture(autouse=True)
def _pango() -> None:
    outside.pango()


@pytest.fixture
def authors(database: Database) -> tuple[Person, Person]:
    with database.begin() as session:
        site = make_site(session)
        a_quarter(session, site)
        rosa = make_staff(session, name="Rosa Mamani", duties={Duty.PUBLISHER: site})
        luis = make_staff(session, name="Luis Vera", duties={Duty.PUBLISHER: site})
        return rosa, luis


@pytest.fixture
def release(database: Database, authors: tuple[Person, Person]) -> Release:
    return _publish(database, authors)


def _publish(database: Database, authors: tuple[Person, Person]) -> Release:
    with database.begin() as session:
        site = session.query(Site).one()
        made = released(session, site, (authors[0].staff_id, authors[1].staff_id))
        session.expunge(made)
        return made


def _pdf(app: Flask, address: str) -> bytes:
    answer = app.test_client().get(address)
    assert (answer.status_code, answer.content_type) == (200, "application/pdf"), address
    return answer.get_data()


def _size(pdf: bytes) -> tuple[int, int]:
    box = read(pdf).pages[0].mediabox
    return round(box.width), round(box.height)


@pytest.mark.parametrize(("address", "lang"), [(SUMMARY_ES, "es-CL"), (SUMMARY_EN, "en")])
def test_a_summary_is_two_tagged_sheets_of_a4(app: Flask, release: Release, address: str, lang: str) -> None:
    pdf = _pdf(app, address)

    assert (len(read(pdf).pages), _size(pdf)) == (2, A4)
    root = root_of(pdf)
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == (lang, True)
    found = tags(pdf)
    assert found.count("H1") == 1
    assert found.index("H1") < found.index("H2") < found.index("H3")
    assert {"Table", "TH", "TD", "Figure", "P"} <= set(found)
    assert all(alternatives(pdf))


def test_a_summary_says_the_numbers_of_the_page(app: Flask, release: Release) -> None:
    spanish, english = text_of(_pdf(app, SUMMARY_ES)), text_of(_pdf(app, SUMMARY_EN))

    for words in (
        "Entre julio y septiembre de 2026 recibimos 8 reclamos.",
        "de quienes contestaron quedó conforme con el resultado",
        "Abiertos al final 6",
        release.digest,
        "localhost/es/cerro-imaginario/2026-t3",
        "Hoja 2 de 2.",
    ):
        assert words in spanish, words
    for words in (
        "Between July and September 2026 we received 8 grievances.",
        "Open at the end 6",
        release.digest,
        "localhost/en/cerro-imaginario/2026-q3",
    ):
        assert words in english, words


def test_what_the_page_hides_the_paper_hides(app: Flask, release: Release) -> None:
    page = app.test_client().get(f"{SITE_ES}/2026-t3").get_data(as_text=True)
    paper = text_of(_pdf(app, SUMMARY_ES))

    # Two people answered alike on how they were treated: neither says what (M8.process).
    for place in (page, paper):
        assert "quedaron conformes con el trato" not in place


def test_charts_on_paper_are_those_of_the_page_and_say_their_numbers(app: Flask, release: Release) -> None:
    page = Browser(app).open(f"{SITE_EN}/2026-q3")
    spoken = alternatives(_pdf(app, SUMMARY_EN))

    on_page = [
        " ".join(f"{svg.one(part).text.rstrip('.')}." for part in ("title", "desc"))
        for svg in page.all("figure svg")
        if svg.all("desc")
    ]

    assert "What people think of the result of their case. One dot a person: 1 satisfied, " in " ".join(on_page)
    assert set(on_page) <= set(spoken)


def test_the_same_release_gives_the_same_bytes(app: Flask, runtime: Runtime, release: Release) -> None:
    first = _pdf(app, SUMMARY_ES)

    assert _pdf(make_app(runtime), SUMMARY_ES) == first
    assert _pdf(app, SUMMARY_EN) != first


def test_nothing_that_was_not_released_is_printed(
    app: Flask, database: Database, authors: tuple[Person, Person]
) -> None:
    with database.begin() as session:
        summaries.freeze(session, session.query(Site).one(), Q3, by=authors[0].staff_id, at=AFTER)

    for address in (
        SUMMARY_ES,
        SUMMARY_EN,
        f"{SITE_ES}/2026-t3/v1.pdf",
        f"{SITE_ES}/2026-t2.pdf",
        "/es/no/2026-t3.pdf",
    ):
        assert app.test_client().get(address).status_code == 404, address


def test_there_is_no_paper_of_a_version_or_quarter_that_never_was(app: Flask, release: Release) -> None:
    for address in (f"{SITE_ES}/2026-t3/v9.pdf", f"{SITE_ES}/2026-t5.pdf", f"{SITE_EN}/2026-q2.pdf"):
        assert app.test_client().get(address).status_code == 404, address


def test_a_replaced_version_stays_as_it_was_and_names_its_own_page(
    app: Flask, runtime: Runtime, database: Database, authors: tuple[Person, Person], release: Release
) -> None:
    first = f"{SITE_ES}/2026-t3/v1"
    before = _pdf(app, f"{first}.pdf")
    _publish(database, authors)

    fresh = make_app(runtime)

    assert _pdf(fresh, f"{first}.pdf") == before
    assert "localhost/es/cerro-imaginario/2026-t3/v1" in text_of(before)
    assert "Versión 2, corregida." in text_of(_pdf(fresh, SUMMARY_ES))
    assert Browser(fresh).open(first).links["Este resumen en dos páginas, para imprimir (PDF)"] == f"{first}.pdf"


def test_long_words_are_shortened_and_the_paper_says_so(app: Flask, database: Database, release: Release) -> None:
    with database.begin() as session:
        kept = session.get_one(Release, release.id)
        kept.texts = {
            section: {lang: f"{words[lang]}\n\n" + "Hay mucho más que contar sobre esto. " * 120 for lang in OFFERED}
            for section, words in kept.texts.items()
        }

    pdf = _pdf(app, SUMMARY_ES)

    assert len(read(pdf).pages) == 2
    assert "Aquí no cupieron todas las frases." in text_of(pdf)


def test_a_release_of_before_there_were_sections_is_printed(app: Flask, database: Database, release: Release) -> None:
    with database.begin() as session:
        kept = session.get_one(Release, release.id)
        kept.texts, kept.notes = {}, {"es": "Hubo un aluvión.", "en": "There was a flood."}

    pdf = _pdf(app, SUMMARY_ES)

    assert len(read(pdf).pages) == 2
    assert "Hubo un aluvión." in text_of(pdf)


def test_words_of_the_site_are_text_on_paper(app: Flask, database: Database, release: Release) -> None:
    with database.begin() as session:
        kept = session.get_one(Release, release.id)
        kept.texts = {"told": dict.fromkeys(OFFERED, '<img src="http://127.0.0.1:9/x.png"> <b>fuerte</b>')}

    # Without spaces: a line may break anywhere in what looks like an address.
    assert '<imgsrc="http://127.0.0.1:9/x.png"><b>fuerte</b>' in text_of(_pdf(app, SUMMARY_ES)).replace(" ", "")


def test_whoever_publishes_sees_the_paper_before_it_is_out(
    app: Flask, database: Database, authors: tuple[Person, Person]
) -> None:
    with database.begin() as session:
        made = summaries.freeze(session, session.query(Site).one(), Q3, by=authors[0].staff_id, at=AFTER)
        address = f"/en/staff/figures/cerro-imaginario/2026-q3/{made.public_id}/preview"
    browser = Browser(app)
    assert app.test_client().get(f"{address}.pdf").status_code == 303
    sign_in(browser, authors[0], lang="en")

    link = browser.open(address).links["This summary on two pages, to print (PDF)"]
    answer = browser.client.get(link)

    assert link == f"{address}.pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Preview: this is not published." in text_of(answer.data)


@pytest.mark.parametrize(
    ("address", "size"),
    [(POSTER_ES, A4), (POSTER_EN, A3), (f"{SITE_ES}/afiche-a3.pdf", A3), (f"{SITE_EN}/poster-a4.pdf", A4)],
)
def test_a_poster_is_one_sheet_in_both_languages(
    app: Flask, authors: object, address: str, size: tuple[int, int]
) -> None:
    pdf = _pdf(app, address)

    assert (len(read(pdf).pages), _size(pdf)) == (1, size)
    told = text_of(pdf)
    for words in (
        "+56 9 8765 4321",
        "+56900000000",
        "localhost/s/cerro-imaginario",
        "Es gratis.",
        "It is free.",
        "Las represalias están prohibidas.",
        "Reprisals are banned.",
    ):
        assert words in told, words
    assert alternatives(pdf) == ["http://localhost/s/cerro-imaginario"]


def test_the_number_on_a_poster_is_read_at_three_metres(app: Flask, authors: object) -> None:
    heights = _letter_heights(_pdf(app, POSTER_EN))

    assert heights["+56 9 8765 4321"] >= 60


def _letter_heights(pdf: bytes) -> dict[str, float]:
    found: dict[str, float] = {}

    def note(text: str, cm: list[float], tm: list[float], _font: object, size: float) -> None:
        if text.strip():
            found[text.strip()] = abs(size * tm[3] * cm[3])

    read(pdf).pages[0].extract_text(visitor_text=note)
    return found


def test_a_poster_speaks_first_the_language_of_its_address(app: Flask, authors: object) -> None:
    assert root_of(_pdf(app, POSTER_ES))["/Lang"] == "es-CL"
    assert root_of(_pdf(app, POSTER_EN))["/Lang"] == "en"
    assert text_of(_pdf(app, POSTER_EN)).index("Tell us.") < text_of(_pdf(app, POSTER_EN)).index("Cuéntenos.")


def test_a_poster_with_long_words_is_set_smaller(app: Flask, database: Database, authors: object) -> None:
    with database.begin() as session:
        site = session.query(Site).one()
        site.office = dict.fromkeys(OFFERED, "Oficina de relaciones comunitarias. " * 14)

    pdf = _pdf(app, POSTER_ES)

    assert len(read(pdf).pages) == 1
    assert text_of(pdf).count("Oficina de relaciones comunitarias.") == 28


def test_a_site_without_a_number_has_a_poster_with_its_address(app: Flask, database: Database) -> None:
    with database.begin() as session:
        make_site(session, line=None)

    told = text_of(_pdf(app, POSTER_ES))

    assert "Escriba aquí, con fotos si quiere:" in told
    assert "SMS" not in told


def test_there_is_no_poster_of_another_size_or_of_no_site(app: Flask, authors: object) -> None:
    for address in (f"{SITE_ES}/afiche-a5.pdf", "/es/no-hay/afiche-a4.pdf"):
        assert app.test_client().get(address).status_code == 404


def test_papers_are_the_same_for_everybody_and_may_be_kept(app: Flask, release: Release) -> None:
    client = app.test_client()

    for address in (SUMMARY_ES, POSTER_EN):
        answer = client.get(address)
        assert answer.headers["Cache-Control"] == "public, max-age=60"
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Content-Disposition"].startswith("inline; filename=")
        assert client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


class TestWithoutTheExtra:
    @pytest.fixture
    def bare(self, runtime: Runtime, release: Release, monkeypatch: pytest.MonkeyPatch) -> Flask:
        # As Python marks a module that cannot be imported.
        monkeypatch.setitem(sys.modules, "weasyprint", None)
        return make_app(runtime)

    def test_pages_work_and_offer_no_pdf(self, bare: Flask) -> None:
        for address in (SITE_ES, f"{SITE_ES}/2026-t3"):
            page = Browser(bare).open(address)
            assert not [link for link in page.links.values() if link.endswith(".pdf")]

    def test_the_address_says_what_to_install(self, bare: Flask) -> None:
        for address in (SUMMARY_ES, POSTER_ES):
            page = Browser(bare).open(address, status=501)
            assert page.h1 == "Esta instalación no hace PDF"
            assert page.has("pip install 'grievance[pdf]'")

    def test_what_was_never_published_is_still_not_found(self, bare: Flask) -> None:
        assert bare.test_client().get(f"{SITE_ES}/2026-t1.pdf").status_code == 404


def test_without_pango_the_address_names_the_packages(
    runtime: Runtime, release: Release, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # As WeasyPrint fails where the library is not on the system.
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library libpango')\n")
    monkeypatch.delitem(sys.modules, "weasyprint")
    monkeypatch.syspath_prepend(tmp_path)

    page = Browser(make_app(runtime)).open(POSTER_EN, status=501)

    assert page.has("apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0")
    assert page.has("brew install pango")


def test_starting_the_program_does_not_wait_for_the_typesetter() -> None:
    program = "import sys, grievance.app; sys.exit('weasyprint' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
