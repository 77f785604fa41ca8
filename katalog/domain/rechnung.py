"""The calculation of a period in words: numbered German sentences, each with its paragraph.

`fristen` computes the dates and takes its sentences from here.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple, TypeAlias

from katalog.domain.fristregel import (
    Anker,
    Einheit,
    Fristbeginn,
    Kuendigungsregel,
    format_dauer,
    format_dauer_dativ,
)
from katalog.domain.kalender import MONATE, format_datum_kurz, is_weekend, weekday
from katalog.domain.kalender import format_datum_lang as in_full


class Rechenschritt(NamedTuple):
    satz: str
    paragraph: str


Rechnung: TypeAlias = tuple[Rechenschritt, ...]


def format_rechnung(rechnung: Rechnung) -> str:
    return " ".join(
        f"{number}. {schritt.satz} ({schritt.paragraph})"
        for number, schritt in enumerate(rechnung, start=1)
    )


def say_zugang(zugang: date) -> Rechenschritt:
    satz = f"Die Kündigung geht am {in_full(zugang)} zu. Dieser Tag zählt nicht mit."
    return Rechenschritt(satz, "§ 187 Abs. 1 BGB")


def say_beginn(beginn: date, art: Fristbeginn) -> Rechenschritt:
    if art is Fristbeginn.TAGESBEGINN:
        satz = f"Die Frist beginnt mit dem Tag {in_full(beginn)}. Dieser Tag zählt mit."
        return Rechenschritt(satz, "§ 187 Abs. 2 BGB")
    satz = f"Auslösender Tag ist {in_full(beginn)}. Dieser Tag zählt nicht mit."
    return Rechenschritt(satz, "§ 187 Abs. 1 BGB")


def say_fristende(
    beginn: date, n: int, einheit: Einheit, ende: date, art: Fristbeginn
) -> Rechenschritt:
    counted = art is Fristbeginn.TAGESBEGINN
    dauer = format_dauer(n, einheit)
    wanted = beginn.day - 1 if counted else beginn.day
    if einheit is Einheit.MONAT and 0 < wanted != ende.day:
        satz = (
            f"{dauer} später gibt es keinen {wanted}. {MONATE[ende.month - 1]}, darum endet die "
            f"Frist am letzten Tag des Monats: {in_full(ende)}."
        )
        return Rechenschritt(satz, "§ 188 Abs. 2 und 3 BGB")
    opening = f"{dauer} später endet die Frist"
    if counted:
        opening = f"Die Frist von {format_dauer_dativ(n, einheit)} endet"
    absatz = 1 if einheit is Einheit.TAG else 2
    return Rechenschritt(f"{opening} am {in_full(ende)}.", f"§ 188 Abs. {absatz} BGB")


def say_mindestlaufzeit(
    regel: Kuendigungsregel, beginn: date | None, minimum: date | None, *, decisive: bool
) -> Rechenschritt:
    dauer = format_dauer_dativ(regel.mindestlaufzeit_monate, Einheit.MONAT)
    if beginn is None or minimum is None:
        satz = (
            f"Die Mindestlaufzeit von {dauer} ist nicht berücksichtigt, weil der Beginn des "
            "Vertrags nicht angegeben ist."
        )
        return Rechenschritt(satz, regel.quelle)
    satz = (
        f"Die Mindestlaufzeit von {dauer}, gezählt ab dem {format_datum_kurz(beginn)}, endet am "
        f"{in_full(minimum)}."
    )
    satz += " Vorher endet der Vertrag nicht." if decisive else " Sie ist eingehalten."
    return Rechenschritt(satz, f"{regel.quelle}, § 188 Abs. 2 BGB")


def say_anker(regel: Kuendigungsregel, earliest: date, ende: date) -> Rechenschritt:
    which = "Dieser Tag ist eines." if ende == earliest else f"Das nächste ist {in_full(ende)}."
    return Rechenschritt(f"Gekündigt wird zum {regel.anker.label}. {which}", regel.quelle)


def say_spaeteres_ende(regel: Kuendigungsregel, ende: date) -> Rechenschritt:
    return Rechenschritt(f"Gekündigt ist zu einem späteren Ende: {in_full(ende)}.", regel.quelle)


def say_wunschende(regel: Kuendigungsregel, wanted: date, ende: date) -> Rechenschritt:
    name = regel.anker.label
    if wanted != ende:
        satz = (
            f"Der {format_datum_kurz(wanted)} ist kein {name}. Der Vertrag endet darum zum "
            f"letzten {name} davor: {in_full(ende)}."
        )
    else:
        satz = f"Der Vertrag soll mit Ablauf des {format_datum_kurz(ende)} enden."
        satz += "" if regel.anker is Anker.KEINER else f" Das ist ein {name}."
    return Rechenschritt(satz, regel.quelle)


def say_spaetester_zugang(regel: Kuendigungsregel, ende: date, latest: date) -> Rechenschritt:
    satz = (
        f"Die Frist von {format_dauer_dativ(regel.n, regel.einheit)} muss bis dahin abgelaufen "
        f"sein, und der Tag des Zugangs zählt nicht mit. Der letzte mögliche Tag ist "
        f"{in_full(latest)}."
    )
    absatz = 1 if regel.einheit is Einheit.TAG else 2
    if regel.einheit is Einheit.MONAT and latest.day > ende.day:
        return Rechenschritt(satz, "§ 187 Abs. 1, § 188 Abs. 2 und 3 BGB")
    return Rechenschritt(satz, f"§ 187 Abs. 1, § 188 Abs. {absatz} BGB")


def say_no_shift(day: date) -> Rechenschritt:
    satz = (
        f"Dass dieser Tag {_closed_day(day)} ist, ändert nichts. Kündigungsfristen verschieben "
        "sich nicht auf den nächsten Werktag."
    )
    return Rechenschritt(satz, "§ 193 BGB gilt nicht, BGH III ZR 172/04")


def say_shift(frist: date, ende: date) -> Rechenschritt:
    satz = (
        f"Das ist {_closed_day(frist)}, darum endet die Frist erst am nächsten Werktag: "
        f"{in_full(ende)}."
    )
    return Rechenschritt(satz, "§ 193 BGB, § 31 Abs. 3 VwVfG")


def say_empfehlung(latest: date, empfohlen: date) -> Rechenschritt:
    if empfohlen == latest:
        satz = "Dieser Tag ist ein Arbeitstag und darum zugleich der empfohlene."
    else:
        satz = f"Empfohlen ist der letzte Arbeitstag bis dahin: {in_full(empfohlen)}."
    return Rechenschritt(satz, "Empfehlung, keine gesetzliche Frist")


def say_no_empfehlung(latest: date) -> Rechenschritt:
    satz = (
        f"Welche Feiertage um den {format_datum_kurz(latest)} galten, ist hier nicht bekannt. "
        "Darum fehlt der empfohlene Tag."
    )
    return Rechenschritt(satz, "Empfehlung, keine gesetzliche Frist")


def _closed_day(day: date) -> str:
    return f"ein {weekday(day)}" if is_weekend(day) else "ein Feiertag"
