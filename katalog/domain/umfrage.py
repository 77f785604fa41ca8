"""Surveys: who is asked what, what counts as an answer, and how much an answer covers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar

from katalog.domain.begriffe import Begriff
from katalog.domain.errors import UngueltigeEingabe, UngueltigeEingaben
from katalog.domain.kalender import format_datum, parse_datum

T = TypeVar("T")
B = TypeVar("B", bound=Begriff)

MOST_QUESTIONS = 5
LONGEST_TITLE = 150
LONGEST_TEXT = 1_000
LONGEST_QUESTION = 300
_MOST_CHOICES = 12
_LONGEST_DURATION = timedelta(days=366)
_LATEST_PLAN = timedelta(days=20 * 366)


class Teilnahme(Begriff):
    """What every survey asks, so that answers of all bodies can be counted and drawn."""

    NUTZT = "nutzt", "nutzen wir"
    PLANT = "plant", "planen wir"
    NICHT_GEPLANT = "nicht_geplant", "nicht geplant"


class Uebernahme(Begriff):
    """What taking over an answer would do."""

    NEU = "neu", "neue Angabe"
    VORHANDEN = "vorhanden", "steht schon so im Katalog"
    WIDERSPRUCH = "widerspruch", "der Katalog sagt etwas anderes"
    NICHTS = "nichts", "keine Angabe nötig"
    ERLEDIGT = "erledigt", "schon übernommen"
    FREMD = "fremd", "nicht mehr in Ihrem Gebiet"


class Frageart(Begriff):
    AUSWAHL = "auswahl", "eine von mehreren Möglichkeiten"
    TEXT = "text", "Text"
    DATUM = "datum", "Tag"


@dataclass(frozen=True, slots=True)
class Wahl:
    """One choice of a field whose choices are data, as `Begriff` is where they are fixed."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Frage:
    """Asked beside `Teilnahme`. `id` is 0 as long as it is not stored."""

    text: str
    art: Frageart
    moeglichkeiten: tuple[str, ...] = ()
    id: int = 0

    @property
    def feld(self) -> str:
        return f"frage{self.id}"

    @property
    def wahlen(self) -> list[Wahl]:
        return [Wahl(each, each) for each in self.moeglichkeiten]


@dataclass(frozen=True, slots=True)
class Entwurf:
    titel: str
    worum: str
    ende: date
    fragen: tuple[Frage, ...]


@dataclass(frozen=True, slots=True)
class Antwortangaben:
    teilnahme: Teilnahme
    geplant_bis: date | None
    bemerkung: str
    angaben: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Rueckmeldung:
    """`gefragt` is the denominator of every share: all bodies asked, reached by mail or not."""

    gefragt: int
    je_teilnahme: Mapping[Teilnahme, int]

    @property
    def geantwortet(self) -> int:
        return sum(self.je_teilnahme.values())

    @property
    def offen(self) -> int:
        return self.gefragt - self.geantwortet

    def share(self, number: int) -> float:
        return 100 * number / self.gefragt if self.gefragt else 0.0


def count_answers(answers: Iterable[Teilnahme | None]) -> Rueckmeldung:
    counts = Counter(answers)
    return Rueckmeldung(sum(counts.values()), {each: counts[each] for each in Teilnahme})


@dataclass(frozen=True, slots=True)
class Ort:
    """A municipality, the joint body it belongs to and its Kreis, as ids of areas."""

    ags: str
    gebiet_id: int
    parent_id: int | None
    kreis_id: int | None


def spread(
    orte: Iterable[Ort], answers: Mapping[int, Teilnahme | None]
) -> dict[str, Teilnahme | None]:
    """What covers each municipality, by AGS: the answer of the nearest body that was asked.

    Its own, or else that of its joint body, or else that of its Kreis; a municipality for which
    nobody was asked is left out. `answers` goes by the area of the body; None: not answered yet.
    """
    found: dict[str, Teilnahme | None] = {}
    for ort in orte:
        for area in (ort.gebiet_id, ort.parent_id, ort.kreis_id):
            if area is not None and area in answers:
                found[ort.ags] = answers[area]
                break
    return found


# What is typed ----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Form:
    """Reads field by field and keeps all that is wrong, so that a page marks it at once."""

    typed: Mapping[str, str]
    faults: list[UngueltigeEingabe] = field(default_factory=list)

    def text(self, name: str) -> str:
        return self.typed.get(name, "").strip()

    def read(self, name: str, parse: Callable[[str, str], T]) -> T | None:
        try:
            return parse(name, self.text(name))
        except UngueltigeEingabe as fault:
            self.faults.append(fault)
            return None

    def refuse(self, name: str, meldung: str) -> None:
        self.faults.append(UngueltigeEingabe(name, self.text(name), meldung))


