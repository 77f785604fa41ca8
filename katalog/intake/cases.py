"""Running cases of reuse, taken over from the spreadsheet of a coordination office.

The list says where a case stands and since when; how it got there is in the office's mails. So a
case begins here with one event that says from which list it came.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from importers.records import VorgangRecord
from katalog.domain.begriffe import (
    Beleg,
    Einsatzrolle,
    Einsatzstatus,
    Erklaerungsform,
    Handlungsweise,
    Vertragsschluss,
)
from katalog.domain.rollen import Sichtbarkeit
from katalog.domain.vorgang import Aktion, Status
from katalog.intake.directory import Directory, Unplaceable, one_of
from katalog.models.fall import Geltungsgebiet, Kuendigung, Nachnutzung
from katalog.models.nutzung import Einsatz
from katalog.queries import cases, faelle_schreiben
from katalog.queries.upsert import Row, fitted, replace_children, upsert

_SHORT_PATH = {Status.ANGEFRAGT, Status.IN_UEBERGABE}
_IN_USE = {Status.PRODUKTIV, Status.GEKUENDIGT}
_CONNECTING = {Status.IN_ANBINDUNG, Status.IM_TEST}


def key_of(record: VorgangRecord) -> str:
    return f"{record.zustaendige_stelle or record.ars}|{record.kennung}|{record.eingang or ''}"


def write_vorgaenge(to: Directory, incoming: list[VorgangRecord]) -> None:
    for record in incoming:
        to.place([record], lambda given: _write(to, given))


def _write(to: Directory, record: VorgangRecord) -> None:
    stelle = to.stelle(record.ars) if record.ars else to.find("stelle", record.zustaendige_stelle)
    if stelle is None:
        raise Unplaceable("Die zuständige Stelle fehlt")
    dienst = to.require("onlinedienst", record.kennung)
    status = one_of(Status, record.status)
    offer = cases.offer_for(to.session, dienst, stelle)
    if offer is None and status not in _SHORT_PATH:
        raise Unplaceable(
            f"Zu „{record.kennung}“ gibt es kein Landesangebot für diese Stelle",
            "Lesen Sie zuerst das Angebot ein (katalog import efa), oder prüfen Sie die Kennung.",
        )
    known = cases.find(to.session, stelle, offer, dienst, record.eingang)
    if known is not None and cases.is_led_here(to.session, known[0]):
        _say_led_here(to, record, known[0])
        return
    terms = cases.terms(to.session, offer, record.fassung) if offer is not None else None
    if record.fassung and terms is None:
        raise Unplaceable(
            f"Eine Fassung „{record.fassung}“ der Nachnutzungsbedingungen ist nicht bekannt"
        )
    if status is Status.GEKUENDIGT and terms is None:
        _say_not_under_notice(to, record)
        status = Status.PRODUKTIV
    since = _since(record, status) or to.today
    row = _row(to, record, status, since, terms) | {
        "landesangebot_id": offer,
        "onlinedienst_id": dienst,
        "zustaendige_stelle_id": stelle,
    }
    row["vorgangsnummer"] = known[0] if known else cases.next_number(to.session, to.today)
    (number,), _ = upsert(to.session, Nachnutzung, [fitted(Nachnutzung, row)], ("vorgangsnummer",))
    areas: list[dict[str, Any]] = [{"gebiet_id": to.gebiet(ars)} for ars in record.gebiete]
    replace_children(to.session, Geltungsgebiet, "nachnutzung_id", {number: areas})
    if known is None or known[1] is not status:
        note = f"Aus einer Vorgangsliste übernommen. {record.notiz}".strip()
        cases.add_event(to.session, number, Aktion.INTERESSE_ERFASSEN, status, since, note)
    if status in _CONNECTING:
        faelle_schreiben.copy_checklist(to.session, number, offer)
    if status is Status.GEKUENDIGT and terms is not None:
        _write_notice(to, number, record, terms)
    if status in _IN_USE and record.produktiv_ab:
        _write_use(to, number, stelle, dienst, record)


def _row(
    to: Directory, record: VorgangRecord, status: Status, since: date, terms: int | None
) -> Row:
    return {
        "handelt": Handlungsweise.SELBST,
        "status": status,
        "status_seit": since,
        "status_vor_kuendigung": Status.PRODUKTIV if status is Status.GEKUENDIGT else None,
        "interesse_am": record.eingang,
        "bestaetigt_am": record.bestaetigt_am,
        "vertrag_am": _contract(to, record, status, terms, since),
        "produktiv_ab": record.produktiv_ab,
        "bedingungen_offen": not record.fassung,
        "aktenzeichen": record.aktenzeichen,
    }


def _say_led_here(to: Directory, record: VorgangRecord, vorgangsnummer: str) -> None:
    """A list is older than what people decided since; it must not set a case back."""
    to.remark(
        record,
        "status",
        record.status,
        f"Der Vorgang {vorgangsnummer} wird im Portal geführt und wurde nicht überschrieben. "
        "Ändern Sie ihn dort",
    )


def _say_not_under_notice(to: Directory, record: VorgangRecord) -> None:
    """A notice ends a contract under terms; without them nothing could be said about its period."""
    to.note(
        record,
        "Die Kündigung wurde nicht übernommen, weil zu diesem Angebot keine"
        " Nachnutzungsbedingungen erfasst sind; der Vorgang steht bis dahin als produktiv",
        "Erfassen Sie die Nachnutzungsbedingungen der Koordinierenden Stelle; dann wird die"
        " Kündigung mit dem nächsten Import nachgeholt.",
    )


def _since(record: VorgangRecord, status: Status) -> date | None:
    dates = {
        Status.BESTAETIGT: record.bestaetigt_am,
        Status.PRODUKTIV: record.produktiv_ab,
        Status.GEKUENDIGT: record.gekuendigt_am,
    }
    return dates.get(status) or record.eingang


def _contract(
    to: Directory, record: VorgangRecord, status: Status, terms: int | None, since: date
) -> date | None:
    """Lists do not name the day; without one nobody could give notice here. Whatever the terms
    say, a service in productive use has a contract behind it."""
    confirmed = record.bestaetigt_am or (since if status is Status.BESTAETIGT else None)
    if cases.concludes(to.session, terms) is Vertragsschluss.BESTAETIGUNG and confirmed:
        return confirmed
    return record.produktiv_ab or since if status in _IN_USE else None


def _write_notice(to: Directory, case: int, record: VorgangRecord, terms: int) -> None:
    upsert(
        to.session,
        Kuendigung,
        [
            {
                "nachnutzung_id": case,
                "zugang": record.gekuendigt_am,
                "form": Erklaerungsform.SCHRIFTLICH,
                "bedingungen_id": terms,
                "wirksam_zum": record.wirksam_zum,
                "rechnung": "Aus einer Vorgangsliste übernommen, nicht berechnet.",
            }
        ],
        ("nachnutzung_id", "zugang"),
    )


def _write_use(to: Directory, case: int, stelle: int, dienst: int, record: VorgangRecord) -> None:
    upsert(
        to.session,
        Einsatz,
        [
            {
                "stelle_id": stelle,
                "onlinedienst_id": dienst,
                "rolle": Einsatzrolle.NUTZT,
                "status": Einsatzstatus.PRODUKTIV,
                "ab": record.produktiv_ab,
                "bis": record.wirksam_zum,
                "beleg": Beleg.KOORDINIERUNG,
                "nachnutzung_id": case,
                "sichtbarkeit": Sichtbarkeit.OEFFENTLICH,
                "quelle_id": to.lieferant,
            }
        ],
        ("nachnutzung_id", "stelle_id", "onlinedienst_id"),
    )
