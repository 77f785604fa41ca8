"""What a form says of a resolution is read; what a report says of one is put together."""

from __future__ import annotations

from datetime import date

import pytest

from katalog.ausgabe.beschlussbericht import Berichtsstoff, write_beschlussbericht
from katalog.ausgabe.brief import Brief
from katalog.domain.begriffe import (
    Arbeitsstatus,
    Beleg,
    Einsatzrolle,
    Einsatzstatus,
    Nachweisumfang,
)
from katalog.domain.beschluss import LONGEST, parse_beschluss, parse_punkt, parse_termin
from katalog.domain.errors import UngueltigeEingabe, UngueltigeEingaben
from katalog.domain.rollen import Sichtbarkeit
from katalog.models.koordination import Beschluss, Beschlusspunkt
from katalog.queries.beschluesse import Nachweis, Punkt
from katalog.queries.einsaetze import Nutzung

TODAY = date(2022, 11, 20)
HEAD = {"vorlage": "A0248/21", "titel": "Wohngeldantrag digital", "sichtbarkeit": "eigene"}
POINT = {"nummer": "1", "auftrag": "Prüfen", "status": "offen", "nachweis": "alle"}


def faults_of_head(**fields: str) -> set[str]:
    with pytest.raises(UngueltigeEingaben) as raised:
        parse_beschluss(HEAD | fields, TODAY)
    return {fault.feld for fault in raised.value.fehler}


def faults_of_point(**fields: str) -> set[str]:
    with pytest.raises(UngueltigeEingaben) as raised:
        parse_punkt(POINT | fields)
    return {fault.feld for fault in raised.value.fehler}


def test_filled_forms_are_read() -> None:
    head = parse_beschluss(HEAD | {"beschlossen_am": "27.01.2022", "sitzung": " SR/035 "}, TODAY)
    assert (head.beschlossen_am, head.sitzung) == (date(2022, 1, 27), "SR/035")
    assert head.sichtbarkeit is Sichtbarkeit.EIGENE
    assert parse_punkt(POINT | {"begruendung": "Erstens\nZweitens"}).begruendung.count("\n") == 1
    assert parse_beschluss(HEAD | {"gremium": "Rat\nder Stadt"}, TODAY).gremium == "Rat der Stadt"
    chosen = POINT | {"nachweis": "ausgewaehlt", "ozg": "10083; 10082,10083"}
    assert parse_punkt(chosen).ozg_ids == ("10083", "10082")
    # What stands there without being asked for is no evidence.
    assert parse_punkt(POINT | {"ozg": "10083"}).ozg_ids == ()


def test_all_faults_are_named_at_once() -> None:
    assert faults_of_head(
        vorlage="", titel="x" * (LONGEST["titel"] + 1), beschlossen_am="21.11.2022",
        sichtbarkeit="alle",
    ) == {"vorlage", "titel", "beschlossen_am", "sichtbarkeit"}  # fmt: skip
    assert faults_of_point(
        nummer="0", auftrag="", faellig="31.02.2023", status="fertig",
        zeitplan="x" * (LONGEST["zeitplan"] + 1),
    ) == {"nummer", "auftrag", "faellig", "status", "zeitplan"}  # fmt: skip
    for typed in ("", "zehn", "10083 x"):
        assert faults_of_point(nachweis="ausgewaehlt", ozg=typed) == {"ozg"}


@pytest.mark.parametrize("typed", ["", "19.11.2022", "01.01.2100.", "morgen", "02.01.2100"])
def test_a_report_is_planned_for_a_day_to_come(typed: str) -> None:
    assert parse_termin(" 20.11.2022 ", TODAY) == TODAY
    with pytest.raises(UngueltigeEingabe):
        parse_termin(typed, TODAY)


# The report ---------------------------------------------------------------------------------


