"""The audit trail: what happened to what, by which account, beside the change itself.

Rows are written plainly in the transaction of the change. Afterwards the worker seals them, one
after the other: each seal is made of the row and of the seal before, so that a row that was
changed, taken out or pushed in shows, whoever did it and however.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from katalog.db import Engine, Lock, Session, alone, reading, writing
from katalog.models.betrieb import Protokoll
from katalog.queries import protokoll
from katalog.queries.protokoll import add_entry

_BATCH = 500


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
            folge, siegel = protokoll.head(session)
            entries = protokoll.read_open(session, _BATCH)
            for entry in entries:
                folge += 1
                siegel = make_seal(siegel, folge, entry)
                protokoll.set_seal(session, entry.id, folge, siegel)
    return bool(entries)


def verify(session: Session) -> Pruefung:
    """From the first seal that is kept to the last, in batches."""
    cut, siegel = protokoll.beginning(session)
    folge = cut
    while entries := protokoll.read_sealed(session, folge, _BATCH):
        for entry in entries:
            folge += 1
            if entry.folge != folge:
                return _broken(
                    session, folge - 1 - cut, siegel, f"der Eintrag {folge} der Kette fehlt"
                )
            expected = make_seal(siegel, folge, entry)
            if entry.siegel != expected:
                text = f"das Siegel von Eintrag {folge} (Nummer {entry.id}) passt nicht"
                return _broken(session, folge - 1 - cut, siegel, text)
            siegel = expected
    return Pruefung(folge - cut, protokoll.count_open(session), siegel)


def _broken(session: Session, intact: int, siegel: str, text: str) -> Pruefung:
    return Pruefung(intact, protokoll.count_open(session), siegel, text)


def cut_before(engine: Engine, moment: datetime) -> int:
    """Takes off the sealed beginning that is older; how much that was.

    It goes entry by entry, and stops at one whose seal does not fit: what somebody changed is to
    be found, not tidied away.
    """
    count = 0
    with alone(engine, Lock.JOURNAL) as got:
        while got:
            with writing(engine) as session:
                cut, siegel = protokoll.beginning(session)
                folge = cut
                for entry in protokoll.read_sealed(session, cut, _BATCH):
                    fits = entry.folge == folge + 1 and entry.siegel == make_seal(
                        siegel, folge + 1, entry
                    )
                    if not fits or entry.am >= moment:
                        break
                    folge, siegel = folge + 1, entry.siegel or ""
                if folge == cut:
                    break
                protokoll.cut(session, folge, siegel)
                count += folge - cut
    return count


def count_sealed_before(session: Session, moment: datetime) -> int:
    return protokoll.count_sealed_before(session, moment)


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
