"""Beginning a case: interest by a body or recorded for it, the short path, and the mere wish.

One form may begin cases for several bodies; then it begins all of them or none. The same form
sent twice finds its cases and begins no others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from katalog.db import Session
from katalog.domain.angaben import Angaben
from katalog.domain.begriffe import Handlungsweise
from katalog.domain.errors import (
    NichtErlaubt,
    NichtGefunden,
    SchonVorhanden,
    UngueltigeEingabe,
    UngueltigeEingaben,
    VoraussetzungFehlt,
)
from katalog.domain.mailadresse import is_mailadresse
from katalog.domain.nachnutzung import Aktion
from katalog.domain.rollen import Recht, Rolle, require
from katalog.domain.vorgang import Status, Weg, is_open
from katalog.journal import record
from katalog.models.angebot import Landesangebot
from katalog.models.fall import Nachnutzung
from katalog.queries import cases, faelle, faelle_schreiben, faelle_wege
from katalog.queries.faelle_wege import Koerperschaft
from katalog.workflow.vollzug import perform
from katalog.workflow.wege import find_way
from katalog.workflow.werte import (
    Akteur,
    Anhang,
    Ansprechstelle,
    Begonnen,
    Interesse,
)
from katalog.workflow.wirkungen import Schritt

_LONGEST = {"name": 200, "telefon": 60}
_MOST_BODIES = 200


@dataclass(frozen=True, slots=True)
class Vorhaben:
    """What one body is about to begin: its way, its offer if there is one, its areas."""

    koerperschaft: Koerperschaft
    weg: Weg
    angebot: Landesangebot | None
    gebiete: tuple[int, ...]

    @property
    def stelle_id(self) -> int:
        assert self.koerperschaft.stelle.id is not None
        return self.koerperschaft.stelle.id


def save_draft(session: Session, akteur: Akteur, interesse: Interesse) -> list[Begonnen]:
    """Nobody is told, and nothing but the body and the assistant has to be known yet."""
    return _begin(session, akteur, interesse, lambda _vorhaben: None, Rolle.KOMMUNE)


def state_interest(session: Session, akteur: Akteur, interesse: Interesse) -> list[Begonnen]:
    """On the short path of a municipal assistant the same form, without terms, is a request."""
    check_contact(interesse.ansprechstelle)
    angaben = to_angaben(interesse)
    return _begin(
        session, akteur, interesse, lambda vorhaben: (opening_of(vorhaben.weg), angaben, None),
        Rolle.KOMMUNE,
    )  # fmt: skip


def record_interest(
    session: Session,
    akteur: Akteur,
    interesse: Interesse,
    *,
    eingang: date | None,
    beleg: str,
    anhang: Anhang | None = None,
) -> list[Begonnen]:
    """A mail or letter that came to the coordinating body directly."""
    if interesse.ansprechstelle.email:
        check_contact(interesse.ansprechstelle)
    if anhang is not None:
        known = faelle_schreiben.find_document(session, anhang.hash)
        if known is not None:
            raise SchonVorhanden(
                f"Diese Mail oder dieses Schreiben gehört schon zum Vorgang {known}. Öffnen Sie "
                "ihn, statt es noch einmal zu erfassen."
            )
    angaben = replace(to_angaben(interesse), eingang=eingang, beleg=beleg)
    return _begin(
        session, akteur, interesse,
        lambda _vorhaben: (Aktion.INTERESSE_ERFASSEN, angaben, anhang),
        Rolle.KOORDINIERUNG,
    )  # fmt: skip


def express_wish(
    session: Session, akteur: Akteur, dienst_id: int, stelle_id: int, notiz: str = ""
) -> int:
    """Counted, not promised: how many bodies wish for it now. Twice is once."""
    require(akteur.betrachter, Recht.WUNSCH_AEUSSERN, stelle=stelle_id)
    if faelle_wege.find_dienst(session, dienst_id) is None:
        raise NichtGefunden("Der Onlinedienst", str(dienst_id))
    if faelle_wege.add_wish(session, stelle_id, dienst_id, notiz.strip()[:2000], akteur.today):
        record(
            session, "wunsch_geaeussert", "onlinedienst", dienst_id, {"stelle_id": stelle_id},
            akteur.betrachter.konto_id,
        )  # fmt: skip
    return faelle_wege.count_wishes(session, dienst_id)


def count_wishes(session: Session, dienst_id: int) -> int:
    return faelle_wege.count_wishes(session, dienst_id)


# Planning: who, by which way, may it ------------------------------------------------------------


def plan_all(
    session: Session, akteur: Akteur, interesse: Interesse, rolle: Rolle, *, lock: bool = False
) -> list[Vorhaben]:
    dienst = faelle_wege.find_dienst(session, interesse.dienst_id)
    if dienst is None:
        raise NichtGefunden("Der Onlinedienst", str(interesse.dienst_id))
    stellen = tuple(dict.fromkeys(interesse.stellen))
    _check_bodies(akteur, interesse, stellen, rolle)
    bodies = {b.stelle.id: b for b in faelle_wege.find_bodies(session, stellen, akteur.today)}
    offers, areas = faelle_wege.offers_by_area(session, interesse.dienst_id, lock=lock)
    found = []
    for number in stellen:
        if number not in bodies:
            raise NichtGefunden("Die Stelle", str(number), "Suchen Sie sie mit ihrem Namen.")
        body = bodies[number]
        weg, offer, hindernis = find_way(dienst, body, offers, areas)
        if weg is None:
            raise VoraussetzungFehlt(hindernis, (hindernis,))
        if rolle is Rolle.KOORDINIERUNG:
            _check_coordinating(akteur, offer)
        found.append(Vorhaben(body, weg, offer, _areas(interesse, body)))
    return found


def _check_bodies(
    akteur: Akteur, interesse: Interesse, stellen: tuple[int, ...], rolle: Rolle
) -> None:
    if not stellen or len(stellen) > _MOST_BODIES:
        raise UngueltigeEingabe(
            "stellen", "", f"Wählen Sie mindestens eine und höchstens {_MOST_BODIES} Stellen."
        )
    if interesse.handelt is Handlungsweise.SELBST and len(stellen) > 1:
        raise UngueltigeEingabe(
            "stellen",
            "",
            "Im eigenen Namen handelt eine Stelle. Für mehrere wählen Sie „im Namen von "
            "Mitgliedern“.",
        )
    for number in stellen:
        require(akteur.betrachter, Recht.VORGANG_BEGINNEN, stelle=number)
        if rolle is Rolle.KOMMUNE and number not in akteur.betrachter.eigene_stellen:
            raise NichtErlaubt(
                "Interesse bekundet die Stelle selbst. Haben Sie es per Mail oder Brief erhalten, "
                "erfassen Sie es als Koordinierende Stelle."
            )


def _check_coordinating(akteur: Akteur, offer: Landesangebot | None) -> None:
    """To see a case one coordinates its area; to record one it is one's own offer."""
    mine = akteur.betrachter.koordinierende_stellen
    if offer is None or offer.koordinierung_id not in mine:
        raise NichtErlaubt(
            "Erfassen kann ein Interesse nur die Koordinierende Stelle, deren Angebot es betrifft."
        )


