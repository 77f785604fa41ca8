"""The lists of OZG and LeiKa services: every row accounted for, n:m links, rows without a key."""

import io
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from importers import leika, ozg
from importers.leika import Outcome as LeikaOutcome
from importers.ozg import Outcome as OzgOutcome
from importers.records import (
    Fault,
    Hinweis,
    LeistungRecord,
    OzgLeistungRecord,
    OzgZuordnungRecord,
    QuelleRecord,
    Unlesbar,
)
from katalog.domain.typisierung import Typisierung

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "ozg-katalog-2019"
needs_real_lists = pytest.mark.skipif(
    not REAL.exists(), reason="Die echten Listen von 2019 liegen nicht in ../shared/data."
)


def read_ozg(*lines: str) -> list[OzgOutcome]:
    return list(ozg.read("ozg.csv", io.BytesIO("\n".join((*lines, "")).encode())))


def read_leika(*lines: str) -> list[LeikaOutcome]:
    return list(leika.read("leika.csv", io.BytesIO("\n".join((*lines, "")).encode())))


def services(*lines: str) -> list[LeistungRecord]:
    return [record for record in read_leika(*lines) if isinstance(record, LeistungRecord)]


def faults(outcome: list[OzgOutcome] | list[LeikaOutcome]) -> list[Fault]:
    return [fault for fault in outcome if isinstance(fault, Fault)]


# OZG ----------------------------------------------------------------------------------------


def test_an_ozg_service_has_its_themenfeld_by_its_short_name() -> None:
    (record,) = (
        record
        for record in read_ozg(
            "Lage;OZG-ID;OZG-Leistung;Themenfeld", "Geburt;10000;Elterngeld;Familie & Kind"
        )
        if isinstance(record, OzgLeistungRecord)
    )
    assert record == OzgLeistungRecord(
        quelle="ozg-umsetzungskatalog",
        ozg_id="10000",
        titel="Elterngeld",
        themenfeld="familie_kind",
        lage="Geburt",
    )


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Ein- & Auswanderung", "ein_auswanderung"),
        ("Unternehmensführung und -entwicklung", "unternehmensfuehrung_entwicklung"),
        ("Querschnitt", "querschnittsleistungen"),
        ("steuern_zoll", "steuern_zoll"),
    ],
)
def test_old_and_new_names_of_a_themenfeld_are_one(text: str, slug: str) -> None:
    assert ozg.themenfeld(text) == slug


def test_the_vendors_columns_are_known_and_keys_in_free_text_become_links() -> None:
    outcome = read_ozg(
        "OZG-ID,OZG-Leistung,Priorität (föderal),Priorität (Bund),OZG-Zuständigkeit,"
        "zugehörige LeiKa-Leistungen",
        '10083,Bescheinigung für Geringverdiener,1,2,Land,"Wohnberechtigungsschein '
        '(99107022000000), Ausstellung (99107022012000); 99107022012000"',
    )
    (record,) = (record for record in outcome if isinstance(record, OzgLeistungRecord))
    assert (record.prioritaet, record.federfuehrung) == ("1 (föderal), 2 (Bund)", "Land")
    links = [link for link in outcome if isinstance(link, OzgZuordnungRecord)]
    assert [(link.ozg_id, link.leistungsschluessel) for link in links] == [
        ("10083", "99107022000000"),
        ("10083", "99107022012000"),
    ]


def test_one_ozg_id_in_two_rows_is_one_service_and_with_two_titles_a_fault() -> None:
    same = read_ozg("ozg_id;titel;leika_leistungen", "10083;WBS;", "10083;WBS;99107022012000")
    assert Counter(type(record) for record in same)[OzgLeistungRecord] == 1
    assert [hint.zeile for hint in same if isinstance(hint, Hinweis) and hint.zeile] == [3]
    assert OzgZuordnungRecord("ozg-umsetzungskatalog", "10083", "99107022012000") in same
    (fault,) = faults(read_ozg("ozg_id;titel", "10083;WBS", "10083;Wohngeld"))
    assert (fault.zeile, "„WBS“" in fault.ursache) == (3, True)


def test_a_row_names_everything_that_is_wrong_with_it() -> None:
    outcome = read_ozg("ozg_id;titel;themenfeld", "1083;;Weltraum", "x;Wohngeld;", ";Elterngeld;")
    assert [(fault.zeile, fault.stelle) for fault in faults(outcome)] == [
        (2, "ozg_id"), (2, "ozg_leistung"), (2, "themenfeld"), (3, "ozg_id"), (4, "ozg_id"),
    ]  # fmt: skip


def test_a_municipality_directory_is_not_an_ozg_list() -> None:
    line = "102021113001          Schleswig-Holstein".ljust(220)
    with pytest.raises(Unlesbar, match=r"Liste der OZG-Leistungen.*fehlen ozg_id, ozg_leistung"):
        read_ozg(line)


def test_the_source_comes_first_and_can_be_another() -> None:
    mine = QuelleRecord("eigene-liste", "Eigene Liste", "import")
    stream = io.BytesIO(b"ozg_id;titel\n10083;WBS\n")
    first, record, *_ = ozg.read("x.csv", stream, mine)
    assert first == mine
    assert isinstance(record, OzgLeistungRecord)
    assert record.quelle == "eigene-liste"


# LeiKa --------------------------------------------------------------------------------------


