"""What need not be kept goes when its time has come, on a trial nothing, and the trail holds."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, text
from sqlmodel import col

from katalog import retention
from katalog.cli import main
from katalog.db import Engine, reading, writing
from katalog.domain.begriffe import (
    Befundart,
    Gebietsebene,
    Laufstatus,
    Nachrichtenstatus,
    Stellenart,
)
from katalog.domain.rollen import Rolle
from katalog.domain.umfrage import Frageart
from katalog.journal import record, seal_next, verify
from katalog.models.betrieb import Nachricht, Protokoll
from katalog.models.konten import (
    Anmeldelink,
    Anmeldesitzung,
    Konto,
    Mitgliedschaft,
    Zugriffstoken,
)
from katalog.models.koordination import (
    Anschreiben,
    Antwort,
    Austauschtermin,
    Termineinladung,
    Umfrage,
    Umfrageangabe,
    Umfragefrage,
    Umfragelink,
)
from katalog.models.quellen import Importlauf, Pruefergebnis
from katalog.models.stellen import Stelle
from katalog.queries import aufbewahrung
from katalog.queries.aufbewahrung import PROTOKOLL_TAGE, REGELN
from katalog.worker.daily import tidy_up
from tests.builders import read_every_row
from tests.contract.test_journal import tamper
from tests.using import new_dienst

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SHORT = timedelta(hours=1)


def fill(engine: Engine, age: dict[str, timedelta], mark: str) -> None:
    """One thing for each rule, as old as the rule's name says."""

    def ago(kennung: str) -> datetime:
        return NOW - age[kennung]

    with writing(engine) as session:

        def add(row: Any) -> Any:
            session.add(row)
            session.flush()
            return row

        stays = add(Konto(email=f"bleibt-{mark}@x.example"))
        for offset, konto in enumerate((stays, add(Konto(email=f"war-{mark}@x.example")))):
            add(
                Mitgliedschaft(
                    konto_id=konto.id,
                    rolle=Rolle.KOMMUNE,
                    beendet_am=ago("zuordnungen") if offset else None,
                )
            )
        add(
            Anmeldelink(
                email="a@x.example", token_hash=f"t{mark}", code_hash="c",
                vorgang_hash=f"v{mark}", laeuft_ab_am=ago("anmeldelinks"),
            )
        )  # fmt: skip
        add(
            Anmeldesitzung(
                konto_id=stays.id, token_hash=f"t{mark}", laeuft_ab_am=NOW + SHORT,
                beendet_am=ago("sitzungen"),
            )
        )  # fmt: skip
        stelle = add(Stelle(art=Stellenart.KOMMUNE, name=f"token-{mark}", sortier=mark))
        add(
            Zugriffstoken(
                konto_id=stays.id, stelle_id=stelle.id, name="Probe", token_hash=f"t{mark}",
                endung="0000", laeuft_ab_am=ago("zugriffstoken"), einsaetze_schreiben=True,
                vorgaenge_lesen=True, vorgaenge_schreiben=True,
            )
        )  # fmt: skip
        add(Konto(email=f"nie-{mark}@x.example", name="Demo", angelegt_am=ago("konten")))
        for kennung in ("mailtexte", "mails"):
            add(
                Nachricht(
                    message_id=f"<{kennung}-{mark}@x>", anlass=f"{kennung}-{mark}", vorlage="probe",
                    empfaenger="a@x.example", betreff="Betreff", text="Text",
                    status=Nachrichtenstatus.UEBERGEBEN, uebergeben_am=ago(kennung),
                )
            )  # fmt: skip
        body = add(Stelle(art=Stellenart.KOMMUNE, name=mark, sortier=mark))
        add(
            Anschreiben(
                onlinedienst_id=new_dienst(session, mark), stelle_id=body.id, konto_id=stays.id,
                betreff="Betreff", text="Text", empfaenger=1, gesendet_am=ago("anschreiben"),
            )
        )  # fmt: skip
        for kennung in ("umfragelinks", "umfragebemerkungen", "umfrageangaben"):
            # What counts is the last day; twelve hours before is the one before or the same.
            last = (ago(kennung) - timedelta(hours=12)).date()
            umfrage = add(
                Umfrage(
                    koordinierung_id=body.id, ebene=Gebietsebene.KREIS, titel="Umfrage", worum="",
                    ende=last,
                )
            )  # fmt: skip
            answer = add(Antwort(umfrage_id=umfrage.id, stelle_id=body.id))
            match kennung:
                case "umfragelinks":
                    add(Umfragelink(antwort_id=answer.id, token_hash=f"u{mark}", code_hash="c"))
                case "umfragebemerkungen":
                    answer.bemerkung = "Grund"
                case "umfrageangaben":
                    frage = add(
                        Umfragefrage(
                            umfrage_id=umfrage.id, nummer=1, text="Was?", art=Frageart.TEXT
                        )
                    )
                    add(Umfrageangabe(antwort_id=answer.id, frage_id=frage.id, wert="Das"))
        ended = ago("einladungslinks")
        termin = add(
            Austauschtermin(koordinierung_id=body.id, titel="Termin", beginn=ended, ende=ended)
        )
        add(Termineinladung(termin_id=termin.id, stelle_id=body.id, token_hash=f"e{mark}"))
        lauf = add(
            Importlauf(
                format="gv", dateien=[], status=Laufstatus.FERTIG, begonnen_am=ago("befunde")
            )
        )
        add(Pruefergebnis(importlauf_id=lauf.id, art=Befundart.ABGELEHNT))


