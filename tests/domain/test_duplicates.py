"""Cases that look alike, and others that point at the same person: told to who may see, and to nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from grievance.accounts.permissions import Duty, Viewer
from grievance.cases import corroboration, handling, triage
from grievance.cases.corroboration import Corroboration
from grievance.cases.filing_record import NotTheSame, RespondentName
from grievance.cases.intake import Filed
from grievance.cases.models import Case, HiddenFrom
from grievance.cases.queries import CaseNotFound
from grievance.cases.triage import RespondentSaid
from grievance.deadlines.standards import CaseType
from grievance.desk import duplicates, search
from grievance.desk.duplicates import Lookalike
from grievance.sites.models import Area, Category
from grievance.sites.operations import create_operator
from tests.support.casework import THURSDAY, Room, by, make_room, sort, viewer_of
from tests.support.people import Person, make_staff
from tests.support.places import WEDNESDAY, file_case

WORDS = "Los camiones levantan polvo frente a la escuela de la quebrada"
ALIKE = "Mucho polvo de camiones en la escuela, la quebrada entera"
UNLIKE = "No me pagaron las horas extra de agosto"
SOTO = RespondentSaid(description="Señor Imaginario Soto")


def made(session: Session, room: Room, words: str = WORDS, *, days: int = 0, **facts: Any) -> Filed:
    filed = file_case(session, room.site, words=words, at=WEDNESDAY - timedelta(days=days))
    sort(session, room, filed.case, type=CaseType.ENVIRONMENT, at=THURSDAY, **facts)
    search.index_case(session, filed.case, at=THURSDAY)
    return filed


def found(session: Session, room: Room, filed: Filed, person: Person | None = None) -> tuple[Lookalike, ...]:
    viewer = viewer_of(session, person or room.coordinator)
    return duplicates.lookalikes(session, viewer, filed.case.id, time_zone=room.site.time_zone)


def test_a_case_with_the_same_words_is_found_with_the_reason(session: Session, room: Room) -> None:
    area = session.scalars(select(Area.id).where(Area.site_id == room.site.id)).first()
    here, there = made(session, room, area_id=area), made(session, room, ALIKE, days=3, area_id=area)
    made(session, room, UNLIKE)

    (one,) = found(session, room, here)

    assert one.reference == there.case.reference
    assert (one.same_area, one.days_apart) == (True, 3)
    assert one.shared_words == len({"camiones", "polvo", "escuela", "quebrada"})


def test_the_likest_stands_first(session: Session, room: Room) -> None:
    category = session.scalars(select(Category.id)).first()
    here = made(session, room)
    far = made(session, room, ALIKE, days=20)
    near = made(session, room, WORDS, days=1)
    here.case.category_id = near.case.category_id = category

    assert [one.reference for one in found(session, room, here)] == [near.case.reference, far.case.reference]


def test_cases_too_far_apart_elsewhere_or_ended_are_not_compared(session: Session, room: Room) -> None:
    here = made(session, room)
    made(session, room, days=40)
    elsewhere = make_room(session, slug="puerto-imaginario", line=None)
    made(session, elsewhere)
    spam = made(session, room)
    spam.case.is_spam = True

    assert found(session, room, here) == ()


def test_only_what_the_viewer_may_see_is_suggested(session: Session, room: Room) -> None:
    here = made(session, room)
    other = made(session, room, ALIKE, handler=room.second_handler)
    restricted = made(session, room, ALIKE)
    triage.restrict(session, restricted.case, by=by(room.triager), at=THURSDAY)

    assert found(session, room, here, room.handler) == ()
    assert [one.reference for one in found(session, room, here)] == [other.case.reference]
    seen_by_triager = {one.reference for one in found(session, room, here, room.triager)}
    assert seen_by_triager == {other.case.reference}, "joined to this one, its words would be shown to more people"


def test_what_is_not_the_same_is_not_suggested_again_either_way(session: Session, room: Room) -> None:
    here, other = made(session, room), made(session, room, ALIKE)
    viewer = viewer_of(session, room.coordinator)

    for _ in range(2):
        duplicates.dismiss(session, viewer, here.case, other.case.reference, at=THURSDAY)

    assert found(session, room, here) == found(session, room, other) == ()
    assert len(session.scalars(select(NotTheSame.id)).all()) == 1


def test_dismissing_a_case_out_of_sight_is_like_dismissing_none(session: Session, room: Room) -> None:
    here, other = made(session, room), made(session, room, ALIKE, handler=room.second_handler)

    for reference in (other.case.reference, "7K3Q-9F2M", "", here.case.reference):
        with pytest.raises(CaseNotFound):
            duplicates.dismiss(session, viewer_of(session, room.handler), here.case, reference, at=THURSDAY)


def test_the_search_costs_the_same_however_many_cases_there_are(session: Session, room: Room) -> None:
    here = made(session, room)
    counts = []
    for more in (2, 12):
        for _ in range(more):
            made(session, room, ALIKE)
        session.flush()
        session.expire_all()
        reading = _statements(session, lambda: viewer_of(session, room.coordinator))
        counts.append(_statements(session, lambda: found(session, room, here)) - reading)

    assert counts[0] == counts[1] <= 5


def _statements(session: Session, read: Callable[[], object]) -> int:
    """Count the statements that reading something takes."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    engine = session.connection().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        read()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(sent)


