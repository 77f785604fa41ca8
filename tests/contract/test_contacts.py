"""Contacts, letters to users and local rules, asked of both kinds of database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from katalog import local_rules
from katalog.contacts import anschreiben, register
from katalog.contacts.anschreiben import Wer
from katalog.domain.begriffe import Gebietsebene, Stellenart
from katalog.domain.errors import (
    NichtErlaubt,
    UngueltigeEingaben,
    VeralteterStand,
    VoraussetzungFehlt,
)
from katalog.domain.festlegung import Geltung
from katalog.domain.rollen import Betrachter, Rolle
from katalog.domain.vergleich import Abweichung
from katalog.models.betrieb import Nachricht
from katalog.models.konten import Konto, Mitgliedschaft
from katalog.models.koordination import Anschreiben
from katalog.models.register import Gebiet, OzgLeistung
from katalog.models.stellen import Kontaktrolle, Stelle
from katalog.queries import kontakte, personen
from tests.using import new_dienst, use

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
MAIN = {"rolle": "ozg-ansprechperson"}


@dataclass
class Town:
    session: Session
    stelle: int
    gebiet: int
    konto: int

    @property
    def viewer(self) -> Betrachter:
        rollen, own = frozenset({Rolle.KOMMUNE}), frozenset({self.stelle})
        return Betrachter(rollen, own, konto_id=self.konto)

    def contact(self, address: str, **more: str) -> int:
        fields = MAIN | {"funktionspostfach": address} | more
        return register.save(self.session, self.viewer, self.stelle, None, fields, TODAY)

    def rule(self, **typed: str) -> int:
        fields = {"name": "Miete", "ozg_ids": "10082", "einheit": "EUR"} | typed
        return local_rules.save(
            self.session, self.viewer, self.stelle, self.gebiet, None, 0, fields, TODAY
        )


@pytest.fixture
def towns(scratch: Session) -> list[Town]:
    """Four towns, each with an account that acts for it."""
    scratch.add(Kontaktrolle(kennung="ozg-ansprechperson", name="OZG-Ansprechperson"))
    scratch.add(Kontaktrolle(kennung="mik", name="MiK"))
    scratch.add(OzgLeistung(ozg_id="10082", titel="Miete", sortier="miete"))
    return [_make_town(scratch, number) for number in range(4)]


def _make_town(session: Session, number: int) -> Town:
    name = f"Stadt {number}"
    gebiet = Gebiet(
        ebene=Gebietsebene.GEMEINDE,
        ars=f"05570000{number:04}",
        ags=f"0557{number:04}",
        name=name,
        sortier=name.lower(),
        gueltig_ab=date(2000, 1, 1),
    )
    konto = Konto(email=f"konto{number}@stadt.example")
    session.add_all([gebiet, konto])
    session.flush()
    stelle = Stelle(art=Stellenart.KOMMUNE, name=name, sortier=name.lower(), gebiet_id=gebiet.id)
    session.add(stelle)
    session.flush()
    session.add(
        Mitgliedschaft(
            konto_id=konto.id or 0,
            stelle_id=stelle.id,
            rolle=Rolle.KOMMUNE,
            freigegeben_am=NOW - timedelta(days=number),
        )
    )
    session.flush()
    return Town(session, stelle.id or 0, gebiet.id or 0, konto.id or 0)


# Contacts ---------------------------------------------------------------------------------------


def test_the_mailbox_of_the_ozg_contact_is_written_to_before_any_other(towns: list[Town]) -> None:
    first, second, third, _ = towns
    first.contact("mik@stadt.example", rolle="mik")
    number = first.contact("ozg@stadt.example")
    first.contact("vertretung@stadt.example", vertritt=str(number))
    second.contact("mik@zwei.example", rolle="mik")
    found = kontakte.mailboxes(first.session, {t.stelle for t in (first, second, third)})
    assert found == {
        first.stelle: "ozg@stadt.example",
        second.stelle: "mik@zwei.example",
        third.stelle: "konto2@stadt.example",
    }


def test_a_contact_goes_with_its_deputies_and_others_stay(towns: list[Town]) -> None:
    town, other, *_ = towns
    number = town.contact("ozg@stadt.example")
    town.contact("vertretung@stadt.example", vertritt=str(number))
    town.contact("mik@stadt.example", rolle="mik")
    foreign = other.contact("ozg@zwei.example")
    with pytest.raises(NichtErlaubt):
        register.remove(town.session, town.viewer, other.stelle, foreign)
    register.remove(town.session, town.viewer, town.stelle, number)
    rows = kontakte.of_body(town.session, town.stelle, town.viewer)
    assert [row.rolle_kennung for row in rows] == ["mik"]
    assert len(kontakte.of_body(town.session, other.stelle, town.viewer)) == 1


def test_who_is_stood_in_for_keeps_the_task(towns: list[Town]) -> None:
    town = towns[0]
    number = town.contact("ozg@stadt.example")
    town.contact("vertretung@stadt.example", vertritt=str(number))
    fields = {"rolle": "mik", "funktionspostfach": "ozg@stadt.example"}
    with pytest.raises(UngueltigeEingaben, match="hat Vertretungen"):
        register.save(town.session, town.viewer, town.stelle, number, fields, TODAY)
    renamed = MAIN | {"funktionspostfach": "neu@stadt.example"}
    assert register.save(town.session, town.viewer, town.stelle, number, renamed, TODAY) == number


# Letters ----------------------------------------------------------------------------------------


def test_each_user_gets_one_letter_and_the_asker_none(towns: list[Town]) -> None:
    asker, *users = towns
    session = asker.session
    dienst = new_dienst(session, "hund")
    for town in towns:
        use(session, town.stelle, dienst)
    use(session, users[0].stelle, dienst, rolle="betreibt")
    use(session, users[2].stelle, new_dienst(session, "anderer"))
    wer = Wer(asker.konto, "Demo", "konto0@stadt.example", asker.viewer)
    typed = {"stelle": str(asker.stelle), "betreff": "Frage", "text": "Wie?"}
    seen = anschreiben.preview(session, wer, dienst, "Hund", typed, TODAY)
    assert seen.stellen == ("Stadt 1", "Stadt 2", "Stadt 3")
    for number in range(3):
        later = NOW + timedelta(hours=number)
        assert anschreiben.send(session, wer, dienst, "Hund", typed, TODAY, later) == 3
    with pytest.raises(VoraussetzungFehlt):
        anschreiben.send(session, wer, dienst, "Hund", typed, TODAY, NOW + timedelta(hours=23))
    assert anschreiben.send(session, wer, dienst, "Hund", typed, TODAY, NOW + timedelta(days=2))
    mails = session.scalars(select(Nachricht).order_by(col(Nachricht.id))).all()
    assert len(mails) == 12
    assert {mail.empfaenger for mail in mails} == {f"konto{n}@stadt.example" for n in (1, 2, 3)}
    assert {mail.antwort_an for mail in mails} == {"konto0@stadt.example"}
    assert len(personen.collect(session, asker.konto).listen["anschreiben"]) == 4
    personen.erase(session, asker.konto, NOW)
    session.expire_all()
    assert not [mail for mail in mails if "konto0@" in mail.text + mail.antwort_an]
    assert {row.text for row in session.scalars(select(Anschreiben))} == {""}


# Local rules ------------------------------------------------------------------------------------


def test_versions_are_linked_in_their_order_however_they_came(towns: list[Town]) -> None:
    town = towns[0]
    last = town.rule(werte="1 Person: 300", gueltig_ab="01.01.2020")
    first = town.rule(werte="1 Person: 276", gueltig_ab="01.12.2010", gueltig_bis="30.11.2012")
    between = town.rule(werte="1 Person: 290", gueltig_ab="01.12.2012")
    (rule,) = local_rules.rules_of(town.session, town.gebiet, date(2015, 1, 1))
    assert rule.stand.fassung.festlegung.id == between
    chain = [(v.festlegung.id, v.festlegung.vorgaenger_id) for v in rule.fassungen]
    assert chain == [(last, between), (between, first), (first, None)]
    with pytest.raises(UngueltigeEingaben, match="schon eine Fassung"):
        town.rule(werte="1 Person: 1", gueltig_ab="01.12.2012")


def test_whoever_changed_a_rule_since_is_not_overwritten(towns: list[Town]) -> None:
    town = towns[0]
    number = town.rule(werte="1 Person: 276", gueltig_ab="01.01.2020")
    typed = {
        "name": "Miete",
        "ozg_ids": "10082",
        "werte": "1 Person: 1",
        "gueltig_ab": "01.01.2020",
    }
    place = (town.session, town.viewer, town.stelle, town.gebiet, number)
    local_rules.save(*place, 1, typed, TODAY)
    with pytest.raises(VeralteterStand):
        local_rules.save(*place, 1, typed, TODAY)
    found = local_rules.find_own(town.session, town.gebiet, number)
    assert found.paare == (("1 Person", "1"),)
    assert found.festlegung.version == 2


def test_places_are_compared_by_what_holds_on_the_day(towns: list[Town]) -> None:
    first, second, third, _ = towns
    first.rule(werte="1 Person: 276\n2 Personen: 347", gueltig_ab="01.01.2020")
    second.rule(werte="1 Person: 276\n2 Personen: 400", gueltig_ab="01.01.2020")
    third.rule(werte="1 Person: 999", gueltig_ab="01.01.2010", gueltig_bis="31.12.2012")
    service = first.session.scalars(select(col(OzgLeistung.id))).one() or 0
    (found,) = local_rules.compare_places(first.session, service, TODAY)
    assert [place.geltung for place in found.orte] == [
        Geltung.GILT, Geltung.GILT, Geltung.ABGELAUFEN,
    ]  # fmt: skip
    assert [(line.werte, line.abweichung) for line in found.zeilen] == [
        (("276", "276", ""), Abweichung.GLEICH),
        (("347", "400", ""), Abweichung.UNTERSCHIEDLICH),
    ]
    assert len(local_rules.in_force(first.session, service, TODAY)) == 2
    assert len(local_rules.in_force(first.session, service, date(2011, 1, 1))) == 1
