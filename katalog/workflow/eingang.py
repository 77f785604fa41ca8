"""The list of mails that came: each of them once, until somebody says what becomes of it.

A case is begun by `record_interest` alone, with the mail as its proof; here is only what leads
there. What is certain (`deutung`) is filed to its case at once; a person decides about the rest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from importers.mail import Maildatei, read_mail
from katalog.db import Session
from katalog.domain.begriffe import Handlungsweise
from katalog.domain.eingang import (
    Eingangsart,
    Eingangsstatus,
    Eingangsweg,
    Interessenmail,
    read_interest,
)
from katalog.domain.errors import (
    FalscherZustand,
    Konfigurationsfehler,
    NichtGefunden,
    UngueltigeEingabe,
)
from katalog.domain.kalender import berlin_day, format_datum
from katalog.domain.rollen import Recht, reach
from katalog.journal import record
from katalog.models.fall import Eingang
from katalog.models.grundlage import now
from katalog.queries import eingang as post
from katalog.queries import eingang_absender, faelle_schreiben
from katalog.queries.eingang import Eingangszeile
from katalog.queries.paging import Seite
from katalog.workflow import dokumente
from katalog.workflow.beginnen import express_wish, record_interest
from katalog.workflow.deutung import interpret
from katalog.workflow.vollzug import store
from katalog.workflow.werte import Akteur, Anhang, Begonnen, Interesse

_HINT = "Vielleicht hat sie schon jemand bearbeitet. Laden Sie den Eingang neu."
_LONGEST_REASON = 500
_MAIL_KINDS = {"eml": "message/rfc822", "msg": "application/vnd.ms-outlook"}
# A mail that claims to be older has a clock that is wrong.
_OLDEST = timedelta(days=10 * 365)


@dataclass(frozen=True, slots=True)
class Eingegangen:
    """`neu` is False if the same mail had come before; then this says where it went."""

    id: int
    neu: bool
    status: Eingangsstatus
    art: Eingangsart
    nachnutzung_id: int | None


@dataclass(frozen=True, slots=True)
class Eingangsmail:
    """One mail with all that its page shows. `anlagen` are those that can be kept, `uebrige` the
    names of the rest; `vorschlag` is the number of the case it seems to belong to."""

    row: Eingang
    interesse: Interessenmail | None
    anlagen: tuple[tuple[str, int], ...]
    uebrige: tuple[str, ...]
    stelle: str
    dienst: str
    vorgangsnummer: str

    @property
    def offen(self) -> bool:
        return self.row.status is Eingangsstatus.OFFEN


# Coming in --------------------------------------------------------------------------------------


def receive(
    session: Session,
    koordinierung: int,
    weg: Eingangsweg,
    mail: Maildatei,
    data: bytes | None,
    today: date,
) -> Eingegangen:
    """`data` is the file itself, or None where only that it came could be read."""
    came = _day_of_receipt(mail, today)
    row = Eingang(
        koordinierung_id=koordinierung,
        schluessel=_key(mail, data),
        weg=weg,
        message_id=mail.message_id,
        von=mail.von,
        von_name=mail.von_name,
        betreff=mail.betreff or "(ohne Betreff)",
        text=mail.text,
        eingegangen_am=came,
        art=Eingangsart.UNKLAR,
        status=Eingangsstatus.OFFEN,
        endung=mail.endung,
        inhalt=data,
    )
    number = post.add(session, row)
    if number is None:
        known = post.find_same(session, koordinierung, row.schluessel)
        assert known is not None
        return _say(known, neu=False)
    added = post.find(session, number, [koordinierung])
    assert added is not None
    deutung = interpret(session, koordinierung, mail, came)
    case = None if deutung.fall is None else deutung.fall.id
    post.change(
        session,
        added,
        art=deutung.art,
        stelle_id=deutung.stelle_id,
        onlinedienst_id=deutung.dienst_id,
        wunschtermin=deutung.wunschtermin,
        nachnutzung_id=case,
        hinweise="\n".join((*deutung.gruende, *mail.hinweise)),
    )
    if deutung.art is Eingangsart.EIGENE:
        post.settle(session, added, Eingangsstatus.ABGELEGT, now(), None)
    elif deutung.sicher and case is not None:
        _file(session, None, added, mail, [case])
        _settle(session, None, added, Eingangsstatus.ABGELEGT, nachnutzung_id=case)
    return _say(added, neu=True)


def find_mailbox_owner(session: Session, kennung: str) -> int:
    """Whose mails come in by the mailbox: the one that a setting names, or the only one."""
    found = eingang_absender.coordinating(session)
    for number, key, _ in found:
        if kennung and key == kennung:
            return number
    if not kennung and len(found) == 1:
        return found[0][0]
    known = ", ".join(f"{key} ({name})" for _, key, name in found) or "noch keine"
    raise Konfigurationsfehler(
        "KATALOG_IMAP",
        "Wem gehört das Postfach? Nennen Sie in KATALOG_IMAP hinter dem Fragezeichen die Kennung "
        f"der Koordinierenden Stelle, etwa ?stelle=kennung. Es gibt: {known}.",
    )


def _say(row: Eingang, *, neu: bool) -> Eingegangen:
    assert row.id is not None
    return Eingegangen(row.id, neu, row.status, row.art, row.nachnutzung_id)


def _key(mail: Maildatei, data: bytes | None) -> str:
    """Of the same mail from Outlook, from a mailbox and from another folder: its Message-ID with
    its sender, so that nobody keeps out a mail of others by naming its id first."""
    told = f"{mail.message_id}\n{mail.von}".encode() if mail.message_id else data or b""
    return hashlib.sha256(told).hexdigest()


def _day_of_receipt(mail: Maildatei, today: date) -> date:
    moment = mail.empfangen_am or mail.gesendet_am
    day = today if moment is None else berlin_day(moment)
    return day if today - _OLDEST < day <= today else today


# Reading ----------------------------------------------------------------------------------------


def list_inbox(
    session: Session, akteur: Akteur, status: Sequence[Eingangsstatus], seite: int
) -> Seite[Eingangszeile]:
    return post.list_page(session, _own(akteur), status, seite)


def count_inbox(session: Session, akteur: Akteur) -> int:
    """How many wait for a decision."""
    return post.count(session, _own(akteur), (Eingangsstatus.OFFEN,))


def read_incoming(session: Session, akteur: Akteur, number: int) -> Eingangsmail:
    row = _find(session, akteur, number)
    kept, left = _take_apart(row)
    names = eingang_absender.bodies_by_id(session, [row.stelle_id] if row.stelle_id else [])
    assistants = eingang_absender.assistants(session) if row.onlinedienst_id else {}
    case = eingang_absender.number_of(session, row.nachnutzung_id)
    return Eingangsmail(
        row=row,
        interesse=read_interest(row.text),
        anlagen=tuple((document.name, len(document.inhalt)) for document in kept),
        uebrige=tuple(left),
        stelle=names.get(row.stelle_id or 0, ""),
        dienst=next(iter(assistants.get(row.onlinedienst_id or 0, ())), ""),
        vorgangsnummer=case,
    )


def read_file(session: Session, akteur: Akteur, number: int, position: int) -> Anhang:
    """The mail itself is 0, what came with it follows in order."""
    row = _find(session, akteur, number)
    if row.inhalt is not None and position == 0:
        return _as_proof(row)
    kept, _ = _take_apart(row)
    if not 0 < position <= len(kept):
        raise NichtGefunden("Die Anlage", str(position), _HINT)
    return kept[position - 1]


# Deciding ---------------------------------------------------------------------------------------


def begin_from(
    session: Session,
    akteur: Akteur,
    number: int,
    interesse: Interesse,
    *,
    eingang: date | None,
    beleg: str,
) -> list[Begonnen]:
    """The case as the office confirmed it; the mail is its proof and lies in it."""
    row = _decide(session, akteur, number)
    proof = _as_proof(row) if row.inhalt is not None else None
    begun = record_interest(session, akteur, interesse, eingang=eingang, beleg=beleg, anhang=proof)
    cases = [each.id for each in begun]
    _file(session, akteur, row, None, cases, with_mail=False)
    alone = interesse.handelt is Handlungsweise.SELBST
    _settle(
        session, akteur, row, Eingangsstatus.VORGANG, nachnutzung_id=cases[0],
        onlinedienst_id=interesse.dienst_id,
        stelle_id=interesse.stellen[0] if alone else row.stelle_id,
        wunschtermin=interesse.wunschtermin,
    )  # fmt: skip
    return begun


def assign_to(session: Session, akteur: Akteur, number: int, vorgangsnummer: str) -> int:
    """To a case of one's own coordination; its other side then reads the mail there."""
    row = _decide(session, akteur, number)
    wanted = vorgangsnummer.strip().upper()
    found = [
        case
        for case in eingang_absender.cases_by_number(session, [wanted])
        if case.koordinierung_id == row.koordinierung_id
    ]
    if not found:
        raise UngueltigeEingabe(
            "vorgangsnummer",
            vorgangsnummer,
            "Diese Nummer hat keiner Ihrer Vorgänge. Sie steht oben auf der Seite des Vorgangs, "
            "zum Beispiel NN-2026-00012.",
        )
    case = found[0].id
    _file(session, akteur, row, None, [case])
    _settle(
        session, akteur, row, Eingangsstatus.ABGELEGT, nachnutzung_id=case,
        stelle_id=found[0].stelle_id,
    )  # fmt: skip
    return case


