"""How a typed text is understood, before an engine sees it."""

from __future__ import annotations

from functools import cache

import pytest

from search import woerter
from search.analyse import Analyse, build, learn, place
from search.deutung import MAX_WORDS, deute, shorter_keys
from search.engine import Document, Segment, Typ
from search.lesarten import Art, Deutung
from search.markierung import LENGTH, excerpt, mark, read
from search.stammform import stem

DOCUMENTS = (
    Document(Typ.OZG_LEISTUNG, "10160", "Hundehaltung", weitere=("Hundehaltung Anmeldung",)),
    Document(Typ.OZG_LEISTUNG, "10439", "Kraftfahrzeugzulassung, -um- und Abmeldung"),
    Document(Typ.OZG_LEISTUNG, "10092", "Wohngeld"),
    Document(Typ.OZG_LEISTUNG, "10136", "Mängel melden"),
    Document(Typ.OZG_LEISTUNG, "10533", "Grunderwerbsteuer"),
    Document(Typ.LEISTUNG, "1", "Urkunde Bestellung"),
    Document(Typ.LEISTUNG, "2", "Wald Umwandlung"),
    Document(Typ.KOMMUNE, "055150000000", "Münster"),
    Document(Typ.KOMMUNE, "010000000000", "Wald"),
)


@cache
def analyse() -> Analyse:
    return build(woerter.load(), learn(DOCUMENTS, woerter.load()))


def understood(text: str) -> Deutung:
    return deute(text, analyse())


def readings(deutung: Deutung, art: Art) -> set[tuple[str, ...]]:
    every = [b for begriff in deutung.begriffe for b in (begriff, *begriff.einzeln)]
    return {lesart.tokens for b in every for lesart in b.lesarten if lesart.art is art}


def test_what_is_done_does_not_decide_what_is_found() -> None:
    deutung = understood("Urkunde bestellen")
    assert [begriff.text for begriff in deutung.strong] == ["Urkunde"]
    assert [begriff.text for begriff in deutung.weak] == ["bestellen"]


def test_what_is_done_decides_if_nothing_else_was_said() -> None:
    assert [begriff.text for begriff in understood("bestellen").strong] == ["bestellen"]


def test_stop_words_are_asked_for_only_if_there_is_nothing_else() -> None:
    assert [begriff.text for begriff in understood("wo ist die Urkunde").begriffe] == ["Urkunde"]
    assert understood("wo ist die").ignored == ("wo", "ist", "die")


def test_words_of_an_entry_are_understood_together_also_with_words_between() -> None:
    for text in ("Steuer beim Hauskauf", "hauskauf steuer", "Steuer für den Hauskauf"):
        (meaning,) = understood(text).meanings
        assert meaning.terms == ("Grunderwerbsteuer",)


def test_two_words_that_make_a_compound_ask_for_it() -> None:
    assert (stem("hundehaltung"),) in readings(understood("Haltung Hund"), Art.WORT)


def test_a_single_word_of_an_entry_is_enough_if_nothing_else_knows_it() -> None:
    (meaning,) = understood("Gully").meanings
    assert meaning.terms == ("Mängel melden",)


def test_a_new_verb_with_a_known_end_means_the_known() -> None:
    assert [begriff.text for begriff in understood("Urkunde nachbestellen").weak] == [
        "nachbestellen"
    ]


def test_a_place_among_other_words_only_orders() -> None:
    deutung = understood("wohngeld münster")
    assert [begriff.text for begriff in deutung.strong] == ["wohngeld"]
    assert readings(deutung, Art.ORT) == {(place("munster"),)}


def test_a_word_that_is_a_village_too_is_one_only_when_alone() -> None:
    assert readings(understood("Wald"), Art.ORT) == {(place("wald"),)}
    assert readings(understood("Wald Urkunde"), Art.ORT) == set()


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("99 107 023 017 000", ["99107023017000"]),
        ("99.107.023.017.000", ["99107023017000"]),
        ("99-107-023", ["99107023"]),
        ("Leistungsschlüssel: 99107023017000", ["99107023017000"]),
        ("OZG-ID 10092", ["10092"]),
        ("ozg10092", ["10092"]),
        ("48143 Münster", ["48143"]),
        ("Hartz 4", []),
        ("§ 34a", []),
        ("1,5 Millionen", []),
    ],
)
def test_keys_are_read_as_they_are_printed(text: str, keys: list[str]) -> None:
    found = [token for (token,) in sorted(readings(understood(text), Art.SCHLUESSEL))]
    assert found == keys


def test_an_unknown_key_falls_back_to_the_levels_above() -> None:
    deutung = understood("99107023017999")
    steps = []
    while (shorter := shorter_keys(deutung)) is not None:
        deutung = shorter
        steps.append(deutung.begriffe[0].text)
    assert steps == ["99107023017", "99107023"]


def test_a_correction_keeps_the_rest_of_the_question() -> None:
    assert understood("Wonhgeld in Münster").suggestion == "Wohngeld in Münster"
    assert understood("wohngeld in münster").suggestion is None


def test_no_more_words_are_asked_for_than_anybody_types() -> None:
    assert len(understood("hund wald urkunde " * 100).begriffe) <= MAX_WORDS


# Marking ─────────────────────────────────────────────────────────────────────────────────────


def text(segments: tuple[Segment, ...]) -> str:
    return "".join(segment.text for segment in segments)


@pytest.mark.parametrize(
    ("title", "wanted", "marked"),
    [
        ("Hundehaltung", {"hund"}, ["Hundehaltung"]),
        ("Urkunde Bestellung", {"urkund"}, ["Urkunde"]),
        ("Urkunde Bestellung", {"urkund", "bestell"}, ["Urkunde Bestellung"]),
        ("„Wohngeld“ (Antrag)", {"wohngeld"}, ["„Wohngeld“"]),
        ("Wohngeld", set(), []),
        ("", {"hund"}, []),
    ],
)
def test_marking_keeps_every_letter(title: str, wanted: set[str], marked: list[str]) -> None:
    segments = mark(read(title, analyse()), frozenset(wanted))
    assert text(segments) == title
    assert [segment.text for segment in segments if segment.marked] == marked


def test_a_long_text_is_shown_around_the_place() -> None:
    long = read("Text davor " * 100 + "Wohngeld " + "Text danach " * 100, analyse())
    shown = excerpt([long], frozenset({"wohngeld"}))
    assert [segment.text for segment in shown if segment.marked] == ["Wohngeld"]
    assert text(shown).startswith("… ")
    assert text(shown).endswith(" …")
    assert len(text(shown)) < LENGTH + 40


def test_without_a_place_the_beginning_is_shown() -> None:
    shown = excerpt([read("Anfang " * 100, analyse())], frozenset({"wohngeld"}))
    assert text(shown).startswith("Anfang Anfang")
    assert not any(segment.marked for segment in shown)
