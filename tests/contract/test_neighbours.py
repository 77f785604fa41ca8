"""A municipality beside its neighbours, where assistants are used, and who is competent.

On both databases, with the starting set and what a test adds; nothing is committed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from sqlalchemy import select
from sqlmodel import col

from katalog.db import Engine, Session
from katalog.domain.begriffe import Angebotsstatus, Einsatzrolle, Einsatzstatus, Kostenmodell
from katalog.domain.rollen import GAST, Betrachter, Sichtbarkeit
from katalog.models.angebot import Landesangebot
from katalog.models.register import Gebiet, Leistung
from katalog.models.stellen import Behoerde, Behoerdenart, Stelle, Zustaendigkeit
from katalog.queries import (
    einsaetze,
    kommunen,
    nachbarn,
    umkreis,
    verbreitung,
    vergleich,
    zustaendigkeiten,
)
from tests.databases import State
from tests.using import BECKUM, FAR, TELGTE, VERWALTUNG, WARENDORF, new_dienst, town, use

TODAY = date(2026, 11, 20)
HUNDESTEUER, STADTPORTAL = "hundesteuer-online-demo", "hund-anmelden-stadtportal-demo"


@pytest.fixture
def session(kind: str, shared_engine: Callable[[str, State], Engine]) -> Iterator[Session]:
    with Session(shared_engine(kind, State.SEEDED)) as session:
        yield session


# The neighbours ---------------------------------------------------------------------------------


def compared(session: Session, viewer: Betrachter = GAST) -> nachbarn.Vergleichskreis:
    here = town(session, WARENDORF)
    return nachbarn.compare_with_kreis(
        session, here.gebiet, here.stelle_id, viewer, TODAY, most=100
    )


def test_what_more_neighbours_have_comes_first_and_among_equals_what_costs_nothing(
    session: Session,
) -> None:
    others = [town(session, ars).stelle_id for ars in (BECKUM, TELGTE)]
    free = new_dienst(session, "zzz-frei", kosten_modell=Kostenmodell.KOSTENNEUTRAL)
    paid = new_dienst(session, "aaa-umlage", kosten_modell=Kostenmodell.UMLAGE)
    for dienst in (free, paid):
        for stelle in others:
            use(session, stelle, dienst)
    found = compared(session).fehlt
    numbers = [len(n.kommunen) for n in found]
    assert numbers == sorted(numbers, reverse=True)
    places = {n.zeile.dienst.kennung: place for place, n in enumerate(found)}
    assert places["zzz-frei"] < places["aaa-umlage"]
    assert found[places["zzz-frei"]].frei
    assert not found[places["aaa-umlage"]].frei
    assert found[places["zzz-frei"]].kommunen == ("Beckum", "Telgte")


def test_an_offer_of_the_own_land_makes_it_free_and_that_of_another_does_not(
    session: Session,
) -> None:
    own = town(session, WARENDORF).gebiet.land_id
    other = session.execute(
        select(col(Gebiet.id)).where(col(Gebiet.ars) == "130000000000")
    ).scalar_one()
    coordination = session.execute(
        select(col(Stelle.id)).where(col(Stelle.art) == "koordinierung").limit(1)
    ).scalar_one()
    for key, land in (("eigenes", own), ("fremdes", other)):
        number = new_dienst(session, key)
        session.add(
            Landesangebot(
                onlinedienst_id=number,
                koordinierung_id=coordination,
                land_id=land,
                status=Angebotsstatus.ANGEBOTEN,
                kosten_modell=Kostenmodell.KOSTENNEUTRAL,
            )
        )
        session.flush()
        use(session, town(session, BECKUM).stelle_id, number)
    free = {n.zeile.dienst.kennung: n.frei for n in compared(session).fehlt}
    assert (free["eigenes"], free["fremdes"]) == (True, False)


def test_hidden_denied_and_dropped_things_are_nothing_that_neighbours_have(
    session: Session,
) -> None:
    beckum = town(session, BECKUM).stelle_id
    use(session, beckum, new_dienst(session, "geheim"), sichtbarkeit=Sichtbarkeit.VERWALTUNG)
    use(session, beckum, new_dienst(session, "widersprochen"), widersprochen_am=TODAY)
    use(session, beckum, new_dienst(session, "entwurf", entwurf=True))
    use(session, beckum, new_dienst(session, "entfallen", entfallen_am=TODAY))
    made = {"geheim", "widersprochen", "entwurf", "entfallen"}
    assert made & {n.zeile.dienst.kennung for n in compared(session).fehlt} == set()
    seen = {n.zeile.dienst.kennung for n in compared(session, VERWALTUNG).fehlt}
    assert made & seen == {"geheim"}


def test_what_it_has_is_rare_if_at_most_one_neighbour_has_it(session: Session) -> None:
    here = town(session, WARENDORF).stelle_id
    others = [town(session, ars).stelle_id for ars in (BECKUM, TELGTE)]
    for count, key in enumerate(("keiner", "einer", "zwei")):
        dienst = new_dienst(session, key)
        use(session, here, dienst)
        for stelle in others[:count]:
            use(session, stelle, dienst)
    rare = {n.zeile.dienst.kennung: n.kommunen for n in compared(session).selten}
    assert (rare["keiner"], rare["einer"]) == ((), ("Beckum",))
    assert "zwei" not in rare
    assert rare.keys().isdisjoint(n.zeile.dienst.kennung for n in compared(session).fehlt)


def test_a_kreis_and_a_city_of_its_own_have_no_neighbours_here(session: Session) -> None:
    for ars in ("055700000000", "055150000000"):
        place = town(session, ars)
        found = nachbarn.compare_with_kreis(session, place.gebiet, place.stelle_id, GAST, TODAY)
        assert (found.groesse, found.fehlt, found.selten) == (0, (), ())


def test_members_are_counted_by_what_is_live_and_what_is_on_the_way(session: Session) -> None:
    here, dienst = town(session, WARENDORF), new_dienst(session, "probe")
    before = nachbarn.count_by_body(session, [here.stelle_id], GAST, TODAY)[here.stelle_id]
    use(session, here.stelle_id, dienst)
    use(session, here.stelle_id, dienst, rolle=Einsatzrolle.ERSTELLT)
    use(session, here.stelle_id, new_dienst(session, "b"), status=Einsatzstatus.GEPLANT)
    after = nachbarn.count_by_body(session, [here.stelle_id], GAST, TODAY)[here.stelle_id]
    assert (after.produktiv, after.unterwegs) == (before.produktiv + 1, before.unterwegs + 1)


# Spread and competence --------------------------------------------------------------------------


def test_a_body_counts_once_in_its_land_however_many_of_the_assistants_it_uses(
    session: Session,
) -> None:
    first, second = new_dienst(session, "eins"), new_dienst(session, "zwei")
    here = town(session, WARENDORF).stelle_id
    for dienst in (first, second):
        use(session, here, dienst)
    use(session, town(session, FAR).stelle_id, second)
    condition = einsaetze.uses_any([first, second])
    found = verbreitung.users_by_land(session, condition, GAST, TODAY)
    assert [(land.land, land.anzahl) for land in found] == [
        ("Mecklenburg-Vorpommern", 1),
        ("Nordrhein-Westfalen", 1),
    ]


def test_who_built_it_is_told_from_who_uses_it(session: Session) -> None:
    (zeile,) = vergleich.by_kennung(session, [STADTPORTAL])
    assert zeile.dienst.id is not None
    found = verbreitung.makers(session, zeile.dienst.id, GAST, TODAY)
    assert [(n.stelle_name, n.rolle) for n in found] == [("Münster", Einsatzrolle.ERSTELLT)]


def leistung(session: Session, key: str) -> int:
    statement = select(col(Leistung.id)).where(col(Leistung.leistungsschluessel) == key)
    return int(session.execute(statement).scalar_one())


def area(place: kommunen.KommuneZeile) -> int:
    assert place.gebiet.id is not None
    return place.gebiet.id


def test_without_a_source_for_competence_there_is_no_share(session: Session) -> None:
    here = town(session, WARENDORF)
    assert share(session, here) is None


def share(session: Session, place: kommunen.KommuneZeile) -> tuple[int, int] | None:
    found = zustaendigkeiten.share_of_competence(
        session, place.gebiet, place.stelle_id, GAST, TODAY
    )
    return (found.hat, found.alle) if found else None


def test_a_share_counts_ozg_services_once_and_only_those_with_an_assistant(
    session: Session,
) -> None:
    here = town(session, WARENDORF)
    dog, dog_off, wbs = (
        leistung(session, key) for key in ("99110009104000", "99110009070000", "99107022012000")
    )
    for number in (dog, dog_off, wbs):
        session.add(
            Zustaendigkeit(leistung_id=number, stelle_id=here.stelle_id, gebiet_id=area(here))
        )
    session.flush()
    assert share(session, here) == (0, 2)
    (zeile,) = vergleich.by_kennung(session, [HUNDESTEUER])
    assert zeile.dienst.id is not None
    use(session, here.stelle_id, zeile.dienst.id)
    assert share(session, here) == (1, 2)


def test_one_of_a_kind_of_authority_is_competent_unless_an_exception_names_another(
    session: Session,
) -> None:
    here, beckum = town(session, WARENDORF), town(session, BECKUM)
    dog = leistung(session, "99110009104000")
    kind = session.execute(select(col(Behoerdenart.id)).limit(1)).scalar_one()
    session.add(Behoerde(behoerdenart_id=kind, stelle_id=here.stelle_id))
    session.add(
        Zustaendigkeit(leistung_id=dog, behoerdenart_id=kind, gebiet_id=here.gebiet.land_id or 0)
    )
    session.flush()
    assert share(session, here) == (0, 1)
    assert share(session, beckum) is None
    session.add(
        Zustaendigkeit(
            leistung_id=dog,
            stelle_id=beckum.stelle_id,
            gebiet_id=area(here),
            ausnahme=True,
        )
    )
    session.flush()
    assert share(session, here) is None


def test_competence_is_told_by_kind_and_land_and_a_single_body_by_its_name(
    session: Session,
) -> None:
    here, beckum = town(session, WARENDORF), town(session, BECKUM)
    dog = leistung(session, "99110009104000")
    for place in (here, beckum):
        session.add(
            Zustaendigkeit(leistung_id=dog, stelle_id=place.stelle_id, gebiet_id=area(place))
        )
    far = town(session, FAR)
    session.add(Zustaendigkeit(leistung_id=dog, stelle_id=far.stelle_id, gebiet_id=area(far)))
    session.add(
        Zustaendigkeit(
            leistung_id=dog,
            stelle_id=far.stelle_id,
            gebiet_id=area(here),
            gueltig_bis=date(2020, 1, 1),
        )
    )
    session.flush()
    found = zustaendigkeiten.competent_for(session, [dog], [], TODAY)
    assert {(z.land, z.wer, z.anzahl) for z in found} == {
        ("Mecklenburg-Vorpommern", far.name, 1),
        ("Nordrhein-Westfalen", "Kommunen", 2),
    }


def test_the_umkreis_of_no_other_kreis_is_the_own_one(session: Session) -> None:
    kreis = town(session, WARENDORF).gebiet.kreis_id
    assert kreis is not None
    found = umkreis.bodies_around(session, kreis, [])
    assert found.ringsum == {}
    assert "Kreis Warendorf" in found.kreis.values()
