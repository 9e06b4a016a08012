"""How the people behind a case can be reached, in words, without what would reach them."""

from __future__ import annotations

from flask_babel import gettext as _

from grievance.cases.page import CasePage, ComplainantPart
from grievance.web import words


def contacts(page: CasePage) -> list[str]:
    """Return what a handler may know of it: how far the person wants to be known, and how each hears from us."""
    if page.erased_at is not None:
        return [_("Nothing is known any more of who it was.")]
    lines = [_contact(part) for part in page.complainants]
    return [words.confidentiality(page.confidentiality) + ".", *lines]


def _contact(part: ComplainantPart) -> str:
    how = words.reach(part.reach) + "."
    if part.contact_deleted_at is not None:
        return _("The person deleted their contact.")
    if part.is_opted_out:
        return how + " " + _("The person asked for no more texts.")
    if part.has_phone:
        proven = "" if part.is_phone_verified else " " + _("It is not confirmed yet, so nothing is sent to it.")
        return how + " " + _("A phone number was left. You cannot see it.") + proven
    if part.has_email:
        return how + " " + _("An e-mail was left. You cannot see it.")
    return how
