"""Lists as files from the command line: the same choice and the same file as on the pages."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from katalog.ausgabe.einsaetze import EINSAETZE
from katalog.ausgabe.export import Zusammenstellung, export
from katalog.cli.output import report
from katalog.cli.state import require_current
from katalog.db import Session, open_engine, reading
from katalog.discovery import Suche, filter_names
from katalog.domain.begriffe import Ausgabeformat, Objektart
from katalog.domain.errors import NichtGefunden, UngueltigeEingabe
from katalog.domain.rollen import GAST
from katalog.queries import dienste, einsaetze, kommunen, register
from katalog.settings import Settings, load_settings
from katalog.web.address import Address
from katalog.web.exports import occasion
from katalog.web.list_files import compose
from katalog.web.lists import read_auswahl
from katalog.web.portal import open_index

STDOUT = "-"
_PAGES = {
    Objektart.OZG_LEISTUNG: "/ozg",
    Objektart.LEISTUNG: "/leistungen",
    Objektart.ONLINEDIENST: "/onlinedienste",
    Objektart.KOMMUNE: "/kommunen",
}
# What an address says besides the filters that are counted.
_PLAIN = ("q", "ort", "sortierung")
# No page lists statements of all bodies; the API does, with the same filters.
_STATEMENTS = "/api/v1/einsaetze"
_OF_USE = ("kennung", "leistungsschluessel", "ars")


def run(options: Namespace, environment: Mapping[str, str]) -> int:
    if options.json and options.datei == STDOUT:
        raise UngueltigeEingabe(
            "--json",
            "",
            "Daten und Bericht gehen nicht beide an die Ausgabe. Nennen Sie mit -o eine Datei.",
        )
    started = time.perf_counter()
    settings = load_settings(environment)
    of_use = options.typ == EINSAETZE.name
    known = _OF_USE if of_use else (*_PLAIN, *filter_names(Objektart(options.typ)))
    fields = tuple(_read_filters(options.filter, known))
    engine = open_engine(settings.db)
    require_current(engine)
    with reading(engine) as session:
        bestand = _use(session, fields) if of_use else _list(session, settings, options.typ, fields)
    file = export(engine, bestand, Ausgabeformat(options.format), occasion(settings))
    if options.datei == STDOUT:
        _copy(file.pieces, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return 0
    path = Path(options.datei)
    path = path / file.name if path.is_dir() else path
    size = _write(path, file.pieces)
    report(
        {
            "datei": str(path),
            "bytes": size,
            "auswahl": list(bestand.filter),
            "sekunden": round(time.perf_counter() - started, 1),
        },
        f"{bestand.titel} geschrieben: {path} ({max(1, size // 1000)} kB)\n"
        f"  Auswahl: {', '.join(bestand.filter) or 'alles'}",
        as_json=options.json,
    )
    return 0


def _read_filters(given: Sequence[str], known: Sequence[str]) -> Iterator[tuple[str, str]]:
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not value.strip():
            raise UngueltigeEingabe(
                "filter", text, f"„{text}“ ist kein Filter. Schreiben Sie NAME=WERT, etwa art=efa."
            )
        if name not in known:
            names = ", ".join(known)
            raise UngueltigeEingabe(
                "filter", text, f"Den Filter „{name}“ gibt es hier nicht. Möglich sind: {names}."
            )
        yield name, value.strip()


def _list(
    session: Session, settings: Settings, typ: str, fields: tuple[tuple[str, str], ...]
) -> Zusammenstellung[Any]:
    kind = Objektart(typ)
    address = Address(_PAGES[kind], fields)
    search = Suche(open_index(settings).engine)
    return compose(session, search, address, read_auswahl(address, kind), settings.today())


def _use(session: Session, fields: tuple[tuple[str, str], ...]) -> Zusammenstellung[Any]:
    named: dict[str, list[einsaetze.Condition]] = {}
    for name, value in fields:
        named.setdefault(name, []).append(_condition(session, name, value))
    conditions = [einsaetze.any_of(alternatives) for alternatives in named.values()]
    return Zusammenstellung(
        EINSAETZE,
        EINSAETZE.titel,
        str(Address(_STATEMENTS, fields)),
        lambda session: einsaetze.all_ids(session, GAST, *conditions),
        tuple(f"{name}: {value}" for name, value in fields),
    )


def _condition(session: Session, name: str, value: str) -> einsaetze.Condition:
    match name:
        case "kennung":
            zeile = dienste.find_dienst(session, value)
            if zeile is None or zeile.dienst.id is None:
                raise NichtGefunden("Den Onlinedienst", value)
            return einsaetze.uses(zeile.dienst.id)
        case "leistungsschluessel":
            leistung = register.find_leistung(session, value)
            if leistung is None:
                raise NichtGefunden("Die Leistung", value)
            return einsaetze.serves(leistung.id)
        case _:
            kommune = kommunen.find_kommune(session, value)
            if kommune is None:
                raise NichtGefunden("Die Kommune", value)
            return einsaetze.said_of(kommune.stelle_id)


def _write(path: Path, pieces: Iterable[bytes]) -> int:
    """Beside the file until it is whole: nobody finds half of it, whatever happens."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            size = _copy(pieces, file)
        # mkstemp lets only its owner read the file; whoever asked for it decides that himself.
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return size


def _copy(pieces: Iterable[bytes], target: BinaryIO) -> int:
    return sum(target.write(piece) for piece in pieces)
