"""What keeps the register true, as people meet it on its pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from katalog.db import Engine, open_engine, writing
from katalog.linkcheck import list_addresses
from katalog.models.betrieb import Linkpruefung
from katalog.models.nutzung import Einsatz
from katalog.queries.konten import find_stelle
from katalog.retention import FRISTEN
from tests.browsing import Reader
from tests.portal import TODAY, build_settings, running_portal

TODAY_DATE = date.fromisoformat(TODAY)
TOWN = "055150000000"


@dataclass
class Rig:
    engine: Engine
    url: str
    database: str


@pytest.fixture(scope="module")
def rig(seeded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    path = tmp_path_factory.mktemp("pflege") / "katalog.db"
    shutil.copyfile(seeded_sqlite, path)
    database = f"sqlite:///{path}"
    engine = open_engine(database)
    with running_portal(build_settings(database)) as url:
        yield Rig(engine, url, database)
    engine.dispose()


def test_a_page_that_is_gone_is_marked_wherever_it_is_stated(rig: Rig) -> None:
    list_addresses(rig.engine, TODAY_DATE, datetime(2026, 11, 20, 9, tzinfo=UTC))
    with writing(rig.engine) as session:
        used = session.scalars(
            select(Einsatz).where(
                col(Einsatz.stelle_id) == find_stelle(session, TOWN), col(Einsatz.url) != ""
            )
        ).first()
        assert used is not None
        session.connection().execute(
            update(Linkpruefung)
            .where(col(Linkpruefung.url) == used.url)
            .values(nicht_erreichbar_am=date(2026, 11, 18))
        )
    hint = "Die Seite war am 18.11.2026 nicht erreichbar"
    reader = Reader(rig.url)
    assert reader.open(f"/kommunen/{TOWN}").text.count(hint) == 1


def test_the_page_on_privacy_says_how_long_things_are_kept(rig: Rig) -> None:
    text = Reader(rig.url).open("/datenschutz").text
    assert "Wie lange etwas gespeichert bleibt" in text
    for what, how_long, _ in FRISTEN:
        assert what in text
        assert how_long in text
