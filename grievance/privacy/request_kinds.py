"""Words of a request about personal data: which right, how somebody proved who he or she is, what came of it. Pure.

Source of the rights: Ley 21.719, which amends Ley 19.628 (arts. 4 to 11), in force on 1 December 2026; read in
secondary sources on 20 November 2026, to be confirmed by counsel.
"""

from enum import StrEnum


class DataRight(StrEnum):
    """What somebody asks for."""

    ACCESS = "access"
    """A copy of what is kept."""
    RECTIFICATION = "rectification"
    ERASURE = "erasure"
    OBJECTION = "objection"
    """That something is no longer done with it."""
    PORTABILITY = "portability"
    """A copy that another program can read."""
    BLOCKING = "blocking"
    """That nobody reads it for the time being."""


class Proof(StrEnum):
    """How somebody proved to be the person of a case. A reference alone, or a number typed in, proves nothing."""

    CODE = "code"
    """Came with the code of the case."""
    PHONE = "phone"
    """Wrote from the number from which the case came."""
    DOCUMENT = "document"
    """Showed a document with the name that was left in the case."""


class Decision(StrEnum):
    """What came of a request."""

    GRANTED = "granted"
    PARTLY = "partly"
    REFUSED = "refused"


class Ground(StrEnum):
    """Why a request is refused, wholly or in part."""

    NOT_PROVEN = "not_proven"
    NOTHING_KEPT = "nothing_kept"
    LEGAL_DUTY = "legal_duty"
    """The law has it kept, for example while harassment is investigated (Ley 21.643)."""
    LEGAL_HOLD = "legal_hold"
    """It is needed for a claim before a court or an authority."""
    RIGHTS_OF_OTHERS = "rights_of_others"
    NOT_WRONG = "not_wrong"
    """What is to be corrected was found to be right."""


class Field(StrEnum):
    """What can be corrected here.

    Not an e-mail: no staff member is to read one, and the person changes it on the follow-up page.
    """

    NAME = "name"
    PLACE = "place"
    WORDS = "words"
    """What the person told: the old stays as it was said, the correction beside it."""


class DataStep(StrEnum):
    """What an event about personal data records."""

    ASKED = "asked"
    PROVEN = "proven"
    SECONDED = "seconded"
    """A second person saw the document too."""
    EXTENDED = "extended"
    COPY_READY = "copy_ready"
    COPY_TAKEN = "copy_taken"
    CORRECTED = "corrected"
    ASKED_NO_MORE = "asked_no_more"
    """Questions weeks later are no longer put."""
    ERASED = "erased"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    ANSWERED = "answered"


MAY_BLOCK_MEANWHILE = frozenset({DataRight.RECTIFICATION, DataRight.ERASURE, DataRight.OBJECTION, DataRight.BLOCKING})
"""Rights with which blocking may be asked until they are answered."""

GIVES_COPY = frozenset({DataRight.ACCESS, DataRight.PORTABILITY})
