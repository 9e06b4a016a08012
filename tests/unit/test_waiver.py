"""No words to the person may ask for the giving up of a right; words that say the contrary, or quote one, may go."""

from __future__ import annotations

import polib
import pytest

from grievance.cases.waiver import WaiverOfRights, refuse_waivers, waivers_in
from tests.architecture.sources import TOP

WAIVERS = {
    "renuncia to actions": "Con este pago usted renuncia a toda acción legal contra la empresa.",
    "renuncia, adverb": "El trabajador renuncia expresamente a cualquier reclamo posterior.",
    "renunciar, infinitive": "Para recibir el pago debe renunciar a sus derechos.",
    "noun": "Adjuntamos la renuncia de acciones para su firma.",
    "desist": "Necesitamos que se desista de la demanda.",
    "desistimiento": "Firme el desistimiento de acciones.",
    "finiquito total": "Le ofrecemos un finiquito total por ese monto.",
    "finiquito amplio": "Otorga el más amplio y total finiquito.",
    "nothing owed": "La persona declara que nada se le adeuda por ningún concepto.",
    "on condition": "Le pagamos la diferencia siempre que no demande a la empresa.",
    "in exchange": "A cambio de no denunciar, recibirá el bono.",
    "silence": "Usted se compromete a guardar silencio.",
    "not to sue": "Usted se obliga a no demandar.",
    "liability": "Con esto libera de toda responsabilidad a la contratista.",
    "capitals": "USTED RENUNCIA A SUS DERECHOS",
    "waive": "By accepting you waive your right to go to court.",
    "waives all": "The worker waives any and all claims.",
    "give up": "You give up all legal claims.",
    "release": "Please sign the release of claims.",
    "general release": "We need a full and general release before we pay.",
    "settle all": "This payment settles all claims between us.",
    "full and final": "We offer it in full and final settlement.",
    "agree not to sue": "You agree not to sue the company.",
    "condition": "We pay it on condition that you do not complain again.",
    "will not sue": "Con este pago usted no demandará a la empresa.",
    "may not sue": "Después de esto no podrá demandar.",
    "may not complain again": "Con el bono no podrá volver a reclamar.",
    "accepts not to": "Al recibirlo usted acepta no demandar.",
    "to take back": "La persona se compromete a retirar la demanda.",
    "take it back": "Para pagarle, retire su denuncia ante la Inspección.",
    "confidentiality": "Le pediremos firmar un acuerdo de confidencialidad.",
    "without right": "Se paga una sola vez, sin derecho a nuevos reclamos.",
    "no reservation": "Se firma el finiquito sin reserva de derechos.",
    "frees us": "Con la firma nos libera de responsabilidad.",
    "exempts": "Exime a la empresa de toda responsabilidad.",
    "drop it": "We pay once you drop your complaint.",
    "drop all": "In return, please drop all claims.",
    "must withdraw": "You must withdraw your complaint first.",
    "no further claims": "There shall be no further claims after this.",
    "makes none": "The worker will make no further complaints.",
    "nda": "You will be asked to sign a non-disclosure agreement.",
    "confidentiality clause": "It has a confidentiality clause.",
    "not to court": "You will not take this to the court.",
    "satisfaction": "Paid in full and final satisfaction.",
    "nothing, then a waiver": "No hay problema con el pago, usted renuncia a sus derechos.",
}

HARMLESS = {
    "renounces nothing": "Al aceptar, usted no renuncia a nada.",
    "no right is given up": "Usted no renuncia a ningún derecho.",
    "no need to": "No tiene que renunciar a sus derechos para recibirlo.",
    "without": "Puede aceptarlo sin renunciar a ninguna acción.",
    "nobody": "Nadie puede pedirle que renuncie a sus derechos.",
    "his job": "Su jefe le pidió que renunciara al trabajo.",
    "resigned": "La persona presentó su renuncia en marzo.",
    "may take back": "Puede retirar su reclamo cuando quiera.",
    "not to sign": "No tiene que firmar un acuerdo de confidencialidad.",
    "not sued": "La empresa no la demandará por esto.",
    "who answers for it": "La contratista asume su responsabilidad.",
    "he may": "Si no queda conforme, podrá demandar.",
    "may withdraw": "You may withdraw your complaint at any time.",
    "no action": "No further action was needed at the plant.",
    "we will not": "We will not sue you.",
    "drop": "The drop of the road is your main complaint.",
    "a finiquito": "Revisamos el cálculo de su finiquito y le falta el bono.",
    "a payment": "Se pagó el total del bono.",
    "a claim": "Su reclamo fue acogido en todo.",
    "if he reported": "Si lo denuncia en la Dirección del Trabajo, le ayudamos con los papeles.",
    "nothing is owed of it": "El bono se pagó: nada se debe de marzo.",
    "not waive": "You do not waive any right by accepting.",
    "without giving up": "You can accept it without giving up your claims.",
    "nobody asks": "Nobody may ask you to waive your rights.",
    "released water": "The plant released water from the pond.",
    "settled": "The dust settled and the claim was upheld.",
    "promised": "We promised not to water at night.",
    "give up smoking": "The camp helps people who give up smoking.",
}


@pytest.mark.parametrize("text", WAIVERS.values(), ids=WAIVERS)
def test_a_waiver_is_found(text: str) -> None:
    with pytest.raises(WaiverOfRights) as refused:
        refuse_waivers("Buenas tardes.", text)

    assert refused.value.phrase in text


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_what_says_the_contrary_or_something_else_goes_through(text: str) -> None:
    assert waivers_in(text) == ()


def test_none_of_our_own_words_asks_for_one() -> None:
    entries = polib.pofile(str(TOP / "translations" / "es" / "LC_MESSAGES" / "messages.po"))
    said = [text for entry in entries for text in (entry.msgid, entry.msgstr, *entry.msgstr_plural.values())]

    assert len(said) > 1000
    assert [text for text in said if waivers_in(text)] == []
