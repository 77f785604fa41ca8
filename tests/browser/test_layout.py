"""Pages fit: into narrow windows, with enlarged text, and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser.seiten import COMPARED, COMPARISON, MAP, WALKED, Fall
from tests.browser.walking import CHROMIUM, OPTIONS, walking
from tests.umfang import VOLL, some

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.browser.walking import Walker

# Tables may scroll inside their box; the page itself may not.
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll('body *')]
    .filter(e => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 0.5)
    .slice(-6)
    .map(e => `${e.tagName.toLowerCase()}.${e.className}: ${e.textContent.trim().slice(0, 40)}`)
    .concat(`${document.documentElement.scrollWidth} statt ${innerWidth} px`)"""

LONG_WORD = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"
WITH_LONG_WORDS = """word => document.querySelectorAll(
    'h1, .lead, .page-head .kicker, dd, td:not(.kern-table__cell--numeric), th a, .chip, '
    + '.hit__title a, .hit-line__title a, .town-list a, .hit__main > p, '
    + '.breadcrumb [aria-current]')
  .forEach(e => {
    if (!e.querySelector('a, svg, .key, .state')) e.textContent = word;
  })"""
# The narrowest comes last: the long words meet it.
WIDTHS = (1280, 1024, 768, 390, 320) if VOLL else (320,)
TABLES = (
    "/kommunen/055700052052",
    "/onlinedienste/wbs-sozialplattform",
    f"{COMPARISON}?{COMPARED}",
    "/ozg/10160",
    f"/karte?{MAP}",
    "/kommunen",
    "/quellen",
)[: None if VOLL else 3]


@pytest.mark.parametrize("fall", some(WALKED, 2), ids=str)
def test_no_page_scrolls_sideways_not_even_with_long_words(walker: Walker, fall: Fall) -> None:
    """Names come from others, and German joins words without end."""
    page = walker.open(fall)
    for width in WIDTHS:
        walker.show(width, "light")
        assert page.evaluate(TOO_WIDE) == [], f"{width} px"
    page.evaluate(WITH_LONG_WORDS, LONG_WORD)
    assert page.evaluate(TOO_WIDE) == [], f"{WIDTHS[-1]} px, langes Wort"


@pytest.fixture(scope="module")
def large_text(browser: Browser, portal_url: str, sitzung: str) -> Iterator[Walker]:
    """A browser whose reader has set twice the usual text size: 32 instead of 16 px."""
    reader = browser.browser_type.launch(
        executable_path=CHROMIUM, args=[*OPTIONS, "--blink-settings=defaultFontSize=32"]
    )
    with walking(reader, portal_url, sitzung) as walker:
        yield walker
    reader.close()


@pytest.mark.parametrize("fall", [fall for fall in WALKED if not fall.again], ids=str)
@pytest.mark.full_run
def test_text_of_twice_the_size_fits_as_well(large_text: Walker, fall: Fall) -> None:
    page = large_text.open(fall)
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "32px"
    for width in (1280, 640):
        large_text.show(width, "light")
        assert page.evaluate(TOO_WIDE) == [], f"{width} px"
        assert cut_off(page) == [], f"{width} px"
    assert large_text.faults() == []


@pytest.mark.parametrize("path", ["/suche", "/onlinedienste"])
def test_a_long_word_that_somebody_searched_for_breaks_as_well(walker: Walker, path: str) -> None:
    page = walker.open(Fall("langes Wort", f"{path}?q={LONG_WORD}"), 320)
    assert page.evaluate(TOO_WIDE) == []


def cut_off(page: Page) -> list[str]:
    """Texts that are wider or higher than a box that hides what runs over.

    What is clipped to nothing is there for screen readers.
    """
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('a, button, label, h1, h2, h3, p, dt, dd, th, td')]
          .filter(e => e.checkVisibility() && !e.closest('.kern-sr-only')
            && getComputedStyle(e).clipPath !== 'inset(50%)'
            && ['hidden', 'clip'].includes(getComputedStyle(e).overflowX)
            && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1))
          .map(e => `${e.tagName.toLowerCase()}.${e.className}`)"""
    )
    return found


@pytest.mark.parametrize("path", TABLES)
def test_on_paper_tables_keep_their_columns_and_controls_are_gone(
    walker: Walker, path: str
) -> None:
    page = walker.open(Fall("Druck", path), 794)
    page.emulate_media(media="print")
    try:
        cells = (
            "[...document.querySelectorAll('main table td')].map(e => getComputedStyle(e).display)"
        )
        heads = "[...document.querySelectorAll('main thead')].map(e => getComputedStyle(e).display)"
        assert set(page.evaluate(cells)) == {"table-cell"}
        assert set(page.evaluate(heads)) == {"table-header-group"}
        controls = (
            ".site-nav", ".site-header__tools", ".breadcrumb", "search", ".skip", ".subnav",
            ".pagination", ".facets", ".toolbar__filter", "footer form", "main button",
        )  # fmt: skip
        assert [c for c in controls if page.locator(f"{c} >> visible=true").count()] == []
        assert page.locator("h1").is_visible()
        assert page.evaluate(TOO_WIDE) == []
    finally:
        page.emulate_media(media="screen")


def displays(page: Page, selector: str) -> set[str]:
    found: list[str] = page.evaluate(
        "s => [...document.querySelectorAll(s)].map(e => getComputedStyle(e).display)", selector
    )
    return set(found)


def test_on_paper_links_to_other_hosts_show_their_address(walker: Walker) -> None:
    page = walker.open(Fall("Druck", "/onlinedienste/wbs-sozialplattform"))
    page.emulate_media(media="print")
    try:
        shown = page.evaluate(
            """[...document.querySelectorAll('main a[rel=external]')].map(
              e => [e.getAttribute('href'), getComputedStyle(e, '::after').content])"""
        )
        assert shown
        assert [href for href, content in shown if href not in content] == []
    finally:
        page.emulate_media(media="screen")
