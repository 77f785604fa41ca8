"""What a map shows: statements become the state of municipalities, and those become areas.

The same numbers make the map, its legend, the table beside it and the summary of one area.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import NamedTuple

from katalog.domain.begriffe import Begriff, Einsatzstatus, Gebietsebene
from katalog.domain.gebietsnetz import (
    Flaeche,
    Gebietsnetz,
    Gemeinden,
    Groesse,
    Wirkungskreis,
)


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
_PRODUKTIV, _SCHLECHTER = 0, len(RANG)
_KEINE: frozenset[int] = frozenset()
KEINE_ANGABE = "keine"
_STUFEN = (
    Zeichen.NULL, Zeichen.EINS, Zeichen.ZWEI, Zeichen.DREI, Zeichen.VIER, Zeichen.FUENF,
)  # fmt: skip


class Aussage(NamedTuple):
    """Of which assistants a body says this, on the day asked about."""

    stelle_id: int
    status: str
    dienste: frozenset[int]


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
                return _highest(self.klassen, wert.anteil) if wert.von else _OHNE

    def count_klassen(self) -> Mapping[str, int]:
        counts = Counter(self.klasse(wert).schluessel for wert in self.werte.values())
        return {klasse.schluessel: counts[klasse.schluessel] for klasse in self.klassen} | {
            KEINE_ANGABE: counts[KEINE_ANGABE] + self.gesamt - len(self.werte)
        }


def _stufen(*steps: tuple[int, str]) -> tuple[Klasse, ...]:
    """From `ab` up to the next one; the first is known to have nothing."""
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
    live: dict[int, set[int]] = {}
    for stelle, status, dienste in aussagen:
        rank = _RANG[status]
        for area, some in _reaches(kreis, stelle, dienste, leistungen):
            for number in area if within is None else area & within:
                if rank < ranks.get(number, _SCHLECHTER):
                    ranks[number] = rank
                if rank == _PRODUKTIV:
                    if number in live:
                        live[number] |= some
                    else:
                        live[number] = set(some)
    return Staende(ranks, live)


def _reaches(
    kreis: Wirkungskreis,
    stelle: int,
    dienste: frozenset[int],
    leistungen: Mapping[int, frozenset[int]],
) -> Iterator[tuple[Gemeinden, Set[int]]]:
    """Only where a rule speaks of an assistant's services may its reach be its own."""
    special = [dienst for dienst in dienste if dienst in leistungen] if leistungen else []
    for dienst in special:
        yield kreis.of(stelle, leistungen[dienst]), {dienst}
    usual = dienste.difference(special) if special else dienste
    if usual:
        yield kreis.of(stelle), usual


# Areas ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Summe:
    """An area while its municipalities are being added up."""

    rang: int
    mit: int
    einwohner: int
    dienste: Set[int]


def paint(
    netz: Gebietsnetz,
    ebene: Gebietsebene,
    nach: Messgroesse,
    staende: Staende,
    within: Gemeinden | None = None,
) -> Kartenbild:
    """`within` narrows the map to some municipalities, which then are all there is to count."""
    sums = _add_up(netz, ebene, staende)
    areas = netz.ebenen[ebene]
    whole = netz.groessen[ebene] if within is None else _measure(netz, ebene, within)
    werte = {}
    for key in sorted(sums):
        part, (count, people) = sums[key], whole[key]
        werte[key] = Wert(
            flaeche=areas[key],
            status=RANG[part.rang],
            anzahl=len(part.dienste),
            mit=part.mit,
            von=count,
            einwohner_mit=None if people is None else part.einwohner,
            einwohner_von=people,
        )
    counted = [people for _, people in whole.values()]
    everybody = None if None in counted else sum(people or 0 for people in counted)
    return Kartenbild(
        ebene=ebene,
        nach=nach,
        werte=werte,
        gesamt=len(whole),
        mit=sum(part.mit for part in sums.values()),
        von=sum(count for count, _ in whole.values()),
        einwohner_mit=None if everybody is None else sum(p.einwohner for p in sums.values()),
        einwohner_von=everybody,
        umfang=None if within is None else tuple(_name_extent(netz, ebene, within)),
    )


def _add_up(netz: Gebietsnetz, ebene: Gebietsebene, staende: Staende) -> dict[str, _Summe]:
    above, people = netz.ueber[ebene], netz.einwohner
    sums: dict[str, _Summe] = {}
    merged: dict[str, set[int]] = {}
    for number, rank in staende.rang.items():
        key = above[number]
        live = rank == _PRODUKTIV
        inhabitants = (people[number] or 0) if live else 0
        dienste = staende.dienste.get(number, _KEINE)
        part = sums.get(key)
        if part is None:
            sums[key] = _Summe(rank, live, inhabitants, dienste)
            continue
        if key not in merged:
            # What a single municipality has is its own set, which must not grow.
            part.dienste = merged[key] = set(part.dienste)
        part.rang = min(part.rang, rank)
        part.mit += live
        part.einwohner += inhabitants
        merged[key].update(dienste)
    return sums


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
