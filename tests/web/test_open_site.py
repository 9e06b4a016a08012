"""The public site around the summaries: start page, words, methods, corrections, feed, and files for programs."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from grievance.core.db import Database
from grievance.metrics.definitions import DEFINITIONS
from grievance.metrics.periods import Quarter
from grievance.metrics.table_definitions import TABLES
from grievance.publishing import recompute
from grievance.runtime import Runtime
from grievance.sites.models import Site
from grievance.web.open.glossary import WORDS
from tests.support.bulletins import TOLD, USUAL
from tests.support.places import make_site
from tests.support.releases import publish
from tests.support.web import HOST, Browser
from tests.support.web_app import make_app, make_runtime

SITE_ES, SITE_EN = "/es/cerro-imaginario", "/en/cerro-imaginario"
Q3_ES, Q3_EN = f"{SITE_ES}/2026-t3", f"{SITE_EN}/2026-q3"
MOST_KILOBYTES = 60
"""What a summary may weigh over the wire, with its charts: some seconds on a slow network."""
ATOM = "{http://www.w3.org/2005/Atom}"
REASON = {"es": "Faltaba una carta de agosto.", "en": "A letter of August was missing."}
CORRECTED_AT = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)
GLOSSARY = Path(__file__).resolve().parents[2] / "docs" / "glossary.md"


def publish_two_quarters(session: Session) -> Site:
    site = make_site(session)
    publish(session, site, TOLD["nothing late"], Quarter(2026, 2))
    publish(session, site, USUAL, Quarter(2026, 3), closing_before=24)
    return site


def correct(session: Session, site: Site) -> None:
    publish(session, site, USUAL, Quarter(2026, 3), version=2, reason=REASON, at=CORRECTED_AT, closing_before=24)


@pytest.fixture
def published(database: Database) -> None:
    with database.begin() as session:
        publish_two_quarters(session)


@pytest.fixture
def corrected(database: Database) -> None:
    with database.begin() as session:
        correct(session, publish_two_quarters(session))


def test_the_start_page_says_how_to_complain_and_what_came_of_it(browser: Browser, published: None) -> None:
    spanish = browser.open("/es/")
    assert spanish.h1 == "Cuéntenos qué anda mal"
    assert spanish.links["+56 9 8765 4321"] == "sms:+56987654321"
    assert spanish.links["Hacer un reclamo"] == f"{SITE_ES}/reclamo"
    assert spanish.links["Seguir un caso"] == "/es/seguimiento"
    assert spanish.has("Entre julio y septiembre de 2026 recibimos 66 reclamos.")
    assert Q3_ES in spanish.links.values()

    assert browser.open("/en/").has("Between July and September 2026 we received 66 grievances.")


def test_the_start_page_lists_every_site_that_is_active(browser: Browser, database: Database, published: None) -> None:
    with database.begin() as session:
        make_site(session, slug="puerto-imaginario", line=None)
        make_site(session, slug="mina-cerrada", line=None).is_active = False

    page = browser.open("/es/")

    assert [heading.text for heading in page.all("main h3")] == ["Cerro Imaginario", "Puerto Imaginario"]
    assert page.has("Todavía no se publica nada.")


def test_a_house_without_sites_says_so(browser: Browser) -> None:
    assert browser.open("/en/").has("No site has been set up here yet.")


@pytest.mark.parametrize(("asked", "path"), [("en-GB,en;q=0.8", "/en/"), ("es-CL", "/es/"), ("fr", "/es/")])
def test_the_bare_address_leads_to_the_language_that_the_browser_asks_for(app: Flask, asked: str, path: str) -> None:
    answer = app.test_client().get("/", headers={"Accept-Language": asked})

    assert (answer.status_code, answer.headers["Location"]) == (302, path)
    assert "Accept-Language" in answer.headers["Vary"]


def test_the_page_of_a_site_has_a_code_to_scan_with_its_address_in_letters(browser: Browser, published: None) -> None:
    page = browser.open(SITE_ES)

    assert page.one("main svg").attrs["aria-label"] == "http://localhost/s/cerro-imaginario"
    assert page.has("localhost/s/cerro-imaginario")


def test_a_summary_is_told_in_its_sections_with_the_charts_that_belong_to_them(
    browser: Browser, published: None
) -> None:
    page = browser.open(Q3_ES)

    assert [heading.text for heading in page.all("main h2")][:8] == [
        "Lo que nos dijeron",
        "Lo que hicimos",
        "Lo que está atrasado, y por qué",
        "Lo que dicen quienes reclamaron",
        "Lo que cambió gracias a ustedes",
        "Lo que prometimos",
        "Lo que no sabemos",
        "Cómo reclamar",
    ]
    places = [page.html.index(f'id="{id_}"') for id_ in ("categories-chart", "on-time-chart", "ages-chart", "said")]
    assert places == sorted(places)
    assert places[-1] < page.html.index('id="opinions-chart"')


def test_people_are_shown_one_table_a_dimension_with_what_is_hidden_in_words(browser: Browser, published: None) -> None:
    page = browser.open(Q3_ES)

    assert page.has("Las 2 líneas ocultas, en conjunto") or page.has("ocultos en conjunto")
    assert page.has("para que nadie pueda ser reconocido")
    assert page.has("Quienes trabajan aquí enviaron 43 reclamos; son 1.200 personas: 3,6 por cada 100")


def test_a_release_from_before_there_were_sections_shows_its_figures(browser: Browser, database: Database) -> None:
    with database.begin() as session:
        publish(session, make_site(session), USUAL, Quarter(2026, 3), has_texts=False)

    page = browser.open(Q3_EN)

    assert page.all("main h2")[0].text == "The numbers"
    assert page.all("#on-time-chart")
    assert page.has("To complain")


@pytest.mark.parametrize("address", [Q3_ES, Q3_EN, SITE_ES, "/es/", "/es/glosario", "/es/metodos"])
def test_open_pages_are_light_and_have_no_script(app: Flask, corrected: None, address: str) -> None:
    answer = app.test_client().get(address, headers={"Accept-Encoding": "gzip"})

    page = gzip.decompress(answer.data).decode()
    assert len(answer.data) <= MOST_KILOBYTES * 1024
    assert "<script" not in page
    assert " style=" not in page
    assert "Set-Cookie" not in answer.headers


def test_the_fullest_summary_stays_light(app: Flask, database: Database) -> None:
    with database.begin() as session:
        site = make_site(session)
        for number, name in enumerate(("nothing late", "huge", "all hidden"), start=1):
            publish(session, site, TOLD[name], Quarter(2025, number))
        many = replace(USUAL, surveys={**USUAL.surveys, "delivered": 240, "asked": 240})
        publish(session, site, many, Quarter(2025, 4))

    answer = app.test_client().get(f"{SITE_ES}/2025-t4", headers={"Accept-Encoding": "gzip"})

    assert answer.status_code == 200
    assert b"circle" in gzip.decompress(answer.data)
    assert len(answer.data) <= MOST_KILOBYTES * 1024


def test_a_correction_says_why_and_the_version_before_stays_readable(browser: Browser, corrected: None) -> None:
    page = browser.open(Q3_ES)
    assert page.has("Esta es la versión 2.")
    assert page.has("Faltaba una carta de agosto.")

    before = browser.click("versión 1 del 15 de octubre de 2026")
    assert before.url == f"{Q3_ES}/v1"
    assert before.has("Esta versión fue corregida.")
    assert browser.click("Ir a la versión vigente").url == Q3_ES

    assert not browser.open(f"{Q3_EN}/v2").has("This version was corrected.")
    browser.open(f"{Q3_EN}/v3", status=404)


def test_every_correction_is_listed_with_its_reason_and_both_files(browser: Browser, corrected: None) -> None:
    page = browser.open(f"{SITE_EN}/corrections")

    assert page.has("Published on 2 November 2026. It replaces version 1 of 15 October 2026.")
    assert page.has("A letter of August was missing.")
    addresses = {node.attrs["href"] for node in page.all("main a")}
    for version in (1, 2):
        assert f"{Q3_EN}/figures-v{version}.csv" in addresses
        assert f"{Q3_EN}/figures-v{version}.json" in addresses


def test_a_site_without_corrections_says_so(browser: Browser, published: None) -> None:
    assert browser.open(f"{SITE_ES}/correcciones").has("Hasta ahora no hubo que corregir nada.")


@pytest.mark.parametrize(
    ("address", "words"), [("/en/cerro-imaginario", "Join it here"), (SITE_ES, "Súmese aquí")], ids=["en", "es"]
)
def test_who_was_told_a_code_only_finds_where_to_join(
    browser: Browser, published: None, address: str, words: str
) -> None:
    browser.open(browser.open(address).links[words])

    assert browser.page.one("input[name=code]").attrs["name"] == "code"


def test_words_are_those_of_the_glossary() -> None:
    rows = dict.fromkeys(
        re.findall(r"^\| \*\*(.+?)\*\* \| \*\*(.+?)\*\* \| (.+) \|$", GLOSSARY.read_text(), re.MULTILINE)
    )

    assert [word for word in WORDS if word not in rows] == []


@pytest.mark.parametrize(("address", "first"), [("/es/glosario", "acción correctiva"), ("/en/glossary", "access code")])
def test_words_and_figures_are_explained_in_both_languages(browser: Browser, address: str, first: str) -> None:
    page = browser.open(address)

    assert page.all("main dt strong")[0].text == first
    assert len(page.all("details")) == len(DEFINITIONS) + len(TABLES)


def test_the_methods_say_what_is_hidden_what_cannot_be_known_and_how_to_check(browser: Browser) -> None:
    page = browser.open("/en/methods")

    for words in ("What is hidden, and why", "What cannot be known", "Kaplan–Meier", "at least four different things"):
        assert page.has(words), words
    for id_, definition in DEFINITIONS.items():
        assert page.has(definition.says), id_
    assert browser.open("/es/metodos").has("cada número oculto tiene que poder ser todavía al menos cuatro")


def test_the_program_handed_out_is_the_one_that_is_tested_and_agrees_with_the_files(
    app: Flask, corrected: None, tmp_path: Path
) -> None:
    client = app.test_client()
    script = client.get("/es/metodos/recompute.py")
    (tmp_path / "recompute.py").write_bytes(script.data)
    for name in ("cifras-v1.json", "cifras-v1.csv", "cifras-v2.json", "cifras-v2.csv", "datapackage-v2.json"):
        (tmp_path / name).write_bytes(client.get(f"{Q3_ES}/{name}").data)
    (tmp_path / "q2.json").write_bytes(client.get(f"{SITE_ES}/2026-t2/cifras-v1.json").data)

    files = sorted(str(path) for path in tmp_path.iterdir() if path.suffix in {".json", ".csv"})
    done = subprocess.run(
        [sys.executable, "-I", str(tmp_path / "recompute.py"), *files], check=False, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Todo lo que se puede calcular de nuevo coincide." in done.stdout
    assert script.data == Path(str(recompute.__file__)).read_bytes()
    assert hashlib.sha256(script.data).hexdigest() in client.get("/en/methods").get_data(as_text=True)


def test_a_data_package_describes_the_files_beside_it(app: Flask, published: None) -> None:
    client = app.test_client()

    package = json.loads(client.get(f"{Q3_EN}/datapackage-v1.json").data)

    assert [resource["path"] for resource in package["resources"]] == ["figures-v1.csv", "figures-v1.json"]
    for resource in package["resources"]:
        file = client.get(f"{Q3_EN}/{resource['path']}").data
        assert resource["hash"] == f"sha256:{hashlib.sha256(file).hexdigest()}"


def test_a_feed_holds_what_the_standard_asks_for(app: Flask, corrected: None) -> None:
    answer = app.test_client().get(f"{SITE_ES}/novedades.xml")

    assert answer.content_type == "application/atom+xml; charset=utf-8"
    feed = ET.fromstring(answer.data)
    assert feed.tag == f"{ATOM}feed"
    # RFC 4287, 4.1.1 and 4.1.2: exactly one of each; an author for every entry, here the one of the feed.
    for element in (feed, *feed.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1, name
            assert _text(element, name)
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", _text(element, "id"))
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", _text(element, "updated"))
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    links = {link.attrib["rel"]: link.attrib["href"] for link in feed.findall(f"{ATOM}link")}
    assert links == {"self": f"{HOST}{SITE_ES}/novedades.xml", "alternate": f"{HOST}{SITE_ES}"}
    entries = feed.findall(f"{ATOM}entry")
    assert len({_text(entry, "id") for entry in entries}) == len(entries) == 3
    assert _text(entries[0], "title") == "Julio a septiembre de 2026: corrección, versión 2"
    assert _text(entries[0], "summary").startswith("Faltaba una carta de agosto. Entre julio y septiembre")
    assert _text(feed, "updated") == _text(entries[0], "updated") == "2026-11-02T15:00:00Z"
    assert all(
        link.attrib["href"].startswith(f"{HOST}{SITE_ES}/2026-t") for link in feed.findall(f".//{ATOM}entry/{ATOM}link")
    )


def test_the_first_version_that_anybody_read_corrects_nothing(app: Flask, database: Database) -> None:
    """Version 1 was set aside before it went out, so version 2 is no correction."""
    with database.begin() as session:
        publish(session, make_site(session), USUAL, Quarter(2026, 3), version=2)

    feed = ET.fromstring(app.test_client().get(f"{SITE_ES}/novedades.xml").data)

    assert [_text(entry, "title") for entry in feed.findall(f"{ATOM}entry")] == ["Julio a septiembre de 2026"]


def test_a_feed_moves_only_when_something_is_published(
    app: Flask, database: Database, runtime: Runtime, published: None
) -> None:
    first = app.test_client().get(f"{SITE_EN}/news.xml").data
    assert make_app(runtime).test_client().get(f"{SITE_EN}/news.xml").data == first
    with database.begin() as session:
        correct(session, session.query(Site).one())

    second = make_app(runtime).test_client().get(f"{SITE_EN}/news.xml").data

    before, after = (_ids(ET.fromstring(text)) for text in (first, second))
    assert before == after[1:]


def test_a_feed_in_which_nothing_stands_yet_is_one(app: Flask, database: Database) -> None:
    with database.begin() as session:
        make_site(session)

    feed = ET.fromstring(app.test_client().get(f"{SITE_EN}/news.xml").data)

    assert _text(feed, "updated") == "2000-01-01T00:00:00Z"


@pytest.mark.parametrize("address", [SITE_ES, Q3_ES, f"{SITE_ES}/correcciones"])
def test_pages_of_a_site_name_their_feed(browser: Browser, published: None, address: str) -> None:
    link = browser.open(address).one("head link[type=application/atom+xml]")

    assert (link.attrs["rel"], link.attrs["href"]) == ("alternate", f"{SITE_ES}/novedades.xml")


def test_the_map_lists_every_open_page_in_both_languages(app: Flask, published: None) -> None:
    client = app.test_client()
    places = [
        node.text or "" for node in ET.fromstring(client.get("/sitemap.xml").data).iter() if node.tag.endswith("}loc")
    ]

    assert {f"{HOST}{path}" for path in ("/es/", "/en/glossary", SITE_ES, Q3_EN, f"{SITE_ES}/2026-t2")} <= set(places)
    for place in places:
        assert client.get(place.removeprefix(HOST)).status_code == 200, place


def test_a_demonstration_is_not_to_be_searched_and_others_are_but_for_pages_of_one_person(
    app: Flask, database: Database, tmp_path: Path
) -> None:
    real = make_app(make_runtime(database, tmp_path, mode="production"))

    assert app.test_client().get("/robots.txt").get_data(as_text=True) == "User-agent: *\nDisallow: /\n"
    told = real.test_client().get("/robots.txt").get_data(as_text=True)
    assert "Disallow: /en/staff\n" in told
    assert "Sitemap: https://localhost/sitemap.xml\n" in told


@pytest.mark.parametrize(
    "address",
    [
        "/es/",
        Q3_ES,
        f"{Q3_ES}/v1",
        f"{SITE_EN}/news.xml",
        "/es/metodos/recompute.py",
        "/sitemap.xml",
        f"{Q3_ES}/cifras-v1.json",
    ],
)
@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_what_a_reader_has_is_not_sent_again(app: Flask, published: None, address: str, encoding: str) -> None:
    client = app.test_client()
    headers = {"Accept-Encoding": encoding}
    first = client.get(address, headers=headers)
    tag = first.headers["ETag"]

    for method in (client.get, client.head):
        for known in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
            again = method(address, headers={**headers, "If-None-Match": known})
            assert (again.status_code, again.data) == (304, b""), known
        assert method(address, headers={**headers, "If-None-Match": '"other"'}).status_code == 200
    head = client.head(address, headers=headers)
    assert (head.data, head.headers["ETag"]) == (b"", tag)
    assert "public" in first.headers["Cache-Control"]


def test_the_first_question_may_be_for_the_head(app: Flask, published: None) -> None:
    client = app.test_client()

    head = client.head(Q3_ES)

    assert (head.status_code, head.data) == (200, b"")
    assert client.head(Q3_ES, headers={"If-None-Match": head.headers["ETag"]}).status_code == 304
    assert int(head.headers["Content-Length"]) == len(client.get(Q3_ES).data)


def _text(element: ET.Element, name: str) -> str:
    return element.findtext(f"{ATOM}{name}") or ""


def _ids(feed: ET.Element) -> list[str]:
    return [_text(entry, "id") for entry in feed.findall(f"{ATOM}entry")]
