"""Who complained: counted once, behind the gate, carried over by corrections, and never raw in anything that leaves."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from grievance.accounts.permissions import Duty
from grievance.cases.models import Case, Complainant
from grievance.cases.states import Channel, Group, Move
from grievance.core.i18n import ENGLISH, SPANISH
from grievance.metrics.counting_people import count_people
from grievance.metrics.disclosure import disclose
from grievance.metrics.inputs import read
from grievance.metrics.people import DIMENSIONS, VOCABULARY
from grievance.metrics.table_definitions import CELLS, TABLES
from grievance.publishing import bulletin, rounds, summaries
from grievance.publishing.bulletin import Bulletin, bulletin_of
from grievance.publishing.checking import check
from grievance.publishing.datapackage import datapackage
from grievance.publishing.exports import Format, exported
from grievance.publishing.exposure import exposed
from grievance.publishing.models import MemberCheck, Release
from grievance.sites.headcount import Count, Stratum, record
from grievance.sites.models import Area, Category, Company, Site
from tests.support.figures import AFTER, Q3, REASON, grievance, leave, noon, released
from tests.support.histories import Q3_ENDS, Q3_STARTS
from tests.support.people import make_staff
from tests.support.places import make_site


@dataclass(frozen=True)
class House:
    site: Site
    rosa: int
    luis: int
    bus_company: Company
    camp: Area


@pytest.fixture
def house(session: Session) -> House:
    site = make_site(session)
    duties = {Duty.PUBLISHER: site}
    company = Company(operator_id=site.operator_id, name="Buses Imaginarios", kind="contractor")
    session.add(company)
    session.flush()
    return House(
        site,
        make_staff(session, name="Rosa Mamani", duties=duties).staff_id,
        make_staff(session, name="Luis Vera", duties=duties).staff_id,
        company,
        session.scalars(select(Area).where(Area.site_id == site.id).order_by(Area.id)).all()[0],
    )


def filed(session: Session, house: House, number: int, **facts: Any) -> list[Case]:
    return [grievance(session, house.site, noon(8, 1 + each % 28), **facts) for each in range(number)]


def some_people(session: Session, house: House) -> None:
    """File 29 grievances: 14 of own workers, 8 of contractors', 7 of neighbours; 3 of women, by text."""
    filed(session, house, 11, said_group=Group.DIRECT_WORKER, gender="man", shift="day")
    filed(session, house, 3, said_group=Group.DIRECT_WORKER, gender="woman", shift="night", channel=Channel.SMS)
    filed(
        session,
        house,
        8,
        said_group=Group.CONTRACTOR_WORKER,
        gender="man",
        employer_id=house.bus_company.id,
        area_id=house.camp.id,
    )
    filed(session, house, 7, said_group=Group.NEIGHBOUR, locale=ENGLISH)


def frozen(session: Session, house: House) -> Release:
    return summaries.freeze(session, house.site, Q3, by=house.rosa, at=AFTER)


def shown(release: Release, house: House) -> Bulletin:
    return bulletin_of(release, house.site)


def cells(release: Release, house: House, dimension: str) -> dict[str, int | None]:
    return {code: n for code, n in shown(release, house).tables[f"people.{dimension}"].cells.items() if n != 0}


def test_tables_are_those_of_the_cases_received_behind_the_gate(session: Session, house: House) -> None:
    some_people(session, house)
    release = frozen(session, house)

    found = shown(release, house)
    assert list(found.tables) == list(TABLES)
    assert {table.total for table in found.tables.values()} == {found.figures["M2"].denominator} == {29}
    assert cells(release, house, "group") == {"direct_worker": 14, "contractor_worker": 8, "neighbour": 7}
    assert cells(release, house, "employer") == {f"company-{house.bus_company.public_id}": 8, "not_said": 21}
    assert cells(release, house, "language") == {"es": 22, "en": 7}
    # Three women by text: hidden, each with another line, so that nobody is counted by subtraction.
    assert cells(release, house, "gender") == {"man": 19, "woman": None, "not_said": None}
    assert cells(release, house, "channel") == {"sms": None, "web": None}
    assert found.tables["people.area"].names[f"area-{house.camp.public_id}"] == house.camp.labels


