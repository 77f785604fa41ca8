"""Backup and restore through the tables themselves, the same for every database.

A backup is a ZIP with one JSON-lines file per table and a manifest with counts and check sums.
It can be read back into the other kind of database, which is the way from one machine to
PostgreSQL. Restoring verifies everything first and then happens in one transaction.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from katalog import migrations
from katalog.db import Engine, migrating, reading
from katalog.domain.errors import KatalogFehler, Konflikt
from katalog.queries import dump, suchauftraege

_MANIFEST = "inhalt.json"
_FORMAT = 1
# Whatever the readers of ZIP, JSON and rows say to a file that is not what it claims to be.
_UNREADABLE = (
    OSError, EOFError, LookupError, ValueError, TypeError, AttributeError, RuntimeError,
    zipfile.BadZipFile, zlib.error,
)  # fmt: skip


def write_backup(engine: Engine, target: Path) -> dict[str, int]:
    """Written beside its final name and renamed at the end: a broken run leaves no backup."""
    if target.exists():
        raise Konflikt(f"{target} ist schon da. Wählen Sie einen anderen Namen.")
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.teil")
    counts: dict[str, int] = {}
    sums: dict[str, str] = {}
    try:
        # Nobody else may read it, from its first line on.
        unfinished.touch(mode=0o600)
        with (
            reading(engine) as session,
            zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive,
        ):
            revision = migrations.current_revision(session.connection())
            for table in dump.table_names():
                digest, count = hashlib.sha256(), 0
                with archive.open(f"tabellen/{table}.jsonl", "w", force_zip64=True) as file:
                    for row in dump.read_rows(session, table):
                        line = json.dumps(row, ensure_ascii=False).encode() + b"\n"
                        digest.update(line)
                        file.write(line)
                        count += 1
                counts[table], sums[table] = count, digest.hexdigest()
            manifest = {
                "format": _FORMAT,
                "stand": revision,
                "erstellt_am": datetime.now(UTC).isoformat(timespec="seconds"),
                "zeilen": counts,
                "sha256": sums,
            }
            archive.writestr(_MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return counts


def read_backup(engine: Engine, source: Path, *, replace: bool) -> dict[str, int]:
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = _verify(archive, source)
            with migrating(engine) as connection:
                if dump.has_rows(connection) and not replace:
                    raise Konflikt(
                        "Die Datenbank enthält schon Daten. Mit `--ersetzen` werden sie ersetzt; "
                        "sichern Sie sie vorher."
                    )
                migrations.rebuild(connection, manifest["stand"])
                for table in dump.table_names():
                    with archive.open(f"tabellen/{table}.jsonl") as file:
                        dump.write_rows(connection, table, (json.loads(line) for line in file))
                suchauftraege.forget_stand(connection)
                dump.continue_numbering(connection)
                return dict(manifest["zeilen"])
    except FileNotFoundError as error:
        raise KatalogFehler(f"Die Datei {source} gibt es nicht.") from error
    except _UNREADABLE as error:
        raise KatalogFehler(
            f"{source} ist keine lesbare Sicherung. Es wurde nichts geändert."
        ) from error


def _verify(archive: zipfile.ZipFile, source: Path) -> dict[str, Any]:
    """Nothing is touched before every line of every table proved to be what was written."""
    manifest = json.loads(archive.read(_MANIFEST))
    if manifest["format"] != _FORMAT or manifest["stand"] not in migrations.revisions():
        raise KatalogFehler(
            f"{source} stammt aus einer neueren Fassung des Programms. "
            "Aktualisieren Sie das Programm und versuchen Sie es erneut."
        )
    if manifest["stand"] != migrations.newest_revision():
        raise KatalogFehler(
            f"{source} hat den Stand {manifest['stand']}, das Programm "
            f"{migrations.newest_revision()}. Stellen Sie mit der passenden Fassung wieder her "
            "und führen Sie danach `katalog migrate` aus."
        )
    if set(manifest["sha256"]) != set(dump.table_names()):
        raise KatalogFehler(
            f"{source} ist unvollständig: Es fehlen Tabellen. Es wurde nichts geändert."
        )
    for table, expected in manifest["sha256"].items():
        digest = hashlib.sha256()
        with archive.open(f"tabellen/{table}.jsonl") as file:
            while block := file.read(1 << 20):
                digest.update(block)
        if digest.hexdigest() != expected:
            raise KatalogFehler(
                f"{source} ist beschädigt: Die Tabelle {table} stimmt nicht mit ihrer Prüfsumme "
                "überein. Es wurde nichts geändert."
            )
    return dict(manifest)
