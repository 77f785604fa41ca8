"""Calls for cases of reuse: one's own, what a body may begin, and beginning it."""

from __future__ import annotations

import msgspec

from katalog.api.calls import Ask, Call, Made, Many, One, call
from katalog.api.kinds import day, number, one_of, text, word
from katalog.api.listing import LISTING, page_of, part_of
from katalog.api.parameter import Parameter
from katalog.api.schema import form_of_type, list_of
from katalog.api.vorgangsbild import VORGAENGE, VORGANG, ZEILE, describe, read
from katalog.api.zuordnung import ARS, KENNUNG, akteur_of, body_of, dienst_of
from katalog.domain.begriffe import Vertretung
from katalog.domain.errors import NichtGefunden
from katalog.domain.vorgang import Status, Weg, Zustimmung
from katalog.domain.zugriff import Zugriff
from katalog.queries.faelle_liste import Filter
from katalog.queries.listen import list_faelle
from katalog.workflow import (
    Ansprechstelle,
    Brief,
    Fassung,
    Interesse,
    list_wege,
    preview_interest,
    state_interest,
)

FAMILY = "Nachnutzung"
PROBE = one_of("probe", "Mit 1 geschieht nichts; die Antwort sagt, was geschähe.", ["1"])
ZUSTIMMUNG: tuple[Parameter, ...] = (
    text("zustimmung", "Fassung der Nachnutzungsbedingungen, die angenommen wird.", 40),
    text("zustimmung_name", "Wer die Annahme erklärt.", 200),
    text("zustimmung_funktion", "Funktion dieser Person.", 200),
    word("vertretung", "Wodurch sie die Stelle verpflichten darf.", Vertretung),
)


class Bedingungstext(msgspec.Struct, frozen=True):
    """A version of the terms: to be read before somebody accepts it."""

    fassung: str
    text: str
    text_hash: str
    kuendigung: str


class Nachnutzungsweg(msgspec.Struct, frozen=True):
    """`weg` null: nothing can be begun, and `hindernis` says why."""

    stelle: str
    weg: Weg | None
    hindernis: str | None
    gegenueber: str | None
    bedingungen: Bedingungstext | None
    offener_vorgang: int | None


class Mailtext(msgspec.Struct, frozen=True):
    an: tuple[str, ...]
    kopie: tuple[str, ...]
    betreff: str
    text: str
    hinweis: str | None


class Interessevorschau(msgspec.Struct, frozen=True):
    mails: tuple[Mailtext, ...]


@call(
    "/nachnutzungen",
    "Eigene Vorgänge auflisten",
    FAMILY,
    list_of(ZEILE),
    word("status", "Wie weit der Vorgang ist.", Status, many=True),
    text("kennung", "Kennung des Onlinedienstes.", fallback=""),
    *LISTING,
    needs=Zugriff.VORGAENGE_LESEN,
    examples={"status": "produktiv"},
    notes="Die Vorgänge der Stelle, für die das Zugriffstoken gilt; bei einer Koordinierenden "
    "Stelle die der Stellen, die sie koordiniert. Beendet wird ein Vorgang durch den Kalender: "
    "Sein Status ändert sich dann, ohne dass updated_since ihn nennt.",
)
def list_cases(ask: Ask) -> Many:
    wanted = Filter(status=ask.values["status"], dienst=ask.values["kennung"])
    found = list_faelle(ask.session, ask.viewer, wanted, part_of(ask), ask.today)
    return page_of(ask, VORGAENGE, found)


@call(
    "/nachnutzungen/{id}",
    "Ein Vorgang, und was in ihm jetzt möglich ist",
    FAMILY,
    VORGANG,
    number("id", "Nummer des Vorgangs.", 1, 2**31 - 1, in_path=True),
    needs=Zugriff.VORGAENGE_LESEN,
    examples={"id": "1"},
    notes="Fragen Sie mit If-None-Match nach: Solange nichts geschehen ist, kommt 304. Der ETag "
    "beginnt mit der Version; mit ihm in If-Match entscheiden Sie im Vorgang.",
)
def show_case(ask: Ask) -> One:
    akte = read(ask, ask.values["id"])
    return One(describe(ask, akte), akte.version)


