"""Every page says what it is there for, under the address that people and scripts rely on."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from sqlalchemy import select
from sqlmodel import col

from katalog.domain.begriffe import Einsatzstatus
from katalog.models.angebot import Onlinedienst
from katalog.models.register import Gebiet
from katalog.models.stellen import Stelle
from tests.portal import Answer, session_of
from tests.seite import Seite
from tests.umfang import VOLL

Get = Callable[..., Answer]
Read = Callable[..., Seite]

WBS = "/onlinedienste/wbs-sozialplattform"
WARENDORF = "/kommunen/055700052052"
KREIS_WARENDORF = "/kommunen/055700000000"
OFFERED = {
    "Aktivierung und berufliche Eingliederung",
    "Bedarf für Bildung und Teilhabe",
    "Bescheinigung für Geringverdiener – Wohnberechtigungsschein",
    "Bürgergeld",
    "Förderung der Aufnahme einer Erwerbstätigkeit",
    "Grundsicherung im Alter und bei Erwerbsminderung",
    "Hilfe zum Lebensunterhalt",
    "Leistungen nach Asylbewerberleistungsgesetz",
    "Soziale Entschädigung SGB XIV",
    "Übernahme von Mietrückständen",
}
SET_BACK = {
    "Hilfe zur Überwindung besonderer sozialer Schwierigkeiten",
    "Schuldnerberatung",
    "Suchtberatung",
}


# ── Onlinedienste ───────────────────────────────────────────────────────────────────────────


def test_the_list_shows_the_ten_services_of_the_sozialplattform(read: Read) -> None:
    page = read("/onlinedienste?plattform=sozialplattform")
    assert {title.text for title in page.main.all("h3")} == OFFERED | SET_BACK


def test_services_that_are_set_back_in_a_land_say_so_on_their_page(read: Read) -> None:
    page = read("/onlinedienste?plattform=sozialplattform")
    set_back = set()
    for title in page.main.all("h3"):
        service = read(title.one("a").attrs["href"])
        if "zurückgestellt in Mecklenburg-Vorpommern" in service.text:
            set_back.add(title.text)
            assert "zurzeit nicht zur Nachnutzung angeboten" in service.text
        else:
            assert "angeboten in Mecklenburg-Vorpommern" in service.text
    assert set_back == SET_BACK


@pytest.mark.parametrize(
    ("name", "fact"),
    [
        ("OZG-ID", "10083"),
        ("LeiKa-ID", "99107022012000"),
        ("Antragsstrecken", "1"),
        ("Plattform", "Sozialplattform"),
        ("Standard", "xSozial Basis 2.2"),
        ("Transport", "OSCI/XTA an ein OSCI-Postfach"),
        ("Anmeldung", "BundID"),
        ("Betreibendes Land", "Nordrhein-Westfalen"),
        ("Kündigung", "3 Monate zum Monatsende"),
        ("Pilotkommune", "Rostock"),
        ("Federführendes Bundesministerium", "Ministerium für Arbeit, Gesundheit und Soziales"),
        ("Zuständige Stelle", "Amtsvorsteher der Ämter (Bürgermeister/Oberbürgermeister)"),
    ],
)
def test_the_page_of_the_wbs_service_answers_what_its_information_letter_says(
    read: Read, name: str, fact: str
) -> None:
    assert fact in read(WBS).fact(name)


def test_the_page_of_the_wbs_service_names_its_state_provider_and_price(read: Read) -> None:
    page = read(WBS)
    assert page.heading == "Bescheinigung für Geringverdiener (WBS)"
    assert page.fact("IT-Dienstleister") in {
        "IT.NRW",
        "Landesbetrieb Information und Technik Nordrhein-Westfalen (IT.NRW)",
        "Landesbetrieb Information und Technik Nordrhein-Westfalen",
    }
    assert "verfügbar seit 08/2024" in page.text
    assert "kostenneutral" in page.fact("Kosten")
    assert page.fact("ePayment") == "nicht erforderlich"
    assert "Themenfeld" in page.text
    assert page.fact("Themenfeld") == "Arbeit & Ruhestand"


def test_keys_are_shown_in_their_official_groups(read: Read) -> None:
    key = read(WBS).link("99107022012000")
    assert key == "/leistungen/99107022012000"
    (found,) = [k for k in read(WBS).main.all("span", class_="key") if k.text == "99107022012000"]
    assert [span.text for span in found.all("span")] == ["99", "107", "022", "012", "000"]


def test_the_page_says_when_a_notice_received_today_would_end_the_use(read: Read) -> None:
    page = read(WBS)
    assert "heute zu, am Freitag, 20. November 2026" in page.text
    assert "mit Ablauf des 28. Februar 2027" in page.text
    reckoning = page.main.one("ol", class_="reckoning")
    assert len(reckoning.all("li")) >= 2
    assert "§ 188" in reckoning.text or "§ 187" in reckoning.text


def test_the_page_says_what_to_do_next_and_whom_to_write_to(read: Read) -> None:
    page = read(WBS)
    assert page.main.one(class_="next").one("h2").text == "Interesse bekunden"
    contact = page.root.one(id="kontakt")
    assert "Zweckverband Elektronische Verwaltung in Mecklenburg-Vorpommern" in contact.text
    assert read(contact.all("a")[0].attrs["href"]).heading.startswith("Zweckverband")


def test_who_uses_a_service_is_listed_with_state_and_source(read: Read) -> None:
    page = read(WBS)
    rows = [row for row in page.rows() if len(row) == 4]
    assert rows
    for _, state, _, source in rows:
        assert state.startswith(tuple(status.label for status in Einsatzstatus)), state
        assert re.search(r"laut|Eigenangabe|bestätigt am|widersprochen am|nicht bestätigt", source)


def test_a_service_without_offer_says_so_instead_of_leaving_a_gap(read: Read) -> None:
    page = read("/onlinedienste/drohnen-bw")
    assert "Ein Angebot zur Nachnutzung durch ein Land ist nicht verzeichnet." in page.text
    assert "Noch keine Kommune hat angegeben" in page.text
    assert page.fact("Fachverfahren") == "keine Angabe"


@pytest.mark.full_run
def test_every_service_of_the_starting_set_has_its_page(planted: str, read: Read) -> None:
    with session_of(planted) as session:
        known = session.execute(
            select(col(Onlinedienst.kennung), col(Onlinedienst.name), col(Onlinedienst.kurzname))
        ).all()
    assert len(known) > 80
    for kennung, name, short in known if VOLL else known[::4]:
        assert read(f"/onlinedienste/{kennung}").heading == (short or name)


# ── OZG- und LeiKa-Leistungen ───────────────────────────────────────────────────────────────


def test_the_page_of_an_ozg_service_names_its_bundle_and_the_services_for_it(read: Read) -> None:
    page = read("/ozg/10083")
    assert page.main.one(class_="kicker").text == "OZG-Leistung 10083"
    assert page.heading in page.title
    assert page.fact("OZG-ID") == "10083"
    assert page.link("Bescheinigung für Geringverdiener – Wohnberechtigungsschein") == WBS
    assert "99107022012000" in page.text


def test_the_page_of_a_leika_service_names_who_has_a_solution(read: Read) -> None:
    page = read("/leistungen/99110009104000")
    assert page.heading == "Hund anmelden"
    assert page.fact("Leistungsschlüssel") == "99110009104000"
    assert page.main.one(id="nutzer").text == "Wer eine Lösung hat"
    assert len(page.rows()) > 5
    assert page.main.all("svg", class_="map")


@pytest.mark.parametrize(
    "typed",
    [
        "99 107 022 012 000",
        "99.107.022.012.000",
        "99107022012000 ",
        "99\u00a0107\u00a0022\u202f012 000",
    ],
)
def test_a_leika_key_with_blanks_or_points_leads_to_its_one_address(get: Get, typed: str) -> None:
    answer = get(f"/leistungen/{quote(typed)}")
    assert (answer.status, answer.header("location")) == (301, "/leistungen/99107022012000")


# ── Kommunen und Stellen ────────────────────────────────────────────────────────────────────


def test_the_page_of_warendorf_shows_keys_state_and_neighbours(read: Read) -> None:
    page = read(WARENDORF)
    assert page.heading == "Warendorf"
    assert page.fact("Regionalschlüssel (ARS)") == "055700052052"
    assert page.fact("Gemeindeschlüssel (AGS)") == "05570052"
    assert "OZG-Connect" in page.text
    assert "Was Warendorf hat" in page.text
    assert "Was die Nachbarn haben und Warendorf nicht" in page.text
    trail = [a.attrs["href"] for a in page.root.one("nav", class_="breadcrumb").all("a")]
    assert trail == ["/", "/kommunen", "/kommunen?land=Nordrhein-Westfalen", KREIS_WARENDORF]


def test_the_number_in_the_lead_is_the_number_of_statements_below(read: Read) -> None:
    page = read(WARENDORF)
    lead = page.main.one(class_="lead").text
    total = int(lead.split()[0])
    table = page.main.all("table", class_="table--ledger")[0]
    assert len([cell for cell in table.all("td", class_="table__main")]) == total
    parts = [int(number) for number in re.findall(r"(\d+) (?:produktiv|in |geplant|vor)", lead)]
    assert sum(parts) == total


def test_a_municipality_without_statements_says_that_this_means_nothing(read: Read) -> None:
    page = read("/kommunen/010010000000")
    assert page.heading == "Flensburg"
    assert "liegt noch keine öffentliche Angabe vor" in page.text
    assert "Das heißt nicht, dass es in Flensburg keine Onlinedienste gibt." in page.text


def test_a_kreis_lists_its_municipalities(read: Read) -> None:
    page = read(KREIS_WARENDORF)
    towns = page.root.one(id="mitglieder")
    assert len(towns.all("li")) == 13
    assert ("Warendorf", WARENDORF) in [(a.text, a.attrs["href"]) for a in towns.all("a")]


@pytest.mark.parametrize(
    ("typed", "leads_to"),
    [
        ("05570052", "055700052052"),
        ("05 5 70 052", "055700052052"),
        ("05 5 70 0052 052", "055700052052"),
        ("05-570-0052-052", "055700052052"),
        ("05\u00a0570\u202f0052\u00a0052", "055700052052"),
        ("05570", "055700000000"),
        ("05", "050000000000"),
    ],
)
def test_an_ags_a_short_key_or_one_with_blanks_leads_to_the_ars(
    get: Get, typed: str, leads_to: str
) -> None:
    answer = get(f"/kommunen/{quote(typed)}")
    assert (answer.status, answer.header("location")) == (301, f"/kommunen/{leads_to}")
    assert get(f"/kommunen/{leads_to}").status == 200


def test_a_body_without_an_area_has_its_page(planted: str, read: Read) -> None:
    with session_of(planted) as session:
        number = session.execute(
            select(col(Stelle.id)).where(col(Stelle.kennung) == "ego-mv")
        ).scalar_one()
    page = read(f"/stellen/{number}")
    assert page.heading == "Zweckverband Elektronische Verwaltung in Mecklenburg-Vorpommern"
    assert "Angebote zur Nachnutzung" in page.text
    assert OFFERED & {a.text for a in page.main.all("a")}
    assert "Fassung" in page.text


def test_a_body_with_an_area_leads_to_its_municipality(planted: str, get: Get) -> None:
    with session_of(planted) as session:
        number = session.execute(
            select(col(Stelle.id))
            .join(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
            .where(col(Gebiet.ars) == "055700052052")
        ).scalar_one()
    answer = get(f"/stellen/{number}")
    assert (answer.status, answer.header("location")) == (301, WARENDORF)


# ── Start, Suche, Quellen ───────────────────────────────────────────────────────────────────


def test_the_start_page_opens_with_the_question_and_marks_demo_data(read: Read) -> None:
    page = read("/")
    assert page.main.all("input", type="search", name="q")
    assert "Beispiele" in page.root.one("aside", class_="demo-strip").text
    assert len(page.main.one("dl", class_="figures").all("dd")) == 4
    assert "Hund anmelden" in page.text


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Hund anmelden", "/leistungen/99110009104000"),
        ("99107022012000", "/leistungen/99107022012000"),
        ("99 107 022 012 000", "/leistungen/99107022012000"),
        ("10083", "/ozg/10083"),
        ("OZG 10083", "/ozg/10083"),
        ("Warendorf", WARENDORF),
        ("055700052052", WARENDORF),
        ("wohnberechtigungsschein", WBS),
        ("BÜRGERGELD", "/onlinedienste/buergergeld-sozialplattform"),
    ],
)
def test_a_name_or_key_finds_what_it_names(read: Read, question: str, answer: str) -> None:
    page = read(f"/suche?q={quote(question)}")
    assert answer in {a.attrs["href"] for a in page.main.all("a")}


def test_with_a_place_services_that_neighbours_use_come_first(read: Read) -> None:
    page = read("/suche?q=Hund+anmelden&ort=Warendorf")
    assert "im selben Kreis wie Warendorf" in page.text
    first = page.main.one("ol", class_="hits").all("li", class_="hit")[0]
    assert "in der Nähe:" in first.text


def test_a_place_that_does_not_exist_is_said_and_the_search_goes_on(read: Read) -> None:
    page = read("/suche?q=Hund+anmelden&ort=Bielefeldingen")
    assert "Eine Kommune „Bielefeldingen“ ist nicht verzeichnet." in page.text
    assert page.main.all("li", class_="hit")


def test_nothing_found_says_what_to_try(read: Read) -> None:
    page = read("/suche?q=xyzzyplugh")
    assert page.heading == "0 Ergebnisse für „xyzzyplugh“"
    assert "Versuchen Sie ein anderes Wort" in page.text
    assert page.main.one("input", name="q").attrs["value"] == "xyzzyplugh"


def test_the_sources_name_publisher_date_and_licence(read: Read) -> None:
    page = read("/quellen")
    assert len(page.rows()) >= 5
    assert "Bundesamt für Kartographie und Geodäsie" in page.text
    assert "GeoNutzV" in page.text
    assert all(len(row) == 4 and all(row) for row in page.rows())


# ── Was es nicht gibt ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "path",
    [
        "/nix", "/ozg/99999", "/ozg/abc", "/leistungen/99999999999999", "/leistungen/abc",
        "/onlinedienste/gibt-es-nicht", "/kommunen/999999999999", "/kommunen/abc",
        "/kommunen/0557000520520", "/stellen/999999", "/stellen/abc", "/stellen/-1",
        "/stellen/99999999999", "/stellen/²", "/static/x/gibt-es-nicht.css", "/ozg?seite=9999",
        f"{WBS}?seite=500",
    ],
)  # fmt: skip
def test_what_is_not_there_is_a_404_page_that_helps_on(get: Get, path: str) -> None:
    answer = get(quote(path, safe="/?=&-"))
    assert answer.status == 404
    page = answer.seite
    assert page.main.one(class_="kicker").text == "Fehler 404"
    assert page.main.one("form", action="/suche").all("input", name="q")
    assert "So geht es weiter" in page.text
    assert page.root.one("meta", name="robots").attrs["content"] == "noindex"


def test_the_404_page_repeats_the_key_that_was_asked_for(get: Get) -> None:
    page = get("/ozg/12345").seite
    assert page.heading == "Nicht gefunden"
    assert "Die OZG-Leistung „12345“ ist hier nicht zu finden." in page.text
