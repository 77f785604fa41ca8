"""The page that says what a municipality could take over next, read by everybody."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable

from tests.portal import Answer
from tests.seite import Element, Seite

Get = Callable[..., Answer]
Read = Callable[..., Seite]

PAGE = "/kommunen/055700052052/empfehlungen"


def entries(page: Seite) -> dict[str, Element]:
    found = page.main.one("ol", class_="hits").all("li", class_="hit")
    return {each.one("h3").text: each for each in found}


def points(entry: Element) -> int:
    return int(entry.one("p", class_="hit__number").text)


def reasons(entry: Element) -> list[int]:
    return [
        int(each.text.replace("−", "-")) for each in entry.all("span", class_="reasons__points")
    ]


def test_the_order_is_the_sum_of_the_points_that_stand_beside_the_reasons(read: Read) -> None:
    found = list(entries(read(PAGE)).values())
    sums = [points(entry) for entry in found]
    assert sums == sorted(sums, reverse=True)
    assert sums == [sum(reasons(entry)) for entry in found]
    assert len(found) > 5


def test_a_reason_is_a_sentence_with_its_figure_and_there_is_a_next_step(read: Read) -> None:
    """Ahlen and Beckum use it, the Land offers it free of cost, and the Fachverfahren fits."""
    entry = entries(read(PAGE))["Hundesteuer online (Demo)"]
    text = entry.text
    for sentence in (
        "2 von 12 Nachbarn im Kreis Warendorf nutzen ihn: Ahlen, Beckum",
        "Kostenneutral für Kommunen.",
        "Passt zu einem Fachverfahren von hier: Steuerverfahren A (Demo).",
        "438 Fälle im Jahr 2025 in Warendorf.",
    ):
        assert sentence in text
    targets = [a.attrs["href"] for a in entry.all("a")]
    assert "/onlinedienste/hundesteuer-online-demo/nachnutzen" in targets
    assert entry.one("input", form="vergleich").attrs["value"] == "hundesteuer-online-demo"


def test_what_the_town_uses_or_plans_in_public_is_no_advice(read: Read) -> None:
    shown = entries(read(PAGE))
    assert "Wohngeldantrag digital (Demo)" not in shown
    assert "Führerschein umtauschen (Demo)" not in shown


def test_what_a_reader_calls_important_counts_twice_and_stays_in_the_address(read: Read) -> None:
    plain, weighed = (
        entries(read(PAGE + more))["Hundesteuer online (Demo)"] for more in ("", "?wichtig=kosten")
    )
    assert points(weighed) == points(plain) + 3
    page = read(PAGE + "?wichtig=kosten&wichtig=unsinn")
    (on,) = page.main.all("a", **{"aria-current": "true"})
    assert (on.text, on.attrs["href"].partition("?")[2]) == ("Kosten", "wichtig=unsinn")


def test_the_list_is_had_as_a_file_with_its_reasons(read: Read, get: Get) -> None:
    shown = entries(read(PAGE + "?wichtig=schnell"))
    names = {
        f.rpartition("=")[2] for a in read(PAGE).links() if "format=" in (f := a.attrs["href"])
    }
    assert names == {"csv", "xlsx", "json"}
    text = get(PAGE + "?wichtig=schnell&format=csv").body.decode("utf-8-sig")
    assert "# Auswahl: wichtig: schnell" in text
    rows = list(
        csv.DictReader(
            io.StringIO("\n".join(line for line in text.splitlines() if not line.startswith("#"))),
            delimiter=";",
        )
    )
    assert [row["Name"] for row in rows][: len(shown)] == list(shown)
    assert [int(row["Punkte"]) for row in rows][: len(shown)] == [points(e) for e in shown.values()]
    first = json.loads(get(PAGE + "?format=json").body)["daten"][0]
    assert first["platz"] == 1
    assert "Kostenneutral für Kommunen." in first["dafuer"]
    assert get(PAGE + "?format=atom").status == 404


def test_other_keys_lead_to_the_one_address_and_unknown_ones_nowhere(get: Get) -> None:
    moved = get("/kommunen/05570 0052 052/empfehlungen".replace(" ", "%20"))
    assert (moved.status, moved.header("location")) == (301, PAGE)
    assert get("/kommunen/000000000000/empfehlungen").status == 404


def test_a_town_without_neighbours_to_learn_from_is_told_what_to_do(read: Read) -> None:
    page = read("/kommunen/100410100100/empfehlungen")
    assert "Im Moment gibt es nichts zu empfehlen." in page.text
    assert page.link("alle Onlinedienste") == "/onlinedienste"


def test_the_page_is_found_from_the_page_of_the_town(read: Read) -> None:
    assert read("/kommunen/055700052052").link("Was als Nächstes übernehmen?") == PAGE


def test_a_town_is_asked_for_where_it_is_not_known_yet(get: Get, read: Read) -> None:
    [form] = [f for f in read("/").root.all("form") if f.attrs["action"] == "/empfehlungen"]
    assert form.one("input", name="ort").attrs["list"]
    assert get("/empfehlungen?ort=Warendorf").header("location") == PAGE
    assert get("/empfehlungen?ort=Kreis+Warendorf").header("location").endswith("empfehlungen")
    assert "Ihre Kommune" in read("/empfehlungen").text
    assert "„Nirgendwo“ ist als Kommune nicht" in get("/empfehlungen?ort=Nirgendwo").seite.text
    for typed in ("Nirgendwo", "%3Cscript%3E", "%25", "x" * 300):
        answer = get(f"/empfehlungen?ort={typed}")
        assert answer.status == 422, typed
        assert answer.seite.main.all("script") == []
