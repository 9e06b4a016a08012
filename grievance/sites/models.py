"""Tables of places and organisations: what an administrator sets up once and edits rarely."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grievance.core.db import Base, one_of, short_text
from grievance.crypto.fields import new_public_id


class CompanyKind(StrEnum):
    """What Chilean law distinguishes: the company that owns the work, and those it hires (Ley 20.123)."""

    PRINCIPAL = "principal"
    CONTRACTOR = "contractor"
    SUPPLIER = "supplier"


class Operator(Base):
    """The organisation that runs this installation."""

    __tablename__ = "operator"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True, default=new_public_id)
    name: Mapped[str] = mapped_column(String(120))


class Site(Base):
    """A mine site: the unit that publishes, with its own time zone, language and lines."""

    __tablename__ = "site"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True, default=new_public_id)
    operator_id: Mapped[int] = mapped_column(ForeignKey("operator.id", ondelete="RESTRICT"))
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    sms_name: Mapped[str] = mapped_column(String(24))
    """Name inside texts: short, and within the GSM alphabet."""
    time_zone: Mapped[str] = mapped_column(short_text(), default="America/Santiago")
    default_locale: Mapped[str] = mapped_column(String(8), default="es")
    emergency_phone: Mapped[str] = mapped_column(String(24), default="")
    emergency_services: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Per language, one sentence: "Ambulancia 131, bomberos 132, Carabineros 133."."""
    office: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Per language, one sentence: where and when a person can be spoken to."""
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)


class Company(Base):
    """A company whose people work or supply at the operator's sites."""

    __tablename__ = "company"
    __table_args__ = (one_of("kind", CompanyKind),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True, default=new_public_id)
    operator_id: Mapped[int] = mapped_column(ForeignKey("operator.id", ondelete="RESTRICT"))
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(short_text())
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)


class Unit(Base):
    """A part of a company at a site. Units form a tree; its heads are marked on the staff rows."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True, default=new_public_id)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="RESTRICT"), index=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id", ondelete="RESTRICT"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id", ondelete="RESTRICT"))
    name: Mapped[str] = mapped_column(String(120))


class Area(Base):
    """A work area or place of a site that a person can name without giving a point on a map."""

    __tablename__ = "area"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True, default=new_public_id)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="RESTRICT"), index=True)
    labels: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Name per language: {"es": "Campamento", "en": "Camp"}."""
    position: Mapped[int] = mapped_column(Integer, default=0)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)


class Headcount(Base):
    """How many people work somewhere in a quarter: what rates are out of, and where silence would show."""

    __tablename__ = "headcount"
    __table_args__ = (UniqueConstraint("site_id", "quarter", "stratum"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True, default=new_public_id)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="RESTRICT"))
    quarter: Mapped[str] = mapped_column(short_text(8))
    """"2026Q3"."""
    stratum: Mapped[str] = mapped_column(String(80))
    """Company, area and shift as one key, such as "12|3|night": null columns are never equal to each other."""
    company_id: Mapped[int | None] = mapped_column(ForeignKey("company.id", ondelete="RESTRICT"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id", ondelete="RESTRICT"))
    shift: Mapped[str | None] = mapped_column(short_text())
    people: Mapped[int] = mapped_column(Integer)
    """Average number of people at work in the quarter."""
    hours: Mapped[int | None] = mapped_column(Integer)
    """Hours worked in the quarter; null where nobody knows."""
    recorded_at: Mapped[datetime]


class PhoneLine(Base):
    """A number that people can text. One line may serve several sites; the person is then asked which."""

    __tablename__ = "phone_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    """E.164, or "whatsapp:+…"."""
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    sites: Mapped[list["PhoneLineSite"]] = relationship(lazy="raise", order_by="PhoneLineSite.position")


class PhoneLineSite(Base):
    """Which sites a line serves; the first is where a case starts until the person has said another."""

    __tablename__ = "phone_line_site"
    __table_args__ = (UniqueConstraint("line_id", "site_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("phone_line.id", ondelete="CASCADE"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(Integer, default=0)


class Category(Base):
    """What a grievance is about. The list is edited by administrators; a case keeps the category it was given."""

    __tablename__ = "category"
    __table_args__ = (UniqueConstraint("operator_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    operator_id: Mapped[int] = mapped_column(ForeignKey("operator.id", ondelete="RESTRICT"))
    code: Mapped[str] = mapped_column(short_text())
    labels: Mapped[dict[str, Any]] = mapped_column(JSON)
    default_type: Mapped[str] = mapped_column(short_text())
    """A `CaseType` of deadlines.standards, proposed to the triager."""
    default_severity: Mapped[int] = mapped_column(Integer)
    position: Mapped[int] = mapped_column(Integer, default=0)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)


class ExternalRoute(Base):
    """Somewhere else to go, shown to everybody who files: authorities, courts, other grievance channels."""

    __tablename__ = "external_route"

    id: Mapped[int] = mapped_column(primary_key=True)
    operator_id: Mapped[int] = mapped_column(ForeignKey("operator.id", ondelete="CASCADE"))
    names: Mapped[dict[str, Any]] = mapped_column(JSON)
    notes: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Per language: what it is for, in a few words."""
    url: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(Integer, default=0)
