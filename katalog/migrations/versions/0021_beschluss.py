"""Beschlusskontrolle: Nachweise je Punkt, abgegebene Berichte, Sichtbarkeit."""

import sqlalchemy as sa
from alembic import op

revision = "0021_beschluss"
down_revision = "0020_umfragen"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _add_words("beschluss", "sichtbarkeit", "sichtbarkeit", "oeffentlich", "verwaltung", "eigene")
    _add_words("beschlusspunkt", "nachweis", "nachweisumfang", "keiner", "ausgewaehlt", "alle")
    for table in ("beschluss", "beschlusspunkt"):
        op.add_column(table, sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column(
        "berichtstermin", sa.Column("bericht", sa.String(), nullable=False, server_default="")
    )
    op.create_table(
        "beschlusspunkt_ozg",
        sa.Column("beschlusspunkt_id", sa.Integer(), nullable=False),
        sa.Column("ozg_leistung_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["beschlusspunkt_id"],
            ["beschlusspunkt.id"],
            name=op.f("fk_beschlusspunkt_ozg_beschlusspunkt_id"),
        ),
        sa.ForeignKeyConstraint(
            ["ozg_leistung_id"],
            ["ozg_leistung.id"],
            name=op.f("fk_beschlusspunkt_ozg_ozg_leistung_id"),
        ),
        sa.PrimaryKeyConstraint(
            "beschlusspunkt_id", "ozg_leistung_id", name=op.f("pk_beschlusspunkt_ozg")
        ),
    )
    op.create_index(
        op.f("ix_beschlusspunkt_ozg_ozg_leistung_id"), "beschlusspunkt_ozg", ["ozg_leistung_id"]
    )


def downgrade() -> None:
    op.drop_table("beschlusspunkt_ozg")
    op.drop_column("berichtstermin", "bericht")
    for table in ("beschluss", "beschlusspunkt"):
        op.drop_column(table, "version")
    op.drop_column("beschlusspunkt", "nachweis")
    op.drop_column("beschluss", "sichtbarkeit")


def _add_words(table: str, column: str, name: str, *words: str) -> None:
    """A column with its CHECK in one statement: SQLite adds none later, but takes it like this.

    Rows that are there get the most careful of the words.
    """
    first = "eigene" if "eigene" in words else words[0]
    listed = ", ".join(f"'{word}'" for word in words)
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} VARCHAR(40) DEFAULT '{first}' NOT NULL "
        f"CONSTRAINT ck_{table}_{name} CHECK ({column} IN ({listed}))"
    )
