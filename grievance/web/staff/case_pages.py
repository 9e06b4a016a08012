"""The case page as plain values: the template shows them and decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from grievance.cases.page import AppealPart, CasePage, ClockPart
from grievance.cases.side_tracks import Rung
from grievance.core.i18n import Locale
from grievance.deadlines.standards import CaseType, ClockName, standard
from grievance.deadlines.working_days import Calendar, local_date, working_days_between
from grievance.web import clock_words, formats, words
from grievance.web.page import Link
from grievance.web.staff.choices import in_language
from grievance.web.staff.contact_words import contacts
from grievance.web.staff.history_pages import HistoryRow, history_rows
from grievance.web.staff.response_pages import ResponseView, actions_of, responses
from grievance.web.staff.thread_pages import Said, Told, file_links, filings, thread
from grievance.web.staff.track_pages import ProtectionView, TrackView, day_of_rest, protection, track

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class DueItem:
    """A clock in the side panel."""

    what: str
    kind: str
    words: str
    small: str


@dataclass(frozen=True, slots=True)
class AppealView:
    """An appeal and what came of it."""

    head: str
    words: str
    decided: str
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """Everything on the case page."""

    reference: str
    title: str
    version: int
    today: str
    status: str
    badge: DueItem | None
    pills: list[str]
    filings: list[Told]
    summary: str
    place: str
    thread: list[Said]
    responses: list[ResponseView]
    corrective_actions: list[list[str]]
    protection: ProtectionView
    track: TrackView | None
    files: tuple[Link, ...]
    appeals: list[AppealView]
    clocks: list[DueItem]
    rules: list[Pair]
    versions: str
    facts: list[Pair]
    readers: list[str]
    hidden: list[str]
    contacts: list[str]
    openings: list[str]
    opinion: list[Pair]
    history: list[HistoryRow]
    is_restricted: bool
    is_spam: bool
    is_test: bool
    unread: str
    merged_into: str
    erased: str
    """The day on which words and identity were erased; empty while they are there."""


def case_view(page: CasePage, *, me: str, now: datetime, calendar: Calendar, lang: Locale) -> CaseView:
    """Return the page of a case for whoever looks, `me` being the name."""
    today = local_date(now, page.time_zone)
    return CaseView(
        reference=page.reference,
        title=page.title or _title_without_words(page),
        version=page.version,
        today=formats.day(today, lang),
        status=words.status(page.status),
        badge=_waiting(page, lang) or _next_due(page, now=now, calendar=calendar, lang=lang),
        pills=_pills(page),
        filings=filings(page, lang),
        summary=page.summary or "",
        place=page.place or "",
        thread=thread(page, me, lang),
        responses=responses(page, lang),
        corrective_actions=actions_of(page, lang),
        protection=protection(page, lang),
        track=track(page, lang),
        files=file_links(
            page, [part for part in page.files if not (part.submission_public_id or part.message_public_id)], lang
        ),
        appeals=[_appeal(part, page, lang) for part in page.appeals],
        clocks=[_due_item(part, now=now, calendar=calendar, lang=lang) for part in _in_order(page.clocks)],
        rules=_rules(page),
        versions=_versions(page, lang),
        facts=_facts(page, me, lang),
        readers=[f"{part.name}: {_because(part.because)}" for part in page.readers],
        hidden=[f"{part.name}: {words.hidden_reason(part.reason)}" for part in page.hidden_from],
        contacts=contacts(page),
        openings=_openings(page, lang),
        opinion=_opinion(page, lang),
        history=history_rows(page.events, page, me, lang),
        is_restricted=page.is_restricted,
        is_spam=page.is_spam,
        is_test=page.is_test,
        unread=_unread(page.unread_count),
        merged_into=page.merged_into or "",
        erased=formats.day(page.erased_at, lang, tz=page.time_zone) if page.erased_at else "",
    )


def _appeal(part: AppealPart, page: CasePage, lang: Locale) -> AppealView:
    filed = formats.day(part.filed_at, lang, tz=page.time_zone)
    head = _("Appeal of %(day)s. %(source)s.", day=filed, source=words.source(part.source))
    who = part.reviewer_name or _("nobody yet")
    decided = _("Decides: %(name)s", name=who)
    if part.result is not None and part.decided_at is not None:
        on = formats.day(part.decided_at, lang, tz=page.time_zone)
        decided = _("%(name)s, %(day)s: %(result)s", name=who, day=on, result=words.appeal_result(part.result))
    return AppealView(head, part.words or "", decided, part.decision or "")


def capital_first(text: str) -> str:
    """Return a text that begins a line."""
    return text[:1].upper() + text[1:]


def short_case(page: CasePage) -> str:
    """Return the title of a case, or what stands in for it."""
    return page.title or _title_without_words(page)


def _title_without_words(page: CasePage) -> str:
    what = in_language(page.category_labels) if page.category_labels else words.case_type(page.type)
    return _("%(what)s, no title yet", what=what)


def _pills(page: CasePage) -> list[str]:
    restricted = [_("Restricted")] if page.is_restricted else []
    spam = [_("Marked as not a grievance")] if page.is_spam else []
    outcome = [words.outcome(page.outcome)] if page.outcome else []
    appealed = [_("Under appeal")] if page.has_appeal else []
    return [words.status(page.status), *appealed, *restricted, *spam, *outcome]


def _unread(count: int) -> str:
    if not count:
        return ""
    return ngettext("%(num)s message not read yet", "%(num)s messages not read yet", count)


def _in_order(parts: Sequence[ClockPart]) -> list[ClockPart]:
    shown = [part for part in parts if part.is_running or part.met_at is not None]
    return sorted(
        shown, key=lambda part: (not part.is_running, part.due_at if part.is_running else part.met_at or part.due_at)
    )


def _waiting(page: CasePage, lang: Locale) -> DueItem | None:
    """Return the badge of a case that waits for the person: no date is missed meanwhile."""
    if page.paused_until is None:
        return None
    until = formats.day(page.paused_until, lang, tz=page.time_zone)
    return DueItem(clock_words.clock("pause"), "paused", _("Waits until %(day)s", day=until), "")


def _next_due(page: CasePage, *, now: datetime, calendar: Calendar, lang: Locale) -> DueItem | None:
    running = [part for part in page.clocks if part.is_running]
    return _due_item(running[0], now=now, calendar=calendar, lang=lang) if running else None


def _openings(page: CasePage, lang: Locale) -> list[str]:
    return [
        f"{formats.moment_short(part.opened_at, lang, tz=page.time_zone)}, {part.staff_name}: {part.reason}"
        for part in page.openings
    ]


def _due_item(part: ClockPart, *, now: datetime, calendar: Calendar, lang: Locale) -> DueItem:
    badge = clock_words.due_words(part, now=now, calendar=calendar, unit=part.unit, name=part.name)
    today = local_date(now, calendar.time_zone)
    small = capital_first(formats.day(part.due_on, lang, today=today))
    if part.unit == "hours":
        small = f"{small}, {formats.clock_time(part.due_at, lang, tz=calendar.time_zone)}"
    elif part.unit == "business_days" and part.is_running and not part.is_late:
        small = f"{small}. {_day_of(part, today, calendar)}"
    elif rest := day_of_rest(part, calendar):
        small = f"{small}. {rest}"
    if part.met_at is not None:
        met = formats.day(part.met_at, lang, tz=calendar.time_zone, today=today)
        small = _("Done on %(day)s; it was due on %(due)s", day=met, due=formats.day(part.due_on, lang, today=today))
    return DueItem(clock_words.clock(part.name), badge.kind, badge.words, small)


def _day_of(part: ClockPart, today: date, calendar: Calendar) -> str:
    began_on = local_date(part.started_at, calendar.time_zone)
    return _("Day %(day)s of %(days)s", day=working_days_between(began_on, today, calendar), days=part.amount)


def _rules(page: CasePage) -> list[Pair]:
    return [
        (clock_words.rule_words(part.name, part.amount, part.unit), _source(part))
        for part in page.clocks
        if part.cancelled_at is None
    ]


def _source(part: ClockPart) -> str:
    if part.name not in list(ClockName):
        return _("Default of this project")
    if "/" in part.standards_version:
        return _("Decided by the site")
    row = standard(CaseType(part.standard_type), ClockName(part.name))
    if row is None:
        return ""
    confirm = " " + _("To be confirmed by counsel.") if row.to_confirm else ""
    return f"{clock_words.source_words(row.source)}.{confirm}"


def _versions(page: CasePage, lang: Locale) -> str:
    parts = [part for part in page.clocks if part.cancelled_at is None]
    if not parts:
        return ""
    return _(
        "Rules for: %(kinds)s. Edition %(standards)s of the rules, counted with the Chilean calendar %(calendar)s.",
        kinds=formats.list_and(list(dict.fromkeys(words.case_type(part.standard_type) for part in parts)), lang),
        standards=parts[-1].standards_version,
        calendar=parts[-1].calendar_version,
    )


def _facts(page: CasePage, me: str, lang: Locale) -> list[Pair]:
    first = page.complainants[0] if page.complainants else None
    people = sum(part.people_count for part in page.complainants)
    handler = (_("You") if page.handler.name == me else page.handler.name) if page.handler else _("Nobody yet")
    rows: list[tuple[str, str | None]] = [
        (_("Kind"), words.case_type(page.type)),
        (_("About"), in_language(page.category_labels) if page.category_labels else None),
        (_("Severity"), words.severity(page.severity)),
        (_("Who is speaking"), words.group(first.said_group) if first else None),
        (_("People"), formats.number(people, lang) if people > 1 else None),
        (_("Employer"), page.employer_name or (first.employer_name if first else None)),
        (_("Area"), in_language(page.area_labels) if page.area_labels else None),
        (_("Place"), page.place),
        (_("When it happened"), formats.day(page.occurred_on, lang) if page.occurred_on else None),
        (_("Channel"), words.channel(page.submissions[0].channel) if page.submissions else None),
        (_("Language"), formats.lang_name(page.locale, lang)),
        (_("Filings"), formats.number(len(page.submissions), lang)),
        (_("From the old register"), _imported(page)),
        (_("About whom"), _respondents(page, lang)),
        (_("Handler"), handler),
        (_("Who answers for it"), _rung(page)),
        (_("Investigators"), formats.list_and([part.name for part in page.investigators], lang) or None),
        (_("Site"), page.site_name),
    ]
    if page.erased_at is not None:
        # A company, an area and a shift may be enough to know somebody by: they are counted, and not shown.
        return [(term, value) for term, value in rows if value and term in {_("Kind"), _("Severity"), _("Site")}]
    return [(term, value) for term, value in rows if value]


def _rung(page: CasePage) -> str | None:
    """Return who answers for a case since dates were missed; nothing while it is its handler."""
    if page.rung == Rung.HANDLER:
        return None
    if page.is_restricted:
        return _("The triagers: dates were missed")
    if page.rung == Rung.COORDINATOR:
        return _("The coordinator: a date was missed")
    return _("The named manager: dates were missed more than once")


def _imported(page: CasePage) -> str | None:
    if page.register_number is None:
        return None
    return _("Imported, number %(number)s there", number=page.register_number)


def _respondents(page: CasePage, lang: Locale) -> str:
    said = [
        part.staff_name or part.unit_name or part.company_name or part.description or "" for part in page.respondents
    ]
    return formats.list_and([name for name in said if name], lang)


def _because(because: str) -> str:
    match because:
        case "handler":
            return _("handler of the case")
        case "investigator":
            return _("named investigator")
        case "triager":
            return _("triager")
        case "coordinator":
            return _("coordinator")
        case "manager":
            return _("named manager, because dates were missed")
        case "reviewer":
            return _("decides the appeal")
        case "outside_reviewer":
            return _("outside reviewer, because everybody who triages has a part in it")
        case "auditor":
            return _("auditor")
        case "on_call":
            return _("on call for danger")
        case _:
            return because


def holds_identity(page: CasePage) -> bool:
    """Return whether anybody left something to open: opening nothing would still be told as an opening."""
    return any(part.has_name or part.has_phone or part.has_email for part in page.complainants)


def _opinion(page: CasePage, lang: Locale) -> list[Pair]:
    rows: list[Pair] = []
    if page.outcome:
        rows.append((_("Outcome, the site's finding"), words.outcome(page.outcome)))
    if page.verdict:
        source = f" ({words.source(page.verdict_source)})" if page.verdict_source else ""
        rows.append((_("Opinion of the person"), words.verdict(page.verdict) + source))
    survey = page.survey
    if survey is None:
        return rows
    for label, mark in (
        (_("How we treated the person"), survey.process_rating),
        (_("What came of it"), survey.outcome_rating),
    ):
        if mark is not None:
            rows.append((label, _("%(mark)s of 5", mark=mark)))
    if survey.unlinked_at is not None:
        since = formats.day(survey.unlinked_at, lang, tz=page.time_zone)
        rows.append((_("Ratings"), _("Given; not kept with the case since %(day)s", day=since)))
    return rows
