"""A municipal software at work: it states, confirms, begins a case, follows it, gives notice.

On a small portal of its own, through HTTP, with tokens as people make them on the page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from katalog.accounts import zugriffstoken
from katalog.api import PREFIX
from katalog.api.entscheidungen import decide
from katalog.api.mount import CALLS
from katalog.api.vorgangsbild import fields_for
from katalog.db import Engine, open_engine, writing
from katalog.domain.begriffe import Beleg
from katalog.domain.nachnutzung import STEPS_BY_WEG
from katalog.domain.rollen import Rolle
from katalog.domain.schritt import Gegenstand
from katalog.domain.vorgang import Aktion, Status
from katalog.domain.zugriff import Zugriff
from katalog.models.betrieb import Nachricht, Protokoll
from katalog.models.grundlage import now
from katalog.models.konten import Mitgliedschaft, Zugriffstoken
from katalog.models.nutzung import Einsatz
from katalog.queries.konten import find_stelle
from tests.browsing import Reader, fields_of, form_of
from tests.databases import Databases, State
from tests.portal import TODAY, Answer, ask, build_settings, running_portal
from tests.signing_in import COOKIE, angemeldet, make_session
from tests.using import new_dienst
from tests.using import use as use_of
from tests.vorgaenge import Welt, build_welt

DAY = date.fromisoformat(TODAY)
TOWN, COORDINATION, OWNER_OF_CODE = "130030000000", "koordinierung", "bauherrin"
EVERYTHING = tuple(Zugriff)
_JSON = "application/json"


@dataclass
class Program:
    """It knows an address and a token, and nothing of a page."""

    portal: str
    token: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask(path, "GET", headers)

    def post(self, path: str, sent: Any = None, **headers: str) -> Answer:
        body = b"" if sent is None else json.dumps(sent).encode()
        kind = {} if sent is None else {"Content-Type": "application/json"}
        return self._ask(path, "POST", kind | headers, body)

    def _ask(self, path: str, method: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        shown = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return ask(
            self.portal, PREFIX + path, method=method, headers={**shown, **self.headers, **named},
            body=body or None,
        )  # fmt: skip


@dataclass
class Rig:
    database: str
    portal: str
    engine: Engine
    welt: Welt

    def program(
        self, who: str, rolle: Rolle, stelle: str, zugriff: tuple[Zugriff, ...] = EVERYTHING
    ) -> Program:
        konto = angemeldet(self.database, make_session(self.database, who, rolle, stelle))
        with writing(self.engine) as session:
            number = find_stelle(session, stelle)
            token = zugriffstoken.issue(session, konto, "Probe", number, zugriff, 30, now())
        return Program(self.portal, token)

    def coordinate(self, case: int, *steps: Aktion) -> None:
        with writing(self.engine) as session:
            welt = Welt(**{**self.welt.__dict__, "session": session})
            for aktion in steps:
                welt.take(case, aktion, Rolle.KOORDINIERUNG)


@pytest.fixture(scope="module")
def rig(sqlite_databases: Databases) -> Iterator[Rig]:
    database = sqlite_databases.url(sqlite_databases.fresh(State.MIGRATED))
    engine = open_engine(database)
    with writing(engine) as session:
        welt = build_welt(session)
        welt.today = DAY
    with running_portal(build_settings(database)) as portal:
        yield Rig(database, portal, engine, welt)
    engine.dispose()


@pytest.fixture(scope="module")
def software(rig: Rig) -> Program:
    return rig.program("software@hansestadt.example", Rolle.KOMMUNE, TOWN)


def read(answer: Answer, status: int = 200) -> Any:
    assert answer.status == status, answer.text
    assert answer.header("content-type") == "application/json"
    return json.loads(answer.body)


def problem(answer: Answer, status: int) -> dict[str, Any]:
    assert answer.status == status, answer.text
    assert answer.header("content-type") == "application/problem+json"
    assert answer.header("cache-control") == "no-store"
    found: dict[str, Any] = json.loads(answer.body)
    return found


def faults(answer: Answer) -> dict[str, str]:
    return {fault["feld"]: fault["meldung"] for fault in problem(answer, 422)["fehler"]}


# A day at work ----------------------------------------------------------------------------------


def test_a_use_is_stated_and_confirmed_a_year_later(rig: Rig, software: Program) -> None:
    use = {"kennung": "hund", "rolle": "nutzt", "status": "produktiv", "ab": "2025-10-01"}
    made = software.post("/einsaetze", use)
    stated = read(made, 201)
    assert (stated["ars"], stated["beleg"], stated["bestaetigt_am"]) == (
        TOWN, "eigenangabe", TODAY,
    )  # fmt: skip
    place = made.header("location").removeprefix(PREFIX)
    # A year goes by.
    last_year = DAY.replace(year=DAY.year - 1)
    with writing(rig.engine) as session:
        session.execute(
            update(Einsatz)
            .where(col(Einsatz.id) == stated["id"])
            .values(bestaetigt_am=last_year, pruefung_faellig=DAY)
        )
    seen = software.get(place)
    assert read(seen)["bestaetigt_am"] == last_year.isoformat()
    confirmed = software.post(f"{place}/bestaetigungen", If_Match=seen.header("etag"))
    assert read(confirmed, 201)["bestaetigt_am"] == TODAY
    # Sent once more after a broken connection, it says that this has happened.
    again = software.post(f"{place}/bestaetigungen", If_Match=seen.header("etag"))
    assert "neu ab" in problem(again, 412)["detail"]
    assert problem(software.post("/einsaetze", use), 409)["title"] == "Schon vorhanden"


def test_a_use_is_changed_and_ended_and_a_wrong_statement_contradicted(
    rig: Rig, software: Program
) -> None:
    use = {"kennung": "hund", "rolle": "pilotiert", "status": "in_umsetzung", "bemerkung": "alt"}
    made = software.post("/einsaetze", use)
    place = made.header("location").removeprefix(PREFIX)
    ended = {"rolle": "pilotiert", "status": "beendet", "bis": "2026-10-31"}
    assert problem(software.post(f"{place}/fassungen", ended), 428)
    changed = software.post(f"{place}/fassungen", ended, If_Match=made.header("etag"))
    said = read(changed, 201)
    assert (said["id"], said["status"], said["bis"]) == (
        read(made, 201)["id"],
        "beendet",
        "2026-10-31",
    )
    assert said["bemerkung"] in {"", None}
    problem(software.post(f"{place}/fassungen", ended, If_Match=made.header("etag")), 412)
    # What has ended is no longer contradicted.
    refused = software.post(f"{place}/widersprueche", If_Match=changed.header("etag"))
    assert "beendet" in problem(refused, 409)["detail"]

    with writing(rig.engine) as session:
        dienst, stelle = new_dienst(session, "behauptet"), find_stelle(session, TOWN)
        assert stelle
        use_of(session, stelle, dienst, beleg=Beleg.ANBIETER)
    [claim] = read(software.get("/einsaetze?kennung=behauptet"))["daten"]
    seen = software.get(f"/einsaetze/{claim['id']}")
    wrong = {"rolle": "nutzt", "status": "produktiv"}
    tag = seen.header("etag")
    # What others say is contradicted, not rewritten in their name.
    problem(software.post(f"/einsaetze/{claim['id']}/fassungen", wrong, If_Match=tag), 403)
    done = software.post(f"/einsaetze/{claim['id']}/widersprueche", If_Match=tag)
    assert read(done, 201)["widersprochen_am"] == TODAY


def test_a_case_from_interest_to_notice(rig: Rig, software: Program) -> None:
    way = read(software.get("/onlinedienste/wbs/nachnutzung"))
    assert (way["weg"], way["hindernis"], way["offener_vorgang"]) == ("landesangebot", None, None)
    interest = {
        "kennung": "wbs",
        "wunschtermin": "2027-01-04",
        "name": "Beispielperson",
        "email": "ozg@hansestadt.example",
        "zustimmung": way["bedingungen"]["fassung"],
        "zustimmung_name": "Beispielperson",
        "vertretung": "vollmacht",
    }
    [mail] = read(software.post("/nachnutzungen?probe=1", interest))["mails"]
    assert read(software.get("/nachnutzungen"))["gesamt"] == 0
    begun = software.post("/nachnutzungen", interest)
    place = begun.header("location").removeprefix(PREFIX)
    assert read(begun, 201)["status"] == "interesse_bekundet"
    assert read(software.post("/nachnutzungen", interest))["id"] == read(begun, 201)["id"]
    with writing(rig.engine) as session:
        sent = session.scalars(select(Nachricht).where(col(Nachricht.vorlage) == "interesse")).all()
        assert {each.empfaenger for each in sent} == {*mail["an"], *mail["kopie"]}

    # Nothing new is 304; then the coordinating body confirms.
    seen = software.get(place)
    assert software.get(place, If_None_Match=seen.header("etag")).status == 304
    rig.coordinate(read(seen)["id"], Aktion.BESTAETIGEN)
    changed = software.get(place, If_None_Match=seen.header("etag"))
    case = read(changed)
    assert (case["status"], case["bestaetigt_am"]) == ("bestaetigt", TODAY)
    ways = {way["aktion"]: way for way in case["entscheidungen"]}
    assert {"anbindung_beginnen", "kuendigen"} <= set(ways)

    # The end is computed before anybody gives notice, and notice is given with this end.
    shown = read(software.post(f"{place}/entscheidungen?probe=1", {"aktion": "kuendigen"}))
    assert shown["wirksam_zum"] == "2027-02-28"
    assert [end["wirksam_zum"] for end in shown["enden"]][:2] == ["2027-02-28", "2027-03-31"]
    notice = {"aktion": "kuendigen", "ende": shown["wirksam_zum"]}
    assert problem(software.post(f"{place}/entscheidungen", notice), 428)["title"]
    outdated = software.post(f"{place}/entscheidungen", notice, If_Match=seen.header("etag"))
    problem(outdated, 412)
    done = software.post(f"{place}/entscheidungen", notice, If_Match=changed.header("etag"))
    given = read(done, 201)
    assert given["vorgang"]["status"] == "gekuendigt"
    assert given["vorgang"]["wirksam_zum"] == "2027-02-28"
    assert "Monat" in given["vorgang"]["rechnung"]
    decision = read(software.get(done.header("location").removeprefix(PREFIX)))
    assert decision == given["entscheidung"]
    events = read(software.get(f"{place}/entscheidungen?limit=1&offset=2"))
    assert (events["gesamt"], events["daten"]) == (3, [decision])

    listed = read(software.get(f"/nachnutzungen?status=gekuendigt&updated_since={now().date()}"))
    assert [row["id"] for row in listed["daten"]] == [case["id"]]
    assert read(software.get("/nachnutzungen?updated_since=2999-01-01"))["gesamt"] == 0
    with writing(rig.engine) as session:
        trail = session.scalars(
            select(Protokoll).where(col(Protokoll.vorgang) == "ueber_schnittstelle")
        ).all()
        assert [entry.angaben["was"] for entry in trail][-1] == done.header(
            "location"
        ).removeprefix(PREFIX)


def test_the_coordinating_body_decides_with_its_own_token(rig: Rig) -> None:
    office = rig.program("software@koordinierung.example", Rolle.KOORDINIERUNG, COORDINATION)
    with writing(rig.engine) as session:
        welt = Welt(**{**rig.welt.__dict__, "session": session})
        case = welt.begin(welt.doerfer[0])
    path = f"/nachnutzungen/{case}"
    assert read(office.get("/nachnutzungen?kennung=wbs&limit=1&offset=0"))["gesamt"] >= 1
    refused = office.post(f"{path}/entscheidungen", {"aktion": "ablehnen"}, If_Match='"1"')
    version = read(office.get(path))["version"]
    assert refused.status in {412, 422}
    missing = office.post(f"{path}/entscheidungen", {"aktion": "ablehnen"}, If_Match=f'"{version}"')
    assert "Grund" in faults(missing)["grund"]
    wrong = office.post(
        f"{path}/entscheidungen", {"aktion": "produktiv_setzen"}, If_Match=f'"{version}"'
    )
    assert problem(wrong, 409)["title"] == "In diesem Schritt nicht möglich"
    done = office.post(f"{path}/entscheidungen", {"aktion": "bestaetigen"}, If_Match=f'"{version}"')
    assert read(done, 201)["vorgang"]["status"] == Status.BESTAETIGT


def test_whatever_a_step_asks_for_can_be_sent() -> None:
    fields = {field.name for field in decide.fields}
    for steps in STEPS_BY_WEG.values():
        for step in steps:
            # What begins a case, or ends an offer, is no decision in a case.
            if None in step.von or step.am is Gegenstand.LANDESANGEBOT:
                continue
            for rolle in step.rollen:
                assert set(fields_for(step, rolle)) <= fields, step.aktion


# Who may ----------------------------------------------------------------------------------------


def test_whatever_is_wrong_with_a_token_the_answer_is_the_same(rig: Rig, software: Program) -> None:
    ended = rig.program("geht@hansestadt.example", Rolle.KOMMUNE, TOWN)
    expired = rig.program("spaet@hansestadt.example", Rolle.KOMMUNE, TOWN)
    assert ended.get("/nachnutzungen").status == expired.get("/nachnutzungen").status == 200
    with writing(rig.engine) as session:
        gone = select(col(Zugriffstoken.konto_id)).where(_is(ended)).scalar_subquery()
        session.execute(
            update(Mitgliedschaft)
            .where(col(Mitgliedschaft.konto_id) == gone)
            .values(beendet_am=now())
        )
        session.execute(update(Zugriffstoken).where(_is(expired)).values(laeuft_ab_am=now()))
    bodies = set()
    for token in (ended.token, expired.token, software.token[:-1] + "!", "x", "a" * 9000):
        answer = Program(rig.portal, token).get("/nachnutzungen")
        problem(answer, 401)
        assert (
            answer.header("www-authenticate") == 'Bearer realm="OZG-Katalog", error="invalid_token"'
        )
        bodies.add(answer.body)
    assert len(bodies) == 1
    nobody = Program(rig.portal).get("/nachnutzungen")
    problem(nobody, 401)
    assert nobody.header("www-authenticate") == 'Bearer realm="OZG-Katalog"'


def _is(program: Program) -> Any:
    return col(Zugriffstoken.endung) == program.token[-4:]


def test_cookies_open_nothing_here(rig: Rig) -> None:
    secret = make_session(rig.database, "mensch@hansestadt.example", Rolle.KOMMUNE, TOWN)
    signed_in = Program(rig.portal, headers={"Cookie": f"{COOKIE}={secret}"})
    for call in CALLS:
        if call.is_public:
            continue
        path = re.sub(r"{\w+}", "1", call.path)
        answer = signed_in.post(path, {}) if call.writes else signed_in.get(path)
        problem(answer, 401)


def test_every_purpose_opens_its_own_calls_and_no_others(rig: Rig) -> None:
    wrong = []
    for zugriff in Zugriff:
        program = rig.program(f"{zugriff}@hansestadt.example", Rolle.KOMMUNE, TOWN, (zugriff,))
        for call in CALLS:
            if call.needs is None:
                continue
            path = re.sub(r"{\w+}", "999999", call.path)
            answer = program.post(path, {}) if call.writes else program.get(path)
            inside = answer.status != 403
            if inside is not (call.needs is zugriff):
                wrong.append(f"{zugriff} {call.name}: {answer.status}")
            if not inside:
                assert f'scope="{call.needs}"' in answer.header("www-authenticate")
    assert wrong == []


def test_what_belongs_to_others_is_not_there(rig: Rig) -> None:
    """Role × call × a foreign case: read, list, decide, try."""
    with writing(rig.engine) as session:
        welt = Welt(**{**rig.welt.__dict__, "session": session})
        case = welt.begin(welt.doerfer[1])
    strangers = [
        rig.program("stadt@fremd.example", Rolle.KOMMUNE, TOWN),
        rig.program("bau@fremd.example", Rolle.ANBIETER, OWNER_OF_CODE),
    ]
    for program in strangers:
        assert case not in {
            row["id"] for row in read(program.get("/nachnutzungen?limit=200"))["daten"]
        }
        path = f"/nachnutzungen/{case}"
        problem(program.get(path), 404)
        problem(program.get(f"{path}/entscheidungen"), 404)
        problem(program.get(f"{path}/entscheidungen/1"), 404)
        for query in ("", "?probe=1"):
            sent = {"aktion": "zurueckziehen"}
            answer = program.post(f"{path}/entscheidungen{query}", sent, If_Match='"1"')
            problem(answer, 404)
    foreign = {"kennung": "hund", "ars": "130725260001", "rolle": "nutzt", "status": "produktiv"}
    for program in strangers:
        problem(program.post("/einsaetze", foreign), 403)


def test_a_statement_for_administrations_is_read_by_its_owner(rig: Rig, software: Program) -> None:
    planned = {"kennung": "fremd", "rolle": "plant", "status": "geplant", "ab": "2027-05-01",
               "sichtbarkeit": "eigene"}  # fmt: skip
    made = software.post("/einsaetze", planned)
    place = made.header("location").removeprefix(PREFIX)
    number = read(made, 201)["id"]
    problem(Program(rig.portal).get(place), 404)
    seen = read(software.get(f"/einsaetze?ars={TOWN}&limit=200"))["daten"]
    public = read(Program(rig.portal).get(f"/einsaetze?ars={TOWN}&limit=200"))["daten"]
    assert number in {row["id"] for row in seen}
    assert number not in {row["id"] for row in public}
    provider = rig.program("laut@bauherrin.example", Rolle.ANBIETER, OWNER_OF_CODE)
    problem(provider.post(f"{place}/bestaetigungen", If_Match='"1"'), 404)


# What is sent -----------------------------------------------------------------------------------


def test_everything_wrong_in_a_body_is_said_at_once(software: Program) -> None:
    sent = {"kennung": 7, "rolle": "besitzt", "ab": "2.11.2026", "farbe": "rot"}
    assert set(faults(software.post("/einsaetze", sent))) == {
        "kennung", "rolle", "status", "ab", "farbe",
    }  # fmt: skip
    future = {"kennung": "hund", "rolle": "plant", "status": "produktiv", "ab": "2999-01-01"}
    assert set(faults(software.post("/einsaetze", future))) == {"rolle", "ab"}
    unknown = {"kennung": "xyz", "rolle": "nutzt", "status": "produktiv"}
    assert set(faults(software.post("/einsaetze", unknown))) == {"kennung"}
    elsewhere = unknown | {"kennung": "hund", "ars": "099999999999"}
    assert set(faults(software.post("/einsaetze", elsewhere))) == {"ars"}


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", _JSON, 422),
        (b"[]", _JSON, 422),
        (b'"x"', _JSON, 422),
        (b"\xff", _JSON, 422),
        (b"[" * 60_000, _JSON, 422),
        (b'{"grund": "\\u0000"}', _JSON, 422),
        (b'{"aktion": "kuendigen"}', "text/plain", 415),
        (b"aktion=kuendigen", "application/x-www-form-urlencoded", 415),
        (b"{}" + b" " * 70_000, _JSON, 413),
    ],
)
def test_hostile_bodies_are_refused(software: Program, body: bytes, kind: str, status: int) -> None:
    path = f"{PREFIX}/nachnutzungen/1/entscheidungen"
    headers = {"Authorization": f"Bearer {software.token}", "Content-Type": kind}
    answer = ask(software.portal, path, method="POST", headers=headers, body=body)
    assert problem(answer, status)["detail"]


@pytest.mark.parametrize("tag", ['W/"1"', '"1", "2"', "1", '"x"', '"1-a"x'])
def test_a_tag_that_names_no_state_fits_none(software: Program, tag: str) -> None:
    problem(software.post("/einsaetze/1/bestaetigungen", If_Match=tag), 412)


def test_a_program_gone_wild_is_slowed_down(rig: Rig) -> None:
    wild = rig.program("wild@hansestadt.example", Rolle.KOMMUNE, TOWN)
    with writing(rig.engine) as session:
        session.execute(
            update(Zugriffstoken)
            .where(_is(wild))
            .values(fenster_ab=now(), fenster_anzahl=zugriffstoken.MOST_WRITES)
        )
    answer = wild.post("/einsaetze", {"unsinn": "x"})
    assert "Warten" in problem(answer, 429)["detail"]
    assert int(answer.header("retry-after")) > 0
    assert wild.get("/nachnutzungen").status == 200


# From elsewhere ---------------------------------------------------------------------------------


def test_browsers_are_not_told_to_send_tokens_from_other_sites(software: Program) -> None:
    origin = {"Origin": "https://andere.example"}
    answer = ask(
        software.portal, f"{PREFIX}/einsaetze", method="OPTIONS",
        headers=origin | {"Access-Control-Request-Method": "POST"},
    )  # fmt: skip
    assert "POST" not in answer.header("access-control-allow-methods")
    assert "authorization" not in answer.header("access-control-allow-headers").lower()
    private = software.get("/nachnutzungen", **origin)
    assert private.status == 200
    assert private.header("access-control-allow-origin") == ""
    assert private.header("cache-control") == "private, no-cache"
    assert "Authorization" in private.header("vary")
    public = Program(software.portal).get("/einsaetze?limit=1", **origin)
    assert public.header("access-control-allow-origin") == "*"
    assert (public.header("cache-control"), public.header("vary")) == (
        "no-cache", "Accept-Encoding, Authorization",
    )  # fmt: skip


# As people make them ----------------------------------------------------------------------------


def test_a_person_makes_a_token_on_the_page_and_revokes_it(rig: Rig) -> None:
    person = Reader(
        rig.portal,
        {COOKIE: make_session(rig.database, "mensch@hansestadt.example", Rolle.KOMMUNE, TOWN)},
    )
    page = person.open("/konto/zugriffstoken")
    assert "/konto/zugriffstoken" in {a.attrs["href"] for a in person.open("/konto").links()}
    mark = {"formular": fields_of(form_of(page, "/konto/zugriffstoken"))["formular"]}
    refused = person.post("/konto/zugriffstoken", mark)
    assert refused.status == 422
    assert "mindestens eines" in refused.text
    [stelle] = {o.attrs["value"] for o in page.main.one(id="stelle").all("option")}
    made = {"name": "Fachverfahren Wohnen", "stelle": stelle, "tage": "30"}
    shown = person.post("/konto/zugriffstoken", mark | made | {"zugriff": "vorgaenge_lesen"}).seite
    program = Program(rig.portal, shown.root.one(class_="letter__sum").text)
    assert program.get("/nachnutzungen").status == 200
    listed = person.open("/konto/zugriffstoken")
    assert "Fachverfahren Wohnen" in listed.text
    assert "zuletzt benutzt am" in listed.text
    assert program.token not in listed.text
    [path] = {
        form.attrs["action"]
        for form in listed.main.all("form")
        if form.attrs["action"].endswith("/widerrufen")
    }
    assert "Widerrufen" in person.send(listed, path).text
    problem(program.get("/nachnutzungen"), 401)
