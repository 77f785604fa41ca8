"""The portal's own profiles, the files of the OZG-Datenbank NRW, and exports of the Data Hub."""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

import openpyxl
import pytest

from importers import datahub, efa, kdn, teilnahme, vorgaenge
from importers.records import (
    AntragsstreckeRecord,
    Fault,
    FundstelleRecord,
    Hinweis,
    KommuneRecord,
    LandesangebotRecord,
    OnlinedienstRecord,
    PlattformRecord,
    QuelleRecord,
    StelleRecord,
    TeilnahmeRecord,
    Unlesbar,
    VerweisRecord,
    VorgangRecord,
)
from importers.tables import Table
from katalog.domain.begriffe import (
    Dienstart,
    Dienststatus,
    Einsatzrolle,
    Einsatzstatus,
    Epayment,
    Fundstellenstatus,
    Kostenmodell,
    Verweisart,
)
from katalog.domain.reifegrad import Reifegradmodell, list_stufen
from katalog.domain.rollen import Sichtbarkeit
from katalog.domain.vorgang import Status

T = TypeVar("T")


def lines(*texts: str) -> io.BytesIO:
    return io.BytesIO("\n".join((*texts, "")).encode())


def of(kind: type[T], outcome: Sequence[object]) -> list[T]:
    return [record for record in outcome if isinstance(record, kind)]


def places(outcome: Sequence[object]) -> list[tuple[int | None, str]]:
    return [(fault.zeile, fault.stelle) for fault in of(Fault, outcome)]


def table(**cells: str) -> io.BytesIO:
    """One row, named by its columns."""
    return lines(";".join(cells), ";".join(f'"{text}"' for text in cells.values()))


def workbook(*rows: list[Any]) -> io.BytesIO:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    buffer.seek(0)
    return buffer


# What the profiles allow is what the portal knows ------------------------------------------------


def test_the_words_of_the_profiles_are_those_of_the_portal() -> None:
    assert set(efa.ARTEN) == set(Dienstart)
    assert set(efa.STATUS) == set(Dienststatus)
    assert set(efa.EPAYMENT) == set(Epayment)
    assert set(efa.KOSTENMODELLE) == set(Kostenmodell)
    assert set(teilnahme.ROLLEN) == set(Einsatzrolle)
    assert set(teilnahme.STATUS) == set(Einsatzstatus)
    assert set(teilnahme.SICHTBARKEITEN) == set(Sichtbarkeit)
    assert set(datahub.STATUS) == set(Fundstellenstatus)
    # A draft is nobody's running case, and "beendet" is derived from the notice.
    assert set(vorgaenge.STATUS) == set(Status) - {Status.ENTWURF, Status.BEENDET}
    assert kdn.ART in set(Dienstart)
    assert {m.value: len(list_stufen(m)) - 1 for m in Reifegradmodell} == teilnahme.MODELLE


@pytest.mark.parametrize(
    "profile", [efa.TABLE, teilnahme.TABLE, vorgaenge.TABLE, datahub.TABLE, kdn.COMMUNES]
)
def test_a_file_of_another_kind_is_refused_by_its_header(profile: Table) -> None:
    readers: dict[str, Any] = {
        efa.TABLE.title: efa.read,
        teilnahme.TABLE.title: teilnahme.read,
        vorgaenge.TABLE.title: vorgaenge.read,
        datahub.TABLE.title: datahub.read,
        kdn.COMMUNES.title: kdn.read,
    }
    with pytest.raises(Unlesbar, match=r"In der Kopfzeile fehlen .*Gefunden wurde: Ort, Straße"):
        list(readers[profile.title]("x.csv", lines("Ort;Straße", "Hamm;Ring")))


# efa ----------------------------------------------------------------------------------------

