"""Who may see and do what: the rules in words, and the agreement of decision and filter."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from katalog.domain.errors import NichtAngemeldet, NichtErlaubt
from katalog.domain.rollen import (
    DEFAULT_SICHTBARKEIT,
    GAST,
    RECHTE,
    Betrachter,
    Datenart,
    Recht,
    Reichweite,
    Rolle,
    Sichtbarkeit,
    may,
    may_see,
    may_see_vorgang,
    reach,
    require,
    resolve_rollen,
    resolve_sicht,
    sichtbare_stufen,
)

moderate = settings(max_examples=40, database=None, deadline=None)

OEFFENTLICH, VERWALTUNG, EIGENE = Sichtbarkeit
ROSTOCK, ANKLAM, WARENDORF, EGO, ANDERE_KOORDINIERUNG, ANBIETER_STELLE = 1, 2, 3, 10, 11, 20

rostock = Betrachter(frozenset({Rolle.KOMMUNE}), eigene_stellen=frozenset({ROSTOCK}), konto_id=1)
koordinierung = Betrachter(
    frozenset({Rolle.KOORDINIERUNG}),
    koordinierende_stellen=frozenset({EGO}),
    koordinierte_stellen=frozenset({ROSTOCK, ANKLAM}),
    konto_id=2,
)
anbieter = Betrachter(
    frozenset({Rolle.ANBIETER}), anbieter_stellen=frozenset({ANBIETER_STELLE}), konto_id=3
)
administration = Betrachter(frozenset({Rolle.ADMINISTRATION}), konto_id=4)

ids = st.frozensets(st.integers(1, 6), max_size=4)
viewers = st.builds(
    Betrachter, st.frozensets(st.sampled_from(Rolle)), ids, ids, ids, ids, st.none() | st.just(9)
)
maybe_id = st.none() | st.integers(1, 6)


# Seeing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("viewer", "seen"),
    [
        (GAST, {OEFFENTLICH}),
        (anbieter, {OEFFENTLICH}),
        (rostock, {OEFFENTLICH, VERWALTUNG}),
        (koordinierung, {OEFFENTLICH, VERWALTUNG}),
        (administration, {OEFFENTLICH, VERWALTUNG}),
    ],
    ids=["gast", "anbieter", "kommune", "koordinierung", "administration"],
)
def test_plans_of_others_are_seen_by_administrations_but_not_by_providers(
    viewer: Betrachter, seen: set[Sichtbarkeit]
) -> None:
    assert sichtbare_stufen(viewer) == seen
    assert {s for s in Sichtbarkeit if may_see(viewer, s, WARENDORF)} == seen


def test_a_body_sees_all_of_its_own_records_and_nothing_private_of_its_neighbour() -> None:
    assert may_see(rostock, EIGENE, ROSTOCK)
    assert not may_see(rostock, EIGENE, ANKLAM)


def test_a_coordinating_body_sees_private_records_in_its_areas_only() -> None:
    assert may_see(koordinierung, EIGENE, ROSTOCK)
    assert may_see(koordinierung, EIGENE, EGO)
    assert not may_see(koordinierung, EIGENE, WARENDORF)


def test_a_provider_sees_private_records_of_itself_only() -> None:
    assert may_see(anbieter, EIGENE, ANBIETER_STELLE)
    assert not may_see(anbieter, EIGENE, ROSTOCK)


def test_the_administration_runs_the_portal_without_reading_cases() -> None:
    assert not may_see(administration, EIGENE, ROSTOCK)
    assert not may_see_vorgang(administration, stelle=ROSTOCK, koordinierung=EGO)


def test_a_record_without_a_body_is_private_to_nobody() -> None:
    assert not may_see(rostock, EIGENE, None)
    assert may_see(GAST, OEFFENTLICH, None)


def test_ids_without_the_role_open_nothing() -> None:
    viewer = Betrachter(
        frozenset(), frozenset({ROSTOCK}), frozenset({2}), frozenset({EGO}), frozenset({ANKLAM})
    )
    assert not any(may_see(viewer, EIGENE, stelle) for stelle in (ROSTOCK, 2, EGO, ANKLAM))
    assert resolve_rollen(viewer, stelle=ROSTOCK, koordinierung=EGO) == ()
    assert not any(may(viewer, recht, stelle=ROSTOCK, traeger=2) for recht in Recht)


def test_two_memberships_add_up() -> None:
    both = Betrachter(
        frozenset({Rolle.KOMMUNE, Rolle.ANBIETER}),
        eigene_stellen=frozenset({ROSTOCK}),
        anbieter_stellen=frozenset({ANBIETER_STELLE}),
    )
    assert may_see(both, EIGENE, ROSTOCK)
    assert may_see(both, EIGENE, ANBIETER_STELLE)


def test_everybody_is_a_guest_too() -> None:
    assert all(Rolle.GAST in v.rollen for v in (GAST, rostock, administration))


def test_signed_in_means_there_is_an_account_even_without_a_membership() -> None:
    assert Betrachter(konto_id=7).ist_angemeldet
    assert not GAST.ist_angemeldet


def test_every_kind_of_data_has_a_default_and_only_use_and_function_mailboxes_are_public() -> None:
    assert set(DEFAULT_SICHTBARKEIT) == set(Datenart)
    public = {art for art, stufe in DEFAULT_SICHTBARKEIT.items() if stufe is OEFFENTLICH}
    assert public == {Datenart.PRODUKTIVE_NUTZUNG, Datenart.FUNKTIONSPOSTFACH}


@moderate
@given(viewers, st.sampled_from(Sichtbarkeit), maybe_id)
def test_the_filter_of_a_list_and_the_decision_on_its_rows_agree(
    viewer: Betrachter, stufe: Sichtbarkeit, stelle: int | None
) -> None:
    sicht = resolve_sicht(viewer)
    in_list = stufe in sicht.stufen or (stelle is not None and stelle in sicht.stellen)
    assert may_see(viewer, stufe, stelle) == in_list


@moderate
@given(viewers, st.sampled_from(Sichtbarkeit), maybe_id)
def test_signing_in_never_hides_what_a_guest_sees(
    viewer: Betrachter, stufe: Sichtbarkeit, stelle: int | None
) -> None:
    assert may_see(viewer, stufe, stelle) or not may_see(GAST, stufe, stelle)


# Doing ----------------------------------------------------------------------------------------


def test_every_right_is_held_by_somebody_and_none_by_guests() -> None:
    assert set(RECHTE) == set(Recht)
    assert all(holders for holders in RECHTE.values())
    assert all(Rolle.GAST not in holders for holders in RECHTE.values())
    assert {r for holders in RECHTE.values() for r in holders.values()} == set(Reichweite)


def test_a_municipality_speaks_for_itself_only() -> None:
    for recht in (Recht.EINSATZ_ANGEBEN, Recht.EINSATZ_BESTAETIGEN, Recht.FESTLEGUNG_PFLEGEN):
        assert may(rostock, recht, stelle=ROSTOCK)
        assert not may(rostock, recht, stelle=ANKLAM)


def test_a_provider_reports_use_of_its_own_services_but_cannot_confirm_it() -> None:
    of_its_own = {"stelle": ROSTOCK, "traeger": ANBIETER_STELLE}
    assert may(anbieter, Recht.EINSATZ_ANGEBEN, **of_its_own)
    assert may(anbieter, Recht.EINSATZ_WIDERSPRECHEN, **of_its_own)
    assert not may(anbieter, Recht.EINSATZ_BESTAETIGEN, **of_its_own)
    assert not may(anbieter, Recht.EINSATZ_ANGEBEN, stelle=ROSTOCK, traeger=21)


def test_coordination_reaches_its_areas_and_its_own_offers() -> None:
    assert may(koordinierung, Recht.EINSATZ_ANGEBEN, stelle=ANKLAM)
    assert not may(koordinierung, Recht.EINSATZ_ANGEBEN, stelle=WARENDORF)
    assert may(koordinierung, Recht.LANDESANGEBOT_PFLEGEN, stelle=EGO)
    assert not may(koordinierung, Recht.LANDESANGEBOT_PFLEGEN, stelle=ANDERE_KOORDINIERUNG)


def test_every_body_looks_after_its_own_contacts() -> None:
    assert may(rostock, Recht.STELLE_PFLEGEN, stelle=ROSTOCK)
    assert may(anbieter, Recht.STELLE_PFLEGEN, stelle=ANBIETER_STELLE)
    assert may(koordinierung, Recht.STELLE_PFLEGEN, stelle=EGO)
    assert may(koordinierung, Recht.STELLE_PFLEGEN, stelle=ANKLAM)
    for foreign in (WARENDORF, ANDERE_KOORDINIERUNG):
        for viewer in (rostock, anbieter, koordinierung):
            assert not may(viewer, Recht.STELLE_PFLEGEN, stelle=foreign)


def test_a_municipality_looks_after_the_assistant_it_built() -> None:
    assert may(rostock, Recht.ONLINEDIENST_PFLEGEN, traeger=ROSTOCK)
    assert not may(rostock, Recht.ONLINEDIENST_PFLEGEN, traeger=ANBIETER_STELLE)


def test_a_service_is_discontinued_by_its_land_or_by_the_coordination_of_the_offer() -> None:
    assert may(anbieter, Recht.DIENST_EINSTELLEN, stelle=EGO, traeger=ANBIETER_STELLE)
    assert may(koordinierung, Recht.DIENST_EINSTELLEN, stelle=EGO, traeger=ANBIETER_STELLE)
    assert not may(rostock, Recht.DIENST_EINSTELLEN, stelle=EGO, traeger=ANBIETER_STELLE)


def test_operations_are_for_the_administration() -> None:
    for recht in (Recht.BETRIEB_SEHEN, Recht.KONTO_VERWALTEN, Recht.KATALOG_PFLEGEN):
        assert may(administration, recht)
        assert not any(may(viewer, recht) for viewer in (GAST, rostock, koordinierung, anbieter))


def test_a_guest_is_sent_to_sign_in_and_an_account_is_told_who_can() -> None:
    with pytest.raises(NichtAngemeldet):
        require(GAST, Recht.EINSATZ_ANGEBEN, stelle=ROSTOCK)
    with pytest.raises(NichtErlaubt, match=r"Kommune \(eigene Stellen\)"):
        require(anbieter, Recht.EINSATZ_BESTAETIGEN, stelle=ROSTOCK)
    require(rostock, Recht.EINSATZ_BESTAETIGEN, stelle=ROSTOCK)


@moderate
@given(viewers, st.sampled_from(Recht), maybe_id, maybe_id)
def test_the_reach_of_a_right_and_the_decision_agree(
    viewer: Betrachter, recht: Recht, stelle: int | None, traeger: int | None
) -> None:
    bereich = reach(viewer, recht)
    in_list = bereich.alle or stelle in bereich.stellen or traeger in bereich.traeger
    assert may(viewer, recht, stelle=stelle, traeger=traeger) == in_list


# Cases ----------------------------------------------------------------------------------------


def test_a_case_is_seen_by_its_body_and_by_every_coordination_of_its_area() -> None:
    kreis = Betrachter(
        frozenset({Rolle.KOORDINIERUNG}),
        koordinierende_stellen=frozenset({ANDERE_KOORDINIERUNG}),
        koordinierte_stellen=frozenset({ROSTOCK}),
    )
    for viewer in (rostock, koordinierung, kreis):
        assert may_see_vorgang(viewer, stelle=ROSTOCK, koordinierung=EGO)
    for viewer in (GAST, anbieter):
        assert not may_see_vorgang(viewer, stelle=ROSTOCK, koordinierung=EGO)
    assert resolve_rollen(kreis, stelle=ROSTOCK, koordinierung=EGO) == ()


def test_only_the_coordination_of_the_offer_decides_in_a_case() -> None:
    assert resolve_rollen(koordinierung, stelle=WARENDORF, koordinierung=EGO) == (
        Rolle.KOORDINIERUNG,
    )
    assert resolve_rollen(koordinierung, stelle=ROSTOCK, koordinierung=ANDERE_KOORDINIERUNG) == ()


def test_a_body_that_also_coordinates_acts_in_both_roles() -> None:
    both = Betrachter(
        frozenset({Rolle.KOMMUNE, Rolle.KOORDINIERUNG}),
        eigene_stellen=frozenset({ROSTOCK}),
        koordinierende_stellen=frozenset({EGO}),
    )
    assert resolve_rollen(both, stelle=ROSTOCK, koordinierung=EGO) == (
        Rolle.KOMMUNE,
        Rolle.KOORDINIERUNG,
    )


def test_a_provider_has_no_part_in_a_case_about_a_land_offer() -> None:
    about_its_service = {"stelle": ROSTOCK, "koordinierung": EGO, "traeger": ANBIETER_STELLE}
    assert resolve_rollen(anbieter, **about_its_service) == ()


def test_the_traeger_of_a_municipal_assistant_is_the_other_side_of_the_short_path() -> None:
    assert resolve_rollen(rostock, stelle=ANKLAM, koordinierung=None, traeger=ROSTOCK) == (
        Rolle.ANBIETER,
    )
    assert may_see_vorgang(rostock, stelle=ANKLAM, koordinierung=None, traeger=ROSTOCK)
    assert not may_see_vorgang(rostock, stelle=ANKLAM, koordinierung=None, traeger=WARENDORF)
    assert not may_see_vorgang(rostock, stelle=ANKLAM, koordinierung=None)
