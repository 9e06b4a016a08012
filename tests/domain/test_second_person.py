"""Whatever needs a second person: the same one cannot do both, whichever way around is tried.

One table of everything that somebody else has to look at. The first person holds every duty, so that no missing duty
stands in for the rule; the second holds the one duty that is charged with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grievance.accounts import operations, queries
from grievance.accounts.models import Staff
from grievance.accounts.permissions import Duty
from grievance.cases import after_checks, appeals, delays, endings, handling, protection, remedies, resolution, triage
from grievance.cases.facts import facts_of
from grievance.cases.law_bars import ClassifyFirst
from grievance.cases.models import Case, Complainant, CorrectiveAction, HiddenFrom
from grievance.cases.queries import for_change
from grievance.cases.record import CaseEvent
from grievance.cases.rights_record import AfterCheck
from grievance.cases.second_person import MadeOtherKind, NeedsSecondPerson
from grievance.cases.side_tracks import AppealResult, DelayReason
from grievance.cases.states import Channel, Confidentiality, Outcome, Source
from grievance.cases.track_record import ProtectiveMeasure
from grievance.cases.track_states import MeasureKind
from grievance.cases.visibility import CaseAction, allowed_actions
from grievance.cases.wall import ConflictOfInterest
from grievance.deadlines.standards import CaseType
from grievance.privacy import answers, holds
from grievance.privacy.request_record import DataRequest
from grievance.privacy.requests import prove_by_document
from grievance.referrals import sending
from grievance.sites.models import Category
from tests.support import sending_on
from tests.support.casework import (
    NEXT_WEEK,
    THURSDAY,
    Room,
    accept,
    by,
    make_room,
    propose,
    sort,
    sorted_case,
    viewer_of,
)
from tests.support.data_requests import LATER, ask_later
from tests.support.people import Person, make_staff
from tests.support.places import file_case

NOW = NEXT_WEEK + timedelta(days=1)
ASKS = "Ximena Árbol"


@dataclass(frozen=True)
class Scene:
    """A case of the first person, who holds every duty, and the people of the site."""

    session: Session
    room: Room
    case: Case
    first: Person

    def acting(self, person: Person, action: CaseAction) -> Case:
        """Return the case as a page would get it for somebody's action."""
        return for_change(self.session, viewer_of(self.session, person), self.case.reference, action)


Step = Callable[[Scene, Person], object]


@dataclass(frozen=True)
class Row:
    """Something done by one person and looked at by another. `second` is who may, `error` why the first may not.

    `rule` is the function that compares the two, as room, module and name: tests/architecture/test_approvals.py finds
    those that stand in no row.
    """

    begin: Step
    finish: Step
    second: str
    error: type[Exception]
    rule: str


@pytest.fixture
def scene(session: Session) -> Scene:
    room = make_room(session)
    everything = {duty: None if duty is Duty.ADMINISTRATOR else room.site for duty in Duty}
    first = make_staff(session, name="Todo Dueñez", duties=everything, with_second_factor=False)
    case = sorted_case(session, room).case
    triage.assign(session, case, first.staff_id, by=by(room.triager), at=THURSDAY)
    return Scene(session, room, case, first)


def answered(scene: Scene, person: Person, *, severity: int) -> None:
    """Bring the case to where it could be closed; `person` worked it."""
    scene.case.severity = severity
    scene.session.flush()
    assert scene.case.handler_id == person.staff_id
    propose(scene.session, scene.room, scene.case)
    accept(scene.session, scene.case)


def begin_closing(scene: Scene, person: Person) -> None:
    answered(scene, person, severity=3)


def finish_closing(scene: Scene, person: Person) -> None:
    resolution.close(scene.session, scene.case, words="Cerramos.", by=by(person), at=NOW)


def given_away(scene: Scene, person: Person) -> None:
    """Work the case, then give it to somebody else: no longer its handler, still its author."""
    answered(scene, person, severity=3)
    triage.assign(scene.session, scene.case, scene.room.second_handler.staff_id, by=by(person), at=NOW)


def made_minor(scene: Scene, person: Person) -> None:
    """Work the case, then find it less serious than it was."""
    answered(scene, person, severity=2)
    for severity in (3, 2):
        classifier = scene.room.triager if severity == 3 else person
        triage.classify(
            scene.session,
            scene.case,
            type=CaseType.LABOUR,
            category_id=None,
            severity=severity,
            by=by(classifier),
            at=NOW,
        )


