"""The map in a browser: by mouse and by keyboard alone, beside a table that says the same."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.seiten import HOSTILE, HOSTILE_AGS, Fall
from tests.browser.test_accessibility import EVERYTHING, violations

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.walking import Walker

DOG = "leistungsschluessel=99110009104000"
GERMANY = f"/karte?{DOG}"
MUENSTERLAND = f"{GERMANY}&raum=koordinierung-muensterland-demo"
MUENSTER = f"{MUENSTERLAND}#11/51.9300/7.6200"
SVG = "{http://www.w3.org/2000/svg}"

# Outlines, statements, or the page itself do not come when this link is used.
FAILURES = {
    "/karte/ebenen/land/": "Länder",
    "/karte/status": "Gemeindeverbände",
    r"/karte\?": "Gemeinden",
}

# What is painted in the middle of the map, and what a custom property of the page looks like.
MIDDLE = """() => new Promise(done => {
  const look = () => {
    const canvas = document.querySelector('#karte canvas'), box = canvas.getBoundingClientRect();
    const map = document.querySelector('#karte').getBoundingClientRect();
    const x = (map.left + map.width / 2 - box.left) * canvas.width / box.width;
    const y = (map.top + map.height / 2 - box.top) * canvas.height / box.height;
    const dot = new OffscreenCanvas(1, 1).getContext('2d');
    dot.drawImage(canvas, x, y, 1, 1, 0, 0, 1, 1);
    done([...dot.getImageData(0, 0, 1, 1).data.slice(0, 3)].join());
  };
  // A change of theme is told with one frame and painted with a later one.
  const after = frames => requestAnimationFrame(() => frames ? after(frames - 1) : look());
  after(4);
})"""
COLOUR = """name => {
  const probe = document.body.appendChild(document.createElement('span'));
  probe.style.color = `var(${name})`;
  const dot = new OffscreenCanvas(1, 1).getContext('2d');
  dot.fillStyle = getComputedStyle(probe).color;
  probe.remove();
  dot.fillRect(0, 0, 1, 1);
  return [...dot.getImageData(0, 0, 1, 1).data.slice(0, 3)].join();
}"""

# The signs the browser draws, found with its own script, beside those of the table.
SIGNS = """async () => {
  const script = performance.getEntriesByType('resource').find(e => e.name.endsWith('klassen.js'));
  const {readKlassen} = await import(script.name);
  const legend = document.querySelector('[data-karte-teil=legende]');
  const answer = await (await fetch(legend.dataset.status)).json();
  const classes = readKlassen(answer);
  const drawn = ags => `mark--${classes.find(ags).muster}`;
  return {
    areas: Object.keys(answer.gebiete).length,
    rows: [...document.querySelectorAll('#tabelle tr[data-gebiet]')].map(row =>
      [row.dataset.gebiet, drawn(row.dataset.gebiet), row.querySelector('.mark').className]),
    legend: [...legend.querySelectorAll('[data-klasse]')].map(entry => [
      Number(entry.querySelector('strong').textContent.replace('.', '')),
      answer.klassen.find(k => k.schluessel === entry.dataset.klasse).anzahl]),
  };
}"""


def open_map(walker: Walker, path: str, width: int = 1280) -> Page:
    page = walker.open(Fall("Karte", path), width)
    settle(page)
    return page


def settle(page: Page) -> None:
    page.wait_for_selector('[role=region][aria-busy="false"]')


def wait_for_level(page: Page, ebene: str) -> None:
    page.wait_for_selector(f'[data-karte-teil=legende][data-ebene="{ebene}"]')
    settle(page)


def summary(page: Page) -> Locator:
    return page.locator("[data-karte-teil=auskunft] h3")


@pytest.mark.full_run
def test_the_level_follows_the_zoom_until_somebody_fixes_one(walker: Walker) -> None:
    page = open_map(walker, GERMANY)
    wait_for_level(page, "kreis")
    for _ in range(3):
        page.get_by_role("button", name="Vergrößern").click()
    wait_for_level(page, "gemeinde")
    assert "ebene=" not in page.url
    assert "gesehen" not in page.content()
    assert page.locator(".switch [aria-current]").inner_text() == "nach Ausschnitt"
    assert page.locator("#tabelle thead").get_by_text("Gemeinde").is_visible()
    assert "Kommunen" in page.locator("[role=region] [role=status].kern-sr-only").inner_text()

    page.get_by_role("link", name="Kreise", exact=True).click()
    wait_for_level(page, "kreis")
    assert "ebene=kreis" in page.url
    assert page.locator(":focus").inner_text() == "Kreise"
    page.go_back()
    wait_for_level(page, "gemeinde")
    page.get_by_role("button", name="Verkleinern").click()
    page.get_by_role("button", name="Verkleinern").click()
    wait_for_level(page, "kreis")


@pytest.mark.full_run
def test_the_keyboard_alone_moves_the_map_and_chooses_an_area(walker: Walker) -> None:
    page = open_map(walker, MUENSTER)
    start = page.url
    page.focus("#karte")
    page.keyboard.press("ArrowRight")
    cross = page.locator(".karte-kreuz output")
    cross.get_by_text("Münster: produktiv").wait_for()
    assert page.url != start, "Der Ausschnitt steht in der Adresse."
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-gebiet='05515000'] h3")
    assert summary(page).inner_text() == "Münster"
    assert page.locator(":focus").get_attribute("id") == "karte"
    page.reload()
    settle(page)
    assert summary(page).inner_text() == "Münster"
    page.go_back()
    page.wait_for_selector("p[data-karte-teil=auskunft]")


@pytest.mark.full_run
def test_a_name_a_row_and_a_click_lead_to_an_area(walker: Walker) -> None:
    page = open_map(walker, GERMANY)
    page.get_by_label("Kommune auf der Karte").fill("Warendorf")
    page.get_by_role("button", name="Zeigen", exact=True).first.click()
    wait_for_level(page, "gemeinde")
    assert summary(page).inner_text() == "Warendorf"
    page.locator("#tabelle").get_by_role("link", name="Hamm").click()
    page.wait_for_selector("[data-gebiet='05915000'] h3")
    assert page.locator(":focus").inner_text() == "Hamm", "Wer eine Zeile wählt, liest dort weiter."
    page.get_by_role("link", name="Auskunft schließen").click()
    page.wait_for_selector("p[data-karte-teil=auskunft]")
    page.locator("#karte").click()
    page.wait_for_selector("[data-karte-teil=auskunft] h3")


@pytest.mark.parametrize(
    "path", [GERMANY, MUENSTERLAND, f"{GERMANY}&ansicht=anzahl", f"{MUENSTERLAND}&ebene=verband"]
)
def test_map_legend_and_table_say_the_same(walker: Walker, path: str) -> None:
    page = open_map(walker, path)
    found: dict[str, Any] = page.evaluate(SIGNS)
    assert found["areas"] == len(found["rows"]) > 2
    assert [row for row in found["rows"] if row[1] not in row[2].split()] == []
    assert [pair for pair in found["legend"] if pair[0] != pair[1]] == []


@pytest.mark.full_run
def test_what_is_painted_is_what_the_legend_shows_in_both_themes(walker: Walker) -> None:
    page = open_map(walker, MUENSTER)
    light = page.evaluate(MIDDLE)
    assert light == page.evaluate(COLOUR, "--karte-live")
    page.locator("[data-klasse=geplant]").hover()
    assert page.evaluate(MIDDLE) != light, "Was die Legende nicht meint, tritt zurück."
    page.locator("h1").hover()
    walker.show(1280, "dark")
    dark = page.evaluate(MIDDLE)
    assert dark == page.evaluate(COLOUR, "--karte-live")
    assert dark != light


@pytest.mark.full_run
def test_the_view_becomes_a_picture_with_legend_and_source(walker: Walker) -> None:
    page = open_map(walker, f"/karte?ebene=gemeinde&gebiet={HOSTILE_AGS}#11/53.1200/9.8000")
    page.focus("#karte")
    page.locator(".karte-kreuz output").get_by_text(HOSTILE).wait_for()
    assert summary(page).inner_text() == HOSTILE
    with page.expect_download() as download:
        page.get_by_role("button", name="Bild (PNG)").click()
    png = download.value.path().read_bytes()
    assert png.startswith(b"\x89PNG")
    assert len(png) > 20_000
    with page.expect_download() as download:
        page.get_by_role("button", name="Bild (SVG)").click()
    picture = ET.fromstring(download.value.path().read_text("utf-8"))  # noqa: S314
    words = [text.text for text in picture.iter(f"{SVG}text")]
    assert HOSTILE in words
    source = " ".join(word or "" for word in words)
    assert "BKG" in source
    assert "Beispiele" in source, "Ein Bild der Vorführung sagt, dass es eines ist."
    assert {element.tag.removeprefix(SVG) for element in picture.iter()} <= {
        "svg", "title", "defs", "pattern", "rect", "path", "clipPath", "g", "text",
    }  # fmt: skip
    assert page.locator("main img").count() == 0

    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    try:
        assert page.locator(".karte-druck").is_visible()
        assert not page.locator("#karte").is_visible()
        assert page.locator("#tabelle").is_visible()
    finally:
        page.emulate_media(media="screen")


@pytest.mark.full_run
def test_what_fails_says_so_and_can_be_tried_again(walker: Walker, axe: str) -> None:
    page = open_map(walker, GERMANY)
    for pattern, link in FAILURES.items():
        page.route(re.compile(pattern), lambda route: route.fulfill(status=503, body=""))
        page.get_by_role("link", name=link, exact=True).click()
        again = page.get_by_role("button", name="Erneut versuchen")
        again.wait_for()
        if link == "Länder":
            page.evaluate(axe)
            assert violations(page, EVERYTHING) == []
        page.unroute(re.compile(pattern))
        again.click()
        again.wait_for(state="detached")
        settle(page)
        assert page.locator(":focus").get_attribute("id") == "karte"
        page.get_by_role("link", name="nach Ausschnitt").click()
        wait_for_level(page, "kreis")
    page.get_by_label("Anderer Tag").fill("31.02.2025")
    page.get_by_label("Anderer Tag").press("Enter")
    page.get_by_text("Diesen Tag gibt es nicht").wait_for()
