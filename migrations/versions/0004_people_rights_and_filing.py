"""People rights and filing.

Why: hand-over, absences and the rota; sending on to outside bodies; proof of filing; cases of several people; e-mail;
    retention, requests about personal data and the register of breaches; mappings of lists; checks of the record.
Risk: SQLite copies the tables whose checks change, the events of cases among them: minutes at a million events.
    PostgreSQL reads them through under a lock. Going back is refused, and changes nothing, once an event, duty, way of
    contact or state of an import of a kind that is new here was written. Otherwise it drops the new tables with what is
    in them. The way back is the backup.
"""

import sqlalchemy as sa
from alembic import op

from grievance.core.db import UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "outbound_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(length=22), nullable=False),
        sa.Column("mail_name", sa.String(length=40), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("not_before", UTCDateTime(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("claimed_at", UTCDateTime(), nullable=True),
        sa.Column("claimed_by", sa.String(length=40), nullable=True),
        sa.Column("is_repeat", sa.Boolean(), nullable=False),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.Column("error_code", sa.String(length=40), nullable=True),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.CheckConstraint(
            "state IN ('queued', 'claimed', 'sent', 'given_up', 'held')", name=op.f("ck_outbound_mail_state_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbound_mail")),
        sa.UniqueConstraint("public_id", name=op.f("uq_outbound_mail_public_id")),
    )
    with op.batch_alter_table("outbound_mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbound_mail_recipient"), ["recipient"], unique=False)
        batch_op.create_index("ix_outbound_mail_waiting", ["state", "not_before", "id"], unique=False)

    op.create_table(
        "breach_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("breach", sa.String(length=22), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.Column("happened_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("people_count", sa.Integer(), nullable=True),
        sa.Column("risk", sa.String(length=40), nullable=False),
        sa.Column("measures_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("agency", sa.String(length=40), nullable=False),
        sa.Column("agency_on", sa.Date(), nullable=True),
        sa.Column("people", sa.String(length=40), nullable=False),
        sa.Column("people_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.CheckConstraint("agency IN ('undecided', 'told', 'not_needed')", name=op.f("ck_breach_entry_agency_known")),
        sa.CheckConstraint("people IN ('undecided', 'told', 'not_needed')", name=op.f("ck_breach_entry_people_known")),
        sa.CheckConstraint("risk IN ('low', 'medium', 'high')", name=op.f("ck_breach_entry_risk_known")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_breach_entry_recorded_by_id_staff"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_breach_entry_site_id_site"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach_entry")),
        sa.UniqueConstraint("breach", "number", name=op.f("uq_breach_entry_breach_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_breach_entry_public_id")),
    )
    with op.batch_alter_table("breach_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_breach_entry_breach"), ["breach"], unique=False)

    op.create_table(
        "on_call_turn",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("from_at", UTCDateTime(), nullable=False),
        sa.Column("until_at", UTCDateTime(), nullable=False),
        sa.Column("planned_by_id", sa.Integer(), nullable=False),
        sa.Column("planned_at", UTCDateTime(), nullable=False),
        sa.Column("removed_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["planned_by_id"], ["staff.id"], name=op.f("fk_on_call_turn_planned_by_id_staff"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_on_call_turn_site_id_site"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_on_call_turn_staff_id_staff"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_on_call_turn")),
        sa.UniqueConstraint("public_id", name=op.f("uq_on_call_turn_public_id")),
    )
    with op.batch_alter_table("on_call_turn", schema=None) as batch_op:
        batch_op.create_index("ix_on_call_turn_site", ["site_id", "until_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_on_call_turn_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "record_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("running", sa.Integer(), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("line_count", sa.Integer(), nullable=False),
        sa.Column("case_count", sa.Integer(), nullable=False),
        sa.Column("lines_done", sa.Integer(), nullable=False),
        sa.Column("cases_done", sa.Integer(), nullable=False),
        sa.Column("fault_count", sa.Integer(), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("stage IN ('trail', 'cases', 'roots', 'done')", name=op.f("ck_record_check_stage_known")),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["staff.id"], name=op.f("fk_record_check_asked_by_id_staff"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_check")),
        sa.UniqueConstraint("public_id", name=op.f("uq_record_check_public_id")),
        sa.UniqueConstraint("running", name=op.f("uq_record_check_running")),
    )
    with op.batch_alter_table("record_check", schema=None) as batch_op:
        batch_op.create_index("ix_record_check_finished", ["finished_at"], unique=False)

    op.create_table(
        "register_matching",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("operator_id", sa.Integer(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("rules_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["staff.id"], name=op.f("fk_register_matching_changed_by_id_staff"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["operator_id"],
            ["operator.id"],
            name=op.f("fk_register_matching_operator_id_operator"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_matching")),
        sa.UniqueConstraint("public_id", name=op.f("uq_register_matching_public_id")),
    )
    with op.batch_alter_table("register_matching", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_register_matching_operator_id"), ["operator_id"], unique=False)

    op.create_table(
        "retention_period",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_at", UTCDateTime(), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["staff.id"], name=op.f("fk_retention_period_set_by_id_staff"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_retention_period_site_id_site"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_period")),
        sa.UniqueConstraint("site_id", "what", "valid_from", name=op.f("uq_retention_period_site_id_what_valid_from")),
    )
    op.create_table(
        "staff_absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("stand_in_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("named_by_id", sa.Integer(), nullable=False),
        sa.Column("named_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["named_by_id"], ["staff.id"], name=op.f("fk_staff_absence_named_by_id_staff"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_staff_absence_site_id_site"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_absence_staff_id_staff"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["stand_in_id"], ["staff.id"], name=op.f("fk_staff_absence_stand_in_id_staff"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_absence")),
        sa.UniqueConstraint("public_id", name=op.f("uq_staff_absence_public_id")),
    )
    with op.batch_alter_table("staff_absence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_absence_site_id"), ["site_id"], unique=False)
        batch_op.create_index("ix_staff_absence_staff", ["staff_id", "until_on"], unique=False)
        batch_op.create_index("ix_staff_absence_stand_in", ["stand_in_id", "until_on"], unique=False)

    op.create_table(
        "staff_mail",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("choice", sa.String(length=40), nullable=False),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.Column("urgent_sent_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("choice IN ('off', 'at_once', 'digest')", name=op.f("ck_staff_mail_choice_known")),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_mail_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_staff_mail")),
    )
    op.create_table(
        "data_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("right_asked", sa.String(length=40), nullable=False),
        sa.Column("asks_blocking", sa.Boolean(), nullable=False),
        sa.Column("corrects", sa.String(length=40), nullable=True),
        sa.Column("wanted_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("extended_at", UTCDateTime(), nullable=True),
        sa.Column("done_at", UTCDateTime(), nullable=True),
        sa.Column("decision", sa.String(length=40), nullable=True),
        sa.Column("ground", sa.String(length=40), nullable=True),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.CheckConstraint(
            "corrects IS NULL OR corrects IN ('name', 'place', 'words')", name=op.f("ck_data_request_corrects_known")
        ),
        sa.CheckConstraint(
            "decision IS NULL OR decision IN ('granted', 'partly', 'refused')",
            name=op.f("ck_data_request_decision_known"),
        ),
        sa.CheckConstraint(
            "ground IS NULL OR ground IN ('not_proven', 'nothing_kept', 'legal_duty', 'legal_hold', 'rights_of_others', 'not_wrong')",
            name=op.f("ck_data_request_ground_known"),
        ),
        sa.CheckConstraint(
            "right_asked IN ('access', 'rectification', 'erasure', 'objection', 'portability', 'blocking')",
            name=op.f("ck_data_request_right_asked_known"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_data_request_case_id_cases"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["staff.id"], name=op.f("fk_data_request_decided_by_id_staff"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_request")),
        sa.UniqueConstraint("case_id", name=op.f("uq_data_request_case_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_data_request_public_id")),
    )
    op.create_table(
        "join_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("code_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("code_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("line_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_join_code_case_id_cases"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["staff.id"], name=op.f("fk_join_code_opened_by_id_staff"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_code")),
        sa.UniqueConstraint("code_digest", name=op.f("uq_join_code_code_digest")),
        sa.UniqueConstraint("public_id", name=op.f("uq_join_code_public_id")),
    )
    with op.batch_alter_table("join_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_join_code_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "uq_join_code_open",
            ["case_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "legal_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("placed_at", UTCDateTime(), nullable=False),
        sa.Column("placed_by_id", sa.Integer(), nullable=False),
        sa.Column("lifted_why_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("lifted_at", UTCDateTime(), nullable=True),
        sa.Column("lifted_by_id", sa.Integer(), nullable=True),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_legal_hold_case_id_cases"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["lifted_by_id"], ["staff.id"], name=op.f("fk_legal_hold_lifted_by_id_staff"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["placed_by_id"], ["staff.id"], name=op.f("fk_legal_hold_placed_by_id_staff"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
        sa.UniqueConstraint("public_id", name=op.f("uq_legal_hold_public_id")),
    )
    with op.batch_alter_table("legal_hold", schema=None) as batch_op:
        batch_op.create_index("ix_legal_hold_in_force", ["case_id", "lifted_at"], unique=False)

    op.create_table(
        "not_the_same",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("other_case_id", sa.Integer(), nullable=False),
        sa.Column("said_by_id", sa.Integer(), nullable=False),
        sa.Column("said_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_not_the_same_case_id_cases"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["other_case_id"], ["cases.id"], name=op.f("fk_not_the_same_other_case_id_cases"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["said_by_id"], ["staff.id"], name=op.f("fk_not_the_same_said_by_id_staff"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_not_the_same")),
        sa.UniqueConstraint("case_id", "other_case_id", name=op.f("uq_not_the_same_case_id_other_case_id")),
    )
    with op.batch_alter_table("not_the_same", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_not_the_same_other_case_id"), ["other_case_id"], unique=False)

    op.create_table(
        "referral",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(length=40), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column("body_name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("filings", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("override_asked_by_id", sa.Integer(), nullable=True),
        sa.Column("override_asked_at", UTCDateTime(), nullable=True),
        sa.Column("override_reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("override_granted", sa.Boolean(), nullable=True),
        sa.Column("override_decided_by_id", sa.Integer(), nullable=True),
        sa.Column("override_decided_at", UTCDateTime(), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("sent_by_id", sa.Integer(), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("outcome_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("ask_on", sa.Date(), nullable=True),
        sa.Column("dropped_at", UTCDateTime(), nullable=True),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.CheckConstraint(
            "body IN ('environment', 'labour_office', 'health', 'company', 'other')",
            name=op.f("ck_referral_body_known"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["staff.id"], name=op.f("fk_referral_asked_by_id_staff"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_referral_case_id_cases"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_referral_company_id_company"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["override_asked_by_id"],
            ["staff.id"],
            name=op.f("fk_referral_override_asked_by_id_staff"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["override_decided_by_id"],
            ["staff.id"],
            name=op.f("fk_referral_override_decided_by_id_staff"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["sent_by_id"], ["staff.id"], name=op.f("fk_referral_sent_by_id_staff"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
        sa.UniqueConstraint("public_id", name=op.f("uq_referral_public_id")),
    )
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.create_index("ix_referral_ask", ["ask_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_referral_case_id"), ["case_id"], unique=False)

    op.create_table(
        "data_package",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("released_at", UTCDateTime(), nullable=False),
        sa.Column("released_by_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("taken_count", sa.Integer(), nullable=False),
        sa.Column("taken_at", UTCDateTime(), nullable=True),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_data_package_case_id_cases"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["released_by_id"], ["staff.id"], name=op.f("fk_data_package_released_by_id_staff"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["data_request.id"],
            name=op.f("fk_data_package_request_id_data_request"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_package")),
        sa.UniqueConstraint("public_id", name=op.f("uq_data_package_public_id")),
        sa.UniqueConstraint("request_id", name=op.f("uq_data_package_request_id")),
    )
    with op.batch_alter_table("data_package", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_data_package_case_id"), ["case_id"], unique=False)

    op.create_table(
        "respondent_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("respondent_id", sa.Integer(), nullable=False),
        sa.Column("name_digest", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["respondent_id"],
            ["respondent.id"],
            name=op.f("fk_respondent_name_respondent_id_respondent"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_respondent_name")),
        sa.UniqueConstraint("respondent_id", name=op.f("uq_respondent_name_respondent_id")),
    )
    with op.batch_alter_table("respondent_name", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_respondent_name_name_digest"), ["name_digest"], unique=False)

    op.create_table(
        "data_request_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("complainant_id", sa.Integer(), nullable=False),
        sa.Column("proof", sa.String(length=40), nullable=False),
        sa.Column("proven_at", UTCDateTime(), nullable=False),
        sa.Column("proven_by_id", sa.Integer(), nullable=True),
        sa.Column("seconded_at", UTCDateTime(), nullable=True),
        sa.Column("seconded_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("proof IN ('code', 'phone', 'document')", name=op.f("ck_data_request_person_proof_known")),
        sa.ForeignKeyConstraint(
            ["complainant_id"],
            ["complainant.id"],
            name=op.f("fk_data_request_person_complainant_id_complainant"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["proven_by_id"], ["staff.id"], name=op.f("fk_data_request_person_proven_by_id_staff"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["data_request.id"],
            name=op.f("fk_data_request_person_request_id_data_request"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["seconded_by_id"],
            ["staff.id"],
            name=op.f("fk_data_request_person_seconded_by_id_staff"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_request_person")),
        sa.UniqueConstraint(
            "request_id", "complainant_id", name=op.f("uq_data_request_person_request_id_complainant_id")
        ),
    )
    with op.batch_alter_table("data_request_person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_data_request_person_complainant_id"), ["complainant_id"], unique=False)

    op.create_table(
        "joined_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("complainant_id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=True),
        sa.Column("survey_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(length=40), nullable=True),
        sa.Column("process_rating", sa.Integer(), nullable=True),
        sa.Column("outcome_rating", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "source IN ('sms', 'web_code', 'signed_paper', 'witnessed', 'silence')",
            name=op.f("ck_joined_answer_source_known"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_joined_answer_case_id_cases"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["complainant_id"],
            ["complainant.id"],
            name=op.f("fk_joined_answer_complainant_id_complainant"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["proposed_response.id"],
            name=op.f("fk_joined_answer_response_id_proposed_response"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_joined_answer_survey_id_survey"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joined_answer")),
        sa.UniqueConstraint("complainant_id", "response_id", name=op.f("uq_joined_answer_complainant_id_response_id")),
        sa.UniqueConstraint("complainant_id", "survey_id", name=op.f("uq_joined_answer_complainant_id_survey_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_joined_answer_public_id")),
    )
    with op.batch_alter_table("joined_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_joined_answer_case_id"), ["case_id"], unique=False)

    op.create_table(
        "person_mail",
        sa.Column("complainant_id", sa.Integer(), nullable=False),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.Column("link_digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("link_until", UTCDateTime(), nullable=True),
        sa.Column("verified_at", UTCDateTime(), nullable=True),
        sa.Column("failed_at", UTCDateTime(), nullable=True),
        sa.Column("notice_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["complainant_id"],
            ["complainant.id"],
            name=op.f("fk_person_mail_complainant_id_complainant"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["outbound_mail.id"],
            name=op.f("fk_person_mail_notice_id_outbound_mail"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("complainant_id", name=op.f("pk_person_mail")),
        sa.UniqueConstraint("link_digest", name=op.f("uq_person_mail_link_digest")),
    )
    with op.batch_alter_table("person_mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_mail_notice_id"), ["notice_id"], unique=False)

    op.create_table(
        "referral_consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("referral_id", sa.Integer(), nullable=False),
        sa.Column("complainant_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=40), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=True),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "answer IS NULL OR answer IN ('without_name', 'with_name', 'no')",
            name=op.f("ck_referral_consent_answer_known"),
        ),
        sa.CheckConstraint(
            "source IS NULL OR source IN ('sms', 'web_code', 'signed_paper', 'witnessed', 'silence')",
            name=op.f("ck_referral_consent_source_known"),
        ),
        sa.ForeignKeyConstraint(
            ["complainant_id"],
            ["complainant.id"],
            name=op.f("fk_referral_consent_complainant_id_complainant"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_referral_consent_referral_id_referral"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_consent")),
        sa.UniqueConstraint(
            "referral_id", "complainant_id", name=op.f("uq_referral_consent_referral_id_complainant_id")
        ),
    )
    with op.batch_alter_table("referral_consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_referral_consent_complainant_id"), ["complainant_id"], unique=False)

    op.create_table(
        "mailed_message",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["outbound_mail.id"], name=op.f("fk_mailed_message_mail_id_outbound_mail"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["case_message.id"],
            name=op.f("fk_mailed_message_message_id_case_message"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_mailed_message")),
    )
    with op.batch_alter_table("mailed_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mailed_message_mail_id"), ["mail_id"], unique=False)

    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entry_action", ["action", "seq"], unique=False)

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(sa.Column("undone_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("changed_seq", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("erased_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("blocked_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("asked_no_more_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("held_at", UTCDateTime(), nullable=True))
        batch_op.create_index(
            "ix_cases_data_rights",
            ["desk_order_at", "id"],
            unique=False,
            sqlite_where=sa.text("type = 'data_rights'"),
            postgresql_where=sa.text("type = 'data_rights'"),
        )
        batch_op.create_index(
            "ix_cases_undone",
            ["undone_at"],
            unique=False,
            sqlite_where=sa.text("undone_at IS NOT NULL"),
            postgresql_where=sa.text("undone_at IS NOT NULL"),
        )

    with op.batch_alter_table("complainant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("join_code_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("erased_at", UTCDateTime(), nullable=True))
        batch_op.create_index(batch_op.f("ix_complainant_join_code_id"), ["join_code_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_complainant_join_code_id_join_code"),
            "join_code",
            ["join_code_id"],
            ["id"],
            ondelete="RESTRICT",
        )

    with op.batch_alter_table("identity_opening", schema=None) as batch_op:
        batch_op.add_column(sa.Column("complainant_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_identity_opening_complainant_id_complainant"),
            "complainant",
            ["complainant_id"],
            ["id"],
            ondelete="RESTRICT",
        )

    with op.batch_alter_table("register_import", schema=None) as batch_op:
        batch_op.add_column(sa.Column("found_sealed", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("matching_sealed", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("undo_asked_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("undo_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("undone_count", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_foreign_key(
            batch_op.f("fk_register_import_undo_by_id_staff"), "staff", ["undo_by_id"], ["id"], ondelete="RESTRICT"
        )

    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.add_column(sa.Column("code_last_failed_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("code_failed_count", sa.Integer(), nullable=False, server_default="0"))

    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("last_seen_at", UTCDateTime(), nullable=True))

    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("left_by_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_task_left_by_id"), ["left_by_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_task_left_by_id_staff"), "staff", ["left_by_id"], ["id"], ondelete="RESTRICT"
        )
    with op.batch_alter_table("duty_grant", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_duty_grant_duty_known"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_duty_grant_duty_known"),
            "duty IN ('intake', 'handler', 'investigator', 'triager', 'coordinator', 'manager', 'on_call', 'reviewer', 'outside_reviewer', 'publisher', 'auditor', 'data_protection', 'administrator')",
        )
    with op.batch_alter_table("complainant", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_complainant_reach_known"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_complainant_reach_known"), "reach IN ('texts', 'notices', 'page', 'mail', 'in_person')"
        )
    with op.batch_alter_table("case_message", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_case_message_kind_known"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_case_message_kind_known"),
            "kind IN ('message', 'acknowledgement', 'response', 'reason', 'closure', 'appeal', 'delay', 'receipt', 'notice', 'status')",
        )
    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_case_event_kind_known"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_case_event_kind_known"),
            "kind IN ('received', 'submission_added', 'submission_removed', 'join_code', 'joined_answered', 'read_back', 'acknowledged', 'classified', 'restricted', 'unrestricted', 'investigator_named', 'investigator_removed', 'hidden_from', 'shown_to', 'assigned', 'owner_changed', 'summarised', 'review_started', 'message_to_person', 'status_message', 'message_from_person', 'told', 'note_added', 'file_added', 'response_proposed', 'response_accepted', 'response_rejected', 'response_unanswered', 'remedy_promised', 'remedy_done', 'remedy_verified', 'corrective_action_added', 'corrective_action_done', 'corrective_action_verified', 'measure_added', 'measure_done', 'measure_verified', 'track_step', 'data_step', 'referral_step', 'identity_given', 'closed', 'reopened', 'referred', 'withdrawn', 'out_of_scope', 'merged', 'verdict_given', 'survey_asked', 'rated', 'identity_opened', 'contact_added', 'contact_deleted', 'unreachable_by_text', 'reachable_by_text', 'code_issued', 'person_described', 'clock_reminded', 'clock_breached', 'interim_notice_given', 'extension_asked', 'extension_granted', 'extension_refused', 'appealed', 'reviewer_named', 'appeal_acknowledged', 'appeal_decided', 'check_asked', 'check_answered', 'escalated', 'paused', 'resumed', 'marked_spam', 'unmarked_spam', 'import_undone', 'erased')",
        )
    with op.batch_alter_table("register_import", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_register_import_state_known"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_register_import_state_known"),
            "state IN ('matching', 'checking', 'checked', 'importing', 'done', 'set_aside', 'failed', 'undoing', 'undone')",
        )
    # The defaults were for the rows that are there.
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.alter_column("changed_seq", server_default=None)
    # The defaults were for the rows that are there.
    with op.batch_alter_table("register_import", schema=None) as batch_op:
        batch_op.alter_column("undone_count", server_default=None)
    # The defaults were for the rows that are there.
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.alter_column("code_failed_count", server_default=None)


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("duty_grant", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_duty_grant_duty_known"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_duty_grant_duty_known"),
            "duty IN ('intake', 'handler', 'investigator', 'triager', 'coordinator', 'manager', 'on_call', 'reviewer', 'publisher', 'auditor', 'administrator')",
        )
    with op.batch_alter_table("complainant", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_complainant_reach_known"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_complainant_reach_known"), "reach IN ('texts', 'notices', 'page', 'in_person')"
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
    with op.batch_alter_table("register_import", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_register_import_state_known"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_register_import_state_known"),
            "state IN ('checking', 'checked', 'importing', 'done', 'set_aside', 'failed')",
        )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_task_left_by_id_staff"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_task_left_by_id"))
        batch_op.drop_column("left_by_id")

    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.drop_column("last_seen_at")

    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.drop_column("code_failed_count")
        batch_op.drop_column("code_last_failed_at")

    with op.batch_alter_table("register_import", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_register_import_undo_by_id_staff"), type_="foreignkey")
        batch_op.drop_column("undone_count")
        batch_op.drop_column("undo_by_id")
        batch_op.drop_column("undo_asked_at")
        batch_op.drop_column("matching_sealed")
        batch_op.drop_column("found_sealed")

    with op.batch_alter_table("identity_opening", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_identity_opening_complainant_id_complainant"), type_="foreignkey")
        batch_op.drop_column("complainant_id")

    with op.batch_alter_table("complainant", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_complainant_join_code_id_join_code"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_complainant_join_code_id"))
        batch_op.drop_column("erased_at")
        batch_op.drop_column("join_code_id")

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_cases_undone",
            sqlite_where=sa.text("undone_at IS NOT NULL"),
            postgresql_where=sa.text("undone_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_cases_data_rights",
            sqlite_where=sa.text("type = 'data_rights'"),
            postgresql_where=sa.text("type = 'data_rights'"),
        )
        batch_op.drop_column("held_at")
        batch_op.drop_column("asked_no_more_at")
        batch_op.drop_column("blocked_at")
        batch_op.drop_column("erased_at")
        batch_op.drop_column("changed_seq")
        batch_op.drop_column("undone_at")

    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_action")

    with op.batch_alter_table("mailed_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mailed_message_mail_id"))

    op.drop_table("mailed_message")
    with op.batch_alter_table("referral_consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_referral_consent_complainant_id"))

    op.drop_table("referral_consent")
    with op.batch_alter_table("person_mail", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_mail_notice_id"))

    op.drop_table("person_mail")
    with op.batch_alter_table("joined_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_joined_answer_case_id"))

    op.drop_table("joined_answer")
    with op.batch_alter_table("data_request_person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_data_request_person_complainant_id"))

    op.drop_table("data_request_person")
    with op.batch_alter_table("respondent_name", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_respondent_name_name_digest"))

    op.drop_table("respondent_name")
    with op.batch_alter_table("data_package", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_data_package_case_id"))

    op.drop_table("data_package")
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_referral_case_id"))
        batch_op.drop_index("ix_referral_ask")

    op.drop_table("referral")
    with op.batch_alter_table("not_the_same", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_not_the_same_other_case_id"))

    op.drop_table("not_the_same")
    with op.batch_alter_table("legal_hold", schema=None) as batch_op:
        batch_op.drop_index("ix_legal_hold_in_force")

    op.drop_table("legal_hold")
    with op.batch_alter_table("join_code", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_join_code_open",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_join_code_case_id"))

    op.drop_table("join_code")
    op.drop_table("data_request")
    op.drop_table("staff_mail")
    with op.batch_alter_table("staff_absence", schema=None) as batch_op:
        batch_op.drop_index("ix_staff_absence_stand_in")
        batch_op.drop_index("ix_staff_absence_staff")
        batch_op.drop_index(batch_op.f("ix_staff_absence_site_id"))

    op.drop_table("staff_absence")
    op.drop_table("retention_period")
    with op.batch_alter_table("register_matching", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_register_matching_operator_id"))

    op.drop_table("register_matching")
    with op.batch_alter_table("record_check", schema=None) as batch_op:
        batch_op.drop_index("ix_record_check_finished")

    op.drop_table("record_check")
    with op.batch_alter_table("on_call_turn", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_on_call_turn_staff_id"))
        batch_op.drop_index("ix_on_call_turn_site")

    op.drop_table("on_call_turn")
    with op.batch_alter_table("breach_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_breach_entry_breach"))

    op.drop_table("breach_entry")
    with op.batch_alter_table("outbound_mail", schema=None) as batch_op:
        batch_op.drop_index("ix_outbound_mail_waiting")
        batch_op.drop_index(batch_op.f("ix_outbound_mail_recipient"))

    op.drop_table("outbound_mail")
