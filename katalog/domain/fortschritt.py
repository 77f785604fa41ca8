"""How far a service has come: of the bodies competent for it, how many have it, how many plan it.

Every body counts once: it has the service, plans it, or neither. It also has what somebody runs
who serves all of its area (an Amt for its towns, a Kreis for all of its own), as on the map.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from katalog.domain.abdeckung import Grundlage
from katalog.domain.begriffe import Begriff
from katalog.domain.gebietsnetz import NIRGENDS, Gebietsnetz, Gemeinden


class Sortierung(Begriff):
    ANTEIL = "anteil", "Anteil, kleinster zuerst"
    VERBREITET = "verbreitet", "Anteil, größter zuerst"
    GEPLANT = "geplant", "am meisten geplant"
    VERAENDERUNG = "veraenderung", "größte Veränderung"
    NAME = "name", "Name"


@dataclass(frozen=True, slots=True)
class Fortschritt:
    """`weitere` have it and are not among the competent; they count in no share.

    Inhabitants are those of the areas together, None where the number of any is unknown.
    """

    zustaendig: int
    produktiv: int
    geplant: int
    weitere: int
    einwohner: int | None
    einwohner_mit: int | None

    @property
    def ohne(self) -> int:
        return self.zustaendig - self.produktiv - self.geplant

    @property
    def anteil(self) -> float | None:
        """In per cent; None where nobody is competent."""
        return 100 * self.produktiv / self.zustaendig if self.zustaendig else None

    @property
    def anteil_einwohner(self) -> float | None:
        if not self.einwohner or self.einwohner_mit is None:
            return None
        return 100 * self.einwohner_mit / self.einwohner


class Zustaendige:
    """The bodies competent for a service, each with its municipalities.

    Many services have the same ones: what a body serves among them is reckoned once.
    """

    def __init__(
        self, netz: Gebietsnetz, grundlage: Grundlage, gebiete: Mapping[int, Gemeinden]
    ) -> None:
        self.grundlage = grundlage
        self._netz = netz
        self._gebiete = gebiete
        self._alle = frozenset(gebiete)
        self._einwohner = self._people(self._alle)
        self._there: dict[int, set[int]] = defaultdict(set)
        for stelle, area in gebiete.items():
            for number in area:
                self._there[number].add(stelle)
        self._served: dict[int, frozenset[int]] = {}

    def within(self, raum: Gemeinden | None) -> Zustaendige:
        """Those that lie in it as a whole."""
        if raum is None:
            return self
        inside = {stelle: area for stelle, area in self._gebiete.items() if area and area <= raum}
        return Zustaendige(self._netz, self.grundlage, inside)

    def measure(
        self, produktiv: Iterable[int], geplant: Iterable[int], raum: Gemeinden | None = None
    ) -> Fortschritt:
        """`produktiv` and `geplant` are bodies that say so, in `raum` or outside of it."""
        having, weitere = self._reached(produktiv, raum)
        planning, _ = self._reached(geplant, raum)
        known = self._einwohner is not None
        return Fortschritt(
            zustaendig=len(self._alle),
            produktiv=len(having),
            geplant=len(planning - having),
            weitere=weitere,
            einwohner=self._einwohner,
            einwohner_mit=self._people(having) if known else None,
        )

    def _reached(self, bodies: Iterable[int], raum: Gemeinden | None) -> tuple[frozenset[int], int]:
        named = frozenset(bodies)
        found, others = set(named & self._alle), 0
        for stelle in named - self._alle:
            served = self._serves(stelle)
            found |= served
            if not served and (raum is None or self._netz.stellen.get(stelle, NIRGENDS) & raum):
                others += 1
        return frozenset(found), others

    def _serves(self, stelle: int) -> frozenset[int]:
        if stelle not in self._served:
            area = self._netz.stellen.get(stelle, NIRGENDS)
            touched = set().union(*(self._there.get(number, ()) for number in area))
            self._served[stelle] = frozenset(n for n in touched if self._gebiete[n] <= area)
        return self._served[stelle]

    def _people(self, bodies: Iterable[int]) -> int | None:
        areas = frozenset().union(*(self._gebiete[stelle] for stelle in bodies))
        return self._netz.count_people(areas)
