"""What a map shows: statements become the state of municipalities, and those become areas.

The same numbers make the map, its legend, the table beside it and the summary of one area.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import NamedTuple

from katalog.domain.begriffe import Einsatzstatus, Gebietsebene
from katalog.domain.gebietsnetz import (
    Flaeche,
    Gebietsnetz,
    Gemeinden,
    Groesse,
    Wirkungskreis,
)
from katalog.domain.kartenklassen import (
    KEINE_ANGABE,
    KLASSEN,
    OHNE,
    RANG,
    Klasse,
    Messgroesse,
    highest,
)

_RANG: Mapping[str, int] = {status: number for number, status in enumerate(RANG)}
_PRODUKTIV, _SCHLECHTER = 0, len(RANG)


# What a body says on the day asked about: (body, status, assistants). Plain tuples, since there may
# be as many as statements.
Aussage = tuple[int, str, frozenset[int]]


class Wert(NamedTuple):
    """What a map knows of an area; `mit` of `von` municipalities have something productive.

    Inhabitants are None where a municipality of the area has no number of them.
    """

    flaeche: Flaeche
    rang: int
    anzahl: int
    mit: int
    von: int
    einwohner_mit: int | None
    einwohner_von: int | None

    @property
    def status(self) -> Einsatzstatus:
        return RANG[self.rang]

    @property
    def anteil(self) -> float:
        """Per cent."""
        return 100 * self.mit / self.von if self.von else 0.0


@dataclass(frozen=True, slots=True)
class Kartenbild:
    """`werte` are the areas of which anything is said, by id; all others are "keine Angabe".

    `umfang` are the beginnings of the ids of all areas that are meant at all; None is Germany.
    """

    ebene: Gebietsebene
    nach: Messgroesse
    werte: Mapping[str, Wert]
    gesamt: int
    mit: int
    von: int
    einwohner_mit: int | None
    einwohner_von: int | None
    umfang: tuple[str, ...] | None

    @property
    def klassen(self) -> tuple[Klasse, ...]:
        return KLASSEN[self.nach]

    def klasse(self, wert: Wert) -> Klasse:
        match self.nach:
            case Messgroesse.STATUS:
                return self.klassen[wert.rang]
            case Messgroesse.ANZAHL:
                return highest(self.klassen, wert.anzahl)
            case Messgroesse.ANTEIL:
                return highest(self.klassen, wert.anteil) if wert.von else OHNE

    def count_klassen(self) -> Mapping[str, int]:
        counts: Counter[str]
        if self.nach is Messgroesse.STATUS:
            ranks = Counter(wert.rang for wert in self.werte.values())
            counts = Counter({self.klassen[rang].schluessel: n for rang, n in ranks.items()})
        else:
            counts = Counter(self.klasse(wert).schluessel for wert in self.werte.values())
        return {klasse.schluessel: counts[klasse.schluessel] for klasse in self.klassen} | {
            KEINE_ANGABE: counts[KEINE_ANGABE] + self.gesamt - len(self.werte)
        }


# Municipalities ──────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Staende:
    """Of municipalities by number: the rank of their best status, and what is productive there."""

    rang: Mapping[int, int]
    dienste: Mapping[int, Set[int]]

    @property
    def produktiv(self) -> int:
        return sum(rank == _PRODUKTIV for rank in self.rang.values())


def spread(
    aussagen: Iterable[Aussage],
    kreis: Wirkungskreis,
    leistungen: Mapping[int, frozenset[int]],
    within: Gemeinden | None = None,
) -> Staende:
    """Each statement colours the municipalities that its body serves with this assistant.

    `leistungen` are the services of the question that an assistant has a path for.
    """
    ranks: dict[int, int] = {}
    live: dict[int, Set[int]] = {}
    for stelle, status, dienste in aussagen:
        rank = _RANG[status]
        reaches = _reaches(kreis, stelle, dienste, leistungen) if leistungen else None
        for area, some in reaches or ((kreis.of(stelle), dienste),):
            for number in area if within is None else area & within:
                if rank < ranks.get(number, _SCHLECHTER):
                    ranks[number] = rank
                if rank == _PRODUKTIV:
                    before = live.get(number)
                    live[number] = some if before is None else before | some
    return Staende(ranks, live)


def _reaches(
    kreis: Wirkungskreis,
    stelle: int,
    dienste: frozenset[int],
    leistungen: Mapping[int, frozenset[int]],
) -> Iterator[tuple[Gemeinden, Set[int]]]:
    """Only where a rule speaks of an assistant's services may its reach be its own."""
    special = [dienst for dienst in dienste if dienst in leistungen]
    for dienst in special:
        yield kreis.of(stelle, leistungen[dienst]), {dienst}
    if usual := dienste.difference(special):
        yield kreis.of(stelle), usual


# Areas ───────────────────────────────────────────────────────────────────────────────────────


