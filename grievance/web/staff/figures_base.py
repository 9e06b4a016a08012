"""What the pages of a quarter share: its site and address, the release that a page or form is about, its errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask import abort, url_for
from flask_babel import lazy_gettext as _l

from grievance.accounts.permissions import Action
from grievance.metrics.indicators import AccountDoesNotBalance
from grievance.metrics.periods import NotAQuarter, Quarter
from grievance.publishing import summaries
from grievance.publishing.editing import NoSuchBlock
from grievance.publishing.models import Release
from grievance.publishing.queries import release_by_public_id
from grievance.publishing.rounds import RoundNotFound
from grievance.sites.models import Site
from grievance.sites.queries import site_by_id
from grievance.web.errors import NOT_FOUND, ErrorWords
from grievance.web.staff.access import at_site
from grievance.web.staff.forms_figures import StepForm
from grievance.web.unit import current

UNPROCESSABLE: Final = 422
CONFLICT: Final = 409

ES: Final = "/equipo/cifras/<site>/<int:year>-t<int:quarter>"
EN: Final = "/staff/figures/<site>/<int:year>-q<int:quarter>"
ONE_ES: Final = f"{ES}/<public_id>"
ONE_EN: Final = f"{EN}/<public_id>"

CHANGED = ErrorWords(
    409,
    _l("Somebody changed this meanwhile"),
    _l("Since you opened the page, a colleague froze, wrote, submitted, released or set aside this quarter."),
    _l("Load the page of the quarter again to see how it stands. Nothing of yours was saved."),
)
APPROVED = ErrorWords(
    409,
    _l("This is approved and waits for its time"),
    _l("Nothing in it can be changed any more. Nothing of yours was saved."),
    _l("Call it back on the page of its approval first. It is then approved again."),
)
NOT_OVER = ErrorWords(
    409,
    _l("This quarter is not over"),
    _l("Its figures would still change. Nothing was frozen."),
    _l("Come back after its last day."),
)
OWN_WORK = ErrorWords(
    403,
    _l("A second person approves"),
    _l("You froze, wrote or submitted this release, so you cannot be the one who approves it. Nothing was published."),
    _l("Ask another publisher or the coordinator of the site."),
)
NOT_SUBMITTED = ErrorWords(
    409,
    _l("This was not submitted yet"),
    _l("Its authors are still at work. Nothing was published."),
    _l("Wait until they ask for a second person."),
)
NOT_SCHEDULED = ErrorWords(
    409,
    _l("This no longer waits for its time"),
    _l("It went out, or a colleague called it back. Nothing was changed."),
    _l("Load the page of the quarter again to see how it stands."),
)
NO_BALANCE = ErrorWords(
    500,
    _l("The account does not balance"),
    _l("What came and what left does not lead to what is open. Nothing was frozen, so that no wrong number goes out."),
    _l("Tell whoever runs this installation to run the command: grievance verify"),
)

ERRORS: Final = {
    NotAQuarter: NOT_FOUND,
    NoSuchBlock: NOT_FOUND,
    RoundNotFound: NOT_FOUND,
    summaries.ReleaseChanged: CHANGED,
    summaries.NotFrozen: CHANGED,
    summaries.AlreadyFrozen: CHANGED,
    summaries.AlreadyApproved: APPROVED,
    summaries.QuarterNotOver: NOT_OVER,
    summaries.AuthorCannotApprove: OWN_WORK,
    summaries.NotSubmitted: NOT_SUBMITTED,
    summaries.NotScheduled: NOT_SCHEDULED,
    AccountDoesNotBalance: NO_BALANCE,
}


@dataclass(frozen=True, slots=True)
class Place:
    """The quarter of a site that a page is about."""

    site: Site
    quarter: Quarter

    @property
    def address(self) -> dict[str, Any]:
        """Return the values of its addresses."""
        return {"site": self.site.slug, "year": self.quarter.year, "quarter": self.quarter.n}

    @property
    def url(self) -> str:
        """Return the page of the quarter."""
        return url_for("staff.figures_quarter", **self.address)

    def url_of(self, endpoint: str, release: Release, **more: str) -> str:
        """Return a page of one release of the quarter."""
        values: dict[str, Any] = {**self.address, **more, "public_id": release.public_id}
        return url_for(f"staff.{endpoint}", **values)


def place_of(action: Action, site: str, year: int, quarter: int) -> Place:
    """Return a quarter of a site at which an action is open to the person; anything else is not found."""
    return Place(site_by_id(current().session, at_site(action, site).id), Quarter(year, quarter))


def release_at(place: Place, public_id: str) -> Release:
    """Return a release of the quarter, whatever became of it."""
    found = release_by_public_id(current().session, place.site.id, public_id)
    if found is None or found.quarter != place.quarter.key:
        abort(404)
    return found


def locked(place: Place, public_id: str) -> Release:
    """Return a release of the quarter for a change, locked until the unit ends."""
    found = summaries.load_for_change(current().session, place.site.id, public_id)
    if found is None or found.quarter != place.quarter.key:
        abort(404)
    return found


def changing(place: Place, public_id: str, form: StepForm) -> Release:
    """Return the release that a form is about, locked, unless it changed since the page was shown."""
    if form.revision.errors or form.revision.data is None:
        abort(400)
    release = locked(place, public_id)
    summaries.check_revision(release, form.revision.data)
    return release
