"""Gemerkte Suchen, und wo sich Mails mit einem Klick abbestellen lassen."""

import sqlalchemy as sa
from alembic import op

revision = "0022_suchabo"
down_revision = "0021_beschluss"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "suchabo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("konto_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("adresse", sa.String(length=2000), nullable=False),
        sa.Column(
            "rhythmus",
            sa.Enum(
                "taeglich",
                "woechentlich",
                "keine",
                name="rhythmus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("bekannt", sa.JSON(), nullable=False),
        sa.Column("angelegt_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gesehen_am", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["konto_id"], ["konto.id"], name=op.f("fk_suchabo_konto_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suchabo")),
        sa.UniqueConstraint("konto_id", "adresse", name=op.f("uq_suchabo_konto_id_adresse")),
    )
    op.create_index("ix_suchabo_faellig", "suchabo", ["rhythmus", "gesehen_am"])
    op.add_column(
        "nachricht",
        sa.Column("abbestellen", sa.String(length=500), nullable=False, server_default=""),
    )


def downgrade() -> None:
    op.drop_column("nachricht", "abbestellen")
    op.drop_table("suchabo")
