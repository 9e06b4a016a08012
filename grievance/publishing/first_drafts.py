"""What a summary says before anybody wrote a word: each section drafted from the frozen figures, in every language."""

from sqlalchemy.orm import Session

from grievance.core.i18n import OFFERED, Locale
from grievance.core.phone import PhoneNumber, shown_phone
from grievance.publishing.bulletin import Bulletin, bulletin_of
from grievance.publishing.drafting import WaysText, draft
from grievance.publishing.models import Release
from grievance.sites.models import Site
from grievance.sites.queries import line_of_site


def draft_words(session: Session, site: Site, release: Release) -> None:
    """Give a release just frozen its drafts, and the same words to begin with."""
    release.texts = {}
    release.drafts = drafted(session, site, bulletin_of(release, site))
    release.texts = {section: dict(words) for section, words in release.drafts.items()}


def drafted(session: Session, site: Site, found: Bulletin) -> dict[str, dict[str, str]]:
    """Return the drafts by section and language, in the shape in which a release keeps them."""
    drafts: dict[str, dict[str, str]] = {}
    for locale in OFFERED:
        for section, words in draft(found, ways_in(session, site, locale), locale).items():
            drafts.setdefault(section.value, {})[locale] = words
    return drafts


def ways_in(session: Session, site: Site, locale: Locale) -> WaysText:
    """Return how to complain at a site, as a text names it; empty where there is no such way."""
    line = line_of_site(session, site.id) or ""
    address = str(session.info.get("address", ""))
    return WaysText(
        number=shown_phone(PhoneNumber(line)) if line.startswith("+") else "",
        report_address=f"{address}/s/{site.slug}" if address else "",
        office=str(site.office.get(locale) or ""),
        emergency=site.emergency_phone,
    )


def ways_known(session: Session, site: Site, locale: Locale) -> str:
    """Return everything in which a number of how to complain may stand, as the site has it today.

    Not as it was at freezing: a telephone number that has changed since must not be published again.
    """
    ways = ways_in(session, site, locale)
    services = str(site.emergency_services.get(locale) or "")
    return f"{ways.number} {ways.report_address} {ways.office} {ways.emergency} {services}"