def use(number: int, status: Einsatzstatus, **changes: object) -> Nutzung:
    blank = dict.fromkeys(Nutzung._fields)
    values = {
        "id": number,
        "rolle": Einsatzrolle.NUTZT,
        "status": status,
        "beleg": Beleg.EIGENANGABE,
        "dienst_kennung": f"dienst-{number}",
        "dienst_name": f"Dienst {number}",
        "stand": date(2022, 10, 1),
    }
    return Nutzung(**(blank | values | changes))  # type: ignore[arg-type]


def report(*uses: Nachweis, naechster: date | None = date(2023, 2, 28)) -> Brief:
    punkt = Beschlusspunkt(
        id=5, beschluss_id=1, nummer=2, auftrag="Erste Zeile\nZweite Zeile",
        status=Arbeitsstatus.IN_ARBEIT, nachweis=Nachweisumfang.AUSGEWAEHLT,
    )  # fmt: skip
    return write_beschlussbericht(
        Berichtsstoff(
            beschluss=Beschluss(
                id=1, stelle_id=1, vorlage="A0248/21", titel="Wohngeldantrag digital",
                sitzung="SR/035/2022", gremium="Stadtrat",
            ),
            punkte=[Punkt(punkt, (("10082", "Wohngeld"),))],
            nachweise={5: uses},
            kommune="Musterstadt",
            kommune_url="https://portal.example/kommunen/1",
            url="https://portal.example/kommunen/1/beschluesse/1",
            basis_url="https://portal.example",
            stand=TODAY,
            naechster=naechster,
        )
    )  # fmt: skip


def words(part: object) -> str:
    """All that a letter says, in its order."""
    match part:
        case str():
            return part
        case tuple():
            return " ".join(map(words, part))
        case Brief():
            return words(part.kapitel)
        case _ if hasattr(part, "__struct_fields__"):
            return " ".join(words(getattr(part, name)) for name in part.__struct_fields__)
        case _:
            return ""


def test_evidence_is_counted_and_dated() -> None:
    text = words(
        report(
            Nachweis(use(2, Einsatzstatus.PRODUKTIV, ab=date(2021, 5, 1)), ()),
            Nachweis(use(3, Einsatzstatus.IN_UMSETZUNG, beleg=Beleg.ANBIETER, stand=None), ()),
            Nachweis(
                use(1, Einsatzstatus.GEPLANT, ab=date(2023, 1, 1)),
                (("E-Akte", date(2024, 12, 31)), ("Beschluss", None)),
            ),
        )
    )
    assert "Onlinedienste zu Wohngeld (OZG 10082) am 20.11.2022:" in text
    assert "1 produktiv, 1 in Umsetzung, 1 geplant." in text
    assert ": produktiv seit 01.05.2021. Eigene Angabe, Stand 01.10.2022." in text
    assert ": in Umsetzung. Angabe laut Anbieter." in text
    assert (
        ": geplant, produktiv ab 01.01.2023, wartet auf E-Akte (bis 31.12.2024), wartet auf "
        "Beschluss." in text
    )
    assert "Der nächste Bericht ist für den 28.02.2023 vorgesehen." in text


def test_nothing_known_and_nothing_planned_is_said() -> None:
    text = words(report(naechster=None))
    assert "keine Angabe im OZG-Katalog" in text
    assert "Ein weiterer Bericht ist nicht vorgesehen." in text
    assert "Geschäftszeichen keine Angabe" in text


def test_what_would_fill_pages_is_counted_and_linked() -> None:
    many = [Nachweis(use(n, Einsatzstatus.PRODUKTIV), ()) for n in range(1, 64)]
    text = words(report(*many))
    assert "63 produktiv." in text
    assert "Dienst 60" in text
    assert "Dienst 61" not in text
    assert "und 3 weitere auf der   Seite von Musterstadt" in text


def test_a_report_comes_back_as_it_was_kept() -> None:
    letter = report(Nachweis(use(1, Einsatzstatus.PRODUKTIV), ()))
    assert Brief.decode(letter.encode().decode()) == letter
    assert Brief.decode(letter.encode().decode()).pruefsumme == letter.pruefsumme
