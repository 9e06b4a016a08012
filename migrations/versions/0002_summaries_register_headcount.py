"""Summaries, register, headcount.

Why: summaries get sections, reader tests, rounds of members, refusals and a time of release; old registers and
    headcounts come in.
Risk: low. Tables are added; of `release` and of `submission` SQLite makes a copy to change a check: seconds for a
    hundred thousand filings.
"""

import sqlalchemy as sa
from alembic import op

from grievance.core.db import UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "headcount",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.String(length=8), nullable=False),
        sa.Column("stratum", sa.String(length=80), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("shift", sa.String(length=40), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=True),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_headcount_area_id_area"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_headcount_company_id_company"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_headcount_site_id_site"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_headcount")),
        sa.UniqueConstraint("public_id", name=op.f("uq_headcount_public_id")),
        sa.UniqueConstraint("site_id", "quarter", "stratum", name=op.f("uq_headcount_site_id_quarter_stratum")),
    )
    op.create_table(
        "register_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("filename_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("storage_key", sa.String(length=64), nullable=True),
        sa.Column("file_digest", sa.String(length=64), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("done_count", sa.Integer(), nullable=False),
        sa.Column("opened_count", sa.Integer(), nullable=False),
        sa.Column("known_count", sa.Integer(), nullable=False),
        sa.Column("wrong_count", sa.Integer(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("problem_count", sa.Integer(), nullable=False),
        sa.Column("started_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("approved_at", UTCDateTime(), nullable=True),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.CheckConstraint(
            "state IN ('checking', 'checked', 'importing', 'done', 'set_aside', 'failed')",
            name=op.f("ck_register_import_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_register_import_site_id_site"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["started_by_id"], ["staff.id"], name=op.f("fk_register_import_started_by_id_staff"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_import")),
        sa.UniqueConstraint("public_id", name=op.f("uq_register_import_public_id")),
    )
    with op.batch_alter_table("register_import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_register_import_site_id"), ["site_id"], unique=False)

    op.create_table(
        "member_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("asked", sa.String(length=200), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("closes_at", UTCDateTime(), nullable=False),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["staff.id"], name=op.f("fk_member_check_opened_by_id_staff"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_member_check_release_id_release"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_check")),
        sa.UniqueConstraint("public_id", name=op.f("uq_member_check_public_id")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_member_check_token_digest")),
    )
    with op.batch_alter_table("member_check", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_member_check_release_id"), ["release_id"], unique=False)

    op.create_table(
        "reader_test",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=False),
        sa.Column("read_to", sa.String(length=200), nullable=False),
        sa.Column("readers", sa.Integer(), nullable=False),
        sa.Column("understood", sa.Integer(), nullable=False),
        sa.Column("stumbled", sa.Text(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_reader_test_recorded_by_id_staff"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_reader_test_release_id_release"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reader_test")),
        sa.UniqueConstraint("public_id", name=op.f("uq_reader_test_public_id")),
    )
    with op.batch_alter_table("reader_test", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reader_test_release_id"), ["release_id"], unique=False)

    op.create_table(
        "register_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_register_entry_case_id_cases"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["register_import.id"],
            name=op.f("fk_register_entry_import_id_register_import"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_register_entry_site_id_site"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_entry")),
        sa.UniqueConstraint("case_id", name=op.f("uq_register_entry_case_id")),
        sa.UniqueConstraint("site_id", "number", name=op.f("uq_register_entry_site_id_number")),
    )
    with op.batch_alter_table("register_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_register_entry_import_id"), ["import_id"], unique=False)

    op.create_table(
        "member_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("check_id", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=40), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["staff.id"], name=op.f("fk_member_comment_answered_by_id_staff"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["check_id"], ["member_check.id"], name=op.f("fk_member_comment_check_id_member_check"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_comment")),
        sa.UniqueConstraint("public_id", name=op.f("uq_member_comment_public_id")),
    )
    with op.batch_alter_table("member_comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_member_comment_check_id"), ["check_id"], unique=False)

    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.add_column(sa.Column("texts", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("drafts", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("reason", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("release_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("refused_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("refused_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("refused_reason", sa.Text(), nullable=False, server_default=""))
        batch_op.create_foreign_key(
            batch_op.f("fk_release_refused_by_id_staff"), "staff", ["refused_by_id"], ["id"], ondelete="RESTRICT"
        )
        batch_op.drop_constraint(batch_op.f("ck_release_state_known"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_release_state_known"), "state IN ('frozen', 'released', 'discarded', 'refused')"
        )

    # A register that does not say how a grievance came.
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_submission_channel_known"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_submission_channel_known"),
            "channel IN ('sms', 'web', 'walk_in', 'call', 'letter', 'meeting', 'suggestion_box', 'not_said')",
        )

    # The defaults were for the rows that are there.
    with op.batch_alter_table("release", schema=None) as batch_op:
        for name in ("texts", "drafts", "reason", "refused_reason"):
            batch_op.alter_column(name, server_default=None)


def downgrade() -> None:
    """Take it back."""
    # There is no word for it in the schema before.
    op.execute("UPDATE submission SET channel = 'letter' WHERE channel = 'not_said'")
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_submission_channel_known"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_submission_channel_known"),
            "channel IN ('sms', 'web', 'walk_in', 'call', 'letter', 'meeting', 'suggestion_box')",
        )
    # What was refused is discarded in the words of the schema before.
    op.execute("UPDATE release SET state = 'discarded' WHERE state = 'refused'")
    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_release_state_known"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_release_state_known"), "state IN ('frozen', 'released', 'discarded')"
        )
        batch_op.drop_constraint(batch_op.f("fk_release_refused_by_id_staff"), type_="foreignkey")
        batch_op.drop_column("refused_reason")
        batch_op.drop_column("refused_at")
        batch_op.drop_column("refused_by_id")
        batch_op.drop_column("release_at")
        batch_op.drop_column("reason")
        batch_op.drop_column("drafts")
        batch_op.drop_column("texts")

    with op.batch_alter_table("member_comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_member_comment_check_id"))

    op.drop_table("member_comment")
    with op.batch_alter_table("register_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_register_entry_import_id"))

    op.drop_table("register_entry")
    with op.batch_alter_table("reader_test", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reader_test_release_id"))

    op.drop_table("reader_test")
    with op.batch_alter_table("member_check", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_member_check_release_id"))

    op.drop_table("member_check")
    with op.batch_alter_table("register_import", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_register_import_site_id"))

    op.drop_table("register_import")
    op.drop_table("headcount")