def test_spam_questions_and_what_came_before_are_in_no_table(session: Session, house: House) -> None:
    some_people(session, house)
    filed(session, house, 9, is_test=True, gender="woman")
    filed(session, house, 9, case_type="question", gender="woman")
    grievance(session, house.site, noon(6, 1), gender="woman")
    merged = filed(session, house, 1, gender="man")[0]
    leave(session, merged, Move.MERGE, noon(9, 1))

    found = count_people(session, house.site.id, read(frozen(session, house).input_set).scope).counts

    assert found["gender"] == {"woman": 3, "man": 20, "other": 0, "not_said": 7}


def test_what_few_may_see_shares_one_line_whatever_its_category(session: Session, house: House) -> None:
    codes = {row.code: row for row in session.scalars(select(Category))}
    filed(session, house, 6, category_id=codes["dust"].id)
    filed(session, house, 3, category_id=codes["dust"].id, concerns_handlers=True)
    filed(session, house, 4, category_id=codes["retaliation"].id, case_type="retaliation")

    release = frozen(session, house)

    counted = read(release.input_set).people
    assert counted is not None
    assert "retaliation" not in counted.counts["category"]
    assert counted.counts["category"]["restricted"] == 7


people = st.lists(
    st.fixed_dictionaries(
        {
            "said_group": st.sampled_from(list(Group)),
            "gender": st.sampled_from(["woman", "man", "other", None, "unheard_of"]),
            "shift": st.sampled_from(["day", "night", "rotating", "other", None]),
            "locale": st.sampled_from([SPANISH, ENGLISH]),
            "channel": st.sampled_from([Channel.WEB, Channel.WALK_IN, Channel.LETTER]),
            "is_test": st.sampled_from([False, False, False, True]),
            "days": st.integers(-5, 100),
        }
    ),
    max_size=30,
)


