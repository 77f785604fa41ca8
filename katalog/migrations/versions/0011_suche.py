"""Suche: Was sich ändert, merken die Tabellen selbst vor; Stand des Suchindex."""

import sqlalchemy as sa
from alembic import op

from katalog.migrations.triggers import note_changes, stop_noting

revision = "0011_suche"
down_revision = "0010_import"
branch_labels = None
depends_on = None

# Every table that a document of the search is made from, with what its rows are part of.
_NOTED = {
    "ozg_leistung": {"ozg_leistung": "id"},
    "leistung": {"leistung": "id"},
    "leistungsmerkmal": {"leistung": "leistung_id"},
    "ozg_zuordnung": {"ozg_leistung": "ozg_leistung_id", "leistung": "leistung_id"},
    "themenfeld": {"themenfeld": "id"},
    "lage": {"lage": "id"},
    "gebiet": {"gebiet": "id"},
    "stelle": {"stelle": "id"},
    "plattform": {"plattform": "id"},
    "onlinedienst": {"onlinedienst": "id"},
    "onlinedienst_ozg": {"onlinedienst": "onlinedienst_id"},
    "dienstmerkmal": {"onlinedienst": "onlinedienst_id"},
    "antragsstrecke": {"onlinedienst": "onlinedienst_id"},
    "landesangebot": {"onlinedienst": "onlinedienst_id"},
    "einsatz": {"onlinedienst": "onlinedienst_id", "stelle": "stelle_id"},
}


def upgrade() -> None:
    # Nothing has written it so far: there was no index to keep up.
    op.drop_table("indexauftrag")
    op.create_table(
        "indexauftrag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("gegenstand", sa.String(length=40), nullable=False),
        sa.Column("gegenstand_id", sa.Integer(), nullable=False),
        sa.Column(
            "erstellt_am",
            sa.DateTime(timezone=True),
            server_default=sa.text("CURRENT_TIMESTAMP"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indexauftrag")),
    )
    op.create_table(
        "indexstand",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("aufgebaut_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tag", sa.Date(), nullable=False),
        sa.Column("dokumente", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_indexstand")),
    )
    for table, parts in _NOTED.items():
        note_changes(table, parts)


def downgrade() -> None:
    for table in _NOTED:
        stop_noting(table)
    op.drop_table("indexstand")
    op.drop_table("indexauftrag")
    op.create_table(
        "indexauftrag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "objektart",
            _words("objektart", "ozg_leistung", "leistung", "onlinedienst", "kommune"),
            nullable=False,
        ),
        sa.Column("objekt_id", sa.Integer(), nullable=False),
        sa.Column("vorgang", _words("indexvorgang", "schreiben", "entfernen"), nullable=False),
        sa.Column("erstellt_am", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indexauftrag")),
    )


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)
