"""The calculator of periods: worked cases, fields, what is wrong with them, calendar files."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from icalendar import Calendar

from tests.fristfaelle import FAELLE, Fristfall
from tests.portal import Answer
from tests.seite import Seite

Get = Callable[..., Answer]
Read = Callable[..., Seite]

every_case = pytest.mark.parametrize("fall", FAELLE, ids=str)
NOTICE = "/fristen?zugang=30.11.2026&n=3&einheit=monat&anker=monatsende"
LATEST = "/fristen?frage=spaetester-zugang&ende=30.04.2027&n=3&einheit=monat&anker=monatsende"

NAMES = {
    "wirksam_zum": "Die Nutzung endet mit Ablauf des",
    "spaetester_zugang": "Spätester Zugang (rechtlich)",
    "empfohlen": "Empfohlen: letzter Arbeitstag",
    "ende": "Die Frist endet mit Ablauf des",
}


def dates(page: Seite) -> dict[str, str]:
    """The days of the result by what they are called."""
    verdict = page.main.one("section", class_="verdict")
    return {
        part.one("dt").text: part.one("time").attrs["datetime"]
        for part in verdict.one("dl").all("div")
    }


def of_calendar(answer: Answer) -> list[Any]:
    """Untyped: the library knows some thirty kinds of values and cannot say which one comes."""
    assert answer.status == 200
    assert answer.header("content-type") == "text/calendar; charset=utf-8"
    return list(Calendar.from_ical(answer.body).walk("VEVENT"))


# ── Worked cases ────────────────────────────────────────────────────────────────────────────


@every_case
def test_each_worked_case_comes_out_of_the_page(read: Read, fall: Fristfall) -> None:
    page = read(f"/fristen?frage={fall.frage}&{fall.query}")
    shown = dates(page)
    assert {name: shown.get(NAMES[name], "") for name in fall.tage} == fall.tage
    laws = [law.text for law in page.main.all("p", class_="reckoning__law")]
    assert any("BGB" in law for law in laws)


@every_case
def test_each_worked_case_comes_out_of_the_api(get: Get, fall: Fristfall) -> None:
    answer = get(f"/api/v1/fristen/{fall.frage}?{fall.query}")
    assert answer.status == 200
    found = json.loads(answer.body)
    assert "BGB" in found.pop("rechnung")
    assert {name: day or "" for name, day in found.items()} == fall.tage


@every_case
def test_each_worked_case_can_be_taken_into_a_calendar(get: Get, fall: Fristfall) -> None:
    events = of_calendar(get(f"/fristen.ics?frage={fall.frage}&{fall.query}"))
    days = {event["DTSTART"].dt.isoformat() for event in events}
    assert days == {day for day in fall.tage.values() if day}


def test_the_wanted_end_that_is_none_is_said_and_answered_for_the_one_before(read: Read) -> None:
    page = read(LATEST.replace("30.04.2027", "15.04.2027"))
    assert "15. April 2027 ist kein möglicher Tag" in page.main.one(class_="verdict").text
    assert dates(page)["Die Nutzung endet mit Ablauf des"] == "2027-03-31"


def test_a_year_without_known_holidays_says_why_there_is_no_recommended_day(read: Read) -> None:
    page = read(LATEST.replace("30.04.2027", "30.04.1970") + "&land=NW")
    assert "Empfohlen: letzter Arbeitstag" not in dates(page)
    assert "Darum fehlt der empfohlene Tag" in page.text


def test_the_recommended_day_hangs_on_the_holidays_of_the_land(get: Get) -> None:
    def recommended(land: str) -> str:
        query = f"ende=2026-01-31&n=3&einheit=monat&anker=monatsende&land={land}"
        answer = get(f"/api/v1/fristen/spaetester-zugang?{query}")
        found: str = json.loads(answer.body)["empfohlen"]
        return found

    # The last day is 31 October 2025, a Friday; Reformationstag is a holiday in Sachsen only.
    assert recommended("NW") == "2025-10-31"
    assert recommended("SN") == "2025-10-30"


def test_without_a_land_the_legal_day_is_there_and_the_recommended_one_is_not(get: Get) -> None:
    answer = get("/api/v1/fristen/spaetester-zugang?ende=2027-04-30&n=3&einheit=monat")
    assert json.loads(answer.body)["empfohlen"] is None


# ── The form ────────────────────────────────────────────────────────────────────────────────


def test_the_page_opens_with_a_form_and_no_result(read: Read) -> None:
    page = read("/fristen")
    assert page.heading == "Fristen berechnen"
    assert not page.main.all(class_="verdict")
    assert page.main.one("input", id="zugang").attrs["value"] == "20.11.2026"
    assert page.main.one("form", action="/fristen").attrs["method"] == "get"


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("rechnen=1&n=3&einheit=monat", {"zugang": "Geben Sie einen Tag an"}),
        ("zugang=31.11.2026&n=3&einheit=monat", {"zugang": "Den Tag 31.11.2026 gibt es nicht"}),
        ("zugang=gestern&n=x&einheit=jahr",
         {"zugang": "Das ist kein Datum", "n": "von 1 bis 10000", "einheit": "Möglich sind"}),
        ("zugang=30.11.2026", {"n": "wie lang", "einheit": "Wählen Sie Tage"}),
        ("zugang=31.12.9999&n=10000&einheit=monat", {"zugang": "aus dem Kalender"}),
        ("frage=antwort&beginn=1.12.2026&n=2&einheit=woche", {"land": "Wählen Sie das Land"}),
        ("frage=antwort&beginn=1.12.1850&n=2&einheit=woche&land=NW", {"beginn": "Feiertage sind"}),
        ("frage=antwort&beginn=1.12.2026&n=2&einheit=woche&land=XX", {"land": "gibt es nicht"}),
        ("zugang=30.11.2026&n=3&einheit=monat&anker=ostern", {"anker": "Möglich sind"}),
        ("bedingungen=99999&zugang=30.11.2026&n=3&einheit=monat", {"bedingungen": "gibt es hier"}),
        ("frage=wann", {"frage": "Diese Frage gibt es nicht"}),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(
    get: Get, query: str, wrong: dict[str, str]
) -> None:
    answer = get(f"/fristen?{query}")
    assert answer.status == 422
    page = answer.seite
    alert = page.main.one(role="alert")
    for name, text in wrong.items():
        assert alert.one("a", href=f"#{name}").text.find(text) >= 0, name
        target = page.root.one(id=name)
        if target.tag in {"input", "select"}:
            assert text in page.root.one(id=f"{name}-e").text
            assert f"{name}-e" in target.attrs["aria-describedby"]
            assert target.attrs["aria-invalid"] == "true"
    assert len(alert.all("a")) == len(wrong)
    for name, typed in (pair.split("=") for pair in query.split("&")):
        for field in page.main.all("input", id=name):
            assert field.attrs["value"] == typed


def test_a_very_long_or_hostile_value_is_shown_as_text_and_cut(get: Get) -> None:
    hostile = '"><script>alert(1)</script>'
    answer = get(f"/fristen?zugang={quote(hostile)}&n={'9' * 3000}&einheit=monat")
    assert answer.status == 422
    page = answer.seite
    assert page.faults == ()
    assert not page.main.all("script")
    assert page.main.one("input", id="zugang").attrs["value"] == hostile
    assert len(page.main.one("input", id="n").attrs["value"]) <= 60


def test_a_form_that_comes_with_too_long_a_value_is_still_a_form(get: Get) -> None:
    page = get(f"/fristen?n={'9' * 3000}").seite
    assert len(page.main.one("input", id="n").attrs["value"]) == 60


def test_another_question_keeps_the_rule_and_leaves_the_day(read: Read) -> None:
    page = read(f"{NOTICE}&land=MV")
    switched = page.link("Bis wann kündigen?")
    assert "n=3&einheit=monat&anker=monatsende&land=MV" in switched
    assert "zugang=" not in switched
    current = page.main.one("nav", class_="switch").one("a", aria_current="page")
    assert current.text == "Wann endet die Nutzung?"


def test_later_ends_are_listed_with_their_days_and_lead_to_their_calculation(read: Read) -> None:
    page = read(f"{NOTICE}&land=NW")
    rows = [row.text for row in page.main.one("tbody").all("tr")]
    assert rows[2] == "30.04.2027Sonntag, 31.01.2027Freitag, 29.01.2027"
    assert dates(read(page.link("30.04.2027")))["Spätester Zugang (rechtlich)"] == "2027-01-31"


def test_the_result_leads_to_the_same_answer_of_the_api(read: Read, get: Get) -> None:
    page = read(f"{LATEST}&land=NW")
    answer = get(page.link("für Programme (JSON)"))
    assert json.loads(answer.body)["empfohlen"] == "2027-01-29"


# ── Rules from terms of reuse ───────────────────────────────────────────────────────────────


def test_the_page_of_an_offer_leads_to_its_own_rule(read: Read) -> None:
    page = read(read("/onlinedienste/wbs-sozialplattform").link("Ihre Frist berechnen"))
    assert page.main.one(class_="rule-box__rule").text == "3 Monate zum Monatsende"
    assert not page.main.all("input", id="n")
    chosen = [o for o in page.main.one("select", id="land").all("option") if "selected" in o.attrs]
    assert [o.text for o in chosen] == ["Mecklenburg-Vorpommern"]


def test_a_rule_chosen_on_the_page_is_the_one_that_is_calculated_with(read: Read) -> None:
    page = read(read(NOTICE).link("Koordinierende Stelle Münsterland (Demo)"))
    assert dates(page)["Die Nutzung endet mit Ablauf des"] == "2027-03-31"
    assert "6 Wochen zum Quartalsende" in page.text
    own = read(page.link("Andere Regel angeben"))
    assert own.main.one("input", id="n").attrs["value"] == "6"
    assert dates(own) == dates(page)


# ── Calendar files ──────────────────────────────────────────────────────────────────────────


def test_a_calendar_file_holds_a_whole_day_that_reminds_and_blocks_nobody(get: Get) -> None:
    (event,) = of_calendar(get(NOTICE.replace("/fristen?", "/fristen.ics?")))
    assert event["DTSTART"].dt == date(2027, 2, 28)
    assert event["DTEND"].dt == date(2027, 3, 1)
    assert event["DTSTART"].params["VALUE"] == "DATE"
    assert event["TRANSP"] == "TRANSPARENT"
    assert event["SEQUENCE"] == 0
    assert "§ 188 Abs. 2 und 3 BGB" in event["DESCRIPTION"]
    alarms = event.walk("VALARM")
    assert [alarm["TRIGGER"].dt for alarm in alarms] == [
        timedelta(days=-14, hours=9), timedelta(days=-3, hours=9),
    ]  # fmt: skip
    assert {alarm["ACTION"] for alarm in alarms} == {"DISPLAY"}


def test_a_calendar_file_keeps_the_rules_of_rfc_5545(get: Get) -> None:
    body = get(f"{LATEST.replace('/fristen?', '/fristen.ics?')}&land=NW").body
    lines = body.split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert lines[-1] == b""
    assert max(len(line) for line in lines) <= 75
    whole = re.sub(r"\r\n[ \t]", "", body.decode()).split("\r\n")
    assert whole[0] == "BEGIN:VCALENDAR"
    assert {"VERSION:2.0", "PRODID:-//OZG-Katalog//Fristen//DE", "METHOD:PUBLISH"} <= set(whole)
    for start in (i for i, line in enumerate(whole) if line == "BEGIN:VEVENT"):
        event = whole[start + 1 : whole.index("END:VEVENT", start)]
        own = event[: event.index("BEGIN:VALARM")]
        names = [re.split("[:;]", line)[0] for line in own]
        assert sorted(names) == sorted(set(names))
        assert {"UID", "DTSTAMP", "DTSTART", "SUMMARY"} <= set(names)
        # Alarms come last: some programs stop reading at the first part inside an entry.
        rest = event[event.index("BEGIN:VALARM") :]
        assert rest[-1] == "END:VALARM"
        assert not [line for line in rest if line.startswith(("UID", "SUMMARY", "DTSTART"))]


def test_the_same_question_has_the_same_uid_and_another_one_another(get: Get) -> None:
    def uids(path: str) -> list[str]:
        return [str(event["UID"]) for event in of_calendar(get(path))]

    ics = f"{LATEST.replace('/fristen?', '/fristen.ics?')}&land=NW"
    first = uids(ics)
    assert len(set(first)) == 2
    assert all(re.fullmatch(r"[0-9a-f]{32}@127\.0\.0\.1", uid) for uid in first)
    assert uids(f"{ics.replace('30.04.2027', '2027-04-30')}&rechnen=1") == first
    assert not set(uids(ics.replace("30.04.2027", "31.05.2027"))) & set(first)


def test_the_link_in_a_calendar_entry_leads_back_to_the_calculation(get: Get, read: Read) -> None:
    (event,) = of_calendar(get(NOTICE.replace("/fristen?", "/fristen.ics?")))
    url = urlsplit(event["URL"])
    page = read(f"{url.path}?{url.query}")
    assert dates(page)["Die Nutzung endet mit Ablauf des"] == "2027-02-28"


def test_a_calendar_file_without_a_result_says_what_is_missing(get: Get) -> None:
    for path, text in (
        ("/fristen.ics", "Berechnen Sie zuerst"),
        ("/fristen.ics?zugang=31.11.2026&n=3&einheit=monat", "31.11.2026 gibt es nicht"),
    ):
        answer = get(path)
        assert answer.status == 422
        assert text in answer.seite.text
