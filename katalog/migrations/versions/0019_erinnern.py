"""Erinnerungen an Termine eines Vorgangs, Kalender zum Abonnieren."""

import sqlalchemy as sa
from alembic import op

revision = "0019_erinnern"
down_revision = "0018_gebietsnamen"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erinnerung",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nachnutzung_id", sa.Integer(), nullable=False),
        sa.Column("schluessel", sa.String(length=60), nullable=False),
        sa.Column("am", sa.Date(), nullable=False),
        sa.Column("stufe", sa.Integer(), nullable=False),
        sa.Column("erinnert_am", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["nachnutzung_id"], ["nachnutzung.id"], name=op.f("fk_erinnerung_nachnutzung_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erinnerung")),
        sa.UniqueConstraint(
            "nachnutzung_id",
            "schluessel",
            "am",
            "stufe",
            name=op.f("uq_erinnerung_nachnutzung_id_schluessel_am_stufe"),
        ),
    )
    op.create_index(op.f("ix_erinnerung_erinnert_am"), "erinnerung", ["erinnert_am"])
    op.create_table(
        "kalenderabo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("konto_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("erstellt_am", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["konto_id"], ["konto.id"], name=op.f("fk_kalenderabo_konto_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kalenderabo")),
        sa.UniqueConstraint("konto_id", name=op.f("uq_kalenderabo_konto_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_kalenderabo_token_hash")),
    )


def downgrade() -> None:
    op.drop_table("kalenderabo")
    op.drop_table("erinnerung")
