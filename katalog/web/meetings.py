"""An exchange meeting as a calendar entry: the same in its own file and in a calendar of all."""

from __future__ import annotations

from urllib.parse import urlsplit

from katalog.db import Session
from katalog.domain.mailadresse import is_mailadresse
from katalog.models.grundlage import now
from katalog.queries import kontakte
from katalog.queries.austausch import Terminzeile
from katalog.termine import Treffen, Veranstalter, write_calendar
from katalog.web.case_reader import read_number
from katalog.web.page import Download, View


def number_of(view: View) -> int:
    return read_number(view.path["nummer"], "Der Termin", "Alle Termine stehen unter /austausch.")


def basis_url(view: View) -> str:
    return view.portal.settings.basis_url.rstrip("/")


def entries(
    session: Session, zeilen: list[Terminzeile], basis: str, *, inside: bool = True
) -> list[Treffen]:
    """With the link to the video conference only for those who are `inside`."""
    offices = {zeile.termin.koordinierung_id for zeile in zeilen}
    addresses = kontakte.mailboxes(session, offices)
    host = urlsplit(basis).hostname or "localhost"
    return [
        Treffen(
            uid=f"austausch-{zeile.termin.id}@{host}",
            beginn=zeile.termin.beginn,
            ende=zeile.termin.ende,
            titel=zeile.termin.titel,
            text=_text(zeile, inside=inside),
            url=f"{basis}/austausch/{zeile.termin.id}",
            ort=zeile.termin.ort or (zeile.termin.videolink if inside else ""),
            veranstalter=_organizer(
                zeile.koordinierung, addresses.get(zeile.termin.koordinierung_id, "")
            ),
            folge=zeile.termin.folge,
            abgesagt=zeile.termin.abgesagt_am is not None,
        )
        for zeile in zeilen
    ]


def calendar_file(view: View, zeile: Terminzeile, *, inside: bool) -> Download:
    method = "CANCEL" if zeile.termin.abgesagt_am else "PUBLISH"
    (entry,) = entries(view.session, [zeile], basis_url(view), inside=inside)
    body = write_calendar(zeile.termin.titel, [entry], now(), method)
    return Download(f"austausch-{zeile.termin.id}.ics", "text/calendar", iter([body]))


def _text(zeile: Terminzeile, *, inside: bool) -> str:
    termin = zeile.termin
    parts = (
        f"Eingeladen von {zeile.koordinierung}.",
        f"Videokonferenz: {termin.videolink}" if inside and termin.videolink else "",
        f"Tagesordnung:\n{termin.tagesordnung}" if inside and termin.tagesordnung else "",
    )
    return "\n\n".join(filter(None, parts))


def _organizer(name: str, address: str) -> Veranstalter | None:
    return Veranstalter(name, address) if is_mailadresse(address) else None
