"""Answers to one survey as a file. Who may have it, the page decides: it is nobody else's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from katalog.ausgabe.felder import Feld, Gegenstand, Pfad
from katalog.db import Session
from katalog.domain.rollen import Betrachter
from katalog.domain.umfrage import Frage, Teilnahme
from katalog.queries import umfrageantworten
from katalog.queries.umfrageantworten import Antwortzeile


def antworten_auf(umfrage_id: int, titel: str, fragen: Sequence[Frage]) -> Gegenstand[Antwortzeile]:
    """Every survey has its own columns: one for each question it asks."""
    return Gegenstand(
        "antwort",
        titel,
        f"umfrage-{umfrage_id}",
        None,
        (
            Feld("ars", "Regionalschlüssel", "zwölf Ziffern", lambda row: row.ars),
            Feld("stelle", "Stelle", "Text", lambda row: row.stelle),
            Feld("kreis", "Kreis", "Text", lambda row: row.kreis),
            Feld("teilnahme", "Teilnahme", "Wort", lambda row: row.teilnahme, Teilnahme),
            Feld("geplant_bis", "Geplant bis", "Tag", lambda row: row.geplant_bis),
            Feld("bemerkung", "Grund oder Bemerkung", "Text", lambda row: row.bemerkung),
            *(_answer_to(number, frage) for number, frage in enumerate(fragen, 1)),
            Feld(
                "angeschrieben_am",
                "Zuletzt angeschrieben",
                "Tag; leer: keine Adresse",
                lambda row: row.angeschrieben_am,
            ),
            Feld("beantwortet_am", "Beantwortet am", "Zeitpunkt", lambda row: row.beantwortet_am),
            Feld("url", "Seite im Katalog", "Adresse", lambda row: Pfad(row.pfad)),
        ),
        _load,
        schluessel=lambda row: str(row.id),
        bezeichnung=lambda row: row.stelle,
        kurz=("teilnahme",),
    )


def _answer_to(number: int, frage: Frage) -> Feld[Antwortzeile]:
    return Feld(f"frage_{number}", frage.text, "Text", lambda row: row.angaben.get(frage.id, ""))


def _load(
    session: Session, ids: Sequence[int], _viewer: Betrachter, _today: date
) -> list[Antwortzeile]:
    return umfrageantworten.by_ids(session, ids)
