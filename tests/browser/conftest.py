"""Chromium on the real portal.

Chromium comes with the system, since a browser downloaded by a package would be another one than
readers have. Without it these tests are skipped, or fail where KATALOG_TEST_PFLICHT names
`browser`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

from katalog.db import open_engine, writing
from tests.browser.seiten import plant_accounts, plant_imports
from tests.browser.walking import CHROMIUM, OPTIONS, Walker, walking
from tests.databases import copy_with_index, index_keeps_up
from tests.portal import build_settings, running_portal

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FOLDER = Path(__file__).parent
AXE = FOLDER / "vendor" / "axe.min.js"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if str(item.path).startswith(f"{FOLDER}/"):
            item.add_marker(pytest.mark.browser)


def _give_up(reason: str) -> NoReturn:
    if "browser" in os.environ.get("KATALOG_TEST_PFLICHT", ""):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _give_up("Das Paket playwright fehlt; `uv sync` bringt es mit.")
    if not CHROMIUM.exists():
        _give_up(f"{CHROMIUM} fehlt; auf Debian bringt es das Paket chromium.")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def axe() -> str:
    assert AXE.exists(), "axe fehlt; `uv sync --reinstall-package ozg-katalog` legt es an."
    return AXE.read_text("utf-8")


@pytest.fixture(scope="session")
def planted(seeded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The starting set, and what only imports and accounts bring."""
    path = tmp_path_factory.mktemp("importe") / "katalog.db"
    url = copy_with_index(seeded_sqlite, path)
    engine = open_engine(url)
    with writing(engine) as session:
        plant_imports(session)
        secret = plant_accounts(session)
    engine.dispose()
    path.with_suffix(".sitzung").write_text(secret)
    index_keeps_up(url)
    return url


@pytest.fixture(scope="session")
def portal_url(planted: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    text = tmp_path_factory.mktemp("betreiber") / "leichte-sprache.txt"
    text.write_text("Das ist der Katalog.\n\nHier finden Sie Dienste.\n", "utf-8")
    settings = build_settings(planted, KATALOG_BETREIBER_LEICHTE_SPRACHE=str(text))
    with running_portal(settings) as url:
        yield url


@pytest.fixture(scope="session")
def sitzung(planted: str) -> str:
    """What the cookie of somebody signed in holds."""
    return Path(planted.removeprefix("sqlite:///")).with_suffix(".sitzung").read_text()


@pytest.fixture(scope="session")
def shared_walker(browser: Browser, portal_url: str, sitzung: str) -> Iterator[Walker]:
    with walking(browser, portal_url, sitzung) as walker:
        yield walker


@pytest.fixture
def walker(shared_walker: Walker) -> Iterator[Walker]:
    """Whatever a test does: nothing foreign, nothing in the console, nothing against the policy."""
    yield shared_walker
    assert shared_walker.faults() == []
