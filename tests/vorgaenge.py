"""A small world for cases on a real database: one Land, its towns and Amt, an offer, its people.

Small, since tests make it anew for each walk; everything in it is made up and says so by its
addresses.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlmodel import SQLModel, col

from katalog import workflow
from katalog.db import Session
from katalog.domain.angaben import Angaben
from katalog.domain.begriffe import (
    Angebotsstatus,
    Dienstart,
    Einsatzstatus,
    Gebietsebene,
    Pruefpunktgruppe,
    Stellenart,
    Vertragsschluss,
    Vertretung,
)
from katalog.domain.fristregel import Anker, Einheit
from katalog.domain.pruefpunkte import Pruefpunktstufe
from katalog.domain.rollen import Betrachter, Rolle, Sichtbarkeit
from katalog.domain.vorgang import Aktion, Status, Zustimmung
from katalog.models.angebot import Landesangebot, Onlinedienst, Pruefpunktvorlage
from katalog.models.betrieb import Nachricht
from katalog.models.fall import Ereignis, Nachnutzung, Nachnutzungsbedingungen, Pruefpunkt
from katalog.models.grundlage import now
from katalog.models.konten import Konto, Mitgliedschaft
from katalog.models.nutzung import Einsatz
from katalog.models.register import Gebiet
from katalog.models.stellen import Kontakt, Kontaktrolle, Mitglied, Stelle, Wirkungsgebiet
from katalog.queries import faelle
from katalog.queries.faelle import Vorgang
from katalog.workflow import Akteur, Ansprechstelle, Interesse
from tests.faelle import make_angaben

PORTAL = "https://katalog.example"
TODAY = date(2026, 3, 2)
POSTFACH = "ozg@hansestadt.example"
FIRST, MIK, TFF = "efa@koordinierung.example", "mik@land.example", "tff@betrieb.example"
TRAEGER_POST = "ozg@bauherrin.example"
CONTACT = Ansprechstelle("Beispielperson", POSTFACH, "0381 000000")
TEXT = "1. Beispieltext der Nachnutzungsbedingungen."

Row = TypeVar("Row", bound=SQLModel)

# How a case comes to a state, from the one it begins in.
WAY: Mapping[Status, tuple[tuple[Aktion, Rolle], ...]] = {
    Status.INTERESSE_BEKUNDET: (),
    Status.BESTAETIGT: ((Aktion.BESTAETIGEN, Rolle.KOORDINIERUNG),),
    Status.IN_ANBINDUNG: ((Aktion.ANBINDUNG_BEGINNEN, Rolle.KOMMUNE),),
    Status.IM_TEST: ((Aktion.TEST_BEGINNEN, Rolle.KOMMUNE),),
    Status.PRODUKTIV: (
        (Aktion.GOLIVE_MELDEN, Rolle.KOMMUNE),
        (Aktion.PRODUKTIV_SETZEN, Rolle.KOORDINIERUNG),
    ),
    Status.GEKUENDIGT: ((Aktion.KUENDIGEN, Rolle.KOMMUNE),),
}
WAY_KURZ: Mapping[Status, tuple[tuple[Aktion, Rolle], ...]] = {
    Status.ANGEFRAGT: (),
    Status.IN_UEBERGABE: ((Aktion.UEBERGEBEN, Rolle.ANBIETER),),
    Status.PRODUKTIV: ((Aktion.PRODUKTIV_MELDEN, Rolle.KOMMUNE),),
}


@dataclass
class Welt:
    session: Session
    stadt: int
    amt: int
    doerfer: tuple[int, int]
    koordinierung: int
    traeger: int
    dienst: int
    kommunaler_dienst: int
    fremder_dienst: int
    angebot: int
    bedingungen: int
    konten: Mapping[Rolle, int]
    today: date = TODAY

    def akteur(self, rolle: Rolle) -> Akteur:
        konto = self.konten.get(rolle)
        own = frozenset({self.stadt, self.amt, *self.doerfer})
        betrachter = {
            Rolle.KOMMUNE: Betrachter(
                frozenset({Rolle.KOMMUNE}), eigene_stellen=own, konto_id=konto
            ),
            Rolle.KOORDINIERUNG: Betrachter(
                frozenset({Rolle.KOORDINIERUNG}),
                koordinierende_stellen=frozenset({self.koordinierung}),
                koordinierte_stellen=own,
                konto_id=konto,
            ),
            Rolle.ANBIETER: Betrachter(
                frozenset({Rolle.ANBIETER}),
                anbieter_stellen=frozenset({self.traeger}),
                konto_id=konto,
            ),
            Rolle.ADMINISTRATION: Betrachter(frozenset({Rolle.ADMINISTRATION}), konto_id=konto),
            Rolle.GAST: Betrachter(),
        }[rolle]
        return Akteur(betrachter, self.today, PORTAL)

    def grant(self, rolle: Rolle, stelle: int) -> None:
        """Somebody with an account acts for the body."""
        self.session.add(
            Mitgliedschaft(
                konto_id=self.konten[rolle], stelle_id=stelle, rolle=rolle, freigegeben_am=now()
            )
        )
        self.session.flush()

    def interesse(self, *stellen: int, **changes: Any) -> Interesse:
        usual = Interesse(
            self.dienst, stellen or (self.stadt,), date(2027, 12, 1), CONTACT, self.zustimmung()
        )
        return replace(usual, **changes)

    def zustimmung(self, fassung: str = "1.0") -> Zustimmung:
        return Zustimmung(fassung, "Beispielperson", Vertretung.BEHOERDENLEITUNG, "Amtsleitung")

    def begin(self, *stellen: int, **changes: Any) -> int:
        akteur = self.akteur(Rolle.KOMMUNE)
        begun = workflow.state_interest(self.session, akteur, self.interesse(*stellen, **changes))
        return begun[0].id

    def draft(self, *stellen: int, **changes: Any) -> int:
        akteur = self.akteur(Rolle.KOMMUNE)
        begun = workflow.save_draft(self.session, akteur, self.interesse(*stellen, **changes))
        return begun[0].id

    def case(self, number: int) -> Vorgang:
        return faelle.load(self.session, [number], self.today)[0]

    def take(
        self, number: int, aktion: Aktion, rolle: Rolle, angaben: Angaben | None = None
    ) -> workflow.Getan:
        vorgang = self.case(number)
        typed = angaben or make_angaben(vorgang.fall, rolle, self.today)
        return self.send(number, vorgang.row.version, aktion, rolle, typed)

    def send(
        self, number: int, version: int, aktion: Aktion, rolle: Rolle, angaben: Angaben
    ) -> workflow.Getan:
        return workflow.take(
            self.session, self.akteur(rolle), number, version, aktion, angaben, rolle=rolle
        )

    def tick_all(self, number: int) -> None:
        items = select(col(Pruefpunkt.id)).where(
            col(Pruefpunkt.nachnutzung_id) == number, col(Pruefpunkt.erledigt_am).is_(None)
        )
        for item in list(self.session.scalars(items)):
            assert item is not None
            workflow.tick(self.session, self.akteur(Rolle.KOMMUNE), number, item, done=True)

    def lead(self, number: int, to: Status) -> int:
        """Through the same services as everybody; no state is put into a table by hand."""
        way = WAY_KURZ if self.case(number).angebot is None else WAY
        for status, steps in way.items():
            for aktion, rolle in steps:
                self.tick_all_if_needed(number)
                self.take(number, aktion, rolle)
            if status is to:
                self.tick_all_if_needed(number)
                return number
        raise AssertionError(to)

    def tick_all_if_needed(self, number: int) -> None:
        if self.case(number).row.status in {Status.IN_ANBINDUNG, Status.IM_TEST}:
            self.tick_all(number)

    def mails(self, number: int | None = None) -> list[Nachricht]:
        statement = select(Nachricht).order_by(col(Nachricht.id))
        if number is not None:
            statement = statement.where(col(Nachricht.nachnutzung_id) == number)
        return list(self.session.scalars(statement))

    def events(self, number: int) -> list[Ereignis]:
        statement = select(Ereignis).where(col(Ereignis.nachnutzung_id) == number)
        return list(self.session.scalars(statement.order_by(col(Ereignis.id))))

    def einsatz(self, stelle: int | None = None) -> Einsatz | None:
        statement = select(Einsatz).where(col(Einsatz.stelle_id) == (stelle or self.stadt))
        return self.session.scalars(statement).one_or_none()

    def shown(self) -> tuple[Einsatzstatus, Sichtbarkeit, date | None, date | None]:
        """What the register says of the town."""
        einsatz = self.einsatz()
        assert einsatz is not None
        return einsatz.status, einsatz.sichtbarkeit, einsatz.bis, einsatz.ausgesetzt_bis

    def uses(self, dienst: int) -> list[Einsatz]:
        statement = select(Einsatz).where(col(Einsatz.onlinedienst_id) == dienst)
        return list(self.session.scalars(statement))

    def count(self, model: type[SQLModel]) -> int:
        return int(self.session.execute(select(func.count()).select_from(model)).scalar_one())

    def publish(self, fassung: str, gueltig_ab: date) -> int:
        new = workflow.NeueFassung(
            fassung=fassung,
            text=f"{TEXT} {fassung}",
            gueltig_ab=gueltig_ab,
            vertragsschluss=Vertragsschluss.BESTAETIGUNG,
            n=3,
            einheit=Einheit.MONAT,
            anker=Anker.MONATSENDE,
            annahmefrist=gueltig_ab,
        )
        return workflow.publish_terms(
            self.session, self.akteur(Rolle.KOORDINIERUNG), self.koordinierung, new
        )

    def snapshot(self) -> dict[str, list[Any]]:
        """Everything a refused step might have written."""
        return {
            model.__name__: [row.model_dump() for row in self.session.scalars(select(model))]
            for model in (Nachnutzung, Ereignis, Nachricht, Einsatz, Landesangebot)
        }


def build_welt(session: Session) -> Welt:
    def add(row: Row) -> int:
        session.add(row)
        session.flush()
        number = getattr(row, "id", None)
        assert isinstance(number, int)
        return number

    def gebiet(ebene: Gebietsebene, ars: str, name: str, **more: Any) -> int:
        return add(
            Gebiet(
                ebene=ebene, ars=ars, name=name, sortier=name.lower(),
                gueltig_ab=date(2011, 9, 4), **more,
            )
        )  # fmt: skip

    def stelle(art: Stellenart, name: str, **more: Any) -> int:
        return add(Stelle(art=art, name=name, sortier=name.lower(), **more))

    land = gebiet(Gebietsebene.LAND, "130000000000", "Mecklenburg-Vorpommern")
    inside = {"land_id": land, "parent_id": land}
    areas = [
        gebiet(Gebietsebene.GEMEINDE, ars, name, ags=f"{ars[:5]}{ars[9:]}", **inside)
        for ars, name in (
            ("130030000000", "Hansestadt"),
            ("130725260001", "Dorf A"),
            ("130725260002", "Dorf B"),
        )
    ]
    amt_area = gebiet(Gebietsebene.VERBAND, "130725260000", "Amt Beispiel", **inside)
    stadt, dorf_a, dorf_b = (
        stelle(Stellenart.KOMMUNE, name, gebiet_id=area, land_id=land)
        for name, area in zip(("Hansestadt", "Dorf A", "Dorf B"), areas, strict=True)
    )
    amt = stelle(Stellenart.VERBAND, "Amt Beispiel", gebiet_id=amt_area, land_id=land)
    for dorf in (dorf_a, dorf_b):
        add(Mitglied(verbund_id=amt, stelle_id=dorf))
    koordinierung = stelle(
        Stellenart.KOORDINIERUNG, "Koordinierung (Beispiel)", kennung="koordinierung", land_id=land
    )
    add(Wirkungsgebiet(stelle_id=koordinierung, gebiet_id=land))
    traeger = stelle(Stellenart.DIENSTLEISTER, "Bauherrin (Beispiel)", kennung="bauherrin")

    def dienst(kennung: str, art: Dienstart, **more: Any) -> int:
        return add(
            Onlinedienst(
                kennung=kennung, name=f"Dienst {kennung}", sortier=kennung, art=art, **more
            )
        )

    wbs = dienst("wbs", Dienstart.EFA, traeger_id=traeger)
    angebot = add(
        Landesangebot(
            onlinedienst_id=wbs, koordinierung_id=koordinierung, land_id=land,
            status=Angebotsstatus.ANGEBOTEN,
        )
    )  # fmt: skip
    rollen = {
        name: add(Kontaktrolle(kennung=name, name=name.upper()))
        for name in ("erster-kontakt", "mik", "tff", "ozg-ansprechperson")
    }
    for rolle, postfach in (("erster-kontakt", FIRST), ("mik", MIK), ("tff", TFF)):
        add(
            Kontakt(
                landesangebot_id=angebot, rolle_id=rollen[rolle], funktionspostfach=postfach,
                sichtbarkeit=Sichtbarkeit.OEFFENTLICH,
            )
        )  # fmt: skip
    add(
        Kontakt(
            stelle_id=traeger, rolle_id=rollen["ozg-ansprechperson"],
            funktionspostfach=TRAEGER_POST, sichtbarkeit=Sichtbarkeit.OEFFENTLICH,
        )
    )  # fmt: skip
    bedingungen = add(
        Nachnutzungsbedingungen(
            koordinierung_id=koordinierung, fassung="1.0", text=TEXT,
            text_hash=hashlib.sha256(TEXT.encode()).hexdigest(), gueltig_ab=date(2025, 1, 1),
            vertragsschluss=Vertragsschluss.BESTAETIGUNG, kuendigung_n=3,
            kuendigung_einheit=Einheit.MONAT, kuendigung_anker=Anker.MONATSENDE,
            empfaenger_rolle_id=rollen["mik"],
        )
    )  # fmt: skip
    for position, (titel, stufe, pflicht) in enumerate(
        (
            ("Zertifikate vorhanden", Pruefpunktstufe.VOR_TEST, True),
            ("Fachverfahren beauftragt", Pruefpunktstufe.VOR_TEST, False),
            ("Testfall bestanden", Pruefpunktstufe.IM_TEST, True),
        )
    ):
        add(
            Pruefpunktvorlage(
                position=position, titel=titel, gruppe=Pruefpunktgruppe.TECHNISCH, stufe=stufe,
                pflicht=pflicht,
            )
        )  # fmt: skip
    konten = {rolle: add(Konto(email=f"{rolle}@konto.example")) for rolle in Rolle}
    del konten[Rolle.GAST]
    return Welt(
        session=session, stadt=stadt, amt=amt, doerfer=(dorf_a, dorf_b),
        koordinierung=koordinierung, traeger=traeger, dienst=wbs,
        kommunaler_dienst=dienst("hund", Dienstart.KOMMUNAL, traeger_id=traeger),
        fremder_dienst=dienst("fremd", Dienstart.EFA),
        angebot=angebot, bedingungen=bedingungen, konten=konten,
    )  # fmt: skip


def list_states() -> Iterator[Status]:
    yield from (*WAY, Status.BEENDET)
