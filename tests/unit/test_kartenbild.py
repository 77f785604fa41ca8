"""Which municipalities a statement colours, and what areas make of it."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from katalog.domain.begriffe import Einsatzstatus, Gebietsebene
from katalog.domain.gebietsnetz import (
    Flaeche,
    Gebietsnetz,
    Wirkungskreis,
    Zustaendigkeitsregel,
)
from katalog.domain.kartenbild import Aussage, Kartenbild, paint, share_out, spread
from katalog.domain.kartenklassen import KEINE_ANGABE, KLASSEN, RANG, Messgroesse

# Eleven towns of one Kreis and two of another, as bodies 0 to 12; the Kreise are bodies 100 and 200
# and areas 100 and 200, the Land is area 1; body 9 is a joint one of towns 0 to 2.
TOWNS = [f"05558{number:03}" for number in range(11)] + ["05570000", "05570001"]
FIRST, SECOND = frozenset(range(11)), frozenset({11, 12})
PRODUKTIV, GEPLANT = Einsatzstatus.PRODUKTIV, Einsatzstatus.GEPLANT
HUND, BAU = 1, 2


def area(key: str, towns: Iterable[int], people: int | None = None) -> Flaeche:
    return Flaeche(key, key.ljust(12, "0"), f"Gebiet {key}", "", people, frozenset(towns))


def build_netz() -> Gebietsnetz:
    towns = {key: area(key, [n], 1000 * (n + 1)) for n, key in enumerate(TOWNS)}
    # Nobody lives there.
    towns["05558999"] = area("05558999", [], 0)
    return Gebietsnetz(
        ebenen={
            Gebietsebene.LAND: {"05": area("05", FIRST | SECOND, 91_000)},
            Gebietsebene.KREIS: {
                "05558": area("05558", FIRST, 66_000),
                "05570": area("05570", SECOND, 25_000),
            },
            Gebietsebene.VERBAND: towns,
            Gebietsebene.GEMEINDE: towns,
        },
        gebiete={n: frozenset({n}) for n in range(13)}
        | {100: FIRST, 200: SECOND, 1: FIRST | SECOND},
        stellen={n: frozenset({n}) for n in range(13)}
        | {100: FIRST, 200: SECOND, 9000: frozenset({0, 1, 2})},
        behoerden={7: frozenset({100, 200, 0, 1})},
    )


NETZ = build_netz()


@pytest.fixture
def netz() -> Gebietsnetz:
    return NETZ


def picture(
    netz: Gebietsnetz,
    *said: tuple[int, str, int],
    ebene: Gebietsebene = Gebietsebene.GEMEINDE,
    nach: Messgroesse = Messgroesse.STATUS,
    rules: Iterable[Zustaendigkeitsregel] = (),
    leistungen: dict[int, frozenset[int]] | None = None,
    within: frozenset[int] | None = None,
) -> Kartenbild:
    aussagen: list[Aussage] = [(body, status, frozenset({dienst})) for body, status, dienst in said]
    kreis = Wirkungskreis(netz, rules)
    staende = spread(aussagen, kreis, leistungen or {}, within)
    return paint(netz, ebene, nach, staende, within)


def coloured(bild: Kartenbild) -> set[str]:
    return set(bild.werte)


def keys(numbers: Iterable[int]) -> set[str]:
    return {TOWNS[number] for number in numbers}


def test_a_town_colours_itself_and_a_kreis_all_of_its_towns(netz: Gebietsnetz) -> None:
    assert coloured(picture(netz, (3, PRODUKTIV, 5))) == keys([3])
    assert coloured(picture(netz, (200, PRODUKTIV, 5))) == keys(SECOND)


def test_a_joint_body_colours_its_members(netz: Gebietsnetz) -> None:
    assert coloured(picture(netz, (9000, PRODUKTIV, 5))) == keys([0, 1, 2])


def test_a_body_without_an_area_colours_nothing(netz: Gebietsnetz) -> None:
    assert not coloured(picture(netz, (4711, PRODUKTIV, 5)))


def test_a_kreis_is_no_authority_where_a_town_is_one_itself(netz: Gebietsnetz) -> None:
    """The Kreis Coesfeld is building authority for nine of its eleven municipalities."""
    rule = Zustaendigkeitsregel(BAU, None, 7, 1)
    bild = picture(netz, (100, PRODUKTIV, 5), rules=[rule], leistungen={5: frozenset({BAU})})
    assert coloured(bild) == keys(FIRST - {0, 1})
    other = picture(netz, (100, PRODUKTIV, 6), rules=[rule], leistungen={6: frozenset({HUND})})
    assert coloured(other) == keys(FIRST)


def test_an_exception_takes_its_area_from_everybody_else(netz: Gebietsnetz) -> None:
    rules = [
        Zustaendigkeitsregel(BAU, 100, None, 100),
        Zustaendigkeitsregel(BAU, 4, None, 4, ausnahme=True),
    ]
    leistungen = {5: frozenset({BAU})}
    assert coloured(picture(netz, (100, PRODUKTIV, 5), rules=rules, leistungen=leistungen)) == keys(
        FIRST - {4}
    )
    assert coloured(picture(netz, (4, PRODUKTIV, 5), rules=rules, leistungen=leistungen)) == keys(
        [4]
    )


def test_a_named_body_colours_what_it_is_named_for(netz: Gebietsnetz) -> None:
    rules = [Zustaendigkeitsregel(HUND, 11, None, 12)]
    bild = picture(netz, (11, PRODUKTIV, 5), rules=rules, leistungen={5: frozenset({HUND})})
    assert coloured(bild) == keys([12])


def test_of_several_services_one_without_a_rule_keeps_the_usual_area(netz: Gebietsnetz) -> None:
    rules = [Zustaendigkeitsregel(HUND, 11, None, 12)]
    both = {5: frozenset({HUND, BAU})}
    assert coloured(picture(netz, (11, PRODUKTIV, 5), rules=rules, leistungen=both)) == keys(
        [11, 12]
    )


def test_the_best_statement_stands_and_only_what_is_productive_counts(netz: Gebietsnetz) -> None:
    bild = picture(netz, (3, GEPLANT, 5), (3, PRODUKTIV, 6), (3, PRODUKTIV, 7), (4, GEPLANT, 5))
    assert (bild.werte[TOWNS[3]].status, bild.werte[TOWNS[3]].anzahl) == (PRODUKTIV, 2)
    assert (bild.werte[TOWNS[4]].status, bild.werte[TOWNS[4]].anzahl) == (GEPLANT, 0)


def test_the_same_assistant_of_town_and_kreis_counts_once(netz: Gebietsnetz) -> None:
    bild = picture(netz, (3, PRODUKTIV, 5), (100, PRODUKTIV, 5))
    assert bild.werte[TOWNS[3]].anzahl == 1


def test_a_kreis_shows_its_share_by_number_and_by_people(netz: Gebietsnetz) -> None:
    bild = picture(
        netz,
        (3, PRODUKTIV, 5),
        (4, PRODUKTIV, 6),
        (5, GEPLANT, 5),
        ebene=Gebietsebene.KREIS,
        nach=Messgroesse.ANTEIL,
    )
    wert = bild.werte["05558"]
    assert (wert.mit, wert.von) == (2, 11)
    assert (wert.einwohner_mit, wert.einwohner_von) == (4000 + 5000, 66_000)
    assert wert.anzahl == 2
    assert bild.klasse(wert).schluessel == "ab-1"
    assert (bild.mit, bild.von, bild.gesamt) == (2, 13, 2)


def test_without_all_numbers_of_people_there_is_no_share_of_them(netz: Gebietsnetz) -> None:
    kreise = dict(netz.ebenen[Gebietsebene.KREIS])
    kreise["05558"] = kreise["05558"]._replace(einwohner=None)
    towns = dict(netz.ebenen[Gebietsebene.GEMEINDE])
    towns[TOWNS[7]] = towns[TOWNS[7]]._replace(einwohner=None)
    unknown = Gebietsnetz(
        {**netz.ebenen, Gebietsebene.KREIS: kreise, Gebietsebene.GEMEINDE: towns},
        netz.gebiete,
        netz.stellen,
    )
    bild = picture(unknown, (3, PRODUKTIV, 5), ebene=Gebietsebene.KREIS)
    assert bild.werte["05558"].einwohner_mit is None
    assert bild.einwohner_von is None


def test_no_statement_is_no_answer_and_never_a_no(netz: Gebietsnetz) -> None:
    counts = picture(netz, (3, PRODUKTIV, 5)).count_klassen()
    # The area without inhabitants is not among the thirteen.
    assert counts[KEINE_ANGABE] == 12
    assert sum(counts.values()) == 13


def test_a_part_of_germany_is_all_there_is_to_count(netz: Gebietsnetz) -> None:
    said = [(3, PRODUKTIV, 5), (11, PRODUKTIV, 5)]
    bild = picture(netz, *said, within=SECOND)
    assert coloured(bild) == keys([11])
    assert (bild.von, bild.gesamt, bild.umfang) == (2, 2, ("05570",))
    some = picture(netz, *said, within=frozenset({3, 4}))
    assert set(some.umfang or ()) == keys([3, 4])
    assert picture(netz, *said).umfang is None


def test_shares_of_competence_divide_by_what_is_known(netz: Gebietsnetz) -> None:
    bild = picture(netz, (3, PRODUKTIV, 5), (4, PRODUKTIV, 5), nach=Messgroesse.ANTEIL)
    shared = share_out(bild, netz, {TOWNS[3]: (3, 4)})
    assert (shared.werte[TOWNS[3]].mit, shared.werte[TOWNS[3]].von) == (3, 4)
    assert shared.klasse(shared.werte[TOWNS[3]]).schluessel == "ab-75"
    assert shared.klasse(shared.werte[TOWNS[4]]).schluessel == KEINE_ANGABE
    assert (shared.mit, shared.von) == (3, 4)


@pytest.mark.parametrize("nach", list(Messgroesse))
def test_every_class_has_a_word_and_a_sign_of_its_own(nach: Messgroesse) -> None:
    klassen = KLASSEN[nach]
    for name in ("schluessel", "wort", "muster"):
        assert len({getattr(klasse, name) for klasse in klassen}) == len(klassen)
    assert klassen[-1].schluessel == KEINE_ANGABE
    assert {status for status in Einsatzstatus} == set(RANG)


STATEMENTS = st.lists(
    st.tuples(
        st.sampled_from([*range(13), 100, 200, 9000, 4711]),
        st.sampled_from(list(Einsatzstatus)),
        st.integers(1, 5),
    ),
    max_size=25,
)


@given(said=STATEMENTS)
def test_levels_never_contradict_each_other(said: list[tuple[int, str, int]]) -> None:
    towns = picture(NETZ, *said)
    for ebene in (Gebietsebene.KREIS, Gebietsebene.LAND):
        bild = picture(NETZ, *said, ebene=ebene, nach=Messgroesse.ANTEIL)
        assert (bild.mit, bild.von) == (towns.mit, towns.von)
        for key, wert in bild.werte.items():
            inside = [w for town, w in towns.werte.items() if town.startswith(key)]
            assert wert.mit == sum(w.status is PRODUKTIV for w in inside)
            assert wert.anzahl <= sum(w.anzahl for w in inside)
            assert wert.anzahl >= max((w.anzahl for w in inside), default=0)
            assert RANG.index(wert.status) == min(RANG.index(w.status) for w in inside)
            assert bild.klasse(wert) in bild.klassen
        assert sum(bild.count_klassen().values()) == bild.gesamt
