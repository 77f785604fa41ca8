"""Backup and restore through the tables themselves, the same for every database.

A backup is a ZIP with one JSON-lines file per table and a manifest with counts and check sums.
It can be read back into the other kind of database, which is the way from one machine to
PostgreSQL. Restoring verifies everything first and then happens in one transaction.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from katalog import migrations
from katalog.db import Engine, migrating, reading
from katalog.domain.errors import KatalogFehler, Konflikt
from katalog.queries import dump

_MANIFEST = "inhalt.json"
_FORMAT = 1


def write_backup(engine: Engine, target: Path) -> dict[str, int]:
    """Written beside its final name and renamed at the end: a broken run leaves no backup."""
    if target.exists():
        raise Konflikt(f"{target} ist schon da. Wählen Sie einen anderen Namen.")
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.teil")
    counts: dict[str, int] = {}
    sums: dict[str, str] = {}
    try:
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
        unfinished.chmod(0o600)
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
                dump.continue_numbering(connection)
    except (OSError, zipfile.BadZipFile, KeyError, json.JSONDecodeError) as error:
        raise KatalogFehler(
            f"{source} ist keine lesbare Sicherung ({error}). Es wurde nichts geändert."
        ) from error
    return dict(manifest["zeilen"])


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