def discard(session: Session, akteur: Akteur, number: int, grund: str) -> None:
    """Kept for a while, so that a mistake can be mended."""
    row = _decide(session, akteur, number)
    reason = grund.strip()
    if not reason or len(reason) > _LONGEST_REASON:
        raise UngueltigeEingabe(
            "grund", grund, f"Nennen Sie den Grund in höchstens {_LONGEST_REASON} Zeichen."
        )
    data = row.inhalt
    _settle(session, akteur, row, Eingangsstatus.VERWORFEN, grund=reason, nachnutzung_id=None)
    post.change(session, row, inhalt=data)


def reopen(session: Session, akteur: Akteur, number: int) -> None:
    """Discarded or filed by mistake: it is to be decided about anew."""
    row = _find(session, akteur, number, lock=True)
    if row.status is Eingangsstatus.ABGELEGT and row.nachnutzung_id is not None:
        data = _take_out(session, row, row.nachnutzung_id)
    elif row.status is Eingangsstatus.VERWORFEN:
        data = row.inhalt
    else:
        raise FalscherZustand(
            "Zurück in den Eingang kommt nur, was verworfen oder einem Vorgang zugeordnet ist."
        )
    _note(session, akteur, "eingang_wieder_geoeffnet", row)
    post.change(
        session, row, status=Eingangsstatus.OFFEN, erledigt_am=None, erledigt_von_id=None, grund="",
        nachnutzung_id=None, inhalt=data,
    )  # fmt: skip


