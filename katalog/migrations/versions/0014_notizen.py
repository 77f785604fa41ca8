"""Notizen zu einem Vorgang."""

import sqlalchemy as sa
from alembic import op

revision = "0014_notizen"
down_revision = "0013_anmeldung"
branch_labels = None
depends_on = None

_INDEXED = ("nachnutzung_id", "stelle_id", "konto_id")


def upgrade() -> None:
    op.create_table(
        "notiz",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nachnutzung_id", sa.Integer(), nullable=False),
        sa.Column("stelle_id", sa.Integer(), nullable=False),
        sa.Column("konto_id", sa.Integer(), nullable=True),
        sa.Column("am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["nachnutzung_id"], ["nachnutzung.id"], name=op.f("fk_notiz_nachnutzung_id")
        ),
        sa.ForeignKeyConstraint(["stelle_id"], ["stelle.id"], name=op.f("fk_notiz_stelle_id")),
        sa.ForeignKeyConstraint(["konto_id"], ["konto.id"], name=op.f("fk_notiz_konto_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notiz")),
    )
    for column in _INDEXED:
        op.create_index(op.f(f"ix_notiz_{column}"), "notiz", [column])


def downgrade() -> None:
    op.drop_table("notiz")
