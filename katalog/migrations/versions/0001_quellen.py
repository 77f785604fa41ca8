"""Quellen und Importe."""

import sqlalchemy as sa
from alembic import op

revision = "0001_quellen"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quelle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kennung", sa.String(length=80), nullable=False),
        sa.Column("titel", sa.String(length=300), nullable=False),
        sa.Column(
            "art",
            sa.Enum(
                "amtlich",
                "eingabe",
                "import",
                "seed",
                "demo",
                name="quellenart",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("herausgeber", sa.String(length=300), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("lizenz", sa.String(length=300), nullable=False),
        sa.Column("stand", sa.Date(), nullable=True),
        sa.Column("stand_text", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quelle")),
        sa.UniqueConstraint("kennung", name=op.f("uq_quelle_kennung")),
    )
    op.create_table(
        "importlauf",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quelle_id", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(length=40), nullable=False),
        sa.Column("dateien", sa.JSON(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "laeuft",
                "fertig",
                "abgebrochen",
                name="laufstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("begonnen_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beendet_am", sa.DateTime(timezone=True), nullable=True),
        sa.Column("zahlen", sa.JSON(), nullable=False),
        sa.Column("meldung", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["quelle_id"], ["quelle.id"], name=op.f("fk_importlauf_quelle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_importlauf")),
    )
    op.create_table(
        "pruefergebnis",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("importlauf_id", sa.Integer(), nullable=False),
        sa.Column(
            "art",
            sa.Enum(
                "neu",
                "geaendert",
                "entfallen",
                "abgelehnt",
                "hinweis",
                name="befundart",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("zeile", sa.Integer(), nullable=True),
        sa.Column("stelle", sa.String(length=300), nullable=False),
        sa.Column("wert", sa.String(length=1000), nullable=False),
        sa.Column("ursache", sa.String(length=1000), nullable=False),
        sa.Column("abhilfe", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(
            ["importlauf_id"], ["importlauf.id"], name=op.f("fk_pruefergebnis_importlauf_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pruefergebnis")),
    )
    op.create_table(
        "quellsatz",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quelle_id", sa.Integer(), nullable=False),
        sa.Column("art", sa.String(length=40), nullable=False),
        sa.Column("fremdschluessel", sa.String(length=200), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("inhalt", sa.JSON(), nullable=False),
        sa.Column("objekt_id", sa.Integer(), nullable=True),
        sa.Column("importlauf_id", sa.Integer(), nullable=True),
        sa.Column("gesehen_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entfallen_am", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["importlauf_id"], ["importlauf.id"], name=op.f("fk_quellsatz_importlauf_id")
        ),
        sa.ForeignKeyConstraint(["quelle_id"], ["quelle.id"], name=op.f("fk_quellsatz_quelle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quellsatz")),
        sa.UniqueConstraint(
            "quelle_id",
            "art",
            "fremdschluessel",
            name=op.f("uq_quellsatz_quelle_id_art_fremdschluessel"),
        ),
    )
    op.create_index(op.f("ix_importlauf_begonnen_am"), "importlauf", ["begonnen_am"], unique=False)
    op.create_index(op.f("ix_importlauf_quelle_id"), "importlauf", ["quelle_id"], unique=False)
    op.create_index(
        op.f("ix_pruefergebnis_importlauf_id"), "pruefergebnis", ["importlauf_id"], unique=False
    )
    op.create_index(
        op.f("ix_quellsatz_importlauf_id"), "quellsatz", ["importlauf_id"], unique=False
    )
    op.create_index(op.f("ix_quellsatz_objekt_id"), "quellsatz", ["objekt_id"], unique=False)


def downgrade() -> None:
    op.drop_table("quellsatz")
    op.drop_table("pruefergebnis")
    op.drop_table("importlauf")
    op.drop_table("quelle")
