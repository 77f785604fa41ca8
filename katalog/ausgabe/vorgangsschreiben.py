"""The letters of a case: the confirmation of a reuse, and the notice that ends it.

They say what stands in the case and nothing else, and none of it depends on the day on which they
are written: the same state of a case is the same letter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from katalog.ausgabe import brief
from katalog.ausgabe.brief import Block, Brief, Kapitel, Zeile, zeile
from katalog.domain.begriffe import Schreibenart
from katalog.domain.kalender import format_datum, format_datum_kurz, weekday
from katalog.domain.vorgang import Fall, Weg
from katalog.models.fall import Kuendigung

_VERWEIS = "Vorgang im OZG-Katalog"


@dataclass(frozen=True, slots=True)
class Vorgangsstoff:
    """What a letter may mention. `ansprechstelle` are lines."""

    vorgangsnummer: str
    aktenzeichen: str
    dienst: str
    stelle: str
    gebiete: tuple[str, ...]
    gegenueber: str
    ansprechstelle: tuple[str, ...]
    fall: Fall
    kuendigung: Kuendigung | None
    url: str


def is_due(art: Schreibenart, fall: Fall) -> bool:
    """Whether there is something to say in such a letter."""
    match art:
        case Schreibenart.BESTAETIGUNG:
            return fall.weg is Weg.LANDESANGEBOT and fall.bestaetigt_am is not None
        case Schreibenart.KUENDIGUNG:
            return fall.wirksam_zum is not None
        case _:
            return False


def write_schreiben(art: Schreibenart, stoff: Vorgangsstoff) -> Brief:
    return _SCHREIBEN[art](stoff)


def _bestaetigung(stoff: Vorgangsstoff) -> Brief:
    fall = stoff.fall
    assert fall.bestaetigt_am is not None
    said = f" vom {format_datum(fall.interesse_am)}" if fall.interesse_am else ""
    facts = brief.zeilen(
        *_case(stoff),
        _day("Bestätigt am", fall.bestaetigt_am),
        _day("Vertrag geschlossen am", fall.vertrag_am),
        *_terms(stoff),
        _day("Wunschtermin", fall.wunschtermin),
        zeile("Ansprechstelle für die Anbindung", *stoff.ansprechstelle),
    )
    steps = brief.liste(
        [
            "Sie klären und richten ein, was für die Anbindung nötig ist. Die Punkte stehen in der "
            "Checkliste des Vorgangs.",
            "Sie testen den Onlinedienst mit einem Beispielfall.",
            "Sie melden den Termin für den Start. Ab dann ist der Onlinedienst produktiv.",
        ],
        nummeriert=True,
    )
    return Brief(
        art="Bestätigung der Nachnutzung",
        titel=stoff.dienst,
        absender=stoff.gegenueber,
        adressaten=f"An {stoff.stelle}",
        stand=fall.bestaetigt_am,
        kapitel=(
            Kapitel(
                "Bestätigung",
                (
                    brief.absatz(
                        f"Wir bestätigen Ihr Interesse{said}, den Onlinedienst „{stoff.dienst}“ "
                        "nachzunutzen."
                    ),
                    facts,
                ),
            ),
            Kapitel("So geht es weiter", (steps,)),
        ),
        quellen=(),
        url=stoff.url,
        verweis=_VERWEIS,
    )


def _kuendigung(stoff: Vorgangsstoff) -> Brief:
    fall, notice = stoff.fall, stoff.kuendigung
    assert fall.wirksam_zum is not None
    assert notice is not None
    return Brief(
        art="Kündigung der Nachnutzung",
        titel=stoff.dienst,
        absender=stoff.stelle,
        adressaten=f"An {stoff.gegenueber}",
        stand=notice.angekuendigt_am or notice.zugang,
        kapitel=(
            Kapitel(
                "Kündigung",
                (
                    brief.absatz(
                        f"Wir kündigen die Nachnutzung des Onlinedienstes „{stoff.dienst}“ zum "
                        f"{format_datum_kurz(fall.wirksam_zum)} ({weekday(fall.wirksam_zum)}), mit "
                        "Ablauf des Tages."
                    ),
                    brief.zeilen(
                        *_case(stoff),
                        _day("Kündigung zugegangen am", notice.zugang),
                        _day("Ende der Nutzung", fall.wirksam_zum),
                        *_terms(stoff),
                        zeile("Form", notice.form.label),
                        *([zeile("Grund", notice.grund)] if notice.grund else []),
                    ),
                ),
            ),
            Kapitel("So ist das Ende berechnet", tuple(_calculation(stoff))),
            Kapitel("Technische Entkopplung", tuple(_decoupling(stoff))),
        ),
        quellen=(),
        url=stoff.url,
        verweis=_VERWEIS,
    )


def _case(stoff: Vorgangsstoff) -> Iterator[Zeile]:
    yield zeile("Vorgang", stoff.vorgangsnummer)
    if stoff.aktenzeichen:
        yield zeile("Aktenzeichen", stoff.aktenzeichen)
    yield zeile("Zuständige Stelle", stoff.stelle)
    areas = [name for name in stoff.gebiete if name != stoff.stelle]
    if areas:
        yield zeile("Gilt für", ", ".join(areas))


def _terms(stoff: Vorgangsstoff) -> Iterator[Zeile]:
    terms = stoff.fall.bedingungen
    if terms is not None:
        begun = format_datum(terms.gueltig_ab)
        yield zeile("Nachnutzungsbedingungen", f"Fassung {terms.fassung}, gültig ab {begun}")
    if stoff.fall.regel is not None:
        yield zeile("Kündigungsfrist", stoff.fall.regel.satz)


def _day(name: str, day: date | None) -> Zeile:
    return zeile(name, None if day is None else format_datum(day))


def _calculation(stoff: Vorgangsstoff) -> Iterator[Block]:
    steps = [f"{step.satz} ({step.paragraph})" for step in stoff.fall.rechnung]
    if steps:
        yield brief.liste(steps, nummeriert=True)
    else:
        yield brief.absatz("Das Ende ist so vereinbart.")


def _decoupling(stoff: Vorgangsstoff) -> Iterator[Block]:
    fall = stoff.fall
    yield brief.absatz(
        "Bis zum Ende bleibt der Onlinedienst nutzbar. Wann er technisch entkoppelt wird, stimmen "
        "wir mit Ihnen ab."
    )
    if fall.entkopplung_vereinbart_fuer is not None or fall.entkoppelt_am is not None:
        yield brief.zeilen(
            _day("Vereinbart für", fall.entkopplung_vereinbart_fuer),
            _day("Erfolgt am", fall.entkoppelt_am),
        )


_SCHREIBEN: Mapping[Schreibenart, Callable[[Vorgangsstoff], Brief]] = {
    Schreibenart.BESTAETIGUNG: _bestaetigung,
    Schreibenart.KUENDIGUNG: _kuendigung,
}
