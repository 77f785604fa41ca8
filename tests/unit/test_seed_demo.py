"""What is invented is marked, is attributed to no real body, and answers the example questions.

The statements of use of both folders are checked here, since they have one table form.
"""

import csv
import re
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from seed.files import DATA, csv_rows, toml

ANGEBOTE, DEMO = DATA / "angebote", DATA / "demo"
HEUTE = date(2026, 11, 20)

Entry = dict[str, Any]

HEADER = (
    "ars;kennung;rolle;status;ab;bis;url;fachverfahren;reifegrad_modell;reifegrad;sichtbarkeit;"
    "beleg;bestaetigt_am;widersprochen_am;stand;bemerkung;quelle"
)
ALLOWED = {
    "rolle": "nutzt erstellt betreibt pilotiert plant beobachtet",
    "status": "geplant in_umsetzung produktiv voruebergehend_nicht_verfuegbar beendet",
    "sichtbarkeit": "oeffentlich verwaltung eigene",
    "beleg": "eigenangabe anbieter pvog import koordinierung",
}


@cache
def table(path: Path) -> list[dict[str, str]]:
    return list(csv_rows(path))


def einsaetze() -> list[dict[str, str]]:
    return table(ANGEBOTE / "einsaetze.csv") + table(DEMO / "einsaetze.csv")


def files_of(folder: Path, pattern: str) -> dict[Path, Entry]:
    return {path: toml(path) for path in folder.glob(pattern)}


def onlinedienste() -> list[Entry]:
    return [
        dienst
        for folder in (ANGEBOTE, DEMO)
        for dienst in files_of(folder, "onlinedienste/*.toml").values()
    ]


def stellen(folder: Path) -> dict[str, Entry]:
    return {stelle["kennung"]: stelle for stelle in toml(folder / "stellen.toml")["stelle"]}


def keys_under(node: Any) -> set[str]:
    if isinstance(node, list):
        return {key for item in node for key in keys_under(item)}
    if not isinstance(node, dict):
        return set()
    return set(node) | {key for value in node.values() for key in keys_under(value)}


def test_there_is_enough_to_search_compare_and_show() -> None:
    assert len(files_of(DEMO, "onlinedienste/*.toml")) >= 15


def test_what_is_invented_is_marked_and_what_is_curated_is_not() -> None:
    for name in ("onlinedienste/*.toml", "stellen.toml"):
        for path, tree in files_of(DEMO, name).items():
            for entry in tree.get("stelle", [tree]):
                assert entry["name"].endswith("(Demo)"), path
    for dienst in files_of(ANGEBOTE, "onlinedienste/*.toml").values():
        assert "(Demo)" not in dienst["name"]
    demo_sources = {q["kennung"] for q in toml(DEMO / "quellen.toml")["quelle"]}
    for path, tree in files_of(DEMO, "*/**/*.toml").items():
        assert tree["quelle"] in demo_sources, path
    for stelle in stellen(DEMO).values():
        assert stelle["quelle"] in demo_sources, stelle
    assert {row["quelle"] for row in table(DEMO / "einsaetze.csv")} == demo_sources
    assert {row["quelle"] for row in table(DEMO / "fallzahlen.csv")} == demo_sources
    assert {row["quelle"] for row in table(ANGEBOTE / "einsaetze.csv")}.isdisjoint(demo_sources)


def test_no_invented_offer_term_or_contact_is_put_into_the_mouth_of_a_real_body() -> None:
    invented = stellen(DEMO)
    offers = files_of(DEMO, "landesangebote/*/*.toml")
    terms = files_of(DEMO, "bedingungen/*.toml")
    assert offers
    assert terms
    for path, tree in (offers | terms).items():
        assert invented[tree["koordinierung"]]["art"] == "koordinierung", path
    for path, offer in offers.items():
        assert offer["kontakt"], path
        for kontakt in offer["kontakt"]:
            assert kontakt["name"].endswith("(Demo)"), path
            assert kontakt["funktionspostfach"].endswith(".example"), path
    for path, dienst in files_of(DEMO, "onlinedienste/*.toml").items():
        makers = {dienst[key] for key in ("traeger", "dienstleister") if key in dienst}
        assert makers <= set(invented), path
        assert not {"plattform", "bundesministerium"} & set(dienst), path


def test_every_invented_offer_has_terms_of_its_own_body_and_that_body_has_one_version() -> None:
    terms = list(files_of(DEMO, "bedingungen/*.toml").values())
    owner = {t["kennung"]: t["koordinierung"] for t in terms}
    assert len(set(owner.values())) == len(terms)
    for path, offer in files_of(DEMO, "landesangebote/*/*.toml").items():
        assert owner[offer["bedingungen"]] == offer["koordinierung"], path


def test_the_invented_coordinating_bodies_work_where_the_real_ones_do() -> None:
    def area(folder: Path, kennung: str) -> set[str]:
        return set(stellen(folder)[kennung]["wirkungsgebiet"])

    assert area(DEMO, "koordinierung-muensterland-demo") == area(ANGEBOTE, "ozg-connect")
    assert area(DEMO, "koordinierung-nord-demo") == area(ANGEBOTE, "ego-mv")


def test_the_two_invented_bodies_have_different_notice_rules_to_compare() -> None:
    rules = {
        t["koordinierung"]: (t["kuendigung_n"], t["kuendigung_einheit"], t["kuendigung_anker"])
        for t in files_of(DEMO, "bedingungen/*.toml").values()
    }
    assert rules == {
        "koordinierung-muensterland-demo": (6, "woche", "quartalsende"),
        "koordinierung-nord-demo": (3, "monat", "monatsende"),
    }


