"""What several looks at a page say, and what a robots.txt leaves to programs."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from importers.download_robots import parse_robots
from katalog.domain.linkpruefung import (
    FAILURES,
    Linkbefund,
    Verlauf,
    go_on,
    is_our_outage,
    wait_after,
)

DAY = date(2026, 11, 20)
GOOD, GONE, SILENT = Linkbefund.ERREICHBAR, Linkbefund.FEHLT, Linkbefund.STUMM
UNKNOWN = Linkbefund.UNGEPRUEFT


def after(*looks: tuple[int, Linkbefund]) -> Verlauf:
    verlauf = Verlauf()
    for days, befund in looks:
        verlauf = go_on(verlauf, befund, DAY + timedelta(days=days))
    return verlauf


@pytest.mark.parametrize("befund", sorted(FAILURES))
def test_a_page_counts_as_gone_after_failures_on_several_days(befund: Linkbefund) -> None:
    assert after((0, befund), (1, befund)).nicht_erreichbar_am is None
    assert after((0, befund), (1, befund), (2, befund)).nicht_erreichbar_am == date(2026, 11, 22)


def test_many_failures_on_one_day_are_one_bad_day() -> None:
    assert after(*[(0, GONE)] * 9).nicht_erreichbar_am is None


def test_being_reached_once_begins_anew() -> None:
    assert after((0, GONE), (1, GONE), (2, GOOD)) == Verlauf()
    assert after((0, GONE), (1, GONE), (2, GOOD), (3, GONE)).nicht_erreichbar_am is None


def test_what_may_not_be_looked_at_neither_marks_nor_clears() -> None:
    assert after((0, UNKNOWN)) == Verlauf()
    assert after((0, GONE), (1, GONE), (2, UNKNOWN)) == after((0, GONE), (1, GONE))
    marked = after((0, GONE), (1, GONE), (2, GONE), (3, UNKNOWN))
    assert marked.nicht_erreichbar_am == date(2026, 11, 22)


def test_a_failure_is_looked_at_soon_again_and_a_lasting_one_less_often() -> None:
    first, lasting = after((0, GONE)), after((0, GONE), (1, GONE), (2, GONE))
    waits = [
        wait_after(GONE, first),
        wait_after(GONE, lasting),
        wait_after(GOOD, Verlauf()),
        wait_after(UNKNOWN, Verlauf()),
    ]
    assert [wait.days for wait in waits] == [1, 7, 14, 30]


@pytest.mark.parametrize(
    ("befunde", "outage"),
    [
        ([], False),
        ([GOOD, GONE], False),
        ([SILENT], True),
        ([SILENT, UNKNOWN], True),
        ([SILENT, GOOD], True),
        ([SILENT, GOOD, GONE], False),
        ([SILENT, SILENT, GOOD, GOOD, GOOD], False),
        ([SILENT] * 3 + [GOOD] * 3, True),
    ],
)
def test_silence_counts_only_while_more_servers_answer(
    befunde: list[Linkbefund], outage: bool
) -> None:
    assert is_our_outage(befunde) is outage


# robots.txt -------------------------------------------------------------------------------------

ROBOTS = """\ufeff# Allgemein
User-agent: *
Disallow: /intern/
Allow: /intern/offen$
Disallow: /*.pdf$
Disallow: /suche*seite=
Disallow:

User-Agent: Andere
User-agent: ozg-katalog
Disallow: /geheim   # nur fuer uns
Crawl-delay: 5
Sitemap: https://a.example/karte.xml

user-agent: OZG-Katalog
disallow: /auch-geheim
"""


@pytest.mark.parametrize(
    ("target", "allowed"),
    [
        ("/", True),
        ("/intern/", False),
        ("/internes", True),
        ("/intern/offen", True),
        ("/intern/offenes", False),
        ("/a/b.pdf", False),
        ("/a.pdf?x", True),
        ("/suche?q=a&seite=2", False),
        ("/suche?q=a", True),
        ("/robots.txt", True),
    ],
)
def test_the_longest_rule_that_fits_decides(target: str, allowed: bool) -> None:
    assert parse_robots(ROBOTS, "Irgendwer").allow(target) is allowed


def test_our_own_groups_count_together_and_instead_of_the_one_for_all() -> None:
    rules = parse_robots(ROBOTS, "OZG-Katalog")
    allowed = [rules.allow(target) for target in ("/geheim", "/auch-geheim", "/intern/")]
    assert allowed == [False, False, True]
    assert not parse_robots(ROBOTS, "Andere").allow("/geheim")


def test_of_two_equally_long_rules_the_one_that_allows_counts() -> None:
    for lines in ("Allow: /a\nDisallow: /a", "Disallow: /a\nAllow: /a"):
        assert parse_robots(f"User-agent: *\n{lines}", "x").allow("/a")


@pytest.mark.parametrize("text", ["", "Disallow: /", "<html>:\n:\n", "User-agent: *\nDisallow:"])
def test_a_file_without_rules_forbids_nothing(text: str) -> None:
    assert parse_robots(text, "x").allow("/a")


@pytest.mark.parametrize(
    ("pattern", "target", "fits"),
    [
        ("/*a*b", "/xaxb", True),
        ("/*a*b", "/xbxa", False),
        ("/a$", "/a", True),
        ("/a$", "/ab", False),
        ("/a*a$", "/a", False),
        ("/a*a$", "/aa", True),
        ("*", "/", True),
        ("/*", "/x", True),
    ],
)
def test_a_star_is_anything_and_a_dollar_the_end(pattern: str, target: str, fits: bool) -> None:
    assert parse_robots(f"User-agent: *\nDisallow: {pattern}", "x").allow(target) is not fits


def test_a_pattern_made_to_last_for_ever_does_not() -> None:
    rules = parse_robots(f"User-agent: *\nDisallow: /{'a*' * 900}b", "x")
    assert rules.allow("/" + "a" * 5000)