def parse_entwurf(typed: Mapping[str, str], today: date) -> Entwurf:
    """Fields `titel`, `worum`, `ende`, and `text1`, `art1`, `auswahl1` … for each question."""
    form = _Form(typed)
    titel = form.read("titel", _needed("Der Titel", LONGEST_TITLE))
    worum = form.read("worum", _needed("Der Anlass", LONGEST_TEXT))
    ende = form.read("ende", _closing_day(today))
    asked = [_question(form, number) for number in range(1, MOST_QUESTIONS + 1)]
    if form.faults or titel is None or worum is None or ende is None:
        raise UngueltigeEingaben(form.faults)
    return Entwurf(titel, worum, ende, tuple(frage for frage in asked if frage is not None))


def _question(form: _Form, number: int) -> Frage | None:
    name, choices_name = f"text{number}", f"auswahl{number}"
    choices = tuple(
        dict.fromkeys(c for part in form.text(choices_name).split(";") if (c := part.strip()))
    )
    if not form.text(name):
        if choices:
            form.refuse(name, f"Zu den Möglichkeiten fehlt Frage {number}.")
        return None
    text = form.read(name, _short(LONGEST_QUESTION))
    art = form.read(f"art{number}", _one_of(Frageart))
    if art is Frageart.AUSWAHL and not (
        2 <= len(choices) <= _MOST_CHOICES and all(len(c) <= LONGEST_TITLE for c in choices)
    ):
        meldung = "Nennen Sie 2 bis 12 kurze Möglichkeiten, getrennt mit Semikolon."
        form.refuse(choices_name, meldung)
    if text is None or art is None:
        return None
    return Frage(text, art, choices if art is Frageart.AUSWAHL else ())


def parse_antwort(typed: Mapping[str, str], fragen: Sequence[Frage], today: date) -> Antwortangaben:
    """Fields `teilnahme`, `geplant_bis`, `bemerkung` and one per question, which may stay empty."""
    form = _Form(typed)
    teilnahme = form.read("teilnahme", _one_of(Teilnahme))
    bemerkung = form.read("bemerkung", _short(LONGEST_TEXT))
    planned = teilnahme is Teilnahme.PLANT
    geplant_bis = form.read("geplant_bis", _planned_day(today)) if planned else None
    if teilnahme is Teilnahme.NICHT_GEPLANT and not form.text("bemerkung"):
        form.refuse("bemerkung", "Nennen Sie den Grund; ein Satz genügt.")
    said = {frage.id: form.read(frage.feld, _reader_of(frage)) for frage in fragen}
    if form.faults or teilnahme is None:
        raise UngueltigeEingaben(form.faults)
    angaben = {number: text for number, text in said.items() if text}
    return Antwortangaben(teilnahme, geplant_bis, bemerkung or "", angaben)


# One field --------------------------------------------------------------------------------------


def _short(most: int) -> Callable[[str, str], str]:
    def parse(name: str, text: str) -> str:
        if len(text) > most:
            raise UngueltigeEingabe(
                name, text, f"Der Text ist zu lang. Möglich sind {most} Zeichen."
            )
        return text

    return parse


def _needed(what: str, most: int) -> Callable[[str, str], str]:
    def parse(name: str, text: str) -> str:
        if not text:
            raise UngueltigeEingabe(name, text, f"{what} fehlt.")
        return _short(most)(name, text)

    return parse


def _one_of(kind: type[B]) -> Callable[[str, str], B]:
    def parse(name: str, text: str) -> B:
        if text not in set(kind):
            raise UngueltigeEingabe(name, text, "Wählen Sie eine der Möglichkeiten.")
        return kind(text)

    return parse


def _closing_day(today: date) -> Callable[[str, str], date]:
    def parse(name: str, text: str) -> date:
        day = parse_datum(text, name)
        if not today < day <= today + _LONGEST_DURATION:
            meldung = "Der letzte Tag liegt nach heute und höchstens ein Jahr später."
            raise UngueltigeEingabe(name, text, meldung)
        return day

    return parse


def _planned_day(today: date) -> Callable[[str, str], date]:
    def parse(name: str, text: str) -> date:
        if not text:
            meldung = "Nennen Sie den Tag, bis zu dem Sie es planen. Ungefähr genügt."
            raise UngueltigeEingabe(name, text, meldung)
        day = parse_datum(text, name)
        if not today <= day <= today + _LATEST_PLAN:
            meldung = "Prüfen Sie das Jahr: Geplant ist, was noch kommt."
            raise UngueltigeEingabe(name, text, meldung)
        return day

    return parse


def _reader_of(frage: Frage) -> Callable[[str, str], str]:
    def parse(name: str, text: str) -> str:
        if text and frage.art is Frageart.DATUM:
            return format_datum(parse_datum(text, name))
        if text and frage.art is Frageart.AUSWAHL and text not in frage.moeglichkeiten:
            raise UngueltigeEingabe(name, text, "Wählen Sie eine der Möglichkeiten.")
        return _short(LONGEST_TEXT)(name, text)

    return parse
