"""What the administration reads about imports: the list, a report with its findings, the CSV."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from importers.records import GebietRecord, LeistungRecord, OnlinedienstRecord, OzgLeistungRecord
from katalog.db import open_engine, writing
from katalog.domain.begriffe import Befundart, Laufstatus
from katalog.models.quellen import Importlauf, Pruefergebnis
from katalog.queries.importberichte import refused_after
from katalog.web.differences import Difference, difference
from katalog.web.fields import FIELD_NAMES, field_name, field_value
from katalog.web.formats import duration
from tests.browser.seiten import BEGUN, LONG, plant_imports
from tests.portal import Answer, ask, build_settings, running_portal, session_of
from tests.seite import Element, Seite
from tests.signing_in import administrator

Ask = Callable[[str], Answer]
RUN = "/betrieb/importe/1"


@pytest.fixture(scope="module")
def imported(seeded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("importe") / "katalog.db"
    shutil.copyfile(seeded_sqlite, path)
    plant(f"sqlite:///{path}")
    return f"sqlite:///{path}"


@contextmanager
def operated(database: str) -> Iterator[tuple[str, dict[str, str]]]:
    """A portal, and what somebody of its administration sends along."""
    headers = administrator(database)
    with running_portal(build_settings(database)) as url:
        yield url, headers


def plant(database: str) -> None:
    engine = open_engine(database)
    with writing(engine) as session:
        plant_imports(session)
    engine.dispose()


@pytest.fixture(scope="module")
def report(imported: str) -> Iterator[Ask]:
    with operated(imported) as (url, headers):
        yield lambda path: ask(url, path, headers=headers)


@pytest.fixture(scope="module")
def show(report: Ask) -> Callable[[str], Seite]:
    def read(path: str) -> Seite:
        answer = report(path)
        assert answer.status == 200, f"{path}: {answer.status}"
        return answer.seite

    return read


Show = Callable[[str], Seite]


def total(page: Seite) -> int:
    return int(page.main.one(role="status").text.split()[0].replace(".", ""))


def table(page: Seite, caption: str) -> list[list[str]]:
    (found,) = [t for t in page.main.all("table") if t.one("caption").text.startswith(caption)]
    rows = [row for body in found.all("tbody") for row in body.all("tr")]
    return [[cell.text for cell in row.walk() if cell.tag in {"th", "td"}] for row in rows]


def findings(page: Seite, art: str = "") -> list[list[str]]:
    return [
        row
        for t in page.main.all("table")
        if t.one("caption").text.startswith(f"Befunde: {art}")
        for row in table(page, t.one("caption").text)
    ]


def facets(page: Seite) -> dict[str, Element]:
    links = page.main.all("a", class_="facet__link")
    return {a.one(class_="facet__label").text.removesuffix(", ausgewählt"): a for a in links}


# ── Overview and list ───────────────────────────────────────────────────────────────────────


def test_the_overview_tells_the_state_and_the_latest_imports(show: Show) -> None:
    page = show("/betrieb")
    assert page.fact("Datenbank") == "SQLite"
    assert page.fact("Tabellen").startswith("aktuell (")
    assert page.fact("Wartend") == "kein Datensatz"
    assert page.link("Alle Importe ansehen") == "/betrieb/importe"
    assert len(page.rows()) == 4


def test_the_list_has_the_newest_import_first_with_what_became_of_it(show: Show) -> None:
    rows = show("/betrieb/importe").rows()
    assert [row[0].split("Import ")[1][0] for row in rows] == ["4", "3", "2", "1"]
    assert [row[2] for row in rows] == ["übernimmt", "liest", "abgebrochen", "abgeschlossen"]
    name, begun, status, *numbers = rows[-1]
    assert name.startswith("Leistungskatalog der öffentlichen Verwaltung (LeiKa)Import 1")
    assert (begun, status) == ("20.11.2026, 14:03 Uhr", "abgeschlossen")
    assert numbers == ["64", "3", "2", "5", "1 min 12 s"]


def test_an_import_that_never_learned_its_source_is_called_after_its_file(show: Show) -> None:
    rows = show("/betrieb/importe").rows()
    assert rows[2][0] == "GV100AD.zipImport 2, Format gv100"
    assert rows[1][0] == "servicesImport 3, Format fim"


def test_without_imports_the_pages_say_which_command_to_run(
    seeded_sqlite: Path, tmp_path: Path
) -> None:
    shutil.copyfile(seeded_sqlite, tmp_path / "katalog.db")
    with operated(f"sqlite:///{tmp_path / 'katalog.db'}") as (url, headers):
        for path in ("/betrieb", "/betrieb/importe"):
            page = ask(url, path, headers=headers).seite
            commands = [code.text for code in page.main.all("code")]
            assert "katalog laden" in commands
            assert "katalog import FORMAT QUELLE…" in commands


def test_many_imports_are_turned_page_by_page(fresh_database: Callable[..., str]) -> None:
    from tests.databases import State

    database = fresh_database("sqlite", State.MIGRATED)
    engine = open_engine(database)
    with writing(engine) as session:
        session.add_all(
            Importlauf(
                format="ozg",
                status=Laufstatus.FERTIG,
                begonnen_am=BEGUN + timedelta(minutes=number),
                beendet_am=BEGUN + timedelta(minutes=number),
            )
            for number in range(30)
        )
    engine.dispose()
    with operated(database) as (url, headers):
        first = ask(url, "/betrieb/importe", headers=headers).seite
        following = first.main.all("a", rel="next")[0].attrs["href"]
        second = ask(url, following, headers=headers).seite
        assert total(first) == total(second) == 30
        shown = [row[0] for page in (first, second) for row in page.rows()]
        assert len(set(shown)) == 30
        assert shown[0] == "ImportImport 30, Format ozg"
        assert ask(url, "/betrieb/importe?seite=3", headers=headers).status == 404


# ── One import ──────────────────────────────────────────────────────────────────────────────


def test_a_report_says_what_was_read_from_where_and_when(show: Show) -> None:
    page = show(RUN)
    assert page.heading == "Leistungskatalog der öffentlichen Verwaltung (LeiKa)"
    assert page.fact("Begonnen") == "20.11.2026, 14:03 Uhr"
    assert page.fact("Dauer") == "1 min 12 s"
    assert page.fact("Quelle").endswith("amtliches Verzeichnis, Stand 20.11.2026")
    assert page.fact("Lieferung").startswith("vollständig")
    assert "/daten/leika/2026/leika.xlsx" in page.fact("Dateien")
    assert "12 weitere Befunde sind gezählt, aber nicht einzeln gespeichert." in page.text


def test_the_numbers_of_a_report_add_up_by_row_and_by_column(show: Show) -> None:
    rows = table(show(RUN), "Zahl der Datensätze")
    numbers = [[int(cell.replace(".", "")) for cell in row[1:]] for row in rows]
    assert [row[0] for row in rows] == ["LeiKa-Leistung", "Zuordnung zur OZG-Leistung", "Summe"]
    for gelesen, *parts, _entfallen in numbers:
        assert gelesen == sum(parts)
    assert [sum(column) for column in zip(*numbers[:-1], strict=True)] == numbers[-1]
    assert "12.427 Datensätze gelesen, davon 64 neu" in show(RUN).text


def test_an_import_that_was_given_up_says_why(show: Show) -> None:
    page = show("/betrieb/importe/2")
    assert "nicht nach GV100AD. Am Bestand hat sich nichts geändert." in page.text
    assert page.fact("Status") == "abgebrochen"
    assert not page.main.all("a", class_="facet__link")


def test_an_import_under_way_says_how_far_it_is(show: Show) -> None:
    assert (
        "liest noch. Am Bestand hat sich bisher nichts geändert." in show("/betrieb/importe/3").text
    )
    page = show("/betrieb/importe/4")
    assert "2 Datensätze stehen noch aus" in page.text
    assert "11 Datensätze gelesen, davon 1 neu" in page.text


@pytest.mark.parametrize(
    "number",
    ["0", "5", "01", "-1", "1.0", "abc", "99999999999999999999", "2147483648", "٣", "1'--", "1%00",
     "<script>", "../1", "1;DROP", "1,2"],
)  # fmt: skip
def test_an_import_that_is_none_is_a_404_page(report: Ask, number: str) -> None:
    for path in (f"/betrieb/importe/{quote(number, safe='')}",
                 f"/betrieb/importe/{quote(number, safe='')}/abgelehnt.csv"):  # fmt: skip
        answer = report(path)
        assert answer.status == 404, path
        assert "<script>" not in answer.text


@pytest.mark.parametrize("query", ["seite=0", "seite=-1", "seite=x", "q=" + "a" * 300])
def test_a_parameter_that_cannot_be_is_a_422_page(report: Ask, query: str) -> None:
    assert report(f"{RUN}?{query}").status == 422
    assert report(f"{RUN}?seite=99").status == 404


@pytest.mark.parametrize("text", ["' OR 1=1 --", "%", "_", "\\", "<script>alert(1)</script>", "ü"])
def test_whatever_is_searched_for_is_taken_as_it_was_typed(report: Ask, text: str) -> None:
    answer = report(f"{RUN}?" + urlencode({"q": text, "art": text}))
    assert answer.status == 200
    assert answer.seite.main.one("input", id="q").attrs["value"] == text
    assert "<script>alert" not in answer.text
    assert answer.seite.faults == ()


# ── Findings ────────────────────────────────────────────────────────────────────────────────


def test_what_needs_somebody_comes_first(show: Show) -> None:
    groups = [h.text for h in show(RUN).main.all("h3", class_="findings__title")]
    assert groups == ["abgelehnt", "Widerspruch", "Hinweis", "geändert", "entfallen", "neu"]


def test_a_refused_row_says_where_what_why_and_how_to_mend_it(show: Show) -> None:
    first = findings(show(RUN), "abgelehnt")[0]
    assert first == [
        "leika.xlsxZeile 12",
        'Spalte C „Leistungsschlüssel“=HYPERLINK("https://boese.example";"Öffnen")',
        "Ein Leistungsschlüssel hat 14 Ziffern.Berichtigen Sie den Schlüssel in der Liste.",
    ]
    assert "LeiKa-Leistung 99107022012000 (Ärzte; <b>Übergänge</b>)" in show(RUN).text


def test_a_change_shows_the_value_before_and_after(show: Show) -> None:
    page = show(f"{RUN}?art=geaendert")
    changes = {row[1].split("vorher")[0]: row[1] for row in findings(page)}
    assert "leer → jetzt: § 2 Hundesteuersatzung" in changes["Rechtsgrundlage"]
    assert (
        "vorher: Bürgerinnen und Bürger → jetzt: Bürgerinnen und Bürger, Unternehmen"
        in (changes["Zielgruppe"])
    )
    (long,) = [text for text in changes.values() if text.startswith("Kurztext")]
    assert "vorher: schriftlich oder persönlich → jetzt: auch online möglich." in long
    assert len(long) < 200


def test_a_contradiction_says_what_holds(show: Show) -> None:
    (row,) = findings(show(f"{RUN}?art=widerspruch"))
    assert row[1] == "Regionalschlüssel (ARS)es gilt: 160615051119abweichend: 160615051097"


def test_every_facet_counts_what_its_link_shows(show: Show) -> None:
    page = show(RUN)
    counts = {name: int(re.findall(r"\d+", a.text)[0]) for name, a in facets(page).items()}
    assert counts == {
        "abgelehnt": 5, "Widerspruch": 1, "Hinweis": 1, "geändert": 5, "entfallen": 2, "neu": 60,
    }  # fmt: skip
    assert total(page) == sum(counts.values())
    for name, link in facets(page).items():
        assert total(show(link.attrs["href"].split("#")[0])) == counts[name]
        assert link.attrs["href"].endswith("#befunde")


def test_two_kinds_widen_and_a_search_narrows(show: Show) -> None:
    assert total(show(f"{RUN}?art=abgelehnt&art=hinweis")) == 6
    page = show(f"{RUN}?art=abgelehnt&art=hinweis&q=Spalte")
    assert total(page) == 4
    assert {n: int(re.findall(r"\d+", a.text)[0]) for n, a in facets(page).items()} == {
        "abgelehnt": 3,
        "Hinweis": 1,
    }
    chips = [a.text.removesuffix(", Filter entfernen") for a in page.main.all("a", class_="chip")]
    assert chips == ["Art: abgelehnt", "Art: Hinweis", "Suche: Spalte"]
    assert page.link("Alle Filter entfernen") == f"{RUN}#befunde"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Ärzte", 1), ("ärzte", 1), ("ÄRZTE übergänge", 1), ("hund kurztext", 1), ("14 ziffern", 3),
        ("Hundesteuersatzung", 1), ("schriftlich", 1), (LONG.lower(), 1), ("xyzzyplugh", 0),
        ("hund xyzzyplugh", 0),
    ],
)  # fmt: skip
def test_a_search_finds_words_of_a_finding_wherever_they_stand(
    show: Show, words: str, found: int
) -> None:
    assert total(show(f"{RUN}?" + urlencode({"q": words}))) == found


def test_a_search_without_result_says_how_to_go_on(show: Show) -> None:
    page = show(f"{RUN}?q=xyzzyplugh")
    assert "Kein Befund passt zu dieser Auswahl." in page.text
    assert page.link("sehen Sie sich alle Einträge an") == f"{RUN}#befunde"


def test_pages_of_findings_keep_filters_and_lead_to_the_list(show: Show) -> None:
    page = show(f"{RUN}?art=neu&q=neue")
    (following,) = page.main.all("a", rel="next")
    target = urlsplit(following.attrs["href"])
    assert parse_qsl(target.query) == [("art", "neu"), ("q", "neue"), ("seite", "2")]
    assert target.fragment == "befunde"
    second = show(f"{target.path}?{target.query}")
    shown = [row[0] for part in (page, second) for row in findings(part)]
    assert len(shown) == len(set(shown)) == 60
    form = page.main.one("form", class_="search-main")
    assert form.attrs["action"] == f"{RUN}#befunde"
    assert [i.attrs["value"] for i in form.all("input", type="hidden")] == ["neu"]


@pytest.mark.full_run
def test_search_and_counts_are_alike_on_both_databases(seeded_database: str) -> None:
    plant(seeded_database)
    with operated(seeded_database) as (url, headers):
        for query, found in (("", 74), ("?q=%C3%A4rzte", 1), ("?art=abgelehnt&q=14+ZIFFERN", 3),
                             ("?art=x%27", 0), ("?q=%25", 0)):  # fmt: skip
            page = ask(url, RUN + query, headers=headers).seite
            assert total(page) == found, query
        assert next(iter(facets(ask(url, RUN, headers=headers).seite))) == "abgelehnt"
        page = ask(url, "/betrieb", headers=headers).seite
        assert page.fact("Wartend") == "kein Datensatz"
        gone = ask(url, "/kommunen/055700004004")
        assert "Nachfolge nicht bekannt" in gone.text


# ── CSV ─────────────────────────────────────────────────────────────────────────────────────


def rows_of(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_the_csv_holds_the_refused_rows_and_no_formula(report: Ask) -> None:
    answer = report(f"{RUN}/abgelehnt.csv")
    assert answer.status == 200
    assert answer.body.startswith(b"\xef\xbb\xbf")
    assert answer.header("content-type") == "text/csv; charset=utf-8"
    assert answer.header("content-disposition") == 'attachment; filename="import-1-abgelehnt.csv"'
    assert answer.header("x-content-type-options") == "nosniff"
    assert answer.header("cache-control") == "private, no-store"
    head, *rows = rows_of(answer.body)
    assert head == ["zeile", "objekt", "stelle", "wert", "ursache", "abhilfe"]
    assert len(rows) == 5
    assert rows[0][3] == '\'=HYPERLINK("https://boese.example";"Öffnen")'
    assert rows[1][:4] == ["13", "leika.xlsx", "Spalte C „Leistungsschlüssel“", "'-1+1"]
    assert rows[3][1] == "LeiKa-Leistung 99107022012000 (Ärzte; <b>Übergänge</b>)"
    assert rows[4] == ["", "", "", "", "Die Datei endet mitten in einer Zeile.", ""]


def test_the_report_leads_to_its_csv_and_one_without_refused_rows_has_only_a_head(
    report: Ask, show: Show
) -> None:
    assert show(RUN).link("5 abgelehnte Zeilen als CSV") == f"{RUN}/abgelehnt.csv"
    assert len(rows_of(report("/betrieb/importe/2/abgelehnt.csv").body)) == 1


def test_a_head_request_for_the_csv_sends_nothing_but_the_head(imported: str) -> None:
    with operated(imported) as (url, headers):
        answer = ask(url, f"{RUN}/abgelehnt.csv", method="HEAD", headers=headers)
    assert (answer.status, answer.body) == (200, b"")


@pytest.mark.full_run
def test_a_long_csv_is_complete_and_made_in_batches(
    imported: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "viele.db"
    shutil.copyfile(imported.removeprefix("sqlite:///"), path)
    engine = open_engine(f"sqlite:///{path}")
    with writing(engine) as session:
        session.add_all(
            Pruefergebnis(importlauf_id=2, art=Befundart.ABGELEHNT, zeile=n, wert=f"Wert {n}")
            for n in range(2_500)
        )
    engine.dispose()
    with operated(f"sqlite:///{path}") as (url, headers):
        rows = rows_of(ask(url, "/betrieb/importe/2/abgelehnt.csv", headers=headers).body)
    assert [row[3] for row in rows[1:]] == [f"Wert {n}" for n in range(2_500)]
    with session_of(f"sqlite:///{path}") as session:
        assert len(refused_after(session, 2, 0, 1_000)) == 1_000


# ── Provenance and services without a key ───────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "row"),
    [
        ("/ozg/10083", ["Themenfeld", "Arbeit & Ruhestand"]),
        ("/leistungen/99110009104000", ["Zielgruppe", "Bürgerinnen und Bürger"]),
        ("/onlinedienste/wbs-sozialplattform", ["Verfügbar ab", "08/2024"]),
        ("/kommunen/055700052052", ["Geografische Breite", "51,9415"]),
        ("/kommunen/055700000000", ["Ebene", "Kreis"]),
    ],
)
def test_a_page_says_for_each_field_where_it_comes_from(
    show: Show, path: str, row: list[str]
) -> None:
    page = show(path)
    (details,) = page.main.all("details", class_="more--fields")
    assert details.one("summary").text.startswith("Woher die Angaben stammen")
    assert "open" not in details.attrs
    rows = {cells[0]: cells for cells in table(page, "Angaben dieser Seite mit ihrer Quelle")}
    assert rows[row[0]][1] == row[1]
    assert all(cells[2].startswith("laut ") for cells in rows.values())


def test_every_field_of_the_records_on_these_pages_has_a_name() -> None:
    kinds = (OzgLeistungRecord, LeistungRecord, OnlinedienstRecord, GebietRecord)
    names = {field.name for kind in kinds for field in fields(kind)}
    assert names - FIELD_NAMES.keys() == set()
    assert all(name[0].isupper() or name == "ePayment" for name in FIELD_NAMES.values())
    assert field_name("Spalte C") == "Spalte C"


@pytest.mark.parametrize(
    ("field", "text", "shown"),
    [
        ("art", "efa", "EfA-Leistung"), ("status", "produktiv", "produktiv"),
        ("zielgruppe", "buerger, unternehmen", "Bürgerinnen und Bürger, Unternehmen"),
        ("eingestellt_zum", "2026-11-20", "20.11.2026"), ("verfuegbar_ab", "2024-08", "08/2024"),
        ("verfuegbar_ab", "2024", "2024"), ("stand", "2026-13-40", "2026-13-40"),
        ("authentifizierung", "bundid", "BundID"), ("art", "unbekannt", "unbekannt"),
        ("name", "efa, bundid", "efa, bundid"), ("flaeche_km2", "12.5", "12,5"), ("art", "", ""),
    ],
)  # fmt: skip
def test_values_are_written_as_people_read_them(field: str, text: str, shown: str) -> None:
    assert field_value(text, field) == shown


def test_a_service_without_a_leika_key_has_its_page_and_lists_lead_there(show: Show) -> None:
    path = "/leistungen/ohne-25cf9fa1a16450e1-1"
    page = show(path)
    assert page.heading == "Ehrenamtskarte beantragen"
    assert page.fact("Leistungsschlüssel") == "nicht im LeiKa"
    assert page.main.one(class_="kicker").text == "Leistung, nicht im LeiKa"
    for leading in ("/leistungen?q=ehrenamtskarte", "/ozg/10134"):
        assert path in {a.attrs["href"] for a in show(leading).main.all("a")}, leading


@pytest.mark.parametrize(
    "key",
    ["ohne-0000000000000000-1", "ohne-25cf9fa1a16450e1", "ohne-25cf9fa1a16450e1-0", "ohne-",
     "ohne-25CF9FA1A16450E1-1", "ohne-25cf9fa1a16450e1-1%20", "ohne-25cf9fa1a16450e1-9999999"],
)  # fmt: skip
def test_a_substitute_key_that_is_none_is_a_404_page(report: Ask, key: str) -> None:
    assert report(f"/leistungen/{key}").status == 404


# ── Small things ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Hund", "Hunde", Difference("", "Hund", "Hunde", "")),
        ("a b c", "a x c", Difference("a", "b", "x", "c")),
        ("a b", "a b c", Difference("a b", "", "c", "")),
        ("a a", "a", Difference("a", "a", "", "")),
        ("", "neu", Difference("", "", "neu", "")),
        ("a  b", "a b", Difference("a b", "", "", "")),
        (
            "1 2 3 4 5 6 7 alt 1 2 3 4 5 6 7",
            "1 2 3 4 5 6 7 neu 1 2 3 4 5 6 7",
            Difference("… 2 3 4 5 6 7", "alt", "neu", "1 2 3 4 5 6 …"),
        ),
    ],
)
def test_a_difference_is_whole_and_its_surroundings_are_short(
    old: str, new: str, expected: Difference
) -> None:
    assert difference(old, new) == expected


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.04, "0,0 s"), (9.96, "10,0 s"), (42, "42 s"), (72, "1 min 12 s"), (3_725, "1 h 2 min"),
     (-1, "0,0 s")],
)  # fmt: skip
def test_a_duration_is_as_exact_as_a_person_needs_it(seconds: float, shown: str) -> None:
    assert duration(timedelta(seconds=seconds)) == shown


def test_the_planted_run_is_what_these_tests_think_it_is(imported: str) -> None:
    with session_of(imported) as session:
        count = select(func.count()).where(col(Pruefergebnis.importlauf_id) == 1)
        assert session.execute(count).scalar_one() == 74
