"""What advice knows of a town, its neighbours and its Land; nothing of it is committed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from katalog.comparison import advise, set_aside
from katalog.db import Engine, Session
from katalog.domain.begriffe import Angebotsstatus, Einsatzstatus, Kostenmodell
from katalog.domain.empfehlung import Empfehlung, Kriterium
from katalog.domain.errors import NichtAngemeldet, NichtErlaubt, NichtGefunden
from katalog.domain.rollen import GAST, Betrachter, Rolle, Sichtbarkeit
from katalog.models.angebot import Landesangebot, Onlinedienst
from katalog.models.koordination import Beschluss, Beschlusspunkt, BeschlusspunktOzg
from katalog.models.register import Gebiet, OzgLeistung
from katalog.models.stellen import Stelle
from katalog.queries import empfehlungen
from map.geometrie import DATEN
from tests.databases import State
from tests.using import BECKUM, FAR, TELGTE, WARENDORF, new_dienst, town, use

TODAY = date(2026, 11, 20)
MUENSTER, HAMM, KREIS = "055150000000", "059150000000", "055700000000"


@pytest.fixture
def session(kind: str, shared_engine: Callable[[str, State], Engine]) -> Iterator[Session]:
    with Session(shared_engine(kind, State.SEEDED)) as session:
        yield session


def advice(
    session: Session, ars: str = WARENDORF, viewer: Betrachter = GAST, ausser: tuple[int, ...] = ()
) -> dict[str, Empfehlung]:
    found = advise(session, town(session, ars), Path(DATEN), viewer, TODAY, (), ausser)
    ids = [each.kandidat.id for each in found]
    named = select(col(Onlinedienst.id), col(Onlinedienst.kennung)).where(
        col(Onlinedienst.id).in_(ids)
    )
    names = {number: kennung for number, kennung in session.execute(named)}
    return {names[each.kandidat.id]: each for each in found}


def points(empfehlung: Empfehlung) -> dict[Kriterium, int]:
    return {grund.kriterium: grund.punkte for grund in empfehlung.gruende}


def free(session: Session, kennung: str, **changes: object) -> int:
    return new_dienst(session, kennung, kosten_modell=Kostenmodell.KOSTENNEUTRAL, **changes)


def test_neighbours_count_as_everybody_sees_them_and_pauses_speak_against(
    session: Session,
) -> None:
    number = free(session, "nachbarlich", status="verfuegbar")
    beckum, telgte = (town(session, ars).stelle_id for ars in (BECKUM, TELGTE))
    use(session, beckum, number, sichtbarkeit=Sichtbarkeit.VERWALTUNG)
    use(session, telgte, number, status=Einsatzstatus.VORUEBERGEHEND)
    use(session, town(session, FAR).stelle_id, number)
    assert points(advice(session)["nachbarlich"])[Kriterium.NACHBARN] == -1
    use(session, beckum, number)
    found = advice(session)["nachbarlich"]
    sentences = [g.satz for g in found.gruende if g.kriterium is Kriterium.NACHBARN]
    assert sentences[0].startswith("1 von 12 Nachbarn im Kreis Warendorf nutzt ihn: Beckum (")
    assert sentences[1] == "Vorübergehend nicht verfügbar bei: Telgte."


def test_a_city_of_its_own_is_beside_the_kreise_around_it(session: Session) -> None:
    number = free(session, "ringsum")
    for ars in (KREIS, HAMM, WARENDORF):
        use(session, town(session, ars).stelle_id, number)
    (sentence,) = [
        g.satz
        for g in advice(session, MUENSTER)["ringsum"].gruende
        if g.kriterium is Kriterium.NACHBARN
    ]
    # Hamm touches Kreis Warendorf, and the town is no Kreis.
    assert "nutzt ihn: Kreis Warendorf" in sentence


def test_towns_alike_are_those_of_half_to_twice_as_many_inhabitants(session: Session) -> None:
    number = free(session, "gross")
    for ars, people in ((WARENDORF, 37_000), ("055580016016", 20_000), ("055580012012", 90_000)):
        session.execute(update(Gebiet).where(col(Gebiet.ars) == ars).values(einwohner=people))
        use(session, town(session, ars).stelle_id, number) if ars != WARENDORF else None
    session.expire_all()
    (sentence,) = [
        g.satz for g in advice(session)["gross"].gruende if g.kriterium is Kriterium.AEHNLICHE
    ]
    assert sentence.startswith(
        "1 ähnliche Kommune in Nordrhein-Westfalen (mit 18.500 bis 74.000 Einwohnern) nutzt ihn: "
    )


def test_the_own_land_counts_and_no_other_and_its_cost_goes_before(session: Session) -> None:
    lands = {
        ars: session.execute(select(col(Gebiet.id)).where(col(Gebiet.ars) == ars)).scalar_one()
        for ars in ("050000000000", "130000000000")
    }
    coordination = session.execute(
        select(col(Stelle.id)).where(col(Stelle.art) == "koordinierung").limit(1)
    ).scalar_one()
    for key, land in (("eigenes", "050000000000"), ("fremdes", "130000000000")):
        session.add(
            Landesangebot(
                onlinedienst_id=free(session, key),
                koordinierung_id=coordination,
                land_id=lands[land],
                status=Angebotsstatus.ANGEBOTEN,
                kosten_modell=Kostenmodell.UMLAGE,
            )
        )
    session.flush()
    found = advice(session)
    assert points(found["eigenes"])[Kriterium.ANGEBOT] == 4
    assert points(found["eigenes"])[Kriterium.KOSTEN] == -1
    assert points(found["fremdes"])[Kriterium.ANGEBOT] == 0
    assert points(found["fremdes"])[Kriterium.KOSTEN] == 3


def test_what_is_over_hidden_or_planned_here_is_no_advice(session: Session) -> None:
    here = town(session, WARENDORF).stelle_id
    free(session, "abgekuendigt", status="abgekuendigt")
    free(session, "entwurf", entwurf=True)
    free(session, "konzept", art="konzept")
    use(session, here, free(session, "geplant"), rolle="plant", status=Einsatzstatus.GEPLANT)
    use(session, here, free(session, "bestritten"), widersprochen_am=TODAY)
    made = {"abgekuendigt", "entwurf", "konzept", "geplant", "bestritten"}
    assert made & set(advice(session)) == {"bestritten"}


def test_an_open_mandate_of_the_council_is_told_to_the_body_alone(session: Session) -> None:
    here = town(session, WARENDORF).stelle_id
    ozg = session.execute(
        select(col(OzgLeistung.id)).where(col(OzgLeistung.ozg_id) == "10083")
    ).scalar_one()
    resolution = Beschluss(
        stelle_id=here, vorlage="V12/26", titel="Wohnen", sichtbarkeit=Sichtbarkeit.OEFFENTLICH
    )
    session.add(resolution)
    session.flush()
    point = Beschlusspunkt(beschluss_id=resolution.id or 0, nummer=1, auftrag="Wohnen online")
    session.add(point)
    session.flush()
    session.add(BeschlusspunktOzg(beschlusspunkt_id=point.id or 0, ozg_leistung_id=ozg))
    session.flush()
    own = Betrachter(frozenset({Rolle.KOMMUNE}), eigene_stellen=frozenset({here}), konto_id=1)
    assert Kriterium.AUFTRAG not in points(advice(session)["wbs-sozialplattform"])
    assert empfehlungen.mandates(session, here, own) == {ozg: ("V12/26", None)}
    assert empfehlungen.mandates(session, here, GAST) == {}


def test_a_body_sets_advice_aside_for_itself_and_takes_it_back(session: Session) -> None:
    number = free(session, "nicht-fuer-uns")
    here = town(session, WARENDORF).stelle_id
    own = Betrachter(frozenset({Rolle.KOMMUNE}), eigene_stellen=frozenset({here}), konto_id=None)
    for _ in "zweimal":
        set_aside(session, own, here, "nicht-fuer-uns", TODAY, aside=True)
    assert empfehlungen.hidden(session, here) == [number]
    assert "nicht-fuer-uns" in advice(session)
    assert "nicht-fuer-uns" not in advice(session, ausser=(number,))
    set_aside(session, own, here, "nicht-fuer-uns", TODAY, aside=False)
    assert empfehlungen.hidden(session, here) == []
    with pytest.raises(NichtGefunden):
        set_aside(session, own, here, "gibt-es-nicht", TODAY, aside=True)
    with pytest.raises(NichtAngemeldet):
        set_aside(session, GAST, here, "nicht-fuer-uns", TODAY, aside=True)
    other = Betrachter(frozenset({Rolle.KOMMUNE}), eigene_stellen=frozenset({1}), konto_id=7)
    with pytest.raises(NichtErlaubt):
        set_aside(session, other, here, "nicht-fuer-uns", TODAY, aside=True)
