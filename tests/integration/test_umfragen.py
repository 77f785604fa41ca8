"""A survey from the draft to its end: mails that arrive, answers without an account, the result."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from email.message import EmailMessage
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select, update
from sqlmodel import SQLModel, col

from katalog.db import Engine, reading, writing
from katalog.domain.mailserver import Mailserver
from katalog.domain.rollen import Rolle, Sichtbarkeit
from katalog.models.betrieb import Nachricht, Protokoll
from katalog.models.grundlage import now
from katalog.models.koordination import Antwort, Umfrage, Umfragelink
from katalog.models.stellen import Behoerde, Behoerdenart, Kontakt, Kontaktrolle
from katalog.outbox import SmtpTransport, deliver_next, read_absender
from katalog.queries import umfragen
from katalog.queries.konten import find_stelle
from tests.browsing import Reader, fields_of, form_of
from tests.mailing import Postfach, receiving
from tests.portal import TODAY, build_settings, running_portal
from tests.signing_in import COOKIE, make_session
from tests.using import BECKUM, TELGTE, WARENDORF

HERE = "/koordination/umfragen"
COORDINATION = "koordinierung-muensterland-demo"
DRAFT: dict[str, Any] = {
    "wen": "art:bauaufsicht", "titel": "Digitaler Bauantrag", "worum": "Wir planen die Schulungen.",
    "ende": "31.01.2027", "text1": "Welches Fachverfahren nutzen Sie?", "art1": "auswahl",
    "auswahl1": "A; B", "text2": "Was fehlt Ihnen?", "art2": "text",
}  # fmt: skip
YESTERDAY = date.fromisoformat(TODAY) - timedelta(days=1)


@dataclass
class Rig:
    engine: Engine
    url: str
    database: str
    server: Mailserver
    postfach: Postfach
    reader: Reader = field(init=False)

    def __post_init__(self) -> None:
        secret = make_session(self.database, "k@x.example", Rolle.KOORDINIERUNG, COORDINATION)
        self.reader = Reader(self.url, {COOKIE: secret})

    def change(self, model: type[SQLModel], **values: Any) -> None:
        with writing(self.engine) as session:
            session.connection().execute(update(model).values(**values))

    def draft(self) -> str:
        """The path of a new survey."""
        there = f"{HERE}/neu"
        page = self.reader.send(self.reader.open(there), there, **DRAFT)
        assert "Der Entwurf ist gespeichert" in page.text
        return self.reader.here.partition("?")[0]

    def write(self, path: str) -> list[EmailMessage]:
        """Sends or reminds by the page that shows whom; what then arrives at the mail server."""
        there, before = f"{path}/anschreiben", len(self.postfach.received)
        self.reader.send(self.reader.open(there), there)
        transport, absender = SmtpTransport(self.server), read_absender("portal@x.example")
        while deliver_next(self.engine, transport, absender, now()):
            pass
        transport.close()
        return self.postfach.received[before:]

    def again(self, path: str) -> int:
        """The status when the form is sent once more."""
        mark = fields_of(form_of(self.reader.open("/konto"), "/konto"))["formular"]
        return self.reader.post(f"{path}/anschreiben", {"formular": mark}).status


@pytest.fixture
def rig(seeded_database: str, open_database: Callable[[str], Engine]) -> Iterator[Rig]:
    """Three authorities; of the third no address is known."""
    engine, postfach = open_database(seeded_database), Postfach()
    with writing(engine) as session:
        kind = Behoerdenart(kennung="bauaufsicht", name="untere Bauaufsichtsbehörden")
        rolle = Kontaktrolle(kennung="bau", name="Bauaufsicht")
        session.add_all([kind, rolle])
        session.flush()
        assert kind.id is not None
        assert rolle.id is not None
        for ars in (WARENDORF, BECKUM, TELGTE):
            number = find_stelle(session, ars)
            assert number is not None
            session.add(Behoerde(behoerdenart_id=kind.id, stelle_id=number))
            if ars != TELGTE:
                session.add(
                    Kontakt(
                        stelle_id=number, rolle_id=rolle.id, funktionspostfach=f"{ars}@x.example",
                        sichtbarkeit=Sichtbarkeit.OEFFENTLICH,
                    )
                )  # fmt: skip
    with ExitStack() as stack:
        url = stack.enter_context(running_portal(build_settings(seeded_database)))
        yield Rig(engine, url, seeded_database, stack.enter_context(receiving(postfach)), postfach)


def way_in(mail: EmailMessage) -> tuple[str, str]:
    """The path of the link, and the code."""
    text = mail.get_content()
    [path] = re.findall(r"http://[^/]+(/umfragen/\S+)", text)
    [code] = re.findall(r"^(\d{4} \d{4})\s*$", text, re.M)
    return path, code


def test_a_survey_goes_out_is_answered_without_an_account_and_counted(rig: Rig) -> None:
    path = rig.draft()
    page = rig.reader.open(f"{path}/anschreiben")
    assert "2 Mails gehen hinaus" in page.text
    assert "1 Stelle ohne Adresse" in page.text
    assert "Telgte" in page.text
    assert f"{WARENDORF}@x.example" in page.text
    mails = rig.write(path)
    assert sorted(mail["To"] for mail in mails) == [f"{BECKUM}@x.example", f"{WARENDORF}@x.example"]
    assert rig.again(path) == 409
    assert rig.postfach.received == mails

    [mail] = [mail for mail in mails if WARENDORF in mail["To"]]
    assert mail["Subject"] == "Umfrage: Digitaler Bauantrag"
    link, code = way_in(mail)
    with reading(rig.engine) as session:
        links = [each.model_dump() for each in session.scalars(select(Umfragelink))]
        assert {each.text for each in session.scalars(select(Nachricht))} == {""}
    assert link.rsplit("/", 1)[1] not in str(links)

    body = Reader(rig.url)
    assert "Warendorf" not in body.open(link).text
    page = body.send(body.open(link), link, code="0000 0000", expect=422)
    assert "Dieser Code stimmt nicht" in page.text
    page = body.send(body.open(link), link, code=code)
    assert "Warendorf" in page.text
    page = body.send(page, link, senden="ja", teilnahme="nicht_geplant", expect=422)
    assert "Nennen Sie den Grund" in page.text
    page = body.send(page, link, senden="ja", teilnahme="plant", geplant_bis="30.06.2027",
                     bemerkung="=1+1", **further(rig, "B", "Zeit"))  # fmt: skip
    assert page.heading == "Danke für die Antwort"

    page = rig.reader.open(path)
    assert "1 von 3 Stellen" in page.text
    assert "planen wir bis 30.06.2027" in page.text
    assert page.root.one("svg", role="img").all("path")
    listed = rig.reader.open(f"{path}?antwort=offen").root.one("tbody", role="rowgroup")
    assert [row.text for row in listed.all("th")] == [
        "BeckumKreis Warendorf",
        "TelgteKreis Warendorf",
    ]
    exported(rig, path)
    taken_over(rig, f"{path}/uebernehmen")

    page = body.send(body.open(link), link, code=code.replace(" ", ""))
    assert page.root.one("input", id="geplant_bis").attrs["value"] == "30.06.2027"
    body.send(page, link, senden="ja", teilnahme="nutzt", **further(rig, "", ""))
    with reading(rig.engine) as session:
        [answer] = session.scalars(select(Antwort).where(col(Antwort.teilnahme).is_not(None)))
        assert (answer.teilnahme, answer.geplant_bis) == ("nutzt", None)
        trail = session.scalars(select(col(Protokoll.vorgang)).order_by(col(Protokoll.id)))
        assert [each for each in trail if each.startswith("umfrage")] == [
            "umfrage_entworfen", "umfrage_versandt", "umfrage_beantwortet",
            "umfrage_antwort_geaendert",
        ]  # fmt: skip


def further(rig: Rig, first: str, second: str) -> dict[str, Any]:
    with reading(rig.engine) as session:
        number = session.scalars(select(col(Umfrage.id))).one()
        a, b = umfragen.questions(session, number or 0)
    return {a.feld: first, b.feld: second}


def taken_over(rig: Rig, there: str) -> None:
    page = rig.reader.open(f"{there}?dienst=gibt-es-nicht", status=422)
    assert "Diesen Onlinedienst gibt es nicht" in page.text
    page = rig.reader.open(f"{there}?dienst=bauantrag-digital-demo")
    assert "der Katalog sagt etwas anderes" in page.text
    page = rig.reader.open(f"{there}?dienst=drohnen-bw")
    assert "Laut Umfrage „Digitaler Bauantrag“" in page.text
    forms = page.root.all("form", method="post", action=there)
    answer = rig.reader.post(there, fields_of(forms[0]))
    page = rig.reader.open(answer.header("location"))
    assert "1 Angabe ist übernommen" in page.text
    assert "schon übernommen" in page.text


def exported(rig: Rig, path: str) -> None:
    csv = rig.reader.ask(f"{path}?format=csv").body.decode("utf-8-sig")
    assert "Was fehlt Ihnen?" in csv
    assert '"\'=1+1"' in csv
    data = json.loads(rig.reader.ask(f"{path}?format=json&antwort=plant").body)
    assert "Zeit" in json.dumps(data)
    assert "Beckum" not in json.dumps(data)
    book = openpyxl.load_workbook(BytesIO(rig.reader.ask(f"{path}?format=xlsx").body))
    assert [row[1] for row in book["Daten"].values] == ["Stelle", "Beckum", "Telgte", "Warendorf"]
    assert rig.reader.ask(f"{path}?format=atom").status == 404


@pytest.mark.full_run
def test_a_reminder_goes_to_whoever_owes_an_answer_and_the_end_is_the_end(rig: Rig) -> None:
    path = rig.draft()
    first = {str(mail["To"]): way_in(mail) for mail in rig.write(path)}
    link, code = first[f"{WARENDORF}@x.example"]
    body = Reader(rig.url)
    body.send(body.send(body.open(link), link, code=code), link, senden="ja", teilnahme="nutzt")
    rig.change(Antwort, angeschrieben_am=YESTERDAY)
    [reminder] = rig.write(path)
    assert reminder["Subject"] == "Erinnerung: Umfrage: Digitaler Bauantrag"
    assert reminder["To"] == f"{BECKUM}@x.example"
    assert rig.again(path) == 409
    for where, word in (first[f"{BECKUM}@x.example"], way_in(reminder)):
        assert "Wie nehmen Sie teil?" in body.send(body.open(where), where, code=word).text

    page = rig.reader.open(f"{path}/schliessen")
    assert "geschlossen" in rig.reader.send(page, f"{path}/schliessen").text
    rig.change(Antwort, angeschrieben_am=YESTERDAY)
    assert rig.again(path) == 409
    assert body.ask(link).status == 410
    assert body.post(link, {"code": code, "senden": "ja", "teilnahme": "plant"}).status == 410
    with reading(rig.engine) as session:
        said = session.scalars(select(col(Antwort.teilnahme))).all()
    assert sorted(map(str, said)) == ["None", "None", "nutzt"]


@pytest.mark.full_run
def test_of_two_who_write_at_once_one_does(rig: Rig) -> None:
    path = rig.draft()
    for written in (2, 4):
        with ThreadPoolExecutor() as pool:
            assert sorted(pool.map(lambda _: rig.again(path), range(2))) == [303, 409]
        with reading(rig.engine) as session:
            assert len(session.scalars(select(Nachricht)).all()) == written
        rig.change(Antwort, angeschrieben_am=YESTERDAY)


@pytest.mark.full_run
def test_a_code_is_not_guessed(rig: Rig) -> None:
    link, code = way_in(rig.write(rig.draft())[0])
    body = Reader(rig.url)
    for _ in range(5):
        assert body.post(link, {"code": "00000000"}).status == 422
    assert body.post(link, {"code": code}).status == 422
    rig.change(Umfragelink, versucht_am=now() - timedelta(minutes=16))
    assert body.post(link, {"code": code}).status == 200
    assert body.post(f"{link}x", {"code": code}).status == 410


@pytest.mark.full_run
def test_a_draft_is_checked_kept_and_thrown_away_by_its_own_office_only(rig: Rig) -> None:
    there = f"{HERE}/neu"
    typed = DRAFT | {"wen": "zustaendig", "leistung": "99", "ende": "gestern"}
    page = rig.reader.send(rig.reader.open(there), there, expect=422, **typed)
    assert {a.attrs["href"] for a in page.links() if "#" in a.attrs["href"]} >= {
        "#leistung",
        "#ende",
    }
    path = rig.draft()
    with writing(rig.engine) as session:
        session.connection().execute(
            update(Umfrage).values(koordinierung_id=find_stelle(session, "landes-it-demo"))
        )
    for foreign in (path, f"{path}/anschreiben", f"{path}/schliessen", f"{path}?format=csv"):
        assert rig.reader.ask(foreign).status == 404, foreign
    path = rig.draft()
    rig.reader.send(rig.reader.open(f"{path}/schliessen"), f"{path}/schliessen")
    assert rig.reader.ask(path).status == 404
