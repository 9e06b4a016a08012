"""Handling.

Why: interim notices, escalation, the harassment track, appeals, measures, data rights and a liaison's day.
Risk: SQLite copies the tables whose checks change, the events of cases among them: minutes at a million events.
    PostgreSQL reads them through under a lock. Going back is refused, and changes nothing, once an event, message or duty
    of a kind that is new here was written: events are chained and are not rewritten. The way back is the backup.
"""

import sqlalchemy as sa
from alembic import op

from grievance.core.db import UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "site_standard",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("clock", sa.String(length=40), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("set_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_site_standard_site_id_site"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_standard")),
        sa.UniqueConstraint(
            "site_id", "type", "clock", "valid_from", name=op.f("uq_site_standard_site_id_type_clock_valid_from")
        ),
    )
    op.create_table(
        "reply_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("case_type", sa.String(length=40), nullable=True),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=False),
        sa.Column("written_at", UTCDateTime(), nullable=False),
        sa.Column("removed_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_reply_template_site_id_site"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["staff.id"], name=op.f("fk_reply_template_written_by_id_staff"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_template")),
        sa.UniqueConstraint("public_id", name=op.f("uq_reply_template_public_id")),
    )
    with op.batch_alter_table("reply_template", schema=None) as batch_op:
        batch_op.create_index("ix_reply_template_site", ["site_id", "locale"], unique=False)

    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("query_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_saved_view_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("public_id", name=op.f("uq_saved_view_public_id")),
    )
    with op.batch_alter_table("saved_view", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_saved_view_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "undo_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_undo_step_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undo_step")),
        sa.UniqueConstraint("public_id", name=op.f("uq_undo_step_public_id")),
    )
    with op.batch_alter_table("undo_step", schema=None) as batch_op:
        batch_op.create_index("ix_undo_step_staff", ["staff_id", "made_at"], unique=False)

    op.create_table(
        "after_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("ask_at", UTCDateTime(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=True),
        sa.Column("closes_at", UTCDateTime(), nullable=False),
        sa.Column("outbound_message_id", sa.Integer(), nullable=True),
        sa.Column("said_yes", sa.Boolean(), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=True),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('held', 'retaliation_first', 'retaliation_second')", name=op.f("ck_after_check_kind_known")
        ),
        sa.CheckConstraint(
            "source IS NULL OR source IN ('sms', 'web_code', 'signed_paper', 'witnessed', 'silence')",
            name=op.f("ck_after_check_source_known"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_after_check_case_id_cases"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["outbound_message_id"],
            ["outbound_message.id"],
            name=op.f("fk_after_check_outbound_message_id_outbound_message"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_after_check")),
        sa.UniqueConstraint("case_id", "kind", "round", name=op.f("uq_after_check_case_id_kind_round")),
        sa.UniqueConstraint("public_id", name=op.f("uq_after_check_public_id")),
    )
    with op.batch_alter_table("after_check", schema=None) as batch_op:
        batch_op.create_index("ix_after_check_due", ["asked_at", "ask_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_after_check_outbound_message_id"), ["outbound_message_id"], unique=False)

    op.create_table(
        "case_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("from_case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("linked_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("kind IN ('retaliation')", name=op.f("ck_case_link_kind_known")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_link_case_id_cases"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["from_case_id"], ["cases.id"], name=op.f("fk_case_link_from_case_id_cases"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_link")),
        sa.UniqueConstraint("case_id", "from_case_id", "kind", name=op.f("uq_case_link_case_id_from_case_id_kind")),
    )
    with op.batch_alter_table("case_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_link_from_case_id"), ["from_case_id"], unique=False)

    op.create_table(
        "harassment_track",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("invited_at", UTCDateTime(), nullable=True),
        sa.Column("identified_at", UTCDateTime(), nullable=True),
        sa.Column("none_needed_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("none_needed_at", UTCDateTime(), nullable=True),
        sa.Column("alerted_at", UTCDateTime(), nullable=True),
        sa.Column("about_manager", sa.Boolean(), nullable=True),
        sa.Column("companies_differ", sa.Boolean(), nullable=True),
        sa.Column("route", sa.String(length=40), nullable=True),
        sa.Column("routed_on", sa.Date(), nullable=True),
        sa.Column("informed_on", sa.Date(), nullable=True),
        sa.Column("concluded_on", sa.Date(), nullable=True),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("dt_spoke_on", sa.Date(), nullable=True),
        sa.Column("dt_silent_on", sa.Date(), nullable=True),
        sa.Column("sanctioned_on", sa.Date(), nullable=True),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.CheckConstraint(
            "route IS NULL OR route IN ('internal', 'labour_office')", name=op.f("ck_harassment_track_route_known")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_harassment_track_case_id_cases"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_harassment_track")),
        sa.UniqueConstraint("case_id", name=op.f("uq_harassment_track_case_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_harassment_track_public_id")),
    )
    op.create_table(
        "pause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("started_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_pause_case_id_cases"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["started_by_id"], ["staff.id"], name=op.f("fk_pause_started_by_id_staff"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pause")),
        sa.UniqueConstraint("case_id", name=op.f("uq_pause_case_id")),
    )
    op.create_table(
        "protective_measure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("done_at", UTCDateTime(), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("evidence_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("verified_at", UTCDateTime(), nullable=True),
        sa.Column("verified_by_id", sa.Integer(), nullable=True),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.CheckConstraint(
            "kind IN ('separate_spaces', 'other_shift', 'other_boss', 'remote_work', 'paid_leave', 'support', 'transport', 'no_contact', 'safe_place', 'watch', 'other')",
            name=op.f("ck_protective_measure_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["staff.id"], name=op.f("fk_protective_measure_added_by_id_staff"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_protective_measure_case_id_cases"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["staff.id"], name=op.f("fk_protective_measure_done_by_id_staff"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["staff.id"], name=op.f("fk_protective_measure_owner_id_staff"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["verified_by_id"],
            ["staff.id"],
            name=op.f("fk_protective_measure_verified_by_id_staff"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protective_measure")),
        sa.UniqueConstraint("public_id", name=op.f("uq_protective_measure_public_id")),
    )
    with op.batch_alter_table("protective_measure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_protective_measure_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_protective_measure_to_do", ["done_at", "due_on"], unique=False)

    op.create_table(
        "appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("complainant_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("filed_at", UTCDateTime(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=True),
        sa.Column("acknowledged_at", UTCDateTime(), nullable=True),
        sa.Column("result", sa.String(length=40), nullable=True),
        sa.Column("decision_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.CheckConstraint(
            "result IS NULL OR result IN ('upheld', 'partly_upheld', 'dismissed')", name=op.f("ck_appeal_result_known")
        ),
        sa.CheckConstraint(
            "source IN ('sms', 'web_code', 'signed_paper', 'witnessed', 'silence')", name=op.f("ck_appeal_source_known")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_appeal_case_id_cases"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["complainant_id"],
            ["complainant.id"],
            name=op.f("fk_appeal_complainant_id_complainant"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["staff.id"], name=op.f("fk_appeal_reviewer_id_staff"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("public_id", name=op.f("uq_appeal_public_id")),
    )
    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appeal_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_appeal_reviewer", ["reviewer_id", "decided_at"], unique=False)

    op.create_table(
        "escalation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("clock_id", sa.Integer(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("escalated_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_escalation_case_id_cases"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["clock_id"], ["clock.id"], name=op.f("fk_escalation_clock_id_clock"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation")),
        sa.UniqueConstraint("clock_id", name=op.f("uq_escalation_clock_id")),
    )
    with op.batch_alter_table("escalation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_escalation_case_id"), ["case_id"], unique=False)

    op.create_table(
        "extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("clock_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("new_due_on", sa.Date(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.CheckConstraint(
            "reason IN ('more_to_find_out', 'waiting_for_others', 'takes_time_to_do', 'nobody_free', 'other')",
            name=op.f("ck_extension_reason_known"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["staff.id"], name=op.f("fk_extension_asked_by_id_staff"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_extension_case_id_cases"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["clock_id"], ["clock.id"], name=op.f("fk_extension_clock_id_clock"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["staff.id"], name=op.f("fk_extension_decided_by_id_staff"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
        sa.UniqueConstraint("public_id", name=op.f("uq_extension_public_id")),
    )
    with op.batch_alter_table("extension", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_extension_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_extension_clock_id"), ["clock_id"], unique=False)

    op.create_table(
        "interim_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("clock_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("old_due_on", sa.Date(), nullable=False),
        sa.Column("new_due_on", sa.Date(), nullable=False),
        sa.Column("given_at", UTCDateTime(), nullable=False),
        sa.Column("given_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "reason IN ('more_to_find_out', 'waiting_for_others', 'takes_time_to_do', 'nobody_free', 'other')",
            name=op.f("ck_interim_notice_reason_known"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_interim_notice_case_id_cases"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["clock_id"], ["clock.id"], name=op.f("fk_interim_notice_clock_id_clock"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["given_by_id"], ["staff.id"], name=op.f("fk_interim_notice_given_by_id_staff"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interim_notice")),
    )
    with op.batch_alter_table("interim_notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_interim_notice_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_interim_notice_clock_id"), ["clock_id"], unique=False)

    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("statement_of", sa.String(length=40), nullable=True))

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(sa.Column("has_appeal", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("rung", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("paused_until", UTCDateTime(), nullable=True))
        batch_op.create_index(
            "ix_cases_escalated",
            ["desk_order_at", "id"],
            unique=False,
            sqlite_where=sa.text("rung >= 2"),
            postgresql_where=sa.text("rung >= 2"),
        )
        batch_op.create_index(
            "ix_cases_paused",
            ["desk_order_at", "id"],
            unique=False,
            sqlite_where=sa.text("paused_until IS NOT NULL"),
            postgresql_where=sa.text("paused_until IS NOT NULL"),
        )

    with op.batch_alter_table("clock", schema=None) as batch_op:
        batch_op.add_column(sa.Column("follows_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_clock_follows_id_clock"), "clock", ["follows_id"], ["id"], ondelete="RESTRICT"
        )

    with op.batch_alter_table("corrective_action", schema=None) as batch_op:
        batch_op.add_column(sa.Column("done_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("verified_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("verified_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_corrective_action_verified_by_id_staff"),
            "staff",
            ["verified_by_id"],
            ["id"],
            ondelete="RESTRICT",
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_corrective_action_done_by_id_staff"), "staff", ["done_by_id"], ["id"], ondelete="RESTRICT"
        )

    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shortcuts_off", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("duty_grant", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_duty_grant_duty_known"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_duty_grant_duty_known"),
            "duty IN ('intake', 'handler', 'investigator', 'triager', 'coordinator', 'manager', 'on_call', 'reviewer', 'publisher', 'auditor', 'administrator')",
        )
    with op.batch_alter_table("case_message", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_case_message_kind_known"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_case_message_kind_known"),
            "kind IN ('message', 'acknowledgement', 'response', 'reason', 'closure', 'appeal', 'delay', 'receipt', 'notice')",
        )
    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_case_event_kind_known"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_case_event_kind_known"),
            "kind IN ('received', 'submission_added', 'acknowledged', 'classified', 'restricted', 'unrestricted', 'investigator_named', 'investigator_removed', 'hidden_from', 'shown_to', 'assigned', 'summarised', 'review_started', 'message_to_person', 'message_from_person', 'told', 'note_added', 'file_added', 'response_proposed', 'response_accepted', 'response_rejected', 'response_unanswered', 'remedy_promised', 'remedy_done', 'remedy_verified', 'corrective_action_added', 'corrective_action_done', 'corrective_action_verified', 'measure_added', 'measure_done', 'measure_verified', 'track_step', 'identity_given', 'closed', 'reopened', 'referred', 'withdrawn', 'out_of_scope', 'merged', 'verdict_given', 'survey_asked', 'rated', 'identity_opened', 'contact_added', 'contact_deleted', 'unreachable_by_text', 'reachable_by_text', 'code_issued', 'person_described', 'clock_reminded', 'clock_breached', 'interim_notice_given', 'extension_asked', 'extension_granted', 'extension_refused', 'appealed', 'reviewer_named', 'appeal_acknowledged', 'appeal_decided', 'check_asked', 'check_answered', 'escalated', 'paused', 'resumed', 'marked_spam', 'unmarked_spam')",
        )
    # The defaults were for the rows that are there.
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.alter_column("has_appeal", server_default=None)
        batch_op.alter_column("rung", server_default=None)
    # The defaults were for the rows that are there.
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.alter_column("shortcuts_off", server_default=None)


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("duty_grant", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_duty_grant_duty_known"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_duty_grant_duty_known"),
            "duty IN ('intake', 'handler', 'investigator', 'triager', 'coordinator', 'on_call', 'reviewer', 'publisher', 'auditor', 'administrator')",
        )
    with op.batch_alter_table("case_message", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_case_message_kind_known"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_case_message_kind_known"),
            "kind IN ('message', 'acknowledgement', 'response', 'reason', 'closure', 'receipt', 'notice')",
        )
    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_case_event_kind_known"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_case_event_kind_known"),
            "kind IN ('received', 'submission_added', 'acknowledged', 'classified', 'restricted', 'unrestricted', 'investigator_named', 'investigator_removed', 'hidden_from', 'shown_to', 'assigned', 'summarised', 'review_started', 'message_to_person', 'message_from_person', 'told', 'note_added', 'file_added', 'response_proposed', 'response_accepted', 'response_rejected', 'response_unanswered', 'remedy_promised', 'remedy_done', 'remedy_verified', 'corrective_action_added', 'corrective_action_done', 'closed', 'reopened', 'referred', 'withdrawn', 'out_of_scope', 'merged', 'verdict_given', 'survey_asked', 'rated', 'identity_opened', 'contact_added', 'contact_deleted', 'unreachable_by_text', 'reachable_by_text', 'code_issued', 'person_described', 'clock_reminded', 'clock_breached', 'marked_spam', 'unmarked_spam')",
        )
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.drop_column("shortcuts_off")

    with op.batch_alter_table("corrective_action", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_corrective_action_done_by_id_staff"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_corrective_action_verified_by_id_staff"), type_="foreignkey")
        batch_op.drop_column("verified_by_id")
        batch_op.drop_column("verified_at")
        batch_op.drop_column("done_by_id")

    with op.batch_alter_table("clock", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_clock_follows_id_clock"), type_="foreignkey")
        batch_op.drop_column("follows_id")

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_cases_paused",
            sqlite_where=sa.text("paused_until IS NOT NULL"),
            postgresql_where=sa.text("paused_until IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_cases_escalated", sqlite_where=sa.text("rung >= 2"), postgresql_where=sa.text("rung >= 2")
        )
        batch_op.drop_column("paused_until")
        batch_op.drop_column("rung")
        batch_op.drop_column("has_appeal")

    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_column("statement_of")

    with op.batch_alter_table("interim_notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_interim_notice_clock_id"))
        batch_op.drop_index(batch_op.f("ix_interim_notice_case_id"))

    op.drop_table("interim_notice")
    with op.batch_alter_table("extension", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_extension_clock_id"))
        batch_op.drop_index(batch_op.f("ix_extension_case_id"))

    op.drop_table("extension")
    with op.batch_alter_table("escalation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_escalation_case_id"))

    op.drop_table("escalation")
    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.drop_index("ix_appeal_reviewer")
        batch_op.drop_index(batch_op.f("ix_appeal_case_id"))

    op.drop_table("appeal")
    with op.batch_alter_table("protective_measure", schema=None) as batch_op:
        batch_op.drop_index("ix_protective_measure_to_do")
        batch_op.drop_index(batch_op.f("ix_protective_measure_case_id"))

    op.drop_table("protective_measure")
    op.drop_table("pause")
    op.drop_table("harassment_track")
    with op.batch_alter_table("case_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_link_from_case_id"))

    op.drop_table("case_link")
    with op.batch_alter_table("after_check", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_after_check_outbound_message_id"))
        batch_op.drop_index("ix_after_check_due")

    op.drop_table("after_check")
    with op.batch_alter_table("undo_step", schema=None) as batch_op:
        batch_op.drop_index("ix_undo_step_staff")

    op.drop_table("undo_step")
    with op.batch_alter_table("saved_view", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_saved_view_staff_id"))

    op.drop_table("saved_view")
    with op.batch_alter_table("reply_template", schema=None) as batch_op:
        batch_op.drop_index("ix_reply_template_site")

    op.drop_table("reply_template")
    op.drop_table("site_standard")
