"""Staff accounts from the command line: the only way to make the first administrator."""

import click

from grievance.accounts.credentials import hash_password, new_password
from grievance.accounts.operations import EmailTaken, create_staff, grant_duty
from grievance.accounts.permissions import Duty
from grievance.cases.newcomers import hide_from_newcomer
from grievance.cli.parts import Parts, open_runtime, pass_parts, stop
from grievance.core.clock import now
from grievance.privacy.apart import follow_walls
from grievance.sites.queries import SiteNotFound, site_by_slug


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
