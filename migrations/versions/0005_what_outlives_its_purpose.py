"""What outlives its purpose.

Why: codes that work once, opinions that leave their case after 90 days, blocking by person, appeals in the figures.
Risk: SQLite copies the tables whose checks change, the events of cases among them: minutes at a million events.
    PostgreSQL reads them through under a lock. Going back is refused once rows of a kind that is new here were written.
    The way back is the backup.
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("interim_notice", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_interim_notice_reason_known"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_interim_notice_reason_known"),
            "reason IN ('more_to_find_out', 'waiting_for_others', 'takes_time_to_do', 'nobody_free', 'other', 'set_by_law')",
        )
    with op.batch_alter_table("extension", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_extension_reason_known"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_extension_reason_known"),
            "reason IN ('more_to_find_out', 'waiting_for_others', 'takes_time_to_do', 'nobody_free', 'other', 'set_by_law')",
        )


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("interim_notice", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_interim_notice_reason_known"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_interim_notice_reason_known"),
            "reason IN ('more_to_find_out', 'waiting_for_others', 'takes_time_to_do', 'nobody_free', 'other')",
        )
    with op.batch_alter_table("extension", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_extension_reason_known"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_extension_reason_known"),
            "reason IN ('more_to_find_out', 'waiting_for_others', 'takes_time_to_do', 'nobody_free', 'other')",
        )
