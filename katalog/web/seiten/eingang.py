"""Mails that came to the coordinating body: uploaded, read beside the form, and decided about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from importers.mail import LARGEST_MAIL, read_mail
from importers.records import Unlesbar
from katalog.domain.eingang import Eingangsart, Eingangsstatus, Eingangsweg, Interessenmail
from katalog.domain.errors import (
    NichtErlaubt,
    NichtGefunden,
    SchonVorhanden,
    UngueltigeEingabe,
    UngueltigeEingaben,
    VoraussetzungFehlt,
)
from katalog.domain.kalender import format_datum
from katalog.domain.rollen import Rolle
from katalog.queries import eingang_absender, mitgliedschaften
from katalog.web.case_reader import akteur_of, read_number
from katalog.web.forms import action
from katalog.web.interest_form import (
    FIELDS,
    find_offer,
    form_values,
    read_interest_form,
    search_own_bodies,
    typed_fields,
)
from katalog.web.lists import check_page
from katalog.web.page import Download, Page, Redirect, View, page
from katalog.web.uploads import Upload
from katalog.workflow import (
    Angebotszeile,
    Eingangsmail,
    Eingegangen,
    assign_to,
    begin_from,
    count_as_wish,
    count_inbox,
    discard,
    list_inbox,
    list_offers,
    read_file,
    read_incoming,
    receive,
    reopen,
)

COORDINATORS = frozenset({Rolle.KOORDINIERUNG})
_INBOX = "/koordination/eingang"
# Several mails of a usual size or a few large ones, and what goes around them.
_LARGEST_UPLOAD = 3 * LARGEST_MAIL
_LARGEST_FORM = _LARGEST_UPLOAD + 64 * 1024
_MOST_AT_ONCE = 50
# Whoever has not been answered for so long is forgotten, not waiting.
_FORGOTTEN = timedelta(days=365)
_HINT = "Laden Sie den Eingang neu."
_SETTLED = tuple(status for status in Eingangsstatus if status is not Eingangsstatus.OFFEN)
_DONE = {
    "neu": "Die Mail ist im Eingang. Prüfen Sie, was wir darin gelesen haben.",
    "abgelegt": "Die Mail liegt bei ihrem Vorgang.",
    "eigene": "Diese Mail hat das Portal selbst verschickt. Mit ihr ist nichts zu tun.",
    "bekannt": "Diese Mail kam schon einmal.",
    "verworfen": "Die Mail ist verworfen.",
    "wunsch": "Der Wunsch ist gezählt.",
    "zurueck": "Die Mail ist wieder im Eingang.",
}


@dataclass(frozen=True, slots=True)
class Ergebnis:
    """What became of one file of an upload: `mail` is where it is now, or `ursache` why not."""

    datei: str
    mail: Eingegangen | None = None
    ursache: str = ""

    @property
    def meldung(self) -> str:
        return self.ursache if self.mail is None else _DONE[_became(self.mail)]


@page(_INBOX, access=COORDINATORS)
def show_inbox(view: View) -> Page:
    return _inbox(view)


@action(_INBOX, access=COORDINATORS, largest=_LARGEST_FORM)
def take_mails(view: View) -> Page | Redirect:
    """One mail leads to its page; of several each says what became of it. Sent again, the same
    page comes: every mail is known then."""
    uploads = view.files.all("datei")
    if not uploads:
        return _inbox(view, {"datei": "Wählen Sie zuerst eine Mail aus."})
    if len(uploads) > _MOST_AT_ONCE:
        text = f"Das sind {len(uploads)} Dateien. Laden Sie höchstens {_MOST_AT_ONCE} zugleich."
        return _inbox(view, {"datei": text})
    owner = _owner(view)
    results = [_take(view, owner, upload) for upload in uploads]
    if len(results) > 1:
        return _inbox(view, _count_unread(results), results)
    [result] = results
    if result.mail is None:
        return _inbox(view, {"datei": result.ursache})
    return Redirect(f"{_INBOX}/{result.mail.id}?ok={_became(result.mail)}")


@page(f"{_INBOX}/{{nummer:str}}", access=COORDINATORS)
def show_mail(view: View) -> Page:
    return _mail(view, _read(view))


@page(f"{_INBOX}/{{nummer:str}}/dateien/{{datei:str}}", access=COORDINATORS)
def download_file(view: View) -> Download:
    """Under a name of ours: what somebody called a file belongs into no header."""
    number = read_number(view.path["nummer"], "Die Mail", _HINT)
    typed = view.path["datei"]
    position = 0 if typed == "0" else read_number(typed, "Die Datei", _HINT)
    found = read_file(view.session, akteur_of(view), number, position)
    ending = found.name.rpartition(".")[2]
    name = f"mail-{number}-{position}.{ending}"
    return Download(name, "application/octet-stream", iter([found.inhalt]))


@action(f"{_INBOX}/{{nummer:str}}/vorgang", access=COORDINATORS)
def begin_case(view: View) -> Page | Redirect:
    mail = _read(view)
    offer = find_offer(view, view.form.text("dienst"))
    if offer is None:
        raise NichtGefunden("Das Angebot", view.form.text("dienst"), "Wählen Sie es neu aus.")
    werte = typed_fields(view)
    try:
        read = read_interest_form(view, offer, werte)
        begun = begin_from(
            view.session, akteur_of(view), _id(mail), read.interesse,
            eingang=read.eingang, beleg=read.beleg,
        )  # fmt: skip
    except (UngueltigeEingabe, UngueltigeEingaben) as faults:
        return _mail(view, mail, faults.by_field, werte)
    except (SchonVorhanden, VoraussetzungFehlt) as conflict:
        return _mail(view, mail, {"stellen": conflict.meldung}, werte)
    if len(begun) == 1:
        return Redirect(f"/nachnutzungen/{begun[0].id}?ok=erfasst")
    return Redirect("/koordination?ok=erfasst")


@action(f"{_INBOX}/{{nummer:str}}/entscheidung", access=COORDINATORS)
def decide(view: View) -> Page | Redirect:
    """The button says which of them; each has its own fields."""
    mail, akteur = _read(view), akteur_of(view)
    try:
        match view.form.text("was"):
            case "zuordnen":
                number = view.form.text("vorgangsnummer")
                case = assign_to(view.session, akteur, _id(mail), number)
                return Redirect(f"/nachnutzungen/{case}?ok=mail")
            case "wunsch":
                count_as_wish(view.session, akteur, _id(mail), *_wished(view))
                return Redirect(f"{_INBOX}?ok=wunsch")
            case "verwerfen":
                discard(view.session, akteur, _id(mail), view.form.last("grund"))
                return Redirect(f"{_INBOX}?ok=verworfen")
            case "zurueck":
                reopen(view.session, akteur, _id(mail))
                return Redirect(f"{_INBOX}/{_id(mail)}?ok=zurueck")
            case other:
                raise UngueltigeEingabe("was", other, f"Was mit der Mail wird, fehlt. {_HINT}")
    except UngueltigeEingabe as fault:
        return _mail(view, mail, fault.by_field)


# Pages ------------------------------------------------------------------------------------------


def _take(view: View, owner: int, upload: Upload) -> Ergebnis:
    try:
        mail = read_mail(upload.data)
    except Unlesbar as error:
        return Ergebnis(upload.name, ursache=str(error))
    came = receive(view.session, owner, Eingangsweg.HOCHGELADEN, mail, upload.data, view.today)
    return Ergebnis(upload.name, came)


def _became(came: Eingegangen) -> str:
    if not came.neu:
        return "bekannt"
    if came.art is Eingangsart.EIGENE:
        return "eigene"
    return "neu" if came.status is Eingangsstatus.OFFEN else "abgelegt"


def _count_unread(results: Sequence[Ergebnis]) -> dict[str, str]:
    unread = sum(result.mail is None for result in results)
    if not unread:
        return {}
    text = f"{unread} von {len(results)} Dateien ließen sich nicht lesen. Darunter steht, warum."
    return {"datei": text}


def _inbox(
    view: View, faults: Mapping[str, str] | None = None, results: Sequence[Ergebnis] = ()
) -> Page:
    settled = view.address.text("ansicht") == "erledigt"
    status = _SETTLED if settled else (Eingangsstatus.OFFEN,)
    found = list_inbox(view.session, akteur_of(view), status, view.address.page())
    check_page(found)
    return Page(
        "seiten/eingang.html",
        {
            "seite": found,
            "erledigt": settled,
            "adresse": view.address.without("ok"),
            "groesse": LARGEST_MAIL // 1024 // 1024,
            "zusammen": _LARGEST_UPLOAD // 1024 // 1024,
            "ergebnisse": results,
            "im_eingang": count_inbox(view.session, akteur_of(view)),
            "vergessen_vor": view.today - _FORGOTTEN,
            "stellen": _owners(view),
            "fehler": faults or {},
            "meldung": _DONE.get(view.address.text("ok"), ""),
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
    )


def _mail(
    view: View,
    mail: Eingangsmail,
    faults: Mapping[str, str] | None = None,
    werte: Mapping[str, str] | None = None,
) -> Page:
    """What the mail says fills the form, until somebody has chosen or typed something else."""
    offers = list_offers(view.session, akteur_of(view))
    sent = view.form if werte is not None else view.address
    q, kennung = sent.text("q"), sent.text("dienst")
    offer = next((each for each in offers if each.kennung == kennung), None)
    if offer is None and not kennung:
        offer = next((e for e in offers if e.dienst_id == mail.row.onlinedienst_id), None)
    understood = mitgliedschaften.find_body(view.session, mail.row.stelle_id or 0)
    if understood is not None and q in {"", understood.name}:
        found, q = [understood], understood.name
    else:
        found = search_own_bodies(view, q)
    chosen = view.form.all("stellen")
    return Page(
        "seiten/eingang_mail.html",
        form_values(offer, q, found, chosen, werte or _filled(mail, offer), faults)
        | {
            "mail": mail,
            "angebote": offers,
            "angeboten": any(e.dienst_id == mail.row.onlinedienst_id for e in offers),
            "getippt": view.form,
            "meldung": _DONE.get(view.address.text("ok"), ""),
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
    )


def _filled(mail: Eingangsmail, offer: Angebotszeile | None) -> dict[str, str]:
    row, said = mail.row, mail.interesse
    day = format_datum(row.eingegangen_am)
    werte = dict.fromkeys(FIELDS, "") | {
        "eingang": day,
        "beleg": f"Mail vom {day}",
        "wunschtermin": format_datum(row.wunschtermin) if row.wunschtermin else "",
        "name": row.von_name,
        "email": row.von,
    }
    return werte if said is None else werte | _said(said, offer)


def _said(said: Interessenmail, offer: Angebotszeile | None) -> dict[str, str]:
    """Terms count as accepted only if it is the version that is shown beside."""
    found = {"name": said.name, "email": said.email, "telefon": said.telefon}
    werte = {name: value for name, value in found.items() if value}
    terms = None if offer is None else offer.bedingungen
    if terms is not None and terms.fassung == said.fassung:
        werte |= {
            "zustimmung": "ja",
            "zustimmung_name": said.annahme_name,
            "zustimmung_funktion": said.annahme_funktion,
            "vertretung": said.vertretung.value if said.vertretung else "",
        }
    return werte


# Reading ----------------------------------------------------------------------------------------


def _read(view: View) -> Eingangsmail:
    number = read_number(view.path["nummer"], "Die Mail", _HINT)
    return read_incoming(view.session, akteur_of(view), number)


def _id(mail: Eingangsmail) -> int:
    assert mail.row.id is not None
    return mail.row.id


def _wished(view: View) -> tuple[int, int]:
    """The assistant as somebody knows it, and the body out of the own area."""
    dienst = eingang_absender.find_assistant(view.session, view.form.text("wunschdienst"))
    if dienst is None:
        text = "So heißt kein Onlinedienst im Katalog. Schreiben Sie den Namen wie dort."
        raise UngueltigeEingabe("wunschdienst", view.form.text("wunschdienst"), text)
    typed = view.form.text("wunschstelle")
    found = search_own_bodies(view, typed)
    exact = [body for body in found if body.name == typed] or found
    if len(exact) != 1:
        text = "Nennen Sie eine Stelle Ihres Gebiets mit ihrem ganzen Namen oder ihrem ARS."
        raise UngueltigeEingabe("wunschstelle", typed, text)
    return dienst, exact[0].id


def _owners(view: View) -> Sequence[tuple[int, str]]:
    """Whoever belongs to several coordinating bodies says whose mail it is."""
    mine = view.viewer.koordinierende_stellen
    names = eingang_absender.bodies_by_id(view.session, mine)
    return sorted(names.items(), key=lambda pair: pair[1])


def _owner(view: View) -> int:
    owners = _owners(view)
    wanted = view.form.text("stelle")
    chosen = [number for number, _ in owners if str(number) == wanted] or [n for n, _ in owners]
    if not chosen:
        raise NichtErlaubt("Sie gehören zu keiner Koordinierenden Stelle.")
    return chosen[0]


PAGES = [show_inbox, take_mails, show_mail, download_file, begin_case, decide]