def serious(scene: Scene, person: Person) -> None:
    """The case of this person is a serious one."""
    scene.case.severity = 3
    scene.session.flush()


def found_minor(scene: Scene, person: Person) -> None:
    """Find the case less serious than somebody else did."""
    for severity, who in ((3, scene.room.triager), (2, person)):
        triage.classify(
            scene.session,
            scene.case,
            type=CaseType.LABOUR,
            category_id=None,
            severity=severity,
            by=by(who),
            at=NEXT_WEEK,
        )


def about_handlers(scene: Scene, person: Person) -> None:
    """Sort a case that concerns, as whoever filed it said, the people who handle complaints."""
    scene.case.concerns_handlers = True
    triage.classify(
        scene.session,
        scene.case,
        type=CaseType.NUISANCE,
        category_id=None,
        severity=1,
        by=by(person),
        at=NEXT_WEEK,
    )


def withdraw(scene: Scene, person: Person) -> None:
    """Record that the person withdraws, as he or she is said to have signed."""
    endings.withdraw(scene.session, scene.case, source=Source.SIGNED_PAPER, reason="Firmó.", by=by(person), at=NOW)


def serious_merged(scene: Scene, person: Person) -> None:
    """Join a serious case to one of little weight, and answer that."""
    grave = sorted_case(scene.session, scene.room, words="Se cayó el andamio").case
    grave.severity = 4
    endings.merge(scene.session, grave, scene.case, reason="Es lo mismo.", by=by(person), at=THURSDAY)
    answered(scene, person, severity=2)


def begin_extension(scene: Scene, person: Person) -> None:
    delays.ask_extension(
        scene.session,
        scene.case,
        "resolve",
        reason=DelayReason.MORE_TO_FIND_OUT,
        new_due_on=(NOW + timedelta(days=60)).date(),
        words="Necesitamos más días.",
        by=by(person),
        at=NOW,
    )


def asked(scene: Scene) -> str:
    return delays.extensions_asked(scene.session, scene.case.id)[0].public_id


def grant(scene: Scene, person: Person) -> None:
    case = scene.acting(person, CaseAction.DECIDE_EXTENSION)
    delays.grant_extension(scene.session, case, asked(scene), by=by(person), at=NOW)


def refuse(scene: Scene, person: Person) -> None:
    case = scene.acting(person, CaseAction.DECIDE_EXTENSION)
    delays.refuse_extension(scene.session, case, asked(scene), by=by(person), at=NOW)


def begin_remedy(scene: Scene, person: Person) -> None:
    promise = resolution.Promise("Lavar la ropa", None)
    propose(scene.session, scene.room, scene.case, remedies=[promise])
    accept(scene.session, scene.case)
    [remedy] = remedies.open_remedies(scene.session, scene.case)
    remedies.record_remedy_done(scene.session, scene.case, remedy.public_id, evidence="Foto.", by=by(person), at=NOW)


def verify_remedy(scene: Scene, person: Person) -> None:
    case = scene.acting(person, CaseAction.VERIFY_REMEDY)
    [remedy] = remedies.open_remedies(scene.session, case)
    remedies.verify_remedy(scene.session, case, remedy.public_id, by=by(person), at=NOW)


def begin_action(scene: Scene, person: Person) -> None:
    """Do what another answers for."""
    added(scene, scene.room.second_handler)
    complete(scene, person)


def answer_for_action(scene: Scene, person: Person) -> None:
    """Answer for what another does."""
    added(scene, person)
    complete(scene, scene.room.second_handler)


def added(scene: Scene, owner: Person) -> None:
    remedies.add_corrective_action(
        scene.session,
        scene.case,
        kind=remedies.CorrectiveKind.CORRECTIVE,
        words="Regar el camino",
        owner_id=owner.staff_id,
        due_on=NOW.date(),
        by=by(scene.room.handler),
        at=NEXT_WEEK,
    )


def the_only(scene: Scene, model: type[CorrectiveAction | ProtectiveMeasure]) -> str:
    scene.session.flush()
    return scene.session.scalars(select(model.public_id).where(model.case_id == scene.case.id)).one()


