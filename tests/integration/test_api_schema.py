"""The API against its own description: Schemathesis asks whatever the description allows, and not.

In this process, without a socket, on the starting set; whatever takes a token on a copy of it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from katalog.accounts import zugriffstoken
from katalog.api import PREFIX
from katalog.api.calls import Call
from katalog.api.mount import CALLS
from katalog.db import open_engine, writing
from katalog.domain.rollen import Rolle
from katalog.domain.zugriff import Zugriff
from katalog.models.grundlage import now
from katalog.queries.konten import find_stelle
from katalog.web.app import create_app, wrap
from tests.portal import build_settings
from tests.signing_in import angemeldet, make_session
from tests.umfang import VOLL

OPEN = [call for call in CALLS if call.is_public and not call.writes]
# What is open as well, a token only adds rows to.
BY_TOKEN = [call for call in CALLS if call.needs is not None and (VOLL or not call.open_too)]
WARENDORF = "055700052052"


@dataclass(frozen=True)
class Rig:
    schema: Any
    headers: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def described(database: str) -> Iterator[Any]:
    import schemathesis

    portal = build_settings(database)
    app = create_app(portal)
    yield schemathesis.openapi.from_asgi(f"{PREFIX}/openapi.json", wrap(app, portal))
    app.state.portal.engine.dispose()


@pytest.fixture(scope="module")
def guest(planted: str) -> Iterator[Rig]:
    with described(planted) as schema:
        yield Rig(schema)


@pytest.fixture(scope="module")
def software(seeded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    path = tmp_path_factory.mktemp("schema") / "katalog.db"
    shutil.copyfile(seeded_sqlite, path)
    database = f"sqlite:///{path}"
    secret = make_session(database, "software@kommune.example", Rolle.KOMMUNE, WARENDORF)
    konto, engine = angemeldet(database, secret), open_engine(database)
    with writing(engine) as session:
        number = find_stelle(session, WARENDORF)
        token = zugriffstoken.issue(session, konto, "Probe", number, tuple(Zugriff), 30, now())
    engine.dispose()
    with described(database) as schema:
        yield Rig(schema, {"Authorization": f"Bearer {token}"})


@pytest.mark.parametrize("mode", ["positive", "negative"])
@pytest.mark.parametrize("call", OPEN, ids=lambda call: call.name)
def test_every_answer_is_one_that_the_description_allows(guest: Rig, call: Call, mode: str) -> None:
    walk(guest, call, mode, 25 if VOLL else 4)


@pytest.mark.parametrize("mode", ["positive", pytest.param("negative", marks=pytest.mark.full_run)])
@pytest.mark.parametrize("call", BY_TOKEN, ids=lambda call: call.name)
def test_so_is_what_a_token_opens(software: Rig, call: Call, mode: str) -> None:
    """And without it, or with another, nothing is open: Schemathesis takes it away as well."""
    walk(software, call, mode, 4 if VOLL else 1)


def walk(rig: Rig, call: Call, mode: str, examples: int) -> None:
    from schemathesis import GenerationMode
    from schemathesis.specs.openapi.checks import positive_data_acceptance

    operation = rig.schema[call.path][call.method]
    # Not every day has a calendar: holidays are known for some decades only. And no map looks
    # ahead, or knows any area there might be. What is written has rules that no schema can say.
    computed = call.path.startswith(("/fristen/", "/karte/")) or call.needs is not None

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=GenerationMode(mode)))
    def ask(case: Any) -> None:
        left_out = [positive_data_acceptance] if computed or is_crowded(case) else []
        case.call_and_validate(excluded_checks=left_out, headers=dict(rig.headers))

    ask()


def is_crowded(case: Any) -> bool:
    """An address is limited as a whole, in fields and in bytes, which no schema can say."""
    values = [
        str(value)
        for given in (case.query or {}).values()
        for value in (given if isinstance(given, list) else [given])
    ]
    return len(values) > 100 or sum(map(len, values)) > 600
