"""Zugriffstoken: womit Programme im Namen eines Kontos für eine Stelle handeln."""

import sqlalchemy as sa
from alembic import op

revision = "0022_zugriffstoken"
down_revision = "0021_beschluss"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "zugriffstoken",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("konto_id", sa.Integer(), nullable=False),
        sa.Column("stelle_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("endung", sa.String(length=4), nullable=False),
        sa.Column("einsaetze_schreiben", sa.Boolean(), nullable=False),
        sa.Column("vorgaenge_lesen", sa.Boolean(), nullable=False),
        sa.Column("vorgaenge_schreiben", sa.Boolean(), nullable=False),
        sa.Column("erstellt_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("laeuft_ab_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zuletzt_am", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fenster_ab", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fenster_anzahl", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["konto_id"], ["konto.id"], name=op.f("fk_zugriffstoken_konto_id")),
        sa.ForeignKeyConstraint(
            ["stelle_id"], ["stelle.id"], name=op.f("fk_zugriffstoken_stelle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zugriffstoken")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_zugriffstoken_token_hash")),
    )
    for column in ("konto_id", "stelle_id", "laeuft_ab_am"):
        op.create_index(op.f(f"ix_zugriffstoken_{column}"), "zugriffstoken", [column])


def downgrade() -> None:
    op.drop_table("zugriffstoken")
