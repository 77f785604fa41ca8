"""One portal with the starting set for all page tests, and what they ask it with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.portal import Answer, ask, build_settings, running_portal
from tests.seite import Seite


@pytest.fixture(scope="session")
def planted(seeded_sqlite: Path) -> str:
    """The address of a database that holds the starting set; nobody writes to it."""
    return f"sqlite:///{seeded_sqlite}"


@pytest.fixture(scope="session")
def portal_url(planted: str) -> Iterator[str]:
    with running_portal(build_settings(planted)) as url:
        yield url


@pytest.fixture(scope="session")
def get(portal_url: str) -> Callable[..., Answer]:
    """`get("/ozg", Cookie="…")`: one request to the portal."""

    def request(path: str, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return ask(portal_url, path, headers=named)

    return request


@pytest.fixture(scope="session")
def read(get: Callable[..., Answer]) -> Callable[..., Seite]:
    """`read("/ozg")`: a page that is there, taken apart."""

    def request(path: str, **headers: str) -> Seite:
        answer = get(path, **headers)
        assert answer.status == 200, f"{path}: {answer.status}"
        return answer.seite

    return request


@pytest.fixture
def leichte_sprache(tmp_path: Path) -> Path:
    file = tmp_path / "leichte-sprache.txt"
    file.write_text("Das ist der Katalog.\n\nHier finden Sie <Dienste>.\n", "utf-8")
    return file
