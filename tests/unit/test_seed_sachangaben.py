"""The curated offerings carry what their source documents say, field by field.

Sources are the information letter of 2025 on services of the Sozialplattform, the papers of
OZG-Connect (2021) and resolutions of Dresden; the checklist is the catalogue's own.
"""

from collections import Counter
from typing import Any

from seed.files import DATA, toml

ANGEBOTE = DATA / "angebote"

Entry = dict[str, Any]


def onlinedienst(kennung: str) -> Entry:
    return toml(ANGEBOTE / "onlinedienste" / f"{kennung}.toml")


def checklist() -> list[Entry]:
    items: list[Entry] = toml(ANGEBOTE / "pruefpunkte.toml")["pruefpunkt"]
    return items


def test_the_certificate_for_low_earners_carries_every_field_of_the_letter() -> None:
    wbs = onlinedienst("wbs-sozialplattform")
    expected = {
        "kurzname": "Bescheinigung für Geringverdiener (WBS)",
        "art": "efa",
        "verfuegbar_ab": "2024-08",
        "betreibendes_land": "NW",
        "dienstleister": "it-nrw",
        "bundesministerium": "Ministerium für Arbeit, Gesundheit und Soziales",
        "plattform": "sozialplattform",
        "themenfeld": "arbeit_ruhestand",
        "ozg_ids": ["10083"],
        "authentifizierung": ["bundid"],
        "epayment": "nicht_erforderlich",
        "xstandard": "xSozial Basis",
        "xstandard_version": "2.2",
        "transportwege": ["osci-xta"],
        "zustellort": "OSCI-Postfach",
        "quelle": "infoschreiben-mv-2025",
    }
    assert {key: wbs.get(key) for key in expected} == expected
    assert [s["leistungsschluessel"] for s in wbs["antragsstrecke"]] == ["99107022012000"]


def test_what_holds_for_the_land_stands_in_its_offer_and_not_with_the_service() -> None:
    offer = toml(ANGEBOTE / "landesangebote" / "mv" / "wbs-sozialplattform.toml")
    expected = {
        "koordinierung": "ego-mv",
        "land": "MV",
        "status": "angeboten",
        "verfuegbar_ab": "2024-08",
        "kosten_modell": "kostenneutral",
        "fachressort": (
            "Ministerium für Inneres, Bau und Digitalisierung, Referat II 600, "
            "Wohnungswesen und Bauwirtschaft"
        ),
        "zustaendige_stelle": "Amtsvorsteher der Ämter (Bürgermeister/Oberbürgermeister)",
        "pilotkommunen": ["130030000000"],
    }
    assert {key: offer.get(key) for key in expected} == expected
    assert {contact["rolle"] for contact in offer["kontakt"]} >= {"erster-kontakt", "mik", "tff"}
    wbs = onlinedienst("wbs-sozialplattform")
    assert not {"fachressort", "zustaendige_stelle", "pilotkommunen", "kosten_modell"} & set(wbs)


def test_ten_services_are_offered_in_the_land_and_three_are_set_back() -> None:
    by_status: dict[str, set[str]] = {"angeboten": set(), "zurueckgestellt": set()}
    for path in (ANGEBOTE / "landesangebote" / "mv").glob("*.toml"):
        offer = toml(path)
        by_status[offer["status"]].add(onlinedienst(offer["onlinedienst"])["name"])
    assert by_status["angeboten"] == {
        "Bürgergeld",
        "Hilfe zum Lebensunterhalt",
        "Grundsicherung im Alter und bei Erwerbsminderung",
        "Leistungen nach Asylbewerberleistungsgesetz",
        "Übernahme von Mietrückständen",
        "Bedarf für Bildung und Teilhabe",
        "Bescheinigung für Geringverdiener – Wohnberechtigungsschein",
        "Förderung der Aufnahme einer Erwerbstätigkeit",
        "Aktivierung und berufliche Eingliederung",
        "Soziale Entschädigung SGB XIV",
    }
    assert by_status["zurueckgestellt"] == {
        "Suchtberatung",
        "Schuldnerberatung",
        "Hilfe zur Überwindung besonderer sozialer Schwierigkeiten",
    }


def test_the_notice_rule_of_the_land_is_three_months_to_the_end_of_a_month() -> None:
    terms = toml(ANGEBOTE / "bedingungen" / "mv-nachnutzungsbedingungen.toml")
    rule = (terms["kuendigung_n"], terms["kuendigung_einheit"], terms["kuendigung_anker"])
    assert rule == (3, "monat", "monatsende")
    assert terms["empfaenger"] == "mik"


def test_the_default_checklist_has_thirteen_items_in_three_groups() -> None:
    items = checklist()
    assert Counter(item["gruppe"] for item in items) == {"vorab": 4, "technisch": 5, "betrieb": 4}
    assert len({item["titel"] for item in items}) == 13


def test_nothing_that_belongs_to_the_test_itself_blocks_its_beginning() -> None:
    optional = {item["titel"].split()[0] for item in checklist() if not item["pflicht"]}
    in_the_test = {i["titel"].split()[0] for i in checklist() if i.get("stufe") == "im_test"}
    assert optional == {"Fachverfahren:"}
    assert in_the_test == {"Testfall", "Termin"}


def test_the_local_values_of_dresden_are_complete() -> None:
    (dresden,) = toml(ANGEBOTE / "oertliche_festlegungen.toml")["oertliche_festlegung"]
    per_household = {w["personen"]: w["betrag"] for w in dresden["wert"] if "personen" in w}
    assert per_household == {1: 276, 2: 347, 3: 430, 4: 512, 5: 598}
    assert [w["betrag"] for w in dresden["wert"] if w.get("je_weitere_person")] == [63]
    assert (dresden["gueltig_ab"], dresden["gueltig_bis"]) == ("2010-12-01", "2012-11-30")
    assert dresden["ersetzt"] == ["V0382-SR09-05", "V2198-SR62-08"]
    assert dresden["rueckwirkend"] is True


def test_the_coordination_area_of_the_muensterland_is_freely_composed() -> None:
    stellen = toml(ANGEBOTE / "stellen.toml")["stelle"]
    (stelle,) = [s for s in stellen if s["kennung"] == "ozg-connect"]
    area = {"055580000000", "055700000000", "055150000000", "059150000000"}
    assert set(stelle["wirkungsgebiet"]) == area
