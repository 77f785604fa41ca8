"""Register der Gebiete und Leistungen."""

import sqlalchemy as sa
from alembic import op

revision = "0002_register"
down_revision = "0001_quellen"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "gebiet",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("geaendert_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("quelle_id", sa.Integer(), nullable=True),
        sa.Column("stand", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
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
            nullable=False,
        ),
        sa.Column("ars", sa.String(length=12), nullable=False),
        sa.Column("ags", sa.String(length=8), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("bezeichnung", sa.String(length=100), nullable=False),
        sa.Column("sortier", sa.String(length=200), nullable=False),
        sa.Column("kreisfrei", sa.Boolean(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("land_id", sa.Integer(), nullable=True),
        sa.Column("kreis_id", sa.Integer(), nullable=True),
        sa.Column("einwohner", sa.Integer(), nullable=True),
        sa.Column("flaeche_km2", sa.Float(), nullable=True),
        sa.Column("plz", sa.String(length=5), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("gueltig_ab", sa.Date(), nullable=False),
        sa.Column("gueltig_bis", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "ags IS NULL OR length(ags) IN (2, 3, 5, 8)", name=op.f("ck_gebiet_ags_laenge")
        ),
        sa.CheckConstraint("ars IS NULL OR length(ars) IN (12)", name=op.f("ck_gebiet_ars_laenge")),
        sa.CheckConstraint(
            "gueltig_bis IS NULL OR gueltig_ab IS NULL OR gueltig_bis >= gueltig_ab",
            name=op.f("ck_gebiet_gueltig_bis_nach_gueltig_ab"),
        ),
        sa.ForeignKeyConstraint(["kreis_id"], ["gebiet.id"], name=op.f("fk_gebiet_kreis_id")),
        sa.ForeignKeyConstraint(["land_id"], ["gebiet.id"], name=op.f("fk_gebiet_land_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["gebiet.id"], name=op.f("fk_gebiet_parent_id")),
        sa.ForeignKeyConstraint(["quelle_id"], ["quelle.id"], name=op.f("fk_gebiet_quelle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gebiet")),
        sa.UniqueConstraint(
            "ebene", "ars", "gueltig_ab", name=op.f("uq_gebiet_ebene_ars_gueltig_ab")
        ),
    )
    op.create_table(
        "leistung",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("geaendert_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("quelle_id", sa.Integer(), nullable=True),
        sa.Column("stand", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("leistungsschluessel", sa.String(length=14), nullable=True),
        sa.Column("bezeichnung", sa.String(length=1000), nullable=False),
        sa.Column("bezeichnung_buerger", sa.String(length=1000), nullable=False),
        sa.Column("kurztext", sa.String(), nullable=False),
        sa.Column("sortier", sa.String(length=1000), nullable=False),
        sa.Column("rechtsgrundlage", sa.String(), nullable=False),
        sa.Column("gueltig_ab", sa.Date(), nullable=True),
        sa.Column("gueltig_bis", sa.Date(), nullable=True),
        sa.Column("entfallen_am", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "gueltig_bis IS NULL OR gueltig_ab IS NULL OR gueltig_bis >= gueltig_ab",
            name=op.f("ck_leistung_gueltig_bis_nach_gueltig_ab"),
        ),
        sa.CheckConstraint(
            "leistungsschluessel IS NULL OR length(leistungsschluessel) IN (14)",
            name=op.f("ck_leistung_leistungsschluessel_laenge"),
        ),
        sa.ForeignKeyConstraint(["quelle_id"], ["quelle.id"], name=op.f("fk_leistung_quelle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leistung")),
        sa.UniqueConstraint("leistungsschluessel", name=op.f("uq_leistung_leistungsschluessel")),
    )
    op.create_table(
        "themenfeld",
        sa.Column("quelle_id", sa.Integer(), nullable=True),
        sa.Column("stand", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_alt", sa.String(length=100), nullable=False),
        sa.Column("beschreibung", sa.String(), nullable=False),
        sa.Column("sortier", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["quelle_id"], ["quelle.id"], name=op.f("fk_themenfeld_quelle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_themenfeld")),
        sa.UniqueConstraint("slug", name=op.f("uq_themenfeld_slug")),
    )
    op.create_table(
        "gebietsschluessel",
        sa.Column("quelle_id", sa.Integer(), nullable=True),
        sa.Column("stand", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("gebiet_id", sa.Integer(), nullable=False),
        sa.Column(
            "art",
            sa.Enum(
                "ars",
                "ags",
                name="schluesselart",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("wert", sa.String(length=12), nullable=False),
        sa.Column("gueltig_ab", sa.Date(), nullable=True),
        sa.Column("gueltig_bis", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "gueltig_bis IS NULL OR gueltig_ab IS NULL OR gueltig_bis >= gueltig_ab",
            name=op.f("ck_gebietsschluessel_gueltig_bis_nach_gueltig_ab"),
        ),
        sa.ForeignKeyConstraint(
            ["gebiet_id"], ["gebiet.id"], name=op.f("fk_gebietsschluessel_gebiet_id")
        ),
        sa.ForeignKeyConstraint(
            ["quelle_id"], ["quelle.id"], name=op.f("fk_gebietsschluessel_quelle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gebietsschluessel")),
        sa.UniqueConstraint(
            "art", "wert", "gebiet_id", name=op.f("uq_gebietsschluessel_art_wert_gebiet_id")
        ),
    )
    op.create_table(
        "lage",
        sa.Column("quelle_id", sa.Integer(), nullable=True),
        sa.Column("stand", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "art",
            sa.Enum(
                "lebenslage",
                "unternehmenslage",
                "querschnitt",
                name="lagenart",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("themenfeld_id", sa.Integer(), nullable=False),
        sa.Column("sortier", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["quelle_id"], ["quelle.id"], name=op.f("fk_lage_quelle_id")),
        sa.ForeignKeyConstraint(
            ["themenfeld_id"], ["themenfeld.id"], name=op.f("fk_lage_themenfeld_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lage")),
        sa.UniqueConstraint("name", "themenfeld_id", name=op.f("uq_lage_name_themenfeld_id")),
    )
    op.create_table(
        "leistungsmerkmal",
        sa.Column("leistung_id", sa.Integer(), nullable=False),
        sa.Column(
            "art",
            sa.Enum(
                "typisierung",
                "zielgruppe",
                name="leistungsmerkmalart",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("wert", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["leistung_id"], ["leistung.id"], name=op.f("fk_leistungsmerkmal_leistung_id")
        ),
        sa.PrimaryKeyConstraint("leistung_id", "art", "wert", name=op.f("pk_leistungsmerkmal")),
    )
    op.create_table(
        "nachfolge",
        sa.Column("quelle_id", sa.Integer(), nullable=True),
        sa.Column("stand", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("von_id", sa.Integer(), nullable=False),
        sa.Column("nach_id", sa.Integer(), nullable=False),
        sa.Column("datum", sa.Date(), nullable=False),
        sa.Column("vorgang", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["nach_id"], ["gebiet.id"], name=op.f("fk_nachfolge_nach_id")),
        sa.ForeignKeyConstraint(["quelle_id"], ["quelle.id"], name=op.f("fk_nachfolge_quelle_id")),
        sa.ForeignKeyConstraint(["von_id"], ["gebiet.id"], name=op.f("fk_nachfolge_von_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nachfolge")),
        sa.UniqueConstraint(
            "von_id", "nach_id", "datum", name=op.f("uq_nachfolge_von_id_nach_id_datum")
        ),
    )
    op.create_table(
        "ozg_leistung",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("geaendert_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("quelle_id", sa.Integer(), nullable=True),
        sa.Column("stand", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ozg_id", sa.String(length=5), nullable=False),
        sa.Column("titel", sa.String(length=500), nullable=False),
        sa.Column("beschreibung", sa.String(), nullable=False),
        sa.Column("sortier", sa.String(length=500), nullable=False),
        sa.Column("themenfeld_id", sa.Integer(), nullable=True),
        sa.Column("lage_id", sa.Integer(), nullable=True),
        sa.Column(
            "top100",
            sa.Enum(
                "buerger",
                "wirtschaft",
                name="top100",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("prioritaet", sa.String(length=40), nullable=False),
        sa.Column("federfuehrung", sa.String(length=300), nullable=False),
        sa.Column("entfallen_am", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "ozg_id IS NULL OR length(ozg_id) IN (5)", name=op.f("ck_ozg_leistung_ozg_id_laenge")
        ),
        sa.ForeignKeyConstraint(["lage_id"], ["lage.id"], name=op.f("fk_ozg_leistung_lage_id")),
        sa.ForeignKeyConstraint(
            ["quelle_id"], ["quelle.id"], name=op.f("fk_ozg_leistung_quelle_id")
        ),
        sa.ForeignKeyConstraint(
            ["themenfeld_id"], ["themenfeld.id"], name=op.f("fk_ozg_leistung_themenfeld_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ozg_leistung")),
        sa.UniqueConstraint("ozg_id", name=op.f("uq_ozg_leistung_ozg_id")),
    )
    op.create_table(
        "ozg_zuordnung",
        sa.Column("quelle_id", sa.Integer(), nullable=True),
        sa.Column("stand", sa.Date(), nullable=True),
        sa.Column("ozg_leistung_id", sa.Integer(), nullable=False),
        sa.Column("leistung_id", sa.Integer(), nullable=False),
        sa.Column("entfallen_am", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["leistung_id"], ["leistung.id"], name=op.f("fk_ozg_zuordnung_leistung_id")
        ),
        sa.ForeignKeyConstraint(
            ["ozg_leistung_id"], ["ozg_leistung.id"], name=op.f("fk_ozg_zuordnung_ozg_leistung_id")
        ),
        sa.ForeignKeyConstraint(
            ["quelle_id"], ["quelle.id"], name=op.f("fk_ozg_zuordnung_quelle_id")
        ),
        sa.PrimaryKeyConstraint("ozg_leistung_id", "leistung_id", name=op.f("pk_ozg_zuordnung")),
    )
    op.create_index(op.f("ix_gebiet_ags"), "gebiet", ["ags"], unique=False)
    op.create_index(op.f("ix_gebiet_ars"), "gebiet", ["ars"], unique=False)
    op.create_index(op.f("ix_gebiet_geaendert_am"), "gebiet", ["geaendert_am"], unique=False)
    op.create_index(op.f("ix_gebiet_kreis_id"), "gebiet", ["kreis_id"], unique=False)
    op.create_index(op.f("ix_gebiet_land_id"), "gebiet", ["land_id"], unique=False)
    op.create_index("ix_gebiet_liste", "gebiet", ["ebene", "gueltig_bis", "sortier"], unique=False)
    op.create_index(op.f("ix_gebiet_parent_id"), "gebiet", ["parent_id"], unique=False)
    op.create_index(op.f("ix_gebiet_plz"), "gebiet", ["plz"], unique=False)
    op.create_index(op.f("ix_gebiet_quelle_id"), "gebiet", ["quelle_id"], unique=False)
    op.create_index(op.f("ix_leistung_geaendert_am"), "leistung", ["geaendert_am"], unique=False)
    op.create_index(op.f("ix_leistung_quelle_id"), "leistung", ["quelle_id"], unique=False)
    op.create_index(op.f("ix_leistung_sortier"), "leistung", ["sortier"], unique=False)
    op.create_index(op.f("ix_themenfeld_quelle_id"), "themenfeld", ["quelle_id"], unique=False)
    op.create_index(
        op.f("ix_gebietsschluessel_gebiet_id"), "gebietsschluessel", ["gebiet_id"], unique=False
    )
    op.create_index(
        op.f("ix_gebietsschluessel_quelle_id"), "gebietsschluessel", ["quelle_id"], unique=False
    )
    op.create_index(op.f("ix_lage_quelle_id"), "lage", ["quelle_id"], unique=False)
    op.create_index(op.f("ix_lage_themenfeld_id"), "lage", ["themenfeld_id"], unique=False)
    op.create_index("ix_leistungsmerkmal_wert", "leistungsmerkmal", ["art", "wert"], unique=False)
    op.create_index(op.f("ix_nachfolge_nach_id"), "nachfolge", ["nach_id"], unique=False)
    op.create_index(op.f("ix_nachfolge_quelle_id"), "nachfolge", ["quelle_id"], unique=False)
    op.create_index(op.f("ix_nachfolge_von_id"), "nachfolge", ["von_id"], unique=False)
    op.create_index(
        op.f("ix_ozg_leistung_geaendert_am"), "ozg_leistung", ["geaendert_am"], unique=False
    )
    op.create_index(op.f("ix_ozg_leistung_lage_id"), "ozg_leistung", ["lage_id"], unique=False)
    op.create_index(op.f("ix_ozg_leistung_quelle_id"), "ozg_leistung", ["quelle_id"], unique=False)
    op.create_index(op.f("ix_ozg_leistung_sortier"), "ozg_leistung", ["sortier"], unique=False)
    op.create_index(
        op.f("ix_ozg_leistung_themenfeld_id"), "ozg_leistung", ["themenfeld_id"], unique=False
    )
    op.create_index(
        op.f("ix_ozg_zuordnung_leistung_id"), "ozg_zuordnung", ["leistung_id"], unique=False
    )
    op.create_index(
        op.f("ix_ozg_zuordnung_quelle_id"), "ozg_zuordnung", ["quelle_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("ozg_zuordnung")
    op.drop_table("ozg_leistung")
    op.drop_table("nachfolge")
    op.drop_table("leistungsmerkmal")
    op.drop_table("lage")
    op.drop_table("gebietsschluessel")
    op.drop_table("themenfeld")
    op.drop_table("leistung")
    op.drop_table("gebiet")
