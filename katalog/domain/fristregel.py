"""The parts of a period as data: number, unit, anchor. `fristen` computes with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self, TypeVar

from katalog.domain.begriffe import Begriff
from katalog.domain.errors import UngueltigeEingabe

# Beyond any agreement, and small enough that a mistyped number gets a plain answer.
LONGEST_PERIOD = 10_000


class Einheit(Begriff):
    TAG = "tag", "Tage"
    WOCHE = "woche", "Wochen"
    MONAT = "monat", "Monate"


class Anker(Begriff):
    KEINER = "keiner", "kein fester Termin"
    MONATSENDE = "monatsende", "Monatsende"
    QUARTALSENDE = "quartalsende", "Quartalsende"
    HALBJAHRESENDE = "halbjahresende", "Halbjahresende"
    JAHRESENDE = "jahresende", "Jahresende"


class Fristbeginn(Begriff):
    EREIGNIS = "ereignis", "nach einem Ereignis (§ 187 Abs. 1 BGB)"
    TAGESBEGINN = "tagesbeginn", "mit Beginn eines Tages (§ 187 Abs. 2 BGB)"


class Fristfrage(Begriff):
    """What the calculator is asked. The names are those of the calls of the API."""

    KUENDIGUNG = "kuendigung", "Wann endet die Nutzung?"
    ZUGANG = "spaetester-zugang", "Bis wann kündigen?"
    ANTWORT = "antwort", "Bis wann antworten?"

    @property
    def feld(self) -> str:
        """The day that is asked about; the API calls it the same."""
        return {"kuendigung": "zugang", "spaetester-zugang": "ende", "antwort": "beginn"}[self]


_SINGULAR = {Einheit.TAG: "Tag", Einheit.WOCHE: "Woche", Einheit.MONAT: "Monat"}

BegriffT = TypeVar("BegriffT", bound=Begriff)


@dataclass(frozen=True, slots=True)
class Kuendigungsregel:
    """The notice rule of one version of the terms; `quelle` is the clause it stands in."""

    n: int
    einheit: Einheit
    anker: Anker
    mindestlaufzeit_monate: int = 0
    quelle: str = "Nachnutzungsbedingungen"

    def __post_init__(self) -> None:
        check_n(self.n)
        if not 0 <= self.mindestlaufzeit_monate <= LONGEST_PERIOD:
            raise UngueltigeEingabe(
                "mindestlaufzeit_monate",
                str(self.mindestlaufzeit_monate),
                f"Eine Mindestlaufzeit hat 0 bis {LONGEST_PERIOD} Monate. "
                "Geben Sie eine ganze Zahl an.",
            )

    @classmethod
    def parse(cls, n: str, einheit: str, anker: str) -> Self:
        """The rule as an address or a form writes it: n=3&einheit=monat&anker=monatsende."""
        return cls(parse_n(n), parse_einheit(einheit), parse_anker(anker))

    @property
    def satz(self) -> str:
        dauer = format_dauer(self.n, self.einheit)
        return dauer if self.anker is Anker.KEINER else f"{dauer} zum {self.anker.label}"


def format_dauer(n: int, einheit: Einheit) -> str:
    return f"{n} {_SINGULAR[einheit] if n == 1 else einheit.label}"


def format_dauer_dativ(n: int, einheit: Einheit) -> str:
    """After "von": 3 Monaten, 6 Wochen."""
    dauer = format_dauer(n, einheit)
    return dauer if n == 1 or dauer.endswith("n") else f"{dauer}n"


def check_n(n: int) -> int:
    if not 1 <= n <= LONGEST_PERIOD:
        raise _bad_n(str(n))
    return n


def parse_n(text: str) -> int:
    written = text.strip()
    if not (written.isascii() and written.isdigit() and len(written) <= len(str(LONGEST_PERIOD))):
        raise _bad_n(text)
    return check_n(int(written))


def parse_einheit(text: str) -> Einheit:
    return _parse_begriff(Einheit, "einheit", text)


def parse_anker(text: str) -> Anker:
    return _parse_begriff(Anker, "anker", text)


def _parse_begriff(begriffe: type[BegriffT], feld: str, text: str) -> BegriffT:
    for begriff in begriffe:
        if begriff.value == text.strip().lower():
            return begriff
    possible = ", ".join(begriffe)
    raise UngueltigeEingabe(feld, text, f"Das kennt die Rechnung nicht. Möglich sind: {possible}.")


def _bad_n(text: str) -> UngueltigeEingabe:
    return UngueltigeEingabe(
        "n",
        text,
        f"Eine Frist zählt von 1 bis {LONGEST_PERIOD}. Geben Sie eine ganze Zahl an.",
    )
