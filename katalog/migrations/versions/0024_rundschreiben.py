"""Rundschreiben: was eine Koordinierende Stelle an die Stellen vieler Vorgänge schrieb."""

import sqlalchemy as sa
from alembic import op

revision = "0024_rundschreiben"
down_revision = "0023_merken"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rundschreiben",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("koordinierung_id", sa.Integer(), nullable=False),
        sa.Column("konto_id", sa.Integer(), nullable=False),
        sa.Column("betreff", sa.String(length=150), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column(
            "umfang",
            sa.Enum(
                "stelle",
                "vorgang",
                name="rundschreibenumfang",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("auswahl", sa.String(length=500), nullable=False),
        sa.Column("kennzeichen", sa.String(length=64), nullable=False),
        sa.Column("gesendet_am", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["konto_id"], ["konto.id"], name=op.f("fk_rundschreiben_konto_id")),
        sa.ForeignKeyConstraint(
            ["koordinierung_id"], ["stelle.id"], name=op.f("fk_rundschreiben_koordinierung_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rundschreiben")),
        sa.UniqueConstraint("kennzeichen", name=op.f("uq_rundschreiben_kennzeichen")),
    )
    op.create_index(
        "ix_rundschreiben_koordinierung", "rundschreiben", ["koordinierung_id", "gesendet_am"]
    )
    op.create_index(op.f("ix_rundschreiben_konto_id"), "rundschreiben", ["konto_id"])
    op.create_table(
        "rundschreibenempfaenger",
        sa.Column("rundschreiben_id", sa.Integer(), nullable=False),
        sa.Column("nachnutzung_id", sa.Integer(), nullable=False),
        sa.Column("anlass", sa.String(length=100), nullable=False),
        sa.Column("wiederholt_am", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["nachnutzung_id"],
            ["nachnutzung.id"],
            name=op.f("fk_rundschreibenempfaenger_nachnutzung_id"),
        ),
        sa.ForeignKeyConstraint(
            ["rundschreiben_id"],
            ["rundschreiben.id"],
            name=op.f("fk_rundschreibenempfaenger_rundschreiben_id"),
        ),
        sa.PrimaryKeyConstraint(
            "rundschreiben_id", "nachnutzung_id", name=op.f("pk_rundschreibenempfaenger")
        ),
    )
    for column in ("nachnutzung_id", "anlass"):
        op.create_index(
            op.f(f"ix_rundschreibenempfaenger_{column}"), "rundschreibenempfaenger", [column]
        )


def downgrade() -> None:
    op.drop_table("rundschreibenempfaenger")
    op.drop_table("rundschreiben")
