"""Import: Vormerkung, Herkunft je Feld, Befunde; Leistungen ohne Schlüssel."""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0010_import"
down_revision = "0009_betrieb"
branch_labels = None
depends_on = None

_STATUS = ("laeuft", "fertig", "abgebrochen")
_BEFUNDE = ("neu", "geaendert", "entfallen", "abgelehnt", "widerspruch", "hinweis")


def upgrade() -> None:
    # Nothing has written these three so far: no import was possible before this step.
    _drop("quellsatz", "pruefergebnis", "importlauf")
    op.create_table(
        "importlauf",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quelle_id", sa.Integer(), nullable=True),
        sa.Column("format", sa.String(length=40), nullable=False),
        sa.Column("dateien", sa.JSON(), nullable=False),
        sa.Column("vollstaendig", sa.Boolean(), nullable=False),
        sa.Column("status", _words("laufstatus", _STATUS), nullable=False),
        sa.Column("begonnen_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gelesen_am", sa.DateTime(timezone=True), nullable=True),
        sa.Column("beendet_am", sa.DateTime(timezone=True), nullable=True),
        sa.Column("zahlen", sa.JSON(), nullable=False),
        sa.Column("meldung", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["quelle_id"], ["quelle.id"], name=op.f("fk_importlauf_quelle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_importlauf")),
    )
    op.create_index(op.f("ix_importlauf_begonnen_am"), "importlauf", ["begonnen_am"])
    op.create_index(op.f("ix_importlauf_quelle_id"), "importlauf", ["quelle_id"])
    _create_importsatz()
    _create_quellsatz()
    _create_pruefergebnis(_BEFUNDE, "objekt", "alt")
    op.create_index(
        "ix_pruefergebnis_befunde", "pruefergebnis", ["importlauf_id", "art", "id"], unique=False
    )
    op.add_column("leistung", sa.Column("ersatzschluessel", sa.String(length=60), nullable=True))
    _name_services_without_key()
    op.create_index("uq_leistung_ersatzschluessel", "leistung", ["ersatzschluessel"], unique=True)
    op.create_index(op.f("ix_onlinedienst_entwurf"), "onlinedienst", ["entwurf"], unique=False)


def _create_importsatz() -> None:
    op.create_table(
        "importsatz",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("importlauf_id", sa.Integer(), nullable=False),
        sa.Column("reihe", sa.Integer(), nullable=False),
        sa.Column("art", sa.String(length=40), nullable=False),
        sa.Column("fremdschluessel", sa.String(length=200), nullable=False),
        sa.Column("schluessel", sa.String(length=200), nullable=False),
        sa.Column("nachrang", sa.Integer(), nullable=False),
        sa.Column("stand", sa.Date(), nullable=True),
        sa.Column("hash", sa.String(length=32), nullable=False),
        sa.Column("inhalt", sa.String(), nullable=False),
        sa.Column("zeile", sa.Integer(), nullable=True),
        sa.Column("entfaellt", sa.Boolean(), nullable=False),
        sa.Column("rohsatz", sa.BigInteger(), nullable=True),
        sa.Column("teile", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["importlauf_id"], ["importlauf.id"], name=op.f("fk_importsatz_importlauf_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_importsatz")),
        sa.UniqueConstraint(
            "importlauf_id",
            "art",
            "fremdschluessel",
            name=op.f("uq_importsatz_importlauf_id_art_fremdschluessel"),
        ),
    )
    op.create_index(
        "ix_importsatz_reihenfolge",
        "importsatz",
        ["importlauf_id", "reihe", "schluessel", "id"],
        unique=False,
    )


def _create_quellsatz() -> None:
    op.create_table(
        "quellsatz",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quelle_id", sa.Integer(), nullable=False),
        sa.Column("art", sa.String(length=40), nullable=False),
        sa.Column("fremdschluessel", sa.String(length=200), nullable=False),
        sa.Column("schluessel", sa.String(length=200), nullable=False),
        sa.Column("nachrang", sa.Integer(), nullable=False),
        sa.Column("stand", sa.Date(), nullable=True),
        sa.Column("hash", sa.String(length=32), nullable=False),
        sa.Column("inhalt", sa.String(), nullable=False),
        sa.Column("uebernommen", sa.Boolean(), nullable=False),
        sa.Column("grund", sa.String(), nullable=False),
        sa.Column("entfallen_am", sa.Date(), nullable=True),
        sa.Column("rohsatz", sa.BigInteger(), nullable=True),
        sa.Column("teile", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["quelle_id"], ["quelle.id"], name=op.f("fk_quellsatz_quelle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quellsatz")),
        sa.UniqueConstraint(
            "quelle_id",
            "art",
            "fremdschluessel",
            name=op.f("uq_quellsatz_quelle_id_art_fremdschluessel"),
        ),
    )
    op.create_index("ix_quellsatz_gegenstand", "quellsatz", ["art", "schluessel"], unique=False)
    waits = sa.text("hash = ''")
    op.create_index(
        "ix_quellsatz_wartet",
        "quellsatz",
        ["art"],
        unique=False,
        sqlite_where=waits,
        postgresql_where=waits,
    )


