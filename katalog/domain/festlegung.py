"""Local rules over time: which one holds on a day, and what a form says of a new one.

A later one takes the place of an earlier one from its first day on, whatever end that had: also
where it was decided afterwards and holds for the past.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, Protocol, TypeVar

from katalog.domain.begriffe import Begriff
from katalog.domain.errors import UngueltigeEingabe, UngueltigeEingaben
from katalog.domain.kalender import format_datum, parse_datum

LONGEST = {
    "name": 300, "einheit": 60, "rechtsgrundlage": 500, "beschluss": 200, "ersetzt": 500,
    "bemerkung": 2000,
}  # fmt: skip
_MOST_VALUES = 60
_LONGEST_FEATURE, _LONGEST_VALUE = 300, 60
_OZG_ID = re.compile(r"[0-9]{5}", re.ASCII)

T = TypeVar("T")


class Zeitraum(Protocol):
    @property
    def gueltig_ab(self) -> date: ...

    @property
    def gueltig_bis(self) -> date | None: ...


Z = TypeVar("Z", bound=Zeitraum)


class Geltung(Begriff):
    GILT = "gilt", "gültig"
    ABGELAUFEN = "abgelaufen", "kein gültiger Wert, abgelaufen"
    KUENFTIG = "kuenftig", "noch kein gültiger Wert"


@dataclass(frozen=True, slots=True)
class Stand(Generic[Z]):
    """What holds on a day. Where nothing does, `fassung` is the one nearest to it: the last that
    did, or the first that will."""

    geltung: Geltung
    fassung: Z

    @property
    def satz(self) -> str:
        match self.geltung:
            case Geltung.GILT:
                return ""
            case Geltung.ABGELAUFEN:
                assert self.fassung.gueltig_bis is not None
                return f"Kein gültiger Wert, abgelaufen am {format_datum(self.fassung.gueltig_bis)}"
            case Geltung.KUENFTIG:
                return f"Noch kein gültiger Wert, erst ab {format_datum(self.fassung.gueltig_ab)}"


def find_stand(fassungen: Iterable[Z], am: date) -> Stand[Z]:
    """Of all versions of one rule, of which there is at least one."""
    in_order = sorted(fassungen, key=lambda each: each.gueltig_ab)
    begun = [each for each in in_order if each.gueltig_ab <= am]
    if not begun:
        return Stand(Geltung.KUENFTIG, in_order[0])
    latest = begun[-1]
    if latest.gueltig_bis is not None and latest.gueltig_bis < am:
        return Stand(Geltung.ABGELAUFEN, latest)
    return Stand(Geltung.GILT, latest)


# What a form says -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Festlegungsangaben:
    name: str
    einheit: str
    gueltig_ab: date
    gueltig_bis: date | None
    rueckwirkend: bool
    rechtsgrundlage: str
    beschluss: str
    ersetzt: str
    naechste_pruefung: date | None
    bemerkung: str
    ozg_ids: tuple[str, ...]
    werte: tuple[tuple[str, str], ...]


def parse_festlegung(fields: Mapping[str, str], ozg_ids: set[str]) -> Festlegungsangaben:
    """`ozg_ids` are those that exist. All faults at once, each at its field."""
    faults: list[UngueltigeEingabe] = []

    def read(parse: Callable[[], T]) -> T | None:
        try:
            return parse()
        except UngueltigeEingabe as fault:
            faults.append(fault)
            return None

    texts = {name: " ".join(fields.get(name, "").split()) for name in LONGEST}
    for name, most in LONGEST.items():
        if len(texts[name]) > most:
            text = f"Der Text ist zu lang. Möglich sind {most} Zeichen."
            faults.append(UngueltigeEingabe(name, texts[name], text))
    if not texts["name"]:
        faults.append(UngueltigeEingabe("name", "", "Wie heißt die Festlegung?"))
    begin = read(lambda: _day(fields, "gueltig_ab"))
    if begin is None and not fields.get("gueltig_ab", "").strip():
        faults.append(UngueltigeEingabe("gueltig_ab", "", "Ab welchem Tag gelten die Werte?"))
    end = read(lambda: _day(fields, "gueltig_bis"))
    if begin and end and end < begin:
        text = "Das Ende liegt vor dem Beginn. Prüfen Sie beide Tage."
        faults.append(UngueltigeEingabe("gueltig_bis", end.isoformat(), text))
    review = read(lambda: _day(fields, "naechste_pruefung"))
    keys = read(lambda: _parse_keys(fields.get("ozg_ids", ""), ozg_ids))
    values = read(lambda: parse_werte(fields.get("werte", "")))
    if faults or begin is None or keys is None or values is None:
        raise UngueltigeEingaben(faults)
    return Festlegungsangaben(
        **texts,
        gueltig_ab=begin,
        gueltig_bis=end,
        rueckwirkend=fields.get("rueckwirkend", "") == "ja",
        naechste_pruefung=review,
        ozg_ids=keys,
        werte=values,
    )


def parse_werte(text: str) -> tuple[tuple[str, str], ...]:
    """A line for each: what it is about, a colon, the value."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise UngueltigeEingabe("werte", "", "Tragen Sie mindestens einen Wert ein.")
    if len(lines) > _MOST_VALUES:
        raise UngueltigeEingabe("werte", "", f"Möglich sind {_MOST_VALUES} Werte.")
    found: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        feature, colon, value = (part.strip() for part in line.rpartition(":"))
        if not (feature and colon and value):
            raise UngueltigeEingabe(
                "werte", line, f"Zeile {number}: Schreiben Sie „1 Person: 276,00“, mit Doppelpunkt."
            )
        if len(feature) > _LONGEST_FEATURE or len(value) > _LONGEST_VALUE:
            raise UngueltigeEingabe("werte", line, f"Zeile {number} ist zu lang.")
        if feature in found:
            raise UngueltigeEingabe("werte", line, f"Zeile {number}: „{feature}“ steht doppelt.")
        found[feature] = value
    return tuple(found.items())


def write_werte(werte: Sequence[tuple[str, str]]) -> str:
    return "\n".join(f"{feature}: {value}" for feature, value in werte)


def _parse_keys(text: str, known: set[str]) -> tuple[str, ...]:
    keys = tuple(dict.fromkeys(text.replace(",", " ").split()))
    if not keys:
        raise UngueltigeEingabe("ozg_ids", "", "Für welche OZG-Leistung gelten die Werte?")
    for key in keys:
        if not _OZG_ID.fullmatch(key) or key not in known:
            raise UngueltigeEingabe(
                "ozg_ids", key, f"Eine OZG-Leistung {key[:20]} gibt es nicht. Beispiel: 10082"
            )
    return keys


def _day(fields: Mapping[str, str], name: str) -> date | None:
    text = fields.get(name, "").strip()
    return parse_datum(text, name) if text else None
