"""How far the TOP 100 services have come: who has them, who plans them, what there is to take over.

A few questions, whatever the number of services and municipalities, and only of what everybody may
see: the page is public, and a file of it travels.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from katalog.db import Session
from katalog.domain.abdeckung import Grundlage
from katalog.domain.arbeitspaket import LAUFEND
from katalog.domain.begriffe import Einsatzstatus, Top100
from katalog.domain.fortschritt import Fortschritt, Sortierung, Zustaendige
from katalog.domain.gebietsnetz import (
    NIRGENDS,
    Gebietsnetz,
    Gemeinden,
    Wirkungskreis,
    Zustaendigkeitsregel,
)
from katalog.domain.laender import Landeskuerzel
from katalog.domain.rollen import GAST
from katalog.queries import arbeitspakete, fortschritt, kartenaussagen
from katalog.queries.arbeitspakete import Auswahl, Paketzeile
from katalog.queries.fortschritt import Leistungsstand
from katalog.queries.gebietsnetz import load_regeln
from katalog.queries.kartenaussagen import Aussagenfrage

_AHEAD = frozenset({Einsatzstatus.GEPLANT, Einsatzstatus.IN_UMSETZUNG})


@dataclass(frozen=True, slots=True)
class Frage:
    """`themenfeld` is a slug; with `seit`, each service is also measured on that day."""

    land: Landeskuerzel | None = None
    themenfeld: str = ""
    liste: Top100 | None = None
    seit: date | None = None
    sortierung: Sortierung = Sortierung.ANTEIL


def read_progress(
    session: Session, netz: Gebietsnetz, frage: Frage, today: date
) -> list[Leistungsstand]:
    services = fortschritt.marked(session, frage.themenfeld, frage.liste)
    if not services:
        return []
    ids = [each.id for each in services]
    raum = _raum(netz, frage.land)
    land_id = fortschritt.find_land(session, frage.land.schluessel) if frage.land else None
    served = fortschritt.assistants_of(session, ids)
    competent = _find_competent(session, netz, ids, raum, today)
    said = {tag: _said(session, ids, served, tag, today) for tag in {today, frage.seit or today}}
    offers = fortschritt.offered(session, served, land_id)
    coming = arbeitspakete.announced_efa(session, ids)
    packages = _packages(session, ids)

    def measure(ozg: int, tag: date) -> Fortschritt:
        having, planning = said[tag][ozg]
        return competent[ozg].measure(having, planning, raum)

    rows = [
        Leistungsstand(
            each,
            competent[each.id].grundlage,
            measure(each.id, today),
            measure(each.id, frage.seit) if frage.seit else None,
            offers.get(each.id, []),
            coming.get(each.id, []),
            packages.get(each.id, []),
        )
        for each in services
    ]
    return _in_order(rows, frage.sortierung)


def _raum(netz: Gebietsnetz, land: Landeskuerzel | None) -> Gemeinden | None:
    if land is None:
        return None
    found = netz.find_raum(land.schluessel)
    return found.gemeinden if found else NIRGENDS


def _said(
    session: Session,
    ids: Sequence[int],
    served: Mapping[int, Collection[int]],
    tag: date,
    today: date,
) -> Mapping[int, tuple[set[int], set[int]]]:
    """By service the bodies that have it productive on a day, and those that plan it."""
    found: dict[int, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for stelle, status, dienste in kartenaussagen.aussagen(
        session, Aussagenfrage(ozg=ids), GAST, tag, today
    ):
        if status == Einsatzstatus.PRODUKTIV:
            place = 0
        elif status in _AHEAD:
            place = 1
        else:
            continue
        for dienst in dienste:
            for ozg in served.get(dienst, ()):
                found[ozg][place].add(stelle)
    return found


def _packages(session: Session, ids: Sequence[int]) -> dict[int, list[Paketzeile]]:
    found: dict[int, list[Paketzeile]] = defaultdict(list)
    for row in arbeitspakete.list_pakete(session, GAST, Auswahl(ozg=frozenset(ids))):
        if row.paket.status in LAUFEND:
            for ozg in row.ozg:
                found[ozg.id].append(row)
    return found


# Who is competent ---------------------------------------------------------------------------------


def _find_competent(
    session: Session, netz: Gebietsnetz, ids: Sequence[int], raum: Gemeinden | None, today: date
) -> dict[int, Zustaendige]:
    """What the register says of a service; where it says nothing, the level that administers
    itself. Services with the same competent bodies share them."""
    lowest = {n: netz.stellen[n] for n in fortschritt.lowest_bodies(session) if n in netz.stellen}
    usual = Zustaendige(netz, Grundlage.EBENE, lowest).within(raum)
    leistungen = fortschritt.leistungen_of(session, ids)
    every = set().union(*leistungen.values())
    named = fortschritt.named_bodies(session, every, today)
    rules: dict[int, list[Zustaendigkeitsregel]] = defaultdict(list)
    for rule in load_regeln(session, every, today):
        rules[rule.leistung_id].append(rule)
    known: dict[frozenset[tuple[int, Gemeinden]], Zustaendige] = {}
    found = {}
    for ozg in ids:
        ruled = {n for n in leistungen.get(ozg, ()) if n in named or n in rules}
        if not ruled:
            found[ozg] = usual
            continue
        areas = _areas(netz, ruled, named, [r for n in ruled for r in rules.get(n, ())])
        key = frozenset(areas.items())
        if key not in known:
            known[key] = Zustaendige(netz, Grundlage.ZUSTAENDIGKEIT, areas).within(raum)
        found[ozg] = known[key] if areas else usual
    return found


def _areas(
    netz: Gebietsnetz,
    ruled: Collection[int],
    named: Mapping[int, Collection[int]],
    rules: Iterable[Zustaendigkeitsregel],
) -> dict[int, Gemeinden]:
    kreis = Wirkungskreis(netz, rules)
    bodies = kreis.bodies({stelle for n in ruled for stelle in named.get(n, ())})
    found = {stelle: kreis.of(stelle, ruled) for stelle in bodies}
    return {stelle: area for stelle, area in found.items() if area}


# Order --------------------------------------------------------------------------------------------


def _in_order(rows: Sequence[Leistungsstand], sortierung: Sortierung) -> list[Leistungsstand]:
    """Services nobody is competent for come last, and equal ones by their names, as they came."""

    def rank(row: Leistungsstand) -> tuple[bool, float]:
        share = row.heute.anteil
        match sortierung:
            case Sortierung.NAME:
                return False, 0
            case Sortierung.ANTEIL:
                return share is None, share or 0
            case Sortierung.VERBREITET:
                return share is None, -(share or 0)
            case Sortierung.GEPLANT:
                return False, -row.heute.geplant
            case Sortierung.VERAENDERUNG:
                return row.veraenderung is None, -(row.veraenderung or 0)

    return sorted(rows, key=rank)
