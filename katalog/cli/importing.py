"""`katalog import`: files become the catalogue, with progress, a report and an exit code."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from importers.recognition import Format, format_of
from importers.records import QuelleRecord
from katalog.cli.output import progress, report
from katalog.cli.state import require_current
from katalog.db import Engine, open_engine
from katalog.domain.begriffe import Befundart, Laufstatus
from katalog.domain.errors import UngueltigeEingabe
from katalog.intake.auftrag import Auftrag, Ergebnis
from katalog.intake.report import Befund, Zahlen
from katalog.intake.runs import import_files
from katalog.settings import load_settings

# Nothing was taken over; not all of it was. 2 is what argparse says of a call it cannot read.
NICHTS, TEILWEISE = 1, 3
_EXAMPLES = 10
_HEADS = {
    Befundart.NEU: "Neu",
    Befundart.GEAENDERT: "Geändert",
    Befundart.ENTFALLEN: "Entfallen",
    Befundart.ABGELEHNT: "Nicht übernommen",
    Befundart.WIDERSPRUCH: "Widersprüche",
    Befundart.HINWEIS: "Hinweise",
}


def run(options: Namespace, environment: Mapping[str, str]) -> int:
    settings = load_settings(environment)
    engine = open_engine(settings.db)
    try:
        require_current(engine)
        kind = format_of(options.format)
        address = options.quellen[0] if is_address(options.quellen) else ""
        if address and kind is not Format.FIM:
            raise UngueltigeEingabe(
                "quelle",
                address,
                "Von einer Adresse liest nur das Format fim. Laden Sie die Datei herunter, und"
                " geben Sie sie an, oder benutzen Sie „katalog laden“.",
            )
        refuse_without_effect(options, kind, address)
        auftrag = Auftrag(
            format=kind,
            dateien=[] if address else [Path(name) for name in options.quellen],
            today=settings.today(),
            umrisse=Path(settings.umrisse),
            quelle=options.quelle,
            titel=options.titel,
            vollstaendig=options.vollstaendig,
            verlust_erlaubt=options.entfallene_zulassen,
        )
        if address:
            auftrag = from_interface(auftrag, address, options.seit)
        return execute(engine, auftrag, probe=options.probe, as_json=options.json)
    finally:
        engine.dispose()


def refuse_without_effect(options: Namespace, kind: Format, address: str) -> None:
    """Whoever gives an option expects something of it; to pass over it would be to lie."""
    if options.titel and not options.quelle:
        raise UngueltigeEingabe(
            "titel", options.titel, "--titel benennt die Quelle, die --quelle angibt: Bitte beide."
        )
    if options.seit and not address:
        raise UngueltigeEingabe(
            "seit",
            options.seit,
            "--seit gilt nur für die Adresse des FIM-Portals, nicht für Dateien.",
        )
    if options.seit and not is_day(options.seit):
        raise UngueltigeEingabe(
            "seit", options.seit, f"„{options.seit}“ ist kein Tag. Schreiben Sie JJJJ-MM-TT."
        )
    if options.seit and options.vollstaendig:
        raise UngueltigeEingabe(
            "seit",
            options.seit,
            "Mit --seit kommt nur, was sich geändert hat; das ist nie vollständig. Lassen Sie eine"
            " der beiden Angaben weg.",
        )
    if kind is Format.VG250:
        _refuse_of_outlines(options)


def _refuse_of_outlines(options: Namespace) -> None:
    if len(options.quellen) > 1:
        raise UngueltigeEingabe(
            "quelle",
            options.quellen[1],
            "Umrisse werden als Ganzes getauscht: Bitte geben Sie genau ein Archiv an.",
        )
    given = {
        "--quelle": bool(options.quelle),
        "--vollstaendig": options.vollstaendig is True,
        "--teilweise": options.vollstaendig is False,
        "--entfallene-zulassen": options.entfallene_zulassen,
    }
    if without_effect := ", ".join(name for name, is_given in given.items() if is_given):
        raise UngueltigeEingabe(
            "format",
            Format.VG250.value,
            f"Für vg250 gilt {without_effect} nicht: Umrisse werden als Ganzes getauscht."
            " Lassen Sie die Angabe weg.",
        )


def is_address(sources: Sequence[str]) -> bool:
    return len(sources) == 1 and sources[0].startswith(("https://", "http://"))


def is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def from_interface(auftrag: Auftrag, address: str, since: str) -> Auftrag:
    """All Steckbriefe of a FIM portal, or only those changed since a day: then none is missing."""
    from importers import fim
    from importers.offene_quellen import FIM, open_quelle

    fetch = open_quelle(FIM, url=address)

    def ask(quelle: QuelleRecord) -> Iterable[Any]:
        return fim.read_api(fetch, time.sleep, quelle=quelle, prefix="", updated_since=since)

    complete = False if since else auftrag.vollstaendig
    return replace(auftrag, abruf=ask, vollstaendig=complete)


def execute(engine: Engine, auftrag: Auftrag, *, probe: bool, as_json: bool) -> int:
    started = time.monotonic()
    with progress(as_json) as show:
        ergebnis = import_files(engine, auftrag, show, probe=probe)
    seconds = time.monotonic() - started
    report(as_data(ergebnis, probe, seconds), as_text(ergebnis, probe, seconds), as_json=as_json)
    return exit_code(ergebnis)


def exit_code(ergebnis: Ergebnis) -> int:
    if ergebnis.status is not Laufstatus.FERTIG:
        return NICHTS
    return TEILWEISE if ergebnis.total.abgelehnt else 0


def as_data(ergebnis: Ergebnis, probe: bool, seconds: float) -> dict[str, Any]:
    data: dict[str, Any] = {
        "probe": probe,
        "lauf": None if probe else ergebnis.lauf,
        "status": ergebnis.status.value,
        "meldung": ergebnis.meldung,
        "sekunden": round(seconds, 1),
        "zahlen": ergebnis.total.as_dict(),
        "je_art": {label: zahlen.as_dict() for label, zahlen in ergebnis.zahlen.items()},
    }
    if probe:
        data["befunde"] = [befund.row() for befund in ergebnis.befunde]
    return data


def as_text(ergebnis: Ergebnis, probe: bool, seconds: float) -> str:
    lines = []
    if ergebnis.status is not Laufstatus.FERTIG:
        lines.append(f"Nicht übernommen: {ergebnis.meldung}")
    else:
        lines.append(
            f"Probelauf in {seconds:.1f} s, geändert wurde nichts. Es würde:"
            if probe
            else f"Übernommen in {seconds:.1f} s:"
        )
        lines += [f"  {label}: {_spell(zahlen)}" for label, zahlen in ergebnis.zahlen.items()]
        if ergebnis.meldung:
            lines.append(ergebnis.meldung)
    if probe:
        lines += _examples(ergebnis.befunde)
    else:
        lines.append(f"Bericht: /betrieb/importe/{ergebnis.lauf}")
    return "\n".join(lines)


def _spell(zahlen: Zahlen) -> str:
    words = {
        "neu": "neu",
        "geaendert": "geändert",
        "unveraendert": "unverändert",
        "entfallen": "entfallen",
        "doppelt": "doppelt",
        "abgelehnt": "nicht übernommen",
    }
    numbers = zahlen.as_dict()
    found = [f"{_number(numbers[name])} {word}" for name, word in words.items() if numbers[name]]
    return ", ".join(found) or "nichts"


def _number(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _examples(befunde: Sequence[Befund]) -> list[str]:
    lines = []
    for art, head in _HEADS.items():
        found = [befund for befund in befunde if befund.art is art]
        if not found:
            continue
        lines.append(f"{head} ({_number(len(found))}):")
        lines += [f"  {_describe(befund)}" for befund in found[:_EXAMPLES]]
        if len(found) > _EXAMPLES:
            rest = _number(len(found) - _EXAMPLES)
            lines.append(f"  … und {rest} weitere; alle mit --json")
    return lines


def _describe(befund: Befund) -> str:
    place = ", ".join(
        part
        for part in (
            befund.objekt,
            f"Zeile {befund.zeile}" if befund.zeile else "",
            befund.stelle,
        )
        if part
    )
    if befund.art is Befundart.GEAENDERT:
        return f"{place}: {_short(befund.alt) or '–'} → {_short(befund.wert) or '–'}"
    value = f" „{_short(befund.wert)}“" if befund.wert else ""
    remedy = f" {befund.abhilfe}" if befund.abhilfe else ""
    return f"{place}{value}: {befund.ursache}{remedy}" if befund.ursache else f"{place}{value}"


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"
