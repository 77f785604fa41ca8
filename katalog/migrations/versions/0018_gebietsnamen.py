"""Gebietsnamen: wie ein Gebiet früher hieß."""

import sqlalchemy as sa
from alembic import op

revision = "0018_gebietsnamen"
down_revision = "0017_anschreiben"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "gebietsname",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quelle_id", sa.Integer(), nullable=True),
        sa.Column("stand", sa.Date(), nullable=True),
        sa.Column("gebiet_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("gueltig_bis", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["gebiet_id"], ["gebiet.id"], name=op.f("fk_gebietsname_gebiet_id")
        ),
        sa.ForeignKeyConstraint(
            ["quelle_id"], ["quelle.id"], name=op.f("fk_gebietsname_quelle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gebietsname")),
        sa.UniqueConstraint(
            "gebiet_id", "gueltig_bis", name=op.f("uq_gebietsname_gebiet_id_gueltig_bis")
        ),
    )
    op.create_index(op.f("ix_gebietsname_quelle_id"), "gebietsname", ["quelle_id"], unique=False)


def downgrade() -> None:
    op.drop_table("gebietsname")
