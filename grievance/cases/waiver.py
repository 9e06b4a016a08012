"""Nobody has to give up a right to be answered: finding words, in both languages, by which somebody would. Pure.

A message that asks for a waiver is refused and never reworded: whoever wrote it has to see what was wrong with it.
Looked for are phrases of settlements and dismissals, not single words: "no renuncia a nada" says the contrary, and
"finiquito" alone may be what the grievance is about. Source: UN Guiding Principles, principle 31 with its commentary
and IFC guidance note on grievance mechanisms: using one never bars another remedy; Código del Trabajo art. 5: rights of
workers cannot be waived while the contract lasts. Not for: internal notes, which may have to quote such a text.
"""

import re
import unicodedata
from typing import Final


class WaiverOfRights(ValueError):
    """Words for the person, or about what is promised, ask for the giving up of a right; `phrase` is where."""

    def __init__(self, phrase: str) -> None:
        super().__init__("waiver")
        self.phrase = phrase


_RIGHTS_ES: Final = (
    r"(?:(?:cualquier|cualquiera|todo|toda|todos|todas|toda clase de|otro|otra|futuras?|ulterior(?:es)?|el|la|los|las"
    r"|sus?|tus?|mis?|nuestros?|dich[oa]s?|ejercer|iniciar|interponer|presentar|entablar)\s+){0,4}"
    r"(?:derech|accion|demand|reclam|querell|denunci|indemniz|recurso|juicio|beneficio|tutela)\w*"
)
_RIGHTS_EN: Final = (
    r"(?:(?:any|all|every|your|his|her|their|our|my|the|such|other|further|future|legal|and|or|present)\s+){0,5}"
    r"(?:right|claim|action|lawsuit|remed|compensation|recourse|complaint|demand|suit)\w*"
)

_TO_COURT_ES: Final = r"(?:demanda|denuncia|reclama|querella|acudi|recurri)"
"""Stems of going to court or to an authority, before the ending of the verb."""

