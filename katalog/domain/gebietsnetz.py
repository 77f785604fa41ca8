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


class Raum(NamedTuple):
    """Municipalities that somebody coordinates, across all borders (Münsterland)."""

    name: str
    gemeinden: Gemeinden


@dataclass(frozen=True, slots=True)
class Gebietsnetz:
    """`ebenen` has the areas of each level by id, `gebiete` the municipalities of any area,
    `stellen` those a body serves unless a rule says otherwise, `behoerden` the bodies of a kind,
    `raeume` what coordinating bodies work for, by their Kennung.
    """

    ebenen: Mapping[Gebietsebene, Mapping[str, Flaeche]]
    gebiete: Mapping[int, Gemeinden]
    stellen: Mapping[int, Gemeinden]
    behoerden: Mapping[int, frozenset[int]] = field(default_factory=dict)
    raeume: Mapping[str, Raum] = field(default_factory=dict)

    def find_raum(self, key: str) -> Raum | None:
        """Behind an ARS, an AGS or the Kennung of a coordinating body; the coarsest area first."""
        for ebene in KARTENEBENEN:
            areas = self.ebenen[ebene]
            found = areas.get(key) or next((f for f in areas.values() if f.ars == key), None)
            if found:
                return Raum(found.name, found.gemeinden)
        return self.raeume.get(key)

    @property
    def alle(self) -> Gemeinden:
        return frozenset().union(*(f.gemeinden for f in self.ebenen[Gebietsebene.LAND].values()))


class Wirkungskreis:
    """Where a body acts for the services of a question, as far as the rules for these say."""

    def __init__(self, netz: Gebietsnetz, regeln: Iterable[Zustaendigkeitsregel]) -> None:
        self._netz = netz
        self._by_leistung: dict[int, list[Zustaendigkeitsregel]] = {}
        for regel in regeln:
            self._by_leistung.setdefault(regel.leistung_id, []).append(regel)

    def of(self, stelle_id: int, leistungen: Collection[int]) -> Gemeinden:
        """Of several services the sum; without any, or without a rule, what the body serves."""
        usual = self._netz.stellen.get(stelle_id, NIRGENDS)
        ruled = [n for n in leistungen if n in self._by_leistung] if self._by_leistung else []
        if not ruled:
            return usual
        areas = [self._for_leistung(stelle_id, usual, self._by_leistung[n]) for n in ruled]
        return frozenset().union(*areas, usual if len(ruled) < len(set(leistungen)) else NIRGENDS)

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
