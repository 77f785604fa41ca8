"""The calculator of periods: from what stands in the address to days and the way to them.

What was typed is kept as it was, so that the form can show it again beside what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from katalog.domain import fristen
from katalog.domain.errors import UngueltigeEingabe
from katalog.domain.fristregel import (
    Einheit,
    Fristfrage,
    Kuendigungsregel,
    parse_anker,
    parse_einheit,
    parse_n,
)
from katalog.domain.kalender import format_datum_kurz, format_datum_lang, parse_datum, weekday
from katalog.domain.laender import Landeskuerzel, parse_land
from katalog.domain.rechnung import Rechnung
from katalog.feiertage import feiertage_in, recommend_zugang
from katalog.queries.bedingungen import Regelwerk
from katalog.web.address import Address
from katalog.web.timeline import Zeitstrahl, draw_timeline

T = TypeVar("T")
FindTerms = Callable[[int], Regelwerk | None]

_LONGEST_TYPED = 60
_MOST_ENDS = 4
# What most terms say, for whoever opens the page without a question.
_USUAL = {"n": "3", "einheit": "monat", "anker": "monatsende"}


@dataclass(frozen=True, slots=True)
class Tag:
    name: str
    tag: date
    notiz: str
    wichtig: bool = False


@dataclass(frozen=True, slots=True)
class MoeglichesEnde:
    ende: date
    spaetestens: date
    empfohlen: date | None


@dataclass(frozen=True, slots=True)
class Ergebnis:
    """`merken` are the days for a calendar: what it says there, and the day."""

    satz: str
    tage: tuple[Tag, ...]
    rechnung: Rechnung
    merken: tuple[tuple[str, date], ...]
    strahl: Zeitstrahl | None
    enden: tuple[MoeglichesEnde, ...] = ()


@dataclass(frozen=True, slots=True)
class Rechenblatt:
    """`getippt` and `fehler` by the name of the field; without a question there is no result."""

    frage: Fristfrage
    getippt: Mapping[str, str]
    fehler: Mapping[str, str]
    regelwerk: Regelwerk | None
    regel: Kuendigungsregel | None = None
    ergebnis: Ergebnis | None = None


def fill(address: Address, today: date, find_terms: FindTerms) -> Rechenblatt:
    typed = _Typed(address)
    frage = typed.read("frage", _parse_frage) or Fristfrage.KUENDIGUNG
    terms = typed.read("bedingungen", lambda text: _parse_terms(text, find_terms))
    if frage is Fristfrage.ANTWORT:
        terms = None
    if not (address.all(frage.feld) or address.all("rechnen")):
        typed.suggest(frage, today, terms)
        return Rechenblatt(frage, typed.texts, typed.faults, terms)
    tag = typed.read(frage.feld, parse_datum, "Geben Sie einen Tag an, zum Beispiel 30.11.2026.")
    land = typed.read("land", parse_land) or (terms.land if terms else None)
    if land:
        typed.texts["land"] = land
    begun = typed.read("vertragsbeginn", parse_datum)
    rule = terms.regel if terms else _read_rule(typed, anchored=frage is not Fristfrage.ANTWORT)
    if frage is Fristfrage.ANTWORT and land is None and "land" not in typed.faults:
        typed.faults["land"] = "Wählen Sie das Land, dessen Feiertage gelten."
    result = None
    if tag and rule and not typed.faults:
        try:
            result = _answer(frage, tag, rule, land, begun, today)
        except UngueltigeEingabe as error:
            # The calendar ends somewhere, and so does what is known of holidays.
            typed.faults[frage.feld] = error.meldung
    return Rechenblatt(frage, typed.texts, typed.faults, terms, rule, result)


@dataclass(slots=True)
class _Typed:
    address: Address
    texts: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)

    def read(self, name: str, parse: Callable[[str], T], missing: str = "") -> T | None:
        text = self._text(name)
        self.texts[name] = text[:_LONGEST_TYPED]
        if not text:
            if missing:
                self.faults[name] = missing
            return None
        try:
            return parse(text)
        except UngueltigeEingabe as error:
            self.faults[name] = error.meldung
            return None

    def suggest(self, frage: Fristfrage, today: date, terms: Regelwerk | None) -> None:
        """For a form that nobody has sent yet; what the address brings along stays."""
        first = _USUAL | {"land": terms.land if terms and terms.land else ""}
        if frage is Fristfrage.KUENDIGUNG:
            first[frage.feld] = f"{today:%d.%m.%Y}"
        for name in (frage.feld, "n", "einheit", "anker", "land", "vertragsbeginn"):
            self.texts[name] = self._text(name)[:_LONGEST_TYPED] or first.get(name, "")

    def _text(self, name: str) -> str:
        """Of any length: a form is shown again where a page would be refused."""
        return " ".join((self.address.all(name) or ("",))[-1].split())


def _parse_frage(text: str) -> Fristfrage:
    known = {frage.value: frage for frage in Fristfrage}
    if text not in known:
        raise UngueltigeEingabe(
            "frage", text, f"Diese Frage gibt es nicht. Möglich sind: {', '.join(known)}."
        )
    return known[text]


def _parse_terms(text: str, find_terms: FindTerms) -> Regelwerk:
    plain = text.isascii() and text.isdigit() and len(text) <= 9
    terms = find_terms(int(text)) if plain else None
    if terms is None:
        raise UngueltigeEingabe(
            "bedingungen",
            text,
            "Diese Nachnutzungsbedingungen gibt es hier nicht. Wählen Sie andere, oder geben Sie "
            "die Regel selbst an.",
        )
    return terms


def _read_rule(typed: _Typed, *, anchored: bool) -> Kuendigungsregel | None:
    n = typed.read("n", parse_n, "Geben Sie an, wie lang die Frist ist, zum Beispiel 3.")
    einheit = typed.read("einheit", parse_einheit, "Wählen Sie Tage, Wochen oder Monate.")
    anker = typed.read("anker", parse_anker) if anchored else None
    if n is None or einheit is None:
        return None
    return Kuendigungsregel(n, einheit, anker or fristen.Anker.KEINER)


def _answer(
    frage: Fristfrage,
    tag: date,
    rule: Kuendigungsregel,
    land: Landeskuerzel | None,
    begun: date | None,
    today: date,
) -> Ergebnis:
    match frage:
        case Fristfrage.KUENDIGUNG:
            return _notice(tag, rule, land, begun, today)
        case Fristfrage.ZUGANG:
            return _latest_receipt(tag, rule, land, begun, today)
        case Fristfrage.ANTWORT:
            assert land is not None
            return _response(tag, rule.n, rule.einheit, land, today)


def _notice(
    zugang: date,
    rule: Kuendigungsregel,
    land: Landeskuerzel | None,
    begun: date | None,
    today: date,
) -> Ergebnis:
    found = fristen.wirksam_zum(rule, zugang, begun)
    ende = found.wirksam_zum
    return Ergebnis(
        satz=f"Eine Kündigung, die am {format_datum_lang(zugang)} zugeht, wirkt zum "
        f"{format_datum_lang(ende)}. Bis zum Ablauf dieses Tages bleibt der Dienst nutzbar.",
        tage=(
            Tag("Zugang der Kündigung", zugang, say_distance(zugang, today)),
            Tag("Die Nutzung endet mit Ablauf des", ende, say_distance(ende, today), wichtig=True),
        ),
        rechnung=found.rechnung,
        merken=(("Nutzung endet mit Ablauf dieses Tages", ende),),
        strahl=draw_timeline(zugang, found.fristende, ende),
        enden=_later_ends(rule, zugang, land, begun),
    )


def _later_ends(
    rule: Kuendigungsregel, zugang: date, land: Landeskuerzel | None, begun: date | None
) -> tuple[MoeglichesEnde, ...]:
    """Without an anchor every day is an end, and a list of them says nothing.

    Holidays are asked for each row: what is not known of one year must not take the others away.
    """
    if rule.anker is fristen.Anker.KEINER:
        return ()
    rows = fristen.list_enden(rule, zugang, _MOST_ENDS, frozenset(), begun)
    return tuple(
        MoeglichesEnde(
            frist.wirksam_zum,
            frist.spaetester_zugang,
            recommend_zugang(frist.spaetester_zugang, land)[0],
        )
        for frist, _ in rows
    )


def _latest_receipt(
    ende: date, rule: Kuendigungsregel, land: Landeskuerzel | None, begun: date | None, today: date
) -> Ergebnis:
    frist = fristen.spaetester_zugang(rule, ende, begun)
    latest = frist.spaetester_zugang
    empfohlen, why = recommend_zugang(latest, land)
    satz = f"Damit die Nutzung mit Ablauf des {format_datum_kurz(frist.wirksam_zum)} endet, muss "
    satz += f"die Kündigung spätestens am {format_datum_lang(latest)} zugehen."
    if frist.ende_weicht_ab:
        satz += f" Der {format_datum_kurz(ende)} ist kein möglicher Tag, darum gilt das Ende davor."
    days = [Tag("Spätester Zugang (rechtlich)", latest, say_distance(latest, today), wichtig=True)]
    notes = [("Spätester Tag für den Zugang der Kündigung", latest)]
    if empfohlen:
        days.append(Tag("Empfohlen: letzter Arbeitstag", empfohlen, say_distance(empfohlen, today)))
    if empfohlen and empfohlen != latest:
        notes.insert(0, ("Empfohlener Tag für den Zugang der Kündigung", empfohlen))
    days.append(
        Tag(
            "Die Nutzung endet mit Ablauf des",
            frist.wirksam_zum,
            say_distance(frist.wirksam_zum, today),
        )
    )
    runs_out = fristen.fristende(latest, rule.n, rule.einheit)
    strahl = draw_timeline(latest, runs_out, frist.wirksam_zum)
    return Ergebnis(satz, tuple(days), frist.rechnung + why, tuple(notes), strahl)


def _response(beginn: date, n: int, einheit: Einheit, land: Landeskuerzel, today: date) -> Ergebnis:
    found = fristen.antwortfrist(beginn, n, einheit, feiertage_in(land))
    return Ergebnis(
        satz=f"Rechtzeitig ist, was bis zum Ablauf des {format_datum_lang(found.ende)} eingeht.",
        tage=(
            Tag("Auslösender Tag", beginn, say_distance(beginn, today)),
            Tag(
                "Die Frist endet mit Ablauf des",
                found.ende,
                say_distance(found.ende, today),
                wichtig=True,
            ),
        ),
        rechnung=found.rechnung,
        merken=(("Frist endet mit Ablauf dieses Tages", found.ende),),
        strahl=draw_timeline(beginn, found.fristende, found.ende),
    )


def say_distance(day: date, today: date) -> str:
    """Sonntag, in 100 Tagen."""
    near = {0: "heute", 1: "morgen", -1: "gestern"}
    days = (day - today).days
    if days in near:
        return f"{weekday(day)}, {near[days]}"
    number = f"{abs(days):,}".replace(",", ".")
    return f"{weekday(day)}, {'in' if days > 0 else 'vor'} {number} Tagen"
