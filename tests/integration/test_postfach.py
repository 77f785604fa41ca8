"""A mailbox on a real IMAP server: fetched, marked after it is kept, and each mail once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import trustme
from sqlalchemy import select
from sqlmodel import col

from importers.mail import LARGEST_MAIL
from importers.postfach import Unerreichbar
from katalog.cli import main
from katalog.db import Engine, reading, writing
from katalog.domain.eingang import Eingangsstatus
from katalog.models.fall import Eingang
from katalog.worker.postfach import ABGELEGT, BEKANNT, NEU, UNLESBAR, Postabholer, collect
from tests.imap import PASSWORD, Imap, cut_line, running_imap, tls_line
from tests.mails import make_eml
from tests.tls_server import context_of
from tests.vorgaenge import TODAY, build_welt


@pytest.fixture(scope="module")
def imap() -> Iterator[Imap]:
    with running_imap() as server:
        yield server


@pytest.fixture
def kind() -> str:
    return "sqlite"


@pytest.fixture
def question(engine: Engine) -> str:
    """The Message-ID of a mail about a case in a small world that is really there."""
    with writing(engine) as session:
        welt = build_welt(session)
        case = welt.begin()
        return welt.mails(case)[0].message_id


def kept(engine: Engine) -> list[tuple[str, Eingangsstatus]]:
    with reading(engine) as session:
        rows = session.scalars(select(Eingang).order_by(col(Eingang.id)))
        return [(row.betreff, row.status) for row in rows]


def mail(subject: str, answering: str = "") -> bytes:
    number = hashlib.sha256(subject.encode()).hexdigest()[:12]
    answer = {"In_Reply_To": answering} if answering else {}
    return make_eml(
        "Text", betreff=subject, anlagen=(), Message_ID=f"<{number}@x.example>", **answer
    )


@pytest.mark.full_run
def test_each_mail_is_fetched_once_and_moved_when_it_is_kept(
    imap: Imap, engine: Engine, question: str
) -> None:
    imap.put("Abgeholt")
    imap.put("Eins", mail("Frage"), mail("Antwort", question))
    adresse = imap.mailbox("Eins", "Abgeholt")
    assert collect(engine, adresse, TODAY) == {NEU: 1, ABGELEGT: 1}
    assert kept(engine) == [
        ("Frage", Eingangsstatus.OFFEN), ("Antwort", Eingangsstatus.ABGELEGT),
    ]  # fmt: skip
    assert imap.count("Abgeholt") == 2
    assert imap.count("Eins", "UNSEEN") == 0
    assert collect(engine, adresse, TODAY) == {}


@pytest.mark.full_run
def test_without_a_folder_for_it_what_is_fetched_is_marked_as_seen(
    imap: Imap, engine: Engine, question: str
) -> None:
    imap.put("Zwei", mail("Frage"))
    job = Postabholer(engine, imap.mailbox("Zwei"), lambda: TODAY)
    assert job.work() is False
    assert (imap.count("Zwei"), imap.count("Zwei", "UNSEEN")) == (1, 0)
    imap.put("Zwei", mail("Später"))
    assert job.work() is False
    assert len(kept(engine)) == 1


@pytest.mark.full_run
@pytest.mark.parametrize(
    ("word", "nth", "before", "after"),
    [
        # While the second mail is on its way, and while the first is being marked.
        (b"BODY.PEEK", 2, 1, {NEU: 2}),
        (b"STORE", 1, 1, {BEKANNT: 1, NEU: 2}),
    ],
)
def test_a_line_that_breaks_loses_nothing_and_doubles_nothing(
    imap: Imap,
    engine: Engine,
    question: str,
    word: bytes,
    nth: int,
    before: int,
    after: dict[str, int],
) -> None:
    folder = f"Bruch{nth}"
    imap.put(folder, *(mail(f"{folder} {number}") for number in range(3)))
    seen = []

    def cut(said: bytes) -> bool:
        seen.extend([said] if word in said else [])
        return len(seen) == nth

    with cut_line(imap, imap.mailbox(folder), cut) as broken, pytest.raises(Unerreichbar):
        collect(engine, broken, TODAY)
    assert len(kept(engine)) == before
    assert collect(engine, imap.mailbox(folder), TODAY) == after
    assert [subject for subject, _ in kept(engine)] == [f"{folder} {n}" for n in range(3)]
    assert imap.count(folder, "UNSEEN") == 0


@pytest.mark.full_run
def test_what_cannot_be_read_is_in_the_list_and_says_so(
    imap: Imap, engine: Engine, question: str
) -> None:
    large = mail("Groß") + b"x" * LARGEST_MAIL
    nested = b"From: a@x.example\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=t%d\n\n--t%d\n" % (n, n) for n in range(30)
    )
    imap.put("Unlesbar", large, nested)
    assert collect(engine, imap.mailbox("Unlesbar"), TODAY) == {UNLESBAR: 2}
    with reading(engine) as session:
        texts = [row.text for row in session.scalars(select(Eingang).order_by(col(Eingang.id)))]
    assert "größer als 10 MB" in texts[0]
    assert "liegt noch im Postfach" in texts[1]


@pytest.mark.full_run
def test_a_wrong_password_or_owner_is_said_in_words(
    imap: Imap, engine: Engine, question: str, database: str, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    imap.put("Drei", mail("Frage"))
    address = f"imap://koordinierung:{{}}@127.0.0.1:{imap.port}/Drei"
    monkeypatch.setenv("KATALOG_DB", database)
    monkeypatch.setenv("KATALOG_IMAP", address.format("falsch"))
    assert main(["eingang"]) == 1
    said = capsys.readouterr().err
    assert "Prüfen Sie KATALOG_IMAP" in said
    assert "falsch" not in said
    monkeypatch.setenv("KATALOG_IMAP", address.format("ge%22heim%5C") + "?stelle=fremde")
    assert main(["eingang"]) == 1
    assert "Es gibt: koordinierung" in capsys.readouterr().err
    monkeypatch.setenv("KATALOG_IMAP", address.format("ge%22heim%5C") + "?stelle=koordinierung")
    assert main(["eingang", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["neu"] == 1
    assert PASSWORD not in repr(imap.mailbox("Drei"))


@pytest.mark.full_run
def test_a_mailbox_is_opened_only_where_the_certificate_is_that_of_its_server(
    imap: Imap, engine: Engine, question: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything else would hand the password to whoever stands in between."""
    imap.put("Sicher", mail("Frage"))
    known, stranger = trustme.CA(), trustme.CA()
    trusted = tmp_path / "ca.pem"
    known.cert_pem.write_to_path(str(trusted))
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    mailbox = imap.mailbox("Sicher")
    for authority, name in ((stranger, "localhost"), (known, "anders.example")):
        refused = tls_line(imap, mailbox, context_of(authority, name))
        with refused as adresse, pytest.raises(Unerreichbar, match="CERTIFICATE_VERIFY_FAILED"):
            collect(engine, adresse, TODAY)
    # A server that does not offer encryption where it is asked for.
    with pytest.raises(Unerreichbar, match="TLS not supported"):
        collect(engine, replace(mailbox, starttls=True), TODAY)
    assert kept(engine) == []
    with tls_line(imap, mailbox, context_of(known, "localhost")) as adresse:
        assert collect(engine, adresse, TODAY) == {NEU: 1}


