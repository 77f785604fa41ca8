"""Which assistants a service has, and whom to ask without; a town beside its neighbours."""

from __future__ import annotations

from collections.abc import Callable

from tests.seite import Seite

Read = Callable[..., Seite]

ASSISTANTS = {
    "hundesteuer-online-demo",
    "hundeanmeldung-offen-demo",
    "hund-anmelden-stadtportal-demo",
}


# ── OZG- und LeiKa-Leistungen ───────────────────────────────────────────────────────────────


def test_assistants_for_a_service_stand_in_a_table_and_can_be_chosen_for_comparison(
    read: Read,
) -> None:
    page = read("/ozg/10160")
    table = page.main.one("table", class_="table--offers")
    assert len(table.one("tbody").all("tr")) == 5
    form = page.root.one("form", id="vergleich")
    assert "Diese vergleichen" in form.text
    keys = [box.attrs["value"] for box in table.all("input", type="checkbox")]
    assert set(keys) >= ASSISTANTS


def test_users_are_counted_by_land_and_listed(read: Read) -> None:
    page = read("/ozg/10160")
    counts = page.root.one(id="laender-h").parent
    assert counts is not None
    assert "11 Kommunen produktiv" in counts.text
    assert page.fact("Kommunen mit produktivem Onlinedienst") == "11"


def test_the_services_of_a_bundle_say_how_many_assistants_each_has(read: Read) -> None:
    page = read("/ozg/10160")
    lines = {a.text: a for a in page.main.all("li", class_="hit-line")}
    assert any("noch kein Onlinedienst" in text for text in lines)
    assert any("Onlinedienste" in text and "Hund anmelden" in text for text in lines)


def test_a_service_without_leika_key_and_assistant_says_whom_to_ask(read: Read) -> None:
    page = read("/leistungen/ohne-25cf9fa1a16450e1-1")
    assert "Noch ist kein Onlinedienst dafür verzeichnet." in page.text
    assert page.link("Zweckverband Elektronische Verwaltung in Mecklenburg-Vorpommern")
    assert "Das Land regelt, Land oder Kommune vollzieht." in page.text
    assert page.link("Ehrenamt finden").startswith("/leistungen/")


def test_every_service_of_a_bundle_has_an_address_also_without_leika_key(read: Read) -> None:
    page = read("/ozg/10134")
    titles = page.main.all("h3", class_="hit-line__title")
    links = [title.one("a").attrs["href"] for title in titles]
    assert any(link.startswith("/leistungen/ohne-") for link in links)
    for link in links:
        assert read(link).heading


# ── Kommunen ────────────────────────────────────────────────────────────────────────────────


def test_a_town_shows_its_stock_by_themenfeld_and_by_state(read: Read) -> None:
    page = read("/kommunen/055700052052")
    by_field, by_state = page.main.all("table", class_="table--tally")
    assert by_state.one("tbody").text.startswith("produktiv9")
    total = sum(int(row.one("td").text) for row in by_field.one("tbody").all("tr"))
    assert f"{total} öffentliche Angaben" in page.text
    for link in by_field.all("a"):
        assert len(page.root.all(id=link.attrs["href"].removeprefix("#"))) == 1


def test_each_suggestion_of_the_neighbours_gives_its_reason(read: Read) -> None:
    page = read("/kommunen/055700052052")
    rows = page.root.one(id="nachbarn").one("tbody").all("tr")
    assert len(rows) > 3
    assert all("nutz" in row.all("td")[1].text for row in rows)
    assert any("kostenneutral für Kommunen" in row.text for row in rows)
    shown = read(rows[0].one("a").attrs["href"])
    assert "In der Nähe von Warendorf" in shown.text


def test_without_a_source_for_competence_no_share_is_claimed(read: Read) -> None:
    assert "zuständig ist" not in read("/kommunen/055700052052").text


def test_a_kreis_shows_its_members_with_what_they_have(read: Read) -> None:
    page = read("/kommunen/055700000000")
    assert "von 13 Gemeinden haben produktive Onlinedienste" in page.text
    (warendorf,) = [
        li for li in page.main.one("ul", class_="town-list").all("li") if "Warendorf" in li.text
    ]
    assert "9 produktiv, 3 in Arbeit" in warendorf.text