@call(
    "/onlinedienste/{kennung}/nachnutzung",
    "Was eine Stelle mit einem Onlinedienst beginnen kann",
    FAMILY,
    form_of_type(Nachnutzungsweg),
    text("kennung", "Kennung des Onlinedienstes.", in_path=True),
    ARS,
    needs=Zugriff.VORGAENGE_SCHREIBEN,
    examples={"kennung": "wbs-sozialplattform"},
    notes="Mit dem Text der Nachnutzungsbedingungen, die beim Bekunden des Interesses anzunehmen "
    "sind.",
)
def show_way(ask: Ask) -> One:
    stelle = body_of(ask, ask.values)
    wege = list_wege(ask.session, akteur_of(ask), dienst_of(ask, ask.values), [stelle])
    if not wege.stellen:
        raise NichtGefunden("Die Stelle", str(stelle), "Das Zugriffstoken gilt nicht für sie.")
    weg = wege.stellen[0]
    return One(
        Nachnutzungsweg(
            stelle=weg.name,
            weg=weg.weg,
            hindernis=weg.hindernis or None,
            gegenueber=weg.koordinierung or None,
            bedingungen=_terms(weg.bedingungen),
            offener_vorgang=weg.offener_vorgang,
        )
    )


@call(
    "/nachnutzungen",
    "Interesse bekunden",
    FAMILY,
    VORGANG,
    PROBE,
    method="POST",
    needs=Zugriff.VORGAENGE_SCHREIBEN,
    fields=(
        KENNUNG,
        ARS,
        day("wunschtermin", "Ab wann die Stelle den Onlinedienst nutzen möchte."),
        text("name", "Wer die Anbindung begleitet.", 200, required=True),
        text("email", "Wohin die Mails des Vorgangs gehen.", 254, required=True),
        text("telefon", "Telefon dieser Person oder Stelle.", 60, fallback=""),
        *ZUSTIMMUNG,
    ),
    preview=form_of_type(Interessevorschau),
    examples={
        "kennung": "wbs-sozialplattform",
        "wunschtermin": "2027-03-01",
        "name": "Beispielperson",
        "email": "ozg@kommune.example",
        "zustimmung": "1.0",
        "zustimmung_name": "Beispielperson",
        "vertretung": "behoerdenleitung",
    },
    notes="Wie das Formular: Die Mail an die Koordinierende Stelle geht sofort hinaus. Dasselbe am "
    "selben Tag noch einmal zu senden findet den Vorgang wieder (200) und beginnt keinen zweiten.",
)
def begin_case(ask: Ask) -> Made | One:
    sent = ask.sent
    interesse = Interesse(
        dienst_id=dienst_of(ask, sent),
        stellen=(body_of(ask, sent),),
        wunschtermin=sent["wunschtermin"],
        ansprechstelle=Ansprechstelle(sent["name"], sent["email"], sent["telefon"]),
        zustimmung=zustimmung_in(ask),
    )
    if ask.values["probe"]:
        briefe = preview_interest(ask.session, akteur_of(ask), interesse)
        return One(Interessevorschau(tuple(map(describe_mail, briefe))))
    [begun] = state_interest(ask.session, akteur_of(ask), interesse)
    akte = read(ask, begun.id)
    return Made(describe(ask, akte), f"/nachnutzungen/{begun.id}", akte.version, begun.neu)


def zustimmung_in(ask: Ask) -> Zustimmung | None:
    """Who accepts without saying by what right has accepted nothing; the step then asks for it."""
    sent = ask.sent
    if not sent["zustimmung"] or sent["vertretung"] is None:
        return None
    return Zustimmung(
        sent["zustimmung"],
        sent["zustimmung_name"] or "",
        sent["vertretung"],
        sent["zustimmung_funktion"] or "",
    )


def describe_mail(brief: Brief) -> Mailtext:
    return Mailtext(brief.an, brief.kopie, brief.betreff, brief.text, brief.hinweis or None)


def _terms(fassung: Fassung | None) -> Bedingungstext | None:
    if fassung is None:
        return None
    return Bedingungstext(fassung.fassung, fassung.text, fassung.text_hash, fassung.kuendigung)


CALLS: tuple[Call, ...] = (list_cases, show_case, show_way, begin_case)
