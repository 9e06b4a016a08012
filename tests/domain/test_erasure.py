"""Erasing words and identity: everything sealed goes or is kept for a stated reason, and what was counted still counts."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, CheckConstraint, Date, Integer, LargeBinary, String, func, select
from sqlalchemy.orm import Session

from grievance.accounts import audit
from grievance.accounts.models import AuditEntry
from grievance.cases import handling, triage
from grievance.cases.endings import merge
from grievance.cases.facts import facts_of
from grievance.cases.files import StoredFile
from grievance.cases.models import Attachment, Case, CaseMessage, CaseNote, Complainant, Submission
from grievance.cases.queries import case_by_reference_in_thread
from grievance.cases.record import CaseEvent, CaseHistory, WordDigest
from grievance.cases.states import SYSTEM, EventKind
from grievance.cases.verify import verify_cases
from grievance.cases.visibility import allowed_actions
from grievance.complainants import door
from grievance.core.db import Base, UTCDateTime
from grievance.crypto.fields import keys_of, new_public_id, seal, sealed_models
from grievance.crypto.keyring import KeyRing
from grievance.desk.search import index_case, sought
from grievance.messaging import inbox
from grievance.messaging.models import InboundMessage, OutboundMessage, OutboundState, Thread
from grievance.messaging.threads import NUMBER_PURPOSE
from grievance.privacy.emptied import KEPT, emptied
from grievance.privacy.erasure import Basis, StillOpen, erase_case_words, erase_person
from grievance.rounds.orphans import forget_orphans
from grievance.storage.files import open_storage
from tests.support.casework import NUMBER, by, close, file_text, make_room, send_texts, sort, viewer_of
from tests.support.places import LINE, WEDNESDAY, file_case

LATER = WEDNESDAY + timedelta(days=400)

PLAIN: dict[str, frozenset[str]] = {
    "cases": frozenset(
        [
            "id",
            "public_id",
            "site_id",
            "status",
            "is_open",
            "type",
            "severity",
            "outcome",
            "verdict",
            "verdict_source",
            "confidentiality",
            "is_restricted",
            "concerns_handlers",
            "is_spam",
            "is_test",
            "handler_id",
            "merged_into_id",
            "received_at",
            "recorded_at",
            "classified_at",
            "acknowledged_at",
            "first_contact_at",
            "outcome_told_at",
            "ended_at",
            "reopened_count",
            "submission_count",
            "unread_count",
            "last_message_at",
            "next_due_at",
            "desk_order_at",
            "next_due_clock",
            "has_appeal",
            "rung",
            "blocked_at",
            "paused_until",
            "event_count",
            "chain_head",
            "erased_at",
            "held_at",
            "undone_at",
            "changed_seq",
            "words_indexed_at",
            "version",
        ]
    ),
    "complainant": frozenset(
        [
            "id",
            "public_id",
            "case_id",
            "reach",
            "code_tries",
            "blocked_at",
            "asked_no_more_at",
            "join_code_id",
            "contact_deleted_at",
            "erased_at",
            "created_at",
        ]
    ),
    "submission": frozenset(
        [
            "id",
            "public_id",
            "case_id",
            "filed_as_case_id",
            "complainant_id",
            "filed_at",
            "recorded_at",
            "recorded_by_id",
            "read_back",
            "receipt_saved_at",
            "inbound_message_id",
        ]
    ),
    "respondent": frozenset(["id", "public_id", "case_id", "added_at"]),
    "thread": frozenset(
        [
            "id",
            "public_id",
            "site_id",
            "locale_is_chosen",
            "pending",
            "pending_subject",
            "pending_until",
            "pending_offer",
            "last_inbound_at",
            "window_started_at",
            "window_count",
            "verified_at",
            "pointed_at",
        ]
    ),
    "inbound_message": frozenset(
        [
            "id",
            "public_id",
            "provider",
            "media_state",
            "media_tries",
            "opt_out_type",
            "received_at",
            "recorded_at",
            "state",
            "tries",
            "next_try_at",
            "handled_at",
            "subject",
        ]
    ),
    "outbound_message": frozenset(
        [
            "id",
            "public_id",
            "thread_id",
            "subject",
            "locale",
            "segments",
            "is_asked_for",
            "wipe_when_sent",
            "asks",
            "asks_until",
            "created_at",
            "not_before",
            "state",
            "tries",
            "claimed_at",
            "claimed_by",
            "is_repeat",
            "sent_at",
            "delivery",
            "delivery_at",
            "error_code",
            "is_redacted_there",
        ]
    ),
}
"""Of the tables closest to a person, ids, codes and instants of the record: whoever adds a column decides about it."""


def test_every_sealed_column_is_erased_or_kept_for_a_stated_reason() -> None:
    gone = emptied()
    undecided = [
        f"{model.__tablename__}.{name}_sealed"
        for model in sealed_models()
        for name in model.__sealed__
        if f"{name}_sealed" not in gone.get(model.__tablename__, frozenset()) | KEPT.get(model.__tablename__, {}).keys()
    ]

    assert undecided == [], "decide in grievance/privacy/emptied.py what an erasure does with these"


@pytest.mark.parametrize("table", sorted(PLAIN))
def test_every_column_close_to_a_person_is_decided_on(table: str) -> None:
    decided = emptied().get(table, frozenset()) | KEPT.get(table, {}).keys() | PLAIN[table]

    assert set(Base.metadata.tables[table].columns.keys()) - decided == set()
    assert not PLAIN[table] & (emptied().get(table, frozenset()) - {"verified_at"})


def test_what_is_kept_says_why() -> None:
    assert all(len(reason) > 10 for reasons in KEPT.values() for reason in reasons.values())


def test_whatever_stands_in_a_sealed_column_of_a_case_is_gone(session: Session) -> None:
    room = make_room(session)
    filed, thread = file_text(session, room.site, name="Rosa Inventada", email="rosa@x.example")
    sort(session, room, filed.case)
    close(session, room, filed.case)
    _fill(session, filed.case, filed.complainant, thread)

    erase_case_words(session, filed.case, basis=Basis.RETENTION, by=SYSTEM, at=LATER)
    session.flush()

    left = [
        f"{table}.{column}"
        for table, columns in emptied().items()
        for column in columns
        if table != "attachment" and _holds_anything(session, table, column, filed.case)
    ]
    assert left == []
    assert session.scalar(select(func.count()).select_from(Attachment)) == 0


def test_chain_projection_and_audit_trail_hold_after_an_erasure(session: Session) -> None:
    room = make_room(session)
    case = _closed(session, room)

    erased = erase_case_words(session, case, basis=Basis.RETENTION, by=SYSTEM, at=LATER)

    assert erased.counts["submission"] == 1
    assert list(verify_cases(session)) == []
    assert list(audit.verify(session)) == []
    last = session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq.desc())).first()
    assert last is not None
    assert last.kind == EventKind.ERASED
    assert last.codes == {"basis": "retention", "scope": "case"}


def test_other_words_put_in_place_of_erased_ones_are_found(session: Session) -> None:
    room = make_room(session)
    case = _closed(session, room)
    before = session.scalars(select(Submission).where(Submission.case_id == case.id)).one().words_sealed
    erase_case_words(session, case, basis=Basis.RETENTION, by=SYSTEM, at=LATER)
    row = session.scalars(select(Submission).where(Submission.case_id == case.id)).one()
    row.words_sealed = file_case(session, room.site).submission.words_sealed
    session.flush()

    assert before is not None
    assert [finding.check for finding in verify_cases(session)] == ["words"]


def test_erasing_twice_changes_nothing_the_second_time(session: Session) -> None:
    room = make_room(session)
    case = _closed(session, room)
    erase_case_words(session, case, basis=Basis.RETENTION, by=SYSTEM, at=LATER)
    head, erased_at = case.chain_head, case.erased_at

    again = erase_case_words(session, case, basis=Basis.REQUEST, by=SYSTEM, at=LATER + timedelta(days=1))

    assert again.counts == {}
    assert (case.chain_head, case.erased_at) == (head, erased_at)


def test_an_open_case_is_not_erased(session: Session) -> None:
    room = make_room(session)
    filed = file_case(session, room.site)

    with pytest.raises(StillOpen):
        erase_case_words(session, filed.case, basis=Basis.REQUEST, by=SYSTEM, at=LATER)
    with pytest.raises(StillOpen):
        erase_person(session, filed.complainant, basis=Basis.REQUEST, by=SYSTEM, at=LATER)


def test_spam_is_erased_although_its_case_never_ended(session: Session) -> None:
    room = make_room(session)
    case = file_case(session, room.site).case
    triage.mark_spam(session, case, by=by(room.triager), at=WEDNESDAY)

    assert erase_case_words(session, case, basis=Basis.RETENTION, by=SYSTEM, at=LATER).counts["submission"] == 1


def test_an_appeal_that_waits_keeps_the_words(session: Session) -> None:
    room = make_room(session)
    case = _closed(session, room)
    case.has_appeal = True

    with pytest.raises(StillOpen):
        erase_case_words(session, case, basis=Basis.RETENTION, by=SYSTEM, at=LATER)


def test_a_number_goes_with_the_last_case_that_needs_it(session: Session) -> None:
    room = make_room(session)
    first, thread = file_text(session, room.site)
    sort(session, room, first.case)
    close(session, room, first.case)
    second, _ = file_text(session, room.site, at=WEDNESDAY + timedelta(days=30))
    sort(session, room, second.case, at=WEDNESDAY + timedelta(days=30))

    erase_case_words(session, first.case, basis=Basis.RETENTION, by=SYSTEM, at=LATER)
    assert thread.number_sealed is not None
    assert case_by_reference_in_thread(session, thread.id, first.case.reference) is None
    second.case.is_open, second.case.status = False, "closed"
    erase_case_words(session, second.case, basis=Basis.RETENTION, by=SYSTEM, at=LATER)

    assert thread.number_sealed is None


def test_texts_both_ways_lose_body_and_number_and_are_not_sent_any_more(session: Session) -> None:
    room = make_room(session)
    inbound = _inbound(session, "Entra polvo a la casa")
    filed, _thread = file_text(session, room.site, inbound_message_id=inbound.id)
    inbound.subject = filed.case.public_id
    send_texts(session, at=WEDNESDAY)
    sort(session, room, filed.case)
    close(session, room, filed.case)
    waiting = session.scalars(select(OutboundMessage).where(OutboundMessage.state == "queued")).all()

    erase_case_words(session, filed.case, basis=Basis.RETENTION, by=SYSTEM, at=LATER)
    session.expire_all()

    rows = session.scalars(select(OutboundMessage)).all()
    assert waiting
    assert all(row.body_sealed is None for row in rows)
    assert {row.state for row in rows} <= {OutboundState.SENT, OutboundState.HELD}
    row = session.get_one(InboundMessage, inbound.id)
    assert (row.body_sealed, row.number_sealed) == (None, None)
    assert row.number_digest != keys_of(session).digest(NUMBER_PURPOSE, NUMBER)


def test_the_words_of_an_erased_case_find_nothing(session: Session) -> None:
    room = make_room(session)
    case = _closed(session, room)
    index_case(session, case, at=WEDNESDAY)
    assert session.scalars(select(Case.id).where(sought(session, "polvo").condition)).all() == [case.id]

    erase_case_words(session, case, basis=Basis.RETENTION, by=SYSTEM, at=LATER)

    assert session.scalars(select(Case.id).where(sought(session, "polvo").condition)).all() == []
    assert session.scalar(select(func.count()).select_from(WordDigest)) == 0


def test_nobody_can_do_anything_with_an_erased_case(session: Session) -> None:
    room = make_room(session)
    case = _closed(session, room)
    erase_case_words(session, case, basis=Basis.RETENTION, by=SYSTEM, at=LATER)

    for person in room.people:
        assert set(allowed_actions(viewer_of(session, person), facts_of(session, case))) <= {"mark_read"}


def test_nothing_is_added_through_the_door_of_the_person(session: Session) -> None:
    room = make_room(session)
    filed = file_case(session, room.site)
    sort(session, room, filed.case)
    close(session, room, filed.case)
    erase_case_words(session, filed.case, basis=Basis.RETENTION, by=SYSTEM, at=LATER)

    with pytest.raises(door.WordsErased):
        door.enter(session, filed.case.id, filed.complainant.id)
    assert door.show(session, filed.case.id, filed.complainant.id, at=LATER).erased_at == LATER


def test_erasing_a_case_takes_those_merged_into_it(session: Session) -> None:
    room = make_room(session)
    kept, double = _merged(session, room)

    erase_case_words(session, kept.case, basis=Basis.RETENTION, by=SYSTEM, at=LATER)

    assert double.case.erased_at == LATER
    assert _words_left(session) == 0
    assert list(verify_cases(session)) == []


def test_erasing_one_person_leaves_what_the_others_of_the_case_said(session: Session) -> None:
    room = make_room(session)
    kept, double = _merged(session, room)

    erased = erase_person(session, double.complainant, basis=Basis.REQUEST, by=SYSTEM, at=LATER)
    session.expire_all()

    rows = {row.complainant_id: row for row in session.scalars(select(Submission))}
    assert rows[double.complainant.id].words_sealed is None
    assert rows[kept.complainant.id].words_sealed is not None
    people = {row.id: row for row in session.scalars(select(Complainant))}
    assert people[double.complainant.id].name_sealed is None
    assert people[kept.complainant.id].name_sealed is not None
    assert session.scalars(select(CaseNote)).one().words_sealed is not None
    assert (kept.case.erased_at, people[double.complainant.id].erased_at) == (None, LATER)
    mine = select(CaseMessage.id).where(
        CaseMessage.complainant_id == double.complainant.id, CaseMessage.words_sealed.is_not(None)
    )
    assert session.scalars(mine).all() == []
    assert erased.counts["submission"] == 1
    assert list(verify_cases(session)) == []


def test_erasing_the_last_of_several_erases_the_case(session: Session) -> None:
    room = make_room(session)
    kept, double = _merged(session, room)

    for person in (double.complainant, kept.complainant):
        erase_person(session, person, basis=Basis.REQUEST, by=SYSTEM, at=LATER)
        session.expire_all()

    assert kept.case.erased_at == LATER
    assert _words_left(session) == 0
    assert list(verify_cases(session)) == []


def test_erasing_the_only_person_erases_the_case(session: Session) -> None:
    room = make_room(session)
    filed = file_case(session, room.site, name="Rosa Inventada")
    sort(session, room, filed.case)
    close(session, room, filed.case)

    erase_person(session, filed.complainant, basis=Basis.REQUEST, by=SYSTEM, at=LATER)

    assert filed.case.erased_at == LATER
    assert _words_left(session) == 0


def test_the_audit_trail_says_what_was_erased_in_numbers_only(session: Session) -> None:
    room = make_room(session)
    case = _closed(session, room)
    erase_case_words(session, case, basis=Basis.REQUEST, by=by(room.administrator), at=LATER)

    line = session.scalars(select(AuditEntry).where(AuditEntry.action == "case_erased")).one()
    assert (line.subject_kind, line.subject, line.site_id) == ("case", case.public_id, case.site_id)
    assert line.codes["basis"] == "request"
    assert all(isinstance(value, int) for name, value in line.codes.items() if name != "basis")


def test_stored_files_of_an_erased_case_are_removed_by_the_sweep_of_storage(
    session: Session, tmp_path: Path, keys: KeyRing
) -> None:
    room = make_room(session)
    case = _closed(session, room)
    storage = open_storage(f"file://{tmp_path / 'files'}", keys)
    stored = StoredFile(storage.put(b"una foto"), "foto de Rosa.jpg", "image/jpeg", 8)
    handling.attach(session, case, stored, internal=True, by=by(room.handler), at=LATER)
    session.flush()

    erase_case_words(session, case, basis=Basis.RETENTION, by=SYSTEM, at=LATER)
    removed = forget_orphans(storage, lambda: nullcontext(session), at=datetime.now(UTC) + timedelta(days=2))

    assert removed == 1
    assert list(storage.stored()) == []
    assert list(verify_cases(session)) == []


def test_the_erasure_moves_no_row_of_the_projection(session: Session) -> None:
    room = make_room(session)
    case = _closed(session, room)
    rows = select(CaseHistory).where(CaseHistory.case_id == case.id).order_by(CaseHistory.seq)
    before = [row.seq for row in session.scalars(rows)]
    state = {name: getattr(session.scalars(rows).all()[-1], name) for name in ("status", "outcome", "resolved_at")}

    erase_case_words(session, case, basis=Basis.RETENTION, by=SYSTEM, at=LATER)

    after = session.scalars(rows).all()
    assert [row.seq for row in after] == [*before, before[-1] + 1]
    assert {name: getattr(after[-1], name) for name in state} == state


def _closed(session: Session, room: Any) -> Case:
    case = file_case(session, room.site, name="Rosa Inventada", email="rosa@x.example").case
    sort(session, room, case)
    handling.add_note(session, case, words="Llamé a Rosa.", by=by(room.handler), at=WEDNESDAY)
    close(session, room, case)
    return case


def _merged(session: Session, room: Any) -> tuple[Any, Any]:
    kept = file_case(session, room.site, name="Rosa Inventada")
    double = file_case(session, room.site, words="También aquí entra polvo", name="Pedro Inventado")
    sort(session, room, kept.case)
    sort(session, room, double.case)
    handling.add_note(session, kept.case, words="Son dos.", by=by(room.handler), at=WEDNESDAY)
    merge(session, double.case, kept.case, reason="Es lo mismo.", by=by(room.coordinator), at=WEDNESDAY)
    session.flush()
    close(session, room, kept.case)
    return kept, double


def _words_left(session: Session) -> int:
    session.flush()
    return sum(
        int(session.scalar(select(func.count()).where(getattr(model, f"{name}_sealed").is_not(None))) or 0)
        for model in sealed_models()
        for name in model.__sealed__
        if model.__tablename__ != "saved_view"
    )


def _inbound(session: Session, body: str) -> InboundMessage:
    inbound_id = inbox.record(
        session,
        provider="twilio",
        provider_message_id="SM1",
        line=LINE,
        number=NUMBER,
        body=body,
        media=(),
        opt_out_type=None,
        at=WEDNESDAY,
    )
    assert inbound_id is not None
    row = session.get_one(InboundMessage, inbound_id)
    row.state = "handled"
    return row


def _fill(session: Session, case: Case, person: Complainant, thread: Thread) -> None:
    """Put something into every column that is to be emptied, in one row of each table of the case."""
    for table, columns in emptied().items():
        model = next(one for one in _models() if one.__tablename__ == table)
        row = _row_of(session, model, case, person, thread)
        row.public_id = row.public_id or new_public_id()
        for name in columns - {"storage_key", "thread_id", "id"}:
            column = model.__table__.columns[name]
            if name.endswith("_sealed"):
                seal(session, row, name.removesuffix("_sealed"), "+56911112222")
            elif not column.foreign_keys:
                setattr(row, name, _sample(column))
        session.add(row)
        session.flush()


def _models() -> list[Any]:
    return [mapper.class_ for mapper in Base.registry.mappers]


def _row_of(session: Session, model: Any, case: Case, person: Complainant, thread: Thread) -> Any:
    own = {Case: case, Complainant: person, Thread: thread}
    if model in own:
        return own[model]
    if model.__tablename__ in ("inbound_message", "outbound_message"):
        row = _made(session, model, case, person, thread)
        row.subject = case.public_id
        return row
    if model.__tablename__ == "outbound_mail":
        row = _made(session, model, case, person, thread)
        row.recipient = person.public_id
        return row
    found = session.scalars(select(model).where(model.case_id == case.id).limit(1)).one_or_none()
    return found or _made(session, model, case, person, thread)


def _made(session: Session, model: Any, case: Case, person: Complainant, thread: Thread) -> Any:
    known: dict[str, Any] = {"cases.id": case.id, "complainant.id": person.id, "thread.id": thread.id}
    values: dict[str, Any] = {}
    for column in model.__table__.columns:
        if column.name == "id" or column.nullable or column.default is not None:
            continue
        target = next(iter(column.foreign_keys)).target_fullname if column.foreign_keys else None
        if target is None:
            values[model.__mapper__.get_property_by_column(column).key] = _sample(column)
        elif target in known:
            values[column.name] = known[target]
        else:
            table = Base.metadata.tables[target.partition(".")[0]]
            values[column.name] = session.scalars(select(table.c.id).limit(1)).one()
    return model(**values)


def _sample(column: Any) -> Any:
    for check in column.table.constraints:
        if isinstance(check, CheckConstraint) and f"{column.name} IN ('" in str(check.sqltext):
            return str(check.sqltext).partition(f"{column.name} IN ('")[2].partition("'")[0]
    samples: dict[type, Any] = {
        LargeBinary: b"0" * 16,
        String: "x" * 8,
        Integer: 1,
        Boolean: False,
        Date: date(2026, 9, 2),
        JSON: {},
        UTCDateTime: WEDNESDAY,
    }
    return next(value for kind, value in samples.items() if isinstance(column.type, kind))


def _holds_anything(session: Session, table: str, column: str, case: Case) -> bool:
    columns = Base.metadata.tables[table].columns
    if column == "number_digest":
        digest = b"0" * 16
        return bool(session.scalar(select(func.count()).where(columns[column] == digest)))
    return bool(session.scalar(select(func.count()).where(columns[column].is_not(None))))
