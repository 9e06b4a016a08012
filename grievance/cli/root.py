"""The `grievance` command: its subcommands, and one table of how refusals are said."""

import sys

import click

from grievance.cli.accounts import accounts
from grievance.cli.backup import backup, restore
from grievance.cli.database import database
from grievance.cli.demo.commands import demo
from grievance.cli.doctor import doctor
from grievance.cli.figures import export, publish
from grievance.cli.headcount import headcount
from grievance.cli.keys import keys
from grievance.cli.messages import messages
from grievance.cli.papers import print_papers
from grievance.cli.parts import Parts
from grievance.cli.register import import_register
from grievance.cli.retention import retention
from grievance.cli.run import run as run_command
from grievance.cli.serve import serve
from grievance.cli.site_parts import PARTS as SITE_PARTS
from grievance.cli.sites import sites
from grievance.cli.verify import verify
from grievance.cli.worker import worker
from grievance.core.config import SettingsRefused
from grievance.core.optional import ExtraMissing

REFUSED = 2


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="grievance")
def root() -> None:
    """Grievances at mine sites: from the first text message to figures that anybody can check."""


for command in (
    run_command,
    serve,
    worker,
    database,
    demo,
    accounts,
    sites,
    messages,
    import_register,
    export,
    publish,
    print_papers,
    headcount,
    verify,
    retention,
    keys,
    backup,
    restore,
    doctor,
):
    root.add_command(command)

for command in SITE_PARTS:
    sites.add_command(command)


def run(parts: Parts) -> None:
    """Run the command line; refusals of the settings are one line each, with the fix."""
    try:
        root(obj=parts)
    except SettingsRefused as error:
        click.echo("Grievance cannot start with these settings:", err=True)
        for problem in error.problems:
            click.echo(f"  - {problem}", err=True)
        sys.exit(REFUSED)
    except ExtraMissing as error:
        click.echo(f"A setting needs an extra that is missing: {error}", err=True)
        sys.exit(REFUSED)
