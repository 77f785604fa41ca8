"""The one place where an error becomes a status; `web` makes a page of it, `api` an object."""

from __future__ import annotations

from http import HTTPStatus

from katalog.domain import errors

# Looked up along the class hierarchy; a test walks the tree, so that none is left to chance.
STATUS: dict[type[errors.KatalogFehler], HTTPStatus] = {
    errors.UngueltigeEingabe: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.UngueltigeEingaben: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.NichtErlaubt: HTTPStatus.FORBIDDEN,
    errors.NichtAngemeldet: HTTPStatus.UNAUTHORIZED,
    errors.NichtGefunden: HTTPStatus.NOT_FOUND,
    errors.Konflikt: HTTPStatus.CONFLICT,
    errors.NichtVerfuegbar: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.Konfigurationsfehler: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.KatalogFehler: HTTPStatus.INTERNAL_SERVER_ERROR,
}


def status_of(error: errors.KatalogFehler) -> HTTPStatus:
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
