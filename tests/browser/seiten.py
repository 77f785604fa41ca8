"""All kinds of pages, once each: what the accessibility tests walk through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session, col

from katalog import saved_searches
from katalog.accounts import anmeldung, mitgliedschaft, sitzungen, zugriffstoken
from katalog.accounts.konten import create_konto
from katalog.domain.begriffe import (
    Befundart,
    Beleg,
    Dienstart,
    Laufstatus,
    Nachrichtenstatus,
    Objektart,
    Quellenart,
    Top100,
)
from katalog.domain.einsatz import parse_einsatz
from katalog.domain.rollen import Rolle
from katalog.domain.suchabo import Rhythmus
from katalog.domain.zugriff import Zugriff
from katalog.models.betrieb import Nachricht
from katalog.models.grundlage import now
from katalog.models.quellen import Importlauf, Importsatz, Pruefergebnis, Quelle
from katalog.models.register import Gebiet, OzgLeistung
from katalog.queries import entwuerfe, teilnahme
from katalog.queries.dienste import find_dienst
from katalog.queries.konten import find_stelle
from tests.browser.vorgang import CASE, plant_case
from tests.umfang import VOLL


@dataclass(frozen=True, slots=True)
class Fall:
    """A page in a state: its address, and what somebody did before.

    `signed_in` is somebody of the administration who acts for a municipality, too. `opened` asks
    for everything that folds to be open; `kind` marks the pages that stand for the others where a
    test takes long and a layout repeats; `again` those that show once more what others show, and
    which only the full run looks at.
    """

    name: str
    path: str
    status: int = 200
    english: bool = False
    signed_in: bool = False
    opened: bool = False
    kind: bool = False
    again: bool = False

    def __str__(self) -> str:
        return self.name


COMPARISON = "/onlinedienste/vergleich"
COMPARED = (
    "id=hundesteuer-online-demo&id=hundeanmeldung-offen-demo&id=hund-anmelden-stadtportal-demo"
)
FRIST = "zugang=30.11.2026&n=3&einheit=monat&anker=monatsende"

MAP = "leistungsschluessel=99110009104000&raum=koordinierung-muensterland-demo"

ANGABEN = "/kommunen/055700052052/angaben"

EVERY_PAGE = (
    Fall("Start", "/", kind=True),
    Fall("Suche leer", "/suche", again=True),
    Fall("Suche mit Treffern", "/suche?q=Hund+anmelden&ort=Warendorf", kind=True),
    Fall("Suche ohne Treffer", "/suche?q=xyzzyplugh"),
    Fall("Onlinedienste", "/onlinedienste"),
    Fall("Onlinedienste Seite 2", "/onlinedienste?seite=2", again=True),
    Fall(
        "Onlinedienste gefiltert",
        "/onlinedienste?plattform=sozialplattform&art=efa",
        opened=True,
        kind=True,
    ),
    Fall("Onlinedienste ohne Treffer", "/onlinedienste?q=xyzzyplugh", again=True),
    Fall("Onlinedienst mit Angebot", "/onlinedienste/wbs-sozialplattform", opened=True, kind=True),
    Fall("Onlinedienst ohne Angebot", "/onlinedienste/drohnen-bw", again=True),
    Fall("Onlinedienst mit Ort", "/onlinedienste/hundesteuer-online-demo?ort=Warendorf"),
    Fall(
        "Onlinedienst mit falschem Ort",
        "/onlinedienste/hundesteuer-online-demo?ort=Xyzzyhausen",
        again=True,
    ),
    Fall("Vergleich", f"{COMPARISON}?{COMPARED}&ort=Warendorf", kind=True),
    Fall(
        "Vergleich nur Unterschiede",
        f"{COMPARISON}?{COMPARED}&id=wbs-sozialplattform&id=drohnen-bw&nur=unterschiede&dazu=Antrag",
        again=True,
    ),
    Fall(
        "Vergleich mit nur einem",
        f"{COMPARISON}?id=hundesteuer-online-demo&id=unbekannt",
        again=True,
    ),
    Fall("Vergleich leer", COMPARISON),
    Fall("OZG-Leistungen", "/ozg"),
    Fall("OZG-Leistung", "/ozg/10083", kind=True),
    Fall("OZG-Leistung mit mehreren Onlinediensten", "/ozg/10160", again=True),
    Fall("LeiKa-Leistungen", "/leistungen"),
    Fall("LeiKa-Leistung", "/leistungen/99110009104000", kind=True),
    Fall("Kommunen", "/kommunen"),
    Fall("Kommune", "/kommunen/055700052052"),
    Fall(
        "Empfehlungen",
        "/kommunen/055700052052/empfehlungen?wichtig=nachbarn",
        opened=True,
        kind=True,
    ),
    Fall("Kommune mit Festlegungen", "/kommunen/146120000000", kind=True),
    Fall("Kreis", "/kommunen/055700000000", again=True),
    Fall("Karte", f"/karte?{MAP}&gebiet=05515000", kind=True),
    Fall("Karte nach Anzahl", "/karte?ansicht=anzahl", again=True),
    Fall("Karte im Rahmen", f"/embed/karte?{MAP}"),
    Fall("Quellen", "/quellen"),
    Fall("Hilfe", "/hilfe"),
    Fall(
        "Informationsschreiben",
        "/onlinedienste/wbs-sozialplattform/informationsschreiben",
        kind=True,
    ),
    Fall(
        "Informationsschreiben zur Wahl",
        "/onlinedienste/wohngeldantrag-digital-demo/informationsschreiben",
        again=True,
    ),
    Fall("Fristen", "/fristen", again=True),
    Fall("Frist berechnet", f"/fristen?{FRIST}&land=NW", kind=True),
    Fall("Frist mit Fehlern", "/fristen?frage=antwort&beginn=31.11.2026&n=x", status=422),
    Fall("Schnittstelle", "/api", opened=True),
    Fall("Impressum", "/impressum", again=True),
    Fall("Datenschutz", "/datenschutz"),
    Fall("Barrierefreiheit", "/barrierefreiheit"),
    Fall("Leichte Sprache", "/leichte-sprache"),
    Fall("Leistung ohne LeiKa-Schlüssel", "/leistungen/ohne-25cf9fa1a16450e1-1", opened=True),
    Fall("entfallene Kommune", "/kommunen/055700004004"),
    Fall("Gemerkte Suchen", "/konto/suchen", signed_in=True, opened=True),
    Fall("Suche merken", "/konto/suchen/neu?adresse=/ozg%3Fq%3DHund", signed_in=True, again=True),
    Fall("Betrieb", "/betrieb", signed_in=True),
    Fall("Importe", "/betrieb/importe", signed_in=True),
    Fall("Import mit Befunden", "/betrieb/importe/1", signed_in=True, opened=True),
    Fall("Import Seite 2", "/betrieb/importe/1?seite=2", signed_in=True, again=True),
    Fall(
        "Import gefiltert",
        "/betrieb/importe/1?art=abgelehnt&art=widerspruch&q=leistung",
        signed_in=True,
        again=True,
    ),
    Fall("Import ohne Treffer", "/betrieb/importe/1?q=xyzzyplugh", signed_in=True, again=True),
    Fall("Import abgebrochen", "/betrieb/importe/2", signed_in=True, again=True),
    Fall("Import läuft", "/betrieb/importe/3", signed_in=True, again=True),
    Fall("Post", "/betrieb/post", signed_in=True, again=True),
    Fall("Protokoll", "/betrieb/protokoll", signed_in=True, again=True),
    Fall("Anmelden", "/anmelden", kind=True),
    Fall("Anmelden mit Code", "/anmelden/code?vorgang=x", again=True),
    Fall("Anmelden mit altem Link", "/anmelden/link?token=x", status=410, again=True),
    Fall("Mein Konto", "/konto", signed_in=True, kind=True),
    Fall("Zugang suchen", "/konto/zugang?q=Waren", signed_in=True, again=True),
    Fall("Zugang beantragen", "/konto/zugang/1", signed_in=True, again=True),
    Fall("Anfragen", "/konto/anfragen", signed_in=True, again=True),
    Fall("Zugriffstoken", "/konto/zugriffstoken", signed_in=True),
    Fall("Angaben", ANGABEN, signed_in=True),
    Fall("Angaben als Tabelle", f"{ANGABEN}/tabelle", signed_in=True),
    Fall("Angabe suchen", f"{ANGABEN}/neu?q=Hund", signed_in=True, again=True),
    Fall(
        "Angabe machen",
        f"{ANGABEN}/neu/wbs-sozialplattform",
        signed_in=True,
    ),
    Fall("Nachnutzen", "/onlinedienste/wbs-sozialplattform/nachnutzen", signed_in=True),
    Fall("Vorgang in Anbindung", f"/nachnutzungen/{CASE}", signed_in=True, opened=True, kind=True),
    Fall("Vorgang zurückziehen", f"/nachnutzungen/{CASE}/zurueckziehen", signed_in=True),
    Fall("Nachnutzungen", "/nachnutzungen", signed_in=True, again=True),
    Fall("Koordination", "/koordination", signed_in=True, kind=True),
    Fall("Statistik der Koordination", "/koordination/statistik", signed_in=True, opened=True),
    Fall("Bericht zum Stichtag", "/koordination/bericht", signed_in=True, again=True),
    Fall("Koordination als Tabelle", "/koordination?ansicht=tabelle", signed_in=True, again=True),
    Fall("Eingang", "/koordination/eingang", signed_in=True, again=True),
    Fall("Mail im Eingang", "/koordination/eingang/1", signed_in=True, opened=True, kind=True),
    Fall("Mail abgelegt", "/koordination/eingang/2", signed_in=True, again=True),
    Fall(
        "Eingang erfassen",
        "/koordination/erfassen?dienst=hundesteuer-online-demo&q=Warendorf",
        signed_in=True,
    ),
    Fall("Rundschreiben", "/koordination/rundschreiben", signed_in=True, again=True),
    Fall("Rundschreiben verfassen", "/koordination/rundschreiben/neu", signed_in=True),
    Fall("Rundschreiben versandt", "/koordination/rundschreiben/1", signed_in=True, again=True),
    Fall("Vorgänge als Liste", "/koordination/liste?status=im_test", signed_in=True, again=True),
    Fall("Angaben als Liste", f"{ANGABEN}/liste", signed_in=True),
    Fall("Angaben von Nachbarn", f"{ANGABEN}/uebernehmen?q=Bec", signed_in=True, again=True),
    Fall(
        "Angaben eines Nachbarn",
        f"{ANGABEN}/uebernehmen?von=055700008008",
        signed_in=True,
        again=True,
    ),
    Fall("Neuer Onlinedienst", f"{ANGABEN}/entwurf?name=Hund", signed_in=True, again=True),
    Fall("Entwürfe", "/entwuerfe", signed_in=True, again=True),
    Fall("Entwurf", "/entwuerfe/hund-ahoi", signed_in=True, again=True),
    Fall("Kontakt", "/kommunen/055700052052/kontakte/neu", signed_in=True, again=True),
    Fall(
        "Nutzer anschreiben",
        "/onlinedienste/hund-anmelden-stadtportal-demo/anschreiben",
        signed_in=True,
        again=True,
    ),
    Fall("Festlegungen", "/kommunen/146120000000/festlegungen", opened=True, again=True),
    Fall("Festlegungen verglichen", "/ozg/10082/festlegungen?am=2011-01-01", again=True),
    Fall("Beschlüsse", "/kommunen/055700052052/beschluesse", signed_in=True, again=True),
    Fall("Beschluss anlegen", "/kommunen/055700052052/beschluesse/neu", signed_in=True, again=True),
    Fall("Austausch", "/austausch", again=True),
    Fall("Austauschtermine", "/koordination/austausch", signed_in=True, again=True),
    Fall("Termin anlegen", "/koordination/austausch/neu", signed_in=True, again=True),
    Fall("Arbeitsteilung", "/arbeitsteilung", signed_in=True),
    Fall("Fortschritt der TOP 100", "/top100?seit=2026-01-01"),
    Fall("Kommune für Empfehlungen", "/empfehlungen?ort=Nirgendwo", status=422, again=True),
    Fall("Arbeitspaket anlegen", "/koordination/arbeitsteilung/neu", signed_in=True, again=True),
    Fall("404", "/gibt-es-nicht", status=404, kind=True),
    Fall("422", "/ozg?seite=0", status=422, again=True),
    Fall("Start auf Englisch", "/", english=True, again=True),
    Fall("Onlinedienst auf Englisch", "/onlinedienste/wbs-sozialplattform", english=True),
)

PAGES = tuple(fall for fall in EVERY_PAGE if VOLL or not fall.again)
KINDS = tuple(fall for fall in PAGES if fall.kind)
# What slower tests walk through: every day one page of each kind.
WALKED = PAGES if VOLL else KINDS


# What the starting set does not have -----------------------------------------------------------

WARENDORF = "055700052052"
DAY = date(2026, 11, 20)
BEGUN = datetime(2026, 11, 20, 13, 3, tzinfo=UTC)
LONG = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"
TEXT = (
    "Sie möchten einen Hund halten? Dann melden Sie ihn innerhalb von zwei Wochen bei Ihrer "
    "Gemeinde an. Die Anmeldung ist {} möglich. Mit der Anmeldung erhalten Sie eine Hundemarke, "
    "die der Hund außerhalb der Wohnung sichtbar tragen muss."
)


def plant_imports(session: Session) -> None:
    """A run with findings of every kind, one that was given up, two under way; a town that went.

    Three services belong to the TOP 100.
    """
    quelle = Quelle(
        kennung="leika-test",
        titel="Leistungskatalog der öffentlichen Verwaltung (LeiKa)",
        art=Quellenart.AMTLICH,
        url="https://leika.example/liste",
        stand=BEGUN.date(),
    )
    session.add(quelle)
    session.flush()
    session.add_all(_runs(quelle.id))
    session.flush()
    session.add_all(Pruefergebnis(importlauf_id=1, **values) for values in _findings())
    session.add_all(
        Importsatz(importlauf_id=4, reihe=1, art="leistung", fremdschluessel=key, schluessel=key)
        for key in ("99000000000000", "99000000000001")
    )
    day = BEGUN.date()
    marked = update(OzgLeistung).where(col(OzgLeistung.ozg_id).in_(("10083", "10160", "10009")))
    session.execute(marked.values(top100=Top100.BUERGER))
    session.execute(update(Gebiet).where(col(Gebiet.ars) == GONE).values(gueltig_bis=day))
    session.execute(update(Gebiet).where(col(Gebiet.ags) == HOSTILE_AGS).values(name=HOSTILE))
    assert session.execute(select(col(Gebiet.id)).where(col(Gebiet.ars) == GONE)).one()


GONE = "055700004004"
# Schneverdingen, as a list from elsewhere could name it.
HOSTILE_AGS = "03358019"
HOSTILE = "<img src=x onerror=alert(1)>"


def _runs(quelle_id: int | None) -> list[Importlauf]:
    zahlen = {
        "LeiKa-Leistung": {
            "neu": 60, "geaendert": 3, "unveraendert": 5234, "doppelt": 1, "abgelehnt": 5,
            "entfallen": 2, "hinweis": 1,
        },
        "Zuordnung zur OZG-Leistung": {"neu": 4, "unveraendert": 7120},
    }  # fmt: skip
    return [
        Importlauf(
            id=1,
            quelle_id=quelle_id,
            format="leika",
            dateien=[f"/daten/leika/2026/{name}.xlsx" for name in ("leika", LONG, *"abcdef")],
            vollstaendig=True,
            status=Laufstatus.FERTIG,
            begonnen_am=BEGUN,
            gelesen_am=BEGUN + timedelta(seconds=41),
            beendet_am=BEGUN + timedelta(seconds=72),
            zahlen=zahlen,
            meldung="12 weitere Befunde sind gezählt, aber nicht einzeln gespeichert.",
        ),
        Importlauf(
            id=2,
            format="gv100",
            dateien=["GV100AD.zip"],
            status=Laufstatus.ABGEBROCHEN,
            begonnen_am=BEGUN + timedelta(minutes=10),
            beendet_am=BEGUN + timedelta(minutes=10, seconds=0.4),
            meldung="Das sieht nach einem PDF aus, nicht nach GV100AD. Am Bestand hat sich nichts "
            "geändert.",
        ),
        Importlauf(
            id=3,
            format="fim",
            dateien=["https://fimportal.example/api/v0/services"],
            status=Laufstatus.LAEUFT,
            begonnen_am=BEGUN + timedelta(minutes=20),
        ),
        Importlauf(
            id=4,
            quelle_id=quelle_id,
            format="leika",
            dateien=["leika.xlsx"],
            status=Laufstatus.LAEUFT,
            begonnen_am=BEGUN + timedelta(minutes=30),
            gelesen_am=BEGUN + timedelta(minutes=31),
            zahlen={"LeiKa-Leistung": {"neu": 1, "unveraendert": 10}},
        ),
    ]


def _findings() -> Iterator[dict[str, Any]]:
    """More than one page; the dangerous ones as a file from elsewhere could bring them."""
    dog = "LeiKa-Leistung 99110009104000 (Hund anmelden)"
    for row, value in enumerate(('=HYPERLINK("https://boese.example";"Öffnen")', "-1+1", LONG), 12):
        yield {
            "art": Befundart.ABGELEHNT,
            "objekt": "leika.xlsx",
            "zeile": row,
            "stelle": "Spalte C „Leistungsschlüssel“",
            "wert": value,
            "ursache": "Ein Leistungsschlüssel hat 14 Ziffern.",
            "abhilfe": "Berichtigen Sie den Schlüssel in der Liste.",
        }
    yield {
        "art": Befundart.ABGELEHNT,
        "objekt": "LeiKa-Leistung 99107022012000 (Ärzte; <b>Übergänge</b>)",
        "stelle": "ozg_ids",
        "wert": "99999",
        "ursache": "OZG-ID „99999“ ist unbekannt.",
        "abhilfe": "Lesen Sie zuerst die Liste der OZG-Leistungen ein.",
    }
    yield {"art": Befundart.ABGELEHNT, "ursache": "Die Datei endet mitten in einer Zeile."}
    yield {
        "art": Befundart.WIDERSPRUCH,
        "objekt": "Gebiet gemeinde/16061119 (Uder)",
        "stelle": "ars",
        "wert": "160615051097",
        "alt": "160615051119",
        "ursache": "„codeliste“ sagt etwas anderes als „gv100“; es gilt weiter „gv100“.",
    }
    yield {
        "art": Befundart.HINWEIS,
        "objekt": "leika.xlsx",
        "stelle": "Spalte H",
        "wert": "Bemerkung intern",
        "ursache": "Die Spalte kennt der Katalog nicht; sie wurde nicht gelesen.",
    }
    changes = [
        ("bezeichnung", "Hundesteuer Anmeldung", "Hundesteuer Anmeldung Entgegennahme"),
        ("kurztext", TEXT.format("schriftlich oder persönlich"), TEXT.format("auch online")),
        ("rechtsgrundlage", "", "§ 2 Hundesteuersatzung"),
        ("zielgruppe", "buerger", "buerger, unternehmen"),
        ("typisierung", "2, 4", ""),
    ]
    for stelle, alt, wert in changes:
        yield {
            "art": Befundart.GEAENDERT, "objekt": dog, "stelle": stelle, "alt": alt, "wert": wert,
        }  # fmt: skip
    for number in range(2):
        objekt = f"LeiKa-Leistung 9900000000000{number} (aufgegeben)"
        yield {"art": Befundart.ENTFALLEN, "objekt": objekt}
    for number in range(60):
        objekt = f"LeiKa-Leistung 991070{number:02}012000 (neue Leistung)"
        yield {"art": Befundart.NEU, "objekt": objekt}


def plant_accounts(session: Session) -> str:
    """Somebody with something on every page of an account; returns what their cookie holds."""
    address = "administration@portal.example"
    create_konto(session, address, Rolle.ADMINISTRATION, name="Demo")
    create_konto(session, address, Rolle.KOMMUNE, WARENDORF)
    create_konto(session, address, Rolle.KOORDINIERUNG, "koordinierung-muensterland-demo")
    create_konto(session, "allein@kommune.example", Rolle.KOMMUNE, WARENDORF, name="Demo Kollegium")
    number = anmeldung.enter(session, address, "probe")
    assert number is not None
    secret = sitzungen.begin(session, number, now())
    bodies = {
        key: find_stelle(session, key) for key in (WARENDORF, "055150000000", "landes-it-demo")
    }
    for email, key, task in (
        ("demo@kommune.example", WARENDORF, "OZG-Koordination"),
        (f"{'demo-' * 10}lang@verwaltungsgemeinschaft.kommune.example", "055150000000", LONG),
        ("demo@landes-it.example", "landes-it-demo", ""),
    ):
        account = anmeldung.enter(session, email, "probe")
        assert account is not None
        body = bodies[key]
        assert body is not None
        asking = sitzungen.recognise(session, sitzungen.begin(session, account, now()), now(), DAY)
        assert asking is not None
        mitgliedschaft.apply(session, asking, body, task, "https://katalog.example", now())
    _plant_tokens(session, secret)
    own = parse_einsatz({"rolle": "nutzt", "status": "produktiv"}, DAY)
    known = find_dienst(session, "wbs-sozialplattform")
    town = bodies[WARENDORF]
    assert known is not None
    assert known.dienst.id is not None
    assert town is not None
    teilnahme.add(
        session, town, known.dienst.id, own, beleg=Beleg.EIGENANGABE, by=number, today=DAY, due=DAY
    )
    entwuerfe.add(session, "hund-ahoi", "Hund Ahoi", TEXT, Dienstart.MARKT, DAY)
    for status, mail in zip(
        Nachrichtenstatus,
        session.scalars(select(Nachricht).order_by(col(Nachricht.id))),
        strict=False,
    ):
        mail.status = status
        mail.letzter_fehler = "550 unbekannt" if status is Nachrichtenstatus.GESCHEITERT else ""
    plant_case(session, number, DAY)
    for rhythmus in Rhythmus:
        address, found = f"/onlinedienste?q={rhythmus}", {Objektart.ONLINEDIENST: [1, 2]}
        saved_searches.remember(
            session, number, f"Suche {rhythmus} {LONG}"[:120], address, rhythmus, found, DAY, now()
        )
    return secret


def _plant_tokens(session: Session, secret: str) -> None:
    """One that is in use and one that has expired, with names of every length."""
    konto = sitzungen.recognise(session, secret, now(), DAY)
    assert konto is not None
    body = find_stelle(session, WARENDORF)
    begun = now() - timedelta(days=60)
    for name, tage in ((LONG, 30), ("Fachverfahren Wohnen", 365)):
        zugriffstoken.issue(session, konto, name, body, tuple(Zugriff), tage, begun)
