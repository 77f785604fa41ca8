"""Suggestions under the search field: by mouse, by keyboard alone, and for nobody in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.seiten import Fall
from tests.browser.test_accessibility import EVERYTHING, violations
from tests.umfang import some

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.walking import Walker

SEARCH = Fall("Suche", "/suche")
OPTION = "#vorschlaege [role=option]"


def type_in(page: Page, text: str) -> None:
    page.click("#q")
    page.keyboard.type(text)
    page.wait_for_selector(OPTION)


@pytest.mark.parametrize("path", some(["/suche", "/", "/suche?q=hund"], 3))
def test_what_is_typed_brings_suggestions_that_lead_somewhere(walker: Walker, path: str) -> None:
    page = walker.open(Fall("Seite mit Suchfeld", path))
    page.fill("#q", "")
    type_in(page, "wohnge")
    first = page.locator(OPTION).first
    assert "Wohngeld" in first.inner_text()
    first.click()
    page.wait_for_url("**/ozg/10092")
    assert walker.faults() == []


def test_the_arrow_keys_choose_and_enter_opens(walker: Walker) -> None:
    page = walker.open(SEARCH)
    type_in(page, "wohngeld")
    field = page.locator("#q")
    assert field.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    second = page.locator(OPTION).nth(1)
    assert second.get_attribute("aria-selected") == "true"
    assert field.get_attribute("aria-activedescendant") == second.get_attribute("id")
    page.keyboard.press("ArrowUp")
    assert page.locator(f"{OPTION}[aria-selected=true]").count() == 1
    page.keyboard.press("ArrowUp")
    assert field.get_attribute("aria-activedescendant") is None
    target = page.locator(OPTION).first.get_attribute("href")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{target}")


@pytest.mark.full_run
def test_enter_without_a_choice_searches_for_what_was_typed(walker: Walker) -> None:
    page = walker.open(SEARCH)
    type_in(page, "wohngeld")
    page.keyboard.press("Enter")
    page.wait_for_url("**/suche?*q=wohngeld*")


@pytest.mark.full_run
def test_escape_and_leaving_the_field_close_the_list(walker: Walker) -> None:
    page = walker.open(SEARCH)
    type_in(page, "wohngeld")
    page.keyboard.press("Escape")
    assert not page.locator("#vorschlaege").is_visible()
    assert page.input_value("#q") == "wohngeld"
    page.keyboard.press("ArrowDown")
    assert page.locator("#vorschlaege").is_visible()
    page.keyboard.press("Tab")
    assert not page.locator("#vorschlaege").is_visible()
    assert page.locator("#q").get_attribute("aria-expanded") == "false"


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.full_run
def test_an_open_list_is_no_barrier(walker: Walker, axe: str, width: int) -> None:
    page = walker.open(SEARCH, width)
    type_in(page, "wohn")
    page.keyboard.press("ArrowDown")
    page.evaluate(axe)
    assert violations(page, EVERYTHING) == []
    assert walker.faults() == []


def test_a_place_is_offered_while_one_types_it(walker: Walker) -> None:
    page = walker.open(SEARCH)
    page.click("#ort")
    page.keyboard.type("fürth")
    # The browser shows them itself, in a list that no script can see.
    offered = page.locator("#ort-liste option")
    offered.nth(1).wait_for(state="attached")
    assert offered.nth(1).get_attribute("value") == "Fürth (Landkreis Bergstraße)"
    assert walker.faults() == []
