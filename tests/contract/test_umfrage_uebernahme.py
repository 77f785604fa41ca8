"""Answers to a survey become statements of use: what is new, what is there, and each only once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlmodel import col

from katalog.db import Engine, Session
from katalog.domain.begriffe import Beleg, Einsatzrolle, Einsatzstatus, Gebietsebene
from katalog.domain.errors import FalscherZustand, UngueltigeEingabe
from katalog.domain.rollen import Betrachter, Rolle, Sichtbarkeit
from katalog.domain.umfrage import Teilnahme, Uebernahme
from katalog.models.koordination import Antwort, Umfrage
from katalog.models.nutzung import Einsatz
from katalog.participation import umfrage as service
from katalog.queries.konten import find_stelle
from tests.databases import State
from tests.using import BECKUM, FAR, TELGTE, WARENDORF, new_dienst, use

TODAY = date(2026, 11, 20)
MOMENT = datetime(2026, 11, 12, 23, 30, tzinfo=UTC)
AHLEN = "055700004004"


@pytest.fixture
def session(kind: str, shared_engine: Callable[[str, State], Engine]) -> Iterator[Session]:
    """Never committed."""
    with Session(shared_engine(kind, State.SEEDED)) as session:
        yield session


def body(session: Session, key: str) -> int:
    number = find_stelle(session, key)
    assert number is not None
    return number


def test_what_bodies_answered_becomes_statements_once_and_overwrites_nothing(
    session: Session,
) -> None:
    bodies = {key: body(session, key) for key in (WARENDORF, BECKUM, TELGTE, AHLEN, FAR)}
    office = body(session, "koordinierung-muensterland-demo")
    reader = Betrachter(
        rollen=frozenset({Rolle.KOORDINIERUNG}),
        koordinierende_stellen=frozenset({office}),
        koordinierte_stellen=frozenset(bodies.values()) - {bodies[FAR]},
    )
    survey = Umfrage(
        koordinierung_id=office, ebene=Gebietsebene.GEMEINDE, titel="Hunde", worum="",
        beginn=date(2026, 11, 1), ende=date(2026, 12, 1),
    )  # fmt: skip
    session.add(survey)
    session.flush()
    said = {
        WARENDORF: (Teilnahme.NUTZT, None, "Seit Mai."),
        BECKUM: (Teilnahme.PLANT, date(2027, 6, 30), "x" * 900),
        TELGTE: (Teilnahme.NUTZT, None, ""),
        AHLEN: (Teilnahme.NICHT_GEPLANT, None, "Kein Bedarf."),
        FAR: (Teilnahme.NUTZT, None, ""),
    }
    for key, (teilnahme, bis, bemerkung) in said.items():
        session.add(
            Antwort(
                umfrage_id=survey.id or 0, stelle_id=bodies[key], teilnahme=teilnahme,
                geplant_bis=bis, bemerkung=bemerkung, beantwortet_am=MOMENT,
            )
        )  # fmt: skip
    dienst = new_dienst(session, "hund-umfrage")
    use(
        session, bodies[TELGTE], dienst, rolle=Einsatzrolle.PLANT, status=Einsatzstatus.GEPLANT,
        sichtbarkeit=Sichtbarkeit.EIGENE,
    )  # fmt: skip

    rows = service.propose(session, reader, survey, dienst, TODAY)
    assert {row.antwort.ars: row.was for row in rows} == {
        WARENDORF: Uebernahme.NEU, BECKUM: Uebernahme.NEU, TELGTE: Uebernahme.WIDERSPRUCH,
        AHLEN: Uebernahme.NICHTS, FAR: Uebernahme.FREMD,
    }  # fmt: skip
    everything = {row.antwort.id for row in rows}
    with pytest.raises(UngueltigeEingabe):
        service.take_over(session, reader, survey, dienst, [], TODAY)
    assert service.take_over(session, reader, survey, dienst, everything, TODAY) == 2
    with pytest.raises(FalscherZustand):
        service.take_over(session, reader, survey, dienst, everything, TODAY)

    made = {
        each.stelle_id: each
        for each in session.scalars(
            select(Einsatz).where(
                col(Einsatz.onlinedienst_id) == dienst, col(Einsatz.beleg) == Beleg.KOORDINIERUNG
            )
        )
    }
    assert set(made) == {bodies[WARENDORF], bodies[BECKUM]}
    used, planned = made[bodies[WARENDORF]], made[bodies[BECKUM]]
    # Of the day in Germany, not in Greenwich.
    assert used.bemerkung == "Laut Umfrage „Hunde“, Stand 13.11.2026. Seit Mai."
    assert (used.rolle, used.status, used.bestaetigt_am) == ("nutzt", "produktiv", None)
    assert (planned.status, planned.ab) == (Einsatzstatus.GEPLANT, date(2027, 6, 30))
    assert planned.sichtbarkeit is Sichtbarkeit.VERWALTUNG
    assert len(planned.bemerkung) == 500
    again = service.propose(session, reader, survey, dienst, TODAY)
    assert [row.was for row in again].count(Uebernahme.ERLEDIGT) == 2
