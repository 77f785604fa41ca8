"""The page of the TOP 100: what to do without a list, and the same rows as page and as files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col

from katalog.db import open_engine, writing
from katalog.domain.begriffe import Top100
from katalog.models.register import OzgLeistung
from tests.portal import Answer, ask, build_settings, running_portal
from tests.seite import Seite

PAGE = "/top100"
MARKED = ("10083", "10160", "10009")


def test_without_a_list_that_marks_services_the_page_says_which_and_how(
    read: Callable[..., Seite],
) -> None:
    text = read(PAGE).text
    assert "Noch ist keine Leistung als TOP 100 gekennzeichnet." in text
    assert "katalog import ozg" in text
    assert f"{PAGE}" in {a.attrs["href"] for a in read("/ozg").links()}
    assert f"{PAGE}" in {a.attrs["href"] for a in read("/arbeitsteilung").links()}


def test_what_cannot_be_meant_is_said_and_not_guessed(get: Callable[..., Answer]) -> None:
    for wrong in ("land=Mond", "seit=2026-13-01", "seit=21.11.2026", "seit=gestern"):
        assert get(f"{PAGE}?{wrong}").status == 422, wrong
    assert get(f"{PAGE}?format=pdf").status == 404
    assert get(f"{PAGE}?themenfeld=x&top100=x&sortierung=x").status == 200


@pytest.mark.full_run
def test_page_and_files_show_the_same_rows(seeded_sqlite: Path, tmp_path: Path) -> None:
    path = tmp_path / "katalog.db"
    shutil.copyfile(seeded_sqlite, path)
    database = f"sqlite:///{path}"
    engine = open_engine(database)
    with writing(engine) as session:
        session.execute(
            update(OzgLeistung)
            .where(col(OzgLeistung.ozg_id).in_(MARKED))
            .values(top100=Top100.BUERGER)
        )
    engine.dispose()
    asked = f"{PAGE}?land=NW&seit=2026-01-01&sortierung=verbreitet"
    with running_portal(build_settings(database)) as url:
        page = ask(url, asked).seite
        found = json.loads(ask(url, f"{asked}&format=json").body)
        table = ask(url, f"{asked}&format=csv").body.decode("utf-8-sig")
        assert ask(url, f"{asked}&format=xlsx").status == 200
        assert "Beispiele" in page.root.text
        none = ask(url, f"{PAGE}?top100=wirtschaft").seite
    shown = [
        row.all("a")[0].attrs["href"].removeprefix("/ozg/")
        for row in page.main.one("tbody").all("tr")
    ]
    written = found["daten"]
    assert [each["ozg_id"] for each in written] == shown
    assert set(shown) == set(MARKED)
    lines = [line.partition(";")[0] for line in table.splitlines()]
    assert [line for line in lines if line.strip('"') in MARKED] == [f'"{key}"' for key in shown]
    first = written[0]
    assert f"{first['produktiv']} von {first['zustaendig']}" in page.text
    assert first["einwohner_mit"] is None
    assert "Keine Leistung der TOP 100 passt" in none.text
