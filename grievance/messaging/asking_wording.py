"""The texts by which we ask weeks later, and those that say how a question is answered. Part of `wording`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from grievance.core.i18n import mark
from grievance.messaging.text_names import Text, TextName
from grievance.messaging.threads import Question

ASKING: Final[Mapping[TextName, Text]] = {
    # SMS: keep within one segment. The digits are answers; do not change their order.
    TextName.CHECK_HELD: Text(
        mark("%(site)s, case %(reference)s: does what was agreed still hold? Answer 1 yes, 2 no."),
        ("site", "reference"),
    ),
    # SMS: keep within one segment. The digits are answers; do not change their order.
    TextName.CHECK_REPRISAL: Text(
        mark(
            "%(site)s, case %(reference)s: has anybody treated you worse for complaining? Answer 1 no, 2 yes. "
            "Whoever handled your case will not see it."
        ),
        ("site", "reference"),
    ),
    # SMS: keep within one segment.
    TextName.CHECK_THANKS: Text(mark("Thank you for answering about case %(reference)s."), ("reference",)),
    # SMS: keep within one segment.
    TextName.REPRISAL_OPENED: Text(
        mark(
            "We opened case %(reference)s about it, with other people in charge. A person will contact you by "
            "%(due_on)s. In danger call %(emergency)s."
        ),
        ("reference", "due_on", "emergency"),
    ),
    # SMS: keep within one segment. The digits are answers, in the order of the question before.
    TextName.CHECK_REPRISAL_AGAIN: Text(
        mark(
            "Case %(reference)s: please say it again. Has anybody treated you worse for complaining? 1 no, 2 yes, or "
            "tell us in your words. Whoever handled it will not see it."
        ),
        ("reference",),
    ),
    # SMS: keep within one segment. The choices follow as "1 yes, 2 in part, 3 no".
    TextName.NOTED_HOW: Text(
        mark("We noted it in case %(reference)s. To answer what we asked: %(choices)s."), ("reference", "choices")
    ),
    # SMS: keep within one segment. The choices follow as "1 yes, 2 in part, 3 no".
    TextName.STILL_ASKED: Text(
        mark("We asked you something else in case %(reference)s. To answer that: %(choices)s."),
        ("reference", "choices"),
    ),
}

CHOICES: Final[Mapping[Question, str]] = MappingProxyType(
    {
        # SMS: after "To answer what we asked:".
        Question.LANGUAGE: mark("1 Spanish, 2 English"),
        # SMS: after "To answer what we asked:".
        Question.DATA_RIGHT: mark("one digit, from 1 to 6"),
        # SMS: after "To answer what we asked:".
        Question.REOPEN: mark("1 to reopen it"),
        # SMS: after "To answer what we asked:". Whether the person accepts our response.
        Question.RESPONSE: mark("1 yes, 2 in part, 3 no"),
        # SMS: after "To answer what we asked:". Whether it was solved.
        Question.VERDICT: mark("1 yes, 2 in part, 3 no"),
        # SMS: after "To answer what we asked:". How the person was treated.
        Question.RATE_PROCESS: mark("from 1, very badly, to 5, very well"),
        # SMS: after "To answer what we asked:". How the person finds what came of it.
        Question.RATE_OUTCOME: mark("from 1, very bad, to 5, very good"),
        # SMS: after "To answer what we asked:". Whether what was agreed holds.
        Question.HELD: mark("1 yes, 2 no"),
        # SMS: after "To answer what we asked:". Whether what was written down is right.
        Question.READ_BACK: mark("1 it is right, 2 it is not"),
        # SMS: after "To answer what we asked:". Whether the case may be sent.
        Question.CONSENT: mark("1 yes, without your name, 2 yes, with name and phone, 3 no"),
        # SMS: after "To answer what we asked:". Whether the name goes too.
        Question.CONSENT_NAME: mark("1 yes, with name and phone, 3 no"),
    }
)
"""What may be answered, said to whoever answered something else. Optional questions are not put again."""
