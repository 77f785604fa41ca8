"""What surrounds the content has an English text for every German one, and no more than that."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from jinja2 import Environment, nodes

from katalog.web.language import Language, english_texts, translate
from katalog.web.preferences import Preferences, Theme, read_preferences
from katalog.web.templating import TEMPLATES

PARSER = Environment(extensions=["jinja2.ext.do"], autoescape=True)


def translated_in(node: nodes.Node, loops: tuple[nodes.For, ...] = ()) -> Iterator[str]:
    """Every text that reaches `t(…)`: written there, or in the list of the loop around it."""
    if isinstance(node, nodes.For):
        loops = (*loops, node)
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name == "t":
        (argument,) = node.args
        if isinstance(argument, nodes.Const):
            yield argument.value
        elif isinstance(argument, nodes.Name):
            yield from values_of(argument.name, loops)
        else:
            raise AssertionError(f"Zeile {node.lineno}: t() mit {type(argument).__name__}")
    for child in node.iter_child_nodes():
        yield from translated_in(child, loops)


def values_of(name: str, loops: tuple[nodes.For, ...]) -> Iterator[str]:
    for loop in reversed(loops):
        target = loop.target
        names = [n.name for n in target.find_all(nodes.Name)] or [getattr(target, "name", "")]
        if name in names:
            assert isinstance(loop.iter, nodes.Expr)
            rows = loop.iter.as_const()
            yield from (row if isinstance(row, str) else row[names.index(name)] for row in rows)
            return
    raise AssertionError(f"t({name}): der Text steht in keiner Schleife darüber")


def texts_of_all_templates() -> set[str]:
    return {
        text
        for path in sorted(TEMPLATES.rglob("*.html"))
        for text in translated_in(PARSER.parse(path.read_text("utf-8")))
    }


def test_every_text_of_the_chrome_has_an_english_one() -> None:
    assert texts_of_all_templates() - set(english_texts()) == set()


def test_no_english_text_is_left_over_from_a_template_that_changed() -> None:
    assert set(english_texts()) - texts_of_all_templates() == set()


def test_texts_in_loops_are_found_as_well() -> None:
    source = '{% for a, b in [("/x", "Katalog"), ("/y", "Hilfe")] %}{{ t(b) }}{% endfor %}'
    assert set(translated_in(PARSER.parse(source))) == {"Katalog", "Hilfe"}


def test_no_english_text_is_empty_or_german() -> None:
    for german, english in english_texts().items():
        assert english.strip() == english, german
        assert english, german
        assert not set("äöüßÄÖÜ") & set(english), german


def test_german_is_what_the_template_says() -> None:
    assert translate("Kommunen", Language.DE) == "Kommunen"
    assert translate("Kommunen", Language.EN) == "Municipalities"


def test_a_text_without_translation_is_a_defect_and_not_silently_german() -> None:
    with pytest.raises(KeyError):
        translate("Das steht nirgends", Language.EN)


def test_preferences_come_from_their_two_cookies() -> None:
    chosen = read_preferences({"sprache": "en", "darstellung": "dark", "andere": "x"})
    assert chosen == Preferences(Language.EN, Theme.DARK)


@pytest.mark.parametrize("value", ["", "fr", "EN", "<script>", "de; Path=/"])
def test_a_cookie_with_another_value_counts_as_none(value: str) -> None:
    assert read_preferences({"sprache": value, "darstellung": value}) == Preferences()
