"""What a search promises, on both engines: embedded always, Meilisearch where there is one.

MEILI_URL=http://127.0.0.1:7700 MEILI_MASTER_KEY=… uv run pytest tests/contract/test_search_*
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.embedded import EmbeddedEngine
from search.engine import (
    Document,
    Engine,
    FacetCount,
    IndexMissing,
    Order,
    Query,
    Result,
    Typ,
    plain,
)

EMBEDDED, MEILI = "embedded", "meilisearch"
Fresh = Callable[[], Engine]


def ozg(ozg_id: str, titel: str, feld: str, *leistungen: str, **more: object) -> Document:
    return Document(
        Typ.OZG_LEISTUNG,
        ozg_id,
        titel,
        weitere=leistungen,
        ozg_ids=(ozg_id,),
        merkmale={"themenfeld": (feld,)},
        **more,  # type: ignore[arg-type]
    )


def leika(key: str, titel: str, ozg_id: str, feld: str, typ: str = "5") -> Document:
    return Document(
        Typ.LEISTUNG,
        key,
        titel,
        ozg_ids=(ozg_id,),
        leistungsschluessel=(key,),
        merkmale={"themenfeld": (feld,), "typisierung": (typ,)},
    )


def dienst(kennung: str, titel: str, kreis: str, **more: object) -> Document:
    return Document(
        Typ.ONLINEDIENST,
        kennung,
        titel,
        schluessel=(kennung,),
        merkmale={"kreis": (kreis,), "themenfeld": ("Engagement & Hobby",)},
        **more,  # type: ignore[arg-type]
    )


def kommune(ars: str, name: str, plz: str, *, gewicht: int = 30) -> Document:
    return Document(
        Typ.KOMMUNE,
        ars,
        name,
        namen=(name.split(",", maxsplit=1)[0],),
        schluessel=(ars, ars[:5] + ars[9:], plz),
        merkmale={"land": (ars[:2],), "kreis": (ars[:5],)},
        gewicht=gewicht,
    )


HOBBY, WOHNEN, REISEN, FAMILIE = (
    "Engagement & Hobby", "Bauen & Wohnen", "Mobilität & Reisen", "Familie & Kind"
)  # fmt: skip
DOCUMENTS = (
    ozg("10160", "Hundehaltung", HOBBY, "Hundesteuer Festsetzung", "Hundehaltung Anmeldung",
        "Erlaubnis zum Halten gefährlicher Hunde", stand=date(2026, 3, 1)),
    ozg("10092", "Wohngeld", WOHNEN, "Wohngeld Bewilligung", stand=date(2026, 11, 1)),
    ozg("10439", "Kraftfahrzeugzulassung, -um- und Abmeldung", REISEN,
        "Kraftfahrzeug Zulassung", "Kraftfahrzeug Abmeldung", "Kraftfahrzeug Ummeldung"),
    ozg("10437", "Kraftfahrzeugsteuer", REISEN, "Kraftfahrzeugsteuer Festsetzung"),
    ozg("10119", "Personalausweis", REISEN, "Personalausweis Ausstellung"),
    ozg("10026", "Eheschließung und -beurkundung", FAMILIE, "Eheurkunde Ausstellung",
        "Eheschließung Anmeldung"),
    ozg("10083", "Bescheinigung für Geringverdiener", WOHNEN,
        "Wohnberechtigungsschein Ausstellung"),
    ozg("10169", "Führerschein", REISEN, "Fahrerlaubnis Erteilung", "Fahrerlaubnis Umtausch"),
    ozg("10124", "Wohnsitzmeldungen", WOHNEN, "Wohnsitz Anmeldung", "Wohnsitz Abmeldung"),
    ozg("10088", "Bedarf für Bildung und Teilhabe", FAMILIE, "Schulbedarf Bewilligung"),
    ozg("10056", "Ausbildungsförderung (BAföG)", FAMILIE, "Ausbildungsförderung Bewilligung"),
    ozg("10519", "Bauvorbescheid und Baugenehmigung", WOHNEN, "Baugenehmigung Erteilung",
        texte=("Wer bauen will, braucht eine Genehmigung der Bauaufsichtsbehörde.",)),
    leika("99102013000000", "Hundehaltung", "10160", HOBBY, "4"),
    leika("99102013104000", "Hundehaltung Anmeldung", "10160", HOBBY, "4"),
    leika("99107023000000", "Wohngeld", "10092", WOHNEN, "2/3"),
    leika("99107023017000", "Wohngeld Bewilligung", "10092", WOHNEN, "2/3"),
    leika("99036008104000", "Kraftfahrzeug Zulassung", "10439", REISEN, "2/3"),
    leika("99400048005000", "Straße Sondernutzung Erlaubnis", "10348", REISEN, "4"),
    dienst("hund-hamm", "Hund online anmelden", "05915", zusatz="Stadt Hamm"),
    dienst("hund-muenster", "Hund online anmelden", "05515", zusatz="Stadt Münster", nutzung=7),
    kommune("055150000000", "Münster, Stadt", "48143", gewicht=80),
    kommune("059150000000", "Hamm, Stadt", "59065", gewicht=60),
    kommune("093720000111", "Hausen", "93345"),
    kommune("081150000111", "Kuchen", "73329"),
)  # fmt: skip


MEILI_URL, MEILI_KEY = os.environ.get("MEILI_URL", ""), os.environ.get("MEILI_MASTER_KEY", "")


@pytest.fixture(scope="module", params=[EMBEDDED, *([MEILI] if MEILI_URL else [])])
def fresh(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Fresh]:
    """Makes engines without an index, and takes away what they wrote."""
    if request.param == EMBEDDED:
        yield lambda: EmbeddedEngine(tmp_path_factory.mktemp("suche"))
        return
    from meilisearch import Client

    from search.meili import open_engine

    made: list[str] = []

    def make() -> Engine:
        made.append(f"test_{time.time_ns()}")
        return open_engine(MEILI_URL, MEILI_KEY, made[-1])

    yield make
    client = Client(MEILI_URL, MEILI_KEY or None)
    for index in client.get_indexes({"limit": 1_000})["results"]:
        if index.uid.startswith(tuple(made)):
            client.delete_index(index.uid)
    for granted in client.get_keys({"limit": 1_000}).results if MEILI_KEY else ():
        if (granted.name or "").startswith(tuple(made)):
            client.delete_key(granted.uid)


@pytest.fixture(scope="module")
def engine(fresh: Fresh) -> Engine:
    """With `DOCUMENTS`; nobody writes to it."""
    made = fresh()
    made.rebuild(DOCUMENTS)
    return made


def ids(result: Result) -> list[str]:
    return [hit.id for hit in result.hits]


def found(engine: Engine, text: str) -> list[str]:
    return ids(engine.find(Query(text)))


# What is first ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Wohngeld", "10092"),
        ("wohngeld", "10092"),
        ("WOHNGELD", "10092"),
        ("10092", "10092"),
        ("OZG-ID 10092", "10092"),
        ("ozg10092", "10092"),
        ("99107023017000", "99107023017000"),
        ("99 107 023 017 000", "99107023017000"),
        ("99.107.023.017.000", "99107023017000"),
        ("LeiKa 99107023017000", "99107023017000"),
        ("48143", "055150000000"),
        ("48143 Münster", "055150000000"),
        ("05 5 15 000 0000", "055150000000"),
        ("Münster", "055150000000"),
        ("muenster", "055150000000"),
        ("Hamm, Stadt", "059150000000"),
        ("hund-hamm", "hund-hamm"),
        ("Hausen", "093720000111"),
    ],
)
def test_who_types_a_key_or_a_whole_name_gets_it_first(
    engine: Engine, text: str, first: str
) -> None:
    assert found(engine, text)[0] == first


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("hund anmelden", "10160"),
        ("Ich möchte meinen Hund anmelden", "10160"),
        ("hundesteuer", "10160"),
        ("hundeanmeldung", "10160"),
        ("Haltung von Hunden", "10160"),
        ("auto ummelden", "10439"),
        ("autoanmeldung", "10439"),
        ("KFZ ummelden", "10439"),
        ("kfz-steuer", "10437"),
        ("steuer für das auto", "10437"),
        ("perso", "10119"),
        ("ausweis verloren", "10119"),
        ("heiraten", "10026"),
        ("Eheschliessung", "10026"),
        ("WBS", "10083"),
        ("wohnberechtigungsschein", "10083"),
        ("BuT", "10088"),
        ("bafög", "10056"),
        ("BAFOEG", "10056"),
        ("fuehrerschein", "10169"),
        ("fuhrerschein", "10169"),
        ("fahrerlaubnis", "10169"),
        ("umzug", "10124"),
        ("umgezogen", "10124"),
        ("bauantrag", "10519"),
        ("Zuschuss zur Miete", "10092"),
    ],
)
def test_everyday_words_lead_to_the_service(engine: Engine, text: str, first: str) -> None:
    assert found(engine, text)[0] == first


def test_the_service_stands_before_its_single_procedures(engine: Engine) -> None:
    assert found(engine, "hundehaltung")[:2] == ["10160", "99102013000000"]


def test_a_place_in_the_question_does_not_hide_the_service(engine: Engine) -> None:
    assert found(engine, "wohngeld münster")[0] == "10092"


def test_a_village_is_not_found_by_a_word_that_merely_sounds_like_it(engine: Engine) -> None:
    assert "093720000111" not in found(engine, "haus bauen")


# What is found ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("wohngeld", {"10092", "99107023000000", "99107023017000"}),
        ("10092", {"10092", "99107023000000", "99107023017000"}),
        ("99107023", {"99107023000000", "99107023017000"}),
        ("99 107", {"99107023000000", "99107023017000"}),
        ("99107023017999", {"99107023017000"}),
        ("99107023888888", {"99107023000000", "99107023017000"}),
        ("hamm", {"059150000000"}),
        ("0551", {"055150000000"}),
        ("strasse", {"99400048005000"}),
        ("kraftfahrzeug", {"10439", "10437", "99036008104000"}),
        ("bauaufsichtsbehörde", {"10519"}),
        ("gibtesnicht", set()),
    ],
)
def test_both_engines_find_exactly_this(engine: Engine, text: str, expected: set[str]) -> None:
    result = engine.find(Query(text))
    assert set(ids(result)) == expected
    assert result.total == len(expected)


def test_everything_is_found_by_no_text(engine: Engine) -> None:
    result = engine.find(Query("", limit=100))
    assert result.total == len(result.hits) == len(DOCUMENTS)
    assert result.hits[0].typ is Typ.OZG_LEISTUNG


def test_all_words_count_where_something_has_them_in_its_name(engine: Engine) -> None:
    result = engine.find(Query("wohngeld bewilligung"))
    assert not result.relaxed
    assert result.hits[0].id in {"10092", "99107023017000"}


def test_one_word_is_enough_where_nothing_has_all(engine: Engine) -> None:
    result = engine.find(Query("wohngeld führerschein"))
    assert result.relaxed
    assert {"10092", "10169"} <= set(ids(result))


def test_words_that_nothing_is_known_of_are_left_out_and_named(engine: Engine) -> None:
    result = engine.find(Query("wohngeld qqqqqqqqqq"))
    assert result.ignored == ("qqqqqqqqqq",)
    assert result.hits[0].id == "10092"


def test_a_question_of_unknown_words_finds_nothing(engine: Engine) -> None:
    result = engine.find(Query("qqqqqqqqqq", facets=("typ",)))
    assert (result.total, result.hits, dict(result.facets)) == (0, (), {"typ": ()})
    assert result.ignored == ("qqqqqqqqqq",)


@pytest.mark.parametrize(
    ("typed", "meant", "first"),
    [
        ("wonhgeld", "wohngeld", "10092"),
        ("füherschein", "führerschein", "10169"),
        ("Personalausweiß", None, "10119"),
        ("perosnalausweis", "personalausweis", "10119"),
        ("Hundehaltnug", "Hundehaltung", "10160"),
    ],
)
def test_misspelt_words_are_put_right_and_said(
    engine: Engine, typed: str, meant: str | None, first: str
) -> None:
    result = engine.find(Query(typed))
    assert result.hits[0].id == first
    assert result.suggestion == meant


def test_the_beginning_of_a_word_finds_it(engine: Engine) -> None:
    assert found(engine, "wohnge")[0] == "10092"


def test_the_official_terms_that_were_used_are_told(engine: Engine) -> None:
    (meaning,) = engine.find(Query("Perso")).meanings
    assert meaning.word == "Perso"
    assert "Personalausweis" in meaning.terms
    assert engine.find(Query("Hundehaltung")).meanings == ()


# Filters and facets ──────────────────────────────────────────────────────────────────────────


def test_values_of_a_field_are_alternatives(engine: Engine) -> None:
    both = engine.find(Query("", filters={"themenfeld": [HOBBY, FAMILIE]}, limit=50))
    one = engine.find(Query("", filters={"themenfeld": [HOBBY]}, limit=50))
    other = engine.find(Query("", filters={"themenfeld": [FAMILIE]}, limit=50))
    assert set(ids(both)) == set(ids(one)) | set(ids(other))
    assert both.total == one.total + other.total


def test_fields_narrow_each_other(engine: Engine) -> None:
    chosen = {"themenfeld": [HOBBY], "typ": ["leistung"]}
    assert set(ids(engine.find(Query("", filters=chosen)))) == {"99102013000000", "99102013104000"}


def test_a_field_without_chosen_values_filters_nothing(engine: Engine) -> None:
    assert engine.find(Query("", filters={"themenfeld": []})).total == len(DOCUMENTS)


def test_an_unknown_field_or_value_finds_nothing(engine: Engine) -> None:
    assert engine.find(Query("", filters={"gibtesnicht": ["x"]})).total == 0
    assert engine.find(Query("", filters={"typ": ['"; ) OR 1=1', "\\"]})).total == 0


@pytest.mark.parametrize("name", ["", "a b", 'typ" OR', "Ä", "a.b"])
def test_the_name_of_a_field_cannot_smuggle_anything(engine: Engine, name: str) -> None:
    with pytest.raises(ValueError, match="Merkmal"):
        engine.find(Query("", filters={name: ["x"]}))
    with pytest.raises(ValueError, match="Merkmal"):
        engine.find(Query("", facets=(name,)))


def test_a_facet_counts_what_was_found(engine: Engine) -> None:
    result = engine.find(Query("hund", facets=("typ", "typisierung")))
    assert result.facets["typ"] == (
        FacetCount("leistung", 2), FacetCount("onlinedienst", 2), FacetCount("ozg_leistung", 1)
    )  # fmt: skip
    assert result.facets["typisierung"] == (FacetCount("4", 2),)
    assert list(result.facets) == ["typ", "typisierung"]


def test_a_facet_counts_as_if_nothing_was_chosen_in_it(engine: Engine) -> None:
    chosen = {"themenfeld": [HOBBY], "typ": ["leistung"]}
    result = engine.find(Query("", filters=chosen, facets=("themenfeld", "typ", "typisierung")))
    by_field = {count.value: count.count for count in result.facets["themenfeld"]}
    assert by_field == {HOBBY: 2, WOHNEN: 2, REISEN: 2}
    by_typ = {count.value: count.count for count in result.facets["typ"]}
    assert by_typ == {"ozg_leistung": 1, "leistung": 2, "onlinedienst": 2}
    assert result.facets["typisierung"] == (FacetCount("4", 2),)


def test_empty_and_repeated_values_are_not_counted(fresh: Fresh) -> None:
    engine = fresh()
    merkmale = {"art": ("", "EfA", "EfA"), "land": ()}
    engine.rebuild([Document(Typ.ONLINEDIENST, "1", "Wohngeld", merkmale=merkmale)])
    facets = engine.find(Query("", facets=("art", "land", "gibtesnicht"))).facets
    assert facets == {"art": (FacetCount("EfA", 1),), "land": (), "gibtesnicht": ()}


def test_facets_are_counted_even_if_no_hit_is_wanted(engine: Engine) -> None:
    result = engine.find(Query("hund", facets=("typ",), limit=0))
    assert result.hits == ()
    assert result.total == 5
    assert len(result.facets["typ"]) == 3


# Pages and order ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize("text", ["", "hund", "kraftfahrzeug"])
def test_pages_together_are_the_whole_without_repetition(
    engine: Engine, order: Order, text: str
) -> None:
    whole = engine.find(Query(text, limit=100, order=order))
    paged = [
        hit.id
        for offset in range(0, whole.total + 2, 2)
        for hit in engine.find(Query(text, limit=2, offset=offset, order=order)).hits
    ]
    assert paged == ids(whole)
    assert len(set(paged)) == whole.total


def test_by_name_means_the_german_alphabet(engine: Engine) -> None:
    result = engine.find(Query("", filters={"typ": ["kommune"]}, order=Order.NAME))
    names = [plain(hit.titel) for hit in result.hits]
    assert names == ["Hamm, Stadt", "Hausen", "Kuchen", "Münster, Stadt"]


def test_by_date_means_the_latest_first_and_the_undated_last(engine: Engine) -> None:
    result = engine.find(Query("", order=Order.STAND, limit=3))
    assert ids(result)[:2] == ["10092", "10160"]


def test_by_use_means_what_most_have_first(engine: Engine) -> None:
    result = engine.find(Query("", filters={"typ": ["onlinedienst"]}, order=Order.NUTZUNG))
    assert ids(result)[0] == "hund-muenster"


def test_what_is_nearby_comes_before_its_like(engine: Engine) -> None:
    hamm = engine.find(Query("hund online anmelden", nearby="05915"))
    muenster = engine.find(Query("hund online anmelden", nearby="05515"))
    assert ids(hamm).index("hund-hamm") < ids(hamm).index("hund-muenster")
    assert ids(muenster).index("hund-muenster") < ids(muenster).index("hund-hamm")
    assert set(ids(hamm)) == set(ids(muenster))


# What is shown ───────────────────────────────────────────────────────────────────────────────


def marked(segments: Iterable[object]) -> list[str]:
    return [s.text for s in segments if s.marked]  # type: ignore[attr-defined]


def test_a_title_is_marked_where_it_answers(engine: Engine) -> None:
    hit = engine.find(Query("beurkundung")).hits[0]
    assert plain(hit.titel) == "Eheschließung und -beurkundung"
    assert marked(hit.titel) == ["-beurkundung"]


def test_a_misspelt_and_an_everyday_word_mark_what_they_mean(engine: Engine) -> None:
    assert marked(engine.find(Query("wonhgeld")).hits[0].titel) == ["Wohngeld"]
    assert marked(engine.find(Query("perso")).hits[0].titel) == ["Personalausweis"]


def test_the_excerpt_shows_which_procedure_was_found(engine: Engine) -> None:
    hit = engine.find(Query("wohnberechtigungsschein")).hits[0]
    assert plain(hit.titel) == "Bescheinigung für Geringverdiener"
    assert "Wohnberechtigungsschein" in plain(hit.ausschnitt)
    assert marked(hit.ausschnitt) == ["Wohnberechtigungsschein"]


def test_the_excerpt_shows_the_place_in_a_text(engine: Engine) -> None:
    hit = engine.find(Query("bauaufsichtsbehörde")).hits[0]
    assert "Bauaufsichtsbehörde." in marked(hit.ausschnitt)


def test_bare_hits_are_the_same_ones_in_the_same_order(engine: Engine) -> None:
    for text in ("", "hund", "wohngeld"):
        whole = engine.find(Query(text, limit=100))
        bare = engine.find(Query(text, limit=100, bare=True))
        assert [(hit.typ, hit.id) for hit in bare.hits] == [(h.typ, h.id) for h in whole.hits]
        assert bare.total == whole.total
        assert not any(hit.titel for hit in bare.hits)


def test_a_hit_carries_its_keys_and_addition(engine: Engine) -> None:
    hit = engine.find(Query("99107023017000")).hits[0]
    assert (hit.typ, hit.ozg_ids) == (Typ.LEISTUNG, ("10092",))
    assert hit.leistungsschluessel == ("99107023017000",)
    assert engine.find(Query("hund-hamm")).hits[0].zusatz == "Stadt Hamm"


def test_markup_in_a_title_stays_text(fresh: Fresh) -> None:
    engine = fresh()
    engine.rebuild([ozg("10001", "<b>Wohngeld</b> & <script>alert(1)</script>", WOHNEN)])
    (hit,) = engine.find(Query("wohngeld")).hits
    assert plain(hit.titel) == "<b>Wohngeld</b> & <script>alert(1)</script>"


# As you type ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("wohng", "Wohngeld"),
        ("hunde", "Hundehaltung"),
        ("pers", "Personalausweis"),
        ("perso", "Personalausweis"),
        ("Führ", "Führerschein"),
        ("fuehr", "Führerschein"),
        ("mün", "Münster, Stadt"),
        ("wohngeld bew", "Wohngeld Bewilligung"),
        ("10092", "Wohngeld"),
        ("4814", "Münster, Stadt"),
    ],
)
def test_titles_are_offered_while_typing(engine: Engine, typed: str, offered: str) -> None:
    assert offered in [plain(each.text) for each in engine.suggest(typed)]


@pytest.mark.parametrize("typed", ["", " ", "qqqqqqqq", "\0", "?"])
def test_nothing_is_offered_for_nothing(engine: Engine, typed: str) -> None:
    assert engine.suggest(typed) == ()


def test_no_more_is_offered_than_asked_for_and_nothing_twice(engine: Engine) -> None:
    offered = [(plain(s.text), s.typ, s.zusatz) for s in engine.suggest("h", limit=8)]
    offered += [(plain(s.text), s.typ, s.zusatz) for s in engine.suggest("hu", limit=3)]
    assert len(engine.suggest("hu", limit=3)) == 3
    assert len(set(offered)) == len(offered)


# Writing ─────────────────────────────────────────────────────────────────────────────────────


def test_without_an_index_the_engine_says_so(fresh: Fresh) -> None:
    engine = fresh()
    assert engine.rebuild_reason() == "Es gibt noch keinen Suchindex."
    with pytest.raises(IndexMissing, match="katalog reindex"):
        engine.find(Query("wohngeld"))
    with pytest.raises(IndexMissing, match="katalog reindex"):
        engine.update([DOCUMENTS[0]])


def test_a_rebuild_replaces_everything_and_can_be_repeated(fresh: Fresh) -> None:
    engine = fresh()
    assert engine.rebuild(DOCUMENTS[:2]) == 2
    assert engine.rebuild_reason() is None
    assert engine.rebuild(DOCUMENTS[1:3]) == 2
    assert engine.rebuild(DOCUMENTS[1:3]) == 2
    assert set(ids(engine.find(Query("")))) == {"10092", "10439"}


def test_an_empty_rebuild_leaves_an_empty_index(fresh: Fresh) -> None:
    engine = fresh()
    assert engine.rebuild([]) == 0
    assert engine.rebuild_reason() is None
    assert engine.find(Query("wohngeld", facets=("typ",))).total == 0


def test_the_old_index_answers_if_a_rebuild_fails(fresh: Fresh) -> None:
    engine = fresh()
    engine.rebuild(DOCUMENTS[:2])

    def broken() -> Iterator[Document]:
        yield DOCUMENTS[3]
        raise RuntimeError("Die Datenbank ist weg")

    with pytest.raises(RuntimeError, match="Datenbank"):
        engine.rebuild(broken())
    assert set(ids(engine.find(Query("")))) == {"10160", "10092"}


def test_an_update_replaces_adds_and_removes(fresh: Fresh) -> None:
    engine = fresh()
    engine.rebuild(DOCUMENTS[:3])
    changed = ozg("10092", "Lastenzuschuss", WOHNEN)
    engine.update([changed, DOCUMENTS[4]], removed=[(Typ.OZG_LEISTUNG, "10439")])
    everything = engine.find(Query("", facets=("themenfeld",)))
    assert set(ids(everything)) == {"10160", "10092", "10119"}
    assert found(engine, "lastenzuschuss") == ["10092"]
    assert {count.value for count in everything.facets["themenfeld"]} == {HOBBY, WOHNEN, REISEN}


def test_removing_what_is_not_there_changes_nothing(fresh: Fresh) -> None:
    engine = fresh()
    engine.rebuild(DOCUMENTS[:2])
    engine.update(removed=[(Typ.KOMMUNE, "10092"), (Typ.OZG_LEISTUNG, "99999")])
    assert engine.find(Query("")).total == 2


def test_a_new_word_of_an_update_is_known_at_once(fresh: Fresh) -> None:
    engine = fresh()
    engine.rebuild(DOCUMENTS[:2])
    engine.update([ozg("10999", "Schornsteinfegerkehrbezirk", WOHNEN)])
    assert found(engine, "Schornsteinfegerkehrbezirk") == ["10999"]
    assert engine.find(Query("Schornsteinfegerkerhbezirk")).suggestion is not None
    assert found(engine, "schornsteinfegerkehr") == ["10999"]


def test_ids_may_hold_any_characters(fresh: Fresh) -> None:
    engine = fresh()
    engine.rebuild([dienst("a/b ä:1", "Erster", "05515"), dienst("a/b ä.1", "Zweiter", "05515")])
    engine.update(removed=[(Typ.ONLINEDIENST, "a/b ä:1")])
    assert ids(engine.find(Query(""))) == ["a/b ä.1"]


def test_more_than_a_thousand_hits_and_a_hundred_values_are_counted(fresh: Fresh) -> None:
    """Meilisearch stops at 1,000 and 100 unless it is told not to."""
    engine = fresh()
    engine.rebuild(
        [
            Document(Typ.LEISTUNG, str(n), f"Wohngeld {n}", merkmale={"kreis": (f"{n % 400:05}",)})
            for n in range(1_300)
        ]
    )
    result = engine.find(Query("wohngeld", facets=("kreis",), limit=5, offset=1_290))
    assert result.total == 1_300
    assert len(result.hits) == 5
    assert len(result.facets["kreis"]) == 400
    assert sum(count.count for count in result.facets["kreis"]) == 1_300


# Whatever is typed ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text",
    [
        '"', "'", "\\", "title:hund", "hund AND", "(hund", "hund^1000", "*", "h*nd~9",
        "+hund -steuer", "<script>alert(1)</script>", "\0\r\n", "🐶", "ﬁ", "١٢٣٤٥", "-", "--",
        "a" * 100_000, "hund " * 5_000, "1" * 5_000, "99 " * 5_000, "und der die das", "§ 34a GewO",
        "hunde-" * 300, "ä" * 5_000, "% _ %", "x'; DROP TABLE", "{{7*7}}", "../../etc/passwd",
    ],
)  # fmt: skip
def test_no_question_breaks_the_search(engine: Engine, text: str) -> None:
    before = time.perf_counter()
    result = engine.find(Query(text, facets=("typ",)))
    engine.suggest(text)
    assert result.total >= len(result.hits)
    assert time.perf_counter() - before < 3


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(max_size=80))
def test_no_text_at_all_breaks_the_search(engine: Engine, text: str) -> None:
    result = engine.find(Query(text, facets=("typ",)))
    assert result.total == sum(count.count for count in result.facets["typ"])
    engine.suggest(text)


def test_the_folder_of_the_embedded_engine_may_be_anywhere(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path / "noch" / "nicht" / "da")
    engine.rebuild(DOCUMENTS[:1])
    assert found(engine, "hund") == ["10160"]
