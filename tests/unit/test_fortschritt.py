"""How far a service has come: everybody competent counts once, and parts add up to the whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from katalog.domain.abdeckung import Grundlage
from katalog.domain.begriffe import Gebietsebene
from katalog.domain.fortschritt import Fortschritt, Zustaendige
from katalog.domain.gebietsnetz import KARTENEBENEN, Flaeche, Gebietsnetz, Gemeinden

TOWNS = 12
KREIS, ASSOCIATION = 100, 101
AREA = frozenset({2, 3, 4})
FIRST_LAND, OTHER_LAND = frozenset(range(7)), frozenset(range(7, TOWNS))


def make_netz(people: int | None = 10) -> Gebietsnetz:
    """Twelve towns that are bodies 0 to 11; a Kreis of 0 to 3, an association of 2, 3 and 4."""
    towns = {
        str(n): Flaeche(str(n), str(n), f"Ort {n}", "", people, frozenset({n}))
        for n in range(TOWNS)
    }
    areas: dict[Gebietsebene, dict[str, Flaeche]] = {ebene: {} for ebene in KARTENEBENEN}
    areas[Gebietsebene.GEMEINDE] = towns
    bodies: dict[int, Gemeinden] = {n: frozenset({n}) for n in range(TOWNS)}
    bodies |= {KREIS: frozenset(range(4)), ASSOCIATION: AREA}
    return Gebietsnetz(areas, {}, bodies)


def make_zustaendige(netz: Gebietsnetz) -> Zustaendige:
    return Zustaendige(netz, Grundlage.EBENE, {n: frozenset({n}) for n in range(TOWNS)})


bodies = st.frozensets(st.sampled_from([*range(TOWNS), KREIS, ASSOCIATION, 999]))


@given(bodies, bodies)
def test_parts_add_up_to_those_that_are_competent_and_lands_to_the_whole(
    having: frozenset[int], planning: frozenset[int]
) -> None:
    netz = make_netz()
    competent = make_zustaendige(netz)
    whole = competent.measure(having, planning)
    assert whole.produktiv + whole.geplant + whole.ohne == whole.zustaendig == TOWNS
    assert min(whole.produktiv, whole.geplant, whole.ohne, whole.weitere) >= 0
    assert whole.einwohner == 10 * TOWNS
    assert whole.einwohner_mit == 10 * whole.produktiv

    parts = [
        competent.within(land).measure(having, planning, land) for land in (FIRST_LAND, OTHER_LAND)
    ]
    for name in ("zustaendig", "produktiv", "geplant", "einwohner", "einwohner_mit"):
        assert sum(getattr(part, name) for part in parts) == getattr(whole, name), name


@given(bodies, bodies)
def test_who_has_it_is_never_less_with_one_more_statement(
    having: frozenset[int], more: frozenset[int]
) -> None:
    competent = make_zustaendige(make_netz())
    fewer, all_of_them = competent.measure(having, ()), competent.measure(having | more, ())
    assert fewer.produktiv <= all_of_them.produktiv


def test_a_town_has_what_is_run_for_all_of_its_area_and_nobody_counts_twice() -> None:
    competent = make_zustaendige(make_netz())
    found = competent.measure({KREIS, 2, 8}, {ASSOCIATION, 8, 9})
    assert found == Fortschritt(12, produktiv=5, geplant=2, weitere=0, einwohner=120,
                                einwohner_mit=50)  # fmt: skip
    # The association is competent here: what runs in two of its three towns is not all of it.
    of_its_own = Zustaendige(make_netz(), Grundlage.ZUSTAENDIGKEIT, {ASSOCIATION: AREA})
    assert of_its_own.measure({2, 3}, ()) == Fortschritt(1, 0, 0, 2, 30, 0)


def test_without_competent_bodies_or_inhabitants_there_is_no_share() -> None:
    nobody = Zustaendige(make_netz(), Grundlage.ZUSTAENDIGKEIT, {}).measure({1}, {2})
    assert (nobody.anteil, nobody.anteil_einwohner, nobody.weitere) == (None, None, 1)
    unknown = make_zustaendige(make_netz(None)).measure({1, 2, 3}, ())
    assert (unknown.anteil, unknown.anteil_einwohner) == (25.0, None)
