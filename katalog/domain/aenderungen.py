"""What the steps of a case change in it, apart from its state: field names and new values.

Called only after guards and checks have passed; `nachnutzung` and `nachnutzung_kurz` name
these functions in their tables.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from katalog.domain.angaben import Versuch, compute_kuendigung
from katalog.domain.begriffe import Vertragsschluss
from katalog.domain.rechnung import say_spaeteres_ende

_WITHOUT_NOTICE: dict[str, Any] = {
    "status_vor_kuendigung": None,
    "kuendigungsregel": None,
    "zugang": None,
    "gewuenschtes_ende": None,
    "wirksam_zum": None,
    "rechnung": (),
    "entkopplung_vereinbart_fuer": None,
}


def bekunde_interesse(versuch: Versuch) -> dict[str, Any]:
    angaben = versuch.angaben
    return {
        "interesse_am": angaben.eingang or versuch.today,
        "wunschtermin": angaben.wunschtermin,
        **nimm_bedingungen_an(versuch),
    }


def nimm_bedingungen_an(versuch: Versuch) -> dict[str, Any]:
    """A newer version accepted early rules from its own date on; until then the old one does."""
    fall = versuch.fall
    if versuch.angaben.zustimmung is None:
        return {}
    if fall.bedingungen_offen:
        return {"bedingungen_offen": False}
    new = fall.neue_bedingungen
    if new is not None and new.gueltig_ab <= versuch.today:
        return {"bedingungen": new, "neue_bedingungen": None}
    return {"neue_bedingungen": None}


def bestaetige(versuch: Versuch) -> dict[str, Any]:
    bedingungen = versuch.fall.bedingungen
    concluded = (
        bedingungen is not None and bedingungen.vertragsschluss is Vertragsschluss.BESTAETIGUNG
    )
    vertrag_am = versuch.fall.vertrag_am or (versuch.today if concluded else None)
    return {"bestaetigt_am": versuch.today, "vertrag_am": vertrag_am}


def melde_golive(versuch: Versuch) -> dict[str, Any]:
    return {"golive_gemeldet_zum": versuch.angaben.termin}


def brich_test_ab(versuch: Versuch) -> dict[str, Any]:
    return {"golive_gemeldet_zum": None}


def setze_produktiv(versuch: Versuch) -> dict[str, Any]:
    """Whatever the terms say, a service in productive use has a contract behind it."""
    day = versuch.angaben.datum
    return {"produktiv_ab": day, "vertrag_am": versuch.fall.vertrag_am or day}


def melde_produktiv(versuch: Versuch) -> dict[str, Any]:
    """On the short path there is no contract."""
    return {"produktiv_ab": versuch.angaben.datum}


def setze_aus(versuch: Versuch) -> dict[str, Any]:
    return {
        "ausgesetzt_ab": versuch.angaben.ab or versuch.today,
        "ausgesetzt_bis": versuch.angaben.geplant_bis,
    }


def nimm_wieder_auf(versuch: Versuch) -> dict[str, Any]:
    return {"ausgesetzt_ab": None, "ausgesetzt_bis": None}


def kuendige(versuch: Versuch) -> dict[str, Any]:
    changes = _compute_ende(versuch, versuch.angaben.ende)
    return {
        "status_vor_kuendigung": versuch.fall.status,
        "kuendigungsregel": versuch.fall.regel,
        **changes,
    }


def berichtige_zugang(versuch: Versuch) -> dict[str, Any]:
    return _compute_ende(versuch, versuch.fall.gewuenschtes_ende)


def nimm_kuendigung_zurueck(versuch: Versuch) -> dict[str, Any]:
    return _WITHOUT_NOTICE


def vereinbare_entkopplung(versuch: Versuch) -> dict[str, Any]:
    return {"entkopplung_vereinbart_fuer": versuch.angaben.termin}


def bestaetige_entkopplung(versuch: Versuch) -> dict[str, Any]:
    return {"entkoppelt_am": versuch.angaben.datum}


def stelle_dienst_ein(versuch: Versuch) -> dict[str, Any]:
    return {"eingestellt_zum": versuch.angaben.termin}


def _compute_ende(versuch: Versuch, wanted: date | None) -> dict[str, Any]:
    """A later end somebody named stays; "as soon as possible" follows the day of receipt."""
    kuendigung, regel = compute_kuendigung(versuch), versuch.fall.regel
    if kuendigung is None or regel is None:
        raise AssertionError("Geprüft von VERTRAG_GESCHLOSSEN und der Angabe des Zugangs.")
    later = wanted if wanted is not None and wanted > kuendigung.wirksam_zum else None
    rechnung = kuendigung.rechnung
    if later is not None:
        rechnung = (*rechnung, say_spaeteres_ende(regel, later))
    return {
        "zugang": kuendigung.zugang,
        "gewuenschtes_ende": later,
        "wirksam_zum": later or kuendigung.wirksam_zum,
        "rechnung": rechnung,
    }
