"""Stellen."""

import sqlalchemy as sa
from alembic import op

revision = "0003_stellen"
down_revision = "0002_register"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "behoerdenart",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kennung", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_behoerdenart")),
        sa.UniqueConstraint("kennung", name=op.f("uq_behoerdenart_kennung")),
    )
    op.create_table(
        "kontaktrolle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kennung", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("beschreibung", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kontaktrolle")),
        sa.UniqueConstraint("kennung", name=op.f("uq_kontaktrolle_kennung")),
    )
    op.create_table(
        "netzwerk",
        sa.Column("quelle_id", sa.Integer(), nullable=True),
        sa.Column("stand", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kennung", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("zweck", sa.String(), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(["quelle_id"], ["quelle.id"], name=op.f("fk_netzwerk_quelle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_netzwerk")),
        sa.UniqueConstraint("kennung", name=op.f("uq_netzwerk_kennung")),
    )
    op.create_table(
        "fallzahl",
        sa.Column("quelle_id", sa.Integer(), nullable=True),
        sa.Column("stand", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("gebiet_id", sa.Integer(), nullable=False),
        sa.Column("leistung_id", sa.Integer(), nullable=False),
        sa.Column("jahr", sa.Integer(), nullable=False),
        sa.Column("anzahl", sa.Integer(), nullable=False),
        sa.CheckConstraint("anzahl >= 0", name=op.f("ck_fallzahl_anzahl_nicht_negativ")),
        sa.ForeignKeyConstraint(["gebiet_id"], ["gebiet.id"], name=op.f("fk_fallzahl_gebiet_id")),
        sa.ForeignKeyConstraint(
            ["leistung_id"], ["leistung.id"], name=op.f("fk_fallzahl_leistung_id")
        ),
        sa.ForeignKeyConstraint(["quelle_id"], ["quelle.id"], name=op.f("fk_fallzahl_quelle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fallzahl")),
        sa.UniqueConstraint(
            "gebiet_id", "leistung_id", "jahr", name=op.f("uq_fallzahl_gebiet_id_leistung_id_jahr")
        ),
    )
    op.create_table(
        "stelle",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("geaendert_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("quelle_id", sa.Integer(), nullable=True),
        sa.Column("stand", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kennung", sa.String(length=80), nullable=True),
        sa.Column(
            "art",
            sa.Enum(
                "kommune",
                "verband",
                "land",
                "koordinierung",
                "dienstleister",
                "ministerium",
                "zweckverband",
                "sonstige",
                name="stellenart",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("kurzname", sa.String(length=100), nullable=False),
        sa.Column("sortier", sa.String(length=300), nullable=False),
        sa.Column("gebiet_id", sa.Integer(), nullable=True),
        sa.Column("land_id", sa.Integer(), nullable=True),
        sa.Column("website", sa.String(length=1000), nullable=False),
        sa.Column("entfallen_am", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["gebiet_id"], ["gebiet.id"], name=op.f("fk_stelle_gebiet_id")),
        sa.ForeignKeyConstraint(["land_id"], ["gebiet.id"], name=op.f("fk_stelle_land_id")),
        sa.ForeignKeyConstraint(["quelle_id"], ["quelle.id"], name=op.f("fk_stelle_quelle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stelle")),
        sa.UniqueConstraint("gebiet_id", name=op.f("uq_stelle_gebiet_id")),
        sa.UniqueConstraint("kennung", name=op.f("uq_stelle_kennung")),
    )
    op.create_table(
        "behoerde",
        sa.Column("quelle_id", sa.Integer(), nullable=True),
        sa.Column("stand", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("behoerdenart_id", sa.Integer(), nullable=False),
        sa.Column("stelle_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["behoerdenart_id"], ["behoerdenart.id"], name=op.f("fk_behoerde_behoerdenart_id")
        ),
        sa.ForeignKeyConstraint(["quelle_id"], ["quelle.id"], name=op.f("fk_behoerde_quelle_id")),
        sa.ForeignKeyConstraint(["stelle_id"], ["stelle.id"], name=op.f("fk_behoerde_stelle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_behoerde")),
        sa.UniqueConstraint(
            "behoerdenart_id", "stelle_id", name=op.f("uq_behoerde_behoerdenart_id_stelle_id")
        ),
    )
    op.create_table(
        "mitglied",
        sa.Column("quelle_id", sa.Integer(), nullable=True),
        sa.Column("stand", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("verbund_id", sa.Integer(), nullable=False),
        sa.Column("stelle_id", sa.Integer(), nullable=False),
        sa.Column("ab", sa.Date(), nullable=True),
        sa.Column("bis", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "bis IS NULL OR ab IS NULL OR bis >= ab", name=op.f("ck_mitglied_bis_nach_ab")
        ),
        sa.CheckConstraint("verbund_id <> stelle_id", name=op.f("ck_mitglied_nicht_sich_selbst")),
        sa.ForeignKeyConstraint(["quelle_id"], ["quelle.id"], name=op.f("fk_mitglied_quelle_id")),
        sa.ForeignKeyConstraint(["stelle_id"], ["stelle.id"], name=op.f("fk_mitglied_stelle_id")),
        sa.ForeignKeyConstraint(["verbund_id"], ["stelle.id"], name=op.f("fk_mitglied_verbund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mitglied")),
        sa.UniqueConstraint(
            "verbund_id", "stelle_id", "ab", name=op.f("uq_mitglied_verbund_id_stelle_id_ab")
        ),
    )
    op.create_table(
        "netzwerkpartner",
        sa.Column("netzwerk_id", sa.Integer(), nullable=False),
        sa.Column("stelle_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["netzwerk_id"], ["netzwerk.id"], name=op.f("fk_netzwerkpartner_netzwerk_id")
        ),
        sa.ForeignKeyConstraint(
            ["stelle_id"], ["stelle.id"], name=op.f("fk_netzwerkpartner_stelle_id")
        ),
        sa.PrimaryKeyConstraint("netzwerk_id", "stelle_id", name=op.f("pk_netzwerkpartner")),
    )
    op.create_table(
        "plattform",
        sa.Column("quelle_id", sa.Integer(), nullable=True),
        sa.Column("stand", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kennung", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("betreiber_id", sa.Integer(), nullable=True),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(
            ["betreiber_id"], ["stelle.id"], name=op.f("fk_plattform_betreiber_id")
        ),
        sa.ForeignKeyConstraint(["quelle_id"], ["quelle.id"], name=op.f("fk_plattform_quelle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plattform")),
        sa.UniqueConstraint("kennung", name=op.f("uq_plattform_kennung")),
    )
    op.create_table(
        "wirkungsgebiet",
        sa.Column("quelle_id", sa.Integer(), nullable=True),
        sa.Column("stand", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stelle_id", sa.Integer(), nullable=False),
        sa.Column("gebiet_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["gebiet_id"], ["gebiet.id"], name=op.f("fk_wirkungsgebiet_gebiet_id")
        ),
        sa.ForeignKeyConstraint(
            ["quelle_id"], ["quelle.id"], name=op.f("fk_wirkungsgebiet_quelle_id")
        ),
        sa.ForeignKeyConstraint(
            ["stelle_id"], ["stelle.id"], name=op.f("fk_wirkungsgebiet_stelle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wirkungsgebiet")),
        sa.UniqueConstraint(
            "stelle_id", "gebiet_id", name=op.f("uq_wirkungsgebiet_stelle_id_gebiet_id")
        ),
    )
    op.create_table(
        "zustaendigkeit",
        sa.Column("quelle_id", sa.Integer(), nullable=True),
        sa.Column("stand", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("leistung_id", sa.Integer(), nullable=False),
        sa.Column("stelle_id", sa.Integer(), nullable=True),
        sa.Column("behoerdenart_id", sa.Integer(), nullable=True),
        sa.Column("gebiet_id", sa.Integer(), nullable=False),
        sa.Column("ausnahme", sa.Boolean(), nullable=False),
        sa.Column("gueltig_ab", sa.Date(), nullable=True),
        sa.Column("gueltig_bis", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "CASE WHEN stelle_id IS NULL THEN 0 ELSE 1 END + CASE WHEN behoerdenart_id IS NULL THEN 0 ELSE 1 END = 1",
            name=op.f("ck_zustaendigkeit_stelle_oder_behoerdenart"),
        ),
        sa.CheckConstraint(
            "gueltig_bis IS NULL OR gueltig_ab IS NULL OR gueltig_bis >= gueltig_ab",
            name=op.f("ck_zustaendigkeit_gueltig_bis_nach_gueltig_ab"),
        ),
        sa.ForeignKeyConstraint(
            ["behoerdenart_id"], ["behoerdenart.id"], name=op.f("fk_zustaendigkeit_behoerdenart_id")
        ),
        sa.ForeignKeyConstraint(
            ["gebiet_id"], ["gebiet.id"], name=op.f("fk_zustaendigkeit_gebiet_id")
        ),
        sa.ForeignKeyConstraint(
            ["leistung_id"], ["leistung.id"], name=op.f("fk_zustaendigkeit_leistung_id")
        ),
        sa.ForeignKeyConstraint(
            ["quelle_id"], ["quelle.id"], name=op.f("fk_zustaendigkeit_quelle_id")
        ),
        sa.ForeignKeyConstraint(
            ["stelle_id"], ["stelle.id"], name=op.f("fk_zustaendigkeit_stelle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zustaendigkeit")),
    )
    op.create_table(
        "absichtserklaerung",
        sa.Column("quelle_id", sa.Integer(), nullable=True),
        sa.Column("stand", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("land_id", sa.Integer(), nullable=False),
        sa.Column("plattform_id", sa.Integer(), nullable=False),
        sa.Column("datum", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["land_id"], ["gebiet.id"], name=op.f("fk_absichtserklaerung_land_id")
        ),
        sa.ForeignKeyConstraint(
            ["plattform_id"], ["plattform.id"], name=op.f("fk_absichtserklaerung_plattform_id")
        ),
        sa.ForeignKeyConstraint(
            ["quelle_id"], ["quelle.id"], name=op.f("fk_absichtserklaerung_quelle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absichtserklaerung")),
        sa.UniqueConstraint(
            "land_id", "plattform_id", name=op.f("uq_absichtserklaerung_land_id_plattform_id")
        ),
    )
    op.create_index(op.f("ix_netzwerk_quelle_id"), "netzwerk", ["quelle_id"], unique=False)
    op.create_index(op.f("ix_fallzahl_leistung_id"), "fallzahl", ["leistung_id"], unique=False)
    op.create_index(op.f("ix_fallzahl_quelle_id"), "fallzahl", ["quelle_id"], unique=False)
    op.create_index(op.f("ix_stelle_art"), "stelle", ["art"], unique=False)
    op.create_index(op.f("ix_stelle_geaendert_am"), "stelle", ["geaendert_am"], unique=False)
    op.create_index(op.f("ix_stelle_land_id"), "stelle", ["land_id"], unique=False)
    op.create_index(op.f("ix_stelle_quelle_id"), "stelle", ["quelle_id"], unique=False)
    op.create_index(op.f("ix_stelle_sortier"), "stelle", ["sortier"], unique=False)
    op.create_index(op.f("ix_behoerde_quelle_id"), "behoerde", ["quelle_id"], unique=False)
    op.create_index(op.f("ix_behoerde_stelle_id"), "behoerde", ["stelle_id"], unique=False)
    op.create_index(op.f("ix_mitglied_quelle_id"), "mitglied", ["quelle_id"], unique=False)
    op.create_index(op.f("ix_mitglied_stelle_id"), "mitglied", ["stelle_id"], unique=False)
    op.create_index(op.f("ix_mitglied_verbund_id"), "mitglied", ["verbund_id"], unique=False)
    op.create_index(
        op.f("ix_netzwerkpartner_stelle_id"), "netzwerkpartner", ["stelle_id"], unique=False
    )
    op.create_index(op.f("ix_plattform_betreiber_id"), "plattform", ["betreiber_id"], unique=False)
    op.create_index(op.f("ix_plattform_quelle_id"), "plattform", ["quelle_id"], unique=False)
    op.create_index(
        op.f("ix_wirkungsgebiet_gebiet_id"), "wirkungsgebiet", ["gebiet_id"], unique=False
    )
    op.create_index(
        op.f("ix_wirkungsgebiet_quelle_id"), "wirkungsgebiet", ["quelle_id"], unique=False
    )
    op.create_index(
        op.f("ix_zustaendigkeit_behoerdenart_id"),
        "zustaendigkeit",
        ["behoerdenart_id"],
        unique=False,
    )
    op.create_index(
        "ix_zustaendigkeit_frage", "zustaendigkeit", ["leistung_id", "gebiet_id"], unique=False
    )
    op.create_index(
        op.f("ix_zustaendigkeit_gebiet_id"), "zustaendigkeit", ["gebiet_id"], unique=False
    )
    op.create_index(
        op.f("ix_zustaendigkeit_quelle_id"), "zustaendigkeit", ["quelle_id"], unique=False
    )
    op.create_index(
        op.f("ix_zustaendigkeit_stelle_id"), "zustaendigkeit", ["stelle_id"], unique=False
    )
    op.create_index(
        op.f("ix_absichtserklaerung_plattform_id"),
        "absichtserklaerung",
        ["plattform_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_absichtserklaerung_quelle_id"), "absichtserklaerung", ["quelle_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("absichtserklaerung")
    op.drop_table("zustaendigkeit")
    op.drop_table("wirkungsgebiet")
    op.drop_table("plattform")
    op.drop_table("netzwerkpartner")
    op.drop_table("mitglied")
    op.drop_table("behoerde")
    op.drop_table("stelle")
    op.drop_table("fallzahl")
    op.drop_table("netzwerk")
    op.drop_table("kontaktrolle")
    op.drop_table("behoerdenart")
