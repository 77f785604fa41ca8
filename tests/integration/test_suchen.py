"""Keeping a search on its pages, and being told of it by the worker of the same portal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from katalog.db import open_engine, writing
from katalog.models.angebot import Onlinedienst
from katalog.models.betrieb import Nachricht
from katalog.models.konten import Konto, Suchabo
from katalog.settings import Settings
from katalog.worker import run_once
from katalog.worker.daily import tell_of_searches
from katalog.worker.jobs import open_find
from tests.browsing import Reader
from tests.databases import copy_with_index, index_keeps_up
from tests.portal import TODAY, ask, build_settings, running_portal, send_form, session_of
from tests.signing_in import COOKIE, make_session

DAY = date.fromisoformat(TODAY)
KEY = "schluessel-nur-fuer-tests-0123456789"
LIST = "/onlinedienste?q=Hund"
KEPT = f"/konto/suchen/neu?adresse={quote(LIST)}"


@dataclass
class Rig:
    settings: Settings
    portal: str

    @property
    def database(self) -> str:
        return self.settings.db

    def reader(self, email: str) -> Reader:
        return Reader(self.portal, {COOKIE: make_session(self.database, email)})

    def keep(self, reader: Reader, name: str = "Hunde", rhythmus: str = "taeglich") -> None:
        form = reader.open(KEPT)
        reader.send(form, "/konto/suchen/neu", name=name, rhythmus=rhythmus)

    def run(self, today: date) -> None:
        engine = open_engine(self.database)
        find = open_find(self.settings)
        run_once(tell_of_searches(engine, find, "https://katalog.example", KEY, lambda: today))
        engine.dispose()

    def mails(self, email: str) -> list[Nachricht]:
        with session_of(self.database) as session:
            found = session.scalars(select(Nachricht).where(col(Nachricht.empfaenger) == email))
            return list(found)

    def drop(self, kennung: str) -> None:
        engine = open_engine(self.database)
        with writing(engine) as session:
            gone = update(Onlinedienst).where(col(Onlinedienst.kennung) == kennung)
            session.connection().execute(gone.values(entfallen_am=DAY))
        engine.dispose()
        index_keeps_up(self.database)


@pytest.fixture(scope="module")
def rig(seeded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    url = copy_with_index(seeded_sqlite, tmp_path_factory.mktemp("suchen") / "katalog.db")
    settings = build_settings(url, KATALOG_GEHEIMNIS=KEY)
    with running_portal(settings) as portal:
        yield Rig(settings, portal)


def test_a_search_is_kept_from_below_its_list_and_stands_in_the_account(rig: Rig) -> None:
    reader = rig.reader("merkt@kommune.example")
    below = reader.open(f"{LIST}&sortierung=stand").link("Diese Suche merken")
    assert below == KEPT
    form = reader.open(below)
    assert form.link("Onlinedienste: Suche: Hund") == LIST
    reader.send(form, "/konto/suchen/neu", name="Hunde", rhythmus="woechentlich")
    page = reader.open("/konto/suchen")
    assert page.link("Hunde") == LIST
    with session_of(rig.database) as session:
        abo = session.scalars(select(Suchabo).where(col(Suchabo.name) == "Hunde")).one()
    # Just what the file of the list holds.
    rows = json.loads(reader.ask(f"{LIST}&format=json").body)["daten"]
    assert len(abo.bekannt["onlinedienst"]) == len(rows) > 2
    assert "schon gemerkt, als „Hunde“" in reader.open(KEPT).text
    changed = reader.send(page, f"/konto/suchen/{abo.id}", name="Tiere", rhythmus="keine")
    assert "ohne Mail" in changed.text
    gone = reader.send(changed, f"/konto/suchen/{abo.id}/loeschen")
    assert "Noch ist keine Suche gemerkt." in gone.text


@pytest.mark.full_run
def test_a_guest_signs_in_first_and_nothing_but_lists_can_be_kept(rig: Rig) -> None:
    assert ask(rig.portal, KEPT).header("location").startswith("/anmelden?weiter=")
    reader = rig.reader("neugierig@kommune.example")
    for adresse in ("/suche", "/konto", "https://boese.example/", "//boese.example/ozg", ""):
        answer = reader.ask(f"/konto/suchen/neu?adresse={quote(adresse, safe='')}")
        assert answer.status == 422, adresse
    page = reader.open(KEPT)
    again = reader.send(page, "/konto/suchen/neu", expect=422, name=" ", rhythmus="stündlich")
    assert "Geben Sie der Suche einen Namen." in again.text
    assert "Wählen Sie, wie oft." in again.text


@pytest.mark.full_run
def test_the_searches_of_others_are_not_there(rig: Rig) -> None:
    rig.keep(rig.reader("eine@kommune.example"), "Fremde Suche")
    with session_of(rig.database) as session:
        abo = session.scalars(select(Suchabo).where(col(Suchabo.name) == "Fremde Suche")).one()
    other = rig.reader("andere@kommune.example")
    page = other.open("/konto")
    mark = page.root.all("input", name="formular")[0].attrs["value"]
    for action in ("", "/loeschen"):
        fields = {"formular": mark, "name": "x", "rhythmus": "keine"}
        assert other.post(f"/konto/suchen/{abo.id}{action}", fields).status == 404


def test_the_worker_tells_what_left_the_list_and_one_click_ends_its_mails(rig: Rig) -> None:
    email = "liest@kommune.example"
    reader = rig.reader(email)
    rig.keep(reader)
    rig.drop("hundesteuer-online-demo")
    tomorrow = date(2026, 11, 21)
    rig.run(tomorrow)
    rig.run(tomorrow)
    (mail,) = rig.mails(email)
    assert "Hunde: 1 nicht mehr dabei seit dem 20.11.2026" in mail.text
    assert "- Hundesteuer online (Demo)" in mail.text
    path = mail.abbestellen.removeprefix("https://katalog.example")
    looked_at = ask(rig.portal, path)
    assert (looked_at.status, looked_at.header("cache-control")) == (200, "private, no-store")
    with session_of(rig.database) as session:
        konto = select(col(Konto.id)).where(col(Konto.email) == email).scalar_subquery()
        kept = select(col(Suchabo.rhythmus)).where(col(Suchabo.konto_id) == konto)
        assert session.scalars(kept).one() == "taeglich"
        # What a mail program sends: no cookie, no mark of a session (RFC 8058).
        assert send_form(rig.portal, path, "List-Unsubscribe=One-Click").status == 200
        session.rollback()
        assert session.scalars(kept).one() == "keine"
    for wrong in (f"{path[:-1]}g", path.replace("taeglich", "woechentlich"), "/abbestellen/x"):
        assert send_form(rig.portal, wrong, "List-Unsubscribe=One-Click").status == 404


@pytest.mark.full_run
def test_kept_searches_are_handed_out_and_go_with_the_account(rig: Rig) -> None:
    reader = rig.reader("geht@kommune.example")
    rig.keep(reader, "Bald fort")
    handed_out = json.loads(reader.ask("/konto/daten.json").body)["gemerkte_suchen"]
    assert [(row["name"], row["adresse"]) for row in handed_out] == [("Bald fort", LIST)]
    reader.send(reader.open("/konto/loeschen"), "/konto/loeschen")
    with session_of(rig.database) as session:
        left = session.scalars(select(Suchabo).where(col(Suchabo.name) == "Bald fort"))
        assert left.all() == []
