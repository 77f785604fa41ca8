"""Umfragen."""

import sqlalchemy as sa
from alembic import op

revision = "0020_umfragen"
down_revision = "0019_erinnern"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Nobody could ask anything before: there are no answers to keep.
    op.drop_table("antwort")
    op.drop_table("umfrage")
    op.create_table(
        "umfrage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("koordinierung_id", sa.Integer(), nullable=False),
        sa.Column("behoerdenart_id", sa.Integer(), nullable=True),
        sa.Column("leistung_id", sa.Integer(), nullable=True),
        sa.Column(
            "ebene",
            sa.Enum(
                "land",
                "regierungsbezirk",
                "kreis",
                "verband",
                "gemeinde",
                name="gebietsebene",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("titel", sa.String(length=300), nullable=False),
        sa.Column("worum", sa.String(), nullable=False),
        sa.Column("beginn", sa.Date(), nullable=True),
        sa.Column("ende", sa.Date(), nullable=False),
        sa.Column("geschlossen_am", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "CASE WHEN behoerdenart_id IS NULL THEN 0 ELSE 1 END + CASE WHEN leistung_id IS NULL THEN 0 ELSE 1 END + CASE WHEN ebene IS NULL THEN 0 ELSE 1 END = 1",
            name=op.f("ck_umfrage_gefragte"),
        ),
        sa.CheckConstraint(
            "ende IS NULL OR beginn IS NULL OR ende >= beginn",
            name=op.f("ck_umfrage_ende_nach_beginn"),
        ),
        sa.ForeignKeyConstraint(
            ["behoerdenart_id"], ["behoerdenart.id"], name=op.f("fk_umfrage_behoerdenart_id")
        ),
        sa.ForeignKeyConstraint(
            ["koordinierung_id"], ["stelle.id"], name=op.f("fk_umfrage_koordinierung_id")
        ),
        sa.ForeignKeyConstraint(
            ["leistung_id"], ["leistung.id"], name=op.f("fk_umfrage_leistung_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_umfrage")),
    )
    with op.batch_alter_table("umfrage", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_umfrage_behoerdenart_id"), ["behoerdenart_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_umfrage_koordinierung_id"), ["koordinierung_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_umfrage_leistung_id"), ["leistung_id"], unique=False)

    op.create_table(
        "antwort",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("umfrage_id", sa.Integer(), nullable=False),
        sa.Column("stelle_id", sa.Integer(), nullable=False),
        sa.Column("angeschrieben_am", sa.Date(), nullable=True),
        sa.Column("beantwortet_am", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "teilnahme",
            sa.Enum(
                "nutzt",
                "plant",
                "nicht_geplant",
                name="teilnahme",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("geplant_bis", sa.Date(), nullable=True),
        sa.Column("bemerkung", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(teilnahme IS NULL) = (beantwortet_am IS NULL)",
            name=op.f("ck_antwort_beantwortet_mit_teilnahme"),
        ),
        sa.ForeignKeyConstraint(["stelle_id"], ["stelle.id"], name=op.f("fk_antwort_stelle_id")),
        sa.ForeignKeyConstraint(["umfrage_id"], ["umfrage.id"], name=op.f("fk_antwort_umfrage_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_antwort")),
        sa.UniqueConstraint(
            "umfrage_id", "stelle_id", name=op.f("uq_antwort_umfrage_id_stelle_id")
        ),
    )
    with op.batch_alter_table("antwort", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_antwort_stelle_id"), ["stelle_id"], unique=False)

    op.create_table(
        "umfragefrage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("umfrage_id", sa.Integer(), nullable=False),
        sa.Column("nummer", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column(
            "art",
            sa.Enum(
                "auswahl",
                "text",
                "datum",
                name="frageart",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("moeglichkeiten", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["umfrage_id"], ["umfrage.id"], name=op.f("fk_umfragefrage_umfrage_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_umfragefrage")),
        sa.UniqueConstraint("umfrage_id", "nummer", name=op.f("uq_umfragefrage_umfrage_id_nummer")),
    )
    op.create_table(
        "umfrageangabe",
        sa.Column("antwort_id", sa.Integer(), nullable=False),
        sa.Column("frage_id", sa.Integer(), nullable=False),
        sa.Column("wert", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["antwort_id"], ["antwort.id"], name=op.f("fk_umfrageangabe_antwort_id")
        ),
        sa.ForeignKeyConstraint(
            ["frage_id"], ["umfragefrage.id"], name=op.f("fk_umfrageangabe_frage_id")
        ),
        sa.PrimaryKeyConstraint("antwort_id", "frage_id", name=op.f("pk_umfrageangabe")),
    )
    with op.batch_alter_table("umfrageangabe", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_umfrageangabe_frage_id"), ["frage_id"], unique=False)

    op.create_table(
        "umfragelink",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("antwort_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("versuche", sa.Integer(), nullable=False),
        sa.Column("versucht_am", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["antwort_id"], ["antwort.id"], name=op.f("fk_umfragelink_antwort_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_umfragelink")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_umfragelink_token_hash")),
    )
    with op.batch_alter_table("umfragelink", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_umfragelink_antwort_id"), ["antwort_id"], unique=False)


def downgrade() -> None:
    op.drop_table("umfrageangabe")
    op.drop_table("umfragelink")
    op.drop_table("antwort")
    op.drop_table("umfragefrage")
    op.drop_table("umfrage")
    op.create_table(
        "umfrage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("koordinierung_id", sa.Integer(), nullable=False),
        sa.Column("behoerdenart_id", sa.Integer(), nullable=True),
        sa.Column("onlinedienst_id", sa.Integer(), nullable=True),
        sa.Column("titel", sa.String(length=300), nullable=False),
        sa.Column("frage", sa.String(), nullable=False),
        sa.Column("antwortmoeglichkeiten", sa.String(), nullable=False),
        sa.Column("beginn", sa.Date(), nullable=False),
        sa.Column("ende", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "ende IS NULL OR beginn IS NULL OR ende >= beginn",
            name=op.f("ck_umfrage_ende_nach_beginn"),
        ),
        sa.ForeignKeyConstraint(
            ["behoerdenart_id"], ["behoerdenart.id"], name=op.f("fk_umfrage_behoerdenart_id")
        ),
        sa.ForeignKeyConstraint(
            ["koordinierung_id"], ["stelle.id"], name=op.f("fk_umfrage_koordinierung_id")
        ),
        sa.ForeignKeyConstraint(
            ["onlinedienst_id"], ["onlinedienst.id"], name=op.f("fk_umfrage_onlinedienst_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_umfrage")),
    )
    op.create_table(
        "antwort",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("umfrage_id", sa.Integer(), nullable=False),
        sa.Column("stelle_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "offen",
                "beantwortet",
                "abgelehnt",
                name="antwortstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("wert", sa.String(length=300), nullable=False),
        sa.Column("bemerkung", sa.String(), nullable=False),
        sa.Column("kennwort_hash", sa.String(length=64), nullable=False),
        sa.Column("beantwortet_am", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erinnert_am", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["stelle_id"], ["stelle.id"], name=op.f("fk_antwort_stelle_id")),
        sa.ForeignKeyConstraint(["umfrage_id"], ["umfrage.id"], name=op.f("fk_antwort_umfrage_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_antwort")),
        sa.UniqueConstraint(
            "umfrage_id", "stelle_id", name=op.f("uq_antwort_umfrage_id_stelle_id")
        ),
    )
    op.create_index(
        op.f("ix_umfrage_behoerdenart_id"), "umfrage", ["behoerdenart_id"], unique=False
    )
    op.create_index(
        op.f("ix_umfrage_koordinierung_id"), "umfrage", ["koordinierung_id"], unique=False
    )
    op.create_index(
        op.f("ix_umfrage_onlinedienst_id"), "umfrage", ["onlinedienst_id"], unique=False
    )
    op.create_index(op.f("ix_antwort_stelle_id"), "antwort", ["stelle_id"], unique=False)