def _take_out(session: Session, row: Eingang, case: int) -> bytes | None:
    """The other side of the case shall not go on reading what was never meant for it."""
    assert row.id is not None
    documents = faelle_schreiben.documents_of_mail(session, case, row.id)
    numbers = {document.id for document in documents if document.id is not None}
    if faelle_schreiben.proves_a_declaration(session, numbers):
        raise FalscherZustand(
            "Auf dieser Mail oder einer Anlage beruht in dem Vorgang eine Zustimmung oder eine "
            "Kündigung. Sie bleibt dort."
        )
    mails = [document for document in documents if document.medientyp in _MAIL_KINDS.values()]
    data = mails[0].inhalt if mails else None
    faelle_schreiben.remove_documents(session, numbers)
    return data


def count_as_wish(
    session: Session, akteur: Akteur, number: int, dienst_id: int, stelle_id: int
) -> int:
    """For what the Land does not offer: counted, and the mail is done with."""
    row = _decide(session, akteur, number)
    wishes = express_wish(session, akteur, dienst_id, stelle_id, f"Mail vom {_day(row)}")
    _settle(
        session, akteur, row, Eingangsstatus.WUNSCH, onlinedienst_id=dienst_id,
        stelle_id=stelle_id, nachnutzung_id=None,
    )  # fmt: skip
    return wishes


