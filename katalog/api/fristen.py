"""Calls that compute periods by law; the calculation comes along in words."""

from __future__ import annotations

from datetime import date

import msgspec

from katalog.api.calls import Ask, Call, One, call
from katalog.api.kinds import day, number, word
from katalog.api.parameter import Parameter
from katalog.api.schema import form_of_type
from katalog.domain import fristen
from katalog.domain.fristregel import LONGEST_PERIOD, Anker, Einheit, Kuendigungsregel
from katalog.domain.laender import Landeskuerzel
from katalog.feiertage import feiertage_in, recommend_zugang

_FAMILY = "Fristen"
_LENGTH: tuple[Parameter, ...] = (
    number("n", "Länge der Frist.", 1, LONGEST_PERIOD, required=True),
    word("einheit", "Einheit der Frist.", Einheit, required=True),
)
_ANKER = word("anker", "Auf welchen Tag die Frist ausläuft.", Anker, fallback=Anker.KEINER)
_LAND = word("land", "Land, dessen Feiertage gelten.", Landeskuerzel, required=True)
_EMPFAENGER = word("land", "Land des Empfängers, für den empfohlenen Tag.", Landeskuerzel)


class Kuendigung(msgspec.Struct, frozen=True):
    wirksam_zum: date
    rechnung: str


class Zugang(msgspec.Struct, frozen=True):
    spaetester_zugang: date
    empfohlen: date | None
    rechnung: str


class Antwortfrist(msgspec.Struct, frozen=True):
    ende: date
    rechnung: str


@call(
    "/fristen/kuendigung",
    "Wann eine Kündigung wirkt",
    _FAMILY,
    form_of_type(Kuendigung),
    day("zugang", "Tag, an dem die Kündigung zugeht.", required=True),
    *_LENGTH,
    _ANKER,
    notes="Kündigungsfristen verschieben sich nicht auf den nächsten Werktag.",
    examples={"zugang": "2026-11-30", "n": "3", "einheit": "monat", "anker": "monatsende"},
)
def compute_kuendigung(ask: Ask) -> One:
    found = fristen.wirksam_zum(_rule(ask), ask.values["zugang"])
    return One(Kuendigung(found.wirksam_zum, fristen.format_rechnung(found.rechnung)))


@call(
    "/fristen/spaetester-zugang",
    "Bis wann eine Kündigung zugehen muss",
    _FAMILY,
    form_of_type(Zugang),
    day("ende", "Tag, an dem der Vertrag enden soll.", required=True),
    *_LENGTH,
    _ANKER,
    _EMPFAENGER,
    notes="Liegt das gewünschte Ende auf keinem möglichen Tag, gilt die Antwort für den letzten "
    "davor; die Rechnung sagt es. Empfohlen ist der letzte Arbeitstag bis zum spätesten Zugang; "
    "ohne Land, oder wo dessen Feiertage nicht bekannt sind (vor 1991), fehlt er.",
    examples={
        "ende": "2027-04-30", "n": "3", "einheit": "monat", "anker": "monatsende", "land": "NW",
    },
)  # fmt: skip
def compute_spaetester_zugang(ask: Ask) -> One:
    frist = fristen.spaetester_zugang(_rule(ask), ask.values["ende"])
    empfohlen, why = recommend_zugang(frist.spaetester_zugang, ask.values["land"])
    rechnung = fristen.format_rechnung(frist.rechnung + why)
    return One(Zugang(frist.spaetester_zugang, empfohlen, rechnung))


@call(
    "/fristen/antwort",
    "Bis wann eine Antwort rechtzeitig ist",
    _FAMILY,
    form_of_type(Antwortfrist),
    day("beginn", "Tag des Ereignisses, mit dem die Frist beginnt.", required=True),
    *_LENGTH,
    _LAND,
    notes="Endet die Frist an einem Wochenende oder Feiertag, gilt der nächste Werktag.",
    examples={"beginn": "2026-12-11", "n": "14", "einheit": "tag", "land": "NW"},
)
def compute_antwort(ask: Ask) -> One:
    values = ask.values
    found = fristen.antwortfrist(
        values["beginn"], values["n"], values["einheit"], feiertage_in(values["land"])
    )
    return One(Antwortfrist(found.ende, fristen.format_rechnung(found.rechnung)))


def _rule(ask: Ask) -> Kuendigungsregel:
    return Kuendigungsregel(ask.values["n"], ask.values["einheit"], ask.values["anker"])


CALLS: tuple[Call, ...] = (compute_kuendigung, compute_spaetester_zugang, compute_antwort)
