"""Checks the hand-edited starting register in seed/daten/register.

People edit these files without a program at their side, so every rule of the README there has a
test here. Reading repository data is the one kind of I/O that this unit test needs.
"""

import csv
import re
import tomllib
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

REGISTER = Path(__file__).resolve().parents[2] / "seed" / "daten" / "register"

HEADERS = {
    "themenfelder.csv": ["slug", "name", "name_alt", "beschreibung"],
    "lagen.csv": ["name", "art", "themenfeld"],
    "ozg.csv": [
        "ozg_id",
        "titel",
        "themenfeld",
        "lage",
        "top100",
        "prioritaet",
        "federfuehrung",
        "beschreibung",
        "quelle",
    ],
    "leistungen.csv": [
        "leistungsschluessel",
        "bezeichnung",
        "bezeichnung_buerger",
        "typisierung",
        "ozg_ids",
        "rechtsgrundlage",
        "zielgruppe",
        "kurztext",
        "quelle",
    ],
}
MANDATORY = {
    "themenfelder.csv": ["slug", "name", "beschreibung"],
    "lagen.csv": ["name", "art", "themenfeld"],
    "ozg.csv": ["ozg_id", "titel", "themenfeld", "lage", "top100", "beschreibung", "quelle"],
    "leistungen.csv": ["bezeichnung", "typisierung", "ozg_ids", "quelle"],
}
SORT_COLUMNS = {
    "themenfelder.csv": ["slug"],
    "lagen.csv": ["name"],
    "ozg.csv": ["ozg_id"],
    "leistungen.csv": ["leistungsschluessel", "bezeichnung"],
}
OWN_SENTENCES = [
    ("themenfelder.csv", "beschreibung"),
    ("ozg.csv", "beschreibung"),
    ("leistungen.csv", "kurztext"),
]
SLUGS = {
    "arbeit_ruhestand",
    "bauen_wohnen",
    "bildung",
    "ein_auswanderung",
    "engagement_hobby",
    "familie_kind",
    "forschung_foerderung",
    "gesundheit",
    "mobilitaet_reisen",
    "querschnittsleistungen",
    "recht_ordnung",
    "steuern_zoll",
    "umwelt",
    "unternehmensfuehrung_entwicklung",
}
# The product documents, the search examples and the demo data quote these keys.
EXPECTED_KEYS = {
    "99107022000000": "10083",
    "99107022012000": "10083",
    "99110009104000": "10160",
    "99008001000000": "10119",
    "99008001012000": "10119",
}


def read_rows(name: str) -> list[dict[str, str]]:
    # newline="" leaves line ends to the csv module; strict refuses stray quotation marks.
    with (REGISTER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";", strict=True))


def read_quellen() -> list[dict[str, Any]]:
    data = tomllib.loads((REGISTER / "quellen.toml").read_text(encoding="utf-8"))
    quellen: list[dict[str, Any]] = data["quelle"]
    return quellen


def read_kennungen() -> set[str]:
    return {quelle["kennung"] for quelle in read_quellen()}


def split_list(value: str) -> list[str]:
    return value.split("|") if value else []


@pytest.mark.parametrize("name", HEADERS)
def test_every_file_is_utf8_without_bom_and_ends_each_line_with_lf(name: str) -> None:
    raw = (REGISTER / name).read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    assert not raw.endswith(b"\n\n")
    raw.decode("utf-8")


@pytest.mark.parametrize("name", HEADERS)
def test_every_file_has_its_header_and_as_many_cells_in_every_row(name: str) -> None:
    with (REGISTER / name).open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file, delimiter=";", strict=True)
    assert header == HEADERS[name]
    assert {len(row) for row in rows} == {len(header)}


