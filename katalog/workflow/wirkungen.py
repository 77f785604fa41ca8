"""What a step writes besides the case, its event and its mails: one function per `Wirkung`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from katalog.db import Session
from katalog.domain.angaben import Angaben
from katalog.domain.begriffe import Erklaerungsform
from katalog.domain.einsatz import confirm_again
from katalog.domain.fristen import format_rechnung
from katalog.domain.nachnutzung import Ergebnis
from katalog.domain.registerbild import show_in_register
from katalog.domain.rollen import Rolle
from katalog.domain.schritt import Wirkung
from katalog.domain.vorgang import Aktion, Fall
from katalog.models.fall import Aussetzung, Kuendigung, Zustimmung
from katalog.queries import faelle_register, faelle_schreiben
from katalog.queries.faelle import Vorgang
from katalog.workflow.werte import Akteur, Anhang


@dataclass(frozen=True, slots=True)
class Schritt:
    """A step somebody takes in a case, with what comes along with it."""

    vorgang: Vorgang
    aktion: Aktion
    rolle: Rolle
    angaben: Angaben
    form: Erklaerungsform = Erklaerungsform.SCHRIFTLICH
    anhang: Anhang | None = None


@dataclass(frozen=True, slots=True)
class Vollzug:
    """What the effects of a step look at while they are written."""

    session: Session
    akteur: Akteur
    schritt: Schritt
    ergebnis: Ergebnis
    dokument_id: int | None

    @property
    def vorgang(self) -> Vorgang:
        return self.schritt.vorgang

    @property
    def fall(self) -> Fall:
        return self.ergebnis.fall


def _record_zustimmung(vollzug: Vollzug) -> None:
    """The hash proves which text was accepted, even if somebody changed the version later."""
    given, terms = vollzug.schritt.angaben.zustimmung, vollzug.vorgang.anzunehmen
    if given is None or terms is None:
        return
    assert terms.id is not None
    vollzug.session.add(
        Zustimmung(
            nachnutzung_id=vollzug.vorgang.id,
            bedingungen_id=terms.id,
            text_hash=hashlib.sha256(terms.text.encode()).hexdigest(),
            name=given.name.strip(),
            funktion=given.funktion.strip(),
            vertretung=given.vertretung,
            nachweis_id=vollzug.dokument_id,
        )
    )
    vollzug.session.flush()


def _copy_checklist(vollzug: Vollzug) -> None:
    vorgang = vollzug.vorgang
    faelle_schreiben.copy_checklist(vollzug.session, vorgang.id, vorgang.row.landesangebot_id)


def _follow_in_register(vollzug: Vollzug) -> None:
    """Its own word: what the body does in the case, and going live, which it has announced."""
    today = vollzug.akteur.today
    faelle_register.follow_in_register(
        vollzug.session,
        vollzug.vorgang.row,
        show_in_register(vollzug.fall, today),
        own_word=vollzug.schritt.rolle is Rolle.KOMMUNE
        or vollzug.fall.golive_gemeldet_zum is not None,
        konto_id=vollzug.akteur.betrachter.konto_id,
        today=today,
        due=confirm_again(today),
    )


def _open_suspension(vollzug: Vollzug) -> None:
    angaben = vollzug.schritt.angaben
    vollzug.session.add(
        Aussetzung(
            nachnutzung_id=vollzug.vorgang.id,
            ab=angaben.ab or vollzug.akteur.today,
            geplant_bis=angaben.geplant_bis,
            wiedervorlage=angaben.wiedervorlage,
            grund=angaben.grund.strip(),
            vorab_kontakt=angaben.vorab_kontakt_am is not None,
            hinweis_veroeffentlicht=angaben.hinweis_veroeffentlicht,
        )
    )
    vollzug.session.flush()


def _close_suspension(vollzug: Vollzug) -> None:
    faelle_schreiben.close_suspension(vollzug.session, vollzug.vorgang.id, vollzug.akteur.today)


def _record_notice(vollzug: Vollzug) -> None:
    """A correction is a new row; it keeps the rule, the form and the proof of the notice."""
    vorgang, fall, angaben = vollzug.vorgang, vollzug.fall, vollzug.schritt.angaben
    before, terms = vorgang.kuendigung, vorgang.geltend
    by_portal = vollzug.schritt.rolle is Rolle.KOMMUNE
    form = Erklaerungsform.PORTAL if by_portal else vollzug.schritt.form
    # The domain has computed an end, so there are terms that it follows from.
    ruling = before.bedingungen_id if before else terms.id if terms else None
    assert ruling is not None
    assert fall.zugang is not None
    assert fall.wirksam_zum is not None
    vollzug.session.add(
        Kuendigung(
            nachnutzung_id=vorgang.id,
            vorab_kontakt_am=angaben.vorab_kontakt_am
            or (before.vorab_kontakt_am if before else None),
            angekuendigt_am=before.angekuendigt_am if before else vollzug.akteur.today,
            zugang=fall.zugang,
            form=before.form if before else form,
            nachweis_id=vollzug.dokument_id or (before.nachweis_id if before else None),
            bedingungen_id=ruling,
            wirksam_zum=fall.wirksam_zum,
            rechnung=format_rechnung(fall.rechnung),
            grund=angaben.grund.strip(),
        )
    )
    vollzug.session.flush()


def _order_decoupling(vollzug: Vollzug) -> None:
    faelle_schreiben.set_decoupling(vollzug.session, vollzug.vorgang.id)


def _record_decoupling(vollzug: Vollzug) -> None:
    fall, today = vollzug.fall, vollzug.akteur.today
    values: dict[str, Any] = {"erfolgt_am": fall.entkoppelt_am}
    if fall.entkopplung_vereinbart_fuer != vollzug.ergebnis.vorher.entkopplung_vereinbart_fuer:
        values |= {"vereinbart_fuer": fall.entkopplung_vereinbart_fuer, "vereinbart_am": today}
    faelle_schreiben.set_decoupling(vollzug.session, vollzug.vorgang.id, **values)


def _take_back_notice(vollzug: Vollzug) -> None:
    faelle_schreiben.take_back_notice(vollzug.session, vollzug.vorgang.id, vollzug.akteur.today)


# The offer that is discontinued is no part of a single case: `discontinue` writes it.
EFFEKTE: Mapping[Wirkung, Callable[[Vollzug], None]] = {
    Wirkung.ZUSTIMMUNG_FESTHALTEN: _record_zustimmung,
    Wirkung.CHECKLISTE_ANLEGEN: _copy_checklist,
    Wirkung.EINSATZ_ANGLEICHEN: _follow_in_register,
    Wirkung.AUSSETZUNG_OEFFNEN: _open_suspension,
    Wirkung.AUSSETZUNG_SCHLIESSEN: _close_suspension,
    Wirkung.KUENDIGUNG_FESTHALTEN: _record_notice,
    Wirkung.ENTKOPPLUNG_BEAUFTRAGEN: _order_decoupling,
    Wirkung.ENTKOPPLUNG_FESTHALTEN: _record_decoupling,
    Wirkung.KUENDIGUNG_AUFHEBEN: _take_back_notice,
}
