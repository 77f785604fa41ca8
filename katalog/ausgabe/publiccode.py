"""The publiccode.yml of an assistant with open source code, as far as the catalogue knows it.

Version 0.4 of the standard, whose German section is written `de`. Nothing is made up to please a
validator: what the standard requires and nobody has told the catalogue is named in a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from katalog.ausgabe.kopf import Anlass
from katalog.db import Session
from katalog.domain.begriffe import Dienststatus, Einsatzstatus
from katalog.domain.rollen import GAST
from katalog.queries import dienste, einsaetze, listenwerte, register

_STATUS = {
    Dienststatus.GEPLANT: "concept",
    Dienststatus.IN_ENTWICKLUNG: "development",
    Dienststatus.PILOT: "beta",
    Dienststatus.VERFUEGBAR: "stable",
    Dienststatus.ABGEKUENDIGT: "obsolete",
    Dienststatus.EINGESTELLT: "obsolete",
}
# What the standard demands and a catalogue of use has no field for.
_UNKNOWN = ("categories", "description.de.features", "maintenance", "localisation")
_SHORT, _LONG = 150, 150
_SPDX = re.compile(r"[A-Za-z0-9.+-]+(?: (?:AND|OR|WITH) [A-Za-z0-9.+-]+)*")
# More names than that no reader of the file expects; the page has them all.
_MOST_USERS = 200


@dataclass(frozen=True, slots=True)
class Software:
    """What the database says of one assistant, in the order of the file."""

    zeile: dienste.DienstZeile
    version: str
    veroeffentlicht_am: date | None
    leika: tuple[dict[str, str], ...]
    nutzende: tuple[str, ...]


def find_software(session: Session, kennung: str) -> Software | None:
    """None where there is no such assistant, or none with public source code."""
    zeile = dienste.find_dienst(session, kennung)
    if zeile is None or zeile.dienst.id is None or not zeile.dienst.quellcode_url:
        return None
    number = zeile.dienst.id
    latest = next(iter(dienste.releases(session, number)), None)
    return Software(
        zeile,
        latest.version if latest else "",
        latest.datum if latest else None,
        tuple(_leika(session, number)),
        tuple(_users(session, number)),
    )


def write_publiccode(software: Software, anlass: Anlass) -> str:
    content = {name: value for name, value in _fields(software).items() if value}
    body: str = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=98)
    return "".join(f"# {_one_line(line)}\n" for line in _comment(software, anlass)) + body


def _one_line(text: str) -> str:
    """YAML escapes nothing in a comment."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())


def _leika(session: Session, number: int) -> Iterator[dict[str, str]]:
    """Each OZG service with those of its LeiKa keys that the assistant has a path for."""
    keys = listenwerte.schluessel_of_dienste(session, [number]).get(number, [])
    services = register.ozg_of_onlinedienst(session, number)
    bundled = listenwerte.schluessel_of_ozg(session, [ozg.id for ozg in services])
    for ozg in services:
        about = {"themenfeld": ozg.themenfeld or "", "lebenslage": ozg.lage or ""}
        own = [key for key in bundled.get(ozg.id, ()) if key in keys]
        for key in own or [""]:
            entry = about | {"ozg-id": ozg.ozg_id, "leika-id": key}
            yield {name: value for name, value in entry.items() if value}
    paired = {key for found in bundled.values() for key in found}
    yield from ({"leika-id": key} for key in keys if key not in paired)


def _users(session: Session, number: int) -> Sequence[str]:
    page = einsaetze.of_onlinedienst(session, number, GAST, 1, _MOST_USERS)
    return list(
        dict.fromkeys(
            row.stelle_name
            for row in page.rows
            if row.status is Einsatzstatus.PRODUKTIV
            and row.rolle in einsaetze.IN_USE
            and row.widersprochen_am is None
        )
    )


def _fields(software: Software) -> dict[str, Any]:
    zeile, dienst = software.zeile, software.zeile.dienst
    legal = {"license": _licence(dienst.lizenz), "repoOwner": zeile.traeger}
    return {
        "publiccodeYmlVersion": "0.4",
        "name": dienst.name,
        "url": dienst.quellcode_url,
        "softwareVersion": software.version,
        "releaseDate": software.veroeffentlicht_am,
        "platforms": ["web"],
        "usedBy": list(software.nutzende),
        "developmentStatus": _STATUS[dienst.status] if dienst.status else None,
        "softwareType": "standalone/web",
        "description": _description(dienst.kurzname, dienst.kurzbeschreibung),
        "legal": {name: value for name, value in legal.items() if value},
        "de": {"leika": list(software.leika)} if software.leika else None,
    }


def _description(short_name: str, text: str) -> dict[str, dict[str, str]]:
    short = text if len(text) <= _SHORT else text[: _SHORT - 1].rsplit(" ", 1)[0] + "…"
    texts = {
        "localisedName": short_name,
        "shortDescription": short,
        "longDescription": text if len(text) >= _LONG else "",
    }
    said = {name: value for name, value in texts.items() if value}
    return {"de": said} if said else {}


def _licence(text: str) -> str:
    """The standard wants an SPDX expression; any other words stay out of that field."""
    return text if _SPDX.fullmatch(text) else ""


def _missing(software: Software) -> Iterator[str]:
    dienst = software.zeile.dienst
    if software.veroeffentlicht_am is None:
        yield "releaseDate"
    if dienst.status is None:
        yield "developmentStatus"
    if not dienst.kurzbeschreibung:
        yield "description.de.shortDescription"
    if len(dienst.kurzbeschreibung) < _LONG:
        yield "description.de.longDescription"
    if not _licence(dienst.lizenz):
        yield "legal.license"
    yield from _UNKNOWN


def _comment(software: Software, anlass: Anlass) -> Iterator[str]:
    zeile = software.zeile
    yield f"{zeile.dienst.name}, erstellt vom OZG-Katalog am {anlass.heute.isoformat()}"
    yield f"{anlass.basis_url}/onlinedienste/{zeile.dienst.kennung}"
    if zeile.quelle is not None:
        licence = f" ({zeile.quelle.lizenz})" if zeile.quelle.lizenz else ""
        yield f"Quelle: {zeile.quelle.titel}{licence}"
    yield f"Pflichtangaben, die der Katalog nicht kennt: {', '.join(_missing(software))}"