def due(margin: timedelta) -> dict[str, timedelta]:
    return {rule.kennung: timedelta(days=rule.tage) + margin for rule in REGELN}


def everything(engine: Engine) -> Any:
    with reading(engine) as session:
        return read_every_row(session.connection())


def test_a_day_early_nothing_goes_and_nothing_is_said(engine: Engine) -> None:
    fill(engine, due(-SHORT), "jung")
    # Shorter than its own year, a mail has lost its text long before.
    counts = retention.tidy(engine, NOW)
    assert counts == dict.fromkeys(counts, 0) | {"mailtexte": 1}


def test_each_rule_takes_what_is_due_and_nothing_else(engine: Engine) -> None:
    fill(engine, due(SHORT), "alt")
    fill(engine, due(-SHORT), "jung")
    with reading(engine) as session:
        expected = retention.preview(session, NOW)
    assert set(expected) == {rule.kennung for rule in REGELN} | {retention.PROTOKOLL}
    counts = retention.tidy(engine, NOW)
    # The account whose last membership went is one that belongs nowhere from then on.
    assert counts == expected
    assert counts["anmeldelinks"] == counts["sitzungen"] == counts["zuordnungen"] == 1
    assert counts["anschreiben"] == counts["mails"] == counts["befunde"] == counts["konten"] == 1
    assert counts["zugriffstoken"] == 1
    assert {counts[each] for each in counts if each.startswith(("umfrage", "einladung"))} == {1}
    assert retention.tidy(engine, NOW) == dict.fromkeys(counts, 0)
    with reading(engine) as session:
        mails = session.scalars(select(Nachricht).order_by(col(Nachricht.anlass))).all()
        assert [(mail.anlass, mail.text) for mail in mails] == [
            ("mails-jung", ""),
            ("mailtexte-alt", ""),
            ("mailtexte-jung", "Text"),
        ]
        names = {konto.email for konto in session.scalars(select(Konto))}
    assert "nie-alt@x.example" not in names
    assert {"bleibt-alt@x.example", "nie-jung@x.example", "war-jung@x.example"} <= names


@pytest.mark.full_run
def test_a_trial_run_changes_nothing(engine: Engine) -> None:
    fill(engine, due(SHORT), "alt")
    before = everything(engine)
    with reading(engine) as session:
        assert sum(retention.preview(session, NOW).values()) > 5
    assert everything(engine) == before


def test_an_account_is_forgotten_by_name_and_keeps_its_number(engine: Engine) -> None:
    with writing(engine) as session:
        for email, changes in (
            ("nie@x.example", {}),
            ("gesperrt@x.example", {"gesperrt_am": NOW}),
            ("demo@x.example", {"demo": True}),
        ):
            long_ago = NOW - timedelta(days=400)
            session.add(Konto(email=email, name="N. N.", angelegt_am=long_ago, **changes))
    assert retention.tidy(engine, NOW)["konten"] == 1
    with reading(engine) as session:
        rows = session.scalars(select(Konto).order_by(col(Konto.id))).all()
    assert [row.email for row in rows] == [
        f"geloescht-{rows[0].id}@ozg-katalog.invalid",
        "gesperrt@x.example",
        "demo@x.example",
    ]
    assert (rows[0].name, rows[0].gesperrt_am is None) == ("", False)


@pytest.mark.full_run
def test_what_waits_to_be_sent_keeps_its_text(engine: Engine) -> None:
    with writing(engine) as session:
        for status in Nachrichtenstatus:
            session.add(
                Nachricht(
                    message_id=f"<{status}@x>", anlass=status, vorlage="probe",
                    empfaenger="a@x.example", betreff="B", text="Text", status=status,
                    erstellt_am=NOW - timedelta(days=100),
                )
            )  # fmt: skip
    retention.tidy(engine, NOW)
    with reading(engine) as session:
        kept = {n.status for n in session.scalars(select(Nachricht)) if n.text}
    done = {Nachrichtenstatus.UEBERGEBEN, Nachrichtenstatus.GESCHEITERT}
    assert kept == set(Nachrichtenstatus) - done


