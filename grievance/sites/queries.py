"""Reads of sites and what belongs to them. All small lists, ordered for showing."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.sites.models import (
    Area,
    Category,
    Company,
    ExternalRoute,
    Operator,
    PhoneLine,
    PhoneLineSite,
    Site,
    Unit,
)


class SiteNotFound(Exception):
    """No active site has that address."""


def the_operator(session: Session) -> Operator | None:
    """Return the operator of this installation, or None before it is set up."""
    return session.scalars(select(Operator).order_by(Operator.id).limit(1)).one_or_none()


def sites(session: Session) -> Sequence[Site]:
    """Return all active sites by name."""
    return session.scalars(select(Site).where(Site.is_active).order_by(Site.name)).all()


def site_by_slug(session: Session, slug: str) -> Site:
    """Return an active site.

    Raises:
        SiteNotFound: there is none.
    """
    site = session.scalars(select(Site).where(Site.slug == slug, Site.is_active)).one_or_none()
    if site is None:
        raise SiteNotFound(slug)
    return site


def site_by_id(session: Session, site_id: int) -> Site:
    """Return a site, active or not."""
    return session.get_one(Site, site_id)


def sites_of_line(session: Session, number: str) -> Sequence[Site]:
    """Return the active sites that a number of ours serves, in the order asked; empty when none owns it."""
    return session.scalars(
        select(Site)
        .join(PhoneLineSite, PhoneLineSite.site_id == Site.id)
        .join(PhoneLine, PhoneLine.id == PhoneLineSite.line_id)
        .where(PhoneLine.number == number, PhoneLine.is_active, Site.is_active)
        .order_by(PhoneLineSite.position, Site.id)
    ).all()


def line_of_site(session: Session, site_id: int) -> str | None:
    """Return the number that people of a site should text, or None when it has none."""
    return session.scalars(
        select(PhoneLine.number)
        .join(PhoneLineSite, PhoneLineSite.line_id == PhoneLine.id)
        .where(PhoneLineSite.site_id == site_id, PhoneLine.is_active)
        .order_by(PhoneLineSite.position, PhoneLine.id)
        .limit(1)
    ).one_or_none()


def lines(session: Session) -> Sequence[PhoneLine]:
    """Return all active lines by number."""
    return session.scalars(select(PhoneLine).where(PhoneLine.is_active).order_by(PhoneLine.number)).all()


def categories(session: Session, operator_id: int) -> Sequence[Category]:
    """Return the categories in use, in their order."""
    return session.scalars(
        select(Category)
        .where(Category.operator_id == operator_id, Category.is_active)
        .order_by(Category.position, Category.id)
    ).all()


def areas(session: Session, site_id: int) -> Sequence[Area]:
    """Return the areas of a site, in their order."""
    return session.scalars(
        select(Area).where(Area.site_id == site_id, Area.is_active).order_by(Area.position, Area.id)
    ).all()


def companies(session: Session, operator_id: int) -> Sequence[Company]:
    """Return the companies in use by name."""
    return session.scalars(
        select(Company).where(Company.operator_id == operator_id, Company.is_active).order_by(Company.name)
    ).all()


def units(session: Session, site_id: int) -> Sequence[Unit]:
    """Return the units of a site by name."""
    return session.scalars(select(Unit).where(Unit.site_id == site_id).order_by(Unit.name, Unit.id)).all()


def unit_by_public_id(session: Session, public_id: str) -> Unit:
    """Return a unit that is known to be there."""
    return session.scalars(select(Unit).where(Unit.public_id == public_id)).one()


def company_id(session: Session, public_id: str) -> int:
    """Return the id of a company that is known to be there."""
    return session.scalars(select(Company.id).where(Company.public_id == public_id)).one()


def external_routes(session: Session, operator_id: int) -> Sequence[ExternalRoute]:
    """Return where else a person can go, in the order shown."""
    return session.scalars(
        select(ExternalRoute)
        .where(ExternalRoute.operator_id == operator_id)
        .order_by(ExternalRoute.position, ExternalRoute.id)
    ).all()
