"""A list of statements: held against the catalogue row by row, taken over as it was shown.

On both databases, with the starting set and what a test adds; nothing is committed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import col

from importers.cleaning import without_guard
from importers.teilnahme import Zeile, read_lines
from katalog.ausgabe.arbeitsliste import write_refused
from katalog.ausgabe.csv_datei import harmless
from katalog.ausgabe.kopf import Anlass
from katalog.ausgabe.meldeliste import MELDELISTE, write_list
from katalog.db import Engine, Session, reading, writing
from katalog.domain.abgleich import Zeilenart
from katalog.domain.begriffe import Ausgabeformat, Beleg, Einsatzrolle, Einsatzstatus
from katalog.domain.errors import SchonVorhanden, VeralteterStand
from katalog.domain.rollen import Betrachter, Rolle, Sichtbarkeit
from katalog.models.nutzung import Einsatz, EinsatzAenderung
from katalog.participation import liste
from katalog.participation.angaben import change_use
from katalog.queries.teilnahme import stated
from katalog.web.list_upload import describe
from tests.databases import State
from tests.using import BECKUM, TELGTE, WARENDORF, new_dienst, town, use

TODAY = date(2026, 11, 20)
ANLASS = Anlass("https://katalog.example", "Beispiel", datetime(2026, 11, 20, 9, tzinfo=UTC))
HEAD = "ars;kennung;rolle;status;ab;bis;url;sichtbarkeit;bemerkung"


@dataclass
class Desk:
    """Somebody who speaks for one town."""

    session: Session
    stelle: int
    viewer: Betrachter

    def read(self, *rows: str, head: str = HEAD) -> list[Zeile]:
        text = "\n".join([head, *rows, ""])
        return read_lines("liste.csv", text.encode(), 100)[0]

    def compare(self, *rows: str, head: str = HEAD) -> liste.Abgleich:
        return liste.compare(self.session, self.viewer, self.read(*rows, head=head), TODAY)

    def take_over(self, *rows: str, head: str = HEAD) -> None:
        zeilen = self.read(*rows, head=head)
        shown = liste.compare(self.session, self.viewer, zeilen, TODAY).kennzeichen
        liste.take_over(self.session, self.viewer, zeilen, shown, TODAY)

    def of(self, dienst: int) -> list[Einsatz]:
        statement = select(Einsatz).where(
            col(Einsatz.stelle_id) == self.stelle, col(Einsatz.onlinedienst_id) == dienst
        )
        found = self.session.scalars(statement.execution_options(populate_existing=True))
        return sorted(found, key=lambda einsatz: einsatz.id or 0)

    def download(self, kind: Ausgabeformat) -> bytes:
        return b"".join(
            write_list(self.session, [self.stelle], "Warendorf", "/liste", kind, ANLASS)
        )


@pytest.fixture
def desk(kind: str, shared_engine: Callable[[str, State], Engine]) -> Iterator[Desk]:
    with Session(shared_engine(kind, State.SEEDED)) as session:
        yield desk_in(session)


def desk_in(session: Session) -> Desk:
    stelle = town(session, WARENDORF).stelle_id
    viewer = Betrachter(rollen=frozenset({Rolle.KOMMUNE}), eigene_stellen=frozenset({stelle}))
    return Desk(session, stelle, viewer)


def arts(abgleich: liste.Abgleich) -> list[str]:
    return [each.art.value for each in abgleich.zeilen]


def causes(abgleich: liste.Abgleich) -> list[tuple[str, str]]:
    return [(f.stelle, f.ursache) for each in abgleich.zeilen for f in each.fehler]


def test_a_new_row_becomes_a_statement_and_the_same_row_again_changes_nothing(desk: Desk) -> None:
    dienst = new_dienst(desk.session, "neu-im-ort")
    row = f"{WARENDORF};neu-im-ort;nutzt;produktiv;01.03.2026;;https://a.example;;- Pilot"
    assert arts(desk.compare(row)) == ["neu"]
    desk.take_over(row)
    [einsatz] = desk.of(dienst)
    assert (einsatz.rolle, einsatz.status) == (Einsatzrolle.NUTZT, Einsatzstatus.PRODUKTIV)
    assert (einsatz.ab, einsatz.beleg) == (date(2026, 3, 1), Beleg.EIGENANGABE)
    assert (einsatz.bemerkung, einsatz.sichtbarkeit) == ("- Pilot", Sichtbarkeit.OEFFENTLICH)
    assert arts(desk.compare(row)) == ["unveraendert"]
    desk.take_over(row)
    assert [e.version for e in desk.of(dienst)] == [einsatz.version]


def test_a_changed_row_shows_old_and_new_and_leaves_a_history(desk: Desk) -> None:
    dienst = new_dienst(desk.session, "neu-im-ort")
    desk.take_over(f"{WARENDORF};neu-im-ort;nutzt;produktiv;01.03.2026;;;;alt")
    row = f"{WARENDORF};neu-im-ort;nutzt;beendet;01.03.2026;2026-10-01;;oeffentlich;neu"
    [befund] = desk.compare(row).zeilen
    assert [(a.feld, a.alt, a.neu) for a in befund.aenderungen] == [
        ("status", "produktiv", "beendet"),
        ("bis", "", "2026-10-01"),
        ("bemerkung", "alt", "neu"),
    ]
    desk.take_over(row)
    [einsatz] = desk.of(dienst)
    assert (einsatz.status, einsatz.bis) == (Einsatzstatus.BEENDET, date(2026, 10, 1))
    history = desk.session.scalars(
        select(col(EinsatzAenderung.feld)).where(col(EinsatzAenderung.einsatz_id) == einsatz.id)
    )
    assert sorted(history) == ["bemerkung", "bis", "status"]


def test_a_column_that_the_list_has_not_changes_nothing(desk: Desk) -> None:
    dienst = new_dienst(desk.session, "neu-im-ort")
    desk.take_over(f"{WARENDORF};neu-im-ort;nutzt;produktiv;;;https://a.example;eigene;bleibt")
    short = f"{WARENDORF};neu-im-ort;nutzt;in Umsetzung"
    desk.take_over(short, head="ars;kennung;rolle;status")
    [einsatz] = desk.of(dienst)
    assert einsatz.status is Einsatzstatus.IN_UMSETZUNG
    assert (einsatz.url, einsatz.bemerkung) == ("https://a.example", "bleibt")
    assert einsatz.sichtbarkeit is Sichtbarkeit.EIGENE


@pytest.mark.parametrize("kind_of_file", [Ausgabeformat.CSV, Ausgabeformat.XLSX])
def test_what_is_downloaded_and_uploaded_unchanged_changes_nothing(
    desk: Desk, kind_of_file: Ausgabeformat
) -> None:
    awkward = {
        "url": "https://ort.example/ä?a=1&b=2", "fachverfahren": "=1+1",
        "bemerkung": "'-  x\u00a0;y <b>",
        "ab": date(2024, 2, 29), "reifegrad_modell": "2.0", "reifegrad_stufe": 7,
    }  # fmt: skip
    for number, status in enumerate(Einsatzstatus):
        for role, level in zip(Einsatzrolle, [*Sichtbarkeit] * 2, strict=True):
            dienst = new_dienst(desk.session, f"rund-{number}-{role}")
            values = awkward | {"rolle": role, "status": status, "sichtbarkeit": level}
            use(desk.session, desk.stelle, dienst, **values)
    data = desk.download(kind_of_file)
    zeilen, hints = read_lines(f"liste.{kind_of_file}", data, 100)
    abgleich = liste.compare(desk.session, desk.viewer, zeilen, TODAY)
    assert causes(abgleich) == []
    assert set(arts(abgleich)) == {"unveraendert"}
    assert len(abgleich.zeilen) == len(Einsatzstatus) * len(Einsatzrolle)
    assert [h.stelle for h in hints if h.stelle != "Zeichenkodierung"] == []


def test_a_number_leads_to_its_statement_whatever_else_changes(desk: Desk) -> None:
    dienst = new_dienst(desk.session, "neu-im-ort")
    use(desk.session, desk.stelle, dienst, ab=date(2025, 1, 1))
    number = desk.of(dienst)[0].id
    row = f"{number};{WARENDORF};neu-im-ort;pilotiert;in_umsetzung;01.02.2027"
    desk.take_over(row, head="nummer;ars;kennung;rolle;status;ab")
    [einsatz] = desk.of(dienst)
    assert (einsatz.id, einsatz.rolle, einsatz.ab) == (
        number,
        Einsatzrolle.PILOTIERT,
        date(2027, 2, 1),
    )


def test_what_does_not_fit_is_refused_with_place_cause_and_remedy(desk: Desk) -> None:
    foreign, drafted = new_dienst(desk.session, "fremd"), new_dienst(desk.session, "neu-im-ort")
    new_dienst(desk.session, "entwurf-anderer", entwurf=True)
    use(desk.session, desk.stelle, foreign, beleg=Beleg.ANBIETER)
    use(desk.session, desk.stelle, drafted)
    other, own = desk.of(foreign)[0].id, desk.of(drafted)[0].id
    abgleich = desk.compare(
        f";{BECKUM};fremd;nutzt;produktiv;",
        ";999999999999;fremd;nutzt;produktiv;",
        f";{WARENDORF};nirgends;nutzt;produktiv;",
        f";{WARENDORF};entwurf-anderer;nutzt;produktiv;",
        f";{WARENDORF};fremd;plant;produktiv;",
        f";{WARENDORF};fremd;nutzt;produktiv;31.02.2026",
        f"{other};{WARENDORF};fremd;nutzt;produktiv;",
        f"4711;{WARENDORF};fremd;nutzt;produktiv;",
        f"{own};{WARENDORF};fremd;nutzt;produktiv;",
        head="nummer;ars;kennung;rolle;status;ab",
    )
    assert set(arts(abgleich)) == {"abgelehnt"}
    places = [each.fehler[0].stelle for each in abgleich.zeilen]
    assert places == [
        "ars", "ars", "kennung", "kennung", "rolle", "ab", "nummer", "nummer", "kennung",
    ]  # fmt: skip
    assert ("ars", "Für „Beckum“ dürfen Sie keine Angaben machen.") in causes(abgleich)
    assert abgleich.uebernehmbar == 0


def test_what_others_say_already_is_pointed_out(desk: Desk) -> None:
    known, contradicted = new_dienst(desk.session, "bekannt"), new_dienst(desk.session, "neu")
    use(desk.session, desk.stelle, known, beleg=Beleg.ANBIETER)
    use(desk.session, desk.stelle, contradicted, beleg=Beleg.ANBIETER, widersprochen_am=TODAY)
    rows = [f"{WARENDORF};{kennung};nutzt;produktiv;;;;;" for kennung in ("bekannt", "neu")]
    found = desk.compare(*rows)
    assert arts(found) == ["neu", "neu"]
    assert [each.von_anderen for each in found.zeilen] == [True, False]


def test_two_rows_do_not_make_two_running_statements(desk: Desk) -> None:
    new_dienst(desk.session, "neu-im-ort")
    row = "{};neu-im-ort;{};{};{};;;;"
    abgleich = desk.compare(
        row.format(WARENDORF, "nutzt", "produktiv", "01.03.2026"),
        row.format(WARENDORF, "nutzt", "produktiv", "01.04.2026"),
        row.format(WARENDORF, "plant", "geplant", ""),
    )
    assert arts(abgleich) == ["neu", "abgelehnt", "neu"]
    [(place, cause)] = causes(abgleich)
    assert place == "rolle"
    assert "schon eine laufende Angabe" in cause


def test_what_changed_since_it_was_shown_is_not_taken_over(desk: Desk) -> None:
    dienst = new_dienst(desk.session, "neu-im-ort")
    use(desk.session, desk.stelle, dienst, bemerkung="alt")
    zeilen = desk.read(f"{WARENDORF};neu-im-ort;nutzt;produktiv;;;;oeffentlich;neu")
    shown = liste.compare(desk.session, desk.viewer, zeilen, TODAY).kennzeichen
    meanwhile = desk.of(dienst)[0]
    meanwhile.bemerkung, meanwhile.version = "von anderen", meanwhile.version + 1
    desk.session.flush()
    with pytest.raises(VeralteterStand):
        liste.take_over(desk.session, desk.viewer, zeilen, shown, TODAY)
    assert desk.of(dienst)[0].bemerkung == "von anderen"


@pytest.mark.parametrize("before", [False, True], ids=["neu", "geaendert"])
def test_of_two_who_take_the_same_list_over_at_once_one_does(
    seeded_database: str, open_database: Callable[[str], Engine], before: bool
) -> None:
    """The other learns that something has changed: nothing is said twice, nothing overwritten."""
    engine = open_database(seeded_database)
    with writing(engine) as session:
        desk = desk_in(session)
        dienst = new_dienst(session, "neu-im-ort")
        if before:
            use(session, desk.stelle, dienst, bemerkung="alt")
        zeilen = desk.read(f"{WARENDORF};neu-im-ort;nutzt;produktiv;;;;oeffentlich;neu")
        shown = liste.compare(session, desk.viewer, zeilen, TODAY).kennzeichen
    ready = Barrier(2)

    def take_over() -> str:
        with writing(engine) as session:
            # SQLite lets one of them in; the other waits at the door.
            if engine.dialect.name == "postgresql":
                ready.wait(10)
            try:
                liste.take_over(session, desk.viewer, zeilen, shown, TODAY)
            except VeralteterStand:
                return "veraltet"
            return "übernommen"

    with ThreadPoolExecutor(2) as pool:
        said = [future.result() for future in [pool.submit(take_over) for _ in range(2)]]
    assert sorted(said) == ["veraltet", "übernommen"]
    with reading(engine) as session:
        assert [each.bemerkung for each in desk_in(session).of(dienst)] == ["neu"]


def test_what_ends_in_a_list_makes_room_for_what_begins_above_it(desk: Desk) -> None:
    dienst = new_dienst(desk.session, "neu-im-ort")
    desk.take_over(f"{WARENDORF};neu-im-ort;nutzt;produktiv;01.03.2026;;;;alt")
    [old] = desk.of(dienst)
    desk.take_over(
        f";{WARENDORF};neu-im-ort;nutzt;produktiv;01.10.2026;;neu",
        f"{old.id};{WARENDORF};neu-im-ort;nutzt;beendet;01.03.2026;30.09.2026;alt",
        head="nummer;ars;kennung;rolle;status;ab;bis;bemerkung",
    )
    assert [(e.bemerkung, e.status) for e in desk.of(dienst)] == [
        ("alt", Einsatzstatus.BEENDET),
        ("neu", Einsatzstatus.PRODUKTIV),
    ]


def test_the_same_statement_in_two_rows_is_taken_from_the_first(desk: Desk) -> None:
    dienst = new_dienst(desk.session, "neu-im-ort")
    use(desk.session, desk.stelle, dienst, bemerkung="alt")
    row = f"{WARENDORF};neu-im-ort;nutzt;produktiv"
    found = desk.compare(f"{row};;;;;neu", f"{row};01.10.2026;;;;noch neuer")
    assert arts(found) == ["geaendert", "abgelehnt"]
    assert causes(found) == [("kennung", "Dieselbe Angabe steht schon in einer Zeile darüber.")]


def test_what_has_ended_does_not_run_again_beside_another(desk: Desk) -> None:
    dienst = new_dienst(desk.session, "neu-im-ort")
    use(desk.session, desk.stelle, dienst, status=Einsatzstatus.BEENDET)
    use(desk.session, desk.stelle, dienst)
    [ended, running] = desk.of(dienst)
    assert ended.id
    with pytest.raises(SchonVorhanden):
        change_use(
            desk.session, desk.viewer, desk.stelle, ended.id, ended.version,
            stated(running), TODAY,
        )  # fmt: skip


def test_a_joint_body_uploads_for_its_members(desk: Desk) -> None:
    dienst = new_dienst(desk.session, "neu-im-ort")
    member = town(desk.session, TELGTE).stelle_id
    both = Betrachter(
        rollen=frozenset({Rolle.KOMMUNE}), eigene_stellen=frozenset({desk.stelle, member})
    )
    rows = [f"{ars};neu-im-ort;nutzt;produktiv;;;;;" for ars in (WARENDORF, TELGTE, BECKUM)]
    zeilen = desk.read(*rows)
    assert arts(liste.compare(desk.session, both, zeilen, TODAY)) == ["neu", "neu", "abgelehnt"]
    assert arts(desk.compare(*rows)) == ["neu", "abgelehnt", "abgelehnt"]
    assert desk.of(dienst) == []


def test_refused_rows_come_back_as_a_list_that_can_be_mended(desk: Desk) -> None:
    new_dienst(desk.session, "neu-im-ort")
    bad = f"{WARENDORF};neu-im-ort;nutzt;produktiv;31.02.2026;;;;=HYPERLINK(1)"
    [befund] = desk.compare(bad).zeilen
    cause = describe(befund.fehler[0])
    data = b"".join(write_refused(MELDELISTE, [(2, befund.zeile.werte, cause)]))
    assert b'"\'=HYPERLINK(1)"' in data
    assert "Dieses Datum gibt es nicht." in data.decode()
    mended, hints = read_lines("fehler.csv", data.replace(b"31.02.", b"28.02."), 100)
    assert [h.stelle for h in hints] == ["Zeichenkodierung"]
    [row] = liste.compare(desk.session, desk.viewer, mended, TODAY).zeilen
    assert row.art is Zeilenart.NEU
    assert row.angaben is not None
    assert row.angaben.bemerkung == "=HYPERLINK(1)"


@given(st.text(st.sampled_from("'\"=+-@＝ \t\r\nx"), max_size=6))
def test_the_apostrophe_of_an_export_is_taken_away_again(text: str) -> None:
    assert without_guard(harmless(text)) == text
