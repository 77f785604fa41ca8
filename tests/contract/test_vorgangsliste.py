"""Cases edited in a list: what changes, what is refused and why, and what no cell can do."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest

from importers.vorgangsliste import Zeile, read_lines
from katalog import workflow
from katalog.ausgabe.arbeitsliste import write_worklist
from katalog.ausgabe.kopf import Anlass
from katalog.ausgabe.vorgangsliste import VORGANGSLISTE
from katalog.domain.abgleich import Zeilenart
from katalog.domain.begriffe import Ausgabeformat
from katalog.domain.errors import VeralteterStand
from katalog.domain.rollen import Rolle
from katalog.domain.vorgang import Aktion, Status
from katalog.models.fall import Nachnutzung
from katalog.queries import vorgangsliste
from katalog.workflow.vorgangsliste import Abgleich
from tests.vorgaenge import PORTAL, Welt

KO, KD = Rolle.KOMMUNE, Rolle.KOORDINIERUNG
MADE = Anlass(PORTAL, "Beispiel", datetime(2026, 3, 2, 9, tzinfo=UTC))
WRITTEN = {"Aktenzeichen": "=1+1", "Wartet auf": "Fachverfahren", "Neue Notiz": "Zeile 1\nZeile 2"}
REMINDER = {"Wiedervorlage am": "01.04.2026", "Anlass der Wiedervorlage": "Zertifikat"}


def download(welt: Welt, cases: list[int], kind: Ausgabeformat = Ausgabeformat.CSV) -> bytes:
    rows = vorgangsliste.list_rows(welt.session, cases, welt.today)
    return b"".join(write_worklist(VORGANGSLISTE, rows, "Vorgänge", (), "/", kind, MADE))


def edit(data: bytes, *changes: dict[str, str]) -> list[Zeile]:
    """As a spreadsheet does: cells change, one row after the other."""
    lines = data.decode("utf-8-sig").split("\r\n")
    above = [line for line in lines if line.startswith("#")]
    rows = list(csv.DictReader(lines[len(above) :], delimiter=";"))
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=";")
    writer.writeheader()
    for row, change in zip(rows, changes, strict=False):
        writer.writerow(row | change)
    return read_lines("vorgaenge.csv", out.getvalue().encode(), 100)[0]


def compare(welt: Welt, zeilen: list[Zeile], rolle: Rolle = KD) -> Abgleich:
    return workflow.compare_list(welt.session, welt.akteur(rolle), zeilen)


def take_over(welt: Welt, zeilen: list[Zeile]) -> None:
    mark = compare(welt, zeilen).kennzeichen
    workflow.take_over_list(welt.session, welt.akteur(KD), zeilen, mark)


def causes(abgleich: Abgleich) -> list[tuple[str, str]]:
    return [(f.stelle, f.ursache) for each in abgleich.zeilen for f in each.fehler]


@pytest.mark.parametrize(
    "datei", [Ausgabeformat.XLSX, pytest.param(Ausgabeformat.CSV, marks=pytest.mark.full_run)]
)
def test_what_comes_back_as_it_was_changes_nothing(welt: Welt, datei: Ausgabeformat) -> None:
    number = welt.lead(welt.begin(), Status.PRODUKTIV)
    version = welt.case(number).row.version
    workflow.set_details(
        welt.session, welt.akteur(KD), number, version,
        aktenzeichen="-1 'OZG'", wartet_auf="=HYPERLINK(1)",
    )  # fmt: skip
    workflow.set_reminder(welt.session, welt.akteur(KD), number, date(2026, 5, 1), "@Prüfen")
    data = download(welt, [number], datei)
    found = compare(welt, read_lines(f"liste.{datei}", data, 10)[0])
    assert [each.art for each in found.zeilen] == [Zeilenart.UNVERAENDERT], causes(found)
    assert b';"=' not in data


def test_edited_cells_are_shown_and_then_taken_over_once(welt: Welt) -> None:
    welt.grant(KD, welt.koordinierung)
    number, other = welt.begin(), welt.begin(welt.doerfer[0])
    before = len(welt.events(number)), len(welt.mails())
    data = download(welt, [number, other])
    email = vorgangsliste.colleagues(welt.session, [welt.koordinierung])
    [(_, address)] = email
    zeilen = edit(data, WRITTEN | REMINDER | {"Bearbeitung (E-Mail)": address.upper()}, {})
    found = compare(welt, zeilen)
    assert [each.art for each in found.zeilen] == [Zeilenart.GEAENDERT, Zeilenart.UNVERAENDERT]
    assert {(c.feld, c.neu) for c in found.zeilen[0].aenderungen} == {
        ("aktenzeichen", "=1+1"), ("bearbeitung", address), ("wartet_auf", "Fachverfahren"),
        ("wiedervorlage", "2026-04-01"), ("anlass", "Zertifikat"), ("notiz", "Zeile 1\nZeile 2"),
    }  # fmt: skip
    take_over(welt, zeilen)
    akte = workflow.read_case(welt.session, welt.akteur(KD), number)
    assert (akte.aktenzeichen, akte.wartet_auf) == ("=1+1", "Fachverfahren")
    assert akte.bearbeiter_id == next(iter(email.values()))
    assert [(w.faellig, w.anlass) for w in akte.wiedervorlagen] == [
        (date(2026, 4, 1), "Zertifikat")
    ]
    assert [note.text for note in akte.notizen] == ["Zeile 1\nZeile 2"]
    assert (len(welt.events(number)), len(welt.mails())) == before
    # Handed in once more it says nothing new.
    assert compare(welt, zeilen).uebernehmbar == 0
    # An emptied day is done, another one takes its place.
    data = download(welt, [number])
    take_over(welt, edit(data, {"Wiedervorlage am": "", "Anlass der Wiedervorlage": ""}))
    assert not workflow.read_case(welt.session, welt.akteur(KD), number).wiedervorlagen


def test_no_cell_moves_a_case_and_what_is_wrong_says_why(welt: Welt) -> None:
    number = welt.begin()
    data = download(welt, [number])
    for change, place, cause in (
        ({"Schritt": "Produktiv"}, "schritt", "ändert sich nur im Vorgang selbst"),
        ({"Produktiv ab": "01.03.2026"}, "produktiv_ab", "ändert sich nur im Vorgang selbst"),
        ({"Bestätigt am": "2026-03-01"}, "bestaetigt_am", "ändert sich nur im Vorgang selbst"),
        ({"Vorgangsnummer": "MV-1999-00001"}, "vorgangsnummer", "gibt es nicht"),
        ({"Stand": ""}, "stand", "Die Angabe fehlt."),
        ({"Bearbeitung (E-Mail)": "fremd@x.example"}, "bearbeitung", "handelt niemand"),
        ({"Bearbeitung (E-Mail)": "kein Name"}, "bearbeitung", ""),
        ({"Wiedervorlage am": "02.03.2026"} | {"Anlass der Wiedervorlage": "x"}, "wiedervorlage",
         "in der Zukunft"),
        ({"Wiedervorlage am": "31.02.2027"}, "wiedervorlage", ""),
        ({"Wiedervorlage am": "01.03.2027"}, "anlass", "fehlt"),
        ({"Anlass der Wiedervorlage": "ohne Tag"}, "wiedervorlage", "fehlt der Tag"),
        ({"Aktenzeichen": "x" * 101}, "aktenzeichen", "101 Zeichen"),
    ):  # fmt: skip
        found = compare(welt, edit(data, WRITTEN | change))
        assert [each.art for each in found.zeilen] == [Zeilenart.ABGELEHNT], change
        assert any(at == place and cause in said for at, said in causes(found)), causes(found)
    # Whoever does not coordinate a case is not told that it exists.
    assert "gibt es nicht" in causes(compare(welt, edit(data, WRITTEN), KO))[0][1]
    assert welt.session.get_one(Nachnutzung, number).aktenzeichen == ""


@pytest.mark.full_run
def test_a_row_that_has_become_old_is_refused(welt: Welt) -> None:
    number = welt.begin()
    zeilen = edit(download(welt, [number]), WRITTEN)
    mark = compare(welt, zeilen).kennzeichen
    welt.take(number, Aktion.BESTAETIGEN, KD)
    with pytest.raises(VeralteterStand):
        workflow.take_over_list(welt.session, welt.akteur(KD), zeilen, mark)
    assert ("stand", "Der Vorgang hat sich geändert, seit die Liste heruntergeladen wurde.") in (
        causes(compare(welt, zeilen))
    )
    assert not workflow.read_case(welt.session, welt.akteur(KD), number).notizen
