"""Doing something with a case: form, last look, then the deed. Nothing typed is lost, nothing is half done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from grievance.cases import endings, handling
from grievance.cases.models import Case
from grievance.cases.resolution import Promise
from grievance.cases.states import Reach
from grievance.cases.visibility import CaseAction
from grievance.core.db import Database
from grievance.deadlines.standards import CaseType
from grievance.web.staff.action_rows import ROWS
from tests.support.casework import (
    NEXT_WEEK,
    THURSDAY,
    Room,
    accept,
    by,
    close,
    file_text,
    propose,
    send_texts,
    sort,
    sorted_case,
)
from tests.support.clock import stands_at
from tests.support.desk import CASES, at_desk
from tests.support.places import file_case
from tests.support.web import Browser, Seen

clock = stands_at(NEXT_WEEK + timedelta(days=1))


@pytest.fixture
def texted(database: Database, room: Room) -> str:
    with database.begin() as session:
        filed, _thread = file_text(session, room.site)
        sort(session, room, filed.case)
        return filed.case.reference


@pytest.fixture
def webbed(database: Database, room: Room) -> str:
    with database.begin() as session:
        return sorted_case(session, room).case.reference


def _case(database: Database, reference: str) -> Case:
    with database.read() as session:
        return session.query(Case).filter_by(reference=reference).one()


def _act(browser: Browser, reference: str, action: str, button: str, **fields: Any) -> Seen:
    """Fill in an action on the case page, look, and do it."""
    browser.open(f"{CASES}/{reference}")
    browser.submit(form=f"/{action}", **fields)
    return browser.submit(button)


def test_every_action_has_a_row_or_a_view_of_its_own() -> None:
    elsewhere = {CaseAction.ATTACH, CaseAction.OPEN_IDENTITY}
    of_the_dialogue = {CaseAction.DESCRIBE_PERSON}

    assert set(CaseAction) - set(ROWS) == elsewhere | of_the_dialogue


def test_addresses_of_actions_are_words_of_their_language_and_unique() -> None:
    for slugs in ([row.es for row in ROWS.values()], [row.en for row in ROWS.values()]):
        assert len(set(slugs)) == len(slugs)
        assert all(slug == slug.lower() and "_" not in slug for slug in slugs)


def test_an_acknowledgement_is_shown_as_it_will_arrive_before_it_goes(
    app: Flask, database: Database, room: Room, texted: str
) -> None:
    browser = at_desk(app, room.handler)
    browser.open(f"{CASES}/{texted}")

    page = browser.submit(form="/acknowledge", words="La leyo una persona. Le respondemos el 1 de octubre.")

    assert page.h1 == "Check before it happens: Acknowledge"
    assert page.has("The whole message goes to the phone as a text.")
    assert page.has("La leyo una persona. Le respondemos el 1 de octubre.")
    assert page.has("of 160 characters")
    assert _case(database, texted).status == "received"

    page = browser.submit("Send the acknowledgement")

    assert page.has("The acknowledgement is on its way.")
    assert _case(database, texted).status == "acknowledged"


def test_letters_that_make_a_text_dearer_are_said(app: Flask, room: Room, texted: str) -> None:
    browser = at_desk(app, room.handler)
    browser.open(f"{CASES}/{texted}")

    page = browser.submit(form="/write", words="Mañana habrá reunión a las 9")

    assert page.has("Letters such as á or í make it dearer.")


@pytest.mark.parametrize(
    ("reach", "said"),
    [
        (Reach.PAGE, "Nothing is sent: the person left no phone, and reads it on the follow-up page."),
        (Reach.IN_PERSON, "Nothing is sent: the person comes back in person. You get a task to tell them."),
    ],
)
def test_where_nothing_is_sent_the_last_look_says_so(
    app: Flask, database: Database, room: Room, reach: Reach, said: str
) -> None:
    with database.begin() as session:
        reference = sorted_case(session, room, reach=reach).case.reference
    browser = at_desk(app, room.handler)
    browser.open(f"{CASES}/{reference}")

    assert browser.submit(form="/write", words="Vamos el lunes").has(said)


def test_what_is_changed_after_the_last_look_is_shown_once_more(
    app: Flask, database: Database, room: Room, webbed: str
) -> None:
    browser = at_desk(app, room.handler)
    browser.open(f"{CASES}/{webbed}")
    browser.submit(form="/acknowledge", words="Primera version")

    page = browser.submit("Send the acknowledgement", words="Otra version")

    assert page.h1 == "Check before it happens: Acknowledge"
    assert page.has("Otra version")
    assert _case(database, webbed).status == "received"


def test_an_empty_message_is_asked_for_and_nothing_else_is_lost(app: Flask, room: Room, webbed: str) -> None:
    browser = at_desk(app, room.handler)
    browser.open(f"{CASES}/{webbed}")

    page = browser.submit(form="/out-of-scope", status=422, elsewhere="Municipalidad", reason="")

    assert page.errors == ["Write the reason. The person will read it."]
    assert page.one("#declare_out_of_scope-elsewhere").text == "Municipalidad"


def test_who_comes_second_keeps_the_words_and_sees_what_changed(
    app: Flask, database: Database, room: Room, webbed: str
) -> None:
    browser = at_desk(app, room.handler)
    browser.open(f"{CASES}/{webbed}")
    with database.begin() as session:
        case = session.query(Case).filter_by(reference=webbed).one()
        handling.send_message(session, case, words="Mensaje del coordinador", by=by(room.coordinator), at=NEXT_WEEK)

    page = browser.submit(form="/note", status=409, words="Mi nota larga")

    assert page.errors[0].startswith("Somebody else changed this case while you were writing.")
    assert page.has("Mensaje del coordinador")
    assert page.one("#note-words").text == "Mi nota larga"

    assert browser.submit("Keep the note").has("The note is kept.")


def test_a_step_that_is_no_longer_open_is_refused_and_nothing_is_kept(
    app: Flask, database: Database, room: Room, webbed: str
) -> None:
    browser = at_desk(app, room.handler)
    browser.open(f"{CASES}/{webbed}/start-review")

    page = browser.submit("Start the review", status=422)

    assert page.errors == [
        "The case has moved on: this step is no longer open. Go back to the case and look at its status."
    ]
    assert _case(database, webbed).event_count == 3


def test_a_response_goes_with_its_promises(app: Flask, database: Database, room: Room, texted: str) -> None:
    browser = at_desk(app, room.handler)
    _act(browser, texted, "acknowledge", "Send the acknowledgement", words="Lo leimos")
    browser.open(f"{CASES}/{texted}")

    page = browser.submit(
        form="/propose-response",
        outcome="partly_upheld",
        words="Medimos y tenia razon",
        remedy_a="Regar el camino",
        remedy_a_by="2026-10-05",
    )
    assert page.has("Promise 1 Regar el camino (Monday 5 October 2026)")
    assert page.has("Medimos y tenia razon")
    assert page.has("Nos comprometemos a: Regar el camino. Plazo: 05-10-2026.")
    page = browser.submit("Send the response")

    assert page.has("The response is on its way.")
    assert page.has("Regar el camino")
    assert page.has("Partly upheld: right in part. Proposed by")
    assert _case(database, texted).status == "response_proposed"


def test_a_promise_that_asks_for_a_waiver_is_refused_at_the_first_look(app: Flask, room: Room, texted: str) -> None:
    browser = at_desk(app, room.handler)
    _act(browser, texted, "acknowledge", "Send the acknowledgement", words="Lo leimos")
    browser.open(f"{CASES}/{texted}")

    page = browser.submit(
        form="/propose-response", status=422, outcome="upheld", words="Medimos", remedy_a="Un bono; usted no demandará"
    )

    assert page.has("“no demandará” asks the person to give up a right")
    assert page.one("#propose_response-remedy_a").attrs["value"] == "Un bono; usted no demandará"


def test_a_date_that_is_none_keeps_the_promise(app: Flask, room: Room, database: Database, webbed: str) -> None:
    with database.begin() as session:
        case = session.query(Case).filter_by(reference=webbed).one()
        handling.acknowledge(session, case, words="Sí", by=by(room.handler), at=THURSDAY)
    browser = at_desk(app, room.handler)
    browser.open(f"{CASES}/{webbed}")

    page = browser.submit(
        form="/propose-response", status=422, outcome="upheld", words="Sí", remedy_a="Regar", remedy_a_by="31-02-2026"
    )

    assert page.errors == ["We cannot read this date. Write day, month and year, for example 02-09-2026."]
    assert page.one("#propose_response-remedy_a").attrs["value"] == "Regar"


def test_a_promise_needs_words_and_a_day_to_come(app: Flask, room: Room, database: Database, webbed: str) -> None:
    with database.begin() as session:
        case = session.query(Case).filter_by(reference=webbed).one()
        handling.acknowledge(session, case, words="Sí", by=by(room.handler), at=THURSDAY)
    browser = at_desk(app, room.handler)
    browser.open(f"{CASES}/{webbed}")
    said = {"outcome": "upheld", "words": "Sí", "remedy_a": "Regar", "remedy_b_by": "2026-10-05"}

    page = browser.submit(form="/propose-response", status=422, files=None, remedy_a_by="2026-01-01", **said)

    assert page.errors == [
        "That day has gone by. Give today or a later day.",
        "Write what is promised by this date, or clear the date.",
    ]


def test_the_persons_answer_is_recorded_only_with_its_source(
    app: Flask, database: Database, room: Room, webbed: str
) -> None:
    with database.begin() as session:
        propose(session, room, session.query(Case).filter_by(reference=webbed).one())
    browser = at_desk(app, room.handler)
    browser.open(f"{CASES}/{webbed}")

    page = browser.submit(form="/record-answer", status=422, answer="accepted")
    assert page.errors == ["Choose how the person said so."]
    page = browser.submit("Record the answer", answer="accepted", source="witnessed")

    assert page.has("Accepts the response. Read back before a witness.")


def test_a_remedy_is_verified_by_somebody_else(app: Flask, database: Database, room: Room, webbed: str) -> None:
    with database.begin() as session:
        case = session.query(Case).filter_by(reference=webbed).one()
        propose(session, room, case, remedies=[Promise("Regar", None)])
        accept(session, case)
    handler, coordinator = at_desk(app, room.handler), at_desk(app, room.coordinator)
    handler.open(f"{CASES}/{webbed}")
    handler.submit("Record it as done", form="/remedy-done", evidence="Regado el 8, con fotos")

    handler.open(f"{CASES}/{webbed}")
    refused = handler.submit("I have verified it", status=422)
    assert refused.errors == ["You recorded it as done or answer for it, so somebody else has to verify it."]

    coordinator.open(f"{CASES}/{webbed}")
    assert coordinator.submit("I have verified it").has("The remedy is verified.")


def test_a_case_with_a_promise_not_verified_is_not_closed(
    app: Flask, database: Database, room: Room, webbed: str
) -> None:
    with database.begin() as session:
        case = session.query(Case).filter_by(reference=webbed).one()
        propose(session, room, case, remedies=[Promise("Regar", None)])
        accept(session, case)
    browser = at_desk(app, room.handler)
    browser.open(f"{CASES}/{webbed}")
    browser.submit(form="/close", words="Cerramos")

    page = browser.submit("Close the case", status=422)

    assert page.errors == ["Something promised is not verified yet. Somebody who did not do it has to verify it first."]
    assert _case(database, webbed).status == "remedy_underway"


def test_closing_says_what_follows_and_closes(app: Flask, database: Database, room: Room, texted: str) -> None:
    with database.begin() as session:
        case = session.query(Case).filter_by(reference=texted).one()
        propose(session, room, case)
        send_texts(session, at=NEXT_WEEK)
        accept(session, case)
    browser = at_desk(app, room.handler)
    browser.open(f"{CASES}/{texted}")

    page = browser.submit(form="/close", words="Quedo hecho. Si vuelve, escriba aqui.")
    assert page.has("The person will be asked what they think of it, and can have it opened again.")
    browser.submit("Close the case")

    assert _case(database, texted).status == "closed"


def test_a_serious_case_is_closed_by_a_second_person(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        case = file_case(session, room.site).case
        sort(session, room, case, severity=4)
        propose(session, room, case)
        accept(session, case)
    handler, coordinator = at_desk(app, room.handler), at_desk(app, room.coordinator)

    page = handler.open(f"{CASES}/{case.reference}")
    assert "/close" not in " ".join(form.attrs.get("action", "") for form in page.forms)
    assert handler.submit("Ask for the closing").has("A second person has been asked to close it.")
    assert coordinator.open(CASES).has("A serious case waits for you to close it")

    _act(coordinator, case.reference, "close", "Close the case", words="Cerramos")
    assert _case(database, case.reference).status == "closed"


def test_an_ended_case_is_opened_again_with_its_reason_kept(
    app: Flask, database: Database, room: Room, webbed: str
) -> None:
    with database.begin() as session:
        close(session, room, session.query(Case).filter_by(reference=webbed).one())
    browser = at_desk(app, room.handler)

    page = _act(browser, webbed, "reopen", "Open it again", reason="Volvió el polvo")

    assert page.has("The case is open again.")
    assert page.has("Volvió el polvo")
    assert _case(database, webbed).status == "under_review"


@pytest.mark.parametrize(
    ("slug", "button", "fields", "status"),
    [
        ("out-of-scope", "End it as out of scope", {"reason": "No es nuestro", "elsewhere": "Junta"}, "out_of_scope"),
        ("withdrawal", "Record the withdrawal", {"source": "signed_paper", "reason": "Ya no"}, "withdrawn"),
    ],
)
def test_a_case_leaves_with_a_reason_that_the_person_reads_first(
    app: Flask, database: Database, room: Room, webbed: str, slug: str, button: str, fields: dict[str, Any], status: str
) -> None:
    browser = at_desk(app, room.handler)
    browser.open(f"{CASES}/{webbed}")

    page = browser.submit(form=f"/{slug}", **fields)
    assert page.has("The case ends here. The person can have it opened again.")
    assert page.has(fields["reason"])
    browser.submit(button)

    assert _case(database, webbed).status == status


def test_harassment_has_no_way_out_of_scope(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        case = file_case(session, room.site).case
        sort(session, room, case, type=CaseType.HARASSMENT, severity=3)
    browser = at_desk(app, room.investigator)

    page = browser.open(f"{CASES}/{case.reference}")

    actions = " ".join(form.attrs.get("action", "") for form in page.forms)
    assert "/out-of-scope" not in actions
    assert "/refer" not in actions


def test_a_forged_form_is_told_that_the_law_does_not_allow_it(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        case = file_case(session, room.site).case
        sort(session, room, case, type=CaseType.HARASSMENT, severity=3)
    browser = at_desk(app, room.triager)

    browser.open(f"{CASES}/{case.reference}/out-of-scope")
    refused = browser.submit(form="/out-of-scope", reason="x", elsewhere="y", status=422)
    browser.open(f"{CASES}/{case.reference}/not-a-grievance")
    browser.submit(form="/not-a-grievance")
    aside = browser.submit("Mark as not a grievance", status=422)

    assert refused.has("The law does not allow this, whoever asks.")
    assert aside.has("The law does not allow this, whoever asks.")
    assert not _case(database, case.reference).is_spam


def test_leaving_harassment_is_asked_why_and_stands_in_the_history(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        case = file_case(session, room.site).case
        sort(session, room, case, type=CaseType.HARASSMENT, severity=3)
    browser = at_desk(app, room.triager)

    page = browser.open(f"{CASES}/{case.reference}/classify")
    category = page.one("select[name=category]").all("option")[1].attrs["value"]
    said: dict[str, Any] = {"category": category, "type": "labour", "severity": "2"}
    refused = browser.submit("Classify", **said, status=422)
    browser.submit("Classify", reason="Aclaró que era un trámite.")
    page = browser.open(f"{CASES}/{case.reference}")

    assert refused.has("It would no longer count as harassment. Write why")
    assert page.has("before Harassment")


def test_joining_shows_the_title_of_the_other_case_first(
    app: Flask, database: Database, room: Room, webbed: str
) -> None:
    with database.begin() as session:
        target = sorted_case(session, room).case
        handling.summarise(session, target, title="Dust on the haul road", summary="", by=by(room.handler), at=THURSDAY)
    browser = at_desk(app, room.handler)
    browser.open(f"{CASES}/{webbed}")

    page = browser.submit(form="/merge", reference=target.reference.lower(), reason="Es lo mismo")
    assert page.has(f"Joined to: Dust on the haul road ({target.reference})")
    page = browser.submit("Join the cases")

    assert page.has(f"Open case {target.reference}")
    assert _case(database, webbed).status == "merged"


@pytest.mark.parametrize("typed", ["7K3Q-9F2M", "nonsense"])
def test_joining_to_a_case_that_is_not_there_is_refused_like_one_out_of_sight(
    app: Flask, database: Database, room: Room, webbed: str, typed: str
) -> None:
    browser = at_desk(app, room.handler)
    browser.open(f"{CASES}/{webbed}")

    page = browser.submit(form="/merge", status=422, reference=typed, reason="Es lo mismo")

    assert page.errors == ["There is no such case that you can see. Check the reference."]


def test_what_was_told_by_hand_is_recorded(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        case = sorted_case(session, room, reach=Reach.IN_PERSON).case
        handling.acknowledge(session, case, words="La leímos", by=by(room.handler), at=THURSDAY)
    browser = at_desk(app, room.handler)
    assert browser.open(CASES).has("reach the person another way")
    browser.open(f"{CASES}/{case.reference}")

    page = browser.submit("I told the person")

    assert page.has("Told in person")
    assert browser.open(CASES).has("No tasks.")


def test_a_visit_meets_the_first_contact(app: Flask, room: Room, webbed: str) -> None:
    browser = at_desk(app, room.handler)
    browser.open(f"{CASES}/{webbed}")

    page = browser.submit("Record the step", clock="first_contact", words="Fuimos a su casa")

    assert page.has("The step is recorded.")
    assert page.has("First contact Met, 2 business days late")


def test_the_opinion_given_on_paper_carries_its_source(app: Flask, database: Database, room: Room, webbed: str) -> None:
    with database.begin() as session:
        close(session, room, session.query(Case).filter_by(reference=webbed).one(), at=NEXT_WEEK + timedelta(hours=5))
    browser = at_desk(app, room.handler)
    browser.open(f"{CASES}/{webbed}")

    page = browser.submit("Record the opinion", verdict="3", process_mark="2", source="signed_paper")

    assert page.has("Not satisfied (Signed on paper)")
    assert page.has("2 of 5")


def test_of_several_people_it_is_said_who_answered_and_shown_how_many(
    app: Flask, database: Database, room: Room, webbed: str
) -> None:
    with database.begin() as session:
        case = session.query(Case).filter_by(reference=webbed).one()
        other = sorted_case(session, room)
        endings.merge(session, other.case, case, reason="Lo mismo", by=by(room.handler), at=THURSDAY)
        close(session, room, case, at=NEXT_WEEK + timedelta(hours=5))
        second = other.complainant.public_id
    browser = at_desk(app, room.handler)
    browser.open(f"{CASES}/{webbed}")
    values: dict[str, Any] = {"verdict": "3", "process_mark": "2", "source": "signed_paper"}
    assert browser.submit("Record the opinion", **values, status=422).errors == ["Choose who answered."]

    page = browser.submit("Record the opinion", **values, person=second)

    assert page.has("About how it ended, those who began: Not satisfied: 1")
    assert not page.has("2 of 5")


def test_a_corrective_action_is_added_and_done(app: Flask, room: Room, webbed: str) -> None:
    browser = at_desk(app, room.handler)
    browser.open(f"{CASES}/{webbed}")
    browser.submit(
        "Add the action",
        kind="corrective",
        words="Riego diario",
        owner=room.coordinator.public_id,
        due_on="2026-10-01",
    )

    page = browser.submit("Record it as done", form="/action-done", evidence="Contrato firmado")

    assert page.has("Contrato firmado")


def test_who_cannot_act_is_refused_at_the_address_too(app: Flask, room: Room, webbed: str) -> None:
    auditor, coordinator = at_desk(app, room.auditor), at_desk(app, room.coordinator)

    auditor.open(f"{CASES}/{webbed}/note", status=403)
    coordinator.open(f"{CASES}/{webbed}")
    coordinator.post(f"{CASES}/{webbed}/start-review", {"version": _version(coordinator)}, with_token=True, status=403)


def _version(browser: Browser) -> str:
    return browser.page.all("input[name=version]")[0].attrs["value"]


def test_the_other_language_of_an_error_page_is_the_page_of_the_action(app: Flask, room: Room, webbed: str) -> None:
    browser = at_desk(app, room.handler)
    browser.open(f"{CASES}/{webbed}")

    page = browser.submit(form="/note", status=422, words="")

    assert page.links["Español"] == f"/es/equipo/casos/{webbed}/nota"


def test_words_too_long_for_a_text_are_kept(app: Flask, room: Room, texted: str) -> None:
    browser = at_desk(app, room.handler)
    browser.open(f"{CASES}/{texted}")

    page = browser.submit(form="/write", status=422, words="x" * 1301)

    assert page.errors == ["This is too long: at most 1300 characters."]
    assert page.one("#message-words").text == "x" * 1301