def complete(scene: Scene, person: Person) -> None:
    public_id = the_only(scene, CorrectiveAction)
    remedies.complete_corrective_action(
        scene.session, scene.case, public_id, evidence="Foto.", by=by(person), at=NEXT_WEEK
    )


def verify_action(scene: Scene, person: Person) -> None:
    case = scene.acting(person, CaseAction.VERIFY_CORRECTIVE_ACTION)
    public_id = the_only(scene, CorrectiveAction)
    remedies.verify_corrective_action(scene.session, case, public_id, by=by(person), at=NOW)


def begin_measure(scene: Scene, person: Person) -> None:
    protection.add_measure(
        scene.session,
        scene.case,
        kind=MeasureKind.TRANSPORT,
        words="Otro bus",
        owner_id=scene.room.second_handler.staff_id,
        due_on=NOW.date(),
        by=by(person),
        at=NEXT_WEEK,
    )
    public_id = the_only(scene, ProtectiveMeasure)
    protection.record_measure_done(scene.session, scene.case, public_id, evidence="Lista.", by=by(person), at=NOW)


def verify_measure(scene: Scene, person: Person) -> None:
    case = scene.acting(person, CaseAction.VERIFY_MEASURE)
    protection.verify_measure(scene.session, case, the_only(scene, ProtectiveMeasure), by=by(person), at=NOW)


def begin_appeal(scene: Scene, person: Person) -> None:
    """Work the case to its end; the person appeals, and there is nobody else to review it yet."""
    answered(scene, person, severity=2)
    resolution.close(scene.session, scene.case, words="Cerramos.", by=by(person), at=NOW)
    complainant = scene.session.scalars(select(Complainant).where(Complainant.case_id == scene.case.id)).one()
    appeals.file_appeal(scene.session, scene.case, person=complainant, words="No.", source=Source.WEB_CODE, at=NOW)


def review(scene: Scene, person: Person) -> None:
    appeals.name_reviewer(scene.session, scene.case, person.staff_id, by=by(scene.room.coordinator), at=NOW)
    case = scene.acting(person, CaseAction.DECIDE_APPEAL)
    appeals.decide_appeal(scene.session, case, result=AppealResult.DISMISSED, words="Lo miré.", by=by(person), at=NOW)


def hidden(scene: Scene, person: Person) -> None:
    """The case is hidden from this person."""
    scene.session.add(
        HiddenFrom(case_id=scene.case.id, staff_id=person.staff_id, reason="respondent", since_at=NEXT_WEEK)
    )
    scene.session.flush()


def lift(scene: Scene, person: Person) -> None:
    triage.lift_hiding(
        scene.session, scene.case, scene.first.staff_id, reason="Era otra persona.", by=by(person), at=NOW
    )


def nothing(scene: Scene, person: Person) -> None:
    """There is nothing to begin: the account itself is the matter."""


def account(scene: Scene) -> Staff:
    return scene.session.get_one(Staff, scene.first.staff_id)


def grant_duty(scene: Scene, person: Person) -> None:
    other = make_room(scene.session, slug="puerto-imaginario", line=None)
    operations.grant_duty(
        scene.session, staff=account(scene), site_id=other.site.id, duty=Duty.TRIAGER, by=person.staff_id, at=NOW
    )


def revoke_duty(scene: Scene, person: Person) -> None:
    held = queries.staff_line(scene.session, scene.first.public_id).duties[0].grant_id
    grant_row = queries.live_grant(scene.session, scene.first.staff_id, held)
    operations.revoke_duty(scene.session, grant=grant_row, by=person.staff_id, at=NOW)


def reset_factor(scene: Scene, person: Person) -> None:
    operations.reset_second_factor(
        scene.session,
        staff=account(scene),
        password_hash="-",
        by=person.staff_id,
        at=NOW,
    )


def close_account(scene: Scene, person: Person) -> None:
    operations.deactivate(scene.session, staff=account(scene), by=person.staff_id, at=NOW)


def move(scene: Scene, person: Person) -> None:
    operations.move_staff(
        scene.session,
        staff=account(scene),
        unit=None,
        company_id=None,
        heads_unit=False,
        reason=operations.MoveReason.NEW_POST,
        by=person.staff_id,
        at=NOW,
    )


