"""Count who complained: one pass over the cases received in a quarter, by the codes of every dimension.

Category and channel are those of the last row of the history known at freezing. The rest is taken from the case, its
first submission and whoever made it as they stand at this moment: people may have their data erased, so none of it is
kept in versions, and it cannot be counted again later. What comes back is raw: `people.published` decides what of it
leaves the house.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import and_, case, func, or_, select, union_all
from sqlalchemy.orm import Session

from grievance.cases.filing_record import JoinCode
from grievance.cases.models import Case, Complainant, Submission
from grievance.cases.record import CaseHistory
from grievance.cases.states import RESTRICTED_TYPES
from grievance.core.i18n import OFFERED
from grievance.metrics.inputs import People, Scope, Workforce
from grievance.metrics.people import COMMON_CODES, DIMENSIONS, NOT_SAID, OTHER, RESTRICTED, VOCABULARY
from grievance.metrics.placing import is_grievance, placed_last, received_in
from grievance.sites.headcount import totals
from grievance.sites.models import Area, Category, Company, Site

Names = dict[str, dict[str, str]]


def count_people(session: Session, site_id: int, scope: Scope) -> People:
    """Return the raw counts of the quarter by dimension and code, the names of the codes, and who works there."""
    site = session.get_one(Site, site_id)
    names: dict[str, Names] = {
        "category": _categories(session, site),
        "employer": _companies(session, site),
        "area": _areas(session, site),
    }
    codes = {
        dimension: (*names[dimension], *COMMON_CODES[dimension]) if dimension in names else VOCABULARY[dimension]
        for dimension in DIMENSIONS
    }
    counts: dict[str, Counter[str]] = {name: Counter(dict.fromkeys(each, 0)) for name, each in codes.items()}
    for said, cases in _said(session, site_id, scope):
        for dimension, code in said.items():
            counts[dimension][_known(code, codes[dimension])] += cases
    counted = {name: dict(each) for name, each in counts.items()}
    return People(counted, names, workforce(session, site_id, scope), behind(session, site_id, scope))


def row_code(model: type[Company] | type[Area], public_id: str) -> str:
    """Return the code of a row: its public id may begin with a sign that makes a spreadsheet calculate."""
    return f"{model.__tablename__}-{public_id}"


def workforce(session: Session, site_id: int, scope: Scope) -> Workforce | None:
    """Return who worked at the site in the quarter, as far as it was entered by now."""
    found = totals(session, site_id, scope.quarter.key)
    return Workforce(found.people, found.hours) if found else None


def behind(session: Session, site_id: int, scope: Scope) -> int:
    """Count the people behind the cases received: as many as each filing says, and who joined one by one.

    Whoever filed twice from one phone is one person once both are one case. Read from the filings as they stand at this
    moment, like the rest: without the phone, which may be erased, nobody could tell.
    """
    at = placed_last(session, received_in(site_id, scope), scope)
    last = at.last
    one = (Submission.case_id, Complainant.id, Complainant.thread_id, Complainant.people_count)
    received = and_(last.site_id == site_id, is_grievance(last), last.received_at >= scope.period.starts_at)
    filed = (
        select(*one)
        .select_from(
            at.source.join(Submission, Submission.filed_as_case_id == last.case_id).join(
                Complainant, Complainant.id == Submission.complainant_id
            )
        )
        .where(received)
    )
    joined = (
        select(*one)
        .select_from(
            at.source.join(JoinCode, JoinCode.case_id == last.case_id)
            .join(Complainant, Complainant.join_code_id == JoinCode.id)
            .join(Submission, Submission.complainant_id == Complainant.id)
        )
        # Who was taken out again has the filing back.
        .where(received, Submission.case_id != Submission.filed_as_case_id, Submission.filed_at < scope.as_of)
    )
    rows = union_all(filed, joined).subquery()
    person = (
        select(func.max(rows.c.people_count).label("people"))
        .group_by(rows.c.case_id, func.coalesce(rows.c.thread_id, -rows.c.id))
        .subquery()
    )
    return int(session.execute(select(func.coalesce(func.sum(person.c.people), 0))).scalar_one())


def _said(session: Session, site_id: int, scope: Scope) -> Iterable[tuple[Mapping[str, str | None], int]]:
    """Yield every combination of codes that occurs, with its number: kept in memory only, and no longer than this."""
    at = placed_last(session, received_in(site_id, scope), scope)
    last = at.last
    first = (
        select(func.min(Submission.id))
        .where(Submission.filed_as_case_id == last.case_id)
        .correlate(last)
        .scalar_subquery()
    )
    columns = _columns(last)
    rows = session.execute(
        select(*columns, func.count())
        .select_from(
            at.source.join(Case, Case.id == last.case_id)
            .outerjoin(Submission, Submission.id == first)
            .outerjoin(Complainant, Complainant.id == Submission.complainant_id)
        )
        .where(last.site_id == site_id, is_grievance(last), last.received_at >= scope.period.starts_at)
        .group_by(*columns)
    )
    companies, areas = _row_codes(session, Company), _row_codes(session, Area)
    for *codes, cases in rows:
        said = dict(zip(DIMENSIONS, codes, strict=True))
        said |= {"employer": companies.get(said["employer"]), "area": areas.get(said["area"])}
        yield said, int(cases)


def _columns(last: type[CaseHistory]) -> tuple[Any, ...]:
    """Return where each dimension is found, in their order."""
    is_restricted = or_(last.is_restricted, last.type.in_(RESTRICTED_TYPES))
    return (
        case((is_restricted, RESTRICTED), else_=last.category),
        last.channel,
        Complainant.said_group,
        func.coalesce(Case.employer_id, Complainant.employer_id),
        Case.area_id,
        Complainant.shift,
        Complainant.gender,
        func.coalesce(Submission.locale, Case.locale),
    )


def _known(code: str | None, codes: tuple[str, ...]) -> str:
    """Return the code under which a case is counted: one that the table does not have is "other" or not said."""
    if code in codes:
        return code
    return OTHER if code is not None and OTHER in codes else NOT_SAID


def _categories(session: Session, site: Site) -> Names:
    """Return the categories, save those that few may see: they share one cell."""
    rows = session.execute(
        select(Category.code, Category.labels)
        .where(Category.operator_id == site.operator_id, Category.default_type.not_in(RESTRICTED_TYPES))
        .order_by(Category.code)
    )
    return {code: _in_every_language(labels) for code, labels in rows}


def _companies(session: Session, site: Site) -> Names:
    rows = session.execute(
        select(Company.public_id, Company.name)
        .where(Company.operator_id == site.operator_id)
        .order_by(Company.public_id)
    )
    return {row_code(Company, code): {str(lang): name for lang in OFFERED} for code, name in rows}


def _areas(session: Session, site: Site) -> Names:
    rows = session.execute(select(Area.public_id, Area.labels).where(Area.site_id == site.id).order_by(Area.public_id))
    return {row_code(Area, code): _in_every_language(labels) for code, labels in rows}


def _row_codes(session: Session, model: type[Company] | type[Area]) -> dict[int | None, str]:
    return {row.id: row_code(model, row.public_id) for row in session.execute(select(model.id, model.public_id))}


def _in_every_language(labels: Mapping[str, str]) -> dict[str, str]:
    spare = next(iter(labels.values()), "")
    return {str(lang): labels.get(lang) or spare for lang in OFFERED}