WBS = {
    "kennung": "wbs-digital",
    "name": "Bescheinigung für Geringverdiener",
    "art": "EfA-Leistung",
    "status": "verfügbar",
    "ozg_id": "10083",
    "leistungsschluessel": "99107022012000|99107022000000",
    "antragsstrecken": "2",
    "land": "Nordrhein-Westfalen",
    "betreiber": "mags-nrw",
    "dienstleister": "IT.NRW",
    "plattform": "Sozialplattform",
    "xstandard": "xSozial Basis 2.2",
    "transportweg": "OSCI | XTA",
    "fachverfahren": "WBS-Manager|Wohnen 3",
    "authentifizierung": "BundID",
    "epayment": "nicht notwendig",
    "kosten": "kostenneutral",
    "verfuegbar_ab": "08/2024",
    "themenfeld": "Arbeit & Ruhestand",
    "url": "https://sozialplattform.example/wbs",
    "faq_url": "https://sozialplattform.example/faq",
    "quelle": "Informationsschreiben 2025",
    "stand": "2025",
}


def read_efa(**changes: str) -> list[object]:
    return list(efa.read("efa.csv", table(**(WBS | changes))))


def test_an_offering_is_read_with_everything_it_names() -> None:
    outcome = read_efa()
    assert of(Fault, outcome) == []
    (dienst,) = of(OnlinedienstRecord, outcome)
    assert dienst == OnlinedienstRecord(
        quelle="informationsschreiben-2025",
        kennung="wbs-digital",
        name="Bescheinigung für Geringverdiener",
        art="efa",
        status="verfuegbar",
        verfuegbar_ab="2024-08",
        traeger="mags-nrw",
        betreibendes_land="NW",
        dienstleister="it-nrw",
        plattform="sozialplattform",
        themenfeld="arbeit_ruhestand",
        ozg_ids=("10083",),
        authentifizierung=("BundID",),
        epayment="nicht_erforderlich",
        xstandard="xSozial Basis",
        xstandard_version="2.2",
        transportwege=("OSCI", "XTA"),
        fachverfahren=("WBS-Manager", "Wohnen 3"),
        kosten_modell="kostenneutral",
        antragsstrecken=(
            AntragsstreckeRecord(leistungsschluessel="99107022012000"),
            AntragsstreckeRecord(leistungsschluessel="99107022000000"),
        ),
        verweise=(
            VerweisRecord("infoseite", "Infoseite", "https://sozialplattform.example/wbs"),
            VerweisRecord("faq", "Häufige Fragen", "https://sozialplattform.example/faq"),
        ),
    )
    assert {verweis.art for verweis in dienst.verweise} <= set(Verweisart)


def test_a_body_named_by_name_is_introduced_and_one_named_by_kennung_is_not() -> None:
    outcome = read_efa()
    assert [(stelle.kennung, stelle.name, stelle.art) for stelle in of(StelleRecord, outcome)] == [
        ("it-nrw", "IT.NRW", "dienstleister")
    ]
    assert [p.kennung for p in of(PlattformRecord, outcome)] == ["sozialplattform"]
    sources = of(QuelleRecord, outcome)
    assert [(quelle.kennung, quelle.stand_text) for quelle in sources] == [
        ("efa-liste", ""), ("informationsschreiben-2025", "2025"),
    ]  # fmt: skip
    # Everything is introduced before the offering that names it.
    assert isinstance(outcome[-2], OnlinedienstRecord)


def test_what_holds_for_one_land_goes_to_the_offer_of_its_coordinating_body() -> None:
    outcome = read_efa(
        koordinierung="ego-mv", fachressort_land="Ministerium", pilotkommunen="130030000000"
    )
    (angebot,) = of(LandesangebotRecord, outcome)
    assert (angebot.onlinedienst, angebot.koordinierung) == ("wbs-digital", "ego-mv")
    assert (angebot.fachressort, angebot.pilotkommunen) == ("Ministerium", ("130030000000",))
    assert angebot.quelle == "informationsschreiben-2025"


def test_without_a_coordinating_body_it_is_reported_and_not_taken() -> None:
    outcome = read_efa(fachressort_land="Ministerium", pilotkommunen="130030000000")
    assert of(LandesangebotRecord, outcome) == []
    hints = [hint.stelle for hint in of(Hinweis, outcome) if hint.zeile == 2]
    assert hints == ["fachressort_land", "pilotkommunen"]