def _areas(interesse: Interesse, body: Koerperschaft) -> tuple[int, ...]:
    if not interesse.gebiete or interesse.handelt is Handlungsweise.IM_NAMEN:
        return body.gebiete
    own = {*body.gebiete, body.stelle.gebiet_id}
    if not own.issuperset(interesse.gebiete):
        raise UngueltigeEingabe(
            "gebiete",
            "",
            f"Ein Gebiet gehört nicht zu „{body.stelle.name}“. Wählen Sie nur eigene Gebiete.",
        )
    return tuple(dict.fromkeys(interesse.gebiete))


def opening_of(weg: Weg) -> Aktion:
    return Aktion.ANFRAGEN if weg is Weg.KOMMUNAL else Aktion.INTERESSE_BEKUNDEN


def to_angaben(interesse: Interesse) -> Angaben:
    contact = interesse.ansprechstelle
    return Angaben(
        ansprechstelle=contact.email or contact.name,
        wunschtermin=interesse.wunschtermin,
        zustimmung=interesse.zustimmung,
    )


def check_contact(contact: Ansprechstelle) -> None:
    faults = []
    if not is_mailadresse(contact.email.strip()):
        text = "Das ist keine E-Mail-Adresse. Beispiel: ozg@kommune.example"
        faults.append(UngueltigeEingabe("email", contact.email, text))
    for name, longest in _LONGEST.items():
        value: str = getattr(contact, name)
        if len(value) > longest:
            text = f"Der Text ist zu lang. Möglich sind {longest} Zeichen."
            faults.append(UngueltigeEingabe(name, value, text))
    if faults:
        raise UngueltigeEingaben(faults)


# Writing ----------------------------------------------------------------------------------------

_Opening = Callable[[Vorhaben], tuple[Aktion, Angaben, Anhang | None] | None]


def _begin(
    session: Session, akteur: Akteur, interesse: Interesse, opening: _Opening, rolle: Rolle
) -> list[Begonnen]:
    faelle_schreiben.lock_bodies(session, interesse.stellen)
    plans = plan_all(session, akteur, interesse, rolle, lock=True)
    return [_begin_one(session, akteur, interesse, v, opening(v), rolle) for v in plans]


