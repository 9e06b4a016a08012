"""The notice to people about their data, as plain values: who answers, where data go, how long each kind is kept.

Every figure comes from the code that keeps it, every name from the settings. Not for: the words around them, which
are the template's; whoever changes those raises `EDITION` and its day (a test compares).

Source: Ley 19.628 as changed by Ley 21.719, art. 14 ter, (a) to (l); read in secondary sources on 22 November 2026,
to be confirmed by counsel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from flask_babel import gettext as _

from grievance.cases.identity import CODE_LIVES
from grievance.cases.intake import RECEIPT_SHOWN
from grievance.complainants.access import ONE_USE_LIVES
from grievance.core.config import Settings
from grievance.deadlines.working_days import local_date
from grievance.privacy import schedules, sweep
from grievance.privacy.schedules import CASE_KINDS, Matter, StandingPeriod
from grievance.registers.importing import KEPT_UNDECIDED
from grievance.rounds.orphans import KEPT_UNNAMED
from grievance.runtime import Runtime
from grievance.sites.queries import sites, the_operator
from grievance.web import formats
from grievance.web.complainant.data_promises import DataPromises, data_promises
from grievance.web.complainant.throttle import WINDOW
from grievance.web.complainant.visit import IDLE
from grievance.web.kept_words import short_span_words, span_words, what_words
from grievance.web.lang import current_lang

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

EDITION: Final = 2
EDITION_ON: Final = date(2026, 11, 22)
"""Version of the template's words, and its day. Names and periods are those of the day on which it is read."""


@dataclass(frozen=True, slots=True)
class KeptLine:
    """How long something is kept; `coming` says what it becomes and when, where that is decided."""

    span: str
    what: str
    coming: str = ""


@dataclass(frozen=True, slots=True)
class KeptAt:
    """The periods of cases at some sites, named only where sites differ."""

    sites: str
    lines: Sequence[KeptLine]


@dataclass(frozen=True, slots=True)
class DataNotice:
    """What the page says besides its own words."""

    edition: int
    edition_on: str
    controller: Sequence[tuple[str, str]]
    """Terms and words; empty words where nothing is set."""
    gaps: Sequence[str]
    """Settings that are missing."""
    hosting: str
    sends_texts: bool
    asks_provider_to_forget: bool
    sends_mail: bool
    keeps_files_elsewhere: bool
    kept: Sequence[KeptAt]
    kept_everywhere: Sequence[KeptLine]
    trace_kept: str
    visit_kept: str
    promised: DataPromises


def data_notice(session: Session, runtime: Runtime, *, at: datetime) -> DataNotice:
    """Return the notice of this installation as it stands."""
    settings = runtime.settings
    return DataNotice(
        edition=EDITION,
        edition_on=formats.day(EDITION_ON, current_lang()),
        controller=_controller(session, settings),
        gaps=settings.notice_gaps(),
        hosting=settings.hosting.strip(),
        sends_texts=bool(settings.twilio_account_sid),
        asks_provider_to_forget=settings.twilio_redact_bodies,
        sends_mail=runtime.offers_mail,
        keeps_files_elsewhere=settings.storage_url.startswith("s3://"),
        kept=_kept(session, at=at),
        kept_everywhere=_kept_everywhere(session, at=at),
        trace_kept=short_span_words(WINDOW),
        visit_kept=short_span_words(IDLE),
        promised=data_promises(),
    )


def _controller(session: Session, settings: Settings) -> list[tuple[str, str]]:
    operator = the_operator(session)
    pairs = [
        (_("Who answers"), settings.controller_name.strip() or (operator.name if operator else "")),
        (_("Legal representative"), settings.controller_representative.strip()),
        (_("Address"), settings.controller_address.strip()),
        (_("Contact"), settings.controller_contact.strip()),
    ]
    officer = settings.data_officer.strip()
    return [*pairs, (_("Data protection officer"), officer)] if officer else pairs


def _kept(session: Session, *, at: datetime) -> list[KeptAt]:
    """Return the periods of cases and of spam: once where all sites keep alike, else by sites that do."""
    alike: dict[tuple[KeptLine, ...], list[str]] = {}
    for site in sites(session):
        rows = schedules.standing(session, site.id, today=local_date(at, site.time_zone))
        alike.setdefault(tuple(_lines(rows)), []).append(site.name)
    if not alike:
        defaults = [StandingPeriod(one, one, "", None, None) for one in schedules.DEFAULTS.values()]
        alike[tuple(_lines(defaults))] = []
    lang = current_lang()
    return [KeptAt(formats.list_and(names, lang) if len(alike) > 1 else "", lines) for lines, names in alike.items()]


def _lines(rows: Sequence[StandingPeriod]) -> list[KeptLine]:
    """Return one line for each period, with everything that is kept so long, the longest first."""
    groups: dict[tuple[str, str], list[str]] = {}
    cases = [row for row in rows if row.today.what in CASE_KINDS]
    for row in sorted(cases, key=lambda row: row.today.amount, reverse=True):
        groups.setdefault((span_words(row.today), _coming(row)), []).append(what_words(row.today.what))
    spam = [row for row in rows if row.today.what == Matter.SPAM.value]
    return [
        *(KeptLine(span, "; ".join(kinds), coming) for (span, coming), kinds in groups.items()),
        *(KeptLine(span_words(row.today), what_words(row.today.what), _coming(row)) for row in spam),
    ]


def _coming(row: StandingPeriod) -> str:
    if row.next is None or row.next_from is None:
        return ""
    return _("From %(day)s: %(span)s", day=formats.day(row.next_from, current_lang()), span=span_words(row.next))


def _kept_everywhere(session: Session, *, at: datetime) -> list[KeptLine]:
    by_schedule = [
        KeptLine(span_words(sweep.longest(session, matter, at=at)[0]), what_words(matter.value))
        for matter in (Matter.RAW_TEXTS, Matter.OPINIONS, Matter.SESSIONS)
    ]
    own = (
        (KEPT_UNDECIDED, _("Lists of old grievances that staff loaded and have not decided about")),
        (KEPT_UNNAMED, _("Files that you added to a form and never sent")),
        (ONE_USE_LIVES, _("Code for one use that you asked for by SMS")),
        (RECEIPT_SHOWN, _("Access code on the receipt, unless you say before that you saved it")),
        (RECEIPT_SHOWN, _("One-time code on the slip that the office prints, as long as it can be read here")),
        (CODE_LIVES, _("Number that confirms your phone")),
    )
    return [*by_schedule, *(KeptLine(short_span_words(span), what) for span, what in own)]
