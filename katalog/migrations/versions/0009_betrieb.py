"""Betrieb."""

import sqlalchemy as sa
from alembic import op

from katalog.migrations.triggers import allow, refuse

# A row is written once and sealed once; retention may cut off sealed rows, never open ones.
_FIXED = "Das Protokoll wird nur fortgeschrieben."
_CHANGES = (
    "OLD.siegel IS NOT NULL OR NEW.id <> OLD.id OR NEW.am <> OLD.am "
    "OR NEW.vorgang <> OLD.vorgang OR NEW.objekt <> OLD.objekt "
    "OR COALESCE(NEW.konto_id, 0) <> COALESCE(OLD.konto_id, 0) "
    "OR COALESCE(NEW.objekt_id, 0) <> COALESCE(OLD.objekt_id, 0) "
    "OR CAST(NEW.angaben AS TEXT) <> CAST(OLD.angaben AS TEXT)"
)

revision = "0009_betrieb"
down_revision = "0008_koordination"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "indexauftrag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "objektart",
            sa.Enum(
                "ozg_leistung",
                "leistung",
                "onlinedienst",
                "kommune",
                name="objektart",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("objekt_id", sa.Integer(), nullable=False),
        sa.Column(
            "vorgang",
            sa.Enum(
                "schreiben",
                "entfernen",
                name="indexvorgang",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("erstellt_am", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indexauftrag")),
    )
    op.create_table(
        "protokoll",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("konto_id", sa.Integer(), nullable=True),
        sa.Column("vorgang", sa.String(length=60), nullable=False),
        sa.Column("objekt", sa.String(length=60), nullable=False),
        sa.Column("objekt_id", sa.Integer(), nullable=True),
        sa.Column("angaben", sa.JSON(), nullable=False),
        sa.Column("siegel", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protokoll")),
    )
    op.create_table(
        "nachricht",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(length=255), nullable=False),
        sa.Column("anlass", sa.String(length=100), nullable=False),
        sa.Column("vorlage", sa.String(length=60), nullable=False),
        sa.Column("empfaenger", sa.String(length=254), nullable=False),
        sa.Column("antwort_an", sa.String(length=254), nullable=False),
        sa.Column("betreff", sa.String(length=300), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("nachnutzung_id", sa.Integer(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "erstellt",
                "wird_gesendet",
                "uebergeben",
                "wiederholen",
                "gescheitert",
                name="nachrichtenstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("versuche", sa.Integer(), nullable=False),
        sa.Column("erstellt_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("naechster_versuch_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beansprucht_bis", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uebergeben_am", sa.DateTime(timezone=True), nullable=True),
        sa.Column("letzter_fehler", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["nachnutzung_id"], ["nachnutzung.id"], name=op.f("fk_nachricht_nachnutzung_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nachricht")),
        sa.UniqueConstraint(
            "anlass", "vorlage", "empfaenger", name=op.f("uq_nachricht_anlass_vorlage_empfaenger")
        ),
        sa.UniqueConstraint("message_id", name=op.f("uq_nachricht_message_id")),
    )
    op.create_index(op.f("ix_protokoll_am"), "protokoll", ["am"], unique=False)
    op.create_index(op.f("ix_protokoll_konto_id"), "protokoll", ["konto_id"], unique=False)
    op.create_index(
        "ix_nachricht_faellig", "nachricht", ["status", "naechster_versuch_am"], unique=False
    )
    op.create_index(
        op.f("ix_nachricht_nachnutzung_id"), "nachricht", ["nachnutzung_id"], unique=False
    )

    refuse("protokoll", "UPDATE", _FIXED, _CHANGES)
    refuse("protokoll", "DELETE", _FIXED, "OLD.siegel IS NULL")


def downgrade() -> None:
    allow("protokoll", "DELETE")
    allow("protokoll", "UPDATE")
    op.drop_table("nachricht")
    op.drop_table("protokoll")
    op.drop_table("indexauftrag")
