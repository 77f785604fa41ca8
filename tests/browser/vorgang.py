"""A case of reuse for the walk through all pages: of a town, under way, with mails and notes."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from importers.mail import read_mail
from katalog import workflow
from katalog.domain.angaben import Angaben
from katalog.domain.begriffe import Rundschreibenumfang, Vertretung
from katalog.domain.eingang import Eingangsweg
from katalog.domain.rollen import Recht, Rolle, reach
from katalog.domain.vorgang import Aktion, Zustimmung
from katalog.models.angebot import Onlinedienst
from katalog.models.grundlage import now
from katalog.queries.betrachter import resolve
from tests.mails import PDF, make_eml

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
    _plant_mails(session, akteur, begun.vorgangsnummer)


def _plant_mails(session: Session, akteur: workflow.Akteur, number: str) -> None:
    """One that wants to become a case, one that belongs to this one, and one from long ago."""
    [owner] = reach(akteur.betrachter, Recht.KOORDINIEREN).stellen
    wish = (
        "Guten Tag,\n\nzuständige Stelle ist: Telgte.\n\nWir möchten den Onlinedienst „Hundesteuer "
        "online (Demo)“ ab dem 01.03.2027 nachnutzen.\n\n" + "Mit freundlichen Grüßen\n" * 40
    )
    answer = f"Guten Tag,\n\nder Termin zu {number} passt.\n"
    for data in (
        make_eml(wish, betreff="Interesse (Demo)", anlagen=[("Beschluss (Demo).pdf", PDF)]),
        make_eml(answer, betreff=f"AW: {number}", von="Demo <administration@portal.example>"),
        make_eml("Text", betreff="Von früher (Demo)", Date="Mon, 10 Nov 2025 10:00:00 +0100"),
    ):
        workflow.receive(
            session, owner, Eingangsweg.HOCHGELADEN, read_mail(data), data, akteur.today
        )
