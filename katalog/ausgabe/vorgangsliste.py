"""The cases of a coordinating body as a list to edit; `importers/vorgangsliste.py` reads it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from katalog.ausgabe.felder import Feld, Gegenstand
from katalog.db import Session
from katalog.domain.rollen import Betrachter
from katalog.models.fall import Nachnutzung
from katalog.queries.vorgangsliste import Listenzeile, list_rows


def _load(
    session: Session, ids: Sequence[int], viewer: Betrachter, today: date
) -> list[Listenzeile]:
    return list_rows(session, ids, today)


VORGANGSLISTE: Gegenstand[Listenzeile] = Gegenstand(
    "vorgangsliste",
    "Vorgänge der Koordination",
    "vorgaenge",
    Nachnutzung,
    (
        Feld(
            "vorgangsnummer",
            "Vorgangsnummer",
            "sagt, welcher Vorgang gemeint ist",
            lambda z: z.vorgang.row.vorgangsnummer,
        ),
        Feld("stand", "Stand", "Zahl; bitte nicht ändern", lambda z: z.vorgang.row.version),
        Feld("stelle", "Stelle", "nur zum Lesen", lambda z: z.vorgang.stelle.name),
        Feld(
            "onlinedienst",
            "Onlinedienst",
            "nur zum Lesen",
            lambda z: z.vorgang.dienst.kurzname or z.vorgang.dienst.name,
        ),
        Feld("schritt", "Schritt", "nur zum Lesen", lambda z: z.vorgang.row.status.label),
        Feld(
            "interesse_am", "Interesse am", "nur zum Lesen", lambda z: z.vorgang.fall.interesse_am
        ),
        Feld(
            "bestaetigt_am",
            "Bestätigt am",
            "nur zum Lesen",
            lambda z: z.vorgang.fall.bestaetigt_am,
        ),
        Feld(
            "produktiv_ab", "Produktiv ab", "nur zum Lesen", lambda z: z.vorgang.fall.produktiv_ab
        ),
        Feld("wirksam_zum", "Ende", "nur zum Lesen", lambda z: z.vorgang.fall.wirksam_zum),
        Feld(
            "aktenzeichen",
            "Aktenzeichen",
            "höchstens 100 Zeichen",
            lambda z: z.vorgang.row.aktenzeichen,
        ),
        Feld(
            "bearbeitung",
            "Bearbeitung (E-Mail)",
            "Adresse, mit der sich die Person anmeldet",
            lambda z: z.bearbeitung,
        ),
        Feld(
            "wartet_auf", "Wartet auf", "höchstens 300 Zeichen", lambda z: z.vorgang.row.wartet_auf
        ),
        Feld(
            "wiedervorlage",
            "Wiedervorlage am",
            "die nächste; ein anderer Tag ersetzt sie, leer heißt erledigt",
            lambda z: z.faellig,
        ),
        Feld(
            "anlass",
            "Anlass der Wiedervorlage",
            "was dann anzusehen ist",
            lambda z: z.anlass,
        ),
        Feld("notiz", "Neue Notiz", "kommt zu den Notizen Ihrer Seite dazu", lambda z: None),
    ),
    _load,
    schluessel=lambda z: z.vorgang.row.vorgangsnummer,
    bezeichnung=lambda z: z.vorgang.row.vorgangsnummer,
    kurz=(),
)