def made_other_kind(scene: Scene, person: Person) -> None:
    """Say of what was once a retaliation that it is a question, in two steps."""
    kinds = (
        (scene.room.second_triager, CaseType.RETALIATION),
        (person, CaseType.LABOUR),
        (person, CaseType.QUESTION),
    )
    for who, kind in kinds:
        triage.classify(scene.session, scene.case, type=kind, category_id=None, severity=2, by=by(who), at=NEXT_WEEK)


def set_aside(scene: Scene, person: Person) -> None:
    triage.mark_spam(scene.session, scene.case, by=by(person), at=NOW)


def find_out_of_scope(scene: Scene, person: Person) -> None:
    endings.declare_out_of_scope(scene.session, scene.case, reason="No.", elsewhere="", by=by(person), at=NOW)


def begin_override(scene: Scene, person: Person) -> None:
    sending_on.asked(scene.session, scene.case, by=by(person), at=NEXT_WEEK)
    sending.ask_override(scene.session, scene.case, reason="Urge.", by=by(person), at=NEXT_WEEK)


def decide_override(scene: Scene, person: Person) -> None:
    case = scene.acting(person, CaseAction.DECIDE_OVERRIDE)
    sending.decide_override(scene.session, case, granted=True, by=by(person), at=NOW)


def begin_hold(scene: Scene, person: Person) -> None:
    holds.place(scene.session, scene.case, reason="Juicio laboral.", by=by(person), at=NEXT_WEEK)


def lift_hold(scene: Scene, person: Person) -> None:
    case = scene.acting(person, CaseAction.LIFT_HOLD)
    holds.lift(scene.session, case, reason="El juicio terminó.", by=by(person), at=NOW)


def begin_proof(scene: Scene, person: Person) -> None:
    """See the document of who asks for a copy of a restricted case, once."""
    about = file_case(scene.session, scene.room.site, name=ASKS, confidentiality=Confidentiality.NAMED)
    sort(scene.session, scene.room, about.case, type=CaseType.HARASSMENT)
    ask_later(scene.session, scene.room)
    see_document(scene, person)


def see_document(scene: Scene, person: Person) -> None:
    request = scene.session.scalars(select(DataRequest)).one()
    about = select(Case.reference).where(Case.type == CaseType.HARASSMENT.value)
    prove_by_document(
        scene.session,
        scene.session.get_one(Case, request.case_id),
        request,
        reference=scene.session.scalars(about).one(),
        name=ASKS,
        by=by(person),
        at=LATER,
    )


def open_copy(scene: Scene, person: Person) -> None:
    see_document(scene, person)
    request = scene.session.scalars(select(DataRequest)).one()
    answers.preview(scene.session, scene.session.get_one(Case, request.case_id), request, now=LATER)


def begin_reprisals(scene: Scene, _person: Person) -> None:
    """The handler's case is asked about; nobody is told by text."""
    scene.session.add(
        AfterCheck(
            case_id=scene.case.id,
            kind="retaliation_first",
            round=1,
            ask_at=NEXT_WEEK,
            asked_at=NEXT_WEEK,
            closes_at=NEXT_WEEK + timedelta(days=30),
        )
    )


def note_no_reprisals(scene: Scene, person: Person) -> None:
    asked = scene.session.scalars(select(Complainant).where(Complainant.case_id == scene.case.id)).one()
    after_checks.answer_check(
        scene.session,
        scene.case,
        asked,
        said_yes=False,
        source=Source.WITNESSED,
        channel=Channel.CALL,
        by=by(person),
        at=NOW,
    )


CLOSING, DONE, OTHER_KIND = "cases/second_person.may_close_as_second", "cases/remedies.mark_verified", MadeOtherKind
LESS, PLACED, SECONDED = "cases/second_person.require_somebody_else", holds.PlacedBySame, answers.SecondPersonMissing
ACCOUNT, PROOF = "accounts/operations", "privacy/requests._second"

