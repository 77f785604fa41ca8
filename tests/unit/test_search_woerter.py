"""How words are folded, cut to stems and taken apart, and that the word lists hold together."""

from __future__ import annotations

import tomllib
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import woerter
from search.analyse import build, learn, written_words
from search.engine import Document, Typ
from search.stammform import drop_gender_marks, fold, pieces, stem
from search.wortschatz import edit_distance, from_json


def stems(text: str) -> list[str]:
    return [stem(fold(word)) for word in text.split()]


@pytest.mark.parametrize(
    "words",
    [
        "anmelden Anmeldung Anmeldungen angemeldet anmelde",
        "heiraten Heirat heiratet geheiratet",
        "gründen Gründung gegründet Gründungen",
        "versichern Versicherung versichert Versicherungs",
        "fördern Förderung gefördert",
        "prüfen Prüfung geprüft",
        "verlängern Verlängerung verlängert",
        "genehmigen Genehmigung genehmigt",
        "ermitteln Ermittlung",
        "adoptieren Adoption",
        "demonstrieren Demonstration",
        "verloren Verlust verlieren",
        "geklaut gestohlen Diebstahl",
        "Kind Kinder Kindern Kindes",
        "Haus Häuser Hauses",
        "Ausweis Ausweise Ausweises",
        "Zeugnis Zeugnisse Zeugnissen",
        "Bus Busse",
        "Pass Pässe Passes",
        "Schule Schulen Schüler Schülerin Schülerinnen",
        "Ausländer ausländisch ausländische",
        "Behinderung behindert behinderte Behinderten",
        "Auto Autos",
    ],
)
def test_forms_of_one_word_have_one_stem(words: str) -> None:
    assert len(set(stems(words))) == 1


@pytest.mark.parametrize(
    "words",
    [
        "Steuer Stau",
        "Gründung Grund",
        "Gebiet Gebet",
        "Gericht richten",
        "Unterhalt Unterhaltung",
        "Vater Vaterschaft",
        "Kur Kurs",
        "Rehabilitation Rehabilitierung",
        "Zeitung Zeit",
        "Verein Vereinbarung",
        "Feuer Feier",
        "Wasser Wassern wissen",
        "Alter alt",
    ],
)
def test_different_words_stay_different(words: str) -> None:
    first, *_, last = stems(words)
    assert first != last


@pytest.mark.parametrize(
    "written", ["Führerschein", "Fuehrerschein", "Fuhrerschein", "FÜHRERSCHEIN"]
)
def test_umlauts_fold_alike_however_they_are_written(written: str) -> None:
    assert fold(written) == "fuhrerschein"


@pytest.mark.parametrize(
    ("written", "folded"),
    [("Straße", "strasse"), ("Steuer", "steuer"), ("Mauer", "mauer"), ("Quelle", "quelle")],
)
def test_ss_folds_and_ue_after_a_vowel_is_no_umlaut(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(st.text())
def test_no_text_breaks_folding_or_stemming(text: str) -> None:
    for word in written_words(text):
        for piece in pieces(word):
            assert stem(fold(piece)) or not fold(piece)


@given(st.from_regex(r"[a-z]{1,30}", fullmatch=True))
def test_a_stem_is_stable_under_another_round_of_plural_s(word: str) -> None:
    assert len(stem(word)) <= max(len(word), 14)


@pytest.mark.parametrize(
    "written",
    ["Schüler*innen", "Schüler:innen", "Schüler_innen", "Schüler/-innen", "Schüler(innen)"],
)
def test_marks_of_gender_are_left_out(written: str) -> None:
    assert drop_gender_marks(written) == "Schüler"


def test_hyphens_part_words_but_not_single_letters() -> None:
    assert pieces("Kfz-Steuer") == ["Kfz", "Steuer"]
    assert pieces("E-Auto") == ["EAuto"]


# Compounds ───────────────────────────────────────────────────────────────────────────────────

TITLES = (
    "Hundehaltung",
    "Fahrzeugzulassung",
    "Kraftfahrzeugzulassung, -um- und Abmeldung",
    "Scheidungsantrag, -verfahren und -urteil",
    "Auskunfts- und Übermittlungssperren im Melderegister",
    "Sperren",
    "Steuererklärung",
    "Erklärung",
    "Unterhaltsvorschuss",
    "E-Auto-Förderung",
)
ANALYSE = build(
    woerter.load(),
    learn([Document(Typ.LEISTUNG, str(n), t) for n, t in enumerate(TITLES)], woerter.load()),
)


@pytest.mark.parametrize(
    ("word", "leaves"),
    [
        ("hundehaltung", ("hunde", "haltung")),
        ("hundesteueranmeldung", ("hunde", "steuer", "anmeldung")),
        ("geburtsurkunde", ("geburts", "urkunde")),
        ("steuererklarung", ("steuer", "erklarung")),
        ("unterhaltsvorschuss", ()),
        ("kindergarten", ()),
        ("beamte", ()),
        ("gemeinde", ()),
        ("xyzxyzxyz", ()),
    ],
)
def test_compounds_are_split_into_known_words_only(word: str, leaves: tuple[str, ...]) -> None:
    assert ANALYSE.zerleger.leaves(word) == leaves


def test_the_parts_of_a_compound_include_the_shorter_compounds_in_it() -> None:
    parts = ANALYSE.zerleger.parts("hundesteueranmeldung")
    assert {"hund", "steuer", "anmeld", stem("hundesteuer")} <= set(parts)


def test_a_very_long_word_takes_no_time() -> None:
    assert ANALYSE.zerleger.leaves("hundesteuer" * 5_000) == ()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Kraftfahrzeugzulassung, -um- und Abmeldung", "ummeldung"),
        ("Scheidungsantrag, -verfahren und -urteil", "scheidungsverfahren"),
        ("Auskunfts- und Übermittlungssperren", "auskunftssperren"),
        ("Ein- und Ausfuhr", "einfuhr"),
        ("E-Auto-Förderung", "auto"),
    ],
)
def test_what_a_hyphen_leaves_unsaid_is_said(text: str, word: str) -> None:
    assert word in list(ANALYSE.folded_words(text))


