"""Assistants and statements of use that a test adds to the starting set and never commits."""

from __future__ import annotations

from typing import Any

from katalog.db import Session
from katalog.domain.begriffe import Beleg, Einsatzrolle, Einsatzstatus
from katalog.domain.rollen import Betrachter, Rolle, Sichtbarkeit
from katalog.models.angebot import Onlinedienst
from katalog.models.nutzung import Einsatz
from katalog.queries import kommunen

WARENDORF, BECKUM, TELGTE, FAR = "055700052052", "055700008008", "055700044044", "130720043043"
VERWALTUNG = Betrachter(rollen=frozenset({Rolle.KOMMUNE}))


def town(session: Session, ars: str) -> kommunen.KommuneZeile:
    found = kommunen.find_kommune(session, ars)
    assert found is not None
    return found


def use(session: Session, stelle: int, dienst: int, **changes: Any) -> None:
    values: dict[str, Any] = {
        "stelle_id": stelle,
        "onlinedienst_id": dienst,
        "rolle": Einsatzrolle.NUTZT,
        "status": Einsatzstatus.PRODUKTIV,
        "beleg": Beleg.EIGENANGABE,
        "sichtbarkeit": Sichtbarkeit.OEFFENTLICH,
    }
    session.add(Einsatz(**values | changes))
    session.flush()


def new_dienst(session: Session, kennung: str, **changes: Any) -> int:
    values: dict[str, Any] = {
        "kennung": kennung,
        "name": kennung,
        "sortier": kennung,
        "art": "kommunal",
    }
    dienst = Onlinedienst(**values | changes)
    session.add(dienst)
    session.flush()
    assert dienst.id is not None
    return dienst.id
