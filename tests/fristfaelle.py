"""The worked cases of the deadlines, each as a question and what must come out of it everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

_USUAL = {"n": "3", "einheit": "monat", "anker": "monatsende"}


@dataclass(frozen=True, slots=True)
class Fristfall:
    """`tage` by the names of the API."""

    frage: str
    angaben: dict[str, str]
    tage: dict[str, str]

    def __str__(self) -> str:
        return "-".join([self.frage, *list(self.angaben.values())[:1]])

    @property
    def query(self) -> str:
        return urlencode(self.angaben)


def _kuendigung(zugang: str, wirksam_zum: str, **rule: str) -> Fristfall:
    asked = {"zugang": zugang} | (rule or _USUAL)
    return Fristfall("kuendigung", asked, {"wirksam_zum": wirksam_zum})


def _zugang(ende: str, latest: str, empfohlen: str, **rule: str) -> Fristfall:
    asked = {"ende": ende, "land": "NW"} | (rule or _USUAL)
    found = {"spaetester_zugang": latest, "empfohlen": empfohlen}
    return Fristfall("spaetester-zugang", asked, found)


def _antwort(beginn: str, n: str, einheit: str, ende: str) -> Fristfall:
    asked = {"beginn": beginn, "n": n, "einheit": einheit, "land": "NW"}
    return Fristfall("antwort", asked, {"ende": ende})


FAELLE = (
    _kuendigung("2026-11-30", "2027-02-28"),
    _kuendigung("2026-12-01", "2027-03-31"),
    _kuendigung("2027-02-28", "2027-05-31"),
    _kuendigung("2028-02-29", "2028-05-31"),
    _kuendigung("2015-12-30", "2016-02-29", n="2", einheit="monat", anker="keiner"),
    _zugang("2027-02-28", "2026-11-30", "2026-11-30"),
    _zugang("2027-04-30", "2027-01-31", "2027-01-29"),
    _zugang("2027-05-31", "2027-02-28", "2027-02-26"),
    _zugang("2027-06-30", "2027-03-31", "2027-03-31"),
    _zugang("2027-04-15", "2026-12-31", "2026-12-31"),
    # Of 1969 nobody here knows the holidays: no recommendation, and still the day of the law.
    _zugang("1969-12-31", "1969-11-19", "", n="6", einheit="woche", anker="quartalsende"),
    _antwort("2026-12-11", "14", "tag", "2026-12-28"),
    _antwort("2027-03-12", "14", "tag", "2027-03-30"),
    _antwort("2027-01-31", "1", "monat", "2027-03-01"),
)