def test_a_service_has_key_types_and_law() -> None:
    (record,) = services(
        "LeiKa-Schlüssel;Bezeichnung;Typ;OZG-ID;rechtsgrundlage;gesetz;gesetz_kuerzel",
        '99 107 022 012 000;WBS Ausstellung;"1, 2/3";10083;;Wohnraumförderungsgesetz;WoFG',
    )
    assert record.leistungsschluessel == "99107022012000"
    assert record.typisierung == ("1", "2/3")
    assert record.rechtsgrundlage == "Wohnraumförderungsgesetz (WoFG)"


@pytest.mark.parametrize("text", ["nicht im LeiKa", "keine", "Keine Angabe", "", "-"])
def test_a_service_that_is_not_in_the_leika_stays_without_a_key(text: str) -> None:
    (record,) = services("leika_schluessel;bezeichnung;ozg_id", f"{text};Abfallbehälter;10110")
    assert record.leistungsschluessel == ""
    assert record.ozg_ids == ("10110",)


def test_a_key_in_several_rows_is_one_service_for_several_ozg_ids() -> None:
    outcome = read_leika(
        "leika_schluessel;bezeichnung;ozg_id",
        "99107022012000;WBS;10083",
        "99107022012000;WBS;10119",
        '99001001000000;Abfallgebühr;"10110, 10111"',
    )
    records = [record for record in outcome if isinstance(record, LeistungRecord)]
    assert [record.ozg_ids for record in records] == [("10083", "10119"), ("10110", "10111")]
    hints = [hint for hint in outcome if isinstance(hint, Hinweis) and hint.zeile]
    assert [(hint.zeile, hint.stelle) for hint in hints] == [(3, "leika_schluessel")]


def test_two_services_without_key_and_with_one_name_both_stay_and_are_reported() -> None:
    lines = ("leika_schluessel;bezeichnung", "nicht im LeiKa;Prüfung", "nicht im LeiKa;Prüfung")
    assert len(services(*lines)) == 2
    hints = [hint for hint in read_leika(*lines) if isinstance(hint, Hinweis)]
    assert [(hint.zeile, hint.wert) for hint in hints if hint.stelle == "bezeichnung"] == [
        (3, "Prüfung")
    ]
    assert [hint.wert for hint in hints if hint.stelle == "leika_schluessel"] == ["2"]


def test_types_that_a_spreadsheet_turned_into_dates_are_refused_with_the_cause() -> None:
    (fault,) = faults(read_leika("leika_schluessel;bezeichnung;typ", "99107022012000;WBS;02. Mrz"))
    assert (fault.stelle, "Datum" in fault.abhilfe) == ("typisierung", True)


def test_the_types_are_those_of_the_code_list() -> None:
    lines = [f"nicht im LeiKa;Leistung {code};{code}" for code in Typisierung]
    found = [record.typisierung for record in services("leika_schluessel;bezeichnung;typ", *lines)]
    assert found == [(code.value,) for code in Typisierung]


def test_a_key_stored_as_a_number_is_read_and_one_that_was_rounded_is_refused() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in (
        ["leika_schluessel", "bezeichnung"],
        [99107022012000, "WBS"],
        [5107022012000, "Landesleistung"],
        ["9,91E+13", "Gerundet"],
    ):
        sheet.append(line)
    buffer = io.BytesIO()
    book.save(buffer)
    buffer.seek(0)
    outcome = list(leika.read("leika.xlsx", buffer))
    keys = [r.leistungsschluessel for r in outcome if isinstance(r, LeistungRecord)]
    assert keys == ["99107022012000", "05107022012000"]
    assert ["gerundet" in fault.ursache for fault in faults(outcome)] == [True]


# The real lists -----------------------------------------------------------------------------


@needs_real_lists
def test_the_list_of_2019_has_557_ozg_services_in_55_lagen() -> None:
    with (REAL / "ozg-leistungen.csv").open("rb") as stream:
        outcome = list(ozg.read("ozg-leistungen.csv", stream))
    records = [record for record in outcome if isinstance(record, OzgLeistungRecord)]
    assert len(records) == len({record.ozg_id for record in records}) == 557
    assert (min(r.ozg_id for r in records), max(r.ozg_id for r in records)) == ("10000", "10601")
    assert len({record.lage for record in records}) == 55
    assert len({record.themenfeld for record in records}) == 14
    assert faults(outcome) == []
    # Nothing unknown in the header: what remains is the encoding.
    hints = [hint.stelle for hint in outcome if isinstance(hint, Hinweis)]
    assert hints == ["Zeichenkodierung"]


@needs_real_lists
def test_the_list_of_2019_has_5249_leika_rows_of_which_436_have_no_key() -> None:
    with (REAL / "leika-leistungen.csv").open("rb") as stream:
        outcome = list(leika.read("leika-leistungen.csv", stream))
    records = [record for record in outcome if isinstance(record, LeistungRecord)]
    keys = [record.leistungsschluessel for record in records if record.leistungsschluessel]
    assert (len(records), len(keys), len(set(keys))) == (5249, 4813, 4813)
    assert len(records) - len(keys) == 436
    assert Counter(", ".join(record.typisierung) for record in records) == {
        "2/3": 3566, "1": 964, "4": 625, "5": 42, "1, 2/3": 20, "2": 18, "": 8, "6": 5, "1, 2": 1,
    }  # fmt: skip
    assert sum(not record.ozg_ids for record in records) == 26
    wbs = [r.leistungsschluessel for r in records if "10083" in r.ozg_ids]
    assert {"99107022000000", "99107022012000"} <= set(wbs)
    assert len([r for r in records if "10119" in r.ozg_ids and r.leistungsschluessel]) == 48
    assert faults(outcome) == []
    repeated = [hint.zeile for hint in outcome if isinstance(hint, Hinweis) and hint.zeile]
    assert repeated == [5223, 5250]
