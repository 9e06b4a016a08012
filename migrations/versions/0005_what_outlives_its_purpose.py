"""What outlives its purpose.

Why: slips with a code that works once; opinions that leave their case after 90 days; blocking, checks and answers by person;
    questions armed when their text goes out; the companies of a harassment case; breaches found late; words of our own apart.
Risk: SQLite copies the tables whose checks change, the events of cases among them: minutes at a million events.
    PostgreSQL reads them through under a lock. Going back is refused, and changes
    nothing, once an event or a reason of a kind that is new here was written. Otherwise it drops the new tables and
    columns with what is in them: objections to being asked, slips not used yet, the companies of a harassment case, ratings counted, and who is
    blocked in a case of several people, whose words stay covered. The way back is the backup.
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
    op.create_table(
        "slip_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("page_key_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("code_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("code_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("exchanged_at", UTCDateTime(), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("ending", sa.String(length=40), nullable=True),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.CheckConstraint(
            "ending IS NULL OR ending IN ('saved', 'replaced', 'lapsed')", name=op.f("ck_slip_code_ending_known")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_slip_code_case_id_cases"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["staff.id"], name=op.f("fk_slip_code_made_by_id_staff"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip_code")),
        sa.UniqueConstraint("code_digest", name=op.f("uq_slip_code_code_digest")),
        sa.UniqueConstraint("page_key_digest", name=op.f("uq_slip_code_page_key_digest")),
        sa.UniqueConstraint("public_id", name=op.f("uq_slip_code_public_id")),
    )
    with op.batch_alter_table("slip_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_slip_code_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "ix_slip_code_shown",
            ["made_at"],
            unique=False,
            sqlite_where=sa.text("code_sealed IS NOT NULL"),
            postgresql_where=sa.text("code_sealed IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_slip_code_until",
            ["expires_at"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index(
            "uq_slip_code_open",
            ["case_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    with op.batch_alter_table("after_check", schema=None) as batch_op:
        batch_op.add_column(sa.Column("complainant_id", sa.Integer(), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_after_check_case_id_kind_round"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_after_check_case_id_kind_round_complainant_id"),
            ["case_id", "kind", "round", "complainant_id"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_after_check_complainant_id_complainant"),
            "complainant",
            ["complainant_id"],
            ["id"],
            ondelete="RESTRICT",
        )

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index(
            "ix_cases_held",
            ["id"],
            unique=False,
            sqlite_where=sa.text("held_at IS NOT NULL"),
            postgresql_where=sa.text("held_at IS NOT NULL"),
        )

    with op.batch_alter_table("clock", schema=None) as batch_op:
        batch_op.add_column(sa.Column("late", sa.String(length=40), nullable=True))
        batch_op.create_index(batch_op.f("ix_clock_late"), ["late"], unique=False)

    with op.batch_alter_table("complainant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("blocked_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("asked_no_more_at", UTCDateTime(), nullable=True))

    with op.batch_alter_table("harassment_track", schema=None) as batch_op:
        batch_op.add_column(sa.Column("principal_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("contractor_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("informed_by", sa.String(length=40), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_harassment_track_contractor_id_company"),
            "company",
            ["contractor_id"],
            ["id"],
            ondelete="RESTRICT",
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_harassment_track_principal_id_company"),
            "company",
            ["principal_id"],
            ["id"],
            ondelete="RESTRICT",
        )

    with op.batch_alter_table("joined_answer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unlinked_at", UTCDateTime(), nullable=True))

    with op.batch_alter_table("outbound_message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("asks", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("asks_until", UTCDateTime(), nullable=True))

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
        batch_op.add_column(sa.Column("complainant_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("ratings_sealed", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("unlinked_at", UTCDateTime(), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_survey_case_id_kind_round"), type_="unique")
        batch_op.create_index(batch_op.f("ix_survey_complainant_id"), ["complainant_id"], unique=False)
        batch_op.create_unique_constraint(
            batch_op.f("uq_survey_case_id_kind_round_complainant_id"), ["case_id", "kind", "round", "complainant_id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_survey_complainant_id_complainant"),
            "complainant",
            ["complainant_id"],
            ["id"],
            ondelete="RESTRICT",
        )

    with op.batch_alter_table("thread", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pending_offer", sa.String(length=40), nullable=True))

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
            "kind IN ('received', 'submission_added', 'submission_removed', 'join_code', 'joined_answered', 'read_back', 'acknowledged', 'classified', 'restricted', 'unrestricted', 'investigator_named', 'investigator_removed', 'hidden_from', 'shown_to', 'assigned', 'owner_changed', 'summarised', 'review_started', 'message_to_person', 'status_message', 'message_from_person', 'told', 'note_added', 'file_added', 'response_proposed', 'response_accepted', 'response_rejected', 'response_unanswered', 'remedy_promised', 'remedy_done', 'remedy_verified', 'corrective_action_added', 'corrective_action_done', 'corrective_action_verified', 'measure_added', 'measure_done', 'measure_verified', 'track_step', 'data_step', 'referral_step', 'identity_given', 'closed', 'reopened', 'referred', 'withdrawn', 'out_of_scope', 'merged', 'verdict_given', 'survey_asked', 'rated', 'opinion_left', 'identity_opened', 'contact_added', 'contact_deleted', 'unreachable_by_text', 'reachable_by_text', 'code_issued', 'slip_code', 'person_described', 'clock_reminded', 'clock_breached', 'interim_notice_given', 'extension_asked', 'extension_granted', 'extension_refused', 'appealed', 'reviewer_named', 'appeal_acknowledged', 'appeal_decided', 'check_asked', 'check_answered', 'escalated', 'paused', 'resumed', 'marked_spam', 'unmarked_spam', 'import_undone', 'erased')",
        )
    with op.batch_alter_table("harassment_track", schema=None) as batch_op:
        batch_op.create_check_constraint(
            batch_op.f("ck_harassment_track_informed_by_known"),
            "informed_by IS NULL OR informed_by IN ('principal', 'contractor')",
        )
    # The defaults were for the rows that are there.
    with op.batch_alter_table("word_digest", schema=None) as batch_op:
        batch_op.alter_column("is_only_ours", server_default=None)
    _block_by_person()
    _object_by_person()


def _block_by_person() -> None:
    """Whose words are covered is blocked as a person from now on; a case as a whole only where everybody in it is."""
    cover = {"sqlite": "x'00626c6f636b656400'", "postgresql": r"'\x00626c6f636b656400'::bytea"}[
        op.get_bind().dialect.name
    ]
    op.execute(
        f"""
        UPDATE complainant SET blocked_at = COALESCE(
            (SELECT cases.blocked_at FROM cases WHERE cases.id = complainant.case_id),
            (SELECT MAX(data_request.opened_at) FROM data_request
                JOIN data_request_person ON data_request_person.request_id = data_request.id
                WHERE data_request_person.complainant_id = complainant.id AND data_request.asks_blocking))
        WHERE EXISTS (SELECT 1 FROM submission
            WHERE submission.complainant_id = complainant.id AND substr(submission.words_sealed, 1, 9) = {cover})
        """
    )
    op.execute(
        """
        UPDATE cases SET blocked_at = NULL WHERE blocked_at IS NOT NULL AND EXISTS (
            SELECT 1 FROM complainant WHERE complainant.case_id = cases.id
                AND complainant.blocked_at IS NULL AND complainant.erased_at IS NULL)
        """
    )


def _object_by_person() -> None:
    """Whoever objected to being asked is asked nothing as a person from now on; until now the case as a whole was."""
    op.execute(
        "UPDATE complainant SET asked_no_more_at ="
        " (SELECT cases.asked_no_more_at FROM cases WHERE cases.id = complainant.case_id)"
    )
    op.drop_column("cases", "asked_no_more_at")


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
    with op.batch_alter_table("harassment_track", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_harassment_track_informed_by_known"), type_="check")
    with op.batch_alter_table("word_digest", schema=None) as batch_op:
        batch_op.drop_column("is_only_ours")

    with op.batch_alter_table("thread", schema=None) as batch_op:
        batch_op.drop_column("pending_offer")

    with op.batch_alter_table("survey", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_survey_complainant_id_complainant"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_survey_case_id_kind_round_complainant_id"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_survey_complainant_id"))
        batch_op.create_unique_constraint(batch_op.f("uq_survey_case_id_kind_round"), ["case_id", "kind", "round"])
        batch_op.drop_column("unlinked_at")
        batch_op.drop_column("ratings_sealed")
        batch_op.drop_column("complainant_id")

    with op.batch_alter_table("proposed_response", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_proposed_response_answered_by_id_complainant"), type_="foreignkey")
        batch_op.drop_column("answered_by_id")

    with op.batch_alter_table("outbound_message", schema=None) as batch_op:
        batch_op.drop_column("asks_until")
        batch_op.drop_column("asks")

    with op.batch_alter_table("joined_answer", schema=None) as batch_op:
        batch_op.drop_column("unlinked_at")

    with op.batch_alter_table("harassment_track", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_harassment_track_principal_id_company"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_harassment_track_contractor_id_company"), type_="foreignkey")
        batch_op.drop_column("informed_by")
        batch_op.drop_column("contractor_id")
        batch_op.drop_column("principal_id")

    with op.batch_alter_table("complainant", schema=None) as batch_op:
        batch_op.drop_column("asked_no_more_at")
        batch_op.drop_column("blocked_at")

    with op.batch_alter_table("clock", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_clock_late"))
        batch_op.drop_column("late")

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(sa.Column("asked_no_more_at", UTCDateTime(), nullable=True))
        batch_op.drop_index(
            "ix_cases_held",
            sqlite_where=sa.text("held_at IS NOT NULL"),
            postgresql_where=sa.text("held_at IS NOT NULL"),
        )

    with op.batch_alter_table("after_check", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_after_check_complainant_id_complainant"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_after_check_case_id_kind_round_complainant_id"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_after_check_case_id_kind_round"), ["case_id", "kind", "round"])
        batch_op.drop_column("complainant_id")

    with op.batch_alter_table("slip_code", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_slip_code_open", sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL")
        )
        batch_op.drop_index(
            "ix_slip_code_until", sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL")
        )
        batch_op.drop_index(
            "ix_slip_code_shown",
            sqlite_where=sa.text("code_sealed IS NOT NULL"),
            postgresql_where=sa.text("code_sealed IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_slip_code_case_id"))

    op.drop_table("slip_code")
    op.drop_table("opinion_tally")
