"""`grievance verify`: does everything recorded still stand as it was recorded?"""

import click

from grievance.accounts import audit
from grievance.cases.verify import verify_cases
from grievance.cli.parts import Parts, open_runtime, pass_parts

BROKEN = 1


@click.command()
@pass_parts
def verify(parts: Parts) -> None:
    """Walk every chain, the daily roots, the projection and the audit trail; say what broke, if anything."""
    with open_runtime(parts).database.snapshot() as session:
        broken = 0
        for finding in verify_cases(session):
            broken += 1
            place = f", event {finding.seq}" if finding.seq is not None else ""
            click.echo(f"BROKEN  {finding.check}: {finding.subject}{place}")
        for fault in audit.verify(session):
            broken += 1
            click.echo(f"BROKEN  audit trail: {fault}")
    click.echo(
        "Everything verified." if not broken else f"{broken} places do not stand as recorded. See docs/operators.md."
    )
    raise SystemExit(BROKEN if broken else 0)
