"""Mails that came, on the database: each once, understood, and a case only by the one way to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from importers.mail import read_mail
from katalog import workflow
from katalog.domain.begriffe import Vertretung
from katalog.domain.eingang import Eingangsart, Eingangsstatus, Eingangsweg
from katalog.domain.errors import (
    FalscherZustand,
    NichtGefunden,
    SchonVorhanden,
    UngueltigeEingabe,
)
from katalog.domain.rollen import Rolle, Sichtbarkeit
from katalog.domain.vorgang import Aktion, Status
from katalog.models.fall import Dokument, Eingang, Nachnutzung, Wunsch, Zustimmung
from katalog.models.stellen import Kontakt, Kontaktrolle, Stelle
from katalog.workflow import Anhang, Eingegangen
from tests.mails import PDF, RECEIVED, make_eml, make_msg
from tests.vorgaenge import CONTACT, POSTFACH, TODAY, Welt

OPEN = (Eingangsstatus.OFFEN,)


def receive(welt: Welt, data: bytes, koordinierung: int | None = None) -> Eingegangen:
    owner = koordinierung or welt.koordinierung
    mail = read_mail(data)
    return workflow.receive(welt.session, owner, Eingangsweg.HOCHGELADEN, mail, data, welt.today)


def row(welt: Welt, number: int) -> Eingang:
    found = welt.session.get(Eingang, number)
    assert found is not None
    return found


def inbox(welt: Welt) -> list[int]:
    office = welt.akteur(Rolle.KOORDINIERUNG)
    return [line.id for line in workflow.list_inbox(welt.session, office, OPEN, 1).rows]


def know_sender(welt: Welt) -> None:
    """The mailbox of the town is written down."""
    rolle = welt.session.scalars(
        select(col(Kontaktrolle.id)).where(col(Kontaktrolle.kennung) == "ozg-ansprechperson")
    ).one()
    assert rolle is not None
    welt.session.add(
        Kontakt(
            stelle_id=welt.stadt, rolle_id=rolle, funktionspostfach=POSTFACH,
            sichtbarkeit=Sichtbarkeit.OEFFENTLICH,
        )
    )  # fmt: skip
    welt.session.flush()


def interest_mail(welt: Welt) -> bytes:
    """As the portal writes it for a body that sends it itself."""
    town = welt.akteur(Rolle.KOMMUNE)
    [brief] = workflow.preview_interest(
        welt.session, town, welt.interesse(wunschtermin=date(2026, 12, 1)), selbst=True
    )
    return make_eml(
        brief.text, betreff=brief.betreff, Received=RECEIVED, Message_ID="<a@h.example>"
    )


def number_of(welt: Welt, case: int) -> str:
    return welt.case(case).row.vorgangsnummer


def documents(welt: Welt, case: int) -> list[Dokument]:
    statement = select(Dokument).where(col(Dokument.nachnutzung_id) == case)
    return list(welt.session.scalars(statement))


def case_answered(welt: Welt) -> tuple[int, str]:
    """A case, and the Message-ID of a mail that was sent about it."""
    number = welt.begin()
    return number, welt.mails(number)[0].message_id


# Understanding ----------------------------------------------------------------------------------


def test_the_template_is_read_exactly_and_its_case_is_recorded_as_always(welt: Welt) -> None:
    data = interest_mail(welt)
    came = receive(welt, data)
    office = welt.akteur(Rolle.KOORDINIERUNG)
    mail = workflow.read_incoming(welt.session, office, came.id)
    assert (mail.row.art, mail.stelle, mail.dienst) == (
        Eingangsart.INTERESSE, "Hansestadt", "Dienst wbs",
    )  # fmt: skip
    assert mail.row.wunschtermin == date(2026, 12, 1)
    said = mail.interesse
    assert said is not None
    assert (said.name, said.email, said.telefon) == (CONTACT.name, CONTACT.email, CONTACT.telefon)
    assert (said.fassung, said.annahme_name, said.annahme_funktion, said.vertretung) == (
        "1.0", "Beispielperson", "Amtsleitung", Vertretung.BEHOERDENLEITUNG,
    )  # fmt: skip
    assert welt.count(Nachnutzung) == 0
    [begun] = workflow.begin_from(
        welt.session, office, came.id, welt.interesse(), eingang=TODAY, beleg="Mail vom 02.03.2026"
    )
    case = welt.case(begun.id)
    assert (case.row.status, case.fall.bedingungen_offen) == (Status.INTERESSE_BEKUNDET, False)
    assert row(welt, came.id).nachnutzung_id == begun.id
    assert row(welt, came.id).inhalt is None
    [document] = welt.session.scalars(select(Dokument))
    assert (document.nachnutzung_id, document.inhalt) == (begun.id, data)
    assert document.eingang_id == came.id
    akte = workflow.read_case(welt.session, welt.akteur(Rolle.KOMMUNE), begun.id)
    assert [post.id for post in akte.eingaenge] == [came.id]
    assert inbox(welt) == []


@pytest.mark.parametrize(
    ("von", "text", "expected"),
    [
        (POSTFACH, "wir haben Interesse am Dienst wbs ab 1. Mai 2026", ("stadt", "dienst")),
        ("leitung@hansestadt.example", "Interesse an Dienst wbs", ("stadt", "dienst")),
        ("wer@web.de", "Wir aus Dorf A wollen den Dienst fremd nachnutzen", ("dorf", "fremd")),
        ("wer@web.de", "Wann ist das nächste Treffen?", (None, None)),
    ],
)
def test_free_text_is_understood_as_well_as_possible(
    welt: Welt, von: str, text: str, expected: tuple[str | None, str | None]
) -> None:
    know_sender(welt)
    found = row(welt, receive(welt, make_eml(text, von=von)).id)
    numbers = {
        "stadt": welt.stadt, "dorf": welt.doerfer[0], "dienst": welt.dienst,
        "fremd": welt.fremder_dienst, None: None,
    }  # fmt: skip
    assert found.stelle_id == numbers[expected[0]]
    assert found.onlinedienst_id == numbers[expected[1]]
    art = Eingangsart.INTERESSE if expected[1] else Eingangsart.UNKLAR
    assert (found.art, found.status) == (art, Eingangsstatus.OFFEN)
    assert found.wunschtermin == (date(2026, 5, 1) if "Mai" in text else None)


def test_it_came_on_the_day_it_was_received_in_berlin(welt: Welt) -> None:
    """23:30 in UTC is the day after; a day to come is a clock that is wrong."""
    welt.today = date(2027, 3, 5)
    came = receive(welt, make_eml(Received=RECEIVED, Date="Sun, 28 Feb 2027 10:00:00 +0100"))
    assert row(welt, came.id).eingegangen_am == date(2027, 3, 2)
    later = receive(welt, make_eml(Date="Sun, 28 Feb 2038 10:00:00 +0100"))
    assert row(welt, later.id).eingegangen_am == welt.today


# Filing by itself -------------------------------------------------------------------------------


def test_an_answer_to_a_mail_of_ours_is_filed_with_what_it_brought(welt: Welt) -> None:
    case, message_id = case_answered(welt)
    data = make_eml(
        "Anbei der Beschluss.", anlagen=[("Beschluss.pdf", PDF)], In_Reply_To=message_id
    )
    came = receive(welt, data)
    assert (came.status, came.nachnutzung_id) == (Eingangsstatus.ABGELEGT, case)
    kept = welt.session.scalars(
        select(Dokument).where(col(Dokument.nachnutzung_id) == case).order_by(col(Dokument.id))
    ).all()
    assert [document.inhalt for document in kept] == [data, PDF]
    assert [document.eingang_id for document in kept] == [came.id] * 2
    assert inbox(welt) == []


def test_a_number_files_a_mail_of_whoever_is_known_there_and_of_nobody_else(welt: Welt) -> None:
    case, _ = case_answered(welt)
    number = welt.case(case).row.vorgangsnummer
    known = receive(welt, make_eml(betreff=f"AW: Unterlagen [{number}]", von=POSTFACH))
    assert (known.status, known.nachnutzung_id) == (Eingangsstatus.ABGELEGT, case)
    stranger = receive(welt, make_eml(f"Zu {number}: siehe Anlage", von="wer@fremd.example"))
    assert stranger.status is Eingangsstatus.OFFEN
    office = welt.akteur(Rolle.KOORDINIERUNG)
    assert workflow.read_incoming(welt.session, office, stranger.id).vorgangsnummer == number
    assert workflow.assign_to(welt.session, office, stranger.id, number.lower()) == case
    akte = workflow.read_case(welt.session, welt.akteur(Rolle.KOMMUNE), case)
    assert {post.id for post in akte.eingaenge} == {known.id, stranger.id}


def test_a_mail_to_another_coordination_is_not_filed_to_a_case_of_this_one(welt: Welt) -> None:
    _, message_id = case_answered(welt)
    other = Stelle(
        art=welt.session.get_one(Stelle, welt.koordinierung).art, name="Andere (Beispiel)",
        sortier="andere beispiel", kennung="andere",
    )  # fmt: skip
    welt.session.add(other)
    welt.session.flush()
    came = receive(welt, make_eml(In_Reply_To=message_id), other.id)
    assert (came.status, came.nachnutzung_id) == (Eingangsstatus.OFFEN, None)
    with pytest.raises(NichtGefunden):
        workflow.read_incoming(welt.session, welt.akteur(Rolle.KOORDINIERUNG), came.id)


def test_what_a_program_answers_begins_nothing(welt: Welt) -> None:
    case, message_id = case_answered(welt)
    text = "zuständige Stelle ist: Dorf A.\n\nWir möchten den Onlinedienst „Dienst wbs“ nachnutzen."
    alone = receive(welt, make_eml(text, Auto_Submitted="auto-replied"))
    assert (alone.art, alone.status) == (Eingangsart.AUTOMATISCH, Eingangsstatus.OFFEN)
    number = welt.case(case).row.vorgangsnummer
    naming = receive(
        welt, make_eml(betreff=f"Abwesend: {number}", von=POSTFACH, Auto_Submitted="auto-replied")
    )
    assert naming.status is Eingangsstatus.OFFEN
    answering = receive(welt, make_eml(Auto_Submitted="auto-replied", In_Reply_To=message_id))
    assert (answering.status, answering.nachnutzung_id) == (Eingangsstatus.ABGELEGT, case)
    assert welt.count(Nachnutzung) == 1


def test_a_mail_of_the_portal_that_comes_back_is_nothing_new(welt: Welt) -> None:
    _, message_id = case_answered(welt)
    came = receive(welt, make_eml(Message_ID=message_id, Auto_Submitted="auto-generated"))
    assert came.art is Eingangsart.EIGENE
    assert inbox(welt) == []
    assert welt.count(Dokument) == 0


# Once -------------------------------------------------------------------------------------------


def test_the_same_mail_from_two_programs_is_one_and_says_where_it_went(welt: Welt) -> None:
    case, message_id = case_answered(welt)
    first = receive(welt, make_eml("Text", Message_ID="<x@h.example>", In_Reply_To=message_id))
    assert first.neu
    outlook = {0x37: "Nachfrage", 0x1000: "Text", 0x5D01: POSTFACH, 0x1035: "<x@h.example>"}
    again = receive(welt, make_msg(outlook))
    assert (again.neu, again.id, again.nachnutzung_id) == (False, first.id, case)
    # Another sender who names the same id is no reason to lose a mail.
    assert receive(welt, make_eml("Text", von="a@x.example", Message_ID="<x@h.example>")).neu
    without_id = make_eml("Ohne Nummer")
    assert [receive(welt, without_id).neu for _ in range(2)] == [True, False]


# Deciding ---------------------------------------------------------------------------------------


def test_what_is_decided_is_decided_once_and_a_mistake_can_be_mended(welt: Welt) -> None:
    office = welt.akteur(Rolle.KOORDINIERUNG)
    came = receive(welt, make_eml("Werbung"))
    with pytest.raises(UngueltigeEingabe, match="Grund"):
        workflow.discard(welt.session, office, came.id, "  ")
    workflow.discard(welt.session, office, came.id, "Werbung")
    with pytest.raises(FalscherZustand, match="verworfen"):
        workflow.assign_to(welt.session, office, came.id, "NN-2026-00001")
    workflow.reopen(welt.session, office, came.id)
    assert inbox(welt) == [came.id]
    with pytest.raises(UngueltigeEingabe, match="keiner Ihrer Vorgänge"):
        workflow.assign_to(welt.session, office, came.id, "NN-2026-99999")


def test_what_was_filed_to_the_wrong_case_leaves_it_with_all_it_brought(welt: Welt) -> None:
    office = welt.akteur(Rolle.KOORDINIERUNG)
    wrong, right = welt.begin(), welt.begin(welt.doerfer[0])
    file = make_eml("Anbei der Plan.", anlagen=[("Plan.pdf", PDF)])
    came = receive(welt, file)
    workflow.assign_to(welt.session, office, came.id, number_of(welt, wrong))
    assert len(documents(welt, wrong)) == 2
    workflow.reopen(welt.session, office, came.id)
    assert documents(welt, wrong) == []
    again = row(welt, came.id)
    assert (again.status, again.nachnutzung_id) == (Eingangsstatus.OFFEN, None)
    assert again.inhalt == file
    workflow.assign_to(welt.session, office, came.id, number_of(welt, right))
    assert len(documents(welt, right)) == 2


def test_a_mail_that_proves_an_acceptance_stays_in_its_case(welt: Welt) -> None:
    office = welt.akteur(Rolle.KOORDINIERUNG)
    case = welt.begin()
    came = receive(welt, make_eml("Wir nehmen die Bedingungen an."))
    workflow.assign_to(welt.session, office, came.id, number_of(welt, case))
    [proof] = documents(welt, case)
    welt.session.execute(update(Zustimmung).values(nachweis_id=proof.id))
    with pytest.raises(FalscherZustand, match="Zustimmung"):
        workflow.reopen(welt.session, office, came.id)
    assert documents(welt, case) == [proof]


def test_a_wish_is_counted_for_what_nobody_offers(welt: Welt) -> None:
    office = welt.akteur(Rolle.KOORDINIERUNG)
    came = receive(welt, make_eml("Wir hätten gern den Dienst fremd"))
    assert (
        workflow.count_as_wish(welt.session, office, came.id, welt.fremder_dienst, welt.stadt) == 1
    )
    assert welt.count(Wunsch) == 1
    assert row(welt, came.id).status is Eingangsstatus.WUNSCH


def test_an_open_case_is_not_begun_again_and_the_mail_stays(welt: Welt) -> None:
    welt.begin()
    office = welt.akteur(Rolle.KOORDINIERUNG)
    came = receive(welt, make_eml("Interesse am Dienst wbs"))
    with pytest.raises(SchonVorhanden, match="offenen Vorgang"):
        workflow.begin_from(
            welt.session, office, came.id,
            replace(welt.interesse(), wunschtermin=None), eingang=TODAY, beleg="Mail",
        )  # fmt: skip
    assert row(welt, came.id).status is Eingangsstatus.OFFEN


@pytest.mark.parametrize("rolle", [Rolle.KOMMUNE, Rolle.ANBIETER, Rolle.ADMINISTRATION, Rolle.GAST])
def test_the_list_is_the_coordinations_alone(welt: Welt, rolle: Rolle) -> None:
    came = receive(welt, make_eml())
    akteur = welt.akteur(rolle)
    assert workflow.list_inbox(welt.session, akteur, OPEN, 1).total == 0
    for attempt in (
        lambda: workflow.read_incoming(welt.session, akteur, came.id),
        lambda: workflow.read_file(welt.session, akteur, came.id, 0),
        lambda: workflow.discard(welt.session, akteur, came.id, "x"),
    ):
        with pytest.raises(NichtGefunden):
            attempt()


# Documents --------------------------------------------------------------------------------------


def test_a_document_is_kept_by_what_it_is_and_proves_an_item(welt: Welt) -> None:
    case = welt.lead(welt.begin(), Status.BESTAETIGT)
    welt.take(case, Aktion.ANBINDUNG_BEGINNEN, Rolle.KOMMUNE)
    town = welt.akteur(Rolle.KOMMUNE)
    item = workflow.read_case(welt.session, town, case).pruefpunkte[0]
    number = workflow.add_document(
        welt.session, town, case, Anhang("Zertifikat.exe", "text/html", PDF), item.id
    )
    akte = workflow.read_case(welt.session, welt.akteur(Rolle.KOORDINIERUNG), case)
    assert [(d.id, d.name, d.medientyp) for d in akte.dokumente] == [
        (number, "Zertifikat.pdf", "application/pdf")
    ]
    assert (akte.pruefpunkte[0].nachweis_id, akte.pruefpunkte[0].nachweis) == (
        number, "Zertifikat.pdf",
    )  # fmt: skip
    with pytest.raises(SchonVorhanden, match=r"Zertifikat\.pdf"):
        workflow.add_document(welt.session, town, case, Anhang("Neu.pdf", "", PDF))
    with pytest.raises(UngueltigeEingabe, match="Möglich sind PDF"):
        workflow.add_document(welt.session, town, case, Anhang("Liste.pdf", "", b"MZ\x90"))
    with pytest.raises(NichtGefunden):
        workflow.add_document(welt.session, welt.akteur(Rolle.ANBIETER), case, Anhang("a", "", PDF))
