"""Where sentences end, how hard they are, which of them drag a text under the gate, and the officialese in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grievance.core.i18n import ENGLISH, SPANISH, Locale
from grievance.publishing.jargon import jargon_in, plainer
from grievance.publishing.readability import GATES, LONGEST, MIN_WORDS, assess, fernandez_huerta, flesch, inflesz
from grievance.publishing.sentences import sentences

EASY = {
    SPANISH: "Los camiones pasan de noche y no dejan dormir. Medimos el ruido y era verdad. Ahora van por el norte. ",
    ENGLISH: "The lorries pass at night and we cannot sleep. We went to look and it was true. Now they go round. ",
}
HARD = {
    SPANISH: (
        "La implementación de medidas compensatorias institucionales posibilitará oportunamente la regularización "
        "administrativa correspondiente a remuneraciones extraordinarias. "
    ),
    ENGLISH: (
        "The implementation of institutional compensatory arrangements will facilitate administrative regularisation "
        "of extraordinary remuneration liabilities at our site. "
    ),
}


@pytest.mark.parametrize(
    ("locale", "text", "parts"),
    [
        (SPANISH, "El art. 12 dice cómo. Y el N.º 5 dice cuándo.", ["El art. 12 dice cómo.", "Y el N.º 5 dice cuándo."]),
        (SPANISH, "Subió a 3.5 y a 1.200. Bajó a 2,4.", ["Subió a 3.5 y a 1.200.", "Bajó a 2,4."]),
        (SPANISH, "Abre a las 9.30 h. Cierra a las 18:00.", ["Abre a las 9.30 h.", "Cierra a las 18:00."]),
        (SPANISH, "Contestaron 24. 18 dijeron que sí.", ["Contestaron 24.", "18 dijeron que sí."]),
        (SPANISH, "El Sr. Soto y la Dra. Paz firmaron.", ["El Sr. Soto y la Dra. Paz firmaron."]),
        (SPANISH, "Hubo polvo, ruido, etc. y nadie avisó.", ["Hubo polvo, ruido, etc. y nadie avisó."]),
        (SPANISH, "Hubo polvo, ruido, etc. Nadie avisó.", ["Hubo polvo, ruido, etc.", "Nadie avisó."]),
        (SPANISH, "Se pidió, p. ej. por Ana, otra cosa.", ["Se pidió, p. ej. por Ana, otra cosa."]),
        (SPANISH, "¿Qué pasó? ¡Nada! «Así fue.» Eso dijo.", ["¿Qué pasó?", "¡Nada!", "«Así fue.»", "Eso dijo."]),
        (SPANISH, "Esperamos… y nada. Luego…", ["Esperamos… y nada.", "Luego…"]),
        (SPANISH, "Esto falta:\n- medir\n- Sellar 40 piezas.\n1. avisar", ["Esto falta:", "medir", "Sellar 40 piezas.", "avisar"]),
        (SPANISH, "Una línea que\nsigue en la otra.", ["Una línea que sigue en la otra."]),
        (SPANISH, "Lo que hicimos\n\nMedimos.", ["Lo que hicimos", "Medimos."]),
        (SPANISH, "Llame al +56 9 1234 5678. Es gratis.", ["Llame al +56 9 1234 5678.", "Es gratis."]),
        (ENGLISH, "They said no. 5 people came.", ["They said no.", "5 people came."]),
        (ENGLISH, "See No. 5 for that. Mr. Poe wrote it.", ["See No. 5 for that.", "Mr. Poe wrote it."]),
        (ENGLISH, "We left at 9 a.m. and slept, i.e. rested.", ["We left at 9 a.m. and slept, i.e. rested."]),
        (ENGLISH, "We came at 9 a.m. Nobody was in.", ["We came at 9 a.m.", "Nobody was in."]),
        (ENGLISH, "J. Poe (a driver) said it. So did we.", ["J. Poe (a driver) said it.", "So did we."]),
        (ENGLISH, "…\n—\n!", []),
    ],
)  # fmt: skip
def test_a_sentence_ends_where_a_reader_stops(locale: Locale, text: str, parts: list[str]) -> None:
    assert list(sentences(text, locale)) == parts


@pytest.mark.parametrize(
    ("text", "syllables", "words", "sentence_count", "second", "first"),
    [
        ("Respondimos su reclamo en cinco días hábiles.", 16, 7, 1, 62.5571, 57.435),
        ("Recibimos su reclamo. Le responderemos el lunes.", 17, 7, 2, 57.5557, 52.035),
    ],
)
def test_worked_scores_of_spanish_come_out(
    text: str, syllables: int, words: int, sentence_count: int, second: float, first: float
) -> None:
    found = assess(text, SPANISH)

    assert sum(one.syllables for one in found.sentences) == syllables
    assert (found.words, len(found.sentences)) == (words, sentence_count)
    assert found.score == pytest.approx(first, abs=5e-5)
    assert found.second_score == pytest.approx(second, abs=5e-5)


def test_worked_scores_of_english_come_out() -> None:
    # "We had your grievance on Monday. You have an answer now.": 6 + 5 words, 8 + 6 syllables, by hand.
    found = assess("We had your grievance on Monday. You have an answer now.", ENGLISH)

    assert [(one.words, one.syllables) for one in found.sentences] == [(6, 8), (5, 6)]
    assert found.score == pytest.approx(0.39 * 11 / 2 + 11.8 * 14 / 11 - 15.59)
    assert found.second_score == pytest.approx(206.835 - 1.015 * 11 / 2 - 84.6 * 14 / 11)


def test_the_formula_with_sentences_per_hundred_words_is_not_used() -> None:
    # 100 words, 200 syllables: in 5 sentences 66.44, in 20 short ones 81.74. The copied error turns this round.
    assert fernandez_huerta(100, 200, 5) == pytest.approx(206.84 - 120 - 20.4)
    assert fernandez_huerta(100, 200, 20) > fernandez_huerta(100, 200, 5)
    assert inflesz(100, 200, 20) > inflesz(100, 200, 5)
    assert flesch(100, 150, 20) > flesch(100, 150, 5)


@pytest.mark.parametrize("locale", [SPANISH, ENGLISH])
def test_short_texts_are_scored_and_neither_pass_nor_fail(locale: Locale) -> None:
    short = assess(EASY[locale], locale)
    long = assess(EASY[locale] * 6, locale)

    assert short.words < MIN_WORDS <= long.words
    assert short.passes is None
    assert long.passes is True
    assert short.score == pytest.approx(long.score)


@pytest.mark.parametrize("locale", [SPANISH, ENGLISH])
def test_the_sentence_that_drags_a_text_under_the_gate_is_named(locale: Locale) -> None:
    text = EASY[locale] * 5 + HARD[locale]

    found = assess(text, locale)

    assert [one.text for one in found.sentences if one.is_hard] == [HARD[locale].strip()]


@pytest.mark.parametrize("locale", [SPANISH, ENGLISH])
def test_a_text_under_the_gate_passes_without_its_hard_sentences(locale: Locale) -> None:
    text = EASY[locale] * 3 + HARD[locale] * 6

    found = assess(text, locale)
    rest = " ".join(one.text for one in found.sentences if not one.is_hard)

    assert found.passes is False
    assert any(one.is_hard for one in found.sentences)
    assert GATES[locale].passes(assess(rest, locale).score)


def test_an_easy_sentence_of_more_than_25_words_is_hard() -> None:
    of_25 = " ".join(["vi"] * LONGEST) + "."
    of_26 = " ".join(["vi"] * (LONGEST + 1)) + "."

    assert [one.is_hard for one in assess(of_25, SPANISH).sentences] == [False]
    assert [one.is_hard for one in assess(of_26, SPANISH).sentences] == [True]


def test_a_few_long_words_in_a_short_sentence_are_no_reason_to_mark_it() -> None:
    found = assess(EASY[SPANISH] + "Contestaron 24 personas.", SPANISH)

    assert not any(one.is_hard for one in found.sentences)


@pytest.mark.parametrize(
    ("locale", "text", "jargon"),
    [
        (SPANISH, "Subsanamos los hallazgos y mitigaremos impactos negativos.", ("Subsanamos", "hallazgos", "mitigaremos", "impactos negativos")),
        (SPANISH, "HSE habló con los stakeholders en el marco de una mesa técnica.", ("HSE", "stakeholders", "en el marco de", "mesa técnica")),
        (SPANISH, "Regamos el camino tres veces al día.", ()),
        (SPANISH, "Se resolvió el reclamo dentro del plazo, en días hábiles.", ()),
        (ENGLISH, "We will mitigate impacts and engage stakeholders prior to blasting.", ("mitigate", "impacts", "stakeholders", "prior to")),
        (ENGLISH, "HSE did it ad hoc.", ("HSE", "ad hoc")),
        (ENGLISH, "We water the road three times a day.", ()),
    ],
)  # fmt: skip
def test_officialese_is_found_as_written(locale: Locale, text: str, jargon: tuple[str, ...]) -> None:
    assert assess(text, locale).sentences[0].jargon == jargon


@pytest.mark.parametrize(
    ("locale", "found", "better"),
    [
        (SPANISH, "Subsanamos", "arreglar"),
        (SPANISH, "a la brevedad posible", "la fecha exacta"),
        (ENGLISH, "Stakeholders", "the people it concerns"),
        (ENGLISH, "mitigating", "make smaller"),
        (ENGLISH, "road", ""),
    ],
)
def test_something_plainer_is_suggested(locale: Locale, found: str, better: str) -> None:
    assert plainer(found, locale) == better


@pytest.mark.parametrize("locale", [SPANISH, ENGLISH])
def test_whatever_is_found_has_a_suggestion(locale: Locale) -> None:
    text = HARD[locale] + "Stakeholders, HSE, KPI, ad hoc, in situ, prima facie, compliance."

    assert jargon_in(text, locale)
    assert all(plainer(one, locale) for one in jargon_in(text, locale))


@given(st.text(max_size=300), st.sampled_from([SPANISH, ENGLISH]))
def test_no_text_breaks_the_assessment(text: str, locale: Locale) -> None:
    found = assess(text, locale)

    assert found.words == sum(one.words for one in found.sentences)
    assert all(one.words >= 1 for one in found.sentences)
    assert (found.passes is None) == (found.words < MIN_WORDS)


def test_a_text_without_words_scores_nothing() -> None:
    assert assess("  \n—\n", SPANISH).score == 0
