"""Chapters of the information letter that state facts: what, where, who, by what technology."""

from __future__ import annotations

from datetime import date

from katalog.ausgabe import brief
from katalog.ausgabe.brief import Block, Kapitel, Text, zeile
from katalog.ausgabe.briefstoff import Stoff
from katalog.domain.begriffe import Angebotsstatus, Datumsgenauigkeit, Dienstmerkmalart, Verweisart
from katalog.domain.kalender import format_datum
from katalog.domain.merkmalswoerter import word_of
from katalog.models.angebot import Release
from katalog.queries.dienste import Strecke
from katalog.queries.landesangebote import Ansprechstelle

_MOST_RELEASES = 5


# ── 1 to 4: what it is, where more stands, whom to ask ──────────────────────────────────────


def say_allgemein(stoff: Stoff) -> Kapitel:
    blocks: list[Block] = [brief.absatz(_say_offer(stoff))]
    if stoff.kosten:
        blocks.append(brief.absatz(f"Kosten für die Kommunen: {stoff.kosten}."))
    blocks.append(
        brief.absatz(
            "Erster Kontakt für alle Fragen zur Nachnutzung ist die koordinierende Stelle: "
            f"{stoff.angebot.koordinierung}. Dieses Schreiben nennt, was Sie für Ihre Entscheidung "
            "und die Anbindung brauchen."
        )
    )
    return Kapitel("Allgemeine Informationen", tuple(blocks))


def _say_offer(stoff: Stoff) -> str:
    offer = stoff.angebot.angebot
    subject = f"Der {stoff.gattung} „{stoff.zeile.dienst.name}“"
    since = ""
    if offer.verfuegbar_ab and offer.verfuegbar_ab_genau:
        since = _say_day(offer.verfuegbar_ab, offer.verfuegbar_ab_genau)
    match offer.status:
        case Angebotsstatus.ANGEBOTEN:
            begun = f" seit {since}" if since else ""
            return f"{subject} wird in {stoff.land}{begun} zur Nachnutzung angeboten."
        case Angebotsstatus.GEPLANT:
            begun = f" ab {since}" if since else ""
            return f"{subject} soll in {stoff.land}{begun} zur Nachnutzung angeboten werden."
        case Angebotsstatus.ZURUECKGESTELLT:
            return (
                f"{subject} ist in {stoff.land} zurückgestellt: Er wird zurzeit nicht zur "
                "Nachnutzung angeboten."
            )
        case Angebotsstatus.EINGESTELLT:
            ended = f" zum {format_datum(offer.eingestellt_zum)}" if offer.eingestellt_zum else ""
            return f"{subject} wird in {stoff.land}{ended} nicht mehr zur Nachnutzung angeboten."


def _say_day(day: date, precision: Datumsgenauigkeit) -> str:
    match precision:
        case Datumsgenauigkeit.JAHR:
            return str(day.year)
        case Datumsgenauigkeit.MONAT:
            return f"{day:%m/%Y}"
        case Datumsgenauigkeit.TAG:
            return format_datum(day)


def say_links(stoff: Stoff) -> Kapitel:
    lines = []
    # These two are looked for in every such letter; the others only stand there if they exist.
    asked = {Verweisart.ANBINDUNGSLEITFADEN, Verweisart.LANDESPORTAL}
    for art in Verweisart:
        found = [brief.website(link.titel, link.url) for link in stoff.verweise if link.art is art]
        if found or art in asked:
            lines.append(zeile(art.label, *found))
    lines.append(zeile("Seite im OZG-Katalog", Text(stoff.zeile.titel, stoff.url)))
    return Kapitel("Links", (brief.zeilen(*lines),))


def say_kontakte(stoff: Stoff) -> Kapitel:
    offer = stoff.angebot
    page = brief.website(offer.koordinierung_website, offer.koordinierung_website)
    first = zeile(
        "Koordinierende Stelle (erster Kontakt)",
        offer.koordinierung,
        page if offer.koordinierung_website else None,
    )
    others = [_contact(contact) for contact in offer.kontakte]
    return Kapitel("Kontakte", (brief.zeilen(first, *others),))


