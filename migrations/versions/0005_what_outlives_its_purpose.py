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
    op.create_table(
        "opinion_tally",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.String(length=6), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_opinion_tally_site_id_site"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_tally")),
        sa.UniqueConstraint(
            "site_id", "quarter", "question", "rating", name=op.f("uq_opinion_tally_site_id_quarter_question_rating")
        ),
    )
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

    with op.batch_alter_table("joined_answer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unlinked_at", UTCDateTime(), nullable=True))

    with op.batch_alter_table("proposed_response", schema=None) as batch_op:
        batch_op.add_column(sa.Column("answered_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_proposed_response_answered_by_id_complainant"),
            "complainant",
            ["answered_by_id"],
            ["id"],
            ondelete="RESTRICT",
        )

    with op.batch_alter_table("survey", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ratings_sealed", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("unlinked_at", UTCDateTime(), nullable=True))

    with op.batch_alter_table("word_digest", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_only_ours", sa.Boolean(), nullable=False, server_default=sa.false()))
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
    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_case_event_kind_known"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_case_event_kind_known"),
            "kind IN ('received', 'submission_added', 'submission_removed', 'join_code', 'joined_answered', 'read_back', 'acknowledged', 'classified', 'restricted', 'unrestricted', 'investigator_named', 'investigator_removed', 'hidden_from', 'shown_to', 'assigned', 'owner_changed', 'summarised', 'review_started', 'message_to_person', 'status_message', 'message_from_person', 'told', 'note_added', 'file_added', 'response_proposed', 'response_accepted', 'response_rejected', 'response_unanswered', 'remedy_promised', 'remedy_done', 'remedy_verified', 'corrective_action_added', 'corrective_action_done', 'corrective_action_verified', 'measure_added', 'measure_done', 'measure_verified', 'track_step', 'data_step', 'referral_step', 'identity_given', 'closed', 'reopened', 'referred', 'withdrawn', 'out_of_scope', 'merged', 'verdict_given', 'survey_asked', 'rated', 'opinion_left', 'identity_opened', 'contact_added', 'contact_deleted', 'unreachable_by_text', 'reachable_by_text', 'code_issued', 'person_described', 'clock_reminded', 'clock_breached', 'interim_notice_given', 'extension_asked', 'extension_granted', 'extension_refused', 'appealed', 'reviewer_named', 'appeal_acknowledged', 'appeal_decided', 'check_asked', 'check_answered', 'escalated', 'paused', 'resumed', 'marked_spam', 'unmarked_spam', 'import_undone', 'erased')",
        )
    # The defaults were for the rows that are there.
    with op.batch_alter_table("word_digest", schema=None) as batch_op:
        batch_op.alter_column("is_only_ours", server_default=None)


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
    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_case_event_kind_known"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_case_event_kind_known"),
            "kind IN ('received', 'submission_added', 'submission_removed', 'join_code', 'joined_answered', 'read_back', 'acknowledged', 'classified', 'restricted', 'unrestricted', 'investigator_named', 'investigator_removed', 'hidden_from', 'shown_to', 'assigned', 'owner_changed', 'summarised', 'review_started', 'message_to_person', 'status_message', 'message_from_person', 'told', 'note_added', 'file_added', 'response_proposed', 'response_accepted', 'response_rejected', 'response_unanswered', 'remedy_promised', 'remedy_done', 'remedy_verified', 'corrective_action_added', 'corrective_action_done', 'corrective_action_verified', 'measure_added', 'measure_done', 'measure_verified', 'track_step', 'data_step', 'referral_step', 'identity_given', 'closed', 'reopened', 'referred', 'withdrawn', 'out_of_scope', 'merged', 'verdict_given', 'survey_asked', 'rated', 'identity_opened', 'contact_added', 'contact_deleted', 'unreachable_by_text', 'reachable_by_text', 'code_issued', 'person_described', 'clock_reminded', 'clock_breached', 'interim_notice_given', 'extension_asked', 'extension_granted', 'extension_refused', 'appealed', 'reviewer_named', 'appeal_acknowledged', 'appeal_decided', 'check_asked', 'check_answered', 'escalated', 'paused', 'resumed', 'marked_spam', 'unmarked_spam', 'import_undone', 'erased')",
        )
    with op.batch_alter_table("word_digest", schema=None) as batch_op:
        batch_op.drop_column("is_only_ours")

    with op.batch_alter_table("survey", schema=None) as batch_op:
        batch_op.drop_column("unlinked_at")
        batch_op.drop_column("ratings_sealed")

    with op.batch_alter_table("proposed_response", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_proposed_response_answered_by_id_complainant"), type_="foreignkey")
        batch_op.drop_column("answered_by_id")

    with op.batch_alter_table("joined_answer", schema=None) as batch_op:
        batch_op.drop_column("unlinked_at")

    with op.batch_alter_table("complainant", schema=None) as batch_op:
        batch_op.drop_column("blocked_at")

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_cases_held",
            sqlite_where=sa.text("held_at IS NOT NULL"),
            postgresql_where=sa.text("held_at IS NOT NULL"),
        )

    op.drop_table("opinion_tally")
