"""Which municipalities lie in an area and which a body serves: what colours a map.

Municipalities are counted through from 0, in the order of their keys; an area and the reach of a
body are sets of these numbers, so that levels, exceptions and joint bodies are one kind of thing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from katalog.domain.begriffe import Gebietsebene

# Levels of a map, the coarsest first.
KARTENEBENEN = (
    Gebietsebene.LAND,
    Gebietsebene.KREIS,
    Gebietsebene.VERBAND,
    Gebietsebene.GEMEINDE,
)

Gemeinden = frozenset[int]
NIRGENDS: Gemeinden = frozenset()


class Flaeche(NamedTuple):
    """One area of a level. `id` is the one of its outline, which every key of a map is.

    `gemeinden` are those with inhabitants to serve: an area without (gemeindefrei) has none.
    `einwohner` is None if the number of any of them is unknown.
    """

    id: str
    ars: str
    name: str
    zusatz: str
    einwohner: int | None
    gemeinden: Gemeinden


@dataclass(frozen=True, slots=True)
class Zustaendigkeitsregel:
    """That a body, or all bodies of a kind, are competent for a service in an area.

    An exception takes its area away from everybody else.
    """

    leistung_id: int
    stelle_id: int | None
    behoerdenart_id: int | None
    gebiet_id: int
    ausnahme: bool = False


class Groesse(NamedTuple):
    """How many municipalities and inhabitants an area has, as far as they are meant."""

    gemeinden: int
    einwohner: int | None


class Raum(NamedTuple):
    """Municipalities that somebody coordinates, across all borders (Münsterland)."""

    name: str
    gemeinden: Gemeinden


@dataclass(frozen=True, slots=True)
class Gebietsnetz:
    """`ebenen` has the areas of each level by id, `gebiete` the municipalities of any area,
    `stellen` those a body serves unless a rule says otherwise, `behoerden` the bodies of a kind,
    `raeume` what coordinating bodies work for, by their Kennung. `einwohner` and, for each level,
    the id of the area in `ueber` belong to the municipality of that number. `groessen` are those
    of all areas with anybody in it.
    """

    ebenen: Mapping[Gebietsebene, Mapping[str, Flaeche]]
    gebiete: Mapping[int, Gemeinden]
    stellen: Mapping[int, Gemeinden]
    behoerden: Mapping[int, frozenset[int]] = field(default_factory=dict)
    raeume: Mapping[str, Raum] = field(default_factory=dict)
    einwohner: Sequence[int | None] = field(init=False)
    ueber: Mapping[Gebietsebene, Sequence[str]] = field(init=False)
    groessen: Mapping[Gebietsebene, Mapping[str, Groesse]] = field(init=False)
    alle_einwohner: int | None = field(init=False)

    def __post_init__(self) -> None:
        towns = self.ebenen[Gebietsebene.GEMEINDE].values()
        people = {number: area.einwohner for area in towns for number in area.gemeinden}
        object.__setattr__(self, "einwohner", [people[number] for number in sorted(people)])
        object.__setattr__(self, "alle_einwohner", _total(self.einwohner))
        above = {ebene: [""] * len(people) for ebene in KARTENEBENEN}
        for ebene, areas in self.ebenen.items():
            for area in areas.values():
                for number in area.gemeinden:
                    above[ebene][number] = area.id
        object.__setattr__(self, "ueber", above)
        sizes = {
            ebene: {
                area.id: Groesse(len(area.gemeinden), area.einwohner)
                for area in areas.values()
                if area.gemeinden
            }
            for ebene, areas in self.ebenen.items()
        }
        object.__setattr__(self, "groessen", sizes)

    @property
    def anzahl(self) -> int:
        return len(self.einwohner)

    def count_people(self, within: Gemeinden | None = None) -> int | None:
        """None if the number of any of them is unknown."""
        if within is None:
            return self.alle_einwohner
        return _total([self.einwohner[number] for number in within])

    def find_raum(self, key: str) -> Raum | None:
        """Behind an ARS, an AGS or the Kennung of a coordinating body; the coarsest area first."""
        for ebene in KARTENEBENEN:
            areas = self.ebenen[ebene]
            found = areas.get(key) or next((f for f in areas.values() if f.ars == key), None)
            if found:
                return Raum(found.name, found.gemeinden)
        return self.raeume.get(key)


def _total(numbers: Sequence[int | None]) -> int | None:
    return None if None in numbers else sum(filter(None, numbers))


class Wirkungskreis:
    """Where a body acts for the services of a question, as far as the rules for these say."""

    def __init__(self, netz: Gebietsnetz, regeln: Iterable[Zustaendigkeitsregel]) -> None:
        self._netz = netz
        self._by_leistung: dict[int, list[Zustaendigkeitsregel]] = {}
        for regel in regeln:
            self._by_leistung.setdefault(regel.leistung_id, []).append(regel)

    def of(self, stelle_id: int, leistungen: Collection[int] = ()) -> Gemeinden:
        """Of several services the sum; without any, or without a rule, what the body serves."""
        usual = self._netz.stellen.get(stelle_id, NIRGENDS)
        ruled = [n for n in leistungen if n in self._by_leistung] if self._by_leistung else []
        if not ruled:
            return usual
        areas = [self._for_leistung(stelle_id, usual, self._by_leistung[n]) for n in ruled]
        return frozenset().union(*areas, usual if len(ruled) < len(set(leistungen)) else NIRGENDS)

    def bodies(self, usual: Iterable[int]) -> frozenset[int]:
        """Those, and all that a rule gives an area which is not their usual one."""
        rules = [regel for some in self._by_leistung.values() for regel in some]
        named = {regel.stelle_id for regel in rules if regel.stelle_id is not None}
        kinds = {regel.behoerdenart_id for regel in rules if regel.behoerdenart_id is not None}
        of_a_kind = (self._netz.behoerden.get(kind, frozenset()) for kind in kinds)
        return frozenset(usual).union(named, *of_a_kind)

    def _for_leistung(
        self, stelle_id: int, usual: Gemeinden, regeln: Sequence[Zustaendigkeitsregel]
    ) -> Gemeinden:
        named = [r.gebiet_id for r in regeln if r.stelle_id == stelle_id]
        areas = [self._netz.gebiete.get(gebiet_id, NIRGENDS) for gebiet_id in named]
        areas += [self._as_one_of_a_kind(stelle_id, usual, r) for r in regeln if r.behoerdenart_id]
        found = frozenset().union(*areas) or usual
        for regel in regeln:
            if regel.ausnahme and regel.stelle_id != stelle_id:
                found -= self._netz.gebiete.get(regel.gebiet_id, NIRGENDS)
        return found

    def _as_one_of_a_kind(
        self, stelle_id: int, usual: Gemeinden, regel: Zustaendigkeitsregel
    ) -> Gemeinden:
        """Its own area inside the rule's, without that of smaller bodies of the same kind.

        So a Kreis is the building authority of those towns only that are none themselves.
        """
        kind = self._netz.behoerden.get(regel.behoerdenart_id or 0, frozenset())
        if stelle_id not in kind:
            return NIRGENDS
        found = usual & self._netz.gebiete.get(regel.gebiet_id, NIRGENDS)
        for other in kind - {stelle_id}:
            area = self._netz.stellen.get(other, NIRGENDS)
            if area < usual:
                found -= area
        return found
