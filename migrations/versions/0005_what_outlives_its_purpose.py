"""What outlives its purpose.

Why: codes that work once, opinions that leave their case after 90 days, blocking by person, appeals in the figures.
Risk: SQLite copies the tables whose checks change, the events of cases among them: minutes at a million events.
    PostgreSQL reads them through under a lock. Going back is refused once rows of a kind that is new here were written.
    The way back is the backup.
"""

import sqlalchemy as sa
from alembic import op

from grievance.core.db import UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index(
            "ix_cases_held",
            ["id"],
            unique=False,
            sqlite_where=sa.text("held_at IS NOT NULL"),
            postgresql_where=sa.text("held_at IS NOT NULL"),
        )

    with op.batch_alter_table("complainant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("blocked_at", UTCDateTime(), nullable=True))

    with op.batch_alter_table("proposed_response", schema=None) as batch_op:
        batch_op.add_column(sa.Column("answered_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_proposed_response_answered_by_id_complainant"),
            "complainant",
            ["answered_by_id"],
            ["id"],
            ondelete="RESTRICT",
        )
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
    with op.batch_alter_table("proposed_response", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_proposed_response_answered_by_id_complainant"), type_="foreignkey")
        batch_op.drop_column("answered_by_id")

    with op.batch_alter_table("complainant", schema=None) as batch_op:
        batch_op.drop_column("blocked_at")

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_cases_held",
            sqlite_where=sa.text("held_at IS NOT NULL"),
            postgresql_where=sa.text("held_at IS NOT NULL"),
        )
