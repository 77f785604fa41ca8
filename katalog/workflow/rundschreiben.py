"""A mailing to the bodies of many cases: seen before, sent once, followed mail by mail.

Whom it goes to is a filter of the cockpit. Nothing is kept between the preview and the sending: it
is worked out anew, and its `kennzeichen` tells whether it still comes to what was shown. The same
mark makes the same mailing of one day a single one, whoever sends it how often.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from katalog.db import Session
from katalog.domain.begriffe import Rundschreibenumfang
from katalog.domain.errors import (
    FalscherZustand,
    NichtGefunden,
    UngueltigeEingaben,
    VeralteterStand,
    VoraussetzungFehlt,
)
from katalog.domain.kalender import format_datum
from katalog.domain.mailadresse import is_mailadresse
from katalog.domain.rollen import Recht, reach, require
from katalog.domain.serienbrief import Platzhalter, check_text, fill
from katalog.domain.vorgang import effective_status
from katalog.journal import record
from katalog.models.koordination import Rundschreiben
from katalog.outbox import Mail, enqueue
from katalog.queries import faelle, faelle_liste, faelle_schreiben, kontakte, nachrichten
from katalog.queries import rundschreiben as stored
from katalog.queries.faelle import Vorgang
from katalog.queries.faelle_liste import Filter
from katalog.queries.rundschreiben import Rundschreibenzeile, Zustellzeile
from katalog.workflow.verlauf import find_next
from katalog.workflow.werte import Akteur

MOST_CASES = 500
MOST_PER_DAY = 10
_DAY = timedelta(days=1)
_LONGEST_CHOICE = 500
_LISTED = 200


@dataclass(frozen=True, slots=True)
class Entwurf:
    """`auswahl` says the filter in words, as it is kept; `email` is where answers go if the
    coordinating body has no mailbox."""

    betreff: str
    text: str
    umfang: Rundschreibenumfang
    auswahl: str
    email: str


@dataclass(frozen=True, slots=True)
class Sendung:
    """One mail, about one case or all cases of the body."""

    stelle: str
    adresse: str
    faelle: tuple[int, ...]
    betreff: str
    text: str


@dataclass(frozen=True, slots=True)
class Empfaengerkreis:
    """The cases of the choice; `stellen` how many bodies these are."""

    koordinierung_id: int
    koordinierung: str
    vorgaenge: tuple[Vorgang, ...]

    @property
    def stellen(self) -> int:
        return len({vorgang.row.zustaendige_stelle_id for vorgang in self.vorgaenge})


@dataclass(frozen=True, slots=True)
class Versandvorschau:
    """`ohne_adresse` are bodies that nothing reaches: cases by name."""

    kreis: Empfaengerkreis
    sendungen: tuple[Sendung, ...]
    ohne_adresse: tuple[tuple[str, tuple[int, ...]], ...]
    antwort_an: str
    kennzeichen: str


@dataclass(frozen=True, slots=True)
class Versand:
    """A mailing with what became of it."""

    row: Rundschreiben
    zeilen: tuple[Zustellzeile, ...]


def choose_cases(session: Session, akteur: Akteur, wanted: Filter) -> Empfaengerkreis:
    """Of the cases that the filter leaves, those that the reader coordinates."""
    ids = faelle_liste.find_ids(session, akteur.betrachter, wanted, akteur.today, MOST_CASES + 1)
    if len(ids) > MOST_CASES:
        raise VoraussetzungFehlt(
            f"Die Auswahl hat mehr als {MOST_CASES} Vorgänge. Grenzen Sie sie ein, zum Beispiel "
            "nach Onlinedienst oder Kreis.",
            (),
        )
    mine = reach(akteur.betrachter, Recht.KOORDINIEREN).stellen
    found = [v for v in faelle.load(session, ids, akteur.today) if v.koordinierung_id in mine]
    if not found:
        raise VoraussetzungFehlt(
            "In dieser Auswahl ist kein Vorgang, den Sie koordinieren. Ändern Sie den Filter.", ()
        )
    bodies = {v.koordinierung_id: v.gegenueber for v in found}
    if len(bodies) > 1:
        raise VoraussetzungFehlt(
            f"Die Auswahl enthält Vorgänge von {' und '.join(sorted(bodies.values()))}. Wählen Sie "
            "einen Onlinedienst, damit das Rundschreiben einen Absender hat.",
            (),
        )
    number, name = next(iter(bodies.items()))
    assert number is not None
    return Empfaengerkreis(number, name, tuple(found))


def preview_mailing(
    session: Session, akteur: Akteur, wanted: Filter, entwurf: Entwurf
) -> Versandvorschau:
    """Every mail as it would go out, or all that is wrong with the text."""
    if faults := [*check_text("betreff", entwurf.betreff), *check_text("text", entwurf.text)]:
        raise UngueltigeEingaben(faults)
    kreis = choose_cases(session, akteur, wanted)
    require(akteur.betrachter, Recht.KOORDINIEREN, stelle=kreis.koordinierung_id)
    bodies = {vorgang.row.zustaendige_stelle_id for vorgang in kreis.vorgaenge}
    boxes = kontakte.mailboxes(session, {*bodies, kreis.koordinierung_id})
    own = boxes.get(kreis.koordinierung_id, "")
    answers = own if is_mailadresse(own) else entwurf.email
    sent, missing = [], []
    for group in _grouped(kreis.vorgaenge, entwurf.umfang):
        name, cases = group[0].stelle.name, tuple(vorgang.id for vorgang in group)
        address = boxes.get(group[0].row.zustaendige_stelle_id, "").strip().lower()
        if not is_mailadresse(address):
            missing.append((name, cases))
            continue
        subject, text = (_write(part, group, akteur) for part in (entwurf.betreff, entwurf.text))
        end = _end(kreis, group, akteur, answers)
        sent.append(Sendung(name, address, cases, subject, f"{text}\n\n{end}"))
    return Versandvorschau(
        kreis, tuple(sent), tuple(missing), answers, _mark(akteur, kreis, entwurf, sent, missing)
    )


def send_mailing(
    session: Session,
    akteur: Akteur,
    wanted: Filter,
    entwurf: Entwurf,
    kennzeichen: str,
    now: datetime,
) -> tuple[int, bool]:
    """Its number, and whether it is new: what was sent today already is not sent again."""
    # Two who send at once do so one after the other; what they send is worked out afterwards.
    kreis = choose_cases(session, akteur, wanted)
    faelle_schreiben.lock_bodies(session, [kreis.koordinierung_id])
    seen = preview_mailing(session, akteur, wanted, entwurf)
    if seen.kennzeichen != kennzeichen:
        raise VeralteterStand(
            "Seit der Vorschau hat sich an Vorgängen oder Adressen etwas geändert. Es wurde nichts "
            "gesendet. Sehen Sie die Mails noch einmal durch."
        )
    if (known := stored.find_sent(session, kennzeichen)) is not None:
        return known, False
    if not seen.sendungen:
        raise VoraussetzungFehlt("Keine dieser Stellen hat eine Adresse im Katalog.", ())
    if stored.count_since(session, seen.kreis.koordinierung_id, now - _DAY) >= MOST_PER_DAY:
        raise VoraussetzungFehlt(
            f"Mehr als {MOST_PER_DAY} Rundschreiben am Tag sind nicht möglich. Es wurde nichts "
            "gesendet. Versuchen Sie es morgen wieder.",
            (),
        )
    assert akteur.betrachter.konto_id is not None
    row = Rundschreiben(
        koordinierung_id=seen.kreis.koordinierung_id,
        konto_id=akteur.betrachter.konto_id,
        betreff=entwurf.betreff,
        text=entwurf.text,
        umfang=entwurf.umfang,
        auswahl=entwurf.auswahl[:_LONGEST_CHOICE],
        kennzeichen=kennzeichen,
        gesendet_am=now,
    )
    session.add(row)
    session.flush()
    _post(session, row, seen)
    facts = {"stelle_id": row.koordinierung_id, "mails": len(seen.sendungen)}
    record(session, "rundschreiben_gesendet", "rundschreiben", row.id, facts, row.konto_id)
    return row.id or 0, True


def _post(session: Session, row: Rundschreiben, seen: Versandvorschau) -> None:
    cases = {case: "" for _, missing in seen.ohne_adresse for case in missing}
    for sendung in seen.sendungen:
        anlass = f"rundschreiben:{row.id}:{sendung.faelle[0]}"
        cases |= dict.fromkeys(sendung.faelle, anlass)
        mail = Mail(
            anlass=anlass,
            vorlage="rundschreiben",
            empfaenger=sendung.adresse,
            betreff=sendung.betreff,
            text=sendung.text,
            antwort_an=seen.antwort_an,
            nachnutzung_id=sendung.faelle[0] if len(sendung.faelle) == 1 else None,
        )
        enqueue(session, mail)
    stored.add(session, row, cases)


def list_mailings(session: Session, akteur: Akteur) -> list[Rundschreibenzeile]:
    return stored.list_of(session, reach(akteur.betrachter, Recht.KOORDINIEREN).stellen, _LISTED)


def read_mailing(session: Session, akteur: Akteur, number: int) -> Versand:
    row = stored.find(session, number, reach(akteur.betrachter, Recht.KOORDINIEREN).stellen)
    if row is None:
        hint = "Ihre Rundschreiben stehen unter /koordination/rundschreiben."
        raise NichtGefunden("Das Rundschreiben", str(number), hint)
    return Versand(row, tuple(stored.log_of(session, number)))


def resend_mail(
    session: Session, akteur: Akteur, number: int, nachricht_id: int, now: datetime
) -> None:
    """One that was given up; its Message-ID stays."""
    versand = read_mailing(session, akteur, number)
    line = next((z for z in versand.zeilen if z.nachricht_id == nachricht_id), None)
    if line is None or not nachrichten.resend(session, nachricht_id, now):
        raise FalscherZustand(
            "Diese Mail lässt sich nicht noch einmal senden: Sie ist nicht gescheitert. Laden Sie "
            "die Seite neu."
        )
    stored.note_resent(session, number, line.anlass, now)
    konto = akteur.betrachter.konto_id
    record(session, "mail_wiederholt", "nachricht", nachricht_id, konto_id=konto)


# The mails --------------------------------------------------------------------------------------


def _grouped(
    vorgaenge: Sequence[Vorgang], umfang: Rundschreibenumfang
) -> list[tuple[Vorgang, ...]]:
    groups: dict[int, list[Vorgang]] = {}
    for vorgang in vorgaenge:
        by_body = umfang is Rundschreibenumfang.STELLE
        key = vorgang.row.zustaendige_stelle_id if by_body else vorgang.id
        groups.setdefault(key, []).append(vorgang)
    return [tuple(group) for group in groups.values()]


def _write(text: str, group: Sequence[Vorgang], akteur: Akteur) -> str:
    """Of several cases what differs stands one after the other."""
    values: dict[Platzhalter, dict[str, None]] = {place: {} for place in Platzhalter}
    for vorgang in group:
        for place, value in _values(vorgang, akteur).items():
            values[place][value] = None
    return fill(text, {place: ", ".join(found) for place, found in values.items()})


def _values(vorgang: Vorgang, akteur: Akteur) -> dict[Platzhalter, str]:
    """The next day of the case; what the coordination reminds itself of is not for the body."""
    following = find_next(vorgang, akteur.today)
    status = effective_status(vorgang.fall, akteur.today) or vorgang.row.status
    return {
        Platzhalter.STELLE: vorgang.stelle.name,
        Platzhalter.ONLINEDIENST: vorgang.dienst.kurzname or vorgang.dienst.name,
        Platzhalter.VORGANGSNUMMER: vorgang.row.vorgangsnummer,
        Platzhalter.SCHRITT: status.label,
        Platzhalter.TERMIN: f"{following.bezeichnung} {format_datum(following.am)}"
        if following
        else "kein Termin",
    }


def _end(kreis: Empfaengerkreis, group: Sequence[Vorgang], akteur: Akteur, answers: str) -> str:
    cases = [
        f"{vorgang.row.vorgangsnummer}, {vorgang.dienst.kurzname or vorgang.dienst.name}: "
        f"{akteur.basis_url}/nachnutzungen/{vorgang.id}"
        for vorgang in group
    ]
    what = "Ihr Vorgang" if len(cases) == 1 else "Ihre Vorgänge"
    return "\n".join(
        (
            f"{what} im OZG-Katalog:",
            *cases,
            "",
            f"Diese Mail hat der OZG-Katalog im Auftrag von „{kreis.koordinierung}“ verschickt. "
            f"Ihre Antwort geht an {answers}.",
            "",
        )
    )


def _mark(
    akteur: Akteur,
    kreis: Empfaengerkreis,
    entwurf: Entwurf,
    sent: Sequence[Sendung],
    missing: Sequence[tuple[str, tuple[int, ...]]],
) -> str:
    """Without where answers go: two colleagues who send the same send it once."""
    said = [
        akteur.today.isoformat(),
        kreis.koordinierung_id,
        entwurf.betreff,
        entwurf.text,
        [
            [each.adresse, each.faelle, each.betreff, each.text.rpartition("Ihre Antwort")[0]]
            for each in sent
        ],
        missing,
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
