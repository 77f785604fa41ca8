"""The municipality directory in both editions, and its changes: keys, names, sums."""

import io
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from importers import gebiete, gv, gv100, gv_aenderungen
from importers.records import (
    Fault,
    GebietRecord,
    GebietsaenderungRecord,
    Hinweis,
    QuelleRecord,
    Unlesbar,
)

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "destatis"
needs_real_lists = pytest.mark.skipif(
    not REAL.exists(), reason="Die echten Verzeichnisse liegen nicht in ../shared/data."
)


def satz(
    satzart: str, key: str, name: str, *, verband: str = "", kind: str = "", values: str = ""
) -> str:
    """`key`: Land, RB, Kreis, Gemeinde without gaps; `values` from column 129 on."""
    line = f"{satzart}20211130{key:<8}{verband:<4}{name:<50}{'':<50}{kind:<2}{'':<4}{values}"
    return f"{line:<220}"


def gv100_file(*lines: str, encoding: str = "utf-8") -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode(encoding)


def read_gv100(content: bytes) -> list[Any]:
    return list(gv100.read("GV100AD.ASC", io.BytesIO(content)))


def areas(outcome: Sequence[object]) -> list[GebietRecord]:
    return [record for record in outcome if isinstance(record, GebietRecord)]


def faults(outcome: Sequence[object]) -> list[Fault]:
    return [fault for fault in outcome if isinstance(fault, Fault)]


def source(outcome: Sequence[object]) -> QuelleRecord:
    (found,) = (record for record in outcome if isinstance(record, QuelleRecord))
    return found


SATZ_WARENDORF = satz(
    "60",
    "05570052",
    "Warendorf, Stadt",
    verband="0052",
    kind="63",
    values=f"{17688:011}{37173:011}{18300:011}{'':4}48231*****",
)


# Names --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ebene", "official", "name"),
    [
        ("gemeinde", "Kiel, Landeshauptstadt", "Kiel"),
        ("gemeinde", "Erkrath, Fundort des Neanderthalers, Stadt", "Erkrath"),
        ("gemeinde", "Sachsenwald (Forstgutsbez.),gemfr.Geb.", "Sachsenwald (Forstgutsbez.)"),
        ("gemeinde", "Ueckermünde, Seebad , Stadt", "Ueckermünde"),
        ("gemeinde", "Garding, Kirchspiel", "Kirchspiel Garding"),
        ("gemeinde", "Cottbus/Chóśebuz, Stadt", "Cottbus/Chóśebuz"),
        ("verband", "VVG der Stadt Bad Waldsee", "Bad Waldsee"),
        ("verband", "GVV Salem", "Salem"),
        ("verband", "Kochel a.See (VGem)", "Kochel a.See"),
        ("verband", "Meiningen, Stadt", "Meiningen"),
        ("verband", "Amt Lütjenburg", "Lütjenburg"),
        ("verband", "Geyer, Tannenberg und Elterlein", "Geyer, Tannenberg und Elterlein"),
        ("kreis", "Landkreis Rostock", "Rostock"),
        ("kreis", "Enzkreis", "Enzkreis"),
        ("regierungsbezirk", "Reg.-Bez. Münster", "Münster"),
    ],
)  # fmt: skip
def test_a_name_loses_its_addition_but_not_its_meaning(
    ebene: str, official: str, name: str
) -> None:
    assert gebiete.split_name(ebene, official) == name


# GV100AD ------------------------------------------------------------------------------------


def test_the_verband_moves_before_the_gemeinde_in_the_ars() -> None:
    content = gv100_file(
        satz("60", "13073012", "Born a. Darß, Seebad", verband="5354", kind="64"), SATZ_WARENDORF
    )
    keys = [(record.ars, record.ags) for record in areas(read_gv100(content))]
    assert keys == [("130735354012", "13073012"), ("055700052052", "05570052")]


def test_a_gemeinde_has_area_people_and_postal_code() -> None:
    (record,) = areas(read_gv100(gv100_file(SATZ_WARENDORF)))
    assert record == GebietRecord(
        quelle="destatis-gv100ad",
        ebene="gemeinde",
        ars="055700052052",
        ags="05570052",
        name="Warendorf",
        gueltig_ab=date(2021, 11, 30),
        bezeichnung="Stadt",
        einwohner=37173,
        flaeche_km2=176.88,
        plz="48231",
    )


