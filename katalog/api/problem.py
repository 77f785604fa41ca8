"""Errors as application/problem+json (RFC 9457), German as on the pages.

`type` leads to the section of the page /api that explains this kind of error.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import quote

import msgspec

from katalog.domain.errors import (
    KatalogFehler,
    UngueltigeEingabe,
    UngueltigeEingaben,
    VeralteterStand,
)
from katalog.http.status import status_of

MEDIA_TYPE = "application/problem+json"
_LONGEST_INSTANCE = 500
_OUTDATED = (
    "Seit dem Stand in If-Match hat sich der Eintrag geändert; geschrieben ist nichts. Rufen Sie "
    "ihn neu ab, prüfen Sie, ob der Schritt noch passt, und senden Sie ihn mit dem neuen ETag."
)


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


class Abgewiesen(Exception):
    """What only programs meet: no token, a header that is missing, too many requests."""

    def __init__(
        self, status: HTTPStatus, title: str, detail: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status, self.title, self.detail = status, title, detail
        self.headers = dict(headers or {})

    def problem(self, path: str) -> Problem:
        return problem(self.status, self.title, self.detail, path)


def problem_of(error: KatalogFehler, path: str) -> Problem:
    if isinstance(error, VeralteterStand):
        # To a program the state it knew is the condition that it set (RFC 9110, 13.1.1).
        return problem(HTTPStatus.PRECONDITION_FAILED, error.titel, _OUTDATED, path)
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
        "Welche Methoden es hier gibt, steht in der Kopfzeile Allow und auf der Seite /api.",
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        "Das ist zu groß",
        "Gesendet werden kann ein JSON-Objekt bis 64 kB. Gespeichert ist nichts.",
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
