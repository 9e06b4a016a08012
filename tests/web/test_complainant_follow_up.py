"""Coming back to a case: the way in, what is seen, what can be done, and nobody else's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts.permissions import Duty
from grievance.cases import endings, handling, identity, remedies, resolution, triage
from grievance.cases.models import Case, Complainant, Remedy
from grievance.cases.resolution import Promise
from grievance.cases.states import Outcome, staff_actor
from grievance.cases.transitions import load_for_change
from grievance.complainants.access import issue_one_use_code
from grievance.core.db import Database
from grievance.crypto.fields import unseal_value
from grievance.deadlines.standards import CaseType
from grievance.sites.queries import categories, site_by_slug
from tests.support.clock import Clock
from tests.support.complainant import FOLLOW_UP, Keys, enter, file_and_save, photo, rows
from tests.support.people import make_staff
from tests.support.places import WEDNESDAY, make_site
from tests.support.web import Browser

ANSWER = "We measured the noise on three nights. You were right."
PROMISE = "Trucks take the north road at night"


@pytest.fixture(autouse=True)
def handler_id(database: Database) -> int:
    """Somebody who triages, handles and is given the case."""
    with database.begin() as session:
        site = make_site(session)
        duties = {Duty.TRIAGER: site, Duty.HANDLER: site}
        return make_staff(session, name="Rosa Mamani", duties=duties, with_second_factor=False).staff_id


@pytest.fixture
def held(browser: Browser, clock: Clock) -> Keys:
    """Somebody has filed and stands in the case."""
    return file_and_save(browser, clock)


def case_of(session: Session, keys: Keys) -> Case:
    return session.scalars(select(Case).where(Case.reference == keys.reference)).one()


def change(database: Database, keys: Keys, step: Any) -> None:
    """Let staff do something to the case, as their pages would."""
    with database.begin() as session:
        found = case_of(session, keys)
        step(session, load_for_change(session, found.id))


def propose(
    database: Database,
    keys: Keys,
    staff_id: int,
    clock: Clock,
    *,
    promises: Sequence[Promise] = (Promise(PROMISE, None),),
) -> None:
    by = staff_actor(staff_id)

    def step(session: Session, case: Case) -> None:
        now = WEDNESDAY + timedelta(days=1)
        site = site_by_slug(session, "cerro-imaginario")
        noise = next(row for row in categories(session, site.operator_id) if row.code == "noise")
        triage.classify(session, case, type=CaseType.ENVIRONMENT, category_id=noise.id, severity=2, by=by, at=now)
        triage.assign(session, case, staff_id, by=by, at=now)
        handling.acknowledge(session, case, words="We have it.", by=by, at=now)
        resolution.propose_response(
            session, case, outcome=Outcome.UPHELD, words=ANSWER, remedies=promises, by=by, at=now
        )

    clock.to(WEDNESDAY + timedelta(days=1, hours=1))
    change(database, keys, step)


def test_the_code_opens_the_case_on_another_phone(app: Flask, held: Keys) -> None:
    page = enter(Browser(app), held)

    assert page.h1 == f"Your case {held.reference}"
    assert page.has("Nobody can sleep.")
    assert page.has("Received: a person still has to confirm it to you")


@pytest.mark.parametrize("spelling", [str.lower, lambda text: text.replace("-", " "), lambda text: f"  {text} "])
def test_keys_are_read_as_people_write_them(app: Flask, held: Keys, spelling: Any) -> None:
    written = Keys(spelling(held.reference), spelling(held.code))

    assert enter(Browser(app), written).h1 == f"Your case {held.reference}"


def test_a_wrong_code_and_an_unknown_case_look_the_same(app: Flask, held: Keys) -> None:
    wrong = enter(Browser(app), Keys(held.reference, "0000-0000-0000-0000"), status=422)
    unknown = enter(Browser(app), Keys("0000-000A", "0000-0000-0000-0000"), status=422)

    assert wrong.errors == unknown.errors
    assert wrong.errors == ["We do not find a case with this reference and this code. Check both."]


def test_guessing_is_slowed_in_words_and_never_keeps_the_right_code_out(app: Flask, held: Keys) -> None:
    guesser, wrong = Browser(app), Keys(held.reference, "0000-0000-0000-0000")
    for _ in range(5):
        enter(guesser, wrong, status=422)

    slowed = enter(guesser, wrong, status=429)

    assert slowed.errors[0].startswith("There were too many wrong tries for this reference. Wait 30 seconds")
    assert slowed.response.headers["Retry-After"] == "30"
    assert enter(Browser(app), held).h1 == f"Your case {held.reference}"


def test_the_reference_alone_shows_nothing(app: Flask, held: Keys) -> None:
    page = enter(Browser(app), Keys(held.reference, ""), status=422)

    assert page.errors == ["Write the code. It has 16 letters and numbers, in groups of 4."]


def test_a_code_that_came_by_text_opens_once(app: Flask, held: Keys, database: Database) -> None:
    issued: list[Keys] = []

    def step(session: Session, case: Case) -> None:
        complainant = session.get_one(Complainant, rows(database, "complainant")[0]["id"])
        made = issue_one_use_code(session, case, complainant=complainant, at=WEDNESDAY + timedelta(minutes=2))
        issued.append(Keys(made.reference, made.code.reveal()))

    change(database, held, step)

    assert enter(Browser(app), issued[0]).h1 == f"Your case {held.reference}"
    assert enter(Browser(app), issued[0], status=422).errors


def test_no_page_of_a_case_is_kept_by_the_browser(browser: Browser, held: Keys) -> None:
    assert browser.page.response.headers["Cache-Control"] == "no-store"
    assert browser.page.response.headers["Referrer-Policy"] == "no-referrer"


def test_the_cookie_says_nothing_and_no_script_can_read_it(browser: Browser, held: Keys) -> None:
    answer = browser.client.get(FOLLOW_UP)

    [cookie] = [value for name, value in answer.headers if name == "Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=" in cookie
    assert held.reference not in cookie


def test_half_an_hour_of_silence_ends_the_visit(browser: Browser, held: Keys, clock: Clock) -> None:
    clock.forward(timedelta(minutes=31))

    page = browser.open(FOLLOW_UP)

    assert page.h1 == "Follow up your case"
    assert page.has("We closed your case on this device")


def test_someone_who_keeps_reading_stays_in(browser: Browser, held: Keys, clock: Clock) -> None:
    for _ in range(4):
        clock.forward(timedelta(minutes=20))
        page = browser.open(FOLLOW_UP)

    assert page.h1 == f"Your case {held.reference}"


def test_no_visit_lasts_longer_than_half_a_day(browser: Browser, held: Keys, clock: Clock) -> None:
    for _ in range(37):
        clock.forward(timedelta(minutes=20))
        page = browser.open(FOLLOW_UP)

    assert page.h1 == "Follow up your case"


def test_a_message_written_too_slowly_is_carried_over(
    browser: Browser, held: Keys, clock: Clock, database: Database
) -> None:
    clock.forward(timedelta(minutes=45))
    browser.submit("Send message", words="It began again.\n\nLast night.", status=403)
    assert browser.page.has("What you were writing is not lost")

    page = browser.submit("See my case", reference=held.reference, code=held.code)

    assert "".join(map(str, page.one("#words").children)).strip() == "It began again.\n\nLast night."
    browser.submit("Send message")
    assert len(rows(database, "case_message")) == 1


def test_signing_out_closes_the_case_on_this_phone(browser: Browser, held: Keys) -> None:
    browser.submit("Leave my case")

    assert browser.cookies == {}
    assert browser.open(FOLLOW_UP).h1 == "Follow up your case"


def test_a_message_with_a_photo_reaches_the_case_once(browser: Browser, held: Keys, database: Database) -> None:
    before = browser.page
    files = {"files": [photo("door.jpg")]}
    browser.submit("Send message", words="The dust comes in here.", files=files)
    assert browser.page.has("Your message has been sent.")
    assert browser.page.has("door.jpg")
    browser.page = before

    browser.submit("Send message", words="The dust comes in here.", files=files)

    assert len(rows(database, "case_message")) == 1
    assert len(rows(database, "attachment")) == 1


def test_a_message_with_a_bad_file_keeps_its_words(browser: Browser, held: Keys, database: Database) -> None:
    files = {"files": [(b"<svg/>", "x.svg", "image/png"), photo("fine.jpg")]}

    page = browser.submit("Send message", words="See the picture.", files=files, status=422)

    assert page.one("#words").text == "See the picture."
    assert page.has("fine.jpg")
    browser.submit("Send message")
    assert len(rows(database, "attachment")) == 1


def test_an_empty_message_asks_for_something(browser: Browser, held: Keys) -> None:
    page = browser.submit("Send message", words=" ", status=422)

    assert page.errors == ["Write a message, or add a file."]


def test_a_file_alone_is_a_message(browser: Browser, held: Keys, database: Database) -> None:
    browser.submit("Send message", files={"files": [(b"OggS\x00\x02voice", "voice.ogg", "audio/ogg")]})

    assert len(rows(database, "case_message")) == 1


def test_a_file_is_handed_out_as_a_file_and_never_as_a_page(browser: Browser, held: Keys) -> None:
    browser.submit("Send message", words="Letter", files={"files": [(b"%PDF-1.4 <script>", "ñandú.pdf", "text/html")]})
    [link] = [url for text, url in browser.page.links.items() if "ñandú.pdf" in text]

    answer = browser.open(link).response

    assert answer.data == b"%PDF-1.4 <script>"
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''%C3%B1and%C3%BA.pdf" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cache-Control"] == "no-store"


def test_nobody_opens_the_file_of_another_case(app: Flask, browser: Browser, held: Keys, clock: Clock) -> None:
    browser.submit("Send message", words="Letter", files={"files": [(b"%PDF-1.4", "letter.pdf", "")]})
    [link] = [url for text, url in browser.page.links.items() if "letter.pdf" in text]
    stranger = Browser(app)
    file_and_save(stranger, clock, words="Another grievance")

    stranger.open(link, status=404)
    assert Browser(app).open(link).h1 == "Follow up your case"


def test_a_cookie_from_another_place_opens_nothing(app: Flask, browser: Browser, held: Keys) -> None:
    cookie = browser.client.get_cookie("session")
    assert cookie is not None
    thief = Browser(app)
    thief.client.set_cookie("session", cookie.value[:-4] + "AAAA")

    assert thief.open(FOLLOW_UP).h1 == "Follow up your case"


def test_a_form_without_its_token_changes_nothing(browser: Browser, held: Keys, database: Database) -> None:
    browser.post("/en/follow-up/message", {"words": "Forged"}, status=400)
    browser.post("/en/follow-up/withdraw", {}, status=400)

    assert rows(database, "case_message") == []
    assert rows(database, "cases")[0]["status"] == "received"


def test_the_proposed_response_is_answered(
    browser: Browser, held: Keys, database: Database, handler_id: int, clock: Clock
) -> None:
    propose(database, held, handler_id, clock)
    enter(browser, held)
    assert browser.page.has("Response proposed: your opinion is missing")
    assert browser.page.has(PROMISE)

    page = browser.submit("Send my opinion", answer="partly", reason="The dust is still there.")

    assert page.has("We have noted what you think of the response.")
    assert page.has("We are doing what we promised")
    assert page.has("The dust is still there.")
    [response] = rows(database, "proposed_response")
    assert (response["answer"], response["answer_source"]) == ("partly", "web_code")


def test_nobody_reads_of_promises_where_none_was_made(
    browser: Browser, held: Keys, database: Database, handler_id: int, clock: Clock
) -> None:
    propose(database, held, handler_id, clock, promises=())
    enter(browser, held)

    page = browser.submit("Send my opinion", answer="accepted")

    assert page.has("Answered: what is left is to close the case")
    assert not page.has("We are doing what we promised")


def test_a_rejected_response_is_looked_at_again(
    browser: Browser, held: Keys, database: Database, handler_id: int, clock: Clock
) -> None:
    propose(database, held, handler_id, clock)
    enter(browser, held)

    page = browser.submit("Send my opinion", answer="rejected")

    assert page.has("We are looking into it")
    assert rows(database, "cases")[0]["status"] == "under_review"


def test_an_answer_needs_one_of_the_three(
    browser: Browser, held: Keys, database: Database, handler_id: int, clock: Clock
) -> None:
    propose(database, held, handler_id, clock)
    enter(browser, held)

    page = browser.submit("Send my opinion", reason="I do not know", status=422)

    assert page.errors == ["Choose one of the three."]
    assert page.one("#reason").text == "I do not know"


def test_an_answer_sent_twice_is_told_where_the_case_stands(
    browser: Browser, held: Keys, database: Database, handler_id: int, clock: Clock
) -> None:
    propose(database, held, handler_id, clock)
    before = enter(browser, held)
    browser.submit("Send my opinion", answer="accepted")
    browser.page = before

    page = browser.submit("Send my opinion", answer="rejected", status=409)

    assert page.errors == ["This response no longer waits for an answer. Below you see where the case stands."]
    assert rows(database, "proposed_response")[0]["answer"] == "accepted"


def close(database: Database, keys: Keys, staff_id: int, clock: Clock) -> None:
    def step(session: Session, case: Case) -> None:
        by, now = staff_actor(staff_id), WEDNESDAY + timedelta(days=1, hours=2)
        remedy = session.scalars(select(Remedy)).one()
        remedies.record_remedy_done(session, case, remedy.public_id, evidence="Seen at night", by=by, at=now)
        colleague = make_staff(session, name="Pedro Inventado", with_second_factor=False)
        by_another = staff_actor(colleague.staff_id)
        remedies.verify_remedy(session, case, remedy.public_id, by=by_another, at=now)
        resolution.close(session, case, words="We closed it.", by=by, at=now)

    clock.to(WEDNESDAY + timedelta(days=1, hours=2))
    change(database, keys, step)


@pytest.fixture
def closed(browser: Browser, held: Keys, database: Database, handler_id: int, clock: Clock) -> Keys:
    """The case has been answered, accepted and closed; the person looks at it."""
    propose(database, held, handler_id, clock)
    enter(browser, held)
    browser.submit("Send my opinion", answer="accepted")
    close(database, held, handler_id, clock)
    enter(browser, held)
    return held


def test_the_end_is_rated_with_a_verdict_and_two_digits(browser: Browser, closed: Keys, database: Database) -> None:
    assert browser.page.has("You were right.")

    page = browser.submit("Send", verdict="2", treatment="4", result="3")

    assert page.has("What you think has been noted.")
    [survey], [case] = rows(database, "survey"), rows(database, "cases")
    assert (survey["process_rating"], survey["outcome_rating"], survey["verdict"]) == (4, 3, 2)
    assert (case["verdict"], case["verdict_source"]) == ("partly", "web_code")


def test_a_rating_may_leave_questions_out_but_not_all(browser: Browser, closed: Keys, database: Database) -> None:
    assert browser.submit("Send", status=422).errors == ["Answer at least one of the three."]

    browser.submit("Send", treatment="5")

    [survey] = rows(database, "survey")
    assert (survey["process_rating"], survey["outcome_rating"], survey["verdict"]) == (5, None, None)


def test_a_rating_that_is_not_offered_is_refused(browser: Browser, closed: Keys, database: Database) -> None:
    page = browser.post("/en/follow-up/opinion", {"treatment": "9"}, status=422, with_token=True)

    assert page.errors == ["Choose one of the answers, or none."]
    assert rows(database, "survey")[0]["process_rating"] is None


def test_a_closed_case_says_until_when_it_can_be_opened_and_announces_nothing_past(
    browser: Browser, closed: Keys, clock: Clock
) -> None:
    # Ninety calendar days after Thursday 3 September 2026.
    assert browser.page.has("You can have it looked at again until Wednesday 2 December.")
    assert browser.page.has("The response we proposed to you")
    assert not browser.page.has("Another person will check that it is done")


def test_a_closed_case_is_opened_again_by_the_person(browser: Browser, closed: Keys, database: Database) -> None:
    page = browser.submit("Open my case again", reason="The trucks are back.")

    assert page.has("Your case is open again.")
    assert page.has("The trucks are back.")
    assert rows(database, "cases")[0]["status"] == "under_review"


def test_after_ninety_days_it_is_a_new_grievance(browser: Browser, closed: Keys, clock: Clock) -> None:
    clock.forward(timedelta(days=100))
    enter(browser, closed)

    page = browser.post("/en/follow-up/reopen", {}, status=409, with_token=True)

    assert page.errors == ["The days to open this case again have passed. You can file a new grievance."]


def test_a_message_to_a_closed_case_is_kept(browser: Browser, closed: Keys, database: Database) -> None:
    page = browser.submit("Send message", words="Thank you all the same.")

    assert page.has("Thank you all the same.")
    assert rows(database, "cases")[0]["status"] == "closed"


def test_withdrawing_is_asked_first_and_can_be_taken_back(browser: Browser, held: Keys, database: Database) -> None:
    browser.click("Withdraw")
    assert rows(database, "cases")[0]["status"] == "received"

    page = browser.submit("Yes, withdraw it", reason="It stopped.")

    assert page.has("Your grievance has been withdrawn.")
    assert rows(database, "cases")[0]["status"] == "withdrawn"
    page = browser.submit("Open my case again", reason="It began again.")
    assert page.has("Your case is open again.")
    assert rows(database, "cases")[0]["status"] == "under_review"


def test_one_of_several_cannot_withdraw_for_all(
    app: Flask, browser: Browser, held: Keys, database: Database, handler_id: int, clock: Clock
) -> None:
    _merge_with_a_second(app, database, held, handler_id, clock)
    browser.open(FOLLOW_UP)

    assert "Withdraw" not in browser.page.links
    browser.post("/en/follow-up/withdraw", {}, status=409, with_token=True)
    assert "withdrawn" not in {case["status"] for case in rows(database, "cases")}


def test_the_keys_of_a_merged_case_keep_working_and_show_nobody_else(
    app: Flask, held: Keys, database: Database, handler_id: int, clock: Clock
) -> None:
    second = _merge_with_a_second(app, database, held, handler_id, clock)

    page = enter(Browser(app), second)

    assert page.h1 == f"Your case {second.reference}"
    assert page.has("Several people told us the same.")
    assert page.has("Also here, the same trucks")
    assert not page.has("Nobody can sleep.")


def _merge_with_a_second(app: Flask, database: Database, keys: Keys, handler_id: int, clock: Clock) -> Keys:
    second = file_and_save(Browser(app), clock, words="Also here, the same trucks")

    def step(session: Session, case: Case) -> None:
        into = case_of(session, keys)
        by = staff_actor(handler_id)
        at = WEDNESDAY + timedelta(minutes=20)
        endings.merge(session, case, load_for_change(session, into.id), reason="The same.", by=by, at=at)

    clock.to(WEDNESDAY + timedelta(minutes=20))
    change(database, second, step)
    return second


def test_whoever_has_no_code_that_lasts_reads_that_deleting_the_phone_leaves_no_way_back(
    app: Flask, held: Keys, database: Database
) -> None:
    issued: list[Keys] = []

    def step(session: Session, case: Case) -> None:
        complainant = session.get_one(Complainant, rows(database, "complainant")[0]["id"])
        made = issue_one_use_code(session, case, complainant=complainant, at=WEDNESDAY + timedelta(minutes=2))
        issued.append(Keys(made.reference, made.code.reveal()))
        case.access_digest = None  # as of a case that came by text

    change(database, held, step)
    browser = Browser(app)
    enter(browser, issued[0])

    page = browser.open(f"{FOLLOW_UP}/delete-contact")

    assert page.has("You have no code that lasts")
    assert not page.has("Make sure that you have the code")


def test_deleting_contact_details_is_asked_first_and_leaves_nothing(
    app: Flask, clock: Clock, database: Database
) -> None:
    browser = Browser(app)
    keys = file_and_save(browser, clock, gives_name="yes", name="Persona Inventada", reach="sms", phone="9 8111 2233")
    _confirm(browser, database)

    browser.click("Delete my details")
    page = browser.submit("Yes, delete them")

    [complainant] = rows(database, "complainant")
    assert page.has("Your contact details have been deleted. We can no longer notify you.")
    assert (complainant["name_sealed"], complainant["thread_id"]) == (None, None)
    assert enter(Browser(app), keys).h1 == f"Your case {keys.reference}"


def test_a_phone_is_confirmed_with_the_number_that_came_to_it(browser: Browser, held: Keys, database: Database) -> None:
    browser.submit("Send me the number to confirm", phone="9 8111 2233")
    assert browser.submit("Confirm my phone", digits="abc", status=422).errors == [
        "That is not the number we sent. Check the message and try again."
    ]

    page = _confirm(browser, database)

    assert page.has("Your phone is confirmed.")
    assert rows(database, "complainant")[0]["reach"] == "notices"


def test_the_number_cannot_be_guessed_without_end(browser: Browser, held: Keys, database: Database) -> None:
    browser.submit("Send me the number to confirm", phone="9 8111 2233")
    right = _digits(database)
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(5):
        browser.submit("Confirm my phone", digits=wrong, status=422)

    page = browser.submit("Confirm my phone", digits=right, status=422)

    assert page.errors == ["That number is no longer good. Ask for another by writing your phone again."]


def test_a_phone_that_was_mistyped_or_never_confirmed_can_be_written_again(
    browser: Browser, held: Keys, clock: Clock, database: Database
) -> None:
    waiting = browser.submit("Send me the number to confirm", phone="9 8111 2233")
    assert waiting.one("#notices") is not None
    clock.forward(timedelta(minutes=16))

    late = browser.open(FOLLOW_UP)

    assert late.has("The phone you left is not confirmed: we send it no notices.")
    assert not late.has("It is good for 15 minutes.")
    browser.submit("Send me the number to confirm", phone="9 8111 2244")
    assert not _confirm(browser, database).has("The phone you left is not confirmed")


def test_who_lost_the_code_is_told_which_number_to_text(app: Flask) -> None:
    assert Browser(app).open(FOLLOW_UP).has("+56 ")


def _digits(database: Database) -> str:
    [row] = rows(database, "complainant")
    with database.read() as session:
        return unseal_value(session, "complainant", "code", row["public_id"], row["code_sealed"]) or ""


def _confirm(browser: Browser, database: Database) -> Any:
    return browser.submit("Confirm my phone", digits=_digits(database))


def test_a_wrong_phone_is_explained_beside_its_field(browser: Browser, held: Keys) -> None:
    page = browser.submit("Send me the number to confirm", phone="12", status=422)

    assert page.errors == ["The phone number lacks a digit. Write all 9, for example 9 0000 0000."]
    assert page.one("#phone").attrs["value"] == "12"


def test_who_opened_my_identity_and_why_is_shown(app: Flask, clock: Clock, database: Database, handler_id: int) -> None:
    keys = file_and_save(Browser(app), clock, gives_name="yes", name="Persona Inventada")

    def step(session: Session, case: Case) -> None:
        by = staff_actor(handler_id)
        identity.open_identity(session, case, reason="To visit her at home", by=by, at=WEDNESDAY + timedelta(hours=1))

    change(database, keys, step)
    clock.to(WEDNESDAY + timedelta(hours=2))
    page = enter(Browser(app), keys)

    assert page.has("Rosa Mamani")
    assert page.has("To visit her at home")


def test_the_page_stays_in_the_case_when_the_language_changes(browser: Browser, held: Keys) -> None:
    page = browser.click("Español")

    assert page.lang == "es-CL"
    assert held.reference in page.h1


def test_words_in_another_language_are_marked(browser: Browser, held: Keys) -> None:
    page = browser.click("Español")

    assert [node.attrs.get("lang") for node in page.all(".voice")] == ["en"]


def test_opening_the_page_counts_as_seen(
    browser: Browser, held: Keys, database: Database, handler_id: int, clock: Clock
) -> None:
    def step(session: Session, case: Case) -> None:
        by = staff_actor(handler_id)
        handling.send_message(session, case, words="What nights?", by=by, at=WEDNESDAY + timedelta(minutes=5))

    change(database, held, step)
    clock.forward(timedelta(minutes=10))

    page = browser.open(FOLLOW_UP)

    assert page.has("What nights?")
    assert [row["told"] for row in rows(database, "case_message")] == ["seen"]
