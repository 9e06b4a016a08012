"""Sentences, drawings and files of figures: agreement in both languages, nothing that runs, the same bytes."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grievance.core.i18n import ENGLISH, SPANISH, Locale
from grievance.metrics.periods import Quarter
from grievance.publishing import wording
from grievance.publishing.bulletin import Bulletin, Figure
from grievance.publishing.exports import CSV_COLUMNS, Format, exported, file_name, neutral


def figure(id_: str, numerator: int | None, denominator: int, **parts: float | None) -> Figure:
    hidden = "few_and_alike" if numerator is None else None
    return Figure(id_, 1, "output", "attribution", "quarter", numerator, denominator, {}, parts, hidden)


def bulletin(*figures: Figure, site_name: str = "Cerro", notes: dict[str, str] | None = None) -> Bulletin:
    at = datetime(2026, 10, 1, 3, 0, tzinfo=UTC)
    return Bulletin(
        site_slug="cerro",
        site_name=site_name,
        quarter=Quarter(2026, 3),
        version=1,
        time_zone="America/Santiago",
        first_on=date(2026, 7, 1),
        last_on=date(2026, 9, 30),
        as_of=at,
        known_at=at,
        released_at=None,
        notes=notes or {},
        figures={one.id: one for one in figures},
        closing_before=None,
        text="{}",
        digest="d" * 64,
        chain_root="",
        chain_root_on=None,
    )


def a_quarter(received: int, closing: int, due: int = 0, missed: int = 0, submissions: int = 0) -> Bulletin:
    return bulletin(
        figure("M2", 0, received, submissions=submissions or received, closing=closing),
        figure("M3", due - missed, due),
    )


@pytest.mark.parametrize(
    ("found", "spanish", "english"),
    [
        (
            a_quarter(0, 0),
            "Entre julio y septiembre de 2026 no nos llegó ningún reclamo. Al cierre del trimestre no quedaba ninguno abierto.",
            "Between July and September 2026 no grievance reached us. At the end of the quarter none was open.",
        ),
        (
            a_quarter(1, 1, due=1),
            (
                "Entre julio y septiembre de 2026 recibimos 1 reclamo. Al cierre del trimestre quedaba 1 abierto. "
                "El único cuyo plazo vencía se resolvió a tiempo."
            ),
            (
                "Between July and September 2026 we received 1 grievance. At the end of the quarter 1 was open. "
                "The one that was due was resolved on time."
            ),
        ),
        (
            a_quarter(1066, 24, due=49, missed=1, submissions=1078),
            (
                "Entre julio y septiembre de 2026 recibimos 1.066 reclamos. Llegaron en 1.078 mensajes o visitas. "
                "Al cierre del trimestre quedaban 24 abiertos. De 49 cuyo plazo vencía, 1 no se resolvió a tiempo."
            ),
            (
                "Between July and September 2026 we received 1,066 grievances. They were filed in 1,078 messages or visits. "
                "At the end of the quarter 24 were open. Of 49 that were due, 1 was not resolved on time."
            ),
        ),
    ],
    ids=["nothing", "one", "many"],
)
def test_the_lead_agrees_in_number_in_both_languages(found: Bulletin, spanish: str, english: str) -> None:
    assert wording.lead(found, SPANISH) == spanish
    assert wording.lead(found, ENGLISH) == english


@pytest.mark.parametrize(
    ("numerator", "answered", "spanish", "english"),
    [
        (
            18,
            24,
            "Contestaron 24 de 60 personas. 18 quedaron conformes.",
            "24 of 60 people answered. 18 were satisfied.",
        ),
        (1, 2, "Contestaron 2 de 60 personas. 1 quedó conforme.", "2 of 60 people answered. 1 was satisfied."),
        (0, 0, "Contestaron 0 de 60 personas.", "0 of 60 people answered."),
        (
            None,
            1,
            "Contestó 1 de 60 personas. No mostramos qué, para que nadie pueda ser reconocido.",
            "1 of 60 people answered. We do not show what, so that nobody can be recognised.",
        ),
    ],
)
def test_answers_are_natural_frequencies(numerator: int | None, answered: int, spanish: str, english: str) -> None:
    found = figure("M8.outcome", numerator, answered, asked=60, delivered=60)

    assert wording.answers(found, SPANISH) == spanish
    assert wording.answers(found, ENGLISH) == english


def test_a_median_that_is_not_reached_is_said() -> None:
    reached = replace(figure("M5", 9, 20, median_days=26, day_30=0.58), hidden=None)

    assert wording.half_resolved(reached, SPANISH) == "La mitad se resolvió en 26 días o menos."
    assert wording.by_day_thirty(reached, SPANISH) == "A los 30 días, 58 de cada 100 ya estaban resueltos"
    assert (
        wording.half_resolved(figure("M5", 9, 20, median_days=None), ENGLISH)
        == "Half of them have not been resolved yet."
    )


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_text_that_a_spreadsheet_would_run_is_neutralised(sign: str) -> None:
    assert neutral(f"{sign}cmd|' /C calc'!A0") == f"'{sign}cmd|' /C calc'!A0"


@given(st.one_of(st.integers(), st.floats(allow_nan=False), st.none()))
def test_numbers_stay_numbers(value: float | None) -> None:
    assert neutral(value) is value


@pytest.mark.parametrize("kind", Format)
@pytest.mark.parametrize("locale", [SPANISH, ENGLISH])
def test_the_same_release_gives_the_same_bytes(kind: Format, locale: Locale) -> None:
    found = bulletin(figure("M1", 2, 5, late=1), figure("M2", 5, 8, opening=2))

    assert exported(found, kind, locale=locale) == exported(found, kind, locale=locale)
    assert file_name(found, kind) == f"cerro-2026Q3-v1.{kind}"


def test_a_workbook_holds_texts_as_texts_and_numbers_as_numbers() -> None:
    notes = {"es": "=HYPERLINK(1)", "en": "x"}
    found = bulletin(figure("M1", 2, 5, late=1), site_name="=1+1", notes=notes)

    book = openpyxl.load_workbook(io.BytesIO(exported(found, Format.XLSX, locale=SPANISH)))

    assert book.sheetnames == ["Cifras", "Quiénes reclamaron", "Definiciones", "Diccionario de datos", "Sobre"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    about = {row[0].value: row[1].value for row in book["Sobre"].iter_rows()}
    assert (about["Faena"], about["Contexto"], about["Versión"]) == ("'=1+1", "'=HYPERLINK(1)", 1)
    first = next(book["Cifras"].iter_rows(min_row=2, max_row=2))
    assert (first[0].value, first[2].value, first[2].data_type) == ("M1", 2, "n")


def test_a_csv_line_has_both_languages_and_an_empty_cell_where_a_number_is_hidden() -> None:
    found = bulletin(figure("M8.outcome", None, 3, asked=5))

    text = exported(found, Format.CSV, locale=SPANISH).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))

    assert tuple(rows[0]) == CSV_COLUMNS
    assert (rows[0]["item"], rows[0]["value"], rows[0]["hidden"]) == ("numerator", "", "few_and_alike")
    assert (rows[2]["item"], rows[2]["value"], rows[2]["name_es"], rows[2]["name_en"]) == (
        "asked",
        "5",
        "Personas preguntadas",
        "People asked",
    )
    assert exported(found, Format.CSV, locale=ENGLISH).decode() == "\ufeff" + text
