"""The case: the table of the specification written out, against guard, buttons and effects."""

from dataclasses import replace

import pytest

from katalog.domain import schritt
from katalog.domain.angaben import Angabe, Angaben
from katalog.domain.errors import (
    FalscherZustand,
    KatalogFehler,
    NichtErlaubt,
    UngueltigeEingaben,
    VoraussetzungFehlt,
)
from katalog.domain.nachnutzung import (
    EREIGNISSE,
    STEPS,
    STEPS_BY_WEG,
    advance,
    list_aussichten,
    possible,
)
from katalog.domain.registerbild import BILDER, show_in_register
from katalog.domain.rollen import Rolle
from katalog.domain.schritt import Gegenstand, Vorlage, Wirkung, Ziel
from katalog.domain.vorgang import (
    ABGESCHLOSSEN,
    Aktion,
    Fall,
    Status,
    Weg,
    effective_status,
    is_open,
)
from tests.faelle import (
    TODAY,
    make_angaben,
    make_fall,
    make_variants,
)

KO, KD = Rolle.KOMMUNE, Rolle.KOORDINIERUNG

# Who may do what where, once everything else is as it should be: the specification's table.
LANDESANGEBOT: dict[Status | None, dict[Aktion, set[Rolle]]] = {
    None: {Aktion.INTERESSE_ERFASSEN: {KD}},
    Status.ENTWURF: {Aktion.INTERESSE_BEKUNDEN: {KO}, Aktion.ZURUECKZIEHEN: {KO}},
    Status.INTERESSE_BEKUNDET: {
        Aktion.BEDINGUNGEN_ANNEHMEN: {KO, KD},
        Aktion.BESTAETIGEN: {KD},
        Aktion.ABLEHNEN: {KD},
        Aktion.ZURUECKZIEHEN: {KO},
    },
    Status.BESTAETIGT: {
        Aktion.BEDINGUNGEN_ANNEHMEN: {KO, KD},
        Aktion.ABLEHNEN: {KD},
        Aktion.ZURUECKZIEHEN: {KO},
        Aktion.ANBINDUNG_BEGINNEN: {KO, KD},
        Aktion.KUENDIGEN: {KO, KD},
    },
    Status.IN_ANBINDUNG: {
        Aktion.BEDINGUNGEN_ANNEHMEN: {KO, KD},
        Aktion.ZURUECKZIEHEN: {KO},
        Aktion.TEST_BEGINNEN: {KO, KD},
        Aktion.KUENDIGEN: {KO, KD},
    },
    Status.IM_TEST: {
        Aktion.BEDINGUNGEN_ANNEHMEN: {KO, KD},
        Aktion.ZURUECKZIEHEN: {KO},
        Aktion.TEST_ABBRECHEN: {KO, KD},
        Aktion.GOLIVE_MELDEN: {KO},
        Aktion.PRODUKTIV_SETZEN: {KD},
        Aktion.KUENDIGEN: {KO, KD},
    },
    Status.PRODUKTIV: {
        Aktion.BEDINGUNGEN_ANNEHMEN: {KO, KD},
        Aktion.AUSSETZEN: {KO, KD},
        Aktion.WIEDERAUFNEHMEN: {KO, KD},
        Aktion.KUENDIGEN: {KO, KD},
    },
    Status.GEKUENDIGT: {
        Aktion.BEDINGUNGEN_ANNEHMEN: {KO, KD},
        Aktion.AUSSETZEN: {KO, KD},
        Aktion.WIEDERAUFNEHMEN: {KO, KD},
        Aktion.ZUGANG_BERICHTIGEN: {KD},
        Aktion.KUENDIGUNG_ZURUECKNEHMEN: {KD},
        Aktion.ENTKOPPLUNG_VEREINBAREN: {KD},
        Aktion.ENTKOPPLUNG_BESTAETIGEN: {KD},
    },
}
for state, actions in LANDESANGEBOT.items():
    if state is not None:
        actions[Aktion.DIENST_EINSTELLEN] = {KD, Rolle.ANBIETER}

