"""Konten."""

import sqlalchemy as sa
from alembic import op

revision = "0004_konten"
down_revision = "0003_stellen"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "konto",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("angelegt_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gesperrt_am", sa.DateTime(timezone=True), nullable=True),
        sa.Column("oidc_subjekt", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_konto")),
        sa.UniqueConstraint("email", name=op.f("uq_konto_email")),
        sa.UniqueConstraint("oidc_subjekt", name=op.f("uq_konto_oidc_subjekt")),
    )
    op.create_table(
        "anmeldelink",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("konto_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("versuche", sa.Integer(), nullable=False),
        sa.Column("erstellt_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("laeuft_ab_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("eingeloest_am", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["konto_id"], ["konto.id"], name=op.f("fk_anmeldelink_konto_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anmeldelink")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_anmeldelink_token_hash")),
    )
    op.create_table(
        "anmeldesitzung",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("konto_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("begonnen_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zuletzt_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("laeuft_ab_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beendet_am", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["konto_id"], ["konto.id"], name=op.f("fk_anmeldesitzung_konto_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anmeldesitzung")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_anmeldesitzung_token_hash")),
    )
    op.create_table(
        "mitgliedschaft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("konto_id", sa.Integer(), nullable=False),
        sa.Column("stelle_id", sa.Integer(), nullable=True),
        sa.Column(
            "rolle",
            sa.Enum(
                "gast",
                "kommune",
                "koordinierung",
                "anbieter",
                "administration",
                name="rolle",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("beantragt_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("freigegeben_am", sa.DateTime(timezone=True), nullable=True),
        sa.Column("freigegeben_von_id", sa.Integer(), nullable=True),
        sa.Column("beendet_am", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["freigegeben_von_id"], ["konto.id"], name=op.f("fk_mitgliedschaft_freigegeben_von_id")
        ),
        sa.ForeignKeyConstraint(
            ["konto_id"], ["konto.id"], name=op.f("fk_mitgliedschaft_konto_id")
        ),
        sa.ForeignKeyConstraint(
            ["stelle_id"], ["stelle.id"], name=op.f("fk_mitgliedschaft_stelle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mitgliedschaft")),
        sa.UniqueConstraint(
            "konto_id",
            "stelle_id",
            "rolle",
            name=op.f("uq_mitgliedschaft_konto_id_stelle_id_rolle"),
        ),
    )
    op.create_index(op.f("ix_anmeldelink_konto_id"), "anmeldelink", ["konto_id"], unique=False)
    op.create_index(
        op.f("ix_anmeldelink_laeuft_ab_am"), "anmeldelink", ["laeuft_ab_am"], unique=False
    )
    op.create_index(
        op.f("ix_anmeldesitzung_konto_id"), "anmeldesitzung", ["konto_id"], unique=False
    )
    op.create_index(
        op.f("ix_anmeldesitzung_laeuft_ab_am"), "anmeldesitzung", ["laeuft_ab_am"], unique=False
    )
    op.create_index(
        op.f("ix_mitgliedschaft_freigegeben_von_id"),
        "mitgliedschaft",
        ["freigegeben_von_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_mitgliedschaft_stelle_id"), "mitgliedschaft", ["stelle_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("mitgliedschaft")
    op.drop_table("anmeldesitzung")
    op.drop_table("anmeldelink")
    op.drop_table("konto")
