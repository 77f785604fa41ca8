"""What a mail that was received says, as far as its text alone tells: the interest in our own
template exactly, everything else as a guess for a person to confirm.

Two templates are ours: the mail that the portal writes for a body (`workflow/texte.py`), and the
one that information letters print for those who write themselves. Both keep to one order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from katalog.domain.begriffe import Begriff, Vertretung
from katalog.domain.errors import UngueltigeEingabe
from katalog.domain.kalender import MONATE, parse_datum
from katalog.domain.mailadresse import is_mailadresse
from katalog.domain.sortierung import sort_key


class Eingangsart(Begriff):
    """What a mail was taken for when it came."""

    INTERESSE = "interesse", "Interessenbekundung"
    ANTWORT = "antwort", "Antwort zu einem Vorgang"
    AUTOMATISCH = "automatisch", "automatische Nachricht"
    EIGENE = "eigene", "eigene Mail des Portals"
    UNKLAR = "unklar", "noch nicht zugeordnet"


class Eingangsstatus(Begriff):
    """What became of it."""

    OFFEN = "offen", "zu bearbeiten"
    VORGANG = "vorgang", "Vorgang angelegt"
    ABGELEGT = "abgelegt", "einem Vorgang zugeordnet"
    WUNSCH = "wunsch", "als Wunsch gezählt"
    VERWORFEN = "verworfen", "verworfen"


class Eingangsweg(Begriff):
    HOCHGELADEN = "hochgeladen", "hochgeladen"
    POSTFACH = "postfach", "aus dem Postfach"


@dataclass(frozen=True, slots=True)
class Interessenmail:
    """A mail in one of our templates, field by field. Whatever it leaves out is empty."""

    stelle: str
    dienst: str
    gebiete: tuple[str, ...] = ()
    wunschtermin: date | None = None
    fassung: str = ""
    annahme_name: str = ""
    annahme_funktion: str = ""
    vertretung: Vertretung | None = None
    name: str = ""
    email: str = ""
    telefon: str = ""


_NUMBER = re.compile(r"\bNN-\d{4}-\d{5,9}\b", re.ASCII)
_QUOTE = re.compile(r"^(?:> ?)+", re.MULTILINE)
_BODY = re.compile(r"(?i:zuständige Stelle ist): (.{1,300}?) ?(?=Sie gilt für:|Wir möchten den\b)")
_AREAS = re.compile(r"Sie gilt für: (.{1,6000}?)\. ?(?=Wir möchten den\b)")
_WISH = re.compile(
    r"Wir möchten den (?:[\w-]{1,30} )?„(.{1,300}?)“(?: ab dem ([\d.]{6,12}|\[Datum\]))?"
    r" nachnutzen\."
)
_TERMS = re.compile(
    r"Wir nehmen die Nachnutzungsbedingungen (?:"
    r"an: .{1,300}?, Fassung (\S{1,40}?)\.(?= |$)|der koordinierenden Stelle .{1,300}?"
    r"in der Fassung (\S{1,40}) an\.)"
)
_ACCEPTED_BY = re.compile(r"Die Annahme erklärt (.{1,400}?) \(([^()]{1,80})\)\.")
_CONTACT = re.compile(
    r"^Ansprechstelle für die Anbindung(?: ist)?:[ \t]*\n?(.{1,900}?)(?=\n[ \t]*\n|\Z)",
    re.MULTILINE | re.DOTALL,
)
_TELEPHONE = re.compile(r"\+?[\d(][\d ()/.-]{4,40}\d")
_DATE = re.compile(r"(?<!\d)(\d{1,2}\.\s?\d{1,2}\.\s?\d{4})(?!\d)")
_DATE_IN_WORDS = re.compile(rf"(?<!\d)(\d{{1,2}})\.\s?({'|'.join(MONATE)})\s+(\d{{4}})(?!\d)")
# Words before a date that make it the day from which somebody wants to begin.
_FROM = re.compile(r"(?:\bab(?: dem| zum)?|\bzum|\bseit)\s*$", re.IGNORECASE)
# Where the answer ends and what it answers begins.
_OLDER = re.compile(
    r"^(?:-{2,}\s*(?:Ursprüngliche Nachricht|Original Message|Weitergeleitete Nachricht)"
    r"|Von: .+|From: .+|Am .{6,120} schrieb.{0,160}:|On .{6,120} wrote:|_{10,})",
    re.MULTILINE,
)
_LONGEST = 20_000


def find_numbers(text: str) -> tuple[str, ...]:
    """Numbers of cases, in the order in which they stand."""
    return tuple(dict.fromkeys(_NUMBER.findall(text)))


def newest_part(text: str) -> str:
    """What the sender wrote, without the mails below it; all of it where nothing is above them."""
    found = _OLDER.search(text)
    above = text[: found.start()] if found else text
    return above if above.strip() else text


def read_interest(text: str) -> Interessenmail | None:
    """The template, however a mail program has broken its lines or marked them as quoted."""
    plain = _QUOTE.sub("", text[:_LONGEST])
    flat = " ".join(plain.split())
    body, wish = _BODY.search(flat), _WISH.search(flat)
    if body is None or wish is None or _is_blank(body[1]):
        return None
    areas, terms = _AREAS.search(flat), _TERMS.search(flat)
    person, by = "", None
    if (accepted := _ACCEPTED_BY.search(flat)) and terms:
        person = accepted[1]
        by = next((each for each in Vertretung if each.label == accepted[2]), None)
    name, _, role = person.partition(", ")
    contact, email, telephone = _read_contact(plain)
    return Interessenmail(
        stelle=body[1].rstrip(". "),
        dienst=wish[1],
        gebiete=tuple(areas[1].split(", ")) if areas else (),
        wunschtermin=_read_day(wish[2] or ""),
        fassung=(terms[1] or terms[2]) if terms else "",
        annahme_name=name,
        annahme_funktion=role,
        vertretung=by,
        name=contact,
        email=email,
        telefon=telephone,
    )


def find_wish_date(text: str, after: date) -> date | None:
    """The first day to come that is said to be one to begin at, or else the only one there is."""
    days: list[tuple[date, bool]] = []
    for pattern in (_DATE, _DATE_IN_WORDS):
        for found in pattern.finditer(text[:_LONGEST]):
            day = _read_day(_spell(found))
            if day is not None and day > after:
                days.append(
                    (
                        day,
                        _FROM.search(text[max(0, found.start() - 20) : found.start()]) is not None,
                    )
                )
    said = [day for day, begins in days if begins]
    alone = {day for day, _ in days}
    return said[0] if said else next(iter(alone)) if len(alone) == 1 else None


def find_name(text: str, names: Mapping[int, Iterable[str]]) -> int | None:
    """Whose name the text holds, as whole words; the longest one, if only one thing has it."""
    searched = f" {sort_key(text[:_LONGEST])} "
    best: dict[int, int] = {}
    for number, variants in names.items():
        for name in variants:
            key = sort_key(name)
            if len(key) > 3 and f" {key} " in searched:
                best[number] = max(best.get(number, 0), len(key))
    longest = max(best.values(), default=0)
    found = [number for number, length in best.items() if length == longest]
    return found[0] if len(found) == 1 else None


def _read_contact(plain: str) -> tuple[str, str, str]:
    """Below one another as the portal writes them, or in one line with commas."""
    found = _CONTACT.search(plain)
    if found is None or _is_blank(found[1]):
        return "", "", ""
    parts = [part.strip() for part in re.split(r"[\n,;]", found[1]) if part.strip()]
    email = next((part for part in parts if is_mailadresse(part)), "")
    telephone = next((part for part in parts if _TELEPHONE.fullmatch(part)), "")
    names = [part for part in parts if part not in {email, telephone}]
    return ", ".join(names)[:200], email, telephone[:60]


def _is_blank(text: str) -> bool:
    """The letter's template with its gap left open."""
    return text.strip().startswith("[")


def _spell(found: re.Match[str]) -> str:
    if found.re is _DATE:
        return found[1]
    return f"{found[1]}.{MONATE.index(found[2]) + 1}.{found[3]}"


def _read_day(text: str) -> date | None:
    try:
        return parse_datum(text)
    except UngueltigeEingabe:
        return None