@pytest.mark.full_run
def test_the_doctor_says_whether_the_mailbox_can_be_fetched(
    imap: Imap, engine: Engine, question: str, database: str, tmp_path: Path,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    imap.put("Vier", mail("Frage"), mail("Noch eine"))
    monkeypatch.setenv("KATALOG_DB", database)
    monkeypatch.setenv("KATALOG_SUCHINDEX", str(tmp_path))

    def examine(kennwort: str, rest: str) -> tuple[bool, str]:
        address = f"imap://koordinierung:{kennwort}@127.0.0.1:{imap.port}/{rest}"
        monkeypatch.setenv("KATALOG_IMAP", address)
        main(["doctor", "--json"])
        [found] = [
            finding
            for finding in json.loads(capsys.readouterr().out)["befunde"]
            if finding["was"] == "Postfach"
        ]
        assert found["gut"] or "KATALOG_IMAP" in found["meldung"] + found["abhilfe"]
        return found["gut"], found["meldung"]

    right = "ge%22heim%5C"
    good, said = examine(right, "Vier")
    assert good, said
    assert said.endswith("noch abzuholen: 2")
    assert imap.count("Vier", "UNSEEN") == 2
    assert examine("falsch", "Vier")[0] is False
    assert examine(right, "Fehlt")[0] is False
    assert examine(right, "Vier?erledigt=Fehlt")[0] is False
    assert "Es gibt: koordinierung" in examine(right, "Vier?stelle=fremde")[1]
