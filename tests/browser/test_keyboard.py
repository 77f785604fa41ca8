"""With the keyboard alone: every stop is seen, none is forgotten, and no way leads into a trap."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.seiten import KINDS, PAGES, Fall
from tests.umfang import VOLL

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.walking import Walker

# What the browser should stop at, in the order of the page.
STOPS = """() => {
  window.gesehen = [];
  window.haltestellen = [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, iframe, [tabindex]')]
    .filter(e => e.tabIndex >= 0 && !e.disabled && !e.closest('[inert]')
      && e.checkVisibility({visibilityProperty: true}));
  return window.haltestellen.length;
}"""

# Where the focus is, and whether a reader can see that. A ring of the background's own colour
# would pass here; contrast of rings is looked at by people.
FOCUS = """() => {
  const e = document.activeElement;
  if (!e || e === document.body || e === document.documentElement) return null;
  const style = getComputedStyle(e), box = e.getBoundingClientRect();
  const clear = /rgba\\(\\d+, \\d+, \\d+, 0\\)|transparent/;
  // A link that covers its whole card shows the ring around that.
  const outline = [style, getComputedStyle(e, '::after')].some(s => s.outlineStyle !== 'none'
    && parseFloat(s.outlineWidth) >= 2 && !clear.test(s.outlineColor));
  const shadow = style.boxShadow !== 'none' && !clear.test(style.boxShadow);
  const middle = [box.left + box.width / 2, box.top + box.height / 2];
  const top = document.elementFromPoint(...middle);
  return {
    number: window.haltestellen.indexOf(e),
    name: `${e.tagName.toLowerCase()}.${e.className} `
      + (e.textContent || e.name || '').trim().slice(0, 30),
    ring: outline || shadow,
    inside: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight
      && box.right > 0 && box.left < innerWidth,
    covered: !!top && top !== e && !e.contains(top) && !top.contains(e)
      && !top.closest('label') && box.height < innerHeight,
  };
}"""


# Before each next press the page notes where the last one led: asking it after each would take
# longer than everything else here.
NOTED = f"""() => {{
  const focus = {FOCUS};
  if (!window.notiert) {{
    window.notiert = true;
    document.addEventListener('keydown', e => {{
      if (e.key === 'Tab') window.gesehen.push(focus());
    }}, true);
  }}
  return [...window.gesehen, focus()].slice(1);
}}"""


def tab_through(page: Page) -> list[dict[str, Any]]:
    """All stops from the top of the page until the focus leaves it or comes round again."""
    expected = page.evaluate(STOPS)
    page.evaluate(NOTED)
    # Some stops are none of ours: the browser adds boxes that scroll, and what a frame holds.
    for more in (expected + 1, 10, 10):
        for _ in range(more):
            page.keyboard.down("Tab")
        page.keyboard.up("Tab")
        stops: list[dict[str, Any] | None] = page.evaluate(NOTED)
        for place, stop in enumerate(stops):
            if stop is None or (place and stops[0] and stop["number"] == stops[0]["number"]):
                return [each for each in stops[:place] if each]
    raise AssertionError(f"Kein Ende nach {len(stops)} Schritten; zuletzt {stops[-1]}")


# The narrow frame differs in its menu and in folded filters. Each kind of page is walked through in
# both, every second other one in one of the two, and so is every sixth kind every day. What shows
# once more what others show has no stops of its own.
WALKS = (
    [
        *((fall, width) for fall in KINDS for width in (1280, 390)),
        *((fall, 390) for fall in [fall for fall in PAGES if not (fall.kind or fall.again)][::2]),
    ]
    if VOLL
    else list(zip(KINDS[::6], cycle((1280, 390)), strict=False))
)


@pytest.mark.parametrize(("fall", "width"), WALKS, ids=str)
def test_every_stop_of_the_tab_key_is_visible_and_none_is_missing(
    walker: Walker, fall: Fall, width: int
) -> None:
    page = walker.open(fall, width)
    stops = tab_through(page)
    assert [stop["name"] for stop in stops if not stop["ring"]] == [], "ohne sichtbaren Fokus"
    assert [stop["name"] for stop in stops if not stop["inside"]] == [], "außerhalb des Fensters"
    assert [stop["name"] for stop in stops if stop["covered"]] == [], "verdeckt"
    known = [stop["number"] for stop in stops if stop["number"] >= 0]
    assert known == list(range(page.evaluate("window.haltestellen.length")))


def test_the_first_stop_leads_past_the_navigation(walker: Walker) -> None:
    for fall in KINDS[:3]:
        page = walker.open(fall)
        page.keyboard.press("Tab")
        skip = page.locator(":focus")
        assert skip.get_attribute("href") == "#inhalt"
        assert skip.bounding_box() is not None
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.full_run
def test_a_hidden_focus_ring_would_be_noticed(walker: Walker) -> None:
    page = walker.open(KINDS[0])
    page.evaluate("""() => {
      const e = document.querySelector('.wordmark');
      e.style.setProperty('outline', 'none', 'important');
      e.style.setProperty('box-shadow', 'none', 'important');
    }""")
    assert [stop["name"] for stop in tab_through(page) if not stop["ring"]] != []


@pytest.mark.parametrize(("path", "name"), [("/", "hauptmenue"), ("/onlinedienste", "filter")])
def test_the_narrow_menus_open_and_close_with_the_keyboard(
    walker: Walker, path: str, name: str
) -> None:
    page = walker.open(Fall(name, path), 390)
    menu = page.locator(f"#{name}")
    button = page.locator(f'button[popovertarget="{name}"]:not([popovertargetaction])')
    is_open = "e => e.matches(':popover-open')"
    assert not menu.is_visible()

    button.focus()
    page.keyboard.press("Enter")
    assert menu.evaluate(is_open)
    page.keyboard.press("Tab")
    assert page.evaluate(
        "name => document.getElementById(name).contains(document.activeElement)", name
    )
    page.keyboard.press("Escape")
    assert not menu.evaluate(is_open)
    assert button.evaluate("e => e === document.activeElement")

    page.keyboard.press("Space")
    assert menu.evaluate(is_open)
    menu.get_by_role("button", name="Schließen").press("Enter")
    assert not menu.evaluate(is_open)
    assert button.evaluate("e => e === document.activeElement")


def test_an_open_filter_menu_can_be_walked_through_with_visible_focus(walker: Walker) -> None:
    page = walker.open(Fall("Filter", "/onlinedienste"), 390)
    page.locator('button[popovertarget="filter"]:not([popovertargetaction])').press("Enter")
    page.evaluate(STOPS)
    seen = []
    for _ in range(12):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        assert stop is not None
        assert stop["ring"], stop["name"]
        assert stop["inside"], stop["name"]
        seen.append(stop["name"])
    assert len(set(seen)) == 12


def test_a_facet_is_chosen_and_taken_back_with_the_keyboard(walker: Walker) -> None:
    page = walker.open(Fall("Filter", "/onlinedienste"))
    page.locator(".facet__link").first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator(".chip").count() == 1
    page.locator(".chip").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/onlinedienste")
