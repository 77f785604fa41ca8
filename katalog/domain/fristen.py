"""Periods by law: notice (which never moves) and answers (which move to the next working day).

Dates in, dates out. Every result carries its calculation in words (`rechnung`), so that a page,
a letter and the API explain a date alike. `kalender` knows days, `fristregel` the rule as data.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import assert_never

from katalog.domain.errors import UngueltigeEingabe
from katalog.domain.fristregel import (
    Anker,
    Einheit,
    Fristbeginn,
    Kuendigungsregel,
    check_n,
    format_dauer,
    parse_anker,
    parse_einheit,
    parse_n,
)
from katalog.domain.kalender import (
    Feiertage,
    day_in_month,
    format_datum_kurz,
    is_weekend,
    last_of_month,
    last_working_day,
    next_working_day,
    shift_days,
)
from katalog.domain.rechnung import (
    Rechenschritt,
    Rechnung,
    format_rechnung,
    say_anker,
    say_beginn,
    say_empfehlung,
    say_fristende,
    say_mindestlaufzeit,
    say_no_shift,
    say_shift,
    say_spaetester_zugang,
    say_wunschende,
    say_zugang,
)

__all__ = [
    "Anker",
    "Antwortfrist",
    "Einheit",
    "Empfehlung",
    "Fristbeginn",
    "Kuendigungsregel",
    "Rechenschritt",
    "Rechnung",
    "Wirksamkeit",
    "Zugangsfrist",
    "antwortfrist",
    "empfohlener_zugang",
    "format_dauer",
    "format_rechnung",
    "fristende",
    "is_moegliches_ende",
    "list_enden",
    "parse_anker",
    "parse_einheit",
    "parse_n",
    "spaetester_zugang",
    "wirksam_zum",
]

_ANKERMONATE: dict[Anker, frozenset[int]] = {
    Anker.MONATSENDE: frozenset(range(1, 13)),
    Anker.QUARTALSENDE: frozenset({3, 6, 9, 12}),
    Anker.HALBJAHRESENDE: frozenset({6, 12}),
    Anker.JAHRESENDE: frozenset({12}),
}


@dataclass(frozen=True, slots=True)
class Wirksamkeit:
    """When a notice received on `zugang` ends the contract."""

    zugang: date
    fristende: date
    wirksam_zum: date
    rechnung: Rechnung


@dataclass(frozen=True, slots=True)
class Zugangsfrist:
    """Until when a notice must arrive for the contract to end at a wanted day."""

    gewuenscht: date
    wirksam_zum: date
    spaetester_zugang: date
    rechnung: Rechnung

    @property
    def ende_weicht_ab(self) -> bool:
        return self.wirksam_zum != self.gewuenscht


@dataclass(frozen=True, slots=True)
class Empfehlung:
    """The last working day on which the notice still arrives in time."""

    spaetester_zugang: date
    empfohlen: date
    rechnung: Rechnung


@dataclass(frozen=True, slots=True)
class Antwortfrist:
    """Until when an answer, acceptance, payment or objection is in time."""

    beginn: date
    fristende: date
    ende: date
    rechnung: Rechnung


def fristende(
    beginn: date, n: int, einheit: Einheit, art: Fristbeginn = Fristbeginn.EREIGNIS
) -> date:
    """§§ 187, 188 BGB: the last day of a period, without any shift."""
    check_n(n)
    counted = 1 if art is Fristbeginn.TAGESBEGINN else 0
    match einheit:
        case Einheit.TAG:
            return shift_days(beginn, n - counted)
        case Einheit.WOCHE:
            return shift_days(beginn, 7 * n - counted)
        case Einheit.MONAT:
            if counted and beginn.day == 1:
                # § 188 Abs. 2: the day before the corresponding first lies in the month before.
                return last_of_month(beginn, n - 1)
            return day_in_month(beginn, n, beginn.day - counted)
        case _:
            assert_never(einheit)


def wirksam_zum(
    regel: Kuendigungsregel, zugang: date, vertragsbeginn: date | None = None
) -> Wirksamkeit:
    """The end of the contract for a notice received on `zugang`."""
    frist = fristende(zugang, regel.n, regel.einheit)
    schritte = [
        say_zugang(zugang),
        say_fristende(zugang, regel.n, regel.einheit, frist, Fristbeginn.EREIGNIS),
    ]
    earliest = frist
    if regel.mindestlaufzeit_monate:
        minimum = _end_of_mindestlaufzeit(regel, vertragsbeginn)
        earliest = max(frist, minimum or frist)
        schritte.append(
            say_mindestlaufzeit(regel, vertragsbeginn, minimum, decisive=earliest > frist)
        )
    ende = _next_anker(earliest, regel.anker)
    if regel.anker is not Anker.KEINER:
        schritte.append(say_anker(regel, earliest, ende))
    if is_weekend(ende):
        schritte.append(say_no_shift(ende))
    return Wirksamkeit(zugang, frist, ende, tuple(schritte))


def spaetester_zugang(
    regel: Kuendigungsregel, ende: date, vertragsbeginn: date | None = None
) -> Zugangsfrist:
    """The greatest day whose notice still ends the contract on `ende`.

    A wanted end that is no anchor cannot be reached: the answer is then for the last anchor
    before it, and the calculation says so.
    """
    anker = _last_anker(ende, regel.anker)
    schritte = [say_wunschende(regel, ende, anker)]
    if regel.mindestlaufzeit_monate:
        minimum = _end_of_mindestlaufzeit(regel, vertragsbeginn)
        if minimum is not None and minimum > anker:
            raise _too_early(regel, ende, anker, minimum)
        schritte.append(say_mindestlaufzeit(regel, vertragsbeginn, minimum, decisive=False))
    latest = _latest_start(anker, regel.n, regel.einheit)
    schritte.append(say_spaetester_zugang(regel, anker, latest))
    if is_weekend(latest):
        schritte.append(say_no_shift(latest))
    return Zugangsfrist(ende, anker, latest, tuple(schritte))


def empfohlener_zugang(latest: date, feiertage: Feiertage) -> Empfehlung:
    """The law counts the last day even if the office is closed; nobody should rely on that."""
    empfohlen = last_working_day(latest, feiertage)
    schritte = [say_empfehlung(latest, empfohlen)]
    if empfohlen != latest and not is_weekend(latest):
        # For weekends `spaetester_zugang` has said it; it does not know the holidays.
        schritte.insert(0, say_no_shift(latest))
    return Empfehlung(latest, empfohlen, tuple(schritte))


def antwortfrist(
    beginn: date,
    n: int,
    einheit: Einheit,
    feiertage: Feiertage,
    art: Fristbeginn = Fristbeginn.EREIGNIS,
) -> Antwortfrist:
    """Unlike a notice period, a period for an act moves off weekends and holidays."""
    frist = fristende(beginn, n, einheit, art)
    ende = next_working_day(frist, feiertage)
    schritte = [say_beginn(beginn, art), say_fristende(beginn, n, einheit, frist, art)]
    if ende != frist:
        schritte.append(say_shift(frist, ende))
    return Antwortfrist(beginn, frist, ende, tuple(schritte))


def list_enden(
    regel: Kuendigungsregel,
    zugang: date,
    anzahl: int,
    feiertage: Feiertage,
    vertragsbeginn: date | None = None,
) -> tuple[tuple[Zugangsfrist, Empfehlung], ...]:
    """The next ends a notice could name, each with its latest and recommended receipt.

    Without an anchor every later day is a possible end, so only the first is worth listing.
    """
    rows: list[tuple[Zugangsfrist, Empfehlung]] = []
    ende = wirksam_zum(regel, zugang, vertragsbeginn).wirksam_zum
    for _ in range(1 if regel.anker is Anker.KEINER else anzahl):
        if rows:
            ende = _next_anker(shift_days(ende, 1), regel.anker)
        frist = spaetester_zugang(regel, ende, vertragsbeginn)
        rows.append((frist, empfohlener_zugang(frist.spaetester_zugang, feiertage)))
    return tuple(rows)


def is_moegliches_ende(regel: Kuendigungsregel, ende: date) -> bool:
    return _next_anker(ende, regel.anker) == ende


def _next_anker(day: date, anker: Anker) -> date:
    if anker is Anker.KEINER:
        return day
    while day.month not in _ANKERMONATE[anker]:
        day = day_in_month(day, 1, 1)
    return last_of_month(day)


def _last_anker(day: date, anker: Anker) -> date:
    if anker is Anker.KEINER:
        return day
    if day != last_of_month(day):
        day = last_of_month(day, -1)
    while day.month not in _ANKERMONATE[anker]:
        day = last_of_month(day, -1)
    return day


def _latest_start(ende: date, n: int, einheit: Einheit) -> date:
    """The greatest day whose period ends on or before `ende`.

    For months this is not `ende` minus n months: several days may end together on the last of a
    short month, so the end of a month reaches back to the end of a month.
    """
    match einheit:
        case Einheit.TAG:
            return shift_days(ende, -n)
        case Einheit.WOCHE:
            return shift_days(ende, -7 * n)
        case Einheit.MONAT:
            return day_in_month(ende, -n, 31 if ende == last_of_month(ende) else ende.day)
        case _:
            assert_never(einheit)


def _end_of_mindestlaufzeit(regel: Kuendigungsregel, vertragsbeginn: date | None) -> date | None:
    if vertragsbeginn is None:
        return None
    return fristende(
        vertragsbeginn, regel.mindestlaufzeit_monate, Einheit.MONAT, Fristbeginn.TAGESBEGINN
    )


def _too_early(
    regel: Kuendigungsregel, ende: date, anker: date, minimum: date
) -> UngueltigeEingabe:
    first = _next_anker(minimum, regel.anker)
    return UngueltigeEingabe(
        "ende",
        ende.isoformat(),
        f"Zum {format_datum_kurz(anker)} ist keine Kündigung möglich, weil die Mindestlaufzeit "
        f"erst am {format_datum_kurz(minimum)} endet. Wählen Sie den {format_datum_kurz(first)} "
        "oder ein späteres Ende.",
    )
