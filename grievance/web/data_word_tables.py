"""Words for requests about personal data: for every code its English text, marked for translation."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from grievance.core.i18n import mark

DATA_RIGHT: Final = {
    "access": mark("A copy of my data"),
    "rectification": mark("Correct something that is wrong"),
    "erasure": mark("Erase my data"),
    "objection": mark("Stop using my data for something"),
    "portability": mark("Take my data elsewhere, in a file for programs"),
    "blocking": mark("Block my data: nobody reads it for now"),
}

DATA_PROOF: Final = {
    "code": mark("Came with the code of the case"),
    "phone": mark("Wrote from the number of the case"),
    "document": mark("Showed a document with the name of the case"),
}

DATA_DECISION: Final = {
    "granted": mark("Granted"),
    "partly": mark("Granted in part"),
    "refused": mark("Refused"),
}

DATA_GROUND: Final = {
    "not_proven": mark("It is not proven whose data it is"),
    "nothing_kept": mark("Nothing of this person is kept"),
    "legal_duty": mark("The law has it kept"),
    "legal_hold": mark("It is needed for a claim before a court or an authority"),
    "rights_of_others": mark("It would harm the rights of other people"),
    "not_wrong": mark("What was to be corrected is right"),
}

DATA_FIELD: Final = {
    "name": mark("My name"),
    "place": mark("Where it happened"),
    "words": mark("What I told"),
}

DATA_STEP: Final = {
    "asked": mark("asked for"),
    "proven": mark("proven whose data it is"),
    "seconded": mark("document seen by a second person"),
    "extended": mark("thirty days more"),
    "copy_ready": mark("copy ready to be taken"),
    "copy_taken": mark("copy taken by the person"),
    "corrected": mark("corrected"),
    "asked_no_more": mark("the person is asked nothing more"),
    "erased": mark("erased"),
    "blocked": mark("blocked"),
    "unblocked": mark("no longer blocked"),
    "answered": mark("answered"),
}

BREACH_RISK: Final = {"low": mark("Low"), "medium": mark("Medium"), "high": mark("High")}

BREACH_CATEGORY: Final = {
    "identity": mark("Who somebody is"),
    "contact": mark("Phone or e-mail"),
    "words": mark("What somebody told"),
    "health_or_union": mark("Health, union or Indigenous people"),
    "staff": mark("Data of staff"),
}

WAS_TOLD: Final = {
    "undecided": mark("Not decided yet"),
    "told": mark("Told"),
    "not_needed": mark("Not needed"),
}

DATA_TABLES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "data_right": DATA_RIGHT,
        "data_proof": DATA_PROOF,
        "data_decision": DATA_DECISION,
        "data_ground": DATA_GROUND,
        "data_field": DATA_FIELD,
        "data_step": DATA_STEP,
        "breach_risk": BREACH_RISK,
        "breach_category": BREACH_CATEGORY,
        "was_told": WAS_TOLD,
    }
)
"""Every table by the name of its function, for `word_tables.TABLES`."""