def paint(
    netz: Gebietsnetz,
    ebene: Gebietsebene,
    nach: Messgroesse,
    staende: Staende,
    within: Gemeinden | None = None,
) -> Kartenbild:
    """`within` narrows the map to some municipalities, which then are all there is to count."""
    whole = netz.groessen[ebene] if within is None else _measure(netz, ebene, within)
    areas, people = netz.ebenen[ebene], netz.einwohner
    werte = {
        key: _value(areas[key], numbers, whole[key], staende, people)
        for key, numbers in _group(netz.ueber[ebene], ebene, staende)
    }
    everybody = netz.count_people(within)
    return Kartenbild(
        ebene=ebene,
        nach=nach,
        werte=werte,
        gesamt=len(whole),
        mit=sum(wert.mit for wert in werte.values()),
        von=netz.anzahl if within is None else len(within),
        einwohner_mit=None
        if everybody is None
        else sum(wert.einwohner_mit or 0 for wert in werte.values()),
        einwohner_von=everybody,
        umfang=None if within is None else tuple(_name_extent(netz, ebene, within)),
    )


def _group(
    above: Sequence[str], ebene: Gebietsebene, staende: Staende
) -> Iterable[tuple[str, Sequence[int]]]:
    """The municipalities of which anything is said, by area, in the order of the keys."""
    if ebene is Gebietsebene.GEMEINDE:
        return ((above[number], (number,)) for number in sorted(staende.rang))
    inside: dict[str, list[int]] = {}
    for number in staende.rang:
        inside.setdefault(above[number], []).append(number)
    return sorted(inside.items())


def _value(
    flaeche: Flaeche,
    numbers: Sequence[int],
    size: Groesse,
    staende: Staende,
    people: Sequence[int | None],
) -> Wert:
    """Most areas are a single municipality, of which there is nothing to add up."""
    rang, dienste = staende.rang, staende.dienste
    if len(numbers) == 1:
        (number,) = numbers
        live = rang[number] == _PRODUKTIV
        some = None if size.einwohner is None else (people[number] or 0) if live else 0
        return Wert(
            flaeche, rang[number], len(dienste.get(number, ())), int(live), size.gemeinden, some,
            size.einwohner,
        )  # fmt: skip
    having = [number for number in numbers if rang[number] == _PRODUKTIV]
    return Wert(
        flaeche=flaeche,
        rang=min(rang[number] for number in numbers),
        anzahl=len(set().union(*(dienste[number] for number in having))),
        mit=len(having),
        von=size.gemeinden,
        einwohner_mit=None
        if size.einwohner is None
        else sum(people[number] or 0 for number in having),
        einwohner_von=size.einwohner,
    )


def _measure(netz: Gebietsnetz, ebene: Gebietsebene, within: Gemeinden) -> dict[str, Groesse]:
    above, people = netz.ueber[ebene], netz.einwohner
    found: dict[str, Groesse] = {}
    for number in within:
        count, total = found.get(above[number], Groesse(0, 0))
        some = people[number]
        known = total is not None and some is not None
        found[above[number]] = Groesse(count + 1, (total or 0) + (some or 0) if known else None)
    return found


def _name_extent(netz: Gebietsnetz, ebene: Gebietsebene, within: Gemeinden) -> Iterator[str]:
    """As few keys as possible: a whole Land by its two digits, else whole Kreise, else areas."""
    left = set(within)
    for level in (Gebietsebene.LAND, Gebietsebene.KREIS, ebene):
        for flaeche in netz.ebenen[level].values():
            whole = flaeche.gemeinden and flaeche.gemeinden <= left
            if whole or (level is ebene and flaeche.gemeinden & left):
                yield flaeche.id
                left -= flaeche.gemeinden


def share_out(
    bild: Kartenbild,
    netz: Gebietsnetz,
    anteile: Mapping[str, tuple[int, int]],
    within: Gemeinden | None = None,
) -> Kartenbild:
    """The same areas by how much of their own they have: `anteile` are (has, of) by AGS.

    Where nobody says what a municipality is competent for, there is nothing to divide by.
    """
    sums: dict[str, tuple[int, int]] = {}
    towns = netz.ueber[Gebietsebene.GEMEINDE]
    for number, key in enumerate(netz.ueber[bild.ebene]):
        has, of = anteile.get(towns[number], (0, 0))
        if of and (within is None or number in within):
            before = sums.get(key, (0, 0))
            sums[key] = (before[0] + has, before[1] + of)
    return replace(
        bild,
        werte={
            key: wert._replace(
                mit=sums.get(key, (0, 0))[0],
                von=sums.get(key, (0, 0))[1],
                einwohner_mit=None,
                einwohner_von=None,
            )
            for key, wert in bild.werte.items()
        },
        mit=sum(has for has, _ in sums.values()),
        von=sum(of for _, of in sums.values()),
        einwohner_mit=None,
        einwohner_von=None,
    )
