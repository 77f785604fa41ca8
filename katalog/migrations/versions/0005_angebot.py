"""Angebote."""

import sqlalchemy as sa
from alembic import op

revision = "0005_angebot"
down_revision = "0004_konten"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "onlinedienst",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("geaendert_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("quelle_id", sa.Integer(), nullable=True),
        sa.Column("stand", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kennung", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("kurzname", sa.String(length=100), nullable=False),
        sa.Column("sortier", sa.String(length=300), nullable=False),
        sa.Column("kurzbeschreibung", sa.String(), nullable=False),
        sa.Column(
            "art",
            sa.Enum(
                "efa",
                "landesloesung",
                "kommunal",
                "markt",
                "opensource",
                "konzept",
                name="dienstart",
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
                "in_entwicklung",
                "pilot",
                "verfuegbar",
                "abgekuendigt",
                "eingestellt",
                name="dienststatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("verfuegbar_ab", sa.Date(), nullable=True),
        sa.Column(
            "verfuegbar_ab_genau",
            sa.Enum(
                "tag",
                "monat",
                "jahr",
                name="datumsgenauigkeit",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("eingestellt_zum", sa.Date(), nullable=True),
        sa.Column("nachfolger_id", sa.Integer(), nullable=True),
        sa.Column("themenfeld_id", sa.Integer(), nullable=True),
        sa.Column("traeger_id", sa.Integer(), nullable=True),
        sa.Column("betreibendes_land_id", sa.Integer(), nullable=True),
        sa.Column("dienstleister_id", sa.Integer(), nullable=True),
        sa.Column("bundesministerium", sa.String(length=300), nullable=False),
        sa.Column("plattform_id", sa.Integer(), nullable=True),
        sa.Column("vertrauensniveau", sa.String(length=100), nullable=False),
        sa.Column("nutzerkonto", sa.String(length=200), nullable=False),
        sa.Column(
            "epayment",
            sa.Enum(
                "nicht_erforderlich",
                "optional",
                "erforderlich",
                name="epayment",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("xstandard", sa.String(length=100), nullable=False),
        sa.Column("xstandard_version", sa.String(length=40), nullable=False),
        sa.Column("zustellort", sa.String(length=300), nullable=False),
        sa.Column(
            "kosten_modell",
            sa.Enum(
                "kostenneutral",
                "umlage",
                "lizenz",
                "sonstige",
                name="kostenmodell",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("kosten_text", sa.String(length=500), nullable=False),
        sa.Column("lizenz", sa.String(length=100), nullable=False),
        sa.Column("quellcode_url", sa.String(length=1000), nullable=False),
        sa.Column("demo_url", sa.String(length=1000), nullable=False),
        sa.Column("marktplatz_id", sa.String(length=100), nullable=False),
        sa.Column("foerderung", sa.String(length=300), nullable=False),
        sa.Column("reifegrad_modell", sa.String(length=10), nullable=True),
        sa.Column("reifegrad_stufe", sa.Integer(), nullable=True),
        sa.Column("entwurf", sa.Boolean(), nullable=False),
        sa.Column("entfallen_am", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(reifegrad_modell IS NULL) = (reifegrad_stufe IS NULL)",
            name=op.f("ck_onlinedienst_reifegrad_mit_modell"),
        ),
        sa.CheckConstraint(
            "(verfuegbar_ab IS NULL) = (verfuegbar_ab_genau IS NULL)",
            name=op.f("ck_onlinedienst_verfuegbar_ab_genau"),
        ),
        sa.CheckConstraint(
            "nachfolger_id IS NULL OR nachfolger_id <> id",
            name=op.f("ck_onlinedienst_nicht_sich_selbst"),
        ),
        sa.ForeignKeyConstraint(
            ["betreibendes_land_id"],
            ["gebiet.id"],
            name=op.f("fk_onlinedienst_betreibendes_land_id"),
        ),
        sa.ForeignKeyConstraint(
            ["dienstleister_id"], ["stelle.id"], name=op.f("fk_onlinedienst_dienstleister_id")
        ),
        sa.ForeignKeyConstraint(
            ["nachfolger_id"], ["onlinedienst.id"], name=op.f("fk_onlinedienst_nachfolger_id")
        ),
        sa.ForeignKeyConstraint(
            ["plattform_id"], ["plattform.id"], name=op.f("fk_onlinedienst_plattform_id")
        ),
        sa.ForeignKeyConstraint(
            ["quelle_id"], ["quelle.id"], name=op.f("fk_onlinedienst_quelle_id")
        ),
        sa.ForeignKeyConstraint(
            ["themenfeld_id"], ["themenfeld.id"], name=op.f("fk_onlinedienst_themenfeld_id")
        ),
        sa.ForeignKeyConstraint(
            ["traeger_id"], ["stelle.id"], name=op.f("fk_onlinedienst_traeger_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_onlinedienst")),
        sa.UniqueConstraint("kennung", name=op.f("uq_onlinedienst_kennung")),
    )
    op.create_table(
        "antragsstrecke",
        sa.Column("quelle_id", sa.Integer(), nullable=True),
        sa.Column("stand", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("onlinedienst_id", sa.Integer(), nullable=False),
        sa.Column("leistung_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("reifegrad_modell", sa.String(length=10), nullable=True),
        sa.Column("reifegrad_stufe", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(reifegrad_modell IS NULL) = (reifegrad_stufe IS NULL)",
            name=op.f("ck_antragsstrecke_reifegrad_mit_modell"),
        ),
        sa.ForeignKeyConstraint(
            ["leistung_id"], ["leistung.id"], name=op.f("fk_antragsstrecke_leistung_id")
        ),
        sa.ForeignKeyConstraint(
            ["onlinedienst_id"], ["onlinedienst.id"], name=op.f("fk_antragsstrecke_onlinedienst_id")
        ),
        sa.ForeignKeyConstraint(
            ["quelle_id"], ["quelle.id"], name=op.f("fk_antragsstrecke_quelle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_antragsstrecke")),
        sa.UniqueConstraint(
            "onlinedienst_id",
            "leistung_id",
            "name",
            name=op.f("uq_antragsstrecke_onlinedienst_id_leistung_id_name"),
        ),
    )
    op.create_table(
        "dienstmerkmal",
        sa.Column("onlinedienst_id", sa.Integer(), nullable=False),
        sa.Column(
            "art",
            sa.Enum(
                "authentifizierung",
                "transportweg",
                "fachverfahren",
                name="dienstmerkmalart",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("wert", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["onlinedienst_id"], ["onlinedienst.id"], name=op.f("fk_dienstmerkmal_onlinedienst_id")
        ),
        sa.PrimaryKeyConstraint("onlinedienst_id", "art", "wert", name=op.f("pk_dienstmerkmal")),
    )
    op.create_table(
        "landesangebot",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("geaendert_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("quelle_id", sa.Integer(), nullable=True),
        sa.Column("stand", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("onlinedienst_id", sa.Integer(), nullable=False),
        sa.Column("koordinierung_id", sa.Integer(), nullable=False),
        sa.Column("land_id", sa.Integer(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "geplant",
                "angeboten",
                "zurueckgestellt",
                "eingestellt",
                name="angebotsstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("verfuegbar_ab", sa.Date(), nullable=True),
        sa.Column(
            "verfuegbar_ab_genau",
            sa.Enum(
                "tag",
                "monat",
                "jahr",
                name="datumsgenauigkeit",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("eingestellt_zum", sa.Date(), nullable=True),
        sa.Column(
            "kosten_modell",
            sa.Enum(
                "kostenneutral",
                "umlage",
                "lizenz",
                "sonstige",
                name="kostenmodell",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("kosten_text", sa.String(length=500), nullable=False),
        sa.Column("fachressort", sa.String(length=500), nullable=False),
        sa.Column("behoerdenart_id", sa.Integer(), nullable=True),
        sa.Column("zustaendige_stelle", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "(verfuegbar_ab IS NULL) = (verfuegbar_ab_genau IS NULL)",
            name=op.f("ck_landesangebot_verfuegbar_ab_genau"),
        ),
        sa.ForeignKeyConstraint(
            ["behoerdenart_id"], ["behoerdenart.id"], name=op.f("fk_landesangebot_behoerdenart_id")
        ),
        sa.ForeignKeyConstraint(
            ["koordinierung_id"], ["stelle.id"], name=op.f("fk_landesangebot_koordinierung_id")
        ),
        sa.ForeignKeyConstraint(["land_id"], ["gebiet.id"], name=op.f("fk_landesangebot_land_id")),
        sa.ForeignKeyConstraint(
            ["onlinedienst_id"], ["onlinedienst.id"], name=op.f("fk_landesangebot_onlinedienst_id")
        ),
        sa.ForeignKeyConstraint(
            ["quelle_id"], ["quelle.id"], name=op.f("fk_landesangebot_quelle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_landesangebot")),
        sa.UniqueConstraint(
            "onlinedienst_id",
            "koordinierung_id",
            name=op.f("uq_landesangebot_onlinedienst_id_koordinierung_id"),
        ),
    )
    op.create_table(
        "onlinedienst_ozg",
        sa.Column("quelle_id", sa.Integer(), nullable=True),
        sa.Column("stand", sa.Date(), nullable=True),
        sa.Column("onlinedienst_id", sa.Integer(), nullable=False),
        sa.Column("ozg_leistung_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["onlinedienst_id"],
            ["onlinedienst.id"],
            name=op.f("fk_onlinedienst_ozg_onlinedienst_id"),
        ),
        sa.ForeignKeyConstraint(
            ["ozg_leistung_id"],
            ["ozg_leistung.id"],
            name=op.f("fk_onlinedienst_ozg_ozg_leistung_id"),
        ),
        sa.ForeignKeyConstraint(
            ["quelle_id"], ["quelle.id"], name=op.f("fk_onlinedienst_ozg_quelle_id")
        ),
        sa.PrimaryKeyConstraint(
            "onlinedienst_id", "ozg_leistung_id", name=op.f("pk_onlinedienst_ozg")
        ),
    )
    op.create_table(
        "release",
        sa.Column("quelle_id", sa.Integer(), nullable=True),
        sa.Column("stand", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("onlinedienst_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=60), nullable=False),
        sa.Column("datum", sa.Date(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["onlinedienst_id"], ["onlinedienst.id"], name=op.f("fk_release_onlinedienst_id")
        ),
        sa.ForeignKeyConstraint(["quelle_id"], ["quelle.id"], name=op.f("fk_release_quelle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        sa.UniqueConstraint(
            "onlinedienst_id", "version", name=op.f("uq_release_onlinedienst_id_version")
        ),
    )
    op.create_table(
        "kontakt",
        sa.Column("quelle_id", sa.Integer(), nullable=True),
        sa.Column("stand", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stelle_id", sa.Integer(), nullable=True),
        sa.Column("landesangebot_id", sa.Integer(), nullable=True),
        sa.Column("rolle_id", sa.Integer(), nullable=False),
        sa.Column(
            "ebene",
            sa.Enum(
                "vollzug",
                "landkreis",
                "land",
                name="kontaktebene",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("bezeichnung", sa.String(length=300), nullable=False),
        sa.Column("funktionspostfach", sa.String(length=254), nullable=False),
        sa.Column("telefon", sa.String(length=60), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("vertritt_id", sa.Integer(), nullable=True),
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
        sa.ForeignKeyConstraint(
            ["landesangebot_id"], ["landesangebot.id"], name=op.f("fk_kontakt_landesangebot_id")
        ),
        sa.ForeignKeyConstraint(["quelle_id"], ["quelle.id"], name=op.f("fk_kontakt_quelle_id")),
        sa.ForeignKeyConstraint(
            ["rolle_id"], ["kontaktrolle.id"], name=op.f("fk_kontakt_rolle_id")
        ),
        sa.ForeignKeyConstraint(["stelle_id"], ["stelle.id"], name=op.f("fk_kontakt_stelle_id")),
        sa.ForeignKeyConstraint(
            ["vertritt_id"], ["kontakt.id"], name=op.f("fk_kontakt_vertritt_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kontakt")),
    )
    op.create_table(
        "pilotkommune",
        sa.Column("landesangebot_id", sa.Integer(), nullable=False),
        sa.Column("stelle_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["landesangebot_id"],
            ["landesangebot.id"],
            name=op.f("fk_pilotkommune_landesangebot_id"),
        ),
        sa.ForeignKeyConstraint(
            ["stelle_id"], ["stelle.id"], name=op.f("fk_pilotkommune_stelle_id")
        ),
        sa.PrimaryKeyConstraint("landesangebot_id", "stelle_id", name=op.f("pk_pilotkommune")),
    )
    op.create_table(
        "pruefpunktvorlage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("landesangebot_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("titel", sa.String(length=300), nullable=False),
        sa.Column(
            "gruppe",
            sa.Enum(
                "vorab",
                "technisch",
                "betrieb",
                name="pruefpunktgruppe",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "stufe",
            sa.Enum(
                "vor_test",
                "im_test",
                name="pruefpunktstufe",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("pflicht", sa.Boolean(), nullable=False),
        sa.Column("hinweis", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["landesangebot_id"],
            ["landesangebot.id"],
            name=op.f("fk_pruefpunktvorlage_landesangebot_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pruefpunktvorlage")),
        sa.UniqueConstraint(
            "landesangebot_id",
            "position",
            name=op.f("uq_pruefpunktvorlage_landesangebot_id_position"),
        ),
    )
    op.create_table(
        "verweis",
        sa.Column("quelle_id", sa.Integer(), nullable=True),
        sa.Column("stand", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("onlinedienst_id", sa.Integer(), nullable=True),
        sa.Column("landesangebot_id", sa.Integer(), nullable=True),
        sa.Column(
            "art",
            sa.Enum(
                "anbindungsleitfaden",
                "landesportal",
                "infoseite",
                "faq",
                "versionshinweise",
                "demo",
                "marktplatz",
                "sonstiges",
                name="verweisart",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("titel", sa.String(length=300), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.CheckConstraint(
            "CASE WHEN onlinedienst_id IS NULL THEN 0 ELSE 1 END + CASE WHEN landesangebot_id IS NULL THEN 0 ELSE 1 END = 1",
            name=op.f("ck_verweis_eines_von_beiden"),
        ),
        sa.ForeignKeyConstraint(
            ["landesangebot_id"], ["landesangebot.id"], name=op.f("fk_verweis_landesangebot_id")
        ),
        sa.ForeignKeyConstraint(
            ["onlinedienst_id"], ["onlinedienst.id"], name=op.f("fk_verweis_onlinedienst_id")
        ),
        sa.ForeignKeyConstraint(["quelle_id"], ["quelle.id"], name=op.f("fk_verweis_quelle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verweis")),
    )
    op.create_index(op.f("ix_onlinedienst_art"), "onlinedienst", ["art"], unique=False)
    op.create_index(
        op.f("ix_onlinedienst_betreibendes_land_id"),
        "onlinedienst",
        ["betreibendes_land_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_onlinedienst_dienstleister_id"), "onlinedienst", ["dienstleister_id"], unique=False
    )
    op.create_index(
        op.f("ix_onlinedienst_geaendert_am"), "onlinedienst", ["geaendert_am"], unique=False
    )
    op.create_index(
        op.f("ix_onlinedienst_nachfolger_id"), "onlinedienst", ["nachfolger_id"], unique=False
    )
    op.create_index(
        op.f("ix_onlinedienst_plattform_id"), "onlinedienst", ["plattform_id"], unique=False
    )
    op.create_index(op.f("ix_onlinedienst_quelle_id"), "onlinedienst", ["quelle_id"], unique=False)
    op.create_index(op.f("ix_onlinedienst_sortier"), "onlinedienst", ["sortier"], unique=False)
    op.create_index(op.f("ix_onlinedienst_status"), "onlinedienst", ["status"], unique=False)
    op.create_index(
        op.f("ix_onlinedienst_themenfeld_id"), "onlinedienst", ["themenfeld_id"], unique=False
    )
    op.create_index(
        op.f("ix_onlinedienst_traeger_id"), "onlinedienst", ["traeger_id"], unique=False
    )
    op.create_index(
        op.f("ix_antragsstrecke_leistung_id"), "antragsstrecke", ["leistung_id"], unique=False
    )
    op.create_index(
        op.f("ix_antragsstrecke_quelle_id"), "antragsstrecke", ["quelle_id"], unique=False
    )
    op.create_index("ix_dienstmerkmal_wert", "dienstmerkmal", ["art", "wert"], unique=False)
    op.create_index(
        op.f("ix_landesangebot_behoerdenart_id"), "landesangebot", ["behoerdenart_id"], unique=False
    )
    op.create_index(
        op.f("ix_landesangebot_geaendert_am"), "landesangebot", ["geaendert_am"], unique=False
    )
    op.create_index(
        op.f("ix_landesangebot_koordinierung_id"),
        "landesangebot",
        ["koordinierung_id"],
        unique=False,
    )
    op.create_index(op.f("ix_landesangebot_land_id"), "landesangebot", ["land_id"], unique=False)
    op.create_index(
        op.f("ix_landesangebot_quelle_id"), "landesangebot", ["quelle_id"], unique=False
    )
    op.create_index(
        op.f("ix_onlinedienst_ozg_ozg_leistung_id"),
        "onlinedienst_ozg",
        ["ozg_leistung_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_onlinedienst_ozg_quelle_id"), "onlinedienst_ozg", ["quelle_id"], unique=False
    )
    op.create_index(op.f("ix_release_quelle_id"), "release", ["quelle_id"], unique=False)
    op.create_index(
        op.f("ix_kontakt_landesangebot_id"), "kontakt", ["landesangebot_id"], unique=False
    )
    op.create_index(op.f("ix_kontakt_quelle_id"), "kontakt", ["quelle_id"], unique=False)
    op.create_index(op.f("ix_kontakt_rolle_id"), "kontakt", ["rolle_id"], unique=False)
    op.create_index(op.f("ix_kontakt_stelle_id"), "kontakt", ["stelle_id"], unique=False)
    op.create_index(op.f("ix_kontakt_vertritt_id"), "kontakt", ["vertritt_id"], unique=False)
    op.create_index(op.f("ix_pilotkommune_stelle_id"), "pilotkommune", ["stelle_id"], unique=False)
    op.create_index(
        op.f("ix_verweis_landesangebot_id"), "verweis", ["landesangebot_id"], unique=False
    )
    op.create_index(
        op.f("ix_verweis_onlinedienst_id"), "verweis", ["onlinedienst_id"], unique=False
    )
    op.create_index(op.f("ix_verweis_quelle_id"), "verweis", ["quelle_id"], unique=False)


def downgrade() -> None:
    op.drop_table("verweis")
    op.drop_table("pruefpunktvorlage")
    op.drop_table("pilotkommune")
    op.drop_table("kontakt")
    op.drop_table("release")
    op.drop_table("onlinedienst_ozg")
    op.drop_table("landesangebot")
    op.drop_table("dienstmerkmal")
    op.drop_table("antragsstrecke")
    op.drop_table("onlinedienst")
