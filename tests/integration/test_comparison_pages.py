"""Comparing assistants, and what the page of one says about users nearby and alternatives."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest

from tests.portal import Answer
from tests.seite import Seite

Get = Callable[..., Answer]
Read = Callable[..., Seite]

PAGE = "/onlinedienste/vergleich"
HUNDESTEUER, OFFEN, STADTPORTAL = (
    "hundesteuer-online-demo",
    "hundeanmeldung-offen-demo",
    "hund-anmelden-stadtportal-demo",
)
WBS = "/onlinedienste/wbs-sozialplattform"


def vergleich(*ids: str, more: str = "") -> str:
    return f"{PAGE}?{'&'.join(f'id={quote(key)}' for key in ids)}{more}"


def heads(page: Seite) -> list[str]:
    return [a.text for a in page.main.all("a", class_="compare__name")]


def marks(page: Seite) -> dict[str, str]:
    """Row → what a screen reader hears of the mark, and the class that draws it."""
    found = {}
    for row in page.main.one("table", class_="compare").all("tr"):
        for kind in ("diff", "gap", "same"):
            if f"compare__row--{kind}" in row.attrs.get("class", ""):
                found[row.one("th").text] = kind
    return found


# ── Vergleich ───────────────────────────────────────────────────────────────────────────────


def test_a_comparison_sets_the_assistants_side_by_side_in_the_order_asked_for(read: Read) -> None:
    page = read(vergleich(HUNDESTEUER, OFFEN, STADTPORTAL))
    assert page.heading == "Drei Onlinedienste im Vergleich"
    assert heads(page) == [
        "Hundesteuer online (Demo)",
        "Hundeanmeldung offen (Demo)",
        "Hund anmelden im Stadtportal (Demo)",
    ]
    groups = [row.text for row in page.main.all("tr", class_="compare__group")]
    assert groups == ["Fachlich", "Technisch", "Betrieb und Vertrag", "Nutzung", "Nachnutzung"]


def test_differences_are_said_and_not_only_coloured(read: Read) -> None:
    found = marks(read(vergleich(HUNDESTEUER, OFFEN)))
    assert found["Anmeldung, unterschiedlich"] == "diff"
    assert found["Fachverfahren, teils keine Angabe"] == "gap"
    assert found["Kosten"] == "same"


def test_the_switch_leaves_only_differences_and_keeps_the_rest_of_the_address(read: Read) -> None:
    page = read(vergleich(HUNDESTEUER, OFFEN, more="&ort=Warendorf"))
    switch = page.link("Nur Unterschiede")
    assert "ort=Warendorf" in switch
    only = read(switch)
    assert set(marks(only).values()) == {"diff", "gap"}
    assert only.link("Alle Merkmale") == vergleich(HUNDESTEUER, OFFEN, more="&ort=Warendorf")


def test_what_nobody_says_of_any_is_named_once_and_is_no_row(read: Read) -> None:
    page = read(vergleich(HUNDESTEUER, OFFEN))
    assert "Bei keinem angegeben: Plattform, Standard" in page.text
    assert "Plattform" not in marks(page)


def test_with_a_place_neighbours_are_named_in_each_column(read: Read) -> None:
    page = read(vergleich(HUNDESTEUER, OFFEN, more="&ort=Warendorf"))
    assert "Aus Sicht von Warendorf." in page.text
    (row,) = [r for r in page.main.all("tr") if r.text.startswith("In der Nähe von Warendorf")]
    assert "Beckum" in row.all("td")[0].text
    assert "Lüdinghausen" in row.all("td")[1].text


def test_each_column_ends_with_a_next_step_and_its_source(read: Read) -> None:
    page = read(vergleich(HUNDESTEUER, "drohnen-bw"))
    steps = [p.text for p in page.main.all("p", class_="compare__step")]
    assert steps == ["Interesse bekunden", "Beim Träger nachfragen"]
    assert len(page.main.one("tr", class_="compare__source").all("td")) == 2


def test_removing_one_of_three_leaves_two_and_removing_one_of_two_asks_for_another(
    read: Read,
) -> None:
    three = read(vergleich(HUNDESTEUER, OFFEN, STADTPORTAL))
    two = read(three.main.all("a", class_="compare__remove")[1].attrs["href"])
    assert heads(two) == ["Hundesteuer online (Demo)", "Hund anmelden im Stadtportal (Demo)"]
    one = read(two.main.all("a", class_="compare__remove")[1].attrs["href"])
    assert one.heading == "Womit wollen Sie vergleichen?"
    assert "für dieselbe Leistung" in one.text


def test_another_one_is_found_by_name_and_added(read: Read) -> None:
    page = read(vergleich(HUNDESTEUER, OFFEN, more="&dazu=Stadtportal"))
    adding = [a.attrs["href"] for a in page.main.all("a") if a.text.startswith("Hinzufügen")]
    assert adding[0] == vergleich(HUNDESTEUER, OFFEN, STADTPORTAL)
    nothing = read(vergleich(HUNDESTEUER, OFFEN, more="&dazu=xyzzyplugh"))
    assert "Kein weiterer Onlinedienst heißt so" in nothing.text


def test_nothing_to_compare_says_what_a_comparison_needs(read: Read) -> None:
    page = read(PAGE)
    assert page.heading == "Onlinedienste vergleichen"
    assert page.link("Alle Onlinedienste ansehen") == "/onlinedienste"
    assert not page.main.all("table")


@pytest.mark.parametrize("ids", [("gibt-es-nicht",), ("gibt-es-nicht", HUNDESTEUER)])
def test_an_unknown_id_is_said_and_the_others_stay(read: Read, ids: tuple[str, ...]) -> None:
    page = read(vergleich(*ids))
    assert "mit der Kennung „gibt-es-nicht“ gibt es hier nicht" in page.text
    assert ("Hundesteuer online (Demo)" in page.text) == (HUNDESTEUER in ids)


def test_one_id_twice_is_one_assistant(read: Read) -> None:
    assert read(vergleich(HUNDESTEUER, HUNDESTEUER)).heading == "Womit wollen Sie vergleichen?"


def test_of_five_the_first_four_are_compared_and_the_fifth_moves_up(read: Read) -> None:
    keys = (HUNDESTEUER, OFFEN, STADTPORTAL, "wbs-sozialplattform", "drohnen-bw")
    page = read(vergleich(*keys))
    assert page.heading == "Vier Onlinedienste im Vergleich"
    assert "Verglichen werden höchstens 4." in page.text
    fewer = read(page.main.all("a", class_="compare__remove")[0].attrs["href"])
    assert len(heads(fewer)) == 4
    assert "höchstens" not in fewer.text


@pytest.mark.parametrize(
    "query",
    [
        "id=", "id=%00", "id=%3Cscript%3E&id=%27--", "ort=%25&id=x", "nur=quatsch",
        "id=" + "x" * 500, "dazu=%25%25", "dazu=%22%3E%3Cb%3E",
        f"id={HUNDESTEUER}&id={OFFEN}&nur=quatsch&ort=%3Cb%3E&seite=9",
    ],
)  # fmt: skip
def test_hostile_addresses_of_a_comparison_do_no_harm(get: Get, query: str) -> None:
    answer = get(f"{PAGE}?{query}")
    assert answer.status == 200
    assert "<script>" not in answer.text
    assert "<b>" not in answer.text


def test_the_comparison_is_no_assistant_and_no_assistant_is_called_like_it(get: Get) -> None:
    assert get(PAGE).status == 200
    assert get("/onlinedienste/vergleiche").status == 404


# ── Onlinedienst ────────────────────────────────────────────────────────────────────────────


def test_seen_from_a_town_users_of_its_kreis_come_first(read: Read) -> None:
    page = read(f"/onlinedienste/{HUNDESTEUER}?ort=Warendorf")
    near = page.main.one(class_="near")
    assert [row.text for row in near.all("tr", class_="table__group")] == [
        "Kreis Warendorf",
        "Angrenzende Kreise",
    ]
    assert page.fact("In der Nähe von Warendorf") == "4 Kommunen"
    assert "in Umsetzung" in near.text
    assert near.text.index("Beckum") < near.text.index("Coesfeld")


def test_a_town_that_nobody_knows_is_said_at_its_field(read: Read) -> None:
    page = read(f"/onlinedienste/{HUNDESTEUER}?ort=Xyzzyhausen")
    field = page.main.one("input", id="ort")
    assert field.attrs["aria-invalid"] == "true"
    assert "nicht verzeichnet" in page.root.one(id=field.attrs["aria-describedby"]).text
    assert not page.main.all(class_="near")


def test_where_the_own_land_offers_nothing_the_page_says_what_to_do_instead(read: Read) -> None:
    here = read(f"/onlinedienste/{HUNDESTEUER}?ort=Warendorf")
    assert here.root.one(id="cta").text == "Interesse bekunden"
    elsewhere = read(f"/onlinedienste/{HUNDESTEUER}?ort=Dresden")
    assert elsewhere.root.one(id="cta").text == "Beim Träger nachfragen"
    assert "Ein Angebot in Sachsen ist nicht verzeichnet." in elsewhere.text


def test_alternatives_say_why_and_lead_to_a_comparison(read: Read) -> None:
    page = read(f"/onlinedienste/{HUNDESTEUER}")
    section = page.root.one(id="aehnlich")
    assert "für dieselbe Leistung" in section.text
    shown = read(section.all("a")[0].attrs["href"])
    assert heads(shown)[0] == "Hundesteuer online (Demo)"
    assert len(heads(shown)) == 3
    form = section.one("form")
    assert form.attrs["action"] == PAGE
    assert [i.attrs["value"] for i in form.all("input")] == [HUNDESTEUER]
    boxes = section.all("input", type="checkbox")
    assert {box.attrs["form"] for box in boxes} == {form.attrs["id"]}


def test_who_built_it_is_named_apart_from_who_uses_it(read: Read) -> None:
    page = read(f"/onlinedienste/{STADTPORTAL}")
    assert page.fact("Erstellt von") == "Münster"
    assert page.fact("Träger") == "Stadt Münster, Anbieterin (Demo)"
