"""Mails reach a real mail server: each once, whatever it answers and whoever dies meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlmodel import col

from katalog.db import Engine, reading, writing
from katalog.domain.begriffe import Nachrichtenstatus
from katalog.domain.errors import UngueltigeEingabe
from katalog.domain.mailserver import Mailserver
from katalog.models.betrieb import Nachricht
from katalog.outbox import (
    Absender,
    FolderTransport,
    Mail,
    SmtpTransport,
    Unreachable,
    deliver_next,
    enqueue,
    read_absender,
)
from katalog.queries import nachrichten
from tests.mailing import ACCEPTED, HANG_UP, Postfach, receiving
from tests.umfang import VOLL
from tests.waiting import wait_until

NOW = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
PORTAL = Absender("OZG-Katalog", "katalog@zweckverband.example")


@pytest.fixture
def postfach() -> Postfach:
    return Postfach()


@pytest.fixture
def server(postfach: Postfach) -> Iterator[Mailserver]:
    with receiving(postfach) as address:
        yield address


def mail(number: int = 1, **changes: Any) -> Mail:
    values: dict[str, Any] = {
        "anlass": f"probe:{number}",
        "vorlage": "probe",
        "empfaenger": f"ozg{number}@kommune.example",
        "betreff": "Größe prüfen",
        "text": "Guten Tag,\n\ndas ist eine Probe – mit Umlauten: äöüß.\n",
    }
    return Mail(**(values | changes))


def with_address(field: str, address: str) -> Mail:
    changed: dict[str, Any] = {field: address}
    return replace(mail(), **changed)


def queue(engine: Engine, *mails: Mail) -> None:
    with writing(engine) as session:
        for each in mails:
            assert enqueue(session, each)


def deliver_all(engine: Engine, server: Mailserver, now: datetime = NOW) -> int:
    transport, count = SmtpTransport(server, timeout=10), 0
    try:
        while deliver_next(engine, transport, PORTAL, now):
            count += 1
    finally:
        transport.close()
    return count


def the_mail(engine: Engine) -> Nachricht:
    with reading(engine) as session:
        return session.scalars(select(Nachricht)).one()


# Queueing ---------------------------------------------------------------------------------------


def test_a_change_that_fails_leaves_no_mail(engine: Engine) -> None:
    with suppress(ZeroDivisionError), writing(engine) as session:
        enqueue(session, mail())
        raise ZeroDivisionError
    with reading(engine) as session:
        assert session.scalars(select(Nachricht)).all() == []


def test_the_same_mail_is_queued_once(engine: Engine) -> None:
    with writing(engine) as session:
        assert [enqueue(session, mail()), enqueue(session, mail(text="anders"))] == [True, False]
        assert enqueue(session, mail(empfaenger="zweite@kommune.example"))
    with reading(engine) as session:
        assert len(session.scalars(select(Nachricht)).all()) == 2


@pytest.mark.parametrize("field", ["empfaenger", "antwort_an"])
def test_what_is_not_one_plain_address_is_never_queued(engine: Engine, field: str) -> None:
    for address in ("a@x.example, b@x.example", "a@x.example\nBcc: b@x.example", "Name <a@x.de>"):
        with pytest.raises(UngueltigeEingabe), writing(engine) as session:
            enqueue(session, with_address(field, address))
        with pytest.raises(UngueltigeEingabe):
            read_absender(address)


def test_a_line_break_in_a_subject_begins_no_other_header(
    engine: Engine, server: Mailserver, postfach: Postfach
) -> None:
    queue(engine, mail(betreff="Anfrage\r\nBcc: alle@welt.example\n\nText"))
    deliver_all(engine, server)
    [received] = postfach.received
    assert received["Bcc"] is None
    assert received["Subject"] == "Anfrage Bcc: alle@welt.example Text"


# Sending ----------------------------------------------------------------------------------------


def test_a_mail_arrives_as_it_was_meant(
    engine: Engine, server: Mailserver, postfach: Postfach
) -> None:
    queue(engine, mail(antwort_an="antwort@kommune.example"))
    assert deliver_all(engine, server) == 1
    [received] = postfach.received
    assert postfach.envelopes == [(PORTAL.adresse, "ozg1@kommune.example")]
    assert received["From"] == "OZG-Katalog <katalog@zweckverband.example>"
    assert received["To"] == "ozg1@kommune.example"
    assert received["Reply-To"] == "antwort@kommune.example"
    assert received["Subject"] == "Größe prüfen"
    assert received["Auto-Submitted"] == "auto-generated"
    assert received.get_content_type() == "text/plain"
    assert received.get_content().splitlines() == mail().text.splitlines()
    sent = the_mail(engine)
    assert received["Message-ID"] == sent.message_id
    assert (sent.status, sent.uebergeben_am, sent.letzter_fehler) == (
        Nachrichtenstatus.UEBERGEBEN,
        NOW,
        "",
    )
    assert deliver_all(engine, server, NOW + timedelta(days=30)) == 0


def test_many_mails_share_one_connection(
    engine: Engine, server: Mailserver, postfach: Postfach
) -> None:
    queue(engine, *(mail(number) for number in range(5)))
    assert deliver_all(engine, server) == 5
    assert (len(postfach.received), postfach.connections) == (5, 1)


def test_a_confidential_text_is_forgotten_once_it_is_sent(
    engine: Engine, server: Mailserver, postfach: Postfach
) -> None:
    queue(engine, mail(vertraulich=True, text="Ihr Code: 12345678"))
    deliver_all(engine, server)
    assert "12345678" in postfach.received[0].get_content()
    assert the_mail(engine).text == ""


def test_without_a_server_each_mail_is_a_file_that_a_second_sending_replaces(
    engine: Engine, tmp_path: Path
) -> None:
    queue(engine, mail())
    transport = FolderTransport(tmp_path / "post")
    assert deliver_next(engine, transport, PORTAL, NOW)
    with writing(engine) as session:
        session.connection().execute(
            update(Nachricht).values(status=Nachrichtenstatus.ERSTELLT, naechster_versuch_am=NOW)
        )
    assert deliver_next(engine, transport, PORTAL, NOW)
    [file] = (tmp_path / "post").iterdir()
    assert file.suffix == ".eml"
    read = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert read["Message-ID"] == the_mail(engine).message_id
    if os.name == "posix":
        assert file.stat().st_mode & 0o077 == 0


# When it does not work --------------------------------------------------------------------------


@pytest.mark.full_run
def test_what_the_server_defers_is_tried_again_ever_later_and_given_up_in_the_end(
    engine: Engine, server: Mailserver, postfach: Postfach
) -> None:
    postfach.to_recipient = lambda _address: "451 gerade nicht"
    queue(engine, mail())
    now, waits = NOW, []
    while (state := the_mail(engine)).status is not Nachrichtenstatus.GESCHEITERT:
        assert deliver_all(engine, server, now) == 1
        state = the_mail(engine)
        assert state.letzter_fehler == "451 gerade nicht"
        if state.status is Nachrichtenstatus.WIEDERHOLEN:
            waits.append(state.naechster_versuch_am - now)
            assert (
                deliver_all(engine, server, state.naechster_versuch_am - timedelta(seconds=1)) == 0
            )
            now = state.naechster_versuch_am
    assert waits == sorted(waits)
    assert timedelta(days=1) < now - NOW < timedelta(days=4)
    assert state.versuche == len(waits) + 1
    assert postfach.received == []


@pytest.mark.parametrize("stage", ["recipient", "message"])
def test_what_the_server_refuses_is_given_up_and_the_next_mail_goes_out(
    engine: Engine, server: Mailserver, postfach: Postfach, stage: str
) -> None:
    if stage == "recipient":
        postfach.to_recipient = lambda a: "550 unbekannt" if a.startswith("ozg1@") else ACCEPTED
    else:
        postfach.to_message = lambda m: "554 Spam" if "ozg1@" in m["To"] else ACCEPTED
    queue(engine, mail(1), mail(2))
    assert deliver_all(engine, server) == 2
    assert [m["To"] for m in postfach.received] == ["ozg2@kommune.example"]
    with reading(engine) as session:
        first = session.scalars(select(Nachricht).order_by(col(Nachricht.id))).first()
    assert first is not None
    assert first.status is Nachrichtenstatus.GESCHEITERT
    assert first.letzter_fehler in {"550 unbekannt", "554 Spam"}


def test_a_mail_that_was_given_up_goes_out_again_under_its_old_id(
    engine: Engine, server: Mailserver, postfach: Postfach
) -> None:
    postfach.to_message = lambda _message: "554 Spam"
    queue(engine, mail())
    deliver_all(engine, server)
    failed = the_mail(engine)
    postfach.to_message = lambda _message: ACCEPTED
    with writing(engine) as session:
        assert nachrichten.resend(session, failed.id or 0, NOW)
        assert not nachrichten.resend(session, failed.id or 0, NOW)
    assert deliver_all(engine, server) == 1
    assert postfach.ids() == [failed.message_id]


def test_a_server_that_hangs_up_midway_costs_no_mail(
    engine: Engine, server: Mailserver, postfach: Postfach
) -> None:
    postfach.to_message = lambda _message: HANG_UP
    queue(engine, mail(1), mail(2))
    with pytest.raises(Unreachable):
        deliver_all(engine, server)
    postfach.to_message = lambda _message: ACCEPTED
    # Not the mail's fault: however long the server is away, nothing is given up.
    assert the_attempts(engine) == [0, 0]
    assert deliver_all(engine, server, NOW + timedelta(minutes=1)) == 2
    assert sorted(Counter(postfach.ids()).values()) == [1, 1]


def the_attempts(engine: Engine) -> list[int]:
    with reading(engine) as session:
        return list(session.scalars(select(col(Nachricht.versuche))))


def test_nobody_listening_is_no_failure_of_the_mail(engine: Engine) -> None:
    queue(engine, mail())
    with receiving(Postfach()) as gone:
        pass
    with pytest.raises(Unreachable):
        deliver_all(engine, gone)
    state = the_mail(engine)
    assert (state.status, state.versuche) == (Nachrichtenstatus.WIEDERHOLEN, 0)
    assert state.letzter_fehler


def test_a_server_that_wants_a_password_it_does_not_get_is_out_of_reach(
    engine: Engine, server: Mailserver
) -> None:
    queue(engine, mail())
    wrong = Mailserver(server.host, server.port, name="wer", kennwort="geheim")
    with pytest.raises(Unreachable) as raised:
        deliver_all(engine, wrong)
    assert "geheim" not in str(raised.value) + repr(wrong)


# Several workers, and those that die ------------------------------------------------------------


@pytest.mark.both_every_day
def test_two_workers_send_each_mail_once(
    engine: Engine, server: Mailserver, postfach: Postfach
) -> None:
    count = 200 if VOLL else 20
    queue(engine, *(mail(number) for number in range(count)))
    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(deliver_all, engine, server) for _ in range(2)]
        assert sum(each.result() for each in done) == count
    assert Counter(postfach.ids()).most_common(1)[0][1] == 1
    assert len(postfach.received) == count


@pytest.mark.both_every_day
def test_a_claimed_mail_is_left_alone_until_the_claim_ends(
    engine: Engine, server: Mailserver, postfach: Postfach
) -> None:
    queue(engine, mail())
    with writing(engine) as session:
        assert nachrichten.claim(session, NOW, NOW + timedelta(minutes=10)) is not None
    assert deliver_all(engine, server, NOW + timedelta(minutes=9)) == 0
    assert deliver_all(engine, server, NOW + timedelta(minutes=11)) == 1
    assert len(postfach.received) == 1


def test_who_comes_back_late_undoes_nothing(engine: Engine) -> None:
    queue(engine, mail())
    with writing(engine) as session:
        late = nachrichten.claim(session, NOW, NOW + timedelta(minutes=10))
    with writing(engine) as session:
        other = nachrichten.claim(session, NOW + timedelta(hours=1), NOW + timedelta(hours=2))
    assert late is not None
    assert other is not None
    with writing(engine) as session:
        nachrichten.mark_sent(session, other, NOW)
        nachrichten.put_back(session, late, NOW, "zu spät", counts=True)
        nachrichten.give_up(session, late, "zu spät")
    assert the_mail(engine).status is Nachrichtenstatus.UEBERGEBEN


@pytest.mark.full_run
def test_a_worker_killed_between_answer_and_note_sends_again_under_the_same_id(
    database: str, engine: Engine, server: Mailserver, postfach: Postfach, tmp_path: Path
) -> None:
    """The note cannot be written while the test holds the row, so the kill comes in between."""
    queue(engine, mail())
    holding, answered = threading.Event(), threading.Event()

    def hold(_message: object) -> str:
        assert holding.wait(20)
        return ACCEPTED

    postfach.to_message = hold
    postfach.answered = answered.set
    worker = start_worker(database, server, tmp_path)
    try:
        wait_for_claim(engine)
        with writing(engine) as session:
            session.connection().execute(text("UPDATE nachricht SET versuche = versuche"))
            holding.set()
            assert answered.wait(20)
            worker.kill()
            worker.wait()
    finally:
        worker.kill()
        worker.wait()
    left = the_mail(engine)
    assert left.status is Nachrichtenstatus.WIRD_GESENDET
    assert left.beansprucht_bis is not None
    assert deliver_all(engine, server, left.beansprucht_bis + timedelta(seconds=1)) == 1
    assert postfach.ids() == [left.message_id] * 2
    assert postfach.received[0].as_bytes() == postfach.received[1].as_bytes()


def start_worker(database: str, server: Mailserver, folder: Path) -> subprocess.Popen[bytes]:
    code = (
        "import sys, datetime; from katalog.db import open_engine; from katalog import outbox;"
        "from katalog.domain.mailserver import Mailserver; engine = open_engine(sys.argv[1]);"
        "way = outbox.SmtpTransport(Mailserver('127.0.0.1', int(sys.argv[2])));"
        f"sender = outbox.Absender({PORTAL.name!r}, {PORTAL.adresse!r});"
        f"now = datetime.datetime.fromisoformat({NOW.isoformat()!r})\n"
        "while outbox.deliver_next(engine, way, sender, now): pass"
    )
    arguments = [sys.executable, "-c", code, database, str(server.port)]
    return subprocess.Popen(arguments, cwd=Path(__file__).parents[2])


def wait_for_claim(engine: Engine) -> None:
    def claimed() -> bool:
        return the_mail(engine).status is Nachrichtenstatus.WIRD_GESENDET

    wait_until(claimed, "Der Worker beansprucht die Mail nicht")
