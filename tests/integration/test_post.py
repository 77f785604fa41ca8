"""What the administration reads about mails and changes, and how a mail goes out again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from katalog.db import open_engine, writing
from katalog.domain.begriffe import Nachrichtenstatus
from katalog.domain.rollen import Rolle
from katalog.models.betrieb import Nachricht, Protokoll
from katalog.models.grundlage import now
from katalog.outbox import Mail, enqueue
from tests.browsing import Reader
from tests.portal import build_settings, running_portal
from tests.signing_in import COOKIE, make_session

FAILED = "ozg-gescheitert@kommune.example"
SECRET = "anmeldung@kommune.example"


@pytest.fixture
def database(seeded_sqlite: Path, tmp_path: Path) -> str:
    path = tmp_path / "katalog.db"
    shutil.copyfile(seeded_sqlite, path)
    engine = open_engine(f"sqlite:///{path}")
    with writing(engine) as session:
        for number in range(30):
            enqueue(
                session, Mail(f"p:{number}", "probe", f"wer{number}@x.example", "Probe", "Text")
            )
        enqueue(session, Mail("f", "probe", FAILED, "<b>Frage</b>", "Text"))
        enqueue(session, Mail("s", "probe", SECRET, "Anmeldung", "Geheim", vertraulich=True))
        session.connection().execute(
            update(Nachricht)
            .where(col(Nachricht.empfaenger).in_([FAILED, SECRET]))
            .values(status=Nachrichtenstatus.GESCHEITERT, letzter_fehler="550 kennt niemand")
        )
    engine.dispose()
    return f"sqlite:///{path}"


@pytest.fixture
def reader(database: str) -> Iterator[Reader]:
    with running_portal(build_settings(database)) as url:
        secret = make_session(database, rolle=Rolle.ADMINISTRATION)
        yield Reader(url, {COOKIE: secret})


def test_mails_are_listed_with_their_fate_and_without_their_text(reader: Reader) -> None:
    page = reader.open("/betrieb/post")
    assert page.faults == ()
    assert "32 Mails" in page.text
    first, second, *_ = page.rows()
    assert first[0].startswith("Anmeldung")
    assert second[0].startswith("<b>Frage</b>")
    assert "gescheitert" in second[3]
    assert "550 kennt niemand" in second[3]
    assert "Geheim" not in page.root.text
    assert len(reader.open("/betrieb/post?seite=2").rows()) == 7
    assert reader.ask("/betrieb/post?seite=3").status == 404


def test_only_those_with_a_status_are_shown_where_that_was_asked_for(reader: Reader) -> None:
    assert len(reader.open("/betrieb/post?status=gescheitert").rows()) == 2
    assert "Keine Mail mit diesem Status." in reader.open("/betrieb/post?status=uebergeben").text
    assert len(reader.open("/betrieb/post?status=unsinn").rows()) == 25


def test_a_mail_that_failed_is_sent_again_by_a_button_and_that_is_on_record(
    reader: Reader, database: str
) -> None:
    page = reader.open("/betrieb/post?status=gescheitert")
    targets = [f.attrs["action"] for f in page.main.all("form")]
    assert len(targets) == 1, "Ein vertraulicher Text ist schon vergessen."
    done = reader.send(page, targets[0])
    assert "Die Mail wird noch einmal versucht." in done.text
    assert reader.post(targets[0], {"formular": mark(reader)}).status == 409
    engine = open_engine(database)
    with writing(engine) as session:
        mail = session.scalars(select(Nachricht).where(col(Nachricht.empfaenger) == FAILED)).one()
        assert (mail.status, mail.versuche) == (Nachrichtenstatus.ERSTELLT, 0)
        entry = session.scalars(
            select(Protokoll).where(col(Protokoll.vorgang) == "mail_wiederholt")
        ).one()
        assert entry.objekt_id == mail.id
        assert entry.konto_id is not None
    engine.dispose()


def mark(reader: Reader) -> str:
    page = reader.open("/konto")
    return page.root.all("input", name="formular")[0].attrs["value"]


@pytest.mark.full_run
def test_whether_mails_leave_the_machine_is_said(database: str, reader: Reader) -> None:
    assert "var/post" in reader.open("/betrieb/post").text
    for smtp, expected in (
        ("smtp://127.0.0.1:1025", "über 127.0.0.1, Port 1025"),
        # A portal that is only tried out writes to nobody.
        ("smtp://mail.example:25", "var/post"),
    ):
        with running_portal(build_settings(database, KATALOG_SMTP=smtp)) as url:
            assert expected in Reader(url, reader.cookies).open("/betrieb/post").text


def test_the_trail_says_who_did_what_and_names_nobody_twice(reader: Reader, database: str) -> None:
    other = Reader(reader.portal, {COOKIE: make_session(database, "wer@kommune.example")})
    other.send(other.open("/konto"), "/konto", name="<i>Demo</i>")
    page = reader.open("/betrieb/protokoll")
    assert page.faults == ()
    what, _, who, on = page.rows()[0]
    assert what.startswith("name geaendert")
    assert who == "wer@kommune.example"
    assert on.startswith("konto ")
    # What was typed is not part of the trail, so that it can be erased.
    assert "Demo" not in page.text
    assert reader.ask("/betrieb/protokoll?seite=99").status == 404


def test_whoever_finds_a_weakness_learns_whom_to_tell(reader: Reader, database: str) -> None:
    answer = reader.ask("/.well-known/security.txt")
    assert answer.header("content-type").startswith("text/plain")
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert fields["Contact"] == "mailto:katalog@zweckverband.example"
    expires = datetime.fromisoformat(fields["Expires"].replace("Z", "+00:00"))
    assert timedelta(days=30) < expires - now() < timedelta(days=365)
    with running_portal(build_settings(database, KATALOG_BETREIBER_EMAIL="")) as url:
        assert Reader(url).ask("/.well-known/security.txt").status == 404
