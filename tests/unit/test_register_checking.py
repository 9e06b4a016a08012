"""Lines of an old register: what each says is taken over as it stands, or told as a problem in plain words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grievance.core.i18n import ENGLISH, SPANISH, text_in
from grievance.registers.checking import Entry, Listed, Looked, Site, look
from grievance.registers.columns import CHARACTERS, NAMES, Column, column_of, fold
from grievance.registers.files import Mark
from grievance.registers.problems import OF_FILE, Code, Problem, from_kept
from grievance.registers.tables import Table
from grievance.registers.values import OFFERED, VALUES
from grievance.registers.words import column_name, what, where
from grievance.web import said_word_tables, word_tables
from tests.architecture.sources import TOP

NOW = datetime(2026, 10, 20, 15, 0, tzinfo=UTC)
DUST = Listed(7, "Polvo y aire / Dust and air", "dust", "environment", 2)
SITE = Site(
    "America/Santiago",
    "es",
    {
        Column.CATEGORY: {"dust": DUST, "polvo y aire": DUST, "dust and air": DUST},
        Column.EMPLOYER: {"transportes inventados": Listed(3, "Transportes Inventados")},
        Column.AREA: {"planta": Listed(2, "Planta / Plant")},
    },
)
LEAST: dict[Column, Any] = {Column.NUMBER: "12/2026", Column.RECEIVED: "2026-08-03", Column.WORDS: "Entra polvo"}


def looked(lines: Sequence[dict[Column, Any]], *, here: frozenset[str] = frozenset()) -> list[Looked]:
    rows = [(row, {column: cell for column, cell in cells.items() if cell != ""}) for row, cells in enumerate(lines, 2)]
    return list(look(Table(rows, (), frozenset()), SITE, here=here, now=NOW))


def one(**cells: Any) -> Looked:
    return looked([{**LEAST, **{Column(name): cell for name, cell in cells.items()}}])[0]


def entry(**cells: Any) -> Entry:
    found = one(**cells)
    assert not found.problems
    assert found.entry is not None
    return found.entry


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"number": ""}, [("number", "missing", "")]),
        ({"number": "Juan Perez"}, [("number", "bad_number", "")]),
        ({"number": "Zulema #4"}, [("number", "bad_number", "")]),
        ({"number": "1" * 61}, [("number", "too_long", "60")]),
        ({"received_on": ""}, [("received_on", "missing", "")]),
        ({"received_on": "31/02/2024"}, [("received_on", "not_a_date", "31/02/2024")]),
        ({"received_on": "El vecino Pedro dijo"}, [("received_on", "not_a_date", "")]),
        ({"received_on": "2026-10-21"}, [("received_on", "in_future", "2026-10-21")]),
        ({"received_on": "2026-10-20 12:01"}, [("received_on", "in_future", "2026-10-20 12:01")]),
        ({"received_on": 45350.0}, [("received_on", "date_as_number", "")]),
        ({"received_on": "+56 9 0000 0000"}, [("received_on", "not_a_date", "")]),
        ({"received_on": "11.111.111-1"}, [("received_on", "not_a_date", "")]),
        ({"people": "900000000"}, [("people", "not_a_count", "")]),
        ({"received_on": Mark.FORMULA}, [("received_on", "formula", "")]),
        ({"words": ""}, [("words", "missing", "")]),
        ({"words": "x" * 20_001}, [("words", "too_long", "20000")]),
        ({"words": Mark.ERROR}, [("words", "error_cell", "")]),
        ({"title": "x" * 201}, [("title", "too_long", "200")]),
        ({"channel": "paloma"}, [("channel", "unknown_value", "")]),
        ({"category": "Rudo"}, [("category", "unknown_value", "")]),
        ({"channel": "Pedro Inventado vino a la oficina el martes pasado"}, [("channel", "unknown_value", "")]),
        ({"channel": "Pedro Inventado"}, [("channel", "unknown_value", "")]),
        ({"outcome": "resuelto Zulema"}, [("outcome", "unknown_value", "")]),
        ({"employer": "Pedro Inventado"}, [("employer", "unknown_value", "")]),
        ({"area": "Casa de Zulema"}, [("area", "unknown_value", "")]),
        ({"people": "0"}, [("people", "not_a_count", "0")]),
        ({"people": "varios"}, [("people", "not_a_count", "")]),
        ({"people": 2.5}, [("people", "not_a_count", "2.5")]),
        ({"language": "aymara"}, [("language", "unknown_value", "")]),
        ({"severity": "9"}, [("severity", "unknown_value", "")]),
        ({"acknowledged_on": "2026-08-02"}, [("acknowledged_on", "before_received", "2026-08-02")]),
        ({"ended_on": "2026-08-02"}, [("ended_on", "before_received", "2026-08-02")]),
        (
            {"acknowledged_on": "2026-08-10", "ended_on": "2026-08-09"},
            [("acknowledged_on", "after_ended", "2026-08-10")],
        ),
        (
            {
                "acknowledged_on": "2026-08-10",
                "outcome_told_on": "2026-08-09",
                "outcome": "acogido",
                "ended_on": "2026-08-20",
            },
            [("outcome_told_on", "before_acknowledged", "2026-08-09")],
        ),
        ({"status": "cerrado"}, [("ended_on", "ended_missing", "")]),
        ({"status": "abierto", "ended_on": "2026-08-09"}, [("status", "open_but_ended", "")]),
        ({"outcome": "acogido"}, [("outcome", "open_but_answered", "")]),
        ({"outcome_told_on": "2026-08-09"}, [("outcome_told_on", "open_but_answered", "")]),
        ({"outcome_told_on": "2026-08-09", "ended_on": "2026-08-09"}, [("outcome", "outcome_missing", "")]),
        (
            {"status": "retirado", "outcome": "acogido", "ended_on": "2026-08-09"},
            [("outcome", "outcome_contradicts", "")],
        ),
        ({"type": "acoso", "status": "derivado", "ended_on": "2026-08-09"}, [("status", "not_this_way", "")]),
        ({"type": "acoso", "outcome": "fuera de alcance", "ended_on": "2026-08-09"}, [("status", "not_this_way", "")]),
        ({"verdict": "conforme", "ended_on": "2026-08-09"}, [("verdict_source", "source_missing", "")]),
        ({"verdict_source": "papel firmado", "ended_on": "2026-08-09"}, [("verdict", "verdict_missing", "")]),
        ({"verdict": "conforme", "verdict_source": "papel firmado"}, [("verdict", "verdict_too_early", "")]),
    ],
    ids=str,
)
def test_what_is_wrong_is_told_by_row_and_column_and_quotes_no_words(
    cells: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    found = one(**cells)

    assert found.entry is None
    assert [(each.row, each.column, each.code.value, each.detail) for each in found.problems] == [
        (2, *problem) for problem in expected
    ]


def test_all_problems_of_a_line_are_told_at_once() -> None:
    found = one(number="", received_on="ayer", channel="paloma", people="0")

    assert {each.column for each in found.problems} == {"number", "received_on", "channel", "people"}


@pytest.mark.parametrize(
    ("cells", "hint"),
    [
        ({"category": "polvo y aires"}, "Polvo y aire / Dust and air"),
        ({"employer": "Transporte Inventado"}, "Transportes Inventados"),
        ({"channel": "buzon de sugerencia"}, "Buzón de sugerencias / Suggestion box"),
        ({"channel": "xyz"}, ""),
    ],
)
def test_what_was_probably_meant_is_suggested(cells: dict[str, str], hint: str) -> None:
    assert [each.hint for each in one(**cells).problems] == [hint]


def test_a_number_that_comes_twice_in_the_file_is_told_with_the_first_row() -> None:
    found = looked([LEAST, {**LEAST, Column.WORDS: "Otra cosa"}])

    assert found[0].entry is not None
    assert [(each.code, each.detail) for each in found[1].problems] == [(Code.REPEATED_NUMBER, "2")]


def test_a_number_that_is_here_already_is_passed_over_whatever_its_line_says_now() -> None:
    found = looked([{**LEAST, Column.RECEIVED: "cualquier cosa"}], here=frozenset({"12/2026"}))

    assert (found[0].entry, found[0].problems) == (None, ())


@pytest.mark.parametrize("number", ["7", "2024-001", "A/12.3_b", "Ñ 4", "007", 7, 7.0])
def test_register_numbers_are_kept_as_they_stand(number: Any) -> None:
    assert entry(number=number).number == ("7" if number in (7, 7.0) else number)


def test_folded_words_of_either_language_and_codes_are_understood() -> None:
    found = entry(
        channel="LLAMADA  telefonica",
        category="DUST",
        severity="Alta",
        group="vecina",
        area="plánta",
        shift="NOCHE",
        people=12.0,
        language="English",
    )

    assert (found.channel, found.type, found.severity, found.group) == ("call", "environment", 3, "neighbour")
    assert (found.category, found.area_id, found.shift) == (DUST, 2, "night")
    assert (found.people_count, found.locale) == (12, "en")


def test_the_least_that_a_line_says_leaves_all_else_unsaid() -> None:
    found = entry()

    assert (found.channel, found.type, found.severity, found.group) == ("not_said", "unclassified", None, "not_said")
    assert (found.ended_as, found.outcome, found.verdict, found.acknowledged_at) == (None, None, None, None)
    assert (found.locale, found.people_count, found.is_classified) == ("es", 1, False)


@pytest.mark.parametrize(
    ("cells", "ended_as", "outcome"),
    [
        ({"ended_on": "2026-08-09"}, "closed", None),
        ({"ended_on": "2026-08-09", "outcome": "Acogido en parte"}, "closed", "partly_upheld"),
        ({"ended_on": "2026-08-09", "outcome": "derivado"}, "referred", None),
        ({"ended_on": "2026-08-09", "outcome": "retirado", "status": "cerrado"}, "withdrawn", None),
        ({"ended_on": "2026-08-09", "status": "fuera de alcance"}, "out_of_scope", None),
    ],
)
def test_how_it_ended_is_read_from_status_and_outcome_together(
    cells: dict[str, str], ended_as: str, outcome: str | None
) -> None:
    found = entry(**cells)

    assert (found.ended_as, found.outcome) == (ended_as, outcome)


def test_things_of_one_day_follow_each_other_whether_or_not_the_hour_is_known() -> None:
    found = entry(
        received_on="2026-08-03 15:00",
        acknowledged_on="03-08-2026",
        outcome="acogido",
        outcome_told_on="2026-08-03",
        ended_on=date(2026, 8, 3),
    )

    assert found.received_at == found.acknowledged_at == found.told_at == found.ended_at


def test_an_outcome_told_after_the_closing_is_taken_as_it_was() -> None:
    found = entry(outcome="acogido", ended_on="2026-08-09", outcome_told_on="2026-08-11")

    assert found.ended_at is not None
    assert found.told_at is not None
    assert found.ended_at < found.told_at


@pytest.mark.parametrize("said", ["Sin contestación", "no answer", ""])
def test_silence_about_the_verdict_is_no_verdict(said: str) -> None:
    assert entry(verdict=said, ended_on="2026-08-09").verdict is None


def test_words_keep_their_lines_and_lose_what_nobody_types() -> None:
    found = entry(words="uno\r\ndos\x00\x07\ud800 tres ", title=" Polvo \n de  noche ")

    assert (found.words, found.title) == ("uno\ndos tres", "Polvo de noche")


CELLS = (
    st.text(max_size=60)
    | st.integers(-5, 10**12)
    | st.floats()
    | st.datetimes()
    | st.dates()
    | st.sampled_from([*Mark, "2026-08-03", "03/08/2026", "acogido", "cerrado", "conforme", "papel firmado", "acoso"])
)


@settings(max_examples=400)
@given(st.dictionaries(st.sampled_from(list(Column)), CELLS))
def test_any_line_becomes_an_entry_that_holds_together_or_problems_that_can_be_said(cells: dict[Column, Any]) -> None:
    (found,) = looked([cells])

    assert (found.entry is None) is bool(found.problems)
    for problem in found.problems:
        assert from_kept(problem.kept()) == problem
        for locale in (SPANISH, ENGLISH):
            assert where(problem, locale)
            assert what(problem, locale)
    if found.entry is not None:
        made = found.entry
        assert made.received_at <= NOW
        later = [made.acknowledged_at, made.told_at, made.ended_at]
        assert all(at is None or made.received_at <= at <= NOW for at in later)
        assert (made.ended_as is None) is (made.ended_at is None)


@settings(max_examples=200)
@given(st.dictionaries(st.sampled_from(list(Column)), st.just("Zafiro Reservado contó todo aquí"), min_size=1))
def test_problems_never_repeat_words_that_are_no_code(cells: dict[Column, Any]) -> None:
    short_codes = {column.value for column in OFFERED} | {Column.CATEGORY.value}

    for problem in looked([cells])[0].problems:
        if problem.column not in short_codes:
            assert "Zafiro" not in f"{problem.detail}{problem.hint}"


@pytest.mark.parametrize("code", Code)
def test_every_problem_is_said_in_both_languages_with_what_to_do(code: Code) -> None:
    problem = Problem(12, Column.RECEIVED.value, code, "31/02/2024")

    spanish, english = what(problem, SPANISH), what(problem, ENGLISH)
    assert spanish != english
    assert "%(" not in spanish + english
    assert where(problem, SPANISH) == "Fila 12, Recibido el"
    assert where(Problem(0, "", code), ENGLISH) == "The whole file"
    assert Code.UNKNOWN_COLUMN not in OF_FILE


def test_the_example_of_the_guide_is_said_word_for_word() -> None:
    (problem,) = one(received_on="31/02/2024").problems

    assert f"{where(problem, SPANISH)}: {what(problem, SPANISH)}" == (
        "Fila 2, Recibido el: «31/02/2024» no es una fecha. Escríbala así: 2024-02-28."
    )


def test_what_a_column_may_say_is_listed_when_nothing_is_near() -> None:
    (problem,) = one(shift="xyz").problems

    assert what(problem, ENGLISH) == (
        "This is not on the list of this column. It may say: Day shift; Night shift; Rotating shift; Another shift."
    )


@pytest.mark.parametrize(
    ("column", "table"),
    [
        (Column.CHANNEL, word_tables.CHANNEL),
        (Column.TYPE, word_tables.TYPE),
        (Column.GROUP, word_tables.GROUP),
        (Column.SHIFT, said_word_tables.SHIFT),
        (Column.SEVERITY, {code: word for code, word in word_tables.SEVERITY.items() if code}),
        (
            Column.OUTCOME,
            {code: word for code, word in word_tables.OUTCOME.items() if code != "duplicate"},
        ),
        (
            Column.VERDICT,
            {code: word for code, word in word_tables.VERDICT.items() if code not in {"no_answer", "unreachable"}},
        ),
        (
            Column.VERDICT_SOURCE,
            {code: word for code, word in word_tables.SOURCE.items() if code in {"signed_paper", "witnessed"}},
        ),
    ],
)
def test_what_our_own_pages_call_it_is_understood(column: Column, table: dict[str, str]) -> None:
    for code, word in table.items():
        for said in (code, word, text_in(SPANISH, word)):
            assert VALUES[column].get(fold(said)) == code, said


def test_no_name_of_a_column_means_two_columns() -> None:
    said = [
        (fold(name), column)
        for column, names in NAMES.items()
        for name in {column.value, names.es, names.en, *names.also}
    ]

    assert {name: column_of(name) for name, _ in said} == dict(said)
    assert len({name for name, _ in said}) == len({(name, column) for name, column in said})


def test_every_column_has_its_place_in_the_guide_in_both_languages() -> None:
    guide = (TOP / "docs" / "register.md").read_text(encoding="utf-8")

    rows = re.findall(r"^\| `([a-z_]+)` \| ([^|]+) \| ([^|]+) \|", guide, re.MULTILINE)
    assert [(code, es.strip(), en.strip()) for code, es, en in rows] == [
        (column.value, column_name(column, SPANISH), column_name(column, ENGLISH)) for column in Column
    ]
    offered = [pair for pairs in OFFERED.values() for pair in pairs]
    assert [pair for pair in offered if f"{pair[0]} · {pair[1]}" not in guide] == []
    assert all(f"{most:,}" in guide for most in CHARACTERS.values())
