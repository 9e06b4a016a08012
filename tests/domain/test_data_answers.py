"""Answering requests about personal data: the copy and who gets it, corrections, blocking, erasing, and what is told."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts.models import AuditEntry
from grievance.cases import after_checks, clocks, endings, feedback, handling, identity
from grievance.cases.intake import Filed, Filing
from grievance.cases.models import CaseMessage
from grievance.cases.queries import CaseNotFound
from grievance.cases.record import Survey
from grievance.cases.rights_record import AfterCheck
from grievance.cases.states import Channel, Confidentiality
from grievance.cases.triage import RespondentSaid
from grievance.cases.verify import verify_cases
from grievance.complainants import collective
from grievance.complainants.collective import Invitation
from grievance.complainants.follow_up import follow_up
from grievance.core.i18n import SPANISH
from grievance.crypto.fields import new_public_id, unseal
from grievance.deadlines.standards import CaseType
from grievance.privacy import answers
from grievance.privacy.answer_redaction import folded
from grievance.privacy.request_kinds import DataRight, Decision, Field, Ground
from grievance.privacy.request_queries import for_work, request_page, requests_of
from grievance.privacy.request_record import DataPackage, DataRequest
from tests.support.casework import Room, by, close, sort, sorted_case, viewer_of
from tests.support.data_requests import LATER, ask_later
from tests.support.people import Person
from tests.support.places import WEDNESDAY, file_case


def ready(session: Session, officer: Person, filed: Filed, request: DataRequest, *phrases: str) -> DataPackage:
    _content, digest = answers.preview(session, filed.case, request, phrases=phrases, now=LATER)
    return answers.release(session, filed.case, request, phrases=phrases, seen_digest=digest, by=by(officer), at=LATER)


def text_of_copy(session: Session, filed: Filed, *, at: datetime = LATER) -> str:
    return answers.take(session, filed.complainant, at=at).text


def test_a_copy_holds_what_the_person_told_and_was_told(session: Session, room: Room, officer: Person) -> None:
    about = sorted_case(
        session, room, words="Entra polvo a la casa", name="Ximena Árbol", confidentiality=Confidentiality.NAMED
    )
    handling.send_message(session, about.case, words="Fuimos a medir.", by=by(room.handler), at=WEDNESDAY)
    identity.open_identity(session, about.case, reason="Para avisarle", by=by(room.handler), at=WEDNESDAY)
    filed, request = ask_later(session, room, about)

    ready(session, officer, filed, request)

    (case,) = json.loads(text_of_copy(session, filed))["cases"]
    assert case["reference"] == about.case.reference
    assert case["you_told"] == "Entra polvo a la casa"
    assert [row["words"] for row in case["messages"]] == ["Fuimos a medir."]
    assert case["about_you"]["name"] == "Ximena Árbol"
    assert [row["reason"] for row in case["identity_opened"]] == ["Para avisarle"]


@pytest.mark.parametrize("seed", range(8))
def test_a_copy_never_contains_third_parties(session: Session, room: Room, officer: Person, seed: int) -> None:
    rng = random.Random(seed)  # a test that can be repeated
    accused = rng.choice(["Evaristo Lúgubre", "Benita Tormenta Gris"])
    other_name, other_words = "Filomena Cascada", f"Secreto de otra persona {rng.randrange(10**9)}"
    mention = rng.choice([accused, accused.upper(), accused.lower(), accused.replace(" ", "  ")])
    about = file_case(
        session,
        room.site,
        words=f"{mention} me grita, y {room.handler.name} lo sabe. Llame al +56 9 8765 4321 o a jefe@mina.example",
    )
    other = file_case(session, room.site, words=other_words, name=other_name, confidentiality=Confidentiality.NAMED)
    sort(session, room, about.case, respondents=[RespondentSaid(description=f"el jefe {accused}")])
    sort(session, room, other.case)
    handling.add_note(
        session, about.case, words="Nota interna que nadie de afuera lee", by=by(room.handler), at=WEDNESDAY
    )
    endings.merge(
        session, other.case, about.case, reason="Lo mismo", by=by(room.handler), at=WEDNESDAY + timedelta(hours=1)
    )
    handling.send_message(
        session,
        about.case,
        words=f"Hablamos con {mention} y con {other_name}. Firma: {room.handler.name}",
        by=by(room.handler),
        at=WEDNESDAY + timedelta(hours=2),
    )
    filed, request = ask_later(session, room, about)

    ready(session, officer, filed, request)

    text = f" {folded(text_of_copy(session, filed))} "
    everybody = [accused, other_name, other_words, "Nota interna", *(person.name for person in room.people)]
    assert [name for name in everybody if f" {folded(name)} " in text] == []
    assert "jefe mina example" not in text
    assert "8765" not in text
    assert "me grita" in text


def test_what_whoever_looks_it_through_adds_is_blacked_out_too(session: Session, room: Room, officer: Person) -> None:
    about = sorted_case(session, room, words="Lo dijo la tía del casino")
    filed, request = ask_later(session, room, about)

    ready(session, officer, filed, request, "la tía del casino")

    assert "tía" not in text_of_copy(session, filed)


def test_only_what_was_looked_through_is_released(session: Session, room: Room, officer: Person) -> None:
    about = sorted_case(session, room)
    filed, request = ask_later(session, room, about)
    _content, digest = answers.preview(session, filed.case, request, now=LATER)
    handling.send_message(session, about.case, words="Algo nuevo.", by=by(room.handler), at=LATER)

    with pytest.raises(answers.CopyChanged):
        answers.release(session, filed.case, request, seen_digest=digest, by=by(officer), at=LATER)


def test_nobody_gets_a_copy_before_it_is_proven_whose_data_it_is(session: Session, room: Room) -> None:
    filed, request = ask_later(session, room)

    with pytest.raises(answers.NotProven):
        answers.preview(session, filed.case, request, now=LATER)


def test_the_copy_opens_for_whoever_filed_the_request_and_for_nobody_else(
    session: Session, room: Room, officer: Person
) -> None:
    about, stranger = sorted_case(session, room), sorted_case(session, room)
    filed, request = ask_later(session, room, about)
    another, _other_request = ask_later(session, room, stranger)
    ready(session, officer, filed, request)

    answers.take(session, filed.complainant, at=LATER)

    for person in (about.complainant, stranger.complainant, another.complainant):
        with pytest.raises(answers.CopyGone):
            answers.take(session, person, at=LATER)
    taken = session.scalars(select(AuditEntry.subject).where(AuditEntry.action == "data_copy_taken")).all()
    assert taken == [filed.case.public_id]


def test_a_copy_is_gone_after_thirty_days(session: Session, room: Room, officer: Person) -> None:
    filed, request = ask_later(session, room, sorted_case(session, room))
    package = ready(session, officer, filed, request)

    answers.take(session, filed.complainant, at=LATER + timedelta(days=30))
    with pytest.raises(answers.CopyGone):
        answers.take(session, filed.complainant, at=LATER + timedelta(days=31, hours=12))
    assert answers.forget_copies(session, at=LATER + timedelta(days=32), limit=10) == 1
    assert package.content_sealed is None


def acknowledged(session: Session, officer: Person, filed: Filed) -> None:
    handling.acknowledge(session, filed.case, words="La recibimos.", by=by(officer), at=LATER)


def test_an_answer_is_told_and_meets_the_date_of_the_law(session: Session, room: Room, officer: Person) -> None:
    filed, request = ask_later(session, room, sorted_case(session, room))
    acknowledged(session, officer, filed)
    ready(session, officer, filed, request)

    answers.answer(
        session, filed.case, request, decision=Decision.GRANTED, words="Su copia está lista.", by=by(officer), at=LATER
    )

    resolve = next(clock for clock in clocks.of(session, filed.case.id) if clock.name == "resolve")
    assert resolve.met_at == LATER
    assert request.decision == "granted"
    told = session.scalars(
        select(CaseMessage).where(CaseMessage.case_id == filed.case.id, CaseMessage.kind == "response")
    ).one()
    assert unseal(session, told, "words") == "Su copia está lista."
    with pytest.raises(answers.AnsweredBefore):
        answers.answer(
            session, filed.case, request, decision=Decision.GRANTED, words="Otra vez.", by=by(officer), at=LATER
        )


def test_a_refusal_has_a_ground_and_says_where_else_to_go(session: Session, room: Room, officer: Person) -> None:
    filed, request = ask_later(session, room, sorted_case(session, room), right=DataRight.ERASURE)
    acknowledged(session, officer, filed)

    def refuse(ground: Ground | None) -> None:
        answers.answer(
            session,
            filed.case,
            request,
            decision=Decision.REFUSED,
            ground=ground,
            words="La ley nos obliga a guardarlo.",
            by=by(officer),
            at=LATER,
        )

    with pytest.raises(answers.GroundMissing):
        refuse(None)
    refuse(Ground.LEGAL_DUTY)
    told = session.scalars(
        select(CaseMessage).where(CaseMessage.case_id == filed.case.id, CaseMessage.kind == "response")
    ).one()
    words = unseal(session, told, "words") or ""
    assert "Agencia de Protección de Datos Personales" in words
    assert "tribunales" in words


def test_nothing_is_said_to_be_granted_before_it_is_done(session: Session, room: Room, officer: Person) -> None:
    filed, request = ask_later(session, room, sorted_case(session, room))
    acknowledged(session, officer, filed)

    with pytest.raises(answers.NothingDone):
        answers.answer(
            session, filed.case, request, decision=Decision.GRANTED, words="Listo.", by=by(officer), at=LATER
        )


def test_a_corrected_name_replaces_the_old_one_and_the_chain_holds(
    session: Session, room: Room, officer: Person
) -> None:
    about = sorted_case(session, room, name="Jimena Arbol", confidentiality=Confidentiality.NAMED)
    filed, request = ask_later(
        session, room, about, right=DataRight.RECTIFICATION, corrects=Field.NAME, wanted="Ximena Árbol"
    )

    answers.correct(session, filed.case, request, value="Ximena Árbol", by=by(officer), at=LATER)

    assert unseal(session, about.complainant, "name") == "Ximena Árbol"
    session.flush()
    assert list(verify_cases(session)) == []


def test_corrected_words_stand_beside_what_was_said(session: Session, room: Room, officer: Person) -> None:
    about = sorted_case(session, room, words="Fue el lunes")
    filed, request = ask_later(session, room, about, right=DataRight.RECTIFICATION, wanted="Fue el martes")

    answers.correct(session, filed.case, request, value="Fue el martes", by=by(officer), at=LATER)

    shown = follow_up(session, about.case, about.complainant, now=LATER)
    assert shown.words == "Fue el lunes"
    assert [message.words for message in shown.messages] == ["Corrección: Fue el martes"]
    session.flush()
    assert list(verify_cases(session)) == []


def test_whoever_objects_is_asked_nothing_more(session: Session, room: Room, officer: Person) -> None:
    about, later = sorted_case(session, room), sorted_case(session, room)
    close(session, room, about.case)
    filed, request = ask_later(session, room, about, right=DataRight.OBJECTION)
    later.complainant.asked_no_more_at = WEDNESDAY
    close(session, room, later.case)

    answers.stop_asking(session, filed.case, request, by=by(officer), at=LATER)
    session.flush()

    checks = session.scalars(select(AfterCheck).where(AfterCheck.case_id == about.case.id)).all()
    assert [row for row in checks if row.asked_at is None] == []
    assert (
        session.scalars(select(Survey.id).where(Survey.case_id == about.case.id, Survey.closes_at > LATER)).all() == []
    )
    for table in (AfterCheck, Survey):
        assert session.scalars(select(table.id).where(table.case_id == later.case.id)).all() == []


def test_who_joins_and_objects_does_not_silence_the_others(session: Session, room: Room, officer: Person) -> None:
    about, _ = objected_by_who_joined(session, room, officer)

    ask_all(session)

    for table in (Survey, AfterCheck):
        asked = session.scalars(select(table.complainant_id).where(table.case_id == about.case.id))
        assert set(asked) == {about.complainant.id}, table


def test_whoever_objected_is_not_asked_in_the_place_of_who_was_erased(
    session: Session, room: Room, officer: Person
) -> None:
    about, _ = objected_by_who_joined(session, room, officer)
    about.complainant.erased_at = LATER

    ask_all(session)

    for table in (Survey, AfterCheck):
        assert session.scalars(select(table.id).where(table.asked_at.is_not(None))).all() == [], table


def objected_by_who_joined(session: Session, room: Room, officer: Person) -> tuple[Filed, Filed]:
    """A case that has ended, whoever joined it having objected to being asked: who began, and who joined."""
    about = sorted_case(session, room)
    code = collective.open_code(session, about.case, line="El polvo", by=by(room.handler), at=WEDNESDAY)
    invited = collective.look_up_on_web(session, room.site.id, code, at=WEDNESDAY)
    assert isinstance(invited, Invitation)
    from_web = Filing(words="", locale=SPANISH, channel=Channel.WEB, form_key=new_public_id())
    joined = collective.join(session, invited, from_web, at=WEDNESDAY).filed
    assert joined is not None
    close(session, room, about.case)
    filed, request = ask_later(session, room, joined, right=DataRight.OBJECTION)

    answers.stop_asking(session, filed.case, request, by=by(officer), at=LATER)
    return about, joined


def ask_all(session: Session) -> None:
    """Ask whatever is due in the hundred days that follow."""
    for days in range(1, 100, 3):
        feedback.ask_due(session, at=LATER + timedelta(days=days), limit=10)
        after_checks.ask_checks(session, at=LATER + timedelta(days=days), limit=10)
    session.flush()


def test_an_erasure_asked_for_is_carried_out_once_the_case_has_ended(
    session: Session, room: Room, officer: Person
) -> None:
    about = sorted_case(session, room, words="Palabras que se van")
    close(session, room, about.case)
    filed, request = ask_later(session, room, about, right=DataRight.ERASURE)

    assert answers.erase(session, filed.case, request, by=by(officer), at=LATER) > 0

    session.flush()
    assert follow_up(session, about.case, about.complainant, now=LATER).words is None
    assert list(verify_cases(session)) == []


def test_having_asked_for_something_else_keeps_nobody_from_being_erased(
    session: Session, room: Room, officer: Person
) -> None:
    about = sorted_case(session, room, words="Palabras que se van")
    close(session, room, about.case)
    copy, _request = ask_later(session, room, about)
    filed, request = ask_later(session, room, about, copy, right=DataRight.ERASURE)

    assert answers.erase(session, filed.case, request, by=by(officer), at=LATER) > 0

    session.flush()
    assert follow_up(session, about.case, about.complainant, now=LATER).words is None
    assert copy.case.erased_at is None


def test_harassment_under_investigation_is_kept_by_law(session: Session, room: Room, officer: Person) -> None:
    about = file_case(session, room.site)
    sort(session, room, about.case, type=CaseType.HARASSMENT)
    filed, request = ask_later(session, room, about, right=DataRight.ERASURE)

    with pytest.raises(answers.KeptByLaw):
        answers.erase(session, filed.case, request, by=by(officer), at=LATER)


def test_a_copy_that_was_released_goes_with_what_it_is_a_copy_of(session: Session, room: Room, officer: Person) -> None:
    about = sorted_case(session, room, words="Entra polvo")
    close(session, room, about.case)
    filed, request = ask_later(session, room, about)
    ready(session, officer, filed, request)
    asked, erasure = ask_later(session, room, about, right=DataRight.ERASURE)

    answers.erase(session, asked.case, erasure, by=by(officer), at=LATER)

    session.expire_all()
    assert session.scalars(select(DataPackage.content_sealed)).all() == [None]
    with pytest.raises(answers.CopyGone):
        answers.take(session, filed.complainant, at=LATER)


def test_whoever_turns_out_to_be_accused_answers_the_request_no_more(
    session: Session, room: Room, officer: Person
) -> None:
    about = sorted_case(session, room)
    filed, _request = ask_later(session, room, about)
    viewer = viewer_of(session, officer)
    assert [row.reference for row in requests_of(session, viewer)] == [filed.case.reference]

    sort(session, room, about.case, respondents=[RespondentSaid(staff_id=officer.staff_id)])
    session.flush()

    assert requests_of(session, viewer) == ()
    with pytest.raises(CaseNotFound):
        for_work(session, viewer, filed.case.reference)
    with pytest.raises(CaseNotFound):
        request_page(session, viewer, filed.case.reference, now=LATER)
