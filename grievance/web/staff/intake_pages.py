"""Assisted intake as plain values: what the form offers, what it files, what is read back, what stands on the slip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms import SelectField

from grievance.accounts.queries import SiteName
from grievance.cases.intake import Filing
from grievance.cases.states import ASSISTED, Channel, Confidentiality, Group, Reach
from grievance.complainants.assisted import Slip
from grievance.complainants.door import Phone
from grievance.core.i18n import OFFERED, Locale
from grievance.sites import queries as site_queries
from grievance.sites.models import Site
from grievance.web import formats, words
from grievance.web.lang import current_lang, url_for_lang
from grievance.web.staff.choices import in_language
from grievance.web.staff.forms_base import Choice, text_of, with_empty
from grievance.web.staff.forms_intake import IntakeForm
from grievance.web.staff.pages_base import today_at
from grievance.web.unit import Unit

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What is read out to the person."""

    words: str
    lang: str
    facts: list[Pair]


@dataclass(frozen=True, slots=True)
class SlipView:
    """The paper, in the person's language."""

    lang: str
    site_name: str
    reference: str
    code: str
    code_until: str
    received: str
    dates: list[str]
    readers: str
    follow_up_url: str
    office: str
    emergency: str
    routes: list[str]


def fill(form: IntakeForm, sites: Sequence[SiteName], unit: Unit) -> None:
    """Offer the lists. Areas of several sites stand together, each with its site: no script can swap them."""
    lang = current_lang()
    form.site.choices = [(site.slug, site.name) for site in sites]
    form.channel.choices = [(channel.value, words.channel(channel)) for channel in ASSISTED]
    form.locale.choices = [(code, formats.lang_name(code, lang)) for code in OFFERED]
    form.group.choices = [(group.value, words.group(group)) for group in _groups()]
    form.confidentiality.choices = [(code.value, words.confidentiality(code)) for code in Confidentiality]
    by_mail = (Reach.MAIL,) if unit.runtime.offers_mail else ()
    ways = (Reach.IN_PERSON, Reach.NOTICES, *by_mail, Reach.PAGE)
    form.reach.choices = [(reach.value, words.reach(reach)) for reach in ways]
    unknown = _("Not known")
    operator = site_queries.the_operator(unit.session)
    operator_id = operator.id if operator else 0
    companies = site_queries.companies(unit.session, operator_id)
    form.employer.choices = with_empty([(str(row.id), row.name) for row in companies], unknown)
    categories = site_queries.categories(unit.session, operator_id)
    form.category.choices = with_empty([(str(row.id), in_language(row.labels)) for row in categories], unknown)
    form.area.choices = with_empty(_areas(sites, unit), unknown)
    form.told_on.today = form.occurred_on.today = max(today_at(site.time_zone) for site in sites)
    if not form.is_submitted():
        form.locale.data, form.told_on.data = lang, form.told_on.today


def filing_of(form: IntakeForm, *, recorded_by_id: int, read_back: str) -> Filing:
    """Return what the form files."""
    return Filing(
        words=text_of(form.words),
        locale=Locale(form.locale.data),
        channel=Channel(form.channel.data),
        confidentiality=Confidentiality(form.confidentiality.data),
        # A phone or an e-mail counts once it is confirmed; until then the person has the slip.
        reach=Reach.PAGE if form.reach.data in {Reach.NOTICES, Reach.MAIL} else Reach(form.reach.data),
        said_group=Group(form.group.data),
        concerns_handlers=bool(form.concerns_handlers.data),
        category_id=_number(form.category.data),
        area_id=_number(form.area.data),
        place=form.place.data or None,
        occurred_on=form.occurred_on.data,
        employer_id=_number(form.employer.data),
        people_count=form.people_count.data or 1,
        name=form.given_name,
        form_key=form.form_key.data,
        recorded_by_id=recorded_by_id,
        read_back=read_back,
    )


