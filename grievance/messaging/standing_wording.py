"""The wording of what goes by itself: after days of silence, and when the law sets the date. A part of `wording`."""

from collections.abc import Mapping
from types import MappingProxyType

from grievance.core.i18n import mark
from grievance.messaging.text_names import Leads, Text, TextName

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
        # SMS: keep within one segment. Goes by itself; say nothing of what kind of case it is: others may read it.
        TextName.LAW_DATE: Text(
            mark(
                "%(site)s, case %(reference)s: the law sets the days for a case of this kind. "
                "Its date is %(due_on)s, not %(old_on)s."
            ),
            ("site", "reference", "due_on", "old_on"),
            leads=Leads.FOLLOW_UP,
        ),
        # SMS: keep within one segment. As above; the date that was promised has gone by.
        TextName.LAW_DATE_MISSED: Text(
            mark(
                "%(site)s, case %(reference)s: we missed %(old_on)s. Sorry. "
                "The law sets the days for a case of this kind: its date is %(due_on)s."
            ),
            ("site", "reference", "due_on", "old_on"),
            leads=Leads.FOLLOW_UP,
        ),
        # SMS: keep within one segment. Goes by itself once the Dirección del Trabajo has a case.
        TextName.LAW_DATE_STOPPED: Text(
            mark(
                "%(site)s, case %(reference)s: the Direccion del Trabajo now investigates it, in its own days. "
                "Our own date has stopped. The case stays open here."
            ),
            ("site", "reference"),
            leads=Leads.FOLLOW_UP,
        ),
    }
)
