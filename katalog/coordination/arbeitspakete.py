"""The work split that a coordinating body keeps: who builds what until when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from katalog.db import Session
from katalog.domain.arbeitspaket import Paketangaben, parse_paket
from katalog.domain.begriffe import Arbeitsstatus
from katalog.domain.bezug import Bezugsart, Gegenstand
from katalog.domain.errors import NichtGefunden, UngueltigeEingabe, VeralteterStand
from katalog.domain.rollen import Betrachter, Recht, may, require
from katalog.journal import record
from katalog.models.koordination import Arbeitspaket
from katalog.queries import arbeitspakete, bezuege


@dataclass(frozen=True, slots=True)
class _Gelesen:
    """What was typed, found in the catalogue."""

    angaben: Paketangaben
    stelle: int
    beteiligte: list[int]
    thema: list[Gegenstand]
    ergebnis: list[Gegenstand]


def find_own(
    session: Session, betrachter: Betrachter, number: int, *, lock: bool = False
) -> Arbeitspaket:
    paket = arbeitspakete.find(session, number, lock=lock)
    if paket is None or not may(betrachter, Recht.KOORDINIEREN, stelle=paket.koordinierung_id):
        hint = "Ihre Arbeitspakete stehen unter /arbeitsteilung."
        raise NichtGefunden("Das Arbeitspaket", str(number), hint)
    return paket


def add(
    session: Session, betrachter: Betrachter, koordinierung: int, typed: Mapping[str, str]
) -> int:
    require(betrachter, Recht.KOORDINIEREN, stelle=koordinierung)
    gelesen = _read(session, koordinierung, typed)
    paket = Arbeitspaket(
        koordinierung_id=koordinierung, stelle_id=gelesen.stelle, titel="",
        status=Arbeitsstatus.OFFEN,
    )  # fmt: skip
    number = _write(session, paket, gelesen)
    _note(session, betrachter, "arbeitspaket_angelegt", number)
    return number


def change(
    session: Session, betrachter: Betrachter, number: int, version: int, typed: Mapping[str, str]
) -> None:
    """`version` is what the form showed: whoever changed it since is not overwritten."""
    paket = find_own(session, betrachter, number, lock=True)
    if paket.version != version:
        raise VeralteterStand
    gelesen = _read(session, paket.koordinierung_id, typed)
    paket.version += 1
    _write(session, paket, gelesen)
    _note(session, betrachter, "arbeitspaket_geaendert", number)


def remove(session: Session, betrachter: Betrachter, number: int) -> None:
    """For what was typed by mistake; what is given up is "verworfen" and stays to be seen."""
    arbeitspakete.remove(session, find_own(session, betrachter, number, lock=True))
    _note(session, betrachter, "arbeitspaket_entfernt", number)


def _read(session: Session, koordinierung: int, typed: Mapping[str, str]) -> _Gelesen:
    """Refuses before anything is written."""
    angaben = parse_paket(typed)
    responsible = _body(session, koordinierung, "stelle", angaben.stelle)
    beside = [_body(session, koordinierung, "beteiligte", name) for name in angaben.beteiligte]
    about = bezuege.resolve(session, angaben.bezuege)
    for each in about:
        if each.art is Bezugsart.ONLINEDIENST:
            raise UngueltigeEingabe(
                "bezug", each.schluessel, "Hier stehen Leistungen. Was entstand, steht darunter."
            )
    result = bezuege.resolve(session, angaben.ergebnis, "ergebnis")
    for each in result:
        if each.art is not Bezugsart.ONLINEDIENST:
            raise UngueltigeEingabe("ergebnis", each.schluessel, "Hier stehen Onlinedienste.")
    beside = [each for each in dict.fromkeys(beside) if each != responsible]
    return _Gelesen(angaben, responsible, beside, about, result)


def _body(session: Session, koordinierung: int, feld: str, text: str) -> int:
    found = arbeitspakete.bodies_named(session, koordinierung, text)
    if not found:
        raise UngueltigeEingabe(
            feld, text, f"„{text[:60]}“ gibt es in Ihrem Gebiet nicht. Prüfen Sie den Namen."
        )
    if len(found) > 1:
        keys = ", ".join(each.ars or "" for each in found[:4])
        raise UngueltigeEingabe(
            feld, text, f"„{text[:60]}“ heißen mehrere. Nehmen Sie den Regionalschlüssel: {keys}."
        )
    return found[0].stelle_id


def _write(session: Session, paket: Arbeitspaket, gelesen: _Gelesen) -> int:
    for name in ("titel", "status", "bis", "bemerkung", "sichtbarkeit"):
        setattr(paket, name, getattr(gelesen.angaben, name))
    paket.stelle_id = gelesen.stelle
    session.add(paket)
    session.flush()
    assert paket.id is not None
    arbeitspakete.replace_partners(session, paket.id, gelesen.beteiligte)
    bezuege.replace(session, Arbeitspaket, paket.id, gelesen.thema)
    bezuege.replace(session, Arbeitspaket, paket.id, gelesen.ergebnis, ergebnis=True)
    return paket.id


def _note(session: Session, betrachter: Betrachter, what: str, number: int) -> None:
    record(session, what, "arbeitspaket", number, {}, betrachter.konto_id)
