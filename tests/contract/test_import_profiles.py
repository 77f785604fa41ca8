"""The portal's own profiles, the OZG-Datenbank NRW, the Data Hub and publiccode.yml."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from importers.recognition import Format
from importers.records import QuelleRecord, Record
from katalog import intake, workflow
from katalog.accounts.konten import create_konto
from katalog.db import Engine, reading, writing
from katalog.domain.angaben import Angaben
from katalog.domain.begriffe import Befundart, Beleg, Dienstart, Einsatzstatus, Laufstatus
from katalog.domain.rollen import Betrachter, Rolle, Sichtbarkeit
from katalog.domain.vorgang import Aktion, Status
from katalog.intake.auftrag import Ergebnis
from katalog.intake.runs import import_files
from katalog.models.angebot import Antragsstrecke, Landesangebot, Onlinedienst, Release
from katalog.models.fall import (
    Ereignis,
    Geltungsgebiet,
    Kuendigung,
    Nachnutzung,
    Nachnutzungsbedingungen,
)
from katalog.models.nutzung import Einsatz, Fundstelle
from katalog.models.quellen import Quelle, Quellsatz
from katalog.models.register import Gebiet, Leistung
from katalog.models.stellen import Kontakt, Plattform, Stelle
from katalog.queries.quellsaetze import provenance_of
from tests.builders import differing_tables
from tests.contract.test_intake import (
    ANGEBOT,
    AREAS,
    BEDINGUNGEN,
    DIENST,
    KREIS,
    LEISTUNG,
    LIEFERANT,
    OZG,
    QUELLE,
    STADT,
    STELLE,
    TOWN,
    area,
)
from tests.deliveries import Deliveries, findings, numbers, read_all
from tests.importing import TODAY, nothing_shown, order

KEY = LEISTUNG.leistungsschluessel
# An assistant of one town, which no Land offers.
HUND = replace(DIENST, kennung="hund", name="Hund anmelden", art="kommunal")
WORLD: list[Record] = [
    QUELLE, *AREAS, area("land", "130000000000", "Mecklenburg-Vorpommern", ags="13"), OZG,
    LEISTUNG, STELLE, DIENST, HUND, replace(ANGEBOT, land="NW"), BEDINGUNGEN,
]  # fmt: skip

# Where both databases are told to do the same, one of them is asked.
ONE_DATABASE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


@pytest.fixture
def deliver(engine: Engine, tmp_path: Path) -> Deliveries:
    with writing(engine) as session:
        assert intake.take_over(session, WORLD, LIEFERANT, TODAY).faults == []
    return Deliveries(engine, tmp_path)


def rows_of(engine: Engine, model: Any) -> list[Any]:
    with reading(engine) as session:
        return list(session.scalars(select(model).order_by(model.id)))


def bodies(engine: Engine) -> dict[int | None, str]:
    return {body.id: body.name for body in rows_of(engine, Stelle)}


def refused(deliver: Deliveries, ergebnis: Ergebnis) -> list[tuple[int | None, str]]:
    assert ergebnis.status is Laufstatus.ABGEBROCHEN
    said = findings(deliver.engine, ergebnis, Befundart.ABGELEHNT)
    assert all(befund.ursache for befund in said)
    return [(befund.zeile, befund.stelle) for befund in said]


def again(deliver: Deliveries, take: Callable[[], Ergebnis], rows: int) -> None:
    """The same file once more: no row of any table differs."""
    before = read_all(deliver.engine)
    ergebnis = take()
    assert ergebnis.status is Laufstatus.FERTIG
    assert numbers(ergebnis) == (0, 0, rows, 0, 0)
    assert differing_tables(before, read_all(deliver.engine)) == []


# teilnahme ----------------------------------------------------------------------------------------

STATEMENTS = "ars;kennung;rolle;status;ab;bemerkung"
USES = f"{TOWN};wbs;nutzt;produktiv;01.02.2025;läuft"
PLANS = f"{STADT};wbs;plant;geplant;;"


def state(deliver: Deliveries, *rows: str) -> Ergebnis:
    return deliver.table(Format.TEILNAHME, STATEMENTS, *rows)


def test_statements_of_a_list_are_taken_over_for_what_they_are(
    engine: Engine, deliver: Deliveries
) -> None:
    assert numbers(state(deliver, USES, PLANS)) == (2, 0, 0, 0, 0)
    names = bodies(engine)
    found = {names[row.stelle_id]: row for row in rows_of(engine, Einsatz)}
    uses, plans = found["Warendorf"], found["Münster"]
    assert (uses.ab, uses.beleg, uses.bemerkung) == (date(2025, 2, 1), Beleg.IMPORT, "läuft")
    # Whose statement it is the list does not prove, so nobody has reported or confirmed it.
    assert (uses.gemeldet_von_id, uses.bestaetigt_am) == (None, None)
    assert (uses.sichtbarkeit, plans.sichtbarkeit) == (
        Sichtbarkeit.OEFFENTLICH,
        Sichtbarkeit.VERWALTUNG,
    )
    again(deliver, lambda: state(deliver, USES, PLANS), 2)


@ONE_DATABASE
def test_a_statement_that_says_more_changes_its_row(engine: Engine, deliver: Deliveries) -> None:
    state(deliver, USES)
    changed = USES.replace("produktiv", "voruebergehend_nicht_verfuegbar")
    assert numbers(state(deliver, changed)) == (0, 1, 0, 0, 0)
    (row,) = rows_of(engine, Einsatz)
    assert (row.status, row.version) == (Einsatzstatus.VORUEBERGEHEND, 2)


def test_one_bad_row_refuses_the_list_and_every_fault_names_its_cell(
    engine: Engine, deliver: Deliveries
) -> None:
    before = read_all(engine)
    ergebnis = state(deliver, USES, f"{STADT};wbs;mag;produktiv;bald;", f"{STADT};wbs;nutzt;;;")
    assert refused(deliver, ergebnis) == [(3, "ab"), (3, "rolle"), (4, "status")]
    said = findings(engine, ergebnis, Befundart.ABGELEHNT)
    assert [befund.wert for befund in said] == ["bald", "mag", ""]
    assert all(befund.abhilfe for befund in said)
    assert "nur ganz übernommen" in ergebnis.meldung
    assert differing_tables(before, read_all(engine)) == []


@ONE_DATABASE
def test_a_row_with_two_faults_is_one_row(deliver: Deliveries) -> None:
    ergebnis = state(deliver, f"{STADT};wbs;mag;produktiv;bald;", USES)
    assert ergebnis.meldung.startswith("1 Zeile ist fehlerhaft.")
    assert ergebnis.total.abgelehnt == 1


UNKNOWN = [USES, f"{STADT};wohngeld;nutzt;produktiv;;", "055709999999;wbs;nutzt;produktiv;;"]


@pytest.mark.full_run
def test_a_row_that_only_the_register_contradicts_refuses_the_list_too(
    engine: Engine, deliver: Deliveries
) -> None:
    before = read_all(engine)
    ergebnis = state(deliver, *UNKNOWN)
    assert ergebnis.status is Laufstatus.ABGEBROCHEN
    assert ergebnis.meldung.startswith("2 Zeilen sind fehlerhaft.")
    assert differing_tables(before, read_all(engine)) == []
    assert numbers(state(deliver, USES)) == (1, 0, 0, 0, 0)


@ONE_DATABASE
def test_a_row_that_the_register_contradicts_is_named_with_the_run(
    engine: Engine, deliver: Deliveries
) -> None:
    ergebnis = state(deliver, *UNKNOWN)
    said = findings(engine, ergebnis, Befundart.ABGELEHNT)
    assert sorted((befund.zeile or 0, befund.ursache) for befund in said) == [
        (3, "Onlinedienst „wohngeld“ ist nicht bekannt."),
        (4, "Ein Gebiet mit dem Schlüssel 055709999999 ist nicht bekannt."),
    ]


@ONE_DATABASE
def test_a_trial_names_what_the_register_contradicts(deliver: Deliveries) -> None:
    path = deliver.folder / "probe.csv"
    path.write_text("\n".join((STATEMENTS, *UNKNOWN)))
    ergebnis = import_files(
        deliver.engine, order(Format.TEILNAHME, path), nothing_shown, probe=True
    )
    said = {b.zeile: b for b in ergebnis.befunde if b.art is Befundart.ABGELEHNT}
    assert sorted(filter(None, said)) == [3, 4]
    assert "wohngeld" in said[3].ursache
    assert "katalog import gv" in said[4].abhilfe


@ONE_DATABASE
def test_an_unknown_assistant_comes_with_a_remedy(deliver: Deliveries) -> None:
    path = deliver.folder / "probe.csv"
    path.write_text("\n".join((STATEMENTS, *UNKNOWN)))
    ergebnis = import_files(
        deliver.engine, order(Format.TEILNAHME, path), nothing_shown, probe=True
    )
    assert all(b.abhilfe for b in ergebnis.befunde if b.art is Befundart.ABGELEHNT)


# vorgaenge ----------------------------------------------------------------------------------------

CASES = (
    "ars;gebiete;kennung;status;eingang;bestaetigt_am;produktiv_ab;gekuendigt_am;wirksam_zum;"
    "fassung;aktenzeichen;notiz"
)
PRODUCTIVE = (
    f"{TOWN};{TOWN}|{STADT};wbs;produktiv;10.01.2026;20.01.2026;01.03.2026;;;1;7-26;Per Mail"
)
UNDER_NOTICE = (
    f"{STADT};;wbs;gekündigt;10.01.2025;20.01.2025;01.03.2025;30.11.2025;28.02.2026;1;8-25;"
)
CONFIRMED = f"{KREIS};;wbs;bestätigt;10.10.2026;20.10.2026;;;;;;"


def take_cases(deliver: Deliveries, *rows: str) -> Ergebnis:
    return deliver.table(Format.VORGAENGE, CASES, *rows)


def case_of(engine: Engine, body: str) -> Nachnutzung:
    names = bodies(engine)
    (found,) = (c for c in rows_of(engine, Nachnutzung) if names[c.zustaendige_stelle_id] == body)
    assert isinstance(found, Nachnutzung)
    return found


def events(engine: Engine, case: Nachnutzung) -> list[tuple[Status, date | None, str]]:
    return [
        (event.nach_status, event.datum, event.notiz)
        for event in rows_of(engine, Ereignis)
        if event.nachnutzung_id == case.id
    ]


def test_a_running_case_is_taken_over_with_its_dates_and_its_use(
    engine: Engine, deliver: Deliveries
) -> None:
    ergebnis = take_cases(deliver, PRODUCTIVE, UNDER_NOTICE, CONFIRMED)
    assert numbers(ergebnis) == (3, 0, 0, 0, 0)
    case = case_of(engine, "Warendorf")
    assert (case.status, case.status_seit) == (Status.PRODUKTIV, date(2026, 3, 1))
    assert (case.interesse_am, case.bestaetigt_am) == (date(2026, 1, 10), date(2026, 1, 20))
    assert (case.produktiv_ab, case.aktenzeichen) == (date(2026, 3, 1), "7-26")
    assert case.bedingungen_offen is False
    # So that notice can be given here: the terms conclude the contract with the confirmation.
    assert case.vertrag_am == date(2026, 1, 20)
    assert case.landesangebot_id == rows_of(engine, Landesangebot)[0].id
    assert case.vorgangsnummer.startswith("NN-2026-")
    with reading(engine) as session:
        statement = (
            select(col(Gebiet.ars))
            .join(Geltungsgebiet, col(Geltungsgebiet.gebiet_id) == col(Gebiet.id))
            .where(col(Geltungsgebiet.nachnutzung_id) == case.id)
        )
        assert sorted(session.scalars(statement)) == [STADT, TOWN]
    assert events(engine, case) == [
        (Status.PRODUKTIV, date(2026, 3, 1), "Aus einer Vorgangsliste übernommen. Per Mail")
    ]
    uses = {use.nachnutzung_id: use for use in rows_of(engine, Einsatz)}
    assert set(uses) == {case.id, case_of(engine, "Münster").id}
    use = uses[case.id]
    assert (use.status, use.ab, use.bis) == (Einsatzstatus.PRODUKTIV, date(2026, 3, 1), None)
    assert (use.stelle_id, use.beleg) == (case.zustaendige_stelle_id, Beleg.KOORDINIERUNG)


@ONE_DATABASE
def test_a_case_under_notice_keeps_receipt_and_end(engine: Engine, deliver: Deliveries) -> None:
    take_cases(deliver, UNDER_NOTICE)
    case = case_of(engine, "Münster")
    assert (case.status, case.status_vor_kuendigung) == (Status.GEKUENDIGT, Status.PRODUKTIV)
    assert case.status_seit == date(2025, 11, 30)
    (notice,) = rows_of(engine, Kuendigung)
    assert (notice.nachnutzung_id, notice.zugang) == (case.id, date(2025, 11, 30))
    assert notice.wirksam_zum == date(2026, 2, 28)
    assert "nicht berechnet" in notice.rechnung
    (use,) = rows_of(engine, Einsatz)
    assert (use.ab, use.bis) == (date(2025, 3, 1), date(2026, 2, 28))


def test_a_notice_without_terms_is_said_and_made_up_for_when_there_are_some(
    engine: Engine, deliver: Deliveries
) -> None:
    with writing(engine) as session:
        session.execute(delete(Nachnutzungsbedingungen))
        session.execute(delete(Quellsatz).where(col(Quellsatz.art) == "bedingungen"))
    row = UNDER_NOTICE.replace(";1;", ";;")
    ergebnis = take_cases(deliver, row)
    assert ergebnis.status is Laufstatus.FERTIG
    said = [befund.ursache for befund in findings(engine, ergebnis, Befundart.HINWEIS)]
    assert sum("Kündigung wurde nicht übernommen" in cause for cause in said) == 1
    case = case_of(engine, "Münster")
    assert (case.status, case.status_vor_kuendigung) == (Status.PRODUKTIV, None)
    assert rows_of(engine, Kuendigung) == []

    with writing(engine) as session:
        intake.take_over(session, [QUELLE, BEDINGUNGEN], LIEFERANT, TODAY)
    take_cases(deliver, row)
    case = case_of(engine, "Münster")
    assert (case.status, case.status_vor_kuendigung) == (Status.GEKUENDIGT, Status.PRODUKTIV)
    (notice,) = rows_of(engine, Kuendigung)
    assert notice.wirksam_zum == date(2026, 2, 28)
    assert [status for status, _, _ in events(engine, case)] == [
        Status.PRODUKTIV,
        Status.GEKUENDIGT,
    ]


def test_the_same_cases_again_change_nothing_and_add_no_event(deliver: Deliveries) -> None:
    rows = (PRODUCTIVE, UNDER_NOTICE, CONFIRMED)
    take_cases(deliver, *rows)
    again(deliver, lambda: take_cases(deliver, *rows), 3)


@ONE_DATABASE
def test_a_case_that_moved_on_is_the_same_case_with_one_more_event(
    engine: Engine, deliver: Deliveries
) -> None:
    take_cases(deliver, CONFIRMED)
    before = case_of(engine, "Kreis Warendorf")
    assert rows_of(engine, Einsatz) == []
    on = CONFIRMED.replace("bestätigt", "produktiv").replace(
        "20.10.2026;;", "20.10.2026;01.11.2026;"
    )
    assert numbers(take_cases(deliver, on)) == (0, 1, 0, 0, 0)
    after = case_of(engine, "Kreis Warendorf")
    assert (after.id, after.vorgangsnummer) == (before.id, before.vorgangsnummer)
    assert [status for status, _, _ in events(engine, after)] == [
        Status.BESTAETIGT,
        Status.PRODUKTIV,
    ]
    assert [use.ab for use in rows_of(engine, Einsatz)] == [date(2026, 11, 1)]


@ONE_DATABASE
def test_a_case_that_people_decide_in_is_not_set_back_by_a_list(
    engine: Engine, deliver: Deliveries
) -> None:
    take_cases(deliver, CONFIRMED)
    case = case_of(engine, "Kreis Warendorf")
    koordinierung = rows_of(engine, Landesangebot)[0].koordinierung_id
    assert case.id is not None
    with writing(engine) as session:
        konto = create_konto(session, "efa@koordinierung.example", Rolle.KOORDINIERUNG, "ego")
        betrachter = Betrachter(
            frozenset({Rolle.KOORDINIERUNG}),
            koordinierende_stellen=frozenset({koordinierung}),
            konto_id=konto.id,
        )
        akteur = workflow.Akteur(betrachter, TODAY, "https://katalog.example")
        workflow.take(
            session, akteur, case.id, case.version, Aktion.ABLEHNEN, Angaben(grund="Kein Bedarf")
        )
    ergebnis = take_cases(deliver, CONFIRMED + "mit Notiz")
    assert case_of(engine, "Kreis Warendorf").status is Status.ABGELEHNT
    said = [befund.ursache for befund in findings(engine, ergebnis, Befundart.HINWEIS)]
    assert any("wird im Portal geführt" in cause for cause in said)


@ONE_DATABASE
def test_a_case_without_an_offer_refuses_the_whole_list(
    engine: Engine, deliver: Deliveries
) -> None:
    before = read_all(engine)
    ergebnis = take_cases(deliver, PRODUCTIVE, CONFIRMED.replace("wbs", "hund"))
    assert ergebnis.status is Laufstatus.ABGEBROCHEN
    assert ergebnis.meldung.startswith("1 Zeile ist fehlerhaft.")
    assert differing_tables(before, read_all(engine)) == []


@ONE_DATABASE
@pytest.mark.parametrize(
    ("row", "cause"),
    [
        (CONFIRMED.replace("wbs", "hund"), "kein Landesangebot für diese Stelle"),
        (CONFIRMED.replace("wbs", "wohngeld"), "Onlinedienst „wohngeld“ ist nicht bekannt"),
        (CONFIRMED.replace(KREIS, "055709999999"), "055709999999 ist nicht bekannt"),
        (PRODUCTIVE.replace(";1;", ";99;"), "Eine Fassung „99“"),
    ],
)
def test_a_trial_says_why_a_case_does_not_fit(deliver: Deliveries, row: str, cause: str) -> None:
    path = deliver.folder / "probe.csv"
    path.write_text(f"{CASES}\n{row}\n")
    ergebnis = import_files(
        deliver.engine, order(Format.VORGAENGE, path), nothing_shown, probe=True
    )
    assert ergebnis.status is Laufstatus.ABGEBROCHEN
    (befund,) = (b for b in ergebnis.befunde if b.art is Befundart.ABGELEHNT)
    assert befund.zeile == 2
    assert cause in befund.ursache


@ONE_DATABASE
def test_an_assistant_of_one_town_has_its_short_path_without_an_offer(
    engine: Engine, deliver: Deliveries
) -> None:
    ergebnis = take_cases(deliver, f"{KREIS};;hund;angefragt;10.10.2026;;;;;;;")
    assert numbers(ergebnis) == (1, 0, 0, 0, 0)
    case = case_of(engine, "Kreis Warendorf")
    assert (case.landesangebot_id, case.status) == (None, Status.ANGEFRAGT)


@ONE_DATABASE
def test_a_corrected_day_of_receipt_is_no_second_case(engine: Engine, deliver: Deliveries) -> None:
    take_cases(deliver, CONFIRMED)
    take_cases(deliver, CONFIRMED.replace("10.10.2026", "11.10.2026"))
    assert len(rows_of(engine, Nachnutzung)) == 1


@ONE_DATABASE
def test_a_list_that_the_database_refuses_is_in_the_way_of_no_other(deliver: Deliveries) -> None:
    take_cases(deliver, CONFIRMED)
    with suppress(IntegrityError):
        take_cases(deliver, CONFIRMED.replace("10.10.2026", "11.10.2026"))
    deliver.done(deliver.table(Format.OZG, "ozg_id;titel", "10119;Personalausweis"))


# efa ----------------------------------------------------------------------------------------------

OFFERINGS = (
    "kennung;name;art;status;ozg_id;leistungsschluessel;betreiber;dienstleister;plattform;"
    "koordinierung;fachressort_land;pilotkommunen;verfuegbar_ab;demo_url;quelle;stand"
)
WOHNGELD = (
    f"wohngeld;Wohngeld digital;EfA-Leistung;verfügbar;10083;{KEY};Amt für Digitales;IT.NRW;"
    f"Sozialplattform;ego;Ministerium;{TOWN}|{STADT};08/2024;https://wohngeld.example/demo;"
    "Informationsschreiben 2025;31.01.2026"
)


def offer(deliver: Deliveries, *rows: str, **options: Any) -> Ergebnis:
    return deliver.done(deliver.table(Format.EFA, OFFERINGS, *rows, **options))


def dienst(engine: Engine, kennung: str) -> Onlinedienst:
    with reading(engine) as session:
        statement = select(Onlinedienst).where(col(Onlinedienst.kennung) == kennung)
        return session.scalars(statement).one()


def test_an_offering_comes_with_bodies_platform_source_and_offer(
    engine: Engine, deliver: Deliveries
) -> None:
    offer(deliver, WOHNGELD)
    found, names = dienst(engine, "wohngeld"), bodies(engine)
    assert (found.art, found.name) == (Dienstart.EFA, "Wohngeld digital")
    assert (names[found.traeger_id], names[found.dienstleister_id]) == (
        "Amt für Digitales",
        "IT.NRW",
    )
    assert [row.id for row in rows_of(engine, Plattform)] == [found.plattform_id]
    sources = {quelle.id: quelle.titel for quelle in rows_of(engine, Quelle)}
    assert sources[found.quelle_id or 0] == "Informationsschreiben 2025"
    (angebot,) = (row for row in rows_of(engine, Landesangebot) if row.onlinedienst_id == found.id)
    assert (names[angebot.koordinierung_id], angebot.fachressort) == (
        "Koordinierung",
        "Ministerium",
    )
    before = read_all(engine)
    new, changed, _, dropped, faults = numbers(offer(deliver, WOHNGELD))
    assert (new, changed, dropped, faults) == (0, 0, 0, 0)
    assert differing_tables(before, read_all(engine)) == []


@ONE_DATABASE
def test_an_offering_that_the_list_drops_is_kept_as_dropped(
    engine: Engine, deliver: Deliveries
) -> None:
    other = "bafoeg;BAföG;efa;;;;;;;;;;;;;"
    offer(deliver, WOHNGELD, other)
    assert offer(deliver, other).total.entfallen > 0
    assert dienst(engine, "wohngeld").entfallen_am == TODAY
    assert dienst(engine, "bafoeg").entfallen_am is None
    # Those of other sources are none of this list's business.
    assert dienst(engine, "wbs").entfallen_am is None
    offer(deliver, WOHNGELD, other)
    assert dienst(engine, "wohngeld").entfallen_am is None


@ONE_DATABASE
def test_a_partial_list_of_offerings_drops_nothing(engine: Engine, deliver: Deliveries) -> None:
    offer(deliver, WOHNGELD)
    ergebnis = offer(deliver, "bafoeg;BAföG;efa;;;;;;;;;;;;;", vollstaendig=False)
    assert ergebnis.total.entfallen == 0
    assert dienst(engine, "wohngeld").entfallen_am is None


# OZG-Datenbank NRW --------------------------------------------------------------------------------


def solutions(deliver: Deliveries) -> Ergebnis:
    return deliver.table(
        Format.KDN,
        "id;name;fachverfahren;leika_id",
        f"7;Wohnberechtigung online;Wohnen 3;{KEY}",
        "8;Osterfeuer;ProOrdnung;keine, wird beantragt",
    )


def communes(deliver: Deliveries, *rows: str) -> Ergebnis:
    head = "Kommune/Kreis;Kategorie;Zugehörigkeit Kreis;PLZ;Ort;Strasse;Internet;E-Mail;AGS;Reg-Bez"
    return deliver.table(Format.KDN, head, *rows)


WARENDORF = (
    "Warendorf;Stadt;Warendorf;48231;Warendorf;Ring 1;www.warendorf.example;"
    "info@warendorf.example;05570052;Münster"
)


@ONE_DATABASE
def test_solutions_become_assistants_with_their_services(
    engine: Engine, deliver: Deliveries
) -> None:
    assert numbers(solutions(deliver)) == (2, 0, 0, 0, 0)
    found = dienst(engine, "kdn-7")
    assert (found.name, found.art) == ("Wohnberechtigung online", Dienstart.KOMMUNAL)
    paths = {
        (row.onlinedienst_id, row.leistung_id, row.name) for row in rows_of(engine, Antragsstrecke)
    }
    (leistung,) = rows_of(engine, Leistung)
    assert paths == {
        (found.id, leistung.id, ""),
        (dienst(engine, "kdn-8").id, None, "Osterfeuer"),
    }
    again(deliver, lambda: solutions(deliver), 2)


@pytest.mark.full_run
def test_communes_get_website_and_mailbox_and_drop_no_solution(
    engine: Engine, deliver: Deliveries
) -> None:
    solutions(deliver)
    kreis = "Warendorf;Kreis;;;;;https://kreis.example;post@kreis.example;05570;Münster"
    unknown = "Irgendwo;Stadt;;;;;;;05999999;"
    ergebnis = communes(deliver, WARENDORF, kreis, unknown)
    assert numbers(ergebnis) == (2, 0, 0, 0, 1)
    assert {body.name: body.website for body in rows_of(engine, Stelle) if body.website} == {
        "Warendorf": "https://www.warendorf.example",
        "Kreis Warendorf": "https://kreis.example",
    }
    names = bodies(engine)
    assert {(names[k.stelle_id], k.funktionspostfach) for k in rows_of(engine, Kontakt)} == {
        ("Warendorf", "info@warendorf.example"),
        ("Kreis Warendorf", "post@kreis.example"),
    }
    (befund,) = findings(engine, ergebnis, Befundart.ABGELEHNT)
    assert "05999999" in befund.objekt
    assert "katalog import gv" in befund.abhilfe
    before = read_all(engine)
    assert numbers(communes(deliver, WARENDORF, kreis, unknown)) == (0, 0, 2, 0, 1)
    assert differing_tables(before, read_all(engine)) == []


# Data Hub -----------------------------------------------------------------------------------------

HUB = "leika_key;ars;online_status;url;datenstand_pvog_import"
ASSISTANT = "https://wbs.example/antrag"
IN_TOWN = f"{KEY};{TOWN};ok;https://warendorf.example/wbs;2026-01-31"
IN_BUND = f"{KEY};000000000000;nicht ok;{ASSISTANT};2026-01-31"
IN_LAND = f"{KEY};05;ok;{ASSISTANT};2026-01-31"


def export(deliver: Deliveries, *rows: str) -> Ergebnis:
    return deliver.done(deliver.table(Format.DATAHUB, HUB, *rows, verlust_erlaubt=True))


def finds(engine: Engine) -> dict[tuple[str, str], Fundstelle]:
    with reading(engine) as session:
        names = {g.id: g.name for g in session.scalars(select(Gebiet))}
    return {(names[row.gebiet_id], row.url): row for row in rows_of(engine, Fundstelle)}


@pytest.fixture
def with_demo(engine: Engine, deliver: Deliveries) -> Deliveries:
    """An assistant whose host is known, so that finds can be matched to it."""
    with writing(engine) as session:
        record = replace(DIENST, demo_url="https://wbs.example/demo")
        intake.take_over(session, [record], LIEFERANT, TODAY)
    return deliver


@pytest.mark.full_run
def test_what_an_export_says_is_online_where_is_kept_and_matched_by_host(
    engine: Engine, with_demo: Deliveries
) -> None:
    assert numbers(export(with_demo, IN_TOWN, IN_BUND)) == (2, 0, 0, 0, 0)
    found = finds(engine)
    # What holds for the whole country holds in each Land.
    assert {(name, row.status.value) for (name, _), row in found.items()} == {
        ("Warendorf", "ok"),
        ("Nordrhein-Westfalen", "nicht_ok"),
        ("Mecklenburg-Vorpommern", "nicht_ok"),
    }
    assert found["Warendorf", "https://warendorf.example/wbs"].onlinedienst_id is None
    matched = {row.onlinedienst_id for row in found.values() if row.host == "wbs.example"}
    assert matched == {dienst(engine, "wbs").id}
    assert {row.stand for row in found.values()} == {date(2026, 1, 31)}
    # A find is never a statement of use.
    assert rows_of(engine, Einsatz) == []
    again(with_demo, lambda: export(with_demo, IN_TOWN, IN_BUND), 2)


def test_a_find_is_matched_whichever_came_first_and_let_go_when_in_doubt(
    engine: Engine, deliver: Deliveries
) -> None:
    export(deliver, IN_LAND)
    assert [row.onlinedienst_id for row in finds(engine).values()] == [None]
    row = WOHNGELD.replace("wohngeld.example/demo", "wbs.example/demo")
    offer(deliver, row)
    assert [row.onlinedienst_id for row in finds(engine).values()] == [
        dienst(engine, "wohngeld").id
    ]
    offer(deliver, row, row.replace("wohngeld;", "bafoeg;", 1))
    assert [row.onlinedienst_id for row in finds(engine).values()] == [None]


@ONE_DATABASE
def test_a_host_that_serves_two_assistants_matches_neither(
    engine: Engine, with_demo: Deliveries
) -> None:
    with writing(engine) as session:
        other = replace(HUND, demo_url="https://wbs.example/hund")
        intake.take_over(session, [other], LIEFERANT, TODAY)
    export(with_demo, IN_LAND)
    assert [row.onlinedienst_id for row in finds(engine).values()] == [None]


def test_what_the_next_export_no_longer_has_is_dropped_and_comes_back(
    engine: Engine, deliver: Deliveries
) -> None:
    export(deliver, IN_TOWN, IN_BUND)
    assert numbers(export(deliver, IN_TOWN)) == (0, 0, 1, 1, 0)
    assert {name: row.entfallen_am for (name, _), row in finds(engine).items()} == {
        "Warendorf": None,
        "Nordrhein-Westfalen": TODAY,
        "Mecklenburg-Vorpommern": TODAY,
    }
    export(deliver, IN_TOWN, IN_BUND)
    assert {row.entfallen_am for row in finds(engine).values()} == {None}


@ONE_DATABASE
def test_a_find_of_a_land_stays_when_that_of_the_whole_country_goes(
    engine: Engine, deliver: Deliveries
) -> None:
    export(deliver, IN_LAND, IN_BUND)
    export(deliver, IN_LAND)
    found = {name: row.entfallen_am for (name, _), row in finds(engine).items()}
    assert found == {"Nordrhein-Westfalen": None, "Mecklenburg-Vorpommern": TODAY}


@ONE_DATABASE
def test_a_find_for_a_service_that_nobody_knows_waits_for_it(
    engine: Engine, deliver: Deliveries
) -> None:
    other = IN_TOWN.replace(KEY, "99108001001000")
    assert numbers(export(deliver, IN_TOWN, other)) == (1, 0, 0, 0, 1)
    assert len(finds(engine)) == 1
    rows = ("leika_schluessel;bezeichnung;ozg_id", "99108001001000;Führerschein;")
    deliver.done(deliver.table(Format.LEIKA, *rows, verlust_erlaubt=True))
    assert len(rows_of(engine, Fundstelle)) == 2


# publiccode.yml -----------------------------------------------------------------------------------

PUBLICCODE = f"""publiccodeYmlVersion: "0.4"
name: {{name}}
url: "https://code.example/{{repository}}.git"
landingURL: https://{{repository}}.example
softwareVersion: "1.10"
releaseDate: 2026-04-15
developmentStatus: stable
description:
  de: {{{{shortDescription: Meldet Hunde an, longDescription: Lang}}}}
