"""What forms say of meetings and work packages, and which packages are about the same."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar, Timezone

from katalog.domain.arbeitspaket import Umfang, find_overlaps, parse_paket
from katalog.domain.austausch import format_zeit, parse_termin
from katalog.domain.errors import UngueltigeEingaben
from katalog.termine import Termin, Treffen, Veranstalter, write_calendar

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
TERMIN = {
    "titel": "Hund", "tag": "30.03.2027", "von": "10:00", "bis": "11.30 Uhr", "ort": "Münster",
    "eingeladen": "alle", "sichtbarkeit": "verwaltung",
}  # fmt: skip
PAKET = {
    "titel": "Hund", "stelle": "Warendorf", "bezug": "10083", "status": "in_arbeit",
    "bis": "30.06.2027", "sichtbarkeit": "oeffentlich",
}  # fmt: skip


def faults(parse: object, fields: dict[str, str]) -> set[str]:
    with pytest.raises(UngueltigeEingaben) as found:
        parse(fields, NOW) if parse is parse_termin else parse_paket(fields)
    return set(found.value.by_field)


def test_a_meeting_is_at_a_time_of_a_german_clock() -> None:
    found = parse_termin(TERMIN, NOW)
    assert (found.beginn.hour, found.ende.hour, found.ende.minute) == (8, 9, 30)
    assert format_zeit(found.beginn, found.ende) == "Dienstag, 30. März 2027, 10:00 bis 11:30 Uhr"


def test_all_that_is_wrong_with_a_meeting_is_said_at_once() -> None:
    wrong = {
        "titel": "", "tag": "31.11.2026", "von": "24:00", "bis": "x", "ort": "",
        "videolink": "http://x.example", "eingeladen": "kreis", "bezug": "10083, <b>",
    }  # fmt: skip
    expected = {"titel", "tag", "von", "bis", "videolink", "kreis", "bezug", "sichtbarkeit"}
    assert faults(parse_termin, wrong) == expected
    assert faults(parse_termin, TERMIN | {"ort": ""}) == {"ort"}
    assert faults(parse_termin, TERMIN | {"bis": "09:00"}) == {"bis"}
    assert faults(parse_termin, TERMIN | {"tag": "19.11.2026"}) == {"tag"}
    # Clocks are put forward at two.
    assert faults(parse_termin, TERMIN | {"tag": "28.03.2027", "von": "02:30"}) == {"von"}


def test_a_package_names_a_service_a_body_and_a_day() -> None:
    found = parse_paket(
        PAKET | {"bezug": "https://x.example/ozg/10083 99107022012000", "beteiligte": "A; B;;A"}
    )
    assert found.bezuege == ("10083", "99107022012000")
    assert found.beteiligte == ("A", "B")
    assert faults(parse_paket, PAKET | {"bezug": "", "bis": "", "stelle": " "}) == {
        "bezug", "bis", "stelle",
    }  # fmt: skip
    assert parse_paket(PAKET | {"status": "offen", "bis": ""}).stand.bis is None


def test_two_bodies_that_build_the_same_are_found_and_parts_of_one_bundle_are_not() -> None:
    none: frozenset[int] = frozenset()
    dog, cat, bundle = frozenset({1}), frozenset({2}), frozenset({7})
    packages = [
        Umfang(10, 1, none, dog, bundle),
        Umfang(11, 2, none, cat, bundle),
        Umfang(12, 3, none, dog, bundle),
        Umfang(13, 1, none, dog, bundle),
        Umfang(14, 1, frozenset({8}), none, none),
    ]
    assert find_overlaps(packages) == {10: [12], 12: [10, 13], 13: [12]}
    whole = Umfang(15, 2, bundle, none, none)
    assert find_overlaps([packages[0], whole]) == {10: [15], 15: [10]}


def test_a_meeting_in_a_calendar_file_brings_its_zone_along() -> None:
    summer = datetime(2027, 7, 1, 8, tzinfo=UTC)
    treffen = Treffen(
        "austausch-1@x", summer, summer.replace(hour=9), "Hund; Katze", "Zeile\nzwei",
        "https://x.example/1", "Münster, Rathaus", Veranstalter("Demo, Stelle", "k@x.example"),
        folge=3, abgesagt=True,
    )  # fmt: skip
    body = write_calendar("Austausch", [treffen], NOW, "CANCEL")
    lines = body.split(b"\r\n")
    assert lines.pop() == b""
    assert not any(b"\n" in line or len(line) > 75 for line in lines)
    calendar = Calendar.from_ical(body)
    assert calendar["METHOD"] == "CANCEL"
    [zone], [event] = calendar.walk("VTIMEZONE"), calendar.walk("VEVENT")
    assert event["DTSTART"].params["TZID"] == zone["TZID"] == "Europe/Berlin"
    assert isinstance(zone, Timezone)
    # By the rules in the file itself, whatever this machine knows of zones.
    rules = zone.to_tz(lookup_tzid=False)
    for moment, hours in ((summer, 2), (datetime(2027, 1, 10, tzinfo=UTC), 1)):
        offset = rules.utcoffset(moment.replace(tzinfo=None))
        assert offset is not None
        assert offset.total_seconds() == hours * 3600
    assert event.decoded("DTSTART") == summer
    assert (event.decoded("SEQUENCE"), event["STATUS"]) == (3, "CANCELLED")
    assert event["ORGANIZER"] == "mailto:k@x.example"
    assert {"UID", "DTSTAMP", "SUMMARY", "LOCATION", "URL"} <= set(event)
    plain = Termin("x@x", date(2027, 1, 1), "Frist", "", "https://x.example")
    assert b"VTIMEZONE" not in write_calendar("Fristen", [plain], NOW)