@pytest.mark.full_run
def test_many_go_in_parts(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aufbewahrung, "_AT_ONCE", 3)
    with writing(engine) as session:
        session.connection().execute(
            insert(Anmeldelink),
            [
                {"email": "a@x.example", "token_hash": f"{n}", "code_hash": "c", "herkunft": "",
                 "vorgang_hash": f"{n}", "weiter": "", "versuche": 0,
                 "erstellt_am": NOW - timedelta(days=9), "laeuft_ab_am": NOW - timedelta(days=9)}
                for n in range(10)
            ],
        )  # fmt: skip
    assert retention.tidy(engine, NOW)["anmeldelinks"] == 10


# The trail --------------------------------------------------------------------------------------


@pytest.fixture
def trail(engine: Engine) -> Engine:
    """Six sealed entries, four of them older than the trail is kept, and one that is open."""
    with writing(engine) as session:
        for number in range(6):
            old = timedelta(days=PROTOKOLL_TAGE, hours=1 if number < 4 else -1)
            session.add(Protokoll(vorgang="probe", objekt_id=number, am=NOW - old))
            session.flush()
    while seal_next(engine):
        pass
    with writing(engine) as session:
        record(session, "offen", "konto", 1)
    return engine


def test_the_trail_loses_its_beginning_and_can_still_be_verified(trail: Engine) -> None:
    with reading(trail) as session:
        before = verify(session)
        assert retention.preview(session, NOW)[retention.PROTOKOLL] == 4
    assert retention.tidy(trail, NOW)[retention.PROTOKOLL] == 4
    with reading(trail) as session:
        found = verify(session)
        assert (found.versiegelt, found.kopf, found.fehler) == (2, before.kopf, "")
    seal_next(trail)
    with reading(trail) as session:
        # What was open, and the note of what went.
        assert verify(session).versiegelt == 4
        last = session.scalars(select(Protokoll).order_by(col(Protokoll.id).desc())).first()
        assert last is not None
        assert (last.vorgang, last.angaben) == ("aufgeraeumt", {"protokoll": 4})


@pytest.mark.full_run
def test_a_trail_that_is_cut_off_whole_goes_on_from_its_last_seal(trail: Engine) -> None:
    seal_next(trail)
    later = NOW + timedelta(days=5000)
    assert retention.tidy(trail, later)[retention.PROTOKOLL] == 7
    seal_next(trail)
    with reading(trail) as session:
        assert (verify(session).versiegelt, verify(session).fehler) == (1, "")


def test_whoever_cuts_by_hand_is_found(trail: Engine) -> None:
    retention.tidy(trail, NOW)
    with writing(trail) as session:
        session.connection().execute(text("DELETE FROM protokoll WHERE folge = 5"))
    with reading(trail) as session:
        assert "Eintrag 5" in verify(session).fehler


def test_what_was_tampered_with_is_not_tidied_away(trail: Engine) -> None:
    tamper(trail, "UPDATE protokoll SET vorgang = 'anders' WHERE folge = 3")
    assert retention.tidy(trail, NOW)[retention.PROTOKOLL] == 2
    with reading(trail) as session:
        assert "Eintrag 3 " in verify(session).fehler


# Who calls ----------------------------------------------------------------------------------------


def test_the_worker_tidies_up_once_a_day(engine: Engine) -> None:
    with writing(engine) as session:
        session.add(Konto(email="nie@x.example", angelegt_am=datetime(2020, 1, 1, tzinfo=UTC)))
    job = tidy_up(engine)
    assert [job.work(), job.work()] == [True, False]


def test_the_command_says_what_goes_and_what_would(
    trail: Engine,
    database: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with writing(trail) as session:
        long_ago = datetime(2020, 1, 1, tzinfo=UTC)
        session.add(Konto(email="nie@x.example", angelegt_am=long_ago))
    monkeypatch.setenv("KATALOG_DB", database)
    for options, going in ((["--dry-run"], 1), ([], 1), (["--dry-run"], 0)):
        assert main(["aufraeumen", "--json", *options]) == 0
        said = json.loads(capsys.readouterr().out)
        assert (said["probe"], said["konten"]) == (bool(options), going)
    assert main(["aufraeumen"]) == 0
    assert "Adresse und Name von Konten ohne Zuordnung" in capsys.readouterr().out
