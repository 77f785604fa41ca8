"""Aufbewahrung: womit das gekürzte Protokoll beginnt."""

import sqlalchemy as sa
from alembic import op

revision = "0016_aufbewahrung"
down_revision = "0015_linkpruefung"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "protokollanfang",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("folge", sa.Integer(), nullable=False),
        sa.Column("siegel", sa.String(length=64), nullable=False),
        sa.Column("gekuerzt_am", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protokollanfang")),
    )


def downgrade() -> None:
    op.drop_table("protokollanfang")
