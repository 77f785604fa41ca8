"""Linkprüfung: ob angegebene Adressen noch antworten."""

import sqlalchemy as sa
from alembic import op

revision = "0015_linkpruefung"
down_revision = "0014_notizen"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "linkpruefung",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("host", sa.String(length=253), nullable=False),
        sa.Column(
            "befund",
            sa.Enum(
                "offen",
                "erreichbar",
                "fehlt",
                "gestoert",
                "stumm",
                "ungeprueft",
                name="linkbefund",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("meldung", sa.String(length=300), nullable=False),
        sa.Column("geprueft_am", sa.DateTime(timezone=True), nullable=True),
        sa.Column("naechste_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fehlversuche", sa.Integer(), nullable=False),
        sa.Column("seit", sa.Date(), nullable=True),
        sa.Column("nicht_erreichbar_am", sa.Date(), nullable=True),
        sa.Column("nachgefragt_am", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_linkpruefung")),
        sa.UniqueConstraint("url", name=op.f("uq_linkpruefung_url")),
    )
    op.create_index("ix_linkpruefung_faellig", "linkpruefung", ["naechste_am", "host"])
    op.create_index(op.f("ix_linkpruefung_geprueft_am"), "linkpruefung", ["geprueft_am"])
    op.create_index(op.f("ix_linkpruefung_host"), "linkpruefung", ["host"])


def downgrade() -> None:
    op.drop_table("linkpruefung")
