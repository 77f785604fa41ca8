"""A coordinating body asks: drafts, sees whom it would write to, sends, reminds, closes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from katalog.db import Session
from katalog.domain.begriffe import Gebietsebene
from katalog.domain.errors import (
    FalscherZustand,
    NichtGefunden,
    UngueltigeEingabe,
    UngueltigeEingaben,
)
from katalog.domain.mailadresse import is_mailadresse
from katalog.domain.rollen import Betrachter, Recht, may, require
from katalog.domain.schluessel import strip_separators
from katalog.domain.umfrage import Entwurf, parse_entwurf
from katalog.journal import record
from katalog.models.koordination import Umfrage
from katalog.outbox import Mail, enqueue
from katalog.queries import register, stellen, umfrageantworten, umfragen
from katalog.queries.umfragen import Empfaenger
from katalog.surveys import briefe
from katalog.surveys.zugang import make_zugang

COMPETENT = "zustaendig"


@dataclass(frozen=True, slots=True)
class Vorschau:
    """Whom a mail would reach now, whom none can, and what the first of them would read."""

    umfrage: Umfrage
    erreichbar: tuple[Empfaenger, ...]
    ohne_adresse: tuple[Empfaenger, ...]
    mail: Mail | None


def create(
    session: Session,
    betrachter: Betrachter,
    koordinierung: int,
    typed: Mapping[str, str],
    today: date,
) -> int:
    """`typed` as in `parse_entwurf`, and `wen` with `leistung` for whom to ask."""
    require(betrachter, Recht.KOORDINIEREN, stelle=koordinierung)
    faults: list[UngueltigeEingabe] = []
    entwurf: Entwurf | None = None
    umfrage = Umfrage(koordinierung_id=koordinierung, titel="", worum="", ende=today)
    try:
        for column, value in _whom(session, typed).items():
            setattr(umfrage, column, value)
        if not umfragen.recipients(session, umfrage, today):
            meldung = "In Ihrem Gebiet ist keine solche Stelle verzeichnet."
            raise UngueltigeEingabe("wen", typed.get("wen", ""), meldung)
    except UngueltigeEingabe as fault:
        faults.append(fault)
    try:
        entwurf = parse_entwurf(typed, today)
    except UngueltigeEingaben as several:
        faults += several.fehler
    if faults or entwurf is None:
        raise UngueltigeEingaben(faults)
    umfrage.titel, umfrage.worum, umfrage.ende = entwurf.titel, entwurf.worum, entwurf.ende
    number = umfragen.add(session, umfrage, entwurf)
    _note(session, betrachter, "umfrage_entworfen", number)
    return number


def _whom(session: Session, typed: Mapping[str, str]) -> dict[str, Any]:
    """`wen` is a level ("ebene:kreis"), a kind of authority ("art:jugendamt") or COMPETENT."""
    wen = typed.get("wen", "").strip()
    kind, _, key = wen.partition(":")
    if kind == "ebene" and key in umfragen.LEVELS:
        return {"ebene": Gebietsebene(key)}
    if kind == "art" and (number := umfragen.find_behoerdenart(session, key)):
        return {"behoerdenart_id": number}
    if kind == COMPETENT:
        schluessel = typed.get("leistung", "")
        leistung = register.find_leistung(session, strip_separators(schluessel))
        if leistung is None:
            meldung = "Diesen Leistungsschlüssel gibt es nicht. Er hat vierzehn Ziffern."
            raise UngueltigeEingabe("leistung", schluessel, meldung)
        return {"leistung_id": leistung.id}
    raise UngueltigeEingabe("wen", wen, "Wählen Sie, wen Sie fragen.")


def find_own(session: Session, betrachter: Betrachter, number: int) -> Umfrage:
    umfrage = umfragen.find(session, number)
    if umfrage is None or not may(betrachter, Recht.KOORDINIEREN, stelle=umfrage.koordinierung_id):
        hint = "Ihre Umfragen stehen unter /koordination/umfragen."
        raise NichtGefunden("Die Umfrage", str(number), hint)
    return umfrage


def is_open(umfrage: Umfrage, today: date) -> bool:
    return umfrage.beginn is not None and umfrage.geschlossen_am is None and today <= umfrage.ende


def preview(
    session: Session, betrachter: Betrachter, number: int, basis_url: str, today: date
) -> Vorschau:
    umfrage = find_own(session, betrachter, number)
    _require_time_left(umfrage, today)
    asked = _asked(session, umfrage, today)
    reached = tuple(each for each in asked if is_mailadresse(each.adresse))
    missed = tuple(each for each in asked if each not in reached)
    mail = None
    if reached:
        anlass = _anlass(session, umfrage, basis_url, today)
        first = reached[0]
        mail = briefe.write(anlass, first.stelle_id, first.name, first.adresse, briefe.PLATZHALTER)
    return Vorschau(umfrage, reached, missed, mail)


def write_to_all(
    session: Session, betrachter: Betrachter, number: int, basis_url: str, today: date
) -> int:
    """Sends a draft, or reminds whoever has not answered; how many mails that are.

    From the first sending on, the bodies that were asked stay the same: they are what every share
    is of, also those that no mail could reach.
    """
    umfrage = find_own(session, betrachter, number)
    _require_time_left(umfrage, today)
    reached = [e for e in _asked(session, umfrage, today) if is_mailadresse(e.adresse)]
    anlass = _anlass(session, umfrage, basis_url, today)
    if reached and not anlass.erinnerung:
        _begin(session, umfrage, number, today)
    claimed = umfrageantworten.claim(session, number, [e.stelle_id for e in reached], today)
    if not claimed:
        raise FalscherZustand(
            "Heute ist niemand mehr anzuschreiben: Alle haben geantwortet, heute schon eine Mail "
            "bekommen oder keine Adresse."
        )
    for each in reached:
        if antwort := claimed.get(each.stelle_id):
            zugang = make_zugang(session, antwort)
            enqueue(session, briefe.write(anlass, each.stelle_id, each.name, each.adresse, zugang))
    event = "umfrage_erinnert" if anlass.erinnerung else "umfrage_versandt"
    _note(session, betrachter, event, number, {"mails": len(claimed)})
    return len(claimed)


def _begin(session: Session, umfrage: Umfrage, number: int, today: date) -> None:
    if not umfragen.begin(session, number, today):
        raise FalscherZustand("Diese Umfrage ist gerade schon versandt worden.")
    everybody = umfragen.recipients(session, umfrage, today)
    umfrageantworten.add_bodies(session, number, [each.stelle_id for each in everybody])


def close(session: Session, betrachter: Betrachter, number: int, today: date) -> bool:
    """Ends a survey, or throws a draft away; whether the survey is still there."""
    umfrage = find_own(session, betrachter, number)
    if umfrage.beginn is None and umfragen.delete_draft(session, number):
        _note(session, betrachter, "umfrage_verworfen", number)
        return False
    if not umfragen.close(session, number, today):
        raise FalscherZustand("Diese Umfrage ist schon geschlossen.")
    _note(session, betrachter, "umfrage_geschlossen", number)
    return True


def _asked(session: Session, umfrage: Umfrage, today: date) -> list[Empfaenger]:
    if umfrage.beginn is None:
        return umfragen.recipients(session, umfrage, today)
    return umfragen.still_asked(session, umfrage.id or 0, today)


def _require_time_left(umfrage: Umfrage, today: date) -> None:
    if umfrage.geschlossen_am is not None:
        raise FalscherZustand("Die Umfrage ist geschlossen. Es wird niemand mehr angeschrieben.")
    if today > umfrage.ende:
        raise FalscherZustand(
            "Der letzte Tag für Antworten ist vorbei. Es wird niemand mehr angeschrieben."
        )


def _anlass(session: Session, umfrage: Umfrage, basis_url: str, today: date) -> briefe.Anlass:
    asking = stellen.find_stelle(session, umfrage.koordinierung_id)
    assert asking is not None
    assert umfrage.id is not None
    reply = umfragen.reply_address(session, umfrage.koordinierung_id)
    return briefe.Anlass(
        umfrage_id=umfrage.id,
        titel=umfrage.titel,
        worum=umfrage.worum,
        ende=umfrage.ende,
        wer=asking.name,
        antwort_an=reply if is_mailadresse(reply) else "",
        basis_url=basis_url,
        erinnerung=umfrage.beginn is not None,
        heute=today,
    )


def _note(
    session: Session,
    betrachter: Betrachter,
    vorgang: str,
    number: int,
    angaben: dict[str, object] | None = None,
) -> None:
    record(session, vorgang, "umfrage", number, angaben, betrachter.konto_id)