NEEDED: dict[str, Row] = {
    "closing from severity 3": Row(begin_closing, finish_closing, "coordinator", NeedsSecondPerson, CLOSING),
    "closing what one gave away": Row(given_away, finish_closing, "coordinator", NeedsSecondPerson, CLOSING),
    "closing what one made less serious": Row(made_minor, finish_closing, "coordinator", NeedsSecondPerson, CLOSING),
    "closing what a serious case was joined to": Row(
        serious_merged, finish_closing, "coordinator", NeedsSecondPerson, CLOSING
    ),
    "out of scope from severity 3": Row(serious, find_out_of_scope, "coordinator", NeedsSecondPerson, CLOSING),
    "a withdrawal recorded from severity 3": Row(serious, withdraw, "coordinator", NeedsSecondPerson, CLOSING),
    "setting aside what one made less serious": Row(
        found_minor, set_aside, "second_triager", NeedsSecondPerson, CLOSING
    ),
    "setting aside what is about those who handle": Row(
        about_handlers, set_aside, "second_triager", NeedsSecondPerson, "cases/second_person.require_not_sorter"
    ),
    "a withdrawal of what one made another kind": Row(made_other_kind, withdraw, "second_triager", OTHER_KIND, LESS),
    "a later date, granted": Row(
        begin_extension, grant, "coordinator", delays.CannotGrantToSelf, "cases/delays.grant_extension"
    ),
    "a later date, refused": Row(
        begin_extension, refuse, "coordinator", delays.CannotGrantToSelf, "cases/delays.refuse_extension"
    ),
    "a remedy": Row(begin_remedy, verify_remedy, "coordinator", remedies.SamePerson, DONE),
    "a corrective action done": Row(begin_action, verify_action, "coordinator", remedies.SamePerson, DONE),
    "a corrective action answered for": Row(answer_for_action, verify_action, "coordinator", remedies.SamePerson, DONE),
    "a protective measure": Row(begin_measure, verify_measure, "coordinator", remedies.SamePerson, DONE),
    "an appeal": Row(begin_appeal, review, "reviewer", appeals.NotAReviewer, "cases/appeals.decide_appeal"),
    "a hidden case shown": Row(hidden, lift, "triager", ConflictOfInterest, "cases/triage.lift_hiding"),
    "setting aside what one made another kind": Row(made_other_kind, set_aside, "second_triager", OTHER_KIND, LESS),
    "ending what one made another kind": Row(made_other_kind, find_out_of_scope, "second_triager", OTHER_KIND, LESS),
    "sending on without a yes": Row(
        begin_override, decide_override, "coordinator", sending.SecondPersonNeeded, "referrals/sending.decide_override"
    ),
    "an answer about reprisals": Row(
        begin_reprisals, note_no_reprisals, "triager", after_checks.HandledIt, "cases/after_checks.answer_check"
    ),
    "a legal hold lifted": Row(begin_hold, lift_hold, "coordinator", PLACED, "privacy/holds.lift"),
    "a document as proof": Row(begin_proof, open_copy, "officer", SECONDED, PROOF),
    "a duty granted": Row(nothing, grant_duty, "administrator", operations.CannotGrantToSelf, f"{ACCOUNT}.grant_duty"),
    "a duty taken away": Row(
        nothing, revoke_duty, "administrator", operations.CannotRevokeOwn, f"{ACCOUNT}.revoke_duty"
    ),
    "a second factor reset": Row(
        nothing, reset_factor, "administrator", operations.CannotResetOwn, f"{ACCOUNT}.reset_second_factor"
    ),
    "a place in the organisation": Row(
        nothing, move, "administrator", operations.CannotMoveSelf, f"{ACCOUNT}.move_staff"
    ),
    "an account closed": Row(
        nothing, close_account, "administrator", operations.CannotDeactivateSelf, f"{ACCOUNT}.deactivate"
    ),
}
"""Everything but figures, whose approval is in tests/web/test_figures_approval.py with its authors of every kind."""


def second_of(scene: Scene, row: Row) -> Person:
    duty = {"reviewer": Duty.REVIEWER, "officer": Duty.DATA_PROTECTION}.get(row.second)
    if duty is not None:
        return make_staff(scene.session, name="Rita Otramez", duties={duty: scene.room.site}, with_second_factor=False)
    found: Person = getattr(scene.room, row.second)
    return found


def events(scene: Scene) -> int:
    scene.session.flush()
    return scene.session.execute(
        select(func.count()).select_from(CaseEvent).where(CaseEvent.case_id == scene.case.id)
    ).scalar_one()


