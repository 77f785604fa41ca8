"""The contacts of a body, kept by its own people and by its coordination."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from katalog.db import Session
from katalog.domain.errors import NichtGefunden, UngueltigeEingabe, UngueltigeEingaben
from katalog.domain.kontakt import parse_kontakt
from katalog.domain.rollen import Betrachter, Recht, require
from katalog.journal import record
from katalog.queries import kontakte


def save(
    session: Session,
    betrachter: Betrachter,
    stelle: int,
    number: int | None,
    fields: Mapping[str, str],
    today: date,
) -> int:
    """`number` is that of the contact to change, none for a new one."""
    require(betrachter, Recht.STELLE_PFLEGEN, stelle=stelle)
    if number is not None:
        _must_be_there(session, stelle, number)
    rows = kontakte.of_body(session, stelle, betrachter)
    others = {
        row.id: row.rolle_kennung for row in rows if row.id != number and row.vertritt_id is None
    }
    angaben = parse_kontakt(fields, kontakte.rollen(session), others)
    deputies = [row for row in rows if number is not None and row.vertritt_id == number]
    if any(row.rolle_kennung != angaben.rolle for row in deputies) or (
        deputies and angaben.vertritt
    ):
        text = "Dieser Kontakt hat Vertretungen. Ändern oder löschen Sie zuerst diese."
        raise UngueltigeEingaben([UngueltigeEingabe("rolle", angaben.rolle, text)])
    written = kontakte.write(session, stelle, number, angaben, today)
    # Neither name nor number: the trail outlives what people may have erased.
    vorgang = "kontakt_angelegt" if number is None else "kontakt_geaendert"
    record(session, vorgang, "kontakt", written, {"stelle_id": stelle}, betrachter.konto_id)
    return written


def remove(session: Session, betrachter: Betrachter, stelle: int, number: int) -> None:
    require(betrachter, Recht.STELLE_PFLEGEN, stelle=stelle)
    _must_be_there(session, stelle, number)
    kontakte.remove(session, stelle, number)
    angaben = {"stelle_id": stelle}
    record(session, "kontakt_geloescht", "kontakt", number, angaben, betrachter.konto_id)


def _must_be_there(session: Session, stelle: int, number: int) -> None:
    if kontakte.find(session, stelle, number) is None:
        raise NichtGefunden("Der Kontakt", str(number), "Alle Kontakte stehen in der Liste.")