# Shared -----------------------------------------------------------------------------------------


def _own(akteur: Akteur) -> frozenset[int]:
    return reach(akteur.betrachter, Recht.KOORDINIEREN).stellen


def _find(session: Session, akteur: Akteur, number: int, *, lock: bool = False) -> Eingang:
    row = post.find(session, number, _own(akteur), lock=lock)
    if row is None:
        raise NichtGefunden("Die Mail", str(number), _HINT)
    return row


def _decide(session: Session, akteur: Akteur, number: int) -> Eingang:
    row = _find(session, akteur, number, lock=True)
    if row.status is not Eingangsstatus.OFFEN:
        raise FalscherZustand(
            f"Diese Mail hat schon jemand bearbeitet: {row.status.label}. Laden Sie den Eingang "
            "neu."
        )
    return row


def _take_apart(row: Eingang) -> tuple[list[Anhang], list[str]]:
    """It could be read when it came."""
    return ([], []) if row.inhalt is None else _documents_in(read_mail(row.inhalt))


def _documents_in(mail: Maildatei) -> tuple[list[Anhang], list[str]]:
    parts = (Anhang(part.name, part.medientyp, part.inhalt) for part in mail.anlagen)
    return dokumente.sift(parts)


def _file(
    session: Session,
    akteur: Akteur | None,
    row: Eingang,
    mail: Maildatei | None,
    cases: Sequence[int],
    *,
    with_mail: bool = True,
) -> None:
    """What came with the mail, and the mail itself where it is not there already."""
    kept, _ = _take_apart(row) if mail is None else _documents_in(mail)
    if with_mail and row.inhalt is not None:
        kept.insert(0, _as_proof(row))
    for case in cases:
        room = dokumente.MOST_DOCUMENTS - faelle_schreiben.count_documents(session, case)
        # The mail comes first: what there is no room for is still in it.
        for document in kept[: max(room, 1)]:
            if faelle_schreiben.find_in_case(session, case, document.hash) is None:
                store(session, akteur, case, replace(document, eingang_id=row.id))


def _settle(
    session: Session,
    akteur: Akteur | None,
    row: Eingang,
    status: Eingangsstatus,
    **values: object,
) -> None:
    konto = None if akteur is None else akteur.betrachter.konto_id
    post.settle(session, row, status, now(), konto, **values)
    _note(session, akteur, f"eingang_{status.value}", row)


def _note(session: Session, akteur: Akteur | None, what: str, row: Eingang) -> None:
    konto = None if akteur is None else akteur.betrachter.konto_id
    said = {"koordinierung_id": row.koordinierung_id, "nachnutzung_id": row.nachnutzung_id}
    record(session, what, "eingang", row.id, said, konto)


def _as_proof(row: Eingang) -> Anhang:
    assert row.inhalt is not None
    name = f"Mail vom {_day(row)}, {row.betreff[:120]}.{row.endung}"
    return Anhang(name, _MAIL_KINDS[row.endung], row.inhalt, row.id)


def _day(row: Eingang) -> str:
    return format_datum(row.eingegangen_am)
