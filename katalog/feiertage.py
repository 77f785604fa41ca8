"""Public holidays of a Land, as the callable that `domain.fristen` asks for.

Outside the domain, because it stands on the package `holidays`. The operator may correct the
calendar: a law can change faster than a package, and an office may have days of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache

from katalog.domain.errors import UngueltigeEingabe
from katalog.domain.fristen import Rechnung, empfohlener_zugang
from katalog.domain.laender import Landeskuerzel
from katalog.domain.rechnung import say_no_empfehlung

# A name adds a holiday, None takes one away.
Abweichungen = Mapping[date, str | None]


def feiertage_in(
    land: Landeskuerzel, abweichungen: Abweichungen | None = None
) -> Callable[[date], bool]:
    corrections = dict(abweichungen or {})

    def is_feiertag(day: date) -> bool:
        if day in corrections:
            return corrections[day] is not None
        return day in _feiertage(land, day.year)

    return is_feiertag


def recommend_zugang(latest: date, land: Landeskuerzel | None) -> tuple[date | None, Rechnung]:
    """The last working day up to `latest`. The legal day does not hang on holidays, so neither a
    missing Land nor a year beyond the package may keep anybody from learning that one.
    """
    if land is None:
        return None, ()
    try:
        advice = empfohlener_zugang(latest, feiertage_in(land))
    except UngueltigeEingabe:
        return None, (say_no_empfehlung(latest),)
    return advice.empfohlen, advice.rechnung


def list_feiertage(
    land: Landeskuerzel, jahr: int, abweichungen: Abweichungen | None = None
) -> dict[date, str]:
    """Names by date, in order, for the page that explains a calculation."""
    named: dict[date, str | None] = dict(_feiertage(land, jahr))
    named |= {day: name for day, name in (abweichungen or {}).items() if day.year == jahr}
    return {day: name for day, name in sorted(named.items()) if name is not None}


@lru_cache(maxsize=512)
def _feiertage(land: Landeskuerzel, jahr: int) -> Mapping[date, str]:
    # Loads the calendars of all countries: a fifth of a second that no start has to wait for.
    from holidays.constants import CATHOLIC, PUBLIC
    from holidays.countries.germany import Germany

    first, last = Germany.start_year, Germany.end_year
    if not first <= jahr <= last:
        # The package would answer "no holidays at all", and a deadline would be wrong.
        raise UngueltigeEingabe(
            "datum",
            str(jahr),
            f"Feiertage sind für die Jahre {first} bis {last} bekannt, nicht für "
            f"{jahr}. Wählen Sie ein Datum in diesem Zeitraum.",
        )
    # Mariä Himmelfahrt is a holiday in the mostly Catholic Gemeinden of Bavaria. In Sachsen and
    # Thüringen the same category would add Fronleichnam, which only few Gemeinden have.
    categories = (PUBLIC, CATHOLIC) if land is Landeskuerzel.BY else (PUBLIC,)
    return dict(Germany(subdiv=land.value, years=jahr, categories=categories, language="de"))
