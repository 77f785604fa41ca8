"""What stands in the database was written by others: names, texts and links of any kind."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from importers.records import (
    AntragsstreckeRecord,
    EinsatzRecord,
    OnlinedienstRecord,
    QuelleRecord,
    Record,
    ReleaseRecord,
    StelleRecord,
    VerweisRecord,
)
from katalog.db import open_engine, writing
from katalog.intake import take_over
from katalog.models.stellen import Stelle
from tests.portal import ask, build_settings, running_portal, session_of
from tests.seite import Seite

SCRIPT = "\"'><script>alert(1)</script>{{7*7}}</td></table></main>"
DEMO = "demo-bestand"
PAGES = ["/", "/onlinedienste", "/onlinedienste/boese", "/ozg/10083",
         "/leistungen/99107022012000", "/kommunen/055700052052", "/suche?q=alert"]  # fmt: skip


def hostile_records() -> Iterator[Record]:
    yield StelleRecord(
        DEMO,
        "boese-stelle",
        SCRIPT,
        "dienstleister",
        kurzname=SCRIPT,
        website="javascript:alert(1)",
    )
    yield OnlinedienstRecord(
        quelle=DEMO,
        kennung="boese",
        name=SCRIPT,
        art="efa",
        kurzbeschreibung=SCRIPT,
        status="verfuegbar",
        traeger="boese-stelle",
        dienstleister="boese-stelle",
        bundesministerium=SCRIPT,
        ozg_ids=("10083",),
        xstandard=SCRIPT,
        zustellort=SCRIPT,
        fachverfahren=(SCRIPT,),
        kosten_text=SCRIPT,
        lizenz=SCRIPT,
        quellcode_url="javascript:alert(1)",
        antragsstrecken=(AntragsstreckeRecord(SCRIPT, "99107022012000"),),
        verweise=(
            VerweisRecord("infoseite", SCRIPT, "javascript:alert(1)"),
            VerweisRecord("infoseite", SCRIPT, " data:text/html,<script>alert(1)</script>"),
            VerweisRecord("infoseite", "gut", "https://land.example/?a=1&b=\"'><script>"),
        ),
        releases=(ReleaseRecord("<script>", date(2026, 1, 1), SCRIPT),),
    )
    yield EinsatzRecord(
        DEMO, "055700052052", "boese", "nutzt", "produktiv", "eigenangabe",
        url="javascript:alert(1)", fachverfahren=SCRIPT, bemerkung=SCRIPT,
        bestaetigt_am=date(2026, 11, 1), stand=date(2026, 11, 20),
    )  # fmt: skip


@pytest.fixture(scope="module")
def database(seeded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("boese") / "katalog.db"
    shutil.copyfile(seeded_sqlite, path)
    engine = open_engine(f"sqlite:///{path}")
    with writing(engine) as session:
        report = take_over(
            session, hostile_records(), QuelleRecord("probe", "Probe", "import"), date(2026, 11, 20)
        )
    engine.dispose()
    assert report.faults == []
    return f"sqlite:///{path}"


@pytest.fixture(scope="module")
def pages(database: str) -> Iterator[dict[str, Seite]]:
    with session_of(database) as session:
        number = session.execute(
            select(col(Stelle.id)).where(col(Stelle.kennung) == "boese-stelle")
        ).scalar_one()
    with running_portal(build_settings(database)) as url:
        answers = {path: ask(url, path) for path in [*PAGES, f"/stellen/{number}"]}
        assert {answer.status for answer in answers.values()} == {200}
        yield {path: answer.seite for path, answer in answers.items()}


def test_markup_in_stored_texts_stays_text_on_every_page(pages: dict[str, Seite]) -> None:
    shown = 0
    for path, page in pages.items():
        assert page.faults == (), path
        scripts = page.root.all("script")
        assert all(s.attrs["src"].startswith("/static/") and not s.text for s in scripts), path
        shown += page.text.count(SCRIPT)
    assert shown > 15


def test_no_stored_text_is_taken_for_a_template(pages: dict[str, Seite]) -> None:
    for page in pages.values():
        assert "alert(1)</script>49" not in page.root.text


def test_a_stored_link_leads_to_the_web_or_nowhere(pages: dict[str, Seite]) -> None:
    """The policy would stop a script in a link; a page should not offer it in the first place."""
    for path, page in pages.items():
        for link in page.links():
            target = link.attrs["href"].strip().lower()
            assert target.startswith(("/", "#", "http://", "https://", "mailto:")), (path, target)
    good = [a for a in pages["/onlinedienste/boese"].main.all("a") if a.text == "gut"]
    assert [a.attrs["href"] for a in good] == ["https://land.example/?a=1&b=\"'><script>"]
