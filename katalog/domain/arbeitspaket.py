"""Who builds what until when: a work package as people type it, and where two build the same."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from katalog.domain.begriffe import Arbeitsstatus
from katalog.domain.bezug import read_bezuege
from katalog.domain.eingabe import Eingabe
from katalog.domain.errors import UngueltigeEingabe
from katalog.domain.rollen import Sichtbarkeit

LONGEST = {
    "titel": 150,
    "stelle": 200,
    "beteiligte": 2000,
    "bezug": 1000,
    "ergebnis": 1000,
    "bemerkung": 1000,
}
# What is under way or agreed: only such packages get into each other's way.
LAUFEND = frozenset({Arbeitsstatus.OFFEN, Arbeitsstatus.IN_ARBEIT})
_BETWEEN = re.compile(r"[;\n]")


@dataclass(frozen=True, slots=True)
class Arbeitsstand:
    """How far it is: what the responsible body may say, too. `ergebnis` are assistants."""

    status: Arbeitsstatus
    bis: date | None
    ergebnis: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paketangaben:
    """Bodies as they were typed: by name or ARS."""

    titel: str
    stelle: str
    beteiligte: tuple[str, ...]
    bezuege: tuple[str, ...]
    stand: Arbeitsstand
    bemerkung: str
    sichtbarkeit: Sichtbarkeit


def parse_paket(fields: Mapping[str, str]) -> Paketangaben:
    form = Eingabe(fields, LONGEST)
    about = read_bezuege(LONGEST["bezug"], "Nennen Sie mindestens eine Leistung.")
    found = Paketangaben(
        titel=form.text("titel", "Was wird gebaut?"),
        stelle=form.text("stelle", "Wer ist dafür verantwortlich?"),
        beteiligte=_names(form.text("beteiligte", lines=True)),
        bezuege=form.read("bezug", about, ()),
        stand=_read_stand(form),
        bemerkung=form.text("bemerkung", lines=True),
        sichtbarkeit=form.one_of("sichtbarkeit", Sichtbarkeit.VERWALTUNG),
    )
    form.check()
    return found


def parse_stand(fields: Mapping[str, str]) -> Arbeitsstand:
    form = Eingabe(fields, LONGEST)
    found = _read_stand(form)
    form.check()
    return found


def _read_stand(form: Eingabe) -> Arbeitsstand:
    found = Arbeitsstand(
        status=form.one_of("status", Arbeitsstatus.OFFEN),
        bis=form.day("bis"),
        ergebnis=form.read("ergebnis", read_bezuege(LONGEST["ergebnis"]), ()),
    )
    if found.status is Arbeitsstatus.IN_ARBEIT and found.bis is None:
        text = "Was in Arbeit ist, hat einen Tag, bis zu dem es geplant ist. Ungefähr genügt."
        form.refuse(UngueltigeEingabe("bis", "", text))
    return found


def _names(text: str) -> tuple[str, ...]:
    names = (" ".join(name.split()) for name in _BETWEEN.split(text))
    return tuple(dict.fromkeys(filter(None, names)))


@dataclass(frozen=True, slots=True)
class Umfang:
    """What a package is about, as ids: OZG services as a whole, or single services of some."""

    paket: int
    stelle: int
    ozg: frozenset[int]
    leistungen: frozenset[int]
    ozg_der_leistungen: frozenset[int]

    def meets(self, other: Umfang) -> bool:
        """Two that build different services of one OZG service are not in each other's way."""
        return bool(
            self.ozg & other.ozg
            or self.leistungen & other.leistungen
            or self.ozg & other.ozg_der_leistungen
            or other.ozg & self.ozg_der_leistungen
        )


def find_overlaps(umfaenge: Sequence[Umfang]) -> dict[int, list[int]]:
    """Packages of different bodies that build the same, by package."""
    found: dict[int, list[int]] = {}
    for one in umfaenge:
        others = [o.paket for o in umfaenge if o.stelle != one.stelle and one.meets(o)]
        if others:
            found[one.paket] = others
    return found