def test_names_and_keys_of_application_paths_go_together() -> None:
    (dienst,) = of(OnlinedienstRecord, read_efa(antragsstrecken="Ausstellung|Verlängerung"))
    assert [(s.name, s.leistungsschluessel) for s in dienst.antragsstrecken] == [
        ("Ausstellung", "99107022012000"), ("Verlängerung", "99107022000000"),
    ]  # fmt: skip
    assert places(read_efa(antragsstrecken="Ausstellung|Verlängerung|Widerruf")) == [
        (2, "antragsstrecken")
    ]


def test_every_wrong_cell_of_an_offering_is_reported_and_the_offering_refused() -> None:
    outcome = read_efa(
        kennung="wbs/digital", art="toll", land="Preußen", verfuegbar_ab="bald", url="javascript:x"
    )
    assert [place for _, place in places(outcome)] == [
        "kennung", "art", "verfuegbar_ab", "land", "url",
    ]  # fmt: skip
    # Nobody is introduced for the sake of a refused row.
    assert of(OnlinedienstRecord, outcome) == []
    assert of(StelleRecord, outcome) == []


def test_a_kennung_stands_once() -> None:
    outcome = list(efa.read("efa.csv", lines("kennung;name", "wbs;WBS", "wbs;Wohngeld")))
    assert places(outcome) == [(3, "kennung")]
    assert [dienst.name for dienst in of(OnlinedienstRecord, outcome)] == ["WBS"]


def test_an_offering_from_a_spreadsheet_keeps_dates_and_keys() -> None:
    header = ["kennung", "name", "ozg_id", "leistungsschluessel", "verfuegbar_ab", "stand"]
    row = ["wbs", "WBS", 10083, 99107022012000, date(2024, 8, 1), date(2026, 1, 31)]
    (dienst,) = of(OnlinedienstRecord, list(efa.read("efa.xlsx", workbook(header, row))))
    assert (dienst.ozg_ids, dienst.verfuegbar_ab) == (("10083",), "2024-08-01")
    assert dienst.antragsstrecken[0].leistungsschluessel == "99107022012000"
    assert dienst.stand == date(2026, 1, 31)


# teilnahme ----------------------------------------------------------------------------------

STATEMENT = {
    "ars": "055700052052",
    "kommune": "Warendorf",
    "kennung": "wbs-digital",
    "rolle": "nutzt",
    "status": "produktiv",
    "ab": "01.02.2025",
    "url": "https://warendorf.example/wbs",
    "reifegrad_modell": "1.1",
    "reifegrad": "3",
    "bemerkung": "läuft",
}


def read_statement(**changes: str) -> list[object]:
    return list(teilnahme.read("t.csv", table(**(STATEMENT | changes))))


def test_a_statement_is_read_with_its_row() -> None:
    (record,) = of(TeilnahmeRecord, read_statement())
    assert record == TeilnahmeRecord(
        zeile=2,
        ars="055700052052",
        ags="",
        kommune="Warendorf",
        kennung="wbs-digital",
        rolle="nutzt",
        status="produktiv",
        ab=date(2025, 2, 1),
        url="https://warendorf.example/wbs",
        reifegrad_modell="1.1",
        reifegrad=3,
        bemerkung="läuft",
    )


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"ars": ""}, "ars oder ags"),
        ({"ars": "55700052052"}, "ars"),
        ({"kennung": ""}, "kennung"),
        ({"rolle": "mag"}, "rolle"),
        ({"status": ""}, "status"),
        ({"bis": "31.01.2025"}, "bis"),
        ({"reifegrad": "5"}, "reifegrad"),
        ({"reifegrad_modell": ""}, "reifegrad"),
        ({"reifegrad_modell": "3.0"}, "reifegrad_modell"),
        ({"sichtbarkeit": "geheim"}, "sichtbarkeit"),
        ({"url": "warendorf.example"}, "url"),
    ],
)
def test_a_statement_that_does_not_fit_names_its_column(
    changes: dict[str, str], place: str
) -> None:
    outcome = read_statement(**changes)
    assert places(outcome) == [(2, place)]
    assert of(TeilnahmeRecord, outcome) == []
    assert all(fault.ursache and fault.abhilfe for fault in of(Fault, outcome))


