"""Headcounts: what may be recorded, what the sums say, files taken in whole or not at all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts.models import AuditEntry
from grievance.metrics.periods import Quarter
from grievance.publishing import headcount_files, headcounts
from grievance.publishing.bulletin import figures_of
from grievance.publishing.checking import check_releases
from grievance.publishing.headcount_files import FileRefused, Problem, ProblemKind
from grievance.publishing.summaries import freeze
from grievance.sites import headcount
from grievance.sites.headcount import Count, Doubt, HeadcountRefused, Part, Refusal, Stratum, StratumUnknown, Totals
from grievance.sites.models import Company, CompanyKind, Site
from grievance.sites.operations import add_company
from grievance.sites.queries import areas, the_operator
from tests.support.places import make_site

NOW = datetime(2026, 10, 15, 15, 0, tzinfo=UTC)
Q3, Q4 = Quarter(2026, 3), Quarter(2026, 4)


def company(session: Session, name: str = "Perforaciones Imaginarias") -> Company:
    operator = the_operator(session)
    assert operator is not None
    return add_company(session, operator, name=name, kind=CompanyKind.CONTRACTOR)


def save(session: Session, site: Site, *rows: Count, quarter: Quarter = Q3, by: int | None = None) -> int:
    return headcounts.save(session, site, quarter, recorded=rows, by=by, at=NOW)


def stored(session: Session, site: Site, quarter: Quarter = Q3) -> tuple[Count, ...]:
    return headcount.counts(session, site.id, quarter.key)


def test_the_total_is_the_row_of_the_whole_site_when_there_is_one(session: Session, site: Site) -> None:
    drillers = company(session)
    save(session, site, Count(Stratum(), 500, 240_000), Count(Stratum(drillers.id), 80, 40_000))

    assert headcount.totals(session, site.id, Q3.key) == Totals(500, 240_000)


def test_without_it_the_companies_are_added_and_their_parts_are_not(session: Session, site: Site) -> None:
    drillers, buses = company(session), company(session, "Buses de Fantasía")
    camp = areas(session, site.id)[0]
    save(
        session,
        site,
        Count(Stratum(drillers.id), 80, 40_000),
        Count(Stratum(drillers.id, camp.id), 30, 9_000),
        Count(Stratum(buses.id), 20, 9_600),
        Count(Stratum(None, camp.id), 30),
    )

    assert headcount.totals(session, site.id, Q3.key) == Totals(100, 49_600)


def test_hours_of_some_are_hours_of_nobody(session: Session, site: Site) -> None:
    save(session, site, Count(Stratum(company(session).id), 80, 40_000), Count(Stratum(company(session, "B").id), 20))

    assert headcount.totals(session, site.id, Q3.key) == Totals(100, None)


def test_areas_alone_are_no_total(session: Session, site: Site) -> None:
    save(session, site, Count(Stratum(None, areas(session, site.id)[0].id), 30))

    assert headcount.totals(session, site.id, Q3.key) is None


def test_sums_that_do_not_fit_are_said(session: Session, site: Site) -> None:
    drillers = company(session)
    camp, mine = areas(session, site.id)[:2]
    save(
        session,
        site,
        Count(Stratum(), 90),
        Count(Stratum(drillers.id), 80, 70_000),
        Count(Stratum(drillers.id, camp.id), 30),
        Count(Stratum(drillers.id, mine.id), 50),
        Count(Stratum(shift="day"), 60),
        Count(Stratum(shift="night"), 30),
    )

    assert headcount.doubts(stored(session, site)) == (
        Doubt(Stratum(), Part.COMPANY, 90, 80),
        Doubt(Stratum(drillers.id), None, 875, 800),
    )


@pytest.mark.parametrize(
    ("people", "hours", "refusal"),
    [
        (-1, None, Refusal.PEOPLE_OUT_OF_BOUNDS),
        (200_001, None, Refusal.PEOPLE_OUT_OF_BOUNDS),
        (10, -1, Refusal.HOURS_OUT_OF_BOUNDS),
        (10, 160_000_001, Refusal.HOURS_OUT_OF_BOUNDS),
        (0, 5, Refusal.HOURS_OF_NOBODY),
    ],
)
def test_numbers_that_cannot_be_are_refused(
    session: Session, site: Site, people: int, hours: int | None, refusal: Refusal
) -> None:
    with pytest.raises(HeadcountRefused) as refused:
        save(session, site, Count(Stratum(), people, hours))

    assert refused.value.refusal is refusal
    assert stored(session, site) == ()


def test_a_place_of_another_site_is_refused(session: Session, site: Site) -> None:
    elsewhere = areas(session, make_site(session, slug="otro-sitio", line=None).id)[0]

    for stratum in (Stratum(area_id=elsewhere.id), Stratum(company_id=9999), Stratum(shift="dawn")):
        with pytest.raises(StratumUnknown):
            save(session, site, Count(stratum, 5))


def test_a_quarter_that_has_not_begun_is_refused(session: Session, site: Site) -> None:
    with pytest.raises(headcounts.QuarterNotBegun):
        save(session, site, Count(Stratum(), 5), quarter=Quarter(2027, 1))


def test_a_second_row_for_the_same_people_replaces_the_first(session: Session, site: Site) -> None:
    save(session, site, Count(Stratum(), 500))

    changed = save(session, site, Count(Stratum(), 510))

    assert changed == 1
    assert stored(session, site) == (Count(Stratum(), 510, None),)


def test_a_table_that_changed_since_it_was_shown_is_not_overwritten(session: Session, site: Site) -> None:
    shown = headcounts.mark_of(stored(session, site))
    save(session, site, Count(Stratum(), 500))

    with pytest.raises(headcounts.HeadcountChanged):
        headcounts.save(session, site, Q3, recorded=[Count(Stratum(), 9)], shown=shown, by=None, at=NOW)


def test_copying_fills_in_what_is_missing_and_changes_nothing(session: Session, site: Site) -> None:
    drillers = company(session)
    save(session, site, Count(Stratum(), 500, 240_000), Count(Stratum(drillers.id), 80))
    save(session, site, Count(Stratum(), 520), quarter=Q4)

    copied = headcounts.copy_from_before(session, site, Q4, by=None, at=NOW)

    assert copied == 1
    assert stored(session, site, Q4) == (Count(Stratum(), 520), Count(Stratum(drillers.id), 80))


def test_every_change_leaves_a_line_and_no_change_leaves_none(session: Session, site: Site) -> None:
    save(session, site, Count(Stratum(), 500))
    save(session, site, Count(Stratum(), 500))
    headcounts.save(session, site, Q3, recorded=[], removed=[Stratum()], by=None, at=NOW)

    lines = session.scalars(select(AuditEntry).where(AuditEntry.action == "headcount_recorded")).all()
    assert [(line.site_id, line.codes) for line in lines] == [
        (site.id, {"quarter": "2026Q3", "recorded": 1, "removed": 0}),
        (site.id, {"quarter": "2026Q3", "recorded": 0, "removed": 1}),
    ]


def test_a_frozen_figure_keeps_what_it_was_out_of(session: Session, site: Site) -> None:
    save(session, site, Count(Stratum(), 500, 240_000))
    release = freeze(session, site, Q3, by=None, at=NOW)
    before = release.figures

    save(session, site, Count(Stratum(), 400))

    assert figures_of(release.figures)["M12"].denominator == 500
    assert release.figures == before
    assert [checked.faults for checked in check_releases(session)] == [()]


HEAD = "quarter,company,area,shift,people,hours\n"


def take_in(session: Session, site: Site, text: str | bytes) -> headcount_files.Read:
    content = text if isinstance(text, bytes) else text.encode()
    return headcount_files.take_in(session, site, content, by=None, at=NOW)


def problems(session: Session, site: Site, text: str | bytes) -> list[tuple[int, ProblemKind, str]]:
    with pytest.raises(FileRefused) as refused:
        take_in(session, site, text)
    assert all(isinstance(each, Problem) for each in refused.value.problems)
    return [(each.line, each.kind, each.value) for each in refused.value.problems]


def test_a_file_as_spreadsheets_here_write_it_is_read(session: Session, site: Site) -> None:
    buses = company(session, "Buses de Fantasía")
    text = "Quarter;Company;Area;Shift;People;Hours\r\n2026Q3;todas;;;1.200;576.000\r\n2026-t3;buses de FANTASÍA;Campamento;noche;20;\r\n"

    found = take_in(session, site, text.encode("cp1252"))

    camp = next(area for area in areas(session, site.id) if area.labels["es"] == "Campamento")
    assert found.count == 2
    assert stored(session, site) == (
        Count(Stratum(), 1200, 576_000),
        Count(Stratum(buses.id, camp.id, "night"), 20, None),
    )


def test_every_problem_of_a_file_is_listed_and_nothing_is_written(session: Session, site: Site) -> None:
    text = HEAD + (
        "2026Q3,all,all,all,500,\n"
        "2026Q3,all,all,all,501,\n"
        "2026Q5,Nadie,Marte,dawn,-3,x\n"
        "2027Q1,all,all,day,5,\n"
        "2026Q3,all,all,night,999999,\n"
        "2026Q3,all,all,night,,100\n"
        "2026Q3,all,all,other,12.5,\n"
        ",,,,,\n"
        "2026Q3,all,all,rotating,,\n"
    )

    assert problems(session, site, text) == [
        (3, ProblemKind.TWICE, ""),
        (4, ProblemKind.NO_QUARTER, "2026Q5"),
        (4, ProblemKind.UNKNOWN_COMPANY, "Nadie"),
        (4, ProblemKind.UNKNOWN_AREA, "Marte"),
        (4, ProblemKind.UNKNOWN_SHIFT, "dawn"),
        (4, ProblemKind.NOT_WHOLE, "-3"),
        (4, ProblemKind.NOT_WHOLE, "x"),
        (5, ProblemKind.NOT_BEGUN, "2027Q1"),
        (6, ProblemKind.PEOPLE_OUT_OF_BOUNDS, "999999"),
        (7, ProblemKind.PEOPLE_MISSING, ""),
        (8, ProblemKind.NOT_WHOLE, "12.5"),
    ]
    assert stored(session, site) == ()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", ProblemKind.COLUMNS_MISSING),
        (b"company,people\nx,1\n", ProblemKind.COLUMNS_MISSING),
        (HEAD.encode(), ProblemKind.EMPTY),
        (b"PK\x03\x04\x00\x00", ProblemKind.UNREADABLE),
        (HEAD.encode() + b"2026Q3,all,all,all,5,\n" * 50_000, ProblemKind.TOO_LARGE),
        (HEAD.encode() + b'2026Q3,"' + b"x" * 200_000 + b'",all,all,5,\n', ProblemKind.UNREADABLE),
    ],
    ids=["nothing", "other columns", "no row", "a workbook", "a million bytes", "a cell without end"],
)
def test_a_file_that_is_no_table_is_refused_in_one_line(
    session: Session, site: Site, content: bytes, kind: ProblemKind
) -> None:
    assert [(line, found) for line, found, _ in problems(session, site, content)] == [(0, kind)]


def test_a_formula_is_an_unknown_name(session: Session, site: Site) -> None:
    assert problems(session, site, HEAD + '2026Q3,"=HYPERLINK(""x"")",all,all,=1+1,\n') == [
        (2, ProblemKind.UNKNOWN_COMPANY, '=HYPERLINK("x")'),
        (2, ProblemKind.NOT_WHOLE, "=1+1"),
    ]


def test_what_goes_out_is_neutral_and_comes_back_as_it_was(session: Session, site: Site) -> None:
    odd = company(session, "=Ácidos Inventados")
    save(session, site, Count(Stratum(odd.id, None, "day"), 40, 16_000))

    content = headcount_files.template(session, site, Q3, stored(session, site))

    assert "'=Ácidos Inventados" in content.decode("utf-8-sig")
    headcounts.save(session, site, Q3, recorded=[], removed=[Stratum(odd.id, None, "day")], by=None, at=NOW)
    take_in(session, site, content)
    assert stored(session, site) == (Count(Stratum(odd.id, None, "day"), 40, 16_000),)


def test_the_empty_form_has_a_line_for_each_part_and_empty_lines_are_left_out(session: Session, site: Site) -> None:
    company(session)
    content = headcount_files.template(session, site, Q3, ()).decode("utf-8-sig")

    assert "2026Q3,all,all,all,,\r\n2026Q3,Perforaciones Imaginarias,all,all,,\r\n" in content
    filled = content.replace("2026Q3,all,all,all,,", "2026Q3,all,all,all,300,")
    found = take_in(session, site, filled)
    assert (found.count, found.left_out) == (1, filled.count("\r\n") - 2)
