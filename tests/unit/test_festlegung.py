"""Which version of a local rule holds on a day, and what a form must say of a new one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from katalog.domain.errors import UngueltigeEingabe, UngueltigeEingaben
from katalog.domain.festlegung import (
    Geltung,
    find_stand,
    parse_festlegung,
    parse_werte,
    write_werte,
)


@dataclass(frozen=True)
class Fassung:
    gueltig_ab: date
    gueltig_bis: date | None = None


OLD = Fassung(date(2008, 1, 1))
# Decided in 2011, and held from a day on that was over then.
RETROACTIVE = Fassung(date(2010, 12, 1), date(2012, 11, 30))
LATER = Fassung(date(2013, 1, 1))


@pytest.mark.parametrize(
    ("versions", "am", "geltung", "fassung"),
    [
        ([RETROACTIVE], date(2010, 11, 30), Geltung.KUENFTIG, RETROACTIVE),
        ([RETROACTIVE], date(2010, 12, 1), Geltung.GILT, RETROACTIVE),
        ([RETROACTIVE], date(2012, 11, 30), Geltung.GILT, RETROACTIVE),
        ([RETROACTIVE], date(2012, 12, 1), Geltung.ABGELAUFEN, RETROACTIVE),
        ([OLD, RETROACTIVE], date(2010, 11, 30), Geltung.GILT, OLD),
        ([OLD, RETROACTIVE], date(2011, 1, 1), Geltung.GILT, RETROACTIVE),
        # The earlier one has no end of its own, and still does not come back.
        ([OLD, RETROACTIVE], date(2012, 12, 15), Geltung.ABGELAUFEN, RETROACTIVE),
        ([LATER, RETROACTIVE, OLD], date(2012, 12, 15), Geltung.ABGELAUFEN, RETROACTIVE),
        ([LATER, RETROACTIVE, OLD], date(2026, 1, 1), Geltung.GILT, LATER),
        ([LATER, RETROACTIVE], date(2000, 1, 1), Geltung.KUENFTIG, RETROACTIVE),
    ],
)
def test_the_latest_version_that_has_begun_decides(
    versions: list[Fassung], am: date, geltung: Geltung, fassung: Fassung
) -> None:
    found = find_stand(versions, am)
    assert (found.geltung, found.fassung) == (geltung, fassung)


def test_where_nothing_holds_it_says_since_when_or_from_when() -> None:
    assert find_stand([RETROACTIVE], date(2026, 1, 1)).satz == (
        "Kein gültiger Wert, abgelaufen am 30.11.2012"
    )
    assert find_stand([LATER], date(2012, 1, 1)).satz == (
        "Noch kein gültiger Wert, erst ab 01.01.2013"
    )
    assert find_stand([LATER], date(2014, 1, 1)).satz == ""


# Forms ------------------------------------------------------------------------------------------

GOOD = {
    "name": "Angemessene  Kosten der Unterkunft",
    "ozg_ids": "10082, 10084 10082",
    "werte": "1 Person: 276,00\n\n 2 Personen : 347,00 \nje weitere: Person: 63",
    "gueltig_ab": "01.12.2010",
    "gueltig_bis": "2012-11-30",
    "rueckwirkend": "ja",
}


def test_a_form_becomes_values() -> None:
    found = parse_festlegung(GOOD, {"10082", "10084"})
    assert found.name == "Angemessene Kosten der Unterkunft"
    assert found.ozg_ids == ("10082", "10084")
    assert found.werte == (
        ("1 Person", "276,00"),
        ("2 Personen", "347,00"),
        ("je weitere: Person", "63"),
    )
    assert (found.gueltig_ab, found.gueltig_bis) == (date(2010, 12, 1), date(2012, 11, 30))
    assert found.rueckwirkend
    assert parse_werte(write_werte(found.werte)) == found.werte


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 301),
        ("ozg_ids", ""),
        ("ozg_ids", "99999"),
        ("ozg_ids", "1008²"),
        ("werte", ""),
        ("werte", "1 Person 276"),
        ("werte", ": 276"),
        ("werte", "1 Person:"),
        ("werte", "1 Person: 1\n1 Person: 2"),
        ("werte", "\n".join(f"{n}: 1" for n in range(61))),
        ("werte", f"1 Person: {'9' * 61}"),
        ("gueltig_ab", ""),
        ("gueltig_ab", "gestern"),
        ("gueltig_bis", "30.11.2009"),
        ("naechste_pruefung", "31.02.2026"),
        ("bemerkung", "x" * 2001),
    ],
)
def test_what_is_wrong_is_said_at_its_field(field: str, value: str) -> None:
    with pytest.raises(UngueltigeEingaben) as refused:
        parse_festlegung(GOOD | {field: value}, {"10082", "10084"})
    assert [fault.feld for fault in refused.value.fehler] == [field]


def test_a_line_that_is_wrong_is_named_by_its_number() -> None:
    with pytest.raises(UngueltigeEingabe, match="Zeile 2"):
        parse_werte("1 Person: 276\n2 Personen")