def test_two_words_are_known_to_make_a_compound() -> None:
    zusammen = ANALYSE.wortschatz.zusammen
    assert zusammen[stem("hund"), stem("haltung")] == stem("hundehaltung")


# Known words ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [("hund", "hund", 0), ("hund", "hunt", 1), ("hund", "hudn", 1), ("hund", "hunde", 1),
     ("fuherschein", "fuhrerschein", 1), ("hund", "katze", 3)],
)  # fmt: skip
def test_the_distance_counts_letters_and_swaps(one: str, other: str, distance: int) -> None:
    assert edit_distance(one, other, 2) == distance


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("hundehaltnug", "Hundehaltung"), ("scheidungsantarg", "Scheidungsantrag")],
)
def test_a_misspelt_word_is_put_right(typed: str, meant: str) -> None:
    found = ANALYSE.wortschatz.correction(typed)
    assert found is not None
    assert ANALYSE.wortschatz.form(found) == meant


@pytest.mark.parametrize("typed", ["hun", "qqqqqqqq", "12345678", ""])
def test_what_is_near_nothing_is_left_alone(typed: str) -> None:
    assert ANALYSE.wortschatz.correction(typed) is None


def test_words_survive_being_stored() -> None:
    stored = from_json(ANALYSE.wortschatz.as_json())
    assert stored == ANALYSE.wortschatz


# Lists ───────────────────────────────────────────────────────────────────────────────────────


def sections(name: str) -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((woerter.DATEN / name).read_text("utf-8"))


def test_there_are_several_hundred_official_terms_from_all_areas_of_life() -> None:
    synonyme = sections("synonyme.toml")
    assert len(synonyme) >= 12
    assert sum(len(section) for section in synonyme.values()) > 300
    assert all(len(section) >= 3 for section in synonyme.values())


def test_no_official_term_is_listed_twice() -> None:
    listed = Counter(term for section in sections("synonyme.toml").values() for term in section)
    assert [term for term, times in listed.items() if times > 1] == []


def test_no_everyday_word_is_listed_twice_under_one_term() -> None:
    doubled = [
        (term, word)
        for section in sections("synonyme.toml").values()
        for term, words in section.items()
        for word, times in Counter(words).items()
        if times > 1
    ]
    assert doubled == []


def test_no_single_everyday_word_would_be_skipped_as_a_stop_word() -> None:
    stopp = woerter.load().stopp
    skipped = [word for word in woerter.load().alltag if set(woerter.split_words(word)) <= stopp]
    assert skipped == []


def test_every_list_says_where_it_comes_from() -> None:
    for path in woerter.DATEN.iterdir():
        head = path.read_text("utf-8")[:900]
        assert "Herkunft:" in head, path.name
        assert "Lizenz wie der Code" in head, path.name


def test_another_list_is_another_version(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    before = woerter.lists_hash()
    folder = tmp_path_factory.mktemp("daten")
    for path in woerter.DATEN.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(woerter, "DATEN", folder)
    assert woerter.lists_hash() == before
    (folder / "stoppwoerter.txt").write_text("der", "utf-8")
    assert woerter.lists_hash() != before
