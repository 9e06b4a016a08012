"""What a text message says: whole-message commands, or the person's own words, never lost."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grievance.crypto.codes import (
    CaseReference,
    new_access_code,
    new_join_code,
    new_reference,
    normalise_join_code,
    normalise_reference,
)
from grievance.dialogue.grammar import (
    Command,
    FreeText,
    Kind,
    detect_language,
    find_access_codes,
    find_reference,
    read,
    redact_access_codes,
)

REFERENCE = CaseReference("7K3Q-9F2M")
CODE = "H4T2-8W1Z-0KQ7-M3NB"

seeds = st.integers(0, 2**64)

COMMANDS = [
    (Kind.HELP, ["AYUDA", "ayuda", "Ayuda.", "¡AYUDA!", " help ", "HELP?", "info"]),
    (Kind.STATUS, ["ESTADO", "estado", "Status", "ESTADO DE MI CASO", "status of my case"]),
    (Kind.NEW, ["NUEVO", "new", "Nuevo:", "NUEVO RECLAMO", "new case"]),
    (Kind.LANGUAGE, ["IDIOMA", "language"]),
    (
        Kind.OPT_OUT,
        ["BAJA", "baja", "Bája", "ALTO", "Parar.", "PARAR!!", "STOP", "Stop.", "stopall", "STOP ALL", "END"],
    ),
    (Kind.OPT_OUT, ["CANCEL", "quit", "UNSUBSCRIBE", "REVOKE", "OPTOUT", "opt-out"]),
    (Kind.OPT_IN, ["ALTA", "alta", "START", "UNSTOP"]),
    (Kind.CARRIER_YES, ["YES", "yes", "Yes!"]),
    (Kind.WITHDRAW, ["RETIRAR", "withdraw"]),
    (Kind.DATA, ["DATOS", "datos", "Mis datos", "DATA", "my data"]),
    (Kind.CODE, ["CODIGO", "código", "Co\u0301digo", "CODE"]),
    (Kind.APPEAL, ["APELAR", "apelar.", "Appeal"]),
    (Kind.JOIN, ["UNIRME", "unirse", "Join."]),
    (Kind.YES, ["SI", "sí", "Sí.", "s", "S"]),
    (Kind.NO, ["NO", "no", "No.", "n"]),
]

OWN_WORDS = [
    "NO ME DEN DE BAJA",
    "please stop the trucks",
    "STOP 12345",
    "Alto ruido en la noche",
    "parar los camiones",
    "El fin: END OF ROAD",
    "Ayuda, hay polvo en la escuela",
    "help us please",
    "estado del camino muy malo",
    "status quo",
    "no",
    "yes we have dust",
    "si no vienen mañana avisamos",
    "Mi codigo postal es 1240000",
    "quiero retirar mi reclamo",
    "es",
    "en",
    "",
    "   ",
    "😷",
    "👍",
    "???",
    "98765432",
    "CAMION 12 sin luces",
    "1234",
    "4 5 2 1",
    "a las 4",
    "4x5",
]


def rows() -> list[tuple[Kind, str]]:
    return [(kind, text) for kind, texts in COMMANDS for text in texts]


@pytest.mark.parametrize(("kind", "text"), rows())
def test_a_whole_message_is_a_command_in_any_writing(kind: Kind, text: str) -> None:
    reading = read(text)

    assert reading == Command(kind, text)


@pytest.mark.parametrize("text", [text for text in OWN_WORDS if text != "no"])
def test_a_message_with_anything_more_is_the_persons_own_words(text: str) -> None:
    assert read(text) == FreeText(text)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ESPAÑOL", "es"),
        ("espanol", "es"),
        ("Castellano", "es"),
        ("Spanish", "es"),
        ("ENGLISH", "en"),
        ("Inglés", "en"),
        ("IDIOMA INGLES", "en"),
        ("language: es", "es"),
        ("IDIOMA", None),
    ],
)
def test_a_language_is_chosen_by_its_name_in_either_language(text: str, language: str | None) -> None:
    assert read(text) == Command(Kind.LANGUAGE, text, language=language)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ESTADO 7K3Q-9F2M", Kind.STATUS),
        ("status 7k3q 9f2m", Kind.STATUS),
        ("Estado: 7K3Q9F2M.", Kind.STATUS),
        ("APELAR 7K3Q-9F2M", Kind.APPEAL),
        ("withdraw 7k3q9f2m", Kind.WITHDRAW),
        ("CODIGO 7K3Q-9F2M", Kind.CODE),
        ("7K3Q-9F2M", Kind.REFERENCE),
        (" 7k3q 9f2m ", Kind.REFERENCE),
    ],
)
def test_a_command_may_name_a_case(text: str, kind: Kind) -> None:
    assert read(text) == Command(kind, text, reference=REFERENCE)


def test_a_mistyped_reference_after_a_command_is_told_apart_from_words() -> None:
    assert read("ESTADO 7K3Q-9F2N") == Command(Kind.STATUS, "ESTADO 7K3Q-9F2N", mistyped_reference=True)
    assert read("ESTADO TERRIBLE") == FreeText("ESTADO TERRIBLE")


def test_a_mistyped_reference_alone_is_kept_as_words() -> None:
    assert read("7K3Q-9F2N") == FreeText("7K3Q-9F2N")


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("4", (4,)),
        (" 4. ", (4,)),
        ("(4)", (4,)),
        ("0", (0,)),
        ("4 5", (4, 5)),
        ("4,5", (4, 5)),
        ("4/5", (4, 5)),
        ("45", (4, 5)),
        ("4 y 5", (4, 5)),
        ("4 and 5", (4, 5)),
        ("4\n5", (4, 5)),
        ("4 5 2", (4, 5, 2)),
        ("4️⃣", (4,)),
        ("4️⃣5️⃣", (4, 5)),
        ("４", (4,)),
    ],
)
def test_survey_answers_are_digits(text: str, digits: tuple[int, ...]) -> None:
    assert read(text) == Command(Kind.DIGITS, text, digits=digits)


@pytest.mark.parametrize(
    ("text", "word", "rest"),
    [
        ("NUEVO hay polvo en la escuela", Kind.NEW, "hay polvo en la escuela"),
        ("nuevo: ruido de noche", Kind.NEW, "ruido de noche"),
        ("New - no water since Monday", Kind.NEW, "no water since Monday"),
        ("Apelar: no arreglaron nada", Kind.APPEAL, "no arreglaron nada"),
    ],
)
def test_a_first_word_that_is_a_command_is_noticed_and_nothing_is_cut(text: str, word: Kind, rest: str) -> None:
    reading = read(text)

    assert reading == FreeText(text, None, word, rest)
    assert reading.starts_new is (word is Kind.NEW)


@pytest.mark.parametrize("text", ["nuevos camiones", "newspaper", "renuevo", "hay un nuevo problema", "stop the dust"])
def test_other_first_words_are_just_words(text: str) -> None:
    assert read(text) == FreeText(text)


@pytest.mark.parametrize(
    ("opt_out_type", "kind"),
    [("STOP", Kind.OPT_OUT), ("START", Kind.OPT_IN), ("HELP", Kind.HELP), ("stop", Kind.OPT_OUT)],
)
def test_what_the_provider_has_acted_on_is_taken_from_it_and_not_answered(opt_out_type: str, kind: Kind) -> None:
    assert read("Arrêt", opt_out_type=opt_out_type) == Command(kind, "Arrêt", carrier_answered=True)


@pytest.mark.parametrize("opt_out_type", [None, "", "SOMETHING_NEW"])
def test_an_absent_or_unknown_act_of_the_provider_changes_nothing(opt_out_type: str | None) -> None:
    assert read("BAJA", opt_out_type=opt_out_type) == Command(Kind.OPT_OUT, "BAJA")


@given(st.text(max_size=300))
def test_every_reading_carries_the_message_as_it_came(text: str) -> None:
    reading = read(text)

    assert reading.said == text
    if isinstance(reading, FreeText):
        assert text.endswith(reading.rest)


@given(st.text("abcdefghij ñáé.,¡!\n", min_size=1, max_size=60), st.sampled_from(rows()))
def test_a_command_with_other_words_around_it_is_not_a_command(words: str, row: tuple[Kind, str]) -> None:
    """The letters a to j spell no second half of a command; NUEVO first is the only start that is kept."""
    if not any(symbol.isalpha() for symbol in words):
        return

    assert isinstance(read(f"xx {words} {row[1]}"), FreeText)


@given(st.sampled_from(rows()), st.text(" .,!¡?¿-\t\n", max_size=8), st.text(" .,!¡?¿-\t\n", max_size=8))
def test_spaces_and_punctuation_around_a_command_do_not_matter(row: tuple[Kind, str], before: str, after: str) -> None:
    reading = read(before + row[1] + after)

    assert isinstance(reading, Command)
    assert reading.kind is row[0]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hay mucho polvo en la escuela desde el lunes", "es"),
        ("los camiones pasan toda la noche y no dejan dormir", "es"),
        ("¿Cuándo pagan?", "es"),
        ("No nos pagan las horas extra", "es"),
        ("There is too much dust at the school since Monday", "en"),
        ("they have not paid our overtime", "en"),
        ("polvo", None),
        ("no", None),
        ("dust", None),
        ("el truck is en the casa", None),
        ("", None),
        ("12345", None),
        ("jallalla", None),
    ],
)
def test_a_language_is_recognised_only_when_clearly_written(text: str, language: str | None) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "Sobre el caso 7K3Q-9F2M: sigue igual",
        "7k3q-9f2m sigue igual",
        "sigue igual (7K3Q9F2M)",
        "caso 7K3Q 9F2M sigue igual",
        "esta 7K3Q-9F2M sigue",
        "El 7K3Q–9F2M, gracias",
        f"{CODE} y 7K3Q-9F2M",
        "Mi caso es 7K3Q-9F2N, perdon, 7K3Q-9F2M",
    ],
)
def test_a_reference_named_in_a_sentence_is_found(text: str) -> None:
    assert find_reference(text) == REFERENCE
    assert read(text) == FreeText(text, REFERENCE)


@pytest.mark.parametrize(
    "text",
    ["", "hay polvo", "llamar al 98765432", "caso 7K3Q-9F2N", "x7K3Q-9F2M", "7K3Q-9F2Mx", "paradero trabajar nocturno"],
)
def test_other_words_and_numbers_are_no_reference(text: str) -> None:
    assert find_reference(text) is None


@given(seeds, st.text("abcdefgh ñ.,\n", max_size=30), st.text("abcdefgh ñ.,\n", max_size=30))
def test_any_reference_among_words_is_found(seed: int, before: str, after: str) -> None:
    reference = new_reference(random.Random(seed).getrandbits)

    assert find_reference(f"{before} {reference} {after}") == reference


@given(seeds, st.text(max_size=40), st.text(max_size=40))
def test_a_code_in_groups_is_blacked_out_and_the_rest_is_kept(seed: int, before: str, after: str) -> None:
    code = new_access_code(random.Random(seed).getrandbits)

    kept = redact_access_codes(f"{before} {code.reveal()} {after}")

    assert code.reveal() not in kept
    assert "[****]" in kept


@pytest.mark.parametrize(
    "written",
    [CODE, CODE.lower(), CODE.replace("-", ""), CODE.replace("-", " "), CODE.replace("-", "–"), CODE.replace("-", ".")],
)
def test_an_access_code_is_found_in_any_writing(written: str) -> None:
    text = f"mi codigo es {written}, gracias"

    (span,) = find_access_codes(text)

    assert span.code.reveal() == CODE
    assert text[span.start : span.end] == written
    assert redact_access_codes(text) == "mi codigo es [****], gracias"


def test_several_codes_are_all_blacked_out() -> None:
    assert redact_access_codes(f"{CODE} o {CODE}", mark="x") == "x o x"
    assert redact_access_codes(f"{CODE} {CODE}", mark="x") == "x x"


@pytest.mark.parametrize(
    "text",
    [
        "para esta mina vale",
        "PARA ESTA MINA VALE",
        "hace 2024 dias esta mina para",
        "1234 5678 9012 3456",
        "1234-5678-9012-3456",
        "responsabilizara",
        "casos 7K3Q-9F2M 7K3Q-9F2M",
        "casos 7K3Q 9F2M 7K3Q 9F2M",
        f"x{CODE}",
        f"{CODE}x",
        CODE.replace("-", " ", 1),
    ],
)
def test_sentences_numbers_and_references_are_not_blacked_out(text: str) -> None:
    assert redact_access_codes(text) == text


def test_a_code_right_after_a_reference_is_blacked_out_whole() -> None:
    spaced = CODE.replace("-", " ")

    assert redact_access_codes(f"7K3Q-9F2M {CODE}") == "7K3Q-9F2M [****]"
    assert redact_access_codes(f"7K3Q 9F2M {spaced}") == "7K3Q 9F2M [****]"
    assert redact_access_codes(f"7K3Q-9F2M-{CODE}") == "7K3Q-9F2M-[****]"


@given(st.text("abc ñ.,\n", max_size=200))
def test_a_text_without_a_code_is_returned_unchanged(text: str) -> None:
    assert redact_access_codes(text) == text


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("UNIRME {code}", ""),
        ("join {code}.", ""),
        ("Unirme: {code}", ""),
        ("UNIRSE {code} a mí también, en el otro turno", "a mí también, en el otro turno"),
        ("JOIN {code}: me too", "me too"),
    ],
)
@pytest.mark.parametrize(
    "written", [str, str.lower, lambda code: code.replace("-", " "), lambda code: code.replace("-", "")]
)
def test_a_join_code_is_read_after_its_word(text: str, rest: str, written: Callable[[str], str]) -> None:
    code = new_join_code(random.Random(3).getrandbits)

    found = read(text.format(code=written(code)))

    assert isinstance(found, Command)
    assert (found.kind, found.join_code, found.rest) == (Kind.JOIN, code, rest)


@pytest.mark.parametrize(
    "text",
    [
        "unirme al sindicato",
        "Join us at the gate at 5",
        "join in at 10 am",
        "UNIRME 7 al reclamo",
        "quiero unirme T5R-8WN-2Q",
    ],
)
def test_words_that_begin_with_join_are_a_grievance(text: str) -> None:
    assert isinstance(read(text), FreeText)


@pytest.mark.parametrize("text", ["JOIN T5R-8WN-2", "unirme t5r8wn2", "UNIRME 7777.", "Join T5R8WN2QQ"])
def test_a_join_code_that_lacks_a_letter_is_no_message_to_the_case(text: str) -> None:
    found = read(text)

    assert isinstance(found, Command)
    assert (found.kind, found.join_code) == (Kind.JOIN, None)


@given(seeds)
def test_no_join_code_is_a_reference_and_no_reference_a_join_code(seed: int) -> None:
    bits = random.Random(seed).getrandbits

    assert normalise_reference(new_join_code(bits)) is None
    assert normalise_join_code(new_reference(bits)) is None


@given(seeds, st.integers(0, 7))
def test_a_slip_in_a_join_code_is_noticed(seed: int, place: int) -> None:
    code = new_join_code(random.Random(seed).getrandbits).replace("-", "")
    wrong = "0" if code[place] != "0" else "1"

    assert normalise_join_code(code[:place] + wrong + code[place + 1 :]) is None
