"""`katalog fristen` and the worker write what is due, whichever comes first."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col

from katalog.accounts.konten import create_konto
from katalog.cli import main
from katalog.db import open_engine, writing
from katalog.domain.rollen import Rolle
from katalog.models.nutzung import Einsatz
from katalog.queries.konten import find_stelle
from katalog.worker import run_once
from katalog.worker.daily import ask_to_confirm

TOWN = "055700052052"


@pytest.fixture
def database(seeded_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    shutil.copyfile(seeded_sqlite, tmp_path / "katalog.db")
    url = f"sqlite:///{tmp_path / 'katalog.db'}"
    engine = open_engine(url)
    with writing(engine) as session:
        create_konto(session, "ozg@warendorf.example", Rolle.KOMMUNE, TOWN)
        session.connection().execute(update(Einsatz).values(pruefung_faellig=None))
        session.connection().execute(
            update(Einsatz)
            .where(col(Einsatz.stelle_id) == find_stelle(session, TOWN))
            .values(pruefung_faellig=date(2026, 11, 20))
        )
    engine.dispose()
    monkeypatch.setenv("KATALOG_DB", url)
    return url


def ask(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert main(["fristen", "--json", *arguments]) == 0
    return json.loads(capsys.readouterr().out)


def test_reminders_are_written_once(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(capsys, "--datum", "2026-11-19")["bestaetigungen"] == 0
    assert ask(capsys, "--datum", "2026-11-20")["bestaetigungen"] == 1
    engine = open_engine(database)
    job = ask_to_confirm(engine, "https://katalog.example", lambda: date(2026, 11, 20))
    assert [run_once(job), run_once(job)] == [1, 0]
    engine.dispose()
    done = ask(capsys, "--datum", "2026-11-20", "--senden")
    assert (done["bestaetigungen"], done["mails"], done["ohne_adresse"]) == (0, 0, [])


def test_a_day_that_is_none_is_refused(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fristen", "--datum", "31.11.2026"]) == 1
    assert "31.11.2026" in capsys.readouterr().err