def test_columns_count_characters_in_utf8_and_in_latin1() -> None:
    line = SATZ_WARENDORF.replace("Warendorf, Stadt", "Wärendörf, Stadt")
    for encoding in ("utf-8", "latin-1"):
        (record,) = areas(read_gv100(gv100_file(line, encoding=encoding)))
        assert (record.name, record.einwohner) == ("Wärendörf", 37173)
    sorbian = SATZ_WARENDORF.replace("Warendorf, Stadt", "Běła Woda, Stadt")
    (record,) = areas(read_gv100(gv100_file(sorbian)))
    assert (record.name, record.plz) == ("Běła Woda", "48231")


def test_every_level_becomes_what_it_is_in_the_register_and_the_sum_adds_up() -> None:
    outcome = read_gv100(
        gv100_file(
            satz("10", "05", "Nordrhein-Westfalen"),
            satz("10", "09", "Bayern"),
            satz("20", "055", "Reg.-Bez. Münster"),
            satz("20", "031", "Statistische Region Braunschweig"),
            satz("30", "0811", "Region Stuttgart"),
            satz("40", "05570", "Warendorf", kind="43"),
            satz("40", "05515", "Münster, Stadt", kind="41"),
            satz("40", "08236", "Enzkreis", kind="44"),
            satz("50", "05570", "Warendorf, Stadt", verband="0052", kind="50"),
            satz("50", "13073", "Darß/Fischland", verband="5354", kind="51"),
            SATZ_WARENDORF,
            satz("60", "05515000", "Münster, Stadt", verband="0000", kind="61"),
            satz("60", "01053105", "Sachsenwald,gemfr.Geb.", verband="9105", kind="66"),
        )
    )
    assert [
        (r.ebene, r.ars, r.ags, r.bezeichnung, r.name, r.kreisfrei, r.bezeichnung_im_namen)
        for r in areas(outcome)
    ] == [
        ("land", "050000000000", "05", "Land", "Nordrhein-Westfalen", False, False),
        ("land", "090000000000", "09", "Freistaat", "Bayern", False, False),
        ("regierungsbezirk", "055000000000", "055", "Regierungsbezirk", "Münster", False, False),
        ("kreis", "055700000000", "05570", "Kreis", "Warendorf", False, False),
        ("kreis", "082360000000", "08236", "Landkreis", "Enzkreis", False, True),
        ("verband", "130735354000", "", "Amt", "Darß/Fischland", False, False),
        ("gemeinde", "055700052052", "05570052", "Stadt", "Warendorf", False, False),
        ("gemeinde", "055150000000", "05515000", "Kreisfreie Stadt", "Münster", True, False),
        ("gemeinde", "010539105105", "01053105", "Gemeindefreies Gebiet", "Sachsenwald", False,
         False),
    ]  # fmt: skip
    left = [hint.wert for hint in outcome if isinstance(hint, Hinweis) and hint.stelle == "Satzart"]
    assert left == ["1 von 13 Sätzen"] * 4


def test_source_and_licence_name_the_day_of_the_boundaries() -> None:
    quelle = source(read_gv100(gv100_file(SATZ_WARENDORF)))
    assert quelle.stand == date(2021, 11, 30)
    assert quelle.lizenz.startswith("© Statistisches Bundesamt (Destatis), 2021")


def test_a_broken_record_costs_only_itself() -> None:
    wrong_key = SATZ_WARENDORF.replace("05570052", "0557O044")
    outcome = read_gv100(
        gv100_file(
            SATZ_WARENDORF,
            "Notiz am Rande",
            wrong_key,
            SATZ_WARENDORF,
            SATZ_WARENDORF.replace("20211130", "20201130"),
            SATZ_WARENDORF + "x",
            satz("70", "05570044", "Telgte"),
        )
    )
    assert len(areas(outcome)) == 1
    assert [(fault.zeile, fault.stelle) for fault in faults(outcome)] == [
        (2, "Satz"), (3, "Schlüssel"), (4, "Schlüssel"), (5, "Gebietsstand"), (6, "Satz"),
        (7, "Satz"),
    ]  # fmt: skip


def test_a_control_character_among_the_figures_is_no_number() -> None:
    (record,) = areas(read_gv100(gv100_file(SATZ_WARENDORF.replace("0037173", "003717\x1e"))))
    assert (record.einwohner, record.flaeche_km2) == (3717, 176.88)


def test_blanks_that_an_editor_cut_off_do_no_harm_but_a_cut_record_does() -> None:
    content = gv100_file(SATZ_WARENDORF.rstrip(), satz("10", "05", "Nordrhein-Westfalen").rstrip())
    assert len(areas(read_gv100(content))) == 2
    with pytest.raises(Unlesbar, match="mitten in Zeile 2"):
        read_gv100(gv100_file(SATZ_WARENDORF, SATZ_WARENDORF)[:-40])


