"""Answers of the FIM-Portal: liberal with shapes, strict with keys, patient with the server."""

import io
import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importers import fim
from importers.fim import Answer
from importers.records import Fault, Hinweis, LeistungRecord, OzgLeistungRecord, Unlesbar

PASS: dict[str, Any] = {
    "leistungsschluessel": "99008001012011",
    "leistungsbezeichnung": "Personalausweis Ausstellung wegen Ablauf",
    "leistungsbezeichnung_2": "Personalausweis beantragen",
    "typisierung": ["2/3"],
    "leistungsadressat": ["001"],
    "rechtsgrundlagen": "<p>§ 9 <b>PAuswG</b></p>",
    "ozg": {
        "id": "10119",
        "leistung": "Personalausweis",
        "themenfeld": "querschnittsleistungen",
        "themenfeld_label": "Querschnittsleistungen",
    },
}


def read(data: object) -> list[fim.Outcome]:
    content = json.dumps(data).encode()
    return list(fim.read("fim.json", io.BytesIO(content)))[1:]


def refusal(content: bytes) -> str:
    with pytest.raises(Unlesbar) as refused:
        list(fim.read("fim.json", io.BytesIO(content)))
    return str(refused.value)


def test_a_page_a_list_and_a_single_one_give_the_same_records() -> None:
    expected = [
        OzgLeistungRecord("fim-portal", "10119", "Personalausweis", "querschnittsleistungen"),
        LeistungRecord(
            quelle="fim-portal",
            leistungsschluessel="99008001012011",
            bezeichnung="Personalausweis Ausstellung wegen Ablauf",
            bezeichnung_buerger="Personalausweis beantragen",
            typisierung=("2/3",),
            zielgruppe=("buerger",),
            ozg_ids=("10119",),
            rechtsgrundlage="§ 9 PAuswG",
        ),
    ]
    assert read({"items": [PASS], "total_count": 1}) == expected
    assert read([PASS]) == expected
    assert read(PASS) == expected


def test_ozg_may_be_an_object_a_list_or_missing_and_each_service_is_named_once() -> None:
    first, second = PASS["ozg"], {"id": 10120, "leistung": "Reisepass"}
    outcomes = read([PASS | {"ozg": [first, second, first]}, PASS | {"ozg": None}, PASS])
    assert [type(outcome) for outcome in outcomes] == [
        *[OzgLeistungRecord] * 2,
        *[LeistungRecord] * 3,
    ]
    links = [outcome.ozg_ids for outcome in outcomes if isinstance(outcome, LeistungRecord)]
    assert links == [("10119", "10120"), (), ("10119",)]


def test_an_ozg_id_without_a_title_only_links() -> None:
    (record,) = read([PASS | {"ozg": {"id": "10119"}}])
    assert isinstance(record, LeistungRecord)
    assert record.ozg_ids == ("10119",)


def test_the_key_may_be_a_list_a_number_or_written_with_blanks() -> None:
    keys = ["99 008 001 012 011", 99008001012012]
    records = [
        outcome
        for outcome in read([PASS | {"leistungsschluessel": keys}])
        if isinstance(outcome, LeistungRecord)
    ]
    assert [record.leistungsschluessel for record in records] == [
        "99008001012011",
        "99008001012012",
    ]


@pytest.mark.parametrize(
    ("item", "place", "value"),
    [
        (PASS | {"leistungsschluessel": "99"}, "items[2].leistungsschluessel", "99"),
        (PASS | {"leistungsschluessel": None}, "items[2].leistungsschluessel", ""),
        ({"leistungsschluessel": "99008001012011"}, "items[2].leistungsbezeichnung", ""),
        (
            PASS | {"title": "x" * 10**6, "leistungsbezeichnung": ""},
            "items[2].title",
            "x" * 199 + "…",
        ),
        (PASS | {"kurztext": "x" * 10**6}, "items[2].kurztext", "x" * 199 + "…"),
        (5, "items[2]", "5"),
        ([PASS], "items[2]", json.dumps([PASS])[:200]),
    ],
)
def test_a_broken_steckbrief_costs_only_itself(item: object, place: str, value: str) -> None:
    outcomes = read([PASS, item, PASS])
    (fault,) = (outcome for outcome in outcomes if isinstance(outcome, Fault))
    assert (fault.stelle, fault.wert) == (place, value)
    assert sum(isinstance(outcome, LeistungRecord) for outcome in outcomes) == 2