_PHRASES: Final = (
    # Spanish: giving up, desisting, saying that nothing is owed, promising silence or not to sue.
    rf"renunci\w+\s+(?:\w+mente\s+)?(?:a|al|de)\s+{_RIGHTS_ES}",
    rf"renuncia\s+(?:\w+\s+){{0,3}}de\s+{_RIGHTS_ES}",
    rf"(?:desist\w+|desistimiento)\s+(?:\w+mente\s+)?(?:de|del)\s+{_RIGHTS_ES}",
    r"finiquito\s+(?:\w+\s+){0,2}(?:total|amplio|completo|definitivo)",
    r"(?:mas\s+)?(?:amplio|total|completo)(?:\s+\w+){0,3}\s+finiquito",
    r"nada\s+(?:(?:se|le|te|les)\s+){0,2}(?:adeud\w+|deb\w+)(?:\s+\w+){0,4}\s+por\s+(?:ningun|concepto)\w*",
    (
        r"(?:no|nunca|jamas)\s+(?:tener|tiene|tienen|tendra)\s+(?:nada|reclamo alguno|cargo alguno)\s+(?:mas\s+)?"
        r"(?:que|en contra)\s*(?:reclamar)?"
    ),
    (
        r"(?:a cambio de|siempre|con la condicion de|a condicion de)(?: que)?\s+(?:\w+\s+){0,3}(?:no|sin)\s+"
        r"(?:\w+\s+){0,2}(?:demand|denunci|reclam|querell)\w*"
    ),
    (
        r"se\s+(?:compromete|obliga)\w*\s+a\s+(?:no\s+(?:\w+\s+){0,2}(?:demand|denunci|reclam|querell|acudir|recurrir)\w*"
        r"|guardar\s+(?:silencio|reserva|confidencialidad))"
    ),
    r"(?:liber|exim|exoner)\w+\s+(?:\w+\s+){0,4}?de\s+(?:(?:toda|cualquier|su|la|futura)\s+){0,2}responsabilidad",
    rf"(?:no|nunca|jamas)\s+(?:podra\w*|puede\w*|va[ns]?\s+a|debe\w*|volvera\w*\s+a)\s+(?:volver\s+a\s+)?{_TO_COURT_ES}(?:r|rse)\b",
    rf"(?:no|nunca|jamas)\s+(?:nos\s+)?{_TO_COURT_ES}(?:ra|ran|re)\b",
    rf"(?:acept|acord|acuerd|promet|compromet|oblig)\w*\s+(?:\w+\s+){{0,2}}?no\s+(?:\w+\s+){{0,2}}?{_TO_COURT_ES}r\w*",
    (
        r"(?:se\s+(?:compromete|obliga)\w*\s+a|deb\w+|tiene\w*\s+que|acept\w+|acuerd\w+)\s+(?:retirar|dejar\s+sin\s+efecto)\w*"
        r"\s+(?:\w+\s+){0,2}(?:demand|denunci|reclam|querell|accion)\w*"
    ),
    r"\bretire\w*\s+(?:la|su|sus|toda|cualquier|el)\s+(?:demand|denunci|querell)\w*",
    r"(?:acuerdo|clausula|compromiso|convenio|pacto|contrato)\s+de\s+(?:confidencialidad|silencio)",
    r"sin\s+derecho\s+a\s+(?:\w+\s+){0,2}(?:reclam|demand|denunci|accion|indemniz|recurs)\w*",
    r"sin\s+reserva\s+de\s+(?:\w+\s+)?(?:derech|accion)\w*",
    r"(?:declar\w+|dar|da|damos|doy)\s+(?:por\s+)?(?:extinguid|totalmente\s+pagad)\w+\s+(?:toda|cualquier)\w*",
    # English.
    (
        rf"(?:waiv(?:e|es|ed|ing)|giv(?:e|es|ing)\s+up|gave\s+up|forgo(?:es|ing)?|relinquish\w*|renounc\w+|surrender\w*)"
        rf"\s+{_RIGHTS_EN}"
    ),
    rf"waiver\s+of\s+{_RIGHTS_EN}",
    rf"(?:release|discharge)\w*\s+(?:of|from)\s+{_RIGHTS_EN}",
    r"releas\w+\s+(?:\w+\s+){0,3}from\s+(?:any|all)\s+(?:liability|responsibility)",
    r"(?:general|full|complete)\s+(?:and\s+\w+\s+)?(?:release|waiver)",
    rf"(?:full|final|complete)(?:\s+and\s+\w+)?\s+(?:settlement|satisfaction)(?:\s+of\s+{_RIGHTS_EN})?",
    rf"settl\w+\s+(?:any|all|every)\s+{_RIGHTS_EN}",
    (
        r"(?:agree\w*|promis\w+|undertak\w+|commit\w*)\s+(?:\w+\s+)?not\s+to\s+(?:sue|claim|complain|take\s+legal"
        r"|go\s+to\s+court|bring|file|speak|talk)"
    ),
    r"drop(?:s|ping)?\s+(?:(?:any|all|every|your|the|his|her|their|such|further)\s+){1,3}(?:claim|action|lawsuit|complaint|suit|case)\w*",
    rf"(?:must|ha(?:ve|s)\s+to|need\s+to|agree\w*\s+to|should)\s+withdraw\s+{_RIGHTS_EN}",
    (
        r"(?:\bno\s+(?:further|more|future|other)\s+claims\b"
        r"|(?:mak|bring|fil|rais|pursu|lodg)\w+\s+no\s+(?:further|more|future|other)\s+(?:complaint|demand|lawsuit)\w*)"
    ),
    r"non-?\s?disclosure|confidentiality\s+(?:agreement|clause|undertaking)|\bnda\b",
    (
        r"(?<!\bwe )(?<!company )(?:will|shall|must|may|can)\s?not\s+(?:\w+\s+)?"
        r"(?:sue\b|(?:go|(?:take|bring)\s+(?:\w+\s+){1,3})\s*to\s+(?:the\s+|any\s+|a\s+)?(?:court|authorit|press|media|union|labou?r))"
    ),
    r"(?:provided|on\s+condition)\b[^.]{0,40}\b(?:do\s+not|don't|never|without)\s+(?:sue|suing|complain|claim)\w*",
)
_FOUND: Final = tuple(re.compile(phrase) for phrase in _PHRASES)

_DENIED: Final = re.compile(
    r"(?:\b(?:no|sin|nunca|jamas|tampoco|nadie|ni)\s+(?:\w+\s+){0,4}"
    r"|\b(?:not|n't|never|without|nobody|no\s+one|neither|nor|no)\s+(?:\w+\s+){0,4})$"
)
"""What stands before a phrase and turns it round: "no tiene que", "you do not", "without"."""

_CONDITIONS: Final = re.compile(r"^(?:a cambio|siempre que|con la condicion|a condicion|provided|on\s+condition)\b")


def waivers_in(text: str) -> tuple[str, ...]:
    """Return the phrases of a text that would give up a right, as they were written; empty where there is none.

    >>> waivers_in("Con este pago usted renuncia a toda acción legal.")
    ('renuncia a toda acción',)
    >>> waivers_in("Al aceptar, usted no renuncia a nada: siempre puede ir a la Dirección del Trabajo.")
    ()
    """
    plain = _plain(text)
    found: list[tuple[int, int]] = []
    for pattern in _FOUND:
        for match in pattern.finditer(plain):
            clause = re.split(r"[.;:!?\n,]", plain[: match.start()])[-1]
            if _CONDITIONS.match(match.group()) is None and _DENIED.search(clause):
                continue
            if not any(start <= match.start() < end for start, end in found):
                found.append(match.span())
    return tuple(text[start:end] for start, end in sorted(found))


def refuse_waivers(*texts: str | None) -> None:
    """Raise WaiverOfRights if any of these texts would give up a right."""
    for text in texts:
        for phrase in waivers_in(text or ""):
            raise WaiverOfRights(phrase)


def _plain(text: str) -> str:
    """Return a text in small letters without accents, each letter in its place."""
    return "".join(_letter(one) for one in text)


def _letter(one: str) -> str:
    bare = unicodedata.normalize("NFD", one)[:1].lower()
    return bare if len(bare) == 1 else one
