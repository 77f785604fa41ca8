"""The report of a coordinating body on a key date, beside an earlier one, with every difference.

Nothing in it depends on when it is asked for, as long as nobody records anything belated: the same
key date gives the same report, with the same checksum.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from katalog.ausgabe import brief
from katalog.ausgabe.brief import Block, Brief, Kapitel, Zeile, zeile
from katalog.domain.abdeckung import Dienstabdeckung, Kreiszeile, Rueckgang
from katalog.domain.kalender import format_datum
from katalog.domain.vorgangsstatistik import Dauer, Vergleich

# More of them are counted; the statistics have the whole list as a file.
_MOST_LISTED = 60

_GEZAEHLT = (
    "Der Stand eines Vorgangs an einem Tag ergibt sich aus seinen Ereignissen, nicht aus dem, was "
    "heute eingetragen ist. Wird etwas nachgetragen, kann sich ein früherer Stichtag ändern.",
    "Ein Schritt zählt ab dem Tag, den er nennt (Eingang eines Schreibens, Produktivsetzung), "
    "sonst ab dem Tag, an dem er festgehalten wurde. Beendet ist ein gekündigter Vorgang ab dem "
    "Tag nach dem Ende der Kündigung.",
    "Einen Onlinedienst nutzt eine Stelle, die im Verzeichnis produktiv steht, mit oder ohne "
    "Vorgang. Wer vorübergehend abgemeldet ist, zählt dort nicht, wohl aber bei den Vorgängen.",
)


@dataclass(frozen=True, slots=True)
class Stichtag:
    """What holds on one day."""

    tag: date
    genutzt: int
    ausgesetzt: int
    onlinedienste: Sequence[Dienstabdeckung]
    kreise: Sequence[Kreiszeile]


@dataclass(frozen=True, slots=True)
class Berichtsstoff:
    """`bewegung` leads from the earlier day to the later one; `auswahl` are filters in words."""

    absender: str
    auswahl: Sequence[str]
    frueher: Stichtag
    jetzt: Stichtag
    bewegung: Sequence[Vergleich]
    dauern: Sequence[Dauer]
    rueckgaenge: Sequence[Rueckgang]
    quelle_einwohner: str
    url: str
    demo: bool


def write_stichtagsbericht(stoff: Berichtsstoff) -> Brief:
    tag = stoff.jetzt.tag
    narrowed = f"Nur: {', '.join(stoff.auswahl)}. " if stoff.auswahl else ""
    return Brief(
        art="Bericht zum Stichtag",
        titel=f"Nachnutzung am {format_datum(tag)}",
        absender=stoff.absender,
        adressaten=f"{narrowed}Verglichen mit dem {format_datum(stoff.frueher.tag)}",
        stand=tag,
        kapitel=(
            _say_cases(stoff),
            _say_services(stoff),
            _say_kreise(stoff),
            _say_stays(stoff),
            _say_departures(stoff),
            _say_rules(stoff),
        ),
        quellen=tuple(_sources(stoff)),
        url=stoff.url,
        hinweis="Demo: Dieser Bericht zählt erfundene Vorgänge und Angaben." if stoff.demo else "",
        verweis="Dieser Bericht",
    )


def _say_cases(stoff: Berichtsstoff) -> Kapitel:
    total = sum(each.nachher for each in stoff.bewegung)
    if not stoff.bewegung:
        return Kapitel("Vorgänge", (brief.absatz("An beiden Tagen gibt es keinen Vorgang."),))
    now, then = stoff.jetzt, stoff.frueher
    paused = f", davon {now.ausgesetzt} vorübergehend abgemeldet" if now.ausgesetzt else ""
    said = (
        f"Am {format_datum(now.tag)} gibt es {_count(total, 'Vorgang', 'Vorgänge')}. In "
        f"{now.genutzt} davon ist der Onlinedienst in Nutzung{paused}; am "
        f"{format_datum(then.tag)} war er es in {then.genutzt}."
    )
    return Kapitel(
        "Vorgänge",
        (brief.absatz(said), brief.zeilen(*(_say_movement(each) for each in stoff.bewegung))),
    )


def _say_movement(each: Vergleich) -> Zeile:
    """The numbers add up before the reader's eyes."""
    parts = [f"vorher {each.vorher}"]
    parts += [f"{each.hinzu} hinzu"] if each.hinzu else []
    parts += [f"{each.weg} weg"] if each.weg else []
    return zeile(each.status.label, f"{each.nachher} ({', '.join(parts)})")


