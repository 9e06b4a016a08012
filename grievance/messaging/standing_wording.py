"""The wording of what goes by itself when nobody has written for long. A part of `wording`, kept by the same rules."""

from collections.abc import Mapping
from types import MappingProxyType

from grievance.core.i18n import mark
from grievance.messaging.text_names import Text, TextName

STANDING_TEXTS: Mapping[TextName, Text] = MappingProxyType(
    {
        # SMS: keep within one segment. Goes by itself; who has the case follows, such as "a case handler".
        TextName.STANDING: Text(
            mark("%(site)s, automatic notice: case %(reference)s is still open, with %(who)s. Next date: %(due_on)s."),
            ("site", "reference", "who", "due_on"),
        ),
        # SMS: keep within one segment. As above; the date has gone by.
        TextName.STANDING_LATE: Text(
            mark(
                "%(site)s, automatic notice: case %(reference)s is open, with %(who)s. "
                "We missed %(due_on)s and gave you no new date."
            ),
            ("site", "reference", "who", "due_on"),
        ),
        # SMS: keep within one segment. As above; no date runs.
        TextName.STANDING_UNDATED: Text(
            mark("%(site)s, automatic notice: case %(reference)s is still open, with %(who)s. No date is set now."),
            ("site", "reference", "who"),
        ),
    }
)
