"""Errors as application/problem+json (RFC 9457), German as on the pages.

`type` leads to the section of the page /api that explains this kind of error.
"""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote

import msgspec

from katalog.domain.errors import KatalogFehler, UngueltigeEingabe, UngueltigeEingaben
from katalog.http.status import status_of

MEDIA_TYPE = "application/problem+json"
_LONGEST_INSTANCE = 500


class Feldfehler(msgspec.Struct, frozen=True):
    """Which parameter is wrong, and what would be right."""

    feld: str
    wert: str
    meldung: str


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """What went wrong and what to do next; `nummer` is there for an error of the portal itself."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    fehler: tuple[Feldfehler, ...] = ()
    nummer: str = ""

    def encode(self) -> bytes:
        return msgspec.json.encode(self)


def problem(
    status: int,
    title: str,
    detail: str,
    path: str,
    fehler: tuple[Feldfehler, ...] = (),
    nummer: str = "",
) -> Problem:
    instance = quote(path, errors="replace")[:_LONGEST_INSTANCE]
    return Problem(f"/api#fehler-{status}", title, status, detail, instance, fehler, nummer)


def problem_of(error: KatalogFehler, path: str) -> Problem:
    fields: tuple[Feldfehler, ...] = ()
    detail = error.meldung
    if isinstance(error, UngueltigeEingabe | UngueltigeEingaben):
        fields = tuple(Feldfehler(e.feld, e.wert, e.meldung) for e in error.fehler)
        detail = " ".join(f"{e.feld}: {e.meldung}" for e in error.fehler)
    return problem(status_of(error), error.titel, detail, path, fields)


_ROUTING = {
    HTTPStatus.NOT_FOUND: (
        "Diesen Aufruf gibt es nicht",
        "Alle Aufrufe stehen auf der Seite /api. Prüfen Sie die Adresse.",
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        "Mit dieser Methode nicht möglich",
        "Die Schnittstelle liest nur: mit GET oder HEAD, ohne Anmeldung.",
    ),
}


def problem_of_routing(status: int, path: str) -> Problem:
    """What is wrong before any call of ours is reached."""
    title, detail = _ROUTING.get(
        HTTPStatus(status),
        ("Die Anfrage ließ sich nicht lesen", "Prüfen Sie die Adresse und die Kopfzeilen."),
    )
    return problem(status, title, detail, path)


def problem_of_defect(path: str, nummer: str) -> Problem:
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "Im Portal ist ein Fehler aufgetreten",
        "Versuchen Sie es in einigen Minuten noch einmal. Bleibt der Fehler, nennen Sie bei der "
        f"Meldung bitte die Nummer {nummer}.",
        path,
        nummer=nummer,
    )
