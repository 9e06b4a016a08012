"""How the earlier quarter of the demo was published: frozen, put into context, approved by a second person.

The last quarter that ended is left as it is: publishing it is for the visitor.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from grievance.cli.demo.days import Since, Start, at_local
from grievance.cli.demo.places import MINE, PORT
from grievance.cli.demo.stage import Stage
from grievance.publishing.models import Release
from grievance.publishing.summaries import approve, freeze, load_for_change, submit, write_notes

AUTHOR, APPROVER = "olga", "pablo"

FROZEN_ON = Start(Since.LAST, 3)
"""Third working day after the quarter: before the late letter of the stories is recorded."""

NOTES = {
    MINE: {
        "es": (
            "En estos meses la faena tuvo una parada de planta de dos semanas y más camiones por el camino viejo. La "
            "mitad de los reclamos llegó por SMS. Cambiamos el horno del casino y ahora regamos el camino tres veces "
            "al día."
        ),
        "en": (
            "In these months the plant stood still for two weeks and more lorries used the old road. Half of the "
            "grievances came by text message. We changed the oven of the canteen, and water the road three times a "
            "day now."
        ),
    },
    PORT: {
        "es": (
            "Por primera vez pagamos a la caleta los días sin mariscar y medimos el agua junto con ella. Los camiones "
            "ya no pasan frente a la escuela a la hora de entrada y de salida."
        ),
        "en": (
            "For the first time we paid the cove for days without shellfish, and measured the water together. Lorries "
            "no longer pass the school when children arrive or leave."
        ),
    },
}


def moments(stage: Stage) -> list[tuple[datetime, Callable[[], None]]]:
    """Return the steps of publishing, each at its instant."""
    frozen_on = stage.days.first_day(FROZEN_ON)
    drafted_at = at_local(frozen_on, "10:30")
    approved_at = at_local(frozen_on, "16:00")
    found: list[tuple[datetime, Callable[[], None]]] = []
    for slug in (MINE, PORT):
        found.append((drafted_at, partial(_draft, stage, slug, drafted_at)))
        found.append((approved_at, partial(_approve, stage, slug, approved_at)))
    return [moment for moment in found if moment[0] < stage.days.now]


def _draft(stage: Stage, slug: str, at: datetime) -> None:
    author = stage.staff[AUTHOR]
    release = freeze(stage.session, stage.places.sites[slug], stage.days.earlier, by=author, at=at)
    write_notes(stage.session, release, NOTES[slug], by=author)
    submit(stage.session, release, by=author, at=at + timedelta(minutes=20))
    stage.releases[slug] = release.public_id


def _approve(stage: Stage, slug: str, at: datetime) -> None:
    site_id = stage.places.sites[slug].id
    release: Release | None = load_for_change(stage.session, site_id, stage.releases[slug])
    if release is not None:
        approve(stage.session, release, by=stage.staff[APPROVER], at=at)
