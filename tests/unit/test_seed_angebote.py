"""The offerings have the form they promise, refer to what exists, and fit the register.

Both folders have one layout, so these rules are checked for `angebote` and `demo` alike. What
the source documents say stands in test_seed_sachangaben, what is invented in test_seed_demo.
"""

import re
from collections import Counter
from datetime import date
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from seed.files import DATA, csv_rows
from seed.files import toml as read_toml

ANGEBOTE, DEMO, REGISTER = DATA / "angebote", DATA / "demo", DATA / "register"

Entry = dict[str, Any]

ALLOWED: dict[str, dict[str, str]] = {
    "quelle": {"art": "amtlich import seed demo"},
    "stelle": {"art": "kommune koordinierung dienstleister ministerium land zweckverband sonstige"},
    "kontaktrolle": {"ebene": "vollzug landkreis land"},
    "onlinedienst": {
        "art": "efa landesloesung kommunal markt opensource konzept",
        "status": "geplant in_entwicklung pilot verfuegbar abgekuendigt eingestellt",
        "epayment": "nicht_erforderlich erforderlich optional",
        "vertrauensniveau": "niedrig substantiell hoch",
        "authentifizierung": "bundid mein-unternehmenskonto servicekonto online-ausweis ohne",
        "transportwege": "osci-xta fit-connect e-mail https-schnittstelle",
    },
    "verweis": {
        "art": (
            "anbindungsleitfaden landesportal infoseite faq versionshinweise demo marktplatz "
            "sonstiges"
        )
    },
    "landesangebot": {
        "status": "angeboten geplant zurueckgestellt eingestellt",
        "kosten_modell": "kostenneutral umlage lizenz sonstige",
    },
    "kontakt": {"ebene": "vollzug landkreis land"},
    "bedingungen": {
        "vertragsschluss": "bestaetigung produktivsetzung",
        "kuendigung_einheit": "tag woche monat",
        "kuendigung_anker": "keiner monatsende quartalsende halbjahresende jahresende",
    },
    "pruefpunkt": {"gruppe": "vorab technisch betrieb"},
}
WITHOUT_KENNUNG = {"landesangebot", "pruefpunkt", "verweis", "kontakt"}
LAENDER = "BB BE BW BY HB HE HH MV NI NW RP SH SL SN ST TH"

# "Assistent" is the word of the start page only; the states have their own fixed names.
UNWANTED = re.compile(
    r"!|[Aa]ssistent(?!in)|\b(in Arbeit|ausgesetzt|offline|Nutzungsbedingungen|rund um|bequem"
    r"|komfortabel|modern(e[mnrs]?)?|innovativ\w*|nutzerfreundlich\w*|unkompliziert|problemlos"
    r"|selbstverständlich|optimal\w*|effizient\w*|vielfältig\w*|attraktiv\w*)\b"
)
PROSE = {
    "kurzbeschreibung", "beschreibung", "zweck", "hinweis", "text", "klausel", "anmerkung",
    "abweichung", "kosten_text", "foerderung", "bemerkung", "abhaengigkeiten",
}  # fmt: skip


@cache
def toml(path: Path) -> Entry:
    return read_toml(path)


@cache
def table(path: Path) -> list[dict[str, str]]:
    return list(csv_rows(path))


def entries(name: str, key: str) -> list[Entry]:
    paths = [folder / f"{name}.toml" for folder in (ANGEBOTE, DEMO)]
    return [entry for path in paths if path.exists() for entry in toml(path)[key]]


def files(pattern: str) -> dict[Path, Entry]:
    return {path: toml(path) for folder in (ANGEBOTE, DEMO) for path in folder.glob(pattern)}


def onlinedienste() -> list[Entry]:
    return list(files("onlinedienste/*.toml").values())


def landesangebote() -> list[Entry]:
    return list(files("landesangebote/*/*.toml").values())


def bedingungen() -> list[Entry]:
    return list(files("bedingungen/*.toml").values())


