"""Cases over time: what their steps say of any day, month or stay, and why fewer use a service.

Everything is read from the steps, nothing from what a case is today: a key date in the past gives
the state of that day. `abdeckung` says the same of the bodies behind the statements of use.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import ceil
from typing import NamedTuple

from katalog.domain.begriffe import Begriff
from katalog.domain.kalender import MONATE, format_datum, last_of_month
from katalog.domain.vorgang import ABGESCHLOSSEN, Aktion, Status


class Takt(Begriff):
    MONAT = "monat", "Monate"
    QUARTAL = "quartal", "Quartale"


# What these say, began on the day they name; every other step on the day it was recorded.
NENNT_TAG = frozenset({Aktion.INTERESSE_ERFASSEN, Aktion.PRODUKTIV_SETZEN, Aktion.PRODUKTIV_MELDEN})

_IN_USE = frozenset({Status.PRODUKTIV, Status.GEKUENDIGT})

# The way to productive use, on which time is what everybody asks about.
SCHRITTE = (
    Status.INTERESSE_BEKUNDET,
    Status.BESTAETIGT,
    Status.IN_ANBINDUNG,
    Status.IM_TEST,
    Status.ANGEFRAGT,
    Status.IN_UEBERGABE,
)


class Station(NamedTuple):
    """From this day on the case was in this state."""

    tag: date
    status: Status


class Pause(NamedTuple):
    """Unavailable from `ab` on; `bis` is the first day of use again."""

    ab: date
    bis: date | None


class Nutzung(NamedTuple):
    """In use from `von` until the day before `bis`; `danach` is what the case became."""

    von: date
    bis: date | None
    danach: Status | None


@dataclass(frozen=True, slots=True)
class Verlauf:
    """`stationen` in the order in which they came, days never going back."""

    nummer: int
    stelle_id: int
    dienst_id: int
    kreis: str
    begonnen: date
    stationen: tuple[Station, ...]
    pausen: tuple[Pause, ...] = ()

    def status_am(self, tag: date) -> Status | None:
        """None: there was no such case yet."""
        found = None
        for station in self.stationen:
            if station.tag > tag:
                break
            found = station.status
        return found

    def pausiert_am(self, tag: date) -> bool:
        return any(p.ab <= tag and (p.bis is None or tag < p.bis) for p in self.pausen)

    @property
    def nutzungen(self) -> Iterator[Nutzung]:
        """A notice changes nothing until it takes effect; one before going live is no use."""
        von = None
        for tag, status in self.stationen:
            if status is Status.PRODUKTIV and von is None:
                von = tag
            elif von is not None and status not in _IN_USE:
                yield Nutzung(von, tag, status)
                von = None
        if von is not None:
            yield Nutzung(von, None, None)

    def nutzt_am(self, tag: date) -> bool:
        return any(n.von <= tag and (n.bis is None or tag < n.bis) for n in self.nutzungen)


def follow(steps: Iterable[tuple[date, Status]], ende: date | None) -> tuple[Station, ...]:
    """The steps of a case, and after a notice its end: the calendar takes that step itself.

    What was recorded later than it happened cannot come before what had happened until then.
    """
    found: list[Station] = []
    for tag, status in steps:
        found.append(Station(max(tag, found[-1].tag) if found else tag, status))
    if found and ende is not None and found[-1].status is Status.GEKUENDIGT and ende < date.max:
        after = max(ende + timedelta(days=1), found[-1].tag)
        found.append(Station(after, Status.BEENDET))
    return tuple(found)


def count_by_status(verlaeufe: Iterable[Verlauf], tag: date) -> Counter[Status]:
    counts = Counter(verlauf.status_am(tag) for verlauf in verlaeufe)
    return Counter({status: n for status, n in counts.items() if status is not None})


def count_paused(verlaeufe: Iterable[Verlauf], tag: date) -> int:
    return sum(v.pausiert_am(tag) and v.nutzt_am(tag) for v in verlaeufe)


# Over time --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Zeitraum:
    von: date
    bis: date
    name: str
    kurz: str
    # It is not over: its numbers may still grow.
    laeuft: bool


@dataclass(frozen=True, slots=True)
class Bewegung:
    """`genutzt` is how many used the service on the last day of the period."""

    zeitraum: Zeitraum
    begonnen: int
    produktiv: int
    beendet: int
    genutzt: int


def list_zeitraeume(heute: date, takt: Takt, anzahl: int) -> list[Zeitraum]:
    """The last ones, oldest first; the one that today lies in is the last of them."""
    months = 1 if takt is Takt.MONAT else 3
    back = 0 if takt is Takt.MONAT else (heute.month - 1) % 3
    found = []
    for number in range(anzahl):
        von = last_of_month(heute, -back - months * number - 1) + timedelta(days=1)
        last = last_of_month(von, months - 1)
        month = MONATE[von.month - 1]
        quarter = (von.month + 2) // 3
        name, kurz = (
            (f"{month} {von.year}", month[:3])
            if takt is Takt.MONAT
            else (f"{quarter}. Quartal {von.year}", f"{quarter}/{von:%y}")
        )
        found.append(Zeitraum(von, min(last, heute), name, kurz, last > heute))
    return found[::-1]


def count_movements(verlaeufe: Sequence[Verlauf], zeitraeume: Sequence[Zeitraum]) -> list[Bewegung]:
    """Each case begins once and ends once; a service that went live twice went live twice."""
    places = _Places(zeitraeume)
    begun, live, ended, left = Counter[int](), Counter[int](), Counter[int](), Counter[int]()
    for verlauf in verlaeufe:
        begun[places.of(verlauf.begonnen)] += 1
        last = verlauf.stationen[-1]
        if last.status in ABGESCHLOSSEN:
            ended[places.of(last.tag)] += 1
        for nutzung in verlauf.nutzungen:
            live[places.of(nutzung.von)] += 1
            if nutzung.bis is not None:
                left[places.of(nutzung.bis)] += 1
    rows, in_use = [], live[-1] - left[-1]
    for number, zeitraum in enumerate(zeitraeume):
        in_use += live[number] - left[number]
        rows.append(Bewegung(zeitraum, begun[number], live[number], ended[number], in_use))
    return rows


class _Places:
    """Which of the periods a day lies in: -1 before all of them, their number after."""

    def __init__(self, zeitraeume: Sequence[Zeitraum]) -> None:
        self._known: dict[tuple[int, int], int] = {}
        for number, zeitraum in enumerate(zeitraeume):
            day = zeitraum.von
            while day <= zeitraum.bis:
                self._known[day.year, day.month] = number
                day = last_of_month(day) + timedelta(days=1)
        self._first, self._last = zeitraeume[0].von, zeitraeume[-1].bis
        self._after = len(zeitraeume)

    def of(self, day: date) -> int:
        if day < self._first:
            return -1
        return self._after if day > self._last else self._known[day.year, day.month]


# How long it takes ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Dauer:
    """Days that cases stayed in a step, of those that have left it; `jetzt` are still in it.

    None where no case has left it yet: then there is nothing to say.
    """

    status: Status
    jetzt: int
    anzahl: int
    median: int | None
    meiste: int | None
    laengste: int | None


def measure_steps(verlaeufe: Iterable[Verlauf], tag: date) -> list[Dauer]:
    """The short path only where a case has gone it."""
    stays: dict[Status, list[int]] = {status: [] for status in SCHRITTE}
    now: Counter[Status] = Counter()
    for verlauf in verlaeufe:
        known = [station for station in verlauf.stationen if station.tag <= tag]
        for (begin, status), (end, _) in pairwise(known):
            if status in stays:
                stays[status].append((end - begin).days)
        if known:
            now[known[-1].status] += 1
    found = [_summarise(status, now[status], sorted(days)) for status, days in stays.items()]
    usual = SCHRITTE[:4]
    return [each for each in found if each.status in usual or each.jetzt or each.anzahl]


def _summarise(status: Status, now: int, days: Sequence[int]) -> Dauer:
    if not days:
        return Dauer(status, now, 0, None, None, None)
    return Dauer(status, now, len(days), _quantile(days, 50), _quantile(days, 90), days[-1])


def _quantile(ordered: Sequence[int], percent: int) -> int:
    """A value that occurs: so many per cent of the stays were not longer."""
    return ordered[ceil(len(ordered) * percent / 100) - 1]


# Why fewer --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Abgang:
    """A case whose service was in use and is not any more, or not for now."""

    nummer: int
    stelle_id: int
    dienst_id: int
    tag: date
    grund: str


def list_departures(verlaeufe: Iterable[Verlauf], von: date, bis: date) -> list[Abgang]:
    """After `von` and until `bis`, the newest first. A pause that is over by then is none."""
    found = [each for verlauf in verlaeufe for each in _departures(verlauf, von, bis)]
    return sorted(found, key=lambda each: (each.tag, each.nummer), reverse=True)


def _departures(verlauf: Verlauf, von: date, bis: date) -> Iterator[Abgang]:
    for nutzung in verlauf.nutzungen:
        if nutzung.bis is not None and von < nutzung.bis <= bis:
            yield _depart(verlauf, nutzung.bis, _say_end(nutzung))
    for pause in verlauf.pausen:
        over = pause.bis is not None and pause.bis <= bis
        if von < pause.ab <= bis and not over and verlauf.nutzt_am(bis):
            yield _depart(verlauf, pause.ab, "vorübergehend abgemeldet")


def _depart(verlauf: Verlauf, tag: date, grund: str) -> Abgang:
    return Abgang(verlauf.nummer, verlauf.stelle_id, verlauf.dienst_id, tag, grund)


def _say_end(nutzung: Nutzung) -> str:
    assert nutzung.bis is not None
    if nutzung.danach is Status.BEENDET:
        return f"Kündigung, beendet zum {format_datum(nutzung.bis - timedelta(days=1))}"
    assert nutzung.danach is not None
    return f"zurück in „{nutzung.danach.label}“"


@dataclass(frozen=True, slots=True)
class Vergleich:
    """What lies between two key dates: the later count is the earlier one, plus and minus these."""

    status: Status
    vorher: int
    hinzu: int
    weg: int

    @property
    def nachher(self) -> int:
        return self.vorher + self.hinzu - self.weg


def compare(verlaeufe: Iterable[Verlauf], von: date, bis: date) -> list[Vergleich]:
    """In the order of the states, each that occurs on one of the days."""
    before: Counter[Status] = Counter()
    came: Counter[Status] = Counter()
    went: Counter[Status] = Counter()
    for verlauf in verlaeufe:
        old, new = verlauf.status_am(von), verlauf.status_am(bis)
        if old is not None:
            before[old] += 1
        if old is not new:
            if old is not None:
                went[old] += 1
            if new is not None:
                came[new] += 1
    return [
        Vergleich(status, before[status], came[status], went[status])
        for status in Status
        if before[status] or came[status]
    ]
