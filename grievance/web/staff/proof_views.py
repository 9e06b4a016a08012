"""The proof of filing, printed by staff for the person: with the slip at assisted intake, or from the case later on.

Without the salt: only the person gets it, with the web code. Whoever holds the paper alone learns no word.
"""

from __future__ import annotations

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from grievance.accounts.permissions import Action
from grievance.complainants import proof
from grievance.complainants.proof import ProofNotFound, WordsErased
from grievance.complainants.slips import SlipNotFound
from grievance.web.lang import localized
from grievance.web.proof_pages import proof_pdf
from grievance.web.staff.access import duty, me
from grievance.web.staff.case_reading import read_case
from grievance.web.unit import current


@duty(Action.RECORD_INTAKE)
def slip_proof(form_key: str) -> ResponseReturnValue:
    """Print the proof for the person who stands at the desk."""
    unit = current()
    try:
        found = proof.proof_recorded(unit.session, form_key, staff_id=me().staff_id)
    except (SlipNotFound, ProofNotFound, WordsErased):
        abort(404)
    return proof_pdf(found, public_url=unit.runtime.settings.public_url, for_person=False)


@duty(Action.SEE_CASES)
def case_proof(reference: str, public_id: str) -> ResponseReturnValue:
    """Print the proof of one filing of a case, for a person who comes back without a code."""
    unit = current()
    page = read_case(reference)
    try:
        found = proof.proof_of_submission(unit.session, page.case_id, public_id)
    except (ProofNotFound, WordsErased):
        abort(404)
    return proof_pdf(found, public_url=unit.runtime.settings.public_url, for_person=False)


def add_routes(bp: Blueprint) -> None:
    """Route both; what cannot be printed here is said by the words that the slip registers."""
    es, en = "/equipo/registrar/comprobante/<form_key>", "/staff/record/slip/<form_key>"
    localized(bp, "slip_proof", slip_proof, es=f"{es}/constancia.pdf", en=f"{en}/proof.pdf")
    es, en = "/equipo/casos/<reference>/ingreso/<public_id>", "/staff/cases/<reference>/filing/<public_id>"
    localized(bp, "case_proof", case_proof, es=f"{es}/constancia.pdf", en=f"{en}/proof.pdf")
