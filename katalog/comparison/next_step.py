"""What somebody can do who wants an assistant: always one step, also where nobody offers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from katalog.domain.begriffe import Angebotsstatus, Dienststatus
from katalog.queries.dienste import DienstZeile
from katalog.queries.landesangebote import Angebot

# Nobody should begin with it any more.
ENDING = {Dienststatus.ABGEKUENDIGT, Dienststatus.EINGESTELLT}
_OFFERED_OR_LATER = (
    Angebotsstatus.ANGEBOTEN,
    Angebotsstatus.GEPLANT,
    Angebotsstatus.ZURUECKGESTELLT,
)


@dataclass(frozen=True, slots=True)
class Schritt:
    """`knopf` and `url` are empty where there is nowhere to go; `angebot` says it is offered."""

    titel: str
    satz: str
    knopf: str = ""
    url: str = ""
    angebot: Angebot | None = None


def next_step(zeile: DienstZeile, offers: Sequence[Angebot], land_id: int | None = None) -> Schritt:
    """With a Land, only its own offer counts: no other is addressed to its municipalities."""
    if zeile.dienst.entfallen_am or zeile.dienst.status in ENDING:
        return _instead(zeile)
    own = [o for o in offers if land_id is None or o.angebot.land_id in {land_id, None}]
    for status in _OFFERED_OR_LATER:
        for offer in own:
            if offer.angebot.status is status:
                return _by_offer(zeile, offer)
    return _without_offer(zeile, offers)


def _instead(zeile: DienstZeile) -> Schritt:
    if zeile.nachfolger_kennung:
        return Schritt(
            "Nachfolger ansehen",
            f"Dieser Onlinedienst wird nicht weitergeführt. Nachfolger ist "
            f"„{zeile.nachfolger_name}“.",
            "Zum Nachfolger",
            f"/onlinedienste/{zeile.nachfolger_kennung}",
        )
    slug = zeile.themenfeld_slug
    return Schritt(
        "Andere Onlinedienste ansehen",
        "Dieser Onlinedienst wird nicht weitergeführt, und ein Nachfolger ist nicht verzeichnet.",
        "Onlinedienste des Themenfelds" if slug else "Alle Onlinedienste",
        f"/onlinedienste?themenfeld={slug}" if slug else "/onlinedienste",
    )


def _by_offer(zeile: DienstZeile, offer: Angebot) -> Schritt:
    contact = f"{address(zeile)}#kontakt"
    within = f" in {offer.land}" if offer.land else ""
    match offer.angebot.status:
        case Angebotsstatus.ANGEBOTEN:
            return Schritt(
                "Interesse bekunden",
                "Die Nachnutzung beginnt mit einer E-Mail an die koordinierende Stelle: "
                f"{offer.koordinierung}.",
                "Interesse bekunden",
                f"{address(zeile)}/nachnutzen",
                offer,
            )
        case Angebotsstatus.GEPLANT:
            sentence = f"Das Angebot{within} ist geplant. Fragen Sie, ab wann Sie ihn nutzen können"
        case _:
            sentence = f"Das Angebot ist{within} zurückgestellt. Fragen Sie, ob Bedarf etwas ändert"
    return Schritt(
        "Bedarf mitteilen",
        f"{sentence}: {offer.koordinierung}.",
        "Koordinierende Stelle ansehen",
        contact,
    )


def _without_offer(zeile: DienstZeile, offers: Sequence[Angebot]) -> Schritt:
    dienst = zeile.dienst
    if dienst.quellcode_url:
        return Schritt(
            "Selbst betreiben",
            "Der Quelltext ist offen: Sie oder Ihr IT-Dienstleister können ihn übernehmen und "
            "betreiben.",
            "Quelltext ansehen",
            dienst.quellcode_url,
        )
    if zeile.traeger and dienst.traeger_id is not None:
        return Schritt(
            "Beim Träger nachfragen",
            f"Ob und wie Sie ihn übernehmen können, weiß der Träger: {zeile.traeger}.",
            "Träger ansehen",
            f"/stellen/{dienst.traeger_id}",
        )
    offered = [o for o in offers if o.angebot.status is Angebotsstatus.ANGEBOTEN and o.land]
    if offered:
        laender = ", ".join(dict.fromkeys(o.land for o in offered if o.land))
        return Schritt(
            "Im eigenen Land nachfragen",
            f"Angeboten wird er in {laender}. Fragen Sie die koordinierende Stelle Ihres Landes, "
            "ob sie ihn auch anbieten will.",
            "Wer ihn anbietet",
            f"{address(zeile)}#kontakt",
        )
    return Schritt(
        "Nutzende Kommunen fragen",
        "Ein Träger ist nicht verzeichnet. Kommunen, die ihn nutzen, kennen den Weg dorthin.",
        "Wer ihn nutzt",
        f"{address(zeile)}#nutzung",
    )


def address(zeile: DienstZeile) -> str:
    return f"/onlinedienste/{zeile.dienst.kennung}"
