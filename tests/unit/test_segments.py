"""Parts of a text message, and texts kept within GSM-7."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grievance.messaging.segments import GSM_BASIC, GSM_EXTENSION, Encoding, count, without_leaving_gsm

ROWS = json.loads((Path(__file__).parents[1] / "fixtures" / "sms_segments.json").read_text(encoding="utf-8"))["rows"]

gsm_texts = st.text(st.sampled_from(sorted(GSM_BASIC | GSM_EXTENSION)), max_size=700)


@pytest.mark.parametrize(("text", "encoding", "units", "parts"), ROWS)
def test_counts_match_those_worked_by_hand(text: str, encoding: str, units: int, parts: int) -> None:
    found = count(text)

    assert (found.encoding, found.units, found.parts) == (encoding, units, parts)


def test_the_alphabet_has_its_127_symbols_without_the_escape_and_ten_in_the_extension() -> None:
    assert len(GSM_BASIC) == 127
    assert len(GSM_EXTENSION) == 10


@pytest.mark.parametrize(
    ("text", "units", "parts"),
    [
        ("", 0, 0),
        ("a" * 306, 306, 2),
        ("a" * 307, 307, 3),
        # 152 + an escaped pair: the pair moves whole to the second part, which then holds 2 + 152 of 153.
        ("a" * 152 + "€" + "a" * 151, 305, 2),
        ("a" * 152 + "€" + "a" * 152, 306, 3),
        ("a" * 158 + "€", 160, 1),
    ],
)
def test_an_escape_pair_is_never_split(text: str, units: int, parts: int) -> None:
    found = count(text)

    assert (found.encoding, found.units, found.parts) == (Encoding.GSM_7, units, parts)
    assert found.limit_one == 160


@pytest.mark.parametrize(
    ("text", "units", "parts"),
    [
        ("😀" * 35, 70, 1),
        ("á" * 66 + "😀" + "á" * 65, 133, 2),
        ("á" * 66 + "😀" + "á" * 66, 134, 3),
        ("á" * 134, 134, 2),
        ("á" * 135, 135, 3),
    ],
)
def test_an_emoji_is_never_split(text: str, units: int, parts: int) -> None:
    found = count(text)

    assert (found.encoding, found.units, found.parts) == (Encoding.UCS_2, units, parts)
    assert found.limit_one == 70


@given(st.text(max_size=500))
def test_units_are_those_of_utf_16_once_a_letter_leaves_the_alphabet(text: str) -> None:
    found = count(text + "á")

    assert found.units == len((text + "á").encode("utf-16-le", "surrogatepass")) // 2


@given(gsm_texts, gsm_texts)
def test_a_longer_text_never_takes_fewer_parts(text: str, more: str) -> None:
    assert count(text + more).parts >= count(text).parts


@given(gsm_texts)
def test_parts_hold_all_units_and_waste_at_most_one_each(text: str) -> None:
    found = count(text)

    assert found.units <= (found.parts * 153 if found.parts > 1 else 160)
    assert found.parts <= 1 or found.units > (found.parts - 1) * 152


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("á í ó ú Á Í Ó Ú", "a i o u A I O U"),
        ("é É ñ Ñ ü Ü ¿ ¡ à", "é É ñ Ñ ü Ü ¿ ¡ à"),
        ("“hola” ‘hola’ «hola»", '"hola" \'hola\' "hola"'),
        ("9–20 — listo…", "9-20 - listo..."),
        ("N° 5, 1º, 2ª", "No 5, 1o, 2a"),
        ("a las 9\u00a0h", "a las 9 h"),
        ("Jose\u0301 no durmio\u0301 este an\u0303o", "José no durmio este año"),
        ("â ç ê", "a c e"),
        ("[€]", "[€]"),
    ],
)
def test_only_what_leaves_the_alphabet_is_replaced(written: str, sent: str) -> None:
    assert without_leaving_gsm(written) == sent


def test_one_accent_less_makes_one_part_of_three() -> None:
    text = "Guarde su código. " * 8

    assert count(text).parts == 3
    assert count(without_leaving_gsm(text)).parts == 1


@given(gsm_texts)
def test_a_text_within_the_alphabet_is_left_alone(text: str) -> None:
    assert without_leaving_gsm(text) == text


@given(st.text("abcñáéíóúÁÉÍÓÚüÜ¿¡ “”‘’–—…°ºª0123456789.,\u00a0", max_size=200))
def test_spanish_always_comes_out_within_the_alphabet(text: str) -> None:
    assert count(without_leaving_gsm(text)).encoding is Encoding.GSM_7


@given(st.text(max_size=100))
def test_replacing_twice_is_replacing_once(text: str) -> None:
    once = without_leaving_gsm(text)

    assert without_leaving_gsm(once) == once


def test_what_has_no_plain_form_stays() -> None:
    assert without_leaving_gsm("polvo 😷") == "polvo 😷"
