"""Koordination."""

import sqlalchemy as sa
from alembic import op

revision = "0008_koordination"
down_revision = "0007_nutzung"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "austauschtermin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("koordinierung_id", sa.Integer(), nullable=False),
        sa.Column("titel", sa.String(length=300), nullable=False),
        sa.Column("beginn", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ende", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ort", sa.String(length=300), nullable=False),
        sa.Column("tagesordnung", sa.String(), nullable=False),
        sa.Column("abgesagt_am", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "ende IS NULL OR beginn IS NULL OR ende >= beginn",
            name=op.f("ck_austauschtermin_ende_nach_beginn"),
        ),
        sa.ForeignKeyConstraint(
            ["koordinierung_id"], ["stelle.id"], name=op.f("fk_austauschtermin_koordinierung_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_austauschtermin")),
    )
    op.create_table(
        "beschluss",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stelle_id", sa.Integer(), nullable=False),
        sa.Column("vorlage", sa.String(length=60), nullable=False),
        sa.Column("sitzung", sa.String(length=60), nullable=False),
        sa.Column("geschaeftszeichen", sa.String(length=100), nullable=False),
        sa.Column("gremium", sa.String(length=200), nullable=False),
        sa.Column("ersetzt", sa.String(length=300), nullable=False),
        sa.Column("bemerkung", sa.String(), nullable=False),
        sa.Column("titel", sa.String(length=500), nullable=False),
        sa.Column("beschlossen_am", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["stelle_id"], ["stelle.id"], name=op.f("fk_beschluss_stelle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_beschluss")),
        sa.UniqueConstraint("stelle_id", "vorlage", name=op.f("uq_beschluss_stelle_id_vorlage")),
    )
    op.create_table(
        "arbeitspaket",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("koordinierung_id", sa.Integer(), nullable=False),
        sa.Column("stelle_id", sa.Integer(), nullable=False),
        sa.Column("themenfeld_id", sa.Integer(), nullable=True),
        sa.Column("ozg_leistung_id", sa.Integer(), nullable=True),
        sa.Column("leistung_id", sa.Integer(), nullable=True),
        sa.Column("titel", sa.String(length=300), nullable=False),
        sa.Column("bis", sa.Date(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "offen",
                "in_arbeit",
                "erledigt",
                "verworfen",
                name="arbeitsstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["koordinierung_id"], ["stelle.id"], name=op.f("fk_arbeitspaket_koordinierung_id")
        ),
        sa.ForeignKeyConstraint(
            ["leistung_id"], ["leistung.id"], name=op.f("fk_arbeitspaket_leistung_id")
        ),
        sa.ForeignKeyConstraint(
            ["ozg_leistung_id"], ["ozg_leistung.id"], name=op.f("fk_arbeitspaket_ozg_leistung_id")
        ),
        sa.ForeignKeyConstraint(
            ["stelle_id"], ["stelle.id"], name=op.f("fk_arbeitspaket_stelle_id")
        ),
        sa.ForeignKeyConstraint(
            ["themenfeld_id"], ["themenfeld.id"], name=op.f("fk_arbeitspaket_themenfeld_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arbeitspaket")),
    )
    op.create_table(
        "berichtstermin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("beschluss_id", sa.Integer(), nullable=False),
        sa.Column("datum", sa.Date(), nullable=False),
        sa.Column("erledigt_am", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["beschluss_id"], ["beschluss.id"], name=op.f("fk_berichtstermin_beschluss_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_berichtstermin")),
        sa.UniqueConstraint(
            "beschluss_id", "datum", name=op.f("uq_berichtstermin_beschluss_id_datum")
        ),
    )
    op.create_table(
        "beschlusspunkt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("beschluss_id", sa.Integer(), nullable=False),
        sa.Column("nummer", sa.Integer(), nullable=False),
        sa.Column("auftrag", sa.String(), nullable=False),
        sa.Column("faellig", sa.Date(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "offen",
                "in_arbeit",
                "erledigt",
                "verworfen",
                name="arbeitsstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("begruendung", sa.String(), nullable=False),
        sa.Column("zeitplan", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["beschluss_id"], ["beschluss.id"], name=op.f("fk_beschlusspunkt_beschluss_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_beschlusspunkt")),
        sa.UniqueConstraint(
            "beschluss_id", "nummer", name=op.f("uq_beschlusspunkt_beschluss_id_nummer")
        ),
    )
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
        op.f("ix_austauschtermin_koordinierung_id"),
        "austauschtermin",
        ["koordinierung_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_arbeitspaket_koordinierung_id"), "arbeitspaket", ["koordinierung_id"], unique=False
    )
    op.create_index(
        op.f("ix_arbeitspaket_leistung_id"), "arbeitspaket", ["leistung_id"], unique=False
    )
    op.create_index(
        op.f("ix_arbeitspaket_ozg_leistung_id"), "arbeitspaket", ["ozg_leistung_id"], unique=False
    )
    op.create_index(op.f("ix_arbeitspaket_stelle_id"), "arbeitspaket", ["stelle_id"], unique=False)
    op.create_index(
        op.f("ix_arbeitspaket_themenfeld_id"), "arbeitspaket", ["themenfeld_id"], unique=False
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


def downgrade() -> None:
    op.drop_table("antwort")
    op.drop_table("umfrage")
    op.drop_table("beschlusspunkt")
    op.drop_table("berichtstermin")
    op.drop_table("arbeitspaket")
    op.drop_table("beschluss")
    op.drop_table("austauschtermin")
