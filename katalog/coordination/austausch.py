"""A coordinating body brings its bodies together: drafts, invites, changes, calls off, reports.

Whoever was invited is told of every change that matters, and is told in the transaction of the
change. Invited once, a body stays so: later ones come to it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from katalog.coordination import austauschbriefe as briefe
from katalog.coordination.austauschbriefe import Anlass
from katalog.db import Session
from katalog.domain.austausch import (
    LONGEST,
    Eingeladen,
    Terminangaben,
    Vorschlagsstand,
    Zusage,
    parse_ergebnis,
    parse_termin,
)
from katalog.domain.bezug import Gegenstand
from katalog.domain.errors import FalscherZustand, NichtGefunden, UngueltigeEingabe
from katalog.domain.geheimnis import hash_of
from katalog.domain.mailadresse import is_mailadresse
from katalog.domain.rollen import Betrachter, Recht, may, require
from katalog.journal import record
from katalog.models.koordination import Austauschtermin
from katalog.outbox import Mail, enqueue
from katalog.queries import austausch, bezuege, dienste, kontakte, stellen

_HINT = "Ihre Termine stehen unter /koordination/austausch."
_SECRET_BYTES = 32
# What the invited have in their own calendars and have to know when it is another.
_TOLD = ("titel", "beginn", "ende", "ort", "videolink")


@dataclass(frozen=True, slots=True)
class Vorschau:
    """Whom an invitation would reach, whom none can, and what the first of them would read."""

    termin: Austauschtermin
    erreichbar: tuple[tuple[str, str], ...]
    ohne_adresse: tuple[str, ...]
    mail: Mail | None


def find_own(
    session: Session, betrachter: Betrachter, number: int, *, lock: bool = False
) -> Austauschtermin:
    termin = austausch.find(session, number, lock=lock)
    if termin is None or not may(betrachter, Recht.KOORDINIEREN, stelle=termin.koordinierung_id):
        raise NichtGefunden("Der Termin", str(number), _HINT)
    return termin


# Drafting and changing --------------------------------------------------------------------------


def create(
    session: Session,
    betrachter: Betrachter,
    koordinierung: int,
    typed: Mapping[str, str],
    now: datetime,
) -> int:
    require(betrachter, Recht.KOORDINIEREN, stelle=koordinierung)
    values, about = _read(session, koordinierung, parse_termin(typed, now))
    termin = Austauschtermin(koordinierung_id=koordinierung, **values)
    session.add(termin)
    session.flush()
    assert termin.id is not None
    bezuege.replace(session, Austauschtermin, termin.id, about)
    _note(session, betrachter, "austausch_entworfen", termin.id)
    return termin.id


def change(
    session: Session,
    betrachter: Betrachter,
    number: int,
    folge: int,
    typed: Mapping[str, str],
    basis_url: str,
    now: datetime,
    today: date,
) -> int:
    """`folge` is what the form showed. Returns to how many invited bodies a mail goes."""
    termin = _changeable(session, betrachter, number, now)
    if termin.folge != folge:
        raise FalscherZustand(
            "Jemand anderes hat den Termin inzwischen geändert. Ihre Eingabe ist nicht "
            "gespeichert. Öffnen Sie das Formular neu."
        )
    values, about = _read(session, termin.koordinierung_id, parse_termin(typed, now))
    news = any(getattr(termin, name) != values[name] for name in _TOLD)
    for name, value in values.items():
        setattr(termin, name, value)
    termin.folge += 1
    session.flush()
    bezuege.replace(session, Austauschtermin, number, about)
    _note(session, betrachter, "austausch_geaendert", number)
    if termin.angekuendigt_am is None:
        return 0
    sent = _tell(session, termin, briefe.change, basis_url) if news else 0
    return sent + _invite(session, termin, basis_url, today)


def _changeable(
    session: Session, betrachter: Betrachter, number: int, now: datetime
) -> Austauschtermin:
    termin = find_own(session, betrachter, number, lock=True)
    if termin.abgesagt_am is not None:
        raise FalscherZustand("Dieser Termin ist abgesagt. Legen Sie einen neuen an.")
    if termin.angekuendigt_am is not None and termin.beginn <= now:
        raise FalscherZustand("Dieser Termin hat schon begonnen und lässt sich nicht mehr ändern.")
    return termin


def _read(
    session: Session, koordinierung: int, angaben: Terminangaben
) -> tuple[dict[str, Any], list[Gegenstand]]:
    """By the names of the columns, and what the meeting is about; refuses before it writes."""
    values: dict[str, Any] = {
        name: getattr(angaben, name) for name in (*_TOLD, "tagesordnung", "sichtbarkeit")
    }
    values |= {"themenfeld_id": None, "kreis_id": None, "nutzer_von_id": None}
    if angaben.themenfeld:
        number = austausch.find_themenfeld(session, angaben.themenfeld)
        if number is None:
            raise UngueltigeEingabe("themenfeld", angaben.themenfeld, "Wählen Sie ein Themenfeld.")
        values["themenfeld_id"] = number
    match angaben.eingeladen:
        case Eingeladen.KREIS:
            if angaben.kreis not in dict(austausch.kreise_of(session, koordinierung)):
                raise UngueltigeEingabe("kreis", angaben.kreis, "Wählen Sie einen Ihrer Kreise.")
            values["kreis_id"] = austausch.find_kreis(session, angaben.kreis)
        case Eingeladen.NUTZER:
            dienst = dienste.find_dienst(session, angaben.nutzer_von)
            if dienst is None:
                raise UngueltigeEingabe(
                    "nutzer_von",
                    angaben.nutzer_von,
                    "Diesen Onlinedienst gibt es nicht. Nehmen Sie den Namen aus seiner Adresse.",
                )
            values["nutzer_von_id"] = dienst.dienst.id
        case Eingeladen.ALLE:
            pass
    return values, bezuege.resolve(session, angaben.bezuege)


# Telling the invited ----------------------------------------------------------------------------


def preview(
    session: Session,
    betrachter: Betrachter,
    number: int,
    basis_url: str,
    now: datetime,
    today: date,
) -> Vorschau:
    termin = find_own(session, betrachter, number)
    _require_draft(termin, now)
    bodies = austausch.bodies_for(session, termin, today)
    addresses = kontakte.mailboxes(session, [stelle for stelle, _ in bodies])
    reached = [(name, addresses[s]) for s, name in bodies if is_mailadresse(addresses.get(s, ""))]
    missed = tuple(name for s, name in bodies if not is_mailadresse(addresses.get(s, "")))
    mail = None
    if reached:
        anlass = _anlass(session, termin, basis_url)
        mail = briefe.invite(anlass, 0, *reached[0], briefe.PLATZHALTER)
    return Vorschau(termin, tuple(reached), missed, mail)


def announce(
    session: Session,
    betrachter: Betrachter,
    number: int,
    basis_url: str,
    now: datetime,
    today: date,
) -> int:
    termin = find_own(session, betrachter, number)
    _require_draft(termin, now)
    if not austausch.begin(session, number, today):
        raise FalscherZustand("Dieser Termin ist gerade schon angekündigt worden.")
    if not austausch.bodies_for(session, termin, today):
        raise FalscherZustand("Dafür ist niemand einzuladen. Ändern Sie, wen Sie einladen.")
    sent = _invite(session, termin, basis_url, today)
    _note(session, betrachter, "austausch_angekuendigt", number, mails=sent)
    return sent


def call_off(
    session: Session,
    betrachter: Betrachter,
    number: int,
    basis_url: str,
    now: datetime,
    today: date,
) -> None:
    """A draft is called off as well: it stays in the list of the office, and nobody is told."""
    termin = _changeable(session, betrachter, number, now)
    termin.abgesagt_am = today
    termin.folge += 1
    session.flush()
    sent = _tell(session, termin, briefe.call_off, basis_url) if termin.angekuendigt_am else 0
    _note(session, betrachter, "austausch_abgesagt", number, mails=sent)


def _require_draft(termin: Austauschtermin, now: datetime) -> None:
    if termin.angekuendigt_am is not None:
        raise FalscherZustand("Dieser Termin ist schon angekündigt.")
    if termin.abgesagt_am is not None:
        raise FalscherZustand("Dieser Termin ist abgesagt.")
    if termin.beginn <= now:
        raise FalscherZustand("Dieser Termin liegt schon zurück. Ändern Sie erst den Tag.")


def _invite(session: Session, termin: Austauschtermin, basis_url: str, today: date) -> int:
    """Whoever is not invited yet; how many mails that are."""
    assert termin.id is not None
    known = {row.stelle_id for row in austausch.invited(session, termin.id)}
    bodies = [b for b in austausch.bodies_for(session, termin, today) if b[0] not in known]
    addresses = kontakte.mailboxes(session, [stelle for stelle, _ in bodies])
    anlass = _anlass(session, termin, basis_url)
    hashes: dict[int, str | None] = {}
    for stelle, name in bodies:
        hashes[stelle] = None
        if is_mailadresse(address := addresses.get(stelle, "")):
            secret = secrets.token_urlsafe(_SECRET_BYTES)
            hashes[stelle] = hash_of(secret)
            enqueue(session, briefe.invite(anlass, stelle, name, address, secret))
    austausch.add_invitations(session, termin.id, hashes)
    return sum(each is not None for each in hashes.values())


def _tell(
    session: Session, termin: Austauschtermin, write: briefe.Schreiber, basis_url: str
) -> int:
    """All invited that did not decline."""
    assert termin.id is not None
    rows = [
        row for row in austausch.invited(session, termin.id) if row.zusage is not Zusage.ABGESAGT
    ]
    addresses = kontakte.mailboxes(session, [row.stelle_id for row in rows])
    anlass = _anlass(session, termin, basis_url)
    reached = [(row, addresses.get(row.stelle_id, "")) for row in rows]
    mails = [
        write(anlass, row.stelle_id, row.stelle, address)
        for row, address in reached
        if is_mailadresse(address)
    ]
    return sum(enqueue(session, mail) for mail in mails)


def _anlass(session: Session, termin: Austauschtermin, basis_url: str) -> Anlass:
    office = stellen.find_stelle(session, termin.koordinierung_id)
    assert office is not None
    reply = kontakte.mailboxes(session, [office.id]).get(office.id, "")
    return Anlass(termin, office.name, reply if is_mailadresse(reply) else "", basis_url)


# Agenda and results -----------------------------------------------------------------------------


def decide(
    session: Session, betrachter: Betrachter, number: int, vorschlag: int, *, accept: bool
) -> None:
    """Accepted, a proposal is a line of the agenda with the name of whoever made it."""
    termin = find_own(session, betrachter, number, lock=True)
    found = austausch.find_vorschlag(session, number, vorschlag)
    if found is None or found.vorschlag.stand is not Vorschlagsstand.OFFEN:
        raise FalscherZustand("Über diesen Vorschlag ist schon entschieden.")
    if accept:
        line = f"{found.vorschlag.text} (vorgeschlagen von {found.stelle})"
        agenda = "\n".join(filter(None, (termin.tagesordnung, line)))
        if len(agenda) > LONGEST["tagesordnung"]:
            raise FalscherZustand("Die Tagesordnung ist voll. Kürzen Sie sie zuerst.")
        termin.tagesordnung = agenda
        termin.folge += 1
    found.vorschlag.stand = Vorschlagsstand.AUFGENOMMEN if accept else Vorschlagsstand.ABGELEHNT
    session.flush()
    _note(session, betrachter, "austausch_vorschlag", number, aufgenommen=accept)


def report(
    session: Session,
    betrachter: Betrachter,
    number: int,
    typed: Mapping[str, str],
    now: datetime,
    today: date,
) -> None:
    """What came of it, as often as it is written anew."""
    termin = find_own(session, betrachter, number, lock=True)
    if termin.angekuendigt_am is None or termin.abgesagt_am or termin.beginn > now:
        raise FalscherZustand("Ein Ergebnis gibt es, sobald der Termin begonnen hat.")
    angaben = parse_ergebnis(typed)
    about = bezuege.resolve(session, angaben.bezuege)
    termin.ergebnis, termin.ergebnis_am = angaben.ergebnis, today
    session.flush()
    bezuege.replace(session, Austauschtermin, number, about, ergebnis=True)
    _note(session, betrachter, "austausch_ergebnis", number)


def _note(session: Session, betrachter: Betrachter, what: str, number: int, **more: object) -> None:
    record(session, what, "austauschtermin", number, dict(more), betrachter.konto_id)
