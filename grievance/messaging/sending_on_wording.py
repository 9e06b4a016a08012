"""The texts by which a person is asked whether a case may be sent to an outside body. Part of `wording`."""

from collections.abc import Mapping
from typing import Final

from grievance.core.i18n import mark
from grievance.messaging.text_names import Text, TextName

SENDING_ON: Final[Mapping[TextName, Text]] = {
    # SMS: keep within one segment. The digits are answers; do not change their order.
    TextName.CONSENT_ASK: Text(
        mark(
            "Case %(reference)s: may we send your words to %(body)s? Answer 1 yes, without your name, 2 yes, with "
            "name and phone, 3 no."
        ),
        ("reference", "body"),
    ),
    # SMS: keep within one segment. The digits are answers; do not change them.
    TextName.CONSENT_NAME: Text(
        mark(
            "Case %(reference)s: shall your name and phone go to %(body)s too? Answer 1 to confirm, 3 to send nothing. "
            "Without the 1 they do not go."
        ),
        ("reference", "body"),
    ),
    # SMS: keep within one segment.
    TextName.CONSENT_NOTED: Text(
        mark("We noted your answer in case %(reference)s. You can change it until it is sent: write to us."),
        ("reference",),
    ),
}