def _say_services(stoff: Berichtsstoff) -> Kapitel:
    titel = "Nutzung je Onlinedienst"
    if not stoff.jetzt.onlinedienste:
        return Kapitel(titel, (brief.absatz("Angeboten wird noch kein Onlinedienst."),))
    before = {row.dienst_id: row for row in stoff.frueher.onlinedienste}
    lines = [
        zeile(row.name, *_say_share(row, before.get(row.dienst_id), stoff.frueher.tag))
        for row in stoff.jetzt.onlinedienste
    ]
    found = dict.fromkeys(row.grundlage for row in stoff.jetzt.onlinedienste)
    bases = "; ".join(grundlage.label for grundlage in found)
    blocks: list[Block] = [
        brief.absatz(f"Gezählt wird an den zuständigen Stellen: {bases}."),
        brief.zeilen(*lines),
    ]
    if not stoff.quelle_einwohner:
        blocks.append(brief.absatz("Einwohnerzahlen liegen nicht vor."))
    return Kapitel(titel, tuple(blocks))


def _say_share(row: Dienstabdeckung, before: Dienstabdeckung | None, then: date) -> Iterator[str]:
    a = row.abdeckung
    share = f", {_percent(a.anteil)}" if a.anteil is not None else ""
    yield f"{a.nutzen} von {a.zustaendig} zuständigen Stellen{share}"
    if a.anteil_einwohner is not None:
        reached, people = _number(a.einwohner_mit or 0), _number(a.einwohner or 0)
        yield f"{reached} von {people} Einwohnern, {_percent(a.anteil_einwohner)}"
    if a.weitere:
        yield f"außerdem {_count(a.weitere, 'weitere Stelle', 'weitere Stellen')}"
    if before is not None:
        old = before.abdeckung
        yield f"am {format_datum(then)}: {old.nutzen} von {old.zustaendig}"


def _say_kreise(stoff: Berichtsstoff) -> Kapitel:
    before = {row.name: row for row in stoff.frueher.kreise}
    lines = [_say_kreis(row, before) for row in stoff.jetzt.kreise]
    if not lines:
        return Kapitel("Nutzung je Kreis", (brief.absatz("Keine zuständige Stelle."),))
    said = "Möglich ist jeder angebotene Onlinedienst bei jeder zuständigen Stelle des Kreises."
    return Kapitel("Nutzung je Kreis", (brief.absatz(said), brief.zeilen(*lines)))


def _say_kreis(row: Kreiszeile, before: Mapping[str, Kreiszeile]) -> Zeile:
    old = f" (vorher {before[row.name].genutzt})" if row.name in before else ""
    return zeile(row.name, f"{row.genutzt} von {row.moeglich}, {_percent(row.anteil)}{old}")


def _say_stays(stoff: Berichtsstoff) -> Kapitel:
    lines = [_say_stay(each) for each in stoff.dauern]
    said = (
        f"Tage, aus allen Aufenthalten, die bis zum {format_datum(stoff.jetzt.tag)} zu Ende waren."
    )
    return Kapitel("Wie lange ein Schritt dauert", (brief.absatz(said), brief.zeilen(*lines)))


def _say_stay(each: Dauer) -> Zeile:
    if each.median is None:
        return zeile(each.status.label, "noch kein Aufenthalt zu Ende")
    return zeile(
        each.status.label,
        f"Median {each.median}, 90 % höchstens {each.meiste}, längste {each.laengste} "
        f"({each.anzahl} gezählt)",
    )


def _say_departures(stoff: Berichtsstoff) -> Kapitel:
    titel = f"Was seit dem {format_datum(stoff.frueher.tag)} weniger wurde"
    if not stoff.rueckgaenge:
        said = "Niemand hat in dieser Zeit aufgehört, einen Onlinedienst zu nutzen."
        return Kapitel(titel, (brief.absatz(said),))
    items = [
        f"{row.stelle}: {row.dienst}. {row.grund}"
        + (f" ({format_datum(row.tag)})." if row.tag else ".")
        for row in stoff.rueckgaenge[:_MOST_LISTED]
    ]
    more = len(stoff.rueckgaenge) - len(items)
    items += [f"und {_count(more, 'weitere Zeile', 'weitere Zeilen')} in der Statistik."] * bool(
        more
    )
    return Kapitel(titel, (brief.liste(items),))


def _say_rules(stoff: Berichtsstoff) -> Kapitel:
    return Kapitel("Wie gezählt wird", (brief.liste(_GEZAEHLT),))


def _sources(stoff: Berichtsstoff) -> Iterator[str]:
    yield f"OZG-Katalog, Stand {format_datum(stoff.jetzt.tag)}"
    if stoff.quelle_einwohner:
        yield f"{stoff.quelle_einwohner} (Einwohner)"


def _percent(value: float | None) -> str:
    return f"{value or 0:.1f} %".replace(".", ",")


def _number(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def _count(number: int, one: str, many: str) -> str:
    return f"{_number(number)} {one if number == 1 else many}"