def _begin_one(
    session: Session,
    akteur: Akteur,
    interesse: Interesse,
    vorhaben: Vorhaben,
    step: tuple[Aktion, Angaben, Anhang | None] | None,
    rolle: Rolle,
) -> Begonnen:
    known = _find_open(session, akteur, interesse, vorhaben)
    name = vorhaben.koerperschaft.stelle.name
    if known is not None and known.status is not Status.ENTWURF:
        if _is_same(session, akteur, interesse, known):
            assert known.id is not None
            return Begonnen(known.id, known.vorgangsnummer, name, neu=False)
        raise SchonVorhanden(
            f"„{name}“ hat dazu schon einen offenen Vorgang: {known.vorgangsnummer} "
            f"({known.status.label}). Führen Sie diesen fort."
        )
    row = known or _add_row(session, akteur, vorhaben, interesse)
    _fill_row(session, row, interesse, vorhaben)
    assert row.id is not None
    if step is None:
        faelle_schreiben.change_case(session, row, {})
        record(
            session, "vorgang_entworfen", "nachnutzung", row.id,
            {"stelle_id": vorhaben.stelle_id}, akteur.betrachter.konto_id,
        )  # fmt: skip
        return Begonnen(row.id, row.vorgangsnummer, name, neu=known is None)
    aktion, angaben, anhang = step
    vorgang = faelle.load(session, [row.id], akteur.today)[0]
    # What is recorded from a letter has never been a draft.
    recorded = aktion is Aktion.INTERESSE_ERFASSEN
    fall = replace(vorgang.fall, status=None, status_seit=None) if recorded else None
    schritt = Schritt(vorgang, aktion, rolle, angaben, anhang=anhang)
    done = perform(session, akteur, schritt, fall)
    return Begonnen(row.id, row.vorgangsnummer, name, neu=True, hinweise=done.hinweise)


def _find_open(
    session: Session, akteur: Akteur, interesse: Interesse, vorhaben: Vorhaben
) -> Nachnutzung | None:
    """A case whose contract has ended is closed now: until here nobody had to note it."""
    offer = None if vorhaben.angebot is None else vorhaben.angebot.id
    found = faelle_schreiben.find_open(
        session, interesse.dienst_id, [vorhaben.stelle_id], lock=True
    )
    known = found.get((vorhaben.stelle_id, offer))
    if known is None or known.id is None:
        return None
    [vorgang] = faelle.load(session, [known.id], akteur.today)
    if is_open(vorgang.fall, akteur.today):
        return known
    faelle_schreiben.change_case(session, known, {"abgeschlossen_am": vorgang.fall.wirksam_zum})
    return None


def _is_same(session: Session, akteur: Akteur, interesse: Interesse, known: Nachnutzung) -> bool:
    """The form sent twice: same person, same day, same wish, and nothing happened since."""
    assert known.id is not None
    return (
        known.status in {Status.INTERESSE_BEKUNDET, Status.ANGEFRAGT}
        and known.status_seit == akteur.today
        and known.wunschtermin == interesse.wunschtermin
        and akteur.betrachter.konto_id is not None
        and faelle_schreiben.first_account(session, known.id) == akteur.betrachter.konto_id
    )


def _add_row(
    session: Session, akteur: Akteur, vorhaben: Vorhaben, interesse: Interesse
) -> Nachnutzung:
    row = Nachnutzung(
        vorgangsnummer=cases.next_number(session, akteur.today),
        landesangebot_id=None if vorhaben.angebot is None else vorhaben.angebot.id,
        onlinedienst_id=interesse.dienst_id,
        zustaendige_stelle_id=vorhaben.stelle_id,
        handelt=interesse.handelt,
        status=Status.ENTWURF,
        status_seit=akteur.today,
    )
    faelle_schreiben.add_case(session, row)
    return row


def _fill_row(session: Session, row: Nachnutzung, interesse: Interesse, vorhaben: Vorhaben) -> None:
    contact = interesse.ansprechstelle
    number = row.ansprechperson_id
    if contact.email.strip():
        number = faelle_schreiben.ensure_contact(
            session,
            vorhaben.stelle_id,
            contact.name.strip(),
            contact.email.strip().lower(),
            contact.telefon.strip(),
        )
    row.ansprechperson_id, row.handelt = number, interesse.handelt
    row.wunschtermin = interesse.wunschtermin
    assert row.id is not None
    faelle_schreiben.set_areas(session, row.id, vorhaben.gebiete)
