"""From what is to be said to a message as it travels; whatever cannot travel is never queued."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from katalog.db import Session
from katalog.domain.begriffe import Nachrichtenstatus
from katalog.domain.errors import UngueltigeEingabe
from katalog.domain.mailadresse import is_mailadresse
from katalog.models.betrieb import Nachricht
from katalog.models.grundlage import now
from katalog.queries import nachrichten

# Only to be unique: nobody is asked what is behind it, and the portal's own name may change.
_ID_DOMAIN = "ozg-katalog.invalid"
_LONGEST_SUBJECT = 300


@dataclass(frozen=True, slots=True)
class Mail:
    """One recipient, plain text. `anlass`, `vorlage` and recipient together are sent once only.

    `vertraulich` is for what opens a door, such as a sign-in link: the text is forgotten as soon
    as it is sent, and nobody reads it in the list of mails. `abbestellen` is the address that ends
    all mails of this kind, for mail programs to offer with one click.
    """

    anlass: str
    vorlage: str
    empfaenger: str
    betreff: str
    text: str
    antwort_an: str = ""
    vertraulich: bool = False
    abbestellen: str = ""
    nachnutzung_id: int | None = None


@dataclass(frozen=True, slots=True)
class Absender:
    name: str
    adresse: str


def read_absender(address: str, name: str = "OZG-Katalog") -> Absender:
    _address(address, "absender")
    return Absender(name, address)


def enqueue(session: Session, mail: Mail) -> bool:
    """In the transaction of the change; False if the same mail was queued before."""
    nachricht = Nachricht(
        message_id=f"<{uuid.uuid4().hex}@{_ID_DOMAIN}>",
        anlass=mail.anlass,
        vorlage=mail.vorlage,
        empfaenger=mail.empfaenger,
        antwort_an=mail.antwort_an,
        # A subject may hold a name somebody typed; a line break would begin another header.
        betreff=" ".join(mail.betreff.split())[:_LONGEST_SUBJECT],
        text=mail.text,
        vertraulich=mail.vertraulich,
        abbestellen=mail.abbestellen,
        nachnutzung_id=mail.nachnutzung_id,
        status=Nachrichtenstatus.ERSTELLT,
        erstellt_am=now(),
    )
    build_message(nachricht, Absender("OZG-Katalog", "probe@ozg-katalog.invalid"))
    return nachrichten.add(session, nachricht)


def build_message(nachricht: Nachricht, absender: Absender) -> bytes:
    """The same bytes each time, date included: a repeated sending is the same mail."""
    message = EmailMessage(policy=SMTP)
    message["From"] = _address(absender.adresse, "absender", absender.name)
    message["To"] = _address(nachricht.empfaenger, "empfaenger")
    if nachricht.antwort_an:
        message["Reply-To"] = _address(nachricht.antwort_an, "antwort_an")
    message["Subject"] = nachricht.betreff
    message["Date"] = format_datetime(nachricht.erstellt_am)
    message["Message-ID"] = nachricht.message_id
    # RFC 3834: no holiday notice may answer, and none of ours answers one.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(nachricht.text, cte="quoted-printable")
    return _unsubscribing(nachricht.abbestellen) + message.as_bytes()


def _unsubscribing(address: str) -> bytes:
    """RFC 8058. Written by hand: `email` would encode a long address as if it were a text."""
    if not address:
        return b""
    if not (address.isascii() and address.isprintable()) or {"<", ">", " "} & set(address):
        raise UngueltigeEingabe("abbestellen", address, "Das ist keine Adresse zum Abbestellen.")
    lines = (f"List-Unsubscribe: <{address}>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click")
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _address(text: str, field: str, name: str = "") -> Address:
    """Assigned as a text, "a@x, b@y" would become two recipients."""
    if not is_mailadresse(text):
        raise UngueltigeEingabe(
            field, text, f"An „{text[:80]}“ lässt sich keine Mail senden. Prüfen Sie die Adresse."
        )
    return Address(name, addr_spec=text)
