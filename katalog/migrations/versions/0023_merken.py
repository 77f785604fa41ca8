"""Gemerkte Suchen, wo sich Mails abbestellen lassen, und was eine Stelle nicht empfohlen haben will."""

import sqlalchemy as sa
from alembic import op

revision = "0023_merken"
down_revision = "0022_zugriffstoken"
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
    op.create_table(
        "ausblendung",
        sa.Column("stelle_id", sa.Integer(), nullable=False),
        sa.Column("onlinedienst_id", sa.Integer(), nullable=False),
        sa.Column("am", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["onlinedienst_id"], ["onlinedienst.id"], name=op.f("fk_ausblendung_onlinedienst_id")
        ),
        sa.ForeignKeyConstraint(
            ["stelle_id"], ["stelle.id"], name=op.f("fk_ausblendung_stelle_id")
        ),
        sa.PrimaryKeyConstraint("stelle_id", "onlinedienst_id", name=op.f("pk_ausblendung")),
    )
    op.create_index(op.f("ix_ausblendung_onlinedienst_id"), "ausblendung", ["onlinedienst_id"])


def downgrade() -> None:
    op.drop_table("ausblendung")
    op.drop_column("nachricht", "abbestellen")
    op.drop_table("suchabo")
