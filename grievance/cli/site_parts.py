"""What belongs to a site: its numbers, companies, units, areas, days, and what pages say of it."""

from datetime import datetime
from typing import Any

import click

from grievance.cli.parts import Parts, open_runtime, pass_parts, stop
from grievance.core.phone import PhoneNumberRefused
from grievance.deadlines.operations import set_day
from grievance.sites import queries
from grievance.sites.models import CompanyKind, Operator, Site
from grievance.sites.operations import add_area, add_company, add_line, add_unit, describe_site


@click.command("edit")
@click.argument("slug")
@click.option("--emergency", help="Number for danger, shown on the form and in the first answer.")
@click.option("--services-es", help="One sentence in Spanish: whom else to call in danger.")
@click.option("--services-en", help="The same in English.")
@click.option("--office-es", help="One sentence in Spanish: where and when a person can be spoken to.")
@click.option("--office-en", help="The same in English.")
@pass_parts
def edit(parts: Parts, /, slug: str, emergency: str | None, **said: str | None) -> None:
    """Change what pages and texts say of a site. What is not given stays."""
    with open_runtime(parts).database.begin() as session:
        describe_site(
            session,
            _site(session, slug),
            emergency_phone=emergency,
            emergency_services=_by_language(said, "services"),
            office=_by_language(said, "office"),
        )
    click.echo("Changed.")


@click.command("add-line")
@click.argument("slug")
@click.argument("number")
@click.option("--also", multiple=True, help="Address of another site that the same number serves; can be repeated.")
@pass_parts
def line(parts: Parts, slug: str, number: str, also: tuple[str, ...]) -> None:
    """Give a site a number that people can text. Where it serves several, the person is asked which."""
    try:
        with open_runtime(parts).database.begin() as session:
            add_line(session, number, sites=[_site(session, one) for one in (slug, *also)])
    except PhoneNumberRefused:
        stop(f"{number} is not a phone number. Write it with its country, as in +56 9 1234 5678.")
    click.echo(f"Added. What the provider has to be told: grievance sites show {slug}")


@click.command("add-company")
@click.argument("name")
@click.option("--kind", type=click.Choice([kind.value for kind in CompanyKind]), required=True)
@pass_parts
def company(parts: Parts, name: str, kind: str) -> None:
    """Add a company whose people work or supply here; whoever files can name it as employer."""
    with open_runtime(parts).database.begin() as session:
        owner = _operator(session)
        _refuse_second(name, queries.companies(session, owner.id))
        add_company(session, owner, name=name, kind=CompanyKind(kind))
    click.echo("Added.")


@click.command("add-unit")
@click.argument("slug")
@click.argument("name")
@click.option("--company", "company_name", required=True, help="Name of the company that it is part of.")
@click.option("--under", help="Name of the unit above it.")
@pass_parts
def unit(parts: Parts, slug: str, name: str, company_name: str, under: str | None) -> None:
    """Add a unit of a site. Cases against it are hidden from its people and from those above them."""
    with open_runtime(parts).database.begin() as session:
        site = _site(session, slug)
        present = queries.units(session, site.id)
        _refuse_second(name, present)
        owner = _named(company_name, queries.companies(session, _operator(session).id))
        add_unit(session, site, owner, name=name, parent=_named(under, present) if under else None)
    click.echo("Added. Say on the page of each staff member which unit they belong to, and who heads it.")


@click.command("add-area")
@click.argument("slug")
@click.option("--es", required=True, help="Its name in Spanish.")
@click.option("--en", required=True, help="Its name in English.")
@pass_parts
def area(parts: Parts, slug: str, es: str, en: str) -> None:
    """Add a place of a site that people can name without giving a point on a map."""
    with open_runtime(parts).database.begin() as session:
        site = _site(session, slug)
        add_area(session, site, labels={"es": es, "en": en}, position=len(queries.areas(session, site.id)))
    click.echo("Added.")


@click.command("add-day")
@click.argument("slug")
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
@click.argument("name")
@click.option("--worked", is_flag=True, help="A holiday that is a business day here; otherwise a day that is none.")
@pass_parts
def day(parts: Parts, slug: str, day: datetime, name: str, worked: bool) -> None:  # a flag of the command line
    """Add a day to the calendar of a site, such as an election. Dates promised before stay as they are."""
    with open_runtime(parts).database.begin() as session:
        set_day(session, _site(session, slug).id, on=day.date(), is_business_day=worked, name=name)
    click.echo(f"{day.date().isoformat()} is {'a' if worked else 'no'} business day at {slug}.")


PARTS = (edit, line, company, unit, area, day)
"""Subcommands of `grievance sites`."""


def _site(session: Any, slug: str) -> Site:  # noqa: ANN401  # adapters know no SQLAlchemy
    try:
        return queries.site_by_slug(session, slug)
    except queries.SiteNotFound:
        stop(f"There is no site with the address {slug}. See: grievance sites list")


def _operator(session: Any) -> Operator:  # noqa: ANN401  # as above
    return queries.the_operator(session) or stop("There is no site yet. Make one: grievance sites create --help")


def _named(name: str, rows: Any) -> Any:  # noqa: ANN401  # companies or units
    found = [row for row in rows if row.name == name]
    if not found:
        stop(f"There is no {name}. Known: {', '.join(row.name for row in rows) or 'none'}")
    return found[0]


def _refuse_second(name: str, rows: Any) -> None:  # noqa: ANN401  # as above
    if any(row.name == name for row in rows):
        stop(f"There is already a {name}.")


def _by_language(said: dict[str, str | None], what: str) -> dict[str, str]:
    return {lang: words for lang in ("es", "en") if (words := said[f"{what}_{lang}"]) is not None}
