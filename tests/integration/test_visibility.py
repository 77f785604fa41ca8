"""Who sees what of a town: statements of each visibility × every role, wherever they stand."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from katalog.db import open_engine, writing
from katalog.domain.begriffe import Beleg, Einsatzrolle, Einsatzstatus
from katalog.domain.rollen import Rolle, Sichtbarkeit
from katalog.models.angebot import Onlinedienst
from katalog.models.nutzung import Einsatz
from katalog.models.stellen import Kontakt, Kontaktrolle
from katalog.queries.konten import find_stelle
from tests.browsing import Reader
from tests.portal import build_settings, running_portal
from tests.signing_in import COOKIE, make_session

TOWN = "055700008008"
DIENST = "wbs-sozialplattform"
PUBLIC, OFFICES, OWN = Sichtbarkeit

WHO: dict[str, tuple[Rolle | None, str, set[Sichtbarkeit]]] = {
    "guest": (None, "", {PUBLIC}),
    "the town itself": (Rolle.KOMMUNE, TOWN, {PUBLIC, OFFICES, OWN}),
    "another town": (Rolle.KOMMUNE, "055700052052", {PUBLIC, OFFICES}),
    "its coordination": (
        Rolle.KOORDINIERUNG,
        "koordinierung-muensterland-demo",
        {PUBLIC, OFFICES, OWN},
    ),
    "another coordination": (Rolle.KOORDINIERUNG, "koordinierung-nord-demo", {PUBLIC, OFFICES}),
    "a provider": (Rolle.ANBIETER, "landes-it-demo", {PUBLIC}),
    "the administration": (Rolle.ADMINISTRATION, "", {PUBLIC, OFFICES}),
}
PAGES = (f"/kommunen/{TOWN}", f"/onlinedienste/{DIENST}")
# For everybody, whoever asks: programs and files know no accounts.
OPEN = (
    f"/api/v1/kommunen/{TOWN}/einsaetze",
    f"/api/v1/onlinedienste/{DIENST}/einsaetze?limit=100",
    f"/kommunen/{TOWN}/nutzung?format=csv",
    f"/onlinedienste/{DIENST}/nutzung?format=json",
)


def mark(level: Sichtbarkeit) -> str:
    return f"https://{level}.beckum.example"


def begun(level: Sichtbarkeit) -> date:
    """Pages show no addresses, but since when."""
    return date(1991, list(Sichtbarkeit).index(level) + 1, 1)


def contact(level: Sichtbarkeit) -> str:
    return f"{level}@beckum.example"


def plant(session: Session) -> None:
    town = find_stelle(session, TOWN)
    dienst = session.scalars(
        select(col(Onlinedienst.id)).where(col(Onlinedienst.kennung) == DIENST)
    ).one()
    rolle = session.scalars(select(col(Kontaktrolle.id)).limit(1)).one()
    assert town is not None
    assert dienst is not None
    assert rolle is not None
    for level in Sichtbarkeit:
        session.add(
            Einsatz(
                stelle_id=town,
                onlinedienst_id=dienst,
                rolle=Einsatzrolle.NUTZT,
                status=Einsatzstatus.PRODUKTIV,
                beleg=Beleg.EIGENANGABE,
                sichtbarkeit=level,
                ab=begun(level),
                url=mark(level),
            )
        )
        session.add(
            Kontakt(
                stelle_id=town, rolle_id=rolle, funktionspostfach=contact(level), sichtbarkeit=level
            )
        )


@pytest.fixture(scope="module")
def readers(
    seeded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Reader]]:
    path = tmp_path_factory.mktemp("sicht") / "katalog.db"
    shutil.copyfile(seeded_sqlite, path)
    database = f"sqlite:///{path}"
    engine = open_engine(database)
    with writing(engine) as session:
        plant(session)
    engine.dispose()
    with running_portal(build_settings(database)) as url:
        made = {}
        for number, (who, (rolle, stelle, _)) in enumerate(WHO.items()):
            made[who] = Reader(url)
            if rolle is not None:
                secret = make_session(database, f"wer{number}@x.example", rolle, stelle)
                made[who].cookies[COOKIE] = secret
        yield made


@pytest.mark.parametrize("path", PAGES)
def test_each_role_sees_the_statements_meant_for_it(readers: dict[str, Reader], path: str) -> None:
    # Guests last and first: what somebody else saw before must not be what they get.
    for who in [*WHO, "guest"]:
        text = readers[who].ask(path).text
        seen = {level for level in Sichtbarkeit if f"seit {begun(level):%m/%Y}" in text}
        assert seen == WHO[who][2], who


def test_each_role_sees_the_contacts_meant_for_it(readers: dict[str, Reader]) -> None:
    for who in [*WHO, "guest"]:
        text = readers[who].ask(PAGES[0]).text
        seen = {level for level in Sichtbarkeit if contact(level) in text}
        assert seen == WHO[who][2], who


@pytest.mark.parametrize("path", OPEN)
def test_programs_and_files_get_what_is_public_whoever_asks(
    readers: dict[str, Reader], path: str
) -> None:
    for who, reader in readers.items():
        answer = reader.ask(path)
        assert answer.status == 200, who
        assert mark(PUBLIC) in answer.text, who
        assert not any(mark(level) in answer.text for level in (OFFICES, OWN)), who
