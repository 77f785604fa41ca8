"""A case of reuse for the walk through all pages: of a town, under way, with mails and notes."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from katalog import workflow
from katalog.domain.angaben import Angaben
from katalog.domain.begriffe import Rundschreibenumfang, Vertretung
from katalog.domain.rollen import Rolle
from katalog.domain.vorgang import Aktion, Zustimmung
from katalog.models.angebot import Onlinedienst
from katalog.models.grundlage import now
from katalog.queries.betrachter import resolve

DIENST = "hundesteuer-online-demo"
# The next one after those of the starting set.
CASE = 14


def plant_case(session: Session, konto_id: int, today: date) -> None:
    """`konto_id` acts for the town and for the body that coordinates it."""
    akteur = workflow.Akteur(resolve(session, konto_id, today), today, "")
    dienst = session.scalars(select(Onlinedienst).where(col(Onlinedienst.kennung) == DIENST)).one()
    assert dienst.id is not None
    [weg] = workflow.list_wege(session, akteur, dienst.id).stellen
    assert weg.bedingungen is not None
    interesse = workflow.Interesse(
        dienst_id=dienst.id,
        stellen=(weg.stelle_id,),
        wunschtermin=date(2027, 3, 1),
        ansprechstelle=workflow.Ansprechstelle("Ansprechstelle (Demo)", "ozg@kommune.example"),
        zustimmung=Zustimmung(weg.bedingungen.fassung, "Demo", Vertretung.VOLLMACHT, "Demo"),
    )
    [begun] = workflow.state_interest(session, akteur, interesse)
    assert begun.id == CASE
    for aktion, rolle in (
        (Aktion.BESTAETIGEN, Rolle.KOORDINIERUNG),
        (Aktion.ANBINDUNG_BEGINNEN, Rolle.KOMMUNE),
    ):
        akte = workflow.read_case(session, akteur, begun.id)
        workflow.take(session, akteur, begun.id, akte.version, aktion, Angaben(), rolle=rolle)
    first, *_ = workflow.read_case(session, akteur, begun.id).pruefpunkte
    workflow.tick(session, akteur, begun.id, first.id, done=True)
    workflow.add_note(session, akteur, begun.id, "Rückruf vereinbart (Demo).")
    workflow.set_reminder(session, akteur, begun.id, date(2026, 12, 1), "Zertifikate prüfen")
    wanted = workflow.Filter(nummern=(begun.id,))
    letter = workflow.Entwurf(
        "Wie weit sind Sie? (Demo)", "Zu {Vorgangsnummer} ({Stelle}): {Termin}.",
        Rundschreibenumfang.VORGANG, "1 einzelner Vorgang", "koordinierung@demo.example",
    )  # fmt: skip
    mark = workflow.preview_mailing(session, akteur, wanted, letter).kennzeichen
    workflow.send_mailing(session, akteur, wanted, letter, mark, now())
