"""What a body could take over next, from all that the catalogue knows of it and of those like it.

Whom it is compared with: the bodies of its kind in its Kreis (for a Kreis or a kreisfreie Stadt,
those around it), and some of its kind and size in its Land.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import asin, cos, log, radians, sin, sqrt
from pathlib import Path

from katalog.db import Session
from katalog.domain.begriffe import Dienstart, Gebietsebene, Top100
from katalog.domain.empfehlung import (
    Anzahl,
    Auftrag,
    Empfehlung,
    Kandidat,
    Landessicht,
    Nachbar,
    Schwerpunkt,
    Standort,
    recommend,
)
from katalog.domain.errors import NichtGefunden
from katalog.domain.reifegrad import Reifegrad, Reifegradmodell
from katalog.domain.rollen import Betrachter, Recht, require
from katalog.journal import record
from katalog.queries import empfehlungen
from katalog.queries.dienste import find_dienst
from katalog.queries.empfehlungen import Angabe, Dienst, Koerper, Landeszeile
from katalog.queries.kommunen import KommuneZeile
from map.geometrie import Ebene, nachbarn

# As many as somebody would look at by hand; what more of them do changes nothing any more.
_MOST_ALIKE = 80
_EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Vergleichsgruppe:
    """By the number of the body: `nachbarn` with the distance in km, `aehnliche` with the name."""

    nachbarn: Mapping[int, Nachbar]
    aehnliche: Mapping[int, str]
    standort: Standort


def advise(
    session: Session,
    kommune: KommuneZeile,
    outlines: Path,
    viewer: Betrachter,
    today: date,
    schwerpunkte: Collection[Schwerpunkt] = (),
    ausser: Collection[int] = (),
) -> list[Empfehlung]:
    """The best first. `ausser` are assistants the body does not want to be told of."""
    group = compare_with(kommune, empfehlungen.alike(session, kommune.gebiet), outlines)
    own = empfehlungen.own(session, kommune.stelle_id, viewer, today)
    known = _learn(session, kommune, group, own, viewer, today)
    candidates = [_candidate(dienst, known) for dienst in empfehlungen.dienste(session)]
    taken = {row.dienst_id for row in own} | set(ausser)
    return recommend(group.standort, candidates, taken, schwerpunkte, today)


def compare_with(
    kommune: KommuneZeile, others: Sequence[Koerper], outlines: Path
) -> Vergleichsgruppe:
    gebiet = kommune.gebiet
    if gebiet.kreisfrei or gebiet.ebene is Gebietsebene.KREIS:
        keys = set(nachbarn(Ebene.KREIS, (gebiet.ags or gebiet.ars)[:5], outlines))
        near = [b for b in others if (b.ags or "")[:5] in keys]
        around = "ringsum"
    else:
        near = [b for b in others if b.kreis_id == gebiet.kreis_id]
        around = f"im {kommune.kreis}" if kommune.kreis else "ringsum"
    neighbours = {b.stelle_id: Nachbar(b.name, _distance(kommune, b)) for b in near}
    rest = [b for b in others if b.stelle_id not in neighbours and b.land_id == gebiet.land_id]
    alike, called = _alike(kommune, rest)
    return Vergleichsgruppe(
        neighbours,
        {b.stelle_id: b.name for b in alike},
        Standort(kommune.name, kommune.land or "", len(near), around, called),
    )


def _alike(kommune: KommuneZeile, others: Sequence[Koerper]) -> tuple[list[Koerper], str]:
    """Of half to twice as many inhabitants; where those are unknown, called the same and near."""
    gebiet = kommune.gebiet
    within = f"in {kommune.land}" if kommune.land else ""
    if gebiet.einwohner:
        size = gebiet.einwohner
        known = [(abs(log(b.einwohner / size)), b) for b in others if b.einwohner]
        close = [pair for pair in known if pair[0] <= log(2)]
        bounds = f"{_thousands(size / 2)} bis {_thousands(size * 2)}"
        called = f"{within} (mit {bounds} Einwohnern)"
    else:
        close = [
            (float(_distance(kommune, b) or 0), b)
            for b in others
            if b.bezeichnung == gebiet.bezeichnung
        ]
        called = f"{within} (ebenfalls {gebiet.bezeichnung})" if gebiet.bezeichnung else within
    best = sorted(close, key=lambda pair: (pair[0], pair[1].stelle_id))
    return [body for _, body in best[:_MOST_ALIKE]], called


def set_aside(
    session: Session, viewer: Betrachter, stelle_id: int, kennung: str, today: date, *, aside: bool
) -> None:
    """Advice that a body does not want is not given to it; everybody else still gets it."""
    require(viewer, Recht.WUNSCH_AEUSSERN, stelle=stelle_id)
    zeile = find_dienst(session, kennung)
    if zeile is None or zeile.dienst.id is None:
        raise NichtGefunden("Der Onlinedienst", kennung)
    number = zeile.dienst.id
    if aside:
        changed = empfehlungen.hide(session, stelle_id, number, today)
    else:
        changed = empfehlungen.show_again(session, stelle_id, number)
    if changed:
        what = "empfehlung_ausgeblendet" if aside else "empfehlung_eingeblendet"
        details = {"stelle_id": stelle_id}
        record(session, what, "onlinedienst", number, details, viewer.konto_id)


@dataclass(frozen=True, slots=True)
class _Wissen:
    """Everything a candidate is made of, read once for all of them."""

    group: Vergleichsgruppe
    land_id: int | None
    genutzt: Mapping[int, Mapping[int, bool]]
    angeboten: Mapping[int, Landeszeile]
    ozg: Mapping[int, set[int]]
    top100: Mapping[int, Top100]
    fachverfahren: Mapping[int, set[str]]
    eigene_fachverfahren: set[str]
    eigene_plattformen: Counter[int]
    eigene_ozg: Mapping[int, str]
    fallzahlen: Mapping[tuple[int, int], tuple[int, int]]
    gebiete: Sequence[tuple[int, str]]
    absichten: set[int]
    auftraege: Mapping[int, tuple[str, date | None]]


def _learn(
    session: Session,
    kommune: KommuneZeile,
    group: Vergleichsgruppe,
    own: Sequence[Angabe],
    viewer: Betrachter,
    today: date,
) -> _Wissen:
    gebiet = kommune.gebiet
    served, top = empfehlungen.ozg_of_all(session)
    areas = [
        (number, name)
        for number, name in (
            (gebiet.id, ""),
            (gebiet.kreis_id, f"im {kommune.kreis}"),
            (gebiet.land_id, f"in {kommune.land}"),
        )
        if number is not None and (number != gebiet.id or not name)
    ]
    platforms = {row.dienst_id: row.plattform_id for row in own if row.plattform_id is not None}
    return _Wissen(
        group=group,
        land_id=gebiet.land_id,
        genutzt=empfehlungen.used_by(session, [*group.nachbarn, *group.aehnliche], viewer, today),
        angeboten=empfehlungen.offered(session, gebiet.land_id),
        ozg=served,
        top100=top,
        fachverfahren=empfehlungen.fachverfahren_of_all(session),
        eigene_fachverfahren={row.fachverfahren for row in own if row.fachverfahren},
        eigene_plattformen=Counter(platforms.values()),
        eigene_ozg={ozg: row.dienst for row in own for ozg in served.get(row.dienst_id, ())},
        fallzahlen=empfehlungen.volumes(session, [number for number, _ in areas]),
        gebiete=areas,
        absichten=empfehlungen.intended_platforms(session, gebiet.land_id),
        auftraege=empfehlungen.mandates(session, kommune.stelle_id, viewer),
    )


def _candidate(dienst: Dienst, w: _Wissen) -> Kandidat:
    using = w.genutzt.get(dienst.id, {})
    offer = w.angeboten.get(dienst.id)
    ozg = sorted(w.ozg.get(dienst.id, ()))
    foreign = dienst.art is Dienstart.LANDESLOESUNG and dienst.land_id != w.land_id
    return Kandidat(
        id=dienst.id,
        sortier=dienst.sortier,
        status=dienst.status,
        kosten=(offer and offer.kosten) or dienst.kosten,
        reifegrad=_grade(dienst),
        top100=next((w.top100[number] for number in ozg if number in w.top100), None),
        land=Landessicht(offer.status, offer.koordinierung, offer.ab) if offer else Landessicht(),
        fremdes_land=(dienst.land or "") if foreign else "",
        nachbarn=tuple(
            replace(neighbour, pausiert=using[number])
            for number, neighbour in w.group.nachbarn.items()
            if number in using
        ),
        aehnliche=tuple(
            name for number, name in w.group.aehnliche.items() if using.get(number) is False
        ),
        fallzahl=_volume(dienst, w),
        fachverfahren=tuple(sorted(w.eigene_fachverfahren & w.fachverfahren.get(dienst.id, set()))),
        plattform=dienst.plattform or "",
        auf_plattform=w.eigene_plattformen.get(dienst.plattform_id or 0, 0),
        absicht=dienst.plattform_id in w.absichten,
        auftrag=next((Auftrag(*w.auftraege[n]) for n in ozg if n in w.auftraege), None),
        ersetzt=next((w.eigene_ozg[number] for number in ozg if number in w.eigene_ozg), ""),
    )


def _grade(dienst: Dienst) -> Reifegrad | None:
    if dienst.reifegrad_modell is None or dienst.reifegrad_stufe is None:
        return None
    return Reifegrad(Reifegradmodell(dienst.reifegrad_modell), dienst.reifegrad_stufe)


def _volume(dienst: Dienst, w: _Wissen) -> Anzahl | None:
    """Of the smallest area around the body for which a figure is known."""
    for number, where in w.gebiete:
        if found := w.fallzahlen.get((dienst.id, number)):
            return Anzahl(*found, where)
    return None


def _thousands(number: float) -> str:
    return f"{round(number, -2):,.0f}".replace(",", ".")


def _distance(kommune: KommuneZeile, other: Koerper) -> int | None:
    """In whole kilometres, along a great circle."""
    here = kommune.gebiet
    if here.lat is None or here.lon is None or other.lat is None or other.lon is None:
        return None
    lat, lon = radians(here.lat), radians(here.lon)
    there, east = radians(other.lat), radians(other.lon)
    half = sin((there - lat) / 2) ** 2 + cos(lat) * cos(there) * sin((east - lon) / 2) ** 2
    return round(2 * _EARTH_KM * asin(sqrt(half)))
