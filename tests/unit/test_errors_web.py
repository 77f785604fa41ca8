"""Every error of the domain has one status, and the messages of all reach the page."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

import pytest

from katalog.domain import errors
from katalog.http.status import STATUS, status_of

EXAMPLES: list[tuple[errors.KatalogFehler, HTTPStatus]] = [
    (errors.UngueltigeEingabe("seite", "0", "Nein."), HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.UngueltigeEingaben([]), HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.NichtErlaubt("Nein."), HTTPStatus.FORBIDDEN),
    (errors.NichtAngemeldet(), HTTPStatus.UNAUTHORIZED),
    (errors.NichtGefunden("Die Seite", "x"), HTTPStatus.NOT_FOUND),
    (errors.Konflikt("Nein."), HTTPStatus.CONFLICT),
    (errors.VeralteterStand(), HTTPStatus.CONFLICT),
    (errors.FalscherZustand("Nein."), HTTPStatus.CONFLICT),
    (errors.VoraussetzungFehlt("Nein.", []), HTTPStatus.CONFLICT),
    (errors.SchonVorhanden("Nein."), HTTPStatus.CONFLICT),
    (errors.NichtVerfuegbar("Nein."), HTTPStatus.SERVICE_UNAVAILABLE),
    (errors.Konfigurationsfehler("X", "Nein."), HTTPStatus.INTERNAL_SERVER_ERROR),
    (errors.KatalogFehler("Nein."), HTTPStatus.INTERNAL_SERVER_ERROR),
]


def tree(kind: type[errors.KatalogFehler]) -> Iterator[type[errors.KatalogFehler]]:
    yield kind
    for child in kind.__subclasses__():
        yield from tree(child)


@pytest.mark.parametrize(("error", "status"), EXAMPLES, ids=lambda v: type(v).__name__)
def test_an_error_has_the_status_of_its_kind(
    error: errors.KatalogFehler, status: HTTPStatus
) -> None:
    assert status_of(error) is status


def test_no_error_of_the_tree_is_left_to_chance() -> None:
    assert {type(error) for error, _ in EXAMPLES} == set(tree(errors.KatalogFehler))


def test_only_the_root_and_a_wrong_setting_count_as_faults_of_the_portal() -> None:
    """Whoever adds an error decides its status; inheriting 500 from the root is forgetting it."""
    internal = {kind for kind in STATUS if STATUS[kind] is HTTPStatus.INTERNAL_SERVER_ERROR}
    assert internal == {errors.KatalogFehler, errors.Konfigurationsfehler}
    for kind in errors.KatalogFehler.__subclasses__():
        assert kind in STATUS, kind.__name__
