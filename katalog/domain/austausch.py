"""Exchange meetings: when and where, who is invited, what a form says of all that.

Times are those of a clock in Germany, as people agree on them; stored and compared are moments.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from katalog.domain.begriffe import Begriff
from katalog.domain.bezug import read_bezuege
from katalog.domain.eingabe import Eingabe
from katalog.domain.errors import UngueltigeEingabe
from katalog.domain.kalender import format_datum_lang, parse_datum
from katalog.domain.rollen import Sichtbarkeit

BERLIN = ZoneInfo("Europe/Berlin")
LONGEST = {
    "titel": 150,
    "ort": 300,
    "videolink": 1000,
    "tagesordnung": 4000,
    "ergebnis": 10_000,
    "vorschlag": 300,
    "bezug": 1000,
}
_FURTHEST = timedelta(days=3 * 366)
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?:\s*Uhr)?", re.ASCII)


class Zusage(Begriff):
    ZUGESAGT = "zugesagt", "nimmt teil"
    ABGESAGT = "abgesagt", "nimmt nicht teil"


class Vorschlagsstand(Begriff):
    OFFEN = "offen", "vorgeschlagen"
    AUFGENOMMEN = "aufgenommen", "auf der Tagesordnung"
    ABGELEHNT = "abgelehnt", "nicht aufgenommen"


class Eingeladen(Begriff):
    """Whom a meeting is for; never more than the area of whoever invites."""

    ALLE = "alle", "alle Stellen in Ihrem Gebiet"
    KREIS = "kreis", "die Stellen eines Kreises"
    NUTZER = "nutzer", "die Nutzer eines Onlinedienstes"


@dataclass(frozen=True, slots=True)
class Terminangaben:
    """`kreis` and `nutzer_von` are public keys, empty unless `eingeladen` asks for them."""

    titel: str
    beginn: datetime
    ende: datetime
    ort: str
    videolink: str
    tagesordnung: str
    themenfeld: str
    eingeladen: Eingeladen
    kreis: str
    nutzer_von: str
    bezuege: tuple[str, ...]
    sichtbarkeit: Sichtbarkeit


@dataclass(frozen=True, slots=True)
class Ergebnisangaben:
    ergebnis: str
    bezuege: tuple[str, ...]


def parse_termin(fields: Mapping[str, str], now: datetime) -> Terminangaben:
    form = Eingabe(fields, LONGEST)
    day = form.read("tag", _day(now), None)
    begin = form.read("von", _clock, None)
    end = form.read("bis", _clock, None)
    beginn, ende = _span(form, day, begin, end)
    eingeladen = form.one_of("eingeladen", Eingeladen.ALLE)
    ort, videolink = form.text("ort"), form.read("videolink", _link, "")
    if not ort and not fields.get("videolink", "").strip():
        form.refuse(UngueltigeEingabe("ort", "", "Nennen Sie einen Ort oder einen Videolink."))
    found = Terminangaben(
        titel=form.text("titel", "Nennen Sie das Thema des Termins."),
        beginn=beginn,
        ende=ende,
        ort=ort,
        videolink=videolink,
        tagesordnung=form.text("tagesordnung", lines=True),
        themenfeld=fields.get("themenfeld", "").strip(),
        eingeladen=eingeladen,
        kreis=_needed(form, fields, "kreis", eingeladen is Eingeladen.KREIS),
        nutzer_von=_needed(form, fields, "nutzer_von", eingeladen is Eingeladen.NUTZER),
        bezuege=form.read("bezug", read_bezuege(LONGEST["bezug"]), ()),
        sichtbarkeit=form.one_of("sichtbarkeit", Sichtbarkeit.VERWALTUNG),
    )
    form.check()
    return found


def parse_ergebnis(fields: Mapping[str, str]) -> Ergebnisangaben:
    form = Eingabe(fields, LONGEST)
    found = Ergebnisangaben(
        form.text("ergebnis", "Tragen Sie ein, was besprochen und verabredet wurde.", lines=True),
        form.read("bezug", read_bezuege(LONGEST["bezug"]), ()),
    )
    form.check()
    return found


def parse_vorschlag(text: str) -> str:
    form = Eingabe({"vorschlag": text}, LONGEST)
    found = form.text("vorschlag", "Schreiben Sie, worüber Sie sprechen möchten.")
    form.check()
    return found


def format_zeit(beginn: datetime, ende: datetime) -> str:
    """Montag, 30. November 2026, 10:00 bis 11:30 Uhr."""
    first, last = beginn.astimezone(BERLIN), ende.astimezone(BERLIN)
    until = "" if last.date() == first.date() else f"{format_datum_lang(last.date())}, "
    return f"{format_datum_lang(first.date())}, {first:%H:%M} bis {until}{last:%H:%M} Uhr"


# One field --------------------------------------------------------------------------------------


def _needed(form: Eingabe, fields: Mapping[str, str], name: str, wanted: bool) -> str:
    """What stands there while something else is chosen is no fault: it is not used."""
    text = fields.get(name, "").strip() if wanted else ""
    if wanted and not text:
        form.refuse(UngueltigeEingabe(name, text, "Nennen Sie, wessen Stellen eingeladen sind."))
    return text


def _day(now: datetime) -> Callable[[str, str], date]:
    today = now.astimezone(BERLIN).date()

    def parse(name: str, text: str) -> date:
        day = parse_datum(text, name)
        if not today <= day <= today + _FURTHEST:
            raise UngueltigeEingabe(
                name, text, "Der Tag liegt vor heute oder in mehr als drei Jahren."
            )
        return day

    return parse


def _clock(name: str, text: str) -> time:
    found = _CLOCK.fullmatch(text)
    hour, minute = (int(part) for part in found.groups()) if found else (24, 0)
    if hour > 23 or minute > 59:
        raise UngueltigeEingabe(name, text, "Schreiben Sie die Uhrzeit so: 14:30.")
    return time(hour, minute)


def _span(
    form: Eingabe, day: date | None, begin: time | None, end: time | None
) -> tuple[datetime, datetime]:
    nothing = datetime.min.replace(tzinfo=UTC)
    if day is None or begin is None or end is None:
        return nothing, nothing
    if end <= begin:
        form.refuse(UngueltigeEingabe("bis", str(end), "Das Ende liegt nicht nach dem Beginn."))
        return nothing, nothing
    moments = [datetime.combine(day, clock, BERLIN) for clock in (begin, end)]
    for name, moment in zip(("von", "bis"), moments, strict=True):
        # In the night in which clocks are put forward, an hour is left out.
        if moment.astimezone(UTC).astimezone(BERLIN).time() != moment.time():
            text = "Diese Uhrzeit gibt es an dem Tag nicht: Die Uhren werden vorgestellt."
            form.refuse(UngueltigeEingabe(name, f"{moment:%H:%M}", text))
    return moments[0].astimezone(UTC), moments[1].astimezone(UTC)


def _link(name: str, text: str) -> str:
    if len(text) > LONGEST[name]:
        raise UngueltigeEingabe(name, text, f"Möglich sind {LONGEST[name]} Zeichen.")
    if text and (not text.startswith("https://") or any(c.isspace() for c in text)):
        raise UngueltigeEingabe(name, text, "Eine Adresse beginnt mit https://, ohne Leerzeichen.")
    return text
