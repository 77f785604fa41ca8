"""What a map shows: statements become the state of municipalities, and those become areas.

The same numbers make the map, its legend, the table beside it and the summary of one area.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from katalog.domain.begriffe import Begriff, Einsatzstatus, Gebietsebene
from katalog.domain.gebietsnetz import Flaeche, Gebietsnetz, Gemeinden, Wirkungskreis


class Kartenansicht(Begriff):
    STAND = "stand", "Wer hat eine Lösung?"
    ANZAHL = "anzahl", "Wie viele Onlinedienste?"
    ANTEIL = "anteil", "Wie viel vom Zuständigen?"


class Messgroesse(Begriff):
    """By what an area gets its class; `anteil` is per cent."""

    STATUS = "status", "Status"
    ANZAHL = "anzahl", "Anzahl"
    ANTEIL = "anteil", "Anteil"


class Zeichen(Begriff):
    """How a class is drawn: colour and pattern together, so that nobody has to tell colours apart.

    The signs of states are those of every list; the steps are amounts.
    """

    LIVE = "live", "gefüllt"
    PAUSED = "paused", "gegenläufig schraffiert"
    DOING = "doing", "schraffiert"
    PLAN = "plan", "gepunktet"
    ENDED = "ended", "umrandet"
    NULL = "stufe-0", "Stufe 0"
    EINS = "stufe-1", "Stufe 1"
    ZWEI = "stufe-2", "Stufe 2"
    DREI = "stufe-3", "Stufe 3"
    VIER = "stufe-4", "Stufe 4"
    FUENF = "stufe-5", "Stufe 5"
    NONE = "none", "leer"


# The best statement stands for an area.
RANG = (
    Einsatzstatus.PRODUKTIV,
    Einsatzstatus.VORUEBERGEHEND,
    Einsatzstatus.IN_UMSETZUNG,
    Einsatzstatus.GEPLANT,
    Einsatzstatus.BEENDET,
)
_RANG: Mapping[str, int] = {status: number for number, status in enumerate(RANG)}
_PRODUKTIV = 0
KEINE_ANGABE = "keine"
_STUFEN = (
    Zeichen.NULL, Zeichen.EINS, Zeichen.ZWEI, Zeichen.DREI, Zeichen.VIER, Zeichen.FUENF,
)  # fmt: skip


class Aussage(NamedTuple):
    """One statement that stands on the day asked about, with its status on that day."""

    stelle_id: int
    dienst_id: int
    status: str


class Wert(NamedTuple):
    """What a map knows of an area; `mit` of `von` municipalities have something productive.

    Inhabitants are None where a municipality of the area has no number of them.
    """

    flaeche: Flaeche
    status: Einsatzstatus
    anzahl: int
    mit: int
    von: int
    einwohner_mit: int | None
    einwohner_von: int | None

    @property
    def anteil(self) -> float:
        """Per cent."""
        return 100 * self.mit / self.von if self.von else 0.0


@dataclass(frozen=True, slots=True)
class Klasse:
    """One line of the legend. `ab` is the least value of a class of numbers."""

    schluessel: str
    wort: str
    muster: Zeichen
    ab: int | None = None


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
                return self.klassen[RANG.index(wert.status)]
            case Messgroesse.ANZAHL:
                return _highest(self.klassen, wert.anzahl)
            case Messgroesse.ANTEIL:
                return _highest(self.klassen, wert.anteil)

    def count_klassen(self) -> Mapping[str, int]:
        counts = Counter(self.klasse(wert).schluessel for wert in self.werte.values())
        counts[KEINE_ANGABE] += self.gesamt - len(self.werte)
        return counts


def _stufen(*steps: tuple[int, str]) -> tuple[Klasse, ...]:
    """From `ab` up to the next one; the first is what has nothing though something is said of it."""
    return tuple(
        Klasse(f"ab-{ab}", wort, zeichen, ab)
        for (ab, wort), zeichen in zip(steps, _STUFEN, strict=False)
    )


def _status(status: Einsatzstatus, zeichen: Zeichen) -> Klasse:
    return Klasse(str(status), status.label, zeichen)


_OHNE = Klasse(KEINE_ANGABE, "keine Angabe", Zeichen.NONE)
KLASSEN: Mapping[Messgroesse, tuple[Klasse, ...]] = {
    Messgroesse.STATUS: (
        _status(Einsatzstatus.PRODUKTIV, Zeichen.LIVE),
        _status(Einsatzstatus.VORUEBERGEHEND, Zeichen.PAUSED),
        _status(Einsatzstatus.IN_UMSETZUNG, Zeichen.DOING),
        _status(Einsatzstatus.GEPLANT, Zeichen.PLAN),
        _status(Einsatzstatus.BEENDET, Zeichen.ENDED),
        _OHNE,
    ),
    # Half of all municipalities have fewer than 2,000 inhabitants and few services of their own.
    Messgroesse.ANZAHL: (
        *_stufen(
            (0, "keiner produktiv"), (1, "1 bis 4"), (5, "5 bis 9"), (10, "10 bis 24"),
            (25, "25 bis 49"), (50, "50 und mehr"),
        ),
        _OHNE,
    ),
    Messgroesse.ANTEIL: (
        *_stufen(
            (0, "0 %"), (1, "unter 25 %"), (25, "25 bis unter 50 %"), (50, "50 bis unter 75 %"),
            (75, "75 bis unter 100 %"), (100, "alle"),
        ),
        _OHNE,
    ),
}  # fmt: skip


def _highest(klassen: Sequence[Klasse], number: float) -> Klasse:
    """A share above nothing is in the first class above it, however small."""
    value = max(number, 1) if number > 0 else 0
    return next(k for k in reversed(klassen) if k.ab is not None and value >= k.ab)


# Municipalities ──────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class Stand:
    """Of one municipality: its best status, and the assistants that are productive for it."""

    rang: int
    dienste: set[int]


def spread(
    aussagen: Iterable[Aussage],
    kreis: Wirkungskreis,
    leistungen: Mapping[int, Collection[int]],
    within: Gemeinden | None = None,
) -> dict[int, Stand]:
    """Each statement colours the municipalities that its body serves with this assistant.

    `leistungen` are the services of the question that an assistant has a path for.
    """
    found: dict[int, Stand] = {}
    for (stelle, dienste), said in _by_reach(aussagen, leistungen).items():
        area = kreis.of(stelle, dienste)
        rang = min(_RANG[status] for _, status in said)
        live = {dienst for dienst, status in said if _RANG[status] == _PRODUKTIV}
        for gemeinde in area if within is None else area & within:
            stand = found.get(gemeinde)
            if stand is None:
                found[gemeinde] = Stand(rang, set(live))
            else:
                stand.rang = min(rang, stand.rang)
                stand.dienste |= live
    return found


def _by_reach(
    aussagen: Iterable[Aussage], leistungen: Mapping[int, Collection[int]]
) -> dict[tuple[int, frozenset[int]], list[tuple[int, str]]]:
    """What a body says of assistants for the same services has the same reach."""
    nothing: frozenset[int] = frozenset()
    services = {dienst: frozenset(numbers) for dienst, numbers in leistungen.items()}
    groups: dict[tuple[int, frozenset[int]], list[tuple[int, str]]] = {}
    for stelle, dienst, status in aussagen:
        groups.setdefault((stelle, services.get(dienst, nothing)), []).append((dienst, status))
    return groups


# Areas ───────────────────────────────────────────────────────────────────────────────────────


def paint(
    netz: Gebietsnetz,
    ebene: Gebietsebene,
    nach: Messgroesse,
    staende: Mapping[int, Stand],
    within: Gemeinden | None = None,
) -> Kartenbild:
    """`within` narrows the map to some municipalities, which then are all there is to count."""
    people = _people(netz)
    shown = [
        f
        for f in netz.ebenen[ebene].values()
        if f.gemeinden & (f.gemeinden if within is None else within)
    ]
    werte = {}
    for flaeche in shown:
        inside = flaeche.gemeinden if within is None else flaeche.gemeinden & within
        if wert := _value(flaeche, inside, staende, people):
            werte[flaeche.id] = wert
    everything = netz.alle if within is None else within
    live = [n for n in everything if (stand := staende.get(n)) and stand.rang == _PRODUKTIV]
    return Kartenbild(
        ebene=ebene,
        nach=nach,
        werte=werte,
        gesamt=len(shown),
        mit=len(live),
        von=len(everything),
        einwohner_mit=_sum(people, live),
        einwohner_von=_sum(people, everything),
        umfang=None if within is None else tuple(_name_extent(netz, ebene, within)),
    )


def _name_extent(netz: Gebietsnetz, ebene: Gebietsebene, within: Gemeinden) -> Iterator[str]:
    """As few keys as possible: a whole Land by its two digits, else whole Kreise, else areas."""
    left = set(within)
    for level in (Gebietsebene.LAND, Gebietsebene.KREIS, ebene):
        for flaeche in netz.ebenen[level].values():
            whole = flaeche.gemeinden and flaeche.gemeinden <= left
            if whole or (level is ebene and flaeche.gemeinden & left):
                yield flaeche.id
                left -= flaeche.gemeinden


def _value(
    flaeche: Flaeche,
    inside: Gemeinden,
    staende: Mapping[int, Stand],
    people: Sequence[int | None],
) -> Wert | None:
    said = [(n, stand) for n in inside if (stand := staende.get(n))]
    if not said:
        return None
    live = [n for n, stand in said if stand.rang == _PRODUKTIV]
    dienste = said[0][1].dienste if len(said) == 1 else set().union(*(s.dienste for _, s in said))
    return Wert(
        flaeche=flaeche,
        status=RANG[min(stand.rang for _, stand in said)],
        anzahl=len(dienste),
        mit=len(live),
        von=len(inside),
        einwohner_mit=_sum(people, live),
        einwohner_von=_sum(people, inside),
    )


def _people(netz: Gebietsnetz) -> list[int | None]:
    places = list(_places(netz))
    people: list[int | None] = [None] * (max((n for n, _ in places), default=-1) + 1)
    for number, einwohner in places:
        people[number] = einwohner
    return people


def _places(netz: Gebietsnetz) -> Iterator[tuple[int, int | None]]:
    for flaeche in netz.ebenen[Gebietsebene.GEMEINDE].values():
        for number in flaeche.gemeinden:
            yield number, flaeche.einwohner


def _sum(people: Sequence[int | None], numbers: Iterable[int]) -> int | None:
    total = 0
    for number in numbers:
        some = people[number]
        if some is None:
            return None
        total += some
    return total
