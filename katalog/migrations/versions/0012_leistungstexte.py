"""Texte und Begriffe der Leistungen, SDG-Bereiche, Ende einer Plattform."""

import sqlalchemy as sa
from alembic import op

from katalog.migrations.triggers import note_changes, stop_noting

revision = "0012_leistungstexte"
down_revision = "0011_suche"
branch_labels = None
depends_on = None

_MERKMALE = ("typisierung", "zielgruppe")


def upgrade() -> None:
    op.create_table(
        "leistungstext",
        sa.Column("leistung_id", sa.Integer(), nullable=False),
        sa.Column("modul", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["leistung_id"], ["leistung.id"], name=op.f("fk_leistungstext_leistung_id")
        ),
        sa.PrimaryKeyConstraint("leistung_id", "modul", name=op.f("pk_leistungstext")),
    )
    op.create_table(
        "leistungsbegriff",
        sa.Column("leistung_id", sa.Integer(), nullable=False),
        sa.Column("begriff", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["leistung_id"], ["leistung.id"], name=op.f("fk_leistungsbegriff_leistung_id")
        ),
        sa.PrimaryKeyConstraint("leistung_id", "begriff", name=op.f("pk_leistungsbegriff")),
    )
    note_changes("leistungsbegriff", {"leistung": "leistung_id"})
    op.add_column("plattform", sa.Column("entfallen_am", sa.Date(), nullable=True))
    _allow(*_MERKMALE, "sdg")


def downgrade() -> None:
    op.execute("DELETE FROM leistungsmerkmal WHERE art = 'sdg'")
    _allow(*_MERKMALE)
    op.drop_column("plattform", "entfallen_am")
    stop_noting("leistungsbegriff")
    op.drop_table("leistungsbegriff")
    op.drop_table("leistungstext")


def _allow(*words: str) -> None:
    """SQLite changes a CHECK only by making the table anew, and loses its triggers with it."""
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table(
            "leistungsmerkmal", recreate="always", copy_from=_leistungsmerkmal(words)
        ):
            pass
        note_changes("leistungsmerkmal", {"leistung": "leistung_id"})
        return
    name = op.f("ck_leistungsmerkmal_leistungsmerkmalart")
    op.drop_constraint(name, "leistungsmerkmal", type_="check")
    listed = ", ".join(f"'{word}'" for word in words)
    op.create_check_constraint(name, "leistungsmerkmal", f"art IN ({listed})")


def _leistungsmerkmal(words: tuple[str, ...]) -> sa.Table:
    art = sa.Enum(
        *words, name="leistungsmerkmalart", native_enum=False, create_constraint=True, length=40
    )
    return sa.Table(
        "leistungsmerkmal",
        sa.MetaData(naming_convention={"ck": "ck_%(table_name)s_%(constraint_name)s"}),
        sa.Column("leistung_id", sa.Integer(), nullable=False),
        sa.Column("art", art, nullable=False),
        sa.Column("wert", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["leistung_id"], ["leistung.id"], name="fk_leistungsmerkmal_leistung_id"
        ),
        sa.PrimaryKeyConstraint("leistung_id", "art", "wert", name="pk_leistungsmerkmal"),
        sa.Index("ix_leistungsmerkmal_wert", "art", "wert"),
    )
