"""Mails as the office sees them: uploaded, read beside the form, confirmed, filed, discarded."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from katalog.domain.rollen import Rolle
from katalog.workflow import LARGEST_ATTACHMENT
from tests.browsing import Reader, fields_of, form_of
from tests.mails import PDF, make_eml
from tests.portal import build_settings, running_portal
from tests.seite import Seite
from tests.signing_in import COOKIE, make_session

HERE = "/koordination/eingang"
ROSTOCK, WBS = "130030000000", "wbs-sozialplattform"
INTEREST = """Guten Tag,

zuständige Stelle ist: {stelle}.

Wir möchten den Onlinedienst „{dienst}“ ab dem 01.03.2027 nachnutzen.

Bitte senden Sie uns die Unterlagen für die Anbindung.

Ansprechstelle für die Anbindung:
OZG-Ansprechstelle (Beispiel)
ozg@hansestadt.example
"""


@dataclass
class Rig:
    database: str
    url: str

    def reader(self, rolle: Rolle, stelle: str) -> Reader:
        secret = make_session(self.database, f"{rolle}-{stelle}@x.example", rolle, stelle)
        return Reader(self.url, {COOKIE: secret})


@pytest.fixture(scope="module")
def rig(seeded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    path = tmp_path_factory.mktemp("eingang") / "katalog.db"
    shutil.copyfile(seeded_sqlite, path)
    database = f"sqlite:///{path}"
    with running_portal(build_settings(database, KATALOG_HEUTE="2026-11-20")) as url:
        yield Rig(database, url)


@pytest.fixture(scope="module")
def office(rig: Rig) -> Reader:
    return rig.reader(Rolle.KOORDINIERUNG, "ego-mv")


def upload(office: Reader, data: bytes, *, expect: int = 303) -> str:
    """Where the portal leads afterwards."""
    mark = fields_of(form_of(office.open(HERE), HERE))
    answer = office.upload(HERE, mark, "mail.eml", data)
    assert answer.status == expect
    return answer.header("location") or answer.text


def name_of(office: Reader) -> str:
    [label] = [
        label.text
        for label in office.open(f"/koordination/erfassen?dienst={WBS}&q={ROSTOCK}").root.all(
            "label"
        )
        if "Rostock" in label.text
    ]
    return label.partition(" (")[0]


def check_documents(office: Reader, case: str) -> None:
    """What is refused is said at the field of the page it was chosen on."""
    target = f"{case}/dokumente"
    fields = fields_of(form_of(office.open(case), target))
    for name, data, says in (
        ("", b"", "Wählen Sie zuerst eine Datei aus"),
        ("scan.pdf", b"MZ", "Diese Art von Datei"),
        ("groß.pdf", PDF + b"x" * LARGEST_ATTACHMENT, "größer als 10 MB"),
        ("Beschluss.pdf", PDF, "liegt schon am Vorgang"),
    ):
        answer = office.upload(target, fields, name, data)
        assert answer.status == 422
        [said] = [p for p in answer.seite.root.all("p") if p.attrs.get("id") == "datei-e"]
        assert says in said.text
    assert office.upload(target, fields, "neu.pdf", PDF + b"2").status == 303


def values(page: Seite, action: str) -> dict[str, str]:
    return fields_of(form_of(page, action))


def test_a_mail_of_interest_becomes_a_case_after_the_office_has_looked_at_it(
    rig: Rig, office: Reader
) -> None:
    offers = office.open("/koordination/erfassen").root.all("option")
    [dienst] = [o.text for o in offers if o.attrs.get("value") == WBS]
    text = INTEREST.format(stelle=name_of(office), dienst=dienst)
    data = make_eml(
        text, betreff="<b>Interesse</b>", Message_ID="<i@h.example>",
        Date="Thu, 12 Nov 2026 10:00:00 +0100", anlagen=[("Beschluss.pdf", PDF)],
    )  # fmt: skip
    where = upload(office, data)
    page = office.open(where)
    assert page.heading == "<b>Interesse</b>"
    assert "Mit der Mail vergleichen, dann anlegen" in page.text
    case_form = f"{where.partition('?')[0]}/vorgang"
    filled = values(page, case_form)
    assert (filled["eingang"], filled["wunschtermin"]) == ("12.11.2026", "01.03.2027")
    assert (filled["name"], filled["email"]) == (
        "OZG-Ansprechstelle (Beispiel)", "ozg@hansestadt.example",
    )  # fmt: skip
    wrong = office.send(page, case_form, expect=422, eingang="31.02.2026", zustimmung="")
    assert "Den Tag 31.02.2026 gibt es nicht" in wrong.text
    case = office.send(wrong, case_form, eingang="12.11.2026", zustimmung="")
    assert "Das Interesse ist erfasst." in case.text
    assert "<b>Interesse</b>" in case.text
    address = office.here.partition("?")[0]
    # The same again says where it went, and the town reads the mail with its file.
    again = office.open(upload(office, data))
    assert "kam schon einmal" in again.text
    check_documents(office, address)
    assert address in {a.attrs["href"] for a in again.links()}
    town = rig.reader(Rolle.KOMMUNE, ROSTOCK)
    theirs = town.open(address)
    [proof] = {a.attrs["href"] for a in theirs.links() if a.text == "Beschluss.pdf"}
    answer = town.ask(proof)
    assert answer.body == PDF
    assert (answer.header("content-disposition") or "").startswith("attachment")
    assert answer.header("x-content-type-options") == "nosniff"
    assert rig.reader(Rolle.ANBIETER, "landes-it-demo").ask(proof).status in {403, 404}


def test_what_is_no_interest_is_assigned_counted_or_discarded(office: Reader) -> None:
    where = upload(office, make_eml("Wann ist das nächste Treffen?", betreff="Treffen"))
    decision = f"{where.partition('?')[0]}/entscheidung"
    page = office.open(where)
    assert "Lesen und entscheiden" in page.text
    mark = values(page, decision)
    for was, field, says in (
        ("zuordnen", "vorgangsnummer", "keiner Ihrer Vorgänge"),
        ("wunsch", "wunschdienst", "So heißt kein Onlinedienst"),
        ("verwerfen", "grund", "Nennen Sie den Grund"),
    ):
        answer = office.post(decision, mark | {"was": was, field: ""})
        assert answer.status == 422
        assert says in answer.seite.text
    assert (
        office.post(decision, mark | {"was": "verwerfen", "grund": "Kein Anliegen"}).status == 303
    )
    assert "Kein Anliegen" in office.open(f"{HERE}?ansicht=erledigt").text
    assert office.post(decision, mark | {"was": "zurueck"}).status == 303
    assert "Treffen" in office.open(HERE).text
    wish = {"was": "wunsch", "wunschdienst": "drohnen-bw", "wunschstelle": ROSTOCK}
    assert office.post(decision, mark | wish).status == 303
    assert "als Wunsch gezählt" in office.open(f"{HERE}?ansicht=erledigt").text


def test_what_is_no_mail_is_refused_on_the_page(office: Reader) -> None:
    assert "keine Mail" in upload(office, b"%PDF-1.7 x", expect=422)
    assert "Wählen Sie zuerst" in office.post(HERE, values(office.open(HERE), HERE)).text


def test_of_several_mails_each_says_what_became_of_it(office: Reader) -> None:
    old = make_eml("Text", betreff="Von früher", Date="Mon, 10 Nov 2025 10:00:00 +0100")
    same = make_eml("Text", betreff="Zweimal", Message_ID="<zweimal@x.example>")
    mark = fields_of(form_of(office.open(HERE), HERE))
    files = [("alt.eml", old), ("a.eml", same), ("b.eml", same), ("<i>.pdf", PDF)]
    answer = office.upload_many(HERE, mark, files)
    assert answer.status == 422
    page = answer.seite
    assert "1 von 4 Dateien" in page.text
    [results] = [ul for ul in page.root.all("ul") if "link-list" in ul.attrs.get("class", "")]
    said = [li.text for li in results.all("li")]
    assert [line.partition(".eml")[0] for line in said[:3]] == ["alt", "a", "b"]
    assert ["kam schon einmal" in line for line in said] == [False, False, True, False]
    assert "<i>.pdf" in said[3]
    assert "keine Mail" in said[3]
    # Whatever could be read is kept, and what waits for long stands out.
    assert "vor über einem Jahr" in page.text
    assert office.upload_many(HERE, mark, files[:3]).status == 200
    assert "höchstens 50" in office.upload_many(HERE, mark, [("a.eml", same)] * 51).text


def test_every_area_of_the_coordination_opens(office: Reader) -> None:
    ways = office.open(HERE).root.all("nav")
    row = next(nav for nav in ways if "subnav" in nav.attrs.get("class", ""))
    for link in row.all("a"):
        assert office.open(link.attrs["href"]).heading
