"""The calculator of periods for everybody, and its result as a calendar file.

Everything stands in the address: a result can be kept, sent on, and asked of the API instead.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, time
from functools import partial
from http import HTTPStatus
from urllib.parse import urlsplit

from katalog.api import PREFIX
from katalog.domain.errors import UngueltigeEingabe, UngueltigeEingaben
from katalog.domain.fristregel import Anker, Einheit, Fristfrage
from katalog.domain.kalender import parse_datum
from katalog.domain.laender import Landeskuerzel
from katalog.domain.rechnung import format_rechnung
from katalog.queries import bedingungen
from katalog.termine import Termin, write_calendar
from katalog.web.address import Address
from katalog.web.lists import demo_note
from katalog.web.page import Download, Page, View, page
from katalog.web.rechner import Rechenblatt, fill

_REMIND_DAYS_BEFORE = (14, 3)
_RULE = ("n", "einheit", "anker")


@page("/fristen")
def calculate_frist(view: View) -> Page:
    blatt = _fill(view)
    rules = bedingungen.terms_in_force(view.session, view.today)
    shown = [blatt.regelwerk] if blatt.regelwerk else rules
    return Page(
        "seiten/fristen.html",
        {
            "blatt": blatt,
            "fragen": [(frage, _ask(view.address, frage)) for frage in Fristfrage],
            "regelwerke": [(rule, _with_terms(view.address, rule.id)) for rule in rules],
            "eigene_regel": _with_own_rule(view.address, blatt),
            "einheiten": list(Einheit),
            "anker": list(Anker),
            "laender": sorted(Landeskuerzel, key=lambda land: land.label),
            "kalender": Address("/fristen.ics", _question(blatt)),
            "schnittstelle": _as_call(blatt),
            "mit_ende": partial(_with_end, blatt),
            "demo": demo_note(shown),
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if blatt.fehler else HTTPStatus.OK,
    )


@page("/fristen.ics")
def download_frist(view: View) -> Download:
    blatt = _fill(view)
    faults = [UngueltigeEingabe(name, "", text) for name, text in blatt.fehler.items()]
    if blatt.ergebnis is None:
        missing = UngueltigeEingabe(
            "Adresse", "", "Berechnen Sie zuerst eine Frist unter /fristen."
        )
        raise UngueltigeEingaben(faults or [missing])
    result, base = blatt.ergebnis, view.portal.settings.basis_url.rstrip("/")
    link = base + str(Address("/fristen", _question(blatt)))
    host = urlsplit(base).hostname or "localhost"
    whose = f" ({blatt.regelwerk.koordinierung})" if blatt.regelwerk else ""
    termine = [
        Termin(
            uid=f"{_fingerprint(blatt, titel)}@{host}",
            tag=tag,
            titel=titel + whose,
            text=f"{result.satz}\n\n{format_rechnung(result.rechnung)}",
            url=link,
            erinnerungen=_REMIND_DAYS_BEFORE,
        )
        for titel, tag in result.merken
    ]
    moment = datetime.combine(view.today, time(), UTC)
    body = write_calendar("OZG-Katalog, Fristen", termine, moment)
    return Download("frist.ics", "text/calendar", iter([body]))


def _fill(view: View) -> Rechenblatt:
    return fill(view.address, view.today, partial(bedingungen.find_terms, view.session))


def _question(blatt: Rechenblatt) -> tuple[tuple[str, str], ...]:
    """The shortest address that gives this result."""
    rule = ("bedingungen",) if blatt.regelwerk else _RULE
    names = ("frage", blatt.frage.feld, *rule, "land", "vertragsbeginn")
    values = dict(blatt.getippt) | {"frage": blatt.frage.value}
    return tuple((name, values[name]) for name in names if values.get(name))


def _fingerprint(blatt: Rechenblatt, titel: str) -> str:
    """The same for the same question, however its days are written."""
    day = parse_datum(blatt.getippt[blatt.frage.feld])
    told = dict(_question(blatt)) | {blatt.frage.feld: day.isoformat(), "titel": titel}
    return hashlib.sha256(repr(sorted(told.items())).encode()).hexdigest()[:32]


def _as_call(blatt: Rechenblatt) -> Address | None:
    """The same question to the API, which knows no terms but their rule."""
    if blatt.ergebnis is None or blatt.regel is None or blatt.regel.mindestlaufzeit_monate:
        return None
    fields = {
        blatt.frage.feld: parse_datum(blatt.getippt[blatt.frage.feld]).isoformat(),
        "n": str(blatt.regel.n),
        "einheit": blatt.regel.einheit.value,
    }
    if blatt.frage is not Fristfrage.ANTWORT:
        fields["anker"] = blatt.regel.anker.value
    if blatt.frage is not Fristfrage.KUENDIGUNG and (land := blatt.getippt.get("land")):
        fields["land"] = land
    return Address(f"{PREFIX}/fristen/{blatt.frage.value}", tuple(fields.items()))


def _ask(address: Address, frage: Fristfrage) -> Address:
    """Another question about the same rule; the days of the others are of no use to it."""
    days = [other.feld for other in Fristfrage]
    return address.without(*days, "rechnen").with_(frage=frage.value)


def _with_terms(address: Address, number: int) -> Address:
    return address.without(*_RULE, "land", "vertragsbeginn", "rechnen").with_(bedingungen=number)


def _with_own_rule(address: Address, blatt: Rechenblatt) -> Address:
    """Whoever changes a rule begins with the one that was there."""
    plain = address.without("bedingungen", "vertragsbeginn", "rechnen")
    if blatt.regelwerk is None:
        return plain
    rule = blatt.regelwerk.regel
    return plain.with_(n=rule.n, einheit=rule.einheit.value, anker=rule.anker.value)


def _with_end(blatt: Rechenblatt, ende: str) -> Address:
    kept = dict(_question(blatt))
    kept.pop(blatt.frage.feld)
    asked = {"frage": Fristfrage.ZUGANG.value, "ende": ende}
    return Address("/fristen", tuple((kept | asked).items()))


PAGES = [calculate_frist, download_frist]