def test_another_file_is_not_taken_for_a_directory() -> None:
    for content in (b"ozg_id;ozg_leistung\n10000;Elterngeld\n", b"<?xml version='1.0'?>\n<a/>\n"):
        with pytest.raises(Unlesbar, match="kein Gemeindeverzeichnis GV100AD"):
            read_gv100(content)
    with pytest.raises(Unlesbar, match="leer"):
        read_gv100(b"\r\n")
    with pytest.raises(Unlesbar, match="kein Gemeindeverzeichnis"):
        read_gv100(gv100_file(SATZ_WARENDORF.replace("20211130", "20211399")))


# The workbook -------------------------------------------------------------------------------

HEADER: list[list[Any]] = [
    ["Gemeinden in Deutschland"],
    [],
    ["Satz-art", "Text-kenn-zeichen", "Amtlicher Regionalschlüssel (ARS)", None, None, None, None,
     "Gemeindename", "Fläche km2", "Bevölkerung", None, None, None, "Postleit-zahl",
     "Geografische Mittelpunktkoordinaten", None],
    [None, None, "Land", "RB", "Kreis", "VB", "Gem", None, None, "insgesamt", "männlich",
     "weiblich", "je km2", None, "Längengrad", "Breitengrad"],
    [None, None, "Gebietsstand am 31.12.2024"],
    [],
]  # fmt: skip
WARENDORF = ["60", "63", "05", "5", "70", "0052", "052", "Warendorf, Stadt", 176.88, 37847,
             18700, 19147, 214, "48231", "7,988499", "51,950713"]  # fmt: skip


def workbook(**sheets: list[list[Any]]) -> io.BytesIO:
    book = openpyxl.Workbook()
    del book["Sheet"]
    for title, lines in sheets.items():
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(line)
    buffer = io.BytesIO()
    book.save(buffer)
    buffer.seek(0)
    return buffer


def read_gv(*rows: list[Any], title: str = "Onlineprodukt_Gemeinden31122024") -> list[Any]:
    cover = [["Gemeindeverzeichnis"], ["     Statistisches Bundesamt (Destatis), 2025"]]
    return list(gv.read("gv.xlsx", workbook(**{"Inhalt": cover, title: [*HEADER, *rows]})))


def test_the_workbook_gives_the_same_area_with_its_middle() -> None:
    outcome = read_gv(WARENDORF, [], ["Quelle: Gemeindeverzeichnis"])
    (record,) = areas(outcome)
    assert (record.ars, record.ags, record.name) == ("055700052052", "05570052", "Warendorf")
    assert (record.einwohner, record.flaeche_km2, record.plz) == (37847, 176.88, "48231")
    assert (record.lat, record.lon) == (51.950713, 7.988499)
    assert record.gueltig_ab == source(outcome).stand == date(2024, 12, 31)
    assert "(Destatis), 2025" in source(outcome).lizenz
    assert faults(outcome) == []


def test_keys_that_became_numbers_get_their_zeros_back() -> None:
    numbers = [60, 63, 5, 5, 70, 52, 52, "Warendorf, Stadt", 176.88, 37847, 1, 1, 1, 1067]
    (record,) = areas(read_gv(numbers))
    assert (record.ars, record.ags, record.plz) == ("055700052052", "05570052", "01067")


def test_a_workbook_without_the_sheet_or_with_moved_columns_is_refused() -> None:
    with pytest.raises(Unlesbar, match="Gefunden wurden: Inhalt, Tabelle1"):
        read_gv(WARENDORF, title="Tabelle1")
    with pytest.raises(Unlesbar, match="nennt keinen Tag"):
        read_gv(WARENDORF, title="Onlineprodukt_Gemeinden99992024")
    moved = [[None, *line] for line in HEADER]
    with pytest.raises(Unlesbar, match="nicht an ihrem Platz: satzart, textkennzeichen"):
        list(gv.read("gv.xlsx", workbook(Onlineprodukt_Gemeinden31122024=[*moved, WARENDORF])))
    with pytest.raises(Unlesbar, match="keine Gemeinden"):
        read_gv()


def test_a_row_that_cannot_be_read_costs_only_itself() -> None:
    formula, text = list(WARENDORF), list(WARENDORF)
    formula[9], text[9] = "=J8", "viele"
    outcome = read_gv(formula, text, WARENDORF)
    assert [fault.zeile for fault in faults(outcome)] == [7, 8]
    assert len(areas(outcome)) == 1


# Changes ------------------------------------------------------------------------------------

UPPER = ["Kennziffer", "Regionaleinheit", "Abgebende / Aufgelöste Gemeinde", None, None, None, None,
         None, "Aufnehmende / Neugebildete Gemeinde", None, None, "Wirksamkeitsdatum"]  # fmt: skip
