"""What anybody may read: the page of a site, a published quarter, its files; and nothing that was not released."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from grievance.accounts.permissions import Duty
from grievance.core.db import Database
from grievance.publishing import summaries
from grievance.publishing.models import Release
from grievance.sites.models import Site
from grievance.web.open.kept import MARK, KeptPages
from tests.support.figures import AFTER, Q2, Q3, a_quarter, make_ready, released
from tests.support.people import make_staff
from tests.support.places import make_site
from tests.support.web import HOST, Browser

SITE_ES, SITE_EN = "/es/cerro-imaginario", "/en/cerro-imaginario"
QUARTER_ES, QUARTER_EN = f"{SITE_ES}/2026-t3", f"{SITE_EN}/2026-q3"


@dataclass(frozen=True)
class Published:
    text: str
    digest: str
    site_id: int
    authors: tuple[int, int]


def two_publishers(session: Session, site: Site) -> tuple[int, int]:
    rosa = make_staff(session, name="Rosa Mamani", duties={Duty.PUBLISHER: site}).staff_id
    return rosa, make_staff(session, name="Luis Vera", duties={Duty.PUBLISHER: site}).staff_id


@pytest.fixture
def published(database: Database) -> Published:
    with database.begin() as session:
        site = make_site(session)
        a_quarter(session, site)
        authors = two_publishers(session, site)
        release = summaries.freeze(session, site, Q3, by=authors[0], at=AFTER)
        notes = {"es": "Hubo un aluvión <b>grande</b>.\n\nEn agosto.", "en": "There was a flood.\n\nIn August."}
        summaries.write_notes(session, release, notes, by=authors[0])
        make_ready(session, release, by=authors[0], at=AFTER)
        summaries.submit(session, release, by=authors[0], at=AFTER)
        summaries.approve(session, release, by=authors[1], at=AFTER)
        return Published(release.figures, release.digest, site.id, authors)


def test_the_site_page_says_how_to_complain_and_what_came_of_it(browser: Browser, published: Published) -> None:
    spanish = browser.open(SITE_ES)
    assert spanish.h1 == "Cómo reclamar y en qué quedó"
    for words in (
        "Por mensaje.",
        "+56 9 8765 4321",
        "En esta página.",
        "Si hay peligro.",
        "Es gratis y puede ser anónimo.",
    ):
        assert spanish.has(words)
    assert spanish.links["Escriba su reclamo"] == f"{SITE_ES}/reclamo"
    assert spanish.has("Entre julio y septiembre de 2026 recibimos 8 reclamos.")

    english = browser.open(SITE_EN)
    assert english.has("Between July and September 2026 we received 8 grievances.")
    assert english.links["July to September 2026"] == QUARTER_EN


def test_a_site_without_figures_says_what_will_stand_there(browser: Browser, database: Database) -> None:
    with database.begin() as session:
        make_site(session, line=None)

    page = browser.open(SITE_ES)

    assert page.has("Todavía no hay cifras")
    assert not page.has("Por mensaje.")


def test_a_quarter_is_told_in_sentences_with_what_each_number_is_out_of(browser: Browser, published: Published) -> None:
    spanish = browser.open(QUARTER_ES)
    for words in (
        (
            "Entre julio y septiembre de 2026 recibimos 8 reclamos. Al cierre del trimestre quedaban 6 abiertos. "
            "De 7 cuyo plazo vencía, 5 no se resolvieron a tiempo."
        ),
        "2 de 5 fueron confirmados a tiempo por una persona",
        "2 de 7 se resolvieron a tiempo",
        "1 de 2 de quienes contestaron quedó conforme con el resultado. Preguntamos a 4.",
        "Se resolvieron 3 de 10 casos de los últimos 12 meses",
    ):
        assert spanish.has(words), words

    english = browser.open(QUARTER_EN)
    for words in (
        (
            "Between July and September 2026 we received 8 grievances. At the end of the quarter 6 were open. "
            "Of 7 that were due, 5 were not resolved on time."
        ),
        "2 of 5 were confirmed on time by a person",
        "1 of 2 of those who answered was satisfied with the result. We asked 4.",
        "3 of 10 cases of the last 12 months were resolved",
    ):
        assert english.has(words), words


def test_the_account_on_the_page_balances(browser: Browser, published: Published) -> None:
    page = browser.open(QUARTER_ES)

    rows = {row.one("th").text: row.one("td").text for row in page.one("#account table").all("tr") if row.all("td")}

    signs = {"+": 1, "−": -1}
    opening, closing = int(rows.pop("Abiertos al comienzo")), int(rows.pop("Abiertos al final"))
    assert opening + sum(signs[text[0]] * int(text[2:]) for text in rows.values()) == closing


def test_answers_that_could_give_a_person_away_are_not_on_the_page(browser: Browser, published: Published) -> None:
    page = browser.open(QUARTER_ES)

    assert page.has("Contestaron 2 de 4 personas. Todas igual: con tan pocas no mostramos qué")
    process = next(row for row in json.loads(published.text)["figures"] if row["id"] == "M8.process")
    assert process["numerator"] is None


def test_the_note_of_the_site_is_shown_as_text(browser: Browser, published: Published) -> None:
    page = browser.open(QUARTER_ES)

    assert page.has("Hubo un aluvión <b>grande</b>.")
    assert not page.has("There was a flood.")
    assert browser.open(QUARTER_EN).has("In August.")


def test_charts_have_a_title_a_description_and_a_table(browser: Browser, published: Published) -> None:
    page = browser.open(QUARTER_ES)

    drawings = [figure for figure in page.all("figure") if figure.all("svg")]

    assert drawings
    for figure in drawings:
        svg = figure.all("svg")[0]
        assert svg.attrs["role"] == "img"
        assert svg.one("title").text
        assert svg.one("desc").text
        assert figure.all("table")


@pytest.mark.parametrize(
    "address",
    [QUARTER_ES, QUARTER_EN, f"{QUARTER_ES}/cifras-v1.csv", f"{SITE_ES}/2026-t2", f"{SITE_ES}/2026-t5", "/es/no-hay"],
)
def test_what_was_not_released_is_not_found(browser: Browser, database: Database, address: str) -> None:
    with database.begin() as session:
        site = make_site(session)
        a_quarter(session, site)
        rosa, _ = two_publishers(session, site)
        summaries.freeze(session, site, Q3, by=rosa, at=AFTER)

    browser.open(address, status=404)


def test_the_downloads_are_the_released_bytes(app: Flask, published: Published) -> None:
    client = app.test_client()

    json_file = client.get(f"{QUARTER_ES}/cifras-v1.json")
    csv_files = [
        client.get(address).data for address in (f"{QUARTER_ES}/cifras-v1.csv", f"{QUARTER_EN}/figures-v1.csv")
    ]

    assert json_file.data.decode() == published.text
    assert json_file.headers["Content-Disposition"] == 'attachment; filename="cerro-imaginario-2026Q3-v1.json"'
    assert hashlib.sha256(json_file.data).hexdigest() in client.get(QUARTER_ES).get_data(as_text=True)
    assert published.digest in client.get(QUARTER_EN).get_data(as_text=True)
    assert csv_files[0] == csv_files[1]


def test_a_correction_says_so_and_the_first_version_stays(
    app: Flask, browser: Browser, database: Database, published: Published
) -> None:
    browser.open(QUARTER_ES)
    with database.begin() as session:
        site = session.get_one(Site, published.site_id)
        released(session, site, published.authors, quarter=Q3)
        assert session.query(Release).count() == 2
    forget(app)

    page = browser.open(QUARTER_ES)

    assert page.has("Versión corregida")
    assert page.has("Esta es la versión 2.")
    assert app.test_client().get(f"{QUARTER_ES}/cifras-v1.json").data.decode() == published.text


def test_the_quarters_stand_beside_each_other_once_there_are_two(
    browser: Browser, database: Database, published: Published
) -> None:
    with database.begin() as session:
        released(session, session.get_one(Site, published.site_id), published.authors, quarter=Q2)

    page = browser.open(QUARTER_ES)

    assert page.has("8 recibidos, 5 terminados")
    assert [row.one("th").text for row in page.one("#quarters-chart table").all("tr") if row.all("td")] == [
        "Abril a junio de 2026",
        "Julio a septiembre de 2026",
    ]
    assert not browser.open(f"{SITE_ES}/2026-t2").all("#quarters-chart")


def test_open_pages_set_no_cookie_and_may_be_kept(app: Flask, published: Published) -> None:
    client = app.test_client()

    for address in (SITE_ES, QUARTER_EN):
        answer = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "public, max-age=60"
        assert answer.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(answer.data) == client.get(address).data
        again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


def test_a_page_is_built_once_and_answered_from_memory(app: Flask, database: Database, published: Published) -> None:
    client = app.test_client()
    first = client.get(SITE_ES).data
    with database.begin() as session:
        session.get_one(Site, published.site_id).name = "Otro Nombre"

    assert client.get(SITE_ES).data == first
    forget(app)
    assert b"Otro Nombre" in client.get(SITE_ES).data


def test_the_short_address_leads_to_the_page_in_the_language_asked_for(app: Flask, published: Published) -> None:
    client = app.test_client()

    for wanted, path in (("en-GB,en;q=0.8", SITE_EN), ("es-CL", SITE_ES), ("fr", SITE_ES)):
        answer = client.get("/s/cerro-imaginario", headers={"Accept-Language": wanted}, base_url=HOST)
        assert (answer.status_code, answer.headers["Location"]) == (302, path)
    assert client.get("/s/no-hay").status_code == 404


def forget(app: Flask) -> None:
    pages: KeptPages = app.extensions["open_pages"]
    pages.forget()


def test_asking_for_the_head_gives_the_headers_alone(app: Flask, published: Published) -> None:
    client = app.test_client()
    full = client.get(QUARTER_ES)

    head = client.head(QUARTER_ES)

    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == full.headers["ETag"]
    assert head.headers["Content-Length"] == str(len(full.data))


@pytest.mark.parametrize("address", [QUARTER_ES, f"{QUARTER_ES}?from=poster", f"{QUARTER_ES}/cifras-v1.csv"])
def test_our_own_mark_never_leaves_the_house(app: Flask, published: Published, address: str) -> None:
    client = app.test_client()

    for _ in range(2):
        answer = client.get(address)
        assert answer.status_code == 200
        assert MARK not in answer.headers
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_an_error_is_not_kept(app: Flask, database: Database, published: Published) -> None:
    client = app.test_client()
    assert client.get(f"{SITE_ES}/2026-t2").status_code == 404

    with database.begin() as session:
        released(session, session.get_one(Site, published.site_id), published.authors, quarter=Q2)

    assert client.get(f"{SITE_ES}/2026-t2").status_code == 200


def test_a_browser_without_gzip_gets_plain_bytes(app: Flask, published: Published) -> None:
    client = app.test_client()
    client.get(SITE_ES, headers={"Accept-Encoding": "gzip, deflate, br"})

    for refused in ("identity", "gzip;q=0, identity", ""):
        answer = client.get(SITE_ES, headers={"Accept-Encoding": refused})
        assert "Content-Encoding" not in answer.headers
        assert answer.data.startswith(b"<!DOCTYPE html>")
