"""Who may see and do what: roles, visibility, and one table of permissions.

Every decision exists twice over the same values: as a yes or no for one record (`may`,
`may_see`) and as a filter for a query (`reach`, `resolve_sicht`), so that a list and the page
behind its rows cannot disagree. Which step a role may take in a case is said in `nachnutzung`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from katalog.domain.begriffe import Begriff, Stellenart
from katalog.domain.errors import NichtAngemeldet, NichtErlaubt


class Rolle(Begriff):
    GAST = "gast", "Gast"
    KOMMUNE = "kommune", "Kommune"
    KOORDINIERUNG = "koordinierung", "Koordinierende Stelle"
    ANBIETER = "anbieter", "Anbieter"
    ADMINISTRATION = "administration", "Administration"


class Sichtbarkeit(Begriff):
    OEFFENTLICH = "oeffentlich", "öffentlich"
    VERWALTUNG = "verwaltung", "nur für Verwaltungen"
    EIGENE = "eigene", "nur für die eigene Stelle und ihre Koordinierung"


class Datenart(Begriff):
    """What a record is about, as far as its default visibility depends on it."""

    PRODUKTIVE_NUTZUNG = "produktive_nutzung", "produktive Nutzung"
    PLANUNG = "planung", "Planung und Umsetzung"
    PERSON = "person", "Name oder Telefonnummer einer Person"
    FUNKTIONSPOSTFACH = "funktionspostfach", "Funktionspostfach"
    VORGANG = "vorgang", "Vorgang der Nachnutzung"


DEFAULT_SICHTBARKEIT: Mapping[Datenart, Sichtbarkeit] = {
    Datenart.PRODUKTIVE_NUTZUNG: Sichtbarkeit.OEFFENTLICH,
    Datenart.PLANUNG: Sichtbarkeit.VERWALTUNG,
    Datenart.PERSON: Sichtbarkeit.VERWALTUNG,
    Datenart.FUNKTIONSPOSTFACH: Sichtbarkeit.OEFFENTLICH,
    Datenart.VORGANG: Sichtbarkeit.EIGENE,
}


# In which role an account acts for a body that it asks to act for. For ministries and others
# nobody does: what they offer, their Land or their coordinating body says.
ROLLE_IN: Mapping[Stellenart, Rolle] = {
    Stellenart.KOMMUNE: Rolle.KOMMUNE,
    Stellenart.VERBAND: Rolle.KOMMUNE,
    Stellenart.ZWECKVERBAND: Rolle.KOMMUNE,
    Stellenart.KOORDINIERUNG: Rolle.KOORDINIERUNG,
    Stellenart.LAND: Rolle.ANBIETER,
    Stellenart.DIENSTLEISTER: Rolle.ANBIETER,
}


@dataclass(frozen=True, slots=True)
class Betrachter:
    """Whoever asks, resolved to ids of bodies. One account may hold several memberships.

    `eigene_stellen`: bodies it acts for as Kommune. `anbieter_stellen`: bodies whose online
    services it looks after. `koordinierende_stellen`: coordinating bodies it belongs to.
    `koordinierte_stellen`: all bodies in the areas of those.
    """

    rollen: frozenset[Rolle] = frozenset({Rolle.GAST})
    eigene_stellen: frozenset[int] = frozenset()
    anbieter_stellen: frozenset[int] = frozenset()
    koordinierende_stellen: frozenset[int] = frozenset()
    koordinierte_stellen: frozenset[int] = frozenset()
    konto_id: int | None = None

    def __post_init__(self) -> None:
        # Signing in takes nothing away: what a guest may see, everybody may see.
        object.__setattr__(self, "rollen", self.rollen | {Rolle.GAST})

    def has(self, *rollen: Rolle) -> bool:
        return not self.rollen.isdisjoint(rollen)

    @property
    def ist_angemeldet(self) -> bool:
        return self.konto_id is not None


GAST = Betrachter()


# Seeing -------------------------------------------------------------------------------------

# Providers are signed in but no administration: plans of municipalities are not theirs to see.
_VERWALTUNGSROLLEN = (Rolle.KOMMUNE, Rolle.KOORDINIERUNG, Rolle.ADMINISTRATION)


@dataclass(frozen=True, slots=True)
class Sicht:
    """Visible: every record on one of `stufen`, and every record of one of `stellen`."""

    stufen: frozenset[Sichtbarkeit]
    stellen: frozenset[int]


def resolve_sicht(betrachter: Betrachter) -> Sicht:
    stellen: frozenset[int] = frozenset()
    if betrachter.has(Rolle.KOMMUNE):
        stellen |= betrachter.eigene_stellen
    if betrachter.has(Rolle.ANBIETER):
        stellen |= betrachter.anbieter_stellen
    if betrachter.has(Rolle.KOORDINIERUNG):
        stellen |= betrachter.koordinierende_stellen | betrachter.koordinierte_stellen
    return Sicht(sichtbare_stufen(betrachter), stellen)


def sichtbare_stufen(betrachter: Betrachter) -> frozenset[Sichtbarkeit]:
    """The visibilities that are seen whoever a record belongs to."""
    if betrachter.has(*_VERWALTUNGSROLLEN):
        return frozenset({Sichtbarkeit.OEFFENTLICH, Sichtbarkeit.VERWALTUNG})
    return frozenset({Sichtbarkeit.OEFFENTLICH})


def may_see(betrachter: Betrachter, sichtbarkeit: Sichtbarkeit, stelle: int | None) -> bool:
    """`stelle` is the body that a record is about, not the one that reported it."""
    sicht = resolve_sicht(betrachter)
    return sichtbarkeit in sicht.stufen or stelle in sicht.stellen


# Doing --------------------------------------------------------------------------------------


class Recht(Begriff):
    EINSATZ_ANGEBEN = "einsatz_angeben", "Angaben zur Nutzung machen"
    EINSATZ_BESTAETIGEN = "einsatz_bestaetigen", "Angaben zur Nutzung bestätigen"
    EINSATZ_WIDERSPRECHEN = "einsatz_widersprechen", "Angaben zur Nutzung widersprechen"
    ENTWURF_ENTSCHEIDEN = "entwurf_entscheiden", "über Entwürfe von Onlinediensten entscheiden"
    STELLE_PFLEGEN = "stelle_pflegen", "Kontakte und Angaben der Stelle pflegen"
    NUTZER_ANSCHREIBEN = "nutzer_anschreiben", "Nutzer eines Onlinedienstes anschreiben"
    FESTLEGUNG_PFLEGEN = "festlegung_pflegen", "örtliche Festlegungen pflegen"
    BESCHLUSS_PFLEGEN = "beschluss_pflegen", "Beschlüsse und Berichte pflegen"
    UMFRAGE_BEANTWORTEN = "umfrage_beantworten", "Umfragen beantworten"
    WUNSCH_AEUSSERN = "wunsch_aeussern", "einen Onlinedienst wünschen"
    VORGANG_SEHEN = "vorgang_sehen", "Vorgänge der Nachnutzung sehen"
    VORGANG_BEGINNEN = "vorgang_beginnen", "eine Nachnutzung beginnen"
    LANDESANGEBOT_PFLEGEN = "landesangebot_pflegen", "Landesangebote und Bedingungen pflegen"
    DIENST_EINSTELLEN = "dienst_einstellen", "einen Onlinedienst für das Land einstellen"
    KOORDINIEREN = "koordinieren", "Umfragen, Termine, Arbeitspakete und Rundschreiben führen"
    ARBEITSSTAND_MELDEN = "arbeitsstand_melden", "den Stand eigener Arbeitspakete melden"
    MITGLIED_FREIGEBEN = "mitglied_freigeben", "Ansprechpersonen freigeben"
    ONLINEDIENST_PFLEGEN = "onlinedienst_pflegen", "Onlinedienste pflegen"
    KATALOG_PFLEGEN = "katalog_pflegen", "Register und Katalog pflegen und importieren"
    BETRIEB_SEHEN = "betrieb_sehen", "Importe, Post und Protokoll sehen"
    KONTO_VERWALTEN = "konto_verwalten", "Konten verwalten"


class Reichweite(Begriff):
    """Over which records a role holds a right."""

    EIGENE = "eigene", "eigene Stellen"
    KOORDINIERTE = "koordinierte", "koordinierte Stellen"
    KOORDINIERENDE = "koordinierende", "die koordinierende Stelle selbst"
    KOORDINATION = "koordination", "die koordinierende Stelle und koordinierte Stellen"
    EIGENE_DIENSTE = "eigene_dienste", "eigene Onlinedienste"
    ALLE = "alle", "alle"


RECHTE: Mapping[Recht, Mapping[Rolle, Reichweite]] = {
    Recht.EINSATZ_ANGEBEN: {
        Rolle.KOMMUNE: Reichweite.EIGENE,
        Rolle.KOORDINIERUNG: Reichweite.KOORDINIERTE,
        Rolle.ANBIETER: Reichweite.EIGENE_DIENSTE,
    },
    # Only the body itself turns "laut Anbieter" into its own statement; either side may veto.
    Recht.EINSATZ_BESTAETIGEN: {Rolle.KOMMUNE: Reichweite.EIGENE},
    Recht.EINSATZ_WIDERSPRECHEN: {
        Rolle.KOMMUNE: Reichweite.EIGENE,
        Rolle.ANBIETER: Reichweite.EIGENE_DIENSTE,
    },
    Recht.ENTWURF_ENTSCHEIDEN: {
        Rolle.KOORDINIERUNG: Reichweite.KOORDINIERTE,
        Rolle.ADMINISTRATION: Reichweite.ALLE,
    },
    Recht.STELLE_PFLEGEN: {
        Rolle.KOMMUNE: Reichweite.EIGENE,
        Rolle.ANBIETER: Reichweite.EIGENE,
        Rolle.KOORDINIERUNG: Reichweite.KOORDINATION,
        Rolle.ADMINISTRATION: Reichweite.ALLE,
    },
    Recht.NUTZER_ANSCHREIBEN: {
        Rolle.KOMMUNE: Reichweite.EIGENE,
        Rolle.KOORDINIERUNG: Reichweite.KOORDINIERENDE,
    },
    Recht.FESTLEGUNG_PFLEGEN: {Rolle.KOMMUNE: Reichweite.EIGENE},
    Recht.BESCHLUSS_PFLEGEN: {Rolle.KOMMUNE: Reichweite.EIGENE},
    Recht.UMFRAGE_BEANTWORTEN: {Rolle.KOMMUNE: Reichweite.EIGENE},
    # A coordinating body counts what it is asked for by mail.
    Recht.WUNSCH_AEUSSERN: {
        Rolle.KOMMUNE: Reichweite.EIGENE,
        Rolle.KOORDINIERUNG: Reichweite.KOORDINIERTE,
    },
    Recht.VORGANG_SEHEN: {
        Rolle.KOMMUNE: Reichweite.EIGENE,
        Rolle.KOORDINIERUNG: Reichweite.KOORDINIERTE,
    },
    Recht.VORGANG_BEGINNEN: {
        Rolle.KOMMUNE: Reichweite.EIGENE,
        Rolle.KOORDINIERUNG: Reichweite.KOORDINIERTE,
    },
    Recht.LANDESANGEBOT_PFLEGEN: {Rolle.KOORDINIERUNG: Reichweite.KOORDINIERENDE},
    Recht.DIENST_EINSTELLEN: {
        Rolle.KOORDINIERUNG: Reichweite.KOORDINIERENDE,
        Rolle.ANBIETER: Reichweite.EIGENE_DIENSTE,
    },
    Recht.KOORDINIEREN: {Rolle.KOORDINIERUNG: Reichweite.KOORDINIERENDE},
    # Who builds it says how far it is; what is built, and by whom, the office agreed with others.
    Recht.ARBEITSSTAND_MELDEN: {
        Rolle.KOMMUNE: Reichweite.EIGENE,
        Rolle.ANBIETER: Reichweite.EIGENE,
    },
    # A colleague who is there already knows best who belongs to the body.
    Recht.MITGLIED_FREIGEBEN: {
        Rolle.KOMMUNE: Reichweite.EIGENE,
        Rolle.KOORDINIERUNG: Reichweite.KOORDINIERTE,
        Rolle.ADMINISTRATION: Reichweite.ALLE,
    },
    Recht.ONLINEDIENST_PFLEGEN: {
        # A municipality that built an assistant is its Traeger and looks after it.
        Rolle.KOMMUNE: Reichweite.EIGENE_DIENSTE,
        Rolle.ANBIETER: Reichweite.EIGENE_DIENSTE,
        Rolle.ADMINISTRATION: Reichweite.ALLE,
    },
    Recht.KATALOG_PFLEGEN: {Rolle.ADMINISTRATION: Reichweite.ALLE},
    Recht.BETRIEB_SEHEN: {Rolle.ADMINISTRATION: Reichweite.ALLE},
    Recht.KONTO_VERWALTEN: {Rolle.ADMINISTRATION: Reichweite.ALLE},
}


@dataclass(frozen=True, slots=True)
class Bereich:
    """Held over all records, or those about one of `stellen`, or on services of `traeger`."""

    alle: bool = False
    stellen: frozenset[int] = frozenset()
    traeger: frozenset[int] = frozenset()

    def contains(self, stelle: int | None, traeger: int | None) -> bool:
        return self.alle or stelle in self.stellen or traeger in self.traeger


def reach(betrachter: Betrachter, recht: Recht) -> Bereich:
    alle = False
    stellen: frozenset[int] = frozenset()
    traeger: frozenset[int] = frozenset()
    for rolle, reichweite in RECHTE[recht].items():
        if rolle not in betrachter.rollen:
            continue
        match reichweite:
            case Reichweite.ALLE:
                alle = True
            case Reichweite.EIGENE if rolle is Rolle.ANBIETER:
                stellen |= betrachter.anbieter_stellen
            case Reichweite.EIGENE:
                stellen |= betrachter.eigene_stellen
            case Reichweite.KOORDINIERTE:
                stellen |= betrachter.koordinierte_stellen
            case Reichweite.KOORDINIERENDE:
                stellen |= betrachter.koordinierende_stellen
            case Reichweite.KOORDINATION:
                stellen |= betrachter.koordinierende_stellen | betrachter.koordinierte_stellen
            case Reichweite.EIGENE_DIENSTE if rolle is Rolle.ANBIETER:
                traeger |= betrachter.anbieter_stellen
            case Reichweite.EIGENE_DIENSTE:
                traeger |= betrachter.eigene_stellen
    return Bereich(alle, stellen, traeger)


def may(
    betrachter: Betrachter, recht: Recht, *, stelle: int | None = None, traeger: int | None = None
) -> bool:
    """`stelle` is the body a record is about, `traeger` the one whose online service it uses."""
    return reach(betrachter, recht).contains(stelle, traeger)


def require(
    betrachter: Betrachter, recht: Recht, *, stelle: int | None = None, traeger: int | None = None
) -> None:
    if may(betrachter, recht, stelle=stelle, traeger=traeger):
        return
    if not betrachter.ist_angemeldet:
        raise NichtAngemeldet
    holders = " oder ".join(
        f"{rolle.label} ({reichweite.label})" for rolle, reichweite in RECHTE[recht].items()
    )
    raise NichtErlaubt(
        f"Ihr Konto darf das hier nicht: {recht.label}. Das können: {holders}. "
        "Fehlt Ihnen die Zuordnung zu einer Stelle, beantragen Sie sie unter „Konto“."
    )


def resolve_rollen(
    betrachter: Betrachter, *, stelle: int, koordinierung: int | None, traeger: int | None = None
) -> tuple[Rolle, ...]:
    """In which roles somebody acts in a case: several for an Amt that also coordinates.

    To see a case it is enough to coordinate the area of its body; to decide in it one must
    belong to the coordinating body whose offer it is about. In the short path of a municipal
    assistant there is no such body, and its Traeger acts as Anbieter.
    """
    rollen = []
    if betrachter.has(Rolle.KOMMUNE) and stelle in betrachter.eigene_stellen:
        rollen.append(Rolle.KOMMUNE)
    if betrachter.has(Rolle.KOORDINIERUNG) and koordinierung in betrachter.koordinierende_stellen:
        rollen.append(Rolle.KOORDINIERUNG)
    if koordinierung is None and traeger in reach(betrachter, Recht.ONLINEDIENST_PFLEGEN).traeger:
        rollen.append(Rolle.ANBIETER)
    return tuple(rollen)


def may_see_vorgang(
    betrachter: Betrachter, *, stelle: int, koordinierung: int | None, traeger: int | None = None
) -> bool:
    return may(betrachter, Recht.VORGANG_SEHEN, stelle=stelle) or bool(
        resolve_rollen(betrachter, stelle=stelle, koordinierung=koordinierung, traeger=traeger)
    )