@pytest.mark.parametrize("folder", [ANGEBOTE, DEMO], ids=["angebote", "demo"])
def test_the_statements_are_a_plain_table(folder: Path) -> None:
    path = folder / "einsaetze.csv"
    raw = path.read_bytes()
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    assert raw.decode("utf-8").split("\n", 1)[0] == HEADER
    with path.open(encoding="utf-8", newline="") as stream:
        widths = {len(row) for row in csv.reader(stream, delimiter=";", strict=True)}
    assert widths == {len(HEADER.split(";"))}


def test_values_of_a_closed_list_come_from_that_list() -> None:
    for row in einsaetze():
        for column, allowed in ALLOWED.items():
            assert row[column] in allowed.split(), (column, row)


def test_every_statement_names_its_source() -> None:
    assert [row for row in einsaetze() if not row["quelle"]] == []


def test_a_statement_occurs_once() -> None:
    counts = Counter((r["ars"], r["kennung"], r["rolle"], r["ab"]) for r in einsaetze())
    assert [key for key, n in counts.items() if n > 1] == []


def test_a_maturity_always_names_its_model() -> None:
    for row in einsaetze():
        if row["reifegrad_modell"]:
            steps = {"1.1": range(5), "2.0": range(8)}[row["reifegrad_modell"]]
            assert int(row["reifegrad"]) in steps, row
        else:
            assert row["reifegrad"] == "", row


def test_only_the_municipality_itself_confirms_and_not_in_the_future() -> None:
    for row in einsaetze():
        for column in ("bestaetigt_am", "widersprochen_am", "stand"):
            if row[column]:
                assert date.fromisoformat(row[column]) <= HEUTE, row
        for column in ("ab", "bis"):
            if row[column]:
                date.fromisoformat(row[column])
        assert bool(row["bestaetigt_am"]) == (row["beleg"] == "eigenangabe"), row
        if row["widersprochen_am"]:
            assert row["beleg"] != "eigenangabe"


def test_status_and_dates_of_a_statement_agree() -> None:
    for row in table(DEMO / "einsaetze.csv"):
        ab = date.fromisoformat(row["ab"]) if row["ab"] else None
        bis = date.fromisoformat(row["bis"]) if row["bis"] else None
        match row["status"]:
            case "produktiv":
                assert ab is not None, row
                assert ab <= date.fromisoformat(row["stand"]), row
                assert bis is None, row
            case "beendet":
                assert bis is not None, row
                assert bis < HEUTE, row
            case "voruebergehend_nicht_verfuegbar":
                assert bis is not None, row
                assert bis > HEUTE, row
            case "geplant":
                assert ab is None or ab > HEUTE, row
                assert row["sichtbarkeit"] != "oeffentlich", row


def test_a_service_is_not_used_before_it_exists() -> None:
    since = {o["kennung"]: o["verfuegbar_ab"] for o in onlinedienste() if "verfuegbar_ab" in o}
    for row in table(DEMO / "einsaetze.csv"):
        if row["ab"] and row["rolle"] in {"nutzt", "betreibt"} and row["kennung"] in since:
            assert row["ab"] >= since[row["kennung"]], row


def in_muensterland(ars: str) -> bool:
    return ars[:5] in {"05570", "05558", "05515", "05915"} and not (
        ars[:5] in {"05570", "05558"} and ars.endswith("0000000")
    )


def test_who_has_a_solution_for_registering_a_dog_gets_a_lively_answer() -> None:
    dog = {
        o["kennung"]
        for o in onlinedienste()
        for path in o.get("antragsstrecke", [])
        if path.get("leistungsschluessel") == "99110009104000"
    }
    rows = [r for r in einsaetze() if r["kennung"] in dog and in_muensterland(r["ars"])]
    counted = [r for r in rows if not r["widersprochen_am"] and r["status"] != "beendet"]
    towns = {
        status: {r["ars"] for r in counted if r["status"] == status}
        for status in ALLOWED["status"].split()
    }
    assert len(towns["produktiv"]) == 9
    assert len(towns["in_umsetzung"]) == 4
    assert towns["voruebergehend_nicht_verfuegbar"] == {"055580004004"}
    assert len(towns["geplant"]) == 3
    assert {r["beleg"] for r in counted} == {"eigenangabe", "anbieter", "pvog"}
    assert sum(bool(r["widersprochen_am"]) for r in rows) == 1


def test_what_does_warendorf_have_gets_the_answer_of_its_page() -> None:
    rows = [r for r in einsaetze() if r["ars"] == "055700052052"]
    assert Counter(r["status"] for r in rows) == {
        "produktiv": 9,
        "in_umsetzung": 3,
        "geplant": 1,
        "voruebergehend_nicht_verfuegbar": 1,
    }
    assert sum(bool(r["bestaetigt_am"]) for r in rows) == 12


def test_every_town_of_the_muensterland_has_a_statement() -> None:
    assert len({r["ars"] for r in einsaetze() if in_muensterland(r["ars"])}) == 26


def test_case_numbers_are_whole_and_there_is_one_per_town_service_and_year() -> None:
    rows = table(DEMO / "fallzahlen.csv")
    assert rows
    counts = Counter((r["ars"], r["leistungsschluessel"], r["jahr"]) for r in rows)
    assert max(counts.values()) == 1
    assert all(r["anzahl"].isdecimal() for r in rows)


def test_the_readme_explains_every_key_and_column() -> None:
    readme = (DEMO / "README.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"`(?:\[\[)?([a-z_]+)(?:\]\])?`", readme))
    explained |= set(re.findall(r"\[\[(?:[a-z_]+\.)?([a-z_]+)\]\]", readme))
    used = keys_under(list(files_of(DEMO, "**/*.toml").values()))
    used |= {column for path in DEMO.glob("*.csv") for column in table(path)[0]}
    assert used - explained == set()