def _contact(contact: Ansprechstelle) -> brief.Zeile:
    ebene = f", Ebene {contact.ebene.label}" if contact.ebene else ""
    return zeile(
        f"{contact.rolle}{ebene}",
        contact.bezeichnung,
        brief.mailbox(contact.funktionspostfach)
        if contact.funktionspostfach
        else "Postfach: keine Angabe",
    )


def say_ueberblick(stoff: Stoff) -> Kapitel:
    dienst, offer = stoff.zeile.dienst, stoff.angebot.angebot
    blocks: list[Block] = []
    if dienst.kurzbeschreibung:
        blocks.append(brief.absatz(dienst.kurzbeschreibung))
    blocks.append(
        brief.zeilen(
            zeile("Art", dienst.art.label),
            zeile("Status des Onlinedienstes", dienst.status.label if dienst.status else None),
            zeile(f"Status in {stoff.land}", offer.status.label),
            zeile("Betreibendes Land", stoff.zeile.land),
            zeile("Plattform", stoff.zeile.plattform),
            zeile("Kosten", stoff.kosten),
        )
    )
    return Kapitel("Kurzüberblick", tuple(blocks))


# ── 5 and 6: subject and technology ─────────────────────────────────────────────────────────


def say_fachlich(stoff: Stoff) -> Kapitel:
    dienst, offer = stoff.zeile.dienst, stoff.angebot
    paths = [_say_path(path) for path in stoff.strecken]
    lines = brief.zeilen(
        zeile("Name des Onlinedienstes", dienst.name),
        zeile("OZG-ID", *(f"{ozg_id} {titel}" for ozg_id, titel in stoff.ozg)),
        zeile("Themenfeld", stoff.zeile.themenfeld),
        zeile("Anzahl der Antragswege", str(len(paths)) if paths else None),
        zeile("Antragswege und LeiKa-ID", *paths),
        zeile("Federführendes Bundesministerium", dienst.bundesministerium),
        zeile(f"Fachressort in {stoff.land}", offer.angebot.fachressort),
        zeile("Zuständige Stelle", offer.angebot.zustaendige_stelle or offer.behoerdenart),
        zeile("Pilotkommune", *(pilot.name for pilot in offer.piloten)),
        zeile("Träger", stoff.zeile.traeger),
    )
    return Kapitel("Fachliche Informationen", (lines,))


def _say_path(path: Strecke) -> str:
    name = path.name or path.bezeichnung or ""
    return f"{name} ({path.schluessel})" if path.schluessel else name


def say_technisch(stoff: Stoff) -> Kapitel:
    dienst = stoff.zeile.dienst

    def listed(art: Dienstmerkmalart) -> list[str]:
        return [word_of(wert) for wert in stoff.merkmale.get(art, ())]

    lines = brief.zeilen(
        zeile("Plattform", stoff.zeile.plattform),
        zeile("IT-Dienstleister", stoff.zeile.dienstleister),
        zeile("Standard", f"{dienst.xstandard} {dienst.xstandard_version}".strip()),
        zeile("Transportweg", *listed(Dienstmerkmalart.TRANSPORTWEG)),
        zeile("Zustellung an", dienst.zustellort),
        zeile("Anbindbare Fachverfahren", *listed(Dienstmerkmalart.FACHVERFAHREN)),
        zeile("Anmeldung", *listed(Dienstmerkmalart.AUTHENTIFIZIERUNG)),
        zeile("Vertrauensniveau", dienst.vertrauensniveau),
        zeile("Nutzerkonto", dienst.nutzerkonto),
        zeile("ePayment", dienst.epayment.label if dienst.epayment else None),
        zeile("Versionshinweise", *map(_say_release, stoff.releases[:_MOST_RELEASES])),
    )
    return Kapitel("Technische Informationen", (lines,))


def _say_release(release: Release) -> str:
    day = f" vom {format_datum(release.datum)}" if release.datum else ""
    return f"Version {release.version}{day}" + (f": {release.text}" if release.text else "")