@settings(
    max_examples=20,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(said=people)
def test_tables_agree_with_a_slow_second_way(session: Session, said: list[dict[str, Any]]) -> None:
    try:
        site = make_site(session, slug="uno", line=None)
        expected: dict[str, Counter[str]] = {name: Counter() for name in ("group", "gender", "shift", "language")}
        for person in said:
            at = Q3_STARTS + timedelta(days=person.pop("days"))
            grievance(session, site, at, **person)
            if person["is_test"] or not Q3_STARTS <= at < Q3_ENDS:
                continue
            expected["group"][person["said_group"].value] += 1
            expected["gender"][{"unheard_of": "other"}.get(person["gender"], person["gender"] or "not_said")] += 1
            expected["shift"][person["shift"] or "not_said"] += 1
            expected["language"][person["locale"]] += 1

        release = summaries.freeze(session, site, Q3, by=None, at=AFTER)

        people = read(release.input_set).people
        assert people is not None
        for dimension, counted in expected.items():
            assert +Counter(people.counts[dimension]) == counted
            table = bulletin_of(release, site).tables[f"people.{dimension}"]
            assert table.cells == disclose(people.counts[dimension]).cells
            assert set(people.counts[dimension]) == set(VOCABULARY[dimension])
        _nothing_raw_leaves(bulletin_of(release, site), people.counts)
    finally:
        session.rollback()


def _nothing_raw_leaves(found: Bulletin, raw: Any) -> None:  # mapping of dimension to code to count
    """Read every file back: a cell is a count of nobody or of five and more that the gate let through, or empty."""
    let_through = {
        f"people.{dimension}": {**disclose(raw[dimension]).cells, "total": disclose(raw[dimension]).total}
        for dimension in DIMENSIONS
    }
    rows = csv.DictReader(io.StringIO(exported(found, Format.CSV, locale=SPANISH).decode("utf-8-sig")))
    in_csv = {(row["figure"], row["item"]): row for row in rows if row["figure"].startswith("people.")}
    assert len(in_csv) == sum(len(codes) for codes in let_through.values())
    for (table, code), row in in_csv.items():
        allowed = let_through[table][code]
        assert row["value"] == ("" if allowed is None else str(allowed))
        assert bool(row["hidden"]) is (allowed is None)
        assert code == "total" or allowed is None or allowed == 0 or allowed >= 5
    for locale in (SPANISH, ENGLISH):
        book = openpyxl.load_workbook(io.BytesIO(exported(found, Format.XLSX, locale=locale)))
        sheet = book.worksheets[1]
        in_book = {(table, code): number for table, _, number, code, _ in sheet.iter_rows(min_row=2, values_only=True)}
        assert in_book == {(table, code): n for table, codes in let_through.items() for code, n in codes.items()}
    kept = json.loads(exported(found, Format.JSON, locale=SPANISH))
    assert {row["id"]: row["cells"] | {"total": row["total"]} for row in kept["tables"]} == let_through
    assert "people" not in kept
    assert not [row for row in kept["figures"] if "people" in row["parts"]]


def test_a_correction_repeats_the_tables_of_the_version_that_is_out(session: Session, house: House) -> None:
    some_people(session, house)
    first = released(session, house.site, (house.rosa, house.luis))
    # Two more women by letter of August, found in November; and one who corrects what she had said.
    later = AFTER + timedelta(days=20)
    for _ in range(2):
        grievance(session, house.site, noon(8, 5), recorded_at=later, gender="woman", channel=Channel.LETTER)
    session.execute(update(Complainant).where(Complainant.gender == "man").values(gender="woman"))

    second = summaries.freeze(session, house.site, Q3, by=house.rosa, at=later, reason=REASON)

    assert shown(second, house).figures["M2"].denominator == 31
    before, after = (json.loads(release.figures)["tables"] for release in (first, second))
    assert [{**table, "as_of_version": 1} for table in before] == after
    assert {table.as_of_version for table in shown(second, house).tables.values()} == {1}
    kept = read(second.input_set).people
    assert kept is not None
    assert kept.counts == {}
    assert check(session, second).faults == ()


def test_what_was_withheld_stays_withheld(session: Session, house: House) -> None:
    filed(session, house, 2, gender="woman")
    released(session, house.site, (house.rosa, house.luis))
    later = AFTER + timedelta(days=20)
    for _ in range(20):
        grievance(session, house.site, noon(8, 5), recorded_at=later, gender="woman")

    second = summaries.freeze(session, house.site, Q3, by=house.rosa, at=later, reason=REASON)

    table = shown(second, house).tables["people.gender"]
    assert (table.state, table.total, set(table.cells.values())) == ("withheld", 2, {None})


def test_what_people_read_in_a_round_is_not_counted_again_when_it_is_set_aside(session: Session, house: House) -> None:
    """Whoever was asked to read has the first count: held against a second one, it tells what one person did."""
    some_people(session, house)
    first = frozen(session, house)
    rounds.open_round(
        session, first, asked="Comité inventado", closes_at=AFTER + timedelta(days=2), by=house.rosa, at=AFTER
    )
    summaries.discard(session, first, by=house.rosa, at=AFTER)
    session.execute(update(Complainant).where(Complainant.gender == "woman").values(gender="man"))

    second = frozen(session, house)

    before, after = (json.loads(release.figures)["tables"] for release in (first, second))
    assert [{**table, "as_of_version": 1} for table in before] == after
    assert exposed(session, second) == ()


def test_tables_that_differ_from_those_of_a_round_keep_a_release_in_the_house(session: Session, house: House) -> None:
    some_people(session, house)
    first = frozen(session, house)
    summaries.discard(session, first, by=house.rosa, at=AFTER)
    session.execute(update(Complainant).where(Complainant.gender == "woman").values(gender="man"))
    second = frozen(session, house)
    assert exposed(session, second) == ()

    session.add(
        MemberCheck(
            release_id=first.id,
            token_digest=b"x" * 32,
            asked="Comité inventado",
            opened_by_id=house.rosa,
            opened_at=AFTER,
            closes_at=AFTER,
        )
    )
    session.flush()

    assert "people.gender" in exposed(session, second)


def test_a_version_that_was_set_aside_is_counted_again(session: Session, house: House) -> None:
    some_people(session, house)
    first = frozen(session, house)
    summaries.discard(session, first, by=house.rosa, at=AFTER)
    session.execute(update(Complainant).where(Complainant.gender == "woman").values(gender="man"))

    second = frozen(session, house)

    assert cells(second, house, "gender") == {"man": 22, "not_said": 7}


def test_erasing_and_late_letters_leave_a_release_as_it_was(session: Session, house: House) -> None:
    some_people(session, house)
    release = frozen(session, house)
    text = release.figures
    session.execute(update(Complainant).values(gender=None, shift=None, said_group="not_said", employer_id=None))
    grievance(session, house.site, noon(8, 5), recorded_at=AFTER + timedelta(days=9), gender="woman")

    checked = check(session, release)

    assert (checked.faults, checked.differs, release.figures) == ((), (), text)


def test_receipts_by_text_are_hidden_with_the_line_of_texts(session: Session, house: House) -> None:
    some_people(session, house)
    hidden = shown(frozen(session, house), house).figures["M1"]

    assert (hidden.parts["receipts_texted"], hidden.parts["receipts_delivered"]) == (None, None)
    assert (hidden.hidden, hidden.numerator) == ("hidden_cell", 0)


def test_receipts_by_text_are_shown_with_the_line_of_texts(session: Session, house: House) -> None:
    filed(session, house, 6, channel=Channel.SMS)
    figure = shown(frozen(session, house), house).figures["M1"]

    assert (figure.parts["receipts_texted"], figure.hidden) == (0, None)


def test_use_rates_are_of_workers_of_one_quarter(session: Session, house: House) -> None:
    some_people(session, house)
    headcount(session, house, people=1_100, hours=520_000)

    figure = shown(frozen(session, house), house).figures["M12"]

    # 22 of 1,100 workers; 22 × 200,000 / 520,000; exact Poisson of 22: 13.787287 to 33.308264.
    assert (figure.numerator, figure.denominator, figure.hidden) == (22, 1_100, None)
    assert figure.parts == {
        "hours": 520_000,
        "per_100_workers": 2.0,
        "per_200000_hours": 8.461538,
        "per_200000_hours_low": pytest.approx(13.787287 * 200_000 / 520_000, abs=1e-5),
        "per_200000_hours_high": pytest.approx(33.308264 * 200_000 / 520_000, abs=1e-5),
    }


def test_use_rates_are_not_shown_beside_a_hidden_kind_of_worker(session: Session, house: House) -> None:
    filed(session, house, 9, said_group=Group.DIRECT_WORKER)
    filed(session, house, 2, said_group=Group.CONTRACTOR_WORKER)
    filed(session, house, 7, said_group=Group.NEIGHBOUR)
    headcount(session, house, people=1_100, hours=520_000)

    figure = shown(frozen(session, house), house).figures["M12"]

    assert (figure.numerator, figure.hidden) == (None, "hidden_cell")
    assert [name for name, number in figure.parts.items() if number is not None] == ["hours"]


def test_without_a_headcount_there_is_no_rate(session: Session, house: House) -> None:
    some_people(session, house)

    figure = shown(frozen(session, house), house).figures["M12"]

    assert (figure.numerator, figure.denominator, figure.hidden) == (22, 0, "not_known")
    assert set(figure.parts.values()) == {None}


def headcount(session: Session, house: House, *, people: int, hours: int) -> None:
    record(session, house.site, Q3.key, Count(Stratum(), people, hours), at=AFTER)


def test_a_release_has_a_descriptor_by_which_a_download_is_checked(session: Session, house: House) -> None:
    some_people(session, house)
    found = shown(frozen(session, house), house)

    about = json.loads(datapackage(found))

    in_csv, in_json = about["resources"]
    content = exported(found, Format.CSV, locale=SPANISH)
    assert in_csv["bytes"] == len(content)
    assert in_json["hash"] == f"sha256:{found.file_digest}"
    header = content.decode("utf-8-sig").splitlines()[0].split(",")
    assert [field["name"] for field in in_csv["schema"]["fields"]] == header
    assert set(about["titles"]) == {"es", "en"}
    assert "licenses" not in about


@pytest.mark.parametrize(
    "change",
    [
        lambda table: table.update(id="people.age"),
        lambda table: table["cells"].update(grandmother=7),
        lambda table: table["cells"].update(neighbour=3),
        lambda table: table.update(names={"neighbour": {"es": "Juana Choque"}}),
        lambda table: table.update(by_shift={"night": 7}),
        lambda table: table.update(state="as_you_like"),
        lambda table: table.update(state="withheld"),
    ],
    ids=["dimension", "cell", "few", "name", "crossed", "state", "shown though withheld"],
)
def test_a_table_that_nobody_decided_to_publish_does_not_go_out(session: Session, house: House, change: Any) -> None:
    some_people(session, house)
    kept = json.loads(frozen(session, house).figures)
    bulletin.check_allowed(json.dumps(kept))

    change(next(table for table in kept["tables"] if table["id"] == "people.group"))

    with pytest.raises(bulletin.NotAllowedOut):
        bulletin.check_allowed(json.dumps(kept))


def test_every_code_of_a_dimension_has_words() -> None:
    assert set(TABLES) == set(CELLS) == {f"people.{dimension}" for dimension in DIMENSIONS}
    for dimension, codes in VOCABULARY.items():
        assert set(codes) == set(CELLS[f"people.{dimension}"])
