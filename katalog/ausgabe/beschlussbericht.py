"""The report to a council on one of its resolutions ("Beschlusskontrolle").

What was decided and why things stand as they do, people write. What is live, in work and planned
comes from the body's statements of use, with the day that each of them is from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from katalog.ausgabe import brief
from katalog.ausgabe.brief import Abschnitt, Block, Brief, Kapitel, Text, Worte, Zeile, zeile
from katalog.domain.begriffe import Beleg, Einsatzstatus
from katalog.domain.kalender import format_datum
from katalog.models.koordination import Beschluss
from katalog.queries.beschluesse import NACHWEIS_ORDER, Nachweis, Punkt
from katalog.queries.einsaetze import Nutzung

# More of it in one point is counted and linked.
_MOST_LISTED = 60


@dataclass(frozen=True, slots=True)
class Berichtsstoff:
    """`nachweise` by the id of the point; `url` is where the report stands."""

    beschluss: Beschluss
    punkte: Sequence[Punkt]
    nachweise: Mapping[int, Sequence[Nachweis]]
    kommune: str
    kommune_url: str
    url: str
    basis_url: str
    stand: date
    naechster: date | None


def write_beschlussbericht(stoff: Berichtsstoff) -> Brief:
    statements = [each.nutzung for rows in stoff.nachweise.values() for each in rows]
    demo = any(row.quelle is not None and row.quelle.demo for row in statements)
    return Brief(
        art="Beschlusskontrolle",
        titel=stoff.beschluss.titel,
        absender=stoff.kommune,
        adressaten=f"Bericht an: {stoff.beschluss.gremium}" if stoff.beschluss.gremium else "",
        stand=stoff.stand,
        kapitel=(_say_beschluss(stoff), _say_punkte(stoff), _say_naechster(stoff)),
        quellen=tuple(_sources(stoff, statements)),
        url=stoff.url,
        hinweis="Demo: Dieser Bericht nennt erfundene Angaben zur Nutzung." if demo else "",
    )


def _say_beschluss(stoff: Berichtsstoff) -> Kapitel:
    found = stoff.beschluss
    lines = (
        zeile("Gegenstand", found.titel),
        zeile("Vorlage", found.vorlage),
        zeile("Sitzung", found.sitzung),
        zeile("Geschäftszeichen", found.geschaeftszeichen),
        *_said("Gremium", found.gremium),
        *_said("Beschlossen am", _say_day(found.beschlossen_am)),
        *_said("Ersetzt", found.ersetzt),
    )
    return Kapitel("Beschluss", (brief.zeilen(*lines),))


def _said(name: str, *values: str) -> Iterator[Zeile]:
    """A line that nobody misses where there is nothing to say."""
    if any(values):
        yield zeile(name, *values)


def _say_punkte(stoff: Berichtsstoff) -> Kapitel:
    if not stoff.punkte:
        return Kapitel("Stand der Umsetzung", (brief.absatz("Noch ohne Beschlusspunkte."),))
    done = Counter(punkt.punkt.status.label for punkt in stoff.punkte)
    counted = ", ".join(f"{number} {status}" for status, number in done.items())
    return Kapitel(
        "Stand der Umsetzung",
        (brief.absatz(f"{_count(len(stoff.punkte), 'Punkt', 'Punkte')}: {counted}."),),
        tuple(
            Abschnitt(f"Beschlusspunkt {punkt.punkt.nummer}", tuple(_say_punkt(stoff, punkt)))
            for punkt in stoff.punkte
        ),
    )


def _say_punkt(stoff: Berichtsstoff, of: Punkt) -> Iterator[Block]:
    punkt = of.punkt
    yield brief.zeilen(
        zeile("Auftrag", *punkt.auftrag.splitlines()),
        *_said("Fällig", _say_day(punkt.faellig)),
        zeile("Status", punkt.status.label),
        *_said("Begründung", *punkt.begruendung.splitlines()),
        *_said("Zeitplan", *punkt.zeitplan.splitlines()),
    )
    found = stoff.nachweise.get(punkt.id or 0)
    if found is None:
        return
    about = ", ".join(f"{titel} (OZG {ozg_id})" for ozg_id, titel in of.ozg)
    subject = f"Onlinedienste zu {about}" if about else "Onlinedienste"
    stand = format_datum(stoff.stand)
    if not found:
        yield brief.absatz(f"{subject} am {stand}: keine Angabe im OZG-Katalog.")
        return
    by_status = Counter(each.nutzung.status for each in found)
    numbers = ", ".join(f"{by_status[s]} {s.label}" for s in NACHWEIS_ORDER if by_status[s])
    yield brief.absatz(f"{subject} am {stand}: {numbers}.")
    items = [_say_nachweis(stoff, each) for each in found[:_MOST_LISTED]]
    if more := len(found) - len(items):
        items.append(
            brief.say(
                f"und {_count(more, 'weiterer', 'weitere')} auf der ",
                Text(f"Seite von {stoff.kommune}", stoff.kommune_url),
            )
        )
    yield brief.liste(items)


def _say_nachweis(stoff: Berichtsstoff, of: Nachweis) -> Worte:
    row = of.nutzung
    parts = [f": {_say_status(row)}"]
    for was, bis in of.wartet_auf:
        parts.append(f", wartet auf {was}" + (f" (bis {format_datum(bis)})" if bis else ""))
    parts.append(f". {_say_source(row)}.")
    url = f"{stoff.basis_url}/onlinedienste/{row.dienst_kennung}"
    return brief.say(Text(row.dienst_name, url), "".join(parts))


def _say_status(row: Nutzung) -> str:
    label, since = row.status.label, format_datum(row.ab) if row.ab else ""
    match row.status:
        case Einsatzstatus.PRODUKTIV:
            begun = f" seit {since}" if since else ""
            return f"{label}{begun}" + (f", endet zum {format_datum(row.bis)}" if row.bis else "")
        case Einsatzstatus.VORUEBERGEHEND if row.ausgesetzt_bis:
            return f"{label} bis {format_datum(row.ausgesetzt_bis)}"
        case Einsatzstatus.IN_UMSETZUNG | Einsatzstatus.GEPLANT if since:
            return f"{label}, produktiv ab {since}"
        case _:
            return label


def _say_source(row: Nutzung) -> str:
    said = "Eigene Angabe" if row.beleg is Beleg.EIGENANGABE else f"Angabe {row.beleg.label}"
    day = row.bestaetigt_am or row.stand
    return f"{said}, Stand {format_datum(day)}" if day else said


def _say_naechster(stoff: Berichtsstoff) -> Kapitel:
    planned = f"Der nächste Bericht ist für den {_say_day(stoff.naechster)} vorgesehen."
    text = planned if stoff.naechster else "Ein weiterer Bericht ist nicht vorgesehen."
    return Kapitel("Nächster Bericht", (brief.absatz(text),))


def _sources(stoff: Berichtsstoff, statements: Sequence[Nutzung]) -> Iterator[str]:
    yield f"{stoff.kommune}, Stand {format_datum(stoff.stand)}"
    if statements:
        yield f"OZG-Katalog, Stand {format_datum(stoff.stand)}"


def _say_day(day: date | None) -> str:
    return format_datum(day) if day else ""


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
