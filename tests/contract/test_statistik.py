"""Statistics on both databases: the same numbers as the cockpit, in as many questions for many."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from sqlalchemy import event, select
from sqlmodel import col

from katalog import workflow
from katalog.coordination.statistik import Lage, read_lage
from katalog.domain.abdeckung import Grundlage
from katalog.domain.angaben import Angaben
from katalog.domain.begriffe import Einsatzstatus
from katalog.domain.rollen import Rolle
from katalog.domain.vorgang import Aktion, Status
from katalog.domain.vorgangsstatistik import compare, count_by_status, count_paused
from katalog.models.angebot import Landesangebot
from katalog.models.fall import Kuendigung
from katalog.models.nutzung import Einsatz
from katalog.models.stellen import Behoerde, Behoerdenart, Stelle
from katalog.queries.gebietsnetz import load_netz
from katalog.workflow import Filter
from tests.vorgaenge import TODAY, Welt

KO, KD = Rolle.KOMMUNE, Rolle.KOORDINIERUNG


def look(welt: Welt, wanted: Filter | None = None) -> Lage:
    betrachter = welt.akteur(KD).betrachter
    netz = load_netz(welt.session)
    return read_lage(welt.session, betrachter, wanted or Filter(), netz, welt.today)


def cockpit(welt: Welt) -> dict[Status, int]:
    return workflow.count_by_status(welt.session, welt.akteur(KD))


def after(welt: Welt, days: int) -> None:
    welt.today += timedelta(days=days)


def test_today_is_what_the_cockpit_says_and_a_key_date_what_was_then(welt: Welt) -> None:
    first = welt.begin()
    second = welt.begin(welt.doerfer[0])
    after(welt, 10)
    welt.lead(first, Status.PRODUKTIV)
    after(welt, 5)
    pause = Angaben(grund="Umbau", geplant_bis=date(2026, 5, 1), hinweis_veroeffentlicht=True)
    welt.take(first, Aktion.AUSSETZEN, KO, pause)
    welt.take(second, Aktion.ABLEHNEN, KD)
    after(welt, 10)
    welt.take(first, Aktion.KUENDIGEN, KO)
    ends = welt.session.scalars(select(col(Kuendigung.wirksam_zum))).one()
    paused_then = TODAY + timedelta(days=15)

    for day in (welt.today, ends, ends + timedelta(days=1)):
        welt.today = day
        lage = look(welt)
        assert count_by_status(lage.verlaeufe, day) == cockpit(welt)
    assert cockpit(welt) == {Status.BEENDET: 1, Status.ABGELEHNT: 1}
    # What has happened since changes nothing about earlier days.
    assert count_by_status(lage.verlaeufe, TODAY) == {Status.INTERESSE_BEKUNDET: 2}
    assert count_by_status(lage.verlaeufe, TODAY + timedelta(days=12))[Status.PRODUKTIV] == 1
    assert count_paused(lage.verlaeufe, paused_then) == 1
    moved = {each.status: each for each in compare(lage.verlaeufe, TODAY, welt.today)}
    assert (moved[Status.INTERESSE_BEKUNDET].weg, moved[Status.BEENDET].hinzu) == (2, 1)
    [gone] = lage.departures(TODAY, welt.today)
    assert (gone.stelle, gone.tag) == ("Hansestadt", ends + timedelta(days=1))
    assert gone.grund.startswith("Kündigung, beendet zum ")


def test_a_case_from_a_list_began_when_its_letter_came(welt: Welt) -> None:
    came = TODAY - timedelta(days=20)
    interesse = welt.interesse(zustimmung=None)
    workflow.record_interest(
        welt.session, welt.akteur(KD), interesse, eingang=came, beleg="Brief (Beispiel)"
    )
    [verlauf] = look(welt).verlaeufe
    assert (verlauf.begonnen, verlauf.stationen[0].tag) == (came, came)


def test_a_share_counts_the_competent_bodies_of_the_area(welt: Welt) -> None:
    welt.lead(welt.begin(), Status.PRODUKTIV)
    [row] = look(welt).cover(TODAY)
    # Three towns and the Amt: in this world none of them lies below another.
    assert row.grundlage is Grundlage.EBENE
    assert (row.abdeckung.nutzen, row.abdeckung.zustaendig) == (1, 4)
    art = Behoerdenart(kennung="wohnungsamt", name="Wohnungsamt")
    welt.session.add(art)
    welt.session.flush()
    for stelle in welt.doerfer:
        welt.session.add(Behoerde(behoerdenart_id=art.id or 0, stelle_id=stelle))
    offer = welt.session.get_one(Landesangebot, welt.angebot)
    offer.behoerdenart_id = art.id
    welt.session.flush()
    [row] = look(welt).cover(TODAY)
    covered = row.abdeckung
    assert row.grundlage is Grundlage.BEHOERDENART
    assert (covered.nutzen, covered.zustaendig, covered.weitere) == (0, 2, 1)


def test_a_filter_by_kreis_or_service_narrows_everything(welt: Welt) -> None:
    welt.lead(welt.begin(), Status.PRODUKTIV)
    assert look(welt, Filter(dienst="wbs")).cover(TODAY)[0].abdeckung.nutzen == 1
    assert look(welt, Filter(dienst="anderer")).verlaeufe == []
    there = look(welt, Filter(kreis="130720000000"))
    assert (there.verlaeufe, there.cover(TODAY)[0].abdeckung.zustaendig) == ([], 0)


def test_many_cases_take_no_more_questions_than_one(welt: Welt) -> None:
    asked: Counter[str] = Counter()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked[statement] += 1

    def count() -> int:
        asked.clear()
        engine = welt.session.get_bind()
        event.listen(engine, "before_cursor_execute", note)
        look(welt)
        event.remove(engine, "before_cursor_execute", note)
        assert max(asked.values()) == 1
        return asked.total()

    welt.begin()
    few = count()
    for stelle in welt.doerfer:
        welt.begin(stelle)
    assert count() == few <= 20


def test_what_the_register_shows_today_is_what_is_counted(welt: Welt) -> None:
    welt.lead(welt.begin(), Status.PRODUKTIV)
    shown = welt.session.scalars(
        select(Stelle)
        .join(Einsatz, col(Einsatz.stelle_id) == col(Stelle.id))
        .where(col(Einsatz.status) == Einsatzstatus.PRODUKTIV)
    ).all()
    [row] = look(welt).cover(TODAY)
    assert row.abdeckung.nutzen == len(shown) == 1
