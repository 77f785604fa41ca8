"""The call behind the map: the state of all areas of a level, joined by AGS in the browser."""

from __future__ import annotations

from datetime import date

import msgspec

from katalog.api import keys
from katalog.api.calls import Ask, Call, One, call
from katalog.api.filters import filters_of
from katalog.api.kinds import day, one_of, text, word
from katalog.api.listing import SEARCHED
from katalog.api.parameter import Parameter
from katalog.api.schema import form_of_type
from katalog.atlas import Asker, Kartenfrage
from katalog.discovery import Auswahl, filter_names
from katalog.domain.begriffe import Einsatzrolle, Einsatzstatus, Gebietsebene, Objektart
from katalog.domain.gebietsnetz import KARTENEBENEN
from katalog.domain.kartenbild import Kartenbild
from katalog.domain.kartenklassen import RANG, Kartenansicht, Messgroesse
from katalog.queries.listen import Einsatzfilter

_FAMILY = "Karte"
_WORDS = [str(status) for status in RANG]
# A Kommune's level is the level of the map.
_NOT_HERE = {"ebene"}


class Kartenklasse(msgspec.Struct, frozen=True):
    """`ab` ist der kleinste Wert der Klasse, wo nach Zahlen gefärbt wird."""

    schluessel: str
    wort: str
    muster: str
    ab: int | None
    anzahl: int


class Summe(msgspec.Struct, frozen=True):
    """`mit` von `von` Kommunen; Einwohnerzahlen nur, wo alle bekannt sind."""

    mit: int
    von: int
    einwohner_mit: int | None
    einwohner_von: int | None


class Kartenstatus(msgspec.Struct, frozen=True):
    """`gebiete`: Schlüssel → Status und Zahl der produktiven Onlinedienste. Was fehlt, ist ohne
    Angabe. `anteile`: Schlüssel → mit, von, Einwohner mit, Einwohner von. `umfang`: Anfänge der
    Schlüssel aller Gebiete, um die es geht; null heißt ganz Deutschland.
    """

    ebene: str
    stand: date
    nach: str
    gebiete: dict[str, tuple[str, int]]
    anteile: dict[str, tuple[int, int, int | None, int | None]]
    klassen: tuple[Kartenklasse, ...]
    umfang: tuple[str, ...] | None
    summe: Summe


def _filters() -> tuple[Parameter, ...]:
    return tuple(each for each in filters_of(None) if each.name not in _NOT_HERE)


@call(
    "/karte/status",
    "Wer hat eine Lösung, auf der Karte",
    _FAMILY,
    form_of_type(Kartenstatus),
    keys.ozg_id(many=True),
    keys.leistungsschluessel(many=True),
    keys.kennung(many=True),
    SEARCHED,
    one_of(
        "typ",
        "Was Suchwörter und Filter auswählen; ohne Angabe Onlinedienste.",
        list(Objektart),
        fallback=Objektart.ONLINEDIENST,
    ),
    *_filters(),
    word("nutzung", "Status der Nutzung.", Einsatzstatus, many=True),
    word("rolle", "Wie die Stelle zum Onlinedienst steht.", Einsatzrolle, many=True),
    text("raum", "Teil der Karte: AGS, ARS oder Kennung einer Koordinierung.", many=True),
    one_of("ebene", "Welche Gebiete.", list(KARTENEBENEN), fallback=Gebietsebene.GEMEINDE),
    word("ansicht", "Wonach gefärbt wird.", Kartenansicht, fallback=None),
    day("zum", "Stand an diesem Tag; heute oder früher."),
    notes="Ohne Schlüssel oder Filter: wie viele Onlinedienste je Gebiet. Eine Stelle färbt die "
    "Gemeinden, für die sie zuständig ist. Die Umrisse dazu liegen unter /karte/ebenen.",
    examples={"leistungsschluessel": "99110009104000", "ebene": "kreis"},
)
def map_status(ask: Ask) -> One:
    frage = read_frage(ask)
    asker = Asker(ask.suche, ask.viewer, ask.today)
    bild = ask.atlas.bild(frage, ask.values["ebene"], asker)
    return One(status_of(bild, frage.tag))


def read_frage(ask: Ask) -> Kartenfrage:
    values = ask.values
    typ = values["typ"]
    chosen = {name: values[name] for name in filter_names(typ) if values.get(name)}
    chosen.pop("ebene", None)
    return Kartenfrage(
        auswahl=Auswahl(typ, values["q"], chosen),
        filter=Einsatzfilter(
            kennung=values["kennung"],
            leistungsschluessel=values["leistungsschluessel"],
            ozg_id=values["ozg_id"],
            status=values["nutzung"],
            rolle=values["rolle"],
        ),
        ansicht=values["ansicht"],
        tag=values["zum"] or ask.today,
        raum=values["raum"],
    )


def status_of(bild: Kartenbild, tag: date) -> Kartenstatus:
    """Shares where they say more than the state: of one town it is all or nothing."""
    shares = bild.ebene is not Gebietsebene.GEMEINDE or bild.nach is Messgroesse.ANTEIL
    counts = bild.count_klassen()
    return Kartenstatus(
        ebene=bild.ebene,
        stand=tag,
        nach=bild.nach,
        gebiete={key: (_WORDS[wert.rang], wert.anzahl) for key, wert in bild.werte.items()},
        anteile={
            key: (wert.mit, wert.von, wert.einwohner_mit, wert.einwohner_von)
            for key, wert in bild.werte.items()
        }
        if shares
        else {},
        klassen=tuple(
            Kartenklasse(k.schluessel, k.wort, str(k.muster), k.ab, counts[k.schluessel])
            for k in bild.klassen
        ),
        umfang=bild.umfang,
        summe=Summe(bild.mit, bild.von, bild.einwohner_mit, bild.einwohner_von),
    )


CALLS: tuple[Call, ...] = (map_status,)
