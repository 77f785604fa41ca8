"""Austauschtermine, Arbeitsteilung, Umfrageantworten als Angaben."""

import sqlalchemy as sa
from alembic import op

revision = "0025_austausch"
down_revision = "0024_rundschreiben"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Nobody could write anything there before: there are no rows to keep.
    op.drop_table("arbeitspaket")
    op.drop_table("austauschtermin")
    op.create_table(
        "arbeitspaket",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("koordinierung_id", sa.Integer(), nullable=False),
        sa.Column("stelle_id", sa.Integer(), nullable=False),
        sa.Column("titel", sa.String(length=150), nullable=False),
        sa.Column("bemerkung", sa.String(), nullable=False),
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
        sa.Column(
            "sichtbarkeit",
            sa.Enum(
                "oeffentlich",
                "verwaltung",
                "eigene",
                name="sichtbarkeit",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["koordinierung_id"], ["stelle.id"], name=op.f("fk_arbeitspaket_koordinierung_id")
        ),
        sa.ForeignKeyConstraint(
            ["stelle_id"], ["stelle.id"], name=op.f("fk_arbeitspaket_stelle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arbeitspaket")),
    )
    op.create_index(op.f("ix_arbeitspaket_koordinierung_id"), "arbeitspaket", ["koordinierung_id"])
    op.create_index(op.f("ix_arbeitspaket_stelle_id"), "arbeitspaket", ["stelle_id"])

    op.create_table(
        "arbeitspaket_beteiligung",
        sa.Column("arbeitspaket_id", sa.Integer(), nullable=False),
        sa.Column("stelle_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["arbeitspaket_id"],
            ["arbeitspaket.id"],
            name=op.f("fk_arbeitspaket_beteiligung_arbeitspaket_id"),
        ),
        sa.ForeignKeyConstraint(
            ["stelle_id"], ["stelle.id"], name=op.f("fk_arbeitspaket_beteiligung_stelle_id")
        ),
        sa.PrimaryKeyConstraint(
            "arbeitspaket_id", "stelle_id", name=op.f("pk_arbeitspaket_beteiligung")
        ),
    )
    op.create_index(
        op.f("ix_arbeitspaket_beteiligung_stelle_id"), "arbeitspaket_beteiligung", ["stelle_id"]
    )

    op.create_table(
        "austauschtermin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("koordinierung_id", sa.Integer(), nullable=False),
        sa.Column("themenfeld_id", sa.Integer(), nullable=True),
        sa.Column("kreis_id", sa.Integer(), nullable=True),
        sa.Column("nutzer_von_id", sa.Integer(), nullable=True),
        sa.Column("titel", sa.String(length=150), nullable=False),
        sa.Column("beginn", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ende", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ort", sa.String(length=300), nullable=False),
        sa.Column("videolink", sa.String(length=1000), nullable=False),
        sa.Column("tagesordnung", sa.String(), nullable=False),
        sa.Column(
            "sichtbarkeit",
            sa.Enum(
                "oeffentlich",
                "verwaltung",
                "eigene",
                name="sichtbarkeit",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("angekuendigt_am", sa.Date(), nullable=True),
        sa.Column("abgesagt_am", sa.Date(), nullable=True),
        sa.Column("ergebnis", sa.String(), nullable=False),
        sa.Column("ergebnis_am", sa.Date(), nullable=True),
        sa.Column("folge", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "ende IS NULL OR beginn IS NULL OR ende >= beginn",
            name=op.f("ck_austauschtermin_ende_nach_beginn"),
        ),
        sa.CheckConstraint(
            "kreis_id IS NULL OR nutzer_von_id IS NULL", name=op.f("ck_austauschtermin_eingeladene")
        ),
        sa.ForeignKeyConstraint(
            ["koordinierung_id"], ["stelle.id"], name=op.f("fk_austauschtermin_koordinierung_id")
        ),
        sa.ForeignKeyConstraint(
            ["kreis_id"], ["gebiet.id"], name=op.f("fk_austauschtermin_kreis_id")
        ),
        sa.ForeignKeyConstraint(
            ["nutzer_von_id"], ["onlinedienst.id"], name=op.f("fk_austauschtermin_nutzer_von_id")
        ),
        sa.ForeignKeyConstraint(
            ["themenfeld_id"], ["themenfeld.id"], name=op.f("fk_austauschtermin_themenfeld_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_austauschtermin")),
    )
    op.create_index(
        op.f("ix_austauschtermin_koordinierung_id"), "austauschtermin", ["koordinierung_id"]
    )
    op.create_index(op.f("ix_austauschtermin_kreis_id"), "austauschtermin", ["kreis_id"])
    op.create_index(op.f("ix_austauschtermin_nutzer_von_id"), "austauschtermin", ["nutzer_von_id"])
    op.create_index(op.f("ix_austauschtermin_themenfeld_id"), "austauschtermin", ["themenfeld_id"])

    op.create_table(
        "bezug",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("austauschtermin_id", sa.Integer(), nullable=True),
        sa.Column("arbeitspaket_id", sa.Integer(), nullable=True),
        sa.Column("ergebnis", sa.Boolean(), nullable=False),
        sa.Column("ozg_leistung_id", sa.Integer(), nullable=True),
        sa.Column("leistung_id", sa.Integer(), nullable=True),
        sa.Column("onlinedienst_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "CASE WHEN austauschtermin_id IS NULL THEN 0 ELSE 1 END + CASE WHEN arbeitspaket_id IS NULL THEN 0 ELSE 1 END = 1",
            name=op.f("ck_bezug_woran"),
        ),
        sa.CheckConstraint(
            "CASE WHEN ozg_leistung_id IS NULL THEN 0 ELSE 1 END + CASE WHEN leistung_id IS NULL THEN 0 ELSE 1 END + CASE WHEN onlinedienst_id IS NULL THEN 0 ELSE 1 END = 1",
            name=op.f("ck_bezug_worauf"),
        ),
        sa.ForeignKeyConstraint(
            ["arbeitspaket_id"], ["arbeitspaket.id"], name=op.f("fk_bezug_arbeitspaket_id")
        ),
        sa.ForeignKeyConstraint(
            ["austauschtermin_id"], ["austauschtermin.id"], name=op.f("fk_bezug_austauschtermin_id")
        ),
        sa.ForeignKeyConstraint(
            ["leistung_id"], ["leistung.id"], name=op.f("fk_bezug_leistung_id")
        ),
        sa.ForeignKeyConstraint(
            ["onlinedienst_id"], ["onlinedienst.id"], name=op.f("fk_bezug_onlinedienst_id")
        ),
        sa.ForeignKeyConstraint(
            ["ozg_leistung_id"], ["ozg_leistung.id"], name=op.f("fk_bezug_ozg_leistung_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bezug")),
    )
    op.create_index(op.f("ix_bezug_arbeitspaket_id"), "bezug", ["arbeitspaket_id"])
    op.create_index(op.f("ix_bezug_austauschtermin_id"), "bezug", ["austauschtermin_id"])
    op.create_index(op.f("ix_bezug_leistung_id"), "bezug", ["leistung_id"])
    op.create_index(op.f("ix_bezug_onlinedienst_id"), "bezug", ["onlinedienst_id"])
    op.create_index(op.f("ix_bezug_ozg_leistung_id"), "bezug", ["ozg_leistung_id"])

    op.create_table(
        "termineinladung",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("termin_id", sa.Integer(), nullable=False),
        sa.Column("stelle_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column(
            "zusage",
            sa.Enum(
                "zugesagt",
                "abgesagt",
                name="zusage",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("geantwortet_am", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(zusage IS NULL) = (geantwortet_am IS NULL)",
            name=op.f("ck_termineinladung_geantwortet"),
        ),
        sa.ForeignKeyConstraint(
            ["stelle_id"], ["stelle.id"], name=op.f("fk_termineinladung_stelle_id")
        ),
        sa.ForeignKeyConstraint(
            ["termin_id"], ["austauschtermin.id"], name=op.f("fk_termineinladung_termin_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_termineinladung")),
        sa.UniqueConstraint(
            "termin_id", "stelle_id", name=op.f("uq_termineinladung_termin_id_stelle_id")
        ),
        sa.UniqueConstraint("token_hash", name=op.f("uq_termineinladung_token_hash")),
    )
    op.create_index(op.f("ix_termineinladung_stelle_id"), "termineinladung", ["stelle_id"])

    op.create_table(
        "themenvorschlag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("termin_id", sa.Integer(), nullable=False),
        sa.Column("stelle_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column(
            "stand",
            sa.Enum(
                "offen",
                "aufgenommen",
                "abgelehnt",
                name="vorschlagsstand",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("vorgeschlagen_am", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["stelle_id"], ["stelle.id"], name=op.f("fk_themenvorschlag_stelle_id")
        ),
        sa.ForeignKeyConstraint(
            ["termin_id"], ["austauschtermin.id"], name=op.f("fk_themenvorschlag_termin_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_themenvorschlag")),
    )
    op.create_index(op.f("ix_themenvorschlag_stelle_id"), "themenvorschlag", ["stelle_id"])
    op.create_index(op.f("ix_themenvorschlag_termin_id"), "themenvorschlag", ["termin_id"])
    with op.batch_alter_table("antwort") as batch:
        batch.add_column(sa.Column("einsatz_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_antwort_einsatz_id"), "einsatz", ["einsatz_id"], ["id"])
        batch.create_index(op.f("ix_antwort_einsatz_id"), ["einsatz_id"])


def downgrade() -> None:
    with op.batch_alter_table("antwort") as batch:
        batch.drop_constraint(op.f("fk_antwort_einsatz_id"), type_="foreignkey")
        batch.drop_index(op.f("ix_antwort_einsatz_id"))
        batch.drop_column("einsatz_id")
    for table in (
        "bezug",
        "arbeitspaket_beteiligung",
        "arbeitspaket",
        "themenvorschlag",
        "termineinladung",
        "austauschtermin",
    ):
        op.drop_table(table)
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