def phone_of(form: IntakeForm, site: Site, unit: Unit) -> Phone | None:
    """Return the phone to confirm and the line that writes to it; None where either is missing."""
    number = form.phone_number
    line = site_queries.line_of_site(unit.session, site.id) if number else None
    return Phone(number, line) if number and line else None


def site_of(site: SiteName, unit: Unit) -> Site:
    """Return the row of a site."""
    return site_queries.site_by_slug(unit.session, site.slug)


def read_back_view(form: IntakeForm, unit: Unit, lang: Locale) -> ReadBack:
    """Return what is read out."""
    del unit
    when = formats.day(form.told_on.data, lang) if form.told_on.data else None
    rows: list[tuple[str, str | None]] = [
        (_("How it reached you"), words.channel(form.channel.data)),
        (_("On which day"), when),
        (_("Who is speaking"), words.group(form.group.data)),
        (_("What it is about"), _label(form.category)),
        (_("Where it happened"), _label(form.area)),
        (_("The exact place"), form.place.data),
        (_("When it happened"), formats.day(form.occurred_on.data, lang) if form.occurred_on.data else None),
        (_("How many people it is about"), _people(form.people_count.data or 1)),
        (_("How far the person wants to be known"), words.confidentiality(form.confidentiality.data)),
        (_("How the person will hear from us"), words.reach(form.reach.data)),
    ]
    return ReadBack(text_of(form.words), form.locale.data, [(term, value) for term, value in rows if value])


def slip_view(slip: Slip, lang: Locale, *, public_url: str, today: date) -> SlipView:
    """Return the paper. Must be called with the person's language in force."""
    dates = []
    if slip.acknowledge_on:
        dates.append(_acknowledgement(slip.acknowledge_on, lang, today))
    if slip.resolve_on:
        dates.append(_("You will have an answer by %(day)s.", day=formats.day(slip.resolve_on, lang)))
    return SlipView(
        lang=lang,
        site_name=slip.site_name,
        reference=slip.reference,
        code=slip.code.reveal() if slip.code else "",
        code_until=formats.day(slip.code_until, lang),
        received=formats.day(slip.received_at, lang, tz=slip.time_zone),
        dates=dates,
        readers=_readers(slip),
        follow_up_url=public_url + url_for_lang("complainant.follow_up", lang),
        office=slip.office.get(lang, ""),
        emergency=slip.emergency.get(lang, ""),
        routes=[_route(route.names, route.notes, route.url, lang) for route in slip.routes],
    )


def _readers(slip: Slip) -> str:
    if slip.is_restricted:
        return _(
            "Only the two people who read first what is delicate can read it, and whoever they name to look into it."
        )
    return _("The two people who read every grievance first, then the person in charge of it and the coordinator.")


def _route(names: dict[str, str], notes: dict[str, str], url: str, lang: Locale) -> str:
    note = notes.get(lang, "")
    return f"{names.get(lang, '')}{': ' + note if note else ''} ({url})"


def _areas(sites: Sequence[SiteName], unit: Unit) -> list[Choice]:
    several = len(sites) > 1
    return [
        (str(row.id), f"{in_language(row.labels)}, {site.name}" if several else in_language(row.labels))
        for site in sites
        for row in site_queries.areas(unit.session, site.id)
    ]


def _groups() -> list[Group]:
    return [Group.NOT_SAID, *(group for group in Group if group is not Group.NOT_SAID)]


def _label(field: SelectField) -> str | None:
    if not field.data:
        return None
    return next((str(choice[1]) for choice in field.choices or () if choice[0] == field.data), None)


def _people(count: int) -> str:
    return ngettext("%(num)s person", "%(num)s people", count)


def _number(value: str | None) -> int | None:
    return int(value) if value else None


def _acknowledgement(due_on: date, lang: Locale, today: date) -> str:
    """Say by when a person answers. Recorded days after it was told, the paper promises no day that has gone by."""
    day = formats.day(due_on, lang)
    if due_on < today:
        return _(
            "By %(day)s a person should have told you that it is in hand. It is late, and will be done first.", day=day
        )
    return _("A person will tell you that it is in hand by %(day)s.", day=day)
