"""What `grievance doctor` says about people: duties that nobody holds, hours in which nobody is called."""

from collections.abc import Iterator

from grievance.accounts import rota
from grievance.accounts.holding import is_held
from grievance.accounts.permissions import Duty
from grievance.cases.alerts import unseen_count
from grievance.core.clock import now
from grievance.privacy import schedules
from grievance.runtime import Runtime
from grievance.sites import queries as site_queries

NEEDED = (
    (Duty.ON_CALL, "nobody holds the duty of being on call, so danger to life is told to nobody. Grant it."),
    (
        Duty.OUTSIDE_REVIEWER,
        "nobody is outside reviewer, for a case that all triagers have a part in. Grant the duty.",
    ),
    (
        Duty.DATA_PROTECTION,
        "nobody answers requests about personal data, though the law fixes dates. Grant the duty.",
    ),
)
"""What goes wrong at a site where nobody holds a duty."""


def nobody_there(runtime: Runtime) -> Iterator[str]:
    """Yield where nobody would be called or told, or nobody could see a case."""
    with runtime.database.read() as session:
        sites = site_queries.sites(session)
        without = [
            f"{site.name}: {words}"
            for site in sites
            for duty, words in NEEDED
            if not is_held(session, duty, site_id=site.id)
        ]
        has_auditor = not sites or is_held(session, Duty.AUDITOR)
        gaps = rota.near_gaps(session, [site.id for site in sites], at=now())
        lost = unseen_count(session)
    yield from without
    if not has_auditor:
        yield "Nobody is auditor, so nobody is told when the record does not stand as it was written. Grant the duty."
    for near in gaps:
        yield f"{near.site_name}: the on-call rota has a gap from {near.gap.from_at:%Y-%m-%d %H:%M} UTC. Plan a turn."
    if lost:
        yield f"{lost} cases can be seen by nobody: every triager is conflicted. Grant the duty of outside reviewer."


def unreviewed(runtime: Runtime) -> Iterator[str]:
    """Yield the sites that keep everything as long as we chose: allowed, but somebody should have looked."""
    with runtime.database.read() as session:
        names = [site.name for site in site_queries.sites(session) if not schedules.is_set(session, site.id)]
    for name in names:
        yield f"{name}: how long things are kept was never set, and our defaults hold. Look at them: What is kept."
