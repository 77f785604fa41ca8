"""Nothing needs JavaScript: the whole portal works in a browser that has it switched off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser.seiten import MAP

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def shared_page(browser: Browser, portal_url: str) -> Iterator[Page]:
    context = browser.new_context(base_url=portal_url, java_script_enabled=False)
    context.set_default_timeout(5_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def page(shared_page: Page) -> Page:
    shared_page.context.clear_cookies()
    shared_page.set_viewport_size({"width": 1280, "height": 900})
    return shared_page


def test_the_browser_of_these_tests_runs_no_script(page: Page) -> None:
    page.set_content(
        "<p id=a>aus</p><script>document.getElementById('a').textContent='an'</script>"
    )
    assert page.locator("#a").inner_text() == "aus"


def test_searching_leads_from_the_start_page_to_a_service(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Leistung, Onlinedienst, Kommune oder Schlüssel").fill("Wohnberechtigung")
    page.locator("main").get_by_role("button", name="Suchen").click()
    page.locator(".hit__title a").first.click()
    assert page.url.endswith("/onlinedienste/wbs-sozialplattform")


def test_the_search_field_in_the_header_searches(page: Page) -> None:
    page.goto("/hilfe")
    page.get_by_label("Katalog durchsuchen").fill("10083")
    page.get_by_label("Katalog durchsuchen").press("Enter")
    assert page.url.endswith("/suche?q=10083")


@pytest.mark.full_run
def test_facets_chips_and_the_search_of_a_list_add_up(page: Page) -> None:
    page.goto("/onlinedienste")
    page.locator(".facet__title", has_text="Plattform").click()
    page.locator(".facet__link", has_text="Sozialplattform").click()
    assert "plattform=sozialplattform" in page.url
    page.get_by_label("Onlinedienst", exact=True).fill("Bürgergeld")
    page.locator("main").get_by_role("button", name="Suchen").click()
    assert "plattform=sozialplattform" in page.url
    assert page.locator(".hit").count() == 1
    assert page.locator(".chip").count() == 2
    page.get_by_role("link", name="Alle Filter entfernen").click()
    assert page.url.endswith("/onlinedienste")


@pytest.mark.full_run
def test_assistants_are_chosen_compared_and_left_out_again(page: Page) -> None:
    page.goto("/ozg/10160")
    for name in ("Hundesteuer online (Demo)", "Hundeanmeldung offen (Demo)"):
        page.get_by_label(f"{name} vergleichen").check()
    page.get_by_role("button", name="Diese vergleichen").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Zwei Onlinedienste im Vergleich"
    page.get_by_label("Ihre Kommune").fill("Warendorf")
    page.get_by_role("button", name="Nähe zeigen").click()
    page.get_by_role("link", name="Nur Unterschiede").click()
    assert page.locator(".compare__row--same").count() == 0
    assert page.get_by_text("In der Nähe von Warendorf").count() == 1
    page.get_by_label("Name des Onlinedienstes").fill("Stadtportal")
    page.locator(".compare-add").get_by_role("button", name="Suchen").click()
    page.locator(".compare-add").get_by_role("link", name="Hinzufügen").first.click()
    assert page.locator(".compare__name").count() == 3
    assert "ort=Warendorf" in page.url
    assert "nur=unterschiede" in page.url
    page.get_by_role("link", name="Entfernen").first.click()
    assert page.locator(".compare__name").count() == 2


@pytest.mark.full_run
def test_users_nearby_are_shown_for_a_town_that_somebody_types(page: Page) -> None:
    page.goto("/onlinedienste/hundesteuer-online-demo")
    page.get_by_label("Ihre Kommune").fill("Warendorf")
    page.get_by_role("button", name="Nähe zeigen").click()
    assert page.locator(".near").get_by_text("Kreis Warendorf", exact=True).is_visible()
    page.get_by_role("link", name="Ohne Ort ansehen").click()
    assert page.locator(".near").count() == 0


@pytest.mark.full_run
def test_the_map_is_a_table_that_explains_itself(page: Page) -> None:
    page.goto(f"/karte?{MAP}")
    assert page.locator("noscript p").is_visible()
    assert not page.locator("#karte").is_visible()
    page.locator("#tabelle").get_by_role("link", name="Hamm").click()
    assert page.locator("#auskunft-h").inner_text() == "Hamm"
    page.get_by_role("link", name="Kreise", exact=True).click()
    assert page.locator("#tabelle thead").get_by_text("Kreis", exact=True).is_visible()
    page.get_by_label("Anderer Tag").fill("31.12.2024")
    page.locator("[data-karte-teil=zeit]").get_by_role("button", name="Zeigen").click()
    assert "Stand 31.12.2024" in page.locator("#antwort").inner_text()
    page.get_by_label("Kommune auf der Karte").fill("Warendorf")
    page.locator("[data-karte-teil=ort]").get_by_role("button", name="Zeigen").click()
    assert page.locator("#auskunft-h").inner_text() == "Warendorf"
    assert "zum=31.12.2024" in page.url


@pytest.mark.full_run
def test_pages_turn_forwards_and_backwards(page: Page) -> None:
    page.goto("/kommunen")
    first = page.locator("tbody th").first.inner_text()
    page.get_by_role("link", name="Weiter").click()
    assert page.url.endswith("?seite=2")
    assert page.locator("tbody th").first.inner_text() != first
    page.get_by_role("link", name="Zurück").click()
    assert page.locator("tbody th").first.inner_text() == first


def test_details_open_and_close(page: Page) -> None:
    page.goto("/onlinedienste/wbs-sozialplattform")
    summary = page.get_by_text("So wird gerechnet", exact=True).first
    steps = page.locator("ol.reckoning").first
    assert not steps.is_visible()
    summary.click()
    assert steps.is_visible()
    summary.click()
    assert not steps.is_visible()


def test_a_facet_folds_and_unfolds(page: Page) -> None:
    page.goto("/onlinedienste")
    summary = page.locator(".facet__title").first
    link = page.locator(".facet__link").first
    assert link.is_visible()
    summary.click()
    assert not link.is_visible()


def test_the_narrow_menu_opens_and_closes(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/ozg/10083")
    menu = page.get_by_role("navigation", name="Hauptnavigation")
    assert not menu.is_visible()
    page.get_by_role("button", name="Menü").click()
    assert menu.is_visible()
    menu.get_by_role("link", name="Kommunen").click()
    assert page.url.endswith("/kommunen")
    assert not menu.is_visible()


@pytest.mark.full_run
def test_language_and_theme_switch_and_stay(page: Page) -> None:
    page.goto("/ozg?q=Wohnen&seite=1")
    page.get_by_role("button", name="English").click()
    assert page.url.endswith("/ozg?q=Wohnen&seite=1")
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("button", name="dark").click()
    assert page.url.endswith("/ozg?q=Wohnen&seite=1")
    assert page.locator("html").get_attribute("data-kern-theme") == "dark"
    page.get_by_role("link", name="Municipalities").first.click()
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("button", name="Deutsch").click()
    assert page.locator("html").get_attribute("lang") == "de"
