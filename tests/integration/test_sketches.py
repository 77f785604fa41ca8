"""The small maps of a page: single municipalities while they can be seen, Kreise beyond that."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from katalog.db import open_engine, writing
from katalog.models import metadata
from tests.portal import ask, build_settings, running_portal

FIGURE = re.compile(r'<figure class="sketch">.*?</figure>', re.DOTALL)
AREA = re.compile(r'<path class="map__area map__area--(\w+)"')
# Nobody states its use in the starting set.
KENNUNG = "afbg-digital"

Show = Callable[[str], str]


@pytest.fixture
def show(seeded_sqlite: Path, tmp_path: Path) -> Show:
    """The drawings of an assistant that the municipalities of a condition use."""
    url = f"sqlite:///{tmp_path / 'katalog.db'}"
    shutil.copyfile(seeded_sqlite, tmp_path / "katalog.db")
    changed = {
        "stelle_id": "s.id",
        "onlinedienst_id": "o.id",
        "status": "'produktiv'",
    }
    names = [c.name for c in metadata.tables["einsatz"].columns if c.name != "id"]
    values = [changed.get(name, f"e.{name}") for name in names]

    def drawn(towns: str) -> str:
        engine = open_engine(url)
        statement = (
            f"INSERT INTO einsatz ({', '.join(names)}) SELECT {', '.join(values)} "  # noqa: S608
            "FROM einsatz e, onlinedienst o, stelle s JOIN gebiet g ON g.id = s.gebiet_id "
            "WHERE e.id = (SELECT "
            "min(id) FROM einsatz WHERE sichtbarkeit = 'oeffentlich' AND status = 'produktiv') "
            f"AND g.ebene = 'gemeinde' AND g.gueltig_bis IS NULL AND ({towns}) "
            f"AND o.kennung = '{KENNUNG}'"
        )
        with writing(engine) as session:
            assert session.connection().execute(text(statement)).rowcount > 0
        engine.dispose()
        with running_portal(build_settings(url)) as portal:
            answer = ask(portal, f"/onlinedienste/{KENNUNG}")
        assert answer.status == 200
        return "".join(FIGURE.findall(answer.text))

    return drawn


def test_a_few_kreise_are_drawn_with_their_municipalities(show: Show) -> None:
    drawn = show("g.ags LIKE '05570%' AND g.ags < '05570020'")
    areas = Counter(AREA.findall(drawn))
    assert areas == {"live": 4, "none": 9}
    assert "4 von 13 Kommunen der gezeigten Kreise produktiv" in drawn


def test_a_whole_land_is_drawn_by_kreise_and_says_which_are_half_there(show: Show) -> None:
    """All towns of the Land but most of the Kreis Warendorf, and none of the Kreis Gütersloh."""
    drawn = show(
        "g.ags LIKE '05%' AND g.ags NOT LIKE '05754%' "
        "AND g.ags NOT BETWEEN '05570012' AND '05570999'"
    )
    areas = Counter(AREA.findall(drawn))
    assert areas == {"live": 51, "q1": 1, "none": 1}
    assert "nach Kreisen" in drawn
    assert "372 von 396 Kommunen produktiv" in drawn
