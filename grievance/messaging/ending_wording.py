"""The texts by which a case ends: closed, or left by another door. Part of `wording`, whose rules hold here."""

from collections.abc import Mapping
from types import MappingProxyType

from grievance.core.i18n import mark
from grievance.messaging.text_names import Grows, Text, TextName

ENDING_TEXTS: Mapping[TextName, Text] = MappingProxyType(
    {
        # SMS: what a staff member wrote follows, verbatim.
        TextName.CLOSURE: Text(
            mark("%(site)s: case %(reference)s is closed. %(words)s"), ("site", "reference", "words"), Grows.WITH_WORDS
        ),
        # SMS: what a staff member wrote stands in the middle, verbatim. The command in capitals: APELAR in Spanish.
        TextName.CLOSURE_APPEAL: Text(
            mark(
                "%(site)s: case %(reference)s is closed. %(words)s\n"
                "Do you disagree? Answer APPEAL by %(until)s; somebody else looks at it."
            ),
            ("site", "reference", "words", "until"),
            Grows.WITH_WORDS,
        ),
        # SMS: the reason follows, verbatim.
        TextName.LEFT_REFERRED: Text(
            mark("%(site)s: we passed case %(reference)s on to others. %(words)s"),
            ("site", "reference", "words"),
            Grows.WITH_WORDS,
        ),
        # SMS: the reason follows, verbatim.
        TextName.LEFT_OUT_OF_SCOPE: Text(
            mark("%(site)s: we cannot take up case %(reference)s here. %(words)s"),
            ("site", "reference", "words"),
            Grows.WITH_WORDS,
        ),
        # SMS: the reason follows, verbatim.
        TextName.LEFT_WITHDRAWN: Text(
            mark("%(site)s: case %(reference)s was withdrawn. %(words)s"),
            ("site", "reference", "words"),
            Grows.WITH_WORDS,
        ),
        # SMS: the reason follows, verbatim.
        TextName.LEFT_MERGED: Text(
            mark("%(site)s: case %(reference)s goes on together with another. It keeps its number. %(words)s"),
            ("site", "reference", "words"),
            Grows.WITH_WORDS,
        ),
    }
)
