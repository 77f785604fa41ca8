"""The statistics and the report of a key date as a coordinating body sees them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from katalog.domain.rollen import Rolle
from tests.browsing import Reader
from tests.portal import build_settings, running_portal
from tests.signing_in import COOKIE, make_session

DEMO = "koordinierung-muensterland-demo"


@pytest.fixture(scope="module")
def office(seeded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    path = tmp_path_factory.mktemp("statistik") / "katalog.db"
    shutil.copyfile(seeded_sqlite, path)
    url = f"sqlite:///{path}"
    secret = make_session(url, "statistik@x.example", Rolle.KOORDINIERUNG, DEMO)
    with running_portal(build_settings(url)) as portal:
        yield Reader(portal, {COOKIE: secret})


def test_numbers_charts_and_files_say_the_same(office: Reader) -> None:
    page = office.open("/koordination/statistik?wartet=&takt=quartal")
    assert "13 Vorgänge, Stand 20.11.2026" in page.text
    charts = [svg for svg in page.root.all("svg") if svg.attrs.get("role") == "img"]
    assert len(charts) == 6
    for chart in charts:
        named = chart.attrs["aria-labelledby"].split()
        assert {part.attrs.get("id") for part in (*chart.all("title"), *chart.all("desc"))} == set(
            named
        )
    assert "Kündigung, beendet zum 30.06.2026" in page.text
    for name, expected in (
        ("verlauf", {"begonnen": 3, "produktiv": 0, "genutzt": 4}),
        ("onlinedienste", {"zustaendig": 26, "weitere": 2}),
    ):
        answer = office.ask(f"/koordination/statistik?takt=quartal&tabelle={name}&format=json")
        rows = json.loads(answer.body)["daten"]
        assert any(expected.items() <= row.items() for row in rows), rows


def test_a_report_compares_two_days_and_is_the_same_as_a_pdf(office: Reader) -> None:
    page = office.open("/koordination/bericht?stichtag=2026-06-30&vergleich=31.03.2026")
    assert "Nachnutzung am 30.06.2026" in page.text
    assert "Verglichen mit dem 31.03.2026" in page.text
    [link] = [a for a in page.links() if "download" in a.attrs]
    pdf = office.ask(link.attrs["href"])
    assert pdf.body.startswith(b"%PDF")
    assert "stichtagsbericht-2026-06-30-" in pdf.header("content-disposition")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("stichtag=31.12.2030", "liegt in der Zukunft"),
        ("stichtag=gestern", "Das ist kein Datum"),
        ("stichtag=2026-06-30&vergleich=2026-07-01", "muss vor dem Stichtag liegen"),
    ],
)
def test_a_wrong_day_is_answered_beside_its_field(office: Reader, query: str, said: str) -> None:
    answer = office.ask(f"/koordination/bericht?{query}")
    assert answer.status == 422
    assert said in answer.seite.text
    [field] = [f for f in answer.seite.root.all("input") if f.attrs.get("aria-invalid")]
    assert field.attrs["aria-describedby"] == f"{field.attrs['name']}-e"


def test_an_unknown_table_or_format_is_not_found(office: Reader) -> None:
    for query in ("tabelle=alles&format=csv", "tabelle=verlauf&format=geojson", "format=csv"):
        assert office.ask(f"/koordination/statistik?{query}").status == 404, query