def _create_pruefergebnis(befunde: tuple[str, ...], *more: str) -> None:
    lengths = {"objekt": 300, "stelle": 300, "wert": 1000, "alt": 1000, "ursache": 1000}
    lengths |= {"abhilfe": 1000}
    names = [n for n in lengths if n in ("stelle", "wert", "ursache", "abhilfe", *more)]
    op.create_table(
        "pruefergebnis",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("importlauf_id", sa.Integer(), nullable=False),
        sa.Column("art", _words("befundart", befunde), nullable=False),
        sa.Column("zeile", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.String(length=lengths[name]), nullable=False) for name in names),
        sa.ForeignKeyConstraint(
            ["importlauf_id"], ["importlauf.id"], name=op.f("fk_pruefergebnis_importlauf_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pruefergebnis")),
    )


def _words(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _name_services_without_key() -> None:
    """As the import does from now on, or it would not find them again; equal names get a number."""
    leistung = sa.table(
        "leistung",
        sa.column("id", sa.Integer),
        sa.column("leistungsschluessel", sa.String),
        sa.column("ersatzschluessel", sa.String),
        sa.column("bezeichnung", sa.String),
    )
    connection = op.get_bind()
    without = sa.select(leistung.c.id, leistung.c.bezeichnung).where(
        leistung.c.leistungsschluessel.is_(None)
    )
    seen: dict[str, int] = {}
    for number, name in connection.execute(without.order_by(leistung.c.id)).fetchall():
        seen[name] = seen.get(name, 0) + 1
        key = f"ohne-{hashlib.sha256(name.encode()).hexdigest()[:16]}-{seen[name]}"
        connection.execute(
            sa.update(leistung).where(leistung.c.id == number).values(ersatzschluessel=key)
        )


def downgrade() -> None:
    op.drop_index(op.f("ix_onlinedienst_entwurf"), table_name="onlinedienst")
    op.drop_index("uq_leistung_ersatzschluessel", table_name="leistung")
    op.drop_column("leistung", "ersatzschluessel")
    _drop("pruefergebnis", "quellsatz", "importsatz", "importlauf")
    op.create_table(
        "importlauf",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quelle_id", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(length=40), nullable=False),
        sa.Column("dateien", sa.JSON(), nullable=False),
        sa.Column("status", _words("laufstatus", _STATUS), nullable=False),
        sa.Column("begonnen_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beendet_am", sa.DateTime(timezone=True), nullable=True),
        sa.Column("zahlen", sa.JSON(), nullable=False),
        sa.Column("meldung", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["quelle_id"], ["quelle.id"], name=op.f("fk_importlauf_quelle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_importlauf")),
    )
    op.create_index(op.f("ix_importlauf_begonnen_am"), "importlauf", ["begonnen_am"])
    op.create_index(op.f("ix_importlauf_quelle_id"), "importlauf", ["quelle_id"])
    _create_pruefergebnis(tuple(word for word in _BEFUNDE if word != "widerspruch"))
    op.create_index(op.f("ix_pruefergebnis_importlauf_id"), "pruefergebnis", ["importlauf_id"])
    op.create_table(
        "quellsatz",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quelle_id", sa.Integer(), nullable=False),
        sa.Column("art", sa.String(length=40), nullable=False),
        sa.Column("fremdschluessel", sa.String(length=200), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("inhalt", sa.JSON(), nullable=False),
        sa.Column("objekt_id", sa.Integer(), nullable=True),
        sa.Column("importlauf_id", sa.Integer(), nullable=True),
        sa.Column("gesehen_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entfallen_am", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["importlauf_id"], ["importlauf.id"], name=op.f("fk_quellsatz_importlauf_id")
        ),
        sa.ForeignKeyConstraint(["quelle_id"], ["quelle.id"], name=op.f("fk_quellsatz_quelle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quellsatz")),
        sa.UniqueConstraint(
            "quelle_id",
            "art",
            "fremdschluessel",
            name=op.f("uq_quellsatz_quelle_id_art_fremdschluessel"),
        ),
    )
    op.create_index(op.f("ix_quellsatz_importlauf_id"), "quellsatz", ["importlauf_id"])
    op.create_index(op.f("ix_quellsatz_objekt_id"), "quellsatz", ["objekt_id"])


def _drop(*tables: str) -> None:
    for table in tables:
        op.drop_table(table)
