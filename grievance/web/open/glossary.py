"""Words of the mechanism for whoever reads: those of the glossary that stand on pages, in texts and in files. Pure.

The whole glossary, with the words of the house, is docs/glossary.md; a test holds the two together.
"""

from dataclasses import dataclass
from typing import Final

from grievance.core.i18n import ENGLISH, SPANISH, Locale, mark, text_in


@dataclass(frozen=True, slots=True)
class Word:
    """A word in the language of the page, the same in the other, and what it means."""

    term: str
    other_term: str
    other_lang: Locale
    meaning: str


def words(lang: Locale) -> list[Word]:
    """Return the words in the order of the language of the page."""
    found = [
        Word(english, spanish, SPANISH, text_in(lang, meaning))
        if lang == ENGLISH
        else Word(spanish, english, ENGLISH, text_in(lang, meaning))
        for english, spanish, meaning in WORDS
    ]
    return sorted(found, key=lambda word: _without_accents(word.term))


def _without_accents(term: str) -> str:
    return term.translate(str.maketrans("áéíóúñ", "aeioun"))


# fmt: off
WORDS: Final = (
    ("access code", "código de acceso", mark(
        "Sixteen symbols given once to whoever files on the web. With the reference it opens the case. Nobody"
        " can give it again."
    )),
    ("acknowledgement", "acuse de recibo", mark(
        "A person tells the complainant that the grievance is in hand. The automatic receipt is never counted"
        " as one."
    )),
    ("area", "lugar de la faena", mark(
        "A part of a site that a person can name: mine, plant, camp, road. Never a point on a map."
    )),
    ("assisted intake", "recepción asistida", mark(
        "A staff member records what a person says in person, by telephone, by letter, at a meeting or in a "
        "suggestion box."
    )),
    ("audit trail", "registro de auditoría", mark(
        "Who did and who looked at what, line after line, each carrying a mark of the one before."
    )),
    ("breach", "atraso", mark(
        "A due date passed without what it asked for. It is recorded once and never taken back."
    )),
    ("business day", "día hábil", mark("A day that is not Saturday, Sunday or a holiday at the site.")),
    ("case", "caso", mark("Our record of a grievance. One case may hold several submissions.")),
    ("case handler", "persona encargada", mark(
        "Duty: works the cases assigned to her or him. Also called community liaison."
    )),
    ("category", "tema", mark("What a grievance is about: pay, dust, traffic. It proposes a type and a severity.")),
    ("chain", "cadena", mark(
        "The events of a case, each carrying a mark of the one before, so that a change shows."
    )),
    ("channel", "vía de ingreso", mark(
        "How a submission reached us: text, web, in person, call, letter, meeting, suggestion box."
    )),
    ("closure", "cierre", mark("The site has done what it had to. Not the same as the person being satisfied.")),
    ("complainant", "persona que reclama", mark("Who raises a grievance. Has no account, ever.")),
    ("confidential", "confidencial", mark("Left a way to be reached; nobody who works the case sees it.")),
    ("conflict of interest", "conflicto de interés", mark(
        "Being the respondent, commanding or reporting to the respondent, or belonging to the accused unit. "
        "The case is then hidden."
    )),
    ("contractor", "contratista", mark("A company hired by the principal company.")),
    ("corrective action", "acción correctiva", mark(
        "Something done so that it does not happen again, with an owner, a date and evidence."
    )),
    ("daily root", "sello diario", mark("One mark over all chains at the end of a day.")),
    ("due date", "fecha de vencimiento", mark("The local day, to its last second, by which something is promised.")),
    ("external route", "otra vía", mark("Somewhere else to go: authorities, courts, other grievance channels.")),
    ("follow-up page", "página de seguimiento", mark(
        "Where a complainant reads and answers, with reference and code."
    )),
    ("frozen", "congelado", mark(
        "Figures of a quarter that were computed and can no longer change. Set aside: frozen, kept, never "
        "published."
    )),
    ("grievance", "reclamo", mark("What a person raises.")),
    ("identity", "identidad", mark(
        "Name, telephone and e-mail, kept apart from the words. Opened with a reason that the person reads."
    )),
    ("operator", "empresa operadora", mark("The organisation that runs the installation and its sites.")),
    ("out of scope", "fuera de alcance", mark(
        "Something the site cannot deal with; the person is told why and where else to go."
    )),
    ("outcome", "resultado", mark("What the site found. One of three facts, beside status and verdict.")),
    ("principal company", "empresa principal", mark("The company that owns the work, in the sense of Chilean law.")),
    ("proposed response", "respuesta propuesta", mark(
        "The finding and what is offered; the person has ten business days to answer."
    )),
    ("quarter", "trimestre", mark("Three months in the site's own time zone.")),
    ("read-back", "lectura de vuelta", mark("The words are read aloud to the person, who says that they are right.")),
    ("receipt", "comprobante", mark(
        "What whoever files gets at once: reference, dates, who reads it, other routes."
    )),
    ("reference", "referencia", mark("Eight symbols that name a case, such as 7K3Q-9F2M. Not secret.")),
    ("release", "publicación", mark(
        "The figures of a quarter, frozen, approved by a second person and made public."
    )),
    ("remedy", "reparación", mark("What is promised to the person. It counts once somebody else has verified it.")),
    ("reopening", "reapertura", mark("An ended case is taken up again, with a new date.")),
    ("resolved", "resuelto", mark("Closed, the outcome told to the person, and every remedy verified.")),
    ("respondent", "parte señalada", mark("The person, unit or company complained about.")),
    ("restricted", "reservado", mark("Seen only by triagers and the investigators they name.")),
    ("retaliation", "represalia", mark("Harm to a person for complaining. A type of case of its own.")),
    ("service standard", "plazo comprometido", mark("The rule that says what is done by when, with its source.")),
    ("severity", "gravedad", mark(
        "1 minor, 2 moderate, 3 serious, 4 severe, 5 danger to life. From 3 on a second person closes."
    )),
    ("site", "faena", mark("The place that publishes, with its own time zone, languages and lines.")),
    ("site summary", "resumen de la faena", mark("The public page of a quarter, in both languages.")),
    ("status", "estado", mark("Where a case stands. One of three facts, beside outcome and verdict.")),
    ("submission", "presentación", mark("One filing, verbatim. Duplicates are submissions of one case.")),
    ("survey", "consulta de opinión", mark(
        "Two ratings and a verdict, asked five business days after the end, once, with one reminder."
    )),
    ("told", "informado", mark(
        "A message reached the person: delivered, seen, handed over, or posted on the page where nothing could be "
        "sent. Merely sent is not told."
    )),
    ("triager", "primera revisión", mark("Duty: first look at everything; names investigators. Two per site.")),
    ("type", "tipo de caso", mark("What kind of case it is. It decides the clocks and who may read it.")),
    ("verdict", "opinión de quien reclamó", mark(
        "What the person says of it. Nobody else can give it. One of three facts, beside status and outcome."
    )),
    ("verify", "verificar", mark(
        "To recompute every chain, root, projection and figure and say what does not agree."
    )),
    ("withdrawn", "retirado", mark("The person took the grievance back.")),
)
# fmt: on
"""English, Spanish, meaning (a message of the catalogue), in the order of English."""
