"""The work split that a coordinating body keeps: who builds what until when. How far it is, the
responsible body may say itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from katalog.db import Session
from katalog.domain.arbeitspaket import Arbeitsstand, Paketangaben, parse_paket, parse_stand
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


def find_responsible(
    session: Session, betrachter: Betrachter, number: int, *, lock: bool = False
) -> Arbeitspaket:
    """One that a body of this person builds."""
    paket = arbeitspakete.find(session, number, lock=lock)
    if paket is None or not may(betrachter, Recht.ARBEITSSTAND_MELDEN, stelle=paket.stelle_id):
        hint = "Den Stand meldet, wer verantwortlich ist. Alle stehen unter /arbeitsteilung."
        raise NichtGefunden("Das Arbeitspaket", str(number), hint)
    return paket


def report(
    session: Session, betrachter: Betrachter, number: int, version: int, typed: Mapping[str, str]
) -> None:
    """What is built and by whom stays as the office wrote it, and so does who may see it."""
    paket = find_responsible(session, betrachter, number, lock=True)
    if paket.version != version:
        raise VeralteterStand
    stand = parse_stand(typed)
    result = _results(session, stand)
    paket.version += 1
    _write_stand(session, paket, stand, result)
    _note(session, betrachter, "arbeitspaket_stand_gemeldet", number)


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
    result = _results(session, angaben.stand)
    beside = [each for each in dict.fromkeys(beside) if each != responsible]
    return _Gelesen(angaben, responsible, beside, about, result)


def _results(session: Session, stand: Arbeitsstand) -> list[Gegenstand]:
    found = bezuege.resolve(session, stand.ergebnis, "ergebnis")
    for each in found:
        if each.art is not Bezugsart.ONLINEDIENST:
            raise UngueltigeEingabe("ergebnis", each.schluessel, "Hier stehen Onlinedienste.")
    return found


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
    for name in ("titel", "bemerkung", "sichtbarkeit"):
        setattr(paket, name, getattr(gelesen.angaben, name))
    paket.stelle_id = gelesen.stelle
    number = _write_stand(session, paket, gelesen.angaben.stand, gelesen.ergebnis)
    arbeitspakete.replace_partners(session, number, gelesen.beteiligte)
    bezuege.replace(session, Arbeitspaket, number, gelesen.thema)
    return number


def _write_stand(
    session: Session, paket: Arbeitspaket, stand: Arbeitsstand, result: list[Gegenstand]
) -> int:
    paket.status, paket.bis = stand.status, stand.bis
    session.add(paket)
    session.flush()
    assert paket.id is not None
    bezuege.replace(session, Arbeitspaket, paket.id, result, ergebnis=True)
    return paket.id


def _note(session: Session, betrachter: Betrachter, what: str, number: int) -> None:
    record(session, what, "arbeitspaket", number, {}, betrachter.konto_id)
