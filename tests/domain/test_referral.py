"""Sending a case to an outside body: asked first, decided by a second person at most, told at each step."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from grievance.accounts import absences
from grievance.accounts.models import AuditEntry
from grievance.accounts.permissions import Duty
from grievance.cases import endings, handling, identity, triage
from grievance.cases.facts import facts_of
from grievance.cases.files import StoredFile
from grievance.cases.harassment_track import DayOutOfRange
from grievance.cases.intake import Filed, Filing
from grievance.cases.models import Attachment, Case
from grievance.cases.record import CaseEvent, Task
from grievance.cases.resolution import SourceMissing
from grievance.cases.states import COMPLAINANT, Channel, Confidentiality, Source
from grievance.cases.verify import verify_cases
from grievance.cases.visibility import CaseAction, allowed_actions, may_do
from grievance.cases.waiver import WaiverOfRights
from grievance.complainants import collective
from grievance.complainants.door import write
from grievance.complainants.follow_up import follow_up
from grievance.core.i18n import ENGLISH, SPANISH
from grievance.crypto.fields import unseal
from grievance.deadlines.standards import CaseType
from grievance.messaging import threads
from grievance.referrals import contents, handing, previews, sending, steps
from grievance.referrals.kinds import Body, Consent, ReferralStep
from grievance.referrals.models import Referral, ReferralConsent
from grievance.rounds.timers import sweep
from grievance.sites.models import Company, CompanyKind
from grievance.sites.queries import the_operator
from tests.support.casework import (
    NEXT_WEEK,
    THURSDAY,
    Room,
    by,
    file_text,
    messages_to,
    send_texts,
    sort,
    sorted_case,
    texts_to,
    viewer_of,
)
from tests.support.people import make_staff
from tests.support.places import WEDNESDAY, file_case
from tests.support.sending_on import agree, asked, sent

TODAY = THURSDAY.date()
NAME = "Persona Imaginaria"


def named(session: Session, room: Room, **facts: str) -> Filed:
    return sorted_case(session, room, name=NAME, confidentiality=Confidentiality.NAMED, **facts)


def steps_of(session: Session, case: Case) -> list[str]:
    session.flush()
    codes = session.scalars(
        select(CaseEvent.codes)
        .where(CaseEvent.case_id == case.id, CaseEvent.kind == "referral_step")
        .order_by(CaseEvent.seq)
    )
    return [row["step"] for row in codes]


def note(session: Session, room: Room, case: Case, found: Referral, step: ReferralStep, words: str = "") -> None:
    steps.note_step(session, case, found.public_id, step, on=TODAY, words=words, by=by(room.handler), at=THURSDAY)


def hand(session: Session, room: Room, case: Case, found: Referral) -> handing.Handed:
    return handing.hand_out(session, case, found.public_id, may_open_identity=True, by=by(room.handler), at=THURSDAY)


def test_a_handler_alone_sends_nothing(session: Session, room: Room) -> None:
    filed = sorted_case(session, room)
    found = asked(session, filed.case, by=by(room.handler), at=THURSDAY)

    with pytest.raises(sending.NobodyAgreed):
        note(session, room, filed.case, found, ReferralStep.SENT)
    with pytest.raises(sending.NobodyAgreed):
        hand(session, room, filed.case, found)
    with pytest.raises(SourceMissing):
        sending.answer(
            session,
            filed.case,
            filed.complainant,
            consent=Consent.WITH_NAME,
            source=Source.WEB_CODE,
            by=by(room.handler),
            at=THURSDAY,
        )
    sending.ask_override(session, filed.case, reason="Urge.", by=by(room.handler), at=THURSDAY)
    with pytest.raises(sending.SecondPersonNeeded):
        sending.decide_override(session, filed.case, granted=True, by=by(room.handler), at=THURSDAY)
    with pytest.raises(sending.NobodyAgreed):
        note(session, room, filed.case, found, ReferralStep.SENT)


def test_a_handler_who_coordinates_too_does_not_decide(session: Session, room: Room) -> None:
    both = make_staff(
        session, name="Berta", duties={Duty.HANDLER: room.site, Duty.COORDINATOR: room.site}, with_second_factor=False
    )
    filed = file_case(session, room.site)
    sort(session, room, filed.case, handler=both)
    asked(session, filed.case, by=by(room.coordinator), at=THURSDAY)
    sending.ask_override(session, filed.case, reason="Urge.", by=by(room.coordinator), at=THURSDAY)

    for one in (both, room.coordinator):
        with pytest.raises(sending.SecondPersonNeeded):
            sending.decide_override(session, filed.case, granted=True, by=by(one), at=THURSDAY)


def test_a_yes_of_who_joined_with_a_code_sends_nothing(session: Session, room: Room) -> None:
    filed = sorted_case(session, room)
    code = collective.open_code(session, filed.case, line=None, by=COMPLAINANT, at=THURSDAY)
    invitation = collective.look_up_on_web(session, room.site.id, code, at=THURSDAY)
    assert isinstance(invitation, collective.Invitation)
    filing = Filing(words="Que se vaya este caso", locale=SPANISH, channel=Channel.WEB)
    joined = collective.join(session, invitation, filing, at=THURSDAY).filed
    assert joined is not None
    found = asked(session, filed.case, by=by(room.handler), at=THURSDAY)

    sending.answer(
        session,
        filed.case,
        joined.complainant,
        consent=Consent.WITHOUT_NAME,
        source=Source.WEB_CODE,
        at=THURSDAY,
    )

    with pytest.raises(sending.NobodyAgreed):
        note(session, room, filed.case, found, ReferralStep.SENT)
    with pytest.raises(sending.NobodyAgreed):
        hand(session, room, filed.case, found)
    (part,) = contents.referrals_of(session, filed.case.id, SPANISH)
    assert not part.somebody_agreed
    agree(session, filed.case, at=THURSDAY)
    assert len(hand(session, room, filed.case, found).package.filings) == 2


def test_neither_a_stand_in_nor_a_named_investigator_decides(session: Session, room: Room) -> None:
    filed = sorted_case(session, room)
    absences.name_stand_in(
        session,
        staff_id=room.handler.staff_id,
        stand_in_id=room.second_handler.staff_id,
        site_id=room.site.id,
        from_on=TODAY,
        until_on=TODAY,
        by=room.coordinator.staff_id,
        at=THURSDAY,
    )
    triage.name_investigator(session, filed.case, room.investigator.staff_id, by=by(room.triager), at=THURSDAY)
    asked(session, filed.case, by=by(room.handler), at=THURSDAY)
    sending.ask_override(session, filed.case, reason="Urge.", by=by(room.handler), at=THURSDAY)

    for one in (room.second_handler, room.investigator):
        with pytest.raises(sending.SecondPersonNeeded):
            sending.decide_override(session, filed.case, granted=True, by=by(one), at=THURSDAY)


def test_a_yes_lets_it_go_and_each_step_is_told(session: Session, room: Room) -> None:
    filed = sorted_case(session, room)
    found = asked(session, filed.case, by=by(room.handler), at=THURSDAY)
    agree(session, filed.case, at=THURSDAY)
    note(session, room, filed.case, found, ReferralStep.SENT)
    note(session, room, filed.case, found, ReferralStep.ACCEPTED)
    note(session, room, filed.case, found, ReferralStep.ENDED, "Multaron a la empresa.")

    told = [unseal(session, message, "words") for message in messages_to(session, filed)]
    assert told[0] is not None
    assert told[0].startswith("Le preguntamos si podemos enviar su caso a la Superintendencia del Medio Ambiente (SMA)")
    assert told[0].endswith("Es quien fiscaliza.")
    assert told[1] == "Su caso se envió a la Superintendencia del Medio Ambiente (SMA) el 03-09-2026."
    assert told[3] == "Qué resultó de su caso en la Superintendencia del Medio Ambiente (SMA): Multaron a la empresa."
    assert steps_of(session, filed.case) == ["asked", "answered", "sent", "accepted", "ended"]
    assert not list(verify_cases(session))
    assert filed.case.is_open


def test_a_no_keeps_it_here_and_can_become_a_yes_until_it_is_sent(session: Session, room: Room) -> None:
    filed = sorted_case(session, room)
    found = asked(session, filed.case, by=by(room.handler), at=THURSDAY)
    agree(session, filed.case, at=THURSDAY, consent=Consent.NO)
    with pytest.raises(sending.NobodyAgreed):
        note(session, room, filed.case, found, ReferralStep.SENT)

    agree(session, filed.case, at=THURSDAY)
    note(session, room, filed.case, found, ReferralStep.SENT)

    with pytest.raises(sending.NotAsked):
        agree(session, filed.case, at=THURSDAY, consent=Consent.NO)


def test_a_yes_shown_for_one_sending_does_not_go_to_another(session: Session, room: Room) -> None:
    filed = sorted_case(session, room)
    first = asked(session, filed.case, by=by(room.handler), at=THURSDAY)
    note(session, room, filed.case, first, ReferralStep.DROPPED)
    asked(session, filed.case, by=by(room.handler), at=THURSDAY, body=Body.HEALTH)

    with pytest.raises(sending.NotAsked):
        sending.answer(
            session,
            filed.case,
            filed.complainant,
            consent=Consent.WITHOUT_NAME,
            source=Source.WEB_CODE,
            referral_public_id=first.public_id,
            at=THURSDAY,
        )


def test_a_second_person_decides_with_a_reason_that_the_person_reads_and_without_a_name(
    session: Session, room: Room
) -> None:
    filed = named(session, room)
    found = asked(session, filed.case, by=by(room.handler), at=THURSDAY)
    agree(session, filed.case, at=THURSDAY, consent=Consent.NO)
    sending.ask_override(session, filed.case, reason="El agua enferma a otros.", by=by(room.handler), at=THURSDAY)
    kinds = session.scalars(select(Task.kind).where(Task.case_id == filed.case.id, Task.done_at.is_(None))).all()
    assert "decide_override" in kinds

    sending.decide_override(session, filed.case, granted=True, by=by(room.coordinator), at=THURSDAY)
    note(session, room, filed.case, found, ReferralStep.SENT)

    handed = hand(session, room, filed.case, found)
    assert len(handed.package.filings) == 1
    assert not handed.identities
    told = " ".join(unseal(session, message, "words") or "" for message in messages_to(session, filed))
    assert "sin su sí y sin su nombre" in told
    assert "El agua enferma a otros." in told
    assert steps_of(session, filed.case)[2:4] == ["override_asked", "override_granted"]


def test_a_second_person_may_refuse_and_then_nothing_goes(session: Session, room: Room) -> None:
    filed = sorted_case(session, room)
    found = asked(session, filed.case, by=by(room.handler), at=THURSDAY)
    sending.ask_override(session, filed.case, reason="Urge.", by=by(room.handler), at=THURSDAY)
    sending.decide_override(session, filed.case, granted=False, by=by(room.triager), at=THURSDAY)

    with pytest.raises(sending.NobodyAgreed):
        note(session, room, filed.case, found, ReferralStep.SENT)
    with pytest.raises(sending.ReferralStepNotOpen):
        sending.ask_override(session, filed.case, reason="Otra vez.", by=by(room.handler), at=THURSDAY)


def test_who_did_not_agree_reads_nothing_of_a_name_that_somebody_else_let_go(session: Session, room: Room) -> None:
    mine, other = named(session, room), sorted_case(session, room, words="Yo también")
    at = WEDNESDAY + timedelta(hours=1)
    endings.merge(session, other.case, mine.case, reason="Lo mismo", by=by(room.handler), at=at)
    session.flush()
    found = asked(session, mine.case, by=by(room.handler), at=THURSDAY)
    said = {mine.complainant: Consent.WITH_NAME, other.complainant: Consent.NO}
    for person, consent in said.items():
        sending.answer(session, mine.case, person, consent=consent, source=Source.WEB_CODE, at=THURSDAY)

    hand(session, room, mine.case, found)

    read = {person: follow_up(session, mine.case, person, now=THURSDAY).openings for person in said}
    assert [len(openings) for openings in read.values()] == [1, 0]
    assert len(identity.openings(session, mine.case.id)) == 1


def test_a_name_goes_only_with_the_yes_of_its_owner_and_the_person_reads_who_put_it_there(
    session: Session, room: Room
) -> None:
    filed = named(session, room)
    found = asked(session, filed.case, by=by(room.handler), at=THURSDAY)

    agree(session, filed.case, at=THURSDAY, consent=Consent.WITHOUT_NAME)
    assert not hand(session, room, filed.case, found).identities
    assert not identity.openings(session, filed.case.id)

    agree(session, filed.case, at=THURSDAY, consent=Consent.WITH_NAME)
    with pytest.raises(handing.MayNotOpenIdentity):
        handing.hand_out(
            session, filed.case, found.public_id, may_open_identity=False, by=by(room.handler), at=THURSDAY
        )
    handed = hand(session, room, filed.case, found)

    assert [one.name for one in handed.identities.values()] == [NAME]
    (opening,) = identity.openings(session, filed.case.id)
    assert opening.reason == (
        "Puesto en los antecedentes para la Superintendencia del Medio Ambiente (SMA), porque usted aceptó."
    )
    printed = session.scalars(select(AuditEntry.codes).where(AuditEntry.action == "paper_printed")).all()
    assert [row["with_name"] for row in printed] == [False, True]
    assert NAME not in str(printed)


def test_the_package_has_the_words_of_those_who_agreed_and_of_nobody_else(session: Session, room: Room) -> None:
    first, second = (
        named(session, room, words="Polvo en mi patio"),
        sorted_case(session, room, words="Polvo en mi techo"),
    )
    endings.merge(session, second.case, first.case, reason="Es lo mismo", by=by(room.handler), at=THURSDAY)
    handling.add_note(session, first.case, words="Nota interna", by=by(room.handler), at=THURSDAY)
    handling.send_message(session, first.case, words="Mensaje de aqui", by=by(room.handler), at=THURSDAY)
    found = asked(session, first.case, by=by(room.handler), at=THURSDAY)
    for person, consent in ((first.complainant, Consent.NO), (second.complainant, Consent.WITHOUT_NAME)):
        sending.answer(session, first.case, person, consent=consent, source=Source.WEB_CODE, at=THURSDAY)

    handed = hand(session, room, first.case, found)

    assert [one.words for one in handed.package.filings] == ["Polvo en mi techo"]
    assert "Nota" not in repr([one.words for one in handed.package.filings])
    assert not handed.identities
    mine = contents.asked_of(session, first.case, first.complainant, SPANISH)
    assert [one.words for one in mine[0].package.filings] == ["Polvo en mi patio"]


def test_only_files_that_people_sent_can_go(session: Session, room: Room) -> None:
    filed, other = sorted_case(session, room), sorted_case(session, room)
    own = handling.attach(
        session,
        filed.case,
        stored("foto.jpg"),
        internal=False,
        by=COMPLAINANT,
        at=THURSDAY,
        submission=filed.submission,
    )
    message = write(
        session, filed.case, filed.complainant, words="Otra", files=[stored("otra.jpg")], locale=SPANISH, at=THURSDAY
    )
    by_staff = [
        handling.attach(session, filed.case, stored(name), internal=internal, by=by(room.handler), at=THURSDAY)
        for name, internal in (("interna.pdf", True), ("carta.pdf", False))
    ]
    foreign = handling.attach(
        session,
        other.case,
        stored("ajena.jpg"),
        internal=False,
        by=COMPLAINANT,
        at=THURSDAY,
        submission=other.submission,
    )
    sent_along = session.scalars(select(Attachment).where(Attachment.message_id == message.id)).one()

    for file in (*by_staff, foreign):
        with pytest.raises(sending.NothingToSend):
            asked(session, filed.case, by=by(room.handler), at=THURSDAY, files=[file.public_id])
    with pytest.raises(sending.NothingToSend):
        asked(session, filed.case, by=by(room.handler), at=THURSDAY, filings=[other.submission.public_id])
    found = asked(session, filed.case, by=by(room.handler), at=THURSDAY, files=[own.public_id, sent_along.public_id])
    agree(session, filed.case, at=THURSDAY)

    assert [one.filename for one in hand(session, room, filed.case, found).package.files] == ["foto.jpg", "otra.jpg"]


def stored(name: str) -> StoredFile:
    return StoredFile(f"key-{name}", name, "image/jpeg", 1000)


def test_words_that_join_later_do_not_go_with_an_earlier_yes(session: Session, room: Room) -> None:
    first, later = sorted_case(session, room), sorted_case(session, room, words="Dicho despues")
    found = asked(session, first.case, by=by(room.handler), at=THURSDAY)
    agree(session, first.case, at=THURSDAY)
    endings.merge(session, later.case, first.case, reason="Es lo mismo", by=by(room.handler), at=THURSDAY)

    assert "Dicho despues" not in [one.words for one in hand(session, room, first.case, found).package.filings]
    assert not contents.asked_of(session, first.case, later.complainant, SPANISH)


def test_a_merged_case_keeps_what_its_people_agreed_to(session: Session, room: Room) -> None:
    first, into = sorted_case(session, room), sorted_case(session, room)
    found = asked(session, first.case, by=by(room.handler), at=THURSDAY)
    agree(session, first.case, at=THURSDAY)
    endings.merge(session, first.case, into.case, reason="Es lo mismo", by=by(room.handler), at=THURSDAY)

    note(session, room, into.case, found, ReferralStep.SENT)

    assert [part.public_id for part in contents.referrals_of(session, into.case.id, ENGLISH)] == [found.public_id]
    assert not list(verify_cases(session))


def test_a_sending_of_another_case_is_not_reachable(session: Session, room: Room) -> None:
    mine, other = sorted_case(session, room), sorted_case(session, room)
    found = sent(session, other.case, by=by(room.handler), at=THURSDAY)

    with pytest.raises(sending.ReferralNotFound):
        note(session, room, mine.case, found, ReferralStep.ACCEPTED)
    with pytest.raises(sending.ReferralNotFound):
        hand(session, room, mine.case, found)


def test_harassment_goes_to_the_labour_office_by_its_own_way(session: Session, room: Room) -> None:
    filed = file_case(session, room.site)
    sort(session, room, filed.case, type=CaseType.HARASSMENT, severity=3)

    with pytest.raises(sending.TrackHasItsOwn):
        asked(session, filed.case, by=by(room.investigator), at=THURSDAY, body=Body.LABOUR_OFFICE)


def test_to_a_company_or_another_authority_it_needs_its_name(session: Session, room: Room) -> None:
    filed = sorted_case(session, room)
    operator = the_operator(session)
    assert operator is not None
    company = Company(operator_id=operator.id, name="Contratista Inventada", kind=CompanyKind.CONTRACTOR.value)
    session.add(company)
    session.flush()
    for body in (Body.COMPANY, Body.OTHER):
        with pytest.raises(previews.BodyMissing):
            asked(session, filed.case, by=by(room.handler), at=THURSDAY, body=body)

    found = asked(session, filed.case, by=by(room.handler), at=THURSDAY, body=Body.COMPANY, company_id=company.id)

    assert contents.body_words(session, found, SPANISH) == "Contratista Inventada"
    with pytest.raises(sending.AlreadyAsked):
        asked(session, filed.case, by=by(room.handler), at=THURSDAY)


def test_whoever_texts_is_asked_in_one_text_and_two_questions_never_wait_at_once(session: Session, room: Room) -> None:
    filed, thread = file_text(session, room.site)
    sort(session, room, filed.case)
    threads.ask(thread, threads.Question.WITHDRAW, subject=filed.case.public_id, until=NEXT_WEEK, at=THURSDAY)
    filings = [filed.submission.public_id]
    with pytest.raises(sending.QuestionWaits):
        sending.ask(
            session, filed.case, body=Body.HEALTH, filings=filings, reason="x", by=by(room.handler), at=THURSDAY
        )

    asked(session, filed.case, by=by(room.handler), at=THURSDAY)

    assert texts_to(session, thread)[-2:] == ["message", "consent_ask"]
    assert threads.waiting_for(thread, at=THURSDAY) is None, "not before its text is sent"
    send_texts(session, at=THURSDAY)
    assert threads.waiting_for(thread, at=THURSDAY) is threads.Question.CONSENT


def test_the_handler_is_reminded_to_ask_until_there_is_an_outcome(session: Session, room: Room) -> None:
    filed = sorted_case(session, room)
    found = sent(session, filed.case, by=by(room.handler), at=THURSDAY)

    def tasks() -> list[int | None]:
        rows = select(Task.assigned_to_id).where(Task.kind == "ask_body", Task.done_at.is_(None))
        return list(session.scalars(rows))

    sweep(session, at=THURSDAY + timedelta(days=8), limit=50)
    assert tasks() == []
    for _again in range(2):
        sweep(session, at=THURSDAY + timedelta(days=16), limit=50)
    assert tasks() == [room.handler.staff_id]
    sweep(session, at=THURSDAY + timedelta(days=40), limit=50)
    assert tasks() == [room.handler.staff_id]
    session.execute(update(Task).where(Task.kind == "ask_body").values(done_at=THURSDAY + timedelta(days=41)))
    sweep(session, at=THURSDAY + timedelta(days=60), limit=50)
    # The body was asked, and is silent still.
    assert tasks() == [room.handler.staff_id]
    at = THURSDAY + timedelta(days=61)
    steps.note_step(
        session, filed.case, found.public_id, ReferralStep.DECLINED, on=at.date(), by=by(room.handler), at=at
    )
    assert tasks() == []
    sweep(session, at=THURSDAY + timedelta(days=110), limit=50)
    assert tasks() == []


def test_days_of_steps_follow_each_other(session: Session, room: Room) -> None:
    filed = sorted_case(session, room)
    found = asked(session, filed.case, by=by(room.handler), at=THURSDAY)
    agree(session, filed.case, at=THURSDAY)

    for day in (TODAY + timedelta(days=1), TODAY - timedelta(days=1)):
        with pytest.raises(DayOutOfRange):
            steps.note_step(
                session, filed.case, found.public_id, ReferralStep.SENT, on=day, by=by(room.handler), at=THURSDAY
            )
    with pytest.raises(sending.ReferralStepNotOpen):
        note(session, room, filed.case, found, ReferralStep.ENDED)


@pytest.mark.parametrize("duty", list(Duty))
def test_only_a_coordinator_or_triager_is_offered_the_decision(session: Session, room: Room, duty: Duty) -> None:
    filed = sorted_case(session, room)
    person = make_staff(
        session,
        name="Quien Sea",
        duties={duty: None if duty is Duty.ADMINISTRATOR else room.site},
        with_second_factor=False,
    )
    facts = facts_of(session, filed.case)

    may = may_do(viewer_of(session, person), facts, CaseAction.DECIDE_OVERRIDE)

    assert may == (duty in {Duty.COORDINATOR, Duty.TRIAGER})


def test_a_restricted_case_is_decided_by_triagers_alone_and_asked_by_no_outsider(session: Session, room: Room) -> None:
    filed = file_case(session, room.site)
    sort(session, room, filed.case, type=CaseType.INTEGRITY, severity=3)
    facts = facts_of(session, filed.case)
    mine = {
        CaseAction.ASK_REFERRAL,
        CaseAction.RECORD_CONSENT,
        CaseAction.ASK_OVERRIDE,
        CaseAction.DECIDE_OVERRIDE,
        CaseAction.NOTE_REFERRAL,
        CaseAction.REFER,
    }

    for outsider in (room.coordinator, room.handler, room.auditor, room.second_handler):
        assert not mine & set(allowed_actions(viewer_of(session, outsider), facts))
    assert may_do(viewer_of(session, room.triager), facts, CaseAction.DECIDE_OVERRIDE)


def test_no_reason_may_ask_for_the_giving_up_of_a_right(session: Session, room: Room) -> None:
    filed = sorted_case(session, room)
    waiver = "A cambio usted renuncia a toda acción legal."

    with pytest.raises(WaiverOfRights):
        asked(session, filed.case, by=by(room.handler), at=THURSDAY, reason=waiver)
    session.rollback()


def test_no_words_stand_in_events(session: Session, room: Room) -> None:
    filed = named(session, room)
    found = sent(session, filed.case, by=by(room.handler), at=THURSDAY, body=Body.OTHER, body_name="Oficina Inventada")
    note(session, room, filed.case, found, ReferralStep.ENDED, "Multaron a la empresa.")

    codes = str(session.scalars(select(CaseEvent.codes).where(CaseEvent.case_id == filed.case.id)).all())

    for words in ("Inventada", "Multaron", NAME, "fiscaliza"):
        assert words not in codes
    consents = session.scalars(select(ReferralConsent)).all()
    assert [(one.answer, one.source) for one in consents] == [("without_name", "web_code")]
    assert WEDNESDAY < THURSDAY
