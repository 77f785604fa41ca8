"""Anschreiben: was eine Stelle an die Nutzer eines Onlinedienstes schrieb."""

import sqlalchemy as sa
from alembic import op

revision = "0017_anschreiben"
down_revision = "0016_aufbewahrung"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "anschreiben",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("onlinedienst_id", sa.Integer(), nullable=False),
        sa.Column("stelle_id", sa.Integer(), nullable=False),
        sa.Column("konto_id", sa.Integer(), nullable=False),
        sa.Column("betreff", sa.String(length=150), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("empfaenger", sa.Integer(), nullable=False),
        sa.Column("gesendet_am", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["konto_id"], ["konto.id"], name=op.f("fk_anschreiben_konto_id")),
        sa.ForeignKeyConstraint(
            ["onlinedienst_id"], ["onlinedienst.id"], name=op.f("fk_anschreiben_onlinedienst_id")
        ),
        sa.ForeignKeyConstraint(
            ["stelle_id"], ["stelle.id"], name=op.f("fk_anschreiben_stelle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anschreiben")),
    )
    op.create_index("ix_anschreiben_stelle", "anschreiben", ["stelle_id", "gesendet_am"])
    op.create_index("ix_anschreiben_konto", "anschreiben", ["konto_id", "gesendet_am"])
    op.create_index(op.f("ix_anschreiben_onlinedienst_id"), "anschreiben", ["onlinedienst_id"])


def downgrade() -> None:
    op.drop_table("anschreiben")
