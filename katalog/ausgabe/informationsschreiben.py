"""The information letter on an online assistant that a coordinating body offers for reuse.

Chapters and their order are those in which coordinating bodies write such letters. All of it comes
from the offer and the assistant (`briefstoff`); whatever is changed there changes the letter.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from katalog.ausgabe.brief import Brief
from katalog.ausgabe.brief_ablauf import say_abmeldung, say_nachnutzung
from katalog.ausgabe.brief_angaben import (
    say_allgemein,
    say_fachlich,
    say_kontakte,
    say_links,
    say_technisch,
    say_ueberblick,
)
from katalog.ausgabe.briefstoff import Stoff
from katalog.domain.kalender import berlin_day, format_datum
from katalog.queries.provenance import Angabe


def write_informationsschreiben(stoff: Stoff) -> Brief:
    demo = any(q is not None and q.demo for q in (stoff.zeile.quelle, stoff.angebot.quelle))
    return Brief(
        art="Informationsschreiben",
        titel=stoff.zeile.dienst.name,
        absender=stoff.angebot.koordinierung,
        adressaten=f"Informationen für Kommunen zur Nachnutzung in {stoff.land}",
        stand=_stand(stoff),
        kapitel=(
            say_allgemein(stoff),
            say_links(stoff),
            say_kontakte(stoff),
            say_ueberblick(stoff),
            say_fachlich(stoff),
            say_technisch(stoff),
            say_nachnutzung(stoff),
            say_abmeldung(stoff),
        ),
        quellen=tuple(dict.fromkeys(_sources(stoff))),
        url=f"{stoff.url}/informationsschreiben?stelle={stoff.angebot.koordinierung_id}",
        hinweis="Demo: Dieses Schreiben beschreibt ein erfundenes Angebot. Niemand gibt es heraus."
        if demo
        else "",
    )


def _stand(stoff: Stoff) -> date:
    """The last change of what it is made of."""
    changed = (stoff.angebot.angebot.geaendert_am, stoff.zeile.dienst.geaendert_am)
    terms = stoff.angebot.bedingungen
    return max(*map(berlin_day, changed), terms.gueltig_ab if terms else date.min)


def _sources(stoff: Stoff) -> Iterator[str]:
    for quelle in (stoff.angebot.quelle, stoff.zeile.quelle):
        if quelle:
            yield _say_source(quelle)


def _say_source(quelle: Angabe) -> str:
    stand = format_datum(quelle.stand) if quelle.stand else quelle.stand_text
    return f"{quelle.titel}, Stand {stand}" if stand else quelle.titel