def test_the_same_statement_twice_is_a_fault_and_another_beginning_is_history() -> None:
    header = "ags;kennung;rolle;status;ab"
    row = "05570052;wbs;nutzt;produktiv;01.01.2024"
    outcome = list(teilnahme.read("t.csv", lines(header, row, row, row.replace("2024", "2025"))))
    assert places(outcome) == [(3, "kennung")]
    assert [record.ab for record in of(TeilnahmeRecord, outcome)] == [
        date(2024, 1, 1), date(2025, 1, 1),
    ]  # fmt: skip


def test_a_spreadsheet_may_have_turned_keys_and_models_into_numbers() -> None:
    header = ["ags", "kennung", "rolle", "status", "reifegrad_modell", "reifegrad", "ab"]
    row = [5570052, "wbs", "nutzt", "produktiv", 2.0, 5, date(2025, 2, 1)]
    (record,) = of(TeilnahmeRecord, list(teilnahme.read("t.xlsx", workbook(header, row))))
    assert (record.ags, record.reifegrad_modell, record.reifegrad) == ("05570052", "2.0", 5)
    lost = [row[0], *row[1:4], date(2026, 1, 1), 3, None]
    assert places(list(teilnahme.read("t.xlsx", workbook(header, lost)))) == [
        (2, "reifegrad_modell")
    ]


def test_a_list_comes_with_its_refused_rows_as_they_stand_there() -> None:
    head = ["ARS", "Kennung", "Rolle", "Status", "Bemerkung"]
    book = workbook(
        head,
        ["055700052052", "a", "nutzt", "produktiv", "gut"],
        ["055700052052", "=1+1", "nutzt", "produktiv", "Formel"],
        [],
        ["055700052052", "b", "mag", "produktiv", "Wort"],
    )
    found, _ = teilnahme.read_lines("liste.xlsx", book.getvalue(), 10)
    assert [(line.nummer, line.record is None) for line in found] == [
        (2, False), (3, True), (5, True),
    ]  # fmt: skip
    assert [line.werte["bemerkung"] for line in found] == ["gut", "Formel", "Wort"]
    assert [line.fehler[0].stelle for line in found[1:]] == ["kennung", "rolle"]
    assert found[1].werte["kennung"] == "(Formel)"


def test_a_line_with_broken_quotes_is_refused_and_the_rest_is_read() -> None:
    text = lines(
        "ars;kennung;rolle;status", '055700052052;"a"b;nutzt;produktiv',
        "055700052052;c;nutzt;produktiv",
    )  # fmt: skip
    broken, whole = teilnahme.read_lines("liste.csv", text.getvalue(), 10)[0]
    assert (broken.record, broken.fehler[0].stelle) == (None, "Zeile")
    assert whole.record is not None


def test_what_people_read_in_a_download_is_read_back() -> None:
    for begriff in (*Einsatzrolle, *Einsatzstatus, *Sichtbarkeit):
        place = {Einsatzrolle: "rolle", Einsatzstatus: "status", Sichtbarkeit: "sichtbarkeit"}
        [record] = of(TeilnahmeRecord, read_statement(**{place[type(begriff)]: begriff.label}))
        assert getattr(record, place[type(begriff)]) == begriff.value


# vorgaenge ----------------------------------------------------------------------------------

CASE = {
    "zustaendige_stelle": "amt-beispiel",
    "gebiete": "130735354012|130735354018",
    "kennung": "wbs-digital",
    "status": "Gekündigt",
    "eingang": "15.01.2025",
    "bestaetigt_am": "20.01.2025",
    "produktiv_ab": "01.03.2025",
    "gekuendigt_am": "30.11.2026",
    "wirksam_zum": "28.02.2027",
    "funktionspostfach": "ozg@amt.example",
    "aktenzeichen": "10-2025/7",
}


def read_case(**changes: str) -> list[object]:
    return list(vorgaenge.read("v.csv", table(**(CASE | changes))))


