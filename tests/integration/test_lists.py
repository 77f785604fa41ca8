"""Lists keep their whole state in the address, and every number is that of the list it leads to."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.seite import Element, Seite

Read = Callable[..., Seite]

# Lists with a word that finds more in each of them than one page holds.
FREQUENT = {
    "/onlinedienste": "land",
    "/ozg": "beantragen",
    "/leistungen": "genehmigung",
    "/kommunen": "der",
}
LISTS = tuple(FREQUENT)


def number(text: str) -> int:
    """The first number of a text, thousands with points."""
    digits = next(word for word in text.replace(",", " ").split() if word[0].isdigit())
    return int("".join(c for c in digits if c.isdigit()))


def total(page: Seite) -> int:
    return number(page.main.one(role="status").text)


def fields(address: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(address).query)


def entries(page: Seite) -> list[str]:
    """Where the entries of a list lead."""
    rows = [*page.main.all(class_="hit__title"), *page.main.all(class_="hit-line__title")]
    rows += [row.all("th")[0] for body in page.main.all("tbody") for row in body.all("tr")]
    return [row.all("a")[0].attrs["href"] if row.all("a") else row.text for row in rows]


def facet_links(page: Seite) -> list[Element]:
    return page.main.all("a", class_="facet__link")


def facet_count(link: Element) -> int:
    return number(link.one(class_="facet__count").text)


# ── Pages ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", ["/onlinedienste", "/ozg", "/ozg?themenfeld=gesundheit"])
def test_turning_all_pages_shows_every_entry_once(read: Read, path: str) -> None:
    page = read(path)
    expected, seen = total(page), entries(page)
    while following := page.main.all("a", rel="next"):
        page = read(following[0].attrs["href"])
        seen += entries(page)
        assert total(page) == expected
    assert len(seen) == expected
    assert len(set(seen)) == expected


@pytest.mark.parametrize("path", LISTS)
def test_links_to_pages_keep_filters_and_the_search(read: Read, path: str) -> None:
    word = FREQUENT[path]
    broadest = max(facet_links(read(f"{path}?q={word}")), key=facet_count)
    _, (name, value) = fields(broadest.attrs["href"])
    page = read(broadest.attrs["href"])
    links = page.main.one("nav", class_="pagination").all("a")
    assert links
    for link in links:
        kept = [field for field in fields(link.attrs["href"]) if field[0] != "seite"]
        assert kept == [("q", word), (name, value)]


def test_the_page_that_is_shown_is_marked_and_named(read: Read) -> None:
    page = read("/kommunen?seite=3")
    (current,) = page.main.one("nav", class_="pagination").all("a", aria_current="page")
    assert current.text == "Seite 3"
    assert "51 bis 75" in page.main.one(role="status").text
    assert [a.attrs["href"] for a in page.main.all("a", rel="prev")] == ["/kommunen?seite=2"]
    assert [a.attrs["href"] for a in page.main.all("a", rel="next")] == ["/kommunen?seite=4"]


def test_the_last_page_has_no_next_one_and_the_one_after_it_does_not_exist(
    read: Read, get: Callable[..., object]
) -> None:
    page = read("/ozg")
    last = -(-total(page) // 25)
    assert not read(f"/ozg?seite={last}").main.all("a", rel="next")
    assert getattr(get(f"/ozg?seite={last + 1}"), "status", None) == 404


def test_users_of_a_service_turn_on_its_page(read: Read) -> None:
    page = read("/onlinedienste/wbs-sozialplattform")
    (following,) = page.main.all("a", rel="next")
    assert following.attrs["href"] == "/onlinedienste/wbs-sozialplattform?seite=2#nutzung"
    second = read(following.attrs["href"])
    users = [row[0] for row in page.rows() if len(row) == 4]
    more = [row[0] for row in second.rows() if len(row) == 4]
    assert users
    assert more
    assert not set(users) & set(more)


# ── Filters ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", ["/onlinedienste", "/ozg"])
@pytest.mark.full_run
def test_every_facet_counts_what_its_link_shows(read: Read, path: str) -> None:
    for link in facet_links(read(path)):
        shown = read(link.attrs["href"])
        assert total(shown) == facet_count(link), link.attrs["href"]


@pytest.mark.parametrize("path", ["/leistungen", "/kommunen"])
def test_some_facets_of_the_long_lists_count_what_their_links_show(read: Read, path: str) -> None:
    links = facet_links(read(path))
    for link in links[:: max(1, len(links) // 6)]:
        assert total(read(link.attrs["href"])) == facet_count(link), link.attrs["href"]


@pytest.mark.parametrize("path", LISTS)
def test_a_facet_adds_its_value_and_takes_it_back(read: Read, path: str) -> None:
    listed = f"{path}?q={FREQUENT[path]}"
    page = read(f"{listed}&seite=2")
    link = facet_links(page)[0]
    assert "seite" not in dict(fields(link.attrs["href"]))
    chosen = read(link.attrs["href"])
    (same,) = [a for a in facet_links(chosen) if a.attrs.get("aria-current")]
    assert same.one(class_="facet__label").text.endswith(", ausgewählt")
    assert same.attrs["href"] == listed
    assert total(read(same.attrs["href"])) == total(page)


def test_values_of_one_facet_widen_and_values_of_two_narrow(read: Read) -> None:
    efa = total(read("/onlinedienste?art=efa"))
    state = total(read("/onlinedienste?art=landesloesung"))
    both = total(read("/onlinedienste?art=efa&art=landesloesung"))
    assert both == efa + state
    assert total(read("/onlinedienste?art=efa&plattform=sozialplattform")) <= min(13, efa)


def test_a_facet_ignores_its_own_choice_when_it_counts(read: Read) -> None:
    def counts(page: Seite) -> dict[str, int]:
        facets = page.main.all("details", class_="facet")
        (facet,) = [f for f in facets if f.all("summary")[0].text == "Art"]
        return {
            a.one(class_="facet__label").text.removesuffix(", ausgewählt"): facet_count(a)
            for a in facet.all("a")
        }

    assert counts(read("/onlinedienste?art=efa")) == counts(read("/onlinedienste"))


def test_each_choice_has_a_chip_that_takes_it_back(read: Read) -> None:
    page = read("/onlinedienste?q=antrag&art=efa&status=verfuegbar&kosten=kostenneutral")
    chips = page.main.one("ul", class_="chips").all("a", class_="chip")
    assert [chip.text.removesuffix(", Filter entfernen") for chip in chips] == [
        "Art: EfA-Leistung",
        "Status: verfügbar",
        "Kosten für die Kommune: kostenneutral für Kommunen",
        "Suche: antrag",
    ]
    every = [("q", "antrag"), ("art", "efa"), ("status", "verfuegbar"), ("kosten", "kostenneutral")]
    removed = [set(every) - set(fields(chip.attrs["href"])) for chip in chips]
    assert removed == [{every[1]}, {every[2]}, {every[3]}, {every[0]}]
    assert page.link("Alle Filter entfernen") == "/onlinedienste"


def test_the_search_of_a_list_carries_the_filters_along(read: Read) -> None:
    page = read("/ozg?themenfeld=gesundheit&lage=Arbeitslosigkeit&seite=1&q=alt")
    form = page.main.one("form", action="/ozg")
    hidden = [(i.attrs["name"], i.attrs["value"]) for i in form.all("input", type="hidden")]
    assert hidden == [("themenfeld", "gesundheit"), ("lage", "Arbeitslosigkeit")]
    assert form.one("input", type="search").attrs["value"] == "alt"


def test_an_unknown_value_finds_nothing_and_says_how_to_go_on(read: Read) -> None:
    page = read("/onlinedienste?art=gibtesnicht&kosten=auchnicht")
    assert total(page) == 0
    assert "Kein Onlinedienst passt zu dieser Auswahl." in page.text
    assert page.link("sehen Sie sich alle Einträge an") == "/onlinedienste"
    assert len(page.main.all("a", class_="chip")) == 2


# ── Numbers ─────────────────────────────────────────────────────────────────────────────────


def test_the_figures_of_the_start_page_are_those_of_the_lists_they_lead_to(read: Read) -> None:
    figures = read("/").main.one("dl", class_="figures").all("div")
    for figure in figures:
        (link,) = figure.all("a")
        if link.attrs["href"].startswith("/"):
            shown = total(read(link.attrs["href"]))
            assert number(figure.one("dd").text) == shown, link.attrs["href"]


@pytest.mark.full_run
def test_the_numbers_of_themenfelder_are_those_of_the_lists_they_lead_to(read: Read) -> None:
    index = read("/").main.one("ul", class_="index-list").all("li")
    assert len(index) == 14
    for item in index:
        count = number(item.one(class_="index-list__count").text)
        assert total(read(item.one("a").attrs["href"])) == count, item.text


@pytest.mark.full_run
def test_the_number_beside_an_ozg_service_is_that_of_its_page(read: Read) -> None:
    page = read("/ozg?q=wohn")
    lines = page.main.all("li", class_="hit-line")
    assert len(lines) > 3
    for line in lines:
        offered, bundled = (number(p.text) for p in line.all("p", class_="hit-line__count"))
        service = read(line.all("a")[0].attrs["href"])
        assert (service.fact("Onlinedienste"), service.fact("LeiKa-Leistungen")) == (
            str(offered),
            str(bundled),
        )


def test_only_municipalities_with_statements_are_shown_when_asked_for(read: Read) -> None:
    page = read("/kommunen?angaben=ja")
    assert [row[0] for row in page.rows() if row[3] == "keine"] == []


# ── What the search takes literally ─────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", [*LISTS, "/suche"])
@pytest.mark.parametrize("sign", ["%25", "_", "%5C", "%27", "%22", "%25%25", "...", "*", "%3B--"])
def test_signs_that_mean_something_to_a_database_are_no_wildcards(
    read: Read, path: str, sign: str
) -> None:
    page = read(f"{path}?q={sign}")
    found = number(page.heading) if path == "/suche" else total(page)
    assert found < 20


def test_signs_inside_a_word_only_part_it(read: Read) -> None:
    for path, typed, parted in [
        ("/ozg", "wohn%25berechtigung", "wohn+berechtigung"),
        ("/onlinedienste", "b_rgergeld", "b+rgergeld"),
    ]:
        assert total(read(f"{path}?q={typed}")) <= total(read(f"{path}?q={parted}")) <= 3
