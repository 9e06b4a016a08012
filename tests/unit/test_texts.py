"""Every text we send: what it needs, what it costs in each language, and that it is documented."""

from __future__ import annotations

import string
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grievance.cases.states import Status
from grievance.core.i18n import ENGLISH, OFFERED, SPANISH, Locale, catalogue, text_in
from grievance.dialogue.commands import STATUS_WORDS, status_words
from grievance.messaging import texts
from grievance.messaging.asking_wording import CHOICES
from grievance.messaging.segments import Encoding, count
from grievance.messaging.text_names import Grows, Leads
from grievance.messaging.texts import MissingValue, TextName, TextTooLong, render
from grievance.messaging.threads import Question
from grievance.messaging.wording import TEXTS
from tests.support.text_table import FILE, LONGEST, table

FIXED = [name for name, text in TEXTS.items() if text.grows is Grows.NEVER]


def longest(name: TextName, locale: Locale) -> dict[str, texts.Value]:
    values = {need: LONGEST[need] for need in TEXTS[name].needs}
    if "status" in values:
        values["status"] = max((status_words(status, locale) for status in Status), key=len)
    return values


@pytest.mark.parametrize("locale", OFFERED)
@pytest.mark.parametrize("name", FIXED)
def test_fixed_text_takes_one_part_with_the_longest_values(name: TextName, locale: Locale) -> None:
    cost = count(render(name, locale, **longest(name, locale)))

    assert (cost.encoding, cost.parts) == (Encoding.GSM_7, 1), f"{cost.units} of {cost.limit_one}"


@pytest.mark.parametrize("locale", OFFERED)
@pytest.mark.parametrize("question", CHOICES)
@pytest.mark.parametrize("name", [TextName.NOTED_HOW, TextName.STILL_ASKED])
def test_how_to_answer_takes_one_part(name: TextName, question: Question, locale: Locale) -> None:
    cost = count(render(name, locale, reference="7K3Q-9F2M", choices=text_in(locale, CHOICES[question])))

    assert (cost.encoding, cost.parts) == (Encoding.GSM_7, 1), f"{cost.units} of {cost.limit_one}"


@pytest.mark.parametrize("locale", OFFERED)
@pytest.mark.parametrize("name", TextName)
def test_wording_around_what_staff_write_stays_in_the_cheap_alphabet(name: TextName, locale: Locale) -> None:
    assert count(render(name, locale, **longest(name, locale))).encoding is Encoding.GSM_7


@pytest.mark.parametrize("name", TextName)
def test_every_text_has_a_spanish_of_its_own(name: TextName) -> None:
    source = TEXTS[name].source

    assert catalogue(SPANISH).gettext(source) != source


@pytest.mark.parametrize("status", Status)
def test_every_status_can_be_told_in_both_languages(status: Status) -> None:
    assert status_words(status, SPANISH) != status_words(status, ENGLISH)
    assert count(status_words(status, SPANISH)).encoding is Encoding.GSM_7


def test_no_text_offers_a_word_that_carriers_act_on() -> None:
    # STOP is ours too, and START is the only way back; the others would end what they are meant to answer.
    carriers = {"STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "YES", "UNSTOP", "INFO"}

    for name in TextName:
        for locale in OFFERED:
            said = render(name, locale, **longest(name, locale))
            words = {word.strip(string.punctuation) for word in said.split()}
            assert not words & carriers, name


@pytest.mark.parametrize("locale", OFFERED)
@pytest.mark.parametrize("name", [name for name, text in TEXTS.items() if text.leads is not Leads.NOWHERE])
def test_link_is_added_only_where_it_costs_nothing(name: TextName, locale: Locale) -> None:
    values = longest(name, locale)
    without = render(name, locale, **values)

    short = render(name, locale, **{**values, **({"site": "Mina"} if "site" in values else {})}, link="a.cl/s/m")
    long = render(name, locale, **values, link="a-very-long-address." * 9 + "cl")

    assert short.endswith("a.cl/s/m")
    assert long == without


def test_links_go_without_their_scheme() -> None:
    assert texts.follow_up_link("https://quejas.example", SPANISH) == "quejas.example/es/seguimiento"
    assert texts.follow_up_link("http://localhost:8000", ENGLISH) == "localhost:8000/en/follow-up"
    assert texts.site_link("https://quejas.example", "mina") == "quejas.example/s/mina"
    assert texts.site_link("", "mina") == ""


def test_dates_cannot_be_read_the_other_way_round() -> None:
    assert texts.shown_date(date(2026, 9, 3), SPANISH) == "03-09-2026"
    assert texts.shown_date(date(2026, 9, 3), ENGLISH) == "3 Sep 2026"


def test_missing_or_surplus_value_is_an_error() -> None:
    with pytest.raises(MissingValue):
        render(TextName.NOTED, SPANISH)
    with pytest.raises(MissingValue):
        render(TextName.NOTED, SPANISH, reference="7K3Q-9F2M", site="Mina")


def test_text_longer_than_the_provider_takes_is_an_error_of_ours_not_theirs() -> None:
    values: dict[str, texts.Value] = {"site": "Mina", "reference": "7K3Q-9F2M"}

    with pytest.raises(TextTooLong):
        render(TextName.MESSAGE, SPANISH, **values, words="x" * 1600)


@pytest.mark.parametrize("locale", OFFERED)
@pytest.mark.parametrize("name", [name for name, text in TEXTS.items() if text.grows is Grows.WITH_WORDS])
def test_words_as_long_as_a_form_takes_always_fit(name: TextName, locale: Locale) -> None:
    values = {**longest(name, locale), "words": "x" * texts.TOLD_CHARACTERS}

    assert len(render(name, locale, **values)) <= texts.LONGEST_CHARACTERS


@given(st.text(max_size=400))
def test_words_of_staff_go_verbatim(words: str) -> None:
    said = render(TextName.MESSAGE, SPANISH, site="Mina", reference="7K3Q-9F2M", words=words)

    assert said.endswith(words)


def test_preview_offers_the_cheap_alphabet_where_it_saves_a_part() -> None:
    values: dict[str, texts.Value] = {"site": "Mina", "reference": "7K3Q-9F2M"}

    dear = texts.preview(TextName.MESSAGE, SPANISH, **values, words="Mañana regará un camión el camino. " * 3)
    cheap = texts.preview(TextName.MESSAGE, SPANISH, **values, words="Manana regara un camion.")

    assert dear.plain is not None
    assert count(dear.plain).parts < dear.segments.parts
    assert "regará" in dear.body
    assert cheap.plain is None


@pytest.mark.parametrize("status", ["referred", "out_of_scope", "withdrawn", "merged"])
def test_every_way_out_has_its_text(status: str) -> None:
    assert texts.left_text(status).value == f"left_{status}"


def test_every_status_has_words() -> None:
    assert set(STATUS_WORDS) == set(Status)


def test_document_lists_every_text_as_it_is() -> None:
    assert table() in Path(FILE).read_text(), "run: python -m tests.support.text_table"
