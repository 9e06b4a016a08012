"""What is drafted from the figures: readable, whole, true at both ends, and nothing in it that is not in the figures."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grievance.core.i18n import ENGLISH, SPANISH, Locale, text_in
from grievance.metrics.inputs import AgeCount, Workforce
from grievance.publishing.drafting import (
    SECTION_NAMES,
    Section,
    WaysText,
    draft,
    numbers_out_of_place,
    unfinished,
)
from grievance.publishing.editing import SECTION_CHARACTERS
from grievance.publishing.readability import assess
from tests.support.bulletins import NO_WAYS, QUARTERS, TOLD, USUAL, WAYS_EN, WAYS_ES, Told, bulletin

WAYS = {SPANISH: WAYS_ES, ENGLISH: WAYS_EN}
BOTH = [(SPANISH, 60.0), (ENGLISH, 7.5)]
"""The readability of a draft leaves room: people make it longer, rarely easier."""


def drafted(name: str, locale: Locale) -> dict[Section, str]:
    return draft(QUARTERS[name], WAYS[locale], locale)


def known(ways: WaysText) -> str:
    return f"{ways.number} {ways.office} {ways.emergency}"


@pytest.mark.parametrize(("locale", "bound"), BOTH)
@pytest.mark.parametrize("name", QUARTERS)
def test_every_draft_is_plain_with_room_to_spare(name: str, locale: Locale, bound: float) -> None:
    whole = "\n\n".join(drafted(name, locale).values())
    # Flesch advised to leave figures out of a text that is full of them: it must not owe its score to them either.
    bare = re.sub(r"\d+(?:[.,]\d+)*", "Mil" if locale == SPANISH else "Ten", whole)

    for text in (whole, bare):
        found = assess(text, locale)
        assert found.score >= bound if locale == SPANISH else found.score <= bound
        assert found.passes is True
        assert [one.text for one in found.sentences if one.is_hard] == []


@pytest.mark.parametrize("locale", [SPANISH, ENGLISH])
@pytest.mark.parametrize("name", QUARTERS)
def test_no_draft_has_officialese(name: str, locale: Locale) -> None:
    texts = drafted(name, locale)

    assert [one.jargon for text in texts.values() for one in assess(text, locale).sentences if one.jargon] == []


@pytest.mark.parametrize("locale", [SPANISH, ENGLISH])
@pytest.mark.parametrize("name", QUARTERS)
def test_every_number_of_a_draft_is_one_of_the_release(name: str, locale: Locale) -> None:
    for section, text in drafted(name, locale).items():
        assert numbers_out_of_place(section, text, QUARTERS[name], locale, known=known(WAYS[locale])) == ()


@pytest.mark.parametrize("locale", [SPANISH, ENGLISH])
@pytest.mark.parametrize("name", QUARTERS)
def test_every_section_is_drafted_whole_and_short_enough(name: str, locale: Locale) -> None:
    texts = drafted(name, locale)

    assert list(texts) == list(Section)
    for text in texts.values():
        assert text
        assert len(text) <= SECTION_CHARACTERS * 0.6
        assert "%(" not in text
        assert "  " not in text
        assert "\n\n\n" not in text
        for line in text.splitlines():
            assert line == line.strip()
            assert line.endswith((".", "]")) or "://" in line or not line


@pytest.mark.parametrize("name", QUARTERS)
def test_the_two_languages_are_two_texts(name: str) -> None:
    spanish, english = drafted(name, SPANISH), drafted(name, ENGLISH)

    for section in Section:
        assert set(spanish[section].splitlines()) & set(english[section].splitlines()) <= {""}


@pytest.mark.parametrize("locale", [SPANISH, ENGLISH])
def test_sections_have_names_in_both_languages(locale: Locale) -> None:
    assert list(SECTION_NAMES) == list(Section)
    assert len({text_in(locale, name) for name in SECTION_NAMES.values()}) == len(Section)


@pytest.mark.parametrize(
    ("section", "spanish", "english"),
    [
        (
            Section.TOLD,
            "Entre julio y septiembre de 2026 recibimos 66 reclamos.",
            "Between July and September 2026 we received 66 grievances.",
        ),
        (
            Section.TOLD,
            "Llegaron en 78 mensajes o visitas. Detrás hay 103 personas, según dicen quienes reclamaron.",
            "They were filed in 78 messages or visits. Behind them stand 103 people, by what those say who filed.",
        ),
        (
            Section.TOLD,
            "De esto se trataban.\n\n- Polvo y aire: 22 de 66.\n- Sueldo y contrato: 17 de 66.\n",
            "This is what they were about.\n\n- Dust and air: 22 of 66.\n- Pay and contract: 17 of 66.\n",
        ),
        (
            Section.TOLD,
            "43 vinieron de gente que trabaja aquí. Aquí trabajan 1.200 personas.",
            "People who work here sent 43 of them. 1,200 people work here.",
        ),
        (Section.DID, "De 64 reclamos confirmamos 61 a tiempo.", "Of 64 grievances we confirmed 61 on time."),
        (
            Section.DID,
            "De 49 casos cuyo plazo vencía, 41 se resolvieron a tiempo.",
            "Of 49 cases that were due, 41 were resolved on time.",
        ),
        (
            Section.LATE,
            "Este trimestre vencían 8 medidas. 1 se hizo tarde. 1 no está hecha todavía.",
            "This quarter 8 measures were due. 1 was done late. 1 is not done yet.",
        ),
        (
            Section.SAID,
            "Contestaron 24. De ellas, 18 quedaron conformes con el resultado.",
            "24 answered. Of those, 18 are satisfied with the result.",
        ),
        (
            Section.SAID,
            "el valor real puede ir de 55 a 88 de cada 100.",
            "the true share may be from 55 to 88 of every 100.",
        ),
        # The worst and the best case are out of those whom the question reached.
        (Section.SAID, "ya terminado su caso. A 60 les llegó la pregunta.", "Our question reached 60 of them."),
        (Section.SAID, "serían 30 de cada 100. Si todos lo estuvieran, serían 90.", "it would be 30 of every 100."),
        (Section.CHANGED, "Hicimos 6 a tiempo. Hicimos 1 tarde.", "We did 6 on time. We did 1 late."),
        (Section.PROMISED, "Nos falta resolver 24 casos abiertos.", "24 open cases are still to be resolved."),
        (
            Section.UNKNOWN,
            "De 60 personas a las que les llegó la pregunta, 36 no contestaron.",
            "Of 60 people whom our question reached, 36 did not answer.",
        ),
        (
            Section.HOW,
            "Por mensaje de texto: escriba qué pasó al +56 2 2000 0001.",
            "By text: write to +56 2 2000 0001 what happened.",
        ),
    ],
)
def test_a_usual_quarter_is_told_in_natural_frequencies(section: Section, spanish: str, english: str) -> None:
    assert spanish in drafted("usual", SPANISH)[section]
    assert english in drafted("usual", ENGLISH)[section]


@pytest.mark.parametrize(
    ("section", "spanish", "english"),
    [
        (Section.TOLD, "recibimos 1 reclamo. Llegó en 2 mensajes o visitas.", "we received 1 grievance. It was filed"),
        (Section.DID, "respondimos y cerramos 1 caso. 1 lo retiró quien reclamó.", "closed 1 case. 1 was taken back"),
        (
            Section.DID,
            "El único caso resuelto se abrió de nuevo",
            "The only resolved case was opened again",
        ),
        (Section.LATE, "La única confirmación que vencía llegó tarde", "The only confirmation that was due came late"),
        (Section.LATE, "La única medida que vencía no está hecha.", "The only measure that was due is not done."),
        (Section.LATE, "El único caso abierto lleva más de 30 días.", "The only open case has waited for more than 30"),
        (Section.SAID, "Contestó una persona: no mostramos qué", "One person answered: we do not show what"),
        (
            Section.CHANGED,
            "vencía 1 medida. No la hemos hecho.",
            "1 measure was due in this quarter. We have not done it.",
        ),
        (Section.PROMISED, "Nos falta resolver 1 caso abierto.", "1 open case is still to be resolved."),
        (Section.UNKNOWN, "1 caso de antes se anotó tarde", "1 older case was recorded late"),
    ],
)
def test_one_of_everything_is_told_in_the_singular(section: Section, spanish: str, english: str) -> None:
    assert spanish in drafted("one of everything", SPANISH)[section]
    assert english in drafted("one of everything", ENGLISH)[section]


@pytest.mark.parametrize(
    ("locale", "wrong"),
    [
        (SPANISH, r"\b1 (?:\w+s|\w+n)\b|\bDe 1\b|\bLos 1\b|\bLas 1\b|\b1 de 1\b"),
        (ENGLISH, r"\b1 (?:cases|people|were|have|are|measures|days)\b|\bOf 1\b|\bAll 1\b|\b1 of 1\b"),
    ],
)
@pytest.mark.parametrize("name", ["one", "one of everything"])
def test_one_is_never_many(name: str, locale: Locale, wrong: str) -> None:
    texts = drafted(name, locale)

    assert [re.findall(wrong, text) for text in texts.values() if re.search(wrong, text)] == []


@pytest.mark.parametrize("locale", [SPANISH, ENGLISH])
@pytest.mark.parametrize("name", QUARTERS)
def test_nothing_is_told_as_zero_of_something(name: str, locale: Locale) -> None:
    said = drafted(name, locale)
    # Of three answers one may well be 0: "No: 0." is an answer.
    counted = {section: text for section, text in said.items() if section not in {Section.SAID, Section.HOW}}

    assert [text for text in counted.values() if re.search(r"(?<![\d.,])0(?![\d.,]\d)", text)] == []


def test_a_quarter_without_grievances_is_no_good_news() -> None:
    assert drafted("nothing", SPANISH)[Section.TOLD] == (
        "Entre julio y septiembre de 2026 no nos llegó ningún reclamo. Eso no quiere decir que todo esté bien. "
        "Puede que la gente no sepa cómo reclamar, o que tenga miedo."
    )
    assert drafted("nothing", ENGLISH)[Section.TOLD] == (
        "Between July and September 2026 no grievance reached us. That does not mean that all is well. "
        "People may not know how to complain, or may be afraid to."
    )


@pytest.mark.parametrize("name", QUARTERS)
def test_what_nobody_knows_is_never_called_none(name: str) -> None:
    spanish, english = drafted(name, SPANISH)[Section.UNKNOWN], drafted(name, ENGLISH)[Section.UNKNOWN]

    assert "Tampoco muestran cuánta gente sufrió represalias por reclamar." in spanish
    assert "They also cannot show how many people were punished for complaining." in english
    assert "Estos números no dicen nada de la gente que no reclama." in spanish


@pytest.mark.parametrize(
    ("name", "locale", "says"),
    [
        ("all hidden", SPANISH, "No mostramos de qué se trataban ni de quiénes eran."),
        ("all hidden", ENGLISH, "We do not show what they were about, nor who sent them."),
        ("withheld", SPANISH, "Son tan pocos que se podría reconocer a alguien."),
        ("usual", SPANISH, "De algunos temas no mostramos cuántos fueron, para que no se reconozca a nadie."),
        ("corrected", SPANISH, "Este resumen corrige otro anterior del mismo trimestre."),
        ("corrected", ENGLISH, "The tables of who complained are those of the earlier one."),
    ],
)
def test_what_is_hidden_or_corrected_is_said(name: str, locale: Locale, says: str) -> None:
    assert says in drafted(name, locale)[Section.TOLD]


def test_a_second_version_of_what_was_never_released_is_no_correction() -> None:
    again = replace(QUARTERS["usual"], version=2)

    assert draft(again, WAYS_ES, SPANISH) == drafted("usual", SPANISH)


def test_hidden_cells_leave_no_trace_in_the_text() -> None:
    """Two quarters that differ only in what is hidden are told in the same words."""
    one = bulletin(replace(USUAL, people={**USUAL.people, "category": {"dust": 50, "water": 3, "traffic": 4}}))
    other = bulletin(replace(USUAL, people={**USUAL.people, "category": {"dust": 50, "water": 4, "traffic": 3}}))
    assert one.tables["people.category"].cells == other.tables["people.category"].cells

    assert draft(one, WAYS_ES, SPANISH) == draft(other, WAYS_ES, SPANISH)


@pytest.mark.parametrize(
    ("name", "spanish", "english"),
    [
        (
            "usual",
            "De 58 personas a las que preguntamos, contestaron 20. Ninguna dijo que sí. Eso no demuestra que no pase.",
            "Of 58 people asked, 20 answered. None of them said yes. That does not show that it does not happen.",
        ),
        (
            "usual",
            "También influye el azar: podría pasarles hasta a 16 de cada 100.",
            "Chance plays a part: it may happen to up to 16 of every 100.",
        ),
        (
            "everything late",
            "Al menos una dijo que sí. Son tan pocas que no mostramos cuántas: se podría reconocer a alguien.",
            "At least one said yes. They are so few that we do not show how many: somebody could be recognised.",
        ),
        ("huge", "31 dijeron que alguien las trató peor por reclamar.", "31 said that somebody treated them worse for it."),
        ("huge", "28 reclamos de este trimestre son por represalias.", "28 grievances of this quarter are about reprisals."),
        ("all hidden", "Son tan pocas que no mostramos qué dijeron, para", "With so few we do not show what they said"),
        ("one of everything", "La única persona a la que preguntamos contestó.", "The only person asked answered."),
        ("nobody answered", "De 50 personas a las que preguntamos, ninguna contestó.", "Of 50 people asked, none answered."),
        ("nothing", "¿alguien le ha tratado peor por reclamar? En este trimestre", "complaining? In this quarter nobody was due"),
    ],
)  # fmt: skip
def test_what_people_said_of_reprisals_is_told_and_never_that_there_are_none(
    name: str, spanish: str, english: str
) -> None:
    assert spanish in drafted(name, SPANISH)[Section.SAID]
    assert english in drafted(name, ENGLISH)[Section.SAID]


def test_one_to_four_who_were_treated_worse_are_told_in_the_same_words() -> None:
    told = {
        yes: bulletin(replace(USUAL, reprisals={"asked": 58, "delivered": 50, "answered": 20, "said_yes": yes}))
        for yes in range(1, 5)
    }

    assert len({tuple(draft(one, WAYS_ES, SPANISH).values()) for one in told.values()}) == 1


def test_workers_are_not_counted_where_nobody_entered_how_many_there_are() -> None:
    assert "trabaja aquí" not in drafted("no headcount", SPANISH)[Section.TOLD]
    assert "Nadie anotó cuánta gente trabaja aquí." in drafted("no headcount", SPANISH)[Section.UNKNOWN]
    assert "Nadie anotó" not in drafted("usual", SPANISH)[Section.UNKNOWN]


def test_why_something_is_late_is_asked_only_where_something_is() -> None:
    assert unfinished(drafted("everything late", SPANISH)[Section.LATE]) == (
        "[Escriba aquí por qué hay atraso y qué hacen para salir de él.]",
    )
    assert drafted("nothing late", ENGLISH)[Section.LATE] == "Everything that was due this quarter was done on time."
    assert drafted("nothing", ENGLISH)[Section.LATE] == "Nothing was due this quarter."


@pytest.mark.parametrize("locale", [SPANISH, ENGLISH])
@pytest.mark.parametrize("name", QUARTERS)
def test_what_changed_and_what_was_promised_must_be_written_by_people(name: str, locale: Locale) -> None:
    waiting = {section for section, text in drafted(name, locale).items() if unfinished(text)}

    assert waiting - {Section.LATE} == {Section.CHANGED, Section.PROMISED}


def test_ways_that_a_site_has_not_are_not_told() -> None:
    assert draft(QUARTERS["usual"], NO_WAYS, SPANISH)[Section.HOW].startswith("Puede reclamar cuando quiera.")
    assert ":" not in draft(QUARTERS["usual"], NO_WAYS, SPANISH)[Section.HOW].split("\n\n")[1]
    assert (
        "Cómo reclamar aquí está en la página de la faena." in draft(QUARTERS["usual"], NO_WAYS, SPANISH)[Section.HOW]
    )
    assert "peligro" not in draft(QUARTERS["usual"], NO_WAYS, SPANISH)[Section.HOW]


def test_old_releases_without_the_later_figures_are_drafted_too() -> None:
    old = QUARTERS["before there were tables"]

    assert "M12" not in old.figures
    assert set(draft(old, WAYS_EN, ENGLISH)) == set(Section)


SMALL = st.integers(0, 40)


@given(
    received=SMALL, closed=SMALL, late=SMALL, on_time=SMALL, not_done=SMALL, answered=st.integers(0, 30), happy=SMALL,
    days=st.integers(0, 400), people=st.sampled_from([None, 9, 10, 1200]),
)  # fmt: skip
def test_any_quarter_is_drafted_from_its_own_numbers(
    received: int, closed: int, late: int, on_time: int, not_done: int, answered: int, happy: int, days: int,
    people: int | None,
) -> None:  # fmt: skip
    content = min(happy, answered)
    told = Told(
        account={"opening": closed, "received": received, "closed": closed, "closing": received, "submissions": received},
        acknowledgement={"on_time_delivered": on_time, "late": late},
        resolution={"within": on_time, "late": late},
        surveys={
            "asked": answered + late, "delivered": answered + late, "answered": answered,
            "process_5": content, "process_1": answered - content,
            "outcome_5": content, "outcome_1": answered - content,
            "verdict_satisfied": content, "verdict_not_satisfied": answered - content,
        },
        actions={"corrective_on_time": on_time, "corrective_not_done": not_done},
        backlog=(AgeCount(days, received),) if received else (),
        people={"category": {"dust": received}},
        workforce=Workforce(people, None) if people else None,
    )  # fmt: skip
    found = bulletin(told)

    for locale in (SPANISH, ENGLISH):
        for section, text in draft(found, NO_WAYS, locale).items():
            assert numbers_out_of_place(section, text, found, locale) == ()
            assert "%(" not in text
            assert not re.search(r"\bNone\b(?! of)", text)


def test_every_quarter_of_the_list_is_another() -> None:
    texts = {name: tuple(drafted(name, SPANISH).values()) for name in QUARTERS}

    assert len(set(texts.values())) == len(texts) == len(TOLD) + 3
