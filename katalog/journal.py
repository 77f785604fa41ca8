"""The audit trail: what happened to what, by which account, beside the change itself.

Rows are written plainly in the transaction of the change. Afterwards the worker seals them, one
after the other: each seal is made of the row and of the seal before, so that a row that was
changed, taken out or pushed in shows, whoever did it and however.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from katalog.db import Engine, Lock, Session, alone, reading, writing
from katalog.models.betrieb import Protokoll
from katalog.queries import protokoll
from katalog.queries.protokoll import add_entry

_BATCH = 500
# What the first row is sealed with.
_BEGINNING = ""


@dataclass(frozen=True, slots=True)
class Pruefung:
    """What looking through the chain found. `kopf` is worth writing down elsewhere: whoever has it
    notices that the end of the chain was cut off, which the chain itself cannot."""

    versiegelt: int
    offen: int
    kopf: str
    fehler: str = ""


def record(
    session: Session,
    vorgang: str,
    objekt: str,
    objekt_id: int | None,
    angaben: dict[str, Any] | None = None,
    konto_id: int | None = None,
) -> None:
    add_entry(session, vorgang, objekt, objekt_id, angaben or {}, konto_id)


def seal_next(engine: Engine) -> bool:
    """Seals what is written and not sealed yet; whether there was any. One process at a time."""
    with reading(engine) as session:
        if not protokoll.has_open(session):
            return False
    with alone(engine, Lock.JOURNAL, patient=False) as got:
        if not got:
            return False
        with writing(engine) as session:
            folge, siegel = protokoll.head(session) or (0, _BEGINNING)
            entries = protokoll.read_open(session, _BATCH)
            for entry in entries:
                folge += 1
                siegel = make_seal(siegel, folge, entry)
                protokoll.set_seal(session, entry.id, folge, siegel)
    return bool(entries)


def verify(session: Session) -> Pruefung:
    """From the first seal to the last, in batches."""
    folge, siegel = 0, _BEGINNING
    while entries := protokoll.read_sealed(session, folge, _BATCH):
        for entry in entries:
            folge += 1
            if entry.folge != folge:
                return _broken(session, folge - 1, siegel, f"der Eintrag {folge} der Kette fehlt")
            expected = make_seal(siegel, folge, entry)
            if entry.siegel != expected:
                text = f"das Siegel von Eintrag {folge} (Nummer {entry.id}) passt nicht"
                return _broken(session, folge - 1, siegel, text)
            siegel = expected
    return Pruefung(folge, protokoll.count_open(session), siegel)


def _broken(session: Session, folge: int, siegel: str, text: str) -> Pruefung:
    return Pruefung(folge, protokoll.count_open(session), siegel, text)


def make_seal(before: str, folge: int, entry: Protokoll) -> str:
    content = [
        folge,
        entry.id,
        entry.am.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.konto_id,
        entry.vorgang,
        entry.objekt,
        entry.objekt_id,
        entry.angaben,
    ]
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{before}\n{canonical}".encode()).hexdigest()