@pytest.mark.parametrize("name", NEEDED)
def test_the_same_person_cannot_do_both_with_every_duty_there_is(scene: Scene, name: str) -> None:
    row = NEEDED[name]
    row.begin(scene, scene.first)
    before = events(scene)

    with pytest.raises(row.error):
        row.finish(scene, scene.first)

    assert events(scene) == before


@pytest.mark.parametrize("name", NEEDED)
def test_somebody_else_who_is_charged_with_it_can(scene: Scene, name: str) -> None:
    row = NEEDED[name]
    row.begin(scene, scene.first)

    row.finish(scene, second_of(scene, row))


def test_a_case_made_less_serious_by_another_is_closed_by_its_handler(scene: Scene) -> None:
    answered(scene, scene.first, severity=2)
    for severity in (3, 2):
        triage.classify(
            scene.session,
            scene.case,
            type=CaseType.LABOUR,
            category_id=None,
            severity=severity,
            by=by(scene.room.triager),
            at=NOW,
        )

    finish_closing(scene, scene.first)

    assert scene.case.status == "closed"


def test_a_triager_who_wrote_the_answer_to_a_restricted_case_does_not_close_it(scene: Scene) -> None:
    case = file_case(scene.session, scene.room.site).case
    sort(scene.session, scene.room, case, type=CaseType.HUMAN_RIGHTS, severity=4)
    case.handler_id = None
    author = scene.room.triager
    handling.acknowledge(scene.session, case, words="La leímos.", by=by(author), at=THURSDAY)
    resolution.propose_response(
        scene.session, case, outcome=Outcome.UPHELD, words="Esto haremos.", by=by(author), at=NEXT_WEEK
    )
    accept(scene.session, case)

    with pytest.raises(NeedsSecondPerson):
        resolution.close(scene.session, case, words="Cerramos.", by=by(author), at=NOW)

    resolution.close(scene.session, case, words="Cerramos.", by=by(scene.room.second_triager), at=NOW)


@pytest.mark.parametrize("by_whom", ["the same", "another"])
def test_what_was_filed_as_serious_is_not_closed_by_who_sorted_it_as_minor(session: Session, by_whom: str) -> None:
    room = make_room(session)
    category = session.scalars(select(Category).where(Category.code == "integrity")).one()
    case = file_case(session, room.site, category_id=category.id).case
    sorter = room.triager
    triage.classify(session, case, type=CaseType.INTEGRITY, category_id=None, severity=1, by=by(sorter), at=THURSDAY)
    triage.assign(session, case, room.second_triager.staff_id, by=by(sorter), at=THURSDAY)
    propose(session, room, case)
    accept(session, case)
    closer = sorter if by_whom == "the same" else room.second_triager
    if closer is sorter:
        with pytest.raises(NeedsSecondPerson):
            resolution.close(session, case, words="Cerramos.", by=by(closer), at=NOW)
    else:
        resolution.close(session, case, words="Cerramos.", by=by(closer), at=NOW)
    assert case.is_open is (closer is sorter)


def test_the_page_offers_the_other_doors_of_a_serious_case_to_the_second_person_only(scene: Scene) -> None:
    serious(scene, scene.first)
    doors = {CaseAction.CLOSE, CaseAction.DECLARE_OUT_OF_SCOPE, CaseAction.WITHDRAW, CaseAction.ASK_TO_CLOSE}

    def offered(person: Person) -> set[CaseAction]:
        facts = facts_of(scene.session, scene.case)
        return doors & set(allowed_actions(viewer_of(scene.session, person), facts))

    assert offered(scene.first) == {CaseAction.ASK_TO_CLOSE}
    assert offered(scene.room.coordinator) == {CaseAction.DECLARE_OUT_OF_SCOPE, CaseAction.WITHDRAW}
    assert offered(scene.room.second_handler) == set()


def test_what_concerns_those_who_handle_complaints_is_sorted_before_it_is_set_aside(session: Session) -> None:
    room = make_room(session)
    case = file_case(session, room.site, concerns_handlers=True).case

    with pytest.raises(ClassifyFirst):
        triage.mark_spam(session, case, by=by(room.triager), at=THURSDAY)

    assert not case.is_spam