legal: {{{{license: EUPL-1.2}}}}
usedBy: [Stadt Warendorf]
organisation: {{{{name: Verein Freie Software, uri: "https://verein.example"}}}}
categories: [government-websites]
dependsOn:
  open: [{{{{name: PostgreSQL}}}}]
de:
  countryExtensionVersion: "1.0"
  leika:
    - {{{{ozg-id: 10083, leika-id: {KEY}}}}}
"""


def publish(deliver: Deliveries, name: str, repository: str) -> Ergebnis:
    text = PUBLICCODE.format(name=name, repository=repository)
    return deliver.done(deliver.take(Format.PUBLICCODE, text, ".yml"))


def test_published_software_becomes_an_assistant_with_its_licence_and_no_users(
    engine: Engine, deliver: Deliveries
) -> None:
    ergebnis = publish(deliver, "Hundehelfer", "hund")
    assert numbers(ergebnis) == (2, 0, 0, 0, 0)
    left_out = {
        befund.stelle: befund.wert for befund in findings(engine, ergebnis, Befundart.HINWEIS)
    }
    assert left_out["categories"] == "government-websites"
    assert left_out["dependsOn"] == "PostgreSQL"
    (found,) = (row for row in rows_of(engine, Onlinedienst) if row.name == "Hundehelfer")
    assert found.kennung.startswith("hundehelfer-")
    assert (found.name, found.art) == ("Hundehelfer", Dienstart.OPENSOURCE)
    assert (found.lizenz, found.quellcode_url) == ("EUPL-1.2", "https://code.example/hund.git")
    assert found.kurzbeschreibung == "Meldet Hunde an"
    assert bodies(engine)[found.traeger_id] == "Verein Freie Software"
    with reading(engine) as session:
        titles = {
            feld.feld: feld.quelle.titel
            for feld in provenance_of(session, "onlinedienst", found.kennung)
        }
        services = select(func.count()).where(col(Antragsstrecke.onlinedienst_id) == found.id)
        assert session.execute(services).scalar_one() == 1
    assert titles["lizenz"] == titles["name"]
    assert "publiccode" in titles["name"].lower()
    assert [row.version for row in rows_of(engine, Release)] == ["1.10"]
    # "usedBy" is a hint by the publisher and proves no use.
    assert rows_of(engine, Einsatz) == []
    again(deliver, lambda: publish(deliver, "Hundehelfer", "hund"), 2)


@ONE_DATABASE
def test_software_with_the_name_of_an_assistant_does_not_take_its_place(
    engine: Engine, deliver: Deliveries
) -> None:
    planted = replace(DIENST, kennung="wohngeld", name="Wohngeld")
    with writing(engine) as session:
        seed = QuelleRecord("grundbestand", "Grundbestand", "seed")
        intake.take_over(session, [planted], seed, TODAY)
    publish(deliver, "Wohngeld", "ganz-anderes")
    assert dienst(engine, "wohngeld").art is Dienstart.EFA


@ONE_DATABASE
def test_two_repositories_of_one_name_are_two_assistants(
    engine: Engine, deliver: Deliveries
) -> None:
    publish(deliver, "Hundehelfer", "hund")
    publish(deliver, "Hundehelfer", "noch-einer")
    addresses = {row.quellcode_url for row in rows_of(engine, Onlinedienst) if row.quellcode_url}
    assert addresses == {"https://code.example/hund.git", "https://code.example/noch-einer.git"}
