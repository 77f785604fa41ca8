"""How far the TOP 100 have come in the starting set, on both databases; nothing is committed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from io import BytesIO

import pytest
from sqlalchemy import event, select, update
from sqlmodel import col

from importers import ozg
from importers.records import OzgLeistungRecord
from katalog.coordination.fortschritt import Frage, read_progress
from katalog.db import Engine, Session
from katalog.domain.abdeckung import Grundlage
from katalog.domain.begriffe import Einsatzrolle, Einsatzstatus, Quellenart, Top100
from katalog.domain.fortschritt import Sortierung
from katalog.domain.gebietsnetz import Gebietsnetz
from katalog.domain.laender import Landeskuerzel
from katalog.domain.rollen import Sichtbarkeit
from katalog.intake import take_over
from katalog.models.angebot import OnlinedienstOzg
from katalog.models.quellen import Quelle
from katalog.models.register import OzgLeistung, OzgZuordnung
from katalog.models.stellen import Zustaendigkeit
from katalog.queries.fortschritt import Leistungsstand
from katalog.queries.gebietsnetz import load_netz
from tests.databases import State
from tests.using import BECKUM, FAR, TELGTE, WARENDORF, new_dienst, town, use

TODAY = date(2026, 11, 20)
# Nobody has an assistant for the last one.
MARKED = ("10083", "10160", "10009")
UNUSED, KREIS_WARENDORF = "10009", "055700000000"


@dataclass(frozen=True)
class Rig:
    session: Session
    netz: Gebietsnetz

    def ask(self, **wanted: object) -> dict[str, Leistungsstand]:
        frage = Frage(**wanted)  # type: ignore[arg-type]
        found = read_progress(self.session, self.netz, frage, TODAY)
        return {row.leistung.ozg_id: row for row in found}

    def number_of(self, ozg_id: str) -> int:
        statement = select(col(OzgLeistung.id)).where(col(OzgLeistung.ozg_id) == ozg_id)
        return int(self.session.execute(statement).scalar_one() or 0)

    def dienst(self, kennung: str, **changes: object) -> int:
        """An assistant for the service that had none."""
        number = new_dienst(self.session, kennung, **changes)
        self.session.add(
            OnlinedienstOzg(onlinedienst_id=number, ozg_leistung_id=self.number_of(UNUSED))
        )
        self.session.flush()
        return number

    def use(self, ars: str, dienst: int, **changes: object) -> None:
        use(self.session, town(self.session, ars).stelle_id, dienst, **changes)


@pytest.fixture(scope="module")
def known() -> dict[str, Gebietsnetz]:
    """The areas of each database, which no test here changes."""
    return {}


@pytest.fixture
def rig(
    kind: str,
    shared_engine: Callable[[str, State], Engine],
    known: dict[str, Gebietsnetz],
) -> Iterator[Rig]:
    with Session(shared_engine(kind, State.SEEDED)) as session:
        marked = update(OzgLeistung).where(col(OzgLeistung.ozg_id).in_(MARKED))
        session.execute(marked.values(top100=Top100.BUERGER))
        if kind not in known:
            known[kind] = load_netz(session)
        yield Rig(session, known[kind])


def test_bodies_and_those_they_serve_count_once_as_of_a_day(rig: Rig) -> None:
    before = rig.ask()[UNUSED]
    assert (before.heute.produktiv, before.heute.geplant, before.dienste) == (0, 0, [])
    dienst = rig.dienst("neu", art="efa", status="verfuegbar")
    rig.use(WARENDORF, dienst, ab=date(2025, 1, 1))
    rig.use(WARENDORF, rig.dienst("zweiter"), ab=date(2026, 5, 1))
    rig.use(BECKUM, dienst, ab=date(2026, 6, 1), rolle=Einsatzrolle.PILOTIERT)
    rig.use(TELGTE, dienst, rolle=Einsatzrolle.PLANT, status=Einsatzstatus.GEPLANT)
    rig.use(FAR, dienst, status=Einsatzstatus.IN_UMSETZUNG, sichtbarkeit=Sichtbarkeit.VERWALTUNG)

    found = rig.ask(seit=date(2026, 1, 1))[UNUSED]
    assert (found.heute.produktiv, found.heute.geplant) == (2, 1)
    assert (found.damals and found.damals.produktiv, found.veraenderung) == (1, 1)
    assert found.heute.zustaendig == before.heute.zustaendig > 4000
    assert [each.kennung for each in found.dienste] == ["neu"]

    # What the Kreis runs, its towns have; Telgte does not only plan it any more.
    rig.use(KREIS_WARENDORF, dienst)
    found = rig.ask(land=Landeskuerzel.NW)[UNUSED]
    assert (found.heute.produktiv, found.heute.geplant, found.heute.weitere) == (13, 0, 0)


def test_the_laender_add_up_to_the_whole(rig: Rig) -> None:
    dienst = rig.dienst("verteilt")
    for ars in (WARENDORF, FAR):
        rig.use(ars, dienst)
    whole = rig.ask()
    parts = [rig.ask(land=land) for land in Landeskuerzel]
    for ozg_id, row in whole.items():
        for name in ("zustaendig", "produktiv", "geplant"):
            one_by_one = [getattr(part[ozg_id].heute, name) for part in parts]
            assert sum(one_by_one) == getattr(row.heute, name), (ozg_id, name)
    assert whole[UNUSED].heute.produktiv == 2


def test_who_the_register_names_is_competent_and_nobody_else(rig: Rig) -> None:
    dienst = rig.dienst("zustaendig")
    for ars in (WARENDORF, FAR):
        rig.use(ars, dienst)
    leistung = rig.session.execute(
        select(col(OzgZuordnung.leistung_id)).where(
            col(OzgZuordnung.ozg_leistung_id) == rig.number_of(UNUSED)
        )
    ).scalars()
    number = next(iter(leistung))
    quelle = rig.session.execute(
        select(col(Quelle.id)).where(col(Quelle.art) == Quellenart.DEMO).limit(1)
    ).scalar_one()
    for ars in (WARENDORF, BECKUM, TELGTE):
        kommune = town(rig.session, ars)
        assert kommune.gebiet.id is not None
        rig.session.add(
            Zustaendigkeit(
                leistung_id=number,
                stelle_id=kommune.stelle_id,
                gebiet_id=kommune.gebiet.id,
                quelle_id=quelle,
            )
        )
    rig.session.flush()
    found = rig.ask()[UNUSED]
    assert found.grundlage is Grundlage.ZUSTAENDIGKEIT
    assert (found.heute.produktiv, found.heute.zustaendig, found.heute.weitere) == (1, 3, 1)
    elsewhere = rig.ask(land=Landeskuerzel.MV)[UNUSED].heute
    assert (elsewhere.zustaendig, elsewhere.weitere, elsewhere.anteil) == (0, 1, None)


def test_the_rows_come_in_the_order_that_was_asked_for(rig: Rig) -> None:
    def shares(order: Sortierung) -> list[float]:
        return [row.heute.anteil or 0 for row in rig.ask(sortierung=order).values()]

    assert shares(Sortierung.ANTEIL) == sorted(shares(Sortierung.NAME))
    assert shares(Sortierung.VERBREITET) == sorted(shares(Sortierung.NAME), reverse=True)
    planned = [row.heute.geplant for row in rig.ask(sortierung=Sortierung.GEPLANT).values()]
    assert planned == sorted(planned, reverse=True)


def test_a_list_marks_the_services_by_its_column(rig: Rig) -> None:
    rig.session.execute(update(OzgLeistung).values(top100=None))
    assert rig.ask() == {}
    liste = "OZG-ID;Titel;TOP 100\n10083;Wohnberechtigung;Wirtschaft\n10160;Hunde;Bürger\n"
    records = [
        each
        for each in ozg.read("ozg.csv", BytesIO(liste.encode()))
        if isinstance(each, OzgLeistungRecord)
    ]
    assert take_over(rig.session, records, ozg.QUELLE, TODAY).faults == []
    found = {key: row.leistung.top100 for key, row in rig.ask().items()}
    assert found == {"10083": Top100.WIRTSCHAFT, "10160": Top100.BUERGER}
    assert set(rig.ask(liste=Top100.BUERGER)) == {"10160"}


def test_many_services_take_no_more_questions_than_one(rig: Rig) -> None:
    asked: Counter[str] = Counter()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked[statement] += 1

    def count() -> int:
        asked.clear()
        engine = rig.session.get_bind()
        event.listen(engine, "before_cursor_execute", note)
        rig.ask(land=Landeskuerzel.NW)
        event.remove(engine, "before_cursor_execute", note)
        return asked.total()

    few = count()
    rig.session.execute(
        update(OzgLeistung).where(col(OzgLeistung.ozg_id) < "10040").values(top100="buerger")
    )
    assert count() == few <= 16
    assert len(rig.ask()) > 20