KOMMUNAL: dict[Status | None, dict[Aktion, set[Rolle]]] = {
    Status.ENTWURF: {Aktion.ANFRAGEN: {KO}, Aktion.ZURUECKZIEHEN: {KO}},
    Status.ANGEFRAGT: {
        Aktion.UEBERGEBEN: {Rolle.ANBIETER},
        Aktion.ABLEHNEN: {Rolle.ANBIETER},
        Aktion.ZURUECKZIEHEN: {KO},
    },
    Status.IN_UEBERGABE: {Aktion.PRODUKTIV_MELDEN: {KO}, Aktion.ZURUECKZIEHEN: {KO}},
}
EXPECTED = {Weg.LANDESANGEBOT: LANDESANGEBOT, Weg.KOMMUNAL: KOMMUNAL}

ALL_STATES: list[Status | None] = [None, *Status]
MATRIX = [pytest.param(weg, state, id=f"{weg}-{state}") for weg in Weg for state in ALL_STATES]


def try_step(
    fall: Fall, aktion: Aktion, rolle: Rolle, typed: Angaben | None = None
) -> KatalogFehler | None:
    try:
        advance(fall, aktion, rolle, TODAY, typed or make_angaben(fall, rolle))
    except KatalogFehler as error:
        return error
    return None


# The full matrix ------------------------------------------------------------------------------


@pytest.mark.parametrize(("weg", "state"), MATRIX)
def test_buttons_and_guard_agree_in_every_state_action_role_and_variant(
    weg: Weg, state: Status | None
) -> None:
    for fall in make_variants(state, weg):
        for rolle in Rolle:
            offered = {a for am in Gegenstand for a in possible(fall, rolle, TODAY, am)}
            typed = make_angaben(fall, rolle)
            taken = {a for a in Aktion if try_step(fall, a, rolle, typed) is None}
            assert offered == taken, f"{rolle} in {fall}"


@pytest.mark.parametrize(("weg", "state"), MATRIX)
def test_each_role_is_offered_exactly_what_the_specification_says(
    weg: Weg, state: Status | None
) -> None:
    seen: dict[Aktion, set[Rolle]] = {}
    for rolle in Rolle:
        for am in Gegenstand:
            for aussicht in list_aussichten(make_fall(state, weg), rolle, TODAY, am):
                seen.setdefault(aussicht.aktion, set()).add(rolle)
    assert seen == EXPECTED[weg].get(state, {})


@pytest.mark.parametrize(("weg", "state"), MATRIX)
def test_what_the_specification_does_not_name_is_refused_by_role_or_state(
    weg: Weg, state: Status | None
) -> None:
    fall = make_fall(state, weg)
    allowed = EXPECTED[weg].get(state, {})
    for aktion in Aktion:
        for rolle in set(Rolle) - allowed.get(aktion, set()):
            assert isinstance(try_step(fall, aktion, rolle), NichtErlaubt | FalscherZustand)


@pytest.mark.parametrize(("weg", "state"), MATRIX)
def test_what_the_specification_names_is_really_taken_in_some_case_of_that_state(
    weg: Weg, state: Status | None
) -> None:
    variants = list(make_variants(state, weg))
    for aktion, rollen in EXPECTED[weg].get(state, {}).items():
        for rolle in rollen:
            assert any(try_step(fall, aktion, rolle) is None for fall in variants), aktion


@pytest.mark.parametrize("status", sorted(ABGESCHLOSSEN))
def test_in_a_closed_case_nothing_but_reading_is_possible(status: Status) -> None:
    for fall in make_variants(status, Weg.LANDESANGEBOT):
        assert effective_status(fall, TODAY) is status
        assert not is_open(fall, TODAY)
        for rolle in Rolle:
            assert not any(list_aussichten(fall, rolle, TODAY, am) for am in Gegenstand)


def test_a_blocked_action_is_shown_with_what_is_missing_and_the_guard_says_the_same() -> None:
    failing = {
        Aktion.BESTAETIGEN: replace(make_fall(Status.INTERESSE_BEKUNDET), bedingungen_offen=True),
        Aktion.TEST_BEGINNEN: replace(
            make_fall(Status.IN_ANBINDUNG), pflichtpunkte_offen=("Zertifikate",)
        ),
        Aktion.PRODUKTIV_SETZEN: make_fall(Status.IM_TEST),
    }
    for aktion, fall in failing.items():
        error = try_step(fall, aktion, KD)
        assert isinstance(error, VoraussetzungFehlt)
        blocked = [a for a in list_aussichten(fall, KD, TODAY) if a.aktion is aktion]
        assert [a.fehlt for a in blocked] == [error.fehlt]
        assert all(satz in error.meldung for satz in error.fehlt)