def kennungen(items: list[Entry]) -> set[str]:
    return {item["kennung"] for item in items}


def nested(items: list[Entry], key: str) -> list[Entry]:
    return [child for item in items for child in item.get(key, [])]


def all_kinds() -> dict[str, list[Entry]]:
    return {
        "quelle": entries("quellen", "quelle"),
        "plattform": entries("plattformen", "plattform"),
        "stelle": entries("stellen", "stelle"),
        "kontaktrolle": entries("kontaktrollen", "kontaktrolle"),
        "behoerdenart": entries("behoerdenarten", "behoerdenart"),
        "netzwerk": entries("netzwerke", "netzwerk"),
        "oertliche_festlegung": entries("oertliche_festlegungen", "oertliche_festlegung"),
        "beschluss": entries("beschluesse", "beschluss"),
        "onlinedienst": onlinedienste(),
        "landesangebot": landesangebote(),
        "bedingungen": bedingungen(),
        "pruefpunkt": entries("pruefpunkte", "pruefpunkt"),
        "verweis": nested(onlinedienste() + landesangebote(), "verweis"),
        "kontakt": nested(landesangebote(), "kontakt"),
    }


def values_under(node: Any, wanted: set[str]) -> list[Any]:
    """All values that stand anywhere below `node` under one of the wanted keys."""
    if isinstance(node, list):
        return list(chain.from_iterable(values_under(item, wanted) for item in node))
    if not isinstance(node, dict):
        return []
    found = [value for key, value in node.items() if key in wanted]
    flat = [item for value in found for item in (value if isinstance(value, list) else [value])]
    return flat + list(chain.from_iterable(values_under(value, wanted) for value in node.values()))


def keys_under(node: Any) -> set[str]:
    if isinstance(node, list):
        return set(chain.from_iterable(keys_under(item) for item in node))
    if not isinstance(node, dict):
        return set()
    return set(node) | set(chain.from_iterable(keys_under(value) for value in node.values()))


def trees_of(*folders: Path) -> list[Any]:
    """All files of the folders, tables included."""
    trees: list[Any] = [toml(path) for folder in folders for path in folder.glob("**/*.toml")]
    return trees + [table(path) for folder in folders for path in folder.glob("*.csv")]


def register_of_leistungen() -> dict[str, set[str]]:
    rows = table(REGISTER / "leistungen.csv")
    return {row["leistungsschluessel"]: set(row["ozg_ids"].split("|")) for row in rows}


def test_there_are_as_many_offerings_as_the_start_of_the_catalogue_promises() -> None:
    curated = [toml(path) for path in (ANGEBOTE / "onlinedienste").glob("*.toml")]
    on_sozialplattform = [o for o in curated if o.get("plattform") == "sozialplattform"]
    assert len(on_sozialplattform) == 13
    assert len(curated) - len(on_sozialplattform) >= 30


def test_a_file_is_named_after_what_it_holds() -> None:
    for path, entry in files("onlinedienste/*.toml").items():
        assert entry["kennung"] == path.stem
    for path, entry in files("landesangebote/*/*.toml").items():
        assert entry["onlinedienst"] == path.stem
        assert entry["land"].lower() == path.parent.name


