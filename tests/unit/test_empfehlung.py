"""What to take over next: a sum of reasons that anybody can check, and that never surprises."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from katalog.domain.begriffe import Angebotsstatus, Dienststatus, Kostenmodell, Top100
from katalog.domain.empfehlung import (
    DOPPELT,
    MINDESTENS,
    PUNKTE,
    Anzahl,
    Auftrag,
    Empfehlung,
    Kandidat,
    Kriterium,
    Landessicht,
    Nachbar,
    Schwerpunkt,
    Standort,
    recommend,
    weigh,
    with_users,
)
from katalog.domain.reifegrad import Reifegradmodell, list_stufen

TODAY = date(2026, 11, 20)
ORT = Standort("Warendorf", "Nordrhein-Westfalen", 12, "im Kreis Warendorf", "in NRW")

_days = st.none() | st.dates(TODAY - timedelta(days=900), TODAY + timedelta(days=900))
_names = st.lists(st.sampled_from(["Ahlen", "Beckum", "Telgte", "Oelde", "Beelen"]), unique=True)
_neighbours = _names.flatmap(
    lambda names: st.tuples(
        *(
            st.builds(Nachbar, st.just(name), st.none() | st.integers(0, 90), st.booleans())
            for name in names
        )
    )
)
KANDIDATEN = st.builds(
    Kandidat,
    id=st.integers(1, 6),
    sortier=st.sampled_from(["a", "b"]),
    status=st.none() | st.sampled_from(Dienststatus),
    kosten=st.none() | st.sampled_from(Kostenmodell),
    reifegrad=st.none() | st.sampled_from([g for m in Reifegradmodell for g in list_stufen(m)]),
    top100=st.none() | st.sampled_from(Top100),
    land=st.builds(
        Landessicht, st.none() | st.sampled_from(Angebotsstatus), st.just("Stelle"), _days
    ),
    fremdes_land=st.sampled_from(["", "Bayern"]),
    nachbarn=_neighbours,
    aehnliche=_names.map(tuple),
    fallzahl=st.none()
    | st.builds(Anzahl, st.integers(0, 99_999), st.just(2025), st.sampled_from(["", "im Kreis X"])),
    fachverfahren=st.sampled_from([(), ("Verfahren A",)]),
    plattform=st.just("Plattform P"),
    auf_plattform=st.integers(0, 3),
    absicht=st.booleans(),
    auftrag=st.none() | st.builds(Auftrag, st.just("V12/26"), _days),
    ersetzt=st.sampled_from(["", "Anderer Dienst"]),
)
SCHWERPUNKTE = st.sets(st.sampled_from(Schwerpunkt))


def one(**known: object) -> Empfehlung:
    return weigh(ORT, Kandidat(1, "a", **known), (), TODAY)  # type: ignore[arg-type]


def said(empfehlung: Empfehlung) -> dict[Kriterium, tuple[int, str]]:
    return {grund.kriterium: (grund.punkte, grund.satz) for grund in empfehlung.gruende}


@given(
    st.lists(KANDIDATEN, unique_by=lambda k: k.id, max_size=3),
    st.sets(st.integers(1, 6), max_size=3),
    SCHWERPUNKTE,
)
def test_what_is_there_already_never_appears_and_the_order_is_the_sum(
    candidates: list[Kandidat], there: set[int], important: set[Schwerpunkt]
) -> None:
    found = recommend(ORT, candidates, there, important, TODAY)
    assert there.isdisjoint(each.kandidat.id for each in found)
    assert [each.punkte for each in found] == sorted((e.punkte for e in found), reverse=True)
    assert all(each.punkte >= MINDESTENS for each in found)
    assert all(grund.satz.endswith(".") for each in found for grund in each.gruende)
    # In whatever order the database hands them over.
    assert recommend(ORT, candidates[::-1], there, important, TODAY) == found


@given(KANDIDATEN, SCHWERPUNKTE)
def test_one_more_neighbour_or_a_town_alike_never_lowers(
    candidate: Kandidat, important: set[Schwerpunkt]
) -> None:
    before = weigh(ORT, candidate, important, TODAY).punkte
    nearer = replace(candidate, nachbarn=(*candidate.nachbarn, Nachbar("Sendenhorst", 17)))
    alike = replace(candidate, aehnliche=(*candidate.aehnliche, "Coesfeld"))
    for more in (nearer, alike):
        assert weigh(ORT, more, important, TODAY).punkte >= before


@given(KANDIDATEN, SCHWERPUNKTE)
def test_every_reason_stays_within_what_the_table_says(
    candidate: Kandidat, important: set[Schwerpunkt]
) -> None:
    plain = weigh(ORT, candidate, (), TODAY).gruende
    for grund in plain:
        most, least = PUNKTE[grund.kriterium]
        assert least <= grund.punkte <= most
        assert grund.dafuer == (grund.punkte > 0)
    double = {kriterium for each in important for kriterium in DOPPELT[each]}
    for before, after in zip(plain, weigh(ORT, candidate, important, TODAY).gruende, strict=True):
        assert after.punkte == before.punkte * (2 if after.kriterium in double else 1)


def test_each_reason_is_a_sentence_with_its_figure() -> None:
    grade = list_stufen(Reifegradmodell.M1_1)[3]
    found = said(
        one(
            status=Dienststatus.VERFUEGBAR,
            kosten=Kostenmodell.KOSTENNEUTRAL,
            reifegrad=grade,
            top100=Top100.BUERGER,
            land=Landessicht(Angebotsstatus.ANGEBOTEN, "Koordinierung Beispiel"),
            nachbarn=(Nachbar("Ahlen", 20), Nachbar("Telgte", 13)),
            aehnliche=("Coesfeld",),
            fallzahl=Anzahl(12384, 2025),
            fachverfahren=("Meldeverfahren B",),
            plattform="Sozialplattform",
            auf_plattform=2,
            auftrag=Auftrag("V1307/26", date(2027, 2, 28)),
        )
    )
    assert found == {
        Kriterium.ANGEBOT: (
            4,
            "Wird in Nordrhein-Westfalen zur Nachnutzung angeboten: Koordinierung Beispiel.",
        ),
        Kriterium.KOSTEN: (3, "Kostenneutral für Kommunen."),
        Kriterium.NACHBARN: (
            2,
            "2 von 12 Nachbarn im Kreis Warendorf nutzen ihn: Ahlen, Telgte; am nächsten Telgte "
            "(13\N{NO-BREAK SPACE}km).",
        ),
        Kriterium.AEHNLICHE: (1, "1 ähnliche Kommune in NRW nutzt ihn: Coesfeld."),
        Kriterium.FACHVERFAHREN: (3, "Passt zu einem Fachverfahren von hier: Meldeverfahren B."),
        Kriterium.PLATTFORM: (
            2,
            "Hier schon im Einsatz: die Plattform Sozialplattform mit 2 Onlinediensten.",
        ),
        Kriterium.AUFTRAG: (
            3,
            "Der Rat hat es beauftragt: Beschluss V1307/26, fällig am 28.02.2027.",
        ),
        Kriterium.FALLZAHL: (3, "12.384 Fälle im Jahr 2025 in Warendorf."),
        Kriterium.TOP100: (1, "Gehört zu den TOP 100 Bürgerinnen und Bürger."),
        Kriterium.REIFE: (2, f"Ist verfügbar, Reifegrad {grade}."),
    }


def test_what_speaks_against_is_said_and_takes_points() -> None:
    found = said(
        one(
            status=Dienststatus.IN_ENTWICKLUNG,
            kosten=Kostenmodell.UMLAGE,
            fremdes_land="Bayern",
            nachbarn=(Nachbar("Ahlen", 20, pausiert=True),),
            ersetzt="Hunde-Portal",
        )
    )
    assert {kriterium: points for kriterium, (points, _) in found.items()} == {
        Kriterium.ANGEBOT: -2,
        Kriterium.KOSTEN: -1,
        Kriterium.NACHBARN: -1,
        Kriterium.REIFE: -3,
        Kriterium.ERSATZ: -4,
    }
    assert found[Kriterium.NACHBARN][1] == "Vorübergehend nicht verfügbar bei: Ahlen."
    unknown = said(one(land=Landessicht(Angebotsstatus.ZURUECKGESTELLT)))
    assert unknown[Kriterium.ANGEBOT][0] == -3
    assert unknown[Kriterium.KOSTEN] == (0, "Was er kostet, steht nicht im Katalog.")


def test_an_offer_that_begins_later_is_worth_less_than_one_of_today() -> None:
    offers = [
        Landessicht(Angebotsstatus.ANGEBOTEN, "Stelle", TODAY + timedelta(days=days))
        for days in (0, 1)
    ]
    assert [said(one(land=land))[Kriterium.ANGEBOT][0] for land in offers] == [4, 1]


def test_figures_of_a_larger_area_only_say_that_there_is_a_need() -> None:
    own, kreis = (said(one(fallzahl=Anzahl(5000, 2025, wo))) for wo in ("", "im Kreis Warendorf"))
    assert own[Kriterium.FALLZAHL][0] == 3
    assert kreis[Kriterium.FALLZAHL] == (1, "5.000 Fälle im Jahr 2025 im Kreis Warendorf.")


def test_few_users_are_told_and_cost_nothing() -> None:
    before = one(kosten=Kostenmodell.KOSTENNEUTRAL)
    for users, sentence in (
        (0, "Noch nutzt ihn laut Katalog niemand."),
        (1, "Im ganzen Katalog nutzt ihn nur 1 Kommune."),
        (2, "Im ganzen Katalog nutzen ihn nur 2 Kommunen."),
    ):
        after = with_users(before, users)
        assert after.dagegen[-1].satz == sentence
        assert after.punkte == before.punkte
    assert with_users(before, 3) == before
