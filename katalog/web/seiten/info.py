"""Pages about the portal: imprint, privacy, accessibility, plain language, help, sources."""

from __future__ import annotations

from pathlib import Path

from katalog.domain.errors import NichtGefunden, NichtVerfuegbar
from katalog.queries import start
from katalog.retention import FRISTEN
from katalog.web.page import Page, View, page


@page("/impressum")
def show_imprint(view: View) -> Page:
    return Page("seiten/impressum.html")


@page("/datenschutz")
def show_privacy(view: View) -> Page:
    settings = view.portal.settings
    return Page(
        "seiten/datenschutz.html",
        {
            "kachelserver": settings.kachel_quelle,
            "kachelnachweis": settings.kacheln_nachweis,
            "fristen": FRISTEN,
        },
    )


@page("/barrierefreiheit")
def show_accessibility(view: View) -> Page:
    return Page("seiten/barrierefreiheit.html")


@page("/leichte-sprache")
def show_plain_language(view: View) -> Page:
    """Filled by the operator; without a text there is no such page."""
    file = view.portal.settings.betreiber.leichte_sprache
    if not file:
        raise NichtGefunden("Die Seite", "Leichte Sprache")
    try:
        text = Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NichtVerfuegbar(
            "Der Text in Leichter Sprache lässt sich gerade nicht lesen. "
            "Bitte versuchen Sie es später noch einmal."
        ) from error
    paragraphs = [part.strip() for part in text.split("\n\n") if part.strip()]
    return Page("seiten/leichte_sprache.html", {"absaetze": paragraphs})


@page("/hilfe")
def show_help(view: View) -> Page:
    return Page("seiten/hilfe.html")


@page("/quellen")
def list_sources(view: View) -> Page:
    return Page("seiten/quellen.html", {"quellen": start.sources(view.session)})


PAGES = [
    show_imprint,
    show_privacy,
    show_accessibility,
    show_plain_language,
    show_help,
    list_sources,
]