def test_every_kennung_is_a_slug_and_used_once_per_kind() -> None:
    for kind, items in all_kinds().items():
        if kind in WITHOUT_KENNUNG:
            continue
        counts = Counter(item["kennung"] for item in items)
        assert [k for k, n in counts.items() if n > 1] == [], kind
        assert [k for k in counts if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", k)] == [], kind


@pytest.mark.parametrize("kind", ALLOWED)
def test_values_of_a_closed_list_come_from_that_list(kind: str) -> None:
    items = all_kinds()[kind]
    assert items
    for item in items:
        for key, allowed in ALLOWED[kind].items():
            given = item.get(key, [])
            for value in given if isinstance(given, list) else [given]:
                assert value in allowed.split(), (kind, item, key)


@pytest.mark.parametrize(
    "folders", [(ANGEBOTE,), (ANGEBOTE, DEMO)], ids=["without-demo", "with-demo"]
)
def test_every_reference_leads_somewhere_whether_the_demo_is_there_or_not(
    folders: tuple[Path, ...],
) -> None:
    def known(name: str, key: str) -> set[str]:
        paths = [folder / f"{name}.toml" for folder in folders]
        return {e["kennung"] for p in paths if p.exists() for e in toml(p)[key]}

    def filed(name: str) -> set[str]:
        paths = [path for folder in folders for path in folder.glob(f"{name}/*.toml")]
        return {toml(path)["kennung"] for path in paths}

    stellen, dienste = known("stellen", "stelle"), filed("onlinedienste")
    rollen = known("kontaktrollen", "kontaktrolle")
    targets = {
        "quelle": known("quellen", "quelle"),
        "betreiber": stellen,
        "traeger": stellen,
        "dienstleister": stellen,
        "koordinierung": stellen,
        "stelle": stellen,
        "plattform": known("plattformen", "plattform"),
        "onlinedienst": dienste,
        "behoerdenart": known("behoerdenarten", "behoerdenart"),
        "bedingungen": filed("bedingungen"),
        "rolle": rollen,
        "empfaenger": rollen,
        "festlegung": known("oertliche_festlegungen", "oertliche_festlegung"),
    }
    trees: list[Any] = [toml(path) for folder in folders for path in folder.glob("**/*.toml")]
    for key, there in targets.items():
        given = {value for value in values_under(trees, {key}) if isinstance(value, str)}
        assert given, key
        assert given <= there, (key, given - there)
    successors = set(values_under(trees, {"nachfolger"}))
    assert successors <= dienste
    # Among the curated services none is known to follow another.
    assert bool(successors) == (DEMO in folders)
    for folder in folders:
        rows = table(folder / "einsaetze.csv")
        assert rows
        assert {row["kennung"] for row in rows} <= dienste
        assert {row["quelle"] for row in rows} <= targets["quelle"]


def test_every_entry_names_its_source() -> None:
    for path, tree in files("**/*.toml").items():
        if path.name == "quellen.toml" or "quelle" in tree:
            continue
        lists = [value for value in tree.values() if isinstance(value, list)]
        assert lists, path
        assert [e for e in chain.from_iterable(lists) if "quelle" not in e] == [], path


def test_the_terms_are_those_of_the_body_that_coordinates_the_offer() -> None:
    owner = {terms["kennung"]: terms["koordinierung"] for terms in bedingungen()}
    for offer in landesangebote():
        if "bedingungen" in offer:
            assert owner[offer["bedingungen"]] == offer["koordinierung"], offer["onlinedienst"]


def test_one_body_offers_a_service_only_once() -> None:
    counts = Counter((offer["onlinedienst"], offer["koordinierung"]) for offer in landesangebote())
    assert max(counts.values()) == 1


def test_keys_have_the_form_of_keys() -> None:
    trees = trees_of(ANGEBOTE, DEMO)
    schluessel = values_under(trees, {"leistungsschluessel"})
    ozg_ids = values_under(trees, {"ozg_ids"})
    regional = values_under(trees, {"ars", "wirkungsgebiet", "pilotkommunen", "mitglieder"})
    assert schluessel
    assert [key for key in schluessel if not re.fullmatch(r"\d{14}", key)] == []
    assert ozg_ids
    assert [key for key in ozg_ids if not re.fullmatch(r"1\d{4}", key)] == []
    assert regional
    assert [key for key in regional if not re.fullmatch(r"(0[1-9]|1[0-6])\d{10}", key)] == []
    assert set(values_under(trees, {"land", "betreibendes_land"})) <= set(LAENDER.split())


def test_links_are_complete_and_only_the_demo_uses_reserved_hosts() -> None:
    for folder in (ANGEBOTE, DEMO):
        links = values_under(trees_of(folder), {"url", "website", "quellcode_url", "demo_url"})
        for link in filter(None, links):
            host = re.fullmatch(r"https://([^/]+)(/\S*)?", link)
            assert host, link
            assert host[1].endswith(".example") == (folder == DEMO), link


def test_dates_are_dates_in_the_precision_that_is_known() -> None:
    dated = {
        "stand", "verfuegbar_ab", "eingestellt_zum", "gueltig_ab", "gueltig_bis", "datum",
        "naechste_pruefung", "naechste_kontrolle", "zieldatum",
    }  # fmt: skip
    values = values_under(list(files("**/*.toml").values()), dated)
    assert values
    for value in values:
        assert re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", value), value
        date.fromisoformat((value + "-01-01")[:10] if len(value) < 10 else value)


def test_a_maturity_always_names_its_model() -> None:
    for item in nested(onlinedienste(), "antragsstrecke"):
        modell, stufe = item.get("reifegrad_modell"), item.get("reifegrad")
        if modell is None:
            assert stufe is None, item
        else:
            assert stufe in {"1.1": range(5), "2.0": range(8)}[modell], item


def test_terms_that_are_not_the_real_wording_say_so_first() -> None:
    for terms in bedingungen():
        assert terms["text"].startswith("Entwurf/Demo-Fassung:"), terms["kennung"]


def test_texts_keep_to_the_words_of_the_catalogue_without_praise_or_filler() -> None:
    texts = [text for text in values_under(trees_of(ANGEBOTE, DEMO), PROSE) if text]
    assert len(texts) > 150
    assert [text for text in texts if UNWANTED.search(text)] == []


def test_what_the_offerings_name_is_in_the_register() -> None:
    trees = trees_of(ANGEBOTE, DEMO)
    known_ids = {row["ozg_id"] for row in table(REGISTER / "ozg.csv")}
    assert set(values_under(trees, {"ozg_ids"})) - known_ids == set()
    known_keys = set(register_of_leistungen())
    assert set(values_under(trees, {"leistungsschluessel"})) - known_keys == set()
    slugs = {row["slug"] for row in table(REGISTER / "themenfelder.csv")}
    assert set(values_under(trees, {"themenfeld"})) - slugs == set()


def test_the_key_of_an_application_path_belongs_to_an_ozg_service_of_its_onlinedienst() -> None:
    register = register_of_leistungen()
    for dienst in onlinedienste():
        for path in dienst.get("antragsstrecke", []):
            of_path = register[path["leistungsschluessel"]]
            assert of_path & set(dienst.get("ozg_ids", [])), dienst["kennung"]


def test_the_themenfeld_of_an_onlinedienst_is_that_of_one_of_its_ozg_services() -> None:
    themenfelder = {row["ozg_id"]: row["themenfeld"] for row in table(REGISTER / "ozg.csv")}
    compared = [dienst for dienst in onlinedienste() if dienst.get("ozg_ids")]
    assert len(compared) > 60
    for dienst in compared:
        of_services = {themenfelder[ozg_id] for ozg_id in dienst["ozg_ids"]}
        assert dienst["themenfeld"] in of_services, dienst["kennung"]


def test_the_readme_explains_every_key_and_column() -> None:
    readme = (ANGEBOTE / "README.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"`(?:\[\[)?([a-z_]+)(?:\]\])?`", readme))
    explained |= set(re.findall(r"\[\[(?:[a-z_]+\.)?([a-z_]+)\]\]", readme))
    # Its table of statements has the columns that the README of the demo explains.
    explained |= set(table(DEMO / "einsaetze.csv")[0])
    used = keys_under([toml(path) for path in ANGEBOTE.glob("**/*.toml")])
    used |= {column for path in ANGEBOTE.glob("*.csv") for column in table(path)[0]}
    assert used - explained == set()
