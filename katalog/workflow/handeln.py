"""Taking a step in a case that is there, and what a step would do before it is taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from katalog.db import Session
from katalog.domain.angaben import Angaben
from katalog.domain.begriffe import Erklaerungsform
from katalog.domain.errors import (
    FalscherZustand,
    NichtErlaubt,
    NichtGefunden,
    UngueltigeEingabe,
    VeralteterStand,
    VoraussetzungFehlt,
)
from katalog.domain.fristen import Kuendigungsregel, list_enden, spaetester_zugang, wirksam_zum
from katalog.domain.laender import Landeskuerzel
from katalog.domain.nachnutzung import STEPS_BY_WEG, Aktion, list_aussichten
from katalog.domain.registerbild import show_in_register
from katalog.domain.rollen import Recht, Rolle, may, require, resolve_rollen
from katalog.domain.schritt import Gegenstand
from katalog.domain.vorgang import is_open
from katalog.feiertage import feiertage_in, recommend_zugang
from katalog.journal import record
from katalog.queries import faelle, faelle_angebote
from katalog.queries.faelle import Vorgang
from katalog.workflow.vollzug import Plan, perform, plan
from katalog.workflow.werte import Akteur, Anhang, Ende, Getan, Kuendigungsvorschau, Vorschau
from katalog.workflow.wirkungen import Schritt

_HINT = "Ihre Vorgänge stehen in der Liste der Nachnutzungen."
_ENDS = 6


def take(
    session: Session,
    akteur: Akteur,
    case_id: int,
    version: int,
    aktion: Aktion,
    angaben: Angaben,
    *,
    rolle: Rolle | None = None,
    form: Erklaerungsform = Erklaerungsform.SCHRIFTLICH,
    anhang: Anhang | None = None,
) -> Getan:
    """`version` is what the page showed: of two who act on the same state one is told to look
    again. The row is locked before it is compared, so that neither overtakes the other."""
    vorgang = find_case(session, akteur, case_id, lock=True)
    rolle = choose_rolle(akteur, vorgang, aktion, rolle)
    if vorgang.row.version != version:
        raise VeralteterStand
    schritt = Schritt(vorgang, aktion, rolle, fill_in(vorgang, aktion, angaben), form, anhang)
    return perform(session, akteur, schritt)


def preview(
    session: Session,
    akteur: Akteur,
    case_id: int,
    aktion: Aktion,
    angaben: Angaben,
    *,
    rolle: Rolle | None = None,
) -> Vorschau:
    """With the same checks as the step itself, and nothing written."""
    vorgang = find_case(session, akteur, case_id)
    rolle = choose_rolle(akteur, vorgang, aktion, rolle)
    schritt = Schritt(vorgang, aktion, rolle, fill_in(vorgang, aktion, angaben))
    return _show(plan(session, akteur, schritt), aktion, akteur.today)


def preview_notice(
    session: Session,
    akteur: Akteur,
    case_id: int,
    *,
    zugang: date | None = None,
    ende: date | None = None,
    rolle: Rolle | None = None,
) -> Kuendigungsvorschau:
    """The earliest end, the next ends, and what becomes of a wanted one, before anything is
    confirmed. Also for a correction of the receipt."""
    vorgang = find_case(session, akteur, case_id)
    under_notice = vorgang.kuendigung is not None
    aktion = Aktion.ZUGANG_BERICHTIGEN if under_notice else Aktion.KUENDIGEN
    rolle = choose_rolle(akteur, vorgang, aktion, rolle)
    offered = list_aussichten(vorgang.fall, rolle, akteur.today)
    aussicht = next((a for a in offered if a.aktion is aktion), None)
    regel = vorgang.fall.regel
    if aussicht is None or regel is None:
        raise FalscherZustand("In diesem Schritt gibt es nichts zu kündigen. Öffnen Sie ihn neu.")
    if aussicht.fehlt:
        satz = f"„{aktion.label}“ ist noch nicht möglich. {'. '.join(aussicht.fehlt)}."
        raise VoraussetzungFehlt(satz, aussicht.fehlt)
    if rolle is Rolle.KOMMUNE or zugang is None:
        zugang = akteur.today
    if zugang > akteur.today:
        raise UngueltigeEingabe(
            "zugang", zugang.isoformat(), "Der Tag des Zugangs liegt in der Zukunft."
        )
    first = wirksam_zum(regel, zugang, vorgang.fall.vertrag_am)
    land = faelle_angebote.land_of(session, vorgang.stelle.land_id)
    terms = vorgang.geltend
    return Kuendigungsvorschau(
        regel=regel.satz,
        klausel=terms.klausel if terms else "",
        form=terms.kuendigung_form if terms else "",
        zugang=zugang,
        wirksam_zum=first.wirksam_zum,
        rechnung=first.rechnung,
        enden=_next_ends(regel, zugang, vorgang.fall.vertrag_am, land),
        wunsch=_wanted(vorgang, ende, first.wirksam_zum, land),
    )


def count_open(session: Session, akteur: Akteur, angebot_id: int) -> int:
    """How many cases it concerns if the offer is discontinued."""
    _require_discontinuing(session, akteur, angebot_id)
    return len(_open_cases(session, akteur, angebot_id))


def discontinue(
    session: Session,
    akteur: Akteur,
    angebot_id: int,
    termin: date,
    nachfolger: str = "",
    grund: str = "",
) -> list[Getan]:
    """All open cases learn it in the transaction that says it at the offer."""
    rolle = _require_discontinuing(session, akteur, angebot_id)
    if termin < akteur.today:
        raise UngueltigeEingabe(
            "termin", termin.isoformat(), "Der Tag liegt in der Vergangenheit. Wählen Sie einen "
            "späteren."
        )  # fmt: skip
    # The offer first: no case begins on it from here on, so that none is forgotten.
    faelle_angebote.discontinue(session, angebot_id, termin)
    faelle.lock_rows(session, faelle.open_of_offer(session, angebot_id))
    record(
        session, "landesangebot_eingestellt", "landesangebot", angebot_id,
        {"zum": termin.isoformat()}, akteur.betrachter.konto_id,
    )  # fmt: skip
    angaben = Angaben(termin=termin, nachfolger=nachfolger, grund=grund)
    return [
        perform(session, akteur, Schritt(vorgang, Aktion.DIENST_EINSTELLEN, rolle, angaben))
        for vorgang in _open_cases(session, akteur, angebot_id)
    ]


def find_case(session: Session, akteur: Akteur, case_id: int, *, lock: bool = False) -> Vorgang:
    """What somebody may not see is not there for them, whether or not it exists."""
    found = faelle.find(session, akteur.betrachter, case_id, akteur.today, lock=lock)
    if found is None:
        raise NichtGefunden("Der Vorgang", str(case_id), _HINT)
    return found


def rollen_in(akteur: Akteur, vorgang: Vorgang) -> tuple[Rolle, ...]:
    return resolve_rollen(
        akteur.betrachter,
        stelle=vorgang.row.zustaendige_stelle_id,
        koordinierung=vorgang.koordinierung_id,
        traeger=vorgang.traeger_id,
    )


def choose_rolle(
    akteur: Akteur, vorgang: Vorgang, aktion: Aktion, wanted: Rolle | None = None
) -> Rolle:
    """Whoever is on both sides acts on the one whose step it is, or on the one they name."""
    rollen = rollen_in(akteur, vorgang)
    steps = [s for s in STEPS_BY_WEG[vorgang.fall.weg] if s.aktion is aktion]
    if any(step.am is Gegenstand.LANDESANGEBOT for step in steps):
        raise FalscherZustand("Eingestellt wird ein ganzes Angebot, kein einzelner Vorgang.")
    if not rollen or (wanted is not None and wanted not in rollen):
        raise NichtErlaubt(
            "Sie können diesen Vorgang lesen, aber so nicht in ihm handeln. Das können die "
            f"zuständige Stelle und {vorgang.gegenueber or 'ihr Gegenüber'}."
        )
    if wanted is not None:
        return wanted
    fitting = [rolle for rolle in rollen if any(rolle in step.rollen for step in steps)]
    return (fitting or list(rollen))[0]


def fill_in(vorgang: Vorgang, aktion: Aktion, angaben: Angaben) -> Angaben:
    """A draft knows its contact and its wanted date already."""
    if aktion not in {Aktion.INTERESSE_BEKUNDEN, Aktion.ANFRAGEN}:
        return angaben
    contact = "" if vorgang.row.ansprechperson_id is None else "im Entwurf"
    return replace(
        angaben,
        ansprechstelle=angaben.ansprechstelle or contact,
        wunschtermin=angaben.wunschtermin or vorgang.row.wunschtermin,
    )


def _show(planned: Plan, aktion: Aktion, today: date) -> Vorschau:
    fall = planned.ergebnis.fall
    bild = show_in_register(fall, today)
    assert fall.status is not None
    return Vorschau(
        aktion=aktion,
        status=fall.status,
        briefe=planned.briefe,
        register="" if bild is None else bild.satz,
        wirksam_zum=fall.wirksam_zum,
        rechnung=fall.rechnung,
    )


def _next_ends(
    regel: Kuendigungsregel, zugang: date, vertrag_am: date | None, land: Landeskuerzel | None
) -> tuple[Ende, ...]:
    """Where the Land is not known nobody knows the holidays either, and no day is recommended."""
    feiertage = feiertage_in(land) if land else frozenset[date]()
    return tuple(
        Ende(
            frist.wirksam_zum,
            frist.spaetester_zugang,
            advice.empfohlen if land else None,
            (*frist.rechnung, *(advice.rechnung if land else ())),
        )
        for frist, advice in list_enden(regel, zugang, _ENDS, feiertage, vertrag_am)
    )


def _wanted(
    vorgang: Vorgang, ende: date | None, earliest: date, land: Landeskuerzel | None
) -> Ende | None:
    regel = vorgang.fall.regel
    if ende is None or regel is None:
        return None
    found = spaetester_zugang(regel, max(ende, earliest), vorgang.fall.vertrag_am)
    empfohlen, said = recommend_zugang(found.spaetester_zugang, land)
    return Ende(found.wirksam_zum, found.spaetester_zugang, empfohlen, (*found.rechnung, *said))


def _require_discontinuing(session: Session, akteur: Akteur, angebot_id: int) -> Rolle:
    offer = faelle_angebote.find_offer(session, angebot_id)
    if offer is None:
        raise NichtGefunden("Das Landesangebot", str(angebot_id))
    betrachter, owner = akteur.betrachter, faelle_angebote.traeger_of(session, offer)
    require(betrachter, Recht.DIENST_EINSTELLEN, stelle=offer.koordinierung_id, traeger=owner)
    coordinating = may(betrachter, Recht.LANDESANGEBOT_PFLEGEN, stelle=offer.koordinierung_id)
    return Rolle.KOORDINIERUNG if coordinating else Rolle.ANBIETER


def _open_cases(session: Session, akteur: Akteur, angebot_id: int) -> list[Vorgang]:
    found = faelle.load(session, faelle.open_of_offer(session, angebot_id), akteur.today)
    return [vorgang for vorgang in found if is_open(vorgang.fall, akteur.today)]
