"""Charts: told apart without colour, from zero, escaped, and with the same numbers in drawing, table and description."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from grievance.core.i18n import ENGLISH, OFFERED, SPANISH, Locale
from grievance.metrics.periods import Quarter
from grievance.metrics.survival import DayCount
from grievance.publishing import charts
from grievance.publishing.bulletin import Bulletin, Table, Volume
from grievance.publishing.charts import Titles
from grievance.publishing.charts_bars import Bar, Split, Sureness, bars_chart, split_chart, sureness_chart
from grievance.publishing.charts_time import resolution_chart
from grievance.publishing.drawings import Drawing
from grievance.publishing.drawings_people import categories, people_table
from grievance.publishing.quarter_drawings import of_quarter
from tests.support.bulletins import QUARTERS, USUAL, bulletin

TITLES = Titles("x", "A <title>", "Said & heard")
EARLIER = (Volume(Quarter(2026, 2), 60, 62, 16), Volume(Quarter(2026, 3), 66, 65, 24))
NUMBER = re.compile(r"\d+")


def drawn(found: Bulletin, lang: Locale = ENGLISH) -> dict[str, Drawing]:
    return of_quarter(found, EARLIER, lang)


def test_drawings_escape_what_is_written_on_them_and_begin_at_zero() -> None:
    svg = resolution_chart(
        [(7, 0.0), (90, 1.0)], TITLES, hundred="<b>100</b>", half="half", axis="days & nights", values=["0", "100"]
    )

    root = ET.fromstring(str(svg))
    bars = [line for line in root.iter("line") if line.get("class") == "s1"]
    assert [(bar.get("y1"), bar.get("y2")) for bar in bars] == [("276", "276.0"), ("276", "46.0")]
    assert root[0].text == "A <title>"


def test_a_dot_stands_for_a_person() -> None:
    root = ET.fromstring(str(charts.dots_chart(18, 6, 36, TITLES)))

    radii = [dot.get("r") for dot in root.iter("circle")]
    assert {radius: radii.count(radius) for radius in radii} == {"9": 18, "7.5": 6, "4": 36}


def test_bars_of_quarters_share_one_scale() -> None:
    quarters = [("Abr–jun", "2026", 50, 25), ("Jul–sep", "2026", 100, 0)]
    root = ET.fromstring(str(charts.volume_chart(quarters, TITLES, values=[("50", "25"), ("100", "0")])))

    assert [bar.get("height") for bar in root.iter("rect")] == ["100", "50", "200", "0"]


def test_lying_bars_are_as_long_as_their_numbers() -> None:
    root = ET.fromstring(str(bars_chart([Bar("a", 20, "20"), Bar("b", 5, "5", is_hatched=True)], TITLES)))

    widths = [float(bar.attrib["width"].rstrip("%")) for bar in root.iter("rect")]
    assert widths[0] == 4 * widths[1]
    assert [bar.attrib["x"] for bar in root.iter("rect")] == ["0.00%", "0.00%"]


def test_three_kinds_of_bar_differ_in_more_than_colour() -> None:
    root = ET.fromstring(str(split_chart([Split("a", (1, 1, 1), "3")], TITLES)))

    fills = [bar.attrib["fill"] for bar in root.iter("rect")]
    assert fills[2] == "url(#x-h)"
    assert _lightness(fills[1]) - _lightness(fills[0]) > 0.15


def test_a_line_of_sureness_holds_its_share_and_lies_within_what_is_possible() -> None:
    root = ET.fromstring(
        str(sureness_chart([Sureness("a", 0.75, 0.55, 0.88, 0.3, 0.9)], TITLES, nobody="none", everybody="all"))
    )

    thin, thick = (next(line for line in root.iter("line") if line.get("class") == kind) for kind in ("s3", "s1"))
    places = [thin.attrib["x1"], thick.attrib["x1"], _circle(root), thick.attrib["x2"], thin.attrib["x2"]]
    assert [float(place.rstrip("%")) for place in places] == pytest.approx([27, 49.5, 67.5, 79.2, 81])


def test_long_labels_are_broken_so_that_a_telephone_shows_them_whole() -> None:
    root = ET.fromstring(str(bars_chart([Bar("Acoso, represalias, integridad y derechos humanos", 5, "5")], TITLES)))

    lines = [text.text for text in root.iter("text") if text.get("x") == "0"]
    assert lines == ["Acoso, represalias,", "integridad y derechos", "humanos"]


@pytest.mark.parametrize("name", QUARTERS)
@pytest.mark.parametrize("lang", OFFERED)
def test_every_drawing_of_every_quarter_speaks(name: str, lang: Locale) -> None:
    for key, one in drawn(QUARTERS[name], lang).items():
        assert one.finding, key
        assert one.counted, key
        assert one.source, key
        if one.svg is None:
            continue
        root = ET.fromstring(str(one.svg))
        assert root.attrib["role"] == "img"
        assert root[0].text, key
        assert NUMBER.search(root[1].text or ""), key
        assert one.rows, key
        assert {len(row) for row in one.rows} == {len(one.head)}, key
        assert "style=" not in str(one.svg)
        assert "%(" not in f"{one}", key
        for element in root.iter():
            # Letters keep their size: whoever writes leaves out the viewBox.
            assert element.tag != "text" or "viewBox" not in root.attrib


@pytest.mark.parametrize("name", QUARTERS)
def test_ids_of_drawings_are_their_own(name: str) -> None:
    page = "".join(str(one.svg) for one in drawn(QUARTERS[name]).values() if one.svg)

    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)", page)) <= set(ids)


def test_what_a_drawing_shows_stands_in_its_table() -> None:
    for key, one in drawn(bulletin(USUAL)).items():
        shown = {text.text or "" for text in ET.fromstring(str(one.svg)).iter("text") if text.get("font-weight")}
        cells = {cell for row in [*one.rows, one.foot or ()] for cell in row}
        loose = {word for word in shown if word not in cells and not _is_ratio(word, cells)}
        assert not loose, (key, loose)


def test_older_releases_draw_what_they_have() -> None:
    found = drawn(QUARTERS["before there were tables"])

    assert {"categories", "ages", "actions"}.isdisjoint(found)
    assert {"quarters", "on_time", "time", "opinions"} <= found.keys()


def test_stretches_of_time_add_up_to_a_hundred() -> None:
    one = drawn(bulletin(USUAL))["bands"]

    assert sum(int(row[1]) for row in one.rows) == 100


def test_both_curves_are_drawn_and_named_when_many_left_in_another_way() -> None:
    few = drawn(bulletin(USUAL))["time"]
    many = drawn(bulletin(replace(USUAL, durations=(*USUAL.durations, DayCount(9, 0, 0, 60)))))["time"]

    assert "Aalen–Johansen" not in few.source
    assert "one way of counting is enough" in few.source
    assert not few.key
    assert "70 of 274 left in another way" in many.source
    assert [words for _, words in many.key] == [
        "as if those that left had stayed (Kaplan–Meier)",
        "those that left as never resolved (Aalen–Johansen)",
    ]
    assert str(many.svg).count("url(#time-h)") == 5
    assert len(many.head) == len(few.head) + 1


def table(cells: dict[str, int | None], *, state: str = "part", total: int = 66) -> Table:
    names = {code: {"es": code.upper(), "en": code} for code in cells}
    return Table("people.category", 1, total, state, cells, names)


def test_hidden_topics_are_one_hatched_bar_that_says_how_many_they_are_and_why() -> None:
    one = categories(
        table({"dust": 22, "pay": 17, "safety": 11, "camp": 8, "water": None, "jobs": None, "noise": 0}), ENGLISH
    )

    assert one is not None
    assert one.rows[-1] == ("2 topics, hidden together: water, jobs", "8")
    assert str(one.svg).count("url(#categories-h)") == 1
    assert "so that nobody can be recognised" in one.source
    assert "No grievance: noise." in one.source
    assert one.finding == "dust: 22 of 66 grievances"


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("total_only", "Se muestra solo el total, para que nadie pueda ser reconocido."),
        ("withheld", "Fueron muy pocos para una tabla: alguien podría ser reconocido."),
    ],
)
def test_a_table_that_shows_nothing_is_a_sentence(state: str, said: str) -> None:
    hidden = table({"dust": None, "pay": None}, state=state, total=4)

    one, listed = categories(hidden, SPANISH), people_table(hidden, SPANISH)

    assert one is not None
    assert (one.svg, one.rows, one.finding) == (None, (), said)
    assert listed.rows == []
    assert listed.note.startswith(said)


def test_hidden_lines_of_a_table_are_said_in_words_and_add_up() -> None:
    listed = people_table(table({"dust": 22, "pay": 36, "camp": None, "water": None, "noise": 0}), SPANISH)

    assert listed.rows == [
        ("DUST", "22"),
        ("PAY", "36"),
        ("CAMP", "oculto"),
        ("WATER", "oculto"),
        ("Las 2 líneas ocultas, en conjunto", "8"),
    ]
    assert listed.foot == ("En total", "66")
    assert "Sin reclamos: NOISE." in listed.note


def test_a_table_of_an_earlier_version_says_so() -> None:
    repeated = replace(table({"dust": 66}, state="whole"), as_of_version=1)

    assert "It is that of version 1" in people_table(repeated, ENGLISH).note


def _lightness(colour: str) -> float:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _circle(root: ET.Element) -> str:
    return next(root.iter("circle")).attrib["cx"]


def _is_ratio(word: str, cells: set[str]) -> bool:
    """Tell whether a text on a drawing is "5 of 8" with both numbers in the table."""
    return set(NUMBER.findall(word)) <= {number for cell in cells for number in NUMBER.findall(cell)}