# What a step asks for -------------------------------------------------------------------------

# Fields that an empty form is refused for, by role.
ASKED: dict[Weg, dict[Aktion, dict[Rolle, set[str]]]] = {
    Weg.LANDESANGEBOT: {
        Aktion.INTERESSE_BEKUNDEN: {KO: {"wunschtermin", "ansprechstelle", "zustimmung"}},
        Aktion.INTERESSE_ERFASSEN: {KD: {"eingang", "beleg"}},
        Aktion.BEDINGUNGEN_ANNEHMEN: {KO: {"zustimmung"}, KD: {"zustimmung", "beleg"}},
        Aktion.ABLEHNEN: {KD: {"grund"}},
        Aktion.TEST_ABBRECHEN: {KO: {"grund"}, KD: {"grund"}},
        Aktion.GOLIVE_MELDEN: {KO: {"termin"}},
        Aktion.PRODUKTIV_SETZEN: {KD: {"datum"}},
        Aktion.AUSSETZEN: {
            KO: {"grund", "geplant_bis", "hinweis_veroeffentlicht"},
            KD: {"grund", "geplant_bis", "hinweis_veroeffentlicht", "beleg"},
        },
        Aktion.WIEDERAUFNEHMEN: {KD: {"beleg"}},
        Aktion.KUENDIGEN: {KO: {"ende"}, KD: {"zugang", "beleg"}},
        Aktion.ZUGANG_BERICHTIGEN: {KD: {"grund", "zugang"}},
        Aktion.KUENDIGUNG_ZURUECKNEHMEN: {KD: {"grund"}},
        Aktion.ENTKOPPLUNG_VEREINBAREN: {KD: {"termin"}},
        Aktion.ENTKOPPLUNG_BESTAETIGEN: {KD: {"datum"}},
        Aktion.DIENST_EINSTELLEN: {KD: {"termin"}, Rolle.ANBIETER: {"termin"}},
    },
    Weg.KOMMUNAL: {
        Aktion.ANFRAGEN: {KO: {"wunschtermin", "ansprechstelle"}},
        Aktion.ABLEHNEN: {Rolle.ANBIETER: {"grund"}},
        Aktion.PRODUKTIV_MELDEN: {KO: {"datum"}},
    },
}


@pytest.mark.parametrize(("weg", "state"), MATRIX)
def test_an_empty_form_is_refused_for_exactly_the_fields_the_step_needs(
    weg: Weg, state: Status | None
) -> None:
    for fall in make_variants(state, weg):
        for rolle in Rolle:
            for aktion in (a for am in Gegenstand for a in possible(fall, rolle, TODAY, am)):
                error = try_step(fall, aktion, rolle, Angaben())
                asked = (
                    {f.feld for f in error.fehler}
                    if isinstance(error, UngueltigeEingaben)
                    else set()
                )
                assert asked == ASKED[weg].get(aktion, {}).get(rolle, set()), aktion


# Nothing forgotten ----------------------------------------------------------------------------


def test_every_action_is_a_step_and_has_its_line_in_the_history() -> None:
    assert {step.aktion for steps in STEPS_BY_WEG.values() for step in steps} == set(Aktion)
    assert set(EREIGNISSE) == set(Aktion)
    assert len(set(EREIGNISSE.values())) == len(Aktion)


def test_every_state_has_its_picture_in_the_register() -> None:
    assert set(BILDER) == set(Status)


def test_every_state_but_the_first_and_the_derived_one_is_reached_by_a_step() -> None:
    reached = {step.nach for steps in STEPS_BY_WEG.values() for step in steps}
    assert reached - set(Ziel) == set(Status) - {Status.ENTWURF, Status.BEENDET}


def test_every_state_is_left_by_a_step_or_closed() -> None:
    left = {state for steps in STEPS_BY_WEG.values() for step in steps for state in step.von}
    # PRODUKTIV of the short path ends by a statement in the register.
    assert left - {None} == set(Status) - ABGESCHLOSSEN


def test_every_mail_template_effect_demand_and_guard_is_used() -> None:
    steps = [step for table in STEPS_BY_WEG.values() for step in table]
    assert {mail.vorlage for step in steps for mail in step.mails} == set(Vorlage)
    assert {wirkung for step in steps for wirkung in step.wirkungen} == set(Wirkung)
    assert {a for step in steps for a in step.angaben + step.vertretend} == set(Angabe)
    guards = {v for v in vars(schritt).values() if isinstance(v, schritt.Voraussetzung)}
    assert {v for step in steps for v in step.voraussetzungen} == guards


