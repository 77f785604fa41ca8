"""Nutzung."""

import sqlalchemy as sa
from alembic import op

revision = "0007_nutzung"
down_revision = "0006_fall"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "oertliche_festlegung",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("geaendert_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("quelle_id", sa.Integer(), nullable=True),
        sa.Column("stand", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("gebiet_id", sa.Integer(), nullable=False),
        sa.Column("leistung_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("einheit", sa.String(length=60), nullable=False),
        sa.Column("gueltig_ab", sa.Date(), nullable=False),
        sa.Column("gueltig_bis", sa.Date(), nullable=True),
        sa.Column("rueckwirkend", sa.Boolean(), nullable=False),
        sa.Column("rechtsgrundlage", sa.String(length=500), nullable=False),
        sa.Column("beschluss", sa.String(length=200), nullable=False),
        sa.Column("ersetzt", sa.String(length=500), nullable=False),
        sa.Column("vorgaenger_id", sa.Integer(), nullable=True),
        sa.Column("naechste_pruefung", sa.Date(), nullable=True),
        sa.Column("bemerkung", sa.String(), nullable=False),
        sa.CheckConstraint(
            "gueltig_bis IS NULL OR gueltig_ab IS NULL OR gueltig_bis >= gueltig_ab",
            name=op.f("ck_oertliche_festlegung_gueltig_bis_nach_gueltig_ab"),
        ),
        sa.ForeignKeyConstraint(
            ["gebiet_id"], ["gebiet.id"], name=op.f("fk_oertliche_festlegung_gebiet_id")
        ),
        sa.ForeignKeyConstraint(
            ["leistung_id"], ["leistung.id"], name=op.f("fk_oertliche_festlegung_leistung_id")
        ),
        sa.ForeignKeyConstraint(
            ["quelle_id"], ["quelle.id"], name=op.f("fk_oertliche_festlegung_quelle_id")
        ),
        sa.ForeignKeyConstraint(
            ["vorgaenger_id"],
            ["oertliche_festlegung.id"],
            name=op.f("fk_oertliche_festlegung_vorgaenger_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oertliche_festlegung")),
        sa.UniqueConstraint(
            "gebiet_id",
            "name",
            "gueltig_ab",
            name=op.f("uq_oertliche_festlegung_gebiet_id_name_gueltig_ab"),
        ),
    )
    op.create_table(
        "formular",
        sa.Column("quelle_id", sa.Integer(), nullable=True),
        sa.Column("stand", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stelle_id", sa.Integer(), nullable=False),
        sa.Column("leistung_id", sa.Integer(), nullable=False),
        sa.Column("titel", sa.String(length=300), nullable=False),
        sa.Column("stufe", sa.String(length=20), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.CheckConstraint(
            "stufe IN ('pdf', 'onlineformular', 'assistent')", name=op.f("ck_formular_stufe")
        ),
        sa.ForeignKeyConstraint(
            ["leistung_id"], ["leistung.id"], name=op.f("fk_formular_leistung_id")
        ),
        sa.ForeignKeyConstraint(["quelle_id"], ["quelle.id"], name=op.f("fk_formular_quelle_id")),
        sa.ForeignKeyConstraint(["stelle_id"], ["stelle.id"], name=op.f("fk_formular_stelle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_formular")),
    )
    op.create_table(
        "oertlicher_wert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("festlegung_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("merkmal", sa.String(length=300), nullable=False),
        sa.Column("wert", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["festlegung_id"],
            ["oertliche_festlegung.id"],
            name=op.f("fk_oertlicher_wert_festlegung_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oertlicher_wert")),
        sa.UniqueConstraint(
            "festlegung_id", "position", name=op.f("uq_oertlicher_wert_festlegung_id_position")
        ),
    )
    op.create_table(
        "festlegung_ozg",
        sa.Column("festlegung_id", sa.Integer(), nullable=False),
        sa.Column("ozg_leistung_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["festlegung_id"],
            ["oertliche_festlegung.id"],
            name=op.f("fk_festlegung_ozg_festlegung_id"),
        ),
        sa.ForeignKeyConstraint(
            ["ozg_leistung_id"], ["ozg_leistung.id"], name=op.f("fk_festlegung_ozg_ozg_leistung_id")
        ),
        sa.PrimaryKeyConstraint("festlegung_id", "ozg_leistung_id", name=op.f("pk_festlegung_ozg")),
    )
    op.create_table(
        "fundstelle",
        sa.Column("quelle_id", sa.Integer(), nullable=True),
        sa.Column("stand", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("gebiet_id", sa.Integer(), nullable=False),
        sa.Column("leistung_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("host", sa.String(length=253), nullable=False),
        sa.Column("onlinedienst_id", sa.Integer(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "ok",
                "nicht_ok",
                "unbekannt",
                name="fundstellenstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("entfallen_am", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["gebiet_id"], ["gebiet.id"], name=op.f("fk_fundstelle_gebiet_id")),
        sa.ForeignKeyConstraint(
            ["leistung_id"], ["leistung.id"], name=op.f("fk_fundstelle_leistung_id")
        ),
        sa.ForeignKeyConstraint(
            ["onlinedienst_id"], ["onlinedienst.id"], name=op.f("fk_fundstelle_onlinedienst_id")
        ),
        sa.ForeignKeyConstraint(["quelle_id"], ["quelle.id"], name=op.f("fk_fundstelle_quelle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fundstelle")),
        sa.UniqueConstraint(
            "gebiet_id", "leistung_id", "url", name=op.f("uq_fundstelle_gebiet_id_leistung_id_url")
        ),
    )
    op.create_table(
        "einsatz",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("geaendert_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("quelle_id", sa.Integer(), nullable=True),
        sa.Column("stand", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stelle_id", sa.Integer(), nullable=False),
        sa.Column("onlinedienst_id", sa.Integer(), nullable=False),
        sa.Column(
            "rolle",
            sa.Enum(
                "nutzt",
                "erstellt",
                "betreibt",
                "pilotiert",
                "plant",
                "beobachtet",
                name="einsatzrolle",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "geplant",
                "in_umsetzung",
                "produktiv",
                "voruebergehend_nicht_verfuegbar",
                "beendet",
                name="einsatzstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("ab", sa.Date(), nullable=True),
        sa.Column("bis", sa.Date(), nullable=True),
        sa.Column("ausgesetzt_bis", sa.Date(), nullable=True),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("layout", sa.String(length=200), nullable=False),
        sa.Column("fachverfahren", sa.String(length=200), nullable=False),
        sa.Column("reifegrad_modell", sa.String(length=10), nullable=True),
        sa.Column("reifegrad_stufe", sa.Integer(), nullable=True),
        sa.Column("ziel_reifegrad_modell", sa.String(length=10), nullable=True),
        sa.Column("ziel_reifegrad_stufe", sa.Integer(), nullable=True),
        sa.Column("ziel_datum", sa.Date(), nullable=True),
        sa.Column("nachweise_online", sa.Boolean(), nullable=True),
        sa.Column("bescheid_digital", sa.Boolean(), nullable=True),
        sa.Column("vorbild_id", sa.Integer(), nullable=True),
        sa.Column("vertreten_durch_id", sa.Integer(), nullable=True),
        sa.Column("nachnutzung_id", sa.Integer(), nullable=True),
        sa.Column("gemeldet_von_id", sa.Integer(), nullable=True),
        sa.Column(
            "beleg",
            sa.Enum(
                "eigenangabe",
                "anbieter",
                "pvog",
                "import",
                "koordinierung",
                name="beleg",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("bestaetigt_am", sa.Date(), nullable=True),
        sa.Column("bestaetigt_von_id", sa.Integer(), nullable=True),
        sa.Column("widersprochen_am", sa.Date(), nullable=True),
        sa.Column("widersprochen_von_id", sa.Integer(), nullable=True),
        sa.Column("pruefung_faellig", sa.Date(), nullable=True),
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
        sa.Column("urspruengliche_stelle_id", sa.Integer(), nullable=True),
        sa.Column("bemerkung", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(reifegrad_modell IS NULL) = (reifegrad_stufe IS NULL)",
            name=op.f("ck_einsatz_reifegrad_mit_modell"),
        ),
        sa.CheckConstraint(
            "(ziel_reifegrad_modell IS NULL) = (ziel_reifegrad_stufe IS NULL)",
            name=op.f("ck_einsatz_ziel_reifegrad_mit_modell"),
        ),
        sa.CheckConstraint(
            "bis IS NULL OR ab IS NULL OR bis >= ab", name=op.f("ck_einsatz_bis_nach_ab")
        ),
        sa.ForeignKeyConstraint(
            ["bestaetigt_von_id"], ["konto.id"], name=op.f("fk_einsatz_bestaetigt_von_id")
        ),
        sa.ForeignKeyConstraint(
            ["gemeldet_von_id"], ["stelle.id"], name=op.f("fk_einsatz_gemeldet_von_id")
        ),
        sa.ForeignKeyConstraint(
            ["nachnutzung_id"], ["nachnutzung.id"], name=op.f("fk_einsatz_nachnutzung_id")
        ),
        sa.ForeignKeyConstraint(
            ["onlinedienst_id"], ["onlinedienst.id"], name=op.f("fk_einsatz_onlinedienst_id")
        ),
        sa.ForeignKeyConstraint(["quelle_id"], ["quelle.id"], name=op.f("fk_einsatz_quelle_id")),
        sa.ForeignKeyConstraint(["stelle_id"], ["stelle.id"], name=op.f("fk_einsatz_stelle_id")),
        sa.ForeignKeyConstraint(
            ["urspruengliche_stelle_id"],
            ["stelle.id"],
            name=op.f("fk_einsatz_urspruengliche_stelle_id"),
        ),
        sa.ForeignKeyConstraint(
            ["vertreten_durch_id"], ["stelle.id"], name=op.f("fk_einsatz_vertreten_durch_id")
        ),
        sa.ForeignKeyConstraint(["vorbild_id"], ["einsatz.id"], name=op.f("fk_einsatz_vorbild_id")),
        sa.ForeignKeyConstraint(
            ["widersprochen_von_id"], ["konto.id"], name=op.f("fk_einsatz_widersprochen_von_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_einsatz")),
    )
    op.create_table(
        "abhaengigkeit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("einsatz_id", sa.Integer(), nullable=False),
        sa.Column("was", sa.String(length=300), nullable=False),
        sa.Column("bis", sa.Date(), nullable=True),
        sa.Column("erledigt_am", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["einsatz_id"], ["einsatz.id"], name=op.f("fk_abhaengigkeit_einsatz_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_abhaengigkeit")),
    )
    op.create_table(
        "einsatz_aenderung",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("einsatz_id", sa.Integer(), nullable=False),
        sa.Column("am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("konto_id", sa.Integer(), nullable=True),
        sa.Column("feld", sa.String(length=60), nullable=False),
        sa.Column("alt", sa.String(), nullable=False),
        sa.Column("neu", sa.String(), nullable=False),
        sa.Column("grund", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["einsatz_id"], ["einsatz.id"], name=op.f("fk_einsatz_aenderung_einsatz_id")
        ),
        sa.ForeignKeyConstraint(
            ["konto_id"], ["konto.id"], name=op.f("fk_einsatz_aenderung_konto_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_einsatz_aenderung")),
    )
    op.create_table(
        "einsatz_antragsstrecke",
        sa.Column("einsatz_id", sa.Integer(), nullable=False),
        sa.Column("antragsstrecke_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["antragsstrecke_id"],
            ["antragsstrecke.id"],
            name=op.f("fk_einsatz_antragsstrecke_antragsstrecke_id"),
        ),
        sa.ForeignKeyConstraint(
            ["einsatz_id"], ["einsatz.id"], name=op.f("fk_einsatz_antragsstrecke_einsatz_id")
        ),
        sa.PrimaryKeyConstraint(
            "einsatz_id", "antragsstrecke_id", name=op.f("pk_einsatz_antragsstrecke")
        ),
    )
    op.create_index(
        op.f("ix_oertliche_festlegung_geaendert_am"),
        "oertliche_festlegung",
        ["geaendert_am"],
        unique=False,
    )
    op.create_index(
        op.f("ix_oertliche_festlegung_leistung_id"),
        "oertliche_festlegung",
        ["leistung_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_oertliche_festlegung_quelle_id"),
        "oertliche_festlegung",
        ["quelle_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_oertliche_festlegung_vorgaenger_id"),
        "oertliche_festlegung",
        ["vorgaenger_id"],
        unique=False,
    )
    op.create_index(op.f("ix_formular_leistung_id"), "formular", ["leistung_id"], unique=False)
    op.create_index(op.f("ix_formular_quelle_id"), "formular", ["quelle_id"], unique=False)
    op.create_index(op.f("ix_formular_stelle_id"), "formular", ["stelle_id"], unique=False)
    op.create_index(
        op.f("ix_festlegung_ozg_ozg_leistung_id"),
        "festlegung_ozg",
        ["ozg_leistung_id"],
        unique=False,
    )
    op.create_index(op.f("ix_fundstelle_host"), "fundstelle", ["host"], unique=False)
    op.create_index(op.f("ix_fundstelle_leistung_id"), "fundstelle", ["leistung_id"], unique=False)
    op.create_index(
        op.f("ix_fundstelle_onlinedienst_id"), "fundstelle", ["onlinedienst_id"], unique=False
    )
    op.create_index(op.f("ix_fundstelle_quelle_id"), "fundstelle", ["quelle_id"], unique=False)
    op.create_index(
        op.f("ix_einsatz_bestaetigt_von_id"), "einsatz", ["bestaetigt_von_id"], unique=False
    )
    op.create_index(op.f("ix_einsatz_geaendert_am"), "einsatz", ["geaendert_am"], unique=False)
    op.create_index(
        op.f("ix_einsatz_gemeldet_von_id"), "einsatz", ["gemeldet_von_id"], unique=False
    )
    op.create_index("ix_einsatz_neueste", "einsatz", ["stand", "id"], unique=False)
    op.create_index(op.f("ix_einsatz_nachnutzung_id"), "einsatz", ["nachnutzung_id"], unique=False)
    op.create_index(
        op.f("ix_einsatz_pruefung_faellig"), "einsatz", ["pruefung_faellig"], unique=False
    )
    op.create_index(op.f("ix_einsatz_quelle_id"), "einsatz", ["quelle_id"], unique=False)
    op.create_index(
        op.f("ix_einsatz_urspruengliche_stelle_id"),
        "einsatz",
        ["urspruengliche_stelle_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_einsatz_vertreten_durch_id"), "einsatz", ["vertreten_durch_id"], unique=False
    )
    op.create_index(op.f("ix_einsatz_vorbild_id"), "einsatz", ["vorbild_id"], unique=False)
    op.create_index(
        "ix_einsatz_was_nutzt",
        "einsatz",
        [
            "stelle_id",
            "sichtbarkeit",
            "status",
            "widersprochen_am",
            "onlinedienst_id",
            "rolle",
            "bis",
            "beleg",
        ],
        unique=False,
    )
    op.create_index(
        "ix_einsatz_wer_nutzt",
        "einsatz",
        [
            "onlinedienst_id",
            "sichtbarkeit",
            "status",
            "widersprochen_am",
            "stelle_id",
            "rolle",
            "bis",
            "id",
        ],
        unique=False,
    )
    op.create_index(
        op.f("ix_einsatz_widersprochen_von_id"), "einsatz", ["widersprochen_von_id"], unique=False
    )
    op.create_index(
        op.f("ix_abhaengigkeit_einsatz_id"), "abhaengigkeit", ["einsatz_id"], unique=False
    )
    op.create_index(op.f("ix_einsatz_aenderung_am"), "einsatz_aenderung", ["am"], unique=False)
    op.create_index(
        op.f("ix_einsatz_aenderung_einsatz_id"), "einsatz_aenderung", ["einsatz_id"], unique=False
    )
    op.create_index(
        op.f("ix_einsatz_aenderung_konto_id"), "einsatz_aenderung", ["konto_id"], unique=False
    )
    op.create_index(
        op.f("ix_einsatz_antragsstrecke_antragsstrecke_id"),
        "einsatz_antragsstrecke",
        ["antragsstrecke_id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_table("einsatz_antragsstrecke")
    op.drop_table("einsatz_aenderung")
    op.drop_table("abhaengigkeit")
    op.drop_table("einsatz")
    op.drop_table("fundstelle")
    op.drop_table("festlegung_ozg")
    op.drop_table("oertlicher_wert")
    op.drop_table("formular")
    op.drop_table("oertliche_festlegung")