@pytest.mark.parametrize("name", HEADERS)
def test_values_are_quoted_only_where_the_format_needs_it(name: str) -> None:
    with (REGISTER / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter=";", strict=True))

    def cell(value: str) -> str:
        if any(sign in value for sign in ';"\n\r'):
            return '"' + value.replace('"', '""') + '"'
        return value

    written = "".join(";".join(cell(value) for value in row) + "\n" for row in rows)
    assert written == (REGISTER / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", HEADERS)
def test_no_value_carries_blanks_at_its_ends_or_twice_in_a_row(name: str) -> None:
    faults = [
        (number, column, value)
        for number, row in enumerate(read_rows(name), start=2)
        for column, value in row.items()
        if value != value.strip() or re.search(r"\s{2}|[\t\n\u00a0\u00ad\u200b]", value)
    ]
    assert faults == []


@pytest.mark.parametrize("name", HEADERS)
def test_mandatory_fields_are_never_empty(name: str) -> None:
    faults = [
        (number, column)
        for number, row in enumerate(read_rows(name), start=2)
        for column in MANDATORY[name]
        if not row[column]
    ]
    assert faults == []


@pytest.mark.parametrize("name", HEADERS)
def test_rows_are_sorted_by_their_key_and_no_key_occurs_twice(name: str) -> None:
    keys = [tuple(row[column] for column in SORT_COLUMNS[name]) for row in read_rows(name)]
    assert keys == sorted(set(keys))


def test_the_register_has_all_themenfelder_and_enough_services() -> None:
    assert {row["slug"] for row in read_rows("themenfelder.csv")} == SLUGS
    assert len(read_rows("themenfelder.csv")) == 14
    assert len(read_rows("ozg.csv")) >= 180
    leistungen = read_rows("leistungen.csv")
    assert len(leistungen) >= 450
    assert sum(1 for row in leistungen if row["bezeichnung_buerger"]) >= 150
    assert sum(1 for row in leistungen if row["kurztext"]) >= 60


def test_every_themenfeld_is_used_by_at_least_one_ozg_leistung() -> None:
    assert {row["themenfeld"] for row in read_rows("ozg.csv")} == SLUGS


def test_the_former_label_of_the_querschnittsleistungen_is_kept() -> None:
    former = {row["slug"]: row["name_alt"] for row in read_rows("themenfelder.csv")}
    assert former["querschnittsleistungen"] == "Querschnitt"


def test_every_lage_has_a_known_art_and_an_existing_themenfeld() -> None:
    lagen = read_rows("lagen.csv")
    assert {row["art"] for row in lagen} == {"lebenslage", "unternehmenslage", "querschnitt"}
    assert {row["themenfeld"] for row in lagen} <= SLUGS


def test_lagen_of_art_querschnitt_are_exactly_those_of_the_querschnitt_themenfeld() -> None:
    faults = [
        row["name"]
        for row in read_rows("lagen.csv")
        if (row["art"] == "querschnitt") != (row["themenfeld"] == "querschnittsleistungen")
    ]
    assert faults == []


def test_every_ozg_leistung_names_an_existing_lage_of_its_own_themenfeld() -> None:
    themenfeld_of = {row["name"]: row["themenfeld"] for row in read_rows("lagen.csv")}
    faults = [
        (row["ozg_id"], row["lage"], row["themenfeld"])
        for row in read_rows("ozg.csv")
        if themenfeld_of.get(row["lage"]) != row["themenfeld"]
    ]
    assert faults == []


def test_ozg_ids_have_five_digits_and_begin_with_one() -> None:
    ids = [row["ozg_id"] for row in read_rows("ozg.csv")]
    assert [ozg_id for ozg_id in ids if not re.fullmatch(r"1[0-9]{4}", ozg_id)] == []


def test_titles_of_ozg_leistungen_are_unique() -> None:
    titles = Counter(row["titel"] for row in read_rows("ozg.csv"))
    assert [title for title, count in titles.items() if count > 1] == []


def test_top100_has_only_its_three_values() -> None:
    assert {row["top100"] for row in read_rows("ozg.csv")} <= {"-", "buerger", "wirtschaft"}


def test_every_ozg_leistung_has_at_least_one_leistung_and_the_other_way_round() -> None:
    known = {row["ozg_id"] for row in read_rows("ozg.csv")}
    named = [split_list(row["ozg_ids"]) for row in read_rows("leistungen.csv")]
    assert {ozg_id for ids in named for ozg_id in ids} == known
    assert [ids for ids in named if len(ids) != len(set(ids))] == []


def test_leistungsschluessel_have_fourteen_digits_and_no_detail_without_a_verrichtung() -> None:
    keys = [row["leistungsschluessel"] for row in read_rows("leistungen.csv")]
    filled = [key for key in keys if key]
    assert [key for key in filled if not re.fullmatch(r"[0-9]{14}", key)] == []
    assert [key for key in filled if key[8:11] == "000" and key[11:] != "000"] == []


def test_no_leistungsschluessel_occurs_twice() -> None:
    keys = Counter(row["leistungsschluessel"] for row in read_rows("leistungen.csv"))
    assert [key for key, count in keys.items() if key and count > 1] == []


def test_objects_verrichtungen_details_and_rows_without_a_key_all_occur() -> None:
    keys = [row["leistungsschluessel"] for row in read_rows("leistungen.csv")]
    assert sum(1 for key in keys if key.endswith("000000")) >= 100
    assert sum(1 for key in keys if key.endswith("000") and not key.endswith("000000")) >= 100
    assert sum(1 for key in keys if key and not key.endswith("000")) >= 50
    assert keys.count("") >= 5


@pytest.mark.parametrize(("key", "ozg_id"), EXPECTED_KEYS.items())
def test_the_keys_that_documents_quote_are_there_under_their_ozg_id(key: str, ozg_id: str) -> None:
    ozg_ids = {row["leistungsschluessel"]: row["ozg_ids"] for row in read_rows("leistungen.csv")}
    assert ozg_id in split_list(ozg_ids[key])


def test_typisierungen_have_the_form_of_the_leika() -> None:
    form = re.compile(r"[1-9][0-9]?[ab]?(/[1-9])?(, ?[1-9][0-9]?[ab]?(/[1-9])?)*")
    values = {row["typisierung"] for row in read_rows("leistungen.csv")}
    assert [value for value in values if not form.fullmatch(value)] == []
    assert any("," in value for value in values)


def test_zielgruppen_come_from_the_short_list_and_are_not_repeated() -> None:
    allowed = {"buerger", "unternehmen", "verwaltung"}
    lists = [split_list(row["zielgruppe"]) for row in read_rows("leistungen.csv")]
    assert {group for groups in lists for group in groups} <= allowed
    assert [groups for groups in lists if len(groups) != len(set(groups))] == []


def test_rechtsgrundlagen_are_short_references_without_addresses() -> None:
    faults = [
        row["rechtsgrundlage"]
        for row in read_rows("leistungen.csv")
        if len(row["rechtsgrundlage"]) > 80
        or re.search(r"https?:|www\.|[\[\]|]|§$|§[0-9]", row["rechtsgrundlage"])
    ]
    assert faults == []


@pytest.mark.parametrize(("name", "column"), OWN_SENTENCES)
def test_own_texts_are_one_sentence_each_and_none_is_used_twice(name: str, column: str) -> None:
    texts = [row[column] for row in read_rows(name) if row[column]]
    assert [text for text in texts if not re.match(r"[A-ZÄÖÜ0-9§].{20,220}\.$", text)] == []
    # A full stop inside is fine in dates and in "ff."; a new sentence begins with a capital letter
    # after a lower-case word.
    assert [text for text in texts if re.search(r"[a-zäöüß]{3,}[.!?] [A-ZÄÖÜ]", text)] == []
    assert [text for text, count in Counter(texts).items() if count > 1] == []


@pytest.mark.parametrize(("name", "column"), OWN_SENTENCES)
def test_own_texts_contain_no_filler(name: str, column: str) -> None:
    filler = re.compile(
        r"Diese (OZG-)?Leistung|Leistungen zu |umfasst Leistungen|TODO|XXX|!"
        r"|\b(bequem|komfortabel|modern(e[mnrs]?)?|innovativ\w*|unkompliziert|problemlos|optimal\w*"
        r"|effizient\w*|vielfältig\w*|attraktiv\w*|rund um|selbstverständlich)\b",
        re.I,
    )
    assert [row[column] for row in read_rows(name) if filler.search(row[column])] == []


def test_everyday_names_are_short_unique_and_no_sentences() -> None:
    names = Counter(row["bezeichnung_buerger"] for row in read_rows("leistungen.csv"))
    del names[""]
    assert [name for name, count in names.items() if count > 1] == []
    assert [name for name in names if len(name) > 70 or name.endswith((".", "!"))] == []


def test_quellen_have_unique_kennungen_and_valid_fields() -> None:
    quellen = read_quellen()
    assert len(read_kennungen()) == len(quellen)
    allowed = {
        "kennung",
        "titel",
        "art",
        "herausgeber",
        "url",
        "lizenz",
        "stand",
        "stand_text",
    }
    for quelle in quellen:
        assert set(quelle) <= allowed
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", quelle["kennung"])
        assert quelle["titel"].strip()
        assert quelle["herausgeber"].strip()
        assert quelle["art"] in {"amtlich", "import", "seed", "demo"}
        assert quelle.get("url", "https://").startswith("https://")
        date.fromisoformat(str(quelle.get("stand", "2019-01-01")))


@pytest.mark.parametrize("name", ["ozg.csv", "leistungen.csv"])
def test_every_row_names_a_known_quelle(name: str) -> None:
    assert {row["quelle"] for row in read_rows(name)} <= read_kennungen()


def test_own_texts_have_a_quelle_of_their_own() -> None:
    arten = {quelle["kennung"]: quelle["art"] for quelle in read_quellen()}
    assert arten["redaktion"] == "seed"


def test_the_readme_explains_every_file_and_column() -> None:
    readme = (REGISTER / "README.md").read_text(encoding="utf-8")
    for name, columns in HEADERS.items():
        section = readme.split(f"### {name}", maxsplit=1)[1].split("\n#", maxsplit=1)[0]
        assert [column for column in columns if f"| {column} |" not in section] == []