@pytest.mark.parametrize("angabe", Angabe)
def test_every_demand_is_a_field_that_can_be_typed(angabe: Angabe) -> None:
    assert hasattr(Angaben(), angabe.feld)


@pytest.mark.parametrize("weg", Weg)
def test_no_two_rows_compete_for_the_same_state_and_action(weg: Weg) -> None:
    pairs = [(step.aktion, state) for step in STEPS_BY_WEG[weg] for state in step.von]
    assert len(set(pairs)) == len(pairs)


def test_what_undoes_a_step_is_possible_where_the_step_leads() -> None:
    for steps in STEPS_BY_WEG.values():
        for step in (s for s in steps if s.umkehr is not None and isinstance(s.nach, Status)):
            undo = [s for s in steps if s.aktion is step.umkehr]
            assert any(step.nach in s.von for s in undo), step.aktion


def test_a_step_that_changes_the_picture_in_the_register_says_so() -> None:
    rows = {(s.aktion, state): s for s in STEPS for state in s.von}
    for state in ALL_STATES:
        for fall in make_variants(state, Weg.LANDESANGEBOT):
            for rolle in (KO, KD):
                for aktion in possible(fall, rolle, TODAY):
                    result = advance(fall, aktion, rolle, TODAY, make_angaben(fall, rolle))
                    before, after = (show_in_register(f, TODAY) for f in (fall, result.fall))
                    announced = Wirkung.EINSATZ_ANGLEICHEN in rows[aktion, fall.status].wirkungen
                    assert announced or before == after, f"{aktion} in {state}"


# Refusals -------------------------------------------------------------------------------------


def test_the_wrong_role_is_told_whose_business_it_is() -> None:
    with pytest.raises(NichtErlaubt, match="„Bestätigen“ ist Sache von: Koordinierende Stelle"):
        advance(make_fall(Status.INTERESSE_BEKUNDET), Aktion.BESTAETIGEN, KO, TODAY)


def test_the_wrong_state_is_told_where_the_action_belongs() -> None:
    with pytest.raises(FalscherZustand, match="im Schritt „Produktiv“ nicht") as refused:
        advance(make_fall(Status.PRODUKTIV), Aktion.TEST_BEGINNEN, KO, TODAY)
    assert "Möglich ist das in: In Anbindung." in refused.value.meldung


def test_recording_an_interest_twice_says_that_it_opens_a_case() -> None:
    with pytest.raises(FalscherZustand, match="beginnt ein neuer Vorgang"):
        advance(make_fall(Status.BESTAETIGT), Aktion.INTERESSE_ERFASSEN, KD, TODAY)


def test_an_action_of_the_other_path_is_refused() -> None:
    with pytest.raises(FalscherZustand, match="auf diesem Weg nicht"):
        advance(make_fall(Status.PRODUKTIV, Weg.KOMMUNAL), Aktion.KUENDIGEN, KO, TODAY)


def test_open_obligatory_items_are_named() -> None:
    fall = replace(
        make_fall(Status.IN_ANBINDUNG), pflichtpunkte_offen=("Zertifikate", "DVDV-Eintrag")
    )
    with pytest.raises(VoraussetzungFehlt, match="Zertifikate; DVDV-Eintrag"):
        advance(fall, Aktion.TEST_BEGINNEN, KO, TODAY)


def test_all_missing_inputs_are_named_at_once() -> None:
    with pytest.raises(UngueltigeEingaben) as refused:
        advance(make_fall(Status.PRODUKTIV), Aktion.AUSSETZEN, KD, TODAY)
    assert [fault.feld for fault in refused.value.fehler] == [
        "grund",
        "geplant_bis",
        "hinweis_veroeffentlicht",
        "beleg",
    ]


def test_ended_is_not_a_state_that_can_be_stored() -> None:
    with pytest.raises(KatalogFehler, match="wird nicht gespeichert"):
        Fall(status=Status.BEENDET)


def test_a_notice_without_its_end_cannot_be_built() -> None:
    with pytest.raises(KatalogFehler, match="Ergänzen Sie beides"):
        Fall(status=Status.GEKUENDIGT, wirksam_zum=TODAY)
