"""Pages against axe-core: some kinds a day, all in each width and theme in the full run.

A theme changes colours and nothing else, so in the dark only those are looked at again.

axe finds about a third of what the rules demand; focus, keyboard and reflow have tests of their
own beside this one, and reading aloud needs people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.seiten import PAGES, WALKED, Fall
from tests.umfang import some

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.walking import Theme, Walker

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERYTHING = {"type": "tag", "values": TAGS}
CONTRAST = {"type": "rule", "values": ["color-contrast"]}
POPOVERS = ("hauptmenue", "filter")

NEW = [fall for fall in WALKED if not fall.again]
# What shows once more what others show is looked at by half.
LOOKED_AT = [*NEW, *[fall for fall in WALKED if fall.again][::2]]
DARK = some(NEW, 4)

RUN = """async rules => {
  const options = {runOnly: rules, resultTypes: ['violations'], preload: false};
  const found = await axe.run(document, options);
  return found.violations.flatMap(v => v.nodes.map(
    n => `${v.id}: ${n.target.join(' ')}: ${n.failureSummary.split('\\n').slice(1).join(' ')}`));
}"""


def violations(page: Page, rules: dict[str, Any]) -> list[str]:
    found: list[str] = page.evaluate(RUN, rules)
    return found


@pytest.mark.parametrize("fall", some(LOOKED_AT, 3), ids=str)
def test_a_page_has_no_barrier_that_axe_finds(walker: Walker, axe: str, fall: Fall) -> None:
    page = walker.open(fall)
    assert kern_is_loaded(page), "Ohne KERN misst axe keinen Kontrast."
    open_details(page, fall)
    page.evaluate(axe)
    assert violations(page, EVERYTHING) == []
    if fall in DARK:
        walker.show(1280, "dark")
        assert violations(page, CONTRAST) == []


@pytest.mark.parametrize("fall", [fall for fall in PAGES if not fall.again], ids=str)
@pytest.mark.full_run
def test_a_narrow_page_and_its_menus_have_none_either(walker: Walker, axe: str, fall: Fall) -> None:
    """Menus and the dark are looked at once for each kind of page: the others have the same."""
    page = walker.open(fall, 390)
    open_details(page, fall)
    page.evaluate(axe)
    looks: list[tuple[Theme, dict[str, Any]]] = [("light", EVERYTHING), ("dark", CONTRAST)]
    for theme, rules in looks if fall.kind else looks[:1]:
        walker.show(390, theme)
        assert violations(page, rules) == []
        for name in POPOVERS if fall.kind else ():
            if show_popover(page, name):
                assert violations(page, rules) == []
                page.keyboard.press("Escape")


@pytest.mark.full_run
def test_axe_would_find_a_picture_without_text_a_pale_word_and_a_small_button(
    walker: Walker, axe: str
) -> None:
    page = walker.open(PAGES[0])
    page.evaluate(axe)
    page.evaluate("""() => {
      const main = document.querySelector('main');
      const image = main.appendChild(document.createElement('img'));
      image.src = '/static/x/zeichen.svg';
      const pale = main.appendChild(document.createElement('p'));
      pale.textContent = 'blass';
      pale.style.color = '#dddddd';
      for (const sign of 'ab') {
        const small = main.appendChild(document.createElement('button'));
        small.textContent = sign;
        small.style.cssText = 'width: 10px; height: 10px; padding: 0; margin: 0; border: 0';
      }
    }""")
    found = {line.split(":", 1)[0] for line in violations(page, EVERYTHING)}
    assert {"image-alt", "color-contrast", "target-size"} <= found


@pytest.mark.full_run
def test_a_forced_theme_beats_the_one_of_the_device(walker: Walker) -> None:
    page = walker.open(PAGES[0], theme="light")
    light = background(page)
    page.get_by_role("button", name="dunkel").click()
    dark = background(page)
    assert dark != light
    assert page.get_by_role("button", name="dunkel").get_attribute("aria-pressed") == "true"
    page.goto("/ozg")
    assert background(page) == dark
    page.get_by_role("button", name="hell").click()
    walker.show(1280, "dark")
    assert background(page) == light
    page.get_by_role("button", name="wie im Gerät eingestellt").click()
    assert background(page) == dark


def background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def kern_is_loaded(page: Page) -> bool:
    return bool(
        page.evaluate(
            "getComputedStyle(document.body).getPropertyValue('--kern-color-action-default') && "
            "getComputedStyle(document.body).getPropertyValue('--page') && "
            "[...document.fonts].some("
            "font => font.family.includes('Fira Sans') && font.status === 'loaded')"
        )
    )


def open_details(page: Page, fall: Fall) -> None:
    if fall.opened:
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")


def show_popover(page: Page, name: str) -> bool:
    """Press the button for it, if this page and this width have one."""
    button = page.locator(f'button[popovertarget="{name}"]:not([popovertargetaction])')
    if button.count() == 0 or not button.is_visible():
        return False
    button.click()
    assert page.locator(f"#{name}").evaluate("e => e.matches(':popover-open')")
    return True
