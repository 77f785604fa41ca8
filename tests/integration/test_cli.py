"""The installed command `katalog`, as an operator types it, in an empty folder."""

import argparse
import contextlib
import io
import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import httpx
import pytest

from katalog import migrations
from katalog.cli import main
from katalog.cli.arguments import build_parser
from tests.databases import Databases, State
from tests.portal import TODAY
from tests.umfang import VOLL

KATALOG = Path(sys.executable).with_name("katalog")
PRODUCTION = {
    "KATALOG_UMGEBUNG": "produktion",
    "KATALOG_DB": "sqlite:///var/katalog.db",
    "KATALOG_GEHEIMNIS": "k" * 32,
    "KATALOG_BASIS_URL": "https://ozg.kommune.example",
    "KATALOG_SMTP": "smtp://mail.kommune.example:587",
    "KATALOG_ABSENDER": "ozg@kommune.example",
    "KATALOG_BETREIBER_NAME": "Beispielstadt",
    "KATALOG_BETREIBER_ANSCHRIFT": "Rathausplatz 1|12345 Beispielstadt",
    "KATALOG_BETREIBER_EMAIL": "ozg@kommune.example",
}
# Generous: the machine may be busy. What takes this long hangs.
PATIENCE = 180


@dataclass(frozen=True, slots=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def clean_environment(more: Mapping[str, str]) -> dict[str, str]:
    """Nothing of the tester's settings, not even the language."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", **more}


def katalog(folder: Path, *arguments: str, **settings: str) -> Outcome:
    done = subprocess.run(
        [KATALOG, *arguments],
        cwd=folder,
        env=clean_environment(settings),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


def katalog_here(folder: Path, *arguments: str, **settings: str) -> Outcome:
    """The same in this process, which saves a start, for commands that leave nothing open."""
    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.chdir(folder),
        mock.patch.dict(os.environ, clean_environment(settings), clear=True),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = main(arguments)
    return Outcome(code, out.getvalue(), err.getvalue())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class Served:
    """A portal that runs; after `stop` also how it ended."""

    process: "subprocess.Popen[str]"
    address: str
    output: Path
    code: int | None = None

    @property
    def lines(self) -> list[str]:
        return self.output.read_text("utf-8").splitlines()

    def get(self, path: str) -> httpx.Response:
        return httpx.get(self.address + path, timeout=PATIENCE)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        self.process.send_signal(number)
        self.code = self.process.wait(timeout=PATIENCE)


@contextlib.contextmanager
def serving(folder: Path, *arguments: str, **settings: str) -> Iterator[Served]:
    port = free_port()
    output = folder / f"ausgabe-{port}.txt"
    with output.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(
            [KATALOG, "serve", "--port", str(port), *arguments],
            cwd=folder,
            env=clean_environment(settings),
            stdout=file,
            stderr=subprocess.STDOUT,
            text=True,
        )
    served = Served(process, f"http://127.0.0.1:{port}", output)
    try:
        wait_until_it_answers(served)
        yield served
    finally:
        if process.poll() is None:
            process.kill()
            process.wait(timeout=PATIENCE)


def wait_until_it_answers(served: Served) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        assert served.process.poll() is None, served.lines
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(served.address + "/healthz", timeout=PATIENCE).status_code == 200:
                return
        time.sleep(0.05)
    raise AssertionError(f"no answer within {PATIENCE} s: {served.lines}")


@pytest.fixture
def planted(tmp_path: Path, seeded_sqlite: Path) -> Path:
    """A folder in which the portal has run before."""
    (tmp_path / "var").mkdir()
    shutil.copyfile(seeded_sqlite, tmp_path / "var" / "katalog.db")
    return tmp_path


# The first minutes ------------------------------------------------------------------------------


@pytest.mark.full_run
def test_the_first_start_makes_everything_the_second_nothing_and_one_beside_it_is_refused(
    tmp_path: Path,
) -> None:
    with serving(tmp_path) as first:
        pages = {path: first.get(path) for path in ("/", "/ozg/10083", "/kommunen/055700052052")}
        assert {path: page.status_code for path, page in pages.items()} == dict.fromkeys(pages, 200)
        assert "Wohnberechtigungsschein" in pages["/ozg/10083"].text
        assert "Warendorf" in pages["/kommunen/055700052052"].text
        first.stop(signal.SIGTERM)
    assert first.code == 0
    assert first.lines[0] == "Tabellen werden angelegt …"
    assert "Grundbestand wird geladen …" in first.lines
    assert f"Das Portal läuft: {first.address}/ (beenden mit Strg+C)" in first.lines
    assert first.lines[-1] == "Das Portal ist beendet."
    assert stat.S_IMODE((tmp_path / "var" / "geheimnis").stat().st_mode) == 0o600

    database = (tmp_path / "var" / "katalog.db").stat()
    assert database.st_size > 1_000_000
    with serving(tmp_path, "--workers", "2") as second:
        assert second.get("/kommunen/055700052052").status_code == 200
        in_use = katalog_here(tmp_path, "serve", "--port", second.address.rpartition(":")[2])
        second.stop(signal.SIGINT)
    assert second.code == 0
    # Neither migrated nor planted again, and several processes end together like one.
    plain = [line for line in second.lines if not line.startswith("{")]
    assert [line.partition(":")[0] for line in plain] == [
        "Das Portal läuft",
        "Das Portal ist beendet.",
    ]
    assert (tmp_path / "var" / "katalog.db").stat().st_mtime_ns == database.st_mtime_ns

    assert in_use.code == 1
    assert "lässt sich nicht starten" in in_use.err
    assert "--port 8001" in in_use.err
    assert "Traceback" not in in_use.err


# Production -------------------------------------------------------------------------------------


def test_production_without_settings_names_all_that_is_missing(tmp_path: Path) -> None:
    outcome = katalog_here(tmp_path, "serve", KATALOG_UMGEBUNG="produktion")
    assert outcome.code == 1
    assert [
        name
        for name in PRODUCTION
        if name != "KATALOG_UMGEBUNG" and f"{name} fehlt" not in outcome.err
    ] == []
    assert "Traceback" not in outcome.err
    assert list(tmp_path.iterdir()) == []


def test_production_does_not_migrate_by_itself(tmp_path: Path) -> None:
    outcome = katalog_here(tmp_path, "serve", "--port", str(free_port()), **PRODUCTION)
    assert outcome.code == 1
    assert "katalog migrate" in outcome.err
    assert "Traceback" not in outcome.err


# Tables and starting set ------------------------------------------------------------------------


@pytest.mark.full_run
def test_tables_come_before_the_starting_set(tmp_path: Path) -> None:
    """How the starting set enters an empty database, the first start shows; see also test_seed."""
    too_early = katalog_here(tmp_path, "seed", "--leer", "--json")
    assert too_early.code == 1
    assert "katalog migrate" in too_early.json["fehler"]

    migrated = katalog(tmp_path, "migrate", "--json")
    assert migrated.code == 0
    assert migrated.json == {"vorher": None, "nachher": migrations.newest_revision()}


@pytest.mark.full_run
def test_a_look_at_a_portal_in_order_finds_nothing_to_do(planted: Path) -> None:
    # On the day of the starting set: later its demo cases are due to be reminded of.
    here = partial(katalog_here, planted, KATALOG_HEUTE=TODAY)
    without_index = here("doctor", "--json")
    assert without_index.code == 1
    assert "katalog reindex" in without_index.json["befunde"][-1]["abhilfe"]
    built = here("reindex", "--json")
    assert built.code == 0
    assert built.json["dokumente"] > 14_000
    assert here("worker", "--once", "--json").json == {"schritte": 0}
    outcome = here("doctor", "--json")
    assert outcome.code == 0
    assert outcome.json["gut"] is True
    findings = {finding["was"]: finding for finding in outcome.json["befunde"]}
    assert findings["Tabellen"]["meldung"] == f"Stand {migrations.newest_revision()}"
    assert findings["Register"]["gut"] is True


@pytest.mark.full_run
def test_what_is_done_already_is_not_done_again(planted: Path) -> None:
    migrated = katalog_here(planted, "migrate")
    assert migrated.code == 0
    newest = migrations.newest_revision()
    assert migrated.out == f"Die Tabellen sind auf dem neuesten Stand ({newest}).\n"
    seeded = katalog_here(planted, "seed")
    assert seeded.code == 0
    last = seeded.out.splitlines()[-1]
    assert last.startswith("Grundbestand geladen: 0 neu, 0 geändert, ")
    # Without a terminal progress comes line by line, for logs.
    assert re.fullmatch(r"  \S+: [\d.]+ von [\d.]+", seeded.out.splitlines()[0])
    whole = int(last.split()[-2])
    register = katalog_here(planted, "seed", "--leer", "--json")
    assert register.code == 0
    assert register.json["fehler"] == []
    assert (register.json["neu"], register.json["geaendert"]) == (0, 0)
    assert 10_000 < register.json["unveraendert"] < whole


def test_the_doctor_says_what_to_do(tmp_path: Path) -> None:
    outcome = katalog_here(tmp_path, "doctor")
    assert outcome.code == 1
    lines = outcome.out.splitlines()
    place = next(n for n, line in enumerate(lines) if line.startswith("FEHLER  Tabellen"))
    assert lines[place + 1].strip() == "→ katalog migrate"
    assert lines[-1] == "Es ist etwas zu tun, siehe oben."


def test_a_database_that_does_not_answer_is_no_traceback(tmp_path: Path) -> None:
    address = f"postgresql+psycopg://katalog@127.0.0.1:{free_port()}/katalog?connect_timeout=5"
    outcome = katalog_here(tmp_path, "migrate", KATALOG_DB=address)
    assert outcome.code == 1
    assert outcome.err.startswith("Die Datenbank antwortet nicht")
    assert "Traceback" not in outcome.err
    examined = katalog_here(tmp_path, "doctor", "--json", KATALOG_DB=address)
    assert examined.code == 1
    database = next(f for f in examined.json["befunde"] if f["was"] == "Datenbank")
    assert database["gut"] is False
    assert "KATALOG_DB" in database["abhilfe"]


# Accounts ---------------------------------------------------------------------------------------


@pytest.mark.full_run
def test_accounts_are_made_listed_and_blocked(planted: Path) -> None:
    first = katalog(
        planted, "konto", "anlegen", "Admin@Kommune.example", "--rolle", "administration"
    )
    assert first.code == 0
    assert first.out == "Konto bereit: admin@kommune.example (Administration)\n"

    town = ("--rolle", "kommune", "--stelle", "055700052052", "--json")
    second = katalog_here(planted, "konto", "anlegen", "ozg@warendorf.example", *town)
    assert second.code == 0
    assert second.json["rollen"] == ["Kommune: Warendorf"]

    blocked = katalog_here(planted, "konto", "sperren", "ozg@warendorf.example", "--json")
    assert blocked.code == 0
    assert blocked.json["gesperrt_am"] is not None

    listed = katalog_here(planted, "konto", "liste", "--json")
    assert listed.code == 0
    assert [(k["email"], k["gesperrt_am"] is None) for k in listed.json["konten"]] == [
        ("admin@kommune.example", True),
        ("ozg@warendorf.example", False),
    ]


# Backup -----------------------------------------------------------------------------------------


@pytest.fixture
def filled(tmp_path: Path, sqlite_databases: Databases) -> Path:
    """A folder with two rows in each table."""
    (tmp_path / "var").mkdir()
    name = sqlite_databases.fresh(State.FILLED)
    source = sqlite_databases.url(name).removeprefix("sqlite:///")
    shutil.copyfile(source, tmp_path / "var" / "katalog.db")
    sqlite_databases.drop(name)
    return tmp_path


@pytest.mark.parametrize("state", ["filled", "planted"] if VOLL else ["filled"])
@pytest.mark.full_run
def test_a_backup_is_written_and_read_back(state: str, request: pytest.FixtureRequest) -> None:
    folder: Path = request.getfixturevalue(state)
    written = katalog_here(folder, "sichern", "sicherung.zip", "--json")
    assert written.code == 0
    rows = 20_000 if state == "planted" else 100
    assert written.json["zeilen"] == sum(written.json["tabellen"].values()) > rows

    occupied = katalog_here(folder, "wiederherstellen", "sicherung.zip", "--json")
    assert occupied.code == 1
    assert "--ersetzen" in occupied.json["fehler"]

    replaced = katalog_here(folder, "wiederherstellen", "sicherung.zip", "--ersetzen")
    assert replaced.code == 0
    assert replaced.out.startswith(f"Wiederhergestellt: {written.json['zeilen']} Zeilen")


# Help -------------------------------------------------------------------------------------------

ENGLISH = ("usage:", "positional", "optional", "options:", "show this", "default:", "arguments")


def every_command() -> list[tuple[str, ...]]:
    """Found by asking the parser itself, so that a new command is in here."""
    found: list[tuple[str, ...]] = [()]
    waiting: list[tuple[tuple[str, ...], argparse.ArgumentParser]] = [((), build_parser())]
    while waiting:
        path, parser = waiting.pop()
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                for name, below in action.choices.items():
                    found.append((*path, name))
                    waiting.append(((*path, name), below))
    return sorted(found)


@pytest.mark.parametrize("command", every_command(), ids=lambda path: " ".join(path) or "katalog")
def test_help_is_german_and_complete(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        build_parser().parse_args([*command, "--hilfe"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    assert text.startswith(" ".join(["Aufruf: katalog", *command]))
    assert [word for word in ENGLISH if word in text.lower()] == []
    assert "zeigt diese Hilfe" in text


def test_help_comes_at_once_and_needs_no_database(tmp_path: Path) -> None:
    outcome = katalog(tmp_path, "--hilfe")
    assert outcome.code == 0
    assert "Befehle:" in outcome.out
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_call_is_answered_with_the_way_to_the_help(tmp_path: Path) -> None:
    outcome = katalog(tmp_path, "konto", "anlegen", "a@kommune.example")
    assert outcome.code == 2
    assert outcome.out.startswith("Aufruf: katalog konto anlegen")
    assert "Hilfe: katalog konto anlegen --hilfe" in outcome.err
