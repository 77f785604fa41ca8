"""Eingang: erhaltene Mails, was sie bei einem Vorgang abgelegt haben, Nachweise der Prüfpunkte."""

import sqlalchemy as sa
from alembic import op

revision = "0026_eingang"
down_revision = "0025_austausch"
branch_labels = None
depends_on = None

_REFERENCES = {
    "stelle": ("koordinierung_id", "stelle_id"),
    "onlinedienst": ("onlinedienst_id",),
    "nachnutzung": ("nachnutzung_id",),
    "konto": ("erledigt_von_id",),
}
_ADDED = (
    ("dokument", "eingang_id", "eingang"),
    ("pruefpunkt", "nachweis_id", "dokument"),
)


def upgrade() -> None:
    op.create_table(
        "eingang",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("koordinierung_id", sa.Integer(), nullable=False),
        sa.Column("schluessel", sa.String(length=64), nullable=False),
        _words("weg", "eingangsweg", "hochgeladen", "postfach"),
        sa.Column("message_id", sa.String(length=500), nullable=False),
        sa.Column("von", sa.String(length=254), nullable=False),
        sa.Column("von_name", sa.String(length=200), nullable=False),
        sa.Column("betreff", sa.String(length=300), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("hinweise", sa.String(), nullable=False),
        sa.Column("eingegangen_am", sa.Date(), nullable=False),
        sa.Column("erhalten_am", sa.DateTime(timezone=True), nullable=False),
        _words("art", "eingangsart", "interesse", "antwort", "automatisch", "eigene", "unklar"),
        _words("status", "eingangsstatus", "offen", "vorgang", "abgelegt", "wunsch", "verworfen"),
        sa.Column("stelle_id", sa.Integer(), nullable=True),
        sa.Column("onlinedienst_id", sa.Integer(), nullable=True),
        sa.Column("wunschtermin", sa.Date(), nullable=True),
        sa.Column("nachnutzung_id", sa.Integer(), nullable=True),
        sa.Column("grund", sa.String(length=500), nullable=False),
        sa.Column("erledigt_am", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erledigt_von_id", sa.Integer(), nullable=True),
        sa.Column("endung", sa.String(length=4), nullable=False),
        sa.Column("inhalt", sa.LargeBinary(), nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_eingang_{column}"))
            for table, columns in _REFERENCES.items()
            for column in columns
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_eingang")),
        sa.UniqueConstraint(
            "koordinierung_id", "schluessel", name=op.f("uq_eingang_koordinierung_id_schluessel")
        ),
    )
    op.create_index("ix_eingang_liste", "eingang", ["koordinierung_id", "status"])
    for column in ("stelle_id", "onlinedienst_id", "nachnutzung_id", "erledigt_von_id"):
        op.create_index(op.f(f"ix_eingang_{column}"), "eingang", [column])
    for table, column, target in _ADDED:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column(column, sa.Integer(), nullable=True))
            batch.create_index(batch.f(f"ix_{table}_{column}"), [column])
            batch.create_foreign_key(batch.f(f"fk_{table}_{column}"), target, [column], ["id"])


def downgrade() -> None:
    for table, column, _ in reversed(_ADDED):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(batch.f(f"fk_{table}_{column}"), type_="foreignkey")
            batch.drop_index(batch.f(f"ix_{table}_{column}"))
            batch.drop_column(column)
    op.drop_table("eingang")


def _words(column: str, name: str, *words: str) -> sa.Column[str]:
    kind = sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)
    return sa.Column(column, kind, nullable=False)