LOWER = [None, None, "Amtlicher Regionalschlüssel (ARS)", "Amtlicher Gemeinde-schlüssel (AGS)",
         "Name", "Änderungs-art 1)", "Fläche qm", "Einwohner", "Amtlicher Regionalschlüssel (ARS)",
         "Amtlicher Gemeinde-schlüssel (AGS)", "Name", "juristisch", "statistisch"]  # fmt: skip
MERGER = ["16/2024/0015-R", "Gemeinde", "160615012097", "16061097", "Uder", "1", "13999110", 2688,
          "160615051119", "16061119", "Uder", "01.01.2024", "01.01.2024"]  # fmt: skip
RENAMED = ["01/2023/0005-R", "Gemeindeverband", "010585830", None, "Flintbek", "3, 4", None, None,
           "010585896", None, "Eidertal", "01.06.2023", "01.06.2023"]  # fmt: skip


def read_changes(*rows: list[Any], after: bool = False) -> list[Any]:
    title = ["Gebietsänderungen vom 01.01. - 31.12.2024"]
    data: list[list[Any]] = [title, UPPER, LOWER, [], *rows, ["1) Notiz"]]
    cover = [["     Statistisches Bundesamt (Destatis), 2025"]]
    sheets: dict[str, list[list[Any]]] = {"Gebietsaenderungen": data, "Deckblatt": cover}
    order = list(sheets) if after else list(reversed(sheets))
    return list(
        gv_aenderungen.read("2024.xlsx", workbook(**{title: sheets[title] for title in order}))
    )


def changes(outcome: Sequence[object]) -> list[GebietsaenderungRecord]:
    return [record for record in outcome if isinstance(record, GebietsaenderungRecord)]


@pytest.mark.parametrize("after", [False, True])
def test_a_merger_keeps_both_keys_on_both_sides(after: bool) -> None:
    outcome = read_changes(MERGER, after=after)
    assert changes(outcome) == [
        GebietsaenderungRecord(
            quelle="destatis-gebietsaenderungen",
            kennziffer="16/2024/0015-R",
            ebene="gemeinde",
            arten=("aufloesung",),
            ars_alt="160615012097",
            ags_alt="16061097",
            name_alt="Uder",
            ars_neu="160615051119",
            ags_neu="16061119",
            name_neu="Uder",
            wirksam_am=date(2024, 1, 1),
            statistisch_ab=date(2024, 1, 1),
            einwohner=2688,
            flaeche_km2=13.99911,
        )
    ]
    assert source(outcome).stand == date(2024, 12, 31)
    assert faults(outcome) == []


def test_a_row_may_be_two_kinds_of_change_and_a_verband_has_no_ags() -> None:
    (record,) = changes(read_changes(RENAMED))
    assert record.arten == ("schluesselaenderung", "namensaenderung")
    assert (record.ars_alt, record.ars_neu, record.ags_alt) == ("010585830000", "010585896000", "")
    decimal = [*RENAMED[:5], 3.4, *RENAMED[6:]]
    (again,) = changes(read_changes(decimal))
    assert again.arten == record.arten


def test_numbers_and_real_dates_are_read_like_texts() -> None:
    row = list(MERGER)
    row[3], row[5], row[9] = 1061097, 1, 1061119
    row[2], row[8] = "010615012097", "010615051119"
    row[11] = datetime(2024, 1, 1)  # noqa: DTZ001 – spreadsheets know no zones
    (record,) = changes(read_changes(row))
    assert (record.ags_alt, record.ags_neu) == ("01061097", "01061119")
    assert record.wirksam_am == date(2024, 1, 1)


def test_two_keys_that_contradict_each_other_both_stay_and_are_reported() -> None:
    outcome = read_changes([*MERGER[:8], "160615051097", *MERGER[9:]])
    (record,) = changes(outcome)
    assert (record.ars_neu, record.ags_neu) == ("160615051097", "16061119")
    (hint,) = (h for h in outcome if isinstance(h, Hinweis) and h.stelle == "ars_neu, ags_neu")
    assert (hint.zeile, hint.wert) == (5, "160615051097, 16061119")


def test_an_area_may_vanish_without_a_successor() -> None:
    (record,) = changes(
        read_changes([*RENAMED[:5], "1", None, None, None, None, None, *RENAMED[11:]])
    )
    assert (record.ars_neu, record.name_neu, record.arten) == ("", "", ("aufloesung",))


