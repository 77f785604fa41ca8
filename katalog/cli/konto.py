"""Accounts from the command line: the first administrator has nobody else to ask."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from dataclasses import asdict

from katalog.accounts.konten import block_konto, create_konto
from katalog.cli.output import report
from katalog.cli.state import require_current
from katalog.db import Engine, open_engine, reading, writing
from katalog.domain.rollen import Rolle
from katalog.queries.konten import KontoZeile, list_konten
from katalog.settings import load_settings


def create(options: Namespace, environment: Mapping[str, str]) -> int:
    with writing(_engine(environment)) as session:
        konto = create_konto(
            session, options.email, Rolle(options.rolle), options.stelle, options.name
        )
    report(asdict(konto), f"Konto bereit: {_line(konto)}", as_json=options.json)
    return 0


def block(options: Namespace, environment: Mapping[str, str]) -> int:
    with writing(_engine(environment)) as session:
        konto = block_konto(session, options.email)
    report(asdict(konto), f"Gesperrt: {_line(konto)}", as_json=options.json)
    return 0


def show(options: Namespace, environment: Mapping[str, str]) -> int:
    with reading(_engine(environment)) as session:
        konten = list_konten(session)
    text = "\n".join(_line(konto) for konto in konten) or (
        "Noch kein Konto. Das erste legen Sie so an:\n"
        "  katalog konto anlegen ADRESSE --rolle administration"
    )
    report({"konten": [asdict(konto) for konto in konten]}, text, as_json=options.json)
    return 0


def _engine(environment: Mapping[str, str]) -> Engine:
    engine = open_engine(load_settings(environment).db)
    require_current(engine)
    return engine


def _line(konto: KontoZeile) -> str:
    blocked = ", gesperrt" if konto.gesperrt_am else ""
    return f"{konto.email} ({'; '.join(konto.rollen) or 'ohne Rolle'}{blocked})"
