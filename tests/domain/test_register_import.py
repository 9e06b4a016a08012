"""Cases from an old register: the same as living ones, with the instants of the register, and nobody disturbed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grievance.accounts.audit import AuditAction
from grievance.accounts.models import AuditEntry
from grievance.accounts.permissions import Duty, Viewer
from grievance.cases import queries
from grievance.cases.intake import Filing, open_case
from grievance.cases.models import Case, CaseMessage, Complainant, HiddenFrom, Submission
from grievance.cases.record import CaseEvent, CaseHistory, Clock, Notice, RegisterEntry, RegisterImport, Survey, Task
from grievance.cases.states import SYSTEM, Actor, ActorKind, Channel, EventKind, Group, Move, Outcome, Reach
from grievance.cases.transitions import move, record
from grievance.cases.verify import verify_cases
from grievance.core.i18n import SPANISH
from grievance.crypto.fields import unseal
from grievance.messaging.models import OutboundMessage
from grievance.registers.importing import (
    ImportMoved,
    NothingToImport,
    ProblemsLeft,
    approve,
    import_batch,
    load_for_change,
    note_broken_off,
    note_checked,
    note_unreadable,
    set_aside,
    start,
)
from grievance.registers.problems import Code, Problem
from grievance.rounds.timers import sweep
from grievance.sites.models import Site
from tests.support.people import make_staff
from tests.support.places import make_site
from tests.support.registers import NOW, as_csv, line, looked_at, taken_over

STAFF = Actor(ActorKind.STAFF, None)


def only_case(session: Session) -> Case:
    return session.scalars(select(Case)).one()


def numbered(session: Session, number: str) -> Case:
    return session.scalars(
        select(Case).join(RegisterEntry, RegisterEntry.case_id == Case.id).where(RegisterEntry.number == number)
    ).one()


def start_of(text: str) -> datetime:
    """The first instant of a day in Chile in winter: four hours behind UTC."""
    return datetime.fromisoformat(f"{text}T04:00:00+00:00").astimezone(UTC)


def events_of(session: Session, case: Case) -> list[CaseEvent]:
    return list(session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq)))


def history_of(session: Session, case: Case) -> list[dict[str, Any]]:
    rows = session.scalars(select(CaseHistory).where(CaseHistory.case_id == case.id).order_by(CaseHistory.seq))
    names = [column.name for column in CaseHistory.__table__.columns if column.name not in {"id", "case_id"}]
    return [{name: getattr(row, name) for name in names} for row in rows]


def clocks_of(session: Session, case: Case) -> list[dict[str, object]]:
    rows = session.scalars(select(Clock).where(Clock.case_id == case.id).order_by(Clock.due_at, Clock.name))
    names = [column.name for column in Clock.__table__.columns if column.name not in {"id", "case_id"}]
    return [{name: getattr(row, name) for name in names} for row in rows]


def columns_of(case: Case) -> dict[str, object]:
    own = {"id", "public_id", "reference", "chain_head", "title_sealed", "summary_sealed", "place_sealed"}
    own |= {"unread_count", "access_digest", "version"}
    return {column.name: getattr(case, column.name) for column in Case.__table__.columns if column.name not in own}


def lived(
    session: Session, site: Site, received_at: datetime, at: datetime, steps: list[tuple[Any, datetime, dict[str, Any]]]
) -> Case:
    """Open a case by intake and let it live through the transitions, each at the instant given."""
    filing = Filing(
        words="Entra polvo a la casa cuando pasan los camiones",
        locale=SPANISH,
        channel=Channel.LETTER,
        reach=Reach.IN_PERSON,
        wants_code=False,
    )
    case = open_case(session, site, filing, by=SYSTEM, at=at, happened_at=received_at).case
    for step, happened_at, codes in steps:
        if isinstance(step, Move):
            outcome = Outcome(codes.pop("outcome")) if "outcome" in codes else None
            move(session, case, step, by=STAFF, at=at, happened_at=happened_at, codes=codes, outcome=outcome)
        else:
            record(session, case, step, by=SYSTEM, at=at, happened_at=happened_at, codes=codes)
    session.flush()
    return case


def test_what_a_register_says_least_becomes_the_case_that_intake_would_have_made(session: Session, site: Site) -> None:
    received = start_of("2026-08-03")
    living = lived(session, site, received, NOW, [])
    sweep(session, at=NOW, limit=10)

    taken_over(session, site, [line(Canal="Carta")])

    case = numbered(session, "12/2026")
    theirs, ours = events_of(session, living), events_of(session, case)
    breached = [event for event in theirs if event.kind in {"received", "clock_breached"}]
    assert [(e.kind, e.happened_at, e.recorded_at) for e in ours] == [
        (e.kind, e.happened_at, e.recorded_at) for e in breached
    ]
    assert [e.codes for e in ours] == [{**e.codes, "imported": True} for e in breached]
    assert clocks_of(session, case) == clocks_of(session, living)
    assert columns_of(case) == columns_of(living) | {"event_count": len(ours), "changed_seq": 1, "rung": 0}


def _classified(resolve_due: str, acknowledge_due: str) -> dict[str, Any]:
    return {
        "type": "environment",
        "category": "dust",
        "severity": 2,
        "acknowledge_due": acknowledge_due,
        "resolve_due": resolve_due,
    }


TOLD_ACK = {"what": "acknowledgement", "how": "handed_over", "kind": "acknowledgement"}
COURSES: dict[str, tuple[dict[str, str], list[tuple[Any, str, dict[str, Any]]]]] = {
    "open and acknowledged": (
        {"Acuse de recibo el": "2026-08-05"},
        [(Move.ACKNOWLEDGE, "2026-08-05", {}), (EventKind.TOLD, "2026-08-05", TOLD_ACK)],
    ),
    "withdrawn": (
        {"Estado": "Retirado", "Cerrado el": "2026-08-20"},
        [(Move.WITHDRAW, "2026-08-20", {})],
    ),
    "referred, and told later": (
        {"Resultado": "Derivado", "Cerrado el": "2026-08-20", "Resultado avisado el": "2026-08-22"},
        [
            (Move.REFER, "2026-08-20", {}),
            (EventKind.TOLD, "2026-08-22", {"what": "outcome", "how": "handed_over", "kind": "reason"}),
        ],
    ),
    "out of scope": (
        {"Estado": "Fuera de alcance", "Cerrado el": "2026-08-20"},
        [(Move.DECLARE_OUT_OF_SCOPE, "2026-08-20", {})],
    ),
    "closed, told before": (
        {
            "Acuse de recibo el": "2026-08-05",
            "Resultado": "Acogido",
            "Resultado avisado el": "2026-08-18",
            "Cerrado el": "2026-08-25",
        },
        [
            (Move.ACKNOWLEDGE, "2026-08-05", {}),
            (EventKind.TOLD, "2026-08-05", TOLD_ACK),
            (Move.PROPOSE_RESPONSE, "2026-08-18", {"outcome": "upheld"}),
            (EventKind.TOLD, "2026-08-18", {"what": "outcome", "how": "handed_over", "kind": "response"}),
            (EventKind.CLOSED, "2026-08-25", {}),
        ],
    ),
}


@pytest.mark.parametrize("name", COURSES)
def test_a_course_taken_over_leaves_the_history_that_living_it_would_have(
    session: Session, site: Site, name: str
) -> None:
    columns, steps = COURSES[name]
    told = [(step, start_of(day), dict(codes)) for step, day, codes in steps]
    living = lived(session, site, start_of("2026-08-03"), NOW, [])
    state = history_of(session, living)[0]
    # Environment: told in 2 business days, answered in 30. Received on a Monday: Wednesday 5 August, and Monday 14
    # September (4 + 5 + 5 + 5 in August and its 31st, 4 + 5 + 1 in September; 15 August is a Saturday).
    living_codes = _classified("2026-09-15T02:59:59+00:00", "2026-08-06T03:59:59+00:00")
    record(
        session, living, EventKind.CLASSIFIED, by=SYSTEM, at=NOW, happened_at=state["happened_at"], codes=living_codes
    )
    for step, happened_at, codes in told:
        _live(session, living, step, happened_at, codes)

    taken_over(session, site, [line(Categoría="Polvo y aire", Canal="Carta", **columns)])

    case = numbered(session, "12/2026")
    ours = [row for row in history_of(session, case) if row["event"] != "clock_breached"]
    theirs = history_of(session, living)
    # The register says the type from the first row on; a living case is sorted after it came.
    assert [{**row, "type": "environment"} for row in ours][1:] == theirs[1:]
    assert ours[0] == {**theirs[0], "type": "environment"} | {
        name: ours[1][name] for name in ("acknowledge_due_at", "resolve_due_at")
    }
    kinds = [(e.kind, e.happened_at, e.recorded_at) for e in events_of(session, case) if e.kind != "clock_breached"]
    assert kinds == [(e.kind, e.happened_at, e.recorded_at) for e in events_of(session, living)]
    assert all(event.codes["imported"] for event in events_of(session, case))
    last = theirs[-1]
    for column in ("status", "outcome", "outcome_told_at", "acknowledged_at", "ended_at"):
        assert getattr(case, column) == last[column], column
    assert not _of_case(verify_cases(session), case)


def _live(session: Session, case: Case, step: Any, happened_at: datetime, codes: dict[str, Any]) -> None:
    if isinstance(step, Move):
        outcome = Outcome(codes.pop("outcome")) if "outcome" in codes else None
        move(session, case, step, by=STAFF, at=NOW, happened_at=happened_at, codes=codes, outcome=outcome)
    else:
        record(session, case, step, by=SYSTEM, at=NOW, happened_at=happened_at, codes=codes)
    session.flush()


def _of_case(findings: Any, case: Case) -> list[Any]:
    return [finding for finding in findings if finding.subject == case.public_id]


FULL = line(
    Título="Polvo de noche",
    Resumen="Camiones sin toldo",
    Canal="Reunión",
    Categoría="dust",
    Gravedad="alta",
    **{"Quién reclama": "vecina"},
    Área="Planta",
    Turno="noche",
    Personas="12",
    Idioma="inglés",
    Nombre="Zulema Inventada",
)


def test_everything_that_a_line_says_is_kept_where_it_belongs(session: Session, site: Site) -> None:
    taken_over(
        session,
        site,
        [
            {
                **FULL,
                "Opinión de quien reclamó": "conforme",
                "Cómo dijo su opinión": "papel firmado",
                "Cerrado el": "2026-08-30",
                "Resultado": "No acogido",
            }
        ],
    )

    case = only_case(session)
    person = session.scalars(select(Complainant)).one()
    filed = session.scalars(select(Submission)).one()
    assert (case.type, case.severity, case.locale, case.confidentiality) == ("environment", 3, "en", "confidential")
    assert (unseal(session, case, "title"), unseal(session, case, "summary")) == (
        "Polvo de noche",
        "Camiones sin toldo",
    )
    assert (case.verdict, case.verdict_source, case.outcome) == ("satisfied", "signed_paper", "not_upheld")
    assert (person.said_group, person.shift, person.people_count) == (Group.NEIGHBOUR, "night", 12)
    assert unseal(session, person, "name") == "Zulema Inventada"
    assert (filed.channel, unseal(session, filed, "words")) == ("meeting", FULL["Lo que dijo la persona"])
    assert (case.received_at, case.recorded_at, filed.filed_at) == (start_of("2026-08-03"), NOW, start_of("2026-08-03"))
    assert (case.words_indexed_at, case.unread_count, case.access_digest) == (None, 0, None)
    assert list(verify_cases(session)) == []


def test_a_channel_that_the_register_does_not_say_is_not_made_up(session: Session, site: Site) -> None:
    taken_over(session, site, [line()])

    assert session.scalars(select(Submission)).one().channel == "not_said"
    assert session.scalars(select(CaseHistory).limit(1)).one().channel == "not_said"


def test_nobody_is_texted_asked_or_woken(session: Session, site: Site) -> None:
    triager = make_staff(session, name="Rosa Mamani", duties={Duty.TRIAGER: site}).staff_id
    coordinator = make_staff(session, name="Ana Choque", duties={Duty.COORDINATOR: site}).staff_id
    make_staff(session, name="Juan Cruz", duties={Duty.HANDLER: site, Duty.ON_CALL: site})
    numbers = [{"Número de registro": f"{n}"} for n in range(1, 41)]
    types = ["Peligro inminente o derrame", "Acoso", "ambiental", ""]
    taken_over(session, site, [line(**one, Tipo=types[n % 4]) for n, one in enumerate(numbers)])

    swept = sweep(session, at=NOW + timedelta(seconds=1), limit=1000)

    assert (swept.breached, swept.reminded) == (0, 0)
    for model in (OutboundMessage, Survey, Task, CaseMessage):
        assert session.execute(select(func.count()).select_from(model)).scalar_one() == 0, model
    notices = session.execute(select(Notice.staff_id, Notice.kind, Notice.case_id)).all()
    assert sorted(notices) == [(triager, "register_imported", None), (coordinator, "register_imported", None)]


def test_what_is_late_in_it_is_known_as_late_and_stands_on_the_desk(session: Session, site: Site) -> None:
    taken_over(session, site, [line(Tipo="ambiental", **{"Acuse de recibo el": "2026-08-04"})])

    case = only_case(session)
    clocks = {clock.name: clock for clock in session.scalars(select(Clock).where(Clock.case_id == case.id))}
    assert clocks["acknowledge"].met_at == start_of("2026-08-04")
    assert clocks["first_contact"].breached_at == clocks["resolve"].breached_at == NOW
    assert (case.next_due_clock, case.rung) == ("first_contact", 0)
    assert case.next_due_at == clocks["first_contact"].due_at < NOW


def test_a_date_that_lies_ahead_runs_like_any_other(session: Session, site: Site) -> None:
    taken_over(session, site, [line(Tipo="ambiental", **{"Recibido el": "2026-10-16"})])
    case = only_case(session)

    swept = sweep(session, at=NOW + timedelta(days=60), limit=100)

    assert swept.breached == 3
    assert case.rung > 0


def test_an_ended_case_has_no_clock(session: Session, site: Site) -> None:
    taken_over(session, site, [line(Tipo="ambiental", **{"Cerrado el": "2026-08-20"})])

    case = only_case(session)
    assert session.execute(select(func.count()).select_from(Clock)).scalar_one() == 0
    assert (case.status, case.outcome, case.next_due_at, case.is_open) == ("closed", None, None, False)
    # Closed without an outcome that anybody was told is not resolved.
    assert session.scalars(select(CaseHistory).order_by(CaseHistory.seq.desc()).limit(1)).one().resolved_at is None


@pytest.mark.parametrize(
    "columns",
    [{"Tipo": "acoso"}, {"Categoría": "Represalias"}, {"Tipo": "laboral", "Categoría": "harassment"}],
    ids=["by type", "by category", "by what the category stands for"],
)
def test_what_few_may_see_is_restricted_from_its_first_row(
    session: Session, site: Site, columns: dict[str, str]
) -> None:
    coordinator = make_staff(session, name="Ana Choque", duties={Duty.COORDINATOR: site}).staff_id

    taken_over(session, site, [line(**columns)])

    case = only_case(session)
    assert case.is_restricted
    assert all(row["is_restricted"] for row in history_of(session, case))
    viewer = Viewer(coordinator, {site.id: frozenset({Duty.COORDINATOR})})
    assert session.scalars(select(Case).where(queries.visible(viewer))).all() == []


@pytest.mark.parametrize("where", ["Lo que dijo la persona", "Título", "Resumen"])
def test_a_case_is_hidden_from_whoever_is_named_in_it_until_a_triager_looks(
    session: Session, site: Site, where: str
) -> None:
    named = make_staff(session, name="Ana Choque", duties={Duty.COORDINATOR: site}).staff_id
    other = make_staff(session, name="Eva Rojas", duties={Duty.COORDINATOR: site}).staff_id

    taken_over(session, site, [line(Categoría="dust", **{where: "La señora CHOQUE no contesta"})])

    case = only_case(session)
    hidden = session.scalars(select(HiddenFrom)).one()
    assert (hidden.case_id, hidden.staff_id, hidden.reason, hidden.since_at) == (case.id, named, "named_in_words", NOW)
    assert events_of(session, case)[0].codes["hidden_from"] == 1
    for staff_id, sees in ((named, 0), (other, 1)):
        viewer = Viewer(staff_id, {site.id: frozenset({Duty.COORDINATOR})})
        assert len(session.scalars(select(Case).where(queries.visible(viewer))).all()) == sees


def test_what_the_register_does_not_sort_waits_for_a_triager(session: Session, site: Site) -> None:
    taken_over(session, site, [line()])

    case = only_case(session)
    assert (case.classified_at, case.type, case.severity) == (None, "unclassified", None)


def test_bringing_a_register_again_adds_only_what_is_new(session: Session, site: Site) -> None:
    lines = [line(**{"Número de registro": str(n)}) for n in (1, 2)]
    taken_over(session, site, lines)
    changed = [{**lines[0], "Recibido el": "no es fecha"}, lines[1], line(**{"Número de registro": "3"})]

    again = taken_over(session, site, changed)

    assert (again.opened_count, again.known_count, again.wrong_count) == (1, 2, 0)
    assert session.execute(select(func.count()).select_from(Case)).scalar_one() == 3


def test_another_site_has_its_own_numbers(session: Session, site: Site) -> None:
    other = make_site(session, slug="otro-sitio", line=None)

    taken_over(session, site, [line()])
    taken_over(session, other, [line()])

    assert {entry.site_id for entry in session.scalars(select(RegisterEntry))} == {site.id, other.id}


def started(session: Session, site: Site, lines: list[dict[str, str]]) -> tuple[RegisterImport, list[Any]]:
    tally, found = looked_at(session, site, as_csv(lines))
    taken = start(session, site, filename="r.csv", file_digest="0" * 64, storage_key="k", by=None, at=NOW)
    note_checked(session, taken, tally, at=NOW)
    return taken, found


def test_lines_already_done_are_not_done_again_by_a_second_worker(session: Session, site: Site) -> None:
    taken, found = started(session, site, [line(**{"Número de registro": str(n)}) for n in range(1, 5)])
    approve(session, taken, without_wrong=False, by=None, at=NOW)
    import_batch(session, taken, found[:2], position=0, at=NOW)

    with pytest.raises(ImportMoved):
        import_batch(session, load_for_change(session, taken.id), found[:2], position=0, at=NOW)

    assert session.execute(select(func.count()).select_from(Case)).scalar_one() == 2


def test_problems_have_to_be_accepted_and_something_has_to_be_left(session: Session, site: Site) -> None:
    wrong = line(**{"Número de registro": "2", "Recibido el": "ayer"})
    some, _ = started(session, site, [line(), wrong])
    none, _ = started(session, site, [wrong])
    contact, _ = started(session, site, [line(Teléfono="x")])

    with pytest.raises(ProblemsLeft):
        approve(session, some, without_wrong=False, by=None, at=NOW)
    for taken in (none, contact):
        with pytest.raises(NothingToImport):
            approve(session, taken, without_wrong=True, by=None, at=NOW)
    assert session.execute(select(func.count()).select_from(Case)).scalar_one() == 0


def test_what_was_imported_in_part_cannot_be_set_aside_as_if_nothing_was(session: Session, site: Site) -> None:
    taken, found = started(session, site, [line(**{"Número de registro": str(n)}) for n in (1, 2)])
    approve(session, taken, without_wrong=False, by=None, at=NOW)
    import_batch(session, taken, found[:1], position=0, at=NOW)

    with pytest.raises(ImportMoved):
        set_aside(session, taken, by=None, at=NOW)


def test_what_was_set_aside_stays_so_when_a_worker_then_misses_its_file(session: Session, site: Site) -> None:
    """The file goes after the commit that set it aside: a worker that was about to read it finds nothing."""
    taken, _ = started(session, site, [line()])
    set_aside(session, taken, by=None, at=NOW)

    note_broken_off(session, taken)
    note_unreadable(session, taken, Problem(0, "", Code.DAMAGED), at=NOW)

    assert (taken.state, taken.problems) == ("set_aside", [])


def test_the_trail_has_a_line_for_the_check_and_for_the_import(session: Session, site: Site) -> None:
    taken = taken_over(session, site, [line()])

    lines = session.scalars(
        select(AuditEntry).where(AuditEntry.subject == taken.public_id).order_by(AuditEntry.seq)
    ).all()
    assert [(entry.action, entry.codes.get("step"), entry.codes["opened"]) for entry in lines] == [
        (AuditAction.REGISTER_CHECKED, None, 0),
        (AuditAction.REGISTER_IMPORTED, "approved", 0),
        (AuditAction.REGISTER_IMPORTED, "done", 1),
    ]