def test_a_change_that_cannot_be_read_names_its_cell() -> None:
    kind, day = list(MERGER), list(MERGER)
    kind[5], day[11] = "5", "bald"
    outcome = read_changes(
        kind, day, ["16-2024-15", *MERGER[1:]], [*MERGER[:2], "16061", *MERGER[3:]]
    )
    assert changes(outcome) == []
    assert [(fault.zeile, fault.stelle) for fault in faults(outcome)] == [
        (5, "aenderungsart"), (6, "juristisch"), (7, "kennziffer"), (8, "ars_alt"),
    ]  # fmt: skip


def test_another_workbook_is_not_taken_for_changes() -> None:
    with pytest.raises(Unlesbar, match=r"keine Liste der Gebietsänderungen.*Blätter: Tabelle"):
        list(gv_aenderungen.read("x.xlsx", workbook(Tabelle=[["ozg_id"], [10083]])))


# The real lists -----------------------------------------------------------------------------


@needs_real_lists
def test_the_directory_of_2021_is_read_completely() -> None:
    file = REAL / "GV100AD_301121.ASC"
    lines = file.read_text("utf-8").splitlines()
    kinds = Counter(line[:2] for line in lines)
    assert kinds == {"10": 16, "20": 29, "30": 12, "40": 400, "50": 4606, "60": 10997}
    with file.open("rb") as stream:
        outcome = list(gv100.read(file.name, stream))
    found = areas(outcome)
    assert faults(outcome) == []
    assert Counter(record.ebene for record in found) == {
        "land": 16, "regierungsbezirk": 19, "kreis": 294, "verband": 1208, "gemeinde": 10997,
    }  # fmt: skip
    assert sum(record.ebene == "kreis" or record.kreisfrei for record in found) == 400
    left = [int(h.wert.split()[0]) for h in outcome if isinstance(h, Hinweis) and " von " in h.wert]
    assert len(found) + sum(left) == sum(kinds.values()) == 16060
    # Where there is no association, the ARS repeats the Gemeinde in the place of the Verband.
    alone = [r.ars for r in found if r.ebene == "gemeinde" and r.ars[5] == "0"]
    assert len(alone) == 3188
    assert all(ars[6:9] == ars[9:] for ars in alone)


@needs_real_lists
@pytest.mark.full_run
def test_the_list_of_2024_has_10752_municipalities_and_400_kreise() -> None:
    file = REAL / "AuszugGV4QAktuell_2024.xlsx"
    with file.open("rb") as stream:
        outcome = list(gv.read(file.name, stream))
    found = areas(outcome)
    assert faults(outcome) == []
    gemeinden = [record for record in found if record.ebene == "gemeinde"]
    assert len(gemeinden) == len({record.ags for record in gemeinden}) == 10959
    assert sum(record.bezeichnung != "Gemeindefreies Gebiet" for record in gemeinden) == 10752
    assert sum(record.ebene == "kreis" or record.kreisfrei for record in found) == 400
    (uder,) = (record for record in gemeinden if record.name == "Uder")
    assert (uder.ars, uder.ags) == ("160615051119", "16061119")
    assert source(outcome).stand == date(2024, 12, 31)


@needs_real_lists
@pytest.mark.parametrize(
    ("year", "rows", "kennziffern", "arten"),
    [
        ("2023", 58, 21, (28, 10, 12, 10)),
        ("2024", 82, 37, (34, 26, 5, 17)),
        ("2025-01-02", 28, 10, (14, 12, 1, 1)),
    ],
)
def test_the_changes_of_each_year_are_read_completely(
    year: str, rows: int, kennziffern: int, arten: tuple[int, int, int, int]
) -> None:
    file = REAL / f"gebietsaenderungen-{year}.xlsx"
    with file.open("rb") as stream:
        outcome = list(gv_aenderungen.read(file.name, stream))
    found = changes(outcome)
    assert faults(outcome) == []
    assert len(found) == rows
    assert len({record.kennziffer for record in found}) == kennziffern
    counted = Counter(art for record in found for art in record.arten)
    names = ("aufloesung", "teilausgliederung", "schluesselaenderung", "namensaenderung")
    assert tuple(counted[name] for name in names) == arten


@needs_real_lists
def test_the_changes_of_2024_say_what_became_of_uder() -> None:
    with (REAL / "gebietsaenderungen-2024.xlsx").open("rb") as stream:
        found = changes(list(gv_aenderungen.read("2024.xlsx", stream)))
    into = [r for r in found if r.ags_neu == "16061119" and r.arten == ("aufloesung",)]
    assert len(into) == 11
    assert {record.ars_neu for record in into} == {"160615051119"}
    assert "16061097" in {record.ags_alt for record in into}
