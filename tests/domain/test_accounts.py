"""Staff and duties: who may grant what to whom, and what a viewer then holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts import credentials, operations, queries, sign_in, slowdown
from grievance.accounts.audit import AuditAction
from grievance.accounts.models import AuditEntry, DutyGrant, Staff
from grievance.accounts.permissions import Action, Duty
from grievance.core.db import Database
from grievance.crypto.keyring import KeyRing
from grievance.sites import operations as sites
from grievance.sites.models import Site
from tests.support.keys import PASSWORD_SALT
from tests.support.people import SECRET, stored_secret

AT = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def site(session: Session) -> Site:
    operator = sites.create_operator(session, name="Minera Imaginaria")
    return sites.create_site(session, operator, slug="cerro", name="Cerro Imaginario", sms_name="Cerro")


def member(session: Session, name: str = "Rosa Mamani") -> Staff:
    return operations.create_staff(
        session, name=name, email=f"{name.partition(' ')[0]}@example.org", password_hash="-", by=None, at=AT
    )


def test_an_address_belongs_to_one_person_in_any_letters(session: Session) -> None:
    member(session)

    with pytest.raises(operations.EmailTaken):
        operations.create_staff(session, name="R", email=" ROSA@Example.org ", password_hash="-", by=None, at=AT)

    assert len(session.scalars(select(Staff)).all()) == 1


def test_nobody_grants_a_duty_to_themselves(session: Session, site: Site) -> None:
    rosa = member(session)

    with pytest.raises(operations.CannotGrantToSelf):
        operations.grant_duty(session, staff=rosa, site_id=site.id, duty=Duty.TRIAGER, by=rosa.id, at=AT)


def test_nobody_takes_their_own_duty_away(session: Session, site: Site) -> None:
    rosa = member(session)
    grant = operations.grant_duty(session, staff=rosa, site_id=None, duty=Duty.ADMINISTRATOR, by=None, at=AT)

    with pytest.raises(operations.CannotRevokeOwn):
        operations.revoke_duty(session, grant=grant, by=rosa.id, at=AT)


HELD_EVERYWHERE = {Duty.ADMINISTRATOR, Duty.OUTSIDE_REVIEWER}


@pytest.mark.parametrize("duty", sorted(HELD_EVERYWHERE))
def test_administrators_and_the_operators_outside_reviewer_may_hold_their_duty_everywhere(
    session: Session, duty: Duty
) -> None:
    grant = operations.grant_duty(session, staff=member(session), site_id=None, duty=duty, by=None, at=AT)

    assert grant.site_id is None


@pytest.mark.parametrize("duty", sorted(set(Duty) - HELD_EVERYWHERE))
def test_nobody_else_holds_a_duty_everywhere(session: Session, duty: Duty) -> None:
    with pytest.raises(operations.DutyNeedsSite):
        operations.grant_duty(session, staff=member(session), site_id=None, duty=duty, by=None, at=AT)


def test_a_duty_is_held_once_at_a_site(session: Session, site: Site) -> None:
    rosa = member(session)
    operations.grant_duty(session, staff=rosa, site_id=site.id, duty=Duty.HANDLER, by=None, at=AT)

    with pytest.raises(operations.GrantExists):
        operations.grant_duty(session, staff=rosa, site_id=site.id, duty=Duty.HANDLER, by=None, at=AT)


def test_a_revoked_duty_opens_nothing_and_can_be_given_again(session: Session, site: Site) -> None:
    rosa, boss = member(session), member(session, "Iris Soto")
    grant = operations.grant_duty(session, staff=rosa, site_id=site.id, duty=Duty.HANDLER, by=boss.id, at=AT)

    operations.revoke_duty(session, grant=grant, by=boss.id, at=AT)

    assert not queries.viewer(session, rosa.id).may(Action.SEE_CASES, site.id)
    operations.grant_duty(session, staff=rosa, site_id=site.id, duty=Duty.HANDLER, by=boss.id, at=AT)
    assert queries.viewer(session, rosa.id).may(Action.SEE_CASES, site.id)
    with pytest.raises(operations.AlreadyRevoked):
        operations.revoke_duty(session, grant=grant, by=boss.id, at=AT)


def test_the_viewer_holds_a_duty_at_its_site_only(session: Session, site: Site) -> None:
    rosa = member(session)
    operations.grant_duty(session, staff=rosa, site_id=site.id, duty=Duty.TRIAGER, by=None, at=AT)

    viewer = queries.viewer(session, rosa.id)

    assert viewer.may(Action.TRIAGE, site.id)
    assert not viewer.may(Action.TRIAGE, site.id + 1)
    assert viewer.sites_with(Duty.TRIAGER) == [site.id]


def test_a_closed_account_holds_no_duty_and_its_sessions_end(session: Session, site: Site) -> None:
    rosa, boss = member(session), member(session, "Iris Soto")
    operations.grant_duty(session, staff=rosa, site_id=site.id, duty=Duty.HANDLER, by=boss.id, at=AT)
    opened = sign_in.begin_session(session, rosa, device="Firefox, Linux", at=AT)
    name = rosa.fs_uniquifier

    operations.deactivate(session, staff=rosa, by=boss.id, at=AT)

    assert not queries.viewer(session, rosa.id).at_site
    assert queries.signed_in(session, uniquifier=name, session_public_id=opened.public_id) is None
    with pytest.raises(queries.StaffNotFound):
        queries.member(session, rosa.id)


@pytest.mark.parametrize(
    ("operation", "refusal"),
    [
        (operations.deactivate, operations.CannotDeactivateSelf),
        (operations.reset_second_factor, operations.CannotResetOwn),
    ],
    ids=["deactivate", "reset second factor"],
)
def test_own_account_is_changed_by_somebody_else(session: Session, operation: object, refusal: type[Exception]) -> None:
    rosa = member(session)
    more = {"password_hash": "-"} if operation is operations.reset_second_factor else {}

    with pytest.raises(refusal):
        operation(session, staff=rosa, by=rosa.id, at=AT, **more)  # type: ignore[operator]


def test_beginning_again_voids_password_factor_codes_and_sessions(session: Session) -> None:
    rosa, boss = member(session), member(session, "Iris Soto")
    sign_in.set_second_factor(session, rosa, totp_secret="sealed", at=AT)
    codes = sign_in.new_recovery_codes(session, rosa, at=AT)
    opened = sign_in.begin_session(session, rosa, device="", at=AT)
    name = rosa.fs_uniquifier

    operations.reset_second_factor(session, staff=rosa, password_hash="another", by=boss.id, at=AT)

    assert rosa.password == "another"
    assert rosa.tf_totp_secret is None
    assert not sign_in.holds_recovery_code(session, rosa, codes[0])
    assert queries.signed_in(session, uniquifier=name, session_public_id=opened.public_id) is None


def test_every_change_of_an_account_leaves_a_line(session: Session, site: Site) -> None:
    rosa, boss = member(session), member(session, "Iris Soto")
    grant = operations.grant_duty(session, staff=rosa, site_id=site.id, duty=Duty.HANDLER, by=boss.id, at=AT)
    operations.revoke_duty(session, grant=grant, by=boss.id, at=AT)
    operations.deactivate(session, staff=rosa, by=boss.id, at=AT)
    operations.reactivate(session, staff=rosa, by=boss.id, at=AT)
    operations.reset_second_factor(session, staff=rosa, password_hash="-", by=boss.id, at=AT)

    lines = session.scalars(
        select(AuditEntry).where(AuditEntry.subject == rosa.public_id).order_by(AuditEntry.seq)
    ).all()

    assert [line.action for line in lines] == [
        AuditAction.STAFF_CREATED,
        AuditAction.DUTY_GRANTED,
        AuditAction.DUTY_REVOKED,
        AuditAction.STAFF_DEACTIVATED,
        AuditAction.STAFF_REACTIVATED,
        AuditAction.SECOND_FACTOR_RESET,
    ]
    assert {line.actor_id for line in lines[1:]} == {boss.id}
    assert lines[1].codes == {"duty": "handler"}
    assert lines[1].site_id == site.id


def test_a_recovery_code_is_struck_out(session: Session) -> None:
    rosa = member(session)
    codes = sign_in.new_recovery_codes(session, rosa, at=AT)

    left = sign_in.use_recovery_code(session, rosa, codes[0], at=AT)

    assert left == 9
    assert not sign_in.holds_recovery_code(session, rosa, codes[0])
    assert sign_in.holds_recovery_code(session, rosa, codes[1])


def test_a_recovery_code_of_another_person_is_none(session: Session) -> None:
    rosa, iris = member(session), member(session, "Iris Soto")
    codes = sign_in.new_recovery_codes(session, rosa, at=AT)
    sign_in.new_recovery_codes(session, iris, at=AT)

    assert not sign_in.holds_recovery_code(session, iris, codes[0])


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 0), (2, 0), (3, 5), (4, 10), (5, 20), (6, 40), (7, 60), (1000, 60)]
)
def test_the_wait_grows_to_a_minute_and_no_further(failures: int, seconds: int) -> None:
    assert slowdown.wait_seconds(failures) == seconds


def test_failures_are_forgotten_after_an_hour() -> None:
    assert slowdown.failures_after(9, AT, AT + timedelta(minutes=60)) == 10
    assert slowdown.failures_after(9, AT, AT + timedelta(minutes=61)) == 1


def test_a_try_that_comes_too_soon_does_not_lengthen_the_wait(session: Session) -> None:
    rosa = member(session)
    rosa.tf_totp_secret = "set up"
    for _ in range(3):
        sign_in.note_try(session, rosa, is_right=False, is_known_device=False, at=AT)

    too_soon = sign_in.note_try(session, rosa, is_right=True, is_known_device=False, at=AT + timedelta(seconds=4))

    assert not too_soon
    assert rosa.failed_count == 3
    assert sign_in.note_try(session, rosa, is_right=True, is_known_device=False, at=AT + timedelta(seconds=5))


def test_duties_granted_at_the_same_time_stay_single(database: Database) -> None:
    with database.begin() as session:
        operator = sites.create_operator(session, name="Minera Imaginaria")
        site_id = sites.create_site(session, operator, slug="cerro", name="Cerro", sms_name="Cerro").id
        rosa_id = member(session).id
    refused: list[type[Exception]] = []

    def grant() -> None:
        try:
            with database.begin() as session:
                rosa = session.get_one(Staff, rosa_id)
                operations.grant_duty(session, staff=rosa, site_id=site_id, duty=Duty.HANDLER, by=None, at=AT)
        except operations.GrantExists as error:
            refused.append(type(error))

    threads = [Thread(target=grant) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.read() as session:
        assert len(session.scalars(select(DutyGrant)).all()) == 1
    assert len(refused) == 3


def test_generated_passwords_pass_our_own_rules() -> None:
    first, second = credentials.new_password(), credentials.new_password()

    credentials.check_password(first, email="rosa@example.org")

    assert first != second


def test_a_password_hash_is_argon2_with_its_own_salt() -> None:
    first, second = (credentials.hash_password("una clave larga", salt=PASSWORD_SALT) for _ in range(2))

    assert first.startswith("$argon2id$")
    assert first != second


def test_a_second_factor_is_stored_sealed_and_read_back(keys: KeyRing) -> None:
    wallet = credentials.totp_wallet(keys)
    stored = stored_secret(wallet)

    assert SECRET[:16] not in stored
    assert credentials.plain_secret(wallet, stored) == SECRET
    assert len(stored) <= 255


def test_codes_are_those_of_rfc_6238() -> None:
    # RFC 6238, appendix B (2011): the SHA-1 key "12345678901234567890", last six of the eight digits.
    key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

    assert credentials.code_at(key, datetime.fromtimestamp(59, UTC)) == "287082"
    assert credentials.code_at(key, datetime.fromtimestamp(1111111109, UTC)) == "081804"
    assert credentials.code_at(key, datetime.fromtimestamp(2000000000, UTC)) == "279037"
