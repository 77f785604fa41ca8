"""What is stored about one account, to be handed out (Art. 15 GDPR) or erased (Art. 17)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlmodel import Session, col

from katalog.domain.rollen import Rolle
from katalog.domain.zugriff import Zugriff
from katalog.models.betrieb import Nachricht, Protokoll
from katalog.models.fall import Ereignis, Nachnutzung, Notiz
from katalog.models.konten import (
    Anmeldelink,
    Anmeldesitzung,
    Kalenderabo,
    Konto,
    Mitgliedschaft,
    Suchabo,
    Zugriffstoken,
)
from katalog.models.koordination import Anschreiben, Rundschreiben
from katalog.models.nutzung import Einsatz, EinsatzAenderung
from katalog.models.stellen import Stelle


@dataclass(frozen=True, slots=True)
class Personendaten:
    """Each list with the names of its columns as people read them."""

    konto: dict[str, Any]
    listen: dict[str, list[dict[str, Any]]]


def collect(session: Session, konto_id: int) -> Personendaten:
    konto = session.get_one(Konto, konto_id)
    lists: dict[str, Any] = {
        "zuordnungen": select(
            col(Stelle.name).label("stelle"),
            col(Mitgliedschaft.rolle).label("rolle"),
            col(Mitgliedschaft.aufgabe).label("aufgabe"),
            col(Mitgliedschaft.beantragt_am).label("beantragt_am"),
            col(Mitgliedschaft.freigegeben_am).label("freigegeben_am"),
            col(Mitgliedschaft.beendet_am).label("beendet_am"),
        )
        .outerjoin(Stelle, col(Stelle.id) == col(Mitgliedschaft.stelle_id))
        .where(col(Mitgliedschaft.konto_id) == konto_id)
        .order_by(col(Mitgliedschaft.id)),
        "sitzungen": select(
            col(Anmeldesitzung.begonnen_am).label("begonnen_am"),
            col(Anmeldesitzung.zuletzt_am).label("zuletzt_am"),
            col(Anmeldesitzung.beendet_am).label("beendet_am"),
        )
        .where(col(Anmeldesitzung.konto_id) == konto_id)
        .order_by(col(Anmeldesitzung.id)),
        "kalender": select(col(Kalenderabo.erstellt_am).label("erstellt_am")).where(
            col(Kalenderabo.konto_id) == konto_id
        ),
        "zugriffstoken": select(
            col(Zugriffstoken.name).label("name"),
            col(Stelle.name).label("stelle"),
            col(Zugriffstoken.endung).label("endung"),
            *(getattr(Zugriffstoken, zugriff.value) for zugriff in Zugriff),
            col(Zugriffstoken.erstellt_am).label("erstellt_am"),
            col(Zugriffstoken.laeuft_ab_am).label("laeuft_ab_am"),
            col(Zugriffstoken.zuletzt_am).label("zuletzt_am"),
        )
        .join(Stelle, col(Stelle.id) == col(Zugriffstoken.stelle_id))
        .where(col(Zugriffstoken.konto_id) == konto_id)
        .order_by(col(Zugriffstoken.id)),
        "gemerkte_suchen": select(
            col(Suchabo.name).label("name"),
            col(Suchabo.adresse).label("adresse"),
            col(Suchabo.rhythmus).label("rhythmus"),
            col(Suchabo.angelegt_am).label("angelegt_am"),
            col(Suchabo.gesehen_am).label("gesehen_am"),
        )
        .where(col(Suchabo.konto_id) == konto_id)
        .order_by(col(Suchabo.id)),
        "mails": select(
            col(Nachricht.erstellt_am).label("erstellt_am"),
            col(Nachricht.betreff).label("betreff"),
            col(Nachricht.status).label("status"),
        )
        .where(col(Nachricht.empfaenger) == konto.email)
        .order_by(col(Nachricht.id)),
        "anschreiben": select(
            col(Anschreiben.gesendet_am).label("gesendet_am"),
            col(Anschreiben.betreff).label("betreff"),
            col(Anschreiben.text).label("text"),
        )
        .where(col(Anschreiben.konto_id) == konto_id)
        .order_by(col(Anschreiben.id)),
        "rundschreiben": select(
            col(Rundschreiben.gesendet_am).label("gesendet_am"),
            col(Rundschreiben.betreff).label("betreff"),
        )
        .where(col(Rundschreiben.konto_id) == konto_id)
        .order_by(col(Rundschreiben.id)),
        "bestaetigte_angaben": select(
            col(Einsatz.id).label("angabe"), col(Einsatz.bestaetigt_am).label("bestaetigt_am")
        )
        .where(col(Einsatz.bestaetigt_von_id) == konto_id)
        .order_by(col(Einsatz.id)),
        "geaenderte_angaben": select(
            col(EinsatzAenderung.einsatz_id).label("angabe"),
            col(EinsatzAenderung.am).label("am"),
            col(EinsatzAenderung.feld).label("feld"),
        )
        .where(col(EinsatzAenderung.konto_id) == konto_id)
        .order_by(col(EinsatzAenderung.id)),
        "schritte_in_vorgaengen": select(
            col(Nachnutzung.vorgangsnummer).label("vorgang"),
            col(Ereignis.aktion).label("schritt"),
            col(Ereignis.am).label("am"),
        )
        .join(Nachnutzung, col(Nachnutzung.id) == col(Ereignis.nachnutzung_id))
        .where(col(Ereignis.konto_id) == konto_id)
        .order_by(col(Ereignis.id)),
        "notizen": select(
            col(Nachnutzung.vorgangsnummer).label("vorgang"),
            col(Notiz.text).label("text"),
            col(Notiz.am).label("am"),
        )
        .join(Nachnutzung, col(Nachnutzung.id) == col(Notiz.nachnutzung_id))
        .where(col(Notiz.konto_id) == konto_id)
        .order_by(col(Notiz.id)),
        "protokoll": select(
            col(Protokoll.am).label("am"),
            col(Protokoll.vorgang).label("vorgang"),
            col(Protokoll.objekt).label("objekt"),
            col(Protokoll.objekt_id).label("objekt_id"),
        )
        .where(col(Protokoll.konto_id) == konto_id)
        .order_by(col(Protokoll.id)),
    }
    return Personendaten(
        {
            "nummer": konto.id,
            "email": konto.email,
            "name": konto.name,
            "angelegt_am": konto.angelegt_am,
            "mit_anmeldedienst_verknuepft": konto.oidc_subjekt is not None,
        },
        {
            name: [dict(row) for row in session.execute(statement).mappings()]
            for name, statement in lists.items()
        },
    )


def other_administrators(session: Session, konto_id: int) -> int:
    statement = (
        select(func.count())
        .select_from(Mitgliedschaft)
        .join(Konto, col(Konto.id) == col(Mitgliedschaft.konto_id))
        .where(
            col(Mitgliedschaft.rolle) == Rolle.ADMINISTRATION,
            col(Mitgliedschaft.freigegeben_am).is_not(None),
            col(Mitgliedschaft.beendet_am).is_(None),
            col(Konto.gesperrt_am).is_(None),
            col(Konto.id) != konto_id,
        )
    )
    return int(session.execute(statement).scalar_one())


def erase(session: Session, konto_id: int, at: datetime) -> None:
    """Everything that names the person; the number stays, since trail and history refer to it."""
    konto = session.get_one(Konto, konto_id)
    email = konto.email
    konto.email, konto.name = f"geloescht-{konto_id}@ozg-katalog.invalid", ""
    konto.oidc_subjekt, konto.gesperrt_am = None, at
    session.flush()
    for statement in (
        delete(Anmeldesitzung).where(col(Anmeldesitzung.konto_id) == konto_id),
        delete(Kalenderabo).where(col(Kalenderabo.konto_id) == konto_id),
        delete(Zugriffstoken).where(col(Zugriffstoken.konto_id) == konto_id),
        delete(Suchabo).where(col(Suchabo.konto_id) == konto_id),
        delete(Anmeldelink).where(col(Anmeldelink.email) == email),
        delete(Nachricht).where(col(Nachricht.empfaenger) == email),
        # What others were told about the person.
        update(Nachricht)
        .where(col(Nachricht.text).contains(email, autoescape=True))
        .values(text=""),
        update(Nachricht).where(col(Nachricht.antwort_an) == email).values(antwort_an=""),
        update(Anschreiben).where(col(Anschreiben.konto_id) == konto_id).values(text=""),
        update(Mitgliedschaft).where(col(Mitgliedschaft.konto_id) == konto_id).values(aufgabe=""),
        update(Mitgliedschaft)
        .where(col(Mitgliedschaft.konto_id) == konto_id, col(Mitgliedschaft.beendet_am).is_(None))
        .values(beendet_am=at),
    ):
        session.connection().execute(statement)
