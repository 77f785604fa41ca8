"""Writing to the bodies of many cases: whom, with which words, once, and what became of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlmodel import col

from katalog import workflow
from katalog.db import Engine, reading, writing
from katalog.domain.begriffe import Nachrichtenstatus, Rundschreibenumfang
from katalog.domain.errors import (
    FalscherZustand,
    NichtGefunden,
    UngueltigeEingaben,
    VeralteterStand,
    VoraussetzungFehlt,
)
from katalog.domain.rollen import Rolle
from katalog.domain.vorgang import Aktion, Status
from katalog.models.betrieb import Nachricht
from katalog.models.fall import Nachnutzung
from katalog.models.grundlage import now
from katalog.models.koordination import Rundschreiben
from katalog.models.stellen import Kontakt
from katalog.workflow import Entwurf, Filter
from tests.vorgaenge import PORTAL, Welt, build_welt

KO, KD = Rolle.KOMMUNE, Rolle.KOORDINIERUNG
ALL = Filter(nur_offene=True)
LETTER = Entwurf(
    "Termin für {Stelle}",
    "Guten Tag,\n\n{Vorgangsnummer} ({Onlinedienst}): {Schritt}, {Termin}.",
    Rundschreibenumfang.STELLE,
    "alle offenen",
    "person@koordinierung.example",
)


def seen(welt: Welt, letter: Entwurf = LETTER, wanted: Filter = ALL) -> workflow.Versandvorschau:
    return workflow.preview_mailing(welt.session, welt.akteur(KD), wanted, letter)


def send(welt: Welt, letter: Entwurf = LETTER, wanted: Filter = ALL) -> tuple[int, bool]:
    mark = seen(welt, letter, wanted).kennzeichen
    return workflow.send_mailing(welt.session, welt.akteur(KD), wanted, letter, mark, now())


def unreached(welt: Welt, stelle: int) -> None:
    """No contact of it has a mailbox any more."""
    for contact in welt.session.scalars(select(Kontakt).where(col(Kontakt.stelle_id) == stelle)):
        contact.funktionspostfach = ""
    welt.session.flush()


def test_each_body_gets_its_words_once_and_the_log_knows_all(welt: Welt) -> None:
    stadt, dorf = welt.begin(), welt.begin(welt.doerfer[0])
    unreached(welt, welt.doerfer[0])
    before = len(welt.mails())
    shown = seen(welt)
    [sendung] = shown.sendungen
    [row] = welt.session.scalars(select(Nachnutzung).where(col(Nachnutzung.id) == stadt))
    assert sendung.betreff == "Termin für Hansestadt"
    said = f"{row.vorgangsnummer} (Dienst wbs): Interesse bekundet, Wunschtermin 01.12.2027."
    assert said in sendung.text
    assert f"{PORTAL}/nachnutzungen/{stadt}" in sendung.text
    assert [name for name, _ in shown.ohne_adresse] == ["Dorf A"]
    assert len(welt.mails()) == before

    number, new = send(welt)
    assert new
    [mail] = welt.mails()[before:]
    assert (mail.empfaenger, mail.betreff, mail.text) == (
        sendung.adresse, sendung.betreff, sendung.text,
    )  # fmt: skip
    assert mail.antwort_an == shown.antwort_an
    # The second click, and a colleague who sends the same today.
    assert send(welt, replace(LETTER, email="andere@koordinierung.example")) == (number, False)
    assert len(welt.mails()) == before + 1
    log = workflow.read_mailing(welt.session, welt.akteur(KD), number)
    assert [(z.fall_id, z.empfaenger, z.status) for z in log.zeilen] == [
        (dorf, None, None),
        (stadt, sendung.adresse, Nachrichtenstatus.ERSTELLT),
    ]
    [zeile] = workflow.list_mailings(welt.session, welt.akteur(KD))
    assert (dict(zeile.mails), zeile.ohne_adresse) == ({Nachrichtenstatus.ERSTELLT: 1}, 1)
    akte = workflow.read_case(welt.session, welt.akteur(KO), stadt)
    assert akte.nachrichten[0].betreff == sendung.betreff
    with pytest.raises(NichtGefunden):
        workflow.read_mailing(welt.session, welt.akteur(KO), number)


@pytest.mark.full_run
def test_what_changed_since_the_preview_is_shown_again_before_it_is_sent(welt: Welt) -> None:
    number = welt.begin()
    mark = seen(welt).kennzeichen
    welt.take(number, Aktion.BESTAETIGEN, KD)
    with pytest.raises(VeralteterStand):
        workflow.send_mailing(welt.session, welt.akteur(KD), ALL, LETTER, mark, now())
    assert welt.count(Rundschreiben) == 0


def test_a_place_that_does_not_exist_and_a_choice_of_nothing_are_refused(welt: Welt) -> None:
    with pytest.raises(VoraussetzungFehlt):
        seen(welt)
    welt.begin()
    with pytest.raises(UngueltigeEingaben) as faults:
        seen(welt, replace(LETTER, betreff="", text="An {Kommune}"))
    assert set(faults.value.by_field) == {"betreff", "text"}
    for wanted in (Filter(dienst="gibt-es-nicht"), Filter(nummern=(99,))):
        with pytest.raises(VoraussetzungFehlt):
            seen(welt, LETTER, wanted)
    with pytest.raises(VoraussetzungFehlt):
        workflow.preview_mailing(welt.session, welt.akteur(KO), ALL, LETTER)


@pytest.mark.full_run
def test_a_body_with_several_cases_gets_one_mail_or_one_for_each(welt: Welt) -> None:
    first = welt.lead(welt.begin(), Status.GEKUENDIGT)
    end = welt.case(first).fall.wirksam_zum
    assert end is not None
    welt.today = end + timedelta(days=1)
    second = welt.begin()
    everything = Filter(nummern=(first, second))
    [together] = seen(welt, LETTER, everything).sendungen
    assert together.faelle == (first, second)
    assert "Beendet, Interesse bekundet" in together.text
    send(welt, LETTER, everything)
    for number in (first, second):
        akte = workflow.read_case(welt.session, welt.akteur(KD), number)
        assert akte.nachrichten[0].betreff == together.betreff
    each = replace(LETTER, umfang=Rundschreibenumfang.VORGANG)
    assert [s.faelle for s in seen(welt, each, everything).sendungen] == [(first,), (second,)]


@pytest.mark.full_run
def test_no_more_than_ten_mailings_a_day(welt: Welt) -> None:
    welt.begin()
    for count in range(workflow.MOST_PER_DAY):
        send(welt, replace(LETTER, betreff=f"Nummer {count}"))
    with pytest.raises(VoraussetzungFehlt, match="am Tag"):
        send(welt)
    assert welt.count(Rundschreiben) == workflow.MOST_PER_DAY


def test_a_mail_that_failed_is_named_in_the_log_and_sent_again(welt: Welt) -> None:
    welt.begin()
    number, _ = send(welt)
    akteur = welt.akteur(KD)
    [line] = workflow.read_mailing(welt.session, akteur, number).zeilen
    assert line.nachricht_id is not None
    with pytest.raises(FalscherZustand):
        workflow.resend_mail(welt.session, akteur, number, line.nachricht_id, now())
    mail = welt.session.get_one(Nachricht, line.nachricht_id)
    mail.status, mail.letzter_fehler = Nachrichtenstatus.GESCHEITERT, "550 unbekannt"
    message_id = mail.message_id
    welt.session.flush()
    [failed] = workflow.read_mailing(welt.session, akteur, number).zeilen
    assert (failed.status, failed.letzter_fehler) == (mail.status, "550 unbekannt")
    workflow.resend_mail(welt.session, akteur, number, line.nachricht_id, now())
    welt.session.refresh(mail)
    [again] = workflow.read_mailing(welt.session, akteur, number).zeilen
    assert (again.status, mail.message_id) == (Nachrichtenstatus.ERSTELLT, message_id)
    assert again.wiederholt_am is not None


@pytest.mark.full_run
def test_of_two_who_send_at_once_one_mailing_goes_out(engine: Engine) -> None:
    with writing(engine) as session:
        welt = build_welt(session)
        welt.begin()
        welt.begin(welt.doerfer[0])
        before, mark = len(welt.mails()), seen(welt).kennzeichen
    ready = Barrier(2)

    def send_it() -> tuple[int, bool]:
        with writing(engine) as session:
            # SQLite lets one of them in; the other waits at the door.
            if engine.dialect.name == "postgresql":
                ready.wait(10)
            akteur = welt.akteur(KD)
            return workflow.send_mailing(session, akteur, ALL, LETTER, mark, now())

    with ThreadPoolExecutor(2) as pool:
        done = [future.result() for future in [pool.submit(send_it) for _ in range(2)]]
    assert sorted(new for _, new in done) == [False, True]
    assert len({number for number, _ in done}) == 1
    with reading(engine) as session:
        assert len(session.scalars(select(Nachricht)).all()) == before + 2