def test_a_case_is_read_with_its_dates() -> None:
    (record,) = of(VorgangRecord, read_case())
    assert record == VorgangRecord(
        zeile=2,
        zustaendige_stelle="amt-beispiel",
        ars="",
        kennung="wbs-digital",
        status="gekuendigt",
        eingang=date(2025, 1, 15),
        gebiete=("130735354012", "130735354018"),
        bestaetigt_am=date(2025, 1, 20),
        produktiv_ab=date(2025, 3, 1),
        gekuendigt_am=date(2026, 11, 30),
        wirksam_zum=date(2027, 2, 28),
        funktionspostfach="ozg@amt.example",
        aktenzeichen="10-2025/7",
    )


def test_an_ended_case_is_one_under_notice_whose_end_has_come() -> None:
    (record,) = of(VorgangRecord, read_case(status="beendet"))
    assert record.status == "gekuendigt"


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"zustaendige_stelle": ""}, "zustaendige_stelle oder ars"),
        ({"status": "läuft"}, "status"),
        ({"wirksam_zum": ""}, "wirksam_zum"),
        ({"wirksam_zum": "31.10.2026"}, "wirksam_zum"),
        ({"bestaetigt_am": "01.01.2025"}, "bestaetigt_am"),
        ({"status": "produktiv", "produktiv_ab": ""}, "produktiv_ab"),
        ({"eingang": "bald"}, "eingang"),
        ({"gebiete": "130735354012|Born"}, "gebiete"),
        ({"funktionspostfach": "ozg@amt.example\nBcc: alle@amt.example"}, "funktionspostfach"),
    ],
)
def test_a_case_that_does_not_fit_names_its_column(changes: dict[str, str], place: str) -> None:
    outcome = read_case(**changes)
    assert places(outcome) == [(2, place)]
    assert of(VorgangRecord, outcome) == []


def test_of_one_body_and_offering_only_one_case_is_open() -> None:
    header = "ars;kennung;status;eingang"
    open_case = "055700000000;wbs;im_test;01.02.2025"
    ended = "055700000000;wbs;zurueckgezogen;01.02.2024"
    outcome = list(vorgaenge.read("v.csv", lines(header, ended, open_case, open_case)))
    assert places(outcome) == [(4, "kennung")]
    assert len(of(VorgangRecord, outcome)) == 2


# kdn ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", ["|", ";", ","])
def test_a_solution_serves_the_services_of_its_list(delimiter: str) -> None:
    header = ["id", "name", "fachverfahren", "leika_id", "artikelnummer", "assistententyp",
              "identifikationsnummer", "druckvorlage_geeignet"]  # fmt: skip
    row = ["7", "Hund anmelden", "", '"99110009104000, 99110009070000"', "A1", "x", "", "ja"]
    outcome = list(kdn.read("k.csv", lines(delimiter.join(header), delimiter.join(row))))
    (dienst,) = of(OnlinedienstRecord, outcome)
    assert (dienst.kennung, dienst.name, dienst.quelle) == (
        "kdn-7", "Hund anmelden", "ozg-datenbank-nrw",
    )  # fmt: skip
    assert [strecke.leistungsschluessel for strecke in dienst.antragsstrecken] == [
        "99110009104000", "99110009070000",
    ]  # fmt: skip
    assert [hint.stelle for hint in of(Hinweis, outcome)] == ["Zeichenkodierung"]


def test_a_solution_without_a_key_keeps_its_path_by_name() -> None:
    header = "id;name;fachverfahren;leika_id"
    outcome = list(kdn.read("k.csv", lines(header, "8;Osterfeuer;ProOrdnung;keine, beantragt")))
    (dienst,) = of(OnlinedienstRecord, outcome)
    assert dienst.antragsstrecken == (AntragsstreckeRecord(name="Osterfeuer"),)
    assert dienst.fachverfahren == ("ProOrdnung",)


