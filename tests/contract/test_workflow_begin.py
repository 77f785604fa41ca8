"""How a case begins, once and for whom; whom its mails reach; who sees it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import event, select
from sqlmodel import col

from katalog import workflow
from katalog.domain.angaben import Angaben
from katalog.domain.begriffe import Handlungsweise
from katalog.domain.errors import (
    NichtGefunden,
    SchonVorhanden,
    UngueltigeEingaben,
    VoraussetzungFehlt,
)
from katalog.domain.rollen import Rolle
from katalog.domain.schritt import Vorlage
from katalog.domain.vorgang import Aktion, Status, Weg
from katalog.models.fall import Nachnutzung
from katalog.models.stellen import Kontakt
from tests.vorgaenge import (
    CONTACT,
    FIRST,
    MIK,
    POSTFACH,
    TFF,
    TRAEGER_POST,
    Welt,
)

KO, KD, AN = Rolle.KOMMUNE, Rolle.KOORDINIERUNG, Rolle.ANBIETER


# Beginning ----------------------------------------------------------------------------------------


def test_what_a_body_sends_itself_says_the_same_without_the_portal(welt: Welt) -> None:
    for postfaecher, to in (((), (FIRST,)), ((FIRST,), ())):
        drop_mailboxes(welt, *postfaecher)
        [own] = workflow.preview_interest(
            welt.session, welt.akteur(KO), welt.interesse(), selbst=True
        )
        assert (own.an, own.kopie, own.antwort_an) == (to, (), "")
        assert own.betreff == "Interesse an der Nachnutzung: Dienst wbs – Hansestadt"
        assert own.text.endswith("Beispielperson, Amtsleitung\nHansestadt\n")
        assert "OZG-Katalog" not in own.text


def test_the_same_form_sent_twice_begins_one_case(welt: Welt) -> None:
    akteur, interesse = welt.akteur(KO), welt.interesse()
    [first] = workflow.state_interest(welt.session, akteur, interesse)
    [again] = workflow.state_interest(welt.session, akteur, interesse)
    assert (first.neu, again.neu, again.id) == (True, False, first.id)
    assert (welt.count(Nachnutzung), len(welt.mails())) == (1, 2)
    later = replace(interesse, wunschtermin=date(2028, 1, 1))
    with pytest.raises(SchonVorhanden, match="schon einen offenen Vorgang: NN-2026-00001"):
        workflow.state_interest(welt.session, akteur, later)


def test_a_draft_is_told_to_nobody_and_becomes_the_case(welt: Welt) -> None:
    number = welt.draft(wunschtermin=None, zustimmung=None)
    assert (welt.mails(), welt.events(number)) == ([], [])
    assert workflow.list_cases(welt.session, welt.akteur(KD), workflow.Filter()).total == 0
    with pytest.raises(NichtGefunden):
        workflow.read_case(welt.session, welt.akteur(KD), number)
    assert welt.begin() == number
    assert welt.case(number).row.status is Status.INTERESSE_BEKUNDET
    assert welt.case(number).row.wunschtermin == date(2027, 12, 1)


def test_a_draft_can_be_sent_as_it_is(welt: Welt) -> None:
    number = welt.draft()
    welt.take(number, Aktion.INTERESSE_BEKUNDEN, KO, Angaben(zustimmung=welt.zustimmung()))
    assert [mail.empfaenger for mail in welt.mails(number)] == [FIRST, POSTFACH]


def test_an_amt_is_one_case_by_itself_and_several_for_its_members(welt: Welt) -> None:
    one = welt.begin(welt.amt)
    akte = workflow.read_case(welt.session, welt.akteur(KO), one)
    assert akte.gebiete == ("Dorf A", "Dorf B")
    assert "Sie gilt für: Dorf A, Dorf B." in welt.mails(one)[0].text
    many = workflow.state_interest(
        welt.session,
        welt.akteur(KO),
        welt.interesse(*welt.doerfer, handelt=Handlungsweise.IM_NAMEN),
    )
    assert [begun.stelle for begun in many] == ["Dorf A", "Dorf B"]
    assert len({begun.vorgangsnummer for begun in many}) == 2
    assert len(welt.mails()) == 2 * 3


def test_of_several_bodies_all_begin_or_none(welt: Welt) -> None:
    welt.begin(welt.doerfer[1])
    before = welt.snapshot()
    wanted = welt.interesse(
        *welt.doerfer, handelt=Handlungsweise.IM_NAMEN, wunschtermin=date(2028, 1, 1)
    )
    with pytest.raises(SchonVorhanden, match="Dorf B"), welt.session.begin_nested():
        workflow.state_interest(welt.session, welt.akteur(KO), wanted)
    welt.session.expire_all()
    assert welt.snapshot() == before


def test_interest_that_came_by_letter_is_recorded_by_the_coordination(welt: Welt) -> None:
    letter = workflow.Anhang("Interesse.eml", "message/rfc822", b"Von: Hansestadt")

    def record() -> list[workflow.Begonnen]:
        return workflow.record_interest(
            welt.session,
            welt.akteur(KD),
            welt.interesse(zustimmung=None),
            eingang=date(2026, 2, 20),
            beleg="Mail vom 20.02.2026",
            anhang=letter,
        )

    [begun] = record()
    akte = workflow.read_case(welt.session, welt.akteur(KD), begun.id)
    [event] = akte.ereignisse
    assert (event.von_status, event.im_namen_von, event.datum) == (
        None,
        "Hansestadt",
        date(2026, 2, 20),
    )
    assert [document.name for document in akte.dokumente] == ["Interesse.eml"]
    content = workflow.read_document(
        welt.session, welt.akteur(KO), begun.id, akte.dokumente[0].id
    ).inhalt
    assert content == letter.inhalt
    assert welt.mails() == []
    assert akte.am_zug is not None
    assert akte.am_zug.rolle is KO
    with pytest.raises(SchonVorhanden, match="gehört schon zum Vorgang NN-2026-00001"):
        record()
    with pytest.raises(VoraussetzungFehlt, match="noch nicht angenommen"):
        welt.take(begun.id, Aktion.BESTAETIGEN, KD)


def test_what_the_land_does_not_offer_is_wished_for_and_counted_once(welt: Welt) -> None:
    akteur = welt.akteur(KO)
    with pytest.raises(VoraussetzungFehlt, match="bietet diesen Onlinedienst noch nicht"):
        welt.begin(dienst_id=welt.fremder_dienst)
    for stelle, count in ((welt.stadt, 1), (welt.stadt, 1), (welt.amt, 2)):
        wished = workflow.express_wish(welt.session, akteur, welt.fremder_dienst, stelle)
        assert wished == count
    wege = workflow.list_wege(welt.session, akteur, welt.fremder_dienst)
    assert wege.gewuenscht == {welt.stadt, welt.amt}
    assert {weg.weg for weg in wege.stellen} == {None}


def test_the_form_knows_way_terms_and_open_case_of_each_body(welt: Welt) -> None:
    number = welt.begin()
    wege = workflow.list_wege(welt.session, welt.akteur(KO), welt.dienst)
    town = next(weg for weg in wege.stellen if weg.stelle_id == welt.stadt)
    assert (town.weg, town.koordinierung) == (Weg.LANDESANGEBOT, "Koordinierung (Beispiel)")
    assert town.bedingungen is not None
    assert town.bedingungen.kuendigung == "3 Monate zum Monatsende"
    assert (town.offener_vorgang, town.offene_nummer) == (number, "NN-2026-00001")
    amt = next(weg for weg in wege.stellen if weg.stelle_id == welt.amt)
    assert [name for _, name in amt.mitglieder] == ["Dorf A", "Dorf B"]
    short = workflow.list_wege(welt.session, welt.akteur(KO), welt.kommunaler_dienst)
    assert {weg.weg for weg in short.stellen} == {Weg.KOMMUNAL}


def test_all_that_is_wrong_in_a_form_is_said_at_once_and_nothing_is_begun(welt: Welt) -> None:
    with pytest.raises(UngueltigeEingaben) as refused:
        welt.begin(wunschtermin=None, zustimmung=None)
    assert [fault.feld for fault in refused.value.fehler] == ["wunschtermin", "zustimmung"]
    with pytest.raises(UngueltigeEingaben, match="keine E-Mail-Adresse"):
        welt.begin(ansprechstelle=replace(CONTACT, email="a@x.example, b@y.example"))
    assert welt.mails() == []


def test_after_the_end_of_a_contract_a_new_case_may_begin(welt: Welt) -> None:
    old = welt.lead(welt.begin(), Status.GEKUENDIGT)
    welt.today = date(2026, 6, 30)
    with pytest.raises(SchonVorhanden):
        welt.begin()
    welt.today = date(2026, 7, 1)
    assert welt.begin() != old
    assert welt.case(old).row.abgeschlossen_am == date(2026, 6, 30)


# Mails that reach nobody --------------------------------------------------------------------------


def drop_mailboxes(welt: Welt, *postfaecher: str) -> None:
    for contact in welt.session.scalars(
        select(Kontakt).where(col(Kontakt.funktionspostfach).in_(postfaecher))
    ):
        contact.funktionspostfach = ""
    welt.session.flush()


def test_interest_that_would_reach_nobody_is_refused(welt: Welt) -> None:
    drop_mailboxes(welt, FIRST)
    with pytest.raises(VoraussetzungFehlt, match="erreicht niemanden"):
        workflow.preview_interest(welt.session, welt.akteur(KO), welt.interesse())
    with pytest.raises(VoraussetzungFehlt), welt.session.begin_nested():
        welt.begin()
    assert welt.count(Nachnutzung) == 0


def test_a_notice_without_a_mik_goes_to_the_coordination_to_be_passed_on(welt: Welt) -> None:
    number = welt.lead(welt.begin(), Status.PRODUKTIV)
    drop_mailboxes(welt, MIK, TFF)
    welt.take(number, Aktion.KUENDIGEN, KO)
    sent = [mail for mail in welt.mails(number) if mail.vorlage == Vorlage.KUENDIGUNG]
    assert [mail.empfaenger for mail in sent] == [FIRST, POSTFACH]
    assert sent[0].text.startswith("Diese Mail ist für: MiK.")
    assert "statt an MiK" in welt.events(number)[-1].notiz


def test_where_no_mailbox_is_known_the_people_who_act_for_a_body_are_told(welt: Welt) -> None:
    drop_mailboxes(welt, FIRST)
    welt.grant(KD, welt.koordinierung)
    number = welt.begin()
    assert welt.mails(number)[0].empfaenger == "koordinierung@konto.example"


def test_long_names_leave_the_number_in_the_subject(welt: Welt) -> None:
    welt.case(welt.begin()).stelle.name = "x" * 300
    [begun] = workflow.state_interest(
        welt.session, welt.akteur(KO), welt.interesse(dienst_id=welt.kommunaler_dienst)
    )
    assert welt.mails(begun.id)[0].betreff.endswith(f"[{begun.vorgangsnummer}]")


def test_a_municipality_that_no_mail_reaches_is_noted_at_the_event(welt: Welt) -> None:
    number = welt.begin()
    welt.case(number).row.ansprechperson_id = None
    drop_mailboxes(welt, POSTFACH)
    done = welt.take(number, Aktion.BESTAETIGEN, KD)
    assert done.mails == 0
    assert "Dort ist keine Adresse hinterlegt" in done.hinweise[0]
    assert done.hinweise[0] in welt.events(number)[-1].notiz


# Seeing -------------------------------------------------------------------------------------------


def test_each_side_sees_its_cases_and_providers_see_none_of_an_offer(welt: Welt) -> None:
    offered = welt.begin()
    short = welt.begin(dienst_id=welt.kommunaler_dienst)
    seen = {
        rolle: {
            row.id
            for row in workflow.list_cases(welt.session, welt.akteur(rolle), workflow.Filter()).rows
        }
        for rolle in Rolle
    }
    assert seen[KO] == {offered, short}
    assert seen[AN] == {short}
    assert seen[Rolle.GAST] == seen[Rolle.ADMINISTRATION] == set()
    assert offered in seen[KD]
    assert [mail.empfaenger for mail in welt.mails(short)] == [TRAEGER_POST, POSTFACH]


def test_lists_narrow_down_and_count_what_the_calendar_has_ended(welt: Welt) -> None:
    ended = welt.lead(welt.begin(), Status.GEKUENDIGT)
    other = welt.begin(welt.amt)
    welt.today = date(2026, 8, 1)
    akteur = welt.akteur(KD)

    def find(**wanted: object) -> list[int]:
        chosen = replace(workflow.Filter(), **wanted)  # type: ignore[arg-type]
        return [row.id for row in workflow.list_cases(welt.session, akteur, chosen).rows]

    assert find() == [other, ended]
    assert find(order="aelteste") == [ended, other]
    assert find(status=(Status.BEENDET,)) == [ended]
    assert find(status=(Status.GEKUENDIGT,)) == []
    assert find(nur_offene=True) == [other]
    assert find(q="amt") == [other]
    assert find(q="%") == []
    assert find(dienst="wbs", stelle_id=welt.amt) == [other]
    assert workflow.count_by_status(welt.session, akteur) == {
        Status.BEENDET: 1,
        Status.INTERESSE_BEKUNDET: 1,
    }


def test_a_board_shows_what_waits_longest_and_a_line_its_next_date(welt: Welt) -> None:
    first, second, third = (welt.begin(stelle) for stelle in (welt.stadt, *welt.doerfer))
    welt.lead(first, Status.BESTAETIGT)
    akteur = welt.akteur(KD)
    board = workflow.list_board(welt.session, akteur, workflow.Filter(), je_spalte=1)
    assert {status: [line.id for line in lines] for status, lines in board.items()} == {
        Status.BESTAETIGT: [first],
        Status.INTERESSE_BEKUNDET: [second],
    }
    [line] = board[Status.BESTAETIGT]
    assert line.naechster is not None
    assert (line.naechster.bezeichnung, line.naechster.am) == ("Wunschtermin", date(2027, 12, 1))
    workflow.set_reminder(welt.session, akteur, first, date(2026, 3, 9), "Nachfragen")
    welt.today = date(2026, 3, 10)
    later = welt.akteur(KD)
    [line] = workflow.list_cases(welt.session, later, workflow.Filter(stelle_id=welt.stadt)).rows
    assert line.naechster is not None
    assert (line.naechster.bezeichnung, line.naechster.ueberfaellig) == ("Wiedervorlage", True)
    assert (line.tage, third > second) == (8, True)


def test_a_coordination_knows_its_offers_and_what_to_narrow_down_by(welt: Welt) -> None:
    welt.begin()
    akteur = welt.akteur(KD)
    [offer] = workflow.list_offers(welt.session, akteur)
    assert (offer.angebot_id, offer.kennung) == (welt.angebot, "wbs")
    assert offer.bedingungen is not None
    assert workflow.list_offers(welt.session, welt.akteur(KO)) == ()
    choices = workflow.list_choices(welt.session, akteur)
    assert (choices.dienste, choices.kreise) == ((("wbs", "Dienst wbs"),), ())
    wanted = workflow.Filter(dienst="hund")
    assert workflow.count_by_status(welt.session, akteur, wanted) == {}


def test_a_list_asks_as_many_questions_for_many_cases_as_for_one(welt: Welt) -> None:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    def questions() -> int:
        welt.session.expire_all()
        asked.clear()
        event.listen(welt.session.connection(), "before_cursor_execute", note)
        workflow.list_cases(welt.session, welt.akteur(KD), workflow.Filter())
        event.remove(welt.session.connection(), "before_cursor_execute", note)
        return len(asked)

    welt.begin()
    few = questions()
    welt.begin(welt.amt)
    welt.lead(welt.begin(welt.doerfer[0]), Status.BESTAETIGT)
    assert (questions(), len(asked) > 5) == (few, True)