def pointing(session: Session, room: Room, *respondents: RespondentSaid, type: CaseType = CaseType.LABOUR) -> Filed:  # noqa: A002  # the field's own word
    filed = file_case(session, room.site)
    sort(session, room, filed.case, type=type, at=THURSDAY, respondents=respondents)
    return filed


def hint(session: Session, room: Room, filed: Filed, person: Person) -> Corroboration | None:
    viewer = viewer_of(session, person)
    return corroboration.corroboration(session, viewer, filed.case.id, site_id=room.site.id)


def test_who_may_see_both_reads_which_case_points_at_the_same_person(session: Session, room: Room) -> None:
    here = pointing(session, room, SOTO)
    other = pointing(session, room, RespondentSaid(description="  señor imaginario SOTO."))

    assert hint(session, room, here, room.coordinator) == Corroboration((other.case.reference,))


def test_the_same_staff_member_is_the_same_person(session: Session, room: Room) -> None:
    accused = make_staff(session, name="Nadie Imaginario", duties={Duty.PUBLISHER: room.site}, with_second_factor=False)
    here = pointing(session, room, RespondentSaid(staff_id=accused.staff_id))
    pointing(session, room, RespondentSaid(staff_id=accused.staff_id))

    assert hint(session, room, here, room.coordinator) is not None


def test_a_handler_learns_nothing_of_a_case_out_of_sight(session: Session, room: Room) -> None:
    here = pointing(session, room, SOTO)
    pointing(session, room, SOTO, type=CaseType.HARASSMENT)

    assert hint(session, room, here, room.handler) is None
    assert hint(session, room, here, room.coordinator) is None


def test_a_triager_learns_that_there_is_one_elsewhere_and_no_more(session: Session, room: Room) -> None:
    elsewhere = make_room(session, slug="puerto-imaginario", line=None)
    both = make_staff(
        session,
        name="Nadie Inventada",
        duties={Duty.TRIAGER: room.site, Duty.HANDLER: elsewhere.site},
        with_second_factor=False,
    )
    here = pointing(session, room, SOTO)
    for _ in range(3):
        pointing(session, elsewhere, SOTO)

    assert hint(session, room, here, both) == Corroboration(())
    assert hint(session, room, here, room.handler) is None
    assert hint(session, room, here, room.coordinator) is None


def test_a_triager_learns_nothing_of_a_site_without_a_duty_there(session: Session, room: Room) -> None:
    elsewhere = make_room(session, slug="puerto-imaginario", line=None)
    here = pointing(session, room, SOTO)
    pointing(session, elsewhere, SOTO)

    assert hint(session, room, here, room.triager) is None