def test_communes_are_told_from_solutions_by_the_header() -> None:
    outcome = list(
        kdn.read(
            "k.csv",
            lines(
                "Kommune/Kreis;Kategorie;Zugehörigkeit Kreis;PLZ;Ort;Strasse;Internet;E-Mail;AGS;"
                "Reg-Bez",
                "Warendorf;Stadt;Warendorf;48231;Warendorf;Ring 1;www.warendorf.example;"
                "info@warendorf.example;05570052;Münster",
                "Telgte;Stadt;Warendorf;48291;Telgte;;;info(at)telgte.example;05570044;Münster",
            ),
        )
    )
    assert of(KommuneRecord, outcome) == [
        KommuneRecord(
            quelle="ozg-datenbank-nrw",
            ags="05570052",
            name="Warendorf",
            art="Stadt",
            kreis="Warendorf",
            regierungsbezirk="Münster",
            plz="48231",
            ort="Warendorf",
            strasse="Ring 1",
            website="https://www.warendorf.example",
            funktionspostfach="info@warendorf.example",
        )
    ]
    assert places(outcome) == [(3, "e_mail")]


# Data Hub -----------------------------------------------------------------------------------

DOG = "99110009104000;Hundehaltung Anmeldung;055700000000;ok;ja;https://warendorf.example/hund;"


def read_hub(*rows: str, header: str = "") -> list[object]:
    header = header or "leika_key;leika_name;ars;online_status;aktiv;url;ozgid"
    return list(datahub.read("hub.csv", lines(header, *rows)))


def test_a_find_says_what_is_online_where() -> None:
    (record,) = of(FundstelleRecord, read_hub(DOG))
    assert record == FundstelleRecord(
        quelle="data-hub-open-pvog",
        leistungsschluessel="99110009104000",
        ars="055700000000",
        url="https://warendorf.example/hund",
        status="ok",
        bezeichnung="Hundehaltung Anmeldung",
        aktiv=True,
    )


def test_newer_exports_with_camel_case_and_commas_are_read_too() -> None:
    outcome = read_hub(
        "99110009104000,Hund,055700052052,05,https://w.example/h,nicht ok,null,"
        "in mind. einer Kommune verfügbar,,2026-01-31T03:10:00Z,2026-02-01",
        header="leikaKey,leikaBezeichnung,ars,arsFederalState,url,onlineStatus,aktiv,"
        "artFlaechendeckung,begruendungNichtBeruecksichtigt,datenstandPvogImport,exportDatum",
    )
    (record,) = of(FundstelleRecord, outcome)
    assert (record.status, record.aktiv, record.stand) == ("nicht_ok", None, date(2026, 1, 31))
    assert record.flaechendeckung == "in mind. einer Kommune verfügbar"
    assert [hint.stelle for hint in of(Hinweis, outcome)] == ["Zeichenkodierung"]


@pytest.mark.parametrize(
    ("key", "ars"),
    [("05", "050000000000"), ("05570", "055700000000"), ("055700052052", "055700052052")],
)
def test_a_key_cut_after_its_level_is_filled_up(key: str, ars: str) -> None:
    (record,) = of(FundstelleRecord, read_hub(DOG.replace("055700000000", key)))
    assert record.ars == ars


def test_a_row_without_an_address_is_counted_and_a_wrong_one_refused() -> None:
    empty = DOG.replace("https://warendorf.example/hund", "")
    outcome = read_hub(empty, empty, DOG.replace("https", "ftp"), DOG)
    assert [hint.wert for hint in of(Hinweis, outcome) if hint.stelle == "url"] == ["2"]
    assert places(outcome) == [(4, "url")]
    assert len(of(FundstelleRecord, outcome)) == 1


def test_a_key_of_area_that_lost_its_zero_is_refused_in_csv_and_mended_in_a_spreadsheet() -> None:
    assert places(read_hub(DOG.replace("055700000000", "55700000000"))) == [(2, "ars")]
    header = ["leika_key", "ars", "online_status", "url"]
    row = [99110009104000, 55700000000, "ok", "https://warendorf.example/hund"]
    (record,) = of(FundstelleRecord, list(datahub.read("hub.xlsx", workbook(header, row))))
    assert record.ars == "055700000000"
