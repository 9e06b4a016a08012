"""What the selects of the staff forms offer, read only when a form on the page asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from flask_babel import ngettext

from grievance.accounts import queries as account_queries
from grievance.accounts.permissions import Duty
from grievance.cases import queries as case_queries
from grievance.cases.after_checks import Awaited, who_is_asked
from grievance.cases.appeals import can_appeal, eligible
from grievance.cases.models import Case, Complainant
from grievance.cases.page import CasePage, FilePart, RemedyPart, UndertakingPart
from grievance.cases.queries import StaffChoice
from grievance.cases.ways import people
from grievance.core.i18n import SPANISH, Locale
from grievance.deadlines.standards import CaseType
from grievance.desk.reply_templates import Template, templates_for
from grievance.referrals.contents import ReferralPart, referrals_of, sendable_files
from grievance.sites import queries as site_queries
from grievance.sites.models import Category
from grievance.web import formats, words
from grievance.web.lang import current_lang
from grievance.web.staff.access import viewer
from grievance.web.staff.forms_base import Choice
from grievance.web.unit import Unit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class Choices:
    """The choices for one case. Each is read once, at its first use."""

    def __init__(self, unit: Unit, page: CasePage) -> None:
        self._unit = unit
        self.page = page

    @cached_property
    def _case(self) -> Case | None:
        return case_queries.case_by_public_id(self._unit.session, self.page.public_id)

    @property
    def subject(self) -> tuple[Session, Case]:
        """Return the case itself and the session that read it, for showing what would be told.

        Raises:
            CaseNotFound: it is gone.
        """
        if self._case is None:
            raise case_queries.CaseNotFound
        return self._unit.session, self._case

    @cached_property
    def _operator_id(self) -> int:
        return site_queries.site_by_id(self._unit.session, self.page.site_id).operator_id

    @cached_property
    def handlers(self) -> list[Choice]:
        """Return who may work the case, with the number of their open cases: investigators where it is restricted."""
        duties = (Duty.INVESTIGATOR, Duty.TRIAGER) if self.page.is_restricted else (Duty.HANDLER,)
        return self._people(*duties)

    @cached_property
    def anybody(self) -> list[Choice]:
        """Return who may work it whatever it turns out to be; classifying decides whether it is restricted."""
        return self._people(Duty.HANDLER, Duty.INVESTIGATOR)

    @cached_property
    def investigators(self) -> list[Choice]:
        """Return who may be named on the case."""
        return [(person.public_id, person.name) for person in self._with_duty(Duty.INVESTIGATOR)]

    @cached_property
    def owners(self) -> list[Choice]:
        """Return who may answer for a measure or corrective action: whoever has a part in handling at the site.

        Of a restricted case only those who may know of it: triagers and the investigators they named; of what nobody
        sorted only triagers.
        """
        if self.page.is_restricted or not self.page.is_classified:
            named = [(person.public_id, person.name) for person in self.page.investigators if self.page.is_classified]
            triagers = [(person.public_id, person.name) for person in self._with_duty(Duty.TRIAGER)]
            return sorted({*named, *triagers}, key=lambda choice: choice[1])
        people = [*self._with_duty(Duty.HANDLER), *self._with_duty(Duty.COORDINATOR)]
        return sorted({(person.public_id, person.name) for person in people}, key=lambda choice: choice[1])

    @cached_property
    def staff_ids(self) -> Mapping[str, int]:
        """Return the ids of everybody offered above, by public id."""
        duties = (Duty.HANDLER, Duty.COORDINATOR, Duty.INVESTIGATOR, Duty.TRIAGER)
        return {person.public_id: person.id for duty in duties for person in self._with_duty(duty)}

    @cached_property
    def colleagues(self) -> list[Choice]:
        """Return everybody with an account at the site: any of them may be complained about."""
        return [(public_id, name) for public_id, name, _id in self._colleagues]

    @cached_property
    def colleague_ids(self) -> Mapping[str, int]:
        """Return the ids of the colleagues by public id."""
        return {public_id: staff_id for public_id, _name, staff_id in self._colleagues}

    @cached_property
    def units(self) -> list[Choice]:
        """Return the units of the site."""
        return [(str(row.id), row.name) for row in site_queries.units(self._unit.session, self.page.site_id)]

    @cached_property
    def companies(self) -> list[Choice]:
        """Return the companies in use."""
        return [(str(row.id), row.name) for row in site_queries.companies(self._unit.session, self._operator_id)]

    @cached_property
    def areas(self) -> list[Choice]:
        """Return the areas of the site."""
        rows = site_queries.areas(self._unit.session, self.page.site_id)
        return [(str(row.id), in_language(row.labels)) for row in rows]

    @cached_property
    def categories(self) -> list[Choice]:
        """Return the categories in use, by id, with the kind of case each usually is."""
        return [(str(row.id), in_language(row.labels)) for row in self._categories]

    @cached_property
    def proposed(self) -> tuple[str, str] | None:
        """Return the kind and severity usual for the category that the person chose, if one was chosen."""
        found = [row for row in self._categories if row.code == self.page.category]
        return (found[0].default_type, str(found[0].default_severity)) if found else None

    @cached_property
    def category_id(self) -> str:
        """Return the id of the category that the person chose, "" for none."""
        return next((str(row.id) for row in self._categories if row.code == self.page.category), "")

    @cached_property
    def untold(self) -> list[Choice]:
        """Return the messages not yet told by hand, the newest first."""
        tz, lang = self.page.time_zone, current_lang()
        return [
            (
                delivery.message_public_id,
                f"{words.message_kind(message.kind)}, {formats.moment_short(message.sent_at, lang, tz=tz)}",
            )
            for message in reversed(self.page.thread)
            for delivery in message.deliveries
            if not message.is_from_person and delivery.told not in {"handed_over", "seen", "delivered"}
        ]

    @cached_property
    def _reviewers(self) -> list[StaffChoice]:
        free = set(eligible(self._unit.session, self._case)) if self._case else set()
        return [person for person in self._with_duty(Duty.REVIEWER) if person.id in free]

    @cached_property
    def reviewers(self) -> list[Choice]:
        """Return who may decide an appeal: reviewers who had no part in the case."""
        return [(person.public_id, person.name) for person in self._reviewers]

    @cached_property
    def reviewer_ids(self) -> Mapping[str, int]:
        """Return the ids of the reviewers offered, by public id."""
        return {person.public_id: person.id for person in self._reviewers}

    @cached_property
    def appellants(self) -> Mapping[str, tuple[int, Complainant]]:
        """Return who can appeal now, by public id, numbered in the order in which they filed."""
        case, session, now = self._case, self._unit.session, self._unit.now
        if case is None:
            return {}
        found = [(number, person) for number, (person, _) in enumerate(people(session, case), start=1)]
        return {one[1].public_id: one for one in found if can_appeal(session, case, one[1], now=now)}

    @cached_property
    def reply_templates(self) -> tuple[Template, ...]:
        """Return the templates that fit the case and the language in which its people read."""
        page = self.page
        return templates_for(self._unit.session, page.site_id, case_type=page.type, locale=page.locale)

    @cached_property
    def check_open(self) -> str:
        """Return the question weeks after the outcome that waits for an answer, the latest asked, "" for none."""
        checks = [one.check for one in self._asked]
        return max(checks, key=lambda check: (check.asked_at or check.ask_at, check.id)).kind if checks else ""

    @cached_property
    def people_asked(self) -> Mapping[str, Awaited]:
        """Return whose answer to that question waits, by public id, the first who filed first."""
        return {one.person.public_id: one for one in self._asked if one.check.kind == self.check_open}

    @cached_property
    def _asked(self) -> list[Awaited]:
        return who_is_asked(self._unit.session, self._case, at=self._unit.now) if self._case else []

    def referrals_in(self, lang: Locale) -> tuple[ReferralPart, ...]:
        """Return the sendings to outside bodies, the newest first, with names of bodies in a language."""
        return referrals_of(self._unit.session, self.page.case_id, lang)

    @cached_property
    def referrals(self) -> tuple[ReferralPart, ...]:
        """Return the sendings to outside bodies, the newest first."""
        return self.referrals_in(current_lang())

    @cached_property
    def sendable_files(self) -> list[FilePart]:
        """Return the files that people of the case sent themselves."""
        own = {row.public_id for row, _ in sendable_files(self._unit.session, self._case)} if self._case else set()
        return [part for part in self.page.files if part.public_id in own]

    @cached_property
    def remedies_to_do(self) -> list[Choice]:
        """Return the remedies promised and not yet done."""
        return [(part.public_id, part.words or "") for part in self._remedies() if part.done_at is None]

    @cached_property
    def remedies_to_verify(self) -> list[Choice]:
        """Return the remedies done and not yet verified."""
        return [
            (part.public_id, part.words or "")
            for part in self._remedies()
            if part.done_at is not None and part.verified_at is None
        ]

    @cached_property
    def actions_to_do(self) -> list[Choice]:
        """Return the corrective actions not yet done."""
        return [(part.public_id, part.words or "") for part in self.page.corrective_actions if part.done_at is None]

    @cached_property
    def actions_to_verify(self) -> list[Choice]:
        """Return the corrective actions done and not yet verified."""
        actions = self.page.corrective_actions
        return [(part.public_id, part.words or "") for part in actions if part.done_at and part.verified_at is None]

    @cached_property
    def measures_to_do(self) -> list[Choice]:
        """Return the protective measures not yet taken."""
        return [(part.public_id, _measure(part)) for part in self.page.measures if part.done_at is None]

    @cached_property
    def measures_to_verify(self) -> list[Choice]:
        """Return the protective measures taken and not yet verified."""
        measures = self.page.measures
        return [(part.public_id, _measure(part)) for part in measures if part.done_at and part.verified_at is None]

    def _people(self, *duties: Duty) -> list[Choice]:
        found = {person.public_id: person for duty in duties for person in self._with_duty(duty)}
        return [(person.public_id, with_load(person)) for person in sorted(found.values(), key=lambda who: who.name)]

    def _remedies(self) -> Iterable[RemedyPart]:
        return (part for response in self.page.responses for part in response.remedies if part.cancelled_at is None)

    @cached_property
    def _categories(self) -> Sequence[Category]:
        return site_queries.categories(self._unit.session, self._operator_id)

    @cached_property
    def _colleagues(self) -> list[tuple[str, str, int]]:
        rows = account_queries.colleagues(self._unit.session, self.page.site_id)
        return [(row.public_id, row.name, row.staff_id) for row in rows]

    def _with_duty(self, duty: Duty) -> list[StaffChoice]:
        known: dict[Duty, list[StaffChoice]] = self.__dict__.setdefault("_by_duty", {})
        if duty not in known:
            known[duty] = case_queries.staff_choices(
                self._unit.session, viewer(), self.page.site_id, duty, case=self._case
            )
        return known[duty]


def _measure(part: UndertakingPart) -> str:
    return f"{words.measure(part.kind)}. {part.words or ''}"


def with_load(person: StaffChoice) -> str:
    """Return a name with the number of open cases behind it."""
    return ngettext("%(name)s (%(num)s open)", "%(name)s (%(num)s open)", person.open_cases, name=person.name)


def in_language(labels: Mapping[str, str]) -> str:
    """Return the label in the language of the page; Spanish where it has none."""
    return labels.get(current_lang()) or labels.get(SPANISH, "")


def types() -> list[Choice]:
    """Return the kinds of case that a triager may choose."""
    return [(kind.value, words.case_type(kind)) for kind in CaseType if kind is not CaseType.UNCLASSIFIED]
