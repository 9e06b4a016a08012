"""Staff accounts from the command line: the only way to make the first administrator."""

from typing import Any

import click

from grievance.accounts.credentials import hash_password, new_password
from grievance.accounts.operations import EmailTaken, MoveReason, create_staff, grant_duty, move_staff
from grievance.accounts.permissions import Duty
from grievance.accounts.queries import staff_by_email
from grievance.cases.newcomers import hide_from_newcomer
from grievance.cases.states import SYSTEM
from grievance.cli.parts import Parts, open_runtime, pass_parts, stop
from grievance.core.clock import now
from grievance.privacy.apart import follow_walls
from grievance.rounds.moves import follow_move
from grievance.sites.models import Unit
from grievance.sites.queries import SiteNotFound, companies, site_by_slug, the_operator, units


@click.group()
def accounts() -> None:
    """Staff accounts."""


@accounts.command("create")
@click.option("--email", required=True, prompt="E-mail")
@click.option("--name", required=True, prompt="Name")
@click.option(
    "--surname", default="", help="Looked for in the words of new cases; the last word of the name otherwise."
)
@click.option(
    "--duty", type=click.Choice([duty.value for duty in Duty]), default=Duty.ADMINISTRATOR.value, show_default=True
)
@click.option("--site", help="Address (slug) of the site; not for administrators.")
@click.option("--locale", type=click.Choice(["es", "en"]), default="es", show_default=True)
@pass_parts
def create(  # one argument per option
    parts: Parts, email: str, name: str, surname: str, duty: str, site: str | None, locale: str
) -> None:
    """Create a staff member with a generated password, shown once. The second factor is set at the first sign-in."""
    runtime = open_runtime(parts)
    wanted = Duty(duty)
    if wanted is not Duty.ADMINISTRATOR and not site:
        stop(f"The duty {duty} is held at a site. Name it: --site ADDRESS (see: grievance sites list)")
    password = new_password()
    password_hash = hash_password(password, salt=runtime.settings.password_salt.get_secret_value())
    at = now()
    try:
        with runtime.database.begin() as session:
            site_id = site_by_slug(session, site).id if site else None
            staff = create_staff(
                session,
                name=name,
                surname=surname or name.rsplit(maxsplit=1)[-1],
                email=email,
                password_hash=password_hash,
                locale=locale,
                by=None,
                at=at,
            )
            grant_duty(session, staff=staff, site_id=site_id, duty=wanted, by=None, at=at)
            hide_from_newcomer(session, staff.id, at=at)
            follow_walls(session, at=at)
    except EmailTaken:
        stop(f"There is already an account with {email}.")
    except SiteNotFound:
        stop(f"There is no site with the address {site}. See: grievance sites list")
    click.echo(f"Created {email}. Password, shown once: {password}")
    click.echo(f"Sign in at {runtime.settings.public_url}/{locale}/{'equipo' if locale == 'es' else 'staff'}")


@accounts.command("place")
@click.argument("email")
@click.option("--site", help="Address (slug) of the site of the unit.")
@click.option("--unit", help="Name of the unit. Without it the person belongs to none.")
@click.option("--heads", is_flag=True, help="Whether he or she heads the unit.")
@click.option("--company", help="Name of the company, for whoever has no unit: a unit brings its company.")
@click.option("--reason", type=click.Choice([reason.value for reason in MoveReason]), required=True)
@pass_parts
def place(  # one argument per option
    parts: Parts,
    email: str,
    site: str | None,
    unit: str | None,
    heads: bool,  # a flag of the command line
    company: str | None,
    reason: str,
) -> None:
    """Say where a staff member belongs. Cases about people near are hidden at once; nothing hidden is shown again.

    How many there are is nobody's answer here: whoever keeps accounts could tell whom a case is about.
    """
    at = now()
    with open_runtime(parts).database.begin() as session:
        staff = staff_by_email(session, email)
        if staff is None:
            stop(f"There is no account with {email}.")
        moved = move_staff(
            session,
            staff=staff,
            unit=_unit(session, site, unit) if unit else None,
            company_id=_company(session, company) if company else None,
            heads_unit=heads,
            reason=MoveReason(reason),
            by=None,
            at=at,
        )
        if moved:
            follow_move(session, staff.id, by=SYSTEM, at=at)
        follow_walls(session, at=at)
    click.echo("Noted." if moved else "It is as it was.")


def _unit(session: Any, site: str | None, name: str) -> Unit:  # noqa: ANN401  # adapters know no SQLAlchemy
    if not site:
        stop("Name the site of the unit: --site ADDRESS (see: grievance sites list)")
    try:
        found = [one for one in units(session, site_by_slug(session, site).id) if one.name == name]
    except SiteNotFound:
        stop(f"There is no site with the address {site}. See: grievance sites list")
    if not found:
        stop(f"There is no unit {name} at {site}.")
    return found[0]


def _company(session: Any, name: str) -> int:  # noqa: ANN401  # as above
    operator = the_operator(session)
    found = [one.id for one in companies(session, operator.id) if one.name == name] if operator else []
    if not found:
        stop(f"There is no company {name}.")
    return found[0]