def test_unknown_codes_and_unwanted_characters_are_noted() -> None:
    odd = PASS | {"typisierung": "1, 99", "leistungsadressat": "007", "title": "", "ozg": ["x"]}
    odd["leistungsbezeichnung_2"] = "Pass\ud800\x00"
    outcomes = read([odd])
    (record,) = (outcome for outcome in outcomes if isinstance(outcome, LeistungRecord))
    assert (record.typisierung, record.zielgruppe, record.ozg_ids) == (("1",), (), ())
    assert record.bezeichnung_buerger == "Pass"
    assert [note.stelle for note in outcomes if isinstance(note, Hinweis)] == [
        "items[1].leistungsbezeichnung_2",
        "items[1].ozg",
        "items[1].typisierung",
        "items[1].leistungsadressat",
    ]


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b'{"items":[{"leistungsschluessel":"1"}', "unvollständig"),
        (b'[{"leistungsschluessel":' + b"[" * 100_000, "geschachtelt"),
        (b'{"leistungsschluessel":NaN}', "kein gültiges JSON"),
        (b'{"leistungsschluessel":' + b"9" * 10_000 + b"}", "kein gültiges JSON"),
        (b'{"leistungsschluessel":"\xff"}', "kein gültiges JSON"),
        (b'{"a": "b"}', "keine Antwort des FIM-Portals"),
        (b"", "leer"),
        (b"<a/>", "nicht lesbar"),
    ],
)
def test_what_is_no_answer_of_the_portal_is_refused(content: bytes, part: str) -> None:
    assert part in refusal(content)


def test_a_file_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fim, "MAX_BYTES", 1 << 20)
    assert "größer als 1 MB" in refusal(b'[{"leistungsschluessel":"1"}' + b" " * (1 << 20) + b"]")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from([*PASS, "kurztext", "title"]), JSON), JSON)
def test_any_json_is_read_or_reported(fields: dict[str, Any], ozg: object) -> None:
    assert read([PASS | {"ozg": ozg} | fields])
    assert read([PASS | {"ozg": [{"id": ozg, "leistung": ozg, "themenfeld": ozg}]}])


# The API ----------------------------------------------------------------------------------------


class Portal:
    """A portal that has so many Steckbriefe and answers as it is told to."""

    def __init__(self, count: int, *answers: Answer | None) -> None:
        self.items = [
            PASS | {"leistungsschluessel": f"99008001{number:06}"} for number in range(count)
        ]
        self.answers = list(answers)
        self.asked: list[dict[str, str]] = []
        self.waited: list[float] = []

    def fetch(self, path: str, query: Mapping[str, str]) -> Answer:
        assert path == "/api/v1/leistung-steckbriefe"
        self.asked.append(dict(query))
        if self.answers and (answer := self.answers.pop(0)):
            return answer
        start, size = int(query["offset"]), int(query["limit"])
        page = self.items[start : start + size]
        return Answer(200, json.dumps({"items": page, "total_count": len(self.items)}).encode())

    def read(self, updated_since: str = "") -> list[str]:
        outcomes = fim.read_api(
            self.fetch, self.waited.append, prefix="/api/v1", updated_since=updated_since
        )
        return [
            outcome.leistungsschluessel
            for outcome in outcomes
            if isinstance(outcome, LeistungRecord)
        ]


@pytest.mark.parametrize("count", [0, 1, 200, 401])
def test_all_pages_are_walked_through_in_a_fixed_order(count: int) -> None:
    portal = Portal(count)
    assert portal.read() == [item["leistungsschluessel"] for item in portal.items]
    assert [query["offset"] for query in portal.asked] == [
        str(start) for start in range(0, max(count, 1), 200)
    ]
    assert {query["order_by"] for query in portal.asked} == {"leistungsschluessel_asc"}
    assert not portal.waited


def test_only_changes_since_a_moment_are_asked_for() -> None:
    portal = Portal(1)
    portal.read("2026-01-01T00:00:00Z")
    assert portal.asked[0]["updated_since"] == "2026-01-01T00:00:00Z"


def test_an_impatient_portal_is_asked_again_after_the_time_it_names() -> None:
    told = Answer(429, retry_after="7")
    portal = Portal(201, told, Answer(503), None, Answer(429, retry_after="99999"))
    assert len(portal.read()) == 201
    assert portal.waited == [7.0, 4.0, 120.0]


def test_without_a_time_to_wait_it_waits_twice_as_long_each_time_and_gives_up() -> None:
    dated = Answer(429, retry_after="Fri, 20 Nov 2026 12:00:00 GMT")
    portal = Portal(1, *[dated] * 10)
    with pytest.raises(Unlesbar, match="Status 429"):
        portal.read()
    assert portal.waited == [2.0, 4.0, 8.0, 16.0, 32.0]


def test_a_refusal_is_not_repeated() -> None:
    portal = Portal(1, Answer(404))
    with pytest.raises(Unlesbar, match="Status 404"):
        portal.read()
    assert (len(portal.asked), portal.waited) == (1, [])


def test_a_portal_that_ends_early_gives_no_half_answer() -> None:
    portal = Portal(0, Answer(200, b'{"items": [], "total_count": 9}'))
    with pytest.raises(Unlesbar, match="nennt 9 Steckbriefe, liefert aber nur 0"):
        portal.read()


def test_a_portal_that_never_ends_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fim, "_PAGES_AT_MOST", 3)
    endless = Answer(200, json.dumps({"items": [PASS], "total_count": 10**9}).encode())
    portal = Portal(0, *[endless] * 9)
    with pytest.raises(Unlesbar, match="mehr als 3 Seiten"):
        portal.read()