def test_whoever_triages_everywhere_learns_nothing_of_another_operator(session: Session, room: Room) -> None:
    elsewhere = make_room(session, slug="puerto-imaginario", line=None)
    here = pointing(session, room, SOTO)
    other = pointing(session, elsewhere, SOTO)
    viewer = Viewer(room.triager.staff_id, everywhere=frozenset({Duty.TRIAGER}))
    other.case.is_restricted = True

    def found() -> Corroboration | None:
        session.flush()
        return corroboration.corroboration(session, viewer, here.case.id, site_id=room.site.id)

    assert found() is not None
    elsewhere.site.operator_id = create_operator(session, name="Otra Minera Imaginaria").id

    assert found() is None


@pytest.mark.parametrize("fact", ["blocked_at", "erased_at"])
def test_what_is_blocked_or_erased_points_at_nobody(session: Session, room: Room, fact: str) -> None:
    here, other = pointing(session, room, SOTO), pointing(session, room, SOTO)
    assert hint(session, room, here, room.triager) is not None

    setattr(other.case, fact, THURSDAY)
    session.flush()

    assert hint(session, room, here, room.triager) is None


def test_a_case_hidden_from_the_triager_is_not_even_hinted_at(session: Session, room: Room) -> None:
    here, other = pointing(session, room, SOTO), pointing(session, room, SOTO)
    session.add(
        HiddenFrom(case_id=other.case.id, staff_id=room.triager.staff_id, reason="named_in_words", since_at=THURSDAY)
    )
    session.flush()

    assert hint(session, room, here, room.triager) is None


def test_one_word_is_no_name_and_nothing_readable_is_kept(session: Session, room: Room) -> None:
    here = pointing(session, room, RespondentSaid(description="Jefe"))
    pointing(session, room, RespondentSaid(description="Jefe"))
    pointing(session, room, SOTO)

    assert hint(session, room, here, room.triager) is None
    (kept,) = session.scalars(select(RespondentName.name_digest))
    assert b"soto" not in kept


def test_sorted_again_without_the_person_the_hint_is_gone(session: Session, room: Room) -> None:
    here, other = pointing(session, room, SOTO), pointing(session, room, SOTO)

    sort(session, room, other.case, at=THURSDAY)

    assert hint(session, room, here, room.triager) is None


def test_what_we_answered_makes_no_two_cases_alike(session: Session, room: Room) -> None:
    here, there = made(session, room), made(session, room, UNLIKE, days=1)
    boilerplate = "Gracias por escribirnos, revisaremos los antecedentes con la contratista y le responderemos"
    for filed in (here, there):
        handling.send_message(session, filed.case, words=boilerplate, by=by(room.handler), at=THURSDAY)
        search.index_case(session, filed.case, at=THURSDAY)

    assert found(session, room, here) == ()
    both = session.scalars(select(Case.id).where(search.sought(session, "antecedentes contratista").condition)).all()
    assert sorted(both) == [here.case.id, there.case.id]


def test_the_same_in_another_language_is_suggested_within_a_day(session: Session, room: Room) -> None:
    category, other = session.scalars(select(Category.id).limit(2)).all()
    here = made(session, room)
    there = made(session, room, "Dust from the trucks in front of the school", days=1)
    later = made(session, room, "Dust from the trucks every day", days=4)
    apart = made(session, room, "Dust from the trucks")
    for filed in (there, later, apart):
        filed.case.locale, filed.case.category_id = "en", category
    here.case.category_id, apart.case.category_id = category, other

    assert [one.reference for one in found(session, room, here)] == [there.case.reference]


def test_the_nearest_in_time_are_compared(session: Session, room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "CANDIDATES", 2)
    topics = ["polvo camiones escuela", "agua turbia canal", "turno noche bus", "comedor frio campamento"]
    here = made(session, room, " ".join(topics), days=10)
    near = [made(session, room, words, days=days) for words, days in zip(topics, (12, 11, 9, 8), strict=True)]
    made(session, room, topics[0])
    made(session, room, topics[1], days=20)

    assert {one.reference for one in found(session, room, here)} == {filed.case.reference for filed in near}
