"""For whoever runs the portal: its state, and what imports did and found."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from katalog.ausgabe.csv_datei import csv_pieces
from katalog.ausgabe.felder import Wert
from katalog.db import Engine, is_sqlite, reading
from katalog.domain.errors import NichtGefunden
from katalog.migrations import current_revision, newest_revision
from katalog.queries import health, importberichte
from katalog.web.lists import active_chips, check_page, chosen_values
from katalog.web.page import Download, Page, View, page
from katalog.web.viewer import OPERATORS

_LATEST = 5
_LARGEST_ID = 2**31 - 1
_CSV_BATCH = 1_000
_CSV_HEAD = ("zeile", "objekt", "stelle", "wert", "ursache", "abhilfe")
_FINDINGS = "befunde"


@page("/betrieb", access=OPERATORS)
def show_operations(view: View) -> Page:
    revision = current_revision(view.session.connection())
    return Page(
        "seiten/betrieb.html",
        {
            "umgebung": view.portal.settings.umgebung,
            "datenbank": "SQLite" if is_sqlite(view.portal.engine) else "PostgreSQL",
            "revision": revision,
            "aktuell": revision == newest_revision(),
            "gebiete": health.count_areas(view.session),
            "wartend": importberichte.count_waiting(view.session),
            "laeufe": importberichte.latest_runs(view.session, _LATEST),
        },
    )


@page("/betrieb/importe", access=OPERATORS)
def list_imports(view: View) -> Page:
    seite = importberichte.list_runs(view.session, view.address.page())
    check_page(seite)
    return Page("seiten/importe_liste.html", {"seite": seite, "adresse": view.address})


@page("/betrieb/importe/{nummer:str}", access=OPERATORS)
def show_import(view: View) -> Page:
    lauf = _run(view)
    q = view.address.text("q")
    chosen = chosen_values(view.address, importberichte.finding_facets())
    seite, facetten = importberichte.list_findings(
        view.session, lauf.id, q, chosen, view.address.page()
    )
    check_page(seite)
    # A choice reloads the page; the reader stays at the list instead of its long head.
    address = view.address.at(_FINDINGS)
    return Page(
        "seiten/importlauf.html",
        {
            "lauf": lauf,
            "offen": importberichte.count_left(view.session, lauf.id),
            "abgelehnt": importberichte.count_refused(view.session, lauf.id),
            "q": q,
            "seite": seite,
            "gruppen": [
                (art, list(group)) for art, group in groupby(seite.rows, key=lambda row: row.art)
            ],
            "facetten": facetten,
            "gewaehlt": chosen,
            "adresse": address,
            "chips": active_chips(address, facetten, [("q", f"Suche: {q}")]),
        },
    )


@page("/betrieb/importe/{nummer:str}/abgelehnt.csv", access=OPERATORS)
def download_refused(view: View) -> Download:
    lauf = _run(view)
    batches = _refused_rows(view.portal.engine, lauf.id)
    return Download(f"import-{lauf.id}-abgelehnt.csv", "text/csv", csv_pieces(_CSV_HEAD, batches))


def _run(view: View) -> importberichte.Lauf:
    typed = view.path["nummer"]
    plain = typed.isascii() and typed.isdigit() and len(typed) < 11 and typed[0] != "0"
    number = int(typed) if plain else 0
    lauf = importberichte.find_run(view.session, number) if 0 < number <= _LARGEST_ID else None
    if lauf is None:
        raise NichtGefunden("Der Import", typed, "Alle Importe stehen unter /betrieb/importe.")
    return lauf


def _refused_rows(engine: Engine, lauf: int) -> Iterator[list[tuple[Wert, ...]]]:
    """Each batch opens and closes its own session: a reader who leaves halfway holds none."""
    last = 0
    while True:
        with reading(engine) as session:
            batch = importberichte.refused_after(session, lauf, last, _CSV_BATCH)
        if not batch:
            return
        last = batch[-1].id
        yield [(b.zeile, b.objekt, b.stelle, b.wert, b.ursache, b.abhilfe) for b in batch]


PAGES = [show_operations, list_imports, show_import, download_refused]
