"""All settings, from the dataclasses in katalog/settings.py that also read them."""

from __future__ import annotations

import re

from erzeuger.markdown import code, head, table

from katalog.domain.errors import Konfigurationsfehler
from katalog.settings import described_settings, load_settings

_PRODUCTION = {"KATALOG_UMGEBUNG": "produktion"}


def render() -> str:
    required = find_required()
    lines = [
        *head("Einstellungen", "katalog/settings.py"),
        "Einstellungen kommen aus der Umgebung und werden beim Start einmal gelesen. Ohne jede",
        "Einstellung läuft das Portal mit eingebetteter Datenbank. Ein Wert, der sich nicht lesen",
        "lässt, verhindert den Start; die Meldung nennt alle Fehler auf einmal. `katalog doctor`",
        "prüft sie ohne Start.",
        "",
        "*Pflicht* heißt: Mit `KATALOG_UMGEBUNG=produktion` startet das Portal nicht ohne diesen",
        "Wert.",
        "",
        *table(
            ("Name", "Vorgabe", "Bedeutung", "in Produktion"),
            (
                (code(name), code(default), meaning, "Pflicht" if name in required else "")
                for name, default, meaning in described_settings()
            ),
        ),
        "",
        "Wie man sie im Betrieb setzt, steht in [betrieb.md](betrieb.md).",
    ]
    return "\n".join(lines) + "\n"


def find_required() -> set[str]:
    """Asked of the check itself, so that the table cannot promise another rule."""
    try:
        load_settings(_PRODUCTION)
    except Konfigurationsfehler as error:
        return set(re.findall(r"^ +- ([A-Z_]+) fehlt", error.meldung, re.MULTILINE))
    return set()
