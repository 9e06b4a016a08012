"""Setting up the operator and its sites from the command line."""

import click

from grievance.cli.parts import Parts, open_runtime, pass_parts, stop
from grievance.core.phone import PhoneNumberRefused
from grievance.sites import starting_set
from grievance.sites.operations import NameTooLong, SlugRefused, add_line, create_operator, create_site
from grievance.sites.queries import SiteNotFound, line_of_site, site_by_slug, the_operator
from grievance.sites.queries import sites as all_sites


@click.group()
def sites() -> None:
    """The operator's sites."""


@sites.command("list")
@pass_parts
def list_sites(parts: Parts) -> None:
    """List the sites with their address and number."""
    with open_runtime(parts).database.read() as session:
        rows = [(site.slug, site.name, line_of_site(session, site.id) or "no number") for site in all_sites(session)]
    for row in rows:
        click.echo("\t".join(row))
    if not rows:
        click.echo("No site yet. Make one: grievance sites create --help")


@sites.command("create")
@click.option("--operator", help="Name of the operator; needed for the first site.")
@click.option("--slug", required=True, help="Its place in addresses: small letters, digits, hyphens.")
@click.option("--name", required=True)
@click.option("--sms-name", required=True, help="Its name inside texts, at most 24 characters.")
@click.option("--number", help="The number people text, as in +56 9 …")
@click.option("--emergency", default="", help="Number for danger, shown on the form and in the first answer.")
@click.option("--time-zone", default="America/Santiago", show_default=True)
@pass_parts
def create(  # one argument per option
    parts: Parts,
    operator: str | None,
    slug: str,
    name: str,
    sms_name: str,
    number: str | None,
    emergency: str,
    time_zone: str,
) -> None:
    """Create a site with the starting set of categories, areas and external routes."""
    runtime = open_runtime(parts)
    try:
        with runtime.database.begin() as session:
            owner = the_operator(session)
            if owner is None:
                if not operator:
                    stop("This is the first site. Name its operator: --operator NAME")
                owner = create_operator(session, name=operator)
                starting_set.add_categories(session, owner)
                starting_set.add_external_routes(session, owner)
            site = create_site(
                session,
                owner,
                slug=slug,
                name=name,
                sms_name=sms_name,
                emergency_phone=emergency,
                emergency_services=starting_set.EMERGENCY_SERVICES_CHILE,
                time_zone=time_zone,
            )
            starting_set.add_areas(session, site)
            if number:
                add_line(session, number, sites=[site])
    except SlugRefused:
        stop(f"The address {slug} cannot be used: small letters, digits and single hyphens, and no word of ours.")
    except NameTooLong:
        stop("The name for texts has more than 24 characters; it would leave no room for the text.")
    except PhoneNumberRefused:
        stop(f"{number} is not a phone number. Write it with its country, as in +56 9 1234 5678.")
    click.echo(f"Created. Its page: {runtime.settings.public_url}/es/{slug}")


@sites.command("show")
@click.argument("slug")
@pass_parts
def show(parts: Parts, slug: str) -> None:
    """Show what the provider has to be told for a site: its number and the addresses of the webhooks."""
    runtime = open_runtime(parts)
    with runtime.database.read() as session:
        try:
            site = site_by_slug(session, slug)
        except SiteNotFound:
            stop(f"There is no site with the address {slug}. See: grievance sites list")
        number = line_of_site(session, site.id)
    address = runtime.settings.public_url
    click.echo(f"{site.name}\n  number      {number or 'none'}\n  page        {address}/es/{slug}")
    click.echo(f"  incoming    {address}/sms/inbound   (POST)\n  fallback    {address}/sms/fallback   (POST)")
