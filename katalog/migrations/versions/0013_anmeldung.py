"""Anmeldung: Links gelten einer Adresse, vertrauliche Mails, Reihenfolge der Siegel."""

import sqlalchemy as sa
from alembic import op

revision = "0013_anmeldung"
down_revision = "0012_leistungstexte"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Nobody could sign in before: there are no links to keep.
    op.drop_table("anmeldelink")
    op.create_table(
        "anmeldelink",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("vorgang_hash", sa.String(length=64), nullable=False),
        sa.Column("herkunft", sa.String(length=64), nullable=False),
        sa.Column("weiter", sa.String(length=2000), nullable=False),
        sa.Column("versuche", sa.Integer(), nullable=False),
        sa.Column("erstellt_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("laeuft_ab_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("eingeloest_am", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anmeldelink")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_anmeldelink_token_hash")),
        sa.UniqueConstraint("vorgang_hash", name=op.f("uq_anmeldelink_vorgang_hash")),
    )
    op.create_index("ix_anmeldelink_adresse", "anmeldelink", ["email", "erstellt_am"])
    op.create_index("ix_anmeldelink_herkunft", "anmeldelink", ["herkunft", "erstellt_am"])
    op.create_index(op.f("ix_anmeldelink_laeuft_ab_am"), "anmeldelink", ["laeuft_ab_am"])

    op.add_column(
        "nachricht",
        sa.Column("vertraulich", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "mitgliedschaft",
        sa.Column("aufgabe", sa.String(length=200), nullable=False, server_default=""),
    )
    op.add_column("protokoll", sa.Column("folge", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_protokoll_folge"), "protokoll", ["folge"], unique=True)


def downgrade() -> None:
    op.drop_index(op.f("ix_protokoll_folge"), "protokoll")
    op.drop_column("protokoll", "folge")
    op.drop_column("mitgliedschaft", "aufgabe")
    op.drop_column("nachricht", "vertraulich")
    op.drop_table("anmeldelink")
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
    op.create_index(op.f("ix_anmeldelink_konto_id"), "anmeldelink", ["konto_id"], unique=False)
    op.create_index(
        op.f("ix_anmeldelink_laeuft_ab_am"), "anmeldelink", ["laeuft_ab_am"], unique=False
    )
