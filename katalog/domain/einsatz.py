"""What a body says about its use of an assistant: read from texts, checked as a whole.

A form and a row of an uploaded list say the same in the same fields (`FELDER`), so that one set of
rules holds for both. All faults are reported at once, each at its field.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import TypeVar
from urllib.parse import urlsplit

from katalog.domain.begriffe import Begriff, Einsatzrolle, Einsatzstatus
from katalog.domain.errors import UngueltigeEingabe, UngueltigeEingaben
from katalog.domain.kalender import format_datum, parse_datum
from katalog.domain.reifegrad import Reifegrad, parse_reifegrad
from katalog.domain.rollen import DEFAULT_SICHTBARKEIT, Datenart, Sichtbarkeit

LONGEST = {"url": 1000, "fachverfahren": 200, "bemerkung": 500}
_EARLIEST = date(1990, 1, 1)

T = TypeVar("T")
B = TypeVar("B", bound=Begriff)


@dataclass(frozen=True, slots=True)
class Einsatzangaben:
    rolle: Einsatzrolle
    status: Einsatzstatus
    ab: date | None
    bis: date | None
    url: str
    fachverfahren: str
    bemerkung: str
    sichtbarkeit: Sichtbarkeit
    reifegrad: Reifegrad | None = None


FELDER = tuple(field.name for field in fields(Einsatzangaben))


def write_einsatz(angaben: Einsatzangaben) -> dict[str, str]:
    """As the texts that `parse_einsatz` reads; what is not stated is an empty one."""
    texts = {name: "" if (v := getattr(angaben, name)) is None else str(v) for name in FELDER}
    if angaben.reifegrad:
        texts["reifegrad"] = angaben.reifegrad.value
    return texts


def type_einsatz(angaben: Einsatzangaben) -> dict[str, str]:
    """The same as somebody types it into a form: days as people write them here."""
    days = {"ab": angaben.ab, "bis": angaben.bis}
    return write_einsatz(angaben) | {n: format_datum(d) if d else "" for n, d in days.items()}


def parse_einsatz(texts: Mapping[str, str], today: date) -> Einsatzangaben:
    faults: list[UngueltigeEingabe] = []

    def read(name: str, parse: Callable[[str, str], T]) -> T | None:
        try:
            return parse(name, texts.get(name, "").strip())
        except UngueltigeEingabe as fault:
            faults.append(fault)
            return None

    rolle = read("rolle", _one_of(Einsatzrolle))
    status = read("status", _one_of(Einsatzstatus))
    ab, bis = read("ab", _day), read("bis", _day)
    url = read("url", _address)
    fachverfahren, bemerkung = read("fachverfahren", _text), read("bemerkung", _text)
    reifegrad = read("reifegrad", _maturity)
    seen = texts.get("sichtbarkeit", "")
    sichtbarkeit = read("sichtbarkeit", _one_of(Sichtbarkeit)) if seen else default_for(status)
    if status is Einsatzstatus.BEENDET and bis is None and not texts.get("bis", "").strip():
        bis = today
    faults += _contradictions(rolle, status, ab, bis, today)
    if faults or rolle is None or status is None or sichtbarkeit is None:
        raise UngueltigeEingaben(faults)
    return Einsatzangaben(
        rolle, status, ab, bis, url or "", fachverfahren or "", bemerkung or "", sichtbarkeit,
        reifegrad,
    )  # fmt: skip


def default_for(status: Einsatzstatus | None) -> Sichtbarkeit:
    """What is in use is public; what is only planned is for administrations."""
    running = {Einsatzstatus.PRODUKTIV, Einsatzstatus.VORUEBERGEHEND, Einsatzstatus.BEENDET}
    return DEFAULT_SICHTBARKEIT[
        Datenart.PRODUKTIVE_NUTZUNG if status in running else Datenart.PLANUNG
    ]


def confirm_again(confirmed: date) -> date:
    """A statement is due for confirmation twelve months after the last one."""
    leap_day = confirmed.month == 2 and confirmed.day == 29
    return confirmed.replace(year=confirmed.year + 1, day=28 if leap_day else confirmed.day)


def _contradictions(
    rolle: Einsatzrolle | None,
    status: Einsatzstatus | None,
    ab: date | None,
    bis: date | None,
    today: date,
) -> list[UngueltigeEingabe]:
    faults = []
    if rolle is Einsatzrolle.PLANT and status is Einsatzstatus.PRODUKTIV:
        text = "Was geplant ist, ist noch nicht produktiv. Wählen Sie „nutzt“ oder „geplant“."
        faults.append(UngueltigeEingabe("rolle", rolle, text))
    if ab and bis and bis < ab:
        text = "Das Ende liegt vor dem Beginn. Prüfen Sie beide Tage."
        faults.append(UngueltigeEingabe("bis", bis.isoformat(), text))
    if ab and status is Einsatzstatus.PRODUKTIV and ab > today:
        text = "Produktiv ist nur, was schon begonnen hat. Wählen Sie sonst „geplant“."
        faults.append(UngueltigeEingabe("ab", ab.isoformat(), text))
    if bis and status is Einsatzstatus.BEENDET and bis > today:
        text = "Beendet ist nur, was schon vorbei ist. Lassen Sie sonst den Status stehen."
        faults.append(UngueltigeEingabe("bis", bis.isoformat(), text))
    return faults


def _one_of(kind: type[B]) -> Callable[[str, str], B]:
    def parse(name: str, text: str) -> B:
        found = next((member for member in kind if member.value == text), None)
        if found is None:
            raise UngueltigeEingabe(name, text, "Wählen Sie eine der Möglichkeiten.")
        return found

    return parse


def _day(name: str, text: str) -> date | None:
    if not text:
        return None
    day = parse_datum(text, name)
    if day < _EARLIEST:
        raise UngueltigeEingabe(name, text, "Prüfen Sie das Jahr: Onlinedienste gibt es seit 1990.")
    return day


def _maturity(name: str, text: str) -> Reifegrad | None:
    """Level and model in one text, "2.0/3", since one means nothing without the other."""
    modell, _, stufe = text.partition("/")
    try:
        return parse_reifegrad(modell, stufe)
    except UngueltigeEingabe as fault:
        raise UngueltigeEingabe(name, text, fault.meldung) from fault


def _address(name: str, text: str) -> str:
    _text(name, text)
    if not text:
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname or " " in text:
        raise UngueltigeEingabe(
            name, text, "Eine Adresse beginnt mit https:// und nennt einen Rechner."
        )
    return text


def _text(name: str, text: str) -> str:
    if len(text) > LONGEST[name]:
        raise UngueltigeEingabe(
            name, text, f"Der Text ist zu lang. Möglich sind {LONGEST[name]} Zeichen."
        )
    return text
