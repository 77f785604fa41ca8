"""An invited body answers a meeting: comes or does not, and says what it would like to talk about.

Somebody signed in does so for the bodies they act for; without an account the link from the
invitation opens this one meeting for this one body.
"""

from __future__ import annotations

from datetime import date, datetime

from katalog.coordination import austauschbriefe as briefe
from katalog.coordination.austauschbriefe import Anlass
from katalog.db import Session
from katalog.domain.austausch import Zusage, parse_vorschlag
from katalog.domain.errors import FalscherZustand, NichtGefunden, UngueltigeEingabe
from katalog.domain.geheimnis import hash_of
from katalog.domain.mailadresse import is_mailadresse
from katalog.domain.rollen import GAST, Betrachter
from katalog.journal import record
from katalog.models.koordination import Austauschtermin, Themenvorschlag
from katalog.outbox import enqueue
from katalog.queries import austausch, bezuege, kontakte, stellen
from katalog.queries.austausch import Einladungszeile, Terminzeile

_MOST_PROPOSALS = 5


def see(session: Session, betrachter: Betrachter, number: int) -> Terminzeile:
    found = austausch.find_seen(session, betrachter, number)
    if found is None:
        hint = "Alle Termine, die Sie sehen können, stehen unter /austausch."
        raise NichtGefunden("Der Termin", str(number), hint)
    return found


def open_link(session: Session, secret: str) -> tuple[Terminzeile, Einladungszeile]:
    """Opening it changes nothing: scanners of mails open every link."""
    found = austausch.find_by_link(session, hash_of(secret))
    if found is None:
        # The secret stays out of the answer, which may be kept somewhere.
        raise NichtGefunden("Die Einladung", "…", "Nehmen Sie den vollständigen Link aus der Mail.")
    number, einladung = found
    termin = austausch.find(session, number)
    assert termin is not None
    office = stellen.find_stelle(session, termin.koordinierung_id)
    about = bezuege.of(session, Austauschtermin, [number])[number]
    return Terminzeile(termin, office.name if office else "", "", about), einladung


def answer(
    session: Session,
    einladung: Einladungszeile,
    zeile: Terminzeile,
    typed: str,
    basis_url: str,
    now: datetime,
    betrachter: Betrachter = GAST,
) -> Zusage:
    """Once more the same is no news: nobody gets a second mail about it."""
    if typed not in set(Zusage):
        raise UngueltigeEingabe("zusage", typed, "Wählen Sie, ob Sie teilnehmen.")
    zusage, termin = Zusage(typed), zeile.termin
    _require_open(termin, now)
    if einladung.zusage is zusage:
        return zusage
    austausch.answer(session, einladung.id, zusage, now)
    record(
        session,
        f"austausch_{zusage}",
        "austauschtermin",
        termin.id,
        {"stelle_id": einladung.stelle_id},
        betrachter.konto_id,
    )
    addresses = kontakte.mailboxes(session, [einladung.stelle_id, termin.koordinierung_id])
    own = addresses.get(einladung.stelle_id, "")
    if is_mailadresse(own):
        reply = addresses.get(termin.koordinierung_id, "")
        anlass = Anlass(
            termin, zeile.koordinierung, reply if is_mailadresse(reply) else "", basis_url
        )
        mail = briefe.confirm(
            anlass, einladung.stelle_id, einladung.stelle, own, zusage, now.isoformat()
        )
        enqueue(session, mail)
    return zusage


def propose(
    session: Session,
    einladung: Einladungszeile,
    termin: Austauschtermin,
    typed: str,
    now: datetime,
    today: date,
    betrachter: Betrachter = GAST,
) -> None:
    _require_open(termin, now)
    text = parse_vorschlag(typed)
    assert termin.id is not None
    if austausch.count_vorschlaege(session, termin.id, einladung.stelle_id) >= _MOST_PROPOSALS:
        raise FalscherZustand(
            f"{_MOST_PROPOSALS} Ihrer Vorschläge warten schon auf eine Entscheidung. Das genügt."
        )
    session.add(
        Themenvorschlag(
            termin_id=termin.id, stelle_id=einladung.stelle_id, text=text, vorgeschlagen_am=today
        )
    )
    session.flush()
    record(
        session,
        "austausch_thema_vorgeschlagen",
        "austauschtermin",
        termin.id,
        {"stelle_id": einladung.stelle_id},
        betrachter.konto_id,
    )


def is_open(termin: Austauschtermin, now: datetime) -> bool:
    return termin.abgesagt_am is None and now < termin.beginn


def _require_open(termin: Austauschtermin, now: datetime) -> None:
    if not is_open(termin, now):
        raise FalscherZustand("Dieser Termin ist abgesagt oder hat schon begonnen.")
